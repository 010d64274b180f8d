/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TMPL_TEMPLATE_H
#define HEARTH_TMPL_TEMPLATE_H

#include "core/buf.h"

#include <hearth/template.h>

/* Render into out, which is over the arena; both are the caller's, and what was put into out when
 * this fails is of no use.  Trees that values borrow are those of data. */
int hearth__template_render(hearth_templates *t, hearth_str name, const json_t *data,
                            void *arg, hearth__arena *arena, hearth__buf *out,
                            hearth_template_error *err);
/* Are files looked at again each time? */
bool hearth__templates_reload(const hearth_templates *t);

#endif
