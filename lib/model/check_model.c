/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Is a table sound?  Looked at once, when the application is given it, so that a slip in a
 * description is a sentence at the start and not a wrong answer later.
 */

#include "core/buf.h"
#include "core/error.h"
#include "model/model.h"
#include "model/pattern.h"
#include "model/with.h"

#include <hearth/json.h>

typedef struct check {
    const hearth_model *m;
    hearth__plan *plan; /* gets the patterns */
    hearth_error *err;
    hearth__arena *arena;
} check;

static int wrong(const check *c, const hearth_field *f, const char *fmt, ...)
    HEARTH_PRINTF(3, 4);

static int wrong(const check *c, const hearth_field *f, const char *fmt, ...)
{
    const char *name = c->m->name == NULL ? "(without name)" : c->m->name;
    hearth__buf text;
    va_list ap;

    hearth__buf_init(&text, c->arena, 0);
    va_start(ap, fmt);
    hearth__buf_v(&text, fmt, ap);
    va_end(ap);
    if (text.failed)
        return hearth__error_set(c->err, HEARTH_ENOMEM, "out of memory for a model");
    return f == NULL
               ? hearth__error_set(c->err, HEARTH_EINVAL, "model %s: %s", name, text.ptr)
               : hearth__error_set(c->err, HEARTH_EINVAL, "model %s, field %s: %s", name,
                                   f->name, text.ptr);
}

/* Names go into JSON, forms, queries and SQL as they are. */
static bool is_name(const char *s)
{
    if (s == NULL || (!hearth__is_alpha(*s) && *s != '_'))
        return false;
    while (hearth__is_alpha(*s) || hearth__is_digit(*s) || *s == '_')
        s++;
    return *s == '\0';
}

static int check_place(const check *c, const hearth_field *f)
{
    size_t size = hearth__kind_size(f->kind), given = c->m->given;

    if (size == 0)
        return wrong(c, f, "its kind is none of hearth_kind");
    if (f->offset > c->m->size || size > c->m->size - f->offset)
        return wrong(c, f, "it lies outside of the struct of %zu bytes", c->m->size);
    if (f->offset % hearth__kind_align(f->kind) != 0)
        return wrong(c, f, "its offset %zu is not aligned for its kind", f->offset);
    if (given != HEARTH_NO_GIVEN && f->offset < given + sizeof(hearth__given) &&
        given < f->offset + size)
        return wrong(c, f, "it overlaps the masks of what is given");
    for (const hearth_field *o = c->m->field; o < f; o++) {
        if (f->offset < o->offset + hearth__kind_size(o->kind) &&
            o->offset < f->offset + size)
            return wrong(c, f, "it overlaps the field %s", o->name);
        if (strcmp(f->name, o->name) == 0)
            return wrong(c, f, "another field has the same name");
    }
    return 0;
}

static bool has_bounds(hearth_kind k)
{
    return k == HEARTH_KIND_i64 || k == HEARTH_KIND_f64 || k == HEARTH_KIND_text ||
           k == HEARTH_KIND_time || k == HEARTH_KIND_blob;
}

static int check_rules(const check *c, size_t i)
{
    const hearth_field *f = &c->m->field[i];
    int64_t min = f->min == HEARTH_ZERO ? 0 : f->min,
            max = f->max == HEARTH_ZERO ? 0 : f->max;
    bool text = f->kind == HEARTH_KIND_text;

    if ((f->min != 0 || f->max != 0) && !has_bounds(f->kind))
        return wrong(c, f, "a field of kind %s has no .min and .max",
                     hearth__kind_name(f->kind));
    if (f->min != 0 && f->max != 0 && min > max)
        return wrong(c, f, ".min is larger than .max");
    if ((text || f->kind == HEARTH_KIND_blob) && (min < 0 || max < 0))
        return wrong(c, f, "a length is not negative");
    if (!text && (f->pattern != NULL || f->format != HEARTH_FORMAT_ANY))
        return wrong(c, f, "only a text has a .pattern or a .format");
    if ((unsigned)f->format > HEARTH_FORMAT_UUID)
        return wrong(c, f, "its .format is none of hearth_format");
    if (f->pattern != NULL) {
        hearth_error why = {0};

        c->plan->pattern[i] = hearth__regex_new(&c->plan->arena, f->pattern, &why);
        if (why.code == HEARTH_ENOMEM)
            return hearth__error_set(c->err, HEARTH_ENOMEM, "%s", why.text);
        if (c->plan->pattern[i] == NULL)
            return wrong(c, f, "%s", why.text);
    }
    return 0;
}

