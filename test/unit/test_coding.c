/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "http/coding.h"

#include "core/str.h"
#include "decode.h"
#include "suite.h"

static const char *name_of(int k)
{
    return hearth__coding_name((hearth__coding)k).ptr;
}

/* Text that repeats itself now and then. */
static char *text_of(size_t n)
{
    char *p = malloc(n + 1);
    unsigned seed = 5;

    ck_assert_ptr_nonnull(p);
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        p[i] = (char)('a' + (seed >> 24) % (i % 100 < 50 ? 2 : 26));
    }
    p[n] = '\0';
    return p;
}

static void check_same(int k, const hearth__buf *out, const char *text, size_t n)
{
    decoded d = decode(name_of(k), out->ptr, out->len);

    ck_assert(!out->failed);
    ck_assert(d.whole);
    ck_assert_uint_eq(d.len, n);
    ck_assert_int_eq(memcmp(d.text, text, n), 0);
    free(d.text);
}

static const size_t sizes[] = {0, 1, 17, 1000, 4096, 12288, 70000, 300000, 3000000};
#define NSIZES ((int)(sizeof sizes / sizeof *sizes))

START_TEST(what_is_encoded_can_be_decoded)
{
    int k = _i / NSIZES;
    size_t n = sizes[_i % NSIZES];
    char *text = text_of(n);
    hearth__coder *z = hearth__coder_new((hearth__coding)k, 3);
    hearth__buf out;

    ck_assert_ptr_nonnull(z);
    ck_assert_int_eq(hearth__coder_kind(z), k);
    hearth__buf_init(&out, NULL, 0);
    for (int again = 0; again < 3; again++) {
        hearth__buf_empty(&out);
        ck_assert_int_eq(hearth__coder_start(z, n), 0);
        ck_assert_int_eq(hearth__coder_put(z, &out, text, n, true), 0);
        check_same(k, &out, text, n);
        if (n >= 1000)
            ck_assert_uint_lt(out.len, n);
    }
    hearth__buf_clear(&out);
    hearth__coder_free(z);
    free(text);
}
END_TEST

/* Whoever has read what came so far has every byte that was put in. */
START_TEST(every_block_can_be_read_at_once)
{
    static const size_t block[] = {1, 5, 4000, 12288, 0, 100000, 1, 0};
    int k = _i;
    char *text = text_of(200000);
    hearth__coder *z = hearth__coder_new((hearth__coding)k, 5);
    hearth__buf out;
    size_t n = 0;

    hearth__buf_init(&out, NULL, 0);
    ck_assert_int_eq(hearth__coder_start(z, 0), 0);
    for (int i = 0; i < 8; i++) {
        bool end = i == 7;

        ck_assert_int_eq(hearth__coder_put(z, &out, text + n, block[i], end), 0);
        n += block[i];
        decoded d = decode(name_of(k), out.ptr, out.len);

        ck_assert_uint_eq(d.len, n);
        ck_assert_int_eq(memcmp(d.text, text, n), 0);
        ck_assert_int_eq(d.whole, end);
        free(d.text);
    }
    hearth__buf_clear(&out);
    hearth__coder_free(z);
    free(text);
}
END_TEST

/* One body broken off must not be seen in the next. */
START_TEST(a_coder_begins_anew)
{
    hearth__coder *z = hearth__coder_new((hearth__coding)_i, 1);
    hearth__buf out;

    hearth__buf_init(&out, NULL, 0);
    ck_assert_int_eq(hearth__coder_start(z, 0), 0);
    ck_assert_int_eq(hearth__coder_put(z, &out, "secret", 6, false), 0);
    hearth__buf_empty(&out);
    ck_assert_int_eq(hearth__coder_start(z, 5), 0);
    ck_assert_int_eq(hearth__coder_put(z, &out, "plain", 5, true), 0);
    check_same(_i, &out, "plain", 5);
    hearth__buf_clear(&out);
    hearth__coder_free(z);
}
END_TEST

START_TEST(every_level_works)
{
    char *text = text_of(20000);

    for (int level = 1; level <= hearth__coding_max((hearth__coding)_i); level++) {
        hearth__coder *z = hearth__coder_new((hearth__coding)_i, level);
        hearth__buf out;

        ck_assert_ptr_nonnull(z);
        hearth__buf_init(&out, NULL, 0);
        ck_assert_int_eq(hearth__coder_start(z, 20000), 0);
        ck_assert_int_eq(hearth__coder_put(z, &out, text, 20000, true), 0);
        check_same(_i, &out, text, 20000);
        hearth__buf_clear(&out);
        hearth__coder_free(z);
    }
    free(text);
}
END_TEST

START_TEST(a_full_buffer_says_so)
{
    char *text = text_of(100000);
    hearth__coder *z = hearth__coder_new((hearth__coding)_i, 1);
    hearth__buf out;

    hearth__buf_init(&out, NULL, 100);
    ck_assert_int_eq(hearth__coder_start(z, 100000), 0);
    ck_assert_int_ne(hearth__coder_put(z, &out, text, 100000, true), 0);
    ck_assert(out.failed);
    hearth__buf_clear(&out);
    hearth__coder_free(z);
    hearth__coder_free(NULL);
    free(text);
}
END_TEST

static const struct {
    const char *type;
    bool worth;
} kinds[] = {
    {"text/html; charset=utf-8", true},
    {"TEXT/PLAIN", true},
    {"text/event-stream", true},
    {"application/json", true},
    {"application/problem+json", true},
    {"application/atom+xml;x=y", true},
    {"image/svg+xml", true},
    {"application/wasm", true},
    {"application/openapi+yaml", true},
    {"font/ttf", true},
    {"image/png", false},
    {"image/jpeg", false},
    {"font/woff2", false},
    {"video/mp4", false},
    {"application/zip", false},
    {"application/octet-stream", false},
    {"application/jsonx", false},
    {"textual/x", false},
    {"", false},
};

START_TEST(texts_are_worth_it_and_pictures_are_not)
{
    ck_assert_int_eq(hearth__coding_worth(hearth__str_of(kinds[_i].type)),
                     kinds[_i].worth);
}
END_TEST

#define NKINDS ((int)(sizeof kinds / sizeof *kinds))

SUITE("http/coding",
      LOOP(what_is_encoded_can_be_decoded, 0, HEARTH__NCODINGS *NSIZES)
          LOOP(every_block_can_be_read_at_once, 0, HEARTH__NCODINGS)
              LOOP(a_coder_begins_anew, 0, HEARTH__NCODINGS)
                  LOOP(every_level_works, 0, HEARTH__NCODINGS)
                      LOOP(a_full_buffer_says_so, 0, HEARTH__NCODINGS)
                          LOOP(texts_are_worth_it_and_pictures_are_not, 0, NKINDS))
