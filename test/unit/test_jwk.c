/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Keys out of texts: PEM, JSON Web Keys, sets of them, secrets. */

#include "auth/jws.h"

#include "jwt_kit.h"
#include "suite.h"

#include "json/load.h"

#include <stdio.h>

#define SECRET "0123456789abcdef0123456789abcdef"

static const struct {
    hearth__jwa alg;
    const char *text, *says; /* NULL: it is good */
    size_t n;                /* so many keys */
} texts[] = {
    {HEARTH__JWA_HS256, SECRET, NULL, 1},
    {HEARTH__JWA_HS256, OCT_JWK, NULL, 1},
    {HEARTH__JWA_EDDSA, ED_JWK, NULL, 1},
    {HEARTH__JWA_EDDSA, ED_PUBLIC_JWK, NULL, 1},
    {HEARTH__JWA_EDDSA, ED_PEM, NULL, 1},
    {HEARTH__JWA_ES256, EC_JWK, NULL, 1},
    {HEARTH__JWA_ES256, EC_PUBLIC_JWK, NULL, 1},
    {HEARTH__JWA_ES256, "\n\t " EC_PEM "\n", NULL, 1},
    {HEARTH__JWA_RS256, RSA_JWK, NULL, 1},
    {HEARTH__JWA_RS256, " " RSA_PUBLIC_JWK "\n", NULL, 1},
    {HEARTH__JWA_RS256, RSA_OLD_PEM, NULL, 1},
    {HEARTH__JWA_ES256,
     "{\"keys\":[" RSA_PUBLIC_JWK "," EC_PUBLIC_JWK "," OCT_JWK "," ED_JWK "]}", NULL, 1},
    {HEARTH__JWA_ES256, "{\"keys\":[1,{},{\"kty\":\"new\"}," EC_JWK "]}", NULL, 1},
    {HEARTH__JWA_ES256, "{\"keys\":[" EC_JWK "," EC_PUBLIC_JWK "]}", NULL, 2},
    /* Too weak, damaged, of another kind. */
    {HEARTH__JWA_HS256, "too short", "has 9 bytes: HS256 needs at least 32", 0},
    {HEARTH__JWA_HS256, "", "has 0 bytes", 0},
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\",\"k\":\"c2hvcnQ\"}", "has 5 bytes", 0},
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\"}", "has 0 bytes", 0},
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\",\"k\":\"AA==\"}", "no base64url", 0},
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\",\"k\":7}", "no base64url", 0},
    {HEARTH__JWA_HS256, RSA_PUBLIC_JWK, "another kind", 0},
    {HEARTH__JWA_HS256, RSA_PUBLIC_PEM, "no secret of HS256", 0},
    {HEARTH__JWA_HS256, " \n" RSA_PUBLIC_PEM, "no secret of HS256", 0},
    {HEARTH__JWA_ES256, RSA_JWK, "another kind", 0},
    {HEARTH__JWA_ES256, OFF_CURVE_JWK, "the key", 0},
    {HEARTH__JWA_ES256, TORN_EC_JWK, "the key", 0},
    {HEARTH__JWA_EDDSA, TORN_ED_JWK, "is damaged", 0},
    {HEARTH__JWA_EDDSA, EC_JWK, "another kind", 0},
    {HEARTH__JWA_RS256, RSA_ONE_JWK, "exponent", 0},
    {HEARTH__JWA_RS256, "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "bits", 0},
    {HEARTH__JWA_RS256, "{\"kty\":\"RSA\",\"e\":\"AQAB\"}", "none of RSA", 0},
    {HEARTH__JWA_ES256, "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}",
     "32 bytes", 0},
    {HEARTH__JWA_EDDSA, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}", "32 bytes",
     0},
    {HEARTH__JWA_EDDSA, "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}",
     "another kind", 0},
    {HEARTH__JWA_ES256, "{\"kty\":\"EC\",\"crv\":\"P-384\"}", "another kind", 0},
    /* For something else. */
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\",\"k\":\"AA\",\"alg\":\"HS512\"}",
     "another algorithm", 0},
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\",\"k\":\"AA\",\"use\":\"enc\"}",
     "not for signatures", 0},
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\",\"k\":\"AA\",\"key_ops\":[\"encrypt\"]}",
     "not for signatures", 0},
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\",\"k\":\"AA\",\"key_ops\":7}",
     "not for signatures", 0},
    /* No key. */
    {HEARTH__JWA_HS256, "{", "no JSON", 0},
    {HEARTH__JWA_HS256, "{\"kty\":\"oct\",\"kty\":\"oct\"}", "no JSON", 0},
    {HEARTH__JWA_HS256, "{}", "no \"kty\"", 0},
    {HEARTH__JWA_HS256, "{\"keys\":[]}", "none is for this algorithm", 0},
    {HEARTH__JWA_HS256, "{\"keys\":{}}", "no \"kty\"", 0},
    {HEARTH__JWA_HS256, "{\"keys\":[" RSA_PUBLIC_JWK "]}", "none is for this algorithm",
     0},
    /* A bad one of the right kind is not passed over. */
    {HEARTH__JWA_RS256, "{\"keys\":[" RSA_PUBLIC_JWK "," RSA_ONE_JWK "]}", "exponent", 1},
};
#define TEXTS ((int)(sizeof texts / sizeof texts[0]))

