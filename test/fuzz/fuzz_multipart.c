/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Any bytes as a form: names are clean, and in whatever pieces it comes, the same comes
 * out.  The first byte chooses the boundary and how the input is cut. */

#include "core/buf.h"
#include "core/str.h"
#include "core/utf8.h"
#include "http/disposition.h"
#include "http/multipart.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct record {
    hearth__buf text;
    bool open; /* within a part */
} record;

static int on_begin(void *self, const hearth__form_part *p)
{
    record *r = self;
    char shown[HEARTH__CLIENT_NAME_MAX + 1];

    assert(!r->open);
    r->open = true;
    assert(p->name.ptr[p->name.len] == '\0' && hearth__utf8_valid(p->name));
    assert(strlen(p->name.ptr) == p->name.len && strlen(p->type.ptr) == p->type.len);
    hearth__buf_f(&r->text, "<%s|%s|", p->name.ptr, p->type.ptr);
    if (p->filename.ptr != NULL) {
        size_t n = hearth__client_name(p->filename, shown);

        assert(strlen(p->filename.ptr) == p->filename.len);
        assert(strlen(shown) == n && n <= HEARTH__CLIENT_NAME_MAX);
        assert(hearth__utf8_valid(hearth__str(shown, n)));
        assert(strpbrk(shown, "/\\\r\n\x7f") == NULL);
        hearth__buf_f(&r->text, "%s", shown);
    }
    hearth__buf_char(&r->text, ':');
    return 0;
}

static int on_data(void *self, hearth_str piece)
{
    record *r = self;

    assert(r->open && piece.len > 0);
    hearth__buf_str(&r->text, piece);
    return 0;
}

static int on_end(void *self)
{
    record *r = self;

    assert(r->open);
    r->open = false;
    hearth__buf_char(&r->text, '>');
    return 0;
}

static const hearth__multipart_ops ops = {on_begin, on_data, on_end};

/* In pieces that seed makes, or whole when it is 0. */
static int parse(record *r, hearth_str boundary, const char *p, size_t n, unsigned seed)
{
    hearth__multipart m;
    int rc = 0;

    *r = (record){.open = false};
    hearth__buf_init(&r->text, NULL, 0);
    hearth__multipart_init(&m, boundary, &ops, r);
    while (n > 0 && rc == 0) {
        size_t part = n;

        if (seed != 0) {
            seed = seed * 1103515245u + 12345u;
            part = 1 + (seed >> 16) % 24;
            part = part < n ? part : n;
        }
        char *copy = malloc(part);

        if (copy == NULL)
            abort();
        memcpy(copy, p, part);
        rc = hearth__multipart_feed(&m, copy, part);
        free(copy);
        p += part;
        n -= part;
    }
    if (rc == 0)
        rc = hearth__multipart_end(&m);
    assert(rc == 0 || rc == HEARTH_EINVAL || rc == HEARTH_ETOOBIG);
    assert(rc != 0 || !r->open);
    assert((rc == 0) == (m.why[0] == '\0'));
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const boundaries[] = {"b", "--", "----WebKitFormBoundary7MA4YWxk",
                                             "aaaaaaaaaaaaaaaa"};
    record whole, pieces;

    if (size == 0)
        return 0;
    hearth_str boundary = hearth__str_of(boundaries[data[0] & 3]);
    const char *p = (const char *)data + 1;
    int rc = parse(&whole, boundary, p, size - 1, 0);

    assert(rc == parse(&pieces, boundary, p, size - 1, 1u + data[0]));
    assert(hearth__str_eq(hearth__buf_view(&whole.text), hearth__buf_view(&pieces.text)));
    hearth__buf_clear(&whole.text);
    hearth__buf_clear(&pieces.text);
    return 0;
}
