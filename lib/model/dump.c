/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * JSON straight from a struct: the table of the model is the program, each kind one short
 * writer.
 */

#include "model/dump.h"

#include "core/enc.h"
#include "core/error.h"

#include <float.h>
#include <hearth/format.h>

/* ---- fields ---------------------------------------------------------------------------- */

/* Each writes the value that slot points to; NULL, or what is wrong with it. */

static const char *put_f64(hearth__json_w *w, double v)
{
    if (!(v >= -DBL_MAX && v <= DBL_MAX))
        return "is infinite or no number, which JSON cannot say";
    hearth__json_f64(w, v);
    return NULL;
}

static const char *put_text(hearth__json_w *w, const char *s)
{
    if (s == NULL)
        hearth__json_null(w);
    else if (!hearth__json_text_strict(w, hearth__str_of(s)))
        return "is not UTF-8";
    return NULL;
}

/* Needs no escape: what stands behind p[0], in quotes; NULL or, when that is empty, wrong. */
static const char *put_quoted(hearth__json_w *w, char *p, const char *wrong)
{
    size_t n = strlen(p + 1);

    p[0] = p[n + 1] = '"';
    if (n > 0)
        hearth__json_raw(w, hearth__str(p, n + 2));
    return n > 0 ? NULL : wrong;
}

static const char *put_time(hearth__json_w *w, int64_t seconds)
{
    char text[HEARTH_TIME_TEXT + 1];

    hearth_time_text(seconds, text + 1);
    return put_quoted(w, text, "is a time outside the years 0 to 9999");
}

static const char *put_date(hearth__json_w *w, hearth_date d)
{
    char text[HEARTH_DATE_TEXT + 1];

    hearth_date_text(d, text + 1);
    return put_quoted(w, text, "is a day that does not exist");
}

static const char *put_uuid(hearth__json_w *w, const hearth_uuid *u)
{
    char text[HEARTH_UUID_TEXT + 1];

    hearth_uuid_text(u, text + 1);
    return put_quoted(w, text, "");
}

static const char *put_json(hearth__json_w *w, const json_t *tree)
{
    return hearth__json_tree(w, tree) == 0 ? NULL : "is nested too deep";
}

static const char *put_blob(hearth__json_w *w, hearth_str s)
{
    if (s.ptr == NULL) {
        hearth__json_null(w);
        return NULL;
    }
    hearth__json_raw(w, HEARTH__S("\""));
    hearth__enc_base64(w->buf, s, false);
    hearth__buf_char(w->buf, '"');
    return NULL;
}

static const char *put_enum(hearth__json_w *w, const hearth_field *f, int k)
{
    for (int i = 0; f->choices != NULL && f->choices[i] != NULL; i++)
        if (i == k)
            return put_text(w, f->choices[i]);
    return "is an index without a word in .choices";
}

static const char *put_value(hearth__json_w *w, const hearth_field *f, const void *slot)
{
    switch (f->kind) {
    case HEARTH_KIND_i64:
        hearth__json_int(w, *(const int64_t *)slot);
        return NULL;
    case HEARTH_KIND_f64:
        return put_f64(w, *(const double *)slot);
    case HEARTH_KIND_flag:
        hearth__json_bool(w, *(const bool *)slot);
        return NULL;
    case HEARTH_KIND_text:
        return put_text(w, *(const char *const *)slot);
    case HEARTH_KIND_time:
        return put_time(w, *(const int64_t *)slot);
    case HEARTH_KIND_date:
        return put_date(w, *(const hearth_date *)slot);
    case HEARTH_KIND_uuid:
        return put_uuid(w, slot);
    case HEARTH_KIND_json:
        return put_json(w, *(const json_t *const *)slot);
    case HEARTH_KIND_blob:
        return put_blob(w, *(const hearth_str *)slot);
    case HEARTH_KIND_enum:
        return put_enum(w, f, *(const int *)slot);
    }
    return "is of an unknown kind";
}

/* ---- structs --------------------------------------------------------------------------- */

int hearth__dump_members(hearth__json_w *w, const hearth_model *m, const void *obj,
                         uint64_t which, hearth_error *err)
{
    hearth__given g = hearth__given_of(m, obj);

    for (size_t i = 0; i < m->n; i++) {
        const hearth_field *f = &m->field[i];
        uint64_t bit = HEARTH__BIT(i) & which;
        const char *wrong;

        if (f->secret || ((g.has | g.null) & bit) == 0)
            continue;
        hearth__json_key(w, hearth__str_of(f->name));
        if (g.null & bit) {
            hearth__json_null(w);
            continue;
        }
        wrong = put_value(w, f, hearth__slot_of(f, obj));
        if (wrong != NULL)
            return hearth__error_set(err, HEARTH_EINVAL, "%s of model %s %s", f->name,
                                     m->name, wrong);
    }
    return 0;
}

int hearth__dump(hearth__json_w *w, const hearth_model *m, const void *obj,
                 uint64_t which, hearth_error *err)
{
    hearth__json_open(w, '{');
    HEARTH_TRY(hearth__dump_members(w, m, obj, which, err));
    hearth__json_close(w, '}');
    return 0;
}

int hearth__dump_all(hearth__json_w *w, const hearth_model *m, const void *objs, size_t n,
                     uint64_t which, hearth_error *err)
{
    const char *obj = objs;

    hearth__json_open(w, '[');
    for (size_t i = 0; i < n && !w->buf->failed; i++, obj += m->size)
        HEARTH_TRY(hearth__dump(w, m, obj, which, err));
    hearth__json_close(w, ']');
    return 0;
}
