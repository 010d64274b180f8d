/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The tree against a matcher too simple to be wrong, on random routes and requests.
 */
#include "routes.h"
#include "suite.h"

#include <stdio.h>

#define UUID "123e4567-e89b-12d3-a456-426614174000"

#define NROUTES 40
#define NASKED  60
#define DEPTH   5

/* The naive matcher: every route is compared with the request, the matches are sorted by
 * the kinds of their segments. */
typedef struct plain {
    char method[12], pattern[100];
    const char *seg[DEPTH + 1];
    size_t n;
    int rank[DEPTH + 1]; /* -1 for a literal, else the converter */
} plain;

typedef struct asked {
    char raw[200];
    const char *seg[DEPTH + 1]; /* decoded */
    size_t n;
} asked;

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t pick(uint64_t *state, size_t n)
{
    return (size_t)(next(state) >> 20) % n;
}

static const struct {
    const char *text;
    int rank;
} segs[] = {
    {"a", -1},
    {"b", -1},
    {"1", -1},
    {"a-b", -1},
    {"\xc3\xa9", -1},
    {"{i%zu:int}", HEARTH__CONV_INT},
    {"{f%zu:float}", HEARTH__CONV_FLOAT},
    {"{d%zu:date}", HEARTH__CONV_DATE},
    {"{u%zu:uuid}", HEARTH__CONV_UUID},
    {"{s%zu:slug}", HEARTH__CONV_SLUG},
    {"{n%zu}", HEARTH__CONV_STRING},
    {"{m%zu:string}", HEARTH__CONV_STRING},
};

static const char *const methods[] = {"GET", "GET",     "HEAD",  "POST",
                                      "PUT", "OPTIONS", "MKCOL", "LOCK"};

static const struct {
    const char *raw, *text;
} parts[] = {
    {"a", "a"},
    {"b", "b"},
    {"%61", "a"},
    {"1", "1"},
    {"a-b", "a-b"},
    {"-7", "-7"},
    {"1.5", "1.5"},
    {"2026-02-28", "2026-02-28"},
    {UUID, UUID},
    {"%C3%A9", "\xc3\xa9"},
    {"x%2Fy", "x/y"},
    {"X_Y", "X_Y"},
    {"2026-02-30", "2026-02-30"},
};

static void make_route(plain *p, uint64_t *state)
{
    size_t n = pick(state, DEPTH);

    memset(p, 0, sizeof *p);
    strncpy(p->method, methods[pick(state, sizeof methods / sizeof *methods)],
            sizeof p->method - 1);
    for (size_t i = 0; i < n; i++) {
        size_t k = pick(state, sizeof segs / sizeof *segs), at = strlen(p->pattern);
        char text[20];
        hearth__buf b;

        hearth__buf_over(&b, text, sizeof text);
        hearth__buf_text(&b, segs[k].text);
        if (strchr(text, '%') != NULL) { /* "{n%zu}" */
            char *hole = strchr(text, '%');

            *hole = (char)('0' + i);
            memmove(hole + 1, hole + 3, strlen(hole + 3) + 1);
        }
        snprintf(p->pattern + at, sizeof p->pattern - at, "/%s", text);
        p->seg[p->n] = segs[k].rank < 0 ? segs[k].text : "";
        p->rank[p->n++] = segs[k].rank;
    }
    switch (pick(state, 5)) {
    case 0:
        strncat(p->pattern, "/{p:path}", 20);
        p->rank[p->n++] = HEARTH__CONV_PATH;
        break;
    case 1:
        strncat(p->pattern, "/", 2);
        if (n > 0) {
            p->seg[p->n] = "";
            p->rank[p->n++] = -1;
        }
        break;
    default:
        if (n == 0)
            strncat(p->pattern, "/", 2);
        break;
    }
}

static void make_request(asked *q, uint64_t *state)
{
    size_t n = pick(state, DEPTH + 1);

    memset(q, 0, sizeof *q);
    for (size_t i = 0; i < n; i++) {
        size_t k = pick(state, sizeof parts / sizeof *parts), at = strlen(q->raw);

        snprintf(q->raw + at, sizeof q->raw - at, "/%s", parts[k].raw);
        q->seg[q->n++] = parts[k].text;
    }
    if (n == 0) {
        strncat(q->raw, "/", 2);
    } else if (n <= DEPTH && pick(state, 5) == 0) {
        strncat(q->raw, "/", 2);
        q->seg[q->n++] = "";
    }
}

/* Does the pattern match?  Appends " name=value" for each parameter. */
static bool agrees(const plain *p, const asked *q, hearth__buf *out)
{
    for (size_t i = 0; i < p->n; i++) {
        if (i >= q->n)
            return false;
        if (p->rank[i] < 0) {
            if (strcmp(p->seg[i], q->seg[i]) != 0)
                return false;
        } else if (p->rank[i] == HEARTH__CONV_PATH) {
            if (*q->seg[i] == '\0')
                return false;
            hearth__buf_text(out, " p=");
            for (size_t k = i; k < q->n; k++) {
                if (strchr(q->seg[k], '/') != NULL)
                    return false;
                hearth__buf_f(out, "%s%s", k > i ? "/" : "", q->seg[k]);
            }
            return true;
        } else {
            /* "{i0:int}": letters by kind, and the two spellings of a string. */
            const char *seg = p->pattern;

            if (!hearth__conv_matches((hearth__conv)p->rank[i],
                                      hearth__str_of(q->seg[i])))
                return false;
            for (size_t k = 0; k <= i; k++)
                seg = strchr(seg, '/') + 1;
            hearth__buf_f(out, " %.2s=%s", seg + 1, q->seg[i]);
        }
    }
    return p->n == q->n;
}

