/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/filename.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const struct {
    const char *name, *value;
} table[] = {
    {"a.txt", "attachment; filename=\"a.txt\""},
    {"a b.txt", "attachment; filename=\"a b.txt\""},
    {"", "attachment"},
    {"\n", "attachment"},
    {"dir/", "attachment"},
    {"/etc/passwd", "attachment; filename=\"passwd\""},
    {"C:\\tmp\\x.doc", "attachment; filename=\"x.doc\""},
    {"a\"b", "attachment; filename=\"a_b\"; filename*=UTF-8''a%22b"},
    {"100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"},
    {"na\xc3\xafve.txt",
     "attachment; filename=\"na_ve.txt\"; filename*=UTF-8''na%C3%AFve.txt"},
    {"\xe2\x82\xac rates",
     "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates"},
    {"a\r\nX: y", "attachment; filename=\"aX: y\""},
    {"a\x7f\xff.txt", "attachment; filename=\"a.txt\""},
    {"photo\xe2\x80\xaegpj.exe", "attachment; filename=\"photogpj.exe\""},
    {"a;b,c'd", "attachment; filename=\"a;b,c'd\""},
};

START_TEST(a_name_is_written_so_that_every_client_reads_it)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__filename_write(&b, true, hearth__str_of(table[_i].name));
    ck_assert_str_eq(b.ptr, table[_i].value);
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(a_file_may_be_shown_under_a_name)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__filename_write(&b, false, HEARTH__S("a.pdf"));
    ck_assert_str_eq(b.ptr, "inline; filename=\"a.pdf\"");
    hearth__buf_clear(&b);
}
END_TEST

SUITE("http/filename", LOOP(a_name_is_written_so_that_every_client_reads_it, 0, N(table))
                           TEST(a_file_may_be_shown_under_a_name))
