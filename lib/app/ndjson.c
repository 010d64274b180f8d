/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Streams of lines.  What is made at once, a line or a page of rows, stands in a buffer that
 * lives as long as the stream, and is handed out as blocks of what a stream takes.
 */
#include <hearth/ndjson.h>

#include "app/dispatch.h"
#include "app/problem.h"
#include "core/str.h"
#include "json/write.h"

#include <hearth/memory.h>

#define TYPE         "application/x-ndjson"
#define DEFAULT_PAGE 256
#define MAX_PAGE     10000
#define PAGE_BYTES   65536
#define KEEP_BYTES   (4 * PAGE_BYTES)
#define MAX_KEY      64

/* In memory of the request. */
typedef struct lines {
    hearth_ctx *c;
    hearth__buf made; /* heap: it grows and shrinks while the request lives */
    size_t at;        /* handed out of it */
    /* More into `made`, which is empty: 1, or as a hearth_ndjson_fn. */
    int (*make)(struct lines *l);
    void (*close)(struct lines *l);

    /* of values */
    hearth_ndjson_fn *next;
    void *arg;
    void (*close_source)(void *arg);

    /* of rows */
    const char *first_sql, *next_sql;
    hearth_val *args; /* of the statement, then key and limit */
    size_t nargs;
    int page;
    bool over; /* the last page was read */
    hearth__page at_page;
} lines;

static ptrdiff_t hand_out(void *arg, char *buf, size_t max)
{
    lines *l = arg;

    if (l->at == l->made.len) {
        int rc;

        l->at = 0;
        hearth__buf_empty(&l->made);
        rc = l->make(l);
        if (rc <= 0)
            return rc;
    }
    size_t left = l->made.len - l->at, n = left < max ? left : max;

    memcpy(buf, l->made.ptr + l->at, n);
    l->at += n;
    if (l->at == l->made.len &&
        l->made.cap > KEEP_BYTES) { /* one long line is no reason */
        hearth__buf_clear(&l->made);
        l->at = 0;
    }
    return (ptrdiff_t)n;
}

static void shut(void *arg)
{
    lines *l = arg;

    hearth__buf_clear(&l->made);
    l->close(l);
}

static int answer(lines *l, int status, hearth_stream_opts *o)
{
    o->close = shut;
    return hearth_stream_with(l->c, status, TYPE, hand_out, l, o);
}

/* ---- values -------------------------------------------------------------------------- */

static int make_line(lines *l)
{
    hearth__json_w w = hearth__json_w_of(&l->made);
    json_t *line = NULL;
    int rc = l->next(l->arg, &line);

    if (rc > 0 && line == NULL)
        rc = hearth__note(l->c, HEARTH_ESTATE, "a source of lines gave none");
    if (rc <= 0) {
        json_decref(line);
        return rc;
    }
    rc = hearth__json_tree(&w, line);
    json_decref(line);
    hearth__buf_char(&l->made, '\n');
    if (l->made.failed)
        return HEARTH_ENOMEM;
    return rc < 0 ? rc : 1;
}

static void close_values(lines *l)
{
    if (l->close_source != NULL)
        l->close_source(l->arg);
}

static int refuse_values(hearth_ctx *c, const hearth_stream_opts *o, void *arg, int rc,
                         const char *why)
{
    if (o->close != NULL)
        o->close(arg);
    return why == NULL ? rc : hearth__note(c, rc, "hearth_ndjson: %s", why);
}

int hearth_ndjson_sized(hearth_ctx *c, int status, hearth_ndjson_fn *next, void *arg,
                        const hearth_stream_opts *opts, size_t size)
{
    hearth_stream_opts o = {0};
    lines *l;

    if (opts != NULL)
        memcpy(&o, opts, size < sizeof o ? size : sizeof o);
    if (next == NULL || o.length != 0)
        return refuse_values(c, &o, arg, HEARTH_EINVAL,
                             next == NULL ? "a source is needed; it is NULL"
                                          : "the length of lines is not known before");
    l = HEARTH_NEW(c, lines);
    if (l == NULL)
        return refuse_values(c, &o, arg, HEARTH_ENOMEM, NULL);
    *l = (lines){.c = c,
                 .make = make_line,
                 .close = close_values,
                 .next = next,
                 .arg = arg,
                 .close_source = o.close};
    hearth__buf_init(&l->made, NULL, 0);
    return answer(l, status, &o);
}

