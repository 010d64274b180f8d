/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Browsers that stay logged in.  The cookie is a selector, which finds the row and stays,
 * and a validator, which is new at each use: the row has its hash.  Of a cookie that was
 * copied two are in use, and the one that comes second shows it: it selects a row and
 * does not fit.
 */
#include "app/origin.h"
#include "app/problem.h"
#include "auth/token.h"
#include "core/str.h"

#include <hearth/db.h>
#include <hearth/memory.h>
#include <hearth/req.h>
#include <hearth/res.h>
#include <hearth/secret.h>
#include <hearth/session.h>

#define DEFAULT_S     (30 * INT64_C(86400))
#define GRACE_S       60 /* for requests that were on their way */
#define SELECTOR      16 /* bytes */
#define SELECTOR_TEXT 22
#define PLAIN         "remember"
#define HOST          "__Host-remember"

/* ---- the cookie -------------------------------------------------------------------- */

/* Whatever the handler says: who gets the answer from a cache would be somebody else. */
static void no_store(hearth_ctx *c, void *arg)
{
    (void)arg;
    /* Out of memory: the answer becomes 503, which says it, too. */
    (void)hearth__res_put(&c->res, &c->arena, HEARTH__S("Cache-Control"),
                          HEARTH__S("no-store"));
}

static int put_cookie(hearth_ctx *c, const char *selector, const char *validator,
                      int64_t max_age_s)
{
    bool plain = hearth__origin_is_local(c);
    const hearth_cookie_opts o = {.max_age_s = max_age_s, .insecure = plain};
    const char *text =
        selector == NULL ? "-" : hearth_strf(c, "%s.%s", selector, validator);

    if (text == NULL)
        return HEARTH_ENOMEM;
    return hearth_set_cookie(c, plain ? PLAIN : HOST, text, &o);
}

static int drop_cookie(hearth_ctx *c)
{
    return put_cookie(c, NULL, NULL, -1);
}

/* Its two parts; false: there is none, or it is none of ours. */
static bool read_cookie(hearth_ctx *c, const char **selector, const char **validator)
{
    const char *text = hearth_cookie(c, hearth__origin_is_local(c) ? PLAIN : HOST);
    char *copy;

    if (text == NULL || strlen(text) != SELECTOR_TEXT + 1 + HEARTH__TOKEN_TEXT ||
        text[SELECTOR_TEXT] != '.')
        return false;
    copy = hearth_strdup(c, text);
    if (copy == NULL)
        return false;
    c->secret = true;
    copy[SELECTOR_TEXT] = '\0';
    *selector = copy;
    *validator = copy + SELECTOR_TEXT + 1;
    return hearth__token_plausible(*selector, SELECTOR_TEXT) &&
           hearth__token_plausible(*validator, HEARTH__TOKEN_TEXT);
}

/* ---- remembering ------------------------------------------------------------------- */

int hearth_remember(hearth_ctx *c, const char *user, int64_t ttl_s)
{
    hearth__token t = {.purpose = HEARTH__REMEMBER,
                       .user = user,
                       .label = "",
                       .scopes = ""};
    const char *validator;

    if (ttl_s == 0)
        ttl_s = DEFAULT_S;
    HEARTH_TRY(hearth__token_args(c, "hearth_remember", user, ttl_s));
    HEARTH_TRY(hearth_on_send(c, no_store, NULL));
    t.expires_s = hearth__token_now(c) + ttl_s;
    t.id = hearth__token_random(c, SELECTOR);
    validator = hearth__token_random(c, 32);
    t.proof =
        validator == NULL ? NULL : hearth__token_hash(c, HEARTH__REMEMBER, validator);
    if (t.id == NULL || t.proof == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__token_insert(c, &t));
    return put_cookie(c, t.id, validator, ttl_s);
}

typedef struct row {
    const char *user, *proof, *old_proof;
    int64_t changed_s, expires_s;
} row;

/* r->user NULL: there is none. */
static int find(hearth_ctx *c, const char *selector, row *r)
{
    hearth_rows *rows = hearth_select(
        c,
        "SELECT user_id, proof, old_proof, changed_s, expires_s FROM hearth_tokens "
        "WHERE id = ? AND purpose = ? AND expires_s > ?",
        hearth_args(selector, HEARTH__REMEMBER, hearth__token_now(c)));

    *r = (row){.user = NULL};
    if (hearth_rows_next(rows)) {
        *r = (row){hearth_rows_text(rows, 0), hearth_rows_text(rows, 1),
                   hearth_rows_text(rows, 2), hearth_rows_int(rows, 3),
                   hearth_rows_int(rows, 4)};
        if (r->user == NULL || r->proof == NULL || r->old_proof == NULL)
            return HEARTH_ENOMEM;
        (void)hearth_rows_next(rows);
    }
    return hearth_rows_error(rows);
}

/* A new validator; who was overtaken in it leaves the cookie to the other. */
static int rotate(hearth_ctx *c, const char *selector, const row *r)
{
    int64_t now_s = hearth__token_now(c);
    const char *validator = hearth__token_random(c, 32);
    const char *proof =
        validator == NULL ? NULL : hearth__token_hash(c, HEARTH__REMEMBER, validator);

    if (proof == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(
        hearth_exec(c,
                    "UPDATE hearth_tokens SET proof = ?, old_proof = ?, "
                    "changed_s = ?, used_s = ? WHERE id = ? AND proof = ?",
                    hearth_args(proof, r->proof, now_s, now_s, selector, r->proof)));
    return hearth_changes(c) == 1
               ? put_cookie(c, selector, validator, r->expires_s - now_s)
               : 0;
}

static int stolen(hearth_ctx *c, const char *user)
{
    hearth_logf(c, HEARTH_LOG_WARN,
                "a remembered browser of user \"%s\" was copied: an old cookie came from "
                "%s; all of them are forgotten and his sessions end",
                user, hearth_peer(c));
    HEARTH_TRY(hearth_tokens_revoke(c, HEARTH__REMEMBER, user));
    if (c->app->sessions != NULL) {
        int rc = hearth_sessions_revoke(c, user, NULL);

        if (rc != 0 && rc != HEARTH_ESTATE) /* the store cannot */
            return rc;
    }
    return drop_cookie(c);
}

int hearth_remembered(hearth_ctx *c, const char **user)
{
    const char *selector, *validator, *proof;
    row r;

    *user = NULL;
    HEARTH_TRY(hearth__token_ready(c, "hearth_remembered"));
    if (!read_cookie(c, &selector, &validator))
        return 0;
    HEARTH_TRY(hearth_on_send(c, no_store, NULL));
    HEARTH_TRY(find(c, selector, &r));
    if (r.user == NULL)
        return drop_cookie(c);
    proof = hearth__token_hash(c, HEARTH__REMEMBER, validator);
    if (proof == NULL)
        return HEARTH_ENOMEM;
    if (hearth_secret_equal(proof, r.proof))
        HEARTH_TRY(rotate(c, selector, &r));
    else if (!hearth_secret_equal(proof, r.old_proof) ||
             hearth__token_now(c) > r.changed_s + GRACE_S)
        return stolen(c, r.user);
    *user = r.user;
    return 0;
}

int hearth_forget(hearth_ctx *c)
{
    const char *selector, *validator;

    HEARTH_TRY(hearth__token_ready(c, "hearth_forget"));
    if (!read_cookie(c, &selector, &validator))
        return 0;
    HEARTH_TRY(hearth_exec(c, "DELETE FROM hearth_tokens WHERE id = ? AND purpose = ?",
                           hearth_args(selector, HEARTH__REMEMBER)));
    return drop_cookie(c);
}
