/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Accounts as rows, and who of them is logged in.  A name is found by its key, which is
 * the name in lower case; the session has the id, which never changes.
 */
#include "auth/users.h"

#include "app/answer.h"
#include "app/problem.h"
#include "auth/token.h"
#include "core/buf.h"
#include "core/str.h"

#include <hearth/db.h>
#include <hearth/driver.h>
#include <hearth/limit.h>
#include <hearth/log.h>
#include <hearth/memory.h>
#include <hearth/password.h>
#include <hearth/res.h>
#include <hearth/session.h>
#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_PATH    "/login"
#define DEFAULT_ACCOUNT 10
#define DEFAULT_ADDRESS 100
#define DEFAULT_WINDOW  900
#define DEFAULT_RESET   3600
#define MOST_WINDOW     (31 * 86400)

typedef struct hearth__users users;

/* ---- set-up ------------------------------------------------------------------------ */

static int make_tables(hearth_db *db, hearth_error *err)
{
    const hearth_db_dialect *d = hearth__db_dialect(db);
    const char *text = d->type[HEARTH_DB_TEXT], *i64 = d->type[HEARTH_DB_I64];
    hearth__buf b;
    int rc;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_f(&b,
                  "CREATE TABLE IF NOT EXISTS hearth_users(id %s, name %s NOT NULL, "
                  "name_key %s NOT NULL UNIQUE, email %s, email_key %s UNIQUE, "
                  "hash %s NOT NULL, active %s NOT NULL, created_s %s NOT NULL)%s;",
                  d->serial_key, text, text, text, text, text, i64, i64, d->table_end);
    hearth__buf_f(&b,
                  "CREATE TABLE IF NOT EXISTS hearth_user_roles(user_id %s NOT NULL "
                  "REFERENCES hearth_users(id) ON DELETE CASCADE, role %s NOT NULL, "
                  "PRIMARY KEY (user_id, role))%s;",
                  i64, text, d->table_end);
    hearth__buf_f(&b,
                  "CREATE TABLE IF NOT EXISTS hearth_role_permissions(role %s NOT NULL, "
                  "permission %s NOT NULL, PRIMARY KEY (role, permission))%s",
                  text, text, d->table_end);
    rc = b.failed ? hearth_errorf(err, HEARTH_ENOMEM, "out of memory")
                  : hearth_db_script(db, b.ptr, err);
    hearth__buf_clear(&b);
    return rc;
}

static bool complete(users *u)
{
    hearth_users_opts *o = &u->opts;
    const char *path = o->login_path == NULL ? DEFAULT_PATH : o->login_path;

    if (strlen(path) >= sizeof u->login_path ||
        !hearth__redirect_safe(hearth__str_of(path)) || strpbrk(path, "?#%") != NULL ||
        o->tries_account < 0 || o->tries_address < 0 || o->window_s < 0 ||
        o->remember_s < 0 || o->reset_s < 0 || o->remember_s > HEARTH__TOKEN_MOST_S ||
        o->reset_s > HEARTH__TOKEN_MOST_S || o->window_s > MOST_WINDOW)
        return false;
    snprintf(u->login_path, sizeof u->login_path, "%s", path);
    o->login_path = u->login_path;
    if (o->tries_account == 0)
        o->tries_account = DEFAULT_ACCOUNT;
    if (o->tries_address == 0)
        o->tries_address = DEFAULT_ADDRESS;
    if (o->window_s == 0)
        o->window_s = DEFAULT_WINDOW;
    if (o->reset_s == 0)
        o->reset_s = DEFAULT_RESET;
    return true;
}

static int refuse(hearth_app *app, int code, const char *why)
{
    return hearth__app_setup_failed(app, code, "hearth_use_users: %s", why);
}

static int attach(hearth_app *app, users *u)
{
    hearth_error err = {0};
    int rc;

    app->users = u;
    app->free_users = free;
    if (!complete(u))
        return refuse(app, HEARTH_EINVAL,
                      "login_path must be a path of this site without query, and no "
                      "number may be negative or out of range");
    if (app->limits.account == NULL)
        HEARTH_TRY(hearth_use_login_limit(
            app, &(hearth_login_limit_opts){.per_account = u->opts.tries_account,
                                            .per_address = u->opts.tries_address,
                                            .window_s = u->opts.window_s}));
    rc = make_tables(app->db, &err);
    if (rc != 0)
        return refuse(app, rc, err.text);
    HEARTH_TRY(hearth_use_tokens(app));
    return app->passwords == NULL ? hearth_use_passwords(app, NULL) : 0;
}

int hearth_use_users_sized(hearth_app *app, const hearth_users_opts *o, size_t size)
{
    users *u;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_users"));
    if (app->users != NULL)
        return refuse(app, HEARTH_ESTATE, "the application has users already");
    if (app->db == NULL || app->sessions == NULL)
        return refuse(app, HEARTH_ESTATE,
                      "call hearth_use_db() and hearth_use_sessions() before");
    u = calloc(1, sizeof *u);
    if (u == NULL)
        return refuse(app, HEARTH_ENOMEM, "out of memory");
    if (o != NULL)
        memcpy(&u->opts, o, size < sizeof u->opts ? size : sizeof u->opts);
    return attach(app, u);
}

int hearth__users_ready(hearth_ctx *c, const char *who)
{
    if (c->app->users != NULL)
        return 0;
    return hearth__note(c, HEARTH_ESTATE,
                        "%s: the application has no users: call hearth_use_users() "
                        "before it starts",
                        who);
}

/* ---- rows -------------------------------------------------------------------------- */

