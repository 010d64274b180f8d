/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_APP_TREE_H
#define HEARTH_APP_TREE_H

/*
 * The route tree, for router.c, which builds it, and match.c, which walks it.
 *
 * A node is a set of paths: the same literals and the same converters at every position.
 * So two routes clash exactly when they have the same method and node, and the order in
 * which a walk tries the children of a node is the whole order of precedence.
 */

#include "app/index.h"
#include "app/router.h"

typedef struct hearth__node {
    hearth__index literal; /* of hearth__node */
    struct hearth__node *param[HEARTH__NCONVS];
    unsigned convs; /* 1 << conv for each param other than path */
    hearth__route *route[HEARTH__NMETHODS];
    hearth__route *others; /* by ->peer */
} hearth__node;

/* A method that has no number, kept once, so that routes compare pointers. */
typedef struct hearth__token {
    struct hearth__token *next; /* in the order of registration */
    const char *text;
} hearth__token;

struct hearth__router {
    hearth__arena arena; /* everything below */
    hearth__node root;
    hearth__index names; /* of hearth__route */
    hearth__token *tokens, *tokens_last;
    hearth__route *first, *last;
};

/* NULL when no route ever had that method. */
hearth__token *hearth__router_token(const hearth__router *r, hearth_str method);
/* Of exactly this method; `method` is a token's text, for methods without a number. */
hearth__route *hearth__node_route(const hearth__node *n, hearth__method m,
                                  const char *method);

#endif
