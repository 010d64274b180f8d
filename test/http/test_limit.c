/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * How often somebody may ask: by address, by user, by route; logins.  Time is the test
 * client's.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static hearth_limit *by_hand; /* one test at a time */

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello\n");
}

static int limited(hearth_ctx *c)
{
    HEARTH_TRY(hearth_limit_take(c, by_hand, hearth_query(c, "who", NULL)));
    return hello(c);
}

static const char *user(hearth_ctx *c)
{
    return hearth_header(c, "X-User");
}

static int login(hearth_ctx *c)
{
    const char *account = hearth_query(c, "user", NULL);

    HEARTH_TRY(hearth_login_attempt(c, account));
    if (hearth_query(c, "good", NULL) == NULL)
        return hearth_fail(c, 401, "wrong");
    hearth_login_succeeded(c, account);
    return hello(c);
}

static const hearth_route routes[] = {
    HEARTH_GET("/", hello),
    HEARTH_GET("/api/a", hello),
    HEARTH_GET("/api/b/{x}", hello),
    HEARTH_GET("/apis", hello),
    HEARTH_GET("/hand", limited),
    HEARTH_POST("/login", login),
    HEARTH_END,
};

static const char *const proxies[] = {"127.0.0.1", NULL};

static hearth_app *make_app(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.trusted_proxies = proxies});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    return app;
}

static hearth_client *client_of(hearth_app *app)
{
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static hearth_client *with_limit(const hearth_limit_opts *o)
{
    hearth_app *app = make_app();

    ck_assert_int_eq(hearth_use_limit_at(app, "/api", o), 0);
    return client_of(app);
}

static int status_of(hearth_client *t, const char *target, const char *header)
{
    const char *const headers[] = {header, NULL};

    return hearth_call_do(t, &(hearth_call){.target = target, .headers = headers})
        ->status;
}

START_TEST(the_limit_holds_and_the_fields_say_how_it_stands)
{
    hearth_client *t =
        with_limit(&(hearth_limit_opts){.name = "api", .quota = 3, .window_s = 30});
    static const char *const left[] = {"\"api\";r=2;t=10", "\"api\";r=1;t=20",
                                       "\"api\";r=0;t=30"};
    const hearth_answer *r;

    for (int i = 0; i < 3; i++) {
        r = hearth_call_get(t, "/api/a");
        ck_assert_int_eq(r->status, 200);
        ck_assert_str_eq(hearth_answer_header(r, "RateLimit"), left[i]);
        ck_assert_str_eq(hearth_answer_header(r, "RateLimit-Policy"), "\"api\";q=3;w=30");
    }
    r = hearth_call_get(t, "/api/nowhere");
    ck_assert_int_eq(r->status, 429);
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), "application/problem+json");
    ck_assert_str_eq(hearth_answer_header(r, "Retry-After"), "10");
    ck_assert_str_eq(hearth_answer_header(r, "RateLimit"), "\"api\";r=0;t=30");
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-store");
    ck_assert_int_eq(status_of(t, "/", NULL), 200);
    ck_assert_int_eq(status_of(t, "/apis", NULL), 200);
    hearth_client_advance(t, 10000);
    ck_assert_int_eq(status_of(t, "/api/b/x", NULL), 200);
    ck_assert_int_eq(status_of(t, "/api/b/x", NULL), 429);
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *one, *other;
    int status; /* of other, when one has used it up */
} pairs[] = {
    {"X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.2", 200},
    {"X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: ::ffff:192.0.2.1", 429},
    {"X-Forwarded-For: 2001:db8:1:2::1", "X-Forwarded-For: 2001:db8:1:2:ffff::9", 429},
    {"X-Forwarded-For: 2001:db8:1:2::1", "X-Forwarded-For: 2001:db8:1:3::1", 200},
    {"X-Forwarded-For: unknown", "X-Forwarded-For: nonsense", 429},
};
#define PAIRS (int)(sizeof pairs / sizeof *pairs)

START_TEST(addresses_are_told_apart_and_networks_of_ipv6)
{
    hearth_client *t = with_limit(&(hearth_limit_opts){.quota = 1});

    ck_assert_int_eq(status_of(t, "/api/a", pairs[_i].one), 200);
    ck_assert_int_eq(status_of(t, "/api/a", pairs[_i].one), 429);
    ck_assert_int_eq(status_of(t, "/api/a", pairs[_i].other), pairs[_i].status);
    hearth_client_free(t);
}
END_TEST

