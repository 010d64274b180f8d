/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A server that is killed in the middle of writes: every row whose answer a client has is
 * there afterwards, whole and right, and the file is sound.
 *
 * A few rounds; HEARTH_KILL_ROUNDS=200 for the full proof, which says how many rows it saw.
 */

#include "suite.h"

#include "db_fixture.h"
#include "wire.h"

#include <hearth.h>
#include <signal.h>
#include <sys/wait.h>

#define CLIENTS 16
#define ROUNDS  6
#define LOW     30 /* answers before the kill, at least; below LOW + SPREAD */
#define SPREAD  100

/* ---- the server ------------------------------------------------------- */

static int insert(hearth_ctx *c)
{
    return hearth_reply_row(c, 201, "INSERT INTO k VALUES (?, ?, 'whole') RETURNING id",
                            hearth_args(hearth_param_int(c, "id"), hearth_body(c)));
}

static int insert_in_halves(hearth_ctx *c)
{
    int64_t id = hearth_param_int(c, "id");

    HEARTH_TRY(hearth_begin(c));
    HEARTH_TRY(hearth_exec(c, "INSERT INTO k VALUES (?, ?, 'half')",
                           hearth_args(id, hearth_body(c))));
    HEARTH_TRY(
        hearth_exec(c, "UPDATE k SET state = 'whole' WHERE id = ?", hearth_args(id)));
    HEARTH_TRY(hearth_commit(c));
    return 204;
}

static _Noreturn void serve(const fixture *f, int say)
{
    static const hearth_route routes[] = {
        HEARTH_POST("/alone/{id:int}", insert, .run = HEARTH_WORKER),
        HEARTH_POST("/inline/{id:int}", insert, .run = HEARTH_INLINE),
        HEARTH_POST("/halves/{id:int}", insert_in_halves, .run = HEARTH_WORKER),
        HEARTH_END,
    };
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    hearth_run_opts o = wire_opts();
    int port;

    o.workers = CLIENTS;
    hearth_mount(app, "", routes);
    hearth_use_db(app, fixture_db(f, ""));
    port = wire_start(app, &o);
    if (write(say, &port, sizeof(port)) != sizeof(port))
        _exit(1);
    for (;;)
        pause();
}

/* ---- a round ---------------------------------------------------------- */

typedef struct proof {
    fixture f;
    unsigned seed;
    int64_t last;         /* id that was asked for */
    int64_t acknowledged; /* rows, of all rounds */
    pid_t pid;
    wire w[CLIENTS];
    int64_t asked[CLIENTS]; /* on that connection, not answered yet; 0: none */
    unsigned char *known;   /* by id: acknowledged? */
    size_t room;
} proof;

/* What row id has to hold: 20 to 4,000 bytes that follow from it. */
static size_t text_of(int64_t id, char text[4001])
{
    size_t n = 20 + (size_t)(id * 7919 % 3981);

    snprintf(text, 4001, "%020lld", (long long)id);
    for (size_t i = 20; i < n; i++)
        text[i] = (char)('a' + (id + (int64_t)i) % 26);
    text[n] = '\0';
    return n;
}

static void start_server(proof *p)
{
    int say[2], port = 0;

    ck_assert_int_eq(pipe(say), 0);
    p->pid = fork();
    ck_assert_int_ge(p->pid, 0);
    if (p->pid == 0)
        serve(&p->f, say[1]);
    close(say[1]);
    ck_assert_int_eq(read(say[0], &port, sizeof(port)), sizeof(port));
    close(say[0]);
    for (int i = 0; i < CLIENTS; i++)
        p->w[i] = wire_open(port);
}

static void ask(proof *p, int client)
{
    static const char *const ways[] = {"alone", "halves", "alone", "inline"};
    char text[4001], head[200];
    int64_t id = ++p->last;
    size_t n = text_of(id, text);

    if ((size_t)id >= p->room) {
        p->room = p->room == 0 ? 4096 : p->room * 2;
        p->known = realloc(p->known, p->room);
        ck_assert_ptr_nonnull(p->known);
    }
    p->known[id] = 0;
    snprintf(head, sizeof(head),
             "POST /%s/%lld HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n",
             ways[wire_random(&p->seed, 4)], (long long)id, n);
    wire_send(&p->w[client], head);
    wire_send(&p->w[client], text);
    p->asked[client] = id;
}

