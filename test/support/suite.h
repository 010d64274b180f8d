/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_SUITE_H
#define HEARTH_TEST_SUITE_H

/*
 * One test program per file, found by wildcard: write START_TEST(a_sentence) blocks and end the file
 * with
 *
 *     SUITE("core/arena", TEST(a_sentence) LOOP(another_one, 0, 200))
 */

#include <check.h>
#include <stdlib.h>

#define TEST(name)           tcase_add_test(cases, name);
#define LOOP(name, from, to) tcase_add_loop_test(cases, name, (from), (to));

/* Threads and sanitizers make the slowest honest test slow; a hang is still ended. */
#define SUITE_TIMEOUT_S 300

#define SUITE(title, tests)                               \
    int main(void)                                        \
    {                                                     \
        Suite *suite = suite_create(title);               \
        TCase *cases = tcase_create(title);               \
        tcase_set_timeout(cases, SUITE_TIMEOUT_S);        \
        tests suite_add_tcase(suite, cases);              \
        SRunner *runner = srunner_create(suite);          \
        srunner_run_all(runner, CK_ENV);                  \
        int failed = srunner_ntests_failed(runner);       \
        srunner_free(runner);                             \
        return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE; \
    }

#endif
