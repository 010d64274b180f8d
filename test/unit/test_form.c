/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
/* Forms of models: the exact HTML of each kind, again with what was typed, and hostile texts in
 * every place. */
#include "model/form.h"
#include "suite.h"

#include <hearth/json.h>

#define N(a) ((int)(sizeof(a) / sizeof *(a)))
#define EVIL "\"'><script>&"
#define SAFE "&quot;&#39;&gt;&lt;script&gt;&amp;"

static const char *const words[] = {"draft", EVIL, NULL};

#define OTHER(F, T) F(T, id, i64, "Identifier", .key = true)
HEARTH_MODEL(other, "others", OTHER);

#define SAMPLE(F, T)                                                                    \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)                          \
    F(T, code, text, "Code", .required = true, .min = 2, .max = 5, .pattern = "[A-Z]+") \
    F(T, story, text, "Story")                                                          \
    F(T, essay, text, "Essay", .max = 256)                                              \
    F(T, mail, text, "Mail", .format = HEARTH_FORMAT_EMAIL)                             \
    F(T, site, text, "Site", .format = HEARTH_FORMAT_URL)                               \
    F(T, slug, text, "Slug", .format = HEARTH_FORMAT_SLUG, .max = 9)                    \
    F(T, rank, i64, "Rank", .min = HEARTH_ZERO, .max = 10, .fallback = "5")             \
    F(T, price, f64, "Price", .nullable = true, .min = -1)                              \
    F(T, done, flag, "Done", .fallback = "true")                                        \
    F(T, due, time, "Due", .nullable = true, .max = 86400)                              \
    F(T, day, date, "Day", .fallback = "now")                                           \
    F(T, ref, uuid, "Ref")                                                              \
    F(T, more, json, "More", .fallback = "[1]")                                         \
    F(T, data, blob, "Data")                                                            \
    F(T, state, enum, "State", .choices = words, .fallback = "draft")                   \
    F(T, word, text, "Word", .secret = true, .max = 9, .fallback = "hush")              \
    F(T, owner, i64, "Owner " EVIL, .references = &other_model)
HEARTH_MODEL(sample, "samples", SAMPLE);

typedef struct kit {
    hearth__arena arena;
    hearth__buf b;
    hearth__form f;
    hearth_error err;
    hearth__plan *plan;
    int rc;
} kit;

static const char *html(kit *k, const hearth_model *m, const hearth__form *how)
{
    memset(k, 0, sizeof *k);
    hearth__arena_init(&k->arena, 0);
    hearth__buf_init(&k->b, &k->arena, 0);
    k->plan = hearth__plan_new(m, &k->err);
    ck_assert_msg(k->plan != NULL, "%s", k->err.text);
    k->f = *how;
    k->f.plan = k->plan;
    k->f.arena = &k->arena;
    k->rc = hearth__form_put(&k->b, &k->f, &k->err);
    return k->b.ptr;
}

static void end(kit *k)
{
    hearth__plan_free(k->plan);
    hearth__arena_clear(&k->arena);
}

