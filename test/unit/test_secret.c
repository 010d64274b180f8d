/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Signed and sealed values: what comes back as it was, and what does not come back. */

#include "core/secret.h"

#include "core/enc.h"
#include "core/rand.h"
#include "core/str.h"
#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST  HEARTH__S("0123456789abcdef0123456789abcdef")
#define SECOND HEARTH__S("fedcba9876543210fedcba9876543210")
#define NOW    1000

typedef struct kind {
    void (*make)(const hearth__keyring *r, hearth_str purpose, int64_t expires_s,
                 hearth_str value, hearth__arena *a, hearth__buf *out);
    hearth__secret_fault (*read)(const hearth__keyring *r, hearth_str purpose,
                                 int64_t now_s, hearth_str text, hearth__arena *a,
                                 hearth_str *value);
    size_t more; /* bytes beside the value */
} kind;

static const kind kinds[] = {
    {hearth__secret_sign, hearth__secret_unsign, 41},
    {hearth__secret_seal, hearth__secret_unseal, 49},
};

typedef struct fixture {
    hearth__keyring ring;
    hearth__arena arena;
    const kind *k;
} fixture;

static fixture setup(int i)
{
    fixture f = {.k = &kinds[i]};

    ck_assert_int_eq(hearth__rand_init(), 0);
    ck_assert_int_eq(hearth__keyring_add(&f.ring, FIRST, "a test", NULL), 0);
    hearth__arena_init(&f.arena, 0);
    return f;
}

static void teardown(fixture *f)
{
    hearth__keyring_clear(&f->ring);
    hearth__arena_clear(&f->arena);
}

static hearth_str make(fixture *f, const char *purpose, int64_t expires, hearth_str value)
{
    hearth__buf b;

    hearth__buf_init(&b, &f->arena, 0);
    f->k->make(&f->ring, hearth__str_of(purpose), expires, value, &f->arena, &b);
    ck_assert(!b.failed);
    return hearth__buf_view(&b);
}

static hearth__secret_fault back(fixture *f, const char *purpose, int64_t now,
                                 hearth_str text, hearth_str *value)
{
    return f->k->read(&f->ring, hearth__str_of(purpose), now, text, &f->arena, value);
}

START_TEST(a_value_of_any_bytes_comes_back)
{
    fixture f = setup(_i);
    char bytes[300];
    hearth_str got;

    for (size_t n = 0; n <= sizeof bytes; n += n < 70 ? 1 : 37) {
        hearth__rand_bytes(bytes, n);
        hearth_str text = make(&f, "p", 0, hearth__str(bytes, n));

        ck_assert_int_eq(back(&f, "p", NOW, text, &got), HEARTH__SECRET_SOUND);
        ck_assert(hearth__str_eq(got, hearth__str(bytes, n)));
        ck_assert_int_eq(got.ptr[got.len], '\0');
        ck_assert_uint_eq(text.len, ((n + f.k->more) * 4 + 2) / 3);
        ck_assert_uint_eq(strspn(text.ptr,
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                 "0123456789-_"),
                          text.len);
    }
    teardown(&f);
}
END_TEST

START_TEST(no_changed_bit_passes)
{
    fixture f = setup(_i);
    hearth_str text = make(&f, "p", NOW + 1, HEARTH__S("value")), got;
    hearth__buf raw, again;

    hearth__buf_init(&raw, &f.arena, 0);
    ck_assert(hearth__dec_base64(&raw, text, true));
    for (size_t bit = 0; bit < raw.len * 8; bit++) {
        raw.ptr[bit / 8] = (char)(raw.ptr[bit / 8] ^ (1 << bit % 8));
        hearth__buf_init(&again, &f.arena, 0);
        hearth__enc_base64(&again, hearth__buf_view(&raw), true);
        ck_assert_int_ne(back(&f, "p", NOW, hearth__buf_view(&again), &got),
                         HEARTH__SECRET_SOUND);
        raw.ptr[bit / 8] = (char)(raw.ptr[bit / 8] ^ (1 << bit % 8));
    }
    teardown(&f);
}
END_TEST

START_TEST(no_other_character_passes)
{
    fixture f = setup(_i);
    hearth_str text = make(&f, "p", 0, HEARTH__S("value")), got;
    char copy[128];

    for (size_t at = 0; at < text.len; at++) {
        for (int c = 1; c < 256; c++) {
            if ((char)c == text.ptr[at])
                continue;
            memcpy(copy, text.ptr, text.len);
            copy[at] = (char)c;
            ck_assert_int_ne(back(&f, "p", NOW, hearth__str(copy, text.len), &got),
                             HEARTH__SECRET_SOUND);
        }
    }
    teardown(&f);
}
END_TEST

