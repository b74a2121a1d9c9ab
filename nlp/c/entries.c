/* A batch, entry by entry, so that all that is known of one stays near the processor; see nlp/tagger.py, decisions.py. */
#include <stdlib.h>
#include <string.h>

#include "native.h"

/* --- room ----------------------------------------------------------------------------------------------------- */

/* Hand out ``count`` things of a size from a piece of memory, or only count them where there is none yet. */
static void *hand_out(char *memory, size_t *used, ptrdiff_t count, size_t size) {
    void *place = memory ? memory + *used : NULL;
    *used += ((size_t)count * size + 63) / 64 * 64;
    return place;
}

static size_t lay_out(Desk *desk, const Model *model, const Heads *heads, ptrdiff_t n, char *memory) {
    const Shape *shape = &model->shape;
    ptrdiff_t heard = 3 * shape->n_statuses, most = n * shape->n_labels;
    ptrdiff_t evidence = model->clause.n > model->label.n ? model->clause.n : model->label.n;
    size_t used = 0;
    if (model->any_need.n > evidence) evidence = model->any_need.n;
    desk->own = hand_out(memory, &used, n * heads->own.width, sizeof(float));
    desk->context = hand_out(memory, &used, n * heads->context.width, sizeof(float));
    desk->scores.labels = hand_out(memory, &used, most, sizeof(float));
    desk->scores.need = hand_out(memory, &used, n, sizeof(float));
    desk->scores.subs = hand_out(memory, &used, n * shape->n_subs, sizeof(float));
    for (int place = 0; place < 3; place++) {
        desk->scores.status[place] = hand_out(memory, &used, n * shape->n_statuses, sizeof(float));
    }
    desk->scores.entry_labels = hand_out(memory, &used, shape->n_labels, sizeof(float));
    desk->scores.facets = hand_out(memory, &used, shape->n_facets, sizeof(float));
    desk->topics = hand_out(memory, &used, most, sizeof(float));
    desk->best_label = hand_out(memory, &used, shape->n_labels, sizeof(float));
    desk->known = hand_out(memory, &used, n, 1);
    desk->values = hand_out(memory, &used, 2 * evidence, sizeof(double));
    desk->best = hand_out(memory, &used, shape->n_labels, sizeof(double));
    desk->sums = hand_out(memory, &used, shape->n_labels, sizeof(double));
    desk->heard = hand_out(memory, &used, most * heard, sizeof(double));
    desk->terms = hand_out(memory, &used, model->n_outcome_evidence + heard * (heard + 1) / 2 + shape->n_statuses,
                           sizeof(double));
    desk->best_at = hand_out(memory, &used, shape->n_labels, sizeof(ptrdiff_t));
    desk->begun = hand_out(memory, &used, n, sizeof(ptrdiff_t));
    desk->candidates = hand_out(memory, &used, most, sizeof(Candidate));
    desk->mentions = hand_out(memory, &used, most, sizeof(Mention));
    return used;
}

static int make_room(Desk *desk, const Model *model, const Heads *heads, ptrdiff_t n) {
    if (desk->memory && n <= desk->room) return 0;
    free(desk->memory);
    desk->memory = calloc(lay_out(desk, model, heads, n, NULL), 1);
    if (!desk->memory) return -1;
    lay_out(desk, model, heads, n, desk->memory);
    desk->room = n;
    return 0;
}

/* Give room for one more of a growing list, NULL when memory is short. */
static void *one_more(void **list, ptrdiff_t *count, ptrdiff_t *room, size_t size) {
    if (*count == *room) {
        ptrdiff_t more = *room ? 2 * *room : 1024;
        void *grown = realloc(*list, (size_t)more * size);
        if (!grown) return NULL;
        *list = grown;
        *room = more;
    }
    return (char *)*list + (size_t)(*count)++ * size;
}

void answers_free(Answers *answers) {
    free(answers->needs);
    free(answers->slots);
}

/* --- one entry ------------------------------------------------------------------------------------------------ */

/* The clauses of an entry, from ``first`` to ``end``, its text, and what was replaced in it. */
typedef struct {
    ptrdiff_t number, first, end;
    Stretch text;
    Edits edits;
} Entry;

/* Give what the character at a place of an entry, counted from its beginning, was made from. */
static Span made_from(const Edits *edits, int64_t at) {
    int64_t more = 0;
    for (ptrdiff_t k = 0; k < edits->n && edits->starts[k] + more <= at; k++) {
        if (at < edits->starts[k] + more + edits->sizes[k]) return (Span){edits->starts[k], edits->ends[k]};
        more += edits->sizes[k] - (edits->ends[k] - edits->starts[k]);
    }
    return (Span){at - more, at - more + 1};
}

