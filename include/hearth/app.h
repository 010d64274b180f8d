/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_H
#define HEARTH_APP_H

/**
 * @file hearth/app.h
 * The application: make it, give it routes and middleware, run it.
 *
 *     hearth_app *app = hearth_app_new(NULL);
 *     hearth_get(app, "/", hello);
 *     int rc = hearth_app_run(app, NULL);
 *     hearth_app_free(app);
 *     return rc;
 *
 * Set-up calls may be made without looking at their results: the first one that fails is
 * remembered, and hearth_app_run() or hearth_app_start() then refuses with its sentence.
 * Several applications may live in one process; none of them uses globals, and only
 * hearth_app_run() touches signals.
 */

#include <hearth/base.h>
#include <hearth/log.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- options ---------------------------------------------------------- */

/** Options of an application; zero of every field is the default. */
typedef struct hearth_app_opts {
    void *state;         /* yours; hearth_state() hands it back */
    size_t max_body;     /* bytes of a request's body, default 1 MiB; a route may say
                            otherwise */
    size_t max_fields;   /* header fields of a request, default 100; past it 431 */
    hearth_log_opts log; /* default: text to standard error from HEARTH_LOG_INFO on */
    bool access_log_off; /* do not log a line for every request */
    /* Development: errors from 500 on, and requests that match no route, get a page that
     * shows what happened: the message, the calls that led to it with their source, the
     * statements of the request with their times, its lines of the log, and the request
     * itself with passwords, cookies, tokens and the like masked.  Programs get the text and
     * the calls in problem+json.
     *
     * Only who sits at this machine gets it: the application refuses to listen outside
     * loopback, and a request that came by another name than loopback's, or through a proxy
     * or tunnel that says so (Forwarded, X-Forwarded-*, X-Real-IP, Via), gets the plain page.
     * Names and lines need libdw1 (elfutils) at run time, and a program built with -g; with
     * -O2 the line of `return hearth_fail(...)` is not known, with -Og it is.  A crash is
     * none of this: the process ends, look at it with a debugger. */
    bool debug;
    bool no_etag; /* do not tag answers by their contents: else a GET answer with 200 and
                     more than 1 KiB, without an ETag and not no-store, gets a weak one,
                     and a client that has it already 304 */
    bool slash_redirect; /* "/a/" redirects (308) to "/a", or the other way, when only
                            that one exists */
    /* The hosts that the application answers to, a list that ends with NULL; copied.
     *
     *     example.org         with any port
     *     example.org:8443    with that port only
     *     .example.org        the name and all below it
     *     192.0.2.7  [::1]    an address
     *     HEARTH_UNSAFE_ANY_HOST
     *
     * A request for another host is answered 421 before it is routed, and logged.
     * Default: the environment's HEARTH_HOSTS, separated by commas; without it localhost,
     * all below it, loopback addresses and the host that is listened on, which stops
     * pages of other sites from reaching a server on the developer's machine by DNS
     * rebinding.  With a list, `debug` adds those of loopback.
     *
     * Required outside development: a server that listens on anything but loopback or a
     * Unix domain socket does not start without a list. */
    const char *const *hosts;
    /* The proxies in front, a list that ends with NULL; copied: addresses, networks
     * ("10.0.0.0/8", "fd00::/8"), and "unix:" for all who connect over a Unix domain
     * socket.  Default: the environment's HEARTH_TRUSTED_PROXIES, separated by commas;
     * without it none, and nothing is believed.
     *
     * From them Forwarded (RFC 7239) and X-Forwarded-For, -Proto, -Host and -Port are
     * believed, for hearth_peer(), hearth_scheme(), hearth_host() and the access log; and
     * a listener with "proxy_protocol" takes connections from them only.  Let the proxy
     * set one of the two kinds and remove the other: where they contradict each other
     * neither is believed, and the client's address is not known. */
    const char *const *trusted_proxies;
    size_t max_file;        /* bytes of a file in a form, default 10 MiB */
    size_t max_files;       /* of a form, default 100 */
    size_t max_form_fields; /* of a form, default 1000 */
    size_t max_target; /* bytes of a request's target, path and query together, default
                          4096; past it 414 */
    size_t max_head; /* bytes of a request's head, its line and its fields, default 8192;
                          past it 431.  What `pool_bytes` cannot hold is refused as well:
                          raise both */
    const char *upload_dir; /* for unnamed temporary files; default: environment TMPDIR,
                               else "/tmp"; copied */
    /* What signs and seals values (hearth/secret.h), a list that ends with NULL, of at
     * least 32 characters each, at most 8; copied as keys.  The first makes new values,
     * all are accepted.  Default: the environment's HEARTH_SECRET, separated by commas. */
    const char *const *secrets;
    /* Sites whose pages may make requests other than GET, HEAD and OPTIONS in a visitor's
     * name: origins like "https://app.example.org", a list that ends with NULL; copied.
     * Default: none but our own.
     *
     * Browsers say which page asks (Sec-Fetch-Site, older ones Origin); what comes from
     * another site is answered 403 before its body is read, and logged.  Programs that are
     * no browsers say neither, and are let through: they have no visitor's cookies. */
    const char *const *trusted_origins;
    bool
        unsafe_cross_site; /* let pages of every site do what our visitors may do; a route
                               may say it for itself */
    int max_repeats; /* warn in the log of a request that runs one SELECT more often than so
                        with different values, which is a query in a loop (N+1): once for
                        each route and statement, 256 warnings at most, no values in them.
                        Default 10 with `debug`, else none; HEARTH_UNLIMITED: none */
    bool figures;    /* count the runs of each route and how long they take, for
                     hearth_app_figures(): a few nanoseconds for each request, more when
                     many reactors serve one route */
    /* What browsers are told with every answer, unless the handler set that field itself
     * (hearth/security.h); copied.  HEARTH_UNSAFE_NOT_SENT leaves one out. */
    const char *content_security_policy; /* of pages, default "default-src 'self';
                                            frame-ancestors 'none'; base-uri 'self'" */
    const char *permissions_policy;      /* of pages, default "camera=(), geolocation=(),
                                            microphone=(), payment=(), usb=()" */
    const char *opener_policy;           /* Cross-Origin-Opener-Policy of pages, default
                                  "same-origin" */
    const char *referrer_policy;         /* of all but plain text and JSON, default
                                  "same-origin" */
    int64_t
        hsts_s; /* Strict-Transport-Security over https: seconds, default 31 536 000, a
                       year; HEARTH_UNSAFE_NO_HSTS: not sent */
    bool hsts_subdomains; /* the same for all names below this one */
} hearth_app_opts;

