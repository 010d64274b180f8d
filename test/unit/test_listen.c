/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Opening listeners: how an address may be written, sharing a port, and what is said on
 * failure. */

#include "suite.h"

#include "net/listen.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_ipv6(void)
{
    struct sockaddr_in6 at = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool ok = fd >= 0 && bind(fd, (struct sockaddr *)(void *)&at, sizeof(at)) == 0;

    if (fd >= 0)
        close(fd);
    return ok;
}

static const struct {
    const char *host;
    int family; /* 0: any */
} hosts[] = {
    {NULL, AF_INET},          {"", AF_INET},
    {"127.0.0.1", AF_INET},   {"0.0.0.0", AF_INET},
    {"[127.0.0.1]", AF_INET}, {"::1", AF_INET6},
    {"[::1]", AF_INET6},      {"::", AF_INET6},
    {"localhost", 0},
};
#define HOSTS (int)(sizeof(hosts) / sizeof(hosts[0]))

START_TEST(an_address_may_be_written_in_many_ways)
{
    hearth__address bound;
    hearth_error err = {0};

    if (hosts[_i].family == AF_INET6 && !has_ipv6())
        return;
    int fd = hearth__listen(hosts[_i].host, 0, 16, &bound, &err);

    ck_assert_msg(fd >= 0, "%s", err.text);
    ck_assert_int_gt(hearth__address_port(&bound), 0);
    if (hosts[_i].family != 0)
        ck_assert_int_eq(bound.at.ss_family, hosts[_i].family);
    int again = hearth__listen_again(&bound, 16, &err);

    ck_assert_msg(again >= 0, "%s", err.text);
    close(again);
    close(fd);
}
END_TEST

START_TEST(listeners_do_not_block_and_do_not_outlive_exec)
{
    hearth__address bound;
    int fd = hearth__listen(NULL, 0, 16, &bound, NULL);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    close(fd);
}
END_TEST

START_TEST(a_port_in_use_is_not_shared_unnoticed)
{
    hearth__address bound, other;
    hearth_error err = {0};
    char want[128];
    int fd = hearth__listen(NULL, 0, 16, &bound, NULL);

    ck_assert_int_ge(fd, 0);
    int port = hearth__address_port(&bound);

    ck_assert_int_eq(hearth__listen(NULL, port, 16, &other, &err), HEARTH_EUNAVAILABLE);
    snprintf(want, sizeof(want),
             "cannot listen on 127.0.0.1:%d: address already in use; ", port);
    ck_assert_msg(strncmp(err.text, want, strlen(want)) == 0, "%s", err.text);
    close(fd);
    fd = hearth__listen(NULL, port, 16, &other, &err);
    ck_assert_msg(fd >= 0, "%s", err.text);
    ck_assert_int_eq(hearth__address_port(&other), port);
    close(fd);
}
END_TEST

/* A name with a part of more than 63 bytes cannot exist, so nobody is asked. */
#define LONG \
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
    const char *host;
    int port;
    int code;
    const char *says;
} bad[] = {
    {NULL, -1, HEARTH_EINVAL, "port -1 is not from 0 to 65535"},
    {NULL, 65536, HEARTH_EINVAL, "port 65536 is not from 0 to 65535"},
    {LONG, 80, HEARTH_EINVAL, ":80: unknown host ("},
    {LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG, 80,
     HEARTH_EINVAL, "too long"},
    {"192.0.2.1", 0, HEARTH_EUNAVAILABLE,
     "cannot listen on 192.0.2.1:0: address not available; this"},
};
#define BAD (int)(sizeof(bad) / sizeof(bad[0]))

START_TEST(a_bad_address_gives_a_sentence)
{
    hearth__address bound;
    hearth_error err = {0};

    ck_assert_int_eq(hearth__listen(bad[_i].host, bad[_i].port, 16, &bound, &err),
                     bad[_i].code);
    ck_assert_int_eq(err.code, bad[_i].code);
    ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
}
END_TEST

static int first_free_port(void)
{
    FILE *f = fopen("/proc/sys/net/ipv4/ip_unprivileged_port_start", "r");
    char text[16] = "0";

    if (f == NULL)
        return 0;
    if (fgets(text, sizeof(text), f) == NULL)
        text[0] = '0';
    fclose(f);
    return (int)strtol(text, NULL, 10);
}

START_TEST(a_low_port_without_privileges_gives_a_sentence)
{
    hearth__address bound;
    hearth_error err = {0};
    int status;

    if (first_free_port() < 2)
        return; /* this system gives every port to everyone */
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(0);
        int rc = hearth__listen(NULL, 1, 16, &bound, &err);

        _exit(rc == HEARTH_EUNAVAILABLE &&
                      strstr(err.text, "permission denied; ports below 1024") != NULL
                  ? 0
                  : 1);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

SUITE("net/listen", LOOP(an_address_may_be_written_in_many_ways, 0, HOSTS)
                        TEST(listeners_do_not_block_and_do_not_outlive_exec)
                            TEST(a_port_in_use_is_not_shared_unnoticed)
                                LOOP(a_bad_address_gives_a_sentence, 0, BAD)
                                    TEST(a_low_port_without_privileges_gives_a_sentence))
