/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * By name: words that are secrets wherever they stand, and short ones only by themselves,
 * since a "pin" is part of "shipping", too.
 */
#include "app/mask.h"

#include "core/str.h"

static const char *const parts[] = {
    "password", "passwd",  "passphrase", "passcode", "secret",     "token",
    "csrf",     "xsrf",    "cookie",     "session",  "credential", "authoriz",
    "apikey",   "private", "signature",  "otp",      "cardnumber", "securitycode",
};
static const char *const wholes[] = {"pass", "pwd", "pin", "key",  "auth", "sid", "sig",
                                     "code", "cvc", "cvv", "totp", "jwt",  "ssn", "iban"};

/* Letters and digits in lower case: "X-Api_Key" is "xapikey". */
static size_t simplify(hearth_str name, char *out, size_t room)
{
    size_t n = 0;

    for (size_t i = 0; i < name.len && n + 1 < room; i++)
        if (hearth__is_alpha(name.ptr[i]) || hearth__is_digit(name.ptr[i]))
            out[n++] = hearth__lower(name.ptr[i]);
    out[n] = '\0';
    return n;
}

/* One of the words between what is no letter and no digit. */
static bool has_whole(hearth_str name, hearth_str word)
{
    size_t start = 0;

    for (size_t i = 0; i <= name.len; i++) {
        bool inside = i < name.len &&
                      (hearth__is_alpha(name.ptr[i]) || hearth__is_digit(name.ptr[i]));

        if (inside)
            continue;
        if (hearth__str_ieq(hearth__str(name.ptr + start, i - start), word))
            return true;
        start = i + 1;
    }
    return false;
}

bool hearth__mask_hides(hearth_str name)
{
    char plain[256];

    /* Nobody calls a field like that for a good reason. */
    if (simplify(name, plain, sizeof plain) == sizeof plain - 1)
        return true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strstr(plain, parts[i]) != NULL)
            return true;
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++)
        if (has_whole(name, hearth__str_of(wholes[i])))
            return true;
    return false;
}
