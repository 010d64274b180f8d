/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Compression without memory: whichever allocation fails, the client gets the same text,
 * compressed or not, or one 503; of a stream that had begun, at worst a part that shows
 * itself as one.
 */

#include "decode.h"
#include "fault.h"
#include "suite.h"

#include <hearth.h>
#include <hearth/client.h>
#include <stdio.h>

#define TEXT 20000

static const char *text(void)
{
    static char all[TEXT + 1];

    for (size_t i = 0; i < TEXT; i++)
        all[i] = (char)('a' + i * i / 7 % 11);
    return all;
}

static int whole(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_header(c, "ETag", "\"x\""));
    return hearth_text(c, 200, text());
}

typedef struct source {
    size_t at;
} source;

static ptrdiff_t next(void *arg, char *buf, size_t max)
{
    source *s = arg;
    size_t n = TEXT - s->at < max / 4 ? TEXT - s->at : max / 4;

    memcpy(buf, text() + s->at, n);
    s->at += n;
    return (ptrdiff_t)n;
}

static int streamed(hearth_ctx *c)
{
    source *s = HEARTH_NEW(c, source);

    return s == NULL ? HEARTH_ENOMEM : hearth_stream(c, 200, "text/plain", next, s);
}

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static hearth_client *make_client(void)
{
    static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};
    static const hearth_route routes[] = {
        HEARTH_GET("/whole", whole),
        HEARTH_GET("/streamed", streamed),
        HEARTH_END,
    };
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.log = {.ops = &quiet}});

    ck_assert_int_eq(hearth_use(app, hearth_compress), 0);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    hearth_client *t = hearth_client_new(app);

    ck_assert_ptr_nonnull(t);
    return t;
}

static const char *const codings[] = {"zstd", "br", "gzip"};
static const char *const targets[] = {"/whole", "/streamed"};

/* How it ended: 0 the text, 1 a 503, 2 no answer. */
static int check(const hearth_answer *r, const char *coding)
{
    const char *got = hearth_answer_header(r, "Content-Encoding");

    if (r->status != 200) {
        ck_assert(r->status == 503 || r->status == 0);
        return r->status == 503 ? 1 : 2;
    }
    if (got == NULL) {
        ck_assert_str_eq(r->body.ptr, text());
        return 0;
    }
    ck_assert_str_eq(got, coding);
    decoded d = decode(coding, r->body.ptr, r->body.len);

    ck_assert(d.whole);
    ck_assert_str_eq(d.text, text());
    free(d.text);
    return 0;
}

START_TEST(the_text_comes_compressed_or_not_or_not_at_all)
{
    const char *coding = codings[_i / 2];
    char field[64];
    const char *const headers[] = {field, NULL};
    long n = 0;
    int ends[3] = {0, 0, 0};

    snprintf(field, sizeof field, "Accept-Encoding: %s", coding);
    for (;; n++) {
        hearth_client *t = make_client();
        const hearth_call call = {.target = targets[_i % 2], .headers = headers};

        fault_at(n);
        const hearth_answer *r = hearth_call_do(t, &call);
        bool hit = fault_hit();

        ends[check(r, coding)]++;
        ck_assert_int_eq(check(hearth_call_do(t, &call), coding), 0); /* well again */
        hearth_client_free(t);
        if (!hit)
            break;
    }
    ck_assert_int_gt(n, 5);
    ck_assert_int_gt(ends[0], 1);
    ck_assert_int_gt(ends[1], 0);
}
END_TEST

SUITE("fault/compress", LOOP(the_text_comes_compressed_or_not_or_not_at_all, 0, 6))
