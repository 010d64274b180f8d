/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Register, log in, log out.  A login does the same work whoever it is for, and says the
 * same of every failure; the log has ids, never what somebody typed, which may be the
 * password in the wrong field.
 */
#include "app/problem.h"
#include "auth/token.h"
#include "auth/users.h"
#include "core/str.h"
#include "core/utf8.h"

#include <hearth/db.h>
#include <hearth/format.h>
#include <hearth/log.h>
#include <hearth/memory.h>
#include <hearth/password.h>
#include <hearth/req.h>
#include <hearth/res.h>
#include <hearth/session.h>

/* ---- register ---------------------------------------------------------------------- */

static bool is_name(hearth_str s)
{
    uint32_t cp;

    if (!hearth__utf8_valid(s) || hearth__utf8_count(s) > HEARTH_USER_NAME_MOST ||
        s.ptr[0] == ' ' || s.ptr[s.len - 1] == ' ')
        return false;
    while (s.len > 0) {
        size_t n = hearth__utf8_next(s, &cp);

        /* Controls, and what is not seen or turns the direction of text. */
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x200b && cp <= 0x200f) ||
            (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) ||
            cp == 0xfeff)
            return false;
        s = (hearth_str){s.ptr + n, s.len - n};
    }
    return true;
}

static void check_name(hearth_ctx *c, const char *name, const char *email)
{
    hearth_str s = hearth__str_of(name);

    if (s.len == 0)
        hearth_fault(c, "/name", "required", "a name is required");
    else if (!is_name(s))
        hearth_fault(c, "/name", "malformed",
                     "the name must have at most %d characters, none of them invisible, "
                     "and no space at its ends",
                     HEARTH_USER_NAME_MOST);
    else if (hearth__str_find(s, '@') >= 0 &&
             (email == NULL || !hearth__str_ieq(s, hearth__str_of(email))))
        hearth_fault(c, "/name", "malformed", "a name with an '@' must be the address");
}

static int insert(hearth_ctx *c, const char *name, const char *email, const char *hash)
{
    char name_key[HEARTH__NAME_KEY], email_key[HEARTH__NAME_KEY];
    int rc;

    if (!hearth__user_key(name, name_key) ||
        (email != NULL && !hearth__user_key(email, email_key)))
        return HEARTH_EINVAL; /* not after the checks */
    rc = hearth_exec(c,
                     "INSERT INTO hearth_users(name, name_key, email, email_key, hash, "
                     "active, created_s) VALUES (?, ?, ?, ?, ?, 1, ?)",
                     hearth_args(name, &name_key[0], email,
                                 email == NULL ? (const char *)NULL : &email_key[0], hash,
                                 hearth__token_now(c)));
    if (rc == HEARTH_ECONFLICT)
        return hearth__tell(c, HEARTH_ECONFLICT, 409, "This name or address is taken.");
    return rc;
}

int hearth_user_register(hearth_ctx *c, const char *name, const char *email,
                         const char *password, const hearth_user **user)
{
    const char *const own[] = {name == NULL ? "" : name, email, NULL};
    const hearth_user *made;
    const char *hash;
    int rc;

    if (user != NULL)
        *user = NULL;
    HEARTH_TRY(hearth__users_ready(c, "hearth_user_register"));
    check_name(c, name, email);
    if (email != NULL && hearth_email_check(email, HEARTH_EMAIL_HTML, NULL) != 0)
        hearth_fault(c, "/email", "malformed", "this is no e-mail address");
    rc = hearth_password_rules(c, "/password", password, own);
    if (rc != 0 && rc != HEARTH_EMODEL)
        return rc;
    HEARTH_TRY(hearth_faults(c));
    HEARTH_TRY(hearth_password_hash(c, password, &hash));
    HEARTH_TRY(insert(c, name, email, hash));
    HEARTH_TRY(hearth__user_find_id(c, hearth_last_id(c), &made, NULL));
    if (made == NULL)
        return HEARTH_ENOTFOUND;
    hearth_logf(c, HEARTH_LOG_INFO, "user \"%s\" is registered from %s", made->key,
                hearth_peer(c));
    if (user != NULL)
        *user = made;
    return 0;
}

