/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A lock that lasts longer than a transaction: flock() on a file of its own, "a.db-NAME",
 * because SQLite's locks end with the transaction and a row that says "locked" stays when
 * its owner crashes.  The file is left in place: who removes a locked file lets two in.
 */
#define _DEFAULT_SOURCE /* flock */

#include "core/buf.h"
#include "core/error.h"
#include "db/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define RETRY_MS 10

static int open_file(sqlite3 *db, const char *name, hearth_error *err)
{
    hearth__buf b;
    int fd;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_f(&b, "%s-%s", sqlite3_db_filename(db, "main"), name);
    if (b.failed)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    fd = open(b.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        fd = hearth__error_set(err, HEARTH_EUNAVAILABLE,
                               "%s cannot be opened: the folder of the database must be "
                               "writable",
                               b.ptr);
    hearth__buf_clear(&b);
    return fd;
}

int hearth__sqlite_lock(void *arg, const char *name, hearth_error *err)
{
    hearth__sqlite *c = arg;
    int fd = open_file(c->db, name, err);

    if (fd < 0)
        return fd;
    for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += RETRY_MS) {
        if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= c->busy_ms) {
            close(fd);
            return hearth__error_set(err, HEARTH_EBUSY,
                                     "another program holds the database's %s lock: wait "
                                     "for it",
                                     name);
        }
        sqlite3_sleep(RETRY_MS);
    }
    c->lock = fd;
    return 0;
}

void hearth__sqlite_unlock(void *arg)
{
    hearth__sqlite *c = arg;

    if (c->lock >= 0)
        close(c->lock);
    c->lock = -1;
}
