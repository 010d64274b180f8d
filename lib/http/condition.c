/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Conditional requests.  One walk over the fields finds out that there is no condition,
 * which is the common case; each precondition that is there then walks again for its own.
 */

#include "http/condition.h"

#include "core/str.h"
#include "http/date.h"
#include "http/etag.h"

enum { MATCH = 1, UNMODIFIED = 2, NONE_MATCH = 4, MODIFIED = 8, RANGE = 16 };

static const struct {
    hearth_str name;
    unsigned bit;
} fields[] = {
    {{"If-Match", 8}, MATCH},
    {{"If-Unmodified-Since", 19}, UNMODIFIED},
    {{"If-None-Match", 13}, NONE_MATCH},
    {{"If-Modified-Since", 17}, MODIFIED},
    {{"If-Range", 8}, RANGE},
};

static unsigned bit_of(hearth_str name)
{
    if (name.len < 8 || (name.ptr[0] | 0x20) != 'i' || (name.ptr[1] | 0x20) != 'f' ||
        name.ptr[2] != '-')
        return 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (hearth__str_ieq(name, fields[i].name))
            return fields[i].bit;
    return 0;
}

static unsigned conditions(const hearth__head *h)
{
    unsigned found = 0;

    for (size_t i = 0; i < h->nfields; i++)
        found |= bit_of(h->field[i].name);
    return found;
}

/* Is the representation among those that If-Match or If-None-Match names? */
static bool named(const hearth__head *h, unsigned bit, const hearth__validators *v)
{
    for (size_t i = 0; i < h->nfields; i++) {
        hearth_str list = h->field[i].value;

        if (bit_of(h->field[i].name) != bit || v->absent)
            continue;
        if (hearth__str_eq(hearth__str_trim(list), HEARTH__S("*")) ||
            hearth__etag_listed(list, v->etag, bit == NONE_MATCH))
            return true;
    }
    return false;
}

/* The one field with that bit, or NULL. */
static const hearth__field *only(const hearth__head *h, unsigned bit)
{
    const hearth__field *found = NULL;

    for (size_t i = 0; i < h->nfields; i++) {
        if (bit_of(h->field[i].name) != bit)
            continue;
        if (found != NULL)
            return NULL;
        found = &h->field[i];
    }
    return found;
}

/* The date of a condition that counts: there is something to compare it with. */
static bool date_of(const hearth__head *h, unsigned bit, const hearth__validators *v,
                    int64_t now_s, int64_t *date)
{
    const hearth__field *f = v->absent || !v->dated ? NULL : only(h, bit);

    return f != NULL && hearth__date_parse(hearth__str_trim(f->value), now_s, date);
}

int hearth__condition(const hearth__head *h, hearth__method m,
                      const hearth__validators *v, int64_t now_s)
{
    unsigned has = conditions(h);
    bool reads = m == HEARTH__GET || m == HEARTH__HEAD;
    int64_t date;

    if ((has & ~(unsigned)RANGE) == 0 || m == HEARTH__OPTIONS || m == HEARTH__TRACE ||
        m == HEARTH__CONNECT)
        return 0;
    if ((has & MATCH) != 0) {
        if (!named(h, MATCH, v))
            return 412;
    } else if ((has & UNMODIFIED) != 0 && date_of(h, UNMODIFIED, v, now_s, &date) &&
               v->modified_s > date) {
        return 412;
    }
    if ((has & NONE_MATCH) != 0)
        return !named(h, NONE_MATCH, v) ? 0 : reads ? 304 : 412;
    if ((has & MODIFIED) != 0 && reads && date_of(h, MODIFIED, v, now_s, &date) &&
        v->modified_s <= date)
        return 304;
    return 0;
}

bool hearth__condition_range(const hearth__head *h, const hearth__validators *v,
                             int64_t now_s)
{
    const hearth__field *f;
    hearth_str value;
    int64_t date;

    if ((conditions(h) & RANGE) == 0)
        return true;
    f = only(h, RANGE);
    if (f == NULL)
        return false;
    value = hearth__str_trim(f->value);
    if (hearth__etag_valid(value))
        return !v->absent && hearth__etag_same_strong(value, v->etag);
    /* 8.8.2.2: within the second of its change a file may have changed twice. */
    return date_of(h, RANGE, v, now_s, &date) && date == v->modified_s &&
           now_s > v->modified_s + 1;
}
