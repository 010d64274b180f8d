/*
 * A chat: rooms, names, history, who is there, who is typing, and nothing lost when a
 * connection breaks.  (room.c is the same without all that.)
 *
 *     GET  /                            the page, static/
 *     GET  /me                          {"name": "ada"}, or null
 *     POST /people                      {"name": "ada"}: be called so; a name that is taken is 409
 *     POST /leave                       be nobody again
 *     GET  /rooms                       all of them
 *     POST /rooms                       {"name": "garden"}
 *     GET  /rooms/{room}/messages       ?before=120: the fifty before that one
 *     WebSocket /rooms/{room}/socket    ?after=120: what was said since, then what is said
 *
 * Nothing is lost or doubled, without a lock: the messages of a room are numbered by the database.
 * A socket enters its room before it is sent what it missed, so each message comes at least
 * once; the page shows them by their number, so once at most.  What it sends has a nonce, so
 * it can say it again after a break and it is kept once.
 */
#include "chat.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 100 /* messages that are sent at once */
#define FIRST 50  /* that a page begins with */

/* ---- what is kept ------------------------------------------------------ */

#define PERSON(F, T)                                                      \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)            \
    F(T, name, text, "What others call you", .required = true, .max = 30, \
      .unique = true, .pattern = "[^ ]|[^ ].*[^ ]")
HEARTH_MODEL(person, "people", PERSON);

#define ROOM(F, T)                                                               \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)                   \
    F(T, name, text, "Lower case letters, digits and hyphens", .required = true, \
      .max = 30, .unique = true, .format = HEARTH_FORMAT_SLUG)
HEARTH_MODEL(room, "rooms", ROOM);

#define MESSAGE(F, T)                                                        \
    F(T, id, i64, "Identifier", .key = true, .readonly = true)               \
    F(T, room, i64, "Where", .required = true, .references = &room_model,    \
      .on_delete = HEARTH_CASCADE)                                           \
    F(T, seq, i64, "Its number in the room", .required = true)               \
    F(T, author, text, "Who", .required = true)                              \
    F(T, nonce, text, "What the page calls it", .required = true, .max = 64) \
    F(T, text, text, "What was said", .required = true, .max = 2000)         \
    F(T, at, time, "When", .readonly = true, .fallback = "now")
static const char *const once[] = {"room, seq", "room, nonce", NULL};
HEARTH_MODEL_WITH(message, "messages", MESSAGE, .unique = once);

/* A message as pages get it. */
#define AS_JSON                                                                  \
    "json_object('type', 'said', 'seq', seq, 'author', author, 'nonce', nonce, " \
    "'text', text, 'at', at)"

/* ---- people and rooms -------------------------------------------------- */

/* Middleware: only for who has a name. */
static int named(hearth_ctx *c)
{
    if (hearth_session_user(c) == NULL)
        return hearth_fail(c, 401, "Say who you are first.");
    return hearth_next(c);
}

static int me(hearth_ctx *c)
{
    return hearth_json(c, 200, json_pack("{s:s?}", "name", hearth_session_user(c)));
}

static int enter(hearth_ctx *c)
{
    struct person *p = HEARTH_IN(c, person);

    HEARTH_TRY(hearth_insert(c, &person_model, p));
    HEARTH_TRY(hearth_session_login(c, p->name));
    return hearth_reply(c, 201, &person_model, p);
}

/* Everybody has a room of his own, too, for all of his tabs. */
static const char *tabs_of(hearth_ctx *c, const char *name)
{
    return hearth_strf(c, "tabs of %s", name);
}

static void send_away(hearth_ws *ws, void *arg)
{
    (void)arg;
    hearth_ws_close(ws, 4001, "left");
}

static int leave(hearth_ctx *c)
{
    const char *tabs = tabs_of(c, hearth_session_user(c));

    HEARTH_TRY(hearth_session_logout(c));
    HEARTH_TRY(hearth_room_each(hearth_app_of(c), tabs, send_away, NULL));
    return 204;
}

static int rooms(hearth_ctx *c)
{
    return hearth_reply_rows(c, 200, "SELECT name FROM rooms ORDER BY id LIMIT 200",
                             HEARTH_NO_ARGS);
}

static int new_room(hearth_ctx *c)
{
    struct room *r = HEARTH_IN(c, room);

    HEARTH_TRY(hearth_insert(c, &room_model, r));
    return hearth_reply(c, 201, &room_model, r);
}

