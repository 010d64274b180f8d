/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_ENC_H
#define HEARTH_CORE_ENC_H

/* Encodings.  All write into a sticky buffer; the decoders are strict and say false. */

#include "core/buf.h"

/* RFC 3986: everything but unreserved becomes %XX. */
void hearth__enc_url(hearth__buf *b, hearth_str s);
/* The same but '/' stays, for a value of several segments. */
void hearth__enc_url_path(hearth__buf *b, hearth_str s);
/* Text and quoted attribute values: & < > " ' become references. */
void hearth__enc_html(hearth__buf *b, hearth_str s);
/* Standard alphabet with padding, or the URL-safe one without; strict in both. */
void hearth__enc_base64(hearth__buf *b, hearth_str s, bool url_safe);
bool hearth__dec_base64(hearth__buf *b, hearth_str s, bool url_safe);
void hearth__enc_hex(hearth__buf *b, hearth_str s);
bool hearth__dec_hex(hearth__buf *b, hearth_str s);
/* A JSON string with its quotes; invalid UTF-8 bytes become U+FFFD; also escapes DEL, the
 * C1 controls, U+2028 and U+2029.  Used by the log and by lib/json. */
void hearth__enc_json(hearth__buf *b, hearth_str s);
/* The same without the quotes. */
void hearth__enc_json_part(hearth__buf *b, hearth_str s);
/* For one line of a text log: control bytes, DEL, invalid UTF-8, C1 controls (U+0080 to
 * U+009F) and invisible and bidirectional format characters, U+2028 and U+2029 become
 * \xHH or \u{...}; backslash is doubled. */
void hearth__enc_line(hearth__buf *b, hearth_str s);

#endif