/* ---- rows ---------------------------------------------------------------------------- */

static int make_page(lines *l)
{
    bool first = l->at_page.last.kind == HEARTH_VAL_NULL;
    size_t n = l->nargs;
    int rc;

    if (l->over)
        return 0;
    if (!first)
        l->args[n++] = l->at_page.last;
    l->args[n++] = hearth_val_int(l->page);
    rc = hearth__dbs_page(&l->c->dbs, &l->at_page, &l->made,
                          first ? l->first_sql : l->next_sql, (hearth_vals){l->args, n});
    if (rc != 0)
        return hearth__db_failed(l->c, rc);
    l->over = l->at_page.rows < (size_t)l->page && l->made.len < PAGE_BYTES;
    return l->at_page.rows > 0 ? 1 : 0;
}

static void close_rows(lines *l)
{
    hearth__buf_clear(&l->at_page.text);
}

static bool is_key(const char *key)
{
    size_t n =
        strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    return n > 0 && n <= MAX_KEY && key[n] == '\0';
}

/* Whatever white space and ';' it ends in cannot stand within brackets. */
static int write_sql(lines *l, const char *sql, const char *key)
{
    size_t n = strlen(sql);

    while (n > 0 && strchr(" \t\r\n;", sql[n - 1]) != NULL)
        n--;
    l->first_sql = hearth_strf(l->c, "SELECT * FROM (%.*s\n) ORDER BY \"%s\" LIMIT ?",
                               (int)n, sql, key);
    l->next_sql =
        hearth_strf(l->c,
                    "SELECT * FROM (%.*s\n) WHERE \"%s\" > ? ORDER BY \"%s\" LIMIT ?",
                    (int)n, sql, key, key);
    return l->first_sql == NULL || l->next_sql == NULL ? HEARTH_ENOMEM : 0;
}

static int copy_args(lines *l, hearth_vals args)
{
    l->nargs = args.n;
    l->args = hearth__arena_array(&l->c->arena, args.n + 2, sizeof *l->args);
    if (l->args == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; i < args.n; i++) {
        hearth_val *v = &l->args[i];

        *v = args.v[i];
        if (v->kind != HEARTH_VAL_TEXT && v->kind != HEARTH_VAL_BLOB)
            continue;
        v->u.s.ptr = hearth__arena_copy(&l->c->arena, v->u.s.ptr, v->u.s.len);
        if (v->u.s.ptr == NULL)
            return HEARTH_ENOMEM;
    }
    return 0;
}

int hearth_ndjson_rows_sized(hearth_ctx *c, int status, const char *sql, hearth_vals args,
                             const hearth_ndjson_opts *opts, size_t size)
{
    hearth_ndjson_opts o = {0};
    hearth_stream_opts stream = {0};
    lines *l = HEARTH_NEW(c, lines);

    if (opts != NULL)
        memcpy(&o, opts, size < sizeof o ? size : sizeof o);
    if (o.key == NULL)
        o.key = "id";
    if (o.page == 0)
        o.page = DEFAULT_PAGE;
    if (sql == NULL || !is_key(o.key) || o.page < 1 || o.page > MAX_PAGE)
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_ndjson_rows: there is no SQL, key is not 1 to %d "
                            "letters, digits and '_', or page is not 1 to %d",
                            MAX_KEY, MAX_PAGE);
    if (c->dbs.db == NULL)
        return hearth__note(c, HEARTH_ESTATE, "the application has no database");
    if (l == NULL)
        return HEARTH_ENOMEM;
    *l = (lines){.c = c,
                 .make = make_page,
                 .close = close_rows,
                 .page = o.page,
                 .at_page = {.key = hearth_strdup(c, o.key), .bytes = PAGE_BYTES}};
    hearth__buf_init(&l->made, NULL, 0);
    hearth__buf_init(&l->at_page.text, NULL, 0);
    if (l->at_page.key == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(write_sql(l, sql, o.key));
    HEARTH_TRY(copy_args(l, args));
    return answer(l, status, &stream);
}
