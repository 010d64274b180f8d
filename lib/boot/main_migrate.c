/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The word `migrate` of a built application's command line.
 */
#include "boot/main_migrate.h"

#include "app/app.h"
#include "boot/main_diff.h"
#include "core/str.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *word;
    hearth_migrate_action action;
} actions[] = {
    {"up", HEARTH_MIGRATE_UP},
    {"down", HEARTH_MIGRATE_DOWN},
    {"redo", HEARTH_MIGRATE_REDO},
    {"status", HEARTH_MIGRATE_STATUS},
};

static bool read_action(const char *word, hearth_migrate_action *out)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(word, actions[i].word) == 0) {
            *out = actions[i].action;
            return true;
        }
    return false;
}

static bool read_steps(const char *text, int *out)
{
    int64_t n;

    if (text == NULL || !hearth__str_int(hearth__str_of(text), &n) || n < 1 ||
        n > INT32_MAX)
        return false;
    *out = (int)n;
    return true;
}

/* NULL, or the word that was not understood. */
static const char *read_words(char **argv, hearth_migrate_opts *o)
{
    for (; *argv != NULL; argv++) {
        if (strcmp(*argv, "--dry-run") == 0) {
            o->dry_run = true;
        } else if (strncmp(*argv, "--steps=", 8) == 0) {
            if (!read_steps(*argv + 8, &o->steps))
                return *argv;
        } else if (strcmp(*argv, "--steps") == 0) {
            if (!read_steps(argv[1], &o->steps))
                return *argv;
            argv++;
        } else if (!read_action(*argv, &o->action)) {
            return *argv;
        }
    }
    return NULL;
}

static void say(void *arg, const char *line)
{
    int *lines = arg;

    (*lines)++;
    printf("%s\n", line);
}

static int take_steps(hearth_app *app, const char *name, char **argv)
{
    int lines = 0;
    hearth_migrate_opts o = {.tell = say, .arg = &lines};
    const char *bad = read_words(argv, &o);
    hearth_error err;

    if (bad != NULL) {
        fprintf(stderr,
                "%s: not understood, or without its value: %s\n"
                "usage: %s migrate [up|down|redo|status|diff|check] [--steps N] "
                "[--dry-run]\n",
                name, bad, name);
        return 2;
    }
    if (app->migrations == NULL || app->db == NULL) {
        fprintf(stderr,
                "%s: there is no database to migrate, or there are no migrations\n",
                name);
        return 1;
    }
    if (hearth_migrate(app->db, app->migrations, &o, &err) != 0) {
        fprintf(stderr, "%s: %s\n", name, err.text);
        return 1;
    }
    if (lines == 0)
        printf("nothing to do\n");
    return 0;
}

int hearth__main_migrate(hearth_app *app, const char *name, char **argv)
{
    if (app->setup.code != 0) {
        fprintf(stderr, "%s: %s\n", name, app->setup.text);
        return 1;
    }
    if (*argv != NULL && strcmp(*argv, "diff") == 0)
        return hearth__main_diff(app, name, argv + 1);
    if (*argv != NULL && strcmp(*argv, "check") == 0)
        return hearth__main_check(app, name, argv + 1);
    return take_steps(app, name, argv);
}
