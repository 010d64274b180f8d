/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Running the statements of a page.
 */

#include "tmpl/run.h"

#include "core/str.h"
#include "tmpl/lex.h"

/* Slots that are taken from the arena at a time. */
#define SLOTS 256

int hearth__run_place(const hearth__frame *f, uint32_t at, int rc)
{
    hearth_template_error *err = &f->r->error;

    if (rc < 0 && err->line == 0)
        hearth__place_in(err, f->v->t->name, f->v->t->source, at);
    return rc;
}

/* ---- slots ----------------------------------------------------------------------------- */

hearth__stack_mark hearth__run_mark(const hearth__render *r)
{
    return (hearth__stack_mark){r->stack, r->stack_end};
}

void hearth__run_release(hearth__render *r, hearth__stack_mark mark)
{
    r->stack = mark.at;
    r->stack_end = mark.end;
}

hearth_value *hearth__run_slots(hearth__render *r, size_t n)
{
    hearth_value *at;

    if (r->stack == NULL || n > (size_t)(r->stack_end - r->stack)) {
        size_t room = n > SLOTS ? n : SLOTS;

        at = hearth__render_array(r, room, sizeof *at);
        if (at == NULL)
            return NULL;
        r->stack = at;
        r->stack_end = at + room;
    }
    at = r->stack;
    r->stack += n;
    for (size_t i = 0; i < n; i++)
        at[i] = (hearth_value){0};
    return at;
}

int hearth__run_enter(hearth__render *r)
{
    if (++r->depth > r->limits.depth)
        return hearth__render_fail(r, HEARTH_ETOOBIG,
                                   "includes, macros and blocks are more than %d deep; "
                                   "max_depth would allow more",
                                   r->limits.depth);
    return hearth__render_tick(r, 1);
}

void hearth__run_leave(hearth__render *r)
{
    r->depth--;
}

/* ---- setting --------------------------------------------------------------------------- */

int hearth__run_inits(hearth__frame *f, const hearth__init *init)
{
    for (; init != NULL; init = init->next)
        HEARTH_TRY(hearth__eval(f, init->from, &f->slot[init->slot]));
    return 0;
}

static int set_attr(hearth__frame *f, const hearth__target *to, hearth_value v)
{
    hearth_value of;

    HEARTH_TRY(hearth__eval(f, to->of, &of));
    if (of.kind != HEARTH_VALUE_OBJECT || of.u.object->ops->set == NULL)
        return hearth__render_fail(
            f->r, HEARTH_EINVAL,
            "only attributes of a namespace can be set, not of a value "
            "of kind %s",
            hearth__v_kind_name(of));
    return of.u.object->ops->set(f->r, of.u.object, to->attr, v);
}

static int set_several(hearth__frame *f, const hearth__target *to, hearth_value v)
{
    hearth__iter it;
    hearth_value item;

    HEARTH_TRY(hearth__iter_begin(f->r, v, &it));
    if (it.n != to->n)
        return hearth__render_fail(f->r, HEARTH_EINVAL,
                                   "%zu names are to be set, but there are %zu values",
                                   to->n, it.n);
    for (size_t i = 0; i < to->n && hearth__iter_next(&it, &item); i++)
        HEARTH_TRY(hearth__run_set(f, &to->several[i], item));
    return 0;
}

int hearth__run_set(hearth__frame *f, const hearth__target *to, hearth_value v)
{
    uint32_t name;

    switch (to->kind) {
    case HEARTH__TO_SLOT:
        f->slot[to->index] = v;
        return 0;
    case HEARTH__TO_NAME:
        name = f->v->map[to->index];
        f->vars->value[name] = v;
        f->vars->state[name] = HEARTH__VAR_SET;
        return 0;
    case HEARTH__TO_ATTR:
        return set_attr(f, to, v);
    case HEARTH__TO_SEVERAL:
        break;
    }
    return set_several(f, to, v);
}

/* ---- printing -------------------------------------------------------------------------- */

static int put_value(hearth__frame *f, uint32_t site, hearth_value v)
{
    if (v.kind == HEARTH_VALUE_TEXT && (v.flags & HEARTH_VALUE_HTML) == 0 &&
        f->v->escape[site] == HEARTH__ESCAPE_TEXT) {
        hearth__escape_html(f->out, hearth__v_bytes(v));
        return 0;
    }
    return hearth__escape_put(f->r, (hearth__escape)f->v->escape[site], v, f->out);
}

static int put_call(hearth__frame *f, const hearth__expr *e, uint32_t site,
                    hearth_value caller)
{
    hearth__escape how = (hearth__escape)f->v->escape[site];
    hearth_value v;
    bool printed = false;

    /* What a macro makes is HTML: in text it goes where it belongs at once. */
    if (how == HEARTH__ESCAPE_TEXT || how == HEARTH__ESCAPE_NONE)
        HEARTH_TRY(hearth__eval_call_put(f, e, caller, &v, &printed));
    else
        HEARTH_TRY(hearth__eval_call(f, e, caller, &v));
    return printed ? 0 : put_value(f, site, v);
}

