/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Encodings of text.  Runs of bytes that need no change are copied whole; only what must
 * change goes through the slow path.  Base64 and hexadecimal are libsodium's.
 */
#include "core/enc.h"

#include "core/str.h"
#include "core/utf8.h"

#include <sodium.h>

static const char upper_hex[] = "0123456789ABCDEF";

/* ---- URLs ---------------------------------------------------------------------- */

static bool is_unreserved(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) || c == '-' || c == '.' ||
           c == '_' || c == '~';
}

static void url(hearth__buf *b, hearth_str s, bool keep_slash)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char u = (unsigned char)s.ptr[i];

        if (is_unreserved(s.ptr[i]) || (keep_slash && s.ptr[i] == '/')) {
            hearth__buf_char(b, s.ptr[i]);
        } else {
            char hex[3] = {'%', upper_hex[u >> 4], upper_hex[u & 15]};

            hearth__buf_add(b, hex, sizeof hex);
        }
    }
}

void hearth__enc_url(hearth__buf *b, hearth_str s)
{
    url(b, s, false);
}

void hearth__enc_url_path(hearth__buf *b, hearth_str s)
{
    url(b, s, true);
}

/* ---- HTML ---------------------------------------------------------------------- */

static const char *html_reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void hearth__enc_html(hearth__buf *b, hearth_str s)
{
    size_t done = 0;

    for (size_t i = 0; i < s.len; i++) {
        const char *reference = html_reference(s.ptr[i]);

        if (reference == NULL)
            continue;
        hearth__buf_add(b, s.ptr + done, i - done);
        hearth__buf_text(b, reference);
        done = i + 1;
    }
    hearth__buf_add(b, s.ptr + done, s.len - done);
}

/* ---- base64 and hexadecimal ---------------------------------------------------- */

static int variant(bool url_safe)
{
    return url_safe ? sodium_base64_VARIANT_URLSAFE_NO_PADDING
                    : sodium_base64_VARIANT_ORIGINAL;
}

/* libsodium ends the process when asked for more than memory can hold; a buffer that long
 * fails by itself. */
static char *room(hearth__buf *b, hearth_str s, size_t n)
{
    return hearth__buf_room(b, s.len > SIZE_MAX / 4 ? SIZE_MAX : n);
}

void hearth__enc_base64(hearth__buf *b, hearth_str s, bool url_safe)
{
    size_t size = sodium_base64_ENCODED_LEN(s.len, (unsigned)variant(url_safe));
    char *p = room(b, s, size - 1);

    if (p == NULL)
        return;
    sodium_bin2base64(p, size, (const unsigned char *)s.ptr, s.len, variant(url_safe));
    hearth__buf_commit(b, size - 1);
}

