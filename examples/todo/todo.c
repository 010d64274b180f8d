/*
 * Todos as a REST API over SQLite:
 *
 *     GET    /todos[?done=0|1]   list
 *     POST   /todos              create: {"title": "...", "done": false}
 *     GET    /todos/{id}         show
 *     PATCH  /todos/{id}         change the members that are given
 *     DELETE /todos/{id}         delete
 */
#include "todo.h"

#define TITLE_MAX 200
#define COLUMNS   "id, title, done AS \"done:bool\", created"
#define SELECT    "SELECT " COLUMNS " FROM todos "
#define INSERT \
    "INSERT INTO todos(title, done) VALUES (?, coalesce(?, 0)) RETURNING " COLUMNS
#define UPDATE                                                               \
    "UPDATE todos SET title = coalesce(?, title), done = coalesce(?, done) " \
    "WHERE id = ? RETURNING " COLUMNS

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS todos("
    "  id INTEGER PRIMARY KEY,"
    "  title TEXT NOT NULL UNIQUE,"
    "  done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)),"
    "  created TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%SZ'))"
    ") STRICT";

/* Read and check the body; every fault is noted, so that the client hears of all at once.
 */
static int input(hearth_ctx *c, bool is_new, json_t **title, json_t **done)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    *title = json_object_get(in, "title");
    *done = json_object_get(in, "done");
    if (*title == NULL ? is_new : json_string_length(*title) == 0)
        hearth_fault(c, "/title", "required", "title is required");
    if (json_string_length(*title) > TITLE_MAX)
        hearth_fault(c, "/title", "too_long", "title is longer than %d bytes", TITLE_MAX);
    if (*done != NULL && !json_is_boolean(*done))
        hearth_fault(c, "/done", "type", "done must be true or false");
    return hearth_faults(c);
}

static int list(hearth_ctx *c)
{
    int64_t done;

    HEARTH_TRY(hearth_query_int(c, "done", -1, &done));
    return hearth_reply_rows(c, 200, SELECT "WHERE ? IN (-1, done) ORDER BY id",
                             hearth_args(done));
}

static int show(hearth_ctx *c)
{
    return hearth_reply_row(c, 200, SELECT "WHERE id = ?",
                            hearth_args(hearth_param_int(c, "id")));
}

static int create(hearth_ctx *c)
{
    json_t *title, *done;

    HEARTH_TRY(input(c, true, &title, &done));
    HEARTH_TRY(hearth_reply_row(c, 201, INSERT, hearth_args(title, done)));
    const char *url = hearth_url(c, "todo", hearth_args(hearth_last_id(c)));
    return hearth_set_header(c, "Location", url);
}

static int change(hearth_ctx *c)
{
    json_t *title, *done;

    HEARTH_TRY(input(c, false, &title, &done));
    return hearth_reply_row(c, 200, UPDATE,
                            hearth_args(title, done, hearth_param_int(c, "id")));
}

static int drop(hearth_ctx *c)
{
    HEARTH_TRY(hearth_exec(c, "DELETE FROM todos WHERE id = ?",
                           hearth_args(hearth_param_int(c, "id"))));
    return hearth_changes(c) > 0 ? 204 : 404;
}

static const hearth_route todos[] = {
    HEARTH_GET("/", list),
    HEARTH_POST("/", create),
    HEARTH_GET("/{id:int}", show, .name = "todo"),
    HEARTH_PATCH("/{id:int}", change),
    HEARTH_DEL("/{id:int}", drop),
    HEARTH_END,
};

hearth_app *todo_app(hearth_db *db)
{
    hearth_app *app = hearth_app_new(NULL);
    hearth_error err;

    if (app != NULL && db != NULL && hearth_db_script(db, schema, &err) != 0) {
        hearth_app_logf(app, HEARTH_LOG_ERROR, "cannot make the tables: %s", err.text);
        hearth_db_close(db);
        db = NULL; /* hearth_use_db() refuses it, and so the application does not start */
    }
    if (app == NULL) {
        hearth_db_close(db);
        return NULL;
    }
    hearth_use_db(app, db);
    hearth_mount(app, "/todos", todos);
    return app;
}
