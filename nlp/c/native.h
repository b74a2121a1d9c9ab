/* The fast path of tagging: what the modules of nlp/ from reading.py to slots.py say with arrays, said in C. Each file
 * here names those it follows.
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

/* Tables of characters are over the first so many; those beyond are rare. */
#define PLANE 0x10000

static inline int is_han(uint32_t code) {
    return (code >= 0x4E00 && code <= 0x9FFF) || (code >= 0x3400 && code <= 0x4DBF) ||
           (code >= 0xF900 && code <= 0xFAFF) || (code >= 0x20000 && code <= 0x323AF);
}

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
    uint64_t *senses;             /* the hash of a concept's name each */
    int bits;
} Lexicon;

/* ``codes`` are those of the lexicon's own text: in each line stand a term, a tab, its concept and a tab. 0, or -1 when
 * memory is short. */
int lexicon_make(Lexicon *lexicon, const uint32_t *codes, const int64_t *starts, const int64_t *tabs, ptrdiff_t n_lines);
void lexicon_free(Lexicon *lexicon);
const TermSlot *lexicon_find(const Lexicon *lexicon, uint64_t hash);

/* --- heads.c ------------------------------------------------------------------------------------------------- */

/* The weights of one block of features, and where the row of a hashed column is: the rows stand in the order of
 * their columns, so that the row of a column is the number of kept columns below it. Behind the weights of a row stand
 * the two halves of its square, and then nothing up to a whole number of cache lines. */
typedef struct {
    int8_t *rows;
    void *memory; /* of which the rows are the part that begins with a cache line */
    const float *scale;
    ptrdiff_t width, stride;
    uint64_t *kept;  /* a bit for each column */
    uint32_t *below; /* how many columns are kept before each 64 of them */
} Block;

/* A square is at most SQUARE_BASE ** 2 - 1. */
#define SQUARE_BASE 128

int block_make(Block *block, const int32_t *columns, const int8_t *weights, const int32_t *squares, ptrdiff_t n);
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

/* What scoring needs room for, and how far it has come: for one batch. NULL when memory is short. */
typedef struct Bench Bench;
Bench *bench_make(const Heads *heads);
void bench_free(Bench *bench);

/* Score the clauses from ``first`` to ``end``: own (n_clauses, own.width) and context (n_clauses, context.width) as unit
 * vectors times weights. 0, or -1 when memory is short. */
int heads_score(const Heads *heads, const Batch *batch, ptrdiff_t first, ptrdiff_t end, Bench *bench, float *own,
                float *context);

/* --- scores.c ------------------------------------------------------------------------------------------------ */

/* Where the columns of each head begin in its block. */
typedef struct {
    int64_t clause, topic, entry, status[3];
} OwnHeads;

typedef struct {
    int64_t clause, before, after, topic, entry, facets, status[3];
} ContextHeads;

/* How many there are of everything, and how the heads lie. */
typedef struct {
    int64_t n_labels, n_subs, n_facets, n_statuses;
    OwnHeads own;
    ContextHeads context;
} Shape;

/* What the heads say of the n clauses of one entry, as in nlp/scores.py: (n, n_labels) and so on. */
typedef struct {
    ptrdiff_t n;
    float *labels, *need, *subs, *status[3]; /* of the clauses */
    float *entry_labels, *facets;            /* of the entry */
    float entry_need;
} Scores;

typedef struct {
    const float *clause, *topic, *entry, *facets, *status;
} Biases;

/* Put the products of an entry together. */
void scores_put(const Shape *shape, const Biases *biases, ptrdiff_t own_width, ptrdiff_t context_width, const float *own,
                const float *context, Scores *scores);

/* --- decisions.c --------------------------------------------------------------------------------------------- */

/* A table to be read with straight lines between; nlp/curves.py. */
typedef struct {
    double low, per_unit;
    const double *values;
    ptrdiff_t n;
} Curve;

double curve_at(const Curve *curve, double x);

typedef struct {
    Curve logistic, log_odds, log_of_more;
    const double *logs;
    ptrdiff_t n_logs;
} Curves;

double log_of(const Curves *curves, ptrdiff_t count);
double chance_of(const Curves *curves, double logit);

/* A decision: evidence is scaled, and weighed alone and in products of two; nlp/mentions.py. */
typedef struct {
    const double *middle, *half, *weights; /* (n,) */
    const double *products;                /* (n, n), nothing below the diagonal */
    double bias;
    ptrdiff_t n;
} Decision;

/* Bring evidence to -1 ... 1, in whole steps. */
void scale_evidence(double *values, const double *middle, const double *half, ptrdiff_t n);

/* Weigh the evidence in values (n,), which is scaled on the way; ``room`` is for as much again. */
double logit_of(const Decision *by, double *values, double *room);

