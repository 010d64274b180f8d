/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "core/str.h"
#include "i18n/po.h"
#include "suite.h"

#define N(a) ((int)(sizeof(a) / sizeof *(a)))

/* What was read, as text: "context^id/plural=str,str;flags|". */
static char seen[4096];

static void say(const char *s)
{
    ck_assert_uint_lt(strlen(seen) + strlen(s), sizeof seen);
    strcat(seen, s);
}

static int note(void *arg, const hearth__po_entry *e, hearth_error *err)
{
    (void)arg;
    (void)err;
    if (e->context.ptr != NULL) {
        say(e->context.ptr);
        say("^");
    }
    say(e->id.ptr);
    if (e->plural.ptr != NULL) {
        say("/");
        say(e->plural.ptr);
    }
    for (unsigned i = 0; i < e->nstr; i++) {
        say(i == 0 ? "=" : ",");
        say(e->str[i].ptr);
    }
    say(e->fuzzy ? ";fuzzy" : "");
    say(e->no_c_format ? ";no" : "");
    say("|");
    return 0;
}

static const struct {
    const char *po, *says;
} files[] = {
    {"", ""},
    {"\n\n# nothing\n", ""},
    {"msgid \"a\"\nmsgstr \"b\"\n", "a=b|"},
    {"msgid \"a\"\nmsgstr \"b\"", "a=b|"},
    {"msgid \"a\"\r\nmsgstr \"b\"\r\n", "a=b|"},
    {"\xEF\xBB\xBFmsgid \"a\"\nmsgstr \"b\"\n", "a=b|"},
    {"  msgid   \"a\"  \n\tmsgstr\t\"b\"\n", "a=b|"},
    {"msgid\"a\"\nmsgstr\"b\"\n", "a=b|"},
    {"msgid \"a\"\nmsgstr \"\"\n", "a=|"},
    {"msgid \"\"\n\"a\"\n\"b\"\nmsgstr \"\"\n\"c\"\n\n\"d\"\n", "ab=cd|"},
    {"msgid \"\"\nmsgstr \"X: y\\n\"\n\nmsgid \"a\"\nmsgstr \"b\"\n", "=X: y\n|a=b|"},
    {"msgctxt \"m\"\nmsgid \"a\"\nmsgstr \"b\"\n", "m^a=b|"},
    {"msgctxt \"\"\nmsgid \"a\"\nmsgstr \"b\"\n", "^a=b|"},
    {"msgid \"a\"\nmsgid_plural \"as\"\nmsgstr[0] \"b\"\nmsgstr[1] \"c\"\n", "a/as=b,c|"},
    {"msgid \"a\"\nmsgstr \"\\\\\\\"\\n\\t\\x41\\101\\'\"\n", "a=\\\"\n\tAA'|"},
    {"msgid \"\xC3\xA4\"\nmsgstr \"\\303\\244\"\n", "\xC3\xA4=\xC3\xA4|"},
    {"#, fuzzy\nmsgid \"a\"\nmsgstr \"b\"\nmsgid \"c\"\nmsgstr \"d\"\n",
     "a=b;fuzzy|c=d|"},
    {"#, no-c-format , fuzzy\nmsgctxt \"m\"\nmsgid \"a\"\nmsgstr \"b\"\n",
     "m^a=b;fuzzy;no|"},
    {"#, c-format\nmsgid \"a\"\nmsgstr \"b\"\n", "a=b|"},
    {"# x\n#. y\n#: z.c:1\n#| msgid \"old\"\nmsgid \"a\"\nmsgstr \"b\"\n", "a=b|"},
    {"#~ msgid \"gone\"\n#~ msgstr \"weg\"\nmsgid \"a\"\nmsgstr \"b\"\n", "a=b|"},
    {"msgid \"a\"\nmsgstr \"b\"\n# end of a\nmsgid \"c\"\nmsgstr \"d\"\n", "a=b|c=d|"},
};

static int read(const char *po, hearth_error *err)
{
    hearth__arena a;
    int rc;

    seen[0] = '\0';
    hearth__arena_init(&a, 0);
    rc = hearth__po_read(&a, hearth__str_of(po), note, NULL, err);
    hearth__arena_clear(&a);
    return rc;
}

START_TEST(a_catalogue_is_read)
{
    hearth_error err = {0};

    ck_assert_msg(read(files[_i].po, &err) == 0, "%s", err.text);
    ck_assert_str_eq(seen, files[_i].says);
}
END_TEST

