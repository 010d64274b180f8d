/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A call is timed as a whole.  Rows are read later, some of one statement and some of
 * another: that time goes to the youngest one with the same text.
 */
#include "db/trail.h"

#include "core/clock.h"
#include "core/hash.h"
#include "core/str.h"

hearth__trail *hearth__trail_new(hearth__arena *a)
{
    hearth__trail *t = hearth__arena_alloc(a, sizeof *t);

    if (t != NULL)
        t->arena = a;
    return t;
}

static void keep(hearth__trail *t, const char *sql)
{
    hearth__trail_entry *e = hearth__arena_alloc(t->arena, sizeof *e);
    size_t len = strlen(sql), most = len < HEARTH__TRAIL_TEXT ? len : HEARTH__TRAIL_TEXT;

    if (e == NULL)
        return;
    e->hash = hearth__hash64(sql, len);
    e->sql = hearth__str(hearth__arena_copy(t->arena, sql, most), most);
    if (e->sql.ptr == NULL)
        return;
    if (t->first == NULL)
        t->first = e;
    else
        t->last->next = e;
    t->last = e;
}

void hearth__trail_begin(hearth__trail *t, const char *sql)
{
    if (t == NULL)
        return;
    t->n++;
    if (t->n <= HEARTH__TRAIL_MOST)
        keep(t, sql == NULL ? "" : sql);
    t->open = true;
    t->began_us = hearth__clock_us();
}

static void add(hearth__trail *t, hearth__trail_entry *e, int64_t took_us, int rc)
{
    t->all_us += took_us;
    if (e == NULL)
        return;
    e->took_us += took_us;
    if (rc < 0)
        e->code = rc;
}

void hearth__trail_end(hearth__trail *t, int rc)
{
    if (t == NULL)
        return;
    t->open = false;
    add(t, t->n <= HEARTH__TRAIL_MOST ? t->last : NULL, hearth__clock_us() - t->began_us,
        rc);
}

void hearth__trail_step(hearth__trail *t, const char *sql, int64_t took_us, int rc)
{
    uint64_t hash = hearth__hash64(sql, strlen(sql));
    hearth__trail_entry *of = NULL;

    for (hearth__trail_entry *e = t->first; e != NULL; e = e->next)
        if (e->hash == hash)
            of = e;
    add(t, of, took_us, rc);
}
