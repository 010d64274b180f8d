/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A cookie jar as small as a test needs: RFC 6265 section 5.2 for reading Set-Cookie,
 * names alone as keys.
 */

#include "boot/client_jar.h"

#include "core/clock.h"
#include "core/str.h"
#include "http/date.h"

#include <stdlib.h>

/* What one Set-Cookie field says. */
typedef struct set_cookie {
    hearth_str name, value;
    bool has_max_age, gone;
} set_cookie;

/* Max-Age beats Expires, whatever their order; of two alike the later counts. */
static void take_attribute(set_cookie *k, hearth_str name, hearth_str value)
{
    int64_t now_s = hearth__clock_wall_us() / 1000000, number;

    if (hearth__str_ieq(name, HEARTH__S("Max-Age"))) {
        if (hearth__str_int(value, &number)) {
            k->has_max_age = true;
            k->gone = number <= 0;
        }
    } else if (hearth__str_ieq(name, HEARTH__S("Expires")) && !k->has_max_age) {
        if (hearth__date_parse(value, now_s, &number))
            k->gone = number <= now_s;
    }
}

static bool parse(hearth_str text, set_cookie *k)
{
    hearth_str rest = text, pair = hearth__str_cut(&rest, ';');

    *k = (set_cookie){.name = hearth__str_cut(&pair, '=')};
    if (pair.ptr == NULL)
        return false;
    k->name = hearth__str_trim(k->name);
    k->value = hearth__str_trim(pair);
    while (rest.ptr != NULL) {
        hearth_str value = hearth__str_cut(&rest, ';');
        hearth_str name = hearth__str_cut(&value, '=');

        take_attribute(k, hearth__str_trim(name),
                       value.ptr == NULL ? HEARTH__S("") : hearth__str_trim(value));
    }
    return k->name.len > 0;
}

static size_t find(const hearth__jar *j, hearth_str name)
{
    size_t i = 0;

    while (i < j->n && !hearth__str_eq(hearth__str_of(j->cookie[i].name), name))
        i++;
    return i;
}

static void drop(hearth__jar *j, size_t i)
{
    if (i == j->n)
        return;
    free(j->cookie[i].name);
    free(j->cookie[i].value);
    j->n--;
    memmove(&j->cookie[i], &j->cookie[i + 1], (j->n - i) * sizeof *j->cookie);
}

static bool grow(hearth__jar *j)
{
    size_t cap = j->cap == 0 ? 8 : j->cap * 2;
    hearth__jar_cookie *grown;

    if (j->n < j->cap)
        return true;
    grown = realloc(j->cookie, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    j->cookie = grown;
    j->cap = cap;
    return true;
}

int hearth__jar_take(hearth__jar *j, hearth_str text)
{
    set_cookie k;
    char *name = NULL, *value = NULL;

    if (!parse(text, &k))
        return 0;
    size_t i = find(j, k.name);

    if (k.gone) {
        drop(j, i);
        return 0;
    }
    value = strndup(k.value.ptr, k.value.len);
    if (value == NULL)
        return HEARTH_ENOMEM;
    if (i < j->n) {
        free(j->cookie[i].value);
        j->cookie[i].value = value;
        return 0;
    }
    name = strndup(k.name.ptr, k.name.len);
    if (name == NULL || !grow(j)) {
        free(name);
        free(value);
        return HEARTH_ENOMEM;
    }
    j->cookie[j->n++] = (hearth__jar_cookie){name, value};
    return 0;
}

void hearth__jar_write(const hearth__jar *j, hearth__buf *b)
{
    for (size_t i = 0; i < j->n; i++) {
        if (i > 0)
            hearth__buf_text(b, "; ");
        hearth__buf_text(b, j->cookie[i].name);
        hearth__buf_char(b, '=');
        hearth__buf_text(b, j->cookie[i].value);
    }
}

void hearth__jar_clear(hearth__jar *j)
{
    while (j->n > 0)
        drop(j, j->n - 1);
    free(j->cookie);
    *j = (hearth__jar){0};
}
