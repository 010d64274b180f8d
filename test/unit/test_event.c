/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/event.h"

#include "suite.h"

#include <string.h>

typedef struct form {
    hearth_event e;
    const char *says;
} form;

static const form forms[] = {
    {{.data = "a", .id = "1"}, "id: 1\ndata: a\n\n"},
    {{.data = "", .id = "1"}, "id: 1\ndata: \n\n"},
    {{.data = " a ", .id = "1"}, "id: 1\ndata:  a \n\n"},
    {{.data = "a\nb", .id = "1"}, "id: 1\ndata: a\ndata: b\n\n"},
    {{.data = "a\r\nb\rc\n", .id = "1"}, "id: 1\ndata: a\ndata: b\ndata: c\ndata: \n\n"},
    {{.data = "\n\n", .id = "1"}, "id: 1\ndata: \ndata: \ndata: \n\n"},
    {{.data = "\r", .id = "1"}, "id: 1\ndata: \ndata: \n\n"},
    {{.data = "data: x\n\nid: 7", .id = "1"},
     "id: 1\ndata: data: x\ndata: \ndata: id: 7\n\n"},
    {{.data = "a\r\nb", .data_len = 2, .id = "1"}, "id: 1\ndata: a\ndata: \n\n"},
    {{.data = "a", .event = "price", .id = "x y"}, "id: x y\nevent: price\ndata: a\n\n"},
    {{.data = "a", .event = "", .id = "1"}, "id: 1\ndata: a\n\n"},
    {{.data = "a", .retry_ms = 2147483647, .id = "1"},
     "id: 1\nretry: 2147483647\ndata: a\n\n"},
};

START_TEST(an_event_has_the_form_of_the_standard)
{
    hearth_event e = forms[_i].e;
    char text[200];
    size_t id_at = 0, n;

    if (e.data_len == 0)
        e.data_len = strlen(e.data);
    ck_assert(hearth__event_sound(&e));
    n = hearth__event_write(NULL, &e, NULL);
    ck_assert_uint_lt(n, sizeof text);
    ck_assert_uint_eq(hearth__event_write(text, &e, &id_at), n);
    text[n] = '\0';
    ck_assert_str_eq(text, forms[_i].says);
    ck_assert_int_eq(strncmp(text + id_at, e.id, strlen(e.id)), 0);
}
END_TEST

static const hearth_event unsound[] = {
    {.data = NULL},
    {.data = "a", .id = "a\nb"},
    {.data = "a", .id = "a\r"},
    {.data = "a", .id = "\x7f"},
    {.data = "a", .id = " a"},
    {.data = "a", .id = "a "},
    {.data = "a", .event = "a\nb"},
    {.data = "a", .event = "a\tb"},
    {.data = "a", .event = "\x01"},
    {.data = "a", .retry_ms = -1},
};

START_TEST(what_would_break_the_form_is_refused)
{
    ck_assert(!hearth__event_sound(&unsound[_i]));
}
END_TEST

START_TEST(names_are_of_128_bytes_at_most)
{
    char name[HEARTH__EVENT_NAME + 2];

    memset(name, 'x', sizeof name);
    name[HEARTH__EVENT_NAME] = '\0';
    ck_assert(hearth__event_sound(&(hearth_event){.data = "", .id = name}));
    ck_assert(hearth__event_sound(&(hearth_event){.data = "", .event = name}));
    name[HEARTH__EVENT_NAME] = 'x';
    name[HEARTH__EVENT_NAME + 1] = '\0';
    ck_assert(!hearth__event_sound(&(hearth_event){.data = "", .id = name}));
    ck_assert(!hearth__event_sound(&(hearth_event){.data = "", .event = name}));
}
END_TEST

SUITE("app/event",
      LOOP(an_event_has_the_form_of_the_standard, 0, (int)(sizeof forms / sizeof *forms))
          LOOP(what_would_break_the_form_is_refused, 0,
               (int)(sizeof unsound / sizeof *unsound))
              TEST(names_are_of_128_bytes_at_most))
