/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What a database has against what it should have.
 *
 * For each table a third description is made, `goal`: the wanted one and what stays of the other.
 * The way up leads from what there is to the goal, the way down from the goal to what there was,
 * and both are made by hearth__schema_change(); here is only what differs, and in which words.
 */

#include "model/schema_diff.h"

#include "core/error.h"
#include "core/str.h"
#include "model/schema_change.h"
#include "model/schema_same.h"
#include "model/sql_create.h"

/* The statements for one table. */
typedef struct piece {
    struct piece *next; /* the one before it, since the way down is the way back */
    hearth__buf down;
} piece;

typedef struct compare {
    hearth__schema_diff *k;
    hearth__difference **end;
    hearth__buf up;
    piece *pieces;
    bool loose_up, loose_down;
    /* of the table that is looked at */
    const hearth__table *have, *want;
    hearth__table goal;
    size_t said; /* about it */
} compare;

static void say(compare *c, bool harmless, const char *fmt, ...) HEARTH_PRINTF(3, 4);

static void say(compare *c, bool harmless, const char *fmt, ...)
{
    hearth__difference *d = hearth__arena_alloc(c->k->arena, sizeof *d);
    hearth__buf text;
    va_list ap;

    if (d == NULL)
        return; /* the arena remembers */
    hearth__buf_init(&text, c->k->arena, 0);
    va_start(ap, fmt);
    hearth__buf_v(&text, fmt, ap);
    va_end(ap);
    *d = (hearth__difference){NULL, text.ptr, harmless};
    *c->end = d;
    c->end = &d->next;
    c->k->n++;
    c->k->nharmful += !harmless;
    c->said++;
    hearth__buf_f(&c->up, "-- %s\n", text.ptr);
}

/* ---- columns --------------------------------------------------------------------------- */

static const char *or_none(const char *text)
{
    return text == NULL ? "none" : text;
}

static void compare_column(compare *c, const hearth__column *is,
                           const hearth__column *want)
{
    const char *t = c->want->name, *name = want->name;

    if (strcmp(is->type, want->type) != 0)
        say(c, false, "%s.%s is %s in the database, but %s in the model", t, name,
            is->type, want->type);
    if (is->not_null != want->not_null)
        say(c, false, "%s.%s %s be NULL in the database, but %s in the model", t, name,
            is->not_null ? "cannot" : "can", want->not_null ? "cannot" : "can");
    if (!hearth__same_fallback(is->fallback, want->fallback))
        say(c, false, "the default of %s.%s is %s in the database, but %s in the model",
            t, name, or_none(is->fallback), or_none(want->fallback));
    if (is->key != want->key)
        say(c, false, "%s.%s is %s in the database, but %s in the model", t, name,
            is->key != 0 ? "the key, or part of it," : "not the key",
            want->key != 0 ? "the key" : "not");
}

static void say_missing(compare *c, const hearth__column *want)
{
    say(c, false, "%s.%s is missing in the database", c->want->name, want->name);
    if (want->not_null && want->fallback == NULL && want->key == 0)
        hearth__buf_f(&c->up,
                      "-- It has to be given and has no fallback: this fails when %s has "
                      "rows, unless you write\n-- what they get in place of NULL.\n",
                      c->want->name);
}

static void put_name(hearth__buf *b, const char *name)
{
    hearth__sql_name(b, name);
}

static void say_extra(compare *c, const hearth__column *is)
{
    bool given = is->not_null && is->fallback == NULL && is->key == 0;

    say(c, !given && is->key == 0, "%s.%s is in the database, but in no model%s",
        c->want->name, is->name, given ? ", and has to be given" : "");
    if (c->k->drop)
        return;
    hearth__buf_text(&c->up, "-- It stays; --allow-drop drops it: ALTER TABLE ");
    put_name(&c->up, c->want->name);
    hearth__buf_text(&c->up, " DROP COLUMN ");
    put_name(&c->up, is->name);
    hearth__buf_text(&c->up, ";\n");
}

