/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Answers of lines while memory runs out: an error, a cut stream, or all of it. */

#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

typedef struct counter {
    int n, closed;
} counter;

static int count_up(void *arg, json_t **line)
{
    counter *k = arg;

    if (k->n == 3)
        return 0;
    *line = json_integer(++k->n);
    return 1;
}

static void shut(void *arg)
{
    ((counter *)arg)->closed++;
}

static int values(hearth_ctx *c)
{
    return hearth_ndjson(c, 200, count_up, hearth_state(c),
                         &(hearth_stream_opts){.close = shut});
}

static int rows(hearth_ctx *c)
{
    return hearth_ndjson_rows(c, 200, "SELECT id FROM t WHERE id <> ?", hearth_args("x"),
                              &(hearth_ndjson_opts){.page = 2});
}

static const char *const targets[] = {"/values", "/rows"};
static const char *const bodies[] = {"1\n2\n3\n", "{\"id\":\"a\"}\n{\"id\":\"b\"}\n"
                                                  "{\"id\":\"c\"}\n"};

START_TEST(lines_come_whole_or_not)
{
    for (long n = 0;; n++) {
        counter k = {0};
        hearth_app *app = hearth_app_new(
            &(hearth_app_opts){.state = &k, .log = {.level = HEARTH_LOG_OFF}});
        hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

        ck_assert_int_eq(hearth_db_script(db,
                                          "CREATE TABLE t(id TEXT NOT NULL) STRICT;"
                                          "INSERT INTO t VALUES ('a'), ('b'), ('c')",
                                          NULL),
                         0);
        ck_assert_int_eq(hearth_use_db(app, db), 0);
        ck_assert_int_eq(hearth_get(app, "/values", values), 0);
        ck_assert_int_eq(hearth_get(app, "/rows", rows), 0);
        hearth_client *t = hearth_client_new(app);

        fault_at(n);
        const hearth_answer *r = hearth_call_get(t, targets[_i]);
        bool hit = fault_hit();

        if (r->status == 200)
            ck_assert_str_eq(r->body.ptr, bodies[_i]);
        else
            ck_assert_msg(hit && (r->status == 503 || r->status == 0), "%d", r->status);
        if (_i == 0)
            ck_assert_int_le(k.closed, 1);
        if (_i == 0 && r->status == 200)
            ck_assert_int_eq(k.closed, 1);
        hearth_client_free(t);
        if (!hit)
            break;
    }
}
END_TEST

SUITE("fault/ndjson", LOOP(lines_come_whole_or_not, 0, 2))
