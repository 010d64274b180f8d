/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A connection has two sides.  The caller's hands tasks over and looks whether they are done;
 * the server's thread works them off in order, with a connection of the built-in driver that
 * nobody else touches, and writes a byte to the socket for each.  What belongs to whom:
 * fields of a task are the server's while it is in the queue, all else is the caller's.
 *
 * A statement is run to its end at once and its rows are kept, as client libraries of
 * network databases do.
 */
#define _DEFAULT_SOURCE

#include "db_async.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct engine {
    void *inner;
    int64_t wait_ms;
    atomic_bool hangs; /* one of its servers does */
} engine;

typedef enum kind {
    CONNECT,
    SCRIPT,
    PREPARE,
    RUN,
    FINALIZE,
    BEGIN,
    COMMIT,
    ROLLBACK,
    LOCK,
    UNLOCK,
    SET_ID,
    ENFORCE,
    KEPT,
} kind;

typedef struct conn conn;
typedef struct stmt stmt;

typedef struct row {
    struct row *next;
    hearth_val v[];
} row;

typedef struct task {
    struct task *next; /* for the server */
    struct task *also; /* in asked */
    kind kind;
    int level;
    int64_t id;
    char *text;
    stmt *st;
    hearth_val *arg; /* a copy in one piece with its bytes */
    size_t nargs;
    bool done, unwanted;
    /* the answer */
    int rc;
    hearth_error err;
    row *rows, **tail;
    int64_t changes, last_id;
    bool begun, lost;
} task;

struct stmt {
    conn *c;
    void *inner;
    char hidden; /* not SQL: 'L'OSE CONNECTION, 'H'ANG */
    task *task;  /* being prepared or run */
    hearth_vals args;
    bool ran, readonly;
    row *rows, *at; /* of the last answer; at: the current one, NULL before the first */
    char **names;
    int width, shape;
};

struct conn {
    engine *e;
    bool writer;
    int ours, theirs; /* a socket pair */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t work;
    task *first, **last; /* for the server */
    bool quit;           /* under the lock */
    /* the caller's */
    task *asked; /* in order; done or not */
    bool begun, broken;
    int64_t changes, last_id;
    /* the server's */
    void *inner;
    bool lost;
};

static const hearth_db_ops *sqlite_ops(void)
{
    return hearth_db_sqlite();
}

/* ---- its own SQL ------------------------------------------------------ */

/* What it calls what; and what it does not know, because it is the other's. */
static const struct {
    const char *ours, *theirs;
} words[] = {
    {"INT8", "INTEGER"},
    {"FLOAT8", "REAL"},
    {"VARCHAR", "TEXT"},
    {"BYTEA", "BLOB"},
    {"SERIAL", "INTEGER PRIMARY KEY"},
    {"STRICTLY", "STRICT"},
    {"ILIKE", "LIKE"},
    {"char_length", "length"},
    {"epoch_now", "unixepoch()"},
    {"utc_today", "date()"},
    {"EXPOUND", "EXPLAIN QUERY PLAN"},
    {"information_schema", "sqlite_schema"},
};

static const char *const foreign[] = {"INTEGER",   "REAL", "BLOB",          "STRICT",
                                      "unixepoch", "date", "sqlite_schema", "PRAGMA"};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool same(const char *s, size_t n, const char *word)
{
    if (strlen(word) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)s[i]) != tolower((unsigned char)word[i]))
            return false;
    return true;
}

static const char *skip_quiet(const char *s)
{
    if (*s == '\'' || *s == '"') {
        const char *end = strchr(s + 1, *s);

        return end == NULL ? s + strlen(s) : end + 1;
    }
    if (s[0] == '-' && s[1] == '-')
        return s + strcspn(s, "\n");
    return s;
}

static size_t put(char *to, const char *s, size_t n)
{
    if (to != NULL)
        memcpy(to, s, n);
    return n;
}

/* The other's SQL into `to` (NULL: only count); 0 and a sentence when it has words that we do
 * not know. */
