/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_APP_H
#define HEARTH_APP_APP_H

/* The application, from the inside. */

#include "app/cors.h"
#include "app/cross_site.h"
#include "app/guard.h"
#include "app/limit.h"
#include "app/plans.h"
#include "core/digest.h"
#include "core/log.h"
#include "core/secret.h"
#include "http/cidr.h"
#include "http/head.h"
#include "http/hostlist.h"

#include <hearth/app.h>
#include <hearth/db.h>
#include <hearth/migrate.h>
#include <hearth/route.h>
#include <stdatomic.h>

typedef struct hearth__router hearth__router;
typedef struct hearth__coders hearth__coders;
typedef struct hearth__placement hearth__placement;
typedef struct hearth__laters hearth__laters;
typedef struct hearth__sessions hearth__sessions;
typedef struct hearth__crew hearth__crew;

typedef struct hearth__prefix_use {
    hearth_str prefix; /* decoded, no trailing '/'; "" is everything */
    hearth_handler *mw;
} hearth__prefix_use;

struct hearth_app {
    hearth_app_opts opts; /* with defaults filled in */
    hearth__log *log;
    hearth_db *db;
    const hearth_migration *migrations; /* NULL: none */
    /* lib/data's, at start: the database has all its steps, or takes them. */
    int (*migrate)(hearth_app *app, hearth_error *err);
    bool migrate_at_start;
    const hearth_model **models; /* whose tables the database should have */
    size_t nmodels;
    bool compare_at_start; /* ... and then what drift says */
    hearth_drift drift;
    char *migrate_folder; /* NULL: none */
    hearth__router *router;
    hearth__plans plans;  /* of models */
    hearth_handler **use; /* hearth_use(), then the router stage, then NULL */
    size_t nuse;
    hearth__prefix_use *use_at;
    size_t nuse_at;
    hearth_handler *fallback;
    hearth_error_fn *on_error;
    hearth__cidrs proxies;     /* whose word on the client is believed */
    hearth__hostlist hosts;    /* answered to; empty: loopback's names and at_hosts */
    hearth__sites sites;       /* whose pages may ask for more than reading */
    hearth__cors *cors;        /* pages of other origins that may read; NULL: none */
    hearth__app_limits limits; /* how often somebody may ask */
    hearth__guard guard;       /* what browsers are told with every answer */
    hearth__hostlist at_hosts; /* lib/boot's: the names that are listened on */
    hearth_error setup;        /* the first set-up call that failed; code 0 when none */
    bool frozen;               /* started once: set-up calls are HEARTH_ESTATE */
    uint64_t id_seed;          /* random, of request ids */
    unsigned char cursor_key[HEARTH__MAC_KEY]; /* random, of the cursors of lists */
    hearth__keyring secrets; /* of hearth_sign() and the like; filled in at start */
    bool wants_secrets;
    bool secret_of_file; /* it is lib/boot's, for development */
    atomic_uint_fast64_t next_id;
    char *upload_dir;                /* opts points here */
    hearth__coders *coders;          /* of hearth_compress() */
    hearth__placement *lost;         /* where 404 and 405 run: middleware may block */
    struct hearth__static *statics;  /* directories served: app/static.h */
    struct hearth__search *searches; /* lib/data's; NULL: none */
    int (*start_searches)(hearth_app *app, hearth_error *err);
    void (*free_searches)(struct hearth__search *searches);
    struct hearth__told *told;  /* app/repeats.h; NULL: nobody is warned */
    hearth__laters *laters;     /* handles of suspended requests */
    hearth__sessions *sessions; /* lib/session's; NULL: none */
    void (*free_sessions)(void *sessions);
    bool lists_sessions; /* their store can list a user's, so that they can be ended */
    struct hearth__passwords *passwords; /* lib/auth's; NULL: none */
    void (*free_passwords)(void *passwords);
    struct hearth__users *users; /* lib/auth's; NULL: none */
    void (*free_users)(void *users);
    struct hearth__jwts *jwts; /* lib/auth's; NULL: none */
    void (*free_jwts)(void *jwts);
    bool has_tokens;                     /* lib/auth's table is there */
    struct hearth__languages *languages; /* lib/i18n's; NULL: none */
    void (*free_languages)(struct hearth__languages *languages);
    hearth__crew *crew;          /* runs tasks: app/task.h */
    struct hearth__timed *tasks; /* that repeat, or wait for the start */
    struct hearth__life_hook *first_hook, *last_hook; /* of start and stop */
    atomic_int dropped;      /* tasks that were to run and do not */
    atomic_llong ahead_us;   /* of the clock of timeouts and tasks: the test client's */
    _Atomic(void *) sockets; /* lib/ws's; NULL: none */
    void (*free_sockets)(void *sockets);
    struct hearth_templates *templates; /* of hearth_render(); NULL: none */
    /* lib/page's, with them: are they right, at start; and error pages of the application's. */
    int (*start_templates)(hearth_app *app, hearth_error *err);
    hearth_error_fn *error_page;
    void *running; /* lib/boot's, while started */
};

/* Remember the first failure of set-up and log it; returns code. */
int hearth__app_setup_failed(hearth_app *app, int code, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);
/* HEARTH_ESTATE and a line in the log when frozen, else 0. */
int hearth__app_setup_check(hearth_app *app, const char *what);
/* Take the place of the options of that name, for the environment; HEARTH_EINVAL,
 * HEARTH_ENOMEM or 0. */
int hearth__app_set_hosts(hearth_app *app, const char *const *hosts, const char *what,
                          hearth_error *err);
int hearth__app_set_proxies(hearth_app *app, const char *const *proxies, const char *what,
                            hearth_error *err);
/* No more set-up.  HEARTH_EINVAL etc. with the sentence of the first failure in *err. */
int hearth__app_freeze(hearth_app *app, hearth_error *err);
/* What hearth_app_free() does once nothing runs. */
void hearth__app_destroy(hearth_app *app);

#endif
