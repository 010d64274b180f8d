/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * What forms with files cost.
 *
 *     bench_multipart parse      bytes a second through the parser, by kind of data
 *     bench_multipart once KIND  one pass over 16 MiB, for callgrind
 *     bench_multipart serve      a server: POST /stream, /spool, /form; its line in the log
 *                                says where
 */

#include "core/str.h"
#include "http/multipart.h"

#include <hearth.h>
#include <stdio.h>
#include <stdlib.h>

#define PIECE  16384u /* what libmicrohttpd hands over at most, by default */
#define TOTAL  (16u << 20)
#define ROUNDS 64

static const char mark[] = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
static const char head[] =
    "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\n"
    "Content-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n"
    "Content-Type: application/octet-stream\r\n\r\n";

/* ---- data ------------------------------------------------------------------------ */

static void random_bytes(char *p, size_t n)
{
    uint64_t x = 88172645463325252u;

    for (size_t i = 0; i < n; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        p[i] = (char)x;
    }
}

static void short_lines(char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = i % 20 == 18 ? '\r' : i % 20 == 19 ? '\n' : 'x';
}

static void only_cr(char *p, size_t n)
{
    memset(p, '\r', n);
}

/* The longest almost-boundaries, one behind the other: the worst there is. */
static void near_marks(char *p, size_t n)
{
    char unit[64];
    size_t len = (size_t)snprintf(unit, sizeof unit, "\r\n--%s", mark) - 1;

    for (size_t i = 0; i < n; i++)
        p[i] = unit[i % len];
}

static const struct {
    const char *name;
    void (*fill)(char *p, size_t n);
} kinds[] = {{"random", random_bytes},
             {"lines", short_lines},
             {"cr", only_cr},
             {"near", near_marks}};
#define KINDS (sizeof kinds / sizeof *kinds)

/* ---- parsing --------------------------------------------------------------------- */

static int on_begin(void *self, const hearth__form_part *part)
{
    (void)self;
    (void)part;
    return 0;
}

static int on_data(void *self, hearth_str piece)
{
    *(size_t *)self += piece.len;
    return 0;
}

static int on_end(void *self)
{
    (void)self;
    return 0;
}

static const hearth__multipart_ops ops = {on_begin, on_data, on_end};

static bool pass(const char *data)
{
    static hearth__multipart m;
    size_t seen = 0;

    hearth__multipart_init(&m, hearth__str_of(mark), &ops, &seen);
    if (hearth__multipart_feed(&m, head, sizeof head - 1) != 0)
        return false;
    for (size_t at = 0; at < TOTAL; at += PIECE)
        if (hearth__multipart_feed(&m, data + at, PIECE) != 0)
            return false;
    return seen + 64 >= TOTAL; /* the end may look like the beginning of a mark */
}

static int parse(void)
{
    char *data = malloc(TOTAL);

    for (size_t k = 0; data != NULL && k < KINDS; k++) {
        kinds[k].fill(data, TOTAL);
        int64_t began = hearth_now_us();

        for (int i = 0; i < ROUNDS; i++)
            if (!pass(data))
                return 1;
        double s = (double)(hearth_now_us() - began) / 1e6;

        printf("multipart %-7s %6.2f GB/s\n", kinds[k].name,
               (double)TOTAL * ROUNDS / s / 1e9);
    }
    free(data);
    return data == NULL;
}

static int once(const char *kind)
{
    char *data = malloc(TOTAL);
    int rc = 1;

    for (size_t k = 0; data != NULL && k < KINDS; k++)
        if (strcmp(kinds[k].name, kind) == 0) {
            kinds[k].fill(data, TOTAL);
            rc = pass(data) ? 0 : 1;
        }
    free(data);
    return rc;
}

/* ---- serving --------------------------------------------------------------------- */

static int count(void *self, hearth_ctx *c, const void *p, size_t n)
{
    (void)c;
    (void)p;
    *(uint64_t *)self += n;
    return 0;
}

static int begin(void *self, hearth_ctx *c, const hearth_part *part)
{
    (void)self;
    (void)c;
    (void)part;
    return 0;
}

static const hearth_body_ops counter = {.name = "counter",
                                        .size = sizeof(uint64_t),
                                        .part = begin,
                                        .data = count};

static int counted(hearth_ctx *c)
{
    uint64_t *n = hearth_body_state(c);

    return hearth_textf(c, 200, "%llu\n", (unsigned long long)*n);
}

static int sized(hearth_ctx *c)
{
    return hearth_textf(c, 200, "%llu\n", (unsigned long long)hearth_body_size(c));
}

static int file(hearth_ctx *c)
{
    const hearth_upload *u = hearth_upload_at(c, 0);

    return hearth_textf(c, 200, "%llu\n", u == NULL ? 0 : (unsigned long long)u->size);
}

#define LARGE ((size_t)4 << 30)

static const hearth_route routes[] = {
    HEARTH_POST("/stream", counted, .body = &counter, .max_body = LARGE),
    HEARTH_POST("/spool", sized, .spool = true, .max_body = LARGE),
    HEARTH_POST("/form", file, .max_body = LARGE, .max_file = LARGE),
    HEARTH_END,
};

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "parse") == 0)
        return parse();
    if (argc > 2 && strcmp(argv[1], "once") == 0)
        return once(argv[2]);
    if (argc > 1 && strcmp(argv[1], "serve") == 0)
        return hearth_main(1, (char *[]){argv[0], NULL}, routes);
    fputs("usage: bench_multipart parse | once KIND | serve\n", stderr);
    return 2;
}
