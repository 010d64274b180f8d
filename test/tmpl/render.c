/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Renders the cases that jinja.py has unpacked:
 *
 *     render WORK ENDING
 *
 * Each folder in WORK holds data.json, options, the names of what is rendered in mains, and the
 * templates; NAME.ENDING receives what NAME gives, or NAME.ENDING.error why it gives nothing.
 */
#include <hearth/template.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_BYTES 4096

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static const char *path_of(char out[PATH_BYTES], const char *dir, const char *name)
{
    int n = snprintf(out, PATH_BYTES, "%s/%s", dir, name);

    if (n < 0 || n >= PATH_BYTES) {
        fprintf(stderr, "render: a path is too long: %s\n", name);
        exit(1);
    }
    return out;
}

/* Call for each line of a file. */
static void each_line(const char *path, void (*call)(void *arg, const char *line),
                      void *arg)
{
    char line[256];
    FILE *in = fopen(path, "rb");

    if (in == NULL)
        die(path);
    while (fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        call(arg, line);
    }
    fclose(in);
}

static void set_option(void *arg, const char *line)
{
    hearth_templates_opts *o = arg;

    if (strcmp(line, "strict") == 0)
        o->strict = true;
    else if (strcmp(line, "trim_blocks") == 0)
        o->trim_blocks = true;
    else if (strcmp(line, "lstrip_blocks") == 0)
        o->lstrip_blocks = true;
}

typedef struct folder {
    const char *path, *ending;
    hearth_templates *set;
    json_t *data;
} folder;

static void save(const folder *f, const char *main, const char *ending, hearth_str text)
{
    char name[512], path[PATH_BYTES];
    FILE *out;

    snprintf(name, sizeof name, "%s.%s%s", main, f->ending, ending);
    out = fopen(path_of(path, f->path, name), "wb");
    if (out == NULL)
        die(path);
    fwrite(text.ptr, 1, text.len, out);
    if (fclose(out) != 0)
        die(path);
}

static void render_one(void *arg, const char *main)
{
    const folder *f = arg;
    hearth_template_error err = {0};
    hearth_str text;
    char line[1024];

    if (hearth_templates_render(f->set, main, f->data, NULL, &text, &err) == 0) {
        save(f, main, "", text);
        free((char *)(uintptr_t)text.ptr);
    } else {
        hearth_template_error_line(&err, line, sizeof line);
        save(f, main, ".error", (hearth_str){line, strlen(line)});
    }
}

static void render_folder(const char *path, const char *ending)
{
    char at[PATH_BYTES], dir[PATH_BYTES];
    folder f = {.path = path, .ending = ending};
    hearth_templates_opts o = {.dir = path_of(dir, path, "templates")};
    hearth_template_error err = {0};
    json_error_t why;

    f.data = json_load_file(path_of(at, path, "data.json"), JSON_ALLOW_NUL, &why);
    if (f.data == NULL) {
        fprintf(stderr, "render: %s: %s\n", at, why.text);
        exit(1);
    }
    each_line(path_of(at, path, "options"), set_option, &o);
    f.set = hearth_templates_new(&o, &err);
    if (f.set == NULL) {
        fprintf(stderr, "render: %s: %s\n", path, err.text);
        exit(1);
    }
    each_line(path_of(at, path, "mains"), render_one, &f);
    hearth_templates_free(f.set);
    json_decref(f.data);
}

int main(int argc, char **argv)
{
    const struct dirent *e;
    DIR *work = argc == 3 ? opendir(argv[1]) : NULL;

    if (work == NULL) {
        fputs("usage: render WORK ENDING\n", stderr);
        return 1;
    }
    while ((e = readdir(work)) != NULL) {
        char path[PATH_BYTES];

        if (e->d_name[0] != '.')
            render_folder(path_of(path, argv[1], e->d_name), argv[2]);
    }
    closedir(work);
    return 0;
}
