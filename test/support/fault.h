/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_FAULT_H
#define HEARTH_TEST_FAULT_H

/*
 * Failing allocations.  Programs under test/fault are linked with --wrap for malloc, calloc,
 * realloc, strdup and strndup, so that every such call inside libhearth.a and the test goes through
 * here; the shared libraries (jansson, sqlite, libuv) are not touched.
 *
 *     for (long n = 0;; n++) {
 *         fault_at(n);
 *         int rc = the_operation();
 *         if (!fault_hit()) break;      // n was past the last allocation: it must have succeeded
 *         ... rc must be a clean failure, nothing leaked ...
 *     }
 */

#include <stdbool.h>

void fault_at(long n);   /* the n-th allocation from now on (0 = the next) fails, once */
void fault_from(long n); /* the n-th and all later ones fail */
void fault_off(void);
bool fault_hit(
    void); /* did one fail since the last fault_at()?  Also switches faults off. */

#endif
