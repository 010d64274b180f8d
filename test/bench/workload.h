/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BENCH_WORKLOAD_H
#define HEARTH_BENCH_WORKLOAD_H

/* What all servers of the bench share. */

#define BENCH_TEXT "Hello, World!"
#define BENCH_POOL 8192

#endif
