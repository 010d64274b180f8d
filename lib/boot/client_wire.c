/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A small HTTP/1.1 client, strict where a lenient one would hide a fault of the server: a
 * stray byte between two answers, a missing CRLF, a chunk that does not end are all
 * errors.  It listens while it sends, so that a refusal that comes before the body is
 * read is not lost.
 */

#include "boot/client_wire.h"

#include "core/clock.h"
#include "core/str.h"
#include "http/status.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CALL_US    (45 * 1000000LL) /* longer than the default of handler_ms */
#define READ_BYTES 16384
#define MAX_ANSWER (256u * 1024u * 1024u)
#define MAX_FIELDS 256
#define SWITCHING  101

void hearth__client_wire_init(hearth__client_wire *w, int port)
{
    *w = (hearth__client_wire){.fd = -1, .port = port, .why = ""};
    hearth__buf_init(&w->in, NULL, MAX_ANSWER);
}

void hearth__client_wire_close(hearth__client_wire *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    w->at = 0;
    hearth__buf_clear(&w->in);
}

static int failed(hearth__client_wire *w, const char *why)
{
    w->why = why;
    return HEARTH_EIO;
}

/* ---- bytes -------------------------------------------------------------------- */

static int open_connection(hearth__client_wire *w)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)w->port)};
    int one = 1;

    hearth__client_wire_close(w);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (w->fd < 0)
        return failed(w, "no socket could be made");
    if (connect(w->fd, (const struct sockaddr *)&to, sizeof to) != 0 ||
        fcntl(w->fd, F_SETFL, O_NONBLOCK) != 0)
        return failed(w, "the server could not be reached");
    (void)setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return 0;
}

/* Wait for events at most until the call's deadline; which came, 0 when the time is up.
 */
static short wait_for(const hearth__client_wire *w, short events)
{
    struct pollfd p = {.fd = w->fd, .events = events};

    for (;;) {
        int64_t left_ms = (w->until_us - hearth__clock_us()) / 1000;
        int n = poll(&p, 1, left_ms > 0 ? (int)left_ms : 0);

        if (n > 0)
            return p.revents;
        if (n == 0 || errno != EINTR)
            return 0;
    }
}

/* Receive what is there: 1 got some, 0 end of the stream, negative an error. */
static int receive(hearth__client_wire *w)
{
    char *room = hearth__buf_room(&w->in, READ_BYTES);

    if (room == NULL)
        return failed(w, "the answer does not fit in memory");
    ssize_t n = recv(w->fd, room, READ_BYTES, 0);

    if (n == 0)
        return 0;
    if (n < 0)
        return errno == EAGAIN || errno == EINTR ? 1
                                                 : failed(w, "the connection was reset");
    hearth__buf_commit(&w->in, (size_t)n);
    return 1;
}

static int wait_more(hearth__client_wire *w)
{
    if (wait_for(w, POLLIN) == 0)
        return failed(w, "the answer did not come in time");
    return receive(w);
}

static hearth_str waiting(const hearth__client_wire *w)
{
    return hearth__str(w->in.ptr + w->at, w->in.len - w->at);
}

/* Send until all is sent, the peer stops listening, or an answer begins. */
static int send_all(hearth__client_wire *w, hearth_str bytes)
{
    for (w->unsent = true; bytes.len > 0;) {
        short now = wait_for(w, POLLOUT | POLLIN);

        if (now == 0)
            return failed(w, "the request could not be sent in time");
        if ((now & POLLIN) != 0) {
            int rc = receive(w);

            if (rc <= 0)
                return rc;
            if (!hearth__str_starts(waiting(w), HEARTH__S("HTTP/1.1 1")))
                return 0;
        }
        if ((now & POLLOUT) == 0)
            continue;
        ssize_t n = send(w->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN && errno != EINTR)
            return 0; /* its answer may be on the way */
        if (n > 0)
            bytes = hearth__str(bytes.ptr + n, bytes.len - (size_t)n);
    }
    w->unsent = false;
    return 0;
}

/* ---- the request ---------------------------------------------------------------- */