/* One control, as it is for a new object. */
static const struct {
    const char *field, *html;
} fresh[] = {
    {"code",
     "<input type=\"text\" id=\"f-code\" name=\"code\" value=\"\" maxlength=\"5\" "
     "minlength=\"2\" pattern=\"[A-Z]+\" required>\n"},
    {"story", "<textarea id=\"f-story\" name=\"story\" rows=\"5\">\n</textarea>\n"},
    {"essay", "<textarea id=\"f-essay\" name=\"essay\" rows=\"5\" "
              "maxlength=\"256\">\n</textarea>\n"},
    {"mail", "<input type=\"email\" id=\"f-mail\" name=\"mail\" value=\"\">\n"},
    {"site", "<input type=\"url\" id=\"f-site\" name=\"site\" value=\"\">\n"},
    {"slug",
     "<input type=\"text\" id=\"f-slug\" name=\"slug\" value=\"\" maxlength=\"9\" "
     "pattern=\"[a-z0-9]+(-[a-z0-9]+)*\">\n"},
    {"rank", "<input type=\"number\" id=\"f-rank\" name=\"rank\" value=\"5\" min=\"0\" "
             "max=\"10\" step=\"1\">\n"},
    {"price",
     "<input type=\"number\" id=\"f-price\" name=\"price\" value=\"\" min=\"-1\" "
     "step=\"any\">\n"},
    {"done",
     "<input type=\"checkbox\" id=\"f-done\" name=\"done\" value=\"true\" checked>\n"
     "<label for=\"f-done\">Done</label>\n"},
    {"due", "<input type=\"datetime-local\" id=\"f-due\" name=\"due\" value=\"\" "
            "max=\"1970-01-02T00:00:00\" step=\"1\" aria-describedby=\"f-due-hint\">\n"
            "<p class=\"f-hint\" id=\"f-due-hint\">UTC</p>\n"},
    {"day", "<input type=\"date\" id=\"f-day\" name=\"day\" value=\"\">\n"},
    {"ref", "<input type=\"text\" id=\"f-ref\" name=\"ref\" value=\"\" maxlength=\"36\" "
            "pattern=\"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\">\n"},
    {"more", "<textarea id=\"f-more\" name=\"more\" rows=\"5\" "
             "spellcheck=\"false\">\n[1]</textarea>\n"},
    {"data", "<textarea id=\"f-data\" name=\"data\" rows=\"5\" "
             "spellcheck=\"false\">\n</textarea>\n"},
    {"state", "<select id=\"f-state\" name=\"state\">\n<option value=\"\"></option>\n"
              "<option value=\"draft\" selected>draft</option>\n"
              "<option value=\"" SAFE "\">" SAFE "</option>\n</select>\n"},
    {"word",
     "<input type=\"password\" id=\"f-word\" name=\"word\" value=\"\" maxlength=\"9\" "
     "autocomplete=\"off\">\n"},
    {"owner", "<label for=\"f-owner\">Owner " SAFE "</label>\n<input type=\"number\" "
              "id=\"f-owner\" name=\"owner\" value=\"\" step=\"1\">\n"},
    {"id",
     "<input type=\"number\" id=\"f-id\" name=\"id\" value=\"\" step=\"1\" disabled>\n"},
};

START_TEST(each_kind_has_its_control)
{
    kit k;
    const char *is =
        html(&k, &sample_model,
             &(hearth__form){.o = {.fields = fresh[_i].field, .prefix = "f"}});

    ck_assert_int_eq(k.rc, 0);
    ck_assert_msg(strstr(is, fresh[_i].html) != NULL, "%s", is);
    end(&k);
}
END_TEST

/* What was typed comes back as it was; what a browser would throw away, as plain text. */
static const struct {
    const char *field, *typed, *html;
} again[] = {
    {"code", EVIL "\r\n",
     "<textarea id=\"f-code\" name=\"code\" rows=\"5\" maxlength=\"5\" "
     "minlength=\"2\" required>\n" SAFE "\r\n</textarea>"},
    {"code", "a\rb", "type=\"text\" id=\"f-code\" name=\"code\" value=\"a&#13;b\""},
    {"story", "\n</textarea>", ">\n\n&lt;/textarea&gt;</textarea>"},
    {"rank", "12x", "type=\"text\" id=\"f-rank\" name=\"rank\" value=\"12x\">"},
    {"rank", "99", "type=\"number\" id=\"f-rank\" name=\"rank\" value=\"99\""},
    {"rank", "", "type=\"number\" id=\"f-rank\" name=\"rank\" value=\"\""},
    {"price", "1,5", "type=\"text\" id=\"f-price\" name=\"price\" value=\"1,5\">"},
    {"due", "2026-11-23T10:00",
     "type=\"datetime-local\" id=\"f-due\" name=\"due\" "
     "value=\"2026-11-23T10:00\""},
    {"due", "tomorrow", "type=\"text\" id=\"f-due\" name=\"due\" value=\"tomorrow\""},
    {"due", "2026-11-23 10:00", "type=\"text\" id=\"f-due\""},
    {"day", "2026-02-30", "type=\"text\" id=\"f-day\" name=\"day\" value=\"2026-02-30\""},
    {"done", "maybe", "name=\"done\" value=\"true\">"},
    {"done", "on", "name=\"done\" value=\"true\" checked>"},
    {"done", NULL, "name=\"done\" value=\"true\">"},
    {"state", "none", "<option value=\"draft\">"},
    {"state", EVIL, "<option value=\"" SAFE "\" selected>"},
    {"word", "secret", "type=\"password\" id=\"f-word\" name=\"word\" value=\"\""},
    {"id", "7", "name=\"id\" value=\"\" step=\"1\" disabled"},
};

