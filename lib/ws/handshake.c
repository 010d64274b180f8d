/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * What a request must say to become a WebSocket, and from where it may.  The transport has
 * looked at the head as at any other; libmicrohttpd looks at none of this.
 */
#include "ws/handshake.h"

#include "app/problem.h"
#include "core/enc.h"
#include "core/sha1.h"
#include "core/str.h"
#include "http/hostlist.h"

#include <hearth/log.h>

#define GUID     "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define KEY_TEXT 24 /* base64 of 16 bytes */
#define KEY      16

/* ---- fields that are lists -------------------------------------------------------------- */

/* Walk the elements of all fields of that name: at->field and at->rest zeroed at first. */
typedef struct walk {
    size_t field;
    hearth_str rest;
} walk;

static bool next_element(const hearth_ctx *c, hearth_str name, walk *at, hearth_str *out)
{
    for (;;) {
        while (at->rest.ptr != NULL) {
            *out = hearth__str_trim(hearth__str_cut(&at->rest, ','));
            if (out->len > 0) /* RFC 9110 5.6.1.2 */
                return true;
        }
        while (at->field < c->head.nfields &&
               !hearth__str_ieq(c->head.field[at->field].name, name))
            at->field++;
        if (at->field == c->head.nfields)
            return false;
        at->rest = c->head.field[at->field++].value;
    }
}

static bool lists(const hearth_ctx *c, hearth_str name, hearth_str token)
{
    walk at = {0};
    hearth_str one;

    while (next_element(c, name, &at, &one)) {
        if (hearth__str_ieq(one, token))
            return true;
    }
    return false;
}

/* The value of a field that comes once; false when it does not. */
static bool single(const hearth_ctx *c, hearth_str name, hearth_str *out)
{
    size_t n = 0;

    for (size_t i = 0; i < c->head.nfields; i++) {
        if (hearth__str_ieq(c->head.field[i].name, name)) {
            *out = c->head.field[i].value;
            n++;
        }
    }
    return n == 1;
}

/* ---- the request -------------------------------------------------------------------------- */

static int told(hearth_ctx *c, int status, const char *text)
{
    return hearth__tell(c, 0, status, "%s", text);
}

/* RFC 9110 15.5.22 and RFC 6455 4.4: what would have been right. */
static int wanted(hearth_ctx *c, const char *text)
{
    HEARTH_TRY(hearth__res_put(&c->res, &c->arena, HEARTH__S("Upgrade"),
                               HEARTH__S("websocket")));
    HEARTH_TRY(hearth__res_put(&c->res, &c->arena, HEARTH__S("Sec-WebSocket-Version"),
                               HEARTH__S("13")));
    return told(c, 426, text);
}

static bool is_key(hearth_str s)
{
    char mem[KEY_TEXT + 1];
    hearth__buf b;

    if (s.len != KEY_TEXT)
        return false;
    hearth__buf_over(&b, mem, sizeof mem);
    return hearth__dec_base64(&b, s, false) && b.len == KEY;
}

static int check(hearth_ctx *c, hearth_str *key)
{
    hearth_str version;

    if (c->head.version < 11 || c->framing.method != HEARTH__GET ||
        !lists(c, HEARTH__S("Upgrade"), HEARTH__S("websocket")))
        return wanted(c, "here speaks a WebSocket only: ask for an upgrade to it");
    if (!lists(c, HEARTH__S("Connection"), HEARTH__S("upgrade")))
        return told(c, 400,
                    "Connection does not list Upgrade: a proxy may have removed it");
    if (c->framing.chunked || c->framing.length > 0)
        return told(c, 400, "a request for a WebSocket has no body");
    if (!single(c, HEARTH__S("Sec-WebSocket-Version"), &version) ||
        !hearth__str_eq(version, HEARTH__S("13")))
        return wanted(c, "the version of WebSocket that is spoken here is 13");
    if (!single(c, HEARTH__S("Sec-WebSocket-Key"), key) || !is_key(*key))
        return told(c, 400, "Sec-WebSocket-Key is not base64 of 16 bytes");
    return 0;
}

