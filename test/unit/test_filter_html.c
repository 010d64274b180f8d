/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Filters that make HTML, URLs and attributes. */

#include "filter_kit.h"

static const filter_row rows[] = {
    {"escape", "\"<b>\\\"x\\\" & 'y'\"", NULL, NULL,
     "html:&lt;b&gt;&#34;x&#34; &amp; &#39;y&#39;"},
    {"e", "html:<b>", NULL, NULL, "html:<b>"},
    {"e", "5", NULL, NULL, "html:5"},
    {"forceescape", "html:<b>", NULL, NULL, "html:&lt;b&gt;"},
    {"unsafe_html", "\"<b>\"", NULL, NULL, "html:<b>"},
    {"striptags",
     "\"<p>Hello  <b>W</b></p>\\n<!-- <x> --> &amp; &eacute;&#x41;&#66;&nope; &\"", NULL,
     NULL, "Hello W & éAB&nope; &"},
    {"striptags", "\"a < b\"", NULL, NULL, "a < b"},
    {"striptags", "\"<!-- x\"", NULL, NULL, "<!-- x"},
    {"striptags", "html:&lt;x&gt;", NULL, NULL, "<x>"},
    {"striptags", "\"&#0; &#xd800; &#1114112;\"", NULL, NULL, "&#0; &#xd800; &#1114112;"},
    {"urlencode", "\"a b&c=d/e?ä\"", NULL, NULL, "a%20b%26c%3Dd/e%3F%C3%A4"},
    {"urlencode", "{\"q\": \"a b\", \"n\": 1, \"p\": \"/\"}", NULL, NULL,
     "q=a+b&n=1&p=%2F"},
    {"urlencode", "[[\"a\", 1], [\"b\", \"x\"]]", NULL, NULL, "a=1&b=x"},
    {"urlencode", "5", NULL, NULL, "5"},
    {"urlencode", "[1]", NULL, NULL, "!"},
    {"urlencode", "[[1]]", NULL, NULL, "!pairs"},
    {"xmlattr", "{\"class\": \"a <b>\", \"none\": null, \"id\": \"x\", \"n\": 5}", NULL,
     NULL, "html: class=\"a &lt;b&gt;\" id=\"x\" n=\"5\""},
    {"xmlattr", "{\"a\": 1}", "false", NULL, "html:a=\"1\""},
    {"xmlattr", "{}", NULL, NULL, "html:"},
    {"xmlattr", "{\"href\": \"javascript:alert(1)\"}", NULL, NULL,
     "html: href=\"about:invalid\""},
    {"xmlattr", "{\"href\": \"/x?a=1&b\"}", NULL, NULL, "html: href=\"/x?a=1&amp;b\""},
    {"xmlattr", "{\"onclick\": \"x\"}", NULL, NULL, "!cannot be the name"},
    {"xmlattr", "{\"a b\": \"x\"}", NULL, NULL, "!cannot be the name"},
    {"xmlattr", "{\"a>\": \"x\"}", NULL, NULL, "!cannot be the name"},
    {"xmlattr", "[1]", NULL, NULL, "!needs a map"},
};

START_TEST(html_is_made_and_unmade)
{
    filter_check(&rows[_i]);
}
END_TEST

SUITE("tmpl/filter_html", EACH(html_is_made_and_unmade, rows))
