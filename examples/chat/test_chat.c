/* The chat as pages see it.  `make check` runs this. */
#include "chat.h"

#include <check.h>
#include <hearth/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- sockets ----------------------------------------------------------- */

/* Somebody with a session of his own, beside the client's. */
struct somebody {
    char cookie[300];
    const char *headers[2];
};

static struct somebody enter(hearth_client *t, const char *name)
{
    const char *nobody[] = {"Cookie: none=1", NULL};
    struct somebody who = {.headers = {NULL}};
    char body[80];

    snprintf(body, sizeof body, "{\"name\": \"%s\"}", name);
    const hearth_answer *r = hearth_call_do(t, &(hearth_call){.method = "POST",
                                                              .target = "/people",
                                                              .body = body,
                                                              .headers = nobody});
    ck_assert_int_eq(r->status, 201);
    const char *cookie = hearth_answer_header(r, "Set-Cookie");
    ck_assert_ptr_nonnull(cookie);
    snprintf(who.cookie, sizeof who.cookie, "Cookie: %.*s", (int)strcspn(cookie, ";"),
             cookie);
    return who;
}

static hearth_ws_peer *sit(hearth_client *t, struct somebody *who, const char *target)
{
    who->headers[0] = who->cookie;
    return hearth_client_ws(t, &(hearth_call){.target = target, .headers = who->headers});
}

/* What comes next but lists of people, unless one is wanted; its text. */
static const char *hear(hearth_ws_peer *p, const char *type)
{
    bool people = strcmp(type, "people") == 0;
    char begin[40];

    snprintf(begin, sizeof begin, "{\"type\":\"%s\"", type);
    for (;;) {
        const hearth_ws_said *said = hearth_ws_peer_next(p);

        ck_assert_msg(said->kind == HEARTH_WS_TEXT, "%s wanted, it ended: %d %s", type,
                      said->code, said->data.ptr);
        if (!people && strncmp(said->data.ptr, "{\"type\":\"people\"", 16) == 0)
            continue;
        ck_assert_msg(strncmp(said->data.ptr, begin, strlen(begin)) == 0,
                      "%s wanted, not %s", type, said->data.ptr);
        return said->data.ptr;
    }
}

/* Nothing came but lists of people. */
static void hear_nothing(hearth_ws_peer *p)
{
    const hearth_ws_said *said;

    ck_assert_int_eq(hearth_ws_peer_ping(p, "?"), 0);
    do
        said = hearth_ws_peer_next(p);
    while (strstr(said->data.ptr, "\"people\"") != NULL);
    ck_assert_msg(said->kind == HEARTH_WS_PONG, "%s", said->data.ptr);
}

static void say(hearth_ws_peer *p, const char *text, const char *nonce)
{
    char json[2400];

    snprintf(json, sizeof json, "{\"say\": \"%s\", \"nonce\": \"%s\"}", text, nonce);
    ck_assert_int_eq(hearth_ws_peer_text(p, json), 0);
}

static const char *part(const char *json, const char *what)
{
    ck_assert_msg(strstr(json, what) != NULL, "no %s in %s", what, json);
    return json;
}

START_TEST(what_one_says_all_hear_numbered)
{
    hearth_client *t = client();
    struct somebody ada = enter(t, "ada"), bob = enter(t, "bob");
    hearth_ws_peer *a = sit(t, &ada, "/rooms/lobby/socket");
    hearth_ws_peer *b = sit(t, &bob, "/rooms/lobby/socket");

    part(hear(a, "messages"), "\"after\":0,\"last\":0,\"list\":[]");
    part(hear(b, "messages"), "\"list\":[]");
    say(a, "hello <b>", "n1");
    part(hear(a, "said"), "\"seq\":1,\"author\":\"ada\",\"nonce\":\"n1\"");
    part(hear(b, "said"), "\"text\":\"hello <b>\"");
    say(b, "hello", "n1b");
    part(hear(a, "said"), "\"seq\":2,\"author\":\"bob\"");
    hear(b, "said");
    ck_assert_int_eq(hearth_ws_peer_text(a, "{\"typing\": true}"), 0);
    ck_assert_str_eq(hear(b, "typing"), "{\"type\":\"typing\",\"name\":\"ada\"}");
    hear_nothing(a);
    hearth_client_free(t);
}
END_TEST

