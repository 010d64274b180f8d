/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Redirects within the site.  Where to go often comes from the request ("?next=/todos"),
 * and browsers read more as another site than RFC 3986 does: "\" counts as "/", and tabs
 * and newlines vanish before "//" is looked for.  So the rule is an allow list: one
 * slash, then anything but a slash, and no byte that a browser may drop or replace.
 */
#include "app/answer.h"
#include "app/problem.h"
#include "core/str.h"
#include "core/utf8.h"

#include <hearth/res.h>

/* Printable ASCII that is no URI character (RFC 3986 section 2) is sent encoded. */
static bool is_encoded(unsigned char b)
{
    return b >= 0x80 || strchr("\"<>^`{|}", b) != NULL;
}

/* What is wrong with it, or NULL. */
static const char *objection(hearth_str to)
{
    if (to.len == 0 || to.ptr[0] != '/')
        return "it does not start with '/'";
    if (to.len > 1 && to.ptr[1] == '/')
        return "it starts with \"//\", another host";
    for (size_t i = 0; i < to.len; i++) {
        unsigned char b = (unsigned char)to.ptr[i];

        if (b == '\\')
            return "it holds a backslash, which browsers take for a slash";
        if (b <= ' ' || b == 0x7f)
            return "it holds a space or a control character";
    }
    return hearth__utf8_valid(to) ? NULL : "it is not UTF-8";
}

/* A '%' that starts no "%XX" means itself. */
static bool is_escape(hearth_str to, size_t i)
{
    return i + 2 < to.len && hearth__hex_digit(to.ptr[i + 1]) >= 0 &&
           hearth__hex_digit(to.ptr[i + 2]) >= 0;
}

static void write_location(hearth__buf *b, hearth_str to)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < to.len; i++) {
        unsigned char byte = (unsigned char)to.ptr[i];

        if (is_encoded(byte) || (byte == '%' && !is_escape(to, i))) {
            hearth__buf_char(b, '%');
            hearth__buf_char(b, digits[byte >> 4]);
            hearth__buf_char(b, digits[byte & 15]);
        } else {
            hearth__buf_char(b, (char)byte);
        }
    }
}

bool hearth__redirect_safe(hearth_str to)
{
    return objection(to) == NULL;
}

int hearth_redirect(hearth_ctx *c, const char *to)
{
    hearth_str s = hearth__str_of(to);
    const char *why = objection(s);
    hearth__buf b;
    bool safe = c->framing.method == HEARTH__GET || c->framing.method == HEARTH__HEAD;

    if (why != NULL) {
        hearth_logf(c, HEARTH_LOG_WARN, "refused to redirect to \"%s\": %s", s.ptr, why);
        return hearth__tell(c, HEARTH_EINVAL, 400,
                            "the address to go to is not a path of this site");
    }
    HEARTH_TRY(hearth__answer_check(c, 302));
    hearth__buf_init(&b, &c->arena, 0);
    write_location(&b, s);
    if (b.failed)
        return HEARTH_ENOMEM;
    HEARTH_TRY(
        hearth__res_put(&c->res, &c->arena, HEARTH__S("Location"), hearth__buf_view(&b)));
    hearth__res_remove(&c->res, HEARTH__S("Content-Type"));
    c->res.status = safe ? 302 : 303;
    hearth__res_no_body(&c->res);
    return 0;
}
