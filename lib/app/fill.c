/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * One walk through the page.
 */
#include "app/fill.h"

#include "core/str.h"

void hearth__fill(hearth__buf *out, const char *page, hearth__fill_fn *fn, void *arg)
{
    const char *open, *close;

    while ((open = strstr(page, "{{")) != NULL && (close = strstr(open, "}}")) != NULL) {
        hearth__buf_add(out, page, (size_t)(open - page));
        fn(arg, hearth__str(open + 2, (size_t)(close - open) - 2), out);
        page = close + 2;
    }
    hearth__buf_text(out, page);
}
