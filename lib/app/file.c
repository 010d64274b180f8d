/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Answering with a file.  Whatever becomes of the request, its descriptor is closed once:
 * by a deferred call, or by the transport that took it over.
 *
 * Small files are read at once, since one read(2) and one send cost less than sending the
 * head and the file apart.
 */

#include "app/file.h"

#include "app/answer.h"
#include "app/problem.h"
#include "core/clock.h"
#include "core/rand.h"
#include "core/str.h"
#include "http/condition.h"
#include "http/date.h"
#include "http/filename.h"
#include "http/mime.h"
#include "http/range.h"

#include <errno.h>
#include <fcntl.h>
#include <hearth/file.h>
#include <hearth/memory.h>
#include <hearth/res.h>
#include <stdio.h>
#include <unistd.h>

#define ETAG_MAX     64
#define BOUNDARY_LEN 32

/* ---- the body ------------------------------------------------------------------ */

static ptrdiff_t read_text(hearth_str s, uint64_t at, char *buf, size_t max)
{
    size_t n = s.len - (size_t)at;

    n = n < max ? n : max;
    memcpy(buf, s.ptr + at, n);
    return (ptrdiff_t)n;
}

static ptrdiff_t read_piece(const hearth__file *f, const hearth__piece *p, uint64_t at,
                            char *buf, size_t max)
{
    uint64_t left = p->len - at;
    ssize_t n;

    do
        n = pread(f->fd, buf, left < max ? (size_t)left : max, (off_t)(p->offset + at));
    while (n < 0 && errno == EINTR);
    return n > 0 ? n : -1;
}

ptrdiff_t hearth__file_read(const hearth__file *f, uint64_t pos, char *buf, size_t max)
{
    for (size_t i = 0; i < f->npieces; i++) {
        const hearth__piece *p = &f->piece[i];

        if (pos < p->before.len)
            return read_text(p->before, pos, buf, max);
        pos -= p->before.len;
        if (pos < p->len)
            return read_piece(f, p, pos, buf, max);
        pos -= p->len;
    }
    return pos < f->after.len ? read_text(f->after, pos, buf, max) : -1;
}

static bool is_short(const hearth__file *f)
{
    uint64_t end = 0;
    struct stat st;

    for (size_t i = 0; i < f->npieces; i++)
        if (f->piece[i].offset + f->piece[i].len > end)
            end = f->piece[i].offset + f->piece[i].len;
    return fstat(f->fd, &st) == 0 && (uint64_t)st.st_size < end;
}

bool hearth__file_look(hearth_ctx *c)
{
    hearth__file *f = c->res.file;

    if (f == NULL || f->shrank || !is_short(f))
        return f != NULL && f->shrank;
    f->shrank = true;
    hearth_logf(c, HEARTH_LOG_WARN,
                "a file became shorter while it was sent: the connection was closed");
    return true;
}

uint64_t hearth__res_len(const hearth__res *r)
{
    return r->file != NULL ? r->file->size : r->body.len;
}

static void close_file(void *arg)
{
    hearth__file *f = arg;

    if (f->ours)
        close(f->fd);
    f->ours = false;
}

/* Takes fd, also when it gives NULL. */
static hearth__file *new_file(hearth_ctx *c, int fd, size_t npieces)
{
    hearth__file *f =
        hearth__arena_alloc(&c->arena, sizeof *f + npieces * sizeof *f->piece);

    if (f == NULL) {
        close(fd);
        return NULL;
    }
    f->fd = fd;
    f->ours = true;
    f->npieces = npieces;
    f->after = HEARTH__S("");
    for (size_t i = 0; i < npieces; i++)
        f->piece[i].before = f->after;
    return hearth_defer(c, close_file, f) == 0 ? f : NULL;
}

/* ---- fields ---------------------------------------------------------------------- */

static int put(hearth_ctx *c, hearth_str name, hearth_str value)
{
    return hearth__res_put(&c->res, &c->arena, name, value);
}

/* What the handler or a middleware has said stands. */
static int put_new(hearth_ctx *c, hearth_str name, hearth_str value)
{
    return hearth__res_find(&c->res, name) != NULL ? 0 : put(c, name, value);
}

static int put_buf(hearth_ctx *c, hearth_str name, const hearth__buf *b)
{
    return b->failed ? HEARTH_ENOMEM : put(c, name, hearth__buf_view(b));
}

