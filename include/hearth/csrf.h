/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CSRF_H
#define HEARTH_CSRF_H

/**
 * @file hearth/csrf.h
 * Requests that a page of another site makes in a visitor's name.
 *
 * Every application refuses them without being asked: a browser says which page a request
 * comes from, and one from elsewhere that would change something (anything but GET, HEAD and
 * OPTIONS) is 403 before it reaches a handler; hearth_app_opts' `trusted_origins` names
 * exceptions.  Browsers that say nothing of it are older than 2020.  For them, and where
 * rules ask for tokens, forms can carry one: it belongs to the session, and a page of
 * another site cannot know it.  A token never makes good what the browser says.
 *
 *     hearth_use_at(app, "/account", hearth_csrf);
 *     ...
 *     <input type="hidden" name="csrf_token" value="...">     hearth_csrf_token(c)
 *
 * Thread: the request's.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The token of this session for a form's field `csrf_token` or a script's header field
 * `X-CSRF-Token`.  Begins a session if there is none.  It is masked: another text at each
 * call, so that compressed pages do not give it away; all are good until the session ends
 * or its user logs in.
 *
 * Owns:    request
 * Returns: 86 characters of A-Z a-z 0-9 - _; or NULL, with a line in the log: no sessions,
 *          the session cannot be read or changed, out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API const char *hearth_csrf_token(hearth_ctx *c);

/**
 * Did this request bring the session's token?  Looks at the header field, then at the form.
 * Compared in constant time.
 *
 * While nobody is logged in, a token of another session will do if the browser says that the
 * page is of this very origin: of two first pages that were opened at once, each began a
 * session, and the browser has kept one.
 *
 * Returns: 0, or 403 with a text that asks to reload the page; HEARTH_EUNAVAILABLE,
 *          HEARTH_ESTATE, HEARTH_ENOMEM as hearth_session_load().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_csrf_check(hearth_ctx *c) HEARTH_NODISCARD;

/**
 * A middleware: what is not GET, HEAD or OPTIONS goes on with the session's token only.  Forms
 * that hearth_form_html() makes behind it carry the token by themselves.
 *
 * Returns: as hearth_csrf_check(), else what comes next does.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_csrf(hearth_ctx *c);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_CSRF_H */
