/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Policies for other origins as they are set up: everything is checked, and written as it
 * will be sent, so that requests only compare.
 */
#include "app/app.h"
#include "app/cors.h"
#include "http/audit.h"

#include <stdlib.h>

#define DEFAULT_AGE_S 600
#define MOST_AGE_S    86400

/* ---- set-up: origins ------------------------------------------------------------- */

static bool is_scheme(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!hearth__is_alpha(s.ptr[i]) &&
            (i == 0 || (!hearth__is_digit(s.ptr[i]) &&
                        (s.ptr[i] == '\0' || strchr("+-.", s.ptr[i]) == NULL))))
            return false;
    return s.len > 0;
}

/* What browsers leave out: the port that the scheme means by itself. */
static hearth_str without_port(hearth_str origin)
{
    static const hearth_str schemes[] = {{"https://", 8}, {"http://", 7}};
    static const hearth_str ports[] = {{":443", 4}, {":80", 3}};

    for (size_t i = 0; i < 2; i++)
        if (hearth__str_starts(origin, schemes[i]) && hearth__str_ends(origin, ports[i]))
            origin.len -= ports[i].len;
    return origin;
}

/* What is wrong with it, or NULL. */
static const char *origin_objection(hearth_str text)
{
    const char *sep = strstr(text.ptr, "://");
    hearth_str host;

    if (hearth__str_eq(text, HEARTH__S("null")))
        return NULL;
    if (sep == NULL || !is_scheme(hearth__str(text.ptr, (size_t)(sep - text.ptr))))
        return "it begins with no scheme; say \"https://app.example.org\"";
    host = hearth__str_of(sep + 3);
    if (strchr(host.ptr, '/') != NULL)
        return "it holds a path; an origin is scheme, host and port only, without a '/' "
               "at the end";
    if (strchr(host.ptr, '*') != NULL)
        return "it holds a wildcard; list every origin in full";
    return hearth__is_authority(host) ? NULL : "its host is none";
}

static int bad_origin(hearth_app *app, const char *text, const char *why)
{
    return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                    "hearth_use_cors: the origin \"%s\" is refused: %s",
                                    text, why);
}

static size_t count(const char *const *list)
{
    size_t n = 0;

    while (list != NULL && list[n] != NULL)
        n++;
    return n;
}

/* As browsers say it: lower case, without the port that goes without saying. */
static int keep_origin(hearth__cors *p, hearth_str text)
{
    char *copy = hearth__arena_copy(&p->arena, text.ptr, text.len);

    if (copy == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; i < text.len; i++)
        copy[i] = hearth__lower(copy[i]);
    text = without_port(hearth__str(copy, text.len));
    copy[text.len] = '\0';
    p->origin[p->norigins++] = text;
    return 0;
}

/* What is wrong with one among n, or NULL. */
static const char *objection(hearth__cors *p, hearth_str text, size_t n)
{
    if (!hearth__str_eq(text, HEARTH__S(HEARTH_UNSAFE_ANY_ORIGIN)))
        return origin_objection(text);
    p->any_origin = true;
    if (n > 1)
        return "it stands for every one, so say it alone";
    return !p->credentials
               ? NULL
               : "with `credentials` every site could act for your visitors; list the "
                 "origins, or leave out `credentials`";
}

static int take_origins(hearth_app *app, hearth__cors *p, const hearth_cors_opts *o)
{
    size_t n = count(o->origins);

    if (n == 0)
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL,
            "hearth_use_cors: `origins` lists none; leave the "
            "call out instead: nobody may then");
    p->origin = hearth__arena_array(&p->arena, n, sizeof *p->origin);
    if (p->origin == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        hearth_str text = hearth__str_of(o->origins[i]);
        const char *why = objection(p, text, n);

        if (why != NULL)
            return bad_origin(app, text.ptr, why);
        HEARTH_TRY(keep_origin(p, text));
    }
    return 0;
}

/* ---- set-up: lists of names ------------------------------------------------------- */

typedef struct names {
    const char *option;
    hearth_str *name;
    size_t n;
    hearth_str text; /* as a field's value */
    bool any;
} names;

