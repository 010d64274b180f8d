/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The texts behind the error codes, all from the one list in <hearth/base.h>. */
#include "core/error.h"

#include "core/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *hearth_strerror(int code)
{
    switch (code) {
#define CASE(name, value, status, text) \
    case value:                         \
        return text;
        HEARTH_ERRORS(CASE)
#undef CASE
    default:
        return "unknown error";
    }
}

int hearth__error_status(int code)
{
    switch (code) {
#define CASE(name, value, status, text) \
    case value:                         \
        return status;
        HEARTH_ERRORS(CASE)
#undef CASE
    default:
        return 500;
    }
}

const char *hearth_version(void)
{
    return HEARTH_VERSION;
}

static int set(hearth_error *err, int code, const char *fmt, va_list ap)
    HEARTH_PRINTF(3, 0);

static int set(hearth_error *err, int code, const char *fmt, va_list ap)
{
    char text[sizeof(err->text)];
    hearth_str cut;

    if (err == NULL)
        return code;
    /* By way of a copy: an argument may be err->text itself, to put words in front of
     * it. */
    if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
        snprintf(text, sizeof(text), "%s", hearth_strerror(code));
    cut = hearth__utf8_trim((hearth_str){text, strlen(text)});
    err->code = code;
    err->status = hearth__error_status(code);
    memcpy(err->text, text, cut.len);
    err->text[cut.len] = '\0';
    return code;
}

int hearth__error_set(hearth_error *err, int code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set(err, code, fmt, ap);
    va_end(ap);
    return code;
}

int hearth_errorf(hearth_error *err, int code, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set(err, code, fmt, ap);
    va_end(ap);
    return code;
}
