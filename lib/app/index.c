/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The half of the index that runs at set-up.  The slots live in the arena of whoever owns
 * the index; those outgrown stay there, together at most as many as the last ones.
 */
#include "app/index.h"

#include "core/size.h"

#define SLOTS_FIRST 4
#define SHIFT_FIRST 62

/* The slot of the key, or the empty one where it belongs. */
static hearth__index_slot *find(const hearth__index *x, hearth_str key, uint64_t hash)
{
    for (size_t i = hash >> x->shift;; i = (i + 1) & x->mask) {
        hearth__index_slot *s = &x->slot[i];

        if (s->key.ptr == NULL || (s->hash == hash && hearth__index_same(s->key, key)))
            return s;
    }
}

static int grow(hearth__index *x, hearth__arena *a)
{
    size_t size = SLOTS_FIRST;
    hearth__index bigger = {.n = x->n, .shift = SHIFT_FIRST};

    if (x->slot != NULL) {
        if (!hearth__size_mul(x->mask + 1, 2, &size))
            return HEARTH_ENOMEM;
        bigger.shift = x->shift - 1;
    }
    bigger.mask = size - 1;
    bigger.slot = hearth__arena_array(a, size, sizeof *bigger.slot);
    if (bigger.slot == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; x->slot != NULL && i <= x->mask; i++) {
        const hearth__index_slot *s = &x->slot[i];

        if (s->key.ptr != NULL)
            *find(&bigger, s->key, s->hash) = *s;
    }
    *x = bigger;
    return 0;
}

int hearth__index_put(hearth__index *x, hearth__arena *a, hearth_str key, void *value)
{
    uint64_t hash = hearth__index_hash(key);
    hearth__index_slot *s = x->slot == NULL ? NULL : find(x, key, hash);

    if (s == NULL || s->key.ptr == NULL) {
        if (s == NULL || (x->n + 1) * 2 > x->mask + 1) {
            HEARTH_TRY(grow(x, a));
            s = find(x, key, hash);
        }
        x->n++;
    }
    *s = (hearth__index_slot){key, hash, value};
    return 0;
}
