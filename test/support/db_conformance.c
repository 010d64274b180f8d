/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The slots one by one, as lib/db calls them; what a handler sees is in the second half, with
 * the application.
 *
 * A test that fails jumps out; statements, connections and engines that it had are released
 * by who runs it.
 */
#define _DEFAULT_SOURCE /* mkdtemp */

#include "db_conformance.h"

#include <errno.h>
#include <hearth.h>
#include <hearth/client.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONNS 8
#define STMTS 64
#define BIG   1048576
#define MANY  1000

typedef struct statement {
    void *raw, *conn; /* conn NULL: free */
} statement;

typedef struct suite {
    const db_conformance *d;
    const hearth_db_ops *ops;
    const hearth_db_dialect *w;
    jmp_buf out;
    char why[1000];
    void *engine, *other; /* other: a second program, as it were */
    void *writer;         /* of engine */
    void *conn[CONNS];
    statement stmt[STMTS];
    hearth_error err;
    char text[4][2000]; /* of sql() */
    int texts;
} suite;

/* ---- failing ---------------------------------------------------------- */

static void fail(suite *t, const char *fmt, ...) HEARTH_PRINTF(2, 3);
static void fail(suite *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(t->why, sizeof(t->why), fmt, ap);
    va_end(ap);
    longjmp(t->out, 1);
}

#define IS(cond)                                                   \
    do {                                                           \
        if (!(cond))                                               \
            fail(t, "line %d: %s does not hold", __LINE__, #cond); \
    } while (0)
#define EQ(a, b)   equal(t, __LINE__, #a, (int64_t)(a), (int64_t)(b))
#define CODE(a, b) code(t, __LINE__, #a, (a), (b))
#define OK(a)      CODE(a, 0)

static void equal(suite *t, int line, const char *what, int64_t is, int64_t should)
{
    if (is != should)
        fail(t, "line %d: %s is %lld, not %lld", line, what, (long long)is,
             (long long)should);
}

static void code(suite *t, int line, const char *what, int is, int should)
{
    if (is != should)
        fail(t, "line %d: %s is %d (%s), not %d", line, what, is,
             is < 0 ? t->err.text : "no error", should);
    if (is < 0 && (t->err.code != is || t->err.text[0] == '\0'))
        fail(t, "line %d: %s is %d, but *err says %d \"%s\"", line, what, is, t->err.code,
             t->err.text);
}

/* ---- calling ---------------------------------------------------------- */

static void wait_for(suite *t, void *conn)
{
    struct pollfd p;

    if (t->ops->fd == NULL || conn == NULL)
        fail(t,
             "HEARTH_DB_WAIT from a driver without fd, or before there is a connection");
    p = (struct pollfd){.fd = t->ops->fd(conn), .events = (short)t->ops->wants(conn)};
    if (poll(&p, 1, 60000) == 0)
        fail(t, "a minute has passed, and the connection's descriptor is not ready");
}

/* Until it is done: a driver may be asynchronous. */
#define DO(rc, c, call)                           \
    do {                                          \
        t->err = (hearth_error){0};               \
        while (((rc) = (call)) == HEARTH_DB_WAIT) \
            wait_for(t, (c));                     \
    } while (0)

static void *engine(suite *t)
{
    const char *url = t->d->url;
    size_t n = strlen(t->ops->name);
    void *self = NULL;

    if (strncmp(url, t->ops->name, n) == 0 && url[n] == ':')
        url += n + 1;
    OK(t->ops->open(url, &self, &t->err));
    return self;
}

static void *conn_on(suite *t, void *self, bool writer)
{
    void **at = t->conn;
    int rc;

    while (*at != NULL)
        at++;
    DO(rc, *at, t->ops->connect(self, writer, at, &t->err));
    if (rc != 0)
        *at = NULL;
    OK(rc);
    return *at;
}

static void *connect_one(suite *t, bool writer)
{
    return conn_on(t, t->engine, writer);
}

static void finalize(suite *t, statement *s)
{
    t->ops->finalize(s->raw);
    s->conn = NULL;
}

static void disconnect(suite *t, void *conn)
{
    for (int i = 0; i < STMTS; i++)
        if (t->stmt[i].conn == conn)
            finalize(t, &t->stmt[i]);
    for (int i = 0; i < CONNS; i++)
        if (t->conn[i] == conn)
            t->conn[i] = NULL;
    t->ops->disconnect(conn);
}

static int try_prepare(suite *t, void *conn, const char *sql, statement **out)
{
    statement *s = t->stmt;
    void *raw = NULL;
    int rc;

    while (s->conn != NULL)
        s++;
    DO(rc, conn, t->ops->prepare(conn, sql, &raw, &t->err));
    if (rc == 0)
        *s = (statement){raw, conn};
    *out = s;
    return rc;
}

static statement *prepare(suite *t, void *conn, const char *sql)
{
    statement *s;
    int rc = try_prepare(t, conn, sql, &s);

    if (rc != 0)
        fail(t, "%s: %s", sql, t->err.text);
    return s;
}

static int step(suite *t, statement *s)
{
    int rc;

    DO(rc, s->conn, t->ops->step(s->raw, &t->err));
    return rc;
}

static int bind(suite *t, statement *s, hearth_vals args)
{
    t->err = (hearth_error){0};
    return t->ops->bind(s->raw, args, &t->err);
}

static hearth_val column(suite *t, statement *s, int col)
{
    return t->ops->column(s->raw, col);
}

/* To the end, whatever it says; the rows are not looked at. */
static int try_run(suite *t, void *conn, const char *sql, hearth_vals args)
{
    statement *s;
    int rc = try_prepare(t, conn, sql, &s);

    if (rc != 0)
        return rc;
    rc = bind(t, s, args);
    while (rc == 0 && (rc = step(t, s)) == 1)
        rc = 0;
    t->ops->reset(s->raw);
    finalize(t, s);
    return rc;
}

static void run(suite *t, void *conn, const char *sql, hearth_vals args)
{
    if (try_run(t, conn, sql, args) != 0)
        fail(t, "%s: %s", sql, t->err.text);
}

static int64_t number(suite *t, void *conn, const char *sql, hearth_vals args)
{
    statement *s = prepare(t, conn, sql);
    hearth_val v;

    OK(bind(t, s, args));
    CODE(step(t, s), 1);
    v = column(t, s, 0);
    EQ(v.kind, HEARTH_VAL_INT);
    CODE(step(t, s), 0);
    t->ops->reset(s->raw);
    finalize(t, s);
    return v.u.i;
}

static int begin(suite *t, void *conn, int level)
{
    int rc;

    DO(rc, conn, t->ops->begin(conn, level, &t->err));
    return rc;
}

static int commit(suite *t, void *conn, int level)
{
    int rc;

    DO(rc, conn, t->ops->commit(conn, level, &t->err));
    return rc;
}

static int script(suite *t, void *conn, const char *sql)
{
    int rc;

    DO(rc, conn, t->ops->script(conn, sql, &t->err));
    return rc;
}

/* SQL with the driver's words; four at a time. */
static const char *sql(suite *t, const char *fmt, ...) HEARTH_PRINTF(2, 3);
static const char *sql(suite *t, const char *fmt, ...)
{
    char *text = t->text[t->texts++ % 4];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(t->text[0]), fmt, ap);
    va_end(ap);
    return text;
}

#define NONE   HEARTH_NO_ARGS
#define INSERT "INSERT INTO conf_a(n, t) VALUES (?, ?)"
#define COUNT  "SELECT count(*) FROM conf_a"

static void make_table(suite *t)
{
    OK(script(t, t->writer,
              sql(t, "CREATE TABLE conf_a(id %s, n %s, t %s)%s", t->w->serial_key,
                  t->w->type[HEARTH_DB_I64], t->w->type[HEARTH_DB_TEXT],
                  t->w->table_end)));
}

static int64_t count(suite *t, void *conn)
{
    return number(t, conn, COUNT, NONE);
}

static void *reader(suite *t)
{
    return t->ops->single(t->engine) ? t->writer : connect_one(t, false);
}

/* ---- values ----------------------------------------------------------- */

