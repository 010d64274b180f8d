/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * A whole server while descriptors or the disk run out, at every point where they can: what
 * cannot be done is 503, what was answered stays true, and as soon as there is room the
 * server answers as before, by itself.
 */

#define _GNU_SOURCE /* unshare */

#include "db_fixture.h"
#include "form.h"
#include "suite.h"
#include "tree.h"
#include "wire.h"

#include <errno.h>
#include <hearth.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define HOST  "Host: x\r\n"
#define LARGE 150000 /* too large for memory */

/* ---- an application that opens things ----------------------------------------------- */

typedef struct world {
    tree files; /* what is served, and where uploads are kept */
    fixture f;  /* the folder of the database */
    const char *keep;
    hearth_app *app;
    int port;
} world;

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello");
}

/* Keeps the file, and drops it again. */
static int form(hearth_ctx *c)
{
    const world *w = hearth_state(c);
    const hearth_upload *u = hearth_upload_named(c, "f");
    char path[TREE_PATH];
    const char *name;

    HEARTH_TRY(hearth_body_form(c));
    if (u == NULL)
        return hearth_fail(c, 422, "no file");
    HEARTH_TRY(hearth_upload_save(c, u, w->keep, NULL, &name));
    snprintf(path, sizeof path, "%s/%s", w->keep, name);
    (void)unlink(path);
    return hearth_textf(c, 200, "%llu", (unsigned long long)u->size);
}

static int spool(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%zu", hearth_body(c).len);
}

static int file(hearth_ctx *c)
{
    const world *w = hearth_state(c);

    return hearth_file(c, w->files.dir, "small.txt", NULL);
}

static int insert(hearth_ctx *c)
{
    return hearth_reply_row(c, 201, "INSERT INTO k(v) VALUES (?) RETURNING id",
                            hearth_args(hearth_body(c)));
}

static int count(hearth_ctx *c)
{
    return hearth_reply_row(c, 200, "SELECT count(*) >= 0 AS n FROM k", HEARTH_NO_ARGS);
}

static const hearth_route routes[] = {
    HEARTH_GET("/", hello, .run = HEARTH_INLINE),
    HEARTH_POST("/form", form, .max_body = 16u << 20),
    HEARTH_POST("/spool", spool, .spool = true, .max_body = 16u << 20),
    HEARTH_GET("/file", file),
    HEARTH_POST("/row", insert),
    HEARTH_GET("/rows", count),
    HEARTH_END,
};

/* The folders, once. */
static void world_make(world *w)
{
    static char big[200000];

    memset(w, 0, sizeof *w);
    w->files = tree_new();
    w->keep = w->files.dir;
    tree_file(&w->files, "small.txt", "small", 1000);
    memset(big, 'b', sizeof big);
    tree_file_n(&w->files, "big.bin", big, sizeof big, 1000);
    fixture_dir(&w->f);
}

/* The table is made by itself, so that a server has not opened anything to write yet. */
static void world_schema(world *w)
{
    hearth_db *db = fixture_db(&w->f, "");

    ck_assert_int_eq(hearth_db_script(db,
                                      "CREATE TABLE IF NOT EXISTS k(id INTEGER PRIMARY "
                                      "KEY, v TEXT) STRICT",
                                      &w->f.err),
                     0);
    hearth_db_close(db);
}

static void world_start(world *w, const char *upload_dir)
{
    hearth_run_opts o = wire_opts();

    o.workers = 4;
    world_schema(w);
    w->f.db = fixture_db(&w->f, "");
    w->app = hearth_app_new(&(hearth_app_opts){.state = w,
                                               .upload_dir = upload_dir,
                                               .log = {.level = HEARTH_LOG_OFF}});
    ck_assert_ptr_nonnull(w->app);
    ck_assert_int_eq(hearth_use_db(w->app, w->f.db), 0);
    ck_assert_int_eq(hearth_static(w->app, "/files", w->files.dir, NULL), 0);
    ck_assert_int_eq(hearth_mount(w->app, "", routes), 0);
    w->port = wire_start(w->app, &o);
}

static void world_stop(world *w)
{
    wire_stop(w->app);
    w->f.db = NULL;
}

static void world_free(world *w)
{
    tree_remove_all(w->f.dir);
    tree_free(&w->files);
}

/* ---- requests ------------------------------------------------------------------------ */

