/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_MODEL_H
#define HEARTH_MODEL_H

/**
 * @file hearth/model.h
 * One description of a thing: its struct, its JSON, its rules, its SQL, its form, its schema.
 *
 *     #define TODO_FIELDS(F, T)                                                     \
 *         F(T, id,    i64,  "Identifier",       .key = true, .readonly = true)      \
 *         F(T, title, text, "What is to do",    .required = true, .max = 200)       \
 *         F(T, done,  flag, "Finished?",        .fallback = "false")                \
 *         F(T, due,   time, "Deadline",         .nullable = true)
 *     HEARTH_MODEL(todo, "todos", TODO_FIELDS);
 *
 * gives `struct todo`, the constant `todo_model` and an enumerator `todo__title` for each field.
 * The doc string comes first and cannot be left out: it is the label of the form and the
 * description in OpenAPI.  What follows it are designated initialisers of ::hearth_field.
 *
 * **Given, null, absent.**  Every struct begins with two masks.  Bit i of `has` is set when field i
 * has a value, bit i of `null` when it was given as null (or is NULL in its row); neither means
 * absent: PATCH leaves such a field as it is, INSERT its default.  HEARTH_HAS() asks, HEARTH_SET()
 * sets.  A struct that you filled by hand without touching the masks, both 0, counts as given
 * whole, pointers that are NULL as null; so does a struct without masks.
 *
 * A table may as well be written by hand for a struct that exists: the macro makes nothing but a
 * `const hearth_model`.  It has to stay, as it is, as long as the application that uses it: what
 * is worked out of it, such as its patterns, is kept with the application.
 */

#include <hearth/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct json_t;

/* ---- kinds ------------------------------------------------------------ */

/** A day of the Gregorian calendar. */
typedef struct hearth_date {
    int year; /* 0 to 9999 */
    int month, day;
} hearth_date;

/** A UUID (RFC 9562), in network order. */
typedef struct hearth_uuid {
    uint8_t byte[16];
} hearth_uuid;

/*
 * What a field is, and the C type that holds it.
 *
 *   kind  C type        JSON                          SQL (SQLite)
 *   i64   int64_t       integer                       INTEGER
 *   f64   double        number, finite                REAL
 *   flag  bool          true, false                   INTEGER 0, 1
 *   text  const char *  string                        TEXT
 *   time  int64_t       "2026-11-23T10:00:00Z"        INTEGER, seconds since 1970, UTC
 *   date  hearth_date   "2026-11-23"                  TEXT
 *   uuid  hearth_uuid   "8-4-4-4-12", lower case      TEXT
 *   json  json_t *      anything                      TEXT
 *   blob  hearth_str    string of base64              BLOB
 *   enum  int           a word of .choices            TEXT
 *
 * Texts, JSON and blobs that a function of the request fills in live until the request ends.
 */
typedef enum hearth_kind {
    HEARTH_KIND_i64 = 0,
    HEARTH_KIND_f64,
    HEARTH_KIND_flag,
    HEARTH_KIND_text,
    HEARTH_KIND_time,
    HEARTH_KIND_date,
    HEARTH_KIND_uuid,
    HEARTH_KIND_json,
    HEARTH_KIND_blob,
    HEARTH_KIND_enum
} hearth_kind;

typedef int64_t hearth_kind_i64;
typedef double hearth_kind_f64;
typedef bool hearth_kind_flag;
typedef const char *hearth_kind_text;
typedef int64_t hearth_kind_time;
typedef hearth_date hearth_kind_date;
typedef hearth_uuid hearth_kind_uuid;
typedef struct json_t *hearth_kind_json;
typedef hearth_str hearth_kind_blob;
typedef int hearth_kind_enum; /* an index of .choices */

/** What a text has to be beyond its length; see hearth/format.h. */
typedef enum hearth_format {
    HEARTH_FORMAT_ANY = 0,
    HEARTH_FORMAT_EMAIL, /* as browsers take it in <input type=email> */
    HEARTH_FORMAT_URL,   /* absolute, http or https */
    HEARTH_FORMAT_SLUG,  /* a-z, 0-9 and single '-' between them */
    HEARTH_FORMAT_IP,    /* IPv4 or IPv6 address */
    HEARTH_FORMAT_UUID
} hearth_format;

/** What happens to a row when the one it refers to is deleted. */
typedef enum hearth_on_delete {
    HEARTH_RESTRICT = 0, /* the other one cannot be deleted */
    HEARTH_CASCADE,      /* this one is deleted, too */
    HEARTH_SET_NULL      /* the field becomes null: it has to be nullable */
} hearth_on_delete;

/* ---- descriptions ----------------------------------------------------- */

/** For .min and .max, where 0 means "no limit". */
#define HEARTH_ZERO INT64_MIN

