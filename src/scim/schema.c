/*
 * The resource types, their common attributes, and finding things in them.
 * Must not know what an attribute is used for.
 */

#include "schema_table.h"
#include "text.h"

#include <string.h>


static const scim_attribute_t  scim_meta_attributes[] = {
    { .name = "resourceType", .case_exact = 1,
      .description = "The name of the resource's type.",
      .mutability = SCIM_READ_ONLY },
    { .name = "created", .type = SCIM_DATETIME,
      .description = "When the resource was created.",
      .mutability = SCIM_READ_ONLY },
    { .name = "lastModified", .type = SCIM_DATETIME,
      .description = "When the resource was last changed.",
      .mutability = SCIM_READ_ONLY },
    { .name = "location", .type = SCIM_REFERENCE, .case_exact = 1,
      .description = "The URI of the resource.",
      .mutability = SCIM_READ_ONLY },
    { .name = "version", .case_exact = 1,
      .description = "The version of the resource, as in its ETag.",
      .mutability = SCIM_READ_ONLY }
};


const scim_attribute_t  scim_common_attributes[] = {
    { .name = "schemas", .type = SCIM_REFERENCE, .multi_valued = 1,
      .description = "The URIs of the schemas that the resource uses.",
      .required = 1, .case_exact = 1, .returned = SCIM_RETURNED_ALWAYS },
    { .name = "id", .case_exact = 1,
      .description = "The identifier that the service provider gave.",
      .mutability = SCIM_READ_ONLY, .returned = SCIM_RETURNED_ALWAYS,
      .uniqueness = SCIM_UNIQUE_GLOBAL },
    { .name = "externalId", .case_exact = 1,
      .description = "The identifier that the client gave." },
    { .name = "meta", .type = SCIM_COMPLEX,
      .description = "What the service provider knows of the resource.",
      .mutability = SCIM_READ_ONLY, SCIM_SUB(scim_meta_attributes) }
};

const size_t  scim_common_attribute_count = SCIM_COUNT(scim_common_attributes);


static const scim_extension_t  scim_user_extensions[] = {
    { .schema = &scim_enterprise_schema, .required = 0 }
};


const scim_resource_type_t  scim_user_type = {
    .name = "User",
    .endpoint = "/Users",
    .description = "User Account",
    .schema = &scim_user_schema,
    .extensions = scim_user_extensions,
    .extension_count = SCIM_COUNT(scim_user_extensions)
};


const scim_resource_type_t  scim_group_type = {
    .name = "Group",
    .endpoint = "/Groups",
    .description = "Group",
    .schema = &scim_group_schema
};


const scim_attribute_t *
scim_attribute_find(const scim_attribute_t *attributes, size_t count,
    const char *name, size_t length)
{
    size_t  i;

    for (i = 0; i < count; i++) {
        if (scim_text_is(name, length, attributes[i].name)) {
            return &attributes[i];
        }
    }

    return NULL;
}


const scim_attribute_t *
scim_sub_attribute(const scim_attribute_t *attribute, const char *name,
    size_t length)
{
    return scim_attribute_find(attribute->sub_attributes,
                               attribute->sub_attribute_count, name, length);
}


const scim_attribute_t *
scim_schema_attribute(const scim_resource_type_t *type, const char *name,
    size_t length)
{
    const scim_attribute_t  *attribute;

    attribute = scim_attribute_find(type->schema->attributes,
                                    type->schema->attribute_count, name,
                                    length);
    if (attribute != NULL) {
        return attribute;
    }

    return scim_attribute_find(scim_common_attributes,
                               scim_common_attribute_count, name, length);
}


const scim_schema_t *
scim_schema_find(const scim_resource_type_t *type, const char *urn,
    size_t length)
{
    size_t  i;

    if (scim_text_is(urn, length, type->schema->urn)) {
        return type->schema;
    }

    for (i = 0; i < type->extension_count; i++) {
        if (scim_text_is(urn, length, type->extensions[i].schema->urn)) {
            return type->extensions[i].schema;
        }
    }

    return NULL;
}


int
scim_schema_is_members(const scim_resource_type_t *type,
    const scim_attribute_t *attribute)
{
    const scim_schema_t  *schema;

    schema = type->schema;

    return attribute != NULL
           && attribute >= schema->attributes
           && attribute < schema->attributes + schema->attribute_count
           && strcmp(schema->urn, SCIM_URN_GROUP) == 0
           && strcmp(attribute->name, "members") == 0;
}
