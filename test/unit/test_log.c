/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The log: the form of its lines, what a client cannot do to them, where they end. */
#include "suite.h"

#include "core/log.h"
#include "core/str.h"
#include "core/utf8.h"

#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* ---- a sink that keeps everything ---- */

typedef struct memory {
    hearth__buf text;
    hearth_log_level level; /* of the last write */
    int writes, closed;
    atomic_int inside;
} memory;

static void memory_write(void *self, hearth_log_level level, hearth_str lines)
{
    memory *m = self;

    ck_assert_int_eq(atomic_fetch_add(&m->inside, 1), 0); /* one at a time */
    ck_assert_uint_gt(lines.len, 0);
    ck_assert_int_eq(lines.ptr[lines.len - 1], '\n');
    hearth__buf_str(&m->text, lines);
    m->level = level;
    m->writes++;
    errno = EDOM; /* must not reach who logs */
    atomic_fetch_sub(&m->inside, 1);
}

static void memory_close(void *self)
{
    ((memory *)self)->closed++;
}

static const hearth_log_ops memory_ops = {.name = "memory",
                                          .write = memory_write,
                                          .close = memory_close};

static hearth__log *log_into(memory *m, hearth_log_level level, bool json)
{
    hearth__log *l;

    memset(m, 0, sizeof *m);
    hearth__buf_init(&m->text, NULL, 0);
    l = hearth__log_new(
        &(hearth_log_opts){.level = level, .json = json, .ops = &memory_ops, .self = m});
    ck_assert_ptr_nonnull(l);
    return l;
}

static void done(hearth__log *l, memory *m)
{
    hearth__log_free(l);
    ck_assert_int_eq(m->closed, 1);
    hearth__buf_clear(&m->text);
}

/* What follows the time of the only line, without its end. */
static const char *line_of(memory *m)
{
    ck_assert_uint_gt(m->text.len, 25);
    ck_assert_ptr_eq(strchr(m->text.ptr, '\n'), m->text.ptr + m->text.len - 1);
    m->text.ptr[m->text.len - 1] = '\0';
    ck_assert_int_eq(m->text.ptr[4], '-');
    ck_assert_int_eq(m->text.ptr[10], 'T');
    ck_assert_int_eq(m->text.ptr[23], 'Z');
    return m->text.ptr + 24;
}

static void is_clean(hearth_str lines)
{
    ck_assert(hearth__utf8_valid(lines));
    for (size_t i = 0; i < lines.len; i++) {
        unsigned char c = (unsigned char)lines.ptr[i];

        if ((c < 0x20 && c != '\n') || c == 0x7f)
            ck_abort_msg("a raw 0x%02x", c);
        if (c == 0xc2 && (unsigned char)lines.ptr[i + 1] < 0xa0)
            ck_abort_msg("a raw C1 control");
    }
}

static json_t *object(const char *text, size_t len)
{
    json_error_t error;
    json_t *o = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);

    if (o == NULL)
        ck_abort_msg("%s: %s", error.text, text);
    return o;
}

/* ---- text ---- */

START_TEST(a_text_line_has_time_level_message_and_fields)
{
    static const struct {
        hearth_log_level level;
        const char *want;
    } levels[] = {
        {HEARTH_LOG_DEFAULT, " INFO  todo 7 is done  n=-5 who=ann say=\"two words\""},
        {HEARTH_LOG_DEBUG, " DEBUG todo 7 is done  n=-5 who=ann say=\"two words\""},
        {HEARTH_LOG_INFO, " INFO  todo 7 is done  n=-5 who=ann say=\"two words\""},
        {HEARTH_LOG_WARN, " WARN  todo 7 is done  n=-5 who=ann say=\"two words\""},
        {HEARTH_LOG_ERROR, " ERROR todo 7 is done  n=-5 who=ann say=\"two words\""},
    };
    const hearth__log_field fields[] = {
        {.name = "n", .number = -5},
        {.name = "who", .text = HEARTH__S("ann")},
        {.name = "say", .text = HEARTH__S("two words")},
        {.name = NULL},
    };
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEBUG, false);

    hearth__log_line(l, levels[_i].level, fields, "todo %d is %s", 7, "done");
    ck_assert_str_eq(line_of(&m), levels[_i].want);
    ck_assert_int_eq(m.level, _i == 0 ? HEARTH_LOG_INFO : levels[_i].level);
    done(l, &m);
}
END_TEST

