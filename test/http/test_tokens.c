/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Tokens over HTTP: once, again and again, and what is no good. */

#include "auth_kit.h"
#include "suite.h"

static const char *arg(hearth_ctx *c, const char *name)
{
    return hearth_query(c, name, NULL);
}

static int make(hearth_ctx *c)
{
    const char *text;
    int64_t ttl_s;

    HEARTH_TRY(hearth_query_int(c, "ttl", 3600, &ttl_s));
    HEARTH_TRY(hearth_token_make(c, arg(c, "p"), arg(c, "u"), ttl_s, &text));
    return hearth_text(c, 200, text);
}

static int take(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_token_take(c, arg(c, "p"), arg(c, "t"), &user));
    return hearth_text(c, 200, user);
}

static int take_and_fail(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_token_take(c, arg(c, "p"), arg(c, "t"), &user));
    return 500;
}

static int peek(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_token_peek(c, arg(c, "p"), arg(c, "t"), &user));
    return hearth_text(c, 200, user);
}

static int revoke(hearth_ctx *c)
{
    HEARTH_TRY(hearth_tokens_revoke(c, arg(c, "p"), arg(c, "u")));
    return hearth_text(c, 200, "ok");
}

static int stored(hearth_ctx *c)
{
    return hearth_reply_rows(c, 200, "SELECT * FROM hearth_tokens", HEARTH_NO_ARGS);
}

static int remember(hearth_ctx *c)
{
    HEARTH_TRY(hearth_remember(c, arg(c, "u"), 0));
    return hearth_text(c, 200, "ok");
}

static int who(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_set_header(c, "Cache-Control", "public, max-age=60"));
    HEARTH_TRY(hearth_remembered(c, &user));
    return hearth_text(c, 200, user == NULL ? "(nobody)" : user);
}

static int forget(hearth_ctx *c)
{
    HEARTH_TRY(hearth_forget(c));
    return hearth_text(c, 200, "ok");
}

static int login(hearth_ctx *c)
{
    HEARTH_TRY(hearth_session_login(c, arg(c, "u")));
    return hearth_text(c, 200, "ok");
}

static int sessions(hearth_ctx *c)
{
    const hearth_session_info *list;
    size_t n;

    HEARTH_TRY(hearth_sessions_list(c, arg(c, "u"), &list, &n));
    return hearth_textf(c, 200, "%zu", n);
}

static int bearer_make(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(hearth_bearer_make(
        c, arg(c, "u"),
        &(hearth_bearer_opts){.label = arg(c, "l"), .scopes = arg(c, "s"), .ttl_s = 3600},
        &text));
    return hearth_text(c, 200, text);
}

static int bearer(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_bearer(c, arg(c, "s"), &user));
    return hearth_text(c, 200, user);
}

static int bearers(hearth_ctx *c)
{
    const hearth_bearer_info *list;
    const char *all = "";
    size_t n;

    HEARTH_TRY(hearth_bearers_list(c, arg(c, "u"), &list, &n));
    for (size_t i = 0; i < n; i++)
        all = hearth_strf(c, "%s%s:%s:%s ", all, list[i].label, list[i].scopes,
                          list[i].used_s > 0 ? "used" : "new");
    if (arg(c, "drop") != NULL)
        HEARTH_TRY(
            hearth_bearer_revoke(c, arg(c, "drop"), n == 0 ? "x" : list[0].handle));
    return hearth_text(c, 200, all);
}

static int basic(hearth_ctx *c)
{
    const char *name, *password;

    HEARTH_TRY(hearth_basic(c, "here", &name, &password));
    if (strcmp(name, "ada") != 0)
        return hearth_basic_ask(c, "here");
    return hearth_textf(c, 200, "%s/%s", name, password);
}

/* The answers of handlers that ask nobody how to say it. */
static int basic_plain(hearth_ctx *c)
{
    const char *name, *password;

    HEARTH_TRY(hearth_basic(c, "there", &name, &password));
    return arg(c, "own") == NULL ? 401 : hearth_text(c, 401, "own");
}

