/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_TMPL_KIT_H
#define HEARTH_TEST_TMPL_KIT_H

/* A rendering for tests of what templates are made of. */

#include "core/str.h"
#include "suite.h"
#include "tmpl/render.h"
#include "tmpl/set.h"

#include <stdarg.h>

/* A test for every row of a table. */
#define EACH(test, table) LOOP(test, 0, (int)(sizeof table / sizeof *table))

typedef struct kit {
    hearth__arena arena;
    hearth_templates *set;
    hearth__render r;
} kit;

static inline void kit_open(kit *k, const hearth_templates_opts *o)
{
    hearth_template_error err = {0};

    hearth__arena_init(&k->arena, 0);
    k->set = hearth_templates_new(o, &err);
    ck_assert_msg(k->set != NULL, "%s", err.text);
    hearth__render_begin(&k->r, k->set, &k->arena, k);
}

static inline void kit_close(kit *k)
{
    hearth__render_end(&k->r);
    hearth_templates_free(k->set);
    hearth__arena_clear(&k->arena);
}

/* Another rendering over the same set: what failed is forgotten. */
static inline void kit_again(kit *k)
{
    hearth__render_end(&k->r);
    hearth__render_begin(&k->r, k->set, &k->arena, k);
}

static inline hearth_value kit_text(const char *s)
{
    return hearth__v_textn(s, strlen(s), 0);
}

/* A value from JSON text; the tree lives as long as the rendering. */
static inline hearth_value kit_json(kit *k, const char *text)
{
    json_t *tree = json_loads(text, JSON_DECODE_ANY, NULL);

    ck_assert_msg(tree != NULL, "%s", text);
    ck_assert_int_eq(hearth__render_keep(&k->r, tree), 0);
    return hearth__v_json(tree);
}

/* How a value is printed, or "! " and why it is not. */
static inline const char *kit_print(kit *k, hearth_value v)
{
    hearth__buf b;

    hearth__buf_init(&b, &k->arena, 0);
    if (hearth__v_print(&k->r, v, &b) != 0) {
        hearth__buf_empty(&b);
        hearth__buf_text(&b, "! ");
        hearth__buf_text(&b, k->r.error.text);
    }
    return b.ptr;
}

/* Call a row of a table; as kit_print(). */
static inline const char *kit_call(kit *k, const hearth__builtin *b, hearth_value value,
                                   const hearth_value *args, size_t nargs)
{
    hearth_value out;
    hearth__buf text;

    ck_assert_ptr_nonnull(b);
    if (hearth__builtin_call(&k->r, b, value, args, nargs, NULL, 0, &out) == 0)
        return kit_print(k, out);
    hearth__buf_init(&text, &k->arena, 0);
    hearth__buf_text(&text, "! ");
    hearth__buf_text(&text, k->r.error.text);
    return text.ptr;
}

#endif
