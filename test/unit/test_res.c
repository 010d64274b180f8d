/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/res.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/res.h>

/* ---- the array --------------------------------------------------------------- */

START_TEST(put_replaces_all_of_that_name_and_add_does_not)
{
    bare *t = bare_get();
    hearth__res *r = &t->c->res;

    ck_assert_int_eq(hearth__res_add(r, &t->c->arena, HEARTH__S("Link"), HEARTH__S("a")),
                     0);
    ck_assert_int_eq(hearth__res_add(r, &t->c->arena, HEARTH__S("Vary"), HEARTH__S("x")),
                     0);
    ck_assert_int_eq(hearth__res_add(r, &t->c->arena, HEARTH__S("link"), HEARTH__S("b")),
                     0);
    ck_assert_int_eq(bare_count(t, "Link"), 2);
    ck_assert_int_eq(hearth__res_put(r, &t->c->arena, HEARTH__S("LINK"), HEARTH__S("c")),
                     0);
    ck_assert_int_eq(bare_count(t, "Link"), 1);
    ck_assert_str_eq(bare_field(t, "Link"), "c");
    ck_assert_str_eq(bare_field(t, "Vary"), "x");
    bare_close(t);
}
END_TEST

START_TEST(putting_nothing_removes)
{
    bare *t = bare_get();
    hearth__res *r = &t->c->res;

    hearth__res_add(r, &t->c->arena, HEARTH__S("A"), HEARTH__S("1"));
    hearth__res_add(r, &t->c->arena, HEARTH__S("B"), HEARTH__S("2"));
    ck_assert_int_eq(hearth__res_put(r, &t->c->arena, HEARTH__S("a"),
                                     hearth__str(NULL, 0)),
                     0);
    ck_assert_ptr_null(bare_field(t, "A"));
    ck_assert_str_eq(bare_field(t, "B"), "2");
    bare_close(t);
}
END_TEST

START_TEST(fields_keep_their_order_as_the_array_grows)
{
    bare *t = bare_get();
    char name[16], value[16];

    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "X-%d", i);
        snprintf(value, sizeof value, "%d", i);
        ck_assert_int_eq(hearth_add_header(t->c, name, value), 0);
    }
    ck_assert_uint_eq(t->c->res.nfields, 100);
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "X-%d", i);
        ck_assert_str_eq(t->c->res.field[i].name.ptr, name);
        ck_assert_str_eq(t->c->res.field[i].value.ptr, name + 2);
    }
    bare_close(t);
}
END_TEST

START_TEST(forgotten_fields_leave_room_that_needs_no_memory)
{
    bare *t = bare_get();
    hearth__res *r = &t->c->res;

    for (int i = 0; i < 20; i++)
        hearth__res_add(r, &t->c->arena, HEARTH__S("A"), HEARTH__S("1"));
    hearth__res_forget(r);
    ck_assert_uint_eq(r->nfields, 0);
    ck_assert_ptr_null(hearth__res_find(r, HEARTH__S("A")));
    for (int i = 0; i < HEARTH__RES_FIRST; i++)
        ck_assert_int_eq(hearth__res_add(r, NULL, HEARTH__S("B"), HEARTH__S("2")), 0);
    bare_close(t);
}
END_TEST

/* ---- what a handler may set -------------------------------------------------- */

static const struct {
    const char *name, *value;
    bool ok;
} header_cases[] = {
    {"X-A", "b", true},
    {"x-a", "b c\td", true},
    {"X-A", "caf\xC3\xA9", true},
    {"X-A", "\xFF", true},
    {"!#$%&'*+-.^_`|~09azAZ", "v", true},
    {"Set-Cookie", "a=b", true},
    {"Dat", "x", true},
    {"Date-X", "x", true},
    {"Content-Type", "text/plain", true},
    {"X-A", "", false},
    {"X-A", " b", false},
    {"X-A", "b ", false},
    {"X-A", "\tb", false},
    {"X-A", "b\t", false},
    {"X-A", "a\r\nSet-Cookie: x=y", false},
    {"X-A", "a\nb", false},
    {"X-A", "a\rb", false},
    {"X-A", "a\x01", false},
    {"X-A", "a\x1b[0m", false},
    {"X-A", "a\x7f", false},
    {"", "b", false},
    {"X A", "b", false},
    {"X-A:", "b", false},
    {"X-\xC3\xA9", "b", false},
    {"X-A\r\nB", "b", false},
    {"Content-Length", "5", false},
    {"content-length", "5", false},
    {"Transfer-Encoding", "chunked", false},
    {"Connection", "close", false},
    {"KEEP-ALIVE", "x", false},
    {"Proxy-Connection", "x", false},
    {"Upgrade", "h2c", false},
    {"te", "trailers", false},
    {"Trailer", "x", false},
    {"dAtE", "x", false},
};
#define HEADER_CASES (int)(sizeof header_cases / sizeof *header_cases)

START_TEST(a_header_is_set_or_refused)
{
    bare *t = bare_get();
    const char *name = header_cases[_i].name, *value = header_cases[_i].value;
    int want = header_cases[_i].ok ? 0 : HEARTH_EINVAL;

    ck_assert_int_eq(hearth_set_header(t->c, name, value), want);
    ck_assert_uint_eq(t->c->res.nfields, header_cases[_i].ok ? 1 : 0);
    if (header_cases[_i].ok)
        ck_assert_str_eq(bare_field(t, name), value);
    else
        ck_assert_ptr_nonnull(strstr(t->log->text, "refused"));
    ck_assert_int_eq(hearth_set_headerf(t->c, name, "%s", value), want);
    ck_assert_uint_eq(t->c->res.nfields, header_cases[_i].ok ? 1 : 0);
    ck_assert_int_eq(hearth_add_header(t->c, name, value), want);
    ck_assert_uint_eq(t->c->res.nfields, header_cases[_i].ok ? 2 : 0);
    ck_assert_int_eq(hearth__res_check(hearth__str_of(name), hearth__str_of(value)),
                     want);
    bare_close(t);
}
END_TEST

START_TEST(names_and_values_are_copied)
{
    bare *t = bare_get();
    char name[] = "X-A", value[] = "one";

    ck_assert_int_eq(hearth_set_header(t->c, name, value), 0);
    memset(name, '!', 3);
    memset(value, '!', 3);
    ck_assert_str_eq(bare_field(t, "X-A"), "one");
    bare_close(t);
}
END_TEST

START_TEST(set_header_replaces_and_null_removes)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_set_header(t->c, "X-A", "1"), 0);
    ck_assert_int_eq(hearth_set_headerf(t->c, "x-a", "%d-%s", 2, "b"), 0);
    ck_assert_int_eq(bare_count(t, "X-A"), 1);
    ck_assert_str_eq(bare_field(t, "X-A"), "2-b");
    ck_assert_int_eq(hearth_set_header(t->c, "X-A", NULL), 0);
    ck_assert_ptr_null(bare_field(t, "X-A"));
    ck_assert_int_eq(hearth_set_header(t->c, "X-A", NULL), 0);
    ck_assert_int_eq(hearth_set_header(t->c, "Date", NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_set_header(t->c, NULL, "x"), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_add_header(t->c, "X-A", NULL), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

SUITE("app/res",
      TEST(put_replaces_all_of_that_name_and_add_does_not) TEST(putting_nothing_removes)
          TEST(fields_keep_their_order_as_the_array_grows)
              TEST(forgotten_fields_leave_room_that_needs_no_memory)
                  LOOP(a_header_is_set_or_refused, 0, HEADER_CASES)
                      TEST(names_and_values_are_copied)
                          TEST(set_header_replaces_and_null_removes))
