/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What templates ask for, without memory: an error answer, never half of it.
 */

#include "page_kit.h"

#include "allocators.h"
#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>

#define ERRAND(F, T) F(T, title, text, "Title", .required = true, .max = 20)
HEARTH_MODEL(errand, NULL, ERRAND);

static int show(hearth_ctx *c)
{
    HEARTH_TRY(hearth_page_form(c, "errand", &errand_model, NULL, NULL));
    HEARTH_TRY(hearth_flash(c, "info", "saved"));
    return page_kit(c);
}

static const hearth_route routes[] = {
    HEARTH_GET("/show", show, .name = "show"),
    HEARTH_END,
};

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

static const char *const calls[] = {
    "X-Call: url|show|q=1|_anchor=a",
    "X-Call: asset|page.h",
    "X-Call: form|errand",
    "X-Call: form_facts|errand|title",
    "X-Call: flashes",
    "X-Call: csrf_token",
    "X-Call: csp_nonce",
    "X-Call: user.id",
    "X-Call: request.url",
    "X-Call: pagination|100|20",
    "X-Call: pagination_nav|100|20",
};
#define CALLS ((int)(sizeof calls / sizeof *calls))

START_TEST(a_page_without_memory_is_an_error)
{
    const char *const headers[] = {calls[_i], NULL};
    hearth_app *app;
    hearth_client *t;
    bool hit = true;

    take_over();
    app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});
    hearth_mount(app, "", routes);
    hearth_static(app, "/lib", "lib/page", NULL);
    hearth_use_sessions(app, hearth_store_memory(0), NULL);
    hearth_use_templates(app, NULL);
    t = hearth_client_new(app);
    for (long n = 0; hit; n++) {
        const hearth_answer *r;

        fault_at(n);
        r = hearth_call_do(t, &(hearth_call){.target = "/show", .headers = headers});
        hit = fault_hit();
        if (r->status != 0)
            ck_assert_msg(r->status == 200 || r->status == 500 || r->status == 503,
                          "%ld: %d %s", n, r->status, r->body.ptr);
        if (!hit)
            ck_assert_msg(r->status == 200, "%s", r->body.ptr);
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(set_up_without_memory_is_refused)
{
    bool hit = true;

    take_over();
    for (long n = 0; hit; n++) {
        hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});
        int rc;

        ck_assert_ptr_nonnull(app);
        fault_at(n);
        rc = hearth_use_templates(app, NULL);
        hit = fault_hit();
        ck_assert_int_eq(rc == 0, !hit);
        hearth_app_free(app);
    }
}
END_TEST

SUITE("fault/page", LOOP(a_page_without_memory_is_an_error, 0, CALLS)
                        TEST(set_up_without_memory_is_refused))
