/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Bodies in chunks, in pieces of every size. */

#include "boot/client_chunks.h"
#include "core/str.h"
#include "suite.h"

static const struct {
    const char *in, *body, *left;
    int rc;
} inputs[] = {
    {"0\r\n\r\n", "", "", HEARTH_DECLINED},
    {"3\r\nabc\r\n0\r\n\r\n", "abc", "", HEARTH_DECLINED},
    {"3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\nHTTP", "abc0123456789abcdef", "HTTP",
     HEARTH_DECLINED},
    {"1;x=y\r\na\r\n0\r\nX-Sum: 1\r\n\r\n", "a", "", HEARTH_DECLINED},
    {"3\r\nab", "ab", "", 0},
    {"3\r\nabc\r\n", "abc", "", 0},
    {"3\nabc\r\n", "", NULL, HEARTH_EINVAL},
    {"x\r\n", "", NULL, HEARTH_EINVAL},
    {"\r\n", "", NULL, HEARTH_EINVAL},
    {"3\r\nabcd\r\n", "abc", NULL, HEARTH_EINVAL},
    {"10000000000000000\r\n", "", NULL, HEARTH_EINVAL},
};

START_TEST(chunks_give_their_bytes_or_are_malformed)
{
    hearth_str all = hearth__str_of(inputs[_i].in), in = {all.ptr, 0};
    hearth__chunks k = {.left = 0};
    hearth__buf to;
    int rc = 0;

    hearth__buf_init(&to, NULL, 0);
    for (size_t n = 1; rc == 0 && n <= all.len; n++) {
        in.len = (size_t)(all.ptr + n - in.ptr);
        rc = hearth__chunks_take(&k, &in, &to);
    }
    ck_assert_int_eq(rc, inputs[_i].rc);
    ck_assert_str_eq(to.ptr, inputs[_i].body);
    hearth__buf_empty(&to);
    k = (hearth__chunks){.left = 0};
    in = all;
    ck_assert_int_eq(hearth__chunks_take(&k, &in, &to), inputs[_i].rc);
    ck_assert_str_eq(to.ptr, inputs[_i].body);
    if (inputs[_i].left != NULL)
        ck_assert(hearth__str_eq(in, hearth__str_of(inputs[_i].left)));
    hearth__buf_clear(&to);
}
END_TEST

SUITE("boot/client_chunks", LOOP(chunks_give_their_bytes_or_are_malformed, 0,
                                 (int)(sizeof inputs / sizeof *inputs)))
