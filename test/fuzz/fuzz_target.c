/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Any bytes as a request target: what is accepted keeps every promise of http/target.h.
 */

#include "core/enc.h"
#include "core/str.h"
#include "core/utf8.h"
#include "http/target.h"
#include "http/urlenc.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same_segments(const hearth__target *a, const hearth__target *b)
{
    if (a->nsegments != b->nsegments || a->trailing_slash != b->trailing_slash)
        return false;
    for (size_t i = 0; i < a->nsegments; i++) {
        if (!hearth__str_eq(a->segment[i].text, b->segment[i].text) ||
            a->segment[i].slash != b->segment[i].slash)
            return false;
    }
    return true;
}

static void is_clean(hearth_str s)
{
    assert(s.ptr[s.len] == '\0' && memchr(s.ptr, '\0', s.len) == NULL);
    assert(hearth__utf8_valid(s));
}

static void keeps_its_promises(const hearth__target *t)
{
    is_clean(t->path);
    assert(t->asterisk || t->raw_path.ptr[0] == '/');
    assert(hearth__urlenc_valid(t->query));
    assert(t->nsegments <= HEARTH__MAX_SEGMENTS);
    for (size_t i = 0; i < t->nsegments; i++) {
        hearth_str rest = t->segment[i].text;

        is_clean(rest);
        assert(rest.len > 0 || (i + 1 == t->nsegments && t->trailing_slash));
        assert((hearth__str_find(rest, '/') >= 0) == t->segment[i].slash);
        while (rest.ptr != NULL) {
            hearth_str part = hearth__str_cut(&rest, '/');

            assert(!hearth__str_eq(part, HEARTH__S(".")));
            assert(!hearth__str_eq(part, HEARTH__S("..")));
        }
    }
}

/* The canonical form, and the segments escaped anew, mean the same. */
static void comes_back(const hearth__target *t, hearth__arena *a, hearth__method method)
{
    hearth__target again;
    hearth_str canonical = hearth__target_canonical(t, a);
    hearth__buf b;

    assert(hearth__target_parse(&again, a, canonical, method).status == 0);
    assert(!again.double_slash && same_segments(t, &again));
    assert(hearth__str_eq(again.query, t->query));
    assert(canonical.len < 2 || (canonical.ptr[1] != '/' && canonical.ptr[1] != '\\'));
    if (t->asterisk)
        return;
    hearth__buf_init(&b, a, 0);
    for (size_t i = 0; i < t->nsegments; i++) {
        hearth__buf_char(&b, '/');
        hearth__enc_url(&b, t->segment[i].text);
    }
    if (b.len == 0)
        hearth__buf_char(&b, '/');
    assert(hearth__target_parse(&again, a, hearth__buf_view(&b), method).status == 0);
    assert(same_segments(t, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hearth__method methods[] = {HEARTH__GET, HEARTH__OPTIONS,
                                             HEARTH__CONNECT};
    hearth_str raw = {(const char *)data, size};

    for (size_t i = 0; i < 3; i++) {
        hearth__arena a;
        hearth__target t;

        hearth__arena_init(&a, 0);
        if (hearth__target_parse(&t, &a, raw, methods[i]).status == 0) {
            keeps_its_promises(&t);
            comes_back(&t, &a, methods[i]);
        }
        hearth__arena_clear(&a);
    }
    return 0;
}
