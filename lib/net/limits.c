/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Counting connections per address.  The table is cut in shards with a lock each, so that
 * reactors rarely meet; a shard is an open-addressing table of counters that grows to what
 * is in use and never past the connections there are.  The hash is SipHash under a random
 * key: nobody can choose addresses that collide.
 */

#include "net/limits.h"

#include "core/rand.h"
#include "core/size.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SHARDS     32
#define SHARD_BITS 5
#define FIRST      16 /* slots of a shard that is used */
/* Stands for the prefix ::/64, which would be an IPv4 address; no client has this one. */
#define NEIGHBOUR UINT64_MAX

typedef struct slot {
    hearth__source source;
    uint64_t hash;
    int n; /* 0: empty */
} slot;

typedef struct shard {
    pthread_mutex_t lock;
    slot *slots;
    size_t cap, used; /* cap is a power of two, at most three quarters of it used */
} shard;

struct hearth__limits {
    shard shard[SHARDS];
    uint64_t key[2];
    int per_address;
};

/* ---- sources --------------------------------------------------------------- */

static uint64_t big_endian(const unsigned char *p)
{
    uint64_t v = 0;

    for (int i = 0; i < 8; i++)
        v = v << 8 | p[i];
    return v;
}

/* Apart from every IPv6 prefix: their low half is 0. */
static hearth__source of_v4(uint32_t address)
{
    return (hearth__source){0, UINT64_C(0xffff00000000) | address};
}

static hearth__source of_v6(const struct in6_addr *a)
{
    uint64_t high = big_endian(a->s6_addr), low = big_endian(a->s6_addr + 8);

    if (high == 0 && low >> 32 == 0xffff) /* ::ffff:a.b.c.d */
        return of_v4((uint32_t)low);
    if (high == 0) /* ::1 and its neighbours are single addresses */
        return (hearth__source){NEIGHBOUR, low};
    return (hearth__source){high, 0};
}

hearth__source hearth__source_of(const struct sockaddr *peer, socklen_t len)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (peer != NULL && len >= sizeof v4 && peer->sa_family == AF_INET) {
        memcpy(&v4, peer, sizeof v4);
        return of_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (peer != NULL && len >= sizeof v6 && peer->sa_family == AF_INET6) {
        memcpy(&v6, peer, sizeof v6);
        return of_v6(&v6.sin6_addr);
    }
    return HEARTH__NOBODY;
}

static bool is_nobody(hearth__source s)
{
    return s.high == 0 && s.low == 0;
}

void hearth__source_text(hearth__source s, char out[HEARTH__SOURCE_TEXT])
{
    uint64_t high = s.high == NEIGHBOUR ? 0 : s.high;
    struct in6_addr v6 = {0};
    struct in_addr v4 = {htonl((uint32_t)s.low)};

    out[0] = '\0';
    if (is_nobody(s))
        return;
    if (s.high == 0) {
        inet_ntop(AF_INET, &v4, out, HEARTH__SOURCE_TEXT);
        return;
    }
    for (int i = 0; i < 8; i++) {
        v6.s6_addr[i] = (unsigned char)(high >> (56 - 8 * i));
        v6.s6_addr[8 + i] = (unsigned char)(s.low >> (56 - 8 * i));
    }
    inet_ntop(AF_INET6, &v6, out, HEARTH__SOURCE_TEXT);
    if (s.high != NEIGHBOUR)
        memcpy(out + strlen(out), "/64", sizeof "/64");
}

/* ---- one shard, locked ----------------------------------------------------- */

/* The slot of that source, or the empty one where it belongs. */
static slot *find(const shard *t, hearth__source s, uint64_t hash)
{
    size_t i = (size_t)(hash >> SHARD_BITS) & (t->cap - 1);

    while (t->slots[i].n != 0 &&
           (t->slots[i].source.high != s.high || t->slots[i].source.low != s.low))
        i = (i + 1) & (t->cap - 1);
    return &t->slots[i];
}