static int check_choices(const check *c, const hearth_field *f)
{
    const char *const *w = f->choices;

    if (f->kind != HEARTH_KIND_enum)
        return w == NULL ? 0 : wrong(c, f, "only an enum has .choices");
    if (w == NULL || w[0] == NULL)
        return wrong(c, f, "an enum needs .choices");
    for (size_t i = 0; w[i] != NULL; i++) {
        if (w[i][0] == '\0')
            return wrong(c, f, "a choice is empty; a form could not send it");
        for (size_t k = 0; k < i; k++)
            if (strcmp(w[i], w[k]) == 0)
                return wrong(c, f, "the choice \"%s\" is there twice", w[i]);
    }
    return 0;
}

static int check_flags(const check *c, const hearth_field *f)
{
    if (f->required && f->nullable)
        return wrong(c, f, "what is .required cannot be .nullable; choose one");
    if (f->required && f->readonly)
        return wrong(c, f,
                     "what is .readonly cannot be .required from a client; choose one");
    if (f->required && f->fallback != NULL)
        return wrong(c, f, "what is .required never uses its .fallback; choose one");
    if (f->secret && f->readonly)
        return wrong(c, f, "what is .readonly and .secret nobody sees; choose one");
    if (f->key && f->kind != HEARTH_KIND_i64 && f->kind != HEARTH_KIND_text &&
        f->kind != HEARTH_KIND_uuid)
        return wrong(c, f, "a .key is an i64, a text or a uuid");
    if (f->key && f->nullable)
        return wrong(c, f, "a .key cannot be .nullable");
    if (f->references != NULL && f->on_delete == HEARTH_SET_NULL && !f->nullable)
        return wrong(c, f, "HEARTH_SET_NULL needs .nullable");
    if (f->references == NULL && f->on_delete != HEARTH_RESTRICT)
        return wrong(c, f, ".on_delete needs .references");
    return 0;
}

static int keep(void *arg, struct json_t *tree)
{
    (void)arg;
    json_decref(tree);
    return 0;
}

/* By reading it, as it will be read. */
static int check_fallback(const check *c, size_t i)
{
    const hearth_field *f = &c->m->field[i];
    hearth__bind *b;
    void *obj;

    if (f->fallback == NULL ||
        (strcmp(f->fallback, "now") == 0 &&
         (f->kind == HEARTH_KIND_time || f->kind == HEARTH_KIND_date)))
        return 0;
    b = hearth__arena_alloc(c->arena, sizeof *b);
    obj = hearth__arena_alloc(c->arena, c->m->size);
    if (b == NULL || obj == NULL)
        return hearth__error_set(c->err, HEARTH_ENOMEM, "out of memory for a model");
    hearth__bind_init(b, c->plan, obj, c->arena);
    b->keep = keep;
    hearth__parse_text(b, i, hearth__str_of(f->fallback), true);
    if (f->kind != HEARTH_KIND_json)
        hearth__rules(&b->faults, obj, b->given.has);
    if (hearth__faults_any(&b->faults))
        return wrong(c, f, "its .fallback \"%s\" is not allowed: %s", f->fallback,
                     b->faults.text[i]);
    return 0;
}

static int check_field(const check *c, size_t i)
{
    const hearth_field *f = &c->m->field[i];

    if (!is_name(f->name))
        return wrong(c, NULL,
                     "the name of field %zu is not made of letters, digits and '_'",
                     i + 1);
    if (f->doc == NULL || *f->doc == '\0')
        return wrong(c, f, "it has no .doc; say in a word what it is");
    if (f->column != NULL && !is_name(f->column))
        return wrong(c, f, "its .column is not made of letters, digits and '_'");
    HEARTH_TRY(check_place(c, f));
    HEARTH_TRY(check_choices(c, f));
    HEARTH_TRY(check_rules(c, i));
    HEARTH_TRY(check_flags(c, f));
    return check_fallback(c, i);
}

