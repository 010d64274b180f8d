/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Sessions without memory: whichever allocation fails, the client is told 200 and it happened,
 * or 503 and nothing did.
 */

#include "fault.h"
#include "session_kit.h"
#include "suite.h"

#include "core/str.h"
#include "transport/loopback.h"

static const char *const steps[] = {
    "/set?k=a&v=new",
    "/login?u=8",
    "/rotate",
    "/get?k=a",
    "/flash?k=i&v=t",
    "/flashes",
    "/logout",
    "/clear",
    "/list?u=7",
    "/revoke?u=7&which=all",
    "/token",
    "/remove?k=a",
    "/revoke?which=others",
    "/public?k=a",
};
#define STEPS 14

/* Values and user as one text, without a fault. */
static void state(kit *k, char *out, size_t max)
{
    int n = snprintf(out, max, "%s", kit_do(k, "/get?k=a", 200, NULL)->body.ptr);

    snprintf(out + n, max - (size_t)n, " %s", kit_do(k, "/user", 200, NULL)->body.ptr);
}

/* A context in whose arena next to nothing fits, so that each allocation is one. */
static void narrow(hearth__ctx_cache *cache, hearth_app *app)
{
    hearth_ctx *c = hearth__ctx_take(cache, app);

    ck_assert_ptr_nonnull(c);
    hearth__arena_clear(&c->arena);
    hearth__arena_init(&c->arena, 16);
    hearth__ctx_put(cache, c);
}

typedef struct outcome {
    int status;
    bool hit;
    char set[5000]; /* "sid=..." or "" */
} outcome;

static void step_at(kit *k, const char *target, long n, outcome *o)
{
    const hearth__field field = {HEARTH__S("Cookie"), hearth__str_of(k->cookie)};
    const hearth__loop_call call = {.method = HEARTH__S("GET"),
                                    .target = hearth__str_of(target),
                                    .field = &field,
                                    .nfields = 1};
    hearth__loop_answer answer;
    hearth__ctx_cache cache = {.max = 1};
    hearth__arena a;

    *o = (outcome){.status = 0};
    narrow(&cache, k->app);
    hearth__arena_init(&a, 1 << 16);
    (void)hearth__arena_raw(&a, 1);
    fault_at(n);
    if (hearth__loopback_call(k->app, &cache, &a, &call, &answer) == 0)
        o->status = answer.status;
    o->hit = fault_hit();
    for (size_t i = 0; o->status != 0 && i < answer.nfields; i++)
        if (hearth__str_eq(answer.field[i].name, HEARTH__S("Set-Cookie")))
            snprintf(o->set, sizeof o->set, "%.*s",
                     (int)strcspn(answer.field[i].value.ptr, ";"),
                     answer.field[i].value.ptr);
    hearth__arena_clear(&a);
    hearth__ctx_cache_clear(&cache);
}

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops drop_ops = {.name = "none", .write = drop_lines};

static void open_quiet(kit *k, int store, char *cookie, size_t max)
{
    hearth_app *app = kit_app(k, store, NULL);

    app->opts.log.ops = &drop_ops;
    k->t = hearth_client_new(app);
    ck_assert_ptr_nonnull(k->t);
    ck_assert(kit_cookie_of(kit_do(k, "/login?u=7", 200, NULL), cookie, max));
    k->cookie = cookie;
    if (store == KIT_COOKIE)
        ck_assert(kit_cookie_of(kit_do(k, "/set?k=a&v=old", 200, NULL), cookie, max));
    else
        kit_do(k, "/set?k=a&v=old", 200, NULL);
}

START_TEST(a_step_is_done_or_503)
{
    static const int stores[] = {KIT_MEMORY, KIT_DB_MEMORY, KIT_COOKIE};
    int store = stores[_i / STEPS], refused = 0;
    const char *step = steps[_i % STEPS];
    bool more = true;

    for (long n = 0; more; n++) {
        static char cookie[5000];
        char before[200], after[200];
        static outcome o;
        kit k;

        open_quiet(&k, store, cookie, sizeof cookie);
        state(&k, before, sizeof before);
        step_at(&k, step, n, &o);
        more = o.hit;
        ck_assert_msg(o.status == 200 || o.status == 503 || o.status == 0 ||
                          (store == KIT_COOKIE && o.status == 500),
                      "%s at %ld: %d", step, n, o.status);
        if (o.status == 503) {
            refused++;
            state(&k, after, sizeof after);
            /* An end is at once, and may have been before memory ran out; and a rotation
             * that could not make the new one has ended the old. */
            if (strcmp(after, "(none) (nobody)") != 0)
                ck_assert_msg(strcmp(before, after) == 0, "%s at %ld: %s, was %s", step,
                              n, after, before);
        }
        k.cookie = NULL;
        kit_do(&k, "/set?k=well&v=again", 200, NULL);
        kit_do(&k, "/get?k=well", 200, "again");
        kit_close(&k);
    }
    ck_assert_int_gt(refused, 3);
}
END_TEST

START_TEST(set_up_says_that_there_is_no_memory)
{
    for (long n = 0;; n++) {
        hearth_app *app =
            hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
        bool hit;
        int rc;

        fault_at(n);
        rc = hearth_use_sessions(app,
                                 _i == 0 ? hearth_store_memory(0) : hearth_store_cookie(),
                                 NULL);
        hit = fault_hit();
        ck_assert_int_eq(rc, hit ? HEARTH_ENOMEM : 0);
        hearth_app_free(app);
        if (!hit)
            break;
    }
}
END_TEST

SUITE("fault/session", LOOP(a_step_is_done_or_503, 0, STEPS * 3)
                           LOOP(set_up_says_that_there_is_no_memory, 0, 2))
