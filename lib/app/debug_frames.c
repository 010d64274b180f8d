/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * From the stack to what a developer wants to see of it: his own functions, and which one of
 * the library's they called.
 *
 * A handler that ends in `return hearth_fail(...)` is not on the stack when the compiler
 * made a jump of that call (-O2 does).  And one that returns a code by itself called nothing
 * that could have taken a stack.  In both cases the handler itself is known from its route,
 * and is put at the end.
 */
#include "app/debug.h"

#include "core/str.h"

static hearth_handler *handler_of(const hearth_ctx *c)
{
    hearth_handler *const *chain =
        c->match.route == NULL || c->goes_on ? NULL : c->match.route->chain;

    if (chain == NULL)
        return NULL;
    while (chain[0] != NULL && chain[1] != NULL)
        chain++;
    return *chain;
}

static bool is_public(const hearth__frame *f)
{
    return f->function != NULL && strncmp(f->function, "hearth_", 7) == 0 &&
           f->function[7] != '_';
}

/* Of our functions that led to the stack only the one that was called: hearth_fail.  It may
 * be missing for the reason above. */
static size_t skip_top(const hearth__frame *f, size_t n)
{
    size_t first = 0;

    while (first < n && f[first].ours)
        first++;
    return first > 0 && is_public(&f[first - 1]) ? first - 1 : first;
}

/* What is around the stages, a loop or a thread, is the same for all requests. */
static size_t cut_bottom(const hearth__frame *f, size_t n)
{
    size_t end = 0;

    while (end < n && (f[end].function == NULL ||
                       strcmp(f[end].function, "hearth__request_run") != 0))
        end++;
    while (end > 0 && end < n && f[end - 1].ours)
        end--;
    return end;
}

static bool has(const hearth__frame *f, size_t n, const char *function)
{
    for (size_t i = 0; i < n; i++)
        if (f[i].function != NULL && strcmp(f[i].function, function) == 0)
            return true;
    return false;
}

size_t hearth__debug_frames(hearth_ctx *c, hearth__frame **out, const char **missing,
                            bool *guessed)
{
    const hearth__stack none = {.n = 0}, *s = c->debug == NULL ? &none : &c->debug->stack;
    hearth_handler *handler = handler_of(c);
    uintptr_t pc[HEARTH__STACK_MAX + 1];
    size_t n = s->n, all, first, end;
    hearth__frame *f;

    memcpy(pc, s->pc, n * sizeof *pc);
    if (handler != NULL)
        memcpy(&pc[n++], &handler, sizeof handler);
    *guessed = false;
    all = hearth__symbols_find(&c->arena, pc, n, &f, missing);
    if (all == 0)
        return 0;
    end = handler != NULL ? all - 1 : all;
    first = skip_top(f, end);
    end = cut_bottom(f, end);
    if (end <= first)
        first = end = 0;
    if (handler != NULL && f[all - 1].function != NULL &&
        !has(f, end, f[all - 1].function)) {
        f[end++] = f[all - 1];
        *guessed = true;
    }
    *out = f + first;
    return end - first;
}

void hearth__debug_frame_text(const hearth__frame *f, hearth__buf *out)
{
    hearth__buf_text(out, f->function != NULL ? f->function : "(no name)");
    if (f->file != NULL)
        hearth__buf_f(out, " (%s:%d)", f->file, f->line);
    else if (f->module != NULL)
        hearth__buf_f(out, " (%s)", f->module);
}
