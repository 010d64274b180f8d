/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Accounts over HTTP, from the registration to the door that stays shut. */

#include "auth_kit.h"
#include "suite.h"

#include "app/app.h"
#include "auth/password.h"

static const char *form(hearth_ctx *c, const char *name)
{
    return hearth_form(c, name, NULL);
}

static int done(hearth_ctx *c, int rc)
{
    return rc != 0 ? rc : hearth_text(c, 200, "ok");
}

static int register_(hearth_ctx *c)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_register(c, form(c, "name"), form(c, "email"),
                                    form(c, "password"), &u));
    return hearth_textf(c, 201, "%s %s %s", u->key, u->name,
                        u->email == NULL ? "-" : u->email);
}

static int login(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_login(c, form(c, "name"), form(c, "password"),
                                 form(c, "remember") != NULL, NULL));
    return hearth_redirect(c, hearth_login_next(c, "/me"));
}

static int login_page(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_login_next(c, "(none)"));
}

static int me(hearth_ctx *c)
{
    const hearth_user *u, *again;

    HEARTH_TRY(hearth_user_current(c, &u));
    HEARTH_TRY(hearth_user_current(c, &again));
    if (u != again)
        return 500;
    return hearth_text(c, 200, u == NULL ? "(nobody)" : u->name);
}

static int logout(hearth_ctx *c)
{
    return done(c, hearth_user_logout(c));
}

static int everywhere(hearth_ctx *c)
{
    return done(c, hearth_user_logout_everywhere(c));
}

static int change(hearth_ctx *c)
{
    return done(c, hearth_user_change_password(c, form(c, "old"), form(c, "password")));
}

static int forgot(hearth_ctx *c)
{
    const hearth_user *u;
    const char *token;

    HEARTH_TRY(hearth_user_reset_begin(c, form(c, "name"), &u, &token));
    return hearth_textf(c, 200, "%s", token == NULL ? "(none)" : token);
}

static int reset(hearth_ctx *c)
{
    return done(c, hearth_user_reset(c, form(c, "token"), form(c, "password")));
}

static int grant(hearth_ctx *c)
{
    return done(c, hearth_role_grant(c, hearth_param_int(c, "id"), form(c, "role")));
}

static int withdraw(hearth_ctx *c)
{
    return done(c, hearth_role_withdraw(c, hearth_param_int(c, "id"), form(c, "role")));
}

static int allow(hearth_ctx *c)
{
    return done(c, hearth_role_allow(c, form(c, "role"), form(c, "may")));
}

static int forbid(hearth_ctx *c)
{
    return done(c, hearth_role_forbid(c, form(c, "role"), form(c, "may")));
}

static int active(hearth_ctx *c)
{
    return done(c, hearth_user_set_active(c, hearth_param_int(c, "id"),
                                          form(c, "active") != NULL));
}

static int by_name(hearth_ctx *c)
{
    const hearth_user *u, *same;

    HEARTH_TRY(hearth_user_by_name(c, hearth_query(c, "name", NULL), &u));
    HEARTH_TRY(hearth_user_by_id(c, u->id, &same));
    return hearth_text(c, 200, same->key);
}

static int secret(hearth_ctx *c)
{
    return hearth_text(c, 200, "secret");
}

static int admins(hearth_ctx *c)
{
    HEARTH_TRY(hearth_require_role(c, "admin"));
    return hearth_next(c);
}

static int deploy(hearth_ctx *c)
{
    HEARTH_TRY(hearth_require_permission(c, "deploy"));
    return hearth_text(c, 200, "deployed");
}

static int declines(hearth_ctx *c)
{
    (void)c;
    return HEARTH_DECLINED;
}

static hearth_handler *const for_admins[] = {admins, NULL};
static hearth_handler *const for_members[] = {hearth_require_login, NULL};