/* The room of the address; 404 when there is none. */
static int find_room(hearth_ctx *c, int64_t *id)
{
    hearth_rows *r = hearth_select(c, "SELECT id FROM rooms WHERE name = ?",
                                   hearth_args(hearth_param(c, "room")));

    if (!hearth_rows_next(r))
        return hearth_rows_error(r) != 0 ? hearth_rows_error(r) : 404;
    *id = hearth_rows_int(r, 0);
    return 0;
}

static int earlier(hearth_ctx *c)
{
    int64_t room, before;

    HEARTH_TRY(find_room(c, &room));
    HEARTH_TRY(hearth_query_int(c, "before", INT64_MAX, &before));
    return hearth_reply_rows(c, 200,
                             "SELECT seq, author, nonce, text, at FROM messages "
                             "WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
                             hearth_args(room, before, FIRST));
}

/* ---- sockets ----------------------------------------------------------- */

/* Who sits behind one, and where. */
typedef struct seat {
    struct chat *chat;
    int64_t room, after; /* what he has seen; negative: nothing */
    char place[32];      /* the room's name for the sockets: names of rooms may change */
    char name[128];
} seat;

static int let_in(hearth_ctx *c)
{
    const char *name = hearth_session_user(c);
    int64_t room, after;

    if (name == NULL)
        return hearth_fail(c, 401, "Say who you are first.");
    HEARTH_TRY(find_room(c, &room));
    HEARTH_TRY(hearth_query_int(c, "after", -1, &after));
    seat *s = calloc(1, sizeof *s);
    if (s == NULL)
        return HEARTH_ENOMEM;
    *s = (seat){.chat = hearth_state(c), .room = room, .after = after};
    snprintf(s->place, sizeof s->place, "room %lld", (long long)room);
    snprintf(s->name, sizeof s->name, "%s", name);
    return hearth_ws_set_state(c, s, free);
}

static void note_name(hearth_ws *ws, void *arg)
{
    const seat *s = hearth_ws_state(ws);

    json_object_set_new(arg, s->name, json_true());
}

/* Tell a room who is in it.  Lists may overtake each other, so they are numbered, and the number is
 * taken first: the list with the highest one has seen every change. */
static void tell_people(hearth_ws *ws, const char *place)
{
    seat *s = hearth_ws_state(ws);

    if (strcmp(place, s->place) != 0)
        return;
    long long number = atomic_fetch_add(&s->chat->changes, 1);
    json_t *names = json_object(); /* of several tabs one */

    if (hearth_room_each(hearth_ws_app(ws), place, note_name, names) == 0)
        hearth_broadcast_json(hearth_ws_app(ws), place,
                              json_pack("{s:s, s:I, s:O}", "type", "people", "number",
                                        (json_int_t)number, "names", names));
    json_decref(names);
}

/* What was said after that number; the page asks for more while there is more. */
static void replay(hearth_ws *ws, int64_t after)
{
    seat *s = hearth_ws_state(ws);
    hearth_rows *r = hearth_select(
        hearth_ws_ctx(ws),
        "WITH has AS (SELECT coalesce(max(seq), 0) AS last FROM messages WHERE room = ?),"
        " since AS (SELECT CASE WHEN ? < 0 THEN max(last - ?, 0) ELSE ? END AS seq FROM "
        "has),"
        " part AS (SELECT * FROM messages WHERE room = ? AND seq > (SELECT seq FROM "
        "since)"
        "          ORDER BY seq LIMIT ?)"
        " SELECT json_object('type', 'messages', 'after', (SELECT seq FROM since),"
        "  'last', (SELECT last FROM has), 'list',"
        "  (SELECT json_group_array(json(" AS_JSON ")) FROM part))",
        hearth_args(s->room, after, FIRST, after, s->room, BLOCK));

    if (hearth_rows_next(r))
        hearth_ws_text(ws, hearth_rows_text(r, 0));
    else
        hearth_ws_close(ws, 1011, "the history cannot be read");
}

static void on_open(hearth_ws *ws)
{
    seat *s = hearth_ws_state(ws);
    hearth_ctx *c = hearth_ws_ctx(ws);

    if (c == NULL) {
        hearth_ws_close(ws, 1011, NULL);
        return;
    }
    hearth_ws_join(ws, tabs_of(c, s->name));
    hearth_ws_join(ws, s->place);
    replay(ws, s->after);
}

/* Why it is not kept, for the page of who said it. */
static void refuse(hearth_ws *ws, const char *nonce, const char *why)
{
    hearth_ws_json(ws, json_pack("{s:s, s:s, s:s}", "type", "refused", "nonce", nonce,
                                 "text", why));
}

