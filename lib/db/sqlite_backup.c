/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A copy of the database while it is in use: of one moment, through a reader of its own, so
 * that nobody waits.  It gets its name when it is whole and on the disk.
 */
#define _DEFAULT_SOURCE /* mkstemp, fsync */

#include "core/buf.h"
#include "core/error.h"
#include "db/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNAL "-journal"

typedef hearth__sqlite conn;

static int no_way(const char *path, hearth_error *err)
{
    char why[100] = "";

    if (strerror_r(errno, why, sizeof(why)) != 0)
        why[0] = '\0';
    return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                             "the backup %s cannot be written: %s", path, why);
}

static bool same_file(conn *c, const char *path)
{
    const char *from = sqlite3_db_filename(c->db, "main");
    struct stat a, b;

    return from != NULL && stat(from, &a) == 0 && stat(path, &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* All pages at once: a reader of a WAL holds up nobody. */
static int copy(conn *c, const char *part, hearth_error *err)
{
    sqlite3 *to = NULL;
    sqlite3_backup *b = NULL;
    int rc =
        sqlite3_open_v2(part, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

    if (rc == SQLITE_OK)
        b = sqlite3_backup_init(to, "main", c->db, "main");
    if (b != NULL) {
        rc = sqlite3_backup_step(b, -1);
        (void)sqlite3_backup_finish(b);
    } else if (rc == SQLITE_OK) {
        rc = sqlite3_errcode(to);
    }
    if (rc == SQLITE_DONE)
        rc = 0;
    else if (to == NULL)
        rc = hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    else
        rc = hearth__sqlite_error(to, rc, err);
    sqlite3_close(to);
    return rc;
}

/* A copy that failed may have left a journal, too. */
static void remove_part(hearth__buf *part)
{
    (void)unlink(part->ptr);
    hearth__buf_text(part, JOURNAL); /* there is room */
    (void)unlink(part->ptr);
}

/* The name is durable when its folder is. */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder =
        slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);

    if (fd >= 0)
        close(fd);
    free(folder);
    return rc;
}

int hearth__sqlite_backup(void *arg, const char *path, hearth_error *err)
{
    conn *c = arg;
    hearth__buf part;
    int rc = 0, fd;

    if (same_file(c, path))
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "a backup needs another name than the database's: %s",
                                 path);
    hearth__buf_init(&part, NULL, 0);
    hearth__buf_f(&part, "%s.XXXXXX", path);
    hearth__buf_room(&part, strlen(JOURNAL));
    if (part.failed)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    fd = mkstemp(part.ptr); /* its owner's alone */
    if (fd < 0) {
        rc = no_way(path, err);
    } else {
        close(fd);
        rc = copy(c, part.ptr, err);
        if (rc == 0 && (rename(part.ptr, path) != 0 || sync_folder(path) != 0))
            rc = no_way(path, err);
        if (rc != 0)
            remove_part(&part);
    }
    hearth__buf_clear(&part);
    return rc;
}
