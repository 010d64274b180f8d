/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_CLIENT_EVENT_H
#define HEARTH_BOOT_CLIENT_EVENT_H

/* Event streams as EventSource reads them: WHATWG HTML, section 9.2.6. */

#include "core/buf.h"

#include <hearth/sse.h>

typedef struct hearth__event_reader {
    hearth__buf line, data, name, id;
    hearth__buf last_id; /* of the last event that was dispatched, or would have been */
    int retry_ms;        /* 0: never told */
    size_t comments;
    bool begun; /* the byte order mark would have been before */
    bool cr;    /* the last byte was one */
    bool has_data;
    bool failed; /* out of memory: what comes is not read any more */
    /* For each event; what it points to is good until return. */
    void (*emit)(void *self, const hearth_event *e);
    void *self;
} hearth__event_reader;

void hearth__event_reader_init(hearth__event_reader *r,
                               void (*emit)(void *self, const hearth_event *e),
                               void *self);
/* The stream begins anew: what was not dispatched is forgotten, the last id is not. */
void hearth__event_reader_again(hearth__event_reader *r);
void hearth__event_reader_clear(hearth__event_reader *r);
/* HEARTH_ENOMEM or 0. */
int hearth__event_read(hearth__event_reader *r, hearth_str bytes);

#endif