/* One value in and out again through a column of this type. */
static void both_ways(suite *t, hearth_db_type type, const hearth_val *v, size_t n)
{
    statement *in, *out;

    OK(script(t, t->writer,
              sql(t, "CREATE TABLE conf_v(i %s, v %s)%s", t->w->type[HEARTH_DB_I64],
                  t->w->type[type], t->w->table_end)));
    in = prepare(t, t->writer, "INSERT INTO conf_v(i, v) VALUES (?, ?)");
    out = prepare(t, t->writer, "SELECT v FROM conf_v WHERE i = ?");
    for (size_t i = 0; i < n; i++) {
        hearth_val got;
        bool same;

        OK(bind(t, in, hearth_args(i, v[i])));
        if (step(t, in) != 0)
            fail(t, "type %d, value %zu: %s", type, i, t->err.text);
        t->ops->reset(in->raw);
        OK(bind(t, out, hearth_args(i)));
        CODE(step(t, out), 1);
        got = column(t, out, 0);
        same = got.kind == v[i].kind;
        if (same && v[i].kind == HEARTH_VAL_INT)
            same = got.u.i == v[i].u.i;
        else if (same && v[i].kind == HEARTH_VAL_REAL)
            same = memcmp(&got.u.f, &v[i].u.f, sizeof(double)) == 0;
        else if (same && v[i].kind != HEARTH_VAL_NULL)
            same = got.u.s.len == v[i].u.s.len &&
                   memcmp(got.u.s.ptr, v[i].u.s.ptr, v[i].u.s.len) == 0;
        if (!same)
            fail(t, "type %d, value %zu came back as another one, of kind %d", type, i,
                 got.kind);
        if (got.kind == HEARTH_VAL_TEXT && got.u.s.ptr[got.u.s.len] != '\0')
            fail(t, "a text does not end in a NUL");
        CODE(step(t, out), 0);
        t->ops->reset(out->raw);
    }
    finalize(t, in);
    finalize(t, out);
    OK(script(t, t->writer, "DROP TABLE conf_v"));
}

static void whole_numbers_go_both_ways(suite *t)
{
    const hearth_val v[] = {
        hearth_val_int(0),         hearth_val_int(1),         hearth_val_int(-1),
        hearth_val_int(INT32_MAX), hearth_val_int(INT32_MIN), hearth_val_int(1LL << 53),
        hearth_val_int(INT64_MAX), hearth_val_int(INT64_MIN), hearth_val_null(),
    };

    both_ways(t, HEARTH_DB_I64, v, sizeof(v) / sizeof(*v));
}

static void real_numbers_go_both_ways(suite *t)
{
    const hearth_val v[] = {
        hearth_val_real(0.0),    hearth_val_real(0.1),
        hearth_val_real(-1.5),   hearth_val_real(1.0),
        hearth_val_real(1e308),  hearth_val_real(-1e308),
        hearth_val_real(5e-324), hearth_val_real(1.0 / 3),
        hearth_val_real(1e15),   hearth_val_real(123456789.123456789),
        hearth_val_null(),
    };

    both_ways(t, HEARTH_DB_F64, v, sizeof(v) / sizeof(*v));
}

/* They have no JSON form, so nobody stores them; but they must not become numbers. */
static void what_is_no_number_becomes_none(suite *t)
{
    const double odd[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};

    for (size_t i = 0; i < 3; i++) {
        hearth_val v;
        statement *s;

        OK(script(t, t->writer,
                  sql(t, "CREATE TABLE conf_v(v %s)%s", t->w->type[HEARTH_DB_F64],
                      t->w->table_end)));
        if (try_run(t, t->writer, "INSERT INTO conf_v(v) VALUES (?)",
                    hearth_args(odd[i])) == 0) {
            s = prepare(t, t->writer, "SELECT v FROM conf_v");
            OK(bind(t, s, NONE));
            CODE(step(t, s), 1);
            v = column(t, s, 0);
            IS(v.kind == HEARTH_VAL_NULL ||
               (v.kind == HEARTH_VAL_REAL && !isfinite(v.u.f)));
            finalize(t, s);
        }
        OK(script(t, t->writer, "DROP TABLE conf_v"));
    }
}

static void flags_times_and_words_go_both_ways(suite *t)
{
    const hearth_val flag[] = {hearth_val_int(0), hearth_val_int(1), hearth_val_null()};
    const hearth_val when[] = {hearth_val_int(0), hearth_val_int(1764072000),
                               hearth_val_int(-1), hearth_val_int(253402300799),
                               hearth_val_null()};
    const hearth_val date[] = {hearth_val_text("2026-11-23"),
                               hearth_val_text("1970-01-01"),
                               hearth_val_text("9999-12-31"), hearth_val_null()};
    const hearth_val uuid[] = {hearth_val_text("0189d3b0-5d4c-7000-8000-0123456789ab"),
                               hearth_val_null()};
    const hearth_val word[] = {hearth_val_text("open"), hearth_val_text(""),
                               hearth_val_null()};

    both_ways(t, HEARTH_DB_FLAG, flag, 3);
    both_ways(t, HEARTH_DB_TIME, when, 5);
    both_ways(t, HEARTH_DB_DATE, date, 4);
    both_ways(t, HEARTH_DB_UUID, uuid, 2);
    both_ways(t, HEARTH_DB_ENUM, word, 3);
}

/* Its spaces and order may change on the way, it may be more than an object. */
static void json_goes_both_ways(suite *t)
{
    const hearth_val v[] = {hearth_val_text("{\"a\": 1}"), hearth_val_text("[1, 2]"),
                            hearth_val_text("\"text\""),   hearth_val_text("12"),
                            hearth_val_text("true"),       hearth_val_null()};

    both_ways(t, HEARTH_DB_JSON, v, 6);
}

static void texts_go_both_ways(suite *t)
{
    char *big = malloc(BIG + 1);
    hearth_val v[] = {
        hearth_val_text(""),
        hearth_val_text("a"),
        hearth_val_text("it's \"quoted\" \\ ? $1 %s -- ; /* */"),
        hearth_val_text("line\nbreak\ttab\r"),
        hearth_val_text("\x01\x7f"),
        hearth_val_text("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"),
        hearth_val_text("123"),
        hearth_val_text("NULL"),
        hearth_val_null(),
        hearth_val_null(),
    };

    if (big == NULL)
        fail(t, "out of memory");
    memset(big, 'x', BIG);
    big[BIG] = '\0';
    v[9] = hearth_val_text(big);
    both_ways(t, HEARTH_DB_TEXT, v, 10);
    free(big);
}

static void blobs_go_both_ways(suite *t)
{
    char *big = malloc(BIG);
    hearth_val v[] = {hearth_val_blob("", 0), hearth_val_blob("\0\1\xff", 3),
                      hearth_val_blob("text", 4), hearth_val_null(), hearth_val_null()};

    if (big == NULL)
        fail(t, "out of memory");
    for (size_t i = 0; i < BIG; i++)
        big[i] = (char)(i * 7);
    v[4] = hearth_val_blob(big, BIG);
    both_ways(t, HEARTH_DB_BLOB, v, 5);
    free(big);
}

/* ---- statements ------------------------------------------------------- */

static void refused(suite *t, const char *text)
{
    statement *s;
    int rc = try_prepare(t, t->writer, text, &s);

    if (rc == 0) {
        /* An engine may find out when it runs. */
        rc = bind(t, s, NONE);
        if (rc == 0)
            rc = step(t, s);
        finalize(t, s);
    }
    if (rc != HEARTH_EDB)
        fail(t, "\"%s\" should be HEARTH_EDB, not %d", text, rc);
    IS(t->err.code == HEARTH_EDB && t->err.text[0] != '\0');
}

static void wrong_statements_are_refused(suite *t)
{
    static const char *const wrong[] = {
        "",
        "   ",
        "-- no",
        "SELEKT 1",
        "SELECT",
        "SELECT * FROM conf_nothing",
        "SELECT 1; SELECT 2",
        "SELECT nothing FROM conf_a",
        "SELECT 'open",
        "INSERT INTO conf_a(nothing) VALUES (1)",
        "INSERT INTO conf_a(n) VALUES (1); DELETE FROM conf_a",
    };

    make_table(t);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        refused(t, wrong[i]);
    CODE(script(t, t->writer, "SELEKT 1"), HEARTH_EDB);
    EQ(count(t, t->writer), 0);
}

