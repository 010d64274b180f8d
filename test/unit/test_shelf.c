/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Templates shared by threads: rendered while they are loaded, and while their files change. */

#include "tmpl_page.h"

#include <stdio.h>
#include <unistd.h>

#define THREADS 4
#define ROUNDS  100

typedef struct shared {
    hearth_templates *t;
    bool changing;
    char file[96];
} shared;

static void write_file(const char *file, const char *text)
{
    char other[128];
    FILE *out;

    snprintf(other, sizeof other, "%s.new", file);
    out = fopen(other, "w");
    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    fclose(out);
    ck_assert_int_eq(rename(other, file), 0);
}

static void *render_often(void *arg)
{
    const shared *s = arg;

    for (int i = 0; i < ROUNDS; i++) {
        hearth_template_error err = {0};
        hearth_str out;

        ck_assert_msg(hearth_templates_render(s->t, "a.html", NULL, NULL, &out, &err) ==
                          0,
                      "%s", err.text);
        ck_assert_msg(strcmp(out.ptr, "[one]") == 0 ||
                          strcmp(out.ptr, "[two, longer]") == 0,
                      "%s", out.ptr);
        free((char *)(uintptr_t)out.ptr);
    }
    return NULL;
}

START_TEST(threads_render_while_templates_are_loaded_and_change)
{
    char dir[] = "/tmp/hearth-shelf-XXXXXX", page[96];
    pthread_t thread[THREADS];
    shared s = {0};

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(page, sizeof page, "%s/a.html", dir);
    snprintf(s.file, sizeof s.file, "%s/b.html", dir);
    write_file(page, "[{% include 'b.html' %}]");
    write_file(s.file, "one");
    s.t =
        hearth_templates_new(&(hearth_templates_opts){.dir = dir, .reload = true}, NULL);
    ck_assert_ptr_nonnull(s.t);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, render_often, &s), 0);
    for (int i = 0; i < ROUNDS; i++)
        write_file(s.file, i % 2 == 0 ? "two, longer" : "one");
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    hearth_templates_free(s.t);
    unlink(page);
    unlink(s.file);
    rmdir(dir);
}
END_TEST

/* What a failed load leaves behind must not be found by the next one. */
START_TEST(a_page_that_was_wrong_is_wrong_again)
{
    page_file files[PAGE_FILES] = {
        {"a.html", "{% include 'b.html' ignore missing %}{% include 'c.html' %}"},
        {"c.html", "<p title={{ x }}>"}};
    hearth_template_file table[PAGE_FILES + 1];
    hearth_templates *t = page_set(files, table, (hearth_templates_opts){0});

    for (int i = 0; i < 3; i++) {
        hearth_template_error err = {0};
        hearth_str out;

        ck_assert_int_eq(hearth_templates_render(t, i == 1 ? "c.html" : "a.html", NULL,
                                                 NULL, &out, &err),
                         HEARTH_EINVAL);
        ck_assert_str_eq(err.file, "c.html");
        ck_assert_int_eq(err.column, 10);
    }
    hearth_templates_free(t);
}
END_TEST

static const struct {
    const char *name;
    bool found;
} names[] = {
    {"a.html", true},         {"sub/b.html", true},   {"../a.html", false},
    {"sub/../a.html", false}, {"/etc/passwd", false}, {"./a.html", false},
    {"link.html", false},     {"sub", false},         {"", false},
    {".hidden", false},       {"a.html\nx", false},   {"sub//b.html", false},
    {"fifo", false},
};

START_TEST(names_do_not_lead_out_of_the_directory)
{
    char dir[] = "/tmp/hearth-shelf-XXXXXX", path[256];
    hearth_templates *t;
    hearth_str out;
    int rc;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path,
             "cd %s && mkdir sub && echo a >a.html && echo b >sub/b.html && "
             "ln -s a.html link.html && echo h >.hidden && mkfifo fifo",
             dir);
    ck_assert_int_eq(system(path), 0);
    t = hearth_templates_new(&(hearth_templates_opts){.dir = dir, .max_file = 2}, NULL);
    rc = hearth_templates_render(t, names[_i].name, NULL, NULL, &out, NULL);
    ck_assert_int_eq(rc, names[_i].found ? 0 : HEARTH_ENOTFOUND);
    if (rc == 0)
        free((char *)(uintptr_t)out.ptr);
    ck_assert_int_eq(hearth_templates_check(t, NULL, NULL), 0);
    snprintf(path, sizeof path, "echo aa >%s/big.html", dir);
    ck_assert_int_eq(system(path), 0);
    ck_assert_int_eq(hearth_templates_check(t, "big.html", NULL), HEARTH_ETOOBIG);
    hearth_templates_free(t);
    snprintf(path, sizeof path, "rm -r %s", dir);
    ck_assert_int_eq(system(path), 0);
}
END_TEST

/* clang-format off */
SUITE("tmpl/shelf",
      TEST(threads_render_while_templates_are_loaded_and_change)
      TEST(a_page_that_was_wrong_is_wrong_again)
      EACH(names_do_not_lead_out_of_the_directory, names))
