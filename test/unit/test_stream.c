/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/stream.h"

#include "ctx.h"
#include "suite.h"

#include <hearth/log.h>

typedef struct source {
    const char *const *block; /* "" is the end, "!" a failure */
    int calls, closed;
} source;

static ptrdiff_t next(void *arg, char *buf, size_t max)
{
    source *s = arg;
    const char *b = s->block[s->calls++];
    size_t n = strlen(b);

    if (*b == '!')
        return b[1] == '!' ? PTRDIFF_MIN : HEARTH_EBUSY;
    ck_assert_uint_le(n, max);
    memcpy(buf, b, n);
    return (ptrdiff_t)n;
}

static void closes(void *arg)
{
    ((source *)arg)->closed++;
}

static hearth__stream *open_stream(bare *t, source *s, const char *const *block,
                                   uint64_t length)
{
    *s = (source){.block = block};
    ck_assert_int_eq(hearth_stream_with(t->c, 200, "a/b", next, s,
                                        &(hearth_stream_opts){.close = closes,
                                                              .length = length}),
                     0);
    ck_assert_int_eq(t->c->res.status, 200);
    ck_assert_str_eq(bare_field(t, "Content-Type"), "a/b");
    ck_assert_ptr_nonnull(t->c->res.stream);
    return t->c->res.stream;
}

static void check_ready(hearth__stream *s, const char *text)
{
    char piece[64];
    size_t n = hearth__stream_take(s, piece, sizeof piece - 1);

    piece[n] = '\0';
    ck_assert_str_eq(piece, text);
    ck_assert_uint_eq(s->ready.len, 0);
}

START_TEST(pieces_are_made_when_asked_for)
{
    static const char *const block[] = {"one", "two", ""};
    bare *t = bare_get();
    source src;
    hearth__stream *s = open_stream(t, &src, block, 0);

    ck_assert_int_eq(src.calls, 0);
    ck_assert_int_eq(hearth__stream_begin(t->c), 0);
    ck_assert_int_eq(src.calls, 1);
    ck_assert(!s->sized && !s->ended);
    check_ready(s, "one");
    hearth__stream_pull(t->c);
    check_ready(s, "two");
    ck_assert_int_eq(src.closed, 0);
    hearth__stream_pull(t->c);
    ck_assert(s->ended);
    ck_assert_int_eq(src.closed, 1);
    ck_assert_uint_eq(s->sent, 6);
    hearth__stream_close(s);
    bare_close(t);
    ck_assert_int_eq(src.closed, 1);
}
END_TEST

START_TEST(a_piece_may_be_taken_in_parts)
{
    static const char *const block[] = {"seven", ""};
    bare *t = bare_get();
    source src;
    hearth__stream *s = open_stream(t, &src, block, 0);
    char two[2];

    ck_assert_int_eq(hearth__stream_begin(t->c), 0);
    ck_assert_uint_eq(hearth__stream_take(s, two, 2), 2);
    ck_assert_int_eq(memcmp(two, "se", 2), 0);
    ck_assert_uint_eq(hearth__stream_take(s, two, 0), 0);
    check_ready(s, "ven");
    bare_close(t);
    ck_assert_int_eq(src.closed, 1);
}
END_TEST

START_TEST(a_stream_that_is_all_there_becomes_plain)
{
    static const char *const block[] = {"all", "never asked for"};
    bare *t = bare_get();
    source src;

    (void)open_stream(t, &src, block, 3);
    ck_assert_int_eq(hearth__stream_begin(t->c), 0);
    ck_assert_ptr_null(t->c->res.stream);
    ck_assert_uint_eq(t->c->res.body.len, 3);
    ck_assert_int_eq(src.calls, 1);
    ck_assert_int_eq(src.closed, 1);
    bare_close(t);
    ck_assert_int_eq(src.closed, 1);
}
END_TEST

static const struct {
    const char *block[3];
    uint64_t length;
    int pulls, code;
    const char *log;
} failures[] = {
    {{"!"}, 0, 0, HEARTH_EBUSY, "failed at its first block: busy"},
    {{"!!"}, 0, 0, HEARTH_EIO, "failed at its first block: i/o error"},
    {{""}, 3, 0, HEARTH_EIO, "ended before the length"},
    {{"a", "!"}, 0, 1, HEARTH_EBUSY, "is cut after 1 bytes of its source: busy"},
    {{"ab", ""},
     3,
     1,
     HEARTH_EIO,
     "is cut after 2 bytes of its source: its source ended"},
};

START_TEST(failures_are_logged_and_close_the_source)
{
    bare *t = bare_get();
    source src;
    hearth__stream *s = open_stream(t, &src, failures[_i].block, failures[_i].length);
    int rc = hearth__stream_begin(t->c);

    for (int i = 0; i < failures[_i].pulls; i++) {
        ck_assert_int_eq(rc, 0);
        s->ready.len = 0;
        hearth__stream_pull(t->c);
        rc = s->failed;
    }
    ck_assert_int_eq(rc, failures[_i].code);
    ck_assert_int_eq(src.closed, 1);
    ck_assert_msg(strstr(t->log->text, failures[_i].log) != NULL, "%s", t->log->text);
    bare_close(t);
    ck_assert_int_eq(src.closed, 1);
}
END_TEST

/* ---- encoders ------------------------------------------------------------------------- */

static int brackets(void *self, hearth__buf *out, const char *p, size_t n, bool end)
{
    int *calls = self;

    if (++*calls == 9)
        return HEARTH_ENOMEM;
    hearth__buf_char(out, '<');
    hearth__buf_add(out, p, n);
    hearth__buf_text(out, end ? ">." : ">");
    return 0;
}

