/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_TEMPLATE_H
#define HEARTH_TEMPLATE_H

/**
 * @file hearth/template.h
 * Pages from templates, in the language of Jinja.
 *
 *     hearth_use_templates(app, &(hearth_templates_opts){.dir = "pages"});
 *     ...
 *     return hearth_render(c, 200, "todos.html", json_pack("{s:o}", "todos", rows));
 *
 * **The language** is Jinja's: extends, block, super, include, import, macro, call, for, if,
 * set, with, filter, raw, comments, white space control, filters, tests, and expressions as
 * there.  What a template prints looks as it does there: true is "True", 2.0 is "2.0", a
 * missing value is nothing.
 *
 * **Built in**, with the parameters that Jinja gives them, are the filters abs attr batch
 * capitalize center count d default dictsort e escape filesizeformat first float forceescape
 * format groupby indent int items join last length list lower map max min pprint random reject
 * rejectattr replace reverse round select selectattr slice sort string striptags sum title
 * tojson trim truncate unique upper urlencode urlize wordcount wordwrap xmlattr; all of its
 * tests; the functions cycler dict joiner namespace range; of Python's methods those of texts
 * that make another text, find something in it or split it, list.append count index, and
 * map.get items keys update values.  Letters are those of all scripts.  Where something differs
 * from Jinja it is listed, with the reason, in test/tmpl/differences.
 *
 * **Escaping** cannot be turned off.  While a template is loaded its HTML is read, and each
 * expression is escaped for the place where it stands:
 *
 *     text, comments, textarea, title     & < > " ' become references
 *     quoted attributes                   the same
 *     attributes that hold a URL          http, https, mailto, or relative; else
 *                                         "about:invalid".  Of script, embed, object and base:
 *                                         of this site only
 *     style attributes and elements       words, numbers, colours and lengths, else "invalid";
 *                                         within quotes as a CSS string
 *     script elements, on... attributes   only through the filter tojson, outside of quotes
 *     between attributes                  a name without a value, or what xmlattr made
 *
 * An attribute with an expression that has no quotes is an error at load, as are expressions
 * in the names of elements and attributes.  The branches of an `if` must leave the HTML in one
 * state ("both inside of the tag"), a loop, a block, a macro, an included template as they
 * found it; blocks and included templates are read for the place where they are used, macros
 * and what `set`, `call` and `filter` enclose as text.
 *
 * HTML that comes from elsewhere and is trusted goes through the filter `unsafe_html`, which
 * is the word to search for; there is no `safe`.  Files that end in .txt or .md are plain
 * text, and nothing in them is escaped; .css and .js files are read as such, all others as
 * HTML.
 *
 * **Bounds.**  Iterations, depth, length and time are limited, so a template that runs wild
 * ends as an error that says where.  A template is a file of the program's author: no function
 * takes the text of one, and nothing that came with a request can become one.
 *
 * Templates are parsed once and shared by all threads; in development, `reload` looks at
 * the files again.
 */

#include <hearth/base.h>
#include <hearth/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the set of templates ------------------------------------------------- */

/** Templates that are loaded and parsed together.  Immutable once one has been loaded. */
typedef struct hearth_templates hearth_templates;

/** A template in memory; a table of them, made by `hearth templates`, ends with NULL. */
typedef struct hearth_template_file {
    const char *name; /* "todos/list.html" */
    const char *text; /* not copied */
    size_t len;       /* bytes */
} hearth_template_file;

/** Where templates come from, and what they may do; zero of every field is the default. */
typedef struct hearth_templates_opts {
    const char *dir; /* a directory; names lie beneath it, links are not followed */
    const hearth_template_file *embedded; /* looked at first; or NULL */
    bool strict; /* to print, to loop over or to compare what is missing is an error */
    bool reload; /* look each time whether files have changed: for development; always on
                    with the application's option `debug` */
    bool trim_blocks;   /* the line break behind a tag goes */
    bool lstrip_blocks; /* white space from the start of its line to a tag goes */
    size_t max_output;  /* bytes of one rendering, default 16 MiB */
    size_t max_memory;  /* bytes that it works with, default 64 MiB */
    size_t max_loops;   /* iterations of one rendering, all together, default 1 000 000 */
    int max_depth;      /* includes, macros, recursive loops in each other, default 64 */
    int max_ms;         /* milliseconds of one rendering, default 5000 */
    size_t max_file;    /* bytes of a template, default 1 MiB */
} hearth_templates_opts;

