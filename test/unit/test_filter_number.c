/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Filters of numbers. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"abs", "-5", NULL, NULL, "5"},
    {"abs", "-1.5", NULL, NULL, "1.5"},
    {"abs", "true", NULL, NULL, "1"},
    {"abs", "-9223372036854775808", NULL, NULL, "!64 bits"},
    {"abs", "\"a\"", NULL, NULL, "!needs a number"},
    {"int", "\"42\"", NULL, NULL, "42"},
    {"int", "-42.9", NULL, NULL, "-42"},
    {"int", "\"x\"", "7", NULL, "7"},
    {"int", "\"42.7\"", NULL, NULL, "42"},
    {"int", "null", NULL, NULL, "0"},
    {"int", "\" -5 \"", NULL, NULL, "-5"},
    {"int", "\"0x1f\"", "0, 16", NULL, "31"},
    {"int", "\"ff\"", NULL, "\"base\": 16", "255"},
    {"int", "\"0b11\"", "0, 2", NULL, "3"},
    {"int", "\"9\"", "1, 8", NULL, "9"},
    {"int", "\"1_000\"", NULL, NULL, "1000"},
    {"int", "\"1__0\"", NULL, NULL, "0"},
    {"int", "\"_1\"", NULL, NULL, "0"},
    {"int", "\"9223372036854775807\"", NULL, NULL, "9223372036854775807"},
    {"int", "\"-9223372036854775808\"", NULL, NULL, "-9223372036854775808"},
    {"int", "\"9223372036854775808\"", NULL, NULL, "0"},
    {"int", "1e300", "-1", NULL, "-1"},
    {"int", "\"1\"", "0, 37", NULL, "!36"},
    {"int", "undefined", NULL, NULL, "!undefined"},
    {"float", "\"1.5\"", NULL, NULL, "1.5"},
    {"float", "1", NULL, NULL, "1.0"},
    {"float", "\"x\"", "2.5", NULL, "2.5"},
    {"float", "\" -.5 \"", NULL, NULL, "-0.5"},
    {"float", "\"5.\"", NULL, NULL, "5.0"},
    {"float", "\"+1e3\"", NULL, NULL, "1000.0"},
    {"float", "\".\"", NULL, NULL, "0.0"},
    {"float", "[1]", NULL, NULL, "0.0"},
    {"round", "42.55", NULL, NULL, "43.0"},
    {"round", "42.55", "1", NULL, "42.5"},
    {"round", "42.55", "1, \"floor\"", NULL, "42.5"},
    {"round", "42.55", "1, \"ceil\"", NULL, "42.6"},
    {"round", "2.5", NULL, NULL, "2.0"},
    {"round", "-2.5", NULL, NULL, "-2.0"},
    {"round", "2.675", "2", NULL, "2.67"},
    {"round", "0.125", "2", NULL, "0.12"},
    {"round", "42", NULL, NULL, "42"},
    {"round", "1250", "-2", NULL, "1200"},
    {"round", "1350", "-2", NULL, "1400"},
    {"round", "-1250", "-2", NULL, "-1200"},
    {"round", "1234.5", "-2", NULL, "1200.0"},
    {"round", "9223372036854775807", "-1", NULL, "!64 bits"},
    {"round", "5", "-30", NULL, "0"},
    {"round", "1.5", "1, \"up\"", NULL, "!common"},
    {"round", "\"a\"", NULL, NULL, "!needs a number"},
    {"round", "1.5", "301", NULL, "!300"},
};

START_TEST(numbers_are_made_and_rounded)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_number", EACH(numbers_are_made_and_rounded, rows))
