/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_LANGUAGE_H
#define HEARTH_LANGUAGE_H

/**
 * @file hearth/language.h
 * Texts in the visitor's language, from catalogues as GNU gettext has them.
 *
 *     static const char *const languages[] = {"en", "de", "pt-BR", NULL};
 *
 *     hearth_use_languages(app, languages, &(hearth_languages_opts){.folder = "po"});
 *     ...
 *     hearth_textf(c, 200, hearth_ngettext(c, "%d page", "%d pages", n), n);
 *
 * The texts in the program are those of the first language; the others have a catalogue each,
 * `po/de.po`.  The tools of gettext make it and keep it up to date, and so do the programs that
 * translators like (Poedit, Weblate):
 *
 *     xgettext -o po/messages.pot -k_ -khearth_gettext:2 -khearth_ngettext:2,3 \
 *              -khearth_pgettext:2c,3 -khearth_npgettext:2c,3,4 *.c
 *     msgmerge -U po/de.po po/messages.pot
 *
 * The language is the request's, not the process's: hearth_set_language() in this request, else
 * the cookie of hearth_remember_language(), else Accept-Language, else the first.  The answer says
 * which it was (Content-Language) and what it depended on (Vary), so that caches keep the
 * languages apart.
 *
 * A catalogue is read and checked at start, and a program with a broken one does not start.  A
 * translation that would take other arguments than the original from printf is such a fault,
 * so a format that comes from a catalogue is as safe as the one in the program.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Options.  All is copied. */
typedef struct hearth_languages_opts {
    const char *folder; /* of the catalogues TAG.po, each at most 16 MiB; the first
                                   language needs none there; default: none */
    const char *const *catalog; /* instead, in the order of the languages: the texts of
                                   catalogues that the program carries; NULL in it = none */
    const char *cookie;         /* of hearth_remember_language(); default "lang" */
} hearth_languages_opts;

/**
 * Speak these languages.
 *
 * @param tags  "en", "pt-BR" (RFC 5646), the language of the program's texts first, then NULL;
 *              64 at most
 * @param o     NULL = all texts are the program's
 * Returns: 0, or (with a sentence in the log, and the application does not start)
 *            HEARTH_EINVAL  no languages; a tag that is none, or is there twice; a catalogue
 *                           that cannot be read or is wrong; folder and catalog together;
 *                           a cookie's name that is none
 *            HEARTH_ESTATE  the application has languages, or runs
 *            HEARTH_ENOMEM  out of memory
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_languages_sized(hearth_app *app, const char *const *tags,
                                          const hearth_languages_opts *o, size_t size);
static inline int hearth_use_languages(hearth_app *app, const char *const *tags,
                                       const hearth_languages_opts *o)
{
    return hearth_use_languages_sized(app, tags, o, sizeof *o);
}

/**
 * The language of this answer, for `<html lang="...">`.
 *
 * Owns:    the application; lives as long as it
 * Returns: one of the tags; "" when the application has no languages.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_language(hearth_ctx *c);

/**
 * The languages there are, for a menu.
 *
 * Returns: the tags and NULL, the application's; just NULL when there are none.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *const *hearth_languages(hearth_ctx *c);

/**
 * Answer this request in that language, whatever the client prefers: what an address or the
 * settings of a user say.
 *
 * @param tag  one of the application's, in any case of letters
 * Returns: 0; HEARTH_ENOTFOUND and nothing changes: it does not speak that language;
 *          HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_set_language(hearth_ctx *c, const char *tag) HEARTH_NODISCARD;

/**
 * The same, and for the next year too, by a cookie.
 *
 * Returns: as hearth_set_language().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_remember_language(hearth_ctx *c, const char *tag) HEARTH_NODISCARD;

#if defined(__GNUC__)
#define HEARTH_FORMAT_OF(i) __attribute__((format_arg(i)))
#else
#define HEARTH_FORMAT_OF(i)
#endif

/**
 * A text in the request's language.
 *
 * Owns:    the application; lives as long as it
 * Returns: the translation; the text itself when there is none.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_gettext(hearth_ctx *c, const char *text)
    HEARTH_FORMAT_OF(2);

/**
 * A text that depends on a number; languages have one to six forms for it.
 *
 * @param n  negative numbers have the form of their absolute value
 * Owns:    the application; lives as long as it
 * Returns: the form for n; without a translation `one` for 1 and `many` for all else.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_ngettext(hearth_ctx *c, const char *one, const char *many,
                                       long long n) HEARTH_FORMAT_OF(2)
    HEARTH_FORMAT_OF(3);

/**
 * As hearth_gettext(), for a text that means different things in different places:
 * `hearth_pgettext(c, "menu", "Open")`.
 *
 * Owns:    the application; lives as long as it
 * Returns: the translation; the text itself when there is none in that context.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_pgettext(hearth_ctx *c, const char *context,
                                       const char *text) HEARTH_FORMAT_OF(3);

/**
 * As hearth_ngettext(), in a context.
 *
 * Owns:    the application; lives as long as it
 * Returns: as hearth_ngettext().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_npgettext(hearth_ctx *c, const char *context,
                                        const char *one, const char *many, long long n)
    HEARTH_FORMAT_OF(3) HEARTH_FORMAT_OF(4);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_LANGUAGE_H */
