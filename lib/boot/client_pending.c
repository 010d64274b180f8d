/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Calls that are under way while the test does something else.  Over loopback they are
 * contexts that wait, and whatever moves the clock or waits for one of them lets all go
 * on: client_time.c.
 */

#include "boot/client.h"

#include <stdlib.h>

struct hearth_pending {
    hearth_client *t;
    hearth_pending *next;
    hearth__arena memory;
    hearth__loop loop;
    hearth__client_wire wire;
    const char *why; /* it could not be begun */
};

/* ---- calls ------------------------------------------------------------------------ */

void hearth__client_calls(hearth_client *t)
{
    int64_t now_us = hearth__client_now(t);

    for (hearth_pending *p = t->pending; p != NULL; p = p->next)
        if (p->why == NULL)
            (void)hearth__loop_turn(&p->loop, now_us);
}

static void drop(hearth_pending *p)
{
    hearth_pending **at = &p->t->pending;

    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    hearth__client_wire_close(&p->wire);
    hearth__arena_clear(&p->memory);
    free(p);
}

static void begin(hearth_pending *p, const hearth__loop_call *call)
{
    hearth_client *t = p->t;
    int rc;

    if (!t->over_wire) {
        hearth__loop_begin(&p->loop, t->app, call, hearth__client_now(t));
        return;
    }
    p->why = hearth__client_serve(t, &p->memory);
    if (p->why != NULL)
        return;
    hearth__client_wire_init(&p->wire, hearth_app_port(t->app));
    rc = hearth__client_wire_send(&p->wire, &p->memory, call);
    if (rc < 0)
        p->why = hearth__client_why(&p->wire, rc);
}

hearth_pending *hearth_call_begin(hearth_client *t, const hearth_call *call)
{
    static const hearth_call defaults = {0};
    hearth_pending *p = t == NULL ? NULL : calloc(1, sizeof *p);
    hearth__loop_call to;

    if (p == NULL)
        return NULL;
    p->t = t;
    hearth__arena_init(&p->memory, 0);
    hearth__client_wire_init(&p->wire, 0);
    p->loop = (hearth__loop){.cache = &t->cache, .a = &p->memory, .bell = &t->bell};
    p->next = t->pending;
    t->pending = p;
    p->why = hearth__client_make(t, &p->memory, call == NULL ? &defaults : call, &to);
    if (p->why == NULL)
        begin(p, &to);
    return p;
}

const hearth_answer *hearth_call_finish(hearth_pending *p)
{
    hearth_client *t = p->t;
    const char *why = p->why;
    int rc = 0;

    hearth__client_forget(t);
    if (why == NULL && !t->over_wire) {
        hearth__client_await(t, &p->loop);
        rc = hearth__loop_end(&p->loop, &t->answer.got);
    } else if (why == NULL) {
        rc = hearth__client_wire_take(&p->wire, &p->memory, &t->answer.got);
    }
    if (why == NULL)
        why = hearth__client_why(t->over_wire ? &p->wire : NULL, rc);
    /* The answer lies in its memory, which becomes the client's. */
    hearth__arena_clear(&t->memory);
    t->memory = p->memory;
    hearth__arena_init(&p->memory, 0);
    drop(p);
    return hearth__client_show(t, &t->answer, why);
}

void hearth_call_abort(hearth_pending *p)
{
    if (p == NULL)
        return;
    hearth__loop_abort(&p->loop);
    drop(p);
}
