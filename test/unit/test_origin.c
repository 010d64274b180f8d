/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Who asks, and by which of our names, from the connection and the head. */

#include "app/origin.h"

#include "ctx.h"
#include "suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

typedef union peer {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_un un;
} peer;

static const char *const proxies[] = {"127.0.0.1", "10.0.0.0/8", "unix:", NULL};
static const char *const hosts[] = {"a.example", ".b.example", "c.example:8443", NULL};

/* from: an address, "unix:" or NULL */
static bare *ask(const hearth_app_opts *o, const char *from, peer *p, const char *head)
{
    char text[600];
    bare *t;

    snprintf(text, sizeof text, "GET %s\r\n\r\n", head);
    t = bare_open(o, text);
    *p = (peer){.any = {.sa_family = AF_UNIX}};
    if (from != NULL) {
        t->c->peer = &p->any;
        t->c->peer_len = sizeof p->any.sa_family;
    }
    if (from != NULL && inet_pton(AF_INET, from, &p->v4.sin_addr) == 1) {
        p->v4.sin_family = AF_INET;
        t->c->peer_len = sizeof p->v4;
    }
    return t;
}

static const struct {
    const char *from, *head;
    int status;
    const char *peer, *host, *origin, *url;
} requests[] = {
    /* nothing is believed of a stranger */
    {"192.0.2.7",
     "/x?y=1 HTTP/1.1\r\nHost: A.example:8080\r\nForwarded: for=1.1.1.1;proto=https\r\n"
     "X-Forwarded-Host: evil",
     0, "192.0.2.7", "A.example:8080", "http://a.example:8080",
     "http://a.example:8080/x?y=1"},
    {NULL, "/ HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Proto: https", 0, "",
     "a.example", "http://a.example", "http://a.example/"},
    {"192.0.2.7", "/ HTTP/1.1\r\nHost: a.example:80", 0, "192.0.2.7", "a.example:80",
     "http://a.example", "http://a.example/"},
    {"192.0.2.7", "http://a.example:81/p%20q HTTP/1.1\r\nHost: b.example", 0, "192.0.2.7",
     "a.example:81", "http://a.example:81", "http://a.example:81/p%20q"},

    /* a proxy is believed */
    {"127.0.0.1",
     "/x?y=1 HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 1.1.1.1, 192.0.2.9\r\n"
     "X-Forwarded-Proto: https",
     0, "192.0.2.9", "a.example", "https://a.example", "https://a.example/x?y=1"},
    {"unix:",
     "/ HTTP/1.1\r\nHost: backend\r\nForwarded: "
     "for=\"[2001:db8::7]:1\";proto=https;host=\"x.B.example:444\"",
     0, "2001:db8::7", "x.B.example:444", "https://x.b.example:444",
     "https://x.b.example:444/"},
    {"10.1.2.3", "/ HTTP/1.1\r\nHost: a.example:443\r\nX-Forwarded-Proto: https", 0,
     "10.1.2.3", "a.example:443", "https://a.example", "https://a.example/"},
    {"unix:", "/ HTTP/1.1\r\nHost: a.example", 0, "unix:", "a.example",
     "http://a.example", "http://a.example/"},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: unknown", 0, "",
     "a.example", "http://a.example", "http://a.example/"},
    {"127.0.0.1",
     "/ HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-For: 1.1.1.1\r\nForwarded: "
     "for=2.2.2.2;proto=https",
     0, "", "a.example", "http://a.example", "http://a.example/"},

    /* a port that comes apart */
    {"127.0.0.1",
     "/ HTTP/1.1\r\nHost: c.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: "
     "8443",
     0, "127.0.0.1", "c.example:8443", "https://c.example:8443",
     "https://c.example:8443/"},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: a.example:\r\nX-Forwarded-Port: 81", 0,
     "127.0.0.1", "a.example:81", "http://a.example:81", "http://a.example:81/"},
    {"127.0.0.1",
     "/ HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Port: 443",
     0, "127.0.0.1", "a.example", "https://a.example", "https://a.example/"},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: a.example:82\r\nX-Forwarded-Port: 81", 0,
     "127.0.0.1", "a.example:82", "http://a.example:82", "http://a.example:82/"},

    /* not one of our names */
    {"192.0.2.7", "/ HTTP/1.1\r\nHost: localhost", 421, "192.0.2.7", NULL, NULL, NULL},
    {"192.0.2.7", "/ HTTP/1.1\r\nHost: xb.example", 421, "192.0.2.7", NULL, NULL, NULL},
    {"192.0.2.7", "/ HTTP/1.1\r\nHost: c.example", 421, "192.0.2.7", NULL, NULL, NULL},
    {"192.0.2.7", "http://evil/ HTTP/1.1\r\nHost: a.example", 421, "192.0.2.7", NULL,
     NULL, NULL},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Host: evil", 421,
     "127.0.0.1", NULL, NULL, NULL},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Host: a.example/x", 400,
     "127.0.0.1", NULL, NULL, NULL},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: a.example\r\nForwarded: host=\"a b\"", 400,
     "127.0.0.1", NULL, NULL, NULL},
};
#define REQUESTS (int)(sizeof requests / sizeof *requests)

