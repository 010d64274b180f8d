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

#include "boot/client.h"

#include "app/task.h"
#include "boot/secret.h"
#include "core/str.h"
#include "http/accept.h"
#include "json/load.h"
#include "json/pointer.h"
#include "json/write.h"

#include <stdlib.h>

#define WIRE_THREADS 2
#define CACHED       4 /* contexts; more than one only when a handler makes a call itself */

#define NO_CLIENT "there is no client: hearth_client_new() failed"
static const hearth__client_answer no_client = {
    .seen = {.body = {NO_CLIENT, sizeof NO_CLIENT - 1}}};

/* ---- the log -------------------------------------------------------------------- */

static void capture_write(void *self, hearth_log_level level, hearth_str lines)
{
    hearth__client_log *log = self;

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

static int start_app(hearth_client *t, hearth_error *err)
{
    int rc = t->over_wire ? start_server(t, err) : hearth__app_begin(t->app, 0, err);

    t->began = rc == 0 && !t->over_wire;
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
    if (t == NULL || pthread_mutex_init(&t->log.lock, NULL) != 0 ||
        !hearth__loop_bell_init(&t->bell)) {
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
        hearth__secret_passing(app, &err) != 0 || start_app(t, &err) != 0)
        return give_up(t, app, err.text);
    return t;
}

void hearth_client_free(hearth_client *t)
{
    if (t == NULL)
        return;
    while (t->pending != NULL)
        hearth_call_abort(t->pending);
    while (t->ws_peers != NULL)
        hearth_ws_peer_free(t->ws_peers);
    while (t->events_peers != NULL)
        hearth_events_peer_free(t->events_peers);
    hearth__client_wire_close(&t->wire);
    json_decref((json_t *)(uintptr_t)t->answer.seen.json);
    hearth__arena_clear(&t->memory);
    hearth__buf_clear(&t->shown);
    hearth__jar_clear(&t->jar);
    hearth__ctx_cache_clear(&t->cache);
    if (t->began) {
        (void)hearth__client_turn(t);
        hearth__loop_ws_free(t->sockets);
        t->sockets = NULL;
        t->bell.also = NULL;
        (void)hearth__app_end(t->app, 0);
    }
    /* A handler that cannot be ended goes on logging: then the log must stay. */
    bool stuck = hearth_app_stop(t->app) != 0;

    hearth_app_free(t->app);
    if (stuck)
        return;
    hearth__log_free(t->replaced);
    hearth__buf_clear(&t->log.text);
    pthread_mutex_destroy(&t->log.lock);
    hearth__loop_bell_clear(&t->bell);
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
static const char *make_fields(hearth_client *t, hearth__arena *a,
                               const hearth_call *call, hearth__loop_call *to)
{
    hearth__buf cookies;
    size_t n = 0;

    while (call->headers != NULL && call->headers[n] != NULL)
        n++;
    hearth__field *field = hearth__arena_array(a, n + 2, sizeof *field);

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
    hearth__buf_init(&cookies, a, 0);
    hearth__jar_write(&t->jar, &cookies);
    if (cookies.len > 0 && !has_field(to, HEARTH__S("Cookie")))
        field[to->nfields++] =
            (hearth__field){HEARTH__S("Cookie"), hearth__buf_view(&cookies)};
    return cookies.failed ? "out of memory" : NULL;
}

const char *hearth__client_make(hearth_client *t, hearth__arena *a,
                                const hearth_call *call, hearth__loop_call *to)
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
    return make_fields(t, a, call, to);
}

const char *hearth__client_serve(hearth_client *t, hearth__arena *a)
{
    hearth_error err = {.text = "the server could not be started"};
    const char *copy;

    if (hearth_app_port(t->app) != 0 || start_server(t, &err) == 0)
        return NULL;
    copy = hearth__arena_copy(a, err.text, strlen(err.text));
    return copy == NULL ? "out of memory" : copy;
}

const char *hearth__client_why(const hearth__client_wire *wire, int rc)
{
    if (rc == HEARTH_EIO)
        return wire != NULL ? wire->why : "the connection closed within the body";
    if (rc == HEARTH_ETOOBIG)
        return "the answer does not fit in memory";
    if (rc == HEARTH_EINVAL)
        return "the body is not as long as its Content-Length says";
    return rc == 0 ? NULL : "out of memory";
}

static const char *carry(hearth_client *t, const hearth__loop_call *call)
{
    hearth__loop l = {.cache = &t->cache, .a = &t->memory, .bell = &t->bell};
    const char *why;

    if (!t->over_wire) {
        hearth__loop_begin(&l, t->app, call, hearth__client_now(t));
        hearth__client_await(t, &l);
        return hearth__client_why(NULL, hearth__loop_end(&l, &t->answer.got));
    }
    why = hearth__client_serve(t, &t->memory);
    if (why != NULL)
        return why;
    return hearth__client_why(&t->wire, hearth__client_wire_call(&t->wire, &t->memory,
                                                                 call, &t->answer.got));
}

static const char *take_answer(hearth_client *t, hearth__client_answer *to)
{
    const hearth__loop_answer *got = &to->got;
    hearth_answer *seen = &to->seen;

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

void hearth__client_forget(hearth_client *t)
{
    json_decref((json_t *)(uintptr_t)t->answer.seen.json);
    hearth__arena_reset(&t->memory);
    t->answer = (hearth__client_answer){.seen = {.body = {"", 0}}, .memory = &t->memory};
}

const hearth_answer *hearth__client_show(hearth_client *t, hearth__client_answer *to,
                                         const char *why)
{
    if (why == NULL)
        why = take_answer(t, to);
    if (why != NULL) {
        json_decref((json_t *)(uintptr_t)to->seen.json);
        *to = (hearth__client_answer){.seen = {.body = hearth__str_of(why)},
                                      .memory = to->memory};
    }
    return &to->seen;
}

const hearth_answer *hearth_call_do(hearth_client *t, const hearth_call *call)
{
    static const hearth_call defaults = {0};
    hearth__loop_call to;
    const char *why;

    if (t == NULL)
        return &no_client.seen;
    hearth__client_forget(t);
    why = hearth__client_make(t, &t->memory, call == NULL ? &defaults : call, &to);
    if (why == NULL)
        why = carry(t, &to);
    return hearth__client_show(t, &t->answer, why);
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
static const hearth__client_answer *behind(const hearth_answer *r)
{
    return (const hearth__client_answer *)(const void *)r;
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
    if (t->over_wire && t->ws_peers == NULL && t->events_peers == NULL) {
        hearth__client_wire_close(&t->wire);
        (void)hearth_app_stop(t->app);
    }
    hearth__buf_empty(&t->shown);
    pthread_mutex_lock(&t->log.lock);
    hearth__buf_str(&t->shown, hearth__buf_view(&t->log.text));
    pthread_mutex_unlock(&t->log.lock);
    return t->shown.ptr;
}