static const struct {
    const char *method, *target;
    size_t n; /* of the body; of a form: of its file */
    int status;
    const char *body; /* NULL: any */
} asked[] = {
    {"POST", "/form", LARGE, 200, "150000"},
    {"POST", "/form", 100, 200, "100"},
    {"POST", "/spool", LARGE, 200, "150000"},
    {"GET", "/files/big.bin", 0, 200, NULL},
    {"GET", "/files/small.txt", 0, 200, "small"},
    {"GET", "/file", 0, 200, "small"},
    {"POST", "/row", 10, 201, NULL},
    {"GET", "/rows", 0, 200, "{\"n\":1}"},
};
#define NASKED ((int)(sizeof asked / sizeof asked[0]))

static int is_form(int i)
{
    return strcmp(asked[i].target, "/form") == 0;
}

/* The answer to the i-th: its status, 0 when there was none. */
static int ask(wire *w, int i, size_t n, wire_reply *r)
{
    size_t len = n;
    char *body = is_form(i) ? form_of_size(n, &len) : calloc(1, n + 1);
    char head[256];

    ck_assert_ptr_nonnull(body);
    if (!is_form(i))
        memset(body, 'a', n);
    snprintf(head, sizeof head,
             "%s %s HTTP/1.1\r\n" HOST "Content-Type: %s\r\nContent-Length: %zu\r\n\r\n",
             asked[i].method, asked[i].target, is_form(i) ? FORM_TYPE : "text/plain",
             len);
    wire_send(w, head);
    wire_send_n(w, body, len);
    free(body);
    return wire_read(w, r) ? r->status : 0;
}

/* Answered in full, and ended: the next request on the connection was answered. */
static void check_served(const world *w, int i)
{
    wire c = wire_open(w->port);
    wire_reply r = {0};

    ck_assert_msg(ask(&c, i, asked[i].n, &r) == asked[i].status, "%s: %s",
                  asked[i].target, r.head);
    if (asked[i].body != NULL)
        ck_assert_str_eq(r.body, asked[i].body);
    ck_assert(wire_ask(&c, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
    wire_reply_clear(&r);
    wire_close(&c);
}

/* ---- descriptors ---------------------------------------------------------------------- */

/* So many more can be opened; back to what it was. */
static struct rlimit leave_descriptors(int n)
{
    struct rlimit before, low;
    int next = dup(0);

    ck_assert_int_ge(next, 0);
    close(next);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    low = before;
    low.rlim_cur = (rlim_t)(next + n);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
    return before;
}

static void restore_descriptors(const struct rlimit *before)
{
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, before), 0);
}

/* Each time one more than the last, up to where all went well; everything is opened anew
 * each time. */