START_TEST(the_client_and_the_name_it_asked_for)
{
    peer p;
    bare *t = ask(&(hearth_app_opts){.trusted_proxies = proxies, .hosts = hosts},
                  requests[_i].from, &p, requests[_i].head);
    hearth__verdict v = hearth__origin_read(t->c);

    ck_assert_msg(v.status == requests[_i].status, "%s: %d", requests[_i].head, v.status);
    if (v.status != 0) {
        ck_assert_str_ne(v.text, "");
        ck_assert((v.status == 421) == (strstr(t->log->text, "HEARTH_HOSTS") != NULL));
    } else {
        ck_assert_str_eq(hearth_peer(t->c), requests[_i].peer);
        ck_assert_str_eq(hearth_host(t->c), requests[_i].host);
        ck_assert_str_eq(hearth_origin(t->c), requests[_i].origin);
        ck_assert_str_eq(hearth_absolute(t->c, NULL), requests[_i].url);
        ck_assert(strncmp(hearth_origin(t->c), hearth_scheme(t->c),
                          strlen(hearth_scheme(t->c))) == 0);
    }
    bare_close(t);
}
END_TEST

static const struct {
    bool debug, listed;
    const char *at, *host;
    int status;
} places[] = {
    {false, false, NULL, "localhost:8080", 0},   {false, false, NULL, "app.localhost", 0},
    {false, false, NULL, "127.0.0.1", 0},        {false, false, NULL, "[::1]:8080", 0},
    {false, false, NULL, "mybox", 421},          {false, false, "mybox", "mybox:1", 0},
    {false, false, NULL, "rebind.example", 421}, {false, true, NULL, "a.example", 0},
    {false, true, NULL, "localhost", 421},       {false, true, "mybox", "mybox", 421},
    {true, true, NULL, "localhost", 0},          {true, true, NULL, "evil.example", 421},
};
#define PLACES (int)(sizeof places / sizeof *places)

START_TEST(without_a_list_only_this_machine_is_answered_to)
{
    const char *const at[] = {places[_i].at, NULL};
    char head[100];
    peer p;

    snprintf(head, sizeof head, "/ HTTP/1.1\r\nHost: %s", places[_i].host);
    bare *t = ask(&(hearth_app_opts){.debug = places[_i].debug,
                                     .hosts = places[_i].listed ? hosts : NULL},
                  "127.0.0.1", &p, head);

    ck_assert_int_eq(hearth__hostlist_parse(&t->app->at_hosts, at, "", NULL), 0);
    ck_assert_int_eq(hearth__origin_read(t->c).status, places[_i].status);
    bare_close(t);
}
END_TEST

static const struct {
    const char *from, *head;
    bool local;
} locals[] = {
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: localhost:8080", true},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: 127.0.0.1", true},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: app.localhost", true},
    {NULL, "/ HTTP/1.1\r\nHost: localhost", true},
    {"unix:", "/ HTTP/1.1\r\nHost: localhost", true},
    {"192.0.2.7", "/ HTTP/1.1\r\nHost: localhost", false},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: a.example", false},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 127.0.0.1", false},
    {"127.0.0.1", "/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https", false},
};

