/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The parser of multipart/form-data: a small function for each state.
 *
 * What ends the data of a part is CRLF "--" boundary, called the mark here.  A CR occurs
 * only as its first byte, so a comparison that fails never has to look back: the time is
 * linear whatever the client chooses for a boundary, and where the input ends within the
 * mark it is enough to remember how far.  The search is for the CRLF, eight bytes at a
 * time.
 */

#include "http/multipart.h"

#include "core/str.h"
#include "core/utf8.h"
#include "http/accept.h"
#include "http/audit.h"
#include "http/chars.h"
#include "http/disposition.h"

#include <string.h>

enum state {
    PREAMBLE,
    MARK,    /* right behind the mark */
    DASH,    /* "-" of the closing "--" is there */
    PADDING, /* white space behind the mark (transport padding) */
    LINE_END,
    HEAD,
    DATA,
    EPILOGUE
};

static int fail(hearth__multipart *m, const char *why)
{
    m->why = why;
    return HEARTH_EINVAL;
}

/* ---- boundary -------------------------------------------------------------------- */

/* bchars of RFC 2046 5.1.1; a space only within. */
static bool is_boundary(hearth_str s)
{
    if (s.len == 0 || s.len > HEARTH__BOUNDARY_MAX || s.ptr[s.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!hearth__is_alpha(s.ptr[i]) && !hearth__is_digit(s.ptr[i]) &&
            (s.ptr[i] == '\0' || strchr("'()+_,-./:=? ", s.ptr[i]) == NULL))
            return false;
    }
    return true;
}

bool hearth__multipart_boundary(hearth_str content_type,
                                char out[HEARTH__BOUNDARY_MAX + 1])
{
    return hearth__media_type_param(content_type, HEARTH__S("boundary"), out,
                                    HEARTH__BOUNDARY_MAX + 1) &&
           is_boundary(hearth__str_of(out));
}

void hearth__multipart_init(hearth__multipart *m, hearth_str boundary,
                            const hearth__multipart_ops *ops, void *self)
{
    m->ops = ops;
    m->self = self;
    m->why = "";
    m->state = PREAMBLE;
    m->matched = m->borrowed = 2; /* the body begins a line */
    m->mark_len = (unsigned char)(4 + boundary.len);
    m->head_len = 0;
    memcpy(m->mark, "\r\n--", 4);
    memcpy(m->mark + 4, boundary.ptr, boundary.len);
}

/* ---- data ------------------------------------------------------------------------ */

#define ZEROS(w) (((w)-HEARTH__EIGHT(1u)) & ~(w)&HEARTH__EIGHT_HIGH)

/* Where the mark may begin: at a CRLF, or at a CR that ends the input.  end: nowhere. */
static const char *find_crlf(const char *p, const char *end)
{
    for (; end - p > 8; p += 8) {
        uint64_t cr = hearth__eight(p) ^ HEARTH__EIGHT((unsigned)'\r');
        uint64_t lf = hearth__eight(p + 1) ^ HEARTH__EIGHT((unsigned)'\n');

        /* Bytes above a true one may be marked too: look. */
        if ((ZEROS(cr) & ZEROS(lf)) == 0)
            continue;
        for (int i = 0; i < 8; i++) {
            if (p[i] == '\r' && p[i + 1] == '\n' && (p + i + 2 == end || p[i + 2] == '-'))
                return p + i;
        }
    }
    for (; p < end; p++) {
        if (*p == '\r' && (p + 1 == end || p[1] == '\n'))
            return p;
    }
    return end;
}

/* How many bytes at p are those of the mark from m->matched on. */
static size_t match(const hearth__multipart *m, const char *p, const char *end)
{
    const char *mark = m->mark + m->matched;
    size_t want = (size_t)(m->mark_len - m->matched), n = 0;

    if (want > (size_t)(end - p))
        want = (size_t)(end - p);
    while (want - n >= 8 && hearth__eight(p + n) == hearth__eight(mark + n))
        n += 8;
    while (n < want && p[n] == mark[n])
        n++;
    return n;
}

static int emit(hearth__multipart *m, const char *p, size_t n)
{
    return n == 0 || m->state == PREAMBLE ? 0 : m->ops->data(m->self, hearth__str(p, n));
}

static int mark_found(hearth__multipart *m)
{
    bool part = m->state == DATA;

    m->matched = m->borrowed = 0;
    m->state = MARK;
    return part ? m->ops->end(m->self) : 0;
}

/* The input before had ended within the mark. */
static int go_on_matching(hearth__multipart *m, const char **at, const char *end)
{
    size_t not_data = m->borrowed, was = m->matched;

    m->matched = (unsigned char)(m->matched + match(m, *at, end));
    *at += m->matched - was;
    if (m->matched == m->mark_len)
        return mark_found(m);
    if (*at == end)
        return 0;
    was = m->matched;
    m->matched = m->borrowed = 0;
    return emit(m, m->mark + not_data, was - not_data);
}

static int data(hearth__multipart *m, const char **at, const char *end)
{
    const char *from = *at, *p = from;

    if (m->matched > 0)
        return go_on_matching(m, at, end);
    while ((p = find_crlf(p, end)) < end) {
        size_t n = match(m, p, end);

        if (n < m->mark_len && p + n < end) {
            p += n;
            continue;
        }
        HEARTH_TRY(emit(m, from, (size_t)(p - from)));
        m->matched = (unsigned char)n;
        *at = p + n;
        return n == m->mark_len ? mark_found(m) : 0;
    }
    *at = end;
    return emit(m, from, (size_t)(end - from));
}

/* ---- between parts --------------------------------------------------------------- */

