/*
 * What an answer shows of a resource (RFC 7644, section 3.9).
 * Must not know where the resource came from.
 *
 * The lists become one tree of lower-case names, so that a resource is gone
 * through once, however long the lists: {"username": true,
 * "name": {"givenname": true}, "urn:...:user": {"department": true}}, true
 * being the whole of it, and so is false, which says that nobody named it.
 */

#include <stdlib.h>
#include <string.h>

#include "notation.h"
#include "projection_tree.h"
#include "text.h"


/* Names longer than any schema's are lowered in memory of their own. */
#define SCIM_PROJECTION_NAME  128


void
scim_projection_free(scim_projection_t *projection)
{
    if (projection == NULL) {
        return;
    }

    json_decref(projection->tree);
    free(projection);
}


static json_t *
scim_projection_get(const json_t *tree, const char *name)
{
    char     buffer[SCIM_PROJECTION_NAME], *key;
    size_t   i, length;
    json_t  *node;

    length = strlen(name);

    if (length >= sizeof(buffer)) {
        key = scim_text_lower(name, length);
        node = key ? json_object_get(tree, key) : NULL;
        free(key);
        return node;
    }

    for (i = 0; i <= length; i++) {
        buffer[i] = (char) scim_text_to_lower((unsigned char) name[i]);
    }

    return json_object_get(tree, buffer);
}


int
scim_projection_grow(json_t **tree, const char *name, size_t length,
    int last)
{
    char    *key;
    json_t  *node;

    if (!json_is_object(*tree)) {
        return 0;
    }

    key = scim_text_lower(name, length);
    if (key == NULL) {
        return -1;
    }

    node = json_object_get(*tree, key);

    if (node == NULL || (last && !json_is_true(node))) {
        node = last ? json_true() : json_object();

        if (json_object_set_new(*tree, key, node) != 0) {
            free(key);
            return -1;
        }
    }

    free(key);

    *tree = node;

    return 0;
}


static int
scim_projection_add(json_t *tree, const scim_notation_t *notation)
{
    if (notation->urn != NULL
        && scim_projection_grow(&tree, notation->urn, notation->urn_length,
                                notation->name == NULL)
           != 0)
    {
        return -1;
    }

    if (notation->name != NULL
        && scim_projection_grow(&tree, notation->name,
                                notation->name_length, notation->sub == NULL)
           != 0)
    {
        return -1;
    }

    if (notation->sub != NULL
        && scim_projection_grow(&tree, notation->sub, notation->sub_length, 1)
           != 0)
    {
        return -1;
    }

    return 0;
}


