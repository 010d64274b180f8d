/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * From options to routes.  Whatever can be known to be wrong is said here, with the
 * application refusing to start, and not with a 500 later.
 */

#include "data/resource.h"

#include "app/app.h"
#include "core/error.h"
#include "model/filter.h"
#include "model/sql_create.h"
#include "model/with.h"

static const struct {
    hearth_resource_action action;
    const char *method, *word, *summary;
    hearth_handler *handler;
    bool item, reads, binds;
} actions[] = {
    {HEARTH_RESOURCE_LIST, "GET", "list", "List, filter, sort", hearth__resource_list,
     false, true, false},
    {HEARTH_RESOURCE_CREATE, "POST", "create", "Create one", hearth__resource_create,
     false, false, true},
    {HEARTH_RESOURCE_SHOW, "GET", "show", "Show one", hearth__resource_show, true, true,
     false},
    {HEARTH_RESOURCE_REPLACE, "PUT", "replace", "Replace one", hearth__resource_replace,
     true, false, true},
    {HEARTH_RESOURCE_PATCH, "PATCH", "patch", "Change some of one",
     hearth__resource_patch, true, false, true},
    {HEARTH_RESOURCE_DELETE, "DELETE", "delete", "Delete one", hearth__resource_delete,
     true, false, false},
};

#define ACTIONS (sizeof actions / sizeof *actions)

typedef struct setup {
    hearth_app *app;
    hearth__arena *a;
    const char *path;
    hearth__resource *r;
    hearth_error err;
} setup;

static int out_of_memory(setup *s)
{
    return hearth__error_set(&s->err, HEARTH_ENOMEM, "out of memory");
}

/* ---- what makes sense ---------------------------------------------------------------- */

static int check_model(setup *s, const hearth_model *m)
{
    if (m == NULL || m->table == NULL)
        return hearth__error_set(&s->err, HEARTH_EINVAL, "model %s has no table to show",
                                 m == NULL ? "NULL" : m->name);
    if (m->given == HEARTH_NO_GIVEN)
        return hearth__error_set(
            &s->err, HEARTH_EINVAL,
            "model %s has no masks, so that nobody could say what a PATCH leaves alone; "
            "begin its struct with `uint64_t has, null`",
            m->name);
    if (hearth__plans_get(&s->app->plans, m, &s->err) == NULL)
        return s->err.code;
    if (hearth__field_key(m) == m->n)
        return hearth__error_set(&s->err, HEARTH_EINVAL,
                                 "model %s has no key; give one field .key = true",
                                 m->name);
    return 0;
}

static int check_options(setup *s)
{
    const hearth_resource_opts *o = &s->r->o;

    if ((o->without & ~63u) != 0 || (o->without & 63u) == 63u)
        return hearth__error_set(
            &s->err, HEARTH_EINVAL,
            ".without leaves nothing, or holds a bit that is no action; use "
            "HEARTH_RESOURCE_LIST and the like");
    if (o->scope != NULL && o->args == NULL)
        return hearth__error_set(
            &s->err, HEARTH_EINVAL,
            ".scope \"%s\" needs .args, which says what the values of "
            "a request are",
            o->scope);
    return 0;
}

/* Those that are shown, and those that a client may ask for. */
static int check_relations(setup *s)
{
    hearth__with_tree tree = {.m = s->r->m, .arena = s->a};
    hearth_error why = {0};

    if (hearth__with_add(&tree, s->r->list.with, &why) == 0 &&
        hearth__with_add(&tree, s->r->list.may_with, &why) == 0)
        return 0;
    return hearth__error_set(&s->err, why.code, ".list: %s", why.text);
}

