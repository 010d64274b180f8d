/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * Names of addresses, by way of elfutils' libdw.
 *
 * Nobody needs it but the error page of development, so nothing links it: it is opened when
 * such a page is made, and where it is not installed the page says so.  Its few functions
 * are declared in symbols_dw.h; their ABI has been the same since 2010 (ELFUTILS_0.122).
 *
 * Debugging information of libraries is looked for on this machine only; a page must not wait
 * for a debuginfod server.
 */
#include "core/symbols.h"

#include "core/str.h"
#include "core/symbols_dw.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEEPEST 16 /* calls inlined into one another */

typedef struct finder {
    hearth__dw dw;
    Dwfl *dwfl;
    hearth__arena *arena;
    hearth__frame *frame;
    size_t n;
    bool unknown; /* the line of some frame of the program */
} finder;

/* ---- the library ------------------------------------------------------ */

static bool load(hearth__dw *dw)
{
    static const struct {
        const char *name;
        size_t at;
    } list[] = {
#define HEARTH__DW_ENTRY(ret, name, args) {#name, offsetof(hearth__dw, name)},
        HEARTH__DW_FUNCTIONS(HEARTH__DW_ENTRY)
#undef HEARTH__DW_ENTRY
    };

    dw->handle = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; dw->handle != NULL && i < sizeof list / sizeof *list; i++) {
        void *f = dlsym(dw->handle, list[i].name);

        if (f == NULL) {
            dlclose(dw->handle);
            dw->handle = NULL;
        } else {
            memcpy((char *)dw + list[i].at, &f, sizeof f);
        }
    }
    return dw->handle != NULL;
}

static Dwfl *map_process(const hearth__dw *dw, const Dwfl_Callbacks *calls)
{
    Dwfl *dwfl = dw->dwfl_begin(calls);

    if (dwfl == NULL)
        return NULL;
    dw->dwfl_report_begin(dwfl);
    if (dw->dwfl_linux_proc_report(dwfl, getpid()) == 0 &&
        dw->dwfl_report_end(dwfl, NULL, NULL) == 0)
        return dwfl;
    dw->dwfl_end(dwfl);
    return NULL;
}

/* ---- a frame ---------------------------------------------------------- */

static const char *keep(finder *f, const char *s)
{
    return s == NULL ? NULL : hearth__arena_copy(f->arena, s, strlen(s));
}

/* From the root, unless the compiler was told to leave that out. */
static const char *path_of(finder *f, const char *folder, const char *file)
{
    size_t n, m;
    char *path;

    if (file == NULL)
        return NULL;
    if (file[0] == '/' || folder == NULL || strcmp(folder, ".") == 0)
        return keep(f, strncmp(file, "./", 2) == 0 ? file + 2 : file);
    n = strlen(folder);
    m = strlen(file);
    path = hearth__arena_raw(f->arena, n + m + 2);
    if (path == NULL)
        return NULL;
    memcpy(path, folder, n);
    path[n] = '/';
    memcpy(path + n + 1, file, m + 1);
    return path;
}

/* The Makefile of this library leaves out where it was built (-ffile-prefix-map). */
static bool is_ours(const char *file)
{
    return file != NULL && strncmp(file, "lib/", 4) == 0;
}

static void add(finder *f, const hearth__frame *x)
{
    if (f->n < HEARTH__FRAMES_MAX)
        f->frame[f->n++] = *x;
}

static Dwarf_Word number_of(const hearth__dw *dw, Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute at;
    Dwarf_Word n = 0;

    if (dw->dwarf_attr(die, name, &at) == NULL || dw->dwarf_formudata(&at, &n) != 0)
        return 0;
    return n;
}

