/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The slots behind handles.
 *
 *     FREE -> RUNS -> PARKED -> FIRED -> FREE       a request that is resumed
 *              |  \-> EARLY --------^                 before its handler has returned
 *              |        |
 *              +--> OVER -> LEFT -> FREE            nobody waits any more; LEFT: the
 *                                                   context belongs to the handle
 *
 * Free slots are used again in the order in which they became free, and some always rest, so
 * that a handle comes round only after 127 rounds through all of them: 64 000 other
 * suspensions at least.
 */
#include "app/later.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOT  128 /* bytes; what is below it in an address is the tag */
#define TAGS  (SLOT - 1)
#define BLOCK 512 /* slots made at once; and that many rest before one is used again */

typedef enum state { FREE, RUNS, EARLY, PARKED, FIRED, OVER, LEFT } state;

typedef struct slot {
    hearth__laters *all;
    hearth_ctx *c;
    union {
        hearth_handler *then;  /* EARLY, FIRED */
        hearth__wake_fn *wake; /* PARKED */
        struct slot *next;     /* FREE */
    } u;
    void *arg; /* of then or wake */
    int why;
    unsigned char state, tag;
} slot;

_Static_assert(sizeof(slot) <= SLOT, "a slot is larger than its place");

typedef struct block {
    struct block *next;
    void *memory;
} block;

struct hearth__laters {
    pthread_mutex_t lock;
    slot *first, **last; /* free ones */
    size_t nfree, in_use;
    block *blocks;
    bool orphaned; /* the application is gone */
};

/* ---- slots ----------------------------------------------------------------------- */

static slot *slot_of(hearth_later *l)
{
    return (slot *)(void *)((char *)l - ((uintptr_t)l & TAGS));
}

static hearth_later *handle_of(slot *s)
{
    return (hearth_later *)(void *)((char *)s + s->tag);
}

/* With the lock held. */
static bool alive(const slot *s, const hearth_later *l)
{
    return s->state != FREE && s->tag == ((uintptr_t)l & TAGS);
}

static void put_free(hearth__laters *all, slot *s)
{
    s->state = FREE;
    s->c = NULL;
    s->u.next = NULL;
    *all->last = s;
    all->last = &s->u.next;
    all->nfree++;
}

static bool add_block(hearth__laters *all)
{
    block *b = malloc(sizeof *b);

    if (b == NULL)
        return false;
    b->memory = calloc(BLOCK + 1, SLOT);
    if (b->memory == NULL) {
        free(b);
        return false;
    }
    b->next = all->blocks;
    all->blocks = b;
    char *at = (char *)b->memory + (-(uintptr_t)b->memory & TAGS);

    for (size_t i = 0; i < BLOCK; i++, at += SLOT) {
        slot *s = (slot *)(void *)at;

        s->all = all;
        put_free(all, s);
    }
    return true;
}

hearth__laters *hearth__laters_new(void)
{
    hearth__laters *all = calloc(1, sizeof *all);

    if (all == NULL || pthread_mutex_init(&all->lock, NULL) != 0) {
        free(all);
        return NULL;
    }
    all->last = &all->first;
    return all;
}

static void destroy(hearth__laters *all)
{
    while (all->blocks != NULL) {
        block *b = all->blocks;

        all->blocks = b->next;
        free(b->memory);
        free(b);
    }
    pthread_mutex_destroy(&all->lock);
    free(all);
}

void hearth__laters_free(hearth__laters *all)
{
    bool last;

    if (all == NULL)
        return;
    pthread_mutex_lock(&all->lock);
    all->orphaned = true;
    last = all->in_use == 0;
    pthread_mutex_unlock(&all->lock);
    if (last)
        destroy(all);
}

/* Let go of the lock, and of a slot that is done. */
static void release(hearth__laters *all, slot *s)
{
    bool last;

    put_free(all, s);
    all->in_use--;
    last = all->orphaned && all->in_use == 0;
    pthread_mutex_unlock(&all->lock);
    if (last)
        destroy(all);
}

/* ---- the request's side ---------------------------------------------------------- */

