/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "fault.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);
char *__wrap_strndup(const char *s, size_t n);

static atomic_long left = -1; /* allocations until the failing one; -1 = never */
static atomic_bool onwards, hit;

void fault_at(long n)
{
    hit = false;
    onwards = false;
    left = n;
}

void fault_from(long n)
{
    hit = false;
    onwards = true;
    left = n;
}

void fault_off(void)
{
    left = -1;
    onwards = false;
}

bool fault_hit(void)
{
    fault_off();
    return hit;
}

static bool fails(void)
{
    long n = atomic_load(&left);

    while (n > 0 && !atomic_compare_exchange_weak(&left, &n, n - 1))
        ;
    if (n != 0)
        return false;
    hit = true;
    if (!onwards)
        left = -1;
    return true;
}

void *__wrap_malloc(size_t n)
{
    return fails() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
    return fails() ? NULL : __real_realloc(p, n);
}

char *__wrap_strndup(const char *s, size_t n)
{
    size_t len = strnlen(s, n);
    char *copy = __wrap_malloc(len + 1);

    if (copy != NULL) {
        memcpy(copy, s, len);
        copy[len] = '\0';
    }
    return copy;
}

char *__wrap_strdup(const char *s)
{
    return __wrap_strndup(s, strlen(s));
}
