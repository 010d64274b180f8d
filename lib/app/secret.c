/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Signing and sealing for handlers.  Where the secrets come from is lib/boot's to find
 * out; that there are to be any is said at set-up, so that a program cannot lack them for
 * the first time in production.
 */
#include "core/secret.h"
#include "app/app.h"
#include "app/ctx.h"
#include "app/problem.h"
#include "app/shown.h"
#include "core/clock.h"
#include "core/rand.h"
#include "core/str.h"

#include <hearth/secret.h>

int hearth_use_secrets(hearth_app *app)
{
    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_secrets"));
    app->wants_secrets = true;
    return 0;
}

int hearth_secret_make(char out[HEARTH_SECRET_SIZE])
{
    _Static_assert(HEARTH_SECRET_SIZE == HEARTH__SECRET_TEXT + 1, "one size of texts");
    HEARTH_TRY(hearth__rand_init());
    hearth__secret_make(out);
    return 0;
}

bool hearth_secret_equal(const char *a, const char *b)
{
    return a != NULL && b != NULL &&
           hearth__secret_equal(hearth__str_of(a), hearth__str_of(b));
}

/* ---- per request ------------------------------------------------------------------- */

static int check_ready(hearth_ctx *c, const char *who, const char *purpose)
{
    if (c->app->secrets.n == 0)
        return hearth__note(c, HEARTH_ESTATE,
                            "%s: the application has no secret: call "
                            "hearth_use_secrets() before it starts",
                            who);
    if (purpose == NULL || purpose[0] == '\0')
        return hearth__note(c, HEARTH_ESTATE, "%s: the purpose is empty", who);
    return 0;
}

/* False: there is no such time. */
static bool expiry(int64_t ttl_s, int64_t *expires_s)
{
    int64_t now_s = hearth__clock_wall_us() / 1000000;

    *expires_s = 0;
    if (ttl_s == HEARTH_NO_EXPIRY)
        return true;
    if (ttl_s <= 0 || ttl_s >= INT64_MAX - now_s)
        return false;
    *expires_s = now_s + ttl_s;
    return true;
}

typedef void make_fn(const hearth__keyring *r, hearth_str purpose, int64_t expires_s,
                     hearth_str value, hearth__arena *a, hearth__buf *out);
typedef hearth__secret_fault read_fn(const hearth__keyring *r, hearth_str purpose,
                                     int64_t now_s, hearth_str text, hearth__arena *a,
                                     hearth_str *value);

static const char *make(hearth_ctx *c, make_fn *fn, const char *who, const char *purpose,
                        const void *value, size_t n, int64_t ttl_s)
{
    int64_t expires_s;
    hearth__buf b;

    if (check_ready(c, who, purpose) != 0)
        return NULL;
    if (value == NULL || ttl_s < HEARTH_NO_EXPIRY || !expiry(ttl_s, &expires_s)) {
        hearth__note(c, HEARTH_EINVAL,
                     "%s: needs a value, and at least 1 second or HEARTH_NO_EXPIRY", who);
        return NULL;
    }
    hearth__buf_init(&b, &c->arena, 0);
    fn(&c->app->secrets, hearth__str_of(purpose), expires_s, hearth__str(value, n),
       &c->arena, &b);
    return b.failed ? NULL : b.ptr;
}

static int unmake(hearth_ctx *c, read_fn *fn, const char *who, const char *purpose,
                  const char *text, hearth_str *value)
{
    hearth__secret_fault fault;

    HEARTH_TRY(check_ready(c, who, purpose));
    hearth__shown_hide(c, hearth__str_of(text));
    fault = fn(&c->app->secrets, hearth__str_of(purpose),
               hearth__clock_wall_us() / 1000000, hearth__str_of(text), &c->arena, value);
    if (fault == HEARTH__SECRET_SOUND)
        return 0;
    if (fault == HEARTH__SECRET_NO_MEMORY)
        return HEARTH_ENOMEM;
    hearth_logf(c, HEARTH_LOG_DEBUG, "%s: a value for \"%s\" is refused: %s", who,
                purpose, hearth__secret_why(fault));
    return HEARTH_EINVAL;
}

const char *hearth_signn(hearth_ctx *c, const char *purpose, const void *value, size_t n,
                         int64_t ttl_s)
{
    return make(c, hearth__secret_sign, "hearth_sign", purpose, value, n, ttl_s);
}

const char *hearth_sign(hearth_ctx *c, const char *purpose, const char *value,
                        int64_t ttl_s)
{
    return hearth_signn(c, purpose, value, hearth__str_of(value).len, ttl_s);
}

int hearth_unsign(hearth_ctx *c, const char *purpose, const char *text, hearth_str *value)
{
    return unmake(c, hearth__secret_unsign, "hearth_unsign", purpose, text, value);
}

const char *hearth_sealn(hearth_ctx *c, const char *purpose, const void *value, size_t n,
                         int64_t ttl_s)
{
    return make(c, hearth__secret_seal, "hearth_seal", purpose, value, n, ttl_s);
}

const char *hearth_seal(hearth_ctx *c, const char *purpose, const char *value,
                        int64_t ttl_s)
{
    return hearth_sealn(c, purpose, value, hearth__str_of(value).len, ttl_s);
}

int hearth_unseal(hearth_ctx *c, const char *purpose, const char *text, hearth_str *value)
{
    return unmake(c, hearth__secret_unseal, "hearth_unseal", purpose, text, value);
}
