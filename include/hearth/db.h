/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_H
#define HEARTH_DB_H

/**
 * @file hearth/db.h
 * A database for handlers: SQL with bound arguments, rows straight to JSON.
 *
 *     hearth_error err;
 *     hearth_db *db = hearth_db_open("sqlite:todo.db", &err);
 *     hearth_db_script(db, "CREATE TABLE IF NOT EXISTS todos(...) STRICT", &err);
 *     hearth_use_db(app, db);
 *     ...
 *     static int list(hearth_ctx *c)
 *     {
 *         return hearth_reply_rows(c, 200,
 *                                  "SELECT id, title FROM todos WHERE title LIKE ?",
 *                                  hearth_args(hearth_query(c, "q", "%")));
 *     }
 *
 * Values reach SQL only as arguments for `?`, never as text, so an injection needs
 * effort.  There is one reading connection a thread and one writing connection; a
 * statement that changes something finds the writer by itself.  Writes of several requests
 * that wait for it at the same time are committed together, each undone alone if it fails,
 * and answered when that commit is durable; a write that finds nobody else waits for nobody.  A read
 * sees every write that was answered before it began, by this program or another; between
 * reads that follow each other within 10 ms on a reactor that is made sure without a
 * system call.  What a handler began and did not commit is rolled back when the handler
 * returns.  Nothing is closed or freed by
 * a handler.
 *
 * Errors of the data answer the client by themselves, in words made from the schema: a
 * duplicate is HEARTH_ECONFLICT (409, "title already exists"), a broken rule
 * HEARTH_EMODEL (422, "title is required").  Errors of the machine (busy, disk full, i/o)
 * are HEARTH_EBUSY and HEARTH_EUNAVAILABLE: 503 with Retry-After, the text to the log,
 * and the next request tries again.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

/* ---- values ----------------------------------------------------------- */

typedef enum hearth_val_kind {
    HEARTH_VAL_NULL = 0,
    HEARTH_VAL_INT,
    HEARTH_VAL_REAL,
    HEARTH_VAL_TEXT,
    HEARTH_VAL_BLOB,
    HEARTH_VAL_BAD /* has no SQL form, a JSON array say: the call is HEARTH_EINVAL */
} hearth_val_kind;

/** One SQL value. */
typedef struct hearth_val {
    hearth_val_kind kind;
    union {
        int64_t i;
        double f;
        hearth_str s; /* text and blob; borrowed until the call that uses it returns */
    } u;
} hearth_val;

/** The arguments of a statement; make it with hearth_args(), or by hand in loops and in
 * C++. */
typedef struct hearth_vals {
    const hearth_val *v;
    size_t n;
} hearth_vals;

static inline hearth_val hearth_val_int(int64_t x)
{
    hearth_val v = {HEARTH_VAL_INT, {0}};
    v.u.i = x;
    return v;
}

/* A number above INT64_MAX has no SQL form: pass it as text. */
static inline hearth_val hearth_val_uint(uint64_t x)
{
    hearth_val v = {HEARTH_VAL_INT, {0}};
    if (x > INT64_MAX)
        v.kind = HEARTH_VAL_BAD;
    v.u.i = (int64_t)x;
    return v;
}

static inline hearth_val hearth_val_real(double x)
{
    hearth_val v = {HEARTH_VAL_REAL, {0}};
    v.u.f = x;
    return v;
}

static inline hearth_val hearth_val_null(void)
{
    hearth_val v = {HEARTH_VAL_NULL, {0}};
    return v;
}

static inline hearth_val hearth_val_same(hearth_val v)
{
    return v;
}

/**
 * An SQL text, without copying; SQL NULL for NULL.
 *
 * Owns:    borrowed until the statement has run
 * Returns: the value.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_val hearth_val_text(const char *s);

/**
 * The same with a length; text with a NUL inside is HEARTH_VAL_BAD.
 *
 * Returns: the value.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_val hearth_val_str(hearth_str s);

/**
 * An SQL blob, without copying; NULL for p == NULL.
 *
 * Returns: the value.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_val hearth_val_blob(const void *p, size_t n);

/**
 * A JSON string, number, boolean (0 or 1) or null as an SQL value; NULL gives SQL NULL;
 * an array or object is HEARTH_VAL_BAD.  Texts are borrowed from the tree.
 *
 * Returns: the value.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_val hearth_val_json(const struct json_t *j);

#ifndef __cplusplus
/** One value of any supported C type: integers, bool, double, char *, hearth_str,
 * json_t *, hearth_val.  Anything else is a compile error.  An unsigned number above
 * INT64_MAX is HEARTH_VAL_BAD: pass it as text. */
