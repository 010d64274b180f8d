/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The database as handlers see it.  lib/db knows nothing of clients; here its errors are
 * told to them where they speak of the data, and noted in the log where they speak of the
 * machine.
 */
#include "app/answer.h"
#include "app/app.h"
#include "app/dispatch.h"
#include "app/problem.h"
#include "core/error.h"
#include "core/str.h"

int hearth__db_failed(hearth_ctx *c, int code)
{
    const hearth_error *e = &c->dbs.error;
    const char *text = e->code == code ? e->text : "";

    switch (code) {
    case HEARTH_ECONFLICT:
    case HEARTH_EMODEL:
    case HEARTH_EINVAL:
        return hearth__tell(c, code, hearth__error_status(code), "%s", text);
    case HEARTH_ENOTFOUND:
        return code;
    case HEARTH_ENOMEM:
        c->arena.failed = true;
        return code;
    default:
        return hearth__note(c, code, "%s", *text == '\0' ? hearth_strerror(code) : text);
    }
}

static int outcome(hearth_ctx *c, int rc)
{
    return rc == 0 ? 0 : hearth__db_failed(c, rc);
}

int hearth_exec(hearth_ctx *c, const char *sql, hearth_vals args)
{
    return outcome(c, hearth__dbs_exec(&c->dbs, sql, args));
}

hearth_rows *hearth_select(hearth_ctx *c, const char *sql, hearth_vals args)
{
    hearth_rows *rows = hearth__dbs_select(&c->dbs, sql, args);

    outcome(c, hearth_rows_error(rows));
    return rows;
}

static int reply(hearth_ctx *c, int status, bool one, const char *sql, hearth_vals args)
{
    hearth__buf b;

    HEARTH_TRY(hearth__answer_check(c, status));
    hearth__buf_init(&b, &c->arena, 0);
    HEARTH_TRY(outcome(c, hearth__dbs_json(&c->dbs, &b, one, sql, args)));
    if (b.failed)
        return HEARTH_ENOMEM;
    return hearth__answer(c, status, HEARTH__S("application/json"), hearth__buf_view(&b));
}

int hearth_reply_rows(hearth_ctx *c, int status, const char *sql, hearth_vals args)
{
    return reply(c, status, false, sql, args);
}

int hearth_reply_row(hearth_ctx *c, int status, const char *sql, hearth_vals args)
{
    return reply(c, status, true, sql, args);
}

int64_t hearth_changes(hearth_ctx *c)
{
    return c->dbs.changes;
}

int64_t hearth_last_id(hearth_ctx *c)
{
    return c->dbs.last_id;
}

int hearth_begin(hearth_ctx *c)
{
    return outcome(c, hearth__dbs_begin(&c->dbs));
}

/* In the order of asking; they may begin and commit again. */
static void run_after(hearth_ctx *c)
{
    hearth__after *list = NULL, *next;

    for (hearth__after *a = c->dbs.after; a != NULL; a = next) {
        next = a->next;
        a->next = list;
        list = a;
    }
    c->dbs.after = NULL;
    for (; list != NULL; list = list->next)
        list->fn(c, list->arg);
}

int hearth_commit(hearth_ctx *c)
{
    HEARTH_TRY(outcome(c, hearth__dbs_commit(&c->dbs)));
    if (c->dbs.depth == 0)
        run_after(c);
    return 0;
}

int hearth_after_commit(hearth_ctx *c, void (*fn)(hearth_ctx *c, void *arg), void *arg)
{
    hearth__after *a;

    if (c->dbs.depth == 0) {
        fn(c, arg);
        return 0;
    }
    a = hearth__arena_raw(&c->arena, sizeof *a);
    if (a == NULL)
        return HEARTH_ENOMEM;
    *a = (hearth__after){c->dbs.after, fn, arg, c->dbs.depth};
    c->dbs.after = a;
    return 0;
}

int hearth_rollback(hearth_ctx *c)
{
    return outcome(c, hearth__dbs_rollback(&c->dbs));
}

int64_t hearth__app_turn(hearth_app *app, bool last)
{
    return app->db == NULL ? -1 : hearth__db_turn(app->db, last);
}
