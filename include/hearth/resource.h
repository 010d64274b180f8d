/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_RESOURCE_H
#define HEARTH_RESOURCE_H

/**
 * @file hearth/resource.h
 * A table as a REST resource, from its model alone.
 *
 *     hearth_resource(app, "/todos", &todo_model, NULL);
 *
 * gives, as ordinary routes,
 *
 *     GET    /todos       todos.list     filtered, sorted, paged: hearth_reply_list()
 *     POST   /todos       todos.create   201, Location
 *     GET    /todos/{id}  todos.show
 *     PUT    /todos/{id}  todos.replace  what is not given gets its fallback, or null
 *     PATCH  /todos/{id}  todos.patch    what is not given stays (RFC 7396)
 *     DELETE /todos/{id}  todos.delete   204
 *
 * so that hearth_url(c, "todos.show", hearth_args(7)) is "/todos/7" and hearth_openapi()
 * shows all of it.  The options leave actions out, put middleware around them, let functions
 * look at a row before and after it is written, and confine each request to rows of its own:
 *
 *     hearth_resource(app, "/notes", &note_model,
 *                     &(hearth_resource_opts){.use = members,
 *                                             .scope = "owner",
 *                                             .args = current_user});
 *
 * **Answers.**  Every row is answered with a strong ETag of what is shown of it, and where it
 * is; GET with If-None-Match gets 304.  PUT, PATCH and DELETE heed If-Match and If-None-Match
 * (RFC 9110 section 13) in the transaction that writes: of two clients that change what they
 * have both read, the second one gets 412, and nothing is lost.  404: no such row; 405 with
 * Allow: an action that is not offered; 409: a duplicate, or a row that others refer to; 415:
 * another Content-Type; 422: the body, every fault of it.
 *
 * Such an answer is not compressed by hearth_compress(), because that makes tags weak, and
 * If-Match wants strong ones.  A proxy that compresses has to leave them alone, too.
 *
 * **What a client may send.**  POST as hearth_bind() has it.  PUT and PATCH may repeat what
 * was shown: key, scope and readonly fields are no fault as long as they are as they were.
 * PUT leaves secret fields that are not given as they are, because nobody was shown them.
 * PATCH is a JSON merge patch, also within fields of kind json; its form may be that of an
 * HTML form, too.  The check function of the model sees the whole row as it would be.  Columns
 * whose value stays the same are not written.
 *
 * The key is of any kind that a key can have; a text has to be what a segment of a path can
 * hold, or it is 422.
 */

#include <hearth/query.h>
#include <hearth/route.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The actions, as bits of `.without`. */
typedef enum hearth_resource_action {
    HEARTH_RESOURCE_LIST = 1,
    HEARTH_RESOURCE_CREATE = 2,
    HEARTH_RESOURCE_SHOW = 4,
    HEARTH_RESOURCE_REPLACE = 8,
    HEARTH_RESOURCE_PATCH = 16,
    HEARTH_RESOURCE_DELETE = 32,
    HEARTH_RESOURCE_WRITE = 2 | 8 | 16 | 32 /* all but LIST and SHOW */
} hearth_resource_action;

/**
 * Looks at a row before or after it is written, in the same transaction.
 *
 * *obj is the struct of the model.  Before: the row as it would be, which may be changed with
 * HEARTH_SET(), readonly and secret fields, too.  After: the row as it is, with what defaults
 * and triggers made of it; what is changed in *obj then is neither stored nor shown, but what
 * SQL changes is.  Of a deletion both are the row that goes or has gone.
 *
 * Its own SQL is committed, or undone, with the row.  What must not run ahead of the data, like
 * a mail, belongs into hearth_after_commit().
 *
 * @param old  the row as it was; NULL for a new one
 * Returns: 0, or a status or code to answer with: then all of it is undone.
 */
typedef int hearth_resource_fn(hearth_ctx *c, void *obj, const void *old);

