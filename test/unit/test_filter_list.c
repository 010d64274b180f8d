/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Filters of lists. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"first", "[1, 2]", NULL, NULL, "1"},
    {"last", "[1, 2]", NULL, NULL, "2"},
    {"first", "\"äb\"", NULL, NULL, "ä"},
    {"last", "\"bä\"", NULL, NULL, "ä"},
    {"first", "{\"a\": 1, \"b\": 2}", NULL, NULL, "a"},
    {"last", "{\"a\": 1, \"b\": 2}", NULL, NULL, "b"},
    {"first", "[]", NULL, NULL, ""},
    {"first", "5", NULL, NULL, "!"},
    {"length", "\"äö\"", NULL, NULL, "2"},
    {"count", "{\"a\": 1}", NULL, NULL, "1"},
    {"length", "undefined", NULL, NULL, "0"},
    {"length", "5", NULL, NULL, "!"},
    {"join", "[1, 2, 3]", "\", \"", NULL, "1, 2, 3"},
    {"join", "\"abc\"", "\"-\"", NULL, "a-b-c"},
    {"join", "[]", "\"-\"", NULL, ""},
    {"join", "[{\"n\": \"a\", \"d\": {\"x\": 1}}, {\"n\": \"b\", \"d\": {\"x\": 2}}]",
     "\"+\"", "\"attribute\": \"d.x\"", "1+2"},
    {"join", "[{\"n\": \"a\"}, {\"n\": \"b\"}]", "\"\", \"n\"", NULL, "ab"},
    {"join", "[[1, 2], [3]]", "\";\", 0", NULL, "1;3"},
    {"list", "\"äb\"", NULL, NULL, "['ä', 'b']"},
    {"list", "{\"a\": 1}", NULL, NULL, "['a']"},
    {"list", "5", NULL, NULL, "!"},
    {"reverse", "\"äbc\"", NULL, NULL, "cbä"},
    {"reverse", "[1, 2, 3]", NULL, NULL, "[3, 2, 1]"},
    {"reverse", "html:<b>", NULL, NULL, ">b<"},
    {"reverse", "5", NULL, NULL, "!"},
    {"batch", "[1, 2, 3, 4, 5]", "2", NULL, "[[1, 2], [3, 4], [5]]"},
    {"batch", "[1, 2, 3]", "2, \"x\"", NULL, "[[1, 2], [3, 'x']]"},
    {"batch", "[]", "2, 0", NULL, "[]"},
    {"batch", "[1]", "0", NULL, "!from 1"},
    {"batch", "[1]", "2000000000, 0", NULL, "!"},
    {"slice", "[1, 2, 3, 4, 5, 6, 7]", "3", NULL, "[[1, 2, 3], [4, 5], [6, 7]]"},
    {"slice", "[1, 2, 3, 4]", "3, 0", NULL, "[[1, 2], [3, 0], [4, 0]]"},
    {"slice", "[]", "2", NULL, "[[], []]"},
    {"slice", "[1]", "0", NULL, "!from 1"},
    {"sum", "[1, 2, 3]", NULL, NULL, "6"},
    {"sum", "[1.5, 2]", NULL, NULL, "3.5"},
    {"sum", "[]", NULL, "\"start\": 10", "10"},
    {"sum", "[{\"p\": 1}, {\"p\": 2}]", "\"p\"", NULL, "3"},
    {"sum", "[\"a\"]", NULL, NULL, "!"},
    {"default", "undefined", "\"x\"", NULL, "x"},
    {"d", "\"\"", "\"x\"", NULL, ""},
    {"d", "\"\"", "\"x\", true", NULL, "x"},
    {"d", "0", NULL, "\"default_value\": 5, \"boolean\": true", "5"},
    {"d", "null", "\"x\"", NULL, "None"},
    {"d", "undefined", NULL, NULL, ""},
    {"random", "[7]", NULL, NULL, "7"},
    {"random", "\"ä\"", NULL, NULL, "ä"},
    {"random", "[]", NULL, NULL, ""},
};

START_TEST(lists_are_filtered)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_list", EACH(lists_are_filtered, rows))
