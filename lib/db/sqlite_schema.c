/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What SQLite does not tell about its schema, and references that are broken for a while.
 *
 * The rules of a table (CHECK) stand nowhere but in the statement that made it, so that is what
 * the function hearth_checks(sql) reads: it knows names, texts, comments and brackets, and that
 * CHECK is a word no name can be.  Its answer is a JSON array of [name or null, expression].
 * hearth_body(sql) is what follows the name of the table.
 */

#include "core/error.h"
#include "core/str.h"
#include "db/sqlite.h"
#include "json/write.h"

typedef enum token_kind { END, WORD, NAME, OTHER } token_kind;

typedef struct token {
    token_kind kind; /* NAME: in quotes; OTHER: a text, a number, a sign */
    const char *at;
    size_t len;
} token;

/* Behind the closing quote; a quote that is doubled stands for itself. */
static const char *skip_quoted(const char *p)
{
    char end = *p == '[' ? ']' : *p;

    for (p++; *p != '\0'; p++)
        if (*p == end && (end == ']' || *++p != end))
            return end == ']' ? p + 1 : p;
    return p;
}

static const char *skip_blank(const char *p)
{
    for (;;) {
        p += strspn(p, " \t\r\n\f");
        if (p[0] == '-' && p[1] == '-') {
            p += strcspn(p, "\n");
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");

            p = end == NULL ? p + strlen(p) : end + 2;
        } else {
            return p;
        }
    }
}

static bool is_word(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

static token next_token(const char **at)
{
    const char *p = skip_blank(*at);
    token t = {END, p, 0};

    if (*p == '\0') {
        *at = p;
        return t;
    }
    if (is_word(*p)) {
        t.kind = WORD;
        while (is_word(*p))
            p++;
    } else if (strchr("'\"`[", *p) != NULL) {
        t.kind = *p == '\'' ? OTHER : NAME;
        p = skip_quoted(p);
    } else {
        t.kind = OTHER;
        p++;
    }
    t.len = (size_t)(p - t.at);
    *at = p;
    return t;
}

static bool is_keyword(token t, const char *word)
{
    return t.kind == WORD &&
           hearth__str_ieq(hearth__str(t.at, t.len), hearth__str_of(word));
}

/* Without quotes. */
static void put_name(hearth__buf *b, token t)
{
    if (t.kind == WORD) {
        hearth__buf_add(b, t.at, t.len);
        return;
    }
    for (size_t i = 1; i + 1 < t.len; i++) {
        hearth__buf_char(b, t.at[i]);
        if (t.at[i] != ']' && t.at[i] == t.at[0])
            i++;
    }
}

/* From behind the opening bracket to the one that closes it, a space wherever there is any. */
static void put_rule(hearth__buf *b, const char **at)
{
    int depth = 1;

    for (;;) {
        const char *from = *at;
        token t = next_token(at);

        if (t.kind == OTHER && *t.at == '(')
            depth++;
        if (t.kind == OTHER && *t.at == ')')
            depth--;
        if (depth == 0 || t.kind == END)
            return;
        if (t.at > from && b->len > 0)
            hearth__buf_char(b, ' ');
        hearth__buf_add(b, t.at, t.len);
    }
}

static void put_check(hearth__json_w *w, token before, token name, const char **at)
{
    hearth__buf text;

    hearth__buf_init(&text, NULL, 0);
    hearth__json_open(w, '[');
    if (is_keyword(before, "constraint")) {
        put_name(&text, name);
        hearth__json_text(w, hearth__buf_view(&text));
        hearth__buf_empty(&text);
    } else {
        hearth__json_null(w);
    }
    put_rule(&text, at);
    hearth__json_text(w, hearth__buf_view(&text));
    hearth__json_close(w, ']');
    w->buf->failed = w->buf->failed || text.failed;
    hearth__buf_clear(&text);
}

static void put_checks(hearth__buf *b, const char *sql)
{
    hearth__json_w w = hearth__json_w_of(b);
    token last[2] = {{END, "", 0}, {END, "", 0}}; /* the two before t */

    hearth__json_open(&w, '[');
    for (token t = next_token(&sql); t.kind != END; t = next_token(&sql)) {
        if (is_keyword(t, "check") && *(sql = skip_blank(sql)) == '(') {
            sql++;
            put_check(&w, last[0], last[1], &sql);
        }
        last[0] = last[1];
        last[1] = t;
    }
    hearth__json_close(&w, ']');
}

static void checks(sqlite3_context *x, int n, sqlite3_value **v)
{
    const char *sql = (const char *)sqlite3_value_text(v[0]);
    hearth__buf b;

    (void)n;
    if (sql == NULL)
        return; /* NULL, or no memory for the text, which SQLite notes by itself */
    hearth__buf_init(&b, NULL, 0);
    put_checks(&b, sql);
    if (b.failed)
        sqlite3_result_error_nomem(x);
    else
        sqlite3_result_text64(x, b.ptr, b.len, SQLITE_TRANSIENT, SQLITE_UTF8);
    hearth__buf_clear(&b);
}

/* From the first bracket on. */
static void body(sqlite3_context *x, int n, sqlite3_value **v)
{
    const char *sql = (const char *)sqlite3_value_text(v[0]);
    token t = {END, "", 0};

    (void)n;
    if (sql == NULL)
        return;
    do
        t = next_token(&sql);
    while (t.kind != END && (t.kind != OTHER || *t.at != '('));
    sqlite3_result_text(x, t.at, -1, SQLITE_TRANSIENT);
}

static int add(sqlite3 *db, const char *name,
               void (*fn)(sqlite3_context *, int, sqlite3_value **))
{
    return sqlite3_create_function_v2(db, name, 1,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC |
                                          SQLITE_DIRECTONLY,
                                      NULL, fn, NULL, NULL, NULL);
}

int hearth__sqlite_schema_init(sqlite3 *db)
{
    int rc = add(db, "hearth_checks", checks);

    return rc == SQLITE_OK ? add(db, "hearth_body", body) : rc;
}

void hearth__sqlite_enforce(void *arg, bool on)
{
    (void)sqlite3_db_config(((hearth__sqlite *)arg)->db, SQLITE_DBCONFIG_ENABLE_FKEY,
                            (int)on, NULL);
}

int hearth__sqlite_kept(void *arg, hearth_error *err)
{
    hearth__sqlite *c = arg;
    sqlite3_stmt *st = NULL;
    int rc = sqlite3_prepare_v2(c->db, "PRAGMA foreign_key_check", -1, &st, NULL);

    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    if (rc == SQLITE_DONE)
        rc = 0;
    else if (rc == SQLITE_ROW)
        rc = hearth__error_set(err, HEARTH_ECONFLICT,
                               "rows of %s would refer to rows of %s that do not exist",
                               (const char *)sqlite3_column_text(st, 0),
                               (const char *)sqlite3_column_text(st, 2));
    else
        rc = hearth__sqlite_error(c->db, rc, err);
    sqlite3_finalize(st);
    return rc;
}
