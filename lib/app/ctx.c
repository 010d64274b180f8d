/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The life of a context: taken from a cache, used by one request, emptied, put back. What
 * a request leaves behind is zeroed in one go from the first field that belongs to it, but for arrays;
 * the arena keeps its first chunk, so a plain request in the steady state allocates
 * nothing.  The tree of a JSON body stays in the cache: the next body is read over it.
 */
#include "app/async.h"
#include "app/task.h"
#include "core/secret.h"

#include <stdlib.h>
#include <string.h>

/* Request numbers that a cache takes from the application at once. */
#define ID_BLOCK 4096

/* The tree of a body is kept for the next one when its text is not larger. */
#define TREE_TEXT 16384

static void forget(hearth_ctx *c)
{
    memset((char *)c + offsetof(hearth_ctx, head), 0,
           offsetof(hearth_ctx, res.first) - offsetof(hearth_ctx, head));
    c->match.route = NULL;
    c->error.code = 0;
    c->error.status = 0;
    c->error.text[0] = '\0';
}

static hearth_ctx *make(void)
{
    hearth_ctx *c = malloc(sizeof *c);

    if (c != NULL) {
        hearth__arena_init(&c->arena, HEARTH__CTX_ARENA);
        c->our_host_len = 0;
    }
    return c;
}

static uint64_t next_id(hearth__ctx_cache *cache, hearth_app *app)
{
    uint64_t block = cache == NULL ? 1 : ID_BLOCK;

    if (cache != NULL && cache->id < cache->id_end)
        return cache->id++;
    uint64_t id = atomic_fetch_add_explicit(&app->next_id, block, memory_order_relaxed);
    if (cache != NULL) {
        cache->id = id + 1;
        cache->id_end = id + block;
    }
    return id;
}

hearth_ctx *hearth__ctx_take(hearth__ctx_cache *cache, hearth_app *app)
{
    hearth_ctx *c = cache == NULL ? NULL : cache->first;

    if (c != NULL) {
        cache->first = c->cached;
        cache->n--;
    } else {
        c = make();
        if (c == NULL)
            return NULL;
    }
    forget(c);
    c->app = app;
    c->cached = NULL;
    c->faults_end = &c->faults;
    c->id = next_id(cache, app);
    hearth__buf_init(&c->body, NULL, 0);
    hearth__dbs_init(&c->dbs, app->db, &c->arena);
    c->json_before = NULL;
    if (cache != NULL && cache->json != NULL) {
        c->json_before = cache->json;
        cache->json = NULL;
    }
    return c;
}

static void run_deferred(hearth_ctx *c)
{
    while (c->defers != NULL) {
        hearth__defer *d = c->defers;

        c->defers = d->next;
        d->fn(d->arg);
    }
}

/* Keep one tree, the youngest: not a large one, nor one that others hold. */
static void keep_tree(hearth__ctx_cache *cache, hearth_ctx *c)
{
    json_t *tree = c->json != NULL ? c->json : c->json_before;

    if (c->json != NULL && c->json_before != NULL)
        json_decref(c->json_before);
    if (tree == NULL)
        return;
    if (cache != NULL && cache->json == NULL && tree->refcount == 1 &&
        c->body.len <= TREE_TEXT) {
        cache->json = tree;
        return;
    }
    json_decref(tree);
}

static void destroy(hearth_ctx *c)
{
    hearth__arena_clear(&c->arena);
    free(c);
}

/* Texts of a tree lie on the heap, where what is freed stays.  What others hold is theirs. */
static void wipe_tree(json_t *j)
{
    const char *key;
    json_t *of;
    size_t i;

    if (j->refcount != 1)
        return;
    if (json_is_string(j))
        hearth__secret_wipe((char *)(uintptr_t)json_string_value(j),
                            json_string_length(j));
    json_object_foreach(j, key, of) wipe_tree(of);
    json_array_foreach(j, i, of) wipe_tree(of);
}

static void wipe(hearth_ctx *c)
{
    if (c->json != NULL)
        wipe_tree(c->json);
    if (c->body.cap > 0)
        hearth__secret_wipe(c->body.ptr, c->body.cap);
    hearth__arena_wipe(&c->arena);
}

/* By a handle that is out, or by what runs after the answer. */
static bool kept(hearth_ctx *c)
{
    if (c->wait != NULL) {
        hearth__after_prepare(c);
        if (hearth__wait_keeps(c))
            return true;
        c->wait = NULL;
    }
    return c->afters != NULL && hearth__after_keeps(c);
}

void hearth__ctx_put(hearth__ctx_cache *cache, hearth_ctx *c)
{
    if (c == NULL || ((c->wait != NULL || c->afters != NULL) && kept(c)))
        return;
    hearth__dbs_end(&c->dbs);
    run_deferred(c);
    if (c->secret)
        wipe(c);
    keep_tree(cache, c);
    hearth__buf_clear(&c->body);
    if (cache == NULL || cache->n >= cache->max) {
        destroy(c);
        return;
    }
    hearth__arena_reset(&c->arena);
    c->cached = cache->first;
    cache->first = c;
    cache->n++;
}

void hearth__ctx_cache_clear(hearth__ctx_cache *cache)
{
    while (cache->first != NULL) {
        hearth_ctx *c = cache->first;

        cache->first = c->cached;
        destroy(c);
    }
    cache->n = 0;
    json_decref(cache->json);
    cache->json = NULL;
}

char *hearth__ctx_text(hearth_ctx *c, hearth_str s)
{
    return hearth__arena_copy(&c->arena, s.ptr, s.len);
}
