/*
 * What the schemas say of when an attribute is returned (RFC 7643, section
 * 2.2), whatever was asked for.
 * Must not know how a resource is shown.
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "notation.h"
#include "projection_tree.h"
#include "text.h"


/* The child of name; NULL: there is none; -1 by *rc: no memory. */
static json_t *
scim_projection_child(json_t *tree, const char *name, int remove, int *rc)
{
    char    *key;
    json_t  *child;

    key = scim_text_lower(name, strlen(name));
    if (key == NULL) {
        *rc = -1;
        return NULL;
    }

    child = json_object_get(tree, key);

    if (remove) {
        (void) json_object_del(tree, key);
        child = NULL;
    }

    free(key);

    return child;
}


/* An extension left out as a whole: that is, each of its attributes. */
static int
scim_projection_spread(json_t *tree, const scim_schema_t *schema)
{
    int      rc;
    size_t   i;
    json_t  *node;

    rc = 0;
    node = scim_projection_child(tree, schema->urn, 0, &rc);

    if (!json_is_true(node)) {
        return rc;
    }

    (void) scim_projection_child(tree, schema->urn, 1, &rc);

    for (i = 0; rc == 0 && i < schema->attribute_count; i++) {
        node = tree;

        rc = scim_projection_grow(&node, schema->urn, strlen(schema->urn), 0)
             || scim_projection_grow(&node, schema->attributes[i].name,
                                     strlen(schema->attributes[i].name), 1);
    }

    return rc ? -1 : 0;
}


/* What is always returned is selected, or can't be left out. */
static int
scim_projection_always(const scim_projection_t *projection,
    const scim_schema_t *extension, const scim_attribute_t *attributes,
    size_t count)
{
    int      rc;
    size_t   i;
    json_t  *node;

    rc = 0;

    for (i = 0; rc == 0 && i < count; i++) {

        if (attributes[i].returned != SCIM_RETURNED_ALWAYS) {
            continue;
        }

        node = projection->tree;

        if (projection->excludes) {

            if (extension != NULL) {
                rc = scim_projection_spread(node, extension);
                node = scim_projection_child(node, extension->urn, 0, &rc);
            }

            (void) scim_projection_child(node, attributes[i].name, 1, &rc);

            continue;
        }

        rc = (extension != NULL
              && scim_projection_grow(&node, extension->urn,
                                      strlen(extension->urn), 0) != 0)
             || scim_projection_grow(&node, attributes[i].name,
                                     strlen(attributes[i].name), 1);
    }

    return rc ? -1 : 0;
}


/* false, unless something stands there: what was excluded by name stays so. */
static int
scim_projection_hide(json_t *tree, const char *name)
{
    int      rc;
    char    *key;

    if (!json_is_object(tree)) {
        return 0;
    }

    key = scim_text_lower(name, strlen(name));
    if (key == NULL) {
        return -1;
    }

    rc = json_is_true(json_object_get(tree, key))
         ? 0 : json_object_set_new(tree, key, json_false());

    free(key);

    return rc;
}


static int
scim_projection_request(json_t *tree, const scim_attribute_t *attributes,
    size_t count)
{
    size_t   i, k;
    json_t  *node;

    for (i = 0; i < count; i++) {

        if (attributes[i].returned == SCIM_RETURNED_REQUEST) {
            if (scim_projection_hide(tree, attributes[i].name) != 0) {
                return -1;
            }

            continue;
        }

        for (k = 0; k < attributes[i].sub_attribute_count; k++) {

            if (attributes[i].sub_attributes[k].returned
                != SCIM_RETURNED_REQUEST)
            {
                continue;
            }

            node = tree;

            if (scim_projection_grow(&node, attributes[i].name,
                                     strlen(attributes[i].name), 0)
                != 0
                || scim_projection_hide(node,
                                        attributes[i].sub_attributes[k].name)
                   != 0)
            {
                return -1;
            }
        }
    }

    return 0;
}


static int
scim_projection_hidden(const scim_attribute_t *attributes, size_t count)
{
    size_t  i;

    for (i = 0; i < count; i++) {
        if (attributes[i].returned == SCIM_RETURNED_REQUEST
            || scim_projection_hidden(attributes[i].sub_attributes,
                                      attributes[i].sub_attribute_count))
        {
            return 1;
        }
    }

    return 0;
}


int
scim_projection_hides(const scim_resource_type_t *type)
{
    size_t                i;
    const scim_schema_t  *schema;

    for (i = 0; i < type->extension_count; i++) {
        schema = type->extensions[i].schema;

        if (scim_projection_hidden(schema->attributes,
                                   schema->attribute_count))
        {
            return 1;
        }
    }

    return scim_projection_hidden(type->schema->attributes,
                                  type->schema->attribute_count);
}


