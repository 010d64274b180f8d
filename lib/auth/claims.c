/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * What a payload claims (RFC 7519 section 4), held against the rules and the time.  A claim
 * of the wrong type is as bad as a wrong one.
 */
#include "auth/jws.h"

#include "core/str.h"

#define MOST_TIME \
    9e15 /* seconds that a double and an int64_t tell apart, and their sums */

/* ---- times ------------------------------------------------------------------------- */

/* *at 0: it is not there; false: it is no time.  Fractions are cut off. */
static bool read_time(const json_t *all, const char *name, bool *there, int64_t *at)
{
    const json_t *v = json_object_get(all, name);
    double seconds = json_number_value(v);

    *at = 0;
    *there = v != NULL;
    if (v == NULL)
        return true;
    if (!json_is_number(v) || !(seconds >= 0 && seconds <= MOST_TIME))
        return false;
    *at = json_is_integer(v) ? json_integer_value(v) : (int64_t)seconds;
    return true;
}

static const char *check_times(const hearth__claims_rules *r, const json_t *all,
                               int64_t now_s, hearth_claims *out)
{
    bool exp, nbf, iat;

    if (!read_time(all, "exp", &exp, &out->exp_s) ||
        !read_time(all, "nbf", &nbf, &out->nbf_s) ||
        !read_time(all, "iat", &iat, &out->iat_s))
        return "one of its times (exp, nbf, iat) is none";
    if (!exp && !r->no_expiry)
        return "it does not expire (exp)";
    if (exp && now_s >= out->exp_s + r->leeway_s)
        return "it has expired (exp)";
    if (nbf && out->nbf_s > now_s + r->leeway_s)
        return "it is not good yet (nbf)";
    if (iat && out->iat_s > now_s + r->leeway_s)
        return "it was made in the future (iat)";
    if (r->max_age_s > 0 && !iat)
        return "it does not say when it was made (iat)";
    if (r->max_age_s > 0 && now_s - out->iat_s > r->max_age_s + r->leeway_s)
        return "it is too old (iat)";
    return NULL;
}

/* ---- names ------------------------------------------------------------------------- */

/* False: it is there and no text. */
static bool read_text(const json_t *all, const char *name, const char **out)
{
    const json_t *v = json_object_get(all, name);

    *out = json_string_value(v);
    return v == NULL || *out != NULL;
}

static bool is_text(const json_t *v, const char *text)
{
    return json_is_string(v) && strcmp(json_string_value(v), text) == 0;
}

/* RFC 7519 section 4.1.3: who is not named must refuse it. */
static const char *check_audience(const json_t *aud, const char *audience)
{
    const json_t *one;
    bool found = false;
    size_t i;

    if (audience == NULL)
        return aud == NULL ? NULL : "it is for somebody (aud), and we are nobody";
    if (!json_is_array(aud))
        return is_text(aud, audience) ? NULL : "it is not for us (aud)";
    json_array_foreach(aud, i, one)
    {
        if (!json_is_string(one))
            return "its audience (aud) is none";
        found = found || is_text(one, audience);
    }
    return found ? NULL : "it is not for us (aud)";
}

static bool has(json_t *all, hearth_str name)
{
    const char *key;
    json_t *v;

    json_object_foreach(all, key, v)
    {
        if (hearth__str_eq(hearth__str_of(key), name))
            return true;
    }
    return false;
}

static bool has_all(json_t *all, const char *required)
{
    hearth_str rest = hearth__str_of(required);

    while (rest.ptr != NULL) {
        hearth_str name = hearth__str_cut(&rest, ' ');

        if (name.len > 0 && !has(all, name))
            return false;
    }
    return true;
}

const char *hearth__claims_check(const hearth__claims_rules *r, json_t *all,
                                 int64_t now_s, hearth_claims *out)
{
    const char *why;

    *out = (hearth_claims){.all = all};
    if (!json_is_object(all))
        return "its payload is no object";
    if (!read_text(all, "iss", &out->iss) || !read_text(all, "sub", &out->sub) ||
        !read_text(all, "jti", &out->jti) || !read_text(all, "scope", &out->scope))
        return "one of iss, sub, jti and scope is no text";
    why = check_times(r, all, now_s, out);
    if (why != NULL)
        return why;
    if (r->issuer != NULL && (out->iss == NULL || strcmp(out->iss, r->issuer) != 0))
        return "it is of another issuer (iss)";
    why = check_audience(json_object_get(all, "aud"), r->audience);
    if (why == NULL && !has_all(all, r->required))
        why = "it lacks a claim that is required";
    return why;
}
