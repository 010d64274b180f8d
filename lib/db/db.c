/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Opening and closing a database.  The scheme of the url chooses the driver; what follows
 * it is the driver's business.
 */

#include "core/error.h"
#include "core/str.h"
#include "db/call.h"

#include <stdlib.h>
#include <string.h>

static const char default_url[] = "sqlite:hearth.db";

/* How much of url is a scheme, with its colon.  A path with a slash before the colon, or
 * ":memory:", has none. */
static size_t scheme_len(const char *url)
{
    size_t n = 0;

    while (hearth__is_alpha(url[n]) ||
           (n > 0 && (hearth__is_digit(url[n]) || url[n] == '+' || url[n] == '-')))
        n++;
    return n > 0 && url[n] == ':' ? n + 1 : 0;
}

/* What the driver is given: without "name:" in front. */
static const char *without_name(const hearth_db_ops *ops, const char *url)
{
    size_t n = strlen(ops->name);

    return strncmp(url, ops->name, n) == 0 && url[n] == ':' ? url + n + 1 : url;
}

hearth_db *hearth_db_open(const char *url, hearth_error *err)
{
    const hearth_db_ops *ops = hearth_db_sqlite();
    size_t n;

    if (url == NULL)
        url = getenv("HEARTH_DB");
    if (url == NULL || url[0] == '\0')
        url = default_url;
    n = scheme_len(url);
    if (n > 0 && without_name(ops, url) == url) {
        /* Only the scheme: the rest may hold a password. */
        hearth__error_set(err, HEARTH_EINVAL,
                          "no database driver is called \"%.*s\": use sqlite:PATH, or "
                          "hearth_db_open_with()",
                          (int)(n - 1), url);
        return NULL;
    }
    return hearth_db_open_with(ops, url, err);
}

/* Without an engine. */
static hearth_db *db_new(const hearth_db_ops *ops, hearth_error *err)
{
    hearth_db *db = calloc(1, sizeof(*db));

    if (db == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    if (hearth__driver_copy(&db->driver, ops, err) != 0) {
        free(db);
        return NULL;
    }
    db->ops = &db->driver.ops;
    return db;
}

/* Takes db, whose engine is open when rc is 0. */
static hearth_db *db_start(hearth_db *db, int rc, hearth_error *err)
{
    const hearth_db_ops *ops = db->ops;

    if (rc != 0) {
        free(db);
        return NULL;
    }
    db->single = ops->single(db->self);
    db->busy_ms = ops->busy_ms(db->self);
    db->slow_us = ops->slow_ms == NULL ? 0 : ops->slow_ms(db->self) * 1000;
    if (hearth__pool_init(db, err) != 0) {
        ops->close(db->self);
        free(db);
        return NULL;
    }
    db->writer = hearth__conn_open(db, true, err);
    if (db->writer == NULL || hearth__writer_start(db, err) != 0) {
        hearth_db_close(db);
        return NULL;
    }
    return db;
}

hearth_db *hearth_db_open_with(const hearth_db_ops *ops, const char *url,
                               hearth_error *err)
{
    hearth_db *db;

    if (url == NULL)
        url = getenv("HEARTH_DB");
    if (url == NULL || url[0] == '\0') {
        hearth__error_set(err, HEARTH_EINVAL,
                          "which database? Give a url, or set HEARTH_DB");
        return NULL;
    }
    db = db_new(ops, err);
    if (db == NULL)
        return NULL;
    return db_start(db, db->ops->open(without_name(db->ops, url), &db->self, err), err);
}

hearth_db *hearth__db_scratch(const hearth_db *like, hearth_error *err)
{
    const hearth_db_dialect *d = like->ops->dialect;
    hearth_db *db;

    if (like->ops->scratch == NULL || d->checks == NULL || d->made_by == NULL) {
        hearth__error_set(err, HEARTH_ESTATE,
                          "the driver %s cannot compare its database with models",
                          like->ops->name);
        return NULL;
    }
    db = db_new(like->ops, err);
    if (db == NULL)
        return NULL;
    return db_start(db, like->ops->scratch(like->self, &db->self, err), err);
}

void hearth_db_close(hearth_db *db)
{
    if (db == NULL)
        return;
    hearth__pool_clear(db);
    db->ops->close(db->self);
    free(db);
}

typedef struct script {
    hearth__write write;
    const char *sql;
} script;

static int run_script(hearth__write *w, hearth__conn *c, hearth_error *err)
{
    return hearth__call_script(c, ((script *)w)->sql, err);
}

int hearth_db_script(hearth_db *db, const char *sql, hearth_error *err)
{
    hearth_error why = {0};
    script w = {.write = {.run = run_script, .err = &why}, .sql = sql};
    int rc;

    if (db == NULL)
        return HEARTH_EINVAL;
    if (sql == NULL)
        return hearth__error_set(err, HEARTH_EINVAL, "no script was given");
    rc = hearth__pool_write(db, &w.write);
    if (rc != 0 && err != NULL)
        *err = why;
    return rc;
}

int hearth_db_backup(hearth_db *db, const char *path, hearth_error *err)
{
    hearth_error why = {0};
    hearth__conn *c;
    int rc;

    if (db == NULL || path == NULL || *path == '\0')
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "a backup needs a database and the name of a file");
    if (db->ops->backup == NULL)
        return hearth__error_set(err, HEARTH_ESTATE,
                                 "this kind of database is backed up with its own tools");
    /* Its own, so that nobody waits meanwhile, where there can be more than one. */
    c = db->single ? hearth__pool_take(db, &why) : hearth__conn_open(db, false, &why);
    rc = c == NULL ? why.code : hearth__call_backup(c, path, &why);
    if (db->single && c != NULL)
        hearth__pool_give(db);
    else
        hearth__conn_close(c);
    if (rc != 0 && err != NULL)
        *err = why;
    return rc;
}

void hearth__db_set_log(hearth_db *db, hearth__log *log)
{
    pthread_mutex_lock(&db->lock);
    db->log = log;
    pthread_mutex_unlock(&db->lock);
}

/* ---- for the layers above --------------------------------------------- */

const hearth_db_dialect *hearth__db_dialect(const hearth_db *db)
{
    return db->ops->dialect;
}

struct hearth__db_lock {
    hearth__conn *conn; /* NULL: the engine has no locks */
};

hearth__db_lock *hearth__db_lock_take(hearth_db *db, const char *name, hearth_error *err)
{
    hearth__db_lock *l = calloc(1, sizeof(*l));

    if (l == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    if (db->ops->lock == NULL || db->single)
        return l;
    l->conn = hearth__conn_open(db, false, err);
    if (l->conn == NULL || hearth__call_lock(l->conn, name, err) != 0) {
        hearth__conn_close(l->conn);
        free(l);
        return NULL;
    }
    return l;
}

void hearth__db_lock_give(hearth__db_lock *l)
{
    if (l == NULL)
        return;
    if (l->conn != NULL) {
        l->conn->db->ops->unlock(l->conn->raw);
        hearth__conn_close(l->conn);
    }
    free(l);
}
