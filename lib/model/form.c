/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A model as an HTML form: which fields, with which values and faults, and the summary above.
 */

#include "core/error.h"
#include "model/form_box.h"

/* ---- faults ---------------------------------------------------------------------------- */

static bool is_about(const hearth__form_fault *t, const char *name)
{
    return t->pointer != NULL && t->pointer[0] == '/' &&
           strcmp(t->pointer + 1, name) == 0;
}

/* "title is required" stands beside the title, so without the name. */
static const char *without_name(const char *sentence, const char *name)
{
    size_t n = strlen(name);

    return strncmp(sentence, name, n) == 0 && sentence[n] == ' ' ? sentence + n + 1
                                                                 : sentence;
}

static const char *fault_of(const hearth__form_run *k, const char *name)
{
    for (const hearth__form_fault *t = k->f->faults; t != NULL; t = t->next)
        if (is_about(t, name))
            return without_name(t->text, name);
    return NULL;
}

/* ---- values ---------------------------------------------------------------------------- */

static void typed_value(const hearth__form_run *k, hearth__form_box *x)
{
    hearth_str name = hearth__str_of(x->field->name);

    x->typed = true;
    for (size_t i = 0; i < k->f->ntyped; i++)
        if (hearth__str_eq(k->f->typed[i].name, name)) {
            x->value = k->f->typed[i].value;
            return;
        }
}

static int value_of(hearth__form_run *k, hearth__form_box *x)
{
    const hearth_field *f = x->field;
    hearth__given given = {0, 0};
    uint64_t bit = HEARTH__BIT(f - k->m->field);
    hearth__buf value;

    x->value = HEARTH__S("");
    if (f->secret)
        return 0;
    if (k->f->again && !f->readonly) {
        typed_value(k, x);
        return 0;
    }
    if (k->f->obj != NULL)
        given = hearth__given_of(k->m, k->f->obj);
    if ((given.has & bit) == 0) {
        if ((given.null & bit) == 0 && f->fallback != NULL &&
            strcmp(f->fallback, "now") != 0)
            x->value = hearth__str_of(f->fallback);
        return 0;
    }
    hearth__buf_init(&value, k->f->arena, 0);
    if (!hearth__form_value(&value, f, hearth__slot_of(f, k->f->obj)))
        return hearth__error_set(k->err, HEARTH_EINVAL,
                                 "the value of %s of model %s has no form that could be "
                                 "shown",
                                 f->name, k->m->name);
    x->value = hearth__buf_view(&value);
    return value.failed ? HEARTH_ENOMEM : 0;
}

/* ---- fields ---------------------------------------------------------------------------- */

static const hearth_form_choice *choices_of(const hearth__form_run *k, const char *name)
{
    for (const hearth_form_choices *o = k->f->o.choices; o != NULL && o->field != NULL;
         o++)
        if (strcmp(o->field, name) == 0)
            return o->list;
    return NULL;
}

static void hidden(hearth__form_run *k, const char *name, hearth_str value)
{
    hearth__form_raw(k, "<input type=\"hidden\"");
    hearth__form_attribute(k, "name", hearth__str_of(name));
    hearth__form_attribute(k, "value", value);
    hearth__form_raw(k, ">\n");
}

static bool has(const hearth__form_run *k, const hearth_field *f)
{
    return k->f->obj != NULL &&
           (hearth__given_of(k->m, k->f->obj).has & HEARTH__BIT(f - k->m->field)) != 0;
}

static int put_field(hearth__form_run *k, const hearth_field *f, bool chosen)
{
    hearth__form_box x = {.field = f,
                          .fault = fault_of(k, f->name),
                          .choice = choices_of(k, f->name)};

    HEARTH_TRY(value_of(k, &x));
    if (f->key && !chosen && has(k, f)) {
        hidden(k, f->name, x.value);
        return 0;
    }
    x.hint = f->kind == HEARTH_KIND_time && x.choice == NULL;
    hearth__form_box_put(k, &x);
    return 0;
}

