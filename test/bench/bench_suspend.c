/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Thousands of requests that wait for one event: what each costs beyond its connection, and
 * how long it takes until the last one is answered.
 *
 *     bench_suspend CLIENTS
 *
 * The server, with one reactor, is this process; its clients are a child's.  All ask for
 * something first, so that what a connection costs is known; then all ask for what is not
 * there yet.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <hearth.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static hearth_topic *topic;
static atomic_int asked;

static int idle(hearth_ctx *c)
{
    return hearth_text(c, 200, "idle");
}

static int happened(hearth_ctx *c)
{
    return hearth_text(c, 200, "happened");
}

static int wait_for_it(hearth_ctx *c)
{
    atomic_fetch_add(&asked, 1);
    return hearth_topic_wait(c, topic, 0, 600000, happened, NULL);
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static long resident_kib(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long all, pages = 0;

    if (f == NULL || fscanf(f, "%ld %ld", &all, &pages) != 2)
        fail("statm");
    fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* ---- the clients ------------------------------------------------------------------ */

static void say(int fd, const char *target)
{
    char request[128];
    int n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", target);

    if (send(fd, request, (size_t)n, MSG_NOSIGNAL) != n)
        fail("send");
}

static void hear(int fd, const char *body)
{
    char answer[1024];
    ssize_t n = recv(fd, answer, sizeof answer - 1, 0);

    answer[n > 0 ? n : 0] = '\0';
    if (strstr(answer, body) == NULL)
        fail("the answer is another");
}

static int dial(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
        fail("connect");
    return fd;
}

static void pass(int in, int out)
{
    char c = '.';

    if (write(out, &c, 1) != 1 || read(in, &c, 1) != 1)
        exit(1);
}

/* Each step is told to the server, which says when to go on. */
static int clients(int n, int in, int out)
{
    int port, *fd = calloc((size_t)n, sizeof *fd);

    if (fd == NULL || read(in, &port, sizeof port) != sizeof port)
        return 1;
    for (int i = 0; i < n; i++) {
        fd[i] = dial(port);
        say(fd[i], "/idle");
        hear(fd[i], "idle");
    }
    pass(in, out);
    for (int i = 0; i < n; i++)
        say(fd[i], "/wait");
    for (int i = 0; i < n; i++)
        hear(fd[i], "happened");
    pass(in, out);
    return 0;
}

/* ---- the server ------------------------------------------------------------------- */

static void await(int in)
{
    char c;

    if (read(in, &c, 1) != 1)
        fail("the clients have gone");
}

static void measure(hearth_app *app, int n, int in, int out)
{
    int port = hearth_app_port(app);
    long connected, waiting;
    int64_t began;
    char c = '.';

    if (write(out, &port, sizeof port) != sizeof port)
        fail("write");
    await(in);
    connected = resident_kib();
    if (write(out, &c, 1) != 1)
        fail("write");
    while (atomic_load(&asked) < n)
        usleep(10000);
    usleep(500000); /* the last one has yet to be suspended */
    waiting = resident_kib();
    began = hearth_now_us();
    (void)hearth_topic_publish(topic);
    int64_t published = hearth_now_us();
    await(in);
    printf("%d requests wait: %.2f KiB each beyond their connections (%ld MiB in all)\n",
           n, (double)(waiting - connected) / n, waiting / 1024);
    printf("publishing took %.1f ms, all had their answers after %.1f ms\n",
           (double)(published - began) / 1e3, (double)(hearth_now_us() - began) / 1e3);
    if (write(out, &c, 1) != 1)
        fail("write");
}

static const hearth_route routes[] = {
    HEARTH_GET("/idle", idle, .run = HEARTH_INLINE),
    HEARTH_GET("/wait", wait_for_it, .run = HEARTH_INLINE),
    HEARTH_END,
};

int main(int argc, char **argv)
{
    int n = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 10000, up[2], down[2], status;
    struct rlimit files;

    if (n < 1 || n > 25000 || pipe(up) != 0 || pipe(down) != 0)
        return 2;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    pid_t child = fork();

    if (child == 0)
        exit(clients(n, down[0], up[1]));
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.access_log_off = true, .log = {.level = HEARTH_LOG_WARN}});

    topic = hearth_topic_new();
    (void)hearth_mount(app, "", routes);
    if (child < 0 || topic == NULL ||
        hearth_app_start(app,
                         &(hearth_run_opts){.port = HEARTH_PORT_ANY,
                                            .threads = 1,
                                            .max_connections = n + 64,
                                            .max_per_address = HEARTH_UNLIMITED,
                                            .idle_ms = 600000},
                         NULL) != 0)
        return 1;
    measure(app, n, up[0], down[1]);
    if (waitpid(child, &status, 0) != child || status != 0)
        return 1;
    hearth_app_free(app);
    hearth_topic_free(topic);
    return 0;
}
