/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Tokens without memory: whichever allocation fails, the client is told 200 and it
 * happened, or 503; and what was good once is not good twice.
 */

#include "auth_kit.h"
#include "fault.h"
#include "suite.h"

#include "app/ctx.h"
#include "core/clock.h"
#include "core/otp.h"
#include "core/str.h"
#include "transport/loopback.h"

#include <hearth/totp.h>

static int make(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(hearth_token_make(c, "reset", "7", 100, &text));
    return hearth_text(c, 200, text);
}

static int take(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_token_take(c, "reset", hearth_query(c, "t", NULL), &user));
    return hearth_text(c, 200, user);
}

static int peek(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_token_peek(c, "reset", hearth_query(c, "t", NULL), &user));
    return hearth_text(c, 200, user);
}

static int forget(hearth_ctx *c)
{
    HEARTH_TRY(hearth_forget(c));
    return hearth_text(c, 200, "ok");
}

static int revoke(hearth_ctx *c)
{
    const hearth_bearer_info *list;
    size_t n;

    HEARTH_TRY(hearth_bearers_list(c, "7", &list, &n));
    if (n > 0)
        HEARTH_TRY(hearth_bearer_revoke(c, "7", list[0].handle));
    HEARTH_TRY(hearth_tokens_revoke(c, NULL, "7"));
    return hearth_text(c, 200, "ok");
}

static int remember(hearth_ctx *c)
{
    HEARTH_TRY(hearth_remember(c, "7", 0));
    return hearth_text(c, 200, "ok");
}

static int who(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_remembered(c, &user));
    return hearth_text(c, 200, user == NULL ? "(nobody)" : user);
}

static int bearer_make(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(hearth_bearer_make(c, "7", NULL, &text));
    return hearth_text(c, 200, text);
}

static int bearer(hearth_ctx *c)
{
    const hearth_bearer_info *list;
    const char *user;
    size_t n;

    HEARTH_TRY(hearth_bearer(c, NULL, &user));
    HEARTH_TRY(hearth_bearers_list(c, user, &list, &n));
    return hearth_textf(c, 200, "%s", user);
}

static int basic(hearth_ctx *c)
{
    const char *name, *password;

    HEARTH_TRY(hearth_basic(c, "here", &name, &password));
    return hearth_text(c, 200, name);
}

/* The right code, without a memory of its own. */
static int totp(hearth_ctx *c)
{
    static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    unsigned char key[HEARTH__OTP_KEY];
    char code[HEARTH__OTP_DIGITS + 1];

    if (!hearth__otp_key(hearth__str_of(secret), key))
        return 500;
    HEARTH_TRY(hearth__otp_code(key, (uint64_t)hearth__clock_wall_us() / 30000000, code));
    HEARTH_TRY(hearth_totp_verify(c, "7", secret, code));
    return hearth_text(c, 200, "ok");
}

static int recovery(hearth_ctx *c)
{
    const char *const *codes;

    HEARTH_TRY(hearth_recovery_make(c, "7", &codes));
    HEARTH_TRY(hearth_recovery_take(c, "7", codes[9]));
    return hearth_text(c, 200, "ok");
}

static const hearth_route routes[] = {
    HEARTH_GET("/make", make),
    HEARTH_GET("/take", take),
    HEARTH_GET("/peek", peek),
    HEARTH_GET("/forget", forget),
    HEARTH_GET("/revoke", revoke),
    HEARTH_GET("/remember", remember),
    HEARTH_GET("/who", who),
    HEARTH_GET("/bearer/make", bearer_make),
    HEARTH_GET("/bearer", bearer),
    HEARTH_GET("/basic", basic),
    HEARTH_GET("/totp", totp),
    HEARTH_GET("/recovery", recovery),
    HEARTH_END,
};

/* A context in whose arena next to nothing fits, so that each allocation is one. */
static void narrow(hearth__ctx_cache *cache, hearth_app *app)
{
    hearth_ctx *c = hearth__ctx_take(cache, app);

    ck_assert_ptr_nonnull(c);
    hearth__arena_clear(&c->arena);
    hearth__arena_init(&c->arena, 16);
    hearth__ctx_put(cache, c);
}

/* The status; 0 when there was not even an answer.  *hit: an allocation failed. */
static int step_at(auth_kit *k, const char *target, long n, bool *hit)
{
    hearth__field field[] = {{HEARTH__S("Cookie"), hearth__str_of(k->cookie)},
                             {HEARTH__S("Authorization"), hearth__str_of(k->field)}};
    const hearth__loop_call call = {.method = HEARTH__S("GET"),
                                    .target = hearth__str_of(target),
                                    .field = field,
                                    .nfields = k->field == NULL ? 1 : 2};
    hearth__loop_answer answer;
    hearth__ctx_cache cache = {.max = 1};
    hearth__arena a;
    int status = 0;

    narrow(&cache, k->app);
    hearth__arena_init(&a, 1 << 16);
    (void)hearth__arena_raw(&a, 1);
    fault_at(n);
    if (hearth__loopback_call(k->app, &cache, &a, &call, &answer) == 0)
        status = answer.status;
    *hit = fault_hit();
    hearth__arena_clear(&a);
    hearth__ctx_cache_clear(&cache);
    return status;
}

static const char *const steps[] = {"/make",   "/take",   "/peek",        "/remember",
                                    "/who",    "/forget", "/bearer/make", "/bearer",
                                    "/revoke", "/basic",  "/totp",        "/recovery"};
#define STEPS ((int)(sizeof steps / sizeof steps[0]))

static void prepare(auth_kit *k, const char *step, char *target, char *field, size_t max)
{
    hearth_app *app = auth_app();

    ck_assert_int_eq(hearth_use_tokens(app), 0);
    auth_open(k, app, routes);
    snprintf(target, max, "%s", step);
    if (strcmp(step, "/take") == 0 || strcmp(step, "/peek") == 0)
        snprintf(target, max, "%s?t=%s", step, auth_do(k, "/make", 200, NULL)->body.ptr);
    if (strcmp(step, "/who") == 0 || strcmp(step, "/forget") == 0)
        auth_keep(k, auth_do(k, "/remember", 200, NULL));
    snprintf(field, max, "Basic YWRhOmxvdmVsYWNl");
    if (strcmp(step, "/bearer") == 0 || strcmp(step, "/revoke") == 0)
        snprintf(field, max, "Bearer %s",
                 auth_do(k, "/bearer/make", 200, NULL)->body.ptr);
    k->field = field;
}

START_TEST(a_step_is_done_or_503)
{
    int refused = 0;
    bool hit = true;

    for (long n = 0; hit; n++) {
        char target[128], field[128];
        auth_kit k;

        prepare(&k, steps[_i], target, field, sizeof target);
        int status = step_at(&k, target, n, &hit);

        ck_assert_msg(status == 200 || status == 503 || status == 0, "%s at %ld: %d",
                      steps[_i], n, status);
        refused += status == 503;
        k.field = NULL;
        if (strcmp(steps[_i], "/take") == 0 && status == 200)
            auth_do(&k, target, 400, NULL);
        auth_close(&k);
    }
    ck_assert_int_gt(refused, 3);
}
END_TEST

SUITE("fault/token", LOOP(a_step_is_done_or_503, 0, STEPS))
