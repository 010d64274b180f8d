/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_WS_KIT_H
#define HEARTH_TEST_WS_KIT_H

/*
 * A side and its sockets by hand, without a reactor: what is queued stays until a test takes
 * it, from the other end of a pair of descriptors.
 */

#include "core/str.h"
#include "ws/socket.h"

#include <check.h>
#include <fcntl.h>
#include <hearth.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct kit {
    hearth_app *app;
    hearth__ws_side side;
} kit;

typedef struct kit_socket {
    hearth_ws ws;
    int peer;
} kit_socket;

static inline void kit_open(kit *k)
{
    *k = (kit){.app = hearth_app_new(NULL)};
    k->side.app = k->app;
    k->side.hub = hearth__ws_hub_make(k->app);
    k->side.posted = true; /* nobody is to be woken */
    atomic_init(&k->side.refs, 100000);
    ck_assert_int_eq(pthread_mutex_init(&k->side.lock, NULL), 0);
    k->side.hub->sides = &k->side;
}

static inline void kit_close(kit *k)
{
    k->side.hub->sides = NULL;
    hearth__map_free(k->side.rooms, NULL);
    pthread_mutex_destroy(&k->side.lock);
    hearth_app_free(k->app);
}

static inline void kit_add(kit *k, kit_socket *s, const hearth_ws_ops *ops,
                           size_t max_queue)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
    *s = (kit_socket){.ws = {.app = k->app,
                             .ops = ops,
                             .limits = {.message = 1000, .queue = max_queue},
                             .side = &k->side,
                             .fd = pair[0]},
                      .peer = pair[1]};
    atomic_init(&s->ws.refs, 100000);
    s->ws.next = k->side.all;
    k->side.all = &s->ws;
    k->side.n++;
}

static inline void kit_drop(kit_socket *s)
{
    hearth__ws_queue_clear(&s->ws);
    hearth__ws_window_clear(&s->ws.told_last);
    close(s->ws.fd);
    close(s->peer);
}

/* What has come at the other end so far. */
static inline hearth_str kit_came(kit_socket *s, char *mem, size_t max)
{
    ssize_t n = recv(s->peer, mem, max, 0);

    return hearth__str(mem, n < 0 ? 0 : (size_t)n);
}

#define KIT_CAME(s, lit)                                         \
    do {                                                         \
        char mem_[4096];                                         \
        hearth_str came_ = kit_came(s, mem_, sizeof mem_);       \
        ck_assert_uint_eq(came_.len, sizeof(lit) - 1);           \
        ck_assert_int_eq(memcmp(mem_, lit, sizeof(lit) - 1), 0); \
    } while (0)

#endif
