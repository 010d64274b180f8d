/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The SQLite driver: its url, its dialect and its table.  What the table is made of stands in
 * the files beside.
 */

#include "db/sqlite.h"

#include "core/buf.h"
#include "core/error.h"
#include "core/str.h"
#include "db/conn.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUSY_MS     5000
#define BUSY_MS_MAX 3600000

typedef hearth__sqlite_engine engine;

/* ---- the url ---------------------------------------------------------- */

static int bad_option(hearth_error *err, hearth_str option)
{
    return hearth__error_set(err, HEARTH_EINVAL,
                             "the database url has an option \"%.*s\": it may have "
                             "busy_ms and slow_ms, 0 to 3600000, and sync=full or "
                             "sync=normal",
                             (int)option.len, option.ptr);
}

static int set_option(engine *e, hearth_str option, hearth_error *err)
{
    hearth_str value = option;
    hearth_str name = hearth__str_cut(&value, '=');
    uint64_t ms;

    if (value.ptr == NULL)
        return bad_option(err, option);
    if (hearth__str_eq(name, HEARTH__S("busy_ms")) ||
        hearth__str_eq(name, HEARTH__S("slow_ms"))) {
        if (!hearth__str_uint(value, &ms) || ms > BUSY_MS_MAX)
            return bad_option(err, option);
        *(name.ptr[0] == 'b' ? &e->busy_ms : &e->slow_ms) = (int)ms;
        return 0;
    }
    if (!hearth__str_eq(name, HEARTH__S("sync")))
        return bad_option(err, option);
    e->normal = hearth__str_eq(value, HEARTH__S("normal"));
    if (!e->normal && !hearth__str_eq(value, HEARTH__S("full")))
        return bad_option(err, option);
    return 0;
}

static int set_path(engine *e, hearth_str path, hearth_error *err)
{
    char here[PATH_MAX];
    hearth__buf b;

    if (path.len == 0)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the database url has no path: write sqlite:app.db");
    e->memory = hearth__str_eq(path, HEARTH__S(":memory:"));
    hearth__buf_init(&b, NULL, 0);
    if (!e->memory && path.ptr[0] != '/') {
        if (getcwd(here, sizeof(here)) == NULL)
            return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                     "the working directory is gone: give the database "
                                     "an absolute path");
        hearth__buf_text(&b, here);
        hearth__buf_char(&b, '/');
    }
    hearth__buf_str(&b, path);
    if (!b.failed)
        e->path = strndup(b.ptr, b.len);
    hearth__buf_clear(&b);
    if (e->path == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    return 0;
}

static void engine_close(void *self)
{
    engine *e = self;

    free(e->path);
    free(e);
}

