/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DRIVER_H
#define HEARTH_DRIVER_H

/**
 * @file hearth/driver.h
 * For who writes a database driver; who uses a database needs <hearth/db.h> and the one
 * call below.
 *
 * A driver is a constant table of functions.  An add-on library hands its table out, the
 * application opens a database over it, and all else is the same for every engine:
 *
 *     hearth_db *db = hearth_db_open_with(hearth_pg(), "pg:dbname=todo", &err);
 *     hearth_use_db(app, db);
 *
 * There is no list of drivers to register with: the linker finds the add-on, the argument
 * names it.
 *
 * **What is above.**  A database has one engine (`open`), one connection that may write and
 * one that only reads for each thread that reads.  Connections are made when they are first
 * needed, and again when `check` says so; statements are prepared once for each connection and
 * kept.  Whoever has the writer has it alone.  A write outside a transaction comes as `begin`
 * at level 0, the statement, `commit`; one that shares its commit with others, as a savepoint
 * (level 1) among them.  hearth_begin() in a handler is `begin` at level 0, and at the next
 * levels inside.  Whatever fails is rolled back, and `begun` tells whether the engine has
 * done so by itself already.
 *
 * **Statements.**  An application's SQL is given as it was written; what Hearth makes from
 * models is put together from the texts of the ::hearth_db_dialect.  Placeholders are always
 * `?` (hearth_db_numbered() turns them into `$1`), names are always quoted "so" with quotes
 * inside doubled, LIMIT ? OFFSET ? is understood; a driver whose engine differs rewrites the
 * statement in `prepare`.  Values go both ways as hearth_val; the driver translates the
 * engine's types, see ::hearth_db_type.
 *
 * **Threads.**  The engine is used by any thread at any time.  A connection and its
 * statements are used by one thread at a time, not always the same one.
 *
 * **Failures.**  Every slot that returns `int` and takes a `hearth_error *` returns 0, or one
 * of these codes and fills *err with a sentence (hearth_errorf()):
 *
 *   HEARTH_ECONFLICT     UNIQUE, PRIMARY KEY, FOREIGN KEY violated
 *   HEARTH_EMODEL        NOT NULL, CHECK or a column's type violated; too long, out of range
 *   HEARTH_EBUSY         somebody else holds a lock for too long, or a deadlock
 *   HEARTH_EUNAVAILABLE  disk full, connection lost, server away, not allowed: later or never
 *   HEARTH_EDB           the SQL is wrong
 *   HEARTH_ENOMEM        out of memory
 *   HEARTH_EINVAL        of `open` and `backup`: what was asked for makes no sense
 *
 * Clients are shown the sentences of HEARTH_ECONFLICT and HEARTH_EMODEL, so these name
 * columns ("title already exists", "title is required") and never contain SQL; the log gets
 * all the others.
 *
 * **Is it right?**  One suite tests every driver.  It is installed below
 * share/hearth/driver, needs nothing but public headers, and begins with what to do:
 * db_conformance.h.
 */

#include <hearth/db.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what SQL looks like ---------------------------------------------- */

/** What a column holds, beyond SQL's own types; the order is that of ::hearth_kind. */
typedef enum hearth_db_type {
    HEARTH_DB_I64,
    HEARTH_DB_F64,
    HEARTH_DB_FLAG, /* 0 or 1 as HEARTH_VAL_INT, in both directions */
    HEARTH_DB_TEXT,
    HEARTH_DB_TIME, /* seconds since 1970 as HEARTH_VAL_INT */
    HEARTH_DB_DATE, /* "2026-11-23" as HEARTH_VAL_TEXT, as are the next two */
    HEARTH_DB_UUID,
    HEARTH_DB_JSON,
    HEARTH_DB_BLOB,
    HEARTH_DB_ENUM,
    HEARTH_DB_TYPES
} hearth_db_type;

