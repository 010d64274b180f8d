/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Looking a field up by its name.  A request has a dozen of them: walking the array and
 * comparing lengths first is quicker than building any index.
 */

#include "http/head.h"

#include "core/str.h"

const hearth__field *hearth__head_find(const hearth__head *h, hearth_str name)
{
    for (size_t i = 0; i < h->nfields; i++) {
        const hearth__field *f = &h->field[i];

        if (f->name.len == name.len && hearth__str_ieq(f->name, name))
            return f;
    }
    return NULL;
}
