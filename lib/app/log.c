/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * The log as handlers see it: the application's, with the id of the request on every
 * line.
 */
#include <hearth/log.h>

#include "app/debug.h"
#include "core/str.h"

/* The two names of "no level" make sense in options only. */
static hearth_log_level plain(hearth_log_level level)
{
    return level == HEARTH_LOG_DEFAULT ? HEARTH_LOG_INFO : level;
}

void hearth_logf(hearth_ctx *c, hearth_log_level level, const char *fmt, ...)
{
    va_list ap;

    level = plain(level);
    if (level >= HEARTH_LOG_OFF || !hearth__log_wants(c->app->log, level))
        return;
    const hearth__log_field fields[] = {
        {"id", hearth__str(hearth_request_id(c), HEARTH__ID_LEN), 0},
        {NULL, {NULL, 0}, 0},
    };
    va_start(ap, fmt);
    hearth__log_vline(c->app->log, level, fields, fmt, ap);
    va_end(ap);
    if (c->app->opts.debug) {
        va_start(ap, fmt);
        hearth__debug_line_add(c, level, fmt, ap);
        va_end(ap);
    }
}

void hearth_app_logf(hearth_app *app, hearth_log_level level, const char *fmt, ...)
{
    va_list ap;

    level = plain(level);
    if (level >= HEARTH_LOG_OFF)
        return;
    va_start(ap, fmt);
    hearth__log_vline(app->log, level, NULL, fmt, ap);
    va_end(ap);
}
