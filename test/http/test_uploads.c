/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Forms with files: what a handler sees of them, what is kept, and every limit from both
 * sides.
 */

#include "form.h"
#include "http.h"
#include "suite.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* "field=a file=photo:cat.png:image/png:3:abc" and so on. */
static int show(hearth_ctx *c)
{
    const hearth_upload *u;
    char *text =
        hearth_strf(c, "a=%s b=%s", hearth_form(c, "a", "-"), hearth_form(c, "b", "-"));

    for (size_t i = 0; (u = hearth_upload_at(c, i)) != NULL; i++) {
        hearth_str all;

        HEARTH_TRY(hearth_upload_bytes(c, u, &all));
        text = hearth_strf(c, "%s [%s|%s|%s|%llu|%.20s]", text, u->field, u->client_name,
                           u->claimed_type, (unsigned long long)u->size, all.ptr);
    }
    return hearth_text(c, 200, text);
}

static int first(hearth_ctx *c)
{
    const hearth_upload *u = hearth_upload_named(c, "f");

    return hearth_text(c, 200, u == NULL ? "(none)" : u->client_name);
}

static int checked(hearth_ctx *c)
{
    HEARTH_TRY(hearth_body_form(c));
    return hearth_textf(c, 200, "%s,%zu", hearth_form(c, "a", "-"), hearth_body(c).len);
}

static int json(hearth_ctx *c)
{
    json_t *in;

    HEARTH_TRY(hearth_body_json(c, &in));
    return 204;
}

/* Is every byte what form_of_size() made?  Read in odd pieces. */
static int whole(hearth_ctx *c)
{
    const hearth_upload *u = hearth_upload_named(c, "f");
    unsigned char piece[1021];
    uint64_t at = 0;
    size_t got = 1;

    if (u == NULL)
        return 422;
    for (; got > 0; at += got) {
        HEARTH_TRY(hearth_upload_read(c, u, at, piece, sizeof piece, &got));
        for (size_t i = 0; i < got; i++)
            if (piece[i] != (unsigned char)((at + i) * 7 % 251))
                return hearth_fail(c, 500, "byte %zu is wrong", (size_t)at + i);
    }
    return hearth_textf(c, 200, "%llu", (unsigned long long)at);
}

#define NOTE(F, T)                                         \
    F(T, title, text, "Title", .required = true, .max = 5) \
    F(T, count, i64, "Count")
HEARTH_MODEL(note, NULL, NOTE);

/* Text and a file in one form, the text by a model. */
static int bound(hearth_ctx *c)
{
    struct note *n = HEARTH_IN(c, note);
    const hearth_upload *u = hearth_upload_named(c, "f");

    return hearth_textf(c, 200, "%s %lld %s", n->title, (long long)n->count,
                        u == NULL ? "-" : u->client_name);
}

static const hearth_route tight[] = {
    HEARTH_POST("/file", whole, .max_file = 1000),
    HEARTH_POST("/files", show, .max_files = 2),
    HEARTH_POST("/fields", checked, .max_form_fields = 2),
    HEARTH_POST("/inherits", whole),
    HEARTH_END,
};

static const hearth_route routes[] = {
    HEARTH_POST("/", show),
    HEARTH_POST("/first", first),
    HEARTH_POST("/checked", checked),
    HEARTH_POST("/inline", show, .run = HEARTH_INLINE),
    HEARTH_POST("/json", json),
    HEARTH_POST("/bound", bound, .in = &note_model),
    HEARTH_POST("/whole", whole, .max_body = 20u << 20),
    HEARTH_POST("/whole/inline", whole, .max_body = 20u << 20, .run = HEARTH_INLINE),
    HEARTH_GROUP("/tight", tight, .max_body = 1u << 20, .max_file = 5000),
    HEARTH_END,
};

#define FORM(target_) .method = "POST", .target = target_, .type = FORM_TYPE
#define BAD(text)                              \
    {                                          \
        FORM("/"), .body = text, .status = 400 \
    }

