/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any bytes into a struct with a field of each kind.
 *
 * JSON: jansson's tree of the same bytes says what has to be in the struct, and what was bound
 * without fault has to come back from its own JSON.  Bytes that begin with '?' are the pairs of a
 * query, with '+' those of a form: a small reading of our own says which fields they name.
 */

#include "core/enc.h"
#include "core/str.h"
#include "model/dump.h"
#include "model/model.h"
#include "model/text.h"

#include <assert.h>
#include <hearth/json.h>
#include <math.h>

static const char *const words[] = {"one", "two", "three", NULL};

#define FIELDS(F, T)                                                          \
    F(T, a, i64, "Whole", .min = -5)                                          \
    F(T, b, text, "Text", .max = 20, .pattern = "([a-z]|\\d+|[^x]*)*")        \
    F(T, c, flag, "Flag", .nullable = true)                                   \
    F(T, d, f64, "Real", .max = 1000)                                         \
    F(T, e, json, "Tree")                                                     \
    F(T, t, time, "Time", .fallback = "now")                                  \
    F(T, day, date, "Day")                                                    \
    F(T, u, uuid, "Identifier")                                               \
    F(T, bytes, blob, "Bytes", .max = 8)                                      \
    F(T, word, enum, "Word", .choices = words, .fallback = "two")             \
    F(T, mail, text, "Mail", .nullable = true, .format = HEARTH_FORMAT_EMAIL) \
    F(T, url, text, "Address", .format = HEARTH_FORMAT_URL)                   \
    F(T, slug, text, "Slug", .format = HEARTH_FORMAT_SLUG)                    \
    F(T, ip, text, "Host", .format = HEARTH_FORMAT_IP)
HEARTH_MODEL(sample, NULL, FIELDS);

#define MOST_TREES 4
#define MOST_PAIRS 64

typedef struct trees {
    json_t *tree[MOST_TREES];
    size_t n;
} trees;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int keep(void *arg, struct json_t *tree)
{
    trees *t = arg;

    assert(t->n < MOST_TREES);
    t->tree[t->n++] = tree;
    return 0;
}

static void start(hearth__bind *b, struct sample *s, hearth__arena *a, trees *t)
{
    static hearth__plan *plan; /* as an application keeps it */

    if (plan == NULL)
        plan = hearth__plan_new(&sample_model, NULL);
    assert(plan != NULL);
    hearth__bind_init(b, plan, s, a);
    b->keep = keep;
    b->keep_arg = t;
}

/* ---- JSON ---------------------------------------------------------------------------- */

static bool is_whole(const json_t *v)
{
    double f = json_real_value(v);

    return json_is_integer(v) || (json_is_real(v) && fabs(f) <= 9007199254740992.0 &&
                                  !(trunc(f) < f) && !(trunc(f) > f));
}

/* Is bit i set exactly when the value is of the right type? */
static bool has(const hearth__bind *b, int i, bool right)
{
    bool bit = (b->given.has >> i & 1) != 0;

    assert(bit == right);
    return bit;
}

static hearth_str text_of(const json_t *v)
{
    return json_is_string(v) ? hearth__str(json_string_value(v), json_string_length(v))
                             : hearth__str("\1", 1);
}

static void compare_plain(const hearth__bind *b, const struct sample *s,
                          const json_t *tree)
{
    const json_t *a = json_object_get(tree, "a"), *t = json_object_get(tree, "b"),
                 *c = json_object_get(tree, "c"), *d = json_object_get(tree, "d"),
                 *e = json_object_get(tree, "e");

    if (has(b, sample__a, is_whole(a)))
        assert(s->a == (json_is_integer(a) ? json_integer_value(a)
                                           : (int64_t)json_real_value(a)));
    if (has(b, sample__b, json_is_string(t)))
        assert(strcmp(s->b, json_string_value(t)) == 0);
    if (has(b, sample__c, json_is_boolean(c)))
        assert(s->c == json_is_true(c));
    if (has(b, sample__d, json_is_number(d)))
        assert(fabs(s->d - json_number_value(d)) <= fabs(s->d) * 1e-15);
    if (has(b, sample__e, e != NULL && !json_is_null(e)))
        assert(json_equal(s->e, e));
    assert((b->given.null >> sample__c & 1) == (unsigned)json_is_null(c));
}

static int word_of(hearth_str s)
{
    for (int i = 0; words[i] != NULL; i++)
        if (hearth__str_eq(s, hearth__str_of(words[i])))
            return i;
    return -1;
}

static void compare_texts(const hearth__bind *b, const struct sample *s,
                          const json_t *tree)
{
    hearth_str time = text_of(json_object_get(tree, "t")),
               day = text_of(json_object_get(tree, "day")),
               uuid = text_of(json_object_get(tree, "u")),
               word = text_of(json_object_get(tree, "word"));
    hearth_date date;
    hearth_uuid u;
    int64_t t;

    if (has(b, sample__t, hearth__read_time(time, &t)))
        assert(s->t == t);
    if (has(b, sample__day, hearth__read_date(day, &date)))
        assert(memcmp(&s->day, &date, sizeof date) == 0);
    if (has(b, sample__u, hearth__read_uuid(uuid, &u)))
        assert(memcmp(&s->u, &u, sizeof u) == 0);
    if (has(b, sample__word, word_of(word) >= 0))
        assert(s->word == word_of(word));
}

