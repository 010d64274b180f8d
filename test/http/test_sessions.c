/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Sessions over HTTP, the same for every store where it can be the same: first what DEFAULTS
 * promises, row by row, then the rest.
 */

#include "session_kit.h"
#include "suite.h"

#define DAY    (24 * 60 * 60)
#define COOKIE 4200

/* ---- secure by default ----------------------------------------------------------------- */

START_TEST(s1_the_cookie_is_http_only_and_lax_and_of_this_host)
{
    kit k;
    const char *set;

    kit_open(&k, _i, NULL);
    set = hearth_answer_header(kit_do(&k, "/set?k=a&v=b", 200, NULL), "Set-Cookie");
    ck_assert_ptr_nonnull(set);
    ck_assert_int_eq(strncmp(set, "sid=", 4), 0);
    ck_assert_ptr_nonnull(
        strstr(set, "; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax"));
    ck_assert_ptr_null(strstr(set, "Domain"));
    ck_assert_ptr_null(strstr(set, "Secure")); /* this machine, plain http */
    kit_close(&k);
}
END_TEST

START_TEST(s2_over_tls_it_is_secure_and_its_name_says_so)
{
    kit k;
    const char *set;
    char cookie[COOKIE];

    kit_open(&k, _i, NULL);
    k.scheme = "https";
    set = hearth_answer_header(kit_do(&k, "/set?k=a&v=b", 200, NULL), "Set-Cookie");
    ck_assert_ptr_nonnull(set);
    ck_assert_int_eq(strncmp(set, "__Host-sid=", 11), 0);
    ck_assert_ptr_nonnull(strstr(set, "Path=/; Max-Age=1209600; Secure; HttpOnly"));
    snprintf(cookie, sizeof cookie, "%.*s", (int)strcspn(set, ";"), set);
    kit_do(&k, "/get?k=a", 200, "b");
    /* The plain name, which another host of the domain could have set, is not read. */
    k.cookie = cookie + strlen("__Host-");
    kit_do(&k, "/get?k=a", 200, "(none)");
    k.cookie = cookie;
    kit_do(&k, "/get?k=a", 200, "b");
    k.scheme = NULL; /* and over plain http neither is this one */
    kit_do(&k, "/get?k=a", 200, "(none)");
    kit_close(&k);
}
END_TEST

START_TEST(s2_plain_http_from_elsewhere_gets_no_plain_cookie)
{
    static const char *const hosts[] = {"example.org", NULL};
    kit k;
    const char *set;
    hearth_app *app = kit_app(&k, KIT_MEMORY, NULL);

    ck_assert_int_eq(hearth__app_set_hosts(app, hosts, "a test", NULL), 0);
    k.t = hearth_client_new(app);
    k.host = "example.org";
    set = hearth_answer_header(kit_do(&k, "/set?k=a&v=b", 200, NULL), "Set-Cookie");
    ck_assert_int_eq(strncmp(set, "__Host-sid=", 11), 0);
    kit_do(&k, "/set?k=a&v=b", 200, NULL);
    ck_assert(http_logged(k.t, "the browser will not keep it"));
    kit_close(&k);
}
END_TEST

