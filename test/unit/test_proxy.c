/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Connections that begin with a PROXY header, cut in every way: what the service is told,
 * that it gets every byte behind the header and none of it, and who is shut out.
 */

#include "net_echo.h"
#include "suite.h"

#include <stdio.h>

#define V2       "\r\n\r\n\0\r\nQUIT\n"
#define TEXT(s)  s, sizeof(s) - 1
#define CONNECT4 "\x21\x11\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb"

static char last_peer[HEARTH__IP_TEXT];
static int peers;

static void note_peer(void *state, const hearth__incoming *in)
{
    const struct sockaddr_in plain = {.sin_family = AF_INET};
    hearth__incoming copy = *in;
    hearth__ip ip;

    pthread_mutex_lock(&kit_lock);
    if (in->peer->sa_family == AF_UNIX)
        snprintf(last_peer, sizeof last_peer, "unix");
    else if (hearth__ip_of(&ip, in->peer, in->peer_len))
        (void)hearth__ip_text(&ip, last_peer);
    pthread_mutex_unlock(&kit_lock);
    bump(&peers);
    copy.peer = (const void *)&plain;
    copy.peer_len = sizeof plain;
    echo_accepted(state, &copy);
}

static hearth__cidrs trusted;

/* An echo behind a PROXY header, on one reactor unless it says more. */
static hearth__net *start_behind(hearth__net_opts o, const char *proxies)
{
    static hearth__service_ops ops;
    const char *const list[] = {proxies, NULL};
    const hearth__place place = {.kind = HEARTH__PLACE_TCP,
                                 .name = {"127.0.0.1", 9},
                                 .proxy = true};

    ck_assert_int_eq(hearth__cidrs_parse(&trusted, list, "", NULL), 0);
    ops = echo;
    ops.accepted = note_peer;
    o.places = &place;
    o.nplaces = 1;
    o.service = &ops;
    o.proxies = &trusted;
    o.reactors = o.reactors == 0 ? 1 : o.reactors;
    o.proxy_ms = o.proxy_ms == 0 ? 300000 : o.proxy_ms;
    echo_accepted_n = echo_freed_n = echo_cut_n = peers = 0;
    return start(&o);
}

static void stop(hearth__net *n)
{
    ck_assert_int_eq(hearth__net_stop(n, 1000, NULL, NULL), 0);
    hearth__cidrs_clear(&trusted);
}

static int turned;

static void count_turn(hearth__task *t)
{
    (void)t;
    bump(&turned);
}

/* Until the reactor has surely looked at all that was sent: what was there before the
 * first turn is seen by the second. */
static void let_it_look(void)
{
    for (int i = 0; i < 2; i++) {
        hearth__task task = {count_turn, NULL};
        int before = peek(&turned);

        hearth__reactor_post(seen[0], &task);
        await(&turned, before + 1);
    }
}

static void send_bytes(int fd, const char *p, size_t n)
{
    if (n > 0)
        ck_assert_int_eq(send(fd, p, n, MSG_NOSIGNAL), (ssize_t)n);
}

static const struct {
    const char *p;
    size_t n;
    const char *peer;
} headers[] = {
    {TEXT("PROXY TCP4 192.0.2.7 203.0.113.1 56324 443\r\n"), "192.0.2.7"},
    {TEXT("PROXY TCP6 2001:db8::7 ::1 1 2\r\n"), "2001:db8::7"},
    {TEXT("PROXY UNKNOWN\r\n"), "127.0.0.1"},
    {TEXT(V2 CONNECT4), "192.0.2.7"},
    {TEXT(V2 "\x21\x11\0\x13\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb\x01\0\4h2ok"),
     "192.0.2.7"},
    {TEXT(V2 "\x20\0\0\0"), "127.0.0.1"},
    {TEXT(V2 "\x21\0\0\3xyz"), "127.0.0.1"},
};
#define HEADERS (int)(sizeof(headers) / sizeof(headers[0]))

/* The header, two line ends that look like more of it, and text, cut at every place. */
START_TEST(a_header_in_two_pieces_is_taken_off_exactly)
{
    static const char next[] = "\r\nPROXY hello\r\n";
    hearth__net *n = start_behind((hearth__net_opts){0}, "127.0.0.1");
    char whole[300];
    size_t len = headers[_i].n + sizeof next - 1;

    memcpy(whole, headers[_i].p, headers[_i].n);
    memcpy(whole + headers[_i].n, next, sizeof next);
    for (size_t cut = 0; cut <= len; cut++) {
        int fd = client(hearth__net_port(n));

        strcpy(last_peer, "?");
        send_bytes(fd, whole, cut);
        let_it_look();
        if (cut < headers[_i].n)
            ck_assert_str_eq(last_peer, "?");
        send_bytes(fd, whole + cut, len - cut);
        expect(fd, next);
        ck_assert_str_eq(last_peer, headers[_i].peer);
        close(fd);
    }
    ck_assert_int_eq(peers, (int)len + 1);
    stop(n);
}
END_TEST

START_TEST(a_header_byte_by_byte_is_waited_for)
{
    hearth__net *n = start_behind((hearth__net_opts){0}, "127.0.0.0/8");
    int fd = client(hearth__net_port(n));

    for (size_t i = 0; i < headers[_i].n; i++) {
        ck_assert_int_eq(peek(&peers), 0);
        send_bytes(fd, headers[_i].p + i, 1);
        let_it_look();
    }
    await(&peers, 1);
    ck_assert_str_eq(last_peer, headers[_i].peer);
    say(fd, "hello");
    expect(fd, "hello");
    ck_assert_int_eq(hearth__net_connections(n), 1);
    close(fd);
    stop(n);
}
END_TEST

