/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any text as a signed and as a sealed value: nothing is sound that we have not made, and what
 * the bytes stand for comes back when we have.
 */

#include "core/rand.h"
#include "core/secret.h"
#include "core/str.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef void make_fn(const hearth__keyring *r, hearth_str purpose, int64_t expires_s,
                     hearth_str value, hearth__arena *a, hearth__buf *out);
typedef hearth__secret_fault read_fn(const hearth__keyring *r, hearth_str purpose,
                                     int64_t now_s, hearth_str text, hearth__arena *a,
                                     hearth_str *value);

static void both_ways(const hearth__keyring *ring, make_fn *make, read_fn *read,
                      hearth_str all, hearth__arena *a)
{
    hearth_str got;
    hearth__buf b;

    assert(read(ring, HEARTH__S("p"), 1, all, a, &got) != HEARTH__SECRET_SOUND);
    hearth__buf_init(&b, a, 0);
    make(ring, HEARTH__S("p"), 2, all, a, &b);
    if (b.failed)
        return;
    assert(read(ring, HEARTH__S("p"), 1, hearth__buf_view(&b), a, &got) ==
           HEARTH__SECRET_SOUND);
    assert(hearth__str_eq(got, all));
    assert(read(ring, HEARTH__S("p"), 2, hearth__buf_view(&b), a, &got) ==
           HEARTH__SECRET_EXPIRED);
    /* One byte of ours made one of theirs. */
    if (all.len == 0)
        return;
    size_t at = (unsigned char)all.ptr[0] % b.len;

    if (b.ptr[at] == all.ptr[all.len - 1])
        return;
    b.ptr[at] = all.ptr[all.len - 1];
    assert(read(ring, HEARTH__S("p"), 1, hearth__buf_view(&b), a, &got) !=
           HEARTH__SECRET_SOUND);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static hearth__keyring ring;
    hearth_str all = {(const char *)data, size};
    hearth__arena a;

    if (ring.n == 0) {
        if (hearth__rand_init() != 0)
            return 0;
        (void)hearth__keyring_add(&ring, HEARTH__S("0123456789abcdef0123456789abcdef"),
                                  "a test", NULL);
        (void)hearth__keyring_add(&ring, HEARTH__S("fedcba9876543210fedcba9876543210"),
                                  "a test", NULL);
    }
    hearth__arena_init(&a, 0);
    both_ways(&ring, hearth__secret_sign, hearth__secret_unsign, all, &a);
    both_ways(&ring, hearth__secret_seal, hearth__secret_unseal, all, &a);
    hearth__arena_clear(&a);
    return 0;
}
