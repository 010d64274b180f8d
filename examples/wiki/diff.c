/*
 * How one text became another: the longest common subsequence of their lines, and in lines that
 * took the place of others that of their words.  What both begin and end with is left out first;
 * where what remains is too large for the table, all of it counts as replaced.
 */
#include "wiki.h"

#include <stdlib.h>
#include <string.h>

#define CELLS_MOST \
    1000000            /* of the table; so what is shorter has less than 1000 pieces */
#define AROUND    3    /* lines shown before and after a change */
#define ROWS_MOST 4000 /* shown; behind them is a gap */

struct piece {
    const char *ptr;
    size_t len;
    bool kept;
};

struct pieces {
    struct piece *at;
    size_t n;
};

static bool same(const struct piece *a, const struct piece *b)
{
    return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

static bool is_word(char ch)
{
    return (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z') ||
           (ch >= 'a' && ch <= 'z') || (unsigned char)ch >= 0x80;
}

static size_t line_length(const char *s, size_t n)
{
    const char *end = memchr(s, '\n', n);

    return end == NULL ? n : (size_t)(end - s) + 1;
}

/* A word, or one sign. */
static size_t word_length(const char *s, size_t n)
{
    size_t len = 0;

    while (len < n && is_word(s[len]))
        len++;
    return len == 0 ? 1 : len;
}

static struct pieces cut(const char *s, size_t n, size_t length(const char *, size_t))
{
    struct pieces p = {calloc(n + 1, sizeof *p.at), 0};

    for (size_t at = 0, len; p.at != NULL && at < n; at += len) {
        len = length(s + at, n - at);
        p.at[p.n++] = (struct piece){s + at, len, false};
    }
    return p;
}

/* Mark what a and b have in common in a table whose cell [i][j] is the length for a[i..], b[j..]. */
static void table(struct piece *a, size_t n, struct piece *b, size_t m, uint16_t *len)
{
    size_t w = m + 1;

    for (size_t i = n; i-- > 0;)
        for (size_t j = m; j-- > 0;) {
            uint16_t down = len[(i + 1) * w + j], right = len[i * w + j + 1];

            len[i * w + j] = same(&a[i], &b[j]) ? (uint16_t)(len[(i + 1) * w + j + 1] + 1)
                             : down > right     ? down
                                                : right;
        }
    for (size_t i = 0, j = 0; i < n && j < m;)
        if (same(&a[i], &b[j]))
            a[i++].kept = b[j++].kept = true;
        else if (len[(i + 1) * w + j] >= len[i * w + j + 1])
            i++;
        else
            j++;
}

static bool compare(struct pieces a, struct pieces b)
{
    struct piece *x = a.at, *y = b.at;
    size_t n = a.n, m = b.n;
    uint16_t *len;

    for (; n > 0 && m > 0 && same(x, y); x++, y++, n--, m--)
        x->kept = y->kept = true;
    for (; n > 0 && m > 0 && same(&x[n - 1], &y[m - 1]); n--, m--)
        x[n - 1].kept = y[m - 1].kept = true;
    if (n == 0 || m == 0 || (n + 1) * (m + 1) > CELLS_MOST)
        return true;
    len = calloc((n + 1) * (m + 1), sizeof *len);
    if (len == NULL)
        return false;
    table(x, n, y, m, len);
    free(len);
    return true;
}

/* ---- as JSON ------------------------------------------------------------------- */

/* A line of these pieces, neighbours that are alike in one part. */
static void put(json_t *rows, const char *op, struct pieces p)
{
    json_t *parts;

    if (json_array_size(rows) > ROWS_MOST)
        return;
    if (json_array_size(rows) == ROWS_MOST)
        op = "gap";
    parts = json_array();
    for (size_t i = 0, j; i < p.n; i = j) {
        size_t len = 0;

        for (j = i; j < p.n && p.at[j].kept == p.at[i].kept; j++)
            len += p.at[j].len;
        json_array_append_new(parts, json_pack("{s:s%, s:b}", "text", p.at[i].ptr, len,
                                               "marked", (int)!p.at[i].kept));
    }
    json_array_append_new(rows, json_pack("{s:s, s:o}", "op", op, "parts", parts));
}

static size_t without_end(const struct piece *line)
{
    return line->len - (line->ptr[line->len - 1] == '\n');
}

static void put_line(json_t *rows, const char *op, const struct piece *line)
{
    struct piece all = {line->ptr, without_end(line), true};

    put(rows, op, (struct pieces){&all, all.len > 0});
}

/* A run of lines that went and of those that came: of those that took each other's place the words
 * are compared. */
static void put_change(json_t *rows, const struct piece *a, size_t n,
                       const struct piece *b, size_t m)
{
    json_t *come = json_array();

    for (size_t i = 0; i < n || i < m; i++) {
        struct pieces x = {NULL, 0}, y = {NULL, 0};

        if (i < n && i < m) {
            x = cut(a[i].ptr, without_end(&a[i]), word_length);
            y = cut(b[i].ptr, without_end(&b[i]), word_length);
        }
        if (x.at != NULL && y.at != NULL && compare(x, y)) {
            put(rows, "gone", x);
            put(come, "new", y);
        } else {
            if (i < n)
                put_line(rows, "gone", &a[i]);
            if (i < m)
                put_line(come, "new", &b[i]);
        }
        free(x.at);
        free(y.at);
    }
    json_array_extend(rows, come);
    json_decref(come);
}

/* A run of n lines that stayed. */
static void put_same(json_t *rows, const struct piece *a, size_t n, bool first, bool last)
{
    size_t head = first ? 0 : AROUND, tail = last ? 0 : AROUND;

    if (n <= head + tail + 1)
        head = n, tail = 0;
    for (size_t i = 0; i < head; i++)
        put_line(rows, "same", &a[i]);
    if (head + tail < n)
        put(rows, "gap", (struct pieces){NULL, 0});
    for (size_t i = n - tail; i < n && tail > 0; i++)
        put_line(rows, "same", &a[i]);
}

json_t *diff_lines(const char *before, const char *after)
{
    struct pieces a = cut(before, strlen(before), line_length);
    struct pieces b = cut(after, strlen(after), line_length);
    bool good = a.at != NULL && b.at != NULL && compare(a, b);
    json_t *rows = good ? json_array() : NULL;

    for (size_t i = 0, j = 0; rows != NULL && (i < a.n || j < b.n);) {
        size_t from = i, with = j;

        while (i < a.n && a.at[i].kept)
            i++;
        j += i - from;
        if (i > from)
            put_same(rows, &a.at[from], i - from, from == 0, i == a.n && j == b.n);
        from = i, with = j;
        while (i < a.n && !a.at[i].kept)
            i++;
        while (j < b.n && !b.at[j].kept)
            j++;
        put_change(rows, &a.at[from], i - from, &b.at[with], j - with);
    }
    free(a.at);
    free(b.at);
    return rows;
}
