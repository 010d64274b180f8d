/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_QUERY_H
#define HEARTH_QUERY_H

/**
 * @file hearth/query.h
 * Structs to rows and back: find, insert, update, delete by model.
 *
 *     static int create(hearth_ctx *c)            // the route says .in = &todo_model
 *     {
 *         struct todo *t = HEARTH_IN(c, todo);
 *
 *         HEARTH_TRY(hearth_insert(c, &todo_model, t));       // fills t->id; duplicate: 409
 *         return hearth_reply(c, 201, &todo_model, t);
 *     }
 *
 * Each call is one statement, made from the model: names come from there alone, values are
 * always bound.  Nothing is loaded, saved or joined behind your back, and everything works
 * inside hearth_begin() and commit as hearth_exec() does.  What goes beyond one table is SQL:
 * hearth_select().
 *
 * The model needs a `.table`, and a key for all but hearth_insert() and hearth_find_by().
 *
 * Besides what each function lists, all of them return
 *
 *     HEARTH_ESTATE   the model has no table or key, the application no database, or the
 *                     struct holds what cannot be stored: 500, and the reason is in the log
 *     HEARTH_EDB      the table is not the one of the model: 500, likewise
 *     HEARTH_EBUSY, HEARTH_EUNAVAILABLE, HEARTH_EINVAL, HEARTH_ENOMEM   as hearth_exec()
 */

#include <hearth/db.h>
#include <hearth/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- setup ------------------------------------------------------------ */

/**
 * Create the tables of these models in the database of the application, with their rules and
 * indexes, where they are missing.  Call it after hearth_use_db().
 *
 * For a program's first day and for tests.  A table that is there is left as it is, whatever
 * its columns: changes are a matter of migrations, see hearth/migrate.h.
 *
 * @param models  ended by NULL; those that others refer to first
 * Returns: 0, or, and then the application will refuse to start with the same sentence,
 *            HEARTH_EINVAL  models is NULL, one of them makes no sense, or there is no database
 *            HEARTH_ESTATE  the application runs
 *            HEARTH_EBUSY, HEARTH_EUNAVAILABLE, HEARTH_EDB, HEARTH_ENOMEM  as
 *                           hearth_db_script()
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_models(hearth_app *app, const hearth_model *const *models);

/* ---- one row ---------------------------------------------------------- */

/**
 * Read the row with this key.
 *
 * A text is taken for a key of any kind, as hearth_param() gives it; one that cannot be a key is
 * not found.
 *
 * @param out  zeroed first, its masks set: a NULL in the row is a bit of `null`
 * Owns:    request, for what *out points to
 * Returns: 0, or HEARTH_ENOTFOUND: 404
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_find_val(hearth_ctx *c, const hearth_model *m, hearth_val id,
                               void *out) HEARTH_NODISCARD;

/**
 * Read the row in which these fields have these values: one name that is unique, or several
 * with commas between.
 *
 *     HEARTH_TRY(hearth_find_by(c, &user_model, "email", hearth_args(mail), &u));
 *
 * When there are several rows, one of them is read.  A value that is NULL finds nothing.
 *
 * Owns:    request, for what *out points to
 * Returns: 0, or
 *            HEARTH_ENOTFOUND  404
 *            HEARTH_ESTATE     also when a name is no field, or their number is not that of the
 *                              values
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_find_by(hearth_ctx *c, const hearth_model *m, const char *fields,
                              hearth_vals values, void *out) HEARTH_NODISCARD;

/**
 * Insert a row of what the struct has; the rest, key and defaults, is read back into it, so
 * that hearth_reply() shows all of it.
 *
 * A key of kind uuid that is not given is made, version 7.  In a struct that counts as given
 * whole (both masks 0) a key of 0 or NULL is none, and so is a NULL that the field does not
 * allow.
 *
 * Owns:    request, for what is read back
 * Returns: 0 when it is durable, or
 *            HEARTH_ECONFLICT  a duplicate, or a reference to what is not there: 409, told to
 *                              the client
 *            HEARTH_EMODEL     the table refuses it: 422, told to the client
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_insert(hearth_ctx *c, const hearth_model *m,
                             void *obj) HEARTH_NODISCARD;

/**
 * Change what the struct has in the row with its key; the rest is read back into it.
 *
 *     HEARTH_SET(t, todo, id, hearth_param_int(c, "id"));
 *     HEARTH_TRY(hearth_update(c, &todo_model, t));
 *
 * The key has to be set with HEARTH_SET() or come from hearth_find(): a struct whose masks are
 * both 0 is refused, because it is what a PATCH of nothing looks like, and must not be taken for
 * a struct of zeros.  A struct without masks is written whole.
 *
 * Owns:    request, for what is read back
 * Returns: 0 when it is durable, or
 *            HEARTH_ENOTFOUND  no such row: 404
 *            HEARTH_ECONFLICT, HEARTH_EMODEL  as hearth_insert()
 *            HEARTH_ESTATE     also when the key is not set
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_update(hearth_ctx *c, const hearth_model *m,
                             void *obj) HEARTH_NODISCARD;

/**
 * Insert a row, or where one has the same key, or the same values of these unique fields,
 * change that one to what the struct has; the rest is read back.  One statement, so that two at
 * the same time do not meet.
 *
 * @param fields  NULL = the key; else one unique field, or those that are unique together with
 *                commas between: "author, slug".  They have to be given.
 * Owns:    request, for what is read back
 * Returns: as hearth_insert(); HEARTH_ESTATE also when fields are not given or are no fields.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_upsert(hearth_ctx *c, const hearth_model *m, const char *fields,
                             void *obj) HEARTH_NODISCARD;

/**
 * Delete the row with this key.
 *
 * Returns: 0 when it is durable, or
 *            HEARTH_ENOTFOUND  no such row: 404
 *            HEARTH_ECONFLICT  another row refers to it: 409, told to the client
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_delete_val(hearth_ctx *c, const hearth_model *m,
                                 hearth_val id) HEARTH_NODISCARD;

#ifndef __cplusplus
/** hearth_find_val() with an id of any type that hearth_args() takes. */
#define hearth_find(c, m, id, out) hearth_find_val((c), (m), HEARTH_VAL(id), (out))
/** hearth_delete_val() likewise. */
#define hearth_delete(c, m, id) hearth_delete_val((c), (m), HEARTH_VAL(id))
#endif

