/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/*
 * Written twice by the same code, first to nowhere: so what is counted is what is written.
 */
#include "app/event.h"

#include <stdio.h>
#include <string.h>

/* ---- rules ----------------------------------------------------------------------- */

static bool is_name(const char *s)
{
    size_t n = 0;

    for (; s != NULL && s[n] != '\0'; n++)
        if ((unsigned char)s[n] < ' ' || s[n] == 0x7f || n == HEARTH__EVENT_NAME)
            return false;
    return true;
}

/* A field value loses its spaces on both sides on the way back. */
static bool is_id(const char *s)
{
    return is_name(s) &&
           (s == NULL || *s == '\0' || (s[0] != ' ' && s[strlen(s) - 1] != ' '));
}

bool hearth__event_sound(const hearth_event *e)
{
    return e->data != NULL && e->retry_ms >= 0 && is_name(e->event) && is_id(e->id);
}

/* ---- form ------------------------------------------------------------------------ */

typedef struct writer {
    char *out; /* or NULL */
    size_t n;
} writer;

static void add(writer *w, const char *p, size_t n)
{
    if (w->out != NULL)
        memcpy(w->out + w->n, p, n);
    w->n += n;
}

static void line(writer *w, const char *name, const char *p, size_t n)
{
    add(w, name, strlen(name));
    add(w, ": ", 2);
    add(w, p, n);
    add(w, "\n", 1);
}

static void lines_of_data(writer *w, const char *p, size_t left)
{
    for (;;) {
        size_t n = 0;

        while (n < left && p[n] != '\n' && p[n] != '\r')
            n++;
        line(w, "data", p, n);
        if (n == left)
            return;
        n += p[n] == '\r' && n + 1 < left && p[n + 1] == '\n' ? 2 : 1;
        p += n;
        left -= n;
    }
}

size_t hearth__event_write(char *out, const hearth_event *e, size_t *id_at)
{
    writer w = {out, 0};

    if (id_at != NULL)
        *id_at = sizeof "id: " - 1;
    line(&w, "id", e->id, strlen(e->id));
    if (e->event != NULL && *e->event != '\0')
        line(&w, "event", e->event, strlen(e->event));
    if (e->retry_ms > 0) {
        char text[16];
        int n = snprintf(text, sizeof text, "%d", e->retry_ms);

        line(&w, "retry", text, (size_t)n);
    }
    lines_of_data(&w, e->data, e->data_len);
    add(&w, "\n", 1);
    return w.n;
}
