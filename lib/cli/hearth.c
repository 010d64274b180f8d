/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The `hearth` program: turns an example into a project of one's own.
 *
 *     hearth new shop --from todo
 *
 * copies the example's folder, with every "todo" in file names and texts turned into
 * "shop", so that the new project builds and passes its tests at once.  It knows nothing
 * of the library but its version.  `hearth embed` is in embed.c, `hearth templates` in
 * templates.c.
 */
#include "cli/embed.h"
#include "cli/templates.h"

#include <hearth/secret.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef HEARTH_DATADIR
#define HEARTH_DATADIR "/usr/local/share/hearth"
#endif
#define PATH_BYTES 4096
#define FILE_BYTES (1024 * 1024)

static const char usage[] =
    "usage: hearth new NAME [--from EXAMPLE]\n"
    "       hearth list\n"
    "       hearth embed NAME DIRECTORY\n"
    "       hearth templates NAME DIRECTORY\n"
    "       hearth secret\n"
    "       hearth --version\n"
    "\n"
    "  new   make a project NAME here from an example (default: hello)\n"
    "  list  the examples that there are\n"
    "  embed print the migrations in a folder (0001_word.sql ...) as C: a table NAME "
    "for\n"
    "        hearth_use_migrations()\n"
    "  templates print the templates in a folder as C: a table NAME for .embedded of\n"
    "        hearth_use_templates()\n"
    "  secret print a new secret, for HEARTH_SECRET\n";

static int fail(const char *fmt, ...) HEARTH_PRINTF(1, 2);

