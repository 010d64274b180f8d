/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Whose connection can be spared when all are in use and another client asks.
 *
 * Whoever makes the server wait stands in a queue, by the time since when he does: before the
 * first request; between requests; with a body that is behind its rate, or an answer that
 * he does not take.  Entering and leaving is a matter of a few pointers, so that requests do
 * not pay for it, and attackers who fill all connections only drive out each other.
 */
#include "transport/h1.h"

/* A body or a reader must have been behind for so long: everybody is for a moment. */
#define SLOW_MS 250

void hearth__h1_wait(hearth__h1_conn *k, hearth__h1_wait_for what)
{
    hearth__h1_queue *q = &k->h1->waiting[what];

    hearth__h1_unwait(k);
    k->queue = q;
    k->wait_prev = q->last;
    if (q->last != NULL)
        q->last->wait_next = k;
    else
        q->first = k;
    q->last = k;
}

void hearth__h1_unwait(hearth__h1_conn *k)
{
    hearth__h1_queue *q = k->queue;

    if (q == NULL)
        return;
    if (k->wait_prev != NULL)
        k->wait_prev->wait_next = k->wait_next;
    else
        q->first = k->wait_next;
    if (k->wait_next != NULL)
        k->wait_next->wait_prev = k->wait_prev;
    else
        q->last = k->wait_prev;
    k->wait_next = k->wait_prev = NULL;
    k->queue = NULL;
}

static hearth__h1_conn *slowest(const hearth__h1 *h)
{
    hearth__h1_conn *k = h->waiting[HEARTH__H1_SLOW].first;
    int64_t since_ms;

    if (k == NULL)
        return NULL;
    since_ms = k->state == HEARTH__H1_SENDING ? k->moved_ms : k->body_ms;
    return hearth__reactor_now_ms(h->reactor) - since_ms >= SLOW_MS ? k : NULL;
}

/* In the middle of a request, with no answer begun: there may be one. */
static bool is_asking(const hearth__h1_conn *k)
{
    return k->state == HEARTH__H1_BODY || k->state == HEARTH__H1_HEAD ||
           (k->state == HEARTH__H1_IDLE && k->begun);
}

bool hearth__h1_spare(hearth__h1 *h)
{
    hearth__h1_conn *k = h->waiting[HEARTH__H1_FRESH].first;

    if (k == NULL)
        k = h->waiting[HEARTH__H1_KEPT].first;
    if (k == NULL)
        k = slowest(h);
    if (k == NULL)
        return false;
    hearth__h1_unwait(k);
    if (is_asking(k))
        hearth__h1_give_up(k);
    else
        hearth__h1_cut(k);
    return true;
}
