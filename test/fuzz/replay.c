/*
 * hearth - a web framework for C programs
 * SPDX-License-Identifier: MIT
 */

/*
 * The main of a fuzz target without a fuzzer: give it every file of the folder named on
 * the command line, whole and cut short at every byte of its first 4 KiB.  Each input has
 * memory of exactly its size, so that AddressSanitizer sees a read past the end.
 */

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE (1024 * 1024)
#define CUTS  4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void give(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (copy == NULL)
        exit(EXIT_FAILURE);
    memcpy(copy, data, size);
    (void)LLVMFuzzerTestOneInput(size > 0 ? copy : copy + 1, size);
    free(copy);
}

static void replay(FILE *file)
{
    static uint8_t data[WHOLE];
    size_t size = fread(data, 1, sizeof data, file);

    for (size_t cut = 0; cut < size && cut < CUTS; cut++)
        give(data, cut);
    give(data, size);
}

int main(int argc, char **argv)
{
    size_t files = 0;
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;

    if (dir == NULL) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return EXIT_FAILURE;
    }
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        char path[1024];
        FILE *file;

        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", argv[1], e->d_name);
        file = fopen(path, "rb");
        if (file == NULL) {
            perror(path);
            return EXIT_FAILURE;
        }
        replay(file);
        fclose(file);
        files++;
    }
    closedir(dir);
    printf("%zu files replayed\n", files);
    return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
