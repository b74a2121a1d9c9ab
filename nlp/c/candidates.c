/* What the heads say of each candidate of an entry; see nlp/candidates.py. */
#include <math.h>
#include <string.h>

#include "native.h"

#define NOTHING (-9.0f)

/* The highest of a row, and the one after it. */
typedef struct {
    float best, second;
} Highest;

static Highest highest(const float *row, ptrdiff_t n) {
    Highest found = {-INFINITY, -INFINITY};
    for (ptrdiff_t k = 0; k < n; k++) { /* no branch: nobody can guess which is higher */
        float lower = row[k] < found.best ? row[k] : found.best;
        found.second = lower > found.second ? lower : found.second;
        found.best = row[k] > found.best ? row[k] : found.best;
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

/* What is the same for all candidates in an entry. */
typedef struct {
    float best_need, top_best[TOP], top_entry[TOP];
    double log_size;
} EntryView;

static void view_entry(const Model *model, const Desk *desk, EntryView *view) {
    const Scores *of = &desk->scores;
    ptrdiff_t n = model->shape.n_labels;
    memcpy(desk->best_label, of->labels, (size_t)n * sizeof(float));
    view->best_need = of->need[0];
    for (ptrdiff_t c = 1; c < of->n; c++) {
        const float *row = of->labels + c * n;
        for (ptrdiff_t l = 0; l < n; l++) {
            if (row[l] > desk->best_label[l]) desk->best_label[l] = row[l];
        }
        if (of->need[c] > view->best_need) view->best_need = of->need[c];
    }
    put_top(desk->best_label, n, view->top_best);
    put_top(of->entry_labels, n, view->top_entry);
    view->log_size = log_of(&model->curves, of->n);
}

/* Give the best second-level score of each label of a clause, which few clauses are asked for: (n_labels,). */
static const float *topics_of(const Model *model, const Desk *desk, ptrdiff_t clause) {
    const Shape *shape = &model->shape;
    const float *subs = desk->scores.subs + clause * shape->n_subs;
    float *row = desk->topics + clause * shape->n_labels;
    if (desk->known[clause]) return row;
    for (ptrdiff_t l = 0; l < shape->n_labels; l++) row[l] = -INFINITY;
    for (ptrdiff_t s = 0; s < shape->n_subs;) {
        int64_t label = model->label_of_sub[s];
        float best = row[label];
        for (; s < shape->n_subs && model->label_of_sub[s] == label; s++) best = subs[s] > best ? subs[s] : best;
        row[label] = best;
    }
    desk->known[clause] = 1;
    return row;
}

/* The value that the clause ``by`` places on has, in the same entry. */
static float neighbour(const float *values, ptrdiff_t width, ptrdiff_t column, ptrdiff_t clause, ptrdiff_t by, ptrdiff_t n) {
    ptrdiff_t there = clause + by;
    return there >= 0 && there < n ? values[there * width + column] : NOBODY;
}

static float neighbouring_topic(const Model *model, const Desk *desk, ptrdiff_t label, ptrdiff_t clause, ptrdiff_t by) {
    ptrdiff_t there = clause + by;
    return there >= 0 && there < desk->scores.n ? topics_of(model, desk, there)[label] : NOBODY;
}

/* What a clause says to every candidate in it. */
typedef struct {
    Highest label, topic;
    ptrdiff_t positive;
} ClauseView;

static ClauseView view_clause(const Model *model, const Desk *desk, ptrdiff_t clause) {
    ptrdiff_t n = model->shape.n_labels;
    const float *labels = desk->scores.labels + clause * n;
    ClauseView view = {highest(labels, n), highest(topics_of(model, desk, clause), n), 0};
    for (ptrdiff_t l = 0; l < n; l++) view.positive += labels[l] > 0;
    return view;
}

static void put_evidence(const Model *model, const Desk *desk, const EntryView *entry, const ClauseView *seen, ptrdiff_t c,
                         ptrdiff_t l, double *out) {
    const Scores *of = &desk->scores;
    ptrdiff_t n = model->shape.n_labels, size = of->n;
    float label = of->labels[c * n + l], topic = desk->topics[c * n + l], need = of->need[c];
    *out++ = label;
    *out++ = need;
    *out++ = topic;
    *out++ = lead(topic, seen->topic);
    *out++ = of->entry_labels[l];
    *out++ = of->entry_need;
    *out++ = lead(label, seen->label);
    *out++ = desk->best_label[l] - label;
    *out++ = entry->best_need;
    *out++ = entry->log_size;
    *out++ = entry->best_need - need;
    *out++ = neighbour(of->labels, n, l, c, -1, size);
    *out++ = neighbour(of->labels, n, l, c, 1, size);
    *out++ = neighbouring_topic(model, desk, l, c, -1);
    *out++ = neighbouring_topic(model, desk, l, c, 1);
    *out++ = neighbour(of->need, 1, 0, c, -1, size);
    *out++ = neighbour(of->need, 1, 0, c, 1, size);
    *out++ = neighbour(of->need, 1, 0, c, -2, size);
    *out++ = neighbour(of->need, 1, 0, c, 2, size);
    *out++ = (double)c;
    *out++ = (double)c / (double)(size > 2 ? size - 1 : 1);
    *out++ = (double)seen->positive;
    for (int t = 0; t < TOP; t++) *out++ = entry->top_best[t];
    for (int t = 0; t < TOP; t++) *out++ = entry->top_entry[t];
    for (ptrdiff_t s = 0; s < model->shape.n_statuses; s++) *out++ = of->status[0][c * model->shape.n_statuses + s];
}

ptrdiff_t find_candidates(const Model *model, Desk *desk) {
    const Scores *of = &desk->scores;
    ptrdiff_t n = model->shape.n_labels, count = 0;
    EntryView entry;
    view_entry(model, desk, &entry);
    memset(desk->known, 0, (size_t)of->n);
    for (ptrdiff_t c = 0; c < of->n; c++) {
        const float *labels = of->labels + c * n;
        ClauseView seen;
        ptrdiff_t before = count;
        for (ptrdiff_t l = 0; l < n; l++) {
            if (!(labels[l] + 0.5f * of->entry_labels[l] > (float)model->floor)) continue;
            if (count == before) seen = view_clause(model, desk, c);
            put_evidence(model, desk, &entry, &seen, c, l, desk->values);
            double logit = logit_of(&model->clause, desk->values, desk->values + model->clause.n);
            desk->candidates[count++] = (Candidate){c, l, chance_of(&model->curves, logit)};
        }
    }
    return count;
}
