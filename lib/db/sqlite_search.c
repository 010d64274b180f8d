/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Full-text search with FTS5: a table that holds the index alone and finds the texts in the table
 * it belongs to, and three triggers that keep it in step.
 *
 * FTS5 knows rows by number.  Where the key of the table is another one its rows have no number
 * that lasts (VACUUM gives new ones), so a table of keys gives them one, and the index holds the
 * texts, too: a view that showed them under that number would keep the table from being made anew
 * by a migration.
 *
 * The FTS5 of SQLite 3.40 does not call itself innocuous, and with untrusted schemas (sqlite.c) no
 * trigger may write what is not.  So a connection that writes trusts its schema from the first
 * statement on that fires such a trigger.  What it then runs besides is little: functions that
 * are dangerous are not for schemas in any case, and neither are our own.
 */

#include "db/sqlite.h"

#include "core/str.h"

#include <string.h>

typedef struct out {
    const hearth_db_search *s;
    hearth_db_put_fn *put;
    void *arg;
    bool quoted; /* within a text: quotes are doubled */
} out;

static void bytes(const out *o, const char *p, size_t n)
{
    size_t from = 0;

    for (size_t i = 0; o->quoted && i < n; i++) {
        if (p[i] != '\'')
            continue;
        o->put(o->arg, p + from, i + 1 - from);
        from = i; /* once more */
    }
    if (n > from)
        o->put(o->arg, p + from, n - from);
}

static void say(const out *o, const char *text)
{
    bytes(o, text, strlen(text));
}

static void doubled(const out *o, const char *text, char quote)
{
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == quote)
            bytes(o, p, 1);
        bytes(o, p, 1);
    }
}

/* "name" or "name_ending" */
static void name(const out *o, const char *text, const char *ending)
{
    say(o, "\"");
    doubled(o, text, '"');
    say(o, ending);
    say(o, "\"");
}

static void index_name(const out *o, const char *ending)
{
    name(o, o->s->name, ending);
}

/* ", before"column"" for each. */
static void columns(const out *o, const char *before)
{
    for (size_t i = 0; i < o->s->n; i++) {
        say(o, ", ");
        say(o, before);
        name(o, o->s->column[i], "");
    }
}

/* ---- what an index is made of --------------------------------------------------------- */

static void put_keys(const out *o)
{
    say(o, "CREATE TABLE ");
    index_name(o, "_keys");
    say(o, "(number INTEGER PRIMARY KEY, key NOT NULL UNIQUE)");
}

static void put_index(const out *o)
{
    say(o, "CREATE VIRTUAL TABLE ");
    index_name(o, "");
    say(o, " USING fts5(");
    for (size_t i = 0; i < o->s->n; i++) {
        name(o, o->s->column[i], "");
        say(o, ", ");
    }
    if (o->s->serial) {
        say(o, "content=");
        name(o, o->s->table, "");
        say(o, ", content_rowid=");
        name(o, o->s->key, "");
        say(o, ", ");
    }
    say(o, o->s->stem ? "tokenize='porter unicode61 remove_diacritics 2')"
                      : "tokenize='unicode61 remove_diacritics 2')");
}

/* The number of the row `of`, old or new. */
static void put_rowid(const out *o, const char *of)
{
    if (!o->s->serial) {
        say(o, "(SELECT number FROM ");
        index_name(o, "_keys");
        say(o, " WHERE key = ");
    }
    say(o, of);
    name(o, o->s->key, "");
    say(o, o->s->serial ? "" : ")");
}

/* An index without texts has to be told what it forgets. */
static void put_leave(const out *o)
{
    say(o, o->s->serial ? "INSERT INTO " : "DELETE FROM ");
    index_name(o, "");
    if (!o->s->serial) {
        say(o, " WHERE rowid = ");
        put_rowid(o, "old.");
        say(o, "; ");
        return;
    }
    say(o, "(");
    index_name(o, "");
    say(o, ", rowid");
    columns(o, "");
    say(o, ") VALUES ('delete', ");
    put_rowid(o, "old.");
    columns(o, "old.");
    say(o, "); ");
}

static void put_join(const out *o)
{
    say(o, "INSERT INTO ");
    index_name(o, "");
    say(o, "(rowid");
    columns(o, "");
    say(o, ") VALUES (");
    put_rowid(o, "new.");
    columns(o, "new.");
    say(o, "); ");
}

