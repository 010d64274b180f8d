/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Limits belong to the application and are asked in the order in which they were set up.
 * What tells clients apart becomes the key of a bucket: a letter for its kind, then the
 * route, then the address or the text.
 */
#include "app/limit.h"

#include "app/app.h"
#include "app/ctx.h"
#include "app/problem.h"
#include "core/clock.h"

#include <hearth/log.h>
#include <hearth/req.h>
#include <hearth/res.h>
#include <stdlib.h>

#define MOST_QUOTA    1000000000
#define MOST_WINDOW_S (31 * 86400)
#define MOST_KNOWN    (1u << 24)
#define KNOWN         65536
#define TELL_US       1000000
#define SECOND_US     1000000

/* ---- set-up ---------------------------------------------------------------------- */

static void destroy(hearth_limit *l)
{
    if (l == NULL)
        return;
    hearth__buckets_free(l->buckets);
    free(l->name);
    free(l->prefix);
    free(l);
}

void hearth__limit_free(hearth__app_limits *all)
{
    while (all->first != NULL) {
        hearth_limit *l = all->first;

        all->first = l->next;
        destroy(l);
    }
}

static bool is_name(const char *s)
{
    size_t n = strlen(s);

    for (size_t i = 0; i < n; i++)
        if (!hearth__is_alpha(s[i]) && !hearth__is_digit(s[i]) &&
            strchr("-_.", s[i]) == NULL)
            return false;
    return n > 0 && n <= 64;
}

/* With defaults filled in; what is wrong, or NULL. */
static const char *objection(hearth_limit_opts *o)
{
    if (o->name == NULL)
        o->name = "default";
    if (o->window_s == 0)
        o->window_s = 60;
    if (o->burst == 0)
        o->burst = o->quota;
    if (o->most_known == 0)
        o->most_known = KNOWN;
    if (!is_name(o->name))
        return "`name` is made of 1 to 64 letters, digits, '-', '_' and '.'";
    if (o->quota < 1 || o->quota > MOST_QUOTA)
        return "`quota` is 1 to 1000000000 requests";
    if (o->window_s < 1 || o->window_s > MOST_WINDOW_S)
        return "`window_s` is 1 to 2678400 seconds";
    if (o->quota / SECOND_US > o->window_s)
        return "`quota` is more than a million requests a second";
    if (o->burst < 1 ||
        o->burst > INT64_MAX / 4 / (o->window_s * SECOND_US / o->quota + 1))
        return "`burst` is less than 1, or takes longer than time lasts";
    if (o->most_known > MOST_KNOWN)
        return "`most_known` is at most 16777216 clients";
    return NULL;
}

static hearth_limit *make(const hearth_limit_opts *o, const char *prefix)
{
    hearth_limit *l = calloc(1, sizeof *l);

    if (l == NULL)
        return NULL;
    l->rate.step_us = o->window_s * SECOND_US / o->quota;
    if (l->rate.step_us == 0)
        l->rate.step_us = 1;
    l->rate.depth_us = l->rate.step_us * o->burst;
    l->quota = o->quota;
    l->window_s = o->window_s;
    l->who = o->who;
    l->each_route = o->each_route;
    l->quiet = o->quiet;
    l->name = strdup(o->name);
    l->prefix = prefix == NULL ? NULL : strdup(prefix);
    l->buckets = hearth__buckets_new(o->most_known);
    if (l->name != NULL && l->buckets != NULL && (prefix == NULL || l->prefix != NULL))
        return l;
    destroy(l);
    return NULL;
}

/* In the order in which they were added. */
static void append(hearth_app *app, hearth_limit *l)
{
    hearth_limit **at = &app->limits.first;

    while (*at != NULL)
        at = &(*at)->next;
    *at = l;
    if (l->prefix != NULL)
        app->limits.on_paths = true;
}

static int add(hearth_app *app, const char *what, const char *prefix,
               const hearth_limit_opts *given, size_t size, hearth_limit **out)
{
    hearth_limit_opts o = {0};
    const char *why;
    hearth_limit *l;

    HEARTH_TRY(hearth__app_setup_check(app, what));
    if (given != NULL)
        memcpy(&o, given, size < sizeof o ? size : sizeof o);
    why = objection(&o);
    if (why != NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL, "%s: %s", what, why);
    l = make(&o, prefix);
    if (l == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM, "%s: out of memory", what);
    append(app, l);
    if (out != NULL)
        *out = l;
    return 0;
}