static size_t translate(const char *s, char *to, hearth_error *err)
{
    size_t n = 0;

    while (*s != '\0') {
        const char *end = skip_quiet(s);
        const char *text = s;
        size_t len;

        if (end == s && is_word(*s)) {
            while (is_word(*end))
                end++;
            len = (size_t)(end - s);
            for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
                if (same(s, len, foreign[i])) {
                    hearth_errorf(err, HEARTH_EDB, "unknown word %.*s", (int)len, s);
                    return 0;
                }
            for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
                if (same(s, len, words[i].ours)) {
                    text = words[i].theirs;
                    len = strlen(text);
                    break;
                }
        } else {
            if (end == s)
                end++;
            len = (size_t)(end - s);
        }
        n += put(to == NULL ? NULL : to + n, text, len);
        s = end;
    }
    n += put(to == NULL ? NULL : to + n, "", 1);
    return n;
}

/* The engine of the test wants "$1" and gets it; NULL with *err. */
static char *to_theirs(const char *sql, int *rc, hearth_error *err)
{
    char *numbered = hearth_db_numbered(sql, "$", NULL), *out = NULL;
    size_t n;

    *rc = HEARTH_EDB;
    if (numbered != NULL && (n = translate(numbered, NULL, err)) == 0) {
        free(numbered);
        return NULL;
    }
    if (numbered != NULL && (out = malloc(n)) != NULL)
        translate(numbered, out, NULL);
    free(numbered);
    if (out == NULL)
        *rc = hearth_errorf(err, HEARTH_ENOMEM, "out of memory");
    return out;
}

/* ---- tasks ------------------------------------------------------------ */

static void free_rows(row *r)
{
    while (r != NULL) {
        row *next = r->next;

        free(r);
        r = next;
    }
}

static void task_free(task *t)
{
    free_rows(t->rows);
    free(t->text);
    free(t->arg);
    free(t);
}

static task *task_new(kind k, hearth_error *err)
{
    task *t = calloc(1, sizeof(*t));

    if (t == NULL) {
        hearth_errorf(err, HEARTH_ENOMEM, "out of memory");
        return NULL;
    }
    t->kind = k;
    t->tail = &t->rows;
    return t;
}

static void hand_over(conn *c, task *t)
{
    pthread_mutex_lock(&c->lock);
    *c->last = t;
    c->last = &t->next;
    pthread_cond_signal(&c->work);
    pthread_mutex_unlock(&c->lock);
}

/* Hand over what nobody comes back for. */
static void tell(conn *c, task *t)
{
    if (t == NULL)
        return;
    t->unwanted = true;
    hand_over(c, t);
}

/* Whatever is in the socket has been heard of. */
static void hear(conn *c)
{
    char bytes[64];

    while (read(c->ours, bytes, sizeof(bytes)) > 0)
        ;
}

static bool is_done(conn *c, task *t)
{
    bool done;

    hear(c);
    pthread_mutex_lock(&c->lock);
    done = t->done;
    pthread_mutex_unlock(&c->lock);
    return done;
}

/* Its owner does not want to know any more. */
static void give_up(conn *c, task *t)
{
    bool done;

    if (t == NULL)
        return;
    pthread_mutex_lock(&c->lock);
    done = t->done;
    t->unwanted = true;
    pthread_mutex_unlock(&c->lock);
    if (done)
        task_free(t);
}

/* What the answer says about the connection. */
static int note(conn *c, const task *t, hearth_error *err)
{
    c->begun = t->begun;
    c->broken = c->broken || t->lost;
    if (t->rc < 0 && err != NULL)
        *err = t->err;
    return t->rc;
}

/* ---- the server ------------------------------------------------------- */

static bool copy_row(task *t, void *st, int width)
{
    const hearth_db_ops *in = sqlite_ops();
    size_t size = sizeof(row) + (size_t)width * sizeof(hearth_val), need = size;
    row *r;
    char *at;

    for (int i = 0; i < width; i++) {
        hearth_val v = in->column(st, i);

        if (v.kind == HEARTH_VAL_TEXT || v.kind == HEARTH_VAL_BLOB)
            need += v.u.s.len + 1;
    }
    r = calloc(1, need);
    if (r == NULL)
        return false;
    at = (char *)r + size;
    for (int i = 0; i < width; i++) {
        r->v[i] = in->column(st, i);
        if (r->v[i].kind != HEARTH_VAL_TEXT && r->v[i].kind != HEARTH_VAL_BLOB)
            continue;
        memcpy(at, r->v[i].u.s.ptr, r->v[i].u.s.len);
        r->v[i].u.s.ptr = at;
        at += r->v[i].u.s.len + 1;
    }
    *t->tail = r;
    t->tail = &r->next;
    return true;
}

