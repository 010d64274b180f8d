/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model/filter.h"
#include "suite.h"

#define ITEM(F, T)                           \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, title, text, "Title")               \
    F(T, x, f64, "Real")                     \
    F(T, day, date, "Day", .nullable = true)
HEARTH_MODEL(item, "items", ITEM);

static const unsigned char key[HEARTH__MAC_KEY] = {7}, other_key[HEARTH__MAC_KEY] = {8};

static hearth__arena arena;
static hearth__plan *plan;
static hearth__filter f;
static hearth__buf text;

/* The cursor of this title in the order title, -x, day, id. */
static bool write_one(const char *title)
{
    const struct item row = {.id = INT64_MIN, .title = title, .x = -0.25};
    hearth__given g = {hearth__fields_all(&item_model) & ~HEARTH__BIT(item__day),
                       HEARTH__BIT(item__day)};

    hearth__arena_init(&arena, 0);
    plan = hearth__plan_new(&item_model, NULL);
    hearth__filter_init(&f, plan, &arena);
    ck_assert_int_eq(hearth__filter_sort(&f, "title,-x,day"), 0);
    hearth__filter_finish(&f);
    f.limit = 10;
    f.offset = 20;
    hearth__buf_init(&text, &arena, 0);
    if (!hearth__cursor_write(&f, &row, g, key, &text))
        return false;
    f.after = hearth__buf_view(&text);
    return true;
}

static void finish(void)
{
    hearth__plan_free(plan);
    hearth__arena_clear(&arena);
}

START_TEST(a_cursor_gives_its_values_back)
{
    ck_assert(write_one("a \xc3\xa4"));
    ck_assert_int_eq(hearth__cursor_read(&f, key), 0);
    ck_assert_str_eq(hearth__arena_copy(&arena, f.from[0].u.s.ptr, f.from[0].u.s.len),
                     "a \xc3\xa4");
    ck_assert_double_eq(f.from[1].u.f, -0.25);
    ck_assert_int_eq((int)f.from[2].kind, (int)HEARTH_VAL_NULL);
    ck_assert(f.from[3].u.i == INT64_MIN);
    ck_assert_int_eq(f.passed, 30);
    finish();
}
END_TEST

START_TEST(another_key_order_or_table_refuses_it)
{
    static const hearth_model elsewhere = {.name = "item",
                                           .table = "others",
                                           .size = sizeof(struct item),
                                           .field = item__field,
                                           .n = 4};

    ck_assert(write_one("a"));
    ck_assert_int_eq(hearth__cursor_read(&f, other_key), HEARTH_EINVAL);
    f.sort[1].desc = false;
    ck_assert_int_eq(hearth__cursor_read(&f, key), HEARTH_EINVAL);
    f.sort[1].desc = true;
    f.nsort--;
    ck_assert_int_eq(hearth__cursor_read(&f, key), HEARTH_EINVAL);
    f.nsort++;
    f.m = &elsewhere;
    ck_assert_int_eq(hearth__cursor_read(&f, key), HEARTH_EINVAL);
    f.m = &item_model;
    ck_assert_int_eq(hearth__cursor_read(&f, key), 0);
    f.after.len--;
    ck_assert_int_eq(hearth__cursor_read(&f, key), HEARTH_EINVAL);
    f.after.len = 0;
    ck_assert_int_eq(hearth__cursor_read(&f, key), HEARTH_EINVAL);
    finish();
}
END_TEST

START_TEST(a_cursor_has_a_longest_text)
{
    static char title[HEARTH__MAX_CURSOR];
    /* The rows before, kinds, the length, a real, and a number stand beside it. */
    size_t most = HEARTH__MAX_CURSOR - 8 - (1 + 2) - (1 + 8) - 1 - (1 + 8);

    memset(title, 'x', most);
    ck_assert(write_one(title));
    ck_assert_int_eq(hearth__cursor_read(&f, key), 0);
    finish();
    title[most] = 'x';
    ck_assert(!write_one(title));
    finish();
}
END_TEST

SUITE("model/cursor",
      TEST(a_cursor_gives_its_values_back) TEST(another_key_order_or_table_refuses_it)
          TEST(a_cursor_has_a_longest_text))
