/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Writing a session, once, just before the answer's head is sent, so that no client is
 * told of what did not happen.
 *
 * Nothing is locked while a handler runs.  A store replaces a session only if it is still
 * the one that was read; else what this request did is done again to what is there now.
 * Whoever meets a change takes a turn for that, so that every round lets one finish and
 * nobody tries for ever.
 */
#include "app/problem.h"
#include "core/hash.h"
#include "core/str.h"
#include "session/session.h"

#include <hearth/log.h>
#include <hearth/req.h>

/* Other processes do not take turns with us. */
#define TRIES 1000

/* ---- the store --------------------------------------------------------------------- */

static int store_save(hearth_ctx *c, hearth__session *s, hearth_str id, int64_t version)
{
    const hearth_store *store = &s->of->store;
    hearth_stored stored = {.user = s->user, .version = version};
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__record_write(&s->record, &b);
    if (b.failed)
        return HEARTH_ENOMEM;
    stored.data = hearth__buf_view(&b);
    stored.expires_s = hearth__session_expires(s->of, &s->record);
    return store->ops->save(store->self, c, id, &stored);
}

/* What is there now, with what this request did done to it. */
static int again(hearth_ctx *c, hearth__session *s)
{
    const hearth_store *store = &s->of->store;
    hearth_stored stored = {.user = ""};

    HEARTH_TRY(store->ops->load(store->self, c, s->id, &stored));
    if (!hearth__record_read(&s->record, &c->arena, stored.data))
        return c->arena.failed ? HEARTH_ENOMEM : HEARTH_ENOTFOUND;
    s->version = stored.version;
    for (const hearth__op *op = s->ops; op != NULL; op = op->next)
        if (!hearth__record_do(&s->record, &c->arena, op))
            return HEARTH_ENOMEM;
    return s->record.size > s->of->max_size ? HEARTH_ETOOBIG : 0;
}

static pthread_mutex_t *stripe_of(hearth__sessions *of, hearth_str id)
{
    return &of->stripe[hearth__hash64(id.ptr, id.len) % HEARTH__SESSION_STRIPES];
}

typedef int try_fn(hearth_ctx *c, hearth__session *s);

/* Until it is no HEARTH_ECONFLICT. */
static int by_turns(hearth_ctx *c, hearth__session *s, try_fn *fn)
{
    pthread_mutex_t *stripe;
    int rc = fn(c, s);

    if (rc != HEARTH_ECONFLICT)
        return rc;
    stripe = stripe_of(s->of, s->id);
    pthread_mutex_lock(stripe);
    for (int i = 0; i < TRIES && rc == HEARTH_ECONFLICT; i++) {
        rc = again(c, s);
        if (rc == 0)
            rc = fn(c, s);
    }
    pthread_mutex_unlock(stripe);
    return rc == HEARTH_ECONFLICT ? HEARTH_EBUSY : rc;
}

/* ---- what becomes of it ------------------------------------------------------------ */

static int64_t cookie_age(const hearth__session *s)
{
    return hearth__session_expires(s->of, &s->record) - hearth__session_now(s->of);
}

/* Under an id that nobody has had. */
static int make(hearth_ctx *c, hearth__session *s)
{
    hearth_str text, id;

    if (!hearth__session_new_id(c, &text, &id))
        return HEARTH_ENOMEM;
    HEARTH_TRY(store_save(c, s, id, 1));
    return hearth__session_put_cookie(c, s->of, text.ptr, cookie_age(s));
}

static int replace(hearth_ctx *c, hearth__session *s)
{
    return store_save(c, s, s->id, s->version + 1);
}

static int update(hearth_ctx *c, hearth__session *s)
{
    HEARTH_TRY(by_turns(c, s, replace));
    return s->touch ? hearth__session_renew_cookie(c, s->of, cookie_age(s)) : 0;
}

/* The new one is stored before the old one goes, so that whatever fails in between ends
 * nobody's login.  The old one goes as it was seen: what was written to it later comes
 * along, and of two that rotate it one is left. */
static int swap(hearth_ctx *c, hearth__session *s)
{
    const hearth_store *store = &s->of->store;

    if (s->login)
        s->record.created_s = s->record.seen_s = hearth__session_now(s->of);
    HEARTH_TRY(store_save(c, s, s->fresh, ++s->fresh_version));
    return store->ops->drop(store->self, c, s->id, s->version);
}

/* The old one was ended meanwhile, by somebody who may have had reasons; the login is
 * sound. */
