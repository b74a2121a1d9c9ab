/* Clauses -> what each column of each linear head says of them; see nlp/features.py and nlp/scores.py. */
#define _DEFAULT_SOURCE /* madvise */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include "native.h"

#define LONGEST_GRAM 4
#define LONGEST_SKIP 4
#define NORM_STEPS 16
#define SHORTEST 1e-6f
#define ROUNDING 3072.0f

/* What keeps features of different kinds apart. */
enum { TAG_WORD = 9, TAG_CONCEPT = 10, TAG_WORD_PAIR = 11, TAG_CONCEPT_PAIR = 12 };

/* The size of a cache line, and of the pieces that rows are added in. */
#define LINE 64

/* How many rows ahead of the sum the memory is asked for. */
#define AHEAD 8

/* So many rows of bytes can be added up in sixteen bits. */
#define MOST_ROWS 256

/* Columns of a clause on their way to sums. */
typedef struct {
    uint32_t *columns;
    ptrdiff_t length, room;
} Bag;

static int bag_add(Bag *bag, uint32_t column) {
    if (bag->length == bag->room) {
        ptrdiff_t room = bag->room ? 2 * bag->room : 1024;
        uint32_t *columns = realloc(bag->columns, (size_t)room * sizeof(uint32_t));
        if (!columns) return -1;
        bag->columns = columns;
        bag->room = room;
    }
    bag->columns[bag->length++] = column;
    return 0;
}

/* Large pages: rows are read here and there all over a block, and with small ones most would first have to be looked up. */
#define LARGE ((size_t)1 << 21)

static void *large(size_t size) {
    void *memory = calloc(size, 1);
#if defined(__linux__)
    if (memory) madvise((void *)(((uintptr_t)memory + LARGE - 1) / LARGE * LARGE), size - LARGE, MADV_HUGEPAGE);
#endif
    return memory;
}

/* --- a block ------------------------------------------------------------------------------------------------- */

int block_make(Block *block, const int32_t *columns, const int8_t *weights, const int32_t *squares, ptrdiff_t n) {
    size_t words = ((size_t)1 << COLUMN_BITS) / 64;
    block->stride = (block->width + 2 + LINE - 1) / LINE * LINE;
    block->memory = large((size_t)n * (size_t)block->stride + LARGE);
    block->kept = calloc(words, sizeof(uint64_t));
    block->below = calloc(words, sizeof(uint32_t));
    if (!block->memory || !block->kept || !block->below) return -1;
    block->rows = (int8_t *)(((uintptr_t)block->memory + LARGE - 1) / LARGE * LARGE);
    for (ptrdiff_t k = 0; k < n; k++) {
        int8_t *row = block->rows + k * block->stride;
        block->kept[columns[k] >> 6] |= UINT64_C(1) << (columns[k] & 63);
        memcpy(row, weights + k * block->width, (size_t)block->width);
        row[block->width] = (int8_t)(squares[k] % SQUARE_BASE);
        row[block->width + 1] = (int8_t)(squares[k] / SQUARE_BASE);
    }
    for (size_t w = 0, k = 0; w < words; w++) {
        block->below[w] = (uint32_t)k;
        while (k < (size_t)n && (size_t)columns[k] >> 6 == w) k++;
    }
    return 0;
}

void block_free(Block *block) {
    free(block->memory);
    free(block->kept);
    free(block->below);
}

