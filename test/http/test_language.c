/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Pages in the visitor's language. */
#include "http.h"
#include "suite.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static const char *const tags[] = {"en", "de", "pt", "pt-BR", "ru", NULL};

static const char german[] =
    "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n"
    "msgid \"Good morning\"\nmsgstr \"Guten Morgen\"\n"
    "msgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Oeffnen\"\n"
    "msgid \"%lld page\"\nmsgid_plural \"%lld pages\"\n"
    "msgstr[0] \"eine Seite\"\nmsgstr[1] \"%lld Seiten\"\n"
    "msgctxt \"book\"\nmsgid \"%lld page\"\nmsgid_plural \"%lld pages\"\n"
    "msgstr[0] \"%lld Blatt\"\nmsgstr[1] \"%lld Blaetter\"\n";
static const char portuguese[] = "msgid \"Good morning\"\nmsgstr \"Bom dia\"\n"
                                 "msgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Abrir\"\n";
static const char brazilian[] = "msgid \"Good morning\"\nmsgstr \"Bom dia, gente\"\n";
static const char russian[] =
    "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
    "n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n\"\n"
    "msgid \"%lld page\"\nmsgid_plural \"%lld pages\"\n"
    "msgstr[0] \"%lld stranica\"\nmsgstr[1] \"%lld stranicy\"\nmsgstr[2] \"%lld "
    "stranic\"\n";
static const char *const catalogs[] = {NULL,      german,  portuguese,
                                       brazilian, russian, NULL};

static int greet(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_gettext(c, "Good morning"));
}

static int menu(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_pgettext(c, "menu", "Open"));
}

static int pages(hearth_ctx *c)
{
    long long n = hearth_param_int(c, "n");

    return hearth_textf(c, 200, hearth_ngettext(c, "%lld page", "%lld pages", n), n);
}

static int sheets(hearth_ctx *c)
{
    long long n = hearth_param_int(c, "n");

    return hearth_textf(c, 200, hearth_npgettext(c, "book", "%lld page", "%lld pages", n),
                        n);
}

static int in_path(hearth_ctx *c)
{
    HEARTH_TRY(hearth_set_language(c, hearth_param(c, "tag")));
    return greet(c);
}

static int remember(hearth_ctx *c)
{
    HEARTH_TRY(hearth_remember_language(c, hearth_param(c, "tag")));
    return greet(c);
}

static int which(hearth_ctx *c)
{
    return hearth_text(c, 200, hearth_language(c));
}

static int all(hearth_ctx *c)
{
    const char *const *l = hearth_languages(c);
    const char *text = "";

    for (; *l != NULL; l++)
        text = hearth_strf(c, "%s%s,", text, *l);
    return hearth_text(c, 200, text);
}

static int plain(hearth_ctx *c)
{
    return hearth_text(c, 200, "no words");
}

static const hearth_route routes[] = {
    HEARTH_GET("/", greet),
    HEARTH_GET("/menu", menu),
    HEARTH_GET("/pages/{n:int}", pages),
    HEARTH_GET("/sheets/{n:int}", sheets),
    HEARTH_GET("/in/{tag}", in_path),
    HEARTH_POST("/remember/{tag}", remember),
    HEARTH_GET("/which", which),
    HEARTH_GET("/all", all),
    HEARTH_GET("/plain", plain),
    HEARTH_END,
};

static hearth_client *open_client(const char *const *list, const hearth_languages_opts *o)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    ck_assert_ptr_nonnull(app);
    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    if (list != NULL)
        ck_assert_int_eq(hearth_use_languages(app, list, o), 0);
    hearth_client *t = hearth_client_new(app);
    ck_assert_ptr_nonnull(t);
    return t;
}