static const hearth_route open_routes[] = {
    HEARTH_POST("/register", register_),
    HEARTH_POST("/login", login),
    HEARTH_GET("/login", login_page),
    HEARTH_GET("/me", me),
    HEARTH_POST("/logout", logout),
    HEARTH_POST("/everywhere", everywhere),
    HEARTH_POST("/change", change),
    HEARTH_POST("/forgot", forgot),
    HEARTH_POST("/reset", reset),
    HEARTH_POST("/users/{id:int}/grant", grant),
    HEARTH_POST("/users/{id:int}/withdraw", withdraw),
    HEARTH_POST("/users/{id:int}/active", active),
    HEARTH_POST("/allow", allow),
    HEARTH_POST("/forbid", forbid),
    HEARTH_GET("/by-name", by_name),
    HEARTH_END,
};

static const hearth_route routes[] = {
    HEARTH_GROUP("", open_routes, .anonymous = true),
    HEARTH_GET("/members", secret, .use = for_members),
    HEARTH_POST("/members", secret, .use = for_members),
    HEARTH_GET("/admin", secret, .use = for_admins),
    HEARTH_GET("/deploy", deploy),
    HEARTH_GET("/plain", secret),
    HEARTH_GET("/odd/{x}", secret),
    HEARTH_GET("/odd/{x:int}", declines, .anonymous = true),
    HEARTH_END,
};

static void open_as(auth_kit *k, hearth_app *app, const hearth_users_opts *o,
                    bool guarded)
{
    ck_assert_int_eq(hearth_use_passwords(app, &(hearth_password_opts){.memory_kib = 7168,
                                                                       .passes = 5}),
                     0);
    ck_assert_int_eq(hearth_use_users(app, o), 0);
    if (guarded)
        ck_assert_int_eq(hearth_use(app, hearth_require_login), 0);
    auth_open(k, app, routes);
}

static void open_with(auth_kit *k, const hearth_users_opts *o, bool guarded)
{
    open_as(k, auth_app(), o, guarded);
}

static void open_kit(auth_kit *k)
{
    open_with(k, NULL, false);
}

#define ADA "name=Ada&email=ada@example.org&password=analytical+engine"

static void open_ada(auth_kit *k)
{
    open_kit(k);
    ck_assert_str_eq(auth_post(k, "/register", ADA, 201)->body.ptr,
                     "1 Ada ada@example.org");
}

static void log_in(auth_kit *k)
{
    auth_keep(k, auth_post(k, "/login", "name=ada&password=analytical+engine", 303));
}

/* ---- accounts -------------------------------------------------------------- */

START_TEST(who_registers_can_log_in_and_out)
{
    auth_kit k;

    open_ada(&k);
    auth_do(&k, "/me", 200, "(nobody)");
    log_in(&k);
    auth_do(&k, "/me", 200, "Ada");
    auth_post(&k, "/logout", "", 200);
    auth_do(&k, "/me", 200, "(nobody)");
    auth_keep(&k, auth_post(&k, "/login",
                            "name=ADA@example.org&password=analytical+engine", 303));
    auth_do(&k, "/me", 200, "Ada");
    auth_do(&k, "/by-name?name=aDa", 200, "1");
    auth_do(&k, "/by-name?name=bob", 404, NULL);
    auth_close(&k);
}
END_TEST

static const struct {
    const char *form;
    int status;
    const char *pointer;
} registrations[] = {
    {"name=ada&email=&password=analytical+engine", 422, "/email"},
    {"password=analytical+engine", 422, "/name"},
    {"name=&password=analytical+engine", 422, "/name"},
    {"name=+ada&password=analytical+engine", 422, "/name"},
    {"name=a%E2%80%AEda&password=analytical+engine", 422, "/name"},
    {"name=a%0Ada&password=analytical+engine", 422, "/name"},
    {"name=eve@example.org&password=analytical+engine", 422, "/name"},
    {"name=eve@example.org&email=eve@example.com&password=analytical+engine", 422,
     "/name"},
    {"name=eve@example.org&email=Eve@example.org&password=analytical+engine", 201, NULL},
    {"name=eve&email=eve&password=analytical+engine", 422, "/email"},
    {"name=eve&password=short", 422, "/password"},
    {"name=eve&password=password1", 422, "/password"},
    {"name=lovelace&password=lovelace12", 422, "/password"},
    {"name=eve", 422, "/password"},
    {"name=aDA&password=analytical+engine", 409, NULL},
    {"name=eve&email=ADA@example.org&password=analytical+engine", 409, NULL},
    {"name=%C3%A9v%C3%A9&password=analytical+engine", 201, NULL},
    {"name=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&"
     "password=analytical+engine",
     422, "/name"},
};
#define REGISTRATIONS ((int)(sizeof registrations / sizeof registrations[0]))

