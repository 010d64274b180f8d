/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include <hearth/format.h>
#include <string.h>

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
    const char *text;
    bool html, rfc;
} mails[] = {
    {"a@b", true, true},
    {"first.last+tag@example.org", true, true},
    {"a@xn--bcher-kva.example", true, true},
    {"a..b@example.org", true, false},
    {".a@example.org", true, false},
    {"\"a b\"@example.org", false, true},
    {"\"a\\\"b\"@example.org", false, true},
    {"\"a\"b\"@example.org", false, false},
    {"a@[192.0.2.1]", false, true},
    {"a@[IPv6:2001:db8::1]", false, true},
    {"a@[2001:db8::1]", false, false},
    {"\xC3\xBC@b\xC3\xBC"
     "cher.example",
     false, true},
    {"a@b\xE2\x80\x8B"
     "c.example",
     false, false},
    {"a(comment)@example.org", false, false},
    {"a b@example.org", false, false},
    {"a@-b.org", false, false},
    {"a@b-.org", false, false},
    {"a@b..org", false, false},
    {"a@b.", false, false},
    {"a@b_c.org", false, false},
    {"@b", false, false},
    {"a@", false, false},
    {"a", false, false},
    {"", false, false},
    {"a@" L63, true, true},
    {"a@a" L63, false, false},
    {L63 "a@b", true, true},
    {L63 "aa@b", true, false},
    {"a@" L63 "." L63 "." L63 "."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     true, true},
    {"a@" L63 "." L63 "." L63 "."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     false, false},
};

START_TEST(mail_is_looked_at_on_two_levels)
{
    hearth_error err = {0};
    int html = hearth_email_check(mails[_i].text, HEARTH_EMAIL_HTML, &err);
    int rfc = hearth_email_check(mails[_i].text, HEARTH_EMAIL_RFC, NULL);

    ck_assert_msg((html == 0) == mails[_i].html, "html %s: %s", mails[_i].text, err.text);
    ck_assert_msg((rfc == 0) == mails[_i].rfc, "rfc %s", mails[_i].text);
    ck_assert(html == 0 || err.text[0] != '\0');
}
END_TEST

static const struct {
    bool (*fn)(const char *text);
    const char *yes, *no;
} checks[] = {
    {hearth_is_slug, "a-1", "a--1"},
    {hearth_is_slug, "abc", ""},
    {hearth_is_slug, "a", "A"},
    {hearth_is_slug, "0", "-a"},
    {hearth_is_slug, "0", "a-"},
    {hearth_is_ip, "127.0.0.1", "127.0.0.256"},
    {hearth_is_ip, "::1", ":::"},
    {hearth_is_ip, "2001:db8::1", "127.0.1"},
    {hearth_is_uuid, "018F3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f",
     "018f3c5e7b1a7c2d9e4f0a1b2c3d4e5f"},
    {hearth_is_uuid, "018f3c5e-7b1a-7c2d-9e4f-0a1b2c3d4e5f",
     "018f3c5g-7b1a-7c2d-9e4f-0a1b2c3d4e5f"},
    {hearth_is_url, "http://a", "ftp://a"},
    {hearth_is_url, "HTTPS://a.b:80/x?y#z", "http://"},
    {hearth_is_url, "http://[::1]:80/", "http://[::1"},
    {hearth_is_url, "http://a/%20", "http://a/%2"},
    {hearth_is_url, "http://a.", "http://a..b"},
    {hearth_is_url, "http://a?x=#", "http://u@a"},
    {hearth_is_url, "http://a:65535", "http://a:65536"},
    {hearth_is_url, "http://a", "http://a b"},
    {hearth_is_url, "http://a", "javascript:alert(1)"},
    {hearth_is_url, "http://a", "http://a/\"x"},
    {hearth_is_url, "http://a", "//a"},
};

START_TEST(a_text_has_the_form_or_not)
{
    ck_assert_msg(checks[_i].fn(checks[_i].yes), "%s", checks[_i].yes);
    ck_assert_msg(!checks[_i].fn(checks[_i].no), "%s", checks[_i].no);
}
END_TEST

