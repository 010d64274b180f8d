/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Each check looks at one setting and knows one sentence or two, which say what could
 * happen and what to do.  They look at the application as it is set up and at the
 * environment, so the answer is that of this machine, now.
 */
#include "boot/main_check.h"

#include "app/app.h"
#include "app/limit.h"
#include "app/router.h"
#include "app/static.h"
#include "auth/jwt.h"
#include "auth/password.h"
#include "boot/secret.h"
#include "boot/where.h"
#include "core/str.h"
#include "db/db.h"
#include "http/csp.h"
#include "session/session.h"

#include <hearth/ws.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGE_BODY  (64u * 1024u * 1024u)
#define FEW_LETTERS 10
#define DAY_S       86400
#define SHORT_HSTS  (30 * DAY_S)
#define LONG_LOGIN  (90 * DAY_S)
#define MANY_TRIES  100 /* of one account in a window */
#define WIDE_V4     8   /* bits of a network that is no proxy's any more */
#define WIDE_V6     7
#define STICKY      01000 /* S_ISVTX, which is not POSIX without XSI */

typedef struct report {
    hearth_app *app;
    uid_t uid;
    hearth__buf *out;
    size_t n;
} report;

static void say(report *r, const char *fmt, ...) HEARTH_PRINTF(2, 3);

static void say(report *r, const char *fmt, ...)
{
    va_list ap;

    hearth__buf_f(r->out, "%zu. ", ++r->n);
    va_start(ap, fmt);
    hearth__buf_v(r->out, fmt, ap);
    va_end(ap);
    hearth__buf_char(r->out, '\n');
}

/* ---- where it stands ---------------------------------------------------------------- */

static void check_setup(report *r)
{
    if (r->app->setup.code != 0)
        say(r, "It does not start: %s.", r->app->setup.text);
}

static void check_hosts(report *r)
{
    if (r->app->hosts.any)
        say(r, "It answers to every host (\"*\"), so strangers choose the links in its "
               "pages and mails: list the names that are yours in the option hosts or "
               "HEARTH_HOSTS.");
    else if (r->app->hosts.n == 0)
        say(r, "No hosts are listed, so it does not listen where others can connect: set "
               "the option hosts or HEARTH_HOSTS.");
}

static bool is_wide(const hearth__cidr *c)
{
    return hearth__ip_is_v4(&c->net) && c->bits >= 96 ? c->bits - 96 < WIDE_V4
                                                      : c->bits < WIDE_V6;
}

static void check_proxies(report *r)
{
    const hearth__cidrs *l = &r->app->proxies;
    char text[HEARTH__IP_TEXT];

    if (l->n == 0 && !l->local)
        say(r,
            "No proxy is trusted, so it never learns that a client uses https: "
            "Strict-Transport-Security is never sent, links say http, and limits count "
            "the proxy as one client; list the proxy in the option trusted_proxies or "
            "HEARTH_TRUSTED_PROXIES.");
    for (size_t i = 0; i < l->n; i++)
        if (is_wide(&l->list[i]))
            say(r,
                "The trusted proxies hold a network as wide as %s/%u, so nearly anybody "
                "can say who he is: list the proxies' own addresses.",
                hearth__ip_text(&l->list[i].net, text),
                l->list[i].bits - (hearth__ip_is_v4(&l->list[i].net) ? 96 : 0));
}

static void check_where(report *r)
{
    hearth_error err;

    if (hearth__where_env(r->app, &err) != 0) {
        say(r, "It does not start: %s.", err.text);
        return;
    }
    check_hosts(r);
    check_proxies(r);
}

static void check_user(report *r)
{
    if (r->uid == 0)
        say(r,
            "It runs as root, so a mistake in it is one of the whole machine: run it as "
            "a user of its own, with a proxy or a socket of systemd for ports below "
            "1024.");
}

/* ---- what it shows ------------------------------------------------------------------ */

static void check_debug(report *r)
{
    if (r->app->opts.debug)
        say(r,
            "The option debug is on, which shows errors from inside to clients: switch "
            "it off.");
}