static void free_names(stmt *st)
{
    for (int i = 0; st->names != NULL && i < st->width; i++)
        free(st->names[i]);
    free(st->names);
    st->names = NULL;
}

/* The columns, when they are new. */
static int describe(stmt *st, hearth_error *err)
{
    const hearth_db_ops *in = sqlite_ops();
    int shape = in->shape(st->inner);

    if (st->names != NULL && shape == st->shape)
        return 0;
    free_names(st);
    st->shape = shape;
    st->width = in->width(st->inner);
    st->names = calloc((size_t)st->width + 1, sizeof(*st->names));
    for (int i = 0; st->names != NULL && i < st->width; i++)
        if ((st->names[i] = strdup(in->column_name(st->inner, i))) == NULL)
            free_names(st);
    return st->names != NULL ? 0 : hearth_errorf(err, HEARTH_ENOMEM, "out of memory");
}

static int serve_prepare(conn *c, task *t)
{
    const hearth_db_ops *in = sqlite_ops();
    char *sql;
    int rc;

    if (strcmp(t->text, "LOSE CONNECTION") == 0 || strcmp(t->text, "HANG") == 0) {
        t->st->hidden = t->text[0];
        return 0;
    }
    sql = to_theirs(t->text, &rc, &t->err);
    if (sql == NULL)
        return rc;
    rc = in->prepare(c->inner, sql, &t->st->inner, &t->err);
    free(sql);
    if (rc == 0) {
        t->st->readonly = in->readonly(t->st->inner);
        rc = describe(t->st, &t->err);
    }
    return rc;
}

static void hang(conn *c)
{
    pthread_mutex_lock(&c->lock);
    while (!c->quit)
        pthread_cond_wait(&c->work, &c->lock);
    pthread_mutex_unlock(&c->lock);
}

static int gone(conn *c, task *t)
{
    if (!c->lost && c->inner != NULL)
        sqlite_ops()->rollback(c->inner, 0);
    c->lost = t->lost = true;
    return hearth_errorf(&t->err, HEARTH_EUNAVAILABLE,
                         "the server closed the connection");
}

static int serve_run(conn *c, task *t)
{
    const hearth_db_ops *in = sqlite_ops();
    void *st = t->st->inner;
    int rc;

    if (t->st->hidden == 'H')
        hang(c);
    if (t->st->hidden != 0)
        return gone(c, t);
    rc = in->bind(st, (hearth_vals){t->arg, t->nargs}, &t->err);
    while (rc == 0 && (rc = in->step(st, &t->err)) > 0)
        rc = describe(t->st, &t->err) == 0 && copy_row(t, st, in->width(st))
                 ? 0
                 : hearth_errorf(&t->err, HEARTH_ENOMEM, "out of memory");
    if (rc == 0)
        rc = describe(t->st, &t->err);
    t->changes = in->changes(c->inner);
    t->last_id = in->last_id(c->inner);
    in->reset(st);
    return rc;
}

static void serve_finalize(stmt *st)
{
    if (st->inner != NULL)
        sqlite_ops()->finalize(st->inner);
    free_names(st);
    free_rows(st->rows);
    free(st);
}

static int serve_script(conn *c, task *t)
{
    int rc;
    char *sql = to_theirs(t->text, &rc, &t->err);

    if (sql == NULL)
        return rc;
    rc = sqlite_ops()->script(c->inner, sql, &t->err);
    free(sql);
    return rc;
}

