/* Products of the clauses of an entry -> what each head says; see nlp/scores.py. */
#include <math.h>

#include "native.h"

/* What a head says of a clause: its own features and its context. */
static float heard(const float *own, const float *context, int64_t own_at, int64_t context_at) {
    return own[own_at] + context[context_at];
}

static float whole(double sum, ptrdiff_t n) { return (float)(sum / sqrt((double)(n > 1 ? n : 1))); }

void scores_put(const Shape *shape, const Biases *biases, ptrdiff_t own_width, ptrdiff_t context_width, const float *own,
                const float *context, Scores *scores) {
    const OwnHeads *of = &shape->own;
    const ContextHeads *in = &shape->context;
    ptrdiff_t n = scores->n;
    for (ptrdiff_t c = 0; c < n; c++) {
        const float *o = own + c * own_width, *x = context + c * context_width;
        const float *before = c > 0 ? x - context_width + in->before : NULL;
        const float *after = c + 1 < n ? x + context_width + in->after : NULL;
        for (ptrdiff_t k = 0; k <= shape->n_labels; k++) {
            float value = heard(o, x, of->clause + k, in->clause + k);
            value = value + (before ? before[k] : 0.0f) + (after ? after[k] : 0.0f) + biases->clause[k];
            if (k < shape->n_labels) scores->labels[c * shape->n_labels + k] = value;
            else scores->need[c] = value;
        }
        for (ptrdiff_t k = 0; k < shape->n_subs; k++) {
            scores->subs[c * shape->n_subs + k] = heard(o, x, of->topic + k, in->topic + k) + biases->topic[k];
        }
        for (int place = 0; place < 3; place++) {
            for (ptrdiff_t k = 0; k < shape->n_statuses; k++) {
                scores->status[place][c * shape->n_statuses + k] = heard(o, x, of->status[place] + k, in->status[place] + k);
            }
        }
    }
    for (ptrdiff_t k = 0; k <= shape->n_labels; k++) {
        double sum = 0;
        for (ptrdiff_t c = 0; c < n; c++) {
            sum += heard(own + c * own_width, context + c * context_width, of->entry + k, in->entry + k);
        }
        float value = whole(sum, n) + biases->entry[k];
        if (k < shape->n_labels) scores->entry_labels[k] = value;
        else scores->entry_need = value;
    }
    for (ptrdiff_t k = 0; k < shape->n_facets; k++) {
        double sum = 0;
        for (ptrdiff_t c = 0; c < n; c++) sum += context[c * context_width + in->facets + k];
        scores->facets[k] = whole(sum, n) + biases->facets[k];
    }
}
