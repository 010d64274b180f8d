/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Patterns of routes.  A pattern is cut at its slashes first, so that a parameter can
 * only be a whole segment; what could never match a request is refused here, at start,
 * with a sentence, rather than being a route that silently never runs.
 */
#include "app/pattern.h"

#include "core/enc.h"
#include "core/error.h"
#include "core/str.h"
#include "core/utf8.h"

/* The pattern for a message: as it is, or escaped when it holds what should not be shown.
 */
typedef struct shown {
    char text[256];
} shown;

static shown show(hearth_str s)
{
    shown out;
    hearth__buf b;

    hearth__buf_over(&b, out.text, sizeof out.text);
    hearth__enc_line(&b, hearth__utf8_trim(hearth__str(s.ptr, s.len < 60 ? s.len : 60)));
    return out;
}

/* For "%.*s". */
static int width(hearth_str s)
{
    return s.len < 200 ? (int)s.len : 200;
}

static bool is_name(hearth_str s)
{
    if (s.len == 0 || hearth__is_digit(s.ptr[0]))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (!hearth__is_alpha(s.ptr[i]) && !hearth__is_digit(s.ptr[i]) && s.ptr[i] != '_')
            return false;
    }
    return true;
}

static bool is_taken(const hearth__pattern *p, hearth_str name)
{
    for (size_t i = 0; i < p->nparts; i++) {
        if (p->part[i].is_param && hearth__str_eq(p->part[i].text, name))
            return true;
    }
    return false;
}

/* seg is "{...}" without other braces. */
static int parse_param(hearth__pattern *p, hearth_str seg, hearth_error *err)
{
    hearth_str conv = hearth__str(seg.ptr + 1, seg.len - 2);
    hearth_str name = hearth__str_cut(&conv, ':');
    hearth__part *part = &p->part[p->nparts];

    *part = (hearth__part){.text = name, .conv = HEARTH__CONV_STRING, .is_param = true};
    if (!is_name(name))
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\": the name in %.*s must be letters, digits "
            "and '_', not beginning with a digit, as in {id} or {id:int}",
            p->text, width(seg), seg.ptr);
    if (conv.ptr != NULL)
        part->conv = hearth__conv_of(conv);
    if (part->conv == HEARTH__NCONVS)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\": %.*s has no converter that exists; there are "
            "int, float, date, uuid, slug, string and path",
            p->text, width(seg), seg.ptr);
    if (is_taken(p, name))
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\": two parameters are called \"%.*s\"; give "
            "each a name of its own",
            p->text, width(name), name.ptr);
    if (p->nparams == HEARTH__MAX_PARAMS)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\": more than %d parameters; take some of them "
            "from the query",
            p->text, HEARTH__MAX_PARAMS);
    p->nparams++;
    p->nparts++;
    return 0;
}

/* Characters are checked for the whole pattern beforehand; what is left are whole
 * segments. */
static int parse_literal(hearth__pattern *p, hearth_str seg, hearth_error *err)
{
    if (hearth__str_find(seg, '{') >= 0 || hearth__str_find(seg, '}') >= 0)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\": \"%.*s\" is neither text nor one parameter; "
            "a parameter is a whole segment, as in \"/{a}/{b}\"",
            p->text, width(seg), seg.ptr);
    if (hearth__str_eq(seg, HEARTH__S(".")) || hearth__str_eq(seg, HEARTH__S("..")))
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\": a request with the segment \"%.*s\" is "
            "refused, so this would never match; leave the segment out",
            p->text, width(seg), seg.ptr);
    p->part[p->nparts++] = (hearth__part){.text = seg};
    return 0;
}

static bool is_param(hearth_str s)
{
    return s.len >= 2 && s.ptr[0] == '{' && s.ptr[s.len - 1] == '}' &&
           hearth__str_find(hearth__str(s.ptr + 1, s.len - 1), '{') < 0 &&
           hearth__str_find(s, '}') == (ptrdiff_t)s.len - 1;
}

static int parse_segment(hearth__pattern *p, hearth_str seg, bool last, hearth_error *err)
{
    if (p->nparts > 0 && p->part[p->nparts - 1].is_param &&
        p->part[p->nparts - 1].conv == HEARTH__CONV_PATH)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\": nothing may follow {%.*s:path}, which takes "
            "the rest of the path; end the pattern there",
            p->text, width(p->part[p->nparts - 1].text), p->part[p->nparts - 1].text.ptr);
    if (seg.len == 0 && !last)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\" holds an empty segment; write single slashes", p->text);
    if (p->nparts == HEARTH__MAX_SEGMENTS)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\" has more than %d segments, which no request "
            "may have; make it shorter",
            show(hearth__str_of(p->text)).text, HEARTH__MAX_SEGMENTS);
    return is_param(seg) ? parse_param(p, seg, err) : parse_literal(p, seg, err);
}

static int check_text(hearth_str s, hearth_error *err)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if (c < 0x20 || c == 0x7f)
            return hearth__error_set(
                err, HEARTH_EINVAL,
                "pattern \"%s\" holds a control character; write the "
                "text without it",
                show(s).text);
    }
    if (!hearth__utf8_valid(s))
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\" is not valid UTF-8; save the source as UTF-8", show(s).text);
    if (hearth__str_find(s, '%') >= 0)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\" holds a '%%'; write the decoded text, \"/a b\" "
            "for \"/a%%20b\"",
            s.ptr);
    if (hearth__str_find(s, '?') >= 0 || hearth__str_find(s, '#') >= 0)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "pattern \"%s\" holds a '?' or '#', which end a path; end the "
            "pattern before it, and read the query with hearth_query()",
            s.ptr);
    return 0;
}

int hearth__pattern_parse(hearth__pattern *p, const char *text, hearth_error *err)
{
    hearth_str rest = hearth__str_of(text);

    p->text = text;
    p->nparts = p->nparams = 0;
    HEARTH_TRY(check_text(rest, err));
    if (rest.len == 0 || rest.ptr[0] != '/')
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "pattern \"%s\" does not begin with '/'; write \"/%s\"",
                                 text, text);
    if (rest.len == 1)
        return 0;
    rest = hearth__str(rest.ptr + 1, rest.len - 1);
    while (rest.ptr != NULL) {
        hearth_str seg = hearth__str_cut(&rest, '/');

        HEARTH_TRY(parse_segment(p, seg, rest.ptr == NULL, err));
    }
    return 0;
}
