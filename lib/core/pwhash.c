/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * argon2id (RFC 9106) as a PHC string, over libsodium.  libsodium reads such a string
 * itself and allocates what it says, so the numbers in it are looked at before.
 */
#include "core/pwhash.h"

#include "core/buf.h"
#include "core/rand.h"
#include "core/str.h"

#include <errno.h>
#include <sodium.h>

#define MOST_KIB    (1024u * 1024u)
#define MOST_PASSES 64u
#define MOST_LANES  16u
#define MOST_WORK   (8u * 1024u * 1024u) /* KiB, all passes together */
#define NOBODY_SALT 16
#define NOBODY_KEY  32

/* "m=19456": the number behind the name. */
static bool number(hearth_str s, hearth_str name, uint32_t most, uint32_t *out)
{
    uint64_t n;

    if (!hearth__str_starts(s, name) ||
        !hearth__str_uint((hearth_str){s.ptr + name.len, s.len - name.len}, &n) ||
        n == 0 || n > most)
        return false;
    *out = (uint32_t)n;
    return true;
}

static bool is_base64(hearth_str s, size_t least)
{
    if (s.ptr == NULL || s.len < least)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!hearth__is_alpha(s.ptr[i]) && !hearth__is_digit(s.ptr[i]) &&
            s.ptr[i] != '+' && s.ptr[i] != '/')
            return false;
    return true;
}

/* "v=19$m=19456,t=2,p=1$salt$key" */
static bool read_argon2(hearth__pwhash *h, hearth_str rest)
{
    hearth_str version = hearth__str_cut(&rest, '$'), costs, salt;

    if (!hearth__str_eq(version, HEARTH__S("v=19")) || rest.ptr == NULL)
        return false;
    costs = hearth__str_cut(&rest, '$');
    if (rest.ptr == NULL)
        return false;
    salt = hearth__str_cut(&rest, '$');
    if (!is_base64(salt, 11) || !is_base64(rest, 16))
        return false;
    if (!number(hearth__str_cut(&costs, ','), HEARTH__S("m="), MOST_KIB,
                &h->memory_kib) ||
        costs.ptr == NULL ||
        !number(hearth__str_cut(&costs, ','), HEARTH__S("t="), MOST_PASSES, &h->passes) ||
        costs.ptr == NULL || !number(costs, HEARTH__S("p="), MOST_LANES, &h->lanes))
        return false;
    h->kind = HEARTH__PWHASH_ARGON2;
    return h->memory_kib >= 8 * h->lanes &&
           (uint64_t)h->memory_kib * h->passes <= MOST_WORK;
}

bool hearth__pwhash_read(hearth__pwhash *h, hearth_str text)
{
    static const hearth_str id = {"$argon2id$", 10}, i = {"$argon2i$", 9};

    memset(h, 0, sizeof *h);
    if (text.len > HEARTH__PWHASH_MOST || memchr(text.ptr, '\0', text.len) != NULL)
        return false;
    if (hearth__str_starts(text, HEARTH__S("argon2$argon2")))
        text = (hearth_str){text.ptr + 6, text.len - 6};
    memcpy(h->text, text.ptr, text.len);
    h->id = hearth__str_starts(text, id);
    if (h->id)
        return read_argon2(h, (hearth_str){text.ptr + id.len, text.len - id.len});
    if (hearth__str_starts(text, i))
        return read_argon2(h, (hearth_str){text.ptr + i.len, text.len - i.len});
    return hearth__pwhash_import(h, text);
}

int hearth__pwhash_check(const hearth__pwhash *h, hearth_str password)
{
    if (h->kind != HEARTH__PWHASH_ARGON2)
        return hearth__pwhash_check_import(h, password);
    errno = 0;
    if (crypto_pwhash_str_verify(h->text, password.ptr, password.len) == 0)
        return 0;
    if (errno == EINVAL)
        return HEARTH_EINVAL;
    return errno == ENOMEM ? HEARTH_ENOMEM : HEARTH_EUNAVAILABLE;
}

bool hearth__pwhash_weaker(const hearth__pwhash *h, uint32_t memory_kib, uint32_t passes)
{
    return h->kind != HEARTH__PWHASH_ARGON2 || !h->id || h->memory_kib < memory_kib ||
           h->passes < passes;
}

int hearth__pwhash_make(char out[HEARTH__PWHASH_SIZE], hearth_str password,
                        uint32_t memory_kib, uint32_t passes)
{
    _Static_assert(crypto_pwhash_STRBYTES == HEARTH__PWHASH_SIZE, "one size of texts");
    if (crypto_pwhash_str_alg(out, password.ptr, password.len, passes,
                              (size_t)memory_kib * 1024,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        return HEARTH_ENOMEM;
    return 0;
}

void hearth__pwhash_nobody(char out[HEARTH__PWHASH_SIZE], uint32_t memory_kib,
                           uint32_t passes)
{
    unsigned char bytes[NOBODY_SALT + NOBODY_KEY];
    char salt[sodium_base64_ENCODED_LEN(NOBODY_SALT,
                                        sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
    char key[sodium_base64_ENCODED_LEN(NOBODY_KEY,
                                       sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
    hearth__buf b;

    hearth__rand_bytes(bytes, sizeof bytes);
    (void)sodium_bin2base64(salt, sizeof salt, bytes, NOBODY_SALT,
                            sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    (void)sodium_bin2base64(key, sizeof key, bytes + NOBODY_SALT, NOBODY_KEY,
                            sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    hearth__buf_over(&b, out, HEARTH__PWHASH_SIZE);
    hearth__buf_f(&b, "$argon2id$v=19$m=%u,t=%u,p=1$%s$%s", (unsigned)memory_kib,
                  (unsigned)passes, salt, key);
}