START_TEST(a_registration_is_checked)
{
    auth_kit k;
    const hearth_answer *r;

    open_ada(&k);
    r = auth_post(&k, "/register", registrations[_i].form, registrations[_i].status);
    if (registrations[_i].pointer != NULL)
        ck_assert_str_eq(hearth_answer_at(r, "/errors/0/pointer"),
                         registrations[_i].pointer);
    auth_close(&k);
}
END_TEST

START_TEST(s6_a_login_makes_a_new_session)
{
    char before[512];
    auth_kit k;

    open_ada(&k);
    log_in(&k);
    snprintf(before, sizeof before, "%s", k.cookie);
    log_in(&k);
    ck_assert_str_ne(before, k.cookie);
    snprintf(k.cookie, sizeof k.cookie, "%s", before);
    auth_do(&k, "/me", 200, "(nobody)");
    auth_close(&k);
}
END_TEST

START_TEST(a3_a_login_does_the_same_work_for_everybody)
{
    static const char *const forms[] = {
        "name=ada&password=wrong+password",
        "name=bob&password=wrong+password",
        "name=ada",
        "password=wrong+password",
        "",
        "name=off&password=analytical+engine",
        "name=ada&password=analytical+engine",
    };
    auth_kit k;

    open_ada(&k);
    auth_post(&k, "/register", "name=off&password=analytical+engine", 201);
    auth_post(&k, "/users/2/active", "", 200);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        bool last = i + 1 == sizeof forms / sizeof forms[0];
        atomic_ullong *work = &k.app->passwords->work;

        atomic_store(work, 0);
        const hearth_answer *r = auth_post(&k, "/login", forms[i], last ? 303 : 401);

        ck_assert_uint_eq(atomic_load(work), 7168 * 5);
        if (!last)
            ck_assert_str_eq(hearth_answer_at(r, "/detail"),
                             "The name or the password is wrong.");
    }
    auth_close(&k);
}
END_TEST

START_TEST(l3_what_happens_is_logged_without_secrets)
{
    auth_kit k;

    open_ada(&k);
    auth_post(&k, "/login", "name=ada&password=hunter2hunter2", 401);
    auth_post(&k, "/login", "name=hunter3hunter3&password=x", 401);
    log_in(&k);
    ck_assert(http_logged(k.t, "user \"1\" is registered from"));
    ck_assert(http_logged(k.t, "a login of user \"1\" from"));
    ck_assert(http_logged(k.t, "a login of nobody we know from"));
    ck_assert(http_logged(k.t, "user \"1\" has logged in from"));
    ck_assert(!http_logged(k.t, "hunter"));
    ck_assert(!http_logged(k.t, "engine"));
    ck_assert(!http_logged(k.t, "argon2"));
    ck_assert(!http_logged(k.t, strchr(k.cookie, '=') + 1));
    auth_close(&k);
}
END_TEST

/* ---- tries ------------------------------------------------------------------- */

