/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/buf.h"
#include "core/str.h"
#include "http/multipart.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- a recorder: what came out, as text ------------------------------------------ */

typedef struct record {
    hearth__buf text;
    int begin_rc, data_rc, end_rc; /* to hand back */
} record;

static int on_begin(void *self, const hearth__form_part *p)
{
    record *r = self;

    ck_assert_int_eq(p->name.ptr[p->name.len], '\0');
    ck_assert_int_eq(p->type.ptr[p->type.len], '\0');
    hearth__buf_char(&r->text, '<');
    hearth__buf_str(&r->text, p->name);
    if (p->filename.ptr != NULL) {
        ck_assert_int_eq(p->filename.ptr[p->filename.len], '\0');
        hearth__buf_char(&r->text, '@');
        hearth__buf_str(&r->text, p->filename);
    }
    if (p->type.len > 0) {
        hearth__buf_char(&r->text, ' ');
        hearth__buf_str(&r->text, p->type);
    }
    hearth__buf_char(&r->text, ':');
    return r->begin_rc;
}

static int on_data(void *self, hearth_str piece)
{
    record *r = self;

    ck_assert_uint_gt(piece.len, 0);
    hearth__buf_str(&r->text, piece);
    return r->data_rc;
}

static int on_end(void *self)
{
    record *r = self;

    hearth__buf_char(&r->text, '>');
    return r->end_rc;
}

static const hearth__multipart_ops recorder = {on_begin, on_data, on_end};

/* Pieces on the heap, so that a look beyond one's end is noticed. */
static int feed(hearth__multipart *m, const char *p, size_t n)
{
    char *copy = malloc(n == 0 ? 1 : n);

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, p, n);
    int rc = hearth__multipart_feed(m, copy, n);

    free(copy);
    return rc;
}

/* In pieces of `step` bytes, the first of `first`. */
static int parse(record *r, hearth__multipart *m, hearth_str body, size_t first,
                 size_t step)
{
    int rc = 0;

    hearth__buf_init(&r->text, NULL, 0);
    hearth__multipart_init(m, HEARTH__S("b"), &recorder, r);
    for (size_t at = 0, n = first; at < body.len && rc == 0; at += n, n = step) {
        if (n > body.len - at)
            n = body.len - at;
        rc = feed(m, body.ptr + at, n);
    }
    return rc == 0 ? hearth__multipart_end(m) : rc;
}

/* ---- what must come out ---------------------------------------------------------- */

#define CD "Content-Disposition: form-data; name="

