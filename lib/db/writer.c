/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The database's own thread: group commit, and tidying up behind the writers.
 *
 * A durable commit costs a sync of the disk, whatever is in it.  So the writes that queue up
 * while one commit is on its way go into the next one together, each in a savepoint of its
 * own, and all are answered when it is durable.  When a commit fails, or a member takes the
 * whole transaction down, everybody is tried again alone, so that only the guilty fail.
 *
 * Checkpoints are made here and nowhere else, with the writer in hand, so that none ever
 * meets a commit.
 */

#include "core/clock.h"
#include "core/error.h"
#include "db/call.h"

#include <signal.h>

#define GROUP_MAX    256   /* members */
#define GROUP_US     20000 /* hearth_db.group_us */
#define COMPANY_US   10000 /* the longest wait for company */
#define TIDY_AT      4194304
#define TIDY_STEP    1048576
#define TIDY_WARN    67108864
#define IDLE_US      1000000
#define IDLE_LATE_US 5000000

typedef struct group {
    hearth__waiter *member[GROUP_MAX];
    size_t n;
    bool begun; /* the transaction is open */
    bool lost;  /* and was taken down by a member */
} group;

static int one_try(hearth_db *db, hearth__write *w, int level)
{
    hearth__conn *c = db->writer;
    int rc = hearth__call_begin(c, level, w->err);

    if (rc != 0)
        return rc;
    rc = w->run(w, c, w->err);
    if (rc == 0)
        rc = hearth__call_commit(c, level, w->err);
    if (rc != 0)
        hearth__call_rollback(c, level);
    return rc;
}

int hearth__writer_alone(hearth_db *db, hearth__write *w)
{
    return one_try(db, w, 0);
}

/* The next write in line, if it is one. */
static hearth__waiter *pop(hearth_db *db)
{
    hearth__waiter *w = NULL;

    pthread_mutex_lock(&db->lock);
    if (db->first != NULL && db->first->write != NULL)
        w = hearth__pool_first(db);
    pthread_mutex_unlock(&db->lock);
    return w;
}

static void answer(const group *g)
{
    for (size_t i = 0; i < g->n; i++)
        hearth__pool_wake(g->member[i]);
}

/* The group's transaction is open from its first member on, who needs no savepoint: there
 * is nothing else to be undone with it. */
static void join(hearth_db *db, group *g, hearth__waiter *w)
{
    hearth__write *write = w->write;

    g->member[g->n++] = w;
    if (g->begun) {
        w->rc = one_try(db, write, 1);
        g->lost = w->rc != 0 && !hearth__call_begun(db->writer);
        if (g->lost)
            w->rc = 0; /* it may have been the group that was too much */
        return;
    }
    w->rc = hearth__call_begin(db->writer, 0, write->err);
    if (w->rc != 0)
        return;
    w->rc = write->run(write, db->writer, write->err);
    g->begun = w->rc == 0;
    if (!g->begun)
        hearth__call_rollback(db->writer, 0);
}

static void again_alone(hearth_db *db, group *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (g->member[i]->rc == 0)
            g->member[i]->rc = hearth__writer_alone(db, g->member[i]->write);
}

static void commit(hearth_db *db, group *g)
{
    hearth_error ignored;
    int rc = 0;

    if (g->lost) {
        again_alone(db, g);
    } else if (g->begun) {
        rc = hearth__call_commit(db->writer, 0, &ignored);
        if (rc != 0) {
            hearth__call_rollback(db->writer, 0);
            again_alone(db, g);
        }
    }
}

/* Those of this group are back in a moment, and with those who came meanwhile they would be
 * one group instead of two that take turns.  Waiting for them is worth a part of what a
 * commit costs; somebody who is alone waits for nobody. */
static void expect(hearth_db *db, size_t members, int64_t cost_us)
{
    size_t meanwhile = db->waiting - db->takers;
    int64_t wait = cost_us / 2;

    db->expected = members + meanwhile;
    db->expected_us = 0;
    if (db->expected > 1)
        db->expected_us = hearth__clock_us() + (wait < COMPANY_US ? wait : COMPANY_US);
}

static void run_group(hearth_db *db)
{
    int64_t began = hearth__clock_us(), ran;
    group g = {.n = 0};
    hearth__waiter *w;

    while (g.n < GROUP_MAX && !g.lost && hearth__clock_us() - began < db->group_us &&
           (w = pop(db)) != NULL)
        join(db, &g, w);
    ran = hearth__clock_us();
    commit(db, &g);
    pthread_mutex_lock(&db->lock);
    db->commits += g.n > 0;
    db->writes += g.n;
    expect(db, g.n, hearth__clock_us() - ran);
    pthread_mutex_unlock(&db->lock);
    answer(&g);
}

