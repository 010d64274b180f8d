/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_SESSION_RECORD_H
#define HEARTH_SESSION_RECORD_H

/*
 * The values of a session, what is done to them, and the bytes that they are kept as:
 *
 *     1  created (8 bytes, big-endian, seconds since 1970)  seen (8)
 *     then each value:  kind (1: a value, 2: a message)  length of the key (1)
 *                       length of the text (4)  key  '\0'  text  '\0'
 *
 * What a request does is kept as a list of operations beside their outcome, so that it can
 * be done again to what another request has written meanwhile.
 */

#include "core/buf.h"

#define HEARTH__RECORD_HEAD 17
#define HEARTH__ENTRY_HEAD  6
#define HEARTH__KEY_MOST    255

typedef enum hearth__entry_kind {
    HEARTH__ENTRY_VALUE = 1,
    HEARTH__ENTRY_FLASH = 2
} hearth__entry_kind;

typedef struct hearth__entry {
    struct hearth__entry *next;
    hearth__entry_kind kind;
    hearth_str key, text; /* both end in '\0' */
} hearth__entry;

typedef struct hearth__record {
    int64_t created_s, seen_s;
    hearth__entry *first, **end; /* in the order of setting */
    size_t size;                 /* bytes of the whole */
} hearth__record;

typedef enum hearth__op_kind {
    HEARTH__OP_SET,
    HEARTH__OP_REMOVE,
    HEARTH__OP_CLEAR,
    HEARTH__OP_FLASH,
    HEARTH__OP_TAKE /* a message that was shown */
} hearth__op_kind;

typedef struct hearth__op {
    struct hearth__op *next;
    hearth__op_kind kind;
    hearth_str key, text; /* both end in '\0', memory of the request */
} hearth__op;

void hearth__record_init(hearth__record *r, int64_t now_s);
/* The entries point into data.  False: it is no such record; or out of memory, and then
 * the arena has failed. */
bool hearth__record_read(hearth__record *r, hearth__arena *a, hearth_str data);
void hearth__record_write(const hearth__record *r, hearth__buf *b);
/* NULL when it is not there. */
const hearth__entry *hearth__record_find(const hearth__record *r, hearth_str key);
/* False: out of memory. */
bool hearth__record_do(hearth__record *r, hearth__arena *a, const hearth__op *op);
/* What the whole would have in bytes once this is done; SIZE_MAX at worst. */
size_t hearth__record_would(const hearth__record *r, const hearth__op *op);

#endif
