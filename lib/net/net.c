/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#define _GNU_SOURCE

/*
 * Starting and stopping the set of reactors.  Everything that can fail is done on the
 * starting thread before any reactor runs; the threads wait at a gate until all of them
 * exist.  So a failed start has nothing to stop, and a stop that succeeded frees
 * everything in one place.
 */

#include "net/inner.h"
#include "net/thread.h"

#include "core/clock.h"
#include "core/error.h"
#include "core/str.h"

#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_REACTORS   1024
#define MAX_DRAIN_MS   (INT64_C(1) << 40)
#define HURRY_EVERY_MS 50
#define MIN_GRACE_MS   100  /* for jobs, when the drain is over */
#define MAX_GRACE_MS   1000 /* and at most */
#define CLOSE_GRACE_MS 2000 /* for reactors to close what they have */

/* ---- options --------------------------------------------------------------- */

static int usable_cores(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        return CPU_COUNT(&set);
    long n = sysconf(_SC_NPROCESSORS_ONLN); /* more cores than a cpu_set_t holds */

    return n < 1 ? 1 : n > MAX_REACTORS ? MAX_REACTORS : (int)n;
}

static int check(const hearth__net_opts *o, hearth_error *err)
{
    if (o->reactors < 0 || o->reactors > MAX_REACTORS)
        return hearth__error_set(err, HEARTH_EINVAL, "reactors must be 0 to %d",
                                 MAX_REACTORS);
    if (o->workers < 0 || o->workers > HEARTH__MAX_THREADS)
        return hearth__error_set(err, HEARTH_EINVAL, "workers must be 0 to %d",
                                 HEARTH__MAX_THREADS);
    if (o->max_connections < 0 || o->backlog < 0)
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "max_connections and backlog must not be negative");
    return 0;
}

static hearth__net_opts with_defaults(const hearth__net_opts *given)
{
    hearth__net_opts o = *given;

    o.hosted = o.hosted || o.by_hand;
    if (o.hosted)
        o.reactors = 1;
    if (o.reactors == 0)
        o.reactors = usable_cores();
    if (o.workers == 0)
        o.workers = 32;
    if (o.worker_queue == 0)
        o.worker_queue = 1024;
    if (o.max_connections == 0)
        o.max_connections = 10000;
    if (o.max_per_address == 0)
        o.max_per_address = HEARTH__PER_ADDRESS;
    if (o.backlog == 0)
        o.backlog = 1024;
    if (o.proxy_ms == 0)
        o.proxy_ms = 10000;
    return o;
}

/* ---- begin and end of the set ---------------------------------------------- */

static hearth__net *net_new(const hearth__net_opts *o, hearth_error *err)
{
    hearth__net *n = calloc(1, sizeof(*n) + (size_t)o->reactors * sizeof(n->reactor[0]));

    if (n == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory for %d reactors",
                          o->reactors);
        return NULL;
    }
    n->log = o->log;
    n->ops = o->service;
    n->max_connections = o->max_connections;
    n->max_per_address = o->max_per_address;
    n->proxy_ms = o->proxy_ms;
    n->backlog = o->backlog;
    if (o->proxies != NULL)
        n->proxies = *o->proxies;
    n->reactors = o->reactors;
    n->hosted = o->hosted;
    n->by_hand = o->by_hand;
    n->terminal = isatty(STDERR_FILENO) == 1;
    if (pthread_mutex_init(&n->lock, NULL) == 0) {
        if (hearth__cond_init(&n->changed))
            return n;
        pthread_mutex_destroy(&n->lock);
    }
    free(n);
    hearth__error_set(err, HEARTH_ENOMEM, "no lock to be had for the reactors");
    return NULL;
}

/* What was posted too late for a loop.  Tasks may post to other reactors. */
static void run_leftovers(hearth__net *n)
{
    bool any = true;

    while (any) {
        any = false;
        for (int i = 0; i < n->opened; i++)
            any = hearth__reactor_work(&n->reactor[i]) || any;
    }
}

/* No thread of a reactor runs, no job is out. */
static void net_free(hearth__net *n)
{
    for (int i = 0; i < n->opened; i++)
        hearth__reactor_end(&n->reactor[i]); /* those that never ran */
    run_leftovers(n);
    hearth__pool_free(n->pool);
    hearth__limits_free(n->limits);
    for (int i = 0; i < n->opened; i++)
        hearth__reactor_clear(&n->reactor[i]);
    hearth__listeners_close(&n->listeners);
    pthread_cond_destroy(&n->changed);
    pthread_mutex_destroy(&n->lock);
    free(n);
}

/* ---- threads --------------------------------------------------------------- */

