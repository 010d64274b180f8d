/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/pattern.h"
#include "core/str.h"
#include "core/utf8.h"
#include "suite.h"

/* parts: literals as they are, parameters as "conv:name", joined by '|'. */
static const struct {
    const char *text, *parts;
} good[] = {
    {"/", ""},
    {"/a", "a"},
    {"/a/b", "a|b"},
    {"/a/", "a|"},
    {"/{id:int}", "int:id"},
    {"/{x:float}", "float:x"},
    {"/{d:date}", "date:d"},
    {"/{u:uuid}", "uuid:u"},
    {"/{s:slug}", "slug:s"},
    {"/{s:string}", "string:s"},
    {"/{s}", "string:s"},
    {"/{rest:path}", "path:rest"},
    {"/files/{rest:path}", "files|path:rest"},
    {"/todos/{id:int}/notes/{note_2}", "todos|int:id|notes|string:note_2"},
    {"/{_}/{A9}", "string:_|string:A9"},
    {"/{a}/", "string:a|"},
    {"/caf\xc3\xa9/a b", "caf\xc3\xa9|a b"},
    {"/.well-known/x.txt", ".well-known|x.txt"},
    {"/.../..a", "...|..a"},
    {"/@me/a:b;c=1,2+3*4", "@me|a:b;c=1,2+3*4"},
};

static void show(const hearth__pattern *p, hearth__buf *out)
{
    for (size_t i = 0; i < p->nparts; i++) {
        const hearth__part *part = &p->part[i];

        if (i > 0)
            hearth__buf_char(out, '|');
        if (part->is_param)
            hearth__buf_f(out, "%s:", hearth__conv_name(part->conv));
        hearth__buf_str(out, part->text);
    }
}

START_TEST(a_pattern_is_taken_apart)
{
    hearth__pattern p;
    hearth_error err = {0};
    hearth__buf shown;
    size_t nparams = 0;

    hearth__buf_init(&shown, NULL, 0);
    ck_assert_msg(hearth__pattern_parse(&p, good[_i].text, &err) == 0, "%s", err.text);
    show(&p, &shown);
    ck_assert_str_eq(shown.ptr, good[_i].parts);
    for (size_t i = 0; i < p.nparts; i++)
        nparams += p.part[i].is_param;
    ck_assert_uint_eq(p.nparams, nparams);
    hearth__buf_clear(&shown);
}
END_TEST

/* says: what the sentence must hold, besides the pattern. */
static const struct {
    const char *text, *says;
} bad[] = {
    {"", "write \"/\""},
    {"a", "write \"/a\""},
    {"a/b", "write \"/a/b\""},
    {"{id}", "write \"/{id}\""},
    {"//", "single slashes"},
    {"/a//b", "single slashes"},
    {"//a", "single slashes"},
    {"/a//", "single slashes"},
    {"/.", "\".\""},
    {"/a/..", "\"..\""},
    {"/../a", "\"..\""},
    {"/a/./b", "leave the segment out"},
    {"/a?b=c", "hearth_query()"},
    {"/a#b", "'#'"},
    {"/a%20b", "decoded"},
    {"/{", "whole segment"},
    {"/}", "whole segment"},
    {"/a{", "whole segment"},
    {"/{a}-{b}", "whole segment"},
    {"/{a}{b}", "whole segment"},
    {"/x{a}", "whole segment"},
    {"/{a}x", "whole segment"},
    {"/{{a}}", "whole segment"},
    {"/{a/b}", "whole segment"},
    {"/}{", "whole segment"},
    {"/{}", "{id}"},
    {"/{:int}", "{id}"},
    {"/{1a}", "{id}"},
    {"/{a-b}", "{id}"},
    {"/{a b}", "{id}"},
    {"/{\xc3\xa9}", "{id}"},
    {"/{a:}", "converter"},
    {"/{a:integer}", "int, float, date, uuid, slug, string and path"},
    {"/{a:INT}", "converter"},
    {"/{int:a}", "converter"},
    {"/{a:int:b}", "converter"},
    {"/{a}/{a}", "\"a\""},
    {"/{a:int}/x/{a:path}", "name of its own"},
    {"/{a:path}/b", "{a:path}"},
    {"/{a:path}/", "end the pattern there"},
    {"/{a:path}/{b}", "end the pattern there"},
};

