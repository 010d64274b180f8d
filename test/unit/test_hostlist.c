/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Which hosts are answered to. */

#include "suite.h"

#include "core/str.h"
#include "http/audit.h"
#include "http/hostlist.h"

#include <string.h>

static const struct {
    const char *entry, *host;
    bool in;
} pairs[] = {
    {"example.org", "example.org", true},
    {"example.org", "EXAMPLE.Org", true},
    {"Example.ORG", "example.org", true},
    {"example.org", "example.org.", true},
    {"example.org.", "example.org", true},
    {"example.org", "example.org:8080", true},
    {"example.org", "example.org:", true},
    {"example.org", "www.example.org", false},
    {"example.org", "example.org.evil.example", false},
    {"example.org", "xexample.org", false},
    {"example.org", "example.or", false},
    {"example.org", "example.org..", false},
    {"example.org", "example%2Eorg", false},
    {"example.org:8443", "example.org:8443", true},
    {"example.org:8443", "example.org:08443", true},
    {"example.org:8443", "example.org:8080", false},
    {"example.org:8443", "example.org", false},
    {"example.org:80", "example.org", true},
    {"example.org:443", "example.org", false},
    {".example.org", "example.org", true},
    {".example.org", "a.example.org", true},
    {".example.org", "a.b.Example.org:1", true},
    {".example.org", "a.example.org.", true},
    {".example.org", "xexample.org", false},
    {".example.org", ".example.org", false},
    {".example.org", "%00.example.org", false},
    {".example.org", "a!b.example.org", false},
    {".example.org:80", "a.example.org:81", false},
    {"192.0.2.7", "192.0.2.7", true},
    {"192.0.2.7", "192.0.2.7:99", true},
    {"192.0.2.7", "192.0.2.70", false},
    {"192.0.2.7", "[::ffff:192.0.2.7]", true},
    {"192.0.2.7:81", "192.0.2.7:82", false},
    {"[2001:db8::7]", "[2001:DB8:0::7]:8080", true},
    {"2001:db8::7", "[2001:db8::7]", true},
    {"[2001:db8::7]:80", "[2001:db8::7]", true},
    {"[2001:db8::7]", "[2001:db8::8]", false},
    {"[2001:db8::7]", "[v1.a]", false},
    {"*", "anything.example:1", true},
    {"*", "[v1.a]", true},
    {"localhost", "localhost", true},
    {"a_b.example", "a_b.example", true},
};
#define PAIRS (int)(sizeof pairs / sizeof *pairs)

START_TEST(a_host_is_in_the_list_or_not)
{
    const char *const list[] = {"first.example", pairs[_i].entry, NULL};
    hearth_str host = hearth__str_of(pairs[_i].host);
    hearth__hostlist l;
    hearth_error err = {0};

    ck_assert_msg(hearth__hostlist_parse(&l, list, "hosts", &err) == 0, "%s", err.text);
    ck_assert(hearth__is_authority(host));
    ck_assert_msg(hearth__hostlist_has(&l, host, 80) == pairs[_i].in, "%s %s",
                  pairs[_i].entry, pairs[_i].host);
    ck_assert(hearth__hostlist_has(&l, HEARTH__S("first.example"), 80));
    hearth__hostlist_clear(&l);
}
END_TEST

static const char *const bad[] = {
    "",
    ".",
    "..",
    "http://example.org",
    "example.org/",
    "a b",
    "user@a",
    "*.example.org",
    "example.org:x",
    "example.org:65536",
    "a%2eb",
    ".192.0.2.7",
    "[::1",
    "a,b",
    "[v1.a]",
    ".[::1]",
    "\xc3\xa4.example",
};
#define BAD (int)(sizeof bad / sizeof *bad)

START_TEST(what_is_no_host_is_refused_with_a_sentence)
{
    const char *const list[] = {"example.org", bad[_i], NULL};
    hearth__hostlist l;
    hearth_error err = {0};

    ck_assert_msg(hearth__hostlist_parse(&l, list, "the option hosts", &err) ==
                      HEARTH_EINVAL,
                  "%s", bad[_i]);
    ck_assert_msg(strstr(err.text, "the option hosts: \"") == err.text, "%s", err.text);
    ck_assert_ptr_null(l.list);
    ck_assert_ptr_null(l.text);
}
END_TEST

static const struct {
    const char *host;
    bool local;
} locals[] = {
    {"localhost", true},    {"LOCALHOST:8080", true},  {"localhost.", true},
    {"a.localhost", true},  {"a.b.localhost:1", true}, {"127.0.0.1", true},
    {"127.1.2.3:80", true}, {"[::1]:8080", true},      {"[::ffff:127.0.0.1]", true},
    {"xlocalhost", false},  {"localhost.evil", false}, {"127.0.0.1.nip.example", false},
    {"128.0.0.1", false},   {"[::2]", false},          {"0.0.0.0", false},
    {"127.1", false},       {"2130706433", false},     {"x", false},
    {"[v1.a]", false},
};
#define LOCALS (int)(sizeof locals / sizeof *locals)

START_TEST(names_of_this_machine_are_known)
{
    ck_assert_msg(hearth__authority_is_local(hearth__str_of(locals[_i].host)) ==
                      locals[_i].local,
                  "%s", locals[_i].host);
}
END_TEST

START_TEST(an_authority_comes_apart)
{
    static const struct {
        const char *whole, *host;
        int port;
    } parts[] = {
        {"a", "a", -1},       {"a:80", "a", 80},     {"a:", "a", -1},
        {"[::1]", "::1", -1}, {"[::1]:0", "::1", 0}, {"a:65535", "a", 65535},
    };

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        hearth_str host;
        int port;

        hearth__authority_split(hearth__str_of(parts[i].whole), &host, &port);
        ck_assert(hearth__str_eq(host, hearth__str_of(parts[i].host)));
        ck_assert_int_eq(port, parts[i].port);
    }
}
END_TEST

START_TEST(an_empty_list_has_nothing)
{
    static const char *const none[] = {NULL};
    hearth__hostlist l;

    ck_assert_int_eq(hearth__hostlist_parse(&l, none, "", NULL), 0);
    ck_assert(!hearth__hostlist_has(&l, HEARTH__S("a"), 80));
    ck_assert_int_eq(hearth__hostlist_parse(&l, NULL, "", NULL), 0);
    ck_assert(!hearth__hostlist_has(&l, HEARTH__S("a"), 80));
    hearth__hostlist_clear(&l);
}
END_TEST

SUITE("http/hostlist",
      LOOP(a_host_is_in_the_list_or_not, 0, PAIRS)
          LOOP(what_is_no_host_is_refused_with_a_sentence, 0, BAD)
              LOOP(names_of_this_machine_are_known, 0, LOCALS)
                  TEST(an_authority_comes_apart) TEST(an_empty_list_has_nothing))