START_TEST(s3_the_name_is_neutral_and_the_id_says_nothing)
{
    kit k;
    char a[COOKIE], b[COOKIE];

    kit_open(&k, _i, NULL);
    k.cookie = "";
    ck_assert(kit_cookie_of(kit_do(&k, "/set?k=a&v=b", 200, NULL), a, sizeof a));
    ck_assert(kit_cookie_of(kit_do(&k, "/set?k=a&v=b", 200, NULL), b, sizeof b));
    ck_assert_str_ne(a, b);
    ck_assert_uint_eq(strspn(a + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789-_"),
                      strlen(a + 4));
    if (_i != KIT_COOKIE)
        ck_assert_uint_eq(strlen(a), strlen("sid=") + 43);
    kit_close(&k);
}
END_TEST

START_TEST(s4_a_changed_cookie_is_an_anonymous_session)
{
    kit k;
    char cookie[COOKIE] = "", set[COOKIE];

    kit_open(&k, _i, NULL);
    ck_assert(
        kit_cookie_of(kit_do(&k, "/set?k=a&v=b", 200, NULL), cookie, sizeof cookie));
    k.cookie = cookie;
    kit_do(&k, "/get?k=a", 200, "b");
    for (size_t i = 4, n = strlen(cookie); i <= n; i++) {
        char was = cookie[i];

        cookie[i] = was == 'A' ? 'B' : 'A'; /* the last one is longer by one */
        kit_do(&k, "/get?k=a", 200, "(none)");
        cookie[i] = '\0'; /* truncated */
        if (i < n)
            kit_do(&k, "/get?k=a", 200, "(none)");
        cookie[i] = was;
    }
    cookie[strlen(cookie) - 1] = '!';
    ck_assert(kit_cookie_of(kit_do(&k, "/set?k=a&v=c", 200, NULL), set, sizeof set));
    k.cookie = set;
    kit_do(&k, "/get?k=a", 200, "c"); /* a new one */
    ck_assert(http_logged(k.t, "a session cookie from 127.0.0.1 is refused"));
    ck_assert(http_logged(k.t, "more in this minute are not logged"));
    kit_close(&k);
}
END_TEST

START_TEST(s5_an_id_unknown_to_the_server_is_never_adopted)
{
    static const char made_up[] = "sid=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    kit k;
    char set[COOKIE];

    kit_open(&k, _i, NULL);
    k.cookie = made_up;
    ck_assert(kit_cookie_of(kit_do(&k, "/set?k=a&v=b", 200, NULL), set, sizeof set));
    ck_assert_str_ne(set, made_up);
    kit_do(&k, "/get?k=a", 200, "(none)");
    ck_assert(kit_cookie_of(kit_do(&k, "/login?u=eve", 200, NULL), set, sizeof set));
    ck_assert_str_ne(set, made_up);
    kit_do(&k, "/user", 200, "(nobody)");
    kit_close(&k);
}
END_TEST

static const char *const risers[] = {"/login?u=7", "/rotate"};

START_TEST(s6_login_and_rotation_make_a_new_id_and_the_old_is_dead)
{
    kit k;
    char old[COOKIE], young[COOKIE];
    int store = _i / 2;

    kit_open(&k, store, NULL);
    ck_assert(kit_cookie_of(kit_do(&k, "/set?k=cart&v=3", 200, NULL), old, sizeof old));
    ck_assert(kit_cookie_of(kit_do(&k, risers[_i % 2], 200, NULL), young, sizeof young));
    ck_assert_str_ne(old, young);
    kit_do(&k, "/get?k=cart", 200, "3"); /* the values come along */
    kit_do(&k, "/user", 200, _i % 2 == 0 ? "7" : "(nobody)");
    k.cookie = old;
    if (store != KIT_COOKIE) /* which cannot: its header says so */
        kit_do(&k, "/get?k=cart", 200, "(none)");
    kit_do(&k, "/user", 200, "(nobody)");
    kit_close(&k);
}
END_TEST

static const struct {
    hearth_session_opts o;
    int64_t idle, absolute;
} times[] = {
    {{0}, 14 * DAY, 30 * DAY},
    {{.strict = true}, 30 * 60, 12 * 60 * 60},
    {{.idle_s = 100, .absolute_s = 250}, 100, 250},
};
#define TIMES 3

START_TEST(s7_a_session_that_is_not_used_ends)
{
    kit k;

    kit_open(&k, _i / TIMES, &times[_i % TIMES].o);
    kit_do(&k, "/set?k=a&v=b", 200, NULL);
    kit_later(&k, times[_i % TIMES].idle - 3);
    kit_do(&k, "/get?k=a", 200, "b");
    kit_later(&k, times[_i % TIMES].idle - 3); /* the use before counted */
    kit_do(&k, "/get?k=a", 200, "b");
    kit_later(&k, times[_i % TIMES].idle + 1);
    kit_do(&k, "/get?k=a", 200, "(none)");
    kit_close(&k);
}
END_TEST

START_TEST(s7_a_session_ends_however_much_it_is_used)
{
    kit k;
    int64_t step = times[_i % TIMES].idle / 2, age;

    kit_open(&k, _i / TIMES, &times[_i % TIMES].o);
    kit_do(&k, "/set?k=a&v=b", 200, NULL);
    for (age = step; age < times[_i % TIMES].absolute - 3; age += step) {
        kit_later(&k, step);
        kit_do(&k, "/get?k=a", 200, "b");
    }
    kit_later(&k, times[_i % TIMES].absolute - (age - step) + 1);
    kit_do(&k, "/get?k=a", 200, "(none)");
    kit_close(&k);
}
END_TEST

START_TEST(s8_logout_kills_on_the_server)
{
    kit k;
    char cookie[COOKIE];
    const char *set;

    kit_open(&k, _i, NULL);
    ck_assert(kit_cookie_of(kit_do(&k, "/login?u=7", 200, NULL), cookie, sizeof cookie));
    kit_do(&k, "/user", 200, "7");
    set = hearth_answer_header(kit_do(&k, "/logout", 200, NULL), "Set-Cookie");
    ck_assert_ptr_nonnull(set);
    ck_assert_ptr_nonnull(strstr(set, "Max-Age=0"));
    kit_do(&k, "/user", 200, "(nobody)");
    k.cookie = cookie;
    if (_i != KIT_COOKIE)
        kit_do(&k, "/user", 200, "(nobody)");
    ck_assert(http_logged(k.t, "a session begins for user \"7\" from 127.0.0.1"));
    ck_assert(http_logged(k.t, "a session of user \"7\" ends: logout from 127.0.0.1"));
    kit_close(&k);
}
END_TEST

START_TEST(s8_a_user_logs_out_everywhere)
{
    static const char *const devices[] = {"phone", "desk", "car"};
    kit k;
    char cookie[3][COOKIE], target[64];

    kit_open(&k, _i, NULL);
    for (int i = 0; i < 3; i++) {
        k.cookie = "";
        ck_assert(kit_cookie_of(kit_do(&k, "/login?u=7", 200, NULL), cookie[i], COOKIE));
        k.cookie = cookie[i];
        snprintf(target, sizeof target, "/set?k=device&v=%s", devices[i]);
        kit_do(&k, target, 200, NULL);
    }
    k.cookie = "";
    kit_do(&k, "/login?u=8", 200, NULL);
    kit_do(&k, "/list?u=8", 200, "1");
    k.cookie = cookie[1];
    ck_assert_int_eq(strncmp(kit_do(&k, "/list?u=7", 200, NULL)->body.ptr, "3 current",
                             9),
                     0);
    kit_do(&k, "/revoke?u=7&which=phone", 200, NULL);
    kit_do(&k, "/revoke?u=7&which=phone", 404, NULL);
    ck_assert_int_eq(strncmp(kit_do(&k, "/list?u=7", 200, NULL)->body.ptr, "2 current",
                             9),
                     0);
    kit_do(&k, "/revoke?which=others", 200, NULL);
    kit_do(&k, "/list?u=7", 200, "1 current desk");
    kit_do(&k, "/user", 200, "7");
    k.cookie = cookie[0];
    kit_do(&k, "/user", 200, "(nobody)");
    k.cookie = cookie[2];
    kit_do(&k, "/user", 200, "(nobody)");
    k.cookie = cookie[1];
    kit_do(&k, "/revoke?u=7&which=all", 200, NULL);
    kit_do(&k, "/user", 200, "(nobody)");
    kit_do(&k, "/list?u=7", 200, "0");
    kit_do(&k, "/list?u=8", 200, "1");
    ck_assert(http_logged(k.t, "1 sessions of user \"7\" end: revoked from 127.0.0.1"));
    kit_close(&k);
}
END_TEST

static int count_rows(kit *k, const char *id)
{
    hearth__arena a;
    hearth__dbs s;
    const hearth_val v[] = {hearth_val_text(id)};
    int n;

    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, k->app->db, &a);
    hearth_rows *r = hearth__dbs_select(
        &s,
        "SELECT count(*) FROM hearth_sessions WHERE instr(id, ?1) > 0 OR "
        "instr(data, ?1) > 0",
        (hearth_vals){v, 1});

    ck_assert(hearth_rows_next(r));
    n = (int)hearth_rows_int(r, 0);
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    return n;
}

