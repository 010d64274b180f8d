/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* What every store on a server has to do, slot by slot; then what is the memory's own. */

#include "session_kit.h"
#include "suite.h"

#include "core/str.h"

typedef struct fixture {
    kit k;
    hearth_store store;
    hearth_ctx *c;
} fixture;

static void open_fixture(fixture *f, int store)
{
    (void)kit_app(&f->k, store, NULL);
    f->store = f->k.app->sessions->store;
    f->c = hearth__ctx_take(NULL, f->k.app);
    ck_assert_ptr_nonnull(f->c);
}

static void close_fixture(fixture *f)
{
    hearth__ctx_put(NULL, f->c);
    hearth_app_free(f->k.app);
    kit_clean(&f->k);
}

static int save(fixture *f, const char *id, const char *data, const char *user,
                int64_t version, int64_t expires)
{
    const hearth_stored s = {hearth__str_of(data), user, version, expires};

    return f->store.ops->save(f->store.self, f->c, hearth__str_of(id), &s);
}

static int drop(fixture *f, const char *id, int64_t version)
{
    return f->store.ops->drop(f->store.self, f->c, hearth__str_of(id), version);
}

static int load(fixture *f, const char *id, hearth_stored *out)
{
    return f->store.ops->load(f->store.self, f->c, hearth__str_of(id), out);
}

static void holds(fixture *f, const char *id, const char *data, int64_t version)
{
    hearth_stored s;

    ck_assert_int_eq(load(f, id, &s), 0);
    ck_assert(hearth__str_eq(s.data, hearth__str_of(data)));
    ck_assert_int_eq(s.version, version);
}

START_TEST(what_was_saved_is_loaded)
{
    fixture f;
    hearth_stored s = {{"\0a\377", 3}, "7", 1, 99};

    open_fixture(&f, _i);
    ck_assert_int_eq(load(&f, "x", &s), HEARTH_ENOTFOUND);
    s = (hearth_stored){{"\0a\377", 3}, "7", 1, 99};
    ck_assert_int_eq(f.store.ops->save(f.store.self, f.c, HEARTH__S("x"), &s), 0);
    memset(&s, 0, sizeof s);
    ck_assert_int_eq(load(&f, "x", &s), 0);
    ck_assert(hearth__str_eq(s.data, hearth__str("\0a\377", 3)));
    ck_assert_int_eq(s.data.ptr[3], '\0');
    ck_assert_str_eq(s.user, "7");
    ck_assert_int_eq(s.version, 1);
    ck_assert_int_eq(s.expires_s, 99);
    close_fixture(&f);
}
END_TEST

START_TEST(only_the_version_that_was_seen_is_replaced)
{
    fixture f;

    open_fixture(&f, _i);
    ck_assert_int_eq(save(&f, "x", "one", "", 2, 9), HEARTH_ENOTFOUND);
    ck_assert_int_eq(save(&f, "x", "one", "", 1, 9), 0);
    ck_assert_int_eq(save(&f, "x", "two", "", 1, 9), HEARTH_ECONFLICT);
    ck_assert_int_eq(save(&f, "x", "two", "", 3, 9), HEARTH_ECONFLICT);
    holds(&f, "x", "one", 1);
    ck_assert_int_eq(save(&f, "x", "two", "", 2, 9), 0);
    holds(&f, "x", "two", 2);
    ck_assert_int_eq(save(&f, "x", "three", "", 2, 9), HEARTH_ECONFLICT);
    close_fixture(&f);
}
END_TEST

START_TEST(only_the_version_that_was_seen_is_dropped)
{
    fixture f;
    hearth_stored s;

    open_fixture(&f, _i);
    ck_assert_int_eq(drop(&f, "x", 0), 0);
    ck_assert_int_eq(drop(&f, "x", 1), HEARTH_ENOTFOUND);
    ck_assert_int_eq(save(&f, "x", "one", "", 1, 9), 0);
    ck_assert_int_eq(drop(&f, "x", 2), HEARTH_ECONFLICT);
    holds(&f, "x", "one", 1);
    ck_assert_int_eq(drop(&f, "x", 1), 0);
    ck_assert_int_eq(load(&f, "x", &s), HEARTH_ENOTFOUND);
    ck_assert_int_eq(save(&f, "x", "one", "", 1, 9), 0);
    ck_assert_int_eq(drop(&f, "x", 0), 0);
    ck_assert_int_eq(load(&f, "x", &s), HEARTH_ENOTFOUND);
    close_fixture(&f);
}
END_TEST

