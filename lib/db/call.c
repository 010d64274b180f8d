/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Calls of the driver that may take time.
 *
 * An asynchronous driver answers HEARTH_DB_WAIT where a synchronous one blocks.  Whoever
 * calls from here has a thread to spare: he sleeps until the descriptor is ready and asks
 * again.  That is all it takes to use either kind; a loop would do the same with its own
 * way of waiting.
 *
 * A connection that was waited for too long is given up: nobody knows what it is doing, so
 * nothing more is asked of it until it is made anew.
 */

#include "db/call.h"

#include "core/clock.h"
#include "core/error.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>

static int too_long(hearth_error *err, int64_t ms)
{
    return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                             "the database did not answer within %lld ms: its connection "
                             "was given up, and whether what was asked for last has "
                             "happened is not known",
                             (long long)ms);
}

/* HEARTH_DB_WAIT: ask again.  *until is 0 before the first time. */
static int await(const hearth_db *db, void *raw, int64_t *until, hearth_error *err)
{
    const hearth_db_ops *ops = db->ops;
    int64_t ms = ops->wait_ms == NULL ? 0 : ops->wait_ms(db->self), left = -1;
    struct pollfd p = {.fd = -1};
    int n;

    if (ops->fd == NULL || raw == NULL)
        return hearth__error_set(err, HEARTH_EDB,
                                 "the database driver %s says that it has to wait, but "
                                 "not for what: give it the functions fd and wants",
                                 ops->name);
    p.fd = ops->fd(raw);
    p.events = (short)ops->wants(raw);
    if (ms > 0) {
        int64_t now = hearth__clock_us();

        if (*until == 0)
            *until = now + ms * 1000;
        left = *until > now ? (*until - now + 999) / 1000 : 0;
    }
    n = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
    if (n < 0 && errno != EINTR)
        return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                 "the database's connection cannot be waited for");
    return n == 0 ? too_long(err, ms) : HEARTH_DB_WAIT;
}

typedef enum what {
    CONNECT,
    SCRIPT,
    PREPARE,
    STEP,
    BEGIN,
    COMMIT,
    CHECK,
    KEPT,
    BACKUP,
    LOCK
} what;

typedef struct call {
    what what;
    const char *text; /* SQL, path, name */
    void *stmt;
    void **out; /* a statement or connection that is being made */
    int level;
    bool writer;
} call;

static int ask(hearth_db *db, void *raw, const call *a, hearth_error *err)
{
    const hearth_db_ops *ops = db->ops;

    switch (a->what) {
    case CONNECT:
        return ops->connect(db->self, a->writer, a->out, err);
    case SCRIPT:
        return ops->script(raw, a->text, err);
    case PREPARE:
        return ops->prepare(raw, a->text, a->out, err);
    case STEP:
        return ops->step(a->stmt, err);
    case BEGIN:
        return ops->begin(raw, a->level, err);
    case COMMIT:
        return ops->commit(raw, a->level, err);
    case CHECK:
        return ops->check(raw, err);
    case KEPT:
        return ops->kept(raw, err);
    case BACKUP:
        return ops->backup(raw, a->text, err);
    case LOCK:
        return ops->lock(raw, a->text, err);
    }
    return HEARTH_EDB;
}

/* Ask until it is done; *lost when that is waited for in vain. */
static int ask_all(hearth_db *db, void *raw, const call *a, bool *lost, hearth_error *err)
{
    int64_t until = 0;
    int rc;

    *lost = false;
    while ((rc = ask(db, raw, a, err)) == HEARTH_DB_WAIT) {
        rc = await(db, a->what == CONNECT ? *a->out : raw, &until, err);
        if (rc != HEARTH_DB_WAIT) {
            *lost = true;
            break;
        }
    }
    return rc;
}

int hearth__call_connect(hearth_db *db, bool writer, void **raw, hearth_error *err)
{
    const call a = {.what = CONNECT, .writer = writer, .out = raw};
    bool lost;
    int rc;

    *raw = NULL;
    rc = ask_all(db, NULL, &a, &lost, err);
    if (lost && *raw != NULL)
        db->ops->disconnect(*raw);
    if (rc != 0)
        *raw = NULL;
    return rc;
}

static int ask_conn(hearth__conn *c, const call *a, hearth_error *err)
{
    int rc;

    if (c->lost)
        return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                 "the database's connection was given up: try again");
    rc = ask_all(c->db, c->raw, a, &c->lost, err);
    if (rc == HEARTH_EUNAVAILABLE)
        c->check_us = 0; /* it may be broken: to be looked at before the next read */
    return rc;
}

int hearth__call_script(hearth__conn *c, const char *sql, hearth_error *err)
{
    return ask_conn(c, &(call){.what = SCRIPT, .text = sql}, err);
}

int hearth__call_prepare(hearth__conn *c, const char *sql, void **stmt, hearth_error *err)
{
    int rc;

    *stmt = NULL;
    rc = ask_conn(c, &(call){.what = PREPARE, .text = sql, .out = stmt}, err);
    if (rc != 0 && c->lost && *stmt != NULL)
        c->db->ops->finalize(*stmt);
    return rc;
}

/* Once for every row, so the ways that need no waiting come first. */
int hearth__call_step(hearth__conn *c, void *stmt, hearth_error *err)
{
    if (!c->lost) {
        int rc = c->db->ops->step(stmt, err);

        if (rc == HEARTH_EUNAVAILABLE)
            c->check_us = 0;
        if (rc != HEARTH_DB_WAIT)
            return rc;
    }
    return ask_conn(c, &(call){.what = STEP, .stmt = stmt}, err);
}

int hearth__call_begin(hearth__conn *c, int level, hearth_error *err)
{
    return ask_conn(c, &(call){.what = BEGIN, .level = level}, err);
}

int hearth__call_commit(hearth__conn *c, int level, hearth_error *err)
{
    return ask_conn(c, &(call){.what = COMMIT, .level = level}, err);
}

void hearth__call_rollback(hearth__conn *c, int level)
{
    if (!c->lost)
        c->db->ops->rollback(c->raw, level);
}

bool hearth__call_begun(hearth__conn *c)
{
    return !c->lost && c->db->ops->begun(c->raw);
}

int hearth__call_check(hearth__conn *c, hearth_error *err)
{
    if (c->lost)
        return 1;
    return c->db->ops->check == NULL ? 0 : ask_conn(c, &(call){.what = CHECK}, err);
}

int hearth__call_kept(hearth__conn *c, hearth_error *err)
{
    return ask_conn(c, &(call){.what = KEPT}, err);
}

int hearth__call_lock(hearth__conn *c, const char *name, hearth_error *err)
{
    return ask_conn(c, &(call){.what = LOCK, .text = name}, err);
}

int hearth__call_backup(hearth__conn *c, const char *path, hearth_error *err)
{
    return ask_conn(c, &(call){.what = BACKUP, .text = path}, err);
}