static int put_fields(hearth__form_run *k)
{
    hearth_str rest = hearth__str_of(k->f->o.fields);

    if (k->f->o.fields == NULL) {
        for (size_t i = 0; i < k->m->n; i++)
            if (!k->m->field[i].readonly)
                HEARTH_TRY(put_field(k, &k->m->field[i], false));
        return 0;
    }
    while (rest.ptr != NULL) {
        hearth_str name = hearth__str_trim(hearth__str_cut(&rest, ','));
        size_t i = hearth__plan_look_up(k->f->plan, name);

        if (i == k->m->n)
            return hearth__error_set(
                k->err, HEARTH_EINVAL,
                "a form lists \"%.*s\", which is no field of model %s", (int)name.len,
                name.ptr, k->m->name);
        HEARTH_TRY(put_field(k, &k->m->field[i], true));
    }
    return 0;
}

/* ---- the summary ----------------------------------------------------------------------- */

/* Is the field, which it is about, one of those that are shown? */
static const hearth_field *field_of(const hearth__form_run *k,
                                    const hearth__form_fault *t)
{
    for (size_t i = 0; i < k->m->n; i++) {
        const hearth_field *f = &k->m->field[i];
        hearth_str rest = hearth__str_of(k->f->o.fields);

        if (!is_about(t, f->name))
            continue;
        if (k->f->o.fields == NULL)
            return f->readonly || (f->key && has(k, f)) ? NULL : f;
        while (rest.ptr != NULL)
            if (hearth__str_eq(hearth__str_trim(hearth__str_cut(&rest, ',')),
                               hearth__str_of(f->name)))
                return f;
    }
    return NULL;
}

static void put_fault(hearth__form_run *k, const hearth__form_fault *t)
{
    const hearth_field *f = field_of(k, t);

    hearth__form_raw(k, "<li>");
    if (f == NULL) {
        hearth__form_text(k, hearth__str_of(t->text));
    } else {
        hearth__buf_f(k->b, "<a href=\"#%s-%s\">", k->prefix, f->name);
        hearth__form_text(k, hearth__str_of(f->doc));
        hearth__form_raw(k, ": ");
        hearth__form_text(k, hearth__str_of(without_name(t->text, f->name)));
        hearth__form_raw(k, "</a>");
    }
    hearth__form_raw(k, "</li>\n");
}

static void put_summary(hearth__form_run *k)
{
    const char *title = k->f->o.problem;

    if (k->f->faults == NULL)
        return;
    hearth__form_raw(k, "<div");
    hearth__form_class(k, "-errors");
    hearth__buf_f(k->b,
                  " role=\"alert\" tabindex=\"-1\" aria-labelledby=\"%s-problem\">\n<h2 "
                  "id=\"%s-problem\">",
                  k->prefix, k->prefix);
    hearth__form_text(k, hearth__str_of(title == NULL ? "There is a problem" : title));
    hearth__form_raw(k, "</h2>\n<ul>\n");
    for (const hearth__form_fault *t = k->f->faults; t != NULL; t = t->next)
        put_fault(k, t);
    hearth__form_raw(k, "</ul>\n</div>\n");
}

/* ---- the whole ------------------------------------------------------------------------- */

static void put_hidden(hearth__form_run *k)
{
    const hearth_form_hidden *h = k->f->o.hidden;

    if (k->f->token != NULL)
        hidden(k, k->f->token->name, hearth__str_of(k->f->token->value));
    for (; h != NULL && h->name != NULL; h++)
        hidden(k, h->name, hearth__str_of(h->value));
}

static void put_open(hearth__form_run *k)
{
    const hearth_form_opts *o = &k->f->o;

    hearth__form_raw(k, "<form");
    hearth__form_class(k, "");
    hearth__form_attribute(k, "method",
                           hearth__str_of(o->method == NULL ? "post" : o->method));
    if (o->action != NULL)
        hearth__form_attribute(k, "action", hearth__str_of(o->action));
    if (o->multipart)
        hearth__form_raw(k, " enctype=\"multipart/form-data\"");
    if (o->unchecked)
        hearth__form_raw(k, " novalidate");
    hearth__form_raw(k, ">\n");
}

