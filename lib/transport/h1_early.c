/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * An answer while the body still arrives (RFC 9112 section 9.5: a server may answer at
 * any time and close).  libmicrohttpd takes none between the first call and the last, and
 * closing with bytes unread resets the connection, which loses the answer on its way.  So
 * it is written to the socket here, our side is shut, and what the client still sends is
 * read and thrown away for a while, for it to see why.
 */
#include "app/app.h"
#include "core/str.h"
#include "http/date.h"
#include "http/status.h"
#include "transport/h1.h"

#include <errno.h>

/* What a socket takes at once however small its buffer is.  A longer answer, a file and a
 * stream wait for the end of the body. */
#define AT_ONCE 16384

static void write_field(hearth__buf *b, const hearth__field *f)
{
    hearth__buf_str(b, f->name);
    hearth__buf_text(b, ": ");
    hearth__buf_str(b, f->value);
    hearth__buf_text(b, "\r\n");
}

/* Names and values were checked when they were set. */
static void write_answer(hearth__buf *b, const hearth_ctx *c, int64_t now_s)
{
    const hearth__res *r = &c->res;
    const hearth__field *f;
    unsigned left = r->guards;
    char date[HEARTH__DATE_LEN + 1];

    hearth__date_write(date, now_s);
    hearth__buf_f(b, "HTTP/1.1 %d %s\r\nDate: %s\r\n", r->status,
                  hearth__status_reason(r->status), date);
    for (size_t i = 0; i < r->nfields; i++)
        write_field(b, &r->field[i]);
    while ((f = hearth__guard_next(r, &left)) != NULL)
        write_field(b, f);
    hearth__buf_text(b, "Connection: close\r\n");
    if (hearth__status_has_body(r->status)) {
        hearth__buf_f(b, "Content-Length: %zu\r\n\r\n", r->body.len);
        if (c->framing.method != HEARTH__HEAD)
            hearth__buf_str(b, r->body);
    } else {
        hearth__buf_text(b, "\r\n");
    }
}

/* False when it has to be tried again. */
static bool send_answer(const hearth__h1_conn *k)
{
    ssize_t sent = -1;
    bool again;
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    write_answer(&b, k->c, hearth__reactor_wall_s(k->h1->reactor));
    if (!b.failed)
        sent = send(k->fd, b.ptr, b.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    /* Full: of answers before this one, which the client has not taken. */
    again = b.failed || (sent < 0 && errno == EAGAIN);
    hearth__buf_clear(&b);
    return !again;
}

void hearth__h1_answer_early(hearth__h1_conn *k)
{
    const hearth__res *r = &k->c->res;

    /* The time for all that the client still has to say: what it says does not add to it. */
    if (k->drained == 0)
        hearth__h1_due(k, hearth__reactor_now_ms(k->h1->reactor) + HEARTH__H1_LINGER_MS);
    if (k->answered || r->file != NULL || r->stream != NULL || r->body.len > AT_ONCE)
        return;
    k->answered = send_answer(k);
    if (k->answered)
        shutdown(k->fd, SHUT_WR);
}
