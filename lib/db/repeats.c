/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Statements are told apart by a hash of their text, not by its address: what is put together
 * in a buffer may be another one each time.
 */

#include "db/repeats.h"

#include "core/hash.h"
#include "core/str.h"

hearth__repeats *hearth__repeats_new(hearth__arena *a, int64_t limit)
{
    hearth__repeats *r = hearth__arena_alloc(a, sizeof *r);

    if (r != NULL) {
        r->arena = a;
        r->limit = limit;
    }
    return r;
}

/* A loop of writes is often meant: there is no one statement for it. */
static bool reads(const char *sql)
{
    sql += strspn(sql, " \t\r\n");
    return *sql != '\0' && strchr("swvSWV", *sql) != NULL;
}

static uint64_t hash_val(const hearth_val *v)
{
    switch (v->kind) {
    case HEARTH_VAL_INT:
        return hearth__hash64(&v->u.i, sizeof v->u.i);
    case HEARTH_VAL_REAL:
        return hearth__hash64(&v->u.f, sizeof v->u.f);
    case HEARTH_VAL_TEXT:
    case HEARTH_VAL_BLOB:
        return hearth__hash64(v->u.s.ptr, v->u.s.len);
    case HEARTH_VAL_NULL:
    case HEARTH_VAL_BAD:
        break;
    }
    return 0;
}

static uint64_t hash_args(hearth_vals args)
{
    uint64_t h = args.n;

    for (size_t i = 0; i < args.n; i++) {
        uint64_t both[2] = {h, hash_val(&args.v[i])};

        h = hearth__hash64(both, sizeof both);
    }
    return h;
}

static hearth__repeat *find(hearth__repeats *r, uint64_t text)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->at[i].text == text)
            return &r->at[i];
    if (r->n == HEARTH__REPEATS_MOST)
        return NULL;
    r->at[r->n].text = text;
    return &r->at[r->n++];
}

void hearth__repeats_note(hearth__repeats *r, const char *sql, hearth_vals args)
{
    size_t len = strlen(sql);
    hearth__repeat *at = reads(sql) ? find(r, hearth__hash64(sql, len)) : NULL;
    uint64_t hash;

    if (at == NULL)
        return;
    hash = hash_args(args);
    if (at->runs > 0 && at->args == hash)
        return;
    at->args = hash;
    at->runs++;
    if (at->runs <= r->limit || at->sql.ptr != NULL)
        return;
    len = len < HEARTH__REPEATS_TEXT ? len : HEARTH__REPEATS_TEXT;
    at->sql = hearth__str(hearth__arena_copy(r->arena, sql, len), len);
}
