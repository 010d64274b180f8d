/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* JSON Web Tokens over HTTP: who brings a good one goes on, whoever else gets 401. */

#include "auth_kit.h"
#include "jwt_kit.h"
#include "suite.h"

#include "app/ctx.h"

#include <hearth/jwt.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "0123456789abcdef0123456789abcdef"

typedef struct kit {
    auth_kit auth;
    hearth_jwt *jwt;
    char text[4096];  /* of a token */
    char field[4200]; /* that brings it */
    hearth__arena arena;
} kit;

static hearth_jwt *jwt_of(hearth_ctx *c)
{
    kit *k = hearth_state(c);

    return k->jwt;
}

/* ---- handlers ---------------------------------------------------------------- */

static int make(hearth_ctx *c)
{
    const char *text;
    int64_t ttl_s;

    HEARTH_TRY(hearth_query_int(c, "ttl", 60, &ttl_s));
    HEARTH_TRY(hearth_jwt_sign(c, jwt_of(c),
                               json_pack("{s:s,s:s}", "sub", "7", "scope",
                                         hearth_query(c, "scope", "read")),
                               ttl_s, &text));
    return hearth_text(c, 200, text);
}

static int make_badly(hearth_ctx *c)
{
    const char *text = "x";

    if (hearth_jwt_sign(c, NULL, json_object(), 60, &text) != HEARTH_EINVAL ||
        hearth_jwt_sign(c, jwt_of(c), NULL, 60, &text) != HEARTH_EINVAL ||
        hearth_jwt_sign(c, jwt_of(c), json_array(), 60, &text) != HEARTH_EINVAL ||
        hearth_jwt_sign(c, jwt_of(c), json_object(), 0, &text) != HEARTH_EINVAL ||
        hearth_jwt_sign(c, jwt_of(c), json_object(), INT64_MAX, &text) != HEARTH_EINVAL ||
        hearth_jwt_sign(c, jwt_of(c), json_pack("{s:s%}", "x", SECRET, (size_t)20), 60,
                        &text) != 0 ||
        text == NULL)
        return 500;
    return hearth_text(c, 200, "ok");
}

static int make_own(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(hearth_jwt_sign(c, jwt_of(c),
                               json_pack("{s:s,s:[s,s],s:i,s:i}", "iss", "another", "aud",
                                         "web", "api", "exp", 1, "iat", 1),
                               60, &text));
    return hearth_text(c, 200, text);
}

static int who(hearth_ctx *c)
{
    const hearth_claims *claims = hearth_jwt_claims(c);

    if (claims == NULL)
        return hearth_text(c, 200, "(nobody)");
    return hearth_textf(c, 200, "%s %s", claims->sub,
                        claims->scope == NULL ? "-" : claims->scope);
}

static int scoped(hearth_ctx *c)
{
    const hearth_claims *claims;

    HEARTH_TRY(hearth_jwt_bearer(c, jwt_of(c), hearth_query(c, "scope", NULL), &claims));
    return hearth_text(c, 200, claims->sub);
}

static int unset(hearth_ctx *c)
{
    const hearth_claims *claims;

    if (hearth_jwt_verify(c, NULL, "x", &claims) != HEARTH_EINVAL || claims != NULL ||
        hearth_jwt_keys(c, NULL) != HEARTH_EINVAL)
        return 200;
    return hearth_jwt_bearer(c, NULL, NULL, &claims);
}

static int verify(hearth_ctx *c)
{
    const hearth_claims *claims;

    HEARTH_TRY(hearth_jwt_verify(c, jwt_of(c), hearth_query(c, "t", NULL), &claims));
    HEARTH_TRY(hearth_jwt_verify(c, jwt_of(c), hearth_query(c, "t", NULL), NULL));
    return hearth_textf(c, 200, "%s %lld", claims->iss == NULL ? "-" : claims->iss,
                        (long long)(claims->exp_s - claims->iat_s));
}

static int keys(hearth_ctx *c)
{
    return hearth_jwt_keys(c, jwt_of(c));
}

