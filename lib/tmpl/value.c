/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Making values, and lists and maps of them.  Maps are looked up by walking along them while
 * they are small, as most are; then by hash.
 */

#include "tmpl/value.h"

#include "core/hash.h"
#include "core/size.h"
#include "core/str.h"
#include "tmpl/render.h"

/* A map of more entries than this has an index. */
#define WALKED 8

/* ---- texts and trees ----------------------------------------------------------------- */

hearth_value hearth__v_json(const json_t *tree)
{
    hearth_value v = {0};

    if (tree == NULL)
        return v;
    switch (json_typeof(tree)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        v.kind = json_is_array(tree) ? HEARTH_VALUE_LIST : HEARTH_VALUE_MAP;
        v.flags = HEARTH_VALUE_TREE;
        v.u.json = (json_t *)(uintptr_t)tree; /* only looked at */
        return v;
    case JSON_STRING:
        if (json_string_length(tree) > UINT32_MAX)
            return v;
        return hearth__v_textn(json_string_value(tree), json_string_length(tree), 0);
    case JSON_INTEGER:
        return hearth_value_int(json_integer_value(tree));
    case JSON_REAL:
        return hearth_value_float(json_real_value(tree));
    case JSON_TRUE:
        return hearth_value_bool(true);
    case JSON_FALSE:
        return hearth_value_bool(false);
    case JSON_NULL:
        break;
    }
    return hearth_value_none();
}

static int too_long(hearth__render *r)
{
    return hearth__render_fail(r, HEARTH_ETOOBIG, "a text is longer than 4 GiB");
}

int hearth__v_copy(hearth__render *r, hearth_str s, unsigned flags, hearth_value *out)
{
    char *p;

    if (s.len >= UINT32_MAX)
        return too_long(r);
    p = hearth__render_alloc(r, s.len + 1);
    if (p == NULL)
        return r->error.code;
    memcpy(p, s.ptr, s.len);
    p[s.len] = '\0';
    *out = hearth__v_textn(p, s.len, flags);
    return 0;
}

int hearth__v_buf(hearth__render *r, const hearth__buf *b, unsigned flags,
                  hearth_value *out)
{
    if (b->failed && !r->arena->failed)
        return hearth__render_fail(r, HEARTH_ETOOBIG,
                                   "a text is longer than %zu bytes; max_output would "
                                   "allow more",
                                   r->limits.output);
    if (hearth__render_alloc(r, 0) == NULL) /* the buffer has grown past the bounds */
        return r->error.code;
    if (b->len > UINT32_MAX)
        return too_long(r);
    *out = hearth__v_textn(b->ptr, b->len, flags);
    return 0;
}

/* ---- lists --------------------------------------------------------------------------- */

hearth__list *hearth__list_new(hearth__render *r, size_t cap)
{
    hearth__list *l = hearth__render_alloc(r, sizeof *l);

    if (l == NULL)
        return NULL;
    *l = (hearth__list){.cap = cap};
    if (cap > 0)
        l->at = hearth__render_array(r, cap, sizeof *l->at);
    return cap > 0 && l->at == NULL ? NULL : l;
}

int hearth__list_add(hearth__render *r, hearth__list *l, hearth_value v)
{
    if (l->n == l->cap) {
        size_t cap = l->cap < 8 ? 8 : l->cap + l->cap / 2;
        hearth_value *grown = hearth__render_array(r, cap, sizeof *grown);

        if (grown == NULL)
            return r->error.code;
        if (l->n > 0)
            memcpy(grown, l->at, l->n * sizeof *grown);
        l->at = grown;
        l->cap = cap;
    }
    l->at[l->n++] = v;
    return 0;
}

/* ---- maps ---------------------------------------------------------------------------- */

hearth__map_value *hearth__map_new_value(hearth__render *r)
{
    hearth__map_value *m = hearth__render_alloc(r, sizeof *m);

    if (m != NULL)
        *m = (hearth__map_value){0};
    return m;
}

