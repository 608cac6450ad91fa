/*
 * Query strings, and the projection and filter that they name.
 */

#include "fuzz.h"


static void
fuzz_projection(const scim_query_t *query)
{
    json_t             *resource, *result;
    scim_error_t        err;
    scim_projection_t  *projection;

    static const char *const  names[] = { "members", "groups", NULL };

    projection = scim_projection_parse(&scim_user_type, &fuzz_policies[0],
                     query->attributes,
                     query->attributes ? strlen(query->attributes) : 0,
                     query->excluded_attributes,
                     query->excluded_attributes
                     ? strlen(query->excluded_attributes) : 0, &err);
    if (projection == NULL) {
        if (err.status != 0) {
            fuzz_error(&err);
        }

        return;
    }

    resource = json_pack("{s:[s],s:s,s:{s:s},s:[{s:s}]}", "schemas", "x",
                         "id", "1", "name", "givenName", "g", "emails",
                         "value", "v");
    result = scim_projection_apply(projection, resource);

    fuzz_must(json_object_get(result, "id") != NULL);
    fuzz_must(json_object_get(result, "schemas") != NULL);
    (void) scim_projection_wants(projection, "groups");
    (void) scim_projection_only_excludes(projection, names);

    json_decref(result);
    json_decref(resource);
    scim_projection_free(projection);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t        *message;
    scim_error_t   err;
    scim_query_t   query;

    if (scim_query_parse(&query, (const char *) data, size, &err) == 0) {
        fuzz_must(query.start_index >= 1 && query.count >= -1);
        fuzz_projection(&query);

    } else {
        fuzz_error(&err);
    }

    scim_query_free(&query);

    message = scim_json_load((const char *) data, size, 8, &err);
    if (message == NULL) {
        return 0;
    }

    if (scim_query_from_search(&query, message, &err) == 0) {
        fuzz_must(query.start_index >= 1 && query.count >= -1);
        fuzz_projection(&query);

    } else {
        fuzz_error(&err);
    }

    scim_query_free(&query);
    json_decref(message);

    return 0;
}
