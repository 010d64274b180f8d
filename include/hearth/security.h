/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_SECURITY_H
#define HEARTH_SECURITY_H

/**
 * @file hearth/security.h
 * What browsers are told to be careful about.
 *
 * Every application says the following without being asked.  hearth_app_opts changes a
 * value for all answers; hearth_set_header() for one, in a handler, a middleware or a hook.
 *
 *     every answer   X-Content-Type-Options: nosniff
 *     all but data   Referrer-Policy: same-origin
 *     pages          Content-Security-Policy: default-src 'self'; frame-ancestors 'none';
 *                        base-uri 'self'
 *                    Cross-Origin-Opener-Policy: same-origin
 *                    Permissions-Policy: camera=(), geolocation=(), microphone=(),
 *                        payment=(), usb=()
 *     over https     Strict-Transport-Security: max-age=31536000
 *
 * Pages are text/html and application/xhtml+xml, data text/plain and application/json, from
 * which a browser loads nothing else.  Whether it is https is what
 * hearth_scheme() says.  No field tells which program answers, or its version.
 *
 * The policy means: scripts, style sheets, images and the rest come from this site, in files
 * of their own; nothing inline runs, so markup that found its way into a page does no harm;
 * no other page may frame this one.  For a script that has to be inline there is a nonce:
 *
 *     hearth_textf(..., "<script nonce=\"%s\">...</script>", hearth_csp_nonce(c));
 *
 * Thread: the request's, but for set-up.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The nonce of this answer, for the attribute `nonce` of its script and style elements.
 *
 * Asking for it is what adds it to the answer's policy: to script-src and style-src, which
 * begin as default-src where the application's policy has none.  A policy that the handler
 * sets itself is left alone, and has to name the nonce.  128 random bits, another one for
 * each request: a page with a nonce is not for caches that others share.
 *
 * Owns:    request
 * Returns: 24 characters of base64, the same each time; NULL when out of memory.
 * Thread:  request, before the answer's head is sent
 * Since:   0.1
 */
HEARTH_API const char *hearth_csp_nonce(hearth_ctx *c);

/**
 * Have browsers report what breaks the policy of all pages, and write it to the log: a route
 * for POST at @p path, and "report-uri" in the policy.  Policies of handlers stay as they
 * are; they may name the path, too.
 *
 * Each report is a warning with the page, what was blocked and the directive, addresses
 * without their query.  Anybody can send one, so nothing of it is to be believed; a request
 * is 16 KiB at most (413) and writes ten lines at most, and past 30 requests a minute, from
 * all together, they are 429.
 *
 * @param path  "/csp-reports"
 * Returns: 0, or (with a sentence in the log, and the application does not start)
 *            HEARTH_EINVAL    the path is none, or the policy is not sent
 *            HEARTH_ECONFLICT the policy has a report-uri, or the path a route
 *            HEARTH_ESTATE    the application runs
 *            HEARTH_ENOMEM    out of memory
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_csp_reports(hearth_app *app, const char *path);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_SECURITY_H */