int hearth_use_limit_at_sized(hearth_app *app, const char *prefix,
                              const hearth_limit_opts *o, size_t size)
{
    char path[1024];
    size_t n = prefix == NULL ? 0 : strlen(prefix);

    if (n > 0 && prefix[n - 1] == '/')
        n--;
    if (n >= sizeof path ||
        (n > 0 && (prefix[0] != '/' || strpbrk(prefix, "{}?#%") != NULL)))
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL,
            "hearth_use_limit_at: the prefix is no plain path like \"/api\"");
    if (n > 0)
        memcpy(path, prefix, n);
    path[n] = '\0';
    return add(app, "hearth_use_limit_at", path, o, size, NULL);
}

hearth_limit *hearth_limit_new_sized(hearth_app *app, const hearth_limit_opts *o,
                                     size_t size)
{
    hearth_limit *l = NULL;

    (void)add(app, "hearth_limit_new", NULL, o, size, &l);
    return l;
}

/* ---- keys ------------------------------------------------------------------------- */

/* False: this client is not counted. */
static bool put_address(hearth__buf *key, const hearth_ctx *c)
{
    hearth__ip ip = c->origin.ip;

    if (c->origin.client == HEARTH__CLIENT_UNKNOWN) {
        hearth__buf_char(key, '?');
        return true;
    }
    if (c->origin.client == HEARTH__CLIENT_PEER &&
        !hearth__ip_of(&ip, c->peer, c->peer_len))
        return false;
    hearth__buf_char(key, 'a');
    hearth__buf_add(key, ip.b, hearth__ip_is_v4(&ip) ? sizeof ip.b : 8);
    return true;
}

static bool put_key(hearth__buf *key, hearth_ctx *c, const hearth_limit *l,
                    const char *who)
{
    if (l->each_route) {
        hearth__buf_char(key, 'r');
        hearth__buf_add(key, &c->match.route, sizeof c->match.route);
    }
    if (who == NULL && l->who != NULL)
        who = l->who(c);
    if (who == NULL)
        return put_address(key, c);
    hearth__buf_char(key, 'w');
    hearth__buf_text(key, who);
    return true;
}

/* ---- asking ----------------------------------------------------------------------- */

static int64_t now_us(const hearth_ctx *c)
{
    return hearth__clock_us() + atomic_load(&c->app->ahead_us);
}

static int64_t seconds(int64_t us)
{
    return us / SECOND_US + (us % SECOND_US != 0);
}

static int put_fields(hearth_ctx *c, const hearth_limit *l, const hearth__drawn *t)
{
    hearth__buf policy, state;

    if (l->quiet)
        return 0;
    hearth__buf_init(&policy, &c->arena, 0);
    hearth__buf_init(&state, &c->arena, 0);
    hearth__buf_f(&policy, "\"%s\";q=%lld;w=%lld", l->name, (long long)l->quota,
                  (long long)l->window_s);
    hearth__buf_f(&state, "\"%s\";r=%lld;t=%lld", l->name, (long long)t->left,
                  (long long)seconds(t->full_us));
    if (policy.failed || state.failed)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__res_add(&c->res, &c->arena, HEARTH__S("RateLimit-Policy"),
                               hearth__buf_view(&policy)));
    return hearth__res_add(&c->res, &c->arena, HEARTH__S("RateLimit"),
                           hearth__buf_view(&state));
}

/* One line a second, whatever happens. */
static void tell_log(hearth_ctx *c, hearth_limit *l, int64_t now)
{
    long long told = atomic_load(&l->told_us);
    int untold;

    if ((told != 0 && now - told < TELL_US) ||
        !atomic_compare_exchange_strong(&l->told_us, &told, now)) {
        atomic_fetch_add(&l->untold, 1);
        return;
    }
    untold = atomic_exchange(&l->untold, 0);
    if (untold == 0)
        hearth_logf(c, HEARTH_LOG_WARN, "the limit \"%s\" is hit by %s", l->name,
                    hearth_peer(c));
    else
        hearth_logf(c, HEARTH_LOG_WARN,
                    "the limit \"%s\" is hit by %s, and was %d times more since the last "
                    "such line",
                    l->name, hearth_peer(c), untold);
}

