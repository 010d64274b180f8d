/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Tokens as three parts: what the RFCs have made is read, and every known forgery is not. */

#include "auth/jws.h"

#include "jwt_kit.h"
#include "suite.h"

#include "json/load.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static hearth__arena arena;
static hearth__ring ring;
static hearth__jws_rules rules = {.ring = &ring, .max_bytes = 8192};

static void open_ring(hearth__jwa alg, const char *text, const char *kid)
{
    hearth_error err = {0};

    ring.alg = alg;
    ck_assert_msg(hearth__ring_add(&ring, hearth__str_of(text), kid, &err) == 0, "%s",
                  err.text);
}

static void close_ring(void)
{
    hearth__ring_clear(&ring);
    hearth__arena_clear(&arena);
    rules = (hearth__jws_rules){.ring = &ring, .max_bytes = 8192};
}

static const char *open_text(const char *text)
{
    hearth_str payload;
    const char *why = hearth__jws_open(&rules, hearth__str_of(text), &arena, &payload);

    ck_assert(!arena.failed);
    ck_assert((why == NULL) == (payload.ptr != NULL));
    return why;
}

/* says NULL: it is good. */
static void check(const char *text, const char *says)
{
    const char *why = open_text(text);

    if (says == NULL)
        ck_assert_msg(why == NULL, "%s: %s", text, why);
    else
        ck_assert_msg(why != NULL && strstr(why, says) != NULL, "%s: %s, not %s", text,
                      why == NULL ? "good" : why, says);
}

/* ---- what the RFCs have made ------------------------------------------------- */

#define PAYLOAD                                                                         \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb" \
    "290Ijp0cnVlfQ"

static const struct {
    hearth__jwa alg;
    const char *key, *text, *payload;
} vectors[] = {
    {HEARTH__JWA_HS256, /* RFC 7515 A.1 */
     OCT_JWK,
     "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." PAYLOAD
     ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
     "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
     "\"http://example.com/is_root\":true}"},
    {HEARTH__JWA_RS256, /* RFC 7515 A.2 */
     RSA_PUBLIC_JWK,
     "eyJhbGciOiJSUzI1NiJ9." PAYLOAD
     ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5Y"
     "Kt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xB"
     "ArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6Bf"
     "I7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioyp"
     "GlUPQGe77Rw",
     "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
     "\"http://example.com/is_root\":true}"},
    {HEARTH__JWA_ES256, /* RFC 7515 A.3 */
     EC_PUBLIC_JWK,
     "eyJhbGciOiJFUzI1NiJ9." PAYLOAD
     ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6"
     "NU1Q",
     "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
     "\"http://example.com/is_root\":true}"},
    {HEARTH__JWA_EDDSA, /* RFC 8037 A.4 */
     ED_PUBLIC_JWK,
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
     ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM"
     "0KAg",
     "Example of Ed25519 signing"},
};
#define VECTORS ((int)(sizeof vectors / sizeof vectors[0]))

START_TEST(what_the_rfcs_have_made_is_read)
{
    hearth_str payload;

    open_ring(vectors[_i].alg, vectors[_i].key, NULL);
    ck_assert_ptr_null(
        hearth__jws_open(&rules, hearth__str_of(vectors[_i].text), &arena, &payload));
    ck_assert(hearth__str_eq(payload, hearth__str_of(vectors[_i].payload)));
    close_ring();
}
END_TEST

START_TEST(it_is_no_token_of_another_algorithm)
{
    for (int i = 0; i < VECTORS; i++) {
        if (i == _i)
            continue;
        open_ring(vectors[_i].alg, vectors[_i].key, NULL);
        check(vectors[i].text, "its alg is not");
        close_ring();
    }
}
END_TEST

/* ---- headers ----------------------------------------------------------------- */