START_TEST(who_comes_back_is_sent_what_he_missed)
{
    hearth_client *t = client();
    struct somebody ada = enter(t, "ada"), bob = enter(t, "bob");
    hearth_ws_peer *a = sit(t, &ada, "/rooms/lobby/socket");
    hearth_ws_peer *b;
    char nonce[20];

    hear(a, "messages");
    for (int i = 1; i <= 12; i++) {
        snprintf(nonce, sizeof nonce, "n%d", i);
        say(a, "again", nonce);
        hear(a, "said");
    }
    b = sit(t, &bob, "/rooms/lobby/socket?after=10");
    const char *json = hear(b, "messages");
    part(json, "\"after\":10,\"last\":12,\"list\":[{\"type\":\"said\",\"seq\":11,");
    part(json, "\"seq\":12,");
    hear_nothing(b);
    hearth_ws_peer_free(b);
    b = sit(t, &bob, "/rooms/lobby/socket?after=12");
    part(hear(b, "messages"), "\"list\":[]");
    ck_assert_int_eq(hearth_ws_peer_text(b, "{\"after\": 11}"), 0);
    part(hear(b, "messages"), "\"list\":[{\"type\":\"said\",\"seq\":12,");
    hearth_client_free(t);
}
END_TEST

START_TEST(what_is_said_again_is_kept_once)
{
    hearth_client *t = client();
    struct somebody ada = enter(t, "ada"), bob = enter(t, "bob");
    hearth_ws_peer *a = sit(t, &ada, "/rooms/lobby/socket");
    hearth_ws_peer *b = sit(t, &bob, "/rooms/lobby/socket");

    hear(a, "messages");
    hear(b, "messages");
    say(a, "once", "n1");
    part(hear(a, "said"), "\"seq\":1,");
    hear(b, "said");
    say(a, "once", "n1");
    part(hear(a, "said"), "\"seq\":1,");
    hear_nothing(b);
    hearth_client_free(t);
}
END_TEST

START_TEST(who_is_there_is_told_each_once)
{
    hearth_client *t = client();
    struct somebody ada = enter(t, "ada"), bob = enter(t, "bob");
    hearth_ws_peer *a = sit(t, &ada, "/rooms/lobby/socket"), *b, *b2;

    part(hear(a, "people"), "\"names\":{\"ada\":true}");
    hear(a, "messages");
    b = sit(t, &bob, "/rooms/lobby/socket");
    part(hear(a, "people"), "\"bob\":true");
    b2 = sit(t, &bob, "/rooms/lobby/socket");
    part(hear(a, "people"), "\"bob\":true");
    hearth_ws_peer_free(b);
    part(hear(a, "people"), "\"bob\":true");
    hearth_ws_peer_free(b2);
    part(hear(a, "people"), "\"names\":{\"ada\":true}");
    hearth_client_free(t);
}
END_TEST

START_TEST(who_leaves_is_sent_away_in_all_tabs)
{
    hearth_client *t = client();
    struct somebody ada = enter(t, "ada"), bob = enter(t, "bob");
    hearth_ws_peer *tab[] = {sit(t, &ada, "/rooms/lobby/socket"),
                             sit(t, &ada, "/rooms/lobby/socket")};
    hearth_ws_peer *b = sit(t, &bob, "/rooms/lobby/socket");

    hear(b, "messages");
    ck_assert_int_eq(hearth_call_do(t, &(hearth_call){.method = "POST",
                                                      .target = "/leave",
                                                      .headers = ada.headers})
                         ->status,
                     204);
    for (int i = 0; i < 2; i++) {
        const hearth_ws_said *said;

        do
            said = hearth_ws_peer_next(tab[i]);
        while (said->kind == HEARTH_WS_TEXT);
        ck_assert_int_eq(said->kind, HEARTH_WS_CLOSE);
        ck_assert_int_eq(said->code, 4001);
    }
    hear_nothing(b);
    ck_assert_int_eq(hearth_ws_peer_answer(sit(t, &ada, "/rooms/lobby/socket"))->status,
                     401);
    hearth_client_free(t);
}
END_TEST

