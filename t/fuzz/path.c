/*
 * PATCH paths.
 */

#include "fuzz.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t         i;
    scim_path_t   *path;
    scim_error_t   err;

    for (i = 0; i < 4; i++) {
        path = scim_path_parse(i & 2 ? &scim_user_type : &scim_group_type,
                               &fuzz_policies[i], (const char *) data, size,
                               &err);
        if (path == NULL) {
            fuzz_error(&err);
            continue;
        }

        fuzz_must(path->name != NULL || path->urn != NULL);
        fuzz_must(path->sub == NULL || path->name != NULL);

        scim_path_free(path);
    }

    return 0;
}