/** Text that a driver makes, piece by piece. */
typedef void hearth_db_put_fn(void *arg, const char *text, size_t n);

/** A full-text index over columns of a table. */
typedef struct hearth_db_search {
    const char *name; /* of the index: letters, digits and '_' */
    const char *table;
    const char *key; /* the column that tells its rows apart */
    bool serial;     /* the key is a whole number that the database counts */
    const char *const *column;
    size_t n;             /* of columns, at least one */
    const double *weight; /* of each, as many; NULL: all alike */
    bool stem;            /* English: words are alike when their stems are */
} hearth_db_search;

/** What is looked for: all of several. */
typedef struct hearth_db_word {
    /* A word, or several with spaces between, to be found one after the other; any bytes but
     * '\0', so it may hold no word at all, and then leaves the others alone. */
    hearth_str text;
    bool prefix; /* the last word of it may go on */
} hearth_db_word;

/** Full-text search. */
typedef struct hearth_db_search_ops {
    size_t size; /* mandatory: sizeof(hearth_db_search_ops) */
    /* Mandatory.  Statements that make an index, fill it, and keep it in step from then on. */
    void (*create)(const hearth_db_search *s, hearth_db_put_fn *put, void *arg);
    /* Mandatory.  Statements that remove what there is of it; no failure when that is
     * nothing. */
    void (*drop)(const hearth_db_search *s, hearth_db_put_fn *put, void *arg);
    /* Mandatory.  A query: one row, one column, 1 when it is there and as create makes it,
     * else 0. */
    void (*check)(const hearth_db_search *s, hearth_db_put_fn *put, void *arg);
    /* Mandatory.  What comes behind `FROM table` to leave the rows that are found, with one
     * `?` for what match makes.  It gives the columns hearth_rank, less is better, and if
     * wanted hearth_snippet, a piece of the text with \x02 before and \x03 behind what was
     * found; no other name of a column may come into the statement by it. */
    void (*join)(const hearth_db_search *s, bool snippet, hearth_db_put_fn *put,
                 void *arg);
    /* Mandatory.  n > 0 */
    void (*match)(const hearth_db_word *word, size_t n, hearth_db_put_fn *put, void *arg);
} hearth_db_search_ops;

/** What SQL made from models has to know of an engine.  Texts are put together as they are;
 * the driver brings values to and from its types by itself. */
typedef struct hearth_db_dialect {
    size_t
        size; /* mandatory: sizeof(hearth_db_dialect); what is added at the end later is
                    then 0 */
    const char *type[HEARTH_DB_TYPES]; /* mandatory: the column's type */
    const char *serial_key; /* mandatory: type and constraint of a whole number that the
                               database counts: "INTEGER PRIMARY KEY" */
    const char *table_end;  /* mandatory: behind the closing bracket of CREATE TABLE */
    const char *now;    /* mandatory: expression, the present time as HEARTH_DB_TIME */
    const char *today;  /* mandatory: expression, the day in UTC as HEARTH_DB_DATE */
    const char *like;   /* mandatory: the operator that ignores the case of letters;
                               what follows it is `? ESCAPE '\\'` */
    const char *length; /* mandatory: function, characters of a text */
    const char
        *for_update;     /* mandatory, may be "": behind a SELECT that locks its rows */
    const char *explain; /* NULL = cannot; before a statement: its last column is a line
                               of the plan */
    bool returning;      /* INSERT, UPDATE and DELETE have RETURNING */
    bool upsert;         /* ON CONFLICT (...) DO UPDATE SET a = excluded.a */
    bool alter_limited;  /* ALTER TABLE adds, renames and drops columns, no more */
    size_t max_args;     /* mandatory: of a statement */

    /* Queries about the schema, for migrations; each mandatory.
     * tables:  name, of the user's tables, ordered.
     * columns: of table ?, in order: name, type in lower case, not_null 0 or 1,
     *          fallback (an expression or NULL), key (0, or its place in the primary key)
     * indexes: of table ?: name, is_unique 0 or 1, column names joined by ", " (NULL: it is
     *          on more or less than whole columns), the statement that makes it (NULL: it is
     *          part of the table, as UNIQUE is); the primary key's is not among them
     * references: of table ?: column, other table, other column, action on delete in lower
     *          case ("no action", "cascade", "set null", "restrict"), name of the rule or
     *          NULL */
    const char *tables, *columns, *indexes, *references;
    const hearth_db_search_ops *search; /* NULL = there is no full-text search */
    /* More of them; NULL = `migrate diff` and `migrate check` cannot be used.
     * checks:  of table ?: name of the rule or NULL, its expression; one space where there
     *          is any
     * made_by: of table ?: what stands behind CREATE TABLE and its name in the statement
     *          that makes it as it is */
    const char *checks, *made_by;
    /* NULL = there are none.  What would break while table ? is replaced, since alter_limited:
     * views and triggers that name it, or name those.  Kind ("view", "trigger"), name, the
     * statement that makes it; those first that others may need. */
    const char *others;
} hearth_db_dialect;

