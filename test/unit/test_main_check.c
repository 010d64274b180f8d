/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#include "app/app.h"
#include "boot/main_check.h"
#include "boot/secret.h"
#include "suite.h"
#include "tree.h"

#include <fcntl.h>
#include <hearth.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "qVz8rT1mKx7LpYw3Nc5JhD9sFb2GaE4u"
#define USER   1000

static const char *const hosts[] = {"shop.example", NULL};
static const char *const any_host[] = {HEARTH_UNSAFE_ANY_HOST, NULL};
static const char *const proxy[] = {"10.0.0.7", "fd00::/8", NULL};
static const char *const all_v4[] = {"0.0.0.0/0", NULL};
static const char *const all_v6[] = {"::/0", NULL};
static const char *const apps[] = {"https://app.example", NULL};
static const char *const plain_apps[] = {"http://app.example", NULL};
static const char *const anyone[] = {HEARTH_UNSAFE_ANY_ORIGIN, NULL};
static const char *const nobody[] = {"null", NULL};
static const char *const secrets[] = {SECRET, NULL};

static int hello(hearth_ctx *c)
{
    return hearth_text(c, 200, "hello\n");
}

static void drop_lines(void *self, hearth_log_level level, hearth_str lines)
{
    (void)self;
    (void)level;
    (void)lines;
}

static const hearth_log_ops quiet = {.name = "quiet", .write = drop_lines};

/* ---- what is wrong ------------------------------------------------------------------ */

static void open_cors(hearth_app *app)
{
    hearth_use_cors_at(app, "/api", &(hearth_cors_opts){.origins = anyone});
}

static void null_cors(hearth_app *app)
{
    hearth_use_cors(app, &(hearth_cors_opts){.origins = nobody});
}

static void plain_cors(hearth_app *app)
{
    hearth_use_cors(app, &(hearth_cors_opts){.origins = plain_apps});
}

static void good_cors(hearth_app *app)
{
    hearth_use_cors(app, &(hearth_cors_opts){.origins = apps, .credentials = true});
}

static void cross_route(hearth_app *app)
{
    static const hearth_route routes[] = {
        HEARTH_POST("/hook", hello, .unsafe_cross_site = true),
        HEARTH_END,
    };

    hearth_mount(app, "", routes);
}

static void bad_route(hearth_app *app)
{
    hearth_get(app, "nowhere", hello);
}

static void sessions(hearth_app *app)
{
    hearth_use_sessions(app, hearth_store_memory(10), NULL);
}

static void bare_sessions(hearth_app *app)
{
    hearth_use_sessions(app, hearth_store_memory(10),
                        &(hearth_session_opts){.insecure = true});
}

static void sealed_sessions(hearth_app *app)
{
    hearth_use_sessions(app, hearth_store_cookie(), NULL);
}

static void brief_sealed_sessions(hearth_app *app)
{
    hearth_use_sessions(app, hearth_store_cookie(),
                        &(hearth_session_opts){.absolute_s = 86400});
}

static void long_sessions(hearth_app *app)
{
    hearth_use_sessions(app, hearth_store_memory(10),
                        &(hearth_session_opts){.absolute_s = 91 * 86400});
}

static const hearth_ws_ops own_ws = {.max_message = 0};
static const hearth_ws_ops friend_ws = {.origins = apps};
static const hearth_ws_ops open_ws = {.origins = anyone};
static const hearth_ws_ops null_ws = {.origins = nobody};
static const hearth_ws_ops plain_ws = {.origins = plain_apps};

static void own_socket(hearth_app *app)
{
    hearth_websocket(app, "/ws", &own_ws);
    hearth_websocket(app, "/ws2", &friend_ws);
}

static void open_socket(hearth_app *app)
{
    hearth_websocket(app, "/ws", &open_ws);
}

static void null_socket(hearth_app *app)
{
    hearth_websocket(app, "/ws", &null_ws);
}

static void plain_socket(hearth_app *app)
{
    hearth_websocket(app, "/ws", &plain_ws);
}

static void bare_passwords(hearth_app *app)
{
    hearth_use_passwords(app, NULL);
}

static void limited_passwords(hearth_app *app)
{
    hearth_use_passwords(app, NULL);
    hearth_use_login_limit(app, NULL);
}

static void common_passwords(hearth_app *app)
{
    hearth_use_passwords(app, &(hearth_password_opts){.unsafe_common = true});
    hearth_use_login_limit(app, NULL);
}