static void *reactor_thread(void *arg)
{
    hearth__reactor *r = arg;
    hearth__net *n = r->net;

    pthread_mutex_lock(&n->lock);
    while (n->gate == HEARTH__GATE_SHUT)
        pthread_cond_wait(&n->changed, &n->lock);
    bool go = n->gate == HEARTH__GATE_OPEN;

    pthread_mutex_unlock(&n->lock);
    if (go)
        hearth__reactor_run(r);
    pthread_mutex_lock(&n->lock);
    n->running--;
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->lock);
    return NULL;
}

static void set_gate(hearth__net *n, enum hearth__gate gate)
{
    pthread_mutex_lock(&n->lock);
    n->gate = gate;
    n->running = n->threads;
    pthread_cond_broadcast(&n->changed);
    pthread_mutex_unlock(&n->lock);
}

static void join_threads(hearth__net *n)
{
    for (int i = 0; i < n->threads; i++)
        pthread_join(n->reactor[i].thread, NULL);
    n->threads = 0;
}

static int start_threads(hearth__net *n, hearth_error *err)
{
    for (int i = 0; i < n->reactors; i++) {
        hearth__reactor *r = &n->reactor[i];

        if (!hearth__thread_start(&r->thread, "hearth-r", i, reactor_thread, r)) {
            set_gate(n, HEARTH__GATE_GIVE_UP);
            join_threads(n);
            return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                     "cannot start thread %d of %d: raise the limit on "
                                     "processes or use fewer reactors",
                                     i + 1, n->reactors);
        }
        n->threads++;
    }
    set_gate(n, HEARTH__GATE_OPEN);
    return 0;
}

/* ---- start ----------------------------------------------------------------- */

static int open_limits(hearth__net *n, hearth_error *err)
{
    n->limits = hearth__limits_new(n->max_per_address);
    if (n->limits != NULL)
        return 0;
    return hearth__error_set(err, HEARTH_ENOMEM,
                             "out of memory, or no randomness, for counting connections");
}

/* "[::1]" and "::1" alike. */
static hearth__place place_of(const hearth__net_opts *o)
{
    hearth_str host =
        hearth__str_of(o->host == NULL || *o->host == '\0' ? "127.0.0.1" : o->host);

    if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = hearth__str(host.ptr + 1, host.len - 2);
    return (hearth__place){.kind = HEARTH__PLACE_TCP, .name = host, .port = o->port};
}

static int open_listeners(hearth__net *n, const hearth__net_opts *o, hearth_error *err)
{
    hearth__place one = place_of(o);
    const hearth__place *places = o->places == NULL ? &one : o->places;
    size_t count = o->by_hand ? 0 : o->places == NULL ? 1 : o->nplaces;

    for (size_t i = 0; i < count; i++)
        HEARTH_TRY(hearth__listen(&n->listeners, &places[i], o->backlog, o->passed, err));
    for (size_t i = 0; i < n->listeners.n && o->allow != NULL; i++)
        HEARTH_TRY(o->allow(o->allow_self, &n->listeners.list[i].at, err));
    return 0;
}

static int open_reactor(hearth__net *n, const hearth__net_opts *o, hearth_error *err)
{
    int i = n->opened++;

    return hearth__reactor_init(&n->reactor[i], n, i, o->service_self, err);
}

hearth__net *hearth__net_start(const hearth__net_opts *given, hearth_error *err)
{
    if (check(given, err) != 0)
        return NULL;
    hearth__net_opts o = with_defaults(given);
    hearth__net *n = net_new(&o, err);

    if (n == NULL)
        return NULL;
    if (!o.by_hand)
        n->pool = hearth__pool_new(o.workers, o.worker_queue, err);
    int rc = n->pool == NULL && !o.by_hand ? HEARTH_ENOMEM : 0;

    if (rc == 0)
        rc = open_limits(n, err);
    if (rc == 0)
        rc = open_listeners(n, &o, err);
    while (rc == 0 && n->opened < n->reactors)
        rc = open_reactor(n, &o, err);
    if (rc == 0 && !n->hosted)
        rc = start_threads(n, err);
    if (rc == 0)
        return n;
    net_free(n);
    return NULL;
}

int hearth__net_port(const hearth__net *n)
{
    int port = 0;

    for (size_t i = 0; i < n->listeners.n && port == 0; i++)
        port = hearth__address_port(&n->listeners.list[i].at);
    return port;
}

const hearth__address *hearth__net_address(const hearth__net *n, size_t i)
{
    return i < n->listeners.n ? &n->listeners.list[i].at : NULL;
}

/* ---- in the loop of a host ---------------------------------------------------- */

#define STEPS 16 /* before the host has its turn */

int hearth__net_fd(const hearth__net *n)
{
    return uv_backend_fd(&n->reactor[0].loop);
}

int64_t hearth__net_timeout(hearth__net *n)
{
    hearth__reactor *r = &n->reactor[0];

    if (r->dirty || r->skimmed)
        return 0;
    uv_update_time(&r->loop); /* it is what the timeout counts from */
    return uv_backend_timeout(&r->loop);
}