START_TEST(s9_ids_are_stored_as_hashes_and_logged_nowhere)
{
    kit k;
    char cookie[COOKIE];

    kit_open(&k, KIT_DB + _i, NULL);
    ck_assert(kit_cookie_of(kit_do(&k, "/login?u=7", 200, NULL), cookie, sizeof cookie));
    kit_do(&k, "/set?k=a&v=thevalue", 200, NULL);
    k.cookie = cookie;
    kit_do(&k, "/get?k=a", 200, "thevalue");
    ck_assert_int_eq(count_rows(&k, cookie + 4), 0);
    ck_assert_int_eq(count_rows(&k, "thevalue"), 1); /* it does find things */
    kit_do(&k, "/logout", 200, NULL);
    ck_assert(!http_logged(k.t, cookie + 4));
    kit_close(&k);
}
END_TEST

static const struct {
    const char *target, *field;
} stores_nothing[] = {
    {"/get?k=a", "Cache-Control: no-store"},
    {"/set?k=a&v=b", "Cache-Control: no-store"},
    {"/public?k=a", "Cache-Control: no-store"}, /* whatever the handler said */
    {"/user", "Cache-Control: no-store"},
    {"/login?u=7", "Cache-Control: no-store"},
    {"/logout", "Cache-Control: no-store"},
    {"/flashes", "Cache-Control: no-store"},
    {"/fail", "Cache-Control: no-store"},
    {"/public", "Cache-Control: public, max-age=60"}, /* did not touch it */
    {"/plain", "Cache-Control"},
};
#define STORES_NOTHING 10

