/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * A policy is read as browsers read it: the first directive of a name counts, so a second
 * one is a mistake of whoever wrote it; and a comma begins another policy, which nothing
 * here would add a nonce to.
 */
#include "http/csp.h"

#include "core/str.h"
#include "http/audit.h"

/* ---- reading ------------------------------------------------------------------ */

/* The next directive that is not empty; false at the end.  *rest starts as the policy. */
static bool next(hearth_str *rest, hearth_str *name, hearth_str *value)
{
    while (rest->ptr != NULL) {
        hearth_str d = hearth__str_trim(hearth__str_cut(rest, ';'));

        if (d.len == 0)
            continue;
        *name = hearth__str_cut(&d, ' ');
        *value = d.ptr == NULL ? HEARTH__S("") : hearth__str_trim(d);
        return true;
    }
    return false;
}

/* What the first directive of that name allows; ptr NULL when there is none. */
static hearth_str find(hearth_str policy, hearth_str wanted)
{
    hearth_str name, value;

    while (next(&policy, &name, &value))
        if (hearth__str_ieq(name, wanted))
            return value;
    return hearth__str(NULL, 0);
}

static bool is_name(hearth_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!hearth__is_alpha(name.ptr[i]) && !hearth__is_digit(name.ptr[i]) &&
            name.ptr[i] != '-')
            return false;
    return name.len > 0;
}

const char *hearth__csp_objection(hearth_str policy)
{
    hearth_str rest = policy, name, value;
    bool any = false;

    if (!hearth__is_field_value(policy))
        return "it holds a control character";
    if (hearth__str_find(policy, ',') >= 0)
        return "it holds a comma, which begins a second policy";
    if (hearth__str_find(policy, '\t') >= 0)
        return "it holds a tab: separate by spaces";
    while (next(&rest, &name, &value)) {
        any = true;
        if (!is_name(name))
            return "a directive's name is not made of letters, digits and '-'";
        if (find(policy, name).ptr != value.ptr)
            return "a directive is there twice, and the second one would not count";
    }
    return any ? NULL : "it says nothing";
}

bool hearth__csp_has(hearth_str policy, hearth_str name)
{
    return find(policy, name).ptr != NULL;
}

bool hearth__csp_is_lax(hearth_str policy)
{
    static const hearth_str lax[] = {
        {"'unsafe-inline'", 15}, {"'unsafe-eval'", 13}, {"*", 1}, {"http:", 5},
        {"https:", 6},           {"data:", 5},
    };
    hearth_str sources = find(policy, HEARTH__S("script-src"));

    if (sources.ptr == NULL)
        sources = find(policy, HEARTH__S("default-src"));
    if (sources.ptr == NULL)
        return true;
    while (sources.ptr != NULL) {
        hearth_str one = hearth__str_cut(&sources, ' ');

        for (size_t i = 0; i < sizeof lax / sizeof *lax; i++)
            if (hearth__str_ieq(one, lax[i]))
                return true;
    }
    return false;
}

/* ---- a nonce ------------------------------------------------------------------- */

static bool takes_nonce(hearth_str name)
{
    static const hearth_str taking[] = {
        {"script-src", 10},
        {"style-src", 9},
        {"script-src-elem", 15},
        {"style-src-elem", 14},
    };

    for (size_t i = 0; i < sizeof taking / sizeof *taking; i++)
        if (hearth__str_ieq(name, taking[i]))
            return true;
    return false;
}

static void write_directive(hearth__buf *b, hearth_str name, hearth_str value,
                            const char *nonce)
{
    if (b->len > 0)
        hearth__buf_text(b, "; ");
    hearth__buf_str(b, name);
    /* 'none' means so only while it is alone. */
    if (value.len > 0 &&
        !(nonce != NULL && hearth__str_ieq(value, HEARTH__S("'none'")))) {
        hearth__buf_char(b, ' ');
        hearth__buf_str(b, value);
    }
    if (nonce != NULL) {
        hearth__buf_text(b, " 'nonce-");
        hearth__buf_text(b, nonce);
        hearth__buf_char(b, '\'');
    }
}

void hearth__csp_with_nonce(hearth__buf *b, hearth_str policy, const char *nonce)
{
    static const hearth_str wanted[] = {{"script-src", 10}, {"style-src", 9}};
    hearth_str all = find(policy, HEARTH__S("default-src"));
    hearth_str rest = policy, name, value;

    while (next(&rest, &name, &value))
        write_directive(b, name, value, takes_nonce(name) ? nonce : NULL);
    /* Without default-src there is nothing that a nonce would have to allow. */
    for (size_t i = 0; all.ptr != NULL && i < 2; i++)
        if (find(policy, wanted[i]).ptr == NULL)
            write_directive(b, wanted[i], all, nonce);
}
