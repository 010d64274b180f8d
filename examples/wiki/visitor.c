/*
 * Who visits: register, log in and out, what one has written, and the language.
 */
#include "wiki.h"

#define REGISTER(F, T)                                                       \
    F(T, name, text, "Name", .required = true, .max = HEARTH_USER_NAME_MOST) \
    F(T, email, text, "E-mail address", .required = true, .max = 254,        \
      .format = HEARTH_FORMAT_EMAIL)                                         \
    F(T, password, text, "Password", .required = true, .min = 8, .max = 256, \
      .secret = true)
HEARTH_MODEL_WITH(registration, NULL, REGISTER, .ignore_unknown = true);

#define LOGIN(F, T)                                                                \
    F(T, name, text, "Name or e-mail address", .required = true, .max = 254)       \
    F(T, password, text, "Password", .required = true, .max = 256, .secret = true) \
    F(T, remember, flag, "Stay logged in on this browser")
HEARTH_MODEL_WITH(login, NULL, LOGIN, .ignore_unknown = true);

static const char *next_of(hearth_ctx *c)
{
    return hearth_login_next(c, "/");
}

/* A form that leads back to where the visitor came from; after faults with these. */
static int visitor_form(hearth_ctx *c, const char *page, const hearth_model *m,
                        const char *submit)
{
    const hearth_form_hidden hidden[] = {{"next", next_of(c)}, {NULL, NULL}};
    const hearth_form_opts o = {.submit = hearth_gettext(c, submit),
                                .action = hearth_path(c),
                                .hidden = hidden,
                                .unchecked = true};

    HEARTH_TRY(hearth_page_form(c, "it", m, NULL, &o));
    return show(c, hearth_faults(c) == 0 ? 200 : 422, page,
                json_pack("{s:s}", "next", next_of(c)));
}

static int register_page(hearth_ctx *c)
{
    return visitor_form(c, "register.html", &registration_model, "Register");
}

static int register_(hearth_ctx *c)
{
    const hearth_user *u;
    struct registration in;
    int rc = hearth_bind(c, &registration_model, &in);

    if (rc == 0)
        rc = hearth_user_register(c, in.name, in.email, in.password, &u);
    if (hearth_form_again(c, rc))
        return register_page(c);
    HEARTH_TRY(rc);
    HEARTH_TRY(hearth_session_login(c, u->key));
    HEARTH_TRY(hearth_flash(c, "success", "Welcome!"));
    return hearth_redirect(c, next_of(c));
}

static int login_page(hearth_ctx *c)
{
    return visitor_form(c, "login.html", &login_model, "Log in");
}

static int login(hearth_ctx *c)
{
    struct login in;
    int rc = hearth_bind(c, &login_model, &in);

    if (rc == 0)
        rc = hearth_user_login(c, in.name, in.password, in.remember, NULL);
    if (rc == 429)
        rc = hearth_fault(c, "/name", "tries", "Too many tries: wait some minutes.");
    else if (rc == 401)
        rc = hearth_fault(c, "/password", "wrong", "The name or the password is wrong.");
    if (hearth_form_again(c, rc))
        return login_page(c);
    HEARTH_TRY(rc);
    return hearth_redirect(c, next_of(c));
}

static int logout(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_logout(c));
    HEARTH_TRY(hearth_flash(c, "success", "You are logged out."));
    return hearth_redirect(c, "/");
}

static int account(hearth_ctx *c)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_current(c, &u));
    return show_rows(c, "account.html", changes,
                     (hearth_list_opts){.where = "author = ?",
                                        .args = hearth_args(u->name),
                                        .sort = "-id"},
                     NULL);
}

static int language(hearth_ctx *c)
{
    HEARTH_TRY(hearth_remember_language(c, hearth_param(c, "tag")));
    return hearth_redirect(c, next_of(c));
}

/* The function known(): may this be somebody, or have messages?  Who merely reads has no session,
 * and asking for one would keep his browser from keeping the page. */
static int known(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth_template_arg(call);

    *out = hearth_value_bool(hearth_cookie(c, "sid") != NULL ||
                             hearth_cookie(c, "remember") != NULL);
    return 0;
}

int visitor_function(hearth_templates *t)
{
    return hearth_templates_add_function(t, "known", NULL, known, NULL);
}

const hearth_route visitor_routes[] = {
    HEARTH_GET("/register", register_page, .name = "register"),
    HEARTH_POST("/register", register_, .run = HEARTH_WORKER),
    HEARTH_GET("/login", login_page, .name = "login"),
    HEARTH_POST("/login", login, .run = HEARTH_WORKER),
    HEARTH_POST("/logout", logout, .name = "logout"),
    HEARTH_GET("/account", account, .name = "account", .use = members),
    HEARTH_GET("/language/{tag}", language, .name = "language"),
    HEARTH_END,
};