/* ---- the table -------------------------------------------------------- */

/**
 * What `connect`, `script`, `prepare`, `step`, `begin`, `commit`, `check`, `kept`, `lock` and
 * `backup` of an asynchronous driver return when they would have to wait.
 *
 * What was asked for has been sent, or will be as soon as it can. When the connection's `fd`
 * is ready for what it `wants`, the same slot is called again with the same arguments, and
 * again, until it returns something else; sooner does no harm. Who has a thread to spare waits
 * with poll(2), as lib/db does; who has a loop does something else meanwhile. So that the same
 * call is recognised, `connect` and `prepare` find in *conn and *stmt what they left there the
 * first time, when it was NULL; who does not want to go on gives it to `disconnect` or
 * `finalize`. When they fail they leave nothing.
 *
 * Several things may be under way on a connection, a pipeline: they are done in the order in
 * which they were first asked for, and are asked for again in that order.  Each is asked for
 * once more after the one before it was done, and before anybody waits.
 *
 * The other slots never wait.  `rollback`, `finalize`, `unlock`, `enforce` and `set_last_id` have
 * nothing to tell: what they have to send goes before what comes next.  `reset` gives up a statement
 * that is under way; what still arrives for it is dropped, and its arguments are not touched
 * any more.  `begun` says what the connection's last answer said, and no after a rollback of
 * the outer level.
 */
#define HEARTH_DB_WAIT 2

/**
 * What an engine has to do.  A constant, filled by name (`.open = my_open`); it has to stay
 * until the database is closed.  New slots come at the end, and are optional.
 */
