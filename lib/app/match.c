/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Walking the route tree.
 *
 * Cost.  A node has one parent, so one walk visits it at most once, however much it
 * backtracks: the number of visits is bounded by the number of nodes, whatever the
 * request.  Where a node has more than one way on, what is computed of the segment (its
 * hash, whether a converter takes it) is kept, so that coming back costs nothing twice.
 */
#include "app/tree.h"

/* What is known of a segment of the request; bits by converter, and HASHED. */
typedef struct memo {
    uint64_t hash;
    uint8_t asked, fits;
} memo;

#define HASHED (1u << HEARTH__NCONVS)

typedef struct walk {
    const hearth__target *t;
    hearth__method m;
    const char *method; /* interned, of a method of the application's own */
    int skip;
    unsigned methods; /* collected instead of matching, when `collects` */
    bool collects, others;
    hearth__match *out;
    size_t seen; /* memos in use */
    memo memo[HEARTH__MAX_SEGMENTS];
} walk;

static void collect(walk *w, const hearth__node *n)
{
    for (unsigned m = 0; m < HEARTH__NMETHODS; m++)
        w->methods |= n->route[m] != NULL ? 1u << m : 0;
    w->others |= n->others != NULL;
}

/* The path matches here.  True ends the walk. */
static bool arrive(walk *w, const hearth__node *n)
{
    hearth__route *route = hearth__node_route(n, w->m, w->method);

    if (w->collects) {
        collect(w, n);
        return false;
    }
    if (route == NULL && w->m == HEARTH__HEAD)
        route = n->route[HEARTH__GET];
    if (route == NULL || w->skip-- > 0)
        return false;
    w->out->route = route;
    return true;
}

/* The segment is not empty, which is all that a string has to be. */
static bool fits(walk *w, size_t k, hearth__conv conv)
{
    memo *seg = &w->memo[k];
    uint8_t bit = (uint8_t)(1u << conv);

    if (conv == HEARTH__CONV_STRING)
        return true;
    if ((seg->asked & bit) == 0) {
        seg->asked |= bit;
        if (hearth__conv_matches(conv, w->t->segment[k].text))
            seg->fits |= bit;
    }
    return (seg->fits & bit) != 0;
}

/* The path from segment k on, which is the end of the decoded path.  False when a '/' in
 * it came as %2F: what was one segment would be read as two. */
static bool rest_of(const hearth__target *t, size_t k, hearth_str *out)
{
    size_t at = t->path.len;

    for (size_t i = t->nsegments; i-- > k;) {
        if (t->segment[i].slash)
            return false;
        at -= t->segment[i].text.len;
        while (i > k && t->path.ptr[at - 1] == '/')
            at--;
    }
    *out = hearth__str(t->path.ptr + at, t->path.len - at);
    return true;
}

static bool visit(walk *w, const hearth__node *n, size_t k, size_t nparams);

static bool try_literal(walk *w, const hearth__node *n, size_t k, size_t nparams)
{
    memo *seg = &w->memo[k];
    hearth_str text = w->t->segment[k].text;
    const hearth__node *c;

    if ((seg->asked & HASHED) == 0) {
        seg->asked |= HASHED;
        seg->hash = hearth__index_hash(text);
    }
    c = hearth__index_get(&n->literal, text, seg->hash);
    return c != NULL && visit(w, c, k + 1, nparams);
}

static bool try_params(walk *w, const hearth__node *n, size_t k, size_t nparams)
{
    for (unsigned left = n->convs; left != 0; left &= left - 1) {
        hearth__conv conv = (hearth__conv)__builtin_ctz(left);

        if (!fits(w, k, conv))
            continue;
        /* Every time: a sibling tried before may have written its own. */
        w->out->param[nparams] = w->t->segment[k].text;
        if (visit(w, n->param[conv], k + 1, nparams + 1))
            return true;
    }
    return false;
}

static bool try_rest(walk *w, const hearth__node *n, size_t k, size_t nparams)
{
    return rest_of(w->t, k, &w->out->param[nparams]) &&
           arrive(w, n->param[HEARTH__CONV_PATH]);
}

/* The child where there is only one way on, literal or one parameter, so that nothing needs to be
 * kept for coming back; *found tells whether the segment takes it. */
