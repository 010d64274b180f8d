/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_JWT_KIT_H
#define HEARTH_TEST_JWT_KIT_H

/* Tokens made by hand: any header, any payload, signed by whichever key. */

#include "auth/jws.h"
#include "core/enc.h"
#include "core/str.h"
#include "jwt_keys.h"

#include <check.h>

static inline hearth__jwa_key *jwt_pem(hearth__jwa alg, const char *pem)
{
    hearth_error err = {0};
    hearth__jwa_key *k = hearth__jwa_key_pem(alg, hearth__str_of(pem), &err);

    ck_assert_msg(k != NULL, "%s", err.text);
    return k;
}

static inline hearth__jwa_key *jwt_secret(hearth_str secret)
{
    hearth__jwa_parts p = {.k = secret};
    hearth_error err = {0};
    hearth__jwa_key *k = hearth__jwa_key_parts(HEARTH__JWA_HS256, &p, &err);

    ck_assert_msg(k != NULL, "%s", err.text);
    return k;
}

static inline const char *jwt_base64(hearth__arena *a, hearth_str s)
{
    hearth__buf b;

    hearth__buf_init(&b, a, 0);
    hearth__enc_base64(&b, s, true);
    ck_assert(!b.failed);
    return b.ptr;
}

static inline hearth_str jwt_bytes(hearth__arena *a, const char *text)
{
    hearth__buf b;

    hearth__buf_init(&b, a, 0);
    ck_assert_msg(hearth__dec_base64(&b, hearth__str_of(text), true), "%s", text);
    return hearth__buf_view(&b);
}

static inline hearth_str jwt_signature(hearth__arena *a, const hearth__jwa_key *k,
                                       const char *message)
{
    unsigned char out[HEARTH__JWA_SIGNATURE];
    size_t n;

    ck_assert_int_eq(hearth__jwa_sign(k, hearth__str_of(message), out, &n), 0);
    return hearth__str(hearth__arena_copy(a, (const char *)out, n), n);
}

/* "a", "b", "c" to "a.b.c". */
static inline const char *jwt_join(hearth__arena *a, const char *one, const char *two,
                                   const char *three)
{
    hearth__buf b;

    hearth__buf_init(&b, a, 0);
    hearth__buf_text(&b, one);
    hearth__buf_char(&b, '.');
    hearth__buf_text(&b, two);
    if (three != NULL)
        hearth__buf_char(&b, '.');
    hearth__buf_text(&b, three == NULL ? "" : three);
    ck_assert(!b.failed);
    return b.ptr;
}

static inline const char *jwt_make(hearth__arena *a, const char *header,
                                   const char *payload, const hearth__jwa_key *k)
{
    const char *h = jwt_base64(a, hearth__str_of(header));
    const char *p = jwt_base64(a, hearth__str_of(payload));

    return jwt_join(a, h, p, jwt_base64(a, jwt_signature(a, k, jwt_join(a, h, p, NULL))));
}

#endif