/* Signed by the right key, each of them. */
static const struct {
    const char *header, *says;
} headers[] = {
    {"{\"alg\":\"HS256\"}", NULL},
    {" {\"typ\":\"JWT\", \"alg\":\"HS256\"}\n", NULL},
    {"{\"alg\":\"HS256\",\"typ\":\"jwt\"}", NULL},
    {"{\"alg\":\"HS256\",\"typ\":\"application/JWT\"}", NULL},
    /* none, in every case, and everything that is nearly it. */
    {"{\"alg\":\"none\"}", "its alg"},
    {"{\"alg\":\"None\"}", "its alg"},
    {"{\"alg\":\"NONE\"}", "its alg"},
    {"{\"alg\":\"nOnE\"}", "its alg"},
    {"{\"alg\":\"none \"}", "its alg"},
    {"{\"alg\":\"\"}", "its alg"},
    {"{\"alg\":null}", "its alg"},
    {"{\"alg\":0}", "its alg"},
    {"{\"alg\":[\"HS256\"]}", "its alg"},
    {"{\"alg\":{\"HS256\":1}}", "its alg"},
    {"{}", "its alg"},
    {"{\"typ\":\"JWT\"}", "its alg"},
    {"{\"ALG\":\"HS256\"}", "its alg"},
    {"{\"alg\":\"hs256\"}", "its alg"},
    {"{\"alg\":\"HS256 \"}", "its alg"},
    {"{\"alg\":\"HS384\"}", "its alg"},
    {"{\"alg\":\"HS512\"}", "its alg"},
    {"{\"alg\":\"RS256\"}", "its alg"},
    {"{\"alg\":\"ES256\"}", "its alg"},
    {"{\"alg\":\"PS256\"}", "its alg"},
    {"{\"alg\":\"EdDSA\"}", "its alg"},
    {"{\"alg\":\"dir\",\"enc\":\"A128GCM\"}", "its alg"},
    /* Said twice, and what a careless parser takes for the other. */
    {"{\"alg\":\"none\",\"alg\":\"HS256\"}", "name twice"},
    {"{\"alg\":\"HS256\",\"alg\":\"none\"}", "name twice"},
    {"{\"alg\":\"HS256\",\"\\u0061lg\":\"none\"}", "name twice"},
    {"{\"alg\":\"HS256\",\"kid\":\"a\",\"kid\":\"b\"}", "name twice"},
    /* Keys that it brings along, and where to fetch them: not looked at. */
    {"{\"alg\":\"HS256\",\"jwk\":" OCT_JWK "}", NULL},
    {"{\"alg\":\"HS256\",\"jku\":\"https://evil.example/keys\"}", NULL},
    {"{\"alg\":\"HS256\",\"x5u\":\"https://evil.example/cert\"}", NULL},
    {"{\"alg\":\"HS256\",\"x5c\":[\"MIIB\"],\"x5t\":\"AAAA\"}", NULL},
    {"{\"alg\":\"none\",\"jwk\":{\"kty\":\"oct\",\"k\":\"\"}}", "its alg"},
    /* Extensions: none is understood. */
    {"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}", "crit"},
    {"{\"alg\":\"HS256\",\"crit\":[]}", "crit"},
    {"{\"alg\":\"HS256\",\"crit\":null}", "crit"},
    {"{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}", "crit"},
    {"{\"alg\":\"HS256\",\"b64\":false}", "b64"},
    {"{\"alg\":\"HS256\",\"b64\":true}", "b64"},
    {"{\"alg\":\"HS256\",\"enc\":\"A128GCM\"}", "encrypted"},
    {"{\"alg\":\"HS256\",\"zip\":\"DEF\"}", "compressed"},
    {"{\"alg\":\"HS256\",\"cty\":\"JWT\"}", "another token"},
    /* Types. */
    {"{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", "its typ"},
    {"{\"alg\":\"HS256\",\"typ\":\"application/at+jwt\"}", "its typ"},
    {"{\"alg\":\"HS256\",\"typ\":\"\"}", "its typ"},
    {"{\"alg\":\"HS256\",\"typ\":1}", "its typ"},
    {"{\"alg\":\"HS256\",\"typ\":null}", "its typ"},
    /* Names of keys: compared, and nothing else. */
    {"{\"alg\":\"HS256\",\"kid\":\"one\"}", NULL},
    {"{\"alg\":\"HS256\",\"kid\":\"One\"}", "no key has its kid"},
    {"{\"alg\":\"HS256\",\"kid\":\"\"}", "no key has its kid"},
    {"{\"alg\":\"HS256\",\"kid\":\"../../../../dev/null\"}", "no key has its kid"},
    {"{\"alg\":\"HS256\",\"kid\":\"' OR 1=1 --\"}", "no key has its kid"},
    {"{\"alg\":\"HS256\",\"kid\":\"one\\n\"}", "no key has its kid"},
    {"{\"alg\":\"HS256\",\"kid\":\"one\\u0000\"}", "no JSON"},
    {"{\"alg\":\"HS256\",\"kid\":1}", "its kid is no text"},
    {"{\"alg\":\"HS256\",\"kid\":null}", "its kid is no text"},
    {"{\"alg\":\"HS256\",\"kid\":[\"one\"]}", "its kid is no text"},
    /* No header. */
    {"[]", "no object"},
    {"\"alg\"", "no object"},
    {"null", "no object"},
    {"x", "no JSON"},
    {"{\"alg\":\"HS256\"", "no JSON"},
    {"{\"alg\":\"HS256\"}x", "no JSON"},
    {"{\"alg\":\"HS256\"}{}", "no JSON"},
    {"\xef\xbb\xbf{\"alg\":\"HS256\"}", "no JSON"},
    {"{\"alg\":\"HS256\",\"x\":\"\xff\"}", "no JSON"},
    {"{\"alg\":\"HS256\",\"x\":[[[[[[[[[[]]]]]]]]]]}", "no JSON"},
    {"{'alg':'HS256'}", "no JSON"},
};
#define HEADERS ((int)(sizeof headers / sizeof headers[0]))

