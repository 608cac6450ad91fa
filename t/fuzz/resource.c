/*
 * POST and PUT bodies. What was accepted must be accepted again, unchanged.
 */

#include "fuzz.h"


static void
fuzz_resource(const scim_resource_type_t *type, const scim_policy_t *policy,
    const json_t *body)
{
    json_t          *document, *again, *index;
    scim_error_t     err;
    scim_members_t   members, none;

    document = scim_resource_accept(type, policy, body, NULL, &members, &err);
    if (document == NULL) {
        fuzz_must(members.ids == NULL && !members.present);
        fuzz_error(&err);
        return;
    }

    fuzz_must(json_is_array(json_object_get(document, "schemas")));
    fuzz_must(json_object_get(document, "meta") == NULL);
    fuzz_must(type != &scim_user_type
              || json_object_get(document, "password") == NULL);

    again = scim_resource_accept(type, policy, document, document, &none,
                                 &err);
    fuzz_must(again != NULL && json_equal(again, document));

    index = scim_resource_index(type, document, "emails.value");
    fuzz_must(json_is_array(index));

    json_decref(index);
    json_decref(again);
    json_decref(document);
    json_decref(members.ids);
    json_decref(none.ids);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t        *body;
    scim_error_t   err;

    body = scim_json_load((const char *) data, size, 16, &err);
    if (body == NULL) {
        fuzz_error(&err);
        return 0;
    }

    fuzz_resource(&scim_user_type, &fuzz_policies[0], body);
    fuzz_resource(&scim_user_type, &fuzz_policies[1], body);
    fuzz_resource(&scim_group_type, &fuzz_policies[0], body);
    fuzz_resource(&scim_group_type, &fuzz_policies[1], body);

    json_decref(body);

    return 0;
}
