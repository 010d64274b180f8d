/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Sessions below HTTP: set-up, ids, and what handlers can do in one request. */

#include "ctx.h"
#include "session/session.h"
#include "suite.h"

#include <hearth.h>
#include <stdio.h>

static hearth_app *quiet(void)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});

    ck_assert_ptr_nonnull(app);
    return app;
}

static bool logged(const bare *t, const char *text)
{
    return strstr(t->log->text, text) != NULL;
}

static bare *with_sessions(void)
{
    bare *t = bare_open(NULL, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

    ck_assert_int_eq(hearth_use_sessions(t->app, hearth_store_memory(0), NULL), 0);
    return t;
}

/* ---- set-up -------------------------------------------------------------------------- */

static int no_load(void *self, hearth_ctx *c, hearth_str id, hearth_stored *out)
{
    (void)self;
    (void)c;
    (void)id;
    (void)out;
    return HEARTH_ENOTFOUND;
}

static const hearth_store_ops half = {.name = "half", .load = no_load};

static const struct {
    hearth_session_opts o;
    const char *says;
} mistakes[] = {
    {{.cookie = "a b"}, "no token of at most 64 characters"},
    {{.cookie = ""}, "no token of at most 64 characters"},
    {{.cookie = "a23456789012345678901234567890123456789012345678901234567890123456"},
     "no token of at most 64 characters"},
    {{.cookie = "__Host-sid"}, "the prefix comes by itself"},
    {{.idle_s = -1}, "must be from 0"},
    {{.absolute_s = -1}, "must be from 0"},
    {{.idle_s = INT64_MAX}, "must be from 0"},
    {{.absolute_s = INT64_MAX}, "must be from 0"},
};
#define MISTAKES (int)(sizeof mistakes / sizeof *mistakes)

START_TEST(a_wrong_option_refuses_the_start)
{
    hearth_app *app = quiet();
    hearth_error err;

    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_memory(0), &mistakes[_i].o),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth__app_freeze(app, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, mistakes[_i].says) != NULL, "%s", err.text);
    hearth_app_free(app);
}
END_TEST

START_TEST(a_store_has_to_be_whole)
{
    hearth_app *app = quiet();

    ck_assert_int_eq(hearth_use_sessions(app, (hearth_store){NULL, NULL}, NULL),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_use_sessions(app, (hearth_store){&half, NULL}, NULL),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_db(NULL), NULL),
                     HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(app->setup.text, "the store lacks a function"));
    hearth_app_free(app);
}
END_TEST

START_TEST(sessions_are_set_up_once_and_before_the_start)
{
    hearth_app *app = quiet();

    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_memory(0), NULL), 0);
    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_memory(0), NULL),
                     HEARTH_ESTATE);
    app->frozen = true;
    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_memory(0), NULL),
                     HEARTH_ESTATE);
    hearth_app_free(app);
}
END_TEST

START_TEST(the_sealed_cookie_asks_for_secrets)
{
    hearth_app *app = quiet();

    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_cookie(), NULL), 0);
    ck_assert(app->wants_secrets);
    hearth_app_free(app);
    app = quiet();
    ck_assert_int_eq(hearth_use_sessions(app, hearth_store_memory(0), NULL), 0);
    ck_assert(!app->wants_secrets);
    hearth_app_free(app);
}
END_TEST

/* ---- ids ----------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, HEARTH__SID_TEXT);
}

#define IDS 100000

START_TEST(s3_of_100000_ids_no_two_are_the_same)
{
    char(*ids)[HEARTH__SID_TEXT] = malloc(IDS * sizeof *ids);
    bare *t = bare_get();

    for (size_t i = 0; i < IDS; i++) {
        hearth_str text, id;

        ck_assert(hearth__session_new_id(t->c, &text, &id));
        ck_assert_uint_eq(text.len, HEARTH__SID_TEXT);
        ck_assert_uint_eq(id.len, HEARTH__SID_TEXT);
        ck_assert_str_ne(text.ptr, id.ptr);
        memcpy(ids[i], text.ptr, HEARTH__SID_TEXT);
        hearth__arena_reset(&t->c->arena);
    }
    qsort(ids, IDS, sizeof *ids, compare);
    for (size_t i = 1; i < IDS; i++)
        ck_assert_int_ne(compare(ids[i - 1], ids[i]), 0);
    free(ids);
    bare_close(t);
}
END_TEST

static const char *const no_ids[] = {
    "",
    "A",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+A",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xc3\xa4",
};

START_TEST(s4_what_is_no_id_is_not_looked_up)
{
    char request[200];
    bare *t;
    hearth_str id;

    snprintf(request, sizeof request,
             "GET / HTTP/1.1\r\nHost: localhost\r\nCookie: sid=%s\r\n\r\n", no_ids[_i]);
    t = bare_open(NULL, request);
    ck_assert_int_eq(hearth_use_sessions(t->app, hearth_store_memory(0), NULL), 0);
    ck_assert(!hearth__session_presented(t->c, t->app->sessions, &id));
    bare_close(t);
}
END_TEST

START_TEST(complaints_are_counted_and_hold_no_values)
{
    bare *t = with_sessions();
    int lines = 0;

    for (int i = 0; i < 1000; i++)
        hearth__session_complain(t->c, t->app->sessions, "it is no id of ours");
    for (const char *p = t->log->text; (p = strstr(p, "is refused")) != NULL; p++)
        lines++;
    ck_assert_int_ge(lines, 10);
    ck_assert_int_le(lines, 20); /* a minute may have ended meanwhile */
    bare_close(t);
}
END_TEST