static void transactions_in_sql_are_refused(suite *t)
{
    static const char *const wrong[] = {
        "BEGIN",     "COMMIT",        "ROLLBACK", "SAVEPOINT a",
        "RELEASE a", "ROLLBACK TO a", "  begin",  "END",
    };

    make_table(t);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        refused(t, wrong[i]);
        IS(!t->ops->begun(t->writer));
    }
}

static void a_wrong_count_of_arguments_is_refused(suite *t)
{
    statement *s;
    int rc;

    make_table(t);
    s = prepare(t, t->writer, INSERT);
    for (size_t n = 0; n <= 3; n++) {
        const hearth_val v[3] = {hearth_val_int(1), hearth_val_text("a"),
                                 hearth_val_int(2)};

        rc = bind(t, s, (hearth_vals){v, n});
        if (rc == 0)
            rc = step(t, s);
        CODE(rc, n == 2 ? 0 : HEARTH_EDB);
        t->ops->reset(s->raw);
    }
    EQ(count(t, t->writer), 1);
}

static void readers_of_the_database_are_known(suite *t)
{
    static const struct {
        const char *sql;
        bool reads;
    } which[] = {
        {"SELECT 1", true},
        {"select id from conf_a where n = ?", true},
        {"  SELECT count(*) FROM conf_a", true},
        {"WITH x AS (SELECT 1 AS a) SELECT a FROM x", true},
        {"-- why\nSELECT 1", true},
        {INSERT, false},
        {"UPDATE conf_a SET n = 1", false},
        {"DELETE FROM conf_a", false},
        {"CREATE TABLE conf_z(a)", false},
        {"DROP TABLE conf_a", false},
    };

    make_table(t);
    for (size_t i = 0; i < sizeof(which) / sizeof(*which); i++) {
        statement *s;

        if (try_prepare(t, t->writer, which[i].sql, &s) != 0)
            continue;
        if (t->ops->readonly(s->raw) != which[i].reads)
            fail(t, "readonly(%s) should be %d", which[i].sql, which[i].reads);
        finalize(t, s);
    }
    if (t->w->returning) {
        statement *s = prepare(t, t->writer, INSERT " RETURNING id");

        IS(!t->ops->readonly(s->raw));
    }
}

static void columns_have_names(suite *t)
{
    statement *s;

    make_table(t);
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    s = prepare(t, t->writer,
                "SELECT n AS first, t, n + 1 AS \"odd \"\"name\", NULL FROM conf_a");
    OK(bind(t, s, NONE));
    CODE(step(t, s), 1);
    EQ(t->ops->width(s->raw), 4);
    IS(strcmp(t->ops->column_name(s->raw, 0), "first") == 0);
    IS(strcmp(t->ops->column_name(s->raw, 1), "t") == 0);
    IS(strcmp(t->ops->column_name(s->raw, 2), "odd \"name") == 0);
    /* In any order, and twice. */
    EQ(column(t, s, 3).kind, HEARTH_VAL_NULL);
    EQ(column(t, s, 2).u.i, 2);
    EQ(column(t, s, 1).u.s.len, 1);
    EQ(column(t, s, 0).u.i, 1);
    EQ(column(t, s, 2).u.i, 2);
    CODE(step(t, s), 0);
    t->ops->reset(s->raw);
    s = prepare(t, t->writer, INSERT);
    EQ(t->ops->width(s->raw), 0);
    s = prepare(t, t->writer, "SELECT n FROM conf_a WHERE n = 77");
    OK(bind(t, s, NONE));
    CODE(step(t, s), 0);
    EQ(t->ops->width(s->raw), 1);
}

static void statements_are_used_again(suite *t)
{
    statement *in, *out;

    make_table(t);
    in = prepare(t, t->writer, INSERT);
    out = prepare(t, t->writer, "SELECT n FROM conf_a ORDER BY n");
    for (int i = 0; i < 20; i++) {
        char text[20];

        snprintf(text, sizeof(text), "%d", i);
        OK(bind(t, in, hearth_args(i, (const char *)text)));
        OK(step(t, in));
        t->ops->reset(in->raw);
        /* To the middle and back. */
        OK(bind(t, out, NONE));
        for (int k = 0; k <= i / 2; k++) {
            CODE(step(t, out), 1);
            EQ(column(t, out, 0).u.i, k);
        }
        t->ops->reset(out->raw);
        t->ops->reset(out->raw); /* once more does nothing */
    }
    EQ(count(t, t->writer), 20);
}

static void two_results_are_read_in_turn(suite *t)
{
    statement *a, *b;

    make_table(t);
    for (int i = 0; i < 10; i++)
        run(t, t->writer, INSERT, hearth_args(i, "a"));
    a = prepare(t, t->writer, "SELECT n FROM conf_a ORDER BY n");
    b = prepare(t, t->writer, "SELECT n FROM conf_a ORDER BY n DESC");
    OK(bind(t, a, NONE));
    OK(bind(t, b, NONE));
    for (int i = 0; i < 10; i++) {
        CODE(step(t, a), 1);
        CODE(step(t, b), 1);
        EQ(column(t, a, 0).u.i, i);
        EQ(column(t, b, 0).u.i, 9 - i);
        run(t, t->writer, "UPDATE conf_a SET t = ?", hearth_args(i));
    }
    CODE(step(t, a), 0);
    CODE(step(t, b), 0);
    t->ops->reset(a->raw);
    t->ops->reset(b->raw);
}

static void changes_are_counted(suite *t)
{
    make_table(t);
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    EQ(t->ops->changes(t->writer), 1);
    run(t, t->writer, "INSERT INTO conf_a(n) VALUES (2), (3)", NONE);
    EQ(t->ops->changes(t->writer), 2);
    run(t, t->writer, "UPDATE conf_a SET t = 'b' WHERE n > ?", hearth_args(1));
    EQ(t->ops->changes(t->writer), 2);
    run(t, t->writer, "UPDATE conf_a SET t = 'b' WHERE n = 77", NONE);
    EQ(t->ops->changes(t->writer), 0);
    run(t, t->writer, "DELETE FROM conf_a", NONE);
    EQ(t->ops->changes(t->writer), 3);
    run(t, t->writer, "SELECT count(*) FROM conf_a", NONE);
    EQ(t->ops->changes(t->writer), 0);
}

static void the_last_id_is_known(suite *t)
{
    int64_t id;

    make_table(t);
    run(t, t->writer, INSERT, hearth_args(7, "a"));
    id = number(t, t->writer, "SELECT id FROM conf_a WHERE n = 7", NONE);
    run(t, t->writer, INSERT, hearth_args(8, "a"));
    IS(t->ops->last_id(t->writer) != id);
    EQ(t->ops->last_id(t->writer),
       number(t, t->writer, "SELECT id FROM conf_a WHERE n = 8", NONE));
    if (t->ops->set_last_id == NULL)
        return;
    t->ops->set_last_id(t->writer, 12345);
    EQ(t->ops->last_id(t->writer), 12345);
    run(t, t->writer, "UPDATE conf_a SET n = n", NONE);
    EQ(t->ops->last_id(t->writer), 12345);
    run(t, t->writer, INSERT, hearth_args(9, "a"));
    IS(t->ops->last_id(t->writer) != 12345);
}

