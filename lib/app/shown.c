/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A link in a mail has its token in the address, and every address goes to the log, which
 * many read.  Two ways lead out of that: parameters that are called like a secret, and the
 * very text that somebody takes for one, wherever it stands.
 */
#include "app/shown.h"

#include "core/buf.h"
#include "core/str.h"

#define STARS "***"
#define LEAST 8 /* bytes of a secret: shorter ones are found by chance */

/* Anywhere in a parameter's name, in either case. */
static const hearth_str words[] = {
    {"token", 5},  {"secret", 6},  {"passw", 5},   {"passphrase", 10},
    {"apikey", 6}, {"api_key", 7}, {"api-key", 7},
};

/* ---- the text itself --------------------------------------------------------------- */

/* The place of it, or -1. */
static ptrdiff_t find(hearth_str in, hearth_str what)
{
    for (size_t i = 0; i + what.len <= in.len; i++)
        if (memcmp(in.ptr + i, what.ptr, what.len) == 0)
            return (ptrdiff_t)i;
    return -1;
}

static hearth_str cut(hearth_str s, size_t from, size_t to)
{
    return hearth__str(s.ptr + from, to - from);
}

/* Out of memory: nothing of it is shown. */
static void keep(hearth_ctx *c, const hearth__buf *b)
{
    c->shown = b->failed ? HEARTH__S(STARS) : hearth__buf_view(b);
}

static hearth_str so_far(const hearth_ctx *c)
{
    return c->shown.ptr == NULL ? c->head.target : c->shown;
}

void hearth__shown_hide(hearth_ctx *c, hearth_str secret)
{
    hearth_str was = so_far(c);
    ptrdiff_t at = secret.len < LEAST ? -1 : find(was, secret);
    hearth__buf b;

    c->secret = true;
    if (at < 0)
        return;
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_str(&b, cut(was, 0, (size_t)at));
    hearth__buf_text(&b, STARS);
    hearth__buf_str(&b, cut(was, (size_t)at + secret.len, was.len));
    keep(c, &b);
}

/* ---- parameters -------------------------------------------------------------------- */

static bool is_secret_name(hearth_str name)
{
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        for (size_t i = 0; i + words[w].len <= name.len; i++)
            if (hearth__str_ieq(cut(name, i, i + words[w].len), words[w]))
                return true;
    return false;
}

/* "next=%2Freset%3Ftoken%3Dx": an address within an address. */
static bool holds_another(hearth_str value)
{
    return (hearth__str_find(value, '=') >= 0 || find(value, HEARTH__S("%3D")) >= 0 ||
            find(value, HEARTH__S("%3d")) >= 0) &&
           is_secret_name(value);
}

/* How much of it is shown: all, or what is before the value. */
static size_t harmless(hearth_str pair)
{
    ptrdiff_t eq = hearth__str_find(pair, '=');
    size_t name = (size_t)eq;

    if (eq < 0 || name + 1 == pair.len)
        return pair.len;
    return is_secret_name(cut(pair, 0, name)) ||
                   holds_another(cut(pair, name + 1, pair.len))
               ? name + 1
               : pair.len;
}

static void put_pair(hearth__buf *b, hearth_str pair)
{
    size_t n = harmless(pair);

    hearth__buf_str(b, cut(pair, 0, n));
    if (n < pair.len)
        hearth__buf_text(b, STARS);
}

static bool any_secret(hearth_str query)
{
    while (query.ptr != NULL) {
        hearth_str pair = hearth__str_cut(&query, '&');

        if (harmless(pair) < pair.len)
            return true;
    }
    return false;
}

hearth_str hearth__shown_target(hearth_ctx *c)
{
    hearth_str target = so_far(c), query;
    ptrdiff_t mark = hearth__str_find(target, '?');
    hearth__buf b;

    if (mark < 0)
        return target;
    query = cut(target, (size_t)mark + 1, target.len);
    if (!any_secret(query))
        return target;
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_str(&b, cut(target, 0, (size_t)mark + 1));
    for (bool first = true; query.ptr != NULL; first = false) {
        if (!first)
            hearth__buf_char(&b, '&');
        put_pair(&b, hearth__str_cut(&query, '&'));
    }
    keep(c, &b);
    return c->shown;
}