static const struct {
    const char *text;
    int64_t seconds; /* -1: none */
    const char *back;
} times[] = {
    {"1970-01-01T00:00:00Z", 0, NULL},
    {"2026-11-23T10:00:00Z", 1795428000, NULL},
    {"2026-11-23t12:00:00.25+02:00", 1795428000, "2026-11-23T10:00:00Z"},
    {"2026-11-23 08:30:00-01:30", 1795428000, "2026-11-23T10:00:00Z"},
    {"0000-01-01T00:00:00Z", INT64_C(-62167219200), NULL},
    {"0000-03-01T00:00:00Z", INT64_C(-62162035200), NULL},
    {"9999-12-31T23:59:59Z", INT64_C(253402300799), NULL},
    {"2016-12-31T23:59:60Z", 1483228800, "2017-01-01T00:00:00Z"},
    {"2017-01-01T00:59:60+01:00", 1483228800, "2017-01-01T00:00:00Z"},
    {"2016-12-31T22:59:60Z", -1, NULL},
    {"2026-02-29T00:00:00Z", -1, NULL},
    {"2026-11-23T24:00:00Z", -1, NULL},
    {"2026-11-23T10:60:00Z", -1, NULL},
    {"2026-11-23T10:00:00", -1, NULL},
    {"2026-11-23T10:00:00.Z", -1, NULL},
    {"2026-11-23T10:00:00+0200", -1, NULL},
    {"2026-11-23T10:00:00Zx", -1, NULL},
    {"2026-11-23", -1, NULL},
    {"", -1, NULL},
};

START_TEST(a_time_is_read_and_written)
{
    int64_t t = -1;
    char text[HEARTH_TIME_TEXT];
    int rc = hearth_time_parse(times[_i].text, &t);

    ck_assert_msg((rc == 0) == (times[_i].seconds != -1), "%s", times[_i].text);
    ck_assert_msg(t == times[_i].seconds, "%s: %lld", times[_i].text, (long long)t);
    if (rc == 0)
        ck_assert_str_eq(hearth_time_text(t, text),
                         times[_i].back == NULL ? times[_i].text : times[_i].back);
}
END_TEST

START_TEST(a_time_outside_the_calendar_is_no_text)
{
    char text[HEARTH_TIME_TEXT];

    ck_assert_str_eq(hearth_time_text(INT64_MAX, text), "");
    ck_assert_str_eq(hearth_time_text(INT64_MIN, text), "");
}
END_TEST

START_TEST(a_date_is_read_and_written)
{
    static const char *const wrong[] = {"2025-02-29",  "1900-02-29", "2025-13-01",
                                        "2025-00-01",  "2025-01-00", "2025-1-1",
                                        "2025-01-011", "x"};
    hearth_date d;
    char text[HEARTH_DATE_TEXT];

    ck_assert_int_eq(hearth_date_parse("2000-02-29", &d), 0);
    ck_assert_str_eq(hearth_date_text(d, text), "2000-02-29");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_msg(hearth_date_parse(wrong[i], &d) == HEARTH_EINVAL, "%s", wrong[i]);
    ck_assert_str_eq(hearth_date_text((hearth_date){2025, 2, 30}, text), "");
}
END_TEST

START_TEST(a_uuid_is_made_read_and_written)
{
    hearth_uuid u, v, again;
    char text[HEARTH_UUID_TEXT];

    ck_assert_int_eq(hearth_uuid_new(4, &u), 0);
    ck_assert_int_eq(hearth_uuid_new(7, &v), 0);
    ck_assert_int_eq(hearth_uuid_new(1, &v), HEARTH_EINVAL);
    ck_assert_int_eq(u.byte[6] >> 4, 4);
    ck_assert_int_eq(v.byte[6] >> 4, 7);
    ck_assert_int_eq(v.byte[8] >> 6, 2);
    hearth_uuid_text(&v, text);
    ck_assert_int_eq(hearth_uuid_parse(text, &again), 0);
    ck_assert_mem_eq(&v, &again, sizeof v);
    ck_assert_int_eq(hearth_uuid_parse("x", &again), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_uuid_new(7, &again), 0);
    ck_assert_int_le(memcmp(v.byte, again.byte, 6), 0);
}
END_TEST

#define COUNT(t) ((int)(sizeof(t) / sizeof(t)[0]))

SUITE("model/format", LOOP(mail_is_looked_at_on_two_levels, 0, COUNT(mails))
                          LOOP(a_text_has_the_form_or_not, 0, COUNT(checks))
                              LOOP(a_time_is_read_and_written, 0, COUNT(times))
                                  TEST(a_time_outside_the_calendar_is_no_text)
                                      TEST(a_date_is_read_and_written)
                                          TEST(a_uuid_is_made_read_and_written))
