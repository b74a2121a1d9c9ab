/* The concept lexicon as a table of hashes; see nlp/concepts.py. */
#include <stdlib.h>

#include "native.h"

/* Two slots and more for each term. */
#define FIRST_BITS 17

#define SIEVE_WORDS (((size_t)1 << TERM_SIEVE_BITS) / 64)

static TermSlot *slot_of(const Lexicon *lexicon, uint64_t hash) {
    size_t mask = ((size_t)1 << lexicon->bits) - 1, at = top_bits(hash, lexicon->bits);
    while (lexicon->slots[at].hash && lexicon->slots[at].hash != hash) at = (at + 1) & mask;
    return &lexicon->slots[at];
}

static uint64_t hash_of(const uint32_t *codes, int64_t start, int64_t end) {
    uint64_t hash = 0;
    for (int64_t at = start; at < end; at++) hash = hash_more(hash, codes[at]);
    return hash;
}

static void add_term(Lexicon *lexicon, const uint32_t *codes, int64_t start, int64_t end) {
    uint64_t hash = 0;
    for (int64_t at = start; at < end; at++) {
        hash = hash_more(hash, codes[at]);
        sieve_add(lexicon->beginnings, TERM_SIEVE_BITS, hash);
    }
    sieve_add(lexicon->terms, TERM_SIEVE_BITS, hash);
    TermSlot *slot = slot_of(lexicon, hash);
    slot->hash = hash;
    slot->count++;
}

/* Lay the senses of each term side by side, in the order of the lines. */
static void put_senses(Lexicon *lexicon, const uint32_t *codes, const int64_t *starts, const int64_t *tabs, ptrdiff_t n) {
    int32_t first = 0;
    for (size_t at = 0; at < (size_t)1 << lexicon->bits; at++) {
        TermSlot *slot = &lexicon->slots[at];
        slot->first = first;
        first += slot->count;
        slot->count = 0;
    }
    for (ptrdiff_t line = 0; line < n; line++) {
        TermSlot *slot = slot_of(lexicon, hash_of(codes, starts[line], tabs[2 * line]));
        lexicon->senses[slot->first + slot->count++] = hash_of(codes, tabs[2 * line] + 1, tabs[2 * line + 1]);
    }
}

int lexicon_make(Lexicon *lexicon, const uint32_t *codes, const int64_t *starts, const int64_t *tabs, ptrdiff_t n_lines) {
    lexicon->bits = FIRST_BITS;
    while ((ptrdiff_t)1 << lexicon->bits < 2 * n_lines) lexicon->bits++;
    lexicon->slots = calloc((size_t)1 << lexicon->bits, sizeof(TermSlot));
    lexicon->terms = calloc(SIEVE_WORDS, sizeof(uint64_t));
    lexicon->beginnings = calloc(SIEVE_WORDS, sizeof(uint64_t));
    lexicon->senses = malloc((size_t)(n_lines + 1) * sizeof(uint64_t));
    if (!lexicon->slots || !lexicon->terms || !lexicon->beginnings || !lexicon->senses) return -1;
    for (ptrdiff_t line = 0; line < n_lines; line++) add_term(lexicon, codes, starts[line], tabs[2 * line]);
    put_senses(lexicon, codes, starts, tabs, n_lines);
    return 0;
}

void lexicon_free(Lexicon *lexicon) {
    free(lexicon->slots);
    free(lexicon->terms);
    free(lexicon->beginnings);
    free(lexicon->senses);
}

const TermSlot *lexicon_find(const Lexicon *lexicon, uint64_t hash) {
    const TermSlot *slot = slot_of(lexicon, hash);
    return slot->hash ? slot : NULL;
}
