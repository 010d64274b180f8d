/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_USERS_H
#define HEARTH_USERS_H

/**
 * @file hearth/users.h
 * Accounts: register, log in, change and reset the password, and who may do what.
 *
 *     hearth_use_db(app, db);
 *     hearth_use_sessions(app, hearth_store_db(db), NULL);
 *     hearth_use_users(app, NULL);
 *     hearth_use_at(app, "/account", hearth_require_login);
 *     ...
 *     static int login(hearth_ctx *c)                            (.run = HEARTH_WORKER)
 *     {
 *         HEARTH_TRY(hearth_user_login(c, hearth_form(c, "name", NULL),
 *                                      hearth_form(c, "password", NULL), false, NULL));
 *         return hearth_redirect(c, hearth_login_next(c, "/account"));
 *     }
 *
 * It makes the tables hearth_users, hearth_user_roles and hearth_role_permissions, and what
 * hearth_use_passwords() and hearth_use_tokens() make.  What an application knows of its
 * users beside that it keeps in tables of its own, by their id.
 *
 * Logging in makes a new session; a password that changes ends the others; nobody learns
 * from an answer whether an account exists, but for who registers one that is taken.
 * Guessing ends soon: so many failures of one account, or from one address, and it is 429
 * with Retry-After.  That is hearth_use_login_limit() (hearth/limit.h); who calls it before
 * hearth_use_users() has its numbers instead of those below.  What happens stands in the log with the user's id; names and passwords that
 * somebody typed do not.
 *
 * **Deny by default.**  `hearth_use(app, hearth_require_login)` asks everybody who he is,
 * for paths that do not exist, too; routes and groups with `.anonymous = true` are the
 * exceptions, and so is `login_path`.
 *
 * Who is not known gets 401, or the page to log in; who is known and lacks the right gets
 * 403.
 *
 * Functions that hash (register, login, change, reset) belong on a worker: see
 * hearth/password.h.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- setup ------------------------------------------------------------ */

/** Zero of every field is the default. */
typedef struct hearth_users_opts {
    const char *login_path; /* where browsers are sent who must log in, default "/login";
                               copied */
    int tries_account;      /* failed logins of one account in a window, default 10 */
    int tries_address;      /* of one address, default 100 */
    int window_s;       /* seconds in which they come back, one after the other, default
                               900, at most 31 days */
    int64_t remember_s; /* a remembered browser, default 30 days */
    int64_t reset_s;    /* a token that resets a password, default one hour */
} hearth_users_opts;

/**
 * The application has users.
 *
 * Returns: 0, or
 *            HEARTH_EINVAL  a number is negative, or login_path is no path of this site
 *            HEARTH_ESTATE  the application runs, has users already, or lacks its database
 *                           or sessions: hearth_use_db() and hearth_use_sessions() first
 *            HEARTH_ENOMEM, HEARTH_EDB, HEARTH_EBUSY, HEARTH_EUNAVAILABLE  as
 *                           hearth_db_script()
 *          and the application refuses to start.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_users_sized(hearth_app *app, const hearth_users_opts *o,
                                      size_t size);
static inline int hearth_use_users(hearth_app *app, const hearth_users_opts *o)
{
    return hearth_use_users_sized(app, o, sizeof *o);
}

/* ---- accounts --------------------------------------------------------- */

/** An account; lives until the request ends. */
typedef struct hearth_user {
    int64_t id;
    const char *key;   /* the id as text: hearth_session_user() and the owner of tokens */
    const char *name;  /* as he wrote it */
    const char *email; /* NULL: none */
    bool active;       /* may log in */
    int64_t created_s; /* seconds since 1970 */
} hearth_user;

/** Characters of a name at most. */
#define HEARTH_USER_NAME_MOST 64