START_TEST(s10_what_touched_the_session_is_stored_by_no_cache)
{
    kit k;

    kit_open(&k, KIT_MEMORY, NULL);
    http_check_field(kit_call(&k, stores_nothing[_i].target), stores_nothing[_i].field);
    kit_close(&k);
}
END_TEST

/* ---- values ------------------------------------------------------------------------------ */

START_TEST(who_stores_nothing_gets_no_cookie)
{
    static const char *const targets[] = {"/get?k=a",    "/user",    "/public",
                                          "/plain",      "/clear",   "/rotate",
                                          "/remove?k=a", "/flashes", "/logout",
                                          "/fail"};
    kit k;

    kit_open(&k, _i, NULL);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
        ck_assert_msg(hearth_answer_header(kit_call(&k, targets[i]), "Set-Cookie") ==
                          NULL,
                      "%s", targets[i]);
    kit_close(&k);
}
END_TEST

START_TEST(values_are_set_changed_and_removed)
{
    kit k;

    kit_open(&k, _i, NULL);
    kit_do(&k, "/set?k=a&v=one", 200, NULL);
    kit_do(&k, "/set?k=b&v=two", 200, NULL);
    kit_do(&k, "/set?k=empty&v=", 200, NULL);
    kit_do(&k, "/get?k=a", 200, "one");
    kit_do(&k, "/set?k=a&v=%C3%A4nother", 200, NULL);
    kit_do(&k, "/get?k=a", 200, "\xc3\xa4nother");
    kit_do(&k, "/get?k=b", 200, "two");
    kit_do(&k, "/get?k=empty", 200, "");
    kit_do(&k, "/remove?k=a", 200, NULL);
    kit_do(&k, "/remove?k=never", 200, NULL);
    kit_do(&k, "/get?k=a", 200, "(none)");
    kit_do(&k, "/clear", 200, NULL);
    kit_do(&k, "/get?k=b", 200, "(none)");
    kit_close(&k);
}
END_TEST

START_TEST(a_cookie_is_set_once_and_again_when_its_time_runs)
{
    kit k;
    char cookie[COOKIE];

    kit_open(&k, _i, NULL);
    ck_assert(
        kit_cookie_of(kit_do(&k, "/set?k=a&v=b", 200, NULL), cookie, sizeof cookie));
    kit_later(&k, DAY / 2); /* less than a twentieth of 14 days */
    ck_assert(!kit_cookie_of(kit_do(&k, "/get?k=a", 200, "b"), cookie, sizeof cookie));
    kit_later(&k, DAY / 2);
    const char *set =
        hearth_answer_header(kit_do(&k, "/get?k=a", 200, "b"), "Set-Cookie");

    ck_assert_ptr_nonnull(set);
    ck_assert_ptr_nonnull(strstr(set, "Max-Age=1209600"));
    ck_assert(!kit_cookie_of(kit_do(&k, "/get?k=a", 200, "b"), cookie, sizeof cookie));
    kit_close(&k);
}
END_TEST

