/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_PAGE_PAGE_H
#define HEARTH_PAGE_PAGE_H

/*
 * What templates know of the request that they are rendered for.
 *
 * Everything is a function or an object that looks at the request when a template asks, so
 * that a page which does not ask for the session does not touch it.  The arg of a rendering
 * is its hearth_ctx.
 */

#include "app/req.h"
#include "tmpl/set.h"

#include <hearth/page.h>

/* Tables of functions, each ended by a row without a name. */
extern const hearth__builtin hearth__page_links[];   /* link.c */
extern const hearth__builtin hearth__page_visitor[]; /* visitor.c */
extern const hearth__builtin hearth__page_forms[];   /* form.c */
extern const hearth__builtin hearth__page_pager[];   /* pager.c */
extern const hearth__builtin hearth__page_words[];   /* words.c */

/* Objects, the same for all requests. */
extern const hearth__object hearth__page_request; /* request.c */
extern const hearth__object hearth__page_user;    /* visitor.c */

/* All of them into a set.  0, HEARTH_ECONFLICT (a name is taken), HEARTH_ESTATE,
 * HEARTH_ENOMEM. */
int hearth__page_add(hearth_templates *t);
/* The template for an error: 404.html, else error.html.  Not answering when there is none, or the
 * client does not want HTML. */
hearth_error_fn hearth__page_error_answer;

static inline hearth_ctx *hearth__page_ctx(const hearth_template_call *call)
{
    return hearth_template_arg(call);
}

/* None of ours is ever written to. */
static inline hearth_value hearth__page_object(const hearth__object *o)
{
    return hearth__v_object((hearth__object *)(uintptr_t)o);
}

/* A text of the request or a constant as a value, not copied; NULL: none. */
static inline hearth_value hearth__page_text(const char *s)
{
    size_t n = s == NULL ? 0 : strlen(s);

    return s == NULL ? hearth_value_none()
                     : hearth__v_textn(s, n < UINT32_MAX ? n : UINT32_MAX, 0);
}

/* What a buffer of the request holds, as HTML or as text. */
int hearth__page_buf(hearth_template_call *call, const hearth__buf *b, bool html,
                     hearth_value *out);

/* The path of this request with its query, but other parameters of these names. */
typedef struct hearth__page_param {
    hearth_str name, value; /* an empty value: left out */
} hearth__page_param;
void hearth__page_same(hearth_ctx *c, hearth__buf *out, const hearth__page_param *p,
                       size_t n);

#endif
