/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * JSON of about 4 KB into structs and back, against jansson's load and dump.
 *
 *     bench_dump [ROUNDS [hearth|jansson]]
 *
 * Both, 20000 rounds each, unless told otherwise; one alone is for counting instructions.
 */

#include "core/arena.h"
#include "core/str.h"
#include "model/dump.h"
#include "json/load.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const states[] = {"draft", "open", "closed", NULL};

/* One object: a member for each kind, and texts that make up the 4 KB. */
#define ORDER(F, T)                               \
    F(T, id, i64, "Identifier")                   \
    F(T, count, i64, "How many")                  \
    F(T, price, f64, "Price")                     \
    F(T, weight, f64, "Weight")                   \
    F(T, paid, flag, "Paid?")                     \
    F(T, made, time, "When it was made")          \
    F(T, day, date, "Day of delivery")            \
    F(T, ref, uuid, "Reference")                  \
    F(T, state, enum, "State", .choices = states) \
    F(T, name, text, "Name")                      \
    F(T, street, text, "Street")                  \
    F(T, city, text, "City")                      \
    F(T, mail, text, "Mail")                      \
    F(T, first, text, "First part")               \
    F(T, second, text, "Second part")             \
    F(T, third, text, "Third part")               \
    F(T, fourth, text, "Fourth part")
HEARTH_MODEL(order, NULL, ORDER);

static void fail(const char *what)
{
    fprintf(stderr, "bench_dump: %s\n", what);
    exit(1);
}

static size_t round_hearth(const hearth__plan *plan, hearth_str text, hearth__arena *a,
                           hearth__buf *out)
{
    struct order o;
    hearth__bind b;
    hearth_error err = {0};
    hearth__json_w w = hearth__json_w_of(out);

    hearth__buf_empty(out);
    hearth__arena_reset(a);
    hearth__bind_init(&b, plan, &o, a);
    if (hearth__bind_json(&b, text, &err) != 0 || hearth__bind_finish(&b) != 0)
        fail("the text does not fit the model");
    if (hearth__dump(&w, &order_model, &o, HEARTH__ALL_FIELDS, &err) != 0)
        fail(err.text);
    return out->len;
}

static size_t round_jansson(hearth_str text)
{
    json_t *tree = json_loadb(text.ptr, text.len, 0, NULL);
    char *out = tree == NULL ? NULL : json_dumps(tree, JSON_COMPACT);
    size_t n;

    if (out == NULL)
        fail("jansson cannot read the text");
    n = strlen(out);
    free(out);
    json_decref(tree);
    return n;
}

/* About 4 KB. */
static void make_text(hearth__buf *b)
{
    static const char *const part[] = {"first", "second", "third", "fourth"};

    hearth__buf_text(b, "{\"id\":4711,\"count\":12,\"price\":19.99,\"weight\":0.125,"
                        "\"paid\":true,\"made\":\"2026-11-23T10:00:00Z\","
                        "\"day\":\"2026-12-01\","
                        "\"ref\":\"018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f\","
                        "\"state\":\"open\",\"name\":\"Erika Mustermann\","
                        "\"street\":\"Heidestra\xc3\x9f"
                        "e 17\",\"city\":\"K\xc3\xb6ln\","
                        "\"mail\":\"erika@example.org\"");
    for (size_t i = 0; i < 4; i++) {
        hearth__buf_f(b, ",\"%s\":\"", part[i]);
        for (size_t k = 0; k < 20; k++)
            hearth__buf_text(b, "The quick brown fox jumps over the lazy dog. ");
        hearth__buf_text(b, "\"");
    }
    hearth__buf_text(b, "}");
}

int main(int argc, char **argv)
{
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 20000;
    const char *only = argc > 2 ? argv[2] : "";
    hearth__arena a;
    hearth__buf text, out;
    int64_t took[2] = {0, 0};
    size_t n[2] = {0, 0};

    hearth__plan *plan = hearth__plan_new(&order_model, NULL);

    if (plan == NULL)
        fail("out of memory");
    hearth__arena_init(&a, 16384);
    hearth__buf_init(&text, NULL, 0);
    hearth__buf_init(&out, NULL, 0);
    make_text(&text);
    for (int who = 0; who < 2; who++) {
        int64_t start = hearth_now_us();

        if (*only != '\0' && strcmp(only, who == 0 ? "hearth" : "jansson") != 0)
            continue;
        for (long i = 0; i < rounds; i++)
            n[who] = who == 0 ? round_hearth(plan, hearth__buf_view(&text), &a, &out)
                              : round_jansson(hearth__buf_view(&text));
        took[who] = hearth_now_us() - start;
    }
    printf("bind and write %zu bytes, %ld rounds: hearth %lld us, jansson %lld us",
           text.len, rounds, (long long)took[0], (long long)took[1]);
    if (took[0] > 0 && took[1] > 0)
        printf(", %.1f times faster", (double)took[1] / (double)took[0]);
    printf(" (%zu and %zu bytes written)\n", n[0], n[1]);
    hearth__buf_clear(&text);
    hearth__buf_clear(&out);
    hearth__arena_clear(&a);
    hearth__plan_free(plan);
    return 0;
}
