/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Encodings of text.  Runs of bytes that need no change are copied whole; only what must
 * change goes through the slow path.  Base64 and hexadecimal take as long for any bytes.
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

/* libsodium ends the process when asked for more than memory can hold; a buffer that long
 * fails by itself. */
static char *room(hearth__buf *b, hearth_str s, size_t n)
{
    return hearth__buf_room(b, s.len > SIZE_MAX / 4 ? SIZE_MAX : n);
}

/* Each in one line of the cache, so that who shares it with us cannot tell which letter was
 * looked up: much of what is encoded is secret. */
static const _Alignas(64) char alphabet[2][64] = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

void hearth__enc_base64(hearth__buf *b, hearth_str s, bool url_safe)
{
    const char *of = alphabet[url_safe];
    const unsigned char *in = (const unsigned char *)s.ptr;
    size_t whole = s.len / 3, left = s.len % 3;
    size_t n = whole * 4 + (left == 0 ? 0 : url_safe ? left + 1 : 4);
    char *p = room(b, s, n);
    uint32_t v = 0;

    if (p == NULL)
        return;
    for (size_t i = 0; i < whole; i++, in += 3, p += 4) {
        v = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        p[0] = of[v >> 18];
        p[1] = of[v >> 12 & 63];
        p[2] = of[v >> 6 & 63];
        p[3] = of[v & 63];
    }
    if (left > 0) {
        v = (uint32_t)in[0] << 16 | (left == 2 ? (uint32_t)in[1] << 8 : 0);
        p[0] = of[v >> 18];
        p[1] = of[v >> 12 & 63];
        if (left == 2)
            p[2] = of[v >> 6 & 63];
        if (!url_safe)
            memcpy(p + left + 1, "==", 3 - left);
    }
    hearth__buf_commit(b, n);
}

/* All ones when c is from `from` to `to`, all of them below 256. */
static uint32_t within(uint32_t c, uint32_t from, uint32_t to)
{
    return 0u - (((from - 1 - c) & (c - to - 1)) >> 31);
}

/* 1 to 64, or 0: no letter.  Without a branch or a table, as above. */
static uint32_t place(uint32_t c, bool url_safe)
{
    uint32_t c62 = url_safe ? '-' : '+', c63 = url_safe ? '_' : '/';

    return (within(c, 'A', 'Z') & (c - 'A' + 1)) |
           (within(c, 'a', 'z') & (c - 'a' + 27)) |
           (within(c, '0', '9') & (c - '0' + 53)) | (within(c, c62, c62) & 63) |
           (within(c, c63, c63) & 64);
}

/* What stands before the padding; false when that is not as long as it must be. */
static bool strip(hearth_str *s, bool url_safe)
{
    if (url_safe)
        return s->len % 4 != 1;
    if (s->len % 4 != 0)
        return false;
    for (int i = 0; i < 2 && s->len > 0 && s->ptr[s->len - 1] == '='; i++)
        s->len--;
    return true;
}

bool hearth__dec_base64(hearth__buf *b, hearth_str s, bool url_safe)
{
    char *p = room(b, s, s.len);
    uint32_t bits = 0, bad = 0;
    size_t n = 0;

    if (p == NULL)
        return false;
    if (!strip(&s, url_safe)) {
        hearth__buf_commit(b, 0);
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        uint32_t v = place((unsigned char)s.ptr[i], url_safe) - 1;

        bad |= v >> 31;
        bits = bits << 6 | (v & 63);
        if (i % 4 != 0) /* of four letters each but the first ends a byte */
            p[n++] = (char)(bits >> (6 - 2 * (i % 4)));
    }
    /* Bits that are left of the last letter say nothing, so they have to be 0. */
    if (s.len % 4 != 0)
        bad |= bits & ((1u << (s.len % 4 == 2 ? 4 : 2)) - 1);
    hearth__buf_commit(b, bad == 0 ? n : 0); /* a refusal has overwritten the '\0' */
    return bad == 0;
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
