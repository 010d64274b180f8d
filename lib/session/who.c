/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Whose a session is: login, logout, and the other sessions of a user.  Ends are at once
 * and on the server; a login is written with the rest, under an id that nobody knew.
 */
#include "app/problem.h"
#include "core/str.h"
#include "session/session.h"

#include <hearth/log.h>
#include <hearth/memory.h>
#include <hearth/req.h>

static int check_user(hearth_ctx *c, const char *who, const char *user)
{
    size_t n = hearth__str_of(user).len;

    return n > 0 && n <= HEARTH__USER_MOST
               ? 0
               : hearth__note(c, HEARTH_EINVAL, "%s: a user has 1 to %d bytes, not %zu",
                              who, HEARTH__USER_MOST, n);
}

const char *hearth_session_user(hearth_ctx *c)
{
    int rc;
    const hearth__session *s = hearth__session_of(c, &rc);

    return s == NULL || s->user[0] == '\0' ? NULL : s->user;
}

int hearth_session_rotate(hearth_ctx *c)
{
    int rc;
    hearth__session *s = hearth__session_change(c, &rc);

    if (s == NULL)
        return rc;
    s->rotate = true;
    return 0;
}

int hearth_session_login(hearth_ctx *c, const char *user)
{
    int rc;
    hearth__session *s;
    const char *copy;

    HEARTH_TRY(check_user(c, "hearth_session_login", user));
    s = hearth__session_change(c, &rc);
    if (s == NULL)
        return rc;
    copy = hearth_strdup(c, user);
    if (copy == NULL)
        return HEARTH_ENOMEM;
    if (s->user[0] != '\0' && strcmp(s->user, user) != 0)
        HEARTH_TRY(hearth__session_op(c, HEARTH__OP_CLEAR, NULL, NULL));
    if (hearth__record_find(&s->record, HEARTH__S(HEARTH__CSRF_KEY)) != NULL)
        HEARTH_TRY(hearth__session_op(c, HEARTH__OP_REMOVE, HEARTH__CSRF_KEY, NULL));
    s->user = copy;
    s->rotate = s->login = true;
    s->record.created_s = s->record.seen_s = hearth__session_now(s->of);
    return 0;
}

/* The store's part of an end; then the session is as if it had never been. */
static int end(hearth_ctx *c, hearth__session *s)
{
    const hearth_store *store = &s->of->store;
    int rc = 0;

    if (s->id.len > 0 && !s->of->in_cookie)
        rc = store->ops->drop(store->self, c, s->id, 0);
    if (rc != 0)
        return hearth__session_failed(c, "ended", rc);
    hearth__session_reset(s);
    s->ended = true;
    return 0;
}

int hearth_session_logout(hearth_ctx *c)
{
    int rc;
    hearth__session *s = hearth__session_change(c, &rc);

    if (s == NULL)
        return rc;
    if (s->user[0] != '\0')
        hearth_logf(c, HEARTH_LOG_INFO, "a session of user \"%s\" ends: logout from %s",
                    s->user, hearth_peer(c));
    return end(c, s);
}

/* ---- other sessions ---------------------------------------------------------------- */

typedef struct listing {
    hearth_ctx *c;
    const hearth__session *s;
    hearth_session_info *list;
    size_t n;
} listing;

/* The store keeps its own; a copy outlives the call. */
static hearth__record *copy_record(listing *l, hearth_str data)
{
    char *copy = hearth__ctx_text(l->c, data);
    hearth__record *r = HEARTH_NEW(l->c, hearth__record);

    return copy != NULL && r != NULL &&
                   hearth__record_read(r, &l->c->arena, hearth__str(copy, data.len))
               ? r
               : NULL;
}

static int add_one(void *arg, hearth_str id, const hearth_stored *stored)
{
    listing *l = arg;
    const hearth__record *r = copy_record(l, stored->data);

    if (l->c->arena.failed)
        return HEARTH_ENOMEM;
    if (r == NULL || hearth__session_over(l->s->of, r))
        return 0;
    l->list[l->n].handle = hearth__ctx_text(l->c, id);
    if (l->list[l->n].handle == NULL)
        return HEARTH_ENOMEM;
    l->list[l->n].created_s = r->created_s;
    l->list[l->n].seen_s = r->seen_s;
    l->list[l->n].current = hearth__str_eq(id, l->s->id);
    l->list[l->n].values = r;
    l->n++;
    return l->n == HEARTH_SESSIONS_LISTED;
}

static int list_all(hearth_ctx *c, const char *who, const char *user, listing *l)
{
    const hearth_store *store;
    int rc;

    HEARTH_TRY(check_user(c, who, user));
    l->s = hearth__session_of(c, &rc);
    if (l->s == NULL)
        return rc;
    store = &l->s->of->store;
    if (store->ops->list == NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "%s: the store of the sessions (%s) cannot list them", who,
                            store->ops->name);
    l->list = hearth__arena_array(&c->arena, HEARTH_SESSIONS_LISTED, sizeof *l->list);
    if (l->list == NULL)
        return HEARTH_ENOMEM;
    rc = store->ops->list(store->self, c, user, add_one, l);
    if (c->arena.failed)
        return HEARTH_ENOMEM;
    return rc == 0 ? 0 : hearth__session_failed(c, "listed", rc);
}

int hearth_sessions_list(hearth_ctx *c, const char *user,
                         const hearth_session_info **list, size_t *n)
{
    listing l = {.c = c};

    HEARTH_TRY(list_all(c, "hearth_sessions_list", user, &l));
    *list = l.list;
    *n = l.n;
    return 0;
}

const char *hearth_session_info_get(const hearth_session_info *s, const char *key)
{
    const hearth__entry *e =
        key == NULL ? NULL : hearth__record_find(s->values, hearth__str_of(key));

    return e == NULL ? NULL : e->text.ptr;
}

static int drop_one(hearth_ctx *c, const char *handle)
{
    const hearth_store *store = &c->app->sessions->store;
    int rc = store->ops->drop(store->self, c, hearth__str_of(handle), 0);

    return rc == 0 ? 0 : hearth__session_failed(c, "ended", rc);
}

/* handle NULL: all; others: but this request's. */
static int revoke(hearth_ctx *c, const char *who, const char *user, const char *handle,
                  bool others)
{
    size_t ended = 0;
    listing l;

    do { /* as long as there are more than a list holds */
        l = (listing){.c = c};
        HEARTH_TRY(list_all(c, who, user, &l));
        for (size_t i = 0; i < l.n; i++) {
            if (handle != NULL ? strcmp(handle, l.list[i].handle) != 0
                               : others && l.list[i].current)
                continue;
            if (l.list[i].current)
                HEARTH_TRY(end(c, c->session));
            else
                HEARTH_TRY(drop_one(c, l.list[i].handle));
            ended++;
        }
    } while (handle == NULL && l.n == HEARTH_SESSIONS_LISTED);
    if (ended > 0)
        hearth_logf(c, HEARTH_LOG_INFO,
                    "%zu sessions of user \"%s\" end: revoked from %s", ended, user,
                    hearth_peer(c));
    return handle != NULL && ended == 0 ? HEARTH_ENOTFOUND : 0;
}

int hearth_sessions_revoke(hearth_ctx *c, const char *user, const char *handle)
{
    return revoke(c, "hearth_sessions_revoke", user, handle, false);
}

int hearth_sessions_revoke_others(hearth_ctx *c)
{
    return revoke(c, "hearth_sessions_revoke_others", hearth_session_user(c), NULL, true);
}
