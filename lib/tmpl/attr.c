/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Which attributes hold a URL, a style, a script: those of HTML, of SVG, and those of old that
 * browsers still know.  What is not listed is plain, and that is every name without a meaning
 * to a browser.
 */

#include "tmpl/attr.h"

#include "core/str.h"

static const struct {
    const char *name;
    hearth__attr_kind kind;
} kinds[] = {
    {"href", HEARTH__ATTR_URL},
    {"src", HEARTH__ATTR_URL},
    {"action", HEARTH__ATTR_URL},
    {"formaction", HEARTH__ATTR_URL},
    {"cite", HEARTH__ATTR_URL},
    {"poster", HEARTH__ATTR_URL},
    {"background", HEARTH__ATTR_URL},
    {"longdesc", HEARTH__ATTR_URL},
    {"data", HEARTH__ATTR_URL},
    {"icon", HEARTH__ATTR_URL},
    {"usemap", HEARTH__ATTR_URL},
    {"manifest", HEARTH__ATTR_URL},
    {"profile", HEARTH__ATTR_URL},
    {"codebase", HEARTH__ATTR_URL_OWN},
    {"classid", HEARTH__ATTR_URL_OWN},
    {"archive", HEARTH__ATTR_URL_OWN},
    {"code", HEARTH__ATTR_URL_OWN},
    {"dynsrc", HEARTH__ATTR_URL},
    {"lowsrc", HEARTH__ATTR_URL},
    {"srcset", HEARTH__ATTR_URLS},
    {"imagesrcset", HEARTH__ATTR_URLS},
    {"ping", HEARTH__ATTR_URLS},
    {"attributionsrc", HEARTH__ATTR_URLS},
    {"style", HEARTH__ATTR_CSS},
    {"srcdoc", HEARTH__ATTR_MARKUP},
};

/* Where the element matters: a URL that says what runs here or where all others lead, and what SVG
 * puts into an href of another element. */
static const struct {
    const char *element, *name;
    hearth__attr_kind kind;
} special[] = {
    {"script", "src", HEARTH__ATTR_URL_OWN}, {"script", "href", HEARTH__ATTR_URL_OWN},
    {"embed", "src", HEARTH__ATTR_URL_OWN},  {"object", "data", HEARTH__ATTR_URL_OWN},
    {"base", "href", HEARTH__ATTR_URL_OWN},  {"applet", "code", HEARTH__ATTR_URL_OWN},
    {"animate", "to", HEARTH__ATTR_URL},     {"animate", "from", HEARTH__ATTR_URL},
    {"animate", "by", HEARTH__ATTR_URL},     {"animate", "values", HEARTH__ATTR_URL},
    {"set", "to", HEARTH__ATTR_URL},
};

static bool is(hearth_str s, const char *word)
{
    return hearth__str_ieq(s, hearth__str_of(word));
}

hearth__attr_kind hearth__attr_kind_of(hearth_str element, hearth_str name)
{
    for (size_t i = name.len; i > 0; i--)
        if (name.ptr[i - 1] == ':') { /* xlink:href */
            name = hearth__str(name.ptr + i, name.len - i);
            break;
        }
    if (name.len > 2 && hearth__str_istarts(name, HEARTH__S("on")))
        return HEARTH__ATTR_JS;
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if (is(name, special[i].name) && is(element, special[i].element))
            return special[i].kind;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (is(name, kinds[i].name))
            return kinds[i].kind;
    return HEARTH__ATTR_PLAIN;
}
