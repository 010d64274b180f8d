/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/cookie.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* Pairs are written "name=value|". */
static const struct {
    const char *field, *pairs;
} read[] = {
    {"", ""},
    {"a=b", "a=b|"},
    {"a=b; c=d", "a=b|c=d|"},
    {"a=b;c=d", "a=b|c=d|"},
    {"a=b;\tc=d ", "a=b|c=d|"},
    {" a = b ", "a=b|"},
    {"a=", "a=|"},
    {"a=b=c==", "a=b=c==|"},
    {"a=\"b\"", "a=b|"},
    {"a=\"\"", "a=|"},
    {"a=\"", "a=\"|"},
    {"a=\"b", "a=\"b|"},
    {"a=b\"", "a=b\"|"},
    {"a=1; a=2", "a=1|a=2|"},
    {"a; b=c", "b=c|"},
    {"=a; b=c", "b=c|"},
    {" =a; b=c", "b=c|"},
    {";;; ; b=c;;", "b=c|"},
    {"a=\x01; b=c", "b=c|"},
    {"a\x7F=x; b=c", "b=c|"},
    {"a=b, c=d", "a=b, c=d|"},
    {"a=caf\xC3\xA9", "a=caf\xC3\xA9|"},
    {"$Version=1; a=b", "$Version=1|a=b|"},
    {"__Host-s=x.y; theme=dark", "__Host-s=x.y|theme=dark|"},
};

START_TEST(a_cookie_field_is_read_pair_by_pair)
{
    hearth_str rest = hearth__str_of(read[_i].field), name, value;
    const char *at = read[_i].pairs;

    while (*at != '\0') {
        size_t n = strcspn(at, "="), v = strcspn(at + n + 1, "|");

        ck_assert(hearth__cookie_next(&rest, &name, &value));
        ck_assert(hearth__str_eq(name, hearth__str(at, n)));
        ck_assert(hearth__str_eq(value, hearth__str(at + n + 1, v)));
        at += n + v + 2;
    }
    ck_assert(!hearth__cookie_next(&rest, &name, &value));
    ck_assert(!hearth__cookie_next(&rest, &name, &value));
}
END_TEST

START_TEST(a_pair_with_a_nul_is_skipped)
{
    hearth_str rest = HEARTH__S("a=b\0c; d=e"), name, value;

    ck_assert(hearth__cookie_next(&rest, &name, &value));
    ck_assert(hearth__str_eq(name, HEARTH__S("d")));
}
END_TEST

START_TEST(every_cut_is_read_without_reading_past_it)
{
    for (size_t n = 0; n <= strlen(read[_i].field); n++) {
        char *cut = malloc(n == 0 ? 1 : n);
        hearth_str rest = {cut, n}, name, value;

        memcpy(cut, read[_i].field, n);
        while (hearth__cookie_next(&rest, &name, &value))
            ck_assert(name.len > 0 && name.ptr >= cut &&
                      value.ptr + value.len <= cut + n);
        free(cut);
    }
}
END_TEST

#define C(n, v, ...)                                                       \
    {                                                                      \
        .name = {n, sizeof n - 1}, .value = {v, sizeof v - 1}, __VA_ARGS__ \
    }

static const struct {
    hearth__cookie cookie;
    const char *text;
} written[] = {
    {C("a", "b", .path = NULL), "a=b; Path=/"},
    {C("a", "", .path = "/x y"), "a=; Path=/x y"},
    {C("a", "b", .domain = "a-1.example", .secure = true),
     "a=b; Path=/; Domain=a-1.example; Secure"},
    {C("a", "b", .max_age_s = 60, .http_only = true),
     "a=b; Path=/; Max-Age=60; HttpOnly"},
    {C("a", "", .max_age_s = -1),
     "a=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"},
    {C("a", "b", .same_site = "Lax"), "a=b; Path=/; SameSite=Lax"},
    {C("a", "b", .same_site = "Strict"), "a=b; Path=/; SameSite=Strict"},
    {C("a", "b", .same_site = "None", .secure = true),
     "a=b; Path=/; Secure; SameSite=None"},
    {C("__Host-s", "b", .secure = true, .http_only = true, .same_site = "Lax"),
     "__Host-s=b; Path=/; Secure; HttpOnly; SameSite=Lax"},
    {C("__Host-s", "b", .path = "/", .secure = true), "__Host-s=b; Path=/; Secure"},
    {C("__Secure-s", "b", .path = "/x", .domain = "a", .secure = true),
     "__Secure-s=b; Path=/x; Domain=a; Secure"},
    {C("!#$%&'*+-.^_`|~", "!#$%&'()*+-./:<=>?@[]^_`{|}~", .path = NULL),
     "!#$%&'*+-.^_`|~=!#$%&'()*+-./:<=>?@[]^_`{|}~; Path=/"},
};

