/*
 * The values of multi-valued attributes as sets: no duplicates, one primary.
 * Must not know paths or operations.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "patch_elements.h"


/* So many comparisons are cheaper than a set. */
#define SCIM_PATCH_PAIRS  64


void
scim_patch_set_clear(scim_patch_set_t *set)
{
    json_decref(set->array);
    json_decref(set->seen);

    set->array = NULL;
    set->seen = NULL;
}


json_t *
scim_patch_copy(const json_t *value)
{
    void    *iter;
    json_t  *copy, *member;

    if (!json_is_object(value)) {
        return json_deep_copy(value);
    }

    copy = json_object();
    if (copy == NULL) {
        return NULL;
    }

    for (iter = json_object_iter((json_t *) value);
         iter != NULL;
         iter = json_object_iter_next((json_t *) value, iter))
    {
        member = json_object_iter_value(iter);

        if (json_is_null(member)) {
            continue;
        }

        if (json_object_set_new(copy, json_object_iter_key(iter),
                                json_deep_copy(member))
            != 0)
        {
            json_decref(copy);
            return NULL;
        }
    }

    return copy;
}


/* 1: it was in seen already; 0: it is now; -1: no memory. */
static int
scim_patch_set_put(json_t *seen, const json_t *value)
{
    int    rc;
    char  *key;

    key = scim_json_key(value);
    if (key == NULL) {
        return -1;
    }

    rc = 1;

    if (json_object_get(seen, key) == NULL) {
        rc = json_object_set_new(seen, key, json_true());
    }

    free(key);

    return rc;
}


static int
scim_patch_set_fill(scim_patch_set_t *set, json_t *array)
{
    size_t   i;
    json_t  *value;

    scim_patch_set_clear(set);

    set->seen = json_object();
    if (set->seen == NULL) {
        return -1;
    }

    set->array = json_incref(array);

    json_array_foreach(array, i, value) {
        if (scim_patch_set_put(set->seen, value) < 0) {
            return -1;
        }
    }

    return 0;
}


static int
scim_patch_pairwise(const json_t *array, const json_t *value)
{
    size_t   i;
    json_t  *element;

    json_array_foreach(array, i, element) {
        if (json_equal(element, value)) {
            return 1;
        }
    }

    return 0;
}


static int
scim_patch_append_one(scim_patch_set_t *set, json_t *array,
    const json_t *value, scim_error_t *err)
{
    int  there;

    there = set->seen ? scim_patch_set_put(set->seen, value)
                      : scim_patch_pairwise(array, value);

    if (there < 0
        || (!there
            && json_array_append_new(array, json_deep_copy(value)) != 0))
    {
        return scim_fail_memory(err);
    }

    if (!there && json_is_true(json_object_get(value, "primary"))) {
        return scim_patch_primary(set, array, json_array_size(array) - 1,
                                  err);
    }

    return 0;
}


int
scim_patch_append(scim_patch_set_t *set, json_t *array, const json_t *values,
    scim_error_t *err)
{
    size_t   i;
    json_t  *value;

    if (set->array != array) {
        scim_patch_set_clear(set);

        if (json_array_size(values) * json_array_size(array)
            + json_array_size(values) * json_array_size(values)
            > SCIM_PATCH_PAIRS
            && scim_patch_set_fill(set, array) != 0)
        {
            return scim_fail_memory(err);
        }
    }

    json_array_foreach(values, i, value) {
        if (scim_patch_append_one(set, array, value, err) != 0) {
            return -1;
        }
    }

    return 0;
}


/* element will differ from what the set has it for */
static int
scim_patch_demote(scim_patch_set_t *set, json_t *element)
{
    char  *key;

    if (set != NULL && set->seen != NULL) {
        key = scim_json_key(element);
        if (key == NULL) {
            return -1;
        }

        (void) json_object_del(set->seen, key);
        free(key);
    }

    if (json_object_set_new(element, "primary", json_false()) != 0) {
        return -1;
    }

    return (set != NULL && set->seen != NULL
            && scim_patch_set_put(set->seen, element) < 0) ? -1 : 0;
}


int
scim_patch_primary(scim_patch_set_t *set, json_t *array, size_t keep,
    scim_error_t *err)
{
    size_t   i;
    json_t  *element;

    json_array_foreach(array, i, element) {
        if (i != keep && json_is_true(json_object_get(element, "primary"))
            && scim_patch_demote(set, element) != 0)
        {
            return scim_fail_memory(err);
        }
    }

    return 0;
}


/*
 * A value's key among those to be taken away: [value] or [value, type] of a
 * complex value, the value itself of others. One look-up each keeps 10,000
 * values out of 10,000 from being compared in pairs.
 */
static char *
scim_patch_named(const json_t *value, int with_type)
{
    char    *key;
    json_t  *id, *type, *pair;

    id = json_object_get(value, "value");

    if (id == NULL) {
        return scim_json_key(value);
    }

    type = json_object_get(value, "type");

    pair = (with_type && type != NULL) ? json_pack("[OO]", id, type)
                                       : json_pack("[O]", id);
    if (pair == NULL) {
        return NULL;
    }

    key = scim_json_key(pair);

    json_decref(pair);

    return key;
}


static json_t *
scim_patch_names(const json_t *values)
{
    int      rc;
    char    *key;
    size_t   i;
    json_t  *names, *value;

    names = json_object();
    if (names == NULL) {
        return NULL;
    }

    json_array_foreach(values, i, value) {
        key = scim_patch_named(value, 1);
        rc = key ? json_object_set_new(names, key, json_true()) : -1;

        free(key);

        if (rc != 0) {
            json_decref(names);
            return NULL;
        }
    }

    return names;
}


/* 1: names has it; -1: no memory */
static int
scim_patch_is_named(const json_t *names, const json_t *value, int with_type)
{
    int    there;
    char  *key;

    key = scim_patch_named(value, with_type);
    if (key == NULL) {
        return -1;
    }

    there = json_object_get(names, key) != NULL;

    free(key);

    return there;
}


json_t *
scim_patch_without(const json_t *array, const json_t *values,
    scim_error_t *err)
{
    int      there;
    size_t   i;
    json_t  *names, *left, *value;

    left = json_array();
    names = scim_patch_names(values);

    if (left == NULL || names == NULL) {
        goto failed;
    }

    json_array_foreach(array, i, value) {
        there = scim_patch_is_named(names, value, 1);

        if (there == 0) {
            there = scim_patch_is_named(names, value, 0);
        }

        if (there < 0
            || (there == 0 && json_array_append(left, value) != 0))
        {
            goto failed;
        }
    }

    json_decref(names);

    return left;

failed:

    json_decref(names);
    json_decref(left);
    scim_fail_memory(err);

    return NULL;
}
