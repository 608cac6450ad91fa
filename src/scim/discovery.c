/*
 * ServiceProviderConfig, ResourceTypes and Schemas, out of the tables.
 * Must not know how requests are answered. A location that can't be told
 * (no base) is left out: clients refuse a URI that is empty.
 */

#include <stdlib.h>
#include <string.h>

#include "discovery.h"
#include "text.h"


#define SCIM_URN_LIST     "urn:ietf:params:scim:api:messages:2.0:ListResponse"
#define SCIM_URN_SCHEMA   "urn:ietf:params:scim:schemas:core:2.0:Schema"
#define SCIM_URN_TYPE     "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
#define SCIM_URN_CONFIG                                                       \
    "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"


static const char *const  scim_discovery_names[] = {
    "User", "Group", NULL
};


static json_t *
scim_discovery_meta(const scim_service_t *service, const char *type,
    const char *endpoint, const char *name)
{
    char    *location;
    size_t   size;
    json_t  *meta;

    meta = json_pack("{s:s}", "resourceType", type);

    if (meta == NULL || service->base == NULL || service->base[0] == '\0') {
        return meta;
    }

    size = strlen(service->base) + strlen(endpoint) + strlen(name) + 1;

    location = malloc(size);
    if (location == NULL) {
        json_decref(meta);
        return NULL;
    }

    (void) strcpy(location, service->base);
    (void) strcat(location, endpoint);
    (void) strcat(location, name);

    if (json_object_set_new(meta, "location", json_string(location)) != 0) {
        json_decref(meta);
        meta = NULL;
    }

    free(location);

    return meta;
}


/* Takes resources, which may be NULL. */
static json_t *
scim_discovery_list(json_t *resources)
{
    json_int_t  count;

    count = (json_int_t) json_array_size(resources);

    return json_pack("{s:[s],s:I,s:i,s:I,s:o}", "schemas", SCIM_URN_LIST,
                     "totalResults", count, "startIndex", 1,
                     "itemsPerPage", count, "Resources", resources);
}


static json_t *
scim_discovery_schemes(void)
{
    return json_pack("[{s:s,s:s,s:s,s:s,s:b}]",
                     "type", "oauthbearertoken",
                     "name", "Bearer token",
                     "description", "The integration's secret token, in the "
                                    "Authorization header of each request.",
                     "specUri", "https://www.rfc-editor.org/info/rfc6750",
                     "primary", 1);
}


/* RFC 9865, section 4; a number that isn't told is left out. */
static json_t *
scim_discovery_pagination(const scim_service_t *service)
{
    size_t   i;
    json_t  *object;

    const struct {
        const char  *name;
        long         value;
    } numbers[] = {
        { "defaultPageSize", service->default_results },
        { "maxPageSize", service->filter_results },
        { "cursorTimeout", service->cursor ? service->cursor_timeout : 0 }
    };

    object = json_pack("{s:b,s:b,s:s}", "cursor", service->cursor,
                       "index", 1, "defaultPaginationMethod", "index");

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {

        if (object != NULL && numbers[i].value > 0
            && json_object_set_new(object, numbers[i].name,
                                   json_integer(numbers[i].value))
               != 0)
        {
            json_decref(object);
            return NULL;
        }
    }

    return object;
}


json_t *
scim_service_provider_config(const scim_service_t *service)
{
    json_t  *meta, *schemes, *pagination;

    meta = scim_discovery_meta(service, "ServiceProviderConfig",
                               "/ServiceProviderConfig", "");
    schemes = scim_discovery_schemes();
    pagination = scim_discovery_pagination(service);

    if (meta == NULL || schemes == NULL || pagination == NULL) {
        json_decref(meta);
        json_decref(schemes);
        json_decref(pagination);
        return NULL;
    }

    return json_pack("{s:[s],s:{s:b},s:{s:b,s:I,s:I},s:{s:b,s:I},s:{s:b},"
                     "s:{s:b},s:{s:b},s:o,s:o,s:o}",
                     "schemas", SCIM_URN_CONFIG,
                     "patch", "supported", 1,
                     "bulk", "supported", service->bulk,
                     "maxOperations", (json_int_t) service->bulk_operations,
                     "maxPayloadSize", (json_int_t) service->max_payload_size,
                     "filter", "supported", 1,
                     "maxResults", (json_int_t) service->filter_results,
                     "changePassword", "supported", 0,
                     "sort", "supported", service->sort,
                     "etag", "supported", service->etag,
                     "pagination", pagination,
                     "authenticationSchemes", schemes,
                     "meta", meta);
}


