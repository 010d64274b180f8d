/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Values in their text form.  One reading for forms, query strings, fallbacks and the strings of
 * JSON, so that a date is the same date everywhere.
 */

#include "core/enc.h"
#include "model/model.h"
#include "model/text.h"
#include "json/load.h"

#include <stdio.h>

static void fault(hearth__bind *b, size_t i, const char *code, const char *what)
{
    hearth__faults_add(&b->faults, i, code, "has to be %s", what);
}

static const hearth_field *field_of(const hearth__bind *b, size_t i)
{
    return &b->m->field[i];
}

static void *slot_of(const hearth__bind *b, size_t i)
{
    return hearth__slot(field_of(b, i), b->obj);
}

static bool is_whole(hearth_str text)
{
    size_t k = text.len > 0 && text.ptr[0] == '-', from = k;

    while (k < text.len && hearth__is_digit(text.ptr[k]))
        k++;
    return k == text.len && k > from;
}

static bool parse_i64(hearth__bind *b, size_t i, hearth_str text)
{
    if (hearth__str_int(text, slot_of(b, i)))
        return true;
    if (is_whole(text))
        hearth__faults_add(&b->faults, i, "range", "has to fit 64 bits");
    else
        fault(b, i, "type", "a whole number");
    return false;
}

static bool parse_f64(hearth__bind *b, size_t i, hearth_str text)
{
    if (hearth__str_f64(text, slot_of(b, i)))
        return true;
    fault(b, i, "type", "a number");
    return false;
}

static bool parse_flag(hearth__bind *b, size_t i, hearth_str text)
{
    static const char *const yes[] = {"true", "on", "1"}, *const no[] = {"false", "off",
                                                                         "0"};
    bool *slot = slot_of(b, i);

    for (size_t k = 0; k < 3; k++) {
        *slot = hearth__str_eq(text, hearth__str_of(yes[k]));
        if (*slot || hearth__str_eq(text, hearth__str_of(no[k])))
            return true;
    }
    fault(b, i, "type", "true or false");
    return false;
}

static bool parse_string(hearth__bind *b, size_t i, hearth_str text, bool lasting)
{
    const char **slot = slot_of(b, i);

    *slot = lasting ? text.ptr : hearth__arena_copy(b->arena, text.ptr, text.len);
    return *slot != NULL;
}

static bool parse_time(hearth__bind *b, size_t i, hearth_str text)
{
    int64_t *slot = slot_of(b, i);

    if (hearth__read_time(text, slot))
        return true;
    /* What <input type=datetime-local> sends, taken as UTC. */
    if (b->source != HEARTH__FROM_JSON && text.len >= 16 && text.len <= 19) {
        char full[24];
        int n = snprintf(full, sizeof full, "%.*s%s", (int)text.len, text.ptr,
                         text.len == 16 ? ":00Z" : "Z");

        if (hearth__read_time(hearth__str(full, (size_t)n), slot))
            return true;
    }
    fault(b, i, "type", "a time like 2026-11-23T10:00:00Z");
    return false;
}

static bool parse_date(hearth__bind *b, size_t i, hearth_str text)
{
    if (hearth__read_date(text, slot_of(b, i)))
        return true;
    fault(b, i, "type", "a date like 2026-11-23");
    return false;
}

static bool parse_uuid(hearth__bind *b, size_t i, hearth_str text)
{
    if (hearth__read_uuid(text, slot_of(b, i)))
        return true;
    fault(b, i, "type", "a UUID like 018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f");
    return false;
}

static bool parse_json(hearth__bind *b, size_t i, hearth_str text)
{
    hearth_error why = {0};
    json_t *tree = b->keep == NULL ? NULL : hearth__json_load(text, NULL, &why);

    if (tree == NULL && why.code == HEARTH_ENOMEM) {
        b->arena->failed = true;
        return false;
    }
    if (tree == NULL) {
        hearth__faults_add(&b->faults, i, "type", "has to be JSON: %s", why.text);
        return false;
    }
    if (b->keep(b->keep_arg, tree) != 0) {
        b->arena->failed = true;
        return false;
    }
    *(json_t **)slot_of(b, i) = tree;
    return true;
}

static bool parse_blob(hearth__bind *b, size_t i, hearth_str text)
{
    hearth__buf bytes;

    hearth__buf_init(&bytes, b->arena, 0);
    if (!hearth__dec_base64(&bytes, text, false)) {
        if (!bytes.failed)
            fault(b, i, "type", "base64");
        return false;
    }
    *(hearth_str *)slot_of(b, i) = hearth__buf_view(&bytes);
    return !bytes.failed;
}

static bool parse_enum(hearth__bind *b, size_t i, hearth_str text)
{
    const char *const *word = field_of(b, i)->choices;
    hearth__buf all;

    for (int k = 0; word != NULL && word[k] != NULL; k++) {
        if (hearth__str_eq(text, hearth__str_of(word[k]))) {
            *(int *)slot_of(b, i) = k;
            return true;
        }
    }
    hearth__buf_init(&all, b->arena, 0);
    for (int k = 0; word != NULL && word[k] != NULL; k++)
        hearth__buf_f(&all, "%s\"%s\"", k > 0 ? ", " : "", word[k]);
    hearth__faults_add(&b->faults, i, "choice", "has to be one of %s", all.ptr);
    return false;
}

static bool parse(hearth__bind *b, size_t i, hearth_str text, bool lasting)
{
    switch (field_of(b, i)->kind) {
    case HEARTH_KIND_i64:
        return parse_i64(b, i, text);
    case HEARTH_KIND_f64:
        return parse_f64(b, i, text);
    case HEARTH_KIND_flag:
        return parse_flag(b, i, text);
    case HEARTH_KIND_text:
        return parse_string(b, i, text, lasting);
    case HEARTH_KIND_time:
        return parse_time(b, i, text);
    case HEARTH_KIND_date:
        return parse_date(b, i, text);
    case HEARTH_KIND_uuid:
        return parse_uuid(b, i, text);
    case HEARTH_KIND_json:
        return parse_json(b, i, text);
    case HEARTH_KIND_blob:
        return parse_blob(b, i, text);
    case HEARTH_KIND_enum:
        return parse_enum(b, i, text);
    }
    return false;
}

void hearth__parse_text(hearth__bind *b, size_t i, hearth_str text, bool lasting)
{
    if (parse(b, i, text, lasting))
        b->given.has |= HEARTH__BIT(i);
}
