/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Files that are removed or replaced while they are open.
 *
 * SQLite goes on with what it has open, and what it writes there nobody finds again.  So it
 * is asked before each write whether the names still lead to the open files.  When they do
 * not, the writer first copies all that is committed from the WAL into the old database,
 * wherever that is now, and removes the empty WAL: it would be taken for the new file's.
 */
#define _DEFAULT_SOURCE

#include "core/buf.h"
#include "core/error.h"
#include "db/sqlite.h"

#include <sys/stat.h>
#include <unistd.h>

#define SAVE_MS 200 /* how long readers of the old file may take to let go */

typedef hearth__sqlite conn;

/* What stands at that name; 0 when nothing does. */
static uint64_t number_of(const char *name)
{
    struct stat st;

    return stat(name, &st) == 0 ? (uint64_t)st.st_ino : 0;
}

static const char *wal_of(const conn *c)
{
    return sqlite3_filename_wal(sqlite3_db_filename(c->db, "main"));
}

static bool moved(conn *c)
{
    int is = 0;
    uint64_t wal;

    if (sqlite3_file_control(c->db, "main", SQLITE_FCNTL_HAS_MOVED, &is) == SQLITE_OK &&
        is != 0)
        return true;
    /* It comes to be with the first use, and stays while anybody has the database open. */
    wal = number_of(wal_of(c));
    if (c->wal == 0)
        c->wal = wal;
    return wal != c->wal;
}

static void remove_index(const conn *c)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_f(&b, "%s-shm", sqlite3_db_filename(c->db, "main"));
    if (!b.failed)
        (void)unlink(b.ptr);
    hearth__buf_clear(&b);
}

static int save(conn *c, hearth_error *err)
{
    hearth_error why = {0};
    int rc;

    sqlite3_busy_timeout(c->db, SAVE_MS);
    rc = sqlite3_wal_checkpoint_v2(c->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(c->db, c->busy_ms);
    if (rc != SQLITE_OK) {
        (void)hearth__sqlite_error(c->db, rc, &why);
        return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                 "%s was removed or replaced, and what was stored last "
                                 "cannot be saved into it yet: %s",
                                 sqlite3_db_filename(c->db, "main"), why.text);
    }
    if (c->wal != 0 && number_of(wal_of(c)) == c->wal)
        (void)unlink(wal_of(c));
    remove_index(c);
    return 1;
}

int hearth__sqlite_check(void *arg, hearth_error *err)
{
    conn *c = arg;

    if (c->memory || !moved(c))
        return 0;
    return c->writer ? save(c, err) : 1;
}
