/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* UTF-8: every code point, every truncation, and what RFC 3629 forbids. */
#include "suite.h"

#include "core/str.h"
#include "core/utf8.h"

#include <string.h>

static bool is_scalar(uint32_t cp)
{
    return cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff);
}

START_TEST(every_code_point_goes_there_and_back)
{
    uint32_t from = (uint32_t)_i * 0x10000, cp, back;
    char out[4];

    for (cp = from; cp < from + 0x10000; cp++) {
        size_t want = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
        size_t n = hearth__utf8_put(cp, out);

        if (n != (is_scalar(cp) ? want : 0))
            ck_abort_msg("U+%04X takes %zu", (unsigned)cp, n);
        if (n == 0)
            continue;
        if (hearth__utf8_next(hearth__str(out, n), &back) != n || back != cp ||
            !hearth__utf8_valid(hearth__str(out, n)) ||
            hearth__utf8_count(hearth__str(out, n)) != 1)
            ck_abort_msg("U+%04X does not come back", (unsigned)cp);
        for (size_t cut = 0; cut < n; cut++) {
            if (hearth__utf8_next(hearth__str(out, cut), &back) != 0 ||
                hearth__utf8_valid(hearth__str(out, cut)) != (cut == 0) ||
                hearth__utf8_trim(hearth__str(out, cut)).len != 0)
                ck_abort_msg("U+%04X cut to %zu", (unsigned)cp, cut);
        }
        if (hearth__utf8_trim(hearth__str(out, n)).len != n)
            ck_abort_msg("U+%04X is trimmed", (unsigned)cp);
    }
}
END_TEST

START_TEST(numbers_above_unicode_have_no_form)
{
    char out[4];

    ck_assert_uint_eq(hearth__utf8_put(0x110000, out), 0);
    ck_assert_uint_eq(hearth__utf8_put(UINT32_MAX, out), 0);
}
END_TEST

/* A decoder written the other way round: by the table of RFC 3629, section 4. */
static size_t by_the_table(const unsigned char *p, size_t len)
{
    static const struct {
        unsigned char first[2], second[2];
        size_t n;
    } rows[] = {
        {{0x00, 0x7f}, {0, 0}, 1},       {{0xc2, 0xdf}, {0x80, 0xbf}, 2},
        {{0xe0, 0xe0}, {0xa0, 0xbf}, 3}, {{0xe1, 0xec}, {0x80, 0xbf}, 3},
        {{0xed, 0xed}, {0x80, 0x9f}, 3}, {{0xee, 0xef}, {0x80, 0xbf}, 3},
        {{0xf0, 0xf0}, {0x90, 0xbf}, 4}, {{0xf1, 0xf3}, {0x80, 0xbf}, 4},
        {{0xf4, 0xf4}, {0x80, 0x8f}, 4},
    };

    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        if (p[0] < rows[r].first[0] || p[0] > rows[r].first[1])
            continue;
        if (rows[r].n > len)
            return 0;
        if (rows[r].n > 1 && (p[1] < rows[r].second[0] || p[1] > rows[r].second[1]))
            return 0;
        for (size_t i = 2; i < rows[r].n; i++)
            if (p[i] < 0x80 || p[i] > 0xbf)
                return 0;
        return rows[r].n;
    }
    return 0;
}

/* First byte _i, all second bytes, the third and fourth at every edge. */
START_TEST(sequences_are_valid_exactly_by_the_table)
{
    static const unsigned char edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90,
                                          0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    const size_t n = sizeof edges;

    for (size_t i = 0; i < 256 * n * n * 5; i++) {
        unsigned char p[4] = {(unsigned char)_i, (unsigned char)(i / 5 / n / n),
                              edges[i / 5 / n % n], edges[i / 5 % n]};
        hearth_str s = hearth__str((const char *)p, i % 5);
        uint32_t cp;
        size_t want = s.len == 0 ? 0 : by_the_table(p, s.len), at = 0, step;

        if (hearth__utf8_next(s, &cp) != want)
            ck_abort_msg("%02x %02x %02x %02x of %zu", p[0], p[1], p[2], p[3], s.len);
        while (at < s.len && (step = by_the_table(p + at, s.len - at)) != 0)
            at += step;
        if (hearth__utf8_valid(s) != (at == s.len))
            ck_abort_msg("%02x %02x %02x %02x of %zu", p[0], p[1], p[2], p[3], s.len);
    }
}
END_TEST

