/* A first look at texts, and their clauses; see nlp/reading.py, script.py and clauses.py. */
#include "native.h"

#define PLANE 0x10000

/* Texts with more single spaces than this may have been spaced out by optical reading. */
#define MOST_SPACES 2

/* nlp/clauses.py: no clause grows longer than this. */
#define LONGEST_CLAUSE 48

static int is_rare_han(uint32_t code) { return code >= 0x20000 && code <= 0x323AF; }

static uint32_t class_of(const Characters *characters, uint32_t code) {
    if (code < PLANE) return characters->classes[code];
    return RARE | UNUSUAL | (is_rare_han(code) ? HAN : 0);
}

static int holds(const Pairs *of, int64_t pair) {
    ptrdiff_t low = 0, high = of->n;
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        if (of->pairs[middle] < pair) low = middle + 1;
        else high = middle;
    }
    return low < of->n && of->pairs[low] == pair;
}

static uint32_t pair_bits(const Characters *characters, uint32_t bits, uint32_t code, uint32_t next) {
    int64_t pair = (int64_t)code << 16 | next;
    if (!(bits & (IRREGULAR | REGIONAL)) || next >= PLANE) return 0;
    return (holds(&characters->irregular, pair) ? IRREGULAR : 0) | (holds(&characters->regional, pair) ? REGIONAL : 0);
}

static int64_t end_of(const Texts *texts, ptrdiff_t number) {
    return number + 1 < texts->n ? texts->offsets[number + 1] - 1 : texts->length;
}

void look(const Characters *characters, const Texts *texts, uint32_t *simplified, uint32_t *found) {
    for (ptrdiff_t number = 0; number < texts->n; number++) {
        int64_t end = end_of(texts, number), spaces = 0;
        uint32_t all = 0;
        for (int64_t at = texts->offsets[number]; at < end; at++) {
            uint32_t code = texts->codes[at], bits = class_of(characters, code);
            if (bits & (IRREGULAR | REGIONAL)) {
                uint32_t next = at + 1 < end ? texts->codes[at + 1] : 0;
                bits = (bits & ~(uint32_t)(IRREGULAR | REGIONAL)) | pair_bits(characters, bits, code, next);
            }
            spaces += code == ' ';
            all |= bits;
            simplified[at] = code < PLANE ? characters->simple[code] : code;
        }
        if (end < texts->length) simplified[end] = texts->codes[end];
        found[number] = all | (spaces > MOST_SPACES ? SPACED : 0);
    }
}

/* Clauses on their way to arrays. */
typedef struct {
    int64_t *starts, *ends, *entries;
    ptrdiff_t count;
} Clauses;

static void put_clause(Clauses *clauses, int64_t start, int64_t end, ptrdiff_t entry) {
    clauses->starts[clauses->count] = start;
    clauses->ends[clauses->count] = end;
    clauses->entries[clauses->count++] = entry;
}

static int is_space(const Characters *characters, uint32_t code) { return code < PLANE && characters->classes[code] & SPACE; }

/* Cut what is too long at spaces first, and what is still too long into equal parts. */
static void put_long(const Characters *characters, const uint32_t *codes, int64_t start, int64_t end, ptrdiff_t entry,
                     Clauses *clauses) {
    for (int64_t at = start; at < end;) {
        int64_t stop = at;
        while (stop < end && !is_space(characters, codes[stop])) stop++;
        int64_t parts = (stop - at + LONGEST_CLAUSE - 1) / LONGEST_CLAUSE;
        for (int64_t k = 0; k < parts; k++) {
            put_clause(clauses, at + (stop - at) * k / parts, at + (stop - at) * (k + 1) / parts, entry);
        }
        for (at = stop; at < end && is_space(characters, codes[at]);) at++;
    }
}

ptrdiff_t cut_clauses(const Characters *characters, const Texts *texts, int64_t *starts, int64_t *ends, int64_t *entries) {
    Clauses clauses = {starts, ends, entries, 0};
    for (ptrdiff_t number = 0; number < texts->n; number++) {
        int64_t end = end_of(texts, number), first = -1, past = 0; /* of the stretch between two marks, its solid part */
        for (int64_t at = texts->offsets[number]; at <= end; at++) {
            uint32_t bits = at == end ? MARK : texts->codes[at] < PLANE ? characters->classes[texts->codes[at]] : 0;
            if (bits & MARK) {
                if (first >= 0 && past - first <= LONGEST_CLAUSE) put_clause(&clauses, first, past, number);
                else if (first >= 0) put_long(characters, texts->codes, first, past, number, &clauses);
                first = -1;
            } else if (!(bits & SPACE)) {
                if (first < 0) first = at;
                past = at + 1;
            }
        }
    }
    return clauses.count;
}
