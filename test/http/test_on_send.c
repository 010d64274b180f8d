/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * hearth_on_send(): the last word on every answer; and the rules for response fields.
 */

#include "http.h"
#include "suite.h"

#include <stdio.h>

static void set_field(hearth_ctx *c, void *arg)
{
    hearth_set_headerf(c, "X-Hook", "%s %d", (const char *)arg, hearth_status(c));
}

/* Which hooks ran, in order. */
typedef struct order {
    char text[8];
} order;

static void ran(hearth_ctx *c, order *o, char which)
{
    o->text[strlen(o->text)] = which;
    hearth_set_header(c, "X-Order", o->text);
}

static void ran_a(hearth_ctx *c, void *arg)
{
    ran(c, arg, 'a');
}

static void ran_b(hearth_ctx *c, void *arg)
{
    ran(c, arg, 'b');
}

static void ran_c(hearth_ctx *c, void *arg)
{
    ran(c, arg, 'c');
}

static void answer_again(hearth_ctx *c, void *arg)
{
    (void)arg;
    hearth_set_headerf(c, "X-Again", "%d", hearth_text(c, 200, "again"));
}

static void set_cookie(hearth_ctx *c, void *arg)
{
    (void)arg;
    hearth_set_cookie(c, "a", "b", NULL);
}

static void drop_type(hearth_ctx *c, void *arg)
{
    (void)arg;
    hearth_set_header(c, "Content-Type", NULL);
}

static int hooked(hearth_ctx *c)
{
    static char seen[] = "seen";

    HEARTH_TRY(hearth_on_send(c, set_field, seen));
    return hearth_next(c);
}

static int ok(hearth_ctx *c)
{
    return hearth_text(c, 200, "ok");
}

static int plain(hearth_ctx *c)
{
    (void)c;
    return 410;
}

static int failed(hearth_ctx *c)
{
    return hearth_fail(c, 409, "no");
}

static int again(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, answer_again, NULL));
    return hearth_text(c, 201, "first");
}

static int with_cookie(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, set_cookie, NULL));
    return 404;
}

static int without_type(hearth_ctx *c)
{
    HEARTH_TRY(hearth_on_send(c, drop_type, NULL));
    return hearth_text(c, 200, "x");
}

static int ordered(hearth_ctx *c)
{
    order *o = HEARTH_NEW(c, order);

    HEARTH_TRY(hearth_on_send(c, ran_a, o));
    HEARTH_TRY(hearth_on_send(c, ran_b, o));
    HEARTH_TRY(hearth_on_send(c, ran_c, o));
    return hearth_text(c, 200, "ok");
}

static const hearth_route routes[] = {
    HEARTH_GET("/", ok),
    HEARTH_GET("/plain", plain),
    HEARTH_GET("/failed", failed),
    HEARTH_GET("/again", again),
    HEARTH_GET("/cookie", with_cookie),
    HEARTH_GET("/typeless", without_type),
    HEARTH_GET("/ordered", ordered),
    HEARTH_END,
};

static const http_case requests[] = {
    {.status = 200, .says = "ok", .field = "X-Hook: seen 200"},
    {.target = "/plain", .status = 410, .field = "X-Hook: seen 410"},
    {.target = "/failed", .status = 409, .field = "X-Hook: seen 409"},
    {.target = "/nowhere", .status = 404, .field = "X-Hook: seen 404"},
    {.method = "POST", .status = 405, .field = "X-Hook: seen 405"},
    {.method = "OPTIONS", .status = 204, .field = "X-Hook: seen 204"},
    {.target = "//", .status = 308, .field = "X-Hook: seen 308"},
    {.target = "/again", .status = 201, .says = "first"},
    {.target = "/cookie",
     .status = 404,
     .field = "Set-Cookie: a=b; Path=/; Secure; HttpOnly; SameSite=Lax"},
    {.target = "/typeless", .status = 200, .says = "x", .field = "Content-Type"},
    /* the last registered runs first */
    {.target = "/ordered", .status = 200, .field = "X-Order: cba"},
};

START_TEST(a_hook_sees_every_answer_just_before_it_goes)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_use(app, hooked);
    hearth_mount(app, "", routes);
    hearth_client *t = hearth_client_new(app);

    (void)http_check(t, &requests[_i]);
    hearth_client_free(t);
}
END_TEST

/* Whether a hook that answers is told EINVAL or ESTATE is not promised; that nothing changes, is. */
START_TEST(a_hook_cannot_answer_again)
{
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r = hearth_call_get(t, "/again");

    ck_assert_int_eq(r->status, 201);
    ck_assert_str_eq(r->body.ptr, "first");
    ck_assert_str_ne(hearth_answer_header(r, "X-Again"), "0");
    hearth_client_free(t);
}
END_TEST

/* ---- fields ------------------------------------------------------------------------------ */

