/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Streams that wait for their source, while memory runs out: whole, cut, or one clean 503;
 * every source closed, every waker given back.
 */

#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <string.h>

typedef struct slow {
    int *closed;
    hearth_waker *waker;
    int calls;
} slow;

static ptrdiff_t every_other(void *arg, char *buf, size_t max)
{
    slow *s = arg;
    int i = s->calls++;

    (void)max;
    if (i % 2 == 0) {
        hearth_waker_wake(s->waker);
        return HEARTH_STREAM_PENDING;
    }
    if (i > 4)
        return 0;
    buf[0] = 'x';
    return 1;
}

static void leave(void *arg)
{
    slow *s = arg;

    hearth_waker_free(s->waker);
    ++*s->closed;
}

static int pushes(hearth_ctx *c)
{
    slow *s = HEARTH_NEW(c, slow);

    if (s == NULL)
        return HEARTH_ENOMEM;
    *s = (slow){hearth_state(c), hearth_waker_new(c), 0};
    if (s->waker == NULL)
        return HEARTH_ENOMEM;
    return hearth_stream_with(c, 200, "text/plain", every_other, s,
                              &(hearth_stream_opts){.close = leave});
}

static const hearth_route routes[] = {
    HEARTH_GET("/inline", pushes, .run = HEARTH_INLINE),
    HEARTH_GET("/worker", pushes, .run = HEARTH_WORKER),
    HEARTH_END,
};
static const char *const targets[] = {"/inline", "/worker"};

START_TEST(a_stream_that_waits_without_memory_is_whole_or_none)
{
    for (long n = 0;; n++) {
        int closed = 0;
        hearth_app *app = hearth_app_new(
            &(hearth_app_opts){.state = &closed, .log = {.level = HEARTH_LOG_OFF}});

        ck_assert_int_eq(hearth_mount(app, "", routes), 0);
        hearth_client *t = hearth_client_new(app);

        ck_assert_ptr_nonnull(t);
        fault_at(n);
        const hearth_answer *r = hearth_call_get(t, targets[_i]);
        bool hit = fault_hit();

        ck_assert_msg(r->status == 0 || r->status == 200 || r->status == 503, "%d",
                      r->status);
        if (r->status == 200)
            ck_assert_str_eq(r->body.ptr, "xx");
        ck_assert(hit || r->status == 200);
        ck_assert_str_eq(hearth_call_get(t, targets[_i])->body.ptr, "xx");
        hearth_client_free(t);
        ck_assert_int_ge(closed, 1);
        if (!hit)
            break;
    }
}
END_TEST

SUITE("fault/push", LOOP(a_stream_that_waits_without_memory_is_whole_or_none, 0, 2))
