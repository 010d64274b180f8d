/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_HTTP_CSP_H
#define HEARTH_HTTP_CSP_H

/* Content-Security-Policy (CSP Level 3, section 2.2): directives between semicolons, each a
 * name and what it allows. */

#include "core/buf.h"

/* What is wrong with a policy, a sentence's end; or NULL. */
const char *hearth__csp_objection(hearth_str policy);
/* Is there a directive of that name? */
bool hearth__csp_has(hearth_str policy, hearth_str name);
/* Does it let inline scripts run, or those of every site? */
bool hearth__csp_is_lax(hearth_str policy);
/* The policy, and scripts and style sheets with this nonce besides: added to script-src and
 * style-src, which begin as default-src where they are missing. */
void hearth__csp_with_nonce(hearth__buf *b, hearth_str policy, const char *nonce);

#endif
