/*
 * What makes a document whole, whoever changed it last.
 * Must not know messages: a document is all it sees.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "json.h"
#include "schemas.h"
#include "text.h"
#include "value.h"


/* So many values are compared in pairs sooner than by their keys. */
#define SCIM_DOCUMENT_PAIRS  16


/* authentik takes a User without "emails" for an invalid one. */
static int
scim_document_emails(const scim_resource_type_t *type, json_t *document,
    scim_error_t *err)
{
    if (strcmp(type->schema->urn, SCIM_URN_USER) != 0
        || json_object_get(document, "emails") != NULL)
    {
        return 0;
    }

    return json_object_set_new(document, "emails", json_array())
           ? scim_fail_memory(err) : 0;
}


static int
scim_document_required(const scim_resource_type_t *type,
    const json_t *document, scim_error_t *err)
{
    size_t                   i;
    json_t                  *object;
    scim_place_t             here = { NULL, NULL, 0 };
    const scim_extension_t  *extension;

    if (scim_value_required(NULL, type->schema->attributes,
                            type->schema->attribute_count, document, err)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < type->extension_count; i++) {
        extension = &type->extensions[i];
        object = json_object_get(document, extension->schema->urn);
        here.name = extension->schema->urn;

        if (object == NULL) {
            if (extension->required) {
                return scim_fail_at(err, &here, SCIM_INVALID_VALUE,
                                    "is required");
            }

            continue;
        }

        if (scim_value_required(&here, extension->schema->attributes,
                                extension->schema->attribute_count, object,
                                err)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* "password", "name.password", "urn:...:User:password", in any case */
static int
scim_document_is_password(const char *key)
{
    size_t  length, n;

    length = strlen(key);
    n = sizeof("password") - 1;

    return length >= n
           && scim_text_is(key + length - n, n, "password")
           && (length == n || key[length - n - 1] == '.'
               || key[length - n - 1] == ':');
}


/*
 * RFC 7643, section 9.2: no password is kept in clear. The schema's own has
 * been dropped; what is left are those that a lenient client has in places
 * where no schema knows of one. 1: the value held nothing else.
 */
static int
scim_document_forget_passwords(json_t *value)
{
    int          forgotten;
    void        *iter, *next;
    size_t       i;
    json_t      *element;
    const char  *key;

    forgotten = 0;

    for (i = json_array_size(value); i > 0; i--) {
        if (scim_document_forget_passwords(json_array_get(value, i - 1))) {
            (void) json_array_remove(value, i - 1);
            forgotten = 1;
        }
    }

    for (iter = json_object_iter(value); iter != NULL; iter = next) {
        key = json_object_iter_key(iter);
        element = json_object_iter_value(iter);
        next = json_object_iter_next(value, iter);

        if (scim_document_is_password(key)
            || scim_document_forget_passwords(element))
        {
            (void) json_object_del(value, key);
            forgotten = 1;
        }
    }

    return forgotten && scim_json_unassigned(value);
}


/*
 * What tells a value from the others: value and type where it has them
 * (RFC 7643, section 2.4), else all of it.
 */
static char *
scim_document_value_key(const json_t *value)
{
    char          *key;
    size_t         size;
    const json_t  *id, *type;

    id = json_object_get(value, "value");
    type = json_object_get(value, "type");

    if (!json_is_string(id) || (type != NULL && !json_is_string(type))) {
        return scim_json_key(value);
    }

    /* the length keeps them apart, and no JSON begins so */

    size = json_string_length(id) + json_string_length(type) + 32;

    key = malloc(size);
    if (key == NULL) {
        return NULL;
    }

    (void) snprintf(key, size, "=%zu:%s%s%s", json_string_length(id),
                    json_string_value(id), type ? ":" : "",
                    type ? json_string_value(type) : "");

    return key;
}


static int
scim_document_same_member(const json_t *a, const json_t *b, const char *name)
{
    const json_t  *x, *y;

    x = json_object_get(a, name);
    y = json_object_get(b, name);

    return x == y || json_equal(x, y);
}


/* 1: one of these values is there twice */
static int
scim_document_repeats(const json_t *array)
{
    size_t         i, j;
    const json_t  *a, *b;

    for (i = 1; i < json_array_size(array); i++) {
        a = json_array_get(array, i);

        for (j = 0; j < i; j++) {
            b = json_array_get(array, j);

            if (json_is_string(json_object_get(a, "value"))
                ? scim_document_same_member(a, b, "value")
                  && scim_document_same_member(a, b, "type")
                : json_equal(a, b))
            {
                return 1;
            }
        }
    }

    return 0;
}


/* The sub-attributes that come last are right; but primary is not undone. */
static int
scim_document_merge(json_t *value, const json_t *again)
{
    int  primary;

    if (!json_is_object(value)) {
        return 0;
    }

    primary = json_is_true(json_object_get(value, "primary"));

    if (json_object_update(value, (json_t *) again) != 0) {
        return -1;
    }

    return primary ? json_object_set_new(value, "primary", json_true()) : 0;
}


/* A new array of the values; seen: those that are in it, by their keys. */
static int
scim_document_distinct(const json_t *array, json_t *distinct, json_t *seen)
{
    int      rc;
    char    *key;
    size_t   i;
    json_t  *value, *before;

    json_array_foreach(array, i, value) {
        key = scim_document_value_key(value);
        if (key == NULL) {
            return -1;
        }

        before = json_object_get(seen, key);

        rc = before ? scim_document_merge(before, value)
                    : json_object_set(seen, key, value);

        free(key);

        if (rc != 0 || (!before && json_array_append(distinct, value) != 0))
        {
            return -1;
        }
    }

    return 0;
}


/* RFC 7643, section 2.4: no attribute has the same type and value twice. */
static int
scim_document_values(const scim_attribute_t *attributes, size_t count,
    json_t *object, scim_error_t *err)
{
    int      rc;
    size_t   i, n;
    json_t  *array, *distinct, *seen;

    for (i = 0; i < count; i++) {

        if (!attributes[i].multi_valued) {
            continue;
        }

        array = json_object_get(object, attributes[i].name);
        n = json_array_size(array);

        if (n < 2 || (n <= SCIM_DOCUMENT_PAIRS
                      && !scim_document_repeats(array)))
        {
            continue;
        }

        distinct = json_array();
        seen = json_object();

        rc = (distinct && seen)
             ? scim_document_distinct(array, distinct, seen) : -1;

        json_decref(seen);

        if (rc != 0) {
            json_decref(distinct);
            return scim_fail_memory(err);
        }

        if (json_object_set_new(object, attributes[i].name, distinct) != 0) {
            return scim_fail_memory(err);
        }
    }

    return 0;
}


static int
scim_document_distinguish(const scim_resource_type_t *type, json_t *document,
    scim_error_t *err)
{
    size_t                i;
    json_t               *object;
    const scim_schema_t  *schema;

    schema = type->schema;

    if (scim_document_values(schema->attributes, schema->attribute_count,
                             document, err)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < type->extension_count; i++) {
        schema = type->extensions[i].schema;
        object = json_object_get(document, schema->urn);

        if (scim_document_values(schema->attributes, schema->attribute_count,
                                 object, err)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
scim_document_finish(const scim_resource_type_t *type, json_t *document,
    scim_error_t *err)
{
    (void) scim_document_forget_passwords(document);

    if (scim_document_distinguish(type, document, err) != 0
        || scim_schemas_complete(type, document, err) != 0
        || scim_document_emails(type, document, err) != 0)
    {
        return -1;
    }

    return scim_document_required(type, document, err);
}
