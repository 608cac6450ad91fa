/*
 * What the fuzz targets share: bytes in, nothing but crashes out.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../src/scim/scim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const scim_policy_t  fuzz_policies[] = {
    { SCIM_LENIENT, 100, 100, 100, 0, 0 },
    { SCIM_STRICT, 100, 100, 100, 0, 1 },
    { SCIM_LENIENT, 0, 0, 0, 0, 1 },
    { SCIM_STRICT, 0, 0, 0, 1, 0 }
};

/* A promise of the library; breaking it is a crash. */
#define fuzz_must(condition)                                                  \
    do {                                                                      \
        if (!(condition)) {                                                   \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);   \
            abort();                                                          \
        }                                                                     \
    } while (0)


/* The length of what stands before a line that is "---", or of all there is. */
static inline size_t
fuzz_split(const uint8_t *data, size_t size, const char **rest,
    size_t *rest_length)
{
    const char  *line;

    line = memmem(data, size, "\n---\n", 5);

    *rest = line ? line + 5 : NULL;
    *rest_length = line ? size - (size_t) (line + 5 - (const char *) data) : 0;

    return line ? (size_t) (line - (const char *) data) : size;
}


/* A failure must be one of the protocol's, told in printable ASCII. */
static inline void
fuzz_error(const scim_error_t *err)
{
    size_t  i, length;

    fuzz_must(err->status == 400 || err->status == 413);

    length = strlen(err->detail);
    fuzz_must(length > 0 && length < sizeof(err->detail));

    for (i = 0; i < length; i++) {
        fuzz_must(err->detail[i] >= 0x20 && err->detail[i] < 0x7f);
    }
}

#endif
