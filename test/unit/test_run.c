/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What templates print: the statements of the language. */

#include "tmpl_page.h"

static const struct {
    const char *source, *json, *text;
} pages[] = {
    {"Hello, {{ name }}!", "{\"name\":\"World\"}", "Hello, World!"},
    {"{{ name }}", "{\"name\":\"<b>&\\\"'\"}", "&lt;b&gt;&amp;&#34;&#39;"},
    {"{{ missing }}|{{ 1 }}|{{ 1.5 }}|{{ none }}|{{ true }}", NULL, "|1|1.5|None|True"},
    {"{{ 1, 2 }}|{{ [1, 'a'] }}", NULL, "(1, 2)|[1, &#39;a&#39;]"},
    {"{# no #}a{#- no -#} b", NULL, "ab"},
    {"a\n", NULL, "a"},
    {"a\n\n", NULL, "a\n"},
    {"a\r\nb\rc", NULL, "a\nb\nc"},
    {"{% raw %}{{ x }}{% if %}{% endraw %}!", NULL, "{{ x }}{% if %}!"},
    {" {%- raw -%} {{ x }} {%- endraw -%} !", NULL, "{{ x }}!"},
    {"a {{- 1 -}} b", NULL, "a1b"},
    {"a {%- if true -%} b {%- endif -%} c", NULL, "abc"},
    /* if */
    {"{% if a %}A{% elif b %}B{% else %}C{% endif %}", "{\"a\":0,\"b\":[1]}", "B"},
    {"{% if a %}A{% elif b %}B{% else %}C{% endif %}", "{}", "C"},
    {"{% if 'x' %}A{% endif %}", NULL, "A"},
    /* for */
    {"{% for x in [1,2,3] %}{{ x }},{% endfor %}", NULL, "1,2,3,"},
    {"{% for x in 1, 2, if x > 1 %}{{ x }}{% endfor %}", NULL, "2"},
    {"{% for x in [] %}{{ x }}{% else %}none{% endfor %}", NULL, "none"},
    {"{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}",
     "{\"d\":{\"b\":1,\"a\":2}}", "b=1;a=2;"},
    {"{% for k in d %}{{ k }}{% endfor %}", "{\"d\":{\"b\":1,\"a\":2}}", "ba"},
    {"{% for c in 'aé' %}{{ c }}.{% endfor %}", NULL, "a.é."},
    {"{% for x in [1,2,3,4] if x % 2 == 0 %}{{ loop.index }}/{{ loop.length }}:{{ x }} "
     "{% endfor %}",
     NULL, "1/2:2 2/2:4 "},
    {"{% for x in 'abc' %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}"
     "{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }} {% endfor %}",
     NULL, "1032TrueFalse 2121FalseFalse 3210FalseTrue "},
    {"{% for x in 'abc' %}[{{ loop.previtem }}{{ x }}{{ loop.nextitem }}]{% endfor %}",
     NULL, "[ab][abc][bc]"},
    {"{% for x in [1,1,2] %}{{ loop.changed(x) }} {% endfor %}", NULL,
     "True False True "},
    {"{% for x in 'abc' %}{{ loop.cycle('odd', 'even') }} {% endfor %}", NULL,
     "odd even odd "},
    {"{% for x in [1,2] %}{% for y in [3,4] %}{{ loop.index }}{% endfor %}{{ loop.index "
     "}} "
     "{% endfor %}",
     NULL, "121 122 "},
    {"{% for i in t recursive %}{{ i.n }}({{ loop.depth }}{{ loop(i.c) }}){% endfor %}",
     "{\"t\":[{\"n\":\"a\",\"c\":[{\"n\":\"b\",\"c\":[]},{\"n\":\"c\",\"c\":[]}]},{\"n\":"
     "\"d\",\"c\":[]}]}",
     "a(1b(2)c(2))d(1)"},
    {"{% for i in t recursive %}{% set n = i.n %}{{ loop(i.c) }}{{ n }}{{ i.n }} "
     "{% endfor %}",
     "{\"t\":[{\"n\":\"a\",\"c\":[{\"n\":\"b\",\"c\":[]}]}]}", "bb aa "},
    {"{% for x in [1,2,3,4] %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 4 %}"
     "{% break %}{% endif %}{{ x }}{% endfor %}",
     NULL, "13"},
    {"{% for x in x %}{{ x }}{% endfor %}{{ x }}", "{\"x\":[1,2]}", "12[1, 2]"},
    {"{% for x in 5 %}{% endfor %}", NULL,
     "! page.html:1:1: a value of kind integer cannot"},
    {"{% for a, b in [[1,2],[3]] %}{{ a }}{% endfor %}", NULL,
     "! page.html:1:1: 2 names are to be set, but there are 1 values"},
    /* set */
    {"{% set x = 1 %}{{ x }}{% set x = x + 1 %}{{ x }}", NULL, "12"},
    {"{% set a, b = 1, 2 %}{{ b }}{{ a }}", NULL, "21"},
    {"{% set x %}<b>{{ '<' }}</b>{% endset %}{{ x }}", NULL, "<b>&lt;</b>"},
    {"{% set x | upper %}abc{% endset %}{{ x }}", NULL, "ABC"},
    {"{% set x = 1 %}{% for i in [1,2] %}{{ x }}{% set x = i + 5 %}{{ x }} {% endfor %}"
     "{{ x }}",
     NULL, "16 17 1"},
    {"{% set x = 1 %}{% for i in [1,2] %}{% if i == 2 %}{% set x = 9 %}{% endif %}{{ x }}"
     "{% endfor %}",
     NULL, "19"},
    {"{% set ns = namespace(n=0) %}{% for i in [1,2,3] %}{% set ns.n = ns.n + i %}"
     "{% endfor %}{{ ns.n }}",
     NULL, "6"},
    {"{% if true %}{% set x = 3 %}{% endif %}{{ x }}", NULL, "3"},
    {"{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}", NULL, "12"},
    {"{% set a = 5 %}{% with a = 1, b = a %}{{ b }}{% endwith %}", NULL, "5"},
    {"{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q }}", NULL, "1"},
    {"{% filter upper %}a{{ 'b' }}<i>{% endfilter %}", NULL, "AB<I>"},
    {"{% set l = [] %}{% do l.append(1) %}{{ l }}", NULL, "[1]"},
    {"{% autoescape true %}{{ '<' }}{% endautoescape %}", NULL, "&lt;"},
    /* macros */
    {"{% macro f(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ f(1) }} {{ f(1, b='<') }}",
     NULL, "1-2 1-&lt;"},
    {"{% macro f(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, k=4) "
     "}}",
     NULL, "1(2, 3){&#39;k&#39;: 4}"},
    {"{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}", NULL,
     "! page.html:1:31: the macro 'f' takes at most 1"},
    {"{% macro f(a) %}{% endmacro %}{{ f(b=2) }}", NULL,
     "! the macro 'f' has no parameter 'b'"},
    {"{% macro f(a, b=a) %}{{ b }}{% endmacro %}{{ f(7) }}", NULL, "7"},
    {"{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}",
     NULL, "3210"},
    {"{% with %}{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}"
     "{{ f(3) }}{% endwith %}",
     NULL, "3210"},
    {"{% macro f() %}<b>{{ caller() }}</b>{% endmacro %}{% call f() %}x{{ '<' }}{% "
     "endcall %}",
     NULL, "<b>x&lt;</b>"},
    {"{% macro f(l) %}{% for i in l %}{{ caller(i, 2) }}{% endfor %}{% endmacro %}"
     "{% call(x, y) f([1,2]) %}[{{ x }}{{ y }}{{ z }}]{% endcall %}",
     "{\"z\":\"Z\"}", "[12Z][22Z]"},
    {"{% for i in [1,2] %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}",
     NULL, "12"},
    {"{% set x = f %}{% macro f() %}a{% endmacro %}{{ f() ~ '<' }}{{ f()|upper }}", NULL,
     "a&lt;A"},
    {"{% macro f() %}{{ g }}{% endmacro %}{% set g = 4 %}{{ f() }}{{ f.name }}", NULL,
     "4f"},
};

