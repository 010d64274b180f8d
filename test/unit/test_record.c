/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The values of a session as bytes, and what is done to them. */

#include "session/record.h"

#include "core/str.h"
#include "suite.h"

typedef struct fixture {
    hearth__arena a;
    hearth__record r;
} fixture;

static void open_fixture(fixture *f)
{
    hearth__arena_init(&f->a, 0);
    hearth__record_init(&f->r, 1000);
}

static void doing(fixture *f, hearth__op_kind kind, const char *key, const char *text)
{
    const hearth__op op = {NULL, kind, hearth__str_of(key), hearth__str_of(text)};
    size_t would = hearth__record_would(&f->r, &op);

    ck_assert(hearth__record_do(&f->r, &f->a, &op));
    if (would != 0)
        ck_assert_uint_eq(f->r.size, would);
}

static hearth_str bytes(fixture *f)
{
    hearth__buf b;

    hearth__buf_init(&b, &f->a, 0);
    hearth__record_write(&f->r, &b);
    ck_assert(!b.failed);
    ck_assert_uint_eq(b.len, f->r.size);
    return hearth__buf_view(&b);
}

/* "a=1 b=2 !info=saved" */
static const char *shown(fixture *f)
{
    hearth__buf b;

    hearth__buf_init(&b, &f->a, 0);
    for (const hearth__entry *e = f->r.first; e != NULL; e = e->next)
        hearth__buf_f(&b, "%s%s%s=%s", b.len == 0 ? "" : " ",
                      e->kind == HEARTH__ENTRY_FLASH ? "!" : "", e->key.ptr, e->text.ptr);
    return b.ptr;
}

static const struct {
    const char *before[4]; /* key, text, key, text */
    hearth__op_kind kind;
    const char *key, *text, *after;
} steps[] = {
    {{NULL}, HEARTH__OP_SET, "a", "1", "a=1"},
    {{"a", "1"}, HEARTH__OP_SET, "b", "2", "a=1 b=2"},
    {{"a", "1", "b", "2"}, HEARTH__OP_SET, "a", "longer", "a=longer b=2"},
    {{"a", "1", "b", "2"}, HEARTH__OP_SET, "b", "", "a=1 b="},
    {{"a", "1", "b", "2"}, HEARTH__OP_REMOVE, "a", "", "b=2"},
    {{"a", "1", "b", "2"}, HEARTH__OP_REMOVE, "b", "", "a=1"},
    {{"a", "1"}, HEARTH__OP_REMOVE, "a", "", ""},
    {{"a", "1"}, HEARTH__OP_REMOVE, "x", "", "a=1"},
    {{"a", "1"}, HEARTH__OP_FLASH, "a", "1", "a=1 !a=1"},
    {{"a", "1"}, HEARTH__OP_TAKE, "a", "1", "a=1"}, /* a value is no message */
    {{"a", "1", "b", "2"}, HEARTH__OP_CLEAR, "", "", ""},
};
#define STEPS (int)(sizeof steps / sizeof *steps)

START_TEST(an_operation_does_what_it_says_and_the_list_goes_on)
{
    fixture f;
    hearth__record back;

    open_fixture(&f);
    for (int i = 0; i < 4 && steps[_i].before[i] != NULL; i += 2)
        doing(&f, HEARTH__OP_SET, steps[_i].before[i], steps[_i].before[i + 1]);
    doing(&f, steps[_i].kind, steps[_i].key, steps[_i].text);
    ck_assert_str_eq(shown(&f), steps[_i].after);
    ck_assert(hearth__record_read(&back, &f.a, bytes(&f)));
    ck_assert_int_eq(back.created_s, 1000);
    ck_assert_int_eq(back.seen_s, 1000);
    ck_assert_uint_eq(back.size, f.r.size);
    doing(&f, HEARTH__OP_SET, "z", "9"); /* the end of the list is still its end */
    ck_assert_ptr_nonnull(strstr(shown(&f), "z=9"));
    ck_assert_ptr_nonnull(hearth__record_find(&f.r, HEARTH__S("z")));
    ck_assert(hearth__record_read(&back, &f.a, bytes(&f)));
    ck_assert_ptr_nonnull(hearth__record_find(&back, HEARTH__S("z")));
    hearth__arena_clear(&f.a);
}
END_TEST

