/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Users without memory: whichever allocation fails, what was asked for is done, or the
 * client is told 503; nobody is let in who may not.
 */

#include "auth_kit.h"
#include "fault.h"
#include "suite.h"

#include "app/ctx.h"
#include "core/str.h"
#include "transport/loopback.h"

static int register_(hearth_ctx *c)
{
    HEARTH_TRY(
        hearth_user_register(c, "ada", "ada@example.org", "analytical engine", NULL));
    return hearth_text(c, 200, "ok");
}

static int login(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_login(c, "ada", "analytical engine", true, NULL));
    return hearth_text(c, 200, "ok");
}

static int wrong(hearth_ctx *c)
{
    return hearth_user_login(c, "ada", "wrong", true, NULL);
}

static int change(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_change_password(c, "analytical engine", "difference engine"));
    return hearth_text(c, 200, "ok");
}

static int forgot(hearth_ctx *c)
{
    const hearth_user *u;
    const char *token;

    HEARTH_TRY(hearth_user_reset_begin(c, "ada", &u, &token));
    return hearth_text(c, 200, token == NULL ? "(none)" : token);
}

static int grant(hearth_ctx *c)
{
    HEARTH_TRY(hearth_role_grant(c, 1, "admin"));
    return hearth_text(c, 200, "ok");
}

static int admins(hearth_ctx *c)
{
    HEARTH_TRY(hearth_require_role(c, "admin"));
    return hearth_text(c, 200, "ok");
}

static int everywhere(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_logout_everywhere(c));
    return hearth_text(c, 200, "ok");
}

static int reset(hearth_ctx *c)
{
    const hearth_user *u;
    const char *token;

    HEARTH_TRY(hearth_user_reset_begin(c, "ada", &u, &token));
    HEARTH_TRY(hearth_user_reset(c, token, "difference engine"));
    return hearth_text(c, 200, "ok");
}

static int inactive(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_set_active(c, 1, false));
    return hearth_text(c, 200, "ok");
}

static int logout(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_logout(c));
    return hearth_text(c, 200, "ok");
}

static int deploy(hearth_ctx *c)
{
    HEARTH_TRY(hearth_role_allow(c, "admin", "deploy"));
    HEARTH_TRY(hearth_require_permission(c, "deploy"));
    HEARTH_TRY(hearth_role_forbid(c, "admin", "deploy"));
    HEARTH_TRY(hearth_role_withdraw(c, 1, "admin"));
    return hearth_text(c, 200, "ok");
}

static int by_name(hearth_ctx *c)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_by_name(c, "ADA@example.org", &u));
    HEARTH_TRY(hearth_user_by_id(c, u->id, &u));
    return hearth_text(c, 200, u->name);
}

static hearth_handler *const members[] = {hearth_require_login, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/register", register_),
    HEARTH_GET("/login", login),
    HEARTH_GET("/wrong", wrong),
    HEARTH_GET("/change", change),
    HEARTH_GET("/forgot", forgot),
    HEARTH_GET("/grant", grant),
    HEARTH_GET("/admins", admins),
    HEARTH_GET("/everywhere", everywhere),
    HEARTH_GET("/reset", reset),
    HEARTH_GET("/inactive", inactive),
    HEARTH_GET("/logout", logout),
    HEARTH_GET("/deploy", deploy),
    HEARTH_GET("/by-name", by_name),
    HEARTH_GET("/members", grant, .use = members),
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

static int step_at(auth_kit *k, const char *target, long n, bool *hit)
{
    const hearth__field field = {HEARTH__S("Cookie"), hearth__str_of(k->cookie)};
    const hearth__loop_call call = {.method = HEARTH__S("GET"),
                                    .target = hearth__str_of(target),
                                    .field = &field,
                                    .nfields = 1};
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

static void open_quiet(auth_kit *k)
{
    hearth_app *app = auth_app();

    ck_assert_int_eq(hearth_use_passwords(app, &(hearth_password_opts){.memory_kib = 7168,
                                                                       .passes = 5}),
                     0);
    ck_assert_int_eq(hearth_use_users(app, NULL), 0);
    auth_open(k, app, routes);
}

static const struct {
    const char *target;
    int status;
    bool known, logged_in, admin;
} steps[] = {
    {"/register", 200, false, false, false}, {"/login", 200, true, false, false},
    {"/wrong", 401, true, false, false},     {"/change", 200, true, true, false},
    {"/forgot", 200, true, false, false},    {"/grant", 200, true, false, false},
    {"/admins", 403, true, true, false},     {"/admins", 200, true, true, true},
    {"/admins", 401, true, false, false},    {"/everywhere", 200, true, true, false},
    {"/members", 401, true, false, false},   {"/members", 200, true, true, false},
    {"/reset", 200, true, false, false},     {"/inactive", 200, true, true, false},
    {"/logout", 200, true, true, false},     {"/deploy", 403, true, true, false},
    {"/deploy", 200, true, true, true},      {"/by-name", 200, true, false, false},
};
#define STEPS ((int)(sizeof steps / sizeof steps[0]))

START_TEST(a_step_is_done_or_503)
{
    int refused = 0;
    bool hit = true;

    for (long n = 0; hit; n++) {
        auth_kit k;

        open_quiet(&k);
        if (steps[_i].known)
            auth_do(&k, "/register", 200, NULL);
        if (steps[_i].logged_in)
            auth_keep(&k, auth_do(&k, "/login", 200, NULL));
        if (steps[_i].admin)
            auth_do(&k, "/grant", 200, NULL);
        int status = step_at(&k, steps[_i].target, n, &hit);

        ck_assert_msg(status == steps[_i].status || status == 503 || status == 0,
                      "%s at %ld: %d", steps[_i].target, n, status);
        refused += status == 503;
        auth_close(&k);
    }
    ck_assert_int_gt(refused, 3);
}
END_TEST

START_TEST(set_up_says_that_there_is_no_memory)
{
    bool hit = true;
    long n = 0;

    for (; hit; n++) {
        hearth_app *app = auth_app();

        fault_at(n);
        int rc = hearth_use_users(app, NULL);

        hit = fault_hit();
        ck_assert_msg(hit ? rc != 0 : rc == 0, "at %ld: %d", n, rc);
        hearth_app_free(app);
    }
    ck_assert_int_gt(n, 5);
}
END_TEST

SUITE("fault/users",
      LOOP(a_step_is_done_or_503, 0, STEPS) TEST(set_up_says_that_there_is_no_memory))