START_TEST(a_page_prints_what_jinja_would_print)
{
    page_check_one(pages[_i].source, pages[_i].json, pages[_i].text);
}
END_TEST

static const struct {
    page_file files[PAGE_FILES];
    const char *text;
} sites[] = {
    /* extends, block, super */
    {{{"a.html", "{% extends 'b.html' %}{% block x %}A{{ super() }}{% endblock %}gone"},
      {"b.html", "<h1>{% block x %}B{% endblock %}</h1>{% block y %}Y{% endblock y %}"}},
     "<h1>AB</h1>Y"},
    {{{"a.html", "{% extends 'b.html' %}{% block x %}A{{ super() }}{% endblock %}"},
      {"b.html", "{% extends 'c.html' %}{% block x %}B{{ super() }}{% endblock %}"},
      {"c.html", "{% block x %}C{% endblock %}|{{ self.x() }}"}},
     "ABC|ABC"},
    {{{"a.html", "{% extends 'b.html' %}{% set t = 'T<' %}{% macro m() %}M{% endmacro %}"
                 "{% block x %}{{ t }}{{ m() }}{% endblock %}"},
      {"b.html", "<title>{{ t }}</title>{% block x %}{% endblock %}"}},
     "<title>T&lt;</title>T&lt;M"},
    {{{"a.html", "{% extends l %}{% set l = 'b.html' %}{% block x %}A{% endblock %}"},
      {"b.html", "[{% block x %}B{% endblock %}]"}},
     "[A]"},
    {{{"a.html",
       "{% for i in [1,2] %}{% block x scoped %}{{ i }}{{ loop.index }}{% endblock "
       "%}{% endfor %}"}},
     "1122"},
    {{{"a.html", "{% for i in [1,2] %}{% block x %}{{ i }}{% endblock %}{% endfor %}"}},
     ""},
    {{{"a.html", "{% extends 'b.html' %}"},
      {"b.html", "{% block x required %}{% endblock %}"}},
     "! b.html:1:1: the block 'x' is required"},
    {{{"a.html", "{% extends 'b.html' %}{% block z %}{% endblock %}"},
      {"b.html", "{% block x %}{% endblock %}"}},
     "! a.html:1:23: no template above has a block 'z'"},
    {{{"a.html", "{% extends 'b.html' %}"}, {"b.html", "{% extends 'a.html' %}"}},
     "! b.html:1:12: the templates extend each other in a circle"},
    {{{"a.html", "\n{% extends 'z.html' %}"}},
     "! a.html:2:12: there is no template \"z.html\""},
    {{{"a.html", "{% block x %}{{ super() }}{% endblock %}"}},
     "! a.html:1:17: no template above has a block 'x'"},
    /* include */
    {{{"a.html",
       "{% set x = 1 %}{% for y in [2] %}{% include 'b.html' %}{% endfor %}{{ z }}"},
      {"b.html", "{{ x }}{{ y }}{% set z = 3 %}{{ z }}"}},
     "123"},
    {{{"a.html", "{% set x = 1 %}{% include 'b.html' without context %}"},
      {"b.html", "[{{ x }}]"}},
     "[]"},
    {{{"a.html", "{% include 'z.html' ignore missing %}{% include ['z.html', n] %}"},
      {"b.html", "B"}},
     "! a.html:1:38: the name of a template is a text"},
    {{{"a.html", "{% set n = 'b.html' %}{% include ['z.html', n] %}{% include n %}"},
      {"b.html", "B"}},
     "BB"},
    {{{"a.html", "{% include ['y.html', 'z.html'] %}"}},
     "! a.html:1:1: there is none of the 2 templates"},
    {{{"a.html", "{% include ['y.html'] ignore missing %}."}}, "."},
    {{{"a.html", "{% include 'b.html' %}"}, {"b.html", "x{% include 'a.html' %}"}},
     "! b.html:1:2: the template \"a.html\" includes itself without end"},
    {{{"a.html", "{% set n = n|default(3) %}{{ n }}{% if n %}{% set n = n - 1 %}"
                 "{% include 'a.html' %}{% endif %}"}},
     "3210"},
    {{{"a.html", "{% if true %}{% include 'a.html' %}{% endif %}"}},
     "! a.html:1:14: includes, macros and blocks are more than 64 deep"},
    {{{"a.html", "{% include 'b.html' %}"},
      {"b.html", "{% extends 'c.html' %}{% block x %}B{% endblock %}"},
      {"c.html", "C{% block x %}{% endblock %}"}},
     "CB"},
    /* import */
    {{{"a.html", "{% import 'm.html' as m %}{{ m.f(1) }}{{ m.v }}{{ m._p }}"},
      {"m.html",
       "gone{% macro f(a) %}<i>{{ a }}{{ g() }}</i>{% endmacro %}{% macro g() %}G"
       "{% endmacro %}{% set v = '<' %}{% set _p = 1 %}"}},
     "<i>1G</i>&lt;"},
    {{{"a.html", "{% from 'm.html' import f as g, v %}{{ g(1) }}{{ v }}"},
      {"m.html", "{% macro f(a) %}{{ a }}{% endmacro %}{% set v = 2 %}"}},
     "12"},
    {{{"a.html",
       "{% set q = 5 %}{% from 'm.html' import f with context %}{% import 'm.html' "
       "as m %}{{ f() }}{{ m.f() }}"},
      {"m.html", "{% macro f() %}[{{ q }}]{% endmacro %}"}},
     "[5][]"},
    {{{"a.html", "{% from 'm.html' import zz %}{{ zz() }}"}, {"m.html", ""}},
     "! a.html:1:30: 'zz' is undefined"},
    {{{"a.txt", "{{ '<' }} {% include 'b.html' %}"}, {"b.html", "<{{ '&' }}"}}, "< <&"},
};

