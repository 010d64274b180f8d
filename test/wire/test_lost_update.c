/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Clients that change one row at the same time: with If-Match no change is ever lost, however they
 * meet.
 */

#include "suite.h"

#include "db_fixture.h"
#include "wire.h"

#include <hearth.h>
#include <pthread.h>

#define COUNTER(F, T)                                       \
    F(T, name, text, "Name", .key = true, .required = true) \
    F(T, n, i64, "So many", .fallback = "0")                \
    F(T, by, text, "Who changed it last", .nullable = true)
HEARTH_MODEL(counter, "counters", COUNTER);

static const hearth_model *const models[] = {&counter_model, NULL};

typedef struct world {
    fixture f;
    hearth_app *app;
    int port;
} world;

static void open_world(world *w, int threads)
{
    hearth_run_opts o = wire_opts();

    fixture_open(&w->f, "?sync=normal", NULL);
    w->app = hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    ck_assert_int_eq(hearth_use_db(w->app, w->f.db), 0);
    w->f.db = NULL;
    ck_assert_int_eq(hearth_use_models(w->app, models), 0);
    ck_assert_int_eq(hearth_resource(w->app, "/counters", &counter_model,
                                     &(hearth_resource_opts){.upsert = true}),
                     0);
    o.threads = threads;
    w->port = wire_start(w->app, &o);
}

static void close_world(world *w)
{
    wire_stop(w->app);
    fixture_close(&w->f);
}

/* The status; the answer in *r. */
static int ask(wire *w, const char *method, const char *path, const char *condition,
               const char *body, wire_reply *r)
{
    char text[1000];

    snprintf(text, sizeof text,
             "%s %s HTTP/1.1\r\nHost: x\r\n%s%sContent-Type: application/json\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             method, path, condition == NULL ? "" : condition,
             condition == NULL ? "" : "\r\n", strlen(body), body);
    ck_assert(wire_ask(w, text, r));
    return r->status;
}

static void tag_of(const wire_reply *r, char condition[100])
{
    char tag[80];

    ck_assert_ptr_nonnull(wire_field(r, "ETag", tag, sizeof tag));
    snprintf(condition, 100, "If-Match: %s", tag);
}

/* ---- two with the same tag ----------------------------------------------------------- */

enum { ROUNDS = 200, RIVALS = 3 };

typedef struct contest {
    int port;
    pthread_barrier_t start, end;
    char path[40], condition[100];
    const char *first, *method; /* of the first, of all others */
    int status[RIVALS];
    char body[RIVALS][200];
} contest;

typedef struct rival {
    contest *race;
    int i;
} rival;

static void *run_rival(void *arg)
{
    const rival *me = arg;
    contest *race = me->race;
    wire w = wire_open(race->port);
    wire_reply r = {0};
    char body[100];

    for (int n = 0; n < ROUNDS; n++) {
        snprintf(body, sizeof body, "{\"n\":%d,\"by\":\"%d\"}", n, me->i);
        pthread_barrier_wait(&race->start);
        race->status[me->i] = ask(&w, me->i == 0 ? race->first : race->method, race->path,
                                  race->condition, body, &r);
        snprintf(race->body[me->i], 200, "%s", r.body == NULL ? "" : r.body);
        pthread_barrier_wait(&race->end);
        pthread_barrier_wait(&race->end); /* looked at */
    }
    wire_reply_clear(&r);
    wire_close(&w);
    return NULL;
}

/* Each round: prepare, let them go, look. */
static void run_race(contest *race, void (*prepare)(struct contest *, wire *, int),
                     void (*look)(struct contest *, wire *))
{
    pthread_t thread[RIVALS];
    rival who[RIVALS];
    wire w = wire_open(race->port);

    pthread_barrier_init(&race->start, NULL, RIVALS + 1);
    pthread_barrier_init(&race->end, NULL, RIVALS + 1);
    for (int i = 0; i < RIVALS; i++) {
        who[i] = (rival){race, i};
        ck_assert_int_eq(pthread_create(&thread[i], NULL, run_rival, &who[i]), 0);
    }
    for (int n = 0; n < ROUNDS; n++) {
        prepare(race, &w, n);
        pthread_barrier_wait(&race->start);
        pthread_barrier_wait(&race->end);
        look(race, &w);
        pthread_barrier_wait(&race->end);
    }
    for (int i = 0; i < RIVALS; i++)
        pthread_join(thread[i], NULL);
    pthread_barrier_destroy(&race->start);
    pthread_barrier_destroy(&race->end);
    wire_close(&w);
}