static const struct {
    const char *value, *want;
} values[] = {
    {"", "\"\""},
    {"plain", "plain"},
    {"a b", "\"a b\""},
    {"say \"hi\"", "\"say \\\"hi\\\"\""},
    {"\"", "\"\\\"\""},
    {"a=b", "\"a=b\""},
    {"a\\b", "a\\\\b"},
    {"a\\ b", "\"a\\\\ b\""},
    {"a\nb=c d", "\"a\\x0ab=c d\""},
    {"tab\there", "tab\\x09here"},
    {"\xc3\xa4", "\xc3\xa4"},
    {"\xff", "\\xff"},
};

START_TEST(a_value_is_quoted_where_a_reader_would_split_it)
{
    const hearth__log_field fields[] = {{.name = "k",
                                         .text = hearth__str_of(values[_i].value)},
                                        {.name = NULL}};
    char want[100];
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, false);

    snprintf(want, sizeof want, " INFO  m  k=%s", values[_i].want);
    hearth__log_line(l, HEARTH_LOG_INFO, fields, "m");
    ck_assert_str_eq(line_of(&m), want);
    done(l, &m);
}
END_TEST

START_TEST(levels_below_the_least_are_not_logged)
{
    static const struct {
        hearth_log_level least;
        int lines;
    } cases[] = {
        {HEARTH_LOG_DEFAULT, 3}, {HEARTH_LOG_DEBUG, 4}, {HEARTH_LOG_INFO, 3},
        {HEARTH_LOG_WARN, 2},    {HEARTH_LOG_ERROR, 1}, {HEARTH_LOG_OFF, 0},
    };
    memory m;
    hearth__log *l = log_into(&m, cases[_i].least, false);
    hearth__buf b;

    for (int level = HEARTH_LOG_DEBUG; level <= HEARTH_LOG_OFF; level++) {
        int before = m.writes;

        hearth__log_line(l, (hearth_log_level)level, NULL, "x");
        ck_assert_int_eq(m.writes - before,
                         hearth__log_wants(l, (hearth_log_level)level));
    }
    ck_assert_int_eq(m.writes, cases[_i].lines);
    hearth__buf_init(&b, NULL, 0);
    hearth__log_access(l, &b,
                       &(hearth__log_request){.method = HEARTH__S("GET"),
                                              .target = HEARTH__S("/"),
                                              .peer = HEARTH__S("::1"),
                                              .id = HEARTH__S("")});
    ck_assert_int_eq(b.len != 0, hearth__log_wants(l, HEARTH_LOG_INFO));
    hearth__buf_clear(&b);
    done(l, &m);
}
END_TEST

START_TEST(no_log_logs_nothing)
{
    hearth__buf b;

    ck_assert(!hearth__log_wants(NULL, HEARTH_LOG_ERROR));
    hearth__log_line(NULL, HEARTH_LOG_ERROR, NULL, "x");
    hearth__buf_init(&b, NULL, 0);
    hearth__log_access(NULL, &b, &(hearth__log_request){.status = 200});
    ck_assert_uint_eq(b.len, 0);
    hearth__buf_text(&b, "line\n");
    hearth__log_flush(NULL, &b);
    ck_assert_uint_eq(b.len, 0);
    hearth__buf_clear(&b);
    hearth__log_free(NULL);
}
END_TEST

