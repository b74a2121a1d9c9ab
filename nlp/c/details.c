/* Names, places, amounts and dates, and which of them belong to a need; see nlp/slot_patterns.py, numerals.py, slots.py.
 *
 * The patterns stand here a second time, alternative by alternative, in the same order. */
#include <stdlib.h>
#include <string.h>

#include "native.h"

/* Characters that stand in the patterns by themselves. */
enum {
    DOT = '.', HALF = 0x534A, A = 0x963F, HEAD = 0x957F, PIECE = 0x4E2A, LUMP = 0x5757, TEAM_OF = 0x7EC4, CLUB = 0x793E,
    OF_YEAR = 0x5E74, OF_MONTH = 0x6708, FIRST = 0x521D, TWO = 0x4E8C, TEN = 0x5341, SCORE = 0x5EFF, CALENDAR = 0x5386,
    FARMERS = 0x519C, OLD = 0x65E7, BROTHER = 0x5144, YOUNGER = 0x5F1F, ZERO = 0x96F6, CIRCLE = 0x3007
};

/* A place read backwards has so many characters before its ending. */
#define LONGEST_NAME 4

#define MONEY_FROM 100

static uint32_t code_at(const Stretch *text, int64_t at) { return at >= text->start && at < text->end ? text->codes[at] : 0; }

static uint32_t signs_at(const DetailWords *words, const Stretch *text, int64_t at) {
    uint32_t code = code_at(text, at);
    return code < PLANE ? words->signs[code] : 0;
}

static int is(const DetailWords *words, const Stretch *text, int64_t at, uint32_t sign) {
    return (signs_at(words, text, at) & sign) != 0;
}

/* Does a word, which begins with its length, stand at a place? */
static int stands(const uint32_t *word, const Stretch *text, int64_t at) {
    for (int64_t k = 0; k < (int64_t)*word; k++) {
        if (code_at(text, at + k) != word[1 + k]) return 0;
    }
    return 1;
}

/* Give the length of the first word of a list that stands at a place, 0 for none. */
static int64_t word_at(WordList list, const Stretch *text, int64_t at) {
    for (; *list; list += *list + 1) {
        if (stands(list, text, at)) return *list;
    }
    return 0;
}

/* --- numbers ------------------------------------------------------------------------------------------------- */

/* Give where the number that begins at a place ends, the place itself for none. */
static int64_t number_end(const DetailWords *words, const Stretch *text, int64_t at) {
    int64_t start = at;
    if (is(words, text, at, DIGIT)) {
        while (is(words, text, at, DIGIT)) at++;
        if (code_at(text, at) == DOT && is(words, text, at + 1, DIGIT)) {
            for (at++; is(words, text, at, DIGIT);) at++;
        }
        at += is(words, text, at, SCALE);
        at += is(words, text, at, DIGIT);
    } else if (is(words, text, at, WRITTEN)) {
        while (is(words, text, at, WRITTEN)) at++;
    } else if (code_at(text, at) == HALF) {
        at++;
    }
    if (at == start) return start;
    at += is(words, text, at, ROUGH);
    at += is(words, text, at, SCALE);
    return at;
}

static double value_of(const DetailWords *words, uint32_t code) {
    for (const uint32_t *pair = words->numbers; *pair; pair += 2) {
        if (pair[0] == code) return pair[1];
    }
    return 0;
}

/* Written numbers, as ``_chinese`` in nlp/numerals.py reads them, one character after another. */
typedef struct {
    double total, section, digit, step;
    int several, last_is_digit, before_is_zero, is_zero;
} Written;

static void read_more(Written *so_far, double value, int zero) {
    so_far->before_is_zero = so_far->is_zero;
    so_far->is_zero = zero;
    so_far->last_is_digit = value < 10;
    if (value < 10) {
        if (so_far->digit && !so_far->several) so_far->several = 1;
        else so_far->digit = value, so_far->several = 0;
    } else if (value < 10000) {
        so_far->step = value;
        so_far->section += (so_far->digit ? so_far->digit : 1) * value;
        so_far->digit = 0, so_far->several = 0;
    } else {
        double sum = so_far->section + so_far->digit;
        so_far->step = value;
        so_far->total += (sum ? sum : 1) * value;
        so_far->section = so_far->digit = 0, so_far->several = 0;
    }
}

