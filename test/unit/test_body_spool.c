/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/body_spool.h"
#include "suite.h"

#include <fcntl.h>
#include <hearth/base.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY HEARTH__SPOOL_MEMORY

static char dir[] = "/tmp/hearth-spool-XXXXXX";

static void make_dir(void)
{
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

/* Nothing may be left in it. */
static void remove_dir(void)
{
    ck_assert_int_eq(rmdir(dir), 0);
}

static void add(hearth__spool *s, size_t n)
{
    char piece[1000];

    while (n > 0) {
        size_t part = n < sizeof piece ? n : sizeof piece;

        for (size_t i = 0; i < part; i++)
            piece[i] = (char)((s->len + i) % 251);
        ck_assert_int_eq(hearth__spool_add(s, piece, part), 0);
        n -= part;
    }
}

static void check(hearth__spool *s, uint64_t at, size_t want)
{
    char *p = malloc(want + 10);
    size_t got = 99;

    ck_assert_ptr_nonnull(p);
    ck_assert_int_eq(hearth__spool_read(s, at, p, want + 10, &got), 0);
    ck_assert_uint_eq(got, want);
    for (size_t i = 0; i < got; i++)
        ck_assert_uint_eq((unsigned char)p[i], (at + i) % 251);
    free(p);
}

START_TEST(few_bytes_stay_in_memory_and_more_go_to_a_file)
{
    hearth__spool s;

    make_dir();
    hearth__spool_init(&s, dir);
    check(&s, 0, 0);
    add(&s, MEMORY);
    ck_assert_int_eq(s.fd, -1);
    check(&s, 0, MEMORY);
    add(&s, 1);
    ck_assert_int_ge(s.fd, 0);
    ck_assert_int_ne(fcntl(s.fd, F_GETFD) & FD_CLOEXEC, 0);
    check(&s, 0, MEMORY + 1);
    add(&s, 200000);
    check(&s, 0, MEMORY + 200001);
    check(&s, 100, MEMORY + 200001 - 100);
    check(&s, MEMORY + 200001, 0);
    check(&s, UINT64_MAX, 0);
    remove_dir(); /* it has no name there */
    hearth__spool_close(&s);
    hearth__spool_close(&s);
}
END_TEST

START_TEST(one_large_piece_goes_to_the_file_at_once)
{
    char *p = calloc(1, MEMORY + 1);
    hearth__spool s;

    make_dir();
    hearth__spool_init(&s, dir);
    ck_assert_int_eq(hearth__spool_add(&s, p, MEMORY + 1), 0);
    ck_assert_int_ge(s.fd, 0);
    ck_assert_uint_eq(s.len, MEMORY + 1);
    hearth__spool_close(&s);
    remove_dir();
    free(p);
}
END_TEST

/* ---- keeping --------------------------------------------------------------------- */

static ino_t inode_of(const char *name, size_t size)
{
    struct stat st;
    char path[128];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    ck_assert_int_eq(lstat(path, &st), 0);
    ck_assert(S_ISREG(st.st_mode));
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    ck_assert_uint_eq((size_t)st.st_size, size);
    ck_assert_int_eq((int)st.st_nlink, 1);
    ck_assert_int_eq(unlink(path), 0);
    return st.st_ino;
}

START_TEST(what_is_kept_of_memory_is_a_file)
{
    hearth__spool s;

    make_dir();
    hearth__spool_init(&s, dir);
    add(&s, 1000);
    ck_assert_int_eq(hearth__spool_save(&s, 0, 1000, dir, "all"), 0);
    ck_assert_int_eq(hearth__spool_save(&s, 10, 100, dir, "some"), 0);
    ck_assert_int_eq(hearth__spool_save(&s, 0, 0, dir, "none"), 0);
    inode_of("all", 1000);
    inode_of("some", 100);
    inode_of("none", 0);
    hearth__spool_close(&s);
    remove_dir();
}
END_TEST

START_TEST(a_whole_file_gets_its_name_and_a_part_is_copied)
{
    struct stat st;
    hearth__spool s;

    make_dir();
    hearth__spool_init(&s, dir);
    add(&s, 300000);
    ck_assert_int_eq(fstat(s.fd, &st), 0);
    ck_assert_int_eq(hearth__spool_save(&s, 1, 299999, dir, "part"), 0);
    ck_assert_uint_ne(inode_of("part", 299999), st.st_ino);
    ck_assert_int_eq(hearth__spool_save(&s, 0, 300000, dir, "whole"), 0);
    /* The second of the same is a file of its own. */
    ck_assert_int_eq(hearth__spool_save(&s, 0, 300000, dir, "again"), 0);
    ck_assert_uint_ne(inode_of("again", 300000), st.st_ino);
    ck_assert_uint_eq(inode_of("whole", 300000), st.st_ino);
    hearth__spool_close(&s);
    remove_dir();
}
END_TEST

START_TEST(what_is_there_is_never_touched)
{
    char path[128], target[128];
    hearth__spool s;
    int fd;

    make_dir();
    snprintf(path, sizeof path, "%s/taken", dir);
    snprintf(target, sizeof target, "%s/target", dir);
    hearth__spool_init(&s, dir);
    add(&s, _i == 0 ? 10 : 100000);
    ck_assert_int_eq(symlink(target, path), 0); /* one that leads nowhere is there, too */
    ck_assert_int_eq(hearth__spool_save(&s, 0, s.len, dir, "taken"), HEARTH_ECONFLICT);
    ck_assert_int_eq(access(target, F_OK), -1);
    ck_assert_int_eq(unlink(path), 0);
    fd = open(path, O_CREAT | O_WRONLY, 0600);
    ck_assert_int_eq(write(fd, "x", 1), 1);
    close(fd);
    ck_assert_int_eq(hearth__spool_save(&s, 0, s.len, dir, "taken"), HEARTH_ECONFLICT);
    inode_of("taken", 1);
    hearth__spool_close(&s);
    remove_dir();
}
END_TEST

START_TEST(a_directory_that_is_none_is_an_io_error)
{
    hearth__spool s;

    make_dir();
    hearth__spool_init(&s, dir);
    add(&s, 10);
    ck_assert_int_eq(hearth__spool_save(&s, 0, 10, "/nowhere/at/all", "x"), HEARTH_EIO);
    ck_assert_int_eq(hearth__spool_save(&s, 0, 10, "/dev/null", "x"), HEARTH_EIO);
    hearth__spool_close(&s);
    hearth__spool_init(&s, "/nowhere/at/all");
    add(&s, MEMORY);
    ck_assert_int_eq(hearth__spool_add(&s, "x", 1), HEARTH_EIO);
    hearth__spool_close(&s);
    remove_dir();
}
END_TEST

/* ---- no room --------------------------------------------------------------------- */

/* Runs in a process of its own. */
START_TEST(no_room_is_said_so_and_leaves_nothing)
{
    struct rlimit limit = {100000, 100000};
    char *p = calloc(1, 200000);
    hearth__spool s;
    size_t got;

    make_dir();
    ck_assert_ptr_nonnull(p);
    signal(SIGXFSZ, SIG_IGN);
    hearth__spool_init(&s, dir);
    ck_assert_int_eq(hearth__spool_add(&s, p, 90000), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(hearth__spool_add(&s, p, 20000), HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(hearth__spool_read(&s, 0, p, 90000, &got), 0);
    ck_assert_uint_eq(got, 90000);
    limit = (struct rlimit){50000, 50000};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(hearth__spool_save(&s, 1, 80000, dir, "x"), HEARTH_EUNAVAILABLE);
    hearth__spool_close(&s);
    remove_dir();
    free(p);
}
END_TEST

START_TEST(no_descriptor_left_is_said_so)
{
    struct rlimit limit, none;
    hearth__spool s;

    hearth__spool_init(&s, "/tmp");
    add(&s, MEMORY);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    none = (struct rlimit){3, limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    ck_assert_int_eq(hearth__spool_add(&s, "x", 1), HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(hearth__spool_save(&s, 0, 1, "/tmp", "hearth-x"),
                     HEARTH_EUNAVAILABLE);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    hearth__spool_close(&s);
}
END_TEST

SUITE("app/body_spool",
      TEST(few_bytes_stay_in_memory_and_more_go_to_a_file)
          TEST(one_large_piece_goes_to_the_file_at_once)
              TEST(what_is_kept_of_memory_is_a_file)
                  TEST(a_whole_file_gets_its_name_and_a_part_is_copied)
                      LOOP(what_is_there_is_never_touched, 0, 2)
                          TEST(a_directory_that_is_none_is_an_io_error)
                              TEST(no_room_is_said_so_and_leaves_nothing)
                                  TEST(no_descriptor_left_is_said_so))
