/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Streams.  A source is closed in the call that sees its end; the request's own end,
 * which is also that of a client that left, closes what is still open, so no other place
 * has to think of it.
 */
#include "app/stream.h"

#include "app/answer.h"
#include "app/problem.h"
#include "app/req.h"
#include "app/waker.h"
#include "core/str.h"
#include "http/accept.h"

#include <hearth/log.h>
#include <hearth/memory.h>
#include <string.h>

#define MAX_REMIND_MS 600000

void hearth__stream_close(hearth__stream *s)
{
    void (*fn)(void *arg) = s->close;

    s->close = NULL;
    if (fn != NULL)
        fn(s->arg);
}

static void close_at_last(void *arg)
{
    hearth__stream_close(arg);
}

/* ---- trailers ---------------------------------------------------------------- */

/* RFC 9110 section 6.5.1: fields that decide framing, routing, authentication, how the body
 * is to be read, or whether and how long it may be kept are of no use behind the body. */
static bool comes_too_late(hearth_str name)
{
    static const char *const early[] = {
        "Age",
        "Authorization",
        "Cache-Control",
        "Content-Disposition",
        "Content-Range",
        "Content-Encoding",
        "Content-Language",
        "Content-Location",
        "Content-Type",
        "Cookie",
        "Expect",
        "Expires",
        "Host",
        "Location",
        "Max-Forwards",
        "Pragma",
        "Range",
        "Proxy-Authenticate",
        "Retry-After",
        "Proxy-Authorization",
        "Set-Cookie",
        "Strict-Transport-Security",
        "Vary",
        "Warning",
        "WWW-Authenticate",
    };

    for (size_t i = 0; i < sizeof early / sizeof *early; i++)
        if (hearth__str_ieq(name, hearth__str_of(early[i])))
            return true;
    return hearth__str_istarts(name, HEARTH__S("If-")) ||
           hearth__str_istarts(name, HEARTH__S("Accept")) ||
           hearth__str_istarts(name, HEARTH__S("Access-Control-"));
}

/* Copy the declared names, and make the value of Trailer of them. */
static int declare(hearth_ctx *c, hearth__stream *s, const char *const *names)
{
    size_t n = 0;

    while (names != NULL && names[n] != NULL)
        n++;
    if (n == 0)
        return 0;
    if (n > HEARTH__MAX_TRAILERS)
        return hearth__note(c, HEARTH_EINVAL, "more than %d trailers are declared",
                            HEARTH__MAX_TRAILERS);
    s->trailer = hearth__arena_array(&c->arena, n, sizeof *s->trailer);
    if (s->trailer == NULL)
        return HEARTH_ENOMEM;
    for (; s->ntrailers < n; s->ntrailers++) {
        hearth_str name = hearth__str_of(names[s->ntrailers]);

        if (hearth__res_check(name, hearth__str(NULL, 0)) != 0 || comes_too_late(name))
            return hearth__note(
                c, HEARTH_EINVAL,
                "the field \"%s\" cannot be a trailer: it is not a token, "
                "or of use only before the body",
                name.ptr);
        name.ptr = hearth__ctx_text(c, name);
        if (name.ptr == NULL)
            return HEARTH_ENOMEM;
        s->trailer[s->ntrailers] = (hearth__field){name, {NULL, 0}};
    }
    return 0;
}

static bool wants_trailers(hearth_ctx *c)
{
    return c->head.version >= 11 &&
           hearth__accept_token(hearth__req_list(c, HEARTH__S("TE")),
                                HEARTH__S("trailers")) > 0;
}

/* "Trailer: A, B", when they will be sent. */
static int announce(hearth_ctx *c, hearth__stream *s)
{
    hearth__buf b;

    if (s->ntrailers == 0 || s->sized || !wants_trailers(c))
        return 0;
    s->announced = true;
    hearth__buf_init(&b, &c->arena, 0);
    for (size_t i = 0; i < s->ntrailers; i++)
        hearth__buf_f(&b, "%s%s", i == 0 ? "" : ", ", s->trailer[i].name.ptr);
    return b.failed ? HEARTH_ENOMEM
                    : hearth__res_put(&c->res, &c->arena, HEARTH__S("Trailer"),
                                      hearth__buf_view(&b));
}

