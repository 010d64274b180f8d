/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What one request has of the database: results that are open, a transaction, what comes
 * after it.  Between begin() and commit() it has the writer, and everything is on that; its
 * statements are run in exec.c.
 */

#include "core/clock.h"
#include "core/error.h"
#include "db/call.h"
#include "db/trail.h"

void hearth__dbs_init(hearth__dbs *s, hearth_db *db, hearth__arena *arena)
{
    s->db = db;
    s->arena = arena;
    s->writer = NULL;
    s->depth = 0;
    s->lost = s->loose = s->stale = s->views = s->names = false;
    s->repeats = NULL;
    s->trail = NULL;
    s->open = NULL;
    s->after = NULL;
    s->changes = s->last_id = 0;
    s->error.code = 0;
    s->error.status = 0;
    s->error.text[0] = '\0';
}

/* The engine may have ended the transaction; what follows must not run outside it. */
int hearth__dbs_failed(hearth__dbs *s, int rc)
{
    if (s->depth > 0 && !s->lost && !hearth__call_begun(s->writer))
        s->lost = true;
    return rc;
}

/* A row between two calls, while somebody keeps the times. */
static int step_on_trail(hearth__dbs *s, hearth__stmt *st)
{
    int64_t began = hearth__clock_us();
    int rc = hearth__slow_step(st, &s->error);

    hearth__trail_step(s->trail, st->sql, hearth__clock_us() - began, rc);
    return rc;
}

int hearth__dbs_step(hearth__dbs *s, hearth__stmt *st)
{
    int rc = s->trail != NULL && !s->trail->open ? step_on_trail(s, st)
                                                 : hearth__slow_step(st, &s->error);

    if (rc >= 0)
        return rc;
    hearth__view_end(st->conn); /* whatever it was, the next read starts anew */
    return hearth__dbs_failed(s, rc);
}

int hearth__dbs_lost(hearth__dbs *s)
{
    return hearth__error_set(&s->error, HEARTH_ESTATE,
                             "the transaction was undone by the database when a "
                             "statement in it failed: return that error");
}

int hearth__dbs_none(hearth__dbs *s)
{
    return hearth__error_set(&s->error, HEARTH_ESTATE,
                             "the application has no database: call hearth_use_db()");
}

void hearth__dbs_settle(hearth__dbs *s, bool writers)
{
    hearth_rows *next;

    for (hearth_rows *r = s->open; r != NULL; r = next) {
        next = r->next;
        if ((r->stmt->conn == s->writer) == writers)
            hearth__rows_settle(r);
    }
}

/* ---- transactions ----------------------------------------------------- */

/* Nothing is open any more: the writer goes to the next in line. */
static void give_writer(hearth__dbs *s)
{
    if (s->loose && s->writer->raw != NULL)
        s->db->ops->enforce(s->writer->raw, true);
    s->loose = false;
    s->writer = NULL;
    hearth__pool_give(s->db);
}

static int begin(hearth__dbs *s, bool loose)
{
    int rc;

    if (s->db == NULL)
        return hearth__dbs_none(s);
    if (s->lost)
        return hearth__dbs_lost(s);
    if (s->depth == 0) {
        s->writer = hearth__pool_take(s->db, &s->error);
        if (s->writer == NULL)
            return s->error.code;
        s->loose = loose && s->db->ops->enforce != NULL;
        if (s->loose)
            s->db->ops->enforce(s->writer->raw, false);
    }
    rc = hearth__call_begin(s->writer, s->depth, &s->error);
    if (rc == 0) {
        s->depth++;
    } else if (s->depth == 0) {
        give_writer(s);
    } else {
        hearth__dbs_failed(s, rc);
    }
    return rc;
}

static int timed_begin(hearth__dbs *s, bool loose)
{
    int rc;

    hearth__trail_begin(s->trail, "BEGIN");
    rc = begin(s, loose);
    hearth__trail_end(s->trail, rc);
    return rc;
}

int hearth__dbs_begin(hearth__dbs *s)
{
    return timed_begin(s, false);
}

int hearth__dbs_begin_loose(hearth__dbs *s)
{
    if (s->depth > 0)
        return hearth__error_set(&s->error, HEARTH_ESTATE,
                                 "references are broken for a whole transaction only");
    return timed_begin(s, true);
}

int hearth__dbs_kept(hearth__dbs *s)
{
    if (s->lost)
        return hearth__dbs_lost(s);
    return s->loose ? hearth__call_kept(s->writer, &s->error) : 0;
}

/* Of the level that ends: what hangs on it goes with it, or moves out. */
static void end_after(hearth__dbs *s, bool kept)
{
    while (!kept && s->after != NULL && s->after->depth >= s->depth)
        s->after = s->after->next;
    for (hearth__after *a = s->after; a != NULL && a->depth >= s->depth; a = a->next)
        a->depth = s->depth - 1;
}

/* One level less; the writer goes to the next in line after the last one. */
static void leave(hearth__dbs *s)
{
    if (--s->depth > 0)
        return;
    s->lost = false;
    give_writer(s);
}

static int not_begun(hearth__dbs *s)
{
    return hearth__error_set(&s->error, HEARTH_ESTATE,
                             "there is no transaction: call hearth_begin() first");
}

static int commit(hearth__dbs *s)
{
    bool was_lost = s->lost;
    int rc;

    if (s->depth == 0)
        return not_begun(s);
    if (s->depth == 1)
        hearth__dbs_settle(s, true); /* the writer leaves, its results may not keep it */
    if (s->lost) {
        end_after(s, false);
        leave(s);
        return was_lost ? hearth__dbs_lost(s) : s->error.code;
    }
    rc = s->depth == 1 ? hearth__dbs_kept(s) : 0;
    if (rc == 0)
        rc = hearth__call_commit(s->writer, s->depth - 1, &s->error);
    if (rc != 0)
        hearth__call_rollback(s->writer, s->depth - 1);
    if (rc != 0 && s->depth > 1)
        hearth__dbs_failed(s, rc);
    end_after(s, rc == 0);
    leave(s);
    s->stale = true;
    return rc;
}

int hearth__dbs_commit(hearth__dbs *s)
{
    int rc;

    hearth__trail_begin(s->trail, "COMMIT");
    rc = commit(s);
    hearth__trail_end(s->trail, rc);
    return rc;
}

int hearth__dbs_rollback(hearth__dbs *s)
{
    if (s->depth == 0)
        return not_begun(s);
    if (s->depth == 1)
        hearth__dbs_settle(s, true);
    if (!s->lost)
        hearth__call_rollback(s->writer, s->depth - 1);
    end_after(s, false);
    leave(s);
    return 0;
}

int hearth__dbs_script(hearth__dbs *s, const char *sql)
{
    int rc;

    if (s->depth == 0)
        return not_begun(s);
    if (s->lost)
        return hearth__dbs_lost(s);
    hearth__dbs_settle(s, true);
    rc = hearth__call_script(s->writer, sql, &s->error);
    return rc == 0 ? 0 : hearth__dbs_failed(s, rc);
}

void hearth__dbs_end(hearth__dbs *s)
{
    while (s->open != NULL)
        hearth__rows_close(s->open);
    s->stale = s->views = false;
    if (s->depth == 0)
        return;
    if (!s->lost)
        hearth__call_rollback(s->writer, 0);
    s->after = NULL;
    s->depth = 1;
    leave(s);
}
