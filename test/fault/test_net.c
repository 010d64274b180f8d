/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/* Memory, threads and descriptors that are not to be had. */

#include "../unit/net_echo.h"
#include "fault.h"
#include "suite.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/un.h>

static int open_descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    ck_assert_ptr_nonnull(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

/* The first loop of a process makes libuv open what it never closes. */
static int warmed_up(void)
{
    hearth__net *n = start_echo(&(hearth__net_opts){.reactors = 1});

    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    return open_descriptors();
}

START_TEST(a_start_without_memory_leaves_nothing)
{
    int before = warmed_up();
    long n;

    for (n = 0;; n++) {
        hearth_error err = {0};

        fault_at(n);
        hearth__net *net =
            hearth__net_start(&(hearth__net_opts){.reactors = 3, .service = &echo}, &err);

        if (!fault_hit()) {
            ck_assert_msg(net != NULL, "%s", err.text);
            ck_assert_int_eq(hearth__net_stop(net, 1000, NULL, NULL), 0);
            break;
        }
        ck_assert_ptr_null(net);
        ck_assert_int_eq(err.code, HEARTH_ENOMEM);
        ck_assert_str_ne(err.text, "");
        ck_assert_int_eq(open_descriptors(), before);
    }
    ck_assert_int_ge(n, 5);
    ck_assert_int_eq(open_descriptors(), before);
}
END_TEST

/* libuv (1.44) forgets one descriptor when it runs out of them in the middle of making a
 * loop. */
static int lost_by_libuv(const hearth_error *err)
{
    return strstr(err->text, "cannot make an event loop") != NULL ? 1 : 0;
}

/* The limit under which exactly `spare` descriptors can be opened. */
static rlim_t limit_for(int spare)
{
    int fds[100], n = 0;

    ck_assert_int_lt(spare, 99);
    while (n <= spare)
        fds[n++] = dup(0);
    int next = fds[spare];

    while (n > 0)
        close(fds[--n]);
    return (rlim_t)next;
}

/* Every number of descriptors from none to enough. */
START_TEST(a_start_without_descriptors_leaves_nothing)
{
    int before = warmed_up(), failures = 0;
    hearth__net *net = NULL;
    struct rlimit full, some;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &full), 0);
    some = full;
    for (int spare = 0; net == NULL; spare++) {
        hearth_error err = {0};

        some.rlim_cur = limit_for(spare);
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &some), 0);
        net =
            hearth__net_start(&(hearth__net_opts){.reactors = 2, .service = &echo}, &err);
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &full), 0);
        if (net != NULL)
            break;
        failures++;
        ck_assert_str_ne(err.text, "");
        int lost = open_descriptors() - before;

        ck_assert_int_ge(lost, 0);
        ck_assert_int_le(lost, lost_by_libuv(&err));
        before += lost;
    }
    ck_assert_int_eq(hearth__net_stop(net, 1000, NULL, NULL), 0);
    ck_assert_int_ge(failures, 5);
    ck_assert_int_eq(open_descriptors(), before);
}
END_TEST

/* Threads with a stack larger than any address space. */
static size_t forbid_threads(void)
{
    pthread_attr_t attr;
    size_t before;

    ck_assert_int_eq(pthread_getattr_default_np(&attr), 0);
    ck_assert_int_eq(pthread_attr_getstacksize(&attr, &before), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&attr, (size_t)1 << 50), 0);
    ck_assert_int_eq(pthread_setattr_default_np(&attr), 0);
    pthread_attr_destroy(&attr);
    return before;
}

static void allow_threads(size_t stack)
{
    pthread_attr_t attr;

    ck_assert_int_eq(pthread_getattr_default_np(&attr), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&attr, stack), 0);
    ck_assert_int_eq(pthread_setattr_default_np(&attr), 0);
    pthread_attr_destroy(&attr);
}

START_TEST(a_start_without_threads_leaves_nothing)
{
    int before = warmed_up();
    hearth_error err = {0};
    size_t stack = forbid_threads();
    hearth__net *net =
        hearth__net_start(&(hearth__net_opts){.reactors = 3, .service = &echo}, &err);

    allow_threads(stack);
    ck_assert_ptr_null(net);
    ck_assert_int_eq(err.code, HEARTH_EUNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(err.text, "cannot start thread 1 of 3"));
    ck_assert_int_eq(open_descriptors(), before);
}
END_TEST

static int ran, done;

static void count_run(hearth__job *j)
{
    (void)j;
    bump(&ran);
}

static void count_done(hearth__job *j)
{
    (void)j;
    bump(&done);
}

