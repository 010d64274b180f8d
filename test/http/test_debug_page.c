/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The error page of development: what it tells a developer, and that nobody else gets it.
 */

#include "http.h"
#include "suite.h"

#include <dlfcn.h>

static volatile int after; /* what follows a call: it cannot become a jump */

static int lend(hearth_ctx *c)
{
    int rc;

    for (int64_t i = 0; i < 6; i++) {
        hearth_rows *r =
            hearth_select(c, "SELECT name FROM author WHERE id = ?", hearth_args(i));

        while (hearth_rows_next(r))
            after++;
        HEARTH_TRY(hearth_rows_error(r));
    }
    hearth_logf(c, HEARTH_LOG_WARN, "the shelf is <b>empty</b>");
    rc = hearth_exec(c, "INSERT INTO loans(book) VALUES (?)", hearth_args("hidden-arg"));
    after++;
    return rc;
}

static int by_itself(hearth_ctx *c)
{
    after++;
    return c == NULL ? 0 : HEARTH_EIO;
}

static int told(hearth_ctx *c)
{
    int rc = hearth_fail(c, 503, "the <i>printer</i> is on fire");

    after++;
    return rc;
}

static int refused(hearth_ctx *c)
{
    return hearth_fail(c, 404, "no such book");
}

/* The error that was dealt with is not the one that is answered. */
static int dealt_with(hearth_ctx *c)
{
    int rc = hearth_fail(c, 409, "forgotten");

    after++;
    return rc == 409 ? HEARTH_EIO : rc;
}

static int reads_form(hearth_ctx *c)
{
    after += hearth_form(c, "password", NULL) != NULL;
    return HEARTH_EIO;
}

#define ACCOUNT(F, T) \
    F(T, name, text, "Name") F(T, answer, text, "Answer", .secret = true)
HEARTH_MODEL(account, NULL, ACCOUNT);

static const hearth_route routes[] = {
    HEARTH_GET("/lend", lend, .name = "lend"),
    HEARTH_GET("/by-itself", by_itself),
    HEARTH_GET("/told", told),
    HEARTH_GET("/refused", refused),
    HEARTH_GET("/dealt-with", dealt_with),
    HEARTH_POST("/form", reads_form),
    HEARTH_POST("/account", by_itself, .in = &account_model),
    HEARTH_GET("/reset/{token}", by_itself),
    HEARTH_END,
};

static int own_answer(hearth_ctx *c, const hearth_error *e)
{
    return hearth_text(c, e->status, "own");
}

static hearth_client *client(bool debug, hearth_error_fn *fn)
{
    hearth_error err;
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.debug = debug});
    hearth_db *db = hearth_db_open("sqlite::memory:", &err);

    ck_assert_msg(db != NULL, "%s", err.text);
    ck_assert_int_eq(hearth_db_script(db,
                                      "CREATE TABLE author(id INTEGER PRIMARY KEY, "
                                      "name TEXT) STRICT",
                                      &err),
                     0);
    hearth_use_db(app, db);
    hearth_mount(app, "", routes);
    if (fn != NULL)
        hearth_on_error(app, fn);
    return hearth_client_new(app);
}

static const hearth_answer *browse(hearth_client *t, const char *target,
                                   const char *field)
{
    const char *const headers[] = {"Accept: text/html", field, NULL};

    return hearth_call_do(t, &(hearth_call){.target = target, .headers = headers});
}

static bool has(const hearth_answer *r, const char *text)
{
    return strstr(r->body.ptr, text) != NULL;
}

static bool has_libdw(void)
{
    void *h = dlopen("libdw.so.1", RTLD_NOW);

    if (h != NULL)
        dlclose(h);
    return h != NULL;
}

/* ---- what it tells ------------------------------------------------------------------- */