static void check_log(report *r)
{
    if (!hearth__log_wants(r->app->log, HEARTH_LOG_WARN))
        say(r, "The log leaves out warnings, and with them what is refused for safety's "
               "sake: set log.level to HEARTH_LOG_WARN or below.");
}

/* ---- secrets ------------------------------------------------------------------------ */

static size_t letters(hearth_str s)
{
    bool seen[256] = {false};
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++) {
        n += !seen[(unsigned char)s.ptr[i]];
        seen[(unsigned char)s.ptr[i]] = true;
    }
    return n;
}

static void check_guessable(report *r)
{
    hearth_str rest = hearth__str_of(getenv("HEARTH_SECRET"));

    while (rest.ptr != NULL) {
        hearth_str one = hearth__str_trim(hearth__str_cut(&rest, ','));

        if (one.len > 0 && letters(one) < FEW_LETTERS)
            say(r,
                "HEARTH_SECRET holds a secret of only %zu different characters, which "
                "can be guessed: set it to what the command `secret` prints.",
                letters(one));
    }
}

static void check_secrets(report *r)
{
    hearth_app *app = r->app;
    hearth_error err;

    if (hearth__secret_env(app, &err) != 0) {
        say(r, "It does not start: %s.", err.text);
        return;
    }
    check_guessable(r);
    if (app->wants_secrets && app->secrets.n == 0)
        say(r,
            "It signs or seals values and has no secret: set HEARTH_SECRET to what the "
            "command `secret` prints.");
    if (hearth__secret_is_of_file(&app->secrets))
        say(r, "Its secret is the one in " HEARTH__SECRET_FILE ", which was made for "
               "development and may be known to all who worked on it: set HEARTH_SECRET "
               "to another one.");
}

/* ---- browsers ----------------------------------------------------------------------- */

static bool sent(const hearth__guard *g, unsigned which)
{
    return ((g->always | g->page | g->https) >> which & 1) != 0;
}

static void check_guards(report *r)
{
    const hearth__guard *g = &r->app->guard;
    hearth_str policy = g->field[HEARTH__GUARD_POLICY].value;

    for (unsigned i = 0; i < HEARTH__NGUARDS; i++)
        if (!sent(g, i))
            say(r,
                "%s is switched off for all answers: leave the option out, or set it "
                "to what you need.",
                g->field[i].name.ptr);
    if (sent(g, HEARTH__GUARD_POLICY) && hearth__csp_is_lax(policy))
        say(r, "The option content_security_policy lets inline scripts, or those of "
               "everybody, run in your pages: use files, or hearth_csp_nonce().");
}

static void check_hsts(report *r)
{
    int64_t s = r->app->opts.hsts_s;

    if (s > 0 && s < SHORT_HSTS)
        say(r,
            "Strict-Transport-Security is good for %lld s only, and after that a visitor "
            "may be led to plain http: leave the option hsts_s out, which is a year.",
            (long long)s);
}

static void check_cross_site(report *r)
{
    if (r->app->opts.unsafe_cross_site) {
        say(r, "The option unsafe_cross_site lets pages of every site act for your "
               "visitors: list those that may in trusted_origins.");
        return;
    }
    for (const hearth__route *at = hearth__router_first(r->app->router); at != NULL;
         at = at->next)
        if (at->unsafe_cross_site)
            say(r,
                "The route %s %s has unsafe_cross_site, so pages of every site may make "
                "this request for your visitors: list those that may in "
                "trusted_origins.",
                at->method, at->pattern);
}

static bool is_plain(hearth_str origin)
{
    return hearth__str_istarts(origin, HEARTH__S("http://"));
}

static void check_origins(report *r)
{
    const hearth__sites *s = &r->app->sites;

    for (size_t i = 0; i < s->n; i++)
        if (is_plain(s->list[i]))
            say(r,
                "The option trusted_origins holds %s: whoever is on the way to a page "
                "over plain http can change it; use https.",
                s->list[i].ptr);
}

