/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Telling the service manager. */

#include "suite.h"

#include "net/notify.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A manager's socket at "@..." or "/...". */
static int manager(const char *at)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    size_t n = strlen(at);

    memcpy(un.sun_path, at, n);
    if (at[0] == '@')
        un.sun_path[0] = '\0';
    ck_assert_int_eq(bind(fd, (void *)&un,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)),
                     0);
    return fd;
}

START_TEST(one_message_is_one_datagram)
{
    char at[60], got[100];

    snprintf(at, sizeof at, _i == 0 ? "@hearth-notify-%ld" : "/tmp/hearth-notify-%ld",
             (long)getpid());
    int fd = manager(at);

    ck_assert_int_eq(hearth__notify(at, "READY=1\nSTATUS=well"), 0);
    ck_assert_int_eq(hearth__notify(at, "STOPPING=1"), 0);
    ssize_t n = recv(fd, got, sizeof got, MSG_DONTWAIT);

    ck_assert_int_eq(n, 19);
    ck_assert_mem_eq(got, "READY=1\nSTATUS=well", 19);
    ck_assert_int_eq(recv(fd, got, sizeof got, MSG_DONTWAIT), 10);
    close(fd);
    unlink(at);
}
END_TEST

START_TEST(without_a_manager_nothing_is_told)
{
    char longest[200];

    ck_assert_int_eq(hearth__notify(NULL, "READY=1"), 0);
    ck_assert_int_eq(hearth__notify("", "READY=1"), 0);
    ck_assert_int_eq(hearth__notify("vsock:2:1", "READY=1"), HEARTH_EINVAL);
    memset(longest, '/', sizeof longest);
    longest[108] = '\0';
    ck_assert_int_eq(hearth__notify(longest, "READY=1"), HEARTH_EINVAL);
    longest[107] = '\0';
    ck_assert_int_eq(hearth__notify(longest, "READY=1"), HEARTH_EIO);
    ck_assert_int_eq(hearth__notify("/nowhere/at/all", "READY=1"), HEARTH_EIO);
    ck_assert_int_eq(hearth__notify("@hearth-nobody", "READY=1"), HEARTH_EIO);
}
END_TEST

SUITE("net/notify",
      LOOP(one_message_is_one_datagram, 0, 2) TEST(without_a_manager_nothing_is_told))