START_TEST(whatever_opens_something_is_503_without_a_descriptor_and_works_again_with_one)
{
    int refused = 0, status;
    world w;

    world_make(&w);
    for (int left = 0;; left++) {
        wire_reply r = {0};
        wire c;

        ck_assert_int_lt(left, 40);
        world_start(&w, w.files.dir);
        c = wire_open(w.port);
        ck_assert(wire_ask(&c, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
        struct rlimit before = leave_descriptors(left);

        status = ask(&c, _i, asked[_i].n, &r);
        restore_descriptors(&before);
        ck_assert_msg(status == 503 || status == asked[_i].status,
                      "%s with %d descriptors: %s%s", asked[_i].target, left, r.head,
                      r.body);
        refused += status == 503;
        check_served(&w, _i);
        wire_reply_clear(&r);
        wire_close(&c);
        world_stop(&w);
        if (status != 503)
            break;
    }
    /* The one connection that writes is there since the start. */
    ck_assert_int_eq(refused > 0, strcmp(asked[_i].target, "/row") != 0);
    world_free(&w);
}
END_TEST

#define COMERS 20

/* The sockets of the clients are there before the limit is. */
START_TEST(connections_without_a_descriptor_are_told_so_and_who_is_connected_is_served)
{
    wire_reply r = {0};
    wire stays, comers[COMERS];
    world w;

    world_make(&w);
    world_start(&w, NULL);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)w.port)};

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    stays = wire_open(w.port);
    ck_assert(wire_ask(&stays, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
    for (int i = 0; i < COMERS; i++)
        comers[i] = (wire){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    struct rlimit before = leave_descriptors(0);

    for (int i = 0; i < COMERS; i++) {
        ck_assert_int_eq(connect(comers[i].fd, (const struct sockaddr *)&to, sizeof to),
                         0);
        wire_send(&comers[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
        ck_assert(wire_ask(&stays, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
        ck_assert_str_eq(r.body, "hello");
    }
    for (int i = 0; i < COMERS; i++) {
        ck_assert_msg(wire_read(&comers[i], &r), "it waits for ever");
        ck_assert_int_eq(r.status, 503);
        ck_assert(r.close);
    }
    restore_descriptors(&before);
    for (int i = 0; i < COMERS; i++) {
        wire_close(&comers[i]);
        comers[i] = wire_open(w.port);
        ck_assert(wire_ask(&comers[i], "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
        ck_assert_int_eq(r.status, 200);
        wire_close(&comers[i]);
    }
    wire_reply_clear(&r);
    wire_close(&stays);
    world_stop(&w);
    world_free(&w);
}
END_TEST

/* ---- the disk ------------------------------------------------------------------------- */

static bool put_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    bool ok = f != NULL && fputs(text, f) >= 0;

    return f != NULL && fclose(f) == 0 && ok;
}

/* As root, or as one in a user namespace of our own. */
static bool may_mount(void)
{
    char map[64];

    snprintf(map, sizeof map, "0 %u 1", (unsigned)geteuid());
    if (unshare(CLONE_NEWNS) == 0)
        return true;
    return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
           put_text("/proc/self/setgroups", "deny") &&
           put_text("/proc/self/uid_map", map);
}

/* A disk of 2 MiB there, which nobody else sees and which goes with this process. */
static bool small_disk(const char *at)
{
    if (may_mount() && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
        mount("tmpfs", at, "tmpfs", 0, "size=2m,mode=0700") == 0)
        return true;
    fprintf(stderr, "no small disk can be mounted here: %s\n", strerror(errno));
    return false;
}

/* Takes all the room there is but for `but` bytes; unlink() gives it back. */
static void fill(const char *dir, size_t but, char path[TREE_PATH])
{
    static char block[4096];
    FILE *f;

    snprintf(path, TREE_PATH, "%s/ballast", dir);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    setbuf(f, NULL);
    while (fwrite(block, 1, sizeof block, f) == sizeof block)
        ;
    ck_assert_int_ge(ftell(f), (long)but);
    ck_assert_int_eq(ftruncate(fileno(f), ftell(f) / 4096 * 4096 - (long)but), 0);
    fclose(f);
}

/* _i: where it is full, for temporary files and what is kept, or for the latter alone. */
START_TEST(uploads_to_a_full_disk_are_503_and_work_again_when_there_is_room)
{
    char ballast[TREE_PATH];
    wire_reply r = {0};
    world w;

    world_make(&w);
    if (!small_disk(w.files.dir)) {
        world_free(&w);
        return;
    }
    world_start(&w, _i == 0 ? w.files.dir : NULL);
    for (int i = 0; i < 3; i++)
        check_served(&w, i);
    for (int round = 0; round < 3; round++) {
        wire c = wire_open(w.port);

        /* More than the disk has: it fails in the middle, and then there is room. */
        ck_assert_int_eq(ask(&c, 0, 8000000, &r), 503);
        wire_close(&c);
        check_served(&w, 0);
        fill(w.files.dir, 0, ballast);
        for (int i = 0; i < 3; i++) {
            c = wire_open(w.port);
            bool fits = i == 2 && _i == 1; /* which is not kept */

            ck_assert_int_eq(ask(&c, i, asked[i].n, &r), fits ? 200 : 503);
            wire_close(&c);
        }
        c = wire_open(w.port);
        ck_assert(wire_ask(&c, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
        ck_assert_int_eq(r.status, 200);
        wire_close(&c);
        ck_assert_int_eq(unlink(ballast), 0);
        for (int i = 0; i < 3; i++)
            check_served(&w, i);
    }
    wire_reply_clear(&r);
    world_stop(&w);
    ck_assert_int_eq(umount(w.files.dir), 0); /* nothing is open there */
    world_free(&w);
}
END_TEST

#define WRITERS 4
#define ROW     6000
#define MOST    2000 /* rows; far more than there is room for */

typedef struct ledger {
    bool acknowledged[MOST];
    int n, refused;
} ledger;

/* WRITERS rows at once; false when one of them was refused. */
static bool write_rows(wire *c, ledger *l)
{
    wire_reply r = {0};
    char head[128], body[ROW + 1];
    bool all = true;

    memset(body, 'a', ROW);
    body[ROW] = '\0';
    snprintf(head, sizeof head,
             "POST /row HTTP/1.1\r\n" HOST "Content-Length: %d\r\n\r\n", ROW);
    for (int i = 0; i < WRITERS; i++) {
        wire_send(&c[i], head);
        wire_send(&c[i], body);
    }
    for (int i = 0; i < WRITERS; i++) {
        ck_assert(wire_read(&c[i], &r));
        ck_assert_msg(r.status == 201 || r.status == 503, "%s%s", r.head, r.body);
        if (r.status == 201) {
            long id = strtol(strchr(r.body, ':') + 1, NULL, 10);

            ck_assert(id > 0 && id < MOST && !l->acknowledged[id]);
            l->acknowledged[id] = true;
            l->n++;
        } else {
            ck_assert_ptr_nonnull(strstr(r.head, "\r\nRetry-After: "));
            l->refused++;
            all = false;
        }
    }
    wire_reply_clear(&r);
    return all;
}

/* Whole, and each that was acknowledged; others only if they were refused. */
static void check_rows(world *w, const ledger *l)
{
    hearth_rows *r;
    int found = 0;

    w->f.db = fixture_db(&w->f, "");
    hearth__dbs_init(&w->f.s, w->f.db, &w->f.arena);
    r = hearth__dbs_select(&w->f.s, "SELECT id FROM k WHERE length(v) = 6000", NONE);
    while (hearth_rows_next(r))
        found += l->acknowledged[hearth_rows_int(r, 0)];
    ck_assert_int_eq(hearth_rows_error(r), 0);
    ck_assert_int_eq(found, l->n);
    ck_assert_str_eq(json_of(&w->f.s, true, "PRAGMA integrity_check", NONE),
                     "{\"integrity_check\":\"ok\"}");
    hearth__dbs_end(&w->f.s);
    hearth_db_close(w->f.db);
    hearth__arena_clear(&w->f.arena);
}

START_TEST(rows_for_a_full_disk_are_503_and_nothing_that_was_acknowledged_is_lost)
{
    static ledger l;
    char ballast[TREE_PATH];
    wire c[WRITERS];
    world w;

    world_make(&w);
    if (!small_disk(w.f.dir)) {
        world_free(&w);
        return;
    }
    world_start(&w, NULL);
    for (int i = 0; i < WRITERS; i++)
        c[i] = wire_open(w.port);
    ck_assert(write_rows(c, &l));
    for (int round = 0; round < 3; round++) {
        fill(w.f.dir, round == 0 ? 600000 : 0, ballast);
        while (write_rows(c, &l))
            ck_assert_int_lt(l.n, MOST - WRITERS);
        for (int i = 0; i < 5; i++) /* and it stays so */
            (void)write_rows(c, &l);
        check_served(&w, NASKED - 1); /* reading goes on */
        ck_assert_int_eq(unlink(ballast), 0);
        ck_assert_msg(write_rows(c, &l), "there is room, and it still refuses");
        ck_assert(write_rows(c, &l));
    }
    ck_assert_int_gt(l.refused, 0);
    for (int i = 0; i < WRITERS; i++)
        wire_close(&c[i]);
    world_stop(&w);
    check_rows(&w, &l);
    ck_assert_int_eq(umount(w.f.dir), 0);
    world_free(&w);
}
END_TEST

/* Standard error is on a disk, too. */
START_TEST(a_log_that_cannot_be_written_costs_its_lines_alone)
{
    hearth_app *app = hearth_app_new(NULL);
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    wire_reply r = {0};
    wire c;

    ck_assert_int_ge(full, 0);
    ck_assert_int_ge(dup2(full, STDERR_FILENO), 0);
    ck_assert_int_eq(hearth_get(app, "/", hello), 0);
    c = wire_open(wire_start(app, NULL));
    for (int i = 0; i < 1000; i++) {
        ck_assert(wire_ask(&c, "GET / HTTP/1.1\r\n" HOST "\r\n", &r));
        ck_assert_str_eq(r.body, "hello");
        ck_assert(wire_ask(&c, "GET /nowhere HTTP/1.1\r\n" HOST "\r\n", &r));
        ck_assert_int_eq(r.status, 404);
    }
    wire_reply_clear(&r);
    wire_close(&c);
    wire_stop(app);
    close(full);
}
END_TEST

/* clang-format off */
SUITE("wire/exhaustion",
      LOOP(whatever_opens_something_is_503_without_a_descriptor_and_works_again_with_one, 0, NASKED)
      TEST(connections_without_a_descriptor_are_told_so_and_who_is_connected_is_served)
      LOOP(uploads_to_a_full_disk_are_503_and_work_again_when_there_is_room, 0, 2)
      TEST(rows_for_a_full_disk_are_503_and_nothing_that_was_acknowledged_is_lost)
      TEST(a_log_that_cannot_be_written_costs_its_lines_alone))
