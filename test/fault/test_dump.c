/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "fault.h"
#include "model/dump.h"
#include "suite.h"

#define NOTE(F, T)                           \
    F(T, id, i64, "Identifier", .key = true) \
    F(T, text, text, "What it says")         \
    F(T, data, blob, "Bytes")
HEARTH_MODEL(note, NULL, NOTE);

START_TEST(writing_structs_without_memory_fails_the_buffer)
{
    static const struct note notes[8] = {
        {.id = 1,
         .text =
             "a text that is longer than the first size of a buffer and not \"plain\"",
         .data = {"bytes", 5}}};
    long n = 0;

    for (;; n++) {
        hearth_error err = {0};
        hearth__json_w w;
        hearth__buf b;
        bool hit;
        int rc;

        hearth__buf_init(&b, NULL, 0);
        w = hearth__json_w_of(&b);
        fault_at(n);
        rc = hearth__dump_all(&w, &note_model, notes, 8, HEARTH__ALL_FIELDS, &err);
        hit = fault_hit();
        ck_assert_int_eq(rc, 0);
        ck_assert_int_eq(b.failed, hit);
        hearth__buf_clear(&b);
        if (!hit)
            break;
    }
    ck_assert_int_ge(n, 2);
}
END_TEST

SUITE("fault/dump", TEST(writing_structs_without_memory_fails_the_buffer))