typedef struct hearth_db_ops {
    size_t size;                      /* mandatory: sizeof(hearth_db_ops) */
    const char *name;                 /* mandatory: "sqlite"; the scheme of its url */
    const hearth_db_dialect *dialect; /* mandatory */
    /* Mandatory.  Understand the url: what follows "name:", or all of it when it does not
     * begin so.  It may hold a password, so *err does not repeat it.  *self receives the
     * engine.  The writer is connected right after, which is when the database has to come
     * to be. */
    int (*open)(const char *url, void **self, hearth_error *err);
    /* Mandatory.  Frees the engine; all connections are closed before. */
    void (*close)(void *self);
    /* Mandatory.  True: reading connections beside the writer do not work (an in-memory
     * database); all goes through the writer. */
    bool (*single)(void *self);
    /* Mandatory.  Milliseconds a caller may wait for the writer. */
    int64_t (*busy_ms)(void *self);
    /* Mandatory.  A connection, for reading only or for everything. */
    int (*connect)(void *self, bool writer, void **conn, hearth_error *err);
    /* Mandatory.  What is going on is given up and rolled back; its statements are finalized
     * before. */
    void (*disconnect)(void *conn);
    /* Mandatory.  Run statements without arguments and rows. */
    int (*script)(void *conn, const char *sql, hearth_error *err);
    /* Mandatory.  Prepare one statement for repeated use; several statements in one text
     * are HEARTH_EDB, and so are those that begin or end transactions. */
    int (*prepare)(void *conn, const char *sql, void **stmt, hearth_error *err);
    /* Mandatory. */
    void (*finalize)(void *stmt);
    /* Mandatory.  Does it leave the database as it is? */
    bool (*readonly)(void *stmt);
    /* Mandatory.  Bind all arguments; a wrong count is HEARTH_EDB.  The list and
     * what it points to stay valid until reset. */
    int (*bind)(void *stmt, hearth_vals args, hearth_error *err);
    /* Mandatory.  1: a row, 0: done, negative: failed. */
    int (*step)(void *stmt, hearth_error *err);
    /* Mandatory.  Back to before the first row; bindings cleared.  Rows that were not asked
     * for are dropped. */
    void (*reset)(void *stmt);
    /* Mandatory.  The number of columns, 0 for a statement without rows. */
    int (*width)(void *stmt);
    /* Mandatory.  Name of a column, valid until the next step or finalize. */
    const char *(*column_name)(void *stmt, int col);
    /* Mandatory.  A value of the current row, its bytes borrowed until the next step or
     * reset.  Text ends in '\0'.  HEARTH_VAL_BAD: out of memory. */
    hearth_val (*column)(void *stmt, int col);
    /* Mandatory.  Of the last statement on this connection; 0 when it was not one that
     * inserts, changes or deletes. */
    int64_t (*changes)(void *conn);
    int64_t (*last_id)(void *conn);
    /* Mandatory.  Transaction control, level 0 = the outer one, above = savepoints.
     * rollback does nothing when no transaction is open. */
    int (*begin)(void *conn, int level, hearth_error *err);
    int (*commit)(void *conn, int level, hearth_error *err);
    void (*rollback)(void *conn, int level);
    /* Mandatory.  Is a transaction open?  An engine may end one by itself when a
     * statement fails; asked after every failure. */
    bool (*begun)(void *conn);
    /* Optional: NULL means that last_id is of this request anyway.  What last_id says
     * until the next insert: the connection serves many requests, each has its own. */
    void (*set_last_id)(void *conn, int64_t id);
    /* Optional: NULL means never.  A number that changes when the columns of a statement
     * may have (the schema did).  Asked after the first step. */
    int (*shape)(void *stmt);
    /* Optional, both or none: NULL means that writes of several requests are no cheaper
     * together (an engine that groups commits by itself, or has none to wait for) and that
     * nothing piles up.  backlog: bytes that wait for tidy() on the writer.  tidy: work them
     * off, as far as nobody has to wait for it; all: the rest, too, since nothing is going
     * on.  Called by the database's own thread and no other. */
    int64_t (*backlog)(void *conn);
    void (*tidy)(void *conn, bool all);
    /* Optional: NULL means that what is open cannot be taken away.  Asked outside
     * transactions, before writes, now and then before reads, and before the next read when
     * one failed.  0: all is well.  1: the connection leads nowhere, or to something that the
     * url does not name any more, all that was committed is safe; it is to be replaced.
     * Negative, with *err: the same, but not all is safe yet; ask again.  A connection for
     * writing does the saving. */
    int (*check)(void *conn, hearth_error *err);
    /* Optional: NULL means never.  Statements that take so many milliseconds are logged; 0:
     * none. */
    int64_t (*slow_ms)(void *self);
    /* Optional: NULL means that the engine has tools of its own for this.  Copy the whole
     * database, as of one moment, to a file of this name, which is there when it is durable
     * or stays as it was. */
    int (*backup)(void *conn, const char *path, hearth_error *err);
    /* Optional, all or none: NULL means that reads gain nothing by sharing a view.  On
     * connections for reading.  view_begin: what is read until view_end is of one moment,
     * not before now; false: that cannot be, read without.  view_fresh: does it still show
     * every commit that was acknowledged to anybody, in this program or another, and is it
     * still there?  Asked before every read, so it must be nearly free.  view_end: rows that
     * are being read are not disturbed. */
    bool (*view_begin)(void *conn);
    bool (*view_fresh)(void *conn);
    void (*view_end)(void *conn);
    /* Optional, both or none: NULL means that nobody has to be kept out.  A lock by name
     * that all programs which use this database respect, for what takes more than one
     * transaction; waits as long as for any other lock: HEARTH_EBUSY.  Released by unlock,
     * by disconnect and by the end of the program.  One at a time for each connection. */
    int (*lock)(void *conn, const char *name, hearth_error *err);
    void (*unlock)(void *conn);
    /* Optional, both or none: NULL means that every slot is done when it returns.  An
     * asynchronous driver may return HEARTH_DB_WAIT, see there.  fd: what to wait for; it may
     * be another one after each call.  wants: POLLIN, POLLOUT or both (<poll.h>). */
    int (*fd)(void *conn);
    int (*wants)(void *conn);
    /* Optional: NULL or 0 means for ever.  Milliseconds that any one thing may take that
     * HEARTH_DB_WAIT was said about; past them the connection is given up, and what was asked
     * for fails with HEARTH_EUNAVAILABLE.  A server may die without a word, so a driver of
     * one should have this. */
    int64_t (*wait_ms)(void *self);
    /* Optional, both or none: NULL means that dropping a table leaves the rows alone that refer
     * to it, or that none has to be dropped (not alter_limited).  enforce: shall references be
     * kept from now on?  Of a connection for writing, outside transactions; at first they are.
     * It does not fail.  kept: inside a transaction, are all of them?  HEARTH_ECONFLICT: a
     * sentence that names a table whose rows refer to what does not exist. */
    void (*enforce)(void *conn, bool on);
    int (*kept)(void *conn, hearth_error *err);
    /* Optional: NULL means that `migrate diff` and `migrate check` cannot be used.  Another
     * engine of this kind with an empty database that is gone when it is closed: there the
     * engine says what it makes of a schema. */
    int (*scratch)(void *self, void **other, hearth_error *err);
} hearth_db_ops;