static int put(hearth__frame *f, const hearth__stmt *s)
{
    const hearth__expr *e = s->u.put.value;
    hearth_value v;

    if (e->kind == HEARTH__EXPR_CALL || e->kind == HEARTH__EXPR_METHOD)
        return put_call(f, e, s->u.put.site, (hearth_value){0});
    if ((e->kind == HEARTH__EXPR_SUPER || e->kind == HEARTH__EXPR_SELF) &&
        f->v->place[e->u.place].variant != NULL)
        return hearth__run_block(f, f->v->place[e->u.place].variant, f->vars, f->out);
    HEARTH_TRY(hearth__eval(f, e, &v));
    return put_value(f, s->u.put.site, v);
}

int hearth__run_captured(hearth__frame *f, const hearth__stmt *s, hearth_value *out)
{
    hearth__buf *outer = f->out, b;
    bool quiet = f->quiet;
    int rc;

    hearth__render_buf(f->r, &b);
    f->out = &b;
    f->quiet = false;
    rc = hearth__run_body(f, s);
    f->out = outer;
    f->quiet = quiet;
    HEARTH_TRY(rc);
    return hearth__v_buf(f->r, &b, HEARTH_VALUE_HTML, out);
}

static int capture(hearth__frame *f, const hearth__stmt *s)
{
    hearth_value v;

    HEARTH_TRY(hearth__run_inits(f, s->u.capture.inits));
    HEARTH_TRY(hearth__run_captured(f, s->u.capture.body, &v));
    if (s->u.capture.filtered != NULL) {
        f->slot[s->u.capture.text] = v;
        HEARTH_TRY(hearth__eval(f, s->u.capture.filtered, &v));
    }
    return hearth__run_set(f, &s->u.capture.target, v);
}

static int filter(hearth__frame *f, const hearth__stmt *s)
{
    hearth_value v;

    HEARTH_TRY(hearth__run_inits(f, s->u.filter.inits));
    HEARTH_TRY(hearth__run_captured(f, s->u.filter.body, &f->slot[s->u.filter.text]));
    HEARTH_TRY(hearth__eval(f, s->u.filter.filtered, &v));
    return put_value(f, s->u.filter.site, v);
}

/* ---- blocks and calls ------------------------------------------------------------------ */

int hearth__run_block(hearth__frame *f, const hearth__variant *v, hearth__vars *vars,
                      hearth__buf *out)
{
    hearth__frame inner = {.r = f->r, .v = v, .vars = vars, .out = out};
    hearth__stack_mark mark = hearth__run_mark(f->r);
    int rc;

    HEARTH_TRY(hearth__run_enter(f->r));
    inner.slot = hearth__run_slots(f->r, v->block->nslots);
    if (inner.slot == NULL)
        return f->r->error.code;
    rc = hearth__run_inits(&inner, v->block->inits);
    if (rc == 0)
        rc = hearth__run_body(&inner, v->block->body);
    hearth__run_release(f->r, mark);
    hearth__run_leave(f->r);
    return rc;
}

static int block(hearth__frame *f, const hearth__stmt *s)
{
    const hearth__variant *v = f->v->place[s->u.block.place].variant;
    hearth__vars *vars = f->vars;

    if (v == NULL) /* behind a break */
        return 0;
    if (f->v->t->block[s->u.block.block].scoped) {
        vars = hearth__vars_new(f->r, f->v->page, f->vars->data, f->vars);
        if (vars == NULL)
            return f->r->error.code;
        HEARTH_TRY(hearth__vars_see(f, vars, s->u.block.visible, s->u.block.nvisible));
    }
    return hearth__run_block(f, v, vars, f->out);
}

static int macro(hearth__frame *f, const hearth__stmt *s)
{
    hearth_value v;

    HEARTH_TRY(hearth__macro_make(f, s->u.macro.macro, &v));
    HEARTH_TRY(hearth__run_set(f, &s->u.macro.target, v));
    /* One that calls itself by a slot has taken along what was there before it. */
    return hearth__macro_take_self(v, &s->u.macro.target);
}

static int call(hearth__frame *f, const hearth__stmt *s)
{
    hearth_value caller;

    HEARTH_TRY(hearth__macro_make(f, s->u.call.body, &caller));
    return put_call(f, s->u.call.call, s->u.call.site, caller);
}

/* ---- statements ------------------------------------------------------------------------ */

