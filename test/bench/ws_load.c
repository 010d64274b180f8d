/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A load of WebSocket messages, and what a server pays for it.
 *
 *     ws_load PORT PID echo SOCKETS[xN] HOWMUCH   each says N things, which come back
 *     ws_load PORT PID fan SOCKETS[xN] HOWMUCH    N of them say something, which all hear
 *     ws_load PORT PID idle SOCKETS               all are opened and say nothing
 *
 * N is 1 by default; what came is answered with as much, and in a fan only when all have heard all.
 * HOWMUCH is a number of messages received, or seconds ("3s").  PID is the server's.  Prints how
 * many messages came, in how many microseconds of the server's CPU time, and of the clock; idle:
 * how many KiB the server has resident without the sockets and with them.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BYTES  64 /* of a message */
#define FRAME  (2 + BYTES)
#define MOST   20000
#define EVENTS 512

typedef struct client {
    int fd;
    size_t came; /* of the present frame */
} client;

static client all[MOST];
static int n, ahead = 1, epoll_fd;
static char out[FRAME + 4], want[FRAME];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- the server ------------------------------------------------------------------------ */

static long field_of(const char *path, const char *name)
{
    char line[512];
    long value = -1;
    FILE *f = fopen(path, "r");

    if (f == NULL)
        fail(path);
    while (value < 0 && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtol(line + strlen(name), NULL, 10);
    }
    fclose(f);
    return value;
}

static long resident_kib(const char *pid)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%s/status", pid);
    return field_of(path, "VmRSS:");
}

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

typedef struct cost {
    double user, kernel, clock; /* us */
} cost;

/* All threads of it. */
static cost cost_of(const char *pid)
{
    char path[64], line[1024];
    unsigned long user = 0, kernel = 0;

    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *f = fopen(path, "r");

    if (f == NULL || fgets(line, sizeof line, f) == NULL)
        fail(path);
    fclose(f);
    if (sscanf(strrchr(line, ')') + 2,
               "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
               &kernel) != 2)
        fail("stat");
    double tick_us = 1e6 / (double)sysconf(_SC_CLK_TCK);

    return (cost){(double)user * tick_us, (double)kernel * tick_us, now_us()};
}

/* ---- sockets ------------------------------------------------------------------------------ */

static int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof to) != 0)
        fail("connect");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void say(int fd, const char *bytes, size_t len)
{
    if (send(fd, bytes, len, MSG_NOSIGNAL) != (ssize_t)len)
        fail("send");
}

/* Nothing follows the head before something is said. */
static void open_one(client *c, int port, const char *path)
{
    char head[1024];
    size_t len = 0;
    int sent = snprintf(head, sizeof head,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        path, port);

    c->fd = dial(port);
    say(c->fd, head, (size_t)sent);
    while (len < 4 || memcmp(head + len - 4, "\r\n\r\n", 4) != 0) {
        ssize_t got = recv(c->fd, head + len, sizeof head - len, 0);

        if (got <= 0)
            fail("handshake");
        len += (size_t)got;
    }
    if (strncmp(head, "HTTP/1.1 101", 12) != 0)
        fail("101");
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = c};

    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, c->fd, &e) != 0)
        fail("epoll_ctl");
}

static void make_frames(void)
{
    static const unsigned char mask[4] = {1, 2, 3, 4};

    out[0] = want[0] = (char)0x81;
    out[1] = (char)(0x80 | BYTES);
    want[1] = BYTES;
    memcpy(out + 2, mask, 4);
    for (int i = 0; i < BYTES; i++) {
        want[2 + i] = (char)('a' + i % 26);
        out[6 + i] = (char)(want[2 + i] ^ mask[i % 4]);
    }
}

/* How many frames are complete with what has come; every byte is looked at. */
static long hear(client *c)
{
    char in[16384];
    ssize_t got = recv(c->fd, in, sizeof in, MSG_DONTWAIT);
    long frames = 0;

    if (got <= 0)
        fail("the server has closed");
    for (char *at = in; got > 0;) {
        size_t len = FRAME - c->came < (size_t)got ? FRAME - c->came : (size_t)got;

        if (memcmp(at, want + c->came, len) != 0)
            fail("another message came");
        at += len;
        got -= (ssize_t)len;
        c->came = (c->came + len) % FRAME;
        frames += c->came == 0;
    }
    return frames;
}

/* ---- loads ---------------------------------------------------------------------------------- */

/* Once by everybody who speaks. */
static void say_round(bool fan)
{
    for (int i = 0; i < (fan ? ahead : n); i++)
        say(all[i].fd, out, sizeof out);
}

/* Until so many have come, or until then; what is under way still comes. */
static long run(bool fan, long most, double until_us)
{
    struct epoll_event e[EVENTS];
    long came = 0, wanted;
    bool on = true;

    for (int i = 0; i < (fan ? 1 : ahead); i++)
        say_round(fan);
    for (wanted = (long)n * ahead; came < wanted;) {
        int ready = epoll_wait(epoll_fd, e, EVENTS, 30000);

        if (ready <= 0)
            fail("nothing came in half a minute");
        on = on && (most > 0 ? wanted < most : now_us() < until_us);
        for (int i = 0; i < ready; i++) {
            client *c = e[i].data.ptr;
            long frames = hear(c);

            came += frames;
            for (; !fan && on && frames > 0; frames--, wanted++)
                say(c->fd, out, sizeof out);
        }
        if (fan && on && came == wanted) {
            say_round(fan);
            wanted += (long)n * ahead;
        }
    }
    return came;
}

static void measure(const char *pid, bool fan, const char *how_much)
{
    char *end;
    double amount = strtod(how_much, &end);
    bool timed = *end == 's';

    (void)run(fan, (long)n * ahead * (fan ? 1 : 4), 0); /* everybody was there once */
    cost before = cost_of(pid);
    long came = run(fan, timed ? 0 : (long)amount, before.clock + amount * 1e6);
    cost after = cost_of(pid);
    double kernel = after.kernel - before.kernel;

    printf("%ld messages in %.0f us of CPU, %.0f of it the kernel's, in %.0f us\n", came,
           after.user - before.user + kernel, kernel, after.clock - before.clock);
}

int main(int argc, char **argv)
{
    struct rlimit files;

    char *end;

    if (argc < 5 || (n = (int)strtol(argv[4], &end, 10)) < 1 || n > MOST)
        return 2;
    if (*end == 'x')
        ahead = (int)strtol(end + 1, NULL, 10);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    int port = (int)strtol(argv[1], NULL, 10);
    bool fan = strcmp(argv[3], "fan") == 0, idle = strcmp(argv[3], "idle") == 0;
    if (ahead < 1 || (fan && ahead > n))
        return 2;
    long before = resident_kib(argv[2]);

    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    make_frames();
    for (int i = 0; i < n; i++)
        open_one(&all[i], port, fan ? "/all" : "/echo");
    if (idle)
        printf("%ld KiB without, %ld KiB with %d sockets\n", before,
               resident_kib(argv[2]), n);
    else if (argc > 5)
        measure(argv[2], fan, argv[5]);
    return 0;
}