/* ---- for applications ------------------------------------------------- */

/**
 * Open a database over a driver.  hearth_db_open() is the same with hearth_db_sqlite().
 *
 * @param ops  the driver's table, which has to stay until the database is closed
 * @param url  "name:..." with the driver's name, or what else the driver understands; NULL
 *             means the environment variable HEARTH_DB
 * Owns:    caller (hearth_db_close()), or the application after hearth_use_db()
 * Returns: the database, or NULL with a sentence in *err:
 *            HEARTH_EINVAL  ops is NULL or lacks something mandatory; there is no url, or it
 *                           is not one for this driver
 *            others         as for hearth_db_open()
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_db *hearth_db_open_with(const hearth_db_ops *ops, const char *url,
                                          hearth_error *err);

/* ---- for drivers ------------------------------------------------------ */

/**
 * The driver that is built in: to wrap it in another, or to look at as an example.
 *
 * Owns:    a constant
 * Returns: the table.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API const hearth_db_ops *hearth_db_sqlite(void);

/**
 * A copy of a statement with numbers in place of its `?`: with "$", `a = ? AND b = ?` becomes
 * `a = $1 AND b = $2`.  What stands in 'texts', "names" and comments is left alone, and `??`
 * becomes one `?` that is no placeholder, for engines that have such an operator.
 *
 * @param count  receives how many there were; NULL is allowed
 * Owns:    caller (free())
 * Returns: the copy, or NULL when out of memory.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API char *hearth_db_numbered(const char *sql, const char *prefix, size_t *count);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_DRIVER_H */
