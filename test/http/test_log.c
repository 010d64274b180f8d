/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The log of an application: access lines, levels, forms, and what clients cannot do to it.
 */

#include "http.h"
#include "suite.h"

#include <hearth/log.h>

static int ok(hearth_ctx *c)
{
    return hearth_text(c, 200, "ok");
}

static int at_levels(hearth_ctx *c)
{
    hearth_logf(c, HEARTH_LOG_DEBUG, "a %s line", "debug");
    hearth_logf(c, HEARTH_LOG_INFO, "an %s line", "info");
    hearth_logf(c, HEARTH_LOG_WARN, "a %s line", "warn");
    hearth_logf(c, HEARTH_LOG_ERROR, "an %s line", "error");
    return hearth_text(c, 200, "ok");
}

/* What came in the query goes to the log as it is. */
static int repeat(hearth_ctx *c)
{
    hearth_logf(c, HEARTH_LOG_INFO, "asked for %s", hearth_query(c, "q", ""));
    return hearth_text(c, 200, "ok");
}

static int very_long(hearth_ctx *c)
{
    char *text = hearth_alloc(c, 20001);

    if (text == NULL)
        return HEARTH_ENOMEM;
    memset(text, 'x', 20000);
    hearth_logf(c, HEARTH_LOG_INFO, "long %s", text);
    return hearth_text(c, 200, "ok");
}

static const hearth_route routes[] = {
    HEARTH_GET("/", ok),
    HEARTH_GET("/levels", at_levels),
    HEARTH_GET("/repeat", repeat),
    HEARTH_GET("/long", very_long),
    HEARTH_END,
};

START_TEST(every_request_has_a_line)
{
    hearth_client *t = http_client(NULL, routes);

    hearth_call_get(t, "/?a=b");
    hearth_call_post(t, "/", "{}");
    hearth_call_get(t, "/nowhere");
    hearth_call_get(t, "/%zz");
    const char *log = hearth_client_log(t);

    ck_assert_ptr_nonnull(strstr(log, "\"GET /?a=b\" 200 2 "));
    ck_assert_ptr_nonnull(strstr(log, "\"POST /\" 405 "));
    ck_assert_ptr_nonnull(strstr(log, "\"GET /nowhere\" 404 "));
    ck_assert_ptr_nonnull(strstr(log, "\"GET /%zz\" 400 "));
    hearth_client_free(t);
}
END_TEST

START_TEST(access_lines_may_be_left_out)
{
    hearth_client *t = http_client(&(hearth_app_opts){.access_log_off = true}, routes);

    hearth_call_get(t, "/levels");
    ck_assert(!http_logged(t, "GET /levels"));
    ck_assert(http_logged(t, "a warn line"));
    hearth_client_free(t);
}
END_TEST

static const struct {
    hearth_log_level level;
    bool debug, info, warn, error;
} levels[] = {
    {HEARTH_LOG_DEFAULT, false, true, true, true},
    {HEARTH_LOG_DEBUG, true, true, true, true},
    {HEARTH_LOG_INFO, false, true, true, true},
    {HEARTH_LOG_WARN, false, false, true, true},
    {HEARTH_LOG_ERROR, false, false, false, true},
    {HEARTH_LOG_OFF, false, false, false, false},
};

START_TEST(a_level_hides_what_is_below_it)
{
    hearth_client *t =
        http_client(&(hearth_app_opts){.log = {.level = levels[_i].level}}, routes);

    hearth_call_get(t, "/levels");
    const char *log = hearth_client_log(t);

    ck_assert_int_eq(strstr(log, "a debug line") != NULL, levels[_i].debug);
    ck_assert_int_eq(strstr(log, "an info line") != NULL, levels[_i].info);
    ck_assert_int_eq(strstr(log, "GET /levels") != NULL, levels[_i].info);
    ck_assert_int_eq(strstr(log, "a warn line") != NULL, levels[_i].warn);
    ck_assert_int_eq(strstr(log, "an error line") != NULL, levels[_i].error);
    hearth_client_free(t);
}
END_TEST

/* What would start a line of its own, colour a terminal or turn its text round. */
static const char *const evil[] = {
    "%0a2026-11-23T00:00:00.000Z%20ERROR%20forged",
    "%0d%0aforged",
    "%1b[31mred",
    "%c2%9b31m",
    "%e2%80%ae",
    "%e2%80%a8",
    "%7f",
    "%09",
};

