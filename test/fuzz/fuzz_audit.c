/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any head: the first line is method, target and version, each further line a field. What
 * passes the audit is checked once more, naively.
 */

#include "core/str.h"
#include "http/audit.h"

#include <assert.h>

#define MAX_FIELDS 120

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_tchar(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_naive_token(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!is_tchar(s.ptr[i]))
            return false;
    }
    return s.len > 0;
}

static bool is_naive_value(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];

        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return false;
    }
    return true;
}

static void is_sound(const hearth__head *h, const hearth__framing *f)
{
    size_t hosts = 0, lengths = 0, codings = 0;

    assert(is_naive_token(h->method) && h->target.len > 0);
    for (size_t i = 0; i < h->target.len; i++)
        assert(h->target.ptr[i] > 0x20 && h->target.ptr[i] < 0x7F &&
               h->target.ptr[i] != '#');
    for (size_t i = 0; i < h->nfields; i++) {
        hearth_str value = h->field[i].value;

        assert(is_naive_token(h->field[i].name) && is_naive_value(value));
        assert(hearth__str_trim(value).len == value.len);
        hosts += hearth__str_ieq(h->field[i].name, HEARTH__S("Host"));
        lengths += hearth__str_ieq(h->field[i].name, HEARTH__S("Content-Length"));
        codings += hearth__str_ieq(h->field[i].name, HEARTH__S("Transfer-Encoding"));
    }
    assert(hosts <= 1 && (hosts == 1 || h->version == 10));
    assert(lengths + codings <= 1);
    assert(f->has_length == (lengths == 1) && f->chunked == (codings == 1));
    assert(memchr(f->host.ptr, ',', f->host.len) == NULL);
    assert(memchr(f->host.ptr, '@', f->host.len) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str rest = {(const char *)data, size}, line = hearth__str_cut(&rest, '\n');
    hearth__field field[MAX_FIELDS];
    hearth__framing f, g;
    hearth__head h = {.field = field};
    hearth__verdict v;

    h.method = hearth__str_cut(&line, ' ');
    h.target = line.ptr == NULL ? HEARTH__S("") : hearth__str_cut(&line, ' ');
    h.version = line.ptr != NULL && hearth__str_eq(line, HEARTH__S("HTTP/1.0")) ? 10 : 11;
    while (rest.ptr != NULL && h.nfields < MAX_FIELDS) {
        hearth__field *one = &field[h.nfields++];

        one->value = hearth__str_cut(&rest, '\n');
        assert(hearth__is_token(one->value) == is_naive_token(one->value));
        assert(hearth__is_field_value(one->value) == is_naive_value(one->value));
        one->name = hearth__str_cut(&one->value, ':');
        if (one->value.ptr == NULL)
            one->value = HEARTH__S("");
    }
    v = hearth__audit(&h, 0, &f);
    assert(v.text != NULL && (v.status == 0) == (v.text[0] == '\0'));
    if (v.status == 0) {
        is_sound(&h, &f);
        assert(hearth__audit(&h, 0, &g).status == 0);
        assert(f.length == g.length && hearth__str_eq(f.host, g.host));
    }
    return 0;
}