static void a_changed_table_is_noticed(suite *t)
{
    void *other = reader(t);
    statement *s;
    int shape = 0;

    make_table(t);
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    s = prepare(t, other, "SELECT * FROM conf_a");
    OK(bind(t, s, NONE));
    CODE(step(t, s), 1);
    EQ(t->ops->width(s->raw), 3);
    if (t->ops->shape != NULL)
        shape = t->ops->shape(s->raw);
    t->ops->reset(s->raw);
    OK(script(t, t->writer,
              sql(t, "ALTER TABLE conf_a ADD COLUMN more %s",
                  t->w->type[HEARTH_DB_TEXT])));
    if (t->ops->shape == NULL)
        return; /* then the columns that were asked for stay */
    OK(bind(t, s, NONE));
    CODE(step(t, s), 1);
    EQ(t->ops->width(s->raw), 4);
    IS(t->ops->shape(s->raw) != shape);
    IS(strcmp(t->ops->column_name(s->raw, 3), "more") == 0);
    EQ(column(t, s, 3).kind, HEARTH_VAL_NULL);
    t->ops->reset(s->raw);
}

static void a_thousand_statements(suite *t)
{
    char text[200];

    make_table(t);
    OK(begin(t, t->writer, 0));
    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof(text), "INSERT INTO conf_a(n, t) VALUES (%d + ?, 'x%d')", i,
                 i);
        run(t, t->writer, text, hearth_args(0));
    }
    OK(commit(t, t->writer, 0));
    EQ(count(t, t->writer), MANY);
    EQ(number(t, t->writer, "SELECT max(n) FROM conf_a", NONE), MANY - 1);
}

static void many_rows_come_one_by_one(suite *t)
{
    statement *s;
    int64_t n = 0, last = -1;

    make_table(t);
    run(t, t->writer,
        "INSERT INTO conf_a(n, t) WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + "
        "1 "
        "FROM k WHERE i < 9999) SELECT i, 'text' FROM k",
        NONE);
    s = prepare(t, t->writer, "SELECT n FROM conf_a ORDER BY n");
    OK(bind(t, s, NONE));
    while (step(t, s) == 1) {
        hearth_val v = column(t, s, 0);

        IS(v.kind == HEARTH_VAL_INT && v.u.i == last + 1);
        last = v.u.i;
        n++;
    }
    EQ(n, 10000);
    t->ops->reset(s->raw);
}

/* ---- rules ------------------------------------------------------------ */

static void make_rules(suite *t)
{
    OK(script(
        t, t->writer,
        sql(t,
            "CREATE TABLE conf_a(id %s, email %s NOT NULL UNIQUE, age %s CONSTRAINT "
            "grown CHECK (age > 17))%s",
            t->w->serial_key, t->w->type[HEARTH_DB_TEXT], t->w->type[HEARTH_DB_I64],
            t->w->table_end)));
    OK(script(t, t->writer,
              sql(t,
                  "CREATE TABLE conf_b(owner %s NOT NULL REFERENCES conf_a(id), slug %s, "
                  "UNIQUE(owner, slug))%s",
                  t->w->type[HEARTH_DB_I64], t->w->type[HEARTH_DB_TEXT],
                  t->w->table_end)));
    run(t, t->writer, "INSERT INTO conf_a(email, age) VALUES ('a@b', 20)", NONE);
    run(t, t->writer, "INSERT INTO conf_b(owner, slug) SELECT id, 'x' FROM conf_a", NONE);
}

static void broken_rules_are_told_in_words(suite *t)
{
    static const struct {
        const char *sql;
        int code;
        const char *words[2];
    } broken[] = {
        {"INSERT INTO conf_a(email, age) VALUES ('a@b', 30)",
         HEARTH_ECONFLICT,
         {"email", "exist"}},
        {"INSERT INTO conf_b(owner, slug) SELECT id, 'x' FROM conf_a",
         HEARTH_ECONFLICT,
         {"slug", "exist"}},
        {"INSERT INTO conf_a(id, email) SELECT id, 'c' FROM conf_a",
         HEARTH_ECONFLICT,
         {"exist", ""}},
        {"INSERT INTO conf_b(owner, slug) VALUES (4711, 'y')",
         HEARTH_ECONFLICT,
         {"refer", ""}},
        {"DELETE FROM conf_a", HEARTH_ECONFLICT, {"refer", ""}},
        {"INSERT INTO conf_a(email, age) VALUES (NULL, 30)",
         HEARTH_EMODEL,
         {"email", "required"}},
        {"INSERT INTO conf_a(email, age) VALUES ('c', 7)", HEARTH_EMODEL, {"grown", ""}},
        {"UPDATE conf_a SET age = 7", HEARTH_EMODEL, {"grown", ""}},
    };

    make_rules(t);
    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        int rc = try_run(t, t->writer, broken[i].sql, NONE);

        if (rc != broken[i].code)
            fail(t, "%s: %d, not %d: %s", broken[i].sql, rc, broken[i].code, t->err.text);
        if (strstr(t->err.text, broken[i].words[0]) == NULL ||
            strstr(t->err.text, broken[i].words[1]) == NULL)
            fail(t, "%s: the sentence should have \"%s\" and \"%s\": %s", broken[i].sql,
                 broken[i].words[0], broken[i].words[1], t->err.text);
        if (strstr(t->err.text, "conf_") != NULL || strstr(t->err.text, "INSERT") != NULL)
            fail(t, "clients do not want to know of tables and SQL: %s", t->err.text);
        EQ(count(t, t->writer), 1);
    }
}

static void a_wrong_type_is_a_broken_rule(suite *t)
{
    make_table(t);
    CODE(try_run(t, t->writer, INSERT, hearth_args("many", "a")), HEARTH_EMODEL);
    CODE(try_run(t, t->writer, INSERT, hearth_args(hearth_val_blob("\xff", 1), "a")),
         HEARTH_EMODEL);
    EQ(count(t, t->writer), 0);
}

/* ---- transactions ----------------------------------------------------- */

static void transactions_nest(suite *t)
{
    make_table(t);
    IS(!t->ops->begun(t->writer));
    OK(begin(t, t->writer, 0));
    IS(t->ops->begun(t->writer));
    run(t, t->writer, INSERT, hearth_args(1, "kept"));
    OK(begin(t, t->writer, 1));
    run(t, t->writer, INSERT, hearth_args(2, "undone"));
    OK(begin(t, t->writer, 2));
    run(t, t->writer, INSERT, hearth_args(4, "undone"));
    OK(commit(t, t->writer, 2));
    EQ(count(t, t->writer), 3);
    t->ops->rollback(t->writer, 1);
    IS(t->ops->begun(t->writer));
    EQ(count(t, t->writer), 1);
    OK(begin(t, t->writer, 1));
    run(t, t->writer, INSERT, hearth_args(8, "kept"));
    OK(commit(t, t->writer, 1));
    OK(commit(t, t->writer, 0));
    IS(!t->ops->begun(t->writer));
    EQ(number(t, t->writer, "SELECT sum(n) FROM conf_a WHERE t = 'kept'", NONE), 9);
    EQ(count(t, t->writer), 2);
}

static void a_rollback_undoes_all(suite *t)
{
    make_table(t);
    t->ops->rollback(t->writer, 0); /* there is nothing */
    OK(begin(t, t->writer, 0));
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    OK(begin(t, t->writer, 1));
    run(t, t->writer, INSERT, hearth_args(2, "a"));
    t->ops->rollback(t->writer, 0);
    IS(!t->ops->begun(t->writer));
    EQ(count(t, t->writer), 0);
    OK(begin(t, t->writer, 0));
    OK(script(t, t->writer,
              sql(t, "CREATE TABLE conf_b(a %s)%s", t->w->type[HEARTH_DB_I64],
                  t->w->table_end)));
    t->ops->rollback(t->writer, 0);
    CODE(try_run(t, t->writer, "SELECT * FROM conf_b", NONE), HEARTH_EDB);
}

/* In a savepoint it hurts nothing else; outside, the engine may take the whole transaction
 * down, but then it says so. */
