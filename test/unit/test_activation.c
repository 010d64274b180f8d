/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Sockets that were passed to us: a child puts them where systemd would, and looks. */

#include "suite.h"

#include "core/str.h"
#include "net/listen.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *pid, *fds; /* pid "own": this process */
    int count;             /* or the code */
    const char *says;
} counts[] = {
    {"own", "1", 1, NULL},
    {"own", "1024", 1024, NULL},
    {"own", "0", HEARTH_EINVAL, "LISTEN_FDS is \"0\""},
    {"own", "1025", HEARTH_EINVAL, "LISTEN_FDS is \"1025\""},
    {"own", "x", HEARTH_EINVAL, "LISTEN_FDS is \"x\""},
    {"own", NULL, HEARTH_EINVAL, "no sockets were passed"},
    {NULL, "1", HEARTH_EINVAL, "no sockets were passed"},
    {"1", "1", HEARTH_EINVAL, "for process 1, not for this one"},
    {"", "1", HEARTH_EINVAL, "not for this one"},
};
#define COUNTS (int)(sizeof(counts) / sizeof(counts[0]))

START_TEST(sockets_are_counted_if_they_are_ours)
{
    char own[20];
    hearth__activation a = {counts[_i].pid, counts[_i].fds, NULL};
    hearth_error err = {0};

    snprintf(own, sizeof own, "%ld", (long)getpid());
    if (a.pid != NULL && a.pid[0] == 'o')
        a.pid = own;
    ck_assert_int_eq(hearth__activation_count(&a, &err), counts[_i].count);
    if (counts[_i].says != NULL)
        ck_assert_msg(strstr(err.text, counts[_i].says) != NULL, "%s", err.text);
    ck_assert_int_eq(hearth__activation_count(NULL, &err), HEARTH_EINVAL);
}
END_TEST

START_TEST(sockets_have_names)
{
    const hearth__activation a = {NULL, NULL, "web:admin::web"};

    ck_assert(hearth__activation_named(&a, 0, HEARTH__S("web")));
    ck_assert(!hearth__activation_named(&a, 0, HEARTH__S("we")));
    ck_assert(hearth__activation_named(&a, 1, HEARTH__S("admin")));
    ck_assert(hearth__activation_named(&a, 2, HEARTH__S("")));
    ck_assert(hearth__activation_named(&a, 3, HEARTH__S("web")));
    ck_assert(!hearth__activation_named(&a, 4, HEARTH__S("web")));
}
END_TEST

/* The kinds of descriptors that a child finds at number 3. */
static int listening(int family, int type, bool listens)
{
    int fd = socket(family, type, 0);
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_un un = {.sun_family = AF_UNIX};

    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (family == AF_INET)
        (void)!bind(fd, (void *)&in, sizeof in);
    else
        (void)!bind(fd, (void *)&un, sizeof un.sun_family); /* autobind: abstract */
    if (listens)
        (void)!listen(fd, 8);
    return fd;
}

static const struct {
    int family, type;
    bool listens;
    const char *says; /* NULL: taken */
} kinds[] = {
    {AF_INET, SOCK_STREAM, true, NULL},
    {AF_UNIX, SOCK_STREAM, true, NULL},
    {AF_INET, SOCK_STREAM, false, "does not listen"},
    {AF_INET, SOCK_DGRAM, false, "is not a stream socket"},
    {AF_UNIX, SOCK_SEQPACKET, true, "is not a stream socket"},
    {-1, 0, false, "is not a socket"},
    {-2, 0, false, "is not open"},
};
#define KINDS (int)(sizeof(kinds) / sizeof(kinds[0]))

/* In the child: 0 when all is as it should be, else the number of the line. */
static int look(int i)
{
    const hearth__place place = {.kind = HEARTH__PLACE_PASSED,
                                 .name = {"web", 3},
                                 .proxy = true};
    char own[20];
    hearth__activation a = {own, "1", "web"};
    hearth__listeners l = {0};
    hearth_error err = {0};

    snprintf(own, sizeof own, "%ld", (long)getpid());
    int rc = hearth__listen(&l, &place, 8, &a, &err);

    if (kinds[i].says != NULL)
        return rc == HEARTH_EINVAL && strstr(err.text, kinds[i].says) != NULL ? 0
                                                                              : __LINE__;
    if (rc != 0 || l.n != 1 || !l.list[0].shared || !l.list[0].proxy)
        return __LINE__;
    int fd = hearth__listener_take(&l.list[0], 8, &err);

    if (fd < 0 || fd == 3 || (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0 ||
        (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0 || (fcntl(3, F_GETFD) & FD_CLOEXEC) == 0)
        return __LINE__;
    if (hearth__listener_take(&l.list[0], 8, &err) >= 0)
        return __LINE__;
    close(fd);
    hearth__listeners_close(&l);
    return hearth__listen(&l, &place, 8, &a, &err) == 0 ? 0 : __LINE__; /* once more */
}

START_TEST(a_socket_of_the_right_kind_is_taken)
{
    int status;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        int fd = kinds[_i].family >= 0
                     ? listening(kinds[_i].family, kinds[_i].type, kinds[_i].listens)
                     : open("/dev/null", O_RDONLY);

        if (fd != 3)
            (void)!dup2(fd, 3);
        if (kinds[_i].family == -2)
            close(3);
        _exit(look(_i) & 0xff);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_msg(WEXITSTATUS(status) == 0, "line %d", WEXITSTATUS(status));
}
END_TEST

START_TEST(a_name_that_was_not_passed_is_said)
{
    const hearth__place place = {.kind = HEARTH__PLACE_PASSED, .name = {"web", 3}};
    char own[20];
    hearth__activation a = {own, "2", "admin:other"};
    hearth__listeners l = {0};
    hearth_error err = {0};

    snprintf(own, sizeof own, "%ld", (long)getpid());
    ck_assert_int_eq(hearth__listen(&l, &place, 8, &a, &err), HEARTH_EINVAL);
    ck_assert_str_eq(err.text, "systemd passed no socket with the name \"web\" "
                               "(FileDescriptorName=)");
    hearth__listeners_close(&l);
}
END_TEST

SUITE("net/activation",
      LOOP(sockets_are_counted_if_they_are_ours, 0, COUNTS) TEST(sockets_have_names)
          LOOP(a_socket_of_the_right_kind_is_taken, 0, KINDS)
              TEST(a_name_that_was_not_passed_is_said))