START_TEST(nothing_shorter_or_longer_passes)
{
    fixture f = setup(_i);
    hearth_str text = make(&f, "p", 0, HEARTH__S("value")), got;
    char copy[128];

    for (size_t n = 0; n < text.len; n++)
        ck_assert_int_ne(back(&f, "p", NOW, hearth__str(text.ptr, n), &got),
                         HEARTH__SECRET_SOUND);
    for (size_t n = 1; n < 8; n++) {
        memcpy(copy, text.ptr, text.len);
        memset(copy + text.len, 'A', n);
        ck_assert_int_ne(back(&f, "p", NOW, hearth__str(copy, text.len + n), &got),
                         HEARTH__SECRET_SOUND);
    }
    teardown(&f);
}
END_TEST

START_TEST(a_value_is_good_until_its_second)
{
    fixture f = setup(_i);
    hearth_str text = make(&f, "p", NOW, HEARTH__S("value")), got;

    ck_assert_int_eq(back(&f, "p", NOW - 1, text, &got), HEARTH__SECRET_SOUND);
    ck_assert_int_eq(back(&f, "p", NOW, text, &got), HEARTH__SECRET_EXPIRED);
    ck_assert_int_eq(back(&f, "p", INT64_MAX, text, &got), HEARTH__SECRET_EXPIRED);
    ck_assert_int_eq(back(&f, "p", -1, text, &got), HEARTH__SECRET_EXPIRED);
    text = make(&f, "p", 0, HEARTH__S("value"));
    ck_assert_int_eq(back(&f, "p", INT64_MAX, text, &got), HEARTH__SECRET_SOUND);
    teardown(&f);
}
END_TEST

START_TEST(another_purpose_is_refused)
{
    fixture f = setup(_i);
    hearth_str text = make(&f, "reset", 0, HEARTH__S("value")), got;

    ck_assert_int_eq(back(&f, "rese", NOW, text, &got), HEARTH__SECRET_FORGED);
    ck_assert_int_eq(back(&f, "reset ", NOW, text, &got), HEARTH__SECRET_FORGED);
    f.k = &kinds[1 - _i];
    ck_assert_int_eq(back(&f, "reset", NOW, text, &got), HEARTH__SECRET_MALFORMED);
    teardown(&f);
}
END_TEST

START_TEST(secrets_are_rotated)
{
    fixture f = setup(_i);
    hearth_str old = make(&f, "p", 0, HEARTH__S("value")), young, got;
    hearth__keyring ring = {.n = 0};

    ck_assert_int_eq(hearth__keyring_add(&ring, SECOND, "a test", NULL), 0);
    ck_assert_int_eq(hearth__keyring_add(&ring, FIRST, "a test", NULL), 0);
    f.ring = ring;
    young = make(&f, "p", 0, HEARTH__S("value"));
    ck_assert_int_eq(back(&f, "p", NOW, old, &got), HEARTH__SECRET_SOUND);
    ck_assert_int_eq(back(&f, "p", NOW, young, &got), HEARTH__SECRET_SOUND);
    f.ring.n = 1; /* the old one is out */
    ck_assert_int_eq(back(&f, "p", NOW, old, &got), HEARTH__SECRET_FORGED);
    ck_assert_int_eq(back(&f, "p", NOW, young, &got), HEARTH__SECRET_SOUND);
    teardown(&f);
}
END_TEST

START_TEST(a_sealed_value_is_never_the_same_and_never_readable)
{
    fixture f = setup(1);
    hearth_str a = make(&f, "p", 0, HEARTH__S("a value to find")),
               b = make(&f, "p", 0, HEARTH__S("a value to find"));
    hearth__buf raw;

    ck_assert(!hearth__str_eq(a, b));
    hearth__buf_init(&raw, &f.arena, 0);
    ck_assert(hearth__dec_base64(&raw, a, true));
    for (size_t i = 0; i + 7 < raw.len; i++)
        ck_assert_int_ne(memcmp(raw.ptr + i, "a value", 7), 0);
    teardown(&f);
}
END_TEST

START_TEST(short_secrets_and_too_many_are_refused_without_being_told)
{
    hearth__keyring ring = {.n = 0};
    hearth_error err;

    ck_assert_int_eq(hearth__keyring_add(&ring,
                                         HEARTH__S("0123456789abcdef0123456789abcde"),
                                         "HEARTH_SECRET", &err),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "HEARTH_SECRET is too short"));
    ck_assert_ptr_nonnull(strstr(err.text, "`hearth secret`"));
    ck_assert_ptr_null(strstr(err.text, "0123"));
    for (int i = 0; i < HEARTH__KEYRING; i++)
        ck_assert_int_eq(hearth__keyring_add(&ring, FIRST, "x", &err), 0);
    ck_assert_int_eq(hearth__keyring_add(&ring, FIRST, "x", &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "more than 8"));
    hearth__keyring_clear(&ring);
    for (size_t i = 0; i < sizeof ring; i++)
        ck_assert_int_eq(((const char *)&ring)[i], 0);
}
END_TEST

