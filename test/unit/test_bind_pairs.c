/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "model_kit.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const struct {
    hearth__source source;
    const char *pairs, *told;
    const char *has, *null; /* names, "title,rank," */
} samples[] = {
    {HEARTH__FROM_QUERY, "title=a", "", "title,rank,done,day,state,", ""},
    {HEARTH__FROM_FORM, "title=a", "", "title,rank,done,day,state,", ""},
    {HEARTH__FROM_QUERY, "", "?title required;", "rank,done,day,state,", ""},
    {HEARTH__FROM_FORM, "", "/title required;", "rank,done,day,state,", ""},
    {HEARTH__FROM_FORM, "title=", "/title required;", "rank,done,day,state,", ""},
    /* Empty values: null, absent, or the empty text. */
    {HEARTH__FROM_FORM, "title=a&price=&due=&mail=", "", "title,rank,done,day,state,",
     "price,due,mail,"},
    {HEARTH__FROM_FORM, "title=a&rank=&day=&ref=&more=&data=&state=", "",
     "title,rank,done,day,state,", ""},
    {HEARTH__FROM_FORM, "title=a&code=", "", "title,rank,done,day,state,code,", ""},
    {HEARTH__FROM_FORM, "title=a&title=b", "/title duplicate;",
     "title,rank,done,day,state,", ""},
    {HEARTH__FROM_QUERY, "title=a&rank=&rank=3", "?rank duplicate;",
     "title,done,day,state,", ""},
    {HEARTH__FROM_FORM, "title=a&id=1", "/id readonly;", "title,rank,done,day,state,",
     ""},
    {HEARTH__FROM_FORM, "title=a&_csrf=1&_=2", "", "title,rank,done,day,state,", ""},
    {HEARTH__FROM_QUERY, "title=a&x=1&=2&Title=3", "?x unknown;? unknown;?Title unknown;",
     "title,rank,done,day,state,", ""},
    {HEARTH__FROM_FORM, "title=a&more=[1&data=A&rank=x&price=y&due=z&ref=0&day=1",
     "/rank type;/price type;/due type;/day type;/ref type;/more type;/data type;",
     "title,done,state,", ""},
    {HEARTH__FROM_FORM, "state=open&code=AB1&more=[1]&title=b&data=AA==&done=on&rank=2",
     "", "title,rank,done,day,more,data,state,code,", ""},
};

static const char *names(uint64_t bits, char out[256])
{
    *out = '\0';
    for (size_t i = 0; i < kit_row_model.n; i++)
        if ((bits & HEARTH__BIT(i)) != 0)
            strcat(strcat(out, kit_row_model.field[i].name), ",");
    return out;
}

START_TEST(pairs_are_bound_or_all_their_faults_are_told)
{
    char text[256];
    kit k;

    kit_open(&k);
    kit_pairs(&k, samples[_i].source, samples[_i].pairs);
    ck_assert_str_eq(kit_told(&k), samples[_i].told);
    ck_assert_int_eq(k.rc, *samples[_i].told == '\0' ? 0 : HEARTH_EMODEL);
    ck_assert_str_eq(names(k.row.has, text), samples[_i].has);
    ck_assert_str_eq(names(k.row.null, text), samples[_i].null);
    kit_close(&k);
}
END_TEST

static const struct {
    const char *value;
    int done; /* -1: a fault */
} flags[] = {{"on", 1}, {"true", 1}, {"1", 1},  {"off", 0}, {"false", 0},
             {"0", 0},  {"yes", -1}, {"2", -1}, {"ON", -1}, {"truee", -1}};

START_TEST(a_box_is_ticked_or_not)
{
    char text[64];
    kit k;

    snprintf(text, sizeof text, "title=a&done=%s", flags[_i].value);
    kit_open(&k);
    kit_pairs(&k, HEARTH__FROM_FORM, text);
    ck_assert_str_eq(kit_told(&k), flags[_i].done < 0 ? "/done type;" : "");
    if (flags[_i].done >= 0)
        ck_assert_int_eq(k.row.done, flags[_i].done);
    kit_close(&k);
}
END_TEST

START_TEST(a_box_left_open_is_false_in_a_form_and_its_fallback_in_a_query)
{
    for (int form = 0; form < 2; form++) {
        kit k;

        kit_open(&k);
        kit_pairs(&k, form ? HEARTH__FROM_FORM : HEARTH__FROM_QUERY, "title=a");
        ck_assert_int_eq(k.row.done, !form);
        kit_close(&k);
    }
}
END_TEST

START_TEST(a_thousand_pairs_are_bound)
{
    static hearth__field pair[1000];
    kit k;

    for (size_t i = 0; i < 1000; i++)
        pair[i] = (hearth__field){hearth__str("x", 1), hearth__str("1", 1)};
    pair[999] = (hearth__field){hearth__str("title", 5), hearth__str("a", 1)};
    kit_open(&k);
    hearth__bind_pairs(&k.b, pair, 1000);
    ck_assert_int_eq(hearth__bind_finish(&k.b), HEARTH_EMODEL);
    ck_assert_uint_eq(k.b.faults.nextra, 999);
    ck_assert_str_eq(k.row.title, "a");
    kit_close(&k);
}
END_TEST

SUITE("model/bind_pairs",
      LOOP(pairs_are_bound_or_all_their_faults_are_told, 0, N(samples))
          LOOP(a_box_is_ticked_or_not, 0, N(flags))
              TEST(a_box_left_open_is_false_in_a_form_and_its_fallback_in_a_query)
                  TEST(a_thousand_pairs_are_bound))
