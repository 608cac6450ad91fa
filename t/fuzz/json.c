/*
 * JSON loading and names: bytes of any kind.
 */

#include "fuzz.h"


#define FUZZ_DEPTH  8


static size_t
fuzz_depth(const json_t *json)
{
    size_t       i, depth, deepest;
    json_t      *value;
    const char  *key;

    deepest = 0;

    json_object_foreach((json_t *) json, key, value) {
        depth = fuzz_depth(value);
        deepest = depth > deepest ? depth : deepest;
    }

    json_array_foreach(json, i, value) {
        depth = fuzz_depth(value);
        deepest = depth > deepest ? depth : deepest;
    }

    return deepest + (json_is_object(json) || json_is_array(json));
}


/* One object, no deeper than it may be, and the same when it is read again. */
static void
fuzz_json(const char *data, size_t size)
{
    char          *text, *key;
    json_t        *json, *again;
    scim_error_t   err;

    json = scim_json_load(data, size, FUZZ_DEPTH, &err);
    if (json == NULL) {
        fuzz_error(&err);
        return;
    }

    fuzz_must(json_is_object(json) && fuzz_depth(json) <= FUZZ_DEPTH);

    text = json_dumps(json, JSON_COMPACT);
    key = scim_json_key(json);
    fuzz_must(text != NULL && key != NULL);

    again = scim_json_load(text, strlen(text), fuzz_depth(json), &err);
    fuzz_must(again != NULL && json_equal(again, json));
    json_decref(again);

    again = scim_json_load(text, strlen(text), fuzz_depth(json) - 1, &err);
    fuzz_must(again == NULL);
    fuzz_error(&err);

    again = json_loads(key, 0, NULL);
    fuzz_must(json_equal(again, json));
    json_decref(again);

    json_decref(json);
    free(text);
    free(key);
}


/* Prepared twice is prepared once, and compares as it did. */
static void
fuzz_names(const char *data, size_t size)
{
    char    *once, *twice;
    size_t   length, again;

    once = scim_names_prepare(data, size, &length);
    if (once == NULL) {
        return;
    }

    twice = scim_names_prepare(once, length, &again);
    fuzz_must(twice != NULL && again == length
              && memcmp(once, twice, length) == 0);
    fuzz_must(scim_names_compare(data, size, once, length) == 0);

    free(twice);
    free(once);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_json((const char *) data, size);
    fuzz_names((const char *) data, size);

    return 0;
}
