/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Signatures of tokens: what the RFCs say is good, and every known way to make a bad one. */

#include "core/jwa.h"

#include "jwt_kit.h"
#include "suite.h"

static hearth__arena arena;
static hearth__jwa_key *keys[5]; /* by algorithm */

/* Once in a process. */
static void open_keys(void)
{
    if (keys[1] != NULL)
        return;
    hearth__arena_init(&arena, 0);
    keys[HEARTH__JWA_HS256] = jwt_secret(HEARTH__S("0123456789abcdef0123456789abcdef"));
    keys[HEARTH__JWA_EDDSA] = jwt_pem(HEARTH__JWA_EDDSA, ED_PEM);
    keys[HEARTH__JWA_ES256] = jwt_pem(HEARTH__JWA_ES256, EC_PEM);
    keys[HEARTH__JWA_RS256] = jwt_pem(HEARTH__JWA_RS256, RSA_PEM);
}

static bool fits(int alg, const char *message, hearth_str signature)
{
    open_keys();
    return hearth__jwa_verify(keys[alg], hearth__str_of(message), signature);
}

#define PAYLOAD                                                                         \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb" \
    "290Ijp0cnVlfQ"

static const struct {
    int alg;
    const char *message, *signature;
} vectors[] = {
    {HEARTH__JWA_RS256, /* RFC 7515 A.2 */
     "eyJhbGciOiJSUzI1NiJ9." PAYLOAD,
     "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YK"
     "t_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBA"
     "rLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI"
     "7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypG"
     "lUPQGe77Rw"},
    {HEARTH__JWA_ES256, /* RFC 7515 A.3 */
     "eyJhbGciOiJFUzI1NiJ9." PAYLOAD,
     "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6N"
     "U1Q"},
    {HEARTH__JWA_EDDSA, /* RFC 8037 A.4 */
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
     "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0"
     "KAg"},
};

START_TEST(what_the_rfcs_have_signed_is_good)
{
    open_keys();
    hearth_str signature = jwt_bytes(&arena, vectors[_i].signature);

    ck_assert(fits(vectors[_i].alg, vectors[_i].message, signature));
    ck_assert(!fits(vectors[_i].alg, vectors[_i].message + 1, signature));
}
END_TEST

/* RS256 and EdDSA have one signature of a message. */
START_TEST(what_we_sign_is_what_the_rfcs_say)
{
    open_keys();
    hearth_str signature;

    if (vectors[_i].alg == HEARTH__JWA_ES256)
        return;
    signature = jwt_signature(&arena, keys[vectors[_i].alg], vectors[_i].message);
    ck_assert_str_eq(jwt_base64(&arena, signature), vectors[_i].signature);
}
END_TEST

START_TEST(what_a_key_signs_it_verifies)
{
    open_keys();
    hearth_str signature = jwt_signature(&arena, keys[_i], "a message");

    ck_assert(fits(_i, "a message", signature));
    ck_assert(!fits(_i, "a messagf", signature));
    ck_assert(!fits(_i, "a message ", signature));
    ck_assert(!fits(_i, "", signature));
}
END_TEST

START_TEST(every_bit_of_a_signature_counts)
{
    open_keys();
    hearth_str signature = jwt_signature(&arena, keys[_i], "a message");
    char *copy = hearth__arena_copy(&arena, signature.ptr, signature.len);

    for (size_t bit = 0; bit<signature.len * 8; bit += signature.len> 100 ? 37 : 1) {
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
        ck_assert(!fits(_i, "a message", hearth__str(copy, signature.len)));
        copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
    }
    ck_assert(fits(_i, "a message", hearth__str(copy, signature.len)));
}
END_TEST

START_TEST(a_signature_of_another_length_is_bad)
{
    open_keys();
    hearth_str signature = jwt_signature(&arena, keys[_i], "a message");
    char *longer = hearth__arena_alloc(&arena, signature.len + 1);

    memcpy(longer, signature.ptr, signature.len);
    ck_assert(!fits(_i, "a message", hearth__str("", 0)));
    ck_assert(!fits(_i, "a message", hearth__str(signature.ptr, signature.len - 1)));
    ck_assert(!fits(_i, "a message", hearth__str(signature.ptr + 1, signature.len - 1)));
    ck_assert(!fits(_i, "a message", hearth__str(longer, signature.len + 1)));
    memset(longer, 0, signature.len);
    ck_assert(!fits(_i, "a message", hearth__str(longer, signature.len)));
    memset(longer, 0xff, signature.len);
    ck_assert(!fits(_i, "a message", hearth__str(longer, signature.len)));
}
END_TEST

