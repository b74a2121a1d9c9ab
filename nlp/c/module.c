/* What Python sees: ``Words`` and ``Heads``. Arrays come in as buffers; nlp/native.py vouches for their kinds, and
 * here every length is checked before anything is read. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdlib.h>

#include "native.h"

static int refuse(const char *what) {
    PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

/* --- Words --------------------------------------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    Words words;
} WordsObject;

static PyObject *words_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named)) {
    const char *data;
    Py_ssize_t size;
    if (!PyArg_ParseTuple(args, "y#", &data, &size)) return NULL;
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    WordsObject *self = (WordsObject *)allocate(type, 0);
    if (!self) return NULL;
    int failed;
    Py_BEGIN_ALLOW_THREADS
    failed = words_read(&self->words, data, (size_t)size);
    Py_END_ALLOW_THREADS
    if (failed) {
        Py_DECREF(self);
        return PyErr_NoMemory();
    }
    return (PyObject *)self;
}

static void words_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    words_free(&((WordsObject *)object)->words);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static PyObject *words_cut_py(PyObject *object, PyObject *args) {
    Py_buffer codes, starts, ends;
    if (!PyArg_ParseTuple(args, "y*w*w*", &codes, &starts, &ends)) return NULL;
    ptrdiff_t n = codes.len / (ptrdiff_t)sizeof(uint32_t), count = -1;
    if (starts.len < n * (ptrdiff_t)sizeof(int64_t) || ends.len < n * (ptrdiff_t)sizeof(int64_t)) {
        refuse("no room for the words");
    } else {
        Py_BEGIN_ALLOW_THREADS
        count = words_cut(&((WordsObject *)object)->words, codes.buf, n, starts.buf, ends.buf);
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&codes);
    PyBuffer_Release(&starts);
    PyBuffer_Release(&ends);
    return count < 0 ? NULL : PyLong_FromSsize_t(count);
}

static PyMethodDef words_methods[] = {
    {"cut", words_cut_py, METH_VARARGS, "cut(codes, starts, ends): fill in where each word begins and ends."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot words_slots[] = {
    {Py_tp_new, words_new},
    {Py_tp_dealloc, words_dealloc},
    {Py_tp_methods, words_methods},
    {Py_tp_doc, "Words(data): a dictionary as jieba writes it, which cuts without the hidden Markov model."},
    {0, NULL},
};

static PyType_Spec words_spec = {
    "minqing.nlp._native.Words", sizeof(WordsObject), 0, Py_TPFLAGS_DEFAULT, words_slots,
};

/* --- Heads --------------------------------------------------------------------------------------------------- */

/* The arrays a Heads is made of, in the order of its arguments. */
enum {
    OWN_COLUMNS, OWN_WEIGHTS, OWN_SCALE, OWN_SQUARES,
    CONTEXT_COLUMNS, CONTEXT_WEIGHTS, CONTEXT_SCALE, CONTEXT_SQUARES, WHOLE_LENGTH,
    TERMS, FIRST, COUNTS, SENSES, NAMES, TABLE, TABLE_STARTS, TABLE_ENDS, SECTIONS,
    N_ARRAYS
};

typedef struct {
    PyObject_HEAD
    Heads heads;
    Py_buffer arrays[N_ARRAYS];
    int taken;
    Py_ssize_t n_sections;
} HeadsObject;

static Py_ssize_t length_as(const Py_buffer *view, size_t size) { return view->len / (Py_ssize_t)size; }

static int lies_within(const Py_buffer *starts, const Py_buffer *ends, int64_t limit) {
    const int64_t *start = starts->buf, *end = ends->buf;
    if (starts->len != ends->len) return 0;
    for (Py_ssize_t k = 0, n = length_as(starts, sizeof(int64_t)); k < n; k++) {
        if (start[k] < 0 || start[k] > end[k] || end[k] > limit) return 0;
    }
    return 1;
}

static int lie_below(const Py_buffer *view, int64_t limit, int ascending) {
    const int64_t *values = view->buf;
    for (Py_ssize_t k = 0, n = length_as(view, sizeof(int64_t)); k < n; k++) {
        if (values[k] < 0 || values[k] >= limit || (ascending && k && values[k] < values[k - 1])) return 0;
    }
    return 1;
}

