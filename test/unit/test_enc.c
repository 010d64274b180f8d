/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Encodings: there and back, strict on the way back, harmless on a terminal. */
#include "suite.h"

#include <sodium.h>

#include "core/enc.h"
#include "core/str.h"
#include "core/utf8.h"

#include <jansson.h>
#include <stdint.h>
#include <string.h>

typedef void encode(hearth__buf *b, hearth_str s);

static void gives(encode *enc, hearth_str in, const char *want)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    enc(&b, in);
    ck_assert(!b.failed);
    ck_assert_str_eq(b.ptr, want);
    ck_assert_uint_eq(b.len, strlen(want));
    hearth__buf_clear(&b);
}

/* ---- url and html ---- */

START_TEST(url_leaves_the_unreserved_alone)
{
    for (int c = 0; c < 256; c++) {
        static const char kept[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789-._~";
        char in = (char)c, want[4];

        if (c != 0 && strchr(kept, c) != NULL)
            snprintf(want, sizeof want, "%c", c);
        else
            snprintf(want, sizeof want, "%%%02X", (unsigned)c);
        gives(hearth__enc_url, hearth__str(&in, 1), want);
        gives(hearth__enc_url_path, hearth__str(&in, 1), c == '/' ? "/" : want);
    }
    gives(hearth__enc_url, HEARTH__S(""), "");
    gives(hearth__enc_url, HEARTH__S("a b/c&d\xc3\xa4z"), "a%20b%2Fc%26d%C3%A4z");
    gives(hearth__enc_url_path, HEARTH__S("a b/c?"), "a%20b/c%3F");
}
END_TEST

START_TEST(html_replaces_five_characters)
{
    for (int c = 0; c < 256; c++) {
        char in = (char)c;
        hearth__buf b;

        hearth__buf_init(&b, NULL, 0);
        hearth__enc_html(&b, hearth__str(&in, 1));
        if (c != 0 && strchr("&<>\"'", c) != NULL) {
            ck_assert_uint_gt(b.len, 1);
            ck_assert_int_eq(b.ptr[0], '&');
        } else {
            ck_assert_uint_eq(b.len, 1);
            ck_assert_int_eq(b.ptr[0], in);
        }
        hearth__buf_clear(&b);
    }
    gives(hearth__enc_html, HEARTH__S(""), "");
    gives(hearth__enc_html, HEARTH__S("<a href=\"x?a&b\">'\xc3\xa4'</a>!"),
          "&lt;a href=&quot;x?a&amp;b&quot;&gt;&#39;\xc3\xa4&#39;&lt;/a&gt;!");
}
END_TEST

/* ---- base64 and hex ---- */

static bool decode(hearth_str in, int how, hearth__buf *b)
{
    return how == 2 ? hearth__dec_hex(b, in) : hearth__dec_base64(b, in, how == 1);
}

static void encode_as(hearth__buf *b, hearth_str in, int how)
{
    if (how == 2)
        hearth__enc_hex(b, in);
    else
        hearth__enc_base64(b, in, how == 1);
}

static const struct {
    const char *plain, *text[3];
} vectors[] = {
    /* RFC 4648, section 10, and the characters in which the alphabets differ */
    {"", {"", "", ""}},
    {"f", {"Zg==", "Zg", "66"}},
    {"fo", {"Zm8=", "Zm8", "666f"}},
    {"foo", {"Zm9v", "Zm9v", "666f6f"}},
    {"foob", {"Zm9vYg==", "Zm9vYg", "666f6f62"}},
    {"fooba", {"Zm9vYmE=", "Zm9vYmE", "666f6f6261"}},
    {"foobar", {"Zm9vYmFy", "Zm9vYmFy", "666f6f626172"}},
    {"\xfb\xff\xfe", {"+//+", "-__-", "fbfffe"}},
};

START_TEST(known_texts_encode_and_decode)
{
    hearth_str plain = hearth__str_of(vectors[_i].plain);

    for (int how = 0; how < 3; how++) {
        hearth__buf b;

        hearth__buf_init(&b, NULL, 0);
        hearth__buf_text(&b, "> ");
        encode_as(&b, plain, how);
        ck_assert_str_eq(b.ptr + 2, vectors[_i].text[how]);
        ck_assert_uint_eq(b.len, 2 + strlen(vectors[_i].text[how]));
        hearth__buf_empty(&b);
        hearth__buf_text(&b, "> ");
        ck_assert(decode(hearth__str_of(vectors[_i].text[how]), how, &b));
        ck_assert_uint_eq(b.len, 2 + plain.len);
        ck_assert_mem_eq(b.ptr + 2, plain.ptr, plain.len + 1);
        hearth__buf_clear(&b);
    }
}
END_TEST

/* What is cut off decodes only where the shorter text is a whole one of its own, and a
 * refusal leaves the buffer as it was. */
START_TEST(every_length_comes_back_and_no_truncation_does)
{
    unsigned char bytes[70];
    hearth_str in = hearth__str((const char *)bytes, (size_t)_i);

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i * 37 + 0x91);
    for (int how = 0; how < 3; how++) {
        hearth__buf text, back;

        hearth__buf_init(&text, NULL, 0);
        hearth__buf_init(&back, NULL, 0);
        encode_as(&text, in, how);
        for (size_t cut = 0; cut <= text.len; cut++) {
            bool ok;

            hearth__buf_empty(&back);
            hearth__buf_text(&back, "kept");
            ok = decode(hearth__str(text.ptr, cut), how, &back);
            ck_assert(!back.failed);
            ck_assert_int_eq(back.ptr[back.len], '\0');
            ck_assert_mem_eq(back.ptr, "kept", 4);
            if (!ok) {
                ck_assert_uint_eq(back.len, 4);
                ck_assert_uint_ne(cut, text.len);
                continue;
            }
            if (how == 0)
                ck_assert_uint_eq(cut % 4, 0);
            if (how == 2)
                ck_assert_uint_eq(cut % 2, 0);
            ck_assert_uint_le(back.len - 4, in.len);
            ck_assert_mem_eq(back.ptr + 4, in.ptr, back.len - 4);
            if (cut == text.len)
                ck_assert_uint_eq(back.len - 4, in.len);
        }
        hearth__buf_clear(&text);
        hearth__buf_clear(&back);
    }
}
END_TEST

