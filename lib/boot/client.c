/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The client for tests.  A call is made into fields and a body once; loopback or a
 * connection then carries it, and both give the same description of an answer.  The
 * application's log is replaced by one that remembers, and what would have gone to a sink
 * of the application's own still does.
 */

#include <hearth/client.h>

#include "app/app.h"
#include "boot/client_jar.h"
#include "boot/client_wire.h"
#include "boot/secret.h"
#include "core/str.h"
#include "http/accept.h"
#include "json/load.h"
#include "json/pointer.h"
#include "json/write.h"

#include <pthread.h>
#include <stdlib.h>

#define WIRE_THREADS 2
#define CACHED       4 /* contexts; more than one only when a handler makes a call itself */

/* Behind the hearth_answer that callers see. */
typedef struct answer {
    hearth_answer seen;
    hearth__loop_answer got;
    hearth__arena *memory;
} answer;

/* What was logged; written from any thread of the application's. */
typedef struct capture {
    pthread_mutex_t lock;
    hearth__buf text;
    const hearth_log_ops *ops; /* of the application's own sink, or NULL */
    void *self;
} capture;

struct hearth_client {
    hearth_app *app;
    hearth__log *replaced; /* the log that the application came with */
    capture log;
    hearth__buf shown; /* what hearth_client_log() returned last */
    hearth__jar jar;
    hearth__arena memory; /* of one call and its answer */
    answer answer;
    hearth__ctx_cache cache;
    hearth__client_wire wire;
    bool over_wire;
};

#define NO_CLIENT "there is no client: hearth_client_new() failed"
static const answer no_client = {.seen = {.body = {NO_CLIENT, sizeof NO_CLIENT - 1}}};

/* ---- the log -------------------------------------------------------------------- */

static void capture_write(void *self, hearth_log_level level, hearth_str lines)
{
    capture *log = self;

    pthread_mutex_lock(&log->lock);
    if (log->text.failed) /* what came before is lost, what comes now need not be */
        hearth__buf_clear(&log->text);
    hearth__buf_str(&log->text, lines);
    pthread_mutex_unlock(&log->lock);
    if (log->ops != NULL)
        log->ops->write(log->self, level, lines);
}

static const hearth_log_ops capture_ops = {.name = "client", .write = capture_write};

static int capture_log(hearth_client *t)
{
    hearth_log_opts o = t->app->opts.log;

    t->log.ops = o.ops;
    t->log.self = o.self;
    o.ops = &capture_ops;
    o.self = &t->log;
    hearth__log *log = hearth__log_new(&o);

    if (log == NULL)
        return HEARTH_ENOMEM;
    t->replaced = t->app->log;
    t->app->log = log;
    return 0;
}

/* ---- life ----------------------------------------------------------------------- */

static int start_server(hearth_client *t, hearth_error *err)
{
    const hearth_run_opts o = {.host = "127.0.0.1",
                               .port = HEARTH_PORT_ANY,
                               .threads = WIRE_THREADS};
    int rc = hearth_app_start(t->app, &o, err);

    if (rc == 0)
        hearth__client_wire_init(&t->wire, hearth_app_port(t->app));
    return rc;
}

/* Log the reason where the application would have logged it. */
static hearth_client *give_up(hearth_client *t, hearth_app *app, const char *why)
{
    hearth__log_line(t == NULL || t->replaced == NULL ? app->log : t->replaced,
                     HEARTH_LOG_ERROR, NULL, "no test client: %s", why);
    if (t == NULL)
        hearth_app_free(app);
    hearth_client_free(t);
    return NULL;
}

hearth_client *hearth_client_new(hearth_app *app)
{
    const char *over_wire = getenv("HEARTH_TEST_WIRE");
    hearth_client *t = app == NULL ? NULL : calloc(1, sizeof *t);
    hearth_error err = {0};

    if (app == NULL)
        return NULL;
    if (t == NULL || pthread_mutex_init(&t->log.lock, NULL) != 0) {
        free(t);
        return give_up(NULL, app, "out of memory");
    }
    t->app = app;
    t->over_wire = over_wire != NULL && over_wire[0] == '1';
    t->cache.max = CACHED;
    hearth__buf_init(&t->log.text, NULL, 0);
    hearth__buf_init(&t->shown, NULL, 0);
    hearth__arena_init(&t->memory, 0);
    hearth__client_wire_init(&t->wire, 0);
    if (capture_log(t) != 0)
        return give_up(t, app, "out of memory");
    if (hearth__app_freeze(app, &err) != 0 || hearth__secret_env(app, &err) != 0 ||
        hearth__secret_passing(app, &err) != 0 ||
        (t->over_wire && start_server(t, &err) != 0))
        return give_up(t, app, err.text);
    return t;
}