static const http_case requests[] = {
    {.target = "/",
     .status = 200,
     .says = "Good morning",
     .field = "Content-Language: en"},
    {.target = "/",
     .header = "Accept-Language: de",
     .status = 200,
     .says = "Guten Morgen",
     .field = "Content-Language: de"},
    {.target = "/",
     .header = "Accept-Language: de",
     .status = 200,
     .field = "Vary: Cookie, Accept-Language"},
    {.target = "/",
     .header = "Accept-Language: DE-at, en;q=0.5",
     .status = 200,
     .says = "Guten Morgen"},
    {.target = "/",
     .header = "Accept-Language: fr, de;q=0.3",
     .status = 200,
     .says = "Guten Morgen"},
    {.target = "/",
     .header = "Accept-Language: fr",
     .status = 200,
     .says = "Good morning"},
    {.target = "/",
     .header = "Accept-Language: ;;;\xC3\xA4",
     .status = 200,
     .says = "Good morning"},
    {.target = "/",
     .header = "Accept-Language: pt-BR",
     .status = 200,
     .says = "Bom dia, gente",
     .field = "Content-Language: pt-BR"},
    /* What is missing in the narrower language is taken from the wider. */
    {.target = "/menu",
     .header = "Accept-Language: pt-BR",
     .status = 200,
     .says = "Abrir"},
    {.target = "/menu",
     .header = "Accept-Language: de",
     .status = 200,
     .says = "Oeffnen"},
    {.target = "/menu", .header = "Accept-Language: ru", .status = 200, .says = "Open"},
    /* The cookie counts more than the browser, the address more than the cookie. */
    {.target = "/",
     .header = "Cookie: lang=de",
     .status = 200,
     .says = "Guten Morgen",
     .field = "Vary: Cookie"},
    {.target = "/",
     .header = "Cookie: lang=..%2Fetc",
     .status = 200,
     .says = "Good morning"},
    {.target = "/in/de",
     .header = "Cookie: lang=pt",
     .status = 200,
     .says = "Guten Morgen",
     .field = "Content-Language: de"},
    {.target = "/in/DE", .status = 200, .says = "Guten Morgen"},
    {.target = "/in/xx", .status = 404, .field = "Content-Language"},
    {.target = "/in/de", .status = 200, .field = "Vary"},
    {.target = "/pages/1", .status = 200, .says = "1 page"},
    {.target = "/pages/0", .status = 200, .says = "0 pages"},
    {.target = "/pages/-1", .status = 200, .says = "-1 page"},
    {.target = "/pages/1",
     .header = "Accept-Language: de",
     .status = 200,
     .says = "eine Seite"},
    {.target = "/pages/7",
     .header = "Accept-Language: de",
     .status = 200,
     .says = "7 Seiten"},
    {.target = "/pages/21",
     .header = "Accept-Language: ru",
     .status = 200,
     .says = "21 stranica"},
    {.target = "/pages/22",
     .header = "Accept-Language: ru",
     .status = 200,
     .says = "22 stranicy"},
    {.target = "/pages/11",
     .header = "Accept-Language: ru",
     .status = 200,
     .says = "11 stranic"},
    {.target = "/pages/-9223372036854775807",
     .header = "Accept-Language: ru",
     .status = 200,
     .says = "-9223372036854775807 stranic"},
    {.target = "/sheets/2",
     .header = "Accept-Language: de",
     .status = 200,
     .says = "2 Blaetter"},
    {.target = "/sheets/2",
     .header = "Accept-Language: ru",
     .status = 200,
     .says = "2 pages"},
    {.target = "/which", .header = "Accept-Language: ru", .status = 200, .says = "ru"},
    {.target = "/all", .status = 200, .says = "en,de,pt,pt-BR,ru,"},
    /* An answer that has no words says nothing of it. */
    {.target = "/plain", .status = 200, .field = "Content-Language"},
    {.target = "/plain", .status = 200, .field = "Vary"},
};

START_TEST(a_text_is_in_the_visitors_language)
{
    hearth_client *t = open_client(tags, &(hearth_languages_opts){.catalog = catalogs});

    http_check(t, &requests[_i]);
    hearth_client_free(t);
}
END_TEST

static const http_case alone[] = {
    {.target = "/",
     .header = "Accept-Language: de",
     .status = 200,
     .says = "Good morning",
     .field = "Vary"},
    {.target = "/pages/1", .status = 200, .says = "1 page", .field = "Content-Language"},
    {.target = "/which", .status = 200, .says = ""},
    {.target = "/all", .status = 200, .says = ""},
    {.target = "/in/en", .status = 404},
};

