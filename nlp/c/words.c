/* jieba's dictionary and its cut without the hidden Markov model: of all ways to cut a run of Han characters the one
 * whose words are likeliest together, the longer word where two are equal. */
#include <math.h>
#include <stdlib.h>

#include "native.h"

/* A run that is longer is cut, as in nlp/words.py. */
#define LONGEST_RUN 512
/* The longest word of jieba's dictionary has 16 characters. */
#define LONGEST_WORD 32
/* The half a million words and beginnings of words of jieba's dictionary fill half of this. */
#define FIRST_BITS 20

/* What jieba's dictionary can hold; it takes every other character by itself. */
static int is_common(uint32_t code) { return code >= 0x4E00 && code <= 0x9FD5; }

static WordSlot *slot_of(const WordSlot *slots, int bits, uint64_t hash) {
    size_t mask = ((size_t)1 << bits) - 1, at = top_bits(hash, bits);
    while (slots[at].hash && slots[at].hash != hash) at = (at + 1) & mask;
    return (WordSlot *)&slots[at];
}

/* Read one character of UTF-8 that the caller knows to be well formed or not Han. */
static uint32_t next_code(const unsigned char **at, const unsigned char *end) {
    const unsigned char *p = *at;
    if (*p >= 0xE0 && *p < 0xF0 && end - p > 2) {
        *at = p + 3;
        return (uint32_t)(p[0] & 15) << 12 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63);
    }
    *at = p + 1;
    return *p;
}

static size_t read_number(const unsigned char **at, const unsigned char *end) {
    size_t number = 0;
    while (*at < end && **at >= '0' && **at <= '9') number = number * 10 + *(*at)++ - '0';
    return number;
}

/* Make the table, or one of twice its size. */
static int make_room(Words *words) {
    int bits = words->slots ? words->bits + 1 : FIRST_BITS;
    WordSlot *slots = calloc((size_t)1 << bits, sizeof(WordSlot));
    if (!slots) return -1;
    for (size_t k = 0; words->slots && k < (size_t)1 << words->bits; k++) {
        if (words->slots[k].hash) *slot_of(slots, bits, words->slots[k].hash) = words->slots[k];
    }
    free(words->slots);
    words->slots = slots;
    words->bits = bits;
    return 0;
}

/* Add a word with its beginnings; give by how much there are more words now than before. */
static double add_word(Words *words, const uint32_t *codes, int length, double frequency) {
    uint64_t hash = 0;
    WordSlot *slot = NULL;
    for (int k = 0; k < length; k++) {
        hash = hash_more(hash, codes[k]);
        slot = slot_of(words->slots, words->bits, hash);
        if (!slot->hash) {
            *slot = (WordSlot){hash, NAN};
            words->used++;
        }
    }
    double before = isnan(slot->value) ? 0 : slot->value;
    slot->value = frequency;
    return frequency - before;
}

static void take_logarithms(Words *words, double total) {
    double log_total = log(total);
    for (size_t k = 0; k < (size_t)1 << words->bits; k++) {
        if (!words->slots[k].hash) continue;
        words->slots[k].value = log(words->slots[k].value) - log_total;
        sieve_add(words->beginnings, WORD_SIEVE_BITS, words->slots[k].hash);
    }
    words->unknown = log(1.0) - log_total;
}

int words_read(Words *words, const char *data, size_t size) {
    const unsigned char *at = (const unsigned char *)data, *end = at + size;
    uint32_t codes[LONGEST_WORD];
    double total = 0; /* whole, and far below 2 ** 53 */
    while (at < end) {
        if ((!words->slots || words->used > (size_t)3 << (words->bits - 2)) && make_room(words)) return -1;
        int length = 0, held = 1;
        while (at < end && *at != ' ' && *at != '\n') {
            uint32_t code = next_code(&at, end);
            held = held && is_common(code) && length < LONGEST_WORD;
            if (held) codes[length++] = code;
        }
        if (at < end && *at == ' ') at++;
        double frequency = (double)read_number(&at, end);
        total += held && length ? add_word(words, codes, length, frequency) : frequency;
        while (at < end && *at++ != '\n') {}
    }
    if (!words->slots && make_room(words)) return -1;
    words->beginnings = calloc(((size_t)1 << WORD_SIEVE_BITS) / 64, sizeof(uint64_t));
    if (!words->beginnings) return -1;
    take_logarithms(words, total);
    return 0;
}

