/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * JSON Web Keys and sets of them (RFC 7517).  A key that is given by itself has to be good;
 * of a set, which another service has made, those are passed over that are for other
 * purposes, but not those that are for ours and bad.
 */
#include "auth/jws.h"

#include "core/enc.h"
#include "core/error.h"
#include "core/secret.h"
#include "core/str.h"
#include "json/load.h"
#include "json/write.h"

#include <stdlib.h>

typedef hearth__ring ring;

static int no_memory(hearth_error *err)
{
    return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
}

static int refuse(hearth_error *err, const char *why)
{
    return hearth__error_set(err, HEARTH_EINVAL, "the key %s", why);
}

/* ---- the ring ---------------------------------------------------------------------- */

static bool is_taken(const ring *r, const char *kid)
{
    for (size_t i = 0; kid != NULL && i < r->n; i++)
        if (r->key[i].kid != NULL && strcmp(r->key[i].kid, kid) == 0)
            return true;
    return false;
}

/* Takes the key; NULL: *err says why there is none. */
static int append(ring *r, hearth__jwa_key *key, const char *kid, hearth_error *err)
{
    char *copy = kid == NULL ? NULL : strdup(kid);
    int rc = 0;

    if (key == NULL)
        rc = err->code;
    else if (kid != NULL && copy == NULL)
        rc = no_memory(err);
    else if (r->n == HEARTH_JWT_KEYS)
        rc = refuse(err, "is one too many: a kind of token has at most 16");
    else if (is_taken(r, kid))
        rc = refuse(err, "has the name (kid) of another one");
    if (rc != 0) {
        hearth__jwa_key_free(key);
        free(copy);
        return rc;
    }
    r->key[r->n++] = (hearth__ring_key){key, copy};
    return 0;
}

void hearth__ring_clear(ring *r)
{
    for (size_t i = 0; i < r->n; i++) {
        hearth__jwa_key_free(r->key[i].key);
        free(r->key[i].kid);
    }
    r->n = 0;
}

const hearth__ring_key *hearth__ring_signer(const ring *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (hearth__jwa_can_sign(r->key[i].key))
            return &r->key[i];
    return NULL;
}

/* ---- a key as JSON ----------------------------------------------------------------- */

static const char *text_of(const json_t *jwk, const char *name)
{
    return json_string_value(json_object_get(jwk, name));
}

static bool is(const json_t *jwk, const char *name, const char *value)
{
    const char *text = text_of(jwk, name);

    return text != NULL && strcmp(text, value) == 0;
}

/* Of the right kind for the algorithm? */
static bool is_kind(const json_t *jwk, hearth__jwa alg)
{
    switch (alg) {
    case HEARTH__JWA_HS256:
        return is(jwk, "kty", "oct");
    case HEARTH__JWA_EDDSA:
        return is(jwk, "kty", "OKP") && is(jwk, "crv", "Ed25519");
    case HEARTH__JWA_ES256:
        return is(jwk, "kty", "EC") && is(jwk, "crv", "P-256");
    default:
        return is(jwk, "kty", "RSA");
    }
}

/* RFC 7517 section 4.3. */
static bool may_verify(const json_t *jwk)
{
    const json_t *ops = json_object_get(jwk, "key_ops"), *one;
    size_t i;

    json_array_foreach(ops, i, one)
    {
        const char *op = json_string_value(one);

        if (op != NULL && (strcmp(op, "verify") == 0 || strcmp(op, "sign") == 0))
            return true;
    }
    return ops == NULL;
}

/* NULL: it is for this algorithm and for signatures. */
static const char *objection(const json_t *jwk, hearth__jwa alg)
{
    if (!json_is_object(jwk) || text_of(jwk, "kty") == NULL)
        return "is no JSON Web Key: it has no \"kty\"";
    if (!is_kind(jwk, alg))
        return "is of another kind (\"kty\", \"crv\") than the algorithm needs";
    if (json_object_get(jwk, "alg") != NULL && !is(jwk, "alg", hearth__jwa_name(alg)))
        return "is for another algorithm (\"alg\")";
    if ((json_object_get(jwk, "use") != NULL && !is(jwk, "use", "sig")) ||
        !may_verify(jwk))
        return "is not for signatures (\"use\", \"key_ops\")";
    return NULL;
}

/* False: it is there and no base64url. */
static bool member(const json_t *jwk, const char *name, hearth__arena *a, hearth_str *out)
{
    const json_t *v = json_object_get(jwk, name);
    hearth__buf b;

    if (v == NULL)
        return true;
    hearth__buf_init(&b, a, 0);
    if (!json_is_string(v) ||
        !hearth__dec_base64(&b, hearth__str_of(json_string_value(v)), true))
        return false;
    *out = hearth__buf_view(&b);
    return true;
}

static bool members(const json_t *jwk, hearth__arena *a, hearth__jwa_parts *p)
{
    return member(jwk, "k", a, &p->k) && member(jwk, "x", a, &p->x) &&
           member(jwk, "y", a, &p->y) && member(jwk, "n", a, &p->n) &&
           member(jwk, "e", a, &p->e) && member(jwk, "d", a, &p->d) &&
           member(jwk, "p", a, &p->p) && member(jwk, "q", a, &p->q) &&
           member(jwk, "dp", a, &p->dp) && member(jwk, "dq", a, &p->dq) &&
           member(jwk, "qi", a, &p->qi);
}

