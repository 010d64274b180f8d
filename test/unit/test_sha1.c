/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* SHA-1 by the examples of FIPS 180 and RFC 3174, and where its last block is full. */

#include "core/enc.h"
#include "core/sha1.h"
#include "core/str.h"
#include "suite.h"

static const struct {
    const char *text, *hex;
} known[] = {
    {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    {"0123456701234567012345670123456701234567012345670123456701234567",
     "e0c094e867ef46c350ef54a7f59dd60bed92ae83"},
};

static void check(hearth_str s, const char *hex)
{
    unsigned char out[HEARTH__SHA1];
    char mem[64];
    hearth__buf b;

    hearth__sha1(out, s);
    hearth__buf_over(&b, mem, sizeof mem);
    hearth__enc_hex(&b, hearth__str((const char *)out, sizeof out));
    ck_assert_str_eq(mem, hex);
}

START_TEST(known_texts_have_known_digests)
{
    check(hearth__str_of(known[_i].text), known[_i].hex);
}
END_TEST

START_TEST(a_million_letters_are_digested)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (int i = 0; i < 1000000; i++)
        hearth__buf_char(&b, 'a');
    check(hearth__buf_view(&b), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    hearth__buf_clear(&b);
}
END_TEST

SUITE("core/sha1",
      LOOP(known_texts_have_known_digests, 0, 4) TEST(a_million_letters_are_digested))
