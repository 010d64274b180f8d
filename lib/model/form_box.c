/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * One field of a form: which control it becomes, with which attributes.
 */

#include "model/form_box.h"

#include "core/enc.h"
#include "model/text.h"

#include <hearth/format.h>
#include <stdio.h>

#define LONG_TEXT 255 /* more characters want more than one line */

/* ---- escaping -------------------------------------------------------------------------- */

void hearth__form_raw(hearth__form_run *k, const char *html)
{
    hearth__buf_text(k->b, html);
}

/* A raw CR would come back as LF. */
void hearth__form_text(hearth__form_run *k, hearth_str s)
{
    hearth_str rest = s;

    while (rest.ptr != NULL) {
        hearth__enc_html(k->b, hearth__str_cut(&rest, '\r'));
        if (rest.ptr != NULL)
            hearth__form_raw(k, "&#13;");
    }
}

void hearth__form_attribute(hearth__form_run *k, const char *name, hearth_str value)
{
    hearth__buf_f(k->b, " %s=\"", name);
    hearth__form_text(k, value);
    hearth__form_raw(k, "\"");
}

static void number(hearth__form_run *k, const char *name, int64_t value)
{
    hearth__buf_f(k->b, " %s=\"%lld\"", name,
                  value == HEARTH_ZERO ? 0LL : (long long)value);
}

/* " class="form-field"" and the like; " id="form-title-error"". */
void hearth__form_class(hearth__form_run *k, const char *what)
{
    hearth__buf_f(k->b, " class=\"%s%s\"", k->prefix, what);
}

static void id(hearth__form_run *k, const char *attribute_name, const hearth__form_box *x,
               const char *what)
{
    hearth__buf_f(k->b, " %s=\"%s-%s%s\"", attribute_name, k->prefix, x->field->name,
                  what);
}

static bool is_true(hearth_str s)
{
    return hearth__str_eq(s, HEARTH__S("true")) || hearth__str_eq(s, HEARTH__S("on")) ||
           hearth__str_eq(s, HEARTH__S("1"));
}

/* What <input type=datetime-local> takes. */
static bool is_local(hearth_str s)
{
    char full[24];
    int64_t at;
    int n = s.len == 16 || s.len == 19 ? snprintf(full, sizeof full, "%.*s%s", (int)s.len,
                                                  s.ptr, s.len == 16 ? ":00Z" : "Z")
                                       : 0;

    return n > 0 && s.ptr[10] == 'T' &&
           hearth__read_time(hearth__str(full, (size_t)n), &at);
}

/* Would a browser keep it in the box of its kind? */
static bool fits(const hearth__form_box *x)
{
    hearth_date day;
    int64_t i;
    double d;

    if (x->value.len == 0)
        return true;
    switch (x->field->kind) {
    case HEARTH_KIND_i64:
        return hearth__str_int(x->value, &i);
    case HEARTH_KIND_f64:
        return hearth__str_f64(x->value, &d);
    case HEARTH_KIND_date:
        return hearth__read_date(x->value, &day);
    case HEARTH_KIND_time:
        return is_local(x->value);
    default:
        return memchr(x->value.ptr, '\n', x->value.len) == NULL;
    }
}

/* ---- attributes ------------------------------------------------------------------------ */

static const char *input_type(const hearth_field *f)
{
    if (f->secret)
        return "password";
    switch (f->kind) {
    case HEARTH_KIND_i64:
    case HEARTH_KIND_f64:
        return "number";
    case HEARTH_KIND_time:
        return "datetime-local";
    case HEARTH_KIND_date:
        return "date";
    default:
        return f->format == HEARTH_FORMAT_EMAIL ? "email"
               : f->format == HEARTH_FORMAT_URL ? "url"
                                                : "text";
    }
}

