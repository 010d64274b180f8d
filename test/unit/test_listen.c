/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Opening listeners: how an address may be written, sharing a port, and what is said on
 * failure. */

#include "suite.h"

#include "core/str.h"
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

/* Opened on one host; the first listener's socket is taken, the list is the caller's. */
static int open_on(hearth__listeners *l, const char *host, int port, hearth_error *err)
{
    const hearth__place p = {.kind = HEARTH__PLACE_TCP,
                             .name = hearth__str_of(host),
                             .port = port};

    *l = (hearth__listeners){0};
    int rc = hearth__listen(l, &p, 16, NULL, err);

    return rc != 0 ? rc : hearth__listener_take(&l->list[0], 16, err);
}

static const struct {
    const char *host;
    int family; /* 0: any */
    const char *text;
} hosts[] = {
    {"127.0.0.1", AF_INET, "http://127.0.0.1:"},
    {"0.0.0.0", AF_INET, "http://0.0.0.0:"},
    {"::1", AF_INET6, "http://[::1]:"},
    {"::", AF_INET6, "http://[::]:"},
    {"localhost", 0, "http://"},
};
#define HOSTS (int)(sizeof(hosts) / sizeof(hosts[0]))

START_TEST(an_address_is_listened_on_as_often_as_wanted)
{
    char text[HEARTH__ADDRESS_TEXT];
    hearth__listeners l;
    hearth_error err = {0};

    if (hosts[_i].family == AF_INET6 && !has_ipv6())
        return;
    int fd = open_on(&l, hosts[_i].host, 0, &err);

    ck_assert_msg(fd >= 0, "%s", err.text);
    ck_assert_int_gt(hearth__address_port(&l.list[0].at), 0);
    if (hosts[_i].family != 0)
        ck_assert_int_eq(l.list[0].at.at.ss_family, hosts[_i].family);
    ck_assert_ptr_nonnull(
        strstr(hearth__address_text(&l.list[0].at, text), hosts[_i].text));
    int again = hearth__listener_take(&l.list[0], 16, &err);

    ck_assert_msg(again >= 0, "%s", err.text);
    ck_assert_int_ne(again, fd);
    close(again);
    close(fd);
    hearth__listeners_close(&l);
}
END_TEST

START_TEST(a_name_is_listened_on_with_all_its_addresses_and_one_port)
{
    hearth__listeners l;
    int fd = open_on(&l, "localhost", 0, NULL);

    ck_assert_int_ge(fd, 0);
    for (size_t i = 0; i < l.n; i++) {
        ck_assert(hearth__address_is_local(&l.list[i].at));
        ck_assert_int_eq(hearth__address_port(&l.list[i].at),
                         hearth__address_port(&l.list[0].at));
        for (size_t k = 0; k < i; k++)
            ck_assert(memcmp(&l.list[i].at, &l.list[k].at, sizeof l.list[i].at) != 0);
    }
    close(fd);
    hearth__listeners_close(&l);
}
END_TEST

START_TEST(ipv6_takes_no_ipv4)
{
    hearth__listeners six, four;
    hearth_error err = {0};

    if (!has_ipv6())
        return;
    int fd4 = -1;

    /* A free port of IPv6 may be in use with IPv4, by some other program. */
    for (int i = 0; i < 50 && fd4 < 0; i++) {
        int fd6 = open_on(&six, "::", 0, &err);

        ck_assert_msg(fd6 >= 0, "%s", err.text);
        fd4 = open_on(&four, "0.0.0.0", hearth__address_port(&six.list[0].at), &err);
        close(fd6);
        hearth__listeners_close(&six);
        if (fd4 < 0)
            hearth__listeners_close(&four);
    }
    ck_assert_msg(fd4 >= 0, "%s", err.text);
    close(fd4);
    hearth__listeners_close(&four);
}
END_TEST

