/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Address arithmetic for the decision whom to believe.  Texts are read strictly: no
 * leading zeros, no short forms, no zone, and a network must not have bits behind its
 * prefix, because "10.1.2.3/8" is more often a mistake than meant.
 */
#include "http/cidr.h"

#include "core/error.h"
#include "core/size.h"
#include "core/str.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>

#define V4_BITS 96

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* ---- addresses ------------------------------------------------------------------ */

static void from_v4(hearth__ip *ip, const void *four)
{
    memcpy(ip->b, v4_prefix, sizeof v4_prefix);
    memcpy(ip->b + sizeof v4_prefix, four, 4);
}

bool hearth__ip_is_v4(const hearth__ip *ip)
{
    return memcmp(ip->b, v4_prefix, sizeof v4_prefix) == 0;
}

bool hearth__ip_eq(const hearth__ip *a, const hearth__ip *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

bool hearth__ip_is_loopback(const hearth__ip *ip)
{
    static const hearth__ip one = {{[15] = 1}};

    return hearth__ip_is_v4(ip) ? ip->b[12] == 127 : hearth__ip_eq(ip, &one);
}

bool hearth__ip_parse(hearth__ip *ip, hearth_str text)
{
    char copy[HEARTH__IP_TEXT];
    unsigned char raw[16];

    if (text.len >= sizeof copy || hearth__str_find(text, '\0') >= 0)
        return false;
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, raw) == 1) {
        from_v4(ip, raw);
        return true;
    }
    if (inet_pton(AF_INET6, copy, raw) != 1)
        return false;
    memcpy(ip->b, raw, sizeof ip->b);
    return true;
}

bool hearth__ip_of(hearth__ip *ip, const struct sockaddr *at, socklen_t len)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (at == NULL || len < sizeof at->sa_family)
        return false;
    if (at->sa_family == AF_INET && len >= sizeof v4) {
        memcpy(&v4, at, sizeof v4);
        from_v4(ip, &v4.sin_addr);
        return true;
    }
    if (at->sa_family != AF_INET6 || len < sizeof v6)
        return false;
    memcpy(&v6, at, sizeof v6);
    memcpy(ip->b, &v6.sin6_addr, sizeof ip->b);
    return true;
}

const char *hearth__ip_text(const hearth__ip *ip, char out[HEARTH__IP_TEXT])
{
    const char *text = hearth__ip_is_v4(ip)
                           ? inet_ntop(AF_INET, ip->b + V4_BITS / 8, out, HEARTH__IP_TEXT)
                           : inet_ntop(AF_INET6, ip->b, out, HEARTH__IP_TEXT);

    if (text == NULL) /* cannot be: the room is the largest there is */
        out[0] = '\0';
    return out;
}

/* ---- networks --------------------------------------------------------------------- */

static bool same_bits(const hearth__ip *a, const hearth__ip *b, unsigned bits)
{
    unsigned rest = bits % 8;

    if (memcmp(a->b, b->b, bits / 8) != 0)
        return false;
    return rest == 0 || ((a->b[bits / 8] ^ b->b[bits / 8]) >> (8 - rest)) == 0;
}

static bool has_bits_behind(const hearth__ip *ip, unsigned bits)
{
    for (unsigned i = bits; i < 128; i++)
        if ((ip->b[i / 8] >> (7 - i % 8) & 1) != 0)
            return true;
    return false;
}

const char *hearth__cidr_parse(hearth__cidr *c, hearth_str text)
{
    hearth_str bits = text, address = hearth__str_cut(&bits, '/');
    uint64_t n = 128;

    if (!hearth__ip_parse(&c->net, address))
        return "is no address; write 192.0.2.7, 10.0.0.0/8, 2001:db8::7 or fd00::/8";
    unsigned before =
        hearth__ip_is_v4(&c->net) && hearth__str_find(address, ':') < 0 ? V4_BITS : 0;

    if (bits.ptr != NULL) {
        if (bits.len > 3 || !hearth__str_uint(bits, &n) || n > 128u - before)
            return "has no prefix length: 0 to 32 for IPv4, 0 to 128 for IPv6";
        n += before;
    }
    c->bits = (unsigned)n;
    return has_bits_behind(&c->net, c->bits)
               ? "has bits behind its prefix; set them to zero, or leave /... away"
               : NULL;
}

bool hearth__cidr_has(const hearth__cidr *c, const hearth__ip *ip)
{
    return hearth__ip_is_v4(&c->net) == hearth__ip_is_v4(ip) &&
           same_bits(&c->net, ip, c->bits);
}

/* ---- lists ------------------------------------------------------------------------- */

static int add(hearth__cidrs *l, const char *text, const char *what, hearth_error *err)
{
    hearth_str s = hearth__str_trim(hearth__str_of(text));

    if (hearth__str_eq(s, HEARTH__S("unix:"))) {
        l->local = true;
        return 0;
    }
    const char *why = hearth__cidr_parse(&l->list[l->n], s);

    if (why != NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "%s: \"%.80s\" %s", what, text, why);
    l->n++;
    return 0;
}

int hearth__cidrs_parse(hearth__cidrs *l, const char *const *texts, const char *what,
                        hearth_error *err)
{
    size_t n = 0;
    int rc = 0;

    *l = (hearth__cidrs){0};
    while (texts != NULL && texts[n] != NULL)
        n++;
    if (n == 0)
        return 0;
    l->list = calloc(n, sizeof *l->list);
    if (l->list == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "%s: out of memory", what);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = add(l, texts[i], what, err);
    if (rc != 0)
        hearth__cidrs_clear(l);
    return rc;
}

void hearth__cidrs_clear(hearth__cidrs *l)
{
    free(l->list);
    *l = (hearth__cidrs){0};
}

bool hearth__cidrs_has(const hearth__cidrs *l, const hearth__ip *ip)
{
    for (size_t i = 0; i < l->n; i++)
        if (hearth__cidr_has(&l->list[i], ip))
            return true;
    return false;
}

bool hearth__cidrs_has_peer(const hearth__cidrs *l, const struct sockaddr *at,
                            socklen_t len)
{
    hearth__ip ip;

    if (at != NULL && len >= sizeof at->sa_family && at->sa_family == AF_UNIX)
        return l->local;
    return hearth__ip_of(&ip, at, len) && hearth__cidrs_has(l, &ip);
}
