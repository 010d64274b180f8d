/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Sessions under pressure: many requests at once on one of them, none of which may lose
 * anything, and stores that fail.
 */

#include "core/str.h"
#include "session_kit.h"
#include "suite.h"
#include "transport/loopback.h"

#include <pthread.h>

#define THREADS 64
#define ROUNDS  10

/* ---- many at once ---------------------------------------------------------------------- */

typedef struct world {
    kit k;
    char cookie[5000];
    pthread_barrier_t start;
} world;

typedef struct racer {
    pthread_t thread;
    world *w;
    int number;
    int failed; /* a status that is not 200, or 0 */
} racer;

static int ask(world *w, hearth__ctx_cache *cache, const char *target, const char *cookie,
               char *says, size_t max)
{
    const hearth__field field = {HEARTH__S("Cookie"), hearth__str_of(cookie)};
    const hearth__loop_call call = {.method = HEARTH__S("GET"),
                                    .target = hearth__str_of(target),
                                    .field = &field,
                                    .nfields = cookie[0] == '\0' ? 0 : 1};
    hearth__loop_answer answer;
    hearth__arena a;
    int status = 0;

    hearth__arena_init(&a, 0);
    if (hearth__loopback_call(w->k.app, cache, &a, &call, &answer) == 0) {
        status = answer.status;
        if (says != NULL)
            snprintf(says, max, "%s", answer.body.ptr);
        for (size_t i = 0; says == NULL && i < answer.nfields; i++)
            if (hearth__str_eq(answer.field[i].name, HEARTH__S("Set-Cookie")))
                snprintf(w->cookie, sizeof w->cookie, "%.*s",
                         (int)strcspn(answer.field[i].value.ptr, ";"),
                         answer.field[i].value.ptr);
    }
    hearth__arena_clear(&a);
    return status;
}

static void open_world(world *w, int store)
{
    hearth_app *app = kit_quiet(&w->k, store);
    hearth__ctx_cache cache = {.max = 0};

    ck_assert_int_eq(hearth__app_freeze(app, NULL), 0);
    w->cookie[0] = '\0';
    ck_assert_int_eq(ask(w, &cache, "/set?k=first&v=1", "", NULL, 0), 200);
    ck_assert_str_ne(w->cookie, "");
    pthread_barrier_init(&w->start, NULL, THREADS);
}

static void close_world(world *w)
{
    pthread_barrier_destroy(&w->start);
    hearth_app_free(w->k.app);
    kit_clean(&w->k);
}

