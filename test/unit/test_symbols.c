/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Tests of names skip themselves where libdw is not installed: then what is tested is the
 * sentence that says so.
 */
#include "core/symbols.h"

#include "core/stack.h"
#include "core/symbols_dw.h"
#include "suite.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static volatile int here_line;

static __attribute__((noinline)) void outer_function(hearth__stack *s)
{
    here_line = __LINE__ + 1;
    hearth__stack_take(s);
    here_line++;
}

static bool has_libdw(void)
{
    void *h = dlopen("libdw.so.1", RTLD_NOW);

    if (h != NULL)
        dlclose(h);
    return h != NULL;
}

START_TEST(an_address_has_a_function_a_file_and_a_line)
{
    hearth__arena a;
    hearth__stack s;
    hearth__frame *f;
    const char *missing;
    size_t n;

    hearth__arena_init(&a, 0);
    outer_function(&s);
    n = hearth__symbols_find(&a, s.pc, 1, &f, &missing);
    if (!has_libdw()) {
        ck_assert_uint_eq(n, 0);
        ck_assert_ptr_nonnull(strstr(missing, "install libdw1"));
    } else {
        ck_assert_uint_eq(n, 1);
        ck_assert_ptr_null(missing);
        ck_assert_str_eq(f[0].function, "outer_function");
        ck_assert_ptr_nonnull(strstr(f[0].file, "test/unit/test_symbols.c"));
        ck_assert_int_eq(f[0].line, here_line - 1);
        ck_assert_ptr_nonnull(strstr(f[0].module, "test_symbols"));
        ck_assert(!f[0].ours && !f[0].inlined);
    }
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(code_of_this_library_is_told_apart)
{
    uintptr_t pc = (uintptr_t)hearth__stack_take + 1;
    hearth__arena a;
    hearth__frame *f;
    const char *missing;

    hearth__arena_init(&a, 0);
    if (hearth__symbols_find(&a, &pc, 1, &f, &missing) > 0) {
        ck_assert(f[0].ours);
        ck_assert_str_eq(f[0].file, "lib/core/stack.c");
    } else {
        ck_assert(!has_libdw());
    }
    hearth__arena_clear(&a);
}
END_TEST

START_TEST(what_is_no_address_is_a_frame_without_a_name)
{
    uintptr_t pc[2] = {1, 1};
    hearth__arena a;
    hearth__frame *f;
    const char *missing;
    size_t n;

    hearth__arena_init(&a, 0);
    n = hearth__symbols_find(&a, pc, 2, &f, &missing);
    if (has_libdw()) {
        ck_assert_uint_eq(n, 2);
        ck_assert_ptr_null(f[1].function);
        ck_assert_ptr_null(f[1].file);
    }
    ck_assert_uint_eq(hearth__symbols_find(&a, pc, 0, &f, &missing), 0);
    hearth__arena_clear(&a);
}
END_TEST

/* Of elfutils 0.188, where sizes and places are the same on every 64-bit machine. */
START_TEST(the_structs_are_those_of_libdw)
{
    if (sizeof(void *) != 8)
        return;
    ck_assert_uint_eq(sizeof(Dwarf_Die), 32);
    ck_assert_uint_eq(sizeof(Dwarf_Attribute), 24);
    ck_assert_uint_eq(offsetof(Dwarf_Attribute, valp), 8);
    ck_assert_uint_eq(sizeof(Dwfl_Callbacks), 32);
    ck_assert_uint_eq(offsetof(Dwfl_Callbacks, find_debuginfo), 8);
}
END_TEST

SUITE("core/symbols", TEST(an_address_has_a_function_a_file_and_a_line)
                          TEST(code_of_this_library_is_told_apart)
                              TEST(what_is_no_address_is_a_frame_without_a_name)
                                  TEST(the_structs_are_those_of_libdw))
