/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any lines as the fields of a request for a WebSocket: it is refused with a status that
 * says why, or it was a sound one, of this host or of a listed one.
 */

#include "app/ctx.h"
#include "core/str.h"
#include "ws/handshake.h"

#include <assert.h>

#define FIELDS 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const spoken[] = {"chat", "mqtt", NULL};
static const char *const listed[] = {"https://a.example", NULL};

static void drop(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

/* "Name: value" lines. */
static size_t fields_of(hearth_str all, hearth__field *f)
{
    size_t n = 0;

    while (all.ptr != NULL && n < FIELDS) {
        hearth_str line = hearth__str_cut(&all, '\n'), name = hearth__str_cut(&line, ':');

        if (line.ptr == NULL)
            continue;
        f[n].name = name;
        f[n++].value = hearth__str_trim(line);
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const hearth_log_ops quiet = {.name = "quiet", .write = drop};
    static const hearth_ws_ops ops = {.protocols = spoken, .origins = listed};
    static hearth_app *app;
    hearth__field f[FIELDS];
    hearth__ws_offer offer;

    if (app == NULL)
        app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});
    if (app == NULL || size == 0)
        return 0;
    hearth_ctx *c = hearth__ctx_take(NULL, app);

    if (c == NULL)
        return 0;
    c->head.method = HEARTH__S("GET");
    c->head.target = HEARTH__S("/");
    c->head.version = (data[0] & 1) != 0 ? 11 : 10;
    c->head.field = f;
    c->head.nfields = fields_of(hearth__str((const char *)data + 1, size - 1), f);
    /* As the audit does it; a request that it refuses does not come here. */
    if (hearth__audit(&c->head, FIELDS, &c->framing).status == 0) {
        int rc = hearth__ws_handshake(c, &ops, &offer);

        if (rc == 0) {
            assert(c->head.version == 11 && c->framing.method == HEARTH__GET);
            assert(strlen(offer.accept) == HEARTH__WS_ACCEPT);
            assert(offer.protocol == NULL || offer.protocol == spoken[0] ||
                   offer.protocol == spoken[1]);
            assert(hearth__head_find(&c->head, HEARTH__S("Sec-WebSocket-Key")) != NULL);
        } else {
            assert(rc == 400 || rc == 403 || rc == 426);
            assert(c->error.status == rc && c->error.text[0] != '\0');
        }
    }
    hearth__ctx_put(NULL, c);
    return 0;
}
