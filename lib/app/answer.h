/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_ANSWER_H
#define HEARTH_APP_ANSWER_H

/* What every answering function ends in. */

#include "app/ctx.h"

/* 0 when a handler may answer with this status now, else a note and HEARTH_EINVAL or
 * HEARTH_ESTATE. */
int hearth__answer_check(hearth_ctx *c, int status);
/* Status, Content-Type and body at once.  Neither type nor body is copied: constants, or
 * memory of the request.  HEARTH_EINVAL, HEARTH_ESTATE, HEARTH_ENOMEM or 0. */
int hearth__answer(hearth_ctx *c, int status, hearth_str type, hearth_str body);
/* Would hearth_redirect() go there? */
bool hearth__redirect_safe(hearth_str to);

#endif
