/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Somebody else's driver: is its table whole, and what does every driver need?
 *
 * A table may be older than this library and then ends earlier: it is copied, and what it
 * has not is 0.  What has to be there is found by its name and place, so that the sentence
 * about it says which one is missing.
 */

#include "db/driver.h"

#include "core/buf.h"
#include "core/error.h"

typedef struct place {
    const char *name;
    size_t at;
} place;

#define SLOT(x)                        \
    {                                  \
#x, offsetof(hearth_db_ops, x) \
    }
#define TEXT(x)                            \
    {                                      \
#x, offsetof(hearth_db_dialect, x) \
    }

static const place mandatory[] = {
    SLOT(open),       SLOT(close),   SLOT(single),  SLOT(busy_ms),  SLOT(connect),
    SLOT(disconnect), SLOT(script),  SLOT(prepare), SLOT(finalize), SLOT(readonly),
    SLOT(bind),       SLOT(step),    SLOT(reset),   SLOT(width),    SLOT(column_name),
    SLOT(column),     SLOT(changes), SLOT(last_id), SLOT(begin),    SLOT(commit),
    SLOT(rollback),   SLOT(begun),
};

/* Neighbours have all of theirs or none. */
static const struct {
    place a, b;
} together[] = {
    {SLOT(backlog), SLOT(tidy)},
    {SLOT(view_begin), SLOT(view_fresh)},
    {SLOT(view_begin), SLOT(view_end)},
    {SLOT(lock), SLOT(unlock)},
    {SLOT(fd), SLOT(wants)},
    {SLOT(enforce), SLOT(kept)},
};

static const place texts[] = {
    TEXT(serial_key), TEXT(table_end), TEXT(now),        TEXT(today),
    TEXT(like),       TEXT(length),    TEXT(for_update), TEXT(tables),
    TEXT(columns),    TEXT(indexes),   TEXT(references),
};

static const char *const types[HEARTH_DB_TYPES] = {
    [HEARTH_DB_I64] = "I64",   [HEARTH_DB_F64] = "F64",   [HEARTH_DB_FLAG] = "FLAG",
    [HEARTH_DB_TEXT] = "TEXT", [HEARTH_DB_TIME] = "TIME", [HEARTH_DB_DATE] = "DATE",
    [HEARTH_DB_UUID] = "UUID", [HEARTH_DB_JSON] = "JSON", [HEARTH_DB_BLOB] = "BLOB",
    [HEARTH_DB_ENUM] = "ENUM",
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Pointers to functions and to texts are of one size here, as POSIX wants. */
static bool has(const void *table, place p)
{
    void *value;

    memcpy(&value, (const char *)table + p.at, sizeof(value));
    return value != NULL;
}

/* What no table ever came without. */
#define OPS_MIN     offsetof(hearth_db_ops, set_last_id)
#define DIALECT_MIN offsetof(hearth_db_dialect, search)

static int copy(void *to, size_t room, const void *from, size_t size, size_t least,
                const char *what, hearth_error *err)
{
    if (size < least)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the %s of the database driver says it has %zu bytes: "
                                 "begin it with its sizeof",
                                 what, size);
    memset(to, 0, room);
    memcpy(to, from, size < room ? size : room);
    return 0;
}

static int check_slots(const hearth_db_ops *ops, hearth_error *err)
{
    for (size_t i = 0; i < COUNT(mandatory); i++)
        if (!has(ops, mandatory[i]))
            return hearth__error_set(err, HEARTH_EINVAL,
                                     "the database driver %s lacks the function %s",
                                     ops->name, mandatory[i].name);
    for (size_t i = 0; i < COUNT(together); i++)
        if (has(ops, together[i].a) != has(ops, together[i].b))
            return hearth__error_set(
                err, HEARTH_EINVAL,
                "the database driver %s has one of the functions %s and %s: both or none",
                ops->name, together[i].a.name, together[i].b.name);
    return 0;
}

static bool searches(const hearth_db_search_ops *s)
{
    return s->size >= sizeof *s && s->create != NULL && s->drop != NULL &&
           s->check != NULL && s->join != NULL && s->match != NULL;
}

static int check_dialect(const char *name, const hearth_db_dialect *d, hearth_error *err)
{
    for (size_t i = 0; i < HEARTH_DB_TYPES; i++)
        if (d->type[i] == NULL)
            return hearth__error_set(err, HEARTH_EINVAL,
                                     "the dialect of the database driver %s lacks a type "
                                     "for HEARTH_DB_%s",
                                     name, types[i]);
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!has(d, texts[i]))
            return hearth__error_set(err, HEARTH_EINVAL,
                                     "the dialect of the database driver %s lacks the "
                                     "text %s",
                                     name, texts[i].name);
    if (d->max_args == 0)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the dialect of the database driver %s allows no "
                                 "arguments: set max_args",
                                 name);
    if (d->search != NULL && !searches(d->search))
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "the .search of the database driver %s lacks a function, "
            "or its size",
            name);
    return 0;
}

int hearth__driver_copy(hearth__driver *to, const hearth_db_ops *ops, hearth_error *err)
{
    if (ops == NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "no database driver was given");
    HEARTH_TRY(copy(&to->ops, sizeof(to->ops), ops, ops->size, OPS_MIN, "table", err));
    if (to->ops.name == NULL || to->ops.dialect == NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "the database driver lacks a %s",
                                 to->ops.name == NULL ? "name" : "dialect");
    HEARTH_TRY(copy(&to->dialect, sizeof(to->dialect), ops->dialect, ops->dialect->size,
                    DIALECT_MIN, "dialect", err));
    to->ops.dialect = &to->dialect;
    HEARTH_TRY(check_slots(&to->ops, err));
    return check_dialect(to->ops.name, &to->dialect, err);
}

/* ---- placeholders ----------------------------------------------------- */

/* The end of the text, name or comment that begins at s; s when none does. */
static const char *skip_quiet(const char *s)
{
    const char *end;

    if (*s == '\'' || *s == '"') {
        end = strchr(s + 1, *s); /* a doubled one begins the next */
        return end == NULL ? s + strlen(s) : end + 1;
    }
    if (s[0] == '-' && s[1] == '-')
        return s + strcspn(s, "\n");
    if (s[0] == '/' && s[1] == '*') {
        end = strstr(s + 2, "*/");
        return end == NULL ? s + strlen(s) : end + 2;
    }
    return s;
}

char *hearth_db_numbered(const char *sql, const char *prefix, size_t *count)
{
    hearth__buf b;
    size_t n = 0;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_room(&b, strlen(sql)); /* so that there is something to give away */
    while (*sql != '\0') {
        const char *end = skip_quiet(sql);

        if (end > sql) {
            hearth__buf_add(&b, sql, (size_t)(end - sql));
            sql = end;
        } else if (sql[0] == '?' && sql[1] == '?') {
            hearth__buf_char(&b, '?');
            sql += 2;
        } else if (*sql == '?') {
            hearth__buf_text(&b, prefix);
            hearth__buf_uint(&b, ++n);
            sql++;
        } else {
            hearth__buf_char(&b, *sql++);
        }
    }
    if (count != NULL)
        *count = n;
    return b.failed ? NULL : b.ptr;
}
