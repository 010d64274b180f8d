/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_DB_CONN_H
#define HEARTH_DB_CONN_H

/*
 * Connections and their prepared statements, shared by the files of lib/db.
 */

#include "db/db.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#define HEARTH__STMTS      64    /* statements kept per connection */
#define HEARTH__WAITING    10000 /* for the writer at most; past it: busy */
#define HEARTH__STMT_SPOTS 128   /* places of the index by address; a power of two */

typedef struct hearth__stmt hearth__stmt;

typedef enum hearth__col_kind {
    HEARTH__COL_PLAIN,
    HEARTH__COL_BOOL,
    HEARTH__COL_JSON
} hearth__col_kind;

/* A column as JSON wants it. */
typedef struct hearth__col {
    hearth__col_kind kind;
    hearth_str key; /* `{"id":` for the first, `,"id":` for the others */
} hearth__col;

struct hearth__stmt {
    hearth__conn *conn;
    void *raw;
    const char *key;   /* where the text stood when it was last asked for */
    uint64_t used;     /* the connection's count at its last use: smallest goes first */
    bool busy, cached; /* neither: free.  A busy one without `cached` is temporary. */
    bool readonly;
    int64_t took_us; /* in the engine, since it was last got */
    int ncols;       /* of cols; -1 before they are known */
    int shape;       /* the driver's number when cols was made */
    hearth__col *cols;
    hearth__buf names; /* the keys of cols, one after the other */
    size_t len;
    char sql[];
};

struct hearth__conn {
    hearth_db *db;
    void *raw; /* NULL: has to be connected anew */
    bool writer;
    bool lost;                /* waited for in vain: to be connected anew */
    bool viewing;             /* its reads share a view ... */
    int64_t view_us, read_us; /* ... until then; when it last read */
    int64_t check_us;         /* when it was last looked after */
    uint64_t epoch;           /* of the writer that it was made after */
    uint64_t uses;
    size_t nstmts;
    hearth__stmt *stmts[HEARTH__STMTS];
    hearth__stmt *spots[HEARTH__STMT_SPOTS]; /* by address of the text, a hint */
    hearth__conn *next, **link;              /* the database's readers */
};

/* A write that may share its commit with others.  run() makes one try on c, inside a
 * transaction that is undone when it fails; it may be called again after the commit
 * failed.  On any thread, while the one that asked for it waits. */
typedef struct hearth__write {
    int (*run)(struct hearth__write *w, hearth__conn *c, hearth_error *err);
    hearth_error *err; /* mandatory: why it failed */
} hearth__write;

/* What somebody sleeps on.  They belong to the database, which lends them: who wakes a
 * sleeper may still be at it when that one has gone on. */
typedef struct hearth__bed {
    pthread_mutex_t lock; /* of the waiter's done */
    pthread_cond_t wake;
    struct hearth__bed *next; /* free ones */
} hearth__bed;

/* Somebody who waits for the writer, or for his write; on his own stack. */
typedef struct hearth__waiter {
    struct hearth__waiter *next; /* in line */
    hearth__write *write;        /* NULL: wants the writer itself */
    bool served;                 /* is in line no more, and will be woken */
    int rc;                      /* of write */
    hearth__bed *bed;
    bool done; /* has the writer, or write is done */
} hearth__waiter;

struct hearth_db {
    const hearth_db_ops *ops; /* of driver */
    hearth__driver driver;
    void *self;
    bool single;
    int64_t busy_ms;
    int64_t slow_us;            /* statements that take so long are logged; 0: none */
    pthread_key_t reader;       /* this thread's hearth__conn */
    pthread_mutex_t lock;       /* of all below */
    hearth__conn *readers;      /* all threads' */
    hearth__conn *writer;       /* used by whom it is lent to */
    atomic_uint_fast64_t epoch; /* how often the writer was connected anew; no lock */
    bool lent;
    hearth__waiter *first, **last; /* who waits for the writer, in order */
    size_t waiting, takers;        /* all of them; those who want the writer itself */
    _Atomic(hearth__bed *) beds; /* that nobody sleeps in; given back without the lock */
    hearth__log *log;

    /* The thread that commits groups and tidies up (writer.c). */
    bool threaded;
    pthread_t thread;
    pthread_cond_t call;
    bool turn;                /* the writer is the thread's */
    bool stopping;            /* it ends when nothing is left to do */
    bool napping;             /* it wakes up by itself */
    int64_t group_us;         /* after which a group takes no more in */
    size_t expected;          /* so many writes are likely to be there ... */
    int64_t expected_us;      /* ... until then */
    int64_t backlog, limit;   /* bytes to tidy up; when to do so at once */
    uint64_t gives;           /* how often the writer was given back */
    uint64_t commits, writes; /* of groups, and what was in them */
};

/* ---- connections (pool.c) --------------------------------------------- */

/* NULL with *err filled. */
hearth__conn *hearth__conn_open(hearth_db *db, bool writer, hearth_error *err);
void hearth__conn_close(hearth__conn *c); /* NULL allowed */
/* Prepare the parts of db that lend connections; undone by hearth__pool_clear(). */
int hearth__pool_init(hearth_db *db, hearth_error *err);
void hearth__pool_clear(hearth_db *db);
/* This thread's reader; NULL with *err filled. */
hearth__conn *hearth__pool_reader(hearth_db *db, hearth_error *err);
/* Before a read of a reader without open results: replace it when its database was. */
int hearth__pool_check(hearth__conn *c, hearth_error *err);
/* By who has the writer, outside transactions: see that it is connected to what the url
 * names now. */