static const http_case requests[] = {
    {FORM("/"), .body = FORM_TEXT("a", "1") FORM_END, .status = 200, .says = "a=1 b=-"},
    {FORM("/"),
     .body = FORM_TEXT("a", "1") FORM_TEXT("b", "2") FORM_TEXT("a", "3") FORM_END,
     .status = 200, .says = "a=1 b=2"},
    {FORM("/"),
     .body = FORM_TEXT("a", "") FORM_FILE("f", "x.txt", "text/plain", "hello") FORM_END,
     .status = 200, .says = "a= b=- [f|x.txt|text/plain|5|hello]"},
    {FORM("/inline"),
     .body = FORM_FILE("f", "../../x", "a/b", "1") FORM_TEXT("b", "\xc3\xa4")
         FORM_FILE("f", "y", "a/b", "22") FORM_END,
     .status = 200, .says = "a=- b=\xc3\xa4 [f|x|a/b|1|1] [f|y|a/b|2|22]"},
    {FORM("/"), .body = FORM_END, .status = 200, .says = "a=- b=-"},
    /* nobody chose a file */
    {FORM("/"), .body = FORM_FILE("f", "", "application/octet-stream", "") FORM_END,
     .status = 200, .says = "a=- b=-"},
    {FORM("/"), .body = FORM_FILE("f", "empty", "a/b", "") FORM_END, .status = 200,
     .says = "a=- b=- [f|empty|a/b|0|]"},
    {FORM("/"), .body = FORM_FILE("f", "", "a/b", "x") FORM_END, .status = 200,
     .says = "a=- b=- [f||a/b|1|x]"},
    {FORM("/first"),
     .body = FORM_FILE("g", "g", "a/b", "") FORM_FILE("f", "1", "a/b", "")
         FORM_FILE("f", "2", "a/b", "") FORM_END,
     .status = 200, .says = "1"},
    {FORM("/first"), .body = FORM_TEXT("f", "1") FORM_END, .status = 200,
     .says = "(none)"},
    {FORM("/checked"), .body = FORM_TEXT("a", "1") FORM_END, .status = 200,
     .says = "1,0"},
    {FORM("/json"), .body = FORM_TEXT("a", "1") FORM_END, .status = 415},
    {.method = "POST", .body = "", .type = FORM_TYPE, .status = 200, .says = "a=- b=-"},
    {FORM("/bound"),
     .body = FORM_TEXT("title", "abc") FORM_FILE("f", "x", "a/b", "1")
         FORM_TEXT("count", "7") FORM_END,
     .status = 200, .says = "abc 7 x"},
    {FORM("/bound"),
     .body = FORM_TEXT("title", "abcdef") FORM_FILE("f", "x", "a/b", "1") FORM_END,
     .status = 422},
    {FORM("/bound"), .body = FORM_FILE("title", "x", "a/b", "1") FORM_END, .status = 422},
    /* no form at all */
    {.method = "POST", .body = "{}", .status = 200, .says = "a=- b=-"},
    {.method = "POST",
     .target = "/first",
     .type = "multipart/mixed; boundary=b",
     .body = FORM_FILE("f", "x", "a/b", "") FORM_END,
     .status = 200,
     .says = "(none)"},
    {.method = "POST",
     .type = "Multipart/Form-Data; charset=utf-8; boundary=\"b\"",
     .body = FORM_TEXT("a", "1") FORM_END,
     .status = 200,
     .says = "a=1 b=-"},
    /* malformed */
    {.method = "POST", .type = "multipart/form-data", .body = FORM_END, .status = 400},
    {.method = "POST",
     .type = "multipart/form-data; boundary=\"b@c\"",
     .body = FORM_END,
     .status = 400},
    BAD("x"),
    BAD(FORM_TEXT("a", "1")),
    BAD(FORM_TEXT("a", "\xff") FORM_END),
    BAD("--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n" FORM_END),
    BAD(FORM_FILE("f", "x", "multipart/mixed; boundary=c", "--c--") FORM_END),
    BAD("--b\nContent-Disposition: form-data; name=a\n\n1\n--b--\n"),
    {FORM("/nowhere"), .body = FORM_TEXT("a", "1") FORM_END, .status = 404},
    {FORM("/nowhere"), .body = "x", .status = 400},
};

START_TEST(forms_with_files_are_read)
{
    http_check_one(NULL, routes, &requests[_i]);
}
END_TEST

START_TEST(a_text_field_with_a_nul_is_refused_by_name)
{
    static const char body[] = FORM_TEXT("na", "x\0y") FORM_END;
    hearth_client *t = http_client(NULL, routes);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){FORM("/"), .body = body,
                                         .body_len = sizeof body - 1});

    ck_assert_int_eq(r->status, 400);
    ck_assert_ptr_nonnull(strstr(r->body.ptr, "'na'"));
    hearth_client_free(t);
}
END_TEST

/* ---- size ------------------------------------------------------------------------ */

static void check_size(const char *target, size_t n, const char *header, int status)
{
    hearth_client *t = http_client(NULL, routes);
    const char *const headers[] = {header, NULL};
    size_t len;
    char *body = form_of_size(n, &len), want[32];

    ck_assert_ptr_nonnull(body);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){FORM(target), .headers = headers, .body = body,
                                         .body_len = len});

    ck_assert_msg(r->status == status, "%zu: %d: %s", n, r->status, r->body.ptr);
    snprintf(want, sizeof want, "%zu", n);
    if (status == 200)
        ck_assert_str_eq(r->body.ptr, want);
    ck_assert_int_eq(hearth_call_post(t, "/json", "{}")->status, 204);
    free(body);
    hearth_client_free(t);
}

