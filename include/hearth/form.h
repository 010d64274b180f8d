/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_FORM_H
#define HEARTH_FORM_H

/**
 * @file hearth/form.h
 * HTML forms from models: shown, and shown again with what was typed and what is wrong with it.
 *
 * One route serves browsers and programs.  A browser whose form has faults gets the page again,
 * with 422; a program gets problem+json; who did well is sent on, so that reloading the next page
 * sends nothing twice:
 *
 *     static int page(hearth_ctx *c, int status, const struct todo *t)
 *     {
 *         return hearth_html(c, status,
 *                            hearth_strf(c, "<!doctype html><title>Todo</title>%s",
 *                                        hearth_form_html(c, &todo_model, t, NULL).ptr));
 *     }
 *
 *     static int ask(hearth_ctx *c)                              // GET /todos/new
 *     {
 *         return page(c, 200, NULL);
 *     }
 *
 *     static int create(hearth_ctx *c)                           // POST /todos/new
 *     {
 *         struct todo t;
 *         int rc = hearth_bind(c, &todo_model, &t);
 *
 *         if (rc == 0)
 *             rc = hearth_insert(c, &todo_model, &t);
 *         if (hearth_form_again(c, rc))
 *             return page(c, 422, NULL);
 *         HEARTH_TRY(rc);
 *         return hearth_redirect(c, "/todos");                   // 303 See Other
 *     }
 *
 * **What a field becomes.**  Its label is the doc of the model.
 *
 *   flag            a check box
 *   enum            a list to choose from; so is any field with `.choices`
 *   i64, f64        type=number with min, max and step
 *   date, time      type=date; type=datetime-local, in UTC, which it says
 *   text            type=text, email or url after its .format; a text of more than 255
 *                   characters, or without .max, .format and .pattern, is a textarea
 *   json, blob      a textarea (a blob in base64)
 *   .secret         type=password, always empty
 *   .readonly       left out, unless .fields names it: then it is shown, and not sent
 *   .key            left out when it is readonly; hidden when the struct has it; else a field
 *
 * `required`, `maxlength`, `minlength` and `pattern` say what the model says, so that browsers tell
 * most faults before they send.  A pattern that HTML would read differently is left to the server.
 * Browsers count characters outside the first 65 536 twice for maxlength.
 *
 * **Again.**  What was typed comes back as it was, also where it does not parse: then as plain
 * text, since a browser would empty a box for numbers or dates.  A fault stands below its field,
 * which is aria-invalid and aria-describedby it; all of them stand in a summary at the top
 * (role=alert) with links to the fields.  Everything is escaped.  There is no script and no style
 * in it: it works under the strictest Content-Security-Policy, and looks as the style sheet of the
 * page says.  With the prefix "form" the classes are form, form-field, form-field-wrong,
 * form-hint, form-error, form-errors, form-submit.
 */

#include <hearth/model.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One entry of a list to choose from. */
typedef struct hearth_form_choice {
    const char *value; /* that is sent; NULL ends a list */
    const char *label; /* that is shown */
} hearth_form_choice;

/** The list of a field, for one that references another model. */
typedef struct hearth_form_choices {
    const char *field; /* NULL ends the lists */
    const hearth_form_choice *list;
} hearth_form_choices;

/** Something that is sent along. */
typedef struct hearth_form_hidden {
    const char
        *name; /* NULL ends the list.  One that begins with '_' is never an unknown field
                         to hearth_bind(). */
    const char *value;
} hearth_form_hidden;

/** Zero of every field is the default. */
typedef struct hearth_form_opts {
    const char
        *fields; /* "title, due": those, in this order; default all that a client gives */
    const char *action; /* where to; default the address of the page */
    const char *method; /* default "post" */
    const char
        *prefix; /* of ids and classes: letters, digits, '-', '_'; default "form" */
    const char *submit;  /* the text of the button, default "Save" */
    const char *problem; /* the heading of the summary, default "There is a problem" */
    bool multipart;      /* send as multipart/form-data */
    bool unchecked;      /* browsers check nothing before they send (novalidate) */
    bool fields_only;    /* neither <form> nor button, for a form of your own */
    const hearth_form_choices *choices;
    const hearth_form_hidden *hidden;
} hearth_form_opts;

/**
 * The form of a model as HTML.
 *
 * When the request came with a form and hearth_fault() was called, by hearth_bind() say, it shows
 * what was typed and the faults; else the values of obj, or where there are none the fallbacks.
 *
 * Behind the middleware hearth_csrf() the token that it asks for is put in by itself, when the
 * method is not "get"; with .fields_only, too.
 *
 * @param obj  NULL: a new one
 * @param o    NULL = defaults
 * Owns:    request
 * Returns: the HTML; empty, with a line in the log that says why, when an option or the model makes
 *          no sense, or a value has no text form; empty when out of memory.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API hearth_str hearth_form_html_sized(hearth_ctx *c, const hearth_model *m,
                                             const void *obj, const hearth_form_opts *o,
                                             size_t size);
static inline hearth_str hearth_form_html(hearth_ctx *c, const hearth_model *m,
                                          const void *obj, const hearth_form_opts *o)
{
    return hearth_form_html_sized(c, m, obj, o, sizeof *o);
}

/**
 * Is rc something that the form has to be shown again for?
 *
 * That is: HEARTH_EMODEL or HEARTH_ECONFLICT, or a status of 409 or 422 that hearth_fail() told,
 * and the request came with a form from a client that prefers HTML to JSON.  What rc is about
 * becomes a fault, if it is none yet: "title already exists" one of the field title.  For any
 * other client return rc, which answers with problem+json.
 *
 * @param rc  what hearth_bind(), hearth_insert() and the like returned
 * Returns: true: answer with the form and 422.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API bool hearth_form_again(hearth_ctx *c, int rc);

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_FORM_H */