static double written_value(const Written *read) {
    double sum = read->total + read->section;
    if (read->digit && read->step > 1 && !read->before_is_zero && read->last_is_digit) {
        return sum + (read->step != 10 ? (double)(int64_t)(read->digit * read->step / 10) : read->digit);
    }
    return sum + read->digit;
}

/* 3.5万2: digits, a scale, and one digit of what the scale is ten of. -1 where anything else stands. */
static double arabic_value(const DetailWords *words, const Stretch *text, int64_t start, int64_t end) {
    double digits = 0, part = 0, step = 1, tail = 0;
    int scaled = 0, done = 0;
    for (int64_t at = start; at < end; at++) {
        uint32_t code = code_at(text, at);
        if (is(words, text, at, ROUGH)) continue;
        if (done) return -1;
        if (code == DOT) {
            part = 1;
        } else if (!is(words, text, at, DIGIT)) {
            if (scaled) return -1;
            step = value_of(words, code);
            scaled = 1;
        } else if (scaled) {
            tail = (double)(code - '0') * step / 10;
            done = 1;
        } else if (part) {
            part /= 10;
            digits += (double)(code - '0') * part;
        } else {
            digits = digits * 10 + (double)(code - '0');
        }
    }
    return digits * step + tail;
}

/* Give what codes[start:end] says, -1 where it is no number. */
static double number_of(const DetailWords *words, const Stretch *text, int64_t start, int64_t end) {
    Written read = {0, 0, 0, 1, 0, 0, 0, 0};
    if (is(words, text, start, DIGIT)) return arabic_value(words, text, start, end);
    for (int64_t at = start; at < end; at++) {
        uint32_t code = code_at(text, at);
        if (is(words, text, at, ROUGH)) continue;
        if (code_at(text, start) == HALF) {
            if (at > start) return -1;
        } else if (code == SCORE) { /* 廿五 is 二十五 */
            read_more(&read, 2, 0);
            read_more(&read, 10, 0);
        } else {
            read_more(&read, value_of(words, code), code == ZERO || code == CIRCLE);
        }
    }
    return code_at(text, start) == HALF ? 0.5 : written_value(&read);
}

/* --- what stands at a place: where it ends, 0 for nothing ------------------------------------------------------ */

static int may_be_given(const DetailWords *words, const Stretch *text, int64_t at) {
    return (signs_at(words, text, at) & (COMMON | NO_GIVEN)) == COMMON;
}

static int64_t named_end(const DetailWords *words, const Stretch *text, int64_t at) {
    int64_t kin;
    if (is(words, text, at, NICK) && is(words, text, at + 1, SURNAME)) return at + 2 + word_at(words->kin, text, at + 2);
    if (is(words, text, at, SURNAME)) {
        for (int64_t k = 1; k <= 3; k++) {
            if (is(words, text, at + k, KIN_BEGINS) && (kin = word_at(words->kin, text, at + k))) return at + k + kin;
            if (!is(words, text, at + k, COMMON)) break;
        }
    }
    if (code_at(text, at) == A && is(words, text, at + 1, COMMON) && is(words, text, at + 2, AFTER_NAME)) return at + 2;
    if (!is(words, text, at, SURNAME) || !may_be_given(words, text, at + 1)) return 0;
    if (is(words, text, at - 1, COMMON) && !is(words, text, at - 1, BEFORE_NAME)) return 0;
    if (may_be_given(words, text, at + 2) && is(words, text, at + 3, AFTER_NAME)) return at + 3;
    return is(words, text, at + 2, AFTER_NAME) ? at + 2 : 0;
}