void hearth_client_free(hearth_client *t)
{
    if (t == NULL)
        return;
    hearth__client_wire_close(&t->wire);
    json_decref((json_t *)(uintptr_t)t->answer.seen.json);
    hearth__arena_clear(&t->memory);
    hearth__buf_clear(&t->shown);
    hearth__jar_clear(&t->jar);
    hearth__ctx_cache_clear(&t->cache);
    /* A handler that cannot be ended goes on logging: then the log must stay. */
    bool stuck = hearth_app_stop(t->app) != 0;

    hearth_app_free(t->app);
    if (stuck)
        return;
    hearth__log_free(t->replaced);
    hearth__buf_clear(&t->log.text);
    pthread_mutex_destroy(&t->log.lock);
    free(t);
}

/* ---- the call --------------------------------------------------------------------- */

static bool one_line(const char *s)
{
    return strpbrk(s, "\r\n") == NULL;
}

static bool has_field(const hearth__loop_call *to, hearth_str name)
{
    for (size_t i = 0; i < to->nfields; i++) {
        if (hearth__str_ieq(to->field[i].name, name))
            return true;
    }
    return false;
}

/* "Name: value" strings, then Content-Type and Cookie unless they are among them. */
static const char *make_fields(hearth_client *t, const hearth_call *call,
                               hearth__loop_call *to)
{
    hearth__buf cookies;
    size_t n = 0;

    while (call->headers != NULL && call->headers[n] != NULL)
        n++;
    hearth__field *field = hearth__arena_array(&t->memory, n + 2, sizeof *field);

    if (field == NULL)
        return "out of memory";
    to->field = field;
    for (; to->nfields < n; to->nfields++) {
        hearth_str value = hearth__str_of(call->headers[to->nfields]);
        hearth_str name = hearth__str_cut(&value, ':');

        if (value.ptr == NULL || !one_line(call->headers[to->nfields]))
            return "a header is not of the form \"Name: value\"";
        field[to->nfields] = (hearth__field){name, hearth__str_trim(value)};
    }
    if (call->type != NULL && !one_line(call->type))
        return "the type holds a line break";
    if (call->type != NULL ||
        (call->body != NULL && !has_field(to, HEARTH__S("Content-Type"))))
        field[to->nfields++] =
            (hearth__field){HEARTH__S("Content-Type"),
                            hearth__str_of(call->type == NULL ? "application/json"
                                                              : call->type)};
    hearth__buf_init(&cookies, &t->memory, 0);
    hearth__jar_write(&t->jar, &cookies);
    if (cookies.len > 0 && !has_field(to, HEARTH__S("Cookie")))
        field[to->nfields++] =
            (hearth__field){HEARTH__S("Cookie"), hearth__buf_view(&cookies)};
    return cookies.failed ? "out of memory" : NULL;
}

/* NULL, or why the call cannot be made. */
static const char *make_call(hearth_client *t, const hearth_call *call,
                             hearth__loop_call *to)
{
    const char *method = call->method == NULL ? "GET" : call->method;
    const char *target = call->target == NULL ? "/" : call->target;
    bool counted = call->body == NULL || call->body_len > 0;

    if (!one_line(method) || !one_line(target))
        return "the method or the target holds a line break";
    *to = (hearth__loop_call){.method = hearth__str_of(method),
                              .target = hearth__str_of(target),
                              .body = hearth__str_of(counted ? NULL : call->body)};
    if (call->body != NULL && counted)
        to->body = hearth__str(call->body, call->body_len);
    return make_fields(t, call, to);
}

static const char *why_text(hearth_client *t, const char *text)
{
    const char *copy = hearth__arena_copy(&t->memory, text, strlen(text));

    return copy == NULL ? "out of memory" : copy;
}

static const char *carry(hearth_client *t, const hearth__loop_call *call)
{
    hearth_error err = {.text = "the server could not be started"};
    int rc;

    if (!t->over_wire) {
        rc = hearth__loopback_call(t->app, &t->cache, &t->memory, call, &t->answer.got);
    } else {
        if (hearth_app_port(t->app) == 0 && start_server(t, &err) != 0)
            return why_text(t, err.text);
        rc = hearth__client_wire_call(&t->wire, &t->memory, call, &t->answer.got);
    }
    if (rc == HEARTH_EIO)
        return t->over_wire ? t->wire.why : "the connection closed within the body";
    if (rc == HEARTH_ETOOBIG)
        return "the answer does not fit in memory";
    if (rc == HEARTH_EINVAL)
        return "the body is not as long as its Content-Length says";
    return rc == 0 ? NULL : "out of memory";
}

