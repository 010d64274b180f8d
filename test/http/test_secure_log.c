/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The log, by the rows L1 to L3: one application that uses everything there is for knowing
 * people, every secret of which is written down by the test, and then looked for in all
 * that was logged, at the lowest level, as text and as JSON.
 */

#include "auth_kit.h"
#include "suite.h"

#include "auth/users.h"
#include "core/clock.h"
#include "core/otp.h"

#include <hearth/totp.h>

#define SECRET     "a-secret-of-the-application-itself"
#define PASSWORD   "correct+zebra+staple"
#define OTHER      "different+zebra+staple"
#define WRONG      "mistaken-zebra-staple"
#define JWT_SECRET "a-secret-that-signs-what-others-read"
#define OTP        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

/* ---- the application ------------------------------------------------------- */

static const char *form(hearth_ctx *c, const char *name)
{
    return hearth_form(c, name, NULL);
}

static int done(hearth_ctx *c, int rc)
{
    return rc != 0 ? rc : hearth_text(c, 200, "ok");
}

static int register_(hearth_ctx *c)
{
    return done(c, hearth_user_register(c, form(c, "name"), form(c, "email"),
                                        form(c, "password"), NULL));
}

static int login(hearth_ctx *c)
{
    return done(c, hearth_user_login(c, form(c, "name"), form(c, "password"),
                                     form(c, "remember") != NULL, NULL));
}

static int me(hearth_ctx *c)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_current(c, &u));
    return hearth_text(c, 200, u == NULL ? "(nobody)" : u->name);
}

static int change(hearth_ctx *c)
{
    return done(c, hearth_user_change_password(c, form(c, "old"), form(c, "password")));
}

static int forgot(hearth_ctx *c)
{
    const hearth_user *u;
    const char *token;

    HEARTH_TRY(hearth_user_reset_begin(c, form(c, "name"), &u, &token));
    return hearth_text(c, 200, token == NULL ? "(none)" : token);
}

static int reset(hearth_ctx *c)
{
    return done(c, hearth_user_reset(c, form(c, "token"), form(c, "password")));
}

/* The links of mails, as people make them. */
static int link_query(hearth_ctx *c)
{
    const char *user;

    return done(c, hearth_token_peek(c, HEARTH__RESET, hearth_query(c, "t", ""), &user));
}

static int link_path(hearth_ctx *c)
{
    const char *user;

    return done(c, hearth_token_take(c, HEARTH__RESET, hearth_param(c, "t"), &user));
}

static int seal(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_seal(c, "mail", "a sealed value", 60));
}

static int sign(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_sign(c, "mail", "a signed value", 60));
}

static int unseal(hearth_ctx *c)
{
    hearth_str value;

    return done(c, hearth_unseal(c, "mail", hearth_query(c, "v", ""), &value));
}

static int unsign(hearth_ctx *c)
{
    hearth_str value;

    return done(c, hearth_unsign(c, "mail", hearth_query(c, "v", ""), &value));
}

static int bearer_make(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(
        hearth_bearer_make(c, "1", &(hearth_bearer_opts){.scopes = "read"}, &text));
    return hearth_text(c, 200, text);
}

static int bearer(hearth_ctx *c)
{
    const char *user;

    return done(c, hearth_bearer(c, hearth_query(c, "scope", NULL), &user));
}

static const hearth_jwt *jwt; /* the application's */

static int jwt_make(hearth_ctx *c)
{
    const char *text;

    HEARTH_TRY(hearth_jwt_sign(c, jwt, json_pack("{s:s}", "sub", "claimant"), 60, &text));
    return hearth_text(c, 200, text);
}

static int jwt_bearer(hearth_ctx *c)
{
    return done(c, hearth_jwt_bearer(c, jwt, hearth_query(c, "scope", NULL), NULL));
}

static int jwt_verify(hearth_ctx *c)
{
    return done(c, hearth_jwt_verify(c, jwt, hearth_query(c, "v", ""), NULL));
}

static int basic(hearth_ctx *c)
{
    const char *name, *password;

    HEARTH_TRY(hearth_basic(c, "here", &name, &password));
    return done(c, hearth_user_login(c, name, password, false, NULL));
}

static int second(hearth_ctx *c)
{
    return done(c, hearth_totp_verify(c, "1", OTP, form(c, "pin")));
}