START_TEST(a2_an_account_has_so_many_tries)
{
    auth_kit k;

    open_with(&k, &(hearth_users_opts){.tries_account = 3, .window_s = 60}, false);
    auth_post(&k, "/register", ADA, 201);
    auth_post(&k, "/login", "name=ada&password=wrong", 401);
    auth_post(&k, "/login", "name=ada@example.org&password=wrong", 401);
    auth_post(&k, "/login", "name=ADA&password=wrong", 401);
    atomic_store(&k.app->passwords->work, 0);
    const hearth_answer *r =
        auth_post(&k, "/login", "name=ada&password=analytical+engine", 429);
    ck_assert_int_gt(strtoll(hearth_answer_header(r, "Retry-After"), NULL, 10), 0);
    ck_assert_uint_eq(atomic_load(&k.app->passwords->work), 0);
    ck_assert(http_logged(k.t, "the limit \"login-account\" is hit"));
    auth_post(&k, "/login", "name=bob&password=wrong", 401);
    auth_later(&k, 61);
    log_in(&k);
    auth_close(&k);
}
END_TEST

/* One that does not exist is shut as well: nobody learns from it. */
START_TEST(a2_a_success_forgets_the_failures)
{
    auth_kit k;

    open_with(&k, &(hearth_users_opts){.tries_account = 3}, false);
    auth_post(&k, "/register", ADA, 201);
    for (int i = 0; i < 3; i++) {
        auth_post(&k, "/login", "name=ada&password=wrong", 401);
        auth_post(&k, "/login", "name=ada&password=wrong", 401);
        log_in(&k);
    }
    for (int i = 0; i < 3; i++)
        auth_post(&k, "/login", "name=bob&password=wrong", 401);
    auth_post(&k, "/login", "name=bob&password=wrong", 429);
    auth_close(&k);
}
END_TEST

/* An application with limits of its own has those. */
START_TEST(a2_limits_that_are_there_stay)
{
    hearth_app *app = auth_app();
    auth_kit k;

    ck_assert_int_eq(hearth_use_login_limit(app,
                                            &(hearth_login_limit_opts){.per_account = 1}),
                     0);
    open_as(&k, app, &(hearth_users_opts){.tries_account = 5}, false);
    auth_post(&k, "/login", "name=bob&password=wrong", 401);
    auth_post(&k, "/login", "name=bob&password=wrong", 429);
    auth_close(&k);
}
END_TEST

START_TEST(a2_an_address_has_so_many_tries)
{
    char form[64];
    auth_kit k;

    open_with(&k, &(hearth_users_opts){.tries_address = 4}, false);
    auth_post(&k, "/register", ADA, 201);
    for (int i = 0; i < 4; i++) {
        snprintf(form, sizeof form, "name=user%d&password=wrong", i);
        auth_post(&k, "/login", form, 401);
    }
    auth_post(&k, "/login", "name=ada&password=analytical+engine", 429);
    ck_assert(http_logged(k.t, "the limit \"login-address\" is hit"));
    auth_close(&k);
}
END_TEST

/* ---- passwords --------------------------------------------------------------- */

START_TEST(s8_a_changed_password_ends_the_other_sessions)
{
    char other[512], remembered[512];
    auth_kit k;

    open_ada(&k);
    log_in(&k);
    snprintf(other, sizeof other, "%s", k.cookie);
    k.cookie[0] = '\0';
    log_in(&k);
    snprintf(remembered, sizeof remembered, "%s", k.cookie);
    auth_post(&k, "/change", "old=wrong&password=difference+engine", 401);
    const hearth_answer *r =
        auth_post(&k, "/change", "old=analytical+engine&password=ada", 422);
    ck_assert_str_eq(hearth_answer_at(r, "/errors/0/pointer"), "/password");
    auth_keep(&k, auth_post(&k, "/change",
                            "old=analytical+engine&password=difference+engine", 200));
    auth_do(&k, "/me", 200, "Ada");
    ck_assert_str_ne(k.cookie, remembered);
    snprintf(k.cookie, sizeof k.cookie, "%s", other);
    auth_do(&k, "/me", 200, "(nobody)");
    snprintf(k.cookie, sizeof k.cookie, "%s", remembered);
    auth_do(&k, "/me", 200, "(nobody)");
    k.cookie[0] = '\0';
    auth_post(&k, "/change", "old=analytical+engine&password=x", 401);
    auth_post(&k, "/login", "name=ada&password=analytical+engine", 401);
    auth_post(&k, "/login", "name=ada&password=difference+engine", 303);
    auth_close(&k);
}
END_TEST