START_TEST(secrets_that_are_made_differ_and_are_long_enough)
{
    char a[HEARTH__SECRET_TEXT + 1], b[HEARTH__SECRET_TEXT + 1];
    hearth__keyring ring = {.n = 0};

    hearth__secret_make(a);
    hearth__secret_make(b);
    ck_assert_uint_eq(strlen(a), HEARTH__SECRET_TEXT);
    ck_assert_str_ne(a, b);
    ck_assert_int_eq(hearth__keyring_add(&ring, hearth__str_of(a), "x", NULL), 0);
}
END_TEST

START_TEST(secrets_are_equal_or_not)
{
    ck_assert(hearth__secret_equal(HEARTH__S("abc"), HEARTH__S("abc")));
    ck_assert(!hearth__secret_equal(HEARTH__S("abc"), HEARTH__S("abd")));
    ck_assert(!hearth__secret_equal(HEARTH__S("abc"), HEARTH__S("ab")));
    ck_assert(hearth__secret_equal(HEARTH__S(""), HEARTH__S("")));
}
END_TEST

/* Instructions of one comparison, counted by walking through it: the same each time, which a
 * clock never is.  -1: nobody may look into another process here. */
static long instructions(hearth_str a, hearth_str b)
{
    pid_t child = fork();
    long n = 0;
    int status;

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        volatile bool same = hearth__secret_equal(a, a);

        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
            _exit(77);
        raise(SIGSTOP);
        same = hearth__secret_equal(a, b);
        raise(SIGSTOP);
        _exit(same);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    if (!WIFSTOPPED(status))
        return -1;
    do {
        ck_assert_int_eq((int)ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        n++;
    } while (WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
    ck_assert(WIFSTOPPED(status));
    kill(child, SIGKILL);
    (void)waitpid(child, &status, 0);
    return n;
}

START_TEST(a4_secrets_are_compared_in_constant_time)
{
    static const int places[] = {0, 1, 7, 8, 15, 16, 30, 31};
    char a[32], b[32];
    hearth_str x = hearth__str(a, sizeof a), y = hearth__str(b, sizeof b);

    hearth__rand_bytes(a, sizeof a);
    memcpy(b, a, sizeof b);
    long same = instructions(x, y);

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        b[places[i]] = (char)(a[places[i]] ^ 0x40);
        ck_assert_int_eq(instructions(x, y), same);
        b[places[i]] = a[places[i]];
    }
    for (size_t i = 0; i < sizeof b; i++)
        b[i] = (char)~a[i];
    ck_assert_int_eq(instructions(x, y), same);
    ck_assert(same == -1 || same > 32); /* it did look at them */
}
END_TEST

START_TEST(every_fault_has_words_of_its_own)
{
    for (int i = 0; i <= HEARTH__SECRET_NO_MEMORY; i++)
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(hearth__secret_why((hearth__secret_fault)i),
                             hearth__secret_why((hearth__secret_fault)k));
}
END_TEST

START_TEST(wiped_memory_is_zero)
{
    char text[8] = "secret";

    hearth__secret_wipe(text, sizeof text);
    for (size_t i = 0; i < sizeof text; i++)
        ck_assert_int_eq(text[i], 0);
}
END_TEST

SUITE("core/secret",
      LOOP(a_value_of_any_bytes_comes_back, 0, 2) LOOP(no_changed_bit_passes, 0, 2)
          LOOP(no_other_character_passes, 0, 2) LOOP(nothing_shorter_or_longer_passes, 0,
                                                     2)
              LOOP(a_value_is_good_until_its_second, 0, 2)
                  LOOP(another_purpose_is_refused, 0, 2) LOOP(secrets_are_rotated, 0, 2)
                      TEST(a_sealed_value_is_never_the_same_and_never_readable)
                          TEST(short_secrets_and_too_many_are_refused_without_being_told)
                              TEST(secrets_that_are_made_differ_and_are_long_enough)
                                  TEST(secrets_are_equal_or_not)
                                      TEST(a4_secrets_are_compared_in_constant_time)
                                          TEST(every_fault_has_words_of_its_own)
                                              TEST(wiped_memory_is_zero))