START_TEST(a_table_without_its_slots_is_refused)
{
    static const hearth_log_ops no_write = {.name = "x"},
                                no_name = {.write = memory_write};
    static const hearth_log_ops no_close = {.name = "x", .write = memory_write};
    hearth__log *l;

    ck_assert_ptr_null(hearth__log_new(&(hearth_log_opts){.ops = &no_write}));
    ck_assert_ptr_null(hearth__log_new(&(hearth_log_opts){.ops = &no_name}));
    l = hearth__log_new(&(hearth_log_opts){.ops = &no_close});
    ck_assert_ptr_nonnull(l);
    hearth__log_free(l);
}
END_TEST

START_TEST(logging_keeps_errno)
{
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, false);

    errno = EAGAIN;
    hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "%s", strerror(EAGAIN));
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_eq(m.writes, 1);
    done(l, &m);
}
END_TEST

/* ---- hostile bytes ---- */

static const char *const hostile[] = {
    "\xff\xfe",
    "\xc0\xaf",
    "\xed\xa0\x80",
    "\xf4\x90\x80\x80",
    "\xe2\x82",
    "\xc2\x9b[31m",
    "\xe2\x80\xaegpj.exe",
    "\xe2\x80\xa8second line",
    "\x1b]0;title\x07",
    "a\r\n2026-01-01T00:00:00.000Z ERROR forged",
    "\",\"admin\":true,\"x\":\"",
    "\\\"",
    "\\",
};

#define HOSTILE (int)(sizeof hostile / sizeof *hostile)

static hearth_str hostile_text(int i, char byte[3])
{
    if (i < HOSTILE)
        return hearth__str_of(hostile[i]);
    byte[0] = 'a';
    byte[1] = (char)(i - HOSTILE);
    byte[2] = 'b';
    return hearth__str(byte, 3);
}

/* All bytes and the texts above, in each place a client can write to, in both forms. */
START_TEST(no_client_can_write_a_control_byte_or_a_second_line)
{
    char byte[3];
    hearth_str bad = hostile_text(_i, byte);

    for (int json = 0; json < 2; json++) {
        const hearth__log_field fields[] = {{.name = "f", .text = bad}, {.name = NULL}};
        hearth__log_request r = {.method = bad, .target = bad, .peer = bad, .id = bad};
        memory m;
        hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, json != 0);
        hearth__buf b;
        size_t lines = 0;

        hearth__buf_init(&b, NULL, 0);
        hearth__log_line(l, HEARTH_LOG_WARN, fields, "%.*s", (int)bad.len, bad.ptr);
        hearth__log_access(l, &b, &r);
        hearth__log_flush(l, &b);
        hearth__buf_clear(&b);
        is_clean(hearth__buf_view(&m.text));
        for (const char *p = m.text.ptr, *end; *p != '\0'; p = end + 1, lines++) {
            end = strchr(p, '\n');
            ck_assert_ptr_nonnull(end);
            if (json != 0) {
                json_t *o = object(p, (size_t)(end - p));

                ck_assert_uint_eq(json_object_size(o), lines == 0 ? 4 : 10);
                if (hearth__utf8_valid(bad)) {
                    json_t *v = json_object_get(o, lines == 0 ? "f" : "target");

                    ck_assert_uint_eq(json_string_length(v), bad.len);
                    ck_assert_mem_eq(json_string_value(v), bad.ptr, bad.len);
                }
                json_decref(o);
            }
        }
        ck_assert_uint_eq(lines, 2);
        done(l, &m);
    }
}
END_TEST

/* ---- json ---- */

