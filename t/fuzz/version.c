/*
 * Entity tags in a header.
 */

#include "fuzz.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void) scim_version_matches((const char *) data, size, "42", 2);
    (void) scim_version_matches((const char *) data, size, "", 0);

    return 0;
}