static void lasting_tokens(hearth_app *app)
{
    static const hearth_jwt_key keys[] = {{.text = "0123456789abcdef0123456789abcdef"},
                                          {.kid = NULL}};

    hearth_jwt_new(app, &(hearth_jwt_opts){.alg = HEARTH_JWT_HS256, .keys = keys});
    hearth_jwt_new(app, &(hearth_jwt_opts){.alg = HEARTH_JWT_HS256,
                                           .keys = keys,
                                           .unsafe_no_expiry = true});
}

static void with_users(hearth_app *app, const hearth_users_opts *o)
{
    hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL));
    hearth_use_sessions(app, hearth_store_memory(10), NULL);
    hearth_use_users(app, o);
}

static void sound_users(hearth_app *app)
{
    with_users(app, NULL);
}

static void guessed_users(hearth_app *app)
{
    with_users(app, &(hearth_users_opts){.tries_account = 101});
}

static void guessed_passwords(hearth_app *app)
{
    hearth_use_passwords(app, NULL);
    hearth_use_login_limit(app, &(hearth_login_limit_opts){.per_account = 102});
}

static void large_route(hearth_app *app)
{
    static const hearth_route routes[] = {
        HEARTH_POST("/in", hello, .max_body = 65u << 20),
        HEARTH_POST("/spooled", hello, .max_body = 65u << 20, .spool = true),
        HEARTH_POST("/small", hello, .max_body = 64u << 20),
        HEARTH_END,
    };

    hearth_mount(app, "", routes);
}

static void sound_files(hearth_app *app)
{
    hearth_static(app, "/files", "loose", NULL);
}

static void dot_files(hearth_app *app)
{
    hearth_static(app, "/files", "loose", &(hearth_static_opts){.dot_files = true});
}

static void database(hearth_app *app, mode_t mode)
{
    hearth_db *db = hearth_db_open("sqlite:check.db", NULL);

    ck_assert_ptr_nonnull(db);
    ck_assert_int_eq(hearth_use_db(app, db), 0);
    ck_assert_int_eq(chmod("check.db", mode), 0);
}

static void open_database(hearth_app *app)
{
    database(app, 0644);
}

static void own_database(hearth_app *app)
{
    database(app, 0640);
}

static void memory_database(hearth_app *app)
{
    ck_assert_int_eq(hearth_use_db(app, hearth_db_open("sqlite::memory:", NULL)), 0);
}

