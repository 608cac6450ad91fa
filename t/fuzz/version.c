/*
 * Entity tags in a header.
 */

#include "fuzz.h"


/* Of a list of tags, one longer by one names the same ones, and that one. */
static void
fuzz_list(const char *header, size_t size)
{
    char    *longer;
    size_t   length;

    longer = malloc(size + 8);
    fuzz_must(longer != NULL);

    memcpy(longer, header, size);
    length = size + (size_t) sprintf(longer + size, ", \"zz\"");

    fuzz_must(scim_version_matches(longer, length, "42", 2));
    fuzz_must(scim_version_matches(longer, length, "zz", 2));
    fuzz_must(!scim_version_matches(longer, length - 1, "42", 2));

    free(longer);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int          any, matches;
    const char  *header;

    header = (const char *) data;

    any = memchr(data, '"', size) == NULL;
    matches = scim_version_matches(header, size, "42", 2);

    fuzz_must(scim_version_matches(header, size, "42", 2) == matches);
    fuzz_must(!matches || any || memmem(data, size, "\"42\"", 4) != NULL);
    fuzz_must(!any || !matches || memchr(data, '*', size) != NULL);

    if (matches && !any) {
        fuzz_list(header, size);
    }

    (void) scim_version_matches(header, size, "", 0);

    return 0;
}