START_TEST(a_header_is_compared_and_chooses_nothing)
{
    open_ring(HEARTH__JWA_HS256, SECRET, "one");
    check(jwt_make(&arena, headers[_i].header, "{}", ring.key[0].key), headers[_i].says);
    close_ring();
}
END_TEST

/* Whatever header goes unsigned, it goes nowhere. */
START_TEST(no_header_makes_up_for_a_signature)
{
    const char *h, *p;

    open_ring(HEARTH__JWA_HS256, SECRET, "one");
    h = jwt_base64(&arena, hearth__str_of(headers[_i].header));
    p = jwt_base64(&arena, HEARTH__S("{}"));
    ck_assert_ptr_nonnull(open_text(jwt_join(&arena, h, p, "")));
    ck_assert_ptr_nonnull(open_text(jwt_join(&arena, h, p, NULL)));
    ck_assert_ptr_nonnull(open_text(jwt_join(&arena, h, p, "AAAA")));
    ck_assert_ptr_nonnull(
        open_text(jwt_join(&arena, h, p, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
    close_ring();
}
END_TEST

START_TEST(a_type_that_is_asked_for_has_to_be_there)
{
    static const struct {
        const char *header, *says;
    } types[] = {
        {"{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", NULL},
        {"{\"alg\":\"HS256\",\"typ\":\"AT+JWT\"}", NULL},
        {"{\"alg\":\"HS256\",\"typ\":\"application/at+jwt\"}", NULL},
        {"{\"alg\":\"HS256\",\"typ\":\"at+jwt2\"}", "its typ"},
        {"{\"alg\":\"HS256\",\"typ\":\"JWT\"}", "its typ"},
        {"{\"alg\":\"HS256\"}", "no typ"},
    };

    open_ring(HEARTH__JWA_HS256, SECRET, NULL);
    rules.type = "at+jwt";
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        check(jwt_make(&arena, types[i].header, "{}", ring.key[0].key), types[i].says);
    close_ring();
}
END_TEST

/* ---- key confusion ----------------------------------------------------------- */

/* What everybody has, as the secret of HS256: the public key in whatever form. */
START_TEST(a_public_key_is_no_secret)
{
    static const char *const secrets[] = {RSA_PUBLIC_PEM, RSA_PUBLIC_JWK};

    open_ring(HEARTH__JWA_RS256, RSA_PUBLIC_PEM, NULL);
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        hearth__jwa_key *k = jwt_secret(hearth__str_of(secrets[i]));

        check(jwt_make(&arena, "{\"alg\":\"HS256\"}", "{}", k), "its alg");
        check(jwt_make(&arena, "{\"alg\":\"RS256\"}", "{}", k), "does not fit");
        hearth__jwa_key_free(k);
    }
    close_ring();
}
END_TEST

START_TEST(keys_of_two_kinds_do_not_meet)
{
    hearth__jwa_key *ec = jwt_pem(HEARTH__JWA_ES256, EC_PEM);
    hearth__jwa_key *rsa = jwt_pem(HEARTH__JWA_RS256, RSA_PEM);

    open_ring(HEARTH__JWA_RS256, RSA_PUBLIC_PEM, NULL);
    check(jwt_make(&arena, "{\"alg\":\"ES256\"}", "{}", ec), "its alg");
    check(jwt_make(&arena, "{\"alg\":\"RS256\"}", "{}", ec), "does not fit");
    check(jwt_make(&arena, "{\"alg\":\"RS256\"}", "{}", rsa), NULL);
    close_ring();
    open_ring(HEARTH__JWA_ES256, EC_PUBLIC_PEM, NULL);
    check(jwt_make(&arena, "{\"alg\":\"RS256\"}", "{}", rsa), "its alg");
    check(jwt_make(&arena, "{\"alg\":\"ES256\"}", "{}", rsa), "does not fit");
    check(jwt_make(&arena, "{\"alg\":\"ES256\"}", "{}", ec), NULL);
    close_ring();
    hearth__jwa_key_free(ec);
    hearth__jwa_key_free(rsa);
}
END_TEST

START_TEST(an_embedded_key_does_not_verify_its_own_token)
{
    hearth__jwa_key *k = jwt_secret(HEARTH__S("somebody else's secret of 32 bytes"));

    open_ring(HEARTH__JWA_HS256, SECRET, "one");
    check(jwt_make(&arena,
                   "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":"
                   "\"c29tZWJvZHkgZWxzZSdzIHNlY3JldCBvZiAzMiBieXRlcw\"}}",
                   "{}", k),
          "does not fit");
    hearth__jwa_key_free(k);
    close_ring();
}
END_TEST

/* ---- the text ---------------------------------------------------------------- */

static const struct {
    const char *text, *says;
} texts[] = {
    {"", "three parts"},
    {".", "three parts"},
    {"..", "three parts"},
    {"...", "three parts"},
    {"eyJhbGciOiJIUzI1NiJ9", "three parts"},
    {"eyJhbGciOiJIUzI1NiJ9.e30", "three parts"},
    {"eyJhbGciOiJIUzI1NiJ9.e30.", "three parts"},
    {"eyJhbGciOiJIUzI1NiJ9..AAAA", "three parts"},
    {".e30.AAAA", "three parts"},
    {"eyJhbGciOiJIUzI1NiJ9.e30.AAAA.", "three parts"},
    {"eyJhbGciOiJIUzI1NiJ9.e30.AAAA.AAAA", "three parts"},
    {"eyJhbGciOiJkaXIifQ.AA.AA.AA.AA", "three parts"}, /* a JWE */
    {"eyJhbGciOiJIUzI1NiJ9.e30.AA==", "signature is no base64url"},
    {"eyJhbGciOiJIUzI1NiJ9.e30.A", "signature is no base64url"},
    {"eyJhbGciOiJIUzI1NiJ9.e30.AB", "signature is no base64url"}, /* trailing bits */
    {"eyJhbGciOiJIUzI1NiJ9.e30.AA+A", "signature is no base64url"},
    {"eyJhbGciOiJIUzI1NiJ9.e30.AA A", "signature is no base64url"},
    {"eyJhbGciOiJIUzI1NiJ9.e30.AAAA\n", "signature is no base64url"},
    {"eyJhbGciOiJIUzI1NiJ9=.e30.AAAA", "header is no base64url"},
    {" eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "header is no base64url"},
    {"{\"alg\":\"HS256\"}.e30.AAAA", "header is no base64url"},
    {"\xff.e30.AAAA", "header is no base64url"},
};
#define TEXTS ((int)(sizeof texts / sizeof texts[0]))

START_TEST(a_text_that_is_no_token_is_refused)
{
    open_ring(HEARTH__JWA_HS256, SECRET, NULL);
    check(texts[_i].text, texts[_i].says);
    close_ring();
}
END_TEST

/* The payload in another form of the same bytes, signed as it stands there. */
START_TEST(a_payload_is_written_in_its_one_way)
{
    static const char *const payloads[] = {"e30=", "e31", "e3 0", "e30\n", "e+30", "e"};
    const char *h;

    open_ring(HEARTH__JWA_HS256, SECRET, NULL);
    h = jwt_base64(&arena, HEARTH__S("{\"alg\":\"HS256\"}"));
    for (size_t i = 0; i < sizeof payloads / sizeof payloads[0]; i++) {
        hearth_str s = jwt_signature(&arena, ring.key[0].key,
                                     jwt_join(&arena, h, payloads[i], NULL));

        check(jwt_join(&arena, h, payloads[i], jwt_base64(&arena, s)),
              "payload is no base64url");
    }
    close_ring();
}
END_TEST

/* Whichever character becomes another one. */
START_TEST(every_character_counts)
{
    char *copy;

    open_ring(HEARTH__JWA_HS256, SECRET, NULL);
    copy = hearth__arena_copy(
        &arena, jwt_make(&arena, "{\"alg\":\"HS256\"}", "{\"a\":1}", ring.key[0].key),
        strlen(jwt_make(&arena, "{\"alg\":\"HS256\"}", "{\"a\":1}", ring.key[0].key)));
    check(copy, NULL);
    for (size_t i = 0; copy[i] != '\0'; i++) {
        char was = copy[i];

        copy[i] = was == 'A' ? 'B' : 'A';
        ck_assert_msg(open_text(copy) != NULL, "%s", copy);
        copy[i] = '\0';
        ck_assert_msg(open_text(copy) != NULL, "%s", copy);
        copy[i] = was;
    }
    close_ring();
}
END_TEST

START_TEST(a_token_has_a_size)
{
    const char *text;

    open_ring(HEARTH__JWA_HS256, SECRET, NULL);
    text = jwt_make(&arena, "{\"alg\":\"HS256\"}", "{\"a\":1}", ring.key[0].key);
    rules.max_bytes = strlen(text);
    check(text, NULL);
    rules.max_bytes--;
    check(text, "too long");
    close_ring();
}
END_TEST

/* ---- rings ------------------------------------------------------------------- */

#define OTHER "fedcba9876543210fedcba9876543210"

START_TEST(a_ring_knows_its_keys_by_name)
{
    open_ring(HEARTH__JWA_HS256, SECRET, "new");
    open_ring(HEARTH__JWA_HS256, OTHER, "old");
    check(jwt_make(&arena, "{\"alg\":\"HS256\",\"kid\":\"new\"}", "{}", ring.key[0].key),
          NULL);
    check(jwt_make(&arena, "{\"alg\":\"HS256\",\"kid\":\"old\"}", "{}", ring.key[1].key),
          NULL);
    check(jwt_make(&arena, "{\"alg\":\"HS256\",\"kid\":\"new\"}", "{}", ring.key[1].key),
          "does not fit");
    check(jwt_make(&arena, "{\"alg\":\"HS256\"}", "{}", ring.key[1].key), NULL);
    close_ring();
}
END_TEST

START_TEST(a_key_without_a_name_may_have_any)
{
    open_ring(HEARTH__JWA_HS256, SECRET, NULL);
    check(jwt_make(&arena, "{\"alg\":\"HS256\",\"kid\":\"x\"}", "{}", ring.key[0].key),
          NULL);
    close_ring();
}
END_TEST

/* ---- the way out ------------------------------------------------------------- */

START_TEST(what_is_written_is_read)
{
    static const char *const keys[] = {NULL, SECRET, ED_PEM, EC_PEM, RSA_PEM};
    hearth_str payload;
    hearth__buf b;

    open_ring((hearth__jwa)_i, keys[_i], "a \"kid\"");
    hearth__buf_init(&b, &arena, 0);
    ck_assert_int_eq(hearth__jws_write(&rules, &ring.key[0], HEARTH__S("{\"x\":1}"),
                                       &arena, &b),
                     0);
    ck_assert_ptr_null(hearth__jws_open(&rules, hearth__buf_view(&b), &arena, &payload));
    ck_assert_str_eq(payload.ptr, "{\"x\":1}");
    rules.type = "at+jwt";
    check(b.ptr, "its typ");
    close_ring();
}
END_TEST

SUITE("auth/jws",
      LOOP(what_the_rfcs_have_made_is_read, 0,
           VECTORS) LOOP(it_is_no_token_of_another_algorithm, 0, VECTORS)
          LOOP(a_header_is_compared_and_chooses_nothing, 0,
               HEADERS) LOOP(no_header_makes_up_for_a_signature, 0, HEADERS)
              TEST(a_type_that_is_asked_for_has_to_be_there)
                  TEST(a_public_key_is_no_secret) TEST(keys_of_two_kinds_do_not_meet)
                      TEST(an_embedded_key_does_not_verify_its_own_token)
                          LOOP(a_text_that_is_no_token_is_refused, 0, TEXTS)
                              TEST(a_payload_is_written_in_its_one_way)
                                  TEST(every_character_counts) TEST(a_token_has_a_size)
                                      TEST(a_ring_knows_its_keys_by_name)
                                          TEST(a_key_without_a_name_may_have_any)
                                              LOOP(what_is_written_is_read, 1, 5))