START_TEST(it_shows_message_source_statements_and_log)
{
    hearth_client *t = client(true, NULL);
    const hearth_answer *r = browse(t, "/lend", NULL);

    ck_assert_int_eq(r->status, 500);
    ck_assert(has(r, "no such table: loans"));
    ck_assert(has(r, "ran 6 times"));
    ck_assert(has(r, "INSERT INTO loans(book) VALUES (?)</code> <strong>failed"));
    ck_assert(has(r, "the shelf is &lt;b&gt;empty"));
    ck_assert(!has(r, "<b>empty"));
    ck_assert(!has(r, "hidden-arg</")); /* of the source line it is part of a call */
    ck_assert(has(r, "GET /lend"));
    if (has_libdw()) {
        ck_assert(has(r, "<code class=\"function\">lend</code>"));
        ck_assert(has(r, "test/http/test_debug_page.c:"));
        ck_assert(has(r, "<mark>>"));
        ck_assert(!has(r, "hearth__request_run"));
    } else {
        ck_assert(has(r, "install libdw1"));
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(an_error_without_a_call_leads_to_the_handler)
{
    static const char *const targets[] = {"/by-itself", "/dealt-with"};
    static const char *const names[] = {"by_itself", "dealt_with"};
    hearth_client *t = client(true, NULL);
    const hearth_answer *r = browse(t, targets[_i], NULL);
    char want[64];

    snprintf(want, sizeof want, "<code class=\"function\">%s</code>", names[_i]);
    ck_assert_int_eq(r->status, 500);
    if (has_libdw()) {
        ck_assert(has(r, want));
        ck_assert(has(r, "Where in it is not known"));
    }
    ck_assert(!has(r, "forgotten</p>"));
    hearth_client_free(t);
}
END_TEST

START_TEST(what_was_told_is_shown_escaped)
{
    hearth_client *t = client(true, NULL);
    const hearth_answer *r = browse(t, "/told", NULL);

    ck_assert_int_eq(r->status, 503);
    ck_assert(has(r, "the &lt;i&gt;printer&lt;/i&gt; is on fire"));
    ck_assert(!has(r, "<i>printer"));
    ck_assert(!has(r, "{{"));
    hearth_client_free(t);
}
END_TEST

START_TEST(programs_are_told_the_calls)
{
    hearth_client *t = client(true, NULL);
    const hearth_answer *r = hearth_call_get(t, "/lend");

    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), "application/problem+json");
    if (has_libdw())
        ck_assert_ptr_nonnull(strstr(hearth_answer_at(r, "/trace/0"), "lend (") != NULL
                                  ? hearth_answer_at(r, "/trace/0")
                                  : strstr(hearth_answer_at(r, "/trace/1"), "lend ("));
    hearth_client_free(t);
    t = client(false, NULL);
    r = hearth_call_get(t, "/lend");
    ck_assert_str_eq(hearth_answer_at(r, "/trace/0"), "");
    ck_assert(!has(r, "trace"));
    hearth_client_free(t);
}
END_TEST

START_TEST(where_nothing_matches_the_routes_are_listed)
{
    hearth_client *t = client(true, NULL);
    const hearth_answer *r = browse(t, "/nowhere/%3Cscript%3E", NULL);

    ck_assert_int_eq(r->status, 404);
    ck_assert(has(r, "<code>/reset/{token}</code>"));
    ck_assert(!has(r, "<script"));
    r = browse(t, "/refused", NULL); /* a handler's own word */
    ck_assert_int_eq(r->status, 404);
    ck_assert(!has(r, "/reset/{token}"));
    ck_assert(has(r, "no such book"));
    hearth_client_free(t);
}
END_TEST

/* ---- secrets --------------------------------------------------------------------------- */

static const struct {
    const char *method, *target, *type, *body, *field;
    const char *shown, *not_shown;
} secrets[] = {
    {"GET", "/by-itself?reset_token=t0psecret&x=seen", NULL, NULL, NULL, "seen",
     "t0psecret"},
    {"GET", "/by-itself", NULL, NULL, "Cookie: sid=t0psecret", "Cookie", "t0psecret"},
    {"GET", "/by-itself", NULL, NULL, "Authorization: Bearer t0psecret", "Authorization",
     "t0psecret"},
    {"GET", "/by-itself", NULL, NULL, "X-API-Key: t0psecret", "X-API-Key", "t0psecret"},
    {"GET", "/by-itself", NULL, NULL, "Referer: http://a/b?token=t0psecret", "http://a/b",
     "t0psecret"},
    {"GET", "/reset/t0psecret", NULL, NULL, NULL, "/reset/{token}", "t0psecret"},
    {"POST", "/form", "application/x-www-form-urlencoded",
     "user=seen&password=t0psecret&_csrf=t0psecret", NULL, "seen", "t0psecret"},
    {"POST", "/account", "application/x-www-form-urlencoded",
     "name=seen&answer=t0psecret", NULL, "seen", "t0psecret"},
    {"POST", "/account", "application/json", "{\"name\":\"a\",\"answer\":\"t0psecret\"}",
     NULL, "application/json", "t0psecret"},
};
#define SECRETS ((int)(sizeof secrets / sizeof *secrets))