START_TEST(a_json_line_is_one_object)
{
    const hearth__log_field fields[] = {{.name = "n", .number = INT64_MIN},
                                        {.name = "big", .number = INT64_MAX},
                                        {.name = "t", .text = HEARTH__S("x \"y\"")},
                                        {.name = NULL}};
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, true);
    json_t *o;

    hearth__log_line(l, HEARTH_LOG_ERROR, fields, "100%% \"%s\"", "done");
    ck_assert_int_eq(m.text.ptr[m.text.len - 1], '\n');
    o = object(m.text.ptr, m.text.len);
    ck_assert_uint_eq(json_object_size(o), 6);
    ck_assert_uint_eq(json_string_length(json_object_get(o, "time")), 24);
    ck_assert_str_eq(json_string_value(json_object_get(o, "level")), "error");
    ck_assert_str_eq(json_string_value(json_object_get(o, "msg")), "100% \"done\"");
    ck_assert_int_eq(json_integer_value(json_object_get(o, "n")), INT64_MIN);
    ck_assert_int_eq(json_integer_value(json_object_get(o, "big")), INT64_MAX);
    ck_assert_str_eq(json_string_value(json_object_get(o, "t")), "x \"y\"");
    json_decref(o);
    done(l, &m);
}
END_TEST

/* ---- length ---- */

static const char *const fillers[] = {"a",  "\xc3\xa4", "\xf0\x9f\x94\xa5", "\x1b",
                                      "\"", "\xff",     "\xe2\x80\xae",     "\\"};

#define FILLERS 8
#define LINE    8192

/* A message of _i + 8000 bytes and more of one kind of character. */
START_TEST(a_long_line_is_cut_to_8_kib_between_characters)
{
    const char *filler = fillers[_i % FILLERS];
    size_t n = strlen(filler);
    const hearth__log_field id[] = {{.name = "id", .text = HEARTH__S("4711")},
                                    {.name = NULL}};
    static char text[20001];

    for (size_t want = 8000; want <= 20000; want += want < 8400 ? 1 : 5777) {
        memory m;
        bool json = _i / FILLERS % 2 != 0, with_id = _i / FILLERS / 2 != 0;
        hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, json);
        size_t len = 0;

        while (len + n <= want) {
            memcpy(text + len, filler, n);
            len += n;
        }
        text[len] = '\0';
        hearth__log_line(l, HEARTH_LOG_INFO, with_id ? id : NULL, "%s", text);
        ck_assert_uint_le(m.text.len, LINE);
        if (n == 1 && filler[0] == 'a')
            ck_assert_uint_ge(m.text.len, with_id ? LINE - 2100 : 8000);
        if (with_id)
            ck_assert_ptr_nonnull(
                strstr(m.text.ptr, json ? "\"id\":\"4711\"}" : "  id=4711\n"));
        is_clean(hearth__buf_view(&m.text));
        if (json)
            json_decref(object(m.text.ptr, m.text.len));
        done(l, &m);
    }
}
END_TEST

/* _i bytes in front, so that every byte of the characters meets every inner border. */
START_TEST(a_long_message_that_fits_is_not_changed)
{
    char text[2000];
    size_t len = (size_t)_i;
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, false);

    memset(text, 'a', len);
    for (; len + 5 < sizeof text; len += 4)
        memcpy(text + len, "\xf0\x9f\x94\xa5", 4);
    text[len] = '\0';
    hearth__log_line(l, HEARTH_LOG_INFO, NULL, "%s", text);
    ck_assert_str_eq(line_of(&m) + 7, text);
    done(l, &m);
}
END_TEST

START_TEST(a_cut_message_says_so_and_a_whole_one_does_not)
{
    static char text[LINE + 1];
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, false);

    memset(text, 'a', sizeof text - 1);
    hearth__log_line(l, HEARTH_LOG_INFO, NULL, "%s", text);
    ck_assert_str_eq(m.text.ptr + m.text.len - 5, "a...\n");
    hearth__buf_empty(&m.text);
    hearth__log_line(l, HEARTH_LOG_INFO, NULL, "%.8000s", text);
    ck_assert_str_eq(m.text.ptr + m.text.len - 5, "aaaa\n");
    ck_assert_uint_eq(m.text.len, 24 + 7 + 8000 + 1);
    done(l, &m);
}
END_TEST

