/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Rows into structs and back, kind by kind.  Reading is strict: a table that somebody changed
 * behind the model's back shows here, and not as a made-up 0.
 */

#include "model/row.h"

#include "core/error.h"
#include "model/text.h"
#include "json/load.h"
#include "json/write.h"

#include <float.h>
#include <hearth/format.h>

size_t hearth__field_key(const hearth_model *m)
{
    size_t i = 0;

    while (i < m->n && !m->field[i].key)
        i++;
    return i;
}

/* ---- rows to structs -------------------------------------------------------------------- */

/* Each reads v into slot and says NULL, or what v should have been; out of memory shows in the
 * arena. */

static const char *get_int(const hearth_val *v, int64_t *slot)
{
    *slot = v->u.i;
    return v->kind == HEARTH_VAL_INT ? NULL : "a whole number";
}

static const char *get_f64(const hearth_val *v, double *slot)
{
    if (v->kind == HEARTH_VAL_INT)
        *slot = (double)v->u.i;
    else if (v->kind == HEARTH_VAL_REAL)
        *slot = v->u.f;
    else
        return "a number";
    return NULL;
}

static const char *get_flag(const hearth_val *v, bool *slot)
{
    if (v->kind != HEARTH_VAL_INT || v->u.i < 0 || v->u.i > 1)
        return "0 or 1";
    *slot = v->u.i == 1;
    return NULL;
}

static bool is_text(const hearth_val *v)
{
    return v->kind == HEARTH_VAL_TEXT && memchr(v->u.s.ptr, '\0', v->u.s.len) == NULL;
}

static const char *own(const hearth__row_in *in, hearth_str s)
{
    if (s.len == 0)
        return "";
    return in->borrow ? s.ptr : hearth__arena_copy(in->arena, s.ptr, s.len);
}

static const char *get_text(const hearth__row_in *in, const hearth_val *v,
                            const char **slot)
{
    if (!is_text(v))
        return "a text";
    *slot = own(in, v->u.s);
    return NULL;
}

static const char *get_json(const hearth__row_in *in, const hearth_val *v, json_t **slot)
{
    hearth_error why = {0};
    json_t *tree;

    if (v->kind != HEARTH_VAL_TEXT)
        return "JSON";
    tree = hearth__json_load(v->u.s, NULL, &why);
    if (tree == NULL && why.code != HEARTH_ENOMEM)
        return "JSON";
    if (tree == NULL || in->keep(in->keep_arg, tree) != 0)
        in->arena->failed = true;
    else
        *slot = tree;
    return NULL;
}

static const char *get_blob(const hearth__row_in *in, const hearth_val *v,
                            hearth_str *slot)
{
    if (v->kind != HEARTH_VAL_BLOB)
        return "a blob";
    slot->ptr = own(in, v->u.s);
    slot->len = slot->ptr == NULL ? 0 : v->u.s.len;
    return NULL;
}

static const char *get_enum(const hearth_field *f, const hearth_val *v, int *slot)
{
    for (int k = 0; v->kind == HEARTH_VAL_TEXT && f->choices[k] != NULL; k++) {
        if (hearth__str_eq(v->u.s, hearth__str_of(f->choices[k]))) {
            *slot = k;
            return NULL;
        }
    }
    return "one of its .choices";
}

static const char *get(const hearth__row_in *in, const hearth_field *f,
                       const hearth_val *v, void *slot)
{
    switch (f->kind) {
    case HEARTH_KIND_i64:
    case HEARTH_KIND_time:
        return get_int(v, slot);
    case HEARTH_KIND_f64:
        return get_f64(v, slot);
    case HEARTH_KIND_flag:
        return get_flag(v, slot);
    case HEARTH_KIND_text:
        return get_text(in, v, slot);
    case HEARTH_KIND_date:
        return is_text(v) && hearth__read_date(v->u.s, slot) ? NULL : "a date";
    case HEARTH_KIND_uuid:
        return is_text(v) && hearth__read_uuid(v->u.s, slot) ? NULL : "a UUID";
    case HEARTH_KIND_json:
        return get_json(in, v, slot);
    case HEARTH_KIND_blob:
        return get_blob(in, v, slot);
    case HEARTH_KIND_enum:
        return get_enum(f, v, slot);
    }
    return "of a known kind";
}

