/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The decision behind HEARTH_AUTO.  The counters publish nothing but themselves, so every
 * access is relaxed; two threads that decide at once are told apart by the exchange of
 * is_inline, which only one of them can win.
 */
#include "app/placement.h"

static int get(const atomic_int *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

static void set(atomic_int *n, int v)
{
    atomic_store_explicit(n, v, memory_order_relaxed);
}

static int hold_of(const hearth__placement *p)
{
    int hold = get(&p->hold);

    return hold < 1 ? 1 : hold;
}

/* Did this call change it? */
static bool move(hearth__placement *p, bool to_inline)
{
    if (atomic_exchange_explicit(&p->is_inline, to_inline, memory_order_relaxed) ==
        to_inline)
        return false;
    atomic_fetch_add_explicit(&p->moves, 1, memory_order_relaxed);
    return true;
}

void hearth__placement_init(hearth__placement *p, hearth_run wanted)
{
    p->wanted = wanted;
    atomic_init(&p->is_inline, false);
    atomic_init(&p->short_runs, 0);
    atomic_init(&p->hold, 1);
}

bool hearth__placement_inline(const hearth__placement *p)
{
    return p->wanted == HEARTH_AUTO
               ? atomic_load_explicit(&p->is_inline, memory_order_relaxed)
               : p->wanted == HEARTH_INLINE;
}

static hearth__moved ran_inline(hearth__placement *p, int64_t took_us)
{
    int hold;

    if (took_us <= HEARTH__PLACE_LONG_US || !move(p, false))
        return HEARTH__STAYED;
    hold = hold_of(p);
    set(&p->short_runs, 0);
    set(&p->hold, hold > HEARTH__PLACE_HOLD / 2 ? HEARTH__PLACE_HOLD : hold * 2);
    return HEARTH__MOVED_WORKER;
}

static hearth__moved ran_on_worker(hearth__placement *p, int64_t took_us)
{
    if (took_us >= HEARTH__PLACE_SHORT_US) {
        set(&p->short_runs, 0);
        return HEARTH__STAYED;
    }
    /* Late runs, after the route has moved, count for nothing: a move back starts at 0.
     */
    if (atomic_fetch_add_explicit(&p->short_runs, 1, memory_order_relaxed) + 1 <
        HEARTH__PLACE_RUNS * hold_of(p))
        return HEARTH__STAYED;
    set(&p->short_runs, 0);
    return move(p, true) ? HEARTH__MOVED_INLINE : HEARTH__STAYED;
}

void hearth__placement_count(hearth__placement *p, bool was_inline, int64_t took_us)
{
    long long longest = atomic_load_explicit(&p->longest_us, memory_order_relaxed);

    atomic_fetch_add_explicit(was_inline ? &p->inline_runs : &p->worker_runs, 1,
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&p->total_us, took_us, memory_order_relaxed);
    while (took_us > longest &&
           !atomic_compare_exchange_weak_explicit(&p->longest_us, &longest, took_us,
                                                  memory_order_relaxed,
                                                  memory_order_relaxed))
        ;
}

hearth__moved hearth__placement_ran(hearth__placement *p, bool was_inline,
                                    int64_t took_us)
{
    if (p->wanted != HEARTH_AUTO)
        return HEARTH__STAYED;
    return was_inline ? ran_inline(p, took_us) : ran_on_worker(p, took_us);
}