START_TEST(pages_are_made_of_several_templates)
{
    page_check(sites[_i].files, NULL, sites[_i].text, (hearth_templates_opts){0});
}
END_TEST

static const struct {
    hearth_templates_opts opts;
    const char *source, *text;
} bounds[] = {
    {{.max_loops = 10}, "{% for x in 'abcdefghij' %}{{ x }}{% endfor %}", "abcdefghij"},
    {{.max_loops = 9},
     "{% for x in 'abcdefghij' %}{{ x }}{% endfor %}",
     "! page.html:1:1: more than 9 iterations"},
    {{.max_output = 5}, "12345", "12345"},
    {{.max_output = 4}, "12345", "! :0:0: the output is longer than max_output"},
    {{.max_output = 100},
     "{% for x in range(1000) %}{{ x }}{% endfor %}",
     "! the output is too long"},
    {{.max_depth = 3},
     "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}.{% endmacro %}{{ f(2) }}",
     "..."},
    {{.max_depth = 2},
     "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}.{% endmacro %}{{ f(2) }}",
     "! page.html:1:27: includes, macros and blocks are more than 2 deep"},
    {{.max_memory = 100000},
     "{% for x in range(100) %}{% set l = l ~ 'x' * 5000 %}{% endfor %}",
     "! needs more than 100000 bytes"},
    {{.max_ms = 1},
     "{% for x in range(9999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}",
     "! rendering takes longer than 1 ms"},
    {{.strict = true}, "{{ x|default(1) }}{{ x is defined }}", "1False"},
    {{.strict = true}, "{{ x }}", "! page.html:1:1: 'x' is undefined"},
    {{.strict = true}, "\n{% if x %}{% endif %}", "! page.html:2:7: 'x' is undefined"},
    {{.strict = true}, "{% for y in x %}{% endfor %}", "! 'x' is undefined"},
    {{.strict = true}, "{{ x == 1 }}", "! 'x' is undefined"},
    {{.trim_blocks = true, .lstrip_blocks = true},
     "a\n  {% if true %}\n  b\n  {% endif %}\n  {{ 1 }}\n",
     "a\n  b\n  1"},
    {{.trim_blocks = true}, "{% if true +%}\nb{% endif %}\n.", "\nb."},
    {{.lstrip_blocks = true}, "  {%+ if true %}b{% endif %}", "  b"},
    {{.lstrip_blocks = true}, "x  {% if true %}b{% endif %}", "x  b"},
};