START_TEST(a_handler_that_fails_leaves_the_session_as_it_was)
{
    kit k;

    kit_open(&k, _i, NULL);
    kit_do(&k, "/set?k=a&v=b", 200, NULL);
    kit_do(&k, "/fail", 500, NULL);
    kit_do(&k, "/get?k=failed", 200, "(none)");
    kit_do(&k, "/get?k=a", 200, "b");
    kit_close(&k);
}
END_TEST

START_TEST(logout_stays_whatever_the_answer_and_a_new_session_may_begin)
{
    kit k;

    kit_open(&k, _i, NULL);
    kit_do(&k, "/login?u=7", 200, NULL);
    kit_do(&k, "/logout?fail=1", 500, NULL);
    kit_do(&k, "/user", 200, "(nobody)");
    kit_do(&k, "/login?u=7", 200, NULL);
    kit_do(&k, "/logout?v=bye", 200, NULL);
    kit_do(&k, "/user", 200, "(nobody)");
    kit_do(&k, "/get?k=after", 200, "bye");
    kit_close(&k);
}
END_TEST

START_TEST(another_user_does_not_inherit)
{
    kit k;

    kit_open(&k, _i, NULL);
    kit_do(&k, "/set?k=cart&v=3", 200, NULL);
    kit_do(&k, "/login?u=7", 200, NULL);
    kit_do(&k, "/get?k=cart", 200, "3");
    kit_do(&k, "/login?u=7", 200, NULL);
    kit_do(&k, "/get?k=cart", 200, "3");
    kit_do(&k, "/login?u=8", 200, NULL);
    kit_do(&k, "/get?k=cart", 200, "(none)");
    kit_do(&k, "/user", 200, "8");
    kit_close(&k);
}
END_TEST

START_TEST(a_login_begins_the_absolute_time_anew)
{
    kit k;

    kit_open(&k, _i, &(hearth_session_opts){.idle_s = 100, .absolute_s = 150});
    kit_do(&k, "/set?k=a&v=b", 200, NULL);
    kit_later(&k, 90);
    kit_do(&k, "/login?u=7", 200, NULL);
    kit_later(&k, 90);
    kit_do(&k, "/user", 200, "7");
    kit_later(&k, 70);
    kit_do(&k, "/user", 200, "(nobody)");
    kit_close(&k);
}
END_TEST

START_TEST(messages_are_shown_once)
{
    kit k;

    kit_open(&k, _i, NULL);
    kit_do(&k, "/flash?k=info&v=saved", 200, NULL);
    kit_do(&k, "/flash?k=error&v=but%20late", 200, NULL);
    kit_do(&k, "/flash?k=info&v=saved", 200, NULL);
    kit_do(&k, "/flashes", 200, "info:saved error:but late info:saved ");
    kit_do(&k, "/flashes", 200, "");
    kit_close(&k);
}
END_TEST

static const struct {
    const char *target;
    int status;
} wrong[] = {
    {"/set?v=x", 400}, {"/set?k=&v=x", 400}, {"/set?k=a", 400},
    {"/remove", 400},  {"/flash?k=x", 400},  {"/flash?v=x", 400},
    {"/login", 400},   {"/login?u=", 400},   {"/revoke?which=others", 400},
    {"/list", 400},
};
#define WRONG 10

START_TEST(what_makes_no_sense_is_refused)
{
    kit k;

    kit_open(&k, KIT_MEMORY, NULL);
    kit_do(&k, wrong[_i].target, wrong[_i].status, NULL);
    kit_close(&k);
}
END_TEST

