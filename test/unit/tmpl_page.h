/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_TMPL_PAGE_H
#define HEARTH_TEST_TMPL_PAGE_H

/* Rendering templates that are given as texts. */

#include "tmpl_kit.h"

#define PAGE_FILES 6

typedef struct page_file {
    const char *name, *text;
} page_file;

static inline hearth_templates *
page_set(const page_file *files, hearth_template_file *table, hearth_templates_opts o)
{
    hearth_template_error err = {0};
    hearth_templates *t;
    size_t n = 0;

    for (; n < PAGE_FILES && files[n].name != NULL; n++)
        table[n] =
            (hearth_template_file){files[n].name, files[n].text, strlen(files[n].text)};
    table[n] = (hearth_template_file){NULL, NULL, 0};
    o.embedded = table;
    t = hearth_templates_new(&o, &err);
    ck_assert_msg(t != NULL, "%s", err.text);
    return t;
}

/* What the first of the files prints, or "! file:line:column: why"; to be freed. */
static inline char *page_render(const page_file *files, const char *json,
                                hearth_templates_opts o)
{
    hearth_template_file table[PAGE_FILES + 1];
    hearth_templates *t = page_set(files, table, o);
    json_t *data = json == NULL ? NULL : json_loads(json, 0, NULL);
    hearth_template_error err = {0};
    hearth_str out;
    char *text;

    ck_assert_msg(json == NULL || data != NULL, "%s", json);
    if (hearth_templates_render(t, files[0].name, data, NULL, &out, &err) == 0) {
        text = (char *)(uintptr_t)out.ptr;
    } else {
        text = malloc(1024);
        snprintf(text, 1024, "! %s:%d:%d: %s", err.file, err.line, err.column, err.text);
    }
    json_decref(data);
    hearth_templates_free(t);
    return text;
}

static inline void page_check(const page_file *files, const char *json,
                              const char *wanted, hearth_templates_opts o)
{
    char *text = page_render(files, json, o);

    /* What is wanted of an error is a part of it. */
    if (wanted[0] == '!')
        ck_assert_msg(text[0] == '!' && strstr(text, wanted + 2) != NULL,
                      "%s\nshould fail with %s\nbut gave %s", files[0].text, wanted,
                      text);
    else
        ck_assert_msg(strcmp(text, wanted) == 0, "%s\nshould give %s\nbut gave %s",
                      files[0].text, wanted, text);
    free(text);
}

static inline void page_check_one(const char *source, const char *json,
                                  const char *wanted)
{
    page_file files[PAGE_FILES] = {{"page.html", source}};

    page_check(files, json, wanted, (hearth_templates_opts){0});
}

#endif
