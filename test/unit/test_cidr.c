/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Addresses and networks: what is read, what is refused, what is in what. */

#include "suite.h"

#include "core/str.h"
#include "http/cidr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

static const struct {
    const char *text, *shown; /* NULL: refused */
} addresses[] = {
    {"192.0.2.7", "192.0.2.7"},
    {"0.0.0.0", "0.0.0.0"},
    {"255.255.255.255", "255.255.255.255"},
    {"2001:DB8:0:0::7", "2001:db8::7"},
    {"::", "::"},
    {"::1", "::1"},
    {"::ffff:192.0.2.7", "192.0.2.7"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    {"", NULL},
    {"192.0.2", NULL},
    {"192.0.2.256", NULL},
    {"192.0.2.07", NULL},
    {"192.0.2.7 ", NULL},
    {" 192.0.2.7", NULL},
    {"192.0.2.7:80", NULL},
    {"0x7f.0.0.1", NULL},
    {"[::1]", NULL},
    {"fe80::1%lo", NULL},
    {":::", NULL},
    {"1:2:3:4:5:6:7", NULL},
    {"1:2:3:4:5:6:7:8:9", NULL},
    {"localhost", NULL},
    {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555", NULL},
};
#define ADDRESSES (int)(sizeof addresses / sizeof *addresses)

START_TEST(an_address_is_read_strictly)
{
    char text[HEARTH__IP_TEXT];
    hearth__ip ip;
    bool ok = hearth__ip_parse(&ip, hearth__str_of(addresses[_i].text));

    ck_assert_msg(ok == (addresses[_i].shown != NULL), "%s", addresses[_i].text);
    if (ok)
        ck_assert_str_eq(hearth__ip_text(&ip, text), addresses[_i].shown);
}
END_TEST

START_TEST(a_nul_within_an_address_is_no_end)
{
    hearth__ip ip;

    ck_assert(!hearth__ip_parse(&ip, HEARTH__S("192.0.2.7\0x")));
}
END_TEST

static const struct {
    const char *cidr, *ip;
    bool in;
} pairs[] = {
    {"10.0.0.0/8", "10.255.0.1", true},
    {"10.0.0.0/8", "11.0.0.0", false},
    {"10.0.0.0/8", "::ffff:10.1.2.3", true},
    {"192.0.2.7", "192.0.2.7", true},
    {"192.0.2.7", "192.0.2.6", false},
    {"192.0.2.7/32", "192.0.2.7", true},
    {"192.0.2.128/25", "192.0.2.127", false},
    {"192.0.2.128/25", "192.0.2.128", true},
    {"192.0.2.64/26", "192.0.2.127", true},
    {"192.0.2.64/26", "192.0.2.128", false},
    {"0.0.0.0/0", "8.8.8.8", true},
    {"0.0.0.0/0", "::1", false},
    {"::/0", "::1", true},
    {"::/0", "8.8.8.8", false},
    {"::ffff:0.0.0.0/96", "8.8.8.8", true},
    {"fd00::/8", "fdff::1", true},
    {"fd00::/8", "fe00::1", false},
    {"2001:db8::/33", "2001:db8:7fff::", true},
    {"2001:db8::/33", "2001:db8:8000::", false},
    {"::1/128", "::1", true},
    {"::1", "::2", false},
};
#define PAIRS (int)(sizeof pairs / sizeof *pairs)

START_TEST(an_address_is_in_a_network_or_not)
{
    hearth__cidr c;
    hearth__ip ip;
    const char *why = hearth__cidr_parse(&c, hearth__str_of(pairs[_i].cidr));

    ck_assert_msg(why == NULL, "%s %s", pairs[_i].cidr, why);
    ck_assert(hearth__ip_parse(&ip, hearth__str_of(pairs[_i].ip)));
    ck_assert_msg(hearth__cidr_has(&c, &ip) == pairs[_i].in, "%s %s", pairs[_i].cidr,
                  pairs[_i].ip);
}
END_TEST

static const struct {
    const char *cidr, *why;
} bad[] = {
    {"", "is no address"},
    {"example.org", "is no address"},
    {"/8", "is no address"},
    {"10.0.0.0/", "no prefix length"},
    {"10.0.0.0/33", "no prefix length"},
    {"10.0.0.0/-1", "no prefix length"},
    {"10.0.0.0/8/8", "no prefix length"},
    {"10.0.0.0/0008", "no prefix length"},
    {"::/129", "no prefix length"},
    {"10.1.2.3/8", "bits behind its prefix"},
    {"0.0.0.1/0", "bits behind its prefix"},
    {"fd00::1/64", "bits behind its prefix"},
    {"::ffff:10.0.0.0/8", "bits behind its prefix"},
};
#define BAD (int)(sizeof bad / sizeof *bad)

START_TEST(a_malformed_network_is_refused_with_its_reason)
{
    const char *const list[] = {"10.0.0.0/8", bad[_i].cidr, NULL};
    hearth__cidrs l;
    hearth_error err;

    ck_assert_int_eq(hearth__cidrs_parse(&l, list, "the list", &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, bad[_i].why) != NULL, "%s", err.text);
    ck_assert_msg(strncmp(err.text, "the list: \"", 11) == 0, "%s", err.text);
    ck_assert_ptr_null(l.list);
    ck_assert_uint_eq(l.n, 0);
}
END_TEST

START_TEST(a_list_knows_peers_of_every_family)
{
    const char *const list[] = {" 192.0.2.0/24 ", "unix:", "2001:db8::7", NULL};
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    hearth__cidrs l, none;

    ck_assert_int_eq(hearth__cidrs_parse(&l, list, "", NULL), 0);
    ck_assert_int_eq(hearth__cidrs_parse(&none, NULL, "", NULL), 0);
    inet_pton(AF_INET, "192.0.2.9", &v4.sin_addr);
    inet_pton(AF_INET6, "2001:db8::7", &v6.sin6_addr);
    ck_assert(hearth__cidrs_has_peer(&l, (void *)&v4, sizeof v4));
    ck_assert(hearth__cidrs_has_peer(&l, (void *)&v6, sizeof v6));
    ck_assert(hearth__cidrs_has_peer(&l, (void *)&un, sizeof(sa_family_t)));
    ck_assert(!hearth__cidrs_has_peer(&none, (void *)&un, sizeof(sa_family_t)));
    ck_assert(!hearth__cidrs_has_peer(&none, (void *)&v4, sizeof v4));
    ck_assert(!hearth__cidrs_has_peer(&l, (void *)&v4, sizeof v4 - 1));
    ck_assert(!hearth__cidrs_has_peer(&l, (void *)&v6, sizeof v6 - 1));
    ck_assert(!hearth__cidrs_has_peer(&l, NULL, 0));
    v4.sin_family = AF_UNSPEC;
    ck_assert(!hearth__cidrs_has_peer(&l, (void *)&v4, sizeof v4));
    hearth__cidrs_clear(&l);
    hearth__cidrs_clear(&none);
}
END_TEST

START_TEST(loopback_is_known)
{
    static const char *const in[] = {"127.0.0.1", "127.255.0.9", "::1",
                                     "::ffff:127.0.0.1"};
    static const char *const out[] = {"128.0.0.1", "126.0.0.1", "::", "::2", "0.0.0.0"};
    hearth__ip ip;

    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        ck_assert(hearth__ip_parse(&ip, hearth__str_of(in[i])) &&
                  hearth__ip_is_loopback(&ip));
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        ck_assert(hearth__ip_parse(&ip, hearth__str_of(out[i])) &&
                  !hearth__ip_is_loopback(&ip));
}
END_TEST

SUITE("http/cidr",
      LOOP(an_address_is_read_strictly, 0, ADDRESSES)
          TEST(a_nul_within_an_address_is_no_end)
              LOOP(an_address_is_in_a_network_or_not, 0, PAIRS)
                  LOOP(a_malformed_network_is_refused_with_its_reason, 0, BAD)
                      TEST(a_list_knows_peers_of_every_family) TEST(loopback_is_known))