START_TEST(who_may_not_is_refused_before_the_handshake)
{
    hearth_client *t = client();
    struct somebody ada = enter(t, "ada"), nobody = {.cookie = "Cookie: none=1"};
    const char *foreign[] = {ada.cookie, "Origin: https://evil.example", NULL};

    ck_assert_int_eq(
        hearth_ws_peer_answer(sit(t, &nobody, "/rooms/lobby/socket"))->status, 401);
    ck_assert_int_eq(hearth_ws_peer_answer(sit(t, &ada, "/rooms/attic/socket"))->status,
                     404);
    ck_assert_int_eq(
        hearth_ws_peer_answer(sit(t, &ada, "/rooms/lobby/socket?after=x"))->status, 400);
    ck_assert_int_eq(hearth_ws_peer_answer(
                         hearth_client_ws(t,
                                          &(hearth_call){.target = "/rooms/lobby/socket",
                                                         .headers = foreign}))
                         ->status,
                     403);
    hearth_client_free(t);
}
END_TEST

START_TEST(what_cannot_be_kept_is_refused_in_words)
{
    hearth_client *t = client();
    struct somebody ada = enter(t, "ada");
    hearth_ws_peer *a = sit(t, &ada, "/rooms/lobby/socket");
    char longest[2002] = "", nonce[20];

    hear(a, "messages");
    memset(longest, 'x', 2001);
    say(a, longest, "n1");
    part(hear(a, "refused"), "1 to 2000 characters");
    say(a, "", "n2");
    part(hear(a, "refused"), "1 to 2000 characters");
    longest[2000] = '\0';
    say(a, longest, "n3");
    hear(a, "said");
    for (int i = 4; i <= 15; i++) {
        snprintf(nonce, sizeof nonce, "n%d", i);
        say(a, "more", nonce);
        hear(a, "said");
    }
    say(a, "too much", "n16");
    part(hear(a, "refused"), "wait a little");
    hearth_client_advance(t, 10000);
    say(a, "too much", "n16");
    part(hear(a, "said"), "\"seq\":14,");
    ck_assert_msg(strstr(hearth_client_log(t), "ERROR") == NULL, "%s",
                  hearth_client_log(t));
    hearth_client_free(t);
}
END_TEST

static const char *const nonsense[] = {
    "", "hello", "{}", "[]", "{\"say\": 1}", "{\"say\": \"x\"}", "{\"typing\": false}"};

START_TEST(nonsense_ends_the_connection)
{
    hearth_client *t = client();
    struct somebody ada = enter(t, "ada");
    hearth_ws_peer *a = sit(t, &ada, "/rooms/lobby/socket");
    const hearth_ws_said *said;

    hear(a, "messages");
    ck_assert_int_eq(hearth_ws_peer_text(a, nonsense[_i]), 0);
    do
        said = hearth_ws_peer_next(a);
    while (said->kind == HEARTH_WS_TEXT);
    ck_assert_int_eq(said->code, 1008);
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
    tcase_add_test(cases, what_one_says_all_hear_numbered);
    tcase_add_test(cases, who_comes_back_is_sent_what_he_missed);
    tcase_add_test(cases, what_is_said_again_is_kept_once);
    tcase_add_test(cases, who_is_there_is_told_each_once);
    tcase_add_test(cases, who_leaves_is_sent_away_in_all_tabs);
    tcase_add_test(cases, who_may_not_is_refused_before_the_handshake);
    tcase_add_test(cases, what_cannot_be_kept_is_refused_in_words);
    tcase_add_loop_test(cases, nonsense_ends_the_connection, 0, 7);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
