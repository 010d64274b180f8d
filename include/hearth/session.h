/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_SESSION_H
#define HEARTH_SESSION_H

/**
 * @file hearth/session.h
 * What the server remembers of a visitor from one request to the next.
 *
 * A session is a handful of texts by name, kept on the server; the client holds a cookie
 * with a random id and nothing else.  It begins when something is first set, so who stores
 * nothing gets no cookie; it ends 14 days after it was last used, 30 days after it began,
 * at hearth_session_logout(), or when hearth_sessions_revoke() ends it from elsewhere.  It
 * is not for data that must outlive it: that belongs in the database, by the user.
 *
 *     hearth_use_sessions(app, hearth_store_db(db), NULL);
 *     ...
 *     HEARTH_TRY(hearth_session_login(c, user));       a new id: the old one is dead
 *     HEARTH_TRY(hearth_session_set(c, "theme", "dark"));
 *     const char *user = hearth_session_user(c);       NULL: nobody is logged in
 *     HEARTH_TRY(hearth_session_logout(c));
 *
 * The session is read at the first of these calls and written once, just before the
 * answer's head is sent: a handler that fails with 5xx leaves it as it was, and when it
 * cannot be written the client gets 503 instead of the answer.  Requests of one session
 * that run at the same time lose nothing to each other: what is written is what each has
 * changed, name by name, and the last one wins only where two set the same name.
 *
 * The cookie is `__Host-sid; Secure; HttpOnly; SameSite=Lax; Path=/`.  Only where a
 * program on this machine asks this machine, over plain http and by a name of loopback,
 * it is `sid` without Secure, for development.  Ids are 256 bits from the kernel; the
 * store knows only their hash; what a client makes up is never adopted.  An answer whose
 * request touched the session is `Cache-Control: no-store`.
 *
 * Thread: setup functions before the start; the rest on the request's thread.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

/* ---- stores ----------------------------------------------------------- */

/** A session as a store has it. */
typedef struct hearth_stored {
    hearth_str data;   /* opaque; may hold NULs */
    const char *user;  /* whose it is; "": nobody's */
    int64_t version;   /* 1 when it is made, one more at each save */
    int64_t expires_s; /* seconds since 1970: a store may drop it from then on */
} hearth_stored;

/** Called by a store for each session of a list; non-zero ends it.  What it is shown is
 * borrowed until it returns; it must not use the store. */
typedef int hearth_stored_fn(void *arg, hearth_str id, const hearth_stored *s);

/**
 * What a store has to do.  Slots are called from many threads at once.  `id` is 43
 * characters of A-Z a-z 0-9 - _, a hash of what the cookie holds: no secret.
 *
 * Fallible slots return 0, what they name, or HEARTH_EBUSY, HEARTH_EUNAVAILABLE,
 * HEARTH_ENOMEM, HEARTH_EDB, HEARTH_EIO: the client gets 503.
 */
typedef struct hearth_store_ops {
    const char *name; /* mandatory: for logs */
    /* Optional: NULL means nothing to set up.  Called by hearth_use_sessions(). */
    int (*setup)(void *self, hearth_error *err);
    /* Mandatory.  Fill in *out from memory of c (hearth_alloc).  HEARTH_ENOTFOUND if there
     * is none; whether it has expired the caller looks. */
    int (*load)(void *self, hearth_ctx *c, hearth_str id, hearth_stored *out);
    /* Mandatory, and atomic.  Version 1: make it; HEARTH_ECONFLICT if there is one.  Any
     * other: replace the one whose version is one less; HEARTH_ECONFLICT if it has
     * another, HEARTH_ENOTFOUND if there is none. */
    int (*save)(void *self, hearth_ctx *c, hearth_str id, const hearth_stored *s);
    /* Mandatory, and atomic.  version 0: drop it, and one that is not there is no error.
     * Else only if it has that version: HEARTH_ECONFLICT, HEARTH_ENOTFOUND. */
    int (*drop)(void *self, hearth_ctx *c, hearth_str id, int64_t version);
    /* Optional: NULL means that sessions of a user cannot be listed or revoked.  Call
     * fn(arg, ...) for each of this user's. */
    int (*list)(void *self, hearth_ctx *c, const char *user, hearth_stored_fn *fn,
                void *arg);
    /* Optional: NULL means that the store expires by itself.  Drop what has expired;
     * called every minute, by a task (hearth/task.h), so never twice at once. */
    int (*sweep)(void *self, hearth_ctx *c, int64_t now_s);
    /* Optional: NULL means nothing to close. */
    void (*close)(void *self);
    size_t max_data; /* bytes of data that it takes, 0: any */
} hearth_store_ops;

typedef struct hearth_store {
    const hearth_store_ops *ops;
    void *self;
} hearth_store;

