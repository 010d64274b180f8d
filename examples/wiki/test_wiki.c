/* The wiki as a browser without scripts sees it.  `make check` runs this. */
#include "wiki.h"

#include <check.h>
#include <hearth/client.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM "application/x-www-form-urlencoded"
#define ADA  "name=Ada&email=ada%40example.org&password=analytical+engine"

static hearth_client *client(void)
{
    hearth_client *t =
        hearth_client_new(wiki_app(hearth_db_open("sqlite::memory:", NULL)));

    ck_assert_ptr_nonnull(t);
    return t;
}

static const hearth_answer *ask(hearth_client *t, const char *method, const char *path,
                                const char *header, const char *type, hearth_str body)
{
    const char *const headers[] = {"Accept: text/html", header, NULL};

    return hearth_call_do(t, &(hearth_call){.method = method,
                                            .target = path,
                                            .headers = headers,
                                            .type = type,
                                            .body = body.ptr,
                                            .body_len = body.len});
}

static const hearth_answer *get(hearth_client *t, const char *path, int status)
{
    const hearth_answer *r = ask(t, "GET", path, NULL, NULL, (hearth_str){NULL, 0});

    ck_assert_msg(r->status == status, "%s: %d %s", path, r->status, r->body.ptr);
    return r;
}

static void says(const hearth_answer *r, const char *text)
{
    ck_assert_msg(strstr(r->body.ptr, text) != NULL, "no \"%s\" in %s", text,
                  r->body.ptr);
}

static void says_not(const hearth_answer *r, const char *text)
{
    ck_assert_msg(strstr(r->body.ptr, text) == NULL, "\"%s\" in %s", text, r->body.ptr);
}

static void shows(hearth_client *t, const char *path, const char *text)
{
    says(get(t, path, 200), text);
}

static const char *token(hearth_client *t, const char *on, char out[100])
{
    const char *at = strstr(get(t, on, 200)->body.ptr, "name=\"csrf_token\" value=\"");

    ck_assert_msg(at != NULL, "no form on %s", on);
    at += strlen("name=\"csrf_token\" value=\"");
    snprintf(out, 100, "%.*s", (int)strcspn(at, "\""), at);
    return out;
}

/* Fill in the form of a page and send it. */
static const hearth_answer *post(hearth_client *t, const char *on, const char *path,
                                 const char *form, int status)
{
    char csrf[100], *body = malloc(strlen(form) + 200);
    const hearth_answer *r;

    ck_assert_ptr_nonnull(body);
    sprintf(body, "csrf_token=%s&%s", token(t, on, csrf), form);
    r = ask(t, "POST", path, NULL, FORM, (hearth_str){body, strlen(body)});
    free(body);
    ck_assert_msg(r->status == status, "%s %.300s: %d %s", path, form, r->status,
                  r->body.ptr);
    return r;
}

static hearth_client *registered(void)
{
    hearth_client *t = client();

    post(t, "/register", "/register", ADA, 303);
    return t;
}

static const hearth_answer *edit(hearth_client *t, const char *page, int base,
                                 const char *text, int status)
{
    char path[200], form[4000];

    snprintf(path, sizeof path, "/wiki/%s/edit", page);
    snprintf(form, sizeof form, "base=%d&note=a+note&text=%s", base, text);
    return post(t, path, path, form, status);
}

