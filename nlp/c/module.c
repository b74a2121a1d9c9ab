/* The module ``minqing.nlp._native``, and how its types take arrays. */
#include "python.h"

int refuse(const char *what) {
    PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

int take_views(Views *views, Py_buffer *room, PyObject *tuple, int n, int writable) {
    *views = (Views){room, 0};
    if (!PyTuple_Check(tuple) || PyTuple_Size(tuple) != n) return refuse("arrays of another number");
    for (; views->count < n; views->count++) {
        int flags = views->count < writable ? PyBUF_SIMPLE : PyBUF_WRITABLE;
        if (PyObject_GetBuffer(PyTuple_GetItem(tuple, views->count), &room[views->count], flags)) return -1;
    }
    return 0;
}

void give_back(Views *views) {
    while (views->count > 0) PyBuffer_Release(&views->of[--views->count]);
}

Py_ssize_t length_as(const Py_buffer *view, size_t size) { return view->len / (Py_ssize_t)size; }

int has(const Py_buffer *view, int64_t count, size_t size) { return view->len == count * (int64_t)size; }

int lies_within(const Py_buffer *starts, const Py_buffer *ends, int64_t limit) {
    const int64_t *start = starts->buf, *end = ends->buf;
    if (starts->len != ends->len) return 0;
    for (Py_ssize_t k = 0, n = length_as(starts, sizeof(int64_t)); k < n; k++) {
        if (start[k] < 0 || start[k] > end[k] || end[k] > limit) return 0;
    }
    return 1;
}

int lie_below(const Py_buffer *view, int64_t limit, int ascending) {
    const int64_t *values = view->buf;
    for (Py_ssize_t k = 0, n = length_as(view, sizeof(int64_t)); k < n; k++) {
        if (values[k] < 0 || values[k] >= limit || (ascending && k && values[k] < values[k - 1])) return 0;
    }
    return 1;
}

int take_texts(Texts *texts, const Py_buffer *codes, const Py_buffer *offsets) {
    const int64_t *from = offsets->buf;
    *texts = (Texts){codes->buf, from, length_as(codes, sizeof(uint32_t)), length_as(offsets, sizeof(int64_t))};
    if (!lie_below(offsets, texts->length + 1, 1)) return refuse("texts that begin outside");
    for (Py_ssize_t k = 1; k < texts->n; k++) {
        if (from[k] == from[k - 1]) return refuse("texts without a newline between");
    }
    return 0;
}

void *make(PyTypeObject *type) { return ((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0); }

void unmake(PyObject *object) {
    PyTypeObject *type = Py_TYPE(object);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(object);
    Py_DECREF(type);
}

static int add_type(PyObject *module, const char *name, PyType_Spec *spec) {
    PyObject *type = PyType_FromSpec(spec);
    if (!type) return -1;
    int failed = PyModule_AddObjectRef(module, name, type);
    Py_DECREF(type);
    return failed;
}

static int module_exec(PyObject *module) {
    return add_type(module, "Words", &words_spec) || add_type(module, "Characters", &characters_spec) ||
                   add_type(module, "Model", &model_spec)
               ? -1
               : 0;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, module_exec}, {0, NULL}};

static PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, "minqing.nlp._native", "The fast path of tagging; see nlp/native.py.", 0,
    NULL, module_slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&module_def); }
