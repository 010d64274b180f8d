/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Tokens without memory: set-up refuses with a sentence, and whichever allocation of a request
 * fails, the client is told 200 and it is so, or 503.
 */

#include "fault.h"
#include "jwt_kit.h"
#include "suite.h"

#include "app/ctx.h"
#include "transport/loopback.h"

#include <hearth.h>
#include <hearth/client.h>
#include <stdio.h>

static const hearth_jwt_key ring[] = {
    {.kid = "a", .text = ED_JWK},
    {.text = "{\"keys\":[" ED_PUBLIC_JWK "," EC_JWK "]}"},
    {.kid = "b", .text = ED_PEM},
    {.kid = NULL},
};
static const hearth_jwt_opts opts = {.alg = HEARTH_JWT_EDDSA,
                                     .keys = ring,
                                     .issuer = "i",
                                     .audience = "a",
                                     .type = "t",
                                     .required = "sub"};

static const hearth_jwt *jwt_of(hearth_ctx *c)
{
    const hearth_jwt *const *jwt = hearth_state(c);

    return *jwt;
}

static int make(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(hearth_jwt_sign(c, jwt_of(c), json_pack("{s:s}", "sub", "7"), 60, &text));
    return hearth_text(c, 200, text);
}

static int who(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_jwt_claims(c)->sub);
}

static int keys(hearth_ctx *c)
{
    return hearth_jwt_keys(c, jwt_of(c));
}

static const hearth_route routes[] = {
    HEARTH_GET("/make", make),
    HEARTH_GET("/api/who", who),
    HEARTH_GET("/keys", keys),
    HEARTH_END,
};

/* NULL: out of memory, and it said so. */
static hearth_app *open_app(hearth_jwt **jwt)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.state = jwt});

    if (app == NULL)
        return NULL;
    *jwt = hearth_jwt_new(app, &opts);
    if (*jwt != NULL && hearth_use_jwt_at(app, "/api", *jwt, NULL) == HEARTH_ENOMEM)
        *jwt = NULL;
    if (*jwt != NULL && hearth_mount(app, "", routes) == 0)
        return app;
    hearth_app_free(app);
    return NULL;
}

START_TEST(set_up_is_done_or_refused)
{
    int refused = 0;
    bool hit = true;

    for (long n = 0; hit; n++) {
        hearth_jwt *jwt = NULL;
        hearth_app *app;

        fault_at(n);
        app = open_app(&jwt);
        hit = fault_hit();
        refused += app == NULL;
        ck_assert(hit || app != NULL);
        hearth_app_free(app);
    }
    ck_assert_int_gt(refused, 20);
}
END_TEST

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
static int step_at(hearth_app *app, const char *target, const char *field, long n,
                   bool *hit)
{
    const hearth__field fields[] = {{HEARTH__S("Authorization"), hearth__str_of(field)}};
    const hearth__loop_call call = {.method = HEARTH__S("GET"),
                                    .target = hearth__str_of(target),
                                    .field = fields,
                                    .nfields = 1};
    hearth__loop_answer answer;
    hearth__ctx_cache cache = {.max = 1};
    hearth__arena a;
    int status = 0;

    narrow(&cache, app);
    hearth__arena_init(&a, 1 << 16);
    (void)hearth__arena_raw(&a, 1);
    fault_at(n);
    if (hearth__loopback_call(app, &cache, &a, &call, &answer) == 0)
        status = answer.status;
    *hit = fault_hit();
    hearth__arena_clear(&a);
    hearth__ctx_cache_clear(&cache);
    return status;
}

static const char *const steps[] = {"/make", "/api/who", "/keys"};

START_TEST(a_step_is_done_or_503)
{
    char field[1024];
    hearth_jwt *jwt = NULL;
    hearth_app *app = open_app(&jwt);
    hearth_client *t = hearth_client_new(app);
    int refused = 0;
    bool hit = true;

    ck_assert_ptr_nonnull(t);
    snprintf(field, sizeof field, "Bearer %s", hearth_call_get(t, "/make")->body.ptr);
    for (long n = 0; hit; n++) {
        int status = step_at(app, steps[_i], field, n, &hit);

        ck_assert_msg(status == 200 || status == 503 || status == 0, "%s at %ld: %d",
                      steps[_i], n, status);
        refused += status == 503;
    }
    ck_assert_int_gt(refused, 3);
    hearth_client_free(t);
}
END_TEST

SUITE("fault/jwt", TEST(set_up_is_done_or_refused) LOOP(a_step_is_done_or_503, 0, 3))