START_TEST(a_missing_page_offers_to_create_it)
{
    hearth_client *t = client();
    const hearth_answer *r = get(t, "/wiki/Ada_Lovelace", 404);

    says(r, "<h1>Ada Lovelace</h1>");
    says(r, "href=\"/wiki/Ada_Lovelace/edit\"");
    ck_assert_str_eq(hearth_answer_header(get(t, "/", 302), "Location"), "/wiki/Start");
    ck_assert_str_eq(hearth_answer_header(get(t, "/wiki/Ada_Lovelace/edit", 302),
                                          "Location"),
                     "/login?next=%2Fwiki%2FAda_Lovelace%2Fedit");
    ck_assert_str_eq(hearth_answer_header(get(t, "/wiki/ada__Lovelace", 302), "Location"),
                     "/wiki/Ada_Lovelace");
    says(get(t, "/nothing", 404), "There is nothing at this address.");
    get(t, "/wiki/%5Bx%5D", 404);
    get(t, "/wiki/Ada/history", 404);
    get(t, "/wiki/Ada/diff", 404);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_page_is_written_and_changed)
{
    hearth_client *t = registered();
    const hearth_answer *r;

    edit(t, "Start", 0, "Hello+*world*%0D%0A%0D%0Athis+is+one", 303);
    shows(t, "/wiki/Start", "Hello <em>world</em>");
    edit(t, "Start", 1, "Hello+*moon*%0D%0A%0D%0Athis+is+one", 303);
    edit(t, "Start", 2, "Hello+*moon*%0D%0A%0D%0Athis+is+one", 303); /* the same */
    shows(t, "/wiki/Start/edit", ">\nHello *moon*\n\nthis is one\n</textarea>");
    r = get(t, "/wiki/Start/diff", 200);
    says(r, "<span class=\"line\" role=\"cell\">Hello *<del>world</del>*</span>");
    says(r, "<span class=\"line\" role=\"cell\">Hello *<ins>moon</ins>*</span>");
    says(r, "From revision 1 to revision 2");
    shows(t, "/wiki/Start/diff?to=1", "The first revision");
    shows(t, "/wiki/Start/diff?from=1&to=1", "The texts are the same.");
    get(t, "/wiki/Start/diff?from=1&to=9", 404);
    get(t, "/wiki/Start/diff?from=x", 400);
    shows(t, "/wiki/Start/history", "Revision 2");
    shows(t, "/wiki/Start/history/1", "<em>world</em>");
    get(t, "/wiki/Start/history/3", 404);
    shows(t, "/wiki/Start/edit?of=1", "Hello *world*");
    shows(t, "/changes", "a note");
    shows(t, "/changes", "<time datetime=\"202");
    shows(t, "/account", "a note");
    hearth_client_free(t);
}
END_TEST

START_TEST(who_is_too_late_sees_both_texts)
{
    hearth_client *t = registered();
    const hearth_answer *r;

    edit(t, "Start", 0, "mine", 303);
    r = edit(t, "Start", 0, "yours", 409);
    says(r, "Somebody else has changed this page meanwhile");
    says(r, "tabindex=\"0\">mine");
    says(r, "yours");
    says(r, "name=\"base\" value=\"1\"");
    shows(t, "/wiki/Start", "mine");
    edit(t, "Start", 1, "yours", 303);
    shows(t, "/wiki/Start", "yours");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_preview_saves_nothing)
{
    hearth_client *t = registered();
    const hearth_answer *r = edit(t, "Start", 0, "**bold**&_preview=1", 200);

    says(r, "<strong>bold</strong>");
    says(r, ">\n**bold**\n</textarea>");
    get(t, "/wiki/Start", 404);
    says(edit(t, "Start", 0, "", 422), "role=\"alert\"");
    hearth_client_free(t);
}
END_TEST

START_TEST(links_lead_to_pages_and_missing_ones_are_wanted)
{
    hearth_client *t = registered();
    const hearth_answer *r;

    edit(t, "Start", 0,
         "See+[[other+page]]+and+[[Other_page|again]]+and+[[Start|me]]+and+[[%26+more]]+"
         "and+[[x%3Ey]]",
         303);
    r = get(t, "/wiki/Start", 200);
    says(r, "<a href=\"/wiki/Other_page\" class=\"wanted\">other page</a>");
    says(r, "<a href=\"/wiki/Start\">me</a>");
    shows(t, "/wanted", "Other page");
    edit(t, "Other_page", 0, "here", 303);
    says(get(t, "/wiki/Start", 200), "<a href=\"/wiki/Other_page\">other page</a>");
    says_not(get(t, "/wanted", 200), "Other page");
    edit(t, "Other_page", 1, "[[Third]]", 303);
    shows(t, "/wanted", "Third");
    edit(t, "Other_page", 2, "gone", 303);
    says_not(get(t, "/wanted", 200), "Third");
    shows(t, "/pages", "Other page");
    hearth_client_free(t);
}
END_TEST

/* A line of one sign each, as many as a page may have. */
static void write_many(hearth_client *t, int base, char sign)
{
    static char form[200000];
    size_t n = (size_t)sprintf(form, "base=%d&text=", base);

    for (int i = 0; i < 33000; i++)
        n += (size_t)sprintf(form + n, "%c%%0A", sign);
    post(t, "/wiki/Many/edit", "/wiki/Many/edit", form, 303);
}

