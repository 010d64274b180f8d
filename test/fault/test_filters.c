/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Filters, functions and methods while memory runs out: the very value that there is otherwise,
 * or HEARTH_ENOMEM.
 */
#include "../unit/filter_kit.h"
#include "fault.h"

static const char *const table[] = {"filter", "function", "text method", "map method"};

static const struct {
    int table;
    filter_row row;
} rows[] = {
    {0, {"upper", "\"%\"", NULL, NULL, NULL}},
    {0, {"title", "\"%\"", NULL, NULL, NULL}},
    {0, {"capitalize", "\"%\"", NULL, NULL, NULL}},
    {0, {"center", "\"%\"", "20000", NULL, NULL}},
    {0, {"replace", "\"%\"", "\"word\", \"<>\"", NULL, NULL}},
    {0, {"truncate", "\"%\"", "5000", NULL, NULL}},
    {0, {"indent", "\"%\"", NULL, "\"first\": true", NULL}},
    {0, {"wordwrap", "\"%\"", "20", NULL, NULL}},
    {0, {"format", "\"%%s-%%5d-%%r %\"", "\"x\", 1, \"y\"", NULL, NULL}},
    {0, {"filesizeformat", "1", NULL, NULL, NULL}},
    {0, {"escape", "\"<%>\"", NULL, NULL, NULL}},
    {0, {"striptags", "\"<b>%</b> &amp;\"", NULL, NULL, NULL}},
    {0, {"urlencode", "{\"a\": \"%\", \"b\": \"%\"}", NULL, NULL, NULL}},
    {0, {"xmlattr", "{\"a\": \"%\", \"b\": \"%\"}", NULL, NULL, NULL}},
    {0, {"urlize", "\"% http://a.example %\"", NULL, "\"rel\": \"a\"", NULL}},
    {0, {"tojson", "{\"a\": \"%\", \"b\": [\"%\"]}", "2", NULL, NULL}},
    {0, {"pprint", "[\"%\"]", NULL, NULL, NULL}},
    {0, {"join", "[\"%\", \"%\"]", "\"-\"", NULL, NULL}},
    {0, {"list", "\"%\"", NULL, NULL, NULL}},
    {0, {"reverse", "\"%\"", NULL, NULL, NULL}},
    {0, {"batch", "\"%\"", "3, \"x\"", NULL, NULL}},
    {0, {"slice", "\"%\"", "7, \"x\"", NULL, NULL}},
    {0, {"map", "[\"%\", \"%\"]", "\"upper\"", NULL, NULL}},
    {0, {"map", "[{\"a\": 1}, {\"a\": 2}]", NULL, "\"attribute\": \"a\"", NULL}},
    {0, {"select", "\"%\"", "\"lower\"", NULL, NULL}},
    {0, {"selectattr", "[{\"a\": 1}, {\"a\": 2}]", "\"a\", \"odd\"", NULL, NULL}},
    {0, {"items", "{\"a\": 1, \"b\": 2}", NULL, NULL, NULL}},
    {0, {"sort", "\"%\"", NULL, NULL, NULL}},
    {0, {"sort", "[{\"a\": 1}, {\"a\": 0}]", NULL, "\"attribute\": \"a,a\"", NULL}},
    {0, {"dictsort", "{\"b\": 1, \"a\": 2}", NULL, NULL, NULL}},
    {0, {"groupby", "[{\"a\": \"x\"}, {\"a\": \"X\"}, {}]", "\"a\", \"y\"", NULL, NULL}},
    {0, {"unique", "\"%\"", NULL, NULL, NULL}},
    {0, {"max", "\"%\"", NULL, NULL, NULL}},
    {1, {"range", NULL, "2000", NULL, NULL}},
    {1, {"dict", NULL, "[[\"a\", 1]]", "\"b\": 2", NULL}},
    {1, {"namespace", NULL, NULL, "\"b\": 2", NULL}},
    {1, {"cycler", NULL, "1, 2", NULL, NULL}},
    {1, {"joiner", NULL, NULL, NULL, NULL}},
    {2, {"split", "\"%\"", NULL, NULL, NULL}},
    {2, {"splitlines", "\"%\\n%\"", NULL, NULL, NULL}},
    {2, {"swapcase", "\"%\"", NULL, NULL, NULL}},
    {2, {"zfill", "\"%\"", "20000", NULL, NULL}},
    {3, {"items", "{\"a\": 1, \"b\": 2}", NULL, NULL, NULL}},
    {3, {"values", "{\"a\": 1, \"b\": 2}", NULL, NULL, NULL}},
};

#define WORDS 1200 /* for a '%'; "%%" is a plain one */

/* The value with its '%' written out, in memory that is freed by the caller. */
static char *written(const char *value)
{
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (const char *p = value; *p != '\0'; p++) {
        if (*p != '%' || p[1] == '%') {
            p += *p == '%';
            hearth__buf_char(&b, *p);
            continue;
        }
        for (int i = 0; i < WORDS; i++)
            hearth__buf_text(&b, i % 10 == 9 ? "Ende\xc3\xa4 " : "word ");
    }
    ck_assert(!b.failed);
    return b.ptr;
}

static const hearth__builtin *find(kit *k, int at)
{
    hearth_str name = hearth__str_of(rows[at].row.name);

    switch (rows[at].table) {
    case 0:
        return hearth__set_filter(k->set, name);
    case 1:
        return hearth__builtin_in(hearth__functions[0], name);
    case 2:
        return hearth__builtin_in(hearth__text_methods, name);
    default:
        return hearth__builtin_in(hearth__map_methods, name);
    }
}

START_TEST(a_value_is_whole_or_there_is_none)
{
    filter_row row = rows[_i].row;
    char *value = row.value == NULL ? NULL : written(row.value), *right = NULL;

    row.value = value;
    for (long n = -1;; n++) {
        kit k;
        row_parts parts;
        hearth_value out;
        const char *text;
        int rc;

        kit_open(&k, NULL);
        row_prepare(&k, &row, &parts);
        /* What comes now needs memory of its own. */
        hearth__arena_raw(&k.arena, (size_t)(k.arena.end - k.arena.at));
        if (n >= 0)
            fault_at(n);
        rc = row_run(&k, find(&k, _i), &parts, &out);
        if (n >= 0 && fault_hit()) {
            ck_assert_msg(rc == HEARTH_ENOMEM, "%s %s: %d, %s", table[rows[_i].table],
                          row.name, rc, k.r.error.text);
            kit_close(&k);
            continue;
        }
        ck_assert_msg(rc == 0, "%s: %s", row.name, k.r.error.text);
        text = kit_print(&k, out);
        if (right == NULL)
            right = strdup(text);
        ck_assert_str_eq(text, right);
        kit_close(&k);
        ck_assert_int_ne(n, 0); /* it did need memory */
        if (n > 0)
            break;
    }
    free(right);
    free(value);
}
END_TEST

SUITE("fault/filters", EACH(a_value_is_whole_or_there_is_none, rows))
