/*
 * One operation of a PATCH: where it points, whether that may be changed,
 * and its value accepted for that place.
 * Must not know documents: whether there is anything at the place shows when
 * the change is applied.
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "patch_tree.h"
#include "schemas.h"
#include "text.h"


static int  scim_patch_object(scim_patch_t *patch, scim_patch_op_t op,
    size_t number, const char *urn, const json_t *value, scim_error_t *err);


/* The attributes that the service provider owns wherever they are. */
static int
scim_patch_common(const scim_attribute_t *attribute)
{
    return attribute >= scim_common_attributes
           && attribute < scim_common_attributes
                          + scim_common_attribute_count;
}


/*
 * 0: may be changed; 1: to be ignored; -1: 400 mutability.
 *
 * In an operation without a path, attributes that are readOnly are ignored as
 * in a PUT (authentik sends the id along). A path that names one is an error
 * (RFC 7644, section 3.5.2), but a lenient client may point at id and meta:
 * it can't have meant to change them. In groups, however, it would believe
 * that it changed memberships.
 */
static int
scim_patch_mutable(const scim_patch_t *patch, const scim_path_t *path,
    int explicit, scim_error_t *err)
{
    int                      strict;
    const scim_attribute_t  *attribute, *sub;

    attribute = path->attribute;
    sub = path->sub_attribute;
    strict = patch->policy.profile == SCIM_STRICT;

    if (attribute == NULL) {
        return 0;
    }

    if (attribute->mutability == SCIM_READ_ONLY) {

        if (!explicit || (!strict && scim_patch_common(attribute))) {
            return 1;
        }

        return scim_fail(err, 400, SCIM_MUTABILITY, "%s: is readOnly",
                         attribute->name);
    }

    /* manager.displayName: see scim_resource_accept */

    if (sub != NULL && sub->mutability == SCIM_READ_ONLY && strict) {
        return scim_fail(err, 400, SCIM_MUTABILITY, "%s.%s: is readOnly",
                         attribute->name, sub->name);
    }

    return 0;
}


/* value for an attribute of no known schema: as it is */
static json_t *
scim_patch_unknown(const json_t *value, scim_error_t *err)
{
    json_t  *copy;

    copy = scim_json_unassigned(value) ? json_null() : json_deep_copy(value);

    if (copy == NULL) {
        scim_fail_memory(err);
    }

    return copy;
}


/* An element for members of a value path; lenient also an array of one. */
static json_t *
scim_patch_element(const scim_accept_t *accept, const scim_place_t *place,
    const scim_attribute_t *attribute, const json_t *value,
    scim_error_t *err)
{
    if (json_is_array(value) && json_array_size(value) == 1
        && accept->policy->profile == SCIM_LENIENT)
    {
        value = json_array_get(value, 0);
    }

    return scim_value_accept_one(accept, place, attribute, value, err);
}


/*
 * Entra ID sends [{"value": X}] for what has one value, too: lenient it is the
 * element, and of a plain attribute X.
 */
static const json_t *
scim_patch_single(const scim_patch_t *patch, const scim_attribute_t *attribute,
    const json_t *value)
{
    const json_t  *element, *inner;

    if (patch->policy.profile != SCIM_LENIENT || attribute->multi_valued
        || !json_is_array(value) || json_array_size(value) != 1)
    {
        return value;
    }

    element = json_array_get(value, 0);

    if (!json_is_object(element)) {
        return value;
    }

    if (attribute->type == SCIM_COMPLEX) {
        return element;
    }

    inner = scim_json_member(element, "value");

    return inner ? inner : value;
}


static json_t *
scim_patch_accept(const scim_patch_t *patch, scim_patch_op_t op,
    const scim_path_t *path, const json_t *value, scim_error_t *err)
{
    scim_place_t             urn, name, sub;
    scim_accept_t            accept;
    const scim_attribute_t  *attribute;

    attribute = path->sub ? path->sub_attribute : path->attribute;

    if (attribute == NULL) {
        return scim_patch_unknown(value, err);
    }

    value = scim_patch_single(patch, attribute, value);

    memset(&accept, 0, sizeof(scim_accept_t));

    accept.policy = &patch->policy;
    accept.single = (op != SCIM_PATCH_REPLACE);
    accept.partial = (op == SCIM_PATCH_REMOVE);
    accept.keep_null = (op == SCIM_PATCH_ADD || path->filter == NULL);

    urn.parent = NULL;
    urn.name = path->urn;
    urn.index = 0;

    name.parent = path->urn ? &urn : NULL;
    name.name = path->name;
    name.index = 0;

    sub.parent = &name;
    sub.name = path->sub;
    sub.index = 0;

    if (path->sub != NULL) {
        return scim_value_accept(&accept, &sub, attribute, value, err);
    }

    if (path->filter != NULL) {
        return scim_patch_element(&accept, &name, attribute, value, err);
    }

    if (strcmp(path->name, "schemas") == 0 && path->urn == NULL) {
        return scim_schemas_list(&accept, &name, patch->type, value, err);
    }

    return scim_value_accept(&accept, &name, attribute, value, err);
}