static void write_chunks(hearth__buf *b, hearth_str body)
{
    if (body.len > 0) {
        hearth__buf_hex(b, body.len, 1);
        hearth__buf_text(b, "\r\n");
        hearth__buf_str(b, body);
        hearth__buf_text(b, "\r\n");
    }
    hearth__buf_text(b, "0\r\n\r\n");
}

static void write_request(hearth__buf *b, const hearth__head *h, hearth_str body)
{
    const hearth__field *coding = hearth__head_find(h, HEARTH__S("Transfer-Encoding"));

    hearth__buf_str(b, h->method);
    hearth__buf_char(b, ' ');
    hearth__buf_str(b, h->target);
    hearth__buf_text(b, " HTTP/1.1\r\n");
    for (size_t i = 0; i < h->nfields; i++) {
        hearth__buf_str(b, h->field[i].name);
        hearth__buf_text(b, ": ");
        hearth__buf_str(b, h->field[i].value);
        hearth__buf_text(b, "\r\n");
    }
    hearth__buf_text(b, "\r\n");
    if (coding != NULL && hearth__str_ieq(coding->value, HEARTH__S("chunked")))
        write_chunks(b, body);
    else
        hearth__buf_str(b, body);
}

/* ---- the answer ------------------------------------------------------------------- */

/* The next line without its CRLF, in memory of a.  1, 0 at the end of the stream,
 * negative. */
static int take_line(hearth__client_wire *w, hearth__arena *a, hearth_str *line)
{
    for (size_t from = 0;;) {
        hearth_str in = waiting(w);
        const char *lf = memchr(in.ptr + from, '\n', in.len - from);

        if (lf != NULL) {
            size_t n = (size_t)(lf - in.ptr);

            if (n == 0 || in.ptr[n - 1] != '\r')
                return failed(w, "a line of the answer does not end in CRLF");
            w->at += n + 1;
            line->len = n - 1;
            line->ptr = hearth__arena_copy(a, in.ptr, n - 1);
            return line->ptr == NULL ? HEARTH_ENOMEM : 1;
        }
        from = in.len;
        int rc = wait_more(w);

        if (rc <= 0)
            return rc;
    }
}

static int take_status(hearth__client_wire *w, hearth_str line, int *status)
{
    uint64_t code;

    if (line.len < 13 || !hearth__str_starts(line, HEARTH__S("HTTP/1.1 ")) ||
        line.ptr[12] != ' ' || !hearth__str_uint(hearth__str(line.ptr + 9, 3), &code))
        return failed(w, "the status line is malformed");
    *status = (int)code;
    return 1;
}

static int take_fields(hearth__client_wire *w, hearth__arena *a, hearth__loop_answer *out)
{
    out->nfields = 0;
    for (;;) {
        hearth_str line;
        int rc = take_line(w, a, &line);

        if (rc <= 0)
            return rc;
        if (line.len == 0)
            return 1;
        hearth_str name = hearth__str_cut(&line, ':');

        if (line.ptr == NULL || !hearth__is_token(name) || out->nfields == MAX_FIELDS)
            return failed(w, "a header field of the answer is malformed");
        line = hearth__str_trim(line);
        out->field[out->nfields++] = (hearth__field){
            hearth__str(hearth__arena_copy(a, name.ptr, name.len), name.len),
            hearth__str(hearth__arena_copy(a, line.ptr, line.len), line.len)};
        if (a->failed)
            return HEARTH_ENOMEM;
    }
}

static int take_bytes(hearth__client_wire *w, hearth__buf *to, uint64_t n)
{
    while (n > 0) {
        hearth_str in = waiting(w);
        size_t part = in.len < n ? in.len : (size_t)n;

        hearth__buf_add(to, in.ptr, part);
        w->at += part;
        n -= part;
        if (n == 0)
            break;
        int rc = wait_more(w);

        if (rc <= 0)
            return rc < 0 ? rc : failed(w, "the connection closed within the body");
    }
    return to->failed ? HEARTH_ENOMEM : 1;
}

static bool hex_size(hearth_str text, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = hearth__hex_digit(text.ptr[i]);

        if (digit < 0 || *out > MAX_ANSWER)
            return false;
        *out = *out * 16 + (unsigned)digit;
    }
    return text.len > 0;
}