/* ---- many rows -------------------------------------------------------- */

/** What to list; zero of every field is the default. */
typedef struct hearth_list_opts {
    /* The program's own condition, which no client gets around: SQL like "owner = ?", with a
     * value in args for each '?'.  Never a text that came from outside.  NULL = all rows. */
    const char *where;
    hearth_vals args;
    const char *sort; /* the order when the client names none, "-due, title": '-' turns it
                           round; NULL = by key */
    const char
        *fields; /* what a client may filter and sort by, with commas between; NULL = all
                           fields but secret ones, json and blob; "" = none */
    int64_t limit;     /* rows of a page when the client does not say; 0 = 50, and all for
                           hearth_list() without .query */
    int64_t max_limit; /* what a client may ask for; 0 = 200, at least limit */
    bool count;        /* send X-Total-Count always; else only when asked: "count=true" */
    bool query;        /* hearth_list(), hearth_count(): heed the query string, too */
    bool ignore_unknown; /* leave parameters that name no field alone instead of 422 */
    const char *with;    /* relations that hearth_reply_list() shows in each row, "author,
                           comments.author": hearth/relation.h; NULL = none */
    const char
        *may_with; /* what a client may ask for, too, with "with=author"; NULL = none */
    const char
        *search; /* words to look for, as in "q=": hearth/search.h; NULL = all rows */
    const char
        *snippet; /* a member of each row that shows the words found; NULL = none */
} hearth_list_opts;

/**
 * Answer with a page of rows as a JSON array, as the query string of the request says; written
 * straight from the statement, secret fields left out.
 *
 *     GET /todos?done=true&title.contains=milk&due.lt=2026-12-01T00:00:00Z&sort=-due&limit=20
 *
 *   name=v            equal; name.eq likewise, also for fields called limit, sort ...
 *   name.ne           not equal, NULL included
 *   .lt .le .gt .ge   numbers, texts, times, dates
 *   .contains .starts texts; the case of ASCII letters does not matter; up to 1000 bytes
 *   .in=a,b,c         one of up to 100
 *   .null=true        NULL, or with false not
 *   sort=-due,title   up to 8 fields, '-' turns the order round; NULL comes first, with '-' last
 *   limit=20          1 to .max_limit
 *   offset=40         rows to leave out
 *   after=CURSOR      the rows behind a page, as its Link has it
 *   count=true        adds X-Total-Count, the number of rows on all pages
 *   q=milk bread*     rows with these words, the best first: hearth/search.h
 *   with=author       relations to show, of those in .may_with: hearth/relation.h
 *
 * Up to 32 filters, all of which have to hold; an empty value is none, names that begin with '_'
 * are not looked at.  Values are read as hearth_bind_query() reads them, and bound.
 *
 * When there are more rows, `Link: <?...>; rel="next"` (RFC 8288) leads to them, relative to the
 * address of the request.  It has a cursor rather than an offset: the next page costs as little
 * as the first, and rows that come or go meanwhile shift nothing.  A cursor is good for the same
 * order of the same table until the program ends; where the fields of the order hold more than
 * 600 bytes it is an offset after all.
 *
 * @param o  NULL = defaults
 * Returns: 0, or
 *            HEARTH_EMODEL  a parameter is wrong: 422, all of them told, as "?name"
 *            HEARTH_EINVAL  the cursor is not one of this list: 400; or the query string is
 *                           malformed
 *            HEARTH_ESTATE  also when .sort or .fields names what is no field, .with what is no
 *                           relation, or a row has no JSON form
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_reply_list_sized(hearth_ctx *c, const hearth_model *m,
                                       const hearth_list_opts *o, size_t size);
static inline int hearth_reply_list(hearth_ctx *c, const hearth_model *m,
                                    const hearth_list_opts *o)
{
    return hearth_reply_list_sized(c, m, o, sizeof *o);
}

/**
 * Read rows into an array of structs.
 *
 *     struct todo *t;
 *     size_t n;
 *     HEARTH_TRY(hearth_list(c, &todo_model,
 *                            &(hearth_list_opts){.where = "done = 0", .sort = "due"},
 *                            (void **)&t, &n));
 *
 * @param out  the first of *n structs with their masks; never NULL
 * Owns:    request
 * Returns: as hearth_reply_list().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_list_sized(hearth_ctx *c, const hearth_model *m,
                                 const hearth_list_opts *o, size_t size, void **out,
                                 size_t *n) HEARTH_NODISCARD;
static inline int hearth_list(hearth_ctx *c, const hearth_model *m,
                              const hearth_list_opts *o, void **out, size_t *n)
{
    return hearth_list_sized(c, m, o, sizeof *o, out, n);
}

/**
 * Count rows: those of all pages.
 *
 * Returns: as hearth_reply_list().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_count_sized(hearth_ctx *c, const hearth_model *m,
                                  const hearth_list_opts *o, size_t size,
                                  int64_t *out) HEARTH_NODISCARD;
static inline int hearth_count(hearth_ctx *c, const hearth_model *m,
                               const hearth_list_opts *o, int64_t *out)
{
    return hearth_count_sized(c, m, o, sizeof *o, out);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_QUERY_H */