/* Pages say again after a break what they have not heard: whether that was kept, and then it is
 * heard now. */
static bool said_before(hearth_ws *ws, hearth_ctx *c, const char *nonce)
{
    seat *s = hearth_ws_state(ws);
    hearth_rows *r =
        hearth_select(c, "SELECT " AS_JSON " FROM messages WHERE room = ? AND nonce = ?",
                      hearth_args(s->room, nonce));

    return hearth_rows_next(r) && hearth_ws_text(ws, hearth_rows_text(r, 0)) == 0;
}

static void say(hearth_ws *ws, const char *text, const char *nonce)
{
    seat *s = hearth_ws_state(ws);
    hearth_ctx *c = hearth_ws_ctx(ws);

    if (said_before(ws, c, nonce))
        return;
    if (hearth_limit_take(c, s->chat->says, s->name) != 0) {
        refuse(ws, nonce, "That was much at once: wait a little.");
        return;
    }
    hearth_rows *r = hearth_select(
        c,
        "INSERT INTO messages(room, seq, author, nonce, text) "
        "SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ? FROM messages WHERE room = ? "
        "ON CONFLICT(room, nonce) DO NOTHING RETURNING " AS_JSON,
        hearth_args(s->room, s->name, nonce, text, s->room));

    if (hearth_rows_next(r))
        hearth_broadcast(hearth_ws_app(ws), s->place, hearth_rows_blob(r, 0));
    else if (hearth_rows_error(r) == 0)
        (void)said_before(ws, c, nonce); /* at this very moment, by another socket */
    else
        refuse(ws, nonce,
               hearth_rows_error(r) == HEARTH_EMODEL
                   ? "A message has 1 to 2000 characters."
                   : "It could not be kept: try again.");
}

static void on_message(hearth_ws *ws, hearth_str msg, bool text)
{
    seat *s = hearth_ws_state(ws);
    json_t *in = text ? json_loadb(msg.ptr, msg.len, 0, NULL) : NULL;
    const char *said, *nonce;
    json_int_t after;

    if (hearth_ws_ctx(ws) == NULL)
        hearth_ws_close(ws, 1011, NULL);
    else if (json_unpack(in, "{s:s, s:s}", "say", &said, "nonce", &nonce) == 0)
        say(ws, said, nonce);
    else if (json_unpack(in, "{s:I}", "after", &after) == 0)
        replay(ws, after);
    else if (json_is_true(json_object_get(in, "typing")))
        hearth_ws_tell_json(ws, s->place,
                            json_pack("{s:s, s:s}", "type", "typing", "name", s->name));
    else
        hearth_ws_close(ws, 1008, "no message of this chat");
    json_decref(in);
}

static const hearth_ws_ops socket_ops = {
    .accept = let_in,
    .open = on_open,
    .message = on_message,
    .joined = tell_people,
    .left = tell_people,
    .max_message = 32 * 1024,
    .max_queue = 4 * 1024 * 1024,
};

/* ---- the application --------------------------------------------------- */

static hearth_handler *const who_has_a_name[] = {named, NULL};

static const hearth_route routes[] = {
    HEARTH_GET("/me", me),
    HEARTH_POST("/people", enter, .in = &person_model),
    HEARTH_POST("/leave", leave, .use = who_has_a_name),
    HEARTH_GET("/rooms", rooms, .use = who_has_a_name),
    HEARTH_POST("/rooms", new_room, .in = &room_model, .use = who_has_a_name),
    HEARTH_GET("/rooms/{room}/messages", earlier, .use = who_has_a_name),
    HEARTH_WEBSOCKET("/rooms/{room}/socket", &socket_ops),
    HEARTH_END,
};

static const hearth_model *const models[] = {&person_model, &room_model, &message_model,
                                             NULL};

hearth_app *chat_app(hearth_db *db, struct chat *state)
{
    hearth_app *app = hearth_app_new(&(hearth_app_opts){.state = state});

    if (app == NULL) {
        hearth_db_close(db);
        return NULL;
    }
    hearth_use_db(app, db);
    hearth_use_models(app, models);
    hearth_db_script(db, "INSERT OR IGNORE INTO rooms(name) VALUES ('lobby')", NULL);
    hearth_use_sessions(app, hearth_store_db(db), NULL);
    state->says = hearth_limit_new(app, &(hearth_limit_opts){.name = "says",
                                                             .quota = 30,
                                                             .window_s = 30,
                                                             .burst = 15});
    hearth_static(app, "/", "static", NULL);
    hearth_mount(app, "", routes);
    return app;
}
