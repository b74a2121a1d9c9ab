/* A first look at texts, and their clauses; see nlp/reading.py, script.py and clauses.py. */
#include "native.h"

/* nlp/clauses.py: the name of a field has so many characters. */
enum { SHORTEST_NAME = 2, LONGEST_NAME = 9, CLOSING = 0x3011 };

/* Texts with more single spaces than this may have been spaced out by optical reading. */
#define MOST_SPACES 2

/* nlp/clauses.py: no clause grows longer than this. */
#define LONGEST_CLAUSE 48

static uint32_t class_of(const Characters *characters, uint32_t code) {
    if (code < PLANE) return characters->classes[code];
    return RARE | UNUSUAL | (is_han(code) ? HAN : 0);
}

void pairs_make(Pairs *of, const int64_t *pairs, ptrdiff_t n) {
    *of = (Pairs){pairs, n, {0}};
    for (ptrdiff_t k = 0; k < n; k++) sieve_add(of->sieve, PAIR_SIEVE_BITS, (uint64_t)pairs[k]);
}

/* Give the number of a pair, -1 for none of them. */
static ptrdiff_t pair_number(const Pairs *of, int64_t pair) {
    if (!sieve_has(of->sieve, PAIR_SIEVE_BITS, (uint64_t)pair)) return -1;
    ptrdiff_t low = 0, high = of->n;
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        if (of->pairs[middle] < pair) low = middle + 1;
        else high = middle;
    }
    return low < of->n && of->pairs[low] == pair ? low : -1;
}

/* Is this the first character of a pair? */
static int begins(const Pairs *of, uint32_t code, uint32_t next) {
    return code < PLANE && next < PLANE && pair_number(of, (int64_t)code << 16 | next) >= 0;
}

static uint32_t simple_form(const Characters *characters, uint32_t code) {
    return code < PLANE ? characters->simple[code] : code;
}

/* What the words are that begin here: irregular ones as they are written, regional ones in simplified characters. */
static uint32_t word_bits(const Characters *characters, uint32_t bits, uint32_t code, uint32_t next) {
    uint32_t simple = simple_form(characters, code), regional = class_of(characters, simple);
    uint32_t found = regional & REGIONAL_ALONE;
    if (bits & IRREGULAR && begins(&characters->irregular, code, next)) found |= IRREGULAR;
    if (regional & REGIONAL && begins(&characters->regional.pairs, simple, simple_form(characters, next))) found |= REGIONAL;
    return found;
}

