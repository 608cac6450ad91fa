/*
 * One place of a document, object[key]: values assigned to it, merged into
 * it and removed from it, as the attribute's mutability allows.
 * Must not know paths with filters; those are patch_apply.c's.
 */

#include <string.h>

#include "json.h"
#include "patch_place.h"
#include "text.h"


/* The spelling of name that object has; known names have only one. */
const char *
scim_patch_spelling(const json_t *object, const char *name, int known)
{
    void        *iter;
    const char  *key;

    if (known || json_object_get(object, name) != NULL) {
        return name;
    }

    for (iter = json_object_iter((json_t *) object);
         iter != NULL;
         iter = json_object_iter_next((json_t *) object, iter))
    {
        key = json_object_iter_key(iter);

        if (scim_text_is(key, strlen(key), name)) {
            return key;
        }
    }

    return name;
}


int
scim_patch_multi_valued(const scim_patch_target_t *target,
    const json_t *current)
{
    return target->attribute ? target->attribute->multi_valued
                             : json_is_array(current);
}


static int
scim_patch_refuse(const scim_patch_target_t *target, const char *why,
    scim_error_t *err)
{
    return scim_fail(err, 400, SCIM_MUTABILITY, "%s: %s",
                     target->attribute->name, why);
}


int
scim_patch_unassign(const scim_patch_target_t *target, scim_error_t *err)
{
    if (target->attribute != NULL && target->attribute->required) {
        return scim_patch_refuse(target, "is required", err);
    }

    if (json_object_get(target->object, target->key) == NULL) {
        return 0;
    }

    if (target->attribute != NULL
        && target->attribute->mutability == SCIM_IMMUTABLE)
    {
        return scim_patch_refuse(target, "is immutable", err);
    }

    (void) json_object_del(target->object, target->key);

    return 0;
}


static int
scim_patch_assign(const scim_patch_target_t *target, const json_t *value,
    scim_error_t *err)
{
    json_t  *current, *copy;

    if (scim_json_unassigned(value)) {
        return scim_patch_unassign(target, err);
    }

    copy = scim_patch_copy(value);
    if (copy == NULL) {
        return scim_fail_memory(err);
    }

    /* nothing but nulls is nothing */

    if (scim_json_unassigned(copy)) {
        json_decref(copy);
        return 0;
    }

    current = json_object_get(target->object, target->key);

    if (current != NULL && target->attribute != NULL
        && target->attribute->mutability == SCIM_IMMUTABLE
        && !json_equal(current, copy))
    {
        json_decref(copy);
        return scim_patch_refuse(target, "is immutable", err);
    }

    return json_object_set_new(target->object, target->key, copy)
           ? scim_fail_memory(err) : 0;
}


/* The sub-attributes in value take their places, null unassigns. */
int
scim_patch_merge(json_t *object, const scim_attribute_t *attribute,
    const json_t *value, scim_error_t *err)
{
    void                 *iter;
    scim_patch_target_t   sub;

    sub.object = object;

    for (iter = json_object_iter((json_t *) value);
         iter != NULL;
         iter = json_object_iter_next((json_t *) value, iter))
    {
        sub.key = json_object_iter_key(iter);
        sub.attribute = NULL;

        if (attribute != NULL) {
            sub.attribute = scim_sub_attribute(attribute, sub.key,
                                               strlen(sub.key));
        }

        if (scim_patch_assign(&sub, json_object_iter_value(iter), err) != 0) {
            return -1;
        }
    }

    return 0;
}


/* An object or array that lost its last value is gone. */
void
scim_patch_tidy(const scim_patch_target_t *target)
{
    const json_t  *value;

    value = json_object_get(target->object, target->key);

    if (value != NULL && scim_json_unassigned(value)) {
        (void) json_object_del(target->object, target->key);
    }
}


static int
scim_patch_add_values(scim_patch_state_t *state,
    const scim_patch_target_t *target, json_t *current, const json_t *value,
    scim_error_t *err)
{
    int      rc;
    json_t  *single;

    if (!json_is_array(value)) {
        single = scim_json_array_of(json_incref((json_t *) value));
        if (single == NULL) {
            return scim_fail_memory(err);
        }

        rc = scim_patch_append(&state->set, current, single, err);
        json_decref(single);
        return rc;
    }

    if (target->attribute != NULL
        && target->attribute->mutability == SCIM_IMMUTABLE
        && json_array_size(current) > 0)
    {
        return scim_patch_refuse(target, "is immutable", err);
    }

    return scim_patch_append(&state->set, current, value, err);
}


/* The first values: as if they were added to an array that is empty. */
static int
scim_patch_add_first(scim_patch_state_t *state,
    const scim_patch_target_t *target, const json_t *values,
    scim_error_t *err)
{
    json_t  *array;

    array = json_array();

    if (json_object_set_new(target->object, target->key, array) != 0) {
        return scim_fail_memory(err);
    }

    return scim_patch_append(&state->set, array, values, err);
}


/* add or replace of the whole attribute */
static int
scim_patch_put_whole(scim_patch_state_t *state,
    const scim_patch_target_t *target, scim_error_t *err)
{
    int            rc;
    json_t        *current;
    const json_t  *value;

    value = state->change->value;
    current = json_object_get(target->object, target->key);

    if (json_is_array(current)
        && state->change->op == SCIM_PATCH_ADD
        && scim_patch_multi_valued(target, current))
    {
        return scim_patch_add_values(state, target, current, value, err);
    }

    if (current == NULL
        && state->change->op == SCIM_PATCH_ADD && json_is_array(value))
    {
        return scim_patch_add_first(state, target, value, err);
    }

    /* a complex attribute's other sub-attributes are left as they are */

    if (json_is_object(current) && json_is_object(value)) {
        rc = scim_patch_merge(current, target->attribute, value, err);
        scim_patch_tidy(target);
        return rc;
    }

    return scim_patch_assign(target, value, err);
}


static int
scim_patch_remove_whole(const scim_patch_state_t *state,
    const scim_patch_target_t *target, scim_error_t *err)
{
    json_t        *current, *left;
    const json_t  *values;

    values = state->change->value;
    current = json_object_get(target->object, target->key);

    if (values == NULL) {
        return scim_patch_unassign(target, err);
    }

    if (!json_is_array(current)) {
        return 0;
    }

    left = scim_patch_without(current, values, err);
    if (left == NULL) {
        return -1;
    }

    if (json_array_size(left) == 0) {
        json_decref(left);
        return scim_patch_unassign(target, err);
    }

    return json_object_set_new(target->object, target->key, left)
           ? scim_fail_memory(err) : 0;
}


int
scim_patch_whole(scim_patch_state_t *state, const scim_patch_target_t *target,
    scim_error_t *err)
{
    return (state->change->op == SCIM_PATCH_REMOVE)
           ? scim_patch_remove_whole(state, target, err)
           : scim_patch_put_whole(state, target, err);
}
