/*
 * Accounts with all that belongs to them: register, log in, stay logged in, a second factor, the
 * profile, the password, and where one is logged in.
 *
 * Each form is one model, one template and two handlers: one shows it, one takes it, and shows
 * it again with what is wrong.  Nothing needs a script.
 */
#include "accounts.h"

#include <stdlib.h>
#include <string.h>

/* ---- forms ------------------------------------------------------------------ */

#define REGISTER(F, T)                                                       \
    F(T, name, text, "Name", .required = true, .max = HEARTH_USER_NAME_MOST) \
    F(T, email, text, "E-mail address", .required = true, .max = 254,        \
      .format = HEARTH_FORMAT_EMAIL)                                         \
    F(T, password, text, "Password", .required = true, .min = 8, .max = 256, \
      .secret = true)
HEARTH_MODEL(registration, NULL, REGISTER);

#define LOGIN(F, T)                                                                \
    F(T, name, text, "Name or e-mail address", .required = true, .max = 254)       \
    F(T, password, text, "Password", .required = true, .max = 256, .secret = true) \
    F(T, remember, flag, "Stay logged in on this browser")
HEARTH_MODEL_WITH(login, NULL, LOGIN, .ignore_unknown = true);

#define SECOND(F, T) F(T, code, text, "The code of your app", .required = true, .max = 30)
HEARTH_MODEL(second, NULL, SECOND);

#define PASSWORD(F, T)                                                           \
    F(T, old, text, "The old one", .required = true, .max = 256, .secret = true) \
    F(T, password, text, "The new one", .required = true, .min = 8, .max = 256,  \
      .secret = true)
HEARTH_MODEL(password, NULL, PASSWORD);

/* What this application knows of its users beside what Hearth does. */
#define PROFILE(F, T)                                             \
    F(T, user, i64, "Whose it is", .key = true, .readonly = true) \
    F(T, shown, text, "Shown name", .max = 80)                    \
    F(T, site, text, "Website", .nullable = true, .max = 200,     \
      .format = HEARTH_FORMAT_URL)                                \
    F(T, about, text, "About you", .max = 1000)
HEARTH_MODEL(profile, "profiles", PROFILE);

/* ---- pages -------------------------------------------------------------------- */

int show(hearth_ctx *c, int status, const char *name, const hearth_model *m,
         const void *obj, const hearth_form_opts *o, json_t *data)
{
    int rc = m == NULL ? 0 : hearth_page_form(c, "it", m, obj, o);

    if (rc == 0)
        return hearth_render(c, status, name, data);
    json_decref(data);
    return rc;
}

const char *moment(hearth_ctx *c, int64_t seconds)
{
    char text[HEARTH_TIME_TEXT];

    return hearth_strdup(c, hearth_time_text(seconds, text));
}

static const char *first_of(const char *agent, const char *const names[][2])
{
    for (; (*names)[0] != NULL; names++)
        if (strstr(agent, (*names)[0]) != NULL)
            return (*names)[1];
    return NULL;
}