static const hearth_route routes[] = {
    HEARTH_GET("/make", make),
    HEARTH_GET("/make/badly", make_badly),
    HEARTH_GET("/make/own", make_own),
    HEARTH_GET("/api/who", who),
    HEARTH_GET("/api/open", who, .anonymous = true),
    HEARTH_GET("/api/admin/who", who),
    HEARTH_GET("/who", who),
    HEARTH_GET("/scoped", scoped),
    HEARTH_GET("/unset", unset),
    HEARTH_GET("/verify", verify),
    HEARTH_GET("/keys", keys),
    HEARTH_END,
};

/* ---- kit --------------------------------------------------------------------- */

static const hearth_jwt_key secret[] = {{.text = SECRET}, {.kid = NULL}};
static const hearth_jwt_key pem[] = {{.kid = "ec", .text = EC_PEM}, {.kid = NULL}};

static hearth_app *open_app(kit *k)
{
    *k = (kit){.jwt = NULL};
    hearth__arena_init(&k->arena, 0);
    return hearth_app_new(
        &(hearth_app_opts){.state = k, .log = {.level = HEARTH_LOG_DEBUG}});
}

static void open_kit(kit *k, const hearth_jwt_opts *o)
{
    hearth_app *app = open_app(k);

    k->jwt = hearth_jwt_new(app, o);
    ck_assert_ptr_nonnull(k->jwt);
    ck_assert_int_eq(hearth_use_jwt_at(app, "/api/", k->jwt, NULL), 0);
    ck_assert_int_eq(hearth_use_jwt_at(app, "/api/admin", k->jwt, "admin"), 0);
    auth_open(&k->auth, app, routes);
}

static void close_kit(kit *k)
{
    auth_close(&k->auth);
    hearth__arena_clear(&k->arena);
}

/* Bring it from now on. */
static void bring(kit *k, const char *text)
{
    snprintf(k->field, sizeof k->field, "Authorization: Bearer %s", text);
    k->auth.field = k->field;
}

static void bring_new(kit *k, const char *target)
{
    snprintf(k->text, sizeof k->text, "%s",
             auth_do(&k->auth, target, 200, NULL)->body.ptr);
    bring(k, k->text);
}

static void refused(kit *k, const char *target, int status, const char *challenge)
{
    const hearth_answer *r = auth_do(&k->auth, target, status, NULL);

    ck_assert_str_eq(hearth_answer_header(r, "WWW-Authenticate"), challenge);
}

#define ASK     "Bearer realm=\"api\""
#define INVALID ASK ", error=\"invalid_token\""

/* ---- tests ------------------------------------------------------------------- */

static const hearth_jwt_opts kinds[] = {
    {.alg = HEARTH_JWT_HS256, .keys = secret},
    {.alg = HEARTH_JWT_EDDSA, .keys = (const hearth_jwt_key[]){{.text = ED_JWK}, {0}}},
    {.alg = HEARTH_JWT_ES256, .keys = pem, .issuer = "id", .audience = "api"},
    {.alg = HEARTH_JWT_RS256,
     .keys = (const hearth_jwt_key[]){{.kid = "new", .text = RSA_PEM},
                                      {.text = RSA_PUBLIC_JWK},
                                      {0}},
     .type = "at+jwt",
     .required = "sub",
     .max_age_s = 100},
};

START_TEST(who_brings_a_token_is_known)
{
    kit k;

    open_kit(&k, &kinds[_i]);
    refused(&k, "/api/who", 401, ASK);
    auth_do(&k.auth, "/who", 200, "(nobody)");
    bring_new(&k, "/make");
    auth_do(&k.auth, "/api/who", 200, "7 read");
    auth_do(&k.auth, "/who", 200, "(nobody)");
    auth_do(&k.auth, "/scoped", 200, "7");
    close_kit(&k);
}
END_TEST

