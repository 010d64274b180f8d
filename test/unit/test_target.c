/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "core/utf8.h"
#include "http/target.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static hearth__arena arena;
static hearth__target t;

static int parse(const char *raw, hearth__method method)
{
    hearth__verdict v;

    hearth__arena_clear(&arena);
    hearth__arena_init(&arena, 0);
    v = hearth__target_parse(&t, &arena, hearth__str_of(raw), method);
    ck_assert(v.status == 0 || strlen(v.text) > 10);
    return v.status;
}

static void is(hearth_str got, const char *want)
{
    ck_assert_ptr_nonnull(got.ptr);
    ck_assert_msg(hearth__str_eq(got, hearth__str_of(want)), "\"%.*s\" is not \"%s\"",
                  (int)got.len, got.ptr, want);
}

/* Segments are written between '|', in the order they come. */
static const struct {
    const char *raw, *path, *query, *segments, *canonical;
} sound[] = {
    {"/", "/", "", "", "/"},
    {"/?", "/", "", "", "/"},
    {"/?a=b", "/", "a=b", "", "/?a=b"},
    {"/plaintext", "/plaintext", "", "|plaintext", "/plaintext"},
    {"/a/b", "/a/b", "", "|a|b", "/a/b"},
    {"/a/", "/a/", "", "|a|", "/a/"},
    {"/a/b/", "/a/b/", "", "|a|b|", "/a/b/"},
    {"/a/bb/ccc?x=/?&y", "/a/bb/ccc", "x=/?&y", "|a|bb|ccc", "/a/bb/ccc?x=/?&y"},
    {"/a%20b", "/a b", "", "|a b", "/a%20b"},
    {"/%2F", "//", "", "|/", "/%2F"},
    {"/a%2Fb/c", "/a/b/c", "", "|a/b|c", "/a%2Fb/c"},
    {"/a%2fb/%2f%2F/c", "/a/b////c", "", "|a/b|//|c", "/a%2fb/%2f%2F/c"},
    {"/caf%C3%A9/x", "/caf\xC3\xA9/x", "", "|caf\xC3\xA9|x", "/caf%C3%A9/x"},
    {"/%F0%9F%94%A5", "/\xF0\x9F\x94\xA5", "", "|\xF0\x9F\x94\xA5", "/%F0%9F%94%A5"},
    {"/a;v=1/b+c,d", "/a;v=1/b+c,d", "", "|a;v=1|b+c,d", "/a;v=1/b+c,d"},
    {"/a:b@c!$&'()*=", "/a:b@c!$&'()*=", "", "|a:b@c!$&'()*=", "/a:b@c!$&'()*="},
    {"/...", "/...", "", "|...", "/..."},
    {"/..a/.b/a./a..", "/..a/.b/a./a..", "", "|..a|.b|a.|a..", "/..a/.b/a./a.."},
    {"/%2e%2e%2e", "/...", "", "|...", "/%2e%2e%2e"},
    {"/%252e%252e", "/%2e%2e", "", "|%2e%2e", "/%252e%252e"},
    {"/%2500", "/%00", "", "|%00", "/%2500"},
    {"/%0D%0A%7F", "/\r\n\x7F", "", "|\r\n\x7F", "/%0D%0A%7F"},
    {"/a?b=%41+%26", "/a", "b=%41+%26", "|a", "/a?b=%41+%26"},
    {"//", "//", "", "", "/"},
    {"///", "///", "", "", "/"},
    {"//a", "//a", "", "|a", "/a"},
    {"/a//b", "/a//b", "", "|a|b", "/a/b"},
    {"/a//", "/a//", "", "|a|", "/a/"},
    {"///a////b//?c", "///a////b//", "c", "|a|b|", "/a/b/?c"},
    {"//evil.example/..a", "//evil.example/..a", "", "|evil.example|..a",
     "/evil.example/..a"},
    {"//\\evil.example", "//\\evil.example", "", "|\\evil.example", "/%5Cevil.example"},
    {"//\"<>^`{|}x", "//\"<>^`{|}x", "", NULL, "/%22%3C%3E%5E%60%7B%7C%7Dx"},
    {"//a%2F", "//a/", "", "|a/", "/a%2F"},
};

