/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A pure function of the bytes that have come so far, called again when there are more:
 * a header is short, and comes whole almost always.
 */
#include "http/proxy_header.h"

#include "core/str.h"
#include "http/cidr.h"

#include <netinet/in.h>

#define V1_MOST 107
#define V2_HEAD 16

static const char v1_start[6] = {'P', 'R', 'O', 'X', 'Y', ' '};
static const char v2_start[12] = {'\r', '\n', '\r', '\n', 0,   '\r',
                                  '\n', 'Q',  'U',  'I',  'T', '\n'};

/* Does it begin so, as far as it goes? */
static bool may_start(const char *p, size_t n, const char *start, size_t len)
{
    return memcmp(p, start, n < len ? n : len) == 0;
}

static void set_v4(hearth__proxy_header *h, const void *address, uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port)};

    memcpy(&at.sin_addr, address, sizeof at.sin_addr);
    memcpy(&h->at, &at, sizeof at);
    h->at_len = sizeof at;
    h->has_peer = true;
}

static void set_v6(hearth__proxy_header *h, const void *address, uint16_t port)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    memcpy(&at.sin6_addr, address, sizeof at.sin6_addr);
    memcpy(&h->at, &at, sizeof at);
    h->at_len = sizeof at;
    h->has_peer = true;
}

/* ---- version 1 -------------------------------------------------------------------- */

static bool read_port(hearth_str s, uint16_t *port)
{
    uint64_t n;

    if (s.len == 0 || s.len > 5 || (s.len > 1 && s.ptr[0] == '0') ||
        !hearth__str_uint(s, &n) || n > 65535)
        return false;
    *port = (uint16_t)n;
    return true;
}

static bool read_address(hearth_str s, bool v6, hearth__ip *ip)
{
    return (hearth__str_find(s, ':') >= 0) == v6 && hearth__ip_parse(ip, s);
}

/* "SOURCE DESTINATION SOURCEPORT DESTINATIONPORT" */
static bool read_pair(hearth__proxy_header *h, hearth_str rest, bool v6)
{
    hearth__ip from, to;
    uint16_t from_port, to_port;
    hearth_str word[4];

    for (int i = 0; i < 4; i++) {
        if (rest.ptr == NULL)
            return false;
        word[i] = hearth__str_cut(&rest, ' ');
    }
    if (rest.ptr != NULL || !read_address(word[0], v6, &from) ||
        !read_address(word[1], v6, &to) || !read_port(word[2], &from_port) ||
        !read_port(word[3], &to_port))
        return false;
    if (v6)
        set_v6(h, from.b, from_port);
    else
        set_v4(h, from.b + 12, from_port);
    return true;
}

static bool read_line(hearth__proxy_header *h, hearth_str line)
{
    hearth_str rest = line, kind = hearth__str_cut(&rest, ' ');

    if (hearth__str_find(line, '\r') >= 0)
        return false;
    if (hearth__str_eq(kind, HEARTH__S("UNKNOWN")))
        return true; /* and whatever follows is to be ignored */
    if (hearth__str_eq(kind, HEARTH__S("TCP4")))
        return read_pair(h, rest, false);
    return hearth__str_eq(kind, HEARTH__S("TCP6")) && read_pair(h, rest, true);
}

static hearth__proxy_state parse_v1(hearth__proxy_header *h, const char *p, size_t n)
{
    size_t most = n < V1_MOST ? n : V1_MOST;
    const char *end = memchr(p, '\n', most);

    if (end == NULL)
        return n < V1_MOST ? HEARTH__PROXY_MORE : HEARTH__PROXY_BAD;
    h->len = (size_t)(end - p) + 1;
    if (h->len < sizeof v1_start + 2 || end[-1] != '\r' ||
        !read_line(h, hearth__str(p + sizeof v1_start, h->len - sizeof v1_start - 2)))
        return HEARTH__PROXY_BAD;
    return HEARTH__PROXY_DONE;
}

/* ---- version 2 -------------------------------------------------------------------- */

static uint16_t big_endian(const unsigned char *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static bool tlvs_sound(const unsigned char *p, size_t n)
{
    while (n > 0) {
        if (n < 3 || n - 3 < big_endian(p + 1))
            return false;
        size_t whole = 3u + big_endian(p + 1);

        p += whole;
        n -= whole;
    }
    return true;
}

/* The addresses, by the byte that names their family and transport; their size, or -1. */
static int read_addresses(hearth__proxy_header *h, unsigned family,
                          const unsigned char *p, size_t n)
{
    switch (family) {
    case 0x00: /* UNSPEC: the rest has no form that is known */
        return (int)n;
    case 0x11:
        if (n < 12)
            return -1;
        set_v4(h, p, big_endian(p + 8));
        return 12;
    case 0x21:
        if (n < 36)
            return -1;
        set_v6(h, p, big_endian(p + 32));
        return 36;
    case 0x31:
        if (n < 216)
            return -1;
        h->at.ss_family = AF_UNIX;
        h->at_len = sizeof h->at.ss_family;
        h->has_peer = true;
        return 216;
    default:
        return -1;
    }
}

static hearth__proxy_state parse_v2(hearth__proxy_header *h, const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;

    if (n > 12 && p[12] != 0x20 && p[12] != 0x21)
        return HEARTH__PROXY_BAD;
    if (n < V2_HEAD)
        return HEARTH__PROXY_MORE;
    size_t rest = big_endian(p + 14);

    if (rest > HEARTH__PROXY_MOST - V2_HEAD)
        return HEARTH__PROXY_BAD;
    if (n < V2_HEAD + rest)
        return HEARTH__PROXY_MORE;
    h->len = V2_HEAD + rest;
    if (p[12] == 0x20) /* LOCAL: the proxy itself, checking on us */
        return HEARTH__PROXY_DONE;
    int size = read_addresses(h, p[13], p + V2_HEAD, rest);

    if (size < 0 || !tlvs_sound(p + V2_HEAD + size, rest - (size_t)size))
        return HEARTH__PROXY_BAD;
    return HEARTH__PROXY_DONE;
}

hearth__proxy_state hearth__proxy_parse(hearth__proxy_header *h, const char *p, size_t n)
{
    memset(h, 0, sizeof *h);
    if (n == 0)
        return HEARTH__PROXY_MORE;
    if (may_start(p, n, v1_start, sizeof v1_start))
        return parse_v1(h, p, n);
    if (may_start(p, n, v2_start, sizeof v2_start))
        return parse_v2(h, p, n);
    return HEARTH__PROXY_BAD;
}
