/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A response description as libmicrohttpd's: a body that it reads where it lies, and the
 * header fields.  Content-Length, Connection and Date are libmicrohttpd's own business.
 */
#include "core/str.h"
#include "transport/h1.h"

enum MHD_Result hearth__h1_reply(struct MHD_Connection *mhd, const hearth_ctx *c,
                                 bool close)
{
    const hearth__res *r = &c->res;
    enum MHD_Result ok = MHD_YES;
    /* The context outlives the response: on_completed comes after the last byte. */
    struct MHD_Response *m =
        MHD_create_response_from_buffer(r->body.len, (void *)(uintptr_t)r->body.ptr,
                                        MHD_RESPMEM_PERSISTENT);

    if (m == NULL)
        return MHD_NO;
    for (size_t i = 0; i < r->nfields && ok == MHD_YES; i++)
        ok = MHD_add_response_header(m, r->field[i].name.ptr, r->field[i].value.ptr);
    if (close && ok == MHD_YES)
        ok = MHD_add_response_header(m, "Connection", "close");
    if (ok == MHD_YES)
        ok = MHD_queue_response(mhd, (unsigned int)r->status, m);
    MHD_destroy_response(m);
    return ok;
}

enum MHD_Result hearth__h1_no_memory(struct MHD_Connection *mhd)
{
    static char text[] = "out of memory\n";
    struct MHD_Response *m =
        MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);

    if (m == NULL)
        return MHD_NO;
    MHD_add_response_header(m, "Content-Type", "text/plain; charset=utf-8");
    MHD_add_response_header(m, "Retry-After", "1");
    MHD_add_response_header(m, "Connection", "close");
    enum MHD_Result ok = MHD_queue_response(mhd, 503, m);
    MHD_destroy_response(m);
    return ok;
}
