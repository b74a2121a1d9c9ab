/* What the heads say of each candidate, and the sum that decides on it; see nlp/candidates.py and nlp/mentions.py.
 *
 * Evidence is brought into whole steps before it is multiplied, so that every sum is exact, in any order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"

#define STEPS 1024.0
#define NOBODY (-2.0f)
#define NOTHING (-9.0f)
#define TOP 3

/* The highest of a row, and the one after it. */
typedef struct {
    float best, second;
} Highest;

static Highest highest(const float *row, ptrdiff_t n) {
    Highest found = {-INFINITY, -INFINITY};
    for (ptrdiff_t k = 0; k < n; k++) {
        if (row[k] > found.best) {
            found.second = found.best;
            found.best = row[k];
        } else if (row[k] > found.second) {
            found.second = row[k];
        }
    }
    return found;
}

static float lead(float mine, Highest of) { return mine - (mine == of.best ? of.second : of.best); }

/* Put the TOP highest of a row, ascending; fewer than that are filled up from below. */
static void put_top(const float *row, ptrdiff_t n, float *top) {
    for (int t = 0; t < TOP; t++) top[t] = NOTHING;
    for (ptrdiff_t k = 0; k < n; k++) {
        if (row[k] <= top[0]) continue;
        int t = 0;
        for (; t + 1 < TOP && row[k] > top[t + 1]; t++) top[t] = top[t + 1];
        top[t] = row[k];
    }
}

/* The clauses of one entry, and what is the same for all candidates in it. */
typedef struct {
    ptrdiff_t first, end;
    float *best_label; /* (n_labels,) */
    float best_need;
    float top_best[TOP], top_entry[TOP];
} EntryView;

static void view_entry(const Candidates *of, ptrdiff_t entry, EntryView *view) {
    ptrdiff_t n = of->n_labels;
    memcpy(view->best_label, of->labels + view->first * n, (size_t)n * sizeof(float));
    view->best_need = of->need[view->first];
    for (ptrdiff_t c = view->first + 1; c < view->end; c++) {
        const float *row = of->labels + c * n;
        for (ptrdiff_t l = 0; l < n; l++) {
            if (row[l] > view->best_label[l]) view->best_label[l] = row[l];
        }
        if (of->need[c] > view->best_need) view->best_need = of->need[c];
    }
    put_top(view->best_label, n, view->top_best);
    put_top(of->entry_labels + entry * n, n, view->top_entry);
}

/* Give the best second-level score of each label: (n_clauses, n_labels). */
static void put_topics(const Candidates *of, float *topics) {
    for (ptrdiff_t c = 0; c < of->n_clauses; c++) {
        float *row = topics + c * of->n_labels;
        for (ptrdiff_t l = 0; l < of->n_labels; l++) row[l] = -INFINITY;
        for (ptrdiff_t s = 0; s < of->n_subs; s++) {
            float value = of->subs[c * of->n_subs + s];
            if (value > row[of->label_of_sub[s]]) row[of->label_of_sub[s]] = value;
        }
    }
}

/* The value that the clause ``by`` places on has, in the same entry. */
static float neighbour(const float *values, ptrdiff_t width, ptrdiff_t column, ptrdiff_t clause, ptrdiff_t by,
                       const EntryView *view) {
    ptrdiff_t there = clause + by;
    return there >= view->first && there < view->end ? values[there * width + column] : NOBODY;
}

/* What a clause says to every candidate in it. */
typedef struct {
    Highest label, topic;
    ptrdiff_t positive;
} ClauseView;