START_TEST(a_session_has_its_size)
{
    kit k;
    char target[3000];
    int n = snprintf(target, sizeof target, "/set?k=a&v=");

    kit_open(&k, _i, &(hearth_session_opts){.max_bytes = 1000});
    memset(target + n, 'x', 1000 - 17 - 6 - 3);
    target[n + 1000 - 17 - 6 - 3] = '\0';
    kit_do(&k, target, 200, NULL);
    strcat(target, "x");
    kit_do(&k, target, 413, NULL);
    ck_assert(http_logged(k.t, "the session would pass 1000 bytes"));
    kit_do(&k, "/set?k=b&v=", 413, NULL);
    kit_do(&k, "/set?k=a&v=less", 200, NULL);
    kit_do(&k, "/set?k=b&v=", 200, NULL);
    kit_close(&k);
}
END_TEST

START_TEST(a_sealed_session_fits_into_a_cookie)
{
    kit k;
    char target[3000];
    int n = snprintf(target, sizeof target, "/set?k=a&v=");

    kit_open(&k, KIT_COOKIE, NULL);
    k.scheme = "https";
    memset(target + n, 'x', 2700 - 17 - 6 - 3);
    target[n + 2700 - 17 - 6 - 3] = '\0';
    kit_do(&k, target, 200, NULL);
    strcat(target, "x");
    kit_do(&k, target, 413, NULL);
    ck_assert(http_logged(k.t, "or use another store than the cookie"));
    kit_do(&k, "/list?u=7", 500, NULL);
    ck_assert(http_logged(k.t, "the store of the sessions (cookie) cannot list them"));
    kit_close(&k);
}
END_TEST

START_TEST(options_are_kept)
{
    kit k;
    const char *set;

    kit_open(&k, _i,
             &(hearth_session_opts){.cookie = "mine",
                                    .until_close = true,
                                    .same_site_strict = true});
    set = hearth_answer_header(kit_do(&k, "/set?k=a&v=b", 200, NULL), "Set-Cookie");
    ck_assert_int_eq(strncmp(set, "mine=", 5), 0);
    ck_assert_ptr_null(strstr(set, "Max-Age"));
    ck_assert_ptr_nonnull(strstr(set, "SameSite=Strict"));
    kit_close(&k);
}
END_TEST

START_TEST(insecure_says_what_it_is)
{
    static const char *const hosts[] = {"example.org", NULL};
    kit k;
    const char *set;
    hearth_app *app = kit_app(&k, KIT_MEMORY, &(hearth_session_opts){.insecure = true});

    ck_assert_int_eq(hearth__app_set_hosts(app, hosts, "a test", NULL), 0);
    k.t = hearth_client_new(app);
    k.host = "example.org";
    set = hearth_answer_header(kit_do(&k, "/set?k=a&v=b", 200, NULL), "Set-Cookie");
    ck_assert_int_eq(strncmp(set, "sid=", 4), 0);
    kit_do(&k, "/get?k=a", 200, "b");
    kit_close(&k);
}
END_TEST

/* ---- answers that come later --------------------------------------------------------- */

static void no_work(void *arg)
{
    (void)arg;
}

static int after_work(hearth_ctx *c)
{
    const char *before = hearth_session_get(c, "before");

    HEARTH_TRY(hearth_session_set(c, "after", "2"));
    return hearth_text(c, 200, before == NULL ? "(none)" : before);
}

static int offloaded(hearth_ctx *c)
{
    HEARTH_TRY(hearth_session_set(c, "before", "1"));
    return hearth_offload(c, no_work, NULL, after_work);
}

static int suspended(hearth_ctx *c)
{
    hearth_later *l;

    HEARTH_TRY(hearth_session_set(c, "before", "1"));
    l = hearth_suspend(c, 60000);
    if (l == NULL)
        return HEARTH_ESTATE;
    return hearth_resume(l, after_work, NULL) == 0 ? HEARTH_PENDING : 500;
}

static const char *const later_targets[] = {"/offloaded", "/suspended"};

