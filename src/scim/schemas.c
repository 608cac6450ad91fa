/*
 * Lists of schema URNs, made complete and free of duplicates.
 * Must not know what the schemas hold.
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "schemas.h"
#include "text.h"


/* So many are looked through; of those behind them there is a set. */
#define SCIM_SCHEMAS_FEW  8


static int
scim_schemas_has(const json_t *list, size_t count, const char *urn)
{
    size_t   i;
    json_t  *value;

    for (i = 0; i < count; i++) {
        value = json_array_get(list, i);

        if (json_is_string(value)
            && scim_text_is(json_string_value(value),
                            json_string_length(value), urn))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * seen is the set of the lower-case URNs in list behind the first few: a body
 * may have thousands.
 */
static int
scim_schemas_add(json_t *list, json_t *seen, const char *urn,
    scim_error_t *err)
{
    int      rc;
    char    *key;
    size_t   count;

    count = json_array_size(list);

    if (scim_schemas_has(list, count < SCIM_SCHEMAS_FEW ? count
                                                        : SCIM_SCHEMAS_FEW,
                         urn))
    {
        return 0;
    }

    if (count < SCIM_SCHEMAS_FEW) {
        return json_array_append_new(list, json_string_nocheck(urn))
               ? scim_fail_memory(err) : 0;
    }

    key = scim_text_lower(urn, strlen(urn));
    if (key == NULL) {
        return scim_fail_memory(err);
    }

    rc = 0;

    if (json_object_get(seen, key) == NULL
        && (json_object_set_new(seen, key, json_true()) != 0
            || json_array_append_new(list, json_string(urn)) != 0))
    {
        rc = scim_fail_memory(err);
    }

    free(key);

    return rc;
}


static int
scim_schemas_value(const scim_accept_t *accept, const scim_place_t *place,
    const scim_resource_type_t *type, const json_t *value, json_t *list,
    json_t *seen, scim_error_t *err)
{
    const char           *urn;
    const scim_schema_t  *schema;

    if (!json_is_string(value) || json_string_length(value) == 0) {
        return scim_fail_at(err, place, SCIM_INVALID_VALUE,
                            "expected a schema's URN");
    }

    urn = json_string_value(value);
    schema = scim_schema_find(type, urn, json_string_length(value));

    if (schema == NULL && accept->policy->profile == SCIM_STRICT) {
        return scim_fail_at(err, place, SCIM_INVALID_VALUE,
                            "no schema of %s", type->name);
    }

    return scim_schemas_add(list, seen, schema ? schema->urn : urn, err);
}


static int
scim_schemas_values(const scim_accept_t *accept, const scim_place_t *place,
    const scim_resource_type_t *type, const json_t *value, json_t *list,
    scim_error_t *err)
{
    int            rc;
    size_t         i;
    json_t        *seen, *element;
    scim_place_t   here;

    seen = json_object();
    if (seen == NULL) {
        return scim_fail_memory(err);
    }

    rc = 0;
    here.parent = place;
    here.name = NULL;

    if (json_is_array(value)) {
        json_array_foreach(value, i, element) {
            here.index = i;
            rc = scim_schemas_value(accept, &here, type, element, list, seen,
                                    err);
            if (rc != 0) {
                break;
            }
        }

    } else {
        rc = scim_schemas_value(accept, place, type, value, list, seen, err);
    }

    json_decref(seen);

    return rc;
}


json_t *
scim_schemas_list(const scim_accept_t *accept, const scim_place_t *place,
    const scim_resource_type_t *type, const json_t *value,
    scim_error_t *err)
{
    json_t  *list;

    list = json_array();
    if (list == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    if (!scim_json_unassigned(value)
        && scim_schemas_values(accept, place, type, value, list, err) != 0)
    {
        json_decref(list);
        return NULL;
    }

    return list;
}


json_t *
scim_schemas_accept(const scim_accept_t *accept, const scim_place_t *place,
    const scim_resource_type_t *type, const json_t *value,
    scim_error_t *err)
{
    int      strict;
    json_t  *list;

    strict = accept->policy->profile == SCIM_STRICT;

    if (strict && (scim_json_unassigned(value) || !json_is_array(value))) {
        scim_fail_at(err, place, SCIM_INVALID_VALUE,
                     "expected an array of URNs");
        return NULL;
    }

    list = scim_schemas_list(accept, place, type, value, err);

    if (list != NULL && strict
        && !scim_schemas_has(list, json_array_size(list), type->schema->urn))
    {
        json_decref(list);
        scim_fail_at(err, place, SCIM_INVALID_VALUE, "expected \"%s\"",
                     type->schema->urn);
        return NULL;
    }

    return list;
}


/* 1: document[key] is an extension's object */
static int
scim_schemas_extends(const json_t *document, const char *key)
{
    return scim_text_starts(key, strlen(key), "urn:")
           && json_is_object(json_object_get(document, key));
}


static int
scim_schemas_used(json_t *document, json_t *list, json_t *seen,
    scim_error_t *err)
{
    void        *iter;
    const char  *key;

    for (iter = json_object_iter(document);
         iter != NULL;
         iter = json_object_iter_next(document, iter))
    {
        key = json_object_iter_key(iter);

        if (scim_schemas_extends(document, key)
            && scim_schemas_add(list, seen, key, err) != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
scim_schemas_complete(const scim_resource_type_t *type, json_t *document,
    scim_error_t *err)
{
    int      rc;
    size_t   i;
    json_t  *before, *list, *seen, *urn;

    before = json_object_get(document, "schemas");
    list = json_array();
    seen = json_object();

    rc = (list == NULL || seen == NULL) ? scim_fail_memory(err) : 0;

    if (rc == 0
        && !scim_schemas_has(before, json_array_size(before),
                             type->schema->urn))
    {
        rc = scim_schemas_add(list, seen, type->schema->urn, err);
    }

    json_array_foreach(before, i, urn) {
        if (rc == 0 && json_is_string(urn)) {
            rc = scim_schemas_add(list, seen, json_string_value(urn), err);
        }
    }

    if (rc == 0) {
        rc = scim_schemas_used(document, list, seen, err);
    }

    json_decref(seen);

    if (rc != 0) {
        json_decref(list);
        return -1;
    }

    return json_object_set_new(document, "schemas", list)
           ? scim_fail_memory(err) : 0;
}


/* The set of lower-case URNs of extensions that only before has. */
static json_t *
scim_schemas_gone(const json_t *before, const json_t *document,
    scim_error_t *err)
{
    int          rc;
    void        *iter;
    char        *urn;
    json_t      *gone;
    const char  *key;

    gone = json_object();
    rc = (gone == NULL) ? -1 : 0;

    for (iter = json_object_iter((json_t *) before);
         iter != NULL && rc == 0;
         iter = json_object_iter_next((json_t *) before, iter))
    {
        key = json_object_iter_key(iter);

        if (!scim_schemas_extends(before, key)
            || scim_schemas_extends(document, key))
        {
            continue;
        }

        urn = scim_text_lower(key, strlen(key));
        rc = urn ? json_object_set_new(gone, urn, json_true()) : -1;

        free(urn);
    }

    if (rc != 0) {
        json_decref(gone);
        scim_fail_memory(err);
        return NULL;
    }

    return gone;
}


/* The new list of those that are not gone. */
static json_t *
scim_schemas_without(const json_t *list, const json_t *gone)
{
    int      rc;
    char    *key;
    size_t   i;
    json_t  *left, *urn;

    left = json_array();
    rc = (left == NULL) ? -1 : 0;

    json_array_foreach(list, i, urn) {

        if (rc != 0) {
            break;
        }

        key = scim_text_lower(json_string_value(urn),
                              json_string_length(urn));

        rc = (key == NULL) ? -1
             : (json_object_get(gone, key) == NULL)
               ? json_array_append(left, urn) : 0;

        free(key);
    }

    if (rc != 0) {
        json_decref(left);
        return NULL;
    }

    return left;
}


int
scim_schemas_leave(const json_t *before, json_t *document, scim_error_t *err)
{
    json_t  *gone, *left;

    gone = scim_schemas_gone(before, document, err);
    if (gone == NULL) {
        return -1;
    }

    if (json_object_size(gone) == 0) {
        json_decref(gone);
        return 0;
    }

    left = scim_schemas_without(json_object_get(document, "schemas"), gone);

    json_decref(gone);

    return json_object_set_new(document, "schemas", left)
           ? scim_fail_memory(err) : 0;
}


int
scim_schemas_keep(const json_t *before, json_t *document, scim_error_t *err)
{
    int      same;
    size_t   i;
    json_t  *old, *new, *seen, *urn;

    old = json_object_get(before, "schemas");
    new = json_object_get(document, "schemas");

    if (json_array_size(old) != json_array_size(new)
        || json_equal(old, new))
    {
        return 0;
    }

    seen = json_object();
    same = (seen == NULL) ? -1 : 1;

    json_array_foreach(old, i, urn) {
        if (same == 1 && json_is_string(urn)
            && json_object_set_new(seen, json_string_value(urn), json_true())
               != 0)
        {
            same = -1;
        }
    }

    json_array_foreach(new, i, urn) {
        if (same == 1
            && json_object_get(seen, json_string_value(urn)) == NULL)
        {
            same = 0;
        }
    }

    json_decref(seen);

    if (same < 0 || (same && json_object_set(document, "schemas", old) != 0)) {
        return scim_fail_memory(err);
    }

    return 0;
}
