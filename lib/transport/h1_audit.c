/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The raw half of the request audit, for libmicrohttpd 0.9.75 to 0.9.77.
 *
 * Those versions parse in place and hide what they tolerated; but each piece that they
 * hand out still points into the read buffer, so pieces that do not follow each other as
 * the grammar says betray what lay between them.
 */
#include "transport/h1.h"

#include "core/str.h"

#include <string.h>

/* White space behind a value stays there in these versions, and with it they do not know the
 * coding: they would wait for the end of the connection while the audit reads "chunked". */
static bool coding_unseen(const hearth__field *f)
{
    return f->value.len != hearth__str_trim(f->value).len &&
           hearth__str_ieq(f->name, HEARTH__S("Transfer-Encoding"));
}

bool hearth__h1_adjacent(const char *method, const char *version, size_t target_len,
                         const hearth__field *field, size_t nfields, size_t head_size)
{
    /* method SP target SP version CRLF */
    if (version != method + strlen(method) + 1 + target_len + 1)
        return false;
    const char *at = version + strlen(version) + 2;
    for (size_t i = 0; i < nfields; i++) {
        const char *after_colon = field[i].name.ptr + field[i].name.len + 1;

        if (field[i].name.ptr != at)
            return false;
        if (field[i].value.ptr < after_colon || coding_unseen(&field[i]))
            return false;
        at = field[i].value.ptr + field[i].value.len + 2;
    }
    /* The empty line ends the head. */
    return at + 2 == method + head_size;
}