int hearth__row_set(const hearth__row_in *in, size_t i, const hearth_val *v, void *obj,
                    hearth__given *g)
{
    const hearth_field *f = &in->m->field[i];
    void *slot = hearth__slot(f, obj);
    const char *wanted;

    memset(slot, 0, hearth__kind_size(f->kind));
    g->has &= ~HEARTH__BIT(i);
    g->null &= ~HEARTH__BIT(i);
    if (v->kind == HEARTH_VAL_NULL) {
        g->null |= HEARTH__BIT(i);
        return 0;
    }
    wanted = v->kind == HEARTH_VAL_BAD ? NULL : get(in, f, v, slot);
    if (v->kind == HEARTH_VAL_BAD || in->arena->failed)
        return hearth__error_set(in->err, HEARTH_ENOMEM, "out of memory");
    if (wanted != NULL)
        return hearth__error_set(in->err, HEARTH_EDB,
                                 "%s of a row of %s is not %s, as model %s says it is: "
                                 "the table is another one",
                                 f->name, in->m->table, wanted, in->m->name);
    g->has |= HEARTH__BIT(i);
    return 0;
}

int hearth__row_read(const hearth__row_in *in, const hearth_rows *r, void *obj,
                     hearth__given *g)
{
    int col = 0;

    for (size_t i = 0; i < in->m->n; i++) {
        hearth_val v;

        if ((in->which & HEARTH__BIT(i)) == 0)
            continue;
        v = hearth__rows_val(r, col++);
        HEARTH_TRY(hearth__row_set(in, i, &v, obj, g));
    }
    return 0;
}

/* ---- structs to values ------------------------------------------------------------------ */

/* A text that one of hearth/format.h wrote; the empty one is wrong. */
static const char *put_copy(hearth__arena *a, const char *text, hearth_val *out)
{
    if (*text == '\0')
        return "is a day that does not exist";
    *out = hearth_val_text(hearth__arena_copy(a, text, strlen(text)));
    return NULL;
}

static const char *put_date(hearth__arena *a, hearth_date d, hearth_val *out)
{
    char text[HEARTH_DATE_TEXT];

    return put_copy(a, hearth_date_text(d, text), out);
}

static const char *put_uuid(hearth__arena *a, const hearth_uuid *u, hearth_val *out)
{
    char text[HEARTH_UUID_TEXT];

    return put_copy(a, hearth_uuid_text(u, text), out);
}

static const char *put_json(hearth__arena *a, const json_t *tree, hearth_val *out)
{
    hearth__json_w w;
    hearth__buf b;

    *out = hearth_val_null();
    if (tree == NULL)
        return NULL;
    hearth__buf_init(&b, a, 0);
    w = hearth__json_w_of(&b);
    if (hearth__json_tree(&w, tree) != 0)
        return "is nested too deep";
    *out = hearth_val_str(hearth__buf_view(&b));
    return NULL;
}

static const char *put_enum(const hearth_field *f, int k, hearth_val *out)
{
    for (int i = 0; f->choices[i] != NULL; i++) {
        if (i == k) {
            *out = hearth_val_text(f->choices[i]);
            return NULL;
        }
    }
    return "is an index without a word in .choices";
}

static const char *put_f64(double x, hearth_val *out)
{
    *out = hearth_val_real(x);
    return x >= -DBL_MAX && x <= DBL_MAX ? NULL : "is infinite or no number";
}

static const char *put(const hearth_field *f, const void *slot, hearth__arena *a,
                       hearth_val *out)
{
    switch (f->kind) {
    case HEARTH_KIND_i64:
    case HEARTH_KIND_time:
        *out = hearth_val_int(*(const int64_t *)slot);
        return NULL;
    case HEARTH_KIND_f64:
        return put_f64(*(const double *)slot, out);
    case HEARTH_KIND_flag:
        *out = hearth_val_int(*(const bool *)slot ? 1 : 0);
        return NULL;
    case HEARTH_KIND_text:
        *out = hearth_val_text(*(const char *const *)slot);
        return NULL;
    case HEARTH_KIND_date:
        return put_date(a, *(const hearth_date *)slot, out);
    case HEARTH_KIND_uuid:
        return put_uuid(a, slot, out);
    case HEARTH_KIND_json:
        return put_json(a, *(const json_t *const *)slot, out);
    case HEARTH_KIND_blob:
        *out = hearth_val_blob(((const hearth_str *)slot)->ptr,
                               ((const hearth_str *)slot)->len);
        return NULL;
    case HEARTH_KIND_enum:
        return put_enum(f, *(const int *)slot, out);
    }
    return "is of an unknown kind";
}

int hearth__row_val(const hearth_model *m, size_t i, const void *obj, hearth__arena *a,
                    hearth_val *out, hearth_error *err)
{
    const hearth_field *f = &m->field[i];
    const char *wrong = put(f, hearth__slot_of(f, obj), a, out);

    if (a->failed)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    if (wrong != NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "%s of model %s %s", f->name,
                                 m->name, wrong);
    return 0;
}