hearth_later *hearth__later_new(hearth__laters *all, hearth_ctx *c)
{
    hearth_later *l = NULL;
    slot *s;

    pthread_mutex_lock(&all->lock);
    if (all->nfree < BLOCK && !add_block(all) && all->nfree == 0)
        goto out;
    s = all->first;
    all->first = s->u.next;
    if (all->first == NULL)
        all->last = &all->first;
    all->nfree--;
    all->in_use++;
    s->tag = s->tag == TAGS ? 1 : (unsigned char)(s->tag + 1);
    s->state = RUNS;
    s->c = c;
    l = handle_of(s);
out:
    pthread_mutex_unlock(&all->lock);
    return l;
}

void hearth__later_drop(hearth_later *l)
{
    slot *s = slot_of(l);

    pthread_mutex_lock(&s->all->lock);
    release(s->all, s);
}

void hearth__later_park(hearth_later *l, hearth__wake_fn *wake, void *self)
{
    slot *s = slot_of(l);

    pthread_mutex_lock(&s->all->lock);
    if (s->state == EARLY) {
        s->state = FIRED;
        wake(self);
    } else {
        s->state = PARKED;
        s->u.wake = wake;
        s->arg = self;
    }
    pthread_mutex_unlock(&s->all->lock);
}

void hearth__later_take(hearth_later *l, hearth_handler **then, void **arg)
{
    slot *s = slot_of(l);

    pthread_mutex_lock(&s->all->lock);
    *then = s->u.then;
    *arg = s->arg;
    release(s->all, s);
}

bool hearth__later_over(hearth_later *l, int why)
{
    slot *s = slot_of(l);
    bool over;

    pthread_mutex_lock(&s->all->lock);
    over = s->state == PARKED;
    if (over) {
        s->state = OVER;
        s->why = why;
    }
    pthread_mutex_unlock(&s->all->lock);
    return over;
}

bool hearth__later_leave(hearth_later *l)
{
    slot *s = slot_of(l);

    pthread_mutex_lock(&s->all->lock);
    if (!alive(s, l)) {
        pthread_mutex_unlock(&s->all->lock);
        return false;
    }
    if (s->state == EARLY || s->state == FIRED) { /* its holder is done with it */
        release(s->all, s);
        return false;
    }
    if (s->state != OVER)
        s->why = HEARTH_ECANCELED;
    s->state = LEFT;
    pthread_mutex_unlock(&s->all->lock);
    return true;
}

/* ---- the holder's side ----------------------------------------------------------- */

/* Nobody waits: the slot goes, and what it keeps. */
static int too_late(slot *s)
{
    hearth_ctx *left = s->state == LEFT ? s->c : NULL;
    bool orphan = s->all->orphaned;
    int why = s->why;

    release(s->all, s);
    if (left != NULL) {
        left->wait = NULL;
        if (orphan)
            left->afters = NULL; /* nobody runs them any more */
        hearth__ctx_put(NULL, left);
    }
    return why;
}

int hearth_resume(hearth_later *l, hearth_handler *then, void *arg)
{
    slot *s;
    hearth__wake_fn *wake = NULL;
    void *self = NULL;
    int rc = 0;

    if (l == NULL || then == NULL)
        return HEARTH_EINVAL;
    s = slot_of(l);
    pthread_mutex_lock(&s->all->lock);
    if (!alive(s, l) || s->state == EARLY || s->state == FIRED) {
        rc = HEARTH_ESTATE;
    } else if (s->state == OVER || s->state == LEFT) {
        return too_late(s);
    } else {
        if (s->state == PARKED) {
            wake = s->u.wake;
            self = s->arg;
        }
        s->state = s->state == PARKED ? FIRED : EARLY;
        s->u.then = then;
        s->arg = arg;
        if (wake != NULL)
            wake(self);
    }
    pthread_mutex_unlock(&s->all->lock);
    return rc;
}

bool hearth_later_gone(hearth_later *l)
{
    slot *s = slot_of(l);
    bool gone;

    pthread_mutex_lock(&s->all->lock);
    gone = !alive(s, l) || (s->state != RUNS && s->state != PARKED);
    pthread_mutex_unlock(&s->all->lock);
    return gone;
}
