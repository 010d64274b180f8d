/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any bytes as the fields Authorization and Cookie of a request, whole and with a good token
 * put in for '@': nobody comes in but with exactly that, and whoever does not gets 401, or is
 * nobody, or has sent no request; never 500.
 */

#include "app/ctx.h"
#include "core/str.h"
#include "transport/loopback.h"

#include <assert.h>
#include <hearth.h>
#include <hearth/client.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RENEW 4096

static hearth_app *app;
static char token[64], remembered[128];

/* ---- the application --------------------------------------------------------- */

static int make(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(hearth_bearer_make(c, "7", NULL, &text));
    HEARTH_TRY(hearth_remember(c, "7", 0));
    return hearth_text(c, 200, text);
}

static int bearer(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_bearer(c, NULL, &user));
    return hearth_text(c, 200, user);
}

static int basic(hearth_ctx *c)
{
    const char *name, *password;

    HEARTH_TRY(hearth_basic(c, "here", &name, &password));
    return hearth_text(c, 200, name);
}

static int who(hearth_ctx *c)
{
    const char *user;

    HEARTH_TRY(hearth_remembered(c, &user));
    return hearth_text(c, 200, user == NULL ? "" : user);
}

static const hearth_route routes[] = {
    HEARTH_GET("/make", make),
    HEARTH_GET("/bearer", bearer),
    HEARTH_GET("/basic", basic),
    HEARTH_GET("/who", who),
    HEARTH_END,
};

/* New ones now and then: a cookie that was used is another one a minute later. */
static void renew(void)
{
    static hearth_client *t;
    const hearth_answer *r;
    const char *set;

    if (t == NULL)
        t = hearth_client_new(app);
    r = t == NULL ? NULL : hearth_call_get(t, "/make");
    set = r == NULL ? NULL : hearth_answer_header(r, "Set-Cookie");
    if (set == NULL || r->body.len >= sizeof token ||
        strcspn(set, ";") >= sizeof remembered)
        abort();
    memcpy(token, r->body.ptr, r->body.len);
    memcpy(remembered, set, strcspn(set, ";"));
}

static void open_app(void)
{
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    app = hearth_app_new(
        &(hearth_app_opts){.access_log_off = true, .log = {.level = HEARTH_LOG_ERROR}});
    if (app == NULL || db == NULL || hearth_use_db(app, db) != 0 ||
        hearth_use_tokens(app) != 0 || hearth_mount(app, "", routes) != 0)
        abort();
}

/* ---- requests ---------------------------------------------------------------- */

/* The text, with what is good for '@'. */
static hearth_str put_in(hearth__arena *a, hearth_str s, const char *good)
{
    hearth__buf b;

    hearth__buf_init(&b, a, 0);
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '@')
            hearth__buf_text(&b, good);
        else
            hearth__buf_char(&b, s.ptr[i]);
    return hearth__buf_view(&b);
}

static int status_of(hearth__arena *a, const char *target, hearth_str name,
                     hearth_str value, hearth_str *body)
{
    static hearth__ctx_cache cache = {.max = 1};
    hearth__field field = {name, value};
    const hearth__loop_call call = {.method = HEARTH__S("GET"),
                                    .target = hearth__str_of(target),
                                    .field = &field,
                                    .nfields = 1};
    hearth__loop_answer answer = {.status = 0};

    if (hearth__loopback_call(app, &cache, a, &call, &answer) != 0)
        return 0;
    *body = answer.body;
    return answer.status;
}

/* "Bearer", in either case, spaces, the token, spaces. */
static bool is_good_bearer(hearth_str s)
{
    s = hearth__str_trim(s);
    if (!hearth__str_istarts(s, HEARTH__S("Bearer ")))
        return false;
    return hearth__str_eq(hearth__str_trim(hearth__str(s.ptr + 6, s.len - 6)),
                          hearth__str_of(token));
}

static void authorization(hearth__arena *a, hearth_str s)
{
    hearth_str name = HEARTH__S("Authorization"), body;
    hearth_str value = put_in(a, s, token);
    int status = status_of(a, "/bearer", name, value, &body);

    assert(status == 200 || status == 401 || status == 400 || status == 431 ||
           status == 0);
    assert((status == 200) == (status != 0 && is_good_bearer(value)));
    status = status_of(a, "/basic", name, value, &body);
    assert(status == 200 || status == 401 || status == 400 || status == 431 ||
           status == 0);
}

static bool contains(hearth_str s, const char *word)
{
    for (size_t n = strlen(word); s.len >= n; s.ptr++, s.len--)
        if (memcmp(s.ptr, word, n) == 0)
            return true;
    return false;
}

static void cookie(hearth__arena *a, hearth_str s)
{
    hearth_str body = {"", 0}, value = put_in(a, s, remembered);
    int status = status_of(a, "/who", HEARTH__S("Cookie"), value, &body);

    assert(status == 200 || status == 400 || status == 431 || status == 0);
    assert(status != 200 || body.len == 0 || contains(value, remembered));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned runs;
    hearth_str all = {(const char *)data, size};
    hearth__arena a;

    if (app == NULL)
        open_app();
    if (runs++ % RENEW == 0)
        renew();
    hearth__arena_init(&a, 0);
    authorization(&a, all);
    cookie(&a, all);
    hearth__arena_clear(&a);
    return 0;
}