/**
 * Sessions in this process's memory: the fastest, and gone when it ends.  Other processes
 * know nothing of them.
 *
 * @param max  sessions, default (0) 10 000.  Past it the one that was not used for longest
 *             is dropped.  Each takes about 300 bytes more than its values.
 * Owns:    the store is taken by hearth_use_sessions()
 * Returns: the store.  When out of memory hearth_use_sessions() says so.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_store hearth_store_memory(size_t max);

/**
 * Sessions in a table `hearth_sessions` of a database, which is made if there is none:
 * they survive the program, and all that share the database share them.
 *
 * @param db  borrowed: usually the one that hearth_use_db() has.  Within hearth_begin() of
 *            that one, what the session functions do at once (logout, revoke) is part of
 *            the transaction.
 * Owns:    the store is taken by hearth_use_sessions(); the database is not
 * Returns: the store.  When db is NULL hearth_use_sessions() says so.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_store hearth_store_db(hearth_db *db);

/**
 * No store: the cookie itself holds the session, sealed (hearth/secret.h; the application
 * needs secrets as if it had called hearth_use_secrets()).  For little data without a
 * place to keep it.  What it cannot do, because the server keeps nothing:
 *
 *   - hold more than 2700 bytes: hearth_session_set() says HEARTH_ETOOBIG
 *   - end a session that somebody has copied: logout deletes the cookie of this browser,
 *     and a copy stays good until it expires.  Keep `absolute_s` short.
 *   - list or revoke sessions (HEARTH_ESTATE)
 *   - keep requests that run at the same time from losing each other's changes
 *
 * Owns:    the store is taken by hearth_use_sessions()
 * Returns: the store.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_store hearth_store_cookie(void);

/* ---- setup ------------------------------------------------------------ */

/** Zero of every field is the default. */
typedef struct hearth_session_opts {
    const char *cookie; /* its name, default "sid"; "__Host-" is put before it; copied */
    int64_t idle_s;     /* ends when not used for so long, default 14 days; a use is noted
                       when a twentieth of it has passed since the last, or at a change */
    int64_t absolute_s; /* ends so long after it began or the login, default 30 days */
    bool strict;        /* the two defaults are 30 minutes and 12 hours (OWASP) */
    bool until_close;   /* the browser also forgets it when it is closed */
    bool same_site_strict; /* SameSite=Strict: links from other sites come without it */
    bool insecure; /* plain name and no Secure whenever the request came over plain http:
                         anybody on the way can take the session over */
    size_t max_bytes; /* of the values of one session, names included, default 16 KiB */
} hearth_session_opts;

/**
 * Give the application sessions.
 *
 * @param store  taken, also on failure
 * Returns: 0, or
 *            HEARTH_EINVAL  the store lacks a slot, the cookie's name is not a token, or a
 *                           number is negative
 *            HEARTH_ESTATE  the application runs, or has sessions already
 *            HEARTH_ENOMEM  out of memory
 *            and what the store's set-up says (HEARTH_EDB, HEARTH_EUNAVAILABLE ...)
 *          and the application refuses to start.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_sessions_sized(hearth_app *app, hearth_store store,
                                         const hearth_session_opts *o, size_t size);
static inline int hearth_use_sessions(hearth_app *app, hearth_store store,
                                      const hearth_session_opts *o)
{
    return hearth_use_sessions_sized(app, store, o, sizeof *o);
}

/* ---- values ----------------------------------------------------------- */

/**
 * Read the session now, to learn whether it can be.  Optional: the other calls do it, and
 * then a store that fails looks like an empty session until the answer, which becomes 503.
 *
 * Returns: 0, also when there is none, or
 *            HEARTH_EUNAVAILABLE  the store failed: 503
 *            HEARTH_ESTATE        the application has no sessions
 *            HEARTH_ENOMEM        out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_load(hearth_ctx *c) HEARTH_NODISCARD;

/**
 * A value.
 *
 * Owns:    request
 * Returns: the text, or NULL when it is not set.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_session_get(hearth_ctx *c, const char *key);

/**
 * A value as a whole number.
 *
 * Returns: the number, or @p fallback when it is not set or no number of 64 bits.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int64_t hearth_session_get_int(hearth_ctx *c, const char *key,
                                          int64_t fallback);

/**
 * A value as JSON.
 *
 * Owns:    borrowed: the tree dies with the request
 * Returns: a tree of its own at each call, or NULL when it is not set or no JSON.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API struct json_t *hearth_session_get_json(hearth_ctx *c, const char *key);

/**
 * Set a value; the first one begins the session.
 *
 * @param key    1 to 255 bytes
 * @param value  copied
 * Returns: 0, or
 *            HEARTH_EINVAL  key is NULL, empty or too long, or value is NULL
 *            HEARTH_ETOOBIG the session would pass max_bytes, or what its store takes
 *            HEARTH_ESTATE  the application has no sessions, or the answer's head is on
 *                           its way
 *            HEARTH_EUNAVAILABLE, HEARTH_ENOMEM  as hearth_session_load()
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_set(hearth_ctx *c, const char *key, const char *value);

/**
 * Set a whole number.
 *
 * Returns: as hearth_session_set().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_set_int(hearth_ctx *c, const char *key, int64_t value);

/**
 * Set a JSON value.
 *
 * @param value  taken, also on failure
 * Returns: as hearth_session_set(); HEARTH_EINVAL also for NULL and for what cannot be
 *          written as JSON.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_set_json(hearth_ctx *c, const char *key,
                                       struct json_t *value);

/**
 * Remove a value; one that is not set is no error.
 *
 * Returns: as hearth_session_set().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_remove(hearth_ctx *c, const char *key);

/**
 * Remove all values and messages.  The session goes on, and so does a login: to end it,
 * hearth_session_logout().
 *
 * Returns: as hearth_session_set().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_clear(hearth_ctx *c);

/* ---- messages --------------------------------------------------------- */