static int bearer_plain(hearth_ctx *c)
{
    const char *user;

    if (hearth_bearer(c, NULL, &user) == 401)
        return hearth_json(c, 401, json_pack("{s:s}", "own", "answer"));
    HEARTH_TRY(hearth_set_header(c, "WWW-Authenticate", "Own"));
    return 401;
}

static int plain(hearth_ctx *c)
{
    (void)c;
    return 401;
}

static int bad_realm(hearth_ctx *c)
{
    return hearth_basic_ask(c, "a \"realm\"");
}

static const hearth_route routes[] = {
    HEARTH_GET("/make", make),
    HEARTH_GET("/take", take),
    HEARTH_GET("/basic/plain", basic_plain),
    HEARTH_GET("/bearer/plain", bearer_plain),
    HEARTH_GET("/plain", plain),
    HEARTH_GET("/fail", take_and_fail),
    HEARTH_GET("/peek", peek),
    HEARTH_GET("/revoke", revoke),
    HEARTH_GET("/stored", stored),
    HEARTH_GET("/remember", remember),
    HEARTH_GET("/who", who),
    HEARTH_GET("/forget", forget),
    HEARTH_GET("/login", login),
    HEARTH_GET("/sessions", sessions),
    HEARTH_GET("/bearer/make", bearer_make),
    HEARTH_GET("/bearer", bearer),
    HEARTH_GET("/bearers", bearers),
    HEARTH_GET("/basic", basic),
    HEARTH_GET("/realm", bad_realm),
    HEARTH_END,
};

static void open_kit(auth_kit *k)
{
    hearth_app *app = auth_app();

    ck_assert_int_eq(hearth_use_tokens(app), 0);
    ck_assert_int_eq(hearth_use_tokens(app), 0);
    auth_open(k, app, routes);
}

/* A text of the server's, kept past the next call. */
static void get_text(auth_kit *k, const char *target, char *out, size_t max)
{
    snprintf(out, max, "%s", auth_do(k, target, 200, NULL)->body.ptr);
}

/* ---- once ------------------------------------------------------------------ */

START_TEST(a5_a_token_is_good_once)
{
    char text[64], target[128];
    auth_kit k;

    open_kit(&k);
    get_text(&k, "/make?p=reset&u=7", text, sizeof text);
    ck_assert_uint_eq(strlen(text), 43);
    snprintf(target, sizeof target, "/peek?p=reset&t=%s", text);
    auth_do(&k, target, 200, "7");
    auth_do(&k, target, 200, "7");
    snprintf(target, sizeof target, "/take?p=reset&t=%s", text);
    auth_do(&k, target, 200, "7");
    auth_do(&k, target, 400, NULL);
    ck_assert(http_logged(k.t, "a token for \"reset\" of user \"7\" is used"));
    ck_assert(http_logged(k.t, "a token for \"reset\" from"));
    auth_close(&k);
}
END_TEST

START_TEST(a5_a_token_is_hashed_at_rest)
{
    char text[64], rows[2000];
    auth_kit k;

    open_kit(&k);
    get_text(&k, "/make?p=reset&u=7", text, sizeof text);
    get_text(&k, "/stored", rows, sizeof rows);
    ck_assert_ptr_nonnull(strstr(rows, "reset"));
    ck_assert_ptr_null(strstr(rows, text));
    auth_close(&k);
}
END_TEST

START_TEST(a5_a_token_expires)
{
    char text[64], target[128];
    auth_kit k;

    open_kit(&k);
    get_text(&k, "/make?p=reset&u=7&ttl=100", text, sizeof text);
    snprintf(target, sizeof target, "/peek?p=reset&t=%s", text);
    auth_later(&k, 98);
    auth_do(&k, target, 200, "7");
    auth_later(&k, 3);
    auth_do(&k, target, 400, NULL);
    snprintf(target, sizeof target, "/take?p=reset&t=%s", text);
    auth_do(&k, target, 400, NULL);
    if (getenv("HEARTH_TEST_WIRE") == NULL) { /* it is swept */
        auth_later(&k, 601);
        hearth_client_settle(k.t);
        auth_do(&k, "/stored", 200, "[]");
    }
    auth_close(&k);
}
END_TEST

