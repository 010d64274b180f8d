/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_CTX_H
#define HEARTH_APP_CTX_H

/*
 * One request and its response: the only object that a handler, a middleware and a
 * transport share.
 *
 * A context is used by one thread at a time: the reactor until the head and body are
 * there, the reactor or a worker while the handler runs, the reactor again to send.  It
 * is recycled with its arena's first chunk.
 */

#include "app/app.h"
#include "app/res.h"
#include "app/router.h"
#include "core/arena.h"
#include "core/buf.h"
#include "db/db.h"
#include "http/audit.h"
#include "http/forwarded.h"
#include "http/target.h"

#include <hearth/json.h>
#include <hearth/req.h>
#include <sys/socket.h>

#define HEARTH__ID_LEN 24
/* A host up to this long is recognised when it comes again. */
#define HEARTH__OUR_HOST 64
/* The status of an answer with which c->upgrade begins; no handler can set it. */
#define HEARTH__SWITCHING 101
/* First chunk of a request's arena: a plain request never needs another. */
#define HEARTH__CTX_ARENA 4096

typedef struct hearth__hook { /* hearth_on_send */
    struct hearth__hook *next;
    void (*fn)(hearth_ctx *c, void *arg);
    void *arg;
} hearth__hook;

typedef struct hearth__defer { /* hearth_defer */
    struct hearth__defer *next;
    void (*fn)(void *arg);
    void *arg;
} hearth__defer;

typedef struct hearth__fault { /* hearth_fault */
    struct hearth__fault *next;
    const char *pointer, *code, *text;
} hearth__fault;

/* Who asks, by which name: what trusted proxies say, else the connection. */
typedef struct hearth__origin {
    hearth_str host; /* in the arena; empty: the request's own */
    bool https;
    hearth__client client;
    hearth__ip ip; /* of a client that is known by address */
} hearth__origin;

/* A list parsed when first asked for. */
typedef struct hearth__pairs {
    hearth__field *pair;
    size_t n;
    int rc; /* why there are none */
    bool parsed;
} hearth__pairs;

struct hearth_ctx {
    /* Not touched by a reset. */
    hearth__arena arena;
    hearth_app *app;
    struct hearth_ctx *cached; /* next in a cache of unused ones */
    hearth_error error; /* what may be told to the client; valid when error.status != 0 */
    hearth__dbs dbs;    /* has an init of its own */
    char our_host
        [HEARTH__OUR_HOST]; /* the last host that was found to be ours, plain http */
    size_t our_host_len;
    uint64_t id;
    json_t *json_before; /* of an earlier request's body, to be read over; or NULL */

    /* Everything from here to res.first is zeroed by a reset. */
    hearth__head head;
    hearth__framing framing;
    hearth__target target;
    hearth__origin origin;
    const struct sockaddr *peer; /* the other end of the connection, or NULL */
    socklen_t peer_len;
    const hearth__field *trailer;
    size_t ntrailers;
    hearth__buf body;
    size_t max_body;
    struct hearth__body *intake; /* app/body.h: where the body is not simply in `body` */
    uint64_t received;           /* bytes of the body */
    uint64_t body_at;            /* hearth_body_read() goes on here */
    hearth__buf *line;           /* hearth_body_line() */
    const hearth__route *admitted;

    int declined;                /* matches that returned HEARTH_DECLINED */
    hearth_handler *const *next; /* what hearth_next() calls */
    bool is_inline;              /* runs on the reactor, see hearth__app_turn() */
    bool detached;               /* borrows nothing from the transport */
    bool goes_on;                /* `then` of hearth/async.h runs or has run */
    atomic_bool cancelled;       /* nobody waits any more; set by the reactor */
    struct hearth__wait *waits;  /* memory for wait */
    struct hearth__wait *wait;   /* how it goes on: app/async.h; NULL while it need not */
    void *then_arg;              /* hearth_arg() of `then` */
    hearth__defer *cancels;      /* hearth_on_cancel() */
    struct hearth__after_task *afters; /* hearth_after() */
    struct hearth_waker *waker;        /* of its stream: app/waker.h; or NULL */
    bool in_task;                      /* there is nobody to answer (any more) */

    const char *method_text, *target_text, *peer_text, *host_text,
        *id_text; /* made when asked for */
    hearth__pairs query, form, cookies;
    json_t *json;
    void *in; /* the struct of the route's .in */
    /* The token that forms of this request carry, and the name of its field; or NULL.  Set by the
     * middleware that will ask for it; lib/app/form.c puts it into forms. */
    const char *(*form_token)(hearth_ctx *c, const char **name);
    struct hearth__session *session; /* lib/session's; NULL until it is asked for */
    hearth_handler
        *ask; /* who it is, which was not asked as the route is anonymous: 0 goes
                            on; or NULL */
    const struct hearth_user *user; /* lib/auth's; NULL until he is found */
    const char *challenge;          /* WWW-Authenticate of a 401 that has none; or NULL */
    const struct hearth_claims *claims; /* of a token that was found good; or NULL */
    const struct hearth_jwt *claims_of; /* of which kind it was */

    const struct hearth__language *language; /* lib/i18n's; NULL until it matters */
    struct hearth__page_form *page_forms;    /* lib/page's */
    struct hearth__debug *debug; /* app/debug.h; NULL until something is gathered */
    const char *nonce;           /* hearth_csp_nonce(); NULL until it is asked for */
    const struct hearth_template_error
        *template_error;       /* of the last hearth_render() that failed; or NULL */
    struct hearth_ws *upgrade; /* lib/ws's: what a 101 begins; or NULL */

    /* Encodes the answer when all else is done; unchanged: the client has it already, and
     * only the fields are wanted.  Or NULL. */
    void (*encode)(hearth_ctx *c, bool unchanged);
    hearth__hook *hooks;
    hearth__defer *defers;
    hearth__fault *faults, **faults_end;
    size_t nfaults;
    const hearth_str *available; /* types that a 406 lists */
    size_t navailable;
    bool failing;     /* the error page is being made: no second one */
    bool secret;      /* its memory is wiped when it ends */
    hearth_str shown; /* the target without its secrets, for the log; or ptr NULL */

    int64_t started_us; /* when the head was there */
    int64_t took_us;    /* what the handler and its middleware took */
    hearth__res res;
    hearth__match match; /* of this only the route is reset */
};

/* A stack of unused contexts; one per reactor and one per client, so without a lock. */
typedef struct hearth__ctx_cache {
    hearth_ctx *first;
    size_t n, max;
    uint64_t id,
        id_end;   /* numbers taken from the application in blocks: no shared counter */
    json_t *json; /* the last tree of a body, for the next one; or NULL */
} hearth__ctx_cache;

/* NULL when out of memory. */
hearth_ctx *hearth__ctx_take(hearth__ctx_cache *cache, hearth_app *app);
/* Run what was deferred, forget everything, keep the context for the next request.  cache
 * NULL frees it.  A request whose handle of hearth_suspend() is out stays as it is until
 * that is resumed. */
void hearth__ctx_put(hearth__ctx_cache *cache, hearth_ctx *c);
void hearth__ctx_cache_clear(hearth__ctx_cache *cache);

/* The slice as a '\0'-terminated string of the request; NULL when out of memory. */
char *hearth__ctx_text(hearth_ctx *c, hearth_str s);

#endif
