/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * All ways through a program are followed at once, one code point after the other.  Nothing is
 * ever tried again, so the time is at most text times program.
 */

#include "model/regex.h"

#include "core/utf8.h"

typedef struct threads {
    uint32_t *at;
    uint32_t *round; /* by op: when it was last put in */
    uint32_t now, n;
    uint32_t *stack; /* ops to put in: each hearth__op is pushed at most twice a round */
} threads;

/* Op pc and all that it leads to without reading. */
static void put(const hearth__regex *re, threads *t, uint32_t pc, bool first, bool last)
{
    size_t depth = 0;

    t->stack[depth++] = pc;
    while (depth > 0) {
        const hearth__op *o;

        pc = t->stack[--depth];
        if (t->round[pc] == t->now)
            continue;
        t->round[pc] = t->now;
        o = &re->op[pc];
        if (o->code == HEARTH__OP_SPLIT) {
            t->stack[depth++] = o->y;
            t->stack[depth++] = o->x;
        } else if (o->code == HEARTH__OP_JUMP) {
            t->stack[depth++] = o->x;
        } else if (o->code == HEARTH__OP_BEGIN || o->code == HEARTH__OP_END) {
            if (o->code == HEARTH__OP_BEGIN ? first : last)
                t->stack[depth++] = pc + 1;
        } else {
            t->at[t->n++] = pc;
        }
    }
}

static bool takes(const hearth__regex *re, const hearth__op *o, uint32_t cp)
{
    bool in = false;

    if (o->code == HEARTH__OP_CHAR)
        return o->x == cp;
    if (o->code == HEARTH__OP_ANY)
        return cp != '\n';
    if (o->code != HEARTH__OP_SET)
        return false;
    for (uint32_t i = o->x; i < o->y && !in; i++)
        in = cp >= re->range[i].from && cp <= re->range[i].to;
    return in != o->negate;
}

bool hearth__regex_match(const hearth__regex *re, hearth_str text, hearth__arena *a)
{
    uint32_t *mem = hearth__arena_array(a, re->n * 5 + 2, sizeof *mem), *was, nwas;
    threads t;

    if (mem == NULL)
        return false;
    t = (threads){.at = mem,
                  .round = mem + 2 * re->n,
                  .now = 1,
                  .stack = mem + 3 * re->n};
    was = mem + re->n;
    put(re, &t, 0, true, text.len == 0);
    while (text.len > 0) {
        uint32_t cp, *swap = was;
        size_t n = hearth__utf8_next(text, &cp);

        if (n == 0 || t.n == 0)
            return false;
        text.ptr += n;
        text.len -= n;
        was = t.at;
        nwas = t.n;
        t.at = swap;
        t.n = 0;
        t.now++;
        for (uint32_t i = 0; i < nwas; i++)
            if (takes(re, &re->op[was[i]], cp))
                put(re, &t, was[i] + 1, false, text.len == 0);
    }
    for (uint32_t i = 0; i < t.n; i++)
        if (re->op[t.at[i]].code == HEARTH__OP_MATCH)
            return true;
    return false;
}
