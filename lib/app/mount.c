/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * From tables to routes.  Groups are unfolded: every route gets its full pattern and one
 * flat chain of middleware, so that a request never looks at a group.  A mount that fails
 * takes out what it had put in.
 */
#include "app/model.h"
#include "app/router.h"
#include "core/error.h"
#include "core/size.h"
#include "core/str.h"
#include "http/audit.h"
#include "model/model.h"
#include "model/with.h"

/* The table that is being read, and those around it. */
typedef struct level {
    const struct level *outer;
    const hearth_route *table;
    const char *prefix; /* in full, without a '/' at its end: "" or "/api" */
    hearth_handler *const *use;
    size_t max_body, max_file, max_files, max_form_fields;
    hearth_handler *admit;
    bool spool;
    bool no_etag;
    bool unsafe_cross_site;
    bool anonymous;
    hearth_run run;
    int depth;
} level;

typedef struct mount {
    hearth__router *r;
    hearth__arena *a;
    size_t size; /* of an entry */
    hearth_error *err;
    hearth__pattern pattern; /* of the route at hand */
} mount;

static int out_of_memory(mount *m)
{
    return hearth__error_set(m->err, HEARTH_ENOMEM, "out of memory for the routes");
}

/* Entry i as this version of the library knows it. */
static hearth_route entry(const mount *m, const hearth_route *table, size_t i)
{
    hearth_route e = {0};

    memcpy(&e, (const char *)table + i * m->size,
           m->size < sizeof e ? m->size : sizeof e);
    return e;
}

static bool is_end(const hearth_route *e)
{
    return e->method == NULL && e->pattern == NULL && e->handler == NULL &&
           e->routes == NULL;
}

/* prefix with pattern behind it; "/" is the prefix itself.  NULL when out of memory. */
static char *join(mount *m, const char *prefix, const char *pattern)
{
    size_t n = strlen(prefix), more = strlen(pattern), size;
    char *out;

    if (more == 1 && n > 0)
        more = 0;
    if (!hearth__size_add(n, more, &size) || !hearth__size_add(size, 1, &size) ||
        (out = hearth__arena_raw(m->a, size)) == NULL)
        return NULL;
    memcpy(out, prefix, n);
    memcpy(out + n, pattern, more);
    out[n + more] = '\0';
    return out;
}

static void strip_slash(char *prefix)
{
    size_t n = strlen(prefix);

    if (n > 0 && prefix[n - 1] == '/')
        prefix[n - 1] = '\0';
}

/* ---- middleware -------------------------------------------------------- */

static size_t count(hearth_handler *const *use)
{
    size_t n = 0;

    while (use != NULL && use[n] != NULL)
        n++;
    return n;
}

static hearth_handler **append(hearth_handler **to, hearth_handler *const *use)
{
    for (size_t n = count(use), i = 0; i < n; i++)
        *to++ = use[i];
    return to;
}

static hearth_handler **append_levels(hearth_handler **to, const level *l)
{
    return l == NULL ? to : append(append_levels(to, l->outer), l->use);
}

/* Outermost first, what reads .in, the handler, NULL; NULL when out of memory. */
static hearth_handler *const *chain(mount *m, const level *inner, const hearth_route *e)
{
    size_t n = count(e->use) + 3;
    hearth_handler **all, **end;

    for (const level *l = inner; l != NULL; l = l->outer)
        n += count(l->use);
    all = hearth__arena_array(m->a, n, sizeof *all);
    if (all == NULL)
        return NULL;
    end = append(append_levels(all, inner), e->use);
    if (e->in != NULL && !e->binds)
        *end++ = hearth__model_in;
    *end++ = e->handler;
    *end = NULL;
    return all;
}

/* ---- what is handed down ------------------------------------------------- */

static size_t first_set(size_t own, size_t inherited)
{
    return own != 0 ? own : inherited;
}

/* What a group, or a route as if it were one, makes of what it is in. */
static void inherit(level *l, const level *outer, const hearth_route *e)
{
    l->max_body = first_set(e->max_body, outer->max_body);
    l->max_file = first_set(e->max_file, outer->max_file);
    l->max_files = first_set(e->max_files, outer->max_files);
    l->max_form_fields = first_set(e->max_form_fields, outer->max_form_fields);
    l->admit = e->admit != NULL ? e->admit : outer->admit;
    l->spool = e->spool || outer->spool;
    l->no_etag = e->no_etag || outer->no_etag;
    l->unsafe_cross_site = e->unsafe_cross_site || outer->unsafe_cross_site;
    l->anonymous = e->anonymous || outer->anonymous;
    l->run = e->run != HEARTH_AUTO ? e->run : outer->run;
}