START_TEST(without_languages_the_texts_are_the_programs)
{
    hearth_client *t = open_client(NULL, NULL);

    http_check(t, &alone[_i]);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_choice_is_remembered)
{
    hearth_client *t = open_client(tags, &(hearth_languages_opts){.catalog = catalogs});
    const hearth_answer *r = hearth_call_post(t, "/remember/de", NULL);
    const char *cookie = hearth_answer_header(r, "Set-Cookie");

    ck_assert_int_eq(r->status, 200);
    ck_assert_str_eq(r->body.ptr, "Guten Morgen");
    ck_assert_ptr_nonnull(cookie);
    ck_assert_ptr_nonnull(strstr(cookie, "lang=de; "));
    ck_assert_ptr_nonnull(strstr(cookie, "Max-Age=31536000"));
    ck_assert_ptr_nonnull(strstr(cookie, "HttpOnly"));
    r = hearth_call_get(t, "/");
    ck_assert_str_eq(r->body.ptr, "Guten Morgen");
    r = hearth_call_post(t, "/remember/xx", NULL);
    ck_assert_int_eq(r->status, 404);
    ck_assert_ptr_null(hearth_answer_header(r, "Set-Cookie"));
    hearth_client_free(t);
}
END_TEST

/* ---- set-up ------------------------------------------------------------------------ */

static const char *const one[] = {"en", NULL};
static const char *const none[] = {NULL};
static const char *const twice[] = {"en", "de", "EN", NULL};
static const char *const bad[] = {"en", "de_DE", NULL};
static const char *const hyphen[] = {"de-", NULL};
static const char *const digit[] = {"1e", NULL};
static const char *const long_tag[] = {"abcdefghi", NULL};
static const char *const up[] = {"en", "../x", NULL};
static const char *const two[] = {"en", "de", NULL};
static const char *const broken[] = {NULL, "nonsense", NULL};

static const struct {
    const char *const *list;
    hearth_languages_opts o;
} refused[] = {
    {NULL, {0}},
    {none, {0}},
    {twice, {0}},
    {bad, {0}},
    {hyphen, {0}},
    {digit, {0}},
    {long_tag, {0}},
    {up, {0}},
    {two, {.catalog = broken}},
    {two, {.folder = "/nowhere/at/all"}},
    {two, {.folder = "x", .catalog = broken}},
    {one, {.cookie = "a b"}},
    {one, {.cookie = ""}},
};

START_TEST(what_cannot_be_spoken_is_refused_at_start)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    hearth_error err = {0};

    ck_assert_int_eq(hearth_mount(app, "", routes), 0);
    ck_assert_int_eq(hearth_use_languages(app, refused[_i].list, &refused[_i].o),
                     HEARTH_EINVAL);
    ck_assert_int_eq(hearth_app_start(app, NULL, &err), HEARTH_EINVAL);
    ck_assert_ptr_nonnull(strstr(err.text, "hearth_use_languages: "));
    hearth_app_free(app);
}
END_TEST

START_TEST(languages_are_set_up_once)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    ck_assert_int_eq(hearth_use_languages(app, one, NULL), 0);
    ck_assert_int_eq(hearth_use_languages(app, one, NULL), HEARTH_ESTATE);
    hearth_app_free(app);
}
END_TEST

/* ---- a folder ---------------------------------------------------------------------- */

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void remove_file(const char *dir, const char *name)
{
    char path[512];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    ck_assert(unlink(path) == 0 || errno == ENOENT);
}

START_TEST(catalogues_are_read_from_a_folder)
{
    char dir[] = "/tmp/hearth-po-XXXXXX";
    hearth_client *t;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    write_file(dir, "de.po", german);
    t = open_client(two, &(hearth_languages_opts){.folder = dir});
    http_check(t, &requests[1]);
    hearth_client_free(t);

    /* The first language may have one too, when the texts in the program are mere keys. */
    write_file(dir, "en.po", "msgid \"Good morning\"\nmsgstr \"Morning!\"\n");
    t = open_client(two, &(hearth_languages_opts){.folder = dir});
    ck_assert_str_eq(hearth_call_get(t, "/")->body.ptr, "Morning!");
    hearth_client_free(t);

    write_file(dir, "de.po", "msgid \"%d\"\nmsgstr \"%s\"\n");
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});
    ck_assert_int_eq(hearth_use_languages(app, two,
                                          &(hearth_languages_opts){.folder = dir}),
                     HEARTH_EINVAL);
    hearth_app_free(app);
    remove_file(dir, "de.po");
    remove_file(dir, "en.po");
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

SUITE("http/language",
      LOOP(a_text_is_in_the_visitors_language, 0, N(requests))
          LOOP(without_languages_the_texts_are_the_programs, 0, N(alone))
              TEST(a_choice_is_remembered) LOOP(what_cannot_be_spoken_is_refused_at_start,
                                                0, N(refused))
                  TEST(languages_are_set_up_once) TEST(catalogues_are_read_from_a_folder))
