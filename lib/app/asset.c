/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Hashes of files, remembered with what stat(2) said when they were made; a file that changes
 * gets another one without anybody watching.
 */
#include "app/asset.h"

#include "app/ctx.h"
#include "core/digest.h"
#include "core/enc.h"
#include "core/map.h"
#include "core/str.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct entry {
    ino_t inode;
    off_t size;
    struct timespec changed, modified;
    char hash[HEARTH__ASSET_HASH + 1];
} entry;

struct hearth__assets {
    pthread_mutex_t lock;
    hearth__map *by_path; /* entry */
};

/* ---- hashes --------------------------------------------------------------------- */

hearth__assets *hearth__assets_new(void)
{
    hearth__assets *as = calloc(1, sizeof *as);

    if (as == NULL)
        return NULL;
    as->by_path = hearth__map_new();
    if (as->by_path == NULL || pthread_mutex_init(&as->lock, NULL) != 0) {
        hearth__map_free(as->by_path, NULL);
        free(as);
        return NULL;
    }
    return as;
}

void hearth__assets_free(hearth__assets *as)
{
    if (as == NULL)
        return;
    hearth__map_free(as->by_path, free);
    pthread_mutex_destroy(&as->lock);
    free(as);
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool is_of(const entry *e, const struct stat *st)
{
    return e->inode == st->st_ino && e->size == st->st_size &&
           same_time(&e->changed, &st->st_ctim) && same_time(&e->modified, &st->st_mtim);
}

static bool remembered(hearth__assets *as, hearth_str path, const struct stat *st,
                       char out[HEARTH__ASSET_HASH + 1])
{
    const entry *e;
    bool found;

    pthread_mutex_lock(&as->lock);
    e = hearth__map_get(as->by_path, path);
    found = e != NULL && is_of(e, st);
    if (found)
        memcpy(out, e->hash, sizeof e->hash);
    pthread_mutex_unlock(&as->lock);
    return found;
}

/* Not remembering is no failure. */
static void remember(hearth__assets *as, hearth_str path, const struct stat *st,
                     const char *hash)
{
    entry *e = malloc(sizeof *e);
    void *old = NULL;

    if (e == NULL)
        return;
    *e = (entry){st->st_ino, st->st_size, st->st_ctim, st->st_mtim, {0}};
    memcpy(e->hash, hash, sizeof e->hash);
    pthread_mutex_lock(&as->lock);
    if ((hearth__map_len(as->by_path) < HEARTH__ASSET_MOST ||
         hearth__map_get(as->by_path, path) != NULL) &&
        hearth__map_put(as->by_path, path, e, &old) == 0)
        e = NULL;
    pthread_mutex_unlock(&as->lock);
    free(old);
    free(e);
}

static char *read_all(int fd, size_t size)
{
    char *p = malloc(size + 1);
    size_t n = 0;

    while (p != NULL && n < size) {
        ssize_t got = pread(fd, p + n, size - n, (off_t)n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) { /* it is being written */
            free(p);
            return NULL;
        }
        n += (size_t)got;
    }
    return p;
}

bool hearth__assets_hash(hearth__assets *as, hearth_str path, const hearth__opened *o,
                         char out[HEARTH__ASSET_HASH + 1])
{
    char hex[HEARTH__SHA256_HEX + 1], *p;

    if (o->st.st_size > HEARTH__ASSET_FILE)
        return false;
    if (remembered(as, path, &o->st, out))
        return true;
    p = read_all(o->fd, (size_t)o->st.st_size);
    if (p == NULL)
        return false;
    hearth__sha256_hex(hex, hearth__str(p, (size_t)o->st.st_size));
    free(p);
    memcpy(out, hex, HEARTH__ASSET_HASH);
    out[HEARTH__ASSET_HASH] = '\0';
    remember(as, path, &o->st, out);
    return true;
}

/* ---- names ---------------------------------------------------------------------- */

/* Where the last ending begins: its dot, or the end of a name without one. */
static size_t ending_of(hearth_str path)
{
    for (size_t i = path.len; i > 0 && path.ptr[i - 1] != '/'; i--)
        if (path.ptr[i - 1] == '.')
            return i == 1 || path.ptr[i - 2] == '/' ? path.len : i - 1;
    return path.len;
}

void hearth__asset_join(hearth__buf *out, hearth_str path, hearth_str hash)
{
    size_t dot = ending_of(path);

    hearth__enc_url_path(out, hearth__str(path.ptr, dot));
    hearth__buf_char(out, '.');
    hearth__buf_str(out, hash);
    hearth__enc_url_path(out, hearth__str(path.ptr + dot, path.len - dot));
}

static bool is_hash(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!hearth__is_digit(s.ptr[i]) && (s.ptr[i] < 'a' || s.ptr[i] > 'f'))
            return false;
    return s.len == HEARTH__ASSET_HASH;
}

/* "a.HASH.css", and "a.HASH" of a file without an ending. */
bool hearth__asset_split(hearth__arena *a, hearth_str path, hearth_str *plain,
                         hearth_str *hash)
{
    size_t end = ending_of(path), dot;
    hearth__buf b;

    if (end < path.len && is_hash(hearth__str(path.ptr + end + 1, path.len - end - 1)))
        end = path.len;
    dot = end < HEARTH__ASSET_HASH + 1 ? 0 : end - HEARTH__ASSET_HASH - 1;
    if (dot == 0 || path.ptr[dot] != '.' || path.ptr[dot - 1] == '/')
        return false;
    *hash = hearth__str(path.ptr + dot + 1, end - dot - 1);
    if (!is_hash(*hash))
        return false;
    hearth__buf_init(&b, a, 0);
    hearth__buf_add(&b, path.ptr, dot);
    hearth__buf_add(&b, path.ptr + end, path.len - end);
    *plain = b.failed ? HEARTH__S("") : hearth__buf_view(&b);
    return true;
}

/* ---- links ---------------------------------------------------------------------- */

/* The address of the file in this directory, or NULL. */
static const char *link_in(hearth_ctx *c, const hearth__static *s, hearth_str path)
{
    char hash[HEARTH__ASSET_HASH + 1];
    hearth__opened o;
    hearth__buf b;

    if (s->opts.untrusted || !hearth__root_path_ok(path, s->opts.dot_files) ||
        hearth__root_file(&s->root, path, &o, NULL) != 0)
        return NULL;
    hearth__buf_init(&b, &c->arena, 0);
    hearth__buf_text(&b, s->prefix);
    hearth__buf_char(&b, '/');
    if (!s->opts.hashes_off && hearth__assets_hash(s->assets, path, &o, hash))
        hearth__asset_join(&b, path, hearth__str(hash, HEARTH__ASSET_HASH));
    else
        hearth__enc_url_path(&b, path);
    hearth__opened_close(&o);
    return b.failed ? NULL : b.ptr;
}

const char *hearth_asset(hearth_ctx *c, const char *path)
{
    hearth_str name = hearth__str_of(path);
    const hearth__static *found = NULL;
    const char *link = NULL;

    /* The list begins with the last one; the first one that has the file wins. */
    for (const hearth__static *s = c->app->statics; s != NULL; s = s->next) {
        const char *here = link_in(c, s, name);

        if (here != NULL) {
            found = s;
            link = here;
        }
    }
    if (found == NULL)
        hearth_logf(c, HEARTH_LOG_ERROR,
                    "hearth_asset(\"%s\"): no directory of hearth_static() has this file",
                    path == NULL ? "" : path);
    return link;
}
