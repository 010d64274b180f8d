/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Any bytes as a Cookie field, and, cut at line ends, as the parts of a Set-Cookie field:
 * what is written is one clean line, and reads back.
 */

#include "core/str.h"
#include "http/cookie.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_control(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (((unsigned char)s.ptr[i] < 0x20 && s.ptr[i] != '\t') || s.ptr[i] == 0x7F)
            return true;
    }
    return false;
}

static void read_all(hearth_str field)
{
    hearth_str rest = field, name, value;

    while (hearth__cookie_next(&rest, &name, &value)) {
        assert(name.len > 0 && !has_control(name) && !has_control(value));
        assert(hearth__str_find(name, '=') < 0 && hearth__str_find(value, ';') < 0);
        assert(name.ptr >= field.ptr && value.ptr + value.len <= field.ptr + field.len);
    }
}

/* The next line as a C string, NULL when it is empty. */
static const char *line(hearth_str *rest, hearth__arena *a)
{
    hearth_str s = rest->ptr == NULL ? HEARTH__S("") : hearth__str_cut(rest, '\n');

    return s.len == 0 ? NULL : hearth__arena_copy(a, s.ptr, s.len);
}

static void write_one(hearth_str rest, hearth__arena *a)
{
    hearth__cookie k = {.name = hearth__str_of(line(&rest, a)),
                        .value = hearth__str_of(line(&rest, a)),
                        .path = line(&rest, a),
                        .domain = line(&rest, a),
                        .same_site = line(&rest, a)};
    hearth_str flags = hearth__str_of(line(&rest, a)), name, value, field;
    hearth__buf b;

    k.secure = flags.len > 0 && (flags.ptr[0] & 1) != 0;
    k.http_only = flags.len > 0 && (flags.ptr[0] & 2) != 0;
    k.max_age_s = flags.len > 1 ? flags.ptr[1] : 0;
    hearth__buf_init(&b, a, 0);
    if (hearth__cookie_write(&b, &k) != 0) {
        assert(b.len == 0);
        return;
    }
    field = hearth__buf_view(&b);
    assert(!has_control(field));
    assert(hearth__cookie_next(&field, &name, &value));
    assert(hearth__str_eq(name, k.name) && hearth__str_eq(value, k.value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str all = {(const char *)data, size};
    hearth__arena a;

    hearth__arena_init(&a, 0);
    read_all(all);
    write_one(all, &a);
    hearth__arena_clear(&a);
    return 0;
}
