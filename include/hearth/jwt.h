/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JWT_H
#define HEARTH_JWT_H

/**
 * @file hearth/jwt.h
 * JSON Web Tokens (RFC 7519): what another service has signed about who asks, or what this
 * one says to others.
 *
 *     hearth_jwt *ids = hearth_jwt_new(app, &(hearth_jwt_opts){
 *         .alg = HEARTH_JWT_ES256,
 *         .keys = (const hearth_jwt_key[]){{.file = "id.example.org.jwks"}, {0}},
 *         .issuer = "https://id.example.org",
 *         .audience = "https://api.example.org"});
 *     hearth_use_jwt_at(app, "/api", ids, NULL);
 *     ...
 *     const hearth_claims *who = hearth_jwt_claims(c);        in a handler: who->sub
 *
 * The application says beforehand which algorithm, which keys, which issuer and which
 * audience (RFC 8725).  A token cannot choose: its `alg` has to be that one, its `kid` is a
 * name to be found in the ring or not, and keys that it brings along or points to (`jwk`,
 * `jku`, `x5c`, `x5u`) are not looked at.  Several issuers or algorithms are several
 * hearth_jwt.  What is refused: `none`, `crit`, unencoded and nested payloads, encryption,
 * names that come twice, base64url that is not written in its one way, a token that is for
 * somebody else, of another type, expired or not yet good.  Why a token was refused stands
 * in the log, and the client is not told.
 *
 * A token that is signed is good until it expires, whatever happens: let them live for
 * minutes.  What your own program hands out and takes back is better a row in the database
 * (hearth/token.h), or, for a link, a signed value (hearth/secret.h).
 *
 * Rotating keys: verifiers get the new public key first; then the signer gets the new
 * private key in front; the old one goes when what it signed has expired.  Keys are read
 * once, at set-up.
 */

#include <hearth/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Tokens of one kind: their algorithm, keys and rules. */
typedef struct hearth_jwt hearth_jwt;

/** Algorithms (RFC 7518 section 3.1, RFC 8037). */
typedef enum hearth_jwt_alg {
    HEARTH_JWT_HS256 = 1, /* HMAC with SHA-256: who can verify can sign */
    HEARTH_JWT_EDDSA,     /* Ed25519: for new ones */
    HEARTH_JWT_ES256,     /* ECDSA over P-256 with SHA-256 */
    HEARTH_JWT_RS256 /* RSASSA-PKCS1-v1_5 with SHA-256: what most services sign with */
} hearth_jwt_alg;

/** One key, or one set of keys. */
typedef struct hearth_jwt_key {
    const char *kid; /* its name; NULL: a JSON Web Key brings its own, others have none */
    /* The key: PEM ("-----BEGIN PUBLIC KEY-----", "PRIVATE KEY", "EC PRIVATE KEY", "RSA
     * PRIVATE KEY"), a JSON Web Key or a set of them (RFC 7517), or for HS256 the secret
     * itself, at least 32 bytes that nobody can guess.  Of a set those are taken that are
     * for this algorithm and for signatures.  RSA has 2048 to 8192 bits.  With the private
     * part it signs as well as verifies. */
    const char *text;
    const char *file; /* or where that is written, 64 KiB at most; white space at its end
                         does not count */
} hearth_jwt_key;

/** Keys of one kind of token at most. */
#define HEARTH_JWT_KEYS 16

/** Zero of every field is the default. */
typedef struct hearth_jwt_opts {
    hearth_jwt_alg alg; /* required */
    const hearth_jwt_key
        *keys;            /* a list that ends with {0}; required.  The first that can
                                   sign signs; all verify */
    const char *issuer;   /* `iss` is exactly this; default: not asked */
    const char *audience; /* `aud` is this or has it; default: tokens that have an `aud`
                             are for somebody else, and refused */
    const char *type; /* `typ` is this, "at+jwt" for example (RFC 9068); default: "JWT",
                             which may be left out */
    const char *required; /* claims that must be there, words with spaces between:
                             "sub jti" */
    int64_t leeway_s;  /* that clocks may differ, seconds, default 30, at most 3600; -1:
                             none */
    int64_t max_age_s; /* from `iat` on, which must be there then; default: any age */
    size_t max_bytes;  /* of a token, default 8192, 256 to 65 536 */
    bool unsafe_no_expiry; /* tokens without `exp` are good for ever */
} hearth_jwt_opts;

