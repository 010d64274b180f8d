/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* What of a request's target is shown in the log. */

#include "app/shown.h"

#include "ctx.h"
#include "suite.h"

#include <stdio.h>

static const struct {
    const char *target, *shown; /* NULL: as it is */
} targets[] = {
    {"/", NULL},
    {"/token=1", NULL},
    {"/?", NULL},
    {"/a?b=c&d=e", NULL},
    {"/a?token", NULL},
    {"/a?token=", NULL},
    {"/a?token=x", "/a?token=***"},
    {"/a?b=c&token=x&d=e", "/a?b=c&token=***&d=e"},
    {"/a?reset_token=x=y&&TOKEN=z", "/a?reset_token=***&&TOKEN=***"},
    {"/a?password=p&new_passwd=q&passphrase=r",
     "/a?password=***&new_passwd=***&passphrase=***"},
    {"/a?client_secret=s&apikey=k&x-api-key=l&API_KEY=m",
     "/a?client_secret=***&apikey=***&x-api-key=***&API_KEY=***"},
    {"/a?b=token=x", "/a?b=***"},
    {"/login?next=%2Fa%3Ftoken%3Dx&b=c", "/login?next=***&b=c"},
    {"/login?next=/a%3fmy_secret%3dx", "/login?next=***"},
    {"/login?next=%2Fa%3Fb%3Dx", NULL},
    {"/login?next=%2Ftokens", NULL},
    {"/footpath?footprint=1", NULL},
};
#define TARGETS (int)(sizeof targets / sizeof *targets)

static bare *open_target(const char *target)
{
    char request[256];

    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: example.org\r\n\r\n",
             target);
    return bare_open(NULL, request);
}

static void shows(bare *t, const char *text)
{
    hearth_str s = hearth__shown_target(t->c);

    ck_assert_msg(hearth__str_eq(s, hearth__str_of(text)), "%.*s, not %s", (int)s.len,
                  s.ptr, text);
}

START_TEST(l2_parameters_that_are_called_secrets_are_not_shown)
{
    bare *t = open_target(targets[_i].target);

    shows(t, targets[_i].shown == NULL ? targets[_i].target : targets[_i].shown);
    shows(t, targets[_i].shown == NULL ? targets[_i].target : targets[_i].shown);
    bare_close(t);
}
END_TEST

static const struct {
    const char *target, *secret, *other, *shown;
} hidden[] = {
    {"/reset/abcdefgh", "abcdefgh", "", "/reset/***"},
    {"/reset/abcdefgh/now?a=b", "abcdefgh", NULL, "/reset/***/now?a=b"},
    {"/?t=abcdefgh&u=ijklmnop", "abcdefgh", "ijklmnop", "/?t=***&u=***"},
    {"/?t=abcdefgh&token=x", "abcdefgh", "never sent", "/?t=***&token=***"},
    {"/abcdefg?t=1", "abcdefg", "", "/abcdefg?t=1"}, /* too short to be one */
    {"/abcdefgh", "abcdefghi", "bcdefghij", "/abcdefgh"},
    {"/", "abcdefgh", "abcdefghabcdefgh", "/"},
};
#define HIDDEN (int)(sizeof hidden / sizeof *hidden)

START_TEST(l2_a_text_that_is_a_secret_is_not_shown_wherever_it_stands)
{
    bare *t = open_target(hidden[_i].target);

    hearth__shown_hide(t->c, hearth__str_of(hidden[_i].secret));
    hearth__shown_hide(t->c, hearth__str_of(hidden[_i].other));
    ck_assert(t->c->secret); /* and its memory is wiped */
    shows(t, hidden[_i].shown);
    bare_close(t);
}
END_TEST

SUITE("app/shown",
      LOOP(l2_parameters_that_are_called_secrets_are_not_shown, 0, TARGETS)
          LOOP(l2_a_text_that_is_a_secret_is_not_shown_wherever_it_stands, 0, HIDDEN))
