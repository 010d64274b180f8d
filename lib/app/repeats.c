/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A handler that asks for the author of each book asks the database once a book, and nobody
 * notices as long as there are three.  In development it is told.
 */

#include "app/repeats.h"

#include "core/hash.h"
#include "db/repeats.h"

#include <pthread.h>
#include <stdlib.h>

struct hearth__told {
    pthread_mutex_t lock; /* taken only for what may be a warning */
    size_t n;
    uint64_t what[HEARTH__REPEATS_TOLD];
};

hearth__told *hearth__told_new(void)
{
    hearth__told *t = calloc(1, sizeof *t);

    if (t != NULL && pthread_mutex_init(&t->lock, NULL) != 0) {
        free(t);
        return NULL;
    }
    return t;
}

void hearth__told_free(hearth__told *t)
{
    if (t == NULL)
        return;
    pthread_mutex_destroy(&t->lock);
    free(t);
}

bool hearth__told_add(hearth__told *t, uint64_t what)
{
    bool fresh;
    size_t i = 0;

    pthread_mutex_lock(&t->lock);
    while (i < t->n && t->what[i] != what)
        i++;
    fresh = i == t->n && t->n < HEARTH__REPEATS_TOLD;
    if (fresh)
        t->what[t->n++] = what;
    pthread_mutex_unlock(&t->lock);
    return fresh;
}

void hearth__repeats_begin(hearth_ctx *c)
{
    if (c->app->told != NULL && c->dbs.repeats == NULL)
        c->dbs.repeats = hearth__repeats_new(&c->arena, c->app->opts.max_repeats);
}

static void warn(hearth_ctx *c, const hearth__repeat *r)
{
    const hearth__route *route = c->match.route;
    uint64_t both[2] = {(uint64_t)(uintptr_t)route, r->text};

    if (!hearth__told_add(c->app->told, hearth__hash64(both, sizeof both)))
        return;
    hearth_logf(
        c, HEARTH_LOG_WARN,
        "%s %s ran one statement %lld times with different values (N+1); load what "
        "belongs together at once: .with or hearth_related() (hearth/relation.h), "
        "or one SELECT with IN: %.*s",
        hearth_method(c), route == NULL ? "(no route)" : route->pattern,
        (long long)r->runs, (int)r->sql.len, r->sql.ptr);
}

void hearth__repeats_tell(hearth_ctx *c)
{
    const hearth__repeats *r = c->dbs.repeats;

    for (size_t i = 0; r != NULL && i < r->n; i++)
        if (r->at[i].sql.ptr != NULL)
            warn(c, &r->at[i]);
}
