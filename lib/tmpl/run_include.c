/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Other templates: included where they stand, or imported for what they set.
 *
 * What is known by a fixed name was found when the page was linked.  The rest is looked for
 * here: names, lists of names, and what an open page extends.
 */

#include "core/str.h"
#include "tmpl/run.h"

/* What a template sets, as a value: its macros above all. */
typedef struct hearth__module {
    hearth__object object;
    hearth__vars *vars;
    struct hearth__module
        *next; /* of the rendering: those without context are run once */
} hearth__module;

/* Templates that extend by names which are not fixed, in each other. */
#define OPEN 8

/* ---- finding --------------------------------------------------------------------------- */

/* The page that is on the shelf, or made now. */
static hearth__page *page_for(hearth__render *r, const hearth__page_id *id,
                              hearth_template_error *err)
{
    hearth__page *page;

    page = hearth__shelf_find(r->shelf, id);
    if (page != NULL)
        return page;
    pthread_rwlock_wrlock(&r->shelf->lock);
    page = hearth__link(r->set, r->shelf, id, NULL, err);
    pthread_rwlock_unlock(&r->shelf->lock);
    return page;
}

int hearth__run_find_page(hearth__render *r, const hearth__page_id *id, bool missing_ok,
                          hearth__page **out)
{
    hearth_template_error err = {0};
    hearth_str name = id->name;

    *out = page_for(r, id, &err);
    if (*out != NULL || (missing_ok && err.code == HEARTH_ENOTFOUND && err.line == 0))
        return 0;
    if (r->error.code != 0)
        return r->error.code;
    if (err.line != 0) { /* what is wrong with it has its own place */
        r->error = err;
        return err.code;
    }
    if (err.code != HEARTH_ENOTFOUND)
        return hearth__render_fail(r, err.code, "%s", err.text);
    return hearth__render_fail(r, HEARTH_ENOTFOUND, "there is no template \"%.*s\"",
                               (int)(name.len > 100 ? 100 : name.len), name.ptr);
}

int hearth__run_find(hearth__frame *f, hearth_str name, const hearth__html *h,
                     bool missing_ok, hearth__page **out)
{
    hearth__page_id id = {name, *h, NULL, 0};

    return hearth__run_find_page(f->r, &id, missing_ok, out);
}

/* The name of what the last template of an open page extends. */
static int parent_name(hearth__render *r, hearth__page *page, const json_t *data,
                       hearth__vars *outer, const hearth__vars *seen, hearth_str *out)
{
    hearth__vars *vars = hearth__vars_new(r, page, data, outer);
    size_t last = page->nchain - 1;
    hearth__frame f = {.r = r, .v = page->body[last], .vars = vars, .quiet = true};
    hearth_value v;
    hearth__buf none;

    if (vars == NULL)
        return r->error.code;
    if (seen != NULL) {
        vars->visible = seen->visible;
        vars->seen = seen->seen;
        vars->nvisible = seen->nvisible;
    }
    hearth__render_buf(r, &none);
    HEARTH_TRY(hearth__run_enter(r)); /* it may import itself */
    HEARTH_TRY(hearth__run_bodies(r, page, vars, &none));
    hearth__run_leave(r);
    f.out = &none;
    f.slot = hearth__run_slots(r, f.v->t->nslots);
    if (f.slot == NULL)
        return r->error.code;
    HEARTH_TRY(hearth__eval(&f, f.v->t->extends, &v));
    if (v.kind != HEARTH_VALUE_TEXT)
        return hearth__run_place(
            &f, f.v->t->extends->at,
            v.kind == HEARTH_VALUE_UNDEFINED
                ? hearth__render_undefined(r, v)
                : hearth__render_fail(
                      r, HEARTH_EINVAL,
                      "the name of a template is a text, not a value of kind "
                      "%s",
                      hearth__v_kind_name(v)));
    *out = hearth__v_bytes(v);
    return 0;
}

