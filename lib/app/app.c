/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Making an application and setting it up.  Set-up calls may go unchecked: the first
 * failure is kept and refuses the start, so a program cannot serve half of what it
 * declared.
 */
#include "app/app.h"

#include "app/coders.h"
#include "app/dispatch.h"
#include "app/later.h"
#include "app/repeats.h"
#include "app/router.h"
#include "app/static.h"
#include "app/task.h"
#include "core/error.h"
#include "core/rand.h"
#include "core/str.h"
#include "db/db.h"

#include <hearth/template.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_MAX_BODY   (1024u * 1024u)
#define DEFAULT_MAX_FIELDS 100
#define DEFAULT_MAX_TARGET 4096
#define DEFAULT_MAX_HEAD   8192
#define DEFAULT_MAX_FILE   (10u * 1024u * 1024u)
#define DEFAULT_MAX_FILES  100
#define DEFAULT_MAX_FORM   1000
#define DEFAULT_REPEATS    10

static void set_default(size_t *n, size_t to)
{
    if (*n == 0)
        *n = to;
}

static void set_defaults(hearth_app_opts *o)
{
    set_default(&o->max_body, DEFAULT_MAX_BODY);
    set_default(&o->max_fields, DEFAULT_MAX_FIELDS);
    set_default(&o->max_target, DEFAULT_MAX_TARGET);
    set_default(&o->max_head, DEFAULT_MAX_HEAD);
    set_default(&o->max_file, DEFAULT_MAX_FILE);
    set_default(&o->max_files, DEFAULT_MAX_FILES);
    set_default(&o->max_form_fields, DEFAULT_MAX_FORM);
    if (o->max_repeats == 0 && o->debug)
        o->max_repeats = DEFAULT_REPEATS;
}

/* The environment may change later, and nobody looks at it from two threads. */
static bool own_upload_dir(hearth_app *app)
{
    const char *dir = app->opts.upload_dir;

    if (dir == NULL)
        dir = getenv("TMPDIR");
    app->upload_dir = strdup(dir == NULL || *dir == '\0' ? "/tmp" : dir);
    app->opts.upload_dir = app->upload_dir;
    return app->upload_dir != NULL;
}

int hearth__app_set_hosts(hearth_app *app, const char *const *hosts, const char *what,
                          hearth_error *err)
{
    hearth__hostlist_clear(&app->hosts);
    return hearth__hostlist_parse(&app->hosts, hosts, what, err);
}

int hearth__app_set_proxies(hearth_app *app, const char *const *proxies, const char *what,
                            hearth_error *err)
{
    hearth__cidrs_clear(&app->proxies);
    return hearth__cidrs_parse(&app->proxies, proxies, what, err);
}

/* The lists of the options are copied; a mistake in them refuses the start. */
static void take_lists(hearth_app *app)
{
    hearth_error err;

    if (hearth__app_set_hosts(app, app->opts.hosts, "the option hosts", &err) != 0)
        (void)hearth__app_setup_failed(app, err.code, "%s", err.text);
    if (hearth__app_set_proxies(app, app->opts.trusted_proxies,
                                "the option trusted_proxies", &err) != 0)
        (void)hearth__app_setup_failed(app, err.code, "%s", err.text);
    if (hearth__sites_parse(&app->sites, app->opts.trusted_origins, &err) != 0)
        (void)hearth__app_setup_failed(app, err.code, "%s", err.text);
    app->opts.trusted_origins = NULL;
    app->opts.hosts = NULL;
    app->opts.trusted_proxies = NULL;
}

/* The texts are copied. */
static void take_guard(hearth_app *app)
{
    hearth_app_opts *o = &app->opts;
    hearth_error err;

    if (hearth__guard_init(&app->guard, o, &err) != 0)
        (void)hearth__app_setup_failed(app, err.code, "%s", err.text);
    o->content_security_policy = o->permissions_policy = NULL;
    o->referrer_policy = o->opener_policy = NULL;
}

/* What is kept are keys. */
static void take_secrets(hearth_app *app)
{
    hearth_error err;

    for (const char *const *s = app->opts.secrets; s != NULL && *s != NULL; s++) {
        app->wants_secrets = true;
        if (hearth__keyring_add(&app->secrets, hearth__str_of(*s), "the option secrets",
                                &err) != 0)
            (void)hearth__app_setup_failed(app, err.code, "%s", err.text);
    }
    app->opts.secrets = NULL;
}