static int serve(conn *c, task *t)
{
    const hearth_db_ops *in = sqlite_ops();

    if (t->kind == FINALIZE) {
        serve_finalize(t->st);
        return 0;
    }
    if (c->lost)
        return gone(c, t);
    switch (t->kind) {
    case CONNECT:
        return in->connect(c->e->inner, c->writer, &c->inner, &t->err);
    case SCRIPT:
        return serve_script(c, t);
    case PREPARE:
        return serve_prepare(c, t);
    case RUN:
        return serve_run(c, t);
    case BEGIN:
        return in->begin(c->inner, t->level, &t->err);
    case COMMIT:
        return in->commit(c->inner, t->level, &t->err);
    case ROLLBACK:
        in->rollback(c->inner, t->level);
        return 0;
    case LOCK:
        return in->lock(c->inner, t->text, &t->err);
    case UNLOCK:
        in->unlock(c->inner);
        return 0;
    case SET_ID:
        in->set_last_id(c->inner, t->id);
        return 0;
    case ENFORCE:
        in->enforce(c->inner, t->level != 0);
        return 0;
    case KEPT:
        return in->kept(c->inner, &t->err);
    case FINALIZE:
        break;
    }
    return 0;
}

static task *next_task(conn *c, bool *quit)
{
    task *t;

    pthread_mutex_lock(&c->lock);
    while (c->first == NULL && !c->quit)
        pthread_cond_wait(&c->work, &c->lock);
    *quit = c->quit;
    t = c->first;
    if (t != NULL && (c->first = t->next) == NULL)
        c->last = &c->first;
    pthread_mutex_unlock(&c->lock);
    return t;
}

static void *server(void *arg)
{
    conn *c = arg;
    bool quit, unwanted;
    task *t;

    while ((t = next_task(c, &quit)) != NULL) {
        /* Who quits wants nothing done any more, but all memory back. */
        if (!quit || t->kind == FINALIZE)
            t->rc = serve(c, t);
        t->begun = !c->lost && c->inner != NULL && sqlite_ops()->begun(c->inner);
        pthread_mutex_lock(&c->lock);
        t->done = true;
        unwanted = t->unwanted;
        pthread_mutex_unlock(&c->lock);
        if (unwanted)
            task_free(t);
        while (write(c->theirs, "", 1) < 0 && errno == EINTR)
            ;
    }
    if (c->inner != NULL)
        sqlite_ops()->disconnect(c->inner);
    return NULL;
}

/* ---- connections ------------------------------------------------------ */

static int engine_open(const char *url, void **self, hearth_error *err)
{
    engine *e = calloc(1, sizeof(*e));
    char *rest = strdup(url), *wait;
    int rc;

    if (e == NULL || rest == NULL) {
        free(e);
        free(rest);
        return hearth_errorf(err, HEARTH_ENOMEM, "out of memory");
    }
    if ((wait = strstr(rest, "wait_ms=")) != NULL) {
        e->wait_ms = strtol(wait + 8, NULL, 10);
        wait[-1] = '\0';
    }
    rc = sqlite_ops()->open(rest, &e->inner, err);
    free(rest);
    if (rc != 0) {
        free(e);
        return rc;
    }
    *self = e;
    return 0;
}

static int engine_scratch(void *self, void **other, hearth_error *err)
{
    engine *e = calloc(1, sizeof(*e));
    int rc;

    if (e == NULL)
        return hearth_errorf(err, HEARTH_ENOMEM, "out of memory");
    rc = sqlite_ops()->scratch(((engine *)self)->inner, &e->inner, err);
    if (rc != 0)
        free(e);
    else
        *other = e;
    return rc;
}

static void engine_close(void *self)
{
    engine *e = self;

    sqlite_ops()->close(e->inner);
    free(e);
}

static bool engine_single(void *self)
{
    return sqlite_ops()->single(((engine *)self)->inner);
}

static int64_t engine_busy_ms(void *self)
{
    return sqlite_ops()->busy_ms(((engine *)self)->inner);
}

static int64_t engine_wait_ms(void *self)
{
    engine *e = self;

    /* A slow machine is not a server that hangs. */
    return atomic_load(&e->hangs) ? e->wait_ms : 0;
}