static void put_close(hearth__form_run *k)
{
    hearth__form_raw(k, "<p");
    hearth__form_class(k, "-submit");
    hearth__form_raw(k, "><button type=\"submit\">");
    hearth__form_text(k,
                      hearth__str_of(k->f->o.submit == NULL ? "Save" : k->f->o.submit));
    hearth__form_raw(k, "</button></p>\n</form>\n");
}

static int check(hearth__form_run *k)
{
    const char *method = k->f->o.method;

    for (const char *p = k->prefix; *p != '\0'; p++)
        if (!hearth__is_alpha(*p) && !hearth__is_digit(*p) && *p != '-' && *p != '_')
            return hearth__error_set(
                k->err, HEARTH_EINVAL,
                "the .prefix of a form is made of letters, digits, '-' and '_'");
    if (method != NULL && strcmp(method, "post") != 0 && strcmp(method, "get") != 0)
        return hearth__error_set(k->err, HEARTH_EINVAL,
                                 "the .method of a form is \"post\" or \"get\"");
    return 0;
}

static hearth__form_run run_of(hearth__buf *b, const hearth__form *f, hearth_error *err)
{
    return (hearth__form_run){b, f, f->plan->m, err,
                              f->o.prefix == NULL ? "form" : f->o.prefix};
}

int hearth__form_put(hearth__buf *b, const hearth__form *f, hearth_error *err)
{
    hearth__form_run k = run_of(b, f, err);

    HEARTH_TRY(check(&k));
    if (!f->o.fields_only)
        put_open(&k);
    put_summary(&k);
    put_hidden(&k);
    HEARTH_TRY(put_fields(&k));
    if (!f->o.fields_only)
        put_close(&k);
    return b->failed || f->arena->failed ? HEARTH_ENOMEM : 0;
}

/* ---- in pieces ------------------------------------------------------------------------- */

static int look_up(const hearth__form_run *k, hearth_str name, const hearth_field **out)
{
    size_t i = hearth__plan_look_up(k->f->plan, name);

    if (i == k->m->n)
        return hearth__error_set(k->err, HEARTH_EINVAL,
                                 "model %s has no field \"%.*s\" for a form", k->m->name,
                                 (int)name.len, name.ptr);
    *out = &k->m->field[i];
    return 0;
}

int hearth__form_put_part(hearth__buf *b, const hearth__form *f, hearth__form_part part,
                          hearth_str field, hearth_error *err)
{
    hearth__form_run k = run_of(b, f, err);
    const hearth_field *of;

    HEARTH_TRY(check(&k));
    switch (part) {
    case HEARTH__FORM_OPEN:
        put_open(&k);
        put_hidden(&k);
        break;
    case HEARTH__FORM_ERRORS:
        put_summary(&k);
        break;
    case HEARTH__FORM_FIELD:
        HEARTH_TRY(look_up(&k, field, &of));
        HEARTH_TRY(put_field(&k, of, true));
        break;
    case HEARTH__FORM_CLOSE:
        put_close(&k);
        break;
    }
    return b->failed || f->arena->failed ? HEARTH_ENOMEM : 0;
}

int hearth__form_facts_of(const hearth__form *f, hearth_str field,
                          hearth__form_facts *out, hearth_error *err)
{
    hearth__form_run k = run_of(NULL, f, err);
    hearth__form_box x = {.field = NULL};

    HEARTH_TRY(check(&k));
    HEARTH_TRY(look_up(&k, field, &x.field));
    HEARTH_TRY(value_of(&k, &x));
    *out = (hearth__form_facts){x.field, k.prefix, x.value, fault_of(&k, x.field->name)};
    return 0;
}