static int engine_open(const char *rest, void **self, hearth_error *err)
{
    hearth_str options = hearth__str_of(rest);
    hearth_str path = hearth__str_cut(&options, '?');
    engine *e = calloc(1, sizeof(*e));
    int rc;

    if (e == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    e->busy_ms = BUSY_MS;
    rc = set_path(e, path, err);
    while (rc == 0 && options.ptr != NULL)
        rc = set_option(e, hearth__str_cut(&options, '&'), err);
    if (rc != 0) {
        engine_close(e);
        return rc;
    }
    *self = e;
    return 0;
}

static int engine_scratch(void *self, void **other, hearth_error *err)
{
    (void)self;
    return engine_open(":memory:", other, err);
}

static bool engine_single(void *self)
{
    return ((engine *)self)->memory;
}

static int64_t engine_busy_ms(void *self)
{
    return ((engine *)self)->busy_ms;
}

static int64_t engine_slow_ms(void *self)
{
    return ((engine *)self)->slow_ms;
}

static const hearth_db_dialect dialect = {
    .size = sizeof(hearth_db_dialect),
    .type =
        {
            [HEARTH_DB_I64] = "INTEGER",
            [HEARTH_DB_F64] = "REAL",
            [HEARTH_DB_FLAG] = "INTEGER",
            [HEARTH_DB_TEXT] = "TEXT",
            [HEARTH_DB_TIME] = "INTEGER",
            [HEARTH_DB_DATE] = "TEXT",
            [HEARTH_DB_UUID] = "TEXT",
            [HEARTH_DB_JSON] = "TEXT",
            [HEARTH_DB_BLOB] = "BLOB",
            [HEARTH_DB_ENUM] = "TEXT",
        },
    .serial_key = "INTEGER PRIMARY KEY",
    .table_end = " STRICT",
    .now = "unixepoch()",
    .today = "date()",
    .like = "LIKE",
    .length = "length",
    .for_update = "",
    .explain = "EXPLAIN QUERY PLAN ",
    .returning = true,
    .upsert = true,
    .alter_limited = true,
    .max_args = 32766,
    .tables =
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT IN (SELECT name || "
        "'_keys' "
        "FROM pragma_table_list WHERE type = 'virtual') ORDER BY name",
    .columns = "SELECT name, lower(type) AS type, \"notnull\" AS not_null, dflt_value AS "
               "fallback, pk AS key FROM pragma_table_xinfo(?) ORDER BY cid",
    .indexes =
        "SELECT l.name, l.\"unique\" AS is_unique, CASE WHEN NOT l.partial AND NOT "
        "EXISTS "
        "(SELECT 1 FROM pragma_index_info(l.name) WHERE name IS NULL) THEN (SELECT "
        "group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(l.name) ORDER "
        "BY seqno)) END AS columns, (SELECT sql FROM sqlite_schema WHERE type = 'index' "
        "AND name = l.name) AS made_by FROM pragma_index_list(?) l WHERE l.origin <> "
        "'pk' "
        "ORDER BY l.name",
    .references =
        "SELECT \"from\" AS column, \"table\" AS other, coalesce(\"to\", (SELECT name "
        "FROM "
        "pragma_table_info(f.\"table\") WHERE pk = f.seq + 1)) AS other_column, "
        "lower(on_delete) AS on_delete, NULL AS rule FROM pragma_foreign_key_list(?) f "
        "ORDER BY id, seq",
    .checks = "SELECT c.value ->> 0 AS name, c.value ->> 1 AS rule FROM sqlite_schema s, "
              "json_each(hearth_checks(s.sql)) c WHERE s.type = 'table' AND s.name = ?",
    .made_by =
        "SELECT hearth_body(sql) FROM sqlite_schema WHERE type = 'table' AND name = ?",
    /* A name that stands in the text of a view for another reason does no harm. */
    .others =
        "WITH RECURSIVE o(id, type, name, sql) AS (SELECT s.rowid, s.type, s.name, s.sql "
        "FROM sqlite_schema s, (SELECT ? AS name) t WHERE s.type IN ('view', 'trigger') "
        "AND "
        "instr(lower(s.sql), lower(t.name)) UNION SELECT s.rowid, s.type, s.name, s.sql "
        "FROM o JOIN sqlite_schema s ON o.type = 'view' AND s.type IN ('view', "
        "'trigger') "
        "AND instr(lower(s.sql), lower(o.name))) SELECT type AS kind, name, sql AS "
        "made_by "
        "FROM o ORDER BY type DESC, id",
    .search = &hearth__sqlite_search,
};

const char *hearth__db_file(const hearth_db *db)
{
    const hearth__sqlite_engine *e = db->self;

    return db->ops->open == engine_open && !e->memory ? e->path : NULL;
}

const hearth_db_ops *hearth_db_sqlite(void)
{
    static const hearth_db_ops ops = {
        .size = sizeof(hearth_db_ops),
        .name = "sqlite",
        .dialect = &dialect,
        .open = engine_open,
        .close = engine_close,
        .single = engine_single,
        .busy_ms = engine_busy_ms,
        .connect = hearth__sqlite_connect,
        .disconnect = hearth__sqlite_disconnect,
        .script = hearth__sqlite_script,
        .prepare = hearth__sqlite_prepare,
        .finalize = hearth__sqlite_finalize,
        .readonly = hearth__sqlite_readonly,
        .bind = hearth__sqlite_bind,
        .step = hearth__sqlite_step,
        .reset = hearth__sqlite_reset,
        .width = hearth__sqlite_width,
        .column_name = hearth__sqlite_column_name,
        .column = hearth__sqlite_column,
        .changes = hearth__sqlite_changes,
        .last_id = hearth__sqlite_last_id,
        .begin = hearth__sqlite_begin,
        .commit = hearth__sqlite_commit,
        .rollback = hearth__sqlite_rollback,
        .begun = hearth__sqlite_begun,
        .set_last_id = hearth__sqlite_set_last_id,
        .shape = hearth__sqlite_shape,
        .backlog = hearth__sqlite_backlog,
        .tidy = hearth__sqlite_tidy,
        .check = hearth__sqlite_check,
        .slow_ms = engine_slow_ms,
        .backup = hearth__sqlite_backup,
        .view_begin = hearth__sqlite_view_begin,
        .view_fresh = hearth__sqlite_view_fresh,
        .view_end = hearth__sqlite_view_end,
        .lock = hearth__sqlite_lock,
        .unlock = hearth__sqlite_unlock,
        .enforce = hearth__sqlite_enforce,
        .kept = hearth__sqlite_kept,
        .scratch = engine_scratch,
    };

    return &ops;
}
