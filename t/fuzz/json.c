/*
 * JSON loading and names: bytes of any kind.
 */

#include "fuzz.h"


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char          *once, *twice;
    size_t         length, again;
    json_t        *json;
    scim_error_t   err;

    json = scim_json_load((const char *) data, size, 8, &err);
    if (json == NULL) {
        fuzz_error(&err);
    }

    json_decref(json);

    once = scim_names_prepare((const char *) data, size, &length);
    if (once != NULL) {
        twice = scim_names_prepare(once, length, &again);
        fuzz_must(twice != NULL && again == length
                  && memcmp(once, twice, length) == 0);
        fuzz_must(scim_names_compare((const char *) data, size, once, length)
                  == 0);
        free(twice);
    }

    free(once);

    return 0;
}