/** Why a template could not be loaded or rendered, and where. */
typedef struct hearth_template_error {
    int code;         /* HEARTH_E... */
    int line, column; /* from 1, columns in characters; 0: not in a file */
    char file[128];   /* the template */
    char source[160]; /* the line, cut to fit around the column */
    char text[320];   /* a sentence: what is wrong, and what to do */
} hearth_template_error;

/**
 * Make a set of templates.  Nothing is read yet.
 *
 * @param o    NULL = defaults: no templates at all; texts are copied, `embedded` is borrowed
 * @param err  NULL is allowed
 * Owns:    caller (hearth_templates_free)
 * Returns: the set, or NULL with HEARTH_ENOTFOUND (the directory is not there or may not be
 *          read), HEARTH_EINVAL (a limit is negative) or HEARTH_ENOMEM in *err.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API hearth_templates *hearth_templates_new_sized(const hearth_templates_opts *o,
                                                        hearth_template_error *err,
                                                        size_t size);
static inline hearth_templates *hearth_templates_new(const hearth_templates_opts *o,
                                                     hearth_template_error *err)
{
    return hearth_templates_new_sized(o, err, sizeof *o);
}

/**
 * Free a set, once nobody renders.  NULL is allowed.
 *
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API void hearth_templates_free(hearth_templates *t);

/**
 * Load a template and all that it extends, includes and imports by a fixed name.
 *
 * @param name  "todos/list.html"; NULL: all that there are
 * @param err   NULL is allowed
 * Returns: 0, or
 *            HEARTH_ENOTFOUND  there is no such template
 *            HEARTH_EINVAL     there is something wrong with it: *err says what and where
 *            HEARTH_ETOOBIG    a file is larger than `max_file`
 *            HEARTH_EIO        a file cannot be read
 *            HEARTH_ENOMEM     out of memory
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_templates_check(hearth_templates *t, const char *name,
                                      hearth_template_error *err);

/**
 * Render a template outside of a request: mails, files.
 *
 * @param data  an object, or NULL: what the template sees; borrowed
 * @param arg   for functions of the program: hearth_template_arg()
 * @param out   the text; free((char *)out->ptr) when this returns 0
 * @param err   NULL is allowed
 * Returns: 0, or what hearth_templates_check() returns, or
 *            HEARTH_EINVAL    a template went wrong: *err says what and where
 *            HEARTH_ETOOBIG   a limit of the set was passed
 *            HEARTH_ETIMEOUT  it took more than `max_ms`
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API int hearth_templates_render(hearth_templates *t, const char *name,
                                       const json_t *data, void *arg, hearth_str *out,
                                       hearth_template_error *err);

/**
 * One line for logs and terminals: "list.html:3:14: 'titel' is undefined ..., in "<h1>{{
 * titel }}</h1>"".
 *
 * @param out  holds size bytes, and always ends in '\0'
 * Returns: out.
 * Thread:  any
 * Since:   0.1
 */
HEARTH_API char *hearth_template_error_line(const hearth_template_error *err, char *out,
                                            size_t size);

/* ---- in an application ---------------------------------------------------- */