static const struct {
    hearth_str body;
    hearth_str says; /* ptr NULL: refused */
    const char *why; /* a word of the sentence */
} forms[] = {
#define GOOD(text, says)                                         \
    {                                                            \
        {text, sizeof(text) - 1}, {says, sizeof(says) - 1}, NULL \
    }
#define BAD(text, why)                           \
    {                                            \
        {text, sizeof(text) - 1}, {NULL, 0}, why \
    }
    GOOD("--b\r\n" CD "\"a\"\r\n\r\n1\r\n--b--\r\n", "<a:1>"),
    GOOD("--b\r\n" CD "\"a\"\r\n\r\n1\r\n--b\r\n" CD "c\r\n\r\n2\r\n--b--", "<a:1><c:2>"),
    GOOD("--b--\r\n", ""),
    GOOD("--b--", ""),
    GOOD("--b\r\n" CD
         "a; filename=x.txt\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--",
         "<a@x.txt text/plain:hello>"),
    GOOD("--b\r\ncontent-type:  a/b \r\n" CD "a\r\nX-Other: y\r\n\r\n\r\n--b--",
         "<a a/b:>"),
    GOOD("--b\r\n" CD "a; filename=\"\"\r\n\r\n\r\n--b--", "<a@:>"),
    /* no data at all: the empty line's end is that of the boundary */
    GOOD("--b\r\n" CD "a\r\n\r\n--b--", "<a:>"),
    GOOD("--b\r\n" CD "a\r\n\r\n--b\r\n" CD "c\r\n\r\n--\r\n--b--", "<a:><c:-->"),
    /* preamble, epilogue, padding */
    GOOD("preamble\r\nmore --b\r\n--b\r\n" CD "a\r\n\r\n1\r\n--b--", "<a:1>"),
    GOOD("\r\n--b\r\n" CD "a\r\n\r\n1\r\n--b--", "<a:1>"),
    GOOD("--b \t \r\n" CD "a\r\n\r\n1\r\n--b\t\r\n" CD "c\r\n\r\n2\r\n--b-- \r\n",
         "<a:1><c:2>"),
    GOOD("--b\r\n" CD "a\r\n\r\n1\r\n--b--\r\nepilogue\r\n--b\r\nignored", "<a:1>"),
    /* what looks like a boundary and is none */
    GOOD("--b\r\n" CD "a\r\n\r\n\r\n--\r\n-\r\r\n\r\n--c--b\n--b\r--b\r\n--b--",
         "<a:\r\n--\r\n-\r\r\n\r\n--c--b\n--b\r--b>"),
    GOOD("--b\r\n" CD "a\r\n\r\n-\r\n--b--", "<a:->"),
    GOOD("--b\r\n" CD "a\r\n\r\n--\r\n--b--", "<a:-->"),
    GOOD("--b\r\n" CD "a\r\n\r\n\r\n\r\n--b--", "<a:\r\n>"),
    GOOD("--b\r\n" CD "a\r\n\r\n\r\r\n--b--", "<a:\r>"),
    GOOD("--b\r\n" CD "a\r\n\r\n0123456789abcdef\r0123456789\n0123456\r\n0\r\n--b--",
         "<a:0123456789abcdef\r0123456789\n0123456\r\n0>"),
    GOOD("--b\r\n" CD "a\r\n\r\nx\0y\xff\r\n--b--", "<a:x\0y\xff>"),
    /* names */
    GOOD("--b\r\n" CD "\"\xc3\xa4\"\r\n\r\n1\r\n--b--", "<\xc3\xa4:1>"),
    GOOD("--b\r\n" CD "a\r\nContent-Transfer-Encoding: 8BIT\r\n\r\n1\r\n--b--", "<a:1>"),
    /* refused */
    BAD("", "does not hold the boundary"),
    BAD("x", "does not hold the boundary"),
    BAD("--c\r\n" CD "a\r\n\r\n1\r\n--c--", "does not hold the boundary"),
    BAD("x--b--", "does not hold the boundary"),
    BAD("\n--b--", "does not hold the boundary"),
    BAD("--b", "before its last"),
    BAD("--b\r\n", "before its last"),
    BAD("--b\r\n" CD "a\r\n\r\n1", "before its last"),
    BAD("--b\r\n" CD "a\r\n\r\n1\r\n--b", "before its last"),
    BAD("--b\r\n" CD "a\r\n\r\n1\r\n--b\r\n", "before its last"),
    BAD("--b\r\n" CD "a\r\n\r\n1\r\n--b-", "before its last"),
    BAD("--bx\r\n" CD "a\r\n\r\n1\r\n--b--", "something other"),
    BAD("--b-x\r\n" CD "a\r\n\r\n1\r\n--b--", "something other"),
    BAD("--b \rx" CD "a\r\n\r\n1\r\n--b--", "something other"),
    BAD("--b x\r\n" CD "a\r\n\r\n1\r\n--b--", "something other"),
    BAD("--b\n" CD "a\r\n\r\n1\r\n--b--", "CRLF"),
    BAD("--b\r\n" CD "a\n\r\n1\r\n--b--", "CRLF"),
    BAD("--b\r\n" CD "a\r\n\n1\r\n--b--", "CRLF"),
    BAD("--b\r\n\r\n1\r\n--b--", "no Content-Disposition"),
    BAD("--b\r\nContent-Type: a/b\r\n\r\n1\r\n--b--", "no Content-Disposition"),
    BAD("--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", "has no name"),
    BAD("--b\r\nContent-Disposition: form-data; filename=x\r\n\r\n1\r\n--b--",
        "has no name"),
    BAD("--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--",
        "not form-data"),
    BAD("--b\r\n" CD "\"a\r\n\r\n1\r\n--b--", "malformed"),
    BAD("--b\r\n" CD "a\r\n" CD "a\r\n\r\n1\r\n--b--",
        "more than one Content-Disposition"),
    BAD("--b\r\n" CD "a\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\n1\r\n--b--",
        "more than one Content-Type"),
    BAD("--b\r\n" CD "\"\xff\"\r\n\r\n1\r\n--b--", "UTF-8"),
    BAD("--b\r\n" CD "a\r\nnonsense\r\n\r\n1\r\n--b--", "colon"),
    BAD("--b\r\n" CD "a\r\n: x\r\n\r\n1\r\n--b--", "token"),
    BAD("--b\r\n" CD "a\r\nX : x\r\n\r\n1\r\n--b--", "token"),
    BAD("--b\r\n" CD "a;\r\n filename=\"x:y\"\r\n\r\n1\r\n--b--", "token"), /* folded */
    BAD("--b\r\n" CD "a\r\nX: x\ry\r\n\r\n1\r\n--b--", "control"),
    BAD("--b\r\n" CD "a\r\nX: x\0y\r\n\r\n1\r\n--b--", "control"),
    BAD("--b\r\n" CD "a\r\nContent-Type: Multipart/Mixed; boundary=c\r\n\r\n1\r\n--b--",
        "multipart of its own"),
    BAD("--b\r\n" CD "a\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n--b--",
        "send it as it is"),
#undef GOOD
#undef BAD
};
#define CASES (int)(sizeof forms / sizeof *forms)