/* Holds back what is short. */
static int lazy(void *self, hearth__buf *out, const char *p, size_t n, bool end)
{
    (void)self;
    if (n > 1 || end)
        hearth__buf_add(out, p, n);
    return 0;
}

START_TEST(everything_goes_through_the_encoder)
{
    static const char *const block[] = {"one", "two", ""};
    bare *t = bare_get();
    source src;
    int calls = 0;
    hearth__stream *s = open_stream(t, &src, block, 0);

    ck_assert_int_eq(hearth__stream_begin(t->c), 0);
    ck_assert_int_eq(hearth__stream_encode(t->c, (hearth__encoder){brackets, &calls}), 0);
    check_ready(s, "<one>");
    hearth__stream_pull(t->c);
    check_ready(s, "<two>");
    hearth__stream_pull(t->c);
    ck_assert(s->ended);
    check_ready(s, "<>.");
    bare_close(t);
}
END_TEST

START_TEST(a_length_is_not_known_of_what_is_encoded)
{
    static const char *const block[] = {"one", "two", ""};
    bare *t = bare_get();
    source src;
    int calls = 0;
    hearth__stream *s = open_stream(t, &src, block, 6);

    ck_assert_int_eq(hearth__stream_begin(t->c), 0);
    ck_assert(s->sized);
    ck_assert_int_eq(hearth__stream_encode(t->c, (hearth__encoder){brackets, &calls}), 0);
    ck_assert(!s->sized);
    check_ready(s, "<one>");
    hearth__stream_pull(t->c);
    ck_assert(s->ended); /* the length of the source still counts */
    check_ready(s, "<two>.");
    bare_close(t);
}
END_TEST

START_TEST(a_pull_goes_on_until_there_is_something)
{
    static const char *const block[] = {"one", "2", "3", "four", ""};
    bare *t = bare_get();
    source src;
    hearth__stream *s = open_stream(t, &src, block, 0);

    ck_assert_int_eq(hearth__stream_begin(t->c), 0);
    ck_assert_int_eq(hearth__stream_encode(t->c, (hearth__encoder){lazy, NULL}), 0);
    check_ready(s, "one");
    hearth__stream_pull(t->c);
    check_ready(s, "four");
    bare_close(t);
}
END_TEST

START_TEST(an_encoder_may_fail)
{
    static const char *const block[] = {"one", "two", ""};
    bare *t = bare_get();
    source src;
    int calls = 8;
    hearth__stream *s = open_stream(t, &src, block, 0);

    ck_assert_int_eq(hearth__stream_begin(t->c), 0);
    ck_assert_int_eq(hearth__stream_encode(t->c, (hearth__encoder){brackets, &calls}),
                     HEARTH_ENOMEM);
    check_ready(s, "one"); /* as if it had not been tried */
    calls = 0;
    ck_assert_int_eq(hearth__stream_encode(t->c, (hearth__encoder){brackets, &calls}), 0);
    calls = 8;
    s->ready.len = 0;
    hearth__stream_pull(t->c);
    ck_assert_int_eq(s->failed, HEARTH_ENOMEM);
    ck_assert_int_eq(src.closed, 1);
    bare_close(t);
}
END_TEST

/* ---- what is refused --------------------------------------------------------------------- */

START_TEST(a_refused_stream_is_closed)
{
    static const char *const block[] = {"a", ""};
    static const char *many[20];
    bare *t = bare_get();
    source src = {.block = block};
    hearth_stream_opts o = {.close = closes};

    ck_assert_int_eq(hearth_stream_with(t->c, 700, "a/b", next, &src, &o), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_stream_with(t->c, 200, "a\n", next, &src, &o), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_stream_with(t->c, 200, NULL, next, &src, &o), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_stream_with(t->c, 200, "a/b", NULL, &src, &o), HEARTH_EINVAL);
    for (int i = 0; i < HEARTH__MAX_TRAILERS + 1; i++)
        many[i] = "X";
    o.trailers = many;
    ck_assert_int_eq(hearth_stream_with(t->c, 200, "a/b", next, &src, &o), HEARTH_EINVAL);
    many[HEARTH__MAX_TRAILERS] = NULL;
    ck_assert_int_eq(src.closed, 5);
    ck_assert_ptr_null(t->c->res.stream);
    ck_assert_int_eq(hearth_stream_with(t->c, 200, "a/b", next, &src, &o), 0);
    ck_assert_int_eq(src.closed, 5);
    bare_close(t);
    ck_assert_int_eq(src.closed, 6);
}
END_TEST

START_TEST(an_older_program_has_fewer_options)
{
    static const char *const block[] = {"a", ""};
    bare *t = bare_get();
    source src = {.block = block};
    hearth_stream_opts o = {.length = 1, .close = closes};

    ck_assert_int_eq(hearth_stream_with_sized(t->c, 200, "a/b", next, &src, &o,
                                              offsetof(hearth_stream_opts, close)),
                     0);
    ck_assert(t->c->res.stream->sized);
    bare_close(t);
    ck_assert_int_eq(src.closed, 0);
}
END_TEST

#define NFAILURES ((int)(sizeof failures / sizeof *failures))

SUITE("app/stream",
      TEST(pieces_are_made_when_asked_for) TEST(a_piece_may_be_taken_in_parts)
          TEST(a_stream_that_is_all_there_becomes_plain)
              LOOP(failures_are_logged_and_close_the_source, 0, NFAILURES)
                  TEST(everything_goes_through_the_encoder)
                      TEST(a_length_is_not_known_of_what_is_encoded)
                          TEST(a_pull_goes_on_until_there_is_something)
                              TEST(an_encoder_may_fail) TEST(a_refused_stream_is_closed)
                                  TEST(an_older_program_has_fewer_options))