hearth_app *hearth_app_new_sized(const hearth_app_opts *o, size_t size)
{
    hearth_app *app = calloc(1, sizeof *app);

    if (app == NULL || hearth__rand_init() != 0)
        goto fail;
    if (o != NULL)
        memcpy(&app->opts, o, size < sizeof app->opts ? size : sizeof app->opts);
    set_defaults(&app->opts);
    app->id_seed = hearth__rand_u64();
    hearth__rand_bytes(app->cursor_key, sizeof app->cursor_key);
    app->log = hearth__log_new(&app->opts.log);
    app->router = hearth__router_new();
    app->coders = hearth__coders_new();
    app->lost = calloc(1, sizeof *app->lost);
    app->laters = hearth__laters_new();
    app->crew = hearth__crew_new();
    if (app->log == NULL || app->router == NULL || app->lost == NULL ||
        app->coders == NULL || app->laters == NULL || app->crew == NULL ||
        !own_upload_dir(app))
        goto fail;
    if (app->opts.max_repeats > 0 && (app->told = hearth__told_new()) == NULL)
        goto fail;
    hearth__placement_init(app->lost, HEARTH_AUTO);
    take_lists(app);
    take_guard(app);
    take_secrets(app);
    json_object_seed(
        0); /* before any thread of ours: jansson seeds lazily, without a lock */
    return app;

fail:
    hearth__app_destroy(app);
    return NULL;
}

void hearth__app_destroy(hearth_app *app)
{
    if (app == NULL)
        return;
    hearth__app_tasks_free(app);
    hearth__app_hooks_free(app);
    if (app->sessions != NULL)
        app->free_sessions(app->sessions);
    if (app->passwords != NULL)
        app->free_passwords(app->passwords);
    if (app->free_sockets != NULL)
        app->free_sockets(app->sockets);
    if (app->users != NULL)
        app->free_users(app->users);
    if (app->jwts != NULL)
        app->free_jwts(app->jwts);
    if (app->languages != NULL)
        app->free_languages(app->languages);
    hearth_templates_free(app->templates);
    hearth_db_close(app->db);
    free(app->models);
    free(app->migrate_folder);
    hearth__router_free(app->router);
    hearth__plans_clear(&app->plans);
    hearth__log_free(app->log);
    free(app->use);
    for (size_t i = 0; i < app->nuse_at; i++)
        free((char *)(uintptr_t)app->use_at[i].prefix.ptr);
    free(app->use_at);
    hearth__cidrs_clear(&app->proxies);
    hearth__hostlist_clear(&app->hosts);
    hearth__hostlist_clear(&app->at_hosts);
    hearth__sites_clear(&app->sites);
    hearth__guard_clear(&app->guard);
    hearth__cors_free(app->cors);
    hearth__limit_free(&app->limits);
    hearth__coders_free(app->coders);
    free(app->lost);
    hearth__told_free(app->told);
    if (app->searches != NULL)
        app->free_searches(app->searches);
    hearth__laters_free(app->laters);
    hearth__static_free(app->statics);
    free(app->upload_dir);
    hearth__keyring_clear(&app->secrets);
    free(app);
}

int hearth__app_setup_failed(hearth_app *app, int code, const char *fmt, ...)
{
    hearth_error err;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(err.text, sizeof err.text, fmt, ap);
    va_end(ap);
    hearth__log_line(app->log, HEARTH_LOG_ERROR, NULL, "%s", err.text);
    if (app->setup.code == 0)
        hearth__error_set(&app->setup, code, "%s", err.text);
    return code;
}

int hearth__app_setup_check(hearth_app *app, const char *what)
{
    if (!app->frozen)
        return 0;
    hearth__log_line(app->log, HEARTH_LOG_ERROR, NULL,
                     "%s was called after the application had started; set it up before",
                     what);
    return HEARTH_ESTATE;
}

/* ---- middleware and hooks ----------------------------------------------------- */

