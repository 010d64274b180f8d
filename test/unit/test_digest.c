/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "suite.h"

#include "core/digest.h"
#include "core/str.h"

/* FIPS 180-4, examples of NIST. */
static const struct {
    const char *text, *digest;
} known[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

START_TEST(known_texts_have_their_known_digest)
{
    char out[HEARTH__SHA256_HEX + 1];

    hearth__sha256_hex(out, hearth__str_of(known[_i].text));
    ck_assert_str_eq(out, known[_i].digest);
}
END_TEST

START_TEST(a_keyed_digest_depends_on_key_and_text)
{
    const unsigned char key[HEARTH__MAC_KEY] = {1}, other[HEARTH__MAC_KEY] = {2};
    unsigned char a[HEARTH__MAC], b[HEARTH__MAC];

    hearth__mac(a, key, HEARTH__S("text"));
    hearth__mac(b, key, HEARTH__S("text"));
    ck_assert(hearth__mac_equal(a, b));
    hearth__mac(b, other, HEARTH__S("text"));
    ck_assert(!hearth__mac_equal(a, b));
    hearth__mac(b, key, HEARTH__S("texT"));
    ck_assert(!hearth__mac_equal(a, b));
}
END_TEST

SUITE("core/digest", LOOP(known_texts_have_their_known_digest, 0, 3)
                         TEST(a_keyed_digest_depends_on_key_and_text))
