/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Links by route name.
 */

#include "http.h"
#include "suite.h"

static int here(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_path(c));
}

/* Each link in its own handler: hearth_args() is written down where it is used. */
static int say(hearth_ctx *c, const char *url)
{
    return hearth_text(c, 200, url == NULL ? "(none)" : url);
}

static int to_plain(hearth_ctx *c)
{
    return say(c, hearth_url(c, "plain", HEARTH_NO_ARGS));
}

static int to_one(hearth_ctx *c)
{
    return say(c, hearth_url(c, "one", hearth_args(7)));
}

static int to_text(hearth_ctx *c)
{
    return say(c, hearth_url(c, "text", hearth_args("a b/\xc3\xa4?#%")));
}

static int to_two(hearth_ctx *c)
{
    return say(c, hearth_url(c, "two", hearth_args(-1, "x")));
}

static int to_rest(hearth_ctx *c)
{
    return say(c, hearth_url(c, "rest", hearth_args("a/b c/d")));
}

static int to_float(hearth_ctx *c)
{
    return say(c, hearth_url(c, "float", hearth_args(1.5)));
}

static int to_number_as_text(hearth_ctx *c)
{
    return say(c, hearth_url(c, "one", hearth_args("12")));
}

static int to_too_few(hearth_ctx *c)
{
    return say(c, hearth_url(c, "one", HEARTH_NO_ARGS));
}

static int to_too_many(hearth_ctx *c)
{
    return say(c, hearth_url(c, "one", hearth_args(1, 2)));
}

static int to_wrong_type(hearth_ctx *c)
{
    return say(c, hearth_url(c, "one", hearth_args("x")));
}

static int to_empty(hearth_ctx *c)
{
    return say(c, hearth_url(c, "text", hearth_args("")));
}

static int to_nowhere(hearth_ctx *c)
{
    return say(c, hearth_url(c, "nowhere", HEARTH_NO_ARGS));
}

static int to_grouped(hearth_ctx *c)
{
    return say(c, hearth_url(c, "grouped", hearth_args(3, 4)));
}

static const hearth_route inner[] = {
    HEARTH_GET("/{b:int}", here, .name = "grouped"),
    HEARTH_END,
};

static const hearth_route routes[] = {
    HEARTH_GET("/plain", here, .name = "plain"),
    HEARTH_GET("/one/{a:int}", here, .name = "one"),
    HEARTH_GET("/text/{a}", here, .name = "text"),
    HEARTH_GET("/two/{a:int}/x/{b}", here, .name = "two"),
    HEARTH_GET("/rest/{a:path}", here, .name = "rest"),
    HEARTH_GET("/float/{a:float}", here, .name = "float"),
    HEARTH_GROUP("/group/{a:int}", inner),
    HEARTH_GET("/to/plain", to_plain),
    HEARTH_GET("/to/one", to_one),
    HEARTH_GET("/to/text", to_text),
    HEARTH_GET("/to/two", to_two),
    HEARTH_GET("/to/rest", to_rest),
    HEARTH_GET("/to/float", to_float),
    HEARTH_GET("/to/number-as-text", to_number_as_text),
    HEARTH_GET("/to/grouped", to_grouped),
    HEARTH_GET("/to/too-few", to_too_few),
    HEARTH_GET("/to/too-many", to_too_many),
    HEARTH_GET("/to/wrong-type", to_wrong_type),
    HEARTH_GET("/to/empty", to_empty),
    HEARTH_GET("/to/nowhere", to_nowhere),
    HEARTH_END,
};

static const struct {
    const char *from, *url, *path; /* path: what the link's target sees; NULL: no link */
} links[] = {
    {"/to/plain", "/plain", "/plain"},
    {"/to/one", "/one/7", "/one/7"},
    {"/to/text", "/text/a%20b%2F%C3%A4%3F%23%25", "/text/a b/\xc3\xa4?#%"},
    {"/to/two", "/two/-1/x/x", "/two/-1/x/x"},
    {"/to/rest", "/rest/a/b%20c/d", "/rest/a/b c/d"},
    {"/to/float", "/float/1.5", "/float/1.5"},
    {"/to/number-as-text", "/one/12", "/one/12"},
    {"/to/grouped", "/group/3/4", "/group/3/4"},
    {"/to/too-few", "(none)", NULL},
    {"/to/too-many", "(none)", NULL},
    {"/to/wrong-type", "(none)", NULL},
    {"/to/empty", "(none)", NULL},
    {"/to/nowhere", "(none)", NULL},
};

START_TEST(a_link_leads_to_its_route)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, links[_i].from);

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, links[_i].url);
    if (links[_i].path != NULL) {
        r = hearth_call_get(t, links[_i].url);
        ck_assert_int_eq(r->status, 200);
        ck_assert_str_eq(r->body.ptr, links[_i].path);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(a_link_that_cannot_be_made_is_logged)
{
    hearth_client *t = http_client(NULL, routes);

    hearth_call_get(t, "/to/nowhere");
    ck_assert(http_logged(t, "nowhere"));
    hearth_call_get(t, "/to/too-few");
    ck_assert(http_logged(t, "/one/{a:int}"));
    hearth_client_free(t);
}
END_TEST

START_TEST(a_name_used_twice_is_refused)
{
    static const hearth_route table[] = {
        HEARTH_GET("/a", here, .name = "same"),
        HEARTH_GET("/b", here, .name = "same"),
        HEARTH_END,
    };
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_int_eq(hearth_mount(app, "", table), HEARTH_EINVAL);
    hearth_app_free(app);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/url",
      LOOP(a_link_leads_to_its_route, 0, COUNT(links))
          TEST(a_link_that_cannot_be_made_is_logged) TEST(a_name_used_twice_is_refused))
