/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Sessions in memory: shards with a lock each, so that reactors seldom meet, and in each a
 * map and a list by use, whose end goes first when there is no more room.
 */
#include "core/error.h"
#include "core/map.h"
#include "core/size.h"
#include "core/str.h"
#include "session/session.h"

#include <hearth/memory.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_MAX 10000
#define SHARDS      16
#define SMALL       1024 /* one shard, whose bound is exact */

typedef struct item {
    struct item *newer, *older;
    hearth_str id, data; /* all in the same block */
    const char *user;
    int64_t version, expires_s;
} item;

typedef struct shard {
    pthread_mutex_t lock;
    hearth__map *items; /* by id */
    item *newest, *oldest;
} shard;

typedef struct memory {
    size_t nshards, max; /* of a shard */
    shard shard[SHARDS];
} memory;

/* Ids are hashes already, and those that are kept were made by us: a few bytes will do. */
static shard *shard_of(memory *m, hearth_str id)
{
    uint64_t v = 0;

    memcpy(&v, id.ptr, id.len < sizeof v ? id.len : sizeof v);
    return &m->shard[(v * 0x9e3779b97f4a7c15u >> 32) % m->nshards];
}

/* ---- the list by use --------------------------------------------------------------- */

static void unlink_item(shard *s, item *i)
{
    *(i->newer == NULL ? &s->newest : &i->newer->older) = i->older;
    *(i->older == NULL ? &s->oldest : &i->older->newer) = i->newer;
}

static void link_item(shard *s, item *i)
{
    i->newer = NULL;
    i->older = s->newest;
    *(s->newest == NULL ? &s->oldest : &s->newest->newer) = i;
    s->newest = i;
}

static void forget(shard *s, item *i)
{
    unlink_item(s, i);
    (void)hearth__map_take(s->items, i->id);
    free(i);
}

static item *make_item(hearth_str id, const hearth_stored *from)
{
    size_t user = strlen(from->user) + 1, n;
    item *i;
    char *at;

    if (!hearth__size_add(sizeof *i + id.len + user, from->data.len, &n))
        return NULL;
    i = malloc(n);
    if (i == NULL)
        return NULL;
    at = (char *)(i + 1);
    *i = (item){.version = from->version, .expires_s = from->expires_s, .user = at};
    memcpy(at, from->user, user);
    at += user;
    memcpy(at, id.ptr, id.len);
    i->id = hearth__str(at, id.len);
    at += id.len;
    memcpy(at, from->data.ptr, from->data.len);
    i->data = hearth__str(at, from->data.len);
    return i;
}

/* ---- the slots --------------------------------------------------------------------- */

static int mem_setup(void *self, hearth_error *err)
{
    return self != NULL
               ? 0
               : hearth__error_set(err, HEARTH_ENOMEM,
                                   "out of memory for the store of the sessions");
}

static int mem_load(void *self, hearth_ctx *c, hearth_str id, hearth_stored *out)
{
    shard *s = shard_of(self, id);
    const char *data = NULL, *user = NULL;
    item *i;

    pthread_mutex_lock(&s->lock);
    i = hearth__map_get(s->items, id);
    if (i != NULL) {
        unlink_item(s, i);
        link_item(s, i);
        data = hearth__ctx_text(c, i->data);
        user = i->user[0] == '\0' ? "" : hearth_strdup(c, i->user);
        *out = (hearth_stored){{data, i->data.len}, user, i->version, i->expires_s};
    }
    pthread_mutex_unlock(&s->lock);
    if (i == NULL)
        return HEARTH_ENOTFOUND;
    return data == NULL || user == NULL ? HEARTH_ENOMEM : 0;
}