START_TEST(a_sound_target_is_taken_apart)
{
    const char *at = sound[_i].segments;
    size_t n = 0, len = strlen(sound[_i].raw);
    bool twice = false;

    ck_assert_int_eq(parse(sound[_i].raw, HEARTH__GET), 0);
    is(t.path, sound[_i].path);
    is(t.query, sound[_i].query);
    ck_assert_int_eq(t.path.ptr[t.path.len], '\0');
    ck_assert(!t.asterisk && t.authority.len == 0 && t.scheme.len == 0);
    for (; at != NULL && *at == '|'; n++) {
        size_t size = strcspn(++at, "|");

        ck_assert_uint_lt(n, t.nsegments);
        ck_assert(hearth__str_eq(t.segment[n].text, hearth__str(at, size)));
        ck_assert_int_eq(t.segment[n].text.ptr[size], '\0');
        ck_assert_int_eq(t.segment[n].slash, memchr(at, '/', size) != NULL);
        at += size;
    }
    ck_assert(at == NULL || n == t.nsegments);
    is(hearth__target_canonical(&t, &arena), sound[_i].canonical);
    len = strcspn(sound[_i].raw, "?");
    for (size_t i = 1; i < len; i++)
        twice |= sound[_i].raw[i] == '/' && sound[_i].raw[i - 1] == '/';
    ck_assert_int_eq(t.double_slash, twice);
    ck_assert_int_eq(t.trailing_slash, n > 0 && sound[_i].raw[len - 1] == '/');
    ck_assert(hearth__str_eq(t.raw_path, hearth__str(sound[_i].raw, len)));
}
END_TEST

/* The canonical form of a canonical form is itself. */
START_TEST(a_canonical_path_needs_no_second_redirect)
{
    char again[128];
    hearth_str c;

    ck_assert_int_eq(parse(sound[_i].raw, HEARTH__GET), 0);
    c = hearth__target_canonical(&t, &arena);
    ck_assert_uint_lt(c.len, sizeof again);
    memcpy(again, c.ptr, c.len + 1);
    ck_assert_int_eq(parse(again, HEARTH__GET), 0);
    ck_assert(!t.double_slash);
    is(hearth__target_canonical(&t, &arena), again);
}
END_TEST

