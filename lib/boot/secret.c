/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Secrets of the environment, and the file that keeps one for development.  The file
 * appears with its contents, whole, by a link to a file that has another name until then:
 * two programs that start together have the same secret.
 */
#include "boot/secret.h"

#include "core/error.h"
#include "core/secret.h"
#include "core/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST 1024 /* bytes of the file */

int hearth__secret_env(hearth_app *app, hearth_error *err)
{
    hearth_str rest = hearth__str_of(getenv("HEARTH_SECRET"));

    if (!app->wants_secrets || app->secrets.n > 0)
        return 0;
    while (rest.ptr != NULL) {
        hearth_str one = hearth__str_trim(hearth__str_cut(&rest, ','));

        if (one.len > 0)
            HEARTH_TRY(hearth__keyring_add(&app->secrets, one, "HEARTH_SECRET", err));
    }
    return 0;
}

int hearth__secret_passing(hearth_app *app, hearth_error *err)
{
    char text[HEARTH__SECRET_TEXT + 1];
    int rc;

    if (!app->wants_secrets || app->secrets.n > 0)
        return 0;
    hearth__secret_make(text);
    rc = hearth__keyring_add(&app->secrets, hearth__str_of(text), "a test", err);
    hearth__secret_wipe(text, sizeof text);
    return rc;
}

/* ---- the file ---------------------------------------------------------------------- */

static int file_error(hearth_error *err, const char *what)
{
    char reason[96];

    if (strerror_r(errno, reason, sizeof reason) != 0)
        reason[0] = '\0';
    return hearth__error_set(err, HEARTH_EINVAL,
                             "cannot %s %s in the working directory: %s; or set "
                             "HEARTH_SECRET to what `hearth secret` prints",
                             what, HEARTH__SECRET_FILE, reason);
}

/* Nobody else may read it, or have put it there. */
static int check_file(int fd, hearth_error *err)
{
    struct stat st;

    if (fstat(fd, &st) != 0)
        return file_error(err, "read");
    if (S_ISREG(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 077) == 0)
        return 0;
    return hearth__error_set(err, HEARTH_EINVAL,
                             "%s in the working directory is not its owner's alone, so "
                             "it may be no secret: remove it and a new one is made, or "
                             "chmod 600 it",
                             HEARTH__SECRET_FILE);
}

/* HEARTH_ENOTFOUND when there is none. */
static int read_file(hearth__keyring *ring, hearth_error *err)
{
    char text[MOST];
    ssize_t n;
    int rc,
        fd = open(HEARTH__SECRET_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd < 0)
        return errno == ENOENT ? HEARTH_ENOTFOUND : file_error(err, "read");
    rc = check_file(fd, err);
    if (rc == 0) {
        n = read(fd, text, sizeof text);
        rc = n < 0 ? file_error(err, "read") : 0;
    }
    close(fd);
    if (rc != 0)
        return rc;
    hearth_str one = {text, (size_t)n};

    while (one.len > 0 && (unsigned char)one.ptr[one.len - 1] <= ' ')
        one.len--;
    rc = hearth__keyring_add(ring, one, HEARTH__SECRET_FILE, err);
    hearth__secret_wipe(text, sizeof text);
    return rc;
}

static int write_secret(int fd)
{
    char text[HEARTH__SECRET_TEXT + 1];
    bool ok;

    hearth__secret_make(text);
    text[HEARTH__SECRET_TEXT] = '\n';
    ok = write(fd, text, sizeof text) == (ssize_t)sizeof text && fsync(fd) == 0;
    hearth__secret_wipe(text, sizeof text);
    return ok ? 0 : -1;
}

static int make_file(hearth_app *app, hearth_error *err)
{
    char name[64];
    int fd, rc;

    snprintf(name, sizeof name, HEARTH__SECRET_FILE ".%ld", (long)getpid());
    fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return file_error(err, "make");
    rc = write_secret(fd);
    if (rc == 0 && link(name, HEARTH__SECRET_FILE) != 0 && errno != EEXIST)
        rc = -1;
    if (rc != 0)
        rc = file_error(err, "make");
    close(fd);
    (void)unlink(name);
    if (rc == 0)
        hearth__log_line(app->log, HEARTH_LOG_INFO, NULL,
                         "made a secret for development in %s: keep it out of version "
                         "control, and set HEARTH_SECRET wherever others can connect",
                         HEARTH__SECRET_FILE);
    return rc;
}

int hearth__secret_place(hearth_app *app, bool local, hearth_error *err)
{
    int rc;

    if (!app->wants_secrets || (app->secrets.n > 0 && (local || !app->secret_of_file)))
        return 0;
    if (!local)
        return hearth__error_set(
            err, HEARTH_EINVAL,
            "the application signs or seals values and can be reached from other "
            "machines, so it needs a secret: set HEARTH_SECRET, or the option secrets, "
            "to what `hearth secret` prints");
    rc = read_file(&app->secrets, err);
    if (rc == HEARTH_ENOTFOUND) {
        HEARTH_TRY(make_file(app, err));
        rc = read_file(&app->secrets, err);
        if (rc == HEARTH_ENOTFOUND)
            rc = file_error(err, "read");
    }
    app->secret_of_file = rc == 0;
    return rc;
}

bool hearth__secret_is_of_file(const hearth__keyring *ring)
{
    hearth__keyring file = {.n = 0};
    hearth_error err;
    bool found = false;

    if (ring->n > 0 && read_file(&file, &err) == 0)
        for (size_t i = 0; i < ring->n; i++)
            found |= hearth__secret_equal(hearth__str((const char *)ring->key[i],
                                                      sizeof ring->key[i]),
                                          hearth__str((const char *)file.key[0],
                                                      sizeof file.key[0]));
    hearth__keyring_clear(&file);
    return found;
}
