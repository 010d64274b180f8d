/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TRANSPORT_H1_FILE_H
#define HEARTH_TRANSPORT_H1_FILE_H

/* A file as the body of libmicrohttpd's response. */

#include "app/file.h"

#include <microhttpd.h>

/* NULL when out of memory.  A single piece is sent with sendfile(2), and libmicrohttpd
 * closes the descriptor from then on. */
struct MHD_Response *hearth__h1_file(hearth__file *f);

#endif
