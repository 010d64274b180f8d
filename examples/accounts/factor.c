/*
 * The second factor: six digits of an app, and ten codes on paper.  The secret is sealed in
 * the table, and while it is being set up in the session.
 */
#include "accounts.h"

#include <string.h>

#define PURPOSE "secret of a second factor"
#define SETUP_S 900

#define FACTOR(F, T)                            \
    F(T, user, i64, "Whose it is", .key = true) \
    F(T, secret, text, "Sealed", .required = true, .secret = true)
HEARTH_MODEL(factor, "factors", FACTOR);

#define CODE(F, T) \
    F(T, code, text, "The six digits that the app shows", .required = true, .max = 12)
HEARTH_MODEL(code, NULL, CODE);

#define SURE(F, T)                                                                     \
    F(T, password, text, "Your password, to be sure that it is you", .required = true, \
      .secret = true, .max = 256)
HEARTH_MODEL(sure, NULL, SURE);

const hearth_model *const factor_models = &factor_model;

/* ---- asked by others ------------------------------------------------------ */

int factor_is_on(hearth_ctx *c, const hearth_user *u, bool *on)
{
    struct factor f;
    int rc = hearth_find(c, &factor_model, u->id, &f);

    *on = rc == 0;
    return rc == HEARTH_ENOTFOUND ? 0 : rc;
}

int factor_check(hearth_ctx *c, const hearth_user *u, const char *code)
{
    const char *tries = hearth_strf(c, "code %s", u->key);
    struct factor f;
    hearth_str secret;

    HEARTH_TRY(hearth_login_attempt(c, tries));
    if (strlen(code) > 6) {
        HEARTH_TRY(hearth_recovery_take(c, u->key, code));
    } else {
        HEARTH_TRY(hearth_find(c, &factor_model, u->id, &f));
        HEARTH_TRY(hearth_unseal(c, PURPOSE, f.secret, &secret));
        HEARTH_TRY(hearth_totp_verify(c, u->key, secret.ptr, code));
    }
    hearth_login_succeeded(c, tries);
    return 0;
}

/* ---- the page ------------------------------------------------------------- */

/* The secret that is being set up, made if there is none. */
static int new_secret(hearth_ctx *c, const char **secret)
{
    const char *kept = hearth_session_get(c, "factor");
    char made[HEARTH_TOTP_SECRET];
    hearth_str text;

    if (kept != NULL && hearth_unseal(c, PURPOSE, kept, &text) == 0) {
        *secret = text.ptr;
        return 0;
    }
    HEARTH_TRY(hearth_totp_make(made));
    kept = hearth_seal(c, PURPOSE, made, SETUP_S);
    *secret = hearth_strdup(c, made);
    if (kept == NULL || *secret == NULL)
        return HEARTH_ENOMEM;
    return hearth_session_set(c, "factor", kept);
}

static int page_on(hearth_ctx *c, int status)
{
    return show(c, status, "factor_on.html", &sure_model, NULL,
                &(hearth_form_opts){.submit = "Turn it off"}, NULL);
}

static int page_off(hearth_ctx *c, int status, const hearth_user *u)
{
    const char *s;

    HEARTH_TRY(new_secret(c, &s));
    return show(c, status, "factor_off.html", &code_model, NULL,
                &(hearth_form_opts){.submit = "Turn it on"},
                json_pack("{s:s?, s:s?}", "address",
                          hearth_totp_uri(c, "Accounts", u->name, s), "key",
                          hearth_strf(c, "%.4s %.4s %.4s %.4s %.4s %.4s %.4s %.4s", s,
                                      s + 4, s + 8, s + 12, s + 16, s + 20, s + 24,
                                      s + 28)));
}

static int ask(hearth_ctx *c)
{
    const hearth_user *u;
    bool on;

    HEARTH_TRY(hearth_user_current(c, &u));
    HEARTH_TRY(factor_is_on(c, u, &on));
    return on ? page_on(c, 200) : page_off(c, 200, u);
}

/* ---- on and off ----------------------------------------------------------- */

static int page_codes(hearth_ctx *c, const hearth_user *u)
{
    json_t *list;
    const char *const *codes;

    HEARTH_TRY(hearth_recovery_make(c, u->key, &codes));
    list = json_array();
    for (int i = 0; i < HEARTH_RECOVERY_CODES; i++)
        json_array_append_new(list, json_string(codes[i]));
    return hearth_render(c, 200, "codes.html", json_pack("{s:o}", "codes", list));
}

static int keep(hearth_ctx *c, const hearth_user *u, const char *secret)
{
    struct factor f = {.user = u->id};

    f.secret = hearth_seal(c, PURPOSE, secret, HEARTH_NO_EXPIRY);
    if (f.secret == NULL)
        return HEARTH_ENOMEM;
    HEARTH_TRY(hearth_upsert(c, &factor_model, "user", &f));
    return hearth_session_remove(c, "factor");
}

static int turn_on(hearth_ctx *c)
{
    const hearth_user *u;
    const char *secret;
    struct code in;
    int rc = hearth_bind(c, &code_model, &in);

    HEARTH_TRY(hearth_user_current(c, &u));
    HEARTH_TRY(new_secret(c, &secret));
    if (rc == 0)
        rc = hearth_totp_verify(c, u->key, secret, in.code);
    if (rc == 401)
        rc = hearth_fault(c, "/code", "wrong", "That is not the code of now.");
    if (hearth_form_again(c, rc))
        return page_off(c, 422, u);
    HEARTH_TRY(rc);
    HEARTH_TRY(keep(c, u, secret));
    return page_codes(c, u);
}

static int turn_off(hearth_ctx *c)
{
    const hearth_user *u;
    struct sure in;
    int rc = hearth_bind(c, &sure_model, &in);

    HEARTH_TRY(hearth_user_current(c, &u));
    if (rc == 0)
        rc = hearth_user_login(c, u->name, in.password, false, NULL);
    if (rc == 401)
        rc = hearth_fault(c, "/password", "wrong", "The password is wrong.");
    if (hearth_form_again(c, rc))
        return page_on(c, 422);
    HEARTH_TRY(rc);
    HEARTH_TRY(hearth_delete(c, &factor_model, u->id));
    HEARTH_TRY(hearth_recovery_revoke(c, u->key));
    HEARTH_TRY(hearth_flash(c, "info", "The second factor is off."));
    return hearth_redirect(c, "/account/factor");
}

static int change(hearth_ctx *c)
{
    const hearth_user *u;
    bool on;

    HEARTH_TRY(hearth_user_current(c, &u));
    HEARTH_TRY(factor_is_on(c, u, &on));
    return on ? turn_off(c) : turn_on(c);
}

const hearth_route factor_routes[] = {
    HEARTH_GET("/factor", ask),
    HEARTH_POST("/factor", change, .run = HEARTH_WORKER),
    HEARTH_END,
};
