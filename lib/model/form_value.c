/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Values as forms have them, and which patterns mean the same to a browser.
 */

#include "core/enc.h"
#include "model/form.h"
#include "json/write.h"

#include <float.h>
#include <hearth/format.h>

static bool put_f64(hearth__buf *b, double x)
{
    char text[32];

    if (!(x >= -DBL_MAX && x <= DBL_MAX))
        return false;
    hearth__json_f64_text(x, text);
    hearth__buf_text(b, text);
    return true;
}

/* Without the zone, which <input type=datetime-local> does not know. */
static bool put_time(hearth__buf *b, int64_t seconds)
{
    char text[HEARTH_TIME_TEXT];
    size_t n = strlen(hearth_time_text(seconds, text));

    if (n > 0)
        hearth__buf_add(b, text, n - 1);
    return n > 0;
}

static bool put_date(hearth__buf *b, hearth_date day)
{
    char text[HEARTH_DATE_TEXT];

    hearth__buf_text(b, hearth_date_text(day, text));
    return text[0] != '\0';
}

static bool put_json(hearth__buf *b, const json_t *tree)
{
    hearth__json_w w = hearth__json_w_of(b);

    return tree == NULL || hearth__json_tree(&w, tree) == 0;
}

static bool put_word(hearth__buf *b, const hearth_field *f, int k)
{
    for (int i = 0; f->choices != NULL && f->choices[i] != NULL; i++)
        if (i == k) {
            hearth__buf_text(b, f->choices[i]);
            return true;
        }
    return false;
}

bool hearth__form_value(hearth__buf *b, const hearth_field *f, const void *slot)
{
    char uuid[HEARTH_UUID_TEXT];

    switch (f->kind) {
    case HEARTH_KIND_i64:
        hearth__buf_int(b, *(const int64_t *)slot);
        return true;
    case HEARTH_KIND_f64:
        return put_f64(b, *(const double *)slot);
    case HEARTH_KIND_flag:
        hearth__buf_text(b, *(const bool *)slot ? "true" : "false");
        return true;
    case HEARTH_KIND_text:
        hearth__buf_str(b, hearth__str_of(*(const char *const *)slot));
        return true;
    case HEARTH_KIND_time:
        return put_time(b, *(const int64_t *)slot);
    case HEARTH_KIND_date:
        return put_date(b, *(const hearth_date *)slot);
    case HEARTH_KIND_uuid:
        hearth__buf_text(b, hearth_uuid_text(slot, uuid));
        return true;
    case HEARTH_KIND_json:
        return put_json(b, *(const json_t *const *)slot);
    case HEARTH_KIND_blob:
        hearth__enc_base64(b, *(const hearth_str *)slot, false);
        return true;
    case HEARTH_KIND_enum:
        return put_word(b, f, *(const int *)slot);
    }
    return false;
}

/* Within [...] the v flag gives signs a meaning, alone or doubled, that they do not have to us: what
 * is not letters, digits, '_', '.', ' ' and ranges of them is left to the server. */
static const char *skip_class(const char *p)
{
    if (*p == '^')
        p++;
    for (; *p != ']'; p++) {
        bool range = *p == '-' && p[-1] != '[' && p[-1] != '^' && p[1] != ']';

        if (!hearth__is_alpha(*p) && !hearth__is_digit(*p) && *p != '_' && *p != '.' &&
            *p != ' ' && !range)
            return NULL;
    }
    return p + 1;
}

bool hearth__form_pattern(const char *pattern)
{
    for (const char *p = pattern; p != NULL && *p != '\0';) {
        if (*p == '\\') {
            /* only signs of the syntax may be escaped there */
            if (p[1] == '\0' || strchr("^$\\.*+?()[]{}|/", p[1]) == NULL)
                return false;
            p += 2;
        } else if (*p == '[') {
            p = skip_class(p + 1);
        } else if (*p == ']' || (unsigned char)*p >= 0x80) {
            return false;
        } else {
            p++;
        }
        if (p == NULL)
            return false;
    }
    return true;
}
