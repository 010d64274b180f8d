/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Where a server listens: several addresses, Unix domain sockets, sockets that were passed
 * to it, behind a PROXY header, and what it tells the service manager.
 */

#include "suite.h"
#include "wire.h"

#include <arpa/inet.h>
#include <hearth.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int peer(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%s %s", hearth_peer(c), hearth_scheme(c));
}

/* Which thread ran it. */
static int thread(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%lx", (unsigned long)pthread_self());
}

static const hearth_route routes[] = {
    HEARTH_GET("/peer", peer, .run = HEARTH_INLINE),
    HEARTH_GET("/thread", thread, .run = HEARTH_INLINE),
    HEARTH_END,
};

static hearth_app *make(const char *const *proxies)
{
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.trusted_proxies = proxies, .log = {.level = HEARTH_LOG_OFF}});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    return app;
}

static hearth_run_opts at(const char *const *listen, int threads)
{
    hearth_run_opts o = wire_opts();

    o.host = NULL;
    o.port = 0;
    o.listen = listen;
    o.threads = threads;
    return o;
}

static void check_peer(const char *address, const char *before, const char *says)
{
    wire_reply r = {0};
    wire w = wire_open_at(address);

    wire_send(&w, before);
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(wire_ask(&w, "GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n", &r),
                      "%s", address);
        ck_assert_int_eq(r.status, 200);
        ck_assert_str_eq(r.body, says);
    }
    wire_reply_clear(&r);
    wire_close(&w);
}

static bool has_ipv6(void)
{
    struct sockaddr_in6 to = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    bool ok = fd >= 0 && bind(fd, (void *)&to, sizeof to) == 0;

    if (fd >= 0)
        close(fd);
    else
        fprintf(stderr, "IPv6 is not tested: this machine has none\n");
    return ok;
}

static char folder[60], path[90], text[120];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/hearth-where-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/app.sock", folder);
    snprintf(text, sizeof text, "unix:%s", path);
}