#define HEARTH_VAL(x) \
    _Generic((x),                           \
        bool: hearth_val_int,               \
        signed char: hearth_val_int,        \
        unsigned char: hearth_val_int,      \
        short: hearth_val_int,              \
        unsigned short: hearth_val_int,     \
        int: hearth_val_int,                \
        unsigned: hearth_val_int,           \
        long: hearth_val_int,               \
        long long: hearth_val_int,          \
        unsigned long: hearth_val_uint,     \
        unsigned long long: hearth_val_uint,\
        float: hearth_val_real,             \
        double: hearth_val_real,            \
        char *: hearth_val_text,            \
        const char *: hearth_val_text,      \
        hearth_str: hearth_val_str,         \
        struct json_t *: hearth_val_json,   \
        const struct json_t *: hearth_val_json,\
        hearth_val: hearth_val_same)(x)

/** The arguments of a statement: hearth_args(7, "text", true).  1 to 16 values, each
 * evaluated once; longer lists by hand as hearth_vals. */
#define hearth_args(...)                                                 \
    ((hearth_vals){(hearth_val[]){HEARTH__MAP(HEARTH_VAL, __VA_ARGS__)}, \
                   HEARTH__COUNT(__VA_ARGS__)})
#define HEARTH__PICK(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, \
                     _16, n, ...)                                                      \
    n
