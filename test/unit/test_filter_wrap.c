/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* indent and wordwrap. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"indent", "\"a\\nb\\n\\nc\"", NULL, NULL, "a\n    b\n\n    c"},
    {"indent", "\"a\\r\\nb\"", "2", NULL, "a\n  b"},
    {"indent", "\"a\\nb\"", "2, true", NULL, "  a\n  b"},
    {"indent", "\"a\\n\\nb\"", "1, false, true", NULL, "a\n \n b"},
    {"indent", "\"a\\nb\"", "\"> \"", NULL, "a\n> b"},
    {"indent", "html:a\n<b>", "\"<\"", NULL, "html:a\n&lt;<b>"},
    {"indent", "\"\"", NULL, NULL, ""},
    {"indent", "\"\"", "2, true", NULL, "  "},
    {"indent", "\"a\\n\"", "2", NULL, "a\n"},
    {"indent", "\"a\\nb\"", "-3", NULL, "a\nb"},
    {"indent", "\"a\\nb\"", "10001", NULL, "!10000"},
    {"wordwrap", "\"The quick brown fox\"", "10", NULL, "The quick\nbrown fox"},
    {"wordwrap", "\"one\\n\\ntwo three\"", "4", NULL, "one\n\ntwo\nthre\ne"},
    {"wordwrap", "\"abcdefgh ij\"", "5, false", NULL, "abcdefgh\nij"},
    {"wordwrap", "\"abcdefgh ij\"", "5", NULL, "abcde\nfgh\nij"},
    {"wordwrap", "\"twenty-five a-b\"", "8", NULL, "twenty-\nfive a-b"},
    {"wordwrap", "\"twenty-five\"", "8", "\"break_on_hyphens\": false", "twenty-f\nive"},
    {"wordwrap", "\"well twenty-five\"", "13", NULL, "well twenty-\nfive"},
    {"wordwrap", "\"well twenty-five\"", "13, true, null, false", NULL,
     "well\ntwenty-five"},
    {"wordwrap", "\"well x-five a-b\"", "8", NULL, "well\nx-five\na-b"},
    {"wordwrap", "\"a -- b\"", "3", NULL, "a\n--\nb"},
    {"wordwrap", "\"word--word\"", "6", NULL, "word--\nword"},
    {"wordwrap", "\"a b\"", "1", "\"wrapstring\": \"/\"", "a/b"},
    {"wordwrap", "\"   \"", "2", NULL, ""},
    {"wordwrap", "\"äöü äöü\"", "3", NULL, "äöü\näöü"},
    {"wordwrap", "\"a\"", "0", NULL, "!from 1"},
};

START_TEST(lines_are_indented_and_broken)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_wrap", EACH(lines_are_indented_and_broken, rows))