START_TEST(everything_below_the_prefix_needs_one)
{
    kit k;

    open_kit(&k, &kinds[0]);
    refused(&k, "/api", 401, ASK);
    refused(&k, "/api/nothing", 401, ASK);
    auth_do(&k.auth, "/apis", 404, NULL);
    auth_do(&k.auth, "/api/open", 200, "(nobody)");
    bring(&k, "x");
    refused(&k, "/api/nothing", 401, INVALID);
    auth_do(&k.auth, "/api/open", 200, "(nobody)");
    bring_new(&k, "/make");
    auth_do(&k.auth, "/api/nothing", 404, NULL);
    close_kit(&k);
}
END_TEST

START_TEST(a_scope_that_is_missing_is_403)
{
    kit k;

    open_kit(&k, &kinds[0]);
    bring_new(&k, "/make");
    refused(&k, "/api/admin/who", 403,
            ASK ", error=\"insufficient_scope\", scope=\"admin\"");
    refused(&k, "/scoped?scope=rea", 403,
            ASK ", error=\"insufficient_scope\", scope=\"rea\"");
    auth_do(&k.auth, "/scoped?scope=read", 200, "7");
    bring_new(&k, "/make?scope=read+admin");
    auth_do(&k.auth, "/api/admin/who", 200, "7 read admin");
    close_kit(&k);
}
END_TEST

START_TEST(a_token_expires)
{
    kit k;

    open_kit(&k, &kinds[0]);
    bring_new(&k, "/make?ttl=60");
    auth_later(&k.auth, 60 + 30 - 2);
    auth_do(&k.auth, "/api/who", 200, "7 read");
    auth_later(&k.auth, 2);
    refused(&k, "/api/who", 401, INVALID);
    ck_assert(http_logged(k.auth.t, "it has expired (exp)"));
    close_kit(&k);
}
END_TEST

/* Of a kind that is ES256, has an issuer and an audience, and the key "ec". */
static const struct {
    const char *header, *payload, *logged;
} forged[] = {
    {"{\"alg\":\"none\"}", "{}", "its alg"},
    {"{\"alg\":\"HS256\"}", "{}", "its alg"},
    {"{\"alg\":\"ES256\",\"kid\":\"/dev/null\"}", "{}", "no key has its kid"},
    {"{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}", "{}", "crit"},
    {"{\"alg\":\"ES256\"}", "{\"exp\":1e11,\"exp\":1}", "a name twice"},
    {"{\"alg\":\"ES256\"}", "not JSON", "is no JSON"},
    {"{\"alg\":\"ES256\"}", "[]", "is no object"},
    {"{\"alg\":\"ES256\"}", "{\"iss\":\"id\",\"aud\":\"api\"}", "does not expire"},
    {"{\"alg\":\"ES256\"}", "{\"iss\":\"id\",\"aud\":\"web\",\"exp\":1e11}",
     "not for us"},
    {"{\"alg\":\"ES256\"}", "{\"iss\":\"me\",\"aud\":\"api\",\"exp\":1e11}", "issuer"},
    {"{\"alg\":\"ES256\"}", "{\"iss\":\"id\",\"aud\":\"api\",\"exp\":1e11,\"nbf\":1e10}",
     "not good yet"},
    {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}",
     "{\"iss\":\"id\",\"aud\":\"api\",\"exp\":1e11}", "its typ"},
};
#define FORGED ((int)(sizeof forged / sizeof forged[0]))

/* Signed by the right key, what is more; and the client is not told why. */
START_TEST(what_is_wrong_is_401_and_told_to_the_log_alone)
{
    hearth__jwa_key *key = jwt_pem(HEARTH__JWA_ES256, EC_PEM);
    kit k;

    open_kit(&k, &kinds[2]);
    bring(&k, jwt_make(&k.arena, forged[_i].header, forged[_i].payload, key));
    refused(&k, "/api/who", 401, INVALID);
    ck_assert(http_logged(k.auth.t, forged[_i].logged));
    ck_assert_ptr_null(
        strstr(auth_do(&k.auth, "/api/who", 401, NULL)->body.ptr, forged[_i].logged));
    close_kit(&k);
    hearth__jwa_key_free(key);
}
END_TEST