static const struct {
    const char *name, *value;
    int rc;
} fields[] = {
    {"X-A", "b", 0},
    {"X-A", "b c\td", 0},
    {"X-A", "\xc3\xa4", 0},
    {"x!#$%&'*+-.^_`|~9", "b", 0},
    {"Cache-Control", "no-store", 0},
    {"Set-Cookie", "a=b", 0},
    {"X-A", "", HEARTH_EINVAL},
    {"", "b", HEARTH_EINVAL},
    {NULL, "b", HEARTH_EINVAL},
    {"X A", "b", HEARTH_EINVAL},
    {"X-A:", "b", HEARTH_EINVAL},
    {"X-A\r\nX-B", "b", HEARTH_EINVAL},
    {"\xc3\xa4", "b", HEARTH_EINVAL},
    {"X-A", "b\r\nX-B: c", HEARTH_EINVAL},
    {"X-A", "b\n", HEARTH_EINVAL},
    {"X-A", "b\rc", HEARTH_EINVAL},
    {"X-A", "b\x01", HEARTH_EINVAL},
    {"X-A", "b\x7f", HEARTH_EINVAL},
    {"Content-Length", "5", HEARTH_EINVAL},
    {"content-length", "5", HEARTH_EINVAL},
    {"Transfer-Encoding", "chunked", HEARTH_EINVAL},
    {"Connection", "close", HEARTH_EINVAL},
    {"Date", "now", HEARTH_EINVAL},
};
#define NFIELDS ((int64_t)(sizeof fields / sizeof fields[0]))

static int set(hearth_ctx *c)
{
    int64_t i = hearth_param_int(c, "i");

    return hearth_textf(c, 200, "%d",
                        hearth_set_header(c, fields[i].name, fields[i].value));
}

static int setf(hearth_ctx *c)
{
    int64_t i = hearth_param_int(c, "i");

    return hearth_textf(c, 200, "%d",
                        hearth_set_headerf(c, fields[i].name, "%s", fields[i].value));
}

static int add(hearth_ctx *c)
{
    int64_t i = hearth_param_int(c, "i");

    return hearth_textf(c, 200, "%d",
                        hearth_add_header(c, fields[i].name, fields[i].value));
}

static int replaced(hearth_ctx *c)
{
    HEARTH_TRY(hearth_add_header(c, "X-A", "1"));
    HEARTH_TRY(hearth_add_header(c, "X-A", "2"));
    HEARTH_TRY(hearth_set_header(c, "x-a", "3"));
    HEARTH_TRY(hearth_set_header(c, "X-B", "1"));
    HEARTH_TRY(hearth_set_header(c, "X-B", NULL));
    HEARTH_TRY(hearth_set_header(c, "X-Never", NULL));
    return hearth_textf(c, 200, "%d", hearth_add_header(c, "X-C", NULL));
}

static int many(hearth_ctx *c)
{
    for (int i = 0; i < 60; i++)
        HEARTH_TRY(hearth_set_headerf(c, hearth_strf(c, "X-%d", i), "%d", i));
    return hearth_text(c, 200, "many");
}

static const hearth_route setting[] = {
    HEARTH_GET("/set/{i:int}", set), HEARTH_GET("/setf/{i:int}", setf),
    HEARTH_GET("/add/{i:int}", add), HEARTH_GET("/replaced", replaced),
    HEARTH_GET("/many", many),       HEARTH_END,
};

START_TEST(fields_that_could_split_a_response_are_refused)
{
    static const char *const ways[] = {"set", "setf", "add"};
    hearth_client *t = http_client(NULL, setting);
    char target[32], want[16];

    snprintf(want, sizeof want, "%d", fields[_i].rc);
    for (int way = 0; way < 3; way++) {
        snprintf(target, sizeof target, "/%s/%d", ways[way], _i);
        const hearth_answer *r = hearth_call_get(t, target);

        ck_assert_int_eq(r->status, 200);
        ck_assert_str_eq(r->body.ptr, want);
        ck_assert_ptr_null(hearth_answer_header(r, "X-B"));
        if (fields[_i].rc == 0)
            ck_assert_str_eq(hearth_answer_header(r, fields[_i].name), fields[_i].value);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(setting_replaces_and_null_removes)
{
    static const http_case checks[] = {
        {.target = "/replaced", .status = 200, .says = "-1", .field = "X-A: 3"},
        {.target = "/replaced", .status = 200, .field = "X-B"},
        {.target = "/replaced", .status = 200, .field = "X-C"},
        {.target = "/many", .status = 200, .says = "many", .field = "X-0: 0"},
        {.target = "/many", .status = 200, .field = "X-59: 59"},
    };

    http_check_one(NULL, setting, &checks[_i]);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/on_send",
      LOOP(a_hook_sees_every_answer_just_before_it_goes, 0, COUNT(requests))
          TEST(a_hook_cannot_answer_again)
              LOOP(fields_that_could_split_a_response_are_refused, 0, (int)NFIELDS)
                  LOOP(setting_replaces_and_null_removes, 0, 5))
