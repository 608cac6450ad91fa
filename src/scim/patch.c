/*
 * PATCH messages (RFC 7644, section 3.5.2): from JSON to a list of changes.
 * Must not know documents: those are patch_apply.c's.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filter_tree.h"
#include "json.h"
#include "patch_tree.h"
#include "text.h"


#define SCIM_URN_PATCH  "urn:ietf:params:scim:api:messages:2.0:PatchOp"


void
scim_patch_free(scim_patch_t *patch)
{
    size_t  i;

    if (patch == NULL) {
        return;
    }

    for (i = 0; i < patch->change_count; i++) {
        scim_path_free(patch->changes[i].path);
        json_decref(patch->changes[i].value);
    }

    for (i = 0; i < patch->member_count; i++) {
        json_decref(patch->members[i].ids);
        scim_filter_free((scim_filter_t *) patch->members[i].filter);
    }

    json_decref(patch->seen);
    free(patch->changes);
    free(patch->members);
    free(patch);
}


int
scim_patch_changes_document(const scim_patch_t *patch)
{
    const scim_schema_t  *schema;

    schema = patch->type->schema;

    return patch->change_count > 0 || strcmp(schema->urn, SCIM_URN_GROUP) != 0;
}


const scim_member_change_t *
scim_patch_member_changes(const scim_patch_t *patch, size_t *count)
{
    *count = patch->member_count;

    return patch->members;
}


int
scim_patch_grow(void **items, size_t count, size_t *room, size_t size,
    scim_error_t *err)
{
    void    *grown;
    size_t   more;

    if (count < *room) {
        return 0;
    }

    more = *room ? *room * 2 : 4;

    grown = realloc(*items, more * size);
    if (grown == NULL) {
        return scim_fail_memory(err);
    }

    *items = grown;
    *room = more;

    return 0;
}


int
scim_patch_add_change(scim_patch_t *patch, scim_patch_op_t op, size_t number,
    scim_path_t *path, json_t *value, scim_error_t *err)
{
    scim_patch_change_t  *change;

    if (scim_patch_grow((void **) &patch->changes, patch->change_count,
                        &patch->change_size, sizeof(scim_patch_change_t),
                        err)
        != 0)
    {
        scim_path_free(path);
        json_decref(value);
        return -1;
    }

    change = &patch->changes[patch->change_count++];

    change->op = op;
    change->number = number;
    change->path = path;
    change->value = value;

    return 0;
}


void
scim_patch_error_at(scim_error_t *err, size_t number)
{
    char  detail[sizeof(err->detail)];

    if (err->status == 500) {
        return;
    }

    memcpy(detail, err->detail, sizeof(detail));

    scim_fail(err, err->status, err->type, "Operations[%zu]: %.220s", number,
              detail);
}


static int
scim_patch_schemas(const scim_patch_t *patch, const json_t *message,
    scim_error_t *err)
{
    size_t         i;
    json_t        *urn;
    const json_t  *schemas;

    if (patch->policy.profile == SCIM_LENIENT) {
        return 0;
    }

    schemas = scim_json_member(message, "schemas");

    json_array_foreach(schemas, i, urn) {
        if (json_is_string(urn)
            && scim_text_is(json_string_value(urn), json_string_length(urn),
                            SCIM_URN_PATCH))
        {
            return 0;
        }
    }

    return scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                     "schemas: expected [\"" SCIM_URN_PATCH "\"]");
}


static int
scim_patch_op(const scim_patch_t *patch, const json_t *operation,
    scim_patch_op_t *op, scim_error_t *err)
{
    size_t         i;
    const char    *text;
    const json_t  *value;

    static const char *const  ops[] = { "add", "remove", "replace" };

    value = scim_json_member(operation, "op");
    text = json_string_value(value);

    for (i = 0; text != NULL && i < 3; i++) {
        if (patch->policy.profile == SCIM_STRICT
            ? strcmp(text, ops[i]) == 0
            : scim_text_is(text, strlen(text), ops[i]))
        {
            *op = (scim_patch_op_t) i;
            return 0;
        }
    }

    return scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                     "op: expected \"add\", \"remove\" or \"replace\"");
}


static int
scim_patch_read_operation(scim_patch_t *patch, const json_t *operation,
    size_t number, scim_error_t *err)
{
    const json_t     *path, *value;
    scim_patch_op_t   op;

    if (!json_is_object(operation)) {
        return scim_fail(err, 400, SCIM_INVALID_SYNTAX, "expected an object");
    }

    op = SCIM_PATCH_ADD;

    if (scim_patch_op(patch, operation, &op, err) != 0) {
        return -1;
    }

    path = scim_json_member(operation, "path");
    value = scim_json_member(operation, "value");

    if (json_is_null(path)
        || (patch->policy.profile == SCIM_LENIENT && json_is_string(path)
            && json_string_length(path) == 0))
    {
        path = NULL;
    }

    if (path != NULL && !json_is_string(path)) {
        return scim_fail(err, 400, SCIM_INVALID_PATH,
                         "path: expected a string");
    }

    return scim_patch_operation(patch, op, number, json_string_value(path),
                                json_string_length(path), value, err);
}


static int
scim_patch_read(scim_patch_t *patch, const json_t *message,
    scim_error_t *err)
{
    size_t         i;
    json_t        *operation;
    const json_t  *operations;

    if (!json_is_object(message)) {
        return scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                         "expected a JSON object");
    }

    if (scim_patch_schemas(patch, message, err) != 0) {
        return -1;
    }

    operations = scim_json_member(message, "Operations");

    if (json_is_object(operations)
        && patch->policy.profile == SCIM_LENIENT)
    {
        if (scim_patch_read_operation(patch, operations, 0, err) != 0) {
            scim_patch_error_at(err, 0);
            return -1;
        }

        return 0;
    }

    if (!json_is_array(operations) || json_array_size(operations) == 0) {
        return scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                         "Operations: expected an array that is not empty");
    }

    if (patch->policy.max_operations != 0
        && json_array_size(operations) > patch->policy.max_operations)
    {
        return scim_fail(err, 413, NULL, "Operations: more than %zu",
                         patch->policy.max_operations);
    }

    json_array_foreach(operations, i, operation) {
        if (scim_patch_read_operation(patch, operation, i, err) != 0) {
            scim_patch_error_at(err, i);
            return -1;
        }
    }

    return 0;
}


scim_patch_t *
scim_patch_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const json_t *message, scim_error_t *err)
{
    scim_patch_t  *patch;

    patch = calloc(1, sizeof(scim_patch_t));
    if (patch == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    patch->type = type;
    patch->policy = *policy;

    if (scim_patch_read(patch, message, err) != 0) {
        scim_patch_free(patch);
        return NULL;
    }

    return patch;
}