static const char *const bad[] = {
    "/take?p=reset",
    "/take?p=reset&t=",
    "/take?p=reset&t=short",
    "/take?p=reset&t=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "/take?p=reset&t=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "/take?p=reset&t=%27%20OR%201%3D1%20--",
    "/take?p=reset&t=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%0AAA",
    "/make?p=reset",
    "/make?p=&u=7",
    "/make?p=hearth.bearer&u=7",
    "/make?p=reset&u=7&ttl=0",
    "/make?p=reset&u=7&ttl=-1",
    "/make?p=reset&u=7&ttl=9223372036854775807",
    "/take?p=hearth.remember&t=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
};

START_TEST(a5_what_is_no_token_is_400)
{
    auth_kit k;

    open_kit(&k);
    auth_do(&k, bad[_i], 400, NULL);
    auth_close(&k);
}
END_TEST

START_TEST(a5_another_purpose_is_refused_and_does_not_use_it)
{
    char text[64], target[128];
    auth_kit k;

    open_kit(&k);
    get_text(&k, "/make?p=reset&u=7", text, sizeof text);
    snprintf(target, sizeof target, "/take?p=verify&t=%s", text);
    auth_do(&k, target, 400, NULL);
    snprintf(target, sizeof target, "/fail?p=reset&t=%s", text);
    auth_do(&k, target, 500, NULL); /* rolled back */
    snprintf(target, sizeof target, "/take?p=reset&t=%s", text);
    auth_do(&k, target, 200, "7");
    auth_close(&k);
}
END_TEST

START_TEST(revoked_tokens_are_good_no_more)
{
    char a[64], b[64], other[64], target[128];
    auth_kit k;

    open_kit(&k);
    get_text(&k, "/make?p=reset&u=7", a, sizeof a);
    get_text(&k, "/make?p=verify&u=7", b, sizeof b);
    get_text(&k, "/make?p=reset&u=8", other, sizeof other);
    auth_do(&k, "/revoke?p=reset&u=7", 200, NULL);
    snprintf(target, sizeof target, "/take?p=reset&t=%s", a);
    auth_do(&k, target, 400, NULL);
    snprintf(target, sizeof target, "/peek?p=verify&t=%s", b);
    auth_do(&k, target, 200, "7");
    auth_do(&k, "/revoke?u=7", 200, NULL);
    auth_do(&k, target, 400, NULL);
    snprintf(target, sizeof target, "/take?p=reset&t=%s", other);
    auth_do(&k, target, 200, "8");
    auth_close(&k);
}
END_TEST

/* ---- a browser --------------------------------------------------------------- */

START_TEST(a5_a_remembered_browser_gets_a_new_cookie_at_each_use)
{
    char first[512];
    auth_kit k;

    open_kit(&k);
    auth_do(&k, "/who", 200, "(nobody)");
    auth_keep(&k, auth_do(&k, "/remember?u=7", 200, NULL));
    snprintf(first, sizeof first, "%s", k.cookie);
    auth_keep(&k, auth_do(&k, "/who", 200, "7"));
    ck_assert_str_ne(first, k.cookie);
    auth_keep(&k, auth_do(&k, "/who", 200, "7"));
    auth_do(&k, "/forget", 200, NULL);
    auth_do(&k, "/who", 200, "(nobody)");
    auth_close(&k);
}
END_TEST

