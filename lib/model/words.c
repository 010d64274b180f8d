/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Spaces and control characters separate, quotes hold together, a star at the end is a beginning.
 * What a word is beyond that the engine knows: "e-mail" may be two of its words.
 */

#include "model/words.h"

#include "core/str.h"

static bool is_space(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

static void skip(hearth_str *s, size_t n)
{
    *s = hearth__str(s->ptr + n, s->len - n);
}

/* Behind the opening quote, to the closing one or to the end. */
static hearth_str take_phrase(hearth_str *s)
{
    size_t n = 0;
    hearth_str phrase;

    while (n < s->len && s->ptr[n] != '"')
        n++;
    phrase = hearth__str(s->ptr, n);
    skip(s, n < s->len ? n + 1 : n);
    return phrase;
}

static hearth_str take_word(hearth_str *s)
{
    size_t n = 0;
    hearth_str word;

    while (n < s->len && !is_space(s->ptr[n]) && s->ptr[n] != '"')
        n++;
    word = hearth__str(s->ptr, n);
    skip(s, n);
    return word;
}

static bool cut_stars(hearth_str *word)
{
    size_t n = word->len;

    while (word->len > 0 && word->ptr[word->len - 1] == '*')
        word->len--;
    return word->len < n;
}

/* A NUL has no place in SQL; in a phrase it separates like a space, and ends it here. */
static hearth_str until_nul(hearth_str s)
{
    const char *nul = s.len == 0 ? NULL : memchr(s.ptr, '\0', s.len);

    return nul == NULL ? s : hearth__str(s.ptr, (size_t)(nul - s.ptr));
}

static bool is_blank(hearth_str s)
{
    size_t n = 0;

    while (n < s.len && is_space(s.ptr[n]))
        n++;
    return n == s.len;
}

int hearth__words_add(hearth__words *w, hearth_str text)
{
    if (text.len > HEARTH__WORDS_BYTES)
        return HEARTH_ETOOBIG;
    while (text.len > 0) {
        hearth_db_word word = {{"", 0}, false};

        if (is_space(text.ptr[0])) {
            skip(&text, 1);
            continue;
        }
        if (text.ptr[0] == '"') {
            skip(&text, 1);
            word.text = until_nul(take_phrase(&text));
            word.prefix = text.len > 0 && text.ptr[0] == '*';
            skip(&text, word.prefix);
        } else {
            word.text = take_word(&text);
            word.prefix = cut_stars(&word.text);
        }
        if (is_blank(word.text))
            continue;
        if (w->n == HEARTH__WORDS_MOST)
            return HEARTH_ETOOBIG;
        w->word[w->n++] = word;
    }
    return 0;
}
