/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The languages as they are set up: every catalogue is read and checked before the first request. */
#include "app/app.h"
#include "core/buf.h"
#include "core/error.h"
#include "core/str.h"
#include "http/audit.h"
#include "i18n/language.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_LANGUAGES 64
#define MOST_BYTES     (16 * 1024 * 1024)
#define PATH_BYTES     4096

static void languages_free(struct hearth__languages *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; l->language != NULL && i < l->n; i++) {
        hearth__catalog_free(l->language[i].catalog);
        free((char *)(uintptr_t)l->language[i].tag.ptr);
    }
    free(l->language);
    free(l->offers);
    free(l->tags);
    free(l->cookie);
    free(l);
}

/* "de", "pt-BR", "zh-Hant-TW": letters and digits in groups of up to eight (RFC 5646). */
static bool is_tag(hearth_str s)
{
    size_t group = 0;

    if (s.len > 35 || s.len == 0 || !hearth__is_alpha(s.ptr[0]))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == '-') {
            if (group == 0)
                return false;
            group = 0;
        } else if ((!hearth__is_alpha(s.ptr[i]) && !hearth__is_digit(s.ptr[i])) ||
                   ++group > 8) {
            return false;
        }
    return group > 0;
}

/* ---- catalogues -------------------------------------------------------------------- */

/* The bytes of a file; missing: there is none. */
static int read_file(const char *path, hearth__buf *b, bool *missing, hearth_error *err)
{
    FILE *in = fopen(path, "rb");
    char *room;
    size_t n = 0;

    *missing = in == NULL && errno == ENOENT;
    if (in == NULL)
        return *missing
                   ? 0
                   : hearth__error_set(err, HEARTH_EINVAL,
                                       "%s cannot be read: may this program read it?",
                                       path);
    do {
        if ((room = hearth__buf_room(b, 65536)) == NULL)
            break;
        n = fread(room, 1, 65536, in);
        hearth__buf_commit(b, n);
    } while (n > 0);
    bool broken = ferror(in) != 0;
    fclose(in);
    if (!broken && !b->failed)
        return 0;
    return hearth__error_set(err, broken ? HEARTH_EINVAL : HEARTH_ENOMEM,
                             broken ? "%s cannot be read"
                                    : "%s is longer than 16 MiB, or there is no memory",
                             path);
}

static int read_from_folder(hearth__language *l, bool first, const char *folder,
                            hearth_error *err)
{
    char path[PATH_BYTES];
    hearth_error why = {0};
    hearth__buf b;
    bool missing;
    int n = snprintf(path, sizeof path, "%s/%s.po", folder, l->tag.ptr);
    int rc;

    if (n < 0 || (size_t)n >= sizeof path)
        return hearth__error_set(err, HEARTH_EINVAL, ".folder is too long");
    hearth__buf_init(&b, NULL, MOST_BYTES);
    rc = read_file(path, &b, &missing, err);
    if (rc == 0 && missing && !first)
        rc = hearth__error_set(err, HEARTH_EINVAL,
                               "there is no %s; make it with `msginit -l %s -o %s -i "
                               "messages.pot`",
                               path, l->tag.ptr, path);
    if (rc == 0 && !missing) {
        l->catalog = hearth__catalog_read(hearth__buf_view(&b), &why);
        if (l->catalog == NULL)
            rc = hearth__error_set(err, why.code, "%s: %s", path, why.text);
    }
    hearth__buf_clear(&b);
    return rc;
}

static int read_catalog(hearth__languages *l, size_t i, const hearth_languages_opts *o,
                        hearth_error *err)
{
    hearth__language *it = &l->language[i];
    hearth_error why = {0};

    if (o->folder != NULL)
        return read_from_folder(it, i == 0, o->folder, err);
    if (o->catalog == NULL || o->catalog[i] == NULL)
        return 0;
    it->catalog = hearth__catalog_read(hearth__str_of(o->catalog[i]), &why);
    return it->catalog != NULL
               ? 0
               : hearth__error_set(err, why.code, "the catalogue of \"%s\": %s",
                                   it->tag.ptr, why.text);
}