/* Equal keys have equal hashes; false for what is no key. */
static bool hash_of(hearth_value key, uint64_t *out)
{
    double f;

    switch ((hearth_value_kind)key.kind) {
    case HEARTH_VALUE_TEXT:
        *out = hearth__hash64(key.u.text, key.len);
        return true;
    case HEARTH_VALUE_NONE:
        *out = 1;
        return true;
    case HEARTH_VALUE_BOOL:
    case HEARTH_VALUE_INT:
    case HEARTH_VALUE_FLOAT:
        hearth__v_number(key, &f);
        f = f == 0 ? 0 : f; /* -0.0 equals 0.0 */
        *out = hearth__hash64(&f, sizeof f);
        return true;
    case HEARTH_VALUE_LIST:
        *out = 2;
        return (key.flags & HEARTH_VALUE_TUPLE) != 0;
    case HEARTH_VALUE_UNDEFINED:
    case HEARTH_VALUE_MAP:
    case HEARTH_VALUE_OBJECT:
        break;
    }
    return false;
}

/* Where the key is, or SIZE_MAX. */
static size_t find(const hearth__map_value *m, hearth_value key, uint64_t hash)
{
    if (m->slot == NULL) {
        for (size_t i = 0; i < m->n; i++)
            if (m->at[i].hash == hash && hearth__v_equal(m->at[i].key, key))
                return i;
        return SIZE_MAX;
    }
    for (size_t s = (size_t)hash & (m->nslots - 1); m->slot[s] != 0;
         s = (s + 1) & (m->nslots - 1)) {
        size_t i = m->slot[s] - 1;

        if (m->at[i].hash == hash && hearth__v_equal(m->at[i].key, key))
            return i;
    }
    return SIZE_MAX;
}

static void index_one(hearth__map_value *m, size_t i)
{
    size_t s = (size_t)m->at[i].hash & (m->nslots - 1);

    while (m->slot[s] != 0)
        s = (s + 1) & (m->nslots - 1);
    m->slot[s] = (uint32_t)i + 1;
}

/* Room for one more, and an index at most half full. */
static int grow(hearth__render *r, hearth__map_value *m)
{
    size_t cap = m->cap == 0 ? WALKED : 2 * m->cap;
    hearth__map_entry *at = hearth__render_array(r, cap, sizeof *at);
    uint32_t *slot = NULL;

    if (at == NULL || cap > UINT32_MAX / 4)
        return hearth__render_fail(r, HEARTH_ETOOBIG, "a map is too large");
    if (m->n > 0)
        memcpy(at, m->at, m->n * sizeof *at);
    if (cap > WALKED) {
        slot = hearth__render_array(r, 2 * cap, sizeof *slot);
        if (slot == NULL)
            return r->error.code;
        memset(slot, 0, 2 * cap * sizeof *slot);
    }
    m->at = at;
    m->cap = cap;
    m->slot = slot;
    m->nslots = 2 * cap;
    for (size_t i = 0; slot != NULL && i < m->n; i++)
        index_one(m, i);
    return 0;
}

int hearth__map_set(hearth__render *r, hearth__map_value *m, hearth_value key,
                    hearth_value v)
{
    uint64_t hash;
    size_t i;

    if (!hash_of(key, &hash))
        return hearth__render_fail(r, HEARTH_EINVAL,
                                   "a value of kind %s is no key of a map",
                                   hearth__v_kind_name(key));
    i = find(m, key, hash);
    if (i != SIZE_MAX) {
        m->at[i].value = v;
        return 0;
    }
    if (m->n == m->cap && grow(r, m) != 0)
        return r->error.code;
    m->at[m->n++] = (hearth__map_entry){key, v, hash};
    if (m->slot != NULL)
        index_one(m, m->n - 1);
    return 0;
}

int hearth__map_set_text(hearth__render *r, hearth__map_value *m, hearth_str key,
                         hearth_value v)
{
    return hearth__map_set(r, m, hearth__v_textn(key.ptr, key.len, 0), v);
}

/* ---- reading ------------------------------------------------------------------------- */

/* The member of that key, whatever its kind; false when there is none. */
static bool member(hearth_value map, hearth_value key, hearth_value *out)
{
    uint64_t hash;
    size_t i;

    if (hearth__v_is_tree(map)) {
        const json_t *got = key.kind == HEARTH_VALUE_TEXT
                                ? json_object_getn(map.u.json, key.u.text, key.len)
                                : NULL;

        *out = hearth__v_json(got);
        return got != NULL;
    }
    i = hash_of(key, &hash) ? find(map.u.map, key, hash) : SIZE_MAX;
    if (i == SIZE_MAX)
        return false;
    *out = map.u.map->at[i].value;
    return true;
}

