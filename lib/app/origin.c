/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Where a request comes from.  Everything that a client could make up is believed only
 * from a connection whose other end is a trusted proxy, and the host only when it is one
 * of ours; it is decided once, before routing, so that no handler can forget it.
 */
#include "app/origin.h"

#include "core/str.h"

#include <hearth/log.h>
#include <string.h>

static const hearth__verdict sound = {0, NULL};

static int default_port(bool https)
{
    return https ? 443 : 80;
}

static hearth_str own_host(const hearth_ctx *c)
{
    return c->target.authority.len > 0 ? c->target.authority : c->framing.host;
}

static hearth_str host_of(const hearth_ctx *c)
{
    return c->origin.host.len > 0 ? c->origin.host : own_host(c);
}

/* ---- what proxies say --------------------------------------------------------------- */

/* Into the arena, because the head's memory may be the transport's, and with the port
 * that a proxy gives apart from it. */
static bool keep_host(hearth_ctx *c, const hearth__via *v)
{
    hearth_str host = v->host.len > 0 ? v->host : own_host(c), name;
    int port;
    hearth__buf b;

    hearth__authority_split(host, &name, &port);
    bool add = host.len > 0 && port < 0 && v->port > 0 &&
               v->port != default_port(c->origin.https);

    if (v->host.len == 0 && !add)
        return true;
    if (add && host.ptr[host.len - 1] == ':')
        host.len--;
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_str(&b, host);
    if (add)
        hearth__buf_f(&b, ":%d", v->port);
    c->origin.host = hearth__buf_view(&b);
    return !b.failed;
}

static hearth__verdict believe(hearth_ctx *c)
{
    hearth__via v;

    hearth__forwarded_read(&v, &c->head, &c->app->proxies);
    if (v.conflict)
        hearth_logf(c, HEARTH_LOG_INFO,
                    "Forwarded and X-Forwarded-* contradict each other, neither is "
                    "believed: let the proxy remove the kind that it does not set");
    if (v.host.len > 0 && !hearth__is_authority(v.host))
        return (hearth__verdict){400, "the host that a proxy forwards is malformed"};
    c->origin.client = v.client;
    c->origin.ip = v.ip;
    c->origin.https = v.https == 1;
    return keep_host(c, &v) ? sound : (hearth__verdict){503, "out of memory"};
}

/* ---- our names ------------------------------------------------------------------------ */

static bool is_ours(const hearth_ctx *c, hearth_str host)
{
    const hearth_app *app = c->app;
    int port = default_port(c->origin.https);
    bool listed = app->hosts.any || app->hosts.n > 0;

    if (listed && hearth__hostlist_has(&app->hosts, host, port))
        return true;
    if (listed && !app->opts.debug)
        return false;
    return hearth__authority_is_local(host) ||
           hearth__hostlist_has(&app->at_hosts, host, port);
}

/* Clients ask for the same host again and again, and what is ours does not change while
 * the application runs: the bytes tell. */
static bool was_ours(const hearth_ctx *c, hearth_str host)
{
    return host.len == c->our_host_len && !c->origin.https &&
           memcmp(host.ptr, c->our_host, host.len) == 0;
}

static void remember(hearth_ctx *c, hearth_str host)
{
    if (host.len > sizeof c->our_host || c->origin.https)
        return;
    memcpy(c->our_host, host.ptr, host.len);
    c->our_host_len = host.len;
}

hearth__verdict hearth__origin_read(hearth_ctx *c)
{
    if ((c->app->proxies.n > 0 || c->app->proxies.local) &&
        hearth__cidrs_has_peer(&c->app->proxies, c->peer, c->peer_len)) {
        hearth__verdict v = believe(c);

        if (v.status != 0)
            return v;
    }
    hearth_str host = host_of(c);

    if (host.len == 0 || was_ours(c, host)) /* only HTTP/1.0 leaves it away */
        return sound;
    if (is_ours(c, host)) {
        remember(c, host);
        return sound;
    }
    hearth_logf(c, HEARTH_LOG_WARN,
                "refused a request for the host \"%.*s\": add it to the option hosts, or "
                "HEARTH_HOSTS, if it is yours",
                host.len > 255 ? 255 : (int)host.len, host.ptr);
    return (hearth__verdict){421, "this server does not answer for that host"};
}