START_TEST(long_fields_share_what_is_left)
{
    static char text[LINE * 2];
    hearth_str big = {text, sizeof text};
    const hearth__log_field fields[] = {{.name = "one", .text = big},
                                        {.name = "two", .text = big},
                                        {.name = "n", .number = 1},
                                        {.name = NULL}};
    const char *filler = fillers[_i];

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = filler[i % strlen(filler)];
    for (int json = 0; json < 2; json++) {
        memory m;
        hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, json != 0);

        hearth__log_line(l, HEARTH_LOG_INFO, fields, "%.8191s", text);
        ck_assert_uint_le(m.text.len, LINE);
        ck_assert_ptr_nonnull(strstr(m.text.ptr, "one"));
        is_clean(hearth__buf_view(&m.text));
        ck_assert_ptr_eq(strchr(m.text.ptr, '\n'), m.text.ptr + m.text.len - 1);
        if (json != 0)
            json_decref(object(m.text.ptr, m.text.len));
        done(l, &m);
    }
}
END_TEST

START_TEST(a_long_access_line_is_cut_and_keeps_its_figures)
{
    static char text[LINE * 2];
    hearth_str big = {text, sizeof text};
    hearth__log_request r = {.wall_us = 0,
                             .method = big,
                             .target = big,
                             .peer = big,
                             .id = big,
                             .status = 200,
                             .bytes = UINT64_MAX,
                             .took_us = INT64_MAX};

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = fillers[_i][i % strlen(fillers[_i])];
    for (int json = 0; json < 2; json++) {
        memory m;
        hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, json != 0);
        hearth__buf b;

        hearth__buf_init(&b, NULL, 0);
        hearth__log_access(l, &b, &r);
        ck_assert_uint_le(b.len, LINE);
        is_clean(hearth__buf_view(&b));
        ck_assert_ptr_nonnull(strstr(b.ptr, "18446744073709551615"));
        ck_assert_ptr_nonnull(strstr(b.ptr, "9223372036854775807"));
        hearth__buf_clear(&b);
        done(l, &m);
    }
}
END_TEST

/* ---- the access log ---- */

static const hearth__log_request request = {
    .wall_us = INT64_C(1795395723456789),
    .method = {"GET", 3},
    .target = {"/x?q=\"1\"", 8},
    .peer = {"127.0.0.1", 9},
    .id = {"01J", 3},
    .status = 200,
    .bytes = 13,
    .took_us = 241,
};

START_TEST(an_access_line_has_its_form)
{
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, _i != 0);
    hearth__log_request r = request;
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__log_access(l, &b, &r);
    ck_assert_str_eq(
        b.ptr, _i == 0
                   ? "2026-11-23T01:02:03.456Z INFO  127.0.0.1 \"GET /x?q=\\\"1\\\"\" "
                     "200 13 241us id=01J\n"
                   : "{\"time\":\"2026-11-23T01:02:03.456Z\",\"level\":\"info\",\"msg\":"
                     "\"request\",\"peer\":\"127.0.0.1\",\"method\":\"GET\",\"target\":"
                     "\"/x?q=\\\"1\\\"\",\"status\":200,\"bytes\":13,\"took_us\":241,"
                     "\"id\":\"01J\"}\n");
    ck_assert_int_eq(m.writes, 0);
    hearth__buf_clear(&b);
    done(l, &m);
}
END_TEST

START_TEST(a_batch_is_one_write_and_empties_the_buffer)
{
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, false);
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    hearth__log_flush(l, &b); /* nothing to hand over */
    ck_assert_int_eq(m.writes, 0);
    for (int i = 0; i < 100; i++)
        hearth__log_access(l, &b, &request);
    hearth__log_flush(l, &b);
    ck_assert_int_eq(m.writes, 1);
    ck_assert_int_eq(m.level, HEARTH_LOG_INFO);
    ck_assert_uint_eq(m.text.len % 100, 0);
    ck_assert_uint_eq(b.len, 0);
    hearth__log_flush(l, &b);
    ck_assert_int_eq(m.writes, 1);
    hearth__buf_clear(&b);
    done(l, &m);
}
END_TEST

