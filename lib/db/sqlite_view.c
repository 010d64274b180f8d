/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A read transaction that stays open, and whether it still shows everything.
 *
 * Every commit to a database in WAL mode, by whatever thread or program, ends by writing
 * the header of the WAL index, 48 bytes in memory that all connections share ("WAL-index
 * header" in SQLite's file format); only then does the writer go on.  So what it was before
 * the transaction began and still is has no commit after it.  The header changes in every
 * commit (it counts them) and is written as plain memory: half of a new one also differs.
 * SQLite's public interface to its own file leads there.
 */

#include "core/error.h"
#include "db/sqlite.h"

#include <stdatomic.h>
#include <string.h>

#define REGION 32768 /* bytes of the WAL index that are mapped together */

typedef hearth__sqlite conn;
typedef const volatile _Atomic uint64_t word;

/* The pages are mapped as long as the connection lives: it has read from the WAL. */
static bool find_index(conn *c)
{
    sqlite3_file *file = NULL;
    volatile void *at = NULL;

    if (sqlite3_file_control(c->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
            SQLITE_OK ||
        file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 2 ||
        file->pMethods->xShmMap == NULL)
        return false;
    if (hearth__sqlite_pragma(c->db, "PRAGMA journal_mode", "wal") != SQLITE_OK ||
        file->pMethods->xShmMap(file, 0, REGION, 0, &at) != SQLITE_OK)
        return false;
    c->index = at;
    return at != NULL;
}

static bool prepare(conn *c)
{
    static const int ours[] = {HEARTH__SQLITE_VIEW, HEARTH__SQLITE_COMMIT,
                               HEARTH__SQLITE_ROLLBACK};

    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        if (c->own[ours[i]] == NULL &&
            hearth__sqlite_own_prepare(c, ours[i]) != SQLITE_OK)
            return false;
    return find_index(c);
}

static uint64_t load(const conn *c, size_t i)
{
    return atomic_load_explicit((word *)c->index + i, memory_order_acquire);
}

bool hearth__sqlite_view_begin(void *arg)
{
    conn *c = arg;

    if (c->index == NULL && !prepare(c))
        return false;
    /* First the header, then the view, which begins with the first read: a commit between
     * the two is in the view and only makes it look old. */
    for (size_t i = 0; i < HEARTH__SQLITE_HEADER; i++)
        c->seen[i] = load(c, i);
    return hearth__sqlite_own(c, HEARTH__SQLITE_VIEW, NULL) == 0;
}

bool hearth__sqlite_view_fresh(void *arg)
{
    const conn *c = arg;

    for (size_t i = 0; i < HEARTH__SQLITE_HEADER; i++)
        if (c->seen[i] != load(c, i))
            return false;
    return sqlite3_get_autocommit(c->db) == 0;
}

void hearth__sqlite_view_end(void *arg)
{
    conn *c = arg;

    if (sqlite3_get_autocommit(c->db) == 0)
        (void)hearth__sqlite_own(c, HEARTH__SQLITE_COMMIT, NULL);
    if (sqlite3_get_autocommit(c->db) == 0)
        (void)hearth__sqlite_own(c, HEARTH__SQLITE_ROLLBACK, NULL);
}