START_TEST(a_rendering_stays_within_its_bounds)
{
    page_file files[PAGE_FILES] = {{"page.html", bounds[_i].source}};

    page_check(files, NULL, bounds[_i].text, bounds[_i].opts);
}
END_TEST

START_TEST(an_error_is_told_in_one_line)
{
    page_file files[PAGE_FILES] = {{"page.html", "a\n  <p>{{ x.y.z }}"}};
    hearth_template_file table[PAGE_FILES + 1];
    hearth_templates *t = page_set(files, table, (hearth_templates_opts){0});
    hearth_template_error err = {0};
    char line[300];
    hearth_str out;

    ck_assert_int_eq(hearth_templates_check(t, "page.html", &err), 0);
    ck_assert_int_eq(hearth_templates_check(t, NULL, NULL), 0);
    ck_assert_int_eq(hearth_templates_render(t, "page.html", NULL, NULL, &out, &err),
                     HEARTH_EINVAL);
    ck_assert_str_eq(
        hearth_template_error_line(&err, line, sizeof line),
        "page.html:2:10: 'x' is undefined: give it to the template, or use the "
        "filter default, in \"  <p>{{ x.y.z }}\"");
    ck_assert_int_eq(hearth_templates_check(t, "other.html", &err), HEARTH_ENOTFOUND);
    ck_assert_str_eq(hearth_template_error_line(&err, line, sizeof line),
                     "other.html: there is no template \"other.html\"");
    ck_assert_str_eq(hearth_template_error_line(&err, line, 6), "other");
    hearth_templates_free(t);
}
END_TEST