static void a_failure_ends_where_it_should(suite *t)
{
    make_rules(t);
    OK(begin(t, t->writer, 0));
    run(t, t->writer, "INSERT INTO conf_a(email) VALUES ('c')", NONE);
    OK(begin(t, t->writer, 1));
    CODE(try_run(t, t->writer, "INSERT INTO conf_a(email) VALUES ('a@b')", NONE),
         HEARTH_ECONFLICT);
    t->ops->rollback(t->writer, 1);
    run(t, t->writer, "INSERT INTO conf_a(email) VALUES ('d')", NONE);
    OK(commit(t, t->writer, 0));
    EQ(count(t, t->writer), 3);

    OK(begin(t, t->writer, 0));
    run(t, t->writer, "INSERT INTO conf_a(email) VALUES ('e')", NONE);
    CODE(try_run(t, t->writer, "INSERT INTO conf_a(email) VALUES ('a@b')", NONE),
         HEARTH_ECONFLICT);
    if (t->ops->begun(t->writer)) {
        run(t, t->writer, "INSERT INTO conf_a(email) VALUES ('f')", NONE);
        OK(commit(t, t->writer, 0));
        EQ(count(t, t->writer), 5);
    } else {
        OK(begin(t, t->writer, 0));
        EQ(count(t, t->writer), 3);
        t->ops->rollback(t->writer, 0);
    }
}

static void a_connection_that_ends_undoes_what_is_open(suite *t)
{
    void *second;
    statement *s;

    make_table(t);
    if (t->ops->single(t->engine))
        return;
    OK(begin(t, t->writer, 0));
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    disconnect(t, t->writer);
    t->writer = connect_one(t, true);
    EQ(count(t, t->writer), 0);
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    run(t, t->writer, INSERT, hearth_args(2, "a"));
    /* In the middle of rows. */
    second = connect_one(t, false);
    s = prepare(t, second, "SELECT n FROM conf_a");
    OK(bind(t, s, NONE));
    CODE(step(t, s), 1);
    disconnect(t, second);
    run(t, t->writer, "DELETE FROM conf_a", NONE);
}

static void readers_see_what_was_committed(suite *t)
{
    void *r;

    make_table(t);
    if (t->ops->single(t->engine))
        return;
    r = reader(t);
    EQ(count(t, r), 0);
    OK(begin(t, t->writer, 0));
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    EQ(count(t, r), 0); /* and it does not wait for the writer */
    OK(commit(t, t->writer, 0));
    EQ(count(t, r), 1);
    run(t, t->writer, INSERT, hearth_args(2, "a"));
    EQ(count(t, r), 2);
}

static void readers_cannot_write(suite *t)
{
    void *r;

    make_table(t);
    if (t->ops->single(t->engine))
        return;
    r = reader(t);
    IS(try_run(t, r, INSERT, hearth_args(1, "a")) < 0);
    IS(t->err.text[0] != '\0');
    EQ(count(t, r), 0);
}

static void open_rows_do_not_hold_up_the_writer(suite *t)
{
    void *r;
    statement *s;

    make_table(t);
    if (t->ops->single(t->engine))
        return;
    for (int i = 0; i < 100; i++)
        run(t, t->writer, INSERT, hearth_args(i, "a"));
    r = reader(t);
    s = prepare(t, r, "SELECT n FROM conf_a ORDER BY n");
    OK(bind(t, s, NONE));
    for (int i = 0; i < 100; i++) {
        CODE(step(t, s), 1);
        EQ(column(t, s, 0).u.i, i);
        run(t, t->writer, "UPDATE conf_a SET n = n + 1000", NONE);
    }
    CODE(step(t, s), 0);
    t->ops->reset(s->raw);
    EQ(number(t, r, "SELECT min(n) FROM conf_a", NONE), 100000);
}

/* Two programs, as it were. */
static void who_waits_for_too_long_is_told(suite *t)
{
    void *second;
    int rc;

    make_table(t);
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    if (t->ops->single(t->engine))
        return;
    t->other = engine(t);
    second = conn_on(t, t->other, true);
    OK(begin(t, t->writer, 0));
    run(t, t->writer, "UPDATE conf_a SET n = 2", NONE);
    rc = begin(t, second, 0);
    if (rc == 0)
        rc = try_run(t, second, "UPDATE conf_a SET n = 3", NONE);
    CODE(rc, HEARTH_EBUSY);
    t->ops->rollback(second, 0);
    OK(commit(t, t->writer, 0));
    OK(begin(t, second, 0));
    run(t, second, "UPDATE conf_a SET n = 3", NONE);
    OK(commit(t, second, 0));
    EQ(number(t, t->writer, "SELECT n FROM conf_a", NONE), 3);
}

/* ---- many at once ----------------------------------------------------- */

typedef struct watcher {
    suite t; /* its own place to fail to */
    pthread_t thread;
    const int *stop;
    pthread_mutex_t *lock;
    int64_t reads;
    bool failed;
} watcher;

static bool stopped(watcher *w)
{
    bool yes;

    pthread_mutex_lock(w->lock);
    yes = *w->stop != 0;
    pthread_mutex_unlock(w->lock);
    return yes;
}

/* Money moves from one account to another: whoever looks sees all of it. */
static void *watch(void *arg)
{
    watcher *w = arg;
    suite *t = &w->t;
    void *conn = t->conn[0];
    statement *s;

    if (setjmp(t->out) != 0) {
        w->failed = true;
        return NULL;
    }
    s = prepare(t, conn, "SELECT sum(n) FROM conf_a");
    while (!stopped(w) || w->reads == 0) {
        OK(bind(t, s, NONE));
        CODE(step(t, s), 1);
        EQ(column(t, s, 0).u.i, 1000);
        t->ops->reset(s->raw);
        w->reads++;
    }
    finalize(t, s);
    return NULL;
}

#define WATCHERS 3

static void threads_read_while_one_writes(suite *t)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    watcher *w = calloc(WATCHERS, sizeof(*w));
    int stop = 0, started = 0;
    char why[1000] = "";

    make_table(t);
    run(t, t->writer, INSERT, hearth_args(500, "a"));
    run(t, t->writer, INSERT, hearth_args(500, "b"));
    if (w == NULL || t->ops->single(t->engine)) {
        free(w);
        return;
    }
    for (int i = 0; i < WATCHERS; i++) {
        w[i] = (watcher){.stop = &stop, .lock = &lock};
        w[i].t.d = t->d;
        w[i].t.ops = t->ops;
        w[i].t.w = t->w;
        w[i].t.conn[0] = reader(t);
    }
    while (started < WATCHERS &&
           pthread_create(&w[started].thread, NULL, watch, &w[started]) == 0)
        started++;
    for (int i = 0; i < 200; i++) {
        if (begin(t, t->writer, 0) != 0 ||
            try_run(t, t->writer, "UPDATE conf_a SET n = n - ? WHERE t = 'a'",
                    hearth_args(i % 7)) != 0 ||
            try_run(t, t->writer, "UPDATE conf_a SET n = n + ? WHERE t = 'b'",
                    hearth_args(i % 7)) != 0 ||
            commit(t, t->writer, 0) != 0) {
            snprintf(why, sizeof(why), "writing: %s", t->err.text);
            break;
        }
    }
    pthread_mutex_lock(&lock);
    stop = 1;
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < started; i++) {
        pthread_join(w[i].thread, NULL);
        if (w[i].failed)
            snprintf(why, sizeof(why), "reading: %.900s", w[i].t.why);
    }
    free(w);
    if (why[0] != '\0')
        fail(t, "%s", why);
    EQ(started, WATCHERS);
}

/* ---- what is optional ------------------------------------------------- */

static void a_healthy_connection_stays(suite *t)
{
    int rc;

    make_table(t);
    if (t->ops->check == NULL)
        return;
    DO(rc, t->writer, t->ops->check(t->writer, &t->err));
    CODE(rc, 0);
    if (t->ops->single(t->engine))
        return;
    void *r = reader(t);
    DO(rc, r, t->ops->check(r, &t->err));
    CODE(rc, 0);
}

static void a_lost_connection_is_replaced(suite *t)
{
    int rc;

    make_table(t);
    if (t->d->lose == NULL)
        return;
    OK(begin(t, t->writer, 0));
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    CODE(try_run(t, t->writer, t->d->lose, NONE), HEARTH_EUNAVAILABLE);
    IS(!t->ops->begun(t->writer));
    t->ops->rollback(t->writer, 0);
    CODE(try_run(t, t->writer, COUNT, NONE), HEARTH_EUNAVAILABLE);
    CODE(begin(t, t->writer, 0), HEARTH_EUNAVAILABLE);
    IS(t->ops->check != NULL);
    DO(rc, t->writer, t->ops->check(t->writer, &t->err));
    CODE(rc, 1);
    disconnect(t, t->writer);
    t->writer = connect_one(t, true);
    EQ(count(t, t->writer), 0);
}

