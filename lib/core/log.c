/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The log.  A line is built on the caller's stack and makes no allocation, because "out
 * of memory" is one of the things it has to be able to say; only the sink runs under the
 * mutex.
 */
#include "core/log.h"

#include "core/clock.h"
#include "core/enc.h"
#include "core/str.h"
#include "core/utf8.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LINE_MAX_BYTES 8192
#define FIELDS_MIN     2048 /* of a line stay free for its fields */
#define PIECE          256  /* bytes escaped at a time when a text is cut */
#define ESCAPE_MAX     6    /* output bytes of one input byte at worst */

struct hearth__log {
    pthread_mutex_t lock;
    hearth_log_level level;
    bool json;
    const hearth_log_ops *ops;
    void *self;
    bool torn; /* standard error took half a line; under the lock */
};

/* ---- standard error --------------------------------------------------- */

/* Returns 0, or the errno of the write that failed: what is left is lost then, which is
 * better than to wait for a reader.  *torn says whether the last line lacks its end. */
static int write_all(hearth_str s, bool *torn)
{
    while (s.len != 0) {
        ssize_t n = write(STDERR_FILENO, s.ptr, s.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EAGAIN;
        *torn = s.ptr[n - 1] != '\n';
        s.ptr += n;
        s.len -= (size_t)n;
    }
    return 0;
}

/* A closed pipe must not end the host program, whose signal handlers are its own
 * affair: SIGPIPE is held back from this thread, and the one that our write made is
 * taken away. */
static void stderr_write(void *self, hearth_log_level level, hearth_str lines)
{
    static const struct timespec now = {0, 0};
    bool *torn = self;
    sigset_t sigpipe, before, pending;
    int saved = errno, rc;

    (void)level;
    sigemptyset(&sigpipe);
    sigaddset(&sigpipe, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    if (pthread_sigmask(SIG_BLOCK, &sigpipe, &before) != 0)
        return;
    rc = *torn ? write_all(HEARTH__S("\n"), torn) : 0;
    if (rc == 0)
        rc = write_all(lines, torn);
    if (rc == EPIPE && sigismember(&pending, SIGPIPE) != 1)
        while (sigtimedwait(&sigpipe, NULL, &now) < 0 && errno == EINTR)
            ;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved;
}

static const hearth_log_ops stderr_ops = {.name = "stderr", .write = stderr_write};

/* ---- lifecycle -------------------------------------------------------- */

hearth__log *hearth__log_new(const hearth_log_opts *o)
{
    static const hearth_log_opts defaults;
    hearth__log *l;

    if (o == NULL)
        o = &defaults;
    if (o->ops != NULL && (o->ops->write == NULL || o->ops->name == NULL))
        return NULL;
    l = calloc(1, sizeof(*l));
    if (l == NULL)
        return NULL;
    if (pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        return NULL;
    }
    l->level = o->level == HEARTH_LOG_DEFAULT ? HEARTH_LOG_INFO : o->level;
    l->json = o->json;
    l->ops = o->ops == NULL ? &stderr_ops : o->ops;
    l->self = o->ops == NULL ? &l->torn : o->self;
    return l;
}

void hearth__log_free(hearth__log *l)
{
    if (l == NULL)
        return;
    if (l->ops->close != NULL)
        l->ops->close(l->self);
    pthread_mutex_destroy(&l->lock);
    free(l);
}

bool hearth__log_wants(const hearth__log *l, hearth_log_level level)
{
    return l != NULL && level >= l->level && level < HEARTH_LOG_OFF;
}

static void hand_over(hearth__log *l, hearth_log_level level, hearth_str lines)
{
    pthread_mutex_lock(&l->lock);
    l->ops->write(l->self, level, lines);
    pthread_mutex_unlock(&l->lock);
}

/* ---- parts of a line -------------------------------------------------- */

typedef void encoder(hearth__buf *b, hearth_str s);

/* For between quotes of a text line. */
static void enc_quoted(hearth__buf *b, hearth_str s)
{
    while (s.ptr != NULL) {
        hearth__enc_line(b, hearth__str_cut(&s, '"'));
        if (s.ptr != NULL)
            hearth__buf_add(b, "\\\"", 2);
    }
}

/* Append s by way of enc, at most `budget` bytes of it, "..." where it is cut.  Never
 * adds more than that for long, so a fixed buffer needs PIECE * ESCAPE_MAX bytes to
 * spare. */
static void add_cut(hearth__buf *b, hearth_str s, size_t budget, encoder *enc)
{
    size_t start = b->len, piece_max = PIECE;

    while (s.len != 0 && !b->failed) {
        size_t before = b->len;
        hearth_str piece = hearth__str(s.ptr, s.len < piece_max ? s.len : piece_max);

        if (piece.len < s.len) {
            piece = hearth__utf8_trim(piece);
            if (piece.len == 0)
                piece.len = 1;
        }
        enc(b, piece);
        if (b->len - start + 3 <= budget ||
            (piece.len == s.len && b->len - start <= budget)) {
            s.ptr += piece.len;
            s.len -= piece.len;
            continue;
        }
        if (b->failed)
            return;
        b->len = before;
        b->ptr[before] = '\0';
        if (piece_max == 4) {
            hearth__buf_add(b, "...", before - start + 3 <= budget ? 3 : 0);
            return;
        }
        piece_max = 4;
    }
}

static const char *level_text(hearth_log_level level, bool json)
{
    switch (level) {
    case HEARTH_LOG_DEBUG:
        return json ? "debug" : "DEBUG";
    case HEARTH_LOG_WARN:
        return json ? "warn" : "WARN ";
    case HEARTH_LOG_ERROR:
        return json ? "error" : "ERROR";
    default:
        return json ? "info" : "INFO ";
    }
}

static void add_head(const hearth__log *l, hearth__buf *b, hearth_log_level level,
                     int64_t wall_us)
{
    hearth__buf_text(b, l->json ? "{\"time\":\"" : "");
    hearth__clock_text(b, wall_us);
    hearth__buf_text(b, l->json ? "\",\"level\":\"" : " ");
    hearth__buf_text(b, level_text(level, l->json));
    hearth__buf_text(b, l->json ? "\",\"msg\":\"" : " ");
}

static void add_tail(const hearth__log *l, hearth__buf *b)
{
    hearth__buf_text(b, l->json ? "}\n" : "\n");
}

/* A value that a reader of key=value pairs would split or join wrongly without quotes. */
static bool needs_quotes(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == ' ' || s.ptr[i] == '"' || s.ptr[i] == '=')
            return true;
    return s.len == 0;
}

static void add_key(const hearth__log *l, hearth__buf *b, const char *name)
{
    hearth__buf_text(b, l->json ? ",\"" : " ");
    hearth__buf_text(b, name);
    hearth__buf_text(b, l->json ? "\":" : "=");
}

static void add_text(const hearth__log *l, hearth__buf *b, hearth_str s, size_t budget)
{
    if (l->json || needs_quotes(s)) {
        hearth__buf_char(b, '"');
        add_cut(b, s, budget, l->json ? hearth__enc_json_part : enc_quoted);
        hearth__buf_char(b, '"');
    } else {
        add_cut(b, s, budget, hearth__enc_line);
    }
}

/* Fields that no longer fit are left out; `most` is where the line has to end. */
static void add_fields(const hearth__log *l, hearth__buf *b, const hearth__log_field *f,
                       size_t most)
{
    for (; f->name != NULL; f++) {
        size_t around = strlen(f->name) + sizeof(",\"\":\"\"");

        if (b->len + around + 20 > most)
            return;
        add_key(l, b, f->name);
        if (f->text.ptr != NULL)
            add_text(l, b, f->text, most - b->len - 2);
        else
            hearth__buf_int(b, f->number);
    }
}

/* ---- lines ------------------------------------------------------------ */

void hearth__log_line(hearth__log *l, hearth_log_level level,
                      const hearth__log_field *fields, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    hearth__log_vline(l, level, fields, fmt, ap);
    va_end(ap);
}

void hearth__log_vline(hearth__log *l, hearth_log_level level,
                       const hearth__log_field *fields, const char *fmt, va_list ap)
{
    char msg[LINE_MAX_BYTES], mem[LINE_MAX_BYTES + PIECE * ESCAPE_MAX];
    const size_t most = LINE_MAX_BYTES - 2; /* the tail */
    int saved = errno;
    hearth__buf b;
    hearth_str text;

    if (level == HEARTH_LOG_DEFAULT)
        level = HEARTH_LOG_INFO;
    if (!hearth__log_wants(l, level))
        return;
    if (vsnprintf(msg, sizeof(msg), fmt, ap) < 0)
        text = HEARTH__S("(a message that cannot be formatted)");
    else
        text = hearth__str_of(msg);
    if (text.len == sizeof(msg) - 1)
        text = hearth__utf8_trim(text);
    hearth__buf_over(&b, mem, sizeof(mem));
    add_head(l, &b, level, hearth__clock_wall_us());
    add_cut(&b, text, most - b.len - (fields != NULL ? FIELDS_MIN : 1),
            l->json ? hearth__enc_json_part : hearth__enc_line);
    hearth__buf_text(&b, l->json ? "\"" : "");
    if (fields != NULL && fields->name != NULL) {
        hearth__buf_text(&b, l->json ? "" : " "); /* two spaces set the fields apart */
        add_fields(l, &b, fields, most);
    }
    add_tail(l, &b);
    hand_over(l, level, hearth__buf_view(&b));
    errno = saved;
}

/* Shares of an access line; together with the rest less than LINE_MAX_BYTES. */
#define TARGET_MAX 7168
#define SHORT_MAX  192

static void access_text(const hearth__log *l, hearth__buf *b,
                        const hearth__log_request *r)
{
    add_cut(b, r->peer, SHORT_MAX, hearth__enc_line);
    hearth__buf_text(b, " \"");
    add_cut(b, r->method, SHORT_MAX, enc_quoted);
    hearth__buf_char(b, ' ');
    add_cut(b, r->target, TARGET_MAX, enc_quoted);
    hearth__buf_text(b, "\" ");
    hearth__buf_int(b, r->status);
    hearth__buf_char(b, ' ');
    hearth__buf_uint(b, r->bytes);
    hearth__buf_char(b, ' ');
    hearth__buf_int(b, r->took_us);
    hearth__buf_text(b, "us");
    if (r->id.len != 0) {
        add_key(l, b, "id");
        add_text(l, b, r->id, SHORT_MAX);
    }
}

static void access_json(const hearth__log *l, hearth__buf *b,
                        const hearth__log_request *r)
{
    hearth__buf_text(b, "request\"");
    add_key(l, b, "peer");
    add_text(l, b, r->peer, SHORT_MAX);
    add_key(l, b, "method");
    add_text(l, b, r->method, SHORT_MAX);
    add_key(l, b, "target");
    add_text(l, b, r->target, TARGET_MAX);
    add_key(l, b, "status");
    hearth__buf_int(b, r->status);
    add_key(l, b, "bytes");
    hearth__buf_uint(b, r->bytes);
    add_key(l, b, "took_us");
    hearth__buf_int(b, r->took_us);
    if (r->id.len != 0) {
        add_key(l, b, "id");
        add_text(l, b, r->id, SHORT_MAX);
    }
}

void hearth__log_access(hearth__log *l, hearth__buf *b, const hearth__log_request *r)
{
    if (!hearth__log_wants(l, HEARTH_LOG_INFO))
        return;
    add_head(l, b, HEARTH_LOG_INFO, r->wall_us);
    if (l->json)
        access_json(l, b, r);
    else
        access_text(l, b, r);
    add_tail(l, b);
}

void hearth__log_flush(hearth__log *l, hearth__buf *b)
{
    if (b->failed)
        hearth__log_line(l, HEARTH_LOG_WARN, NULL,
                         "access log: out of memory, some lines are lost");
    else if (l != NULL && b->len != 0)
        hand_over(l, HEARTH_LOG_INFO, hearth__buf_view(b));
    hearth__buf_empty(b);
}