/* About where memory ends and the file begins, and where one piece does. */
static const size_t sizes[] = {0,      1,      2,       65535,        65536,   65537,
                               131072, 131073, 1000000, 10485760 - 1, 10485760};

START_TEST(a_file_of_any_size_arrives_whole)
{
    check_size("/whole", sizes[_i], NULL, 200);
    check_size("/whole", sizes[_i], "Transfer-Encoding: chunked", 200);
    check_size("/whole/inline", sizes[_i], NULL, 200);
}
END_TEST

START_TEST(a_file_over_its_limit_is_413)
{
    check_size("/whole", 10u << 20, NULL, 200);
    check_size("/whole", (10u << 20) + 1, NULL, 413);
    check_size("/tight/file", 1000, NULL, 200);
    check_size("/tight/file", 1001, NULL, 413);
    check_size("/tight/inherits", 5000, NULL, 200);
    check_size("/tight/inherits", 5001, "Transfer-Encoding: chunked", 413);
}
END_TEST

/* ---- numbers --------------------------------------------------------------------- */

static void check_parts(const char *target, const char *part, int n, int status)
{
    hearth_client *t = http_client(NULL, routes);
    size_t len = strlen(part), at = 0;
    char *body = malloc((size_t)n * len + sizeof FORM_END);

    ck_assert_ptr_nonnull(body);
    for (int i = 0; i < n; i++, at += len)
        memcpy(body + at, part, len);
    memcpy(body + at, FORM_END, sizeof FORM_END);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){FORM(target), .body = body});

    ck_assert_msg(r->status == status, "%d: %d: %s", n, r->status, r->body.ptr);
    if (status == 413)
        ck_assert_ptr_nonnull(strstr(r->body.ptr, "more than"));
    free(body);
    hearth_client_free(t);
}

START_TEST(a_thousand_fields_and_a_hundred_files_are_taken_and_no_more)
{
    check_parts("/checked", FORM_TEXT("a", "x"), 1000, 200);
    check_parts("/checked", FORM_TEXT("a", "x"), 1001, 413);
    check_parts("/first", FORM_FILE("f", "x", "a/b", "1"), 100, 200);
    check_parts("/first", FORM_FILE("f", "x", "a/b", "1"), 101, 413);
    check_parts("/first", FORM_FILE("f", "", "a/b", ""), 101, 413);
    check_parts("/tight/files", FORM_FILE("f", "x", "a/b", "1"), 2, 200);
    check_parts("/tight/files", FORM_FILE("f", "x", "a/b", "1"), 3, 413);
    check_parts("/tight/fields", FORM_TEXT("a", "x"), 2, 200);
    check_parts("/tight/fields", FORM_TEXT("a", "x"), 3, 413);
}
END_TEST

START_TEST(the_limits_of_fields_hold_for_plain_forms_too)
{
    static const http_case plain[] = {
        {.method = "POST",
         .target = "/tight/fields",
         .type = "application/x-www-form-urlencoded",
         .body = "a=1&b=2",
         .status = 200},
        {.method = "POST",
         .target = "/tight/fields",
         .type = "application/x-www-form-urlencoded",
         .body = "a=1&b=2&c=3",
         .status = 413},
    };

    http_check_one(NULL, routes, &plain[_i]);
}
END_TEST

/* Files do not count here, and a route's large max_body does not make room for text. */
START_TEST(text_fields_together_are_at_most_as_large_as_the_applications_body)
{
    hearth_client *t = http_client(&(hearth_app_opts){.max_body = 2000}, routes);
    size_t n = 2000 + (size_t)_i, len;
    char *body = malloc(n + 400);

    ck_assert_ptr_nonnull(body);
    len = (size_t)snprintf(body, n + 400, FORM_PART("a") "\r\n\r\n%0*d\r\n" FORM_END,
                           (int)n, 0);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){FORM("/whole"), .body = body, .body_len = len});

    ck_assert_int_eq(r->status, _i == 0 ? 422 : 413);
    free(body);
    hearth_client_free(t);
}
END_TEST

/* ---- keeping --------------------------------------------------------------------- */

static char dir[] = "/tmp/hearth-uploads-XXXXXX";

static int keep(hearth_ctx *c)
{
    const hearth_upload *u = hearth_upload_named(c, "f");
    const char *name = hearth_form(c, "as", NULL), *saved = "";

    if (u == NULL)
        return 422;
    HEARTH_TRY(hearth_upload_save(c, u, hearth_form(c, "dir", dir), name, &saved));
    return hearth_text(c, 200, saved);
}

static const hearth_route keeping[] = {
    HEARTH_POST("/", keep, .max_body = 4u << 20),
    HEARTH_END,
};

static void remove_saved(const char *name)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    ck_assert_int_eq(unlink(path), 0);
}

