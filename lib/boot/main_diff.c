/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The words `migrate diff` and `migrate check` of a built application's command line: the next
 * migration from the models, and whether one is needed.
 */
#include "boot/main_diff.h"

#include "core/str.h"
#include "data/drift.h"
#include "db/migrate_run.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PATH_BYTES 4096
#define NAME_BYTES 100

typedef struct command {
    const char *program;
    const char *folder; /* NULL: standard output */
    const char *word;   /* of the new step */
    bool drop, dry_run;
} command;

static int fail(const command *k, const char *text)
{
    fprintf(stderr, "%s: %s\n", k->program, text);
    return 1;
}

/* NULL, or the word that was not understood. */
static const char *read_words(char **argv, command *k)
{
    for (; *argv != NULL; argv++) {
        if (strcmp(*argv, "--dry-run") == 0)
            k->dry_run = true;
        else if (strcmp(*argv, "--allow-drop") == 0)
            k->drop = true;
        else if (strncmp(*argv, "--to=", 5) == 0 && (*argv)[5] != '\0')
            k->folder = *argv + 5;
        else if (strcmp(*argv, "--to") == 0 && argv[1] != NULL)
            k->folder = *++argv;
        else if (k->word == NULL && **argv != '-')
            k->word = *argv;
        else
            return *argv;
    }
    return NULL;
}

/* ---- before comparing ---------------------------------------------------------------- */

/* All steps are taken, as they were written. */
static int check_steps(const command *k, hearth_app *app)
{
    hearth_error err = {0};
    const char *first;
    size_t missing;

    if (app->migrations == NULL)
        return 0;
    if (hearth__migrate_missing(app->db, app->migrations, &missing, &first, &err) != 0)
        return fail(k, err.text);
    if (missing == 0)
        return 0;
    fprintf(stderr,
            "%s: the database lacks %zu migration%s, from %s on: run `%s migrate`\n",
            k->program, missing, missing == 1 ? "" : "s", first, k->program);
    return 1;
}

static int check_app(const command *k, const hearth_app *app)
{
    if (app->db == NULL)
        return fail(k, "there is no database to compare with: call hearth_use_db()");
    if (app->nmodels == 0)
        return fail(k, "there are no models to compare with: give them to "
                       "hearth_use_migrations() as .models");
    return 0;
}

/* ---- the file ------------------------------------------------------------------------ */

static int64_t number_of(const char *name, char step[NAME_BYTES])
{
    size_t n = strlen(name);
    int64_t number;

    if (n < 5 || n - 4 >= NAME_BYTES || strcmp(name + n - 4, ".sql") != 0)
        return 0;
    memcpy(step, name, n - 4);
    step[n - 4] = '\0';
    return hearth__migration_number(step, &number) ? number : 0;
}

/* The highest number of the list.  A file with a higher one is a step that the program does not
 * carry yet, and that the database lacks. */
static int last_number(const command *k, const hearth_app *app, int64_t *last)
{
    const hearth_migration *m = app->migrations;
    char step[NAME_BYTES];
    DIR *dir;

    *last = 0;
    for (; m != NULL && m->name != NULL; m++)
        (void)hearth__migration_number(m->name, last);
    if (k->folder == NULL)
        return 0;
    dir = opendir(k->folder);
    if (dir == NULL) {
        fprintf(stderr, "%s: the folder %s cannot be read: %s\n", k->program, k->folder,
                strerror(errno));
        return 1;
    }
    for (const struct dirent *e; (e = readdir(dir)) != NULL;)
        if (number_of(e->d_name, step) > *last) {
            fprintf(stderr, "%s: %s/%s is not part of this program: build it in first\n",
                    k->program, k->folder, e->d_name);
            closedir(dir);
            return 1;
        }
    closedir(dir);
    return 0;
}

static void put_step(FILE *out, const hearth__schema_diff *d)
{
    fprintf(out, "-- up\n%s-- down\n%s", d->up, d->down);
}

static int write_file(const command *k, const hearth__schema_diff *d, const char *step)
{
    char path[PATH_BYTES];
    FILE *out;

    if (snprintf(path, sizeof path, "%s/%s.sql", k->folder, step) >= (int)sizeof path)
        return fail(k, "the path of the folder is too long");
    out = fopen(path, "wx");
    if (out != NULL) {
        put_step(out, d);
        bool bad = ferror(out) != 0;
        if (fclose(out) == 0 && !bad) {
            printf("%s: read it, then build it in\n", path);
            return 0;
        }
    }
    fprintf(stderr, "%s: %s cannot be written: %s\n", k->program, path, strerror(errno));
    return 1;
}

/* ---- the words ----------------------------------------------------------------------- */

static void list(const hearth__schema_diff *d)
{
    for (const hearth__difference *f = d->first; f != NULL; f = f->next)
        printf("%s\n", f->text);
}

static int put_diff(const command *k, const hearth_app *app, const hearth__schema_diff *d)
{
    char step[NAME_BYTES];
    int64_t last, number;

    if (d->n == 0) {
        printf("no differences\n");
        return 0;
    }
    if (!d->changes) {
        list(d);
        printf("nothing to write: what no model has stays without --allow-drop\n");
        return 0;
    }
    if (k->folder == NULL) {
        put_step(stdout, d);
        return 0;
    }
    if (last_number(k, app, &last) != 0)
        return 1;
    if (last == INT64_MAX ||
        snprintf(step, sizeof step, "%04lld_%s", (long long)last + 1, k->word) >=
            (int)sizeof step ||
        !hearth__migration_number(step, &number))
        return fail(k, "the name of a migration is a word of letters, digits and '_'");
    list(d);
    return write_file(k, d, step);
}

int hearth__main_diff(hearth_app *app, const char *name, char **argv)
{
    command k = {.program = name, .folder = app->migrate_folder};
    const char *bad = read_words(argv, &k);
    hearth_error err = {0};
    hearth__drift d;
    int code;

    if (bad != NULL) {
        fprintf(
            stderr,
            "%s: not understood, or without its value: %s\n"
            "usage: %s migrate diff [NAME] [--to FOLDER] [--allow-drop] [--dry-run]\n",
            name, bad, name);
        return 2;
    }
    if (k.word == NULL)
        k.word = "changes";
    if (k.dry_run)
        k.folder = NULL;
    if (check_app(&k, app) != 0 || check_steps(&k, app) != 0)
        return 1;
    code = hearth__drift_open(&d, app, k.drop, &err) == 0 ? put_diff(&k, app, &d.diff)
                                                          : fail(&k, err.text);
    hearth__drift_close(&d);
    return code;
}

static int put_check(const command *k, const hearth__schema_diff *d)
{
    if (d->n == 0) {
        printf("the database is what the models say\n");
        return 0;
    }
    list(d);
    printf("run `%s migrate diff` to write the migration\n", k->program);
    return 1;
}

int hearth__main_check(hearth_app *app, const char *name, char **argv)
{
    command k = {.program = name};
    hearth_error err = {0};
    hearth__drift d;
    int code;

    if (*argv != NULL) {
        fprintf(stderr, "%s: not understood: %s\nusage: %s migrate check\n", name, *argv,
                name);
        return 2;
    }
    if (check_app(&k, app) != 0 || check_steps(&k, app) != 0)
        return 1;
    code = hearth__drift_open(&d, app, false, &err) == 0 ? put_check(&k, &d.diff)
                                                         : fail(&k, err.text);
    hearth__drift_close(&d);
    return code;
}
