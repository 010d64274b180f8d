/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What comes in and goes on: into SQL, into rows, out again as a file.  The rows Q1 to Q4
 * and X7, of applications that do nothing special.
 */

#include "form.h"
#include "http.h"
#include "suite.h"

#include "tree.h"

#include <unistd.h>

#define ACCOUNT(F, T)                                          \
    F(T, id, i64, "Identifier", .key = true, .readonly = true) \
    F(T, name, text, "Name", .required = true, .max = 200)     \
    F(T, admin, flag, "Runs the place?", .readonly = true, .fallback = "false")
HEARTH_MODEL(account, "accounts", ACCOUNT);

static const hearth_model *const models[] = {&account_model, NULL};

static int by_name(hearth_ctx *c)
{
    return hearth_reply_rows(c, 200, "SELECT name FROM accounts WHERE name = ?",
                             hearth_args(hearth_query(c, "name", "")));
}

static int first(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %s %s %s", hearth_query(c, "a", "-"),
                        hearth_form(c, "a", "-"),
                        hearth_header(c, "X-A") == NULL ? "-" : hearth_header(c, "X-A"),
                        hearth_cookie(c, "a") == NULL ? "-" : hearth_cookie(c, "a"));
}

static int json(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return hearth_text(c, 200, "taken");
}

static int path(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_param(c, "rest"));
}

static const hearth_route routes[] = {
    HEARTH_GET("/by-name", by_name),
    HEARTH_POST("/first", first),
    HEARTH_POST("/json", json),
    HEARTH_GET("/path/{rest:path}", path),
    HEARTH_END,
};

static hearth_client *open_accounts(void)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    hearth_error err = {0};

    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_models(app, models), 0);
    ck_assert_int_eq(hearth_db_script(db,
                                      "INSERT INTO accounts(name, admin) VALUES "
                                      "('olga', 0), ('eve', 1)",
                                      &err),
                     0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_resource(app, "/accounts", &account_model, NULL), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

/* ---- Q1 ------------------------------------------------------------------------------ */

static const struct {
    const char *target;
    int status; /* 400: refused; 200: nobody is called that */
} injections[] = {
    {"/by-name?name=x'%20OR%20'1'='1", 200},
    {"/by-name?name=x';%20DROP%20TABLE%20accounts;--", 200},
    {"/by-name?name=%25", 200},
    {"/accounts?name.starts=_", 200}, /* no wildcards of LIKE */
    {"/accounts?name=x'%20OR%20'1'='1", 200},
    {"/accounts?name.contains=%25'%20OR%201=1--", 200},
    {"/accounts?name.contains=%25", 200},
    {"/accounts?sort=name;DROP%20TABLE%20accounts", 400},
    {"/accounts?sort=(SELECT%201)", 400},
    {"/accounts?sort=name%20DESC", 400},
    {"/accounts?fields=name,(SELECT%20sql%20FROM%20sqlite_schema)", 400},
    {"/accounts?name)%20OR%20(1=1", 400},
    {"/accounts?limit=1%20OFFSET%201", 400},
    {"/accounts/1%20OR%201=1", 404},
};
#define INJECTIONS (int)(sizeof injections / sizeof *injections)

START_TEST(q1_sql_is_bound_and_names_are_from_a_list)
{
    hearth_client *t = open_accounts();
    const hearth_answer *r = hearth_call_get(t, injections[_i].target);

    ck_assert_msg(injections[_i].status == 400 ? r->status >= 400 && r->status < 500
                                               : r->status == injections[_i].status,
                  "%s: %d %s", injections[_i].target, r->status, r->body.ptr);
    ck_assert_msg(strstr(r->body.ptr, "olga") == NULL &&
                      strstr(r->body.ptr, "eve") == NULL,
                  "%s: %s", injections[_i].target, r->body.ptr);
    ck_assert_ptr_nonnull(strstr(hearth_call_get(t, "/accounts")->body.ptr, "olga"));
    hearth_client_free(t);
}
END_TEST

/* ---- Q2 ------------------------------------------------------------------------------ */

static const struct {
    const char *method, *target, *type, *body;
} assignments[] = {
    {"POST", "/accounts", "application/json", "{\"name\":\"bob\",\"admin\":true}"},
    {"POST", "/accounts", "application/json", "{\"name\":\"bob\",\"id\":7}"},
    {"POST", "/accounts", "application/json", "{\"name\":\"bob\",\"hash\":\"x\"}"},
    {"POST", "/accounts", "application/json", "{\"name\":\"bob\",\"__proto__\":{}}"},
    {"POST", "/accounts", "application/x-www-form-urlencoded", "name=bob&admin=true"},
    {"PUT", "/accounts/1", "application/json", "{\"name\":\"bob\",\"admin\":true}"},
    {"PATCH", "/accounts/1", "application/merge-patch+json", "{\"admin\":true}"},
    {"PATCH", "/accounts/1", "application/x-www-form-urlencoded", "admin=true"},
};
#define ASSIGNMENTS (int)(sizeof assignments / sizeof *assignments)

START_TEST(q2_only_listed_fields_bind)
{
    hearth_client *t = open_accounts();
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = assignments[_i].method,
                                         .target = assignments[_i].target,
                                         .type = assignments[_i].type,
                                         .body = assignments[_i].body});

    ck_assert_msg(r->status == 422, "%s: %d %s", assignments[_i].body, r->status,
                  r->body.ptr);
    ck_assert_ptr_null(strstr(hearth_call_get(t, "/accounts")->body.ptr, "bob"));
    ck_assert_str_eq(hearth_answer_at(hearth_call_get(t, "/accounts/1"), "/admin"),
                     "false");
    hearth_client_free(t);
}
END_TEST

