/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* What proxies say: lines of fields in, and whatever comes out is sound.  The word of the
 * last proxy is appended, and nothing before it may change it. */

#include "core/str.h"
#include "http/audit.h"
#include "http/forwarded.h"

#include <assert.h>
#include <stdlib.h>

#define FIELDS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const names[] = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto",
                                    "X-Forwarded-Host", "X-Forwarded-Port"};

static void make_head(hearth__head *h, hearth__field *field, const char *p, size_t size)
{
    hearth_str rest = {p, size};

    *h = (hearth__head){.field = field};
    while (rest.ptr != NULL && h->nfields < FIELDS) {
        hearth_str line = hearth__str_cut(&rest, '\n');

        if (line.len == 0)
            continue;
        hearth_str name = hearth__str_of(names[(unsigned char)line.ptr[0] % 5]);
        hearth_str value = hearth__str_trim(hearth__str(line.ptr + 1, line.len - 1));

        if (hearth__is_field_value(value))
            field[h->nfields++] = (hearth__field){name, value};
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth__field field[FIELDS + 1];
    hearth__cidr ten;
    hearth__cidrs trusted = {&ten, 1, false};
    hearth__ip last;
    hearth__head h;
    hearth__via v;

    (void)hearth__cidr_parse(&ten, HEARTH__S("10.0.0.0/8"));
    (void)hearth__ip_parse(&last, HEARTH__S("192.0.2.99"));
    make_head(&h, field, (const char *)data, size);
    hearth__forwarded_read(&v, &h, &trusted);
    assert(v.https >= -1 && v.https <= 1 && v.port >= -1 && v.port <= 65535);
    assert(v.host.len == 0 || v.host.ptr != NULL);
    assert(!v.conflict || v.client == HEARTH__CLIENT_UNKNOWN);

    /* Only one kind, and the proxy appends what it saw. */
    bool standard = size > 0 && data[0] % 2 == 0;
    size_t n = 0;

    for (size_t i = 0; i < h.nfields; i++)
        if (hearth__str_istarts(field[i].name, HEARTH__S("X-")) != standard)
            field[n++] = field[i];
    field[n++] =
        standard ? (hearth__field){HEARTH__S("Forwarded"),
                                   HEARTH__S("for=192.0.2.99;proto=https;host=a")}
                 : (hearth__field){HEARTH__S("X-Forwarded-For"), HEARTH__S("192.0.2.99")};
    h.nfields = n;
    hearth__forwarded_read(&v, &h, &trusted);
    assert(v.client == HEARTH__CLIENT_ADDRESS && hearth__ip_eq(&v.ip, &last));
    if (standard)
        assert(v.https == 1 && hearth__str_eq(v.host, HEARTH__S("a")));
    return 0;
}