START_TEST(users_are_told_apart_wherever_they_come_from)
{
    hearth_client *t = with_limit(&(hearth_limit_opts){.quota = 1, .who = user});

    ck_assert_int_eq(status_of(t, "/api/a", "X-User: ann"), 200);
    ck_assert_int_eq(status_of(t, "/api/a", "X-User: bob"), 200);
    ck_assert_int_eq(status_of(t, "/api/a", NULL), 200);
    ck_assert_int_eq(status_of(t, "/api/a", "X-User: ann"), 429);
    ck_assert_int_eq(status_of(t, "/api/a", NULL), 429);
    hearth_client_free(t);
}
END_TEST

START_TEST(each_route_may_have_a_bucket_of_its_own)
{
    hearth_client *t = with_limit(&(hearth_limit_opts){.quota = 1, .each_route = true});

    ck_assert_int_eq(status_of(t, "/api/a", NULL), 200);
    ck_assert_int_eq(status_of(t, "/api/b/1", NULL), 200);
    ck_assert_int_eq(status_of(t, "/api/b/2", NULL), 429);
    ck_assert_int_eq(status_of(t, "/api/a", NULL), 429);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_burst_may_be_larger_or_smaller_than_the_quota)
{
    hearth_client *t =
        with_limit(&(hearth_limit_opts){.quota = 60, .window_s = 60, .burst = 2});

    ck_assert_int_eq(status_of(t, "/api/a", NULL), 200);
    ck_assert_int_eq(status_of(t, "/api/a", NULL), 200);
    ck_assert_int_eq(status_of(t, "/api/a", NULL), 429);
    hearth_client_advance(t, 1000);
    ck_assert_int_eq(status_of(t, "/api/a", NULL), 200);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_limit_asked_by_hand_counts_for_whom_it_is_told)
{
    hearth_app *app = make_app();

    by_hand = hearth_limit_new(app, &(hearth_limit_opts){.quota = 1, .quiet = true});
    ck_assert_ptr_nonnull(by_hand);
    hearth_client *t = client_of(app);

    ck_assert_int_eq(status_of(t, "/hand?who=ann", NULL), 200);
    ck_assert_int_eq(status_of(t, "/hand?who=bob", NULL), 200);
    ck_assert_int_eq(status_of(t, "/hand", NULL), 200);
    const hearth_answer *r = hearth_call_get(t, "/hand?who=ann");

    ck_assert_int_eq(r->status, 429);
    ck_assert_ptr_null(hearth_answer_header(r, "RateLimit"));
    ck_assert_str_eq(hearth_answer_header(r, "Retry-After"), "60");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_limit_that_is_null_is_500)
{
    by_hand = NULL;
    hearth_client *t = client_of(make_app());

    ck_assert_int_eq(status_of(t, "/hand", NULL), 500);
    hearth_client_free(t);
}
END_TEST

static int count(const char *text, const char *what)
{
    int n = 0;

    for (const char *p = strstr(text, what); p != NULL; p = strstr(p + 1, what))
        n++;
    return n;
}

START_TEST(l3_a_hit_is_logged_once_a_second_with_the_number_of_the_others)
{
    hearth_client *t = with_limit(&(hearth_limit_opts){.name = "api", .quota = 1});

    for (int i = 0; i < 20; i++)
        (void)status_of(t, "/api/a", "X-Forwarded-For: 192.0.2.9");
    ck_assert_int_eq(count(hearth_client_log(t), "the limit \"api\" is hit"), 1);
    ck_assert(http_logged(t, "192.0.2.9"));
    hearth_client_advance(t, 2000);
    (void)status_of(t, "/api/a", "X-Forwarded-For: 192.0.2.9");
    ck_assert(http_logged(t, "was 18 times more"));
    hearth_client_free(t);
}
END_TEST

/* ---- logins ------------------------------------------------------------------------ */

static int log_in(hearth_client *t, const char *account, const char *from, bool good)
{
    char target[64], header[64];
    const char *const headers[] = {header, NULL};

    snprintf(target, sizeof target, "/login?user=%s%s", account, good ? "&good=1" : "");
    snprintf(header, sizeof header, "X-Forwarded-For: %s", from);
    return hearth_call_do(t, &(hearth_call){.method = "POST",
                                            .target = target,
                                            .headers = headers})
        ->status;
}

static hearth_client *with_logins(const hearth_login_limit_opts *o)
{
    hearth_app *app = make_app();

    ck_assert_int_eq(hearth_use_login_limit(app, o), 0);
    return client_of(app);
}

START_TEST(a2_an_account_is_guessed_at_ten_times_wherever_from)
{
    hearth_client *t = with_logins(NULL);
    char from[32];

    for (int i = 0; i < 10; i++) {
        snprintf(from, sizeof from, "192.0.2.%d", i);
        ck_assert_int_eq(log_in(t, i % 2 == 0 ? "ann" : "ANN", from, false), 401);
    }
    ck_assert_int_eq(log_in(t, "ann", "192.0.2.200", true), 429);
    ck_assert_int_eq(log_in(t, "bob", "192.0.2.200", true), 200);
    hearth_client_advance(t, 90000);
    ck_assert_int_eq(log_in(t, "ann", "192.0.2.200", true), 200);
    hearth_client_free(t);
}
END_TEST