START_TEST(whatever_stands_in_the_field_is_401)
{
    static const char *const fields[] = {
        "Authorization: Bearer",
        "Authorization: Bearer ",
        "Authorization: Bearer .",
        "Authorization: Bearer ..",
        "Authorization: Bearer a.b.c",
        "Authorization: Bearer e30.e30.",
        "Authorization: Bearer e30.e30.e30.e30.e30",
        "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.",
        "Authorization: Bearer \x80\xff.e30.AAAA",
        "Authorization: Bearer a b",
        "Authorization: Basic YTpi",
        "Authorization: bearer",
        "Authorization: Bearerx.y.z",
    };
    kit k;

    open_kit(&k, &kinds[2]);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        k.auth.field = fields[i];
        ck_assert_ptr_nonnull(
            hearth_answer_header(auth_do(&k.auth, "/api/who", 401, NULL),
                                 "WWW-Authenticate"));
    }
    close_kit(&k);
}
END_TEST

START_TEST(the_scheme_is_of_either_case)
{
    kit k;

    open_kit(&k, &kinds[0]);
    bring_new(&k, "/make");
    snprintf(k.field, sizeof k.field, "Authorization: bEARER  %s ", k.text);
    auth_do(&k.auth, "/api/who", 200, "7 read");
    close_kit(&k);
}
END_TEST

START_TEST(tokens_come_other_ways_too)
{
    char target[5000];
    kit k;

    open_kit(&k, &kinds[2]);
    bring_new(&k, "/make?ttl=77");
    k.auth.field = NULL;
    snprintf(target, sizeof target, "/verify?t=%s", k.text);
    auth_do(&k.auth, target, 200, "id 77");
    snprintf(target, sizeof target, "/verify?t=%sA", k.text);
    auth_do(&k.auth, target, 400, NULL);
    auth_do(&k.auth, "/verify", 400, NULL);
    ck_assert(http_logged(k.auth.t, "a token from"));
    auth_do(&k.auth, "/unset", 400, NULL);
    close_kit(&k);
}
END_TEST

START_TEST(what_is_signed_has_times_of_ours)
{
    char target[5000];
    kit k;

    open_kit(&k, &kinds[2]);
    auth_do(&k.auth, "/make/badly", 200, "ok");
    bring_new(&k, "/make/own");
    refused(&k, "/api/who", 401, INVALID); /* of another issuer, as it says itself */
    close_kit(&k);
    open_kit(&k,
             &(hearth_jwt_opts){.alg = HEARTH_JWT_ES256, .keys = pem, .audience = "api"});
    bring_new(&k, "/make/own");
    k.auth.field = NULL;
    snprintf(target, sizeof target, "/verify?t=%s", k.text);
    auth_do(&k.auth, target, 200, "another 60");
    close_kit(&k);
}
END_TEST

START_TEST(who_has_public_keys_only_cannot_sign)
{
    static const hearth_jwt_key of[] = {{.text = EC_PUBLIC_PEM}, {.kid = NULL}};
    kit k;

    open_kit(&k, &(hearth_jwt_opts){.alg = HEARTH_JWT_ES256, .keys = of});
    auth_do(&k.auth, "/make", 500, NULL);
    ck_assert(http_logged(k.auth.t, "none of the keys has a private part"));
    close_kit(&k);
}
END_TEST

START_TEST(a_token_that_is_too_long_is_neither_made_nor_taken)
{
    kit k;

    open_kit(&k, &(hearth_jwt_opts){.alg = HEARTH_JWT_HS256,
                                    .keys = secret,
                                    .max_bytes = 256});
    bring_new(&k, "/make");
    auth_do(&k.auth, "/api/who", 200, "7 read");
    auth_do(&k.auth,
            "/make?scope=a123456789012345678901234567890123456789012345678901234567890123"
            "4567890123456789012345678901234567890",
            413, NULL);
    memset(k.text, 'a', 300);
    k.text[300] = '\0';
    bring(&k, k.text);
    refused(&k, "/api/who", 401, INVALID);
    ck_assert(http_logged(k.auth.t, "it is too long"));
    close_kit(&k);
}
END_TEST

