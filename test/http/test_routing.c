/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Patterns, tables and groups, and what is answered when nothing matches.
 */

#include "http.h"
#include "suite.h"

#include <hearth/log.h>

static char literal[] = "literal", integer[] = "int", number[] = "float", uuid[] = "uuid",
            slug[] = "slug", date[] = "date", string[] = "string", rest[] = "path",
            group[] = "group", top[] = "top", posted[] = "posted";

/* Says which route it was, by its arg, and the parameter. */
static int which(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_arg(c));
}

static int param(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %s", (const char *)hearth_arg(c),
                        hearth_param(c, "p"));
}

static int two_params(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%lld %s", (long long)hearth_param_int(c, "a"),
                        hearth_param(c, "b"));
}

static int as_float(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%.3f", hearth_param_float(c, "p"));
}

static const hearth_route inner[] = {
    HEARTH_GET("/", which, .arg = group),
    HEARTH_GET("/{b}", two_params),
    HEARTH_END,
};

static const hearth_route outer[] = {
    HEARTH_GET("/", which, .arg = top),
    HEARTH_GROUP("/{a:int}", inner),
    HEARTH_END,
};

static const hearth_route routes[] = {
    /* the worst first: order does not matter */
    HEARTH_GET("/any/{p:path}", param, .arg = rest),
    HEARTH_GET("/any/{p}", param, .arg = string),
    HEARTH_GET("/any/{p:slug}", param, .arg = slug),
    HEARTH_GET("/any/{p:uuid}", param, .arg = uuid),
    HEARTH_GET("/any/{p:date}", param, .arg = date),
    HEARTH_GET("/any/{p:float}", param, .arg = number),
    HEARTH_GET("/any/{p:int}", param, .arg = integer),
    HEARTH_GET("/any/literal", which, .arg = literal),
    HEARTH_POST("/any/literal", which, .arg = posted),
    HEARTH_GET("/float/{p:float}", as_float),
    HEARTH_GET("/string/{p:string}", param, .arg = string),
    HEARTH_GET("/date/{p:date}", param, .arg = date),
    HEARTH_GET("/slug/{p:slug}", param, .arg = slug),
    HEARTH_GET("/uuid/{p:uuid}", param, .arg = uuid),
    HEARTH_GET("/int/{p:int}", param, .arg = integer),
    HEARTH_GET("/path/{p:path}", param, .arg = rest),
    HEARTH_GET("/slash", which, .arg = literal),
    HEARTH_GET("/slashed/", which, .arg = literal),
    HEARTH_GET("/a/{p}/c", param, .arg = string),
    HEARTH_GET("/a/b/d", which, .arg = literal),
    HEARTH_GET("/caf\xc3\xa9", which, .arg = literal),
    HEARTH_ROUTE("PURGE", "/any/literal", which, .arg = literal),
    HEARTH_GROUP("/group", outer),
    HEARTH_END,
};

