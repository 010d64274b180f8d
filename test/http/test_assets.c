/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Files under addresses that change with their contents.
 */

#include "http.h"
#include "suite.h"
#include "tree.h"

static int link_to(hearth_ctx *c)
{
    const char *link = hearth_asset(c, hearth_query(c, "of", "app.css"));

    return link == NULL ? 404 : hearth_text(c, 200, link);
}

static hearth_client *client(const tree *t, const char *prefix,
                             const hearth_static_opts *o)
{
    hearth_app *app = hearth_app_new(NULL);

    hearth_get(app, "/link", link_to);
    ck_assert_int_eq(hearth_static(app, prefix, t->dir, o), 0);
    return hearth_client_new(app);
}

static void link_of(hearth_client *c, const char *of, char out[200])
{
    char target[200];
    const hearth_answer *r;

    snprintf(target, sizeof target, "/link?of=%s", of);
    r = hearth_call_get(c, target);
    ck_assert_int_eq(r->status, 200);
    snprintf(out, 200, "%s", r->body.ptr);
}

START_TEST(the_address_of_a_file_is_good_for_ever)
{
    tree t = tree_new();
    char link[200];
    hearth_client *c;
    const hearth_answer *r;

    tree_file(&t, "css/app.css", "body{}", 1000);
    c = client(&t, "/assets", NULL);
    link_of(c, "css/app.css", link);
    ck_assert_int_eq(strncmp(link, "/assets/css/app.", 16), 0);
    ck_assert_uint_eq(strlen(link), strlen("/assets/css/app.css") + 17);
    r = hearth_call_get(c, link);
    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, "body{}");
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"),
                     "public, max-age=31536000, immutable");
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), "text/css; charset=utf-8");
    r = hearth_call_get(c, "/assets/css/app.css");
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-cache");
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(a_file_that_changes_gets_another_address)
{
    tree t = tree_new();
    char before[200], after[200];
    hearth_client *c;
    const hearth_answer *r;

    tree_file(&t, "app.css", "old", 1000);
    c = client(&t, "", NULL);
    link_of(c, "app.css", before);
    link_of(c, "app.css", after);
    ck_assert_str_eq(before, after);
    tree_file(&t, "app.css", "new", 2000);
    link_of(c, "app.css", after);
    ck_assert_str_ne(before, after);
    r = hearth_call_get(c, before); /* a page of before */
    ck_assert_str_eq(r->body.ptr, "new");
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-cache");
    r = hearth_call_get(c, after);
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"),
                     "public, max-age=31536000, immutable");
    tree_file(&t, "app.css", "old", 3000); /* the contents count, not the time */
    link_of(c, "app.css", after);
    ck_assert_str_eq(before, after);
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(what_is_not_there_has_no_address)
{
    static const char *const names[] = {"no.css",   "../app.css", ".hidden",         "",
                                        "/app.css", "folder",     "a%2F..%2Fapp.css"};
    tree t = tree_new();
    hearth_client *c;

    tree_file(&t, "app.css", "x", 1000);
    tree_file(&t, ".hidden", "x", 1000);
    tree_file(&t, "folder/a", "x", 1000);
    c = client(&t, "/s", NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char target[200];

        snprintf(target, sizeof target, "/link?of=%s", names[i]);
        ck_assert_int_eq(hearth_call_get(c, target)->status, 404);
        ck_assert(http_logged(c, "no directory of hearth_static() has this file"));
    }
    ck_assert_int_eq(hearth_call_get(c, "/s/no.0123456789abcdef.css")->status, 404);
    ck_assert_int_eq(hearth_call_get(c, "/s/folder.0123456789abcdef")->status, 404);
    ck_assert_int_eq(hearth_call_get(c, "/s/.hidden.0123456789abcdef")->status, 404);
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(a_file_that_really_has_such_a_name_comes_first)
{
    tree t = tree_new();
    hearth_client *c;

    tree_file(&t, "app.css", "plain", 1000);
    tree_file(&t, "app.0123456789abcdef.css", "itself", 1000);
    c = client(&t, "/s", NULL);
    ck_assert_str_eq(hearth_call_get(c, "/s/app.0123456789abcdef.css")->body.ptr,
                     "itself");
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

START_TEST(directories_may_do_without)
{
    tree t = tree_new();
    char link[200];
    hearth_client *c;

    tree_file(&t, "my app.css", "x", 1000);
    c = client(&t, "/s", &(hearth_static_opts){.hashes_off = true});
    link_of(c, "my%20app.css", link);
    ck_assert_str_eq(link, "/s/my%20app.css");
    ck_assert_int_eq(hearth_call_get(c, "/s/my%20app.0123456789abcdef.css")->status, 404);
    hearth_client_free(c);
    c = client(&t, "/u", &(hearth_static_opts){.untrusted = true});
    ck_assert_int_eq(hearth_call_get(c, "/link?of=my%20app.css")->status, 404);
    ck_assert_int_eq(hearth_call_get(c, "/u/my%20app.0123456789abcdef.css")->status, 404);
    hearth_client_free(c);
    tree_free(&t);
}
END_TEST

SUITE("http/assets", TEST(the_address_of_a_file_is_good_for_ever)
                         TEST(a_file_that_changes_gets_another_address)
                             TEST(what_is_not_there_has_no_address)
                                 TEST(a_file_that_really_has_such_a_name_comes_first)
                                     TEST(directories_may_do_without))