static int check_list(setup *s)
{
    const hearth_list_opts *l = &s->r->list;
    const hearth_model *m = s->r->m;
    hearth__filter *f = hearth__arena_raw(s->a, sizeof *f);
    uint64_t which;

    if (f == NULL)
        return out_of_memory(s);
    hearth__filter_init(f, hearth__plans_get(&s->app->plans, m, &s->err), s->a);
    if (hearth__filter_sort(f, l->sort) != 0)
        return hearth__error_set(
            &s->err, HEARTH_EINVAL,
            ".list cannot be sorted by \"%s\": name up to 8 different "
            "fields of model %s",
            l->sort, m->name);
    if (l->fields != NULL && *l->fields != '\0' &&
        hearth__sql_list(m, l->fields, &which) != 0)
        return hearth__error_set(&s->err, HEARTH_EINVAL,
                                 ".list opens \"%s\", where something is no field of "
                                 "model %s",
                                 l->fields, m->name);
    if (l->limit < 0 || l->max_limit < 0)
        return hearth__error_set(&s->err, HEARTH_EINVAL,
                                 ".list cannot have a negative limit");
    return check_relations(s);
}

/* ---- copies -------------------------------------------------------------------------- */

static const char *copy(setup *s, const char *text)
{
    return text == NULL ? NULL : hearth__arena_copy(s->a, text, strlen(text));
}

/* The arguments of the list's condition. */
static void copy_args(setup *s, hearth_vals *args)
{
    hearth_val *v = hearth__arena_array(s->a, args->n + 1, sizeof *v);

    for (size_t i = 0; v != NULL && i < args->n; i++) {
        v[i] = args->v[i];
        if (v[i].kind == HEARTH_VAL_TEXT || v[i].kind == HEARTH_VAL_BLOB)
            v[i].u.s.ptr = hearth__arena_copy(s->a, v[i].u.s.ptr, v[i].u.s.len);
    }
    args->v = v;
}

static void copy_list(setup *s, size_t size)
{
    hearth_list_opts *l = &s->r->list;

    if (s->r->o.list == NULL)
        return;
    memcpy(l, s->r->o.list, size < sizeof *l ? size : sizeof *l);
    l->where = copy(s, l->where);
    l->sort = copy(s, l->sort);
    l->fields = copy(s, l->fields);
    l->with = copy(s, l->with);
    l->may_with = copy(s, l->may_with);
    l->search = copy(s, l->search);
    l->snippet = copy(s, l->snippet);
    copy_args(s, &l->args);
    s->r->o.list = l;
}

/* ---- names --------------------------------------------------------------------------- */

/* The last word of the path that is no parameter. */
static hearth_str last_word(const char *path)
{
    hearth_str rest = hearth__str_of(path), word = HEARTH__S("");

    while (rest.ptr != NULL) {
        hearth_str part = hearth__str_cut(&rest, '/');

        if (part.len > 0 && part.ptr[0] != '{')
            word = part;
    }
    return word;
}

static void name(setup *s)
{
    hearth_str word =
        s->r->o.name != NULL ? hearth__str_of(s->r->o.name) : last_word(s->path);

    if (word.len == 0)
        word = hearth__str_of(s->r->m->name);
    s->r->o.name = hearth__arena_copy(s->a, word.ptr, word.len);
}

static bool is_word(const char *s)
{
    for (const char *p = s; *p != '\0'; p++)
        if (!hearth__is_alpha(*p) && *p != '_' && (p == s || !hearth__is_digit(*p)))
            return false;
    return *s != '\0';
}

/* "/{id:int}" */
static const char *item_pattern(setup *s)
{
    const hearth_field *f = &s->r->m->field[s->r->key];
    const char *conv = "";
    hearth__buf b;

    if (f->kind == HEARTH_KIND_i64)
        conv = ":int";
    else if (f->kind == HEARTH_KIND_uuid)
        conv = ":uuid";
    else if (f->format == HEARTH_FORMAT_SLUG)
        conv = ":slug";
    hearth__buf_init(&b, s->a, 0);
    hearth__buf_f(&b, "/{%s%s}", is_word(f->name) ? f->name : "key", conv);
    return b.failed ? NULL : b.ptr;
}

/* ---- whose rows ---------------------------------------------------------------------- */