/** For the policies in hearth_app_opts: that field is not sent. */
#define HEARTH_UNSAFE_NOT_SENT "not sent"
/** For `hsts_s`: browsers may be led to plain http. */
#define HEARTH_UNSAFE_NO_HSTS (-1)

/** In `hosts`: answer to every host.  Whoever resolves a name to this server then chooses
 * what hearth_host() and hearth_absolute() say: links in mails, keys of caches. */
#define HEARTH_UNSAFE_ANY_HOST "*"

/** Where and how to serve; zero of every field is the default. */
typedef struct hearth_run_opts {
    const char *host; /* default: environment HEARTH_HOST, else "127.0.0.1" */
    int port; /* default: environment HEARTH_PORT, else 8080; HEARTH_PORT_ANY: any free
                    one */
    /* Instead of host and port: any number of addresses, a list that ends with NULL.
     *
     *     127.0.0.1:8080  [::1]:8080   an address; port 0 is any free one
     *     [::]:80                      IPv6 only, so add "0.0.0.0:80" for IPv4
     *     localhost:8080               all addresses of a name
     *     unix:/run/app.sock           a Unix domain socket for its owner and group; or
     *                                  "unix:/run/app.sock mode=0600".  A file that a
     *                                  dead process left is replaced; ours is removed at
     *                                  the end
     *     unix:@name                   an abstract one, without a file
     *     systemd  systemd:NAME        the sockets that systemd passed, all or those of a
     *                                  FileDescriptorName=
     *
     * With " proxy_protocol" behind it, connections must begin with a PROXY header,
     * version 1 or 2, within head_ms, and only `trusted_proxies` may connect; what is no
     * such header is closed without an answer.
     *
     * Default: environment HEARTH_LISTEN, separated by commas, unless host or port are
     * given. */
    const char *const *listen;
    int threads;      /* reactors, default one per core */
    int workers;      /* threads for blocking handlers, made on demand, default 32 */
    int worker_queue; /* requests that may wait for a worker, default 1024; past it 503 */
    int max_connections; /* open ones, over all threads, default 10 000.  Past it the one
                            that has kept the server waiting longest is closed to make
                            room: one without a whole request yet, else one idle between
                            requests, else one whose body is behind `body_rate` or who does
                            not take the answer; when there is none of them the new one
                            gets 503 */
    int pool_bytes; /* memory of a connection for head and read buffer, 8192 to 32768,
                       default 16384 */
    int head_ms; /* a whole request head must arrive within, default 10 000; past it 408,
                    and the connection closes */
    int idle_ms; /* keep an idle connection open for, default 30 000 */
    int handler_ms;      /* a handler on a worker may take, default 30 000; past it 504 */
    int drain_ms;        /* at stop, wait for requests in flight, default 10 000 */
    int max_per_address; /* connections of one client address, default 256, of IPv6 one
                            /64; past it new ones are closed without an answer.
                            `trusted_proxies` and Unix domain sockets are not counted.  All
                            of a load test's come from 127.0.0.1: raise it there, or
                            HEARTH_UNLIMITED */
    int body_rate;     /* bytes a second that a request's body must keep up, default 1024;
                          slower ones get 408, and the connection closes */
    int body_grace_ms; /* a body may fall behind that by so much, default 10 000: also how
                          long the client may pause */
    int write_ms; /* a client may take nothing of the answer for so long, default 30 000;
                     past it the connection closes.  A slow one that goes on is left alone */
    int task_threads; /* for work that no request waits for (hearth/task.h), made on
                          demand, default 4 */
} hearth_run_opts;

