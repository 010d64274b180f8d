/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/body.h"
#include "ctx.h"
#include "form.h"
#include "suite.h"

#include <hearth/upload.h>

/* A context with a form in it. */
static bare *with_form(const char *body)
{
    bare *t = bare_open(NULL, "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: " FORM_TYPE
                              "\r\nTransfer-Encoding: chunked\r\n\r\n");

    t->c->max_body = 1u << 20;
    ck_assert_int_eq(hearth__body_prepare(t->c), 0);
    ck_assert_int_eq(hearth__body_take(t->c, body, strlen(body)), 0);
    ck_assert_int_eq(hearth__body_end(t->c), 0);
    return t;
}

#define THREE                             \
    FORM_FILE("f", "1.txt", "a/b", "one") \
    FORM_FILE("g", "2.txt", "c/d", "")    \
    FORM_FILE("f", "3.txt", "e/f", "three") FORM_END

START_TEST(files_are_found_by_field_and_by_number)
{
    bare *t = with_form(THREE);
    const hearth_upload *u = hearth_upload_named(t->c, "f");

    ck_assert_ptr_eq(u, hearth_upload_at(t->c, 0));
    ck_assert_str_eq(u->field, "f");
    ck_assert_str_eq(u->client_name, "1.txt");
    ck_assert_str_eq(u->claimed_type, "a/b");
    ck_assert_uint_eq(u->size, 3);
    ck_assert_str_eq(hearth_upload_named(t->c, "g")->client_name, "2.txt");
    ck_assert_str_eq(hearth_upload_at(t->c, 2)->client_name, "3.txt");
    ck_assert_ptr_null(hearth_upload_at(t->c, 3));
    ck_assert_ptr_null(hearth_upload_at(t->c, SIZE_MAX));
    ck_assert_ptr_null(hearth_upload_named(t->c, "F"));
    bare_close(t);
}
END_TEST

START_TEST(without_a_form_there_are_no_files)
{
    bare *t = bare_get();

    ck_assert_ptr_null(hearth_upload_at(t->c, 0));
    ck_assert_ptr_null(hearth_upload_named(t->c, "f"));
    ck_assert_ptr_null(hearth_body_state(t->c));
    bare_close(t);
}
END_TEST

/* Of the file, never of its neighbour in the spool. */
static const struct {
    size_t number, offset, max;
    const char *got;
} reads[] = {
    {0, 0, 10, "one"},   {0, 1, 10, "ne"}, {0, 1, 1, "n"},
    {0, 3, 10, ""},      {0, 99, 10, ""},  {1, 0, 10, ""},
    {2, 0, 10, "three"}, {2, 4, 10, "e"},  {2, 0, 0, ""},
};

START_TEST(reading_stays_within_the_file)
{
    bare *t = with_form(THREE);
    const hearth_upload *u = hearth_upload_at(t->c, reads[_i].number);
    char out[16] = "";
    size_t got = 99;

    ck_assert_int_eq(hearth_upload_read(t->c, u, reads[_i].offset, out, reads[_i].max,
                                        &got),
                     0);
    ck_assert_uint_eq(got, strlen(reads[_i].got));
    ck_assert_str_eq(out, reads[_i].got);
    bare_close(t);
}
END_TEST

START_TEST(a_whole_file_ends_in_a_nul)
{
    bare *t = with_form(THREE);
    hearth_str all;

    ck_assert_int_eq(hearth_upload_bytes(t->c, hearth_upload_at(t->c, 2), &all), 0);
    ck_assert_str_eq(all.ptr, "three");
    ck_assert_uint_eq(all.len, 5);
    ck_assert_int_eq(hearth_upload_bytes(t->c, hearth_upload_at(t->c, 1), &all), 0);
    ck_assert_str_eq(all.ptr, "");
    bare_close(t);
}
END_TEST

START_TEST(a_name_that_is_no_file_name_is_refused_and_logged)
{
    static const char *const names[] = {"", ".", "..", "a/b", "/", "../x"};
    bare *t = with_form(THREE);

    ck_assert_int_eq(hearth_upload_save(t->c, hearth_upload_at(t->c, 0), "/tmp",
                                        names[_i], NULL),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(t->log->text, "no plain file name"));
    bare_close(t);
}
END_TEST

SUITE("app/upload",
      TEST(files_are_found_by_field_and_by_number) TEST(without_a_form_there_are_no_files)
          LOOP(reading_stays_within_the_file, 0, 9) TEST(a_whole_file_ends_in_a_nul)
              LOOP(a_name_that_is_no_file_name_is_refused_and_logged, 0, 6))
