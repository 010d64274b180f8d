/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The values of expressions.
 */

#include "core/str.h"
#include "tmpl/run.h"

static int list(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth__list *l = hearth__list_new(f->r, e->u.list.n);

    if (l == NULL)
        return f->r->error.code;
    for (size_t i = 0; i < e->u.list.n; i++) {
        HEARTH_TRY(hearth__eval(f, e->u.list.at[i], &l->at[i]));
        l->n++;
    }
    *out = hearth__v_list(l, e->kind == HEARTH__EXPR_TUPLE);
    return 0;
}

static int map(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth__map_value *m = hearth__map_new_value(f->r);
    hearth_value key, v;

    if (m == NULL)
        return f->r->error.code;
    for (size_t i = 0; i + 1 < e->u.list.n; i += 2) {
        HEARTH_TRY(hearth__eval(f, e->u.list.at[i], &key));
        HEARTH_TRY(hearth__eval(f, e->u.list.at[i + 1], &v));
        HEARTH_TRY(hearth__map_set(f->r, m, key, v));
    }
    *out = hearth__v_map(m);
    return 0;
}

/* Few are kept on the stack. */
#define PARTS 8

static int concat(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth_value few[PARTS], *v = few;

    if (e->u.list.n > PARTS)
        v = hearth__render_array(f->r, e->u.list.n, sizeof *v);
    if (v == NULL)
        return f->r->error.code;
    for (size_t i = 0; i < e->u.list.n; i++)
        HEARTH_TRY(hearth__eval(f, e->u.list.at[i], &v[i]));
    return hearth__v_concat(f->r, v, e->u.list.n, out);
}

static int slice(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    const hearth__expr *parts[] = {e->u.slice.of, e->u.slice.from, e->u.slice.to,
                                   e->u.slice.step};
    hearth_value v[4];

    for (size_t i = 0; i < 4; i++) {
        v[i] = hearth_value_none();
        if (parts[i] != NULL)
            HEARTH_TRY(hearth__eval(f, parts[i], &v[i]));
    }
    return hearth__v_slice(f->r, v[0], v[1], v[2], v[3], out);
}

static int item(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth_value of, key;

    HEARTH_TRY(hearth__eval(f, e->u.item.of, &of));
    HEARTH_TRY(hearth__eval(f, e->u.item.key, &key));
    return hearth__v_item(f->r, of, key, out);
}

static int compute(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth_value a, b;

    HEARTH_TRY(hearth__eval(f, e->u.operands.a, &a));
    HEARTH_TRY(hearth__eval(f, e->u.operands.b, &b));
    return hearth__v_compute(f->r, (hearth__op)e->op, a, b, out);
}