/**
 * Give an application its templates.
 *
 * When it starts all of them are loaded, and it does not start when one is wrong: the log says
 * which, and where.  With `reload` that is a warning, and the page says it again.
 *
 * @param o  as hearth_templates_new()
 * Returns: 0, or (the sentence is in the log and in what hearth_app_start() says)
 *            HEARTH_ENOTFOUND  the directory is not there
 *            HEARTH_EINVAL     a limit is negative
 *            HEARTH_ECONFLICT  there are some already
 *            HEARTH_ESTATE     the application runs
 *            HEARTH_ENOMEM     out of memory
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_use_templates_sized(hearth_app *app, const hearth_templates_opts *o,
                                          size_t size);
static inline int hearth_use_templates(hearth_app *app, const hearth_templates_opts *o)
{
    return hearth_use_templates_sized(app, o, sizeof *o);
}

/**
 * The templates of an application, to add filters and functions to.
 *
 * Owns:    app
 * Returns: them; NULL when there are none.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API hearth_templates *hearth_app_templates(hearth_app *app);

/**
 * Answer with a template: `return hearth_render(c, 200, "todo.html", json_pack(...))`.
 *
 * Content-Type is that of the name's ending.  Nothing is sent before the whole has been
 * rendered, so a template that goes wrong is an error page, not half of another.
 *
 * @param take  an object, what the template sees; taken, also on failure; NULL: nothing
 * Returns: 0, or
 *            HEARTH_EINVAL  status is not in 200 to 599
 *            HEARTH_ESTATE  the template is not there or went wrong, which is in the log with
 *                           file, line and column; or the headers have been sent: 500
 *            HEARTH_ENOMEM  out of memory
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_render(hearth_ctx *c, int status, const char *name, json_t *take);

/**
 * Render a template within a request without answering: a mail, a part of a page.
 *
 * @param data  an object, or NULL; borrowed
 * Owns:    request
 * Returns: the text; empty when the template went wrong, which is in the log.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API hearth_str hearth_render_text(hearth_ctx *c, const char *name,
                                         const json_t *data);

/* ---- values ------------------------------------------------------------- */

/** What a value of a template is. */
typedef enum hearth_value_kind {
    HEARTH_VALUE_UNDEFINED, /* missing; of a parameter: not given */
    HEARTH_VALUE_NONE,
    HEARTH_VALUE_BOOL,
    HEARTH_VALUE_INT,
    HEARTH_VALUE_FLOAT,
    HEARTH_VALUE_TEXT,
    HEARTH_VALUE_LIST,
    HEARTH_VALUE_MAP,
    HEARTH_VALUE_OBJECT /* macros, functions, `loop`, namespaces and the like */
} hearth_value_kind;

/* Of hearth_value's flags. */
#define HEARTH_VALUE_HTML  0x01u /* TEXT: HTML that is not escaped again in text */
#define HEARTH_VALUE_ATTRS 0x02u /* TEXT: whole attributes, as xmlattr makes them */
#define HEARTH_VALUE_JS    0x04u /* TEXT: a value in JavaScript, as tojson makes it */
#define HEARTH_VALUE_TREE  0x08u /* LIST, MAP: it is u.json */
#define HEARTH_VALUE_TUPLE 0x10u /* LIST: printed (1, 2) */

/**
 * A value: 16 bytes, passed by value.  What it points to lives until the rendering ends, or
 * longer; nothing is freed one by one.
 */
typedef struct hearth_value {
    uint8_t kind;  /* hearth_value_kind */
    uint8_t flags; /* HEARTH_VALUE_HTML ... */
    uint16_t reserved;
    uint32_t len; /* bytes of a TEXT, or of the name of what is UNDEFINED */
    union {
        bool b;
        int64_t i;
        double f;
        const char *text; /* not always followed by '\0' */
        json_t *json;
        struct hearth__list *list;
        struct hearth__map_value *map;
        struct hearth__object *object;
    } u;
} hearth_value;

static inline hearth_value hearth_value_none(void)
{
    hearth_value v = {HEARTH_VALUE_NONE, 0, 0, 0, {0}};

    return v;
}

static inline hearth_value hearth_value_bool(bool b)
{
    hearth_value v = {HEARTH_VALUE_BOOL, 0, 0, 0, {0}};

    v.u.b = b;
    return v;
}

static inline hearth_value hearth_value_int(int64_t i)
{
    hearth_value v = {HEARTH_VALUE_INT, 0, 0, 0, {0}};

    v.u.i = i;
    return v;
}

static inline hearth_value hearth_value_float(double f)
{
    hearth_value v = {HEARTH_VALUE_FLOAT, 0, 0, 0, {0}};

    v.u.f = f;
    return v;
}

/* ---- filters, tests and functions of the program ----------------------------- */

/** A parameter that was given by name and that no list names. */
typedef struct hearth_template_named {
    hearth_str name;
    hearth_value value;
} hearth_template_named;

/** One call of a filter, test or function. */
typedef struct hearth_template_call {
    struct hearth__render *render; /* the rendering, for the functions below */
    void *arg;                     /* as it was added */
    hearth_value value;            /* what is filtered or tested */
    const hearth_value *args;      /* the parameters in the order of the list, UNDEFINED
                                      where not given; behind them those of "*" */
    size_t nargs;
    const hearth_template_named *named; /* those of "**" */
    size_t nnamed;
} hearth_template_call;