int hearth_set_trailer(hearth_ctx *c, const char *name, const char *value)
{
    hearth__stream *s = c->res.stream;
    hearth_str v = hearth__str_of(value);

    if (s == NULL || s->ended)
        return hearth__note(c, HEARTH_ESTATE,
                            "a trailer was set when there was no stream, or no more");
    if (v.len == 0 || hearth__res_check(HEARTH__S("X"), v) != 0)
        return hearth__note(c, HEARTH_EINVAL, "the value of trailer \"%s\" is refused",
                            name == NULL ? "(null)" : name);
    for (size_t i = 0; i < s->ntrailers; i++) {
        if (!hearth__str_ieq(s->trailer[i].name, hearth__str_of(name)))
            continue;
        v.ptr = hearth__ctx_text(c, v);
        if (v.ptr == NULL)
            return HEARTH_ENOMEM;
        s->trailer[i].value = v;
        return 0;
    }
    return hearth__note(c, HEARTH_EINVAL,
                        "trailer \"%s\" was not declared in the stream's options",
                        name == NULL ? "(null)" : name);
}

/* ---- answering --------------------------------------------------------------- */

static int answer(hearth_ctx *c, hearth__stream *s, int status, const char *type,
                  const char *const *trailers)
{
    hearth_str t = hearth__str_of(type);

    if (s->next == NULL && s->lend == NULL)
        return hearth__note(c, HEARTH_EINVAL, "a stream needs a source; it is NULL");
    if (s->remind_ms < 0 || s->remind_ms > MAX_REMIND_MS)
        return hearth__note(c, HEARTH_EINVAL, "remind_ms of a stream is 1 to %d, or 0",
                            MAX_REMIND_MS);
    if (hearth__res_check(HEARTH__S("Content-Type"), t) != 0)
        return hearth__note(c, HEARTH_EINVAL, "the media type \"%s\" is no field value",
                            t.ptr);
    t.ptr = hearth__ctx_text(c, t);
    if (s->lend == NULL)
        s->piece = s->block = hearth__arena_raw(&c->arena, HEARTH__STREAM_BLOCK);
    if (t.ptr == NULL || (s->lend == NULL && s->block == NULL))
        return HEARTH_ENOMEM;
    HEARTH_TRY(declare(c, s, trailers));
    HEARTH_TRY(hearth__answer(c, status, t, HEARTH__S("")));
    c->res.stream = s;
    return 0;
}

/* Either next or lend is NULL, or the caller's mistake. */
static int open_stream(hearth_ctx *c, int status, const char *type,
                       const hearth__stream *as, const char *const *trailers)
{
    hearth__stream *s = hearth__arena_raw(&c->arena, sizeof *s);

    if (s == NULL) {
        if (as->close != NULL)
            as->close(as->arg);
        return HEARTH_ENOMEM;
    }
    *s = *as;
    HEARTH_TRY(hearth_defer(c, close_at_last, s));
    int rc = answer(c, s, status, type, trailers);
    if (rc != 0)
        hearth__stream_close(s);
    return rc;
}

static hearth__stream as_said(const hearth_stream_opts *o, void *arg)
{
    return (hearth__stream){.arg = arg,
                            .close = o->close,
                            .counted = o->length > 0,
                            .sized = o->length > 0,
                            .length = o->length,
                            .endless = o->endless,
                            .remind_ms = o->remind_ms,
                            .ready = {"", 0}};
}

int hearth_stream_with_sized(hearth_ctx *c, int status, const char *type,
                             hearth_source_fn *next, void *arg,
                             const hearth_stream_opts *opts, size_t size)
{
    hearth_stream_opts o = {0};

    if (opts != NULL)
        memcpy(&o, opts, size < sizeof o ? size : sizeof o);
    hearth__stream s = as_said(&o, arg);

    s.next = next;
    return open_stream(c, status, type, &s, o.trailers);
}

int hearth__stream_lend(hearth_ctx *c, int status, const char *type,
                        hearth__lend_fn *lend, void *arg, const hearth_stream_opts *o)
{
    hearth__stream s = as_said(o, arg);

    s.lend = lend;
    return open_stream(c, status, type, &s, o->trailers);
}

int hearth_stream(hearth_ctx *c, int status, const char *type, hearth_source_fn *next,
                  void *arg)
{
    return hearth_stream_with(c, status, type, next, arg, NULL);
}

/* ---- pulling ----------------------------------------------------------------- */

static void fail(hearth_ctx *c, hearth__stream *s, int code, const char *why)
{
    s->failed = code;
    if (s->begun)
        hearth_logf(c, HEARTH_LOG_ERROR,
                    "%s %s: the stream is cut after %llu bytes of its source: %s",
                    hearth_method(c),
                    c->match.route == NULL ? "(no route)" : c->match.route->pattern,
                    (unsigned long long)s->pulled, why);
    else
        (void)hearth__note(c, code, "the stream failed at its first block: %s", why);
    hearth__stream_close(s);
}