/* Most say that they are several; the one that is looked for first is what they are. */
static const char *browser(hearth_ctx *c, const char *agent)
{
    static const char *const browsers[][2] = {
        {"Firefox/", "Firefox"},  {"Edg/", "Edge"},
        {"OPR/", "Opera"},        {"Chrome/", "Chrome"},
        {"Chromium", "Chromium"}, {"Safari/", "Safari"},
        {"curl/", "curl"},        {NULL, NULL}};
    static const char *const systems[][2] = {
        {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
        {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"CrOS", "ChromeOS"},
        {"Linux", "Linux"},     {NULL, NULL}};
    const char *what = agent == NULL ? NULL : first_of(agent, browsers);
    const char *where = agent == NULL ? NULL : first_of(agent, systems);

    if (what == NULL)
        return "An unknown browser";
    return where == NULL ? what : hearth_strf(c, "%s on %s", what, where);
}

/* ---- register ---------------------------------------------------------------- */

static int register_page(hearth_ctx *c, int status)
{
    return show(c, status, "register.html", &registration_model, NULL,
                &(hearth_form_opts){.submit = "Register"}, NULL);
}

static int register_form(hearth_ctx *c)
{
    return register_page(c, 200);
}

/* Where he is logged in he wants to recognise later. */
static int note_browser(hearth_ctx *c)
{
    const char *agent = hearth_header(c, "User-Agent");

    HEARTH_TRY(hearth_session_set(c, "browser", browser(c, agent)));
    return hearth_session_set(c, "address", hearth_peer(c));
}

static int register_(hearth_ctx *c)
{
    const hearth_user *u;
    struct registration in;
    int rc = hearth_bind(c, &registration_model, &in);

    if (rc == 0)
        rc = hearth_user_register(c, in.name, in.email, in.password, &u);
    if (hearth_form_again(c, rc))
        return register_page(c, 422);
    HEARTH_TRY(rc);
    HEARTH_TRY(hearth_session_login(c, u->key));
    HEARTH_TRY(note_browser(c));
    HEARTH_TRY(hearth_flash(c, "info", "Welcome! This is your account."));
    return hearth_redirect(c, "/account");
}

/* ---- log in ------------------------------------------------------------------ */

static int login_page(hearth_ctx *c, int status)
{
    const hearth_form_hidden hidden[] = {{"next", hearth_login_next(c, "/account")},
                                         {NULL, NULL}};
    const hearth_form_opts o = {.submit = "Log in", .action = "/login", .hidden = hidden};

    return show(c, status, "login.html", &login_model, NULL, &o, NULL);
}

static int login_form(hearth_ctx *c)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_current(c, &u));
    return u != NULL ? hearth_redirect(c, "/account") : login_page(c, 200);
}

static int enter(hearth_ctx *c, const hearth_user *u, bool remember, const char *next)
{
    if (remember)
        HEARTH_TRY(hearth_remember(c, u->key, 0));
    HEARTH_TRY(note_browser(c));
    return hearth_redirect(c, next);
}

/* The password was right; the rest waits for the code.  A browser is remembered after it, or
 * the password alone would do from then on. */
static int ask_for_code(hearth_ctx *c, bool remember, const char *next)
{
    HEARTH_TRY(hearth_session_set(c, "code", remember ? "and remember" : "once"));
    HEARTH_TRY(hearth_session_set(c, "next", next));
    HEARTH_TRY(note_browser(c));
    return hearth_redirect(c, "/login/code");
}

static int login(hearth_ctx *c)
{
    const hearth_user *u = NULL;
    struct login in;
    bool factor = false;
    int rc = hearth_bind(c, &login_model, &in), status = 422;

    if (rc == 0)
        rc = hearth_user_login(c, in.name, in.password, false, &u);
    if (rc == 429) {
        status = 429;
        rc = hearth_fault(c, "/name", "tries", "Too many tries: wait some minutes.");
    } else if (rc == 401) {
        rc = hearth_fault(c, "/password", "wrong", "The name or the password is wrong.");
    }
    if (hearth_form_again(c, rc))
        return login_page(c, status);
    HEARTH_TRY(rc);
    HEARTH_TRY(factor_is_on(c, u, &factor));
    return factor ? ask_for_code(c, in.remember, hearth_login_next(c, "/account"))
                  : enter(c, u, in.remember, hearth_login_next(c, "/account"));
}

/* ---- the second step --------------------------------------------------------- */

static int code_page(hearth_ctx *c, int status)
{
    return show(c, status, "code.html", &second_model, NULL,
                &(hearth_form_opts){.submit = "Log in"}, json_pack("{s:b}", "half", 1));
}

/* Is this visitor in between?  u NULL: no. */
static int half_in(hearth_ctx *c, const hearth_user **u)
{
    HEARTH_TRY(hearth_user_current(c, u));
    if (hearth_session_get(c, "code") == NULL)
        *u = NULL;
    return 0;
}

static int code_form(hearth_ctx *c)
{
    const hearth_user *u;

    HEARTH_TRY(half_in(c, &u));
    return u == NULL ? hearth_redirect(c, "/login") : code_page(c, 200);
}

