/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_PAGE_KIT_H
#define HEARTH_TEST_PAGE_KIT_H

/*
 * What templates may call, called from a handler: tests of lib/page need no template then.
 *
 *     X-Call: url|todo|7|sort=due      a function, its parameters, by place and by name
 *     X-Call: request.query.q          an object and its attributes
 */

#include "page/page.h"

#include "core/str.h"
#include "tmpl/builtin.h"

#include <hearth/res.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_KIT_ARGS 8

static inline hearth_value page_kit_value(const char *s)
{
    char *end;
    long long n = strtoll(s, &end, 10);

    if (*s != '\0' && *end == '\0')
        return hearth_value_int(n);
    if (strcmp(s, "true") == 0)
        return hearth_value_bool(true);
    return strcmp(s, "none") == 0 ? hearth_value_none() : hearth__page_text(s);
}

/* One parameter of a call. */
static inline void page_kit_arg(char *part, hearth_value *args, size_t *nargs,
                                hearth_template_named *named, size_t *nnamed)
{
    char *eq = strchr(part, '=');

    if (eq == NULL) {
        args[(*nargs)++] = page_kit_value(part);
        return;
    }
    *eq = '\0';
    named[(*nnamed)++] =
        (hearth_template_named){hearth__str_of(part), page_kit_value(eq + 1)};
}

static inline int page_kit_call(hearth__render *r, char *text, hearth_value *out)
{
    hearth_value args[PAGE_KIT_ARGS], f;
    hearth_template_named named[PAGE_KIT_ARGS];
    size_t nargs = 0, nnamed = 0;
    char *rest, *part = strtok_r(text, "|", &rest);

    f = hearth__set_global(r->set, hearth__str_of(part));
    while ((part = strtok_r(NULL, "|", &rest)) != NULL)
        page_kit_arg(part, args, &nargs, named, &nnamed);
    return hearth__v_call(r, f, args, nargs, named, nnamed, out);
}

/* NAME or NAME.attribute.attribute */
static inline int page_kit_look(hearth__render *r, char *text, hearth_value *out)
{
    char *rest, *part = strtok_r(text, ".", &rest);

    *out = hearth__set_global(r->set, hearth__str_of(part));
    while ((part = strtok_r(NULL, ".", &rest)) != NULL)
        HEARTH_TRY(hearth__v_attr(r, *out, hearth__str_of(part), out));
    return 0;
}

static inline bool page_kit_is_call(const hearth_ctx *c, const char *text)
{
    char name[64];
    size_t n = strcspn(text, "|.");
    hearth_value v;

    if (n >= sizeof name)
        return false;
    memcpy(name, text, n);
    name[n] = '\0';
    v = hearth__set_global(c->app->templates, hearth__str_of(name));
    return v.kind == HEARTH_VALUE_OBJECT && v.u.object->ops->call != NULL;
}

/* A handler: answers with what the field X-Call asks for, as it would be printed, or as JSON
 * for lists and maps; X-Escaped says whether it would be escaped; 500 with the sentence. */
static inline int page_kit(hearth_ctx *c)
{
    char *text = hearth__ctx_text(c, hearth__str_of(hearth_header(c, "X-Call")));
    bool call = page_kit_is_call(c, text), truth = false;
    hearth_value v = {0};
    hearth__render r;
    hearth__buf b;
    int rc;

    hearth__render_begin(&r, c->app->templates, &c->arena, c);
    rc = call ? page_kit_call(&r, text, &v) : page_kit_look(&r, text, &v);
    if (rc == 0)
        rc = hearth__v_truth(&r, v, &truth);
    hearth__buf_init(&b, &c->arena, 0);
    if (rc == 0 && (v.flags & HEARTH_VALUE_TREE) != 0)
        rc = hearth_json(c, 200, json_incref(v.u.json));
    else if (rc == 0 && (rc = hearth__v_print(&r, v, &b)) == 0)
        rc = hearth_text(c, 200, b.ptr);
    if (rc != 0)
        rc = hearth_fail(c, 500, "%s", r.error.text);
    hearth_set_header(c, "X-Escaped", hearth__v_is_html(v) ? "no" : "yes");
    hearth_set_header(c, "X-Truth", truth ? "true" : "false");
    hearth__render_end(&r);
    return rc;
}

#endif