static void what_piles_up_is_tidied(suite *t)
{
    make_table(t);
    if (t->ops->backlog == NULL)
        return;
    for (int i = 0; i < 100; i++)
        run(t, t->writer, INSERT, hearth_args(i, "a"));
    IS(t->ops->backlog(t->writer) >= 0);
    t->ops->tidy(t->writer, false);
    t->ops->tidy(t->writer, true);
    EQ(t->ops->backlog(t->writer), 0);
    EQ(count(t, t->writer), 100);
}

static void views_know_whether_they_are_fresh(suite *t)
{
    void *r;

    make_table(t);
    if (t->ops->view_begin == NULL || t->ops->single(t->engine))
        return;
    r = reader(t);
    EQ(count(t, r), 0);
    if (!t->ops->view_begin(r))
        return;
    EQ(count(t, r), 0);
    IS(t->ops->view_fresh(r));
    IS(t->ops->view_fresh(r));
    t->other = engine(t);
    run(t, conn_on(t, t->other, true), INSERT, hearth_args(1, "another program's"));
    IS(!t->ops->view_fresh(r));
    EQ(count(t, r), 0);
    t->ops->view_end(r);
    EQ(count(t, r), 1);
    IS(t->ops->view_begin(r));
    EQ(count(t, r), 1);
    run(t, t->writer, INSERT, hearth_args(2, "ours"));
    IS(!t->ops->view_fresh(r));
    t->ops->view_end(r);
    t->ops->view_end(r);
    EQ(count(t, r), 2);
}

static int lock(suite *t, void *conn, const char *name)
{
    int rc;

    DO(rc, conn, t->ops->lock(conn, name, &t->err));
    return rc;
}

static void locks_keep_others_out(suite *t)
{
    void *a, *b, *c;

    if (t->ops->lock == NULL || t->ops->single(t->engine))
        return;
    a = reader(t);
    b = reader(t);
    t->other = engine(t);
    c = conn_on(t, t->other, false);
    OK(lock(t, a, "conf"));
    CODE(lock(t, b, "conf"), HEARTH_EBUSY);
    CODE(lock(t, c, "conf"), HEARTH_EBUSY);
    OK(lock(t, b, "conf2"));
    t->ops->unlock(a);
    OK(lock(t, c, "conf"));
    disconnect(t, c);
    OK(lock(t, a, "conf"));
    t->ops->unlock(a);
    t->ops->unlock(a);
}

static void a_backup_is_whole_or_not_there(suite *t)
{
    const char *tmp = getenv("TMPDIR");
    char dir[300], path[340];
    void *conn, *copy = NULL;
    int rc;

    make_table(t);
    if (t->ops->backup == NULL)
        return;
    for (int i = 0; i < 100; i++)
        run(t, t->writer, INSERT, hearth_args(i, "a"));
    snprintf(dir, sizeof(dir), "%.250s/conf-XXXXXX", tmp == NULL ? "/tmp" : tmp);
    IS(mkdtemp(dir) != NULL);
    snprintf(path, sizeof(path), "%s/none/copy", dir);
    conn = reader(t);
    DO(rc, conn, t->ops->backup(conn, path, &t->err));
    CODE(rc, HEARTH_EUNAVAILABLE);
    snprintf(path, sizeof(path), "%s/copy", dir);
    DO(rc, conn, t->ops->backup(conn, path, &t->err));
    CODE(rc, 0);
    IS(access(path, R_OK) == 0);
    OK(t->ops->open(path, &copy, &t->err));
    t->other = copy;
    conn = conn_on(t, copy, true);
    EQ(count(t, conn), 100);
    disconnect(t, conn);
    unlink(path);
    IS(rmdir(dir) == 0); /* nothing else was left there */
}

static void references_can_be_broken_for_a_while(suite *t)
{
    int rc;

    make_rules(t);
    if (t->ops->enforce == NULL)
        return;
    t->ops->enforce(t->writer, false);
    OK(begin(t, t->writer, 0));
    DO(rc, t->writer, t->ops->kept(t->writer, &t->err));
    CODE(rc, 0);
    run(t, t->writer, "DELETE FROM conf_a", NONE);
    DO(rc, t->writer, t->ops->kept(t->writer, &t->err));
    CODE(rc, HEARTH_ECONFLICT);
    IS(strstr(t->err.text, "conf_b") != NULL);
    run(t, t->writer, "DELETE FROM conf_b", NONE);
    DO(rc, t->writer, t->ops->kept(t->writer, &t->err));
    CODE(rc, 0);
    t->ops->rollback(t->writer, 0);
    t->ops->enforce(t->writer, true);
    CODE(try_run(t, t->writer, "DELETE FROM conf_a", NONE), HEARTH_ECONFLICT);
    EQ(count(t, t->writer), 1);
}

static void a_scratch_database_is_empty_and_its_own(suite *t)
{
    void *conn;

    make_table(t);
    if (t->ops->scratch == NULL)
        return;
    OK(t->ops->scratch(t->engine, &t->other, &t->err));
    conn = conn_on(t, t->other, true);
    CODE(try_run(t, conn, COUNT, NONE), HEARTH_EDB);
    OK(script(t, conn,
              sql(t, "CREATE TABLE conf_z(a %s)%s", t->w->type[HEARTH_DB_I64],
                  t->w->table_end)));
    CODE(try_run(t, t->writer, "SELECT * FROM conf_z", NONE), HEARTH_EDB);
    EQ(count(t, t->writer), 0);
}

/* ---- search ----------------------------------------------------------- */

typedef struct pieces {
    char text[4000];
    size_t n;
} pieces;

static void put(void *arg, const char *text, size_t n)
{
    pieces *p = arg;

    if (n >= sizeof(p->text) - p->n)
        n = sizeof(p->text) - p->n - 1;
    memcpy(p->text + p->n, text, n);
    p->n += n;
    p->text[p->n] = '\0';
}

static int64_t found(suite *t, const hearth_db_search *s, const char *what, bool prefix)
{
    const hearth_db_word word = {{what, strlen(what)}, prefix};
    pieces query = {.n = 0}, match = {.n = 0};

    put(&query, "SELECT count(*) FROM conf_a", 27);
    t->w->search->join(s, true, put, &query);
    t->w->search->match(&word, 1, put, &match);
    return number(t, t->writer, query.text, hearth_args((const char *)match.text));
}

static void words_are_found(suite *t)
{
    const char *const columns[] = {"t"};
    const hearth_db_search s = {.name = "conf_words",
                                .table = "conf_a",
                                .key = "id",
                                .serial = true,
                                .column = columns,
                                .n = 1};
    pieces create = {.n = 0}, drop = {.n = 0}, check = {.n = 0};

    make_table(t);
    if (t->w->search == NULL)
        return;
    t->w->search->create(&s, put, &create);
    t->w->search->drop(&s, put, &drop);
    t->w->search->check(&s, put, &check);
    OK(script(t, t->writer, drop.text));
    EQ(number(t, t->writer, check.text, NONE), 0);
    run(t, t->writer, INSERT, hearth_args(1, "milk and honey"));
    OK(script(t, t->writer, create.text));
    EQ(number(t, t->writer, check.text, NONE), 1);
    run(t, t->writer, INSERT, hearth_args(2, "Honeycomb; it's \"quoted\""));
    EQ(found(t, &s, "honey", false), 1);
    EQ(found(t, &s, "HONEY", true), 2);
    EQ(found(t, &s, "quoted\" OR milk", false), 0);
    run(t, t->writer, "UPDATE conf_a SET t = 'bread' WHERE n = 1", NONE);
    EQ(found(t, &s, "milk", false), 0);
    EQ(found(t, &s, "bread", false), 1);
    run(t, t->writer, "DELETE FROM conf_a", NONE);
    EQ(found(t, &s, "bread", false), 0);
    OK(script(t, t->writer, drop.text));
    EQ(number(t, t->writer, check.text, NONE), 0);
}

