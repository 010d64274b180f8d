/* The dashboard as pages see it.  `make check` runs this. */
#include "dashboard.h"

#include <check.h>
#include <hearth/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dashboard d;

static hearth_client *client(void)
{
    hearth_client *t = hearth_client_new(dashboard_app(&d, 1000, 0));

    ck_assert_ptr_nonnull(t);
    return t;
}

static void end(hearth_client *t)
{
    hearth_client_free(t);
    dashboard_clear(&d);
}

static void expect(hearth_events_peer *p, int n)
{
    const hearth_event *e = hearth_events_peer_next(p);
    char begin[20];

    ck_assert_msg(e != NULL, "no event, not sample %d", n);
    ck_assert_str_eq(e->event, "sample");
    snprintf(begin, sizeof begin, "{\"n\":%d,", n);
    ck_assert_msg(strncmp(e->data, begin, strlen(begin)) == 0, "%s, not %d", e->data, n);
}

START_TEST(a_sample_is_sent_every_second_to_all)
{
    hearth_client *t = client();
    const hearth_call events = {.target = "/events"};
    hearth_events_peer *a = hearth_client_events(t, &events);
    hearth_events_peer *b = hearth_client_events(t, &events);

    ck_assert_int_eq(hearth_events_peer_answer(a)->status, 200);
    for (int n = 1; n <= 3; n++) {
        hearth_client_advance(t, 1000);
        expect(a, n);
        expect(b, n);
    }
    end(t);
}
END_TEST

START_TEST(who_comes_back_is_sent_what_he_missed)
{
    hearth_client *t = client();
    hearth_events_peer *a = hearth_client_events(t, &(hearth_call){.target = "/events"});

    hearth_client_advance(t, 1000);
    expect(a, 1);
    hearth_events_peer_deaf(a, true);
    for (int n = 2; n <= 4; n++)
        hearth_client_advance(t, 1000);
    hearth_events_peer_deaf(a, false);
    ck_assert_int_eq(hearth_events_peer_again(a), 0);
    for (int n = 2; n <= 4; n++)
        expect(a, n);
    hearth_client_advance(t, 1000);
    expect(a, 5);
    end(t);
}
END_TEST

START_TEST(the_history_has_every_sample_with_its_figures)
{
    hearth_client *t = client();
    const hearth_answer *r;

    ck_assert_str_eq(hearth_call_get(t, "/history")->body.ptr, "[]");
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(hearth_call_get(t, "/ping")->status, 200);
    for (int n = 1; n <= 2; n++)
        hearth_client_advance(t, 1000);
    hearth_client_settle(t);
    r = hearth_call_get(t, "/history");
    ck_assert_str_eq(hearth_answer_at(r, "/0/n"), "1");
    ck_assert_str_eq(hearth_answer_at(r, "/1/n"), "2");
    ck_assert_str_eq(hearth_answer_at(r, "/2/n"), "");
    ck_assert_double_gt(strtod(hearth_answer_at(r, "/0/requests"), NULL), 0);
    ck_assert_double_gt(strtod(hearth_answer_at(r, "/0/rss"), NULL), 0.5);
    end(t);
}
END_TEST

START_TEST(the_history_is_bounded)
{
    hearth_client *t = client();
    const hearth_answer *r;

    for (int n = 1; n <= KEPT + 5; n++)
        hearth_client_advance(t, 1000);
    r = hearth_call_get(t, "/history");
    ck_assert_uint_eq(json_array_size(r->json), KEPT);
    ck_assert_str_eq(hearth_answer_at(r, "/0/n"), "6");
    end(t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dashboard");
    TCase *cases = tcase_create("dashboard");

    tcase_add_test(cases, a_sample_is_sent_every_second_to_all);
    tcase_add_test(cases, who_comes_back_is_sent_what_he_missed);
    tcase_add_test(cases, the_history_has_every_sample_with_its_figures);
    tcase_add_test(cases, the_history_is_bounded);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
