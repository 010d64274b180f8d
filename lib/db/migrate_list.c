/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The steps that a program knows: are their names, their order and their texts sound?
 */

#include "core/error.h"
#include "core/str.h"
#include "db/migrate_run.h"

bool hearth__migration_number(const char *name, int64_t *number)
{
    hearth_str rest = hearth__str_of(name);
    hearth_str digits = hearth__str_cut(&rest, '_');

    while (digits.len > 1 && digits.ptr[0] == '0') {
        digits.ptr++;
        digits.len--;
    }
    if (!hearth__str_int(digits, number) || *number <= 0 || rest.len == 0)
        return false;
    for (size_t i = 0; i < rest.len; i++)
        if (!hearth__is_alpha(rest.ptr[i]) && !hearth__is_digit(rest.ptr[i]) &&
            rest.ptr[i] != '_')
            return false;
    return true;
}

int hearth__migrate_check_list(hearth__migration_run *r)
{
    int64_t last = 0, number;

    for (const hearth_migration *m = r->list; m->name != NULL; m++, r->n++) {
        if (!hearth__migration_number(m->name, &number))
            return hearth__error_set(
                r->err, HEARTH_EINVAL,
                "\"%s\" is no name of a migration; write a number, '_' and "
                "a word, as in \"0002_add_due\"",
                m->name);
        if (number <= last)
            return hearth__error_set(
                r->err, HEARTH_EINVAL,
                "migration %s stands behind one with the number %lld; give "
                "it a higher number",
                m->name, (long long)last);
        if (m->up == NULL || m->up[strspn(m->up, " \t\r\n")] == '\0')
            return hearth__error_set(r->err, HEARTH_EINVAL,
                                     "migration %s has no SQL to go up", m->name);
        last = number;
    }
    return 0;
}

bool hearth__migration_loose(const char *sql)
{
    hearth_str rest = hearth__str_of(sql);

    while (rest.ptr != NULL) {
        hearth_str line = hearth__str_cut(&rest, '\n');

        if (line.len > 0 && line.ptr[line.len - 1] == '\r')
            line.len--;
        if (hearth__str_eq(hearth__str_trim(line), HEARTH__S("-- references at end")))
            return true;
    }
    return false;
}