START_TEST(no_client_writes_a_line_of_its_own)
{
    hearth_client *t =
        http_client(&(hearth_app_opts){.log = {.json = _i % 2 == 1}}, routes);
    char target[128] = "/repeat?q=";
    int lines = 0, calls;

    memcpy(target + strlen(target), evil[_i / 2], strlen(evil[_i / 2]) + 1);
    ck_assert_int_eq(hearth_call_get(t, target)->status, 200);
    const char *log = hearth_client_log(t);

    for (const char *p = log; *p != '\0'; p++) {
        lines += *p == '\n';
        ck_assert_msg(*p == '\n' || (unsigned char)*p >= 0x20, "a raw control byte: %s",
                      log);
        ck_assert_msg(*p != 0x7f, "a raw DEL: %s", log);
    }
    if (_i % 2 == 0) /* JSON is for machines: nobody reads it in a terminal */
        ck_assert_ptr_null(strstr(log, "\xe2\x80\xae"));
    ck_assert_ptr_null(strstr(log, "\xe2\x80\xa8"));
    ck_assert_ptr_null(strstr(log, "\xc2\x9b"));
    /* Over a connection the server speaks of its start and its stop. */
    calls = getenv("HEARTH_TEST_WIRE") != NULL && getenv("HEARTH_TEST_WIRE")[0] == '1'
                ? 4
                : 2;
    ck_assert_int_eq(lines, calls);
    hearth_client_free(t);
}
END_TEST

START_TEST(json_lines_are_sound)
{
    hearth_client *t = http_client(&(hearth_app_opts){.log = {.json = true}}, routes);

    hearth_call_get(t, "/levels?a=%22b%5C");
    hearth_call_get(t, "/repeat?q=%22%0a%c3%a4");
    const char *line = hearth_client_log(t);
    int lines = 0;

    while (*line != '\0') {
        size_t n = strcspn(line, "\n");
        json_error_t err;
        json_t *tree = json_loadb(line, n, JSON_REJECT_DUPLICATES, &err);

        ck_assert_msg(tree != NULL, "%s: %.*s", err.text, (int)n, line);
        ck_assert(json_is_string(json_object_get(tree, "time")));
        ck_assert(json_is_string(json_object_get(tree, "level")));
        ck_assert(json_is_string(json_object_get(tree, "msg")) ||
                  json_is_string(json_object_get(tree, "method")));
        json_decref(tree);
        line += n + 1;
        lines++;
    }
    ck_assert_int_ge(lines, 6);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_long_line_is_cut)
{
    hearth_client *t = http_client(NULL, routes);

    hearth_call_get(t, "/long");
    const char *line = strstr(hearth_client_log(t), "long xxx");

    ck_assert_ptr_nonnull(line);
    ck_assert_uint_le(strcspn(line, "\n"), 8192);
    hearth_client_free(t);
}
END_TEST

/* ---- sinks ----------------------------------------------------------------------------------- */

typedef struct sink {
    char text[4096];
    size_t n;
    hearth_log_level level;
    int closed;
} sink;

static void sink_write(void *self, hearth_log_level level, hearth_str lines)
{
    sink *s = self;

    ck_assert_uint_lt(s->n + lines.len, sizeof s->text);
    memcpy(s->text + s->n, lines.ptr, lines.len);
    s->n += lines.len;
    s->level = level;
}

static void sink_close(void *self)
{
    ((sink *)self)->closed++;
}

START_TEST(a_sink_of_the_application_gets_whole_lines_and_is_closed)
{
    static const hearth_log_ops ops = {.name = "sink",
                                       .write = sink_write,
                                       .close = sink_close};
    sink s = {.n = 0};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.ops = &ops, .self = &s}});

    hearth_app_logf(app, HEARTH_LOG_WARN, "disk %d%% full", 90);
    ck_assert_int_eq(s.level, HEARTH_LOG_WARN);
    ck_assert_ptr_nonnull(strstr(s.text, "disk 90% full"));
    ck_assert_int_eq(s.text[s.n - 1], '\n');
    hearth_app_logf(app, HEARTH_LOG_DEBUG, "hidden");
    ck_assert_ptr_null(strstr(s.text, "hidden"));
    ck_assert_int_eq(s.closed, 0);
    hearth_app_free(app);
    ck_assert_int_eq(s.closed, 1);
}
END_TEST

START_TEST(a_set_up_call_that_fails_says_so_in_the_log)
{
    static const hearth_log_ops ops = {.name = "sink", .write = sink_write};
    sink s = {.n = 0};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.ops = &ops, .self = &s}});

    ck_assert_int_eq(hearth_get(app, "/twice", ok), 0);
    ck_assert_int_eq(hearth_get(app, "/twice", ok), HEARTH_ECONFLICT);
    ck_assert_ptr_nonnull(strstr(s.text, "/twice"));
    ck_assert_ptr_nonnull(strstr(s.text, "ERROR"));
    hearth_app_free(app);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/log",
      TEST(every_request_has_a_line) TEST(access_lines_may_be_left_out)
          LOOP(a_level_hides_what_is_below_it, 0, COUNT(levels))
              LOOP(no_client_writes_a_line_of_its_own, 0, 2 * COUNT(evil))
                  TEST(json_lines_are_sound) TEST(a_long_line_is_cut)
                      TEST(a_sink_of_the_application_gets_whole_lines_and_is_closed)
                          TEST(a_set_up_call_that_fails_says_so_in_the_log))
