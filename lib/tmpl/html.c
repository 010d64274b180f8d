/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Following HTML through the text of a template.
 */

#include "tmpl/html.h"

#include "core/str.h"
#include "tmpl/attr.h"

static const struct {
    const char *name;
    hearth__html_element element;
    hearth__html_state content;
} elements[] = {
    {"script", HEARTH__ELEMENT_SCRIPT, HEARTH__HTML_SCRIPT},
    {"style", HEARTH__ELEMENT_STYLE, HEARTH__HTML_STYLE},
    {"textarea", HEARTH__ELEMENT_TEXTAREA, HEARTH__HTML_RCDATA},
    {"title", HEARTH__ELEMENT_TITLE, HEARTH__HTML_RCDATA},
    {"iframe", HEARTH__ELEMENT_IFRAME, HEARTH__HTML_RAW},
    {"xmp", HEARTH__ELEMENT_XMP, HEARTH__HTML_RAW},
    {"noembed", HEARTH__ELEMENT_NOEMBED, HEARTH__HTML_RAW},
    {"noframes", HEARTH__ELEMENT_NOFRAMES, HEARTH__HTML_RAW},
    {"plaintext", HEARTH__ELEMENT_PLAINTEXT, HEARTH__HTML_RAW},
    {"embed", HEARTH__ELEMENT_EMBED, HEARTH__HTML_TEXT},
    {"object", HEARTH__ELEMENT_OBJECT, HEARTH__HTML_TEXT},
    {"base", HEARTH__ELEMENT_BASE, HEARTH__HTML_TEXT},
    {"applet", HEARTH__ELEMENT_APPLET, HEARTH__HTML_TEXT},
    {"animate", HEARTH__ELEMENT_ANIMATE, HEARTH__HTML_TEXT},
    {"set", HEARTH__ELEMENT_SET, HEARTH__HTML_TEXT},
};

#define NELEMENTS (sizeof elements / sizeof *elements)

static const char *name_of(uint8_t element)
{
    for (size_t i = 0; i < NELEMENTS; i++)
        if (elements[i].element == element)
            return elements[i].name;
    return "";
}

hearth__html hearth__html_of_file(hearth_str name)
{
    hearth__html h = {0};

    if (hearth__str_ends(name, HEARTH__S(".txt")) ||
        hearth__str_ends(name, HEARTH__S(".md")))
        h.state = HEARTH__HTML_PLAIN;
    else if (hearth__str_ends(name, HEARTH__S(".css")))
        h.state = HEARTH__HTML_STYLE;
    else if (hearth__str_ends(name, HEARTH__S(".js")) ||
             hearth__str_ends(name, HEARTH__S(".json"))) {
        h.state = HEARTH__HTML_SCRIPT;
        h.slash = HEARTH__SLASH_REGEX;
    }
    return h;
}