static bool only_way(walk *w, const hearth__node *n, hearth_str text, size_t nparams,
                     const hearth__node **found)
{
    if (n->param[HEARTH__CONV_PATH] != NULL)
        return false;
    if (n->convs == 0) {
        *found = hearth__index_get(&n->literal, text, hearth__index_hash(text));
        return true;
    }
    if (n->literal.n > 0 || (n->convs & (n->convs - 1)) != 0)
        return false;
    hearth__conv conv = (hearth__conv)__builtin_ctz(n->convs);
    bool fit =
        text.len > 0 && (conv == HEARTH__CONV_STRING || hearth__conv_matches(conv, text));
    w->out->param[nparams] = text;
    *found = fit ? n->param[conv] : NULL;
    return true;
}

/* Segments before k have matched the way to n.  As deep as the request has segments. */
static bool visit(walk *w, const hearth__node *n, size_t k, size_t nparams)
{
    const hearth__node *next;

    while (k < w->t->nsegments && only_way(w, n, w->t->segment[k].text, nparams, &next)) {
        if (next == NULL)
            return false;
        nparams += n->convs != 0;
        n = next;
        k++;
    }
    if (k == w->t->nsegments)
        return arrive(w, n);
    for (; w->seen <= k; w->seen++)
        w->memo[w->seen].asked = w->memo[w->seen].fits = 0;
    if (n->literal.n > 0 && try_literal(w, n, k, nparams))
        return true;
    if (w->t->segment[k].text.len == 0) /* after a trailing '/': never a parameter */
        return false;
    if (try_params(w, n, k, nparams))
        return true;
    return n->param[HEARTH__CONV_PATH] != NULL && try_rest(w, n, k, nparams);
}

static bool start(walk *w, const hearth__router *r)
{
    if (w->t->asterisk || w->t->nsegments > HEARTH__MAX_SEGMENTS)
        return false;
    w->seen = 0;
    return visit(w, &r->root, 0, 0);
}

bool hearth__router_match(const hearth__router *r, const hearth__target *t,
                          hearth__method m, hearth_str method, int skip,
                          hearth__match *out)
{
    walk w; /* not initialised as a whole: the memos are large */

    out->route = NULL;
    w.t = t;
    w.m = m;
    w.method = NULL;
    w.skip = skip;
    w.collects = false;
    w.out = out;
    if (m >= HEARTH__NMETHODS) {
        const hearth__token *known = hearth__router_token(r, method);

        if (known == NULL)
            return false;
        w.method = known->text;
    }
    return start(&w, r);
}

/* ---- Allow ------------------------------------------------------------- */

static void add_method(hearth__buf *out, size_t start_len, const char *method)
{
    if (out->len > start_len)
        hearth__buf_add(out, ", ", 2);
    hearth__buf_text(out, method);
}

/* One walk each: such methods are few, and so are answers with Allow. */
static void add_others(const hearth__router *r, const hearth__target *t, hearth__buf *out,
                       size_t start_len)
{
    hearth__match match;

    for (const hearth__token *k = r->tokens; k != NULL; k = k->next) {
        if (hearth__router_match(r, t, HEARTH__OTHER, hearth__str_of(k->text), 0, &match))
            add_method(out, start_len, k->text);
    }
}

void hearth__router_allow(const hearth__router *r, const hearth__target *t,
                          hearth__buf *out)
{
    hearth__match match;
    walk w;
    size_t start_len = out->len;

    w.t = t;
    w.m = HEARTH__GET;
    w.method = NULL;
    w.skip = 0;
    w.methods = 0;
    w.others = false;
    w.collects = true;
    w.out = &match;
    start(&w, r);
    if (w.methods == 0 && !w.others)
        return;
    if ((w.methods & 1u << HEARTH__GET) != 0)
        w.methods |= 1u << HEARTH__HEAD;
    w.methods |= 1u << HEARTH__OPTIONS;
    for (int m = 0; m < HEARTH__NMETHODS; m++) {
        if ((w.methods >> m & 1u) != 0)
            add_method(out, start_len, hearth__method_name((hearth__method)m));
    }
    if (w.others)
        add_others(r, t, out, start_len);
}

bool hearth__router_knows(const hearth__router *r, hearth__method m, hearth_str method)
{
    const hearth__token *t = m == HEARTH__OTHER ? hearth__router_token(r, method) : NULL;
    const hearth__route *route = r->first;

    if (m != HEARTH__OTHER || t == NULL)
        return m != HEARTH__OTHER;
    /* The token may be left from a mount that failed. */
    while (route != NULL && route->method != t->text)
        route = route->next;
    return route != NULL;
}