hearth_value hearth__v_member(hearth_value map, hearth_str key)
{
    hearth_value v;

    if (map.kind == HEARTH_VALUE_MAP && hearth__v_is_tree(map)) {
        const json_t *got = json_object_getn(map.u.json, key.ptr, key.len);

        return got == NULL ? hearth__v_undefined(key) : hearth__v_json(got);
    }
    if (map.kind != HEARTH_VALUE_MAP || key.len > UINT32_MAX ||
        !member(map, hearth__v_textn(key.ptr, key.len, 0), &v))
        return hearth__v_undefined(key);
    return v;
}

hearth_value hearth__v_at(hearth_value list, size_t i)
{
    if (hearth__v_is_tree(list))
        return hearth__v_json(json_array_get(list.u.json, i));
    return list.u.list->at[i];
}

int hearth__v_attr(hearth__render *r, hearth_value v, hearth_str name, hearth_value *out)
{
    hearth__object *o;
    int rc;

    *out = hearth__v_undefined(name);
    switch ((hearth_value_kind)v.kind) {
    case HEARTH_VALUE_UNDEFINED:
        return hearth__render_undefined(r, v);
    case HEARTH_VALUE_MAP:
        *out = hearth__v_member(v, name);
        return 0;
    case HEARTH_VALUE_OBJECT:
        o = v.u.object;
        rc = o->ops->get == NULL ? HEARTH_ENOTFOUND : o->ops->get(r, o, name, out);
        if (rc == HEARTH_ENOTFOUND && r->error.code == 0) {
            *out = hearth__v_undefined(name);
            return 0;
        }
        return rc;
    case HEARTH_VALUE_LIST:
        if ((v.flags & HEARTH__VALUE_GROUP) != 0 && v.u.list->n == 2) {
            if (hearth__str_eq(name, HEARTH__S("grouper")))
                *out = v.u.list->at[0];
            else if (hearth__str_eq(name, HEARTH__S("list")))
                *out = v.u.list->at[1];
        }
        return 0;
    case HEARTH_VALUE_NONE:
    case HEARTH_VALUE_BOOL:
    case HEARTH_VALUE_INT:
    case HEARTH_VALUE_FLOAT:
    case HEARTH_VALUE_TEXT:
        break;
    }
    return 0;
}

/* The place of an index that may count from the end; false: outside. */
static bool place(int64_t i, size_t n, size_t *out)
{
    if (i < 0 && __builtin_add_overflow(i, (int64_t)n, &i))
        return false;
    if (i < 0 || (uint64_t)i >= n)
        return false;
    *out = (size_t)i;
    return true;
}

static int character(hearth__render *r, hearth_value text, int64_t i, hearth_value *out)
{
    hearth_value one = hearth_value_int(i), next = hearth_value_int(i + 1);

    if (i == -1)
        next = hearth_value_none();
    if (i == INT64_MAX)
        return 0;
    HEARTH_TRY(hearth__v_slice(r, text, one, next, hearth_value_none(), out));
    if (out->len == 0)
        *out = (hearth_value){0};
    return 0;
}

int hearth__v_item(hearth__render *r, hearth_value v, hearth_value key, hearth_value *out)
{
    int64_t i;
    size_t at, n;

    *out = (hearth_value){0};
    if (v.kind == HEARTH_VALUE_MAP) {
        if (!member(v, key, out) && key.kind == HEARTH_VALUE_TEXT)
            *out = hearth__v_undefined(hearth__v_bytes(key));
        return 0;
    }
    if (key.kind == HEARTH_VALUE_TEXT)
        return hearth__v_attr(r, v, hearth__v_bytes(key), out);
    if (v.kind == HEARTH_VALUE_UNDEFINED)
        return hearth__render_undefined(r, v);
    if (key.kind == HEARTH_VALUE_UNDEFINED && r->strict)
        return hearth__render_undefined(r, key);
    if ((v.kind != HEARTH_VALUE_LIST && v.kind != HEARTH_VALUE_TEXT) ||
        !hearth__v_integer(key, &i))
        return 0;
    if (v.kind == HEARTH_VALUE_TEXT)
        return character(r, v, i, out);
    HEARTH_TRY(hearth__v_len(r, v, &n));
    if (place(i, n, &at))
        *out = hearth__v_at(v, at);
    return 0;
}