START_TEST(of_equal_messages_one_is_taken)
{
    fixture f;

    open_fixture(&f);
    doing(&f, HEARTH__OP_FLASH, "info", "saved");
    doing(&f, HEARTH__OP_FLASH, "info", "sent");
    doing(&f, HEARTH__OP_FLASH, "info", "saved");
    doing(&f, HEARTH__OP_TAKE, "info", "saved");
    ck_assert_str_eq(shown(&f), "!info=sent !info=saved");
    doing(&f, HEARTH__OP_TAKE, "error", "saved");
    doing(&f, HEARTH__OP_TAKE, "info", "saved");
    doing(&f, HEARTH__OP_TAKE, "info", "saved");
    ck_assert_str_eq(shown(&f), "!info=sent");
    ck_assert_ptr_null(hearth__record_find(&f.r, HEARTH__S("info")));
    hearth__arena_clear(&f.a);
}
END_TEST

#define HEAD "\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2"
#define L(s)            \
    {                   \
        s, sizeof s - 1 \
    }
static const hearth_str damaged[] = {
    L(""),
    L("\1"),
    L("\2\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2"),     /* another format */
    L("\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\1"),     /* seen before it began */
    L("\1\377\0\0\0\0\0\0\2\377\0\0\0\0\0\0\3"), /* before 1970 */
    L(HEAD "\1"),
    L(HEAD "\1\1\0\0\0\0"),
    L(HEAD "\1\1\0\0\0\0a"),
    L(HEAD "\1\1\0\0\0\0a\0"),
    L(HEAD "\1\1\0\0\0\1a\0b"),
    L(HEAD "\1\1\0\0\0\1a\0bx"), /* no '\0' */
    L(HEAD "\1\1\0\0\0\1ax\0\0"),
    L(HEAD "\1\2\0\0\0\1a\0\0b\0"), /* a '\0' inside */
    L(HEAD "\1\1\0\0\0\2a\0b\0\0"),
    L(HEAD "\0\1\0\0\0\1a\0b\0"), /* no such kind */
    L(HEAD "\3\1\0\0\0\1a\0b\0"),
    L(HEAD "\1\0\0\0\0\1\0b\0"), /* no key */
    L(HEAD "\1\1\377\377\377\377a\0b\0"),
    L(HEAD "\1\1\0\0\0\1a\0b\0rest"),
};
#define DAMAGED (int)(sizeof damaged / sizeof *damaged)

START_TEST(what_is_damaged_is_none)
{
    fixture f;

    open_fixture(&f);
    ck_assert(!hearth__record_read(&f.r, &f.a, damaged[_i]));
    ck_assert(!f.a.failed);
    hearth__arena_clear(&f.a);
}
END_TEST

START_TEST(the_whole_of_it_is_read)
{
    static const char text[] = HEAD "\1\1\0\0\0\1a\0b\0\2\4\0\0\0\0info\0";
    fixture f;

    open_fixture(&f);
    ck_assert(hearth__record_read(&f.r, &f.a, hearth__str(text, sizeof text)));
    ck_assert_str_eq(shown(&f), "a=b !info=");
    ck_assert_int_eq(f.r.created_s, 1);
    ck_assert_int_eq(f.r.seen_s, 2);
    ck_assert(hearth__str_eq(bytes(&f), hearth__str(text, sizeof text)));
    hearth__arena_clear(&f.a);
}
END_TEST

START_TEST(sizes_that_wrap_round_are_too_large)
{
    fixture f;
    hearth__op op = {NULL, HEARTH__OP_SET, HEARTH__S("k"), {"", SIZE_MAX}};

    open_fixture(&f);
    ck_assert_uint_eq(hearth__record_would(&f.r, &op), SIZE_MAX);
    op.text.len = (size_t)UINT32_MAX + 1;
    ck_assert_uint_eq(hearth__record_would(&f.r, &op), SIZE_MAX);
    op.text.len = 1;
    ck_assert_uint_eq(hearth__record_would(&f.r, &op), 17 + 6 + 2 + 2);
    hearth__arena_clear(&f.a);
}
END_TEST

SUITE("session/record",
      LOOP(an_operation_does_what_it_says_and_the_list_goes_on, 0, STEPS)
          TEST(of_equal_messages_one_is_taken) LOOP(what_is_damaged_is_none, 0, DAMAGED)
              TEST(the_whole_of_it_is_read) TEST(sizes_that_wrap_round_are_too_large))