static int take_names(hearth_app *app, hearth__cors *p, const hearth_cors_opts *o,
                      const char *const *list, names *out)
{
    hearth__buf b;
    size_t n = count(list);

    hearth__buf_init(&b, &p->arena, 0);
    out->name = hearth__arena_array(&p->arena, n + 1, sizeof *out->name);
    if (out->name == NULL)
        return HEARTH_ENOMEM;
    for (; out->n < n; out->n++) {
        hearth_str text = hearth__str_of(list[out->n]);
        bool any = hearth__str_eq(text, HEARTH__S("*"));

        if (!hearth__is_token(text) || (any && strcmp(out->option, "methods") == 0))
            return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                            "hearth_use_cors: `%s` holds \"%s\", which "
                                            "is no name",
                                            out->option, text.ptr);
        if (any && o->credentials)
            return hearth__app_setup_failed(
                app, HEARTH_EINVAL,
                "hearth_use_cors: `%s` holds \"*\", which browsers do not take with "
                "`credentials`: list the names",
                out->option);
        out->any |= any;
        hearth__buf_text(&b, out->n == 0 ? "" : ", ");
        hearth__buf_str(&b, text);
        text.ptr = hearth__arena_copy(&p->arena, text.ptr, text.len);
        out->name[out->n] = text;
    }
    out->text = hearth__buf_view(&b);
    return b.failed || p->arena.failed ? HEARTH_ENOMEM : 0;
}

static int take_lists(hearth_app *app, hearth__cors *p, const hearth_cors_opts *o)
{
    static const char *const usual[] = {"GET", "HEAD", "POST", NULL};
    static const char *const type[] = {"Content-Type", NULL};
    names methods = {.option = "methods"}, headers = {.option = "headers"},
          expose = {.option = "expose"};

    HEARTH_TRY(take_names(app, p, o, o->methods == NULL ? usual : o->methods, &methods));
    HEARTH_TRY(take_names(app, p, o, o->headers == NULL ? type : o->headers, &headers));
    HEARTH_TRY(take_names(app, p, o, o->expose, &expose));
    p->method = methods.name;
    p->nmethods = methods.n;
    p->methods = methods.text;
    p->header = headers.name;
    p->nheaders = headers.n;
    p->headers = headers.text;
    p->any_header = headers.any;
    p->expose = expose.text;
    return 0;
}

static int take_age(hearth_app *app, hearth__cors *p, int age_s)
{
    hearth__buf b;

    if (age_s < -1 || age_s > MOST_AGE_S)
        return hearth__app_setup_failed(
            app, HEARTH_EINVAL,
            "hearth_use_cors: max_age_s is %d; it is a number of seconds up to %d, 0 for "
            "the default, or -1",
            age_s, MOST_AGE_S);
    hearth__buf_init(&b, &p->arena, 0);
    hearth__buf_int(&b, age_s == 0 ? DEFAULT_AGE_S : age_s < 0 ? 0 : age_s);
    p->max_age = hearth__buf_view(&b);
    return b.failed ? HEARTH_ENOMEM : 0;
}

/* ---- set-up ----------------------------------------------------------------------- */

static int take_prefix(hearth_app *app, hearth__cors *p, const char *prefix)
{
    hearth_str s = hearth__str_of(prefix);

    if (s.len > 0 && s.ptr[s.len - 1] == '/')
        s.len--;
    if (s.len > 0 && (s.ptr[0] != '/' || strpbrk(s.ptr, "{}?#%") != NULL))
        return hearth__app_setup_failed(app, HEARTH_EINVAL,
                                        "hearth_use_cors: the prefix \"%s\" is no plain "
                                        "path like \"/api\"",
                                        s.ptr);
    for (const hearth__cors *other = app->cors; other != NULL; other = other->next)
        if (hearth__str_eq(other->prefix, s))
            return hearth__app_setup_failed(
                app, HEARTH_ECONFLICT, "hearth_use_cors: \"%s\" has a policy already",
                s.ptr);
    s.ptr = hearth__arena_copy(&p->arena, s.ptr, s.len);
    p->prefix = s;
    return s.ptr == NULL ? HEARTH_ENOMEM : 0;
}

static int take_all(hearth_app *app, hearth__cors *p, const char *prefix,
                    const hearth_cors_opts *o)
{
    p->credentials = o->credentials;
    HEARTH_TRY(take_prefix(app, p, prefix));
    HEARTH_TRY(take_origins(app, p, o));
    HEARTH_TRY(take_lists(app, p, o));
    return take_age(app, p, o->max_age_s);
}

int hearth_use_cors_at_sized(hearth_app *app, const char *prefix,
                             const hearth_cors_opts *o, size_t size)
{
    hearth_cors_opts opts = {0};
    hearth__cors *p;
    int rc;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_cors"));
    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    p = calloc(1, sizeof *p);
    if (p == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_use_cors: out of memory");
    hearth__arena_init(&p->arena, 0);
    rc = take_all(app, p, prefix, &opts);
    if (rc != 0) {
        hearth__cors_free(p);
        return rc != HEARTH_ENOMEM
                   ? rc
                   : hearth__app_setup_failed(app, rc, "hearth_use_cors: out of memory");
    }
    p->next = app->cors;
    app->cors = p;
    return 0;
}

void hearth__cors_free(hearth__cors *first)
{
    while (first != NULL) {
        hearth__cors *p = first;

        first = p->next;
        hearth__arena_clear(&p->arena);
        free(p);
    }
}