typedef struct seen {
    int n, most;
    char ids[64];
} seen;

static int note(void *arg, hearth_str id, const hearth_stored *s)
{
    seen *all = arg;

    ck_assert_uint_eq(id.len, 1);
    ck_assert_uint_gt(s->data.len, 0);
    all->ids[all->n++] = id.ptr[0];
    return all->n == all->most;
}

START_TEST(a_user_has_his_and_no_others)
{
    fixture f;
    seen all = {.most = 60};

    open_fixture(&f, _i);
    ck_assert_int_eq(save(&f, "a", "x", "7", 1, 9), 0);
    ck_assert_int_eq(save(&f, "b", "x", "8", 1, 9), 0);
    ck_assert_int_eq(save(&f, "c", "x", "7", 1, 9), 0);
    ck_assert_int_eq(save(&f, "d", "x", "", 1, 9), 0);
    ck_assert_int_eq(f.store.ops->list(f.store.self, f.c, "7", note, &all), 0);
    ck_assert_int_eq(all.n, 2);
    ck_assert_int_eq(all.ids[0] + all.ids[1], 'a' + 'c');
    all = (seen){.most = 1}; /* and ends when it is told */
    ck_assert_int_eq(f.store.ops->list(f.store.self, f.c, "7", note, &all), 0);
    ck_assert_int_eq(all.n, 1);
    all = (seen){.most = 60};
    ck_assert_int_eq(f.store.ops->list(f.store.self, f.c, "9", note, &all), 0);
    ck_assert_int_eq(all.n, 0);
    close_fixture(&f);
}
END_TEST

START_TEST(what_has_expired_is_swept)
{
    fixture f;
    hearth_stored s;

    open_fixture(&f, _i);
    ck_assert_int_eq(save(&f, "a", "x", "7", 1, 10), 0);
    ck_assert_int_eq(save(&f, "b", "x", "", 1, 11), 0);
    ck_assert_int_eq(save(&f, "c", "x", "", 1, 12), 0);
    ck_assert_int_eq(f.store.ops->sweep(f.store.self, f.c, 11), 0);
    ck_assert_int_eq(load(&f, "a", &s), HEARTH_ENOTFOUND);
    ck_assert_int_eq(load(&f, "b", &s), HEARTH_ENOTFOUND);
    holds(&f, "c", "x", 1);
    close_fixture(&f);
}
END_TEST

/* ---- the memory's own ----------------------------------------------------------------- */

START_TEST(who_was_not_used_for_longest_makes_room)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    fixture f = {.store = hearth_store_memory(3)};
    hearth_stored s;

    f.c = hearth__ctx_take(NULL, app);
    ck_assert_int_eq(save(&f, "a", "x", "", 1, 9), 0);
    ck_assert_int_eq(save(&f, "b", "x", "", 1, 9), 0);
    ck_assert_int_eq(save(&f, "c", "x", "", 1, 9), 0);
    holds(&f, "a", "x", 1);
    ck_assert_int_eq(save(&f, "b", "y", "", 2, 9), 0);
    ck_assert_int_eq(save(&f, "d", "x", "", 1, 9), 0); /* instead of c */
    ck_assert_int_eq(load(&f, "c", &s), HEARTH_ENOTFOUND);
    holds(&f, "a", "x", 1);
    holds(&f, "b", "y", 2);
    holds(&f, "d", "x", 1);
    f.store.ops->close(f.store.self);
    hearth__ctx_put(NULL, f.c);
    hearth_app_free(app);
}
END_TEST

