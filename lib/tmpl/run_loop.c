/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Loops, and `loop`.
 *
 * What is looped over is always something whose items have numbers: a list, a tree, or a list of
 * what a map or a text has, or of what a condition lets through.
 */

#include "core/str.h"
#include "tmpl/run.h"

typedef struct loop {
    hearth__object object;
    hearth__frame *f;
    const hearth__stmt *s;
    hearth_value items;
    size_t at, n;
    size_t depth0;
    hearth_value changed; /* what changed() was last given */
    bool has_changed;
} loop;

static int run(hearth__frame *f, const hearth__stmt *s, hearth_value in, size_t depth0);

/* ---- the object ------------------------------------------------------------------------ */

/* -1: none of these. */
static int64_t count_of(const loop *l, hearth_str name)
{
    if (hearth__str_eq(name, HEARTH__S("index")))
        return (int64_t)l->at + 1;
    if (hearth__str_eq(name, HEARTH__S("index0")))
        return (int64_t)l->at;
    if (hearth__str_eq(name, HEARTH__S("revindex")))
        return (int64_t)(l->n - l->at);
    if (hearth__str_eq(name, HEARTH__S("revindex0")))
        return (int64_t)(l->n - l->at - 1);
    if (hearth__str_eq(name, HEARTH__S("length")))
        return (int64_t)l->n;
    if (hearth__str_eq(name, HEARTH__S("depth")))
        return (int64_t)l->depth0 + 1;
    if (hearth__str_eq(name, HEARTH__S("depth0")))
        return (int64_t)l->depth0;
    return -1;
}

static int get(hearth__render *r, hearth__object *self, hearth_str name,
               hearth_value *out)
{
    const loop *l = (const loop *)(const void *)self;
    int64_t count = count_of(l, name);

    (void)r;
    if (count >= 0)
        *out = hearth_value_int(count);
    else if (hearth__str_eq(name, HEARTH__S("first")))
        *out = hearth_value_bool(l->at == 0);
    else if (hearth__str_eq(name, HEARTH__S("last")))
        *out = hearth_value_bool(l->at + 1 == l->n);
    else if (hearth__str_eq(name, HEARTH__S("previtem")))
        *out = l->at == 0 ? hearth__v_undefined(name) : hearth__v_at(l->items, l->at - 1);
    else if (hearth__str_eq(name, HEARTH__S("nextitem")))
        *out = l->at + 1 == l->n ? hearth__v_undefined(name)
                                 : hearth__v_at(l->items, l->at + 1);
    else
        return HEARTH_ENOTFOUND;
    return 0;
}

static int cycle(const loop *l, hearth_template_call *call, hearth_value *out)
{
    if (call->nargs == 0)
        return hearth_template_fail(call, "loop.cycle() needs values to choose from");
    *out = call->args[l->at % call->nargs];
    return 0;
}

static int changed(loop *l, hearth_template_call *call, hearth_value *out)
{
    hearth__list *now = hearth__list_new(call->render, call->nargs);

    if (now == NULL)
        return HEARTH_ENOMEM;
    for (size_t i = 0; i < call->nargs; i++)
        now->at[now->n++] = call->args[i];
    *out = hearth_value_bool(!l->has_changed ||
                             !hearth__v_equal(l->changed, hearth__v_list(now, false)));
    l->changed = hearth__v_list(now, false);
    l->has_changed = true;
    return 0;
}

static int method(hearth__object *self, hearth_str name, hearth_template_call *call,
                  hearth_value *out)
{
    loop *l = (loop *)(void *)self;

    if (hearth__str_eq(name, HEARTH__S("cycle")))
        return cycle(l, call, out);
    if (hearth__str_eq(name, HEARTH__S("changed")))
        return changed(l, call, out);
    return HEARTH_ENOTFOUND;
}

/* loop(children): the same body over other items; its variables are put back afterwards. */
static int recur(hearth__object *self, hearth_template_call *call, hearth_value *out)
{
    loop *l = (loop *)(void *)self;
    const hearth__for *spec = l->s->u.loop;
    hearth__render *r = call->render;
    size_t n = spec->slots_end - spec->slots;
    hearth_value *saved;
    hearth__frame f;
    hearth__buf b;

    if (l->f == NULL)
        return hearth_template_fail(call, "this loop has ended");
    f = *l->f;
    if (!spec->recursive)
        return hearth_template_fail(call, "loop() can be called when the for says "
                                          "\"recursive\"");
    if (call->nargs != 1 || call->nnamed != 0)
        return hearth_template_fail(call, "loop() takes what to loop over");
    HEARTH_TRY(hearth__run_enter(r));
    saved = hearth__render_array(r, n, sizeof *saved);
    if (saved == NULL)
        return r->error.code;
    memcpy(saved, f.slot + spec->slots, n * sizeof *saved);
    hearth__render_buf(r, &b);
    f.out = &b;
    HEARTH_TRY(run(&f, l->s, call->args[0], l->depth0 + 1));
    memcpy(f.slot + spec->slots, saved, n * sizeof *saved);
    hearth__run_leave(r);
    return hearth__v_buf(r, &b, HEARTH_VALUE_HTML, out);
}