static void conn_free(conn *c)
{
    if (c->ours >= 0) {
        close(c->ours);
        close(c->theirs);
    }
    pthread_cond_destroy(&c->work);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void conn_close(void *arg)
{
    conn *c = arg;

    atomic_store(&c->e->hangs, false);
    pthread_mutex_lock(&c->lock);
    c->quit = true;
    pthread_cond_signal(&c->work);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    while (c->asked != NULL) {
        task *t = c->asked;

        c->asked = t->also;
        task_free(t);
    }
    conn_free(c);
}

static conn *conn_new(engine *e, bool writer)
{
    conn *c = calloc(1, sizeof(*c));
    int pair[2] = {-1, -1};

    if (c == NULL)
        return NULL;
    c->e = e;
    c->writer = writer;
    c->last = &c->first;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->work, NULL);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0)
        fcntl(pair[0], F_SETFL, O_NONBLOCK);
    c->ours = pair[0];
    c->theirs = pair[1];
    if (pair[0] < 0 || pthread_create(&c->thread, NULL, server, c) != 0) {
        conn_free(c);
        return NULL;
    }
    return c;
}

/* Hand over, or look whether it is done that was handed over before. */
static int ask(conn *c, kind k, int level, const char *text, hearth_error *err)
{
    task **at = &c->asked, *t;
    int rc;

    while ((t = *at) != NULL && (t->kind != k || t->level != level))
        at = &t->also;
    if (t == NULL) {
        if ((t = task_new(k, err)) == NULL)
            return HEARTH_ENOMEM;
        t->level = level;
        if (text != NULL && (t->text = strdup(text)) == NULL) {
            task_free(t);
            return hearth_errorf(err, HEARTH_ENOMEM, "out of memory");
        }
        *at = t;
        hand_over(c, t);
        return HEARTH_DB_WAIT;
    }
    if (!is_done(c, t))
        return HEARTH_DB_WAIT;
    *at = t->also;
    rc = note(c, t, err);
    task_free(t);
    return rc;
}

static int conn_open(void *self, bool writer, void **out, hearth_error *err)
{
    conn *c = *out;
    int rc;

    if (c == NULL) {
        c = conn_new(self, writer);
        if (c == NULL)
            return hearth_errorf(err, HEARTH_EUNAVAILABLE, "no connection can be made");
        *out = c;
    }
    rc = ask(c, CONNECT, 0, NULL, err);
    if (rc < 0) {
        conn_close(c);
        *out = NULL;
    }
    return rc;
}

static int conn_script(void *arg, const char *sql, hearth_error *err)
{
    return ask(arg, SCRIPT, 0, sql, err);
}

static int conn_begin(void *arg, int level, hearth_error *err)
{
    return ask(arg, BEGIN, level, NULL, err);
}

static int conn_commit(void *arg, int level, hearth_error *err)
{
    return ask(arg, COMMIT, level, NULL, err);
}

static void conn_rollback(void *arg, int level)
{
    conn *c = arg;
    task *t = task_new(ROLLBACK, NULL);

    if (t == NULL) {
        c->broken = true; /* with the connection it is undone as well */
        return;
    }
    t->level = level;
    tell(c, t);
    if (level == 0)
        c->begun = false;
}

static bool conn_begun(void *arg)
{
    return ((conn *)arg)->begun;
}

static int conn_check(void *arg, hearth_error *err)
{
    (void)err;
    return ((conn *)arg)->broken;
}

static int conn_lock(void *arg, const char *name, hearth_error *err)
{
    return ask(arg, LOCK, 0, name, err);
}

static void conn_unlock(void *arg)
{
    tell(arg, task_new(UNLOCK, NULL));
}

static void conn_enforce(void *arg, bool on)
{
    task *t = task_new(ENFORCE, NULL);

    if (t != NULL)
        t->level = on;
    tell(arg, t);
}

static int conn_kept(void *arg, hearth_error *err)
{
    return ask(arg, KEPT, 0, NULL, err);
}

static int64_t conn_changes(void *arg)
{
    return ((conn *)arg)->changes;
}

static int64_t conn_last_id(void *arg)
{
    return ((conn *)arg)->last_id;
}