START_TEST(s10_what_a_remembered_browser_is_told_is_stored_by_no_cache)
{
    static const char field[] = "Cache-Control: no-store";
    auth_kit k;

    open_kit(&k);
    http_check_field(auth_do(&k, "/who", 200, "(nobody)"),
                     "Cache-Control: public, max-age=60");
    const hearth_answer *r = auth_do(&k, "/remember?u=7", 200, NULL);

    http_check_field(r, field);
    auth_keep(&k, r);
    http_check_field(auth_do(&k, "/who", 200, "7"), field);
    http_check_field(auth_do(&k, "/who", 200, "7"), field); /* without a new cookie */
    auth_close(&k);
}
END_TEST

/* Requests that ran at the same time are no theft. */
START_TEST(a5_the_cookie_before_is_good_for_another_minute)
{
    char first[512], second[512];
    auth_kit k;

    open_kit(&k);
    auth_keep(&k, auth_do(&k, "/remember?u=7", 200, NULL));
    snprintf(first, sizeof first, "%s", k.cookie);
    auth_cookie_of(auth_do(&k, "/who", 200, "7"), second, sizeof second);
    ck_assert_ptr_null(hearth_answer_header(auth_do(&k, "/who", 200, "7"), "Set-Cookie"));
    snprintf(k.cookie, sizeof k.cookie, "%s", second);
    auth_do(&k, "/who", 200, "7");
    auth_close(&k);
}
END_TEST

START_TEST(a5_a_copied_cookie_ends_all_of_them)
{
    char first[512], second[512], elsewhere[512];
    auth_kit k;

    open_kit(&k);
    auth_do(&k, "/login?u=7", 200, NULL);
    auth_cookie_of(auth_do(&k, "/remember?u=7", 200, NULL), elsewhere, sizeof elsewhere);
    auth_keep(&k, auth_do(&k, "/remember?u=7", 200, NULL));
    snprintf(first, sizeof first, "%s", k.cookie);
    auth_cookie_of(auth_do(&k, "/who", 200, "7"), second, sizeof second);
    auth_later(&k, 62);
    auth_do(&k, "/sessions?u=7", 200, "1");
    auth_do(&k, "/who", 200, "(nobody)");
    auth_do(&k, "/sessions?u=7", 200, "0");
    ck_assert(http_logged(k.t, "of user \"7\" was copied"));
    snprintf(k.cookie, sizeof k.cookie, "%s", second);
    auth_do(&k, "/who", 200, "(nobody)");
    snprintf(k.cookie, sizeof k.cookie, "%s", elsewhere);
    auth_do(&k, "/who", 200, "(nobody)");
    auth_close(&k);
}
END_TEST

START_TEST(a5_a_remembered_browser_is_forgotten_after_30_days)
{
    auth_kit k;

    open_kit(&k);
    auth_keep(&k, auth_do(&k, "/remember?u=7", 200, NULL));
    auth_later(&k, INT64_C(30) * 86400 + 1);
    auth_do(&k, "/who", 200, "(nobody)");
    auth_close(&k);
}
END_TEST

START_TEST(a_cookie_that_is_none_is_nobodys)
{
    static const char *const cookies[] = {
        "remember=",
        "remember=x.y",
        "remember=-",
        "remember=AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "remember=AAAAAAAAAAAAAAAAAAAAA'.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ("__Host-remember=AAAAAAAAAAAAAAAAAAAAAA."
         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
    };
    auth_kit k;

    open_kit(&k);
    for (size_t i = 0; i < sizeof cookies / sizeof cookies[0]; i++) {
        snprintf(k.cookie, sizeof k.cookie, "%s", cookies[i]);
        auth_do(&k, "/who", 200, "(nobody)");
        auth_do(&k, "/forget", 200, "ok");
    }
    auth_close(&k);
}
END_TEST

/* ---- programs ---------------------------------------------------------------- */