/* ---- asynchronous ----------------------------------------------------- */

/* A driver that does not block: things are under way together, and can be given up. */
static void statements_are_sent_ahead(suite *t)
{
    hearth_val v[5][2]; /* they have to stay until they are done */
    statement *s[5];
    int rc = 0;

    make_table(t);
    if (t->ops->fd == NULL)
        return;
    for (int i = 0; i < 5; i++) {
        s[i] = prepare(t, t->writer, INSERT);
        v[i][0] = hearth_val_int(i);
        v[i][1] = hearth_val_text("a");
        OK(bind(t, s[i], (hearth_vals){v[i], 2}));
    }
    t->err = (hearth_error){0};
    rc = t->ops->begin(t->writer, 0, &t->err);
    IS(rc == HEARTH_DB_WAIT || rc == 0);
    for (int i = 0; i < 5; i++) {
        int is = t->ops->step(s[i]->raw, &t->err);

        IS(is == HEARTH_DB_WAIT || is == 0);
    }
    if (rc == HEARTH_DB_WAIT)
        DO(rc, t->writer, t->ops->begin(t->writer, 0, &t->err));
    CODE(rc, 0);
    for (int i = 0; i < 5; i++)
        CODE(step(t, s[i]), 0);
    OK(commit(t, t->writer, 0));
    EQ(number(t, t->writer, "SELECT count(*) FROM conf_a WHERE n BETWEEN 0 AND 4", NONE),
       5);
    EQ(number(t, t->writer,
              "SELECT count(*) FROM conf_a a, conf_a b WHERE a.id < b.id AND a.n > b.n",
              NONE),
       0);
}

static void what_is_under_way_can_be_given_up(suite *t)
{
    statement *s, *gone;
    void *second;

    make_table(t);
    if (t->ops->fd == NULL)
        return;
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    s = prepare(t, t->writer, "SELECT n FROM conf_a");
    gone = prepare(t, t->writer, "SELECT t FROM conf_a");
    for (int i = 0; i < 50; i++) {
        OK(bind(t, s, NONE));
        (void)t->ops->step(s->raw, &t->err);
        t->ops->reset(s->raw);
    }
    (void)t->ops->step(gone->raw, &t->err);
    finalize(t, gone);
    OK(bind(t, s, NONE));
    CODE(step(t, s), 1);
    EQ(column(t, s, 0).u.i, 1);
    t->ops->reset(s->raw);
    if (t->ops->single(t->engine))
        return;
    second = connect_one(t, false);
    s = prepare(t, second, "SELECT n FROM conf_a");
    OK(bind(t, s, NONE));
    (void)t->ops->step(s->raw, &t->err);
    disconnect(t, second);
    EQ(count(t, t->writer), 1);
}

/* ---- the dialect ------------------------------------------------------ */

static void now_and_today_are_now_and_today(suite *t)
{
    int64_t before = time(NULL), now;
    char day[20], after[20];
    time_t at = time(NULL);
    struct tm utc;
    statement *s;
    hearth_val v;

    now = number(t, t->writer, sql(t, "SELECT %s", t->w->now), NONE);
    IS(now >= before - 60 && now <= time(NULL) + 60);
    strftime(day, sizeof(day), "%Y-%m-%d", gmtime_r(&at, &utc));
    s = prepare(t, t->writer, sql(t, "SELECT %s", t->w->today));
    OK(bind(t, s, NONE));
    CODE(step(t, s), 1);
    v = column(t, s, 0);
    EQ(v.kind, HEARTH_VAL_TEXT);
    at = time(NULL);
    strftime(after, sizeof(after), "%Y-%m-%d", gmtime_r(&at, &utc));
    IS(strcmp(v.u.s.ptr, day) == 0 || strcmp(v.u.s.ptr, after) == 0);
    t->ops->reset(s->raw);
    /* As a column's default. */
    OK(script(
        t, t->writer,
        sql(t, "CREATE TABLE conf_v(n %s, at %s DEFAULT (%s), on_day %s DEFAULT (%s))%s",
            t->w->type[HEARTH_DB_I64], t->w->type[HEARTH_DB_TIME], t->w->now,
            t->w->type[HEARTH_DB_DATE], t->w->today, t->w->table_end)));
    run(t, t->writer, "INSERT INTO conf_v(n) VALUES (1)", NONE);
    IS(number(t, t->writer, "SELECT at FROM conf_v", NONE) >= now);
}

static void texts_are_compared_without_case(suite *t)
{
    const char *like =
        sql(t, "SELECT count(*) FROM conf_a WHERE t %s ? ESCAPE '\\'", t->w->like);

    make_table(t);
    run(t, t->writer, INSERT, hearth_args(1, "Buy Milk"));
    run(t, t->writer, INSERT, hearth_args(2, "100% sure"));
    EQ(number(t, t->writer, like, hearth_args("%milk%")), 1);
    EQ(number(t, t->writer, like, hearth_args("buy%")), 1);
    EQ(number(t, t->writer, like, hearth_args("%100\\%%")), 1);
    EQ(number(t, t->writer, like, hearth_args("%u\\%%")), 0);
    EQ(number(t, t->writer, like, hearth_args("mil_")), 0);
}

