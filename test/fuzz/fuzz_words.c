/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What a client looks for: whatever bytes they are, the engine is asked a sound question, and what
 * it answers as HTML has balanced marks and nothing else that is markup.
 */

#include "core/str.h"
#include "data/search.h"
#include "db/db.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#define NOTE(F, T)                           \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, title, text, "Title")               \
    F(T, body, text, "Text")
HEARTH_MODEL(note, "notes", NOTE);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static hearth_db *db;
static hearth__search note_search;

static void open_db(void)
{
    const hearth_search_opts o = {.fields = "title, body"};
    hearth_error err = {0};
    char *text;

    db = hearth_db_open("sqlite::memory:", &err);
    assert(db != NULL);
    assert(hearth_db_script(
               db,
               "CREATE TABLE notes(id INTEGER PRIMARY KEY, title TEXT, body "
               "TEXT) STRICT; INSERT INTO notes VALUES (1, 'a <b> \"c\" AND d', "
               "'e & f'), (2, 'x', NULL), (3, '\x02y\x02', '\x03z ' || "
               "char(0x301) || 'a.b')",
               &err) == 0);
    text = hearth_search_sql(db, &note_model, &o, false, &err);
    assert(text != NULL && hearth_db_script(db, text, &err) == 0);
    free(text);
    assert(hearth__search_init(&note_search, &note_model, &o, &err) == 0);
}

static void check_words(const hearth__words *w, hearth_str text)
{
    assert(w->n <= HEARTH__WORDS_MOST);
    for (size_t i = 0; i < w->n; i++) {
        hearth_str s = w->word[i].text;

        assert(s.len > 0 && s.ptr >= text.ptr && s.ptr + s.len <= text.ptr + text.len);
        assert(memchr(s.ptr, '\0', s.len) == NULL && memchr(s.ptr, '"', s.len) == NULL);
    }
}

/* <mark> and </mark> by turns, and no other tag. */
static void check_html(hearth_str html)
{
    bool open = false;

    for (size_t i = 0; i < html.len; i++) {
        const char *tag = open ? "</mark>" : "<mark>";

        assert(html.ptr[i] != '\x02' && html.ptr[i] != '\x03');
        if (html.ptr[i] != '<')
            continue;
        assert(strncmp(html.ptr + i, tag, strlen(tag)) == 0);
        open = !open;
    }
    assert(!open);
}

static void ask(hearth__dbs *s, const hearth__words *w, hearth__arena *a)
{
    const hearth_db_dialect *d = hearth__db_dialect(db);
    hearth__buf sql, match, html;
    hearth_rows *r;

    hearth__buf_init(&sql, a, 0);
    hearth__buf_init(&match, a, 0);
    hearth__buf_text(&sql, "SELECT id, hearth_snippet FROM notes");
    hearth__search_join(&note_search, d, true, &sql);
    hearth__buf_text(&sql, " ORDER BY hearth_rank, id");
    hearth__search_match(d, w, &match);
    r = hearth__dbs_select(s, sql.ptr, hearth_args(hearth__buf_view(&match)));
    while (hearth_rows_next(r)) {
        hearth__buf_init(&html, a, 0);
        hearth__search_html(&html, hearth_rows_blob(r, 1));
        check_html(hearth__buf_view(&html));
    }
    assert(hearth_rows_error(r) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str text = hearth__str(size == 0 ? "" : (const char *)data, size);
    hearth__words w = {.n = 0};
    hearth__arena a;
    hearth__buf html;
    hearth__dbs s;
    int rc;

    if (db == NULL)
        open_db();
    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, db, &a);
    rc = hearth__words_add(&w, text);
    assert(rc == 0 || rc == HEARTH_ETOOBIG);
    check_words(&w, text);
    if (w.n > 0)
        ask(&s, &w, &a);
    hearth__buf_init(&html, &a, 0);
    hearth__search_html(&html, text);
    check_html(hearth__buf_view(&html));
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    return 0;
}