START_TEST(a_bearer_token_acts_for_its_user_within_its_scopes)
{
    char text[64], field[128], rows[2000];
    auth_kit k;
    const hearth_answer *r;

    open_kit(&k);
    get_text(&k, "/bearer/make?u=7&l=backup&s=read%20list", text, sizeof text);
    get_text(&k, "/stored", rows, sizeof rows);
    ck_assert_ptr_null(strstr(rows, text));
    auth_do(&k, "/bearers?u=7", 200, "backup:read list:new ");
    snprintf(field, sizeof field, "Authorization: bearer %s", text);
    k.field = field;
    auth_do(&k, "/bearer", 200, "7");
    auth_do(&k, "/bearer?s=list", 200, "7");
    auth_do(&k, "/bearers?u=7", 200, "backup:read list:used ");
    r = auth_do(&k, "/bearer?s=write", 403, NULL);
    http_check_field(r, "WWW-Authenticate: Bearer realm=\"api\", "
                        "error=\"insufficient_scope\", scope=\"write\"");
    auth_do(&k, "/bearer?s=rea", 403, NULL);
    auth_do(&k, "/bearer?s=read%20list", 403, NULL);
    auth_do(&k, "/bearers?u=7&drop=8", 404, NULL);
    auth_do(&k, "/bearer", 200, "7");
    auth_do(&k, "/bearers?u=7&drop=7", 200, NULL);
    auth_do(&k, "/bearer", 401, NULL);
    ck_assert(!http_logged(k.t, text));
    auth_close(&k);
}
END_TEST

static const struct {
    const char *field, *challenge;
} bearer_bad[] = {
    {NULL, "WWW-Authenticate: Bearer realm=\"api\""},
    {"Authorization: Basic YTpi", "WWW-Authenticate: Bearer realm=\"api\""},
    {"Authorization: Bearer", "WWW-Authenticate: Bearer realm=\"api\""},
    {"Authorization: BearerAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
     "WWW-Authenticate: Bearer realm=\"api\""},
    {"Authorization: Bearer x",
     "WWW-Authenticate: Bearer realm=\"api\", error=\"invalid_token\""},
    {"Authorization: Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
     "WWW-Authenticate: Bearer realm=\"api\", error=\"invalid_token\""},
};

START_TEST(what_is_no_bearer_token_is_401)
{
    auth_kit k;

    open_kit(&k);
    k.field = bearer_bad[_i].field;
    http_check_field(auth_do(&k, "/bearer", 401, NULL), bearer_bad[_i].challenge);
    auth_close(&k);
}
END_TEST

START_TEST(scopes_are_words)
{
    auth_kit k;

    open_kit(&k);
    auth_do(&k, "/bearer/make?u=7&s=a%20%20b", 400, NULL);
    auth_do(&k, "/bearer/make?u=7&s=%20a", 400, NULL);
    auth_do(&k, "/bearer/make?u=7&s=a%20", 400, NULL);
    auth_do(&k, "/bearer/make?u=7&s=a%22b", 400, NULL);
    auth_do(&k, "/bearer/make?u=7&s=a:b%20c.d/e", 200, NULL);
    auth_close(&k);
}
END_TEST

static const struct {
    const char *field;
    int status;
    const char *says;
} basics[] = {
    {"Authorization: Basic YWRhOmxvdmVsYWNl", 200, "ada/lovelace"},
    {"Authorization: BASIC YWRhOmxvdmVsYWNl", 200, "ada/lovelace"},
    {"Authorization: Basic YWRhOg==", 200, "ada/"},
    {"Authorization: Basic YWRhOmE6Yg==", 200, "ada/a:b"},
    {"Authorization: Basic Ym9iOng=", 401, NULL},
    {"Authorization: Basic YWRh", 401, NULL},
    {"Authorization: Basic YWRhOgBi", 401, NULL}, /* NUL */
    {"Authorization: Basic YWRhOv8=", 401, NULL}, /* not UTF-8 */
    {"Authorization: Basic ???", 401, NULL},
    {"Authorization: Basic", 401, NULL},
    {"Authorization: Bearer YWRhOmxvdmVsYWNl", 401, NULL},
    {NULL, 401, NULL},
};
#define BASICS ((int)(sizeof basics / sizeof basics[0]))

