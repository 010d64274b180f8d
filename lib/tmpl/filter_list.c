/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters of lists that keep their order.  What Jinja makes when it is asked for, item by
 * item, is a list here: each item counts as an iteration, so that none grows without bound.
 */
#include "core/rand.h"
#include "tmpl/escape.h"
#include "tmpl/filter.h"

static int default_value(hearth_template_call *c, hearth_value *out)
{
    bool falsy, truth = true;
    int rc = hearth__arg_bool(c, 1, false, &falsy);

    *out = c->value;
    if (rc == 0 && c->value.kind != HEARTH_VALUE_UNDEFINED && falsy)
        rc = hearth__v_truth(c->render, c->value, &truth);
    if (rc == 0 && (c->value.kind == HEARTH_VALUE_UNDEFINED || !truth))
        *out = hearth__arg_given(c, 0) ? c->args[0] : hearth__v_textn("", 0, 0);
    return rc;
}

static int length(hearth_template_call *c, hearth_value *out)
{
    size_t n;
    int rc = hearth__v_len(c->render, c->value, &n);

    if (rc == 0)
        *out = hearth_value_int((int64_t)n);
    return rc;
}

/* ---- one of them ----------------------------------------------------------------------- */

static int first(hearth_template_call *c, hearth_value *out)
{
    hearth__iter it;
    int rc = hearth__iter_begin(c->render, c->value, &it);

    if (rc == 0 && !hearth__iter_next(&it, out))
        *out = hearth__v_undefined(HEARTH__S("the first of an empty list"));
    return rc;
}

static int nth_of(hearth_template_call *c, size_t i, hearth_value *out)
{
    hearth__iter it;
    int rc = hearth__iter_begin(c->render, c->value, &it);

    if (rc == 0)
        rc = hearth__render_tick(c->render, i);
    if (rc != 0)
        return rc;
    if (c->value.kind == HEARTH_VALUE_LIST) {
        *out = hearth__v_at(c->value, i);
        return 0;
    }
    for (size_t k = 0; k <= i; k++)
        hearth__iter_next(&it, out);
    return 0;
}

static int last(hearth_template_call *c, hearth_value *out)
{
    hearth__iter it;
    int rc = hearth__iter_begin(c->render, c->value, &it);

    *out = hearth__v_undefined(HEARTH__S("the last of an empty list"));
    return rc != 0 || it.n == 0 ? rc : nth_of(c, it.n - 1, out);
}

static int any(hearth_template_call *c, hearth_value *out)
{
    hearth__iter it;
    int rc = hearth__iter_begin(c->render, c->value, &it);

    *out = hearth__v_undefined(HEARTH__S("one of an empty list"));
    if (rc != 0 || it.n == 0)
        return rc;
    if (hearth__rand_init() != 0)
        return hearth_template_fail(c, "random: the kernel has no randomness to give");
    return nth_of(c, (size_t)(hearth__rand_u64() % it.n), out);
}

/* ---- all of them ----------------------------------------------------------------------- */

static int to_list(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list;
    int rc = hearth__v_to_list(c->render, c->value, &list);

    if (rc == 0)
        rc = hearth__render_tick(c->render, list->n);
    if (rc == 0)
        *out = hearth__v_list(list, false);
    return rc;
}

static int reverse_text(hearth_template_call *c, hearth_value *out)
{
    hearth__buf b = hearth__out_buf(c);
    hearth_str s = hearth__v_bytes(c->value);
    char *to = hearth__buf_room(&b, s.len);

    if (to != NULL) {
        for (size_t i = 0, n; i < s.len; i += n) {
            n = hearth__char_len(s, i);
            memcpy(to + (s.len - i - n), s.ptr + i, n);
        }
        hearth__buf_commit(&b, s.len);
    }
    return hearth__v_buf(c->render, &b, 0, out);
}

static int reverse(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list, *turned;
    int rc;

    if (hearth__v_is_text(c->value))
        return reverse_text(c, out);
    rc = hearth__v_to_list(c->render, c->value, &list);
    if (rc == 0)
        rc = hearth__render_tick(c->render, list->n);
    if (rc != 0)
        return rc;
    turned = hearth__list_new(c->render, list->n);
    if (turned == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = list->n; rc == 0 && i > 0; i--)
        rc = hearth__list_add(c->render, turned, list->at[i - 1]);
    *out = hearth__v_list(turned, false);
    return rc;
}

/* ---- join ------------------------------------------------------------------------------- */

/* Is one of them, or what stands between them, HTML? */
static bool any_html(const hearth__list *list, hearth_value between)
{
    if (hearth__v_is_html(between))
        return true;
    for (size_t i = 0; i < list->n; i++)
        if (hearth__v_is_html(list->at[i]))
            return true;
    return false;
}

static int put_item(hearth_template_call *c, hearth__buf *b, hearth_value v, bool html)
{
    hearth_str s;
    int rc = hearth__v_str(c->render, v, &s);

    if (rc == 0 && html && !hearth__v_is_html(v))
        hearth__escape_html(b, s);
    else if (rc == 0)
        hearth__buf_str(b, s);
    return rc;
}

/* The attributes of all, as a list of its own. */
static int take_attributes(hearth_template_call *c, hearth_value attribute,
                           hearth__list **list)
{
    hearth__list *taken;
    hearth__path path;
    int rc = hearth__path_of(c->render, attribute, &path);

    if (rc != 0 || path.n == 0)
        return rc;
    taken = hearth__list_new(c->render, (*list)->n);
    if (taken == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; rc == 0 && i < (*list)->n; i++) {
        hearth_value v;

        rc = hearth__path_get(c->render, &path, (*list)->at[i], &v);
        if (rc == 0)
            rc = hearth__list_add(c->render, taken, v);
    }
    *list = taken;
    return rc;
}