/** A message for the next page. */
typedef struct hearth_flash_message {
    const char *kind; /* "info" */
    const char *text;
} hearth_flash_message;

/**
 * Leave a message for the next page that asks for them: "saved", after a redirect.
 *
 * @param kind  1 to 255 bytes, a word of yours: "info", "error"
 * Returns: as hearth_session_set().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_flash(hearth_ctx *c, const char *kind, const char *text);

/**
 * Take the messages, oldest first: they are gone once this page is sent.
 *
 * Owns:    request
 * Returns: *n of them; NULL with *n 0 when there is none.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const hearth_flash_message *hearth_flashes(hearth_ctx *c, size_t *n);

/* ---- who -------------------------------------------------------------- */

/**
 * The session is this user's from now on.  It gets a new id, the old one is dead, and its
 * absolute time begins anew: call it when a password or the like was checked.  Values stay,
 * unless they were another user's.
 *
 * @param user  1 to 255 bytes that stay the same: the key of his row, not his name
 * Returns: as hearth_session_set(); HEARTH_EINVAL when user is NULL, empty or too long.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_login(hearth_ctx *c, const char *user) HEARTH_NODISCARD;

/**
 * Whose session it is.
 *
 * Owns:    request
 * Returns: the user, or NULL when nobody is logged in.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_session_user(hearth_ctx *c);

/**
 * Give the session a new id; the old one is dead.  hearth_session_login() does it; call it
 * when the rights of a user rise without one.
 *
 * Returns: as hearth_session_set().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_rotate(hearth_ctx *c) HEARTH_NODISCARD;

/**
 * End the session, on the server and at once, whatever becomes of the answer; the cookie is
 * deleted.  What is set afterwards begins a new one.
 *
 * Returns: 0, also when there was none, or
 *            HEARTH_EUNAVAILABLE  the store failed, and the session may be alive: 503
 *            HEARTH_ESTATE, HEARTH_ENOMEM  as hearth_session_set()
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_session_logout(hearth_ctx *c) HEARTH_NODISCARD;

/** One of a user's sessions. */
typedef struct hearth_session_info {
    const char *handle; /* 43 characters that name it; not the id, and safe to show */
    int64_t created_s;  /* seconds since 1970: when it began, or the login */
    int64_t seen_s;     /* when it was last used, to a twentieth of idle_s */
    bool current;       /* it is this request's */
    const void *values; /* for hearth_session_info_get() */
} hearth_session_info;

/** Sessions of one user that are listed at most. */
#define HEARTH_SESSIONS_LISTED 1000

/**
 * The sessions of a user, for a page that shows where he is logged in.  In no order.
 *
 * @param list  receives them; memory of the request
 * Returns: 0, or HEARTH_EINVAL (user is NULL or empty), HEARTH_ESTATE (no sessions, or the
 *          store cannot list), HEARTH_EUNAVAILABLE, HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_sessions_list(hearth_ctx *c, const char *user,
                                    const hearth_session_info **list,
                                    size_t *n) HEARTH_NODISCARD;

/**
 * A value of a session in such a list.
 *
 *     hearth_session_set(c, "browser", hearth_header(c, "User-Agent"))   at login
 *     hearth_session_info_get(&list[i], "browser")                       in the list
 *
 * Returns: the text, or NULL when it is not set.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_session_info_get(const hearth_session_info *s,
                                               const char *key);

/**
 * End sessions of a user, at once: one of them, or all.  If this request's is among them
 * it is over, too, as after hearth_session_logout().
 *
 * @param handle  of hearth_session_info; NULL: all of them
 * Returns: 0, or HEARTH_ENOTFOUND (it is none of his), and as hearth_sessions_list().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_sessions_revoke(hearth_ctx *c, const char *user,
                                      const char *handle) HEARTH_NODISCARD;

/**
 * End all sessions of the user who is logged in but this request's: when a password was
 * changed.
 *
 * Returns: 0, or HEARTH_EINVAL (nobody is logged in), and as hearth_sessions_list().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_sessions_revoke_others(hearth_ctx *c) HEARTH_NODISCARD;

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_SESSION_H */
