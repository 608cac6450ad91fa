/*
 * POST and PUT bodies made into documents.
 * Must not know where documents are stored, nor who the members are.
 */

#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "json.h"
#include "members.h"
#include "resource.h"
#include "schemas.h"
#include "text.h"
#include "value.h"


typedef struct {
    scim_accept_t                 accept;
    const scim_resource_type_t   *type;
    json_t                       *document;
    json_t                       *schemas;    /* in it; borrowed             */
    scim_members_t               *members;
    unsigned                      listed:1;   /* "schemas" has been read     */
} scim_body_t;


static int
scim_resource_named_twice(const char *name, scim_error_t *err)
{
    return scim_fail(err, 400, SCIM_INVALID_SYNTAX, "%s: named twice", name);
}


static int
scim_resource_schemas(scim_body_t *body, const json_t *value,
    scim_error_t *err)
{
    int            rc;
    json_t        *list;
    scim_place_t   here = { NULL, "schemas", 0 };

    if (body->listed) {
        return scim_resource_named_twice("schemas", err);
    }

    body->listed = 1;

    list = scim_schemas_accept(&body->accept, &here, body->type, value, err);
    if (list == NULL) {
        return -1;
    }

    rc = json_array_extend(body->schemas, list);

    json_decref(list);

    return (rc != 0) ? scim_fail_memory(err) : 0;
}


static int
scim_resource_members(scim_body_t *body, const json_t *value,
    scim_error_t *err)
{
    int            rc;
    json_t        *ids, *seen;
    scim_place_t   here = { NULL, "members", 0 };

    if (body->members == NULL) {
        return 0;
    }

    if (body->members->present) {
        return scim_resource_named_twice("members", err);
    }

    ids = json_array();
    seen = json_object();

    rc = (ids == NULL || seen == NULL)
         ? scim_fail_memory(err)
         : scim_members_read(&body->accept, &here, value, ids, seen, err);

    json_decref(seen);

    if (rc != 0) {
        json_decref(ids);
        return -1;
    }

    body->members->present = 1;
    body->members->ids = ids;

    return 0;
}


static int
scim_resource_extension(scim_body_t *body, const scim_schema_t *schema,
    const json_t *value, scim_error_t *err)
{
    void                    *iter;
    json_t                  *object;
    const char              *key;
    scim_place_t             here = { NULL, schema->urn, 0 };
    const scim_attribute_t  *attribute;

    if (scim_json_unassigned(value)) {
        return 0;
    }

    if (!json_is_object(value)) {
        return scim_fail_at(err, &here, SCIM_INVALID_VALUE,
                            "expected an object");
    }

    if (json_object_get(body->document, schema->urn) != NULL) {
        return scim_resource_named_twice(schema->urn, err);
    }

    object = json_object();

    if (json_object_set_new(body->document, schema->urn, object) != 0) {
        return scim_fail_memory(err);
    }

    for (iter = json_object_iter((json_t *) value);
         iter != NULL;
         iter = json_object_iter_next((json_t *) value, iter))
    {
        key = json_object_iter_key(iter);
        attribute = scim_attribute_find(schema->attributes,
                                        schema->attribute_count, key,
                                        strlen(key));

        if (attribute != NULL && attribute->mutability == SCIM_READ_ONLY) {
            continue;
        }

        if (scim_value_put(&body->accept, &here, attribute, key,
                           json_object_iter_value(iter), object, err)
            != 0)
        {
            return -1;
        }
    }

    if (json_object_size(object) == 0
        && json_object_del(body->document, schema->urn) != 0)
    {
        return scim_fail_memory(err);
    }

    return 0;
}


static int
scim_resource_attribute(scim_body_t *body, const char *key,
    const json_t *value, scim_error_t *err)
{
    size_t                   length;
    const scim_schema_t     *schema;
    const scim_attribute_t  *attribute;

    length = strlen(key);

    if (scim_text_starts(key, length, "urn:")) {
        schema = scim_schema_find(body->type, key, length);

        if (schema != NULL && schema != body->type->schema) {
            return scim_resource_extension(body, schema, value, err);
        }

        return scim_value_put(&body->accept, NULL, NULL, key, value,
                              body->document, err);
    }

    attribute = scim_schema_attribute(body->type, key, length);

    if (attribute != NULL) {

        if (scim_schema_is_members(body->type, attribute)) {
            return scim_resource_members(body, value, err);
        }

        if (strcmp(attribute->name, "schemas") == 0) {
            return scim_resource_schemas(body, value, err);
        }

        if (attribute->mutability == SCIM_READ_ONLY) {
            return 0;
        }
    }

    return scim_value_put(&body->accept, NULL, attribute, key, value,
                          body->document, err);
}