static json_t *
scim_discovery_extensions(const scim_resource_type_t *type)
{
    size_t                   i;
    json_t                  *list;
    const scim_extension_t  *extension;

    list = json_array();

    for (i = 0; list != NULL && i < type->extension_count; i++) {
        extension = &type->extensions[i];

        if (json_array_append_new(list,
                                  json_pack("{s:s,s:b}", "schema",
                                            extension->schema->urn,
                                            "required", extension->required))
            != 0)
        {
            json_decref(list);
            return NULL;
        }
    }

    return list;
}


static json_t *
scim_discovery_type(const scim_service_t *service,
    const scim_resource_type_t *type)
{
    json_t  *meta, *extensions, *document;

    meta = scim_discovery_meta(service, "ResourceType", "/ResourceTypes/",
                               type->name);
    extensions = scim_discovery_extensions(type);

    if (meta == NULL || extensions == NULL) {
        json_decref(meta);
        json_decref(extensions);
        return NULL;
    }

    document = json_pack("{s:[s],s:s,s:s,s:s,s:s,s:s,s:o,s:o}",
                         "schemas", SCIM_URN_TYPE, "id", type->name,
                         "name", type->name, "endpoint", type->endpoint,
                         "description", type->description,
                         "schema", type->schema->urn,
                         "schemaExtensions", extensions, "meta", meta);

    return document;
}


json_t *
scim_resource_type_document(const scim_service_t *service, const char *name,
    size_t length)
{
    size_t                       i;
    const scim_resource_type_t  *type;

    for (i = 0; scim_discovery_names[i] != NULL; i++) {
        type = scim_registry_type(service->registry, scim_discovery_names[i]);

        if (strlen(type->name) == length
            && memcmp(type->name, name, length) == 0)
        {
            return scim_discovery_type(service, type);
        }
    }

    return NULL;
}


json_t *
scim_resource_types(const scim_service_t *service)
{
    size_t                       i;
    json_t                      *list;
    const scim_resource_type_t  *type;

    list = json_array();

    for (i = 0; list != NULL && scim_discovery_names[i] != NULL; i++) {
        type = scim_registry_type(service->registry, scim_discovery_names[i]);

        if (json_array_append_new(list, scim_discovery_type(service, type))
            != 0)
        {
            json_decref(list);
            return NULL;
        }
    }

    return list ? scim_discovery_list(list) : NULL;
}


static const char *
scim_discovery_type_name(scim_type_t type)
{
    static const char *const  names[] = {
        "string", "boolean", "decimal", "integer", "dateTime", "binary",
        "reference", "complex"
    };

    return names[type];
}


static int
scim_discovery_strings(json_t *object, const char *name,
    const char *const *values)
{
    json_t  *list;

    if (values == NULL) {
        return 0;
    }

    list = json_array();

    if (json_object_set_new(object, name, list) != 0) {
        return -1;
    }

    for ( /* void */ ; *values != NULL; values++) {
        if (json_array_append_new(list, json_string(*values)) != 0) {
            return -1;
        }
    }

    return 0;
}


static json_t *scim_discovery_attributes(const scim_attribute_t *attributes,
    size_t count);


