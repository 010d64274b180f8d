/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * New passwords, for who knows the old one and for who has a token.  Whoever has got hold
 * of an account by the old one is out of it afterwards.
 */
#include "app/problem.h"
#include "auth/token.h"
#include "auth/users.h"
#include "core/str.h"

#include <hearth/db.h>
#include <hearth/log.h>
#include <hearth/password.h>
#include <hearth/req.h>
#include <hearth/session.h>

/* The rules, then the hash. */
static int prepare(hearth_ctx *c, const hearth_user *u, const char *password,
                   const char **hash)
{
    const char *const own[] = {u->name, u->email, NULL};

    HEARTH_TRY(hearth_password_rules(c, "/password", password, own));
    return hearth_password_hash(c, password, hash);
}

static int store(hearth_ctx *c, const hearth_user *u, const char *hash, const char *how)
{
    HEARTH_TRY(hearth_exec(c, "UPDATE hearth_users SET hash = ? WHERE id = ?",
                           hearth_args(hash, u->id)));
    HEARTH_TRY(hearth_tokens_revoke(c, HEARTH__REMEMBER, u->key));
    HEARTH_TRY(hearth_tokens_revoke(c, HEARTH__RESET, u->key));
    hearth_logf(c, HEARTH_LOG_INFO, "the password of user \"%s\" is %s from %s", u->key,
                how, hearth_peer(c));
    return 0;
}

int hearth_user_change_password(hearth_ctx *c, const char *old_password,
                                const char *password)
{
    const hearth_user *u;
    const char *hash;
    int rc;

    HEARTH_TRY(hearth_user_current(c, &u));
    if (u == NULL)
        return hearth__users_refuse(c);
    HEARTH_TRY(hearth__users_try(c, u, NULL));
    HEARTH_TRY(hearth__user_find_id(c, u->id, &u, &hash));
    if (u == NULL) /* gone a moment ago */
        return hearth__users_refuse(c);
    rc = hearth_password_verify(c, old_password, hash, NULL);
    if (rc == 401) {
        hearth_logf(c, HEARTH_LOG_WARN,
                    "the password of user \"%s\" is not changed from %s: the old one is "
                    "wrong",
                    u->key, hearth_peer(c));
        return hearth__tell(c, 0, 401, "The old password is wrong.");
    }
    HEARTH_TRY(rc);
    hearth__users_forgive(c, u);
    HEARTH_TRY(prepare(c, u, password, &hash));
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(store(c, u, hash, "changed"));
    HEARTH_TRY(hearth__users_end_sessions(c, u, true));
    HEARTH_TRY(hearth_commit(c));
    return hearth_session_rotate(c);
}

int hearth_user_reset_begin(hearth_ctx *c, const char *name, const hearth_user **user,
                            const char **token)
{
    const hearth_user *u;

    *user = NULL;
    *token = NULL;
    HEARTH_TRY(hearth__users_ready(c, "hearth_user_reset_begin"));
    HEARTH_TRY(hearth__user_find(c, name, &u, NULL));
    HEARTH_TRY(hearth__users_try(c, u, name));
    if (u != NULL && (!u->active || u->email == NULL))
        u = NULL;
    /* For who is nobody, too: one that nothing is done with, and as much work. */
    HEARTH_TRY(hearth_token_make(c, HEARTH__RESET, u == NULL ? "-" : u->key,
                                 c->app->users->opts.reset_s, token));
    if (u == NULL)
        *token = NULL;
    *user = u;
    hearth_logf(c, HEARTH_LOG_INFO, "a new password is asked for, for %s, from %s",
                u == NULL ? "nobody we know" : u->key, hearth_peer(c));
    return 0;
}

int hearth_user_reset(hearth_ctx *c, const char *token, const char *password)
{
    const hearth_user *u = NULL;
    const char *key, *hash;
    int64_t id;

    HEARTH_TRY(hearth__users_ready(c, "hearth_user_reset"));
    HEARTH_TRY(hearth_token_peek(c, HEARTH__RESET, token, &key));
    if (hearth__str_int(hearth__str_of(key), &id))
        HEARTH_TRY(hearth__user_find_id(c, id, &u, NULL));
    if (u == NULL || !u->active)
        return hearth__tell(c, HEARTH_EINVAL, 400,
                            "The link has been used or has expired: ask for a new one.");
    HEARTH_TRY(prepare(c, u, password, &hash));
    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_token_take(c, HEARTH__RESET, token, &key));
    HEARTH_TRY(store(c, u, hash, "reset"));
    HEARTH_TRY(hearth__users_end_sessions(c, u, false));
    HEARTH_TRY(hearth_commit(c));
    hearth__users_forgive(c, u);
    return 0;
}