START_TEST(a_difference_of_many_lines_is_cut_short)
{
    hearth_client *t = registered();

    write_many(t, 0, 'a');
    write_many(t, 1, 'b');
    shows(t, "/wiki/Many/diff", "class=\"gap\"");
    ck_assert_uint_lt(get(t, "/wiki/Many/diff", 200)->body.len, 4000000);
    hearth_client_free(t);
}
END_TEST

static const struct {
    const char *text;       /* as a form sends it */
    const char *has, *not_; /* in the page */
} hostile[] = {
    {"%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;", "<script"},
    {"a+%3Cb+onclick%3Dx%3Ec", "&lt;b onclick", "<b "},
    {"%3Cimg+src%3Dx+onerror%3Dalert(1)%3E", "&lt;img", "<img"},
    {"[x](javascript:alert(1))", "<a class=\"refused\">x</a>", "href=\"javascript"},
    {"[x](JAVASCRIPT:alert(1))", "<a class=\"refused\">x</a>", "href=\"JAVA"},
    {"[x](java%26%23115;cript%26colon;alert(1))", "<a class=\"refused\">x</a>", "colon"},
    {"[x](%26%231;javascript:alert(1))", "class=\"refused\"", "href=\"%01"},
    {"[x](data:text/html,y)", "<a class=\"refused\">x</a>", "href=\"data:"},
    {"[x](vbscript:y)", "<a class=\"refused\">x</a>", "href=\"vb"},
    {"%3Cjavascript:alert(1)%3E", "class=\"refused\"", "href=\"java"},
    {"[x](/a?b%3Dc:d+\"%26quot;+onclick%3Dy\")", "title=\"&quot; onclick=y\"",
     "\" onclick"},
    {"[x](%2F%22onclick%3Dy)", "%22onclick", "\"onclick"},
    {"![x](javascript:alert(1))", "<p>x</p>", "<img"},
    {"![a%22onerror%3D\"y](https://example.org/x.png)", "a&quot;onerror", "<img"},
    {"![x](/image/1\"+onerror%3D\"y)", "onerror", "<img src=\"/image/1\" onerror=\"y"},
    {"![x](/image/1+\"y\")", "src=\"/image/1\" alt=\"x\" title=\"y\">", "<script"},
    {"[[a\"+onclick%3D\"x]]", "class=\"refused\"", "onclick=\"x"},
    {"[[javascript:x]]", "href=\"/wiki/Javascript%3Ax\"", "href=\"javascript"},
    {"%60%3Cx-wikilink+data-target%3D\"a\"%3E%60", "&lt;x-wikilink", "<x-wikilink"},
    {"![%3Ca+href%3D\"javascript:x\"%3E](/image/1)",
     "alt=\"&lt;a href=", "<a href=\"javascript"},
    {"[mail](mailto:a@b.org)+[web](HTTPS://x.org)+[here](../x#y)",
     "href=\"mailto:a@b.org\"", "refused"},
};
#define HOSTILE ((int)(sizeof hostile / sizeof hostile[0]))

START_TEST(hostile_markdown_is_text)
{
    hearth_client *t = registered();
    const hearth_answer *r;
    const char *article;

    edit(t, "Start", 0, hostile[_i].text, 303);
    r = get(t, "/wiki/Start", 200);
    article = strstr(r->body.ptr, "<article");
    ck_assert_ptr_nonnull(article);
    ck_assert_msg(strstr(article, hostile[_i].has) != NULL, "%.400s", article);
    ck_assert_msg(strstr(article, hostile[_i].not_) == NULL, "%.400s", article);
    hearth_client_free(t);
}
END_TEST

START_TEST(words_are_found)
{
    hearth_client *t = registered();

    edit(t, "Cats", 0, "They+purr+%3Cb%3Eloudly%3C/b%3E", 303);
    edit(t, "Dogs", 0, "They+bark", 303);
    shows(t, "/search?q=purr", "1 page has purr");
    shows(t, "/search?q=purr", "They purr &lt;b&gt;loudly");
    shows(t, "/search?q=they", "2 pages have they");
    shows(t, "/search?q=%3Ci%3E", "0 pages have &lt;i&gt;");
    says_not(get(t, "/search?q=cats", 200), "Create the page");
    shows(t, "/search?q=horses", "href=\"/wiki/Horses/edit\"");
    shows(t, "/search", "Words in the box above");
    hearth_client_free(t);
}
END_TEST