START_TEST(a_job_without_a_thread_is_refused_and_the_next_runs)
{
    hearth__job job = {.run = count_run, .done = count_done};
    hearth__net *net = start(&(hearth__net_opts){.reactors = 1, .service = &quiet});
    hearth__pool *pool = hearth__pool_new(2, 10, NULL);

    ran = done = 0;
    ck_assert_ptr_nonnull(pool);
    size_t stack = forbid_threads();

    ck_assert_int_eq(hearth__pool_submit(pool, seen[0], &job), HEARTH_ENOMEM);
    allow_threads(stack);
    ck_assert_int_eq(hearth__pool_drain(pool, 0), 0);
    ck_assert_int_eq(hearth__pool_submit(pool, seen[0], &job), 0);
    await(&done, 1);
    ck_assert_int_eq(hearth__pool_drain(pool, 60000), 0);
    hearth__pool_free(pool);
    ck_assert_int_eq(hearth__net_stop(net, 1000, NULL, NULL), 0);
    ck_assert_int_eq(ran, 1);
}
END_TEST

START_TEST(a_pool_or_a_wheel_without_memory_is_null)
{
    hearth_error err = {0};

    fault_at(0);
    ck_assert_ptr_null(hearth__pool_new(1, 1, &err));
    ck_assert(fault_hit());
    ck_assert_int_eq(err.code, HEARTH_ENOMEM);
    fault_at(0);
    ck_assert_ptr_null(hearth__wheel_new(0));
    ck_assert(fault_hit());
}
END_TEST

static size_t sunk;
static int written;
static bool hit;

static void sink(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    sunk += lines.len;
}

static void write_lines(hearth__task *t)
{
    (void)t;
    fault_at(0);
    hearth__buf_text(hearth__reactor_lines(seen[0]), "lost\n");
    hit = fault_hit();
    hearth__buf_text(hearth__reactor_lines(seen[0]), "found\n");
    bump(&written);
}

START_TEST(an_access_line_without_memory_is_lost_alone)
{
    static const hearth_log_ops ops = {.name = "sink", .write = sink};
    hearth__log *log = hearth__log_new(&(hearth_log_opts){.ops = &ops});
    hearth__task task = {write_lines, NULL};
    hearth__net *net =
        start(&(hearth__net_opts){.reactors = 1, .service = &quiet, .log = log});

    sunk = 0;
    written = 0;
    hearth__reactor_post(seen[0], &task);
    await(&written, 1);
    ck_assert_int_eq(hearth__net_stop(net, 1000, NULL, NULL), 0);
    ck_assert(hit);
    ck_assert_uint_eq(sunk, strlen("found\n"));
    hearth__log_free(log);
}
END_TEST

/* Over one socket for two reactors, with a PROXY header: a connection that has no memory
 * for its way or its wait is closed or stays where it is, and the next is well. */
START_TEST(a_connection_without_memory_is_closed_or_served)
{
    static const char *const list[] = {"unix:", NULL};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    char name[40];
    hearth__cidrs proxies;
    int served = 0;

    snprintf(name, sizeof name, "@hearth-fault-%ld", (long)getpid());
    memcpy(un.sun_path + 1, name + 1, strlen(name) - 1);
    socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
    const hearth__place place = {.kind = HEARTH__PLACE_UNIX,
                                 .name = {name, strlen(name)},
                                 .proxy = true};

    ck_assert_int_eq(hearth__cidrs_parse(&proxies, list, "", NULL), 0);
    hearth__net *net = start_echo(&(hearth__net_opts){
        .reactors = 2, .places = &place, .nplaces = 1, .proxies = &proxies});

    for (int i = 0; i < 8; i++) { /* each reactor, with and without */
        char got[8] = "";
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);

        if (i / 2 % 2 == 1)
            fault_at(0);
        ck_assert_int_eq(connect(fd, (void *)&un, len), 0);
        (void)!send(fd, "PROXY TCP4 192.0.2.7 192.0.2.7 1 2\r\nhello", 41, MSG_NOSIGNAL);
        ssize_t n = recv(fd, got, 5, MSG_WAITALL);
        bool hit_one = fault_hit();

        if (!hit_one)
            ck_assert_int_eq(n, 5);
        served += n == 5;
        close(fd);
    }
    ck_assert_int_ge(served, 4);
    ck_assert_int_eq(hearth__net_stop(net, 1000, NULL, NULL), 0);
    hearth__cidrs_clear(&proxies);
}
END_TEST

SUITE("net/net faults",
      TEST(a_start_without_memory_leaves_nothing)
          TEST(a_connection_without_memory_is_closed_or_served)
              TEST(a_start_without_descriptors_leaves_nothing)
                  TEST(a_start_without_threads_leaves_nothing)
                      TEST(a_job_without_a_thread_is_refused_and_the_next_runs)
                          TEST(a_pool_or_a_wheel_without_memory_is_null)
                              TEST(an_access_line_without_memory_is_lost_alone))