static void check_case(int i, size_t first, size_t step)
{
    hearth__multipart m;
    record r = {.begin_rc = 0};
    int rc = parse(&r, &m, forms[i].body, first, step);

    if (forms[i].says.ptr != NULL) {
        ck_assert_msg(rc == 0, "case %d, %zu and %zu: %s", i, first, step, m.why);
        ck_assert_msg(hearth__str_eq(hearth__buf_view(&r.text), forms[i].says),
                      "case %d, %zu and %zu: %s", i, first, step, r.text.ptr);
    } else {
        ck_assert_msg(rc == HEARTH_EINVAL, "case %d, %zu and %zu: %d", i, first, step,
                      rc);
        ck_assert_msg(strstr(m.why, forms[i].why) != NULL, "case %d: %s", i, m.why);
    }
    hearth__buf_clear(&r.text);
}

START_TEST(forms_become_parts)
{
    check_case(_i, forms[_i].body.len, 1);
}
END_TEST

START_TEST(every_split_of_the_input_gives_the_same)
{
    for (size_t first = 0; first <= forms[_i].body.len; first++)
        for (size_t step = 1; step < 5; step++)
            check_case(_i, first, step);
    for (size_t first = 1; first <= forms[_i].body.len; first++)
        check_case(_i, first, forms[_i].body.len);
}
END_TEST

/* Every distance between two boundaries, in pieces of every size: the search goes by
 * eight bytes. */
START_TEST(data_of_every_length_is_found_whole)
{
    char body[256], want[128];
    size_t n = (size_t)_i;
    int len = snprintf(body, sizeof body, "--b\r\n" CD "a\r\n\r\n%.*s\r\n--b--", _i,
                       "0123456789\r\n23456789\r\r\n-3456789\n\r23456789");

    snprintf(want, sizeof want, "<a:%.*s>", _i,
             "0123456789\r\n23456789\r\r\n-3456789\n\r23456789");
    for (size_t step = 1; step < 60; step++) {
        hearth__multipart m;
        record r = {.begin_rc = 0};

        ck_assert_int_eq(parse(&r, &m, hearth__str(body, (size_t)len), step, step), 0);
        ck_assert_str_eq(r.text.ptr, want);
        ck_assert_uint_eq(r.text.len, n + 4);
        hearth__buf_clear(&r.text);
    }
}
END_TEST

/* ---- limits and codes ------------------------------------------------------------ */

