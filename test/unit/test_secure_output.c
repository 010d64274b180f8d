/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What goes out in a page, by the rows X1 to X5: templates of an application that does
 * nothing special, and texts of somebody who is up to no good.
 */

#include "suite.h"

#include <hearth/template.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct sample {
    const char *source, *value; /* of v */
    const char *wanted;         /* NULL: the template is refused */
} sample;

/* The page, or NULL when the template is refused; to be freed. */
static char *render(const char *source, const char *value)
{
    const hearth_template_file files[] = {{"page.html", source, strlen(source)},
                                          {"own.html", "own", 3},
                                          {NULL, NULL, 0}};
    hearth_template_error err = {0};
    hearth_templates *t =
        hearth_templates_new(&(hearth_templates_opts){.embedded = files}, &err);
    json_t *data = json_pack("{s:s}", "v", value);
    hearth_str out = {NULL, 0};

    ck_assert_msg(t != NULL, "%s", err.text);
    ck_assert_ptr_nonnull(data);
    if (hearth_templates_render(t, "page.html", data, NULL, &out, &err) != 0)
        out.ptr = NULL;
    json_decref(data);
    hearth_templates_free(t);
    return (char *)(uintptr_t)out.ptr;
}

static void check(const sample *s)
{
    char *page = render(s->source, s->value);

    if (s->wanted == NULL)
        ck_assert_msg(page == NULL, "%s with %s gave %s", s->source, s->value, page);
    else
        ck_assert_msg(page != NULL && strcmp(page, s->wanted) == 0,
                      "%s with %s gave %s, not %s", s->source, s->value,
                      page == NULL ? "(refused)" : page, s->wanted);
    free(page);
}

#define EVIL "<b>&\"'"
#define TAME "&lt;b&gt;&amp;&#34;&#39;"

static const sample x1[] = {
    {"<p>{{ v }}</p>", EVIL, "<p>" TAME "</p>"},
    {"<p title=\"{{ v }}\"></p>", EVIL, "<p title=\"" TAME "\"></p>"},
    {"<p title='{{ v }}'></p>", EVIL, "<p title='" TAME "'></p>"},
    {"<textarea>{{ v }}</textarea>", "</textarea>",
     "<textarea>&lt;/textarea&gt;</textarea>"},
    {"<p title={{ v }}></p>", EVIL, NULL},
    {"<p title=a{{ v }}></p>", EVIL, NULL},
    {"<{{ v }}>", "script", NULL},
    {"<p {{ v }}=\"a\"></p>", "onclick", NULL},
};
#define X1 (int)(sizeof x1 / sizeof *x1)

START_TEST(x1_text_is_escaped_and_attributes_without_quotes_are_refused)
{
    check(&x1[_i]);
}
END_TEST

#define LINK(url) "<a href=\"" url "\">a</a>"

static const sample x2[] = {
    {LINK("{{ v }}"), "/a?b=c#d", LINK("/a?b=c#d")},
    {LINK("{{ v }}"), "https://example.org/", LINK("https://example.org/")},
    {LINK("{{ v }}"), "mailto:a@example.org", LINK("mailto:a@example.org")},
    {LINK("{{ v }}"), "javascript:alert(1)", LINK("about:invalid")},
    {LINK("{{ v }}"), "JaVaScRiPt:alert(1)", LINK("about:invalid")},
    {LINK("{{ v }}"), " javascript:alert(1)", LINK("about:invalid")},
    {LINK("{{ v }}"), "java\tscript:alert(1)", LINK("about:invalid")},
    {LINK("{{ v }}"), "\x01javascript:alert(1)", LINK("about:invalid")},
    {LINK("{{ v }}"), "vbscript:a", LINK("about:invalid")},
    {LINK("{{ v }}"), "data:text/html,a", LINK("about:invalid")},
    {"<form action=\"{{ v }}\"></form>", "javascript:alert(1)",
     "<form action=\"about:invalid\"></form>"},
    {"<script src=\"{{ v }}\"></script>", "https://evil.example/a.js",
     "<script src=\"about:invalid\"></script>"},
    {"<script src=\"{{ v }}\"></script>", "//evil.example/a.js",
     "<script src=\"about:invalid\"></script>"},
};
#define X2 (int)(sizeof x2 / sizeof *x2)

START_TEST(x2_links_lead_to_http_mail_or_this_site)
{
    check(&x2[_i]);
}
END_TEST

static const sample x3[] = {
    {"<script>a({{ v }})</script>", EVIL, NULL},
    {"<script>a('{{ v }}')</script>", EVIL, NULL},
    {"<script>a('{{ v|tojson }}')</script>", EVIL, NULL},
    {"<p onclick=\"a({{ v }})\"></p>", EVIL, NULL},
    {"<script>a({{ v|tojson }})</script>", "</script>&\xe2\x80\xa8",
     "<script>a(\"\\u003c/script\\u003e\\u0026\\u2028\")</script>"},
};
#define X3 (int)(sizeof x3 / sizeof *x3)

START_TEST(x3_values_in_scripts_go_through_tojson)
{
    check(&x3[_i]);
}
END_TEST

static const sample x4[] = {
    {"{{ v|safe }}", EVIL, NULL},
    {"{% autoescape false %}{{ v }}{% endautoescape %}", EVIL, NULL},
    {"{{ v|unsafe_html }}", EVIL, EVIL},
};
#define X4 (int)(sizeof x4 / sizeof *x4)

START_TEST(x4_only_unsafe_html_prints_it_raw)
{
    check(&x4[_i]);
}
END_TEST

static const sample x5[] = {
    {"{{ v }}", "{{ 7 * 7 }}", "{{ 7 * 7 }}"},
    {"{{ v }}", "{% include 'own.html' %}", "{% include &#39;own.html&#39; %}"},
    {"{% set a = v %}{{ a }}", "{{ v }}", "{{ v }}"},
    {"{% include v %}", "{{ 7 * 7 }}", NULL}, /* no template has this name */
    {"{% include v %}", "/etc/passwd", NULL},
    {"{% include v %}", "../page.html", NULL},
};
#define X5 (int)(sizeof x5 / sizeof *x5)

START_TEST(x5_text_of_users_is_no_template)
{
    check(&x5[_i]);
}
END_TEST

SUITE("unit/secure_output",
      LOOP(x1_text_is_escaped_and_attributes_without_quotes_are_refused, 0, X1)
          LOOP(x2_links_lead_to_http_mail_or_this_site, 0, X2)
              LOOP(x3_values_in_scripts_go_through_tojson, 0, X3)
                  LOOP(x4_only_unsafe_html_prints_it_raw, 0, X4)
                      LOOP(x5_text_of_users_is_no_template, 0, X5))
