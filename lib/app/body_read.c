/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The body as a file that is read from its beginning to its end, wherever it is kept.
 */
#include "app/body.h"
#include "app/problem.h"
#include "core/str.h"

#include <string.h>

#define LINE_MAX_BYTES (64u * 1024u)
#define LINE_STEP      512u

/* What there is to read: a form and a stream have nothing. */
static uint64_t readable(const hearth_ctx *c)
{
    return c->intake == NULL           ? c->body.len
           : c->intake->parser == NULL ? c->intake->spool.len
                                       : 0;
}

static int read_at(hearth_ctx *c, uint64_t at, void *out, size_t max, size_t *got)
{
    uint64_t size = readable(c);
    int rc;

    *got = 0;
    if (at >= size)
        return 0;
    if (c->intake == NULL) {
        *got = max < size - at ? max : (size_t)(size - at);
        memcpy(out, c->body.ptr + at, *got);
        return 0;
    }
    rc = hearth__spool_read(&c->intake->spool, at, out, max, got);
    return rc == 0 ? 0 : hearth__body_spool_failed(c, rc);
}

uint64_t hearth_body_size(const hearth_ctx *c)
{
    return c->intake == NULL ? c->body.len : c->received;
}

int hearth_body_read(hearth_ctx *c, void *out, size_t max, size_t *got)
{
    int rc = read_at(c, c->body_at, out, max, got);

    c->body_at += *got;
    return rc;
}

static hearth__buf *line_buffer(hearth_ctx *c)
{
    if (c->line == NULL) {
        c->line = hearth__arena_raw(&c->arena, sizeof *c->line);
        if (c->line != NULL)
            hearth__buf_init(c->line, &c->arena, LINE_MAX_BYTES);
    } else {
        hearth__buf_empty(c->line);
    }
    return c->line;
}

int hearth_body_line(hearth_ctx *c, hearth_str *line)
{
    hearth__buf *b = line_buffer(c);
    bool ended = false;

    *line = (hearth_str){"", 0};
    while (b != NULL && !ended && b->len < LINE_MAX_BYTES) {
        size_t room = LINE_MAX_BYTES - b->len, got;
        char *to = hearth__buf_room(b, room < LINE_STEP ? room : LINE_STEP), *lf;

        if (to == NULL)
            return HEARTH_ENOMEM;
        HEARTH_TRY(read_at(c, c->body_at, to, room < LINE_STEP ? room : LINE_STEP, &got));
        lf = memchr(to, '\n', got);
        ended = lf != NULL || got == 0;
        if (lf != NULL)
            got = (size_t)(lf + 1 - to);
        hearth__buf_commit(b, got);
        c->body_at += got;
    }
    if (b == NULL)
        return HEARTH_ENOMEM;
    *line = hearth__buf_view(b);
    return 0;
}

hearth_str hearth__body_whole(hearth_ctx *c)
{
    uint64_t size = readable(c);
    char *p;
    size_t got;

    if (size == 0)
        return (hearth_str){"", 0};
    p = size < SIZE_MAX ? hearth__arena_raw(&c->arena, (size_t)size + 1) : NULL;
    if (p == NULL || read_at(c, 0, p, (size_t)size, &got) != 0) {
        c->arena.failed = true;
        return (hearth_str){"", 0};
    }
    p[got] = '\0';
    return hearth__str(p, got);
}
