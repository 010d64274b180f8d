/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEST_DB_ASYNC_H
#define HEARTH_TEST_DB_ASYNC_H

/*
 * An asynchronous database, to see that one can be: every connection is a thread that holds
 * one of the built-in driver, a "server", and is talked to over a queue and a socket.  No
 * slot ever blocks.  It has types, functions and placeholders of its own ("INT8",
 * "char_length", "$1") and knows nothing of those that it is made of.  Public headers only,
 * as an add-on would be written.
 *
 *     hearth_db *db = hearth_db_open_with(db_async(), "async:/tmp/a.db?busy_ms=100", &err);
 *
 * The url is the built-in driver's, and may have `?wait_ms=N` at its end, which counts while a server
 * hangs.  Two statements are
 * its own:
 *
 *     LOSE CONNECTION   the server goes away
 *     HANG              the server does not answer, until it is disconnected
 */

#include <hearth/driver.h>

const hearth_db_ops *db_async(void);

#endif
