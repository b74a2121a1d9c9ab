/* The concept lexicon as a table of hashes; see nlp/concepts.py. */
#include <stdlib.h>

#include "native.h"

/* As many bits as there are slots for each term, four and more; and those of the sieve. */
#define BITS 17
#define SIEVE_BITS 20

int lexicon_make(Lexicon *lexicon, const uint64_t *terms, const int64_t *first, const int64_t *counts, ptrdiff_t n) {
    lexicon->bits = BITS;
    while ((ptrdiff_t)1 << lexicon->bits < 2 * n) lexicon->bits++;
    lexicon->slots = calloc((size_t)1 << lexicon->bits, sizeof(TermSlot));
    lexicon->sieve = calloc(((size_t)1 << SIEVE_BITS) / 64, sizeof(uint64_t));
    if (!lexicon->slots || !lexicon->sieve) return -1;
    size_t mask = ((size_t)1 << lexicon->bits) - 1;
    for (ptrdiff_t k = 0; k < n; k++) {
        uint32_t bit = top_bits(terms[k], SIEVE_BITS);
        lexicon->sieve[bit >> 6] |= UINT64_C(1) << (bit & 63);
        size_t at = top_bits(terms[k], lexicon->bits);
        while (lexicon->slots[at].hash) at = (at + 1) & mask;
        lexicon->slots[at] = (TermSlot){terms[k], (int32_t)first[k], (int32_t)counts[k]};
    }
    return 0;
}

void lexicon_free(Lexicon *lexicon) {
    free(lexicon->slots);
    free(lexicon->sieve);
}

const TermSlot *lexicon_find(const Lexicon *lexicon, uint64_t hash) {
    uint32_t bit = top_bits(hash, SIEVE_BITS);
    if (!(lexicon->sieve[bit >> 6] >> (bit & 63) & 1)) return NULL;
    size_t mask = ((size_t)1 << lexicon->bits) - 1;
    size_t at = top_bits(hash, lexicon->bits);
    while (lexicon->slots[at].hash && lexicon->slots[at].hash != hash) at = (at + 1) & mask;
    return lexicon->slots[at].hash ? &lexicon->slots[at] : NULL;
}