#define HEARTH__COUNT(...) \
    HEARTH__PICK(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define HEARTH__M1(f, a)       f(a)
#define HEARTH__M2(f, a, ...)  f(a), HEARTH__M1(f, __VA_ARGS__)
#define HEARTH__M3(f, a, ...)  f(a), HEARTH__M2(f, __VA_ARGS__)
#define HEARTH__M4(f, a, ...)  f(a), HEARTH__M3(f, __VA_ARGS__)
#define HEARTH__M5(f, a, ...)  f(a), HEARTH__M4(f, __VA_ARGS__)
#define HEARTH__M6(f, a, ...)  f(a), HEARTH__M5(f, __VA_ARGS__)
#define HEARTH__M7(f, a, ...)  f(a), HEARTH__M6(f, __VA_ARGS__)
#define HEARTH__M8(f, a, ...)  f(a), HEARTH__M7(f, __VA_ARGS__)
#define HEARTH__M9(f, a, ...)  f(a), HEARTH__M8(f, __VA_ARGS__)
#define HEARTH__M10(f, a, ...) f(a), HEARTH__M9(f, __VA_ARGS__)
#define HEARTH__M11(f, a, ...) f(a), HEARTH__M10(f, __VA_ARGS__)
#define HEARTH__M12(f, a, ...) f(a), HEARTH__M11(f, __VA_ARGS__)
#define HEARTH__M13(f, a, ...) f(a), HEARTH__M12(f, __VA_ARGS__)
#define HEARTH__M14(f, a, ...) f(a), HEARTH__M13(f, __VA_ARGS__)
#define HEARTH__M15(f, a, ...) f(a), HEARTH__M14(f, __VA_ARGS__)
#define HEARTH__M16(f, a, ...) f(a), HEARTH__M15(f, __VA_ARGS__)
#define HEARTH__MAP(f, ...)                                                              \
    HEARTH__PICK(__VA_ARGS__, HEARTH__M16, HEARTH__M15, HEARTH__M14, HEARTH__M13,        \
                 HEARTH__M12, HEARTH__M11, HEARTH__M10, HEARTH__M9, HEARTH__M8,          \
                 HEARTH__M7, HEARTH__M6, HEARTH__M5, HEARTH__M4, HEARTH__M3, HEARTH__M2, \
                 HEARTH__M1, 0)                                                          \
    (f, __VA_ARGS__)
#endif
/** No arguments. */
#ifdef __cplusplus
#define HEARTH_NO_ARGS (hearth_vals{NULL, 0})
#else
#define HEARTH_NO_ARGS ((hearth_vals){NULL, 0})
#endif

/* ---- setup ------------------------------------------------------------ */

/**
 * Open a database, creating the file if there is none.
 *
 * `sqlite:PATH`, `sqlite::memory:` or just PATH (a PATH with a colon before its first
 * slash needs the "sqlite:").  Options follow a '?', as in
 * `sqlite:app.db?busy_ms=2000&sync=normal`.
 *
 *   busy_ms  how long a statement waits for a lock before HEARTH_EBUSY, default 5000
 *   sync     full (default: an answered write survives a power cut) or normal (it
 *            survives a crash of the program)
 *   slow_ms  statements that keep the engine busy for so long are logged as warnings, with
 *            their plan and without their arguments; default 0, none
 *
 * The file is set to WAL; foreign keys are on; text in double quotes is not a string;
 * untrusted schemas run no unsafe functions.  A new file is its owner's alone (mode
 * 0600).
 *
 * A file or WAL that is removed or replaced meanwhile is noticed before the next write, and
 * by reads within 10 ms: what was answered is first saved into the file that was open; then
 * the file that has its name now is used.  While there is none, requests get
 * HEARTH_EUNAVAILABLE (503); an empty one is not made.
 *
 * A database in a file has one thread of its own, with all signals blocked, until
 * hearth_db_close(): it commits what waits together and copies the WAL back into the file,
 * when 4 MiB are there or nothing was written for a second.  After fork() the child opens a
 * database of its own and leaves this one alone.
 *
 * @param url  NULL means the environment variable HEARTH_DB, else "sqlite:hearth.db"
 * Owns:    caller (hearth_db_close), or the application after hearth_use_db()
 * Returns: the database, or NULL with a sentence in *err:
 *            HEARTH_EINVAL        the url has an unknown scheme or option
 *            HEARTH_EUNAVAILABLE  the file cannot be opened or written, or is no database
 *            HEARTH_EBUSY         another program holds the file
 *            HEARTH_ENOMEM        out of memory
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_db *hearth_db_open(const char *url, hearth_error *err);

/**
 * Close a database that no application owns.  NULL is allowed.
 *
 * Thread:  any; no request may use it any more, and no thread that used it may be ending
 *          meanwhile
 * Since:   0.1
 */
HEARTH_API void hearth_db_close(hearth_db *db);

/**
 * Run one or more statements without arguments, for a schema at start-up.  All in one
 * transaction: all or none.
 *
 * Returns: 0, or with a sentence in *err
 *            HEARTH_EDB           a statement is wrong
 *            HEARTH_EINVAL        sql is NULL
 *            HEARTH_ECONFLICT, HEARTH_EMODEL, HEARTH_EBUSY, HEARTH_EUNAVAILABLE,
 *            HEARTH_ENOMEM        as for hearth_exec()
 *          A NULL db gives HEARTH_EINVAL and leaves *err alone, so that a failed open
 *          needs no check of its own.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_db_script(hearth_db *db, const char *sql, hearth_error *err);

/**
 * Copy the database to a file while it is in use: all of it, as of one moment.  Nobody
 * waits meanwhile.  The file is its owner's alone (mode 0600); it appears, or replaces what
 * had that name, when it is whole and on the disk, and after a failure all is as before.
 *
 *     hearth_db_backup(db, "/var/backups/app.db", &err)
 *
 * It takes as long as reading and writing the file does: from a handler, on a worker.
 *
 * Returns: 0, or with a sentence in *err
 *            HEARTH_EINVAL       db or path is NULL, path is "" or the database's own file
 *            HEARTH_ESTATE       this kind of database has tools of its own
 *            HEARTH_EUNAVAILABLE the copy cannot be written, or the database not be read
 *            HEARTH_EBUSY, HEARTH_ENOMEM  as for hearth_exec()
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_db_backup(hearth_db *db, const char *path, hearth_error *err);

/**
 * Give the application its database.
 *
 * Owns:    @p db is taken, also on failure: hearth_app_free() closes it
 * Returns: 0, or
 *            HEARTH_EINVAL  db is NULL; the application will refuse to start
 *            HEARTH_ESTATE  the application runs, or has a database already
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_db(hearth_app *app, hearth_db *db);

/* ---- per request ------------------------------------------------------ */

/**
 * Run a statement that gives no rows.  Outside hearth_begin() it is durable when the call
 * returns.
 *
 * BEGIN, COMMIT, SAVEPOINT and ATTACH in SQL are refused, because connections are shared
 * by requests: use hearth_begin().
 *
 * Returns: 0, or
 *            HEARTH_ECONFLICT     UNIQUE, PRIMARY KEY or FOREIGN KEY violated: 409,
 *                                 told to the client
 *            HEARTH_EMODEL        NOT NULL, CHECK, a STRICT type or the RAISE() of a
 *                                 trigger: 422, told to the client
 *            HEARTH_EBUSY         another writer held the database for busy_ms: 503
 *            HEARTH_EUNAVAILABLE  disk full, i/o error, file unreadable: 503
 *            HEARTH_EDB           the SQL is wrong, or the count of arguments is: 500
 *            HEARTH_EINVAL        an argument is HEARTH_VAL_BAD, or a text with a NUL
 *                                 inside: 400, told to the client
 *            HEARTH_ESTATE        the application has no database, or an earlier failure
 *                                 made the database undo this transaction: 500
 *            HEARTH_ENOMEM        out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_exec(hearth_ctx *c, const char *sql,
                           hearth_vals args) HEARTH_NODISCARD;

/** Rows of a query; ends with the request. */
typedef struct hearth_rows hearth_rows;

/**
 * Run a query.  Never NULL: a failed query is an empty result whose hearth_rows_error()
 * tells.
 *
 * A statement that changes something (INSERT ... RETURNING) is allowed; it is durable
 * when the call returns, whether or not the rows are read.  Writing while rows are being
 * read is fine.
 *
 * Owns:    request
 * Returns: the rows, before the first one.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API hearth_rows *hearth_select(hearth_ctx *c, const char *sql, hearth_vals args);

/**
 * Go to the next row.
 *
 * Returns: false when there is none, or the query failed: see hearth_rows_error().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API bool hearth_rows_next(hearth_rows *r);

/**
 * Did the query fail, at the start or on the way?
 *
 * Returns: 0 or the codes of hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_rows_error(const hearth_rows *r);

/**
 * The number of columns.
 *
 * Returns: 0 when the query failed.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_rows_width(const hearth_rows *r);

/**
 * A column of the current row as a number; an SQL text is read as a number, NULL is 0.
 *
 * Returns: the value, 0 for a column that does not exist.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int64_t hearth_rows_int(const hearth_rows *r, int col);

/**
 * A column of the current row as a floating point number.
 *
 * Returns: the value, 0 for NULL or a column that does not exist.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API double hearth_rows_real(const hearth_rows *r, int col);

/**
 * A column of the current row as text; numbers in their SQL form.
 *
 * Owns:    request
 * Returns: the text, NULL for SQL NULL, a column that does not exist, or out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_rows_text(hearth_rows *r, int col);

/**
 * A column of the current row as bytes: a blob, or a text with its length.
 *
 * Owns:    request
 * Returns: the bytes; empty for NULL, a column that does not exist, or out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API hearth_str hearth_rows_blob(hearth_rows *r, int col);

/**
 * Is a column of the current row NULL?
 *
 * Returns: true for NULL and for a column that does not exist.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API bool hearth_rows_null(const hearth_rows *r, int col);

/**
 * Answer with the rows of a query as a JSON array of objects, written without a tree.
 *
 * Columns are the names, which must differ.  Two endings of a column name say what SQL
 * cannot: `SELECT done AS "done:bool"` gives `"done": true`, and `tags AS "tags:json"`
 * puts the text there as JSON.  Blobs become base64.  Outside hearth_begin() a failure
 * undoes what the statement changed.
 *
 * Returns: 0, or as hearth_exec(); HEARTH_EDB also when a `:json` column does not hold
 *          JSON, a `:bool` column no number, or two columns have one name.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_reply_rows(hearth_ctx *c, int status, const char *sql,
                                 hearth_vals args);

/**
 * Answer with the first row as one JSON object, else 404.
 *
 *     return hearth_reply_row(c, 201,
 *                             "INSERT INTO todos(title) VALUES (?) RETURNING id, title",
 *                             hearth_args(title));
 *
 * Returns: 0, or as hearth_reply_rows(), or HEARTH_ENOTFOUND when there is no row: 404.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_reply_row(hearth_ctx *c, int status, const char *sql,
                                hearth_vals args);

/**
 * How many rows the last statement of this request that may write inserted, changed or
 * deleted.
 *
 * Returns: the count, 0 before the first.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int64_t hearth_changes(hearth_ctx *c);

/**
 * The key of the row that the last INSERT of this request made.
 *
 * Returns: the key, 0 before the first.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int64_t hearth_last_id(hearth_ctx *c);

/**
 * Begin a transaction that may write: takes the one writer until hearth_commit(),
 * hearth_rollback() or the end of the handler.  Within another transaction it is a
 * savepoint.
 *
 * Returns: 0, or HEARTH_EBUSY, HEARTH_EUNAVAILABLE, HEARTH_ESTATE, HEARTH_EDB,
 *          HEARTH_ENOMEM as hearth_exec().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_begin(hearth_ctx *c) HEARTH_NODISCARD;

/**
 * Commit what hearth_begin() began; of a savepoint, merge it into the outer one.
 *
 * Returns: 0 when it is durable, or
 *            HEARTH_ESTATE  nothing was begun, or the database has undone it already
 *            as hearth_exec(), and then it has been rolled back
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_commit(hearth_ctx *c) HEARTH_NODISCARD;

/**
 * Give up what hearth_begin() began.  Not needed before an early return: what is not
 * committed is rolled back.
 *
 * Returns: 0, or HEARTH_ESTATE when nothing was begun.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_rollback(hearth_ctx *c);

/**
 * Call fn(c, arg) once when what is open now is durable: to send a mail or wake a job that
 * must not run ahead of the data.
 *
 * It runs inside the outermost hearth_commit(), in the order of asking, when the writer is
 * free again; it may use the database.  A rollback of its transaction or savepoint drops
 * it.  Without a transaction it runs at once.  What is committed stays committed: a handler
 * that fails afterwards undoes nothing.
 *
 * Returns: 0, or HEARTH_ENOMEM, and then it will not be called.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_after_commit(hearth_ctx *c, void (*fn)(hearth_ctx *c, void *arg),
                                   void *arg) HEARTH_NODISCARD;

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_DB_H */