/* 1: there is nothing to do */
static int
scim_patch_is_nothing(scim_patch_op_t op, const scim_path_t *path,
    const json_t *value, const json_t *accepted)
{
    const scim_attribute_t  *attribute;

    attribute = path->sub ? path->sub_attribute : path->attribute;

    if (attribute != NULL && attribute->returned == SCIM_RETURNED_NEVER) {
        return 1;
    }

    /* {} merges nothing, and a null added is nothing added */

    return json_is_null(accepted)
           && (op == SCIM_PATCH_ADD
               || (json_is_object(value) && attribute != NULL
                   && attribute->type == SCIM_COMPLEX
                   && !attribute->multi_valued));
}


/*
 * A lenient client's plain string at emails[type eq "work"] is that value's
 * "value", not a new one without a type.
 */
static int
scim_patch_point_at_value(const scim_patch_t *patch, scim_path_t *path,
    const json_t *value, scim_error_t *err)
{
    const scim_attribute_t  *sub;

    if (path->filter == NULL || path->sub != NULL || path->attribute == NULL
        || !json_is_string(value)
        || patch->policy.profile == SCIM_STRICT)
    {
        return 0;
    }

    sub = scim_sub_attribute(path->attribute, "value", 5);
    if (sub == NULL) {
        return 0;
    }

    path->sub = scim_text_copy("value", 5);
    path->sub_attribute = sub;

    return (path->sub == NULL) ? scim_fail_memory(err) : 0;
}


/* Takes path. */
static int
scim_patch_put(scim_patch_t *patch, scim_patch_op_t op, size_t number,
    scim_path_t *path, const json_t *value, scim_error_t *err)
{
    json_t  *accepted;

    if (value == NULL) {
        scim_path_free(path);
        return scim_fail(err, 400, SCIM_INVALID_VALUE, "value: is required");
    }

    if (scim_patch_point_at_value(patch, path, value, err) != 0) {
        scim_path_free(path);
        return -1;
    }

    accepted = scim_patch_accept(patch, op, path, value, err);

    if (accepted == NULL
        || scim_patch_is_nothing(op, path, value, accepted))
    {
        scim_path_free(path);

        if (accepted == NULL) {
            return -1;
        }

        json_decref(accepted);
        return 0;
    }

    if (json_is_null(accepted)) {

        /* to replace by nothing is to remove */

        json_decref(accepted);

        return scim_patch_add_change(patch, SCIM_PATCH_REMOVE, number, path,
                                     NULL, err);
    }

    return scim_patch_add_change(patch, op, number, path, accepted, err);
}


/* Takes path. */
static int
scim_patch_remove(scim_patch_t *patch, size_t number, scim_path_t *path,
    const json_t *value, scim_error_t *err)
{
    int      listed;
    json_t  *values;

    /*
     * As with members, a value says which of several to remove; where there
     * is but one, or a filter says it, it is no more than a remark.
     */

    listed = value != NULL && !json_is_null(value) && path->name != NULL
             && path->sub == NULL && path->filter == NULL
             && (path->attribute ? path->attribute->multi_valued
                                 : json_is_array(value));
    values = NULL;

    if (listed) {
        values = scim_patch_accept(patch, SCIM_PATCH_REMOVE, path, value,
                                   err);

        if (values == NULL || json_is_null(values)) {
            scim_path_free(path);
            return (values == NULL) ? -1 : 0;
        }
    }

    return scim_patch_add_change(patch, SCIM_PATCH_REMOVE, number, path,
                                 values, err);
}


