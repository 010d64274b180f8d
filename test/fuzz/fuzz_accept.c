/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* A line of Accept (or Content-Type), then the type that is asked for: answers stay in
 * range and agree. */

#include "core/str.h"
#include "http/accept.h"
#include "http/negotiate.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parameters(hearth_str value, hearth_str name)
{
    char big[256], small[4];
    bool found = hearth__media_type_param(value, name, big, sizeof big);

    assert(!found || strlen(big) < sizeof big);
    if (hearth__media_type_param(value, name, small, sizeof small))
        assert(found && strlen(small) < sizeof small && strcmp(small, big) == 0);
}

typedef int negotiate(hearth_str accept, const hearth_str *offers, size_t n);

/* What is taken of several would be taken if it were the only one. */
static void check_pick(negotiate *fn, hearth_str accept, hearth_str offer)
{
    hearth_str offers[3] = {{"en", 2}, offer, {"gzip", 4}};
    int i = fn(accept, offers, 3);

    assert(i >= -1 && i < 3);
    assert(i < 0 || fn(accept, &offers[i], 1) == 0);
    assert(fn(accept, offers, 0) == -1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str type = {(const char *)data, size}, accept = hearth__str_cut(&type, '\n');
    hearth_str offers[2] = {{"text/html", 9}, {"application/json", 16}};
    int q, token, best, q0, q1;

    if (type.ptr == NULL)
        type = offers[1];
    q = hearth__accept_quality(accept, type);
    assert(q >= 0 && q <= 1000);
    assert(!hearth__accept_names(accept, type) || q > 0);
    token = hearth__accept_token(accept, type);
    assert(token >= -1 && token <= 1000);
    best = hearth__accept_best(accept, offers, 2);
    q0 = hearth__accept_quality(accept, offers[0]);
    q1 = hearth__accept_quality(accept, offers[1]);
    assert(best == (q0 == 0 && q1 == 0 ? -1 : q1 > q0));
    if (hearth__media_type_is(accept, type, HEARTH__S("")))
        assert(hearth__media_type_is(accept, type, HEARTH__S("json")));
    check_pick(hearth__negotiate_type, accept, type);
    check_pick(hearth__negotiate_language, accept, type);
    check_pick(hearth__negotiate_charset, accept, type);
    check_pick(hearth__negotiate_coding, accept, type);
    parameters(accept, type);
    parameters(accept, HEARTH__S("boundary"));
    return 0;
}
