/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Formats of printf (POSIX, numbered arguments included), taken apart. */
#include "i18n/directives.h"

#include "core/str.h"

typedef struct reader {
    hearth__directives *d;
    const char *at;
    enum { UNDECIDED, IN_ORDER, NUMBERED } way;
} reader;

/* Digits; -1: they are no small number. */
static int number(reader *r)
{
    int value = 0;

    for (; hearth__is_digit(*r->at); r->at++) {
        value = value * 10 + (*r->at - '0');
        if (value > 1000000)
            return -1;
    }
    return value;
}

/* "3$" before the rest of a directive: 3; 0: not numbered; -1: wrong. */
static int position(reader *r)
{
    const char *from = r->at;
    int value = number(r);

    if (r->at == from || *r->at != '$') {
        r->at = from;
        return 0;
    }
    r->at++;
    return value < 1 || value > HEARTH__DIRECTIVES ? -1 : value;
}

/* An argument of that type is taken; place 0: the next one. */
static bool argument(reader *r, int place, const char *type)
{
    size_t i = place == 0 ? r->d->n : (size_t)place - 1;

    if (place < 0 || i >= HEARTH__DIRECTIVES ||
        (r->way != UNDECIDED && (r->way == NUMBERED) != (place > 0)))
        return false;
    r->way = place > 0 ? NUMBERED : IN_ORDER;
    if (i >= r->d->n)
        r->d->n = i + 1;
    if (r->d->type[i][0] != '\0' && strcmp(r->d->type[i], type) != 0)
        return false;
    memcpy(r->d->type[i], type, strlen(type) + 1);
    return true;
}

/* A width or a precision: digits, or `*`, which is an int among the arguments. */
static bool amount(reader *r)
{
    if (*r->at != '*')
        return number(r) >= 0;
    r->at++;
    return argument(r, position(r), "d");
}

static size_t length_modifier(const char *s)
{
    if (s[0] == 'h' || s[0] == 'l')
        return s[1] == s[0] ? 2 : 1;
    return s[0] != '\0' && strchr("jztL", s[0]) != NULL ? 1 : 0;
}

/* Conversions that take the same type are one: %i is %d, %X is %x and %u. */
static char same_as(char conversion)
{
    if (strchr("ouxX", conversion) != NULL)
        return 'u';
    if (strchr("aAeEfFgG", conversion) != NULL)
        return 'f';
    return conversion == 'i' ? 'd' : conversion;
}

/* Behind a '%'. */
static bool directive(reader *r)
{
    char type[4] = {0};
    int place;

    if (*r->at == '%') {
        r->at++;
        return true;
    }
    place = position(r);
    r->at += strspn(r->at, "-+ #0'I");
    if (place < 0 || !amount(r))
        return false;
    if (*r->at == '.') {
        r->at++;
        if (!amount(r))
            return false;
    }
    size_t n = length_modifier(r->at);
    memcpy(type, r->at, n);
    r->at += n;
    if (*r->at == '\0' || strchr("diouxXaAeEfFgGcsp", *r->at) == NULL)
        return false;
    type[n] = same_as(*r->at++);
    return argument(r, place, type);
}

bool hearth__directives_read(hearth__directives *d, const char *format)
{
    reader r = {d, format, UNDECIDED};

    memset(d, 0, sizeof *d);
    while ((r.at = strchr(r.at, '%')) != NULL) {
        r.at++;
        if (!directive(&r))
            return false;
    }
    for (size_t i = 0; i < d->n; i++)
        if (d->type[i][0] == '\0')
            return false;
    return true;
}

bool hearth__directives_fit(const hearth__directives *a, const hearth__directives *b)
{
    for (size_t i = 0; i < b->n; i++)
        if (i >= a->n || strcmp(a->type[i], b->type[i]) != 0)
            return false;
    return true;
}
