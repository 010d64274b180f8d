/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A load of an exact size, for counting: N requests over C keep-alive connections, a
 * round at a time (one request on each, then all answers).  wrk measures time; this makes
 * instructions, system calls and memory comparable.
 *
 *     load PORT METHOD TARGET CONNECTIONS REQUESTS [BODYFILE] [hold]
 *
 * BODYFILE: one body a line, sent in turn.
 * LOAD_BEGIN in the environment: ask for that target first, and send the cookie that it sets
 * from then on.
 *
 * LOAD_FIELDS: more header fields, each with its CRLF.
 *
 * hold: print "held" when done and keep the connections until standard input ends.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PER_ADDRESS 100
#define BODIES      4

/* The n-th connection: from 127.0.0.1, and from the next address after every PER_ADDRESS, of which a
 * server may take only so many. */
static int dial(int port, long n)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, to = from;
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (in_addr_t)(n / PER_ADDRESS));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons((unsigned short)port);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof from) != 0 ||
        connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

/* "Cookie: sid=...\r\n" of what an answer set; empty when it set none. */
static char cookie[4500];

static void keep_cookie(const char *head)
{
    const char *set = strcasestr(head, "\r\nSet-Cookie: ");

    if (set != NULL)
        snprintf(cookie, sizeof cookie, "Cookie: %.*s\r\n", (int)strcspn(set + 14, ";"),
                 set + 14);
}

/* One answer; its head and body come in as many pieces as they like. */
static void answer(int fd)
{
    char b[16384];
    size_t n = 0;
    const char *end = NULL, *length;

    while (end == NULL) {
        ssize_t got = recv(fd, b + n, sizeof b - 1 - n, 0);

        if (got <= 0) {
            fprintf(stderr, "load: the connection ended\n");
            exit(1);
        }
        n += (size_t)got;
        b[n] = '\0';
        end = strstr(b, "\r\n\r\n");
    }
    length = strcasestr(b, "\r\nContent-Length: ");
    size_t want = (size_t)(end + 4 - b) + (length ? strtoul(length + 18, NULL, 10) : 0);
    if (strncmp(b, "HTTP/1.1 2", 10) != 0) {
        fprintf(stderr, "load: %.40s\n", b);
        exit(1);
    }
    keep_cookie(b);
    while (n < want) {
        ssize_t got = recv(fd, b, want - n < sizeof b ? want - n : sizeof b, 0);

        if (got <= 0)
            exit(1);
        n += (size_t)got;
    }
}

static void begin(int port, const char *target)
{
    char request[4096];
    int fd = dial(port, 0),
        n = snprintf(request, sizeof request,
                     "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", target, port);

    if (send(fd, request, (size_t)n, MSG_NOSIGNAL) != n)
        exit(1);
    answer(fd);
    close(fd);
}

static char request[BODIES][70000];
static size_t length[BODIES];

static void make(int i, char **argv, const char *body)
{
    size_t room = sizeof request[i], n = 0;

    n += (size_t)snprintf(request[i], room, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n%s",
                          argv[2], argv[3], argv[1], cookie);
    if (*body != '\0')
        n += (size_t)snprintf(request[i] + n, room - n,
                              "Content-Type: application/json\r\n"
                              "Content-Length: %zu\r\n",
                              strlen(body));
    n += (size_t)snprintf(request[i] + n, room - n, "\r\n%s", body);
    if (n >= room)
        exit(2);
    length[i] = n;
}

/* How many requests there are: one for each line, or one without a body. */
static int make_all(char **argv, const char *path)
{
    static char body[65536];
    FILE *f = path == NULL || *path == '\0' ? NULL : fopen(path, "rb");
    int n = 0;

    while (f != NULL && n < BODIES && fgets(body, sizeof body, f) != NULL)
        make(n++, argv, body);
    if (f != NULL)
        fclose(f);
    if (n == 0)
        make(n++, argv, "");
    return n;
}

int main(int argc, char **argv)
{
    if (argc < 6)
        return 2;
    int port = (int)strtol(argv[1], NULL, 10);
    long conns = strtol(argv[4], NULL, 10), total = strtol(argv[5], NULL, 10);
    if (getenv("LOAD_BEGIN") != NULL)
        begin(port, getenv("LOAD_BEGIN"));
    if (getenv("LOAD_FIELDS") != NULL)
        snprintf(cookie + strlen(cookie), sizeof cookie - strlen(cookie), "%s",
                 getenv("LOAD_FIELDS"));
    int n = make_all(argv, argv[6]);
    int *fd = calloc((size_t)conns, sizeof *fd);
    for (long i = 0; i < conns; i++)
        fd[i] = dial(port, i);
    for (long done = 0; done < total; done += conns) {
        for (long i = 0; i < conns; i++)
            if (send(fd[i], request[i % n], length[i % n], MSG_NOSIGNAL) !=
                (ssize_t)length[i % n])
                return 1;
        for (long i = 0; i < conns; i++)
            answer(fd[i]);
    }
    if (argc > 7) {
        puts("held");
        fflush(stdout);
        while (getchar() != EOF)
            ;
    }
    return 0;
}
