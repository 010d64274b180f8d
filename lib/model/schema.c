/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * JSON Schema from a model: the same table that validates is the one that is published, so the
 * two cannot disagree.
 */
#include "model/schema.h"

#include "model/model.h"

static void text(hearth__json_w *w, const char *key, const char *value)
{
    if (value == NULL)
        return;
    hearth__json_key(w, hearth__str_of(key));
    hearth__json_text(w, hearth__str_of(value));
}

static void flag(hearth__json_w *w, const char *key, bool value)
{
    if (!value)
        return;
    hearth__json_key(w, hearth__str_of(key));
    hearth__json_bool(w, true);
}

static void number(hearth__json_w *w, const char *key, int64_t value)
{
    if (value == 0)
        return;
    hearth__json_key(w, hearth__str_of(key));
    hearth__json_int(w, value == HEARTH_ZERO ? 0 : value);
}

static const struct {
    const char *type, *format, *encoding;
} kinds[] = {
    [HEARTH_KIND_i64] = {"integer", "int64", NULL},
    [HEARTH_KIND_f64] = {"number", "double", NULL},
    [HEARTH_KIND_flag] = {"boolean", NULL, NULL},
    [HEARTH_KIND_text] = {"string", NULL, NULL},
    [HEARTH_KIND_time] = {"string", "date-time", NULL},
    [HEARTH_KIND_date] = {"string", "date", NULL},
    [HEARTH_KIND_uuid] = {"string", "uuid", NULL},
    [HEARTH_KIND_json] = {NULL, NULL, NULL},
    [HEARTH_KIND_blob] = {"string", NULL, "base64"},
    [HEARTH_KIND_enum] = {"string", NULL, NULL},
};

static void type(hearth__json_w *w, const hearth_field *f)
{
    if (!f->nullable) {
        text(w, "type", kinds[f->kind].type);
        return;
    }
    if (kinds[f->kind].type == NULL) /* anything, null included */
        return;
    hearth__json_key(w, HEARTH__S("type"));
    hearth__json_open(w, '[');
    hearth__json_text(w, hearth__str_of(kinds[f->kind].type));
    hearth__json_text(w, HEARTH__S("null"));
    hearth__json_close(w, ']');
}

static void choices(hearth__json_w *w, const hearth_field *f)
{
    if (f->kind != HEARTH_KIND_enum || f->choices == NULL)
        return;
    hearth__json_key(w, HEARTH__S("enum"));
    hearth__json_open(w, '[');
    for (const char *const *c = f->choices; *c != NULL; c++)
        hearth__json_text(w, hearth__str_of(*c));
    if (f->nullable)
        hearth__json_null(w);
    hearth__json_close(w, ']');
}

static const char *format(const hearth_field *f)
{
    static const char *const names[] = {
        [HEARTH_FORMAT_EMAIL] = "email",
        [HEARTH_FORMAT_URL] = "uri",
        [HEARTH_FORMAT_UUID] = "uuid",
    };

    if (f->kind != HEARTH_KIND_text)
        return kinds[f->kind].format;
    return (size_t)f->format < sizeof names / sizeof *names ? names[f->format] : NULL;
}

/* Ours match the whole text, JSON Schema's any part of it. */
static void pattern(hearth__json_w *w, const char *p)
{
    char mem[512];
    hearth__buf b;

    if (p == NULL)
        return;
    hearth__buf_over(&b, mem, sizeof mem);
    hearth__buf_text(&b, "^(?:");
    hearth__buf_text(&b, p);
    hearth__buf_text(&b, ")$");
    if (!b.failed)
        text(w, "pattern", b.ptr);
}

/* An e-mail address or a slug is never empty, nor is a text that has to be given. */
static void text_rules(hearth__json_w *w, const hearth_field *f)
{
    number(w, "minLength", f->min > 0 ? f->min : f->required ? 1 : 0);
    number(w, "maxLength", f->max > 0 ? f->max : 0);
    pattern(w, f->pattern != NULL                ? f->pattern
               : f->format == HEARTH_FORMAT_SLUG ? "[a-z0-9]+(-[a-z0-9]+)*"
                                                 : NULL);
}

static void rules(hearth__json_w *w, const hearth_field *f)
{
    switch (f->kind) {
    case HEARTH_KIND_i64:
    case HEARTH_KIND_f64:
        number(w, "minimum", f->min);
        number(w, "maximum", f->max);
        break;
    case HEARTH_KIND_text:
        text_rules(w, f);
        break;
    case HEARTH_KIND_flag:
    case HEARTH_KIND_time:
    case HEARTH_KIND_date:
    case HEARTH_KIND_uuid:
    case HEARTH_KIND_json:
    case HEARTH_KIND_blob:
    case HEARTH_KIND_enum:
        break;
    }
}

/* "now" is no value that a schema could name. */
static void fallback(hearth__json_w *w, const hearth_field *f)
{
    bool clock = f->kind == HEARTH_KIND_time || f->kind == HEARTH_KIND_date;

    if (f->fallback == NULL || (clock && strcmp(f->fallback, "now") == 0))
        return;
    hearth__json_key(w, HEARTH__S("default"));
    if (f->kind == HEARTH_KIND_i64 || f->kind == HEARTH_KIND_f64 ||
        f->kind == HEARTH_KIND_json)
        hearth__json_raw(w, hearth__str_of(f->fallback));
    else if (f->kind == HEARTH_KIND_flag)
        hearth__json_bool(w, strcmp(f->fallback, "true") == 0 ||
                                 strcmp(f->fallback, "1") == 0 ||
                                 strcmp(f->fallback, "on") == 0);
    else
        hearth__json_text(w, hearth__str_of(f->fallback));
}

void hearth__schema_field(hearth__json_w *w, const hearth_field *f)
{
    hearth__json_open(w, '{');
    type(w, f);
    text(w, "format", format(f));
    text(w, "contentEncoding", kinds[f->kind].encoding);
    text(w, "description", f->doc);
    choices(w, f);
    rules(w, f);
    fallback(w, f);
    flag(w, "readOnly", f->readonly);
    flag(w, "writeOnly", f->secret);
    hearth__json_close(w, '}');
}

void hearth__schema_value(hearth__json_w *w, const hearth_field *f)
{
    const hearth_field plain = {.kind = f->kind, .choices = f->choices};

    hearth__schema_field(w, &plain);
}

static void required(hearth__json_w *w, const hearth_model *m)
{
    bool any = false;

    for (size_t i = 0; i < m->n; i++) {
        if (!m->field[i].required)
            continue;
        if (!any) {
            hearth__json_key(w, HEARTH__S("required"));
            hearth__json_open(w, '[');
        }
        any = true;
        hearth__json_text(w, hearth__str_of(m->field[i].name));
    }
    if (any)
        hearth__json_close(w, ']');
}

void hearth__schema(hearth__json_w *w, const hearth_model *m, bool partial)
{
    hearth__json_open(w, '{');
    text(w, "type", "object");
    text(w, "description", m->doc);
    hearth__json_key(w, HEARTH__S("properties"));
    hearth__json_open(w, '{');
    for (size_t i = 0; i < m->n; i++) {
        hearth__json_key(w, hearth__str_of(m->field[i].name));
        hearth__schema_field(w, &m->field[i]);
    }
    hearth__json_close(w, '}');
    if (!partial)
        required(w, m);
    if (!m->ignore_unknown) {
        hearth__json_key(w, HEARTH__S("additionalProperties"));
        hearth__json_bool(w, false);
    }
    hearth__json_close(w, '}');
}