static void keep_secret(const char *text)
{
    int fd = open(HEARTH__SECRET_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void secret_of_file(hearth_app *app)
{
    keep_secret(SECRET "\n");
    brief_sealed_sessions(app);
}

static void other_secret_in_file(hearth_app *app)
{
    keep_secret("another secret of at least 32 characters\n");
    brief_sealed_sessions(app);
}

static void loose_uploads(hearth_app *app)
{
    (void)app;
    ck_assert_int_eq(chmod("loose", 0777), 0);
}

typedef struct finding {
    const char *says; /* NULL: nothing is found */
    hearth_app_opts o;
    void (*set_up)(hearth_app *app);
    const char *env; /* "NAME=value" */
    bool no_hosts, no_proxy, root;
} finding;

static const finding findings[] = {
    {NULL, {0}, NULL, NULL, false, false, false},
    {NULL, {0}, good_cors, NULL, false, false, false},
    {NULL, {0}, sessions, NULL, false, false, false},
    {NULL, {.trusted_origins = apps}, NULL, NULL, false, false, false},
    {NULL, {.secrets = secrets}, brief_sealed_sessions, NULL, false, false, false},
    {NULL, {.secrets = secrets}, other_secret_in_file, NULL, false, false, false},
    {NULL, {0}, brief_sealed_sessions, "HEARTH_SECRET=" SECRET, false, false, false},
    {NULL, {0}, own_database, NULL, false, false, false},
    {NULL, {0}, memory_database, NULL, false, false, false},
    {NULL, {.upload_dir = "."}, NULL, NULL, false, false, false},
    {NULL, {0}, NULL, "HEARTH_HOSTS=shop.example", true, false, false},
    {NULL, {0}, NULL, "HEARTH_TRUSTED_PROXIES=unix:", false, true, false},
    {NULL,
     {.content_security_policy = "default-src 'none'"},
     NULL,
     NULL,
     false,
     false,
     false},
    {"No hosts are listed", {0}, NULL, NULL, true, false, false},
    {"answers to every host", {.hosts = any_host}, NULL, NULL, true, false, false},
    {"answers to every host", {0}, NULL, "HEARTH_HOSTS=*", true, false, false},
    {"It does not start: HEARTH_HOSTS",
     {0},
     NULL,
     "HEARTH_HOSTS=a b",
     true,
     false,
     false},
    {"It does not start", {0}, bad_route, NULL, false, false, false},
    {"No proxy is trusted", {0}, NULL, NULL, false, true, false},
    {"0.0.0.0/0", {.trusted_proxies = all_v4}, NULL, NULL, false, true, false},
    {"::/0", {.trusted_proxies = all_v6}, NULL, NULL, false, true, false},
    {"0.0.0.0/4", {0}, NULL, "HEARTH_TRUSTED_PROXIES=0.0.0.0/4", false, true, false},
    {"runs as root", {0}, NULL, NULL, false, false, true},
    {"debug is on", {.debug = true}, NULL, NULL, false, false, false},
    {"leaves out warnings",
     {.log = {.level = HEARTH_LOG_ERROR}},
     NULL,
     NULL,
     false,
     false,
     false},
    {"has no secret", {0}, brief_sealed_sessions, NULL, false, false, false},
    {"HEARTH_SECRET is too short",
     {0},
     brief_sealed_sessions,
     "HEARTH_SECRET=short",
     false,
     false,
     false},
    {"only 1 different",
     {0},
     brief_sealed_sessions,
     "HEARTH_SECRET=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     false,
     false,
     false},
    {"made for development",
     {.secrets = secrets},
     secret_of_file,
     NULL,
     false,
     false,
     false},
    {"made for development",
     {0},
     secret_of_file,
     "HEARTH_SECRET=" SECRET,
     false,
     false,
     false},
    {"Content-Security-Policy is switched off",
     {.content_security_policy = HEARTH_UNSAFE_NOT_SENT},
     NULL,
     NULL,
     false,
     false,
     false},
    {"Referrer-Policy is switched off",
     {.referrer_policy = HEARTH_UNSAFE_NOT_SENT},
     NULL,
     NULL,
     false,
     false,
     false},
    {"Strict-Transport-Security is switched off",
     {.hsts_s = HEARTH_UNSAFE_NO_HSTS},
     NULL,
     NULL,
     false,
     false,
     false},
    {"inline scripts",
     {.content_security_policy = "default-src 'self' 'unsafe-inline'"},
     NULL,
     NULL,
     false,
     false,
     false},
    {"inline scripts",
     {.content_security_policy = "frame-ancestors 'none'"},
     NULL,
     NULL,
     false,
     false,
     false},
    {"option unsafe_cross_site",
     {.unsafe_cross_site = true},
     NULL,
     NULL,
     false,
     false,
     false},
    {"The route POST /hook", {0}, cross_route, NULL, false, false, false},
    {"trusted_origins holds http://app.example",
     {.trusted_origins = plain_apps},
     NULL,
     NULL,
     false,
     false,
     false},
    {"every site may read what is below /api", {0}, open_cors, NULL, false, false, false},
    {"Pages without an origin", {0}, null_cors, NULL, false, false, false},
    {"Pages of http://app.example", {0}, plain_cors, NULL, false, false, false},
    {"sessions are `insecure`", {0}, bare_sessions, NULL, false, false, false},
    {"bring 100 MiB", {.max_body = 100u << 20}, NULL, NULL, false, false, false},
    {"can be read or changed by every user",
     {0},
     open_database,
     NULL,
     false,
     false,
     false},
    {NULL, {0}, own_socket, NULL, false, false, false},
    {NULL, {0}, limited_passwords, NULL, false, false, false},
    {NULL, {0}, sound_users, NULL, false, false, false},
    {NULL, {0}, sound_files, NULL, false, false, false},
    {NULL, {.hsts_s = 30 * 86400}, NULL, NULL, false, false, false},
    {"good for 2591999 s only",
     {.hsts_s = 30 * 86400 - 1},
     NULL,
     NULL,
     false,
     false,
     false},
    {"last up to 30 days",
     {.secrets = secrets},
     sealed_sessions,
     NULL,
     false,
     false,
     false},
    {"lasts up to 91 days", {0}, long_sessions, NULL, false, false, false},
    {"Pages of every site may open the WebSocket /ws",
     {0},
     open_socket,
     NULL,
     false,
     false,
     false},
    {"(\"null\") may open the WebSocket", {0}, null_socket, NULL, false, false, false},
    {"Pages of http://app.example may open",
     {0},
     plain_socket,
     NULL,
     false,
     false,
     false},
    {"nothing limits how often", {0}, bare_passwords, NULL, false, false, false},
    {"unsafe_common", {0}, common_passwords, NULL, false, false, false},
    {"unsafe_no_expiry", {0}, lasting_tokens, NULL, false, false, false},
    {"guess 101 times", {0}, guessed_users, NULL, false, false, false},
    {"guess 102 times", {0}, guessed_passwords, NULL, false, false, false},
    {"The route POST /in lets a request bring 65 MiB",
     {0},
     large_route,
     NULL,
     false,
     false,
     false},
    {"dot_files", {0}, dot_files, NULL, false, false, false},
    {"upload_dir", {.upload_dir = "loose"}, loose_uploads, NULL, false, false, false},
};
#define FINDINGS (int)(sizeof findings / sizeof *findings)

/* ---- the tests ---------------------------------------------------------------------- */

static void clean_env(void)
{
    unsetenv("HEARTH_HOSTS");
    unsetenv("HEARTH_TRUSTED_PROXIES");
    unsetenv("HEARTH_SECRET");
    unsetenv("TMPDIR");
}

static void set_env(const char *text)
{
    char name[32];
    size_t n = text == NULL ? 0 : strcspn(text, "=");

    clean_env();
    if (text == NULL)
        return;
    ck_assert_uint_lt(n, sizeof name);
    memcpy(name, text, n);
    name[n] = '\0';
    ck_assert_int_eq(setenv(name, text + n + 1, 1), 0);
}

static hearth_app *make_app(const finding *f)
{
    hearth_app_opts o = f->o;
    hearth_app *app;

    o.log.ops = &quiet;
    if (!f->no_hosts)
        o.hosts = hosts;
    if (!f->no_proxy)
        o.trusted_proxies = proxy;
    app = hearth_app_new(&o);
    ck_assert_ptr_nonnull(app);
    if (f->set_up != NULL)
        f->set_up(app);
    return app;
}

START_TEST(each_unsafe_setting_is_one_numbered_sentence)
{
    const finding *f = &findings[_i];
    tree t = tree_new();
    hearth__buf out;

    ck_assert_int_eq(chdir(t.dir), 0);
    ck_assert_int_eq(mkdir("loose", 0700), 0);
    set_env(f->env);
    hearth_app *app = make_app(f);

    hearth__buf_init(&out, NULL, 0);
    size_t n = hearth__check_deploy(app, f->root ? 0 : USER, &out);
    const char *text = hearth__buf_view(&out).ptr;

    ck_assert_msg(n == (f->says != NULL), "%zu: %s", n, text);
    if (f->says != NULL) {
        ck_assert_msg(strstr(text, f->says) != NULL, "%s", text);
        ck_assert_int_eq(strncmp(text, "1. ", 3), 0);
        ck_assert_ptr_nonnull(strstr(text, ".\n"));
    }
    hearth__buf_clear(&out);
    hearth_app_free(app);
    ck_assert_int_eq(chdir("/"), 0);
    tree_free(&t);
}
END_TEST

START_TEST(all_of_them_are_told_at_once)
{
    const finding f = {NULL, {.debug = true}, open_cors, NULL, true, true, true};
    hearth__buf out;

    clean_env();
    hearth_app *app = make_app(&f);

    hearth__buf_init(&out, NULL, 0);
    ck_assert_uint_eq(hearth__check_deploy(app, 0, &out), 5);
    ck_assert_ptr_nonnull(strstr(hearth__buf_view(&out).ptr, "\n5. "));
    hearth__buf_clear(&out);
    hearth_app_free(app);
}
END_TEST

static int run(const finding *f, char *option)
{
    static char program[] = "program", check[] = "check";
    char *argv[] = {program, check, option, NULL};

    return hearth_app_main(make_app(f), option == NULL ? 2 : 3, argv);
}

START_TEST(the_exit_code_says_whether_there_was_any)
{
    static char deploy[] = "--deploy", all[] = "--all";
    const finding sound = {.says = NULL}, debug = {.o = {.debug = true}};

    clean_env();
    ck_assert_int_eq(run(&debug, deploy), 1);
    ck_assert_int_eq(run(&sound, NULL), 2);
    ck_assert_int_eq(run(&sound, all), 2);
    ck_assert_int_eq(run(&sound, deploy), geteuid() == 0 ? 1 : 0);
}
END_TEST

SUITE("boot/main_check", LOOP(each_unsafe_setting_is_one_numbered_sentence, 0, FINDINGS)
                             TEST(all_of_them_are_told_at_once)
                                 TEST(the_exit_code_says_whether_there_was_any))