#define HEARTH_PORT_ANY  (-1)
#define HEARTH_UNLIMITED (-1) /* for the options that say so */

/* ---- life ------------------------------------------------------------- */

/**
 * Make an application.  Call hearth_app_new(); the size lets a newer library read an
 * older program's options.
 *
 * @param o  NULL = defaults; copied
 * Owns:    caller (hearth_app_free)
 * Returns: the application, or NULL when out of memory or without a source of randomness.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_app *hearth_app_new_sized(const hearth_app_opts *o, size_t size);
static inline hearth_app *hearth_app_new(const hearth_app_opts *o)
{
    return hearth_app_new_sized(o, sizeof *o);
}

/**
 * Free an application and all it took (its database, its log).  A running one is stopped
 * first.  NULL is allowed.
 *
 * Thread:  any; never from a handler
 * Since:   0.1
 */
HEARTH_API void hearth_app_free(hearth_app *app);

/**
 * Serve until SIGTERM or SIGINT, then finish the requests in flight and return.  A second
 * signal ends the wait.
 *
 * Installs handlers for the two signals while it runs and puts the old ones back.  The
 * log says where it listens.  Under systemd (Type=notify) it says when it is ready and
 * when it stops, and with WatchdogSec= that it is well, as long as every reactor turns.
 *
 * Returns: 0 after a clean stop, so that `return hearth_app_run(...)` suits main; else
 *          (the sentence is in the log)
 *            HEARTH_EINVAL        a set-up call had failed, or an option is out of range
 *            HEARTH_EUNAVAILABLE  the address cannot be listened on
 *            HEARTH_EIO           no event loop could be made: out of file descriptors
 *            HEARTH_ESTATE        it runs already
 *            HEARTH_ENOMEM        out of memory
 *            HEARTH_ETIMEOUT      stopped, but a handler still runs: end the process
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_app_run_sized(hearth_app *app, const hearth_run_opts *o,
                                    size_t size);
static inline int hearth_app_run(hearth_app *app, const hearth_run_opts *o)
{
    return hearth_app_run_sized(app, o, sizeof *o);
}

/**
 * Serve in the background of a host program; returns as soon as connections are accepted.
 * No signal is touched.
 *
 * Returns: 0, or as hearth_app_run(), with the sentence in *err.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_app_start_sized(hearth_app *app, const hearth_run_opts *o,
                                      size_t size, hearth_error *err);
static inline int hearth_app_start(hearth_app *app, const hearth_run_opts *o,
                                   hearth_error *err)
{
    return hearth_app_start_sized(app, o, sizeof *o, err);
}

/**
 * Stop what hearth_app_start() started: accept nothing new, finish the requests in flight
 * within drain_ms, cut the rest. It may be started again.
 *
 * Returns: 0, also when it does not run, or
 *            HEARTH_ETIMEOUT  a handler still runs on a worker: it cannot be ended, so
 *                             the application must not be freed or started;
 *                             hearth_app_free() then leaves it in memory.  Or a task of
 *                             hearth/task.h still runs: another call waits on for it
 * Thread:  any but a handler's
 * Since:   0.1
 */
