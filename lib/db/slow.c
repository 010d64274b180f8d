/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Statements that took long are told to the log with the engine's plan for them: mostly an
 * index is missing.  What counts is the time inside the engine, not what a handler does
 * between two rows.  Arguments are never logged.
 */

#include "core/buf.h"
#include "core/clock.h"
#include "core/str.h"
#include "db/call.h"

#define SQL_MAX 1000 /* bytes of a statement that are shown */

int hearth__slow_step(hearth__stmt *st, hearth_error *err)
{
    const hearth_db *db = st->conn->db;
    int64_t began;
    int rc;

    if (db->slow_us == 0)
        return hearth__call_step(st->conn, st->raw, err);
    began = hearth__clock_us();
    rc = hearth__call_step(st->conn, st->raw, err);
    st->took_us += hearth__clock_us() - began;
    return rc;
}

/* "; SCAN t; USE TEMP B-TREE FOR ORDER BY", or nothing. */
static void put_plan(hearth__stmt *st, hearth__buf *out)
{
    const hearth_db_ops *ops = st->conn->db->ops;
    hearth__buf sql;
    void *plan = NULL;

    if (ops->dialect->explain == NULL)
        return;
    hearth__buf_init(&sql, NULL, 0);
    hearth__buf_f(&sql, "%s%s", ops->dialect->explain, st->sql);
    if (!sql.failed && hearth__call_prepare(st->conn, sql.ptr, &plan, NULL) == 0) {
        while (hearth__call_step(st->conn, plan, NULL) > 0) {
            hearth_val line = ops->column(plan, ops->width(plan) - 1);

            if (line.kind == HEARTH_VAL_TEXT)
                hearth__buf_f(out, "; %.*s", (int)line.u.s.len, line.u.s.ptr);
        }
        ops->finalize(plan);
    }
    hearth__buf_clear(&sql);
}

void hearth__slow_note(hearth__stmt *st)
{
    hearth_db *db = st->conn->db;
    int64_t took = st->took_us;
    hearth__log *log;
    hearth__buf plan;

    st->took_us = 0;
    if (db->slow_us == 0 || took < db->slow_us)
        return;
    hearth__buf_init(&plan, NULL, 0);
    put_plan(st, &plan);
    pthread_mutex_lock(&db->lock);
    log = db->log;
    pthread_mutex_unlock(&db->lock);
    hearth__log_line(log, HEARTH_LOG_WARN, NULL, "slow query, %lld ms: %.*s%s",
                     (long long)(took / 1000), SQL_MAX, st->sql,
                     plan.failed || plan.len == 0 ? "" : plan.ptr);
    hearth__buf_clear(&plan);
}
