/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Bytes into lines, lines into fields, fields into events. */
#include "boot/client_event.h"

#include "core/str.h"

void hearth__event_reader_init(hearth__event_reader *r,
                               void (*emit)(void *self, const hearth_event *e),
                               void *self)
{
    *r = (hearth__event_reader){.emit = emit, .self = self};
    hearth__buf_init(&r->line, NULL, 0);
    hearth__buf_init(&r->data, NULL, 0);
    hearth__buf_init(&r->name, NULL, 0);
    hearth__buf_init(&r->id, NULL, 0);
    hearth__buf_init(&r->last_id, NULL, 0);
}

void hearth__event_reader_again(hearth__event_reader *r)
{
    hearth__buf_empty(&r->line);
    hearth__buf_empty(&r->data);
    hearth__buf_empty(&r->name);
    hearth__buf_empty(&r->id);
    if (r->last_id.failed)
        hearth__buf_empty(&r->last_id);
    hearth__buf_str(&r->id, hearth__buf_view(&r->last_id));
    r->begun = r->cr = r->has_data = r->failed = false;
}

void hearth__event_reader_clear(hearth__event_reader *r)
{
    hearth__buf_clear(&r->line);
    hearth__buf_clear(&r->data);
    hearth__buf_clear(&r->name);
    hearth__buf_clear(&r->id);
    hearth__buf_clear(&r->last_id);
}

static void set(hearth__buf *b, hearth_str value)
{
    hearth__buf_empty(b);
    hearth__buf_str(b, value);
}

/* Emptying a buffer would forget it. */
static bool is_failed(hearth__event_reader *r)
{
    r->failed = r->failed || r->line.failed || r->data.failed || r->id.failed ||
                r->name.failed || r->last_id.failed;
    return r->failed;
}

static void dispatch(hearth__event_reader *r)
{
    set(&r->last_id, hearth__buf_view(&r->id));
    if (is_failed(r))
        return;
    if (r->has_data) {
        /* Without the line end behind the last of its lines. */
        r->data.ptr[r->data.len - 1] = '\0';
        const hearth_event e = {.data = r->data.ptr,
                                .data_len = r->data.len - 1,
                                .event = r->name.len > 0 ? r->name.ptr : "message",
                                .id = r->last_id.ptr,
                                .retry_ms = r->retry_ms};

        r->emit(r->self, &e);
    }
    hearth__buf_empty(&r->data);
    hearth__buf_empty(&r->name);
    r->has_data = false;
}

static void set_retry(hearth__event_reader *r, hearth_str value)
{
    uint64_t ms;

    if (hearth__str_uint(value, &ms) && ms <= INT32_MAX)
        r->retry_ms = (int)ms;
}

static void take_field(hearth__event_reader *r, hearth_str name, hearth_str value)
{
    if (hearth__str_eq(name, HEARTH__S("data"))) {
        hearth__buf_str(&r->data, value);
        hearth__buf_char(&r->data, '\n');
        r->has_data = true;
    } else if (hearth__str_eq(name, HEARTH__S("event"))) {
        set(&r->name, value);
    } else if (hearth__str_eq(name, HEARTH__S("id"))) {
        if (memchr(value.ptr, '\0', value.len) == NULL)
            set(&r->id, value);
    } else if (hearth__str_eq(name, HEARTH__S("retry"))) {
        set_retry(r, value);
    }
}

static void take_line(hearth__event_reader *r)
{
    hearth_str name = hearth__buf_view(&r->line), value = {"", 0};
    const char *colon = name.len == 0 ? NULL : memchr(name.ptr, ':', name.len);

    if (name.len == 0) {
        dispatch(r);
    } else if (colon == name.ptr) {
        r->comments++;
    } else {
        if (colon != NULL) {
            value = hearth__str(colon + 1, name.len - (size_t)(colon + 1 - name.ptr));
            name.len = (size_t)(colon - name.ptr);
            if (value.len > 0 && value.ptr[0] == ' ')
                value = hearth__str(value.ptr + 1, value.len - 1);
        }
        take_field(r, name, value);
    }
    hearth__buf_empty(&r->line);
}

/* A byte order mark is taken off the first line. */
static void end_line(hearth__event_reader *r)
{
    if (!r->begun &&
        hearth__str_starts(hearth__buf_view(&r->line), HEARTH__S("\xEF\xBB\xBF"))) {
        memmove(r->line.ptr, r->line.ptr + 3, r->line.len - 3 + 1);
        r->line.len -= 3;
    }
    r->begun = true;
    if (!is_failed(r))
        take_line(r);
}

int hearth__event_read(hearth__event_reader *r, hearth_str bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        char ch = bytes.ptr[i];

        if (ch == '\n' && r->cr) {
            r->cr = false;
            continue;
        }
        r->cr = ch == '\r';
        if (ch == '\n' || ch == '\r')
            end_line(r);
        else
            hearth__buf_char(&r->line, ch);
    }
    return is_failed(r) ? HEARTH_ENOMEM : 0;
}