static void run_all(world *w, void *(*fn)(void *arg))
{
    racer r[THREADS];

    for (int i = 0; i < THREADS; i++) {
        r[i] = (racer){.w = w, .number = i};
        ck_assert_int_eq(pthread_create(&r[i].thread, NULL, fn, &r[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(r[i].thread, NULL);
        ck_assert_msg(r[i].failed == 0, "thread %d: %d", i, r[i].failed);
    }
}

static void *set_own(void *arg)
{
    racer *r = arg;
    hearth__ctx_cache cache = {.max = 2};
    char target[64], cookie[5000], says[64];

    snprintf(cookie, sizeof cookie, "%s", r->w->cookie);
    pthread_barrier_wait(&r->w->start);
    for (int i = 0; i < ROUNDS && r->failed == 0; i++) {
        snprintf(target, sizeof target, "/set?k=t%d_%d&v=%d", r->number, i, i);
        int status = ask(r->w, &cache, target, cookie, says, sizeof says);

        if (status != 200)
            r->failed = status;
    }
    hearth__ctx_cache_clear(&cache);
    return NULL;
}

START_TEST(requests_of_one_session_lose_no_write)
{
    world w;
    hearth__ctx_cache cache = {.max = 0};
    char target[64], says[64], wanted[64];

    open_world(&w, _i);
    run_all(&w, set_own);
    for (int t = 0; t < THREADS; t++) {
        for (int i = 0; i < ROUNDS; i++) {
            snprintf(target, sizeof target, "/get?k=t%d_%d", t, i);
            snprintf(wanted, sizeof wanted, "%d", i);
            ck_assert_int_eq(ask(&w, &cache, target, w.cookie, says, sizeof says), 200);
            ck_assert_msg(strcmp(says, wanted) == 0, "%s: %s", target, says);
        }
    }
    ck_assert_int_eq(ask(&w, &cache, "/get?k=first", w.cookie, says, sizeof says), 200);
    ck_assert_str_eq(says, "1");
    close_world(&w);
}
END_TEST

/* One in eight logs in, the others write: nobody who was told 200 has lost anything, and
 * the old id is dead. */
static void *rotate_or_set(void *arg)
{
    racer *r = arg;
    hearth__ctx_cache cache = {.max = 2};
    char target[64], cookie[5000], says[200];
    int status;

    snprintf(cookie, sizeof cookie, "%s", r->w->cookie);
    snprintf(target, sizeof target, r->number % 8 == 0 ? "/rotate" : "/set?k=t%d&v=1",
             r->number);
    pthread_barrier_wait(&r->w->start);
    status = ask(r->w, &cache, target, cookie, says, sizeof says);
    if (status != 200 && status != 503)
        r->failed = status;
    hearth__ctx_cache_clear(&cache);
    return NULL;
}

START_TEST(of_many_who_rotate_one_wins_and_the_old_id_is_dead)
{
    world w;
    hearth__ctx_cache cache = {.max = 0};
    char says[64];

    open_world(&w, _i);
    run_all(&w, rotate_or_set);
    ck_assert_int_eq(ask(&w, &cache, "/get?k=first", w.cookie, says, sizeof says), 200);
    ck_assert_str_eq(says, "(none)");
    close_world(&w);
}
END_TEST

/* ---- one within another ---------------------------------------------------------------- */

/* A handler that has its session already, and then lets another request of the same one
 * pass: as it may be, but every time. */
typedef struct nested {
    world w;
    const char *cookie; /* of the one within */
    const char *target;
} nested;

static nested *within; /* handlers have no other way to it */

static int overtaken(hearth_ctx *c)
{
    hearth__ctx_cache cache = {.max = 0};
    char says[200];

    HEARTH_TRY(hearth_session_load(c));
    ck_assert_int_eq(ask(&within->w, &cache, within->target, within->cookie, says,
                         sizeof says),
                     200);
    if (kit_arg(c, "u") != NULL)
        return kit_login(c);
    if (kit_arg(c, "flash") != NULL)
        return kit_flash(c);
    return kit_arg(c, "k") == NULL ? kit_rotate(c) : kit_set(c);
}

static const struct {
    const char *target, *inner;
    int status;
    const char *a, *b, *user; /* afterwards, for who has the cookie of the last answer */
} races[] = {
    {"/over?k=a&v=1", "/set?k=b&v=2", 200, "1", "2", "7"},
    {"/over?k=a&v=1", "/set?k=a&v=2", 200, "1", "(none)", "7"}, /* the last one wins */
    {"/over?k=a&v=1", "/remove?k=b", 200, "1", "(none)", "7"},
    {"/over?k=a&v=1", "/clear", 200, "1", "(none)", "7"},
    {"/over?k=a&v=1", "/logout", 503, "(none)", "(none)", "(nobody)"},
    {"/over?k=a&v=1", "/rotate", 503, "(none)", "(none)", "(nobody)"},
    {"/over?u=7", "/set?k=b&v=2", 200, "(none)", "2", "7"},
    {"/over", "/set?k=b&v=2", 200, "(none)", "2", "7"},
    {"/over", "/logout", 503, "(none)", "(none)", "(nobody)"}, /* is not revived */
    {"/over?u=7", "/logout", 200, "(none)", "(none)", "7"},    /* but a login is one */
    {"/over?k=a&v=1", "/revoke?u=7&which=all", 503, "(none)", "(none)", "(nobody)"},
};
#define RACES (int)(sizeof races / sizeof *races)

START_TEST(a_request_that_is_overtaken_loses_nothing)
{
    static const hearth_route more[] = {HEARTH_GET("/over", overtaken), HEARTH_END};
    hearth__ctx_cache cache = {.max = 0};
    static nested n;
    static char old[5000];
    char says[200];
    int i = _i % RACES, status;
    hearth_app *app;

    memset(&n, 0, sizeof n);
    within = &n;
    app = kit_quiet(&n.w.k, _i / RACES);
    ck_assert_int_eq(hearth_mount(app, "", more), 0);
    ck_assert_int_eq(hearth__app_freeze(app, NULL), 0);
    ck_assert_int_eq(ask(&n.w, &cache, "/login?u=7", "", NULL, 0), 200);
    snprintf(old, sizeof old, "%s", n.w.cookie);
    n.cookie = old;
    n.target = races[i].inner;
    status = ask(&n.w, &cache, races[i].target, old, NULL, 0);
    ck_assert_msg(status == races[i].status, "%s: %d", races[i].target, status);
    ck_assert_int_eq(ask(&n.w, &cache, "/get?k=a", n.w.cookie, says, sizeof says), 200);
    ck_assert_str_eq(says, races[i].a);
    ck_assert_int_eq(ask(&n.w, &cache, "/get?k=b", n.w.cookie, says, sizeof says), 200);
    ck_assert_str_eq(says, races[i].b);
    ck_assert_int_eq(ask(&n.w, &cache, "/user", n.w.cookie, says, sizeof says), 200);
    ck_assert_str_eq(says, races[i].user);
    if (strcmp(old, n.w.cookie) != 0) { /* rotated: the old one is dead */
        ck_assert_int_eq(ask(&n.w, &cache, "/user", old, says, sizeof says), 200);
        ck_assert_str_eq(says, "(nobody)");
    }
    hearth_app_free(app);
    kit_clean(&n.w.k);
}
END_TEST

/* ---- stores that fail -------------------------------------------------------------------- */

static struct {
    int load, save, drop;
    int drop_once; /* the next drop */
    int saved;     /* how many there are */
    int conflicts; /* so many saves first find another version */
} failing;

static hearth_store inner;

static int f_load(void *self, hearth_ctx *c, hearth_str id, hearth_stored *out)
{
    (void)self;
    return failing.load != 0 ? failing.load : inner.ops->load(inner.self, c, id, out);
}

static int f_save(void *self, hearth_ctx *c, hearth_str id, const hearth_stored *s)
{
    (void)self;
    if (failing.conflicts > 0 && s->version > 1) {
        failing.conflicts--;
        return HEARTH_ECONFLICT;
    }
    if (failing.save != 0)
        return failing.save;
    failing.saved += s->version == 1;
    return inner.ops->save(inner.self, c, id, s);
}

static int f_drop(void *self, hearth_ctx *c, hearth_str id, int64_t version)
{
    int rc = failing.drop_once;

    (void)self;
    failing.drop_once = 0;
    if (rc != 0 || failing.drop != 0)
        return rc != 0 ? rc : failing.drop;
    failing.saved--;
    return inner.ops->drop(inner.self, c, id, version);
}

static void f_close(void *self)
{
    (void)self;
    inner.ops->close(inner.self);
}

static const hearth_store_ops failing_ops = {
    .name = "failing",
    .load = f_load,
    .save = f_save,
    .drop = f_drop,
    .close = f_close,
};

static void open_failing(kit *k)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_DEBUG}});

    memset(k, 0, sizeof *k);
    memset(&failing, 0, sizeof failing);
    inner = hearth_store_memory(0);
    ck_assert_int_eq(hearth_mount(app, "", kit_routes), 0);
    ck_assert_int_eq(hearth_use_sessions(app, (hearth_store){&failing_ops, NULL}, NULL),
                     0);
    k->app = app;
    k->t = hearth_client_new(app);
    ck_assert_ptr_nonnull(k->t);
    kit_do(k, "/login?u=7", 200, NULL);
    kit_do(k, "/set?k=a&v=b", 200, NULL);
}