START_TEST(all_addresses_are_served)
{
    make_folder();
    const char *listen[] = {"127.0.0.1:0", text, "127.0.0.1:0", "[::1]:0", NULL};
    hearth_app *app = make(NULL);
    hearth_run_opts o = at(listen, 2);
    bool v6 = has_ipv6();

    if (!v6)
        listen[3] = NULL;
    ck_assert_ptr_null(hearth_app_address(app, 0));
    for (int round = 0; round < 2; round++) {
        int port = wire_start(app, &o);
        char first[40];

        snprintf(first, sizeof first, "http://127.0.0.1:%d", port);
        ck_assert_str_eq(hearth_app_address(app, 0), first);
        ck_assert_str_eq(hearth_app_address(app, 1), text);
        ck_assert_str_ne(hearth_app_address(app, 2), first);
        check_peer(hearth_app_address(app, 0), "", "127.0.0.1 http");
        check_peer(hearth_app_address(app, 1), "", "unix: http");
        check_peer(hearth_app_address(app, 2), "", "127.0.0.1 http");
        if (v6)
            check_peer(hearth_app_address(app, 3), "", "::1 http");
        ck_assert_ptr_null(hearth_app_address(app, v6 ? 4 : 3));
        ck_assert_int_eq(hearth_app_stop(app), 0);
        ck_assert_ptr_null(hearth_app_address(app, 0));
        ck_assert_int_eq(access(path, F_OK), -1);
    }
    hearth_app_free(app);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(one_socket_serves_all_threads)
{
    char name[50], seen[4][32] = {""};
    int threads = 0;

    snprintf(name, sizeof name, "unix:@hearth-where-%ld", (long)getpid());
    const char *const listen[] = {name, NULL};
    hearth_app *app = make(NULL);
    hearth_run_opts o = at(listen, 3);

    ck_assert_int_eq(wire_start(app, &o), 0); /* no port */
    for (int i = 0; i < 30; i++) {
        wire_reply r = {0};
        wire w = wire_open_at(name);
        int k = 0;

        ck_assert(wire_ask(&w, "GET /thread HTTP/1.1\r\nHost: localhost\r\n\r\n", &r));
        while (k < threads && strcmp(seen[k], r.body) != 0)
            k++;
        ck_assert_int_lt(k, 3);
        if (k == threads)
            snprintf(seen[threads++], sizeof seen[0], "%s", r.body);
        wire_reply_clear(&r);
        wire_close(&w);
    }
    ck_assert_int_eq(threads, 3);
    wire_stop(app);
}
END_TEST

START_TEST(behind_a_proxy_header_the_client_is_who_it_names)
{
    static const char *const proxies[] = {"127.0.0.1", "unix:", NULL};
    char name[80];

    snprintf(name, sizeof name, "unix:@hearth-where-%ld proxy_protocol", (long)getpid());
    const char *const listen[] = {"127.0.0.1:0 proxy_protocol", name, "127.0.0.1:0",
                                  NULL};
    hearth_app *app = make(proxies);
    hearth_run_opts o = at(listen, 2);

    wire_start(app, &o);
    for (size_t i = 0; i < 2; i++) {
        const char *where = hearth_app_address(app, i);

        check_peer(where, "PROXY TCP4 192.0.2.7 127.0.0.1 1 2\r\n", "192.0.2.7 http");
        check_peer(where, "PROXY TCP6 2001:db8::7 ::1 1 2\r\n", "2001:db8::7 http");
        check_peer(where, "PROXY UNKNOWN\r\n", i == 0 ? "127.0.0.1 http" : "unix: http");
    }
    check_peer(hearth_app_address(app, 2), "", "127.0.0.1 http");
    wire w = wire_open_at(hearth_app_address(app, 0));

    wire_send(&w, "GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ck_assert(wire_closed(&w));
    wire_close(&w);
    wire_stop(app);
}
END_TEST

/* What the header names is no proxy: its word counts for nothing.  Where it says nothing
 * the proxy's does. */
START_TEST(who_comes_through_a_proxy_header_is_not_a_proxy)
{
    static const char *const proxies[] = {"127.0.0.1", NULL};
    static const char *const listen[] = {"127.0.0.1:0 proxy_protocol", NULL};
    static const char lie[] =
        "GET /peer HTTP/1.1\r\nHost: localhost\r\n"
        "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\n\r\n";
    hearth_app *app = make(proxies);
    hearth_run_opts o = at(listen, 1);

    wire_start(app, &o);
    for (int i = 0; i < 2; i++) {
        wire_reply r = {0};
        wire w = wire_open_at(hearth_app_address(app, 0));

        wire_send(&w, i == 0 ? "PROXY TCP4 192.0.2.7 127.0.0.1 1 2\r\n"
                             : "PROXY UNKNOWN\r\n");
        ck_assert(wire_ask(&w, lie, &r));
        ck_assert_str_eq(r.body, i == 0 ? "192.0.2.7 http" : "1.1.1.1 https");
        wire_reply_clear(&r);
        wire_close(&w);
    }
    wire_stop(app);
}
END_TEST

START_TEST(a_trusted_proxy_has_no_limit_of_its_own)
{
    static const char *const proxies[] = {"127.0.0.1", NULL};
    hearth_app *app = make(proxies);
    hearth_run_opts o = wire_opts();
    wire w[4];

    o.max_per_address = 1;
    wire_start(app, &o);
    for (int i = 0; i < 4; i++) {
        wire_reply r = {0};

        w[i] = wire_open(hearth_app_port(app));
        ck_assert(wire_ask(&w[i], "GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n", &r));
        wire_reply_clear(&r);
    }
    for (int i = 0; i < 4; i++)
        wire_close(&w[i]);
    wire_stop(app);
}
END_TEST

/* ---- mistakes ----------------------------------------------------------------------- */

static const struct {
    const char *listen[3];
    const char *says;
} bad[] = {
    {{NULL}, "list of addresses to listen on is empty"},
    {{"127.0.0.1:0", "here", NULL}, "cannot listen on \"here\": write 127.0.0.1:8080"},
    {{"127.0.0.1:0", "unix:/nowhere/at/all", NULL}, "the folder does not exist"},
    {{"systemd", NULL}, "no sockets were passed"},
    {{"127.0.0.1:0", "0.0.0.0:0", NULL}, "http://0.0.0.0:"},
};
#define BAD (int)(sizeof bad / sizeof *bad)

START_TEST(a_mistake_in_one_address_refuses_the_start)
{
    hearth_app *app = make(NULL);
    hearth_run_opts o = at(bad[_i].listen, 1);
    hearth_error err = {0};

    ck_assert_int_lt(hearth_app_start(app, &o, &err), 0);
    ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
    hearth_app_free(app);
}
END_TEST

START_TEST(debug_does_not_listen_outside_loopback)
{
    static const char *const listen[] = {"127.0.0.1:0", "0.0.0.0:0", NULL};
    static const char *const any[] = {HEARTH_UNSAFE_ANY_HOST, NULL};
    hearth_app *app = hearth_app_new(&(
        hearth_app_opts){.debug = true, .hosts = any, .log = {.level = HEARTH_LOG_OFF}});
    hearth_run_opts o = at(listen, 1);
    hearth_error err = {0};

    ck_assert_int_eq(hearth_app_start(app, &o, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, "debug shows internals") == err.text, "%s", err.text);
    hearth_app_free(app);
}
END_TEST

START_TEST(the_environment_may_say_where)
{
    hearth_app *app = make(NULL);

    make_folder();
    snprintf(text, sizeof text, "unix:%s mode=0600, 127.0.0.1:0", path);
    setenv("HEARTH_LISTEN", text, 1);
    ck_assert_int_eq(hearth_app_start(app, NULL, NULL), 0);
    ck_assert_int_eq(access(path, F_OK), 0);
    check_peer(hearth_app_address(app, 0), "", "unix: http");
    check_peer(hearth_app_address(app, 1), "", "127.0.0.1 http");
    unsetenv("HEARTH_LISTEN");
    wire_stop(app);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* ---- under a service manager ----------------------------------------------------------
 */

static const char *const passed[] = {"systemd:web", NULL};

/* The service: finds a socket at 3 and a manager to tell, serves until SIGTERM.  Check
 * writes its asserts to 3, so none may follow. */
static void serve(int listener, const char *notify)
{
    char own[20];
    hearth_run_opts o = at(passed, 2);
    hearth_app *app = make(NULL);

    snprintf(own, sizeof own, "%ld", (long)getpid());
    setenv("LISTEN_PID", own, 1);
    setenv("LISTEN_FDS", "1", 1);
    setenv("LISTEN_FDNAMES", "web", 1);
    setenv("NOTIFY_SOCKET", notify, 1);
    setenv("WATCHDOG_USEC", "20000", 1);
    setenv("WATCHDOG_PID", own, 1);
    if (dup2(listener, 3) != 3)
        _exit(2);
    int rc = hearth_app_run(app, &o);

    hearth_app_free(app);
    _exit(rc == 0 ? 0 : 1);
}

/* The next message that begins so, others left out. */
static void hear(int fd, const char *want)
{
    char got[600] = "";

    while (strncmp(got, want, strlen(want)) != 0) {
        struct pollfd p = {.fd = fd, .events = POLLIN};

        ck_assert_msg(poll(&p, 1, 60000) == 1, "%s was not told", want);
        ssize_t n = recv(fd, got, sizeof got - 1, 0);

        ck_assert_int_gt(n, 0);
        got[n] = '\0';
    }
}

START_TEST(a_passed_socket_is_served_and_the_manager_told)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    socklen_t len = sizeof in;
    int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), status;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    char name[40], address[40];

    snprintf(name, sizeof name, "@hearth-manager-%ld", (long)getpid());
    memcpy(un.sun_path + 1, name + 1, strlen(name) - 1);
    ck_assert_int_eq(bind(manager, (void *)&un,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
                                      strlen(name))),
                     0);
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_eq(bind(listener, (void *)&in, sizeof in), 0);
    ck_assert_int_eq(listen(listener, 16), 0);
    ck_assert_int_eq(getsockname(listener, (void *)&in, &len), 0);
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0)
        serve(listener, name);
    snprintf(address, sizeof address, "http://127.0.0.1:%d", ntohs(in.sin_port));
    hear(manager, "READY=1\nSTATUS=listening on http://127.0.0.1:");
    for (int i = 0; i < 5; i++)
        check_peer(address, "", "127.0.0.1 http");
    for (int i = 0; i < 3; i++)
        hear(manager, "WATCHDOG=1");
    ck_assert_int_eq(kill(pid, SIGTERM), 0);
    hear(manager, "STOPPING=1\nSTATUS=");
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(listener);
    close(manager);
}
END_TEST

SUITE("wire/where",
      TEST(all_addresses_are_served) TEST(one_socket_serves_all_threads)
          TEST(behind_a_proxy_header_the_client_is_who_it_names)
              TEST(who_comes_through_a_proxy_header_is_not_a_proxy)
                  TEST(a_trusted_proxy_has_no_limit_of_its_own)
                      LOOP(a_mistake_in_one_address_refuses_the_start, 0, BAD)
                          TEST(debug_does_not_listen_outside_loopback)
                              TEST(the_environment_may_say_where)
                                  TEST(a_passed_socket_is_served_and_the_manager_told))