START_TEST(what_was_typed_comes_back_as_it_was)
{
    hearth__field typed[] = {{hearth__str_of("x"), hearth__str_of("y")},
                             {hearth__str_of(again[_i].field),
                              hearth__str_of(again[_i].typed)},
                             {hearth__str_of(again[_i].field), hearth__str_of("second")}};
    kit k;
    const char *is =
        html(&k, &sample_model,
             &(hearth__form){.again = true,
                             .typed = typed,
                             .ntyped = again[_i].typed == NULL ? 1 : 3,
                             .o = {.fields = again[_i].field, .prefix = "f"}});

    ck_assert_int_eq(k.rc, 0);
    ck_assert_msg(strstr(is, again[_i].html) != NULL, "%s", is);
    end(&k);
}
END_TEST

START_TEST(the_values_of_a_struct_are_shown)
{
    json_t *tree = json_pack("{s:s}", "a", "<b>");
    struct sample s = {.id = 7,
                       .code = EVIL,
                       .story = "two\nlines",
                       .rank = -3,
                       .price = 0.1,
                       .due = 86399,
                       .day = {2026, 11, 25},
                       .more = tree,
                       .data = {"\xff", 1},
                       .state = 1,
                       .word = "hush",
                       .owner = 2};
    static const hearth_form_choice owners[] = {{"1", "One"}, {"2", EVIL}, {NULL, NULL}};
    static const hearth_form_choices choices[] = {{"owner", owners}, {NULL, NULL}};
    static const char *const says[] = {
        "value=\"" SAFE "\"",
        ">\ntwo\nlines</textarea>",
        "value=\"-3\"",
        "value=\"0.1\"",
        "value=\"1970-01-01T23:59:59",
        "value=\"2026-11-25\"",
        ">\n{&quot;a&quot;:&quot;&lt;b&gt;&quot;}</textarea>",
        ">\n/w==</textarea>",
        "<option value=\"" SAFE "\" selected>",
        "name=\"done\" value=\"true\">",
        "<option value=\"2\" selected>" SAFE "</option>",
        "name=\"word\" value=\"\""};
    kit k;
    const char *is =
        html(&k, &sample_model, &(hearth__form){.obj = &s, .o.choices = choices});

    ck_assert_int_eq(k.rc, 0);
    for (int i = 0; i < N(says); i++)
        ck_assert_msg(strstr(is, says[i]) != NULL, "%s is not in %s", says[i], is);
    ck_assert_ptr_null(strstr(is, "hush"));
    ck_assert_ptr_null(
        strstr(is, "name=\"id\"")); /* readonly: it stands in the address */
    end(&k);
    s.price = 1e300 * 1e300;
    (void)html(&k, &sample_model, &(hearth__form){.obj = &s});
    ck_assert_int_eq(k.rc, HEARTH_EINVAL);
    ck_assert_str_eq(
        k.err.text, "the value of price of model sample has no form that could be shown");
    end(&k);
    json_decref(tree);
}
END_TEST

START_TEST(a_key_that_clients_give_is_asked_for_and_then_hidden)
{
    struct other o = {.id = 7};
    kit k;
    const char *is = html(&k, &other_model, &(hearth__form){.o.fields_only = true});

    ck_assert_str_eq(
        is, "<div class=\"form-field\">\n<label for=\"form-id\">Identifier</label>\n"
            "<input type=\"number\" id=\"form-id\" name=\"id\" value=\"\" "
            "step=\"1\">\n</div>\n");
    end(&k);
    is = html(&k, &other_model, &(hearth__form){.obj = &o, .o.fields_only = true});
    ck_assert_str_eq(is, "<input type=\"hidden\" name=\"id\" value=\"7\">\n");
    end(&k);
}
END_TEST

