/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Channels of events while memory runs out: every listener that came has gone, every event
 * is sent or refused.
 */

#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <stdio.h>

START_TEST(a_channel_without_memory_is_none)
{
    for (long n = 0;; n++) {
        hearth_error err = {0};

        fault_at(n);
        hearth_events *ch = hearth_events_new(NULL, &err);
        bool hit = fault_hit();

        ck_assert_int_eq(ch == NULL, hit);
        if (hit)
            ck_assert_int_eq(err.code, HEARTH_ENOMEM);
        hearth_events_free(ch);
        if (!hit)
            break;
    }
}
END_TEST

START_TEST(an_event_without_memory_is_not_sent)
{
    hearth_events *ch = hearth_events_new(NULL, NULL);

    for (long n = 0;; n++) {
        fault_at(n);
        int rc = hearth_events_send(ch, &(hearth_event){.data = "x"});
        bool hit = fault_hit();

        ck_assert_int_eq(rc, hit ? HEARTH_ENOMEM : 0);
        if (!hit)
            break;
    }
    hearth_events_free(ch);
}
END_TEST

/* What earlier middleware took decides where memory runs out. */
static int fills(hearth_ctx *c)
{
    int64_t n;

    HEARTH_TRY(hearth_query_int(c, "n", 0, &n));
    if (hearth_alloc(c, (size_t)n) == NULL)
        return HEARTH_ENOMEM;
    return hearth_next(c);
}

static int events(hearth_ctx *c)
{
    return hearth_events_stream(c, hearth_state(c));
}

static hearth_handler *const filled[] = {fills, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/", events, .use = filled),
    HEARTH_END,
};

START_TEST(a_listener_without_memory_is_none)
{
    char target[32];

    snprintf(target, sizeof target, "/?n=%d", _i * 64);
    for (long n = 0;; n++) {
        hearth_events *ch = hearth_events_new(NULL, NULL);
        hearth_app *app = hearth_app_new(
            &(hearth_app_opts){.state = ch, .log = {.level = HEARTH_LOG_OFF}});

        ck_assert_int_eq(hearth_mount(app, "", routes), 0);
        hearth_client *t = hearth_client_new(app);

        ck_assert_ptr_nonnull(t);
        fault_at(n);
        hearth_pending *p = hearth_call_begin(t, &(hearth_call){.target = target});
        bool hit = fault_hit();

        hearth_events_close(ch);
        if (p != NULL) {
            const hearth_answer *r = hearth_call_finish(p);

            ck_assert_msg(r->status == 0 || r->status == 200 || r->status == 503, "%d",
                          r->status);
            ck_assert(hit || r->status == 200);
        }
        ck_assert_uint_eq(hearth_events_listeners(ch), 0);
        hearth_client_free(t);
        hearth_events_free(ch);
        if (!hit)
            break;
    }
}
END_TEST

SUITE("fault/sse",
      TEST(a_channel_without_memory_is_none) TEST(an_event_without_memory_is_not_sent)
          LOOP(a_listener_without_memory_is_none, 0, 64))
