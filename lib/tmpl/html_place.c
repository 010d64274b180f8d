/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What may stand at a place in HTML, and what is true where several ways lead to.
 */

#include "core/str.h"
#include "tmpl/attr.h"
#include "tmpl/html.h"

/* ---- expressions ----------------------------------------------------------------------- */

static const char *put_url(hearth__html *h, hearth__escape *how)
{
    bool own = h->attr == HEARTH__ATTR_URL_OWN;

    switch (h->url) {
    case HEARTH__URL_START:
        *how = own ? HEARTH__ESCAPE_URL_OWN : HEARTH__ESCAPE_URL;
        break;
    case HEARTH__URL_OPEN:
        *how = HEARTH__ESCAPE_URL_ON;
        break;
    case HEARTH__URL_SLASH:
        *how = own ? HEARTH__ESCAPE_URL_OWN_REST : HEARTH__ESCAPE_URL_REST;
        return NULL; /* what comes may be empty, so the '/' may still be all */
    case HEARTH__URL_CODE:
        return "an expression cannot be part of a URL that is code or data (javascript:, "
               "data:), or whose scheme is written with references";
    default:
        *how = HEARTH__ESCAPE_URL_REST;
        return NULL;
    }
    h->url = HEARTH__URL_OPEN;
    h->split = 1;
    return NULL;
}

static const char *put_css(hearth__html *h, hearth__escape *how)
{
    switch (h->inner) {
    case HEARTH__INNER_CODE:
    case HEARTH__INNER_COMMENT:
        *how = HEARTH__ESCAPE_CSS;
        return NULL;
    case HEARTH__INNER_DOUBLE:
    case HEARTH__INNER_SINGLE:
        *how = HEARTH__ESCAPE_CSS_TEXT;
        return NULL;
    case HEARTH__INNER_URL:
        return "an expression in url() needs quotes: url(\"...\")";
    case HEARTH__INNER_URL_DOUBLE:
    case HEARTH__INNER_URL_SINGLE:
        if (h->url != HEARTH__URL_START && h->url != HEARTH__URL_SET)
            return "an expression in url() stands at its start, or behind a '/'";
        *how = h->url == HEARTH__URL_START ? HEARTH__ESCAPE_CSS_URL
                                           : HEARTH__ESCAPE_CSS_URL_REST;
        if (h->url == HEARTH__URL_START)
            h->url = HEARTH__URL_OPEN;
        return NULL;
    default:
        return "an expression cannot stand in a style behind references (&...;)";
    }
}

static const char *put_js(hearth__html *h, hearth__last_filter last, hearth__escape *how)
{
    switch (h->inner) {
    case HEARTH__INNER_CODE:
        break;
    case HEARTH__INNER_COMMENT:
    case HEARTH__INNER_LINE:
        return "an expression in a comment of a script says nothing to anybody: take it "
               "out";
    case HEARTH__INNER_LOST:
        return "whether this is code or text cannot be told, because of references "
               "(&...;), an "
               "old comment (<!--) or a '/' before: write the script another way";
    default:
        return "an expression in a script stands outside of quotes and patterns: the "
               "filter "
               "tojson makes a text with quotes";
    }
    if (last != HEARTH__LAST_TOJSON)
        return "an expression in a script ends with the filter tojson: {{ value|tojson "
               "}}";
    h->slash = HEARTH__SLASH_DIVIDES;
    *how = h->state == HEARTH__HTML_VALUE ? HEARTH__ESCAPE_JS_ATTR : HEARTH__ESCAPE_JS;
    return NULL;
}

static const char *put_value(hearth__html *h, hearth__last_filter last,
                             hearth__escape *how)
{
    switch ((hearth__attr_kind)h->attr) {
    case HEARTH__ATTR_PLAIN:
        *how = HEARTH__ESCAPE_QUOTE;
        return NULL;
    case HEARTH__ATTR_URL:
    case HEARTH__ATTR_URL_OWN:
    case HEARTH__ATTR_URLS:
        return put_url(h, how);
    case HEARTH__ATTR_CSS:
        return put_css(h, how);
    case HEARTH__ATTR_JS:
        return put_js(h, last, how);
    case HEARTH__ATTR_MARKUP:
        break;
    }
    return "an expression cannot stand in a page within an attribute (srcdoc)";
}

const char *hearth__html_put(hearth__html *h, hearth__last_filter last,
                             hearth__escape *how)
{
    switch ((hearth__html_state)h->state) {
    case HEARTH__HTML_TEXT:
        *how = HEARTH__ESCAPE_TEXT;
        return NULL;
    case HEARTH__HTML_TAG:
    case HEARTH__HTML_NAMED:
        if (h->element == HEARTH__ELEMENT_END)
            return "an expression cannot stand in an end tag";
        *how =
            h->state == HEARTH__HTML_TAG ? HEARTH__ESCAPE_NAME : HEARTH__ESCAPE_NAME_NEXT;
        h->state = HEARTH__HTML_NAMED;
        return NULL;
    case HEARTH__HTML_VALUE:
        return put_value(h, last, how);
    case HEARTH__HTML_COMMENT:
    case HEARTH__HTML_DECL:
        *how = HEARTH__ESCAPE_PLAIN;
        return NULL;
    case HEARTH__HTML_RCDATA:
        *how = HEARTH__ESCAPE_QUOTE;
        return NULL;
    case HEARTH__HTML_SCRIPT:
        return put_js(h, last, how);
    case HEARTH__HTML_STYLE:
        return put_css(h, how);
    case HEARTH__HTML_PLAIN:
        *how = HEARTH__ESCAPE_NONE;
        return NULL;
    case HEARTH__HTML_RAW:
        break;
    }
    return "an expression cannot stand in this element: what is in it cannot be escaped";
}

/* ---- ways that meet -------------------------------------------------------------------- */

bool hearth__html_same(const hearth__html *a, const hearth__html *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static bool is_tag(uint8_t state)
{
    return state == HEARTH__HTML_TAG || state == HEARTH__HTML_NAMED;
}

/* The one that allows less. */
static uint8_t join_urls(uint8_t a, uint8_t b)
{
    if (a == b)
        return a;
    if (a == HEARTH__URL_CODE || b == HEARTH__URL_CODE)
        return HEARTH__URL_CODE;
    if ((a == HEARTH__URL_SLASH && b == HEARTH__URL_SET) ||
        (a == HEARTH__URL_SET && b == HEARTH__URL_SLASH))
        return HEARTH__URL_SLASH;
    return HEARTH__URL_OPEN;
}

bool hearth__html_join(const hearth__html *a, const hearth__html *b, hearth__html *out)
{
    hearth__html x = *a, y = *b;

    if (is_tag(x.state) && is_tag(y.state) && x.state != y.state)
        x.state = y.state = HEARTH__HTML_NAMED;
    if (x.state == HEARTH__HTML_VALUE && y.state == HEARTH__HTML_VALUE) {
        x.url = y.url = join_urls(x.url, y.url);
        x.split = y.split = (uint8_t)(x.split | y.split | (x.url == HEARTH__URL_OPEN));
    }
    if (x.slash != y.slash)
        x.slash = y.slash = HEARTH__SLASH_UNKNOWN;
    *out = x;
    return hearth__html_same(&x, &y);
}

const char *hearth__html_name(const hearth__html *h)
{
    static const char *const names[] = {
        "in text",
        "within a tag",
        "within a tag",
        "in the value of an attribute",
        "in a comment",
        "in a declaration",
        "in a textarea or title",
        "in an element whose contents are no HTML",
        "in a script",
        "in a style",
        "in plain text",
    };

    return names[h->state];
}
