/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Error answers: what the client is told, in which form, and what only the log knows.
 */

#include "http.h"
#include "suite.h"

static int ok(hearth_ctx *c)
{
    return hearth_text(c, 200, "ok");
}

static int taken(hearth_ctx *c)
{
    return hearth_fail(c, 409, "the title '%s' is <b>taken</b>", "x");
}

static int odd_fail(hearth_ctx *c)
{
    return hearth_fail(c, 200, "this is no error");
}

static int plain(hearth_ctx *c)
{
    (void)c;
    return 403;
}

static int internal(hearth_ctx *c)
{
    (void)c;
    return HEARTH_EDB;
}

static int unstarted(hearth_ctx *c)
{
    hearth_text(c, 200, "half an answer");
    hearth_set_header(c, "ETag", "\"1\"");
    hearth_set_header(c, "X-Mine", "yes");
    return hearth_fail(c, 500, "it broke");
}

static int two_faults(hearth_ctx *c)
{
    hearth_fault(c, "/title", "required", "title is %s", "required");
    hearth_fault(c, "?page", "range", "page is too large");
    HEARTH_TRY(hearth_faults(c));
    return hearth_text(c, 200, "not reached");
}

static int one_fault(hearth_ctx *c)
{
    return hearth_fault(c, "/a~1b", "odd", "a/b is odd");
}

static int no_fault(hearth_ctx *c)
{
    HEARTH_TRY(hearth_faults(c));
    return hearth_text(c, 200, "sound");
}

static int overruled(hearth_ctx *c)
{
    hearth_fault(c, "/a", "odd", "a is odd");
    return hearth_fail(c, 404, "but that does not matter");
}

static int long_text(hearth_ctx *c)
{
    char text[2000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    return hearth_fail(c, 400, "%s", text);
}

static const hearth_route routes[] = {
    HEARTH_GET("/", ok),
    HEARTH_GET("/taken", taken),
    HEARTH_GET("/odd", odd_fail),
    HEARTH_GET("/plain", plain),
    HEARTH_GET("/internal", internal),
    HEARTH_GET("/unstarted", unstarted),
    HEARTH_GET("/faults", two_faults),
    HEARTH_GET("/fault", one_fault),
    HEARTH_GET("/no-fault", no_fault),
    HEARTH_GET("/overruled", overruled),
    HEARTH_GET("/long", long_text),
    HEARTH_END,
};

static const struct {
    const char *target;
    int status;
    const char *pointer, *value;
} members[] = {
    {"/taken", 409, "/status", "409"},
    {"/taken", 409, "/title", "Conflict"},
    {"/taken", 409, "/detail", "the title 'x' is <b>taken</b>"},
    {"/taken", 409, "/type", "about:blank"},
    {"/taken", 409, "/errors", ""},
    {"/plain", 403, "/title", "Forbidden"},
    {"/nowhere", 404, "/title", "Not Found"},
    {"/nowhere", 404, "/status", "404"},
    {"/odd", 500, "/status", "500"},
    {"/unstarted", 500, "/detail", "it broke"},
    {"/faults", 422, "/errors/0/pointer", "/title"},
    {"/faults", 422, "/errors/0/code", "required"},
    {"/faults", 422, "/errors/0/detail", "title is required"},
    {"/faults", 422, "/errors/1/parameter", "page"},
    {"/faults", 422, "/errors/1/detail", "page is too large"},
    {"/faults", 422, "/errors/2", ""},
    {"/fault", 422, "/errors/0/pointer", "/a~1b"},
    {"/overruled", 404, "/detail", "but that does not matter"},
    {"/overruled", 404, "/errors", ""},
};

START_TEST(programs_get_a_problem_document)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, members[_i].target);

    ck_assert_int_eq(r->status, members[_i].status);
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), "application/problem+json");
    ck_assert_str_eq(hearth_answer_at(r, members[_i].pointer), members[_i].value);
    hearth_client_free(t);
}
END_TEST

START_TEST(without_faults_the_handler_goes_on)
{
    const http_case k = {.target = "/no-fault", .status = 200, .says = "sound"};

    http_check_one(NULL, routes, &k);
}
END_TEST

/* ---- which form ------------------------------------------------------------------------- */

static const struct {
    const char *accept;
    bool html;
} forms[] = {
    {"Accept: text/html", true},
    {"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true},
    {"Accept: TEXT/HTML", true},
    {"Accept: application/json", false},
    {"Accept: */*", false},
    {"Accept: application/json, text/html;q=0.5", false},
    {"Accept: text/html;q=0.9, application/json;q=0.5", true},
    {"Accept: text/html;q=0", false},
    {"Accept: text/plain", false},
    {"Accept: ", false},
    {"X-Other: text/html", false},
};

START_TEST(browsers_get_a_page_and_programs_a_document)
{
    hearth_client *t = http_client(NULL, routes);
    const char *const headers[] = {forms[_i].accept, NULL};
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/taken", .headers = headers});

    ck_assert_int_eq(r->status, 409);
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"),
                     forms[_i].html ? "text/html; charset=utf-8"
                                    : "application/problem+json");
    hearth_client_free(t);
}
END_TEST

START_TEST(the_page_escapes_what_it_shows)
{
    static const char *const headers[] = {"Accept: text/html", NULL};
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/taken", .headers = headers});

    ck_assert_ptr_null(strstr(r->body.ptr, "<b>taken"));
    ck_assert_ptr_nonnull(strstr(r->body.ptr, "&lt;b&gt;taken"));
    ck_assert_ptr_nonnull(strstr(r->body.ptr, "409"));
    ck_assert_ptr_null(strstr(r->body.ptr, "{{"));
    hearth_client_free(t);
}
END_TEST