/* Only the one who did it knows. */
static void hint_rename(compare *c, const hearth__column *is, const hearth__column *want)
{
    hearth__buf_f(&c->up,
                  "-- If %s.%s was renamed to %s, write instead:\n-- ALTER TABLE ",
                  c->want->name, is->name, want->name);
    put_name(&c->up, c->want->name);
    hearth__buf_text(&c->up, " RENAME COLUMN ");
    put_name(&c->up, is->name);
    hearth__buf_text(&c->up, " TO ");
    put_name(&c->up, want->name);
    hearth__buf_text(&c->up, ";\n");
}

static void compare_columns(compare *c)
{
    for (size_t i = 0; i < c->want->ncolumns; i++) {
        const hearth__column *want = &c->want->column[i],
                             *is = hearth__table_column(c->have, want->name);

        if (is != NULL)
            compare_column(c, is, want);
        else
            say_missing(c, want);
    }
    for (size_t i = 0; i < c->have->ncolumns; i++) {
        const hearth__column *is = &c->have->column[i];

        if (hearth__table_column(c->want, is->name) != NULL)
            continue;
        say_extra(c, is);
        for (size_t k = 0; k < c->want->ncolumns; k++)
            if (hearth__table_column(c->have, c->want->column[k].name) == NULL &&
                strcmp(c->want->column[k].type, is->type) == 0)
                hint_rename(c, is, &c->want->column[k]);
    }
}

/* ---- rules ----------------------------------------------------------------------------- */

/* Does the text name a column that only one of the tables has?  Then that has been said. */
static bool about_other(const hearth__table *a, const hearth__table *b, const char *text)
{
    for (size_t i = 0; i < a->ncolumns; i++)
        if (hearth__table_column(b, a->column[i].name) == NULL &&
            hearth__mentions(text, a->column[i].name))
            return true;
    return false;
}

static void compare_checks(compare *c)
{
    const hearth__table *have = c->have, *want = c->want;

    for (size_t i = 0; i < want->nchecks; i++)
        if (!hearth__has_rule(have, &want->check[i]) &&
            !about_other(want, have, want->check[i].text))
            say(c, true, "the rule \"%s\" of %s is not in the database: %s",
                or_none(want->check[i].name), want->name, want->check[i].text);
    for (size_t i = 0; i < have->nchecks; i++)
        if (!hearth__has_rule(want, &have->check[i]) &&
            !about_other(have, want, have->check[i].text))
            say(c, false, "the rule \"%s\" of %s is in the database, but in no model: %s",
                or_none(have->check[i].name), have->name, have->check[i].text);
}

/* " to owners(id) on delete cascade" of column, or " to nothing" */
static const char *target_of(compare *c, const hearth__table *t, const char *column)
{
    hearth__buf b;

    hearth__buf_init(&b, c->k->arena, 0);
    for (size_t i = 0; i < t->nreferences; i++)
        if (strcmp(t->reference[i].column, column) == 0) {
            hearth__buf_f(&b, "%s(%s) on delete %s", t->reference[i].other,
                          t->reference[i].other_column, t->reference[i].on_delete);
            return b.ptr;
        }
    return "nothing";
}

static void compare_references(compare *c)
{
    for (size_t i = 0; i < c->want->ncolumns; i++) {
        const char *name = c->want->column[i].name;
        bool same = true;

        if (hearth__table_column(c->have, name) == NULL)
            continue;
        for (size_t k = 0; k < c->want->nreferences; k++)
            if (strcmp(c->want->reference[k].column, name) == 0)
                same = same && hearth__has_reference(c->have, &c->want->reference[k]);
        for (size_t k = 0; k < c->have->nreferences; k++)
            if (strcmp(c->have->reference[k].column, name) == 0)
                same = same && hearth__has_reference(c->want, &c->have->reference[k]);
        if (!same)
            say(c, false, "%s.%s refers to %s in the database, but to %s in the model",
                c->want->name, name, target_of(c, c->have, name),
                target_of(c, c->want, name));
    }
}

/* ---- indexes --------------------------------------------------------------------------- */

/* Its name is the one that hearth__sql_create() gives; the others are the user's own. */
static bool is_ours(compare *c, const hearth__table *t, const hearth__table_index *x)
{
    hearth__buf name;
    hearth_str rest = hearth__str_of(x->columns);

    if (x->columns == NULL || x->unique)
        return false;
    hearth__buf_init(&name, c->k->arena, 0);
    hearth__buf_text(&name, t->name);
    while (rest.ptr != NULL) {
        hearth__buf_char(&name, '_');
        hearth__buf_str(&name, hearth__str_trim(hearth__str_cut(&rest, ',')));
    }
    return strcmp(name.ptr, x->name) == 0;
}

