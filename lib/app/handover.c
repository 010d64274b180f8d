/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A request on its way to a worker: what it borrows from the transport becomes its own.
 */
#include "app/dispatch.h"

#include "core/str.h"

#include <string.h>

static bool own(hearth_ctx *c, hearth_str *s)
{
    char *copy = hearth__ctx_text(c, *s);

    if (copy == NULL)
        return false;
    s->ptr = copy;
    return true;
}

/* NULL when out of memory. */
static hearth__field *own_fields(hearth_ctx *c, const hearth__field *from, size_t n)
{
    hearth__field *f = hearth__arena_array(&c->arena, n, sizeof *f);

    if (f == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        f[i] = from[i];
        if (!own(c, &f[i].name) || !own(c, &f[i].value))
            return NULL;
    }
    return f;
}

static int own_peer(hearth_ctx *c)
{
    struct sockaddr *peer;

    if (c->peer == NULL)
        return 0;
    peer = hearth__arena_raw(&c->arena, c->peer_len);
    if (peer == NULL)
        return HEARTH_ENOMEM;
    memcpy(peer, c->peer, c->peer_len);
    c->peer = peer;
    return 0;
}

int hearth__request_detach(hearth_ctx *c)
{
    const hearth__field *host;

    if (c->detached)
        return 0;
    if (!own(c, &c->head.method))
        return HEARTH_ENOMEM;
    c->head.field = own_fields(c, c->head.field, c->head.nfields);
    c->trailer = own_fields(c, c->trailer, c->ntrailers);
    if (c->head.field == NULL || c->trailer == NULL)
        return HEARTH_ENOMEM;
    host = hearth__head_find(&c->head, HEARTH__S("Host"));
    if (c->target.authority.len == 0 && host != NULL)
        c->framing.host = host->value;
    if (own_peer(c) != 0)
        return HEARTH_ENOMEM;
    c->detached = true;
    return 0;
}

int hearth__request_copy(hearth_ctx *to, const hearth_ctx *from)
{
    to->head = from->head;
    to->framing = from->framing;
    to->peer = from->peer;
    to->peer_len = from->peer_len;
    to->origin = from->origin;
    to->started_us = from->started_us;
    to->id = from->id;
    if (!own(to, &to->head.target) ||
        (from->origin.host.len > 0 && !own(to, &to->origin.host)) ||
        hearth__target_parse(&to->target, &to->arena, to->head.target, to->framing.method)
                .status != 0)
        return HEARTH_ENOMEM;
    if (to->target.authority.len > 0)
        to->framing.host = to->target.authority;
    /* Not that of `from`, which its handler may be changing now by declining. */
    if (hearth__request_match(to) != 0)
        return HEARTH_ENOMEM;
    return hearth__request_detach(to);
}