static int add_scope(setup *s, hearth_str word)
{
    hearth__resource *r = s->r;
    size_t i = hearth__field_find(r->m, hearth__str_trim(word), 0);

    if (i == r->m->n || i == r->key || r->m->field[i].kind == HEARTH_KIND_json ||
        (r->scoped & HEARTH__BIT(i)) != 0 || r->nscope == HEARTH_RESOURCE_ARGS)
        return hearth__error_set(&s->err, HEARTH_EINVAL,
                                 ".scope \"%s\" has to list up to %d different fields of "
                                 "model %s, not its key "
                                 "and none of kind json",
                                 r->o.scope, HEARTH_RESOURCE_ARGS, r->m->name);
    r->scope[r->nscope++] = i;
    r->scoped |= HEARTH__BIT(i);
    return 0;
}

static int read_scope(setup *s)
{
    hearth_str rest = hearth__str_of(s->r->o.scope);

    if (s->r->o.scope == NULL)
        return 0;
    while (rest.ptr != NULL)
        HEARTH_TRY(add_scope(s, hearth__str_cut(&rest, ',')));
    return 0;
}

/* A line end before the bracket, for a condition that ends in a comment. */
static const char *both(setup *s, const char *a, const char *b)
{
    hearth__buf out;

    if (a == NULL || b == NULL)
        return a != NULL ? a : b;
    hearth__buf_init(&out, s->a, 0);
    hearth__buf_f(&out, "(%s\n) AND (%s\n)", a, b);
    return out.failed ? NULL : out.ptr;
}

static void put_conditions(setup *s)
{
    hearth__resource *r = s->r;
    hearth__buf b;

    hearth__buf_init(&b, s->a, 0);
    for (size_t i = 0; i < r->nscope; i++) {
        hearth__buf_text(&b, i > 0 ? " AND " : "");
        hearth__sql_name(&b, hearth__sql_column(&r->m->field[r->scope[i]]));
        hearth__buf_text(&b, " = ?");
    }
    r->o.where = copy(s, r->o.where);
    r->own = both(s, b.len > 0 && !b.failed ? b.ptr : NULL, r->o.where);
    r->list_where = both(s, r->own, r->list.where);
}

static void put_masks(hearth__resource *r)
{
    r->fixed = r->scoped | HEARTH__BIT(r->key);
    for (size_t i = 0; i < r->m->n; i++) {
        if (r->m->field[i].readonly)
            r->fixed |= HEARTH__BIT(i);
        if (r->m->field[i].secret)
            r->secret |= HEARTH__BIT(i);
    }
}

/* ---- routes -------------------------------------------------------------------------- */

static size_t count(hearth_handler *const *use)
{
    size_t n = 0;

    while (use != NULL && use[n] != NULL)
        n++;
    return n;
}

/* The three lists that concern action i in one; NULL when out of memory. */
static hearth_handler *const *middleware(setup *s, size_t i)
{
    const hearth_resource_opts *o = &s->r->o;
    hearth_handler *const *const of[ACTIONS] = {o->use_list,  o->use_create,
                                                o->use_show,  o->use_replace,
                                                o->use_patch, o->use_delete};
    hearth_handler *const *const lists[] = {o->use,
                                            actions[i].reads ? NULL : o->use_write,
                                            of[i]};
    hearth_handler **all;
    size_t n = 0;

    all =
        hearth__arena_array(s->a, count(lists[0]) + count(lists[1]) + count(lists[2]) + 1,
                            sizeof *all);
    for (size_t l = 0; all != NULL && l < 3; l++)
        for (size_t k = 0; k < count(lists[l]); k++)
            all[n++] = lists[l][k];
    if (all != NULL)
        all[n] = NULL;
    return all;
}

static const char *route_name(setup *s, size_t i)
{
    hearth__buf b;

    hearth__buf_init(&b, s->a, 0);
    hearth__buf_f(&b, "%s.%s", s->r->o.name, actions[i].word);
    return b.failed ? NULL : b.ptr;
}

static int check_name(setup *s, const char *name)
{
    const hearth__route *other = hearth__router_named(s->app->router, name);

    if (other == NULL)
        return 0;
    return hearth__error_set(
        &s->err, HEARTH_EINVAL,
        "a route called \"%s\" is there already, %s \"%s\"; give this "
        "resource another .name",
        name, other->method, other->pattern);
}

