/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_TREE_H
#define HEARTH_TEST_TREE_H

/*
 * A folder of files to serve, gone with the test.
 *
 *     tree t = tree_new();
 *     tree_file(&t, "a/b.txt", "text", 1000);       a second of 1970
 *     ... t.dir ...
 *     tree_free(&t);
 *
 * All files are made with a time in the past, so that their tags are strong.
 */

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TREE_PATH 512

typedef struct tree {
    char dir[200];
} tree;

static inline const char *tree_path(const tree *t, const char *path, char *out)
{
    snprintf(out, TREE_PATH, "%s/%s", t->dir, path);
    return out;
}

static inline tree tree_new(void)
{
    const char *tmp = getenv("TMPDIR");
    tree t;

    snprintf(t.dir, sizeof t.dir, "%.150s/hearth-tree-XXXXXX",
             tmp == NULL ? "/tmp" : tmp);
    ck_assert_ptr_nonnull(mkdtemp(t.dir));
    return t;
}

/* The folders above a path. */
static inline void tree_folders(const tree *t, const char *path)
{
    char full[TREE_PATH];

    tree_path(t, path, full);
    for (char *p = full + strlen(t->dir) + 1; *p != '\0'; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        (void)mkdir(full, 0755);
        *p = '/';
    }
}

static inline void tree_file_n(const tree *t, const char *path, const void *p, size_t n,
                               time_t modified_s)
{
    const struct timespec times[2] = {{.tv_sec = modified_s}, {.tv_sec = modified_s}};
    char full[TREE_PATH];
    int fd;

    tree_folders(t, path);
    fd = open(tree_path(t, path, full), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)write(fd, p, n), (int)n);
    ck_assert_int_eq(futimens(fd, times), 0);
    close(fd);
}

static inline void tree_file(const tree *t, const char *path, const char *text,
                             time_t modified_s)
{
    tree_file_n(t, path, text, strlen(text), modified_s);
}

static inline void tree_link(const tree *t, const char *to, const char *path)
{
    char full[TREE_PATH];

    tree_folders(t, path);
    ck_assert_int_eq(symlink(to, tree_path(t, path, full)), 0);
}

static inline void tree_fifo(const tree *t, const char *path)
{
    char full[TREE_PATH];

    ck_assert_int_eq(mkfifo(tree_path(t, path, full), 0644), 0);
}

static inline void tree_remove_all(const char *dir)
{
    DIR *d = opendir(dir);
    char path[TREE_PATH];

    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s", dir, e->d_name), TREE_PATH);
        if (unlink(path) != 0)
            tree_remove_all(path);
    }
    if (d != NULL)
        closedir(d);
    rmdir(dir);
}

static inline void tree_free(const tree *t)
{
    tree_remove_all(t->dir);
}

/* Open descriptors of this process. */
static inline int tree_descriptors(void)
{
    DIR *d = opendir("/proc/self/fd");
    int n = 0;

    while (d != NULL && readdir(d) != NULL)
        n++;
    if (d != NULL)
        closedir(d);
    return n;
}

#endif