/* Where cookies may go without Secure. */
START_TEST(only_this_machine_asking_itself_is_local)
{
    const hearth_app_opts o = {.trusted_proxies = proxies,
                               .hosts = (const char *const[]){"*", NULL}};

    for (size_t i = 0; i < sizeof locals / sizeof locals[0]; i++) {
        peer p;
        bare *t = ask(&o, locals[i].from, &p, locals[i].head);

        ck_assert_int_eq(hearth__origin_read(t->c).status, 0);
        ck_assert_msg(hearth__origin_is_local(t->c) == locals[i].local, "%s: %s",
                      locals[i].from, locals[i].head);
        bare_close(t);
    }
}
END_TEST

START_TEST(any_host_is_any_host)
{
    static const char *const any[] = {HEARTH_UNSAFE_ANY_HOST, NULL};
    peer p;
    bare *t = ask(&(hearth_app_opts){.hosts = any}, NULL, &p,
                  "/ HTTP/1.1\r\nHost: rebind.example");

    ck_assert_int_eq(hearth__origin_read(t->c).status, 0);
    bare_close(t);
}
END_TEST

START_TEST(without_a_host_there_is_no_origin)
{
    peer p;
    bare *t = ask(NULL, NULL, &p, "/x?y HTTP/1.1\r\nHost:");

    ck_assert_int_eq(hearth__origin_read(t->c).status, 0);
    ck_assert_str_eq(hearth_host(t->c), "");
    ck_assert_str_eq(hearth_origin(t->c), "");
    ck_assert_str_eq(hearth_absolute(t->c, NULL), "/x?y");
    ck_assert_str_eq(hearth_absolute(t->c, "/z"), "/z");
    bare_close(t);
}
END_TEST

static const struct {
    const char *path, *url;
} paths[] = {
    {"/todos/7", "http://localhost:8080/todos/7"},
    {"/?a=b#c", "http://localhost:8080/?a=b#c"},
    {"//evil", "http://localhost:8080//evil"},
    {"", NULL},
    {"todos", NULL},
    {"@evil", NULL},
    {":80@evil", NULL},
    {"http://evil/", NULL},
    {"/a b", NULL},
    {"/a\r\nX: y", NULL},
    {"/\x7f", NULL},
    {"/\xc3\xa4", NULL},
};
#define PATHS (int)(sizeof paths / sizeof *paths)

START_TEST(a_path_becomes_an_address_of_this_site_or_nothing)
{
    peer p;
    bare *t = ask(NULL, NULL, &p, "/ HTTP/1.1\r\nHost: localhost:8080");
    const char *url = hearth_absolute(t->c, paths[_i].path);

    if (paths[_i].url == NULL) {
        ck_assert_ptr_null(url);
        ck_assert_ptr_nonnull(strstr(t->log->text, "hearth_absolute"));
    } else {
        ck_assert_str_eq(url, paths[_i].url);
    }
    bare_close(t);
}
END_TEST

START_TEST(mistakes_in_the_lists_refuse_the_start)
{
    static const char *const bad[] = {"a b", NULL};
    const hearth_app_opts opts[] = {{.hosts = bad, .log = {.level = HEARTH_LOG_OFF}},
                                    {.trusted_proxies = bad,
                                     .log = {.level = HEARTH_LOG_OFF}}};
    static const char *const names[] = {"the option hosts", "the option trusted_proxies"};

    for (size_t i = 0; i < 2; i++) {
        hearth_app *app = hearth_app_new(&opts[i]);
        hearth_error err = {0};

        ck_assert_ptr_nonnull(app);
        ck_assert_int_eq(hearth__app_freeze(app, &err), HEARTH_EINVAL);
        ck_assert_msg(strstr(err.text, names[i]) == err.text, "%s", err.text);
        hearth__app_destroy(app);
    }
}
END_TEST

SUITE("app/origin",
      LOOP(the_client_and_the_name_it_asked_for, 0, REQUESTS)
          LOOP(without_a_list_only_this_machine_is_answered_to, 0, PLACES)
              TEST(only_this_machine_asking_itself_is_local) TEST(any_host_is_any_host)
                  TEST(without_a_host_there_is_no_origin)
                      LOOP(a_path_becomes_an_address_of_this_site_or_nothing, 0, PATHS)
                          TEST(mistakes_in_the_lists_refuse_the_start))
