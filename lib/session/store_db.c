/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Sessions in a table, through the same layer as everything else.  Each write is one
 * statement that names the version it replaces, so that it needs no transaction and joins
 * others in their commit.
 */
#include "core/error.h"
#include "core/str.h"
#include "session/session.h"

#include <hearth/db.h>
#include <stdlib.h>

typedef struct store_db {
    hearth_db *db;
} store_db;

/* The request's, so that what it does is part of its transaction; or one for this call,
 * when the sessions have a database of their own. */
typedef struct using
{
    hearth__dbs own, *dbs;
    int64_t changes, last_id;
}
using;

static void use_db(using *u, const store_db *self, hearth_ctx *c)
{
    u->dbs = &c->dbs;
    if (c->dbs.db != self->db) {
        hearth__dbs_init(&u->own, self->db, &c->arena);
        u->dbs = &u->own;
    }
    u->changes = u->dbs->changes;
    u->last_id = u->dbs->last_id;
}

/* What a handler asks of its own statements is not ours to change. */
static int done(using *u, int rc)
{
    if (u->dbs == &u->own) {
        hearth__dbs_end(&u->own);
    } else {
        u->dbs->changes = u->changes;
        u->dbs->last_id = u->last_id;
    }
    return rc;
}

/* ---- set-up ------------------------------------------------------------------------ */

static int db_setup(void *self, hearth_error *err)
{
    const store_db *s = self;
    const hearth_db_dialect *d;
    hearth__buf b;
    int rc;

    if (s == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM,
                                 "out of memory for the store of the sessions");
    if (s->db == NULL)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the database of the sessions is NULL; hearth_db_open() "
                                 "says why in its error");
    d = hearth__db_dialect(s->db);
    hearth__buf_init(&b, NULL, 0);
    hearth__buf_f(
        &b,
        "CREATE TABLE IF NOT EXISTS hearth_sessions(id %s NOT NULL PRIMARY KEY, "
        "user_id %s NOT NULL, data %s NOT NULL, version %s NOT NULL, "
        "expires_s %s NOT NULL)%s;"
        "CREATE INDEX IF NOT EXISTS hearth_sessions_user "
        "ON hearth_sessions(user_id);"
        "CREATE INDEX IF NOT EXISTS hearth_sessions_expires "
        "ON hearth_sessions(expires_s)",
        d->type[HEARTH_DB_TEXT], d->type[HEARTH_DB_TEXT], d->type[HEARTH_DB_BLOB],
        d->type[HEARTH_DB_I64], d->type[HEARTH_DB_I64], d->table_end);
    rc = b.failed ? hearth__error_set(err, HEARTH_ENOMEM, "out of memory")
                  : hearth_db_script(s->db, b.ptr, err);
    hearth__buf_clear(&b);
    return rc;
}

/* ---- the slots --------------------------------------------------------------------- */

static hearth_vals vals(const hearth_val *v, size_t n)
{
    return (hearth_vals){v, n};
}

static int db_load(void *self, hearth_ctx *c, hearth_str id, hearth_stored *out)
{
    const hearth_val args[] = {hearth_val_str(id)};
    hearth_rows *rows;
    using u;
    int rc = HEARTH_ENOTFOUND;

    use_db(&u, self, c);
    rows = hearth__dbs_select(
        u.dbs,
        "SELECT data, user_id, version, expires_s FROM hearth_sessions WHERE id = ?",
        vals(args, 1));
    if (hearth_rows_next(rows)) {
        *out = (hearth_stored){hearth_rows_blob(rows, 0), hearth_rows_text(rows, 1),
                               hearth_rows_int(rows, 2), hearth_rows_int(rows, 3)};
        rc = c->arena.failed || out->user == NULL ? HEARTH_ENOMEM : 0;
        (void)hearth_rows_next(rows); /* to its end, which frees the statement */
    }
    if (hearth_rows_error(rows) != 0)
        rc = hearth_rows_error(rows);
    return done(&u, rc);
}

