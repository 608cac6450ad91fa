/*
 * A PATCH message and, behind a line that is "---", the resource it changes.
 * The resource goes through scim_resource_accept, as stored ones did.
 */

#include "fuzz.h"


typedef struct {
    const scim_resource_type_t  *type;
    const scim_policy_t         *policy;
    const json_t                *document;
} fuzz_patch_t;


/* A document like those that are stored. */
static void
fuzz_result(const fuzz_patch_t *fuzz, const json_t *result)
{
    json_t          *again;
    scim_error_t     err;
    scim_members_t   members;

    fuzz_must(json_equal(json_object_get(result, "id"),
                         json_object_get(fuzz->document, "id")));

    again = scim_resource_accept(fuzz->type, fuzz->policy, result, result,
                                 &members, &err);
    fuzz_must(again != NULL && json_equal(again, result));
    fuzz_must(!members.present);

    json_decref(again);
}


/* NULL: refused, with one of the protocol's errors. */
static json_t *
fuzz_apply(const fuzz_patch_t *fuzz, const json_t *message,
    const json_t *document)
{
    json_t        *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    patch = scim_patch_parse(fuzz->type, fuzz->policy, message, &err);
    if (patch == NULL) {
        fuzz_error(&err);
        return NULL;
    }

    result = scim_patch_apply(patch, document, &err);
    if (result == NULL) {
        fuzz_error(&err);
    }

    scim_patch_free(patch);

    return result;
}


/* 1: what it does once, to a value that it names, it has done twice. */
static int
fuzz_idempotent(const json_t *operation)
{
    json_t      *value;
    const char  *op, *path, *key;

    op = json_string_value(scim_json_member(operation, "op"));
    path = json_string_value(scim_json_member(operation, "path"));

    if (op != NULL && (op[0] | 0x20) == 'r' && (op[2] | 0x20) == 'm') {
        return 1;
    }

    /* what a filter selects, a change of it may put out of the filter */

    if (path != NULL && strchr(path, '[') != NULL) {
        return 0;
    }

    json_object_foreach(scim_json_member(operation, "value"), key, value) {
        if (strchr(key, '[') != NULL) {
            return 0;
        }
    }

    return 1;
}


/* Equal but for the order of the schemas, and one that came and went. */
static int
fuzz_alike(const json_t *a, const json_t *b)
{
    int      equal;
    json_t  *x, *y;

    x = json_copy((json_t *) a);
    y = json_copy((json_t *) b);
    fuzz_must(x != NULL && y != NULL);

    (void) json_object_del(x, "schemas");
    (void) json_object_del(y, "schemas");
    equal = json_equal(x, y);

    json_decref(x);
    json_decref(y);

    return equal;
}


/* One operation after the other makes of the document what all make at once. */
static void
fuzz_steps(const fuzz_patch_t *fuzz, const json_t *message,
    const json_t *result)
{
    size_t   i;
    json_t  *operations, *operation, *one, *current, *next, *twice;

    operations = scim_json_member(message, "Operations");
    current = json_incref((json_t *) fuzz->document);

    json_array_foreach(operations, i, operation) {
        one = json_pack("{s:[s],s:[O]}", "schemas",
                        "urn:ietf:params:scim:api:messages:2.0:PatchOp",
                        "Operations", operation);
        fuzz_must(one != NULL);

        next = fuzz_apply(fuzz, one, current);

        if (next != NULL && fuzz_idempotent(operation)) {
            twice = fuzz_apply(fuzz, one, next);
            fuzz_must(twice != NULL && json_equal(twice, next));
            json_decref(twice);
        }

        json_decref(one);
        json_decref(current);
        current = next;

        if (current == NULL) {
            return;
        }
    }

    fuzz_must(!json_is_array(operations) || fuzz_alike(current, result));

    json_decref(current);
}


static void
fuzz_members(const fuzz_patch_t *fuzz, const scim_patch_t *patch)
{
    size_t                       i, count;
    const scim_member_change_t  *changes;

    changes = scim_patch_member_changes(patch, &count);

    fuzz_must(count == 0 || fuzz->type == &scim_group_type);

    for (i = 0; i < count; i++) {
        fuzz_must(json_is_array(changes[i].ids));
        fuzz_must((changes[i].filter != NULL)
                  == (changes[i].action == SCIM_MEMBERS_REMOVE_MATCHING));
    }
}


static void
fuzz_patch(const fuzz_patch_t *fuzz, const json_t *message)
{
    json_t        *first, *second, *before;
    scim_error_t   err;
    scim_patch_t  *patch;

    patch = scim_patch_parse(fuzz->type, fuzz->policy, message, &err);
    if (patch == NULL) {
        fuzz_error(&err);
        return;
    }

    fuzz_members(fuzz, patch);

    before = json_deep_copy(fuzz->document);
    first = scim_patch_apply(patch, fuzz->document, &err);

    if (first == NULL) {
        fuzz_error(&err);

    } else {
        second = scim_patch_apply(patch, fuzz->document, &err);
        fuzz_must(second != NULL && json_equal(first, second));
        fuzz_must(scim_patch_changes_document(patch)
                  || json_equal(first, fuzz->document));

        fuzz_result(fuzz, first);
        fuzz_steps(fuzz, message, first);

        json_decref(second);
    }

    fuzz_must(json_equal(before, fuzz->document));

    json_decref(first);
    json_decref(before);
    scim_patch_free(patch);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t           i, n, rest_length;
    json_t          *message, *body, *document, *before;
    const char      *rest;
    scim_error_t     err;
    fuzz_patch_t     fuzz;
    scim_members_t   members;

    n = fuzz_split(data, size, &rest, &rest_length);

    message = scim_json_load((const char *) data, n, 16, &err);
    if (message == NULL) {
        fuzz_error(&err);
        return 0;
    }

    before = json_deep_copy(message);
    body = rest ? scim_json_load(rest, rest_length, 16, &err)
                : json_pack("{s:s}", "userName", "jane");

    for (i = 0; body != NULL && i < 4; i++) {
        fuzz.type = i & 2 ? &scim_group_type : &scim_user_type;
        fuzz.policy = &fuzz_policies[i & 1];

        document = scim_resource_accept(fuzz.type, fuzz.policy, body, NULL,
                                        &members, &err);
        if (document == NULL) {
            fuzz_error(&err);
            continue;
        }

        json_decref(members.ids);

        fuzz.document = document;
        fuzz_patch(&fuzz, message);
        json_decref(document);
    }

    fuzz_must(json_equal(before, message));

    json_decref(before);
    json_decref(message);
    json_decref(body);

    return 0;
}
