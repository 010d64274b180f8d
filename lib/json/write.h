/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_JSON_WRITE_H
#define HEARTH_JSON_WRITE_H

/*
 * JSON text without a tree, into a sticky buffer.  Compact, valid UTF-8, doubles in the
 * shortest form that reads back the same ("0.1", "1e300", "2.0" written as 2.0), NaN and
 * infinities as null.  No locale.
 *
 *     hearth__json_w w = hearth__json_w_of(&buf);
 *     hearth__json_open(&w, '{');
 *     hearth__json_key(&w, "title"); hearth__json_text(&w, s);
 *     hearth__json_close(&w, '}');
 *
 * Commas are put where they belong.
 */

#include "core/buf.h"

#include <hearth/json.h>

typedef struct hearth__json_w {
    hearth__buf *buf;
    bool comma; /* a value stands before the next one */
} hearth__json_w;

hearth__json_w hearth__json_w_of(hearth__buf *buf);
void hearth__json_open(hearth__json_w *w, char bracket);
void hearth__json_close(hearth__json_w *w, char bracket);
void hearth__json_key(hearth__json_w *w, hearth_str name);
void hearth__json_text(hearth__json_w *w, hearth_str s); /* invalid bytes become U+FFFD */
/* The same, but false, with nothing written, when it is not UTF-8. */
bool hearth__json_text_strict(hearth__json_w *w, hearth_str s);
void hearth__json_int(hearth__json_w *w, int64_t v);
void hearth__json_f64(hearth__json_w *w, double v);
void hearth__json_bool(hearth__json_w *w, bool v);
void hearth__json_null(hearth__json_w *w);
void hearth__json_raw(hearth__json_w *w, hearth_str json); /* valid JSON, trusted */
/* A whole tree.  Depth is bounded like loading (64 deep in the default limit, here 512):
 * deeper (or a cycle) is HEARTH_ETOOBIG, with half a text in the buffer; else 0. NULL is
 * null. */
int hearth__json_tree(hearth__json_w *w, const json_t *tree);
/* The shortest text of a double into out (at least 32 bytes); returns its length. */
size_t hearth__json_f64_text(double v, char out[32]);

#endif