START_TEST(faults_stand_beside_their_fields_and_in_the_summary)
{
    static const hearth__form_fault other = {NULL, "/nowhere", "no field " EVIL},
                                    late = {&other, "/due", "the deadline is past " EVIL},
                                    missing = {&late, "/code", "code is required"};
    static const hearth_form_hidden hidden[] = {{"_next", EVIL}, {NULL, NULL}},
                                    token = {"_token", "t" EVIL};
    kit k;
    const char *is = html(&k, &sample_model,
                          &(hearth__form){.faults = &missing,
                                          .token = &token,
                                          .o = {.fields = "code, due",
                                                .action = "/" EVIL,
                                                .method = "get",
                                                .submit = EVIL,
                                                .problem = EVIL,
                                                .multipart = true,
                                                .unchecked = true,
                                                .hidden = hidden}});

    ck_assert_int_eq(k.rc, 0);
    ck_assert_str_eq(
        is,
        "<form class=\"form\" method=\"get\" action=\"/" SAFE "\" "
        "enctype=\"multipart/form-data\" novalidate>\n"
        "<div class=\"form-errors\" role=\"alert\" tabindex=\"-1\" "
        "aria-labelledby=\"form-problem\">\n<h2 id=\"form-problem\">" SAFE "</h2>\n<ul>\n"
        "<li><a href=\"#form-code\">Code: is required</a></li>\n"
        "<li><a href=\"#form-due\">Due: the deadline is past " SAFE "</a></li>\n"
        "<li>no field " SAFE "</li>\n</ul>\n</div>\n"
        "<input type=\"hidden\" name=\"_token\" value=\"t" SAFE "\">\n"
        "<input type=\"hidden\" name=\"_next\" value=\"" SAFE "\">\n"
        "<div class=\"form-field form-field-wrong\">\n<label "
        "for=\"form-code\">Code</label>\n"
        "<input type=\"text\" id=\"form-code\" name=\"code\" value=\"\" maxlength=\"5\" "
        "minlength=\"2\" pattern=\"[A-Z]+\" required aria-invalid=\"true\" "
        "aria-describedby=\"form-code-error\">\n"
        "<p class=\"form-error\" id=\"form-code-error\">is required</p>\n</div>\n"
        "<div class=\"form-field form-field-wrong\">\n<label "
        "for=\"form-due\">Due</label>\n"
        "<input type=\"datetime-local\" id=\"form-due\" name=\"due\" value=\"\" "
        "max=\"1970-01-02T00:00:00\" step=\"1\" aria-invalid=\"true\" "
        "aria-describedby=\"form-due-hint form-due-error\">\n"
        "<p class=\"form-hint\" id=\"form-due-hint\">UTC</p>\n"
        "<p class=\"form-error\" id=\"form-due-error\">the deadline is past " SAFE
        "</p>\n"
        "</div>\n"
        "<p class=\"form-submit\"><button type=\"submit\">" SAFE
        "</button></p>\n</form>\n");
    end(&k);
}
END_TEST

static const struct {
    hearth_form_opts o;
    const char *says;
} wrong[] = {
    {{.fields = "code, nothing"},
     "a form lists \"nothing\", which is no field of model sample"},
    {{.prefix = "a b"}, "the .prefix of a form is made of letters, digits, '-' and '_'"},
    {{.method = "dialog"}, "the .method of a form is \"post\" or \"get\""},
};

START_TEST(options_that_make_no_sense_are_refused_with_a_sentence)
{
    kit k;

    (void)html(&k, &sample_model, &(hearth__form){.o = wrong[_i].o});
    ck_assert_int_eq(k.rc, HEARTH_EINVAL);
    ck_assert_str_eq(k.err.text, wrong[_i].says);
    end(&k);
}
END_TEST

SUITE("model/form",
      LOOP(each_kind_has_its_control, 0, N(fresh))
          LOOP(what_was_typed_comes_back_as_it_was, 0, N(again))
              TEST(the_values_of_a_struct_are_shown)
                  TEST(a_key_that_clients_give_is_asked_for_and_then_hidden)
                      TEST(faults_stand_beside_their_fields_and_in_the_summary)
                          LOOP(options_that_make_no_sense_are_refused_with_a_sentence, 0,
                               N(wrong)))