static int codes(hearth_ctx *c)
{
    const char *const *code;

    HEARTH_TRY(hearth_recovery_make(c, "1", &code));
    return hearth_textf(c, 200, "%s %s", code[0], code[1]);
}

static int recover(hearth_ctx *c)
{
    const char *code = hearth_query(c, "c", NULL);

    return done(c, hearth_recovery_take(c, "1", code == NULL ? form(c, "pin") : code));
}

static int page(hearth_ctx *c)
{
    const char *token = hearth_csrf_token(c);

    HEARTH_TRY(hearth_session_set(c, "basket", "a-thing-of-the-session"));
    HEARTH_TRY(hearth_flash(c, "info", "a-message-of-the-session"));
    return token == NULL ? 503 : hearth_text(c, 200, token);
}

static int everywhere(hearth_ctx *c)
{
    return done(c, hearth_user_logout_everywhere(c));
}

static int logout(hearth_ctx *c)
{
    return done(c, hearth_user_logout(c));
}

static int inactive(hearth_ctx *c)
{
    return done(c, hearth_user_set_active(c, 1, false));
}

/* What the database keeps, and a statement that fails with a secret among its values. */
static int stored(hearth_ctx *c)
{
    return hearth_reply_row(c, 200, "SELECT hash FROM hearth_users WHERE id = 1",
                            HEARTH_NO_ARGS);
}

static int broken(hearth_ctx *c)
{
    return hearth_exec(c, "UPDATE nowhere SET password = ?",
                       hearth_args(form(c, "password")));
}

static hearth_handler *const guarded[] = {hearth_csrf, NULL};

static const hearth_route routes[] = {
    HEARTH_POST("/register", register_),
    HEARTH_POST("/login", login),
    HEARTH_GET("/me", me),
    HEARTH_POST("/change", change),
    HEARTH_POST("/forgot", forgot),
    HEARTH_POST("/reset", reset),
    HEARTH_GET("/reset", link_query),
    HEARTH_GET("/reset/{t}", link_path),
    HEARTH_GET("/seal", seal),
    HEARTH_GET("/sign", sign),
    HEARTH_GET("/unseal", unseal),
    HEARTH_GET("/unsign", unsign),
    HEARTH_GET("/bearer/make", bearer_make),
    HEARTH_GET("/bearer", bearer),
    HEARTH_GET("/basic", basic),
    HEARTH_GET("/jwt/make", jwt_make),
    HEARTH_GET("/jwt", jwt_bearer),
    HEARTH_GET("/jwt/verify", jwt_verify),
    HEARTH_POST("/second", second),
    HEARTH_GET("/codes", codes),
    HEARTH_POST("/recover", recover),
    HEARTH_GET("/recover", recover),
    HEARTH_GET("/page", page),
    HEARTH_POST("/page", page, .use = guarded),
    HEARTH_POST("/everywhere", everywhere),
    HEARTH_POST("/logout", logout),
    HEARTH_POST("/inactive", inactive),
    HEARTH_GET("/stored", stored),
    HEARTH_POST("/broken", broken),
    HEARTH_END,
};

/* ---- what must not be seen ------------------------------------------------- */

typedef struct marks {
    char text[64][512];
    size_t n;
} marks;

static void mark(marks *m, const char *text)
{
    ck_assert_uint_lt(m->n, 64);
    ck_assert_uint_ge(strlen(text), 5);
    ck_assert_uint_lt(strlen(text), sizeof m->text[0]);
    strncpy(m->text[m->n++], text, sizeof m->text[0] - 1);
}

static void mark_cookie(marks *m, const hearth_answer *r)
{
    char pair[512];

    auth_cookie_of(r, pair, sizeof pair);
    if (strchr(pair, '=') != NULL && strlen(strchr(pair, '=') + 1) > 0)
        mark(m, strchr(pair, '=') + 1);
}

static void check_marks(const marks *m, const char *log)
{
    for (size_t i = 0; i < m->n; i++) {
        const char *at = strstr(log, m->text[i]);

        ck_assert_msg(at == NULL, "\"%s\" is in the log: %.200s", m->text[i],
                      at - (at - log > 100 ? 100 : at - log));
    }
}