/* An attribute whose key is taken as it is: of an unknown URN, or no name. */
static scim_path_t *
scim_patch_raw_path(const char *urn, const char *key, scim_error_t *err)
{
    scim_path_t  *path;

    path = calloc(1, sizeof(scim_path_t));
    if (path == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    path->name = scim_text_copy(key, strlen(key));
    path->urn = urn ? scim_text_copy(urn, strlen(urn)) : NULL;

    if (path->name == NULL || (urn != NULL && path->urn == NULL)) {
        scim_path_free(path);
        scim_fail_memory(err);
        return NULL;
    }

    return path;
}


/*
 * Add or replace of a URN alone: of each attribute in value. null unassigns
 * the extension, {} says nothing. Takes path.
 */
static int
scim_patch_extension(scim_patch_t *patch, scim_patch_op_t op, size_t number,
    scim_path_t *path, const json_t *value, scim_error_t *err)
{
    int           rc;
    const char   *urn;
    scim_path_t  *raw;

    urn = path->urn;

    if (json_is_null(value) && op == SCIM_PATCH_REPLACE
        && strcmp(urn, patch->type->schema->urn) != 0)
    {
        return scim_patch_add_change(patch, SCIM_PATCH_REMOVE, number, path,
                                     NULL, err);
    }

    if (value == NULL || json_is_object(value)
        || scim_schema_find(patch->type, urn, strlen(urn)) != NULL)
    {
        rc = json_is_null(value)
             ? 0 : scim_patch_object(patch, op, number, urn, value, err);
        scim_path_free(path);
        return rc;
    }

    /* not an extension at all, then: an unknown attribute */

    raw = scim_patch_raw_path(NULL, urn, err);
    scim_path_free(path);

    return raw ? scim_patch_put(patch, op, number, raw, value, err) : -1;
}


/* Takes path. explicit: it was the operation's own. */
static int
scim_patch_at(scim_patch_t *patch, scim_patch_op_t op, size_t number,
    scim_path_t *path, const json_t *value, int explicit, scim_error_t *err)
{
    int  rc;

    if (path->name == NULL && op != SCIM_PATCH_REMOVE) {
        return scim_patch_extension(patch, op, number, path, value, err);
    }

    if (path->name == NULL
        && strcmp(path->urn, patch->type->schema->urn) == 0)
    {
        scim_path_free(path);
        return scim_fail(err, 400, SCIM_NO_TARGET,
                         "path: expected an attribute to remove");
    }

    rc = scim_patch_mutable(patch, path, explicit, err);

    if (rc == 0 && scim_schema_is_members(patch->type, path->attribute)) {
        rc = scim_patch_members(patch, op, path, value, err);
        scim_path_free(path);
        return rc;
    }

    if (rc != 0) {
        scim_path_free(path);
        return (rc < 0) ? -1 : 0;
    }

    return (op == SCIM_PATCH_REMOVE)
           ? scim_patch_remove(patch, number, path, value, err)
           : scim_patch_put(patch, op, number, path, value, err);
}


/*
 * A key of a value without a path. Strict: an attribute or a URN. Lenient:
 * all that could be a path (name.givenName, urn:...:User:department,
 * emails[type eq "work"].value), and what could not is an unknown attribute.
 */
static scim_path_t *
scim_patch_key_path(const scim_patch_t *patch, const char *urn,
    const char *key, scim_error_t *err)
{
    char                 *text;
    size_t                length, n;
    scim_path_t          *path;
    const scim_schema_t  *schema;

    n = urn ? strlen(urn) : 0;
    length = strlen(key);
    schema = urn ? scim_schema_find(patch->type, urn, n) : NULL;

    if (urn != NULL && schema == NULL) {
        return scim_patch_raw_path(urn, key, err);
    }

    text = malloc(n + length + 2);
    if (text == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    if (urn != NULL) {
        memcpy(text, urn, n);
        text[n++] = ':';
    }

    memcpy(text + n, key, length + 1);

    path = scim_path_parse(patch->type, &patch->policy, text, n + length,
                           err);
    free(text);

    if (path == NULL) {

        if (err->status == 500 || patch->policy.profile == SCIM_STRICT
            || strchr(key, '[') != NULL)
        {
            return NULL;
        }

        return scim_patch_raw_path(urn, key, err);
    }

    if (patch->policy.profile == SCIM_STRICT
        && (path->sub != NULL || path->filter != NULL
            || (path->name != NULL && urn == NULL && path->urn != NULL)))
    {
        scim_path_free(path);
        scim_fail(err, 400, SCIM_INVALID_PATH,
                  "value: expected attributes, not paths, as names");
        return NULL;
    }

    return path;
}


/* The attributes of an object: of the resource, or of the URN's extension. */
static int
scim_patch_object(scim_patch_t *patch, scim_patch_op_t op, size_t number,
    const char *urn, const json_t *value, scim_error_t *err)
{
    void         *iter;
    json_t       *member;
    const char   *key;
    scim_path_t  *path;

    if (op == SCIM_PATCH_REMOVE) {
        return scim_fail(err, 400, SCIM_NO_TARGET,
                         "path: is required to remove");
    }

    if (!json_is_object(value)) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "value: expected an object of attributes");
    }

    for (iter = json_object_iter((json_t *) value);
         iter != NULL;
         iter = json_object_iter_next((json_t *) value, iter))
    {
        key = json_object_iter_key(iter);
        member = json_object_iter_value(iter);

        path = scim_patch_key_path(patch, urn, key, err);
        if (path == NULL) {
            return -1;
        }

        if (path->name == NULL && urn != NULL) {
            scim_path_free(path);
            return scim_fail(err, 400, SCIM_INVALID_PATH,
                             "value: a URN within a URN");
        }

        if (scim_patch_at(patch, op, number, path, member, 0, err) != 0) {
            return -1;
        }
    }

    return 0;
}


int
scim_patch_operation(scim_patch_t *patch, scim_patch_op_t op, size_t number,
    const char *path, size_t path_length, const json_t *value,
    scim_error_t *err)
{
    scim_path_t  *parsed;

    if (path == NULL) {
        return scim_patch_object(patch, op, number, NULL, value, err);
    }

    parsed = scim_path_parse(patch->type, &patch->policy, path, path_length,
                             err);
    if (parsed == NULL) {
        return -1;
    }

    return scim_patch_at(patch, op, number, parsed, value, 1, err);
}