static int fail(const char *fmt, ...)
{
    va_list ap;

    fputs("hearth: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return 1;
}

/* The installed examples; HEARTH_EXAMPLES in the environment for a tree that is not
 * installed. */
static const char *examples(void)
{
    const char *dir = getenv("HEARTH_EXAMPLES");

    return dir != NULL && dir[0] != '\0' ? dir : HEARTH_DATADIR "/examples";
}

/* Names become file names, C identifiers and parts of a Makefile. */
static bool is_name(const char *name)
{
    if (!islower((unsigned char)name[0]) || strlen(name) > 64)
        return false;
    for (const char *p = name; *p != '\0'; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
            return false;
    return true;
}

static bool join(char out[PATH_BYTES], const char *dir, const char *name)
{
    int n = snprintf(out, PATH_BYTES, "%s/%s", dir, name);

    return n > 0 && n < PATH_BYTES;
}

/* ---- replacing the name --------------------------------------------------------- */

typedef struct rename_map {
    const char *from, *to;
} rename_map;

static void put_upper(FILE *out, const char *s)
{
    for (; *s != '\0'; s++)
        fputc(toupper((unsigned char)*s), out);
}

static bool upper_match(const char *at, const char *name, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (at[i] != toupper((unsigned char)name[i]))
            return false;
    return true;
}

/* Does a letter end before this place, as part of no escape like "%2F"? */
static bool follows_letter(const char *text, size_t i)
{
    if (i == 0 || !isalpha((unsigned char)text[i - 1]))
        return false;
    return i < 3 || text[i - 3] != '%' || !isxdigit((unsigned char)text[i - 2]) ||
           !isxdigit((unsigned char)text[i - 1]);
}

/* Is it part of a name of the library's: hearth_upload, HEARTH_UPLOAD, hearth/upload.h, and the
 * option .upload_dir? */
static bool is_ours(const char *text, size_t len, size_t i, size_t n)
{
    size_t start = i;

    while (start > 0 &&
           (isalnum((unsigned char)text[start - 1]) || text[start - 1] == '_'))
        start--;
    if (i - start >= 7 && (memcmp(text + start, "hearth_", 7) == 0 ||
                           memcmp(text + start, "HEARTH_", 7) == 0))
        return true;
    if (start == i && i > 0 && text[i - 1] == '.' && i + n < len && text[i + n] == '_')
        return true;
    return start >= 7 && memcmp(text + start - 7, "hearth/", 7) == 0;
}

/* A word, or a part of one that '_' and digits set off: todo, todo_app, TODO_H, and todos; not the
 * beginning of another word. */
static bool is_word(const char *text, size_t len, size_t i, size_t n)
{
    size_t end = i + n;

    if (end < len && (text[end] == 's' || text[end] == 'S'))
        end++;
    return !follows_letter(text, i) && !is_ours(text, len, i, n) &&
           (end >= len || !isalpha((unsigned char)text[end]));
}

static void put_renamed(FILE *out, const char *text, size_t len, const rename_map *m)
{
    size_t n = strlen(m->from);

    for (size_t i = 0; i < len;) {
        bool fits = i + n <= len && is_word(text, len, i, n);

        if (fits && memcmp(text + i, m->from, n) == 0) {
            fputs(m->to, out);
            i += n;
        } else if (fits && upper_match(text + i, m->from, n)) {
            put_upper(out, m->to);
            i += n;
        } else {
            fputc(text[i++], out);
        }
    }
}

static bool rename_path(char out[PATH_BYTES], const char *name, const rename_map *m)
{
    FILE *f = fmemopen(out, PATH_BYTES, "w");

    if (f == NULL)
        return false;
    put_renamed(f, name, strlen(name), m);
    return fclose(f) == 0;
}

/* ---- copying ---------------------------------------------------------------------- */

static int copy_file(const char *from, const char *to, const rename_map *m)
{
    static char text[FILE_BYTES];
    FILE *in = fopen(from, "rb");
    FILE *out = NULL;
    int rc = 1;

    if (in == NULL)
        return fail("cannot read %s: %s", from, strerror(errno));
    size_t n = fread(text, 1, sizeof text, in);
    if (ferror(in) || n == sizeof text) {
        rc = fail("cannot read %s: it is larger than %d bytes, or broken", from,
                  FILE_BYTES);
        goto out;
    }
    out = fopen(to, "wb");
    if (out == NULL) {
        rc = fail("cannot write %s: %s", to, strerror(errno));
        goto out;
    }
    if (memchr(text, '\0', n) != NULL)
        fwrite(text, 1, n, out); /* not a text */
    else
        put_renamed(out, text, n, m);
    rc = ferror(out) ? fail("cannot write %s: %s", to, strerror(errno)) : 0;

out:
    if (out != NULL && fclose(out) != 0 && rc == 0)
        rc = fail("cannot write %s: %s", to, strerror(errno));
    fclose(in);
    return rc;
}

static int copy_tree(const char *from, const char *to, const rename_map *m);

static int copy_entry(const char *from, const char *to, const char *name,
                      const rename_map *m)
{
    char source[PATH_BYTES], renamed[PATH_BYTES], target[PATH_BYTES];
    struct stat st;

    if (!join(source, from, name) || !rename_path(renamed, name, m) ||
        !join(target, to, renamed))
        return fail("the path of %s is too long", name);
    if (stat(source, &st) != 0)
        return fail("cannot read %s: %s", source, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return copy_tree(source, target, m);
    return copy_file(source, target, m);
}

static bool left_out(const char *name)
{
    return name[0] == '.' || strcmp(name, "build") == 0;
}

static int copy_tree(const char *from, const char *to, const rename_map *m)
{
    DIR *dir = opendir(from);
    const struct dirent *e;
    int rc = 0;

    if (dir == NULL)
        return fail("cannot read %s: %s", from, strerror(errno));
    if (mkdir(to, 0777) != 0)
        rc = fail("cannot make %s: %s", to, strerror(errno));
    while (rc == 0 && (e = readdir(dir)) != NULL)
        if (!left_out(e->d_name))
            rc = copy_entry(from, to, e->d_name, m);
    closedir(dir);
    return rc;
}

/* ---- commands -----------------------------------------------------------------------
 */

static int list(void)
{
    DIR *dir = opendir(examples());
    const struct dirent *e;

    if (dir == NULL)
        return fail("cannot read %s: %s", examples(), strerror(errno));
    while ((e = readdir(dir)) != NULL)
        if (!left_out(e->d_name))
            puts(e->d_name);
    closedir(dir);
    return 0;
}

static int new_project(const char *name, const char *from)
{
    char source[PATH_BYTES];
    struct stat st;

    if (!is_name(name))
        return fail(
            "\"%s\" cannot be a project's name: use a-z, 0-9 and _, starting with a "
            "letter, at most 64 of them",
            name);
    if (!is_name(from) || !join(source, examples(), from) || stat(source, &st) != 0 ||
        !S_ISDIR(st.st_mode))
        return fail("there is no example \"%s\"; `hearth list` shows those there are",
                    from);
    if (stat(name, &st) == 0)
        return fail("%s exists already: choose another name, or remove it", name);
    if (copy_tree(source, name, &(rename_map){from, name}) != 0)
        return 1;
    printf("%s is ready:\n\n    cd %s\n    make check\n    make && build/%s\n", name,
           name, name);
    return 0;
}

static int secret(void)
{
    char text[HEARTH_SECRET_SIZE];

    if (hearth_secret_make(text) != 0)
        return fail("the kernel has no randomness to give");
    puts(text);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("hearth " HEARTH_VERSION);
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return list();
    if (argc == 2 && strcmp(argv[1], "secret") == 0)
        return secret();
    if (argc == 4 && strcmp(argv[1], "embed") == 0)
        return hearth__embed(argv[2], argv[3], stdout);
    if (argc == 4 && strcmp(argv[1], "templates") == 0)
        return hearth__templates(argv[2], argv[3], stdout);
    if (argc == 3 && strcmp(argv[1], "new") == 0)
        return new_project(argv[2], "hello");
    if (argc == 5 && strcmp(argv[1], "new") == 0 && strcmp(argv[3], "--from") == 0)
        return new_project(argv[2], argv[4]);
    fputs(usage, argc == 2 && strcmp(argv[1], "--help") == 0 ? stdout : stderr);
    return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
}