int hearth__run_close(hearth__render *r, hearth__page **page, const json_t *data,
                      hearth__vars *outer, const hearth__vars *seen)
{
    hearth_str parents[OPEN];
    hearth__page_id id = {(*page)->chain[0]->name, (*page)->start, parents, 0};

    while ((*page)->open) {
        if (id.nparents == OPEN)
            return hearth__render_fail(
                r, HEARTH_EINVAL,
                "more than %d templates extend each other by names "
                "that are not fixed",
                OPEN);
        HEARTH_TRY(parent_name(r, *page, data, outer, seen, &parents[id.nparents]));
        id.nparents++;
        HEARTH_TRY(hearth__run_find_page(r, &id, false, page));
    }
    return 0;
}

/* ---- include --------------------------------------------------------------------------- */

/* The first one of a list that is there. */
static int find_first(hearth__frame *f, const hearth__stmt *s, hearth_value names,
                      const hearth__html *at, hearth__page **out)
{
    hearth__iter it;
    hearth_value v;

    *out = NULL;
    HEARTH_TRY(hearth__iter_begin(f->r, names, &it));
    while (*out == NULL && hearth__iter_next(&it, &v)) {
        if (v.kind != HEARTH_VALUE_TEXT)
            return hearth__render_fail(f->r, HEARTH_EINVAL,
                                       "the name of a template is a text, not a value of "
                                       "kind %s",
                                       hearth__v_kind_name(v));
        HEARTH_TRY(hearth__run_find(f, hearth__v_bytes(v), at, true, out));
    }
    if (*out != NULL || s->u.include.missing_ok)
        return 0;
    return hearth__render_fail(f->r, HEARTH_ENOTFOUND,
                               "there is none of the %zu templates of this list", it.n);
}

