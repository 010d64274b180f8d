/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The size in decimal, a newline, a Range value: spans lie within, apart from each other,
 * and cover every byte that a single range of the list asks for. */

#include "core/str.h"
#include "http/range.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_apart(const hearth__ranges *r, uint64_t size)
{
    uint64_t sum = 0;

    assert(r->n >= 1 && r->n <= HEARTH__RANGES_MAX);
    for (size_t i = 0; i < r->n; i++) {
        const hearth__span *a = &r->span[i];

        assert(a->len > 0 && a->offset < size && a->len <= size - a->offset);
        sum += a->len;
        for (size_t k = i + 1; k < r->n; k++) {
            const hearth__span *b = &r->span[k];

            assert(a->offset + a->len < b->offset || b->offset + b->len < a->offset);
        }
    }
    assert(sum <= size);
}

static bool covered(const hearth__ranges *r, const hearth__span *s)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->span[i].offset <= s->offset &&
            s->offset + s->len <= r->span[i].offset + r->span[i].len)
            return true;
    return false;
}

static void check_each(const hearth__ranges *r, hearth_str list, uint64_t size)
{
    char one[64] = "bytes=";
    hearth__ranges alone;

    list = hearth__str(list.ptr + 6, list.len - 6);
    while (list.ptr != NULL) {
        hearth_str spec = hearth__str_trim(hearth__str_cut(&list, ','));

        if (spec.len == 0 || spec.len > sizeof one - 6)
            continue;
        memcpy(one + 6, spec.ptr, spec.len);
        if (hearth__range_parse(hearth__str(one, 6 + spec.len), size, &alone) == 206)
            assert(alone.n == 1 && covered(r, &alone.span[0]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str value = {(const char *)data, size}, first = hearth__str_cut(&value, '\n');
    hearth__ranges r;
    hearth__buf b;
    uint64_t length;
    int status;

    if (value.ptr == NULL || !hearth__str_uint(first, &length) || length > INT64_MAX)
        return 0;
    status = hearth__range_parse(value, length, &r);
    assert(status == 200 || status == 206 || status == 416);
    if (status != 206)
        return 0;
    check_apart(&r, length);
    check_each(&r, value, length);
    hearth__buf_init(&b, NULL, 0);
    hearth__range_content(&b, &r.span[0], length);
    assert(!b.failed && b.len > 0);
    hearth__buf_clear(&b);
    return 0;
}