/* Below 0 when a is the better one; 0 for the same set of paths. */
static int compare(const plain *a, const plain *b)
{
    for (size_t i = 0; i < a->n && i < b->n; i++) {
        if (a->rank[i] != b->rank[i])
            return a->rank[i] - b->rank[i];
        if (a->rank[i] < 0 && strcmp(a->seg[i], b->seg[i]) != 0)
            return strcmp(a->seg[i], b->seg[i]);
    }
    return (int)a->n - (int)b->n;
}

static bool offers(const plain *all, size_t n, const plain *p, const char *method)
{
    if (strcmp(p->method, method) == 0)
        return true;
    if (strcmp(method, "HEAD") != 0 || strcmp(p->method, "GET") != 0)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(all[i].method, "HEAD") == 0 && compare(&all[i], p) == 0)
            return false;
    }
    return true;
}

/* The skip-th best, as routes_show() writes it. */
static void expect(const plain *all, size_t n, const asked *q, const char *method,
                   int skip, hearth__buf *out)
{
    const plain *after = NULL;

    for (int round = 0; round <= skip; round++) {
        const plain *best = NULL;

        for (size_t i = 0; i < n; i++) {
            char room[300];
            hearth__buf b;

            hearth__buf_over(&b, room, sizeof room);
            if (!offers(all, n, &all[i], method) || !agrees(&all[i], q, &b) ||
                (after != NULL && compare(&all[i], after) <= 0))
                continue;
            if (best == NULL || compare(&all[i], best) < 0)
                best = &all[i];
        }
        if (best == NULL) {
            hearth__buf_text(out, "-");
            return;
        }
        after = best;
    }
    hearth__buf_f(out, "%s %s", after->method, after->pattern);
    agrees(after, q, out);
}

static void check_requests(const hearth__router *r, const plain *all, size_t n,
                           uint64_t *state)
{
    for (int i = 0; i < NASKED; i++) {
        asked q;
        const char *method = methods[pick(state, sizeof methods / sizeof *methods)];
        char want[300], got[300] = "";

        make_request(&q, state);
        for (int skip = 0; strcmp(got, "-") != 0; skip++) {
            hearth__buf b;

            hearth__buf_over(&b, want, sizeof want);
            expect(all, n, &q, method, skip, &b);
            routes_find(r, method, q.raw, skip, got, sizeof got);
            ck_assert_msg(strcmp(got, want) == 0, "%s %s, %d: %s, not %s", method, q.raw,
                          skip, got, want);
        }
    }
}

static void check_allow(const hearth__router *r, const plain *all, size_t n,
                        uint64_t *state)
{
    for (int i = 0; i < NASKED; i++) {
        asked q;
        bool any = false;
        char got[200], framed[220];

        make_request(&q, state);
        routes_allow(r, q.raw, got, sizeof got);
        snprintf(framed, sizeof framed, " %s,", got);
        for (size_t k = 0; k < n; k++) {
            char room[300];
            hearth__buf b;

            hearth__buf_over(&b, room, sizeof room);
            if (!agrees(&all[k], &q, &b))
                continue;
            any = true;
            hearth__buf_empty(&b);
            hearth__buf_f(&b, " %s,", all[k].method);
            ck_assert_msg(strstr(framed, room) != NULL, "%s: %s lacks %s", q.raw, got,
                          room);
        }
        ck_assert_int_eq(any, strstr(framed, " OPTIONS,") != NULL);
    }
}

START_TEST(the_tree_agrees_with_a_list)
{
    uint64_t state = UINT64_C(0x1234567) + (uint64_t)_i * 7919;
    plain all[NROUTES];
    hearth__router *r = hearth__router_new();
    size_t n = 0;

    while (n < NROUTES) {
        char text[120];
        bool taken = false;
        int rc;

        make_route(&all[n], &state);
        for (size_t i = 0; i < n; i++)
            taken |= compare(&all[i], &all[n]) == 0 &&
                     strcmp(all[i].method, all[n].method) == 0;
        snprintf(text, sizeof text, "%s %s", all[n].method, all[n].pattern);
        rc = routes_mount(r, "", text, NULL);
        ck_assert_msg(rc == (taken ? HEARTH_ECONFLICT : 0), "%s: %d", text, rc);
        n += !taken;
    }
    check_requests(r, all, n, &state);
    check_allow(r, all, n, &state);
    hearth__router_free(r);
}
END_TEST

SUITE("app/match_list", LOOP(the_tree_agrees_with_a_list, 0, 100))