static int grow(shard *t)
{
    shard bigger = {.used = t->used};
    size_t bytes;

    bigger.cap = t->cap == 0 ? FIRST : t->cap * 2;
    if (!hearth__size_mul(bigger.cap, sizeof(slot), &bytes))
        return HEARTH_ENOMEM;
    bigger.slots = calloc(bigger.cap, sizeof(slot));
    if (bigger.slots == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; i < t->cap; i++) {
        if (t->slots[i].n != 0)
            *find(&bigger, t->slots[i].source, t->slots[i].hash) = t->slots[i];
    }
    free(t->slots);
    t->slots = bigger.slots;
    t->cap = bigger.cap;
    return 0;
}

static int add(shard *t, hearth__source s, uint64_t hash, int most)
{
    slot *at = t->cap == 0 ? NULL : find(t, s, hash);

    if (at != NULL && at->n != 0) {
        if (at->n >= most)
            return HEARTH_EBUSY;
        at->n++;
        return 0;
    }
    if (t->used >= t->cap / 4 * 3) {
        HEARTH_TRY(grow(t));
        at = find(t, s, hash);
    }
    *at = (slot){s, hash, 1};
    t->used++;
    return 0;
}

/* Empty the slot and move up those that had to step over it. */
static void empty(shard *t, size_t hole)
{
    size_t mask = t->cap - 1;

    t->used--;
    for (size_t i = (hole + 1) & mask; t->slots[i].n != 0; i = (i + 1) & mask) {
        size_t home = (size_t)(t->slots[i].hash >> SHARD_BITS) & mask;

        if (((i - home) & mask) < ((i - hole) & mask))
            continue; /* it lies between its home and here, behind the hole */
        t->slots[hole] = t->slots[i];
        hole = i;
    }
    t->slots[hole].n = 0;
}

static void remove_one(shard *t, hearth__source s, uint64_t hash)
{
    slot *at = t->cap == 0 ? NULL : find(t, s, hash);

    if (at == NULL || at->n == 0)
        return;
    if (--at->n > 0)
        return;
    at->n = 1; /* still a link of its chain */
    empty(t, (size_t)(at - t->slots));
}

/* ---- the table ------------------------------------------------------------- */

hearth__limits *hearth__limits_new(int per_address)
{
    hearth__limits *l = hearth__rand_init() == 0 ? calloc(1, sizeof *l) : NULL;

    if (l == NULL)
        return NULL;
    l->per_address = per_address;
    hearth__rand_bytes(l->key, sizeof l->key);
    for (int i = 0; i < SHARDS; i++)
        pthread_mutex_init(&l->shard[i].lock, NULL);
    return l;
}

void hearth__limits_free(hearth__limits *l)
{
    if (l == NULL)
        return;
    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_destroy(&l->shard[i].lock);
        free(l->shard[i].slots);
    }
    free(l);
}

static shard *shard_of(hearth__limits *l, hearth__source s, uint64_t *hash)
{
    *hash = hearth__rand_hash(&s, sizeof s, l->key);
    return &l->shard[*hash % SHARDS];
}

int hearth__limits_take(hearth__limits *l, hearth__source s)
{
    uint64_t hash;

    if (l->per_address < 0 || is_nobody(s))
        return 0;
    shard *t = shard_of(l, s, &hash);

    pthread_mutex_lock(&t->lock);
    int rc = add(t, s, hash, l->per_address);

    pthread_mutex_unlock(&t->lock);
    return rc;
}

void hearth__limits_drop(hearth__limits *l, hearth__source s)
{
    uint64_t hash;

    if (l->per_address < 0 || is_nobody(s))
        return;
    shard *t = shard_of(l, s, &hash);

    pthread_mutex_lock(&t->lock);
    remove_one(t, s, hash);
    pthread_mutex_unlock(&t->lock);
}

size_t hearth__limits_known(hearth__limits *l)
{
    size_t n = 0;

    for (int i = 0; i < SHARDS; i++) {
        pthread_mutex_lock(&l->shard[i].lock);
        n += l->shard[i].used;
        pthread_mutex_unlock(&l->shard[i].lock);
    }
    return n;
}
