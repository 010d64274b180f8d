/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* The tags of rows. */

#include "data/resource.h"
#include "http/etag.h"
#include "suite.h"

#include <string.h>

/* Two versions of the library, or two instances, must not disagree: clients and caches keep tags. */
static const struct {
    const char *json, *tag;
} known[] = {
    {"{\"id\":1,\"title\":\"kitchen\"}", "\"6b6018c2b8bcbdd6a3f754a5f10bc5dc\""},
    {"", NULL},
    {"{\"id\":1,\"title\":\"kitchen\"} ", NULL},
};

START_TEST(a_tag_is_strong_and_stays_the_same)
{
    hearth_str tag, again, other;
    hearth__arena a;

    hearth__arena_init(&a, 0);
    ck_assert_int_eq(hearth__resource_tag(&a, hearth__str_of(known[_i].json), &tag), 0);
    ck_assert_int_eq(hearth__resource_tag(&a, hearth__str_of(known[_i].json), &again), 0);
    ck_assert_int_eq(hearth__resource_tag(&a, HEARTH__S("{}"), &other), 0);
    ck_assert(hearth__etag_valid(tag));
    ck_assert(hearth__etag_same_strong(tag, again));
    ck_assert(!hearth__etag_same_weak(tag, other));
    if (known[_i].tag != NULL)
        ck_assert_str_eq(tag.ptr, known[_i].tag);
    hearth__arena_clear(&a);
}
END_TEST

SUITE("app/resource_row",
      LOOP(a_tag_is_strong_and_stays_the_same, 0, (int)(sizeof known / sizeof *known)))
