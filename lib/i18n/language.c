/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The language of a request, decided when something first depends on it, and its texts.
 */
#include "i18n/language.h"

#include "app/app.h"
#include "app/negotiate.h"
#include "app/req.h"
#include "core/str.h"
#include "http/negotiate.h"

#include <hearth/req.h>
#include <hearth/res.h>

#define YEAR_S 31536000

static const hearth__language *by_tag(const hearth__languages *l, hearth_str tag)
{
    for (size_t i = 0; i < l->n; i++)
        if (hearth__str_ieq(l->language[i].tag, tag))
            return &l->language[i];
    return NULL;
}

static int choose(hearth_ctx *c, const hearth__language *l)
{
    c->language = l;
    return hearth__res_put(&c->res, &c->arena, HEARTH__S("Content-Language"), l->tag);
}

/* Out of memory is remembered by the arena, and the request fails at its end. */
static const hearth__language *language_of(hearth_ctx *c)
{
    const hearth__languages *l = c->app->languages;
    const hearth__language *it = c->language;
    int i;

    if (it != NULL || l == NULL)
        return it;
    (void)hearth__vary(c, HEARTH__S("Cookie"));
    it = by_tag(l, hearth__str_of(hearth_cookie(c, l->cookie)));
    if (it == NULL) {
        (void)hearth__vary(c, HEARTH__S("Accept-Language"));
        i = hearth__negotiate_language(hearth__req_list(c, HEARTH__S("Accept-Language")),
                                       l->offers, l->n);
        it = &l->language[i < 0 ? 0 : i];
    }
    (void)choose(c, it);
    return it;
}

const char *hearth_language(hearth_ctx *c)
{
    const hearth__language *l = language_of(c);

    return l == NULL ? "" : l->tag.ptr;
}

const char *const *hearth_languages(hearth_ctx *c)
{
    static const char *const none[] = {NULL};

    return c->app->languages == NULL ? none : c->app->languages->tags;
}

int hearth_set_language(hearth_ctx *c, const char *tag)
{
    const hearth__languages *l = c->app->languages;
    const hearth__language *it = l == NULL ? NULL : by_tag(l, hearth__str_of(tag));

    return it == NULL ? HEARTH_ENOTFOUND : choose(c, it);
}

int hearth_remember_language(hearth_ctx *c, const char *tag)
{
    HEARTH_TRY(hearth_set_language(c, tag));
    return hearth_set_cookie(c, c->app->languages->cookie, hearth_language(c),
                             &(hearth_cookie_opts){.max_age_s = YEAR_S,
                                                   .insecure = true});
}

/* ---- texts ------------------------------------------------------------------------- */

static const char *find(hearth_ctx *c, const char *context, const char *id, bool plural,
                        uint64_t n)
{
    for (const hearth__language *l = language_of(c); l != NULL; l = l->wider) {
        const char *text = l->catalog == NULL
                               ? NULL
                               : hearth__catalog_find(l->catalog, context, id, plural, n);

        if (text != NULL)
            return text;
    }
    return NULL;
}

static const char *one_of(hearth_ctx *c, const char *context, const char *one,
                          const char *many, long long n)
{
    uint64_t count = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    const char *text = find(c, context, one, true, count);

    if (text != NULL)
        return text;
    return count == 1 ? one : many;
}

const char *hearth_gettext(hearth_ctx *c, const char *text)
{
    const char *found = find(c, NULL, text, false, 0);

    return found == NULL ? text : found;
}

const char *hearth_pgettext(hearth_ctx *c, const char *context, const char *text)
{
    const char *found = find(c, context, text, false, 0);

    return found == NULL ? text : found;
}

const char *hearth_ngettext(hearth_ctx *c, const char *one, const char *many, long long n)
{
    return one_of(c, NULL, one, many, n);
}

const char *hearth_npgettext(hearth_ctx *c, const char *context, const char *one,
                             const char *many, long long n)
{
    return one_of(c, context, one, many, n);
}
