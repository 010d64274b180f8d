/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_EVENT_H
#define HEARTH_APP_EVENT_H

/* The form of one server-sent event (WHATWG HTML, section 9.2.6). */

#include <hearth/sse.h>

#define HEARTH__EVENT_NAME 128 /* bytes of an id or a name at most */

/* May it be sent?  data_len is set. */
bool hearth__event_sound(const hearth_event *e);
/* Write the event to out, or only count its bytes where out is NULL.  *id_at (may be NULL) is
 * where its id begins.  e->id is not NULL. */
size_t hearth__event_write(char *out, const hearth_event *e, size_t *id_at);

#endif
