/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Memory of a request, as handlers use it.
 */

#include "http.h"
#include "suite.h"

#include <pthread.h>
#include <stdint.h>

typedef struct world {
    pthread_mutex_t lock;
    char released[16];
} world;

static void release(world *w, char letter)
{
    pthread_mutex_lock(&w->lock);
    size_t n = strlen(w->released);

    if (n + 1 < sizeof w->released)
        w->released[n] = letter;
    pthread_mutex_unlock(&w->lock);
}

static void release_a(void *arg)
{
    release(arg, 'a');
}

static void release_b(void *arg)
{
    release(arg, 'b');
}

static int defers(hearth_ctx *c)
{
    HEARTH_TRY(hearth_defer(c, release_a, hearth_state(c)));
    HEARTH_TRY(hearth_defer(c, release_b, hearth_state(c)));
    return hearth_param_int(c, "status") == 200 ? hearth_text(c, 200, "ok") : 500;
}

static int allocates(hearth_ctx *c)
{
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = hearth_alloc(c, n);

        if (p == NULL || (uintptr_t)p % 16 != 0)
            return 500;
        for (size_t i = 0; i < n; i++) {
            if (p[i] != 0)
                return 500;
            p[i] = 0xff; /* must not be handed out again */
        }
    }
    return hearth_text(c, 200, "ok");
}

static int strings(hearth_ctx *c)
{
    char mine[] = "mine";
    char *copy = hearth_strdup(c, mine);
    char *empty = hearth_strf(c, "%s", "");

    mine[0] = 'x';
    if (copy == NULL || empty == NULL || *empty != '\0' || hearth_strdup(c, NULL) != NULL)
        return 500;
    return hearth_text(c, 200,
                       hearth_strf(c, "%s %5d %s", copy, 7, hearth_strdup(c, "")));
}

struct job {
    int64_t id;
    char name[16];
};

static int objects(hearth_ctx *c)
{
    struct job *j = HEARTH_NEW(c, struct job);

    if (j == NULL || j->id != 0 || j->name[0] != '\0')
        return 500;
    return hearth_text(c, 200, "ok");
}

/* Far too much: NULL, and whatever the handler says then, one clean 503. */
static int too_much(hearth_ctx *c)
{
    if (hearth_alloc(c, SIZE_MAX) != NULL)
        return 500;
    hearth_set_header(c, "X-Mine", "yes");
    return hearth_text(c, 200, "as if nothing had been");
}

static const hearth_route routes[] = {
    HEARTH_GET("/defer/{status:int}", defers), HEARTH_GET("/alloc", allocates),
    HEARTH_GET("/strings", strings),           HEARTH_GET("/objects", objects),
    HEARTH_GET("/too-much", too_much),         HEARTH_END,
};

static const http_case requests[] = {
    {.target = "/alloc", .status = 200},
    {.target = "/strings", .status = 200, .says = "mine     7 "},
    {.target = "/objects", .status = 200},
    {.target = "/too-much", .status = 503},
};

START_TEST(memory_is_zeroed_aligned_and_lasts)
{
    hearth_client *t = http_client(NULL, routes);

    for (int i = 0; i < 5; i++) /* recycled memory is as good as new */
        (void)http_check(t, &requests[_i]);
    hearth_client_free(t);
}
END_TEST

START_TEST(what_is_deferred_happens_when_the_request_ends)
{
    world w = {PTHREAD_MUTEX_INITIALIZER, ""};
    hearth_client *t = http_client(&(hearth_app_opts){.state = &w}, routes);

    ck_assert_int_eq(hearth_call_get(t, _i == 0 ? "/defer/200" : "/defer/500")->status,
                     _i == 0 ? 200 : 500);
    hearth_client_log(t); /* over a connection: until the server has stopped */
    pthread_mutex_lock(&w.lock);
    ck_assert_str_eq(w.released, "ba");
    pthread_mutex_unlock(&w.lock);
    hearth_client_free(t);
}
END_TEST

SUITE("http/memory", LOOP(memory_is_zeroed_aligned_and_lasts, 0, 4)
                         LOOP(what_is_deferred_happens_when_the_request_ends, 0, 2))
