/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_MODEL_KIT_H
#define HEARTH_TEST_MODEL_KIT_H

/*
 * A model with a field of each kind, bound without a request; what is wrong reads as one line,
 * "/title required;/rank min;".
 */

#include "model/model.h"

#include <check.h>
#include <hearth/json.h>
#include <stdio.h>
#include <string.h>

static const char *const kit_words[] = {"draft", "open", NULL};

#define KIT_FIELDS(F, T)                                                 \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)           \
    F(T, title, text, "Title", .required = true, .max = 5)               \
    F(T, rank, i64, "Rank", .min = 1, .max = 10, .fallback = "5")        \
    F(T, price, f64, "Price", .nullable = true, .min = HEARTH_ZERO)      \
    F(T, done, flag, "Finished?", .fallback = "true")                    \
    F(T, due, time, "Deadline", .nullable = true)                        \
    F(T, day, date, "Day", .fallback = "now")                            \
    F(T, ref, uuid, "Reference")                                         \
    F(T, more, json, "Anything")                                         \
    F(T, data, blob, "Bytes", .max = 4)                                  \
    F(T, state, enum, "State", .choices = kit_words, .fallback = "open") \
    F(T, code, text, "Code", .pattern = "[A-Z]{2}[0-9]+")                \
    F(T, mail, text, "Mail", .format = HEARTH_FORMAT_EMAIL, .nullable = true)
HEARTH_MODEL(kit_row, "rows", KIT_FIELDS);

typedef struct kit {
    hearth__arena arena;
    hearth__plan *plan;
    hearth__bind b;
    struct kit_row row;
    json_t *tree[4];
    size_t ntrees;
    char told[16384];
    hearth_error err;
    int rc;
} kit;

static inline int kit_keep(void *arg, struct json_t *tree)
{
    kit *k = arg;

    ck_assert_uint_lt(k->ntrees, 4);
    k->tree[k->ntrees++] = tree;
    return 0;
}

static inline void kit_note(void *arg, const char *pointer, const char *code,
                            const char *text)
{
    kit *k = arg;
    size_t n = strlen(k->told);

    ck_assert_ptr_nonnull(text);
    snprintf(k->told + n, sizeof k->told - n, "%s %s;", pointer, code);
}

static inline void kit_open(kit *k)
{
    memset(k, 0, sizeof *k);
    hearth__arena_init(&k->arena, 0);
    k->plan = hearth__plan_new(&kit_row_model, &k->err);
    ck_assert_msg(k->plan != NULL, "%s", k->err.text);
    hearth__bind_init(&k->b, k->plan, &k->row, &k->arena);
    k->b.keep = kit_keep;
    k->b.keep_arg = k;
}

static inline const char *kit_told(kit *k)
{
    k->told[0] = '\0';
    hearth__faults_tell(&k->b.faults, k->b.source == HEARTH__FROM_QUERY, kit_note, k);
    return k->told;
}

static inline void kit_json(kit *k, hearth_str text)
{
    k->rc = hearth__bind_json(&k->b, text, &k->err);
    if (k->rc == 0)
        k->rc = hearth__bind_finish(&k->b);
}

/* "a=1&b=2", not decoded, which it writes into. */
static inline void kit_pairs(kit *k, hearth__source source, const char *text)
{
    hearth__field pair[16];
    size_t n = 0;
    hearth_str rest = {hearth__arena_copy(&k->arena, text, strlen(text)), strlen(text)};

    while (rest.ptr != NULL && *text != '\0') {
        hearth_str value = hearth__str_cut(&rest, '&'),
                   name = hearth__str_cut(&value, '=');

        ck_assert_uint_lt(n, 16);
        if (value.ptr == NULL)
            value = hearth__str("", 0);
        pair[n++] = (hearth__field){name,
                                    {hearth__arena_copy(&k->arena, value.ptr, value.len),
                                     value.len}};
    }
    k->b.source = source;
    hearth__bind_pairs(&k->b, pair, n);
    k->rc = hearth__bind_finish(&k->b);
}

static inline void kit_close(kit *k)
{
    for (size_t i = 0; i < k->ntrees; i++)
        json_decref(k->tree[i]);
    hearth__arena_clear(&k->arena);
    hearth__plan_free(k->plan);
}

#endif