static int take_block(Block *block, const Py_buffer *views) {
    Py_ssize_t n = length_as(&views[0], sizeof(int32_t));
    block->width = length_as(&views[2], sizeof(float));
    if (views[1].len != n * block->width || views[3].len != views[0].len) return refuse("weights of another shape");
    const int32_t *columns = views[0].buf;
    for (Py_ssize_t k = 0; k < n; k++) {
        if (columns[k] < (k ? columns[k - 1] + 1 : 0) || columns[k] >= 1 << COLUMN_BITS) return refuse("columns out of order");
    }
    block->weights = views[1].buf;
    block->scale = views[2].buf;
    block->squares = views[3].buf;
    if (block_make(block, columns, n)) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static int take_lexicon(Lexicon *lexicon, const Py_buffer *views) {
    Py_ssize_t n = length_as(&views[TERMS], sizeof(uint64_t));
    if (views[FIRST].len != views[TERMS].len || views[COUNTS].len != views[TERMS].len ||
        !lies_within(&views[TABLE_STARTS], &views[TABLE_ENDS], length_as(&views[TABLE], sizeof(uint32_t)))) {
        return refuse("terms of another length");
    }
    const int64_t *first = views[FIRST].buf, *counts = views[COUNTS].buf, *senses = views[SENSES].buf;
    for (Py_ssize_t k = 0; k < n; k++) {
        if (first[k] < 0 || counts[k] < 0 || first[k] + counts[k] > length_as(&views[SENSES], sizeof(int64_t))) {
            return refuse("no such concept");
        }
    }
    if (!lie_below(&views[SENSES], length_as(&views[NAMES], sizeof(uint64_t)), 0)) return refuse("no such concept");
    lexicon->senses = senses;
    lexicon->names = views[NAMES].buf;
    if (lexicon_make(lexicon, views[TERMS].buf, views[FIRST].buf, views[COUNTS].buf, n, views[TABLE].buf,
                     views[TABLE_STARTS].buf, views[TABLE_ENDS].buf, length_as(&views[TABLE_STARTS], sizeof(int64_t)))) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static int heads_take(HeadsObject *self, PyObject *args) {
    PyObject *objects[N_ARRAYS];
    Heads *heads = &self->heads;
    if (!PyArg_ParseTuple(args, "OOOOOOOOOOOOOOOOOO", &objects[0], &objects[1], &objects[2], &objects[3], &objects[4],
                          &objects[5], &objects[6], &objects[7], &objects[8], &objects[9], &objects[10], &objects[11],
                          &objects[12], &objects[13], &objects[14], &objects[15], &objects[16], &objects[17])) {
        return -1;
    }
    for (; self->taken < N_ARRAYS; self->taken++) {
        if (PyObject_GetBuffer(objects[self->taken], &self->arrays[self->taken], PyBUF_SIMPLE)) return -1;
    }
    if (take_block(&heads->own, &self->arrays[OWN_COLUMNS])) return -1;
    if (take_block(&heads->context, &self->arrays[CONTEXT_COLUMNS])) return -1;
    if (self->arrays[WHOLE_LENGTH].len != heads->context.width) return refuse("lengths of another number");
    heads->whole_length = self->arrays[WHOLE_LENGTH].buf;
    heads->section_hashes = self->arrays[SECTIONS].buf;
    self->n_sections = length_as(&self->arrays[SECTIONS], sizeof(uint64_t));
    return take_lexicon(&heads->lexicon, self->arrays);
}

static PyObject *heads_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named)) {
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    HeadsObject *self = (HeadsObject *)allocate(type, 0);
    if (self && heads_take(self, args)) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static void heads_dealloc(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    HeadsObject *self = (HeadsObject *)object;
    lexicon_free(&self->heads.lexicon);
    block_free(&self->heads.own);
    block_free(&self->heads.context);
    while (self->taken > 0) PyBuffer_Release(&self->arrays[--self->taken]);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

/* The arrays of a batch, in the order of the arguments of ``score``. */
enum { CODES, CLAUSE_STARTS, CLAUSE_ENDS, CLAUSE_SECTIONS, WORD_STARTS, WORD_ENDS, OWN, CONTEXT, N_VIEWS };

static int check_batch(const HeadsObject *self, const Py_buffer *views) {
    int64_t length = length_as(&views[CODES], sizeof(uint32_t));
    Py_ssize_t n = length_as(&views[CLAUSE_STARTS], sizeof(int64_t));
    const int64_t *sections = views[CLAUSE_SECTIONS].buf;
    if (!lies_within(&views[CLAUSE_STARTS], &views[CLAUSE_ENDS], length)) return refuse("clauses outside the text");
    if (!lies_within(&views[WORD_STARTS], &views[WORD_ENDS], length)) return refuse("words outside the text");
    if (views[CLAUSE_SECTIONS].len != views[CLAUSE_STARTS].len) return refuse("sections of another number");
    for (Py_ssize_t k = 0; k < n; k++) {
        if (sections[k] < 0 || sections[k] >= self->n_sections) return refuse("no such section");
    }
    if (length_as(&views[OWN], sizeof(float)) != n * self->heads.own.width ||
        length_as(&views[CONTEXT], sizeof(float)) != n * self->heads.context.width) {
        return refuse("no room for the scores");
    }
    return 0;
}

static PyObject *heads_score_py(PyObject *object, PyObject *args) {
    HeadsObject *self = (HeadsObject *)object;
    Py_buffer views[N_VIEWS];
    if (!PyArg_ParseTuple(args, "y*y*y*y*y*y*w*w*", &views[0], &views[1], &views[2], &views[3], &views[4], &views[5],
                          &views[6], &views[7])) {
        return NULL;
    }
    int failed = check_batch(self, views);
    if (!failed) {
        Batch batch = {
            views[CODES].buf, views[CLAUSE_STARTS].buf, views[CLAUSE_ENDS].buf, views[CLAUSE_SECTIONS].buf,
            length_as(&views[CLAUSE_STARTS], sizeof(int64_t)),
            views[WORD_STARTS].buf, views[WORD_ENDS].buf, length_as(&views[WORD_STARTS], sizeof(int64_t)),
        };
        Py_BEGIN_ALLOW_THREADS
        failed = heads_score(&self->heads, &batch, views[OWN].buf, views[CONTEXT].buf);
        Py_END_ALLOW_THREADS
        if (failed) PyErr_NoMemory();
    }
    for (int k = 0; k < N_VIEWS; k++) PyBuffer_Release(&views[k]);
    if (failed) return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef heads_methods[] = {
    {"score", heads_score_py, METH_VARARGS,
     "score(codes, starts, ends, sections, word_starts, word_ends, own, context): fill in what each column says."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot heads_slots[] = {
    {Py_tp_new, heads_new},
    {Py_tp_dealloc, heads_dealloc},
    {Py_tp_methods, heads_methods},
    {Py_tp_doc, "Heads(…): the weights and the lexicon of a model, ready to score clauses."},
    {0, NULL},
};

static PyType_Spec heads_spec = {
    "minqing.nlp._native.Heads", sizeof(HeadsObject), 0, Py_TPFLAGS_DEFAULT, heads_slots,
};

/* --- candidates ---------------------------------------------------------------------------------------------- */

/* The arrays of ``candidates``, in the order of its arguments. */
enum {
    LABELS, NEED, SUBS, ENTRY_LABELS, ENTRY_NEED, STATUS, ENTRIES, LABEL_OF_SUB, LOG_SIZES,
    MIDDLE, HALF, WEIGHTS, PRODUCTS,
    FOUND_CLAUSES, FOUND_LABELS, FOUND_LOGITS, N_CANDIDATE_VIEWS
};

/* Columns of evidence beside those of the statuses; see EVIDENCE in nlp/candidates.py. */
#define EVIDENCE_BEFORE_STATUSES 28

static int fits(const Py_buffer *view, ptrdiff_t count, size_t size) { return view->len == count * (ptrdiff_t)size; }

static int check_candidates(const Py_buffer *v, const Candidates *of, const Logistic *by) {
    ptrdiff_t n = of->n_clauses, m = of->n_entries;
    int good = fits(&v[LABELS], n * of->n_labels, sizeof(float)) && fits(&v[SUBS], n * of->n_subs, sizeof(float)) &&
               fits(&v[ENTRY_LABELS], m * of->n_labels, sizeof(float)) && fits(&v[ENTRIES], n, sizeof(int64_t)) &&
               fits(&v[STATUS], n * of->n_statuses, sizeof(float)) && fits(&v[LOG_SIZES], m, sizeof(double)) &&
               fits(&v[MIDDLE], by->n, sizeof(double)) && fits(&v[HALF], by->n, sizeof(double)) &&
               fits(&v[WEIGHTS], by->n, sizeof(double)) && fits(&v[PRODUCTS], by->n * by->n, sizeof(double)) &&
               fits(&v[FOUND_CLAUSES], n * of->n_labels, sizeof(int64_t)) &&
               fits(&v[FOUND_LABELS], n * of->n_labels, sizeof(int64_t)) &&
               fits(&v[FOUND_LOGITS], n * of->n_labels, sizeof(double));
    if (!good) return refuse("scores of another shape");
    if (by->n != EVIDENCE_BEFORE_STATUSES + of->n_statuses) return refuse("a decision over other evidence");
    if (!lie_below(&v[ENTRIES], m, 1) || !lie_below(&v[LABEL_OF_SUB], of->n_labels, 0)) return refuse("no such number");
    return 0;
}

static PyObject *candidates_py(PyObject *Py_UNUSED(module), PyObject *args) {
    Py_buffer v[N_CANDIDATE_VIEWS];
    Py_ssize_t n_labels, n_statuses;
    float floor;
    double bias;
    if (!PyArg_ParseTuple(args, "nnfdy*y*y*y*y*y*y*y*y*y*y*y*y*w*w*w*", &n_labels, &n_statuses, &floor, &bias, &v[0],
                          &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], &v[9], &v[10], &v[11], &v[12],
                          &v[13], &v[14], &v[15])) {
        return NULL;
    }
    Candidates of = {
        v[LABELS].buf, v[NEED].buf, v[SUBS].buf, v[ENTRY_LABELS].buf, v[ENTRY_NEED].buf, v[STATUS].buf,
        v[ENTRIES].buf, v[LABEL_OF_SUB].buf, v[LOG_SIZES].buf,
        length_as(&v[NEED], sizeof(float)), length_as(&v[ENTRY_NEED], sizeof(float)),
        n_labels, length_as(&v[LABEL_OF_SUB], sizeof(int64_t)), n_statuses, floor,
    };
    Logistic by = {v[MIDDLE].buf, v[HALF].buf, v[WEIGHTS].buf, v[PRODUCTS].buf, bias,
                   length_as(&v[MIDDLE], sizeof(double))};
    ptrdiff_t count = -1;
    if (!check_candidates(v, &of, &by)) {
        Py_BEGIN_ALLOW_THREADS
        count = candidates_find(&of, &by, v[FOUND_CLAUSES].buf, v[FOUND_LABELS].buf, v[FOUND_LOGITS].buf);
        Py_END_ALLOW_THREADS
        if (count < 0) PyErr_NoMemory();
    }
    for (int k = 0; k < N_CANDIDATE_VIEWS; k++) PyBuffer_Release(&v[k]);
    return count < 0 ? NULL : PyLong_FromSsize_t(count);
}

static PyMethodDef module_methods[] = {
    {"candidates", candidates_py, METH_VARARGS,
     "candidates(n_labels, n_statuses, floor, bias, *arrays): find the candidates and what is decided on them."},
    {NULL, NULL, 0, NULL},
};

/* --- the module ---------------------------------------------------------------------------------------------- */

static int add_type(PyObject *module, const char *name, PyType_Spec *spec) {
    PyObject *type = PyType_FromSpec(spec);
    if (!type) return -1;
    int failed = PyModule_AddObjectRef(module, name, type);
    Py_DECREF(type);
    return failed;
}

static int module_exec(PyObject *module) {
    return add_type(module, "Words", &words_spec) || add_type(module, "Heads", &heads_spec) ? -1 : 0;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, "minqing.nlp._native", "The fast path of tagging; see nlp/native.py.", 0,
    module_methods,
    module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&module_def); }
