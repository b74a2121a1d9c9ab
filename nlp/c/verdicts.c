/* Chances of clauses -> the labels an entry holds, and the mentions of each; see nlp/verdicts.py and nlp/mentions.py. */
#include <string.h>

#include "native.h"

/* The candidates of an entry by label: the greatest chance, the last candidate that has it, and the sum. */
static void gather(const Model *model, Desk *desk, ptrdiff_t n_candidates) {
    ptrdiff_t n = model->shape.n_labels;
    memset(desk->best, 0, (size_t)n * sizeof(double));
    memset(desk->sums, 0, (size_t)n * sizeof(double));
    for (ptrdiff_t k = 0; k < n_candidates; k++) {
        const Candidate *one = &desk->candidates[k];
        desk->sums[one->label] += one->chance;
        if (one->chance >= desk->best[one->label]) {
            desk->best[one->label] = one->chance;
            desk->best_at[one->label] = k;
        }
    }
}

/* The chance that an entry holds any need; ``expected`` is the sum of the best chances. */
static double any_need(const Model *model, Desk *desk, double expected) {
    const Scores *scores = &desk->scores;
    double top[TOP] = {0}, *out = desk->values;
    float best_need = NOBODY;
    for (ptrdiff_t l = 0; l < model->shape.n_labels; l++) {
        if (desk->best[l] <= top[0]) continue;
        int t = 0;
        for (; t + 1 < TOP && desk->best[l] > top[t + 1]; t++) top[t] = top[t + 1];
        top[t] = desk->best[l];
    }
    for (ptrdiff_t c = 0; c < scores->n; c++) best_need = scores->need[c] > best_need ? scores->need[c] : best_need;
    for (int t = 0; t < TOP; t++) *out++ = curve_at(&model->curves.log_odds, top[t]);
    *out++ = scores->entry_need;
    *out++ = best_need;
    *out++ = log_of(&model->curves, scores->n);
    *out++ = expected;
    return chance_of(&model->curves, logit_of(&model->any_need, desk->values, desk->values + model->any_need.n));
}

/* The chance that an entry holds a need of a label. */
static double label_chance(const Model *model, Desk *desk, ptrdiff_t n_candidates, ptrdiff_t label, double any,
                           double expected) {
    const Curve *odds = &model->curves.log_odds;
    ptrdiff_t clause = desk->candidates[desk->best_at[label]].clause;
    double others = 0, beside = 0, *out = desk->values;
    for (ptrdiff_t l = 0; l < model->shape.n_labels; l++) {
        if (l != label && desk->best[l] > others) others = desk->best[l];
    }
    for (ptrdiff_t k = desk->best_at[label]; k > 0 && desk->candidates[k - 1].clause == clause; k--) {
        if (desk->candidates[k - 1].chance > beside) beside = desk->candidates[k - 1].chance;
    }
    for (ptrdiff_t k = desk->best_at[label] + 1; k < n_candidates && desk->candidates[k].clause == clause; k++) {
        if (desk->candidates[k].chance > beside) beside = desk->candidates[k].chance;
    }
    *out++ = curve_at(odds, desk->best[label]);
    *out++ = curve_at(&model->curves.log_of_more, desk->sums[label]);
    *out++ = curve_at(odds, others);
    *out++ = curve_at(odds, beside);
    *out++ = curve_at(odds, any);
    *out++ = expected - desk->best[label];
    *out++ = desk->scores.entry_labels[label];
    *out++ = desk->scores.entry_need;
    *out++ = log_of(&model->curves, desk->scores.n);
    return chance_of(&model->curves, logit_of(&model->label, desk->values, desk->values + model->label.n));
}

/* Join neighbouring clauses that speak of a label into mentions; give how many there are now. */
static ptrdiff_t join(const Model *model, Desk *desk, ptrdiff_t n_candidates, ptrdiff_t label, double chance,
                      ptrdiff_t count) {
    ptrdiff_t before = count;
    for (ptrdiff_t k = 0; k < n_candidates; k++) {
        const Candidate *one = &desk->candidates[k];
        if (one->label != label || (one->chance < model->likely && k != desk->best_at[label])) continue;
        if (count > before && desk->mentions[count - 1].last + 1 == one->clause) desk->mentions[count - 1].last++;
        else desk->mentions[count++] = (Mention){label, 0, -1, one->clause, one->clause, chance};
    }
    return count;
}

static int stands_before(const Mention *one, const Mention *other) {
    return one->first != other->first ? one->first < other->first : one->label < other->label;
}

static void sort(Mention *mentions, ptrdiff_t count) {
    for (ptrdiff_t k = 1; k < count; k++) {
        Mention one = mentions[k];
        ptrdiff_t at = k;
        for (; at > 0 && stands_before(&one, &mentions[at - 1]); at--) mentions[at] = mentions[at - 1];
        mentions[at] = one;
    }
}

ptrdiff_t find_mentions(const Model *model, Desk *desk, ptrdiff_t n_candidates) {
    ptrdiff_t count = 0;
    double expected = 0;
    gather(model, desk, n_candidates);
    for (ptrdiff_t l = 0; l < model->shape.n_labels; l++) expected += desk->best[l];
    double any = any_need(model, desk, expected);
    if (any < model->quiet) return 0;
    for (ptrdiff_t l = 0; l < model->shape.n_labels; l++) {
        if (desk->best[l] <= model->least) continue;
        double chance = label_chance(model, desk, n_candidates, l, any, expected);
        if (chance >= model->thresholds[l]) count = join(model, desk, n_candidates, l, chance, count);
    }
    sort(desk->mentions, count);
    return count;
}

void choose_subs(const Model *model, Desk *desk, ptrdiff_t n_mentions) {
    const Shape *shape = &model->shape;
    for (ptrdiff_t k = 0; k < n_mentions; k++) {
        Mention *of = &desk->mentions[k];
        float best = 0;
        of->sub = -1;
        for (ptrdiff_t s = 0; s < shape->n_subs; s++) {
            if (model->label_of_sub[s] != of->label) continue;
            float vote = desk->scores.subs[of->first * shape->n_subs + s];
            for (ptrdiff_t c = of->first + 1; c <= of->last; c++) {
                if (desk->scores.subs[c * shape->n_subs + s] > vote) vote = desk->scores.subs[c * shape->n_subs + s];
            }
            if (of->sub < 0 || vote > best) {
                best = vote;
                of->sub = s;
            }
        }
        if (of->sub < 0) of->sub = 0;
    }
}
