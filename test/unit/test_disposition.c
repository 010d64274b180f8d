/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "http/disposition.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

/* name, filename NULL: none; why: a word of the sentence. */
static const struct {
    const char *text, *name, *filename, *why;
} fields[] = {
    {"form-data; name=\"a\"", "a", NULL, NULL},
    {"form-data;name=a", "a", NULL, NULL},
    {"form-data; name = \"a\"", NULL, NULL, "malformed"},
    {"form-data ; name=\"a\" ; filename=\"b\" ;", "a", "b", NULL},
    {"FORM-DATA; NAME=a; FileName=b.txt", "a", "b.txt", NULL},
    {"form-data; name=\"\"", "", NULL, NULL},
    {"form-data; name=\"a\"; filename=\"\"", "a", "", NULL},
    {"form-data", NULL, NULL, NULL},
    {"form-data;", NULL, NULL, NULL},
    {"form-data; filename=x", NULL, "x", NULL},
    {"form-data; x=\"name=b\"; name=a", "a", NULL, NULL},
    {"form-data; name=\"a;b=c\"", "a;b=c", NULL, NULL},
    /* quoted pairs, and backslashes that are none */
    {"form-data; name=\"a\\\"b\"", "a\"b", NULL, NULL},
    {"form-data; name=\"a\\\\b\"", "a\\b", NULL, NULL},
    {"form-data; name=\"f\"; filename=\"C:\\dir\\x.txt\"", "f", "C:\\dir\\x.txt", NULL},
    /* what browsers do */
    {"form-data; name=\"a%22b%0D%0Ac%0d\"", "a\"b\r\nc\r", NULL, NULL},
    {"form-data; name=\"100%\"", "100%", NULL, NULL},
    {"form-data; name=\"%41%2\"", "%41%2", NULL, NULL},
    /* RFC 8187 */
    {"form-data; name=f; filename=\"x\"; filename*=UTF-8''na%C3%AFve", "f",
     "na\xc3\xafve", NULL},
    {"form-data; name=f; filename*=utf-8'en'a%20b; filename=x", "f", "a b", NULL},
    {"form-data; name=f; filename*=iso-8859-1''a", NULL, NULL, "RFC 8187"},
    {"form-data; name=f; filename*=UTF-8''%FF", NULL, NULL, "RFC 8187"},
    {"form-data; name=f; filename*=UTF-8''%00", NULL, NULL, "RFC 8187"},
    {"form-data; name=f; filename*=UTF-8''%zz", NULL, NULL, "RFC 8187"},
    {"form-data; name=f; filename*=UTF-8'a", NULL, NULL, "RFC 8187"},
    {"form-data; name=f; filename*=plain", NULL, NULL, "RFC 8187"},
    /* malformed */
    {"", NULL, NULL, "malformed"},
    {"; name=a", NULL, NULL, "malformed"},
    {"form-data name=a", NULL, NULL, "malformed"},
    {"form-data; name", NULL, NULL, "malformed"},
    {"form-data; name=", NULL, NULL, "malformed"},
    {"form-data; =a", NULL, NULL, "malformed"},
    {"form-data; name=\"a", NULL, NULL, "malformed"},
    {"form-data; name=\"a\\\"", NULL, NULL, "malformed"},
    {"form-data; name=a b", NULL, NULL, "malformed"},
    {"form-data; name=\"a\"b", NULL, NULL, "malformed"},
    {"form-data; name=a; name=b", NULL, NULL, "twice"},
    {"form-data; name=a; NAME=\"b\"", NULL, NULL, "twice"},
    {"form-data; name=f; filename*=UTF-8''a; filename*=UTF-8''b", NULL, NULL, "twice"},
};

static void check_text(hearth_str got, const char *want)
{
    if (want == NULL) {
        ck_assert_ptr_null(got.ptr);
        return;
    }
    ck_assert_ptr_nonnull(got.ptr);
    ck_assert_str_eq(got.ptr, want);
    ck_assert_uint_eq(got.len, strlen(want));
}

START_TEST(dispositions_are_read_as_clients_write_them)
{
    size_t n = strlen(fields[_i].text);
    char *text = malloc(n + 1); /* just as much as may be touched */
    hearth__disposition d;

    ck_assert_ptr_nonnull(text);
    memcpy(text, fields[_i].text, n + 1);
    const char *why = hearth__disposition_parse(&d, text, n);

    if (fields[_i].why != NULL) {
        ck_assert_ptr_nonnull(why);
        ck_assert_ptr_nonnull(strstr(why, fields[_i].why));
    } else {
        ck_assert_msg(why == NULL, "%s", why);
        ck_assert(hearth__str_ieq(d.type, HEARTH__S("form-data")));
        ck_assert_int_eq(d.type.ptr[d.type.len], '\0');
        check_text(d.name, fields[_i].name);
        check_text(d.filename, fields[_i].filename);
    }
    free(text);
}
END_TEST

static const struct {
    const char *raw, *shown;
} names[] = {
    {"a.txt", "a.txt"},
    {"", ""},
    {"/etc/passwd", "passwd"},
    {"../../x", "x"},
    {"C:\\Users\\me\\x.doc", "x.doc"},
    {"dir/", ""},
    {".", ""},
    {"..", ""},
    {"a/..", ""},
    {"...", "..."},
    {".profile", ".profile"},
    {"a\x01\x1f\x7f"
     "b\r\n",
     "ab"},
    {"a\xc2\x85"
     "b",
     "ab"},
    {"gpj\xe2\x80\xaetxt.exe", "gpjtxt.exe"},
    {"na\xc3\xafve", "na\xc3\xafve"},
    {"na\xefve", "na\xef\xbf\xbdve"},
    {"a\xc3", "a\xef\xbf\xbd"},
};

START_TEST(a_clients_file_name_is_made_fit_to_be_seen)
{
    char out[HEARTH__CLIENT_NAME_MAX + 1];
    size_t n = hearth__client_name(hearth__str_of(names[_i].raw), out);

    ck_assert_str_eq(out, names[_i].shown);
    ck_assert_uint_eq(n, strlen(out));
}
END_TEST

START_TEST(a_name_ends_after_255_bytes_between_characters)
{
    char raw[300], out[HEARTH__CLIENT_NAME_MAX + 1];

    memset(raw, 'a', sizeof raw);
    ck_assert_uint_eq(hearth__client_name(hearth__str(raw, 255), out), 255);
    ck_assert_uint_eq(hearth__client_name(hearth__str(raw, 256), out), 255);
    memcpy(raw + 254, "\xc3\xa4", 2);
    ck_assert_uint_eq(hearth__client_name(hearth__str(raw, 300), out), 254);
    ck_assert_int_eq(out[254], '\0');
    ck_assert_uint_eq(hearth__client_name(HEARTH__S("a\0b"), out), 2);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/disposition",
      LOOP(dispositions_are_read_as_clients_write_them, 0, COUNT(fields))
          LOOP(a_clients_file_name_is_made_fit_to_be_seen, 0, COUNT(names))
              TEST(a_name_ends_after_255_bytes_between_characters))
