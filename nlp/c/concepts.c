/* The concept lexicon as a table of hashes; see nlp/concepts.py. */
#include <stdlib.h>

#include "native.h"

/* Two slots and more for each term. */
#define FIRST_BITS 17

#define SIEVE_WORDS (((size_t)1 << TERM_SIEVE_BITS) / 64)

int lexicon_make(Lexicon *lexicon, const uint64_t *terms, const int64_t *first, const int64_t *counts, ptrdiff_t n,
                 const uint32_t *codes, const int64_t *starts, const int64_t *ends, ptrdiff_t n_terms) {
    lexicon->bits = FIRST_BITS;
    while ((ptrdiff_t)1 << lexicon->bits < 2 * n) lexicon->bits++;
    lexicon->slots = calloc((size_t)1 << lexicon->bits, sizeof(TermSlot));
    lexicon->terms = calloc(SIEVE_WORDS, sizeof(uint64_t));
    lexicon->beginnings = calloc(SIEVE_WORDS, sizeof(uint64_t));
    if (!lexicon->slots || !lexicon->terms || !lexicon->beginnings) return -1;
    size_t mask = ((size_t)1 << lexicon->bits) - 1;
    for (ptrdiff_t k = 0; k < n; k++) {
        size_t at = top_bits(terms[k], lexicon->bits);
        while (lexicon->slots[at].hash) at = (at + 1) & mask;
        lexicon->slots[at] = (TermSlot){terms[k], (int32_t)first[k], (int32_t)counts[k]};
        sieve_add(lexicon->terms, TERM_SIEVE_BITS, terms[k]);
    }
    for (ptrdiff_t k = 0; k < n_terms; k++) {
        uint64_t hash = 0;
        for (int64_t at = starts[k]; at < ends[k]; at++) {
            hash = hash_more(hash, codes[at]);
            sieve_add(lexicon->beginnings, TERM_SIEVE_BITS, hash);
        }
    }
    return 0;
}

void lexicon_free(Lexicon *lexicon) {
    free(lexicon->slots);
    free(lexicon->terms);
    free(lexicon->beginnings);
}

const TermSlot *lexicon_find(const Lexicon *lexicon, uint64_t hash) {
    size_t mask = ((size_t)1 << lexicon->bits) - 1;
    size_t at = top_bits(hash, lexicon->bits);
    while (lexicon->slots[at].hash && lexicon->slots[at].hash != hash) at = (at + 1) & mask;
    return lexicon->slots[at].hash ? &lexicon->slots[at] : NULL;
}
