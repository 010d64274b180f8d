/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Escaping in one pass: a table tells which bytes end a run that is copied whole.
 *
 * A mark on a text says for which place it has been made, and is believed only there: HTML
 * within a quoted attribute still has its quotes and brackets escaped, and in a URL, a style
 * or a script it counts as any other text.
 */

#include "tmpl/escape.h"

#include "core/str.h"
#include "tmpl/attr.h"
#include "tmpl/render.h"

#define INVALID_URL "about:invalid"
#define INVALID_CSS "invalid"

/* ---- HTML ---------------------------------------------------------------------------- */

#define AMP   1
#define OTHER 2

/* What has to be a reference, and whether it is the one that HTML itself begins with. */
static const unsigned char special[256] = {
    ['&'] = AMP, ['<'] = OTHER, ['>'] = OTHER, ['"'] = OTHER, ['\''] = OTHER};

static void put_reference(hearth__buf *out, char c)
{
    switch (c) {
    case '&':
        hearth__buf_add(out, "&amp;", 5);
        break;
    case '<':
        hearth__buf_add(out, "&lt;", 4);
        break;
    case '>':
        hearth__buf_add(out, "&gt;", 4);
        break;
    case '"':
        hearth__buf_add(out, "&#34;", 5);
        break;
    default:
        hearth__buf_add(out, "&#39;", 5);
        break;
    }
}

/* Escape what the table has a number of at least `from` for. */
static void escape(hearth__buf *out, hearth_str s, unsigned char from)
{
    const char *p = s.ptr, *end = s.ptr + s.len, *run = p;

    for (; p < end; p++) {
        if (special[(unsigned char)*p] < from)
            continue;
        hearth__buf_add(out, run, (size_t)(p - run));
        put_reference(out, *p);
        run = p + 1;
    }
    hearth__buf_add(out, run, (size_t)(p - run));
}

void hearth__escape_html(hearth__buf *out, hearth_str s)
{
    escape(out, s, AMP);
}

void hearth__escape_quote(hearth__buf *out, hearth_str s)
{
    escape(out, s, OTHER);
}

/* ---- names of attributes ------------------------------------------------------------- */

static bool is_name_char(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) || c == '-' || c == '_' ||
           c == ':' || c == '.';
}

bool hearth__attr_name_ok(hearth_str name, bool *url)
{
    hearth__attr_kind kind;

    for (size_t i = 0; i < name.len; i++)
        if (!is_name_char(name.ptr[i]))
            return false;
    kind = hearth__attr_kind_of(HEARTH__S(""), name);
    *url = kind == HEARTH__ATTR_URL;
    return name.len > 0 && (kind == HEARTH__ATTR_PLAIN || kind == HEARTH__ATTR_URL);
}

static void put_apart(hearth__escape how, hearth_str s, hearth__buf *out)
{
    if (how == HEARTH__ESCAPE_NAME_NEXT && s.len > 0 && s.ptr[0] != ' ')
        hearth__buf_char(out, ' ');
    hearth__buf_str(out, s);
}

static int put_name(hearth__render *r, hearth__escape how, hearth_value v,
                    hearth__buf *out)
{
    hearth_str s, name;
    bool url;

    HEARTH_TRY(hearth__v_str(r, v, &s));
    if (v.kind == HEARTH_VALUE_TEXT && (v.flags & HEARTH_VALUE_ATTRS) != 0) {
        put_apart(how, s, out);
        return 0;
    }
    name = hearth__str_trim(s);
    if (name.len > 0 && !hearth__attr_name_ok(name, &url))
        return hearth__render_fail(r, HEARTH_EINVAL,
                                   "between attributes stands the name of one, as "
                                   "\"checked\", or what the filter "
                                   "xmlattr made, not \"%.*s\"",
                                   (int)(name.len > 40 ? 40 : name.len), name.ptr);
    put_apart(how, s, out);
    return 0;
}

/* ---- URLs ---------------------------------------------------------------------------- */

/* The part before the first ':', if that comes before any '/', '?' and '#'; len SIZE_MAX:
 * there is none. */
static hearth_str scheme_of(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == ':')
            return hearth__str(s.ptr, i);
        if (s.ptr[i] == '/' || s.ptr[i] == '?' || s.ptr[i] == '#')
            break;
    }
    return hearth__str(s.ptr, SIZE_MAX);
}

bool hearth__url_is_safe(hearth_str s)
{
    hearth_str scheme = scheme_of(s);

    return scheme.len == SIZE_MAX || hearth__str_ieq(scheme, HEARTH__S("https")) ||
           hearth__str_ieq(scheme, HEARTH__S("http")) ||
           hearth__str_ieq(scheme, HEARTH__S("mailto"));
}

/* A path of this site: no scheme, no "//host", which browsers also read out of "/\host" and
 * out of what has line breaks in between. */
static bool is_own(hearth__escape how, hearth_str s)
{
    const char *host = how == HEARTH__ESCAPE_URL_OWN ? "//" : "/";

    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] <= 0x20 || s.ptr[i] == '\\')
            return false;
    return (how == HEARTH__ESCAPE_URL_OWN_REST || scheme_of(s).len == SIZE_MAX) &&
           !hearth__str_starts(s, hearth__str_of(host));
}