/**
 * Make an account.  What is wrong are faults at /name, /email and /password, all at once.
 *
 * Two names, and two addresses, that differ only in the case of their ASCII letters are the
 * same.  A name with an '@' must be the address.
 *
 * @param name   1 to 64 characters of UTF-8, no control characters, no space at its ends
 * @param email  as browsers take it, or NULL; not verified: hearth_token_make()
 * @param user   receives him; NULL: not wanted
 * Returns: 0, or
 *            HEARTH_EMODEL     an argument breaks a rule: 422
 *            HEARTH_ECONFLICT  the name or the address is taken: 409
 *            as hearth_password_hash() and hearth_exec()
 * Thread:  request, on a worker
 * Since:   0.1
 */
HEARTH_API int hearth_user_register(hearth_ctx *c, const char *name, const char *email,
                                    const char *password,
                                    const hearth_user **user) HEARTH_NODISCARD;

/**
 * Log in: check the password, begin a session with a new id.
 *
 * @param name      or address; NULL is nobody's
 * @param remember  also hearth_remember() this browser
 * @param user      receives him; NULL: not wanted
 * Returns: 0, or
 *            401  "The name or the password is wrong.", also when the account is not active
 *            429  too many tries, with Retry-After; nothing was checked
 *            as hearth_password_verify(), hearth_session_login() and hearth_exec()
 * Thread:  request, on a worker
 * Since:   0.1
 */
HEARTH_API int hearth_user_login(hearth_ctx *c, const char *name, const char *password,
                                 bool remember,
                                 const hearth_user **user) HEARTH_NODISCARD;

/**
 * Log out: the session is over, and this browser is forgotten.
 *
 * Returns: as hearth_session_logout() and hearth_forget().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_user_logout(hearth_ctx *c) HEARTH_NODISCARD;

/**
 * Log out everywhere: all his sessions, this one among them, and remembered browsers.
 *
 * Returns: 0, 401 when nobody is logged in, HEARTH_ESTATE when the store of the sessions
 *          cannot list them (hearth_store_cookie()), or as hearth_sessions_revoke() and
 *          hearth_tokens_revoke().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_user_logout_everywhere(hearth_ctx *c) HEARTH_NODISCARD;

/**
 * Who is logged in?  A browser that is remembered is logged in by this; the session of an
 * account that is gone or not active any more ends.
 *
 * @param user  receives him; NULL: nobody
 * Returns: 0, also for nobody, or HEARTH_ESTATE (no hearth_use_users()), and as
 *          hearth_session_load() and hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_user_current(hearth_ctx *c,
                                   const hearth_user **user) HEARTH_NODISCARD;

/**
 * An account by its id.
 *
 * Returns: 0, or HEARTH_ENOTFOUND, HEARTH_ESTATE, and as hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_user_by_id(hearth_ctx *c, int64_t id,
                                 const hearth_user **user) HEARTH_NODISCARD;

/**
 * An account by its name or address.
 *
 * Returns: as hearth_user_by_id().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_user_by_name(hearth_ctx *c, const char *name,
                                   const hearth_user **user) HEARTH_NODISCARD;

/**
 * An account may log in, or may not: then his sessions end and his tokens are good no more.
 * His second factor stays for the day on which he may again.
 *
 * Returns: 0, or HEARTH_ENOTFOUND, HEARTH_ESTATE, and as hearth_sessions_revoke() and
 *          hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_user_set_active(hearth_ctx *c, int64_t id,
                                      bool active) HEARTH_NODISCARD;

/* ---- passwords -------------------------------------------------------- */

/**
 * Who is logged in changes his password.  This session goes on with a new id; the others
 * end, remembered browsers are forgotten, and links that reset the password are good no
 * more.  Sessions that the client keeps (hearth_store_cookie()) go on until they expire.
 *
 * Returns: 0, or
 *            401  nobody is logged in, or the old password is wrong
 *            429  too many tries
 *            HEARTH_EMODEL  the new one breaks a rule (fault at /password): 422
 *            as hearth_password_hash(), hearth_sessions_revoke_others() and hearth_exec()
 * Thread:  request, on a worker
 * Since:   0.1
 */