static int64_t people_end(const DetailWords *words, const Stretch *text, int64_t at) {
    int64_t end = number_end(words, text, at), found;
    if (end > at && is(words, text, end, HOUSEHOLDS)) return end + 1 + word_at(words->of_households, text, end + 1);
    if (end > at && is(words, text, end, PERSONS) && (found = word_at(words->groups, text, end + 1))) return end + 1 + found;
    if ((end = named_end(words, text, at))) return end;
    if (is(words, text, at, NUMERAL)) {
        end = at + 1 + is(words, text, at + 1, NUMERAL);
        if (is(words, text, end, TEAM) && code_at(text, end + 1) != HEAD) return end + 1;
        if (code_at(text, at + 1) == BROTHER && code_at(text, at + 2) == YOUNGER) return at + 3;
    }
    return is(words, text, at, PEOPLE_BEGIN) && (found = word_at(words->people, text, at)) ? at + found : 0;
}

/* Give where the ending of a place's name ends. */
static int64_t ending_end(const DetailWords *words, const Stretch *text, int64_t at) {
    int64_t end = at + word_at(words->places, text, at), number = number_end(words, text, end);
    if (end == at) return 0;
    if (number > end && code_at(text, number) == TEAM_OF) end = number + 1;
    if (end == at + 1 && code_at(text, at) == CLUB && !is(words, text, at - 1, NUMERAL)) return 0; /* 合作社, 信用社 */
    return is(words, text, end, NO_END) ? 0 : end;
}

static int64_t amount_end(const DetailWords *words, const Stretch *text, int64_t at) {
    int64_t end = number_end(words, text, at);
    if (end == at) return 0;
    double number = number_of(words, text, at, end);
    for (WordList unit = words->units; *unit && is(words, text, end, UNIT_BEGINS); unit += *unit + 1) {
        if (!stands(unit, text, end)) continue;
        if (*unit == 1 && unit[1] == LUMP && is(words, text, end + 1, NO_MONEY)) continue;
        if (*unit == 1 && unit[1] == PIECE && !word_at(words->people_counted, text, end + 1)) continue;
        return number < 0 ? 0 : end + *unit;
    }
    return is(words, text, end, COUNTED) || number < MONEY_FROM ? 0 : end;
}

/* Give where one or two digits end, or up to three characters of a sign, 0 for neither. */
static int64_t short_number_end(const DetailWords *words, const Stretch *text, int64_t at, uint32_t sign) {
    int64_t most = is(words, text, at, DIGIT) ? 2 : 3, end = at;
    if (most == 2) sign = DIGIT;
    while (end < at + most && is(words, text, end, sign)) end++;
    return end > at ? end : 0;
}

/* Past the year that a date begins with, or the place itself. */
static int64_t behind_year(const DetailWords *words, const Stretch *text, int64_t at) {
    int64_t end = at;
    while (end < at + 4 && is(words, text, end, DIGIT)) end++;
    if (end == at) {
        while (end < at + 4 && is(words, text, end, YEAR)) end++;
        if (end < at + 4) return at;
    }
    return end >= at + 2 && code_at(text, end) == OF_YEAR ? end + 1 : at;
}

static int is_day(const DetailWords *words, const Stretch *text, Span month, Span day) {
    double m = number_of(words, text, month.start, month.end), d = number_of(words, text, day.start, day.end);
    return m >= 1 && m <= 12 && d >= 1 && d <= 31;
}

/* 2012年6月2日, 六月二号. -1 for what only looks so. */
static int64_t full_date_end(const DetailWords *words, const Stretch *text, int64_t at) {
    int64_t month = behind_year(words, text, at), month_end = short_number_end(words, text, month, MONTH);
    if (!month_end || code_at(text, month_end) != OF_MONTH) return 0;
    int64_t day = month_end + 1, day_end = short_number_end(words, text, day, DAY);
    if (!day_end || !is(words, text, day_end, DAY_SIGN)) return 0;
    return is_day(words, text, (Span){month, month_end}, (Span){day, day_end}) ? day_end + 1 : -1;
}