hearth__html hearth__html_inside(const hearth__html *h)
{
    hearth__html inside = {0};

    if (h->state == HEARTH__HTML_PLAIN)
        inside.state = HEARTH__HTML_PLAIN;
    return inside;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* ---- within elements ------------------------------------------------------------------- */

/* Is "</name" at i, with an end of the name behind it? */
static bool closes(const hearth__html *h, hearth_str s, size_t i)
{
    hearth_str name = hearth__str_of(name_of(h->element)), rest;

    if (s.ptr[i] != '<' || i + 1 >= s.len || s.ptr[i + 1] != '/' || name.len == 0 ||
        h->element == HEARTH__ELEMENT_PLAINTEXT)
        return false;
    rest = hearth__str(s.ptr + i + 2, s.len - i - 2);
    return hearth__str_istarts(rest, name) &&
           (rest.len == name.len || is_space(rest.ptr[name.len]) ||
            rest.ptr[name.len] == '/' || rest.ptr[name.len] == '>');
}

/* An end tag that a tag of the template cuts in two could not be told. */
static bool cut(const hearth__html *h, hearth_str s)
{
    hearth_str name = hearth__str_of(name_of(h->element));

    for (size_t n = 0; n <= name.len && n + 2 <= s.len; n++) {
        hearth_str tail = hearth__str(s.ptr + s.len - n - 2, n + 2);

        if (tail.ptr[0] == '<' && tail.ptr[1] == '/' &&
            hearth__str_ieq(hearth__str(tail.ptr + 2, n), hearth__str(name.ptr, n)))
            return true;
    }
    return h->state == HEARTH__HTML_RCDATA && s.len > 0 && s.ptr[s.len - 1] == '<';
}

static size_t step_inside(hearth__html *h, hearth_str s, size_t i)
{
    if (h->state == HEARTH__HTML_SCRIPT)
        return hearth__js_step(h, s, i);
    if (h->state == HEARTH__HTML_STYLE)
        return hearth__css_step(h, s, i);
    return 1;
}

/* The contents of script, style, textarea, title and the like, up to their end tag. */
static const char *inside(hearth__html *h, hearth_str s, size_t *i)
{
    while (*i < s.len) {
        size_t n;

        if (closes(h, s, *i)) {
            *i += 2 + strlen(name_of(h->element));
            *h = (hearth__html){.state = HEARTH__HTML_NAMED,
                                .element = HEARTH__ELEMENT_END};
            return NULL;
        }
        n = step_inside(h, s, *i);
        /* What looks like an end tag is one, also within quotes of the script. */
        for (size_t k = 1; k < n; k++)
            if (*i + k < s.len && closes(h, s, *i + k))
                n = k;
        *i += n;
    }
    return cut(h, s) ? "a tag of the template cuts an end tag in two" : NULL;
}

/* ---- attributes ------------------------------------------------------------------------ */

static bool is_reference(hearth_str s, size_t i)
{
    return s.ptr[i] == '&' && i + 1 < s.len &&
           (s.ptr[i + 1] == '#' || hearth__is_alpha(s.ptr[i + 1]));
}

/* The value goes on with the character at i; *begin: where the URL does, in this piece. */
static const char *url_text(hearth__html *h, hearth_str s, size_t *begin, size_t i)
{
    char c = s.ptr[i];

    if (h->attr == HEARTH__ATTR_URLS && (is_space(c) || c == ',')) {
        h->url = HEARTH__URL_START;
        h->split = 0;
        *begin = i + 1;
        return NULL;
    }
    if (h->url == HEARTH__URL_SLASH)
        h->url = HEARTH__URL_SET;
    if (h->url == HEARTH__URL_SET || h->url == HEARTH__URL_CODE)
        return NULL;
    if (h->url == HEARTH__URL_START && is_space(c))
        return NULL;
    if (c == '/' || c == '?' || c == '#') {
        h->url =
            c == '/' && h->url == HEARTH__URL_START ? HEARTH__URL_SLASH : HEARTH__URL_SET;
    } else if (c == ':') {
        if (h->split)
            return "the scheme of a URL, up to its ':', has to stand there in one piece";
        h->url = (uint8_t)hearth__url_scheme(hearth__str(s.ptr + *begin, i - *begin));
    } else if (is_reference(s, i)) {
        h->url = HEARTH__URL_CODE;
    } else {
        h->url = HEARTH__URL_OPEN;
    }
    return NULL;
}

/* Within quotes, up to the closing one. */
static const char *value(hearth__html *h, hearth_str s, size_t *i)
{
    size_t begin = *i;
    const char *why = NULL;

    while (*i < s.len && s.ptr[*i] != (char)h->quote) {
        size_t n = 1, end = *i;
        hearth_str part;

        while (end < s.len && s.ptr[end] != (char)h->quote)
            end++;
        part = hearth__str(s.ptr, end); /* code does not look behind the quote */
        switch (h->attr) {
        case HEARTH__ATTR_CSS:
        case HEARTH__ATTR_JS:
            if (is_reference(s, *i))
                h->inner = HEARTH__INNER_LOST;
            n = h->attr == HEARTH__ATTR_CSS ? hearth__css_step(h, part, *i)
                                            : hearth__js_step(h, part, *i);
            break;
        case HEARTH__ATTR_URL:
        case HEARTH__ATTR_URL_OWN:
        case HEARTH__ATTR_URLS:
            why = url_text(h, s, &begin, *i);
            break;
        default:
            n = end - *i;
            break;
        }
        if (why != NULL)
            return why;
        *i += n;
    }
    if (*i < s.len) {
        ++*i;
        *h = (hearth__html){.state = HEARTH__HTML_TAG, .element = h->element};
    }
    return NULL;
}

static void begin_value(hearth__html *h, hearth_str name, char quote)
{
    hearth__attr_kind kind =
        hearth__attr_kind_of(hearth__str_of(name_of(h->element)), name);

    h->state = HEARTH__HTML_VALUE;
    h->attr = (uint8_t)kind;
    h->quote = (uint8_t)quote;
    h->slash = kind == HEARTH__ATTR_JS ? HEARTH__SLASH_REGEX : 0;
}

/* Behind the name of an attribute and its '='. */
static const char *after_equals(hearth__html *h, hearth_str s, size_t *i, hearth_str name)
{
    while (*i < s.len && is_space(s.ptr[*i]))
        ++*i;
    if (*i == s.len)
        return "a tag of the template stands where the value of an attribute begins: put "
               "quotes around it";
    if (s.ptr[*i] == '"' || s.ptr[*i] == '\'') {
        begin_value(h, name, s.ptr[(*i)++]);
        return NULL;
    }
    while (*i < s.len && !is_space(s.ptr[*i]) && s.ptr[*i] != '>')
        ++*i;
    if (*i == s.len)
        return "a tag of the template stands in the value of an attribute without "
               "quotes: "
               "put quotes around it";
    h->state = HEARTH__HTML_TAG;
    return NULL;
}

/* The name of an attribute begins at *i. */
static const char *attribute(hearth__html *h, hearth_str s, size_t *i)
{
    size_t begin = *i, end;

    if (h->state == HEARTH__HTML_NAMED)
        return "white space is missing between attributes";
    if (s.ptr[*i] == '=')
        return "the name of an attribute has to stand right in front of its '='";
    while (*i < s.len && !is_space(s.ptr[*i]) && s.ptr[*i] != '=' && s.ptr[*i] != '>' &&
           s.ptr[*i] != '/')
        ++*i;
    end = *i;
    while (*i < s.len && is_space(s.ptr[*i]))
        ++*i;
    if (*i < s.len && s.ptr[*i] == '=') {
        ++*i;
        return after_equals(h, s, i, hearth__str(s.ptr + begin, end - begin));
    }
    h->state = *i > end ? HEARTH__HTML_TAG : HEARTH__HTML_NAMED;
    if (*i == end && *i < s.len) /* '>' or '/' follows */
        h->state = HEARTH__HTML_TAG;
    return NULL;
}

/* ---- tags ------------------------------------------------------------------------------ */

static void end_of_tag(hearth__html *h)
{
    hearth__html_state content = HEARTH__HTML_TEXT;
    uint8_t element = h->element;

    for (size_t i = 0; i < NELEMENTS; i++)
        if (elements[i].element == element)
            content = elements[i].content;
    *h = (hearth__html){.state = (uint8_t)content};
    if (content != HEARTH__HTML_TEXT)
        h->element = element;
    if (content == HEARTH__HTML_SCRIPT)
        h->slash = HEARTH__SLASH_REGEX;
}

/* Within a tag, to its '>' or the value of an attribute. */
static const char *tag(hearth__html *h, hearth_str s, size_t *i)
{
    while (*i < s.len &&
           (h->state == HEARTH__HTML_TAG || h->state == HEARTH__HTML_NAMED)) {
        char c = s.ptr[*i];

        if (is_space(c) || c == '/') {
            h->state = HEARTH__HTML_TAG;
            ++*i;
        } else if (c == '>') {
            ++*i;
            end_of_tag(h);
        } else {
            const char *why = attribute(h, s, i);

            if (why != NULL)
                return why;
        }
    }
    return NULL;
}

/* Behind "<" or "</" and a letter: the name of an element. */
static void element(hearth__html *h, hearth_str s, size_t *i, bool end)
{
    size_t begin = *i;
    hearth_str name;

    while (*i < s.len && !is_space(s.ptr[*i]) && s.ptr[*i] != '/' && s.ptr[*i] != '>')
        ++*i;
    name = hearth__str(s.ptr + begin, *i - begin);
    *h = (hearth__html){.state = HEARTH__HTML_NAMED};
    h->element = end ? HEARTH__ELEMENT_END : HEARTH__ELEMENT_OTHER;
    for (size_t k = 0; !end && k < NELEMENTS; k++)
        if (hearth__str_ieq(name, hearth__str_of(elements[k].name)))
            h->element = (uint8_t)elements[k].element;
}

static const char *text(hearth__html *h, hearth_str s, size_t *i)
{
    const char *p = memchr(s.ptr + *i, '<', s.len - *i);
    bool end;

    if (p == NULL) {
        *i = s.len;
        return NULL;
    }
    *i = (size_t)(p - s.ptr) + 1;
    end = *i < s.len && s.ptr[*i] == '/';
    if (*i + end >= s.len) {
        --*i;
        return "a tag of the template stands right behind \"<\": write the names of "
               "elements "
               "out, and \"&lt;\" for the character";
    }
    if (hearth__is_alpha(s.ptr[*i + end])) {
        *i += end;
        element(h, s, i, end);
    } else if (hearth__str_starts(hearth__str(s.ptr + *i, s.len - *i),
                                  HEARTH__S("!--"))) {
        *i += 3;
        h->state = HEARTH__HTML_COMMENT;
    } else if (s.ptr[*i] == '!' || s.ptr[*i] == '?' || end) {
        if (s.len - *i < 3 && s.ptr[*i] == '!') {
            return "a tag of the template stands within \"<!--\"";
        }
        ++*i;
        h->state = HEARTH__HTML_DECL;
    }
    return NULL;
}

static const char *comment(hearth__html *h, hearth_str s, size_t *i)
{
    for (; *i < s.len; ++*i) {
        if (s.ptr[*i] != '>')
            continue;
        /* "-->" and "--!>" end it, and "<!-->" and "<!--->" do. */
        if ((*i >= 2 && s.ptr[*i - 1] == '-' && s.ptr[*i - 2] == '-') ||
            (*i >= 3 && s.ptr[*i - 1] == '!' && s.ptr[*i - 2] == '-' &&
             s.ptr[*i - 3] == '-')) {
            ++*i;
            *h = (hearth__html){.state = HEARTH__HTML_TEXT};
            return NULL;
        }
    }
    if (s.len > 0 && (s.ptr[s.len - 1] == '-' || s.ptr[s.len - 1] == '!'))
        return "a tag of the template stands within \"-->\"";
    return NULL;
}

static const char *declaration(hearth__html *h, hearth_str s, size_t *i)
{
    const char *p = memchr(s.ptr + *i, '>', s.len - *i);

    *i = p == NULL ? s.len : (size_t)(p - s.ptr) + 1;
    if (p != NULL)
        *h = (hearth__html){.state = HEARTH__HTML_TEXT};
    return NULL;
}

const char *hearth__html_text(hearth__html *h, hearth_str s, size_t *at)
{
    size_t i = 0;
    const char *why = NULL;

    while (i < s.len && why == NULL) {
        switch ((hearth__html_state)h->state) {
        case HEARTH__HTML_TEXT:
            why = text(h, s, &i);
            break;
        case HEARTH__HTML_TAG:
        case HEARTH__HTML_NAMED:
            why = tag(h, s, &i);
            break;
        case HEARTH__HTML_VALUE:
            why = value(h, s, &i);
            break;
        case HEARTH__HTML_COMMENT:
            why = comment(h, s, &i);
            break;
        case HEARTH__HTML_DECL:
            why = declaration(h, s, &i);
            break;
        case HEARTH__HTML_RCDATA:
        case HEARTH__HTML_RAW:
        case HEARTH__HTML_SCRIPT:
        case HEARTH__HTML_STYLE:
            why = inside(h, s, &i);
            break;
        case HEARTH__HTML_PLAIN:
            i = s.len;
            break;
        }
    }
    *at = i > s.len ? s.len : i;
    if (why == NULL && h->state == HEARTH__HTML_VALUE && h->url == HEARTH__URL_OPEN)
        h->split = 1;
    return why;
}