START_TEST(its_memory_is_bounded)
{
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    fixture f = {.store = hearth_store_memory(2000)};
    hearth_stored s;
    char id[16];
    int there = 0;

    f.c = hearth__ctx_take(NULL, app);
    for (int i = 0; i < 20000; i++) {
        snprintf(id, sizeof id, "%d", i);
        ck_assert_int_eq(save(&f, id, "x", "", 1, 9), 0);
    }
    for (int i = 0; i < 20000; i++) {
        snprintf(id, sizeof id, "%d", i);
        there += load(&f, id, &s) == 0;
    }
    ck_assert_int_le(there, 2000);
    ck_assert_int_gt(there, 1900);
    f.store.ops->close(f.store.self);
    hearth__ctx_put(NULL, f.c);
    hearth_app_free(app);
}
END_TEST

/* ---- the database's own --------------------------------------------------------------- */

START_TEST(what_a_handler_asks_of_its_statements_stays)
{
    fixture f;
    hearth_stored s;

    open_fixture(&f, KIT_DB + _i);
    ck_assert_int_eq(hearth_exec(f.c, "CREATE TABLE t(x)", HEARTH_NO_ARGS), 0);
    ck_assert_int_eq(hearth_exec(f.c, "INSERT INTO t VALUES (1), (2), (3)",
                                 HEARTH_NO_ARGS),
                     0);
    ck_assert_int_eq(save(&f, "a", "x", "7", 1, 10), 0);
    ck_assert_int_eq(load(&f, "a", &s), 0);
    ck_assert_int_eq(drop(&f, "a", 0), 0);
    ck_assert_int_eq(hearth_changes(f.c), 3);
    ck_assert_int_eq(hearth_last_id(f.c), 3);
    close_fixture(&f);
}
END_TEST

START_TEST(an_end_within_a_transaction_is_part_of_it)
{
    fixture f;
    hearth_stored s;

    open_fixture(&f, KIT_DB + _i);
    ck_assert_int_eq(save(&f, "a", "x", "7", 1, 10), 0);
    ck_assert_int_eq(hearth_begin(f.c), 0);
    ck_assert_int_eq(drop(&f, "a", 0), 0);
    ck_assert_int_eq(load(&f, "a", &s), HEARTH_ENOTFOUND);
    ck_assert_int_eq(hearth_rollback(f.c), 0);
    ck_assert_int_eq(load(&f, "a", &s), 0);
    close_fixture(&f);
}
END_TEST

START_TEST(sessions_may_have_a_database_of_their_own)
{
    hearth_db *db = hearth_db_open("sqlite::memory:", NULL);
    hearth_app *app =
        hearth_app_new(&(hearth_app_opts){.log = {.level = HEARTH_LOG_OFF}});
    fixture f = {.store = hearth_store_db(db)};

    ck_assert_int_eq(f.store.ops->setup(f.store.self, NULL), 0);
    ck_assert_int_eq(f.store.ops->setup(f.store.self, NULL), 0); /* at the next start */
    f.c = hearth__ctx_take(NULL, app);
    ck_assert_int_eq(save(&f, "a", "x", "7", 1, 10), 0);
    holds(&f, "a", "x", 1);
    f.store.ops->close(f.store.self);
    hearth__ctx_put(NULL, f.c);
    hearth_app_free(app);
    hearth_db_close(db);
}
END_TEST

SUITE("session/store",
      LOOP(what_was_saved_is_loaded, 0,
           KIT_COOKIE) LOOP(only_the_version_that_was_seen_is_replaced, 0, KIT_COOKIE)
          LOOP(only_the_version_that_was_seen_is_dropped, 0, KIT_COOKIE)
              LOOP(a_user_has_his_and_no_others, 0, KIT_COOKIE)
                  LOOP(what_has_expired_is_swept, 0, KIT_COOKIE)
                      TEST(who_was_not_used_for_longest_makes_room)
                          TEST(its_memory_is_bounded)
                              LOOP(what_a_handler_asks_of_its_statements_stays, 0, 2)
                                  LOOP(an_end_within_a_transaction_is_part_of_it, 0, 2)
                                      TEST(sessions_may_have_a_database_of_their_own))