static hearth_str etag_of(hearth_ctx *c, const struct stat *st, int64_t now_us)
{
    int64_t age_us =
        now_us - (int64_t)st->st_mtim.tv_sec * 1000000 - st->st_mtim.tv_nsec / 1000;
    char *mem = hearth__arena_raw(&c->arena, ETAG_MAX);
    hearth__buf b;

    if (mem == NULL)
        return (hearth_str){"", 0};
    hearth__buf_over(&b, mem, ETAG_MAX);
    /* The clock of a file system ticks a few hundred times a second. */
    hearth__buf_text(&b, age_us >= 0 && age_us < 1000000 ? "W/\"" : "\"");
    hearth__buf_hex(&b, (unsigned long long)st->st_ino, 1);
    hearth__buf_char(&b, '-');
    hearth__buf_hex(&b, (unsigned long long)st->st_size, 1);
    hearth__buf_char(&b, '-');
    hearth__buf_hex(&b,
                    (unsigned long long)st->st_mtim.tv_sec * 1000000000u +
                        (unsigned long long)st->st_mtim.tv_nsec,
                    1);
    hearth__buf_char(&b, '"');
    return hearth__buf_view(&b);
}

/* A time to come is no Last-Modified (RFC 9110 8.8.2.1). */
static hearth__validators validators_of(hearth_ctx *c, const struct stat *st,
                                        int64_t now_us)
{
    return (hearth__validators){
        .etag = etag_of(c, st, now_us),
        .dated = st->st_mtim.tv_sec <= now_us / 1000000,
        .modified_s = st->st_mtim.tv_sec,
    };
}

/* The fields that a 304 has as well (RFC 9110 15.4.5). */
static int put_validators(hearth_ctx *c, const hearth__validators *v,
                          const hearth__present *p)
{
    char *date;

    if (v->etag.len == 0)
        return HEARTH_ENOMEM;
    HEARTH_TRY(put(c, HEARTH__S("ETag"), v->etag));
    if (v->dated) {
        date = hearth__arena_raw(&c->arena, HEARTH__DATE_LEN + 1);
        if (date == NULL)
            return HEARTH_ENOMEM;
        hearth__date_write(date, v->modified_s);
        HEARTH_TRY(
            put(c, HEARTH__S("Last-Modified"), hearth__str(date, HEARTH__DATE_LEN)));
    }
    if (p->vary != NULL)
        HEARTH_TRY(hearth__res_add(&c->res, &c->arena, HEARTH__S("Vary"),
                                   hearth__str_of(p->vary)));
    return put_new(c, HEARTH__S("Cache-Control"), p->cache);
}

static int put_disposition(hearth_ctx *c, const hearth__present *p)
{
    hearth_str name = hearth__str_of(p->download);
    hearth__buf b;

    if (p->download == NULL && !p->untrusted)
        return 0;
    if (name.len == 0)
        name = c->target.path;
    hearth__buf_init(&b, &c->arena, 0);
    hearth__filename_write(&b, true, name);
    return put_buf(c, HEARTH__S("Content-Disposition"), &b);
}

static int put_presentation(hearth_ctx *c, const hearth__present *p)
{
    if (p->encoding.len > 0)
        HEARTH_TRY(put(c, HEARTH__S("Content-Encoding"), p->encoding));
    HEARTH_TRY(put_disposition(c, p));
    if (p->untrusted)
        HEARTH_TRY(put(c, HEARTH__S("Content-Security-Policy"),
                       HEARTH__S("default-src 'none'; sandbox")));
    return put_new(c, HEARTH__S("X-Content-Type-Options"), HEARTH__S("nosniff"));
}

/* ---- whole, one range, several ------------------------------------------------------ */

static int answer_with(hearth_ctx *c, int status, hearth_str type, hearth__file *f)
{
    HEARTH_TRY(hearth__answer(c, status, type, HEARTH__S("")));
    c->res.file = f;
    return 0;
}

/* Into memory; takes fd. */
static int answer_small(hearth_ctx *c, int fd, int status, hearth_str type,
                        hearth__span s)
{
    char *mem = hearth__arena_raw(&c->arena, (size_t)s.len + 1);
    size_t n = 0;
    ssize_t got = mem == NULL ? -1 : 1;

    while (got > 0 && n < s.len) {
        got = pread(fd, mem + n, (size_t)s.len - n, (off_t)(s.offset + n));
        if (got > 0)
            n += (size_t)got;
        else if (got < 0 && errno == EINTR)
            got = 1;
    }
    close(fd);
    if (mem == NULL)
        return HEARTH_ENOMEM;
    if (n < s.len)
        return hearth__note(c, HEARTH_EIO, "a file became shorter while it was read");
    mem[n] = '\0';
    return hearth__answer(c, status, type, hearth__str(mem, n));
}