static int add_jwk(ring *r, const json_t *jwk, const char *kid, hearth_error *err)
{
    hearth__jwa_parts parts = {.k = {NULL, 0}};
    hearth__arena a;
    int rc;

    hearth__arena_init(&a, 0);
    if (members(jwk, &a, &parts))
        rc = append(r, hearth__jwa_key_parts(r->alg, &parts, err),
                    kid != NULL ? kid : text_of(jwk, "kid"), err);
    else
        rc = a.failed ? no_memory(err) : refuse(err, "has a part that is no base64url");
    hearth__arena_wipe(&a);
    hearth__arena_clear(&a);
    return rc;
}

static int add_set(ring *r, const json_t *set, const char *kid, hearth_error *err)
{
    size_t before = r->n, i;
    const json_t *jwk;

    if (kid != NULL)
        return refuse(err,
                      "is a set of keys, which bring their own names: leave out kid");
    json_array_foreach(set, i, jwk)
    {
        if (objection(jwk, r->alg) == NULL)
            HEARTH_TRY(add_jwk(r, jwk, NULL, err));
    }
    return r->n > before ? 0
                         : refuse(err, "is a set in which none is for this algorithm and "
                                       "for signatures");
}

static int add_json(ring *r, hearth_str text, const char *kid, hearth_error *err)
{
    json_t *tree = hearth__json_load(text, NULL, err);
    const json_t *set = json_object_get(tree, "keys");
    const char *why;
    int rc;

    if (tree == NULL)
        return err->code == HEARTH_ENOMEM ? HEARTH_ENOMEM
                                          : refuse(err, "begins with '{' and is no JSON");
    why = json_is_array(set) ? NULL : objection(tree, r->alg);
    if (why != NULL)
        rc = refuse(err, why);
    else
        rc = json_is_array(set) ? add_set(r, set, kid, err) : add_jwk(r, tree, kid, err);
    json_decref(tree);
    return rc;
}

/* ---- texts ------------------------------------------------------------------------- */

static hearth_str trim(hearth_str s)
{
    while (s.len > 0 && (unsigned char)s.ptr[s.len - 1] <= ' ')
        s.len--;
    while (s.len > 0 && (unsigned char)s.ptr[0] <= ' ') {
        s.ptr++;
        s.len--;
    }
    return s;
}

int hearth__ring_add(ring *r, hearth_str text, const char *kid, hearth_error *err)
{
    hearth__jwa_parts parts = {.k = text};
    hearth_error own = {0};
    hearth_str inner = trim(text);

    err = err == NULL ? &own : err;
    if (hearth__str_starts(inner, HEARTH__S("{")))
        return add_json(r, inner, kid, err);
    if (r->alg != HEARTH__JWA_HS256 || hearth__str_starts(inner, HEARTH__S("-----BEGIN")))
        return append(r, hearth__jwa_key_pem(r->alg, inner, err), kid, err);
    return append(r, hearth__jwa_key_parts(r->alg, &parts, err), kid, err);
}

/* ---- what others may know ---------------------------------------------------------- */

static void put(hearth__json_w *w, const char *name, const char *value)
{
    hearth__json_key(w, hearth__str_of(name));
    hearth__json_text(w, hearth__str_of(value));
}

static void put_bytes(hearth__json_w *w, const char *name, hearth_str bytes)
{
    if (bytes.ptr == NULL)
        return;
    hearth__json_key(w, hearth__str_of(name));
    hearth__buf_char(w->buf, '"');
    hearth__enc_base64(w->buf, bytes, true);
    hearth__buf_char(w->buf, '"');
    w->comma = true;
}

static void put_key(hearth__json_w *w, hearth__jwa alg, const hearth__ring_key *key)
{
    hearth__jwa_parts p;

    hearth__jwa_public(key->key, &p);
    hearth__json_open(w, '{');
    put(w, "kty",
        alg == HEARTH__JWA_EDDSA   ? "OKP"
        : alg == HEARTH__JWA_ES256 ? "EC"
                                   : "RSA");
    if (alg != HEARTH__JWA_RS256)
        put(w, "crv", alg == HEARTH__JWA_EDDSA ? "Ed25519" : "P-256");
    put(w, "use", "sig");
    put(w, "alg", hearth__jwa_name(alg));
    if (key->kid != NULL)
        put(w, "kid", key->kid);
    put_bytes(w, "x", p.x);
    put_bytes(w, "y", p.y);
    put_bytes(w, "n", p.n);
    put_bytes(w, "e", p.e);
    hearth__json_close(w, '}');
}

void hearth__ring_write(const ring *r, hearth__buf *out)
{
    hearth__json_w w = hearth__json_w_of(out);

    hearth__json_open(&w, '{');
    hearth__json_key(&w, HEARTH__S("keys"));
    hearth__json_open(&w, '[');
    for (size_t i = 0; r->alg != HEARTH__JWA_HS256 && i < r->n; i++)
        put_key(&w, r->alg, &r->key[i]);
    hearth__json_close(&w, ']');
    hearth__json_close(&w, '}');
}