static int
scim_projection_extension(const scim_projection_t *projection,
    const scim_schema_t *schema)
{
    json_t  *node;

    if (scim_projection_always(projection, schema, schema->attributes,
                               schema->attribute_count)
        != 0)
    {
        return -1;
    }

    if (!projection->excludes
        || !scim_projection_hidden(schema->attributes,
                                   schema->attribute_count))
    {
        return 0;
    }

    node = projection->tree;

    if (scim_projection_grow(&node, schema->urn, strlen(schema->urn), 0)
        != 0)
    {
        return -1;
    }

    return scim_projection_request(node, schema->attributes,
                                   schema->attribute_count);
}


int
scim_projection_returned(const scim_resource_type_t *type,
    scim_projection_t *projection)
{
    size_t                i;
    const scim_schema_t  *schema;

    schema = type->schema;

    if (scim_projection_always(projection, NULL, scim_common_attributes,
                               scim_common_attribute_count)
        != 0
        || scim_projection_always(projection, NULL, schema->attributes,
                                  schema->attribute_count)
           != 0)
    {
        return -1;
    }

    if (projection->excludes
        && scim_projection_request(projection->tree, schema->attributes,
                                   schema->attribute_count)
           != 0)
    {
        return -1;
    }

    for (i = 0; i < type->extension_count; i++) {
        if (scim_projection_extension(projection, type->extensions[i].schema)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* The attribute was named: it, or the parts of it, need not be hidden. */
static int
scim_projection_show(json_t *tree, const char *urn,
    const scim_attribute_t *attribute)
{
    int          rc;
    size_t       i;
    json_t      *node, *child, *part;
    const char  *name;

    rc = 0;
    node = urn ? scim_projection_child(tree, urn, 0, &rc) : tree;
    child = scim_projection_child(node, attribute->name, 0, &rc);

    if (json_is_false(child)) {
        (void) scim_projection_child(node, attribute->name, 1, &rc);
        return rc;
    }

    for (i = 0; child != NULL && i < attribute->sub_attribute_count; i++) {
        name = attribute->sub_attributes[i].name;
        part = scim_projection_child(child, name, 0, &rc);

        if (json_is_false(part)) {
            (void) scim_projection_child(child, name, 1, &rc);
        }
    }

    return rc;
}


static int
scim_projection_show_members(json_t *tree, const scim_schema_t *schema,
    const json_t *object)
{
    void                    *iter;
    const char              *key;
    const scim_attribute_t  *attribute;

    for (iter = json_object_iter((json_t *) object);
         iter != NULL;
         iter = json_object_iter_next((json_t *) object, iter))
    {
        key = json_object_iter_key(iter);
        attribute = scim_attribute_find(schema->attributes,
                                        schema->attribute_count, key,
                                        strlen(key));

        if (attribute != NULL
            && scim_projection_show(tree, schema->urn, attribute) != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* text: an attribute's path, in whatever is behind it no interest. */
static int
scim_projection_show_name(json_t *tree, const scim_resource_type_t *type,
    const char *text, const json_t *value)
{
    scim_notation_t  notation;

    if (scim_notation_parse(type, text, strcspn(text, "["), &notation) != 0) {
        return 0;
    }

    if (notation.attribute != NULL) {
        return scim_projection_show(tree, notation.urn ? notation.schema->urn
                                                       : NULL,
                                    notation.attribute);
    }

    if (notation.name == NULL && notation.schema != NULL) {
        return scim_projection_show_members(tree, notation.schema, value);
    }

    return 0;
}


static int
scim_projection_show_object(json_t *tree, const scim_resource_type_t *type,
    const json_t *object)
{
    void  *iter;

    for (iter = json_object_iter((json_t *) object);
         iter != NULL;
         iter = json_object_iter_next((json_t *) object, iter))
    {
        if (scim_projection_show_name(tree, type, json_object_iter_key(iter),
                                      json_object_iter_value(iter))
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
scim_projection_show_operation(json_t *tree,
    const scim_resource_type_t *type, const json_t *operation)
{
    const char    *path;
    const json_t  *value;

    path = json_string_value(scim_json_member(operation, "path"));
    value = scim_json_member(operation, "value");

    if (path != NULL && path[0] != '\0') {
        return scim_projection_show_name(tree, type, path, value);
    }

    return scim_projection_show_object(tree, type, value);
}


int
scim_projection_reveal(scim_projection_t *projection,
    const scim_resource_type_t *type, const json_t *message,
    scim_error_t *err)
{
    int            rc;
    size_t         i;
    json_t        *operation;
    const json_t  *operations;

    if (projection == NULL || !projection->excludes
        || !scim_projection_hides(type))
    {
        return 0;
    }

    operations = scim_json_member(message, "Operations");

    if (json_is_array(operations)) {
        rc = 0;

        json_array_foreach(operations, i, operation) {
            rc |= scim_projection_show_operation(projection->tree, type,
                                                 operation);
        }

    } else if (operations != NULL) {
        rc = scim_projection_show_operation(projection->tree, type,
                                            operations);

    } else {
        rc = scim_projection_show_object(projection->tree, type, message);
    }

    return rc ? scim_fail_memory(err) : 0;
}
