/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any bytes as JSON: what loads is what jansson loads, can be written, loads again equal, and is written the
 * same once more, also over the tree of any other text. As a JSON pointer they lead somewhere or nowhere.
 */

#include "core/str.h"
#include "core/utf8.h"
#include "json/load.h"
#include "json/pointer.h"
#include "json/reread.h"
#include "json/write.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write(hearth__buf *b, const json_t *tree)
{
    hearth__json_w w;

    hearth__buf_init(b, NULL, 0);
    w = hearth__json_w_of(b);
    assert(hearth__json_tree(&w, tree) == 0 && !b->failed);
}

static void comes_back(const json_t *tree)
{
    hearth__buf first, second;
    json_t *again;

    write(&first, tree);
    assert(hearth__utf8_valid(hearth__buf_view(&first)));
    again = hearth__json_load(hearth__buf_view(&first), NULL, NULL);
    assert(again != NULL && json_equal(tree, again));
    write(&second, again);
    assert(hearth__str_eq(hearth__buf_view(&first), hearth__buf_view(&second)));
    json_decref(again);
    hearth__buf_clear(&first);
    hearth__buf_clear(&second);
}

/* The pointer to each member leads to it. */
static void can_be_reached(json_t *tree)
{
    const char *name;
    json_t *value;

    json_object_foreach(tree, name, value)
    {
        hearth__buf b;

        hearth__buf_init(&b, NULL, 0);
        hearth__json_pointer_add(&b, hearth__str_of(name));
        assert(hearth__json_at(tree, hearth__buf_view(&b)) == value);
        hearth__buf_clear(&b);
    }
}

static void as_text(hearth_str text)
{
    hearth__buf b;
    hearth__json_w w;
    json_t *tree;

    hearth__buf_init(&b, NULL, 0);
    w = hearth__json_w_of(&b);
    hearth__json_text(&w, text);
    tree = json_loadb(b.ptr, b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    assert(json_is_string(tree));
    if (hearth__utf8_valid(text))
        assert(hearth__str_eq(text, hearth__str(json_string_value(tree),
                                                json_string_length(tree))));
    json_decref(tree);
    hearth__buf_clear(&b);
}

/* jansson reads the same trees from the same texts; only nesting it allows more of, and a
 * NUL byte ends its text. */
static void as_jansson_does(hearth_str text, const json_t *tree, const hearth_error *err)
{
    json_t *other =
        json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);

    if (strstr(err->text, "nested more than") == NULL &&
        memchr(text.ptr, '\0', text.len) == NULL)
        assert((tree == NULL) == (other == NULL));
    assert(tree == NULL || json_equal(tree, other));
    json_decref(other);
}

static void over(hearth_str before, hearth_str text)
{
    hearth_error err[2] = {{0}, {0}};
    json_t *plain = hearth__json_load(text, NULL, &err[0]);
    json_t *tree = hearth__json_load_over(hearth__json_load(before, NULL, NULL), text,
                                          NULL, &err[1]);

    assert(plain == NULL ? tree == NULL : json_equal(plain, tree));
    assert(strcmp(err[0].text, err[1].text) == 0);
    json_decref(plain);
    json_decref(tree);
}

/* Two texts, one on each side of the first form feed, or else the same twice. */
static void over_another(hearth_str text)
{
    const char *cut = memchr(text.ptr, '\f', text.len);
    hearth_str before = text;

    if (cut != NULL) {
        before = hearth__str(text.ptr, (size_t)(cut - text.ptr));
        text = hearth__str(cut + 1, text.len - before.len - 1);
    }
    over(before, text);
    over(text, before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str text = {(const char *)data, size};
    hearth_error err = {0};
    json_t *tree = hearth__json_load(text, NULL, &err);
    json_t *document = json_pack("{s:[i,{s:i}],s:i}", "a", 1, "~/", 2, "", 3);

    assert((tree == NULL) == (err.code != 0));
    assert(err.code == 0 || hearth__utf8_valid(hearth__str_of(err.text)));
    as_jansson_does(text, tree, &err);
    if (tree != NULL) {
        comes_back(tree);
        can_be_reached(tree);
    }
    json_decref(tree);
    hearth__json_at(document, text);
    json_decref(document);
    as_text(text);
    over_another(text);
    return 0;
}
