/*
 * Todos as a REST API over SQLite:
 *
 *     GET    /todos              list: ?done=true&title.contains=milk&sort=-created&limit=20
 *     POST   /todos              create: {"title": "...", "done": false}
 *     GET    /todos/{id}         show
 *     PATCH  /todos/{id}         change the members that are given
 *     DELETE /todos/{id}         delete
 */
#include "todo.h"

/* One description: the struct, its JSON and what is wrong with it, the table. */
#define FIELDS(F, T)                                                       \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)             \
    F(T, title, text, "What has to be done", .required = true, .max = 200, \
      .unique = true)                                                      \
    F(T, done, flag, "Finished?", .fallback = "false")                     \
    F(T, created, time, "When it was noted", .readonly = true, .fallback = "now")
HEARTH_MODEL(todo, "todos", FIELDS);

static int list(hearth_ctx *c)
{
    return hearth_reply_list(c, &todo_model, &(hearth_list_opts){.limit = 1000});
}

static int show(hearth_ctx *c)
{
    struct todo t;

    HEARTH_TRY(hearth_find(c, &todo_model, hearth_param_int(c, "id"), &t));
    return hearth_reply(c, 200, &todo_model, &t);
}

static int create(hearth_ctx *c)
{
    struct todo *t = HEARTH_IN(c, todo);

    HEARTH_TRY(hearth_insert(c, &todo_model, t));
    HEARTH_TRY(
        hearth_set_header(c, "Location", hearth_url(c, "todo", hearth_args(t->id))));
    return hearth_reply(c, 201, &todo_model, t);
}

static int change(hearth_ctx *c)
{
    struct todo *t = HEARTH_IN(c, todo);

    HEARTH_SET(t, todo, id, hearth_param_int(c, "id"));
    HEARTH_TRY(hearth_update(c, &todo_model, t));
    return hearth_reply(c, 200, &todo_model, t);
}

static int drop(hearth_ctx *c)
{
    HEARTH_TRY(hearth_delete(c, &todo_model, hearth_param_int(c, "id")));
    return 204;
}

static const hearth_route todos[] = {
    HEARTH_GET("/", list),
    HEARTH_POST("/", create, .in = &todo_model),
    HEARTH_GET("/{id:int}", show, .name = "todo"),
    HEARTH_PATCH("/{id:int}", change, .in = &todo_model),
    HEARTH_DEL("/{id:int}", drop),
    HEARTH_END,
};

static const hearth_model *const models[] = {&todo_model, NULL};

hearth_app *todo_app(hearth_db *db)
{
    hearth_app *app = hearth_app_new(NULL);

    if (app == NULL) {
        hearth_db_close(db);
        return NULL;
    }
    hearth_use_db(app, db);
    hearth_use_models(app, models);
    hearth_mount(app, "/todos", todos);
    return app;
}
