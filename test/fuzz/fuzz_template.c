/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Templates as no author writes them, and values as no program gives them.  The input is JSON and
 * two templates with a line "%%" between each: main.html, and part.html that it may load.  What
 * comes out is a page or an error that says where; with the same input always the same; and what
 * was in the data never makes an element.
 */
#include <hearth/template.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static hearth_str cut(hearth_str *rest)
{
    hearth_str part = *rest;

    for (size_t i = 0; i + 4 <= rest->len; i++)
        if (memcmp(rest->ptr + i, "\n%%\n", 4) == 0) {
            part.len = i;
            rest->ptr += i + 4;
            rest->len -= i + 4;
            return part;
        }
    rest->ptr += rest->len;
    rest->len = 0;
    return part;
}

static bool has(hearth_str s, const char *part)
{
    size_t n = strlen(part);

    for (size_t i = 0; s.ptr != NULL && i + n <= s.len; i++)
        if (memcmp(s.ptr + i, part, n) == 0)
            return true;
    return false;
}

static bool same(hearth_str a, hearth_str b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && a.len == b.len &&
           (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static void check_error(int rc, const hearth_template_error *err)
{
    char line[1200];

    if (rc >= 0 || err->code != rc || err->text[0] == '\0' || err->line < 0)
        abort();
    if (memchr(hearth_template_error_line(err, line, sizeof line), '\0', sizeof line) ==
        NULL)
        abort();
}

/* The page; ptr NULL: none. */
static hearth_str render(const hearth_templates_opts *o, const json_t *tree)
{
    hearth_template_error err = {0};
    hearth_templates *set = hearth_templates_new(o, &err);
    hearth_str out = {NULL, 0};
    int rc;

    if (set == NULL)
        abort();
    rc = hearth_templates_render(set, "main.html", tree, NULL, &out, &err);
    if (rc != 0) {
        check_error(rc, &err);
        out = (hearth_str){NULL, 0};
    } else if (out.len > o->max_output) {
        abort();
    }
    hearth_templates_free(set);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str rest = {(const char *)data, size}, json = cut(&rest), main = cut(&rest);
    json_t *tree = json_loadb(json.ptr, json.len, 0, NULL);
    hearth_template_file files[] = {{"main.html", main.ptr, main.len},
                                    {"part.html", rest.ptr, rest.len},
                                    {NULL, NULL, 0}};
    hearth_templates_opts o = {
        .embedded = files,
        .max_output = 64 * 1024,
        .max_memory = 1024 * 1024,
        .max_loops = 2000,
        .max_depth = 16,
        .max_ms = 60 * 1000,
        .strict = size % 2 == 1,
    };
    hearth_str templates = {main.ptr, (size_t)(rest.ptr + rest.len - main.ptr)};
    hearth_str first = render(&o, tree), second = render(&o, tree);

    if (!has(templates, "random") && !same(first, second))
        abort();
    /* An element of that name can only be one of the data. */
    if (has(first, "<fuzz") && !has(templates, "fuzz") && !has(templates, "unsafe_html"))
        abort();
    free((char *)(uintptr_t)first.ptr);
    free((char *)(uintptr_t)second.ptr);
    json_decref(tree);
    return 0;
}
