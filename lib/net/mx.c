/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Mail exchangers (RFC 5321 section 5.1): the MX records of a domain or, when it has none, its own
 * addresses; a single MX of "." says that it takes no mail (RFC 7505).
 *
 * The question is put by libc's resolver, with a state of its own, so that any thread may ask.
 */

#define _DEFAULT_SOURCE /* the resolver's header */

#include "net/mx.h"

#include "core/error.h"
#include "core/str.h"
#include "model/puny.h"

#include <arpa/nameser.h>
#include <hearth/format.h>
#include <netdb.h>
#include <resolv.h>
#include <stdio.h>

#define MOST_DOMAIN     253
#define DEFAULT_TIMEOUT 5000
#define MOST_TIMEOUT    60000
#define ANSWER_BYTES    4096

typedef enum finding {
    FOUND,
    REFUSES, /* null MX */
    NOTHING, /* the name exists, without such a record */
    NO_NAME,
    NO_ANSWER
} finding;

/* A null MX stands alone: preference 0 and the root. */
static finding look_at(ns_msg *m, ns_type type)
{
    finding f = NOTHING;

    for (int i = 0; i < ns_msg_count(*m, ns_s_an); i++) {
        ns_rr rr;

        if (ns_parserr(m, ns_s_an, i, &rr) != 0)
            return NO_ANSWER;
        if (ns_rr_type(rr) != type)
            continue; /* a CNAME on the way */
        if (type != ns_t_mx || ns_rr_rdlen(rr) != 3 || ns_rr_rdata(rr)[2] != 0)
            return FOUND;
        f = REFUSES;
    }
    return f;
}

static finding ask(res_state state, const char *domain, ns_type type)
{
    unsigned char answer[ANSWER_BYTES];
    int n = res_nquery(state, domain, ns_c_in, (int)type, answer, sizeof answer);
    ns_msg m;

    if (n < 0)
        return state->res_h_errno == HOST_NOT_FOUND ? NO_NAME
               : state->res_h_errno == NO_DATA      ? NOTHING
                                                    : NO_ANSWER;
    if (n > ANSWER_BYTES)
        return FOUND; /* that many records: some of them are */
    return ns_initparse(answer, n, &m) == 0 ? look_at(&m, type) : NO_ANSWER;
}

static finding ask_all(res_state state, const char *domain)
{
    static const ns_type types[] = {ns_t_mx, ns_t_a, ns_t_aaaa};
    finding f = NOTHING;

    for (size_t i = 0; i < 3 && f == NOTHING; i++)
        f = ask(state, domain, types[i]);
    return f;
}

int hearth__mx_look_up(const char *domain, const struct sockaddr_in *server,
                       int timeout_ms, hearth_error *err)
{
    struct __res_state state = {0};
    finding f;

    if (timeout_ms <= 0)
        timeout_ms = DEFAULT_TIMEOUT;
    if (timeout_ms > MOST_TIMEOUT)
        timeout_ms = MOST_TIMEOUT;
    if (res_ninit(&state) != 0)
        return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                                 "the resolver cannot be set up; see /etc/resolv.conf");
    state.retrans = (timeout_ms + 999) / 1000; /* it knows whole seconds */
    state.retry = 1;
    if (server != NULL) {
        state.nsaddr_list[0] = *server;
        state.nscount = 1;
    }
    f = ask_all(&state, domain);
    res_nclose(&state);
    switch (f) {
    case FOUND:
        return 0;
    case REFUSES:
        return hearth__error_set(err, HEARTH_EINVAL, "the domain takes no mail");
    case NOTHING:
        return hearth__error_set(err, HEARTH_EINVAL, "the domain has no mail server");
    case NO_NAME:
        return hearth__error_set(err, HEARTH_EINVAL, "there is no such domain");
    case NO_ANSWER:
        break;
    }
    return hearth__error_set(err, HEARTH_EUNAVAILABLE,
                             "the DNS did not answer; try again later");
}

/* Each label in its ASCII form. */
static bool to_ascii(hearth_str domain, char out[MOST_DOMAIN + 1])
{
    size_t n = 0;

    while (domain.ptr != NULL) {
        hearth_str label = hearth__str_cut(&domain, '.');
        size_t len = hearth__puny_put(label, out + n, MOST_DOMAIN - n);

        if (len == 0)
            return false;
        n += len;
        if (domain.ptr != NULL && n < MOST_DOMAIN)
            out[n++] = '.';
    }
    out[n] = '\0';
    return true;
}

int hearth__mx_email(const char *text, const struct sockaddr_in *server, int timeout_ms,
                     hearth_error *err)
{
    char domain[MOST_DOMAIN + 1];
    const char *at;

    HEARTH_TRY(hearth_email_check(text, HEARTH_EMAIL_RFC, err));
    at = strrchr(text, '@');
    if (at[1] == '[')
        return 0; /* the address of a machine: nothing to look up */
    if (!to_ascii(hearth__str_of(at + 1), domain))
        return hearth__error_set(err, HEARTH_EINVAL,
                                 "the domain is longer than 253 bytes");
    return hearth__mx_look_up(domain, server, timeout_ms, err);
}

int hearth_email_lookup(const char *text, int timeout_ms, hearth_error *err)
{
    return hearth__mx_email(text, NULL, timeout_ms, err);
}