static int take_chunks(hearth__client_wire *w, hearth__arena *a, hearth__buf *to)
{
    for (;;) {
        hearth_str line;
        uint64_t n;
        int rc = take_line(w, a, &line);

        if (rc <= 0)
            return rc;
        if (!hex_size(hearth__str_cut(&line, ';'), &n))
            return failed(w, "the size of a chunk is malformed");
        if (n == 0)
            break;
        rc = take_bytes(w, to, n);
        if (rc <= 0)
            return rc;
        rc = take_line(w, a, &line);
        if (rc <= 0)
            return rc;
        if (line.len != 0)
            return failed(w, "a chunk is longer than it said");
    }
    for (;;) { /* trailers */
        hearth_str line;
        int rc = take_line(w, a, &line);

        if (rc <= 0 || line.len == 0)
            return rc;
    }
}

static int take_rest(hearth__client_wire *w, hearth__buf *to)
{
    for (;;) {
        hearth_str in = waiting(w);

        hearth__buf_str(to, in);
        w->at += in.len;
        int rc = wait_more(w);

        if (rc <= 0)
            return rc < 0 ? rc : 1;
    }
}

static const hearth_str *answer_field(const hearth__loop_answer *out, hearth_str name)
{
    for (size_t i = 0; i < out->nfields; i++) {
        if (hearth__str_ieq(out->field[i].name, name))
            return &out->field[i].value;
    }
    return NULL;
}

static int take_body(hearth__client_wire *w, hearth__arena *a, bool head,
                     hearth__loop_answer *out)
{
    const hearth_str *coding = answer_field(out, HEARTH__S("Transfer-Encoding"));
    const hearth_str *length = answer_field(out, HEARTH__S("Content-Length"));
    hearth__buf body;
    uint64_t n;
    int rc = 1;

    hearth__buf_init(&body, a, MAX_ANSWER);
    if (head || !hearth__status_has_body(out->status)) {
        ;
    } else if (coding != NULL) {
        rc = hearth__str_ieq(*coding, HEARTH__S("chunked"))
                 ? take_chunks(w, a, &body)
                 : failed(w, "the answer's transfer coding is not chunked");
    } else if (length != NULL) {
        rc = hearth__str_uint(*length, &n)
                 ? take_bytes(w, &body, n)
                 : failed(w, "the answer's Content-Length is malformed");
    } else {
        out->close = true;
        rc = take_rest(w, &body);
    }
    if (rc == 0)
        return failed(w, "the connection closed within the body");
    if (rc < 0)
        return rc;
    out->body = hearth__buf_view(&body);
    return body.failed ? HEARTH_ENOMEM : 1;
}

/* 1, 0 when the connection ended before the answer began, negative. */
static int take_head(hearth__client_wire *w, hearth__arena *a, hearth__loop_answer *out)
{
    do {
        hearth_str line;
        int rc = take_line(w, a, &line);

        if (rc == 0 && waiting(w).len > 0)
            return failed(w, "the connection closed within the head");
        if (rc <= 0)
            return rc;
        rc = take_status(w, line, &out->status);
        if (rc > 0)
            rc = take_fields(w, a, out);
        if (rc <= 0)
            return rc < 0 ? rc : failed(w, "the connection closed within the head");
    } while (out->status < 200 && out->status != SWITCHING);
    const hearth_str *connection = answer_field(out, HEARTH__S("Connection"));

    out->close = connection != NULL && hearth__str_ieq(*connection, HEARTH__S("close"));
    return 1;
}

static bool has_chunks(const hearth__client_wire *w, const hearth__loop_answer *out)
{
    const hearth_str *coding = answer_field(out, HEARTH__S("Transfer-Encoding"));

    return !w->head && hearth__status_has_body(out->status) && coding != NULL &&
           hearth__str_ieq(*coding, HEARTH__S("chunked"));
}

/* ---- one call -----------------------------------------------------------------------
 */

