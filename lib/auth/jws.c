/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * JSON Web Signature, compact (RFC 7515).  What stands in the header is compared with what
 * was decided before the token came, and chooses nothing; the payload is not looked at until
 * the signature fits.
 */
#include "auth/jws.h"

#include "core/enc.h"
#include "core/str.h"
#include "json/load.h"
#include "json/write.h"

#define HEADER_DEPTH 8

/* ---- header ------------------------------------------------------------------------ */

static const char *text_of(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* RFC 7515 section 4.1.9: a media type, "application/" left out or not, in either case. */
static bool is_type(const char *typ, const char *type)
{
    static const hearth_str prefix = {"application/", 12};
    hearth_str s = hearth__str_of(typ);

    if (hearth__str_istarts(s, prefix))
        s = hearth__str(s.ptr + prefix.len, s.len - prefix.len);
    return hearth__str_ieq(s, hearth__str_of(type));
}

static const char *check_type(const json_t *header, const char *type)
{
    const json_t *typ = json_object_get(header, "typ");

    if (typ == NULL)
        return type == NULL ? NULL : "it has no typ";
    return json_is_string(typ) &&
                   is_type(json_string_value(typ), type == NULL ? "JWT" : type)
               ? NULL
               : "its typ is another";
}

static const char *check_header(const hearth__jws_rules *rules, const json_t *header,
                                const char **kid)
{
    const char *alg = text_of(header, "alg");
    const json_t *name = json_object_get(header, "kid");

    *kid = json_string_value(name);
    if (alg == NULL || strcmp(alg, hearth__jwa_name(rules->ring->alg)) != 0)
        return "its alg is not the one that was agreed on";
    if (json_object_get(header, "crit") != NULL)
        return "it has extensions that must be understood (crit), and none is";
    if (json_object_get(header, "b64") != NULL)
        return "its payload is not encoded (b64)";
    if (json_object_get(header, "enc") != NULL || json_object_get(header, "zip") != NULL)
        return "it is encrypted or compressed";
    if (json_object_get(header, "cty") != NULL)
        return "its payload is another token (cty)";
    if (name != NULL && *kid == NULL)
        return "its kid is no text";
    return check_type(header, rules->type);
}

/* ---- signature --------------------------------------------------------------------- */

/* Without a name in the token, or in the ring, every key may be it. */
static bool may_be(const hearth__ring_key *key, const char *kid)
{
    return kid == NULL || key->kid == NULL || strcmp(kid, key->kid) == 0;
}

static const char *check_signature(const hearth__ring *ring, const char *kid,
                                   hearth_str message, hearth_str signature)
{
    bool known = false;

    for (size_t i = 0; i < ring->n; i++) {
        if (!may_be(&ring->key[i], kid))
            continue;
        known = true;
        if (hearth__jwa_verify(ring->key[i].key, message, signature))
            return NULL;
    }
    return known ? "its signature does not fit" : "no key has its kid";
}

/* ---- parts ------------------------------------------------------------------------- */

/* Three, and no fourth; an encrypted one has five. */
static bool split(hearth_str text, hearth_str part[3])
{
    hearth_str rest = text;

    for (int i = 0; i < 3; i++) {
        if (rest.ptr == NULL)
            return false;
        part[i] = hearth__str_cut(&rest, '.');
        if (part[i].len == 0)
            return false;
    }
    return rest.ptr == NULL;
}

static bool decode(hearth_str text, hearth__arena *a, hearth_str *out)
{
    hearth__buf b;

    hearth__buf_init(&b, a, 0);
    if (!hearth__dec_base64(&b, text, true))
        return false;
    *out = hearth__buf_view(&b);
    return true;
}

static const char *open_parts(const hearth__jws_rules *rules, const hearth_str part[3],
                              const json_t *header, hearth__arena *a, hearth_str *payload)
{
    hearth_str message = {part[0].ptr, part[0].len + 1 + part[1].len}, signature;
    const char *kid, *why;

    if (!json_is_object(header))
        return "its header is no object";
    why = check_header(rules, header, &kid);
    if (why != NULL)
        return why;
    if (!decode(part[2], a, &signature))
        return "its signature is no base64url";
    why = check_signature(rules->ring, kid, message, signature);
    if (why == NULL && !decode(part[1], a, payload))
        why = "its payload is no base64url";
    return why;
}

const char *hearth__jws_open(const hearth__jws_rules *rules, hearth_str text,
                             hearth__arena *a, hearth_str *payload)
{
    const hearth__json_limits limits = {.depth = HEADER_DEPTH};
    hearth_str part[3], bytes;
    hearth_error err = {0};
    const char *why;
    json_t *header;

    *payload = (hearth_str){NULL, 0};
    if (text.len > rules->max_bytes)
        return "it is too long";
    if (!split(text, part))
        return "it has not three parts";
    if (!decode(part[0], a, &bytes))
        return "its header is no base64url";
    header = hearth__json_load(bytes, &limits, &err);
    if (header == NULL) {
        a->failed = a->failed || err.code == HEARTH_ENOMEM;
        return "its header is no JSON, or has a name twice";
    }
    why = open_parts(rules, part, header, a, payload);
    json_decref(header);
    if (why != NULL)
        *payload = (hearth_str){NULL, 0};
    return why;
}

/* ---- the way out ------------------------------------------------------------------- */

int hearth__jws_write(const hearth__jws_rules *rules, const hearth__ring_key *key,
                      hearth_str payload, hearth__arena *a, hearth__buf *out)
{
    unsigned char signature[HEARTH__JWA_SIGNATURE];
    hearth__buf header;
    hearth__json_w w = hearth__json_w_of(&header);
    size_t n;

    hearth__buf_init(&header, a, 0);
    hearth__json_open(&w, '{');
    hearth__json_key(&w, HEARTH__S("alg"));
    hearth__json_text(&w, hearth__str_of(hearth__jwa_name(rules->ring->alg)));
    hearth__json_key(&w, HEARTH__S("typ"));
    hearth__json_text(&w, hearth__str_of(rules->type == NULL ? "JWT" : rules->type));
    if (key->kid != NULL) {
        hearth__json_key(&w, HEARTH__S("kid"));
        hearth__json_text(&w, hearth__str_of(key->kid));
    }
    hearth__json_close(&w, '}');
    if (header.failed)
        return HEARTH_ENOMEM;
    hearth__enc_base64(out, hearth__buf_view(&header), true);
    hearth__buf_char(out, '.');
    hearth__enc_base64(out, payload, true);
    if (out->failed)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth__jwa_sign(key->key, hearth__buf_view(out), signature, &n));
    hearth__buf_char(out, '.');
    hearth__enc_base64(out, hearth__str((const char *)signature, n), true);
    return out->failed ? HEARTH_ENOMEM : 0;
}
