/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Routes backwards: a path from a pattern and values.  What comes out is a path that the
 * pattern matches when it is requested; a value for which that cannot be is refused.
 */
#include "app/router.h"
#include "core/enc.h"
#include "core/error.h"
#include "core/str.h"
#include "core/utf8.h"
#include "http/chars.h"
#include "json/write.h"

/* A literal keeps what RFC 3986 allows in a segment ("@", ":"): the address stays
 * readable. */
static void put_literal(hearth__buf *b, hearth_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        hearth_str c = {s.ptr + i, 1};

        if (hearth__chars_is(*c.ptr, HEARTH__CH_PATH))
            hearth__buf_str(b, c);
        else
            hearth__enc_url(b, c);
    }
}

/* The value as text, in `room` if it has to be made; false for what has no text. */
static bool text_of(const hearth_val *v, char room[32], hearth_str *out)
{
    hearth__buf b;

    switch (v->kind) {
    case HEARTH_VAL_INT:
        hearth__buf_over(&b, room, 32);
        hearth__buf_int(&b, v->u.i);
        *out = hearth__buf_view(&b);
        return true;
    case HEARTH_VAL_REAL: /* not finite gives "null", which is no float */
        *out = hearth__str(room, hearth__json_f64_text(v->u.f, room));
        return true;
    case HEARTH_VAL_TEXT:
        *out = v->u.s;
        return true;
    case HEARTH_VAL_NULL:
    case HEARTH_VAL_BLOB:
    case HEARTH_VAL_BAD:
        break;
    }
    return false;
}

/* Would a request with this text be let through?  See http/target.h. */
static bool is_requestable(hearth_str s)
{
    if (hearth__str_find(s, '\0') >= 0 || !hearth__utf8_valid(s))
        return false;
    while (s.ptr != NULL) {
        hearth_str part = hearth__str_cut(&s, '/');

        if (hearth__str_eq(part, HEARTH__S(".")) || hearth__str_eq(part, HEARTH__S("..")))
            return false;
    }
    return true;
}

static int put_value(hearth__buf *b, const hearth__route *route, const hearth__part *part,
                     const hearth_val *v, hearth_error *err)
{
    char room[32];
    hearth_str text;

    if (!text_of(v, room, &text) || !hearth__conv_matches(part->conv, text) ||
        !is_requestable(text))
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "the value for {%.*s} does not fit %s \"%s\": it must be a "
            "%s that a request can hold",
            (int)part->text.len, part->text.ptr, route->method, route->pattern,
            hearth__conv_name(part->conv));
    if (part->conv == HEARTH__CONV_PATH)
        hearth__enc_url_path(b, text);
    else
        hearth__enc_url(b, text);
    return 0;
}

static int check_length(hearth_str path, const hearth__route *route, hearth_error *err)
{
    size_t segments = 0;

    for (size_t i = 0; i < path.len; i++)
        segments += path.ptr[i] == '/';
    if (segments <= HEARTH__MAX_SEGMENTS)
        return 0;
    return hearth__error_set(
        err, HEARTH_EINVAL,
        "the path for %s \"%s\" would have more than %d segments, which "
        "no request may have",
        route->method, route->pattern, HEARTH__MAX_SEGMENTS);
}

static int put_parts(hearth__buf *b, const hearth__route *route, hearth_vals params,
                     hearth_error *err)
{
    size_t at = 0;

    for (size_t i = 0; i < route->nparts; i++) {
        hearth__buf_char(b, '/');
        if (route->part[i].is_param)
            HEARTH_TRY(put_value(b, route, &route->part[i], &params.v[at++], err));
        else
            put_literal(b, route->part[i].text);
    }
    if (route->nparts == 0)
        hearth__buf_char(b, '/');
    return check_length(hearth__buf_view(b), route, err);
}

const char *hearth__route_url(const hearth__route *route, hearth_vals params,
                              hearth__arena *a, hearth_error *err)
{
    hearth__buf b;

    if (params.n != route->nparams) {
        hearth__error_set(err, HEARTH_EINVAL,
                          "%s \"%s\" has %zu parameters, but %zu values were given",
                          route->method, route->pattern, route->nparams, params.n);
        return NULL;
    }
    hearth__buf_init(&b, a, 0);
    if (put_parts(&b, route, params, err) != 0)
        return NULL;
    if (b.failed) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory for an address");
        return NULL;
    }
    return b.ptr;
}
