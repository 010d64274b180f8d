/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model_kit.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static void named(kit *k, int i)
{
    ck_assert(hearth__bind_named(&k->b, (size_t)i));
}

START_TEST(a_field_is_named_once_and_only_by_who_may)
{
    kit k;

    kit_open(&k);
    named(&k, kit_row__title);
    ck_assert(!hearth__bind_named(&k.b, kit_row__title));
    ck_assert(!hearth__bind_named(&k.b, kit_row__id));
    ck_assert(!hearth__bind_named(&k.b, kit_row__id));
    ck_assert_str_eq(kit_told(&k), "/id readonly;/title duplicate;");
    kit_close(&k);
}
END_TEST

START_TEST(null_is_a_value_only_where_it_may_be)
{
    kit k;

    kit_open(&k);
    hearth__bind_null(&k.b, kit_row__price);
    hearth__bind_null(&k.b, kit_row__title);
    hearth__bind_null(&k.b, kit_row__rank);
    ck_assert_uint_eq(k.b.given.null, HEARTH__BIT(kit_row__price));
    ck_assert_str_eq(kit_told(&k), "/title required;/rank null;");
    kit_close(&k);
}
END_TEST

START_TEST(what_is_absent_gets_its_fallback)
{
    kit k;

    kit_open(&k);
    memset(&k.row, 0xAA, sizeof k.row);
    hearth__bind_init(&k.b, k.plan, &k.row, &k.arena);
    ck_assert_ptr_null(k.row.title); /* zeroed */
    hearth__parse_text(&k.b, kit_row__title, hearth__str("a", 1), true);
    ck_assert_int_eq(hearth__bind_finish(&k.b), 0);
    ck_assert_int_eq(k.row.rank, 5);
    ck_assert(k.row.done);
    ck_assert_int_eq(k.row.state, 1);
    ck_assert_int_ge(k.row.day.year, 2025); /* "now" */
    ck_assert(!HEARTH_HAS(&k.row, kit_row, due));
    ck_assert(!HEARTH_NULL(&k.row, kit_row, due));
    kit_close(&k);
}
END_TEST

START_TEST(what_is_partial_lacks_nothing)
{
    static const hearth__source sources[] = {HEARTH__FROM_JSON, HEARTH__FROM_QUERY,
                                             HEARTH__FROM_FORM};
    kit k;

    kit_open(&k);
    k.b.o.partial = true;
    k.b.source = sources[_i];
    ck_assert_int_eq(hearth__bind_finish(&k.b), 0);
    ck_assert_uint_eq(k.row.has | k.row.null, 0);
    kit_close(&k);
}
END_TEST

/* As a PUT has it, which may leave out and repeat what it cannot change. */
START_TEST(what_a_caller_knows_already_may_be_absent_or_repeated)
{
    kit k;

    kit_open(&k);
    k.b.optional = HEARTH__BIT(kit_row__title) | HEARTH__BIT(kit_row__rank);
    k.b.echoed = HEARTH__BIT(kit_row__id);
    named(&k, kit_row__id);
    ck_assert(!hearth__bind_named(&k.b, kit_row__id)); /* twice is twice */
    hearth__bind_null(&k.b, kit_row__id);
    ck_assert_uint_eq(k.b.given.null, HEARTH__BIT(kit_row__id));
    ck_assert_int_eq(hearth__bind_finish(&k.b), HEARTH_EMODEL);
    ck_assert(!HEARTH_HAS(&k.row, kit_row, rank));
    ck_assert(HEARTH_HAS(&k.row, kit_row, done));
    ck_assert_str_eq(kit_told(&k), "/id duplicate;");
    kit_close(&k);
}
END_TEST

START_TEST(unknown_names_are_ignored_where_options_or_model_say_so)
{
    hearth_model m = kit_row_model;
    kit k;

    kit_open(&k);
    hearth__bind_unknown(&k.b, hearth__str("x", 1));
    k.b.o.ignore_unknown = true;
    hearth__bind_unknown(&k.b, hearth__str("y", 1));
    k.b.o.ignore_unknown = false;
    m.ignore_unknown = true;
    k.b.m = &m;
    hearth__bind_unknown(&k.b, hearth__str("z", 1));
    k.b.m = &kit_row_model;
    ck_assert_str_eq(kit_told(&k), "/x unknown;");
    kit_close(&k);
}
END_TEST

START_TEST(a_fallback_is_not_held_against_the_rules_of_a_request)
{
    /* They were looked at when the table was: what was sent is looked at here. */
    kit k;

    kit_open(&k);
    hearth__parse_text(&k.b, kit_row__title, hearth__str("toolong", 7), true);
    hearth__parse_text(&k.b, kit_row__rank, hearth__str("11", 2), true);
    ck_assert_int_eq(hearth__bind_finish(&k.b), HEARTH_EMODEL);
    ck_assert_str_eq(kit_told(&k), "/title max;/rank max;");
    kit_close(&k);
}
END_TEST

START_TEST(without_memory_nothing_is_bound)
{
    kit k;

    kit_open(&k);
    k.arena.failed = true;
    ck_assert_int_eq(hearth__bind_finish(&k.b), HEARTH_ENOMEM);
    kit_close(&k);
}
END_TEST

SUITE("model/bind",
      TEST(a_field_is_named_once_and_only_by_who_may)
          TEST(null_is_a_value_only_where_it_may_be)
              TEST(what_is_absent_gets_its_fallback)
                  LOOP(what_is_partial_lacks_nothing, 0, 3)
                      TEST(what_a_caller_knows_already_may_be_absent_or_repeated)
                          TEST(unknown_names_are_ignored_where_options_or_model_say_so)
                              TEST(a_fallback_is_not_held_against_the_rules_of_a_request)
                                  TEST(without_memory_nothing_is_bound))
