/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_PAGE_H
#define HEARTH_PAGE_H

/**
 * @file hearth/page.h
 * What templates know of the application and of the request: links, forms, messages, users.
 *
 *     <a href="{{ url("todo", id=todo.id) }}">{{ todo.title }}</a>
 *
 * An application's templates have all names below; one that is in the data of a page hides ours.
 *
 * **Links**
 *
 *     url("todo", 7)  url("todo", id=7)      to a route by its name, as hearth_url()
 *     url("todos", sort="due", done=none)    what is no parameter of the path is the query:
 *                                            "/todos?sort=due"; none is left out, a list is
 *                                            one parameter several times
 *     _anchor="end"  _external=true          "#end"; with scheme and host
 *     asset("app.css")                       a file of hearth_static() with a hash of its
 *                                            contents, as hearth_asset()
 *
 * A route, a parameter or a file that is not there is an error that says where.
 *
 * **The request**
 *
 *     request.method .path .target .host .scheme .origin .client .id
 *     request.url                            all of it
 *     request.route                          the name of its route
 *     request.query.q                        a parameter of the query
 *
 * **The visitor**
 *
 *     user                                   false for nobody
 *     user.is_authenticated  user.id  user.key  user.name  user.email
 *     flashes()                              messages of hearth_flash(), .kind and .text;
 *                                            asking takes them
 *
 * Asking for one of these reads the session, so that the page is not for caches; a page that
 * does not ask leaves it alone.  Without accounts (hearth_use_users()) user.id is whose session it
 * is.
 *
 * **Forms**
 *
 *     form("todo")                           that of hearth_page_form(), whole
 *     form_open("todo")  form_errors("todo")
 *     form_field("todo", "title")  form_close("todo")      or in pieces
 *     form_facts("todo", "title")            .name .id .label .value .error .required, for a
 *                                            control of your own
 *     csrf_field()                           for a form by hand: the hidden field that
 *                                            hearth_csrf() asks for; nothing where it does not
 *     csrf_token()                           for a script
 *     csp_nonce()                            for <script nonce="{{ csp_nonce() }}">
 *
 * **Lists**
 *
 *     pagination_nav(total)                  links to the pages of a list that hearth_list()
 *     pagination_nav(total, 20)              makes with .query: they keep the query but for
 *                                            its offset.  A nav element with the class
 *                                            pagination; nothing when there is one page.
 *                                            previous=, next=, label= are its words
 *     pagination(total, 20)                  the same as data: .page .pages .total .limit
 *                                            .first .last (rows) .previous .next (addresses
 *                                            or none), .links: .page .url .current .gap
 *
 * **Words** (hearth/language.h)
 *
 *     _("Hello %(name)s", name=user.name)    the text in the visitor's language, values put
 *                                            where it names them; `gettext` is the same
 *     ngettext("%(num)s page", "%(num)s pages", n)     by number, which is `num`
 *     pgettext("menu", "Open")  npgettext("book", ...)  in a context
 *     language()  languages()                "de"; all there are
 *
 * Where a call gives values a percent sign is "%%".  xgettext does not read templates: give it
 * their texts with `-L Python -k_ -kngettext:1,2 -kpgettext:1c,2`, and say "python-format".
 *
 * **A layout** comes along, for phones and desktops, light and dark, without scripts:
 *
 *     {% extends "hearth/base.html" %}
 *     {% block nav %}<a href="{{ url("todos") }}">Todos</a>{% endblock %}
 *     {% block content %}<h1>Todos</h1>...{% endblock %}
 *
 * Its blocks are title, head (more of the head), brand, nav, messages, content and footer; it
 * knows the data `title`, `site` (its name) and `lang`.  It looks after forms, tables, messages
 * and links of pages as they come from here.  Its style sheet stands in the page, with a nonce,
 * and it asks for messages: such a page is not for caches that others share.  A file of that
 * name among the application's templates takes its place.
 *
 * **Error pages** of the application's are templates, too: 404.html for that status, error.html
 * for all others, for clients that want HTML.  They know `status`, `title` ("Not Found"), `text`,
 * `request_id` and `faults` (.pointer .code .text).  A function of hearth_on_error() is asked
 * first, and where there is no such template, or it goes wrong, the library's page is sent.
 */

#include <hearth/form.h>
#include <hearth/template.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Have a form for the page that is rendered next: `{{ form("todo") }}`.  As
 * hearth_form_html(): after faults it shows what was typed.
 *
 *     static int page(hearth_ctx *c, int status, const struct todo *t)
 *     {
 *         HEARTH_TRY(hearth_page_form(c, "todo", &todo_model, t, NULL));
 *         return hearth_render(c, status, "todo.html", NULL);
 *     }
 *
 * @param name  copied; the last one of a name counts
 * @param obj   borrowed until the page is rendered; NULL: a new one
 * @param o     NULL = defaults; what it points to likewise
 * Returns: 0, or HEARTH_ESTATE (the model is not sound: the reason is in the log),
 *          HEARTH_ENOMEM.  What is wrong with the options shows when the form is made.
 * Thread:  request
 * Since:   0.1
 */
HEARTH_API int hearth_page_form_sized(hearth_ctx *c, const char *name,
                                      const hearth_model *m, const void *obj,
                                      const hearth_form_opts *o, size_t size);
static inline int hearth_page_form(hearth_ctx *c, const char *name, const hearth_model *m,
                                   const void *obj, const hearth_form_opts *o)
{
    return hearth_page_form_sized(c, name, m, obj, o, sizeof *o);
}

#ifdef __cplusplus
}
#endif
#endif /* HEARTH_PAGE_H */
