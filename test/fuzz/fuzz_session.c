/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any bytes as what a store holds of a session: what is read is written again the same; and as
 * operations on one, whose size is always what it is.
 */

#include "core/str.h"
#include "session/record.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_size(const hearth__record *r, hearth__arena *a)
{
    hearth__buf b;
    hearth__record back;

    hearth__buf_init(&b, a, 0);
    hearth__record_write(r, &b);
    assert(b.failed || b.len == r->size);
    assert(b.failed || hearth__record_read(&back, a, hearth__buf_view(&b)));
}

static void as_bytes(hearth_str all, hearth__arena *a)
{
    hearth__record r;
    hearth__buf b;

    if (!hearth__record_read(&r, a, all))
        return;
    hearth__buf_init(&b, a, 0);
    hearth__record_write(&r, &b);
    assert(hearth__str_eq(hearth__buf_view(&b), all));
    for (const hearth__entry *e = r.first; e != NULL; e = e->next)
        assert(e->key.ptr[e->key.len] == '\0' && e->text.ptr[e->text.len] == '\0');
}

/* Lines: a kind, a key of one character, a text. */
static void as_operations(hearth_str rest, hearth__arena *a)
{
    hearth__record r;

    hearth__record_init(&r, 1);
    while (rest.ptr != NULL) {
        hearth_str line = hearth__str_cut(&rest, '\n');
        hearth__op op;
        size_t would;

        if (line.len < 2 || memchr(line.ptr, '\0', line.len) != NULL)
            continue;
        op = (hearth__op){.kind = (hearth__op_kind)((unsigned char)line.ptr[0] % 5),
                          .key = {hearth__arena_copy(a, line.ptr + 1, 1), 1},
                          .text = {hearth__arena_copy(a, line.ptr + 2, line.len - 2),
                                   line.len - 2}};
        would = hearth__record_would(&r, &op);
        assert(hearth__record_do(&r, a, &op));
        assert(would == 0 || would == r.size);
    }
    check_size(&r, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth__arena a;
    char *copy;

    hearth__arena_init(&a, 0);
    copy = hearth__arena_copy(&a, (const char *)data, size);
    as_bytes(hearth__str(copy, size), &a);
    as_operations(hearth__str(copy, size), &a);
    hearth__arena_clear(&a);
    return 0;
}
