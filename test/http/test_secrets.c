/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Signed links over HTTP: what was made for a client, and what it made of it. */

#include "http.h"
#include "suite.h"

#include <stdio.h>
#include <unistd.h>

static int give(hearth_ctx *c)
{
    const char *what = hearth_query(c, "what", "");
    bool seal = hearth_query(c, "seal", NULL) != NULL;

    return hearth_text(c, 200,
                       seal ? hearth_seal(c, "link", what, 60)
                            : hearth_sign(c, "link", what, 60));
}

static int take(hearth_ctx *c)
{
    hearth_str value;

    if (hearth_query(c, "seal", NULL) != NULL)
        HEARTH_TRY(hearth_unseal(c, "link", hearth_query(c, "t", ""), &value));
    else
        HEARTH_TRY(hearth_unsign(c, "link", hearth_query(c, "t", ""), &value));
    return hearth_text(c, 200, value.ptr);
}

static const hearth_route routes[] = {
    HEARTH_GET("/give", give),
    HEARTH_GET("/take", take),
    HEARTH_END,
};

static const char *const secrets[] = {"0123456789abcdef0123456789abcdef", NULL};
static const char *const kinds[] = {"", "&seal=1"};

START_TEST(what_was_given_is_taken_and_nothing_else)
{
    hearth_client *t = http_client(&(hearth_app_opts){.secrets = secrets}, routes);
    char target[512], token[256];
    const hearth_answer *r;

    snprintf(target, sizeof target, "/give?what=a%%20user%s", kinds[_i]);
    r = hearth_call_get(t, target);
    ck_assert_int_eq(r->status, 200);
    ck_assert_uint_lt(r->body.len, sizeof token);
    memcpy(token, r->body.ptr, r->body.len + 1);
    snprintf(target, sizeof target, "/take?t=%s%s", token, kinds[_i]);
    r = hearth_call_get(t, target);
    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, "a user");
    for (size_t i = 0, n = strlen(token); i < n; i += 5) {
        char was = token[i];

        token[i] = was == 'x' ? 'y' : 'x';
        snprintf(target, sizeof target, "/take?t=%s%s", token, kinds[_i]);
        r = hearth_call_get(t, target);
        ck_assert_int_eq(r->status, 400);
        ck_assert_ptr_null(strstr(r->body.ptr, "changed")); /* why is not told */
        token[i] = was;
    }
    ck_assert_int_eq(hearth_call_get(t, "/take")->status, 400);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_test_needs_no_secret_and_leaves_no_file)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_client *t;

    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_use_secrets(app), 0);
    t = hearth_client_new(app);
    ck_assert_ptr_nonnull(t);
    ck_assert_int_eq(hearth_call_get(t, "/give?what=x")->status, 200);
    ck_assert_int_ne(access("hearth.secret", F_OK), 0);
    hearth_client_free(t);
}
END_TEST

SUITE("http/secrets", LOOP(what_was_given_is_taken_and_nothing_else, 0, 2)
                          TEST(a_test_needs_no_secret_and_leaves_no_file))
