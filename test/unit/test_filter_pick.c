/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* map, select, reject and theirs. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"map", "[\"a\", \"b\"]", "\"upper\"", NULL, "['A', 'B']"},
    {"map", "[\"a\", \"b\"]", "\"replace\", \"a\", \"x\"", NULL, "['x', 'b']"},
    {"map", "[{\"n\": \"a\", \"d\": {\"x\": 1}}, {\"n\": \"b\"}]", NULL,
     "\"attribute\": \"d.x\", \"default\": 0", "[1, 0]"},
    {"map", "[[1, 2], [3]]", NULL, "\"attribute\": 0", "[1, 3]"},
    {"map", "[1.25, 2.5]", "\"round\"", "\"precision\": 1", "[1.2, 2.5]"},
    {"map", "[]", "\"upper\"", NULL, "[]"},
    {"map", "[\"a\"]", "\"nosuch\"", NULL, "!no filter 'nosuch'"},
    {"map", "[\"a\"]", NULL, NULL, "!needs the name"},
    {"map", "[{}]", NULL, "\"attribute\": \"a\", \"x\": 1", "!no parameter \"x\""},
    {"map", "[\"a\"]", "5", NULL, "!needs the name"},
    {"map", "[{}]", NULL, "\"attribute\": \"a.b.c.d.e.f.g.h.i\"", "!at most 8"},
    {"map", "[{}]", NULL, "\"attribute\": [1]", "!a name or a number"},
    {"select", "[0, 1, 2, 3]", NULL, NULL, "[1, 2, 3]"},
    {"select", "[0, 1, 2, 3]", "\"odd\"", NULL, "[1, 3]"},
    {"select", "[1, 2, 3]", "\">\", 1", NULL, "[2, 3]"},
    {"reject", "[0, 1, 2, 3]", "\"odd\"", NULL, "[0, 2]"},
    {"reject", "[0, 1]", NULL, NULL, "[0]"},
    {"select", "[1]", "\"nosuch\"", NULL, "!no test 'nosuch'"},
    {"select", "[1]", "1", NULL, "!is a text"},
    {"selectattr", "[{\"n\": 1, \"on\": true}, {\"n\": 2, \"on\": false}]", "\"on\"",
     NULL, "[{'n': 1, 'on': True}]"},
    {"rejectattr", "[{\"n\": 1}, {\"n\": 2}]", "\"n\", \"eq\", 1", NULL, "[{'n': 2}]"},
    {"selectattr", "[{}]", "\"n\"", NULL, "[]"},
    {"selectattr", "[{}]", "\"n\", \"undefined\"", NULL, "[{}]"},
    {"selectattr", "[]", NULL, NULL, "!needs 'attribute'"},
    {"attr", "{\"a\": 1}", "\"a\"", NULL, ""},
    {"items", "{\"a\": 1, \"b\": 2}", NULL, NULL, "[('a', 1), ('b', 2)]"},
    {"items", "undefined", NULL, NULL, "[]"},
    {"items", "[1]", NULL, NULL, "!needs a map"},
};

START_TEST(items_are_picked)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_pick", EACH(items_are_picked, rows))
