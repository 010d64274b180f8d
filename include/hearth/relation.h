/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_RELATION_H
#define HEARTH_RELATION_H

/**
 * @file hearth/relation.h
 * Rows that refer to each other: loaded when you say so, one statement a relation.
 *
 *     #define BOOK(F, T)                                                               \
 *         F(T, id,        i64,  "Identifier", .key = true, .readonly = true)           \
 *         F(T, title,     text, "Title",      .required = true)                        \
 *         F(T, author_id, i64,  "Author",     .references = &author_model, .as = "author")
 *     HEARTH_MODEL(book, "books", BOOK);
 *     ...
 *     return hearth_reply_list(c, &book_model, &(hearth_list_opts){.with = "author"});
 *
 * answers `[{"id": 1, "title": "Emma", "author_id": 7, "author": {"id": 7, "name": ...}}, ...]`.
 *
 * **To one.**  A field with `.references` leads to one row; `.as` names it.  Where the field is
 * null, or the row is missing, the member is null.
 *
 * **To many.**  The rows of another model that refer to this one are named by the `.many` of the
 * model, and become an array, which is empty when there are none:
 *
 *     HEARTH_MODEL_LATER(book);
 *     static const hearth_many author_many[] = {
 *         {.name = "books", .of = &book_model, .sort = "title"},
 *         {0},
 *     };
 *     HEARTH_MODEL_WITH(author, "authors", AUTHOR, .many = author_many);
 *
 * Of each parent the first `.limit` rows (100) in the order of `.sort` are shown, those that are
 * equal in it by key; nothing tells that there are more: list them by themselves.
 *
 * **with** lists relations with commas between, and with dots what is to be loaded of their rows:
 * "author, comments.author" shows comments and the author of each.  Up to three names deep and
 * sixteen relations.  A client gets none but what the program allows it, in `.may_with`:
 * "comments.author" there allows "comments", too.
 *
 * **Statements.**  However many rows: one for each relation, `SELECT ... WHERE key IN (?, ...)`,
 * or one for each 1024 different keys where there are so many.  They run one after the other;
 * inside hearth_begin() they see one moment of the data.  An answer holds at most 10 000 related
 * rows, of all relations together; past that it is a 422 that asks for a smaller page.
 *
 * **Who may see it.**  Fields that are `.secret` are not shown here either.  But a condition is not
 * handed on: the `.where` of a list and the scope of a resource confine its own rows, not those that
 * hang on them.  Allow clients only relations all of whose rows they may see; the `.where` of
 * a hearth_many leaves out those that nobody may: "draft = 0".
 */

#include <hearth/query.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- into JSON -------------------------------------------------------- */

/** What to show; zero of every field is the default. */
typedef struct hearth_with_opts {
    const char *with; /* "author, comments"; NULL = none */
    const char
        *may_with; /* what a client may ask for, too, with "?with=author"; NULL = none,
                               and then the query string is not looked at */
} hearth_with_opts;

/**
 * Answer with a struct and its relations as a JSON object.
 *
 *     HEARTH_TRY(hearth_find(c, &book_model, hearth_param(c, "id"), &b));
 *     return hearth_reply_with(c, 200, &book_model, &b,
 *                              &(hearth_with_opts){.with = "author"});
 *
 * @param o  NULL = hearth_reply()
 * Returns: 0, or
 *            HEARTH_EMODEL  the client asks for a relation that it may not see, or there are
 *                           more than 10 000 rows: 422
 *            HEARTH_ESTATE  also when .with names what is no relation
 *            as hearth_reply(), and as hearth/query.h says
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_reply_with_sized(hearth_ctx *c, int status, const hearth_model *m,
                                       const void *obj, const hearth_with_opts *o,
                                       size_t size);
static inline int hearth_reply_with(hearth_ctx *c, int status, const hearth_model *m,
                                    const void *obj, const hearth_with_opts *o)
{
    return hearth_reply_with_sized(c, status, m, obj, o, sizeof *o);
}

/**
 * Answer with an array of n structs and the relations of each.
 *
 * Returns: as hearth_reply_with().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_reply_all_with_sized(hearth_ctx *c, int status,
                                           const hearth_model *m, const void *objs,
                                           size_t n, const hearth_with_opts *o,
                                           size_t size);
static inline int hearth_reply_all_with(hearth_ctx *c, int status, const hearth_model *m,
                                        const void *objs, size_t n,
                                        const hearth_with_opts *o)
{
    return hearth_reply_all_with_sized(c, status, m, objs, n, o, sizeof *o);
}

/* ---- into structs ----------------------------------------------------- */

/** The related rows of one struct. */
typedef struct hearth_group {
    void *
        rows; /* the first of n structs of the relation's model, masks set; NULL when none */
    size_t n; /* of a relation to one: 0 or 1 */
} hearth_group;

/**
 * Load the related rows of n structs with one statement.
 *
 *     hearth_group *g;
 *     HEARTH_TRY(hearth_related(c, &author_model, authors, n, "books", &g));
 *     for (size_t i = 0; i < n; i++) {
 *         const struct book *b = g[i].rows;     // g[i].n books of authors[i]
 *         ...
 *
 * Structs that refer to the same row share it.  Secret fields are read like others.
 *
 * @param name  one relation of m, by its `.as` or its name in `.many`
 * @param out   n groups, that of objs[i] at i; never NULL
 * Owns:    request
 * Returns: 0, or
 *            HEARTH_ESTATE  also when m has no such relation
 *            HEARTH_EMODEL  more than 10 000 rows: 422
 *            as hearth/query.h says
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_related(hearth_ctx *c, const hearth_model *m, const void *objs,
                              size_t n, const char *name,
                              hearth_group **out) HEARTH_NODISCARD;

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_RELATION_H */