/* ---- one route --------------------------------------------------------- */

static int check_method(mount *m, const char *pattern, const char *method,
                        hearth__method *out)
{
    hearth_str s = hearth__str_of(method);

    *out = hearth__method_of(s);
    for (int i = 0; i < HEARTH__NMETHODS; i++) {
        const char *name = hearth__method_name((hearth__method)i);

        if (*out == HEARTH__OTHER && hearth__str_ieq(s, hearth__str_of(name)))
            return hearth__error_set(m->err, HEARTH_EINVAL,
                                     "pattern \"%s\": methods are case-sensitive; write "
                                     "\"%s\" for \"%s\"",
                                     pattern, name, method);
    }
    if (*out == HEARTH__CONNECT)
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "pattern \"%s\": CONNECT requests have no path, so this "
                                 "would never match; remove it",
                                 pattern);
    if (!hearth__is_token(s))
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "pattern \"%s\": the method is not a token of RFC 9110; "
                                 "write one like \"GET\" or \"PROPFIND\"",
                                 pattern);
    return 0;
}

/* What has to be there before the pattern is looked at. */
static int check_entry(mount *m, const level *l, const hearth_route *e)
{
    const char *where = *l->prefix == '\0' ? "/" : l->prefix;

    if (e->method == NULL)
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "a route %s%s below \"%s\" has no method; write "
                                 "HEARTH_GET(...) or set .method",
                                 e->pattern == NULL ? "without pattern" : "of pattern ",
                                 e->pattern == NULL ? "" : e->pattern, where);
    if (e->pattern == NULL)
        return hearth__error_set(
            m->err, HEARTH_EINVAL,
            "a %s route below \"%s\" has no pattern; write \"/\" for the "
            "prefix itself",
            e->method, where);
    if (e->pattern[0] == '\0')
        return hearth__error_set(
            m->err, HEARTH_EINVAL,
            "a %s route below \"%s\" has the pattern \"\"; write \"/\" "
            "for the prefix itself",
            e->method, where);
    if (e->pattern[0] != '/')
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "pattern \"%s\" (below \"%s\") does not begin with '/'; "
                                 "write \"/%s\"",
                                 e->pattern, where, e->pattern);
    return 0;
}

static int check_rest(mount *m, const char *pattern, const hearth_route *e)
{
    if (e->handler == NULL)
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "%s \"%s\" has no handler; name a function", e->method,
                                 pattern);
    if (e->run != HEARTH_AUTO && e->run != HEARTH_INLINE && e->run != HEARTH_WORKER)
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "%s \"%s\": .run must be HEARTH_AUTO, HEARTH_INLINE or "
                                 "HEARTH_WORKER",
                                 e->method, pattern);
    if (e->body != NULL && (e->body->name == NULL || e->body->data == NULL))
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "%s \"%s\": the table of .body lacks its name or data",
                                 e->method, pattern);
    if (e->body != NULL && (e->spool || e->in != NULL))
        return hearth__error_set(
            m->err, HEARTH_EINVAL,
            "%s \"%s\": .body takes the body, so that nothing is left "
            "for .spool or .in; choose one",
            e->method, pattern);
    if (e->name != NULL && e->name[0] == '\0')
        return hearth__error_set(
            m->err, HEARTH_EINVAL,
            "%s \"%s\": .name is empty; leave it out or write a name", e->method,
            pattern);
    return 0;
}

static bool is_param(const hearth_route_doc *d)
{
    return strcmp(d->of, "query") == 0 || strcmp(d->of, "header") == 0;
}

static bool is_answer(const hearth_route_doc *d)
{
    const char *s = d->of;

    return strcmp(s, "default") == 0 ||
           (s[0] >= '1' && s[0] <= '5' && strlen(s) == 3 &&
            (strcmp(s + 1, "XX") == 0 || strspn(s + 1, "0123456789") == 2));
}

