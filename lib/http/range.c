/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Byte ranges.  Spans that overlap or touch are joined as they come, so that the spans
 * kept are always apart: a request for the same megabyte a hundred times is a request for
 * one megabyte.
 */

#include "http/range.h"

#include "core/str.h"

#define ASKED_MAX (HEARTH__RANGES_MAX * 10)

enum { BAD = -1, OUTSIDE, INSIDE, EMPTY };

/* Digits; a number too large for 64 bits is the largest. */
static bool read_number(hearth_str s, uint64_t *out)
{
    uint64_t n = 0;

    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!hearth__is_digit(s.ptr[i]))
            return false;
        if (__builtin_mul_overflow(n, 10u, &n) ||
            __builtin_add_overflow(n, (unsigned)(s.ptr[i] - '0'), &n))
            n = UINT64_MAX;
    }
    *out = n;
    return true;
}

/* "-n" */
static int read_suffix(hearth_str digits, uint64_t size, hearth__span *out)
{
    uint64_t n;

    if (!read_number(digits, &n))
        return BAD;
    if (n == 0)
        return OUTSIDE;
    if (size == 0)
        return EMPTY; /* within it (14.1.2), but there is no way to say so */
    out->len = n < size ? n : size;
    out->offset = size - out->len;
    return INSIDE;
}

/* "first-" or "first-last" */
static int read_spec(hearth_str spec, uint64_t size, hearth__span *out)
{
    ptrdiff_t dash = hearth__str_find(spec, '-');
    hearth_str after;
    uint64_t first, last = UINT64_MAX;

    if (dash < 0)
        return BAD;
    after = hearth__str(spec.ptr + dash + 1, spec.len - (size_t)dash - 1);
    if (dash == 0)
        return read_suffix(after, size, out);
    if (!read_number(hearth__str(spec.ptr, (size_t)dash), &first) ||
        (after.len > 0 && !read_number(after, &last)) || last < first)
        return BAD;
    if (first >= size)
        return OUTSIDE;
    out->offset = first;
    out->len = (last < size - 1 ? last : size - 1) - first + 1;
    return INSIDE;
}

static bool joins(const hearth__span *a, const hearth__span *b)
{
    return a->offset <= b->offset + b->len && b->offset <= a->offset + a->len;
}

static void join(hearth__span *a, const hearth__span *b)
{
    uint64_t end_a = a->offset + a->len, end_b = b->offset + b->len;
    uint64_t end = end_a > end_b ? end_a : end_b;

    a->offset = a->offset < b->offset ? a->offset : b->offset;
    a->len = end - a->offset;
}

static void take_out(hearth__ranges *r, size_t i)
{
    r->n--;
    memmove(&r->span[i], &r->span[i + 1], (r->n - i) * sizeof *r->span);
}

/* False when there are too many. */
static bool put(hearth__ranges *r, hearth__span s)
{
    size_t i = 0, at;

    while (i < r->n && !joins(&r->span[i], &s))
        i++;
    if (i == r->n) {
        if (r->n == HEARTH__RANGES_MAX)
            return false;
        r->span[r->n++] = s;
        return true;
    }
    at = i++;
    join(&r->span[at], &s);
    while (i < r->n) { /* it may have closed the gap to others, all of them later ones */
        if (!joins(&r->span[at], &r->span[i])) {
            i++;
            continue;
        }
        join(&r->span[at], &r->span[i]);
        take_out(r, i);
        i = at + 1;
    }
    return true;
}

/* What follows "bytes=", or false. */
static bool cut_unit(hearth_str *value)
{
    static const hearth_str unit = {"bytes=", 6};

    if (!hearth__str_istarts(*value, unit))
        return false;
    *value = hearth__str(value->ptr + unit.len, value->len - unit.len);
    return true;
}

int hearth__range_parse(hearth_str value, uint64_t size, hearth__ranges *out)
{
    size_t asked = 0;
    bool empty = false;

    out->n = 0;
    if (!cut_unit(&value))
        return 200;
    while (value.ptr != NULL) {
        hearth_str spec = hearth__str_trim(hearth__str_cut(&value, ','));
        hearth__span span = {0, 0};
        int found;

        if (spec.len == 0)
            continue; /* RFC 9110 5.6.1.2 */
        found = read_spec(spec, size, &span);
        if (found == BAD || ++asked > ASKED_MAX || (found == INSIDE && !put(out, span)))
            return 200;
        empty |= found == EMPTY;
    }
    if (out->n > 0)
        return 206;
    return asked == 0 || empty ? 200 : 416;
}

void hearth__range_content(hearth__buf *b, const hearth__span *s, uint64_t size)
{
    hearth__buf_text(b, "bytes ");
    hearth__buf_uint(b, s->offset);
    hearth__buf_char(b, '-');
    hearth__buf_uint(b, s->offset + s->len - 1);
    hearth__buf_char(b, '/');
    hearth__buf_uint(b, size);
}

void hearth__range_content_none(hearth__buf *b, uint64_t size)
{
    hearth__buf_text(b, "bytes */");
    hearth__buf_uint(b, size);
}