START_TEST(listeners_do_not_block_and_do_not_outlive_exec)
{
    hearth__listeners l;
    int fd = open_on(&l, "127.0.0.1", 0, NULL);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    close(fd);
    hearth__listeners_close(&l);
}
END_TEST

START_TEST(a_port_in_use_is_not_shared_unnoticed)
{
    hearth__listeners l, other;
    hearth_error err = {0};
    char want[128];
    int fd = open_on(&l, "127.0.0.1", 0, NULL);

    ck_assert_int_ge(fd, 0);
    int port = hearth__address_port(&l.list[0].at);

    ck_assert_int_eq(open_on(&other, "127.0.0.1", port, &err), HEARTH_EUNAVAILABLE);
    snprintf(want, sizeof(want),
             "cannot listen on 127.0.0.1:%d: address already in use; ", port);
    ck_assert_msg(strncmp(err.text, want, strlen(want)) == 0, "%s", err.text);
    hearth__listeners_close(&other);
    close(fd);
    fd = open_on(&other, "127.0.0.1", port, &err);
    ck_assert_msg(fd >= 0, "%s", err.text);
    ck_assert_int_eq(hearth__address_port(&other.list[0].at), port);
    close(fd);
    hearth__listeners_close(&l);
    hearth__listeners_close(&other);
}
END_TEST

START_TEST(what_nobody_took_is_closed)
{
    const hearth__place p = {.kind = HEARTH__PLACE_TCP, .name = {"127.0.0.1", 9}};
    hearth__listeners l = {0};

    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(hearth__listen(&l, &p, 16, NULL, NULL), 0);
    ck_assert_uint_eq(l.n, 3);
    int fd = l.list[2].fd;

    hearth__listeners_close(&l);
    ck_assert_int_eq(fcntl(fd, F_GETFD), -1);
    ck_assert_uint_eq(l.n, 0);
    hearth__listeners_close(&l);
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
    {"127.0.0.1", -1, HEARTH_EINVAL, "port -1 is not from 0 to 65535"},
    {"127.0.0.1", 65536, HEARTH_EINVAL, "port 65536 is not from 0 to 65535"},
    {"", 80, HEARTH_EINVAL, "is empty"},
    {LONG, 80, HEARTH_EINVAL, ":80: unknown host ("},
    {LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG, 80,
     HEARTH_EINVAL, "too long"},
    {"192.0.2.1", 0, HEARTH_EUNAVAILABLE,
     "cannot listen on 192.0.2.1:0: address not available; this"},
};
#define BAD (int)(sizeof(bad) / sizeof(bad[0]))

START_TEST(a_bad_address_gives_a_sentence)
{
    hearth__listeners l;
    hearth_error err = {0};

    ck_assert_int_eq(open_on(&l, bad[_i].host, bad[_i].port, &err), bad[_i].code);
    ck_assert_int_eq(err.code, bad[_i].code);
    ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
    hearth__listeners_close(&l);
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
    hearth__listeners l;
    hearth_error err = {0};
    int status;

    if (first_free_port() < 2)
        return; /* this system gives every port to everyone */
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(0);
        int rc = open_on(&l, "127.0.0.1", 1, &err);

        _exit(rc == HEARTH_EUNAVAILABLE &&
                      strstr(err.text, "permission denied; ports below 1024") != NULL
                  ? 0
                  : 1);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
END_TEST

SUITE("net/listen",
      LOOP(an_address_is_listened_on_as_often_as_wanted, 0,
           HOSTS) TEST(a_name_is_listened_on_with_all_its_addresses_and_one_port)
          TEST(ipv6_takes_no_ipv4) TEST(listeners_do_not_block_and_do_not_outlive_exec)
              TEST(a_port_in_use_is_not_shared_unnoticed) TEST(what_nobody_took_is_closed)
                  LOOP(a_bad_address_gives_a_sentence, 0, BAD)
                      TEST(a_low_port_without_privileges_gives_a_sentence))