/* ---- tidying up ------------------------------------------------------- */

static void tidy(hearth_db *db, bool all)
{
    hearth__log *log;
    int64_t left;

    if (db->writer->raw == NULL || db->writer->lost)
        return;
    db->ops->tidy(db->writer->raw, all);
    left = db->ops->backlog(db->writer->raw);
    pthread_mutex_lock(&db->lock);
    log = db->log;
    pthread_mutex_unlock(&db->lock);
    if (left >= TIDY_WARN && left >= db->limit)
        hearth__log_line(log, HEARTH_LOG_WARN, NULL,
                         "%lld MiB of changes wait in the database's log: a reader has "
                         "not let go of an old view of the data for long; read results "
                         "to their end",
                         (long long)(left / 1048576));
    pthread_mutex_lock(&db->lock);
    db->backlog = left;
    db->limit = left < TIDY_AT ? TIDY_AT : left + TIDY_STEP;
    pthread_mutex_unlock(&db->lock);
}

/* ---- the thread ------------------------------------------------------- */

/* With the lock held: who is expected has a moment to come, unless somebody wants the writer
 * for himself. */
static void gather(hearth_db *db)
{
    int64_t left;
    int rc = 0;

    while (rc == 0 && !db->stopping && db->takers == 0 && db->waiting < db->expected &&
           (left = db->expected_us - hearth__clock_us()) > 0) {
        struct timespec until = hearth__pool_time(left);

        rc = pthread_cond_timedwait(&db->call, &db->lock, &until);
    }
    db->expected_us = 0;
}

/* With the lock held, and the writer. */
static void take_turn(hearth_db *db)
{
    bool connected;

    if (db->first != NULL && db->first->write != NULL)
        gather(db);
    pthread_mutex_unlock(&db->lock);
    hearth_error why = {0};
    connected = hearth__pool_ready(db, &why) == 0;
    if (connected) {
        run_group(db);
        if (db->ops->backlog(db->writer->raw) >= db->limit)
            tidy(db, false);
    } else {
        group g = {.n = 0};

        while (g.n < GROUP_MAX && (g.member[g.n] = pop(db)) != NULL) {
            *g.member[g.n]->write->err = why;
            g.member[g.n++]->rc = why.code;
        }
        answer(&g);
    }
    pthread_mutex_lock(&db->lock);
    db->turn = false;
    pthread_mutex_unlock(&db->lock);
    if (connected)
        hearth__pool_give(db);
    pthread_mutex_lock(&db->lock);
    if (!connected)
        hearth__pool_next(db);
}

/* With the lock held: sleep until called; nothing written for a while means it is time to
 * put the house in order. */
static void rest(hearth_db *db)
{
    uint64_t seen = db->gives;
    struct timespec until;
    int rc = 0;

    if (db->backlog == 0) {
        pthread_cond_wait(&db->call, &db->lock);
        return;
    }
    until = hearth__pool_time(db->limit > TIDY_AT ? IDLE_LATE_US : IDLE_US);
    db->napping = true;
    while (rc == 0 && !db->turn && !db->stopping)
        rc = pthread_cond_timedwait(&db->call, &db->lock, &until);
    db->napping = false;
    if (rc == 0 || db->lent || db->gives != seen)
        return;
    db->lent = true;
    pthread_mutex_unlock(&db->lock);
    tidy(db, true);
    pthread_mutex_lock(&db->lock);
    hearth__pool_next(db);
}

static void *run(void *arg)
{
    hearth_db *db = arg;

    pthread_mutex_lock(&db->lock);
    while (!db->stopping || db->turn) {
        if (db->turn)
            take_turn(db);
        else
            rest(db);
    }
    pthread_mutex_unlock(&db->lock);
    return NULL;
}

int hearth__writer_start(hearth_db *db, hearth_error *err)
{
    sigset_t all, old;
    int rc;

    if (db->single || db->ops->backlog == NULL)
        return 0;
    db->limit = TIDY_AT;
    db->group_us = GROUP_US;
    db->threaded = true;
    /* Signals are the host's. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    rc = pthread_create(&db->thread, NULL, run, db);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    db->threaded = rc == 0;
    return rc == 0 ? 0
                   : hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                       "no thread can be made for the database");
}

void hearth__writer_stop(hearth_db *db)
{
    if (!db->threaded)
        return;
    pthread_mutex_lock(&db->lock);
    db->stopping = true;
    pthread_cond_signal(&db->call);
    pthread_mutex_unlock(&db->lock);
    pthread_join(db->thread, NULL);
    db->threaded = false;
}