/* ---- Q3 ------------------------------------------------------------------------------ */

START_TEST(q3_of_what_is_sent_twice_the_first_counts_and_in_json_none)
{
    static const char *const headers[] = {"X-A: 1", "X-A: 2", "Cookie: a=1; a=2", NULL};
    hearth_client *t = open_accounts();
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = "POST",
                                         .target = "/first?a=1&a=2",
                                         .type = "application/x-www-form-urlencoded",
                                         .body = "a=1&a=2",
                                         .headers = headers});

    ck_assert_str_eq(r->body.ptr, "1 1 1 1");
    r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                         .target = "/first?a=1&a=2",
                                         .type = FORM_TYPE,
                                         .body = FORM_TEXT("a", "1") FORM_TEXT("a", "2")
                                             FORM_END,
                                         .headers = headers});
    ck_assert_str_eq(r->body.ptr, "1 1 1 1");
    ck_assert_int_eq(hearth_call_post(t, "/json", "{\"a\":1,\"a\":2}")->status, 400);
    ck_assert_int_eq(
        hearth_call_post(t, "/accounts", "{\"name\":\"a\",\"name\":\"b\"}")->status, 422);
    r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                         .target = "/accounts",
                                         .type = "application/x-www-form-urlencoded",
                                         .body = "name=a&name=b"});
    ck_assert_int_eq(r->status, 422);
    hearth_client_free(t);
}
END_TEST

/* ---- Q4 ------------------------------------------------------------------------------ */

static const http_case paths[] = {
    {.target = "/path/a%2541", .status = 200, .says = "a%41"},
    {.target = "/path/a%252e%252e", .status = 200, .says = "a%2e%2e"},
    {.target = "/path/%25252f", .status = 200, .says = "%252f"},
    {.target = "/path/a%00b", .status = 400},
    {.target = "/path/%c0%af", .status = 400},       /* '/' in two bytes */
    {.target = "/path/%e0%80%af", .status = 400},    /* in three */
    {.target = "/path/%f0%80%80%af", .status = 400}, /* in four */
    {.target = "/path/%c0%80", .status = 400},       /* NUL */
    {.target = "/path/%ff", .status = 400},
    {.target = "/path/%e2%82", .status = 400},       /* cut */
    {.target = "/path/%ed%a0%80", .status = 400},    /* half of a pair */
    {.target = "/path/%f4%90%80%80", .status = 400}, /* past the last one */
    {.target = "/path/%zz", .status = 400},
    {.target = "/path/%c3%a4", .status = 200, .says = "\xc3\xa4"},
};
#define PATHS (int)(sizeof paths / sizeof *paths)