static const struct {
    const char *raw;
    hearth__method method;
    int status;
} refused[] = {
    {"", HEARTH__GET, 400},
    {"a", HEARTH__GET, 400},
    {"?", HEARTH__GET, 400},
    {"*", HEARTH__GET, 400},
    {"**", HEARTH__OPTIONS, 400},
    {"*/", HEARTH__OPTIONS, 400},
    {"a.example:443", HEARTH__CONNECT, 501},
    {"a.example:443", HEARTH__GET, 400},
    {"/#", HEARTH__GET, 400},
    {"/a#b", HEARTH__GET, 400},
    {"/?a#b", HEARTH__GET, 400},
    {"/%", HEARTH__GET, 400},
    {"/%4", HEARTH__GET, 400},
    {"/%zz", HEARTH__GET, 400},
    {"/%4z", HEARTH__GET, 400},
    {"/a%/b", HEARTH__GET, 400},
    {"/a%2/b", HEARTH__GET, 400},
    {"/%2?x", HEARTH__GET, 400},
    {"/%00", HEARTH__GET, 400},
    {"/a%00.txt", HEARTH__GET, 400},
    {"/%FF", HEARTH__GET, 400},
    {"/%C3", HEARTH__GET, 400},
    {"/%C3/%A9", HEARTH__GET, 400},
    {"/%C0%AF", HEARTH__GET, 400},
    {"/%C0%AE%C0%AE/", HEARTH__GET, 400},
    {"/%E0%80%AF", HEARTH__GET, 400},
    {"/%ED%A0%80", HEARTH__GET, 400},
    {"/%F4%90%80%80", HEARTH__GET, 400},
    {"/\xC3\xA9", HEARTH__GET, 400},
    {"/a b", HEARTH__GET, 400},
    {"/a\x01", HEARTH__GET, 400},
    {"/a\x7F", HEARTH__GET, 400},
    {"/?\xC3\xA9", HEARTH__GET, 400},
    {"/? ", HEARTH__GET, 400},
    {"/?%", HEARTH__GET, 400},
    {"/?a=%zz", HEARTH__GET, 400},
    {"/?a=%4", HEARTH__GET, 400},
    {"/?a=%00", HEARTH__GET, 400},
    {"/?a=%FF", HEARTH__GET, 400},
    {"/?%C3&%A9", HEARTH__GET, 400},
    {"/?a=%C3=%A9", HEARTH__GET, 400},
    {"/.", HEARTH__GET, 400},
    {"/..", HEARTH__GET, 400},
    {"/../", HEARTH__GET, 400},
    {"/./a", HEARTH__GET, 400},
    {"/a/..", HEARTH__GET, 400},
    {"/a/../b", HEARTH__GET, 400},
    {"/a/./b", HEARTH__GET, 400},
    {"//..", HEARTH__GET, 400},
    {"/%2e", HEARTH__GET, 400},
    {"/%2e%2E", HEARTH__GET, 400},
    {"/.%2e/", HEARTH__GET, 400},
    {"/a/%2e./b", HEARTH__GET, 400},
    {"/..%2F", HEARTH__GET, 400},
    {"/%2F..", HEARTH__GET, 400},
    {"/a%2F..%2Fb", HEARTH__GET, 400},
    {"/a%2F%2e%2Fb/c", HEARTH__GET, 400},
    {"/..?a", HEARTH__GET, 400},
    {"http:/a", HEARTH__GET, 400},
    {"http://", HEARTH__GET, 400},
    {"http:///a", HEARTH__GET, 400},
    {"http://?a", HEARTH__GET, 400},
    {"http://u@a/", HEARTH__GET, 400},
    {"http://a,b/", HEARTH__GET, 400},
    {"http://a:b/", HEARTH__GET, 400},
    {"http://a#b", HEARTH__GET, 400},
    {"http://a/..", HEARTH__GET, 400},
    {"http://a?%zz", HEARTH__GET, 400},
    {"http://[::1/", HEARTH__GET, 400},
    {"ftp://a/", HEARTH__GET, 400},
    {"httpx://a/", HEARTH__GET, 400},
    {"://a/", HEARTH__GET, 400},
};

START_TEST(a_malformed_target_is_refused)
{
    ck_assert_msg(parse(refused[_i].raw, refused[_i].method) == refused[_i].status, "%s",
                  refused[_i].raw);
}
END_TEST

static const struct {
    const char *raw, *scheme, *authority, *path, *query;
} absolute[] = {
    {"http://a/b?c", "http", "a", "/b", "c"},
    {"HTTPS://A.example:443/b/", "HTTPS", "A.example:443", "/b/", ""},
    {"http://a", "http", "a", "/", ""},
    {"http://a/", "http", "a", "/", ""},
    {"http://a?b=c", "http", "a", "/", "b=c"},
    {"http://[::1]:80/x", "http", "[::1]:80", "/x", ""},
};

START_TEST(the_absolute_form_names_its_authority)
{
    ck_assert_int_eq(parse(absolute[_i].raw, HEARTH__GET), 0);
    is(t.scheme, absolute[_i].scheme);
    is(t.authority, absolute[_i].authority);
    is(t.path, absolute[_i].path);
    is(t.query, absolute[_i].query);
    ck_assert_int_eq(t.raw_path.ptr[0], '/');
}
END_TEST