static void write(hearth__buf *out, const struct sample *s)
{
    hearth__json_w w = hearth__json_w_of(out);
    hearth_error err = {0};
    int rc = hearth__dump(&w, &sample_model, s, HEARTH__ALL_FIELDS, &err);

    assert(rc == 0 && !out->failed);
}

/* What was bound without a fault comes back from its own JSON. */
static void round_trip(const struct sample *s, hearth__arena *a, trees *t)
{
    hearth__buf first, second;
    hearth_error err = {0};
    struct sample back;
    hearth__bind b;

    hearth__buf_init(&first, NULL, 0);
    hearth__buf_init(&second, NULL, 0);
    write(&first, s);
    start(&b, &back, a, t);
    assert(hearth__bind_json(&b, hearth__buf_view(&first), &err) == 0);
    assert(hearth__bind_finish(&b) == 0);
    assert(back.has == s->has && back.null == s->null);
    write(&second, &back);
    assert(hearth__str_eq(hearth__buf_view(&first), hearth__buf_view(&second)));
    hearth__buf_clear(&first);
    hearth__buf_clear(&second);
}

/* What jansson lets through and we do not. */
static bool is_stricter(const char *text)
{
    return strstr(text, "64 deep") != NULL || strstr(text, "NUL byte") != NULL;
}

static void try_json(hearth_str text, hearth__arena *a, trees *kept)
{
    json_error_t why;
    json_t *tree =
        json_loadb(text.ptr, text.len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
    hearth_error err = {0};
    struct sample s;
    hearth__bind b;
    int rc;

    start(&b, &s, a, kept);
    b.o.ignore_unknown = true;
    rc = hearth__bind_json(&b, text, &err);
    if (rc == 0 && tree != NULL) {
        compare_plain(&b, &s, tree);
        compare_texts(&b, &s, tree);
    } else if (rc == 0) {
        /* jansson takes no number that is too large, and looks everywhere for doubles */
        assert(json_error_code(&why) == json_error_numeric_overflow ||
               json_error_code(&why) == json_error_duplicate_key);
    } else {
        assert(rc == HEARTH_EINVAL && (tree == NULL || is_stricter(err.text)));
    }
    if (hearth__bind_finish(&b) == 0 && rc == 0)
        round_trip(&s, a, kept);
    json_decref(tree);
}

/* ---- pairs --------------------------------------------------------------------------- */

static int field_named(hearth_str name)
{
    for (int i = 0; i < sample__nfields; i++)
        if (hearth__str_eq(name, hearth__str_of(sample__field[i].name)))
            return i;
    return -1;
}

/* Every field: has a value, is null, is at fault or was not given; twice is a fault. */
static void compare_pairs(const hearth__bind *b, const hearth__field *pair, size_t n)
{
    uint64_t named = 0, twice = 0;
    size_t unknown = 0;

    for (size_t i = 0; i < n; i++) {
        int at = field_named(pair[i].name);

        if (at < 0) {
            unknown += pair[i].name.len == 0 || pair[i].name.ptr[0] != '_';
            continue;
        }
        twice |= named & HEARTH__BIT(at);
        named |= HEARTH__BIT(at);
        if (at == sample__word && (twice & HEARTH__BIT(at)) == 0)
            assert((b->given.has >> at & 1) == (word_of(pair[i].value) >= 0));
    }
    assert(b->faults.nextra == unknown);
    assert((b->faults.set & twice) == twice);
    assert(((b->given.has | b->given.null | b->faults.set) & ~named) == 0);
    assert((b->given.has & b->given.null) == 0);
}

static void try_pairs(hearth_str text, hearth__source source, hearth__arena *a,
                      trees *kept)
{
    hearth__field pair[MOST_PAIRS];
    struct sample s;
    hearth__bind b;
    size_t n = 0;

    while (text.ptr != NULL && n < MOST_PAIRS) {
        hearth_str value = hearth__str_cut(&text, '&'),
                   name = hearth__str_cut(&value, '=');
        const char *copy;

        if (value.ptr == NULL)
            value = HEARTH__S("");
        copy = hearth__arena_copy(a, value.ptr, value.len);
        assert(copy != NULL);
        pair[n++] = (hearth__field){name, hearth__str(copy, value.len)};
    }
    start(&b, &s, a, kept);
    b.source = source;
    hearth__bind_pairs(&b, pair, n);
    compare_pairs(&b, pair, n);
    (void)hearth__bind_finish(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str text = {(const char *)data, size};
    hearth__arena arena;
    trees kept = {.n = 0};

    hearth__arena_init(&arena, 0);
    if (size > 0 && (*data == '?' || *data == '+'))
        try_pairs(hearth__str(text.ptr + 1, size - 1),
                  *data == '?' ? HEARTH__FROM_QUERY : HEARTH__FROM_FORM, &arena, &kept);
    else
        try_json(text, &arena, &kept);
    for (size_t i = 0; i < kept.n; i++)
        json_decref(kept.tree[i]);
    hearth__arena_clear(&arena);
    return 0;
}