/* libsodium 1.0.18 takes every byte from 0x80 on for the last letter of the alphabet. */
static bool is_ascii(hearth_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

bool hearth__dec_base64(hearth__buf *b, hearth_str s, bool url_safe)
{
    size_t n = 0;
    char *p = room(b, s, s.len);
    bool ok;

    if (p == NULL)
        return false;
    ok = is_ascii(s) && sodium_base642bin((unsigned char *)p, s.len, s.ptr, s.len, NULL,
                                          &n, NULL, variant(url_safe)) == 0;
    hearth__buf_commit(b, ok ? n : 0); /* a refusal has overwritten the '\0' */
    return ok;
}

void hearth__enc_hex(hearth__buf *b, hearth_str s)
{
    char *p = room(b, s, s.len * 2);

    if (p == NULL)
        return;
    sodium_bin2hex(p, s.len * 2 + 1, (const unsigned char *)s.ptr, s.len);
    hearth__buf_commit(b, s.len * 2);
}

bool hearth__dec_hex(hearth__buf *b, hearth_str s)
{
    size_t n = 0;
    char *p = room(b, s, s.len / 2);
    bool ok;

    if (p == NULL)
        return false;
    ok = sodium_hex2bin((unsigned char *)p, s.len / 2, s.ptr, s.len, NULL, &n, NULL) == 0;
    hearth__buf_commit(b, ok ? n : 0);
    return ok;
}

/* ---- JSON ---------------------------------------------------------------------- */

/* Bytes that go into a JSON string as they are: ASCII without controls, DEL, '"' and
 * '\\'. */
static bool is_plain_json(char c)
{
    unsigned char u = (unsigned char)c;

    return u >= 0x20 && u < 0x7f && c != '"' && c != '\\';
}

#define HIGH_BITS UINT64_C(0x8080808080808080)
#define EACH(c)   (UINT64_C(0x0101010101010101) * (c))

/* How many bytes at the front are plain. */
static size_t plain_json(hearth_str s)
{
    uint64_t x;
    size_t n = 0;

    for (; s.len - n >= sizeof x; n += sizeof x) {
        memcpy(&x, s.ptr + n, sizeof x);
        /* A byte below 0x80 gets its high bit from a subtraction when it was less.  A
         * borrow may set the bit of a later byte as well, but then there was reason to
         * stop. */
        if (((x | (x - EACH(0x20)) | ((x ^ EACH('"')) - EACH(1)) |
              ((x ^ EACH('\\')) - EACH(1)) | ((x ^ EACH(0x7f)) - EACH(1))) &
             HIGH_BITS) != 0)
            break;
    }
    while (n < s.len && is_plain_json(s.ptr[n]))
        n++;
    return n;
}

static void json_escape(hearth__buf *b, uint32_t cp)
{
    static const char letters[] = "btn?fr"; /* of 8 to 13; 11 has none */

    if (cp == '"' || cp == '\\') {
        hearth__buf_char(b, '\\');
        hearth__buf_char(b, (char)cp);
    } else if (cp >= 8 && cp <= 13 && cp != 11) {
        hearth__buf_char(b, '\\');
        hearth__buf_char(b, letters[cp - 8]);
    } else {
        hearth__buf_add(b, "\\u", 2);
        hearth__buf_hex(b, cp, 4);
    }
}

static size_t json_other(hearth__buf *b, hearth_str rest)
{
    uint32_t cp;
    size_t n = hearth__utf8_next(rest, &cp);

    if (n == 0) {
        hearth__buf_text(b, "\xef\xbf\xbd"); /* U+FFFD */
        return 1;
    }
    if (cp < 0xa0 || cp == 0x2028 || cp == 0x2029) /* C0, C1, what ends a line */
        json_escape(b, cp);
    else
        hearth__buf_add(b, rest.ptr, n);
    return n;
}

void hearth__enc_json_part(hearth__buf *b, hearth_str s)
{
    while (s.len != 0) {
        size_t n = plain_json(s);

        hearth__buf_add(b, s.ptr, n);
        s = hearth__str(s.ptr + n, s.len - n);
        if (s.len == 0)
            return;
        n = json_other(b, s);
        s = hearth__str(s.ptr + n, s.len - n);
    }
}

void hearth__enc_json(hearth__buf *b, hearth_str s)
{
    hearth__buf_char(b, '"');
    hearth__enc_json_part(b, s);
    hearth__buf_char(b, '"');
}

/* ---- lines of a text log --------------------------------------------------- */

/* Characters that change how a terminal or an editor shows the rest of the line. */
static bool is_formatting(uint32_t cp)
{
    return (cp >= 0x80 && cp < 0xa0) || cp == 0x61c || (cp >= 0x200b && cp <= 0x200f) ||
           (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x2069) ||
           cp == 0xfeff;
}

static size_t line_other(hearth__buf *b, hearth_str rest)
{
    uint32_t cp;
    size_t n = hearth__utf8_next(rest, &cp);

    if (n == 0 || cp < 0x20 || cp == 0x7f) {
        hearth__buf_add(b, "\\x", 2);
        hearth__buf_hex(b, (unsigned char)rest.ptr[0], 2);
        return 1;
    }
    if (cp == '\\') {
        hearth__buf_add(b, "\\\\", 2);
    } else if (is_formatting(cp)) {
        hearth__buf_add(b, "\\u{", 3);
        hearth__buf_hex(b, cp, 4);
        hearth__buf_char(b, '}');
    } else {
        hearth__buf_add(b, rest.ptr, n);
    }
    return n;
}

void hearth__enc_line(hearth__buf *b, hearth_str s)
{
    size_t i = 0;

    while (i < s.len) {
        size_t from = i;

        while (i < s.len && s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f && s.ptr[i] != '\\')
            i++;
        hearth__buf_add(b, s.ptr + from, i - from);
        if (i < s.len)
            i += line_other(b, hearth__str(s.ptr + i, s.len - i));
    }
}
