/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any bytes as JSON into a struct: jansson's tree of the same bytes says what has to be in it.
 */

#include "model/model.h"

#include <assert.h>
#include <hearth/json.h>
#include <math.h>

#define FIELDS(F, T)                        \
    F(T, a, i64, "Whole")                   \
    F(T, b, text, "Text")                   \
    F(T, c, flag, "Flag", .nullable = true) \
    F(T, d, f64, "Real")                    \
    F(T, e, json, "Tree")
HEARTH_MODEL(sample, NULL, FIELDS);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *kept;

static int keep(void *arg, struct json_t *tree)
{
    (void)arg;
    assert(kept == NULL);
    kept = tree;
    return 0;
}

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

static void compare(const hearth__bind *b, const struct sample *s, const json_t *tree)
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

/* What jansson lets through and we do not. */
static bool is_stricter(const char *text)
{
    return strstr(text, "64 deep") != NULL || strstr(text, "NUL byte") != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_error_t why;
    json_t *tree = json_loadb((const char *)data, size,
                              JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
    hearth_error err = {0};
    hearth__arena arena;
    struct sample s;
    hearth__bind b;
    int rc;

    kept = NULL;
    hearth__arena_init(&arena, 0);
    hearth__bind_init(&b, &sample_model, &s, &arena);
    b.o.ignore_unknown = true;
    b.keep = keep;
    rc = hearth__bind_json(&b, hearth__str((const char *)data, size), &err);
    if (rc == 0 && tree != NULL)
        compare(&b, &s, tree);
    else if (
        rc ==
        0) /* jansson takes no number that is too large, and looks everywhere for doubles */
        assert(json_error_code(&why) == json_error_numeric_overflow ||
               json_error_code(&why) == json_error_duplicate_key);
    else
        assert(rc == HEARTH_EINVAL && (tree == NULL || is_stricter(err.text)));
    (void)hearth__bind_finish(&b);
    json_decref(kept);
    json_decref(tree);
    hearth__arena_clear(&arena);
    return 0;
}