static const struct {
    const char *po, *says;
} refused[] = {
    {"hello\n", "line 1: a line begins with"},
    {"msgid \"a\"\nmsgstr \"b\"\nmsgfoo \"c\"\n", "line 3: a line begins with"},
    {"\"a\"\n", "line 1: here is a string that belongs to nothing"},
    {"msgid a\n", "line 1: here a string in double quotes"},
    {"msgid\n", "line 1: here a string in double quotes"},
    {"msgid \"\n", "line 1: here a string in double quotes"},
    {"msgid \"a\n", "line 1: a string has no end"},
    {"msgid \"a\" b\n", "line 1: something follows a string"},
    {"msgid \"a\\\n", "line 1: a string ends within an escape"},
    {"msgid \"\\q\"\n", "line 1: a string holds an escape that does not exist"},
    {"msgid \"\\0\"\n", "line 1: an escape stands for no byte, or for NUL"},
    {"msgid \"\\777\"\n", "line 1: an escape stands for no byte, or for NUL"},
    {"msgid \"\\x\"\n", "line 1: an escape stands for no byte, or for NUL"},
    {"msgid \"\xFF\"\nmsgstr \"a\"\n", "line 2: the text above is not UTF-8"},
    {"msgid \"a\"\nmsgstr \"\\xFF\"\n", "the text above is not UTF-8"},
    {"msgid \"a\"\n", "the message above has no msgstr"},
    {"msgid \"a\"\nmsgid \"b\"\nmsgstr \"c\"\n",
     "line 2: the message above has no msgstr"},
    {"msgctxt \"a\"\n", "a msgctxt without a msgid"},
    {"msgctxt \"a\"\nmsgctxt \"b\"\n", "line 2: above is a msgctxt without a msgid"},
    {"msgstr \"a\"\n", "line 1: here is a msgstr without a msgid"},
    {"msgid_plural \"a\"\n", "line 1: msgid_plural comes directly behind msgid"},
    {"msgid \"a\"\nmsgstr \"b\"\nmsgid_plural \"c\"\n",
     "line 3: msgid_plural comes directly"},
    {"msgid \"a\"\nmsgstr \"b\"\nmsgstr \"c\"\n",
     "line 3: the msgstr of this message are not"},
    {"msgid \"a\"\nmsgstr[0] \"b\"\n", "line 2: msgstr[0] belongs to a message with"},
    {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr \"c\"\n",
     "line 3: a message with msgid_plural has"},
    {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[1] \"c\"\n", "not in order"},
    {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[8] \"c\"\n", "none of 0 to 7"},
    {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[x] \"c\"\n", "none of 0 to 7"},
    {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[] \"c\"\n", "belongs to no msgstr[0]"},
    {"msgid \"a\"\nmsgid_plural \"b\"\nmsgstr[0 \"c\"\n", "belongs to no msgstr[0]"},
    {"msgid[0] \"a\"\n", "line 1: here is a '[' that belongs to no msgstr[0]"},
};

START_TEST(what_is_no_catalogue_is_refused_with_its_line)
{
    hearth_error err = {0};

    ck_assert_int_eq(read(refused[_i].po, &err), HEARTH_EINVAL);
    ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s", err.text);
}
END_TEST

START_TEST(a_nul_byte_in_a_string_is_refused)
{
    static const char po[] = "msgid \"a\0b\"\nmsgstr \"c\"\n";
    hearth_error err = {0};
    hearth__arena a;

    hearth__arena_init(&a, 0);
    ck_assert_int_eq(hearth__po_read(&a, hearth__str(po, sizeof po - 1), note, NULL,
                                     &err),
                     HEARTH_EINVAL);
    ck_assert_str_eq(err.text, "line 1: a string holds a NUL byte");
    hearth__arena_clear(&a);
}
END_TEST

static int stop(void *arg, const hearth__po_entry *e, hearth_error *err)
{
    (void)e;
    (void)err;
    ++*(int *)arg;
    return 7;
}

START_TEST(reading_ends_when_the_caller_says_so)
{
    hearth__arena a;
    int calls = 0;

    hearth__arena_init(&a, 0);
    ck_assert_int_eq(hearth__po_read(&a, hearth__str_of(files[9].po), stop, &calls, NULL),
                     7);
    ck_assert_int_eq(calls, 1);
    hearth__arena_clear(&a);
}
END_TEST

SUITE("i18n/po", LOOP(a_catalogue_is_read, 0, N(files))
                     LOOP(what_is_no_catalogue_is_refused_with_its_line, 0, N(refused))
                         TEST(a_nul_byte_in_a_string_is_refused)
                             TEST(reading_ends_when_the_caller_says_so))