static void compare_indexes(compare *c)
{
    const hearth__table *have = c->have, *want = c->want;

    for (size_t i = 0; i < want->nindexes; i++) {
        const hearth__table_index *x = &want->index[i];

        if (x->columns == NULL ||
            hearth__find_index(have, x->columns, x->unique) != NULL ||
            about_other(want, have, x->columns))
            continue;
        if (x->unique)
            say(c, false, "%s(%s) is not unique in the database, but in the model",
                want->name, x->columns);
        else
            say(c, true, "%s(%s) has no index in the database", want->name, x->columns);
    }
    for (size_t i = 0; i < have->nindexes; i++) {
        const hearth__table_index *x = &have->index[i];

        if (hearth__find_index(want, x->columns, x->unique) != NULL ||
            about_other(have, want, x->columns))
            continue;
        if (hearth__is_part(x))
            say(c, false, "%s(%s) is unique in the database, but not in the model",
                have->name, x->columns);
        else if (is_ours(c, have, x))
            say(c, true, "the index %s is in no model", x->name);
    }
}

/* ---- the goal -------------------------------------------------------------------------- */

static bool stays(const compare *c, const char *column)
{
    return !c->k->drop && hearth__table_column(c->want, column) == NULL;
}

/* Is it about a column that stays, and about none that goes? */
static bool goes_along(const compare *c, const char *text)
{
    bool about = false;

    for (size_t i = 0; i < c->have->ncolumns; i++) {
        const char *name = c->have->column[i].name;

        if (hearth__mentions(text, name)) {
            if (c->k->drop && hearth__table_column(c->want, name) == NULL)
                return false;
            about = about || stays(c, name);
        }
    }
    return about;
}

#define ADD(c, field, count, item)                                                     \
    do {                                                                               \
        void *at_ = HEARTH__LIST_ADD((c)->k->arena, (c)->goal.field, (c)->goal.count); \
                                                                                       \
        if (at_ == NULL)                                                               \
            return;                                                                    \
        memcpy(at_, &(item), sizeof(item));                                            \
    } while (0)

static void add_indexes(compare *c)
{
    const hearth__table *have = c->have, *want = c->want;

    for (size_t i = 0; i < want->nindexes; i++) {
        const hearth__table_index *is =
            hearth__find_index(have, want->index[i].columns, want->index[i].unique);

        ADD(c, index, nindexes, *(is != NULL ? is : &want->index[i]));
    }
    for (size_t i = 0; i < have->nindexes; i++) {
        const hearth__table_index *x = &have->index[i];

        if (hearth__find_index(want, x->columns, x->unique) != NULL)
            continue;
        if (hearth__is_part(x) || is_ours(c, have, x)
                ? goes_along(c, x->columns)
                : x->columns == NULL || !about_other(have, want, x->columns) ||
                      goes_along(c, x->columns))
            ADD(c, index, nindexes, *x);
    }
}

static void add_kept(compare *c)
{
    const hearth__table *have = c->have;

    for (size_t i = 0; i < have->ncolumns; i++)
        if (stays(c, have->column[i].name)) {
            ADD(c, column, ncolumns, have->column[i]);
            c->goal.made_by = NULL;
        }
    for (size_t i = 0; i < have->nchecks; i++)
        if (goes_along(c, have->check[i].text))
            ADD(c, check, nchecks, have->check[i]);
    for (size_t i = 0; i < have->nreferences; i++)
        if (stays(c, have->reference[i].column))
            ADD(c, reference, nreferences, have->reference[i]);
}

static void add_wanted(compare *c)
{
    const hearth__table *want = c->want;

    for (size_t i = 0; i < want->ncolumns; i++)
        ADD(c, column, ncolumns, want->column[i]);
    for (size_t i = 0; i < want->nchecks; i++)
        ADD(c, check, nchecks, want->check[i]);
    for (size_t i = 0; i < want->nreferences; i++)
        ADD(c, reference, nreferences, want->reference[i]);
}

