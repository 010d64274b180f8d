/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_BOOT_CLIENT_H
#define HEARTH_BOOT_CLIENT_H

/*
 * The client for tests, from the inside.
 *
 *   client.c          its life, its log, one call after the other
 *   client_pending.c  calls that are begun and finished, and its clock
 *   client_wire.c     its connection       client_jar.c  its cookies
 */

#include "app/app.h"
#include "boot/client_jar.h"
#include "boot/client_wire.h"

#include <hearth/client.h>
#include <pthread.h>

/* Behind the hearth_answer that callers see. */
typedef struct hearth__client_answer {
    hearth_answer seen;
    hearth__loop_answer got;
    hearth__arena *memory;
} hearth__client_answer;

/* What was logged; written from any thread of the application's. */
typedef struct hearth__client_log {
    pthread_mutex_t lock;
    hearth__buf text;
    const hearth_log_ops *ops; /* of the application's own sink, or NULL */
    void *self;
} hearth__client_log;

struct hearth_client {
    hearth_app *app;
    hearth__log *replaced; /* the log that the application came with */
    hearth__client_log log;
    hearth__buf shown; /* what hearth_client_log() returned last */
    hearth__jar jar;
    hearth__arena memory; /* of one call and its answer */
    hearth__client_answer answer;
    hearth__ctx_cache cache;
    hearth__client_wire wire;
    hearth__loop_bell bell;
    hearth_pending *pending; /* all that were begun and not finished */
    bool over_wire;
    bool began; /* the application, by hand */
};

/* client.c */

/* NULL, or why the call cannot be made.  What it needs is memory of a. */
const char *hearth__client_make(hearth_client *t, hearth__arena *a,
                                const hearth_call *call, hearth__loop_call *to);
/* The server runs, over the wire; NULL, or why not. */
const char *hearth__client_serve(hearth_client *t, hearth__arena *a);
/* Forget the answer of before. */
void hearth__client_forget(hearth_client *t);
/* t->answer.got is there, in t->memory, or why says why not. */
const hearth_answer *hearth__client_show(hearth_client *t, const char *why);
/* What a transport returned, as a sentence; NULL for 0. */
const char *hearth__client_why(const hearth__client_wire *wire, int rc);

/* client_pending.c */

int64_t hearth__client_now(const hearth_client *t);
/* Let everything go on that can; when the next task is due, -1 for none. */
int64_t hearth__client_turn(hearth_client *t);
/* Until the call has an answer. */
void hearth__client_await(hearth_client *t, hearth__loop *l);

#endif
