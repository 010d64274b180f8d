/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>
#include <hearth/security.h>

/* The value that is sent under that name, however it came to be; NULL: none. */
static const char *sent(const bare *t, const char *name)
{
    const hearth__field *f;
    const char *value = bare_field(t, name);
    unsigned left = t->c->res.guards;

    while ((f = hearth__guard_next(&t->c->res, &left)) != NULL) {
        if (!hearth__str_ieq(f->name, hearth__str_of(name)))
            continue;
        ck_assert_msg(value == NULL, "%s twice", name);
        value = f->value.ptr;
    }
    return value;
}

static const char *const names[] = {
    "X-Content-Type-Options",  "Referrer-Policy",    "Cross-Origin-Opener-Policy",
    "Content-Security-Policy", "Permissions-Policy", "Strict-Transport-Security",
};

static const struct {
    const char *type;
    bool page, https, data;
} answers[] = {
    {"text/html", true, false, false},
    {"text/html; charset=utf-8", true, true, false},
    {"TEXT/HTML", true, false, false},
    {"application/xhtml+xml", true, false, false},
    {"text/plain; charset=utf-8", false, false, true},
    {"text/h", false, true, false},
    {"text/css", false, false, false},
    {"image/svg+xml", false, false, false},
    {"application/json", false, true, true},
    {"application/javascript", false, false, false},
    {NULL, false, false, false},
};
#define ANSWERS (int)(sizeof answers / sizeof *answers)

START_TEST(what_goes_with_an_answer_depends_on_its_type_and_scheme)
{
    bare *t = bare_get();
    bool page = answers[_i].page, https = answers[_i].https;
    const bool expected[] = {true, !answers[_i].data, page, page, page, https};

    t->c->origin.https = https;
    if (answers[_i].type != NULL)
        ck_assert_int_eq(hearth_set_header(t->c, "content-type", answers[_i].type), 0);
    hearth__guard_answer(t->c);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_msg((sent(t, names[i]) != NULL) == expected[i], "%s", names[i]);
    bare_close(t);
}
END_TEST

START_TEST(what_a_handler_set_itself_wins)
{
    bare *t = bare_get();

    t->c->origin.https = true;
    ck_assert_int_eq(hearth_html(t->c, 200, "<p>"), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_int_eq(hearth_set_header(t->c, names[i], "mine"), 0);
    hearth__guard_answer(t->c);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_str_eq(sent(t, names[i]), "mine");
    bare_close(t);
}
END_TEST

START_TEST(fields_of_names_as_long_are_no_reason_to_leave_one_out)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_html(t->c, 200, "<p>"), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[32] = "";

        memset(name, 'x', strlen(names[i]));
        ck_assert_int_eq(hearth_set_header(t->c, name, "1"), 0);
    }
    hearth__guard_answer(t->c);
    for (size_t i = 0; i + 1 < sizeof names / sizeof *names; i++)
        ck_assert_ptr_nonnull(sent(t, names[i]));
    bare_close(t);
}
END_TEST

START_TEST(options_change_what_is_said)
{
    const hearth_app_opts o = {
        .content_security_policy = "default-src 'none'",
        .permissions_policy = "camera=(self)",
        .opener_policy = "same-origin-allow-popups",
        .referrer_policy = "no-referrer",
        .hsts_s = 60,
        .hsts_subdomains = true,
    };
    static const char *const values[] = {
        "nosniff",
        "no-referrer",
        "same-origin-allow-popups",
        "default-src 'none'",
        "camera=(self)",
        "max-age=60; includeSubDomains",
    };
    bare *t = bare_open(&o, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");

    ck_assert_int_eq(t->app->setup.code, 0);
    t->c->origin.https = true;
    ck_assert_int_eq(hearth_html(t->c, 200, "<p>"), 0);
    hearth__guard_answer(t->c);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_str_eq(sent(t, names[i]), values[i]);
    bare_close(t);
}
END_TEST

START_TEST(an_option_that_names_the_danger_leaves_a_field_out)
{
    const hearth_app_opts o = {
        .content_security_policy = HEARTH_UNSAFE_NOT_SENT,
        .permissions_policy = HEARTH_UNSAFE_NOT_SENT,
        .opener_policy = HEARTH_UNSAFE_NOT_SENT,
        .referrer_policy = HEARTH_UNSAFE_NOT_SENT,
        .hsts_s = HEARTH_UNSAFE_NO_HSTS,
    };
    bare *t = bare_open(&o, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");

    ck_assert_int_eq(t->app->setup.code, 0);
    t->c->origin.https = true;
    ck_assert_ptr_nonnull(hearth_csp_nonce(t->c));
    ck_assert_int_eq(hearth_html(t->c, 200, "<p>"), 0);
    hearth__guard_answer(t->c);
    ck_assert_str_eq(sent(t, names[0]), "nosniff");
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        ck_assert_ptr_null(sent(t, names[i]));
    bare_close(t);
}
END_TEST

static const struct {
    hearth_app_opts o;
    const char *says;
} wrong[] = {
    {{.content_security_policy = "default-src 'self', *"}, "content_security_policy"},
    {{.content_security_policy = ""}, "content_security_policy"},
    {{.permissions_policy = "camera=()\r\nX: y"}, "permissions_policy"},
    {{.opener_policy = " same-origin"}, "opener_policy"},
    {{.referrer_policy = ""}, "referrer_policy"},
    {{.hsts_s = -2}, "hsts_s"},
};
#define WRONG (int)(sizeof wrong / sizeof *wrong)

START_TEST(an_option_that_is_no_field_value_is_refused_by_name)
{
    bare *t = bare_open(&wrong[_i].o, "GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");

    ck_assert_int_eq(t->app->setup.code, HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(t->app->setup.text, wrong[_i].says));
    bare_close(t);
}
END_TEST

START_TEST(a_nonce_is_random_and_stays_the_same_within_a_request)
{
    bare *t = bare_get(), *u = bare_get();
    const char *nonce = hearth_csp_nonce(t->c);

    ck_assert_uint_eq(strlen(nonce), 24);
    ck_assert_ptr_eq(hearth_csp_nonce(t->c), nonce);
    ck_assert_str_ne(hearth_csp_nonce(u->c), nonce);
    ck_assert_int_eq(hearth_html(t->c, 200, "<p>"), 0);
    hearth__guard_answer(t->c);
    ck_assert_ptr_nonnull(strstr(sent(t, "Content-Security-Policy"), nonce));
    bare_close(t);
    bare_close(u);
}
END_TEST

SUITE("app/guard",
      LOOP(what_goes_with_an_answer_depends_on_its_type_and_scheme, 0,
           ANSWERS) TEST(what_a_handler_set_itself_wins)
          TEST(fields_of_names_as_long_are_no_reason_to_leave_one_out)
              TEST(options_change_what_is_said)
                  TEST(an_option_that_names_the_danger_leaves_a_field_out)
                      LOOP(an_option_that_is_no_field_value_is_refused_by_name, 0, WRONG)
                          TEST(a_nonce_is_random_and_stays_the_same_within_a_request))