static int choice(hearth__frame *f, const hearth__stmt *s)
{
    bool truth = true;

    for (size_t i = 0; i < s->u.choice.n; i++) {
        const hearth__branch *b = &s->u.choice.branch[i];

        if (b->cond != NULL)
            HEARTH_TRY(hearth__eval_truth(f, b->cond, &truth));
        if (b->cond == NULL || truth)
            return hearth__run_body(f, b->body);
    }
    return 0;
}

static int set(hearth__frame *f, const hearth__stmt *s)
{
    hearth_value v;

    HEARTH_TRY(hearth__eval(f, s->u.set.value, &v));
    return hearth__run_set(f, &s->u.set.target, v);
}

static int with(hearth__frame *f, const hearth__stmt *s)
{
    hearth_value v;

    for (size_t i = 0; i < s->u.with.n; i++) {
        HEARTH_TRY(hearth__eval(f, s->u.with.value[i], &v));
        HEARTH_TRY(hearth__run_set(f, &s->u.with.target[i], v));
    }
    HEARTH_TRY(hearth__run_inits(f, s->u.with.inits));
    return hearth__run_body(f, s->u.with.body);
}

/* What prints. */
static int loud(hearth__frame *f, const hearth__stmt *s)
{
    switch ((hearth__stmt_kind)s->kind) {
    case HEARTH__STMT_TEXT:
        hearth__buf_str(f->out, s->u.text);
        return 0;
    case HEARTH__STMT_PUT:
        return put(f, s);
    case HEARTH__STMT_FILTER:
        return filter(f, s);
    case HEARTH__STMT_BLOCK:
        return block(f, s);
    case HEARTH__STMT_INCLUDE:
        return hearth__run_include(f, s);
    case HEARTH__STMT_CALL:
        return call(f, s);
    default:
        return 0;
    }
}

static int statement(hearth__frame *f, const hearth__stmt *s)
{
    hearth_value v;

    switch ((hearth__stmt_kind)s->kind) {
    case HEARTH__STMT_IF:
        return choice(f, s);
    case HEARTH__STMT_FOR:
        return hearth__run_for(f, s);
    case HEARTH__STMT_SET:
        return set(f, s);
    case HEARTH__STMT_CAPTURE:
        return capture(f, s);
    case HEARTH__STMT_WITH:
        return with(f, s);
    case HEARTH__STMT_IMPORT:
    case HEARTH__STMT_FROM:
        return hearth__run_import(f, s);
    case HEARTH__STMT_MACRO:
        return macro(f, s);
    case HEARTH__STMT_DO:
        return hearth__eval(f, s->u.expr, &v);
    case HEARTH__STMT_BREAK:
        return HEARTH__BREAK;
    case HEARTH__STMT_CONTINUE:
        return HEARTH__CONTINUE;
    default:
        return f->quiet ? 0 : loud(f, s);
    }
}

int hearth__run_body(hearth__frame *f, const hearth__stmt *s)
{
    for (; s != NULL; s = s->next) {
        int rc = 0;

        if (s->kind != HEARTH__STMT_TEXT)
            rc = statement(f, s);
        else if (!f->quiet)
            hearth__buf_str(f->out, s->u.text);
        if (rc != 0)
            return hearth__run_place(f, s->at, rc);
    }
    return 0;
}

/* ---- pages ----------------------------------------------------------------------------- */

static int body_of(hearth__render *r, const hearth__page *page, size_t level,
                   hearth__vars *vars, hearth__buf *out)
{
    hearth__frame f = {.r = r, .v = page->body[level], .vars = vars, .out = out};
    hearth__stack_mark mark = hearth__run_mark(r);
    int rc;

    f.quiet = level + 1 < page->nchain || page->open;
    f.slot = hearth__run_slots(r, f.v->t->nslots);
    if (f.slot == NULL)
        return r->error.code;
    rc = hearth__run_body(&f, f.v->t->body);
    hearth__run_release(r, mark);
    return rc;
}

int hearth__run_bodies(hearth__render *r, hearth__page *page, hearth__vars *vars,
                       hearth__buf *out)
{
    for (size_t i = 0; i < page->nchain; i++)
        HEARTH_TRY(body_of(r, page, i, vars, out));
    return 0;
}

int hearth__run_page(hearth__render *r, hearth__page *page, const json_t *data,
                     hearth__buf *out)
{
    hearth__vars *vars;

    HEARTH_TRY(hearth__run_close(r, &page, data, NULL, NULL));
    vars = hearth__vars_new(r, page, data, NULL);
    if (vars == NULL)
        return r->error.code;
    HEARTH_TRY(hearth__run_bodies(r, page, vars, out));
    if (out->failed)
        return hearth__render_fail(r, r->arena->failed ? HEARTH_ENOMEM : HEARTH_ETOOBIG,
                                   r->arena->failed
                                       ? "out of memory"
                                       : "the output is longer than max_output");
    return 0;
}