START_TEST(a2_an_address_guesses_fifty_times_at_whichever_account)
{
    hearth_client *t = with_logins(NULL);
    char account[32];

    for (int i = 0; i < 50; i++) {
        snprintf(account, sizeof account, "user%d", i);
        ck_assert_int_eq(log_in(t, account, "192.0.2.1", false), 401);
        if (i % 10 == 0) /* does not count, and makes up for nothing */
            ck_assert_int_eq(log_in(t, "another", "192.0.2.1", true), 200);
    }
    ck_assert_int_eq(log_in(t, "another", "192.0.2.1", true), 429);
    ck_assert_int_eq(log_in(t, "another", "192.0.2.2", true), 200);
    hearth_client_free(t);
}
END_TEST

START_TEST(a2_who_logs_in_has_all_attempts_again)
{
    hearth_client *t = with_logins(&(hearth_login_limit_opts){.per_account = 3});

    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(log_in(t, "ann", "192.0.2.1", false), 401);
        ck_assert_int_eq(log_in(t, "ann", "192.0.2.1", false), 401);
        ck_assert_int_eq(log_in(t, "Ann", "192.0.2.1", true), 200);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(an_attempt_without_set_up_is_500)
{
    hearth_client *t = client_of(make_app());

    ck_assert_int_eq(log_in(t, "ann", "192.0.2.1", true), 500);
    hearth_client_free(t);
}
END_TEST

/* ---- set-up ------------------------------------------------------------------------ */

static const struct {
    hearth_limit_opts o;
    const char *prefix, *says;
} wrong[] = {
    {{.quota = 0}, "", "quota"},
    {{.quota = -1}, "", "quota"},
    {{.quota = 1000000001}, "", "quota"},
    {{.quota = 1000000000, .window_s = 1}, "", "million"},
    {{.quota = 1, .window_s = -1}, "", "window_s"},
    {{.quota = 1, .window_s = 2678401}, "", "window_s"},
    {{.quota = 1, .burst = -1}, "", "burst"},
    {{.quota = 1, .window_s = 2678400, .burst = 1000000000}, "", "burst"},
    {{.quota = 1, .name = ""}, "", "name"},
    {{.quota = 1, .name = "a\"b"}, "", "name"},
    {{.quota = 1, .most_known = 16777217}, "", "most_known"},
    {{.quota = 1}, "api", "plain path"},
    {{.quota = 1}, "/{x}", "plain path"},
};
#define WRONG (int)(sizeof wrong / sizeof *wrong)

START_TEST(a_limit_that_makes_no_sense_is_refused_at_start)
{
    hearth_app *app = make_app();
    hearth_error err;

    ck_assert_int_eq(hearth_use_limit_at(app, wrong[_i].prefix, &wrong[_i].o),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      &err),
                     HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, wrong[_i].says) != NULL, "%s", err.text);
    hearth_app_free(app);
}
END_TEST

START_TEST(logins_are_set_up_once)
{
    hearth_app *app = make_app();

    ck_assert_int_eq(hearth_use_login_limit(app, NULL), 0);
    ck_assert_int_eq(hearth_use_login_limit(app, NULL), HEARTH_ECONFLICT);
    hearth_app_free(app);
}
END_TEST

SUITE("http/limit",
      TEST(the_limit_holds_and_the_fields_say_how_it_stands)
          LOOP(addresses_are_told_apart_and_networks_of_ipv6, 0,
               PAIRS) TEST(users_are_told_apart_wherever_they_come_from)
              TEST(each_route_may_have_a_bucket_of_its_own)
                  TEST(a_burst_may_be_larger_or_smaller_than_the_quota) TEST(
                      a_limit_asked_by_hand_counts_for_whom_it_is_told)
                      TEST(a_limit_that_is_null_is_500) TEST(
                          l3_a_hit_is_logged_once_a_second_with_the_number_of_the_others)
                          TEST(a2_an_account_is_guessed_at_ten_times_wherever_from)
                              TEST(a2_an_address_guesses_fifty_times_at_whichever_account)
                                  TEST(a2_who_logs_in_has_all_attempts_again)
                                      TEST(an_attempt_without_set_up_is_500) LOOP(
                                          a_limit_that_makes_no_sense_is_refused_at_start,
                                          0, WRONG) TEST(logins_are_set_up_once))