HEARTH_API int hearth_app_stop(hearth_app *app);

/**
 * The port that is listened on, for HEARTH_PORT_ANY; the first, if there are several.
 *
 * Returns: the port, 0 while not running or when there is no TCP among the addresses.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_app_port(const hearth_app *app);

/**
 * Where it listens, one after the other: i = 0, 1, 2 ... until NULL; a name that has
 * several addresses counts for each.
 *
 * Returns: "http://127.0.0.1:8080", "http://[::1]:8080", "unix:/run/app.sock" or
 *          "unix:@name", until it is stopped; NULL behind the last and while not running.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API const char *hearth_app_address(const hearth_app *app, size_t i);

/**
 * The command line of the built application: the last line of a main().
 *
 *     program                    serve, as hearth_app_run() does
 *     program --host H --port N  on another address
 *     program --listen ADDRESS   there; may be repeated
 *     program routes             list the routes
 *     program migrate ...        migrate its database: up, down, redo, status, with
 *                                --steps N and --dry-run (hearth/migrate.h)
 *     program check --deploy     say what is unsafe about its settings, as numbered
 *                                sentences; exit code 1 when there are any
 *     program secret             print a new secret, for HEARTH_SECRET
 *     program --help             list all this
 *
 * @param app  taken: freed before it returns.  NULL is a failed hearth_app_new().
 * Returns: the exit code: 0, 1 when serving failed (the reason is in the log), 2 for a
 *          wrong command line.
 * Thread:  main
 * Since:   0.1
 */
HEARTH_API int hearth_app_main(hearth_app *app, int argc, char **argv);

/* ---- set-up ----------------------------------------------------------- */

/**
 * Wrap every request in a middleware, 404 and 405 included.  First added is outermost.
 *
 * Only what is refused before there is a request to speak of does not come here: a malformed
 * head, a host that is not ours, a body over its limit, a method that nothing implements.
 *
 * Returns: 0, HEARTH_EINVAL (mw is NULL), HEARTH_ESTATE (the application runs),
 *          HEARTH_ENOMEM.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use(hearth_app *app, hearth_handler *mw);

/**
 * Wrap every request whose decoded path is @p prefix or lies below it, whichever route it
 * matches and also when it matches none.  Runs inside those of hearth_use().
 *
 * @param prefix  "/admin": covers "/admin" and "/admin/x", not "/administrator"
 * Returns: 0, HEARTH_EINVAL (not a plain absolute path, or mw is NULL), HEARTH_ESTATE,
 *          HEARTH_ENOMEM.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_at(hearth_app *app, const char *prefix, hearth_handler *mw);

/**
 * Answer requests that match no route, instead of 404.
 *
 * Returns: 0, HEARTH_EINVAL (h is NULL), HEARTH_ESTATE.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_fallback(hearth_app *app, hearth_handler *h);

/**
 * Writes the answer for an error.
 *
 * e->status is what to answer and e->text what may be told to a client; e->code is the
 * HEARTH_E code or 0.  Returns like a handler; not answering (any non-zero result) means
 * the built-in answer.
 */
typedef int hearth_error_fn(hearth_ctx *c, const hearth_error *e);

/**
 * Answer errors your own way.  The built-in answer is an HTML page for browsers and an
 * application/problem+json document (RFC 9457) for everybody else, chosen by Accept.  With
 * the option `debug` the page of development comes first, for errors from 500 on.  Where fn does not
 * answer, a template may: 404.html, error.html (hearth/page.h).
 *
 * Returns: 0 or HEARTH_ESTATE.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_on_error(hearth_app *app, hearth_error_fn *fn);

/**
 * The `.state` of the options.
 *
 * Returns: what was given, NULL by default.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API void *hearth_state(const hearth_ctx *c);

/**
 * The application that a request, a task or a callback belongs to: for what concerns more than
 * one request, hearth_broadcast() or hearth_once().
 *
 * Returns: never NULL.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API hearth_app *hearth_app_of(const hearth_ctx *c);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_APP_H */
