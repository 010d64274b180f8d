/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A response description as libmicrohttpd's: a body that it reads where it lies, and the
 * header fields.  Content-Length and Connection are libmicrohttpd's own business; Date is
 * written once a second.
 *
 * Making libmicrohttpd's response costs as much as all of the application's part of a
 * small request, and small responses tend to be the same ones again.  So each reactor
 * keeps, a slot a route, the last small response: when the next one is the same byte for
 * byte, the object that was made for it is queued once more.
 */
#include "transport/h1_reply.h"

#include "app/app.h"
#include "core/str.h"
#include "transport/h1_file.h"

#include <stdlib.h>
#include <string.h>

/* By number: 0.9.75 does not know it, ignores it, and says Content-Length: 0. */
#define FLAG_HEAD_ONLY (1 << 4)

/* ---- making -------------------------------------------------------------------------
 */

static const char *date(hearth__replies *m, int64_t now_s)
{
    if (now_s != m->date_s) {
        hearth__date_write(m->date, now_s);
        m->date_s = now_s;
    }
    return m->date;
}

bool hearth__h1_put_fields(hearth__replies *m, struct MHD_Response *made,
                           const hearth__res *r, int64_t now_s, bool close)
{
    const hearth__field *f;
    unsigned left = r->guards;
    enum MHD_Result ok = MHD_YES;

    /* Before Date: libmicrohttpd 1.0 forgets about that one when it sees this one. */
    if (close)
        ok = MHD_add_response_header(made, "Connection", "close");
    if (ok == MHD_YES)
        ok = MHD_add_response_header(made, "Date", date(m, now_s));
    for (size_t i = 0; i < r->nfields && ok == MHD_YES; i++)
        ok = MHD_add_response_header(made, r->field[i].name.ptr, r->field[i].value.ptr);
    while (ok == MHD_YES && (f = hearth__guard_next(r, &left)) != NULL)
        ok = MHD_add_response_header(made, f->name.ptr, f->value.ptr);
    /* What it knows is the length of no body; the one that counts is that of the 200
     * (RFC 9110 8.6). */
    if (r->status == 304 && ok == MHD_YES)
        ok = MHD_set_response_options(made, (enum MHD_ResponseFlags)FLAG_HEAD_ONLY,
                                      MHD_RO_END);
    return ok == MHD_YES;
}

/* NULL when out of memory.  mode: where the body's bytes will live. */
static struct MHD_Response *make(hearth__replies *m, const hearth__res *r, int64_t now_s,
                                 bool close, enum MHD_ResponseMemoryMode mode)
{
    struct MHD_Response *made =
        r->file != NULL
            ? hearth__h1_file(r->file)
            : MHD_create_response_from_buffer(r->body.len, (void *)(uintptr_t)r->body.ptr,
                                              mode);

    if (made == NULL || hearth__h1_put_fields(m, made, r, now_s, close))
        return made;
    MHD_destroy_response(made);
    return NULL;
}

/* ---- remembering ----------------------------------------------------------------------
 */

static hearth__reply *slot_of(hearth__replies *m, const void *key)
{
    uintptr_t h = (uintptr_t)key >> 4;

    return &m->slot[(h ^ h >> 6) % HEARTH__REPLIES];
}

static size_t text_size(const hearth__res *r)
{
    size_t n = r->body.len;

    for (size_t i = 0; i < r->nfields && n <= HEARTH__REPLY_BYTES; i++)
        n += r->field[i].name.len + r->field[i].value.len;
    return n;
}

static bool fits(const hearth__res *r)
{
    return r->policy.value.ptr == NULL && r->nfields <= HEARTH__REPLY_FIELDS &&
           r->body.len <= HEARTH__REPLY_BYTES && text_size(r) <= HEARTH__REPLY_BYTES;
}

static bool same_part(const char **at, hearth_str s, size_t len)
{
    if (s.len != len || memcmp(*at, s.ptr, len) != 0)
        return false;
    *at += len;
    return true;
}

static bool same(const hearth__reply *k, const hearth__res *r)
{
    const char *at = k->text;

    if (k->status != r->status || k->nfields != r->nfields || k->guards != r->guards)
        return false;
    for (size_t i = 0; i < r->nfields; i++)
        if (!same_part(&at, r->field[i].name, k->name_len[i]) ||
            !same_part(&at, r->field[i].value, k->value_len[i]))
            return false;
    return same_part(&at, r->body, k->body_len);
}

static void forget(hearth__reply *k)
{
    if (k->made != NULL)
        MHD_destroy_response(k->made);
    k->made = NULL;
}

static char *put(char *at, hearth_str s)
{
    memcpy(at, s.ptr, s.len);
    return at + s.len;
}

static void remember(hearth__reply *k, const hearth__res *r)
{
    char *at = k->text;

    forget(k);
    k->status = r->status;
    k->guards = r->guards;
    k->nfields = r->nfields;
    k->body_len = r->body.len;
    for (size_t i = 0; i < r->nfields; i++) {
        k->name_len[i] = (unsigned short)r->field[i].name.len;
        k->value_len[i] = (unsigned short)r->field[i].value.len;
        at = put(put(at, r->field[i].name), r->field[i].value);
    }
    put(at, r->body);
}

/* The object for a response that came before, or NULL: then it is remembered for the
 * next. */
static struct MHD_Response *again(hearth__replies *m, const hearth__res *r,
                                  const void *key, int64_t now_s)
{
    hearth__reply *k = slot_of(m, key);

    if (!fits(r))
        return NULL;
    if (!same(k, r)) {
        remember(k, r);
        return NULL;
    }
    if (k->made == NULL || k->made_s != now_s) {
        forget(k);
        k->made = make(m, r, now_s, false, MHD_RESPMEM_MUST_COPY);
        k->made_s = now_s;
    }
    return k->made;
}

/* ---- the interface --------------------------------------------------------- */

enum MHD_Result hearth__h1_reply(hearth__replies *m, struct MHD_Connection *mhd,
                                 const hearth_ctx *c, int64_t now_s, bool close)
{
    const hearth__res *r = &c->res;
    struct MHD_Response *made = NULL;
    enum MHD_Result ok;

    if (!close && c->match.route != NULL && r->file == NULL)
        made = again(m, r, c->match.route, now_s);
    if (made != NULL)
        return MHD_queue_response(mhd, (unsigned)r->status, made);
    /* The context outlives the response: on_completed comes after the last byte. */
    made = make(m, r, now_s, close, MHD_RESPMEM_PERSISTENT);
    if (made == NULL)
        return MHD_NO;
    ok = MHD_queue_response(mhd, (unsigned)r->status, made);
    MHD_destroy_response(made);
    return ok;
}

enum MHD_Result hearth__h1_no_memory(struct MHD_Connection *mhd)
{
    static char text[] = "out of memory\n";
    struct MHD_Response *made =
        MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);

    if (made == NULL)
        return MHD_NO;
    MHD_add_response_header(made, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(made, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(made, "Retry-After", "1");
    MHD_add_response_header(made, "Connection", "close");
    enum MHD_Result ok = MHD_queue_response(mhd, 503, made);
    MHD_destroy_response(made);
    return ok;
}

void hearth__replies_clear(hearth__replies *m)
{
    for (size_t i = 0; i < HEARTH__REPLIES; i++)
        forget(&m->slot[i]);
}