START_TEST(an_answer_that_comes_later_has_the_same_session)
{
    static const hearth_route more[] = {HEARTH_GET("/offloaded", offloaded),
                                        HEARTH_GET("/suspended", suspended), HEARTH_END};
    kit k;
    hearth_app *app = kit_app(&k, _i / 2, NULL);
    const hearth_answer *r;

    ck_assert_int_eq(hearth_mount(app, "", more), 0);
    k.t = hearth_client_new(app);
    ck_assert_ptr_nonnull(k.t);
    r = kit_do(&k, later_targets[_i % 2], 200, "1");
    http_check_field(r, "Cache-Control: no-store");
    kit_do(&k, "/get?k=before", 200, "1");
    kit_do(&k, "/get?k=after", 200, "2");
    kit_do(&k, later_targets[_i % 2], 200, "1");
    kit_do(&k, "/get?k=after", 200, "2");
    kit_close(&k);
}
END_TEST

/* ---- pages for errors -------------------------------------------------------------------- */

static int own_page(hearth_ctx *c, const hearth_error *e)
{
    const char *user = hearth_session_user(c);

    return hearth_textf(c, e->status, "%d %s", e->status,
                        user == NULL ? "(nobody)" : user);
}

START_TEST(a_page_for_errors_may_read_the_session)
{
    kit k;
    hearth_app *app = kit_app(&k, _i, NULL);

    ck_assert_int_eq(hearth_on_error(app, own_page), 0);
    k.t = hearth_client_new(app);
    kit_do(&k, "/nowhere", 404, "404 (nobody)");
    kit_do(&k, "/login?u=7", 200, NULL);
    http_check_field(kit_do(&k, "/nowhere", 404, "404 7"), "Cache-Control: no-store");
    kit_do(&k, "/fail", 500, "500 7");
    kit_close(&k);
}
END_TEST

SUITE(
    "http/sessions",
    LOOP(s1_the_cookie_is_http_only_and_lax_and_of_this_host, 0, KIT_STORES) LOOP(
        s2_over_tls_it_is_secure_and_its_name_says_so, 0,
        KIT_STORES) TEST(s2_plain_http_from_elsewhere_gets_no_plain_cookie)
        LOOP(s3_the_name_is_neutral_and_the_id_says_nothing, 0, KIT_STORES) LOOP(
            s4_a_changed_cookie_is_an_anonymous_session, 0,
            KIT_STORES) LOOP(s5_an_id_unknown_to_the_server_is_never_adopted, 0,
                             KIT_STORES)
            LOOP(s6_login_and_rotation_make_a_new_id_and_the_old_is_dead, 0, 2 * KIT_STORES) LOOP(
                s7_a_session_that_is_not_used_ends, 0,
                TIMES
                    *KIT_STORES) LOOP(s7_a_session_ends_however_much_it_is_used, 0,
                                      TIMES
                                          *KIT_STORES) LOOP(s8_logout_kills_on_the_server,
                                                            0, KIT_STORES)
                LOOP(s8_a_user_logs_out_everywhere, 0, KIT_COOKIE) LOOP(
                    s9_ids_are_stored_as_hashes_and_logged_nowhere, 0,
                    2) LOOP(s10_what_touched_the_session_is_stored_by_no_cache, 0,
                            STORES_NOTHING) LOOP(who_stores_nothing_gets_no_cookie, 0,
                                                 KIT_STORES)
                    LOOP(values_are_set_changed_and_removed, 0, KIT_STORES) LOOP(
                        a_cookie_is_set_once_and_again_when_its_time_runs, 0,
                        KIT_STORES) LOOP(a_handler_that_fails_leaves_the_session_as_it_was,
                                         0, KIT_STORES)
                        LOOP(logout_stays_whatever_the_answer_and_a_new_session_may_begin,
                             0, KIT_STORES) LOOP(another_user_does_not_inherit, 0,
                                                 KIT_STORES)
                            LOOP(a_login_begins_the_absolute_time_anew, 0,
                                 KIT_STORES) LOOP(messages_are_shown_once, 0, KIT_STORES)
                                LOOP(what_makes_no_sense_is_refused, 0,
                                     WRONG) LOOP(a_session_has_its_size, 0, KIT_STORES)
                                    TEST(a_sealed_session_fits_into_a_cookie) LOOP(
                                        options_are_kept, 0, KIT_STORES)
                                        TEST(insecure_says_what_it_is) LOOP(
                                            an_answer_that_comes_later_has_the_same_session,
                                            0, 2 * KIT_STORES)
                                            LOOP(a_page_for_errors_may_read_the_session,
                                                 0, KIT_STORES))
