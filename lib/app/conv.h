/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_CONV_H
#define HEARTH_APP_CONV_H

/*
 * Converters: what the text of a route parameter has to look like.
 *
 *     int     0, or digits without a leading zero, with '-' or not, in 64 bits.  One
 *             number has one text, so that one resource has one address: "+1", "007" and
 *             "-0" do not match
 *     float   a decimal number as hearth__str_f64() reads it: "1.5", "-2e3"
 *     date    YYYY-MM-DD, year 0001 to 9999, a day that exists
 *     uuid    8-4-4-4-12 hexadecimal digits of either case
 *     slug    a-z and 0-9, with single '-' between them
 *     string  anything but nothing
 *     path    one segment or more, joined by '/'
 */

#include <hearth/base.h>

/* In the order in which they are tried. */
typedef enum hearth__conv {
    HEARTH__CONV_INT,
    HEARTH__CONV_FLOAT,
    HEARTH__CONV_DATE,
    HEARTH__CONV_UUID,
    HEARTH__CONV_SLUG,
    HEARTH__CONV_STRING,
    HEARTH__CONV_PATH,
    HEARTH__NCONVS
} hearth__conv;

const char *hearth__conv_name(hearth__conv conv); /* "int" */
/* HEARTH__NCONVS when there is none of that name. */
hearth__conv hearth__conv_of(hearth_str name);
/* Could this text, decoded, be the value of such a parameter?  For path that includes
 * what a request cannot hold: an empty segment that is not the last. */
bool hearth__conv_matches(hearth__conv conv, hearth_str text);

#endif
