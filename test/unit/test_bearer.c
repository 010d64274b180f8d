/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Tokens of programs and Basic, below HTTP: what the field Authorization holds. */

#include "auth/token.h"

#include "auth_bare.h"
#include "suite.h"

static const struct {
    const char *field, *text; /* text NULL: none */
} fields[] = {
    {"", NULL},
    {"Authorization: Bearer abc\r\n", "abc"},
    {"Authorization: bearer   abc  \r\n", "abc"},
    {"Authorization: BEARER a b\r\n", "a b"}, /* which is no token */
    {"Authorization: Bearer\r\n", NULL},
    {"Authorization: Bearerabc\r\n", NULL},
    {"Authorization: Basic abc\r\n", NULL},
    {"Cookie: Bearer abc\r\n", NULL},
};
#define FIELDS (int)(sizeof fields / sizeof *fields)

START_TEST(a_token_stands_behind_its_scheme)
{
    bare *t = auth_bare(fields[_i].field);
    hearth_str s = hearth__bearer_text(t->c);

    ck_assert_int_eq(s.ptr != NULL, fields[_i].text != NULL);
    if (fields[_i].text != NULL) {
        ck_assert_msg(hearth__str_eq(s, hearth__str_of(fields[_i].text)), "%.*s",
                      (int)s.len, s.ptr);
        ck_assert(t->c->secret); /* and so the request's memory is wiped */
    }
    bare_close(t);
}
END_TEST

static const struct {
    const char *scopes, *scope;
    bool has;
} scopes[] = {
    {"read write", "read", true}, {"read write", "write", true},
    {"read write", "rea", false}, {"read write", "read write", false},
    {"read write", "", false},    {"reader", "read", false},
    {"", "read", false},          {"", "", false},
    {NULL, "read", false},
};
#define SCOPES (int)(sizeof scopes / sizeof *scopes)

START_TEST(a_scope_is_a_whole_word)
{
    ck_assert(hearth__scopes_have(scopes[_i].scopes, scopes[_i].scope) == scopes[_i].has);
}
END_TEST

static const struct {
    const char *label, *scopes;
    int rc;
} made[] = {
    {NULL, NULL, 0},
    {"a script", "read write:all", 0},
    {"a\xff", NULL, HEARTH_EINVAL},
    {NULL, "read  write", HEARTH_EINVAL},
    {NULL, " read", HEARTH_EINVAL},
    {NULL, "read ", HEARTH_EINVAL},
    {NULL, "re\"ad", HEARTH_EINVAL},
    {NULL, "re\\ad", HEARTH_EINVAL},
    {NULL, "r\xc3\xa4", HEARTH_EINVAL},
};
#define MADE (int)(sizeof made / sizeof *made)

START_TEST(labels_and_scopes_have_a_form)
{
    bare *t = auth_bare("");
    const char *text = "";

    ck_assert_int_eq(hearth_bearer_make(t->c, "7",
                                        &(hearth_bearer_opts){.label = made[_i].label,
                                                              .scopes = made[_i].scopes},
                                        &text),
                     made[_i].rc);
    ck_assert((text != NULL) == (made[_i].rc == 0));
    bare_close(t);
}
END_TEST

START_TEST(a_label_has_255_bytes_at_most)
{
    bare *t = auth_bare("");
    char label[257];
    const char *text;

    memset(label, 'x', sizeof label);
    label[255] = '\0';
    ck_assert_int_eq(hearth_bearer_make(t->c, "7", &(hearth_bearer_opts){.label = label},
                                        &text),
                     0);
    label[255] = 'x';
    label[256] = '\0';
    ck_assert_int_eq(hearth_bearer_make(t->c, "7", &(hearth_bearer_opts){.label = label},
                                        &text),
                     HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

START_TEST(only_its_owner_revokes_a_token)
{
    bare *t = auth_bare("");
    const hearth_bearer_info *list;
    const char *text;
    size_t n;

    ck_assert_int_eq(hearth_bearer_make(t->c, "7", NULL, &text), 0);
    ck_assert_int_eq(hearth_bearers_list(t->c, "7", &list, &n), 0);
    ck_assert_uint_eq(n, 1);
    ck_assert_str_ne(list[0].handle, text);
    ck_assert_int_eq((int)list[0].used_s, 0);
    ck_assert_int_eq(hearth_bearer_revoke(t->c, "8", list[0].handle), HEARTH_ENOTFOUND);
    ck_assert_int_eq(hearth_bearer_revoke(t->c, "7", text), HEARTH_ENOTFOUND);
    ck_assert_int_eq(hearth_bearer_revoke(t->c, "7", list[0].handle), 0);
    ck_assert_int_eq(hearth_bearers_list(t->c, "7", &list, &n), 0);
    ck_assert_uint_eq(n, 0);
    bare_close(t);
}
END_TEST

static const struct {
    const char *field;
    int rc;
    const char *name, *password;
} basics[] = {
    {"Authorization: Basic YWRhOmE6Yg==\r\n", 0, "ada", "a:b"},
    {"Authorization: Basic YWRhOg==\r\n", 0, "ada", ""},
    {"Authorization: Basic YWRh\r\n", 401, NULL, NULL},         /* no colon */
    {"Authorization: Basic YWRhOmE6Yg\r\n", 401, NULL, NULL},   /* no padding */
    {"Authorization: Basic YWRhAGE6Yg==\r\n", 401, NULL, NULL}, /* a NUL */
    {"Authorization: Basic \r\n", 401, NULL, NULL},
    {"", 401, NULL, NULL},
};
#define BASICS (int)(sizeof basics / sizeof *basics)

START_TEST(basic_is_a_name_and_a_password)
{
    bare *t = auth_bare(basics[_i].field);
    const char *name = NULL, *password = NULL;

    ck_assert_int_eq(hearth_basic(t->c, "here", &name, &password), basics[_i].rc);
    if (basics[_i].rc == 0) {
        ck_assert_str_eq(name, basics[_i].name);
        ck_assert_str_eq(password, basics[_i].password);
    } else {
        ck_assert_ptr_nonnull(strstr(t->c->challenge, "realm=\"here\""));
    }
    bare_close(t);
}
END_TEST

START_TEST(a_realm_is_printable_and_has_no_quotes)
{
    static const char *const bad[] = {"", "a\"b", "a\\b", "a\nb", "a\x7f", "\xc3\xa4"};
    bare *t = auth_bare("");
    const char *name, *password;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_int_eq(hearth_basic(t->c, bad[i], &name, &password), HEARTH_EINVAL);
    bare_close(t);
}
END_TEST

SUITE("auth/bearer",
      LOOP(a_token_stands_behind_its_scheme, 0, FIELDS)
          LOOP(a_scope_is_a_whole_word, 0, SCOPES)
              LOOP(labels_and_scopes_have_a_form, 0, MADE)
                  TEST(a_label_has_255_bytes_at_most) TEST(only_its_owner_revokes_a_token)
                      LOOP(basic_is_a_name_and_a_password, 0, BASICS)
                          TEST(a_realm_is_printable_and_has_no_quotes))
