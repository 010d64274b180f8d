/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Keys of tokens: the same key in every form, and what is refused, with a sentence. */

#include "core/jwa_key.h"

#include "jwt_kit.h"
#include "suite.h"

static const struct {
    hearth__jwa alg;
    const char *pem, *says; /* NULL: it is good */
} pems[] = {
    {HEARTH__JWA_RS256, RSA_PEM, NULL},
    {HEARTH__JWA_RS256, RSA_OLD_PEM, NULL},
    {HEARTH__JWA_RS256, RSA_PUBLIC_PEM, NULL},
    {HEARTH__JWA_ES256, EC_PEM, NULL},
    {HEARTH__JWA_ES256, EC_OLD_PEM, NULL},
    {HEARTH__JWA_ES256, EC_PUBLIC_PEM, NULL},
    {HEARTH__JWA_EDDSA, ED_PEM, NULL},
    {HEARTH__JWA_EDDSA, ED_PUBLIC_PEM, NULL},
    /* Of another kind. */
    {HEARTH__JWA_RS256, EC_PEM, "none of RSA"},
    {HEARTH__JWA_RS256, ED_PUBLIC_PEM, "none of RSA"},
    {HEARTH__JWA_ES256, RSA_PEM, "none over the curve P-256"},
    {HEARTH__JWA_ES256, P384_PEM, "none over the curve P-256"},
    {HEARTH__JWA_ES256, ED_PEM, "none over the curve P-256"},
    {HEARTH__JWA_EDDSA, EC_PEM, "none of Ed25519"},
    {HEARTH__JWA_EDDSA, RSA_PUBLIC_PEM, "none of Ed25519"},
    /* Key confusion: a public key as the secret. */
    {HEARTH__JWA_HS256, RSA_PUBLIC_PEM, "no secret of HS256"},
    {HEARTH__JWA_HS256, EC_PEM, "no secret of HS256"},
    /* Weak, locked, something else, nothing. */
    {HEARTH__JWA_RS256, WEAK_RSA_PEM, "has 1024 bits: RS256 needs 2048 to 8192"},
    {HEARTH__JWA_ES256, ENCRYPTED_PEM, "is encrypted"},
    {HEARTH__JWA_RS256, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
     "is a certificate"},
    {HEARTH__JWA_RS256, "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
     "cannot be used"},
    {HEARTH__JWA_RS256, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
     "cannot be used"},
    {HEARTH__JWA_EDDSA, "a secret that is no key", "cannot be used"},
    {HEARTH__JWA_ES256, "", "cannot be used"},
};
#define PEMS ((int)(sizeof pems / sizeof pems[0]))

START_TEST(pem_is_read_or_refused_with_a_sentence)
{
    hearth_error err = {0};
    hearth__jwa_key *k =
        hearth__jwa_key_pem(pems[_i].alg, hearth__str_of(pems[_i].pem), &err);

    if (pems[_i].says == NULL) {
        ck_assert_msg(k != NULL, "%s", err.text);
    } else {
        ck_assert_ptr_null(k);
        ck_assert_int_eq(err.code, HEARTH_EINVAL);
        ck_assert_msg(strstr(err.text, pems[_i].says) != NULL, "%s", err.text);
    }
    hearth__jwa_key_free(k);
}
END_TEST

START_TEST(a_secret_has_32_bytes_at_least)
{
    static const char bytes[70000];
    hearth__jwa_parts p = {.k = {bytes, HEARTH__JWA_HS256_LEAST - 1}};
    hearth_error err = {0};

    ck_assert_ptr_null(hearth__jwa_key_parts(HEARTH__JWA_HS256, &p, &err));
    ck_assert_msg(strstr(err.text, "has 31 bytes: HS256 needs at least 32") != NULL, "%s",
                  err.text);
    p.k = (hearth_str){NULL, 0};
    ck_assert_ptr_null(hearth__jwa_key_parts(HEARTH__JWA_HS256, &p, &err));
    p.k = hearth__str(bytes, sizeof bytes);
    ck_assert_ptr_null(hearth__jwa_key_parts(HEARTH__JWA_HS256, &p, &err));
    hearth__jwa_key_free(jwt_secret(hearth__str(bytes, HEARTH__JWA_HS256_LEAST)));
    hearth__jwa_key_free(jwt_secret(hearth__str(bytes, 65536)));
}
END_TEST

