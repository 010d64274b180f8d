/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* format and filesizeformat. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"format", "\"%s-%s\"", "1, \"a\"", NULL, "1-a"},
    {"format", "\"%5d|%-5d|%05d|%+d|% d\"", "42, 42, -42, 42, 42", NULL,
     "   42|42   |-0042|+42| 42"},
    {"format", "\"%.2f %8.3f %.0f %e %g\"", "3.14159, 2.5, 2.5, 12345.678, 0.00001", NULL,
     "3.14    2.500 2 1.234568e+04 1e-05"},
    {"format", "\"%x %X %o %#x %08.3f\"", "255, 255, 8, 255, -1.5", NULL,
     "ff FF 10 0xff -001.500"},
    {"format", "\"%c%c%%\"", "\"ä\", 8364", NULL, "ä€%"},
    {"format", "\"%10s|%-4s|%.2s\"", "\"äö\", \"a\", \"äöü\"", NULL,
     "        äö|a   |äö"},
    {"format", "\"%(a)s %(b)03d\"", NULL, "\"a\": \"x\", \"b\": 7", "x 007"},
    {"format", "\"%*d %.*f\"", "4, 1, 2, 3.14159", NULL, "   1 3.14"},
    {"format", "\"%d %d\"", "3.9, true", NULL, "3 1"},
    {"format", "\"%r %s\"", "\"a\", null", NULL, "'a' None"},
    {"format", "\"%d\"", "-9223372036854775808", NULL, "-9223372036854775808"},
    {"format", "html:<i>%s</i>", "\"<\"", NULL, "html:<i>&lt;</i>"},
    {"format", "\"%5ld%hd\"", "1, 2", NULL, "    12"},
    {"format", "\"%d\"", "\"a\"", NULL, "!whole number"},
    {"format", "\"%f\"", "\"a\"", NULL, "!a number"},
    {"format", "\"%s %s\"", "1", NULL, "!more %"},
    {"format", "\"%s\"", "1, 2", NULL, "!more parameters"},
    {"format", "\"%y\"", "1", NULL, "!no %y"},
    {"format", "\"%\"", "1", NULL, "!no letter"},
    {"format", "\"%(a\"", NULL, "\"a\": 1", "!needs a"},
    {"format", "\"%(a)s\"", NULL, "\"b\": 1", "!no a="},
    {"format", "\"%5000d\"", "1", NULL, "!at most 1000"},
    {"format", "\"%.5000f\"", "1", NULL, "!at most 1000"},
    {"format", "\"%c\"", "\"ab\"", NULL, "!one character"},
    {"format", "\"%c\"", "55296", NULL, "!a character"},
    {"filesizeformat", "0", NULL, NULL, "0 Bytes"},
    {"filesizeformat", "1", NULL, NULL, "1 Byte"},
    {"filesizeformat", "999", NULL, NULL, "999 Bytes"},
    {"filesizeformat", "1500", NULL, NULL, "1.5 kB"},
    {"filesizeformat", "999999", NULL, NULL, "1000.0 kB"},
    {"filesizeformat", "1000000", "true", NULL, "976.6 KiB"},
    {"filesizeformat", "1234567890", NULL, "\"binary\": true", "1.1 GiB"},
    {"filesizeformat", "1e27", NULL, NULL, "1000.0 YB"},
    {"filesizeformat", "\" 5000 \"", NULL, NULL, "5.0 kB"},
    {"filesizeformat", "-1", NULL, NULL, "-1 Bytes"},
    {"filesizeformat", "\"x\"", NULL, NULL, "!needs a number"},
    {"filesizeformat", "null", NULL, NULL, "!needs a number"},
};

START_TEST(values_are_formatted)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_format", EACH(values_are_formatted, rows))
