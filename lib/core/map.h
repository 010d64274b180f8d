/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_MAP_H
#define HEARTH_CORE_MAP_H

/*
 * A hash map from byte strings to pointers, safe against keys chosen by an attacker: the
 * hash is SipHash (libsodium's crypto_shorthash) under a random key of the map's own.
 * Open addressing; keys are copied; insertion order is not kept.
 */

#include <hearth/base.h>

typedef struct hearth__map hearth__map;

hearth__map *hearth__map_new(void); /* NULL when out of memory */
void hearth__map_free(hearth__map *m, void (*drop)(void *value)); /* drop may be NULL */
size_t hearth__map_len(const hearth__map *m);
void *hearth__map_get(const hearth__map *m, hearth_str key); /* NULL when absent */
/* Insert or replace; *old (if old is not NULL) receives the replaced value or NULL. value
 * must not be NULL.  HEARTH_ENOMEM leaves the map as it was. */
int hearth__map_put(hearth__map *m, hearth_str key, void *value, void **old);
void *hearth__map_take(hearth__map *m,
                       hearth_str key); /* remove and return, NULL when absent */
/* Walk: *at starts at 0; false at the end.  The map must not change meanwhile. */
bool hearth__map_next(const hearth__map *m, size_t *at, hearth_str *key, void **value);

#endif