static const char *take_answer(hearth_client *t)
{
    const hearth__loop_answer *got = &t->answer.got;
    hearth_answer *seen = &t->answer.seen;

    seen->status = got->status;
    seen->body = got->body;
    for (size_t i = 0; i < got->nfields; i++) {
        const hearth__field *f = &got->field[i];

        if (hearth__str_ieq(f->name, HEARTH__S("Set-Cookie")) &&
            hearth__jar_take(&t->jar, f->value) != 0)
            return "out of memory";
        if (hearth__str_ieq(f->name, HEARTH__S("Content-Type")) && seen->json == NULL &&
            hearth__media_type_is(f->value, HEARTH__S("application/json"),
                                  HEARTH__S("json")))
            seen->json = hearth__json_load(got->body, NULL, NULL);
    }
    return NULL;
}

const hearth_answer *hearth_call_do(hearth_client *t, const hearth_call *call)
{
    static const hearth_call defaults = {0};
    hearth__loop_call to;

    if (t == NULL)
        return &no_client.seen;
    json_decref((json_t *)(uintptr_t)t->answer.seen.json);
    hearth__arena_reset(&t->memory);
    t->answer = (answer){.seen = {.body = {"", 0}}, .memory = &t->memory};
    const char *why = make_call(t, call == NULL ? &defaults : call, &to);

    if (why == NULL)
        why = carry(t, &to);
    if (why == NULL)
        why = take_answer(t);
    if (why != NULL) {
        json_decref((json_t *)(uintptr_t)t->answer.seen.json);
        t->answer = (answer){.seen = {.body = hearth__str_of(why)}, .memory = &t->memory};
    }
    return &t->answer.seen;
}

static const hearth_answer *call_with(hearth_client *t, const char *method,
                                      const char *target, const char *json)
{
    return hearth_call_do(t, &(hearth_call){.method = method,
                                            .target = target,
                                            .body = json});
}

const hearth_answer *hearth_call_get(hearth_client *t, const char *target)
{
    return call_with(t, "GET", target, NULL);
}

const hearth_answer *hearth_call_post(hearth_client *t, const char *target,
                                      const char *json)
{
    return call_with(t, "POST", target, json);
}

const hearth_answer *hearth_call_put(hearth_client *t, const char *target,
                                     const char *json)
{
    return call_with(t, "PUT", target, json);
}

const hearth_answer *hearth_call_patch(hearth_client *t, const char *target,
                                       const char *json)
{
    return call_with(t, "PATCH", target, json);
}

const hearth_answer *hearth_call_delete(hearth_client *t, const char *target)
{
    return call_with(t, "DELETE", target, NULL);
}

/* ---- the answer ---------------------------------------------------------------------
 */

/* Every hearth_answer is the first member of one of ours. */
static const answer *behind(const hearth_answer *r)
{
    return (const answer *)(const void *)r;
}

const char *hearth_answer_header(const hearth_answer *r, const char *name)
{
    const hearth__loop_answer *got = &behind(r)->got;

    for (size_t i = 0; i < got->nfields; i++) {
        if (hearth__str_ieq(got->field[i].name, hearth__str_of(name)))
            return got->field[i].value.ptr;
    }
    return NULL;
}

const char *hearth_answer_at(const hearth_answer *r, const char *pointer)
{
    const json_t *at =
        r->json == NULL ? NULL : hearth__json_at(r->json, hearth__str_of(pointer));
    hearth__buf text;

    if (at == NULL)
        return "";
    if (json_is_string(at))
        return json_string_value(at);
    hearth__buf_init(&text, behind(r)->memory, 0);
    hearth__json_w w = hearth__json_w_of(&text);

    return hearth__json_tree(&w, at) == 0 ? hearth__buf_view(&text).ptr : "";
}

/* Over the wire the access lines of a reactor come in batches, and stopping hands over
 * the last: the next call starts the server again. */
const char *hearth_client_log(hearth_client *t)
{
    if (t == NULL)
        return "";
    if (t->over_wire) {
        hearth__client_wire_close(&t->wire);
        (void)hearth_app_stop(t->app);
    }
    hearth__buf_empty(&t->shown);
    pthread_mutex_lock(&t->log.lock);
    hearth__buf_str(&t->shown, hearth__buf_view(&t->log.text));
    pthread_mutex_unlock(&t->log.lock);
    return t->shown.ptr;
}