static int begin_anew(hearth_ctx *c, hearth__session *s)
{
    hearth__record_init(&s->record, hearth__session_now(s->of));
    for (const hearth__op *op = s->ops; op != NULL; op = op->next)
        if (!hearth__record_do(&s->record, &c->arena, op))
            return HEARTH_ENOMEM;
    return store_save(c, s, s->fresh, ++s->fresh_version);
}

static int rotate(hearth_ctx *c, hearth__session *s)
{
    const hearth_store *store = &s->of->store;
    hearth_str text;
    int rc;

    if (!hearth__session_new_id(c, &text, &s->fresh))
        return HEARTH_ENOMEM;
    rc = by_turns(c, s, swap);
    if (rc == HEARTH_ENOTFOUND && s->login)
        rc = begin_anew(c, s);
    if (rc == 0)
        return hearth__session_put_cookie(c, s->of, text.ptr, cookie_age(s));
    (void)store->ops->drop(store->self, c, s->fresh, 0);
    return rc;
}

static int seal(hearth_ctx *c, hearth__session *s)
{
    hearth_stored stored = {.user = s->user};
    const char *text;
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__record_write(&s->record, &b);
    if (b.failed)
        return HEARTH_ENOMEM;
    stored.data = hearth__buf_view(&b);
    stored.expires_s = hearth__session_expires(s->of, &s->record);
    text = hearth__store_cookie_seal(c, &stored);
    return text == NULL ? HEARTH_ENOMEM
                        : hearth__session_put_cookie(c, s->of, text, cookie_age(s));
}

static bool is_empty(const hearth__session *s)
{
    return s->record.first == NULL && s->user[0] == '\0';
}

static int write_session(hearth_ctx *c, hearth__session *s)
{
    bool change = s->ops != NULL || s->rotate;

    if (change || s->touch)
        s->record.seen_s = hearth__session_now(s->of);
    if (s->id.len == 0 && is_empty(s))
        return s->ended && s->presented ? hearth__session_put_cookie(c, s->of, "", -1)
                                        : 0;
    if (s->of->in_cookie)
        return change || s->touch ? seal(c, s) : 0;
    if (s->id.len == 0)
        return change ? make(c, s) : 0;
    if (s->rotate)
        return rotate(c, s);
    return change || s->touch ? update(c, s) : 0;
}

/* ---- before the head --------------------------------------------------------------- */

/* Instead of whatever was going to be said. */
static void answer_failure(hearth_ctx *c, int rc)
{
    c->res.sent = false;
    hearth__result(c, rc);
    c->res.sent = true;
}

/* Nobody's mistake: the client may try again, with the cookie that it has by now. */
static int ended_meanwhile(hearth_ctx *c)
{
    hearth_logf(c, HEARTH_LOG_INFO,
                "the session was ended by another request, and what this one changed has "
                "nowhere to go");
    return hearth__tell(c, HEARTH_EUNAVAILABLE, 503,
                        "the session has ended meanwhile: reload the page and try again");
}

static int outcome(hearth_ctx *c, const hearth__session *s, int rc)
{
    bool only_touch = s->ops == NULL && !s->rotate;

    if (rc == 0 || (only_touch && (rc == HEARTH_ENOTFOUND || rc == HEARTH_EBUSY)))
        return 0;
    if (rc == HEARTH_ENOTFOUND)
        return ended_meanwhile(c);
    if (rc == HEARTH_ETOOBIG)
        return hearth__note(c, HEARTH_EUNAVAILABLE,
                            "the session passes %zu bytes together with what other "
                            "requests have put there meanwhile",
                            s->of->max_size);
    return hearth__session_failed(c, "written", rc);
}

void hearth__session_settle(hearth_ctx *c, void *arg)
{
    hearth__session *s = arg;
    int rc = s->rc;

    s->settled = true;
    if (rc == 0 && c->res.status < 500) {
        rc = outcome(c, s, write_session(c, s));
        if (rc == 0 && s->login)
            hearth_logf(c, HEARTH_LOG_INFO, "a session begins for user \"%s\" from %s",
                        s->user, hearth_peer(c));
    } else if (rc == 0 && s->ended && s->presented) {
        rc = hearth__session_put_cookie(c, s->of, "", -1);
    }
    if (rc != 0)
        answer_failure(c, rc);
    /* When there is no memory for it the answer becomes 503, which says it, too. */
    (void)hearth__res_put(&c->res, &c->arena, HEARTH__S("Cache-Control"),
                          HEARTH__S("no-store"));
}