/* Of a statement that changed no row: is it there at all? */
static int missed(using *u, hearth_str id)
{
    const hearth_val args[] = {hearth_val_str(id)};
    hearth_rows *rows =
        hearth__dbs_select(u->dbs, "SELECT 1 FROM hearth_sessions WHERE id = ?",
                           vals(args, 1));
    int rc = hearth_rows_next(rows) ? HEARTH_ECONFLICT : HEARTH_ENOTFOUND;

    if (rc == HEARTH_ECONFLICT)
        (void)hearth_rows_next(rows);
    return hearth_rows_error(rows) != 0 ? hearth_rows_error(rows) : rc;
}

static int db_save(void *self, hearth_ctx *c, hearth_str id, const hearth_stored *s)
{
    using u;
    int rc;

    use_db(&u, self, c);
    if (s->version == 1) {
        const hearth_val args[] = {hearth_val_str(id), hearth_val_text(s->user),
                                   hearth_val_blob(s->data.ptr, s->data.len),
                                   hearth_val_int(s->expires_s)};

        rc = hearth__dbs_exec(
            u.dbs,
            "INSERT INTO hearth_sessions(id, user_id, data, version, expires_s) "
            "VALUES (?, ?, ?, 1, ?)",
            vals(args, 4));
    } else {
        const hearth_val args[] = {hearth_val_blob(s->data.ptr, s->data.len),
                                   hearth_val_int(s->version),
                                   hearth_val_int(s->expires_s), hearth_val_str(id),
                                   hearth_val_int(s->version - 1)};

        rc = hearth__dbs_exec(u.dbs,
                              "UPDATE hearth_sessions SET data = ?, version = ?, "
                              "expires_s = ? WHERE id = ? AND version = ?",
                              vals(args, 5));
        if (rc == 0 && u.dbs->changes == 0)
            rc = missed(&u, id);
    }
    return done(&u, rc);
}

static int db_drop(void *self, hearth_ctx *c, hearth_str id, int64_t version)
{
    const hearth_val args[] = {hearth_val_str(id), hearth_val_int(version)};
    using u;
    int rc;

    use_db(&u, self, c);
    rc =
        version == 0
            ? hearth__dbs_exec(u.dbs, "DELETE FROM hearth_sessions WHERE id = ?",
                               vals(args, 1))
            : hearth__dbs_exec(u.dbs,
                               "DELETE FROM hearth_sessions WHERE id = ? AND version = ?",
                               vals(args, 2));
    if (rc == 0 && version != 0 && u.dbs->changes == 0)
        rc = missed(&u, id);
    return done(&u, rc);
}

static int db_list(void *self, hearth_ctx *c, const char *user, hearth_stored_fn *fn,
                   void *arg)
{
    const hearth_val args[] = {hearth_val_text(user)};
    hearth_rows *rows;
    bool more = true;
    using u;

    use_db(&u, self, c);
    rows = hearth__dbs_select(
        u.dbs,
        "SELECT id, data, version, expires_s FROM hearth_sessions WHERE user_id = ?",
        vals(args, 1));
    while (hearth_rows_next(rows)) {
        hearth_str id = hearth_rows_blob(rows, 0);
        const hearth_stored s = {hearth_rows_blob(rows, 1), user,
                                 hearth_rows_int(rows, 2), hearth_rows_int(rows, 3)};

        more = more && !c->arena.failed && fn(arg, id, &s) == 0;
    }
    return done(&u, hearth_rows_error(rows));
}

static int db_sweep(void *self, hearth_ctx *c, int64_t now_s)
{
    const hearth_val args[] = {hearth_val_int(now_s)};
    using u;

    use_db(&u, self, c);
    return done(&u, hearth__dbs_exec(u.dbs,
                                     "DELETE FROM hearth_sessions WHERE expires_s <= ?",
                                     vals(args, 1)));
}

static const hearth_store_ops db_ops = {
    .name = "database",
    .setup = db_setup,
    .load = db_load,
    .save = db_save,
    .drop = db_drop,
    .list = db_list,
    .sweep = db_sweep,
    .close = free,
};

hearth_store hearth_store_db(hearth_db *db)
{
    store_db *s = malloc(sizeof *s);

    if (s != NULL)
        s->db = db;
    return (hearth_store){&db_ops, s};
}