/* The relations that its list may show; NULL when there are none. */
static const char *shown(setup *s)
{
    const hearth_list_opts *l = &s->r->list;
    hearth__buf b;

    if (l->with == NULL || l->may_with == NULL)
        return l->with != NULL ? l->with : l->may_with;
    hearth__buf_init(&b, s->a, 0);
    hearth__buf_f(&b, "%s,%s", l->with, l->may_with);
    return b.ptr; /* memory that lacks shows in the arena */
}

static int put_route(setup *s, size_t i, const char *item, hearth_route *out)
{
    const hearth__resource *r = s->r;

    *out =
        (hearth_route){.method = actions[i].method,
                       .pattern = actions[i].item ? item : "/",
                       .handler = actions[i].handler,
                       .use = middleware(s, i),
                       .name = route_name(s, i),
                       .arg = r->o.arg,
                       .max_body = r->o.max_body,
                       .in = actions[i].binds ? r->m : NULL,
                       .binds = true,
                       .out = actions[i].action == HEARTH_RESOURCE_DELETE ? NULL : r->m,
                       .many = actions[i].action == HEARTH_RESOURCE_LIST,
                       .with =
                           actions[i].action == HEARTH_RESOURCE_LIST ? shown(s) : NULL,
                       .summary = actions[i].summary,
                       .hidden = r->o.hidden,
                       .doc = hearth__resource_doc(s->app, r, actions[i].action)};
    if (out->use == NULL || out->name == NULL || out->doc == NULL)
        return out_of_memory(s);
    return check_name(s, out->name);
}

/* Those that were mounted last, in the order of the actions, learn whose they are. */
static void claim(hearth__resource *r, hearth__route *route)
{
    for (size_t i = 0; i < ACTIONS && route != NULL; i++) {
        if ((r->o.without & actions[i].action) != 0)
            continue;
        route->resource = r;
        if (r->item == NULL && actions[i].item)
            r->item = route;
        route = route->next;
    }
}

static int mount(setup *s)
{
    hearth__route *last = hearth__router_last(s->app->router), *first;
    const char *item = item_pattern(s);
    hearth_route routes[ACTIONS + 1] = {HEARTH_END};
    size_t n = 0;

    if (item == NULL)
        return out_of_memory(s);
    for (size_t i = 0; i < ACTIONS; i++)
        if ((s->r->o.without & actions[i].action) == 0)
            HEARTH_TRY(put_route(s, i, item, &routes[n++]));
    HEARTH_TRY(
        hearth__router_mount(s->app->router, s->path, routes, sizeof *routes, &s->err));
    first =
        last != NULL ? last->next : (hearth__route *)hearth__router_first(s->app->router);
    claim(s->r, first);
    return 0;
}

/* ---- together ------------------------------------------------------------------------ */

static int prepare(setup *s, const hearth_model *m, size_t list_size)
{
    HEARTH_TRY(check_model(s, m));
    s->r->m = m;
    s->r->key = hearth__field_key(m);
    HEARTH_TRY(check_options(s));
    copy_list(s, list_size);
    name(s);
    HEARTH_TRY(read_scope(s));
    put_masks(s->r);
    put_conditions(s);
    if (s->a->failed)
        return out_of_memory(s);
    HEARTH_TRY(check_list(s));
    return mount(s);
}

int hearth_resource_sized(hearth_app *app, const char *path, const hearth_model *m,
                          const hearth_resource_opts *o, size_t size, size_t list_size)
{
    setup s = {.app = app, .path = path == NULL ? "" : path};
    int rc;

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_resource"));
    s.a = hearth__router_arena(app->router);
    s.r = hearth__arena_alloc(s.a, sizeof *s.r);
    if (s.r == NULL)
        return hearth__app_setup_failed(app, HEARTH_ENOMEM,
                                        "hearth_resource: out of memory");
    if (o != NULL)
        memcpy(&s.r->o, o, size < sizeof s.r->o ? size : sizeof s.r->o);
    rc = prepare(&s, m, list_size);
    return rc == 0 ? 0
                   : hearth__app_setup_failed(app, rc, "hearth_resource \"%s\": %s",
                                              s.path, s.err.text);
}