START_TEST(a_page_has_a_talk_page)
{
    hearth_client *t = registered();

    edit(t, "Cats", 0, "x", 303);
    shows(t, "/wiki/Cats", "href=\"/wiki/Talk%3ACats\"");
    get(t, "/wiki/Talk:Cats", 404);
    edit(t, "Talk:Cats", 0, "Do+they%3F", 303);
    shows(t, "/wiki/Talk:Cats", "<h1>Talk: Cats</h1>");
    shows(t, "/wiki/Talk:Cats", "href=\"/wiki/Cats\"");
    hearth_client_free(t);
}
END_TEST

START_TEST(nobody_writes_without_an_account)
{
    hearth_client *t = registered();
    const hearth_answer *r;

    r = ask(t, "POST", "/wiki/Start/edit", NULL, FORM, (hearth_str){"base=0&text=x", 13});
    ck_assert_int_eq(r->status, 403); /* no token */
    post(t, "/account", "/logout", "", 303);
    shows(t, "/register", "You are logged out.");
    post(t, "/login", "/wiki/Start/edit", "base=0&text=x", 303);
    get(t, "/wiki/Start", 404);
    says(post(t, "/login", "/login", "name=ada&password=wrong", 422),
         "The name or the password is wrong.");
    ck_assert_str_eq(hearth_answer_header(
                         post(t, "/login", "/login",
                              "name=ada&password=analytical+engine&next=/wanted", 303),
                         "Location"),
                     "/wanted");
    shows(t, "/account", "Log out");
    hearth_client_free(t);
}
END_TEST

static const hearth_answer *upload(hearth_client *t, const char *title, const char *bytes,
                                   size_t n, int status)
{
    char csrf[100], body[2000];
    const hearth_answer *r;
    int head = snprintf(
        body, sizeof body,
        "--x\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n%s\r\n"
        "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\n%s\r\n"
        "--x\r\nContent-Disposition: form-data; name=\"bytes\"; "
        "filename=\"a.png\"\r\nContent-Type: text/html\r\n\r\n",
        token(t, "/images", csrf), title);

    memcpy(body + head, bytes, n);
    memcpy(body + head + n, "\r\n--x--\r\n", 9);
    r = ask(t, "POST", "/images", NULL, "multipart/form-data; boundary=x",
            (hearth_str){body, (size_t)head + n + 9});
    ck_assert_msg(r->status == status, "%d %s", r->status, r->body.ptr);
    return r;
}

static const struct {
    const char *bytes, *type; /* NULL: refused */
} files[] = {
    {"\x89PNG\r\n\x1a\n........", "image/png"},
    {"\xff\xd8\xff\xe0............", "image/jpeg"},
    {"GIF89a..........", "image/gif"},
    {"GIF87a..........", "image/gif"},
    {"RIFF....WEBPVP8 ", "image/webp"},
    {"RIFF....WAVEfmt ", NULL},
    {"....WEBP....WEBP", NULL},
    {"<svg onload='x'/>", NULL},
    {"<html><script>x</script>", NULL},
    {"GIF89a", NULL},
};
#define FILES ((int)(sizeof files / sizeof files[0]))

START_TEST(an_image_is_what_its_bytes_say)
{
    hearth_client *t = registered();
    const char *bytes = files[_i].bytes;
    const hearth_answer *r;

    r = upload(t, "A cat", bytes, strlen(bytes), files[_i].type == NULL ? 422 : 303);
    if (files[_i].type == NULL) {
        says(r, "That is no PNG, JPEG, GIF or WebP image.");
        says(r, "value=\"A cat\"");
    } else {
        shows(t, "/images", "<img src=\"/image/1\" alt=\"A cat\"");
        r = get(t, "/image/1", 200);
        ck_assert_str_eq(hearth_answer_header(r, "Content-Type"), files[_i].type);
        ck_assert_str_eq(hearth_answer_header(r, "X-Content-Type-Options"), "nosniff");
        ck_assert_str_eq(hearth_answer_header(r, "Content-Security-Policy"),
                         "default-src 'none'; sandbox");
        ck_assert_uint_eq(r->body.len, strlen(bytes));
    }
    hearth_client_free(t);
}
END_TEST