static const int failures[] = {HEARTH_EUNAVAILABLE, HEARTH_EBUSY, HEARTH_EDB, HEARTH_EIO,
                               HEARTH_ENOMEM};
#define FAILURES 5

START_TEST(a_session_that_cannot_be_written_is_503_and_no_lying_200)
{
    kit k;
    const hearth_answer *r;

    open_failing(&k);
    failing.save = failures[_i];
    r = kit_do(&k, "/set?k=a&v=c", 503, NULL);
    ck_assert_ptr_null(hearth_answer_header(r, "Set-Cookie"));
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-store");
    ck_assert_str_eq(hearth_answer_header(r, "Retry-After"), "1");
    kit_do(&k, "/login?u=8", 503, NULL);
    k.cookie = "";
    ck_assert_ptr_null(
        hearth_answer_header(kit_do(&k, "/set?k=a&v=c", 503, NULL), "Set-Cookie"));
    if (failures[_i] != HEARTH_ENOMEM)
        ck_assert(http_logged(k.t, "the session cannot be written"));
    hearth_client_free(k.t);
}
END_TEST

/* The new one is there before the old one goes. */
START_TEST(a_rotation_that_cannot_be_stored_loses_nobodys_login)
{
    static const char *const risers[] = {"/login?u=8", "/rotate"};
    kit k;

    open_failing(&k);
    for (size_t i = 0; i < 2; i++) {
        failing.save = failures[_i];
        ck_assert_ptr_null(
            hearth_answer_header(kit_do(&k, risers[i], 503, NULL), "Set-Cookie"));
        failing.save = 0;
        kit_do(&k, "/user", 200, "7");
        kit_do(&k, "/get?k=a", 200, "b");
    }
    hearth_client_free(k.t);
}
END_TEST