/* --- candidates.c, verdicts.c, outcomes.c -------------------------------------------------------------------- */

#define TOP 3
#define NOBODY (-2.0f)

/* A clause that may speak of a need of a label, and the chance that it does. */
typedef struct {
    ptrdiff_t clause, label;
    double chance;
} Candidate;

/* Clauses ``first`` to ``last`` of an entry that speak of a need. */
typedef struct {
    ptrdiff_t label, sub, status, first, last;
    double chance;
} Mention;

/* What a mention is decided by; nlp/model.py. */
typedef struct {
    Shape shape;
    Biases biases;
    const int64_t *label_of_sub; /* (n_subs,) */
    Curves curves;
    Decision clause, any_need, label;
    const double *thresholds; /* (n_labels,) */
    double floor, quiet, least, likely;
    /* outcomes: evidence, and the weights of the evidence and its products (n_terms, n_statuses) */
    const double *middle, *half, *outcome_weights, *outcome_bias;
    ptrdiff_t n_outcome_evidence;
    const double *place_weights; /* (3, n_turns, farthest) */
    ptrdiff_t n_turns, farthest;
} Model;

/* Room for the work on one entry, of up to ``room`` clauses. */
typedef struct {
    ptrdiff_t room;
    void *memory;
    float *own, *context;
    Scores scores;
    float *topics, *best_label;
    char *known; /* are the topics of a clause known? */
    double *values, *best, *sums, *heard, *terms;
    ptrdiff_t *best_at, *begun;
    Candidate *candidates;
    Mention *mentions;
} Desk;

/* Each finds its part in the scores of an entry, and gives how many it found. */
ptrdiff_t find_candidates(const Model *model, Desk *desk);
ptrdiff_t find_mentions(const Model *model, Desk *desk, ptrdiff_t n_candidates);
void choose_subs(const Model *model, Desk *desk, ptrdiff_t n_mentions);
void choose_statuses(const Model *model, Desk *desk, ptrdiff_t n_mentions);

/* --- reading.c ----------------------------------------------------------------------------------------------- */

/* What a character of the first 65,536 is to the reader, in the order of CLASSES in nlp/fast.py. */
enum {
    HAN = 1, SIMPLIFIED = 2, TRADITIONAL = 4, RARE = 8, BRACKET = 16, FIELD = 32, UNUSUAL = 64,
    IRREGULAR = 128, REGIONAL = 256, /* in a text: it holds such a pair; in a character: one begins with it */
    REGIONAL_ALONE = 512, MARK = 1024, SPACE = 2048, NAME_BEGINS = 4096, NUMBERS_NAME = 8192, OPENS_NAME = 16384,
    CLOSES_NAME = 32768,
    /* in a text alone */
    SPACED = 65536
};

#define PAIR_SIEVE_BITS 13

/* Pairs of characters, first << 16 | second, ascending; most others are told by a bit. */
typedef struct {
    const int64_t *pairs;
    ptrdiff_t n;
    uint64_t sieve[((size_t)1 << PAIR_SIEVE_BITS) / 64];
} Pairs;

void pairs_make(Pairs *of, const int64_t *pairs, ptrdiff_t n);

/* Words by number: the ``n_alone`` of one character first, then those of each pair they begin with, pair by pair. */
typedef struct {
    Pairs pairs;
    const int64_t *first;  /* the first word of each pair, and the number of words: (n_pairs + 1,) */
    const int64_t *starts; /* where each word begins in codes, and where the last ends: (n_words + 1,) */
    const uint32_t *codes;
    ptrdiff_t n_alone;
} Regional;

typedef struct {
    const uint16_t *classes, *simple; /* of the first 65,536 characters: the bits above, and the simplified form */
    Pairs irregular;
    Regional regional;
} Characters;

/* The texts of a batch laid end to end, each from its offset on, a newline between two. */
typedef struct {
    const uint32_t *codes;
    const int64_t *offsets;
    ptrdiff_t length, n;
} Texts;

static inline int64_t end_of(const Texts *texts, ptrdiff_t number) {
    return number + 1 < texts->n ? texts->offsets[number + 1] - 1 : texts->length;
}

/* Simplify the texts, character by character, and say in bits what each holds. */
void look(const Characters *characters, const Texts *texts, uint32_t *simplified, uint32_t *found);

/* Cut texts into clauses; there is room for one a character. Give their number. */
ptrdiff_t cut_clauses(const Characters *characters, const Texts *texts, int64_t *starts, int64_t *ends, int64_t *entries);

/* Find the fields of the texts that may hold any: where each begins, and its name. There is room for one a character. */
ptrdiff_t find_fields(const Characters *characters, const Texts *texts, const uint32_t *found, int64_t *entries,
                      int64_t *starts, int64_t *names, int64_t *ends);

