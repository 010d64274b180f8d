/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Escaping by place, and what is refused because its place cannot be told. */

#include "tmpl_page.h"

/* x is what the visitor has sent. */
static const struct {
    const char *source, *x, *text;
} places[] = {
    /* text and quotes */
    {"<p>{{ x }}</p>", "</p><script>alert(1)</script>",
     "<p>&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</p>"},
    {"<p title=\"{{ x }}\">", "\" onclick=\"alert(1)",
     "<p title=\"&#34; onclick=&#34;alert(1)\">"},
    {"<p title='{{ x }}'>", "' onclick='alert(1)",
     "<p title='&#39; onclick=&#39;alert(1)'>"},
    {"<p title = \"a{{ x }}b\" >", "&", "<p title = \"a&amp;b\" >"},
    {"<!-- {{ x }} -->", "--><script>", "<!-- --&gt;&lt;script&gt; -->"},
    {"<!DOCTYPE {{ x }}>", "><script>", "<!DOCTYPE &gt;&lt;script&gt;>"},
    {"<title>{{ x }}</title>", "</title><script>",
     "<title>&lt;/title&gt;&lt;script&gt;</title>"},
    {"<textarea>{{ x|unsafe_html }}</textarea>", "</textarea><b>&amp;",
     "<textarea>&lt;/textarea&gt;&lt;b&gt;&amp;</textarea>"},
    {"<p title=\"{{ x|unsafe_html }}\">", "\"><b>&amp;",
     "<p title=\"&#34;&gt;&lt;b&gt;&amp;\">"},
    {"<p>{{ x|unsafe_html }}</p>", "<b>&amp;</b>", "<p><b>&amp;</b></p>"},
    {"<p>{{ x|e }}</p>", "<", "<p>&lt;</p>"},
    {"a < b {{ x }}", "<", "a < b &lt;"},
    {"<svg viewBox=\"{{ x }}\"/>{{ x }}", "<", "<svg viewBox=\"&lt;\"/>&lt;"},
    {"<p class=a>{{ x }}", "<", "<p class=a>&lt;"},
    {"<br/>{{ x }}", "<", "<br/>&lt;"},
    /* between attributes */
    {"<option {{ 'selected' if x }}>", "1", "<option selected>"},
    {"<option{{ ' selected' if x }}>", "1", "<option selected>"},
    {"<option{{ ' selected' if not x }}>", "1", "<option>"},
    {"<option value=\"1\"{{ ' selected' if x }}>", "1", "<option value=\"1\" selected>"},
    {"<option {{ x }}>", "onclick",
     "! page.html:1:9: between attributes stands the name"},
    {"<option {{ x }}>", "a onclick=alert(1)", "! between attributes stands the name"},
    {"<option {{ x|unsafe_html }}>", "a=\"b\"", "! between attributes stands the name"},
    {"<p{{ {'class': x}|xmlattr }}>", "\">", "<p class=\"&#34;&gt;\">"},
    {"<p{% if x %} class=\"a\"{% endif %}>{{ x }}", "<", "<p class=\"a\">&lt;"},
    {"<p {% for i in x %}data-{{ i }}=\"1\"{% endfor %}>", "a",
     "! page.html:1:32: white space is missing between attributes"},
    /* URLs */
    {"<a href=\"{{ x }}\">", "javascript:alert(1)", "<a href=\"about:invalid\">"},
    {"<a href=\"{{ x }}\">", " JaVaScRiPt:alert(1)", "<a href=\"about:invalid\">"},
    {"<a href=\"{{ x }}\">", "java\tscript:alert(1)", "<a href=\"about:invalid\">"},
    {"<a href=\"{{ x }}\">", "data:text/html,x", "<a href=\"about:invalid\">"},
    {"<a href=\"{{ x }}\">", "javascript&colon;alert(1)",
     "<a href=\"javascript&amp;colon;alert(1)\">"},
    {"<a href=\"{{ x|unsafe_html }}\">", "javascript&colon;alert(1)",
     "<a href=\"javascript&amp;colon;alert(1)\">"},
    {"<a href='{{ x }}'>", "HTTPS://a/?b&'c", "<a href='HTTPS://a/?b&amp;&#39;c'>"},
    {"<a href=\"{{ x }}\">", "mailto:a@b", "<a href=\"mailto:a@b\">"},
    {"<a href=\"{{ x }}\">", "/a:b?c", "<a href=\"/a:b?c\">"},
    {"<a href=\"{{ x }}\">", "//host/", "<a href=\"//host/\">"},
    {"<a href=\"/p/{{ x }}\">", "javascript:", "<a href=\"/p/javascript:\">"},
    {"<a href=\"p{{ x }}\">", "a:b", "<a href=\"pabout:invalid\">"},
    {"<a href=\"{{ x }}{{ x }}\">", "javascript", "<a href=\"javascriptjavascript\">"},
    {"<a href=\"{{ 'java' }}{{ x }}\">", "script:alert(1)",
     "<a href=\"javaabout:invalid\">"},
    {"<a href=\"{{ x }}:alert(1)\">", "javascript",
     "! page.html:1:17: the scheme of a URL, up to its ':', has to stand there in one "
     "piece"},
    {"<a href=\"javascript:f({{ x|tojson }})\">", "1",
     "! page.html:1:23: an expression cannot"},
    {"<a href=\" java\nscript:{{ x }}\">", "1", "! page.html:2:8: an expression cannot"},
    {"<a href=\"java&#115;cript:{{ x }}\">", "1",
     "! an expression cannot be part of a URL"},
    {"<a href=\"https://a/{{ x }}\">",
     "javascript:", "<a href=\"https://a/javascript:\">"},
    {"<a href=\"tel:{{ x }}\">", "12", "<a href=\"tel:12\">"},
    {"<a href=\"{% if x %}https://a/{% else %}/b{% endif %}{{ x }}\">", "1",
     "<a href=\"https://a/1\">"},
    {"<a href=\"?q={{ x|urlencode }}\">", "a b", "<a href=\"?q=a%20b\">"},
    {"<form action=\"{{ x }}\"><button formaction='{{ x }}'>", "javascript:1",
     "<form action=\"about:invalid\"><button formaction='about:invalid'>"},
    {"<use xlink:href=\"{{ x }}\">", "data:x", "<use xlink:href=\"about:invalid\">"},
    {"<img srcset=\"{{ x }} 1x, https://b {{ x }}x\">", "data:x",
     "<img srcset=\"about:invalid 1x, https://b about:invalidx\">"},
    {"<img data-x=\"{{ x }}\">", "data:x", "<img data-x=\"data:x\">"},
    {"<script src=\"{{ x }}\"></script>", "/a.js", "<script src=\"/a.js\"></script>"},
    {"<script src=\"{{ x }}\"></script>", "https://evil/a.js",
     "<script src=\"about:invalid\"></script>"},
    {"<script src=\"{{ x }}\"></script>", "//evil/a.js",
     "<script src=\"about:invalid\"></script>"},
    {"<script src=\"{{ x }}\"></script>", "/\\evil/a.js",
     "<script src=\"about:invalid\"></script>"},
    {"<script src=\"/{{ x }}\"></script>", "/evil/a.js",
     "<script src=\"/about:invalid\"></script>"},
    {"<script src=\"/a/{{ x }}\"></script>", "/b.js",
     "<script src=\"/a//b.js\"></script>"},
    {"<base href=\"{{ x }}\">", "https://evil/", "<base href=\"about:invalid\">"},
    {"<object data=\"{{ x }}\">", "https://evil/", "<object data=\"about:invalid\">"},
    {"<iframe srcdoc=\"{{ x }}\">", "x",
     "! page.html:1:17: an expression cannot stand in a page"},
    {"<svg><set attributeName=href to=\"{{ x }}\">", "javascript:1",
     "<svg><set attributeName=href to=\"about:invalid\">"},
    {"<iframe>{{ x }}</iframe>", "x", "! an expression cannot stand in this element"},
    /* CSS */
    {"<p style=\"color: {{ x }}\">", "#f00", "<p style=\"color: #f00\">"},
    {"<p style=\"color: {{ x }}\">", "red; background: url(x)",
     "<p style=\"color: invalid\">"},
    {"<p style=\"width: {{ x }}%\">", "12.5", "<p style=\"width: 12.5%\">"},
    {"<p style=\"x: {{ x }}\">", "expression(1)", "<p style=\"x: invalid\">"},
    {"<style>a{color:{{ x }}}</style>", "</style><script>",
     "<style>a{color:invalid}</style>"},
    {"<style>a:after{content:\"{{ x }}\"}</style>", "\"}</style><b>",
     "<style>a:after{content:\"\\22 \\7d \\3c /style\\3e \\3c b\\3e \"}</style>"},
    {"<style>a{b:url('{{ x }}')}</style>", "javascript:1",
     "<style>a{b:url('about:invalid')}</style>"},
    {"<style>a{b:url('https://c/{{ x }}')}</style>", "d'e",
     "<style>a{b:url('https://c/d\\27 e')}</style>"},
    {"<style>a{b:url({{ x }})}</style>", "x", "! an expression in url() needs quotes"},
    {"<p style=\"a:&quot;{{ x }}\">", "x", "! behind references"},
    /* scripts */
    {"<script>var a = {{ x|tojson }};</script>", "</script><b>'\"&",
     "<script>var a = "
     "\"\\u003c/script\\u003e\\u003cb\\u003e\\u0027\\\"\\u0026\";</script>"},
    {"<script>var a = {{ x }};</script>", "1",
     "! page.html:1:17: an expression in a script ends with the filter tojson"},
    {"<script>var a = {{ x|tojson|upper }};</script>", "1",
     "! ends with the filter tojson"},
    {"<script>var a = {{ x|tojson if x else 1|tojson }};</script>", "1",
     "<script>var a = \"1\";</script>"},
    {"<script>var a = \"{{ x|tojson }}\";</script>", "1",
     "! outside of quotes and patterns"},
    {"<script>var a = `${ {{ x|tojson }} }`;</script>", "1",
     "<script>var a = `${ \"1\" }`;</script>"},
    {"<script>var a = `{{ x|tojson }}`;</script>", "1",
     "! outside of quotes and patterns"},
    {"<script>// {{ x|tojson }}\n</script>", "1", "! in a comment of a script"},
    {"<script>a = b / {{ x|tojson }} / c; d = /\"/; e = {{ x|tojson }}</script>", "1",
     "<script>a = b / \"1\" / c; d = /\"/; e = \"1\"</script>"},
    /* whether a '/' divides is not always to be told */
    {"<script>if (a) /\"/.test(b); c = \"{{ x|tojson }}\"</script>", ";alert(1);",
     "! cannot be told"},
    {"<script>c = {a: 1} / 2; {{ x|tojson }}</script>", "1", "! cannot be told"},
    {"<script>c = a.in / 2; {{ x|tojson }}</script>", "1", "! cannot be told"},
    {"<script>c = a++ / 2; {{ x|tojson }}</script>", "1", "! cannot be told"},
    {"<script>c = a[0] / 2; return /\"/; {{ x|tojson }}</script>", "1",
     "<script>c = a[0] / 2; return /\"/; \"1\"</script>"},
    {"<script>f(); /* ) */ if (a) { } // \"\ng({{ x|tojson }})</script>", "1",
     "<script>f(); /* ) */ if (a) { } // \"\ng(\"1\")</script>"},
    {"<script>a = '</script>{{ x }}", "<", "<script>a = '</script>&lt;"},
    {"<script>if (1) { {% if x %}a({{ x|tojson }}){% endif %} }</script>", "1",
     "<script>if (1) { a(\"1\") }</script>"},
    {"<script type=\"application/json\">{{ x|tojson }}</script>", "<",
     "<script type=\"application/json\">\"\\u003c\"</script>"},
    {"<a onclick=\"f({{ x|tojson }})\">", "\"'<",
     "<a onclick=\"f(&#34;\\&#34;\\u0027\\u003c&#34;)\">"},
    {"<a onclick=\"f({{ x }})\">", "1", "! ends with the filter tojson"},
    {"<a ONCLICK=\"f('{{ x|tojson }}')\">", "1", "! outside of quotes and patterns"},
    {"<a onclick=\"f(&quot;{{ x|tojson }}\">", "1", "! cannot be told"},
    /* what cannot be told */
    {"<p title={{ x }}>", "1",
     "! page.html:1:10: a tag of the template stands where the value of an attribute "
     "begins"},
    {"<p title=a{{ x }}>", "1",
     "! page.html:1:11: a tag of the template stands in the value"},
    {"<{{ x }}>", "b",
     "! page.html:1:1: a tag of the template stands right behind \"<\""},
    {"</p {{ x }}>", "b", "! an expression cannot stand in an end tag"},
    {"<p {% if x %}title=\"{% endif %}\">", "1",
     "! page.html:1:4: the branches of this if leave the HTML in different states"},
    {"{% if x %}<script>{% endif %}", "1", "! the branches of this if"},
    {"<p title=\"{% for i in x %}\"{% endfor %}>", "1", "! the rounds of this loop"},
    {"{% for i in x %}{% if i %}<p title=\"{% break %}\">{% endif %}{% endfor %}", "1",
     "! the ends of this loop"},
    {"<scr{% if x %}ipt{% endif %}>", "1", "! white space is missing between attributes"},
    {"<p on{% if x %}click{% endif %}=\"1\">", "1", "! white space is missing"},
    {"{% set a %}<b title=\"{% endset %}", "1",
     "! what this tag encloses ends in the value"},
    {"{% macro f() %}<script>{% endmacro %}", "1",
     "! what this tag encloses ends in a script"},
    {"<title>{% include x %}", "1",
     "! an include whose name is not fixed stands in text"},
    {"<p {% for i in x recursive %}{% endfor %}>", "1",
     "! a recursive loop stands in text"},
    {"<!-- -{{ x }}", "1", "! a tag of the template stands within \"-->\""},
    {"<textarea></text{{ x }}", "1", "! cuts an end tag in two"},
    {"{{ x|safe }}", "1", "! page.html:1:6: there is no filter 'safe': 'unsafe_html'"},
    {"{% autoescape false %}{% endautoescape %}", "1", "! escaping cannot be turned off"},
    /* macros and captured texts elsewhere than in text */
    {"{% macro m() %}<b title='\"'>{{ x }}</b>{% endmacro %}<p title=\"{{ m() }}\">{{ "
     "m() }}",
     "<",
     "<p title=\"&lt;b title=&#39;&#34;&#39;&gt;&lt;&lt;/b&gt;\"><b title='\"'>&lt;</b>"},
    {"{% set m %}{{ x }}{% endset %}<a href=\"{{ m }}\">",
     "javascript:", "<a href=\"about:invalid\">"},
};

