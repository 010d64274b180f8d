/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model_kit.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const struct {
    int field;
    const char *text;
    const char *code; /* NULL: read */
    bool form;        /* in a form, too, otherwise JSON */
} samples[] = {
    {kit_row__rank, "0", NULL, false},
    {kit_row__rank, "-9223372036854775808", NULL, false},
    {kit_row__rank, "9223372036854775807", NULL, false},
    {kit_row__rank, "9223372036854775808", "range", false},
    {kit_row__rank, "-9223372036854775809", "range", false},
    {kit_row__rank, "", "type", false},
    {kit_row__rank, "-", "type", false},
    {kit_row__rank, "+1", "type", false},
    {kit_row__rank, " 1", "type", false},
    {kit_row__rank, "1.0", "type", false},
    {kit_row__rank, "0x1", "type", false},
    {kit_row__price, "0.5", NULL, false},
    {kit_row__price, "-1e3", NULL, false},
    {kit_row__price, "nan", "type", false},
    {kit_row__price, "inf", "type", false},
    {kit_row__price, "1e999", "type", false},
    {kit_row__price, "0x1p3", "type", false},
    {kit_row__price, "1,5", "type", false},
    {kit_row__done, "true", NULL, false},
    {kit_row__done, "off", NULL, false},
    {kit_row__done, "TRUE", "type", false},
    {kit_row__done, "", "type", false},
    {kit_row__due, "2026-11-23T10:00:00Z", NULL, false},
    {kit_row__due, "2026-11-23T10:00:00", "type", false},
    {kit_row__due, "2026-11-23T10:00:00", NULL, true},
    {kit_row__due, "2026-11-23T10:00", "type", false},
    {kit_row__due, "2026-11-23T10:00", NULL, true},
    {kit_row__due, "2026-11-23T10:0", "type", true},
    {kit_row__due, "2026-11-23T10:00:0", "type", true},
    {kit_row__due, "2026-11-23T24:00", "type", true},
    {kit_row__day, "2024-02-29", NULL, false},
    {kit_row__day, "2026-02-29", "type", false},
    {kit_row__day, "now", "type", false}, /* only as a fallback */
    {kit_row__ref, "018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f", NULL, false},
    {kit_row__ref, "018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5", "type", false},
    {kit_row__more, "{\"a\":[1]}", NULL, true},
    {kit_row__more, "null", NULL, true},
    {kit_row__more, "{", "type", true},
    {kit_row__more, "", "type", true},
    {kit_row__data, "", NULL, false},
    {kit_row__data, "AAECAw==", NULL, false},
    {kit_row__data, "AAECAw", "type", false},
    {kit_row__data, "A*==", "type", false},
    {kit_row__state, "draft", NULL, false},
    {kit_row__state, "Draft", "choice", false},
    {kit_row__state, "draf", "choice", false},
    {kit_row__state, "0", "choice", false},
    {kit_row__title, "", NULL, false},
    {kit_row__title, "of any length, which is another matter", NULL, false},
};

START_TEST(a_text_is_read_as_its_kind)
{
    size_t i = (size_t)samples[_i].field;
    bool ok = samples[_i].code == NULL;
    kit k;

    kit_open(&k);
    k.b.source = samples[_i].form ? HEARTH__FROM_FORM : HEARTH__FROM_JSON;
    hearth__parse_text(&k.b, i, hearth__str_of(samples[_i].text), false);
    ck_assert_msg(((k.b.given.has & HEARTH__BIT(i)) != 0) == ok, "%s", samples[_i].text);
    ck_assert_msg(hearth__faults_any(&k.b.faults) == !ok, "%s", samples[_i].text);
    if (!ok) {
        const char *says = k.b.faults.text[i];

        ck_assert_str_eq(k.b.faults.code[i], samples[_i].code);
        ck_assert_ptr_nonnull(strstr(says, " has to "));
        ck_assert_ptr_eq(strstr(says, kit_row_model.field[i].name), says);
    }
    kit_close(&k);
}
END_TEST

START_TEST(a_text_that_lasts_is_not_copied)
{
    static const char text[] = "abc";
    kit k;

    kit_open(&k);
    hearth__parse_text(&k.b, kit_row__title, hearth__str(text, 3), true);
    ck_assert_ptr_eq(k.row.title, text);
    hearth__parse_text(&k.b, kit_row__code, hearth__str(text, 2), false);
    ck_assert_str_eq(k.row.code, "ab");
    kit_close(&k);
}
END_TEST

START_TEST(a_choice_that_is_none_is_told_the_words)
{
    kit k;

    kit_open(&k);
    hearth__parse_text(&k.b, kit_row__state, hearth__str("x", 1), false);
    ck_assert_str_eq(k.b.faults.text[kit_row__state],
                     "state has to be one of \"draft\", \"open\"");
    kit_close(&k);
}
END_TEST

static int refuse(void *arg, struct json_t *tree)
{
    (void)arg;
    json_decref(tree);
    return HEARTH_ENOMEM;
}

START_TEST(a_tree_that_nobody_keeps_is_no_memory)
{
    kit k;

    kit_open(&k);
    k.b.keep = refuse;
    hearth__parse_text(&k.b, kit_row__more, hearth__str("[1]", 3), false);
    ck_assert(k.arena.failed);
    ck_assert_ptr_null(k.row.more);
    kit_close(&k);
}
END_TEST

SUITE("model/parse", LOOP(a_text_is_read_as_its_kind, 0, N(samples))
                         TEST(a_text_that_lasts_is_not_copied)
                             TEST(a_choice_that_is_none_is_told_the_words)
                                 TEST(a_tree_that_nobody_keeps_is_no_memory))
