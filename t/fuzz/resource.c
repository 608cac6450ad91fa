/*
 * POST and PUT bodies. What was accepted must be accepted again, unchanged,
 * also when it has been text in between, as stored documents have.
 */

#include "fuzz.h"


static const char *const  fuzz_indexes[] = {
    "id", "userName", "externalId", "displayName", "emails.value",
    SCIM_URN_ENTERPRISE ":employeeNumber", NULL
};


/* What a document may not hold is not there. */
static void
fuzz_document(const scim_resource_type_t *type, const json_t *document)
{
    size_t  i;

    static const char *const  never[] = {
        "meta", "groups", "password", "members"
    };

    fuzz_must(json_is_array(json_object_get(document, "schemas")));
    fuzz_must(json_is_string(json_object_get(document, "id")));

    for (i = 0; i < 3; i++) {
        fuzz_must(type != &scim_user_type
                  || json_object_get(document, never[i]) == NULL);
    }

    fuzz_must(type != &scim_user_type
              || json_is_array(json_object_get(document, "emails")));
    fuzz_must(type != &scim_group_type
              || (json_object_get(document, "members") == NULL
                  && json_object_get(document, "meta") == NULL));
}


static void
fuzz_members(const scim_members_t *members)
{
    size_t   i;
    json_t  *id, *seen;

    fuzz_must(members->present == (members->ids != NULL));

    seen = json_object();

    json_array_foreach(members->ids, i, id) {
        fuzz_must(json_is_string(id) && json_string_length(id) > 0);
        fuzz_must(json_object_get(seen, json_string_value(id)) == NULL);
        (void) json_object_set_new(seen, json_string_value(id), json_true());
    }

    json_decref(seen);
}


/* No value twice, and each as a look-up for it would be prepared. */
static void
fuzz_index(const scim_resource_type_t *type, const json_t *document)
{
    char               *key;
    size_t              i;
    json_t             *index, *entry, *seen;
    const char *const  *path;

    for (path = fuzz_indexes; *path != NULL; path++) {
        index = scim_resource_index(type, document, *path);
        seen = json_object();
        fuzz_must(json_is_array(index) && seen != NULL);

        json_array_foreach(index, i, entry) {
            key = scim_resource_index_value(type, *path,
                                            json_string_value(entry));
            fuzz_must(key != NULL && strcmp(key, json_string_value(entry))
                                     == 0);
            fuzz_must(json_object_get(seen, key) == NULL);
            (void) json_object_set_new(seen, key, json_true());
            free(key);
        }

        json_decref(seen);
        json_decref(index);
    }
}


/* Stored and read again, it is replaced by itself without a change. */
static void
fuzz_again(const scim_resource_type_t *type, const scim_policy_t *policy,
    const json_t *document)
{
    char            *text;
    json_t          *stored, *again;
    scim_error_t     err;
    scim_members_t   none;

    text = json_dumps(document, JSON_COMPACT);
    fuzz_must(text != NULL);

    stored = json_loads(text, 0, NULL);
    fuzz_must(stored != NULL && json_equal(stored, document));

    again = scim_resource_accept(type, policy, stored, document, &none, &err);
    fuzz_must(again != NULL && json_equal(again, document));
    fuzz_must(!none.present && none.ids == NULL);

    json_decref(again);
    json_decref(stored);
    free(text);
}


static int
fuzz_resource(const scim_resource_type_t *type, const scim_policy_t *policy,
    const json_t *body)
{
    json_t          *document;
    scim_error_t     err;
    scim_members_t   members;

    document = scim_resource_accept(type, policy, body, NULL, &members, &err);
    if (document == NULL) {
        fuzz_must(members.ids == NULL && !members.present);
        fuzz_error(&err);
        return 0;
    }

    fuzz_document(type, document);
    fuzz_members(&members);
    fuzz_index(type, document);
    fuzz_again(type, policy, document);

    json_decref(document);
    json_decref(members.ids);

    return 1;
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                          lenient, strict;
    size_t                       i;
    json_t                      *body, *before;
    scim_error_t                 err;
    const scim_resource_type_t  *type;

    body = scim_json_load((const char *) data, size, 16, &err);
    if (body == NULL) {
        fuzz_error(&err);
        return 0;
    }

    before = json_deep_copy(body);

    for (i = 0; i < 2; i++) {
        type = i ? &scim_group_type : &scim_user_type;

        lenient = fuzz_resource(type, &fuzz_policies[0], body);
        strict = fuzz_resource(type, &fuzz_policies[1], body);
        fuzz_must(lenient || !strict);
    }

    fuzz_must(json_equal(before, body));

    json_decref(before);
    json_decref(body);

    return 0;
}
