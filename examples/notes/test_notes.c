/* The books and notes as their users see them.  `make check` runs this. */
#include "notes.h"

#include <check.h>
#include <hearth/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static hearth_client *client(void)
{
    hearth_client *t =
        hearth_client_new(notes_app(hearth_db_open("sqlite::memory:", NULL)));

    ck_assert_ptr_nonnull(t);
    hearth_call_post(t, "/books", HEARTH_JSON({"title": "kitchen"}));
    hearth_call_post(t, "/books", HEARTH_JSON({"title": "garden"}));
    return t;
}

START_TEST(a_note_is_made_shown_changed_and_deleted)
{
    hearth_client *t = client();
    const hearth_answer *r =
        hearth_call_post(t, "/books/1/notes", HEARTH_JSON({"text": "salt"}));
    char at[200];

    ck_assert_int_eq(r->status, 201);
    ck_assert_str_eq(hearth_answer_at(r, "/book"), "1");
    snprintf(at, sizeof at, "%s", hearth_answer_header(r, "Location"));
    r = hearth_call_patch(t, at, HEARTH_JSON({"pinned": true}));
    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(hearth_answer_at(r, "/text"), "salt");
    r = hearth_call_put(t, at, HEARTH_JSON({"text": "pepper"}));
    ck_assert_str_eq(hearth_answer_at(r, "/pinned"), "false");
    ck_assert_int_eq(hearth_call_delete(t, at)->status, 204);
    ck_assert_int_eq(hearth_call_get(t, at)->status, 404);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_note_is_in_its_own_book_only)
{
    hearth_client *t = client();
    const hearth_answer *r =
        hearth_call_post(t, "/books/1/notes", HEARTH_JSON({"text": "salt"}));
    char at[200];

    snprintf(at, sizeof at, "%s", hearth_answer_header(r, "Location"));
    at[strlen("/books/")] = '2';
    ck_assert_int_eq(hearth_call_get(t, at)->status, 404);
    ck_assert_int_eq(hearth_call_delete(t, at)->status, 404);
    ck_assert_str_eq(hearth_call_get(t, "/books/2/notes")->body.ptr, "[]");
    ck_assert_int_eq(hearth_call_get(t, "/books/3/notes")->status, 404);
    ck_assert_int_eq(hearth_call_delete(t, "/books/1")->status, 204);
    ck_assert_int_eq(hearth_call_get(t, "/books/1/notes")->status, 404);
    hearth_client_free(t);
}
END_TEST

START_TEST(of_two_changes_of_the_same_note_the_second_is_refused)
{
    hearth_client *t = client();
    const hearth_answer *r = hearth_call_get(t, "/books/1");
    char match[200];
    const char *headers[] = {match, NULL};
    hearth_call change = {.method = "PATCH",
                          .target = "/books/1",
                          .body = "{\"title\": \"cellar\"}",
                          .headers = headers};

    snprintf(match, sizeof match, "If-Match: %s", hearth_answer_header(r, "ETag"));
    ck_assert_int_eq(hearth_call_do(t, &change)->status, 200);
    ck_assert_int_eq(hearth_call_do(t, &change)->status, 412);
    hearth_client_free(t);
}
END_TEST

START_TEST(pinned_notes_come_first)
{
    hearth_client *t = client();

    hearth_call_post(t, "/books/1/notes", HEARTH_JSON({"text": "salt"}));
    hearth_call_post(t, "/books/1/notes", HEARTH_JSON({"text": "milk", "pinned": true}));
    hearth_call_post(t, "/books/1/notes", HEARTH_JSON({"text": "oil"}));
    const hearth_answer *r = hearth_call_get(t, "/books/1/notes");
    ck_assert_str_eq(hearth_answer_at(r, "/0/text"), "milk");
    r = hearth_call_get(t, "/books/1/notes?text.contains=oi&count=true");
    ck_assert_str_eq(hearth_answer_header(r, "X-Total-Count"), "1");
    hearth_client_free(t);
}
END_TEST

START_TEST(every_fault_is_told_and_a_title_twice_is_409)
{
    hearth_client *t = client();
    const hearth_answer *r =
        hearth_call_post(t, "/books/1/notes", HEARTH_JSON({"pinned": 1, "color": "red"}));

    ck_assert_int_eq(r->status, 422);
    ck_assert_str_eq(hearth_answer_at(r, "/errors/0/detail"), "text is required");
    ck_assert_str_eq(hearth_answer_at(r, "/errors/1/pointer"), "/pinned");
    ck_assert_str_eq(hearth_answer_at(r, "/errors/2/pointer"), "/color");
    r = hearth_call_post(t, "/books", HEARTH_JSON({"title": "garden"}));
    ck_assert_int_eq(r->status, 409);
    ck_assert_int_eq(hearth_call_get(t, "/docs")->status, 200);
    hearth_client_free(t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("notes");
    TCase *cases = tcase_create("notes");

    tcase_add_test(cases, a_note_is_made_shown_changed_and_deleted);
    tcase_add_test(cases, a_note_is_in_its_own_book_only);
    tcase_add_test(cases, of_two_changes_of_the_same_note_the_second_is_refused);
    tcase_add_test(cases, pinned_notes_come_first);
    tcase_add_test(cases, every_fault_is_told_and_a_title_twice_is_409);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
