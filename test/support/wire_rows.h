/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_WIRE_ROWS_H
#define HEARTH_TEST_WIRE_ROWS_H

/*
 * Raw requests as rows of a table, each with what may be answered.  Behind every one comes
 * "GET /smuggled": a refused request must end its connection without running it, one that
 * is taken must be followed by that answer and no other, as often as it was asked for.
 *
 *     static const row rows[] = {REFUSED("two lengths", POST(...), 400), ...};
 *     row_check(&rows[_i], ROW_WHOLE);
 */

#include "wire_app.h"

#include <stdio.h>

#define SMUGGLED "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

/* The engine before 1.0: takes a bare LF in chunk framing, which cannot be seen from
 * outside; so nothing may follow a chunked request there. */
#define OLD_ENGINE (wire_engine_version() < 0x010000)

typedef struct row {
    const char *name, *bytes;
    size_t n;
    int status[3]; /* what may be answered; 0 ends the list */
    int old[2];    /* the same where OLD_ENGINE, if it differs */
    enum { ANSWERS, NEW_MAY_DROP, MAY_DROP } silent; /* may close without an answer */
    const char *body; /* of a 200, which is then taken; NULL: no 200 is taken */
    bool closes;      /* also when it is taken */
    bool chunked;     /* the same where OLD_ENGINE */
    const char *fill; /* so many times in place of the first '\v' of bytes */
    int times;
} row;

#define ROW(name_, bytes_, ...) \
    .name = name_, .bytes = (bytes_), .n = sizeof(bytes_) - 1, .status = {__VA_ARGS__}
#define REFUSED(name_, bytes_, ...)     \
    {                                   \
        ROW(name_, bytes_, __VA_ARGS__) \
    }
#define DROPPED(name_, bytes_, ...)                             \
    {                                                           \
        ROW(name_, bytes_, __VA_ARGS__), .silent = NEW_MAY_DROP \
    }
#define SHUT_OUT(name_, bytes_)                          \
    {                                                    \
        ROW(name_, bytes_, 400, 505), .silent = MAY_DROP \
    }
#define UNSEEN(name_, bytes_)                        \
    {                                                \
        ROW(name_, bytes_, 400), .old = { 200, 400 } \
    }
/* More initialisers may follow. */
#define TAKEN(name_, bytes_, ...)                          \
    {                                                      \
        ROW(name_, bytes_, 200, 0, 0), .body = __VA_ARGS__ \
    }
#define EITHER(name_, bytes_, ...)                             \
    {                                                          \
        ROW(name_, bytes_, 200, 400, 501), .body = __VA_ARGS__ \
    }
#define FILLED(name_, bytes_, fill_, times_, ...)                           \
    {                                                                       \
        ROW(name_, bytes_, __VA_ARGS__), .fill = (fill_), .times = (times_) \
    }

#define GET(lines)        "GET / HTTP/1.1\r\nHost: x\r\n" lines "\r\n"
#define POST(lines, body) "POST / HTTP/1.1\r\nHost: x\r\n" lines "\r\n" body
#define CHUNKED(body)     POST("Transfer-Encoding: chunked\r\n", body)

static inline bool row_may_answer(const row *t, int status)
{
    const int *list = t->status;
    int n = 3;

    if (OLD_ENGINE && t->old[0] != 0) {
        list = t->old;
        n = 2;
    }
    for (int i = 0; i < n; i++) {
        if (list[i] == status && status != 0)
            return true;
    }
    return false;
}

/* What the row allows, and then the end or, where it was taken, what was asked for next.
 * before: handlers that had run. */
static inline void row_check_answer(wire_app *a, wire *w, const row *t, int before)
{
    wire_reply r = {0};
    bool answered = wire_read(w, &r);
    bool taken = answered && r.status == 200 && t->body != NULL;
    bool closes = !taken || t->closes || (t->chunked && OLD_ENGINE);
    bool ran = answered && r.status == 200;

    ck_assert_msg(answered || t->silent == MAY_DROP ||
                      (t->silent == NEW_MAY_DROP && !OLD_ENGINE),
                  "%s: no answer", t->name);
    ck_assert_msg(!answered || row_may_answer(t, r.status), "%s: answered %d\n%s",
                  t->name, r.status, r.head);
    ck_assert_msg(!taken || strcmp(r.body, t->body) == 0, "%s: \"%s\" instead of \"%s\"",
                  t->name, r.body, t->body);
    ck_assert_msg(!answered || r.close == closes, "%s: %s\n%s", t->name,
                  closes ? "does not say close" : "says close", r.head);
    if (!closes)
        ck_assert_msg(wire_read(w, &r) && strcmp(r.body, "smuggled") == 0,
                      "%s: the next request was not understood\n%s", t->name, r.head);
    else /* the old engine sends its head twice where a Content-Length is malformed */
        ck_assert_msg(OLD_ENGINE ? wire_ends(w) : wire_closed(w),
                      "%s: the connection stays open, or says more", t->name);
    ck_assert_msg(atomic_load(&a->smuggled) == !closes, "%s: what was behind it ran",
                  t->name);
    ck_assert_int_eq(atomic_load(&a->hits), before + ran);
    wire_reply_clear(&r);
}

typedef enum row_way { ROW_WHOLE, ROW_PIECES, ROW_BEHIND } row_way;

static inline void row_send(wire *w, const row *t, row_way way)
{
    size_t head = t->fill == NULL ? t->n : (size_t)(strchr(t->bytes, '\v') - t->bytes);
    size_t most = way != ROW_PIECES ? 65536 : t->fill == NULL ? 7 : 997;
    size_t fill = t->fill == NULL ? 0 : strlen(t->fill);
    unsigned seed = (unsigned)t->n;
    char *big = malloc(fill * (size_t)t->times + 1);

    ck_assert_ptr_nonnull(big);
    for (int i = 0; i < t->times; i++)
        memcpy(big + (size_t)i * fill, t->fill, fill);
    wire_send_pieces(w, t->bytes, head, most, &seed);
    wire_send_pieces(w, big, fill * (size_t)t->times, most, &seed);
    if (head < t->n)
        wire_send_pieces(w, t->bytes + head + 1, t->n - head - 1, most, &seed);
    wire_send_pieces(w, SMUGGLED, sizeof SMUGGLED - 1, most, &seed);
    free(big);
}

static inline void row_check(const row *t, row_way way)
{
    hearth_run_opts o = wire_opts();
    wire_reply r = {0};
    wire_app a;
    wire w;

    if (t->fill != NULL) /* some engines wait for the end of what they will refuse */
        o.head_ms = o.body_grace_ms = 2000;
    wire_app_start(&a, &o, 0);
    w = wire_open(a.port);
    if (way == ROW_BEHIND) {
        ck_assert(wire_ask(&w, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", &r));
        ck_assert_int_eq(r.status, 200);
    }
    row_send(&w, t, way);
    row_check_answer(&a, &w, t, way == ROW_BEHIND);
    wire_reply_clear(&r);
    wire_close(&w);
    wire_app_stop(&a);
}

#endif