/* Find the regional words, the longest at each place, from the beginning on; there is room for one a character. */
ptrdiff_t find_regional(const Characters *characters, const Texts *texts, const uint32_t *found, int64_t *entries,
                        int64_t *places, int64_t *words);

/* --- details.c ----------------------------------------------------------------------------------------------- */

/* What a character is to the details, in the order of SIGNS in nlp/fast.py. */
enum {
    NUMERAL = 1 << 0, DIGIT = 1 << 1, WRITTEN = 1 << 2, SCALE = 1 << 3, ROUGH = 1 << 4, SURNAME = 1 << 5, NICK = 1 << 6,
    AFTER_NAME = 1 << 7, BEFORE_NAME = 1 << 8, HOUSEHOLDS = 1 << 9, PERSONS = 1 << 10, TEAM = 1 << 11, NO_NAME = 1 << 12,
    NO_END = 1 << 13, DISTRICT = 1 << 14, COUNTED = 1 << 15, NO_MONEY = 1 << 16, MONTH = 1 << 17, DAY = 1 << 18,
    LUNAR = 1 << 19, YEAR = 1 << 20, SEPARATOR = 1 << 21, DAY_SIGN = 1 << 22, SENTENCE_MARK = 1 << 23, COMMON = 1 << 24,
    PEOPLE_BEGIN = 1 << 25, PLACE_BEGINS = 1 << 26, DATE_BEGINS = 1 << 27, KIN_BEGINS = 1 << 28, UNIT_BEGINS = 1 << 29,
    NO_GIVEN = 1 << 30
};

enum { WHO, WHERE, AMOUNT, WHEN, N_KINDS };

/* Words, each as its length and its characters, one after another, in the order they are tried; 0 ends the list. */
typedef const uint32_t *WordList;

typedef struct {
    const uint32_t *signs; /* of the first 65,536 characters */
    WordList kin, of_households, groups, people, general, places, units, people_counted;
    const uint32_t *numbers; /* characters, each with its number behind it; 0 ends them */
    const int64_t *reach;    /* of each kind; last, how far a sentence is followed */
} DetailWords;

typedef struct {
    int64_t start, end;
} Span;

typedef struct {
    int64_t place; /* where it was found: a name of a place by its ending */
    Span span;
} Detail;

/* The details of an entry: of each kind those that were found, ascending by place. */
typedef struct {
    Detail *found[N_KINDS];
    ptrdiff_t count[N_KINDS];
    int64_t *marks;
    ptrdiff_t n_marks, room;
} Details;

/* A text, looked at from ``start`` to ``end``. */
typedef struct {
    const uint32_t *codes;
    int64_t start, end;
} Stretch;

/* Find all details of an entry. 0, or -1 when memory is short. */
int details_find(const DetailWords *words, const Stretch *text, Details *details);
void details_free(Details *details);

/* Give the nearest detail of a kind to the need at ``of``; its end is 0 where there is none. */
Span details_nearest(const DetailWords *words, const Stretch *text, const Details *details, int kind, Span of);

/* Give the numbers, first and past the last, of the amounts in the sentence of the need at ``of``. Those that end behind
 * ``past`` do not belong to it. */
void details_amounts(const DetailWords *words, const Stretch *text, const Details *details, Span of, ptrdiff_t *first,
                     ptrdiff_t *end, int64_t *past);

/* --- entries.c ----------------------------------------------------------------------------------------------- */

/* Regional words that were replaced: the entry of each, ascending, where in it the word stood, and the length of the new
 * one. */
typedef struct {
    const int64_t *entries, *starts, *ends, *sizes;
    ptrdiff_t n;
} Edits;

/* A need of an entry, where it stood in it before words were replaced, with the number of its details. Python reads this
 * and the next as they lie in memory (``Found`` in nlp/decisions.py). */
typedef struct {
    int64_t entry, label, sub, status, start, end, n_details;
    double chance;
} Need;

/* A detail: where it stood in its entry before words were replaced, and where it was read in codes. */
typedef struct {
    int64_t entry, kind, start, end, read_start, read_end;
} Slot;

/* What was found in a batch, in the order of the text. */
typedef struct {
    Need *needs;
    Slot *slots;
    ptrdiff_t n_needs, n_slots, needs_room, slots_room;
} Answers;

/* What a batch is tagged with; without ``words`` needs have neither statuses nor details. */
typedef struct {
    const Heads *heads;
    const Model *model;
    const DetailWords *words;
} Tools;

/* Tag the entries of a batch, of which each clause belongs to one, and fill in facets (n_texts, n_facets). 0, or -1 when
 * memory is short. */
int tag_entries(const Tools *tools, const Texts *texts, const Batch *batch, const int64_t *entries, const Edits *edits,
                Answers *answers, float *facets);
void answers_free(Answers *answers);

#endif
