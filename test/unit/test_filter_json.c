/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* tojson and pprint. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"tojson", "{\"b\": [1, 2.5, null, true], \"a\": \"</script>'\\\"&\"}", NULL, NULL,
     "html:{\"a\": \"\\u003c/script\\u003e\\u0027\\\"\\u0026\", \"b\": [1, 2.5, null, "
     "true]}"},
    {"tojson", "\"äö\\u2028€😀\\n\\t\\u0001\\u007f\\\\\"", NULL, NULL,
     "html:\"\\u00e4\\u00f6\\u2028\\u20ac\\ud83d\\ude00\\n\\t\\u0001\\u007f\\\\\""},
    {"tojson", "{\"x\": [1, {}], \"b\": []}", "2", NULL,
     "html:{\n  \"b\": [],\n  \"x\": [\n    1,\n    {}\n  ]\n}"},
    {"tojson", "1e300", NULL, NULL, "html:1e+300"},
    {"tojson", "{\"c\": 1, \"a\": 2, \"b\": 3, \"ab\": 4, \"\": 5}", NULL, NULL,
     "html:{\"\": 5, \"a\": 2, \"ab\": 4, \"b\": 3, \"c\": 1}"},
    {"tojson", "undefined", NULL, NULL, "!"},
    {"tojson", "1", "17", NULL, "!16"},
    {"tojson",
     "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]"
     "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
     NULL, NULL, "!deep"},
    {"pprint", "{\"b\": \"x\"}", NULL, NULL, "{'b': 'x'}"},
    {"pprint", "\"a\"", NULL, NULL, "'a'"},
};

START_TEST(values_become_json)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_json", EACH(values_become_json, rows))
