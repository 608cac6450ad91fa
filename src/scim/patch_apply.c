/*
 * The changes of a PATCH made to one reading of a document, one after the
 * other, on a copy: a failure leaves nothing behind.
 * Must not know the message that the changes came from.
 */

#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "filter_tree.h"
#include "patch_elements.h"
#include "patch_place.h"
#include "patch_tree.h"
#include "schemas.h"


/* The path's sub-attribute of one complex value. */
static int
scim_patch_sub(scim_patch_state_t *state, json_t *object, scim_error_t *err)
{
    const scim_path_t    *path;
    scim_patch_target_t   sub;

    path = state->change->path;

    sub.object = object;
    sub.attribute = path->sub_attribute;
    sub.key = scim_patch_spelling(object, path->sub, sub.attribute != NULL);

    return scim_patch_whole(state, &sub, err);
}


/* attr.sub of an attribute that has one value, or will have */
static int
scim_patch_sub_of_one(scim_patch_state_t *state,
    const scim_patch_target_t *target, scim_error_t *err)
{
    int      rc;
    json_t  *object;

    object = json_object_get(target->object, target->key);

    if (!json_is_object(object)) {

        if (state->change->op == SCIM_PATCH_REMOVE) {
            return 0;
        }

        object = json_object();

        if (json_object_set_new(target->object, target->key, object) != 0) {
            return scim_fail_memory(err);
        }
    }

    rc = scim_patch_sub(state, object, err);

    scim_patch_tidy(target);

    return rc;
}


/* One value that the path selects; -1: failed. */
static int
scim_patch_element(scim_patch_state_t *state, json_t *array, size_t i,
    scim_error_t *err)
{
    json_t                     *element;
    const scim_path_t          *path;
    const scim_patch_change_t  *change;

    change = state->change;
    path = change->path;
    element = json_array_get(array, i);

    if (path->sub != NULL && json_is_object(element)) {
        return scim_patch_sub(state, element, err);
    }

    /* "value" of a simple value is the value itself */

    if (change->op == SCIM_PATCH_ADD && json_is_object(element)
        && json_is_object(change->value))
    {
        return scim_patch_merge(element, path->attribute, change->value, err);
    }

    return json_array_set_new(array, i, scim_patch_copy(change->value))
           ? scim_fail_memory(err) : 0;
}


/* The array without the values that the path selects, and without {}. */
static int
scim_patch_remove_elements(scim_patch_state_t *state,
    const scim_patch_target_t *target, json_t *array, scim_error_t *err)
{
    size_t              i;
    json_t             *left, *element;
    const scim_path_t  *path;

    path = state->change->path;

    left = json_array();
    if (left == NULL) {
        return scim_fail_memory(err);
    }

    json_array_foreach(array, i, element) {

        if (path->filter == NULL
            || scim_filter_match(path->filter, element))
        {
            if (path->sub == NULL || !json_is_object(element)) {
                continue;
            }

            if (scim_patch_sub(state, element, err) != 0) {
                json_decref(left);
                return -1;
            }

            if (json_object_size(element) == 0) {
                continue;
            }
        }

        if (json_array_append(left, element) != 0) {
            json_decref(left);
            return scim_fail_memory(err);
        }
    }

    if (json_array_size(left) == 0) {
        json_decref(left);
        return scim_patch_unassign(target, err);
    }

    return json_object_set_new(target->object, target->key, left)
           ? scim_fail_memory(err) : 0;
}


/* 1: the change makes the values that it selects primary */
static int
scim_patch_makes_primary(const scim_patch_change_t *change)
{
    if (change->path->sub != NULL) {
        return strcmp(change->path->sub, "primary") == 0
               && json_is_true(change->value);
    }

    return json_is_true(json_object_get(change->value, "primary"));
}


/*
 * The value that a lenient client's filter looked for and did not find: what
 * the filter says that it equals, and what the change makes of it. Entra sets
 * emails[type eq "work"].value whether there is one or not.
 */
static int
scim_patch_create(scim_patch_state_t *state, json_t *array, scim_error_t *err)
{
    int                         rc;
    json_t                     *element;
    const scim_patch_change_t  *change;

    change = state->change;
    element = json_object();

    if (json_array_append_new(array, element) != 0) {
        return scim_fail_memory(err);
    }

    rc = change->path->filter
         ? scim_filter_describe(change->path->filter, element) : 0;

    if (rc == -2) {
        return scim_fail_memory(err);
    }

    if (rc != 0
        || (change->path->sub == NULL && !json_is_object(change->value)))
    {
        return scim_fail(err, 400, SCIM_NO_TARGET,
                         "path: no value matches, and the filter does not "
                         "say what one would be");
    }

    rc = change->path->sub
         ? scim_patch_sub(state, element, err)
         : scim_patch_merge(element, change->path->attribute, change->value,
                            err);

    if (rc == 0 && json_is_true(json_object_get(element, "primary"))) {
        rc = scim_patch_primary(NULL, array, json_array_size(array) - 1, err);
    }

    return rc;
}