static const struct {
    const char *text;
    int how;
} refused[] = {
    {"Z", 0},     {"Zg", 0},       {"Zg=", 0},      {"Zg===", 0},  {"=", 0},
    {"====", 0},  {"Zm9v=", 0},    {"Zg==Zg==", 0}, {"Zm9v\n", 0}, {" Zm9v", 0},
    {"Zm 9v", 0}, {"Zh==", 0},     {"Zm9=", 0}, /* bits that nobody reads must be 0 */
    {"-__-", 0},  {"Zm9v\xc3", 0}, {"Zg==", 1},     {"Zm8=", 1},   {"+//+", 1},
    {"Z", 1},     {"Zm9vY", 1},    {"Zh", 1},       {"Zm9", 1},    {"Zg ", 1},
    {"6", 2},     {"666", 2},      {"6g", 2},       {"0x66", 2},   {"66 6f", 2},
    {"66:6f", 2}, {" 66", 2},      {"66\n", 2},     {"+6", 2},
};

START_TEST(other_spellings_are_refused)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    ck_assert(!decode(hearth__str_of(refused[_i].text), refused[_i].how, &b));
    ck_assert(!b.failed);
    ck_assert_uint_eq(b.len, 0);
    ck_assert_str_eq(b.ptr, "");
    ck_assert(!decode(HEARTH__S("6666\0"), refused[_i].how, &b));
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(hex_reads_both_cases)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    ck_assert(hearth__dec_hex(&b, HEARTH__S("AbcDEF09")));
    ck_assert_uint_eq(b.len, 4);
    ck_assert_mem_eq(b.ptr, "\xab\xcd\xef\x09", 5);
    hearth__buf_clear(&b);
}
END_TEST