static int behind_mark(hearth__multipart *m, char c)
{
    static const char junk[] =
        "a boundary of the form is followed by something other than a line end or \"--\"";

    switch (m->state) {
    case MARK:
        m->state = c == '-' ? DASH : c == '\r' ? LINE_END : PADDING;
        return c == '-' || c == '\r' || c == ' ' || c == '\t' ? 0
               : c == '\n' ? fail(m, "the lines of a form's parts have to end in CRLF")
                           : fail(m, junk);
    case PADDING:
        m->state = c == '\r' ? LINE_END : PADDING;
        return c == '\r' || c == ' ' || c == '\t' ? 0 : fail(m, junk);
    case DASH:
        m->state = EPILOGUE;
        return c == '-' ? 0 : fail(m, junk);
    default: /* LINE_END */
        m->state = HEAD;
        m->head_len = m->line = 0;
        m->has_name = false;
        m->part = (hearth__form_part){.type = {"", 0}};
        return c == '\n' ? 0 : fail(m, junk);
    }
}

/* ---- the header of a part -------------------------------------------------------- */

static int take_disposition(hearth__multipart *m, char *value, size_t len)
{
    hearth__disposition d;
    const char *why;

    if (m->has_name)
        return fail(m, "a part of the form has more than one Content-Disposition");
    why = hearth__disposition_parse(&d, value, len);
    if (why != NULL)
        return fail(m, why);
    if (!hearth__str_ieq(d.type, HEARTH__S("form-data")))
        return fail(m, "the Content-Disposition of a part is not form-data");
    if (d.name.ptr == NULL)
        return fail(m, "a part of the form has no name");
    if (!hearth__utf8_valid(d.name))
        return fail(m, "the name of a part is not in UTF-8");
    m->has_name = true;
    m->part.name = d.name;
    m->part.filename = d.filename;
    return 0;
}

static int take_type(hearth__multipart *m, char *value, size_t len)
{
    hearth_str type = hearth__str(value, len);

    if (m->part.type.len > 0)
        return fail(m, "a part of the form has more than one Content-Type");
    if (hearth__str_istarts(type, HEARTH__S("multipart/")))
        return fail(m, "a part of the form is a multipart of its own: send each of its "
                       "files as a part of the form");
    m->part.type = type;
    return 0;
}

/* RFC 7578 4.7 has done away with it; what changes the bytes would be stored as sent. */
static int take_encoding(hearth__multipart *m, hearth_str value)
{
    static const char *const plain[] = {"7bit", "8bit", "binary"};

    for (size_t i = 0; i < 3; i++) {
        if (hearth__str_ieq(value, hearth__str_of(plain[i])))
            return 0;
    }
    return fail(m,
                "a part of the form has a Content-Transfer-Encoding: send it as it is");
}

/* A line without its CRLF, which may be written over. */
static int take_field(hearth__multipart *m, char *line, size_t len)
{
    char *colon = memchr(line, ':', len);
    hearth_str name, value;
    char *at;

    if (colon == NULL)
        return fail(m, "a header line of a part has no colon");
    name = hearth__str(line, (size_t)(colon - line));
    value = hearth__str_trim(hearth__str(colon + 1, len - name.len - 1));
    if (!hearth__is_token(name))
        return fail(m, "the name of a part's header field is not a token");
    if (!hearth__is_field_value(value))
        return fail(m, "a header field of a part holds a control character");
    at = line + (value.ptr - line);
    at[value.len] = '\0'; /* white space or the CR */
    if (hearth__str_ieq(name, HEARTH__S("Content-Disposition")))
        return take_disposition(m, at, value.len);
    if (hearth__str_ieq(name, HEARTH__S("Content-Type")))
        return take_type(m, at, value.len);
    if (hearth__str_ieq(name, HEARTH__S("Content-Transfer-Encoding")))
        return take_encoding(m, value);
    return 0;
}

static int take_line(hearth__multipart *m)
{
    char *line = m->head + m->line;
    size_t len = m->head_len - m->line;

    if (len < 2 || line[len - 2] != '\r')
        return fail(m, "the lines of a form's parts have to end in CRLF");
    m->line = m->head_len;
    if (len > 2)
        return take_field(m, line, len - 2);
    if (!m->has_name)
        return fail(m, "a part of the form has no Content-Disposition");
    m->state = DATA;
    m->matched = m->borrowed = 2; /* without data this CRLF may be that of the mark */
    return m->ops->begin(m->self, &m->part);
}

static int head(hearth__multipart *m, const char **at, const char *end)
{
    const char *lf = memchr(*at, '\n', (size_t)(end - *at));
    size_t n = (size_t)((lf == NULL ? end : lf + 1) - *at);

    if (n > HEARTH__PART_HEAD - m->head_len) {
        m->why = "the header of a part of the form is larger than 8 KiB";
        return HEARTH_ETOOBIG;
    }
    memcpy(m->head + m->head_len, *at, n);
    m->head_len += n;
    *at += n;
    return lf == NULL ? 0 : take_line(m);
}

/* ---- the interface --------------------------------------------------------------- */

int hearth__multipart_feed(hearth__multipart *m, const char *p, size_t n)
{
    const char *end = p + n;

    while (p < end) {
        switch (m->state) {
        case PREAMBLE:
        case DATA:
            HEARTH_TRY(data(m, &p, end));
            break;
        case HEAD:
            HEARTH_TRY(head(m, &p, end));
            break;
        case EPILOGUE:
            return 0;
        default:
            HEARTH_TRY(behind_mark(m, *p++));
            break;
        }
    }
    return 0;
}

int hearth__multipart_end(hearth__multipart *m)
{
    if (m->state == EPILOGUE)
        return 0;
    return fail(m, m->state == PREAMBLE
                       ? "the form does not hold the boundary that its type names"
                       : "the form ends before its last boundary");
}