START_TEST(public_keys_are_there_for_others)
{
    const hearth_answer *r;
    kit k;

    open_kit(&k, &kinds[2]);
    r = auth_do(&k.auth, "/keys", 200,
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":"
                "\"ES256\",\"kid\":\"ec\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHv"
                "RVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}");
    ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), "application/jwk-set+json");
    close_kit(&k);
    open_kit(&k, &kinds[0]);
    auth_do(&k.auth, "/keys", 200, "{\"keys\":[]}");
    close_kit(&k);
}
END_TEST

/* ---- set-up ------------------------------------------------------------------ */

static const hearth_jwt_key short_key[] = {{.text = "short"}, {.kid = NULL}};
static const hearth_jwt_key public_key[] = {{.text = RSA_PUBLIC_PEM}, {.kid = NULL}};
static const hearth_jwt_key weak_key[] = {{.text = WEAK_RSA_PEM}, {.kid = NULL}};
static const hearth_jwt_key no_key[] = {{.kid = NULL}};
static const hearth_jwt_key both[] = {{.text = SECRET, .file = "x"}, {.kid = NULL}};
static const hearth_jwt_key no_file[] = {{.file = "/nonexistent"}, {.kid = NULL}};
static const hearth_jwt_key folder[] = {{.file = "/"}, {.kid = NULL}};
static const hearth_jwt_key endless[] = {{.file = "/dev/zero"}, {.kid = NULL}};

static const struct {
    hearth_jwt_opts o;
    const char *says;
} refusals[] = {
    {{.keys = secret}, "`alg` is one of"},
    {{.alg = (hearth_jwt_alg)5, .keys = secret}, "`alg` is one of"},
    {{.alg = HEARTH_JWT_HS256}, "there is no key"},
    {{.alg = HEARTH_JWT_HS256, .keys = no_key}, "there is no key"},
    {{.alg = HEARTH_JWT_HS256, .keys = short_key}, "has 5 bytes: HS256 needs"},
    {{.alg = HEARTH_JWT_HS256, .keys = public_key}, "no secret of HS256"},
    {{.alg = HEARTH_JWT_RS256, .keys = weak_key}, "has 1024 bits"},
    {{.alg = HEARTH_JWT_ES256, .keys = public_key}, "none over the curve P-256"},
    {{.alg = HEARTH_JWT_HS256, .keys = both}, "a text or a file, not both"},
    {{.alg = HEARTH_JWT_HS256, .keys = no_file}, "\"/nonexistent\" cannot be read"},
    {{.alg = HEARTH_JWT_HS256, .keys = folder}, "\"/\" cannot be read"},
    {{.alg = HEARTH_JWT_HS256, .keys = endless}, "longer than 64 KiB"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .leeway_s = -2}, "`leeway_s`"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .leeway_s = 3601}, "`leeway_s`"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .max_age_s = -1}, "`max_age_s`"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .max_age_s = INT64_MAX}, "`max_age_s`"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .max_bytes = 255}, "`max_bytes`"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .max_bytes = 65537}, "`max_bytes`"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .issuer = ""}, "are not empty"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .audience = ""}, "are not empty"},
    {{.alg = HEARTH_JWT_HS256, .keys = secret, .type = ""}, "are not empty"},
};
#define REFUSALS ((int)(sizeof refusals / sizeof refusals[0]))

START_TEST(what_is_unsafe_is_refused_at_set_up)
{
    hearth_error err = {0};
    kit k;
    hearth_app *app = open_app(&k);

    ck_assert_ptr_null(hearth_jwt_new(app, &refusals[_i].o));
    ck_assert_int_eq(hearth_app_start(app, &(hearth_run_opts){.port = HEARTH_PORT_ANY},
                                      &err),
                     HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, refusals[_i].says) != NULL, "%s", err.text);
    hearth_app_free(app);
    hearth__arena_clear(&k.arena);
}
END_TEST

