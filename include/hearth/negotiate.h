/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_NEGOTIATE_H
#define HEARTH_NEGOTIATE_H

/**
 * @file hearth/negotiate.h
 * One resource in several forms, and the client's word which one it wants (RFC 9110
 * section 12).
 *
 *     static const hearth_as forms[] = {
 *         {"application/json", as_json}, {"text/html", as_page}, {NULL, NULL}};
 *
 *     return hearth_reply_as(c, forms);
 *
 * or, where the forms differ by a line:
 *
 *     const char *type = hearth_accepts(c, "text/csv", "application/json", NULL);
 *
 *     if (type == NULL)
 *         return 406;
 *
 * The order of the offers is your own preference: it decides where the client wants two
 * equally much, and for clients that say nothing.  Each question adds its field to Vary,
 * so that a cache keeps the forms apart.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define HEARTH_ENDS_WITH_NULL __attribute__((sentinel))
#else
#define HEARTH_ENDS_WITH_NULL
#endif

/**
 * Which of these media types does the client want most, by Accept?  Quality first; a range
 * that names a type more closely overrules a wider one.
 *
 * @param type  "text/html", more of them, and NULL; 64 at most
 * Owns:    borrowed: one of the arguments
 * Returns: the type; NULL when it accepts none, and then `return 406` answers with the
 *          list of those there are, as the "available" member of a problem+json document.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_accepts(hearth_ctx *c, const char *type,
                                      ...) HEARTH_ENDS_WITH_NULL;

/**
 * Which of these languages, by Accept-Language?  A client that wants "de-AT" gets "de", and
 * one that wants "de" gets "de-AT"; where both are there each gets its own.
 *
 * @param language  "en", "pt-BR", more of them, and NULL; 64 at most
 * Owns:    borrowed: one of the arguments
 * Returns: the language; the first one when none is wanted, since a page in another
 *          language is better than none.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_accepts_language(hearth_ctx *c, const char *language,
                                               ...) HEARTH_ENDS_WITH_NULL;

/**
 * Which of these content codings, by Accept-Encoding?  For answers that exist compressed;
 * hearth/compress.h compresses the others.
 *
 * @param coding  "br", "gzip", more of them, and NULL; 64 at most
 * Owns:    borrowed: one of the arguments
 * Returns: the coding; NULL: send it as it is.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_accepts_encoding(hearth_ctx *c, const char *coding,
                                               ...) HEARTH_ENDS_WITH_NULL;

/** One form of a resource. */
typedef struct hearth_as {
    const char *type; /* "text/html" */
    hearth_handler *handler;
} hearth_as;

/**
 * Have the handler answer that belongs to the type the client wants most.
 *
 * @param forms  in the order of preference, ended by an entry whose type is NULL; 64 at
 *               most
 * Returns: what the handler returned; 406 with the list of types when the client accepts
 *          none of them; HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_reply_as(hearth_ctx *c, const hearth_as *forms);

/**
 * Say that the answer depends on a field of the request: adds its name to Vary, once.
 *
 * Returns: 0, HEARTH_EINVAL (field is neither a token nor "*"), HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_vary(hearth_ctx *c, const char *field);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_NEGOTIATE_H */