static int code(hearth_ctx *c)
{
    const hearth_user *u;
    const char *next;
    struct second in;
    bool remember;
    int rc;

    HEARTH_TRY(half_in(c, &u));
    if (u == NULL)
        return hearth_redirect(c, "/login");
    rc = hearth_bind(c, &second_model, &in);
    if (rc == 0)
        rc = factor_check(c, u, in.code);
    if (rc == 401)
        rc = hearth_fault(c, "/code", "wrong", "The code is wrong, or was used.");
    else if (rc == 429)
        rc = hearth_fault(c, "/code", "tries", "Too many tries: wait some minutes.");
    if (hearth_form_again(c, rc))
        return code_page(c, 422);
    HEARTH_TRY(rc);
    remember = strcmp(hearth_session_get(c, "code"), "and remember") == 0;
    next = hearth_session_get(c, "next");
    HEARTH_TRY(hearth_session_rotate(c));
    HEARTH_TRY(hearth_session_remove(c, "code"));
    HEARTH_TRY(hearth_session_remove(c, "next"));
    return enter(c, u, remember, next == NULL ? "/account" : next);
}

/* A middleware: whose code is still to come, for him nothing is open. */
static int all_the_way(hearth_ctx *c)
{
    if (hearth_session_get(c, "code") != NULL)
        return hearth_redirect(c, "/login/code");
    if (hearth_session_get(c, "browser") == NULL) /* a remembered one, back again */
        HEARTH_TRY(note_browser(c));
    return hearth_next(c);
}

static int logout(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_logout(c));
    HEARTH_TRY(hearth_flash(c, "info", "You are logged out."));
    return hearth_redirect(c, "/login");
}

/* ---- the profile ------------------------------------------------------------- */

static int profile_page(hearth_ctx *c, int status, const struct profile *p)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_current(c, &u));
    return show(c, status, "profile.html", &profile_model, p, NULL,
                json_pack("{s:s}", "since", moment(c, u->created_s)));
}

static int profile_form(hearth_ctx *c)
{
    const hearth_user *u;
    struct profile p;
    int rc;

    HEARTH_TRY(hearth_user_current(c, &u));
    rc = hearth_find(c, &profile_model, u->id, &p);
    if (rc != 0 && rc != HEARTH_ENOTFOUND)
        return rc;
    return profile_page(c, 200, rc == 0 ? &p : NULL);
}

static int save_profile(hearth_ctx *c)
{
    const hearth_user *u;
    struct profile p;
    int rc = hearth_bind(c, &profile_model, &p);

    HEARTH_TRY(hearth_user_current(c, &u));
    HEARTH_SET(&p, profile, user, u->id);
    if (rc == 0)
        rc = hearth_upsert(c, &profile_model, "user", &p);
    if (hearth_form_again(c, rc))
        return profile_page(c, 422, NULL);
    HEARTH_TRY(rc);
    HEARTH_TRY(hearth_flash(c, "info", "Saved."));
    return hearth_redirect(c, "/account");
}

/* ---- the password ------------------------------------------------------------ */

static int password_page(hearth_ctx *c, int status)
{
    return show(c, status, "password.html", &password_model, NULL,
                &(hearth_form_opts){.submit = "Change it"}, NULL);
}

static int password_form(hearth_ctx *c)
{
    return password_page(c, 200);
}

static int change_password(hearth_ctx *c)
{
    struct password in;
    int rc = hearth_bind(c, &password_model, &in);

    if (rc == 0)
        rc = hearth_user_change_password(c, in.old, in.password);
    if (rc == 401)
        rc = hearth_fault(c, "/old", "wrong", "That is not your password.");
    else if (rc == 429)
        rc = hearth_fault(c, "/old", "tries", "Too many tries: wait some minutes.");
    if (hearth_form_again(c, rc))
        return password_page(c, 422);
    HEARTH_TRY(rc);
    HEARTH_TRY(hearth_flash(c, "info", "The password is changed."));
    return hearth_redirect(c, "/account");
}

/* ---- where one is logged in ---------------------------------------------------- */

