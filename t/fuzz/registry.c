/*
 * A schema's representation and, behind a line that is "---", a resource of
 * the type it extends. What is taken must come back out of /Schemas as it
 * went in, and be read again.
 */

#include "fuzz.h"


static void
fuzz_resource(const scim_resource_type_t *type, const json_t *body)
{
    size_t              i;
    json_t             *document, *again, *shown;
    scim_error_t        err;
    scim_members_t      members;
    scim_projection_t  *projection;

    for (i = 0; i < 2; i++) {
        document = scim_resource_accept(type, &fuzz_policies[i], body, NULL,
                                        &members, &err);
        if (document == NULL) {
            fuzz_error(&err);
            continue;
        }

        json_decref(members.ids);

        again = scim_resource_accept(type, &fuzz_policies[i], document,
                                     document, NULL, &err);
        fuzz_must(again != NULL && json_equal(again, document));
        json_decref(again);

        projection = scim_projection_parse(type, &fuzz_policies[i], NULL, 0,
                                           NULL, 0, &err);
        fuzz_must(scim_projection_reveal(projection, type, body, &err) == 0);

        if (projection != NULL) {
            shown = scim_projection_apply(projection, document);
            fuzz_must(json_object_get(shown, "schemas") != NULL);
            json_decref(shown);
        }

        scim_projection_free(projection);
        json_decref(document);
    }
}


/* The schema as it is listed extends the other type, or was the same. */
static void
fuzz_listed(scim_registry_t *registry, const char *urn)
{
    json_t           *listed, *expected;
    scim_error_t      err;
    scim_service_t    service;
    scim_registry_t  *other;

    memset(&service, 0, sizeof(service));
    service.registry = registry;

    listed = scim_schema_document(&service, urn, strlen(urn));
    other = scim_registry_create();
    fuzz_must(listed != NULL && other != NULL);
    fuzz_must(scim_registry_extend(other, "Group", listed, 1, &err) == 0);

    service.registry = other;
    expected = scim_schema_document(&service, urn, strlen(urn));
    fuzz_must(json_equal(listed, expected));

    json_decref(listed);
    json_decref(expected);
    scim_registry_free(other);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                       n, used, rest_length;
    json_t                      *schema, *body;
    const char                  *rest;
    scim_error_t                 err;
    scim_registry_t             *registry;
    const scim_resource_type_t  *type;

    used = fuzz_split(data, size, &rest, &rest_length);

    schema = scim_json_load((const char *) data, used, 16, &err);
    if (schema == NULL) {
        fuzz_error(&err);
        return 0;
    }

    registry = scim_registry_create();
    type = scim_registry_type(registry, "User");
    n = type->extension_count;

    if (scim_registry_extend(registry, "User", schema, 0, &err) != 0) {
        fuzz_error(&err);
        fuzz_must(type->extension_count == n);

    } else {
        fuzz_must(type->extension_count == n + 1);
        fuzz_listed(registry, type->extensions[n].schema->urn);

        body = rest ? scim_json_load(rest, rest_length, 16, &err)
                    : json_pack("{s:s}", "userName", "jane");

        if (body != NULL) {
            fuzz_resource(type, body);
        }

        json_decref(body);
    }

    json_decref(schema);
    scim_registry_free(registry);

    return 0;
}