static bool is_long(const hearth__form_box *x)
{
    const hearth_field *f = x->field;

    if (f->secret)
        return false;
    if (f->kind == HEARTH_KIND_json || f->kind == HEARTH_KIND_blob)
        return true;
    if (f->kind != HEARTH_KIND_text)
        return false;
    return f->max > LONG_TEXT || !fits(x) ||
           (f->max == 0 && f->format == HEARTH_FORMAT_ANY && f->pattern == NULL &&
            !f->key);
}

static void time_bound(hearth__form_run *k, const char *name, int64_t seconds)
{
    hearth__buf value;
    char mem[HEARTH_TIME_TEXT];
    int64_t at = seconds == HEARTH_ZERO ? 0 : seconds;

    hearth__buf_over(&value, mem, sizeof mem);
    if (hearth__form_value(&value, &(hearth_field){.kind = HEARTH_KIND_time}, &at))
        hearth__form_attribute(k, name, hearth__buf_view(&value));
}

static void bounds(hearth__form_run *k, const hearth_field *f)
{
    bool of_time = f->kind == HEARTH_KIND_time;

    if (f->min != 0 && of_time)
        time_bound(k, "min", f->min);
    else if (f->min != 0)
        number(k, "min", f->min);
    if (f->max != 0 && of_time)
        time_bound(k, "max", f->max);
    else if (f->max != 0)
        number(k, "max", f->max);
    hearth__form_raw(k, f->kind == HEARTH_KIND_f64 ? " step=\"any\"" : " step=\"1\"");
}

static void lengths(hearth__form_run *k, const hearth_field *f)
{
    if (f->max > 0)
        number(k, "maxlength", f->max);
    if (f->min > 0)
        number(k, "minlength", f->min);
}

static void pattern(hearth__form_run *k, const hearth_field *f)
{
    if (f->kind == HEARTH_KIND_uuid)
        hearth__form_raw(
            k, " maxlength=\"36\" "
               "pattern=\"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\"");
    else if (f->pattern != NULL && hearth__form_pattern(f->pattern))
        hearth__form_attribute(k, "pattern", hearth__str_of(f->pattern));
    else if (f->pattern == NULL && f->format == HEARTH_FORMAT_SLUG)
        hearth__form_raw(k, " pattern=\"[a-z0-9]+(-[a-z0-9]+)*\"");
}

/* What every control has behind its own. */
static void common(hearth__form_run *k, const hearth__form_box *x)
{
    const hearth_field *f = x->field;

    if (f->required)
        hearth__form_raw(k, " required");
    if (f->readonly)
        hearth__form_raw(k, " disabled");
    if (x->fault != NULL)
        hearth__form_raw(k, " aria-invalid=\"true\"");
    if (x->fault == NULL && !x->hint)
        return;
    hearth__form_raw(k, " aria-describedby=\"");
    if (x->hint)
        hearth__buf_f(k->b, "%s-%s-hint", k->prefix, f->name);
    if (x->fault != NULL)
        hearth__buf_f(k->b, "%s%s-%s-error", x->hint ? " " : "", k->prefix, f->name);
    hearth__form_raw(k, "\"");
}

static void named(hearth__form_run *k, const hearth__form_box *x)
{
    id(k, "id", x, "");
    hearth__form_attribute(k, "name", hearth__str_of(x->field->name));
}

/* ---- controls -------------------------------------------------------------------------- */

static void put_check(hearth__form_run *k, const hearth__form_box *x)
{
    hearth__form_raw(k, "<input type=\"checkbox\"");
    named(k, x);
    hearth__form_raw(k, " value=\"true\"");
    if (is_true(x->value))
        hearth__form_raw(k, " checked");
    common(k, x);
    hearth__form_raw(k, ">\n");
}

static void put_option(hearth__form_run *k, const hearth__form_box *x, const char *value,
                       const char *label)
{
    hearth__form_raw(k, "<option");
    hearth__form_attribute(k, "value", hearth__str_of(value));
    if (hearth__str_eq(x->value, hearth__str_of(value)) && *value != '\0')
        hearth__form_raw(k, " selected");
    hearth__form_raw(k, ">");
    hearth__form_text(k, hearth__str_of(label));
    hearth__form_raw(k, "</option>\n");
}

