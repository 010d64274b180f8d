/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/file.h"

#include "ctx.h"
#include "suite.h"
#include "tree.h"

#include <hearth/file.h>
#include <hearth/res.h>

/* A body of two pieces with texts: "<234><89>!" */
static hearth__file *two_pieces(const tree *t)
{
    hearth__file *f = calloc(1, sizeof *f + 2 * sizeof *f->piece);
    char path[TREE_PATH];

    ck_assert_ptr_nonnull(f);
    f->fd = open(tree_path(t, "a.txt", path), O_RDONLY);
    f->npieces = 2;
    f->piece[0] = (hearth__piece){HEARTH__S("<"), 2, 3};
    f->piece[1] = (hearth__piece){HEARTH__S("><"), 8, 2};
    f->after = HEARTH__S(">!");
    f->size = 10;
    return f;
}

START_TEST(a_body_of_pieces_is_read_from_anywhere)
{
    static const char whole[] = "<234><89>!";
    tree t = tree_new();
    char got[11] = "";
    size_t at = 0;

    tree_file(&t, "a.txt", "0123456789", 1000);
    hearth__file *f = two_pieces(&t);
    while (at < f->size) {
        ptrdiff_t n = hearth__file_read(f, at, got + at, (size_t)_i);

        ck_assert_int_ge(n, 1);
        ck_assert_int_le(n, _i);
        at += (size_t)n;
    }
    ck_assert_str_eq(got, whole);
    ck_assert_int_eq(hearth__file_read(f, 10, got, 1), -1);
    close(f->fd);
    free(f);
    tree_free(&t);
}
END_TEST

START_TEST(a_file_that_became_shorter_is_noticed)
{
    tree t = tree_new();
    bare *b = bare_get();
    char path[TREE_PATH], byte;

    tree_file(&t, "a.txt", "0123456789", 1000);
    hearth__file *f = two_pieces(&t);
    b->c->res.file = f;
    ck_assert(!hearth__file_look(b->c));
    ck_assert_int_eq(truncate(tree_path(&t, "a.txt", path), 9), 0);
    ck_assert(hearth__file_look(b->c));
    ck_assert(hearth__file_look(b->c));
    char *told = strstr(b->log->text, "became shorter");
    ck_assert_ptr_nonnull(told);
    ck_assert_ptr_null(strstr(told + 1, "became shorter"));
    ck_assert_int_eq(hearth__file_read(f, 1, &byte, 1), 1);
    ck_assert_int_eq(truncate(path, 2), 0);
    ck_assert_int_eq(hearth__file_read(f, 1, &byte, 1), -1);
    bare_close(b);
    close(f->fd);
    free(f);
    tree_free(&t);
}
END_TEST

START_TEST(an_answer_has_the_length_of_its_file_or_of_its_bytes)
{
    hearth__file f = {.size = 7};

    ck_assert_uint_eq(hearth__res_len(&(hearth__res){.file = &f}), 7);
    ck_assert_uint_eq(hearth__res_len(&(hearth__res){.body = {"abc", 3}}), 3);
}
END_TEST

START_TEST(a_large_file_is_closed_with_its_request)
{
    tree t = tree_new();
    char *big = calloc(1, HEARTH__FILE_SMALL + 1);
    int before = tree_descriptors();
    bare *b = bare_get();

    ck_assert_ptr_nonnull(big);
    tree_file_n(&t, "big", big, HEARTH__FILE_SMALL + (size_t)_i, 1000);
    ck_assert_int_eq(hearth_file(b->c, t.dir, "big", NULL), 0);
    ck_assert_int_eq(b->c->res.file != NULL, _i);
    ck_assert_int_eq(tree_descriptors(), before + _i);
    ck_assert_int_eq(hearth_text(b->c, 200, "another answer"), 0);
    ck_assert_ptr_null(b->c->res.file);
    bare_close(b);
    ck_assert_int_eq(tree_descriptors(), before);
    free(big);
    tree_free(&t);
}
END_TEST

START_TEST(a_wrong_call_is_refused)
{
    tree t = tree_new();
    bare *b = bare_get();

    tree_file(&t, "a.txt", "a", 1000);
    ck_assert_int_eq(hearth_file(b->c, NULL, "a.txt", NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_file(b->c, t.dir, NULL, NULL), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_file(b->c, t.dir, "a.txt",
                                 &(hearth_file_opts){.type = "a\nb"}),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_file(b->c, t.dir, "a.txt",
                                 &(hearth_file_opts){.status = 600}),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_file(b->c, t.dir, "nothing", NULL), HEARTH_ENOTFOUND);
    b->c->res.sent = true;
    ck_assert_int_eq(hearth_file(b->c, t.dir, "a.txt", NULL), HEARTH_ESTATE);
    bare_close(b);
    tree_free(&t);
}
END_TEST

SUITE("app/file", LOOP(a_body_of_pieces_is_read_from_anywhere, 1, 12)
                      TEST(a_file_that_became_shorter_is_noticed)
                          TEST(an_answer_has_the_length_of_its_file_or_of_its_bytes)
                              LOOP(a_large_file_is_closed_with_its_request, 0, 2)
                                  TEST(a_wrong_call_is_refused))