/* Asks, and writes down what it is answered. */
static void fetch(auth_kit *k, marks *m, const char *target, char *out, size_t max)
{
    snprintf(out, max, "%s", auth_do(k, target, 200, NULL)->body.ptr);
    mark(m, out);
}

static void get_f(auth_kit *k, int status, const char *before, const char *arg)
{
    char target[600];

    snprintf(target, sizeof target, "%s%s", before, arg);
    auth_do(k, target, status, NULL);
}

static void post_f(auth_kit *k, const char *target, int status, const char *before,
                   const char *arg)
{
    char body[600];

    snprintf(body, sizeof body, "%s%s", before, arg);
    auth_post(k, target, body, status);
}

/* ---- what is done ---------------------------------------------------------- */

static void known_texts(marks *m)
{
    mark(m, SECRET);
    mark(m, "zebra"); /* in every password, however it is written */
    mark(m, OTP);
    mark(m, JWT_SECRET);
    mark(m, "argon2id");
    mark(m, "a sealed value");
    mark(m, "a signed value");
    mark(m, "a-thing-of-the-session");
    mark(m, "a-message-of-the-session");
}

static void accounts(auth_kit *k, marks *m)
{
    char cookie[512];

    auth_post(k, "/register", "name=ada&email=ada@example.org&password=" PASSWORD, 200);
    auth_post(k, "/register", "name=ada&password=" PASSWORD, 409);
    auth_post(k, "/register", "name=bob&password=zebra", 422);
    auth_post(k, "/login", "name=ada&password=" WRONG, 401);
    auth_post(k, "/login", "name=" WRONG "&password=x", 401); /* in the wrong field */
    mark_cookie(m, auth_post(k, "/login?password=" WRONG, "", 401));
    const hearth_answer *r =
        auth_post(k, "/login", "name=ada&remember=1&password=" PASSWORD, 200);

    mark_cookie(m, r);
    auth_keep(k, r); /* remember= */
    r = auth_do(k, "/me", 200, "ada");
    mark_cookie(m, r);
    auth_do(k, "/me", 200, NULL);
    k->cookie[0] = '\0';
    r = auth_post(k, "/login", "name=ada&password=" PASSWORD, 200);
    mark_cookie(m, r);
    auth_keep(k, r);
    snprintf(cookie, sizeof cookie, "%s", k->cookie);
    r = auth_post(k, "/change", "old=" PASSWORD "&password=" OTHER, 200);
    mark_cookie(m, r);
    auth_keep(k, r);
    snprintf(k->cookie, sizeof k->cookie, "%s", cookie);
    auth_do(k, "/me", 200, "(nobody)"); /* of before */
    auth_do(k, "/stored", 200, NULL);
}

static void links(auth_kit *k, marks *m)
{
    char text[512];

    snprintf(text, sizeof text, "%s", auth_post(k, "/forgot", "name=ada", 200)->body.ptr);
    mark(m, text);
    get_f(k, 200, "/reset?t=", text);
    get_f(k, 404, "/nowhere?reset_token=", text);
    get_f(k, 400, "/%zz?token=", text);
    post_f(k, "/reset", 200, "password=" PASSWORD "&token=", text);
    post_f(k, "/reset", 400, "password=" PASSWORD "&token=", text);
    get_f(k, 400, "/reset?t=", text);
    snprintf(text, sizeof text, "%s", auth_post(k, "/forgot", "name=ada", 200)->body.ptr);
    mark(m, text);
    get_f(k, 200, "/reset/", text);
    get_f(k, 400, "/reset/", text);
    fetch(k, m, "/seal", text, sizeof text);
    get_f(k, 200, "/unseal?v=", text);
    get_f(k, 400, "/unsign?v=", text);
    fetch(k, m, "/sign", text, sizeof text);
    get_f(k, 200, "/unsign?v=", text);
    get_f(k, 400, "/unseal?v=", text);
}

