/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Who uses which connection.
 *
 * Readers belong to threads and are never shared, so finding one takes no lock.  The
 * writer is handed from one request to the next in order of arrival: each waiter sleeps
 * on a condition of its own, and giving back wakes exactly the one whose turn it is.
 * A write that finds the writer free runs at once, on its own thread; one that finds it
 * taken is left to the database's thread, which commits all that wait together (writer.c).
 */

#include "core/clock.h"
#include "core/error.h"
#include "db/call.h"

#include <stdlib.h>
#include <time.h>

#define CHECK_US 10000 /* between two looks whether a reader's files are still there */

hearth__conn *hearth__conn_open(hearth_db *db, bool writer, hearth_error *err)
{
    hearth__conn *c = calloc(1, sizeof(*c));

    if (c == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    c->db = db;
    c->writer = writer;
    c->epoch = atomic_load(&db->epoch);
    if (hearth__call_connect(db, writer, &c->raw, err) != 0) {
        free(c);
        return NULL;
    }
    return c;
}

static void disconnect(hearth__conn *c)
{
    if (c->raw == NULL)
        return;
    hearth__view_end(c);
    hearth__stmt_clear(c);
    c->db->ops->disconnect(c->raw);
    c->raw = NULL;
    c->lost = false;
}

void hearth__conn_close(hearth__conn *c)
{
    if (c == NULL)
        return;
    disconnect(c);
    free(c);
}

/* ---- readers ---------------------------------------------------------- */

/* A thread ends: so does its reader. */
static void reader_end(void *arg)
{
    hearth__conn *c = arg;

    pthread_mutex_lock(&c->db->lock);
    *c->link = c->next;
    if (c->next != NULL)
        c->next->link = c->link;
    pthread_mutex_unlock(&c->db->lock);
    hearth__conn_close(c);
}

static hearth__conn *reader_new(hearth_db *db, hearth_error *err)
{
    hearth__conn *c = hearth__conn_open(db, false, err);

    if (c == NULL)
        return NULL;
    if (pthread_setspecific(db->reader, c) != 0) {
        hearth__conn_close(c);
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    pthread_mutex_lock(&db->lock);
    c->next = db->readers;
    c->link = &db->readers;
    if (c->next != NULL)
        c->next->link = &c->next;
    db->readers = c;
    pthread_mutex_unlock(&db->lock);
    return c;
}

hearth__conn *hearth__pool_reader(hearth_db *db, hearth_error *err)
{
    hearth__conn *c = pthread_getspecific(db->reader);

    return c != NULL ? c : reader_new(db, err);
}

int hearth__pool_check(hearth__conn *c, hearth_error *err)
{
    hearth_db *db = c->db;
    int64_t now;

    if (db->ops->check == NULL && c->raw != NULL && !c->lost)
        return 0;
    now = hearth__clock_us();
    if (c->raw != NULL && c->epoch == atomic_load(&db->epoch)) {
        if (now - c->check_us < CHECK_US && !c->lost)
            return 0;
        c->check_us = now;
        if (hearth__call_check(c, err) == 0)
            return 0;
    }
    disconnect(c);
    /* The writer first: it saves what the old files hold, and makes a new WAL. */
    if (hearth__pool_take(db, err) == NULL)
        return err->code;
    c->epoch = atomic_load(&db->epoch);
    hearth__pool_give(db);
    return hearth__call_connect(db, false, &c->raw, err);
}

/* ---- the writer ------------------------------------------------------- */

struct timespec hearth__pool_time(int64_t us)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(us / 1000000);
    t.tv_nsec += (long)(us % 1000000) * 1000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

int hearth__pool_cond(pthread_cond_t *c)
{
    pthread_condattr_t attr;
    int rc = pthread_condattr_init(&attr);

    if (rc != 0)
        return rc;
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    rc = pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
    return rc;
}

static void forget(hearth_db *db, hearth__waiter *w)
{
    hearth__waiter **at = &db->first;

    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    if (db->last == &w->next)
        db->last = at;
    db->waiting--;
    db->takers -= w->write == NULL;
}

hearth__waiter *hearth__pool_first(hearth_db *db)
{
    hearth__waiter *w = db->first;

    if (w != NULL) {
        forget(db, w);
        w->served = true;
    }
    return w;
}

void hearth__pool_wake(hearth__waiter *w)
{
    hearth__bed *bed = w->bed;

    pthread_mutex_lock(&bed->lock);
    w->done = true;
    pthread_mutex_unlock(&bed->lock);
    /* Not before: he would wake up only to wait for the lock.  By now he may be gone. */
    pthread_cond_signal(&bed->wake);
}

/* Until he is woken; false when the time is up before. */
static bool sleep_until(hearth__waiter *w, const struct timespec *until)
{
    hearth__bed *bed = w->bed;
    bool done;
    int rc = 0;

    pthread_mutex_lock(&bed->lock);
    while (!w->done && rc == 0)
        rc = until == NULL ? pthread_cond_wait(&bed->wake, &bed->lock)
                           : pthread_cond_timedwait(&bed->wake, &bed->lock, until);
    done = w->done;
    pthread_mutex_unlock(&bed->lock);
    return done;
}

static hearth__bed *bed_new(void)
{
    hearth__bed *bed = calloc(1, sizeof(*bed));

    if (bed == NULL || pthread_mutex_init(&bed->lock, NULL) != 0) {
        free(bed);
        return NULL;
    }
    if (hearth__pool_cond(&bed->wake) == 0)
        return bed;
    pthread_mutex_destroy(&bed->lock);
    free(bed);
    return NULL;
}

/* With the lock held, so that one at a time takes; NULL when out of memory. */
static hearth__bed *bed_take(hearth_db *db)
{
    hearth__bed *bed = atomic_load(&db->beds);

    while (bed != NULL && !atomic_compare_exchange_weak(&db->beds, &bed, bed->next))
        ;
    return bed != NULL ? bed : bed_new();
}

/* Those of a group do not meet at the lock for this. */
static void bed_give(hearth_db *db, hearth__bed *bed)
{
    bed->next = atomic_load(&db->beds);
    while (!atomic_compare_exchange_weak(&db->beds, &bed->next, bed))
        ;
}

static void beds_free(hearth_db *db)
{
    hearth__bed *next, *bed = atomic_load(&db->beds);

    for (; bed != NULL; bed = next) {
        next = bed->next;
        pthread_cond_destroy(&bed->wake);
        pthread_mutex_destroy(&bed->lock);
        free(bed);
    }
}

/* Who has waited for too long leaves the line; who is being served stays to the end. */
static bool leave_line(hearth_db *db, hearth__waiter *w)
{
    bool served;

    pthread_mutex_lock(&db->lock);
    served = w->served;
    if (!served)
        forget(db, w);
    pthread_mutex_unlock(&db->lock);
    return served && sleep_until(w, NULL);
}

/* With the lock held, which is released: wait in line; false when the time is up. */
static bool wait_turn(hearth_db *db, hearth__waiter *w)
{
    struct timespec until = hearth__pool_time(db->busy_ms * 1000);
    bool done;

    if (db->waiting >= HEARTH__WAITING || (w->bed = bed_take(db)) == NULL) {
        pthread_mutex_unlock(&db->lock);
        return false;
    }
    *db->last = w;
    db->last = &w->next;
    db->waiting++;
    db->takers += w->write == NULL;
    if (db->turn && (db->waiting >= db->expected || w->write == NULL))
        pthread_cond_signal(&db->call);
    pthread_mutex_unlock(&db->lock);
    done = sleep_until(w, &until) || leave_line(db, w);
    bed_give(db, w->bed);
    return done;
}

static void call_thread(hearth_db *db)
{
    db->lent = true;
    db->turn = true;
    pthread_cond_signal(&db->call);
}

void hearth__pool_next(hearth_db *db)
{
    hearth__waiter *w = db->first;

    if (db->threaded && ((w != NULL && w->write != NULL) || db->backlog >= db->limit)) {
        call_thread(db);
        return;
    }
    db->lent = w != NULL;
    if (w != NULL)
        hearth__pool_wake(hearth__pool_first(db));
}

static int is_busy(hearth_db *db, hearth_error *err)
{
    return hearth__error_set(err, HEARTH_EBUSY,
                             "the database is busy: other requests kept the writer for "
                             "%lld ms; keep transactions short",
                             (long long)db->busy_ms);
}

int hearth__pool_ready(hearth_db *db, hearth_error *err)
{
    hearth__conn *c = db->writer;

    if (c->raw != NULL) {
        int rc = hearth__call_check(c, err);

        if (rc < 0)
            return rc;
        if (rc > 0)
            disconnect(c);
    }
    if (c->raw != NULL)
        return 0;
    int rc = hearth__call_connect(db, true, &c->raw, err);
    if (rc == 0)
        atomic_fetch_add(&db->epoch, 1);
    return rc;
}

/* The writer is ours: see that it can be used. */
static int have_writer(hearth_db *db, hearth_error *err)
{
    int rc = hearth__pool_ready(db, err);

    if (rc == 0)
        return 0;
    pthread_mutex_lock(&db->lock);
    hearth__pool_next(db);
    pthread_mutex_unlock(&db->lock);
    return rc;
}

hearth__conn *hearth__pool_take(hearth_db *db, hearth_error *err)
{
    hearth__waiter w = {.write = NULL};
    bool mine = true;

    pthread_mutex_lock(&db->lock);
    if (db->lent) {
        mine = wait_turn(db, &w);
    } else {
        db->lent = true;
        pthread_mutex_unlock(&db->lock);
    }
    if (!mine) {
        is_busy(db, err);
        return NULL;
    }
    return have_writer(db, err) == 0 ? db->writer : NULL;
}

void hearth__pool_give(hearth_db *db)
{
    hearth__conn *c = db->writer;
    int64_t backlog;

    if (hearth__call_begun(c)) {
        hearth__call_rollback(c, 0);
        /* Nobody may find himself in another's transaction: a connection that cannot
         * leave it is replaced.  An in-memory database would be lost with it. */
        if (hearth__call_begun(c) && !db->single)
            disconnect(c);
    }
    if (c->lost)
        disconnect(c);
    backlog = db->threaded && c->raw != NULL ? db->ops->backlog(c->raw) : 0;
    pthread_mutex_lock(&db->lock);
    db->backlog = backlog;
    db->gives++;
    if (backlog > 0 && !db->napping)
        pthread_cond_signal(&db->call);
    hearth__pool_next(db);
    pthread_mutex_unlock(&db->lock);
}

int hearth__pool_write(hearth_db *db, hearth__write *w)
{
    hearth__waiter wait = {.write = w};
    bool direct, mine = true;

    pthread_mutex_lock(&db->lock);
    direct = !db->lent;
    /* Those of the last group are back in a moment: let them share this commit.  Without
     * such company nobody waits. */
    if (direct && db->threaded && db->busy_ms > 0 &&
        hearth__clock_us() < db->expected_us) {
        direct = false;
        call_thread(db);
    }
    if (direct) {
        db->lent = true;
        pthread_mutex_unlock(&db->lock);
    } else {
        mine = wait_turn(db, &wait);
    }
    if (!mine)
        return is_busy(db, w->err);
    if (!direct && db->threaded)
        return wait.rc;
    if (have_writer(db, w->err) != 0)
        return w->err->code;
    int rc = hearth__writer_alone(db, w);
    hearth__pool_give(db);
    return rc;
}

/* ---- setup ------------------------------------------------------------ */

int hearth__pool_init(hearth_db *db, hearth_error *err)
{
    if (pthread_mutex_init(&db->lock, NULL) != 0)
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    if (pthread_key_create(&db->reader, reader_end) != 0) {
        pthread_mutex_destroy(&db->lock);
        return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                 "too many databases are open in this program");
    }
    if (hearth__pool_cond(&db->call) != 0) {
        pthread_key_delete(db->reader);
        pthread_mutex_destroy(&db->lock);
        return hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
    }
    db->last = &db->first;
    return 0;
}

void hearth__pool_clear(hearth_db *db)
{
    hearth__writer_stop(db);
    pthread_key_delete(db->reader);
    while (db->readers != NULL) {
        hearth__conn *c = db->readers;

        db->readers = c->next;
        hearth__conn_close(c);
    }
    /* Last, so that it finds itself alone and can tidy the file up. */
    hearth__conn_close(db->writer);
    beds_free(db);
    pthread_cond_destroy(&db->call);
    pthread_mutex_destroy(&db->lock);
}