static const http_case requests[] = {
    /* the most precise wins */
    {.target = "/any/literal", .status = 200, .says = "literal"},
    {.target = "/any/12", .status = 200, .says = "int 12"},
    {.target = "/any/-12", .status = 200, .says = "int -12"},
    {.target = "/any/1.5", .status = 200, .says = "float 1.5"},
    {.target = "/any/2026-11-23", .status = 200, .says = "date 2026-11-23"},
    {.target = "/any/123e4567-e89b-12d3-a456-426614174000",
     .status = 200,
     .says = "uuid 123e4567-e89b-12d3-a456-426614174000"},
    {.target = "/any/a-b-1", .status = 200, .says = "slug a-b-1"},
    {.target = "/any/A_b", .status = 200, .says = "string A_b"},
    {.target = "/any/a/b", .status = 200, .says = "path a/b"},
    {.target = "/any/%6citeral", .status = 200, .says = "literal"},

    /* what each converter takes */
    {.target = "/int/9223372036854775807",
     .status = 200,
     .says = "int 9223372036854775807"},
    {.target = "/int/9223372036854775808", .status = 404},
    {.target = "/int/", .status = 404},
    {.target = "/int/1.0", .status = 404},
    {.target = "/int/x", .status = 404},
    {.target = "/float/1e3", .status = 200, .says = "1000.000"},
    {.target = "/float/-.5", .status = 404},
    {.target = "/float/7", .status = 200, .says = "7.000"},
    {.target = "/float/nan", .status = 404},
    {.target = "/float/inf", .status = 404},
    {.target = "/date/2024-02-29", .status = 200, .says = "date 2024-02-29"},
    {.target = "/date/2023-02-29", .status = 404},
    {.target = "/date/2023-2-9", .status = 404},
    {.target = "/slug/a--b", .status = 404},
    {.target = "/slug/-a", .status = 404},
    {.target = "/slug/A", .status = 404},
    {.target = "/uuid/123e4567e89b12d3a456426614174000", .status = 404},
    {.target = "/string/a%2Fb", .status = 200, .says = "string a/b"},
    {.target = "/string/a/b", .status = 404},
    {.target = "/string/", .status = 404},
    {.target = "/path/a/b/c", .status = 200, .says = "path a/b/c"},
    {.target = "/path/", .status = 404},
    {.target = "/path/a/", .status = 200, .says = "path a/"},

    /* "/a" and "/a/" differ */
    {.target = "/slash", .status = 200},
    {.target = "/slash/", .status = 404},
    {.target = "/slashed/", .status = 200},
    {.target = "/slashed", .status = 404},

    /* a literal that leads nowhere is tried again as a parameter */
    {.target = "/a/b/c", .status = 200, .says = "string b"},
    {.target = "/a/b/d", .status = 200, .says = "literal"},
    {.target = "/a/x/d", .status = 404},

    {.target = "/caf%C3%A9", .status = 200, .says = "literal"},
    {.target = "/any%2Fliteral", .status = 404},
    {.target = "/ANY/literal", .status = 404},

    /* groups */
    {.target = "/group", .status = 200, .says = "top"},
    {.target = "/group/7", .status = 200, .says = "group"},
    {.target = "/group/7/x", .status = 200, .says = "7 x"},
    {.target = "/group/x", .status = 404},

    /* methods */
    {.method = "POST", .target = "/any/literal", .status = 200, .says = "posted"},
    {.method = "PURGE", .target = "/any/literal", .status = 200, .says = "literal"},
    {.method = "POST",
     .target = "/slash",
     .status = 405,
     .field = "Allow: GET, HEAD, OPTIONS"},
    {.method = "PURGE",
     .target = "/slash",
     .status = 405,
     .field = "Allow: GET, HEAD, OPTIONS"},
    {.method = "DELETE", .target = "/nowhere", .status = 404, .field = "Allow"},
    {.method = "BREW", .target = "/slash", .status = 501},
    {.method = "TRACE", .target = "/slash", .status = 501},
    {.method = "get", .target = "/slash", .status = 501},

    /* double slashes lead to the one address (308) */
    {.target = "//slash", .status = 308, .field = "Location: /slash"},
    {.target = "/any//literal?a=b//c",
     .status = 308,
     .field = "Location: /any/literal?a=b//c"},
    {.target = "/group//7///x", .status = 308, .field = "Location: /group/7/x"},

    {.target = "/", .status = 404},
    {.target = "/nowhere", .status = 404},
};

START_TEST(the_best_route_answers)
{
    http_check_one(NULL, routes, &requests[_i]);
}
END_TEST

static const http_case slashes[] = {
    {.target = "/slash/", .status = 308, .field = "Location: /slash"},
    {.target = "/slashed", .status = 308, .field = "Location: /slashed/"},
    {.target = "/slash/?a=b", .status = 308, .field = "Location: /slash?a=b"},
    {.target = "/slash", .status = 200},
    {.target = "/slashed/", .status = 200},
    {.target = "/nowhere/", .status = 404},
    {.target = "/group/7/x/", .status = 308, .field = "Location: /group/7/x"},
    {.target = "/", .status = 404},
};

START_TEST(the_other_slash_redirects_when_wanted)
{
    http_check_one(&(hearth_app_opts){.slash_redirect = true}, routes, &slashes[_i]);
}
END_TEST

START_TEST(each_method_has_a_call)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_int_eq(hearth_get(app, "/x", which), 0);
    ck_assert_int_eq(hearth_post(app, "/x", which), 0);
    ck_assert_int_eq(hearth_put(app, "/x", which), 0);
    ck_assert_int_eq(hearth_patch(app, "/x", which), 0);
    ck_assert_int_eq(hearth_del(app, "/x", which), 0);
    hearth_client *t = hearth_client_new(app);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.method = "OPTIONS", .target = "/x"});

    ck_assert_int_eq(r->status, 204);
    ck_assert_str_eq(hearth_answer_header(r, "Allow"),
                     "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    hearth_client_free(t);
}
END_TEST

