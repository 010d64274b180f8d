/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Clients that drip: each opens a connection and sends one byte a second of a head, or of a body,
 * that never ends, 200 of them from each of as many loopback addresses as it takes.  Meanwhile a
 * good client asks, on a kept connection and on new ones in turn, and measures how long it waits.
 *
 *     drip PORT PID head|body CLIENTS SECONDS
 *
 * PID is the server's, for its memory.  Ends when no dripper is left, or after SECONDS.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PER_ADDRESS 200
#define SLICES      100 /* of a second: each sends a hundredth of the bytes */
#define MOST_ASKED  1000000
#define GOOD        (-1)

static const char head[] = "GET /plaintext HTTP/1.1\r\nHost: localhost\r\nX: ";
static const char body[] =
    "POST /post HTTP/1.1\r\nHost: localhost\r\n"
    "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n";
static const char good[] = "GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n";

static double now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void pause_s(double s)
{
    struct timespec t = {.tv_sec = (time_t)s};

    t.tv_nsec = (long)((s - (double)t.tv_sec) * 1e9);
    if (s > 0)
        nanosleep(&t, NULL);
}

/* From 127.0.<a>.<b>, the n-th client's address; -1 when there is no connection to be had. */
static int dial(int port, int n)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, to = from;
    unsigned group = n == GOOD ? 2 : (unsigned)n / PER_ADDRESS + 3;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    from.sin_addr.s_addr = htonl(0x7f000000u + (group / 250 << 8) + group % 250 + 1);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((unsigned short)port);
    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&from, sizeof from) == 0 &&
        connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

/* ---- the good client --------------------------------------------------------------- */

static struct {
    int port;
    atomic_bool stop;
    int asked, failed;
    float ms[MOST_ASKED];
} client;

static bool ask(int fd)
{
    char text[4096];
    size_t n = 0;
    struct timeval patience = {.tv_sec = 20};

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (send(fd, good, sizeof good - 1, MSG_NOSIGNAL) < 0)
        return false;
    for (;;) {
        ssize_t got = recv(fd, text + n, sizeof text - 1 - n, 0);

        if (got <= 0)
            return false;
        n += (size_t)got;
        text[n] = '\0';
        char *end = strstr(text, "\r\n\r\n"), *length = strstr(text, "Content-Length: ");

        if (end != NULL && length != NULL &&
            n >= (size_t)(end + 4 - text) + strtoul(length + 16, NULL, 10))
            return strncmp(text, "HTTP/1.1 200", 12) == 0;
    }
}

/* On a connection that is kept, which may have been spared meanwhile, and on a new one. */
static void *good_client(void *arg)
{
    int kept = -1;

    (void)arg;
    while (!client.stop && client.asked < MOST_ASKED) {
        bool fresh = client.asked % 2 == 0;
        double began = now_s();
        int fd = fresh || kept < 0 ? dial(client.port, GOOD) : kept;
        bool ok = fd >= 0 && ask(fd);

        if (!ok && !fresh && fd == kept && fd >= 0) { /* as browsers do: once more */
            close(fd);
            fd = dial(client.port, GOOD);
            ok = fd >= 0 && ask(fd);
        }
        client.ms[client.asked++] = (float)((now_s() - began) * 1000);
        client.failed += !ok;
        kept = fresh ? kept : ok ? fd : -1;
        if (fd >= 0 && fd != kept)
            close(fd);
        pause_s(0.005);
    }
    if (kept >= 0)
        close(kept);
    return NULL;
}

static int by_size(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return (x > y) - (x < y);
}

/* ---- the drippers -------------------------------------------------------------------- */

/* Of /proc/PID/status, in MB. */
static double memory_mb(long pid, const char *field)
{
    char path[64], line[256];
    double mb = 0;

    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    FILE *f = fopen(path, "r");

    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0)
            mb = strtod(line + strlen(field), NULL) / 1024;
    }
    if (f != NULL)
        fclose(f);
    return mb;
}

