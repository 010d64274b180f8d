/* The chat as pages see it.  `make check` runs this. */
#include "chat.h"

#include <check.h>
#include <hearth/client.h>
#include <stdlib.h>

static struct chat state;

static hearth_client *client(void)
{
    hearth_client *t =
        hearth_client_new(chat_app(hearth_db_open("sqlite::memory:", NULL), &state));

    ck_assert_ptr_nonnull(t);
    return t;
}

static hearth_client *client_of(const char *json)
{
    hearth_client *t = client();

    ck_assert_int_eq(hearth_call_post(t, "/people", json)->status, 201);
    return t;
}

START_TEST(a_person_enters_and_leaves)
{
    hearth_client *t = client();

    ck_assert_str_eq(hearth_call_get(t, "/me")->body.ptr, "{\"name\":null}");
    ck_assert_int_eq(hearth_call_get(t, "/rooms")->status, 401);
    ck_assert_int_eq(hearth_call_post(t, "/leave", "{}")->status, 401);
    ck_assert_int_eq(hearth_call_post(t, "/people", HEARTH_JSON({"name": "ada"}))->status,
                                      201);
    ck_assert_str_eq(hearth_call_get(t, "/me")->body.ptr, "{\"name\":\"ada\"}");
    ck_assert_str_eq(hearth_answer_at(hearth_call_get(t, "/rooms"), "/0/name"), "lobby");
    ck_assert_int_eq(hearth_call_post(t, "/leave", "{}")->status, 204);
    ck_assert_str_eq(hearth_call_get(t, "/me")->body.ptr, "{\"name\":null}");
    hearth_client_free(t);
}
END_TEST

static const char *const bad_names[] = {"{\"name\": \"\"}",
                                        "{\"name\": \" ada\"}",
                                        "{\"name\": \"ada \"}",
                                        "{\"name\": \" \"}",
                                        "{\"name\": \"1234567890123456789012345678901\"}",
                                        "{}"};

START_TEST(a_name_that_is_none_is_422)
{
    hearth_client *t = client();

    ck_assert_int_eq(hearth_call_post(t, "/people", bad_names[_i])->status, 422);
    ck_assert_str_eq(hearth_call_get(t, "/me")->body.ptr, "{\"name\":null}");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_name_that_is_taken_is_409)
{
    hearth_client *t = client_of(HEARTH_JSON({"name": "ada"}));
    const hearth_answer *r = hearth_call_post(t, "/people", HEARTH_JSON({"name": "ada"}));

    ck_assert_int_eq(r->status, 409);
    ck_assert_str_eq(hearth_answer_at(r, "/detail"), "name already exists");
    hearth_client_free(t);
}
END_TEST

START_TEST(rooms_are_opened_and_listed)
{
    hearth_client *t = client_of(HEARTH_JSON({"name": "ada"}));

    ck_assert_int_eq(hearth_call_post(t, "/rooms",
                                      HEARTH_JSON({"name": "garden"}))->status, 201);
    ck_assert_int_eq(hearth_call_post(t, "/rooms",
                                      HEARTH_JSON({"name": "garden"}))->status, 409);
    ck_assert_int_eq(hearth_call_post(t, "/rooms",
                                      HEARTH_JSON({"name": "The Garden"}))->status, 422);
    ck_assert_str_eq(hearth_call_get(t, "/rooms")->body.ptr,
                     "[{\"name\":\"lobby\"},{\"name\":\"garden\"}]");
    ck_assert_str_eq(hearth_call_get(t, "/rooms/garden/messages")->body.ptr, "[]");
    ck_assert_int_eq(hearth_call_get(t, "/rooms/attic/messages")->status, 404);
    ck_assert_int_eq(hearth_call_get(t, "/rooms/garden/messages?before=x")->status, 400);
    hearth_client_free(t);
}
END_TEST

START_TEST(the_page_allows_nothing_inline)
{
    hearth_client *t = client();
    const hearth_answer *r = hearth_call_get(t, "/");

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(hearth_answer_header(r, "Content-Security-Policy"),
                     "default-src 'self'; frame-ancestors 'none'; base-uri 'self'");
    ck_assert_int_eq(hearth_call_get(t, "/chat.js")->status, 200);
    hearth_client_free(t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chat");
    TCase *cases = tcase_create("chat");

    tcase_add_test(cases, a_person_enters_and_leaves);
    tcase_add_loop_test(cases, a_name_that_is_none_is_422, 0, 6);
    tcase_add_test(cases, a_name_that_is_taken_is_409);
    tcase_add_test(cases, rooms_are_opened_and_listed);
    tcase_add_test(cases, the_page_allows_nothing_inline);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