static void length_counts_characters(suite *t)
{
    const char *length = sql(t, "SELECT %s(t) FROM conf_a", t->w->length);

    make_table(t);
    run(t, t->writer, INSERT, hearth_args(1, "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
    EQ(number(t, t->writer, length, NONE), 4);
}

static void what_the_dialect_claims_works(suite *t)
{
    make_rules(t);
    if (t->w->returning) {
        EQ(number(t, t->writer,
                  "INSERT INTO conf_a(email, age) VALUES ('r', 33) RETURNING age", NONE),
           33);
        EQ(number(t, t->writer,
                  "UPDATE conf_a SET age = 34 WHERE email = 'r' RETURNING age", NONE),
           34);
        EQ(number(t, t->writer, "DELETE FROM conf_a WHERE email = 'r' RETURNING age",
                  NONE),
           34);
    }
    if (t->w->upsert) {
        const char *upsert = "INSERT INTO conf_a(email, age) VALUES (?, ?) ON CONFLICT "
                             "(email) DO UPDATE SET age = excluded.age";

        run(t, t->writer, upsert, hearth_args("u", 40));
        run(t, t->writer, upsert, hearth_args("u", 41));
        EQ(number(t, t->writer, "SELECT age FROM conf_a WHERE email = 'u'", NONE), 41);
    }
    EQ(number(t, t->writer,
              "SELECT count(*) FROM (SELECT id FROM conf_a LIMIT ? OFFSET ?) x",
              hearth_args(1, 0)),
       1);
    run(t, t->writer, sql(t, "SELECT id FROM conf_a WHERE id = ? %s", t->w->for_update),
        hearth_args(1));
    if (t->w->explain != NULL) {
        statement *s =
            prepare(t, t->writer, sql(t, "%sSELECT id FROM conf_a", t->w->explain));

        OK(bind(t, s, NONE));
        CODE(step(t, s), 1);
        EQ(column(t, s, t->ops->width(s->raw) - 1).kind, HEARTH_VAL_TEXT);
        t->ops->reset(s->raw);
    }
}

static void many_arguments_fit(suite *t)
{
    size_t n = t->w->max_args < 2000 ? t->w->max_args : 2000;
    char *text = calloc(1, 100 + 2 * n);
    hearth_val *v = calloc(n, sizeof(*v));

    if (text == NULL || v == NULL)
        fail(t, "out of memory");
    make_table(t);
    run(t, t->writer, INSERT, hearth_args(1, "a"));
    strcpy(text, "SELECT count(*) FROM conf_a WHERE n IN (");
    for (size_t i = 0; i < n; i++) {
        strcat(text + 30 + 2 * i, i == 0 ? "?" : ",?");
        v[i] = hearth_val_int((int64_t)(n - i));
    }
    strcat(text, ")");
    EQ(number(t, t->writer, text, (hearth_vals){v, n}), 1);
    free(text);
    free(v);
}

/* ---- the schema ------------------------------------------------------- */

static void text_is(suite *t, statement *s, int col, const char *want)
{
    hearth_val v = column(t, s, col);

    if (want == NULL ? v.kind != HEARTH_VAL_NULL
                     : v.kind != HEARTH_VAL_TEXT || strcmp(v.u.s.ptr, want) != 0)
        fail(t, "a query about the schema says \"%.100s\", not \"%s\"",
             v.kind == HEARTH_VAL_TEXT ? v.u.s.ptr : "(no text)",
             want == NULL ? "NULL" : want);
}

static const char *lower(char *to, const char *from)
{
    size_t i = 0;

    for (; from[i] != '\0' && i < 99; i++)
        to[i] = from[i] >= 'A' && from[i] <= 'Z' ? (char)(from[i] + 32) : from[i];
    to[i] = '\0';
    return to;
}

static void the_schema_can_be_asked_for(suite *t)
{
    char type[100];
    bool seen[2] = {false, false};
    statement *s;

    make_rules(t);
    OK(script(t, t->writer, "CREATE INDEX conf_i ON conf_b(slug, owner)"));
    s = prepare(t, t->writer, t->w->tables);
    OK(bind(t, s, NONE));
    while (step(t, s) == 1) {
        hearth_val v = column(t, s, 0);

        seen[0] |= strcmp(v.u.s.ptr, "conf_a") == 0;
        seen[1] |= seen[0] && strcmp(v.u.s.ptr, "conf_b") == 0;
    }
    IS(seen[0] && seen[1]);
    t->ops->reset(s->raw);

    s = prepare(t, t->writer, t->w->columns);
    OK(bind(t, s, hearth_args("conf_a")));
    CODE(step(t, s), 1);
    text_is(t, s, 0, "id");
    EQ(column(t, s, 4).u.i, 1);
    CODE(step(t, s), 1);
    text_is(t, s, 0, "email");
    text_is(t, s, 1, lower(type, t->w->type[HEARTH_DB_TEXT]));
    EQ(column(t, s, 2).u.i, 1);
    text_is(t, s, 3, NULL);
    EQ(column(t, s, 4).u.i, 0);
    CODE(step(t, s), 1);
    text_is(t, s, 0, "age");
    text_is(t, s, 1, lower(type, t->w->type[HEARTH_DB_I64]));
    EQ(column(t, s, 2).u.i, 0);
    CODE(step(t, s), 0);
    t->ops->reset(s->raw);

    s = prepare(t, t->writer, t->w->indexes);
    OK(bind(t, s, hearth_args("conf_b")));
    CODE(step(t, s), 1);
    text_is(t, s, 0, "conf_i");
    EQ(column(t, s, 1).u.i, 0);
    text_is(t, s, 2, "slug, owner");
    CODE(step(t, s), 1);
    EQ(column(t, s, 1).u.i, 1);
    text_is(t, s, 2, "owner, slug");
    CODE(step(t, s), 0);
    t->ops->reset(s->raw);

    s = prepare(t, t->writer, t->w->references);
    OK(bind(t, s, hearth_args("conf_b")));
    CODE(step(t, s), 1);
    text_is(t, s, 0, "owner");
    text_is(t, s, 1, "conf_a");
    text_is(t, s, 2, "id");
    text_is(t, s, 3, "no action");
    CODE(step(t, s), 0);
    t->ops->reset(s->raw);
}

/* ---- the list --------------------------------------------------------- */

typedef struct entry {
    const char *name;
    void (*run)(suite *t);
} entry;

#define TEST(x) \
    {           \
#x, x   \
    }

static const entry tests[] = {
    TEST(whole_numbers_go_both_ways),
    TEST(real_numbers_go_both_ways),
    TEST(what_is_no_number_becomes_none),
    TEST(flags_times_and_words_go_both_ways),
    TEST(json_goes_both_ways),
    TEST(texts_go_both_ways),
    TEST(blobs_go_both_ways),
    TEST(wrong_statements_are_refused),
    TEST(transactions_in_sql_are_refused),
    TEST(a_wrong_count_of_arguments_is_refused),
    TEST(readers_of_the_database_are_known),
    TEST(columns_have_names),
    TEST(statements_are_used_again),
    TEST(two_results_are_read_in_turn),
    TEST(changes_are_counted),
    TEST(the_last_id_is_known),
    TEST(a_changed_table_is_noticed),
    TEST(a_thousand_statements),
    TEST(many_rows_come_one_by_one),
    TEST(broken_rules_are_told_in_words),
    TEST(a_wrong_type_is_a_broken_rule),
    TEST(transactions_nest),
    TEST(a_rollback_undoes_all),
    TEST(a_failure_ends_where_it_should),
    TEST(a_connection_that_ends_undoes_what_is_open),
    TEST(readers_see_what_was_committed),
    TEST(readers_cannot_write),
    TEST(open_rows_do_not_hold_up_the_writer),
    TEST(who_waits_for_too_long_is_told),
    TEST(threads_read_while_one_writes),
    TEST(a_healthy_connection_stays),
    TEST(a_lost_connection_is_replaced),
    TEST(what_piles_up_is_tidied),
    TEST(views_know_whether_they_are_fresh),
    TEST(locks_keep_others_out),
    TEST(a_backup_is_whole_or_not_there),
    TEST(references_can_be_broken_for_a_while),
    TEST(a_scratch_database_is_empty_and_its_own),
    TEST(words_are_found),
    TEST(statements_are_sent_ahead),
    TEST(what_is_under_way_can_be_given_up),
    TEST(now_and_today_are_now_and_today),
    TEST(texts_are_compared_without_case),
    TEST(length_counts_characters),
    TEST(what_the_dialect_claims_works),
    TEST(many_arguments_fit),
    TEST(the_schema_can_be_asked_for),
};

static void drop_tables(suite *t)
{
    static const char *const names[] = {"conf_b", "conf_a", "conf_v", "conf_z"};
    char text[60];

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        snprintf(text, sizeof(text), "DROP TABLE IF EXISTS %s", names[i]);
        OK(script(t, t->writer, text));
    }
}

static void release(suite *t)
{
    for (int i = 0; i < STMTS; i++)
        if (t->stmt[i].conn != NULL)
            finalize(t, &t->stmt[i]);
    for (int i = 0; i < CONNS; i++)
        if (t->conn[i] != NULL)
            t->ops->disconnect(t->conn[i]);
    if (t->other != NULL)
        t->ops->close(t->other);
    if (t->engine != NULL)
        t->ops->close(t->engine);
}

#define SLOTS (sizeof(tests) / sizeof(*tests))

size_t db_conformance_count(void)
{
    return SLOTS + db_conformance__app_count();
}

const char *db_conformance_name(size_t test)
{
    if (test >= db_conformance_count())
        return "";
    return test < SLOTS ? tests[test].name : db_conformance__app_name(test - SLOTS);
}

const char *db_conformance_run(size_t test, const db_conformance *d)
{
    static char why[1000];
    suite *t;

    if (test >= db_conformance_count())
        return "there is no such test";
    if (test >= SLOTS)
        return db_conformance__app_run(test - SLOTS, d);
    t = calloc(1, sizeof(*t));
    if (t == NULL)
        return "out of memory";
    t->d = d;
    t->ops = d->ops;
    t->w = d->ops->dialect;
    if (setjmp(t->out) == 0) {
        t->engine = engine(t);
        t->writer = connect_one(t, true);
        drop_tables(t);
        tests[test].run(t);
        t->why[0] = '\0';
    }
    snprintf(why, sizeof(why), "%s", t->why);
    release(t);
    free(t);
    return why[0] == '\0' ? NULL : why;
}

int db_conformance_all(const db_conformance *d)
{
    int failed = 0;

    for (size_t i = 0; i < db_conformance_count(); i++) {
        const char *why = db_conformance_run(i, d);

        printf("%s %s%s%s\n", why == NULL ? "ok  " : "FAIL", db_conformance_name(i),
               why == NULL ? "" : ": ", why == NULL ? "" : why);
        failed += why != NULL;
    }
    return failed < 127 ? failed : 127;
}