/* With the lock held: `fresh` is the shard's when 0. */
static int put(memory *m, shard *s, item *fresh)
{
    item *old = hearth__map_get(s->items, fresh->id);
    void *was = NULL;

    if (fresh->version > 1 && old == NULL)
        return HEARTH_ENOTFOUND;
    if ((old == NULL ? 0 : old->version) != fresh->version - 1)
        return HEARTH_ECONFLICT;
    if (hearth__map_put(s->items, fresh->id, fresh, &was) != 0)
        return HEARTH_ENOMEM;
    if (old != NULL) {
        unlink_item(s, old);
        free(old);
    }
    link_item(s, fresh);
    while (hearth__map_len(s->items) > m->max)
        forget(s, s->oldest);
    return 0;
}

static int mem_save(void *self, hearth_ctx *c, hearth_str id, const hearth_stored *stored)
{
    shard *s = shard_of(self, id);
    item *fresh = make_item(id, stored);
    int rc;

    (void)c;
    if (fresh == NULL)
        return HEARTH_ENOMEM;
    pthread_mutex_lock(&s->lock);
    rc = put(self, s, fresh);
    pthread_mutex_unlock(&s->lock);
    if (rc != 0)
        free(fresh);
    return rc;
}

static int mem_drop(void *self, hearth_ctx *c, hearth_str id, int64_t version)
{
    shard *s = shard_of(self, id);
    item *i;
    int rc = 0;

    (void)c;
    pthread_mutex_lock(&s->lock);
    i = hearth__map_get(s->items, id);
    if (i == NULL)
        rc = version == 0 ? 0 : HEARTH_ENOTFOUND;
    else if (version != 0 && i->version != version)
        rc = HEARTH_ECONFLICT;
    else
        forget(s, i);
    pthread_mutex_unlock(&s->lock);
    return rc;
}

static int mem_list(void *self, hearth_ctx *c, const char *user, hearth_stored_fn *fn,
                    void *arg)
{
    memory *m = self;
    bool more = true;

    (void)c;
    for (size_t n = 0; more && n < m->nshards; n++) {
        shard *s = &m->shard[n];

        pthread_mutex_lock(&s->lock);
        for (const item *i = s->newest; more && i != NULL; i = i->older)
            if (strcmp(i->user, user) == 0)
                more =
                    fn(arg, i->id,
                       &(hearth_stored){i->data, i->user, i->version, i->expires_s}) == 0;
        pthread_mutex_unlock(&s->lock);
    }
    return 0;
}

static int mem_sweep(void *self, hearth_ctx *c, int64_t now_s)
{
    memory *m = self;

    (void)c;
    for (size_t n = 0; n < m->nshards; n++) {
        shard *s = &m->shard[n];

        pthread_mutex_lock(&s->lock);
        for (item *i = s->oldest, *next; i != NULL; i = next) {
            next = i->newer;
            if (i->expires_s <= now_s)
                forget(s, i);
        }
        pthread_mutex_unlock(&s->lock);
    }
    return 0;
}

static void mem_close(void *self)
{
    memory *m = self;

    for (size_t n = 0; m != NULL && n < m->nshards; n++) {
        hearth__map_free(m->shard[n].items, free);
        pthread_mutex_destroy(&m->shard[n].lock);
    }
    free(m);
}

static const hearth_store_ops memory_ops = {
    .name = "memory",
    .setup = mem_setup,
    .load = mem_load,
    .save = mem_save,
    .drop = mem_drop,
    .list = mem_list,
    .sweep = mem_sweep,
    .close = mem_close,
};

hearth_store hearth_store_memory(size_t max)
{
    memory *m = calloc(1, sizeof *m);
    bool ok = m != NULL;

    if (max == 0)
        max = DEFAULT_MAX;
    if (ok) {
        m->nshards = max < SMALL ? 1 : SHARDS;
        m->max = max / m->nshards;
    }
    for (size_t n = 0; m != NULL && n < m->nshards; n++) {
        pthread_mutex_init(&m->shard[n].lock, NULL);
        m->shard[n].items = hearth__map_new();
        ok = ok && m->shard[n].items != NULL;
    }
    if (!ok) {
        mem_close(m);
        m = NULL;
    }
    return (hearth_store){&memory_ops, m};
}
