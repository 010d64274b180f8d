/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Offers of permessage-deflate.  A client lists some in order of preference; one that holds a
 * parameter nobody knows, one twice, or an impossible value is passed over (RFC 7692 7.1),
 * while what is no list of extensions at all refuses the connection.
 *
 *     the client offers             and means             the answer
 *     server_no_context_takeover    forget each message   the same, and we do
 *     client_no_context_takeover    it forgets            the same
 *     server_max_window_bits=N      N bits at most        what is used, N or less
 *     client_max_window_bits[=N]    may be told           what it may use, N or less
 *
 * A client that cannot be told how large its window may be is asked to forget each message
 * instead, so that what a socket keeps stays within what the route says.
 */
#include "ws/deal.h"

#include "core/str.h"
#include "http/audit.h"
#include "http/param.h"

#include <hearth/memory.h>
#include <stdio.h>

#define KEPT_BITS 12 /* by default, with context takeover */
#define VALUE     32 /* no sound value is longer */

enum { SERVER_FORGETS, CLIENT_FORGETS, SERVER_BITS, CLIENT_BITS, NAMES };

typedef struct offer {
    bool ours; /* permessage-deflate, and nothing is wrong with it */
    bool seen[NAMES];
    int bits[NAMES]; /* of the last two: 0 without a value */
} offer;

/* ---- one offer ------------------------------------------------------------------------ */

/* 8 to 15, no leading zero. */
static int bits_of(hearth_str s)
{
    int64_t n;

    if (s.len == 0 || s.ptr[0] == '0' || !hearth__str_int(s, &n) ||
        n < HEARTH__WS_BITS_LEAST || n > HEARTH__WS_BITS_MOST)
        return 0;
    return (int)n;
}

/* A value of NULL: there is none. */
static void note(offer *o, hearth_str name, hearth_str value)
{
    static const hearth_str names[NAMES] = {
        {"server_no_context_takeover", 26},
        {"client_no_context_takeover", 26},
        {"server_max_window_bits", 22},
        {"client_max_window_bits", 22},
    };
    int i = 0;

    while (i < NAMES && !hearth__str_ieq(name, names[i]))
        i++;
    if (i == NAMES || o->seen[i]) {
        o->ours = false;
        return;
    }
    o->seen[i] = true;
    if (i < SERVER_BITS) {
        o->ours = o->ours && value.ptr == NULL;
    } else if (value.ptr != NULL) {
        o->bits[i] = bits_of(value);
        o->ours = o->ours && o->bits[i] != 0;
    } else if (i == SERVER_BITS) {
        o->ours = false;
    }
}

/* A token, or one in quotes; false when it is neither.  What is longer than any value that is
 * known here is cut, which makes it none. */
static bool take_value(hearth_str raw, char mem[VALUE], hearth_str *out)
{
    *out = raw;
    if (raw.len >= 2 && raw.ptr[0] == '"' && raw.ptr[raw.len - 1] == '"') {
        ptrdiff_t n = hearth__param_text(raw, mem, VALUE);

        if (n < 0)
            *out = hearth__str(raw.ptr + 1, raw.len - 2);
        else
            *out = hearth__str(mem, (size_t)n);
    }
    return hearth__is_token(*out);
}

/* extension-param (RFC 6455 9.1). */
static bool take_param(offer *o, hearth_str one)
{
    char mem[VALUE];
    hearth_str name = hearth__str_trim(hearth__str_cut(&one, '=')), value = {NULL, 0};

    if (!hearth__is_token(name))
        return false;
    if (one.ptr != NULL && !take_value(hearth__str_trim(one), mem, &value))
        return false;
    note(o, name, value);
    return true;
}

/* extension; false when it is malformed. */
static bool take_offer(offer *o, hearth_str text)
{
    hearth_str name = hearth__param_head(&text);

    *o = (offer){.ours = hearth__str_ieq(name, HEARTH__S("permessage-deflate"))};
    if (!hearth__is_token(name))
        return false;
    while (text.ptr != NULL) {
        if (!take_param(o, hearth__param_head(&text)))
            return false;
    }
    return true;
}

/* ---- the deal ------------------------------------------------------------------------- */

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int wanted_bits(const hearth_ws_ops *ops)
{
    if (ops->deflate_bits <= 0)
        return ops->deflate_takeover ? KEPT_BITS : HEARTH__WS_BITS_MOST;
    return ops->deflate_bits < HEARTH__WS_BITS_LEAST
               ? HEARTH__WS_BITS_LEAST
               : least(ops->deflate_bits, HEARTH__WS_BITS_MOST);
}

static hearth__ws_deal deal_of(const offer *o, const hearth_ws_ops *ops)
{
    int wanted = wanted_bits(ops), theirs = HEARTH__WS_BITS_MOST;
    hearth__ws_way out = {.kept = ops->deflate_takeover && !o->seen[SERVER_FORGETS],
                          .named = o->seen[SERVER_BITS]};
    hearth__ws_way in = {.kept = ops->deflate_takeover && !o->seen[CLIENT_FORGETS]};

    out.bits = (unsigned char)least(wanted, out.named ? o->bits[SERVER_BITS] : wanted);
    if (o->bits[CLIENT_BITS] != 0)
        theirs = o->bits[CLIENT_BITS];
    if (theirs > wanted && !o->seen[CLIENT_BITS])
        in.kept = false;
    in.bits = (unsigned char)(in.kept ? least(theirs, wanted) : HEARTH__WS_BITS_MOST);
    in.named = in.kept && o->seen[CLIENT_BITS] && in.bits < HEARTH__WS_BITS_MOST;
    return (hearth__ws_deal){out, in};
}

bool hearth__ws_deal_find(const hearth_ctx *c, const hearth_ws_ops *ops,
                          hearth__ws_deal *d)
{
    hearth_str one;
    offer o;

    *d = (hearth__ws_deal){.out = {0}};
    for (size_t i = 0; i < c->head.nfields; i++) {
        hearth_str rest = c->head.field[i].value;

        if (!hearth__str_ieq(c->head.field[i].name,
                             HEARTH__S("Sec-WebSocket-Extensions")))
            continue;
        while (hearth__param_element(&rest, &one)) {
            if (!take_offer(&o, one))
                return false;
            if (ops->deflate && o.ours && d->out.bits == 0)
                *d = deal_of(&o, ops);
        }
    }
    return true;
}

const char *hearth__ws_deal_answer(hearth_ctx *c, const hearth__ws_deal *d)
{
    char bits[2][32] = {"", ""};

    if (d->out.bits == 0)
        return NULL;
    if (d->out.named)
        snprintf(bits[0], sizeof bits[0], "; server_max_window_bits=%d", d->out.bits);
    if (d->in.named)
        snprintf(bits[1], sizeof bits[1], "; client_max_window_bits=%d", d->in.bits);
    return hearth_strf(c, "permessage-deflate%s%s%s%s",
                       d->out.kept ? "" : "; server_no_context_takeover",
                       d->in.kept ? "" : "; client_no_context_takeover", bits[0],
                       bits[1]);
}