/* A statement about the number of a row: before and behind the name of the table of keys. */
static void put_number(const out *o, const char *before, const char *behind,
                       const char *of, const char *end)
{
    if (o->s->serial)
        return;
    say(o, before);
    index_name(o, "_keys");
    say(o, behind);
    say(o, of);
    name(o, o->s->key, "");
    say(o, end);
}

static void open_trigger(const out *o, const char *ending, const char *when)
{
    say(o, "CREATE TRIGGER ");
    index_name(o, ending);
    say(o, when);
}

static void on_table(const out *o)
{
    say(o, " ON ");
    name(o, o->s->table, "");
    say(o, " BEGIN ");
}

static void put_insert(const out *o)
{
    open_trigger(o, "_insert", " AFTER INSERT");
    on_table(o);
    put_number(o, "INSERT INTO ", "(key) VALUES (", "new.", "); ");
    put_join(o);
    say(o, "END");
}

static void put_delete(const out *o)
{
    open_trigger(o, "_delete", " AFTER DELETE");
    on_table(o);
    put_leave(o);
    put_number(o, "DELETE FROM ", " WHERE key = ", "old.", "; ");
    say(o, "END");
}

static void put_update(const out *o)
{
    open_trigger(o, "_update", " AFTER UPDATE OF ");
    name(o, o->s->key, "");
    columns(o, "");
    on_table(o);
    put_leave(o);
    put_number(o, "DELETE FROM ", " WHERE key = ", "old.", "; ");
    put_number(o, "INSERT INTO ", "(key) VALUES (", "new.", "); ");
    put_join(o);
    say(o, "END");
}

typedef void part_fn(const out *o);

/* In the order of making; the first only where the table has no numbers of its own. */
static part_fn *const parts[] = {put_keys, put_index, put_insert, put_delete, put_update};
#define NPARTS (sizeof parts / sizeof *parts)

static size_t first_part(const hearth_db_search *s)
{
    return s->serial ? 1 : 0;
}

/* ---- slots ---------------------------------------------------------------------------- */

/* What is there already, under numbers of its own. */
static void fill_keys(const out *o)
{
    say(o, "INSERT INTO ");
    index_name(o, "_keys");
    say(o, "(key) SELECT ");
    name(o, o->s->key, "");
    say(o, " FROM ");
    name(o, o->s->table, "");
    say(o, ";\nINSERT INTO ");
    index_name(o, "");
    say(o, "(rowid");
    columns(o, "");
    say(o, ") SELECT k.number");
    columns(o, "t.");
    say(o, " FROM ");
    index_name(o, "_keys");
    say(o, " k JOIN ");
    name(o, o->s->table, "");
    say(o, " t ON t.");
    name(o, o->s->key, "");
    say(o, " = k.key;\n");
}

static void create(const hearth_db_search *s, hearth_db_put_fn *put, void *arg)
{
    const out o = {s, put, arg, false};

    for (size_t i = first_part(s); i < NPARTS; i++) {
        parts[i](&o);
        say(&o, ";\n");
    }
    if (!s->serial) {
        fill_keys(&o);
        return;
    }
    say(&o, "INSERT INTO ");
    index_name(&o, "");
    say(&o, "(");
    index_name(&o, "");
    say(&o, ") VALUES ('rebuild');\n");
}

static void drop(const hearth_db_search *s, hearth_db_put_fn *put, void *arg)
{
    static const struct {
        const char *what, *ending;
    } all[] = {{"TRIGGER", "_insert"},
               {"TRIGGER", "_delete"},
               {"TRIGGER", "_update"},
               {"TABLE", ""},
               {"TABLE", "_keys"}};
    const out o = {s, put, arg, false};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        say(&o, "DROP ");
        say(&o, all[i].what);
        say(&o, " IF EXISTS ");
        index_name(&o, all[i].ending);
        say(&o, ";\n");
    }
}

/* SQLite keeps the text of everything as it was made. */
static void check(const hearth_db_search *s, hearth_db_put_fn *put, void *arg)
{
    out o = {s, put, arg, false};
    size_t first = first_part(s);

    say(&o, s->serial ? "SELECT count(*) = 4" : "SELECT count(*) = 5");
    say(&o, " FROM sqlite_schema WHERE sql IN (");
    for (size_t i = first; i < NPARTS; i++) {
        say(&o, i > first ? ", '" : "'");
        o.quoted = true;
        parts[i](&o);
        o.quoted = false;
        say(&o, "'");
    }
    say(&o, ")");
}

