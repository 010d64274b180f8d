/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Lists by the address of the model, which only grow: who reads needs no lock.
 */

#include "app/plans.h"

#include "core/error.h"

static _Atomic(hearth__plan *) *list_of(hearth__plans *p, const hearth_model *m)
{
    uintptr_t a = (uintptr_t)m / sizeof *m;

    return &p->list[(a ^ a >> 7) % HEARTH__PLANS_LISTS];
}

static hearth__plan *find(hearth__plan *first, const hearth_model *m)
{
    while (first != NULL && first->m != m)
        first = first->next;
    return first;
}

/* Unless another thread was faster. */
static hearth__plan *add(hearth__plans *p, _Atomic(hearth__plan *) *list,
                         hearth__plan *made)
{
    hearth__plan *first = atomic_load_explicit(list, memory_order_acquire);

    do {
        hearth__plan *known = find(first, made->m);

        if (known != NULL) {
            hearth__plan_free(made);
            return known;
        }
        made->next = first;
    } while (!atomic_compare_exchange_weak_explicit(list, &first, made,
                                                    memory_order_acq_rel,
                                                    memory_order_acquire));
    atomic_fetch_add(&p->n, 1);
    return made;
}

const hearth__plan *hearth__plans_get(hearth__plans *p, const hearth_model *m,
                                      hearth_error *err)
{
    _Atomic(hearth__plan *) *list = list_of(p, m);
    hearth__plan *known = find(atomic_load_explicit(list, memory_order_acquire), m);

    if (known != NULL)
        return known;
    if (atomic_load(&p->n) >= HEARTH__PLANS_MOST) {
        hearth__error_set(
            err, HEARTH_ESTATE,
            "more than %d models are in use; a model is a table that stays, "
            "not one made for each request",
            HEARTH__PLANS_MOST);
        return NULL;
    }
    known = hearth__plan_new(m, err);
    if (known == NULL)
        return NULL;
    return add(p, list, known);
}

void hearth__plans_clear(hearth__plans *p)
{
    for (size_t i = 0; i < HEARTH__PLANS_LISTS; i++) {
        hearth__plan *next, *at = atomic_load(&p->list[i]);

        for (; at != NULL; at = next) {
            next = at->next;
            hearth__plan_free(at);
        }
        atomic_store(&p->list[i], NULL);
    }
    atomic_store(&p->n, 0);
}
