/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_SEARCH_H
#define HEARTH_SEARCH_H

/**
 * @file hearth/search.h
 * Full-text search in lists: words found by an index, the best rows first.
 *
 *     hearth_use_search(app, &todo_model, &(hearth_search_opts){.fields = "title, body"});
 *     ...
 *     return hearth_reply_list(c, &todo_model, NULL);       // GET /todos?q=milk bread*
 *
 * **What can be looked for.**  All of several words, in any of the fields; "words in quotes" are
 * found one after the other; a star at the end finds words that begin so.  Case and accents make
 * no difference.  There are no other signs, so that no text is malformed: AND, NEAR, brackets and
 * colons are words, or none at all.  An empty `q` is none; "!!!" finds nothing.  Up to 32 words
 * and 1000 bytes.
 *
 * **Where.**  A client looks with `q` in every list that heeds the query string, given that the
 * fields of the index are among those of hearth_list_opts.fields; a program with
 * hearth_list_opts.search.  Both, the filters and `.where` all have to hold.
 *
 * **Order.**  Unless the client sorts, the best come first (bm25, as far as SQLite goes: rare
 * words count more, and so do short texts), those that are equal in the order of `.sort`.  The
 * Link of such a page has an offset instead of a cursor, since the order lives with the data.
 *
 * **Snippets.**  With hearth_list_opts.snippet = "snippet" each row of a search has a member of
 * this name: the piece of a text in which words were found, as HTML: escaped, the words between
 * `<mark>` and `</mark>`, `…` where more follows.  About 24 words.
 *
 * **In step.**  Triggers in the database change the index with the rows, in the same
 * transaction, whoever writes; but for SQLite's INSERT OR REPLACE, which deletes without
 * triggers: write ON CONFLICT DO UPDATE, as hearth_upsert() does.  A migration that makes the table
 * anew drops them; those of `migrate diff` put them back, after others the next start makes the
 * index anew.  The texts are not stored a second time where the key is a whole number.
 */

#include <hearth/query.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An index; zero of every field but the first is the default. */
typedef struct hearth_search_opts {
    const char
        *fields; /* of kind text, with commas between: "title, body"; none secret */
    const double
        *weights;      /* what a word counts in each of them, 0 or more, to a thousandth;
                              NULL = 1 in all */
    const char *name;  /* of the index; NULL = the table's and "_search" */
    bool stem;         /* English words by their stem: walking finds walked */
    bool by_migration; /* a migration makes it; a start without it is refused */
} hearth_search_opts;

/**
 * Let rows of a model be searched.
 *
 * When the application starts, after its migrations, the index is made where it is missing, or
 * where it is another one than these options describe or has lost a trigger, and filled from the
 * rows that are there: reading all of them once.  It begins to be in step in the same moment.
 *
 * The model needs a table and a key.
 *
 * @param o  copied, the list of weights, too
 * Returns: 0, or, and then the application will refuse to start with the same sentence,
 *            HEARTH_EINVAL  o or its fields are missing, one of them is no text, or secret; the
 *                           model makes no sense; there is no database
 *            HEARTH_ESTATE  the application runs, the model has an index already, or the
 *                           database has no full-text search
 *            HEARTH_ENOMEM  out of memory
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_search_sized(hearth_app *app, const hearth_model *m,
                                       const hearth_search_opts *o, size_t size);
static inline int hearth_use_search(hearth_app *app, const hearth_model *m,
                                    const hearth_search_opts *o)
{
    return hearth_use_search_sized(app, m, o, sizeof *o);
}

/**
 * The statements that make such an index, or remove it: for the two halves of a migration.
 *
 *     char *up = hearth_search_sql(db, &todo_model, &todo_search, false, &err);
 *
 * @param drop  those that remove it
 * Owns:    caller (free)
 * Returns: the text, or NULL with a sentence in *err: HEARTH_EINVAL, HEARTH_ESTATE,
 *          HEARTH_ENOMEM as hearth_use_search().
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API char *hearth_search_sql_sized(const hearth_db *db, const hearth_model *m,
                                         const hearth_search_opts *o, size_t size,
                                         bool drop, hearth_error *err);
static inline char *hearth_search_sql(const hearth_db *db, const hearth_model *m,
                                      const hearth_search_opts *o, bool drop,
                                      hearth_error *err)
{
    return hearth_search_sql_sized(db, m, o, sizeof *o, drop, err);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_SEARCH_H */