START_TEST(a_signature_of_another_algorithm_is_bad)
{
    open_keys();
    hearth_str signature = jwt_signature(&arena, keys[_i], "a message");

    for (int alg = 1; alg < 5; alg++)
        ck_assert_int_eq(fits(alg, "a message", signature), alg == _i);
}
END_TEST

/* ---- ES256 ------------------------------------------------------------------- */

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE  "0000000000000000000000000000000000000000000000000000000000000001"
/* The order of the group, and its neighbours. */
#define BELOW "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"
#define ORDER "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
#define ABOVE "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632552"
#define FULL  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

static const char *const psychic[] = {
    ZERO ZERO, ZERO ONE,  ONE ZERO,    ORDER ORDER, ORDER ONE,  ONE ORDER,
    ABOVE ONE, ONE ABOVE, FULL FULL,   ZERO ORDER,  ORDER ZERO, ONE ONE,
    BELOW ONE, ONE BELOW, BELOW BELOW, ABOVE ABOVE,
};
#define PSYCHIC ((int)(sizeof psychic / sizeof psychic[0]))

START_TEST(numbers_that_fit_everything_are_bad)
{
    open_keys();
    hearth__buf b;

    hearth__buf_init(&b, &arena, 0);
    ck_assert(hearth__dec_hex(&b, hearth__str_of(psychic[_i])));
    ck_assert(!fits(HEARTH__JWA_ES256, "a message", hearth__buf_view(&b)));
    ck_assert(!fits(HEARTH__JWA_ES256, "", hearth__buf_view(&b)));
}
END_TEST

/* What OpenSSL and most libraries make: 30 LL 02 LL r 02 LL s. */
START_TEST(der_is_no_signature_of_a_token)
{
    open_keys();
    hearth_str good = jwt_signature(&arena, keys[HEARTH__JWA_ES256], "a message");
    hearth__buf b;

    hearth__buf_init(&b, &arena, 0);
    hearth__buf_add(&b, "\x30\x44\x02\x20", 4);
    hearth__buf_add(&b, good.ptr, 32);
    hearth__buf_add(&b, "\x02\x20", 2);
    hearth__buf_add(&b, good.ptr + 32, 32);
    ck_assert(!fits(HEARTH__JWA_ES256, "a message", hearth__buf_view(&b)));
    ck_assert(!fits(HEARTH__JWA_ES256, "a message", hearth__str(b.ptr, 64)));
}
END_TEST

/* ---- keys -------------------------------------------------------------------- */

START_TEST(a_public_key_verifies_and_does_not_sign)
{
    open_keys();
    static const char *const pems[] = {NULL, NULL, ED_PUBLIC_PEM, EC_PUBLIC_PEM,
                                       RSA_PUBLIC_PEM};
    hearth__jwa_key *k = jwt_pem((hearth__jwa)_i, pems[_i]);
    hearth_str signature = jwt_signature(&arena, keys[_i], "a message");
    unsigned char out[HEARTH__JWA_SIGNATURE];
    size_t n;

    ck_assert(hearth__jwa_can_sign(keys[_i]) && !hearth__jwa_can_sign(k));
    ck_assert(hearth__jwa_verify(k, HEARTH__S("a message"), signature));
    ck_assert_int_eq(hearth__jwa_sign(k, HEARTH__S("a message"), out, &n),
                     HEARTH_EUNAVAILABLE);
    hearth__jwa_key_free(k);
}
END_TEST

START_TEST(algorithms_have_names)
{
    ck_assert_str_eq(hearth__jwa_name(HEARTH__JWA_HS256), "HS256");
    ck_assert_str_eq(hearth__jwa_name(HEARTH__JWA_EDDSA), "EdDSA");
    ck_assert_str_eq(hearth__jwa_name(HEARTH__JWA_ES256), "ES256");
    ck_assert_str_eq(hearth__jwa_name(HEARTH__JWA_RS256), "RS256");
    ck_assert_str_eq(hearth__jwa_name((hearth__jwa)0), "");
    ck_assert_str_eq(hearth__jwa_name((hearth__jwa)5), "");
}
END_TEST

SUITE("core/jwa",
      LOOP(what_the_rfcs_have_signed_is_good, 0, 3)
          LOOP(what_we_sign_is_what_the_rfcs_say, 0, 3)
              LOOP(what_a_key_signs_it_verifies, 1, 5)
                  LOOP(every_bit_of_a_signature_counts, 1, 5)
                      LOOP(a_signature_of_another_length_is_bad, 1, 5)
                          LOOP(a_signature_of_another_algorithm_is_bad, 1, 5)
                              LOOP(numbers_that_fit_everything_are_bad, 0, PSYCHIC)
                                  TEST(der_is_no_signature_of_a_token)
                                      LOOP(a_public_key_verifies_and_does_not_sign, 2, 5)
                                          TEST(algorithms_have_names))