void hearth__ws_accept_key(char out[HEARTH__WS_ACCEPT + 1], hearth_str key)
{
    char text[KEY_TEXT + sizeof GUID], mem[HEARTH__WS_ACCEPT + 16];
    unsigned char digest[HEARTH__SHA1];
    hearth__buf b;

    hearth__buf_over(&b, text, sizeof text);
    hearth__buf_str(&b, key);
    hearth__buf_text(&b, GUID);
    hearth__sha1(digest, hearth__buf_view(&b));
    hearth__buf_over(&b, mem, sizeof mem);
    hearth__enc_base64(&b, hearth__str((const char *)digest, sizeof digest), false);
    memcpy(out, mem, HEARTH__WS_ACCEPT + 1);
}

/* ---- subprotocols --------------------------------------------------------------------------- */

static const char *spoken(const char *const *protocols, hearth_str name)
{
    for (; protocols != NULL && *protocols != NULL; protocols++) {
        if (hearth__str_eq(hearth__str_of(*protocols), name))
            return *protocols;
    }
    return NULL;
}

/* The client's first choice that is spoken here. */
static int choose(hearth_ctx *c, const hearth_ws_ops *ops, hearth__ws_offer *out)
{
    walk at = {0};
    hearth_str one;

    out->protocol = NULL;
    while (next_element(c, HEARTH__S("Sec-WebSocket-Protocol"), &at, &one)) {
        if (!hearth__is_token(one))
            return told(c, 400, "Sec-WebSocket-Protocol is not a list of tokens");
        if (out->protocol == NULL)
            out->protocol = spoken(ops->protocols, one);
    }
    return 0;
}

/* ---- origin ----------------------------------------------------------------------------------- */

static hearth_str bare_authority(hearth_str a, int own_port)
{
    hearth_str name;
    int port;

    hearth__authority_split(a, &name, &port);
    if (port == own_port || port < 0) { /* "host:" too */
        size_t end = (size_t)(name.ptr + name.len - a.ptr);

        a.len = end < a.len && a.ptr[end] == ']' ? end + 1 : end;
    }
    return a;
}

/* Does a page of this host speak?  Behind a proxy that nobody told us of, requests of https look
 * like http, so that the scheme only counts where it is known to be https. */
static bool is_own(hearth_ctx *c, hearth_str origin)
{
    bool https = hearth__str_istarts(origin, HEARTH__S("https://"));
    size_t skip = https ? 8 : 7;
    int port = https ? 443 : 80;
    hearth_str host = hearth__str_of(hearth_host(c));

    if (!https && (c->origin.https || !hearth__str_istarts(origin, HEARTH__S("http://"))))
        return false;
    origin = hearth__str(origin.ptr + skip, origin.len - skip);
    return host.len > 0 && hearth__is_authority(origin) &&
           hearth__str_ieq(bare_authority(origin, port), bare_authority(host, port));
}

static bool is_listed(const char *const *origins, hearth_str origin)
{
    for (; origins != NULL && *origins != NULL; origins++) {
        hearth_str one = hearth__str_of(*origins);

        if (hearth__str_eq(one, HEARTH__S(HEARTH_UNSAFE_ANY_ORIGIN)) ||
            hearth__str_ieq(one, origin))
            return true;
    }
    return false;
}

static int check_origin(hearth_ctx *c, const hearth_ws_ops *ops)
{
    hearth_str origin;

    if (hearth__head_find(&c->head, HEARTH__S("Origin")) == NULL)
        return 0;
    if (!single(c, HEARTH__S("Origin"), &origin))
        return told(c, 400, "Origin comes more than once");
    if (is_listed(ops->origins, origin) || is_own(c, origin))
        return 0;
    hearth_logf(
        c, HEARTH_LOG_WARN,
        "refused a WebSocket for a page of \"%.*s\": add it to origins if it is yours",
        origin.len > 255 ? 255 : (int)origin.len, origin.ptr);
    return told(c, 403, "pages of that origin may not open a WebSocket here");
}

int hearth__ws_handshake(hearth_ctx *c, const hearth_ws_ops *ops, hearth__ws_offer *out)
{
    hearth_str key = {"", 0};

    HEARTH_TRY(check(c, &key));
    HEARTH_TRY(choose(c, ops, out));
    HEARTH_TRY(check_origin(c, ops));
    if (!hearth__ws_deal_find(c, ops, &out->deal))
        return told(c, 400, "Sec-WebSocket-Extensions is not a list of extensions");
    hearth__ws_accept_key(out->accept, key);
    return 0;
}
