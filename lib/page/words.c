/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Texts in the visitor's language: _("Hello %(name)s", name=user.name).
 */
#include "core/str.h"
#include "page/page.h"

#include <hearth/language.h>

/* ---- %(name)s ---------------------------------------------------------------------- */

/* The value of a name; false: the call has none of it. */
static bool given(const hearth_template_call *call, hearth_str name, hearth_value *v)
{
    for (size_t i = 0; i < call->nnamed; i++)
        if (hearth__str_eq(call->named[i].name, name)) {
            *v = call->named[i].value;
            return true;
        }
    return false;
}

/* Behind a '%': "(name)s" or "(name)d", or "%".  The bytes it takes; 0: it is neither. */
static size_t place_of(hearth_str s, hearth_str *name)
{
    ptrdiff_t end;

    *name = (hearth_str){"", 0};
    if (s.len > 0 && s.ptr[0] == '%')
        return 1;
    end = s.len > 0 && s.ptr[0] == '(' ? hearth__str_find(s, ')') : -1;
    if (end < 2 || (size_t)end + 1 >= s.len ||
        (s.ptr[end + 1] != 's' && s.ptr[end + 1] != 'd'))
        return 0;
    *name = hearth__str(s.ptr + 1, (size_t)end - 1);
    return (size_t)end + 2;
}

/* What a translation names and the template does not give is a mistake in one of them. */
static int put_value(hearth_template_call *call, hearth_str name, int64_t *number,
                     hearth__buf *b)
{
    hearth_value v;
    hearth_str text;

    if (!given(call, name, &v)) {
        if (number == NULL || !hearth__str_eq(name, HEARTH__S("num")))
            return hearth_template_fail(call,
                                        "the text has %%(%.*s)s, and the call no %.*s=",
                                        (int)name.len, name.ptr, (int)name.len, name.ptr);
        hearth__buf_int(b, *number);
        return 0;
    }
    HEARTH_TRY(hearth_template_text(call, v, &text));
    hearth__buf_str(b, text);
    return 0;
}

/* A text is looked through for places only where the call gives values, so that "100 %" may be one
 * and "100 %%" with values the other. */
static int fill_in(hearth_template_call *call, const char *text, int64_t *number,
                   hearth_value *out)
{
    hearth_str rest = hearth__str_of(text), name;
    hearth__buf b;

    hearth__buf_init(&b, &hearth__page_ctx(call)->arena, 0);
    if (call->nnamed == 0 && number == NULL) {
        hearth__buf_str(&b, rest);
        rest.len = 0;
    }
    while (rest.len > 0) {
        ptrdiff_t at = hearth__str_find(rest, '%');
        size_t before = at < 0 ? rest.len : (size_t)at, n;

        hearth__buf_add(&b, rest.ptr, before);
        rest = hearth__str(rest.ptr + before, rest.len - before);
        if (rest.len == 0)
            break;
        rest = hearth__str(rest.ptr + 1, rest.len - 1);
        n = place_of(rest, &name);
        if (name.len == 0)
            hearth__buf_char(&b, '%');
        else
            HEARTH_TRY(put_value(call, name, number, &b));
        rest = hearth__str(rest.ptr + n, rest.len - n);
    }
    return hearth__page_buf(call, &b, false, out);
}

/* ---- functions --------------------------------------------------------------------- */

/* A parameter as a string of the request; NULL: the call fails. */
static const char *text_of(hearth_template_call *call, size_t i)
{
    hearth_str s;
    char *text;

    if (hearth_template_text(call, call->args[i], &s) != 0)
        return NULL;
    text = hearth__ctx_text(hearth__page_ctx(call), s);
    if (text == NULL)
        (void)hearth__render_fail(call->render, HEARTH_ENOMEM, "out of memory");
    return text;
}

static int simple(hearth_template_call *call, hearth_value *out)
{
    const char *text = text_of(call, 0);

    return text == NULL
               ? HEARTH_EINVAL
               : fill_in(call, hearth_gettext(hearth__page_ctx(call), text), NULL, out);
}

static int in_context(hearth_template_call *call, hearth_value *out)
{
    const char *context = text_of(call, 0), *text = text_of(call, 1);

    if (context == NULL || text == NULL)
        return HEARTH_EINVAL;
    return fill_in(call, hearth_pgettext(hearth__page_ctx(call), context, text), NULL,
                   out);
}

static int counted(hearth_template_call *call, hearth_value *out)
{
    const char *one = text_of(call, 0), *many = text_of(call, 1);
    int64_t n;

    HEARTH_TRY(hearth_template_int(call, call->args[2], &n));
    if (one == NULL || many == NULL)
        return HEARTH_EINVAL;
    return fill_in(call, hearth_ngettext(hearth__page_ctx(call), one, many, n), &n, out);
}

static int counted_in_context(hearth_template_call *call, hearth_value *out)
{
    const char *context = text_of(call, 0), *one = text_of(call, 1),
               *many = text_of(call, 2);
    int64_t n;

    HEARTH_TRY(hearth_template_int(call, call->args[3], &n));
    if (context == NULL || one == NULL || many == NULL)
        return HEARTH_EINVAL;
    return fill_in(call, hearth_npgettext(hearth__page_ctx(call), context, one, many, n),
                   &n, out);
}

static int language(hearth_template_call *call, hearth_value *out)
{
    *out = hearth__page_text(hearth_language(hearth__page_ctx(call)));
    return 0;
}

static int languages(hearth_template_call *call, hearth_value *out)
{
    json_t *list = json_array();

    for (const char *const *l = hearth_languages(hearth__page_ctx(call)); *l != NULL; l++)
        if (json_array_append_new(list, json_string(*l)) != 0) {
            json_decref(list);
            list = NULL;
            break;
        }
    return hearth_template_set_json(call, out, list);
}

const hearth__builtin hearth__page_words[] = {
    {"_", simple, "text **", NULL},
    {"gettext", simple, "text **", NULL},
    {"ngettext", counted, "one many n **", NULL},
    {"pgettext", in_context, "context text **", NULL},
    {"npgettext", counted_in_context, "context one many n **", NULL},
    {"language", language, NULL, NULL},
    {"languages", languages, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};
