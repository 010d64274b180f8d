/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Content-Disposition as browsers and other clients really write it.  Browsers escape the
 * quote and line breaks of a name as %22, %0D and %0A (WHATWG HTML, multipart/form-data),
 * others with a backslash; and some send a path with plain backslashes.  So within quotes
 * a backslash escapes only a quote or another backslash, and only those three escapes
 * with a percent sign count.
 */

#include "http/disposition.h"

#include "core/str.h"
#include "core/utf8.h"
#include "http/audit.h"
#include "http/urlenc.h"

#include <string.h>

static const char malformed[] =
    "the Content-Disposition of a part is malformed: write form-data; name=\"...\"";

static char *skip_space(char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

static char *token_end(char *p, const char *end)
{
    while (p < end && hearth__is_token(hearth__str(p, 1)))
        p++;
    return p;
}

/* How many bytes of s an escape of browsers takes, 3 or 0; what it stands for in *c. */
static size_t browser_escape(const char *s, size_t n, char *c)
{
    static const struct {
        char text[4], is;
    } known[] = {
        {"%22", '"'}, {"%0D", '\r'}, {"%0A", '\n'}, {"%0d", '\r'}, {"%0a", '\n'}};

    if (n < 3 || s[0] != '%')
        return 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (memcmp(s, known[i].text, 3) == 0) {
            *c = known[i].is;
            return 3;
        }
    return 0;
}

/* p stands behind the opening quote.  The place behind the closing one, NULL when there
 * is none.  *out is what the text means; its '\0' falls on a byte already read. */
static char *take_quoted(char *p, const char *end, hearth_str *out)
{
    char *to = p;

    out->ptr = p;
    while (p < end && *p != '"') {
        size_t n = browser_escape(p, (size_t)(end - p), to);

        if (n == 0 && *p == '\\' && end - p > 1 && (p[1] == '"' || p[1] == '\\')) {
            *to = p[1];
            n = 2;
        } else if (n == 0) {
            *to = *p;
            n = 1;
        }
        to++;
        p += n;
    }
    if (p >= end)
        return NULL;
    *to = '\0';
    out->len = (size_t)(to - out->ptr);
    return p + 1;
}

static char *take_value(char *p, const char *end, hearth_str *out)
{
    char *stop;

    if (p < end && *p == '"')
        return take_quoted(p + 1, end, out);
    stop = token_end(p, end);
    *out = hearth__str(p, (size_t)(stop - p));
    return stop == p ? NULL : stop;
}

/* UTF-8''na%C3%AFve.txt (RFC 8187 section 3.2), in place. */
static bool take_extended(hearth_str *v)
{
    hearth_str rest = *v, charset = hearth__str_cut(&rest, '\'');
    char *to = (char *)(uintptr_t)v->ptr;
    ptrdiff_t n;

    if (rest.ptr == NULL || !hearth__str_ieq(charset, HEARTH__S("UTF-8")))
        return false;
    hearth__str_cut(&rest, '\''); /* the language */
    if (rest.ptr == NULL)
        return false;
    n = hearth__percent_decode(to, rest, false);
    if (n < 0)
        return false;
    to[n] = '\0'; /* both quotes are gone */
    v->len = (size_t)n;
    return hearth__utf8_valid(*v);
}

/* One parameter; extended is where filename* goes. */
static const char *keep(hearth__disposition *d, hearth_str *extended, hearth_str name,
                        hearth_str value)
{
    hearth_str *to = hearth__str_ieq(name, HEARTH__S("name"))        ? &d->name
                     : hearth__str_ieq(name, HEARTH__S("filename"))  ? &d->filename
                     : hearth__str_ieq(name, HEARTH__S("filename*")) ? extended
                                                                     : NULL;

    if (to == NULL)
        return NULL;
    if (to->ptr != NULL)
        return "the Content-Disposition of a part names a parameter twice";
    *to = value;
    if (to == extended && !take_extended(to))
        return "the filename* of a part is not in the form of RFC 8187, in UTF-8";
    return NULL;
}

const char *hearth__disposition_parse(hearth__disposition *d, char *text, size_t len)
{
    char *end = text + len, *p = skip_space(text, end), *stop = token_end(p, end);
    hearth_str extended = {NULL, 0};

    *d = (hearth__disposition){.type = hearth__str(p, (size_t)(stop - p))};
    if (d->type.len == 0)
        return malformed;
    for (p = skip_space(stop, end); p < end; p = skip_space(p, end)) {
        hearth_str name, value;
        const char *why;

        /* The '\0' of the value before goes where this semicolon may be: read it first. */
        if (*p != ';')
            return malformed;
        *stop = '\0';
        p = skip_space(p + 1, end);
        if (p == end)
            break; /* a semicolon at the end */
        stop = token_end(p, end);
        name = hearth__str(p, (size_t)(stop - p));
        if (name.len == 0 || stop == end || *stop != '=')
            return malformed;
        p = stop = take_value(stop + 1, end, &value);
        if (p == NULL)
            return malformed;
        why = keep(d, &extended, name, value);
        if (why != NULL)
            return why;
    }
    *stop = '\0';
    if (extended.ptr != NULL)
        d->filename = extended;
    return NULL;
}

/* ---- names for people ------------------------------------------------------------ */

/* Controls of ASCII and of ISO 8859, and what turns the direction of writing round: with
 * that "exe.txt" may be shown of "txt.exe". */
static bool is_unshown(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x061C ||
           (cp >= 0x200E && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
           (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF;
}

static hearth_str last_segment(hearth_str s)
{
    size_t i = s.len;

    while (i > 0 && s.ptr[i - 1] != '/' && s.ptr[i - 1] != '\\')
        i--;
    return hearth__str(s.ptr + i, s.len - i);
}

size_t hearth__client_name(hearth_str raw, char out[HEARTH__CLIENT_NAME_MAX + 1])
{
    hearth_str s = last_segment(raw);
    size_t n = 0;

    while (s.len > 0) {
        uint32_t cp;
        char text[4];
        size_t took = hearth__utf8_next(s, &cp), len;

        if (took == 0) {
            cp = 0xFFFD;
            took = 1;
        }
        s = hearth__str(s.ptr + took, s.len - took);
        if (is_unshown(cp))
            continue;
        len = hearth__utf8_put(cp, text);
        if (len > HEARTH__CLIENT_NAME_MAX - n)
            break;
        memcpy(out + n, text, len);
        n += len;
    }
    if ((n == 1 && out[0] == '.') || (n == 2 && out[0] == '.' && out[1] == '.'))
        n = 0;
    out[n] = '\0';
    return n;
}