static void conn_set_last_id(void *arg, int64_t id)
{
    conn *c = arg;
    task *t = task_new(SET_ID, NULL);

    c->last_id = id;
    if (t != NULL)
        t->id = id;
    tell(c, t);
}

static int conn_fd(void *arg)
{
    return ((conn *)arg)->ours;
}

static int conn_wants(void *arg)
{
    (void)arg;
    return POLLIN;
}

/* ---- statements ------------------------------------------------------- */

static void st_finalize(void *arg)
{
    stmt *st = arg;
    conn *c = st->c;
    task *t = task_new(FINALIZE, NULL);

    give_up(c, st->task);
    st->task = NULL;
    if (t == NULL)
        abort(); /* a test is not worth more */
    t->st = st;
    tell(c, t);
}

static int st_prepare(void *arg, const char *sql, void **out, hearth_error *err)
{
    stmt *st = *out;
    int rc;

    if (st == NULL) {
        task *t = task_new(PREPARE, err);

        st = t == NULL ? NULL : calloc(1, sizeof(*st));
        if (st == NULL || (t->text = strdup(sql)) == NULL) {
            if (t != NULL)
                task_free(t);
            free(st);
            return hearth_errorf(err, HEARTH_ENOMEM, "out of memory");
        }
        st->c = arg;
        st->task = t;
        t->st = st;
        *out = st;
        hand_over(arg, t);
        return HEARTH_DB_WAIT;
    }
    if (!is_done(arg, st->task))
        return HEARTH_DB_WAIT;
    rc = note(arg, st->task, err);
    task_free(st->task);
    st->task = NULL;
    if (rc != 0) {
        st_finalize(st);
        *out = NULL;
    }
    return rc;
}

static bool st_readonly(void *arg)
{
    return ((stmt *)arg)->readonly;
}

static int st_bind(void *arg, hearth_vals args, hearth_error *err)
{
    (void)err; /* the server counts them */
    ((stmt *)arg)->args = args;
    return 0;
}

/* They may be gone before the server comes to it. */
static bool copy_args(task *t, hearth_vals args)
{
    size_t need = args.n * sizeof(hearth_val);
    char *at;

    for (size_t i = 0; i < args.n; i++)
        if (args.v[i].kind == HEARTH_VAL_TEXT || args.v[i].kind == HEARTH_VAL_BLOB)
            need += args.v[i].u.s.len + 1;
    t->nargs = args.n;
    t->arg = calloc(1, need + 1);
    if (t->arg == NULL)
        return false;
    at = (char *)(t->arg + args.n);
    for (size_t i = 0; i < args.n; i++) {
        hearth_val *v = &t->arg[i];

        *v = args.v[i];
        if (v->kind != HEARTH_VAL_TEXT && v->kind != HEARTH_VAL_BLOB)
            continue;
        memcpy(at, v->u.s.ptr, v->u.s.len);
        v->u.s.ptr = at;
        at += v->u.s.len + 1;
    }
    return true;
}

static int st_send(stmt *st, hearth_error *err)
{
    task *t = task_new(RUN, err);

    if (t == NULL)
        return HEARTH_ENOMEM;
    t->st = st;
    if (st->hidden == 'H')
        atomic_store(&st->c->e->hangs, true);
    if (!copy_args(t, st->args)) {
        task_free(t);
        return hearth_errorf(err, HEARTH_ENOMEM, "out of memory");
    }
    st->task = t;
    hand_over(st->c, t);
    return HEARTH_DB_WAIT;
}

static int st_step(void *arg, hearth_error *err)
{
    stmt *st = arg;
    conn *c = st->c;
    int rc;

    if (st->ran) {
        st->at = st->at == NULL ? NULL : st->at->next;
        return st->at != NULL;
    }
    if (st->task == NULL)
        return st_send(st, err);
    if (!is_done(c, st->task))
        return HEARTH_DB_WAIT;
    rc = note(c, st->task, err);
    c->changes = st->task->changes;
    c->last_id = st->task->last_id;
    st->rows = st->at = st->task->rows;
    st->task->rows = NULL;
    task_free(st->task);
    st->task = NULL;
    st->ran = true;
    return rc < 0 ? rc : st->at != NULL;
}