static void check_saved(const char *name, const char *data, size_t n)
{
    char path[128], *got = malloc(n + 1);
    struct stat st;
    int fd;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    fd = open(path, O_RDONLY | O_NOFOLLOW);
    ck_assert_msg(fd >= 0, "%s is not there", path);
    ck_assert_int_eq(fstat(fd, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq((long)st.st_nlink, 1);
    ck_assert_uint_eq((size_t)st.st_size, n);
    ck_assert_int_eq(read(fd, got, n + 1), (ssize_t)n);
    ck_assert_int_eq(memcmp(got, data, n), 0);
    close(fd);
    free(got);
}

START_TEST(a_small_and_a_large_file_are_kept_under_random_names)
{
    hearth_client *t = http_client(NULL, keeping);
    size_t n = _i == 0 ? 100 : 3000000, len;
    char *body = form_of_size(n, &len), name[64];

    ck_assert_ptr_nonnull(mkdtemp(dir));
    for (int again = 0; again < 2; again++) {
        const hearth_answer *r =
            hearth_call_do(t, &(hearth_call){FORM("/"), .body = body, .body_len = len});

        ck_assert_msg(r->status == 200, "%s", r->body.ptr);
        ck_assert_uint_eq(r->body.len, 32);
        ck_assert_uint_eq(strspn(r->body.ptr, "abcdefghijklmnopqrstuvwxyz234567"), 32);
        snprintf(name, sizeof name, "%s", r->body.ptr);
        check_saved(name, strstr(body, "\r\n\r\n") + 4, n);
        remove_saved(name);
    }
    ck_assert_int_eq(rmdir(dir), 0); /* and nothing else was left there */
    free(body);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_name_is_never_taken_twice_and_never_a_path)
{
    static const struct {
        const char *as;
        int status;
    } names[] = {{"x", 200}, {"x", 409},  {"../x", 400}, {"/x", 400},
                 {"", 400},  {"..", 400}, {".", 400},    {".hidden", 200}};
    hearth_client *t = http_client(NULL, keeping);
    char body[512];

    ck_assert_ptr_nonnull(mkdtemp(dir));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(body, sizeof body, FORM_TEXT_F FORM_FILE("f", "n", "a/b", "1") FORM_END,
                 "as", names[i].as);
        const hearth_answer *r =
            hearth_call_do(t, &(hearth_call){FORM("/"), .body = body});

        ck_assert_msg(r->status == names[i].status, "%s: %d", names[i].as, r->status);
    }
    check_saved("x", "1", 1);
    remove_saved("x");
    remove_saved(".hidden");
    ck_assert_int_eq(rmdir(dir), 0);
    hearth_client_free(t);
}
END_TEST

START_TEST(a_missing_directory_is_the_servers_fault)
{
    hearth_client *t = http_client(NULL, keeping);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){FORM("/"),
                                         .body = FORM_TEXT("dir", "/nowhere/at/all")
                                             FORM_FILE("f", "n", "a/b", "1") FORM_END});

    ck_assert_int_eq(r->status, 500);
    ck_assert_ptr_null(strstr(r->body.ptr, "nowhere"));
    ck_assert(http_logged(t, "/nowhere/at/all"));
    hearth_client_free(t);
}
END_TEST

START_TEST(without_a_place_for_temporary_files_it_is_500_and_in_the_log)
{
    hearth_client *t =
        http_client(&(hearth_app_opts){.upload_dir = "/nowhere/at/all"}, routes);
    size_t len = 0;
    char *body = form_of_size(100000, &len);

    ck_assert_ptr_nonnull(body);
    const hearth_answer *r =
        hearth_call_do(t, &(hearth_call){FORM("/whole"), .body = body, .body_len = len});

    ck_assert_int_eq(r->status, 500);
    ck_assert(http_logged(t, "/nowhere/at/all"));
    free(body);
    hearth_client_free(t);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

SUITE("http/uploads",
      LOOP(forms_with_files_are_read, 0,
           COUNT(requests)) TEST(a_text_field_with_a_nul_is_refused_by_name)
          LOOP(a_file_of_any_size_arrives_whole, 0,
               COUNT(sizes)) TEST(a_file_over_its_limit_is_413)
              TEST(a_thousand_fields_and_a_hundred_files_are_taken_and_no_more)
                  LOOP(the_limits_of_fields_hold_for_plain_forms_too, 0, 2) LOOP(
                      text_fields_together_are_at_most_as_large_as_the_applications_body,
                      0, 2) LOOP(a_small_and_a_large_file_are_kept_under_random_names, 0,
                                 2) TEST(a_name_is_never_taken_twice_and_never_a_path)
                      TEST(a_missing_directory_is_the_servers_fault) TEST(
                          without_a_place_for_temporary_files_it_is_500_and_in_the_log))