static const struct {
    const char *p;
    size_t n;
} garbage[] = {
    {TEXT("GET / HTTP/1.1\r\nHost: a\r\n\r\n")},
    {TEXT("PROXY TCP4 x\r\n")},
    {TEXT("\r\n\r\n\0\r\nQUIX")},
    {TEXT(V2 "\x21\x12\0\x0c\xc0\0\2\7\xcb\0\x71\1\xdc\4\1\xbb")},
    {TEXT("\x16\x03\x01")},
};
#define GARBAGE (int)(sizeof(garbage) / sizeof(garbage[0]))

START_TEST(what_is_no_header_is_closed_without_an_answer)
{
    hearth__net *n = start_behind((hearth__net_opts){0}, "127.0.0.1");
    int fd = client(hearth__net_port(n));

    send_bytes(fd, garbage[_i].p, garbage[_i].n);
    expect_end(fd);
    fd = client(hearth__net_port(n)); /* and who leaves in the middle of one */
    say(fd, "PROXY ");
    shutdown(fd, SHUT_WR);
    expect_end(fd);
    ck_assert_int_eq(peers, 0);
    while (hearth__net_connections(n) > 0)
        let_it_look();
    stop(n);
}
END_TEST

START_TEST(a_stranger_is_closed_whatever_he_says)
{
    hearth__net *n = start_behind((hearth__net_opts){0}, "10.0.0.0/8");
    int fd = client(hearth__net_port(n));

    (void)!send(fd, headers[0].p, headers[0].n, MSG_NOSIGNAL);
    expect_end(fd);
    ck_assert_int_eq(peers, 0);
    ck_assert_int_eq(hearth__net_connections(n), 0);
    stop(n);
}
END_TEST

START_TEST(a_header_that_does_not_come_is_not_waited_for)
{
    hearth__net *n = start_behind((hearth__net_opts){.proxy_ms = 1}, "127.0.0.1");
    int silent = client(hearth__net_port(n)), half = client(hearth__net_port(n));

    say(half, "PROXY TCP4 ");
    expect_end(silent);
    expect_end(half);
    ck_assert_int_eq(peers, 0);
    stop(n);
}
END_TEST

START_TEST(a_stop_closes_those_that_wait)
{
    hearth__net *n = start_behind((hearth__net_opts){.reactors = 2}, "127.0.0.1");
    int fd[6];

    for (int i = 0; i < 6; i++) {
        fd[i] = client(hearth__net_port(n));
        say(fd[i], "PROXY TCP4 ");
    }
    while (hearth__net_connections(n) < 6)
        let_it_look();
    ck_assert_int_eq(hearth__net_stop(n, _i == 0 ? 300000 : 0, NULL, NULL), 0);
    hearth__cidrs_clear(&trusted);
    for (int i = 0; i < 6; i++)
        expect_end(fd[i]);
    ck_assert_int_eq(peers, 0);
}
END_TEST

START_TEST(the_limit_counts_the_client_and_not_the_proxy)
{
    hearth__net *n = start_behind((hearth__net_opts){.max_per_address = 2}, "127.0.0.1");
    static const char *const from[] = {"192.0.2.1", "192.0.2.1", "192.0.2.2",
                                       "192.0.2.1"};
    int fd[4];

    for (int i = 0; i < 4; i++) {
        char text[100];

        fd[i] = client(hearth__net_port(n));
        snprintf(text, sizeof text, "PROXY TCP4 %s 127.0.0.1 1 2\r\nhello", from[i]);
        say(fd[i], text);
        if (i < 3)
            expect(fd[i], "hello");
    }
    expect_end(fd[3]);
    for (int i = 0; i < 3; i++)
        close(fd[i]);
    stop(n);
}
END_TEST

START_TEST(those_that_wait_count_in_all)
{
    hearth__net *n = start_behind((hearth__net_opts){.max_connections = 2}, "127.0.0.1");
    int a = client(hearth__net_port(n)), b = client(hearth__net_port(n));

    while (hearth__net_connections(n) < 2)
        let_it_look();
    int c = client(hearth__net_port(n));
    char text[300];

    read_all(c, text, sizeof text);
    ck_assert_msg(strncmp(text, "HTTP/1.1 503 ", 13) == 0, "%s", text);
    say(a, "PROXY UNKNOWN\r\nhello");
    expect(a, "hello");
    close(a);
    close(b);
    close(c);
    stop(n);
}
END_TEST

SUITE("net/proxy", LOOP(a_header_in_two_pieces_is_taken_off_exactly, 0,
                        HEADERS) LOOP(a_header_byte_by_byte_is_waited_for, 0, HEADERS)
                       LOOP(what_is_no_header_is_closed_without_an_answer, 0, GARBAGE)
                           TEST(a_stranger_is_closed_whatever_he_says)
                               TEST(a_header_that_does_not_come_is_not_waited_for)
                                   LOOP(a_stop_closes_those_that_wait, 0, 2)
                                       TEST(the_limit_counts_the_client_and_not_the_proxy)
                                           TEST(those_that_wait_count_in_all))
