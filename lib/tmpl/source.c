/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Where the text of a template comes from: the table in the program, then the directory, then
 * what the library brings along; a name cannot lead out of it.
 */

#define _GNU_SOURCE

#include "core/root.h"
#include "core/size.h"
#include "core/str.h"
#include "tmpl/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Directories within each other. */
#define DEPTH 16
#define NAME  1024

static const hearth_template_file *find(const hearth_template_file *f, hearth_str name)
{
    for (; f != NULL && f->name != NULL; f++)
        if (hearth__str_eq(hearth__str_of(f->name), name))
            return f;
    return NULL;
}

static const hearth_template_file *embedded(const hearth_templates *set, hearth_str name)
{
    return find(set->opts.embedded, name);
}

static void take(const hearth_template_file *f, hearth__source *out)
{
    *out = (hearth__source){hearth__str(f->text, f->len), 0, -1};
}

static int64_t changed_ns(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static int open_in(const hearth_templates *set, hearth_str name, hearth__opened *out)
{
    char path[NAME];

    if (set->root.fd < 0 || name.len == 0 || name.len >= sizeof path ||
        !hearth__root_path_ok(name, false))
        return HEARTH_ENOTFOUND;
    memcpy(path, name.ptr, name.len);
    path[name.len] = '\0';
    return hearth__root_file(&set->root, hearth__str(path, name.len), out, NULL);
}

/* As much as there is, which may be more or less than it was; false: it cannot be read. */
static bool read_all(int fd, char *to, size_t max, size_t *n)
{
    for (*n = 0; *n < max;) {
        ssize_t got = read(fd, to + *n, max - *n);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        *n += (size_t)got;
    }
    return true;
}

int hearth__source_read(const hearth_templates *set, hearth__arena *arena,
                        hearth_str name, hearth__source *out)
{
    const hearth_template_file *f = embedded(set, name);
    size_t max = set->opts.max_file, n;
    hearth__opened file;
    char *text;
    int rc;

    if (f != NULL) {
        take(f, out);
        return 0;
    }
    rc = open_in(set, name, &file);
    f = rc == HEARTH_ENOTFOUND ? find(set->builtin, name) : NULL;
    if (f != NULL) {
        take(f, out);
        return 0;
    }
    HEARTH_TRY(rc);
    if (file.st.st_size > 0 && (uint64_t)file.st.st_size > max) {
        hearth__opened_close(&file);
        return HEARTH_ETOOBIG;
    }
    /* One byte more, so that a file that grows is seen to. */
    max = (size_t)file.st.st_size + 1;
    text = hearth__arena_raw(arena, max);
    rc = text == NULL ? HEARTH_ENOMEM : read_all(file.fd, text, max, &n) ? 0 : HEARTH_EIO;
    hearth__opened_close(&file);
    if (rc == 0)
        *out = (hearth__source){hearth__str(text, n), changed_ns(&file.st),
                                (int64_t)file.st.st_size};
    return rc;
}

int hearth__set_text(const hearth_templates *t, hearth__arena *arena, hearth_str name,
                     hearth_str *out)
{
    hearth__source source;

    HEARTH_TRY(hearth__source_read(t, arena, name, &source));
    *out = source.text;
    return 0;
}

bool hearth__source_same(const hearth_templates *set, const hearth__template *t)
{
    hearth__opened file;
    bool same;

    if (t->size < 0)
        return true;
    if (open_in(set, t->name, &file) != 0)
        return false;
    same = changed_ns(&file.st) == t->changed_ns && (int64_t)file.st.st_size == t->size;
    hearth__opened_close(&file);
    return same;
}

/* ---- all of them ----------------------------------------------------------------------- */

typedef struct each {
    const hearth_templates *set;
    int (*fn)(void *arg, hearth_str name);
    void *arg;
    char name[NAME];
} each;

static int walk(each *e, int fd, size_t len, int depth);

static int entry(each *e, int fd, const char *name, size_t len, int depth)
{
    struct stat st;
    size_t n = strlen(name);

    if (name[0] == '.' || len + n + 2 > sizeof e->name ||
        fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return 0;
    memcpy(e->name + len, name, n + 1);
    if (S_ISREG(st.st_mode))
        return embedded(e->set, hearth__str(e->name, len + n)) != NULL
                   ? 0
                   : e->fn(e->arg, hearth__str(e->name, len + n));
    if (!S_ISDIR(st.st_mode) || depth == DEPTH)
        return 0;
    e->name[len + n] = '/';
    return walk(e, openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
                len + n + 1, depth + 1);
}

/* Takes fd. */
static int walk(each *e, int fd, size_t len, int depth)
{
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *d;
    int rc = 0;

    if (dir == NULL) {
        rc = errno == ENOMEM ? HEARTH_ENOMEM : HEARTH_EIO;
        if (fd >= 0)
            close(fd);
        return rc;
    }
    while (rc == 0 && (d = readdir(dir)) != NULL)
        rc = entry(e, fd, d->d_name, len, depth);
    closedir(dir);
    return rc;
}

int hearth__source_each(const hearth_templates *set,
                        int (*fn)(void *arg, hearth_str name), void *arg)
{
    each e = {.set = set, .fn = fn, .arg = arg};

    for (const hearth_template_file *f = set->opts.embedded; f != NULL && f->name != NULL;
         f++)
        HEARTH_TRY(fn(arg, hearth__str_of(f->name)));
    if (set->root.fd < 0)
        return 0;
    return walk(&e, openat(set->root.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0, 0);
}
