/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * One view of the data for several reads.
 *
 * A read by itself takes locks and gives them back, three system calls.  Where reads follow
 * each other closely, the view of the first is kept for the next ones: for 10 ms at most,
 * only on threads that promise to call hearth__db_turn(), and only as long as it shows
 * every commit.  The engine tells that before each read without a system call, so nobody
 * ever misses what was acknowledged before he asked.
 */

#include "core/clock.h"
#include "db/conn.h"

#define KEEP_US 10000

void hearth__view_end(hearth__conn *c)
{
    if (c->viewing)
        c->db->ops->view_end(c->raw);
    c->viewing = false;
}

void hearth__view_read(hearth__conn *c, bool keep)
{
    const hearth_db_ops *ops = c->db->ops;
    int64_t now, before = c->read_us;

    if (ops->view_begin == NULL || (!keep && !c->viewing))
        return;
    now = c->read_us = hearth__clock_us();
    if (c->viewing && (!keep || now >= c->view_us || !ops->view_fresh(c->raw)))
        hearth__view_end(c);
    /* A lonely read is cheaper by itself: nobody has to come back and end its view. */
    if (!keep || c->viewing || now - before >= KEEP_US)
        return;
    c->viewing = ops->view_begin(c->raw);
    c->view_us = now + KEEP_US;
}

int64_t hearth__db_turn(hearth_db *db, bool last)
{
    hearth__conn *c = pthread_getspecific(db->reader);
    int64_t left;

    if (c == NULL || !c->viewing)
        return -1;
    left = c->view_us - hearth__clock_us();
    if (left > 0 && !last)
        return (left + 999) / 1000;
    hearth__view_end(c);
    return -1;
}