START_TEST(the_page_allows_no_script_and_no_frame)
{
    static const char *const headers[] = {"Accept: text/html", NULL};
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/nowhere", .headers = headers});
    const char *policy = hearth_answer_header(r, "Content-Security-Policy");

    ck_assert_ptr_nonnull(policy);
    ck_assert_ptr_nonnull(strstr(policy, "default-src 'none'"));
    ck_assert_ptr_nonnull(strstr(policy, "frame-ancestors 'none'"));
    ck_assert_str_eq(hearth_answer_header(r, "X-Content-Type-Options"), "nosniff");
    hearth_client_free(t);
}
END_TEST

START_TEST(an_error_replaces_half_an_answer_and_keeps_other_fields)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, "/unstarted");

    ck_assert_int_eq(r->status, 500);
    ck_assert_ptr_null(strstr(r->body.ptr, "half an answer"));
    ck_assert_ptr_null(hearth_answer_header(r, "ETag"));
    ck_assert_str_eq(hearth_answer_header(r, "X-Mine"), "yes");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_long_text_is_cut_and_the_document_stays_sound)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, "/long");

    ck_assert_int_eq(r->status, 400);
    ck_assert_ptr_nonnull(r->json);
    ck_assert_int_eq(hearth_answer_at(r, "/detail")[0], 'x');
    hearth_client_free(t);
}
END_TEST

/* ---- inside and outside -------------------------------------------------------------------- */

START_TEST(debug_shows_what_is_else_only_logged)
{
    hearth_client *t = http_client(&(hearth_app_opts){.debug = _i == 1}, routes);
    const hearth_answer *r = hearth_call_get(t, "/internal");
    const char *inside = hearth_strerror(HEARTH_EDB);

    ck_assert_int_eq(r->status, 500);
    ck_assert_int_eq(strstr(r->body.ptr, inside) != NULL, _i == 1);
    ck_assert(http_logged(t, inside));
    hearth_client_free(t);
}
END_TEST

START_TEST(what_the_client_did_wrong_is_not_logged_as_an_error)
{
    hearth_client *t = http_client(NULL, routes);

    hearth_call_get(t, "/taken");
    hearth_call_get(t, "/faults");
    hearth_call_get(t, "/nowhere");
    ck_assert(!http_logged(t, "ERROR"));
    hearth_client_free(t);
}
END_TEST

/* ---- an answer of the application's own ------------------------------------------------------ */

static int own_answer(hearth_ctx *c, const hearth_error *e)
{
    return hearth_textf(c, e->status, "%d %d %s", e->code, e->status, e->text);
}

static int own_not(hearth_ctx *c, const hearth_error *e)
{
    (void)c;
    return e->status;
}

static int own_breaks(hearth_ctx *c, const hearth_error *e)
{
    (void)e;
    hearth_text(c, 200, "half");
    return HEARTH_EIO;
}

static int own_forgets(hearth_ctx *c, const hearth_error *e)
{
    (void)c;
    (void)e;
    return 0;
}

static const struct {
    hearth_error_fn *fn;
    const char *target;
    int status;
    const char
        *says; /* how it begins; where nothing was said a general sentence follows */
} owns[] = {
    {own_answer, "/taken", 409, "0 409 the title 'x' is <b>taken</b>"},
    {own_answer, "/plain", 403, "0 403 "},
    {own_answer, "/internal", 500, "-9 500 "},
    {own_answer, "/nowhere", 404, "0 404 "},
    {own_answer, "/faults", 422, "-5 422 title is required; page is too large"},
    {own_answer, "/a%zz", 400, NULL},
    {own_answer, "/", 200, "ok"},
    {own_not, "/taken", 409, NULL},
    {own_breaks, "/taken", 409, NULL},
    {own_forgets, "/taken", 409, NULL},
    {NULL, "/taken", 409, NULL},
};

START_TEST(an_application_may_answer_errors_its_own_way)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_mount(app, "", routes);
    ck_assert_int_eq(hearth_on_error(app, owns[_i].fn), 0);
    hearth_client *t = hearth_client_new(app);
    const hearth_answer *r = hearth_call_get(t, owns[_i].target);

    ck_assert_int_eq(r->status, owns[_i].status);
    if (owns[_i].says != NULL)
        ck_assert_msg(strncmp(r->body.ptr, owns[_i].says, strlen(owns[_i].says)) == 0,
                      "%s", r->body.ptr);
    else if (owns[_i].fn != own_answer)
        ck_assert_str_eq(hearth_answer_at(r, "/detail"), "the title 'x' is <b>taken</b>");
    hearth_client_free(t);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/errors",
      LOOP(programs_get_a_problem_document, 0,
           COUNT(members)) TEST(without_faults_the_handler_goes_on)
          LOOP(browsers_get_a_page_and_programs_a_document, 0,
               COUNT(forms)) TEST(the_page_escapes_what_it_shows)
              TEST(the_page_allows_no_script_and_no_frame)
                  TEST(an_error_replaces_half_an_answer_and_keeps_other_fields)
                      TEST(a_long_text_is_cut_and_the_document_stays_sound)
                          LOOP(debug_shows_what_is_else_only_logged, 0, 2)
                              TEST(what_the_client_did_wrong_is_not_logged_as_an_error)
                                  LOOP(an_application_may_answer_errors_its_own_way, 0,
                                       COUNT(owns)))
