/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_NET_KIT_H
#define HEARTH_TEST_NET_KIT_H

/* For the tests of lib/net: counters to wait on, a service that does nothing, and
 * clients. */

#include "net/reactor.h"

#include <arpa/inet.h>
#include <check.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define MAX_REACTORS_SEEN 8

/* ---- counters under one lock ----------------------------------------------- */

static pthread_mutex_t kit_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t kit_changed = PTHREAD_COND_INITIALIZER;

static inline void bump(int *counter)
{
    pthread_mutex_lock(&kit_lock);
    ++*counter;
    pthread_cond_broadcast(&kit_changed);
    pthread_mutex_unlock(&kit_lock);
}

static inline int peek(const int *counter)
{
    pthread_mutex_lock(&kit_lock);
    int n = *counter;

    pthread_mutex_unlock(&kit_lock);
    return n;
}

static inline void await(const int *counter, int at_least)
{
    pthread_mutex_lock(&kit_lock);
    while (*counter < at_least)
        pthread_cond_wait(&kit_changed, &kit_lock);
    pthread_mutex_unlock(&kit_lock);
}

/* ---- a service without a protocol ------------------------------------------ */

static hearth__reactor *seen[MAX_REACTORS_SEEN];
static int quiet_ticks, quiet_closed;

static inline void *quiet_open(void *self, hearth__reactor *r, hearth_error *err)
{
    (void)self;
    (void)err;
    seen[hearth__reactor_index(r)] = r;
    return r;
}

static inline int quiet_fd(void *state)
{
    (void)state;
    return -1;
}

static inline int64_t quiet_tick(void *state)
{
    (void)state;
    bump(&quiet_ticks);
    return -1;
}

static inline void quiet_accepted(void *state, const hearth__incoming *in)
{
    close(in->fd);
    hearth__reactor_released(state, in->source);
}

static inline void quiet_drain(void *state)
{
    (void)state;
}

static inline bool quiet_idle(void *state)
{
    (void)state;
    return true;
}

static inline void quiet_close(void *state)
{
    (void)state;
    bump(&quiet_closed);
}

static const hearth__service_ops quiet = {
    .name = "quiet",
    .open = quiet_open,
    .fd = quiet_fd,
    .tick = quiet_tick,
    .accepted = quiet_accepted,
    .drain = quiet_drain,
    .idle = quiet_idle,
    .close = quiet_close,
};

static inline hearth__net *start(const hearth__net_opts *o)
{
    hearth_error err = {0};
    hearth__net *n = hearth__net_start(o, &err);

    ck_assert_msg(n != NULL, "%s", err.text);
    return n;
}

/* ---- clients --------------------------------------------------------------- */

static inline int client_socket(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    return fd;
}

static inline void client_connect(int fd, int port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)(void *)&at, sizeof(at)), 0);
}

static inline int client(int port)
{
    int fd = client_socket();

    client_connect(fd, port);
    return fd;
}

static inline void say(int fd, const char *text)
{
    ck_assert_int_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static inline void expect(int fd, const char *text)
{
    char got[256] = "";
    size_t len = strlen(text), have = 0;

    while (have < len) {
        ssize_t n = recv(fd, got + have, len - have, 0);

        ck_assert_msg(n > 0, "ended after \"%s\" instead of \"%s\"", got, text);
        have += (size_t)n;
    }
    ck_assert_str_eq(got, text);
}

/* Whatever comes, up to the end; into text, terminated. */
static inline void read_all(int fd, char *text, size_t room)
{
    size_t have = 0;
    ssize_t n;

    while (have + 1 < room && (n = recv(fd, text + have, room - 1 - have, 0)) > 0)
        have += (size_t)n;
    text[have] = '\0';
}

static inline void expect_end(int fd)
{
    char rest[64];

    read_all(fd, rest, sizeof(rest));
    ck_assert_str_eq(rest, "");
    close(fd);
}

#endif
