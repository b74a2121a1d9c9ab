/* Curves, and logistic models over evidence in whole steps; see nlp/curves.py and nlp/mentions.py. */
#include <math.h>

#include "native.h"

#define STEPS 1024.0
#define CHANCE_STEPS 1048576.0

double curve_at(const Curve *curve, double x) {
    double place = (x - curve->low) * curve->per_unit, last = (double)(curve->n - 1);
    place = !(place > 0) ? 0 : place > last ? last : place; /* what is no number counts as the lowest */
    ptrdiff_t before = (ptrdiff_t)place;
    if (before > curve->n - 2) before = curve->n - 2;
    double value = curve->values[before];
    return value + (curve->values[before + 1] - value) * (place - (double)before);
}

double log_of(const Curves *curves, ptrdiff_t count) {
    return curves->logs[(count < curves->n_logs ? count : curves->n_logs) - 1];
}

double chance_of(const Curves *curves, double logit) {
    return rint(curve_at(&curves->logistic, logit) * CHANCE_STEPS) / CHANCE_STEPS;
}

WIDEST
void scale_evidence(double *values, const double *middle, const double *half, ptrdiff_t n) {
    for (ptrdiff_t k = 0; k < n; k++) {
        double value = (values[k] - middle[k]) / half[k];
        value = value < -1 ? -1 : value > 1 ? 1 : value;
        values[k] = rint(value * STEPS) / STEPS;
    }
}

WIDEST
static double sum_of(const Decision *by, const double *restrict values, double *restrict products) {
    ptrdiff_t n = by->n;
    double sum = 0;
    for (ptrdiff_t k = 0; k < n; k++) products[k] = by->weights[k];
    for (ptrdiff_t j = 0; j < n; j++) {
        const double *restrict row = by->products + j * n;
        double value = values[j];
        for (ptrdiff_t k = j & ~(ptrdiff_t)3; k < n; k++) products[k] += value * row[k];
    }
    for (ptrdiff_t k = 0; k < n; k++) sum += products[k] * values[k];
    return sum;
}

double logit_of(const Decision *by, double *values, double *room) {
    scale_evidence(values, by->middle, by->half, by->n);
    return sum_of(by, values, room) + by->bias;
}
