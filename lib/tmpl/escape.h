/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_ESCAPE_H
#define HEARTH_TMPL_ESCAPE_H

/*
 * Writing values where they stand in HTML.  Which of these it is was decided when the template
 * was loaded (tmpl/context.h); here is only the writing.
 */

#include "tmpl/value.h"

typedef enum hearth__escape {
    HEARTH__ESCAPE_NONE,  /* plain text files */
    HEARTH__ESCAPE_TEXT,  /* HTML as it is, all else escaped */
    HEARTH__ESCAPE_QUOTE, /* quoted attributes, textarea, title: HTML without < > " ' */
    HEARTH__ESCAPE_PLAIN, /* comments: all escaped */
    HEARTH__ESCAPE_NAME_NEXT, /* the same, white space is missing */
    HEARTH__ESCAPE_NAME,      /* between attributes */
    HEARTH__ESCAPE_URL,       /* the start of a URL */
    HEARTH__ESCAPE_URL_ON, /* within one whose scheme is not settled: no ':' before '/' */
    HEARTH__ESCAPE_URL_REST,     /* behind that */
    HEARTH__ESCAPE_URL_OWN,      /* the start of a URL of this site */
    HEARTH__ESCAPE_URL_OWN_REST, /* behind its '/' */
    HEARTH__ESCAPE_CSS,          /* words and numbers */
    HEARTH__ESCAPE_CSS_TEXT,     /* within quotes */
    HEARTH__ESCAPE_CSS_URL,      /* within quotes in url(), at its start */
    HEARTH__ESCAPE_CSS_URL_REST,
    HEARTH__ESCAPE_JS,      /* in a script element: what tojson made */
    HEARTH__ESCAPE_JS_ATTR, /* in an attribute that is a script */
    HEARTH__ESCAPES
} hearth__escape;

/* Append v, escaped for its place. */
int hearth__escape_put(hearth__render *r, hearth__escape how, hearth_value v,
                       hearth__buf *out);
/* & < > " ' become references, "&#34;" and "&#39;" as Jinja has them. */
void hearth__escape_html(hearth__buf *out, hearth_str s);
/* The same but & stays: what is HTML already, for an attribute. */
void hearth__escape_quote(hearth__buf *out, hearth_str s);
/* May this be where a URL begins: http, https, mailto or relative? */
bool hearth__url_is_safe(hearth_str s);

/* Is this the name of an attribute that is HTML's own and not code (letters, digits, '-', '_',
 * ':', '.'; not "on...", "style", "srcdoc")?  For xmlattr and the like, which make attributes
 * of values: *url tells whether its value is a URL and so needs hearth__url_is_safe(). */
bool hearth__attr_name_ok(hearth_str name, bool *url);

#endif
