/* What all pages have in common. */
#include "accounts.h"

#include <string.h>

/* ---- pieces --------------------------------------------------------------- */

const char *html(hearth_ctx *c, const char *text)
{
    size_t n = text == NULL ? 0 : strlen(text);
    char *out = hearth_alloc(c, 6 * n + 1), *at = out;

    if (out == NULL)
        return "";
    for (size_t i = 0; i < n; i++) {
        const char *as = text[i] == '&'    ? "&amp;"
                         : text[i] == '<'  ? "&lt;"
                         : text[i] == '>'  ? "&gt;"
                         : text[i] == '"'  ? "&quot;"
                         : text[i] == '\'' ? "&#39;"
                                           : NULL;

        if (as == NULL)
            *at++ = text[i];
        else
            while (*as != '\0')
                *at++ = *as++;
    }
    *at = '\0';
    return out;
}

const char *moment(hearth_ctx *c, int64_t seconds)
{
    char text[HEARTH_TIME_TEXT];

    hearth_time_text(seconds, text);
    return hearth_strf(c, "<time datetime=\"%s\">%.10s, %.5s</time>", text, text,
                       text + 11);
}

const char *button(hearth_ctx *c, const char *action, const char *label, const char *look,
                   const char *name, const char *value)
{
    const char *sent = name == NULL ? ""
                                    : hearth_strf(c,
                                                  "<input type=\"hidden\" name=\"%s\" "
                                                  "value=\"%s\">",
                                                  name, html(c, value));

    return hearth_strf(c,
                       "<form class=\"inline\" method=\"post\" action=\"%s\"><input "
                       "type=\"hidden\" name=\"csrf_token\" value=\"%s\">%s<button "
                       "class=\"%s\">%s</button></form>",
                       action, hearth_csrf_token(c), sent, look, label);
}

const char *form(hearth_ctx *c, const hearth_model *m, const void *obj,
                 const char *submit)
{
    return hearth_form_html(c, m, obj, &(hearth_form_opts){.submit = submit}).ptr;
}

static const char *first_of(const char *agent, const char *const names[][2])
{
    for (; (*names)[0] != NULL; names++)
        if (strstr(agent, (*names)[0]) != NULL)
            return (*names)[1];
    return NULL;
}

/* Most say that they are several; the one that is looked for first is what they are. */
const char *browser(hearth_ctx *c, const char *agent)
{
    static const char *const browsers[][2] = {
        {"Firefox/", "Firefox"},  {"Edg/", "Edge"},
        {"OPR/", "Opera"},        {"Chrome/", "Chrome"},
        {"Chromium", "Chromium"}, {"Safari/", "Safari"},
        {"curl/", "curl"},        {NULL, NULL}};
    static const char *const systems[][2] = {
        {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
        {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"CrOS", "ChromeOS"},
        {"Linux", "Linux"},     {NULL, NULL}};
    const char *what = agent == NULL ? NULL : first_of(agent, browsers);
    const char *where = agent == NULL ? NULL : first_of(agent, systems);

    if (what == NULL)
        return "An unknown browser";
    return where == NULL ? what : hearth_strf(c, "%s on %s", what, where);
}

/* ---- the page ------------------------------------------------------------- */

static const char *link_to(hearth_ctx *c, const char *href, const char *label)
{
    return hearth_strf(c, "<a href=\"%s\"%s>%s</a>\n", href,
                       strcmp(hearth_path(c), href) == 0 ? " aria-current=\"page\"" : "",
                       label);
}

static const char *menu(hearth_ctx *c, const hearth_user *u)
{
    if (u == NULL)
        return hearth_strf(c, "<nav aria-label=\"Menu\">%s%s</nav>",
                           link_to(c, "/login", "Log in"),
                           link_to(c, "/register", "Register"));
    return hearth_strf(c, "<nav aria-label=\"Menu\">%s%s%s%s%s</nav>",
                       link_to(c, "/account", "Profile"),
                       link_to(c, "/account/password", "Password"),
                       link_to(c, "/account/factor", "Second factor"),
                       link_to(c, "/account/sessions", "Sessions"),
                       button(c, "/logout", "Log out", "quiet", NULL, NULL));
}

static const char *messages(hearth_ctx *c)
{
    const char *out = "";
    size_t n;
    const hearth_flash_message *m = hearth_flashes(c, &n);

    for (size_t i = 0; i < n; i++)
        out = hearth_strf(c, "%s<p class=\"message\" role=\"status\">%s</p>\n", out,
                          html(c, m[i].text));
    return out;
}

/* A visitor whose code is still asked for has no menu yet. */
int page(hearth_ctx *c, int status, const char *title, const char *body)
{
    const hearth_user *u;

    HEARTH_TRY(hearth_user_current(c, &u));
    if (hearth_session_get(c, "code") != NULL)
        u = NULL;
    return hearth_html(
        c, status,
        hearth_strf(c,
                    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, "
                    "initial-scale=1\">\n<title>%s - Accounts</title>\n"
                    "<link rel=\"icon\" href=\"/static/icon.svg\">\n"
                    "<link rel=\"stylesheet\" href=\"/static/accounts.css\">\n"
                    "<a class=\"skip\" href=\"#main\">To the contents</a>\n"
                    "<header><a class=\"brand\" href=\"/\">Accounts</a>\n%s</header>\n"
                    "<main id=\"main\">\n%s<h1>%s</h1>\n%s</main>\n",
                    html(c, title), menu(c, u), messages(c), html(c, title), body));
}