static void put_select(hearth__form_run *k, const hearth__form_box *x)
{
    hearth__form_raw(k, "<select");
    named(k, x);
    common(k, x);
    hearth__form_raw(k, ">\n");
    put_option(k, x, "", "");
    for (const hearth_form_choice *o = x->choice; o != NULL && o->value != NULL; o++)
        put_option(k, x, o->value, o->label != NULL ? o->label : o->value);
    for (size_t i = 0; x->choice == NULL && x->field->choices[i] != NULL; i++)
        put_option(k, x, x->field->choices[i], x->field->choices[i]);
    hearth__form_raw(k, "</select>\n");
}

/* The first line feed in it is not part of it. */
static void put_area(hearth__form_run *k, const hearth__form_box *x)
{
    hearth__form_raw(k, "<textarea");
    named(k, x);
    hearth__form_raw(k, " rows=\"5\"");
    if (x->field->kind == HEARTH_KIND_text)
        lengths(k, x->field);
    else
        hearth__form_raw(k, " spellcheck=\"false\"");
    common(k, x);
    hearth__form_raw(k, ">\n");
    hearth__enc_html(k->b, x->value);
    hearth__form_raw(k, "</textarea>\n");
}

static void put_input(hearth__form_run *k, const hearth__form_box *x)
{
    const hearth_field *f = x->field;
    bool plain = !fits(x);

    hearth__form_raw(k, "<input");
    hearth__form_attribute(k, "type", hearth__str_of(plain ? "text" : input_type(f)));
    named(k, x);
    hearth__form_attribute(k, "value", x->value);
    if (f->kind == HEARTH_KIND_text) {
        lengths(k, f);
        pattern(k, f);
    } else if (f->kind == HEARTH_KIND_uuid) {
        pattern(k, f);
    } else if (!plain && f->kind != HEARTH_KIND_date) {
        bounds(k, f);
    }
    if (f->secret)
        hearth__form_raw(k, " autocomplete=\"off\"");
    common(k, x);
    hearth__form_raw(k, ">\n");
}

static void put_label(hearth__form_run *k, const hearth__form_box *x)
{
    hearth__form_raw(k, "<label");
    id(k, "for", x, "");
    hearth__form_raw(k, ">");
    hearth__form_text(k, hearth__str_of(x->field->doc));
    hearth__form_raw(k, "</label>\n");
}

static void put_notes(hearth__form_run *k, const hearth__form_box *x)
{
    if (x->hint) {
        hearth__form_raw(k, "<p");
        hearth__form_class(k, "-hint");
        id(k, "id", x, "-hint");
        hearth__form_raw(k, ">UTC</p>\n");
    }
    if (x->fault != NULL) {
        hearth__form_raw(k, "<p");
        hearth__form_class(k, "-error");
        id(k, "id", x, "-error");
        hearth__form_raw(k, ">");
        hearth__form_text(k, hearth__str_of(x->fault));
        hearth__form_raw(k, "</p>\n");
    }
}

static void put_control(hearth__form_run *k, const hearth__form_box *x)
{
    if (x->choice != NULL || x->field->kind == HEARTH_KIND_enum)
        put_select(k, x);
    else if (is_long(x))
        put_area(k, x);
    else
        put_input(k, x);
}

void hearth__form_box_put(hearth__form_run *k, const hearth__form_box *x)
{
    hearth__buf_f(k->b, "<div class=\"%s-field", k->prefix);
    if (x->fault != NULL)
        hearth__buf_f(k->b, " %s-field-wrong", k->prefix);
    hearth__form_raw(k, "\">\n");
    if (x->field->kind == HEARTH_KIND_flag && x->choice == NULL) {
        put_check(k, x);
        put_label(k, x);
    } else {
        put_label(k, x);
        put_control(k, x);
    }
    put_notes(k, x);
    hearth__form_raw(k, "</div>\n");
}