/* ---- in one request -------------------------------------------------------------------- */

START_TEST(without_sessions_there_are_none)
{
    bare *t = bare_get();

    ck_assert_int_eq(hearth_session_load(t->c), HEARTH_ESTATE);
    ck_assert_ptr_null(hearth_session_get(t->c, "a"));
    ck_assert_int_eq(hearth_session_set(t->c, "a", "b"), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_session_logout(t->c), HEARTH_ESTATE);
    ck_assert(logged(t, "call hearth_use_sessions()"));
    bare_close(t);
}
END_TEST

START_TEST(numbers_and_trees_come_back)
{
    bare *t = with_sessions();
    json_t *tree;

    ck_assert_int_eq(hearth_session_load(t->c), 0);
    ck_assert_int_eq(hearth_session_set_int(t->c, "n", INT64_MIN), 0);
    ck_assert_int_eq(hearth_session_get_int(t->c, "n", 1), INT64_MIN);
    ck_assert_int_eq(hearth_session_get_int(t->c, "absent", 7), 7);
    ck_assert_int_eq(hearth_session_set(t->c, "n", "12 apples"), 0);
    ck_assert_int_eq(hearth_session_get_int(t->c, "n", 7), 7);
    ck_assert_int_eq(hearth_session_set_json(t->c, "cart",
                                             json_pack("{s:[i,i]}", "items", 1, 2)),
                     0);
    ck_assert_str_eq(hearth_session_get(t->c, "cart"), "{\"items\":[1,2]}");
    tree = hearth_session_get_json(t->c, "cart");
    ck_assert_int_eq((int)json_array_size(json_object_get(tree, "items")), 2);
    ck_assert_ptr_null(hearth_session_get_json(t->c, "n"));
    ck_assert_ptr_null(hearth_session_get_json(t->c, "absent"));
    ck_assert_int_eq(hearth_session_set_json(t->c, "cart", NULL), HEARTH_EINVAL);
    ck_assert_ptr_null(hearth_session_get(t->c, NULL));
    bare_close(t);
}
END_TEST

START_TEST(a_name_has_its_length)
{
    bare *t = with_sessions();
    char key[257];

    memset(key, 'k', sizeof key);
    key[255] = '\0';
    ck_assert_int_eq(hearth_session_set(t->c, key, "v"), 0);
    ck_assert_str_eq(hearth_session_get(t->c, key), "v");
    ck_assert_int_eq(hearth_session_login(t->c, key), 0);
    key[255] = 'k';
    key[256] = '\0';
    ck_assert_int_eq(hearth_session_set(t->c, key, "v"), HEARTH_EINVAL);
    ck_assert_int_eq(hearth_session_login(t->c, key), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

START_TEST(once_written_it_is_only_read)
{
    bare *t = with_sessions();
    size_t n;

    ck_assert_int_eq(hearth_session_set(t->c, "a", "b"), 0);
    ck_assert_int_eq(hearth_flash(t->c, "info", "saved"), 0);
    hearth__session_settle(t->c, t->c->session);
    ck_assert_str_eq(hearth_session_get(t->c, "a"), "b");
    ck_assert_int_eq(hearth_session_set(t->c, "a", "c"), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_session_rotate(t->c), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_session_login(t->c, "7"), HEARTH_ESTATE);
    ck_assert_int_eq(hearth_session_logout(t->c), HEARTH_ESTATE);
    ck_assert_str_eq(hearth_flashes(t->c, &n)->text, "saved");
    ck_assert(logged(t, "the answer's head is on its way"));
    bare_close(t);
}
END_TEST

START_TEST(whoever_does_not_ask_pays_nothing)
{
    bare *t = with_sessions();

    ck_assert_int_eq(hearth_text(t->c, 200, "x"), 0);
    ck_assert_ptr_null(t->c->session);
    ck_assert_ptr_null(t->c->hooks);
    bare_close(t);
}
END_TEST

SUITE("session/session",
      LOOP(a_wrong_option_refuses_the_start, 0, MISTAKES) TEST(a_store_has_to_be_whole)
          TEST(sessions_are_set_up_once_and_before_the_start)
              TEST(the_sealed_cookie_asks_for_secrets)
                  TEST(s3_of_100000_ids_no_two_are_the_same)
                      LOOP(s4_what_is_no_id_is_not_looked_up, 0, 8)
                          TEST(complaints_are_counted_and_hold_no_values)
                              TEST(without_sessions_there_are_none)
                                  TEST(numbers_and_trees_come_back)
                                      TEST(a_name_has_its_length)
                                          TEST(once_written_it_is_only_read)
                                              TEST(whoever_does_not_ask_pays_nothing))