static int find_by_value(hearth__frame *f, const hearth__stmt *s,
                         const hearth__expr *name, const hearth__html *at,
                         bool missing_ok, hearth__page **out)
{
    hearth_value v;

    HEARTH_TRY(hearth__eval(f, name, &v));
    if (v.kind == HEARTH_VALUE_TEXT)
        return hearth__run_find(f, hearth__v_bytes(v), at, missing_ok, out);
    if (v.kind == HEARTH_VALUE_LIST && s->kind == HEARTH__STMT_INCLUDE)
        return find_first(f, s, v, at, out);
    if (v.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(f->r, v);
    return hearth__render_fail(f->r, HEARTH_EINVAL,
                               "the name of a template is a text, not a value of kind %s",
                               hearth__v_kind_name(v));
}

/* Variables of a page that is used from f. */
static hearth__vars *vars_for(hearth__frame *f, hearth__page *page, bool with_context,
                              const hearth__visible *visible, size_t n)
{
    hearth__vars *vars = hearth__vars_new(f->r, page, with_context ? f->vars->data : NULL,
                                          with_context ? f->vars : NULL);

    if (vars == NULL || !with_context || n == 0)
        return vars;
    return hearth__vars_see(f, vars, visible, n) == 0 ? vars : NULL;
}

int hearth__run_include(hearth__frame *f, const hearth__stmt *s)
{
    uint32_t place = s->u.include.place;
    hearth__page *page = f->v->place[place].page;
    hearth__vars *vars;
    const hearth__expr *name = s->u.include.name;
    bool fixed =
        name->kind == HEARTH__EXPR_CONST && name->u.value.kind == HEARTH_VALUE_TEXT;

    if (page == NULL && !fixed)
        HEARTH_TRY(find_by_value(f, s, name, &f->v->place[place].at,
                                 s->u.include.missing_ok, &page));
    if (page == NULL)
        return 0;
    if (!fixed && !hearth__html_same(&page->start, &page->end))
        return hearth__render_fail(
            f->r, HEARTH_EINVAL, "the template \"%s\" does not end in text, as it begins",
            page->key.ptr);
    HEARTH_TRY(hearth__run_enter(f->r));
    vars = vars_for(f, page, s->u.include.with_context, s->u.include.visible,
                    s->u.include.nvisible);
    if (vars == NULL)
        return f->r->error.code;
    if (page->open) {
        HEARTH_TRY(hearth__run_close(f->r, &page, vars->data, vars->outer, vars));
        vars = vars_for(f, page, s->u.include.with_context, s->u.include.visible,
                        s->u.include.nvisible);
        if (vars == NULL)
            return f->r->error.code;
    }
    HEARTH_TRY(hearth__run_bodies(f->r, page, vars, f->out));
    hearth__run_leave(f->r);
    return 0;
}

/* ---- import ---------------------------------------------------------------------------- */

static bool is_exported(const hearth__vars *vars, size_t i)
{
    return vars->state[i] == HEARTH__VAR_SET && vars->page->names[i].ptr[0] != '_';
}

static int get(hearth__render *r, hearth__object *self, hearth_str name,
               hearth_value *out)
{
    const hearth__vars *vars = ((const hearth__module *)(const void *)self)->vars;

    (void)r;
    for (size_t i = 0; i < vars->page->nnames; i++)
        if (is_exported(vars, i) && hearth__str_eq(vars->page->names[i], name)) {
            *out = vars->value[i];
            return 0;
        }
    return HEARTH_ENOTFOUND;
}

static const hearth__object_ops module_ops = {.name = "template", .get = get};

/* Without context it is the same each time. */
static hearth__module *known(const hearth__render *r, const hearth__page *page)
{
    hearth__module *m = r->modules;

    while (m != NULL && m->vars->page != page)
        m = m->next;
    return m;
}

static int run_module(hearth__frame *f, const hearth__stmt *s, hearth__page *page,
                      hearth__module **out)
{
    bool with = s->u.import.with_context;
    hearth__module *m = with ? NULL : known(f->r, page);
    hearth__buf none;

    *out = m;
    if (m != NULL)
        return 0;
    HEARTH_TRY(hearth__run_enter(f->r));
    *out = m = hearth__render_alloc(f->r, sizeof *m);
    if (m == NULL)
        return f->r->error.code;
    *m = (hearth__module){.object = {&module_ops}};
    m->vars = vars_for(f, page, with, s->u.import.visible, s->u.import.nvisible);
    if (m->vars == NULL)
        return f->r->error.code;
    if (!with) {
        m->next = f->r->modules;
        f->r->modules = m;
    }
    hearth__render_buf(f->r, &none);
    HEARTH_TRY(hearth__run_bodies(f->r, page, m->vars, &none));
    hearth__run_leave(f->r);
    return 0;
}

static int set_imported(hearth__frame *f, const hearth__stmt *s, hearth__module *m)
{
    for (size_t i = 0; i < s->u.import.n; i++) {
        const hearth__imported *name = &s->u.import.imported[i];
        hearth_value v;

        if (get(f->r, &m->object, name->name, &v) != 0)
            v = hearth__v_undefined(name->name);
        HEARTH_TRY(hearth__run_set(f, &name->target, v));
    }
    return 0;
}

int hearth__run_import(hearth__frame *f, const hearth__stmt *s)
{
    uint32_t place = s->u.import.place;
    hearth__page *page = f->v->place[place].page;
    hearth__module *m;

    if (page == NULL)
        HEARTH_TRY(
            find_by_value(f, s, s->u.import.name, &f->v->place[place].at, false, &page));
    if (page->open)
        HEARTH_TRY(hearth__run_close(f->r, &page, NULL, NULL, NULL));
    HEARTH_TRY(run_module(f, s, page, &m));
    if (s->kind == HEARTH__STMT_FROM)
        return set_imported(f, s, m);
    return hearth__run_set(f, &s->u.import.target, hearth__v_object(&m->object));
}
