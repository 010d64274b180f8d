/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "i18n/plural.h"
#include "suite.h"

#include <stdio.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* Rules as catalogues have them, and the forms of 0, 1, 2, 3, 5, 11, 12, 21, 22, 100, 101, 111. */
static const uint64_t number[] = {0, 1, 2, 3, 5, 11, 12, 21, 22, 100, 101, 111};
static const struct {
    const char *rule, *forms;
} languages[] = {
    {"nplurals=1; plural=0;", "000000000000"},                     /* Japanese */
    {"nplurals=2; plural=(n != 1);", "101111111111"},              /* English, German */
    {"nplurals=2; plural=n>1", "001111111111"},                    /* French */
    {"nplurals = 2 ; plural = n == 1 ? 0 : 1 ; ", "101111111111"}, /* blanks */
    {"nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
     "(n%100<10 || n%100>=20) ? 1 : 2);",
     "201122201202"}, /* Russian */
    {"nplurals=3; plural=(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2;",
     "201122222222"}, /* Czech */
    {"nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : "
     "2);",
     "201122221222"}, /* Polish */
    {"nplurals=4; plural=(n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3);",
     "301233333303"}, /* Slovenian */
    {"nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
     "n%100>=11 ? 4 : 5;",
     "012334444554"}, /* Arabic */
    {"nplurals=2; plural=!!(n-1)", "101111111111"},
    {"nplurals=2; plural=n*0+4/2-1", "111111111111"},
    {"nplurals=2; plural=n/0+n%0", "000000000000"}, /* by zero is no crash */
    {"nplurals=2; plural=1||n&&0==1", "111111111111"},
    {"nplurals=8; plural=7-3-2", "222222222222"},
};

START_TEST(a_number_has_the_form_of_its_language)
{
    hearth__plural p;
    hearth_error err = {0};

    ck_assert_msg(hearth__plural_read(&p, hearth__str_of(languages[_i].rule), &err) == 0,
                  "%s: %s", languages[_i].rule, err.text);
    for (int i = 0; i < N(number); i++)
        ck_assert_msg(hearth__plural_form(&p, number[i]) ==
                          (unsigned)(languages[_i].forms[i] - '0'),
                      "%s: n = %llu", languages[_i].rule, (unsigned long long)number[i]);
}
END_TEST

static const struct {
    const char *rule, *says;
} refused[] = {
    {"", "does not begin with \"nplurals=\""},
    {"plural=n", "does not begin with \"nplurals=\""},
    {"nplurals=0; plural=0", "none of 1 to 8"},
    {"nplurals=9; plural=0", "none of 1 to 8"},
    {"nplurals=x; plural=0", "none of 1 to 8"},
    {"nplurals=99999999999999999999; plural=0", "none of 1 to 8"},
    {"nplurals=2", "no \"; plural=\""},
    {"nplurals=2; plural", "no \"; plural=\""},
    {"nplurals=2; plural=", "a number, n or '('"},
    {"nplurals=2; plural=m", "a number, n or '('"},
    {"nplurals=2; plural=n n", "something follows"},
    {"nplurals=2; plural=n=1", "something follows"},
    {"nplurals=2; plural=(n", "')' is missing"},
    {"nplurals=2; plural=n)", "something follows"},
    {"nplurals=2; plural=n?1", "':' is missing"},
    {"nplurals=2; plural=n==", "a number, n or '('"},
    {"nplurals=2; plural=99999999999999999999", "a number, n or '('"},
    {"nplurals=2; plural=n", "form 2 for n = 2"},
    {"nplurals=1; plural=n==1000", "form 1 for n = 1000"},
    {"nplurals=2; plural=n>1; x", "something follows"},
};

START_TEST(what_is_no_rule_is_refused)
{
    hearth__plural p;
    hearth_error err = {0};

    ck_assert_int_eq(hearth__plural_read(&p, hearth__str_of(refused[_i].rule), &err),
                     HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s: %s", refused[_i].rule,
                  err.text);
}
END_TEST

static hearth_str nested(char *text, size_t max, int depth)
{
    size_t n = (size_t)snprintf(text, max, "nplurals=1; plural=");

    for (int i = 0; i < depth; i++)
        text[n++] = '(';
    text[n++] = '0';
    for (int i = 0; i < depth; i++)
        text[n++] = ')';
    return hearth__str(text, n);
}

START_TEST(depth_and_length_are_bounded)
{
    char text[8192];
    hearth__plural p;
    hearth_error err = {0};
    size_t n;

    ck_assert_int_eq(hearth__plural_read(&p, nested(text, sizeof text, 47), &err), 0);
    ck_assert_int_eq(hearth__plural_read(&p, nested(text, sizeof text, 48), &err),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "too deeply"));
    n = (size_t)snprintf(text, sizeof text, "nplurals=1; plural=0");
    for (int i = 0; i < HEARTH__PLURAL_STEPS / 2; i++, n += 2)
        memcpy(text + n, "*1", 2);
    ck_assert_int_eq(hearth__plural_read(&p, hearth__str(text, n), &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "too long"));
    ck_assert_int_eq(hearth__plural_read(&p, hearth__str(text, n - 2), &err), 0);
}
END_TEST

START_TEST(a_catalogue_that_says_nothing_counts_as_english)
{
    hearth__plural p;

    hearth__plural_default(&p);
    ck_assert_uint_eq(hearth__plural_form(&p, 0), 1);
    ck_assert_uint_eq(hearth__plural_form(&p, 1), 0);
    ck_assert_uint_eq(hearth__plural_form(&p, UINT64_MAX), 1);
}
END_TEST

SUITE("i18n/plural", LOOP(a_number_has_the_form_of_its_language, 0, N(languages))
                         LOOP(what_is_no_rule_is_refused, 0, N(refused))
                             TEST(depth_and_length_are_bounded)
                                 TEST(a_catalogue_that_says_nothing_counts_as_english))