START_TEST(a_malformed_pattern_is_refused_with_a_sentence)
{
    hearth__pattern p;
    hearth_error err = {0};

    ck_assert_int_eq(hearth__pattern_parse(&p, bad[_i].text, &err), HEARTH_EINVAL);
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, bad[_i].says) != NULL, "%s", err.text);
    ck_assert_msg(strstr(err.text, bad[_i].text) != NULL, "%s", err.text);
}
END_TEST

START_TEST(nobody_has_to_ask_for_the_sentence)
{
    hearth__pattern p;

    ck_assert_int_eq(hearth__pattern_parse(&p, bad[_i].text, NULL), HEARTH_EINVAL);
}
END_TEST

static const struct {
    const char *text, *says;
} ugly[] = {
    {"/a\nb", "control"},       {"/\x01", "control"},
    {"/a\x7f", "control"},      {"/\xff", "UTF-8"},
    {"/\xc3", "UTF-8"},         {"/\xc0\xaf", "UTF-8"},
    {"/\xed\xa0\x80", "UTF-8"}, {"/{a}/\xf4\x90\x80\x80", "UTF-8"},
};

START_TEST(what_cannot_be_shown_is_escaped_in_the_sentence)
{
    hearth__pattern p;
    hearth_error err = {0};

    ck_assert_int_eq(hearth__pattern_parse(&p, ugly[_i].text, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, ugly[_i].says) != NULL, "%s", err.text);
    ck_assert(hearth__utf8_valid(hearth__str_of(err.text)));
    for (const char *c = err.text; *c != '\0'; c++)
        ck_assert((unsigned char)*c >= 0x20);
}
END_TEST

/* "/{p0}/{p1}..." or "/x/x..." */
static void repeat(hearth__buf *b, int n, bool params)
{
    for (int i = 0; i < n; i++) {
        if (params)
            hearth__buf_f(b, "/{p%d}", i);
        else
            hearth__buf_text(b, "/x");
    }
}

START_TEST(sixteen_parameters_are_the_most)
{
    hearth__pattern p;
    hearth__buf b;
    hearth_error err = {0};

    hearth__buf_init(&b, NULL, 0);
    repeat(&b, 16, true);
    ck_assert_int_eq(hearth__pattern_parse(&p, b.ptr, NULL), 0);
    ck_assert_uint_eq(p.nparams, 16);
    hearth__buf_text(&b, "/{q}");
    ck_assert_int_eq(hearth__pattern_parse(&p, b.ptr, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "16"));
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(as_many_segments_as_a_request_may_have_are_the_most)
{
    hearth__pattern p;
    hearth__buf b;
    hearth_error err = {0};

    hearth__buf_init(&b, NULL, 0);
    repeat(&b, HEARTH__MAX_SEGMENTS, false);
    ck_assert_int_eq(hearth__pattern_parse(&p, b.ptr, NULL), 0);
    ck_assert_uint_eq(p.nparts, HEARTH__MAX_SEGMENTS);
    hearth__buf_char(&b, '/');
    ck_assert_int_eq(hearth__pattern_parse(&p, b.ptr, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "64 segments"));
    hearth__buf_clear(&b);
}
END_TEST

START_TEST(a_pattern_longer_than_the_sentence_is_cut)
{
    hearth__pattern p;
    hearth__buf b;
    hearth_error err = {0};

    hearth__buf_init(&b, NULL, 0);
    for (int i = 0; i < 1000; i++)
        hearth__buf_text(&b, "\xc3\xa9");
    ck_assert_int_eq(hearth__pattern_parse(&p, b.ptr, &err), HEARTH_EINVAL);
    ck_assert(hearth__utf8_valid(hearth__str_of(err.text)));
    hearth__buf_clear(&b);
}
END_TEST

#define COUNT(table) (int)(sizeof table / sizeof *table)

SUITE("app/pattern",
      LOOP(a_pattern_is_taken_apart, 0, COUNT(good))
          LOOP(a_malformed_pattern_is_refused_with_a_sentence, 0, COUNT(bad))
              LOOP(nobody_has_to_ask_for_the_sentence, 0, COUNT(bad))
                  LOOP(what_cannot_be_shown_is_escaped_in_the_sentence, 0, COUNT(ugly))
                      TEST(sixteen_parameters_are_the_most)
                          TEST(as_many_segments_as_a_request_may_have_are_the_most)
                              TEST(a_pattern_longer_than_the_sentence_is_cut))