/** What a token says that was found good; lives as long as the request. */
typedef struct hearth_claims {
    const char *iss, *sub, *jti; /* issuer, subject, its id; NULL: it does not say */
    const char *scope; /* words with spaces between (RFC 8693 section 4.2); NULL */
    int64_t exp_s, nbf_s, iat_s; /* seconds since 1970, fractions cut off; 0: it does not
                                    say */
    json_t *all; /* everything, an object; borrowed: it dies with the request */
} hearth_claims;

/* ---- setup ------------------------------------------------------------ */

/**
 * Tokens of one kind.  Keys are copied, and wiped at the end.
 *
 * Owns:    app
 * Returns: the kind; or NULL, with a sentence in the log, and the application refuses to
 *          start: no algorithm, no key, a weak, damaged or unfitting one, a secret that is
 *          a public key, two keys of one name, a file that cannot be read, a number out of
 *          range, the application runs, out of memory.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API hearth_jwt *hearth_jwt_new_sized(hearth_app *app, const hearth_jwt_opts *o,
                                            size_t size);
static inline hearth_jwt *hearth_jwt_new(hearth_app *app, const hearth_jwt_opts *o)
{
    return hearth_jwt_new_sized(app, o, sizeof *o);
}

/**
 * All requests below a prefix need a token of this kind, as hearth_jwt_bearer() asks for it.
 * Routes that are `.anonymous` do not.  A middleware: it runs where hearth_use_at() would
 * have put it.
 *
 * @param prefix  "/api", as for hearth_use_at()
 * @param scope   the token must have this one; NULL: any will do; copied
 * Returns: 0, or as hearth_use_at(); HEARTH_EINVAL also when jwt is NULL.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_jwt_at(hearth_app *app, const char *prefix, hearth_jwt *jwt,
                                 const char *scope);

/* ---- per request ------------------------------------------------------ */

/**
 * What does the token say that this request brings (`Authorization: Bearer`, RFC 6750)?
 *
 * @param scope   it must have this one; NULL: any will do
 * @param claims  receives them; NULL: hearth_jwt_claims() tells them later
 * Returns: 0, or
 *            401  there is none, or it is not good, with `WWW-Authenticate: Bearer`
 *            403  it lacks the scope
 *            HEARTH_EINVAL (jwt is NULL), HEARTH_ENOMEM
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_jwt_bearer(hearth_ctx *c, const hearth_jwt *jwt, const char *scope,
                                 const hearth_claims **claims) HEARTH_NODISCARD;

/**
 * What the token says that this request brought and that was found good, by
 * hearth_use_jwt_at() or hearth_jwt_bearer(): the last, if there were several kinds.
 *
 * Owns:    request
 * Returns: the claims, or NULL: nobody has asked, or there was none.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const hearth_claims *hearth_jwt_claims(const hearth_ctx *c);

/**
 * Is a token good that came another way: in a form, in the answer of another service?
 *
 * @param text    NULL is malformed
 * @param claims  receives what it says; NULL: not wanted
 * Returns: 0, or
 *            HEARTH_EINVAL  it is not good: 400, told to the client without saying why.
 *                           Also when jwt is NULL, which is noted
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_jwt_verify(hearth_ctx *c, const hearth_jwt *jwt, const char *text,
                                 const hearth_claims **claims) HEARTH_NODISCARD;

/**
 * Make a token.  `iat` and `exp` are put into it, and `iss` and `aud` as the options have
 * them unless they are there.
 *
 *     hearth_jwt_sign(c, ids, json_pack("{s:s}", "sub", user->key), 300, &text)
 *
 * @param claims  an object; taken, also on failure
 * @param ttl_s   seconds that it is good for, 1 to ten years
 * @param text    receives it; memory of the request
 * Returns: 0, or
 *            HEARTH_EINVAL   claims is no object, ttl_s is out of range, jwt is NULL
 *            HEARTH_ESTATE   none of its keys has a private part
 *            HEARTH_ETOOBIG  it would pass max_bytes
 *            HEARTH_ENOMEM, HEARTH_EUNAVAILABLE (the library failed)
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_jwt_sign(hearth_ctx *c, const hearth_jwt *jwt, json_t *claims,
                               int64_t ttl_s, const char **text) HEARTH_NODISCARD;

/**
 * Answer with the public keys, as a set that others can verify with (RFC 7517 section 5).
 * Mount it where they look for it, "/.well-known/jwks.json" for most.
 *
 * Returns: as hearth_json(); HEARTH_EINVAL (jwt is NULL).  Secrets of HS256 are not in it.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_jwt_keys(hearth_ctx *c, const hearth_jwt *jwt);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_JWT_H */
