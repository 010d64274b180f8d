/* The todo application as its users see it.  `make check` runs this. */
#include "todo.h"

#include <check.h>
#include <hearth/client.h>
#include <stdlib.h>

static hearth_client *client(void)
{
    hearth_client *t =
        hearth_client_new(todo_app(hearth_db_open("sqlite::memory:", NULL)));

    ck_assert_ptr_nonnull(t);
    return t;
}

START_TEST(a_todo_is_created_shown_changed_and_deleted)
{
    hearth_client *t = client();
    const hearth_answer *r =
        hearth_call_post(t, "/todos", HEARTH_JSON({"title": "milk"}));

    ck_assert_int_eq(r->status, 201);
    ck_assert_str_eq(hearth_answer_header(r, "Location"), "/todos/1");
    ck_assert_str_eq(hearth_answer_at(r, "/title"), "milk");
    ck_assert_str_eq(hearth_answer_at(r, "/done"), "false");

    r = hearth_call_patch(t, "/todos/1", HEARTH_JSON({"done": true}));
    ck_assert_int_eq(r->status, 200);
    r = hearth_call_get(t, "/todos/1");
    ck_assert_str_eq(hearth_answer_at(r, "/done"), "true");
    ck_assert_str_eq(hearth_answer_at(r, "/title"), "milk");
    r = hearth_call_get(t, "/todos?done=0");
    ck_assert_str_eq(r->body.ptr, "[]");

    ck_assert_int_eq(hearth_call_delete(t, "/todos/1")->status, 204);
    ck_assert_int_eq(hearth_call_get(t, "/todos/1")->status, 404);
    ck_assert_int_eq(hearth_call_delete(t, "/todos/1")->status, 404);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_post_without_a_title_is_422_and_names_every_fault)
{
    hearth_client *t = client();
    const hearth_answer *r =
        hearth_call_post(t, "/todos", HEARTH_JSON({"done": "maybe"}));

    ck_assert_int_eq(r->status, 422);
    ck_assert_str_eq(hearth_answer_at(r, "/errors/0/pointer"), "/title");
    ck_assert_str_eq(hearth_answer_at(r, "/errors/0/detail"), "title is required");
    ck_assert_str_eq(hearth_answer_at(r, "/errors/1/pointer"), "/done");
    hearth_client_free(t);
}
END_TEST

START_TEST(the_list_is_filtered_sorted_and_paged)
{
    hearth_client *t = client();

    hearth_call_post(t, "/todos", HEARTH_JSON({"title": "milk"}));
    hearth_call_post(t, "/todos", HEARTH_JSON({"title": "bread", "done": true}));
    const hearth_answer *r = hearth_call_get(t, "/todos?done=true");
    ck_assert_str_eq(hearth_answer_at(r, "/0/title"), "bread");
    r = hearth_call_get(t, "/todos?sort=title&limit=1");
    ck_assert_str_eq(hearth_answer_at(r, "/0/title"), "bread");
    ck_assert_ptr_nonnull(hearth_answer_header(r, "Link"));
    ck_assert_int_eq(hearth_call_get(t, "/todos?color=red")->status, 422);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_title_twice_is_409)
{
    hearth_client *t = client();

    hearth_call_post(t, "/todos", HEARTH_JSON({"title": "milk"}));
    const hearth_answer *r =
        hearth_call_post(t, "/todos", HEARTH_JSON({"title": "milk"}));
    ck_assert_int_eq(r->status, 409);
    ck_assert_str_eq(hearth_answer_at(r, "/detail"), "title already exists");
    hearth_client_free(t);
}
END_TEST

START_TEST(malformed_json_is_400_and_another_type_415)
{
    hearth_client *t = client();
    const hearth_answer *r = hearth_call_post(t, "/todos", "{\"title\": ");

    ck_assert_int_eq(r->status, 400);
    r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                         .target = "/todos",
                                         .body = "title=milk",
                                         .type = "text/plain"});
    ck_assert_int_eq(r->status, 415);
    hearth_client_free(t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("todo");
    TCase *cases = tcase_create("todo");

    tcase_add_test(cases, a_todo_is_created_shown_changed_and_deleted);
    tcase_add_test(cases, a_post_without_a_title_is_422_and_names_every_fault);
    tcase_add_test(cases, the_list_is_filtered_sorted_and_paged);
    tcase_add_test(cases, a_title_twice_is_409);
    tcase_add_test(cases, malformed_json_is_400_and_another_type_415);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
