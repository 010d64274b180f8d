/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Reading lists backwards, over all field lines of a name, without memory: whatever is
 * kept is a slice of the head.
 */
#include "http/forwarded.h"

#include "core/str.h"
#include "http/param.h"

/* ---- elements from the right ----------------------------------------------------- */

typedef struct backwards {
    const hearth__head *h;
    hearth_str name;
    size_t field;    /* those from here on have been read */
    hearth_str rest; /* of the field that is being read; ptr NULL: take the one before */
    bool quotes;     /* a comma within quotes does not separate */
} backwards;

static backwards backwards_over(const hearth__head *h, hearth_str name, bool quotes)
{
    return (backwards){.h = h, .name = name, .field = h->nfields, .quotes = quotes};
}

static bool is_escaped(hearth_str s, size_t i)
{
    size_t n = 0;

    while (n < i && s.ptr[i - n - 1] == '\\')
        n++;
    return n % 2 == 1;
}

/* The index behind the last comma that separates. */
static size_t last_start(hearth_str s, bool quotes)
{
    bool quoted = false;

    for (size_t i = s.len; i > 0; i--) {
        char c = s.ptr[i - 1];

        if (quotes && c == '"' && !(quoted && is_escaped(s, i - 1)))
            quoted = !quoted;
        else if (c == ',' && !quoted)
            return i;
    }
    return 0;
}

/* The element before the one that was given last, trimmed; empty ones are skipped. */
static bool backwards_next(backwards *b, hearth_str *element)
{
    for (;;) {
        while (b->rest.ptr == NULL) {
            if (b->field == 0)
                return false;
            const hearth__field *f = &b->h->field[--b->field];

            if (hearth__str_ieq(f->name, b->name))
                b->rest = f->value;
        }
        size_t start = last_start(b->rest, b->quotes);

        *element =
            hearth__str_trim(hearth__str(b->rest.ptr + start, b->rest.len - start));
        b->rest =
            start == 0 ? (hearth_str){NULL, 0} : hearth__str(b->rest.ptr, start - 1);
        if (element->len > 0)
            return true;
    }
}

/* ---- what an element says ----------------------------------------------------------- */

static bool is_node_port(hearth_str port)
{
    uint64_t n;

    if (port.len > 1 && port.ptr[0] == '_') /* RFC 7239 section 6.3 */
        return true;
    return port.len <= 5 && hearth__str_uint(port, &n) && n <= 65535;
}

/* An address with or without a port.  IPv6 without brackets is what X-Forwarded-For has.
 */
static bool parse_node(hearth__ip *ip, hearth_str node)
{
    hearth_str rest = node, host;

    if (node.len > 0 && node.ptr[0] == '[') {
        rest = hearth__str(node.ptr + 1, node.len - 1);
        host = hearth__str_cut(&rest, ']');
        if (rest.ptr == NULL || !hearth__ip_parse(ip, host) ||
            hearth__str_find(host, ':') < 0)
            return false;
        return rest.len == 0 || (rest.ptr[0] == ':' &&
                                 is_node_port(hearth__str(rest.ptr + 1, rest.len - 1)));
    }
    if (hearth__ip_parse(ip, node))
        return true;
    host = hearth__str_cut(&rest, ':');
    return rest.ptr != NULL && hearth__str_find(host, ':') < 0 &&
           hearth__ip_parse(ip, host) && is_node_port(rest);
}

static int scheme_of(hearth_str s)
{
    if (hearth__str_ieq(s, HEARTH__S("https")) || hearth__str_ieq(s, HEARTH__S("wss")))
        return 1;
    if (hearth__str_ieq(s, HEARTH__S("http")) || hearth__str_ieq(s, HEARTH__S("ws")))
        return 0;
    return -1;
}

/* Take an address; true when it is a trusted proxy's, so that the entry before it counts.
 */
static bool take_node(hearth__via *v, hearth_str node, const hearth__cidrs *trusted)
{
    if (!parse_node(&v->ip, node)) {
        v->client = HEARTH__CLIENT_UNKNOWN;
        return false;
    }
    v->client = HEARTH__CLIENT_ADDRESS;
    return hearth__cidrs_has(trusted, &v->ip);
}

/* ---- Forwarded ------------------------------------------------------------------- */

typedef struct element {
    hearth_str node, proto, host; /* ptr NULL when absent */
} element;

/* Without its quotes.  A backslash has no place in an address, a scheme or a host. */
static bool plain_value(hearth_str *value)
{
    if (value->len >= 2 && value->ptr[0] == '"')
        *value = hearth__str(value->ptr + 1, value->len - 2);
    return hearth__str_find(*value, '\\') < 0;
}