/**
 * A filter, a test or a function.  *out is UNDEFINED before; a test sets a BOOL.
 *
 * Returns: 0, or a HEARTH_E code, best from hearth_template_fail().
 */
typedef int hearth_template_fn(hearth_template_call *call, hearth_value *out);

/**
 * Add a filter: `{{ price|money("EUR") }}`.
 *
 *     hearth_templates_add_filter(t, "money", "currency digits?", money, NULL);
 *
 * The names of parameters are fixed here, so that calls with a wrong one fail at load: those
 * with '?' may be left out, "*" takes any number more, "**" more by name.
 *
 * @param params  separated by spaces; NULL or "": none
 * Returns: 0, or
 *            HEARTH_EINVAL     name or params is malformed, fn is NULL
 *            HEARTH_ECONFLICT  there is a filter of this name
 *            HEARTH_ESTATE     a template has been loaded
 *            HEARTH_ENOMEM     out of memory
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_templates_add_filter(hearth_templates *t, const char *name,
                                           const char *params, hearth_template_fn *fn,
                                           void *arg);
/**
 * Add a test: `{% if user is admin %}`.
 *
 * Returns: as hearth_templates_add_filter().
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_templates_add_test(hearth_templates *t, const char *name,
                                         const char *params, hearth_template_fn *fn,
                                         void *arg);
/**
 * Add a function: `{{ url("todo", 7) }}`.  What is in the data under its name hides it.
 *
 * Returns: as hearth_templates_add_filter().
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_templates_add_function(hearth_templates *t, const char *name,
                                             const char *params, hearth_template_fn *fn,
                                             void *arg);
/**
 * Add a value that all templates see: `{{ site_name }}`.  What is in the data under its name
 * hides it.
 *
 * @param take  taken, also on failure
 * Returns: as hearth_templates_add_filter(); HEARTH_EINVAL when take is NULL.
 * Thread:  setup
 * Since:   0.1
 */
HEARTH_API int hearth_templates_add_global(hearth_templates *t, const char *name,
                                           json_t *take);

/**
 * The `arg` of the rendering; hearth_render() passes the `hearth_ctx *`.
 *
 * Returns: it.
 * Thread:  that of the call, as all below
 * Since:   0.1
 */
HEARTH_API void *hearth_template_arg(const hearth_template_call *call);

/**
 * Say why a call fails; the place in the template is added.
 *
 * Returns: HEARTH_EINVAL.
 * Thread:  that of the call
 * Since:   0.1
 */
HEARTH_API int hearth_template_fail(hearth_template_call *call, const char *fmt, ...)
    HEARTH_PRINTF(2, 3);

/**
 * The text of a value, as it is printed, not escaped.
 *
 * @param out  lives until the rendering ends
 * Returns: 0, or HEARTH_EINVAL (missing, and the set is strict; the call fails with it),
 *          HEARTH_ENOMEM.
 * Thread:  that of the call
 * Since:   0.1
 */
HEARTH_API int hearth_template_text(hearth_template_call *call, hearth_value v,
                                    hearth_str *out);

/**
 * A number of a value: INT, BOOL, FLOAT without a fraction.
 *
 * Returns: 0, or HEARTH_EINVAL when it is none (the call fails with it).
 * Thread:  that of the call
 * Since:   0.1
 */
HEARTH_API int hearth_template_int(hearth_template_call *call, hearth_value v,
                                   int64_t *out);

/**
 * A text as a value.
 *
 * @param s     copied
 * @param html  it is HTML, made by you, with all that came from outside escaped
 * Returns: 0, or HEARTH_ETOOBIG (past `max_memory` or 4 GiB), HEARTH_ENOMEM.
 * Thread:  that of the call
 * Since:   0.1
 */
HEARTH_API int hearth_template_set_text(hearth_template_call *call, hearth_value *out,
                                        hearth_str s, bool html);

/**
 * A tree as a value: a list, a map.
 *
 * @param take  taken, also on failure; NULL is HEARTH_ENOMEM
 * Returns: 0, or HEARTH_ENOMEM.
 * Thread:  that of the call
 * Since:   0.1
 */
HEARTH_API int hearth_template_set_json(hearth_template_call *call, hearth_value *out,
                                        json_t *take);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_TEMPLATE_H */