START_TEST(a_batch_that_is_lost_is_told)
{
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, false);
    hearth__buf b;

    hearth__buf_init(&b, NULL, 50);
    hearth__log_access(l, &b, &request);
    ck_assert(b.failed);
    hearth__log_flush(l, &b);
    ck_assert(!b.failed);
    ck_assert_int_eq(m.writes, 1);
    ck_assert_int_eq(m.level, HEARTH_LOG_WARN);
    hearth__buf_clear(&b);
    done(l, &m);
}
END_TEST

/* ---- threads ---- */

#define THREADS 4
#define LINES   500

typedef struct writer {
    hearth__log *log;
    int n;
} writer;

static void *write_lines(void *arg)
{
    writer *w = arg;
    hearth__buf b;

    hearth__buf_init(&b, NULL, 0);
    for (int i = 0; i < LINES; i++) {
        hearth__log_line(w->log, HEARTH_LOG_INFO, NULL, "writer %d line %d %0*d end",
                         w->n, i, 1 + i % 300, 0);
        hearth__log_access(w->log, &b, &request);
        if (i % 10 == 9)
            hearth__log_flush(w->log, &b);
    }
    hearth__buf_clear(&b);
    return NULL;
}

START_TEST(threads_do_not_interleave)
{
    memory m;
    hearth__log *l = log_into(&m, HEARTH_LOG_DEFAULT, false);
    pthread_t threads[THREADS];
    writer writers[THREADS];
    int next[THREADS] = {0}, access = 0;

    for (int i = 0; i < THREADS; i++) {
        writers[i] = (writer){l, i};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_lines, &writers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (char *p = m.text.ptr, *end; *p != '\0'; p = end + 1) {
        int w, line, zero;
        char tail[8];

        end = strchr(p, '\n');
        ck_assert_ptr_nonnull(end);
        *end = '\0';
        if (sscanf(p + 24, " INFO writer %d line %d %d %7s", &w, &line, &zero, tail) ==
            4) {
            ck_assert_str_eq(tail, "end");
            ck_assert_int_eq(line, next[w]++); /* whole, and in order */
        } else {
            ck_assert_str_eq(end - 6, "id=01J");
            access++;
        }
    }
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(next[i], LINES);
    ck_assert_int_eq(access, THREADS * LINES);
    done(l, &m);
}
END_TEST

SUITE("core/log",
      LOOP(a_text_line_has_time_level_message_and_fields, 0,
           5) LOOP(a_value_is_quoted_where_a_reader_would_split_it, 0, 12)
          LOOP(levels_below_the_least_are_not_logged, 0, 6) TEST(no_log_logs_nothing)
              TEST(a_table_without_its_slots_is_refused) TEST(logging_keeps_errno)
                  LOOP(no_client_can_write_a_control_byte_or_a_second_line, 0,
                       HOSTILE + 256) TEST(a_json_line_is_one_object)
                      LOOP(a_long_line_is_cut_to_8_kib_between_characters, 0, FILLERS * 4)
                          LOOP(a_long_message_that_fits_is_not_changed, 0,
                               4) TEST(a_cut_message_says_so_and_a_whole_one_does_not)
                              LOOP(long_fields_share_what_is_left, 0, FILLERS)
                                  LOOP(a_long_access_line_is_cut_and_keeps_its_figures, 0,
                                       FILLERS) LOOP(an_access_line_has_its_form, 0, 2)
                                      TEST(a_batch_is_one_write_and_empties_the_buffer)
                                          TEST(a_batch_that_is_lost_is_told)
                                              TEST(threads_do_not_interleave))