/* ---- languages --------------------------------------------------------------------- */

static int add_tag(hearth__languages *l, const char *text, hearth_error *err)
{
    hearth_str tag = hearth__str_of(text);
    hearth__language *it = &l->language[l->n];

    if (!is_tag(tag))
        return hearth__error_set(
            err, HEARTH_EINVAL, "\"%s\" is no tag of a language; say \"de\" or \"pt-BR\"",
            text);
    for (size_t i = 0; i < l->n; i++)
        if (hearth__str_ieq(l->language[i].tag, tag))
            return hearth__error_set(err, HEARTH_EINVAL, "\"%s\" is there twice", text);
    if ((it->tag.ptr = strdup(text)) == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    it->tag.len = tag.len;
    l->tags[l->n] = it->tag.ptr;
    l->offers[l->n++] = it->tag;
    return 0;
}

/* "pt" for "pt-BR", when it is there. */
static const hearth__language *wider_than(const hearth__languages *l, hearth_str tag)
{
    while (tag.len > 0) {
        while (tag.len > 0 && tag.ptr[tag.len - 1] != '-')
            tag.len--;
        if (tag.len > 0)
            tag.len--;
        for (size_t i = 0; tag.len > 0 && i < l->n; i++)
            if (hearth__str_ieq(l->language[i].tag, tag))
                return &l->language[i];
    }
    return NULL;
}

static int fill_in(hearth__languages *l, size_t n, const char *const *tags,
                   const hearth_languages_opts *o, hearth_error *err)
{
    l->language = calloc(n, sizeof *l->language);
    l->offers = calloc(n, sizeof *l->offers);
    l->tags = calloc(n + 1, sizeof *l->tags);
    l->cookie = strdup(o->cookie != NULL ? o->cookie : "lang");
    if (l->language == NULL || l->offers == NULL || l->tags == NULL || l->cookie == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    if (!hearth__is_token(hearth__str_of(l->cookie)))
        return hearth__error_set(err, HEARTH_EINVAL, "\"%s\" is no name of a cookie",
                                 l->cookie);
    for (size_t i = 0; i < n; i++)
        HEARTH_TRY(add_tag(l, tags[i], err));
    for (size_t i = 0; i < n; i++) {
        l->language[i].wider = wider_than(l, l->language[i].tag);
        HEARTH_TRY(read_catalog(l, i, o, err));
    }
    return 0;
}

static int make(hearth__languages **out, const char *const *tags,
                const hearth_languages_opts *o, hearth_error *err)
{
    size_t n = 0;
    int rc;

    while (tags != NULL && tags[n] != NULL && n <= MOST_LANGUAGES)
        n++;
    if (n == 0 || n > MOST_LANGUAGES)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the list holds %s; 1 to 64 are needed",
                                 n == 0 ? "no language" : "too many languages");
    if (o->folder != NULL && o->catalog != NULL)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 ".folder and .catalog exclude each other");
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    rc = fill_in(*out, n, tags, o, err);
    if (rc != 0)
        languages_free(*out);
    return rc;
}

int hearth_use_languages_sized(hearth_app *app, const char *const *tags,
                               const hearth_languages_opts *o, size_t size)
{
    hearth_languages_opts opts = {0};
    hearth__languages *made = NULL;
    hearth_error err = {0};

    HEARTH_TRY(hearth__app_setup_check(app, "hearth_use_languages"));
    if (o != NULL)
        memcpy(&opts, o, size < sizeof opts ? size : sizeof opts);
    if (app->languages != NULL)
        return hearth__app_setup_failed(
            app, HEARTH_ESTATE,
            "hearth_use_languages: the application has languages "
            "already; name all of them in one list");
    if (make(&made, tags, &opts, &err) != 0)
        return hearth__app_setup_failed(app, err.code, "hearth_use_languages: %s",
                                        err.text);
    app->languages = made;
    app->free_languages = languages_free;
    return 0;
}
