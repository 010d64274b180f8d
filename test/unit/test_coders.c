/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/coders.h"

#include "decode.h"
#include "suite.h"

#include <pthread.h>

START_TEST(defaults_are_filled_in)
{
    hearth__coders *p = hearth__coders_new();
    const hearth_compress_opts *o = hearth__coders_opts(p);

    ck_assert_uint_eq(o->min_bytes, 1024);
    ck_assert_int_eq(o->max_streams, 256);
    ck_assert_int_eq(o->zstd_level, 3);
    ck_assert_int_eq(o->br_level, 5);
    ck_assert_int_eq(o->gzip_level, 4);
    hearth__coders_set(p, &(hearth_compress_opts){.min_bytes = 7, .br_level = 9});
    ck_assert_uint_eq(o->min_bytes, 7);
    ck_assert_int_eq(o->br_level, 9);
    ck_assert_int_eq(o->zstd_level, 3);
    hearth__coders_free(p);
    hearth__coders_free(NULL);
}
END_TEST

START_TEST(an_encoder_is_used_again)
{
    hearth__coders *p = hearth__coders_new();

    for (int k = 0; k < HEARTH__NCODINGS; k++) {
        hearth__coder *z = hearth__coder_take(p, (hearth__coding)k, 10);

        ck_assert_ptr_nonnull(z);
        ck_assert_int_eq(hearth__coder_kind(z), k);
        hearth__coder_give(p, z, false);
        ck_assert_ptr_eq(hearth__coder_take(p, (hearth__coding)k, 10), z);
        hearth__coder_give(p, z, false);
    }
    hearth__coders_free(p);
}
END_TEST

START_TEST(only_so_many_streams_are_compressed)
{
    hearth__coders *p = hearth__coders_new();
    hearth__coder *z[3];

    hearth__coders_set(p, &(hearth_compress_opts){.max_streams = 3});
    for (int i = 0; i < 3; i++) {
        z[i] = hearth__coder_take(p, HEARTH__GZIP, 0);
        ck_assert_ptr_nonnull(z[i]);
    }
    ck_assert_ptr_null(hearth__coder_take(p, HEARTH__GZIP, 0));
    ck_assert_ptr_null(hearth__coder_take(p, HEARTH__BR, 0));
    hearth__coder *body =
        hearth__coder_take(p, HEARTH__GZIP, 1000); /* that is no stream */

    ck_assert_ptr_nonnull(body);
    hearth__coder_give(p, body, false);
    hearth__coder_give(p, z[0], true);
    z[0] = hearth__coder_take(p, HEARTH__BR, 0);
    ck_assert_ptr_nonnull(z[0]);
    for (int i = 0; i < 3; i++)
        hearth__coder_give(p, z[i], true);
    hearth__coders_free(p);
}
END_TEST

static void *work(void *arg)
{
    hearth__coders *p = arg;

    for (int i = 0; i < 200; i++) {
        hearth__coding k = (hearth__coding)(i % HEARTH__NCODINGS);
        hearth__coder *z = hearth__coder_take(p, k, i % 2 == 0 ? 0 : 5);
        hearth__buf out;

        if (z == NULL)
            continue;
        hearth__buf_init(&out, NULL, 0);
        if (hearth__coder_put(z, &out, "hello", 5, true) != 0)
            return p;
        hearth__coder_give(p, z, i % 2 == 0);
        hearth__buf_clear(&out);
    }
    return NULL;
}

START_TEST(threads_share_them)
{
    hearth__coders *p = hearth__coders_new();
    pthread_t t[4];

    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, work, p), 0);
    for (int i = 0; i < 4; i++) {
        void *failed;

        pthread_join(t[i], &failed);
        ck_assert_ptr_null(failed);
    }
    hearth__coders_free(p);
}
END_TEST

SUITE("app/coders",
      TEST(defaults_are_filled_in) TEST(an_encoder_is_used_again)
          TEST(only_so_many_streams_are_compressed) TEST(threads_share_them))
