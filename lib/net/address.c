/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Addresses to text and back: what people write in options and read in the log. */

#include "net/address.h"

#include "core/error.h"
#include "core/str.h"
#include "http/cidr.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/un.h>

int hearth__address_port(const hearth__address *a)
{
    const void *at = &a->at;

    if (a->at.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)at)->sin6_port);
    if (a->at.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)at)->sin_port);
    return 0;
}

static void unix_text(const hearth__address *a, char out[HEARTH__ADDRESS_TEXT])
{
    const struct sockaddr_un *un = (const void *)&a->at;
    size_t before = offsetof(struct sockaddr_un, sun_path);
    size_t n = a->len > before ? a->len - before : 0;
    bool abstract = n > 0 && un->sun_path[0] == '\0';

    if (!abstract)
        n = strnlen(un->sun_path, n);
    else
        n--;
    snprintf(out, HEARTH__ADDRESS_TEXT, "unix:%s%.*s", abstract ? "@" : "", (int)n,
             un->sun_path + abstract);
}

const char *hearth__address_text(const hearth__address *a, char out[HEARTH__ADDRESS_TEXT])
{
    char text[HEARTH__IP_TEXT];
    hearth__ip ip;

    if (a->at.ss_family == AF_UNIX) {
        unix_text(a, out);
    } else if (hearth__ip_of(&ip, (const struct sockaddr *)(const void *)&a->at,
                             a->len)) {
        bool v6 = a->at.ss_family == AF_INET6;

        snprintf(out, HEARTH__ADDRESS_TEXT, "http://%s%s%s:%d", v6 ? "[" : "",
                 hearth__ip_text(&ip, text), v6 ? "]" : "", hearth__address_port(a));
    } else {
        out[0] = '\0';
    }
    return out;
}

bool hearth__address_is_local(const hearth__address *a)
{
    hearth__ip ip;

    if (a->at.ss_family == AF_UNIX)
        return true;
    return hearth__ip_of(&ip, (const struct sockaddr *)(const void *)&a->at, a->len) &&
           hearth__ip_is_loopback(&ip);
}

/* ---- texts ------------------------------------------------------------------------ */

static bool parse_mode(hearth_str s, unsigned *mode)
{
    unsigned v = 0;

    if (s.len < 3 || s.len > 4)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '7')
            return false;
        v = v * 8 + (unsigned)(s.ptr[i] - '0');
    }
    *mode = v;
    return v <= 0777;
}

static bool parse_option(hearth__place *p, hearth_str option)
{
    if (hearth__str_eq(option, HEARTH__S("proxy_protocol"))) {
        p->proxy = true;
        return true;
    }
    return p->kind == HEARTH__PLACE_UNIX &&
           hearth__str_starts(option, HEARTH__S("mode=")) &&
           parse_mode(hearth__str(option.ptr + 5, option.len - 5), &p->mode);
}

/* "host:port" or "[v6]:port" */
static bool parse_tcp(hearth__place *p, hearth_str s)
{
    uint64_t port;
    size_t colon = s.len;

    while (colon > 0 && s.ptr[colon - 1] != ':')
        colon--;
    if (colon < 2 ||
        !hearth__str_uint(hearth__str(s.ptr + colon, s.len - colon), &port) ||
        port > 65535)
        return false;
    p->port = (int)port;
    p->name = hearth__str(s.ptr, colon - 1);
    if (p->name.ptr[0] != '[')
        return hearth__str_find(p->name, ':') < 0;
    if (p->name.len < 3 || p->name.ptr[p->name.len - 1] != ']')
        return false;
    p->name = hearth__str(p->name.ptr + 1, p->name.len - 2);
    return hearth__str_find(p->name, ':') >= 0;
}

static bool parse_address(hearth__place *p, hearth_str s)
{
    if (hearth__str_starts(s, HEARTH__S("unix:"))) {
        p->kind = HEARTH__PLACE_UNIX;
        p->name = hearth__str(s.ptr + 5, s.len - 5);
        return p->name.len > 0 && !hearth__str_eq(p->name, HEARTH__S("@"));
    }
    if (hearth__str_eq(s, HEARTH__S("systemd"))) {
        p->kind = HEARTH__PLACE_PASSED;
        return true;
    }
    if (hearth__str_starts(s, HEARTH__S("systemd:"))) {
        p->kind = HEARTH__PLACE_PASSED;
        p->name = hearth__str(s.ptr + 8, s.len - 8);
        return p->name.len > 0;
    }
    p->kind = HEARTH__PLACE_TCP;
    return parse_tcp(p, s);
}

int hearth__place_parse(hearth__place *p, const char *text, hearth_error *err)
{
    hearth_str rest = hearth__str_trim(hearth__str_of(text));
    hearth_str address = hearth__str_cut(&rest, ' ');

    *p = (hearth__place){.name = {"", 0}, .mode = HEARTH__SOCKET_MODE};
    if (!parse_address(p, address))
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "cannot listen on \"%.120s\": write 127.0.0.1:8080, [::1]:8080, "
            "localhost:8080, unix:/run/app.sock, unix:@name or systemd",
            text);
    while (rest.ptr != NULL) {
        hearth_str option = hearth__str_cut(&rest, ' ');

        if (option.len > 0 && !parse_option(p, option))
            return hearth__error_set(
                err, HEARTH_EINVAL,
                "cannot listen on \"%.120s\": after the address may stand "
                "proxy_protocol, and for unix: mode=0660 or another octal mode",
                text);
    }
    return 0;
}