/* Unique parts that other indexes see to are not made again. */
static void drop_made_by(compare *c)
{
    for (size_t i = 0; i < c->want->nindexes; i++)
        if (hearth__is_part(&c->want->index[i]) &&
            !hearth__has_part(&c->goal, &c->want->index[i]))
            c->goal.made_by = NULL;
    for (size_t i = 0; i < c->goal.nindexes; i++)
        if (hearth__is_part(&c->goal.index[i]) &&
            !hearth__has_part(c->want, &c->goal.index[i]))
            c->goal.made_by = NULL;
}

static void make_goal(compare *c)
{
    c->goal = (hearth__table){.name = c->want->name,
                              .made_by = c->want->made_by,
                              .other = c->have->other,
                              .nothers = c->have->nothers,
                              .tied = c->have->tied};
    add_wanted(c);
    add_kept(c);
    add_indexes(c);
    drop_made_by(c);
}

/* ---- table by table -------------------------------------------------------------------- */

/* Both ways between two descriptions. */
static void change(compare *c, const hearth__table *from, const hearth__table *to)
{
    piece *p = hearth__arena_alloc(c->k->arena, sizeof *p);
    size_t before = c->up.len;
    hearth__change k = {c->k->d, &c->up, from, to, c->loose_up};

    if (p == NULL)
        return;
    hearth__buf_init(&p->down, c->k->arena, 0);
    hearth__schema_change(&k);
    c->loose_up = k.loose;
    if (c->up.len == before)
        return;
    c->k->changes = true;
    k = (hearth__change){c->k->d, &p->down, to, from, c->loose_down};
    hearth__schema_change(&k);
    c->loose_down = k.loose;
    p->next = c->pieces;
    c->pieces = p;
    hearth__buf_char(&c->up, '\n');
}

static void compare_table(compare *c)
{
    c->said = 0;
    if (c->have == NULL) {
        say(c, false, "the table %s is missing in the database", c->want->name);
        change(c, NULL, c->want);
        return;
    }
    compare_columns(c);
    compare_checks(c);
    compare_references(c);
    compare_indexes(c);
    if (c->said == 0)
        return;
    make_goal(c);
    change(c, c->have, &c->goal);
}

static bool is_own(const char *name)
{
    return strncmp(name, "hearth_", 7) == 0;
}

/* They may belong to nobody, or to something that is no model. */
static void extra_table(compare *c)
{
    if (c->k->drop) {
        say(c, true, "the table %s is in the database, but in no model", c->have->name);
        change(c, c->have, NULL);
        return;
    }
    hearth__buf_f(&c->up,
                  "-- The table %s is in no model. It stays; --allow-drop drops it: DROP "
                  "TABLE ",
                  c->have->name);
    put_name(&c->up, c->have->name);
    hearth__buf_text(&c->up, ";\n");
}

/* ---- the whole ------------------------------------------------------------------------- */

static const char *finish(compare *c, hearth__buf *b, bool loose, const char *text)
{
    hearth__buf_init(b, c->k->arena, 0);
    if (loose)
        hearth__buf_text(b, "-- references at end\n");
    hearth__buf_text(b, text);
    return b->ptr;
}

int hearth__schema_compare(hearth__schema_diff *k)
{
    compare c = {.k = k, .end = &k->first};
    hearth__buf down, up, all;

    k->first = NULL;
    k->n = k->nharmful = 0;
    k->changes = false;
    hearth__buf_init(&c.up, k->arena, 0);
    for (size_t i = 0; i < k->want->n; i++) {
        c.want = &k->want->table[i];
        c.have = hearth__tables_find(k->have, c.want->name);
        compare_table(&c);
    }
    for (size_t i = k->have->n; i-- > 0;) {
        c.have = &k->have->table[i];
        if (hearth__tables_find(k->want, c.have->name) == NULL && !is_own(c.have->name))
            extra_table(&c);
    }
    hearth__buf_init(&down, k->arena, 0);
    for (const piece *p = c.pieces; p != NULL; p = p->next)
        hearth__buf_str(&down, hearth__buf_view(&p->down));
    k->up = finish(&c, &up, c.loose_up, c.up.ptr);
    k->down = finish(&c, &all, c.loose_down, down.ptr);
    return k->arena->failed || c.up.failed || down.failed ? HEARTH_ENOMEM : 0;
}
