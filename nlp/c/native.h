/* The fast path of tagging: what nlp/words.py, concepts.py, features.py and scores.py say with arrays, said in C.
 *
 * Every answer is that of the Python modules, bit for bit (tests/test_native.py): hashes are whole numbers that wrap,
 * weights and counts are whole numbers, and the few operations on floats stand in the same order. Nothing here knows
 * of Python objects but module.c.
 */
#ifndef MINQING_NATIVE_H
#define MINQING_NATIVE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_MSC_VER)
#define restrict __restrict
#endif

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)0)
#endif

/* On x86-64 the sums are compiled twice, and the processor takes the wider ones where it has them. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__)
#define WIDEST __attribute__((target_clones("avx2", "default")))
#else
#define WIDEST
#endif

/* nlp/features.py: features are hashed to so many columns. */
#define COLUMN_BITS 21

/* nlp/hashing.py: a polynomial over code points, and what spreads it. */
#define HASH_BASE UINT64_C(0x9E3779B97F4A7C15)
#define HASH_MIX UINT64_C(0xD6E8FEB86659FD93)

static inline uint64_t hash_more(uint64_t hash, uint32_t code) { return hash * HASH_BASE + code; }
static inline uint32_t top_bits(uint64_t hash, int bits) { return (uint32_t)(hash * HASH_MIX >> (64 - bits)); }

/* A bit for each hash that may stand in a table: most of those that do not are told here, near the processor. */
static inline void sieve_add(uint64_t *sieve, int bits, uint64_t hash) {
    uint32_t bit = top_bits(hash, bits);
    sieve[bit >> 6] |= UINT64_C(1) << (bit & 63);
}

static inline int sieve_has(const uint64_t *sieve, int bits, uint64_t hash) {
    uint32_t bit = top_bits(hash, bits);
    return sieve[bit >> 6] >> (bit & 63) & 1;
}

#define WORD_SIEVE_BITS 22
#define TERM_SIEVE_BITS 20

/* --- words.c ------------------------------------------------------------------------------------------------- */

/* A word or the beginning of one, under the hash of its characters. */
typedef struct {
    uint64_t hash; /* 0: nothing stands here */
    double value;  /* how often the word is found; once all are read, the logarithm of its share; NaN: no word */
} WordSlot;

typedef struct {
    WordSlot *slots;
    uint64_t *beginnings; /* a sieve: what may be a word or begin one */
    size_t used;
    int bits;       /* 2 ** bits slots */
    double unknown; /* logarithm of the share of a character in no dictionary */
} Words;

/* Read words, lines of word, frequency and tag; of a word that comes twice the last line counts. 0, or -1 when
 * memory is short. */
int words_read(Words *words, const char *data, size_t size);
void words_free(Words *words);

/* Cut codes[0:n] into words and numbers, in order; starts and ends have room for n. Give their count. */
ptrdiff_t words_cut(const Words *words, const uint32_t *codes, ptrdiff_t n, int64_t *starts, int64_t *ends);

/* --- concepts.c ---------------------------------------------------------------------------------------------- */

typedef struct {
    uint64_t hash; /* 0: nothing stands here */
    int32_t first, count; /* the concepts of the term: senses[first : first + count] */
} TermSlot;

typedef struct {
    TermSlot *slots;
    uint64_t *terms, *beginnings; /* sieves: what may be a term, and what a term may begin with */
    const int64_t *senses;
    const uint64_t *names; /* the hash of each concept's name */
    int bits;
} Lexicon;

/* ``codes`` are those of the lexicon's own text, in which each term stands from start to end, (n_terms,). */
int lexicon_make(Lexicon *lexicon, const uint64_t *terms, const int64_t *first, const int64_t *counts, ptrdiff_t n,
                 const uint32_t *codes, const int64_t *starts, const int64_t *ends, ptrdiff_t n_terms);
void lexicon_free(Lexicon *lexicon);
const TermSlot *lexicon_find(const Lexicon *lexicon, uint64_t hash);

/* --- heads.c ------------------------------------------------------------------------------------------------- */

/* The weights of one block of features, and where the row of a hashed column is: the rows stand in the order of
 * their columns, so that the row of a column is the number of kept columns below it. */
typedef struct {
    const int8_t *weights;
    const int32_t *squares;
    const float *scale;
    ptrdiff_t width;
    uint64_t *kept;  /* a bit for each column */
    uint32_t *below; /* how many columns are kept before each 64 of them */
} Block;

int block_make(Block *block, const int32_t *columns, ptrdiff_t n);
void block_free(Block *block);

/* --- clauses of a batch -------------------------------------------------------------------------------------- */

typedef struct {
    const uint32_t *codes;
    const int64_t *starts, *ends, *sections;
    ptrdiff_t n_clauses;
    const int64_t *word_starts, *word_ends;
    ptrdiff_t n_words;
} Batch;

typedef struct {
    Lexicon lexicon;
    Block own, context;
    const uint64_t *section_hashes;
    const uint8_t *whole_length; /* of each context column: is it divided by the length of both blocks? */
} Heads;

/* Score every clause: own (n_clauses, own.width) and context (n_clauses, context.width) as unit vectors times
 * weights. 0, or -1 when memory is short. */
int heads_score(const Heads *heads, const Batch *batch, float *own, float *context);

/* --- candidates.c -------------------------------------------------------------------------------------------- */

/* What the heads say of a batch of clauses, as in nlp/scores.py; the clauses of an entry stand together. */
typedef struct {
    const float *labels, *need, *subs, *entry_labels, *entry_need, *status;
    const int64_t *entries, *label_of_sub;
    const double *log_sizes; /* of each entry, the logarithm of how many clauses it has */
    ptrdiff_t n_clauses, n_entries, n_labels, n_subs, n_statuses;
    float floor;
} Candidates;

/* The decision: evidence is scaled, and weighed alone and in products of two. */
typedef struct {
    const double *middle, *half, *weights; /* (n,) */
    const double *products;                /* (n, n), nothing below the diagonal */
    double bias;
    ptrdiff_t n;
} Logistic;

/* Find the candidates, in the order of their clauses, and what is decided on each before the logistic curve. There is
 * room for every label of every clause. Give their number, or -1 when memory is short. */
ptrdiff_t candidates_find(const Candidates *of, const Logistic *by, int64_t *clauses, int64_t *labels, double *logits);

#endif
