/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any text as a value in every place of a page: it never makes a tag, never ends a quoted
 * attribute, and never brings a scheme that runs something.
 */

#include "core/str.h"
#include "tmpl/template.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGE(name_, text_)              \
    {                                   \
        name_, text_, sizeof(text_) - 1 \
    }

static const hearth_template_file pages[] = {
    PAGE("page.html",
         "<!DOCTYPE html><title>{{ x }}</title><!-- {{ x }} --><p>{{ x }}{{ y }}</p>"
         "<p title=\"{{ x }}\" class='{{ y }}' data-x=\"a{{ x }}b\">"
         "<a href=\"{{ x }}\"><a href='{{ x }}{{ y }}'><a href=\"/a/{{ x }}?b={{ y }}#{{ "
         "x }}\">"
         "<img src=\"a{{ x }}\" srcset=\"{{ x }} 1x, {{ y }} 2x\"><base href=\"{{ x }}\">"
         "<script src=\"/{{ x }}\"></script>"
         "<p style=\"a: {{ x }}; b: '{{ x }}'; c: url('{{ x }}')\">"
         "<style>a { b: {{ x }}; c: '{{ y }}'; d: url('/{{ x }}') }</style>"
         "<textarea>{{ x }}</textarea>"
         "{% macro m(v) %}{{ v }}{% endmacro %}{{ m(x) }}<i title=\"{{ m(x) }}\">"
         "{% set s %}{{ x }}{% endset %}{{ s }}{{ s ~ x }}<i title='{{ s ~ y }}'>"
         "<i{{ {'title': x, 'class': y}|xmlattr }}>{{ x|upper }}{{ [x, s]|join(x) }}"
         "{{ x|urlencode }}{{ [x, {'a': y}] }}{{ x|truncate(5) }}{{ s|replace(x, y) }}"
         "{{ x|indent }}{{ x|wordwrap(3) }}{{ x|center }}{{ '%s<'|format(x) }}{{ x|title "
         "}}"),
    PAGE("code.html",
         "<script>f({{ x|tojson }})</script><a onclick='f({{ y|tojson }})'>"),
    {NULL, NULL, 0}};

static hearth_templates *set;

static size_t count(hearth_str s, char c)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] == c;
    return n;
}

/* In values of href and src no scheme is left but ours. */
static void check_schemes(hearth_str out)
{
    static const char *const bad[] = {"=\"javascript:", "='javascript:", "=\"data:",
                                      "='data:",        "=\"vbscript:",  "='vbscript:"};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (const char *p = out.ptr; p + strlen(bad[i]) < out.ptr + out.len; p++)
            assert(!hearth__str_ieq(hearth__str(p, strlen(bad[i])),
                                    hearth__str_of(bad[i])) ||
                   !hearth__str_starts(hearth__str(p - 4, 4), HEARTH__S("href")));
}

static hearth_str render(const char *page, const json_t *data)
{
    hearth_template_error err = {0};
    hearth_str out = {"", 0};

    if (hearth_templates_render(set, page, data, NULL, &out, &err) != 0) {
        assert(err.text[0] != '\0');
        return (hearth_str){NULL, 0};
    }
    return out;
}

static void check(const char *page, const json_t *data, const json_t *plain)
{
    hearth_str one = render(page, data), two = render(page, plain);

    if (one.ptr != NULL && two.ptr != NULL) {
        assert(count(one, '<') == count(two, '<'));
        assert(count(one, '>') == count(two, '>'));
        if (strcmp(page, "page.html") == 0)
            assert(count(one, '"') == count(two, '"'));
        check_schemes(one);
    }
    free((char *)(uintptr_t)one.ptr);
    free((char *)(uintptr_t)two.ptr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t cut = size == 0 ? 0 : data[0] % size;
    json_t *x, *y, *tree, *plain;

    if (set == NULL)
        set = hearth_templates_new(&(hearth_templates_opts){.embedded = pages}, NULL);
    assert(set != NULL);
    /* Not UTF-8 as well: a program may make such strings. */
    x = json_stringn_nocheck((const char *)data, cut);
    y = json_stringn_nocheck((const char *)data + cut, size - cut);
    tree = json_pack("{s:o, s:o}", "x", x, "y", y);
    plain = json_pack("{s:s, s:s}", "x", "x", "y", "y");
    assert(tree != NULL && plain != NULL);
    check("page.html", tree, plain);
    check("code.html", tree, plain);
    json_decref(tree);
    json_decref(plain);
    return 0;
}
