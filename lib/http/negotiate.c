/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Negotiation: weigh every offer, take the heaviest.  Nothing is sorted or stored; both
 * lists are short.
 */
#include "http/negotiate.h"

#include "core/str.h"
#include "http/accept.h"
#include "http/param.h"

typedef int weigh(hearth_str accept, hearth_str offer);

static int best(hearth_str accept, const hearth_str *offers, size_t n, weigh *of)
{
    int found = -1, most = 0;

    for (size_t i = 0; i < n && i < INT32_MAX; i++) {
        int q = of(accept, offers[i]);

        if (q > most) {
            most = q;
            found = (int)i;
        }
    }
    return found;
}

int hearth__negotiate_type(hearth_str accept, const hearth_str *offers, size_t n)
{
    return hearth__accept_best(accept, offers, n);
}

/* ---- languages ----------------------------------------------------------------- */

/* Is a all of b, or b's beginning up to a '-'? */
static bool above(hearth_str a, hearth_str b)
{
    return hearth__str_istarts(b, a) && (a.len == b.len || b.ptr[a.len] == '-');
}

/* Is any sound element in the list? */
static bool says_anything(hearth_str accept)
{
    hearth_str element;

    while (hearth__param_element(&accept, &element)) {
        hearth_str whole = element;

        if (hearth__accept_token(whole, hearth__param_head(&element)) >= 0)
            return true;
    }
    return false;
}

/* Of languages that are wanted equally much the one that was named wins, then one below it, then
 * the closest one above. */
#define NEARNESS 64
#define NAMED    (NEARNESS - 1)
#define BELOW    (NEARNESS - 2)

static int scaled(int q, size_t nearness)
{
    return q <= 0 ? q : q * NEARNESS + (int)(nearness < BELOW ? nearness : BELOW - 1);
}

static int language_weight(hearth_str accept, hearth_str tag)
{
    hearth_str rest = accept, element;
    size_t longest = 0;
    int below = -1, lookup = -1, any = -1;

    while (hearth__param_element(&rest, &element)) {
        hearth_str whole = element, range = hearth__param_head(&element);
        int q = hearth__accept_token(whole, range);

        if (q < 0)
            continue;
        if (range.len == 1 && range.ptr[0] == '*') {
            any = any < 0 ? q : any;
        } else if (above(range, tag)) {
            below = range.len > longest ? q : below;
            longest = range.len > longest ? range.len : longest;
        } else if (above(tag, range)) {
            lookup = q > lookup ? q : lookup;
        }
    }
    if (below >= 0)
        return below == 0 ? 0 : below * NEARNESS + (longest == tag.len ? NAMED : BELOW);
    /* "de-AT;q=0" is no word against "de". */
    if (lookup > 0)
        return scaled(lookup, tag.len);
    return any < 0 ? 0 : scaled(any, 0);
}

int hearth__negotiate_language(hearth_str accept, const hearth_str *offers, size_t n)
{
    if (!says_anything(accept))
        return n > 0 ? 0 : -1;
    return best(accept, offers, n, language_weight);
}

/* ---- charsets and codings -------------------------------------------------------- */

static int token_weight(hearth_str accept, hearth_str token)
{
    int q = hearth__accept_token(accept, token);

    return q < 0 ? 0 : q;
}

int hearth__negotiate_charset(hearth_str accept, const hearth_str *offers, size_t n)
{
    if (!says_anything(accept))
        return n > 0 ? 0 : -1;
    return best(accept, offers, n, token_weight);
}

/* Named by itself, not by "*": another name of a coding must not hide what "*" says. */
static bool names(hearth_str accept, hearth_str token)
{
    hearth_str element;

    while (hearth__param_element(&accept, &element))
        if (hearth__str_ieq(hearth__param_head(&element), token))
            return true;
    return false;
}

static int coding_weight(hearth_str accept, hearth_str coding)
{
    const hearth_str old = HEARTH__S("x-gzip");

    if (hearth__str_ieq(coding, HEARTH__S("gzip")) && !names(accept, coding) &&
        names(accept, old))
        coding = old;
    return token_weight(accept, coding);
}

int hearth__negotiate_coding(hearth_str accept, const hearth_str *offers, size_t n)
{
    const hearth_str identity = HEARTH__S("identity");
    int found = best(accept, offers, n, coding_weight);

    if (found >= 0 && names(accept, identity) &&
        token_weight(accept, identity) > coding_weight(accept, offers[found]))
        return -1;
    return found;
}
