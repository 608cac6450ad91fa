/*
 * src/scim behind a pipe, for the differential test. Reads a JSON object a
 * line and answers each with a line:
 *
 *   {"type":"User","profile":"strict","resource":{...},"filter":"..."}
 *   {"match":true}
 *
 *   {"type":"User","profile":"strict","resource":{...},"patch":{...}}
 *   {"resource":{...}}
 *
 * or, where the text, the message or the resource is refused:
 *
 *   {"error":"400 invalidFilter","detail":"..."}
 *
 * A resource is a document as scim_resource_accept() makes it.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "../../src/scim/scim.h"


static json_t *
driver_error(const scim_error_t *err)
{
    char  error[64];

    (void) snprintf(error, sizeof(error), "%d %s", err->status,
                    err->type ? err->type : "");

    return json_pack("{s:s,s:s}", "error", error, "detail", err->detail);
}


static json_t *
driver_filter(const scim_resource_type_t *type, const scim_policy_t *policy,
    const json_t *text, const json_t *resource)
{
    int             match;
    scim_error_t    err;
    scim_filter_t  *filter;

    filter = scim_filter_parse(type, policy, json_string_value(text),
                               json_string_length(text), &err);
    if (filter == NULL) {
        return driver_error(&err);
    }

    match = scim_filter_match(filter, resource);
    scim_filter_free(filter);

    return json_pack("{s:b}", "match", match);
}


static json_t *
driver_patch(const scim_resource_type_t *type, const scim_policy_t *policy,
    const json_t *message, const json_t *resource)
{
    json_t        *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    patch = scim_patch_parse(type, policy, message, &err);
    if (patch == NULL) {
        return driver_error(&err);
    }

    result = scim_patch_apply(patch, resource, &err);
    scim_patch_free(patch);

    return result ? json_pack("{s:o}", "resource", result)
                  : driver_error(&err);
}


static json_t *
driver_answer(const json_t *line)
{
    const char                  *name;
    const json_t                *resource, *subject;
    scim_policy_t                policy;
    const scim_resource_type_t  *type;

    memset(&policy, 0, sizeof(scim_policy_t));

    name = json_string_value(json_object_get(line, "profile"));
    policy.profile = strcmp(name, "strict") == 0 ? SCIM_STRICT : SCIM_LENIENT;

    name = json_string_value(json_object_get(line, "type"));
    type = strcmp(name, "Group") == 0 ? &scim_group_type : &scim_user_type;

    resource = json_object_get(line, "resource");

    subject = json_object_get(line, "filter");
    if (subject != NULL) {
        return driver_filter(type, &policy, subject, resource);
    }

    return driver_patch(type, &policy, json_object_get(line, "patch"),
                        resource);
}


int
main(void)
{
    char          *text, *answer;
    size_t         size;
    json_t        *line, *result;
    json_error_t   error;

    text = NULL;
    size = 0;

    while (getline(&text, &size, stdin) != -1) {

        line = json_loads(text, 0, &error);
        if (line == NULL) {
            fprintf(stderr, "driver: %s\n", error.text);
            return 1;
        }

        result = driver_answer(line);
        answer = json_dumps(result, JSON_COMPACT);
        puts(answer);

        free(answer);
        json_decref(result);
        json_decref(line);
    }

    free(text);

    return 0;
}
