/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any text as a token, as a key, and, cut at line ends, as header and payload of one that is
 * signed as it should be: nothing is sound that nobody signed, and of what was signed only
 * what says the algorithm that was agreed on.
 */

#include "auth/jws.h"
#include "core/enc.h"
#include "core/rand.h"
#include "core/str.h"
#include "json/load.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static hearth__ring rings[5]; /* by algorithm */

/* Public keys whose private parts are thrown away. */
static const char *const keys[] = {
    "", "",
    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"one\",\"x\":"
    "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
    "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"one\",\"x\":"
    "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":"
    "\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}",
    "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":"
    "\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPM"
    "EzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
    "bSf"
    "63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"
    "UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5Zw"
    "Kh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"
    "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWy"
    "uXpoQ\"}"};

static void open_rings(void)
{
    char secret[32];

    if (hearth__rand_init() != 0)
        abort();
    hearth__rand_bytes(secret, sizeof secret);
    secret[0] = 's';
    for (int alg = HEARTH__JWA_HS256; alg <= HEARTH__JWA_RS256; alg++) {
        rings[alg].alg = (hearth__jwa)alg;
        if (hearth__ring_add(&rings[alg],
                             alg == HEARTH__JWA_HS256 ? hearth__str(secret, sizeof secret)
                                                      : hearth__str_of(keys[alg]),
                             NULL, NULL) != 0)
            abort();
    }
}

static void as_token(hearth_str all, hearth__arena *a)
{
    for (int alg = HEARTH__JWA_HS256; alg <= HEARTH__JWA_RS256; alg++) {
        const hearth__jws_rules rules = {.ring = &rings[alg], .max_bytes = 8192};
        hearth_str payload;

        assert(hearth__jws_open(&rules, all, a, &payload) != NULL);
        assert(payload.ptr == NULL);
    }
}

static void as_key(hearth_str all)
{
    for (int alg = HEARTH__JWA_HS256; alg <= HEARTH__JWA_RS256; alg++) {
        hearth__ring ring = {.alg = (hearth__jwa)alg};
        int rc = hearth__ring_add(&ring, all, NULL, NULL);

        assert(rc == 0 || rc == HEARTH_EINVAL || rc == HEARTH_ENOMEM);
        assert(rc != 0 || ring.n > 0);
        hearth__ring_clear(&ring);
    }
}

static void read_claims(hearth_str payload)
{
    const hearth__claims_rules rules = {.issuer = "i",
                                        .audience = "a",
                                        .required = "sub",
                                        .leeway_s = 30};
    json_t *all = hearth__json_load(payload, NULL, NULL);
    hearth_claims claims;

    if (all != NULL && hearth__claims_check(&rules, all, 1000000, &claims) == NULL) {
        assert(claims.exp_s + 30 > 1000000 && claims.nbf_s <= 1000030);
        assert(strcmp(claims.iss, "i") == 0 && claims.all == all);
    }
    json_decref(all);
}

/* A line is the header, the rest is the payload; both signed by the key that is right. */
static void as_parts(hearth_str rest, hearth__arena *a)
{
    const hearth__jws_rules rules = {.ring = &rings[HEARTH__JWA_HS256],
                                     .max_bytes = 8192};
    unsigned char signature[HEARTH__JWA_SIGNATURE];
    hearth_str header = hearth__str_cut(&rest, '\n'), payload;
    hearth_str sent = rest.ptr == NULL ? HEARTH__S("{}") : rest;
    hearth__buf b;
    size_t n;

    hearth__buf_init(&b, a, 0);
    hearth__enc_base64(&b, header, true);
    hearth__buf_char(&b, '.');
    hearth__enc_base64(&b, sent, true);
    if (b.failed || hearth__jwa_sign(rings[HEARTH__JWA_HS256].key[0].key,
                                     hearth__buf_view(&b), signature, &n) != 0)
        return;
    hearth__buf_char(&b, '.');
    hearth__enc_base64(&b, hearth__str((const char *)signature, n), true);
    if (hearth__jws_open(&rules, hearth__buf_view(&b), a, &payload) != NULL)
        return;
    assert(hearth__str_eq(payload, sent));
    assert(header.len >= 15);
    read_claims(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str all = {(const char *)data, size};
    hearth__arena a;

    if (rings[HEARTH__JWA_HS256].n == 0)
        open_rings();
    hearth__arena_init(&a, 0);
    as_token(all, &a);
    as_key(all);
    as_parts(all, &a);
    read_claims(all);
    hearth__arena_clear(&a);
    return 0;
}