static uint32_t ones(uint64_t bits) {
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    return (uint32_t)(((bits + (bits >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F)) * UINT64_C(0x0101010101010101) >> 56);
}

/* Put the row of each known column in its place; drop the others. */
static void find_rows(const Block *block, Bag *bag) {
    ptrdiff_t known = 0;
    for (ptrdiff_t k = 0; k < bag->length; k++) {
        uint32_t column = bag->columns[k], bit = column & 63;
        uint64_t kept = block->kept[column >> 6];
        bag->columns[known] = block->below[column >> 6] + ones(kept & ((UINT64_C(1) << bit) - 1));
        known += kept >> bit & 1; /* no branch: which columns are known nobody can guess */
    }
    bag->length = known;
}

/* Add up some rows, few enough for sixteen bits, one cache line after another. */
WIDEST
static void add_rows(const Block *block, const uint32_t *rows, ptrdiff_t n, int32_t *restrict sums) {
    for (ptrdiff_t at = 0; at < block->stride; at += LINE) {
        const int8_t *weights = block->rows + at;
        int16_t part[LINE] = {0};
        for (ptrdiff_t k = 0; k < n && k < AHEAD; k++) PREFETCH(weights + (ptrdiff_t)rows[k] * block->stride);
        for (ptrdiff_t k = 0; k < n; k++) {
            const int8_t *restrict row = weights + (ptrdiff_t)rows[k] * block->stride;
            if (k + AHEAD < n) PREFETCH(weights + (ptrdiff_t)rows[k + AHEAD] * block->stride);
            for (int column = 0; column < LINE; column++) part[column] = (int16_t)(part[column] + row[column]);
        }
        for (int column = 0; column < LINE; column++) sums[at + column] += part[column];
    }
}

/* Add up the weight rows of the columns: sums (stride,), and give the sum of the squares. */
static int64_t block_sum(const Block *block, Bag *bag, int32_t *sums) {
    find_rows(block, bag);
    memset(sums, 0, (size_t)block->stride * sizeof(int32_t));
    for (ptrdiff_t k = 0; k < bag->length; k += MOST_ROWS) {
        add_rows(block, bag->columns + k, bag->length - k < MOST_ROWS ? bag->length - k : MOST_ROWS, sums);
    }
    return sums[block->width] + (int64_t)sums[block->width + 1] * SQUARE_BASE;
}

/* --- what a clause holds ------------------------------------------------------------------------------------- */

/* The last few concepts of a clause, for the pairs they make with the next one. */
typedef struct {
    uint64_t hashes[LONGEST_SKIP];
    int count;
} Recent;

static int add_concept(uint64_t name, Recent *recent, Bag *own, Bag *context) {
    for (int skip = 1; skip <= LONGEST_SKIP && skip <= recent->count; skip++) {
        uint64_t before = recent->hashes[(recent->count - skip) % LONGEST_SKIP];
        if (bag_add(own, top_bits(before * HASH_BASE + name + TAG_CONCEPT_PAIR, COLUMN_BITS))) return -1;
    }
    recent->hashes[recent->count++ % LONGEST_SKIP] = name;
    return bag_add(context, top_bits(name * HASH_BASE + TAG_CONCEPT, COLUMN_BITS));
}

static int add_characters(const Heads *heads, const Batch *batch, ptrdiff_t clause, Bag *own, Bag *context) {
    const Lexicon *lexicon = &heads->lexicon;
    Recent recent = {{0}, 0};
    for (int64_t start = batch->starts[clause], end = batch->ends[clause]; start < end; start++) {
        uint64_t hash = 0;
        int begins = 1; /* do these characters begin a term? */
        for (int n = 1; (begins || n <= LONGEST_GRAM) && start + n <= end; n++) {
            hash = hash_more(hash, batch->codes[start + n - 1]);
            if (n <= LONGEST_GRAM && bag_add(own, top_bits(hash + (uint64_t)n, COLUMN_BITS))) return -1;
            begins = begins && sieve_has(lexicon->beginnings, TERM_SIEVE_BITS, hash);
            int may_be_term = begins && sieve_has(lexicon->terms, TERM_SIEVE_BITS, hash);
            const TermSlot *term = may_be_term ? lexicon_find(lexicon, hash) : NULL;
            for (int32_t k = 0; term && k < term->count; k++) {
                if (add_concept(lexicon->senses[term->first + k], &recent, own, context)) return -1;
            }
        }
    }
    return 0;
}

/* Add the words that begin in the clause; ``word`` is the first that does not lie before it, and moves past them. */
static int add_words(const Batch *batch, ptrdiff_t clause, ptrdiff_t *word, Bag *own, Bag *context) {
    uint64_t before = 0;
    int first = 1;
    while (*word < batch->n_words && batch->word_starts[*word] < batch->starts[clause]) ++*word;
    for (; *word < batch->n_words && batch->word_starts[*word] < batch->ends[clause]; ++*word) {
        uint64_t hash = 0;
        for (int64_t at = batch->word_starts[*word]; at < batch->word_ends[*word]; at++) {
            hash = hash_more(hash, batch->codes[at]);
        }
        if (bag_add(context, top_bits(hash * HASH_BASE + TAG_WORD, COLUMN_BITS))) return -1;
        if (!first && bag_add(own, top_bits(before * HASH_BASE + hash + TAG_WORD_PAIR, COLUMN_BITS))) return -1;
        before = hash;
        first = 0;
    }
    return 0;
}

/* --- scores -------------------------------------------------------------------------------------------------- */

static float length_of(float squares) { return sqrtf(squares > SHORTEST ? squares : SHORTEST); }

WIDEST
static void put_shortened(const int32_t *restrict sums, const float *restrict scale, float by, float *restrict out,
                          ptrdiff_t start, ptrdiff_t end) {
    for (ptrdiff_t k = start; k < end; k++) out[k] = ((float)sums[k] * scale[k] * by + ROUNDING) - ROUNDING;
}

struct Bench {
    Bag own, context;
    int32_t *sums;
    ptrdiff_t word; /* the first that does not lie before the clauses scored so far */
};

static void put_scores(const Heads *heads, Bench *bench, float *own, float *context) {
    int32_t *own_sums = bench->sums, *context_sums = bench->sums + heads->own.stride;
    float own_square = (float)block_sum(&heads->own, &bench->own, own_sums) * (1.0f / NORM_STEPS);
    float context_square = (float)block_sum(&heads->context, &bench->context, context_sums) * (1.0f / NORM_STEPS);
    float both = 1 / length_of(own_square + context_square), alone = 1 / length_of(context_square);
    put_shortened(own_sums, heads->own.scale, both, own, 0, heads->own.width);
    for (ptrdiff_t at = 0, end; at < heads->context.width; at = end) {
        int whole = heads->whole_length[at];
        for (end = at + 1; end < heads->context.width && heads->whole_length[end] == whole;) end++;
        put_shortened(context_sums, heads->context.scale, whole ? both : alone, context, at, end);
    }
}

Bench *bench_make(const Heads *heads) {
    Bench *bench = calloc(1, sizeof(Bench));
    if (!bench) return NULL;
    bench->sums = malloc((size_t)(heads->own.stride + heads->context.stride) * sizeof(int32_t));
    if (bench->sums) return bench;
    free(bench);
    return NULL;
}

void bench_free(Bench *bench) {
    if (!bench) return;
    free(bench->own.columns);
    free(bench->context.columns);
    free(bench->sums);
    free(bench);
}

int heads_score(const Heads *heads, const Batch *batch, ptrdiff_t first, ptrdiff_t end, Bench *bench, float *own,
                float *context) {
    for (ptrdiff_t clause = first; clause < end; clause++) {
        bench->own.length = bench->context.length = 0;
        if (add_characters(heads, batch, clause, &bench->own, &bench->context) ||
            add_words(batch, clause, &bench->word, &bench->own, &bench->context) ||
            bag_add(&bench->own, top_bits(heads->section_hashes[batch->sections[clause]], COLUMN_BITS))) {
            return -1;
        }
        put_scores(heads, bench, own + (clause - first) * heads->own.width,
                   context + (clause - first) * heads->context.width);
    }
    return 0;
}
