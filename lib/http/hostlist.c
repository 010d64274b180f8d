/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A short list walked from its start: an application has a handful of names, and most
 * requests ask for the first.
 */
#include "http/hostlist.h"

#include "core/error.h"
#include "core/size.h"
#include "core/str.h"
#include "http/audit.h"

#include <stdlib.h>

void hearth__authority_split(hearth_str authority, hearth_str *host, int *port)
{
    hearth_str rest = authority;
    uint64_t n;

    *port = -1;
    if (authority.len > 0 && authority.ptr[0] == '[') {
        rest.ptr++;
        rest.len--;
        *host = hearth__str_cut(&rest, ']');
        if (rest.ptr != NULL && rest.len > 0) /* ":80" */
            rest = hearth__str(rest.ptr + 1, rest.len - 1);
    } else {
        *host = hearth__str_cut(&rest, ':');
    }
    /* "example.org:" has none (RFC 3986 section 3.2.3). */
    if (rest.ptr != NULL && hearth__str_uint(rest, &n) && n <= 65535)
        *port = (int)n;
}

/* Labels of letters, digits, '-' and '_': nothing that could be read in two ways. */
static bool is_plain(hearth_str name)
{
    char before = '.';

    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!hearth__is_alpha(c) && !hearth__is_digit(c) && c != '-' && c != '_' &&
            (c != '.' || before == '.'))
            return false;
        before = c;
    }
    return before != '.';
}

static hearth_str without_dot(hearth_str name)
{
    if (name.len > 1 && name.ptr[name.len - 1] == '.')
        name.len--;
    return name;
}

/* The last label of no name is a number (RFC 3696 section 2): most names are told by one
 * look. */
static bool host_ip(hearth__ip *ip, hearth_str host)
{
    if (host.len == 0 ||
        (!hearth__is_digit(host.ptr[host.len - 1]) && hearth__str_find(host, ':') < 0))
        return false;
    return hearth__ip_parse(ip, host);
}

/* ---- parsing ------------------------------------------------------------------------ */

/* One entry in `s`, which is lower case and stays where it is. */
static bool parse_one(hearth__hostlist *l, hearth_str s)
{
    hearth__host *h = &l->list[l->n];

    *h = (hearth__host){.port = -1};
    if (hearth__str_eq(s, HEARTH__S("*"))) {
        l->any = true;
        return true;
    }
    if (s.len > 0 && s.ptr[0] == '.') {
        h->below = true;
        s = hearth__str(s.ptr + 1, s.len - 1);
    }
    if (!h->below && host_ip(&h->ip, s)) { /* "::1" without brackets, too */
        h->is_ip = true;
    } else {
        if (!hearth__is_authority(s))
            return false;
        hearth__authority_split(s, &h->name, &h->port);
        h->is_ip = host_ip(&h->ip, h->name);
        h->name = without_dot(h->name);
        if (h->is_ip ? h->below : s.ptr[0] == '[' || !is_plain(h->name))
            return false;
    }
    l->n++;
    return true;
}

static char *lower_copy(char *to, hearth_str s)
{
    for (size_t i = 0; i < s.len; i++)
        *to++ = hearth__lower(s.ptr[i]);
    return to;
}

static int fill(hearth__hostlist *l, const char *const *texts, const char *what,
                hearth_error *err)
{
    char *at = l->text;

    for (size_t i = 0; texts[i] != NULL; i++) {
        hearth_str s = hearth__str_trim(hearth__str_of(texts[i]));

        char *end = lower_copy(at, s);

        if (!parse_one(l, hearth__str(at, (size_t)(end - at))))
            return hearth__error_set(err, HEARTH_EINVAL,
                                     "%s: \"%.80s\" is no host; write example.org, "
                                     ".example.org for all below it, an address, or "
                                     "one of them with a port",
                                     what, texts[i]);
        at = end;
    }
    return 0;
}

int hearth__hostlist_parse(hearth__hostlist *l, const char *const *texts,
                           const char *what, hearth_error *err)
{
    size_t n = 0, room = 1;
    int rc;

    *l = (hearth__hostlist){0};
    for (; texts != NULL && texts[n] != NULL; n++)
        room += strlen(texts[n]);
    if (n == 0)
        return 0;
    l->list = calloc(n, sizeof *l->list);
    l->text = malloc(room);
    rc = l->list == NULL || l->text == NULL
             ? hearth__error_set(err, HEARTH_ENOMEM, "%s: out of memory", what)
             : fill(l, texts, what, err);
    if (rc != 0)
        hearth__hostlist_clear(l);
    return rc;
}

void hearth__hostlist_clear(hearth__hostlist *l)
{
    free(l->list);
    free(l->text);
    *l = (hearth__hostlist){0};
}

/* ---- asking ------------------------------------------------------------------------- */

static bool names(const hearth__host *h, hearth_str name)
{
    if (hearth__str_ieq(name, h->name))
        return true;
    if (!h->below || name.len <= h->name.len || !is_plain(name))
        return false;
    size_t cut = name.len - h->name.len;

    return name.ptr[cut - 1] == '.' &&
           hearth__str_ieq(hearth__str(name.ptr + cut, h->name.len), h->name);
}

bool hearth__hostlist_has(const hearth__hostlist *l, hearth_str authority,
                          int default_port)
{
    hearth_str name;
    hearth__ip ip;
    int port;

    if (l->any)
        return true;
    hearth__authority_split(authority, &name, &port);
    bool is_ip = host_ip(&ip, name);

    name = without_dot(name);
    for (size_t i = 0; i < l->n; i++) {
        const hearth__host *h = &l->list[i];

        if (h->port >= 0 && h->port != (port < 0 ? default_port : port))
            continue;
        if (h->is_ip ? is_ip && hearth__ip_eq(&ip, &h->ip) : !is_ip && names(h, name))
            return true;
    }
    return false;
}

bool hearth__authority_is_local(hearth_str authority)
{
    static const hearth__host localhost = {.name = {"localhost", 9}, .below = true};
    hearth_str name;
    hearth__ip ip;
    int port;

    hearth__authority_split(authority, &name, &port);
    if (host_ip(&ip, name))
        return hearth__ip_is_loopback(&ip);
    return names(&localhost, without_dot(name));
}