static void fields(auth_kit *k, marks *m)
{
    char text[512], field[600];

    fetch(k, m, "/bearer/make", text, sizeof text);
    snprintf(field, sizeof field, "Authorization: Bearer %s", text);
    k->field = field;
    auth_do(k, "/bearer", 200, NULL);
    auth_do(k, "/bearer?scope=write", 403, NULL);
    strncat(field, "x", 2);
    auth_do(k, "/bearer", 401, NULL);
    k->field = NULL;
    fetch(k, m, "/jwt/make", text, sizeof text);
    mark(m, strrchr(text, '.') + 1); /* the signature, whatever stands before it */
    get_f(k, 200, "/jwt/verify?v=", text);
    get_f(k, 200, "/jwt/verify?id_token=x&v=", text);
    snprintf(field, sizeof field, "Authorization: Bearer %s", text);
    k->field = field;
    auth_do(k, "/jwt", 200, NULL);
    auth_do(k, "/jwt?scope=write", 403, NULL);
    strncat(field, "x", 2);
    auth_do(k, "/jwt", 401, NULL);
    k->field = "Authorization: Basic YWRhOmNvcnJlY3QgemVicmEgc3RhcGxl";
    mark(m, "YWRhOmNvcnJlY3QgemVicmEgc3RhcGxl");
    auth_do(k, "/basic", 200, NULL);
    k->field = "Authorization: Basic YWRhOm1pc3Rha2VuIHplYnJh";
    mark(m, "YWRhOm1pc3Rha2VuIHplYnJh");
    auth_do(k, "/basic", 401, NULL);
    k->field = NULL;
}

static void factors(auth_kit *k, marks *m)
{
    unsigned char key[HEARTH__OTP_KEY];
    char code[HEARTH__OTP_DIGITS + 1], pair[64], *other;
    int64_t now_s = (hearth__clock_wall_us() + atomic_load(&k->app->ahead_us)) / 1000000;

    ck_assert(hearth__otp_key(hearth__str_of(OTP), key));
    ck_assert_int_eq(hearth__otp_code(key, (uint64_t)(now_s / 30), code), 0);
    /* Six digits, which may be in a time, too: only of ours, then. */
    post_f(k, "/second", 200, "pin=", code);
    post_f(k, "/second", 401, "pin=", code);
    auth_post(k, "/second", "pin=" WRONG, 401);
    snprintf(pair, sizeof pair, "%s", auth_do(k, "/codes", 200, NULL)->body.ptr);
    other = strchr(pair, ' ');
    *other++ = '\0';
    mark(m, pair);
    mark(m, other);
    post_f(k, "/recover", 200, "pin=", pair);
    post_f(k, "/recover", 401, "pin=", pair);
    get_f(k, 200, "/recover?c=", other);
}

static void sessions(auth_kit *k, marks *m)
{
    char token[512];
    const hearth_answer *r;

    k->cookie[0] = '\0';
    r = auth_do(k, "/page", 200, NULL);
    snprintf(token, sizeof token, "%s", r->body.ptr);
    mark(m, token);
    mark_cookie(m, r);
    auth_keep(k, r);
    post_f(k, "/page", 200, "csrf_token=", token);
    auth_post(k, "/page", "csrf_token=" WRONG, 403);
    post_f(k, "/page", 403, "csrf_token=x", token);
    k->field = "Sec-Fetch-Site: cross-site";
    post_f(k, "/page", 403, "csrf_token=", token);
    k->field = NULL;
    strncat(k->cookie, "!", 2); /* no id */
    auth_do(k, "/me", 200, "(nobody)");
    k->cookie[strlen(k->cookie) - 2] = 'x'; /* one that is nobody's */
    k->cookie[strlen(k->cookie) - 1] = '\0';
    auth_do(k, "/me", 200, "(nobody)");
    auth_post(k, "/broken", "password=" WRONG, 500);
}

static void ends(auth_kit *k, marks *m)
{
    const hearth_answer *r;

    for (int i = 0; i < 3; i++) {
        k->cookie[0] = '\0';
        r = auth_post(k, "/login", "name=ada&password=" PASSWORD, 200);
        mark_cookie(m, r);
        auth_keep(k, r);
        auth_post(k, i == 0 ? "/logout" : i == 1 ? "/everywhere" : "/inactive", "", 200);
    }
    auth_post(k, "/login", "name=ada&password=" PASSWORD, 401);
    for (int i = 0; i < 10; i++)
        (void)auth_send(k, "POST", "/login", "name=ada&password=" WRONG);
    auth_post(k, "/login", "name=ada&password=" PASSWORD, 429);
}

