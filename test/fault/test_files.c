/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Serving files while memory runs out: the answer or a clean 503, nothing leaked, no
 * descriptor least of all.
 */

#include "fault.h"
#include "suite.h"
#include "tree.h"

#include <hearth.h>
#include <hearth/client.h>

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

static void fill(const tree *t)
{
    static char big[200000];

    tree_file(t, "a.css", "plain", 1000);
    tree_file(t, "a.css.gz", "gzipped", 1000);
    tree_file(t, "docs/index.html", "<p>", 1000);
    tree_file_n(t, "big.bin", big, sizeof big, 1000);
}

static hearth_app *new_app(void)
{
    return hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});
}

START_TEST(a_directory_is_set_up_or_nothing_is_left_of_it)
{
    tree t = tree_new();
    int before;

    fill(&t);
    for (long n = 0;; n++) {
        hearth_app *app = new_app();
        int rc;

        ck_assert_ptr_nonnull(app);
        before = tree_descriptors();
        fault_at(n);
        rc = hearth_static(app, "/s", t.dir, &(hearth_static_opts){.spa = "a.css"});
        if (!fault_hit()) {
            ck_assert_int_eq(rc, 0);
            hearth_app_free(app);
            break;
        }
        ck_assert(rc == 0 || rc == HEARTH_ENOMEM);
        ck_assert_int_eq(tree_descriptors(), before + (rc == 0));
        hearth_app_free(app);
    }
    tree_free(&t);
}
END_TEST

static const struct {
    const char *target, *header;
    int status;
} calls[] = {
    {"/s/a.css", "Accept-Encoding: gzip", 200},
    {"/s/big.bin", NULL, 200},
    {"/s/big.bin", "Range: bytes=0-40000", 206},
    {"/s/big.bin", "Range: bytes=0-40000,50000-99999,150000-", 206},
    {"/s/big.bin", "Range: bytes=300000-", 416},
    {"/s/big.bin", "If-None-Match: *", 304},
    {"/s/docs", NULL, 308},
    {"/s/docs/", NULL, 200},
    {"/s/users", "Accept: text/html", 200},
};

START_TEST(a_request_gets_its_answer_or_503)
{
    const char *const headers[] = {calls[_i].header, NULL};
    const hearth_call call = {.target = calls[_i].target, .headers = headers};
    tree t = tree_new();
    hearth_app *app;
    hearth_client *client;
    int before;
    long n = 0;

    fill(&t);
    app = new_app();
    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_static(app, "/s", t.dir,
                                   &(hearth_static_opts){.spa = "docs/index.html"}),
                     0);
    client = hearth_client_new(app);
    ck_assert_ptr_nonnull(client);
    before = tree_descriptors();
    for (;; n++) {
        int status;

        fault_at(n);
        status = hearth_call_do(client, &call)->status;
        if (!fault_hit()) {
            ck_assert_int_eq(status, calls[_i].status);
            break;
        }
        ck_assert_msg(status == calls[_i].status || status == 503 || status == 0,
                      "%s: %d", calls[_i].target, status);
        ck_assert_int_eq(tree_descriptors(), before);
    }
    ck_assert_int_ge(n, 1);
    ck_assert_int_eq(tree_descriptors(), before);
    hearth_client_free(client);
    tree_free(&t);
}
END_TEST

/* clang-format off */
SUITE("fault/files",
      TEST(a_directory_is_set_up_or_nothing_is_left_of_it)
      LOOP(a_request_gets_its_answer_or_503, 0, (int)(sizeof calls / sizeof *calls)))