/* A bad byte, or a good character, at every place of texts around the eight-byte steps.
 */
START_TEST(the_fast_path_overlooks_nothing)
{
    char text[40];

    for (size_t at = 0; at + 2 <= (size_t)_i; at++) {
        hearth_str s = hearth__str(text, (size_t)_i);

        memset(text, 'a', sizeof text);
        text[at] = '\xff';
        ck_assert(!hearth__utf8_valid(s));
        memcpy(text + at, "\xc3\xa4", 2);
        ck_assert(hearth__utf8_valid(s));
        ck_assert_uint_eq(hearth__utf8_count(s), s.len - 1);
        text[at + 1] = 'x';
        ck_assert(!hearth__utf8_valid(s));
        memset(text, 'a', sizeof text);
        text[at] = '\0';
        ck_assert(hearth__utf8_valid(s));
        s.len--; /* the end of a slice is its end, whatever lies behind it */
        memset(text, 'a', sizeof text);
        memcpy(text + s.len - 1, "\xc3\xa4", 2);
        ck_assert(!hearth__utf8_valid(s));
    }
}
END_TEST

START_TEST(trimming_takes_a_cut_character_only)
{
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {
        {"", 0},
        {"a", 1},
        {"a\xe2", 1},
        {"a\xe2\x82", 1},
        {"a\xe2\x82\xac", 4},
        {"\xf0\x9f\x94", 0},
        {"\xf0\x9f\x94\xa5", 4},
        {"a\x80\x80\x80\x80", 5}, /* not ours to judge */
        {"a\xff", 2},
        {"\xc3\xa4\xc3", 2},
    };
    hearth_str s = hearth__str_of(cases[_i].text);

    ck_assert_uint_eq(hearth__utf8_trim(s).len, cases[_i].len);
    ck_assert_ptr_eq(hearth__utf8_trim(s).ptr, s.ptr);
}
END_TEST

START_TEST(a_text_that_comes_in_pieces_fails_at_its_first_bad_byte)
{
    /* All sequences of up to four bytes, but only such third and fourth ones as matter. */
    static const unsigned char later[] = {0, 0x7F, 0x80, 0xBF, 0xC0, 0xFF};
    unsigned char p[4] = {(unsigned char)_i};

    for (unsigned b = 0; b < 256 * 36; b++) {
        size_t done = 0, bad = 5;
        bool begun[5] = {true, false, false, false, false};

        p[1] = (unsigned char)(b % 256);
        p[2] = later[b / 256 % 6];
        p[3] = later[b / 256 / 6];
        /* What can be completed: the table says it of some completion. */
        for (size_t n = 1; n <= 4; n++) {
            static const unsigned char ends[] = {0x80, 0x90, 0xA0, 0xBF};
            hearth_str whole = {(const char *)p, n};

            begun[n] = hearth__utf8_valid(whole);
            for (size_t k = 0; k < 64 && !begun[n]; k++) {
                char more[7];

                memcpy(more, p, n);
                more[n] = (char)ends[k % 4];
                more[n + 1] = (char)ends[k / 4 % 4];
                more[n + 2] = (char)ends[k / 16];
                for (size_t m = 1; m <= 3 && !begun[n]; m++)
                    begun[n] = hearth__utf8_valid(hearth__str(more, n + m));
            }
        }
        for (size_t n = 1; n <= 4 && bad == 5; n++) {
            if (!hearth__utf8_so_far(hearth__str((const char *)p, n), &done))
                bad = n;
            if (begun[n] != (bad == 5))
                ck_abort_msg("%02x %02x %02x %02x at %zu", p[0], p[1], p[2], p[3], n);
        }
    }
}
END_TEST

SUITE("core/utf8", LOOP(a_text_that_comes_in_pieces_fails_at_its_first_bad_byte, 0, 256)
                       LOOP(every_code_point_goes_there_and_back, 0, 18)
                           TEST(numbers_above_unicode_have_no_form)
                               LOOP(sequences_are_valid_exactly_by_the_table, 0, 256)
                                   LOOP(the_fast_path_overlooks_nothing, 2, 34)
                                       LOOP(trimming_takes_a_cut_character_only, 0, 10))