int hearth__filter_join(hearth_template_call *c, hearth_value *out)
{
    hearth_value none = hearth_value_none();
    hearth_value between =
        hearth__arg_given(c, 0) ? c->args[0] : hearth__v_textn("", 0, 0);
    hearth_value attribute = hearth__arg_given(c, 1) ? c->args[1] : none;
    hearth__buf b = hearth__out_buf(c);
    hearth__list *list;
    bool html;
    int rc = hearth__v_to_list(c->render, c->value, &list);

    if (rc == 0)
        rc = hearth__render_tick(c->render, list->n);
    if (rc == 0)
        rc = take_attributes(c, attribute, &list);
    if (rc != 0)
        return rc;
    html = any_html(list, between);
    for (size_t i = 0; rc == 0 && i < list->n; i++) {
        if (i > 0)
            rc = put_item(c, &b, between, html);
        if (rc == 0)
            rc = put_item(c, &b, list->at[i], html);
    }
    return rc != 0 ? rc : hearth__v_buf(c->render, &b, html ? HEARTH_VALUE_HTML : 0, out);
}

/* ---- in parts --------------------------------------------------------------------------- */

static int add_list(hearth_template_call *c, hearth__list *to, hearth__list *part)
{
    return part == NULL ? HEARTH_ENOMEM
                        : hearth__list_add(c->render, to, hearth__v_list(part, false));
}

static int batch(hearth_template_call *c, hearth_value *out)
{
    hearth__list *list, *rows, *row = NULL;
    int64_t width;
    int rc = hearth__arg_range(c, 0, 0, 1, INT32_MAX, &width);

    if (rc == 0)
        rc = hearth__v_to_list(c->render, c->value, &list);
    if (rc == 0)
        rc = hearth__render_tick(c->render, list->n);
    if (rc != 0)
        return rc;
    rows = hearth__list_new(c->render, list->n / (size_t)width + 1);
    if (rows == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; rc == 0 && i < list->n; i++) {
        if (i % (size_t)width == 0)
            rc = add_list(c, rows, row = hearth__list_new(c->render, 0));
        if (rc == 0)
            rc = hearth__list_add(c->render, row, list->at[i]);
    }
    if (rc == 0 && row != NULL && hearth__arg_given(c, 1) &&
        c->args[1].kind != HEARTH_VALUE_NONE) {
        rc = hearth__render_tick(c->render, (size_t)width - row->n);
        while (rc == 0 && row->n < (size_t)width)
            rc = hearth__list_add(c->render, row, c->args[1]);
    }
    *out = hearth__v_list(rows, false);
    return rc;
}

static int slice(hearth_template_call *c, hearth_value *out)
{
    bool fill = hearth__arg_given(c, 1) && c->args[1].kind != HEARTH_VALUE_NONE;
    hearth__list *list, *columns, *column;
    int64_t many;
    size_t each, longer, next = 0;
    int rc = hearth__arg_range(c, 0, 0, 1, INT32_MAX, &many);

    if (rc == 0)
        rc = hearth__v_to_list(c->render, c->value, &list);
    if (rc == 0)
        rc = hearth__render_tick(c->render, list->n + (size_t)many);
    if (rc != 0)
        return rc;
    columns = hearth__list_new(c->render, (size_t)many);
    if (columns == NULL)
        return HEARTH_ENOMEM;
    each = list->n / (size_t)many;
    longer = list->n % (size_t)many;
    for (size_t i = 0; rc == 0 && i < (size_t)many; i++) {
        size_t n = each + (i < longer);

        rc = add_list(c, columns, column = hearth__list_new(c->render, n + fill));
        for (; rc == 0 && n > 0; n--)
            rc = hearth__list_add(c->render, column, list->at[next++]);
        if (rc == 0 && fill && i >= longer)
            rc = hearth__list_add(c->render, column, c->args[1]);
    }
    *out = hearth__v_list(columns, false);
    return rc;
}

static int sum(hearth_template_call *c, hearth_value *out)
{
    hearth_value total = hearth__arg_given(c, 1) ? c->args[1] : hearth_value_int(0);
    hearth__list *list;
    int rc = hearth__v_to_list(c->render, c->value, &list);

    if (rc == 0)
        rc = hearth__render_tick(c->render, list->n);
    if (rc == 0 && hearth__arg_given(c, 0))
        rc = take_attributes(c, c->args[0], &list);
    for (size_t i = 0; rc == 0 && i < list->n; i++)
        rc = hearth__v_compute(c->render, HEARTH__OP_ADD, total, list->at[i], &total);
    *out = total;
    return rc;
}

const hearth__builtin hearth__filters_list[] = {
    {"batch", batch, "linecount fill_with?", NULL},
    {"count", length, NULL, NULL},
    {"d", default_value, "default_value? boolean?", NULL},
    {"default", default_value, "default_value? boolean?", NULL},
    {"first", first, NULL, NULL},
    {"join", hearth__filter_join, "d? attribute?", NULL},
    {"last", last, NULL, NULL},
    {"length", length, NULL, NULL},
    {"list", to_list, NULL, NULL},
    {"random", any, NULL, NULL},
    {"reverse", reverse, NULL, NULL},
    {"slice", slice, "slices fill_with?", NULL},
    {"sum", sum, "attribute? start?", NULL},
    {NULL, NULL, NULL, NULL},
};