/* ---- login ------------------------------------------------------------------------- */

static int failed(hearth_ctx *c, const hearth_user *u, int rc)
{
    if (rc == 401 && u != NULL)
        hearth_logf(c, HEARTH_LOG_WARN, "a login of user \"%s\" from %s failed%s", u->key,
                    hearth_peer(c), u->active ? "" : ": the account is not active");
    else if (rc == 401)
        hearth_logf(c, HEARTH_LOG_WARN, "a login of nobody we know from %s failed",
                    hearth_peer(c));
    return rc;
}

static int store_better(hearth_ctx *c, const hearth_user *u, const char *better)
{
    return better == NULL
               ? 0
               : hearth_exec(c, "UPDATE hearth_users SET hash = ? WHERE id = ?",
                             hearth_args(better, u->id));
}

int hearth_user_login(hearth_ctx *c, const char *name, const char *password,
                      bool remember, const hearth_user **user)
{
    const hearth_user *u;
    const char *hash, *better;
    int rc;

    if (user != NULL)
        *user = NULL;
    HEARTH_TRY(hearth__users_ready(c, "hearth_user_login"));
    HEARTH_TRY(hearth__user_find(c, name, &u, &hash));
    HEARTH_TRY(hearth__users_try(c, u, name));
    rc = hearth_password_verify(c, password, u != NULL && u->active ? hash : NULL,
                                &better);
    if (rc != 0)
        return failed(c, u, rc);
    hearth__users_forgive(c, u);
    HEARTH_TRY(store_better(c, u, better));
    HEARTH_TRY(hearth_session_login(c, u->key));
    if (remember)
        HEARTH_TRY(hearth_remember(c, u->key, c->app->users->opts.remember_s));
    hearth_logf(c, HEARTH_LOG_INFO, "user \"%s\" has logged in from %s", u->key,
                hearth_peer(c));
    c->user = u;
    if (user != NULL)
        *user = u;
    return 0;
}

/* ---- logout ------------------------------------------------------------------------ */

int hearth_user_logout(hearth_ctx *c)
{
    HEARTH_TRY(hearth__users_ready(c, "hearth_user_logout"));
    c->user = NULL;
    HEARTH_TRY(hearth_session_logout(c));
    return hearth_forget(c);
}

int hearth_user_logout_everywhere(hearth_ctx *c)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_current(c, &u));
    if (u == NULL)
        return hearth__users_refuse(c);
    if (!c->app->lists_sessions)
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_user_logout_everywhere: the store of the sessions "
                            "keeps no list of them");
    HEARTH_TRY(hearth_tokens_revoke(c, HEARTH__REMEMBER, u->key));
    HEARTH_TRY(hearth_sessions_revoke(c, u->key, NULL));
    return hearth_user_logout(c);
}

int hearth_user_set_active(hearth_ctx *c, int64_t id, bool active)
{
    const hearth_user user = {.key = hearth_strf(c, "%lld", (long long)id)};

    HEARTH_TRY(hearth__users_ready(c, "hearth_user_set_active"));
    if (user.key == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_exec(c, "UPDATE hearth_users SET active = ? WHERE id = ?",
                           hearth_args(active, id)));
    if (hearth_changes(c) == 0)
        return HEARTH_ENOTFOUND;
    hearth_logf(c, HEARTH_LOG_INFO, "user \"%s\" is made %s from %s", user.key,
                active ? "active" : "inactive", hearth_peer(c));
    c->user = NULL;
    if (active)
        return 0;
    HEARTH_TRY(hearth_tokens_revoke(c, NULL, user.key));
    return hearth__users_end_sessions(c, &user, false);
}
