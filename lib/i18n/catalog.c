/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A map from msgid to its forms, and one such map for each context.  What is fuzzy or empty is not
 * translated and left out, as msgfmt does.
 */
#include "i18n/catalog.h"

#include "core/arena.h"
#include "core/error.h"
#include "core/map.h"
#include "core/str.h"
#include "i18n/directives.h"
#include "i18n/po.h"

#include <stdlib.h>

typedef struct message {
    bool plural;
    unsigned n;
    const char *form[HEARTH__PLURAL_FORMS];
} message;

struct hearth__catalog {
    hearth__arena arena;
    hearth__plural plural;
    hearth__map *plain;    /* msgid to message */
    hearth__map *contexts; /* msgctxt to such a map */
};

static int out_of_memory(hearth_error *err)
{
    return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
}

/* ---- the head ---------------------------------------------------------------------- */

/* "Name: value" among the lines of the head; empty when it is not there. */
static hearth_str field(hearth_str head, hearth_str name)
{
    while (head.len > 0) {
        hearth_str line = hearth__str_cut(&head, '\n');
        hearth_str left = hearth__str_cut(&line, ':');

        if (hearth__str_ieq(left, name))
            return hearth__str_trim(line);
    }
    return (hearth_str){"", 0};
}

static int read_head(hearth__catalog *k, hearth_str head, hearth_error *err)
{
    hearth_str type = field(head, HEARTH__S("Content-Type"));
    hearth_str plural = field(head, HEARTH__S("Plural-Forms"));
    hearth_str charset = type;

    (void)hearth__str_cut(&charset, '=');
    if (charset.len > 0 && !hearth__str_ieq(charset, HEARTH__S("UTF-8")))
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "its Content-Type says charset=%.*s; convert it to UTF-8 "
            "(msgconv -t UTF-8)",
            (int)(charset.len < 40 ? charset.len : 40), charset.ptr);
    return plural.len == 0 ? 0 : hearth__plural_read(&k->plural, plural, err);
}

/* ---- messages ---------------------------------------------------------------------- */

/* Would a printf that is written for the original read the same arguments?  Forms may leave out
 * the last ones: "one page". */
static bool fits(const hearth__po_entry *e, hearth_str original, hearth_str translation)
{
    hearth__directives theirs, ours;

    if (e->no_c_format || hearth__str_eq(original, translation))
        return true;
    return hearth__directives_read(&theirs, original.ptr) &&
           hearth__directives_read(&ours, translation.ptr) &&
           hearth__directives_fit(&theirs, &ours) &&
           (e->plural.ptr != NULL || ours.n == theirs.n);
}

static int check_format(const hearth__po_entry *e, unsigned i, hearth_error *err)
{
    if (fits(e, e->plural.ptr != NULL ? e->plural : e->id, e->str[i]))
        return 0;
    return hearth__error_set(
        err, HEARTH_EINVAL,
        "line %u: the translation does not take the arguments of the "
        "original (%%s, %%d ...); where no format of printf is meant "
        "write \"#, no-c-format\" above the message",
        e->line);
}

static int check_message(const hearth__catalog *k, const hearth__po_entry *e,
                         hearth_error *err)
{
    if (e->plural.ptr != NULL && e->nstr != k->plural.forms)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "line %u: the message has %u forms, and Plural-Forms says "
            "that there are %u",
            e->line, e->nstr, k->plural.forms);
    for (unsigned i = 0; i < e->nstr; i++)
        HEARTH_TRY(check_format(e, i, err));
    return 0;
}

static bool is_translated(const hearth__po_entry *e)
{
    for (unsigned i = 0; i < e->nstr; i++)
        if (e->str[i].len == 0)
            return false;
    return !e->fuzzy;
}

/* The map that a message belongs into; NULL when out of memory. */
static hearth__map *map_for(hearth__catalog *k, hearth_str context)
{
    hearth__map *m;

    if (context.ptr == NULL)
        return k->plain;
    m = hearth__map_get(k->contexts, context);
    if (m != NULL || (m = hearth__map_new()) == NULL)
        return m;
    if (hearth__map_put(k->contexts, context, m, NULL) == 0)
        return m;
    hearth__map_free(m, NULL);
    return NULL;
}

static int keep(hearth__catalog *k, const hearth__po_entry *e, hearth_error *err)
{
    hearth__map *map = map_for(k, e->context);
    message *m = hearth__arena_alloc(&k->arena, sizeof *m);

    if (map == NULL || m == NULL)
        return out_of_memory(err);
    if (hearth__map_get(map, e->id) != NULL)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "line %u: this message is there already, further up",
                                 e->line);
    m->plural = e->plural.ptr != NULL;
    m->n = e->nstr;
    for (unsigned i = 0; i < e->nstr; i++)
        m->form[i] = e->str[i].ptr;
    return hearth__map_put(map, e->id, m, NULL) == 0 ? 0 : out_of_memory(err);
}

static int take(void *arg, const hearth__po_entry *e, hearth_error *err)
{
    hearth__catalog *k = arg;

    if (e->id.len == 0 && e->context.ptr == NULL)
        return read_head(k, e->str[0], err);
    if (!is_translated(e))
        return 0;
    HEARTH_TRY(check_message(k, e, err));
    return keep(k, e, err);
}

/* ---- the whole --------------------------------------------------------------------- */

static void drop_map(void *map)
{
    hearth__map_free(map, NULL);
}

void hearth__catalog_free(hearth__catalog *k)
{
    if (k == NULL)
        return;
    if (k->plain != NULL)
        hearth__map_free(k->plain, NULL);
    if (k->contexts != NULL)
        hearth__map_free(k->contexts, drop_map);
    hearth__arena_clear(&k->arena);
    free(k);
}

hearth__catalog *hearth__catalog_read(hearth_str po, hearth_error *err)
{
    hearth__catalog *k = calloc(1, sizeof *k);

    if (k == NULL) {
        out_of_memory(err);
        return NULL;
    }
    hearth__arena_init(&k->arena, 0);
    hearth__plural_default(&k->plural);
    k->plain = hearth__map_new();
    k->contexts = hearth__map_new();
    if (k->plain == NULL || k->contexts == NULL)
        out_of_memory(err);
    else if (hearth__po_read(&k->arena, po, take, k, err) == 0)
        return k;
    hearth__catalog_free(k);
    return NULL;
}

const char *hearth__catalog_find(const hearth__catalog *k, const char *context,
                                 const char *id, bool plural, uint64_t n)
{
    const hearth__map *map = k->plain;
    const message *m;

    if (context != NULL)
        map = hearth__map_get(k->contexts, hearth__str_of(context));
    m = map == NULL ? NULL : hearth__map_get(map, hearth__str_of(id));
    if (m == NULL || m->plural != plural)
        return NULL;
    return m->form[plural ? hearth__plural_form(&k->plural, n) : 0];
}