/* Ours is faster; what it says is libsodium's, which is as strict. */
START_TEST(libsodium_says_the_same_of_base64)
{
    static const char letters[] = "ABYZabyz0189+/-_==AAww.";
    int variant = _i == 1 ? sodium_base64_VARIANT_URLSAFE_NO_PADDING
                          : sodium_base64_VARIANT_ORIGINAL;
    char text[32], again[64];
    unsigned char bytes[32];
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (uint32_t round = 0; round < 200000; round++) {
        uint32_t x = round * 2654435761u;
        size_t n = round % 9, got = 0;

        for (size_t i = 0; i < n; i++) {
            x = x * 1664525u + 1013904223u;
            text[i] = letters[(x >> 16) % (sizeof letters - 1)];
        }
        bool ok = sodium_base642bin(bytes, sizeof bytes, text, n, NULL, &got, NULL,
                                    variant) == 0;

        hearth__buf_empty(&b);
        ck_assert_msg(hearth__dec_base64(&b, hearth__str(text, n), _i == 1) == ok, "%.*s",
                      (int)n, text);
        ck_assert_uint_eq(b.len, ok ? got : 0);
        ck_assert(!ok || memcmp(b.ptr, bytes, got) == 0);
        for (size_t i = 0; i < n; i++)
            bytes[i] = (unsigned char)(x >> (i % 4 * 8));
        sodium_bin2base64(again, sizeof again, bytes, n, variant);
        hearth__buf_empty(&b);
        hearth__enc_base64(&b, hearth__str((char *)bytes, n), _i == 1);
        ck_assert_str_eq(b.ptr, again);
    }
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(what_fits_exactly_fits)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 8);
    hearth__enc_base64(&b, HEARTH__S("foobar"), false);
    ck_assert(!b.failed);
    ck_assert_str_eq(b.ptr, "Zm9vYmFy");
    hearth__buf_empty(&b);
    hearth__enc_hex(&b, HEARTH__S("foob"));
    ck_assert(!b.failed);
    ck_assert_str_eq(b.ptr, "666f6f62");
    hearth__enc_hex(&b, HEARTH__S("f"));
    ck_assert(b.failed);
    hearth__enc_base64(&b, HEARTH__S(""), true);
    ck_assert(!decode(HEARTH__S("66"), 2, &b));
    ck_assert(!decode(HEARTH__S("Zg"), 1, &b));
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(sizes_that_wrap_round_poison)
{
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 1,
                                   SIZE_MAX / 4 * 3};
    hearth_str huge = {"", sizes[_i]}; /* never read */

    for (int how = 0; how < 3; how++) {
        hearth__buf b;

        hearth__buf_init(&b, NULL, 1000);
        encode_as(&b, huge, how);
        ck_assert(b.failed);
        hearth__buf_clear(&b);
    }
}
END_TEST

/* ---- json ---- */

