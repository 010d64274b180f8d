/*
 * Names of pages.  A name has one spelling, so that [[main page]] and [[Main_page]] are one
 * page: spaces are single, the first letter is a capital, in addresses spaces are '_'.
 */
#include "wiki.h"

#include <ctype.h>
#include <string.h>

#define BAD "[]{}|#<>/\\?&\"\x7f"

static void capital(char *s)
{
    if (*s >= 'a' && *s <= 'z')
        *s = (char)toupper((unsigned char)*s);
}

const char *name_of(hearth_ctx *c, const char *text)
{
    char *name = text == NULL ? NULL : hearth_strdup(c, text), *out = name;

    if (name == NULL)
        return NULL;
    for (const char *in = name; *in != '\0'; in++)
        if (strchr(" _\t", *in) == NULL) {
            if ((unsigned char)*in < ' ' || strchr(BAD, *in) != NULL)
                return NULL;
            *out++ = *in;
        } else if (out > name && out[-1] != ' ')
            *out++ = ' ';
    while (out > name && out[-1] == ' ')
        out--;
    *out = '\0';
    capital(name);
    if (strncmp(name, TALK, strlen(TALK)) == 0)
        capital(name + strlen(TALK));
    if (*name == '\0' || *name == '.' || strcmp(name, TALK) == 0 ||
        strlen(name) > NAME_MOST)
        return NULL;
    return name;
}

const char *name_slug(hearth_ctx *c, const char *name)
{
    char *slug = hearth_strdup(c, name);

    for (char *s = slug; s != NULL && *s != '\0'; s++)
        if (*s == ' ')
            *s = '_';
    return slug;
}

const char *name_url(hearth_ctx *c, const char *name)
{
    return hearth_url(c, "page", hearth_args(name_slug(c, name)));
}
