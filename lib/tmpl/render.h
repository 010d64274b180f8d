/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_RENDER_H
#define HEARTH_TMPL_RENDER_H

/*
 * One rendering: its memory, its bounds, and what went wrong with it.
 *
 * The first failure is kept, with the place in the template that ran; everything after it
 * returns early.
 */

#include "tmpl/value.h"

typedef struct hearth__limits_tmpl {
    size_t output, memory, loops;
    int depth;
    int64_t time_us;
} hearth__limits_tmpl;

struct hearth__render {
    hearth__arena *arena;
    hearth_templates *set;
    void *arg; /* hearth_template_arg() */
    bool strict;
    hearth__limits_tmpl limits;
    size_t memory_before;            /* what the arena had given out at the start */
    size_t loops;                    /* so far */
    int depth;                       /* calls, includes and blocks around */
    int64_t deadline_us;             /* of hearth_now_us() */
    hearth_value *stack, *stack_end; /* slots that are free */
    struct hearth__shelf *shelf;     /* where pages are found */
    struct hearth__module *modules;  /* imported without context */
    hearth_template_error error;     /* code 0: none */
    json_t **kept;                   /* to be released at the end */
    size_t nkept, kept_cap;
};

/* The arena is the caller's, and what values point to. */
void hearth__render_begin(hearth__render *r, hearth_templates *set, hearth__arena *arena,
                          void *arg);
/* Release the trees that were kept. */
void hearth__render_end(hearth__render *r);
/* Fail, unless it has failed already; returns the code of the first failure. */
int hearth__render_fail(hearth__render *r, int code, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);
/* Memory of the rendering, not zeroed; NULL and a failed rendering when there is none or
 * max_memory is passed. */
void *hearth__render_alloc(hearth__render *r, size_t n);
void *hearth__render_array(hearth__render *r, size_t count, size_t size);
/* A buffer over the arena, at most max_output bytes. */
void hearth__render_buf(hearth__render *r, hearth__buf *b);
/* n iterations more: HEARTH_ETOOBIG past max_loops, HEARTH_ETIMEOUT past max_ms. */
int hearth__render_tick(hearth__render *r, size_t n);
/* Release a tree when the rendering ends; taken, also on failure. */
int hearth__render_keep(hearth__render *r, json_t *take);
/* A sentence about what is undefined; HEARTH_EINVAL. */
int hearth__render_undefined(hearth__render *r, hearth_value v);

#endif
