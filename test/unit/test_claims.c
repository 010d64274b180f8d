/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What a payload claims: times from both sides, for whom it is, and what is no claim. */

#include "auth/jws.h"

#include "suite.h"

#include "core/str.h"
#include "json/load.h"

#define NOW    1000000
#define LEEWAY 30

static const hearth__claims_rules any = {.leeway_s = LEEWAY};
static const hearth__claims_rules no_expiry = {.no_expiry = true};
static const hearth__claims_rules young = {.leeway_s = LEEWAY, .max_age_s = 100};
static const hearth__claims_rules ours = {.issuer = "https://id.example",
                                          .audience = "api",
                                          .required = "sub  jti ",
                                          .no_expiry = true};

#define OURS "\"iss\":\"https://id.example\",\"sub\":\"7\",\"jti\":\"1\","

static const struct {
    const hearth__claims_rules *rules;
    const char *payload, *says; /* NULL: good */
} claims[] = {
    /* exp: good until then, and the leeway. */
    {&any, "{\"exp\":1000001}", NULL},
    {&any, "{\"exp\":1000000}", NULL},
    {&any, "{\"exp\":999971}", NULL},
    {&any, "{\"exp\":999970}", "expired"},
    {&any, "{\"exp\":999970.9}", "expired"},
    {&any, "{\"exp\":999971.5}", NULL},
    {&any, "{\"exp\":0}", "expired"},
    {&any, "{}", "does not expire"},
    {&no_expiry, "{}", NULL},
    {&no_expiry, "{\"exp\":1000000}", "expired"},
    {&no_expiry, "{\"exp\":1000001}", NULL},
    {&any, "{\"exp\":\"2000000\"}", "times"},
    {&any, "{\"exp\":null}", "times"},
    {&any, "{\"exp\":true}", "times"},
    {&any, "{\"exp\":[2000000]}", "times"},
    {&any, "{\"exp\":-1}", "times"},
    {&any, "{\"exp\":1e300}", "times"},
    {&any, "{\"exp\":9223372036854775807}", "times"},
    {&any, "{\"exp\":9000000000000000}", NULL},
    {&any, "{\"exp\":9000000000000001}", "times"},
    {&any, "{\"exp\":9e15}", NULL},
    /* nbf: not before it. */
    {&any, "{\"exp\":2e6,\"nbf\":1000030}", NULL},
    {&any, "{\"exp\":2e6,\"nbf\":1000031}", "not good yet"},
    {&any, "{\"exp\":2e6,\"nbf\":\"0\"}", "times"},
    {&no_expiry, "{\"nbf\":1000001}", "not good yet"},
    {&no_expiry, "{\"nbf\":1000000}", NULL},
    /* iat: not made in the future, not too old. */
    {&any, "{\"exp\":2e6,\"iat\":1000030}", NULL},
    {&any, "{\"exp\":2e6,\"iat\":1000031}", "in the future"},
    {&any, "{\"exp\":2e6,\"iat\":0}", NULL},
    {&any, "{\"exp\":2e6,\"iat\":{}}", "times"},
    {&young, "{\"exp\":2e6,\"iat\":999870}", NULL},
    {&young, "{\"exp\":2e6,\"iat\":999869}", "too old"},
    {&young, "{\"exp\":2e6}", "when it was made"},
    /* Issuer, audience and what is required. */
    {&ours, "{" OURS "\"aud\":\"api\"}", NULL},
    {&ours, "{" OURS "\"aud\":[\"api\"]}", NULL},
    {&ours, "{" OURS "\"aud\":[\"web\",\"api\"]}", NULL},
    {&ours, "{" OURS "\"aud\":\"apis\"}", "not for us"},
    {&ours, "{" OURS "\"aud\":\"API\"}", "not for us"},
    {&ours, "{" OURS "\"aud\":\"\"}", "not for us"},
    {&ours, "{" OURS "\"aud\":[]}", "not for us"},
    {&ours, "{" OURS "\"aud\":[\"web\"]}", "not for us"},
    {&ours, "{" OURS "\"aud\":[\"api\",1]}", "audience (aud) is none"},
    {&ours, "{" OURS "\"aud\":[[\"api\"]]}", "audience (aud) is none"},
    {&ours, "{" OURS "\"aud\":{\"api\":1}}", "not for us"},
    {&ours, "{" OURS "\"aud\":null}", "not for us"},
    {&ours, "{" OURS "\"x\":1}", "not for us"},
    {&any, "{\"exp\":2e6,\"aud\":\"api\"}", "we are nobody"},
    {&any, "{\"exp\":2e6,\"aud\":null}", "we are nobody"},
    {&ours,
     "{\"iss\":\"https://id.example/\",\"sub\":\"7\",\"jti\":\"1\",\"aud\":\"api\"}",
     "issuer"},
    {&ours, "{\"iss\":\"https://id.exampl\",\"sub\":\"7\",\"jti\":\"1\",\"aud\":\"api\"}",
     "issuer"},
    {&ours, "{\"iss\":[\"https://id.example\"],\"aud\":\"api\"}", "is no text"},
    {&ours, "{\"sub\":\"7\",\"jti\":\"1\",\"aud\":\"api\"}", "issuer"},
    {&ours, "{\"iss\":\"https://id.example\",\"sub\":\"7\",\"aud\":\"api\"}", "lacks"},
    {&ours, "{\"iss\":\"https://id.example\",\"jti\":\"7\",\"aud\":\"api\"}", "lacks"},
    /* Of the wrong type. */
    {&no_expiry, "{\"sub\":7}", "is no text"},
    {&no_expiry, "{\"sub\":null}", "is no text"},
    {&no_expiry, "{\"jti\":7}", "is no text"},
    {&no_expiry, "{\"scope\":[\"read\"]}", "is no text"},
    {&no_expiry, "[]", "no object"},
    {&no_expiry, "7", "no object"},
    {&no_expiry, "null", "no object"},
};
#define CLAIMS ((int)(sizeof claims / sizeof claims[0]))

