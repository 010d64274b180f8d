/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_DB_H
#define HEARTH_DB_DB_H

/*
 * A database and what one request does with it.
 *
 * Readers: one connection a thread, made at the thread's first query, found by a
 * thread-specific key of this database and closed with it.  Writer: one, lent to one
 * request at a time, in order of arrival; what waits for it outside transactions is
 * committed in groups by the database's thread.  Statements are prepared once per connection
 * (a bounded cache; least recently used go first).
 */

#include "core/arena.h"
#include "core/buf.h"
#include "core/log.h"
#include "db/driver.h"

typedef struct hearth__conn hearth__conn;

/* hearth_after_commit() */
typedef struct hearth__after {
    struct hearth__after *next;
    void (*fn)(hearth_ctx *c, void *arg);
    void *arg;
    int depth; /* of begin()s it hangs on */
} hearth__after;

/* The database side of a request.  Zeroed by init, lives in the context. */
typedef struct hearth__dbs {
    hearth_db *db; /* NULL: the application has none */
    hearth__arena *arena;
    hearth__conn *writer; /* held since begin(), or NULL */
    int depth;            /* open begin()s */
    bool lost;            /* the engine gave the transaction up by itself */
    bool loose;           /* references are not enforced until the outer end */
    bool stale;           /* something was written since the oldest open read */
    bool
        views; /* until the end: reads may share a view, hearth__db_turn() will be called */
    struct hearth__repeats *repeats; /* db/repeats.h; NULL: nobody counts */
    struct hearth__trail *trail;     /* db/trail.h; NULL: nobody wants to know */
    bool names;                      /* results keep the names of their columns */
    hearth_rows *open;               /* results whose statement is still in use */
    hearth__after *after; /* newest first; to be run by who commits at depth 1 */
    int64_t changes, last_id;
    hearth_error error; /* the last failure; error.code 0 when none */
} hearth__dbs;

void hearth__dbs_init(hearth__dbs *s, hearth_db *db, hearth__arena *arena);
/* Release statements, roll back what is open, give the writer back.  Called when the
 * handler has returned; on the thread that ran it.  s may be used again. */
void hearth__dbs_end(hearth__dbs *s);

/* At the end of a turn of this thread's loop: lets go of a view of the data that was kept
 * for the next reads when its time is up, or at once when this is the last turn.  Returns
 * in how many milliseconds to call again, -1 when there is nothing to let go of. */
int64_t hearth__db_turn(hearth_db *db, bool last);

/* Behind the public functions of <hearth/db.h> that take a context. */
int hearth__dbs_exec(hearth__dbs *s, const char *sql, hearth_vals args);
hearth_rows *hearth__dbs_select(hearth__dbs *s, const char *sql, hearth_vals args);
int hearth__dbs_begin(hearth__dbs *s);
/* The outer begin() of a transaction in which references may be broken; commit() fails with
 * HEARTH_ECONFLICT when they are at its end.  HEARTH_ESTATE inside another one. */
int hearth__dbs_begin_loose(hearth__dbs *s);
/* Inside one: are they kept by now? */
int hearth__dbs_kept(hearth__dbs *s);
int hearth__dbs_commit(hearth__dbs *s);
int hearth__dbs_rollback(hearth__dbs *s);
/* Write the rows as a JSON array, or one row as an object (HEARTH_ENOTFOUND when none).
 * Straight from the statement, nothing is copied but into out.  A failure takes back what
 * was written to out, and what a statement outside begin() changed. */
int hearth__dbs_json(hearth__dbs *s, hearth__buf *out, bool one, const char *sql,
                     hearth_vals args);

/* A page of a result that is read in several, ordered by a column. */
typedef struct hearth__page {
    const char *key;  /* that column */
    size_t bytes;     /* no row begins behind so many */
    size_t rows;      /* that were written */
    hearth_val last;  /* its value in the last of them; kind NULL: none yet */
    hearth__buf text; /* of last; to be initialised, and cleared */
} hearth__page;

/* Write the rows of a statement that only reads, each as an object with a line end behind it,
 * until there are enough bytes.  As above. */
int hearth__dbs_page(hearth__dbs *s, hearth__page *p, hearth__buf *out, const char *sql,
                     hearth_vals args);

/* One or more statements without arguments, inside begin() ... commit(). HEARTH_ESTATE
 * outside: hearth_db_script() is for there. */
int hearth__dbs_script(hearth__dbs *s, const char *sql);

/* A column of the current row as it is; its bytes are borrowed until the next row, or the
 * next call with s.  NULL for what does not exist. */
hearth_val hearth__rows_val(const hearth_rows *r, int col);
/* The name of a column of a result that began while s->names was set; "" for what does
 * not exist.  Request's memory. */
const char *hearth__rows_name(hearth_rows *r, int col);

/* Where the database notes what belongs to no request; it has to outlive it. */
void hearth__db_set_log(hearth_db *db, hearth__log *log);
/* The file that it is kept in; NULL: in memory, or not by this process. */
const char *hearth__db_file(const hearth_db *db);

/* What SQL for it looks like. */
const hearth_db_dialect *hearth__db_dialect(const hearth_db *db);

/* Keep other programs and threads out of what takes several transactions (migrations):
 * a connection of its own holds the lock.  NULL with *err filled: HEARTH_EBUSY when
 * another one has it for longer than busy_ms. */
typedef struct hearth__db_lock hearth__db_lock;
hearth__db_lock *hearth__db_lock_take(hearth_db *db, const char *name, hearth_error *err);
void hearth__db_lock_give(hearth__db_lock *l); /* NULL allowed */

/* An empty database of the same kind, gone when it is closed.  NULL with *err filled;
 * HEARTH_ESTATE: its driver cannot tell enough of a schema to compare two. */
hearth_db *hearth__db_scratch(const hearth_db *like, hearth_error *err);

#endif