/* s as a JSON string, read again by another parser. */
static json_t *read_json(hearth_str s, hearth__buf *b)
{
    json_t *v;

    hearth__buf_empty(b);
    hearth__enc_json(b, s);
    ck_assert(!b->failed);
    ck_assert(hearth__utf8_valid(hearth__buf_view(b)));
    for (size_t i = 0; i < b->len; i++)
        ck_assert((unsigned char)b->ptr[i] >= 0x20 && b->ptr[i] != 0x7f);
    v = json_loadb(b->ptr, b->len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    if (v == NULL)
        ck_abort_msg("not JSON: %s", b->ptr);
    return v;
}

START_TEST(every_character_comes_back_through_json)
{
    hearth__buf b;
    uint32_t from = (uint32_t)_i * 0x8000;

    hearth__buf_init(&b, NULL, 0);
    for (uint32_t cp = from; cp < from + 0x8000; cp += cp < 0x3000 ? 1 : 7) {
        char in[4];
        size_t n = hearth__utf8_put(cp, in);
        json_t *v;

        if (n == 0)
            continue;
        v = read_json(hearth__str(in, n), &b);
        if (json_string_length(v) != n || memcmp(json_string_value(v), in, n) != 0)
            ck_abort_msg("U+%04X", (unsigned)cp);
        json_decref(v);
    }
    hearth__buf_clear(&b);
}
END_TEST

/* Each byte at each place of a text around the eight-byte steps. */
START_TEST(the_fast_path_overlooks_no_byte)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (size_t at = 0; at < 20; at++) {
        char in[20];
        json_t *v;
        const char *got;

        memset(in, '!', sizeof in);
        in[at] = (char)_i;
        v = read_json(hearth__str(in, sizeof in), &b);
        got = json_string_value(v);
        if (_i < 0x80) {
            ck_assert_uint_eq(json_string_length(v), sizeof in);
            ck_assert_mem_eq(got, in, sizeof in);
        } else {
            ck_assert_uint_eq(json_string_length(v), sizeof in + 2);
            ck_assert_mem_eq(got + at, "\xef\xbf\xbd", 3);
        }
        json_decref(v);
    }
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(json_spells_escapes_in_one_way)
{
    gives(hearth__enc_json, HEARTH__S(""), "\"\"");
    gives(hearth__enc_json_part, HEARTH__S(""), "");
    gives(hearth__enc_json_part, HEARTH__S("a\"b\\c"), "a\\\"b\\\\c");
    gives(hearth__enc_json, HEARTH__S("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"");
    gives(hearth__enc_json, HEARTH__S("\0\x0b\x1b\x1f\x7f"),
          "\"\\u0000\\u000b\\u001b\\u001f\\u007f\"");
    gives(hearth__enc_json, HEARTH__S("\xc2\x80\xc2\x9b[\xc2\x9f\xc2\xa0"),
          "\"\\u0080\\u009b[\\u009f\xc2\xa0\"");
    gives(hearth__enc_json, HEARTH__S("</\xe2\x80\xa8\xe2\x80\xa9"),
          "\"</\\u2028\\u2029\"");
    gives(hearth__enc_json, HEARTH__S("\xc3\xa4\xf0\x9f\x94\xa5"),
          "\"\xc3\xa4\xf0\x9f\x94\xa5\"");
    gives(hearth__enc_json, HEARTH__S("a\xc3(\xed\xa0\x80"),
          "\"a\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
    gives(hearth__enc_json, HEARTH__S("\xf0\x9f\x94"),
          "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}
END_TEST

/* ---- one line ---- */

START_TEST(a_line_shows_what_it_must_not_obey)
{
    gives(hearth__enc_line, HEARTH__S(""), "");
    gives(hearth__enc_line, HEARTH__S("plain \"text\" \xc3\xa4 \xf0\x9f\x94\xa5"),
          "plain \"text\" \xc3\xa4 \xf0\x9f\x94\xa5");
    gives(hearth__enc_line, HEARTH__S("a\r\nb\t\x1b[31m\0\x7f"),
          "a\\x0d\\x0ab\\x09\\x1b[31m\\x00\\x7f");
    gives(hearth__enc_line, HEARTH__S("C:\\x41"), "C:\\\\x41");
    gives(hearth__enc_line, HEARTH__S("\xff\xc3(\xe2\x82"), "\\xff\\xc3(\\xe2\\x82");
}
END_TEST

START_TEST(no_character_of_a_line_commands_the_terminal)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (uint32_t cp = 0; cp < 0x3000; cp++) {
        char in[4];
        size_t n = hearth__utf8_put(cp, in);
        bool bad = (cp >= 0x80 && cp <= 0x9f) || cp == 0x61c || cp == 0x200e ||
                   cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) ||
                   (cp >= 0x2066 && cp <= 0x2069);

        hearth__buf_empty(&b);
        hearth__enc_line(&b, hearth__str(in, n));
        ck_assert(hearth__utf8_valid(hearth__buf_view(&b)));
        for (size_t i = 0; i < b.len; i++)
            ck_assert((unsigned char)b.ptr[i] >= 0x20 && b.ptr[i] != 0x7f);
        if (bad) {
            unsigned got = 0;

            ck_assert_int_eq(sscanf(b.ptr, "\\u{%x}", &got), 1);
            ck_assert_uint_eq(got, cp);
            ck_assert_str_eq(b.ptr + b.len - 1, "}");
        }
        /* what is left as it is, is what it was */
        if (b.ptr[0] != '\\')
            ck_assert_mem_eq(b.ptr, in, n);
    }
    hearth__buf_clear(&b);
}
END_TEST

/* libsodium takes some of them for letters. */
START_TEST(no_byte_past_ascii_is_a_letter)
{
    char in[5] = "AAAA";
    hearth__buf b;

    in[_i % 4] = (char)(0x80 + _i / 4);
    for (int how = 0; how < 3; how++) {
        hearth__buf_init(&b, NULL, 0);
        ck_assert(!decode(hearth__str_of(in), how, &b));
        ck_assert_uint_eq(b.len, 0);
        hearth__buf_clear(&b);
    }
}
END_TEST

SUITE("core/enc",
      LOOP(no_byte_past_ascii_is_a_letter, 0,
           512) TEST(url_leaves_the_unreserved_alone) TEST(html_replaces_five_characters)
          LOOP(known_texts_encode_and_decode, 0,
               8) LOOP(every_length_comes_back_and_no_truncation_does, 0,
                       70) LOOP(other_spellings_are_refused, 0,
                                (int)(sizeof refused / sizeof *refused))
              TEST(hex_reads_both_cases) LOOP(libsodium_says_the_same_of_base64, 0, 2)
                  TEST(what_fits_exactly_fits) LOOP(sizes_that_wrap_round_poison, 0, 4)
                      LOOP(every_character_comes_back_through_json, 0, 34)
                          LOOP(the_fast_path_overlooks_no_byte, 0, 256)
                              TEST(json_spells_escapes_in_one_way)
                                  TEST(a_line_shows_what_it_must_not_obey)
                                      TEST(no_character_of_a_line_commands_the_terminal))
