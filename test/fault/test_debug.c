/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The error page of development without memory: it is an error answer all the same.
 */

#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

static int fails(hearth_ctx *c)
{
    hearth_rows *r = hearth_select(c, "SELECT 1", HEARTH_NO_ARGS);

    while (hearth_rows_next(r))
        hearth_logf(c, HEARTH_LOG_WARN, "a row");
    HEARTH_TRY(hearth_rows_error(r));
    return hearth_fail(c, 500, "told %s", hearth_query(c, "what", ""));
}

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

START_TEST(the_page_of_development_never_keeps_the_answer_away)
{
    static const char *const headers[] = {"Accept: text/html", NULL};
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}, .debug = true});
    hearth_client *t;
    bool hit = true;

    ck_assert_int_eq(hearth_get(app, "/fails", fails), 0);
    ck_assert_int_eq(hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL)), 0);
    t = hearth_client_new(app);
    ck_assert_ptr_nonnull(t);
    for (long n = 0; hit; n++) {
        const hearth_answer *r;

        fault_at(n);
        r = hearth_call_do(t, &(hearth_call){.target = "/fails?what=this",
                                             .headers = headers});
        hit = fault_hit();
        if (r->status != 0)
            ck_assert_msg(r->status == 500 || r->status == 503, "%ld: %d", n, r->status);
        if (!hit) {
            ck_assert_int_eq(r->status, 500);
            ck_assert_ptr_nonnull(strstr(r->body.ptr, "told this"));
            ck_assert_ptr_nonnull(strstr(r->body.ptr, "SELECT 1"));
        }
    }
    hearth_client_free(t);
}
END_TEST

SUITE("fault/debug", TEST(the_page_of_development_never_keeps_the_answer_away))
