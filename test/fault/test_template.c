/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Templates without memory: whatever allocation fails, making the set, loading and rendering end in
 * HEARTH_ENOMEM, or in the whole page.
 */

#include "core/str.h"
#include "fault.h"
#include "suite.h"
#include "tmpl/template.h"

#define PAGE(name_, text_)              \
    {                                   \
        name_, text_, sizeof(text_) - 1 \
    }

static const hearth_template_file pages[] = {
    PAGE(
        "page.html",
        "{% extends base %}{% import 'lib.html' as lib %}{% from 'lib.html' import row "
        "as r %}"
        "{% set a, b = 1, [x, {'k': x}] %}{% set c | upper %}<i>{{ a }}</i>{% endset %}"
        "{% block body %}{{ super() }}{% for k, v in m.items() if v recursive %}"
        "{{ loop.index }}{{ lib.row(k, v, 1, z=2) }}{% include 'part.html' %}"
        "{% include [none_here, 'part.html'] %}{% endfor %}"
        "{% call(q) lib.outer(c) %}{{ q ~ 'é\\n' }}{{ b[0][1:][::-1] }}{% endcall %}"
        "{% filter upper %}{{ x }}{% endfilter %}{% with w = x * 3 %}{{ w }}{% endwith %}"
        "{% for i in [1,2] %}{% block inner scoped %}{{ i }}{{ loop.last if loop }}{% "
        "endblock %}"
        "{% endfor %}{{ self.inner() }}<a href=\"{{ x }}\" {{ 'checked' }}>"
        "<script>f({{ m|tojson }})</script>{{ namespace(a=1).a }}{{ 1 // 2 ** 3 }}"
        "{{ lib.row(*[1, 2], **{'z': 3}) }}{{ r(1) }}{{ x if a == 1 else b }}"
        "{% endblock %}"),
    PAGE("base.html", "<title>{{ x }}{% block t %}{% endblock %}</title>"
                      "{% block body %}B{% endblock %}"),
    PAGE("lib.html",
         "{% macro row(a, b=5) %}<b title='{{ a }}'>{{ b }}{{ varargs }}{{ kwargs }}"
         "</b>{% endmacro %}{% macro outer(t) %}{{ caller(t) }}{% endmacro %}"),
    PAGE("part.html", "{% set p = k %}[{{ p }}{{ x }}]"),
    {NULL, NULL, 0}};

/* jansson allocates inside its own library: so it is told to call here. */
static void *take(size_t n)
{
    return malloc(n);
}

static void give(void *p)
{
    free(p);
}

static int filter(hearth_template_call *call, hearth_value *out)
{
    return hearth_template_set_json(call, out, json_pack("[s]", "x"));
}

static hearth_templates *make(void)
{
    hearth_templates *t =
        hearth_templates_new(&(hearth_templates_opts){.embedded = pages}, NULL);

    if (t != NULL && hearth_templates_add_filter(t, "mine", "a b?", filter, NULL) == 0 &&
        hearth_templates_add_function(t, "ours", "*", filter, NULL) == 0 &&
        hearth_templates_add_test(t, "his", NULL, filter, NULL) == 0 &&
        hearth_templates_add_global(t, "base", json_string("base.html")) == 0 &&
        hearth_templates_add_global(t, "none_here", json_string("none.html")) == 0)
        return t;
    hearth_templates_free(t);
    return NULL;
}

static json_t *data_of(void)
{
    json_t *data =
        json_loads("{\"x\":\"<javascript:>\",\"m\":{\"a\":[1,2],\"b\":{\"c\":\"d\"}}}", 0,
                   NULL);

    ck_assert_ptr_nonnull(data);
    return data;
}

static char *page_of(hearth_templates *t, const json_t *data)
{
    hearth_template_error err = {0};
    hearth_str out;

    ck_assert_msg(hearth_templates_render(t, "page.html", data, NULL, &out, &err) == 0,
                  "%s:%d:%d: %s", err.file, err.line, err.column, err.text);
    return (char *)(uintptr_t)out.ptr;
}

/* From nothing: the set, the templates, the page. */
START_TEST(a_page_without_memory_is_a_clean_failure)
{
    bool hit = true, from = _i == 1;
    hearth_templates *t;
    json_t *data;
    char *whole;
    long n = 0;

    json_set_alloc_funcs(take, give);
    data = data_of();
    t = make();
    whole = page_of(t, data);
    hearth_templates_free(t);
    for (; hit; n++) {
        hearth_template_error err = {0};
        hearth_str out = {NULL, 0};
        int rc = HEARTH_ENOMEM;

        if (from)
            fault_from(n);
        else
            fault_at(n);
        t = make();
        if (t != NULL)
            rc = hearth_templates_render(t, "page.html", data, NULL, &out, &err);
        hit = fault_hit();
        if (rc == 0)
            ck_assert_str_eq(out.ptr, whole);
        else
            ck_assert_msg(rc == HEARTH_ENOMEM, "allocation %ld: %d %s:%d: %s", n, rc,
                          err.file, err.line, err.text);
        ck_assert(hit || rc == 0);
        free((char *)(uintptr_t)out.ptr);
        hearth_templates_free(t);
    }
    ck_assert_int_gt(n, 50);
    free(whole);
    json_decref(data);
}
END_TEST

/* What failed once works when there is memory again: nothing half made was kept. */
START_TEST(a_set_that_ran_out_of_memory_goes_on)
{
    bool hit = true;
    json_t *data;

    json_set_alloc_funcs(take, give);
    data = data_of();
    for (long n = 0; hit; n++) {
        hearth_templates *t = make();
        hearth_str out = {NULL, 0};
        int rc;

        fault_at(n);
        rc = hearth_templates_render(t, "page.html", data, NULL, &out, NULL);
        hit = fault_hit();
        if (rc == 0)
            free((char *)(uintptr_t)out.ptr);
        else
            ck_assert_int_eq(rc, HEARTH_ENOMEM);
        free(page_of(t, data));
        fault_at(n);
        rc = hearth_templates_check(t, NULL, NULL);
        fault_off();
        ck_assert(rc == 0 || rc == HEARTH_ENOMEM);
        hearth_templates_free(t);
    }
    json_decref(data);
}
END_TEST

/* clang-format off */
SUITE("fault/template",
      LOOP(a_page_without_memory_is_a_clean_failure, 0, 2)
      TEST(a_set_that_ran_out_of_memory_goes_on))