/* False when it is not in the form of RFC 7239 section 4. */
static bool parse_element(element *e, hearth_str text)
{
    hearth__param_found found;
    hearth_str name, value;

    *e = (element){{NULL, 0}, {NULL, 0}, {NULL, 0}};
    while ((found = hearth__param_next(&text, &name, &value)) == HEARTH__PARAM_ONE) {
        hearth_str *to = hearth__str_ieq(name, HEARTH__S("for"))     ? &e->node
                         : hearth__str_ieq(name, HEARTH__S("proto")) ? &e->proto
                         : hearth__str_ieq(name, HEARTH__S("host"))  ? &e->host
                                                                     : NULL;

        if (to == NULL)
            continue; /* by, or an extension */
        if (to->ptr != NULL || !plain_value(&value))
            return false;
        *to = value;
    }
    return found == HEARTH__PARAM_END;
}

static bool read_forwarded(hearth__via *v, const hearth__head *h,
                           const hearth__cidrs *trusted)
{
    backwards list = backwards_over(h, HEARTH__S("Forwarded"), true);
    hearth_str text;
    bool any = false;
    element e;

    while (backwards_next(&list, &text)) {
        any = true;
        if (!parse_element(&e, text)) {
            v->client = HEARTH__CLIENT_UNKNOWN;
            break;
        }
        if (e.proto.ptr != NULL && scheme_of(e.proto) >= 0)
            v->https = scheme_of(e.proto);
        if (e.host.len > 0)
            v->host = e.host;
        if (e.node.ptr == NULL || !take_node(v, e.node, trusted))
            break;
    }
    return any;
}

/* ---- X-Forwarded-* ---------------------------------------------------------------- */

/* The entry of the hops-th proxy from the right; the first there is when the list is
 * shorter, as when a proxy sets it instead of appending. */
static bool entry(const hearth__head *h, hearth_str name, int hops, hearth_str *out)
{
    backwards list = backwards_over(h, name, false);
    bool any = false;

    while (hops-- > 0 && backwards_next(&list, out))
        any = true;
    return any;
}

static bool read_x_forwarded(hearth__via *v, const hearth__head *h,
                             const hearth__cidrs *trusted)
{
    backwards list = backwards_over(h, HEARTH__S("X-Forwarded-For"), false);
    bool any = false, on = true;
    hearth_str text;
    uint64_t port;
    int hops = 0;

    while (on && backwards_next(&list, &text)) {
        hops++;
        any = true;
        on = take_node(v, text, trusted);
    }
    hops = hops == 0 ? 1 : hops;
    if (entry(h, HEARTH__S("X-Forwarded-Proto"), hops, &text)) {
        v->https = scheme_of(text);
        any = true;
    }
    if (entry(h, HEARTH__S("X-Forwarded-Host"), hops, &text)) {
        v->host = text;
        any = true;
    }
    if (entry(h, HEARTH__S("X-Forwarded-Port"), hops, &text)) {
        v->port =
            text.len <= 5 && hearth__str_uint(text, &port) && port > 0 && port <= 65535
                ? (int)port
                : -1;
        any = true;
    }
    return any;
}

/* ---- both ------------------------------------------------------------------------- */

static bool differ(const hearth__via *a, const hearth__via *b)
{
    if (a->client != HEARTH__CLIENT_PEER && b->client != HEARTH__CLIENT_PEER &&
        (a->client != b->client ||
         (a->client == HEARTH__CLIENT_ADDRESS && !hearth__ip_eq(&a->ip, &b->ip))))
        return true;
    if (a->https >= 0 && b->https >= 0 && a->https != b->https)
        return true;
    return a->host.len > 0 && b->host.len > 0 && !hearth__str_ieq(a->host, b->host);
}

static void merge(hearth__via *into, const hearth__via *other)
{
    if (into->client == HEARTH__CLIENT_PEER) {
        into->client = other->client;
        into->ip = other->ip;
    }
    if (into->https < 0)
        into->https = other->https;
    if (into->host.len == 0)
        into->host = other->host;
    into->port = other->port;
}

void hearth__forwarded_read(hearth__via *v, const hearth__head *h,
                            const hearth__cidrs *trusted)
{
    static const hearth__via nothing = {.https = -1, .host = {"", 0}, .port = -1};
    hearth__via x = nothing;

    *v = nothing;
    bool standard = read_forwarded(v, h, trusted);

    if (!read_x_forwarded(&x, h, trusted))
        return;
    if (!standard) {
        *v = x;
    } else if (differ(v, &x)) {
        *v = nothing;
        v->client = HEARTH__CLIENT_UNKNOWN;
        v->conflict = true;
    } else {
        merge(v, &x);
    }
}
