/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any bytes as the query string of a list: the SQL made of it prepares and runs, names no secret
 * field, and says the cursor that a row gives.
 */

#include "db/conn.h"
#include "http/urlenc.h"
#include "model/filter.h"
#include "model/sql_create.h"

#include <assert.h>

static const char *const states[] = {"open", "it's", NULL};

#define FIELDS(F, T)                                \
    F(T, id, i64, "Key", .key = true)               \
    F(T, a, text, "Text", .nullable = true)         \
    F(T, b, f64, "Real")                            \
    F(T, c, flag, "Flag", .fallback = "false")      \
    F(T, d, time, "Time", .nullable = true)         \
    F(T, e, date, "Date")                           \
    F(T, f, uuid, "UUID", .column = "order")        \
    F(T, g, enum, "State", .choices = states)       \
    F(T, h, json, "Tree")                           \
    F(T, secretive, text, "Secret", .secret = true) \
    F(T, limit, i64, "Called like a word of ours")
HEARTH_MODEL(sample, "samples", FIELDS);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static hearth_db *db;
static hearth__plan *plan;
static size_t told;

static void open_db(void)
{
    hearth_error err = {0};
    hearth__buf b;

    plan = hearth__plan_new(&sample_model, &err);
    db = hearth_db_open("sqlite::memory:", &err);
    assert(plan != NULL && db != NULL);
    hearth__buf_init(&b, NULL, 0);
    assert(hearth__sql_create(&b, &sample_model, hearth__db_dialect(db), false, &err) ==
           0);
    assert(hearth_db_script(db, b.ptr, &err) == 0);
    hearth__buf_clear(&b);
    assert(hearth_db_script(db, "INSERT INTO samples(id, a) VALUES (1, 'x'), (2, NULL)",
                            &err) == 0);
}

static void note(void *arg, const char *pointer, const char *code, const char *text)
{
    (void)arg;
    assert(pointer[0] == '?' && code[0] != '\0' && text[0] != '\0');
    told++;
}

static void run(hearth__dbs *s, hearth__sql *q)
{
    int rc = hearth__dbs_exec(s, q->text.ptr, hearth__sql_args(q));

    assert(strstr(q->text.ptr, "secretive") == NULL);
    /* A value with a NUL inside has no SQL form. */
    assert(rc == 0 || rc == HEARTH_EINVAL);
}

static void ask(hearth__filter *f, hearth__dbs *s, bool page)
{
    hearth__sql q;

    hearth__sql_init(&q, &sample_model, hearth__db_dialect(db), f->arena);
    hearth__sql_select(&q, HEARTH__BIT(sample__id));
    hearth__filter_where(f, &q, "id > ? -- what",
                         (hearth_vals){&(hearth_val){HEARTH_VAL_INT, {0}}, 1}, page);
    hearth__filter_order(f, &q);
    run(s, &q);
}

/* The cursor of a row leads back to its values. */
static void turn(hearth__filter *f, hearth__dbs *s)
{
    static const unsigned char key[HEARTH__MAC_KEY] = {1};
    const struct sample row = {.id = 7, .a = "x", .b = 0.5, .e = {2024, 2, 29}};
    hearth__given g = {hearth__fields_all(&sample_model), 0};
    hearth__buf b;

    if (f->after.ptr != NULL)
        assert(hearth__cursor_read(f, key) != 0);
    g.has &= ~(f->nterms % 2 == 0 ? HEARTH__BIT(sample__a) : 0);
    hearth__buf_init(&b, f->arena, 0);
    assert(hearth__cursor_write(f, &row, g, key, &b));
    f->after = hearth__buf_view(&b);
    assert(hearth__cursor_read(f, key) == 0);
    ask(f, s, true);
    b.ptr[b.len / 2] = b.ptr[b.len / 2] == 'A' ? 'B' : 'A';
    assert(hearth__cursor_read(f, key) == HEARTH_EINVAL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth__field *pair;
    hearth__filter f;
    hearth__arena a;
    hearth__dbs s;
    size_t n;

    if (db == NULL)
        open_db();
    hearth__arena_init(&a, 0);
    hearth__dbs_init(&s, db, &a);
    if (hearth__urlenc_parse(&a, hearth__str((const char *)data, size), 1000, &pair,
                             &n) == 0) {
        hearth__filter_init(&f, plan, &a);
        f.max_limit = 100;
        f.fault = note;
        told = 0;
        assert(hearth__filter_sort(&f, "-d") == 0);
        int rc = hearth__filter_read(&f, pair, n);
        assert(rc == (told > 0 ? HEARTH_EMODEL : 0));
        assert(f.limit >= 0 && f.limit <= 100 && f.offset >= 0);
        hearth__filter_finish(&f);
        ask(&f, &s, false);
        turn(&f, &s);
    }
    hearth__dbs_end(&s);
    hearth__arena_clear(&a);
    return 0;
}