static bool url_ok(hearth__escape how, hearth_str s)
{
    switch (how) {
    case HEARTH__ESCAPE_URL:
    case HEARTH__ESCAPE_CSS_URL:
        return hearth__url_is_safe(s);
    case HEARTH__ESCAPE_URL_OWN:
    case HEARTH__ESCAPE_URL_OWN_REST:
        return is_own(how, s);
    case HEARTH__ESCAPE_URL_ON:
        return scheme_of(s).len == SIZE_MAX;
    default:
        return true;
    }
}

/* ---- CSS ----------------------------------------------------------------------------- */

static bool has_word(hearth_str s, const char *word)
{
    size_t n = strlen(word);

    for (size_t i = 0; i + n <= s.len; i++)
        if (hearth__str_ieq(hearth__str(s.ptr + i, n), hearth__str(word, n)))
            return true;
    return false;
}

/* Words, numbers, colours, lengths: nothing that could end a declaration, call a function, or
 * begin a comment. */
static bool is_css_value(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!hearth__is_alpha(c) && !hearth__is_digit(c) &&
            memchr(" #%._,+-", c, 8) == NULL)
            return false;
    }
    return !has_word(s, "expression") && !has_word(s, "binding");
}

/* Within quotes; in an attribute too, as nothing that HTML minds is left. */
static void put_css_text(hearth__buf *out, hearth_str s)
{
    static const char hex[] = "0123456789abcdef";

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c >= 0x80 || hearth__is_alpha(s.ptr[i]) || hearth__is_digit(s.ptr[i]) ||
            memchr(" -_./,:?#%=", c, 11) != NULL) {
            hearth__buf_char(out, s.ptr[i]);
        } else {
            char escaped[4] = {'\\', hex[c >> 4], hex[c & 15], ' '};

            hearth__buf_add(out, escaped, 4);
        }
    }
}

/* ---- JavaScript ---------------------------------------------------------------------- */

/* The parser has seen to it that tojson comes last; this is in case a value finds another way. */
static int put_js(hearth__render *r, hearth__escape how, hearth_value v, hearth__buf *out)
{
    if (v.kind != HEARTH_VALUE_TEXT || (v.flags & HEARTH_VALUE_JS) == 0)
        return hearth__render_fail(
            r, HEARTH_EINVAL,
            "a value gets into a script only through the filter tojson");
    if (how == HEARTH__ESCAPE_JS)
        hearth__buf_add(out, v.u.text, v.len);
    else
        hearth__escape_html(out, hearth__v_bytes(v));
    return 0;
}

/* ---- the public one ------------------------------------------------------------------ */

static int put_text(hearth__render *r, hearth__escape how, hearth_value v,
                    hearth__buf *out)
{
    hearth_str s;

    HEARTH_TRY(hearth__v_str(r, v, &s));
    switch (how) {
    case HEARTH__ESCAPE_URL:
    case HEARTH__ESCAPE_URL_ON:
    case HEARTH__ESCAPE_URL_REST:
    case HEARTH__ESCAPE_URL_OWN:
    case HEARTH__ESCAPE_URL_OWN_REST:
        hearth__escape_html(out, url_ok(how, s) ? s : HEARTH__S(INVALID_URL));
        break;
    case HEARTH__ESCAPE_CSS:
        hearth__buf_str(out, is_css_value(s) ? s : HEARTH__S(INVALID_CSS));
        break;
    case HEARTH__ESCAPE_CSS_TEXT:
    case HEARTH__ESCAPE_CSS_URL:
    case HEARTH__ESCAPE_CSS_URL_REST:
        put_css_text(out, url_ok(how, s) ? s : HEARTH__S(INVALID_URL));
        break;
    case HEARTH__ESCAPE_QUOTE:
        escape(out, s, hearth__v_is_html(v) ? OTHER : AMP);
        break;
    default:
        hearth__escape_html(out, s);
        break;
    }
    return 0;
}

int hearth__escape_put(hearth__render *r, hearth__escape how, hearth_value v,
                       hearth__buf *out)
{
    switch (how) {
    case HEARTH__ESCAPE_NONE:
        return hearth__v_print(r, v, out);
    case HEARTH__ESCAPE_TEXT:
        /* Numbers need no escaping, and most texts come here. */
        if (v.kind == HEARTH_VALUE_TEXT) {
            if ((v.flags & HEARTH_VALUE_HTML) != 0)
                hearth__buf_add(out, v.u.text, v.len);
            else
                escape(out, hearth__v_bytes(v), AMP);
            return 0;
        }
        if (v.kind < HEARTH_VALUE_TEXT)
            return hearth__v_print(r, v, out);
        break;
    case HEARTH__ESCAPE_NAME:
    case HEARTH__ESCAPE_NAME_NEXT:
        return put_name(r, how, v, out);
    case HEARTH__ESCAPE_JS:
    case HEARTH__ESCAPE_JS_ATTR:
        return put_js(r, how, v, out);
    default:
        break;
    }
    return put_text(r, how, v, out);
}