START_TEST(q4_a_path_is_decoded_once_and_is_utf_8)
{
    http_check_one(NULL, routes, &paths[_i]);
}
END_TEST

/* ---- X7 ------------------------------------------------------------------------------ */

static const char *shelf; /* the directory that uploads go to */

static int keep(hearth_ctx *c)
{
    const hearth_upload *u = hearth_upload_named(c, "f");
    const char *name;

    if (u == NULL)
        return 422;
    HEARTH_TRY(hearth_upload_save(c, u, shelf, NULL, &name));
    return hearth_text(c, 200, name);
}

static int show(hearth_ctx *c)
{
    return hearth_file(c, shelf, hearth_param(c, "name"),
                       &(hearth_file_opts){.untrusted = true});
}

static const hearth_route uploads[] = {
    HEARTH_POST("/", keep),
    HEARTH_GET("/one/{name}", show),
    HEARTH_END,
};

static void is_harmless(hearth_client *t, const char *target, const char *type)
{
    const hearth_answer *r = hearth_call_get(t, target);
    const char *policy = hearth_answer_header(r, "Content-Security-Policy");

    ck_assert_msg(r->status == 200, "%s: %d", target, r->status);
    ck_assert_ptr_nonnull(policy);
    ck_assert_ptr_nonnull(strstr(policy, "sandbox"));
    ck_assert_ptr_null(strstr(policy, "allow-scripts"));
    ck_assert_int_eq(strncmp(hearth_answer_header(r, "Content-Disposition"), "attachment",
                             10),
                     0);
    http_check_field(r, type);
    http_check_field(r, "X-Content-Type-Options: nosniff");
}

START_TEST(x7_what_was_uploaded_is_a_download_that_runs_nothing)
{
    static const hearth_static_opts o = {.untrusted = true};
    hearth_app *app = hearth_app_new(NULL);
    tree d = tree_new();
    char target[128];

    shelf = d.dir;
    tree_file(&d, "page.html", "<script>alert(1)</script>", 1000);
    tree_file(&d, "drawing.svg", "<svg onload='alert(1)'/>", 1000);
    ck_assert_int_eq(hearth_mount(app, "", uploads), 0);
    ck_assert_int_eq(hearth_static(app, "/all", d.dir, &o), 0);
    hearth_client *t = hearth_client_new(app);

    /* The client says that it is a page; nothing of ours says so. */
    const hearth_answer *r =
        hearth_call_do(t,
                       &(hearth_call){.method = "POST",
                                      .target = "/",
                                      .type = FORM_TYPE,
                                      .body = FORM_FILE("f", "../../x.html", "text/html",
                                                        "<script>") FORM_END});

    ck_assert_int_eq(r->status, 200);
    snprintf(target, sizeof target, "/one/%s", r->body.ptr);
    ck_assert_ptr_null(strstr(target, "x.html"));
    is_harmless(t, target, "Content-Type: application/octet-stream");
    is_harmless(t, "/one/page.html", "Content-Type: text/html; charset=utf-8");
    is_harmless(t, "/one/drawing.svg", "Content-Type: image/svg+xml");
    is_harmless(t, "/all/page.html", "Content-Type: text/html; charset=utf-8");
    is_harmless(t, "/all/drawing.svg", "Content-Type: image/svg+xml");
    hearth_client_free(t);
    tree_free(&d);
}
END_TEST

SUITE("http/secure_data",
      LOOP(q1_sql_is_bound_and_names_are_from_a_list, 0, INJECTIONS)
          LOOP(q2_only_listed_fields_bind, 0, ASSIGNMENTS)
              TEST(q3_of_what_is_sent_twice_the_first_counts_and_in_json_none)
                  LOOP(q4_a_path_is_decoded_once_and_is_utf_8, 0, PATHS)
                      TEST(x7_what_was_uploaded_is_a_download_that_runs_nothing))