static void check_policy(report *r, const hearth__cors *p)
{
    const char *where = p->prefix.len == 0 ? "/" : p->prefix.ptr;

    if (p->any_origin)
        say(r,
            "Pages of every site may read what is below %s: list the origins in "
            "hearth_cors_opts.",
            where);
    for (size_t i = 0; i < p->norigins; i++) {
        if (hearth__str_eq(p->origin[i], HEARTH__S("null")))
            say(r,
                "Pages without an origin (\"null\") may read what is below %s, and "
                "every site can make such pages: leave it out.",
                where);
        if (is_plain(p->origin[i]))
            say(r,
                "Pages of %s may read what is below %s: whoever is on the way to a page "
                "over plain http can change it; use https.",
                p->origin[i].ptr, where);
    }
}

static void check_cors(report *r)
{
    for (const hearth__cors *p = r->app->cors; p != NULL; p = p->next)
        check_policy(r, p);
}

/* ---- sockets ------------------------------------------------------------------------ */

/* Of a route for WebSockets; or NULL. */
static const hearth_ws_ops *sockets_of(const hearth__route *at)
{
    hearth_handler *const *h = at->chain;

    while (h[0] != NULL && h[1] != NULL)
        h++;
    return h[0] == hearth_ws_upgrade ? at->arg : NULL;
}

static void check_socket(report *r, const char *pattern, hearth_str origin)
{
    if (hearth__str_eq(origin, HEARTH__S(HEARTH_UNSAFE_ANY_ORIGIN)))
        say(r,
            "Pages of every site may open the WebSocket %s in your visitors' names: list "
            "the origins in hearth_ws_ops.",
            pattern);
    else if (hearth__str_eq(origin, HEARTH__S("null")))
        say(r,
            "Pages without an origin (\"null\") may open the WebSocket %s, and every "
            "site "
            "can make such pages: leave it out.",
            pattern);
    else if (is_plain(origin))
        say(r,
            "Pages of %s may open the WebSocket %s: whoever is on the way to a page over "
            "plain http can change it; use https.",
            origin.ptr, pattern);
}

static void check_sockets(report *r)
{
    for (const hearth__route *at = hearth__router_first(r->app->router); at != NULL;
         at = at->next) {
        const hearth_ws_ops *ops = sockets_of(at);
        const char *const *o = ops == NULL ? NULL : ops->origins;

        for (; o != NULL && *o != NULL; o++)
            check_socket(r, at->pattern, hearth__str_of(*o));
    }
}

/* ---- people ------------------------------------------------------------------------- */

static void check_sessions(report *r)
{
    const hearth__sessions *s = r->app->sessions;

    if (s == NULL)
        return;
    if (s->opts.insecure)
        say(r,
            "The sessions are `insecure`: their cookie also goes over plain http, where "
            "anybody on the way can take them over; leave the option out.");
    if (s->in_cookie && s->opts.absolute_s > DAY_S)
        say(r,
            "The sessions are kept in the cookie, where logout cannot end one that was "
            "copied, and last up to %lld days: set absolute_s to a day, or use another "
            "store.",
            (long long)(s->opts.absolute_s / DAY_S));
    else if (s->opts.absolute_s > LONG_LOGIN)
        say(r,
            "A session lasts up to %lld days, and so does one that was taken over: leave "
            "the option absolute_s out, which is 30 days.",
            (long long)(s->opts.absolute_s / DAY_S));
}

static void check_passwords(report *r)
{
    const hearth_app *app = r->app;

    if (app->passwords == NULL)
        return;
    if (app->passwords->opts.unsafe_common)
        say(r, "The option unsafe_common takes passwords that everybody has, and those "
               "are tried first: leave it out.");
    if (app->users == NULL && app->limits.first == NULL)
        say(r, "Passwords are checked, and nothing limits how often somebody may guess: "
               "call hearth_use_login_limit() and hearth_login_attempt(), or use "
               "hearth/users.h.");
}