static Span given(const Entry *entry, Span read) {
    int64_t start = read.start - entry->text.start, end = read.end - entry->text.start;
    if (!entry->edits.n) return (Span){start, end};
    return (Span){made_from(&entry->edits, start).start, made_from(&entry->edits, end - 1).end};
}

static int put_slot(Answers *answers, const Entry *entry, int64_t kind, Span read) {
    Slot *slot = one_more((void **)&answers->slots, &answers->n_slots, &answers->slots_room, sizeof(Slot));
    if (!slot) return -1;
    Span at = given(entry, read);
    *slot = (Slot){entry->number, kind, at.start, at.end, read.start, read.end};
    return 0;
}

/* Put the details of a need, kind by kind. */
static int put_slots(const DetailWords *words, const Entry *entry, const Details *details, Span of, Answers *answers) {
    for (int kind = 0; kind < N_KINDS; kind++) {
        if (kind == AMOUNT) {
            ptrdiff_t first, end;
            int64_t past;
            details_amounts(words, &entry->text, details, of, &first, &end, &past);
            for (ptrdiff_t k = first; k < end; k++) {
                Span span = details->found[kind][k].span;
                if (span.end <= past && put_slot(answers, entry, kind, span)) return -1;
            }
        } else {
            Span span = details_nearest(words, &entry->text, details, kind, of);
            if (span.end && put_slot(answers, entry, kind, span)) return -1;
        }
    }
    return 0;
}

static int put_needs(const Tools *tools, const Batch *batch, const Entry *entry, const Desk *desk, ptrdiff_t count,
                     Details *details, Answers *answers) {
    if (tools->words && details_find(tools->words, &entry->text, details)) return -1;
    for (ptrdiff_t k = 0; k < count; k++) {
        const Mention *of = &desk->mentions[k];
        Span read = {batch->starts[entry->first + of->first], batch->ends[entry->first + of->last]};
        ptrdiff_t before = answers->n_slots;
        if (tools->words && put_slots(tools->words, entry, details, read, answers)) return -1;
        Need *need = one_more((void **)&answers->needs, &answers->n_needs, &answers->needs_room, sizeof(Need));
        if (!need) return -1;
        Span at = given(entry, read);
        *need = (Need){entry->number, of->label, of->sub, of->status, at.start, at.end, answers->n_slots - before, of->chance};
    }
    return 0;
}

/* Find the needs of an entry: give how many mentions of one there are, -1 when memory is short. */
static ptrdiff_t find_needs(const Tools *tools, const Batch *batch, const Entry *entry, Bench *bench, Desk *desk) {
    const Model *model = tools->model;
    ptrdiff_t count = 0;
    desk->scores.n = entry->end - entry->first;
    if (make_room(desk, model, tools->heads, desk->scores.n)) return -1;
    if (heads_score(tools->heads, batch, entry->first, entry->end, bench, desk->own, desk->context)) return -1;
    scores_put(&model->shape, &model->biases, tools->heads->own.width, tools->heads->context.width, desk->own, desk->context,
               &desk->scores);
    if (desk->scores.n) count = find_mentions(model, desk, find_candidates(model, desk));
    choose_subs(model, desk, count);
    if (tools->words) choose_statuses(model, desk, count);
    return count;
}

/* The edits of one entry, of those from ``first`` on; the entries before it are done with. */
static Edits edits_of(const Edits *all, ptrdiff_t *first, ptrdiff_t number) {
    ptrdiff_t start = *first;
    while (*first < all->n && all->entries[*first] == number) ++*first;
    return (Edits){all->entries + start, all->starts + start, all->ends + start, all->sizes + start, *first - start};
}

int tag_entries(const Tools *tools, const Texts *texts, const Batch *batch, const int64_t *entries, const Edits *edits,
                Answers *answers, float *facets) {
    ptrdiff_t n_facets = tools->model->shape.n_facets, clause = 0, edit = 0;
    Desk desk = {0};
    Details details = {0};
    Bench *bench = bench_make(tools->heads);
    int failed = !bench;
    for (ptrdiff_t number = 0; !failed && number < texts->n; number++) {
        Stretch text = {texts->codes, texts->offsets[number], end_of(texts, number)};
        Entry entry = {number, clause, clause, text, edits_of(edits, &edit, number)};
        while (entry.end < batch->n_clauses && entries[entry.end] == number) entry.end++;
        clause = entry.end;
        ptrdiff_t count = find_needs(tools, batch, &entry, bench, &desk);
        failed = count < 0 || (count > 0 && put_needs(tools, batch, &entry, &desk, count, &details, answers));
        if (!failed) memcpy(facets + number * n_facets, desk.scores.facets, (size_t)n_facets * sizeof(float));
    }
    bench_free(bench);
    details_free(&details);
    free(desk.memory);
    return failed ? -1 : 0;
}
