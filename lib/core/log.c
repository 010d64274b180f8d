/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The log.  A line is built on the caller's stack, without a lock and without an
 * allocation, so that running out of memory can still be reported; the lock is held only
 * while finished lines are handed to the sink.
 */
#include "core/log.h"

#include "core/clock.h"
#include "core/enc.h"
#include "core/log_fd.h"
#include "core/str.h"
#include "core/utf8.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define LINE_BYTES 8192
/* What may follow a text that was cut: the mark, the closing quote and brace, the
 * newline. */
#define LINE_TAIL 16

struct hearth__log {
    hearth_log_level level;
    bool json;
    const hearth_log_ops *ops;
    void *self;
    pthread_mutex_t lock;
};

hearth__log *hearth__log_new(const hearth_log_opts *o)
{
    hearth__log *l;

    if (o != NULL && o->ops != NULL && o->ops->write == NULL)
        return NULL;
    l = calloc(1, sizeof *l);
    if (l == NULL || pthread_mutex_init(&l->lock, NULL) != 0) {
        free(l);
        return NULL;
    }
    l->level = o == NULL || o->level == HEARTH_LOG_DEFAULT ? HEARTH_LOG_INFO : o->level;
    l->json = o != NULL && o->json;
    l->ops = o != NULL && o->ops != NULL ? o->ops : &hearth__log_fd;
    l->self = o == NULL ? NULL : o->self;
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

/* ---- parts of a line ----------------------------------------------------------------
 */

static const char *level_name(hearth_log_level level, bool json)
{
    static const char *const names[][2] = {
        [HEARTH_LOG_DEFAULT] = {"INFO ", "info"}, [HEARTH_LOG_DEBUG] = {"DEBUG", "debug"},
        [HEARTH_LOG_INFO] = {"INFO ", "info"},    [HEARTH_LOG_WARN] = {"WARN ", "warn"},
        [HEARTH_LOG_ERROR] = {"ERROR", "error"},  [HEARTH_LOG_OFF] = {"ERROR", "error"},
    };

    return names[level <= HEARTH_LOG_OFF ? level : HEARTH_LOG_ERROR][json];
}

static void begin(hearth__buf *b, bool json, hearth_log_level level, int64_t wall_us)
{
    if (json)
        hearth__buf_text(b, "{\"time\":\"");
    hearth__clock_text(b, wall_us);
    hearth__buf_text(b, json ? "\",\"level\":\"" : " ");
    hearth__buf_text(b, level_name(level, json));
    hearth__buf_text(b, json ? "\"" : "  ");
}

static bool is_word(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= ' ' || s.ptr[i] >= 0x7f || s.ptr[i] == '"' || s.ptr[i] == '\\' ||
            s.ptr[i] == '=')
            return false;
    return s.len > 0;
}

static void quoted(hearth__buf *b, hearth_str s)
{
    hearth_str rest = s;

    hearth__buf_char(b, '"');
    while (rest.ptr != NULL) { /* a '"' inside would end it early */
        hearth_str part = hearth__str_cut(&rest, '"');

        hearth__enc_line(b, part);
        if (rest.ptr != NULL)
            hearth__buf_add(b, "\\\"", 2);
    }
    hearth__buf_char(b, '"');
}

static void text_value(hearth__buf *b, hearth_str s)
{
    if (is_word(s))
        hearth__buf_str(b, s);
    else
        quoted(b, s);
}

static void name(hearth__buf *b, bool json, const char *key)
{
    hearth__buf_text(b, json ? ",\"" : " ");
    hearth__buf_text(b, key);
    hearth__buf_text(b, json ? "\":" : "=");
}

static void field_text(hearth__buf *b, bool json, const char *key, hearth_str value)
{
    name(b, json, key);
    if (json)
        hearth__enc_json(b, value);
    else
        text_value(b, value);
}

static void field_number(hearth__buf *b, bool json, const char *key, int64_t value)
{
    name(b, json, key);
    hearth__buf_int(b, value);
}

/* How much of s fits into `room` bytes, whole characters; a byte that is not plain may
 * take six. */
static hearth_str cut_to(hearth_str s, size_t room)
{
    size_t n = 0;

    while (n < s.len) {
        char c = s.ptr[n];
        size_t cost = c >= ' ' && c < 0x7f && c != '"' && c != '\\' ? 1 : 6;

        if (cost > room)
            break;
        room -= cost;
        n++;
    }
    while (n > 0 && n < s.len && ((unsigned char)s.ptr[n] & 0xc0) == 0x80)
        n--;
    return hearth__str(s.ptr, n);
}

