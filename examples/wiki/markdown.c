/*
 * Texts in Markdown.  md4c makes HTML of them in which nothing of the author's is markup; here
 * its links are looked at: [[Names]] get an address, others only keep a harmless one, and images
 * come from this site.  md4c escapes < in texts and attributes, so each one is its own.
 */
#include "wiki.h"

#include <md4c-html.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define RULES  (MD_DIALECT_GITHUB | MD_FLAG_NOHTML | MD_FLAG_WIKILINKS)
#define TARGET "<x-wikilink data-target=\""
#define IMAGES "/image/"

static void take(const MD_CHAR *p, MD_SIZE n, void *out)
{
    fwrite(p, 1, n, out);
}

/* Close a text in memory and have it for the request.  NULL: it did not fit. */
static const char *finish(hearth_ctx *c, FILE *out, char **text)
{
    bool bad = ferror(out) != 0;
    const char *all;

    bad |= fclose(out) != 0;
    all = bad ? NULL : hearth_strdup(c, *text);
    free(*text);
    return all;
}

static int render(hearth_ctx *c, hearth_str text, const char **html)
{
    char *ptr = NULL;
    size_t len;
    FILE *out = open_memstream(&ptr, &len);
    int rc;

    if (out == NULL)
        return HEARTH_ENOMEM;
    rc = md_html(text.ptr, (MD_SIZE)text.len, take, out, RULES, 0);
    *html = finish(c, out, &ptr);
    return rc != 0 || *html == NULL ? HEARTH_ENOMEM : 0;
}

/* ---- addresses -------------------------------------------------------------- */

static bool starts(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

/* Before the first of "/?#" there is no scheme but these, and nothing that a browser would
 * decode to one.  The address is as it stands in the attribute. */
static bool is_harmless(const char *url)
{
    size_t head = strcspn(url, "/?#\"");

    if (strncasecmp(url, "http:", 5) == 0 || strncasecmp(url, "https:", 6) == 0 ||
        strncasecmp(url, "mailto:", 7) == 0)
        return true;
    for (size_t i = 0; i < head; i++)
        if (url[i] == ':' || (unsigned char)url[i] <= ' ' || url[i] == '\\' ||
            (url[i] == '&' && !starts(url + i, "&amp;")))
            return false;
    return true;
}

/* The name in an attribute; one with a sign that md4c had to escape is none. */
static const char *target_name(hearth_ctx *c, const char *value)
{
    return name_of(c, hearth_strf(c, "%.*s", (int)strcspn(value, "\""), value));
}

/* ---- the names in it ---------------------------------------------------------- */

static int names_in(hearth_ctx *c, const char *html, const char **names)
{
    json_t *list = json_array();
    char *text;

    for (const char *at = html; (at = strstr(at, TARGET)) != NULL; at++) {
        const char *name = target_name(c, at + strlen(TARGET));

        if (name != NULL)
            json_array_append_new(list, json_string(name));
    }
    text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    *names = text == NULL ? NULL : hearth_strdup(c, text);
    free(text);
    return *names == NULL ? HEARTH_ENOMEM : 0;
}

int markdown_links(hearth_ctx *c, const char *text, const char **names)
{
    const char *html;

    HEARTH_TRY(render(c, (hearth_str){text, strlen(text)}, &html));
    return names_in(c, html, names);
}

/* ---- the links ------------------------------------------------------------------- */

/* Each writes what stands for the tag at `at` and returns what follows it. */
static const char *page_link(hearth_ctx *c, const char *at, const json_t *there,
                             FILE *out)
{
    const char *name = target_name(c, at + strlen(TARGET));
    const char *url = name == NULL ? NULL : name_url(c, name);

    if (url == NULL)
        fputs("<a class=\"refused\">", out);
    else
        fprintf(out, "<a href=\"%s\"%s>", url,
                json_object_get(there, name) == NULL ? " class=\"wanted\"" : "");
    return strchr(at, '>') + 1;
}

static const char *link_(const char *at, FILE *out)
{
    const char *url = at + strlen("<a href=\"");

    if (is_harmless(url)) {
        fprintf(out, "<a rel=\"nofollow noopener\" href=\"");
        return url;
    }
    fputs("<a class=\"refused\"", out);
    return strchr(url, '"') + 1;
}

static const char *image(const char *at, FILE *out)
{
    const char *src = at + strlen("<img src=\""), *end = strchr(at, '>') + 1;
    const char *alt = strstr(src, "\" alt=\"");

    if (starts(src, IMAGES))
        fprintf(out, "<img loading=\"lazy\" src=\"%.*s", (int)(end - src), src);
    else if (alt != NULL && alt < end)
        fprintf(out, "%.*s", (int)strcspn(alt + 7, "\""), alt + 7);
    return end;
}

static void put(hearth_ctx *c, const char *html, const json_t *there, FILE *out)
{
    while (*html != '\0') {
        size_t n = strcspn(html, "<");

        fwrite(html, 1, n, out);
        html += n;
        if (starts(html, TARGET)) {
            html = page_link(c, html, there, out);
        } else if (starts(html, "</x-wikilink>")) {
            fputs("</a>", out);
            html += strlen("</x-wikilink>");
        } else if (starts(html, "<a href=\"")) {
            html = link_(html, out);
        } else if (starts(html, "<img src=\"")) {
            html = image(html, out);
        } else if (*html == '<') {
            fputc(*html++, out);
        }
    }
}

static int filter(hearth_template_call *call, hearth_value *out)
{
    hearth_ctx *c = hearth_template_arg(call);
    const char *raw, *names, *html;
    char *ptr = NULL;
    hearth_str text;
    json_t *there;
    size_t len;
    FILE *file;

    HEARTH_TRY(hearth_template_text(call, call->value, &text));
    HEARTH_TRY(render(c, text, &raw));
    HEARTH_TRY(names_in(c, raw, &names));
    HEARTH_TRY(pages_there(c, names, &there));
    file = open_memstream(&ptr, &len);
    if (file != NULL)
        put(c, raw, there, file);
    json_decref(there);
    html = file == NULL ? NULL : finish(c, file, &ptr);
    if (html == NULL)
        return HEARTH_ENOMEM;
    return hearth_template_set_text(call, out, (hearth_str){html, strlen(html)}, true);
}

int markdown_filter(hearth_templates *t)
{
    return hearth_templates_add_filter(t, "markdown", NULL, filter, NULL);
}