/*
 * An immutable attribute that has a value keeps it (RFC 7644, section
 * 3.5.1): left out it stays, and another value is refused.
 */
static int
scim_resource_immutable(const scim_place_t *place,
    const scim_attribute_t *attributes, size_t count, const json_t *current,
    json_t *result, scim_error_t *err)
{
    size_t        i;
    json_t       *before, *after;
    scim_place_t  here;

    for (i = 0; i < count; i++) {
        before = json_object_get(current, attributes[i].name);
        after = json_object_get(result, attributes[i].name);

        if (before == NULL) {
            continue;
        }

        here.parent = place;
        here.name = attributes[i].name;
        here.index = 0;

        if (attributes[i].mutability != SCIM_IMMUTABLE) {

            /* only single values can be told which is which */

            if (json_is_object(after)
                && scim_resource_immutable(&here,
                                           attributes[i].sub_attributes,
                                           attributes[i].sub_attribute_count,
                                           before, after, err)
                   != 0)
            {
                return -1;
            }

            continue;
        }

        if (after == NULL) {
            if (json_object_set_new(result, attributes[i].name,
                                    json_deep_copy(before))
                != 0)
            {
                return scim_fail_memory(err);
            }

            continue;
        }

        if (!json_equal(before, after)) {
            return scim_fail_at(err, &here, SCIM_MUTABILITY,
                                "is immutable, and has another value");
        }
    }

    return 0;
}


static int
scim_resource_keep(const scim_body_t *body, const json_t *current,
    scim_error_t *err)
{
    size_t                i;
    json_t               *before, *after;
    scim_place_t          here = { NULL, NULL, 0 };
    const scim_schema_t  *schema;

    schema = body->type->schema;

    if (scim_resource_immutable(NULL, schema->attributes,
                                schema->attribute_count, current,
                                body->document, err)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < body->type->extension_count; i++) {
        schema = body->type->extensions[i].schema;
        before = json_object_get(current, schema->urn);
        after = json_object_get(body->document, schema->urn);
        here.name = schema->urn;

        if (before == NULL) {
            continue;
        }

        if (after == NULL) {
            after = json_object();

            if (json_object_set_new(body->document, schema->urn, after) != 0)
            {
                return scim_fail_memory(err);
            }
        }

        if (scim_resource_immutable(&here, schema->attributes,
                                    schema->attribute_count, before, after,
                                    err)
            != 0)
        {
            return -1;
        }

        if (json_object_size(after) == 0) {
            (void) json_object_del(body->document, schema->urn);
        }
    }

    return 0;
}


static int
scim_resource_read(scim_body_t *body, const json_t *message,
    const json_t *current, scim_error_t *err)
{
    void  *iter;

    body->schemas = json_array();

    if (json_object_set_new(body->document, "schemas", body->schemas) != 0
        || json_object_set_new(body->document, "id", json_string("")) != 0)
    {
        return scim_fail_memory(err);
    }

    for (iter = json_object_iter((json_t *) message);
         iter != NULL;
         iter = json_object_iter_next((json_t *) message, iter))
    {
        if (scim_resource_attribute(body, json_object_iter_key(iter),
                                    json_object_iter_value(iter), err)
            != 0)
        {
            return -1;
        }
    }

    if (!body->listed && scim_resource_schemas(body, NULL, err) != 0) {
        return -1;
    }

    if (current != NULL && scim_resource_keep(body, current, err) != 0) {
        return -1;
    }

    if (scim_document_finish(body->type, body->document, err) != 0) {
        return -1;
    }

    return current ? scim_schemas_keep(current, body->document, err) : 0;
}


json_t *
scim_resource_accept(const scim_resource_type_t *type,
    const scim_policy_t *policy, const json_t *message,
    const json_t *current, scim_members_t *members, scim_error_t *err)
{
    scim_body_t  body;

    memset(&body, 0, sizeof(scim_body_t));

    if (members != NULL) {
        members->present = 0;
        members->ids = NULL;
    }

    if (!json_is_object(message)) {
        scim_fail(err, 400, SCIM_INVALID_SYNTAX, "expected a JSON object");
        return NULL;
    }

    body.accept.policy = policy;
    body.type = type;
    body.members = members;

    body.document = json_object();
    if (body.document == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    if (scim_resource_read(&body, message, current, err) != 0) {
        json_decref(body.document);

        if (members != NULL) {
            json_decref(members->ids);
            members->present = 0;
            members->ids = NULL;
        }

        return NULL;
    }

    return body.document;
}