static int plus(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    double number;

    HEARTH_TRY(hearth__eval(f, e->u.operands.a, out));
    if (hearth__v_number(*out, &number))
        return 0;
    if (out->kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(f->r, *out);
    return hearth__render_fail(f->r, HEARTH_EINVAL, "a value of kind %s is no number",
                               hearth__v_kind_name(*out));
}

static int negate(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth_value a;

    HEARTH_TRY(hearth__eval(f, e->u.operands.a, &a));
    return hearth__v_negate(f->r, a, out);
}

int hearth__eval_truth(hearth__frame *f, const hearth__expr *e, bool *out)
{
    hearth_value v;
    int rc;

    HEARTH_TRY(hearth__eval(f, e, &v));
    if (v.kind == HEARTH_VALUE_BOOL) {
        *out = v.u.b;
        return 0;
    }
    rc = hearth__v_truth(f->r, v, out);
    return rc == 0 ? 0 : hearth__run_place(f, e->at, rc);
}

/* `a and b` is a or b itself, not a truth. */
static int either(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    bool truth;

    HEARTH_TRY(hearth__eval(f, e->u.operands.a, out));
    HEARTH_TRY(hearth__v_truth(f->r, *out, &truth));
    if (truth == (e->kind == HEARTH__EXPR_AND))
        return hearth__eval(f, e->u.operands.b, out);
    return 0;
}

static int not(hearth__frame * f, const hearth__expr *e, hearth_value *out)
{
    bool truth;

    HEARTH_TRY(hearth__eval_truth(f, e->u.operands.a, &truth));
    *out = hearth_value_bool(!truth);
    return 0;
}

static int strict_operands(hearth__render *r, hearth_value a, hearth_value b)
{
    if (!r->strict)
        return 0;
    if (a.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(r, a);
    return b.kind == HEARTH_VALUE_UNDEFINED ? hearth__render_undefined(r, b) : 0;
}

static int compare_two(hearth__render *r, hearth__compare how, hearth_value a,
                       hearth_value b, bool *out)
{
    int order = 0;

    HEARTH_TRY(strict_operands(r, a, b));
    switch (how) {
    case HEARTH__CMP_EQ:
    case HEARTH__CMP_NE:
        *out = hearth__v_equal(a, b) == (how == HEARTH__CMP_EQ);
        return 0;
    case HEARTH__CMP_IN:
    case HEARTH__CMP_NOT_IN:
        HEARTH_TRY(hearth__v_in(r, a, b, out));
        *out = *out == (how == HEARTH__CMP_IN);
        return 0;
    case HEARTH__CMP_LT:
    case HEARTH__CMP_LE:
    case HEARTH__CMP_GT:
    case HEARTH__CMP_GE:
        break;
    }
    HEARTH_TRY(hearth__v_compare(r, a, b, &order));
    *out = how == HEARTH__CMP_LT   ? order < 0
           : how == HEARTH__CMP_LE ? order <= 0
           : how == HEARTH__CMP_GT ? order > 0
                                   : order >= 0;
    return 0;
}

/* a < b < c: each is evaluated once, and none behind the first that does not hold. */
static int compare(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth_value a, b;
    bool holds = true;

    HEARTH_TRY(hearth__eval(f, e->u.compare.first, &a));
    for (size_t i = 0; holds && i < e->u.compare.n; i++) {
        HEARTH_TRY(hearth__eval(f, e->u.compare.rest[i].with, &b));
        HEARTH_TRY(compare_two(f->r, e->u.compare.rest[i].how, a, b, &holds));
        a = b;
    }
    *out = hearth_value_bool(holds);
    return 0;
}

static int choice(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    bool truth;

    HEARTH_TRY(hearth__eval_truth(f, e->u.choice.cond, &truth));
    if (truth)
        return hearth__eval(f, e->u.choice.yes, out);
    if (e->u.choice.no != NULL)
        return hearth__eval(f, e->u.choice.no, out);
    *out = (hearth_value){0};
    return 0;
}

/* super() and self.name() as values. */
static int block(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth__buf b;

    if (f->v->place[e->u.place].variant == NULL)
        return hearth__render_fail(f->r, HEARTH_EINVAL, "there is no such block here");
    hearth__render_buf(f->r, &b);
    HEARTH_TRY(hearth__run_block(f, f->v->place[e->u.place].variant, f->vars, &b));
    return hearth__v_buf(f->r, &b, HEARTH_VALUE_HTML, out);
}

static int attr(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    hearth_value of;

    HEARTH_TRY(hearth__eval(f, e->u.attr.of, &of));
    if (of.kind == HEARTH_VALUE_MAP && hearth__v_is_tree(of)) {
        const json_t *found =
            json_object_getn(of.u.json, e->u.attr.name.ptr, e->u.attr.name.len);

        *out =
            found == NULL ? hearth__v_undefined(e->u.attr.name) : hearth__v_json(found);
        return 0;
    }
    return hearth__v_attr(f->r, of, e->u.attr.name, out);
}

/* Apart: it takes much of the stack, and what is evaluated most does not need it. */
__attribute__((noinline)) static int eval(hearth__frame *f, const hearth__expr *e,
                                          hearth_value *out)
{
    switch ((hearth__expr_kind)e->kind) {
    case HEARTH__EXPR_CONST:
        *out = e->u.value;
        return 0;
    case HEARTH__EXPR_SLOT:
        *out = f->slot[e->u.slot];
        return 0;
    case HEARTH__EXPR_NAME:
        *out = hearth__vars_get(f->r, f->vars, f->v->map[e->u.name]);
        return 0;
    case HEARTH__EXPR_ATTR:
        return attr(f, e, out);
    case HEARTH__EXPR_ITEM:
        return item(f, e, out);
    case HEARTH__EXPR_SLICE:
        return slice(f, e, out);
    case HEARTH__EXPR_LIST:
    case HEARTH__EXPR_TUPLE:
        return list(f, e, out);
    case HEARTH__EXPR_MAP:
        return map(f, e, out);
    case HEARTH__EXPR_CONCAT:
        return concat(f, e, out);
    case HEARTH__EXPR_COMPUTE:
        return compute(f, e, out);
    case HEARTH__EXPR_NEGATE:
        return negate(f, e, out);
    case HEARTH__EXPR_PLUS:
        return plus(f, e, out);
    case HEARTH__EXPR_NOT:
        return not(f, e, out);
    case HEARTH__EXPR_AND:
    case HEARTH__EXPR_OR:
        return either(f, e, out);
    case HEARTH__EXPR_COMPARE:
        return compare(f, e, out);
    case HEARTH__EXPR_IF:
        return choice(f, e, out);
    case HEARTH__EXPR_FILTER:
    case HEARTH__EXPR_TEST:
        return hearth__eval_apply(f, e, out);
    case HEARTH__EXPR_CALL:
    case HEARTH__EXPR_METHOD:
        return hearth__eval_call(f, e, (hearth_value){0}, out);
    case HEARTH__EXPR_SUPER:
    case HEARTH__EXPR_SELF:
        return block(f, e, out);
    }
    return 0;
}

/* `row.name` of what a loop goes through. */
static inline bool is_member(const hearth__frame *f, const hearth__expr *of)
{
    return of->kind == HEARTH__EXPR_SLOT && f->slot[of->u.slot].kind == HEARTH_VALUE_MAP;
}

int hearth__eval(hearth__frame *f, const hearth__expr *e, hearth_value *out)
{
    int rc;

    if (e->kind == HEARTH__EXPR_CONST) {
        *out = e->u.value;
        return 0;
    }
    if (e->kind == HEARTH__EXPR_SLOT) {
        *out = f->slot[e->u.slot];
        return 0;
    }
    if (e->kind == HEARTH__EXPR_ATTR && is_member(f, e->u.attr.of)) {
        *out = hearth__v_member(f->slot[e->u.attr.of->u.slot], e->u.attr.name);
        return 0;
    }
    rc = eval(f, e, out);
    return rc == 0 ? 0 : hearth__run_place(f, e->at, rc);
}
