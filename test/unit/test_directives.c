/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "i18n/directives.h"
#include "suite.h"

#include <string.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* The types of the arguments with a blank between them; NULL: no format. */
static const struct {
    const char *format, *types;
} formats[] = {
    {"", ""},
    {"plain", ""},
    {"100 %%", ""},
    {"%s", "s"},
    {"%d of %i", "d d"},
    {"%x%X%o%u", "u u u u"},
    {"%f%e%G%a", "f f f f"},
    {"%ld %lld %zu %jd %hhd %hd %td %Lf", "ld lld zu jd hhd hd td Lf"},
    {"%-5.2f|%+d|% d|%#x|%05d|%'d", "f d d u d d"},
    {"%*d", "d d"},
    {"%.*s", "d s"},
    {"%*.*f", "d d f"},
    {"%c%p", "c p"},
    {"%2$s %1$d", "d s"},
    {"%1$s %1$s", "s"},
    {"%1$*2$d", "d d"},
    {"%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", "s s s s s s s s s s s s s s s s"},
    {"%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", NULL},
    {"%16$s", NULL},
    {"%17$s", NULL},
    {"%0$s", NULL},
    {"%", NULL},
    {"50 % of it", "u"}, /* "% o" is a directive, alas */
    {"%y", NULL},
    {"%n", NULL},
    {"%l", NULL},
    {"%1$s %s", NULL},
    {"%s %1$s", NULL},
    {"%1$s %1$d", NULL},
    {"%2$s", NULL},
    {"%9999999d", NULL},
    {"%.9999999d", NULL},
    {"%99999999999999999999$d", NULL},
};

static void types_of(const hearth__directives *d, char *out)
{
    out[0] = '\0';
    for (size_t i = 0; i < d->n; i++) {
        strcat(out, i == 0 ? "" : " ");
        strcat(out, d->type[i]);
    }
}

START_TEST(a_format_says_which_arguments_it_takes)
{
    hearth__directives d;
    char types[128];
    bool ok = hearth__directives_read(&d, formats[_i].format);

    ck_assert_msg(ok == (formats[_i].types != NULL), "%s", formats[_i].format);
    if (!ok)
        return;
    types_of(&d, types);
    ck_assert_str_eq(types, formats[_i].types);
}
END_TEST

static const struct {
    const char *original, *translation;
    bool fits;
} pairs[] = {
    {"%s", "%s", true},         {"%s and %d", "%2$d, %1$s", true},
    {"%d", "%s", false},        {"%d", "%ld", false},
    {"%s", "%s %s", false},     {"%s %d", "%s", true},
    {"%d pages", "page", true}, {"%d", "%u", false},
    {"%x", "%u", true},         {"none", "%s", false},
};

START_TEST(a_translation_takes_no_other_arguments)
{
    hearth__directives a, b;

    ck_assert(hearth__directives_read(&a, pairs[_i].original));
    ck_assert(hearth__directives_read(&b, pairs[_i].translation));
    ck_assert_msg(hearth__directives_fit(&a, &b) == pairs[_i].fits, "%s / %s",
                  pairs[_i].original, pairs[_i].translation);
}
END_TEST

SUITE("i18n/directives", LOOP(a_format_says_which_arguments_it_takes, 0, N(formats))
                             LOOP(a_translation_takes_no_other_arguments, 0, N(pairs)))