static int
scim_patch_put_elements(scim_patch_state_t *state, json_t *array,
    scim_error_t *err)
{
    size_t              i, first, count, selected;
    const scim_path_t  *path;

    path = state->change->path;
    count = json_array_size(array);
    first = count;
    selected = 0;

    for (i = 0; i < count; i++) {

        if (path->filter != NULL
            && !scim_filter_match(path->filter, json_array_get(array, i)))
        {
            continue;
        }

        if (selected++ == 0) {
            first = i;
        }

        if (scim_patch_element(state, array, i, err) != 0) {
            return -1;
        }
    }

    if (selected == 0) {

        if (path->filter != NULL
            && state->patch->policy.profile == SCIM_STRICT)
        {
            return scim_fail(err, 400, SCIM_NO_TARGET,
                             "path: no value matches the filter");
        }

        return scim_patch_create(state, array, err);
    }

    if (!scim_patch_makes_primary(state->change)) {
        return 0;
    }

    if (selected > 1 && state->patch->policy.profile == SCIM_STRICT) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "path: selects more than one value to be primary");
    }

    return scim_patch_primary(NULL, array, first, err);
}


/* attr[filter], attr[filter].sub, or attr.sub, of many values */
static int
scim_patch_elements(scim_patch_state_t *state,
    const scim_patch_target_t *target, scim_error_t *err)
{
    int      rc;
    json_t  *array;

    array = json_object_get(target->object, target->key);

    if (!json_is_array(array)) {

        if (state->change->op == SCIM_PATCH_REMOVE) {
            return 0;
        }

        array = json_array();

        if (json_object_set_new(target->object, target->key, array) != 0) {
            return scim_fail_memory(err);
        }
    }

    if (state->change->op == SCIM_PATCH_REMOVE) {
        return scim_patch_remove_elements(state, target, array, err);
    }

    rc = scim_patch_put_elements(state, array, err);

    scim_patch_tidy(target);

    return rc;
}


/* attr[filter] of a complex attribute that has one value */
static int
scim_patch_filtered_one(scim_patch_state_t *state,
    const scim_patch_target_t *target, scim_error_t *err)
{
    const json_t       *current;
    const scim_path_t  *path;

    path = state->change->path;
    current = json_object_get(target->object, target->key);

    if (current != NULL && scim_filter_match(path->filter, current)) {
        return path->sub ? scim_patch_sub_of_one(state, target, err)
                         : scim_patch_whole(state, target, err);
    }

    if (state->change->op == SCIM_PATCH_REMOVE) {
        return 0;
    }

    return scim_fail(err, 400, SCIM_NO_TARGET,
                     "path: no value matches the filter");
}


static int
scim_patch_at_target(scim_patch_state_t *state,
    const scim_patch_target_t *target, scim_error_t *err)
{
    int                 multi;
    const json_t       *current;
    const scim_path_t  *path;

    path = state->change->path;
    current = json_object_get(target->object, target->key);
    multi = scim_patch_multi_valued(target, current);

    /* of an unknown attribute that isn't there, the path says what it is */

    if (target->attribute == NULL && current == NULL) {
        multi = (path->filter != NULL);
    }

    if (path->filter == NULL && path->sub == NULL) {
        return scim_patch_whole(state, target, err);
    }

    if (multi) {
        return scim_patch_elements(state, target, err);
    }

    return path->filter ? scim_patch_filtered_one(state, target, err)
                        : scim_patch_sub_of_one(state, target, err);
}


/* The object that the path's attribute is in: the document or an extension. */
static int
scim_patch_change(scim_patch_state_t *state, json_t *document,
    scim_error_t *err)
{
    int                   rc, known;
    json_t               *object;
    const char           *urn;
    const scim_path_t    *path;
    scim_patch_target_t   target, extension;

    path = state->change->path;
    known = path->attribute != NULL;

    target.object = document;
    target.attribute = path->attribute;

    if (path->urn == NULL) {
        target.key = scim_patch_spelling(document, path->name, known);
        return scim_patch_at_target(state, &target, err);
    }

    urn = scim_patch_spelling(document, path->urn, known);
    object = json_object_get(document, urn);

    extension.object = document;
    extension.key = urn;
    extension.attribute = NULL;

    if (path->name == NULL) {
        return scim_patch_unassign(&extension, err);
    }

    if (!json_is_object(object)) {

        if (state->change->op == SCIM_PATCH_REMOVE) {
            return 0;
        }

        object = json_object();

        if (json_object_set_new(document, urn, object) != 0) {
            return scim_fail_memory(err);
        }
    }

    target.object = object;
    target.key = scim_patch_spelling(object, path->name, known);

    rc = scim_patch_at_target(state, &target, err);

    scim_patch_tidy(&extension);

    return rc;
}


json_t *
scim_patch_apply(const scim_patch_t *patch, const json_t *document,
    scim_error_t *err)
{
    int                  rc;
    size_t               i;
    json_t              *result, *array;
    scim_patch_state_t   state;

    result = json_deep_copy(document);
    if (result == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    memset(&state, 0, sizeof(scim_patch_state_t));

    state.patch = patch;
    rc = 0;

    for (i = 0; i < patch->change_count && rc == 0; i++) {
        state.change = &patch->changes[i];
        array = state.set.array;

        rc = scim_patch_change(&state, result, err);

        if (rc != 0) {
            scim_patch_error_at(err, state.change->number);
        }

        /* only additions to the same array leave the set true */

        if (array != NULL && (state.change->op != SCIM_PATCH_ADD
                              || state.change->path->filter != NULL
                              || state.change->path->sub != NULL))
        {
            scim_patch_set_clear(&state.set);
        }
    }

    scim_patch_set_clear(&state.set);

    if (rc == 0) {
        rc = scim_schemas_leave(document, result, err);
    }

    if (rc == 0) {
        rc = scim_document_finish(patch->type, result, err);
    }

    if (rc != 0) {
        json_decref(result);
        return NULL;
    }

    return result;
}
