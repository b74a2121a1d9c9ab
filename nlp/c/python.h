/* What the files that Python sees share. Arrays come in as buffers, in tuples of a fixed order; ``nlp/native.py`` vouches
 * for their kinds, and here every length and every number is checked before anything is read. */
#ifndef MINQING_PYTHON_H
#define MINQING_PYTHON_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "native.h"

extern PyType_Spec words_spec, characters_spec, model_spec;

/* Refuse what came in: give -1, with a ValueError. */
int refuse(const char *what);

/* Arrays taken from a tuple, to be given back. */
typedef struct {
    Py_buffer *of;
    int count;
} Views;

/* Take ``n`` arrays from a tuple; those from ``writable`` on are to be written to. 0 or -1. */
int take_views(Views *views, Py_buffer *room, PyObject *tuple, int n, int writable);
void give_back(Views *views);

Py_ssize_t length_as(const Py_buffer *view, size_t size);
int has(const Py_buffer *view, int64_t count, size_t size);
int lies_within(const Py_buffer *starts, const Py_buffer *ends, int64_t limit);
int lie_below(const Py_buffer *view, int64_t limit, int ascending);

/* Take texts laid end to end, with at least a newline between where two of them begin. 0 or -1. */
int take_texts(Texts *texts, const Py_buffer *codes, const Py_buffer *offsets);

/* Make an object of a type, everything in it 0. */
void *make(PyTypeObject *type);
void unmake(PyObject *object);

#endif
