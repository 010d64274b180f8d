/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Addresses as people write and read them. */

#include "suite.h"

#include "core/str.h"
#include "net/address.h"

#include <string.h>

#define PORT(n) .port = (n), .mode = HEARTH__SOCKET_MODE

static const struct {
    const char *text, *name;
    hearth__place place;
} good[] = {
    {"127.0.0.1:8080", "127.0.0.1", {.kind = HEARTH__PLACE_TCP, PORT(8080)}},
    {"[::1]:0", "::1", {.kind = HEARTH__PLACE_TCP, PORT(0)}},
    {"[::]:65535", "::", {.kind = HEARTH__PLACE_TCP, PORT(65535)}},
    {"localhost:80", "localhost", {.kind = HEARTH__PLACE_TCP, PORT(80)}},
    {" a:80 ", "a", {.kind = HEARTH__PLACE_TCP, PORT(80)}},
    {"a:80 proxy_protocol", "a", {.kind = HEARTH__PLACE_TCP, .proxy = true, PORT(80)}},
    {"a:80   proxy_protocol ", "a", {.kind = HEARTH__PLACE_TCP, .proxy = true, PORT(80)}},
    {"unix:/run/a.sock", "/run/a.sock", {.kind = HEARTH__PLACE_UNIX, PORT(0)}},
    {"unix:a:b", "a:b", {.kind = HEARTH__PLACE_UNIX, PORT(0)}},
    {"unix:@a", "@a", {.kind = HEARTH__PLACE_UNIX, PORT(0)}},
    {"unix:/a mode=0600", "/a", {.kind = HEARTH__PLACE_UNIX, .mode = 0600}},
    {"unix:/a mode=777", "/a", {.kind = HEARTH__PLACE_UNIX, .mode = 0777}},
    {"unix:/a proxy_protocol mode=0666",
     "/a",
     {.kind = HEARTH__PLACE_UNIX, .proxy = true, .mode = 0666}},
    {"systemd", "", {.kind = HEARTH__PLACE_PASSED, PORT(0)}},
    {"systemd:web proxy_protocol",
     "web",
     {.kind = HEARTH__PLACE_PASSED, .proxy = true, PORT(0)}},
};
#define GOOD (int)(sizeof(good) / sizeof(good[0]))

START_TEST(a_place_is_read)
{
    hearth__place p;
    hearth_error err = {0};

    ck_assert_msg(hearth__place_parse(&p, good[_i].text, &err) == 0, "%s", err.text);
    ck_assert_int_eq(p.kind, good[_i].place.kind);
    ck_assert(hearth__str_eq(p.name, hearth__str_of(good[_i].name)));
    ck_assert_int_eq(p.port, good[_i].place.port);
    ck_assert_int_eq(p.proxy, good[_i].place.proxy);
    ck_assert_uint_eq(p.mode, good[_i].place.mode);
}
END_TEST

static const char *const bad[] = {
    "",
    "8080",
    ":8080",
    "127.0.0.1",
    "127.0.0.1:",
    "a:65536",
    "a:-1",
    "a:x",
    "::1:80",
    "[::1]",
    "[::1:80",
    "[]:80",
    "[a]:80",
    "http://a:80",
    "unix:",
    "unix:@",
    "systemd:",
    "a:80 mode=0600",
    "a:80 proxy",
    "systemd mode=0600",
    "unix:/a mode=",
    "unix:/a mode=8",
    "unix:/a mode=1777",
    "unix:/a mode=00600",
    "unix:/a mode=089",
    "unix:/a,mode=0600 x",
};
#define BAD (int)(sizeof(bad) / sizeof(bad[0]))

START_TEST(what_is_no_place_gives_a_sentence)
{
    hearth__place p;
    hearth_error err = {0};

    ck_assert_msg(hearth__place_parse(&p, bad[_i], &err) == HEARTH_EINVAL, "%s", bad[_i]);
    ck_assert_msg(strncmp(err.text, "cannot listen on \"", 18) == 0, "%s", err.text);
}
END_TEST

START_TEST(the_longest_texts_fit)
{
    char longest[2000], text[HEARTH__ADDRESS_TEXT];
    hearth__address a = {.len = sizeof a.at};
    hearth__place p;
    hearth_error err = {0};

    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    ck_assert_int_eq(hearth__place_parse(&p, longest, &err), HEARTH_EINVAL);
    memset(&a.at, 'a', sizeof a.at);
    a.at.ss_family = AF_UNIX;
    a.len = 110;
    ck_assert_uint_eq(strlen(hearth__address_text(&a, text)), 5 + 108);
    a.len = 2; /* unnamed */
    ck_assert_str_eq(hearth__address_text(&a, text), "unix:");
    a.at.ss_family = AF_UNSPEC;
    ck_assert_str_eq(hearth__address_text(&a, text), "");
    ck_assert(!hearth__address_is_local(&a));
}
END_TEST

SUITE("net/address",
      LOOP(a_place_is_read, 0, GOOD) LOOP(what_is_no_place_gives_a_sentence, 0, BAD)
          TEST(the_longest_texts_fit))
