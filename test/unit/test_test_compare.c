/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Tests that compare. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"eq", "1", "1.0", NULL, "True"},
    {"equalto", "\"a\"", "\"b\"", NULL, "False"},
    {"==", "[1]", "[1]", NULL, "True"},
    {"ne", "1", "2", NULL, "True"},
    {"!=", "1", "1", NULL, "False"},
    {"lt", "1", "2", NULL, "True"},
    {"lessthan", "2", "2", NULL, "False"},
    {"<", "\"a\"", "\"b\"", NULL, "True"},
    {"le", "2", "2", NULL, "True"},
    {"<=", "3", "2", NULL, "False"},
    {"gt", "2", "1", NULL, "True"},
    {"greaterthan", "1", "1", NULL, "False"},
    {">", "1.5", "1", NULL, "True"},
    {"ge", "1", "1", NULL, "True"},
    {">=", "0", "1", NULL, "False"},
    {"lt", "1", "\"a\"", NULL, "!"},
    {"ge", "null", "1", NULL, "!"},
    {"in", "1", "[1, 2]", NULL, "True"},
    {"in", "\"b\"", "\"abc\"", NULL, "True"},
    {"in", "\"k\"", "{\"k\": 1}", NULL, "True"},
    {"in", "3", "[1]", NULL, "False"},
    {"in", "1", "5", NULL, "!"},
    {"odd", "3", NULL, NULL, "True"},
    {"odd", "-1", NULL, NULL, "True"},
    {"even", "0", NULL, NULL, "True"},
    {"even", "3", NULL, NULL, "False"},
    {"odd", "\"a\"", NULL, NULL, "!"},
    {"divisibleby", "6", "3", NULL, "True"},
    {"divisibleby", "7", NULL, "\"num\": 3", "False"},
    {"divisibleby", "1", "0", NULL, "!"},
    {"divisibleby", "1", NULL, NULL, "!needs 'num'"},
    {"sameas", "null", "null", NULL, "True"},
    {"sameas", "true", "true", NULL, "True"},
    {"sameas", "1", "true", NULL, "False"},
    {"sameas", "[1]", "[1]", NULL, "False"},
    {"sameas", "\"a\"", "\"a\"", NULL, "True"},
};

START_TEST(values_are_compared)
{
    kit k;

    kit_open(&k, NULL);
    row_check(&k, hearth__set_test(k.set, hearth__str_of(rows[_i].name)), &rows[_i]);
    kit_close(&k);
}
END_TEST

SUITE("tmpl/test_compare", EACH(values_are_compared, rows))