START_TEST(a_sound_cookie_is_written)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    ck_assert_int_eq(hearth__cookie_write(&b, &written[_i].cookie), 0);
    ck_assert_str_eq(b.ptr, written[_i].text);
    hearth__buf_clear(&b);
}
END_TEST

static const hearth__cookie refused[] = {
    C("", "b", .path = NULL),
    C("a b", "c", .path = NULL),
    C("a=b", "c", .path = NULL),
    C("a\r\n", "c", .path = NULL),
    C("caf\xC3\xA9", "c", .path = NULL),
    C("a", "b c", .path = NULL),
    C("a", "b,c", .path = NULL),
    C("a", "b;c", .path = NULL),
    C("a", "\"b\"", .path = NULL),
    C("a", "b\\c", .path = NULL),
    C("a", "b\r\nSet-Cookie: x=y", .path = NULL),
    C("a", "b\0c", .path = NULL),
    C("a", "\xC3\xA9", .path = NULL),
    C("a", "b", .path = ""),
    C("a", "b", .path = "x"),
    C("a", "b", .path = "/;x"),
    C("a", "b", .path = "/\n"),
    C("a", "b", .path = "/\xC3\xA9"),
    C("a", "b", .domain = ""),
    C("a", "b", .domain = ".a"),
    C("a", "b", .domain = "a..b"),
    C("a", "b", .domain = "a."),
    C("a", "b", .domain = "a;b"),
    C("a", "b", .domain = "a b"),
    C("a", "b", .domain = "a:80"),
    C("a", "b", .same_site = "lax"),
    C("a", "b", .same_site = ""),
    C("a", "b", .same_site = "Lax; Domain=x"),
    C("a", "b", .same_site = "None"),
    C("__Host-a", "b", .secure = false),
    C("__Host-a", "b", .secure = true, .path = "/x"),
    C("__Host-a", "b", .secure = true, .domain = "a"),
    C("__host-a", "b", .secure = false),
    C("__Secure-a", "b", .secure = false),
    C("__SECURE-a", "b", .secure = false),
};

START_TEST(a_malformed_cookie_is_refused_and_nothing_written)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_text(&b, "before");
    ck_assert_int_eq(hearth__cookie_write(&b, &refused[_i]), HEARTH_EINVAL);
    ck_assert_str_eq(b.ptr, "before");
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(a_cookie_that_browsers_would_drop_is_refused)
{
    char value[4096];
    hearth__cookie k = {.name = {"abcd", 4}, .value = {value, 4092}};
    hearth__buf b;

    memset(value, 'x', sizeof value);
    hearth__buf_init(&b, NULL, 0);
    ck_assert_int_eq(hearth__cookie_write(&b, &k), 0);
    hearth__buf_empty(&b);
    k.value.len++;
    ck_assert_int_eq(hearth__cookie_write(&b, &k), HEARTH_ETOOBIG);
    ck_assert_uint_eq(b.len, 0);
    hearth__buf_clear(&b);
}
END_TEST

/* What we write comes back the same when a browser returns it. */
START_TEST(a_written_cookie_reads_back)
{
    const hearth__cookie *k = &written[_i].cookie;
    hearth_str rest = hearth__str_of(written[_i].text), name, value;

    ck_assert(hearth__cookie_next(&rest, &name, &value));
    ck_assert(hearth__str_eq(name, k->name) && hearth__str_eq(value, k->value));
}
END_TEST

/* clang-format off */
SUITE("http/cookie",
      LOOP(a_cookie_field_is_read_pair_by_pair, 0, N(read))
      TEST(a_pair_with_a_nul_is_skipped)
      LOOP(every_cut_is_read_without_reading_past_it, 0, N(read))
      LOOP(a_sound_cookie_is_written, 0, N(written))
      LOOP(a_malformed_cookie_is_refused_and_nothing_written, 0, N(refused))
      TEST(a_cookie_that_browsers_would_drop_is_refused)
      LOOP(a_written_cookie_reads_back, 0, N(written)))
