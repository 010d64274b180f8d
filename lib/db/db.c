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
#include "db/conn.h"

#include <stdlib.h>

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

hearth_db *hearth_db_open(const char *url, hearth_error *err)
{
    const hearth_db_ops *ops = hearth__db_sqlite();

    if (url == NULL)
        url = getenv("HEARTH_DB");
    if (url == NULL || url[0] == '\0')
        url = default_url;
    size_t n = scheme_len(url);
    if (n > 0 && !hearth__str_eq(hearth__str(url, n - 1), hearth__str_of(ops->name))) {
        /* Only the scheme: the rest may hold a password. */
        hearth__error_set(err, HEARTH_EINVAL,
                          "no database driver is called \"%.*s\": use sqlite:PATH",
                          (int)(n - 1), url);
        return NULL;
    }
    return hearth__db_open_with(ops, url + n, err);
}

static bool complete(const hearth_db_ops *o)
{
    return o->name && o->dialect && o->open && o->close && o->single && o->busy_ms &&
           o->connect && o->disconnect && o->script && o->prepare && o->finalize &&
           o->readonly && o->bind && o->step && o->reset && o->width && o->column_name &&
           o->column && o->changes && o->last_id && o->begin && o->commit &&
           o->rollback && o->begun && !o->lock == !o->unlock && !o->backlog == !o->tidy &&
           !o->view_begin == !o->view_fresh && !o->view_begin == !o->view_end;
}

hearth_db *hearth__db_open_with(const hearth_db_ops *ops, const char *rest,
                                hearth_error *err)
{
    hearth_db *db = NULL;

    if (!complete(ops)) {
        hearth__error_set(err, HEARTH_EINVAL, "the database driver lacks a function");
        return NULL;
    }
    db = calloc(1, sizeof(*db));
    if (db == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    db->ops = ops;
    if (ops->open(rest, &db->self, err) != 0) {
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
    return c->db->ops->script(c->raw, ((script *)w)->sql, err);
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
    const hearth_db_ops *ops = db == NULL ? NULL : db->ops;
    void *conn = NULL;
    int rc;

    if (db == NULL || path == NULL || *path == '\0')
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "a backup needs a database and the name of a file");
    if (ops->backup == NULL)
        return hearth__error_set(err, HEARTH_ESTATE,
                                 "this kind of database is backed up with its own tools");
    if (db->single) {
        hearth__conn *c = hearth__pool_take(db, err);

        if (c == NULL)
            return err != NULL ? err->code : HEARTH_EBUSY;
        rc = ops->backup(c->raw, path, err);
        hearth__pool_give(db);
        return rc;
    }
    HEARTH_TRY(ops->connect(db->self, false, &conn, err));
    rc = ops->backup(conn, path, err);
    ops->disconnect(conn);
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
    hearth_db *db;
    void *conn; /* NULL: the engine has no locks */
};

hearth__db_lock *hearth__db_lock_take(hearth_db *db, const char *name, hearth_error *err)
{
    hearth__db_lock *l = calloc(1, sizeof(*l));

    if (l == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    l->db = db;
    if (db->ops->lock == NULL || db->single)
        return l;
    if (db->ops->connect(db->self, false, &l->conn, err) != 0) {
        free(l);
        return NULL;
    }
    if (db->ops->lock(l->conn, name, err) != 0) {
        db->ops->disconnect(l->conn);
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
        l->db->ops->unlock(l->conn);
        l->db->ops->disconnect(l->conn);
    }
    free(l);
}