void look(const Characters *characters, const Texts *texts, uint32_t *simplified, uint32_t *found) {
    for (ptrdiff_t number = 0; number < texts->n; number++) {
        int64_t end = end_of(texts, number), spaces = 0;
        uint32_t all = 0;
        for (int64_t at = texts->offsets[number]; at < end; at++) {
            uint32_t code = texts->codes[at], bits = class_of(characters, code);
            spaces += code == ' ';
            all |= bits & ~(uint32_t)(IRREGULAR | REGIONAL | REGIONAL_ALONE);
            all |= word_bits(characters, bits, code, at + 1 < end ? texts->codes[at + 1] : 0);
            simplified[at] = simple_form(characters, code);
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

/* --- fields ---------------------------------------------------------------------------------------------------- */

static uint32_t class_at(const Characters *characters, const Texts *texts, int64_t at, int64_t end) {
    return at < end ? class_of(characters, texts->codes[at]) : 0;
}

static int is_name(const Characters *characters, const Texts *texts, int64_t start, int64_t end) {
    for (int64_t at = start; at < end; at++) {
        if (!(class_of(characters, texts->codes[at]) & HAN)) return 0;
    }
    return end - start >= SHORTEST_NAME && end - start <= LONGEST_NAME;
}

/* Give where the name of a field that stands from ``start`` to ``end`` begins, behind what numbers it; -1 for none. */
static int64_t name_start(const Characters *characters, const Texts *texts, int64_t start, int64_t end) {
    while (start < end - SHORTEST_NAME && class_of(characters, texts->codes[start]) & NUMBERS_NAME) start++;
    return is_name(characters, texts, start, end) ? start : -1;
}

typedef struct {
    int64_t *entries, *starts, *names, *ends;
    ptrdiff_t count;
} Fields;

static int put_field(Fields *fields, ptrdiff_t entry, int64_t start, int64_t name, int64_t end) {
    if (name < 0) return 0;
    fields->entries[fields->count] = entry;
    fields->starts[fields->count] = start;
    fields->names[fields->count] = name;
    fields->ends[fields->count++] = end;
    return 1;
}

static int is_colon(uint32_t bits) { return (bits & (FIELD | OPENS_NAME)) == FIELD; }

/* Find the fields of a text: 诉求：, 【诉求】：, and at the beginning of a line 【诉求】. */
static void fields_of(const Characters *characters, const Texts *texts, ptrdiff_t entry, Fields *fields) {
    int64_t start = texts->offsets[entry], end = end_of(texts, entry), line = start;
    for (int64_t at = start; at < end; at++) {
        uint32_t code = texts->codes[at], bits = class_of(characters, code);
        int named = 0;
        if (is_colon(bits) || (bits & CLOSES_NAME && is_colon(class_at(characters, texts, at + 1, end)))) {
            named = put_field(fields, entry, start, name_start(characters, texts, start, at), at);
        }
        if (!named && (code == ']' || code == CLOSING) && class_of(characters, texts->codes[line]) & OPENS_NAME) {
            put_field(fields, entry, line, is_name(characters, texts, line + 1, at) ? line + 1 : -1, at);
        }
        if (bits & NAME_BEGINS) start = at + 1;
        if (texts->codes[at] == '\n') line = at + 1;
    }
}

ptrdiff_t find_fields(const Characters *characters, const Texts *texts, const uint32_t *found, int64_t *entries,
                      int64_t *starts, int64_t *names, int64_t *ends) {
    Fields fields = {entries, starts, names, ends, 0};
    for (ptrdiff_t number = 0; number < texts->n; number++) {
        if (found[number] & FIELD) fields_of(characters, texts, number, &fields);
    }
    return fields.count;
}

/* --- regional words -------------------------------------------------------------------------------------------- */

/* Give the number of the longest regional word that stands at a place, -1 for none. */
static ptrdiff_t word_at(const Regional *words, const uint32_t *codes, int64_t at, int64_t end, uint32_t bits) {
    ptrdiff_t best = -1;
    int64_t length = 0;
    for (ptrdiff_t k = 0; bits & REGIONAL_ALONE && k < words->n_alone; k++) {
        if (words->codes[words->starts[k]] == codes[at]) best = k, length = 1;
    }
    if (!(bits & REGIONAL) || at + 1 >= end || codes[at + 1] >= PLANE) return best;
    ptrdiff_t pair = pair_number(&words->pairs, (int64_t)codes[at] << 16 | codes[at + 1]);
    for (int64_t k = pair < 0 ? 0 : words->first[pair]; pair >= 0 && k < words->first[pair + 1]; k++) {
        int64_t n = words->starts[k + 1] - words->starts[k], same = 0;
        while (same < n && at + same < end && codes[at + same] == words->codes[words->starts[k] + same]) same++;
        if (same == n && n > length) best = k, length = n;
    }
    return best;
}

ptrdiff_t find_regional(const Characters *characters, const Texts *texts, const uint32_t *found, int64_t *entries,
                        int64_t *places, int64_t *words) {
    ptrdiff_t count = 0;
    const Regional *regional = &characters->regional;
    for (ptrdiff_t number = 0; number < texts->n; number++) {
        int64_t end = end_of(texts, number);
        if (!(found[number] & (REGIONAL | REGIONAL_ALONE))) continue;
        for (int64_t at = texts->offsets[number]; at < end;) {
            uint32_t bits = class_of(characters, texts->codes[at]);
            ptrdiff_t word = bits & (REGIONAL | REGIONAL_ALONE) ? word_at(regional, texts->codes, at, end, bits) : -1;
            if (word >= 0) {
                entries[count] = number;
                places[count] = at;
                words[count++] = word;
            }
            at += word < 0 ? 1 : regional->starts[word + 1] - regional->starts[word];
        }
    }
    return count;
}
