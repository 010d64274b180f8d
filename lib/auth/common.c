/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Passwords that are tried first.  Not a list of them, which would be long and still lack
 * "Summer2031!": a list of the words that they are made of, and what people do to a word.
 * A password is common when it is
 *
 *     a word, its letters written as digits or not, with up to five digits and signs
 *     around it, once, twice or thrice
 *     made of at most two rows of keys, letters or digits: "qwertz123456", "abc12345"
 *     one part of at most four characters repeated
 *     fewer than twelve digits and nothing else
 */
#include "auth/common_words.h"
#include "auth/password.h"
#include "core/secret.h"
#include "core/str.h"

#include <stdlib.h>

#define LONGEST     64 /* nothing longer is common */
#define AROUND      5  /* characters around a word that do not hide it */
#define FEW_DIGITS  12
#define UNIT        4
#define OWN_LEAST   4 /* a shorter part of a name is met by chance */
#define OWN_BESIDES 8 /* characters that make up for it */

/* ---- words ------------------------------------------------------------------------- */

static char unleet(char c)
{
    static const char from[] = "0134578@$!|", to[] = "oieastbasii";
    const char *at = c == '\0' ? NULL : strchr(from, c);

    return at == NULL ? hearth__lower(c) : to[at - from];
}

static int by_text(const void *key, const void *word)
{
    const hearth_str *s = key;
    const char *w = *(const char *const *)word;
    int d = strncmp(s->ptr, w, s->len);

    return d != 0 ? d : w[s->len] == '\0' ? 0 : -1;
}

static bool is_word(hearth_str s)
{
    return s.len > 0 && bsearch(&s, words, sizeof words / sizeof words[0],
                                sizeof words[0], by_text) != NULL;
}

/* Once, twice or thrice. */
static bool is_words(hearth_str s)
{
    if (is_word(s))
        return true;
    for (size_t times = 2; times <= 3; times++) {
        size_t n = s.len / times;
        bool same = n > 0 && s.len % times == 0;

        for (size_t i = n; same && i < s.len; i++)
            same = s.ptr[i] == s.ptr[i - n];
        if (same && is_word((hearth_str){s.ptr, n}))
            return true;
    }
    return false;
}

/* Every way to take up to AROUND characters that are no letters off the two ends. */
static bool is_decorated_word(hearth_str plain, hearth_str folded)
{
    for (size_t front = 0; front <= AROUND && front < plain.len; front++) {
        for (size_t back = 0; front + back <= AROUND && front + back < plain.len;
             back++) {
            size_t n = plain.len - front - back;

            if (is_words((hearth_str){plain.ptr + front, n}) ||
                is_words((hearth_str){folded.ptr + front, n}))
                return true;
            if (hearth__is_alpha(plain.ptr[plain.len - 1 - back]))
                break;
        }
        if (hearth__is_alpha(plain.ptr[front]))
            break;
    }
    return false;
}

/* ---- rows -------------------------------------------------------------------------- */

static const char *const rows[] = {
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qwertzuiop",
    "azertyuiop",
    "qsdfghjklm",
    "yxcvbnm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgb",
    "q1w2e3r4t5y6u7i8o9p0",
    "147258369",
    "!@#$%^&*()",
    "147852369",
    "159753",
};

static bool follow(const char *row, char a, char b)
{
    for (; row[0] != '\0' && row[1] != '\0'; row++)
        if ((row[0] == a && row[1] == b) || (row[1] == a && row[0] == b))
            return true;
    return a == b;
}

/* How long the longest piece of one row is that s begins with. */
static size_t run_length(hearth_str s)
{
    size_t best = 1;

    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        size_t n = 1;

        while (n < s.len && follow(rows[r], s.ptr[n - 1], s.ptr[n]))
            n++;
        if (n > best)
            best = n;
    }
    return best;
}

static bool is_rows(hearth_str s)
{
    for (int runs = 0; runs < 2 && s.len > 0; runs++) {
        size_t n = run_length(s);

        if (n < 3)
            return false;
        s = (hearth_str){s.ptr + n, s.len - n};
    }
    return s.len == 0;
}

static bool is_repetition(hearth_str s)
{
    for (size_t unit = 1; unit <= UNIT && 2 * unit <= s.len; unit++) {
        size_t i = unit;

        while (i < s.len && s.ptr[i] == s.ptr[i - unit])
            i++;
        if (i == s.len)
            return true;
    }
    return false;
}

static bool is_few_digits(hearth_str s)
{
    size_t n = 0;

    while (n < s.len && hearth__is_digit(s.ptr[n]))
        n++;
    return n == s.len && n < FEW_DIGITS;
}

bool hearth__password_common(hearth_str password)
{
    char plain[LONGEST], folded[LONGEST];
    hearth_str p = {plain, password.len}, f = {folded, password.len};
    bool common;

    if (password.len > LONGEST)
        return is_repetition(password);
    for (size_t i = 0; i < password.len; i++) {
        plain[i] = hearth__lower(password.ptr[i]);
        folded[i] = unleet(password.ptr[i]);
    }
    common =
        is_few_digits(p) || is_repetition(p) || is_rows(p) || is_decorated_word(p, f);
    hearth__secret_wipe(plain, sizeof plain);
    hearth__secret_wipe(folded, sizeof folded);
    return common;
}

/* ---- his own ----------------------------------------------------------------------- */

static bool contains(hearth_str s, hearth_str part)
{
    for (size_t i = 0; i + part.len <= s.len; i++)
        if (hearth__str_ieq((hearth_str){s.ptr + i, part.len}, part))
            return true;
    return false;
}

static bool is_of_name(char c)
{
    return hearth__is_alpha(c) || hearth__is_digit(c) || (unsigned char)c >= 0x80;
}

bool hearth__password_personal(hearth_str password, hearth_str own)
{
    size_t i = 0;

    while (i < own.len) {
        size_t from = i;

        while (i < own.len && is_of_name(own.ptr[i]))
            i++;
        if (i - from >= OWN_LEAST && password.len < i - from + OWN_BESIDES &&
            contains(password, (hearth_str){own.ptr + from, i - from}))
            return true;
        i += i == from;
    }
    return own.len >= OWN_LEAST && password.len < own.len + OWN_BESIDES &&
           contains(password, own);
}
