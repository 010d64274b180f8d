/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Content-Disposition.  Clients disagree about backslashes in a quoted string, about '%'
 * in it and about bytes above 127, so none of these goes into filename="...".
 */

#include "http/filename.h"

#include "core/enc.h"
#include "core/str.h"
#include "core/utf8.h"

static hearth_str last_part(hearth_str path)
{
    size_t at = path.len;

    while (at > 0 && path.ptr[at - 1] != '/' && path.ptr[at - 1] != '\\')
        at--;
    return hearth__str(path.ptr + at, path.len - at);
}

/* Controls and the marks that let "exe.gpj" look like "jpg.exe". */
static bool is_hidden(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x061c ||
           (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff;
}

static bool is_plain(uint32_t cp)
{
    return cp >= 0x20 && cp < 0x7f && cp != '"' && cp != '%';
}

/* The next character that counts, cut off *rest; empty at the end. */
static hearth_str next_char(hearth_str *rest, uint32_t *cp)
{
    while (rest->len > 0) {
        size_t n = hearth__utf8_next(*rest, cp);
        hearth_str one = {rest->ptr, n};
        size_t step = n == 0 ? 1 : n;

        *rest = hearth__str(rest->ptr + step, rest->len - step);
        if (n > 0 && !is_hidden(*cp))
            return one;
    }
    return (hearth_str){"", 0};
}

void hearth__filename_write(hearth__buf *b, bool attachment, hearth_str name)
{
    hearth_str rest = last_part(name), one;
    bool plain = true;
    uint32_t cp;

    hearth__buf_text(b, attachment ? "attachment" : "inline");
    if (next_char(&rest, &cp).len == 0)
        return;
    rest = last_part(name);
    hearth__buf_text(b, "; filename=\"");
    while ((one = next_char(&rest, &cp)).len > 0) {
        plain = plain && is_plain(cp);
        hearth__buf_char(b, is_plain(cp) ? (char)cp : '_');
    }
    hearth__buf_char(b, '"');
    if (plain)
        return;
    rest = last_part(name);
    hearth__buf_text(b, "; filename*=UTF-8''");
    while ((one = next_char(&rest, &cp)).len > 0)
        hearth__enc_url(b, one); /* all but unreserved, which attr-char allows */
}
