/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * One request's session: read when it is first asked for, changed in memory, written by
 * save.c.  Only who asks pays: a request that does not touch it costs nothing.
 */
#include "session/session.h"

#include "app/problem.h"
#include "core/str.h"
#include "json/load.h"
#include "json/write.h"

#include <hearth/log.h>
#include <hearth/memory.h>
#include <hearth/res.h>

/* The part of idle_s after which a use is noted: not every request writes. */
#define TOUCH 20

int hearth__session_failed(hearth_ctx *c, const char *what, int rc)
{
    if (rc == HEARTH_ENOMEM || c->arena.failed)
        return HEARTH_ENOMEM;
    return hearth__note(c, HEARTH_EUNAVAILABLE, "the session cannot be %s: %s (%s)", what,
                        hearth_strerror(rc), c->app->sessions->store.ops->name);
}

void hearth__session_reset(hearth__session *s)
{
    s->id = HEARTH__S("");
    s->version = 0;
    s->user = "";
    hearth__record_init(&s->record, hearth__session_now(s->of));
    s->ops = NULL;
    s->ops_end = &s->ops;
    s->touch = s->rotate = s->login = false;
}

/* ---- reading ----------------------------------------------------------------------- */

static int load(hearth_ctx *c, hearth__session *s, hearth_str id, hearth_stored *stored)
{
    *stored = (hearth_stored){.user = ""};
    if (s->of->in_cookie)
        return hearth__store_cookie_open(c, s->of, id, stored);
    return s->of->store.ops->load(s->of->store.self, c, id, stored);
}

static void take(hearth__session *s, hearth_str id, const hearth_stored *stored)
{
    int64_t now = hearth__session_now(s->of);

    s->id = id;
    s->version = stored->version;
    s->user = stored->user == NULL ? "" : stored->user;
    s->touch = now - s->record.seen_s > s->of->opts.idle_s / TOUCH;
}

/* What cannot be read is as good as none; what is not known is never adopted. */
static int read_session(hearth_ctx *c, hearth__session *s)
{
    hearth_stored stored;
    hearth_str id;
    int rc;

    if (!hearth__session_presented(c, s->of, &id))
        return c->arena.failed ? HEARTH_ENOMEM : 0;
    s->presented = true;
    rc = load(c, s, id, &stored);
    if (rc == HEARTH_ENOTFOUND)
        return 0;
    if (rc != 0)
        return hearth__session_failed(c, "read", rc);
    if (!hearth__record_read(&s->record, &c->arena, stored.data)) {
        hearth__record_init(&s->record, hearth__session_now(s->of));
        if (c->arena.failed)
            return HEARTH_ENOMEM;
        hearth_logf(c, HEARTH_LOG_ERROR, "a session in the store (%s) is damaged",
                    s->of->store.ops->name);
        return 0;
    }
    if (hearth__session_over(s->of, &s->record))
        hearth__record_init(&s->record, hearth__session_now(s->of));
    else
        take(s, id, &stored);
    return 0;
}

static hearth__session *begin(hearth_ctx *c, int *rc)
{
    hearth__session *s;

    *rc = HEARTH_ENOMEM;
    if (c->app->sessions == NULL) {
        *rc = hearth__note(c, HEARTH_ESTATE,
                           "the application has no sessions: call hearth_use_sessions()");
        return NULL;
    }
    s = HEARTH_NEW(c, hearth__session);
    if (s == NULL)
        return NULL;
    s->of = c->app->sessions;
    hearth__session_reset(s);
    /* Asked for while headers are on their way: read, and that is all. */
    s->settled = c->res.sent;
    if (!s->settled && hearth_on_send(c, hearth__session_settle, s) != 0)
        return NULL;
    c->session = s;
    s->rc = read_session(c, s);
    return s;
}

hearth__session *hearth__session_of(hearth_ctx *c, int *rc)
{
    hearth__session *s = c->session;

    if (s == NULL)
        s = begin(c, rc);
    if (s == NULL)
        return NULL;
    *rc = s->rc;
    return s->rc == 0 ? s : NULL;
}

hearth__session *hearth__session_change(hearth_ctx *c, int *rc)
{
    hearth__session *s = hearth__session_of(c, rc);

    if (s == NULL || !s->settled)
        return s;
    *rc = hearth__note(c, HEARTH_ESTATE,
                       "the session cannot be changed any more: the answer's head is on "
                       "its way");
    return NULL;
}

int hearth_session_load(hearth_ctx *c)
{
    int rc = 0;

    (void)hearth__session_of(c, &rc);
    return rc;
}

const char *hearth_session_get(hearth_ctx *c, const char *key)
{
    int rc;
    const hearth__session *s = hearth__session_of(c, &rc);
    const hearth__entry *e;

    if (s == NULL || key == NULL)
        return NULL;
    e = hearth__record_find(&s->record, hearth__str_of(key));
    return e == NULL ? NULL : e->text.ptr;
}

int64_t hearth_session_get_int(hearth_ctx *c, const char *key, int64_t fallback)
{
    int64_t n;

    return hearth__str_int(hearth__str_of(hearth_session_get(c, key)), &n) ? n : fallback;
}

static void drop_tree(void *arg)
{
    json_decref(arg);
}