static int check_doc(mount *m, const char *pattern, const hearth_route *e)
{
    for (const hearth_route_doc *d = e->doc; d != NULL && d->of != NULL; d++)
        if (d->text == NULL || !(is_param(d) ? d->name != NULL : is_answer(d)))
            return hearth__error_set(
                m->err, HEARTH_EINVAL,
                "%s \"%s\": a line of .doc, about \"%s\", makes no sense; write "
                "\"query\" or "
                "\"header\" with a name, or a status like \"201\", and a text",
                e->method, pattern, d->of);
    return 0;
}

static int check_model(mount *m, const char *pattern, const hearth_route *e,
                       const hearth_model *model)
{
    hearth_error why = {0};
    hearth__plan plan;

    if (model == NULL)
        return 0;
    if (hearth__model_check(model, &plan, &why) != 0)
        return hearth__error_set(m->err, why.code, "%s \"%s\": %s", e->method, pattern,
                                 why.text);
    hearth__plan_clear(&plan);
    return 0;
}

static int check_with(mount *m, const char *pattern, const hearth_route *e)
{
    hearth__with_tree tree = {.m = e->out, .arena = m->a};
    hearth_error why = {0};

    if (e->with == NULL)
        return 0;
    if (e->out == NULL)
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "%s \"%s\": .with needs .out, whose relations it names",
                                 e->method, pattern);
    if (hearth__with_add(&tree, e->with, &why) != 0)
        return hearth__error_set(m->err, why.code, "%s \"%s\": .with: %s", e->method,
                                 pattern, why.text);
    return 0;
}

/* The parsed pattern, with names that end in '\0', into the route. */
static int keep_parts(mount *m, hearth__route *route)
{
    const hearth__pattern *p = &m->pattern;
    hearth__part *part = hearth__arena_array(m->a, p->nparts, sizeof *part);

    if (part == NULL)
        return out_of_memory(m);
    for (size_t i = 0; i < p->nparts; i++) {
        const char *name;

        part[i] = p->part[i];
        if (!part[i].is_param)
            continue;
        name = hearth__arena_copy(m->a, part[i].text.ptr, part[i].text.len);
        if (name == NULL)
            return out_of_memory(m);
        route->param[route->nparams].name = name;
        route->param[route->nparams++].conv = part[i].conv;
    }
    route->part = part;
    route->nparts = p->nparts;
    return 0;
}

/* NULL stays NULL. */
static int keep_text(mount *m, const char *text, const char **out)
{
    *out = text == NULL ? NULL : hearth__arena_copy(m->a, text, strlen(text));
    return text != NULL && *out == NULL ? out_of_memory(m) : 0;
}

static void keep_limits(hearth__route *route, const level *l, const hearth_route *e)
{
    level own;

    inherit(&own, l, e);
    route->max_body = own.max_body;
    route->max_file = own.max_file;
    route->max_files = own.max_files;
    route->max_form_fields = own.max_form_fields;
    route->admit = own.admit;
    route->spool = own.spool;
    route->no_etag = own.no_etag;
    route->unsafe_cross_site = own.unsafe_cross_site;
    route->anonymous = own.anonymous;
    route->body = e->body;
    hearth__placement_init(&route->place, own.run);
}

static int mount_route(mount *m, const level *l, const hearth_route *e)
{
    hearth__method method;
    hearth__route *route;
    const char *pattern;

    HEARTH_TRY(check_entry(m, l, e));
    pattern = join(m, l->prefix, e->pattern);
    if (pattern == NULL)
        return out_of_memory(m);
    HEARTH_TRY(hearth__pattern_parse(&m->pattern, pattern, m->err));
    HEARTH_TRY(check_method(m, pattern, e->method, &method));
    HEARTH_TRY(check_rest(m, pattern, e));
    HEARTH_TRY(check_model(m, pattern, e, e->in));
    HEARTH_TRY(check_model(m, pattern, e, e->out));
    HEARTH_TRY(check_doc(m, pattern, e));
    HEARTH_TRY(check_with(m, pattern, e));

    route = hearth__arena_alloc(m->a, sizeof *route);
    if (route == NULL)
        return out_of_memory(m);
    route->m = method;
    route->method = method < HEARTH__NMETHODS ? hearth__method_name(method)
                                              : e->method; /* add copies it */
    route->pattern = pattern;
    route->arg = e->arg;
    route->many = e->many;
    route->hidden = e->hidden;
    route->in = e->in;
    route->out = e->out;
    route->doc = e->doc;
    keep_limits(route, l, e);
    route->chain = chain(m, l, e);
    if (route->chain == NULL)
        return out_of_memory(m);
    HEARTH_TRY(keep_text(m, e->name, &route->name));
    HEARTH_TRY(keep_text(m, e->summary, &route->summary));
    HEARTH_TRY(keep_text(m, e->with, &route->with));
    HEARTH_TRY(keep_parts(m, route));
    return hearth__router_add(m->r, route, &m->pattern, m->err);
}