/* Neither may the new one stay when the old one does. */
START_TEST(a_rotation_that_cannot_be_finished_is_taken_back)
{
    kit k;

    open_failing(&k);
    failing.drop_once = failures[_i];
    kit_do(&k, "/login?u=7", 503, NULL);
    ck_assert_int_eq(failing.saved, 1);
    kit_do(&k, "/user", 200, "7");
    hearth_client_free(k.t);
}
END_TEST

START_TEST(a_session_that_cannot_be_read_is_503)
{
    kit k;

    open_failing(&k);
    failing.load = failures[_i];
    kit_do(&k, "/get?k=a", 503, NULL);
    kit_do(&k, "/set?k=a&v=c", 503, NULL);
    kit_do(&k, "/logout", 503, NULL);
    kit_do(&k, "/plain", 200, NULL);
    failing.load = 0;
    kit_do(&k, "/get?k=a", 200, "b");
    hearth_client_free(k.t);
}
END_TEST

START_TEST(a_session_that_cannot_be_ended_is_503)
{
    kit k;
    const hearth_answer *r;

    open_failing(&k);
    failing.drop = failures[_i];
    r = kit_do(&k, "/logout", 503, NULL);
    ck_assert_ptr_null(hearth_answer_header(r, "Set-Cookie"));
    kit_do(&k, "/rotate", 503, NULL);
    failing.drop = 0;
    kit_do(&k, "/get?k=a", 200, "b");
    kit_do(&k, "/user", 200, "7");
    hearth_client_free(k.t);
}
END_TEST

START_TEST(a_use_that_cannot_be_noted_is_no_failure_when_it_is_but_busy)
{
    kit k;

    open_failing(&k);
    kit_later(&k, 2 * 24 * 60 * 60);
    failing.save = HEARTH_EBUSY;
    ck_assert_ptr_null(
        hearth_answer_header(kit_do(&k, "/get?k=a", 200, "b"), "Set-Cookie"));
    failing.save = HEARTH_ENOTFOUND;
    kit_do(&k, "/get?k=a", 200, "b");
    hearth_client_free(k.t);
}
END_TEST

START_TEST(a_session_that_was_ended_meanwhile_takes_no_changes)
{
    kit k;

    open_failing(&k);
    failing.save = HEARTH_ENOTFOUND;
    kit_do(&k, "/set?k=a&v=c", 503, NULL);
    ck_assert(http_logged(k.t, "the session was ended by another request"));
    failing.save = 0;
    failing.drop = HEARTH_ENOTFOUND;
    kit_do(&k, "/rotate", 503, NULL);
    kit_do(&k, "/login?u=7", 200, NULL); /* a fresh one */
    failing.drop = 0;
    kit_do(&k, "/user", 200, "7");
    kit_do(&k, "/get?k=a", 200, "(none)");
    hearth_client_free(k.t);
}
END_TEST