/* The type's own URN alone: all of its attributes. */
static int
scim_projection_core(json_t *tree, const scim_schema_t *schema)
{
    size_t   i;
    json_t  *node;

    for (i = 0; i < schema->attribute_count; i++) {
        node = tree;

        if (scim_projection_grow(&node, schema->attributes[i].name,
                                 strlen(schema->attributes[i].name), 1)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
scim_projection_name(const scim_resource_type_t *type, json_t *tree,
    const char *name, size_t length)
{
    scim_notation_t  notation;

    /* what is no name selects nothing */

    if (scim_notation_parse(type, name, length, &notation) != 0) {
        return 0;
    }

    if (notation.name == NULL && notation.schema == type->schema) {
        return scim_projection_core(tree, type->schema);
    }

    return scim_projection_add(tree, &notation);
}


static int
scim_projection_list(const scim_resource_type_t *type,
    const scim_policy_t *policy, json_t *tree, const char *parameter,
    const char *list, size_t length, size_t *count, scim_error_t *err)
{
    size_t       n;
    const char  *end, *next;

    for ( ;; ) {
        end = memchr(list, ',', length);
        n = (end != NULL) ? (size_t) (end - list) : length;
        next = list;

        while (n > 0 && (*next == ' ' || *next == '\t')) {
            next++;
            n--;
        }

        while (n > 0 && (next[n - 1] == ' ' || next[n - 1] == '\t')) {
            n--;
        }

        if (n > 0) {
            if (policy->max_attributes != 0
                && *count == policy->max_attributes)
            {
                return scim_fail(err, 400, SCIM_INVALID_VALUE,
                                 "%s: more than %zu names", parameter,
                                 policy->max_attributes);
            }

            (*count)++;

            if (scim_projection_name(type, tree, next, n) != 0) {
                return scim_fail_memory(err);
            }
        }

        if (end == NULL) {
            return 0;
        }

        length -= (size_t) (end - list) + 1;
        list = end + 1;
    }
}


static scim_projection_t *
scim_projection_create(const scim_resource_type_t *type,
    const scim_policy_t *policy, const char *list, size_t length,
    int excludes, scim_error_t *err)
{
    size_t              count;
    scim_projection_t  *projection;

    projection = calloc(1, sizeof(scim_projection_t));
    if (projection == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    count = 0;
    projection->excludes = excludes;
    projection->tree = json_object();

    if (projection->tree == NULL) {
        scim_fail_memory(err);
        goto failed;
    }

    if (scim_projection_list(type, policy, projection->tree,
                             excludes ? "excludedAttributes" : "attributes",
                             list, length, &count, err)
        != 0)
    {
        goto failed;
    }

    if (scim_projection_returned(type, projection) != 0) {
        scim_fail_memory(err);
        goto failed;
    }

    return projection;

failed:

    scim_projection_free(projection);

    return NULL;
}


static int
scim_projection_given(const char *list, size_t length)
{
    size_t  i;

    for (i = 0; list != NULL && i < length; i++) {
        if (list[i] != ' ' && list[i] != '\t' && list[i] != ',') {
            return 1;
        }
    }

    return 0;
}


scim_projection_t *
scim_projection_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const char *attributes,
    size_t attributes_length, const char *excluded, size_t excluded_length,
    scim_error_t *err)
{
    int  includes, excludes;

    err->status = 0;

    includes = scim_projection_given(attributes, attributes_length);
    excludes = scim_projection_given(excluded, excluded_length);

    if (includes && excludes) {
        scim_fail(err, 400, SCIM_INVALID_VALUE,
                  "attributes and excludedAttributes exclude each other");
        return NULL;
    }

    if (includes) {
        return scim_projection_create(type, policy, attributes,
                                      attributes_length, 0, err);
    }

    if (excludes) {
        return scim_projection_create(type, policy, excluded,
                                      excluded_length, 1, err);
    }

    if (scim_projection_hides(type)) {
        return scim_projection_create(type, policy, "", 0, 1, err);
    }

    return NULL;
}


static json_t *scim_projection_value(const json_t *value, const json_t *tree,
    int excludes);


static json_t *
scim_projection_object(const json_t *object, const json_t *tree,
    int excludes)
{
    void        *iter;
    json_t      *result, *node, *shown;
    const char  *key;

    result = json_object();
    if (result == NULL) {
        return NULL;
    }

    for (iter = json_object_iter((json_t *) object);
         iter != NULL;
         iter = json_object_iter_next((json_t *) object, iter))
    {
        key = json_object_iter_key(iter);
        node = scim_projection_get(tree, key);

        if (node == NULL ? !excludes : (excludes && !json_is_object(node))) {
            continue;
        }

        /* whole values are shared: whoever changes the answer sets members */

        shown = !json_is_object(node)
                ? json_incref(json_object_iter_value(iter))
                : scim_projection_value(json_object_iter_value(iter), node,
                                        excludes);

        if (shown == NULL) {
            json_decref(result);
            return NULL;
        }

        if (json_is_null(shown)) {
            continue;
        }

        if (json_object_set_new(result, key, shown) != 0) {
            json_decref(result);
            return NULL;
        }
    }

    return result;
}


static json_t *
scim_projection_array(const json_t *array, const json_t *tree, int excludes)
{
    size_t   i;
    json_t  *result, *shown, *element;

    result = json_array();
    if (result == NULL) {
        return NULL;
    }

    json_array_foreach(array, i, element) {
        shown = scim_projection_value(element, tree, excludes);

        if (shown == NULL) {
            json_decref(result);
            return NULL;
        }

        if (json_is_null(shown)) {
            continue;
        }

        if (json_array_append_new(result, shown) != 0) {
            json_decref(result);
            return NULL;
        }
    }

    return result;
}


/* Part of a value; null: nothing of it is shown. */
static json_t *
scim_projection_value(const json_t *value, const json_t *tree, int excludes)
{
    json_t  *shown;

    if (json_is_array(value)) {
        return scim_projection_array(value, tree, excludes);
    }

    if (!json_is_object(value)) {
        return excludes ? json_incref((json_t *) value) : json_null();
    }

    shown = scim_projection_object(value, tree, excludes);

    if (shown != NULL && json_object_size(shown) == 0) {
        json_decref(shown);
        return json_null();
    }

    return shown;
}


json_t *
scim_projection_apply(const scim_projection_t *projection,
    const json_t *resource)
{
    return scim_projection_object(resource, projection->tree,
                                  projection->excludes);
}


int
scim_projection_wants(const scim_projection_t *projection,
    const char *attribute)
{
    json_t  *node;

    if (projection == NULL) {
        return 1;
    }

    node = scim_projection_get(projection->tree, attribute);

    return projection->excludes ? node == NULL || json_is_object(node)
                                : node != NULL;
}


int
scim_projection_only_excludes(const scim_projection_t *projection,
    const char *attribute)
{
    json_t      *node;
    const char  *name;

    if (!projection->excludes) {
        return 0;
    }

    json_object_foreach(projection->tree, name, node) {
        if (!json_is_true(node)
            || !scim_text_is(name, strlen(name), attribute))
        {
            return 0;
        }
    }

    return 1;
}