/* RFC 7643, section 7: what is not of an attribute's type is left out. */
static json_t *
scim_discovery_attribute(const scim_attribute_t *attribute)
{
    json_t  *object;

    static const char *const  mutability[] = {
        "readWrite", "readOnly", "immutable", "writeOnly"
    };

    static const char *const  returned[] = {
        "default", "always", "never", "request"
    };

    static const char *const  uniqueness[] = { "none", "server", "global" };

    object = json_pack("{s:s,s:s,s:b,s:s,s:b,s:b,s:s,s:s,s:s}",
                       "name", attribute->name,
                       "type", scim_discovery_type_name(attribute->type),
                       "multiValued", attribute->multi_valued,
                       "description", attribute->description,
                       "required", attribute->required,
                       "caseExact", attribute->case_exact,
                       "mutability", mutability[attribute->mutability],
                       "returned", returned[attribute->returned],
                       "uniqueness", uniqueness[attribute->uniqueness]);

    if (object == NULL) {
        return NULL;
    }

    if (scim_discovery_strings(object, "canonicalValues",
                               attribute->canonical_values)
        != 0
        || scim_discovery_strings(object, "referenceTypes",
                                  attribute->reference_types)
           != 0
        || (attribute->type == SCIM_COMPLEX
            && json_object_set_new(object, "subAttributes",
                   scim_discovery_attributes(attribute->sub_attributes,
                                             attribute->sub_attribute_count))
               != 0))
    {
        json_decref(object);
        return NULL;
    }

    return object;
}


static json_t *
scim_discovery_attributes(const scim_attribute_t *attributes, size_t count)
{
    size_t   i;
    json_t  *list;

    list = json_array();

    for (i = 0; list != NULL && i < count; i++) {
        if (json_array_append_new(list,
                                  scim_discovery_attribute(&attributes[i]))
            != 0)
        {
            json_decref(list);
            return NULL;
        }
    }

    return list;
}


static json_t *
scim_discovery_schema(const scim_service_t *service,
    const scim_schema_t *schema)
{
    json_t  *meta, *attributes;

    meta = scim_discovery_meta(service, "Schema", "/Schemas/", schema->urn);
    attributes = scim_discovery_attributes(schema->attributes,
                                           schema->attribute_count);

    if (meta == NULL || attributes == NULL) {
        json_decref(meta);
        json_decref(attributes);
        return NULL;
    }

    return json_pack("{s:[s],s:s,s:s,s:s,s:o,s:o}",
                     "schemas", SCIM_URN_SCHEMA, "id", schema->urn,
                     "name", schema->name,
                     "description", schema->description,
                     "attributes", attributes, "meta", meta);
}


json_t *
scim_schema_document(const scim_service_t *service, const char *urn,
    size_t length)
{
    size_t                       i;
    const scim_schema_t         *schema;
    const scim_resource_type_t  *type;

    for (i = 0; scim_discovery_names[i] != NULL; i++) {
        type = scim_registry_type(service->registry, scim_discovery_names[i]);
        schema = scim_schema_find(type, urn, length);

        if (schema != NULL) {
            return scim_discovery_schema(service, schema);
        }
    }

    return NULL;
}


/* An extension of two types is listed with the first. */
static int
scim_discovery_is_listed(const scim_service_t *service, size_t type,
    const scim_schema_t *schema)
{
    size_t  i;

    for (i = 0; i < type; i++) {
        if (scim_schema_find(scim_registry_type(service->registry,
                                                scim_discovery_names[i]),
                             schema->urn, strlen(schema->urn))
            != NULL)
        {
            return 1;
        }
    }

    return 0;
}


static int
scim_discovery_append_schemas(const scim_service_t *service, size_t number,
    json_t *list)
{
    size_t                       i;
    const scim_schema_t         *schema;
    const scim_resource_type_t  *type;

    type = scim_registry_type(service->registry, scim_discovery_names[number]);

    if (json_array_append_new(list,
                              scim_discovery_schema(service, type->schema))
        != 0)
    {
        return -1;
    }

    for (i = 0; i < type->extension_count; i++) {
        schema = type->extensions[i].schema;

        if (!scim_discovery_is_listed(service, number, schema)
            && json_array_append_new(list,
                                     scim_discovery_schema(service, schema))
               != 0)
        {
            return -1;
        }
    }

    return 0;
}


json_t *
scim_schemas(const scim_service_t *service)
{
    size_t   i;
    json_t  *list;

    list = json_array();

    for (i = 0; list != NULL && scim_discovery_names[i] != NULL; i++) {
        if (scim_discovery_append_schemas(service, i, list) != 0) {
            json_decref(list);
            return NULL;
        }
    }

    return list ? scim_discovery_list(list) : NULL;
}
