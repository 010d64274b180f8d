/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A lock and a short stack for each coding.  A body worth compressing takes a hundred
 * times as long as the lock is held.
 */
#include "app/coders.h"

#include <pthread.h>
#include <stdlib.h>

struct hearth__coders {
    hearth_compress_opts opts;
    pthread_mutex_t lock;
    hearth__coder *idle[HEARTH__NCODINGS][HEARTH__CODERS_IDLE];
    int nidle[HEARTH__NCODINGS];
    int streams;
};

hearth__coders *hearth__coders_new(void)
{
    hearth__coders *p = calloc(1, sizeof *p);

    if (p == NULL || pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p);
        return NULL;
    }
    hearth__coders_set(p, &(hearth_compress_opts){0});
    return p;
}

void hearth__coders_free(hearth__coders *p)
{
    if (p == NULL)
        return;
    for (int k = 0; k < HEARTH__NCODINGS; k++)
        while (p->nidle[k] > 0)
            hearth__coder_free(p->idle[k][--p->nidle[k]]);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static int or_default(int given, int otherwise)
{
    return given == 0 ? otherwise : given;
}

void hearth__coders_set(hearth__coders *p, const hearth_compress_opts *o)
{
    p->opts = *o;
    p->opts.min_bytes = o->min_bytes == 0 ? HEARTH_COMPRESS_MIN_BYTES : o->min_bytes;
    p->opts.max_streams = or_default(o->max_streams, HEARTH_COMPRESS_MAX_STREAMS);
    p->opts.zstd_level = or_default(o->zstd_level, HEARTH__ZSTD_LEVEL);
    p->opts.br_level = or_default(o->br_level, HEARTH__BR_LEVEL);
    p->opts.gzip_level = or_default(o->gzip_level, HEARTH__GZIP_LEVEL);
}

const hearth_compress_opts *hearth__coders_opts(const hearth__coders *p)
{
    return &p->opts;
}

static int level_of(const hearth__coders *p, hearth__coding k)
{
    return k == HEARTH__ZSTD ? p->opts.zstd_level
           : k == HEARTH__BR ? p->opts.br_level
                             : p->opts.gzip_level;
}

hearth__coder *hearth__coder_take(hearth__coders *p, hearth__coding k, size_t size)
{
    hearth__coder *z = NULL;
    bool stream = size == 0, full;

    pthread_mutex_lock(&p->lock);
    full = stream && p->streams >= p->opts.max_streams;
    if (!full && p->nidle[k] > 0)
        z = p->idle[k][--p->nidle[k]];
    p->streams += stream && !full;
    pthread_mutex_unlock(&p->lock);
    if (full)
        return NULL;
    if (z == NULL)
        z = hearth__coder_new(k, level_of(p, k));
    if (z != NULL && hearth__coder_start(z, size) == 0)
        return z;
    hearth__coder_free(z);
    hearth__coder_give(p, NULL, stream);
    return NULL;
}

void hearth__coder_give(hearth__coders *p, hearth__coder *z, bool stream)
{
    pthread_mutex_lock(&p->lock);
    p->streams -= stream;
    if (z != NULL && p->nidle[hearth__coder_kind(z)] < HEARTH__CODERS_IDLE) {
        p->idle[hearth__coder_kind(z)][p->nidle[hearth__coder_kind(z)]++] = z;
        z = NULL;
    }
    pthread_mutex_unlock(&p->lock);
    hearth__coder_free(z);
}
