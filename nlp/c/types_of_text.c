/* ``Words``, a dictionary, and ``Characters``, what a text is looked at with. */
#include "python.h"

/* Give arrays back, and how much was filled in; nothing where something was refused. */
static PyObject *counted(Views *views, ptrdiff_t count) {
    give_back(views);
    return count < 0 ? NULL : PyLong_FromSsize_t(count);
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
    WordsObject *self = make(type);
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
    words_free(&((WordsObject *)object)->words);
    unmake(object);
}

static PyObject *words_cut_py(PyObject *object, PyObject *args) {
    enum { CODES, STARTS, ENDS, N };
    Py_buffer v[N];
    Views views;
    ptrdiff_t count = -1;
    if (!take_views(&views, v, args, N, STARTS)) {
        ptrdiff_t n = length_as(&v[CODES], sizeof(uint32_t));
        if (!has(&v[STARTS], n, sizeof(int64_t)) || !has(&v[ENDS], n, sizeof(int64_t))) {
            refuse("no room for the words");
        } else {
            Py_BEGIN_ALLOW_THREADS
            count = words_cut(&((WordsObject *)object)->words, v[CODES].buf, n, v[STARTS].buf, v[ENDS].buf);
            Py_END_ALLOW_THREADS
        }
    }
    return counted(&views, count);
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

PyType_Spec words_spec = {"minqing.nlp._native.Words", sizeof(WordsObject), 0, Py_TPFLAGS_DEFAULT, words_slots};

/* --- Characters ---------------------------------------------------------------------------------------------- */

enum { CLASSES, SIMPLE, IRREGULAR_PAIRS, REGIONAL_PAIRS, FIRST_WORDS, WORD_STARTS, WORD_CODES, N_TABLES };

typedef struct {
    PyObject_HEAD
    Characters characters;
    Py_buffer arrays[N_TABLES];
    Views views;
} CharactersObject;

static void take_pairs(Pairs *pairs, const Py_buffer *view) {
    pairs_make(pairs, view->buf, length_as(view, sizeof(int64_t)));
}

/* The words before the first of a pair are those of one character. */
static int take_regional(Regional *words, const Py_buffer *v) {
    Py_ssize_t pairs = length_as(&v[REGIONAL_PAIRS], sizeof(int64_t)), n = length_as(&v[WORD_STARTS], sizeof(int64_t)) - 1;
    const int64_t *first = v[FIRST_WORDS].buf, *starts = v[WORD_STARTS].buf;
    if (n < 0 || !has(&v[FIRST_WORDS], pairs + 1, sizeof(int64_t)) || !lie_below(&v[FIRST_WORDS], n + 1, 1) ||
        !lie_below(&v[WORD_STARTS], length_as(&v[WORD_CODES], sizeof(uint32_t)) + 1, 1) || first[pairs] != n) {
        return refuse("words of another number");
    }
    for (Py_ssize_t k = 0; k < n; k++) {
        if (starts[k + 1] - starts[k] < (k < first[0] ? 1 : 2)) return refuse("words of another length");
    }
    take_pairs(&words->pairs, &v[REGIONAL_PAIRS]);
    words->first = first;
    words->starts = starts;
    words->codes = v[WORD_CODES].buf;
    words->n_alone = first[0];
    return 0;
}

static PyObject *characters_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named)) {
    CharactersObject *self = make(type);
    if (!self) return NULL;
    const Py_buffer *v = self->arrays;
    int failed = take_views(&self->views, self->arrays, args, N_TABLES, N_TABLES);
    if (!failed && (!has(&v[CLASSES], PLANE, sizeof(uint16_t)) || !has(&v[SIMPLE], PLANE, sizeof(uint16_t)))) {
        failed = refuse("tables of another length");
    }
    if (failed || take_regional(&self->characters.regional, v)) {
        Py_DECREF(self);
        return NULL;
    }
    self->characters.classes = v[CLASSES].buf;
    self->characters.simple = v[SIMPLE].buf;
    take_pairs(&self->characters.irregular, &v[IRREGULAR_PAIRS]);
    return (PyObject *)self;
}

static void characters_dealloc(PyObject *object) {
    give_back(&((CharactersObject *)object)->views);
    unmake(object);
}