/* ---- for handlers --------------------------------------------------------------------- */

const char *hearth_peer(hearth_ctx *c)
{
    char text[HEARTH__IP_TEXT];
    hearth__ip ip = c->origin.ip;

    if (c->peer_text != NULL)
        return c->peer_text;
    if (c->origin.client == HEARTH__CLIENT_UNKNOWN)
        return "";
    if (c->origin.client == HEARTH__CLIENT_PEER) {
        if (c->peer != NULL && c->peer->sa_family == AF_UNIX)
            return "unix:";
        if (!hearth__ip_of(&ip, c->peer, c->peer_len))
            return "";
    }
    c->peer_text = hearth__ctx_text(c, hearth__str_of(hearth__ip_text(&ip, text)));
    return c->peer_text == NULL ? "" : c->peer_text;
}

const char *hearth_scheme(hearth_ctx *c)
{
    return c->origin.https ? "https" : "http";
}

const char *hearth_host(hearth_ctx *c)
{
    hearth_str host = host_of(c);

    if (c->host_text == NULL && host.len > 0)
        c->host_text = hearth__ctx_text(c, host);
    return c->host_text == NULL ? "" : c->host_text;
}

static void put_origin(hearth_ctx *c, hearth__buf *b)
{
    hearth_str host = host_of(c), name;
    int port;

    if (host.len == 0)
        return;
    hearth__authority_split(host, &name, &port);
    hearth__buf_f(b, host.ptr[0] == '[' ? "%s://[" : "%s://", hearth_scheme(c));
    for (size_t i = 0; i < name.len; i++)
        hearth__buf_char(b, hearth__lower(name.ptr[i]));
    if (host.ptr[0] == '[')
        hearth__buf_char(b, ']');
    if (port >= 0 && port != default_port(c->origin.https))
        hearth__buf_f(b, ":%d", port);
}

const char *hearth_origin(hearth_ctx *c)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    put_origin(c, &b);
    return hearth__buf_view(&b).ptr;
}

/* Every byte of it stands in an address as it is. */
static bool is_address_path(hearth_str path)
{
    if (path.len == 0 || path.ptr[0] != '/')
        return false;
    for (size_t i = 0; i < path.len; i++)
        if (path.ptr[i] <= ' ' || path.ptr[i] > '~')
            return false;
    return true;
}

const char *hearth_absolute(hearth_ctx *c, const char *path)
{
    hearth_str own = c->target.raw_path, s = path == NULL ? own : hearth__str_of(path);
    hearth__buf b;

    if (path != NULL && !is_address_path(s)) {
        hearth_logf(c, HEARTH_LOG_ERROR,
                    "hearth_absolute(\"%s\"): needs a path that starts with '/' and is "
                    "percent-encoded, as hearth_url() makes it",
                    path);
        return NULL;
    }
    hearth__buf_init(&b, &c->arena, 0);
    put_origin(c, &b);
    if (path != NULL || !c->target.asterisk)
        hearth__buf_str(&b, s);
    if (path == NULL && c->target.query.len > 0) {
        hearth__buf_char(&b, '?');
        hearth__buf_str(&b, c->target.query);
    }
    return b.failed ? NULL : b.ptr;
}

bool hearth__origin_is_local(hearth_ctx *c)
{
    hearth__ip ip;
    bool local =
        c->peer == NULL || c->peer->sa_family == AF_UNIX ||
        (hearth__ip_of(&ip, c->peer, c->peer_len) && hearth__ip_is_loopback(&ip));

    return local && !c->origin.https && c->origin.client == HEARTH__CLIENT_PEER &&
           hearth__authority_is_local(hearth__str_of(hearth_host(c)));
}
