/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Texts of templates in the visitor's language.
 */

#include "page_kit.h"

#include "http.h"
#include "suite.h"

#include <hearth/language.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

static int show(hearth_ctx *c)
{
    return page_kit(c);
}

static const hearth_route routes[] = {HEARTH_GET("/", show), HEARTH_END};

static const char *const tags[] = {"en", "de", NULL};
static const char *const catalogs[] = {
    NULL,
    "msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n"
    "msgid \"Good morning\"\nmsgstr \"Guten Morgen\"\n"
    "msgid \"100 % sure\"\nmsgstr \"100 % sure\"\n"
    "#, python-format\nmsgid \"Hello %(name)s\"\nmsgstr \"Hallo %(name)s, 100 %%\"\n"
    "#, python-format\nmsgid \"wrong\"\nmsgstr \"falsch %(x)s\"\n"
    "#, python-format\nmsgid \"%(num)s page\"\nmsgid_plural \"%(num)s pages\"\n"
    "msgstr[0] \"eine Seite\"\nmsgstr[1] \"%(num)s Seiten\"\n"
    "msgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Oeffnen\"\n"
    "#, python-format\nmsgctxt \"book\"\nmsgid \"%(num)s page\"\nmsgid_plural "
    "\"%(num)s pages\"\nmsgstr[0] \"ein Blatt\"\nmsgstr[1] \"%(num)s von %(of)s\"\n",
    NULL};

static hearth_client *client(void)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.access_log_off = true});

    hearth_mount(app, "", routes);
    ck_assert_int_eq(hearth_use_templates(app, NULL), 0);
    ck_assert_int_eq(hearth_use_languages(app, tags,
                                          &(hearth_languages_opts){.catalog = catalogs}),
                     0);
    return hearth_client_new(app);
}

static const struct {
    const char *call, *language;
    int status;
    const char *says; /* in the answer */
} calls[] = {
    {"_|Good morning", "de", 200, "Guten Morgen"},
    {"_|Good morning", "en", 200, "Good morning"},
    {"gettext|Good morning", "de", 200, "Guten Morgen"},
    {"_|unknown", "de", 200, "unknown"},
    {"_|100 % sure", "de", 200, "100 % sure"},
    {"_|100 %% sure|x=1", "en", 200, "100 % sure"},
    {"_|Hello %(name)s|name=Bob", "en", 200, "Hello Bob"},
    {"_|Hello %(name)s|name=Bob", "de", 200, "Hallo Bob, 100 %"},
    {"_|Hello %(name)s|name=%(name)s", "en", 200, "Hello %(name)s"},
    {"_|Hello %(name)s", "en", 200, "Hello %(name)s"},
    {"_|Hello %(name)s|other=x", "en", 500, NULL},
    {"_|wrong|y=1", "de", 500, NULL},
    {"_|%(a)d%(b)s%(|a=1|b=2", "en", 200, "12%("},
    {"_|50 %|a=1", "en", 200, "50 %"},
    {"_|%()s|a=1", "en", 200, "%()s"},
    {"ngettext|%(num)s page|%(num)s pages|1", "en", 200, "1 page"},
    {"ngettext|%(num)s page|%(num)s pages|2", "en", 200, "2 pages"},
    {"ngettext|%(num)s page|%(num)s pages|1", "de", 200, "eine Seite"},
    {"ngettext|%(num)s page|%(num)s pages|9", "de", 200, "9 Seiten"},
    {"ngettext|%(num)s page|%(num)s pages|9|num=neun", "de", 200, "neun Seiten"},
    {"ngettext|a|b|x", "de", 500, NULL},
    {"pgettext|menu|Open", "de", 200, "Oeffnen"},
    {"pgettext|door|Open", "de", 200, "Open"},
    {"npgettext|book|%(num)s page|%(num)s pages|1|of=x", "de", 200, "ein Blatt"},
    {"npgettext|book|%(num)s page|%(num)s pages|3|of=7", "de", 200, "3 von 7"},
    {"language", "de", 200, "de"},
    {"languages", "de", 200, "de"},
    {"_|<b>%(name)s|name=<i>", "en", 200, "<b><i>"}, /* a text, escaped where it is put */
};

START_TEST(a_template_speaks_the_visitors_language)
{
    hearth_client *t = client();
    char call[200], language[60];
    const char *const headers[] = {call, language, NULL};

    snprintf(call, sizeof call, "X-Call: %s", calls[_i].call);
    snprintf(language, sizeof language, "Accept-Language: %s", calls[_i].language);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){.target = "/", .headers = headers});

    ck_assert_msg(r->status == calls[_i].status, "%s: %d %s", calls[_i].call, r->status,
                  r->body.ptr);
    if (calls[_i].says != NULL)
        ck_assert_msg(strstr(r->body.ptr, calls[_i].says) != NULL, "%s: %s",
                      calls[_i].call, r->body.ptr);
    hearth_client_free(t);
}
END_TEST

SUITE("http/page_words", LOOP(a_template_speaks_the_visitors_language, 0, N(calls)))