static PyObject *look_py(PyObject *object, PyObject *args) {
    enum { CODES, OFFSETS, SIMPLIFIED_CODES, FOUND, N };
    Py_buffer v[N];
    Views views;
    Texts texts;
    int failed = take_views(&views, v, args, N, SIMPLIFIED_CODES) || take_texts(&texts, &v[CODES], &v[OFFSETS]);
    if (!failed && (v[SIMPLIFIED_CODES].len != v[CODES].len || !has(&v[FOUND], texts.n, sizeof(uint32_t)))) {
        failed = refuse("no room for what is seen");
    }
    if (!failed) look(&((CharactersObject *)object)->characters, &texts, v[SIMPLIFIED_CODES].buf, v[FOUND].buf);
    give_back(&views);
    if (failed) return NULL;
    Py_RETURN_NONE;
}

/* Take what a search is given: codes, offsets, perhaps what each text holds, and from ``out`` on arrays to be filled, with
 * room for one find a character. 0 or -1. */
static int take_search(Views *views, Py_buffer *v, PyObject *args, int n, int out, Texts *texts) {
    if (take_views(views, v, args, n, out) || take_texts(texts, &v[0], &v[1])) return -1;
    for (int k = 2; k < out; k++) {
        if (!has(&v[k], texts->n, sizeof(uint32_t))) return refuse("what other texts hold");
    }
    for (int k = out; k < n; k++) {
        if (!has(&v[k], texts->length, sizeof(int64_t))) return refuse("no room for what is found");
    }
    return 0;
}

static PyObject *clauses_py(PyObject *object, PyObject *args) {
    enum { CODES, OFFSETS, STARTS, ENDS, ENTRIES, N };
    Py_buffer v[N];
    Views views;
    Texts texts;
    ptrdiff_t count = -1;
    if (!take_search(&views, v, args, N, STARTS, &texts)) {
        count = cut_clauses(&((CharactersObject *)object)->characters, &texts, v[STARTS].buf, v[ENDS].buf, v[ENTRIES].buf);
    }
    return counted(&views, count);
}

static PyObject *fields_py(PyObject *object, PyObject *args) {
    enum { CODES, OFFSETS, FOUND, ENTRIES, STARTS, NAMES, ENDS, N };
    Py_buffer v[N];
    Views views;
    Texts texts;
    ptrdiff_t count = -1;
    if (!take_search(&views, v, args, N, ENTRIES, &texts)) {
        count = find_fields(&((CharactersObject *)object)->characters, &texts, v[FOUND].buf, v[ENTRIES].buf, v[STARTS].buf,
                            v[NAMES].buf, v[ENDS].buf);
    }
    return counted(&views, count);
}

static PyObject *regional_py(PyObject *object, PyObject *args) {
    enum { CODES, OFFSETS, FOUND, ENTRIES, PLACES, WORDS, N };
    Py_buffer v[N];
    Views views;
    Texts texts;
    ptrdiff_t count = -1;
    if (!take_search(&views, v, args, N, ENTRIES, &texts)) {
        count = find_regional(&((CharactersObject *)object)->characters, &texts, v[FOUND].buf, v[ENTRIES].buf, v[PLACES].buf,
                              v[WORDS].buf);
    }
    return counted(&views, count);
}

static PyMethodDef characters_methods[] = {
    {"look", look_py, METH_VARARGS, "look(codes, offsets, simplified, found): simplify texts and say what each holds."},
    {"fields", fields_py, METH_VARARGS, "fields(codes, offsets, found, entries, starts, names, ends): fill in the fields."},
    {"regional", regional_py, METH_VARARGS, "regional(codes, offsets, found, entries, places, words): fill in the words."},
    {"clauses", clauses_py, METH_VARARGS, "clauses(codes, offsets, starts, ends, entries): fill in the clauses of texts."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot characters_slots[] = {
    {Py_tp_new, characters_new},
    {Py_tp_dealloc, characters_dealloc},
    {Py_tp_methods, characters_methods},
    {Py_tp_doc, "Characters(classes, simple, irregular, pairs, first, starts, codes): what a text is looked at with."},
    {0, NULL},
};

PyType_Spec characters_spec = {
    "minqing.nlp._native.Characters", sizeof(CharactersObject), 0, Py_TPFLAGS_DEFAULT, characters_slots,
};