/* 2012.6.2 */
static int64_t dotted_date_end(const DetailWords *words, const Stretch *text, int64_t at) {
    uint32_t century = code_at(text, at) * 256 + code_at(text, at + 1);
    if (century != '1' * 256 + '9' && century != '2' * 256 + '0') return 0;
    if (!is(words, text, at + 2, DIGIT) || !is(words, text, at + 3, DIGIT) || !is(words, text, at + 4, SEPARATOR)) return 0;
    int64_t month = at + 5, month_end = is(words, text, month, DIGIT) ? short_number_end(words, text, month, DIGIT) : 0;
    if (!month_end || !is(words, text, month_end, SEPARATOR)) return 0;
    int64_t day = month_end + 1, day_end = is(words, text, day, DIGIT) ? short_number_end(words, text, day, DIGIT) : 0;
    if (!day_end) return 0;
    return is_day(words, text, (Span){month, month_end}, (Span){day, day_end}) ? day_end : -1;
}

/* 农历腊月廿三 */
static int64_t lunar_date_end(const DetailWords *words, const Stretch *text, int64_t at) {
    uint32_t code = code_at(text, at);
    if ((code == FARMERS || code == OLD) && code_at(text, at + 1) == CALENDAR) at += 2;
    if (!is(words, text, at, LUNAR) || code_at(text, at + 1) != OF_MONTH) return 0;
    at += 2;
    code = code_at(text, at);
    if (code == FIRST) return is(words, text, at + 1, MONTH) ? at + 2 : 0;
    if (code == TWO && code_at(text, at + 1) == TEN) at++;
    else if (code != TEN && code != SCORE) return 0;
    return at + 1 + (is(words, text, at + 1, MONTH) && code_at(text, at + 1) != TEN);
}

static int64_t date_end(const DetailWords *words, const Stretch *text, int64_t at) {
    int64_t end = full_date_end(words, text, at);
    if (!end) end = dotted_date_end(words, text, at);
    if (!end) end = lunar_date_end(words, text, at);
    return end > 0 ? end : 0;
}

/* --- all of an entry ------------------------------------------------------------------------------------------ */

static void put(Details *details, int kind, int64_t place, int64_t start, int64_t end) {
    details->found[kind][details->count[kind]++] = (Detail){place, {start, end}};
}

static int64_t last_end(const Details *details, int kind) {
    return details->count[kind] ? details->found[kind][details->count[kind] - 1].span.end : 0;
}

/* Put a detail that begins at a place, unless it begins within another of its kind. */
static void try_at(const DetailWords *words, const Stretch *text, Details *details, int kind, int64_t at) {
    int64_t end;
    if (at < last_end(details, kind)) return;
    if (kind == WHO) end = people_end(words, text, at);
    else if (kind == AMOUNT) end = amount_end(words, text, at);
    else end = date_end(words, text, at);
    if (end) put(details, kind, at, at, end);
}

/* Put the name of a place that ends here, read backwards; of two that go on in one another the longer one. */
static void try_place(const DetailWords *words, const Stretch *text, Details *details, int64_t at, int64_t *behind) {
    int64_t end = ending_end(words, text, at), start = at, last = details->count[WHERE];
    if (!end) return;
    while (start > at - LONGEST_NAME && (signs_at(words, text, start - 1) & (COMMON | NO_NAME)) == COMMON) start--;
    if (start < *behind) start = *behind;
    if (start >= at) return;
    if (last && start <= details->found[WHERE][last - 1].span.start) details->count[WHERE]--;
    else if (start < last_end(details, WHERE)) start = last_end(details, WHERE);
    if (start >= at) return;
    put(details, WHERE, at, start, end);
    if (is(words, text, end - 1, DISTRICT)) *behind = end;
}

