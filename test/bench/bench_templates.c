/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Renders the table of the bench.
 *
 *     bench_templates page FOLDER DATA            the page
 *     bench_templates time FOLDER DATA SECONDS    microseconds of CPU for one page
 *     bench_templates count FOLDER DATA TIMES     for callgrind
 */
#include <hearth/template.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void render(hearth_templates *set, const json_t *data, FILE *out)
{
    hearth_template_error err = {0};
    hearth_str text;
    char line[1024];

    if (hearth_templates_render(set, "table.html", data, NULL, &text, &err) != 0) {
        fprintf(stderr, "%s\n", hearth_template_error_line(&err, line, sizeof line));
        exit(1);
    }
    if (out != NULL)
        fwrite(text.ptr, 1, text.len, out);
    free((char *)(uintptr_t)text.ptr);
}

int main(int argc, char **argv)
{
    hearth_templates_opts o = {.dir = argc > 2 ? argv[2] : NULL};
    hearth_template_error err = {0};
    json_error_t why;
    json_t *data = argc > 3 ? json_load_file(argv[3], 0, &why) : NULL;
    hearth_templates *set = data == NULL ? NULL : hearth_templates_new(&o, &err);

    if (set == NULL) {
        fprintf(stderr, "usage: bench_templates page|time|count FOLDER DATA [N]: %s\n",
                data == NULL ? "no data" : err.text);
        return 1;
    }
    render(set, data, strcmp(argv[1], "page") == 0 ? stdout : NULL);
    if (strcmp(argv[1], "count") == 0)
        for (long i = argc > 4 ? strtol(argv[4], NULL, 10) : 0; i > 0; i--)
            render(set, data, NULL);
    if (strcmp(argv[1], "time") == 0) {
        double seconds = argc > 4 ? strtod(argv[4], NULL) : 1, start = cpu_s(), now;
        long pages = 0;

        do {
            render(set, data, NULL);
            pages++;
            now = cpu_s();
        } while (now - start < seconds);
        printf("%.1f\n", (now - start) / (double)pages * 1e6);
    }
    hearth_templates_free(set);
    json_decref(data);
    return 0;
}
