/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Content negotiation.  Every question walks the field value once and keeps the most
 * specific match; nothing is stored, since a request asks one or two questions of a short
 * value.
 */

#include "http/accept.h"

#include "core/str.h"
#include "http/audit.h"
#include "http/param.h"

enum { NO_MATCH = -1, ANY, ANY_SUBTYPE, EXACT };

/* qvalue (RFC 9110 12.4.2) in thousandths, or -1.  ".2" is read as 0.2: an old and common
 * client library sends it by default. */
static int read_q(hearth_str s)
{
    int q = 0, unit = 1000;
    size_t i = 0;

    if (s.len == 0 || (s.ptr[0] == '.' && s.len == 1))
        return -1;
    if (s.ptr[0] != '.') {
        if (s.ptr[0] != '0' && s.ptr[0] != '1')
            return -1;
        q = (s.ptr[0] - '0') * 1000;
        i = 1;
    }
    if (i < s.len && s.ptr[i++] != '.')
        return -1;
    for (; i < s.len; i++) {
        unit /= 10;
        if (unit == 0 || !hearth__is_digit(s.ptr[i]))
            return -1;
        q += (s.ptr[i] - '0') * unit;
    }
    return q <= 1000 ? q : -1;
}

/* type "/" subtype, both tokens; "*" alone is read as any type, for the same client. */
static bool split_type(hearth_str s, hearth_str *main, hearth_str *sub)
{
    ptrdiff_t slash = hearth__str_find(s, '/');

    if (s.len == 1 && s.ptr[0] == '*') {
        *main = *sub = s;
        return true;
    }
    if (slash < 0)
        return false;
    *main = hearth__str(s.ptr, (size_t)slash);
    *sub = hearth__str(s.ptr + slash + 1, s.len - (size_t)slash - 1);
    return hearth__is_token(*main) && hearth__is_token(*sub);
}

static bool is_star(hearth_str s)
{
    return s.len == 1 && s.ptr[0] == '*';
}

/* Does the parameter list of an offer have this one? */
static bool has_param(hearth_str params, hearth_str name, hearth_str value)
{
    hearth_str n, v;

    while (hearth__param_next(&params, &n, &v) == HEARTH__PARAM_ONE) {
        if (hearth__str_ieq(n, name) && hearth__str_ieq(v, value))
            return true;
    }
    return false;
}

/* One element of Accept against a type: how well it matches, NO_MATCH also for a
 * malformed one
 * (*sound tells).  *q is set when it matches.  "charset" is no reason to refuse: we send
 * UTF-8 and clients name it out of habit. */
static int match_range(hearth_str range, hearth_str type, int *q, bool *sound)
{
    hearth_str main, sub, t_main, t_sub, name, value;
    hearth_str t_head = hearth__param_head(&type), head = hearth__param_head(&range);
    bool fits = true;
    int level, weight = 1000, params = 0;
    hearth__param_found found;

    *sound = false;
    if (!split_type(head, &main, &sub) || (is_star(main) && !is_star(sub)))
        return NO_MATCH;
    while ((found = hearth__param_next(&range, &name, &value)) == HEARTH__PARAM_ONE) {
        if (hearth__str_ieq(name, HEARTH__S("q"))) {
            weight = read_q(value);
            break; /* what follows is an extension that no one ever used */
        }
        if (hearth__str_ieq(name, HEARTH__S("charset")))
            continue;
        params++;
        fits = fits && has_param(type, name, value);
    }
    if (found == HEARTH__PARAM_BAD || weight < 0)
        return NO_MATCH;
    *sound = true;
    if (!fits || !split_type(t_head, &t_main, &t_sub))
        return NO_MATCH;
    if (is_star(main))
        level = ANY;
    else if (!hearth__str_ieq(main, t_main))
        return NO_MATCH;
    else if (is_star(sub))
        level = ANY_SUBTYPE;
    else if (!hearth__str_ieq(sub, t_sub))
        return NO_MATCH;
    else
        level = EXACT;
    *q = weight;
    return level + params;
}

/* The best level for the type; *q its weight.  A value without one sound element says
 * nothing, and so refuses nothing. */
static int match_all(hearth_str accept, hearth_str type, int *q)
{
    hearth_str range;
    int best = NO_MATCH, weight = 0;
    bool any = false;

    *q = 0;
    while (hearth__param_element(&accept, &range)) {
        bool sound;
        int level = match_range(range, type, &weight, &sound);

        any |= sound;
        if (level > best) {
            best = level;
            *q = weight;
        }
    }
    if (!any)
        *q = 1000;
    return best;
}

int hearth__accept_quality(hearth_str accept, hearth_str type)
{
    int q;

    match_all(accept, type, &q);
    return q;
}

bool hearth__accept_names(hearth_str accept, hearth_str type)
{
    int q;

    return match_all(accept, type, &q) >= EXACT && q > 0;
}

int hearth__accept_best(hearth_str accept, const hearth_str *offers, size_t n)
{
    int best = -1, most = 0;

    for (size_t i = 0; i < n && i < INT32_MAX; i++) {
        int q = hearth__accept_quality(accept, offers[i]);

        if (q > most) {
            most = q;
            best = (int)i;
        }
    }
    return best;
}

/* The weight of one element of Accept-Encoding and the like, -1 when malformed. */
static int token_weight(hearth_str element, hearth_str *token)
{
    hearth_str name, value;

    *token = hearth__param_head(&element);
    if (!hearth__is_token(*token))
        return -1;
    switch (hearth__param_next(&element, &name, &value)) {
    case HEARTH__PARAM_END:
        return 1000;
    case HEARTH__PARAM_ONE:
        return hearth__str_ieq(name, HEARTH__S("q")) ? read_q(value) : -1;
    case HEARTH__PARAM_BAD:
        break;
    }
    return -1;
}

int hearth__accept_token(hearth_str value, hearth_str token)
{
    hearth_str element, listed;
    int star = -1;

    while (hearth__param_element(&value, &element)) {
        int q = token_weight(element, &listed);

        if (q < 0)
            continue;
        if (hearth__str_ieq(listed, token))
            return q;
        if (star < 0 && is_star(listed))
            star = q;
    }
    return star;
}
