/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TRANSPORT_H1_REPLY_H
#define HEARTH_TRANSPORT_H1_REPLY_H

/* Response descriptions as libmicrohttpd's responses, the last small one of each route
 * kept. */

#include "app/ctx.h"
#include "http/date.h"

#include <microhttpd.h>

#define HEARTH__REPLIES      64  /* slots a reactor */
#define HEARTH__REPLY_FIELDS 8   /* a response with more is not kept */
#define HEARTH__REPLY_BYTES  512 /* of names, values and body */

typedef struct hearth__reply {
    int status; /* 0: an empty slot */
    unsigned guards;
    size_t nfields, body_len;
    unsigned short name_len[HEARTH__REPLY_FIELDS], value_len[HEARTH__REPLY_FIELDS];
    char text[HEARTH__REPLY_BYTES];
    struct MHD_Response *made; /* when it came twice */
    int64_t made_s;            /* its Date */
} hearth__reply;

/* Of one reactor, on its thread. */
typedef struct hearth__replies {
    char date[HEARTH__DATE_LEN + 1];
    int64_t date_s;
    hearth__reply slot[HEARTH__REPLIES];
} hearth__replies;

/* Queue c->res.  MHD_NO drops the connection. */
enum MHD_Result hearth__h1_reply(hearth__replies *m, struct MHD_Connection *mhd,
                                 const hearth_ctx *c, int64_t now_s, bool close);
/* The header fields of a response: Date, those of r, Connection.  False when out of
 * memory. */
bool hearth__h1_put_fields(hearth__replies *m, struct MHD_Response *made,
                           const hearth__res *r, int64_t now_s, bool close);
/* Answer for a connection that could not even get a context. */
enum MHD_Result hearth__h1_no_memory(struct MHD_Connection *mhd);
void hearth__replies_clear(hearth__replies *m);

#endif
