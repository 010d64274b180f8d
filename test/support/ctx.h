/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_CTX_H
#define HEARTH_TEST_CTX_H

/*
 * A context by hand, for tests of lib/app below the dispatcher: no routing, no transport.
 *
 *     bare t = bare_open(NULL, "GET /a?x=1 HTTP/1.1\r\nHost: example.org\r\n\r\nbody");
 *     ck_assert_str_eq(hearth_query(t.c, "x", ""), "1");
 *     bare_close(&t);
 *
 * Header-only, so that programs which test lower layers do not have to link this one.
 */

#include "app/ctx.h"
#include "core/str.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define BARE_FIELDS 16

typedef struct bare_log {
    char text[16384];
    size_t len;
} bare_log;

typedef struct bare {
    hearth_app *app;
    hearth_ctx *c;
    bare_log *log; /* what the application logged */
    char *request; /* the text that the head is made of */
    hearth__field field[BARE_FIELDS];
} bare;

static inline void bare_log_write(void *self, hearth_log_level level, hearth_str lines)
{
    bare_log *log = self;
    size_t room = sizeof log->text - log->len - 1;
    size_t n = lines.len < room ? lines.len : room;

    (void)level;
    memcpy(log->text + log->len, lines.ptr, n);
    log->len += n;
    log->text[log->len] = '\0';
}

static const hearth_log_ops bare_log_ops = {.name = "test", .write = bare_log_write};

/* The line up to CRLF, cut off *rest. */
static inline hearth_str bare_line(hearth_str *rest)
{
    const char *end = strstr(rest->ptr, "\r\n");
    hearth_str line;

    ck_assert_ptr_nonnull(end);
    line = hearth__str(rest->ptr, (size_t)(end - rest->ptr));
    rest->ptr += line.len + 2;
    rest->len -= line.len + 2;
    return line;
}

static inline hearth_str bare_word(hearth_str *rest)
{
    return hearth__str_cut(rest, ' ');
}

/* NULL when the application or the context could not be made; for tests of exhausted
 * memory. */
static inline bare *bare_try(const hearth_app_opts *o, hearth_str request)
{
    hearth_app_opts opts = o == NULL ? (hearth_app_opts){0} : *o;
    bare *t = calloc(1, sizeof *t);
    hearth_str line, first;

    if (t == NULL)
        return NULL;
    t->log = calloc(1, sizeof *t->log);
    t->request = malloc(request.len + 1);
    opts.log.ops = &bare_log_ops;
    opts.log.self = t->log;
    t->app = t->log == NULL || t->request == NULL ? NULL : hearth_app_new(&opts);
    t->c = t->app == NULL ? NULL : hearth__ctx_take(NULL, t->app);
    if (t->c == NULL) {
        hearth__app_destroy(t->app);
        free(t->log);
        free(t->request);
        free(t);
        return NULL;
    }
    memcpy(t->request, request.ptr, request.len);
    t->request[request.len] = '\0';
    request.ptr = t->request;
    first = bare_line(&request);
    t->c->head.method = bare_word(&first);
    t->c->head.target = bare_word(&first);
    t->c->head.version = 11;
    t->c->head.field = t->field;
    while ((line = bare_line(&request)).len > 0) {
        hearth_str name = hearth__str_cut(&line, ':');

        ck_assert_uint_lt(t->c->head.nfields, BARE_FIELDS);
        t->field[t->c->head.nfields++] = (hearth__field){name, line};
    }
    hearth__buf_str(&t->c->body, request);
    return t;
}

/* The audit and the target, as the dispatcher does it. */
static inline bare *bare_open_n(const hearth_app_opts *o, hearth_str request)
{
    bare *t = bare_try(o, request);
    hearth__verdict v;

    ck_assert_ptr_nonnull(t);
    v = hearth__audit(&t->c->head, 100, &t->c->framing);
    ck_assert_msg(v.status == 0, "%s", v.text);
    v = hearth__target_parse(&t->c->target, &t->c->arena, t->c->head.target,
                             t->c->framing.method);
    ck_assert_msg(v.status == 0, "%s", v.text);
    return t;
}

static inline bare *bare_open(const hearth_app_opts *o, const char *request)
{
    return bare_open_n(o, hearth__str_of(request));
}

static inline bare *bare_get(void)
{
    return bare_open(NULL, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
}

static inline void bare_close(bare *t)
{
    hearth__ctx_put(NULL, t->c);
    hearth__app_destroy(t->app);
    free(t->log);
    free(t->request);
    free(t);
}

/* A response field, NULL when absent; and how many of that name. */
static inline const char *bare_field(const bare *t, const char *name)
{
    const hearth__field *f = hearth__res_find(&t->c->res, hearth__str_of(name));

    return f == NULL ? NULL : f->value.ptr;
}

static inline int bare_count(const bare *t, const char *name)
{
    int n = 0;

    for (size_t i = 0; i < t->c->res.nfields; i++)
        n += hearth__str_ieq(t->c->res.field[i].name, hearth__str_of(name));
    return n;
}

static inline const char *bare_body(const bare *t)
{
    return t->c->res.body.ptr == NULL ? "" : t->c->res.body.ptr;
}

#endif
