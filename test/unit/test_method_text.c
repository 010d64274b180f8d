/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Methods of texts. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"upper", "\"aß\"", NULL, NULL, "ASS"},
    {"lower", "\"AÄ\"", NULL, NULL, "aä"},
    {"capitalize", "\"aB\"", NULL, NULL, "Ab"},
    {"title", "\"it's a\"", NULL, NULL, "It'S A"},
    {"swapcase", "\"aBß\"", NULL, NULL, "AbSS"},
    {"strip", "\"  a \"", NULL, NULL, "a"},
    {"strip", "\"xax\"", "\"x\"", NULL, "a"},
    {"lstrip", "\" a \"", NULL, NULL, "a "},
    {"rstrip", "\" a \"", NULL, NULL, " a"},
    {"rstrip", "\"a.,\"", "\",.\"", NULL, "a"},
    {"startswith", "\"hello\"", "\"he\"", NULL, "True"},
    {"startswith", "\"hello\"", "\"lo\", 3", NULL, "True"},
    {"startswith", "\"hello\"", "[\"x\", \"h\"]", NULL, "True"},
    {"endswith", "\"hello\"", "\"lo\"", NULL, "True"},
    {"endswith", "\"hello\"", "\"lo\", 0, 4", NULL, "False"},
    {"startswith", "\"äöü\"", "\"ü\", -1", NULL, "True"},
    {"removeprefix", "\"abc\"", "\"ab\"", NULL, "c"},
    {"removeprefix", "\"abc\"", "\"x\"", NULL, "abc"},
    {"removesuffix", "\"abc\"", "\"bc\"", NULL, "a"},
    {"find", "\"äöüö\"", "\"ö\"", NULL, "1"},
    {"rfind", "\"äöüö\"", "\"ö\"", NULL, "3"},
    {"find", "\"abc\"", "\"x\"", NULL, "-1"},
    {"find", "\"abcabc\"", "\"a\", 1", NULL, "3"},
    {"find", "\"abc\"", "\"c\", 0, 2", NULL, "-1"},
    {"find", "\"abc\"", "\"\"", NULL, "0"},
    {"rfind", "\"äbc\"", "\"\"", NULL, "3"},
    {"index", "\"abc\"", "\"c\"", NULL, "2"},
    {"index", "\"abc\"", "\"x\"", NULL, "!not in the text"},
    {"count", "\"aaa\"", "\"a\"", NULL, "3"},
    {"count", "\"aaaa\"", "\"aa\"", NULL, "2"},
    {"count", "\"äb\"", "\"\"", NULL, "3"},
    {"replace", "\"aaa\"", "\"a\", \"b\", 2", NULL, "bba"},
    {"replace", "html:<b>x", "\"x\", \"<\"", NULL, "html:<b>&lt;"},
    {"split", "\"a,b,,c\"", "\",\"", NULL, "['a', 'b', '', 'c']"},
    {"split", "\" a  b \"", NULL, NULL, "['a', 'b']"},
    {"split", "\"a,b,c\"", "\",\", 1", NULL, "['a', 'b,c']"},
    {"split", "\" a  b c \"", "null, 1", NULL, "['a', 'b c']"},
    {"split", "\"abc\"", "\"\"", NULL, "!nowhere"},
    {"split", "\"\"", NULL, NULL, "[]"},
    {"split", "\"\"", "\",\"", NULL, "['']"},
    {"splitlines", "\"a\\nb\\r\\nc\\n\"", NULL, NULL, "['a', 'b', 'c']"},
    {"join", "\", \"", "[\"a\", \"b\"]", NULL, "a, b"},
    {"ljust", "\"ä\"", "3", NULL, "ä  "},
    {"rjust", "\"ä\"", "3, \"*\"", NULL, "**ä"},
    {"ljust", "\"abc\"", "-1", NULL, "abc"},
    {"ljust", "\"a\"", "3, \"ab\"", NULL, "!one character"},
    {"zfill", "\"5\"", "3", NULL, "005"},
    {"zfill", "\"-5\"", "4", NULL, "-005"},
    {"center", "\"a\"", "3", NULL, " a "},
    {"rjust", "\"a\"", "2000000000", NULL, "!"},
    {"isdigit", "\"12\"", NULL, NULL, "True"},
    {"isdigit", "\"1a\"", NULL, NULL, "False"},
    {"isalpha", "\"aä\"", NULL, NULL, "True"},
    {"isalnum", "\"a1\"", NULL, NULL, "True"},
    {"isalnum", "\"a_\"", NULL, NULL, "False"},
    {"isspace", "\" \\t\"", NULL, NULL, "True"},
    {"isspace", "\"\"", NULL, NULL, "False"},
    {"islower", "\"ab1\"", NULL, NULL, "True"},
    {"isupper", "\"AB\"", NULL, NULL, "True"},
};

START_TEST(texts_have_methods)
{
    kit k;

    kit_open(&k, NULL);
    row_check(&k, hearth__builtin_in(hearth__text_methods, hearth__str_of(rows[_i].name)),
              &rows[_i]);
    kit_close(&k);
}
END_TEST

SUITE("tmpl/method_text", EACH(texts_have_methods, rows))
