/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_AUTH_BARE_H
#define HEARTH_TEST_AUTH_BARE_H

/*
 * A context by hand, of an application with a database in memory, sessions, users and cheap
 * passwords:
 *
 *     bare *t = auth_bare("Cookie: a=b\r\n");
 *     ... t->c ...
 *     bare_close(t);
 */

#include "app/app.h"
#include "ctx.h"

#include <hearth.h>
#include <stdio.h>

/* db: taken; fields: each with its CRLF. */
static inline bare *auth_bare_with(hearth_db *db, const char *fields)
{
    char request[2048];
    bare *t;

    ck_assert_ptr_nonnull(db);
    snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
             fields);
    t = bare_open(NULL, request);
    ck_assert_int_eq(hearth_use_db(t->app, db), 0);
    ck_assert_int_eq(hearth_use_sessions(t->app, hearth_store_memory(0), NULL), 0);
    ck_assert_int_eq(hearth_use_passwords(t->app,
                                          &(hearth_password_opts){.memory_kib = 7168,
                                                                  .passes = 5}),
                     0);
    ck_assert_int_eq(hearth_use_users(t->app, NULL), 0);
    hearth__dbs_init(&t->c->dbs, db, &t->c->arena);
    return t;
}

static inline bare *auth_bare(const char *fields)
{
    return auth_bare_with(hearth_db_open("sqlite::memory:", NULL), fields);
}

/* Somebody to speak of: his id is 1. */
static inline const hearth_user *auth_ada(bare *t)
{
    const hearth_user *u;

    ck_assert_int_eq(hearth_user_register(t->c, "ada", "ada@example.org",
                                          "analytical engine", &u),
                     0);
    ck_assert_int_eq((int)u->id, 1);
    return u;
}

static inline bool auth_logged(const bare *t, const char *text)
{
    return strstr(t->log->text, text) != NULL;
}

/* One number of the database. */
static inline int auth_count(bare *t, const char *sql)
{
    hearth_rows *r = hearth_select(t->c, sql, HEARTH_NO_ARGS);
    int n;

    ck_assert(hearth_rows_next(r));
    n = (int)hearth_rows_int(r, 0);
    while (hearth_rows_next(r))
        continue;
    ck_assert_int_eq(hearth_rows_error(r), 0);
    return n;
}

#endif
