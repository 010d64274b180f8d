/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/* Any bytes as a catalogue: read or refused, and what it says can be asked for any number. */

#include "core/str.h"
#include "core/utf8.h"
#include "i18n/catalog.h"
#include "i18n/po.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct asked {
    const hearth__catalog *k;
} asked;

static int ask(void *arg, const hearth__po_entry *e, hearth_error *err)
{
    static const uint64_t numbers[] = {0, 1, 2, 5, 11, 1000003, UINT64_MAX};
    const asked *a = arg;

    (void)err;
    assert(e->nstr > 0 && e->nstr <= HEARTH__PLURAL_FORMS);
    for (unsigned i = 0; i < e->nstr; i++)
        assert(hearth__utf8_valid(e->str[i]));
    for (size_t i = 0; a->k != NULL && i < sizeof numbers / sizeof *numbers; i++) {
        const char *found = hearth__catalog_find(a->k, e->context.ptr, e->id.ptr,
                                                 e->plural.ptr != NULL, numbers[i]);

        assert(found == NULL || found[0] != '\0');
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hearth_str text = {(const char *)data, size};
    hearth_error err = {0};
    hearth__catalog *k = hearth__catalog_read(text, &err);
    hearth__arena a;

    hearth__arena_init(&a, 0);
    int rc = hearth__po_read(&a, text, ask, &(asked){k}, &err);
    assert(k == NULL || rc == 0);
    assert(rc == 0 || err.text[0] != '\0');
    hearth__arena_clear(&a);
    hearth__catalog_free(k);
    return 0;
}