int hearth__pool_ready(hearth_db *db, hearth_error *err);
/* The writer, after those who came earlier; NULL with *err filled, after busy_ms. */
hearth__conn *hearth__pool_take(hearth_db *db, hearth_error *err);
/* Rolls back what is still open. */
void hearth__pool_give(hearth_db *db);
/* Run w and commit it, alone or with others; returns when that is durable. */
int hearth__pool_write(hearth_db *db, hearth__write *w);

/* With the lock held, by who has the writer: it goes to the next in line. */
void hearth__pool_next(hearth_db *db);
/* With the lock held: the first in line leaves it, and will be woken; NULL when there is
 * none. */
hearth__waiter *hearth__pool_first(hearth_db *db);
/* He is gone once he may go on. */
void hearth__pool_wake(hearth__waiter *w);
/* The time after so many microseconds, for conditions. */
struct timespec hearth__pool_time(int64_t us);
/* A condition on the clock of hearth__pool_time(). */
int hearth__pool_cond(pthread_cond_t *c);

/* ---- views (view.c) --------------------------------------------------- */

/* Before a read on a reader without open results: see that it gets to know all that has
 * been committed; keep: in a view that may be shared with the next reads. */
void hearth__view_read(hearth__conn *c, bool keep);
void hearth__view_end(hearth__conn *c);

/* ---- the thread (writer.c) -------------------------------------------- */

int hearth__writer_start(hearth_db *db, hearth_error *err);
void hearth__writer_stop(hearth_db *db); /* when all writes are done */
/* Run w in a transaction of its own, by who has the writer. */
int hearth__writer_alone(hearth_db *db, hearth__write *w);

/* ---- statements (stmt.c) ---------------------------------------------- */

/* The statement of this text, prepared when it is not in the cache; give it back with
 * hearth__stmt_put(). */
int hearth__stmt_get(hearth__conn *c, const char *sql, hearth__stmt **out,
                     hearth_error *err);
void hearth__stmt_put(hearth__stmt *st);
void hearth__stmt_clear(hearth__conn *c); /* finalize all; none may be busy */
/* Make st->cols; cheap when they are there.  After the first step. */
int hearth__stmt_cols(hearth__stmt *st, hearth_error *err);

/* ---- slow statements (slow.c) ----------------------------------------- */

int hearth__slow_step(hearth__stmt *st, hearth_error *err);
/* It was reset: log it if it took too long. */
void hearth__slow_note(hearth__stmt *st);

/* ---- results (rows.c) ------------------------------------------------- */

/* A row that has been copied. */
typedef struct hearth__row {
    struct hearth__row *next;
    hearth_val v[];
} hearth__row;

struct hearth_rows {
    hearth__dbs *s;
    hearth_rows *next, **link; /* of s->open; link NULL when not in it */
    hearth__stmt *stmt;        /* NULL: the rows are copies, or there are no more */
    int width, error;
    bool ahead;  /* stmt stands on a row that next() has not given yet */
    bool on_row; /* the caller has a row */
    bool dirty;  /* texts holds something of this row */
    hearth__row *at, *rest, **tail;
    const char **names; /* of the columns; NULL: s->names was not set */
    hearth_str *texts;  /* what this row's columns were copied to; ptr NULL: not yet */
};

/* NULL when out of memory. */
hearth_rows *hearth__rows_new(hearth__dbs *s);
/* Start: rows come from st, which has been bound.  Takes st.  Errors go to r and s. */
void hearth__rows_start(hearth_rows *r, hearth__stmt *st);
/* Copy all rows that are left into the arena and release the statement. */
void hearth__rows_settle(hearth_rows *r);
void hearth__rows_close(hearth_rows *r);
/* A result that has failed; also without any memory.  s->error tells. */
hearth_rows *hearth__rows_failed(hearth__dbs *s, int code);

/* ---- sessions (session.c, exec.c) ------------------------------------- */

/* After a failure inside begin(): the engine may have ended the transaction, and what follows
 * must not run outside it.  Returns rc. */
int hearth__dbs_failed(hearth__dbs *s, int rc);
/* HEARTH_ESTATE with a sentence: it has ended it; there is no database. */
int hearth__dbs_lost(hearth__dbs *s);
int hearth__dbs_none(hearth__dbs *s);
/* Copy what is left of open results, of the writer or of the reader. */
void hearth__dbs_settle(hearth__dbs *s, bool writers);
/* Step with the session's view of failures: remembers when the transaction is gone. */
int hearth__dbs_step(hearth__dbs *s, hearth__stmt *st);

/* ---- JSON (rows_json.c) ----------------------------------------------- */

/* One row, or all of a bound statement, to JSON; 0, HEARTH_ENOTFOUND, or as step.  A
 * failure leaves half of it in out. */
int hearth__rows_json(hearth__dbs *s, hearth__stmt *st, bool one, hearth__buf *out);
/* Behind hearth__dbs_page(). */
int hearth__rows_page(hearth__dbs *s, hearth__stmt *st, hearth__page *p,
                      hearth__buf *out);

#endif