/* Is the kept connection still good?  Nothing may have come since the last answer. */
static int check_kept(hearth__client_wire *w)
{
    struct pollfd p = {.fd = w->fd, .events = POLLIN};

    if (waiting(w).len == 0 && poll(&p, 1, 0) <= 0)
        return 1;
    if (waiting(w).len == 0 && receive(w) <= 0)
        return 0;
    return failed(w, "the server sent bytes after its last answer");
}

static int attempt(hearth__client_wire *w, hearth_str bytes)
{
    int rc = w->fd < 0 ? 0 : check_kept(w);

    if (rc < 0)
        return rc;
    if (rc == 0) {
        rc = open_connection(w);
        if (rc != 0)
            return rc;
    }
    w->at = 0;
    hearth__buf_empty(&w->in);
    return send_all(w, bytes);
}

int hearth__client_wire_send(hearth__client_wire *w, hearth__arena *a,
                             const hearth__loop_call *call)
{
    hearth__head head;
    hearth__buf request;
    int rc = hearth__loopback_head(&head, a, call);

    hearth__buf_init(&request, a, 0);
    if (rc == 0)
        write_request(&request, &head, call->body);
    if (rc != 0 || request.failed)
        return HEARTH_ENOMEM;
    w->head = hearth__str_eq(head.method, HEARTH__S("HEAD"));
    w->until_us = hearth__clock_us() + CALL_US;
    w->why = "";
    rc = attempt(w, hearth__buf_view(&request));
    if (rc < 0)
        hearth__client_wire_close(w);
    return rc;
}

/* open: where there are chunks, leave them for hearth__client_wire_more(). */
static int take(hearth__client_wire *w, hearth__arena *a, hearth__loop_answer *out,
                bool *open)
{
    int rc;

    *out = (hearth__loop_answer){.body = {"", 0}};
    out->field = hearth__arena_array(a, MAX_FIELDS, sizeof *out->field);
    if (out->field == NULL)
        return HEARTH_ENOMEM;
    w->until_us = hearth__clock_us() + CALL_US;
    rc = take_head(w, a, out);
    if (rc > 0 && open != NULL && has_chunks(w, out)) {
        *open = true;
        return 0;
    }
    if (rc > 0)
        rc = take_body(w, a, w->head, out);
    if (rc == 0)
        rc = failed(w, "the connection closed without an answer");
    if (rc < 0 || out->close || w->unsent)
        hearth__client_wire_close(w);
    return rc < 0 ? rc : 0;
}

int hearth__client_wire_take(hearth__client_wire *w, hearth__arena *a,
                             hearth__loop_answer *out)
{
    return take(w, a, out, NULL);
}

int hearth__client_wire_open(hearth__client_wire *w, hearth__arena *a,
                             hearth__loop_answer *out, bool *open)
{
    *open = false;
    w->chunks = (hearth__chunks){.left = 0};
    return take(w, a, out, open);
}

int hearth__client_wire_more(hearth__client_wire *w, hearth__buf *to)
{
    size_t had = to->len, before;
    int rc = w->fd < 0 ? HEARTH_DECLINED : 1;

    while (rc == 1) {
        hearth_str in = waiting(w);

        rc = hearth__chunks_take(&w->chunks, &in, to);
        w->at = w->in.len - in.len;
        if (rc != 0)
            break;
        memmove(w->in.ptr, in.ptr, in.len);
        w->in.len = before = in.len;
        w->at = 0;
        rc = receive(w);
        if (rc == 1 && w->in.len == before)
            return to->len > had ? 1 : 0;
        if (rc == 0)
            rc = failed(w, "the connection closed within the body");
    }
    hearth__client_wire_close(w);
    return rc;
}

int hearth__client_wire_give(hearth__client_wire *w, hearth__buf *rest)
{
    int fd = w->fd;

    hearth__buf_str(rest, waiting(w));
    w->fd = -1;
    hearth__client_wire_close(w);
    return fd;
}

int hearth__client_wire_call(hearth__client_wire *w, hearth__arena *a,
                             const hearth__loop_call *call, hearth__loop_answer *out)
{
    int rc = hearth__client_wire_send(w, a, call);

    return rc < 0 ? rc : hearth__client_wire_take(w, a, out);
}