START_TEST(a5_a_token_resets_a_password_once)
{
    char token[64], form[256];
    auth_kit k;

    open_ada(&k);
    log_in(&k);
    snprintf(token, sizeof token, "%s",
             auth_post(&k, "/forgot", "name=ada", 200)->body.ptr);
    ck_assert_uint_eq(strlen(token), 43);
    snprintf(form, sizeof form, "token=%s&password=ada", token);
    auth_post(&k, "/reset", form, 422); /* and it is still good */
    snprintf(form, sizeof form, "token=%s&password=difference+engine", token);
    auth_post(&k, "/reset", form, 200);
    auth_do(&k, "/me", 200, "(nobody)"); /* his sessions have ended */
    auth_post(&k, "/reset", form, 400);
    auth_post(&k, "/reset", "token=x&password=difference+engine", 400);
    auth_post(&k, "/login", "name=ada&password=analytical+engine", 401);
    auth_post(&k, "/login", "name=ada&password=difference+engine", 303);
    auth_close(&k);
}
END_TEST

START_TEST(a3_who_does_not_exist_is_not_told_apart_by_a_forgotten_password)
{
    auth_kit k;

    open_ada(&k);
    auth_post(&k, "/register", "name=bob&password=analytical+engine", 201);
    ck_assert_str_eq(auth_post(&k, "/forgot", "name=nobody", 200)->body.ptr, "(none)");
    ck_assert_str_eq(auth_post(&k, "/forgot", "name=bob", 200)->body.ptr, "(none)");
    ck_assert_str_eq(auth_post(&k, "/forgot", "", 200)->body.ptr, "(none)");
    auth_close(&k);
}
END_TEST

START_TEST(a2_forgotten_passwords_are_throttled)
{
    auth_kit k;

    open_with(&k, &(hearth_users_opts){.tries_account = 2}, false);
    auth_post(&k, "/register", ADA, 201);
    for (int i = 0; i < 2; i++) {
        auth_post(&k, "/forgot", "name=ada", 200);
        auth_post(&k, "/forgot", "name=nobody", 200);
    }
    auth_post(&k, "/forgot", "name=ada", 429);
    auth_post(&k, "/forgot", "name=nobody", 429);
    auth_close(&k);
}
END_TEST

/* Whose sessions the client keeps: what can be done is done, and else nothing. */
START_TEST(a_store_without_a_list_does_not_stop_a_new_password)
{
    char token[100], form[200];
    auth_kit k;

    open_as(&k, auth_app_of(true), NULL, false);
    auth_post(&k, "/register", ADA, 201);
    log_in(&k);
    auth_keep(&k, auth_post(&k, "/change",
                            "old=analytical+engine&password=difference+engine", 200));
    auth_do(&k, "/me", 200, "Ada");
    ck_assert(http_logged(k.t, "their store keeps no list of them"));
    auth_post(&k, "/everywhere", "", 500);
    auth_do(&k, "/me", 200, "Ada");
    snprintf(token, sizeof token, "%s",
             auth_post(&k, "/forgot", "name=ada", 200)->body.ptr);
    snprintf(form, sizeof form, "token=%s&password=a+third+engine", token);
    auth_post(&k, "/reset", form, 200);
    auth_keep(&k, auth_post(&k, "/login", "name=ada&password=a+third+engine", 303));
    auth_post(&k, "/users/1/active", "", 200);
    auth_do(&k, "/me", 200, "(nobody)"); /* as the account is asked each time */
    auth_close(&k);
}
END_TEST

START_TEST(s8_logging_out_everywhere_ends_all)
{
    char other[512];
    auth_kit k;

    open_ada(&k);
    auth_post(&k, "/everywhere", "", 401);
    log_in(&k);
    snprintf(other, sizeof other, "%s", k.cookie);
    k.cookie[0] = '\0';
    log_in(&k);
    auth_post(&k, "/everywhere", "", 200);
    auth_do(&k, "/me", 200, "(nobody)");
    snprintf(k.cookie, sizeof k.cookie, "%s", other);
    auth_do(&k, "/me", 200, "(nobody)");
    auth_close(&k);
}
END_TEST

