/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The tag of a representation, a newline, then "Name: value" lines: preconditions answer
 * with one of three statuses, and by their laws. */

#include "core/str.h"
#include "http/condition.h"
#include "http/etag.h"

#include <assert.h>

#define FIELDS_MAX 8
#define NOW        1700000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has(const hearth__head *h, const char *name)
{
    return hearth__head_find(h, hearth__str_of(name)) != NULL;
}

static void check_list(hearth_str list, hearth_str tag)
{
    hearth_str one, rest = list;
    bool strong = hearth__etag_listed(list, tag, false);

    assert(!strong || hearth__etag_listed(list, tag, true));
    while (hearth__etag_next(&rest, &one)) {
        assert(hearth__etag_valid(one));
        assert(hearth__etag_same_weak(one, one) && hearth__etag_listed(list, one, true));
    }
}

static void check_laws(const hearth__head *h, const hearth__validators *v)
{
    hearth__validators none = {.absent = true, .etag = v->etag, .dated = true};
    int get = hearth__condition(h, HEARTH__GET, v, NOW);
    int put = hearth__condition(h, HEARTH__PUT, v, NOW);

    assert(get == 0 || get == 304 || get == 412);
    assert(put == 0 || put == 412);
    assert(get != 412 || put == 412);
    assert(hearth__condition(h, HEARTH__HEAD, v, NOW) == get);
    assert(hearth__condition(h, HEARTH__OPTIONS, v, NOW) == 0);
    if (get == 304)
        assert(has(h, "If-None-Match") || has(h, "If-Modified-Since"));
    if (!has(h, "If-Match"))
        assert(hearth__condition(h, HEARTH__GET, &none, NOW) == 0);
    else
        assert(hearth__condition(h, HEARTH__GET, &none, NOW) == 412);
    if (!has(h, "If-Range"))
        assert(hearth__condition_range(h, v, NOW));
    else
        assert(!hearth__condition_range(h, &none, NOW));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str rest = {(const char *)data, size}, tag = hearth__str_cut(&rest, '\n');
    hearth__field field[FIELDS_MAX];
    hearth__head h = {.field = field};
    hearth__validators v = {.dated = true, .modified_s = 784111777};

    while (rest.ptr != NULL && h.nfields < FIELDS_MAX) {
        hearth_str line = hearth__str_cut(&rest, '\n');
        hearth_str name = hearth__str_cut(&line, ':');

        if (line.ptr == NULL)
            continue;
        line = hearth__str_trim(line);
        field[h.nfields++] = (hearth__field){name, line};
        check_list(line, tag);
    }
    v.etag = hearth__etag_valid(tag) ? tag : HEARTH__S("");
    check_laws(&h, &v);
    return 0;
}
