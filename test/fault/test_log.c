/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* The log without memory: it can still say so. */
#include "fault.h"
#include "suite.h"

#include "core/log.h"
#include "core/str.h"

#include <string.h>

typedef struct sink {
    char last[9000];
    int writes;
    hearth_log_level level;
} sink;

static void keep(void *self, hearth_log_level level, hearth_str lines)
{
    sink *s = self;

    s->writes++;
    s->level = level;
    if (lines.len < sizeof s->last) {
        memcpy(s->last, lines.ptr, lines.len);
        s->last[lines.len] = '\0';
    }
}

static const hearth_log_ops ops = {.name = "sink", .write = keep};

static const hearth__log_request request = {.method = {"GET", 3},
                                            .target = {"/a\x01", 3},
                                            .peer = {"::1", 3},
                                            .id = {"id", 2}};

START_TEST(no_log_without_memory)
{
    hearth__log *l;

    fault_at(0);
    l = hearth__log_new(NULL);
    ck_assert(fault_hit());
    ck_assert_ptr_null(l);
}
END_TEST

/* Text for _i = 0, JSON for 1. */
START_TEST(a_line_needs_no_malloc)
{
    static sink s;
    static char text[20000];
    const hearth__log_field fields[] = {{.name = "f", .text = {text, sizeof text - 1}},
                                        {.name = "n", .number = 1},
                                        {.name = NULL}};
    hearth__log *l =
        hearth__log_new(&(hearth_log_opts){.json = _i != 0, .ops = &ops, .self = &s});
    bool told;

    ck_assert_ptr_nonnull(l);
    memset(text, '\x1b', sizeof text - 1);
    fault_from(0);
    hearth__log_line(l, HEARTH_LOG_ERROR, NULL, "out of memory");
    told = strstr(s.last, "out of memory") != NULL;
    hearth__log_line(l, HEARTH_LOG_ERROR, fields, "%s", text);
    ck_assert(!fault_hit());
    ck_assert(told);
    ck_assert_int_eq(s.writes, 2);
    hearth__log_free(l);
}
END_TEST

START_TEST(an_access_batch_without_memory_is_told_about)
{
    static sink s;
    hearth__log *l =
        hearth__log_new(&(hearth_log_opts){.json = _i != 0, .ops = &ops, .self = &s});
    hearth__buf b;
    long n = 0;

    for (;; n++) {
        bool hit;

        hearth__buf_init(&b, NULL, 0);
        s.writes = 0;
        fault_at(n);
        for (int i = 0; i < 50; i++)
            hearth__log_access(l, &b, &request);
        hearth__log_flush(l, &b);
        hit = fault_hit();
        ck_assert(!b.failed);
        ck_assert_uint_eq(b.len, 0);
        ck_assert_int_eq(s.writes, 1);
        hearth__buf_clear(&b);
        if (!hit)
            break;
        ck_assert_int_eq(s.level, HEARTH_LOG_WARN);
        ck_assert_ptr_nonnull(strstr(s.last, "lost"));
    }
    ck_assert_int_eq(s.level, HEARTH_LOG_INFO);
    ck_assert_int_gt(n, 3);
    hearth__log_free(l);
}
END_TEST

SUITE("fault/log", TEST(no_log_without_memory) LOOP(a_line_needs_no_malloc, 0, 2)
                       LOOP(an_access_batch_without_memory_is_told_about, 0, 2))