START_TEST(options_may_ask_about_the_whole_server)
{
    static const char *const raws[] = {"*", "http://a:80"};

    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(parse(raws[i], HEARTH__OPTIONS), 0);
        ck_assert(t.asterisk);
        ck_assert_uint_eq(t.nsegments, 0);
        is(t.path, "*");
        is(hearth__target_canonical(&t, &arena), "*");
    }
    ck_assert_int_eq(parse("http://a/", HEARTH__OPTIONS), 0);
    ck_assert(!t.asterisk);
}
END_TEST

START_TEST(sixty_four_segments_are_enough)
{
    char raw[2 * 65 + 1];

    for (size_t i = 0; i < 65; i++)
        memcpy(raw + 2 * i, "/a", 3);
    ck_assert_int_eq(parse(raw, HEARTH__GET), 414);
    raw[128] = '\0';
    ck_assert_int_eq(parse(raw, HEARTH__GET), 0);
    ck_assert_uint_eq(t.nsegments, 64);
    is(t.segment[63].text, "a");
    memcpy(raw + 125, "%2F", 4);
    ck_assert_int_eq(parse(raw, HEARTH__GET), 0);
    memset(raw, '/', 65);
    raw[65] = '\0';
    ck_assert_int_eq(parse(raw, HEARTH__GET), 414);
}
END_TEST

START_TEST(the_last_of_sixty_four_segments_may_hold_a_slash)
{
    char raw[2 * 64 + 8];

    for (size_t i = 0; i < 64; i++)
        memcpy(raw + 2 * i, "/a", 3);
    memcpy(raw + 128, "%2Fb", 5);
    ck_assert_int_eq(parse(raw, HEARTH__GET), 0);
    ck_assert_uint_eq(t.nsegments, 64);
    ck_assert(t.segment[63].slash && !t.segment[62].slash);
    is(t.segment[63].text, "a/b");
}
END_TEST

/* The raw bytes end where they end: a sanitizer watches. */
START_TEST(every_cut_of_a_target_is_judged_without_reading_past_it)
{
    const char *raw = _i < N(sound) ? sound[_i].raw
                      : _i < N(sound) + N(refused)
                          ? refused[_i - N(sound)].raw
                          : absolute[_i - N(sound) - N(refused)].raw;

    for (size_t n = 0; n <= strlen(raw); n++) {
        char *cut = malloc(n == 0 ? 1 : n);

        memcpy(cut, raw, n);
        hearth__arena_clear(&arena);
        hearth__arena_init(&arena, 0);
        if (hearth__target_parse(&t, &arena, hearth__str(cut, n), HEARTH__GET).status ==
            0)
            ck_assert(hearth__utf8_valid(t.path) &&
                      memchr(t.path.ptr, '\0', t.path.len) == NULL);
        free(cut);
    }
}
END_TEST

START_TEST(every_byte_is_either_plain_or_refused)
{
    char raw[] = "/a?/b?c";
    bool visible = _i >= 0x21 && _i <= 0x7E && _i != '#' && _i != '%';

    if (_i == 0)
        return;
    raw[3] = (char)_i;
    ck_assert_int_eq(parse(raw, HEARTH__GET), visible ? 0 : 400);
    raw[3] = '/';
    raw[1] = (char)_i;
    ck_assert_int_eq(parse(raw, HEARTH__GET), visible && _i != '.' ? 0 : 400);
}
END_TEST

/* clang-format off */
SUITE("http/target",
      LOOP(a_sound_target_is_taken_apart, 0, N(sound))
      LOOP(a_canonical_path_needs_no_second_redirect, 0, N(sound))
      LOOP(a_malformed_target_is_refused, 0, N(refused))
      LOOP(the_absolute_form_names_its_authority, 0, N(absolute))
      TEST(options_may_ask_about_the_whole_server)
      TEST(sixty_four_segments_are_enough)
      TEST(the_last_of_sixty_four_segments_may_hold_a_slash)
      LOOP(every_cut_of_a_target_is_judged_without_reading_past_it, 0,
           N(sound) + N(refused) + N(absolute))
      LOOP(every_byte_is_either_plain_or_refused, 0, 256))
