/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Cookies.  Reading is lenient, because a browser sends back what anybody on the domain
 * has set; writing is strict, because what we write has to survive every browser.
 */

#include "http/cookie.h"

#include "core/str.h"
#include "http/audit.h"
#include "http/chars.h"

/* Browsers drop a cookie without a word when name and value are longer (6265bis, 5.6). */
#define MAX_SIZE 4096

static bool read_pair(hearth_str pair, hearth_str *name, hearth_str *value)
{
    ptrdiff_t eq = hearth__str_find(pair, '=');

    if (eq < 0 || !hearth__is_field_value(pair))
        return false;
    *name = hearth__str_trim(hearth__str(pair.ptr, (size_t)eq));
    *value = hearth__str_trim(hearth__str(pair.ptr + eq + 1, pair.len - (size_t)eq - 1));
    if (value->len >= 2 && value->ptr[0] == '"' && value->ptr[value->len - 1] == '"')
        *value = hearth__str(value->ptr + 1, value->len - 2);
    return name->len > 0;
}

bool hearth__cookie_next(hearth_str *rest, hearth_str *name, hearth_str *value)
{
    while (rest->ptr != NULL) {
        if (read_pair(hearth__str_cut(rest, ';'), name, value))
            return true;
    }
    return false;
}

/* Labels of letters, digits and '-', with single dots between them. */
static bool is_domain(const char *s)
{
    char before = '.';

    for (; *s != '\0'; before = *s++) {
        if (*s == '.' ? before == '.'
                      : !hearth__is_alpha(*s) && !hearth__is_digit(*s) && *s != '-')
            return false;
    }
    return before != '.';
}

static bool is_same_site(const char *s)
{
    return strcmp(s, "Lax") == 0 || strcmp(s, "Strict") == 0 || strcmp(s, "None") == 0;
}

static bool is_path(hearth_str s)
{
    return s.len > 0 && s.ptr[0] == '/' && hearth__chars_all(s.ptr, s.len, HEARTH__CH_AV);
}

static bool keeps_its_promises(const hearth__cookie *k, hearth_str path)
{
    if (hearth__str_istarts(k->name, HEARTH__S("__Host-")))
        return k->secure && k->domain == NULL && path.len == 1;
    if (hearth__str_istarts(k->name, HEARTH__S("__Secure-")))
        return k->secure;
    return true;
}

int hearth__cookie_write(hearth__buf *b, const hearth__cookie *k)
{
    hearth_str path = k->path == NULL ? HEARTH__S("/") : hearth__str_of(k->path);

    if (!hearth__is_token(k->name) ||
        !hearth__chars_all(k->value.ptr, k->value.len, HEARTH__CH_COOKIE) ||
        !is_path(path) || (k->domain != NULL && !is_domain(k->domain)) ||
        (k->same_site != NULL && !is_same_site(k->same_site)) ||
        !keeps_its_promises(k, path))
        return HEARTH_EINVAL;
    if (k->same_site != NULL && k->same_site[0] == 'N' && !k->secure)
        return HEARTH_EINVAL;
    if (k->name.len > MAX_SIZE || k->value.len > MAX_SIZE - k->name.len)
        return HEARTH_ETOOBIG;
    hearth__buf_str(b, k->name);
    hearth__buf_char(b, '=');
    hearth__buf_str(b, k->value);
    hearth__buf_text(b, "; Path=");
    hearth__buf_str(b, path);
    if (k->domain != NULL) {
        hearth__buf_text(b, "; Domain=");
        hearth__buf_text(b, k->domain);
    }
    if (k->max_age_s > 0) {
        hearth__buf_text(b, "; Max-Age=");
        hearth__buf_int(b, k->max_age_s);
    } else if (k->max_age_s < 0) {
        hearth__buf_text(b, "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
    }
    if (k->secure)
        hearth__buf_text(b, "; Secure");
    if (k->http_only)
        hearth__buf_text(b, "; HttpOnly");
    if (k->same_site != NULL) {
        hearth__buf_text(b, "; SameSite=");
        hearth__buf_text(b, k->same_site);
    }
    return 0;
}
