/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "i18n/catalog.h"
#include "suite.h"

#include <string.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

#define HEAD                                           \
    "msgid \"\"\nmsgstr \"\"\n"                        \
    "\"Content-Type: text/plain; charset=UTF-8\\n\"\n" \
    "\"Plural-Forms: nplurals=2; plural=(n != 1);\\n\"\n\n"

static hearth__catalog *sound(const char *po)
{
    hearth_error err = {0};
    hearth__catalog *k = hearth__catalog_read(hearth__str_of(po), &err);

    ck_assert_msg(k != NULL, "%s", err.text);
    return k;
}

START_TEST(messages_are_found_by_text_context_and_number)
{
    hearth__catalog *k =
        sound(HEAD "msgid \"Open\"\nmsgstr \"Offen\"\n"
                   "msgctxt \"menu\"\nmsgid \"Open\"\nmsgstr \"Oeffnen\"\n"
                   "msgctxt \"menu\"\nmsgid \"Close\"\nmsgstr \"Zu\"\n"
                   "msgid \"%d page\"\nmsgid_plural \"%d pages\"\n"
                   "msgstr[0] \"eine Seite\"\nmsgstr[1] \"%d Seiten\"\n");

    ck_assert_str_eq(hearth__catalog_find(k, NULL, "Open", false, 0), "Offen");
    ck_assert_str_eq(hearth__catalog_find(k, "menu", "Open", false, 0), "Oeffnen");
    ck_assert_str_eq(hearth__catalog_find(k, NULL, "%d page", true, 1), "eine Seite");
    ck_assert_str_eq(hearth__catalog_find(k, NULL, "%d page", true, 2), "%d Seiten");
    ck_assert_ptr_null(hearth__catalog_find(k, NULL, "Close", false, 0));
    ck_assert_ptr_null(hearth__catalog_find(k, "door", "Open", false, 0));
    ck_assert_ptr_null(hearth__catalog_find(k, NULL, "Open", true, 1));
    ck_assert_ptr_null(hearth__catalog_find(k, NULL, "%d page", false, 0));
    ck_assert_ptr_null(hearth__catalog_find(k, NULL, "", false, 0));
    hearth__catalog_free(k);
}
END_TEST

/* What is left to the program's own texts. */
static const char *const untranslated[] = {
    "msgid \"a\"\nmsgstr \"\"\n",
    "#, fuzzy\nmsgid \"a\"\nmsgstr \"b\"\n",
    "#, fuzzy\nmsgid \"a\"\nmsgstr \"%s\"\n",
    "#~ msgid \"a\"\n#~ msgstr \"b\"\n",
};

START_TEST(what_is_fuzzy_empty_or_obsolete_is_not_translated)
{
    hearth__catalog *k = sound(untranslated[_i]);

    ck_assert_ptr_null(hearth__catalog_find(k, NULL, "a", false, 0));
    hearth__catalog_free(k);
}
END_TEST

static const char *const harmless[] = {
    "msgid \"%s: %d\"\nmsgstr \"%2$d von %1$s\"\n",
    "#, no-c-format\nmsgid \"50 % off\"\nmsgstr \"50 % weniger\"\n",
    "#, python-format\nmsgid \"%(n)s left\"\nmsgstr \"noch %(n)s\"\n",
    "msgid \"50 % off\"\nmsgstr \"50 % off\"\n",
    "msgid \"half\"\nmsgstr \"50 %%\"\n",
    "msgid \"%(name)s is here\"\nmsgstr \"%(name)s is here\"\n",
    HEAD "msgid \"%d of %s\"\nmsgid_plural \"%d of %s\"\nmsgstr[0] \"eins\"\n"
         "msgstr[1] \"%d aus %s\"\n",
};

START_TEST(translations_that_take_the_same_arguments_are_sound)
{
    hearth__catalog_free(sound(harmless[_i]));
}
END_TEST

static const struct {
    const char *po, *says;
} refused[] = {
    {"msgid \"a\"\nmsgstr \"%s\"\n",
     "line 1: the translation does not take the arguments"},
    {"msgid \"%d\"\nmsgstr \"%s\"\n", "line 1: the translation does not take"},
    {"msgid \"%s\"\nmsgstr \"none\"\n", "line 1: the translation does not take"},
    {"msgid \"%s\"\nmsgstr \"%n\"\n", "line 1: the translation does not take"},
    {"msgid \"50 % off\"\nmsgstr \"50 % weniger\"\n", "#, no-c-format"},
    {HEAD "msgid \"%d\"\nmsgid_plural \"%d\"\nmsgstr[0] \"%s\"\nmsgstr[1] \"%d\"\n",
     "does not take"},
    {HEAD "msgid \"%d\"\nmsgid_plural \"%d\"\nmsgstr[0] \"%d\"\nmsgstr[1] \"%d %s\"\n",
     "does not take"},
    {HEAD "msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0] \"c\"\n",
     "line 6: the message has 1 forms, and Plural-Forms says that there are 2"},
    {"msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n",
     "line 3: this message is there already"},
    {"msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=ISO-8859-1\\n\"\n",
     "charset=ISO-8859-1; convert it to UTF-8"},
    {"msgid \"\"\nmsgstr \"Plural-Forms: nplurals=2; plural=m;\\n\"\n",
     "Plural-Forms is no rule"},
    {"nonsense\n", "line 1"},
};

START_TEST(a_catalogue_that_could_mislead_printf_is_refused)
{
    hearth_error err = {0};

    ck_assert_ptr_null(hearth__catalog_read(hearth__str_of(refused[_i].po), &err));
    ck_assert_int_eq(err.code, HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s", err.text);
}
END_TEST

SUITE("i18n/catalog",
      TEST(messages_are_found_by_text_context_and_number)
          LOOP(what_is_fuzzy_empty_or_obsolete_is_not_translated, 0, N(untranslated))
              LOOP(translations_that_take_the_same_arguments_are_sound, 0, N(harmless))
                  LOOP(a_catalogue_that_could_mislead_printf_is_refused, 0, N(refused)))