/* A weight as SQL has it, to a thousandth. */
static void put_weight(const out *o, double weight)
{
    char text[32];
    int64_t n = weight > 0 && weight < 1e9 ? (int64_t)(weight * 1000 + 0.5) : 0;
    size_t at = sizeof text;

    text[--at] = '\0';
    for (int digits = 0; n > 0 || digits < 4; digits++, n /= 10) {
        if (digits == 3)
            text[--at] = '.';
        text[--at] = (char)('0' + n % 10);
    }
    say(o, ", ");
    say(o, text + at);
}

/* The plus keeps the table from being walked through with a search for each row. */
static void join(const hearth_db_search *s, bool snippet, hearth_db_put_fn *put,
                 void *arg)
{
    const out o = {s, put, arg, false};

    say(&o, s->serial ? " JOIN (SELECT f.rowid AS hearth_row, bm25("
                      : " JOIN (SELECT k.key AS hearth_row, bm25(");
    index_name(&o, "");
    for (size_t i = 0; s->weight != NULL && i < s->n; i++)
        put_weight(&o, s->weight[i]);
    say(&o, ") AS hearth_rank");
    if (snippet) {
        say(&o, ", snippet(");
        index_name(&o, "");
        say(&o, ", -1, '\x02', '\x03', '\xe2\x80\xa6', 24) AS hearth_snippet");
    }
    say(&o, " FROM ");
    index_name(&o, "");
    say(&o, " AS f");
    if (!s->serial) {
        say(&o, " JOIN ");
        index_name(&o, "_keys");
        say(&o, " AS k ON k.number = f.rowid");
    }
    say(&o, " WHERE ");
    index_name(&o, "");
    say(&o, " MATCH ?) ON ");
    name(&o, s->table, "");
    say(&o, ".");
    name(&o, s->key, "");
    say(&o, " = +hearth_row");
}

/* "a phrase" "word"*: in quotes nothing is a sign to FTS5 but the quote.  Side by side instead of
 * AND, because what holds no word at all is then left out. */
static void match(const hearth_db_word *word, size_t n, hearth_db_put_fn *put, void *arg)
{
    for (size_t i = 0; i < n; i++) {
        put(arg, " \"", 2);
        for (size_t k = 0; k < word[i].text.len; k++) {
            if (word[i].text.ptr[k] == '"')
                put(arg, "\"", 1);
            put(arg, word[i].text.ptr + k, 1);
        }
        put(arg, "\"*", word[i].prefix ? 2 : 1);
    }
}

const hearth_db_search_ops hearth__sqlite_search = {
    .size = sizeof(hearth_db_search_ops),
    .create = create,
    .drop = drop,
    .check = check,
    .join = join,
    .match = match,
};

/* ---- triggers ------------------------------------------------------------------------- */

static bool is_fts5(sqlite3 *db, const char *table, int len)
{
    static const char sql[] =
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
        " AND sql LIKE 'CREATE VIRTUAL TABLE % USING fts5(%'";
    sqlite3_stmt *st = NULL;
    bool yes = sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
               sqlite3_bind_text(st, 1, table, len, SQLITE_TRANSIENT) == SQLITE_OK &&
               sqlite3_step(st) == SQLITE_ROW;

    sqlite3_finalize(st);
    return yes;
}

bool hearth__sqlite_search_trust(hearth__sqlite *c, int rc)
{
    static const char unsafe[] = "unsafe use of virtual table \"";
    char table[300];
    const char *text;
    size_t len;

    if (rc != SQLITE_ERROR || !c->writer)
        return false;
    text = sqlite3_errmsg(c->db);
    len = strlen(text);
    if (strncmp(text, unsafe, sizeof unsafe - 1) != 0 || len < sizeof unsafe ||
        len - sizeof unsafe >= sizeof table)
        return false;
    len -= sizeof unsafe; /* and the quote at the end */
    memcpy(table, text + sizeof unsafe - 1, len);
    if (is_fts5(c->db, table, (int)len))
        sqlite3_db_config(c->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
    return true; /* also where not: what went wrong has been forgotten */
}