void words_free(Words *words) {
    free(words->slots);
    free(words->beginnings);
}

/* Cut codes[0:n], at most LONGEST_RUN characters that the dictionary may hold. */
static ptrdiff_t cut_run(const Words *words, const uint32_t *codes, ptrdiff_t n, int64_t at, int64_t *starts,
                         int64_t *ends) {
    double best[LONGEST_RUN + 1];
    ptrdiff_t next[LONGEST_RUN + 1];
    best[n] = 0;
    for (ptrdiff_t start = n - 1; start >= 0; start--) {
        uint64_t hash = 0;
        next[start] = 0;
        for (ptrdiff_t end = start + 1; end <= n; end++) {
            hash = hash_more(hash, codes[end - 1]);
            if (!sieve_has(words->beginnings, WORD_SIEVE_BITS, hash)) break;
            const WordSlot *slot = slot_of(words->slots, words->bits, hash);
            if (!slot->hash) break;
            if (isnan(slot->value)) continue;
            double score = slot->value + best[end];
            if (!next[start] || score >= best[start]) {
                best[start] = score;
                next[start] = end;
            }
        }
        if (!next[start]) {
            best[start] = words->unknown + best[start + 1];
            next[start] = start + 1;
        }
    }
    ptrdiff_t count = 0;
    for (ptrdiff_t start = 0; start < n; start = next[start]) {
        starts[count] = at + start;
        ends[count++] = at + next[start];
    }
    return count;
}

static int is_letter(uint32_t code) { return (code | 32) >= 'a' && (code | 32) <= 'z'; }
static int is_digit(uint32_t code) { return code >= '0' && code <= '9'; }

/* Give where the word of letters or the number that begins at ``at`` ends: [A-Za-z]+ or [0-9]+(.[0-9]+)? */
static ptrdiff_t end_of_other(const uint32_t *codes, ptrdiff_t n, ptrdiff_t at) {
    if (is_letter(codes[at])) {
        while (at < n && is_letter(codes[at])) at++;
        return at;
    }
    while (at < n && is_digit(codes[at])) at++;
    if (at + 1 < n && codes[at] == '.' && is_digit(codes[at + 1])) {
        at++;
        while (at < n && is_digit(codes[at])) at++;
    }
    return at;
}

/* Give the words of the Han characters codes[at:end]. */
static ptrdiff_t cut_han(const Words *words, const uint32_t *codes, ptrdiff_t at, ptrdiff_t end, int64_t *starts,
                         int64_t *ends) {
    ptrdiff_t count = 0;
    while (at < end) {
        ptrdiff_t stop = at;
        while (stop < end && is_common(codes[stop])) stop++;
        count += cut_run(words, codes + at, stop - at, at, starts + count, ends + count);
        for (at = stop; at < end && !is_common(codes[at]); at++) {
            starts[count] = at;
            ends[count++] = at + 1;
        }
    }
    return count;
}

ptrdiff_t words_cut(const Words *words, const uint32_t *codes, ptrdiff_t n, int64_t *starts, int64_t *ends) {
    ptrdiff_t count = 0, at = 0;
    while (at < n) {
        if (is_han(codes[at])) {
            ptrdiff_t end = at;
            while (end < n && end - at < LONGEST_RUN && is_han(codes[end])) end++;
            count += cut_han(words, codes, at, end, starts + count, ends + count);
            at = end;
        } else if (is_letter(codes[at]) || is_digit(codes[at])) {
            starts[count] = at;
            at = end_of_other(codes, n, at);
            ends[count++] = at;
        } else {
            at++;
        }
    }
    return count;
}