static const hearth__object_ops loop_ops = {.name = "loop",
                                            .get = get,
                                            .call = recur,
                                            .method = method};

/* ---- running --------------------------------------------------------------------------- */

/* The items that the condition lets through. */
static int filtered(hearth__frame *f, const hearth__for *spec, hearth_value items,
                    size_t n, hearth_value *out)
{
    hearth__list *l = hearth__list_new(f->r, 0);
    bool truth;

    if (l == NULL)
        return f->r->error.code;
    for (size_t i = 0; i < n; i++) {
        hearth_value v = hearth__v_at(items, i);

        HEARTH_TRY(hearth__render_tick(f->r, 1));
        HEARTH_TRY(hearth__run_set(f, &spec->target, v));
        HEARTH_TRY(hearth__eval_truth(f, spec->filter, &truth));
        if (truth)
            HEARTH_TRY(hearth__list_add(f->r, l, v));
    }
    *out = hearth__v_list(l, false);
    return 0;
}

static int items_of(hearth__frame *f, const hearth__for *spec, hearth_value in,
                    hearth_value *items, size_t *n)
{
    hearth__list *l;

    *items = in;
    if (in.kind == HEARTH_VALUE_UNDEFINED) {
        *n = 0;
        return f->r->strict ? hearth__render_undefined(f->r, in) : 0;
    }
    if (in.kind != HEARTH_VALUE_LIST) {
        HEARTH_TRY(hearth__v_to_list(f->r, in, &l));
        *items = hearth__v_list(l, false);
    }
    HEARTH_TRY(hearth__v_len(f->r, *items, n));
    if (spec->filter == NULL)
        return 0;
    HEARTH_TRY(filtered(f, spec, *items, *n, items));
    return hearth__v_len(f->r, *items, n);
}

static int rounds(hearth__frame *f, const hearth__for *spec, loop *l)
{
    int rc = 0;

    for (l->at = 0; l->at < l->n && rc != HEARTH__BREAK; l->at++) {
        HEARTH_TRY(hearth__render_tick(f->r, 1));
        if (f->out->failed)
            return hearth__render_fail(f->r, HEARTH_ETOOBIG, "the output is too long");
        HEARTH_TRY(hearth__run_set(f, &spec->target, hearth__v_at(l->items, l->at)));
        if (spec->inits != NULL)
            HEARTH_TRY(hearth__run_inits(f, spec->inits));
        rc = hearth__run_body(f, spec->body);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int run(hearth__frame *f, const hearth__stmt *s, hearth_value in, size_t depth0)
{
    const hearth__for *spec = s->u.loop;
    hearth_value items;
    int rc;
    loop here = {.object = {&loop_ops}, .f = f, .s = s, .depth0 = depth0}, *l = &here;

    HEARTH_TRY(items_of(f, spec, in, &items, &here.n));
    here.items = items;
    if (here.n == 0) {
        HEARTH_TRY(hearth__run_inits(f, spec->else_inits));
        return hearth__run_body(f, spec->otherwise);
    }
    if (spec->loop == HEARTH__NO_SLOT)
        return rounds(f, spec, &here);
    /* Somebody may keep `loop`, so it is not on the stack. */
    l = hearth__render_alloc(f->r, sizeof *l);
    if (l == NULL)
        return f->r->error.code;
    *l = here;
    f->slot[spec->loop] = hearth__v_object(&l->object);
    rc = rounds(f, spec, l);
    l->f = NULL;
    l->at = l->n - 1;
    return rc;
}

int hearth__run_for(hearth__frame *f, const hearth__stmt *s)
{
    hearth_value in;
    int rc;

    HEARTH_TRY(hearth__eval(f, s->u.loop->in, &in));
    rc = run(f, s, in, 0);
    return rc < 0 ? hearth__run_place(f, s->at, rc) : rc;
}