START_TEST(a_text_is_read_or_refused_with_a_sentence)
{
    hearth__ring ring = {.alg = texts[_i].alg};
    hearth_error err = {0};
    int rc = hearth__ring_add(&ring, hearth__str_of(texts[_i].text), NULL, &err);

    ck_assert_uint_eq(ring.n, texts[_i].n);
    if (texts[_i].says == NULL) {
        ck_assert_msg(rc == 0, "%s: %s", texts[_i].text, err.text);
    } else {
        ck_assert_int_eq(rc, HEARTH_EINVAL);
        ck_assert_msg(strncmp(err.text, "the key ", 8) == 0 &&
                          strstr(err.text, texts[_i].says) != NULL,
                      "%s: %s", texts[_i].text, err.text);
    }
    ck_assert_int_eq(hearth__ring_add(&ring, hearth__str_of(texts[_i].text), NULL, NULL),
                     rc);
    hearth__ring_clear(&ring);
}
END_TEST

START_TEST(keys_have_names_of_their_own)
{
    hearth__ring ring = {.alg = HEARTH__JWA_HS256};
    hearth_error err = {0};

    ck_assert_int_eq(hearth__ring_add(&ring, HEARTH__S(SECRET), "a", &err), 0);
    ck_assert_int_eq(
        hearth__ring_add(
            &ring,
            HEARTH__S("{\"kty\":\"oct\",\"kid\":\"b\",\"k\":"
                      "\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\",\"alg\":\"HS256\","
                      "\"use\":\"sig\",\"key_ops\":[\"sign\",\"verify\"]}"),
            NULL, &err),
        0);
    ck_assert_str_eq(ring.key[0].kid, "a");
    ck_assert_str_eq(ring.key[1].kid, "b");
    ck_assert_ptr_eq(hearth__ring_signer(&ring), &ring.key[0]);
    ck_assert_int_eq(hearth__ring_add(&ring, HEARTH__S(SECRET), "b", &err),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "the name (kid) of another one"));
    ck_assert_int_eq(hearth__ring_add(&ring, HEARTH__S("{\"keys\":[" OCT_JWK "]}"), "c",
                                      &err),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "leave out kid"));
    hearth__ring_clear(&ring);
}
END_TEST

START_TEST(a_ring_has_sixteen_keys)
{
    hearth__ring ring = {.alg = HEARTH__JWA_HS256};
    hearth_error err = {0};

    for (int i = 0; i < HEARTH_JWT_KEYS; i++)
        ck_assert_int_eq(hearth__ring_add(&ring, HEARTH__S(SECRET), NULL, &err), 0);
    ck_assert_int_eq(hearth__ring_add(&ring, HEARTH__S(SECRET), NULL, &err),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "at most 16"));
    hearth__ring_clear(&ring);
}
END_TEST

START_TEST(the_first_private_key_signs)
{
    hearth__ring ring = {.alg = HEARTH__JWA_ES256};
    hearth_error err = {0};

    ck_assert_int_eq(hearth__ring_add(&ring, HEARTH__S(EC_PUBLIC_JWK), "p", &err), 0);
    ck_assert_ptr_null(hearth__ring_signer(&ring));
    ck_assert_int_eq(hearth__ring_add(&ring, HEARTH__S(EC_PEM), "q", &err), 0);
    ck_assert_ptr_eq(hearth__ring_signer(&ring), &ring.key[1]);
    hearth__ring_clear(&ring);
}
END_TEST

/* What is written is a set that makes the same keys, without their private parts. */
START_TEST(what_is_public_is_a_set)
{
    static const char *const keys[] = {NULL, SECRET, ED_PEM, EC_JWK, RSA_PEM};
    hearth__ring ring = {.alg = (hearth__jwa)_i}, again = {.alg = (hearth__jwa)_i};
    hearth_error err = {0};
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    ck_assert_int_eq(hearth__ring_add(&ring, hearth__str_of(keys[_i]), "\"1\"", &err), 0);
    hearth__ring_write(&ring, &b);
    ck_assert(!b.failed);
    if (_i == HEARTH__JWA_HS256) {
        ck_assert_str_eq(b.ptr, "{\"keys\":[]}");
    } else {
        ck_assert_ptr_null(strstr(b.ptr, "\"d\":"));
        ck_assert_ptr_null(strstr(b.ptr, "\"p\":"));
        ck_assert_msg(hearth__ring_add(&again, hearth__buf_view(&b), NULL, &err) == 0,
                      "%s: %s", b.ptr, err.text);
        ck_assert_str_eq(again.key[0].kid, "\"1\"");
        ck_assert_ptr_null(hearth__ring_signer(&again));
    }
    hearth__ring_clear(&ring);
    hearth__ring_clear(&again);
    hearth__buf_clear(&b);
}
END_TEST

SUITE("auth/jwk",
      LOOP(a_text_is_read_or_refused_with_a_sentence, 0, TEXTS)
          TEST(keys_have_names_of_their_own) TEST(a_ring_has_sixteen_keys)
              TEST(the_first_private_key_signs) LOOP(what_is_public_is_a_set, 1, 5))
