/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A session's values as a list, searched from end to end: there are a few.  Reading trusts
 * nothing, although the bytes come from our own store or out of a seal: a store is a file
 * that others may have written to.
 */
#include "session/record.h"

#include "core/size.h"
#include "core/str.h"

#define FORMAT 1

void hearth__record_init(hearth__record *r, int64_t now_s)
{
    *r = (hearth__record){.created_s = now_s,
                          .seen_s = now_s,
                          .size = HEARTH__RECORD_HEAD};
    r->end = &r->first;
}

/* ---- bytes ------------------------------------------------------------------------- */

static uint64_t get_be(const char *p, int n)
{
    uint64_t v = 0;

    for (int i = 0; i < n; i++)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

static void put_be(hearth__buf *b, uint64_t v, int n)
{
    char bytes[8];

    for (int i = 0; i < n; i++)
        bytes[i] = (char)(v >> (8 * (n - 1 - i)));
    hearth__buf_add(b, bytes, (size_t)n);
}

static size_t entry_size(hearth_str key, hearth_str text)
{
    size_t n;

    return hearth__size_add(key.len + HEARTH__ENTRY_HEAD + 2, text.len, &n) ? n
                                                                            : SIZE_MAX;
}

static bool append(hearth__record *r, hearth__arena *a, hearth__entry_kind kind,
                   hearth_str key, hearth_str text)
{
    hearth__entry *e = hearth__arena_raw(a, sizeof *e);

    if (e == NULL)
        return false;
    *e = (hearth__entry){NULL, kind, key, text};
    *r->end = e;
    r->end = &e->next;
    r->size += entry_size(key, text);
    return true;
}

static bool read_text(hearth_str *rest, size_t n, hearth_str *out)
{
    if (rest->len <= n || rest->ptr[n] != '\0' || memchr(rest->ptr, '\0', n) != NULL)
        return false;
    *out = hearth__str(rest->ptr, n);
    *rest = hearth__str(rest->ptr + n + 1, rest->len - n - 1);
    return true;
}

static bool read_entry(hearth__record *r, hearth__arena *a, hearth_str *rest)
{
    hearth_str key, text;
    size_t key_len, text_len;
    int kind;

    if (rest->len < HEARTH__ENTRY_HEAD)
        return false;
    kind = (unsigned char)rest->ptr[0];
    key_len = (unsigned char)rest->ptr[1];
    text_len = (size_t)get_be(rest->ptr + 2, 4);
    *rest = hearth__str(rest->ptr + HEARTH__ENTRY_HEAD, rest->len - HEARTH__ENTRY_HEAD);
    if ((kind != HEARTH__ENTRY_VALUE && kind != HEARTH__ENTRY_FLASH) || key_len == 0 ||
        !read_text(rest, key_len, &key) || !read_text(rest, text_len, &text))
        return false;
    return append(r, a, (hearth__entry_kind)kind, key, text);
}

bool hearth__record_read(hearth__record *r, hearth__arena *a, hearth_str data)
{
    hearth_str rest;

    if (data.len < HEARTH__RECORD_HEAD || data.ptr[0] != FORMAT)
        return false;
    hearth__record_init(r, 0);
    r->created_s = (int64_t)get_be(data.ptr + 1, 8);
    r->seen_s = (int64_t)get_be(data.ptr + 9, 8);
    if (r->created_s < 0 || r->seen_s < r->created_s)
        return false;
    rest = hearth__str(data.ptr + HEARTH__RECORD_HEAD, data.len - HEARTH__RECORD_HEAD);
    while (rest.len > 0)
        if (!read_entry(r, a, &rest))
            return false;
    return true;
}

void hearth__record_write(const hearth__record *r, hearth__buf *b)
{
    hearth__buf_char(b, FORMAT);
    put_be(b, (uint64_t)r->created_s, 8);
    put_be(b, (uint64_t)r->seen_s, 8);
    for (const hearth__entry *e = r->first; e != NULL; e = e->next) {
        hearth__buf_char(b, (char)e->kind);
        hearth__buf_char(b, (char)e->key.len);
        put_be(b, e->text.len, 4);
        hearth__buf_add(b, e->key.ptr, e->key.len + 1);
        hearth__buf_add(b, e->text.ptr, e->text.len + 1);
    }
}

/* ---- operations -------------------------------------------------------------------- */

static hearth__entry **find(hearth__record *r, hearth__entry_kind kind, hearth_str key,
                            const hearth_str *text)
{
    for (hearth__entry **at = &r->first; *at != NULL; at = &(*at)->next)
        if ((*at)->kind == kind && hearth__str_eq((*at)->key, key) &&
            (text == NULL || hearth__str_eq((*at)->text, *text)))
            return at;
    return NULL;
}

const hearth__entry *hearth__record_find(const hearth__record *r, hearth_str key)
{
    for (const hearth__entry *e = r->first; e != NULL; e = e->next)
        if (e->kind == HEARTH__ENTRY_VALUE && hearth__str_eq(e->key, key))
            return e;
    return NULL;
}

static void remove_at(hearth__record *r, hearth__entry **at)
{
    hearth__entry *e;

    if (at == NULL)
        return;
    e = *at;
    *at = e->next;
    if (r->end == &e->next)
        r->end = at;
    r->size -= entry_size(e->key, e->text);
}

static bool set(hearth__record *r, hearth__arena *a, const hearth__op *op)
{
    hearth__entry **at = find(r, HEARTH__ENTRY_VALUE, op->key, NULL);

    if (at == NULL)
        return append(r, a, HEARTH__ENTRY_VALUE, op->key, op->text);
    r->size -= (*at)->text.len;
    r->size += op->text.len;
    (*at)->text = op->text;
    return true;
}

bool hearth__record_do(hearth__record *r, hearth__arena *a, const hearth__op *op)
{
    switch (op->kind) {
    case HEARTH__OP_SET:
        return set(r, a, op);
    case HEARTH__OP_FLASH:
        return append(r, a, HEARTH__ENTRY_FLASH, op->key, op->text);
    case HEARTH__OP_REMOVE:
        remove_at(r, find(r, HEARTH__ENTRY_VALUE, op->key, NULL));
        break;
    case HEARTH__OP_TAKE:
        remove_at(r, find(r, HEARTH__ENTRY_FLASH, op->key, &op->text));
        break;
    case HEARTH__OP_CLEAR:
        r->first = NULL;
        r->end = &r->first;
        r->size = HEARTH__RECORD_HEAD;
        break;
    }
    return true;
}

size_t hearth__record_would(const hearth__record *r, const hearth__op *op)
{
    size_t n = r->size;
    const hearth__entry *e = NULL;

    if (op->kind != HEARTH__OP_SET && op->kind != HEARTH__OP_FLASH)
        return 0; /* never more than there is */
    if (op->text.len > UINT32_MAX)
        return SIZE_MAX;
    if (op->kind == HEARTH__OP_SET)
        e = hearth__record_find(r, op->key);
    if (e != NULL)
        n -= entry_size(e->key, e->text);
    return hearth__size_add(n, entry_size(op->key, op->text), &n) ? n : SIZE_MAX;
}
