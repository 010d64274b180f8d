/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */
#ifndef HEARTH_CORE_SYMBOLS_DW_H
#define HEARTH_CORE_SYMBOLS_DW_H

/*
 * The part of libdw's interface that symbols.c calls, so that building needs no headers of
 * it.  Names are those of <elfutils/libdwfl.h>; test/unit/test_symbols.c compares the structs
 * where those are installed.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define HEARTH__DW_FUNCTION  0x2e /* DW_TAG_subprogram */
#define HEARTH__DW_INLINED   0x1d /* DW_TAG_inlined_subroutine */
#define HEARTH__DW_CALL_FILE 0x58 /* DW_AT_call_file */
#define HEARTH__DW_CALL_LINE 0x59 /* DW_AT_call_line */

typedef struct Dwfl Dwfl;
typedef struct Dwfl_Module Dwfl_Module;
typedef struct Dwfl_Line Dwfl_Line;
typedef struct Dwarf_Files_s Dwarf_Files;
typedef struct Elf Elf;
typedef uint64_t Dwarf_Addr, Dwarf_Word;

typedef struct Dwarf_Die {
    void *addr;
    void *cu;
    void *abbrev;
    long padding;
} Dwarf_Die;

typedef struct Dwarf_Attribute {
    unsigned code;
    unsigned form;
    unsigned char *valp;
    void *cu;
} Dwarf_Attribute;

typedef int hearth__dw_find_elf(Dwfl_Module *m, void **user, const char *name,
                                Dwarf_Addr base, char **file, Elf **elf);
typedef int hearth__dw_find_debug(Dwfl_Module *m, void **user, const char *name,
                                  Dwarf_Addr base, const char *file, const char *link,
                                  uint32_t crc, char **out);

typedef struct Dwfl_Callbacks {
    hearth__dw_find_elf *find_elf;
    hearth__dw_find_debug *find_debuginfo;
    int (*section_address)(void);
    char **debuginfo_path;
} Dwfl_Callbacks;

/* F(type of the result, name, arguments) */
#define HEARTH__DW_FUNCTIONS(F)                                                         \
    F(Dwfl *, dwfl_begin, (const Dwfl_Callbacks *))                                     \
    F(void, dwfl_end, (Dwfl *))                                                         \
    F(void, dwfl_report_begin, (Dwfl *))                                                \
    F(int, dwfl_report_end, (Dwfl *, void *, void *))                                   \
    F(int, dwfl_linux_proc_report, (Dwfl *, pid_t))                                     \
    F(int, dwfl_linux_proc_find_elf,                                                    \
      (Dwfl_Module *, void **, const char *, Dwarf_Addr, char **, Elf **))              \
    F(int, dwfl_build_id_find_debuginfo,                                                \
      (Dwfl_Module *, void **, const char *, Dwarf_Addr, const char *, const char *,    \
       uint32_t, char **))                                                              \
    F(Dwfl_Module *, dwfl_addrmodule, (Dwfl *, Dwarf_Addr))                             \
    F(const char *, dwfl_module_info,                                                   \
      (Dwfl_Module *, void ***, Dwarf_Addr *, Dwarf_Addr *, Dwarf_Addr *, Dwarf_Addr *, \
       const char **, const char **))                                                   \
    F(const char *, dwfl_module_addrname, (Dwfl_Module *, Dwarf_Addr))                  \
    F(Dwfl_Line *, dwfl_module_getsrc, (Dwfl_Module *, Dwarf_Addr))                     \
    F(const char *, dwfl_lineinfo,                                                      \
      (Dwfl_Line *, Dwarf_Addr *, int *, int *, Dwarf_Word *, Dwarf_Word *))            \
    F(const char *, dwfl_line_comp_dir, (Dwfl_Line *))                                  \
    F(Dwarf_Die *, dwfl_module_addrdie, (Dwfl_Module *, Dwarf_Addr, Dwarf_Addr *))      \
    F(int, dwarf_getscopes, (Dwarf_Die *, Dwarf_Addr, Dwarf_Die **))                    \
    F(int, dwarf_tag, (Dwarf_Die *))                                                    \
    F(const char *, dwarf_diename, (Dwarf_Die *))                                       \
    F(Dwarf_Attribute *, dwarf_attr, (Dwarf_Die *, unsigned, Dwarf_Attribute *))        \
    F(int, dwarf_formudata, (Dwarf_Attribute *, Dwarf_Word *))                          \
    F(int, dwarf_getsrcfiles, (Dwarf_Die *, Dwarf_Files **, size_t *))                  \
    F(const char *, dwarf_filesrc, (Dwarf_Files *, size_t, Dwarf_Word *, Dwarf_Word *))

typedef struct hearth__dw {
    void *handle;
#define HEARTH__DW_MEMBER(ret, name, args) ret(*name) args;
    HEARTH__DW_FUNCTIONS(HEARTH__DW_MEMBER)
#undef HEARTH__DW_MEMBER
} hearth__dw;

#endif
