/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * `hearth templates pages templates > pages.c`: a folder of templates, and the folders in it, as
 * a table of hearth_template_file, so that a program carries its pages.
 *
 * Each is called as it would be in a directory of templates: "todos/list.html".  Names that begin
 * with a dot are left out, and so are links.
 */
#include "cli/templates.h"

#include <hearth/template.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_BYTES (1024 * 1024)
#define PATH_BYTES 4096
#define DEPTH      32

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "hearth: %s: %s\n", what, why);
    return 1;
}

static bool is_identifier(const char *s)
{
    if (!isalpha((unsigned char)*s) && *s != '_')
        return false;
    for (; *s != '\0'; s++)
        if (!isalnum((unsigned char)*s) && *s != '_')
            return false;
    return true;
}

static int not_hidden(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

/* By their bytes, whatever the locale: the same folder gives the same table. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* A C string; each line of the text is a line of it. */
static void put_string(FILE *out, const char *s, size_t n)
{
    fputs("\n     \"", out);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '\n')
            fputs(i + 1 < n ? "\\n\"\n     \"" : "\\n", out);
        else if (c == '"' || c == '\\' || c == '?')
            fprintf(out, "\\%c", c);
        else if (c < 0x20 || c > 0x7e)
            fprintf(out, "\\%03o", (unsigned)c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static int put_file(const char *path, const char *name, FILE *out)
{
    FILE *in = fopen(path, "rb");
    char *text = malloc(FILE_BYTES + 1);
    size_t n = 0;
    int rc = 1;

    if (in != NULL && text != NULL)
        n = fread(text, 1, FILE_BYTES + 1, in);
    if (in == NULL || text == NULL || ferror(in)) {
        fail(path, "cannot be read");
    } else if (n > FILE_BYTES) {
        fail(path, "is longer than 1 MiB");
    } else {
        fputs("    {", out);
        put_string(out, name, strlen(name));
        fputs(",", out);
        put_string(out, text, n);
        fprintf(out, ", %zu},\n", n);
        rc = 0;
    }
    if (in != NULL)
        fclose(in);
    free(text);
    return rc;
}

static int put_folder(const char *dir, const char *prefix, int depth, FILE *out);

static int put_entry(const char *dir, const char *prefix, const char *entry, int depth,
                     FILE *out)
{
    char path[PATH_BYTES], name[PATH_BYTES];
    struct stat st;

    int n = snprintf(name, sizeof name, "%s%s", prefix, entry);

    if (snprintf(path, sizeof path, "%s/%s", dir, entry) >= (int)sizeof path ||
        n + 1 >= (int)sizeof name)
        return fail(entry, "its path is too long");
    if (lstat(path, &st) != 0)
        return fail(path, strerror(errno));
    if (S_ISREG(st.st_mode))
        return put_file(path, name, out);
    if (!S_ISDIR(st.st_mode))
        return 0;
    if (depth == DEPTH)
        return fail(path, "folders are too deep in each other");
    memcpy(name + n, "/", 2);
    return put_folder(path, name, depth + 1, out);
}

static int put_folder(const char *dir, const char *prefix, int depth, FILE *out)
{
    struct dirent **entries;
    int n = scandir(dir, &entries, not_hidden, by_name), rc = 0;

    if (n < 0)
        return fail(dir, strerror(errno));
    for (int i = 0; i < n; i++) {
        if (rc == 0)
            rc = put_entry(dir, prefix, entries[i]->d_name, depth, out);
        free(entries[i]);
    }
    free(entries);
    return rc;
}

int hearth__templates(const char *name, const char *dir, FILE *out)
{
    int rc;

    if (!is_identifier(name))
        return fail(name, "cannot be the name of a table in C");
    fprintf(out,
            "/* Made by `hearth templates`. */\n#include <hearth/template.h>\n\n"
            "#ifdef __GNUC__\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
            "#endif\n\nextern const hearth_template_file %s[];\n"
            "const hearth_template_file %s[] = {\n",
            name, name);
    rc = put_folder(dir, "", 0, out);
    if (rc == 0)
        fputs("    {NULL, NULL, 0},\n};\n", out);
    return rc != 0 || ferror(out) ? 1 : 0;
}