static const struct {
    const char *before, *link, *after;
} chains[] = {
    {"{{ 1", "+1", " }}"},
    {"{{ 1", "*1", " }}"},
    {"{{ 1", "**1", " }}"},
    {"{{ x", "|upper", " }}"},
    {"{{ x", ".y", " }}"},
    {"{{ x", "[0]", " }}"},
    {"{{ x", "()", " }}"},
    {"{{ x", " is defined", " }}"},
    {"{{ 1", " and 1", " }}"},
    {"{{ 0", " or 0", " }}"},
    {"{{ 1", " if 1", " }}"},
    {"{{ ", "not ", "1 }}"},
    {"{{ ", "-", "1 }}"},
    {"{{ ", "(", "1"},
    {"{{ ", "[", "1"},
    {"", "{% if x %}", ""},
    {"{% filter upper", "|upper", " %}{% endfilter %}"},
};

/* Chains of any length are refused before they need as much of the stack. */
START_TEST(an_expression_or_a_nest_that_is_too_long_is_refused)
{
    static const int lengths[] = {20, 200000};

    for (int k = 0; k < 2; k++) {
        page_file files[PAGE_FILES] = {{"page.html", NULL}};
        hearth__buf b;
        char *text;

        hearth__buf_init(&b, NULL, 0);
        hearth__buf_text(&b, chains[_i].before);
        for (int i = 0; i < lengths[k]; i++)
            hearth__buf_text(&b, chains[_i].link);
        hearth__buf_text(&b, chains[_i].after);
        files[0].text = b.ptr;
        text = page_render(files, NULL, (hearth_templates_opts){.max_file = 1u << 24});
        if (k == 1)
            ck_assert_msg(strstr(text, "more than") != NULL, "%s", text);
        free(text);
        hearth__buf_clear(&b);
    }
}
END_TEST

/* clang-format off */
SUITE("tmpl/run",
      EACH(an_expression_or_a_nest_that_is_too_long_is_refused, chains)
      TEST(an_error_is_told_in_one_line)
      EACH(a_page_prints_what_jinja_would_print, pages)
      EACH(pages_are_made_of_several_templates, sites)
      EACH(a_rendering_stays_within_its_bounds, bounds))
