/* ``Model``: the heads of a model, and the decisions that make needs of what they say. */
#include <string.h>

#include "python.h"

/* --- heads --------------------------------------------------------------------------------------------------- */

/* The arrays of the heads, in the order of the first argument. */
enum {
    OWN_COLUMNS, OWN_WEIGHTS, OWN_SCALE, OWN_SQUARES,
    CONTEXT_COLUMNS, CONTEXT_WEIGHTS, CONTEXT_SCALE, CONTEXT_SQUARES, WHOLE_LENGTH,
    TABLE, LINES, TABS, SECTIONS,
    N_HEADS
};

/* The arrays of the decisions, in the order of the second argument. */
enum {
    SHAPE, SETTINGS,
    CLAUSE_BIAS, TOPIC_BIAS, ENTRY_BIAS, FACETS_BIAS, STATUS_BIAS, LABEL_OF_SUB,
    LOGISTIC, LOG_ODDS, LOG_OF_MORE, LOGS,
    CLAUSE_DECISION, ANY_NEED = CLAUSE_DECISION + 4, LABEL = ANY_NEED + 4, /* middle, half, weights, products */
    THRESHOLDS = LABEL + 4,
    MIDDLE, HALVES, OUTCOME_WEIGHTS, OUTCOME_BIAS, PLACE_WEIGHTS,
    SIGNS, KIN, OF_HOUSEHOLDS, GROUPS, PEOPLE, GENERAL, PLACES, UNITS, PEOPLE_COUNTED, NUMBERS, REACH,
    N_DECISIONS
};

typedef struct {
    PyObject_HEAD
    Heads heads;
    Py_buffer arrays[N_HEADS];
    Views views;
    Py_ssize_t n_sections;
    Model model; /* without decisions, one that decides nothing: n_labels is 0 */
    DetailWords words;
    Py_buffer decisions[N_DECISIONS];
    Views decision_views;
} ModelObject;

