/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Bodies while memory runs out: every allocation of a request fails once in turn.  The
 * answer is then 503 or none, nothing is kept, no descriptor is lost, and the next
 * request is served.
 */

#include "fault.h"
#include "form.h"
#include "suite.h"
#include "wire.h"

#include <dirent.h>
#include <hearth.h>
#include <hearth/client.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LARGE 150000

static char dir[] = "/tmp/hearth-fault-XXXXXX";

static int entries(const char *path)
{
    DIR *d = opendir(path);
    int n = 0;

    ck_assert_ptr_nonnull(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n;
}

static int form(hearth_ctx *c)
{
    const hearth_upload *u = hearth_upload_named(c, "f");
    const char *name;
    hearth_str all;
    char path[128];

    HEARTH_TRY(hearth_body_form(c));
    if (u == NULL)
        return hearth_text(c, 200, hearth_form(c, "a", "-"));
    HEARTH_TRY(hearth_upload_bytes(c, u, &all));
    HEARTH_TRY(hearth_upload_save(c, u, dir, NULL, &name));
    snprintf(path, sizeof path, "%s/%s", dir, name);
    (void)unlink(path);
    return hearth_textf(c, 200, "%zu", all.len);
}

static int sizes(hearth_ctx *c)
{
    hearth_str line;
    size_t total = 0;

    do {
        HEARTH_TRY(hearth_body_line(c, &line));
        total += line.len;
    } while (line.len > 0);
    return hearth_textf(c, 200, "%zu,%zu", total, hearth_body(c).len);
}

static void nothing(void *arg)
{
    (void)arg;
}

static int on_begin(void *self, hearth_ctx *c)
{
    (void)self;
    return hearth_defer(c, nothing, NULL);
}

static int on_data(void *self, hearth_ctx *c, const void *p, size_t n)
{
    size_t *total = self;

    (void)p;
    *total += n;
    return hearth_alloc(c, 4000) == NULL ? HEARTH_ENOMEM : 0;
}

static int taken(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%zu", *(size_t *)hearth_body_state(c));
}

static const hearth_body_ops ops = {.name = "test",
                                    .size = sizeof(size_t),
                                    .begin = on_begin,
                                    .data = on_data};

static const hearth_route routes[] = {
    HEARTH_POST("/form", form),
    HEARTH_POST("/spool", sizes, .spool = true),
    HEARTH_POST("/stream", taken, .body = &ops),
    HEARTH_END,
};

static const struct {
    const char *target, *type;
    size_t
        file; /* 0: the body, else a form with a file of this size, or that many bytes */
    const char *body, *want;
} kinds[] = {
    {"/form", FORM_TYPE, 0, FORM_TEXT("b", "1") FORM_TEXT("a", "2") FORM_END, "2"},
    {"/form", FORM_TYPE, 0, FORM_FILE("f", "x", "a/b", "123") FORM_END, "3"},
    {"/form", FORM_TYPE, LARGE, NULL, "150000"},
    {"/spool", "text/plain", LARGE, NULL, "150074,150074"},
    {"/spool", "text/plain", 0, "a\nb\n", "4,4"},
    {"/stream", "text/plain", LARGE, NULL, "150074"},
};
#define KINDS (int)(sizeof kinds / sizeof *kinds)

static char *body_of(int i, size_t *len)
{
    char *body;

    if (kinds[i].file > 0)
        return form_of_size(kinds[i].file, len);
    *len = strlen(kinds[i].body);
    body = malloc(*len + 1);
    if (body != NULL)
        memcpy(body, kinds[i].body, *len + 1);
    return body;
}

static hearth_app *make_app(void)
{
    hearth_app *app = hearth_app_new(
        &(hearth_app_opts){.upload_dir = dir, .log = {.level = HEARTH_LOG_OFF}});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    return app;
}

static void check_body(const char *body, int i)
{
    ck_assert_str_eq(body, kinds[i].want);
}

START_TEST(a_body_without_memory_is_503_and_leaves_nothing)
{
    size_t len;
    char *body = body_of(_i, &len);
    int refused = 0, before;
    bool hit = true;

    ck_assert_ptr_nonnull(body);
    ck_assert_ptr_nonnull(mkdtemp(dir));
    hearth_client *t = hearth_client_new(make_app());

    ck_assert_ptr_nonnull(t);
    before = entries("/proc/self/fd");
    for (long n = 0; hit; n++) {
        fault_at(n);
        const hearth_answer *r =
            hearth_call_do(t, &(hearth_call){.method = "POST",
                                             .target = kinds[_i].target,
                                             .type = kinds[_i].type,
                                             .body = body,
                                             .body_len = len});

        hit = fault_hit();
        ck_assert_int_eq(entries(dir), 2); /* "." and ".." */
        if (r->status == 200) {
            check_body(r->body.ptr, _i);
            continue;
        }
        ck_assert(hit);
        ck_assert_int_eq(r->status, r->status == 0 ? 0 : 503);
        refused++;
    }
    ck_assert_int_ge(refused, 3);
    ck_assert_int_eq(entries("/proc/self/fd"), before);
    hearth_client_free(t);
    free(body);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* Send all and wait until something comes, be it the end.  Nothing here allocates, as the
 * assertions do: the failure is the server's. */
static void send_and_wait(int fd, const char *head, const char *body, size_t len)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    if (send(fd, head, strlen(head), MSG_NOSIGNAL) > 0)
        (void)!send(fd, body, len, MSG_NOSIGNAL);
    (void)poll(&p, 1, 30000);
}

/* The same to a server: its reactor and its workers allocate as they please, so a failure
 * may hit anything; it must go on. */
START_TEST(a_server_without_memory_goes_on_afterwards)
{
    hearth_app *app;
    size_t len;
    char *body = body_of(_i, &len), head[256];
    wire_reply r = {0};
    int port;

    ck_assert_ptr_nonnull(body);
    ck_assert_ptr_nonnull(mkdtemp(dir));
    app = make_app();
    port = wire_start(app, NULL);
    snprintf(head, sizeof head,
             "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n"
             "Content-Length: %zu\r\n\r\n",
             kinds[_i].target, kinds[_i].type, len);
    for (long n = 0; n < 40; n++) {
        wire w = wire_open(port);

        fault_at(n);
        send_and_wait(w.fd, head, body, len);
        fault_off();
        wire_close(&w);
        w = wire_open(port);
        wire_send(&w, head);
        wire_send_n(&w, body, len);
        ck_assert(wire_read(&w, &r));
        ck_assert_int_eq(r.status, 200);
        check_body(r.body, _i);
        wire_close(&w);
    }
    wire_reply_clear(&r);
    wire_stop(app);
    free(body);
    ck_assert_int_eq(entries(dir), 2);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

SUITE("fault/bodies", LOOP(a_body_without_memory_is_503_and_leaves_nothing, 0, KINDS)
                          LOOP(a_server_without_memory_goes_on_afterwards, 0, KINDS))
