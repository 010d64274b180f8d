/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Methods of lists and maps. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"count", "[1, 2, 1.0]", "1", NULL, "2"},
    {"index", "[\"a\", \"b\"]", "\"b\"", NULL, "1"},
    {"index", "[1]", "2", NULL, "!not in the list"},
    {"append", "[1]", "2", NULL, "!only a list that the template made"},
    {"items", "{\"a\": 1}", NULL, NULL, "[('a', 1)]"},
    {"keys", "{\"a\": 1, \"b\": 2}", NULL, NULL, "['a', 'b']"},
    {"values", "{\"a\": 1, \"b\": [2]}", NULL, NULL, "[1, [2]]"},
    {"get", "{\"a\": 1}", "\"a\"", NULL, "1"},
    {"get", "{\"a\": 1}", "\"b\"", NULL, "None"},
    {"get", "{\"a\": 1}", "\"b\", 5", NULL, "5"},
    {"update", "{\"a\": 1}", "{\"b\": 2}", NULL, "!only a map that the template made"},
};

START_TEST(lists_and_maps_have_methods)
{
    kit k;

    kit_open(&k, NULL);
    row_check(&k,
              hearth__builtin_in(rows[_i].value[0] == '[' ? hearth__list_methods
                                                          : hearth__map_methods,
                                 hearth__str_of(rows[_i].name)),
              &rows[_i]);
    kit_close(&k);
}
END_TEST

SUITE("tmpl/method", EACH(lists_and_maps_have_methods, rows))