typedef struct hearth_field {
    const char *name; /* in JSON and forms */
    size_t offset;    /* in the struct */
    hearth_kind kind;
    const char *doc; /* label and description */

    bool key;      /* the primary key; one field, i64, text or uuid */
    bool readonly; /* made by the server: sent, 422 when a client gives it */
    bool required; /* has to be given and not null; a text not empty */
    bool nullable; /* may be null */
    bool unique;   /* no two rows alike: 409 */
    bool secret;   /* taken, stored, never sent */

    /* For i64, f64: of the value; text: characters (Unicode code points, as SQL length() counts);
     * blob: bytes; time: seconds since 1970.  0: no limit; HEARTH_ZERO: zero. */
    int64_t min, max;
    const char *
        pattern; /* a text must match it, whole: what POSIX extended and ECMAScript have in
                             common, linear in time; looked at when the route is mounted */
    hearth_format format;
    const char *const *choices; /* enum: its words, ended by NULL */
    /* The value when absent, as a form would send it: "false", "10", "draft"; "now" for time and
     * date.  Of a readonly field it is left to the table, which gives it to a new row. */
    const char *fallback;
    const hearth_model *references; /* the field holds the key of one of those */
    hearth_on_delete on_delete;
    const char *column; /* in SQL; NULL = name */
    const char *as; /* with .references: what the row it leads to is called in JSON and in
                           `with`, "author" for author_id: hearth/relation.h */
} hearth_field;

/** Rows of another model that refer to this one: an array, for `with` (hearth/relation.h). */
typedef struct hearth_many {
    const char *name;       /* in JSON and in `with`: "books" */
    const hearth_model *of; /* whose rows */
    const char
        *by; /* its field that refers to this model; NULL = there is but one such */
    const char *sort;  /* their order, "-year, title"; NULL = by key */
    int64_t limit;     /* rows of one parent, the first ones; 0 = 100 */
    const char *doc;   /* one sentence for OpenAPI */
    const char *where; /* which of them: SQL without arguments, "draft = 0"; NULL = all */
} hearth_many;

/**
 * Rules that no single field can tell: note them with hearth_fault().
 *
 * Called when every field is right by itself, with what was given (see HEARTH_HAS()).
 *
 * Returns: 0, or a code or status to answer with; what hearth_fault() noted becomes 422 by itself.
 */
typedef int hearth_check_fn(hearth_ctx *c, const void *obj);

/** The offset for a struct without masks. */
#define HEARTH_NO_GIVEN SIZE_MAX

struct hearth_model {
    const char *name;  /* "todo": in schemas and errors */
    const char *table; /* "todos"; NULL = not stored */
    size_t size;       /* of the struct */
    size_t given;      /* offset of `uint64_t has, null`, or HEARTH_NO_GIVEN */
    const hearth_field *field;
    size_t n; /* of fields, at most 64 */

    hearth_check_fn *check; /* NULL = none */
    bool ignore_unknown;    /* unknown members are left out instead of 422 */
    /* Lists, ended by NULL, of field names: "author, slug" are unique together; what else to
     * index. */
    const char *const *unique;
    const char *const *index;
    const char *doc;         /* one sentence for OpenAPI */
    const hearth_many *many; /* ended by an entry without a name; NULL = none */
};

#define HEARTH__FIELD_DECL(T, name_, kind_, ...)  hearth_kind_##kind_ name_;
#define HEARTH__FIELD_INDEX(T, name_, kind_, ...) T##__##name_,
#define HEARTH__FIELD_DESC(T, name_, kind_, ...) \
    {.name = #name_,                             \
     .offset = offsetof(struct T, name_),        \
     .kind = HEARTH_KIND_##kind_,                \
     .doc = __VA_ARGS__},

/** `struct T`, `T_model` and `T__field` from a list of fields. */
#define HEARTH_MODEL(T, table_, FIELDS) \
    HEARTH_MODEL_WITH(T, table_, FIELDS, .check = NULL)

/** The same with designated initialisers of hearth_model behind the list: `.check = check_todo`. */
#define HEARTH_MODEL_WITH(T, table_, FIELDS, ...)                             \
    struct T {                                                                \
        uint64_t has, null;                                                   \
        FIELDS(HEARTH__FIELD_DECL, T)                                         \
    };                                                                        \
    enum T##__fields{FIELDS(HEARTH__FIELD_INDEX, T) T##__nfields};            \
    _Static_assert(T##__nfields <= 64, "a model holds at most 64 fields");    \
    static const hearth_field T##__field[] = {FIELDS(HEARTH__FIELD_DESC, T)}; \
    static const hearth_model T##_model = {.name = #T,                        \
                                           .table = (table_),                 \
                                           .size = sizeof(struct T),          \
                                           .given = offsetof(struct T, has),  \
                                           .field = T##__field,               \
                                           .n = T##__nfields,                 \
                                           __VA_ARGS__}

/** `T_model` is made further down in this file: for models that refer to each other. */
#define HEARTH_MODEL_LATER(T) static const hearth_model T##_model

