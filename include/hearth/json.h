/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JSON_H
#define HEARTH_JSON_H

/**
 * @file hearth/json.h
 * JSON in and out, as jansson's `json_t`, not wrapped.
 *
 * Ownership in two sentences.  A tree that Hearth lends (hearth_body_json) dies with the
 * request; a tree that you give (hearth_json) is taken, also when the call fails.  So
 * neither needs a json_decref of yours.
 *
 *     json_t *in;
 *     HEARTH_TRY(hearth_body_json(c, &in));
 *     return hearth_json(c, 200, json_pack("{s:O}", "echo", in));
 */

#include <hearth/base.h>
#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Parse the request's body as JSON.
 *
 * The text must be UTF-8; depth is limited to 64, names within an object must differ,
 * integers must fit 64 bits.  The same tree is returned by every call in one request.
 *
 * @param tree  receives the tree, lent until the request ends.
 * Owns:    request
 * Returns: 0, or
 *            HEARTH_EMEDIA   Content-Type is neither application/json nor ends in +json:
 *                            415
 *            HEARTH_EINVAL   no body, or malformed: 400; the client is told line and
 *                            column
 *            HEARTH_ENOMEM   out of memory: 503
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_body_json(hearth_ctx *c, json_t **tree) HEARTH_NODISCARD;

/**
 * Answer with a JSON document.
 *
 * @param take  taken, also on failure.  NULL (a failed json_pack) becomes a 500 and a
 *              line in the log.
 * Returns: 0, or
 *            HEARTH_EINVAL   status is not in 200 to 599
 *            HEARTH_ESTATE   take is NULL: the text is in the log
 *            HEARTH_ENOMEM   out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_json(hearth_ctx *c, int status, json_t *take);

/** JSON text without backslashes, mostly for tests: `HEARTH_JSON({"done": true})`. */
#define HEARTH_JSON(...) #__VA_ARGS__

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_JSON_H */
