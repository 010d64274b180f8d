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
 */

#include "core/error.h"
#include "db/conn.h"

#include <stdlib.h>
#include <time.h>

hearth__conn *hearth__conn_open(hearth_db *db, bool writer, hearth_error *err)
{
    hearth__conn *c = calloc(1, sizeof(*c));

    if (c == NULL) {
        hearth__error_set(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    c->db = db;
    c->writer = writer;
    if (db->ops->connect(db->self, writer, &c->raw, err) != 0) {
        free(c);
        return NULL;
    }
    return c;
}

static void disconnect(hearth__conn *c)
{
    if (c->raw == NULL)
        return;
    hearth__stmt_clear(c);
    c->db->ops->disconnect(c->raw);
    c->raw = NULL;
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

/* ---- the writer ------------------------------------------------------- */

static struct timespec time_after(int64_t ms)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(ms / 1000);
    t.tv_nsec += (long)(ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

static void forget(hearth_db *db, hearth__waiter *w)
{
    hearth__waiter **at = &db->first;

    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    if (db->last == &w->next)
        db->last = at;
}

/* With the lock held: wait in line; false when the time is up. */
static bool wait_turn(hearth_db *db)
{
    struct timespec until = time_after(db->busy_ms);
    hearth__waiter w = {.granted = false};
    pthread_condattr_t attr;
    int rc = 0;

    if (pthread_condattr_init(&attr) != 0)
        return false;
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    rc = pthread_cond_init(&w.wake, &attr);
    pthread_condattr_destroy(&attr);
    if (rc != 0)
        return false;
    *db->last = &w;
    db->last = &w.next;
    while (!w.granted && rc == 0)
        rc = pthread_cond_timedwait(&w.wake, &db->lock, &until);
    if (!w.granted)
        forget(db, &w);
    pthread_cond_destroy(&w.wake);
    return w.granted;
}

static void next_turn(hearth_db *db)
{
    pthread_mutex_lock(&db->lock);
    hearth__waiter *w = db->first;
    if (w == NULL) {
        db->lent = false;
    } else {
        db->first = w->next;
        if (db->first == NULL)
            db->last = &db->first;
        w->granted = true;
        /* Under the lock: w is on the waiter's stack and gone once it may go on. */
        pthread_cond_signal(&w->wake);
    }
    pthread_mutex_unlock(&db->lock);
}

hearth__conn *hearth__pool_take(hearth_db *db, hearth_error *err)
{
    bool mine;

    pthread_mutex_lock(&db->lock);
    mine = !db->lent || wait_turn(db);
    if (mine)
        db->lent = true;
    pthread_mutex_unlock(&db->lock);
    if (!mine) {
        hearth__error_set(err, HEARTH_EBUSY,
                          "the database is busy: other requests kept the writer for %lld "
                          "ms; keep transactions short",
                          (long long)db->busy_ms);
        return NULL;
    }
    if (db->writer->raw == NULL &&
        db->ops->connect(db->self, true, &db->writer->raw, err) != 0) {
        db->writer->raw = NULL;
        next_turn(db);
        return NULL;
    }
    return db->writer;
}

void hearth__pool_give(hearth_db *db)
{
    hearth__conn *c = db->writer;

    if (db->ops->begun(c->raw)) {
        db->ops->rollback(c->raw, 0);
        /* Nobody may find himself in another's transaction: a connection that cannot
         * leave it is replaced.  An in-memory database would be lost with it. */
        if (db->ops->begun(c->raw) && !db->single)
            disconnect(c);
    }
    next_turn(db);
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
    db->last = &db->first;
    return 0;
}

void hearth__pool_clear(hearth_db *db)
{
    pthread_key_delete(db->reader);
    while (db->readers != NULL) {
        hearth__conn *c = db->readers;

        db->readers = c->next;
        hearth__conn_close(c);
    }
    /* Last, so that it finds itself alone and can tidy the file up. */
    hearth__conn_close(db->writer);
    pthread_mutex_destroy(&db->lock);
}