START_TEST(conflicts_are_merged_and_not_for_ever)
{
    kit k;

    open_failing(&k);
    failing.conflicts = 999;
    kit_do(&k, "/set?k=x&v=y", 200, NULL);
    kit_do(&k, "/get?k=x", 200, "y");
    kit_do(&k, "/get?k=a", 200, "b");
    failing.conflicts = 100000;
    kit_do(&k, "/set?k=x&v=z", 503, NULL);
    failing.conflicts = 0;
    kit_do(&k, "/get?k=x", 200, "y");
    kit_do(&k, "/list?u=7", 500, NULL); /* it has no list */
    hearth_client_free(k.t);
}
END_TEST

/* What is damaged in the store is none. */
START_TEST(a_damaged_session_is_an_anonymous_one)
{
    kit k;

    kit_open(&k, KIT_DB_MEMORY, NULL);
    kit_do(&k, "/set?k=a&v=b", 200, NULL);
    ck_assert_int_eq(hearth_db_script(k.app->db,
                                      "UPDATE hearth_sessions SET data = x'0102'", NULL),
                     0);
    kit_do(&k, "/get?k=a", 200, "(none)");
    ck_assert(http_logged(k.t, "a session in the store (database) is damaged"));
    kit_do(&k, "/set?k=a&v=c", 200, NULL);
    kit_do(&k, "/get?k=a", 200, "c");
    kit_close(&k);
}
END_TEST

START_TEST(a_database_without_its_table_is_503)
{
    kit k;

    kit_open(&k, KIT_DB + _i, NULL);
    kit_do(&k, "/set?k=a&v=b", 200, NULL);
    ck_assert_int_eq(hearth_db_script(k.app->db, "DROP TABLE hearth_sessions", NULL), 0);
    kit_do(&k, "/get?k=a", 503, NULL);
    kit_do(&k, "/set?k=a&v=b", 503, NULL);
    kit_do(&k, "/logout", 503, NULL);
    kit_do(&k, "/list?u=7", 503, NULL);
    kit_close(&k);
}
END_TEST

static int load_old(kit *k, hearth_ctx *c)
{
    hearth_stored s;

    return k->app->sessions->store.ops->load(k->app->sessions->store.self, c,
                                             HEARTH__S("old"), &s);
}

START_TEST(what_has_expired_is_swept_every_minute)
{
    kit k;
    const hearth_stored s = {{"x", 1}, "7", 1, 1};
    hearth_ctx *c;

    kit_open(&k, _i, NULL);
    c = hearth__ctx_take(NULL, k.app);
    ck_assert_int_eq(k.app->sessions->store.ops->save(k.app->sessions->store.self, c,
                                                      HEARTH__S("old"), &s),
                     0);
    kit_do(&k, "/set?k=a&v=b", 200, NULL);
    ck_assert_int_eq(load_old(&k, c), 0);
    hearth_client_advance(k.t, 60000);
    ck_assert_int_eq(load_old(&k, c), HEARTH_ENOTFOUND);
    kit_do(&k, "/get?k=a", 200, "b");
    hearth__ctx_put(NULL, c);
    kit_close(&k);
}
END_TEST

SUITE(
    "session/save",
    LOOP(requests_of_one_session_lose_no_write, 0,
         KIT_COOKIE) LOOP(a_request_that_is_overtaken_loses_nothing, 0, RACES *KIT_COOKIE)
        LOOP(of_many_who_rotate_one_wins_and_the_old_id_is_dead, 0, KIT_COOKIE)
            LOOP(a_session_that_cannot_be_written_is_503_and_no_lying_200, 0, FAILURES)
                LOOP(a_rotation_that_cannot_be_stored_loses_nobodys_login, 0,
                     FAILURES) LOOP(a_rotation_that_cannot_be_finished_is_taken_back, 0,
                                    FAILURES) LOOP(a_session_that_cannot_be_read_is_503,
                                                   0, FAILURES)
                    LOOP(a_session_that_cannot_be_ended_is_503, 0, FAILURES)
                        TEST(a_use_that_cannot_be_noted_is_no_failure_when_it_is_but_busy)
                            TEST(a_session_that_was_ended_meanwhile_takes_no_changes)
                                TEST(conflicts_are_merged_and_not_for_ever)
                                    TEST(a_damaged_session_is_an_anonymous_one)
                                        LOOP(a_database_without_its_table_is_503, 0, 2)
                                            LOOP(what_has_expired_is_swept_every_minute,
                                                 0, KIT_COOKIE))