bool hearth__user_key(const char *name, char out[HEARTH__NAME_KEY])
{
    size_t n = hearth__str_of(name).len;

    if (n == 0 || n >= HEARTH__NAME_KEY)
        return false;
    for (size_t i = 0; i <= n; i++)
        out[i] = hearth__lower(name[i]);
    return true;
}

/* Of SELECT id, name, email, active, created_s, hash. */
static int read_row(hearth_ctx *c, hearth_rows *rows, const hearth_user **user,
                    const char **hash)
{
    hearth_user *u;

    *user = NULL;
    if (hash != NULL)
        *hash = NULL;
    if (!hearth_rows_next(rows))
        return hearth_rows_error(rows);
    u = HEARTH_NEW(c, hearth_user);
    if (u == NULL)
        return HEARTH_ENOMEM;
    u->id = hearth_rows_int(rows, 0);
    u->key = hearth_strf(c, "%lld", (long long)u->id);
    u->name = hearth_rows_text(rows, 1);
    u->email = hearth_rows_text(rows, 2);
    u->active = hearth_rows_int(rows, 3) != 0;
    u->created_s = hearth_rows_int(rows, 4);
    if (hash != NULL) {
        *hash = hearth_rows_text(rows, 5);
        c->secret = true;
    }
    (void)hearth_rows_next(rows);
    if (c->arena.failed)
        return HEARTH_ENOMEM;
    *user = u;
    return hearth_rows_error(rows);
}

int hearth__user_find(hearth_ctx *c, const char *name, const hearth_user **user,
                      const char **hash)
{
    char key[HEARTH__NAME_KEY];

    *user = NULL;
    if (hash != NULL)
        *hash = NULL;
    if (!hearth__user_key(name, key))
        return 0;
    return read_row(c,
                    hearth_select(c,
                                  "SELECT id, name, email, active, created_s, hash "
                                  "FROM hearth_users WHERE name_key = ? OR email_key = ?",
                                  hearth_args(&key[0], &key[0])),
                    user, hash);
}

int hearth__user_find_id(hearth_ctx *c, int64_t id, const hearth_user **user,
                         const char **hash)
{
    return read_row(c,
                    hearth_select(c,
                                  "SELECT id, name, email, active, created_s, hash "
                                  "FROM hearth_users WHERE id = ?",
                                  hearth_args(id)),
                    user, hash);
}

int hearth_user_by_id(hearth_ctx *c, int64_t id, const hearth_user **user)
{
    *user = NULL;
    HEARTH_TRY(hearth__users_ready(c, "hearth_user_by_id"));
    HEARTH_TRY(hearth__user_find_id(c, id, user, NULL));
    return *user == NULL ? HEARTH_ENOTFOUND : 0;
}

int hearth_user_by_name(hearth_ctx *c, const char *name, const hearth_user **user)
{
    *user = NULL;
    HEARTH_TRY(hearth__users_ready(c, "hearth_user_by_name"));
    HEARTH_TRY(hearth__user_find(c, name, user, NULL));
    return *user == NULL ? HEARTH_ENOTFOUND : 0;
}

/* ---- who is logged in -------------------------------------------------------------- */

/* NULL: nobody, or somebody who is gone. */
static int active_user(hearth_ctx *c, const char *key, const hearth_user **user)
{
    int64_t id;

    *user = NULL;
    if (!hearth__str_int(hearth__str_of(key), &id))
        return 0;
    HEARTH_TRY(hearth__user_find_id(c, id, user, NULL));
    if (*user != NULL && !(*user)->active)
        *user = NULL;
    return 0;
}

int hearth_user_current(hearth_ctx *c, const hearth_user **user)
{
    const char *key;

    *user = NULL;
    HEARTH_TRY(hearth__users_ready(c, "hearth_user_current"));
    HEARTH_TRY(hearth_session_load(c));
    key = hearth_session_user(c);
    if (c->user != NULL && key != NULL && strcmp(key, c->user->key) == 0) {
        *user = c->user;
        return 0;
    }
    if (key != NULL) {
        HEARTH_TRY(active_user(c, key, user));
        if (*user == NULL)
            HEARTH_TRY(hearth_session_logout(c));
    } else if (!c->res.sent) {
        HEARTH_TRY(hearth_remembered(c, &key));
        if (key != NULL)
            HEARTH_TRY(active_user(c, key, user));
        if (*user != NULL)
            HEARTH_TRY(hearth_session_login(c, key));
    }
    c->user = *user;
    return 0;
}

int hearth__users_end_sessions(hearth_ctx *c, const hearth_user *user, bool others)
{
    if (c->app->lists_sessions)
        return others ? hearth_sessions_revoke_others(c)
                      : hearth_sessions_revoke(c, user->key, NULL);
    hearth_logf(c, HEARTH_LOG_WARN,
                "the sessions of user \"%s\" go on: their store keeps no list of them",
                user->key);
    return 0;
}

/* ---- tries ------------------------------------------------------------------------- */

/* Name and address of one account are one; what is nobody's begins otherwise. */
static const char *account(const hearth_user *u, const char *name,
                           char out[HEARTH__NAME_KEY + 1])
{
    if (u != NULL) {
        snprintf(out, HEARTH__NAME_KEY, "#%s", u->key);
        return out;
    }
    out[0] = '?';
    if (!hearth__user_key(name, out + 1))
        out[1] = '\0';
    return out;
}

int hearth__users_try(hearth_ctx *c, const hearth_user *user, const char *name)
{
    char who[HEARTH__NAME_KEY + 1];

    return hearth_login_attempt(c, account(user, name, who));
}

void hearth__users_forgive(hearth_ctx *c, const hearth_user *user)
{
    char who[HEARTH__NAME_KEY + 1];

    hearth_login_succeeded(c, account(user, NULL, who));
}