static int answer_one(hearth_ctx *c, int fd, int status, hearth_str type, hearth__span s)
{
    hearth__file *f;

    if (s.len == 0) {
        close(fd);
        return hearth__answer(c, status, type, HEARTH__S(""));
    }
    if (s.len <= HEARTH__FILE_SMALL && c->framing.method != HEARTH__HEAD)
        return answer_small(c, fd, status, type, s);
    f = new_file(c, fd, 1);
    if (f == NULL)
        return HEARTH_ENOMEM;
    f->piece[0].offset = s.offset;
    f->piece[0].len = f->size = s.len;
    return answer_with(c, status, type, f);
}

/* The head of a part of multipart/byteranges. */
static hearth_str part_head(hearth_ctx *c, const char *boundary, hearth_str type,
                            const hearth__span *s, uint64_t size)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_f(&b, "\r\n--%s\r\nContent-Type: ", boundary);
    hearth__buf_str(&b, type);
    hearth__buf_text(&b, "\r\nContent-Range: ");
    hearth__range_content(&b, s, size);
    hearth__buf_text(&b, "\r\n\r\n");
    return b.failed ? (hearth_str){"", 0} : hearth__buf_view(&b);
}

static int answer_several(hearth_ctx *c, int fd, uint64_t size, hearth_str type,
                          const hearth__ranges *r)
{
    hearth__file *f = new_file(c, fd, r->n);
    char boundary[BOUNDARY_LEN + 1];
    hearth__buf multi, after;

    if (f == NULL)
        return HEARTH_ENOMEM;
    snprintf(boundary, sizeof boundary, "%016llx%016llx",
             (unsigned long long)hearth__rand_u64(),
             (unsigned long long)hearth__rand_u64());
    for (size_t i = 0; i < r->n; i++) {
        hearth__piece *p = &f->piece[i];

        p->before = part_head(c, boundary, type, &r->span[i], size);
        p->offset = r->span[i].offset;
        p->len = r->span[i].len;
        f->size += p->before.len + p->len;
    }
    hearth__buf_init(&after, &c->arena, 0);
    hearth__buf_f(&after, "\r\n--%s--\r\n", boundary);
    f->after = hearth__buf_view(&after);
    f->size += f->after.len;
    hearth__buf_init(&multi, &c->arena, 0);
    hearth__buf_f(&multi, "multipart/byteranges; boundary=%s", boundary);
    if (c->arena.failed)
        return HEARTH_ENOMEM;
    return answer_with(c, 206, hearth__buf_view(&multi), f);
}

static int unsatisfiable(hearth_ctx *c, uint64_t size)
{
    hearth__buf b;

    hearth__buf_init(&b, &c->arena, 0);
    hearth__range_content_none(&b, size);
    HEARTH_TRY(put_buf(c, HEARTH__S("Content-Range"), &b));
    return hearth_fail(c, 416, "the file has %llu bytes, and none of the range",
                       (unsigned long long)size);
}

static int range_of(hearth_ctx *c, const hearth__validators *v, uint64_t size,
                    int64_t now_s, hearth__ranges *r)
{
    const hearth__field *f = c->framing.method != HEARTH__GET
                                 ? NULL
                                 : hearth__head_find(&c->head, HEARTH__S("Range"));

    return f != NULL && hearth__condition_range(&c->head, v, now_s)
               ? hearth__range_parse(f->value, size, r)
               : 200;
}

static int answer_range(hearth_ctx *c, int fd, uint64_t size, hearth_str type,
                        const hearth__ranges *r)
{
    hearth__buf b;

    if (r->n > 1)
        return answer_several(c, fd, size, type, r);
    hearth__buf_init(&b, &c->arena, 0);
    hearth__range_content(&b, &r->span[0], size);
    if (put_buf(c, HEARTH__S("Content-Range"), &b) != 0) {
        close(fd);
        return HEARTH_ENOMEM;
    }
    return answer_one(c, fd, 206, type, r->span[0]);
}

/* The fields, and what the request's conditions make of the status; 0 for the whole. */
static int prepare(hearth_ctx *c, const hearth__opened *o, const hearth__present *p,
                   hearth__ranges *r)
{
    int64_t now_us = hearth__clock_wall_us();
    hearth__validators v = validators_of(c, &o->st, now_us);
    bool reads = c->framing.method == HEARTH__GET || c->framing.method == HEARTH__HEAD;
    int status =
        p->status != 200 || !reads
            ? 0
            : hearth__condition(&c->head, c->framing.method, &v, now_us / 1000000);

    if (status == 412)
        return status;
    if (p->status == 200 && reads && status == 0) {
        status = range_of(c, &v, (uint64_t)o->st.st_size, now_us / 1000000, r);
        if (status == 416)
            return unsatisfiable(c, (uint64_t)o->st.st_size);
        HEARTH_TRY(put_new(c, HEARTH__S("Accept-Ranges"), HEARTH__S("bytes")));
    }
    HEARTH_TRY(put_validators(c, &v, p));
    if (status == 304)
        return status;
    HEARTH_TRY(put_presentation(c, p));
    return status == 206 ? 206 : 0;
}