static int make_room(Details *details, int64_t n) {
    if (n <= details->room) return 0;
    details_free(details);
    details->marks = malloc((size_t)n * sizeof *details->marks);
    int failed = !details->marks;
    for (int kind = 0; kind < N_KINDS; kind++) {
        details->found[kind] = malloc((size_t)n * sizeof(Detail));
        failed |= !details->found[kind];
    }
    if (!failed) details->room = n;
    return failed ? -1 : 0;
}

void details_free(Details *details) {
    free(details->marks);
    for (int kind = 0; kind < N_KINDS; kind++) free(details->found[kind]);
    memset(details, 0, sizeof *details);
}

int details_find(const DetailWords *words, const Stretch *text, Details *details) {
    const uint32_t any = NUMERAL | SURNAME | NICK | PEOPLE_BEGIN | PLACE_BEGINS | DATE_BEGINS | SENTENCE_MARK;
    int64_t behind = 0;
    uint32_t before = 0;
    if (make_room(details, text->end - text->start)) return -1;
    memset(details->count, 0, sizeof details->count);
    details->n_marks = 0;
    for (int64_t at = text->start; at < text->end; at++) {
        uint32_t signs = signs_at(words, text, at);
        if (signs & any) {
            int number = signs & NUMERAL && !(before & NUMERAL), within = signs & NUMERAL && before & NUMERAL;
            if (signs & (NUMERAL | SURNAME | NICK | PEOPLE_BEGIN) && !within) try_at(words, text, details, WHO, at);
            if (signs & PLACE_BEGINS && (before & (COMMON | NO_NAME)) == COMMON) try_place(words, text, details, at, &behind);
            if (number) try_at(words, text, details, AMOUNT, at);
            if (number || signs & DATE_BEGINS) try_at(words, text, details, WHEN, at);
            if (signs & SENTENCE_MARK) details->marks[details->n_marks++] = at;
        }
        before = signs;
    }
    return 0;
}

/* --- those of a need ------------------------------------------------------------------------------------------- */

/* Give the number of the first detail of a kind that was not found before a place. */
static ptrdiff_t first_from(const Details *details, int kind, int64_t place) {
    ptrdiff_t low = 0, high = details->count[kind];
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        if (details->found[kind][middle].place < place) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Groups and roles, of which a name says more. */
static int is_general(const DetailWords *words, const Stretch *text, Span span) {
    for (WordList word = words->general; *word; word += *word + 1) {
        if (span.start + *word == span.end && stands(word, text, span.start)) return 1;
    }
    return 0;
}

Span details_nearest(const DetailWords *words, const Stretch *text, const Details *details, int kind, Span of) {
    const Detail *found = details->found[kind];
    ptrdiff_t here = first_from(details, kind, of.start), end = first_from(details, kind, of.end);
    int64_t first = of.start - words->reach[kind];
    Span last = {0, 0};
    if (first < text->start) first = text->start;
    for (ptrdiff_t k = here; k < end; k++) {
        if (of.start <= found[k].span.start && found[k].span.end <= of.end) return found[k].span;
    }
    for (ptrdiff_t k = here - 1; k >= 0 && found[k].place >= first; k--) {
        if (found[k].span.start < first || found[k].span.end > of.start) continue;
        if (kind != WHO || !is_general(words, text, found[k].span)) return found[k].span;
        if (!last.end) last = found[k].span;
    }
    return last;
}

void details_amounts(const DetailWords *words, const Stretch *text, const Details *details, Span of, ptrdiff_t *first,
                     ptrdiff_t *end, int64_t *past) {
    ptrdiff_t after = 0;
    while (after < details->n_marks && details->marks[after] < of.start) after++;
    int64_t start = after ? details->marks[after - 1] + 1 : text->start;
    while (after < details->n_marks && details->marks[after] < of.end) after++;
    int64_t stop = after < details->n_marks ? details->marks[after] : text->end;
    *past = stop < of.end + words->reach[N_KINDS] ? stop : of.end;
    *first = first_from(details, AMOUNT, start);
    *end = first_from(details, AMOUNT, *past);
}