START_TEST(an_image_needs_a_title_and_a_file)
{
    hearth_client *t = registered();

    says(upload(t, "", "GIF89a..........", 16, 422), "role=\"alert\"");
    says(post(t, "/images", "/images", "title=x", 422), "Choose a file.");
    get(t, "/image/1", 404);
    hearth_client_free(t);
}
END_TEST

START_TEST(the_feed_is_atom)
{
    hearth_client *t = registered();
    const hearth_answer *r = get(t, "/changes.atom", 200);

    says(r, "<feed xmlns=\"http://www.w3.org/2005/Atom\"");
    edit(t, "Cats", 0, "x", 303);
    r = get(t, "/changes.atom", 200);
    ck_assert_int_eq(strncmp(hearth_answer_header(r, "Content-Type"),
                             "application/atom+xml", 20),
                     0);
    says(r, "<title>Cats</title>");
    says(r, "<name>Ada</name>");
    says(r, "/wiki/Cats/diff?to=1\"/>");
    hearth_client_free(t);
}
END_TEST

/* A reader without a session. */
static const hearth_answer *read_as_guest(hearth_client *t, const char *tag)
{
    const char *const headers[] = {"Cookie: lang=en", tag, NULL};

    return hearth_call_do(t, &(hearth_call){.target = "/wiki/Cats", .headers = headers});
}

START_TEST(a_page_that_has_not_changed_is_not_sent_again)
{
    hearth_client *t = registered();
    char tag[100];
    const hearth_answer *r;

    edit(t, "Cats", 0, "See+[[Dogs]]", 303);
    r = read_as_guest(t, NULL);
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-cache");
    snprintf(tag, sizeof tag, "If-None-Match: %s", hearth_answer_header(r, "ETag"));
    ck_assert_int_eq(read_as_guest(t, tag)->status, 304);
    edit(t, "Dogs", 0, "Not+[[Cats]]", 303); /* the link is another one now */
    ck_assert_int_eq(read_as_guest(t, tag)->status, 200);
    r = get(t, "/wiki/Cats", 200); /* whose name is on it */
    ck_assert_str_eq(hearth_answer_header(r, "Cache-Control"), "no-store");
    hearth_client_free(t);
}
END_TEST

START_TEST(it_speaks_german)
{
    hearth_client *t = client();
    const hearth_answer *r = ask(t, "GET", "/wanted", "Accept-Language: de-AT, en;q=0.5",
                                 NULL, (hearth_str){NULL, 0});

    says(r, "<html lang=\"de\">");
    says(r, "Gew\xc3\xbcnschte Seiten");
    shows(t, "/wanted", "<html lang=\"en\">");
    ck_assert_str_eq(hearth_answer_header(get(t, "/language/de?next=/wanted", 302),
                                          "Location"),
                     "/wanted");
    shows(t, "/wanted", "Gew\xc3\xbcnschte Seiten");
    get(t, "/language/xx", 404);
    hearth_client_free(t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wiki");
    TCase *cases = tcase_create("wiki");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 120);
    tcase_add_test(cases, a_missing_page_offers_to_create_it);
    tcase_add_test(cases, a_page_is_written_and_changed);
    tcase_add_test(cases, who_is_too_late_sees_both_texts);
    tcase_add_test(cases, a_difference_of_many_lines_is_cut_short);
    tcase_add_test(cases, a_preview_saves_nothing);
    tcase_add_test(cases, links_lead_to_pages_and_missing_ones_are_wanted);
    tcase_add_loop_test(cases, hostile_markdown_is_text, 0, HOSTILE);
    tcase_add_test(cases, words_are_found);
    tcase_add_test(cases, a_page_has_a_talk_page);
    tcase_add_test(cases, nobody_writes_without_an_account);
    tcase_add_loop_test(cases, an_image_is_what_its_bytes_say, 0, FILES);
    tcase_add_test(cases, an_image_needs_a_title_and_a_file);
    tcase_add_test(cases, the_feed_is_atom);
    tcase_add_test(cases, a_page_that_has_not_changed_is_not_sent_again);
    tcase_add_test(cases, it_speaks_german);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