START_TEST(secrets_are_masked)
{
    const char *const headers[] = {"Accept: text/html", secrets[_i].field, NULL};
    hearth_client *t = client(true, NULL);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = secrets[_i].method,
                                         .target = secrets[_i].target,
                                         .type = secrets[_i].type,
                                         .body = secrets[_i].body,
                                         .headers = headers});

    ck_assert_int_eq(r->status, 500);
    ck_assert(has(r, "<h2>Request</h2>"));
    ck_assert(has(r, secrets[_i].shown));
    ck_assert(!has(r, secrets[_i].not_shown));
    hearth_client_free(t);
}
END_TEST

/* ---- nobody else ------------------------------------------------------------------------- */

static const struct {
    bool off;
    const char *field;
} others[] = {
    {true, NULL},
    {false, "Host: example.org"},
    {false, "X-Forwarded-For: 127.0.0.1"},
    {false, "Forwarded: for=127.0.0.1"},
    {false, "Via: 1.1 tunnel"},
    {false, "Sec-Fetch-Mode: cors"},
};
#define OTHERS ((int)(sizeof others / sizeof *others))

START_TEST(others_get_the_plain_page)
{
    static const char *const targets[] = {"/lend", "/told", "/nowhere", "/by-itself"};
    hearth_client *t = client(!others[_i].off, NULL);

    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        const hearth_answer *r = browse(t, targets[i], others[_i].field);

        ck_assert_int_ge(r->status, 400);
        ck_assert(!has(r, "<h2>"));
        ck_assert(!has(r, "test_debug_page.c"));
        ck_assert(!has(r, "author"));
        ck_assert(!has(r, "/reset/"));
        ck_assert(has(r, "mention this number"));
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(it_runs_no_script_and_is_not_kept)
{
    hearth_client *t = client(true, NULL);
    const hearth_answer *r = browse(t, "/lend", NULL);
    const char *policy = hearth_answer_header(r, "Content-Security-Policy");

    ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'; style-src 'sha256-"));
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-store");
    ck_assert_str_eq(hearth_answer_header(r, "X-Content-Type-Options"), "nosniff");
    hearth_client_free(t);
}
END_TEST

START_TEST(it_comes_before_an_answer_of_the_applications)
{
    hearth_client *t = client(true, own_answer);
    const hearth_answer *r = browse(t, "/lend", NULL);

    ck_assert(has(r, "no such table"));
    ck_assert_str_eq(hearth_call_get(t, "/lend")->body.ptr, "own"); /* no browser */
    ck_assert_str_eq(browse(t, "/nowhere", NULL)->body.ptr, "own");
    hearth_client_free(t);
    t = client(false, own_answer);
    ck_assert_str_eq(browse(t, "/lend", NULL)->body.ptr, "own");
    hearth_client_free(t);
}
END_TEST

SUITE("http/debug_page",
      TEST(it_shows_message_source_statements_and_log)
          LOOP(an_error_without_a_call_leads_to_the_handler, 0, 2)
              TEST(what_was_told_is_shown_escaped) TEST(programs_are_told_the_calls)
                  TEST(where_nothing_matches_the_routes_are_listed)
                      LOOP(secrets_are_masked, 0, SECRETS)
                          LOOP(others_get_the_plain_page, 0, OTHERS)
                              TEST(it_runs_no_script_and_is_not_kept)
                                  TEST(it_comes_before_an_answer_of_the_applications))
