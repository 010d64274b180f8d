/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_SESSION_SESSION_H
#define HEARTH_SESSION_SESSION_H

/*
 * Sessions from the inside.
 *
 *   setup.c   the application's sessions         session.c  one request's, values
 *   cookie.c  ids, the cookie, whom to believe   save.c     before the head is sent
 *   who.c     login, logout, other sessions      csrf.c     tokens for forms
 *   record.c  values as bytes                    store_*.c  where they are kept
 */

#include "app/ctx.h"
#include "session/record.h"

#include <hearth/session.h>
#include <pthread.h>
#include <stdatomic.h>

#define HEARTH__SID_TEXT        43 /* of an id and of its hash: 32 bytes in base64url */
#define HEARTH__USER_MOST       255
#define HEARTH__NAME_MOST       64 /* of a cookie's name, without prefix */
#define HEARTH__SESSION_STRIPES 64
/* The value that csrf.c keeps; a login forgets it. */
#define HEARTH__CSRF_KEY "hearth.csrf"

/* Of an application. */
struct hearth__sessions {
    hearth_store store;
    hearth_session_opts opts; /* with defaults; cookie points into `plain` */
    size_t max_size;          /* bytes of a record */
    char plain[HEARTH__NAME_MOST + 1], host[HEARTH__NAME_MOST + sizeof "__Host-"];
    bool in_cookie;          /* hearth_store_cookie() */
    _Atomic int64_t ahead_s; /* tests: the clock, seconds ahead */
    _Atomic int64_t minute;  /* of `complaints` */
    atomic_uint complaints;  /* of cookies, in that minute */
    atomic_bool told_insecure;
    /* Those who found a session changed take turns with it, so that each round ends one
     * of them. */
    pthread_mutex_t stripe[HEARTH__SESSION_STRIPES];
};

/* Of a request; NULL until it asks. */
typedef struct hearth__session {
    hearth__sessions *of;
    hearth_str id;    /* in the store; empty: it is not there */
    int64_t version;  /* in the store; 0: it is not there */
    const char *user; /* "": nobody */
    hearth__record record;
    hearth__op *ops, **ops_end;
    bool presented; /* the client has a cookie of ours */
    bool touch;     /* long enough ago that its use is to be noted */
    bool rotate, login;
    hearth_str fresh; /* what a rotation calls it */
    int64_t fresh_version;
    bool ended;   /* logged out in this request */
    bool settled; /* written: too late for changes */
    int rc;       /* why it could not be read */
} hearth__session;

int64_t hearth__session_now(const hearth__sessions *of);
/* Has it ended by now? */
bool hearth__session_over(const hearth__sessions *of, const hearth__record *r);
int64_t hearth__session_expires(const hearth__sessions *of, const hearth__record *r);

/* The request's session, read; NULL with the code in *rc (and noted). */
hearth__session *hearth__session_of(hearth_ctx *c, int *rc);
/* The same, for who is going to change it: HEARTH_ESTATE once it is settled. */
hearth__session *hearth__session_change(hearth_ctx *c, int *rc);
/* Do it and remember it. */
int hearth__session_op(hearth_ctx *c, hearth__op_kind kind, const char *key,
                       const char *text);
/* The store's failure, noted: HEARTH_EUNAVAILABLE or HEARTH_ENOMEM. */
int hearth__session_failed(hearth_ctx *c, const char *what, int rc);
/* Forget all of it, as if the client had none. */
void hearth__session_reset(hearth__session *s);

/* cookie.c.  The id in the store that the client's cookie names, or for a sealed one the
 * cookie's text; false when it has none that could be ours. */
bool hearth__session_presented(hearth_ctx *c, hearth__sessions *of, hearth_str *id);
/* A new id: what the cookie is to hold, and what the store knows it by.  False: out of
 * memory. */
bool hearth__session_new_id(hearth_ctx *c, hearth_str *text, hearth_str *id);
/* max_age_s < 0: delete it. */
int hearth__session_put_cookie(hearth_ctx *c, hearth__sessions *of, const char *text,
                               int64_t max_age_s);
/* The same cookie again, with more time. */
int hearth__session_renew_cookie(hearth_ctx *c, hearth__sessions *of, int64_t max_age_s);
/* A line in the log, for the first few in a minute. */
void hearth__session_complain(hearth_ctx *c, hearth__sessions *of, const char *what);

/* save.c: registered with hearth_on_send(). */
void hearth__session_settle(hearth_ctx *c, void *arg);

/* store_cookie.c */
extern const hearth_store_ops hearth__store_cookie_ops;
/* *out from the cookie's text; HEARTH_ENOTFOUND: it is not ours, or expired. */
int hearth__store_cookie_open(hearth_ctx *c, hearth__sessions *of, hearth_str text,
                              hearth_stored *out);
/* NULL: out of memory. */
const char *hearth__store_cookie_seal(hearth_ctx *c, const hearth_stored *s);

#endif