static void put_evidence(const Candidates *of, const float *topics, const EntryView *entry, const ClauseView *seen,
                         ptrdiff_t e, ptrdiff_t c, ptrdiff_t l, double *out) {
    ptrdiff_t n = of->n_labels, size = entry->end - entry->first, position = c - entry->first;
    float label = of->labels[c * n + l], topic = topics[c * n + l], need = of->need[c];
    *out++ = label;
    *out++ = need;
    *out++ = topic;
    *out++ = lead(topic, seen->topic);
    *out++ = of->entry_labels[e * n + l];
    *out++ = of->entry_need[e];
    *out++ = lead(label, seen->label);
    *out++ = entry->best_label[l] - label;
    *out++ = entry->best_need;
    *out++ = of->log_sizes[e];
    *out++ = entry->best_need - need;
    *out++ = neighbour(of->labels, n, l, c, -1, entry);
    *out++ = neighbour(of->labels, n, l, c, 1, entry);
    *out++ = neighbour(topics, n, l, c, -1, entry);
    *out++ = neighbour(topics, n, l, c, 1, entry);
    *out++ = neighbour(of->need, 1, 0, c, -1, entry);
    *out++ = neighbour(of->need, 1, 0, c, 1, entry);
    *out++ = neighbour(of->need, 1, 0, c, -2, entry);
    *out++ = neighbour(of->need, 1, 0, c, 2, entry);
    *out++ = (double)position;
    *out++ = (double)position / (double)(size > 2 ? size - 1 : 1);
    *out++ = (double)seen->positive;
    for (int t = 0; t < TOP; t++) *out++ = entry->top_best[t];
    for (int t = 0; t < TOP; t++) *out++ = entry->top_entry[t];
    for (ptrdiff_t s = 0; s < of->n_statuses; s++) *out++ = of->status[c * of->n_statuses + s];
}

WIDEST
static double logit_of(const Logistic *by, double *restrict values, double *restrict products) {
    ptrdiff_t n = by->n;
    double sum = 0;
    for (ptrdiff_t k = 0; k < n; k++) {
        double value = (values[k] - by->middle[k]) / by->half[k];
        value = value < -1 ? -1 : value > 1 ? 1 : value;
        values[k] = rint(value * STEPS) / STEPS;
        products[k] = 0;
    }
    for (ptrdiff_t j = 0; j < n; j++) {
        const double *restrict row = by->products + j * n;
        double value = values[j];
        for (ptrdiff_t k = j & ~(ptrdiff_t)3; k < n; k++) products[k] += value * row[k];
    }
    for (ptrdiff_t k = 0; k < n; k++) sum += (by->weights[k] + products[k]) * values[k];
    return sum + by->bias;
}

ptrdiff_t candidates_find(const Candidates *of, const Logistic *by, int64_t *clauses, int64_t *labels, double *logits) {
    ptrdiff_t n = of->n_labels, count = 0;
    float *topics = malloc((size_t)(of->n_clauses * n + n + 1) * sizeof(float));
    double *values = malloc((size_t)by->n * 2 * sizeof(double));
    EntryView entry = {0};
    if (!topics || !values) count = -1;
    else {
        put_topics(of, topics);
        entry.best_label = topics + of->n_clauses * n;
    }
    for (ptrdiff_t c = 0; count >= 0 && c < of->n_clauses; c++) {
        ptrdiff_t e = of->entries[c];
        if (c == 0 || of->entries[c - 1] != e) {
            entry.first = c;
            for (entry.end = c + 1; entry.end < of->n_clauses && of->entries[entry.end] == e;) entry.end++;
            view_entry(of, e, &entry);
        }
        ClauseView seen = {highest(of->labels + c * n, n), highest(topics + c * n, n), 0};
        for (ptrdiff_t l = 0; l < n; l++) seen.positive += of->labels[c * n + l] > 0;
        for (ptrdiff_t l = 0; l < n; l++) {
            if (!(of->labels[c * n + l] + 0.5f * of->entry_labels[e * n + l] > of->floor)) continue;
            put_evidence(of, topics, &entry, &seen, e, c, l, values);
            clauses[count] = c;
            labels[count] = l;
            logits[count++] = logit_of(by, values, values + by->n);
        }
    }
    free(topics);
    free(values);
    return count;
}
