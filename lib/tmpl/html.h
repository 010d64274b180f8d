/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_HTML_H
#define HEARTH_TMPL_HTML_H

/*
 * Where in HTML the end of a piece of text is: what decides how the expression behind it is
 * escaped.
 *
 * The state follows the tokenizer of HTML (WHATWG 13.2.5) as far as it matters, and those of
 * CSS and JavaScript within elements and attributes that hold them.  Where a tag of the
 * template stands at a place at which the state could not be told any more (within the name of
 * an element or attribute, in an attribute without quotes), that is an error.
 */

#include "tmpl/escape.h"

typedef enum hearth__html_state {
    HEARTH__HTML_TEXT,
    HEARTH__HTML_TAG,     /* within a tag, where an attribute may begin */
    HEARTH__HTML_NAMED,   /* the same, but white space has to come first */
    HEARTH__HTML_VALUE,   /* within a quoted attribute */
    HEARTH__HTML_COMMENT, /* <!-- */
    HEARTH__HTML_DECL,    /* <!DOCTYPE and the like, up to '>' */
    HEARTH__HTML_RCDATA,  /* in textarea, title */
    HEARTH__HTML_RAW,     /* in iframe, xmp, noembed, noframes, plaintext */
    HEARTH__HTML_SCRIPT,  /* in script; a .js file */
    HEARTH__HTML_STYLE,   /* in style; a .css file */
    HEARTH__HTML_PLAIN    /* no HTML at all */
} hearth__html_state;

typedef enum hearth__html_element {
    HEARTH__ELEMENT_OTHER,
    HEARTH__ELEMENT_END, /* an end tag */
    HEARTH__ELEMENT_SCRIPT,
    HEARTH__ELEMENT_STYLE,
    HEARTH__ELEMENT_TEXTAREA,
    HEARTH__ELEMENT_TITLE,
    HEARTH__ELEMENT_IFRAME,
    HEARTH__ELEMENT_XMP,
    HEARTH__ELEMENT_NOEMBED,
    HEARTH__ELEMENT_NOFRAMES,
    HEARTH__ELEMENT_PLAINTEXT,
    HEARTH__ELEMENT_EMBED,
    HEARTH__ELEMENT_OBJECT,
    HEARTH__ELEMENT_BASE,
    HEARTH__ELEMENT_APPLET,
    HEARTH__ELEMENT_ANIMATE, /* of SVG, as `set`: they set attributes of others */
    HEARTH__ELEMENT_SET
} hearth__html_element;

/* How far a URL is. */
typedef enum hearth__url_state {
    HEARTH__URL_START,
    HEARTH__URL_OPEN,  /* something is there, but no scheme and no '/', '?', '#' yet */
    HEARTH__URL_SLASH, /* a '/' and nothing else: another one would make it a host */
    HEARTH__URL_SET,   /* the scheme, or that there is none, is settled */
    HEARTH__URL_CODE   /* javascript:, data: and the like */
} hearth__url_state;

/* Within CSS or JavaScript. */
typedef enum hearth__inner_state {
    HEARTH__INNER_CODE,
    HEARTH__INNER_DOUBLE,   /* "..." */
    HEARTH__INNER_SINGLE,   /* '...' */
    HEARTH__INNER_COMMENT,  /* of several lines */
    HEARTH__INNER_LINE,     /* JS: a comment up to the end of the line */
    HEARTH__INNER_TEMPLATE, /* JS: `...` */
    HEARTH__INNER_REGEX,    /* JS */
    HEARTH__INNER_CLASS,    /* JS: [...] in a regex */
    HEARTH__INNER_URL,      /* CSS: url( without quotes */
    HEARTH__INNER_URL_DOUBLE,
    HEARTH__INNER_URL_SINGLE,
    HEARTH__INNER_LOST /* references or old comments: no telling */
} hearth__inner_state;

/* What a '/' in JavaScript is. */
#define HEARTH__SLASH_DIVIDES 0
#define HEARTH__SLASH_REGEX   1
#define HEARTH__SLASH_UNKNOWN 2

/* `${` in template texts in each other. */
#define HEARTH__JS_DEPTH 4

/* Bytes only, so that memcmp() tells whether two are the same. */
typedef struct hearth__html {
    uint8_t state;
    uint8_t element;
    uint8_t attr;  /* hearth__attr_kind, of a VALUE */
    uint8_t quote; /* of a VALUE */
    uint8_t url;
    uint8_t inner;
    uint8_t slash;
    uint8_t depth; /* of template texts with `${` around */
    uint8_t braces[HEARTH__JS_DEPTH];
    uint8_t split; /* a URL that is OPEN began before this piece of text */
} hearth__html;

/* What a file of that name is. */
hearth__html hearth__html_of_file(hearth_str name);
/* What macros, captured texts and imported templates of such a page begin with. */
hearth__html hearth__html_inside(const hearth__html *h);

/* Go on over a piece of text.  NULL, or a sentence about what is wrong at *at. */
const char *hearth__html_text(hearth__html *h, hearth_str text, size_t *at);
/* What an expression ends with. */
typedef enum hearth__last_filter {
    HEARTH__LAST_OTHER,
    HEARTH__LAST_TOJSON
} hearth__last_filter;
/* An expression stands here.  *how is how to escape it; the state goes on behind it.  NULL or a
 * sentence. */
const char *hearth__html_put(hearth__html *h, hearth__last_filter last,
                             hearth__escape *how);
bool hearth__html_same(const hearth__html *a, const hearth__html *b);
/* What is true at a place that two ways lead to; false when they do not agree. */
bool hearth__html_join(const hearth__html *a, const hearth__html *b, hearth__html *out);
/* "in text", "within a tag", for sentences. */
const char *hearth__html_name(const hearth__html *h);

/* What a URL is that begins with this and ':'. */
hearth__url_state hearth__url_scheme(hearth_str name);
/* html_code.c: within CSS and JavaScript, one character of what the browser sees; next: what
 * follows, '\0' at the end.  Returns how many characters were used up. */
size_t hearth__css_step(hearth__html *h, hearth_str text, size_t i);
size_t hearth__js_step(hearth__html *h, hearth_str text, size_t i);

#endif