START_TEST(a_value_is_escaped_for_its_place_or_the_template_is_refused)
{
    json_t *data = json_pack("{s:s}", "x", places[_i].x);
    char *json = json_dumps(data, 0);

    page_check_one(places[_i].source, json, places[_i].text);
    free(json);
    json_decref(data);
}
END_TEST

static const struct {
    page_file files[PAGE_FILES];
    const char *text;
} used[] = {
    /* blocks and includes are read for where they are used */
    {{{"a.html", "{% extends 'b.html' %}{% block t %}{{ x|unsafe_html }}{% endblock %}"
                 "{% block u %}{{ x }}{% endblock %}"},
      {"b.html", "<title>{% block t %}{% endblock %}</title><a href=\"{% block u %}"
                 "{% endblock %}\">{{ self.t() }}</a>"}},
     "<title>javascript:&lt;</title><a href=\"about:invalid\">javascript:<</a>"},
    {{{"a.html", "<a href=\"{% include 'b.html' %}\">{% include 'b.html' %}"},
      {"b.html", "{{ x }}"}},
     "<a href=\"about:invalid\">javascript:&lt;"},
    {{{"a.html", "<script>f({% include 'b.html' %})</script>"}, {"b.html", "{{ x }}"}},
     "! b.html:1:1: an expression in a script ends with the filter tojson"},
    {{{"a.html", "<p {% include 'b.html' %}>"}, {"b.html", "title=\""}},
     "! a.html:1:4: the place of this include and the included template"},
    {{{"a.html", "{% extends 'b.html' %}{% block t %}<script>{% endblock %}"},
      {"b.html", "{% block t %}{% endblock %}"}},
     "! b.html:1:1: the place of this block and what it holds"},
    {{{"a.html", "{% include n %}"}, {"b.html", "<p title=\""}},
     "! a.html:1:1: the template \"b.html\" does not end in text"},
    {{{"a.txt", "{{ x }}<a href={{ x }}>"}}, "javascript:<<a href=javascript:<>"},
    {{{"a.js", "f({{ x|tojson }})"}}, "f(\"javascript:\\u003c\")"},
    {{{"a.js", "f({{ x }})"}}, "! a.js:1:3: an expression in a script"},
    {{{"a.css", "a{b:{{ x }}}"}}, "a{b:invalid}"},
};

START_TEST(blocks_and_includes_are_read_for_the_place_where_they_are_used)
{
    page_check(used[_i].files, "{\"x\":\"javascript:<\",\"n\":\"b.html\"}", used[_i].text,
               (hearth_templates_opts){0});
}
END_TEST

/* clang-format off */
SUITE("tmpl/context",
      EACH(a_value_is_escaped_for_its_place_or_the_template_is_refused, places)
      EACH(blocks_and_includes_are_read_for_the_place_where_they_are_used, used))
