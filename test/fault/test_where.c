/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Lists of hosts and proxies, and what proxies say, without memory. */

#include "app/origin.h"
#include "boot/where.h"

#include "ctx.h"
#include "fault.h"
#include "suite.h"

#include <stdio.h>

static const char *const proxies[] = {"127.0.0.1", "unix:", NULL};
static const char *const hosts[] = {"a.example", ".b.example", NULL};

START_TEST(lists_without_memory_are_refused_whole)
{
    for (long n = 0;; n++) {
        hearth__hostlist h;
        hearth__cidrs c;
        hearth_error err = {0};

        fault_at(n);
        int rc = hearth__hostlist_parse(&h, hosts, "hosts", &err);

        rc = rc != 0 ? rc : hearth__cidrs_parse(&c, proxies, "proxies", &err);
        bool hit = fault_hit();

        hearth__hostlist_clear(&h);
        if (!hit) {
            ck_assert_int_eq(rc, 0);
            hearth__cidrs_clear(&c);
            ck_assert_int_eq(n, 3);
            break;
        }
        ck_assert_int_eq(rc, HEARTH_ENOMEM);
        ck_assert_int_eq(err.code, HEARTH_ENOMEM);
    }
}
END_TEST

START_TEST(an_application_without_memory_for_its_lists_does_not_start)
{
    const hearth_app_opts o = {.hosts = hosts,
                               .trusted_proxies = proxies,
                               .log = {.level = HEARTH_LOG_OFF}};
    int refused = 0;

    for (long n = 0;; n++) {
        hearth_error err = {0};

        fault_at(n);
        hearth_app *app = hearth_app_new(&o);
        bool hit = fault_hit();
        int rc = app == NULL ? HEARTH_ENOMEM : hearth__app_freeze(app, &err);

        hearth__app_destroy(app);
        if (!hit) {
            ck_assert_int_eq(rc, 0);
            break;
        }
        ck_assert_int_eq(rc, HEARTH_ENOMEM);
        refused += app != NULL;
    }
    ck_assert_int_eq(refused, 3);
}
END_TEST

START_TEST(the_environment_without_memory_refuses_the_start)
{
    ck_assert_int_eq(setenv("HEARTH_HOSTS", "a,b", 1), 0);
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_ptr_nonnull(app);
    for (long n = 0;; n++) {
        hearth_error err = {0};

        fault_at(n);
        int rc = hearth__where_env(app, &err);

        if (!fault_hit()) {
            ck_assert_int_eq(rc, 0);
            break;
        }
        ck_assert_int_eq(rc, HEARTH_ENOMEM);
        ck_assert_uint_eq(app->hosts.n, 0);
    }
    ck_assert_uint_eq(app->hosts.n, 2);
    hearth_app_free(app);
}
END_TEST

/* A request of many fields, so that the arena has to grow. */
START_TEST(an_origin_without_memory_is_503_or_empty)
{
    char *text = malloc(20000);
    size_t len;

    ck_assert_ptr_nonnull(text);
    len = (size_t)snprintf(text, 100,
                           "GET / HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Host: ");
    memset(text + len, 'x', 8000);
    snprintf(text + len + 8000, 100, ".b.example\r\n\r\n");
    for (long n = 0;; n++) {
        bare *t =
            bare_open(&(hearth_app_opts){.hosts = hosts, .trusted_proxies = proxies},
                      text);
        const struct sockaddr un = {.sa_family = AF_UNIX};

        t->c->peer = &un;
        t->c->peer_len = sizeof un.sa_family;
        fault_at(n);
        int status = hearth__origin_read(t->c).status;
        const char *url = status == 0 ? hearth_absolute(t->c, NULL) : NULL;
        const char *host = hearth_host(t->c);
        bool hit = fault_hit();

        ck_assert(status == 0 || status == 503);
        if (!hit) {
            ck_assert_int_eq(status, 0);
            ck_assert_uint_eq(strlen(host), 8010);
            ck_assert_uint_eq(strlen(url), 7 + 8010 + 1);
        } else {
            ck_assert(status == 503 || url == NULL || host[0] == '\0');
            ck_assert(t->c->arena.failed);
        }
        bare_close(t);
        if (!hit)
            break;
    }
    free(text);
}
END_TEST

SUITE("fault/where", TEST(lists_without_memory_are_refused_whole)
                         TEST(an_application_without_memory_for_its_lists_does_not_start)
                             TEST(the_environment_without_memory_refuses_the_start)
                                 TEST(an_origin_without_memory_is_503_or_empty))
