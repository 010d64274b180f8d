/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Unix domain sockets: their files, who may use them, and what is in the way. */

#include "suite.h"

#include "core/str.h"
#include "net/listen.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char folder[100], path[120];

static void set_up(void)
{
    snprintf(folder, sizeof folder, "/tmp/hearth-unix-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/app.sock", folder);
}

static void tear_down(void)
{
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* The listening descriptor or a HEARTH_E code. */
static int open_at(hearth__listener *l, const char *at, unsigned mode, hearth_error *err)
{
    *l = (hearth__listener){.fd = -1, .file = -1};
    int rc = hearth__listen_unix(l, hearth__str_of(at), mode, 8, err);

    return rc == 0 ? l->fd : rc;
}

static int call(const char *at)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    size_t n = strlen(at);

    memcpy(un.sun_path, at, n);
    if (at[0] == '@')
        un.sun_path[0] = '\0';
    int rc =
        connect(fd, (void *)&un,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (at[0] != '@')));

    close(fd);
    return rc;
}

START_TEST(a_socket_has_a_file_of_its_mode_until_it_is_removed)
{
    static const unsigned modes[] = {0660, 0600, 0666, 0777};
    hearth_error err = {0};
    hearth__listener l;
    struct stat st;

    set_up();
    mode_t before = umask(_i % 2 == 0 ? 077 : 0);
    int fd = open_at(&l, path, modes[_i], &err);

    umask(before);
    ck_assert_msg(fd >= 0, "%s", err.text);
    ck_assert(l.shared);
    ck_assert_int_ne(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
    ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
    ck_assert_int_eq(lstat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, modes[_i]);
    ck_assert_int_eq(call(path), 0);
    hearth__listener_remove_file(&l);
    ck_assert_int_eq(access(path, F_OK), -1);
    close(fd);
    tear_down();
}
END_TEST

START_TEST(a_socket_in_use_is_not_taken_over)
{
    hearth_error err = {0};
    hearth__listener l, other;

    set_up();
    int fd = open_at(&l, path, 0600, &err);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(open_at(&other, path, 0600, &err), HEARTH_EUNAVAILABLE);
    ck_assert_msg(strstr(err.text,
                         "/app.sock: address already in use; another program") != NULL,
                  "%s", err.text);
    ck_assert_int_eq(call(path), 0);
    close(fd);
    tear_down();
}
END_TEST

START_TEST(a_dead_ones_file_is_replaced_and_not_removed_by_the_dead)
{
    hearth_error err = {0};
    hearth__listener dead, l;

    set_up();
    int fd = open_at(&dead, path, 0600, &err);

    close(fd);
    ck_assert_int_eq(call(path), -1);
    fd = open_at(&l, path, 0600, &err);
    ck_assert_msg(fd >= 0, "%s", err.text);
    hearth__listener_remove_file(&dead); /* it is another file now */
    ck_assert_int_eq(call(path), 0);
    hearth__listener_remove_file(&l);
    ck_assert_int_eq(access(path, F_OK), -1);
    close(fd);
    tear_down();
}
END_TEST

START_TEST(a_file_that_is_no_socket_stays)
{
    hearth_error err = {0};
    hearth__listener l;

    set_up();
    FILE *f = fopen(path, "w");

    fputs("precious", f);
    fclose(f);
    ck_assert_int_eq(open_at(&l, path, 0600, &err), HEARTH_EUNAVAILABLE);
    ck_assert_msg(strstr(err.text, "is no socket") != NULL, "%s", err.text);
    ck_assert_int_eq(access(path, F_OK), 0);
    unlink(path);
    ck_assert_int_eq(symlink("/nowhere", path), 0);
    ck_assert_int_eq(open_at(&l, path, 0600, &err), HEARTH_EUNAVAILABLE);
    tear_down();
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
    hearth_error err = {0};
    hearth__listener l;

    ck_assert_int_eq(open_at(&l, "/nowhere/at/all.sock", 0600, &err),
                     HEARTH_EUNAVAILABLE);
    ck_assert_str_eq(err.text, "cannot listen on unix:/nowhere/at/all.sock: no such file "
                               "or directory; the folder does not exist");
}
END_TEST

START_TEST(a_path_has_up_to_107_bytes)
{
    char longest[200];
    hearth_error err = {0};
    hearth__listener l;

    set_up();
    memset(longest, 'x', sizeof longest);
    memcpy(longest, folder, strlen(folder));
    longest[strlen(folder)] = '/';
    longest[108] = '\0';
    ck_assert_int_eq(open_at(&l, longest, 0600, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, "108 bytes; it must have 1 to 107") != NULL, "%s",
                  err.text);
    longest[107] = '\0';
    int fd = open_at(&l, longest, 0600, &err);

    ck_assert_msg(fd >= 0, "%s", err.text);
    hearth__listener_remove_file(&l);
    close(fd);
    ck_assert_int_eq(open_at(&l, "", 0600, &err), HEARTH_EINVAL);
    tear_down();
}
END_TEST

START_TEST(an_abstract_name_has_no_file)
{
    char name[40], text[HEARTH__ADDRESS_TEXT];
    hearth_error err = {0};
    hearth__listener l, other;

    snprintf(name, sizeof name, "@hearth-test-%ld", (long)getpid());
    int fd = open_at(&l, name, 0600, &err);

    ck_assert_msg(fd >= 0, "%s", err.text);
    ck_assert(l.file < 0);
    ck_assert_int_eq(call(name), 0);
    snprintf(path, sizeof path, "unix:%s", name);
    ck_assert_str_eq(hearth__address_text(&l.at, text), path);
    ck_assert_int_eq(open_at(&other, name, 0600, &err), HEARTH_EUNAVAILABLE);
    ck_assert_msg(strstr(err.text, "in use") != NULL, "%s", err.text);
    close(fd);
}
END_TEST

SUITE("net/listen_unix",
      LOOP(a_socket_has_a_file_of_its_mode_until_it_is_removed, 0, 4)
          TEST(a_socket_in_use_is_not_taken_over)
              TEST(a_dead_ones_file_is_replaced_and_not_removed_by_the_dead)
                  TEST(a_file_that_is_no_socket_stays) TEST(a_missing_folder_is_named)
                      TEST(a_path_has_up_to_107_bytes) TEST(an_abstract_name_has_no_file))
