/*
 * A PATCH message and, behind a line that is "---", the resource it changes.
 * The resource goes through scim_resource_accept, as stored ones did.
 */

#include "fuzz.h"


static void
fuzz_patch(const scim_resource_type_t *type, const scim_policy_t *policy,
    const json_t *message, const json_t *document)
{
    size_t                       i, count;
    json_t                      *first, *second, *before;
    scim_error_t                 err;
    scim_patch_t                *patch;
    const scim_member_change_t  *changes;

    patch = scim_patch_parse(type, policy, message, &err);
    if (patch == NULL) {
        fuzz_error(&err);
        return;
    }

    changes = scim_patch_member_changes(patch, &count);

    for (i = 0; i < count; i++) {
        fuzz_must(json_is_array(changes[i].ids));
        fuzz_must((changes[i].filter != NULL)
                  == (changes[i].action == SCIM_MEMBERS_REMOVE_MATCHING));
    }

    before = json_deep_copy(document);
    first = scim_patch_apply(patch, document, &err);

    if (first == NULL) {
        fuzz_error(&err);

    } else {
        second = scim_patch_apply(patch, document, &err);
        fuzz_must(second != NULL && json_equal(first, second));
        fuzz_must(json_equal(json_object_get(first, "id"),
                             json_object_get(document, "id")));
        fuzz_must(type != &scim_user_type
                  || json_object_get(first, "password") == NULL);
        json_decref(second);
    }

    fuzz_must(json_equal(before, document));

    json_decref(first);
    json_decref(before);
    scim_patch_free(patch);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t                       i, n;
    json_t                      *message, *body, *document;
    const char                  *rest;
    scim_error_t                 err;
    scim_members_t               members;
    const scim_resource_type_t  *type;

    rest = memmem(data, size, "\n---\n", 5);
    n = rest ? (size_t) (rest - (const char *) data) : size;

    message = scim_json_load((const char *) data, n, 16, &err);
    if (message == NULL) {
        fuzz_error(&err);
        return 0;
    }

    body = rest ? scim_json_load(rest + 5, size - n - 5, 16, &err)
                : json_pack("{s:s}", "userName", "jane");

    for (i = 0; body != NULL && i < 4; i++) {
        type = i & 2 ? &scim_group_type : &scim_user_type;
        document = scim_resource_accept(type, &fuzz_policies[i & 1], body,
                                        NULL, &members, &err);
        if (document == NULL) {
            fuzz_error(&err);
            continue;
        }

        json_decref(members.ids);
        fuzz_patch(type, &fuzz_policies[i & 1], message, document);
        json_decref(document);
    }

    json_decref(message);
    json_decref(body);

    return 0;
}