static hearth_app *noisy(bool json)
{
    static const char *const secrets[] = {SECRET, NULL};
    static const hearth_jwt_key keys[] = {{.text = JWT_SECRET}, {.text = NULL}};
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.secrets = secrets,
                           .log = {.level = HEARTH_LOG_DEBUG, .json = json}});
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_db(db), NULL), 0);
    ck_assert_int_eq(hearth_use_secrets(app), 0);
    ck_assert_int_eq(hearth_use_passwords(app, &(hearth_password_opts){.memory_kib = 7168,
                                                                       .passes = 5}),
                     0);
    ck_assert_int_eq(hearth_use_users(app, NULL), 0);
    jwt = hearth_jwt_new(app, &(hearth_jwt_opts){.alg = HEARTH_JWT_HS256, .keys = keys});
    ck_assert_ptr_nonnull(jwt);
    return app;
}

static void do_all(auth_kit *k, marks *m)
{
    known_texts(m);
    accounts(k, m);
    links(k, m);
    fields(k, m);
    factors(k, m);
    sessions(k, m);
    ends(k, m);
}

START_TEST(l2_no_secret_of_any_kind_is_in_the_log)
{
    static marks m;
    auth_kit k;

    m.n = 0;
    auth_open(&k, noisy(_i == 1), routes);
    do_all(&k, &m);
    ck_assert_uint_gt(m.n, 20);
    check_marks(&m, hearth_client_log(k.t));
    auth_close(&k);
}
END_TEST

START_TEST(l3_what_concerns_security_is_in_the_log)
{
    static const char *const events[] = {
        "is registered from",
        "a login of user",
        "a login of nobody we know from",
        "has logged in from",
        "the password of user",
        "a session begins for user",
        "ends: logout from",
        "end: revoked from",
        "is made inactive",
        "the limit \"login-account\" is hit by",
        "from a page of another site",
        "its csrf_token is not of this session",
        "a session cookie from 127.0.0.1 is refused",
        "a token for",
        "a bearer token from",
        "a second factor of user",
        "has used a recovery code",
    };
    static marks m;
    auth_kit k;

    m.n = 0;
    auth_open(&k, noisy(false), routes);
    do_all(&k, &m);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        ck_assert_msg(http_logged(k.t, events[i]), "\"%s\" is not in the log", events[i]);
    auth_close(&k);
}
END_TEST

/* ---- lines ----------------------------------------------------------------- */

/* In the target, in fields that are logged, as a name and in the session's cookie. */
static const char *const evil[] = {
    "%0d%0a2026-01-01T00:00:00.000Z%20ERROR%20forged",
    "%1b[31m",
    "%c2%9b31m",
    "%7f",
    "%22,%22admin%22:true,%22x%22:%22",
};

START_TEST(l1_no_client_writes_a_line_or_a_control_of_its_own)
{
    bool json = _i % 2 == 1;
    char body[256], target[256];
    auth_kit k;

    auth_open(&k, noisy(json), routes);
    snprintf(body, sizeof body, "name=%s&password=x", evil[_i / 2]);
    snprintf(target, sizeof target, "/me?a=%s", evil[_i / 2]);
    k.field = "X-Request-Id: a\x1b[31m";
    (void)auth_send(&k, "POST", "/login", body);
    k.field = "Origin: https://evil.example\x9b\xff";
    (void)auth_send(&k, "POST", "/login", body);
    k.field = NULL;
    (void)auth_send(&k, "GET", target, NULL);
    for (const char *p = hearth_client_log(k.t), *end; *p != '\0'; p = end + 1) {
        end = strchr(p, '\n');
        ck_assert_ptr_nonnull(end);
        for (const char *q = p; q < end; q++)
            ck_assert((unsigned char)*q >= 0x20 && *q != 0x7f);
        json_t *line =
            json ? json_loadb(p, (size_t)(end - p), JSON_REJECT_DUPLICATES, NULL) : NULL;

        ck_assert_msg(!json || json_is_object(line), "%.*s", (int)(end - p), p);
        ck_assert_ptr_null(json_object_get(line, "admin"));
        json_decref(line);
    }
    ck_assert(!http_logged(k.t, "\n2026-01-01"));
    auth_close(&k);
}
END_TEST

SUITE("http/secure_log",
      LOOP(l2_no_secret_of_any_kind_is_in_the_log, 0, 2)
          TEST(l3_what_concerns_security_is_in_the_log)
              LOOP(l1_no_client_writes_a_line_or_a_control_of_its_own, 0, 10))