START_TEST(claims_are_held_against_the_rules_and_the_time)
{
    json_t *all = hearth__json_load(hearth__str_of(claims[_i].payload), NULL, NULL);
    hearth_claims out;
    const char *why;

    ck_assert_msg(all != NULL, "%s", claims[_i].payload);
    why = hearth__claims_check(claims[_i].rules, all, NOW, &out);
    if (claims[_i].says == NULL)
        ck_assert_msg(why == NULL, "%s: %s", claims[_i].payload, why);
    else
        ck_assert_msg(why != NULL && strstr(why, claims[_i].says) != NULL, "%s: %s",
                      claims[_i].payload, why == NULL ? "good" : why);
    json_decref(all);
}
END_TEST

START_TEST(what_was_found_good_is_told)
{
    json_t *all = hearth__json_load(
        HEARTH__S("{\"iss\":\"i\",\"sub\":\"s\",\"jti\":\"j\",\"scope\":\"a b\","
                  "\"exp\":2000000.7,\"nbf\":5,\"iat\":6}"),
        NULL, NULL);
    hearth_claims out;

    ck_assert_ptr_null(hearth__claims_check(&any, all, NOW, &out));
    ck_assert_str_eq(out.iss, "i");
    ck_assert_str_eq(out.sub, "s");
    ck_assert_str_eq(out.jti, "j");
    ck_assert_str_eq(out.scope, "a b");
    ck_assert_int_eq(out.exp_s, 2000000);
    ck_assert_int_eq(out.nbf_s, 5);
    ck_assert_int_eq(out.iat_s, 6);
    ck_assert_ptr_eq(out.all, all);
    json_decref(all);
}
END_TEST

SUITE("auth/claims", LOOP(claims_are_held_against_the_rules_and_the_time, 0, CLAIMS)
                         TEST(what_was_found_good_is_told))
