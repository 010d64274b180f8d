/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Every allocation of the languages fails once: none of them, or all. */
#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>

static const char *const tags[] = {"en", "de", NULL};
static const char *const catalogs[] = {
    NULL,
    "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n"
    "msgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Oeffnen\"\n"
    "msgid \"page\"\nmsgid_plural \"pages\"\nmsgstr[0] \"Seite\"\nmsgstr[1] \"Seiten\"\n",
    NULL};

START_TEST(languages_without_memory_are_refused_whole)
{
    long n;

    for (n = 0;; n++) {
        hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

        ck_assert_ptr_nonnull(app);
        fault_at(n);
        int rc = hearth_use_languages(app, tags,
                                      &(hearth_languages_opts){.catalog = catalogs});
        bool hit = fault_hit();
        ck_assert_msg(rc == (hit ? HEARTH_ENOMEM : 0), "allocation %ld: %d", n, rc);
        hearth_app_free(app);
        if (!hit)
            break;
    }
    ck_assert_int_gt(n, 10);
}
END_TEST

static int menu(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_pgettext(c, "menu", "Open"));
}

START_TEST(a_text_without_memory_is_503_or_right)
{
    static const char *const german[] = {"Accept-Language: de", NULL};
    static const hearth_route routes[] = {HEARTH_GET("/", menu), HEARTH_END};
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    hearth_client *t;

    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_use_languages(app, tags,
                                          &(hearth_languages_opts){.catalog = catalogs}),
                     0);
    t = hearth_client_new(app);
    ck_assert_ptr_nonnull(t);
    for (long n = 0;; n++) {
        fault_at(n);
        const hearth_answer *r =
            hearth_call_do(t, &(hearth_call){.target = "/", .headers = german});
        bool hit = fault_hit();
        if (r->status == 200)
            ck_assert_str_eq(r->body.ptr, "Oeffnen");
        else
            ck_assert(hit && (r->status == 503 || r->status == 0));
        if (!hit)
            break;
    }
    hearth_client_free(t);
}
END_TEST

SUITE("fault/language", TEST(languages_without_memory_are_refused_whole)
                            TEST(a_text_without_memory_is_503_or_right))
