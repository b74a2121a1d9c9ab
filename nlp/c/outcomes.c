/* What became of each need of an entry; see nlp/status.py and nlp/outcomes.py. */
#include <string.h>

#include "native.h"

enum { OWN, SOONER, LATER, N_PLACES };

static double place_weight(const Model *model, int place, ptrdiff_t turns, ptrdiff_t distance) {
    if (turns > model->n_turns - 1) turns = model->n_turns - 1;
    if (distance > model->farthest) distance = model->farthest;
    return model->place_weights[(place * model->n_turns + turns) * model->farthest + distance - 1];
}

static void add(const Model *model, const Desk *desk, int place, ptrdiff_t clause, double weight, double *heard) {
    ptrdiff_t n = model->shape.n_statuses;
    const float *said = desk->scores.status[place] + clause * n;
    for (ptrdiff_t s = 0; s < n; s++) heard[place * n + s] += (double)said[s] * weight;
}

/* Say how many clauses up to each one begin a mention. */
static void count_beginnings(const Desk *desk, ptrdiff_t n_mentions) {
    memset(desk->begun, 0, (size_t)desk->scores.n * sizeof *desk->begun);
    for (ptrdiff_t k = 0; k < n_mentions; k++) desk->begun[desk->mentions[k].first] = 1;
    for (ptrdiff_t c = 1; c < desk->scores.n; c++) desk->begun[c] += desk->begun[c - 1];
}

/* Put what is heard in each place around a mention: (N_PLACES, n_statuses). */
static void hear(const Model *model, const Desk *desk, const Mention *of, double *heard) {
    const ptrdiff_t *begun = desk->begun;
    memset(heard, 0, (size_t)(N_PLACES * model->shape.n_statuses) * sizeof *heard);
    for (ptrdiff_t c = of->first; c <= of->last; c++) {
        add(model, desk, OWN, c, place_weight(model, OWN, 0, of->last - of->first + 1), heard);
    }
    for (ptrdiff_t c = of->last + 1; c < desk->scores.n; c++) {
        add(model, desk, LATER, c, place_weight(model, LATER, begun[c] - begun[of->last], c - of->last), heard);
    }
    for (ptrdiff_t c = 0; c < of->first; c++) {
        ptrdiff_t begins = begun[c] - (c > 0 ? begun[c - 1] : 0);
        add(model, desk, SOONER, c, place_weight(model, SOONER, begun[of->first] - 1 - begun[c] + begins, of->first - c),
            heard);
    }
}

/* All that a mention's places say of a status, one after another. */
static double total(const Model *model, const double *heard, ptrdiff_t status) {
    ptrdiff_t n = model->shape.n_statuses;
    return (double)model->biases.status[status] + heard[status] + heard[n + status] + heard[2 * n + status];
}

static void put_evidence(const Model *model, const Desk *desk, ptrdiff_t n_mentions, ptrdiff_t number, double *out) {
    const Mention *of = &desk->mentions[number];
    ptrdiff_t n = model->shape.n_statuses, wide = N_PLACES * n, alike = 0;
    const double *heard = desk->heard + number * wide;
    ptrdiff_t inside = of->last - of->first + 1, after = desk->scores.n - 1 - of->last, before = of->first;
    memcpy(out, heard, (size_t)wide * sizeof *out);
    out += wide;
    for (ptrdiff_t s = 0; s < n; s++) {
        double sum = 0;
        for (ptrdiff_t k = 0; k < n_mentions; k++) sum += total(model, desk->heard + k * wide, s);
        *out++ = (sum - total(model, heard, s)) / (double)(n_mentions > 2 ? n_mentions - 1 : 1);
    }
    for (ptrdiff_t s = 0; s < n; s++) {
        float most = after ? desk->scores.status[LATER][(of->last + 1) * n + s] : 0;
        for (ptrdiff_t c = of->last + 2; c < desk->scores.n; c++) {
            float said = desk->scores.status[LATER][c * n + s];
            if (said > most) most = said;
        }
        *out++ = most;
    }
    for (ptrdiff_t k = 0; k < n_mentions; k++) alike += desk->mentions[k].label == of->label;
    *out++ = (double)n_mentions;
    *out++ = (double)alike;
    *out++ = (double)number;
    *out++ = log_of(&model->curves, after + 1);
    *out++ = log_of(&model->curves, before + 1);
    *out++ = (double)inside;
    *out++ = log_of(&model->curves, after + before + inside);
    for (ptrdiff_t l = 0; l < model->shape.n_labels; l++) *out++ = l == of->label;
}

/* Add the products of what is heard, two by two, behind the evidence. */
static void put_products(const Model *model, double *terms) {
    ptrdiff_t wide = N_PLACES * model->shape.n_statuses;
    double *out = terms + model->n_outcome_evidence;
    for (ptrdiff_t a = 0; a < wide; a++) {
        for (ptrdiff_t b = a; b < wide; b++) *out++ = terms[a] * terms[b];
    }
}

WIDEST
static void weigh(const double *terms, ptrdiff_t n_terms, const double *restrict weights, ptrdiff_t n,
                  double *restrict sums) {
    for (ptrdiff_t k = 0; k < n_terms; k++) {
        for (ptrdiff_t s = 0; s < n; s++) sums[s] += terms[k] * weights[k * n + s];
    }
}

void choose_statuses(const Model *model, Desk *desk, ptrdiff_t n_mentions) {
    ptrdiff_t n = model->shape.n_statuses, wide = N_PLACES * n;
    ptrdiff_t n_terms = model->n_outcome_evidence + wide * (wide + 1) / 2;
    double *sums = desk->terms + n_terms;
    count_beginnings(desk, n_mentions);
    for (ptrdiff_t k = 0; k < n_mentions; k++) hear(model, desk, &desk->mentions[k], desk->heard + k * wide);
    for (ptrdiff_t k = 0; k < n_mentions; k++) {
        ptrdiff_t best = 0;
        put_evidence(model, desk, n_mentions, k, desk->terms);
        scale_evidence(desk->terms, model->middle, model->half, model->n_outcome_evidence);
        put_products(model, desk->terms);
        memset(sums, 0, (size_t)n * sizeof *sums);
        weigh(desk->terms, n_terms, model->outcome_weights, n, sums);
        for (ptrdiff_t s = 0; s < n; s++) sums[s] += model->outcome_bias[s];
        for (ptrdiff_t s = 1; s < n; s++) best = sums[s] > sums[best] ? s : best;
        desk->mentions[k].status = best;
    }
}