int hearth_use(hearth_app *app, hearth_handler *mw)
{
    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use"));
    if (mw == NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_use: the middleware is NULL");
    /* Room for this one, the router stage and the NULL that ends the list. */
    hearth_handler **grown = realloc(app->use, (app->nuse + 3) * sizeof *grown);
    if (grown == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM, "hearth_use: out of memory");
    app->use = grown;
    app->use[app->nuse++] = mw;
    return 0;
}

/* "/admin/" and "/admin" mean the same subtree; "/" and "" mean everything. */
static bool plain_prefix(hearth_str *prefix)
{
    if (prefix->len > 0 && prefix->ptr[prefix->len - 1] == '/')
        prefix->len--;
    if (prefix->len == 0)
        return true;
    if (prefix->ptr[0] != '/' || strstr(prefix->ptr, "//") != NULL)
        return false;
    return strpbrk(prefix->ptr, "{}?#%") == NULL;
}

int hearth_use_at(hearth_app *app, const char *prefix, hearth_handler *mw)
{
    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_at"));
    hearth_str plain = hearth__str_of(prefix);
    if (mw == NULL || !plain_prefix(&plain))
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL,
            "hearth_use_at(\"%s\"): needs a middleware and a plain path that starts with "
            "'/', without parameters, like \"/admin\"",
            prefix == NULL ? "(null)" : prefix);
    hearth__prefix_use *grown = realloc(app->use_at, (app->nuse_at + 1) * sizeof *grown);
    if (grown == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_use_at: out of memory");
    app->use_at = grown;
    char *copy = strndup(plain.ptr, plain.len);
    if (copy == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_use_at: out of memory");
    app->use_at[app->nuse_at++] = (hearth__prefix_use){hearth__str(copy, plain.len), mw};
    return 0;
}

int hearth_fallback(hearth_app *app, hearth_handler *h)
{
    HEARTH_TRY(hearth__app_setup_check(app, "hearth_fallback"));
    if (h == NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_fallback: the handler is NULL");
    app->fallback = h;
    return 0;
}

int hearth_on_error(hearth_app *app, hearth_error_fn *fn)
{
    HEARTH_TRY(hearth__app_setup_check(app, "hearth_on_error"));
    app->on_error = fn;
    return 0;
}

int hearth_use_db(hearth_app *app, hearth_db *db)
{
    int rc = hearth__app_setup_check(app, "hearth_use_db");

    if (rc == 0 && db == NULL)
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_use_db: the database is NULL; "
                                        "hearth_db_open() says why in its error");
    if (rc == 0 && app->db != NULL)
        rc = hearth__app_setup_failed(
            app, HEARTH_ESTATE, "hearth_use_db: the application has a database already");
    if (rc != 0) {
        hearth_db_close(db);
        return rc;
    }
    app->db = db;
    hearth__db_set_log(db, app->log);
    return 0;
}

/* ---- routes ----------------------------------------------------------------------- */

int hearth_mount_sized(hearth_app *app, const char *prefix, const hearth_route *routes,
                       size_t size)
{
    hearth_error err;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_mount"));
    int rc = hearth__router_mount(app->router, prefix, routes, size, &err);
    return rc == 0 ? 0 : hearth__app_setup_failed(app, rc, "%s", err.text);
}

static int add_one(hearth_app *app, const char *method, const char *pattern,
                   hearth_handler *h)
{
    const hearth_route table[] = {
        {.method = method, .pattern = pattern, .handler = h},
        HEARTH_END,
    };

    return hearth_mount(app, "", table);
}

int hearth_get(hearth_app *app, const char *pattern, hearth_handler *h)
{
    return add_one(app, "GET", pattern, h);
}

int hearth_post(hearth_app *app, const char *pattern, hearth_handler *h)
{
    return add_one(app, "POST", pattern, h);
}

int hearth_put(hearth_app *app, const char *pattern, hearth_handler *h)
{
    return add_one(app, "PUT", pattern, h);
}

int hearth_patch(hearth_app *app, const char *pattern, hearth_handler *h)
{
    return add_one(app, "PATCH", pattern, h);
}

int hearth_del(hearth_app *app, const char *pattern, hearth_handler *h)
{
    return add_one(app, "DELETE", pattern, h);
}

const char *hearth_url(hearth_ctx *c, const char *name, hearth_vals params)
{
    const hearth__route *route = hearth__router_named(c->app->router, name);
    hearth_error err;

    if (route == NULL) {
        hearth_logf(c, HEARTH_LOG_ERROR, "hearth_url: no route has the name \"%s\"",
                    name);
        return NULL;
    }
    const char *url = hearth__route_url(route, params, &c->arena, &err);
    if (url == NULL)
        hearth_logf(c, HEARTH_LOG_ERROR, "hearth_url: %s", err.text);
    return url;
}

/* ---- start ------------------------------------------------------------------------- */

int hearth__app_freeze(hearth_app *app, hearth_error *err)
{
    if (app->setup.code != 0) {
        if (err != NULL)
            *err = app->setup;
        return app->setup.code;
    }
    if (app->frozen)
        return 0;
    if (app->migrate != NULL)
        HEARTH_TRY(app->migrate(app, err));
    if (app->start_searches != NULL)
        HEARTH_TRY(app->start_searches(app, err));
    if (app->start_templates != NULL)
        HEARTH_TRY(app->start_templates(app, err));
    hearth_handler **grown = realloc(app->use, (app->nuse + 2) * sizeof *grown);
    if (grown == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory at start");
    app->use = grown;
    app->use[app->nuse] = hearth__route_stage;
    app->use[app->nuse + 1] = NULL;
    app->frozen = true;
    return 0;
}
