/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * E-mail addresses.
 *
 * Two answers, because two questions are asked: what a browser lets through, which is what people
 * type, and what the mail protocols allow, which is more than most people believe.
 */

#include "core/error.h"
#include "core/str.h"
#include "core/utf8.h"
#include "model/puny.h"

#include <arpa/inet.h>
#include <hearth/format.h>

#define MOST_ADDRESS 254 /* a path of 256 (RFC 5321 section 4.5.3.1.3) without its < > */
#define MOST_LOCAL   64
#define MOST_DOMAIN  253
#define MOST_LABEL   63

static bool is_atext(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) ||
           (c != '\0' && strchr("!#$%&'*+/=?^_`{|}~-", c) != NULL);
}

/* Other scripts' letters, but no white space, controls, invisible signs or dots of other scripts,
 * which nobody can see the difference of. */
static bool is_foreign(uint32_t cp)
{
    static const uint32_t refused[][2] = {
        {0x0000, 0x00A0}, {0x00AD, 0x00AD}, {0x1680, 0x1680},   {0x180E, 0x180E},
        {0x2000, 0x200B}, {0x200E, 0x200F}, {0x2024, 0x2024},   {0x2028, 0x206F},
        {0x3000, 0x3000}, {0x3002, 0x3002}, {0xD800, 0xF8FF},   {0xFDD0, 0xFDEF},
        {0xFE52, 0xFE52}, {0xFEFF, 0xFEFF}, {0xFF0E, 0xFF0E},   {0xFF20, 0xFF20},
        {0xFF61, 0xFF61}, {0xFFF0, 0xFFFF}, {0xE0000, 0x10FFFF}};

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (cp >= refused[i][0] && cp <= refused[i][1])
            return false;
    return true;
}

/* Bytes of one sign of another script at s, 0 when it is none. */
static size_t foreign_at(hearth_str s)
{
    uint32_t cp;
    size_t n = hearth__utf8_next(s, &cp);

    return n > 1 && is_foreign(cp) ? n : 0;
}

static hearth_str behind(hearth_str s, size_t n)
{
    return hearth__str(s.ptr + n, s.len - n);
}

/* ---- domains ------------------------------------------------------------------------- */

/* Letters, digits and inner hyphens; *foreign: also of other scripts. */
static const char *check_label(hearth_str label, bool foreign, size_t *ascii)
{
    bool plain = true;

    if (label.len == 0)
        return "the domain has a dot without a name beside it";
    if (label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
        return "a name of the domain begins or ends in '-'";
    for (hearth_str s = label; s.len > 0;) {
        bool known =
            hearth__is_alpha(*s.ptr) || hearth__is_digit(*s.ptr) || *s.ptr == '-';
        size_t n = known ? 1 : foreign ? foreign_at(s) : 0;

        if (n == 0)
            return "the domain holds a sign that no domain has";
        plain = plain && n == 1;
        s = behind(s, n);
    }
    *ascii = plain ? label.len : hearth__puny_len(label);
    return *ascii == 0 || *ascii > MOST_LABEL
               ? "a name of the domain is longer than 63 bytes"
               : NULL;
}

static const char *check_domain(hearth_str s, bool foreign)
{
    size_t whole = 0, labels = 0;

    for (hearth_str rest = s; rest.ptr != NULL; labels++) {
        size_t ascii = 0;
        const char *what = check_label(hearth__str_cut(&rest, '.'), foreign, &ascii);

        if (what != NULL)
            return what;
        whole += ascii + (labels > 0);
    }
    return whole > MOST_DOMAIN ? "the domain is longer than 253 bytes" : NULL;
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321 section 4.1.3). */
static const char *check_literal(hearth_str s)
{
    char text[INET6_ADDRSTRLEN], address[16];
    bool six = hearth__str_istarts(s, HEARTH__S("[IPv6:"));
    size_t skip = six ? 6 : 1;

    if (s.len > skip && s.ptr[s.len - 1] == ']' && s.len - skip - 1 < sizeof text) {
        memcpy(text, s.ptr + skip, s.len - skip - 1);
        text[s.len - skip - 1] = '\0';
        if (inet_pton(six ? AF_INET6 : AF_INET, text, address) == 1)
            return NULL;
    }
    return "the address in brackets is none; write [192.0.2.1] or [IPv6:2001:db8::1]";
}

/* ---- local parts --------------------------------------------------------------------- */

static const char *check_dots(hearth_str s)
{
    bool dot = true;

    while (s.len > 0) {
        size_t n = *s.ptr == '.' ? !dot : is_atext(*s.ptr) ? 1 : foreign_at(s);

        if (n == 0)
            return *s.ptr == '.'
                       ? "there is a dot without text beside it before the '@'"
                       : "a sign before the '@' has to be in quotes, or is not allowed";
        dot = *s.ptr == '.';
        s = behind(s, n);
    }
    return dot ? "there is a dot without text beside it before the '@'" : NULL;
}

/* Between quotes: printable, a backslash before '"' and '\'. */
static const char *check_quoted(hearth_str s)
{
    s = hearth__str(s.ptr + 1, s.len - 2);
    while (s.len > 0) {
        bool pair = *s.ptr == '\\';
        size_t n;

        s = behind(s, pair);
        n = s.len == 0 || (!pair && *s.ptr == '"') ? 0
            : *s.ptr >= ' ' && *s.ptr <= '~'       ? 1
            : pair                                 ? 0
                                                   : foreign_at(s);
        if (n == 0)
            return "the text in quotes before the '@' holds a sign that is not allowed "
                   "there";
        s = behind(s, n);
    }
    return NULL;
}

static const char *check_html(hearth_str local)
{
    for (size_t i = 0; i < local.len; i++)
        if (!is_atext(local.ptr[i]) && local.ptr[i] != '.')
            return "a sign before the '@' is not allowed there";
    return NULL;
}

/* ---- the whole ----------------------------------------------------------------------- */

/* The '@' that parts it: the last one, since no domain has any. */
static bool split(hearth_str s, hearth_str *local, hearth_str *domain)
{
    for (size_t i = s.len; i > 0; i--) {
        if (s.ptr[i - 1] != '@')
            continue;
        *local = hearth__str(s.ptr, i - 1);
        *domain = hearth__str(s.ptr + i, s.len - i);
        return true;
    }
    return false;
}

static const char *check(hearth_str s, hearth_email_level level)
{
    hearth_str local, domain;
    const char *what;

    if (!split(s, &local, &domain))
        return "an e-mail address has an '@'";
    if (local.len == 0 || domain.len == 0)
        return "an e-mail address has text before and behind its '@'";
    if (s.len > MOST_ADDRESS)
        return "an e-mail address has at most 254 bytes";
    if (level == HEARTH_EMAIL_HTML)
        what = check_html(local);
    else if (local.len > MOST_LOCAL)
        what = "there are more than 64 bytes before the '@'";
    else if (local.len >= 2 && local.ptr[0] == '"' && local.ptr[local.len - 1] == '"')
        what = check_quoted(local);
    else
        what = check_dots(local);
    if (what != NULL)
        return what;
    return level == HEARTH_EMAIL_RFC && domain.ptr[0] == '['
               ? check_literal(domain)
               : check_domain(domain, level == HEARTH_EMAIL_RFC);
}

int hearth_email_check(const char *text, hearth_email_level level, hearth_error *err)
{
    const char *what = check(hearth__str_of(text), level);

    return what == NULL ? 0 : hearth__error_set(err, HEARTH_EINVAL, "%s", what);
}