static int take_block(Block *block, const Py_buffer *views) {
    Py_ssize_t n = length_as(&views[0], sizeof(int32_t));
    block->width = length_as(&views[2], sizeof(float));
    if (views[1].len != n * block->width || views[3].len != views[0].len) return refuse("weights of another shape");
    const int32_t *columns = views[0].buf, *squares = views[3].buf;
    for (Py_ssize_t k = 0; k < n; k++) {
        int32_t least = k ? columns[k - 1] + 1 : 0;
        if (columns[k] < least || columns[k] >= 1 << COLUMN_BITS) return refuse("columns out of order");
        if (squares[k] < 0 || squares[k] >= SQUARE_BASE * SQUARE_BASE) return refuse("squares too large");
    }
    block->scale = views[2].buf;
    if (block_make(block, columns, views[1].buf, squares, n)) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static int take_lexicon(Lexicon *lexicon, const Py_buffer *views) {
    Py_ssize_t n = length_as(&views[LINES], sizeof(int64_t));
    int64_t length = length_as(&views[TABLE], sizeof(uint32_t));
    const int64_t *starts = views[LINES].buf, *tabs = views[TABS].buf;
    if (!has(&views[TABS], 2 * n, sizeof(int64_t))) return refuse("terms of another number");
    for (Py_ssize_t k = 0; k < n; k++) {
        if (starts[k] < 0 || starts[k] > tabs[2 * k] || tabs[2 * k] >= tabs[2 * k + 1] || tabs[2 * k + 1] > length) {
            return refuse("terms outside the table");
        }
    }
    if (lexicon_make(lexicon, views[TABLE].buf, starts, tabs, n)) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static int heads_take(ModelObject *self, PyObject *arrays) {
    Heads *heads = &self->heads;
    const Py_buffer *v = self->arrays;
    if (take_views(&self->views, self->arrays, arrays, N_HEADS, N_HEADS)) return -1;
    if (take_block(&heads->own, &v[OWN_COLUMNS]) || take_block(&heads->context, &v[CONTEXT_COLUMNS])) return -1;
    if (!has(&v[WHOLE_LENGTH], heads->context.width, 1)) return refuse("lengths of another number");
    heads->whole_length = v[WHOLE_LENGTH].buf;
    heads->section_hashes = v[SECTIONS].buf;
    self->n_sections = length_as(&v[SECTIONS], sizeof(uint64_t));
    return take_lexicon(&heads->lexicon, v);
}

/* --- decisions ----------------------------------------------------------------------------------------------- */

/* The numbers in SETTINGS. */
enum {
    FLOOR, QUIET, LEAST, LIKELY, BIAS_OF_CLAUSE, BIAS_OF_ANY, BIAS_OF_LABEL,
    LOGISTIC_LOW, LOGISTIC_STEPS, LOG_ODDS_LOW, LOG_ODDS_STEPS, LOG_OF_MORE_LOW, LOG_OF_MORE_STEPS,
    N_SETTINGS
};

/* Columns of evidence; see EVIDENCE in nlp/candidates.py, and nlp/verdicts.py and outcomes.py. */
enum { EVIDENCE_BEFORE_STATUSES = 28, ANY_EVIDENCE = 7, LABEL_EVIDENCE = 9, OUTCOME_EVIDENCE = 7, N_TURNS = 4 };

static int take_shape(Shape *shape, const Py_buffer *view, const Heads *heads) {
    if (!has(view, 1, sizeof(Shape))) return refuse("heads of another number");
    memcpy(shape, view->buf, sizeof(Shape));
    const OwnHeads *own = &shape->own;
    const ContextHeads *context = &shape->context;
    int64_t n = shape->n_labels, statuses = shape->n_statuses;
    if (n < 1 || shape->n_subs < 1 || shape->n_facets < 0 || statuses < 1) return refuse("no labels");
    int64_t own_ends[] = {own->clause + n + 1, own->topic + shape->n_subs, own->entry + n + 1, own->status[0] + statuses,
                          own->status[1] + statuses, own->status[2] + statuses};
    int64_t context_ends[] = {context->clause + n + 1, context->before + n + 1, context->after + n + 1,
                              context->topic + shape->n_subs, context->entry + n + 1, context->facets + shape->n_facets,
                              context->status[0] + statuses, context->status[1] + statuses, context->status[2] + statuses};
    const int64_t *numbers = view->buf;
    for (size_t k = 0; k < sizeof(Shape) / sizeof(int64_t); k++) {
        if (numbers[k] < 0) return refuse("heads outside the weights");
    }
    for (size_t k = 0; k < sizeof own_ends / sizeof *own_ends; k++) {
        if (own_ends[k] > heads->own.width) return refuse("heads outside the weights");
    }
    for (size_t k = 0; k < sizeof context_ends / sizeof *context_ends; k++) {
        if (context_ends[k] > heads->context.width) return refuse("heads outside the weights");
    }
    return 0;
}

static int take_curve(Curve *curve, const Py_buffer *view, double low, double per_unit) {
    *curve = (Curve){low, per_unit, view->buf, length_as(view, sizeof(double))};
    return curve->n < 2 ? refuse("a curve of one point") : 0;
}

static int take_decision(Decision *decision, const Py_buffer *views, int64_t n, double bias) {
    *decision = (Decision){views[0].buf, views[1].buf, views[2].buf, views[3].buf, bias, n};
    int good = has(&views[0], n, sizeof(double)) && has(&views[1], n, sizeof(double)) && has(&views[2], n, sizeof(double)) &&
               has(&views[3], n * n, sizeof(double));
    return good ? 0 : refuse("a decision over other evidence");
}

/* Does a list of words end where it should? */
static int is_list(const Py_buffer *view) {
    const uint32_t *codes = view->buf;
    Py_ssize_t n = length_as(view, sizeof(uint32_t)), at = 0;
    while (at < n && codes[at]) at += codes[at] + 1;
    return at == n - 1;
}

static int take_words(DetailWords *words, const Py_buffer *v) {
    for (int k = KIN; k <= PEOPLE_COUNTED; k++) {
        if (!is_list(&v[k])) return refuse("words without an end");
    }
    Py_ssize_t n = length_as(&v[NUMBERS], sizeof(uint32_t));
    if (!has(&v[SIGNS], PLANE, sizeof(uint32_t)) || !has(&v[REACH], N_KINDS + 1, sizeof(int64_t)) || n % 2 == 0 ||
        ((const uint32_t *)v[NUMBERS].buf)[n - 1]) {
        return refuse("signs of another number");
    }
    *words = (DetailWords){v[SIGNS].buf,   v[KIN].buf,    v[OF_HOUSEHOLDS].buf, v[GROUPS].buf,         v[PEOPLE].buf,
                           v[GENERAL].buf, v[PLACES].buf, v[UNITS].buf,         v[PEOPLE_COUNTED].buf, v[NUMBERS].buf,
                           v[REACH].buf};
    return 0;
}

static int take_outcomes(Model *model, const Py_buffer *v) {
    int64_t statuses = model->shape.n_statuses, wide = 3 * statuses;
    model->n_outcome_evidence = 5 * statuses + OUTCOME_EVIDENCE + model->shape.n_labels;
    model->n_turns = N_TURNS;
    model->farthest = length_as(&v[PLACE_WEIGHTS], sizeof(double)) / (3 * N_TURNS);
    int good = has(&v[MIDDLE], model->n_outcome_evidence, sizeof(double)) &&
               has(&v[HALVES], model->n_outcome_evidence, sizeof(double)) &&
               has(&v[OUTCOME_WEIGHTS], (model->n_outcome_evidence + wide * (wide + 1) / 2) * statuses, sizeof(double)) &&
               has(&v[OUTCOME_BIAS], statuses, sizeof(double)) && model->farthest > 0 &&
               has(&v[PLACE_WEIGHTS], 3 * N_TURNS * model->farthest, sizeof(double));
    model->middle = v[MIDDLE].buf;
    model->half = v[HALVES].buf;
    model->outcome_weights = v[OUTCOME_WEIGHTS].buf;
    model->outcome_bias = v[OUTCOME_BIAS].buf;
    model->place_weights = v[PLACE_WEIGHTS].buf;
    return good ? 0 : refuse("outcomes of another shape");
}

static int take_biases(Model *model, const Py_buffer *v) {
    const Shape *shape = &model->shape;
    model->biases = (Biases){v[CLAUSE_BIAS].buf, v[TOPIC_BIAS].buf, v[ENTRY_BIAS].buf, v[FACETS_BIAS].buf,
                             v[STATUS_BIAS].buf};
    model->label_of_sub = v[LABEL_OF_SUB].buf;
    model->thresholds = v[THRESHOLDS].buf;
    int good = has(&v[CLAUSE_BIAS], shape->n_labels + 1, sizeof(float)) &&
               has(&v[TOPIC_BIAS], shape->n_subs, sizeof(float)) &&
               has(&v[ENTRY_BIAS], shape->n_labels + 1, sizeof(float)) &&
               has(&v[FACETS_BIAS], shape->n_facets, sizeof(float)) &&
               has(&v[STATUS_BIAS], shape->n_statuses, sizeof(float)) &&
               has(&v[LABEL_OF_SUB], shape->n_subs, sizeof(int64_t)) &&
               has(&v[THRESHOLDS], shape->n_labels, sizeof(double)) && lie_below(&v[LABEL_OF_SUB], shape->n_labels, 0);
    return good ? 0 : refuse("biases of another number");
}

static int take_curves(Curves *curves, const Py_buffer *v, const double *settings) {
    curves->logs = v[LOGS].buf;
    curves->n_logs = length_as(&v[LOGS], sizeof(double));
    if (curves->n_logs < 1) return refuse("no logarithms");
    return take_curve(&curves->logistic, &v[LOGISTIC], settings[LOGISTIC_LOW], settings[LOGISTIC_STEPS]) ||
           take_curve(&curves->log_odds, &v[LOG_ODDS], settings[LOG_ODDS_LOW], settings[LOG_ODDS_STEPS]) ||
           take_curve(&curves->log_of_more, &v[LOG_OF_MORE], settings[LOG_OF_MORE_LOW], settings[LOG_OF_MORE_STEPS]);
}

static int decisions_take(ModelObject *self, PyObject *arrays) {
    Model *model = &self->model;
    const Py_buffer *v = self->decisions;
    if (take_views(&self->decision_views, self->decisions, arrays, N_DECISIONS, N_DECISIONS)) return -1;
    if (take_shape(&model->shape, &v[SHAPE], &self->heads)) return -1;
    if (!has(&v[SETTINGS], N_SETTINGS, sizeof(double))) return refuse("settings of another number");
    const double *settings = v[SETTINGS].buf;
    model->floor = settings[FLOOR];
    model->quiet = settings[QUIET];
    model->least = settings[LEAST];
    model->likely = settings[LIKELY];
    int64_t n = EVIDENCE_BEFORE_STATUSES + model->shape.n_statuses;
    return take_biases(model, v) || take_curves(&model->curves, v, settings) ||
                   take_decision(&model->clause, &v[CLAUSE_DECISION], n, settings[BIAS_OF_CLAUSE]) ||
                   take_decision(&model->any_need, &v[ANY_NEED], ANY_EVIDENCE, settings[BIAS_OF_ANY]) ||
                   take_decision(&model->label, &v[LABEL], LABEL_EVIDENCE, settings[BIAS_OF_LABEL]) ||
                   take_outcomes(model, v) || take_words(&self->words, v)
               ? -1
               : 0;
}

static PyObject *model_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named)) {
    PyObject *heads, *decisions;
    if (!PyArg_ParseTuple(args, "O!O!", &PyTuple_Type, &heads, &PyTuple_Type, &decisions)) return NULL;
    ModelObject *self = make(type);
    if (self && (heads_take(self, heads) || (PyTuple_Size(decisions) && decisions_take(self, decisions)))) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void model_dealloc(PyObject *object) {
    ModelObject *self = (ModelObject *)object;
    lexicon_free(&self->heads.lexicon);
    block_free(&self->heads.own);
    block_free(&self->heads.context);
    give_back(&self->views);
    give_back(&self->decision_views);
    unmake(object);
}

/* --- a batch ------------------------------------------------------------------------------------------------- */

/* The arrays that every batch comes with. */
enum { CODES, CLAUSE_STARTS, CLAUSE_ENDS, CLAUSE_SECTIONS, WORD_STARTS, WORD_ENDS, N_BATCH };

static int take_batch(Batch *batch, const ModelObject *model, const Py_buffer *v) {
    int64_t length = length_as(&v[CODES], sizeof(uint32_t));
    if (!lies_within(&v[CLAUSE_STARTS], &v[CLAUSE_ENDS], length)) return refuse("clauses outside the text");
    if (!lies_within(&v[WORD_STARTS], &v[WORD_ENDS], length)) return refuse("words outside the text");
    if (v[CLAUSE_SECTIONS].len != v[CLAUSE_STARTS].len) return refuse("sections of another number");
    if (!lie_below(&v[CLAUSE_SECTIONS], model->n_sections, 0)) return refuse("no such section");
    *batch = (Batch){
        v[CODES].buf, v[CLAUSE_STARTS].buf, v[CLAUSE_ENDS].buf, v[CLAUSE_SECTIONS].buf,
        length_as(&v[CLAUSE_STARTS], sizeof(int64_t)),
        v[WORD_STARTS].buf, v[WORD_ENDS].buf, length_as(&v[WORD_STARTS], sizeof(int64_t)),
    };
    return 0;
}

static PyObject *score_py(PyObject *object, PyObject *args) {
    enum { OWN = N_BATCH, CONTEXT, N };
    ModelObject *self = (ModelObject *)object;
    Py_buffer v[N];
    Views views;
    Batch batch;
    int failed = take_views(&views, v, args, N, OWN) || take_batch(&batch, self, v);
    if (!failed && (!has(&v[OWN], batch.n_clauses * self->heads.own.width, sizeof(float)) ||
                    !has(&v[CONTEXT], batch.n_clauses * self->heads.context.width, sizeof(float)))) {
        failed = refuse("no room for the scores");
    }
    if (!failed) {
        Py_BEGIN_ALLOW_THREADS
        Bench *bench = bench_make(&self->heads);
        failed = !bench || heads_score(&self->heads, &batch, 0, batch.n_clauses, bench, v[OWN].buf, v[CONTEXT].buf);
        bench_free(bench);
        Py_END_ALLOW_THREADS
        if (failed) PyErr_NoMemory();
    }
    give_back(&views);
    if (failed) return NULL;
    Py_RETURN_NONE;
}

/* What ``find`` takes behind the arrays of a batch. */
enum { OFFSETS = N_BATCH, ENTRIES, EDITED, EDIT_STARTS, EDIT_ENDS, EDIT_SIZES, FACETS, N_FIND };

/* Check what says where the clauses and the edits belong. */
static int check_places(const Texts *texts, const Batch *batch, const Py_buffer *v, int64_t n_facets) {
    if (!has(&v[ENTRIES], batch->n_clauses, sizeof(int64_t)) || !lie_below(&v[ENTRIES], texts->n, 1)) {
        return refuse("no such entry");
    }
    if (!lie_below(&v[EDITED], texts->n, 1) || v[EDIT_STARTS].len != v[EDITED].len || v[EDIT_SIZES].len != v[EDITED].len ||
        !lies_within(&v[EDIT_STARTS], &v[EDIT_ENDS], INT64_MAX) || !lie_below(&v[EDIT_SIZES], INT64_MAX, 0)) {
        return refuse("edits of another number");
    }
    return has(&v[FACETS], texts->n * n_facets, sizeof(float)) ? 0 : refuse("no room for the facets");
}

/* Needs and details as they lie in memory; a list that was never begun is no bytes. */
static PyObject *bytes_of(const Answers *answers) {
    return Py_BuildValue("y#y#", answers->needs ? (const char *)answers->needs : "", answers->n_needs * (Py_ssize_t)sizeof(Need),
                         answers->slots ? (const char *)answers->slots : "", answers->n_slots * (Py_ssize_t)sizeof(Slot));
}

static PyObject *find_py(PyObject *object, PyObject *args) {
    ModelObject *self = (ModelObject *)object;
    Py_buffer v[N_FIND];
    Views views;
    Batch batch;
    Texts texts;
    Answers answers = {0};
    PyObject *arrays, *found = NULL;
    int labels_only;
    if (!PyArg_ParseTuple(args, "O!p", &PyTuple_Type, &arrays, &labels_only)) return NULL;
    if (!self->model.shape.n_labels) return PyErr_Format(PyExc_ValueError, "a model without decisions");
    int failed = take_views(&views, v, arrays, N_FIND, FACETS) || take_batch(&batch, self, v) ||
                 take_texts(&texts, &v[CODES], &v[OFFSETS]) ||
                 check_places(&texts, &batch, v, self->model.shape.n_facets);
    if (!failed) {
        Tools tools = {&self->heads, &self->model, labels_only ? NULL : &self->words};
        Edits edits = {v[EDITED].buf, v[EDIT_STARTS].buf, v[EDIT_ENDS].buf, v[EDIT_SIZES].buf,
                       length_as(&v[EDITED], sizeof(int64_t))};
        Py_BEGIN_ALLOW_THREADS
        failed = tag_entries(&tools, &texts, &batch, v[ENTRIES].buf, &edits, &answers, v[FACETS].buf);
        Py_END_ALLOW_THREADS
        if (failed) PyErr_NoMemory();
        else found = bytes_of(&answers);
        answers_free(&answers);
    }
    give_back(&views);
    return found;
}

static PyMethodDef model_methods[] = {
    {"score", score_py, METH_VARARGS,
     "score(codes, starts, ends, sections, word_starts, word_ends, own, context): fill in what each column says."},
    {"find", find_py, METH_VARARGS, "find(arrays, labels_only): give the needs of a batch, and fill in its facets."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot model_slots[] = {
    {Py_tp_new, model_new},
    {Py_tp_dealloc, model_dealloc},
    {Py_tp_methods, model_methods},
    {Py_tp_doc, "Model(heads, decisions): the weights and the lexicon of a model, and what decides on what they say."},
    {0, NULL},
};

PyType_Spec model_spec = {"minqing.nlp._native.Model", sizeof(ModelObject), 0, Py_TPFLAGS_DEFAULT, model_slots};
