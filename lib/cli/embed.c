/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * `hearth embed migrations db/migrations > migrations.c`: a folder of numbered SQL files as a
 * table of hearth_migration, so that a program carries its schema.
 *
 * A file is 0002_add_due.sql.  A line `-- up` begins the way up, a line `-- down` the way down;
 * without either the whole file goes up.
 */
#include "cli/embed.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES (1024 * 1024)
#define PATH_BYTES 4096

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "hearth: %s: %s\n", what, why);
    return 1;
}

/* "0002_add_due.sql": the number, or -1. */
static long long number_of(const char *name)
{
    size_t n = strlen(name);
    char *end;

    if (n < 5 || strcmp(name + n - 4, ".sql") != 0 || !isdigit((unsigned char)name[0]))
        return -1;
    errno = 0;
    long long number = strtoll(name, &end, 10);
    if (errno != 0 || *end != '_' || number <= 0)
        return -1;
    for (const char *p = end; p < name + n - 4; p++)
        if (!isalnum((unsigned char)*p) && *p != '_')
            return -1;
    return number;
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

static int only_sql(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return e->d_name[0] != '.' && n > 4 && strcmp(e->d_name + n - 4, ".sql") == 0;
}

static int by_number(const struct dirent **a, const struct dirent **b)
{
    long long x = number_of((*a)->d_name), y = number_of((*b)->d_name);

    return x < y ? -1 : x > y;
}

/* ---- one file ---------------------------------------------------------------------- */

/* The file with '\0' at its end; NULL when it has said why not. */
static char *read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    char *text = malloc(FILE_BYTES);
    size_t n = 0;

    if (in != NULL && text != NULL)
        n = fread(text, 1, FILE_BYTES, in);
    if (in == NULL || text == NULL || ferror(in) || n == FILE_BYTES ||
        memchr(text, '\0', n) != NULL) {
        fail(path, "cannot be read, is longer than 1 MiB, or holds a NUL byte");
        free(text);
        text = NULL;
    } else {
        text[n] = '\0';
    }
    if (in != NULL)
        fclose(in);
    return text;
}

/* Is this line "-- up"? */
static bool is_mark(const char *line, const char *word)
{
    size_t n = strlen(word);

    if (strncmp(line, "--", 2) != 0)
        return false;
    line += 2 + strspn(line + 2, " \t");
    return strncmp(line, word, n) == 0 && line[n + strspn(line + n, " \t\r")] == '\n';
}

static const char *next_line(const char *p)
{
    p += strcspn(p, "\n");
    return *p == '\n' ? p + 1 : p;
}

/* Behind the line with this mark; NULL when there is none.  *at: the line itself. */
static const char *find_mark(const char *text, const char *word, const char **at)
{
    for (const char *p = text; *p != '\0'; p = next_line(p))
        if (is_mark(p, word)) {
            *at = p;
            return next_line(p);
        }
    return NULL;
}

/* A C string, a line of the text in each line. */
static void put_string(FILE *out, const char *from, const char *to)
{
    if (from == to)
        fputs("\"\"", out);
    while (from < to) {
        const char *end = next_line(from);

        fputs("\n     \"", out);
        for (; from < end && from < to; from++) {
            if (*from == '\n')
                fputs("\\n", out);
            else if (*from == '"' || *from == '\\' || *from == '?')
                fprintf(out, "\\%c", *from);
            else if ((unsigned char)*from < 0x20 || (unsigned char)*from > 0x7e)
                fprintf(out, "\\%03o", (unsigned)(unsigned char)*from);
            else
                fputc(*from, out);
        }
        fputc('"', out);
    }
}

static int put_file(const char *dir, const char *name, FILE *out)
{
    char path[PATH_BYTES];
    const char *up, *down, *up_at, *down_at;
    char *text;

    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
        return fail(name, "its path is too long");
    text = read_file(path);
    if (text == NULL)
        return 1;
    up = find_mark(text, "up", &up_at);
    down = find_mark(text, "down", &down_at);
    if (up == NULL)
        up = up_at = text;
    if (down != NULL && down_at < up) {
        free(text);
        return fail(path, "`-- down` comes before `-- up`");
    }
    fprintf(out, "    {\"%.*s\",", (int)strlen(name) - 4, name);
    put_string(out, up, down == NULL ? up + strlen(up) : down_at);
    fputs(",", out);
    if (down == NULL)
        fputs(" NULL", out);
    else
        put_string(out, down, down + strlen(down));
    fputs("},\n", out);
    free(text);
    return 0;
}

/* ---- the folder -------------------------------------------------------------------- */

static int check_name(const char *dir, const char *name, long long *last)
{
    char path[PATH_BYTES];
    long long number = number_of(name);

    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (number < 0)
        return fail(path, "name it by a number, '_' and a word, as 0002_add_due.sql");
    if (number == *last)
        return fail(path, "another one has this number");
    *last = number;
    return 0;
}

int hearth__embed(const char *name, const char *dir, FILE *out)
{
    struct dirent **files;
    long long last = 0;
    int n, rc = 0;

    if (!is_identifier(name))
        return fail(name, "cannot be the name of a table in C");
    n = scandir(dir, &files, only_sql, by_number);
    if (n < 0)
        return fail(dir, strerror(errno));
    for (int i = 0; i < n && rc == 0; i++)
        rc = check_name(dir, files[i]->d_name, &last);
    if (rc == 0)
        fprintf(out,
                "/* Made by `hearth embed`. */\n#include <hearth/migrate.h>\n\n"
                "extern const hearth_migration %s[];\nconst hearth_migration %s[] = {\n",
                name, name);
    for (int i = 0; i < n && rc == 0; i++)
        rc = put_file(dir, files[i]->d_name, out);
    if (rc == 0)
        fputs("    {NULL, NULL, NULL},\n};\n", out);
    for (int i = 0; i < n; i++)
        free(files[i]);
    free(files);
    return rc != 0 || ferror(out) ? 1 : 0;
}