START_TEST(limits_hold_from_the_other_side_too)
{
    kit k;
    hearth_app *app = open_app(&k);

    ck_assert_ptr_nonnull(hearth_jwt_new(app, &(hearth_jwt_opts){.alg = HEARTH_JWT_HS256,
                                                                 .keys = secret,
                                                                 .leeway_s = 3600,
                                                                 .max_age_s = 1,
                                                                 .max_bytes = 65536}));
    ck_assert_ptr_nonnull(hearth_jwt_new(app, &(hearth_jwt_opts){.alg = HEARTH_JWT_HS256,
                                                                 .keys = secret,
                                                                 .leeway_s = -1,
                                                                 .max_bytes = 256}));
    hearth_app_free(app);
    hearth__arena_clear(&k.arena);
}
END_TEST

START_TEST(a_guard_needs_a_kind_and_a_path)
{
    kit k;
    hearth_app *app = open_app(&k);
    hearth_jwt *jwt = hearth_jwt_new(app, &kinds[0]);

    ck_assert_int_eq(hearth_use_jwt_at(app, "/a", NULL, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_use_jwt_at(app, "a", jwt, NULL), HEARTH_EINVAL);
    hearth_app_free(app);
    hearth__arena_clear(&k.arena);
}
END_TEST

START_TEST(set_up_is_over_once_it_runs)
{
    kit k;

    open_kit(&k, &kinds[0]);
    auth_do(&k.auth, "/who", 200, NULL);
    ck_assert_ptr_null(hearth_jwt_new(k.auth.app, &kinds[0]));
    ck_assert_int_eq(hearth_use_jwt_at(k.auth.app, "/x", k.jwt, NULL), HEARTH_ESTATE);
    close_kit(&k);
}
END_TEST

START_TEST(keys_stand_in_files)
{
    static const char text[] = SECRET "\n";
    char path[] = "/tmp/hearth-jwt-XXXXXX";
    const hearth_jwt_key of[] = {{.kid = "f", .file = path}, {.kid = NULL}};
    int fd = mkstemp(path);
    kit k;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    open_kit(&k, &(hearth_jwt_opts){.alg = HEARTH_JWT_HS256, .keys = of});
    unlink(path);
    hearth__jwa_key *key = jwt_secret(HEARTH__S(SECRET));
    bring(&k, jwt_make(&k.arena, "{\"alg\":\"HS256\",\"kid\":\"f\"}",
                       "{\"sub\":\"9\",\"exp\":1e11}", key));
    auth_do(&k.auth, "/api/who", 200, "9 -");
    hearth__jwa_key_free(key);
    close_kit(&k);
}
END_TEST

SUITE("http/jwt",
      LOOP(who_brings_a_token_is_known, 0, 4) TEST(everything_below_the_prefix_needs_one)
          TEST(a_scope_that_is_missing_is_403) TEST(a_token_expires)
              LOOP(what_is_wrong_is_401_and_told_to_the_log_alone, 0, FORGED)
                  TEST(whatever_stands_in_the_field_is_401)
                      TEST(the_scheme_is_of_either_case) TEST(tokens_come_other_ways_too)
                          TEST(what_is_signed_has_times_of_ours)
                              TEST(who_has_public_keys_only_cannot_sign)
                                  TEST(a_token_that_is_too_long_is_neither_made_nor_taken)
                                      TEST(public_keys_are_there_for_others)
                                          LOOP(what_is_unsafe_is_refused_at_set_up, 0,
                                               REFUSALS)
                                              TEST(limits_hold_from_the_other_side_too)
                                                  TEST(a_guard_needs_a_kind_and_a_path)
                                                      TEST(set_up_is_over_once_it_runs)
                                                          TEST(keys_stand_in_files))
