/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * JSON text straight into a struct.
 *
 * No tree is made but for fields of kind json.  The next member is most often the next field, so
 * that is where the search for its name begins.  Strings are copied into the arena, because C
 * wants a '\0' behind them and the body has to stay as it came.
 */

#include "model/model.h"
#include "json/load.h"

#include <math.h>

/* Whole numbers up to here are exact as double. */
#define EXACT 9007199254740992.0

typedef hearth__json_reader reader;

/* The value is of another type: read past it. */
static bool wrong(hearth__bind *b, reader *r, size_t i)
{
    static const char *const needs[] = {
        [HEARTH_KIND_i64] = "a whole number",
        [HEARTH_KIND_f64] = "a number",
        [HEARTH_KIND_flag] = "true or false",
        [HEARTH_KIND_text] = "a string",
        [HEARTH_KIND_time] = "a string with a time like 2026-11-23T10:00:00Z",
        [HEARTH_KIND_date] = "a string with a date like 2026-11-23",
        [HEARTH_KIND_uuid] = "a string with a UUID",
        [HEARTH_KIND_json] = "JSON",
        [HEARTH_KIND_blob] = "a string of base64",
        [HEARTH_KIND_enum] = "a string",
    };

    hearth__faults_add(&b->faults, i, "type", "has to be %s", needs[b->m->field[i].kind]);
    return hearth__json_skip(r);
}

static void set_i64(hearth__bind *b, size_t i, hearth_str text, bool real)
{
    int64_t *slot = hearth__slot(&b->m->field[i], b->obj);
    double f;

    if (!real && hearth__str_int(text, slot)) {
        b->given.has |= HEARTH__BIT(i);
    } else if (!real) {
        hearth__faults_add(&b->faults, i, "range", "has to fit 64 bits");
    } else if (!hearth__str_f64(text, &f) || fabs(f) > EXACT) {
        hearth__faults_add(&b->faults, i, "range",
                           "is too large to be written with a fraction or an exponent");
    } else if (trunc(f) < f || trunc(f) > f) {
        hearth__faults_add(&b->faults, i, "type", "has to be a whole number");
    } else {
        *slot = (int64_t)f; /* 1.0 and 1e3 are whole numbers (JSON Schema) */
        b->given.has |= HEARTH__BIT(i);
    }
}

static bool read_number(hearth__bind *b, reader *r, size_t i)
{
    const hearth_field *f = &b->m->field[i];
    hearth_str text;
    bool real;

    if (!hearth__json_read_number(r, &text, &real))
        return false;
    if (f->kind == HEARTH_KIND_i64)
        set_i64(b, i, text, real);
    else if (hearth__str_f64(text, hearth__slot(f, b->obj)))
        b->given.has |= HEARTH__BIT(i);
    else
        hearth__faults_add(&b->faults, i, "range", "is too large or has too many digits");
    return true;
}

static bool read_tree(hearth__bind *b, reader *r, size_t i)
{
    json_t *tree = hearth__json_read_tree(r);

    if (tree == NULL)
        return false;
    if (b->keep == NULL) {
        json_decref(tree);
        return hearth__json_no_memory(r);
    }
    if (b->keep(b->keep_arg, tree) != 0)
        return hearth__json_no_memory(r);
    *(json_t **)hearth__slot(&b->m->field[i], b->obj) = tree;
    b->given.has |= HEARTH__BIT(i);
    return true;
}

static bool read_string(hearth__bind *b, reader *r, size_t i)
{
    hearth_str text;

    if (!hearth__json_read_text(r, &text))
        return false;
    hearth__parse_text(b, i, text, false);
    return true;
}

static bool read_word(hearth__bind *b, reader *r, size_t i)
{
    const hearth_field *f = &b->m->field[i];
    char word;

    if (*r->at != 'n' && f->kind != HEARTH_KIND_flag)
        return wrong(b, r, i);
    if (!hearth__json_read_word(r, &word))
        return false;
    if (word == 'n') {
        hearth__bind_null(b, i);
        return true;
    }
    *(bool *)hearth__slot(f, b->obj) = word == 't';
    b->given.has |= HEARTH__BIT(i);
    return true;
}

static bool takes_string(hearth_kind kind)
{
    return kind != HEARTH_KIND_i64 && kind != HEARTH_KIND_f64 && kind != HEARTH_KIND_flag;
}

static bool read_field(hearth__bind *b, reader *r, size_t i)
{
    hearth_kind kind = b->m->field[i].kind;
    char c = hearth__json_peek(r);

    if (!hearth__bind_named(b, i))
        return hearth__json_skip(r);
    if (kind == HEARTH_KIND_json && c != 'n')
        return read_tree(b, r, i);
    if (c == '"')
        return takes_string(kind) ? read_string(b, r, i) : wrong(b, r, i);
    if (c == '-' || hearth__is_digit(c))
        return kind == HEARTH_KIND_i64 || kind == HEARTH_KIND_f64 ? read_number(b, r, i)
                                                                  : wrong(b, r, i);
    if (c == 't' || c == 'f' || c == 'n')
        return read_word(b, r, i);
    return wrong(b, r, i);
}

static bool read_object(hearth__bind *b, reader *r)
{
    size_t guess = 0;
    hearth_str name;
    bool last;

    if (!hearth__json_open_level(r, '}', &last))
        return false;
    while (!last) {
        if (!hearth__json_read_name(r, &name))
            return false;
        size_t i = hearth__plan_find(b->plan, name, guess);
        if (i == b->m->n)
            hearth__bind_unknown(b, name);
        if (!hearth__json_colon(r) ||
            !(i == b->m->n ? hearth__json_skip(r) : read_field(b, r, i)) ||
            !hearth__json_next(r, '}', &last))
            return false;
        if (i < b->m->n)
            guess = i + 1;
    }
    return true;
}

static bool read_all(hearth__bind *b, reader *r, hearth_str text)
{
    if (!hearth__json_reader_init(r, text, 0))
        return false;
    if (hearth__json_peek(r) == '{')
        return read_object(b, r) && hearth__json_reader_end(r);
    hearth__faults_extra(&b->faults, HEARTH__S(""), "type",
                         "the body has to be a JSON object");
    return hearth__json_skip(r) && hearth__json_reader_end(r);
}

int hearth__bind_json(hearth__bind *b, hearth_str text, hearth_error *err)
{
    reader r;
    int rc = read_all(b, &r, text) ? 0 : hearth__json_explain(&r, err);

    hearth__json_reader_clear(&r);
    return rc;
}