/* One has done it, all others are told so; who? */
static int winner(const contest *race)
{
    int found = -1;

    for (int i = 0; i < RIVALS; i++) {
        if (race->status[i] >= 200 && race->status[i] <= 204) {
            ck_assert_int_eq(found, -1);
            found = i;
        } else {
            ck_assert_msg(race->status[i] == 412 || race->status[i] == 404, "%d",
                          race->status[i]);
        }
    }
    ck_assert_int_ne(found, -1);
    return found;
}

static void prepare_row(contest *race, wire *w, int n)
{
    wire_reply r = {0};
    char body[60];

    snprintf(race->path, sizeof race->path, "/counters/a");
    snprintf(body, sizeof body, "{\"n\":%d,\"by\":\"all\"}", n);
    ask(w, "PUT", race->path, NULL, body, &r);
    ck_assert(r.status == 200 || r.status == 201);
    tag_of(&r, race->condition);
    wire_reply_clear(&r);
}

static void look_at_row(contest *race, wire *w)
{
    int won = winner(race);
    wire_reply r = {0};

    ask(w, "GET", race->path, NULL, "", &r);
    if (race->status[won] == 204) {
        ck_assert_int_eq(r.status, 404);
    } else {
        ck_assert_int_eq(r.status, 200);
        ck_assert_str_eq(r.body, race->body[won]);
    }
    wire_reply_clear(&r);
}

static const char *const methods[] = {"PATCH", "PUT", "DELETE"};

START_TEST(of_those_who_read_the_same_one_wins)
{
    world w;
    contest race = {.first = "PATCH", .method = methods[_i]};

    open_world(&w, 2);
    race.port = w.port;
    run_race(&race, prepare_row, look_at_row);
    close_world(&w);
}
END_TEST

static void prepare_none(contest *race, wire *w, int n)
{
    (void)w;
    snprintf(race->path, sizeof race->path, "/counters/new%d", n);
    snprintf(race->condition, sizeof race->condition, "If-None-Match: *");
}

START_TEST(of_those_who_create_the_same_one_wins)
{
    world w;
    contest race = {.first = "PUT", .method = "PUT"};

    open_world(&w, 2);
    race.port = w.port;
    run_race(&race, prepare_none, look_at_row);
    close_world(&w);
}
END_TEST

/* ---- counting together --------------------------------------------------------------- */

enum { ADDERS = 6, EACH = 40 };

/* Read, add one, write if nobody else did, else again. */
static void add_one(wire *w, wire_reply *r)
{
    char condition[100], body[60];
    const char *n;
    int status;

    do {
        ck_assert_int_eq(ask(w, "GET", "/counters/sum", NULL, "", r), 200);
        tag_of(r, condition);
        n = strstr(r->body, "\"n\":");
        ck_assert_ptr_nonnull(n);
        snprintf(body, sizeof body, "{\"n\":%ld}", strtol(n + 4, NULL, 10) + 1);
        status = ask(w, "PATCH", "/counters/sum", condition, body, r);
    } while (status == 412);
    ck_assert_int_eq(status, 200);
}

static void *run_adder(void *arg)
{
    wire w = wire_open(*(int *)arg);
    wire_reply r = {0};

    for (int i = 0; i < EACH; i++)
        add_one(&w, &r);
    wire_reply_clear(&r);
    wire_close(&w);
    return NULL;
}

START_TEST(clients_that_add_with_if_match_lose_nothing)
{
    world w;
    pthread_t thread[ADDERS];
    wire_reply r = {0};

    open_world(&w, 2);
    wire one = wire_open(w.port);
    ck_assert_int_eq(ask(&one, "PUT", "/counters/sum", NULL, "{\"n\":0}", &r), 201);
    for (int i = 0; i < ADDERS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, run_adder, &w.port), 0);
    for (int i = 0; i < ADDERS; i++)
        pthread_join(thread[i], NULL);
    ck_assert_int_eq(ask(&one, "GET", "/counters/sum", NULL, "", &r), 200);
    ck_assert_str_eq(r.body, "{\"name\":\"sum\",\"n\":240,\"by\":null}");
    wire_reply_clear(&r);
    wire_close(&one);
    close_world(&w);
}
END_TEST

/* clang-format off */
SUITE("wire/lost_update",
      LOOP(of_those_who_read_the_same_one_wins, 0, 3)
      TEST(of_those_who_create_the_same_one_wins)
      TEST(clients_that_add_with_if_match_lose_nothing))
/* clang-format on */