/* An RSA modulus as long as asked for, all ones but for the lowest byte. */
static hearth__jwa_key *rsa_of(size_t nbytes, int lowest, hearth_str e, hearth_error *err)
{
    static char n[2000];
    hearth__jwa_parts p = {.n = {n, nbytes}, .e = e};

    memset(n, 0xff, nbytes);
    n[nbytes - 1] = (char)lowest;
    return hearth__jwa_key_parts(HEARTH__JWA_RS256, &p, err);
}

START_TEST(rsa_has_2048_to_8192_bits_and_a_sound_exponent)
{
    static const struct {
        size_t n;
        int lowest;
        hearth_str e;
        bool good;
    } rsa[] = {
        {256, 0xff, {"\1\0\1", 3}, true},   {1024, 0xff, {"\1\0\1", 3}, true},
        {255, 0xff, {"\1\0\1", 3}, false},  {1025, 0xff, {"\1\0\1", 3}, false},
        {1999, 0xff, {"\1\0\1", 3}, false}, {256, 0xfe, {"\1\0\1", 3}, false},
        {256, 0xff, {"\3", 1}, true},       {256, 0xff, {"\1", 1}, false},
        {256, 0xff, {"\2", 1}, false},      {256, 0xff, {"\0", 1}, false},
        {256, 0xff, {"\0\0\1", 3}, false},  {256, 0xff, {"", 0}, false},
        {256, 0xff, {NULL, 0}, false},      {256, 0xff, {"\1\0\0\0\0\0\0\0\1", 9}, false},
    };

    for (size_t i = 0; i < sizeof rsa / sizeof rsa[0]; i++) {
        hearth_error err = {0};
        hearth__jwa_key *k = rsa_of(rsa[i].n, rsa[i].lowest, rsa[i].e, &err);

        ck_assert_msg((k != NULL) == rsa[i].good, "%zu: %s", i, err.text);
        ck_assert_int_eq(k == NULL ? HEARTH_EINVAL : 0, err.code);
        hearth__jwa_key_free(k);
    }
}
END_TEST

START_TEST(what_is_public_of_a_key_makes_the_same_key)
{
    static const char *const texts[] = {NULL, NULL, ED_PEM, EC_PEM, RSA_PEM};
    hearth__jwa_key *k = jwt_pem((hearth__jwa)_i, texts[_i]), *again;
    hearth__jwa_parts p;
    hearth__arena a;
    hearth_error err = {0};

    hearth__arena_init(&a, 0);
    hearth__jwa_public(k, &p);
    ck_assert(p.k.ptr == NULL && p.d.ptr == NULL && p.p.ptr == NULL && p.qi.ptr == NULL);
    again = hearth__jwa_key_parts((hearth__jwa)_i, &p, &err);
    ck_assert_msg(again != NULL, "%s", err.text);
    ck_assert(!hearth__jwa_can_sign(again));
    ck_assert(
        hearth__jwa_verify(again, HEARTH__S("message"), jwt_signature(&a, k, "message")));
    hearth__jwa_key_free(k);
    hearth__jwa_key_free(again);
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(of_a_secret_nothing_is_public)
{
    hearth__jwa_key *k = jwt_secret(HEARTH__S("0123456789abcdef0123456789abcdef"));
    hearth__jwa_parts p;

    hearth__jwa_public(k, &p);
    ck_assert(p.k.ptr == NULL && p.x.ptr == NULL && p.n.ptr == NULL);
    hearth__jwa_key_free(k);
    hearth__jwa_key_free(NULL);
}
END_TEST

START_TEST(numbers_of_any_length_become_32_bytes)
{
    unsigned char out[HEARTH__JWA_POINT];
    unsigned char in[40] = {0};

    in[39] = 7;
    ck_assert(hearth__jwa_put_number(out, in, sizeof in));
    ck_assert(out[31] == 7 && out[0] == 0);
    ck_assert(hearth__jwa_put_number(out, in, 0));
    ck_assert(out[31] == 0);
    in[7] = 1;
    ck_assert(!hearth__jwa_put_number(out, in, sizeof in));
    ck_assert(hearth__jwa_put_number(out, in + 8, 32));
}
END_TEST

SUITE("core/jwa_key", LOOP(pem_is_read_or_refused_with_a_sentence, 0, PEMS)
                          TEST(a_secret_has_32_bytes_at_least)
                              TEST(rsa_has_2048_to_8192_bits_and_a_sound_exponent)
                                  LOOP(what_is_public_of_a_key_makes_the_same_key, 2, 5)
                                      TEST(of_a_secret_nothing_is_public)
                                          TEST(numbers_of_any_length_become_32_bytes))
