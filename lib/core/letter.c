/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Letters of all scripts.  The tables hold runs, not letters: 2 to 8 bytes a script instead
 * of some for each of 140 000 code points; ASCII, which nearly everything is, never gets
 * there.
 */
#include "core/letter.h"

#include "core/letter_table.h"
#include "core/str.h"
#include "core/utf8.h"

#define ONES           UINT64_C(0x0101010101010101)
#define HIGH           (ONES << 7)
#define COUNT(table)   (sizeof(table) / sizeof(table)[0])
#define SIGMA          0x3a3u /* the one capital with two small letters */
#define FINAL_SIGMA    0x3c2u
#define GEORGIAN_FIRST 0x10d0u
#define GEORGIAN_LAST  0x10ffu

/* What cp becomes by the runs, which are in order. */
static uint32_t by_run(const case_run *runs, size_t n, uint32_t cp)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (runs[mid].last < cp)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == n || cp < runs[low].first ||
        (cp - runs[low].first) % (uint32_t)runs[low].step != 0)
        return cp;
    return (uint32_t)((int32_t)cp + runs[low].delta);
}

static const case_special *find_special(uint32_t cp)
{
    size_t low = 0, high = COUNT(special);

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (special[mid].cp < cp)
            low = mid + 1;
        else
            high = mid;
    }
    return low < COUNT(special) && special[low].cp == cp ? &special[low] : NULL;
}

static size_t copy_three(const uint32_t from[3], uint32_t out[3])
{
    size_t n = 0;

    for (; n < 3 && from[n] != 0; n++)
        out[n] = from[n];
    return n;
}

size_t hearth__letter_upper(uint32_t cp, uint32_t out[3])
{
    const case_special *s = cp < 0x80 ? NULL : find_special(cp);

    if (s != NULL)
        return copy_three(s->upper, out);
    out[0] = cp >= 0x80               ? by_run(upper_runs, COUNT(upper_runs), cp)
             : cp >= 'a' && cp <= 'z' ? cp - 32
                                      : cp;
    return 1;
}

size_t hearth__letter_lower(uint32_t cp, uint32_t out[3])
{
    out[0] = cp >= 0x80               ? by_run(lower_runs, COUNT(lower_runs), cp)
             : cp >= 'A' && cp <= 'Z' ? cp + 32
                                      : cp;
    if (cp != 0x130) /* I with a dot */
        return 1;
    out[0] = 'i';
    out[1] = 0x307;
    return 2;
}

size_t hearth__letter_title(uint32_t cp, uint32_t out[3])
{
    const case_special *s = cp < 0x80 ? NULL : find_special(cp);

    if (s != NULL)
        return copy_three(s->title, out);
    if (cp >= GEORGIAN_FIRST && cp <= GEORGIAN_LAST) {
        out[0] = cp;
        return 1;
    }
    return hearth__letter_upper(cp, out);
}

/* ---- properties -------------------------------------------------------------------- */

/* Has an odd number of edges been passed? */
static bool within(const uint32_t *edges, size_t n, uint32_t cp)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (edges[mid] <= cp)
            low = mid + 1;
        else
            high = mid;
    }
    return low % 2 == 1;
}

bool hearth__letter_is_alpha(uint32_t cp)
{
    if (cp < 0x80)
        return hearth__is_alpha((char)cp);
    return within(alpha_edges, COUNT(alpha_edges), cp);
}

bool hearth__letter_is_word(uint32_t cp)
{
    if (cp < 0x80)
        return hearth__is_alpha((char)cp) || hearth__is_digit((char)cp) || cp == '_';
    return within(word_edges, COUNT(word_edges), cp);
}

bool hearth__letter_is_space(uint32_t cp)
{
    return (cp >= 0x9 && cp <= 0xd) || (cp >= 0x1c && cp <= 0x20) || cp == 0x85 ||
           cp == 0xa0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
           cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

/* ---- texts ------------------------------------------------------------------------- */

static void put_all(hearth__buf *b, const uint32_t *cps, size_t n)
{
    char bytes[4];

    for (size_t i = 0; i < n; i++)
        hearth__buf_add(b, bytes, hearth__utf8_put(cps[i], bytes));
}

/* The ASCII at the start of s, each letter from first to first + 25 changed; returns how many
 * bytes that were. */
static size_t put_ascii(hearth__buf *b, hearth_str s, char first)
{
    char *to = hearth__buf_room(b, s.len);
    size_t n = 0;

    for (uint64_t w; to != NULL && s.len - n >= 8; n += 8) { /* eight at a time */
        memcpy(&w, s.ptr + n, 8);
        if ((w & HIGH) != 0)
            break;
        /* The highest bit of each byte: at least the first letter, past the last one. */
        w ^= ((w + ONES * (0x80 - (uint64_t)first)) ^
              (w + ONES * (0x80 - (uint64_t)first - 26))) &
             HIGH;
        w ^= (w & HIGH) ^ ((w & HIGH) >> 2); /* upper and lower case differ in one bit */
        memcpy(to + n, &w, 8);
    }
    for (; n < s.len && (unsigned char)s.ptr[n] < 0x80; n++) {
        char c = s.ptr[n];

        if (to != NULL)
            to[n] = (unsigned char)(c - first) < 26 ? (char)(c ^ 0x20) : c;
    }
    if (to != NULL)
        hearth__buf_commit(b, n);
    return n;
}

void hearth__letter_put_upper(hearth__buf *b, hearth_str s)
{
    uint32_t cp, out[3];

    while (s.len > 0) {
        size_t n = put_ascii(b, s, 'a');

        s = hearth__str(s.ptr + n, s.len - n);
        if (s.len == 0)
            break;
        n = hearth__utf8_next(s, &cp);
        if (n == 0)
            hearth__buf_add(b, s.ptr, n = 1);
        else
            put_all(b, out, hearth__letter_upper(cp, out));
        s = hearth__str(s.ptr + n, s.len - n);
    }
}

/* The first code point of s is a letter. */
static bool starts_alpha(hearth_str s)
{
    uint32_t cp;

    return hearth__utf8_next(s, &cp) != 0 && hearth__letter_is_alpha(cp);
}

void hearth__letter_put_lower(hearth__buf *b, hearth_str s)
{
    bool after_letter = false;
    uint32_t cp, out[3];

    while (s.len > 0) {
        size_t n = put_ascii(b, s, 'A');

        if (n > 0)
            after_letter = hearth__is_alpha(s.ptr[n - 1]);
        s = hearth__str(s.ptr + n, s.len - n);
        if (s.len == 0)
            break;
        n = hearth__utf8_next(s, &cp);
        if (n == 0) {
            hearth__buf_add(b, s.ptr, 1);
            s = hearth__str(s.ptr + 1, s.len - 1);
            after_letter = false;
            continue;
        }
        s = hearth__str(s.ptr + n, s.len - n);
        if (cp == SIGMA && after_letter && !starts_alpha(s)) {
            out[0] = FINAL_SIGMA;
            put_all(b, out, 1);
        } else {
            put_all(b, out, hearth__letter_lower(cp, out));
        }
        after_letter = hearth__letter_is_alpha(cp);
    }
}