/* "author, slug" */
static int check_list(const check *c, const char *list, const char *which)
{
    hearth_str rest = hearth__str_of(list);

    while (rest.ptr != NULL) {
        hearth_str name = hearth__str_trim(hearth__str_cut(&rest, ','));

        if (hearth__plan_look_up(c->plan, name) == c->m->n)
            return wrong(c, NULL, ".%s names \"%.*s\", which is no field", which,
                         (int)name.len, name.ptr);
    }
    return 0;
}

/* A name that is shown beside those of the fields. */
static int check_relation(const check *c, const char *name)
{
    hearth_str text = hearth__str_of(name);
    hearth__with w;

    if (!is_name(name))
        return wrong(c, NULL,
                     "the name of a relation is not made of letters, digits and "
                     "'_'");
    if (hearth__plan_look_up(c->plan, text) != c->m->n)
        return wrong(c, NULL, "the relation %s has the name of a field", name);
    return hearth__with_find(c->m, text, &w) ? hearth__with_check(c->m, &w, c->err) : 0;
}

static int check_relations(const check *c)
{
    const hearth_many *many = c->m->many;

    for (size_t i = 0; i < c->m->n; i++) {
        const char *as = c->m->field[i].as;

        if (as == NULL)
            continue;
        HEARTH_TRY(check_relation(c, as));
        for (size_t k = 0; k < i; k++)
            if (c->m->field[k].as != NULL && strcmp(c->m->field[k].as, as) == 0)
                return wrong(c, &c->m->field[i], "another field has the same .as");
    }
    for (size_t i = 0; many != NULL && many[i].name != NULL; i++) {
        hearth__with w;

        HEARTH_TRY(check_relation(c, many[i].name));
        if (hearth__with_find(c->m, hearth__str_of(many[i].name), &w) &&
            w.many != &many[i])
            return wrong(c, NULL, "two relations are called %s", many[i].name);
    }
    return 0;
}

static int check_table(const check *c)
{
    const hearth_model *m = c->m;
    size_t keys = 0;

    if (!is_name(m->name))
        return wrong(c, NULL, "its name is not made of letters, digits and '_'");
    if (m->table != NULL && !is_name(m->table))
        return wrong(c, NULL, "its .table is not made of letters, digits and '_'");
    if (m->n == 0 || m->field == NULL || m->n > HEARTH__MAX_FIELDS)
        return wrong(c, NULL, "it has %zu fields; 1 to %d are possible", m->n,
                     HEARTH__MAX_FIELDS);
    hearth__plan_init(c->plan, m);
    if (m->given != HEARTH_NO_GIVEN &&
        (m->size < sizeof(hearth__given) || m->given > m->size - sizeof(hearth__given)))
        return wrong(c, NULL,
                     ".given lies outside of the struct; without masks write "
                     "HEARTH_NO_GIVEN");
    for (size_t i = 0; i < m->n; i++) {
        HEARTH_TRY(check_field(c, i));
        keys += m->field[i].key;
    }
    if (keys > 1)
        return wrong(c, NULL, "it has %zu fields with .key; one is possible", keys);
    for (size_t i = 0; m->unique != NULL && m->unique[i] != NULL; i++)
        HEARTH_TRY(check_list(c, m->unique[i], "unique"));
    for (size_t i = 0; m->index != NULL && m->index[i] != NULL; i++)
        HEARTH_TRY(check_list(c, m->index[i], "index"));
    return check_relations(c);
}

int hearth__model_check(const hearth_model *m, hearth__plan *p, hearth_error *err)
{
    hearth__arena arena;
    check c = {m, p, err, &arena};
    int rc;

    hearth__arena_init(&arena, 0);
    hearth__arena_init(&p->arena, 0);
    rc = check_table(&c);
    if (arena.failed) /* whatever that looked like */
        rc = hearth__error_set(err, HEARTH_ENOMEM, "out of memory for a model");
    hearth__arena_clear(&arena);
    if (rc != 0)
        hearth__plan_clear(p);
    return rc;
}
