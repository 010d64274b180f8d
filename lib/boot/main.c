/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The command line of a built application: a small table of words, each with its
 * function, so that a later one is a line here.
 */
#include "app/app.h"
#include "app/router.h"
#include "boot/main_check.h"
#include "boot/main_migrate.h"
#include "core/str.h"

#include <hearth/secret.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 2

static const char usage[] =
    "usage: %s [--host ADDRESS] [--port PORT | --listen ADDRESS ...] [routes]\n"
    "       %s migrate [up|down|redo|status] [--steps N] [--dry-run]\n"
    "       %s migrate diff [NAME] [--to FOLDER] [--allow-drop] [--dry-run] | check\n"
    "       %s check --deploy\n"
    "       %s secret\n"
    "\n"
    "  (nothing)       serve until SIGTERM or SIGINT\n"
    "  routes          list the routes and where their handlers run\n"
    "  migrate         bring the database up to date: up takes the steps that are "
    "missing,\n"
    "                  down takes the last one back, redo takes it back and again, "
    "status\n"
    "                  lists them; --dry-run does it and undoes all of it; diff writes "
    "the\n"
    "                  next one from the models, check says what would be in it\n"
    "  check --deploy  say what is unsafe about its settings, where others can reach it\n"
    "  secret          print a new secret, for HEARTH_SECRET\n"
    "  --host ADDRESS  listen there; default HEARTH_HOST, else 127.0.0.1\n"
    "  --port PORT     and there; default HEARTH_PORT, else 8080; 0 is any free port\n"
    "  --listen WHERE  instead, and as often as wanted: 127.0.0.1:8080, [::1]:8080,\n"
    "                  unix:/run/app.sock, unix:@name, systemd; default HEARTH_LISTEN,\n"
    "                  separated by commas\n"
    "  --help          this text\n";

typedef struct command {
    hearth_run_opts run;
    const char **listen; /* room for every word of the command line */
    size_t nlisten;
    bool routes, help;
} command;

static const char *run_name(hearth_run run)
{
    return run == HEARTH_INLINE ? "inline" : run == HEARTH_WORKER ? "worker" : "auto";
}

static int list_routes(const hearth_app *app)
{
    if (app->setup.code != 0) {
        fprintf(stderr, "%s\n", app->setup.text);
        return 1;
    }
    for (const hearth__route *r = hearth__router_first(app->router); r != NULL;
         r = r->next)
        printf("%-8s %-40s %-7s %s\n", r->method, r->pattern, run_name(r->place.wanted),
               r->name == NULL ? "" : r->name);
    return 0;
}

static int print_secret(void)
{
    char secret[HEARTH_SECRET_SIZE];

    if (hearth_secret_make(secret) != 0)
        return 1;
    puts(secret);
    return 0;
}

static bool read_port(const char *text, int *port)
{
    int64_t n;

    if (!hearth__str_int(hearth__str_of(text), &n) || n < 0 || n > 65535)
        return false;
    *port = n == 0 ? HEARTH_PORT_ANY : (int)n;
    return true;
}

/* "--port 80" and "--port=80". */
static const char *option(char **argv, int *i, const char *name)
{
    size_t n = strlen(name);

    if (strncmp(argv[*i], name, n) != 0)
        return NULL;
    if (argv[*i][n] == '=')
        return argv[*i] + n + 1;
    if (argv[*i][n] != '\0' || argv[*i + 1] == NULL)
        return NULL;
    return argv[++*i];
}

static bool read_command(command *cmd, char **argv)
{
    for (int i = 1; argv[0] != NULL && argv[i] != NULL; i++) {
        const char *value;

        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            cmd->help = true;
        } else if (strcmp(argv[i], "routes") == 0) {
            cmd->routes = true;
        } else if ((value = option(argv, &i, "--host")) != NULL) {
            cmd->run.host = value;
        } else if ((value = option(argv, &i, "--listen")) != NULL) {
            cmd->listen[cmd->nlisten++] = value;
        } else if ((value = option(argv, &i, "--port")) == NULL ||
                   !read_port(value, &cmd->run.port)) {
            fprintf(stderr, "%s: not understood, or without its value: %s\n", argv[0],
                    argv[i]);
            return false;
        }
    }
    if (cmd->nlisten == 0)
        return true;
    cmd->run.listen = cmd->listen;
    if (cmd->run.host == NULL && cmd->run.port == 0)
        return true;
    fprintf(stderr, "%s: --listen says all; not with --host or --port\n", argv[0]);
    return false;
}

int hearth_app_main(hearth_app *app, int argc, char **argv)
{
    command cmd = {.routes = false};
    const char *name = argc > 0 ? argv[0] : "program";
    int code;

    cmd.listen = calloc(argc > 0 ? (size_t)argc + 1 : 1, sizeof *cmd.listen);
    if (app == NULL || cmd.listen == NULL) {
        fprintf(stderr, "%s: out of memory\n", name);
        hearth_app_free(app);
        free(cmd.listen);
        return 1;
    }
    if (argc > 1 && strcmp(argv[1], "migrate") == 0) {
        code = hearth__main_migrate(app, name, argv + 2);
    } else if (argc > 1 && strcmp(argv[1], "check") == 0) {
        code = hearth__main_deploy(app, name, argv + 2);
    } else if (argc == 2 && strcmp(argv[1], "secret") == 0) {
        code = print_secret();
    } else if (argc > 0 && !read_command(&cmd, argv)) {
        fprintf(stderr, usage, name, name, name, name, name);
        code = EXIT_USAGE;
    } else if (cmd.help) {
        printf(usage, name, name, name, name, name);
        code = 0;
    } else if (cmd.routes) {
        code = list_routes(app);
    } else {
        code = hearth_app_run(app, &cmd.run) == 0 ? 0 : 1;
    }
    hearth_app_free(app);
    free(cmd.listen);
    return code;
}