int hearth__file_answer(hearth_ctx *c, const hearth__opened *o, const hearth__present *p)
{
    hearth__ranges r;
    uint64_t size = (uint64_t)o->st.st_size;
    int rc = hearth__answer_check(c, p->status);

    if (rc == 0)
        rc = prepare(c, o, p, &r);
    if (rc == 206)
        return answer_range(c, o->fd, size, p->type, &r);
    if (rc == 0)
        return answer_one(c, o->fd, p->status, p->type, (hearth__span){0, size});
    close(o->fd);
    return rc;
}

int hearth__file_failed(hearth_ctx *c, int code, hearth_str path)
{
    int why = errno;

    if (code == HEARTH_ENOTFOUND) {
        if (why == EACCES)
            hearth_logf(c, HEARTH_LOG_WARN,
                        "the file \"%s\" may not be read: give this user permission",
                        path.ptr);
        return code;
    }
    return hearth__note(c, code, "the file \"%s\" cannot be opened: %s", path.ptr,
                        why == EMFILE || why == ENFILE ? "out of file descriptors"
                        : why == ENOMEM                ? "out of memory"
                                                       : "input/output error");
}

/* ---- the public function --------------------------------------------------------------- */

static hearth_str cache_of(hearth_ctx *c, const hearth_file_opts *o)
{
    hearth__buf b;

    if (o->immutable)
        return HEARTH__S("private, max-age=31536000, immutable");
    if (o->max_age_s <= 0)
        return HEARTH__S("no-cache");
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_text(&b, "private, max-age=");
    hearth__buf_int(&b, o->max_age_s);
    return hearth__buf_view(&b); /* out of memory shows in the arena */
}

static int type_of(hearth_ctx *c, const hearth_file_opts *o, hearth_str path,
                   hearth_str *type)
{
    if (o->type == NULL) {
        *type = hearth__str_of(hearth__mime_of(path)->type);
        return 0;
    }
    *type = hearth__str_of(o->type);
    if (hearth__res_check(HEARTH__S("Content-Type"), *type) != 0)
        return hearth__note(c, HEARTH_EINVAL, "the media type \"%s\" is no field value",
                            o->type);
    type->ptr = hearth__ctx_text(c, *type);
    return type->ptr == NULL ? HEARTH_ENOMEM : 0;
}

static int open_file(hearth_ctx *c, const char *root, hearth_str path,
                     const hearth_file_opts *o, hearth__opened *out)
{
    hearth__root r;
    int why, rc;

    if (!hearth__root_path_ok(path, o->dot_files))
        return HEARTH_ENOTFOUND;
    why = hearth__root_open(&r, root, o->symlinks);
    if (why != 0)
        return hearth__note(
            c, why == EMFILE || why == ENFILE ? HEARTH_EUNAVAILABLE : HEARTH_EIO,
            "hearth_file: the directory \"%s\" cannot be opened: does it exist?", root);
    rc = hearth__root_file(&r, path, out, NULL);
    why = errno;
    hearth__root_close(&r);
    errno = why;
    return rc == 0 ? 0 : hearth__file_failed(c, rc, path);
}

int hearth_file_sized(hearth_ctx *c, const char *root, const char *path,
                      const hearth_file_opts *opts, size_t size)
{
    hearth_file_opts o = {0};
    hearth_str name = hearth__str_of(path);
    hearth__present p = {.status = 200};
    hearth__opened file;

    if (opts != NULL)
        memcpy(&o, opts, size < sizeof o ? size : sizeof o);
    if (root == NULL || path == NULL)
        return hearth__note(c, HEARTH_EINVAL, "hearth_file: root or path is NULL");
    if (o.status != 0)
        p.status = o.status;
    HEARTH_TRY(type_of(c, &o, name, &p.type));
    p.cache = cache_of(c, &o);
    p.download = o.download;
    p.untrusted = o.untrusted;
    if (p.download == NULL && p.untrusted)
        p.download = path;
    HEARTH_TRY(open_file(c, root, name, &o, &file));
    return hearth__file_answer(c, &file, &p);
}
