/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The compiler's own unwinder, which every C compiler of ours brings along and which needs no
 * frame pointers.
 */
#include "core/stack.h"

#include <unwind.h>

typedef struct walk {
    hearth__stack *to;
    size_t skip;
} walk;

static _Unwind_Reason_Code step(struct _Unwind_Context *u, void *arg)
{
    walk *w = arg;
    int before = 0;
    uintptr_t pc = (uintptr_t)_Unwind_GetIPInfo(u, &before);

    if (pc == 0)
        return _URC_END_OF_STACK;
    if (w->skip > 0) {
        w->skip--;
        return _URC_NO_REASON;
    }
    /* It is where the call returns to, which may be the next line, or the next function. */
    w->to->pc[w->to->n++] = before != 0 ? pc : pc - 1;
    return w->to->n < HEARTH__STACK_MAX ? _URC_NO_REASON : _URC_END_OF_STACK;
}

__attribute__((noinline)) void hearth__stack_take(hearth__stack *s)
{
    walk w = {s, 1};

    s->n = 0;
    (void)_Unwind_Backtrace(step, &w);
}