struct json_t *hearth_session_get_json(hearth_ctx *c, const char *key)
{
    const char *text = hearth_session_get(c, key);
    json_t *tree;

    if (text == NULL)
        return NULL;
    tree = hearth__json_load(hearth__str_of(text), NULL, NULL);
    return tree == NULL || hearth_defer(c, drop_tree, tree) != 0 ? NULL : tree;
}

/* ---- changing ---------------------------------------------------------------------- */

static int too_big(hearth_ctx *c, const hearth__session *s)
{
    return hearth__note(c, HEARTH_ETOOBIG,
                        "the session would pass %zu bytes: keep what is large in the "
                        "database and its key in the session%s",
                        s->of->max_size,
                        s->of->in_cookie ? ", or use another store than the cookie" : "");
}

int hearth__session_op(hearth_ctx *c, hearth__op_kind kind, const char *key,
                       const char *text)
{
    int rc;
    hearth__session *s = hearth__session_change(c, &rc);
    hearth__op *op;

    if (s == NULL)
        return rc;
    op = HEARTH_NEW(c, hearth__op);
    if (op == NULL)
        return HEARTH_ENOMEM;
    op->kind = kind;
    op->key = hearth__str_of(key);
    op->text = hearth__str_of(text);
    if (hearth__record_would(&s->record, op) > s->of->max_size)
        return too_big(c, s);
    op->key.ptr = hearth__ctx_text(c, op->key);
    op->text.ptr = hearth__ctx_text(c, op->text);
    if (op->key.ptr == NULL || op->text.ptr == NULL ||
        !hearth__record_do(&s->record, &c->arena, op))
        return HEARTH_ENOMEM;
    *s->ops_end = op;
    s->ops_end = &op->next;
    return 0;
}

static int check_key(hearth_ctx *c, const char *key, const char *what)
{
    size_t n = hearth__str_of(key).len;

    return n > 0 && n <= HEARTH__KEY_MOST
               ? 0
               : hearth__note(c, HEARTH_EINVAL,
                              "%s in a session has 1 to %d bytes, not %zu", what,
                              HEARTH__KEY_MOST, n);
}

int hearth_session_set(hearth_ctx *c, const char *key, const char *value)
{
    HEARTH_TRY(check_key(c, key, "a name"));
    if (value == NULL)
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_session_set(\"%s\"): the value is NULL; "
                            "hearth_session_remove() removes",
                            key);
    return hearth__session_op(c, HEARTH__OP_SET, key, value);
}

int hearth_session_set_int(hearth_ctx *c, const char *key, int64_t value)
{
    char text[24];
    hearth__buf b;

    hearth__buf_over(&b, text, sizeof text);
    hearth__buf_int(&b, value);
    return hearth_session_set(c, key, text);
}

int hearth_session_set_json(hearth_ctx *c, const char *key, struct json_t *value)
{
    hearth__buf b;
    hearth__json_w w = hearth__json_w_of(&b);
    int rc;

    hearth__buf_init(&b, &c->arena, 0);
    rc = value == NULL ? HEARTH_EINVAL : hearth__json_tree(&w, value);
    json_decref(value);
    if (c->arena.failed)
        return HEARTH_ENOMEM;
    if (rc != 0)
        return hearth__note(c, HEARTH_EINVAL,
                            "hearth_session_set_json: the value is NULL or cannot be "
                            "written as JSON");
    return hearth_session_set(c, key, b.ptr);
}

int hearth_session_remove(hearth_ctx *c, const char *key)
{
    HEARTH_TRY(check_key(c, key, "a name"));
    return hearth__session_op(c, HEARTH__OP_REMOVE, key, NULL);
}

int hearth_session_clear(hearth_ctx *c)
{
    return hearth__session_op(c, HEARTH__OP_CLEAR, NULL, NULL);
}

/* ---- messages ---------------------------------------------------------------------- */

int hearth_flash(hearth_ctx *c, const char *kind, const char *text)
{
    HEARTH_TRY(check_key(c, kind, "the kind of a message"));
    if (text == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_flash: the text is NULL");
    return hearth__session_op(c, HEARTH__OP_FLASH, kind, text);
}

const hearth_flash_message *hearth_flashes(hearth_ctx *c, size_t *n)
{
    int rc;
    hearth__session *s = hearth__session_of(c, &rc);
    hearth_flash_message *list;
    size_t have = 0;

    *n = 0;
    if (s == NULL)
        return NULL;
    for (const hearth__entry *e = s->record.first; e != NULL; e = e->next)
        have += e->kind == HEARTH__ENTRY_FLASH;
    if (have == 0)
        return NULL;
    list = hearth__arena_array(&c->arena, have, sizeof *list);
    if (list == NULL)
        return NULL;
    for (const hearth__entry *e = s->record.first; e != NULL; e = e->next)
        if (e->kind == HEARTH__ENTRY_FLASH)
            list[(*n)++] = (hearth_flash_message){e->key.ptr, e->text.ptr};
    for (size_t i = 0; !s->settled && i < *n; i++)
        if (hearth__session_op(c, HEARTH__OP_TAKE, list[i].kind, list[i].text) != 0)
            break;
    return list;
}