static int with_head(size_t size, size_t step)
{
    static const char line[] = CD "a\r\n";
    hearth__multipart m;
    record r = {.begin_rc = 0};
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__buf_text(&b, "--b\r\n");
    hearth__buf_text(&b, line);
    hearth__buf_text(&b, "X:");
    while (b.len < 5 + size - 4)
        hearth__buf_char(&b, 'x');
    hearth__buf_text(&b, "\r\n\r\n1\r\n--b--");
    int rc = parse(&r, &m, hearth__buf_view(&b), step, step);

    if (rc == HEARTH_ETOOBIG)
        ck_assert_ptr_nonnull(strstr(m.why, "8 KiB"));
    hearth__buf_clear(&b);
    hearth__buf_clear(&r.text);
    return rc;
}

START_TEST(the_header_of_a_part_is_at_most_8_kib)
{
    size_t steps[] = {1, 100, 100000};

    ck_assert_int_eq(with_head(HEARTH__PART_HEAD, steps[_i]), 0);
    ck_assert_int_eq(with_head(HEARTH__PART_HEAD + 1, steps[_i]), HEARTH_ETOOBIG);
}
END_TEST

START_TEST(what_a_call_returns_ends_the_parsing)
{
    hearth__multipart m;
    record r = {.begin_rc = _i == 0 ? 7 : 0,
                .data_rc = _i == 1 ? 7 : 0,
                .end_rc = _i == 2 ? 7 : 0};
    static const char *const says[] = {"<a:", "<a:1", "<a:1>"};

    ck_assert_int_eq(
        parse(&r, &m, HEARTH__S("--b\r\n" CD "a\r\n\r\n1\r\n--b\r\n" CD "c\r\n\r\n--b--"),
              1000, 1),
        7);
    ck_assert_str_eq(r.text.ptr, says[_i]);
    hearth__buf_clear(&r.text);
}
END_TEST

/* ---- boundary -------------------------------------------------------------------- */

#define SEVENTY "1234567890123456789012345678901234567890123456789012345678901234567890"

static const struct {
    const char *type, *boundary; /* NULL: refused */
} boundaries[] = {
    {"multipart/form-data; boundary=abc", "abc"},
    {"multipart/form-data;boundary=\"a b\"", "a b"},
    {"multipart/form-data; charset=x; BOUNDARY=----WebKitFormBoundaryx",
     "----WebKitFormBoundaryx"},
    {"multipart/form-data; boundary=\"'()+_,-./:=?\"", "'()+_,-./:=?"},
    {"multipart/form-data; boundary=" SEVENTY, SEVENTY},
    {"multipart/form-data; boundary=" SEVENTY "1", NULL},
    {"multipart/form-data", NULL},
    {"multipart/form-data; boundary=", NULL},
    {"multipart/form-data; boundary=\"\"", NULL},
    {"multipart/form-data; boundary=\"a \"", NULL},
    {"multipart/form-data; boundary=\"a@b\"", NULL},
    {"multipart/form-data; boundary=\"a\xc3\xa4\"", NULL},
    {"multipart/form-data; boundary=a; boundary=b", NULL},
};

START_TEST(a_boundary_is_what_rfc_2046_allows)
{
    char out[HEARTH__BOUNDARY_MAX + 1];
    bool ok = hearth__multipart_boundary(hearth__str_of(boundaries[_i].type), out);

    ck_assert_int_eq(ok, boundaries[_i].boundary != NULL);
    if (ok)
        ck_assert_str_eq(out, boundaries[_i].boundary);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/multipart",
      LOOP(forms_become_parts, 0, CASES)
          LOOP(every_split_of_the_input_gives_the_same, 0, CASES)
              LOOP(data_of_every_length_is_found_whole, 0, 42)
                  LOOP(the_header_of_a_part_is_at_most_8_kib, 0, 3)
                      LOOP(what_a_call_returns_ends_the_parsing, 0, 3)
                          LOOP(a_boundary_is_what_rfc_2046_allows, 0, COUNT(boundaries)))
