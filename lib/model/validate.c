/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The rules of a model: bounds, pattern, format.
 */

#include "core/utf8.h"
#include "model/model.h"
#include "model/regex.h"
#include "model/text.h"

#include <hearth/format.h>
#include <inttypes.h>

static int64_t bound(int64_t v)
{
    return v == HEARTH_ZERO ? 0 : v;
}

/* unit: " characters", " bytes" or "". */
static void check_whole(hearth__faults *f, size_t i, int64_t v, const char *be,
                        const char *unit)
{
    const hearth_field *d = &f->m->field[i];

    if (d->min != 0 && v < bound(d->min))
        hearth__faults_add(f, i, "min", "has to %s at least %" PRId64 "%s", be,
                           bound(d->min), unit);
    else if (d->max != 0 && v > bound(d->max))
        hearth__faults_add(f, i, "max", "has to %s at most %" PRId64 "%s", be,
                           bound(d->max), unit);
}

static void check_real(hearth__faults *f, size_t i, double v)
{
    const hearth_field *d = &f->m->field[i];

    if (!(v - v <= 0)) /* not a number, or infinite */
        hearth__faults_add(f, i, "type", "has to be a finite number");
    else if (d->min != 0 && v < (double)bound(d->min))
        hearth__faults_add(f, i, "min", "has to be at least %" PRId64, bound(d->min));
    else if (d->max != 0 && v > (double)bound(d->max))
        hearth__faults_add(f, i, "max", "has to be at most %" PRId64, bound(d->max));
}

static const char *format_fault(hearth_format format, const char *text)
{
    switch (format) {
    case HEARTH_FORMAT_ANY:
        return NULL;
    case HEARTH_FORMAT_EMAIL:
        return hearth_email_check(text, HEARTH_EMAIL_HTML, NULL) == 0
                   ? NULL
                   : "an e-mail address";
    case HEARTH_FORMAT_URL:
        return hearth_is_url(text) ? NULL
                                   : "an address that begins with http:// or https://";
    case HEARTH_FORMAT_SLUG:
        return hearth_is_slug(text) ? NULL : "of a-z, 0-9 and single '-' between them";
    case HEARTH_FORMAT_IP:
        return hearth_is_ip(text) ? NULL : "an IPv4 or IPv6 address";
    case HEARTH_FORMAT_UUID:
        return hearth_is_uuid(text) ? NULL : "a UUID";
    }
    return NULL;
}

static void check_pattern(hearth__faults *f, size_t i, const char *text)
{
    const hearth__regex *re = f->plan->pattern[i];

    if (re != NULL && !hearth__regex_match(re, hearth__str_of(text), f->arena))
        hearth__faults_add(f, i, "pattern", "has to match the pattern %s",
                           f->m->field[i].pattern);
}

static void check_text(hearth__faults *f, size_t i, const char *text)
{
    const hearth_field *d = &f->m->field[i];
    size_t len = strlen(text);
    const char *other;

    if (len == 0 && d->required) {
        hearth__faults_add(f, i, "required", "is required");
        return;
    }
    if (len == 0 && d->min == 0)
        return; /* no value to hold against a format, as in HTML */
    /* A character is at least a byte: most texts need not be counted. */
    if (d->min != 0 || (d->max != 0 && len > (uint64_t)bound(d->max)))
        check_whole(f, i, (int64_t)hearth__utf8_count(hearth__str(text, len)), "have",
                    " characters");
    other = d->format == HEARTH_FORMAT_ANY ? NULL : format_fault(d->format, text);
    if (other != NULL)
        hearth__faults_add(f, i, "format", "has to be %s", other);
    check_pattern(f, i, text);
}

static void check_enum(hearth__faults *f, size_t i, int v)
{
    const char *const *word = f->m->field[i].choices;
    int n = 0;

    while (word != NULL && word[n] != NULL)
        n++;
    if (v < 0 || v >= n)
        hearth__faults_add(f, i, "choice", "is none of its choices");
}

static void check_value(hearth__faults *f, size_t i, const void *slot)
{
    const hearth_date *date = slot;

    switch (f->m->field[i].kind) {
    case HEARTH_KIND_i64:
    case HEARTH_KIND_time:
        check_whole(f, i, *(const int64_t *)slot, "be", "");
        break;
    case HEARTH_KIND_f64:
        check_real(f, i, *(const double *)slot);
        break;
    case HEARTH_KIND_text:
        check_text(f, i, *(const char *const *)slot);
        break;
    case HEARTH_KIND_blob:
        check_whole(f, i, (int64_t)((const hearth_str *)slot)->len, "have", " bytes");
        break;
    case HEARTH_KIND_enum:
        check_enum(f, i, *(const int *)slot);
        break;
    case HEARTH_KIND_date:
        if (!hearth__date_exists(*date))
            hearth__faults_add(f, i, "type", "has to be a day of the calendar");
        break;
    case HEARTH_KIND_flag:
    case HEARTH_KIND_uuid:
    case HEARTH_KIND_json:
        break;
    }
}

void hearth__rules(hearth__faults *f, const void *obj, uint64_t which)
{
    for (size_t i = 0; i < f->m->n; i++)
        if ((which & ~f->set & HEARTH__BIT(i)) != 0)
            check_value(f, i, hearth__slot_of(&f->m->field[i], obj));
}

/* A text that came from elsewhere may be NULL although its bit is set, or not UTF-8. */
static void check_foreign(hearth__faults *f, const void *obj, size_t i)
{
    const hearth_field *d = &f->m->field[i];
    const char *text;

    if (d->kind != HEARTH_KIND_text)
        return;
    text = *(const char *const *)hearth__slot_of(d, obj);
    if (text == NULL)
        hearth__faults_add(f, i, "null", "must not be null");
    else if (!hearth__utf8_valid(hearth__str_of(text)))
        hearth__faults_add(f, i, "type", "has to be UTF-8");
}

void hearth__validate(hearth__faults *f, const void *obj)
{
    hearth__given g = hearth__given_of(f->m, obj);

    for (size_t i = 0; i < f->m->n; i++) {
        const hearth_field *d = &f->m->field[i];

        if ((g.has & HEARTH__BIT(i)) != 0)
            check_foreign(f, obj, i);
        else if (d->required && !d->readonly)
            hearth__faults_add(f, i, "required", "is required");
        else if ((g.null & HEARTH__BIT(i)) != 0 && !d->nullable && d->fallback == NULL &&
                 !d->readonly)
            hearth__faults_add(f, i, "null", "must not be null");
    }
    hearth__rules(f, obj, g.has);
}