HEARTH_API int hearth_user_change_password(hearth_ctx *c, const char *old_password,
                                           const char *password) HEARTH_NODISCARD;

/**
 * Somebody has forgotten his password: make the token for a link to send to user->email.
 * Answer the same whether there was one: "if there is such an account, a mail is on its
 * way".  The work is the same.  Counts as a try of that account.
 *
 * @param name   or address
 * @param user   receives him; NULL: there is none, or none that is active with an address
 * @param token  receives the token; NULL then
 * Returns: 0, or 429 (too many tries), and as hearth_token_make().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_user_reset_begin(hearth_ctx *c, const char *name,
                                       const hearth_user **user,
                                       const char **token) HEARTH_NODISCARD;

/**
 * A new password for who has such a token; it is good once, and stays good when the new
 * password breaks a rule.  All his sessions end, remembered browsers are forgotten, and he
 * is not logged in by it.
 *
 * Returns: 0, or
 *            HEARTH_EINVAL  the token is no good (any more): 400
 *            HEARTH_EMODEL  the password breaks a rule (fault at /password): 422
 *            as hearth_password_hash(), hearth_sessions_revoke() and hearth_exec()
 * Thread:  request, on a worker
 * Since:   0.1
 */
HEARTH_API int hearth_user_reset(hearth_ctx *c, const char *token,
                                 const char *password) HEARTH_NODISCARD;

/* ---- roles and permissions -------------------------------------------- */

/**
 * A user has a role from now on; once more is no error.  A role is a word of yours, 1 to
 * 100 bytes, and so is a permission.
 *
 * Returns: 0, or HEARTH_EINVAL, HEARTH_ENOTFOUND (no such user), HEARTH_ESTATE, and as
 *          hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_role_grant(hearth_ctx *c, int64_t id,
                                 const char *role) HEARTH_NODISCARD;

/**
 * A user has a role no more, from the next request on.
 *
 * Returns: 0, also when he had not, or HEARTH_EINVAL, HEARTH_ESTATE, and as hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_role_withdraw(hearth_ctx *c, int64_t id,
                                    const char *role) HEARTH_NODISCARD;

/**
 * Who has the role may do this.
 *
 * Returns: as hearth_role_withdraw().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_role_allow(hearth_ctx *c, const char *role,
                                 const char *permission) HEARTH_NODISCARD;

/**
 * Who has the role may do this no more.
 *
 * Returns: as hearth_role_withdraw().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_role_forbid(hearth_ctx *c, const char *role,
                                  const char *permission) HEARTH_NODISCARD;

/* ---- guards ----------------------------------------------------------- */

/**
 * A middleware: goes on for who is logged in, and on routes that are `.anonymous`.
 *
 * Returns: what comes next does; else 401, for browsers that want a page 302 or 303 to
 *          login_path, with `?next=` and the path they asked for after GET and HEAD; or as
 *          hearth_user_current().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_require_login(hearth_ctx *c);

/**
 * Has who is logged in this role?  For handlers and for middleware of yours:
 *
 *     static int admins(hearth_ctx *c)
 *     {
 *         HEARTH_TRY(hearth_require_role(c, "admin"));
 *         return hearth_next(c);
 *     }
 *
 * Returns: 0; 403 when he has not; when nobody is logged in as hearth_require_login(); or
 *          HEARTH_EINVAL (role), and as hearth_user_current().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_require_role(hearth_ctx *c, const char *role) HEARTH_NODISCARD;

/**
 * Has who is logged in a role with this permission?
 *
 * Returns: as hearth_require_role().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_require_permission(hearth_ctx *c,
                                         const char *permission) HEARTH_NODISCARD;

/**
 * Where to go after a login: the form's or the query's `next`, when it is a path of this
 * site.
 *
 * Returns: that path, or @p fallback.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_login_next(hearth_ctx *c, const char *fallback);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_USERS_H */
