/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * SQLite's failures in sentences.
 *
 * A broken constraint is the client's affair, and the words for it are in the schema:
 * SQLite's message names table and column, from which we make what a person can act on.
 * Everything else is the operator's, and says what to do.
 */

#include "db/sqlite.h"

#include "core/error.h"
#include "core/str.h"

#include <string.h>

#define SENTENCE_MAX 400

/* What follows the first ": " of SQLite's message; all of it when there is none. */
static hearth_str detail_of(const char *message)
{
    const char *colon = strstr(message, ": ");

    return hearth__str_of(colon == NULL ? message : colon + 2);
}

/* "todos.title" -> "title" */
static hearth_str column_of(hearth_str name)
{
    for (size_t i = name.len; i > 0; i--)
        if (name.ptr[i - 1] == '.')
            return hearth__str(name.ptr + i, name.len - i);
    return name;
}

/* "t.owner, t.title" -> "owner" and what is left, "t.title" */
static hearth_str next_column(hearth_str *list)
{
    const char *comma = list->len == 0 ? NULL : strstr(list->ptr, ", ");
    hearth_str name = *list;

    if (comma == NULL) {
        list->len = 0;
        return column_of(name);
    }
    name.len = (size_t)(comma - list->ptr);
    *list = hearth__str(comma + 2, list->len - name.len - 2);
    return column_of(name);
}

static int unique(const char *message, hearth_error *err)
{
    char words[SENTENCE_MAX] = "";
    hearth_str left = detail_of(message);
    size_t n = 0, at = 0;

    /* An index on expressions has no columns to name. */
    if (hearth__str_starts(left, HEARTH__S("index '")))
        return hearth__error_set(err, HEARTH_ECONFLICT, "the same already exists");
    while (left.len > 0) {
        hearth_str name = next_column(&left);
        const char *join = n == 0 ? "" : left.len == 0 ? " and " : ", ";
        size_t need = strlen(join) + name.len;

        n++;
        if (at + need >= sizeof(words))
            break;
        memcpy(words + at, join, strlen(join));
        memcpy(words + at + strlen(join), name.ptr, name.len);
        at += need;
        words[at] = '\0';
    }
    if (n == 1)
        return hearth__error_set(err, HEARTH_ECONFLICT, "%s already exists", words);
    return hearth__error_set(err, HEARTH_ECONFLICT, "%s already exist together", words);
}

static bool is_words(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];

        if (!hearth__is_alpha(c) && !hearth__is_digit(c) && c != '_' && c != ' ' &&
            (unsigned char)c < 0x80)
            return false;
    }
    return s.len > 0;
}

/* A rule without a name is reported as its expression, and SQL is not for clients. */
static int check(const char *message, hearth_error *err)
{
    hearth_str rule = detail_of(message);

    if (!is_words(rule))
        return hearth__error_set(err, HEARTH_EMODEL, "breaks a rule of the data");
    return hearth__error_set(err, HEARTH_EMODEL, "breaks the rule %s", rule.ptr);
}

/* A type name in lower case with its article into out. */
static void a_type(hearth_str type, char out[40])
{
    size_t at = strchr("AEIO", type.ptr[0]) != NULL ? 3 : 2;

    memcpy(out, "an ", 3);
    if (at == 2)
        out[1] = ' ';
    for (size_t i = 0; i < type.len && at < 39; i++)
        out[at++] = hearth__lower(type.ptr[i]);
    out[at] = '\0';
}

/* "cannot store TEXT value in INTEGER column todos.done" */
static int datatype(const char *message, hearth_error *err)
{
    hearth_str left = hearth__str_of(message), word[8] = {{"", 0}};
    char had[40], wants[40];
    size_t n = 0;

    while (left.ptr != NULL && n < 8)
        word[n++] = hearth__str_cut(&left, ' ');
    if (n != 8 || word[2].len == 0 || word[5].len == 0)
        return hearth__error_set(err, HEARTH_EMODEL, "%s", message);
    /* The name may hold spaces: to the end of the message. */
    hearth_str name = column_of(hearth__str_of(word[7].ptr));
    a_type(word[2], had);
    a_type(word[5], wants);
    return hearth__error_set(err, HEARTH_EMODEL, "%s: %s cannot be stored in %s column",
                             name.ptr, had, wants);
}