/** Values that hearth_resource_args_fn can give. */
#define HEARTH_RESOURCE_ARGS 16

/**
 * The values of this request for `.scope` and `.where`: one for each field of the scope, then
 * one for each '?'.  Asked once for each request, before its body is read.
 *
 *     static int current_user(hearth_ctx *c, hearth_val *arg)
 *     {
 *         arg[0] = hearth_val_int(user_of(c));
 *         return 0;
 *     }
 *
 * A value is taken for a field of any kind, as hearth_find() takes a key: a text from the path
 * will do.  One that the field cannot have is 404, a NULL for the scope 403.
 *
 * @param arg  room for HEARTH_RESOURCE_ARGS; texts have to live as long as the request
 * Returns: 0, or a status or code to answer with: 401 when nobody has signed in.
 */
typedef int hearth_resource_args_fn(hearth_ctx *c, hearth_val *arg);

/** Zero of every field is the default. */
typedef struct hearth_resource_opts {
    const char
        *name; /* of the routes, before ".show" and the like; NULL = the last word of
                         the path that is no parameter, else the name of the model */
    unsigned without; /* HEARTH_RESOURCE_... that are not offered */

    /* Whose rows.  What lies outside is not there: left out of lists, 404. */
    const char
        *scope; /* fields with commas between, "owner": the rows of a request are those
                          that have the values of .args there.  New rows get them; whoever
                          sends something else gets 422. */
    const char
        *where; /* SQL for what fields cannot say, "team IN (SELECT ...)"; never a text
                          from outside.  A write that would put a row outside is 403. */
    hearth_resource_args_fn *args; /* needed for a scope, and for a where with '?' */

    const hearth_list_opts *
        list; /* of the list; its .where and .args hold besides those above.  What belongs
                  to a row is shown there (.with), and not with the row alone.  `q` is in
                  the documentation when hearth_use_search() came before. */
    bool
        require_match; /* PUT, PATCH and DELETE of a row without If-Match or If-None-Match
                           are 428 (RFC 6585) */
    bool upsert;     /* PUT of a row that is not there makes it, 201; else that is 404 */
    bool hidden;     /* left out of the documentation */
    size_t max_body; /* bytes; 0 = the application's */

    /* Middleware, outermost first, each list ended by NULL: of all actions, of all that
     * write, of one. */
    hearth_handler *const *use, *const *use_write;
    hearth_handler *const *use_list, *const *use_create, *const *use_show;
    hearth_handler *const *use_replace, *const *use_patch, *const *use_delete;

    /* NULL = none.  Update: PUT and PATCH of a row that is there. */
    hearth_resource_fn *before_create, *after_create;
    hearth_resource_fn *before_update, *after_update;
    hearth_resource_fn *before_delete, *after_delete;

    void *arg; /* for hearth_arg() in middleware and functions */
} hearth_resource_opts;

/**
 * Add the routes of a resource, all of them or, when it fails, none.
 *
 * @param path  as the prefix of hearth_mount(): "/todos", "/users/{user:int}/todos"
 * @param m     has a table, a key and masks, as HEARTH_MODEL() makes them; borrowed
 * @param o     NULL = defaults
 * Owns:    copied, texts and lists included
 * Returns: 0, or (the sentence is in the log and in what hearth_app_start() says)
 *            HEARTH_EINVAL  the model, or an option, makes no sense; or a name is used twice:
 *                           give it another `.name`
 *            HEARTH_ECONFLICT, HEARTH_ESTATE, HEARTH_ENOMEM  as hearth_mount()
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_resource_sized(hearth_app *app, const char *path,
                                     const hearth_model *m, const hearth_resource_opts *o,
                                     size_t size, size_t list_size);
static inline int hearth_resource(hearth_app *app, const char *path,
                                  const hearth_model *m, const hearth_resource_opts *o)
{
    return hearth_resource_sized(app, path, m, o, sizeof *o, sizeof *o->list);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_RESOURCE_H */