/* ---- lines ----------------------------------------------------------------------------
 */

/* Fields are few and short by nature, a message may be anything: it is what gets cut. */
static void put_message(hearth__buf *b, bool json, hearth_str msg)
{
    size_t used = b->len + LINE_TAIL;
    size_t room = used < b->max ? b->max - used : 0;
    hearth_str fits = cut_to(msg, room);

    if (json)
        hearth__buf_text(b, ",\"msg\":\"");
    if (json)
        hearth__enc_json_part(b, fits);
    else
        hearth__enc_line(b, fits);
    if (fits.len < msg.len)
        hearth__buf_text(b, "...");
    if (json)
        hearth__buf_char(b, '"');
}

static void put_fields(hearth__buf *b, bool json, const hearth__log_field *f)
{
    for (; f != NULL && f->name != NULL; f++) {
        size_t used = b->len + strlen(f->name) + LINE_TAIL * 2;
        hearth_str value = f->text;

        if (used >= b->max)
            return;
        if (value.ptr == NULL) {
            field_number(b, json, f->name, f->number);
            continue;
        }
        field_text(b, json, f->name, cut_to(value, b->max - used));
    }
}

void hearth__log_vline(hearth__log *l, hearth_log_level level,
                       const hearth__log_field *fields, const char *fmt, va_list ap)
{
    char msg[LINE_BYTES / 2], line[LINE_BYTES];
    hearth__buf b;
    int n;

    if (!hearth__log_wants(l, level))
        return;
    n = vsnprintf(msg, sizeof msg, fmt, ap);
    if (n < 0)
        n = 0;
    if ((size_t)n >= sizeof msg)
        n = (int)sizeof msg - 1;
    hearth__buf_over(&b, line, sizeof line);
    begin(&b, l->json, level, hearth__clock_wall_us());
    put_message(&b, l->json, hearth__str(msg, (size_t)n));
    put_fields(&b, l->json, fields);
    hearth__buf_text(&b, l->json ? "}\n" : "\n");
    if (!b.failed)
        hand_over(l, level, hearth__buf_view(&b));
}

void hearth__log_line(hearth__log *l, hearth_log_level level,
                      const hearth__log_field *fields, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    hearth__log_vline(l, level, fields, fmt, ap);
    va_end(ap);
}

/* ---- the access log
 * --------------------------------------------------------------------- */

static void access_text(hearth__buf *b, const hearth__log_request *r)
{
    hearth__buf_str(b, r->peer.len == 0 ? HEARTH__S("-") : r->peer);
    hearth__buf_text(b, " \"");
    hearth__enc_line(b, r->method.len == 0 ? HEARTH__S("-") : cut_to(r->method, 600));
    hearth__buf_char(b, ' ');
    hearth_str rest = cut_to(r->target, LINE_BYTES / 2);
    while (rest.ptr != NULL) {
        hearth__enc_line(b, hearth__str_cut(&rest, '"'));
        if (rest.ptr != NULL)
            hearth__buf_add(b, "\\\"", 2);
    }
    hearth__buf_text(b, "\" ");
    hearth__buf_int(b, r->status);
    hearth__buf_char(b, ' ');
    hearth__buf_uint(b, r->bytes);
    hearth__buf_char(b, ' ');
    hearth__buf_int(b, r->took_us);
    hearth__buf_text(b, "us id=");
    hearth__buf_str(b, r->id);
}

static void access_json(hearth__buf *b, const hearth__log_request *r)
{
    field_text(b, true, "msg", HEARTH__S("request"));
    field_text(b, true, "peer", r->peer);
    field_text(b, true, "method", cut_to(r->method, 600));
    field_text(b, true, "target", cut_to(r->target, LINE_BYTES / 2));
    field_number(b, true, "status", r->status);
    field_number(b, true, "bytes", (int64_t)r->bytes);
    field_number(b, true, "took_us", r->took_us);
    field_text(b, true, "id", r->id);
    hearth__buf_char(b, '}');
}

void hearth__log_access(hearth__log *l, hearth__buf *b, const hearth__log_request *r)
{
    if (!hearth__log_wants(l, HEARTH_LOG_INFO))
        return;
    begin(b, l->json, HEARTH_LOG_INFO, r->wall_us);
    if (l->json)
        access_json(b, r);
    else
        access_text(b, r);
    hearth__buf_char(b, '\n');
}

void hearth__log_flush(hearth__log *l, hearth__buf *b)
{
    if (l != NULL && b->len > 0 && !b->failed)
        hand_over(l, HEARTH_LOG_INFO, hearth__buf_view(b));
    hearth__buf_empty(b);
}