/* False when the server was gone before it answered. */
static bool hear(proof *p, int client, wire_reply *r)
{
    int64_t id = p->asked[client];

    p->asked[client] = 0;
    if (id == 0 || !wire_read(&p->w[client], r))
        return false;
    ck_assert_msg(r->status == 201 || r->status == 204, "%s%s", r->head, r->body);
    p->known[id] = 1;
    p->acknowledged++;
    return true;
}

/* Until there are enough answers; then kill it while the other requests are on their way. */
static void load(proof *p)
{
    int64_t enough = p->acknowledged + LOW + wire_random(&p->seed, SPREAD);
    wire_reply r = {0};
    int status;

    for (int i = 0; i < CLIENTS; i++)
        ask(p, i);
    for (int i = 0; p->acknowledged < enough; i = (i + 1) % CLIENTS) {
        ck_assert(hear(p, i, &r));
        ask(p, i);
    }
    ck_assert_int_eq(kill(p->pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(p->pid, &status, 0), p->pid);
    ck_assert(WIFSIGNALED(status));
    for (int i = 0; i < CLIENTS; i++) {
        (void)hear(p, i, &r);
        wire_close(&p->w[i]);
    }
    wire_reply_clear(&r);
}

/* All rows that are there are right, all acknowledged ones are there. */
static void check_rows(proof *p, int64_t after)
{
    fixture *f = &p->f;
    hearth_rows *rows;
    char text[4001];

    hearth__dbs_init(&f->s, f->db, &f->arena);
    rows = hearth__dbs_select(&f->s, "SELECT id, body, state FROM k WHERE id > ?",
                              hearth_args(after));
    while (hearth_rows_next(rows)) {
        int64_t id = hearth_rows_int(rows, 0);
        hearth_str body = hearth_rows_blob(rows, 1);

        ck_assert(id > after && id <= p->last);
        ck_assert_uint_eq(body.len, text_of(id, text));
        ck_assert_int_eq(memcmp(body.ptr, text, body.len), 0);
        ck_assert_str_eq(hearth_rows_text(rows, 2), "whole");
        p->known[id] |= 2;
    }
    ck_assert_int_eq(hearth_rows_error(rows), 0);
    for (int64_t id = after + 1; id <= p->last; id++)
        ck_assert_msg(p->known[id] != 1, "row %lld is lost", (long long)id);
    ck_assert_str_eq(json_of(&f->s, true, "PRAGMA integrity_check", NONE),
                     "{\"integrity_check\":\"ok\"}");
    hearth__dbs_end(&f->s);
    hearth__arena_reset(&f->arena);
    for (int64_t id = after + 1; id <= p->last; id++)
        p->known[id] &= 1;
}

static int rounds(void)
{
    const char *text = getenv("HEARTH_KILL_ROUNDS");
    int n = text == NULL ? 0 : atoi(text);

    return n > 0 ? n : ROUNDS;
}

START_TEST(what_was_answered_survives_every_kill)
{
    proof p = {.seed = 4711};
    fixture *f = &p.f;

    fixture_open(f, "",
                 "CREATE TABLE k(id INTEGER PRIMARY KEY, body TEXT NOT NULL, state TEXT "
                 "NOT NULL) STRICT");
    hearth_db_close(f->db);
    f->db = NULL;
    for (int i = 0; i < rounds(); i++) {
        int64_t before = p.last;

        start_server(&p);
        load(&p);
        f->db = fixture_db(f, "");
        check_rows(&p, before);
        if (i == rounds() - 1)
            check_rows(&p, 0);
        hearth_db_close(f->db);
        f->db = NULL;
    }
    printf("%d kills, %lld rows asked for, %lld acknowledged, none lost\n", rounds(),
           (long long)p.last, (long long)p.acknowledged);
    free(p.known);
    fixture_close(f);
}
END_TEST

/* clang-format off */
SUITE("wire/kill", TEST(what_was_answered_survives_every_kill))
/* clang-format on */