/* ---- tables ------------------------------------------------------------ */

static int mount_table(mount *m, const level *l);

static int check_group(mount *m, const level *outer, const char *prefix,
                       const hearth_route *e)
{
    const char *where = *prefix == '\0' ? "/" : prefix;

    if (e->method != NULL || e->handler != NULL || e->name != NULL || e->arg != NULL ||
        e->in != NULL || e->out != NULL || e->summary != NULL || e->body != NULL ||
        e->with != NULL || e->doc != NULL)
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "group \"%s\" has a method, handler, name, arg, in, "
                                 "out, summary, body or doc; "
                                 "those belong to the routes in it",
                                 where);
    for (const level *l = outer; l != NULL; l = l->outer) {
        if (l->table == e->routes)
            return hearth__error_set(
                m->err, HEARTH_EINVAL,
                "group \"%s\" holds the table that it stands in; give it "
                "a table of its own",
                where);
    }
    if (outer->depth == HEARTH__MAX_GROUPS)
        return hearth__error_set(m->err, HEARTH_EINVAL,
                                 "group \"%s\" is nested more than %d deep; write longer "
                                 "patterns instead",
                                 where, HEARTH__MAX_GROUPS);
    return 0;
}

static int mount_group(mount *m, const level *outer, const hearth_route *e)
{
    const char *pattern = e->pattern == NULL || *e->pattern == '\0' ? "/" : e->pattern;
    level l = {.outer = outer,
               .table = e->routes,
               .use = e->use,
               .depth = outer->depth + 1};
    char *prefix;

    if (*pattern != '/')
        return hearth__error_set(
            m->err, HEARTH_EINVAL,
            "group \"%s\" (below \"%s\") does not begin with '/'; write "
            "\"/%s\"",
            pattern, *outer->prefix == '\0' ? "/" : outer->prefix, pattern);
    prefix = join(m, outer->prefix, pattern);
    if (prefix == NULL)
        return out_of_memory(m);
    HEARTH_TRY(hearth__pattern_parse(&m->pattern, prefix, m->err));
    strip_slash(prefix);
    HEARTH_TRY(check_group(m, outer, prefix, e));
    inherit(&l, outer, e);
    l.prefix = prefix;
    return mount_table(m, &l);
}

static int mount_table(mount *m, const level *l)
{
    for (size_t i = 0;; i++) {
        hearth_route e = entry(m, l->table, i);

        if (is_end(&e))
            return 0;
        HEARTH_TRY(e.routes != NULL ? mount_group(m, l, &e) : mount_route(m, l, &e));
    }
}

static int mount_top(mount *m, const char *prefix, const hearth_route *routes)
{
    level top = {.table = routes};
    char *copy = join(m, "", prefix);

    if (copy == NULL)
        return out_of_memory(m);
    if (*copy != '\0')
        HEARTH_TRY(hearth__pattern_parse(&m->pattern, copy, m->err));
    strip_slash(copy);
    top.prefix = copy;
    return mount_table(m, &top);
}

int hearth__router_mount(hearth__router *r, const char *prefix,
                         const hearth_route *routes, size_t size, hearth_error *err)
{
    mount m = {.r = r, .a = hearth__router_arena(r), .size = size, .err = err};
    hearth__route *last = hearth__router_last(r);
    int rc;

    if (routes == NULL)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "hearth_mount: the table is NULL; pass an array that ends "
            "in HEARTH_END");
    if (size < offsetof(hearth_route, use))
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "hearth_mount: %zu is no size of a hearth_route; call "
                                 "hearth_mount(), which passes it",
                                 size);
    rc = mount_top(&m, prefix == NULL ? "" : prefix, routes);
    if (rc != 0)
        hearth__router_undo(r, last);
    return rc;
}