START_TEST(who_is_made_inactive_is_out)
{
    auth_kit k;

    open_ada(&k);
    log_in(&k);
    auth_post(&k, "/users/1/active", "", 200);
    auth_do(&k, "/me", 200, "(nobody)");
    auth_post(&k, "/login", "name=ada&password=analytical+engine", 401);
    auth_post(&k, "/users/1/active", "active=1", 200);
    auth_post(&k, "/login", "name=ada&password=analytical+engine", 303);
    auth_post(&k, "/users/9/active", "", 404);
    auth_close(&k);
}
END_TEST

START_TEST(a_remembered_browser_logs_in_by_itself)
{
    const hearth_answer *r;
    auth_kit k;

    open_ada(&k);
    r = auth_post(&k, "/login", "name=ada&password=analytical+engine&remember=1", 303);
    auth_cookie_of(r, k.cookie, sizeof k.cookie);
    ck_assert_int_eq(strncmp(k.cookie, "remember=", 9), 0);
    auth_do(&k, "/members", 200, "secret");
    auth_close(&k);
}
END_TEST

/* ---- guards ------------------------------------------------------------------ */

START_TEST(a6_nobody_is_401_and_the_wrong_one_403)
{
    auth_kit k;

    open_ada(&k);
    auth_do(&k, "/members", 401, NULL);
    auth_do(&k, "/admin", 401, NULL);
    auth_do(&k, "/deploy", 401, NULL);
    log_in(&k);
    auth_do(&k, "/members", 200, "secret");
    auth_do(&k, "/admin", 403, NULL);
    auth_do(&k, "/deploy", 403, NULL);
    auth_post(&k, "/users/1/grant", "role=admin", 200);
    auth_post(&k, "/users/1/grant", "role=admin", 200);
    auth_do(&k, "/admin", 200, "secret");
    auth_do(&k, "/deploy", 403, NULL);
    auth_post(&k, "/allow", "role=admin&may=deploy", 200);
    auth_post(&k, "/allow", "role=admin&may=deploy", 200);
    auth_do(&k, "/deploy", 200, "deployed");
    auth_post(&k, "/forbid", "role=admin&may=deploy", 200);
    auth_do(&k, "/deploy", 403, NULL);
    auth_post(&k, "/users/1/withdraw", "role=admin", 200);
    auth_do(&k, "/admin", 403, NULL);
    auth_post(&k, "/users/9/grant", "role=admin", 404);
    auth_post(&k, "/users/1/grant", "role=", 400);
    auth_close(&k);
}
END_TEST

START_TEST(a6_a_browser_is_sent_to_log_in_and_back)
{
    auth_kit k;
    const hearth_answer *r;

    open_ada(&k);
    k.accept = "text/html";
    r = auth_do(&k, "/members?a=b&c=%20d", 302, NULL);
    http_check_field(r, "Location: /login?next=%2Fmembers%3Fa%3Db%26c%3D%2520d");
    http_check_field(r, "Cache-Control: no-store");
    auth_do(&k, "/login?next=%2Fmembers%3Fa%3Db%26c%3D%2520d", 200,
            "/members?a=b&c=%20d");
    r = auth_post(&k, "/members", "", 303);
    http_check_field(r, "Location: /login");
    r = auth_post(&k, "/login",
                  "name=ada&password=analytical+engine&next=/members%3Fa%3Db", 303);
    http_check_field(r, "Location: /members?a=b");
    auth_close(&k);
}
END_TEST

static const char *const away[] = {
    "//example.com/",
    "/%5Cexample.com",
    "https://example.com/",
    "javascript:alert(1)",
    "/%09/example.com",
    "example.com",
    "",
    "%5C%5Cexample.com",
};
#define AWAY ((int)(sizeof away / sizeof away[0]))