/** Has the field a value? */
#define HEARTH_HAS(obj, T, name_) (((obj)->has >> T##__##name_) & 1u)
/** Was it given as null? */
#define HEARTH_NULL(obj, T, name_) (((obj)->null >> T##__##name_) & 1u)
/** Give it a value. */
#define HEARTH_SET(obj, T, name_, value)                                                \
    ((void)((obj)->name_ = (value)), (void)((obj)->has |= UINT64_C(1) << T##__##name_), \
     (void)((obj)->null &= ~(UINT64_C(1) << T##__##name_)))

/* ---- in --------------------------------------------------------------- */

/** How to read an object; zero of every field is the default. */
typedef struct hearth_bind_opts {
    bool partial;        /* PATCH: what is absent is no fault and gets no fallback */
    bool ignore_unknown; /* leave unknown members out instead of 422 */
} hearth_bind_opts;

/**
 * Read the body into a struct, by its Content-Type: application/json (and +json),
 * application/x-www-form-urlencoded or multipart/form-data.
 *
 * Every fault is noted, not only the first: the answer is a problem+json document with a JSON
 * pointer, a code and a sentence for each, in the order of the model.  Only fields of the model
 * are bound.  The codes: required, null, type, range, min, max, pattern, format, choice,
 * readonly, duplicate, unknown.
 *
 * JSON: 1.0 and 1e3 are whole numbers, up to 2^53.  A member or form field that is given twice is
 * a fault.  At most 64 levels deep; "\u0000" is refused.  Names within values that are left out
 * are not looked at for doubles.
 *
 * Forms and queries: a flag is true, on, 1, false, off or 0, and in a form that is not partial an
 * absent one is false, whatever its fallback, since browsers do not send a box left open.  An
 * empty value is null where the field is nullable, a missing one where it is required, the empty
 * text for a text, and for other kinds as if it was absent.  A time may be without seconds and
 * without offset (<input type=datetime-local>) and is UTC then.  Names that begin with '_', and
 * csrf_token, are never unknown.
 *
 * @param out  zeroed first; complete only when 0 is returned
 * Owns:    request, for what *out points to
 * Returns: 0, or
 *            HEARTH_EMODEL   the object breaks the model's rules: 422, all faults told
 *            HEARTH_EINVAL   the text is malformed: 400, with line and column for JSON
 *            HEARTH_EMEDIA   another Content-Type: 415
 *            HEARTH_ETOOBIG  too many fields: 413
 *            HEARTH_ESTATE   the model itself is not sound: 500, the log says why (a model of a
 *                            route's .in or .out is looked at when the route is mounted)
 *            HEARTH_ENOMEM   out of memory
 *            what the model's check function returned
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_bind(hearth_ctx *c, const hearth_model *m,
                           void *out) HEARTH_NODISCARD;

/**
 * The same with options.
 *
 * Returns: as hearth_bind().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_bind_with_sized(hearth_ctx *c, const hearth_model *m, void *out,
                                      const hearth_bind_opts *o,
                                      size_t size) HEARTH_NODISCARD;
static inline int hearth_bind_with(hearth_ctx *c, const hearth_model *m, void *out,
                                   const hearth_bind_opts *o)
{
    return hearth_bind_with_sized(c, m, out, o, sizeof *o);
}

/**
 * Read the query string into a struct; the pointers of faults are "?name".
 *
 * Returns: as hearth_bind(), without HEARTH_EMEDIA.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_bind_query(hearth_ctx *c, const hearth_model *m,
                                 void *out) HEARTH_NODISCARD;

/**
 * Hold a struct that came from elsewhere against the rules of its model.
 *
 * Returns: 0, HEARTH_EMODEL with all faults noted, what the model's check function returned,
 *          HEARTH_ESTATE when the model itself is not sound, or HEARTH_ENOMEM.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_check(hearth_ctx *c, const hearth_model *m,
                            const void *obj) HEARTH_NODISCARD;

/**
 * The body of a route that says `.in = &todo_model`: read and checked before the handler runs,
 * after the middleware.  For PATCH it is read as partial; for GET, HEAD, DELETE and OPTIONS it is
 * the query string instead of the body.  Use HEARTH_IN(c, todo).
 *
 * Owns:    request
 * Returns: the struct; NULL, with a line in the log, when the route has no such `.in`.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API void *hearth_in(hearth_ctx *c, const hearth_model *m);
#define HEARTH_IN(c, T) ((struct T *)hearth_in((c), &T##_model))

/* ---- out -------------------------------------------------------------- */

/**
 * Answer with a struct as a JSON object: the fields that it has, null for those that are null;
 * secret ones never.  Written straight from the struct.
 *
 * Returns: 0, or
 *            HEARTH_EINVAL  status is not in 200 to 599
 *            HEARTH_ESTATE  m or obj is NULL, or a value has no JSON form (an infinite number, a
 *                           text that is not UTF-8, a day or a choice that does not exist): the
 *                           field is named in the log, 500
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_reply(hearth_ctx *c, int status, const hearth_model *m,
                            const void *obj);

/**
 * Answer with an array of n structs.
 *
 * Returns: as hearth_reply().
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_reply_all(hearth_ctx *c, int status, const hearth_model *m,
                                const void *objs, size_t n);

/**
 * A struct as JSON text.
 *
 * Owns:    request
 * Returns: the text; empty when out of memory or when hearth_reply() would refuse it.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API hearth_str hearth_model_json(hearth_ctx *c, const hearth_model *m,
                                        const void *obj);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_MODEL_H */
