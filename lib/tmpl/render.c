/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What every part of a rendering needs: failing once, memory within bounds, the clock.
 */

#include "tmpl/render.h"

#include "core/size.h"
#include "tmpl/set.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Iterations between two looks at the clock. */
#define TICKS 1024

void hearth__render_begin(hearth__render *r, hearth_templates *set, hearth__arena *arena,
                          void *arg)
{
    *r = (hearth__render){.arena = arena,
                          .set = set,
                          .arg = arg,
                          .strict = set->opts.strict,
                          .limits = set->limits,
                          .memory_before = arena->used,
                          .deadline_us = hearth_now_us() + set->limits.time_us};
}

void hearth__render_end(hearth__render *r)
{
    for (size_t i = 0; i < r->nkept; i++)
        json_decref(r->kept[i]);
    r->nkept = 0;
}

int hearth__render_fail(hearth__render *r, int code, const char *fmt, ...)
{
    va_list ap;

    if (r->error.code != 0)
        return r->error.code;
    r->error.code = code;
    va_start(ap, fmt);
    vsnprintf(r->error.text, sizeof r->error.text, fmt, ap);
    va_end(ap);
    return code;
}

static bool within(hearth__render *r)
{
    if (r->arena->failed) {
        hearth__render_fail(r, HEARTH_ENOMEM, "out of memory");
        return false;
    }
    if (r->arena->used - r->memory_before > r->limits.memory) {
        hearth__render_fail(r, HEARTH_ETOOBIG,
                            "the template needs more than %zu bytes of memory; "
                            "max_memory would allow more",
                            r->limits.memory);
        return false;
    }
    return true;
}

void *hearth__render_alloc(hearth__render *r, size_t n)
{
    void *p = n > r->limits.memory ? NULL : hearth__arena_raw(r->arena, n);

    if (p == NULL && n > r->limits.memory) {
        hearth__render_fail(r, HEARTH_ETOOBIG,
                            "a value of %zu bytes is larger than max_memory, %zu", n,
                            r->limits.memory);
        return NULL;
    }
    return within(r) ? p : NULL;
}

void *hearth__render_array(hearth__render *r, size_t count, size_t size)
{
    size_t n;

    if (!hearth__size_mul(count, size, &n))
        n = SIZE_MAX;
    return hearth__render_alloc(r, n);
}

void hearth__render_buf(hearth__render *r, hearth__buf *b)
{
    hearth__buf_init(b, r->arena, r->limits.output);
}

int hearth__render_tick(hearth__render *r, size_t n)
{
    size_t before = r->loops;

    if (n > r->limits.loops - before)
        return hearth__render_fail(r, HEARTH_ETOOBIG,
                                   "more than %zu iterations; max_loops would allow more",
                                   r->limits.loops);
    r->loops = before + n;
    if (before / TICKS != r->loops / TICKS && hearth_now_us() > r->deadline_us)
        return hearth__render_fail(
            r, HEARTH_ETIMEOUT,
            "rendering takes longer than %lld ms; max_ms would allow more",
            (long long)(r->limits.time_us / 1000));
    return r->error.code;
}

int hearth__render_keep(hearth__render *r, json_t *take)
{
    if (take == NULL)
        return hearth__render_fail(r, HEARTH_ENOMEM, "out of memory for a tree");
    if (r->nkept == r->kept_cap) {
        size_t cap = r->kept_cap == 0 ? 8 : 2 * r->kept_cap;
        json_t **grown = hearth__render_array(r, cap, sizeof *grown);

        if (grown == NULL) {
            json_decref(take);
            return r->error.code;
        }
        if (r->nkept > 0)
            memcpy(grown, r->kept, r->nkept * sizeof *grown);
        r->kept = grown;
        r->kept_cap = cap;
    }
    r->kept[r->nkept++] = take;
    return 0;
}

int hearth__render_undefined(hearth__render *r, hearth_value v)
{
    if (v.len == 0)
        return hearth__render_fail(r, HEARTH_EINVAL, "a value is undefined");
    return hearth__render_fail(
        r, HEARTH_EINVAL,
        "'%.*s' is undefined: give it to the template, or use the filter default",
        (int)(v.len > 60 ? 60 : v.len), v.u.text);
}