static void st_reset(void *arg)
{
    stmt *st = arg;

    give_up(st->c, st->task);
    free_rows(st->rows);
    st->task = NULL;
    st->rows = st->at = NULL;
    st->ran = false;
    st->args = (hearth_vals){NULL, 0};
}

static int st_width(void *arg)
{
    return ((stmt *)arg)->width;
}

static const char *st_column_name(void *arg, int col)
{
    return ((stmt *)arg)->names[col];
}

static hearth_val st_column(void *arg, int col)
{
    return ((stmt *)arg)->at->v[col];
}

static int st_shape(void *arg)
{
    return ((stmt *)arg)->shape;
}

/* ---- the table -------------------------------------------------------- */

static const hearth_db_dialect dialect = {
    .size = sizeof(hearth_db_dialect),
    .type =
        {
            [HEARTH_DB_I64] = "INT8",
            [HEARTH_DB_F64] = "FLOAT8",
            [HEARTH_DB_FLAG] = "INT8",
            [HEARTH_DB_TEXT] = "VARCHAR",
            [HEARTH_DB_TIME] = "INT8",
            [HEARTH_DB_DATE] = "VARCHAR",
            [HEARTH_DB_UUID] = "VARCHAR",
            [HEARTH_DB_JSON] = "VARCHAR",
            [HEARTH_DB_BLOB] = "BYTEA",
            [HEARTH_DB_ENUM] = "VARCHAR",
        },
    .serial_key = "SERIAL",
    .table_end = " STRICTLY",
    .now = "epoch_now",
    .today = "utc_today",
    .like = "ILIKE",
    .length = "char_length",
    .for_update = "",
    .explain = "EXPOUND ",
    .returning = true,
    .upsert = true,
    .alter_limited = true,
    .max_args = 32766,
    .tables = "SELECT name FROM information_schema WHERE type = 'table' AND name NOT "
              "LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    .columns =
        "SELECT name, CASE type WHEN 'INTEGER' THEN 'int8' WHEN 'REAL' THEN "
        "'float8' WHEN 'TEXT' THEN 'varchar' WHEN 'BLOB' THEN 'bytea' END AS type, "
        "\"notnull\" AS not_null, dflt_value AS fallback, pk AS key FROM "
        "pragma_table_xinfo(?) ORDER BY cid",
    .indexes =
        "SELECT l.name, l.\"unique\" AS is_unique, (SELECT group_concat(name, ', ') "
        "FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) AS columns "
        "FROM pragma_index_list(?) l WHERE l.origin <> 'pk' ORDER BY l.name",
    .references =
        "SELECT \"from\" AS column, \"table\" AS other, \"to\" AS other_column, "
        "lower(on_delete) AS on_delete FROM pragma_foreign_key_list(?) ORDER BY id, seq",
};

const hearth_db_ops *db_async(void)
{
    static const hearth_db_ops ops = {
        .size = sizeof(hearth_db_ops),
        .name = "async",
        .dialect = &dialect,
        .open = engine_open,
        .close = engine_close,
        .single = engine_single,
        .busy_ms = engine_busy_ms,
        .connect = conn_open,
        .disconnect = conn_close,
        .script = conn_script,
        .prepare = st_prepare,
        .finalize = st_finalize,
        .readonly = st_readonly,
        .bind = st_bind,
        .step = st_step,
        .reset = st_reset,
        .width = st_width,
        .column_name = st_column_name,
        .column = st_column,
        .changes = conn_changes,
        .last_id = conn_last_id,
        .begin = conn_begin,
        .commit = conn_commit,
        .rollback = conn_rollback,
        .begun = conn_begun,
        .set_last_id = conn_set_last_id,
        .shape = st_shape,
        .check = conn_check,
        .lock = conn_lock,
        .unlock = conn_unlock,
        .fd = conn_fd,
        .wants = conn_wants,
        .wait_ms = engine_wait_ms,
        .enforce = conn_enforce,
        .kept = conn_kept,
        .scratch = engine_scratch,
    };

    return &ops;
}