/* What an event has changed shows in the next turn, the descriptors to watch included: so
 * it goes on until a turn had none. */
void hearth__net_step(hearth__net *n)
{
    hearth__reactor *r = &n->reactor[0];

    r->stepping = true;
    for (int i = 0; i < STEPS && !r->closed; i++) {
        (void)uv_run(&r->loop, UV_RUN_NOWAIT);
        if (!r->dirty && !r->skimmed)
            break;
    }
    r->stepping = false;
}

void hearth__net_ahead(hearth__net *n, int64_t ahead_ms)
{
    atomic_store(&n->ahead_ms, ahead_ms);
    for (int i = 0; i < n->opened; i++)
        if (!atomic_exchange(&n->reactor[i].moving, true))
            hearth__reactor_post(&n->reactor[i], &n->reactor[i].ahead);
}

bool hearth__net_moved(const hearth__net *n)
{
    for (int i = 0; i < n->opened; i++)
        if (atomic_load(&n->reactor[i].seen_ms) != atomic_load(&n->ahead_ms))
            return false;
    return true;
}

/* In place of a host that waits for the end. */
static bool step_until(hearth__net *n, int64_t until_us, bool (*hurry)(void *arg),
                       void *arg)
{
    struct pollfd p = {.fd = hearth__net_fd(n), .events = POLLIN};

    while (!n->reactor[0].closed && hearth__clock_us() < until_us &&
           (hurry == NULL || !hurry(arg))) {
        int64_t wait = hearth__net_timeout(n);

        (void)poll(&p, 1, wait < 0 || wait > HURRY_EVERY_MS ? HURRY_EVERY_MS : (int)wait);
        hearth__net_step(n);
    }
    return n->reactor[0].closed;
}

bool hearth__net_pulse(hearth__net *n)
{
    for (int i = 0; i < n->opened; i++)
        if (atomic_load(&n->reactor[i].pulsing))
            return false;
    for (int i = 0; i < n->opened; i++) {
        atomic_store(&n->reactor[i].pulsing, true);
        hearth__reactor_post(&n->reactor[i], &n->reactor[i].pulse);
    }
    return true;
}

int hearth__net_connections(const hearth__net *n)
{
    return atomic_load(&n->connections);
}

/* ---- stop ------------------------------------------------------------------ */

/* Until no reactor runs or the time has come or the caller is in a hurry; are all of them
 * done? */
static bool wait_for_reactors(hearth__net *n, int64_t until_us, bool (*hurry)(void *arg),
                              void *arg)
{
    bool on = true;

    if (n->hosted)
        return step_until(n, until_us, hurry, arg);
    pthread_mutex_lock(&n->lock);
    while (on && n->running > 0) {
        int64_t now = hearth__clock_us();
        int64_t slice = now + HURRY_EVERY_MS * 1000;

        (void)hearth__cond_until(&n->changed, &n->lock,
                                 hurry == NULL || slice > until_us ? until_us : slice);
        on = hearth__clock_us() < until_us;
        if (on && hurry != NULL) {
            pthread_mutex_unlock(&n->lock);
            on = !hurry(arg);
            pthread_mutex_lock(&n->lock);
        }
    }
    bool done = n->running == 0;

    pthread_mutex_unlock(&n->lock);
    return done;
}

int hearth__net_stop(hearth__net *n, int64_t drain_ms, bool (*hurry)(void *arg),
                     void *arg)
{
    int64_t drain = drain_ms < 0 ? 0 : drain_ms > MAX_DRAIN_MS ? MAX_DRAIN_MS : drain_ms;
    int64_t grace = drain < MIN_GRACE_MS   ? MIN_GRACE_MS
                    : drain > MAX_GRACE_MS ? MAX_GRACE_MS
                                           : drain;

    hearth__listeners_remove(&n->listeners);
    for (int i = 0; i < n->opened && !n->stop_posted; i++)
        hearth__reactor_post(&n->reactor[i], &n->reactor[i].stop);
    n->stop_posted = true;
    if (!wait_for_reactors(n, hearth__clock_us() + drain * 1000, hurry, arg)) {
        for (int i = 0; i < n->opened && !n->cut_posted; i++)
            hearth__reactor_post(&n->reactor[i], &n->reactor[i].cut);
        n->cut_posted = true;
        if (!wait_for_reactors(n, hearth__clock_us() + CLOSE_GRACE_MS * 1000, NULL, NULL))
            return HEARTH_ETIMEOUT; /* a handler on a reactor's own thread is stuck */
    }
    join_threads(n);
    if (n->pool != NULL && hearth__pool_drain(n->pool, grace) != 0)
        return HEARTH_ETIMEOUT;
    net_free(n);
    return 0;
}
