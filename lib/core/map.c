/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The hash map: linear probing over a power of two of slots, at most three quarters
 * full.  Removal shifts the run behind it back instead of leaving a marker, so that a
 * map which is filled and emptied for ever does not get slower.
 */
#include "core/map.h"

#include "core/rand.h"
#include "core/size.h"
#include "core/str.h"

#include <sodium.h>
#include <stdlib.h>

#define SLOTS_FIRST 8

typedef struct slot {
    uint64_t hash;
    char *key; /* a copy with '\0'; NULL: the slot is free */
    size_t len;
    void *value;
} slot;

struct hearth__map {
    slot *slots;
    size_t cap; /* 0 or a power of two */
    size_t len;
    unsigned char secret[crypto_shorthash_KEYBYTES];
};

static uint64_t hash_of(const hearth__map *m, hearth_str key)
{
    uint64_t h;

    _Static_assert(sizeof(h) == crypto_shorthash_BYTES, "SipHash gives 64 bits");
    crypto_shorthash((unsigned char *)&h, (const unsigned char *)key.ptr, key.len,
                     m->secret);
    return h;
}

/* The slot of the key or the free one where it would go.  There is always a free one. */
static slot *find(const hearth__map *m, hearth_str key, uint64_t hash)
{
    size_t i = (size_t)hash & (m->cap - 1);

    for (;; i = (i + 1) & (m->cap - 1)) {
        slot *s = &m->slots[i];

        if (s->key == NULL)
            return s;
        if (s->hash == hash && hearth__str_eq(key, hearth__str(s->key, s->len)))
            return s;
    }
}

static int grow(hearth__map *m)
{
    size_t cap = m->cap == 0 ? SLOTS_FIRST : m->cap, old_cap = m->cap;
    slot *old = m->slots, *slots;

    if (old_cap != 0 && !hearth__size_mul(cap, 2, &cap))
        return HEARTH_ENOMEM;
    slots = calloc(cap, sizeof(*slots));
    if (slots == NULL)
        return HEARTH_ENOMEM;
    m->slots = slots;
    m->cap = cap;
    for (size_t i = 0; i < old_cap; i++)
        if (old[i].key != NULL)
            *find(m, hearth__str(old[i].key, old[i].len), old[i].hash) = old[i];
    free(old);
    return 0;
}

static char *copy_key(hearth_str key)
{
    size_t n;
    char *copy = hearth__size_add(key.len, 1, &n) ? malloc(n) : NULL;

    if (copy == NULL)
        return NULL;
    memcpy(copy, key.ptr, key.len);
    copy[key.len] = '\0';
    return copy;
}

hearth__map *hearth__map_new(void)
{
    hearth__map *m;

    if (hearth__rand_init() != 0)
        return NULL;
    m = calloc(1, sizeof(*m));
    if (m != NULL)
        hearth__rand_bytes(m->secret, sizeof(m->secret));
    return m;
}

void hearth__map_free(hearth__map *m, void (*drop)(void *value))
{
    if (m == NULL)
        return;
    for (size_t i = 0; i < m->cap; i++) {
        if (m->slots[i].key == NULL)
            continue;
        free(m->slots[i].key);
        if (drop != NULL)
            drop(m->slots[i].value);
    }
    free(m->slots);
    free(m);
}

size_t hearth__map_len(const hearth__map *m)
{
    return m->len;
}

void *hearth__map_get(const hearth__map *m, hearth_str key)
{
    slot *s;

    if (m->len == 0)
        return NULL;
    s = find(m, key, hash_of(m, key));
    return s->key == NULL ? NULL : s->value;
}

int hearth__map_put(hearth__map *m, hearth_str key, void *value, void **old)
{
    uint64_t hash = hash_of(m, key);
    slot *s = m->cap == 0 ? NULL : find(m, key, hash);
    char *copy;

    if (value == NULL)
        return HEARTH_EINVAL;
    if (s != NULL && s->key != NULL) {
        if (old != NULL)
            *old = s->value;
        s->value = value;
        return 0;
    }
    copy = copy_key(key);
    if (copy == NULL)
        return HEARTH_ENOMEM;
    if (m->len >= m->cap / 4 * 3) {
        if (grow(m) != 0) {
            free(copy);
            return HEARTH_ENOMEM;
        }
        s = find(m, key, hash);
    }
    *s = (slot){hash, copy, key.len, value};
    m->len++;
    if (old != NULL)
        *old = NULL;
    return 0;
}

/* Close the gap at i: move back each later slot of the run that may lie there. */
static void close_gap(hearth__map *m, size_t i)
{
    size_t mask = m->cap - 1;

    for (size_t j = (i + 1) & mask; m->slots[j].key != NULL; j = (j + 1) & mask) {
        size_t home = (size_t)m->slots[j].hash & mask;

        if (((j - home) & mask) >= ((j - i) & mask)) {
            m->slots[i] = m->slots[j];
            i = j;
        }
    }
    m->slots[i] = (slot){0};
}

void *hearth__map_take(hearth__map *m, hearth_str key)
{
    slot *s;
    void *value;

    if (m->len == 0)
        return NULL;
    s = find(m, key, hash_of(m, key));
    if (s->key == NULL)
        return NULL;
    value = s->value;
    free(s->key);
    close_gap(m, (size_t)(s - m->slots));
    m->len--;
    return value;
}

bool hearth__map_next(const hearth__map *m, size_t *at, hearth_str *key, void **value)
{
    for (; *at < m->cap; ++*at) {
        const slot *s = &m->slots[*at];

        if (s->key == NULL)
            continue;
        *key = hearth__str(s->key, s->len);
        *value = s->value;
        ++*at;
        return true;
    }
    return false;
}