/* Nothing yet; unless nobody would ask again. */
static void wait(hearth_ctx *c, hearth__stream *s)
{
    s->pending = c->waker != NULL || s->remind_ms > 0;
    if (!s->pending)
        fail(c, s, HEARTH_ESTATE,
             "its source has nothing yet, but no waker and no remind_ms to be asked "
             "again");
}

/* Bytes of the source at `piece`; 0 at its end, when it failed, or is pending. */
static size_t ask(hearth_ctx *c, hearth__stream *s)
{
    ptrdiff_t n;

    hearth__waker_ask(c->waker);
    n = s->lend != NULL ? s->lend(s->arg, &s->piece)
                        : s->next(s->arg, s->block, HEARTH__STREAM_BLOCK);
    if (n == HEARTH_STREAM_PENDING) {
        wait(c, s);
        return 0;
    }
    if (n < 0) {
        fail(c, s, n < INT32_MIN ? HEARTH_EIO : (int)n,
             hearth_strerror(n < INT32_MIN ? HEARTH_EIO : (int)n));
        return 0;
    }
    if (s->lend == NULL && n > HEARTH__STREAM_BLOCK) {
        fail(c, s, HEARTH_ESTATE, "the source says that it wrote more than it may");
        return 0;
    }
    if (s->counted && (uint64_t)n > s->length - s->pulled) {
        n = (ptrdiff_t)(s->length - s->pulled);
        hearth_logf(c, HEARTH_LOG_ERROR,
                    "a stream of %llu bytes had more to give: the rest is not sent",
                    (unsigned long long)s->length);
    }
    s->pulled += (uint64_t)n;
    if (n == 0 && s->counted && s->pulled < s->length) {
        fail(c, s, HEARTH_EIO, "its source ended before the length that was announced");
        return 0;
    }
    s->ended = n == 0 || (s->counted && s->pulled == s->length);
    if (s->ended)
        hearth__stream_close(s);
    return (size_t)n;
}

static int encode(hearth__stream *s, const char *p, size_t n)
{
    int rc;

    hearth__buf_empty(&s->coded);
    rc = s->encoder.put(s->encoder.self, &s->coded, p, n, s->ended);
    if (rc == 0 && s->coded.failed)
        rc = HEARTH_ENOMEM;
    if (rc == 0)
        s->ready = hearth__buf_view(&s->coded);
    return rc;
}

void hearth__stream_pull(hearth_ctx *c)
{
    hearth__stream *s = c->res.stream;

    s->pending = false;
    while (s->ready.len == 0 && !s->ended && s->failed == 0) {
        size_t n = ask(c, s);
        int rc = 0;

        if (s->failed != 0 || s->pending)
            return;
        if (s->encoder.put == NULL)
            s->ready = hearth__str(s->piece, n);
        else
            rc = encode(s, s->piece, n);
        if (rc != 0)
            fail(c, s, rc, "its content coding ran out of memory");
    }
}

/* The whole body is there: an answer like any other. */
static void make_plain(hearth_ctx *c, const hearth__stream *s)
{
    hearth_str body = s->ready;

    hearth__res_no_body(&c->res);
    c->res.body = body;
}

int hearth__stream_begin(hearth_ctx *c)
{
    hearth__stream *s = c->res.stream;

    c->res.sent = true; /* it is too late for another answer */
    hearth__stream_pull(c);
    c->res.sent = false;
    s->begun = true;
    if (s->failed != 0)
        return s->failed;
    if (c->framing.method == HEARTH__HEAD) /* nobody will ask for more */
        hearth__stream_close(s);
    if (s->ended && s->ntrailers == 0) {
        make_plain(c, s);
        return 0;
    }
    return announce(c, s);
}

int hearth__stream_encode(hearth_ctx *c, hearth__encoder e)
{
    hearth__stream *s = c->res.stream;
    int rc;

    hearth__buf_init(&s->coded, &c->arena, 0);
    s->encoder = e;
    rc = encode(s, s->ready.ptr, s->ready.len);
    if (rc != 0) {
        s->encoder.put = NULL;
        return rc;
    }
    s->sized = false;
    return 0;
}

size_t hearth__stream_take(hearth__stream *s, char *buf, size_t max)
{
    size_t n = s->ready.len < max ? s->ready.len : max;

    memcpy(buf, s->ready.ptr, n);
    s->ready = hearth__str(s->ready.ptr + n, s->ready.len - n);
    s->sent += n;
    return n;
}