START_TEST(a6_the_way_back_does_not_lead_away)
{
    char target[128], body[256];
    auth_kit k;

    open_ada(&k);
    snprintf(target, sizeof target, "/login?next=%s", away[_i]);
    auth_do(&k, target, 200, "(none)");
    snprintf(body, sizeof body, "name=ada&password=analytical+engine&next=%s", away[_i]);
    http_check_field(auth_post(&k, "/login", body, 303), "Location: /me");
    auth_close(&k);
}
END_TEST

START_TEST(a6_routes_deny_by_default)
{
    auth_kit k;

    open_with(&k, NULL, true);
    auth_post(&k, "/register", ADA, 201);
    auth_do(&k, "/me", 200, "(nobody)");
    auth_do(&k, "/plain", 401, NULL);
    auth_do(&k, "/no/such/path", 401, NULL);
    auth_do(&k, "/odd/x", 401, NULL);
    auth_do(&k, "/odd/7", 401, NULL); /* declined by an anonymous route */
    auth_do(&k, "/login", 200, "(none)");
    log_in(&k);
    auth_do(&k, "/plain", 200, "secret");
    auth_do(&k, "/odd/7", 200, "secret");
    auth_do(&k, "/no/such/path", 404, NULL);
    auth_close(&k);
}
END_TEST

START_TEST(set_up_asks_for_what_it_needs)
{
    static const hearth_users_opts bad[] = {
        {.login_path = "login"}, {.login_path = "//login"}, {.login_path = "/login?x"},
        {.tries_account = -1},   {.tries_address = -1},     {.window_s = -1},
        {.window_s = 2678401},   {.remember_s = -1},        {.reset_s = -1},
        {.reset_s = INT64_MAX},
    };
    hearth_app *app = hearth_app_new(NULL);
    auth_kit k;

    ck_assert_int_eq(hearth_use_users(app, NULL), HEARTH_ESTATE);
    hearth_app_free(app);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        app = auth_app();
        ck_assert_int_eq(hearth_use_users(app, &bad[i]), HEARTH_EINVAL);
        hearth_app_free(app);
    }
    app = auth_app();
    ck_assert_int_eq(hearth_use_users(app, NULL), 0);
    ck_assert_int_eq(hearth_use_users(app, NULL), HEARTH_ESTATE);
    hearth_app_free(app);
    auth_open(&k, auth_app(), routes);
    auth_do(&k, "/members", 500, NULL);
    auth_do(&k, "/me", 500, NULL);
    auth_post(&k, "/login", "", 500);
    auth_close(&k);
}
END_TEST

SUITE(
    "http/users",
    TEST(a_store_without_a_list_does_not_stop_a_new_password) TEST(
        who_registers_can_log_in_and_out) LOOP(a_registration_is_checked, 0,
                                               REGISTRATIONS)
        TEST(s6_a_login_makes_a_new_session) TEST(
            a3_a_login_does_the_same_work_for_everybody)
            TEST(l3_what_happens_is_logged_without_secrets) TEST(
                a2_an_account_has_so_many_tries) TEST(a2_a_success_forgets_the_failures)
                TEST(a2_limits_that_are_there_stay) TEST(a2_an_address_has_so_many_tries)
                    TEST(s8_a_changed_password_ends_the_other_sessions)
                        TEST(a5_a_token_resets_a_password_once) TEST(
                            a3_who_does_not_exist_is_not_told_apart_by_a_forgotten_password)
                            TEST(a2_forgotten_passwords_are_throttled)
                                TEST(s8_logging_out_everywhere_ends_all)
                                    TEST(who_is_made_inactive_is_out)
                                        TEST(a_remembered_browser_logs_in_by_itself) TEST(
                                            a6_nobody_is_401_and_the_wrong_one_403)
                                            TEST(a6_a_browser_is_sent_to_log_in_and_back)
                                                LOOP(a6_the_way_back_does_not_lead_away,
                                                     0,
                                                     AWAY) TEST(a6_routes_deny_by_default)
                                                    TEST(set_up_asks_for_what_it_needs))
