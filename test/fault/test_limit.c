/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Limits without memory: set-up fails and says so; a request is never let through uncounted,
 * it is answered as always, or 503.
 */

#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello\n");
}

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

static hearth_app *make_app(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_get(app, "/", hello), 0);
    return app;
}

START_TEST(a_limit_that_does_not_fit_in_memory_is_none_and_the_start_refused)
{
    bool hit = true;

    for (long n = 0; hit; n++) {
        hearth_app *app = make_app();

        fault_at(n);
        int rc = hearth_use_limit_at(app, "/", &(hearth_limit_opts){.quota = 1});

        if (rc == 0)
            rc = hearth_use_login_limit(app, NULL);
        hit = fault_hit();
        ck_assert_int_eq(rc, hit ? HEARTH_ENOMEM : 0);
        hearth_app_free(app);
    }
}
END_TEST

START_TEST(who_is_over_the_limit_is_never_let_through)
{
    bool hit = true;

    for (long n = 0; hit; n++) {
        hearth_app *app = make_app();

        ck_assert_int_eq(hearth_use_limit_at(app, "/", &(hearth_limit_opts){.quota = 1}),
                         0);
        hearth_client *t = hearth_client_new(app);

        ck_assert_ptr_nonnull(t);
        ck_assert_int_eq(hearth_call_get(t, "/")->status, 200);
        fault_at(n);
        int status = hearth_call_get(t, "/")->status;

        hit = fault_hit();
        ck_assert(status == 429 || status == 503 || status == 0);
        ck_assert(hit || status == 429);
        hearth_client_free(t);
    }
}
END_TEST

SUITE("fault/limit",
      TEST(a_limit_that_does_not_fit_in_memory_is_none_and_the_start_refused)
          TEST(who_is_over_the_limit_is_never_let_through))
