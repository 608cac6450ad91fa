/*
 * The strings under which a document is found.
 * Must not know which indexes there are, nor how they are kept.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "notation.h"
#include "resource.h"
#include "text.h"


static int
scim_index_exact(const scim_notation_t *notation)
{
    const scim_attribute_t  *attribute;

    attribute = notation->sub ? notation->sub_attribute : notation->attribute;

    return attribute != NULL && (attribute->case_exact
                                 || attribute->type == SCIM_BINARY);
}


static char *
scim_index_prepare(const scim_notation_t *notation, const char *value,
    size_t length)
{
    if (scim_index_exact(notation)) {
        return scim_text_copy(value, length);
    }

    return scim_names_prepare(value, length, &length);
}


typedef struct {
    json_t  *values;
    json_t  *seen;             /* the set of them; NULL: there is one at most */
} scim_index_t;


/* 1: it is new; 0: it has been seen; -1: no memory */
static int
scim_index_see(scim_index_t *index, const char *key)
{
    if (json_array_size(index->values) == 0) {
        return 1;
    }

    if (index->seen == NULL) {
        index->seen = json_object();

        if (json_object_set_new(index->seen,
                                json_string_value(
                                    json_array_get(index->values, 0)),
                                json_true())
            != 0)
        {
            return -1;
        }
    }

    if (json_object_get(index->seen, key) != NULL) {
        return 0;
    }

    return json_object_set_new(index->seen, key, json_true()) ? -1 : 1;
}


static int
scim_index_add(const scim_notation_t *notation, const json_t *value,
    scim_index_t *index)
{
    int          rc;
    char        *key;
    const char  *text;

    if (json_is_boolean(value)) {
        text = json_is_true(value) ? "true" : "false";

    } else {
        text = json_string_value(value);
    }

    if (text == NULL) {
        return 0;
    }

    key = scim_index_prepare(notation, text, strlen(text));
    if (key == NULL) {
        return -1;
    }

    rc = scim_index_see(index, key);

    if (rc == 1) {
        rc = json_array_append_new(index->values, json_string_nocheck(key));
    }

    free(key);

    return rc;
}


static int
scim_index_values(const scim_notation_t *notation, const json_t *value,
    scim_index_t *index)
{
    size_t   i;
    json_t  *element;

    if (!json_is_array(value)) {
        return scim_index_add(notation,
                              notation->sub
                              ? json_object_get(value, notation->sub) : value,
                              index);
    }

    json_array_foreach(value, i, element) {
        if (scim_index_values(notation, element, index) != 0) {
            return -1;
        }
    }

    return 0;
}


json_t *
scim_resource_index(const scim_resource_type_t *type, const json_t *document,
    const char *path)
{
    int              rc;
    scim_index_t     index;
    const json_t    *object;
    scim_notation_t  notation;

    index.seen = NULL;
    index.values = json_array();

    if (index.values == NULL) {
        return NULL;
    }

    if (scim_notation_parse(type, path, strlen(path), &notation) != 0
        || notation.attribute == NULL)
    {
        return index.values;
    }

    object = notation.urn ? json_object_get(document, notation.urn)
                          : document;

    rc = scim_index_values(&notation,
                           json_object_get(object, notation.name), &index);

    json_decref(index.seen);

    if (rc != 0) {
        json_decref(index.values);
        return NULL;
    }

    return index.values;
}


char *
scim_resource_index_value(const scim_resource_type_t *type, const char *path,
    const char *value)
{
    scim_notation_t  notation;

    if (scim_notation_parse(type, path, strlen(path), &notation) != 0) {
        return NULL;
    }

    return scim_index_prepare(&notation, value, strlen(value));
}


/* NULL: an index can be kept of it. */
static const char *
scim_index_unfit(const scim_resource_type_t *type,
    const scim_notation_t *notation)
{
    const scim_attribute_t  *leaf;

    leaf = notation->sub ? notation->sub_attribute : notation->attribute;

    if (leaf == NULL) {
        return "is not in the type's schemas";
    }

    if (leaf->type == SCIM_COMPLEX) {
        return "has sub-attributes, of which one is to be named";
    }

    if (leaf->type != SCIM_STRING && leaf->type != SCIM_BOOLEAN
        && leaf->type != SCIM_REFERENCE && leaf->type != SCIM_BINARY)
    {
        return "is neither text nor boolean";
    }

    if (leaf->returned == SCIM_RETURNED_NEVER
        || notation->attribute->returned == SCIM_RETURNED_NEVER)
    {
        return "is never returned, so nobody may look for it";
    }

    /* in no document: the server's own, and members */

    return notation->attribute->mutability == SCIM_READ_ONLY
           || scim_schema_is_members(type, notation->attribute)
           ? "is not in what is stored as it was sent" : NULL;
}


char *
scim_resource_index_path(const scim_resource_type_t *type, const char *text,
    const char **reason)
{
    char             *path;
    size_t            size;
    scim_notation_t   notation;

    if (scim_notation_parse(type, text, strlen(text), &notation) != 0
        || notation.name == NULL)
    {
        *reason = "is no attribute's name";
        return NULL;
    }

    *reason = scim_index_unfit(type, &notation);
    if (*reason != NULL) {
        return NULL;
    }

    size = (notation.urn ? notation.urn_length + 1 : 0)
           + notation.name_length
           + (notation.sub ? notation.sub_length + 1 : 0) + 1;

    path = malloc(size);
    if (path == NULL) {
        return NULL;
    }

    (void) snprintf(path, size, "%.*s%s%.*s%s%.*s",
                    notation.urn ? (int) notation.urn_length : 0,
                    notation.urn ? notation.urn : "", notation.urn ? ":" : "",
                    (int) notation.name_length, notation.name,
                    notation.sub ? "." : "",
                    notation.sub ? (int) notation.sub_length : 0,
                    notation.sub ? notation.sub : "");

    return path;
}
