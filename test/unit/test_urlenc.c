/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "core/utf8.h"
#include "http/urlenc.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static hearth__arena arena;
static hearth__field *field;
static size_t n;

static int parse(hearth_str raw, size_t max)
{
    hearth__arena_clear(&arena);
    hearth__arena_init(&arena, 0);
    return hearth__urlenc_parse(&arena, raw, max, &field, &n);
}

/* Pairs are written "name=value|", decoded. */
static const struct {
    const char *raw, *pairs;
} sound[] = {
    {"", ""},
    {"&", ""},
    {"&&&", ""},
    {"a=b", "a=b|"},
    {"a", "a=|"},
    {"a=", "a=|"},
    {"=b", "=b|"},
    {"=", "=|"},
    {"a=b=c", "a=b=c|"},
    {"a=b&c=d", "a=b|c=d|"},
    {"&a=b&&c&", "a=b|c=|"},
    {"a=1&a=2", "a=1|a=2|"},
    {"a+b=c+d", "a b=c d|"},
    {"a%2Bb=%2b", "a+b=+|"},
    {"a=%26%3D", "a=&=|"},
    {"%41=%7e", "A=~|"},
    {"a=b;c=d", "a=b;c=d|"},
    {"a=%C3%A9", "a=\xC3\xA9|"},
    {"a=\xC3\xA9", "a=\xC3\xA9|"},
    {"a=\xC3%A9", "a=\xC3\xA9|"},
    {"a=%F0%9F%94%A5", "a=\xF0\x9F\x94\xA5|"},
    {"a=%0D%0A\r\n", "a=\r\n\r\n|"},
    {"a=%25zz", "a=%zz|"},
};

START_TEST(a_sound_form_is_decoded)
{
    const char *at = sound[_i].pairs;
    size_t i = 0;

    ck_assert(hearth__urlenc_valid(hearth__str_of(sound[_i].raw)));
    ck_assert_int_eq(parse(hearth__str_of(sound[_i].raw), 1000), 0);
    for (; *at != '\0'; i++) {
        size_t name = strcspn(at, "="), value = strcspn(at + name + 1, "|");

        ck_assert_uint_lt(i, n);
        ck_assert(hearth__str_eq(field[i].name, hearth__str(at, name)));
        ck_assert(hearth__str_eq(field[i].value, hearth__str(at + name + 1, value)));
        ck_assert_int_eq(field[i].name.ptr[name], '\0');
        ck_assert_int_eq(field[i].value.ptr[value], '\0');
        at += name + value + 2;
    }
    ck_assert_uint_eq(i, n);
    ck_assert_int_eq(field == NULL, n == 0);
}
END_TEST

static const hearth_str refused[] = {
    {"%", 1},        {"%4", 2},           {"%zz", 3},
    {"a=%", 3},      {"a=%4&b=c", 8},     {"%4=a", 4},
    {"a=%00", 5},    {"%00", 3},          {"a=b\0c", 5},
    {"\0", 1},       {"a=%FF", 5},        {"a=\xFF", 3},
    {"%C3=%A9", 7},  {"%C3&%A9", 7},      {"a=%C3", 5},
    {"a=%C3%", 6},   {"a=%C3%A", 7},      {"a=%C3+", 6},
    {"a=%C0%80", 8}, {"a=%ED%A0%80", 11}, {"a=%F4%90%80%80", 14},
    {"a=%E2%82", 8}, {"a=%F0%9F%94", 11}, {"a=%C3%00", 8},
};

START_TEST(a_malformed_form_is_refused)
{
    ck_assert(!hearth__urlenc_valid(refused[_i]));
    ck_assert_int_eq(parse(refused[_i], 1000), HEARTH_EINVAL);
    ck_assert_ptr_null(field);
    ck_assert_uint_eq(n, 0);
}
END_TEST

START_TEST(too_many_pairs_are_too_big)
{
    ck_assert_int_eq(parse(HEARTH__S("a&b&c"), 3), 0);
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(parse(HEARTH__S("a&b&c"), 2), HEARTH_ETOOBIG);
    ck_assert_int_eq(parse(HEARTH__S("&&a&&b&&"), 2), 0);
    ck_assert_int_eq(parse(HEARTH__S("&&&&"), 0), 0);
    ck_assert_int_eq(parse(HEARTH__S("a"), 0), HEARTH_ETOOBIG);
}
END_TEST

/* Both questions get the same answer, at every length, in memory that ends there. */
START_TEST(every_cut_is_valid_exactly_when_it_can_be_parsed)
{
    hearth_str raw =
        _i < N(sound) ? hearth__str_of(sound[_i].raw) : refused[_i - N(sound)];

    for (size_t len = 0; len <= raw.len; len++) {
        char *cut = malloc(len == 0 ? 1 : len);

        memcpy(cut, raw.ptr, len);
        ck_assert_int_eq(parse(hearth__str(cut, len), 1000) == 0,
                         hearth__urlenc_valid(hearth__str(cut, len)));
        free(cut);
    }
}
END_TEST

static const struct {
    const char *raw, *text;
    bool plus;
} decoded[] = {
    {"", "", false},        {"abc", "abc", false}, {"a+b", "a+b", false},
    {"a+b", "a b", true},   {"%2B+", "+ ", true},  {"%41%5a%7A", "AZz", false},
    {"%ff", "\xFF", false}, {"%", NULL, false},    {"%1", NULL, false},
    {"%1g", NULL, false},   {"%g1", NULL, false},  {"%00", NULL, false},
    {"a%", NULL, true},     {"%%41", NULL, false}, {"%+1", NULL, true},
};

START_TEST(percent_escapes_are_decoded_strictly)
{
    char out[16];
    ptrdiff_t len =
        hearth__percent_decode(out, hearth__str_of(decoded[_i].raw), decoded[_i].plus);

    if (decoded[_i].text == NULL) {
        ck_assert_int_eq(len, -1);
    } else {
        ck_assert_int_eq(len, (int)strlen(decoded[_i].text));
        ck_assert_mem_eq(out, decoded[_i].text, (size_t)len);
    }
}
END_TEST

/* Two bytes after '%': all pairs. */
START_TEST(exactly_the_hexadecimal_digits_escape)
{
    for (int low = 0; low < 256; low++) {
        char raw[3] = {'%', (char)(unsigned char)_i, (char)(unsigned char)low}, out[3];
        int high_digit = hearth__hex_digit(raw[1]), low_digit = hearth__hex_digit(raw[2]);
        bool ok = high_digit >= 0 && low_digit >= 0 && high_digit + low_digit > 0;

        ck_assert_int_eq(hearth__percent_decode(out, hearth__str(raw, 3), false),
                         ok ? 1 : -1);
        if (ok)
            ck_assert_int_eq((unsigned char)out[0], high_digit * 16 + low_digit);
    }
}
END_TEST

/* clang-format off */
SUITE("http/urlenc",
      LOOP(a_sound_form_is_decoded, 0, N(sound))
      LOOP(a_malformed_form_is_refused, 0, N(refused))
      TEST(too_many_pairs_are_too_big)
      LOOP(every_cut_is_valid_exactly_when_it_can_be_parsed, 0, N(sound) + N(refused))
      LOOP(percent_escapes_are_decoded_strictly, 0, N(decoded))
      LOOP(exactly_the_hexadecimal_digits_escape, 0, 256))
