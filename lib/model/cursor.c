/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Where a page ended, as text that a client hands back.  It carries the number of rows before and
 * the values of the order, with a keyed digest over them, the table and the order, so that it
 * cannot be made up, nor used for another list.
 */

#include "core/enc.h"
#include "model/filter.h"

/* What is digested besides the values. */
static void put_scope(const hearth__filter *f, hearth__buf *b)
{
    hearth__buf_text(b, f->m->table);
    for (size_t i = 0; i < f->nsort; i++)
        hearth__buf_f(b, "\n%c%s", f->sort[i].desc ? '-' : '+',
                      f->m->field[f->sort[i].field].name);
    hearth__buf_char(b, '\n');
}

static int digest(const hearth__filter *f, hearth_str values,
                  const unsigned char key[HEARTH__MAC_KEY],
                  unsigned char mac[HEARTH__MAC])
{
    hearth__buf b;

    hearth__buf_init(&b, f->arena, 0);
    put_scope(f, &b);
    hearth__buf_str(&b, values);
    if (b.failed)
        return HEARTH_ENOMEM;
    hearth__mac(mac, key, hearth__buf_view(&b));
    return 0;
}

/* ---- out ----------------------------------------------------------------------------- */

static void put_bits(hearth__buf *b, uint64_t x, int bytes)
{
    while (bytes-- > 0)
        hearth__buf_char(b, (char)(unsigned char)(x >> (8 * bytes)));
}

static void put_val(hearth__buf *b, const hearth_val *v)
{
    uint64_t bits = 0;

    hearth__buf_char(b, (char)v->kind);
    if (v->kind == HEARTH_VAL_INT || v->kind == HEARTH_VAL_REAL) {
        memcpy(&bits, &v->u, sizeof bits);
        put_bits(b, bits, 8);
    } else if (v->kind == HEARTH_VAL_TEXT) {
        put_bits(b, v->u.s.len, 2);
        hearth__buf_str(b, v->u.s);
    }
}

bool hearth__cursor_write(const hearth__filter *f, const void *obj, hearth__given g,
                          const unsigned char key[HEARTH__MAC_KEY], hearth__buf *out)
{
    unsigned char mac[HEARTH__MAC];
    hearth__buf b;

    hearth__buf_init(&b, f->arena, 0);
    put_bits(&b, (uint64_t)hearth__filter_passed(f), 8);
    for (size_t i = 0; i < f->nsort; i++) {
        size_t field = f->sort[i].field;
        hearth_val v = hearth_val_null();

        if ((g.has & HEARTH__BIT(field)) != 0 &&
            hearth__row_val(f->m, field, obj, f->arena, &v, NULL) != 0)
            return false;
        if (v.kind == HEARTH_VAL_TEXT && v.u.s.len > HEARTH__MAX_CURSOR)
            return false;
        put_val(&b, &v);
    }
    if (b.failed || b.len > HEARTH__MAX_CURSOR ||
        digest(f, hearth__buf_view(&b), key, mac) != 0)
        return false;
    hearth__buf_add(&b, mac, sizeof mac);
    hearth__enc_base64(out, hearth__buf_view(&b), true);
    return !out->failed;
}

/* ---- in ------------------------------------------------------------------------------ */

static bool take_bits(hearth_str *s, int bytes, uint64_t *x)
{
    *x = 0;
    if (s->len < (size_t)bytes)
        return false;
    for (int i = 0; i < bytes; i++)
        *x = *x << 8 | (unsigned char)s->ptr[i];
    *s = hearth__str(s->ptr + bytes, s->len - (size_t)bytes);
    return true;
}

static bool take_val(hearth_str *s, hearth_val *v)
{
    uint64_t kind, bits;

    if (!take_bits(s, 1, &kind) || kind > HEARTH_VAL_TEXT)
        return false;
    *v = hearth_val_null();
    v->kind = (hearth_val_kind)kind;
    if (v->kind == HEARTH_VAL_NULL)
        return true;
    if (!take_bits(s, v->kind == HEARTH_VAL_TEXT ? 2 : 8, &bits))
        return false;
    if (v->kind != HEARTH_VAL_TEXT) {
        memcpy(&v->u, &bits, sizeof bits);
        return true;
    }
    if (s->len < bits)
        return false;
    *v = hearth_val_str(hearth__str(s->ptr, (size_t)bits));
    *s = hearth__str(s->ptr + bits, s->len - (size_t)bits);
    return true;
}

int hearth__cursor_read(hearth__filter *f, const unsigned char key[HEARTH__MAC_KEY])
{
    unsigned char mac[HEARTH__MAC];
    hearth_str values;
    hearth_val *from;
    uint64_t passed;
    hearth__buf b;

    hearth__buf_init(&b, f->arena, 2 * HEARTH__MAX_CURSOR);
    if (!hearth__dec_base64(&b, f->after, true) || b.len < sizeof mac)
        return f->arena->failed ? HEARTH_ENOMEM : HEARTH_EINVAL;
    values = hearth__str(b.ptr, b.len - sizeof mac);
    HEARTH_TRY(digest(f, values, key, mac));
    if (!hearth__mac_equal(mac, (const unsigned char *)b.ptr + values.len))
        return HEARTH_EINVAL;
    from = hearth__arena_array(f->arena, f->nsort, sizeof *from);
    if (from == NULL)
        return HEARTH_ENOMEM;
    if (!take_bits(&values, 8, &passed))
        return HEARTH_EINVAL;
    f->passed = (int64_t)passed;
    for (size_t i = 0; i < f->nsort; i++)
        if (!take_val(&values, &from[i]))
            return HEARTH_EINVAL;
    f->from = from;
    return values.len == 0 ? 0 : HEARTH_EINVAL;
}