static int latest_first(const void *a, const void *b)
{
    const hearth_session_info *x = a, *y = b;

    if (x->current != y->current)
        return x->current ? -1 : 1;
    return x->seen_s < y->seen_s ? 1 : x->seen_s > y->seen_s ? -1 : 0;
}

static json_t *session_item(hearth_ctx *c, const hearth_session_info *s)
{
    return json_pack("{s:s, s:s?, s:s?, s:s, s:s, s:b, s:b}", "handle", s->handle,
                     "browser", hearth_session_info_get(s, "browser"), "address",
                     hearth_session_info_get(s, "address"), "since",
                     moment(c, s->created_s), "seen", moment(c, s->seen_s), "current",
                     s->current, "half", hearth_session_info_get(s, "code") != NULL);
}

static int sessions(hearth_ctx *c)
{
    const hearth_session_info *list;
    hearth_session_info *mine;
    json_t *items;
    size_t n;

    HEARTH_TRY(hearth_sessions_list(c, hearth_session_user(c), &list, &n));
    mine = hearth_alloc(c, (n + 1) * sizeof *mine);
    if (mine == NULL)
        return HEARTH_ENOMEM;
    memcpy(mine, list, n * sizeof *mine);
    qsort(mine, n, sizeof *mine, latest_first);
    items = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(items, session_item(c, &mine[i]));
    return hearth_render(c, 200, "sessions.html", json_pack("{s:o}", "sessions", items));
}

static int end_session(hearth_ctx *c)
{
    HEARTH_TRY(
        hearth_sessions_revoke(c, hearth_session_user(c), hearth_form(c, "handle", "")));
    HEARTH_TRY(hearth_flash(c, "info", "That browser is logged out."));
    return hearth_redirect(c, "/account/sessions");
}

static int everywhere(hearth_ctx *c)
{
    HEARTH_TRY(hearth_user_logout_everywhere(c));
    HEARTH_TRY(hearth_flash(c, "info", "You are logged out everywhere."));
    return hearth_redirect(c, "/login");
}

/* ---- the application ----------------------------------------------------------- */

static int home(hearth_ctx *c)
{
    return hearth_redirect(c, "/account");
}

static const hearth_route account_routes[] = {
    HEARTH_GET("/", profile_form),
    HEARTH_POST("/", save_profile),
    HEARTH_GET("/password", password_form),
    HEARTH_POST("/password", change_password, .run = HEARTH_WORKER),
    HEARTH_GET("/sessions", sessions),
    HEARTH_POST("/sessions/end", end_session),
    HEARTH_POST("/sessions/everywhere", everywhere),
    HEARTH_END,
};

static const hearth_route routes[] = {
    HEARTH_GET("/", home),
    HEARTH_GET("/register", register_form),
    HEARTH_POST("/register", register_, .run = HEARTH_WORKER),
    HEARTH_GET("/login", login_form),
    HEARTH_POST("/login", login, .run = HEARTH_WORKER),
    HEARTH_GET("/login/code", code_form),
    HEARTH_POST("/login/code", code),
    HEARTH_POST("/logout", logout),
    HEARTH_END,
};

hearth_app *accounts_app(hearth_db *db)
{
    const hearth_model *const models[] = {&profile_model, factor_models, NULL};
    hearth_app *app = hearth_app_new(NULL);

    if (app == NULL) {
        hearth_db_close(db);
        return NULL;
    }
    hearth_use_db(app, db);
    hearth_use_models(app, models);
    hearth_use_secrets(app);
    hearth_use_sessions(app, hearth_store_db(db), NULL);
    hearth_use_users(app, NULL);
    hearth_use(app, hearth_csrf);
    hearth_use_at(app, "/account", hearth_require_login);
    hearth_use_at(app, "/account", all_the_way);
    hearth_static(app, "/static", "static", NULL);
    hearth_use_templates(app, &(hearth_templates_opts){.dir = "pages"});
    hearth_mount(app, "", routes);
    hearth_mount(app, "/account", account_routes);
    hearth_mount(app, "/account", factor_routes);
    return app;
}