/* Where the inlined function was called: that is the place in the next frame. */
static void move_to_call(finder *f, Dwarf_Die *unit, Dwarf_Die *die, const char *folder,
                         hearth__frame *x)
{
    size_t file = (size_t)number_of(&f->dw, die, HEARTH__DW_CALL_FILE), nfiles;
    Dwarf_Files *files;

    x->line = (int)number_of(&f->dw, die, HEARTH__DW_CALL_LINE);
    x->file = NULL;
    if (f->dw.dwarf_getsrcfiles(unit, &files, &nfiles) == 0 && file < nfiles)
        x->file = path_of(f, folder, f->dw.dwarf_filesrc(files, file, NULL, NULL));
    x->ours = is_ours(x->file);
}

/* All functions that the address is in by inlining; false when nothing is known. */
static bool add_scopes(finder *f, Dwfl_Module *m, uintptr_t pc, const char *folder,
                       hearth__frame x)
{
    const hearth__dw *dw = &f->dw;
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = dw->dwfl_module_addrdie(m, pc, &bias), *scope = NULL;
    int n = unit == NULL ? 0 : dw->dwarf_getscopes(unit, pc - bias, &scope);
    bool done = false;

    for (int i = 0; i < n && i < DEEPEST && !done; i++) {
        int tag = dw->dwarf_tag(&scope[i]);

        if (tag != HEARTH__DW_INLINED && tag != HEARTH__DW_FUNCTION)
            continue;
        x.function = keep(f, dw->dwarf_diename(&scope[i]));
        x.inlined = tag == HEARTH__DW_INLINED;
        done = !x.inlined;
        add(f, &x);
        if (!done)
            move_to_call(f, unit, &scope[i], folder, &x);
    }
    free(scope);
    return done;
}

static void find_one(finder *f, uintptr_t pc)
{
    const hearth__dw *dw = &f->dw;
    Dwfl_Module *m = dw->dwfl_addrmodule(f->dwfl, pc);
    hearth__frame x = {.function = NULL};
    const char *folder;
    Dwfl_Line *line;

    if (m == NULL) {
        add(f, &x);
        return;
    }
    x.module = keep(f, dw->dwfl_module_info(m, NULL, NULL, NULL, NULL, NULL, NULL, NULL));
    line = dw->dwfl_module_getsrc(m, pc);
    folder = line == NULL ? NULL : dw->dwfl_line_comp_dir(line);
    if (line != NULL)
        x.file =
            path_of(f, folder, dw->dwfl_lineinfo(line, NULL, &x.line, NULL, NULL, NULL));
    x.ours = is_ours(x.file);
    if (x.line == 0)
        f->unknown = true;
    if (line != NULL && add_scopes(f, m, pc, folder, x))
        return;
    x.function = keep(f, dw->dwfl_module_addrname(m, pc));
    add(f, &x);
}

/* ---- all -------------------------------------------------------------- */

size_t hearth__symbols_find(hearth__arena *a, const uintptr_t *pc, size_t n,
                            hearth__frame **out, const char **missing)
{
    finder f = {.arena = a};
    Dwfl_Callbacks calls = {.find_elf = NULL};

    *missing = "To see functions and lines here, install libdw1, the library that reads "
               "debugging information (elfutils).";
    *out = f.frame = hearth__arena_array(a, HEARTH__FRAMES_MAX, sizeof *f.frame);
    if (n == 0 || f.frame == NULL || !load(&f.dw))
        return 0;
    calls.find_elf = f.dw.dwfl_linux_proc_find_elf;
    calls.find_debuginfo = f.dw.dwfl_build_id_find_debuginfo;
    f.dwfl = map_process(&f.dw, &calls);
    for (size_t i = 0; f.dwfl != NULL && i < n; i++)
        find_one(&f, pc[i]);
    *missing = f.dwfl == NULL ? "This process cannot read its own /proc/self/maps, so "
                                "functions and lines are not known."
               : f.unknown    ? "Some lines are not known: build the program with -g, "
                                "and -Og or -O0 for all of them."
                              : NULL;
    if (f.dwfl != NULL)
        f.dw.dwfl_end(f.dwfl);
    dlclose(f.dw.handle);
    return f.n;
}
