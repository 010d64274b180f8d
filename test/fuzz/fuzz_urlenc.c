/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Any bytes as form data: valid means parseable, and what was decoded encodes and decodes
 * again. */

#include "core/enc.h"
#include "core/str.h"
#include "core/utf8.h"
#include "http/urlenc.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void is_clean(hearth_str s)
{
    assert(s.ptr[s.len] == '\0' && memchr(s.ptr, '\0', s.len) == NULL);
    assert(hearth__utf8_valid(s));
}

static void comes_back(hearth__arena *a, const hearth__field *field, size_t n)
{
    hearth__field *again;
    hearth__buf b;
    size_t m;

    hearth__buf_init(&b, a, 0);
    for (size_t i = 0; i < n; i++) {
        hearth__enc_url(&b, field[i].name);
        hearth__buf_char(&b, '=');
        hearth__enc_url(&b, field[i].value);
        hearth__buf_char(&b, '&');
    }
    assert(hearth__urlenc_parse(a, hearth__buf_view(&b), n, &again, &m) == 0 && m == n);
    for (size_t i = 0; i < n; i++) {
        assert(hearth__str_eq(field[i].name, again[i].name));
        assert(hearth__str_eq(field[i].value, again[i].value));
    }
}

/* decode(encode(x)) == x for every x without NUL. */
static void round_trip(hearth__arena *a, hearth_str x)
{
    hearth__buf b;
    char *out;
    ptrdiff_t n;

    hearth__buf_init(&b, a, 0);
    hearth__enc_url(&b, x);
    out = hearth__arena_raw(a, b.len);
    n = hearth__percent_decode(out, hearth__buf_view(&b), true);
    if (memchr(x.ptr, '\0', x.len) != NULL)
        assert(n == -1);
    else
        assert(hearth__str_eq(hearth__str(out, (size_t)n), x));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str raw = {(const char *)data, size};
    hearth__arena a;
    hearth__field *field;
    size_t n;
    int rc;

    hearth__arena_init(&a, 0);
    rc = hearth__urlenc_parse(&a, raw, SIZE_MAX, &field, &n);
    assert((rc == 0) == hearth__urlenc_valid(raw));
    assert(rc == 0 || (rc == HEARTH_EINVAL && field == NULL && n == 0));
    for (size_t i = 0; i < n; i++) {
        is_clean(field[i].name);
        is_clean(field[i].value);
    }
    comes_back(&a, field, n);
    if (size > 0)
        round_trip(&a, raw);
    hearth__arena_clear(&a);
    return 0;
}