static void need_descriptors(rlim_t n)
{
    struct rlimit l;

    getrlimit(RLIMIT_NOFILE, &l);
    if (l.rlim_max != RLIM_INFINITY && l.rlim_max < n) {
        fprintf(stderr, "drip: %lu open files are allowed, %lu are needed\n",
                (unsigned long)l.rlim_max, (unsigned long)n);
        exit(77);
    }
    if (l.rlim_cur < n) {
        l.rlim_cur = n;
        setrlimit(RLIMIT_NOFILE, &l);
    }
}

/* The server has closed it, perhaps with an answer. */
static bool is_gone(int fd)
{
    char text[512];
    ssize_t n = recv(fd, text, sizeof text, MSG_DONTWAIT);

    return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

/* One byte from each of every SLICES-th; how many are left of those. */
static int drip_slice(int *fd, int n, int slice)
{
    int left = 0;

    for (int i = slice; i < n; i += SLICES) {
        if (fd[i] < 0)
            continue;
        if (is_gone(fd[i]) || send(fd[i], "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            close(fd[i]);
            fd[i] = -1;
        } else {
            left++;
        }
    }
    return left;
}

static int open_all(int *fd, int n, int port, const char *beginning)
{
    int opened = 0;

    for (int i = 0; i < n; i++) {
        fd[i] = dial(port, i);
        opened += fd[i] >= 0;
        if (fd[i] >= 0)
            (void)!send(fd[i], beginning, strlen(beginning), MSG_NOSIGNAL);
    }
    return opened;
}

static double drip(int *fd, int n, double seconds, long pid, double *peak)
{
    double began = now_s(), left_until = began;

    for (long tick = 0; now_s() - began < seconds; tick++) {
        static int left[SLICES];
        int all = 0;

        left[tick % SLICES] = drip_slice(fd, n, (int)(tick % SLICES));
        for (int i = 0; i < SLICES; i++)
            all += left[i];
        if (tick >= SLICES && all == 0)
            break;
        left_until = now_s();
        if (tick % SLICES == 0) {
            double mb = memory_mb(pid, "VmRSS:");

            *peak = mb > *peak ? mb : *peak;
            printf("  %4.0f s  %6d dripping  server %6.1f MB\n", now_s() - began,
                   tick >= SLICES ? all : n, mb);
            fflush(stdout);
        }
        pause_s(began + (double)(tick + 1) / SLICES - now_s());
    }
    return left_until - began;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: drip PORT PID head|body CLIENTS SECONDS\n");
        return 2;
    }
    int port = (int)strtol(argv[1], NULL, 10), n = (int)strtol(argv[4], NULL, 10);
    long pid = strtol(argv[2], NULL, 10);
    const char *beginning = strcmp(argv[3], "body") == 0 ? body : head;
    double seconds = strtod(argv[5], NULL), peak = 0;
    int *fd = calloc((size_t)n, sizeof *fd);
    pthread_t thread;

    if (fd == NULL)
        return 1;
    signal(SIGPIPE, SIG_IGN);
    need_descriptors((rlim_t)n + 64);
    client.port = port;
    double began = now_s();

    if (pthread_create(&thread, NULL, good_client, NULL) != 0)
        return 1;
    printf("%d of %d opened", open_all(fd, n, port, beginning), n);
    printf(" in %.1f s; each sends a byte a second of a %s\n", now_s() - began, argv[3]);
    double last = drip(fd, n, seconds, pid, &peak);
    int left = 0;

    for (int i = 0; i < n; i++)
        left += fd[i] >= 0;
    client.stop = true;
    pthread_join(thread, NULL);
    qsort(client.ms, (size_t)client.asked, sizeof client.ms[0], by_size);
    printf("last dripper gone after %.1f s, %d left; server at most %.1f MB\n", last,
           left, peak > memory_mb(pid, "VmHWM:") ? peak : memory_mb(pid, "VmHWM:"));
    printf("good client: %d asked, %d failed, p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
           client.asked, client.failed, (double)client.ms[client.asked / 2],
           (double)client.ms[client.asked / 100 * 99],
           (double)client.ms[client.asked - 1]);
    free(fd);
    return left == 0 && client.failed == 0 ? 0 : 1;
}
