/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Filters of texts. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"center", "\"ab\"", "6", NULL, "  ab  "},
    {"center", "\"ab\"", "7", NULL, "   ab  "},
    {"center", "\"abc\"", "6", NULL, " abc  "},
    {"center", "\"äö\"", "4", NULL, " äö "},
    {"center", "\"abc\"", "-5", NULL, "abc"},
    {"center", "html:<b>", "5", NULL, "html: <b> "},
    {"center", "\"a\"", "\"x\"", NULL, "!no integer"},
    {"center", "\"a\"", "2000000000", NULL, "!"},
    {"trim", "\" \\t a b\\u2003\\n\"", NULL, NULL, "a b"},
    {"trim", "\"xxaxbxx\"", "\"x\"", NULL, "axb"},
    {"trim", "\"äaä\"", "\"ä\"", NULL, "a"},
    {"trim", "html: <b> ", NULL, NULL, "html:<b>"},
    {"trim", "html:<b>", "\"<\"", NULL, "b>"},
    {"trim", "\"   \"", NULL, NULL, ""},
    {"replace", "\"Hello\"", "\"l\", \"L\"", NULL, "HeLLo"},
    {"replace", "\"Hello\"", "\"l\", \"L\", 1", NULL, "HeLlo"},
    {"replace", "\"abc\"", "\"\", \"-\"", NULL, "-a-b-c-"},
    {"replace", "\"äö\"", "\"\", \"-\", 1", NULL, "-äö"},
    {"replace", "html:<b>x</b>", "\"x\", \"<\"", NULL, "html:<b>&lt;</b>"},
    {"replace", "12321", "2, \"x\"", NULL, "1x3x1"},
    {"replace", "\"aaa\"", "\"aa\", \"b\"", NULL, "ba"},
    {"replace", "\"a\"", "\"a\"", NULL, "!needs 'new'"},
    {"string", "[1, \"a\"]", NULL, NULL, "[1, 'a']"},
    {"string", "html:<b>", NULL, NULL, "html:<b>"},
    {"truncate", "\"foo bar baz qux\"", "9", NULL, "foo..."},
    {"truncate", "\"foo bar baz qux\"", "9, true", NULL, "foo ba..."},
    {"truncate", "\"foo bar baz qux\"", "11", NULL, "foo bar baz qux"},
    {"truncate", "\"foo bar baz qux\"", "11", "\"leeway\": 0", "foo bar..."},
    {"truncate", "\"foo bar baz qux\"", "10",
     "\"end\": \"\", \"killwords\": true, \"leeway\": 0", "foo bar ba"},
    {"truncate", "\"äöüäöüäöü\"", "6, true", "\"leeway\": 0", "äöü..."},
    {"truncate", "\"wordword\"", "5", "\"leeway\": 0", "wo..."},
    {"truncate", "html:<b>bold</b> text", "10, true", "\"leeway\": 0", "<b>bold..."},
    {"truncate", "html:<b>x</b>", NULL, NULL, "html:<b>x</b>"},
    {"truncate", "\"abc\"", "2", NULL, "!from 3"},
    {"truncate", "\"abc\"", "5", "\"leeway\": -1", "!from 0"},
    {"wordcount", "\"it's two-part a_b 3 äö\"", NULL, NULL, "7"},
    {"wordcount", "\"...\"", NULL, NULL, "0"},
    {"wordcount", "42", NULL, NULL, "1"},
};

START_TEST(texts_are_filtered)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_text", EACH(texts_are_filtered, rows))