static int refuse(hearth_ctx *c, hearth_limit *l, const hearth__drawn *t, int64_t now)
{
    hearth__buf b;
    int64_t wait_s = t->retry_us == INT64_MAX ? l->window_s : seconds(t->retry_us);

    tell_log(c, l, now);
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_int(&b, wait_s);
    if (b.failed)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__res_put(&c->res, &c->arena, HEARTH__S("Retry-After"),
                               hearth__buf_view(&b)));
    return hearth__tell(c, 0, 429, "too many requests; try again in %lld second%s",
                        (long long)wait_s, wait_s == 1 ? "" : "s");
}

static int take(hearth_ctx *c, hearth_limit *l, const hearth__buf *key)
{
    int64_t now = now_us(c);
    hearth__drawn t =
        hearth__buckets_take(l->buckets, &l->rate, key->ptr, key->len, 1, now);

    HEARTH_TRY(put_fields(c, l, &t));
    return t.ok ? 0 : refuse(c, l, &t, now);
}

int hearth_limit_take(hearth_ctx *c, hearth_limit *limit, const char *who)
{
    hearth__buf key;

    if (limit == NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_limit_take: the limit is NULL; hearth_limit_new() "
                            "said why in the log");
    hearth__buf_init(&key, &c->arena, 0);
    if (!put_key(&key, c, limit, who))
        return 0;
    return key.failed ? HEARTH_ENOMEM : take(c, limit, &key);
}

static bool covers(const hearth_limit *l, hearth_str path)
{
    size_t n = l->prefix == NULL ? 0 : strlen(l->prefix);

    return l->prefix != NULL && path.len >= n && memcmp(path.ptr, l->prefix, n) == 0 &&
           (path.len == n || path.ptr[n] == '/');
}

int hearth__limit_request(hearth_ctx *c)
{
    for (hearth_limit *l = c->app->limits.first; l != NULL; l = l->next)
        if (covers(l, c->target.path))
            HEARTH_TRY(hearth_limit_take(c, l, NULL));
    return 0;
}

/* ---- logins ----------------------------------------------------------------------- */

int hearth_use_login_limit_sized(hearth_app *app, const hearth_login_limit_opts *o,
                                 size_t size)
{
    hearth_login_limit_opts opts = {0};
    hearth_limit_opts account = {.name = "login-account", .quota = 10};
    hearth_limit_opts address = {.name = "login-address", .quota = 50};

    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    if (app->limits.account != NULL)
        return hearth__app_setup_failed(app, HEARTH_ECONFLICT,
                                        "hearth_use_login_limit: it is set up already");
    if (opts.per_account != 0)
        account.quota = opts.per_account;
    if (opts.per_address != 0)
        address.quota = opts.per_address;
    account.window_s = address.window_s = opts.window_s == 0 ? 900 : opts.window_s;
    account.most_known = address.most_known = opts.most_known;
    account.quiet = address.quiet = true;
    HEARTH_TRY(add(app, "hearth_use_login_limit", NULL, &address, sizeof address,
                   &app->limits.address));
    return add(app, "hearth_use_login_limit", NULL, &account, sizeof account,
               &app->limits.account);
}

static void put_account(hearth__buf *key, const char *account)
{
    hearth__buf_char(key, 'w');
    for (const char *p = account; *p != '\0'; p++)
        hearth__buf_char(key, hearth__lower(*p));
}

int hearth_login_attempt(hearth_ctx *c, const char *account)
{
    hearth__app_limits *l = &c->app->limits;
    hearth__buf key;

    if (account == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_login_attempt: account is NULL");
    if (l->account == NULL)
        return hearth__note(c, HEARTH_ESTATE,
                            "hearth_login_attempt: call hearth_use_login_limit() at "
                            "set-up");
    HEARTH_TRY(hearth_limit_take(c, l->address, NULL));
    hearth__buf_init(&key, &c->arena, 0);
    put_account(&key, account);
    return key.failed ? HEARTH_ENOMEM : take(c, l->account, &key);
}

void hearth_login_succeeded(hearth_ctx *c, const char *account)
{
    const hearth__app_limits *l = &c->app->limits;
    hearth__buf key, place;

    if (account == NULL || l->account == NULL)
        return;
    hearth__buf_init(&key, &c->arena, 0);
    hearth__buf_init(&place, &c->arena, 0);
    put_account(&key, account);
    if (!key.failed)
        hearth__buckets_refill(l->account->buckets, key.ptr, key.len);
    if (put_key(&place, c, l->address, NULL) && !place.failed)
        hearth__buckets_give(l->address->buckets, &l->address->rate, place.ptr, place.len,
                             1);
}