START_TEST(tables_may_be_mounted_below_a_prefix)
{
    static const char *const prefixes[] = {"", "/", "/api", "/api/v{a:int}"};
    static const char *const targets[] = {"/x", "/x", "/api/x", NULL};
    static const hearth_route table[] = {HEARTH_GET("/x", which, .arg = literal),
                                         HEARTH_END};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    int rc = hearth_mount(app, prefixes[_i], table);

    if (targets[_i] == NULL) { /* a segment is literal or a parameter, never both */
        ck_assert_int_eq(rc, HEARTH_EINVAL);
        hearth_app_free(app);
        return;
    }
    ck_assert_int_eq(rc, 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_int_eq(hearth_call_get(t, targets[_i])->status, 200);
    hearth_client_free(t);
}
END_TEST

/* ---- what is refused at start ----------------------------------------------------------- */

static const struct {
    const char *pattern, *with; /* with: a route that is there before */
    int rc;
} refused[] = {
    {"x", NULL, HEARTH_EINVAL},
    {"", NULL, HEARTH_EINVAL},
    {NULL, NULL, HEARTH_EINVAL},
    {"/{", NULL, HEARTH_EINVAL},
    {"/}", NULL, HEARTH_EINVAL},
    {"/{}", NULL, HEARTH_EINVAL},
    {"/{a:}", NULL, HEARTH_EINVAL},
    {"/{a:what}", NULL, HEARTH_EINVAL},
    {"/{a}{b}", NULL, HEARTH_EINVAL},
    {"/x{a}", NULL, HEARTH_EINVAL},
    {"/{a}/{a}", NULL, HEARTH_EINVAL},
    {"/{a:path}/b", NULL, HEARTH_EINVAL},
    {"//", NULL, HEARTH_EINVAL},
    {"/a//b", NULL, HEARTH_EINVAL},
    {"/a/../b", NULL, HEARTH_EINVAL},
    {"/x", "/x", HEARTH_ECONFLICT},
    {"/{a}", "/{b}", HEARTH_ECONFLICT},
    {"/{a:string}", "/{b}", HEARTH_ECONFLICT},
    {"/{a:int}/x", "/{b:int}/x", HEARTH_ECONFLICT},
    {"/{a:path}", "/{b:path}", HEARTH_ECONFLICT},
};

START_TEST(a_pattern_that_makes_no_sense_is_refused)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    if (refused[_i].with != NULL)
        ck_assert_int_eq(hearth_get(app, refused[_i].with, which), 0);
    ck_assert_int_eq(hearth_get(app, refused[_i].pattern, which), refused[_i].rc);
    ck_assert_ptr_null(hearth_client_new(app)); /* and the application does not start */
}
END_TEST

START_TEST(the_same_path_with_another_method_or_converter_is_no_conflict)
{
    hearth_app *app = hearth_app_new(NULL);

    ck_assert_int_eq(hearth_get(app, "/{a}", which), 0);
    ck_assert_int_eq(hearth_post(app, "/{a}", which), 0);
    ck_assert_int_eq(hearth_get(app, "/{a:int}", which), 0);
    ck_assert_int_eq(hearth_get(app, "/{a}/", which), 0);
    hearth_app_free(app);
}
END_TEST

/* ---- fallback ------------------------------------------------------------------------------ */

static int fall_back(hearth_ctx *c)
{
    return hearth_textf(c, 200, "fallback %s", hearth_path(c));
}

START_TEST(a_fallback_answers_what_matches_nothing)
{
    static const http_case falls[] = {
        {.target = "/nowhere", .status = 200, .says = "fallback /nowhere"},
        {.target = "/int/x", .status = 200, .says = "fallback /int/x"},
        {.method = "POST", .target = "/slash", .status = 405},
        {.target = "/slash", .status = 200, .says = "literal"},
    };
    hearth_app *app = hearth_app_new(NULL);

    hearth_mount(app, "", routes);
    ck_assert_int_eq(hearth_fallback(app, fall_back), 0);
    hearth_client *t = hearth_client_new(app);

    (void)http_check(t, &falls[_i]);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_fallback_that_is_null_is_refused)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_fallback(app, NULL), HEARTH_EINVAL);
    hearth_app_free(app);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/routing",
      LOOP(the_best_route_answers, 0,
           COUNT(requests)) LOOP(the_other_slash_redirects_when_wanted, 0, COUNT(slashes))
          TEST(each_method_has_a_call) LOOP(tables_may_be_mounted_below_a_prefix, 0, 4)
              LOOP(a_pattern_that_makes_no_sense_is_refused, 0, COUNT(refused))
                  TEST(the_same_path_with_another_method_or_converter_is_no_conflict)
                      LOOP(a_fallback_answers_what_matches_nothing, 0, 4)
                          TEST(a_fallback_that_is_null_is_refused))