START_TEST(basic_gives_a_name_and_a_password)
{
    auth_kit k;
    const hearth_answer *r;

    open_kit(&k);
    k.field = basics[_i].field;
    r = auth_do(&k, "/basic", basics[_i].status, basics[_i].says);
    if (r->status == 401)
        http_check_field(r, "WWW-Authenticate: Basic realm=\"here\", charset=\"UTF-8\"");
    auth_close(&k);
}
END_TEST

/* RFC 9110 section 15.5.2, whoever answers. */
START_TEST(every_401_of_a_scheme_says_how_to_ask)
{
    char text[100], field[200];
    auth_kit k;

    open_kit(&k);
    k.field = "Authorization: Basic YWRhOmxvdmVsYWNl";
    http_check_field(auth_do(&k, "/basic/plain", 401, NULL),
                     "WWW-Authenticate: Basic realm=\"there\", charset=\"UTF-8\"");
    http_check_field(auth_do(&k, "/basic/plain?own=1", 401, "own"),
                     "WWW-Authenticate: Basic realm=\"there\", charset=\"UTF-8\"");
    http_check_field(auth_do(&k, "/bearer/plain", 401, "{\"own\":\"answer\"}"),
                     "WWW-Authenticate: Bearer realm=\"api\"");
    get_text(&k, "/bearer/make?u=7", text, sizeof text);
    snprintf(field, sizeof field, "Authorization: Bearer %s", text);
    k.field = field;
    http_check_field(auth_do(&k, "/bearer/plain", 401, NULL), "WWW-Authenticate: Own");
    ck_assert_ptr_null(
        hearth_answer_header(auth_do(&k, "/plain", 401, NULL), "WWW-Authenticate"));
    auth_close(&k);
}
END_TEST

START_TEST(a_realm_is_checked)
{
    auth_kit k;

    open_kit(&k);
    auth_do(&k, "/realm", 400, NULL);
    auth_close(&k);
}
END_TEST

START_TEST(who_did_not_ask_for_tokens_has_none)
{
    static const char *const targets[] = {"/make?p=a&u=7", "/take?p=a&t=x",
                                          "/who",          "/forget",
                                          "/bearer",       "/remember?u=7"};
    auth_kit k;
    hearth_app *bare = hearth_app_new(NULL);

    ck_assert_int_eq(hearth_use_tokens(bare), HEARTH_ESTATE);
    hearth_app_free(bare);
    auth_open(&k, auth_app(), routes);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++)
        auth_do(&k, targets[i], 500, NULL);
    auth_close(&k);
}
END_TEST

SUITE("http/tokens",
      TEST(a5_a_token_is_good_once) TEST(a5_a_token_is_hashed_at_rest)
          TEST(a5_a_token_expires) LOOP(a5_what_is_no_token_is_400, 0,
                                        (int)(sizeof bad / sizeof bad[0]))
              TEST(a5_another_purpose_is_refused_and_does_not_use_it)
                  TEST(revoked_tokens_are_good_no_more) TEST(
                      s10_what_a_remembered_browser_is_told_is_stored_by_no_cache)
                      TEST(a5_a_remembered_browser_gets_a_new_cookie_at_each_use) TEST(
                          a5_the_cookie_before_is_good_for_another_minute)
                          TEST(a5_a_copied_cookie_ends_all_of_them) TEST(
                              a5_a_remembered_browser_is_forgotten_after_30_days)
                              TEST(a_cookie_that_is_none_is_nobodys) TEST(
                                  a_bearer_token_acts_for_its_user_within_its_scopes)
                                  LOOP(what_is_no_bearer_token_is_401, 0,
                                       (int)(sizeof bearer_bad /
                                             sizeof bearer_bad[0])) TEST(scopes_are_words)
                                      LOOP(basic_gives_a_name_and_a_password, 0, BASICS)
                                          TEST(every_401_of_a_scheme_says_how_to_ask)
                                              TEST(a_realm_is_checked) TEST(
                                                  who_did_not_ask_for_tokens_has_none))
