/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any text as a stored password hash.  What is read has bounds; what is cheap is also
 * checked, and no password of ours fits a hash that others made up.
 */

#include "core/pwhash.h"
#include "core/rand.h"
#include "core/str.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_cheap(const hearth__pwhash *h)
{
    switch (h->kind) {
    case HEARTH__PWHASH_ARGON2:
        return (uint64_t)h->memory_kib * h->passes <= 256;
    case HEARTH__PWHASH_PBKDF2:
        return h->n <= 16;
    case HEARTH__PWHASH_SCRYPT:
        return h->n * h->r * h->p <= 256;
    case HEARTH__PWHASH_CRYPT:
        return strncmp(h->text, "$2b$04", 6) == 0;
    }
    return false;
}

static void check_bounds(const hearth__pwhash *h)
{
    assert(h->memory_kib <= 1024 * 1024 && h->passes <= 64 && h->lanes <= 16);
    assert(h->nsalt <= sizeof h->salt && h->nkey <= sizeof h->key);
    assert(h->kind != HEARTH__PWHASH_PBKDF2 || (h->n > 0 && h->n <= 10000000));
    assert(h->kind != HEARTH__PWHASH_SCRYPT ||
           h->n * h->r * h->p <= (UINT64_C(1) << 30) / 128);
    assert(strlen(h->text) <= HEARTH__PWHASH_MOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str all = {(const char *)data, size};
    hearth__pwhash h;

    if (hearth__rand_init() != 0 || !hearth__pwhash_read(&h, all))
        return 0;
    check_bounds(&h);
    (void)hearth__pwhash_weaker(&h, 19456, 2);
    if (is_cheap(&h))
        assert(hearth__pwhash_check(&h, HEARTH__S("no such password")) != 0);
    return 0;
}