static void check_tries(report *r)
{
    const hearth_limit *l = r->app->limits.account;

    if (l != NULL && l->quota > MANY_TRIES)
        say(r,
            "One may guess %lld times in %lld s at the password of one account: leave "
            "the "
            "option tries_account (or per_account) out, which is 10.",
            (long long)l->quota, (long long)l->window_s);
}

static void check_jwts(report *r)
{
    for (const hearth_jwt *j = r->app->jwts == NULL ? NULL : r->app->jwts->first;
         j != NULL; j = j->next)
        if (j->claims.no_expiry)
            say(r, "A kind of JSON Web Token is taken without `exp` (unsafe_no_expiry): "
                   "whoever finds one has it for ever, and nothing takes it back.");
}

/* ---- limits, files ------------------------------------------------------------------ */

static void check_limits(report *r)
{
    const hearth_app_opts *o = &r->app->opts;

    if (o->max_body > LARGE_BODY)
        say(r,
            "The option max_body lets every request bring %zu MiB, which are kept in "
            "memory: raise it for the routes that need it, with `spool`.",
            o->max_body / (1024 * 1024));
    for (const hearth__route *at = hearth__router_first(r->app->router); at != NULL;
         at = at->next)
        if (at->max_body > LARGE_BODY && !at->spool && at->body == NULL)
            say(r,
                "The route %s %s lets a request bring %zu MiB, which are kept in memory "
                "unless they are a form's files: add `spool`.",
                at->method, at->pattern, at->max_body / (1024 * 1024));
}

static void check_statics(report *r)
{
    for (const hearth__static *s = r->app->statics; s != NULL; s = s->next)
        if (s->opts.dot_files)
            say(r, "A directory is served with `dot_files`, which are where keys, "
                   "passwords and histories lie (.env, .git): leave the option out.");
}

static void check_database(report *r)
{
    const char *path = r->app->db == NULL ? NULL : hearth__db_file(r->app->db);
    struct stat st;

    if (path != NULL && stat(path, &st) == 0 && (st.st_mode & (S_IROTH | S_IWOTH)) != 0)
        say(r,
            "The database %s can be read or changed by every user of this machine: "
            "chmod 600 it.",
            path);
}

static void check_uploads(report *r)
{
    const char *dir = r->app->opts.upload_dir;
    struct stat st;

    if (stat(dir, &st) == 0 && (st.st_mode & S_IWOTH) != 0 && (st.st_mode & STICKY) == 0)
        say(r,
            "Everybody may replace files in %s, where uploads are kept: set the option "
            "upload_dir to a directory of the program's own.",
            dir);
}

/* ---- all ---------------------------------------------------------------------------- */

typedef void check(report *r);

size_t hearth__check_deploy(hearth_app *app, uid_t uid, hearth__buf *out)
{
    static check *const all[] = {
        check_setup,   check_where,   check_user,     check_debug,      check_log,
        check_secrets, check_guards,  check_hsts,     check_cross_site, check_origins,
        check_cors,    check_sockets, check_sessions, check_passwords,  check_tries,
        check_jwts,    check_limits,  check_statics,  check_database,   check_uploads,
    };
    report r = {app, uid, out, 0};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        all[i](&r);
    return r.n;
}

int hearth__main_deploy(hearth_app *app, const char *name, char **argv)
{
    hearth__buf out;
    size_t n;
    bool failed;

    if (argv[0] == NULL || strcmp(argv[0], "--deploy") != 0 || argv[1] != NULL) {
        fprintf(stderr, "usage: %s check --deploy\n", name);
        return 2;
    }
    hearth__buf_init(&out, NULL, 0);
    n = hearth__check_deploy(app, geteuid(), &out);
    failed = out.failed;
    if (failed)
        fprintf(stderr, "%s: out of memory\n", name);
    else if (n == 0)
        puts("Nothing unsafe was found in the settings of this deployment.");
    else
        fputs(hearth__buf_view(&out).ptr, stdout);
    hearth__buf_clear(&out);
    return n == 0 && !failed ? 0 : 1;
}