static int constraint(sqlite3 *db, int rc, hearth_error *err)
{
    const char *message = sqlite3_errmsg(db);

    /* ON DELETE RESTRICT is a trigger of SQLite's own. */
    if (rc == SQLITE_CONSTRAINT_TRIGGER &&
        strcmp(message, "FOREIGN KEY constraint failed") == 0)
        rc = SQLITE_CONSTRAINT_FOREIGNKEY;
    /* The general words instead of its own: it had no memory for them. */
    if (rc != SQLITE_CONSTRAINT_TRIGGER && strcmp(message, sqlite3_errstr(rc)) == 0)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return unique(message, err);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return hearth__error_set(err, HEARTH_ECONFLICT,
                                 "refers to something that does not exist, or is still "
                                 "referred to");
    case SQLITE_CONSTRAINT_NOTNULL:
        return hearth__error_set(err, HEARTH_EMODEL, "%s is required",
                                 column_of(detail_of(message)).ptr);
    case SQLITE_CONSTRAINT_CHECK:
        return check(message, err);
    case SQLITE_CONSTRAINT_DATATYPE:
        return datatype(message, err);
    case SQLITE_CONSTRAINT_TRIGGER:
        /* The text of RAISE(), written to be read. */
        return hearth__error_set(err, HEARTH_EMODEL, "%s", message);
    default:
        return hearth__error_set(err, HEARTH_EMODEL, "breaks a rule of the data");
    }
}

/* Why the machine could not, and what helps. */
static const struct {
    int rc;
    const char *sentence;
} machine[] = {
    {SQLITE_FULL, "the disk or the database's quota is full: make room"},
    {SQLITE_IOERR, "the disk failed to read or write: check it, and its quota"},
    {SQLITE_CANTOPEN, "the file cannot be opened: its folder must exist and be writable"},
    {SQLITE_READONLY, "the file may not be written: check its owner and its folder's"},
    {SQLITE_PERM, "the file may not be used: check its owner and its folder's"},
    {SQLITE_NOTADB, "the file is not an SQLite database: name another one"},
    {SQLITE_CORRUPT, "the file is damaged: restore it from a backup"},
    {SQLITE_NOLFS, "the file is too big for this system"},
};

static int unavailable(sqlite3 *db, int rc, const char *sentence, hearth_error *err)
{
    int number = sqlite3_system_errno(db);
    char why[100] = "";

    if ((rc & 0xff) != SQLITE_IOERR && (rc & 0xff) != SQLITE_CANTOPEN)
        number = 0;
    if (number != 0 && strerror_r(number, why, sizeof(why)) != 0)
        why[0] = '\0';
    return hearth__error_set(err, HEARTH_EUNAVAILABLE, "%s (%s%s%s)", sentence,
                             sqlite3_errstr(rc), why[0] == '\0' ? "" : ", ", why);
}

int hearth__sqlite_error(sqlite3 *db, int rc, hearth_error *err)
{
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
        return constraint(db, rc, err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return hearth__error_set(err, HEARTH_EBUSY,
                                 "the database is busy: another program holds it (%s)",
                                 sqlite3_errstr(rc));
    case SQLITE_NOMEM:
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    case SQLITE_MISMATCH:
        return hearth__error_set(err, HEARTH_EMODEL, "the key must be a whole number");
    case SQLITE_TOOBIG:
        return hearth__error_set(err, HEARTH_EMODEL, "too long to be stored");
    default:
        break;
    }
    if (rc == SQLITE_IOERR_NOMEM)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++)
        if ((rc & 0xff) == machine[i].rc)
            return unavailable(db, rc, machine[i].sentence, err);
    return hearth__error_set(err, HEARTH_EDB, "%s", sqlite3_errmsg(db));
}
