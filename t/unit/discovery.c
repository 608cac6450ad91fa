/*
 * The discovery documents (CONFORMANCE 31-35, 151, 152; authentik's checks).
 */

#include <stdio.h>

#include "unit.h"


static const scim_service_t  unit_service = {
    .base = "https://x/scim/v2",
    .bulk = 1,
    .bulk_operations = 1000,
    .max_payload_size = 1048576,
    .filter_results = 200,
    .etag = 1
};


/* Walks through json; counts strings that are empty. */
static size_t
unit_discovery_empty(const json_t *json)
{
    void    *iter;
    size_t   i, n;
    json_t  *value;

    if (json_is_string(json)) {
        return json_string_length(json) == 0;
    }

    n = 0;

    json_array_foreach(json, i, value) {
        n += unit_discovery_empty(value);
    }

    for (iter = json_object_iter((json_t *) json);
         iter != NULL;
         iter = json_object_iter_next((json_t *) json, iter))
    {
        n += unit_discovery_empty(json_object_iter_value(iter));
    }

    return n;
}


static const char *
unit_discovery_location(const json_t *document)
{
    const char  *location;

    location = json_string_value(json_object_get(
                   json_object_get(document, "meta"), "location"));

    return location ? location : "";
}


/* 1: a sub-attribute of a schema in the list is complex */
static int
unit_discovery_nests(const json_t *list)
{
    size_t   i, j, k;
    json_t  *schema, *attribute, *sub;

    json_array_foreach(json_object_get(list, "Resources"), i, schema) {
        json_array_foreach(json_object_get(schema, "attributes"), j, attribute)
        {
            json_array_foreach(json_object_get(attribute, "subAttributes"), k,
                               sub)
            {
                if (strcmp(json_string_value(json_object_get(sub, "type")),
                           "complex")
                    == 0)
                {
                    return 1;
                }
            }
        }
    }

    return 0;
}


static void
unit_discovery_schemas(void)
{
    json_t  *document, *list, *attribute, *expected;

    list = scim_schemas(&unit_service);
    unit_ok(unit_discovery_nests(list) == 0,
            "#7 no sub-attribute is complex");
    unit_ok(json_integer_value(json_object_get(list, "totalResults")) == 3,
            "#152 three schemas");
    unit_ok(unit_discovery_empty(list) == 0, "no empty strings in schemas");
    json_decref(list);

    document = scim_schema_document(&unit_service, USER, strlen(USER));
    unit_check(strcmp(unit_discovery_location(document),
                      "https://x/scim/v2/Schemas/" USER) == 0,
               "#152 a schema's location", unit_discovery_location(document));

    attribute = json_array_get(json_object_get(document, "attributes"), 0);
    expected = unit_json("{'name':'userName','type':'string','multiValued':"
        "false,'required':true,'caseExact':false,'mutability':'readWrite',"
        "'returned':'default','uniqueness':'server'}");
    json_object_set(expected, "description",
                    json_object_get(attribute, "description"));
    unit_ok(json_equal(attribute, expected),
            "#35 an attribute with all characteristics");
    json_decref(expected);

    attribute = json_array_get(json_object_get(document, "attributes"), 12);
    unit_ok(json_array_size(json_object_get(attribute, "subAttributes")) == 4,
            "#35 sub-attributes of emails");
    json_decref(document);

    document = scim_schema_document(&unit_service,
        "URN:ietf:params:scim:schemas:extension:ENTERPRISE:2.0:User",
        strlen(ENTERPRISE));
    unit_ok(document != NULL, "#2 a schema by its URN in any case");
    json_decref(document);

    document = scim_schema_document(&unit_service, GROUP, strlen(GROUP));
    unit_ok(document != NULL, "#152 the Group schema");
    json_decref(document);

    unit_ok(scim_schema_document(&unit_service, "urn:x", 5) == NULL,
            "#152 an unknown schema");
}


static void
unit_discovery_types(void)
{
    json_t  *document, *list;

    list = scim_resource_types(&unit_service);
    unit_ok(json_integer_value(json_object_get(list, "totalResults")) == 2
            && json_array_size(json_object_get(list, "Resources")) == 2,
            "#152 two resource types");
    unit_ok(unit_discovery_empty(list) == 0, "no empty strings in types");
    json_decref(list);

    document = scim_resource_type_document(&unit_service, "User", 4);
    unit_expect("#33 the User type", "{'schemas':['urn:ietf:params:scim:"
        "schemas:core:2.0:ResourceType'],'id':'User','name':'User',"
        "'endpoint':'/Users','description':'User Account','schema':'" USER
        "','schemaExtensions':[{'schema':'" ENTERPRISE "','required':false}],"
        "'meta':{'resourceType':'ResourceType','location':"
        "'https://x/scim/v2/ResourceTypes/User'}}", document, NULL);
    json_decref(document);

    document = scim_resource_type_document(&unit_service, "Group", 5);
    unit_ok(document != NULL, "#152 the Group type");
    json_decref(document);

    unit_ok(scim_resource_type_document(&unit_service, "Devices", 7) == NULL,
            "#152 an unknown resource type");
    unit_ok(scim_resource_type_document(&unit_service, "Userx", 5) == NULL,
            "#152 a resource type of another name");
}


void
unit_discovery(void)
{
    json_t          *document;
    scim_service_t   service;

    document = scim_service_provider_config(&unit_service);
    unit_expect("#31 #151 authentik: ServiceProviderConfig",
        "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:"
        "ServiceProviderConfig'],'patch':{'supported':true},'bulk':"
        "{'supported':true,'maxOperations':1000,'maxPayloadSize':1048576},"
        "'filter':{'supported':true,'maxResults':200},'changePassword':"
        "{'supported':false},'sort':{'supported':false},'etag':"
        "{'supported':true},'pagination':{'cursor':false,'index':true,"
        "'defaultPaginationMethod':'index','maxPageSize':200},"
        "'authenticationSchemes':[{'type':"
        "'oauthbearertoken','name':'Bearer token','description':"
        "'The integration\\u0027s secret token, in the Authorization header "
        "of each request.','specUri':'https://www.rfc-editor.org/info/"
        "rfc6750','primary':true}],'meta':{'resourceType':"
        "'ServiceProviderConfig','location':'https://x/scim/v2/"
        "ServiceProviderConfig'}}", document, NULL);
    unit_ok(unit_discovery_empty(document) == 0, "no empty strings");
    json_decref(document);

    service = unit_service;
    service.cursor = 1;
    service.default_results = 100;
    service.cursor_timeout = 3600;
    document = scim_service_provider_config(&service);
    unit_expect("#175 pagination", "{'cursor':true,'index':true,"
        "'defaultPaginationMethod':'index','defaultPageSize':100,"
        "'maxPageSize':200,'cursorTimeout':3600}",
        json_object_get(document, "pagination"), NULL);
    json_decref(document);

    service = unit_service;
    service.base = NULL;
    document = scim_service_provider_config(&service);
    unit_ok(unit_discovery_empty(document) == 0
            && json_object_get(json_object_get(document, "meta"), "location")
               == NULL, "no base, no location");
    json_decref(document);

    service.base = "";
    document = scim_service_provider_config(&service);
    unit_ok(json_object_get(json_object_get(document, "meta"), "location")
            == NULL, "an empty base, no location");
    json_decref(document);

    unit_discovery_types();
    unit_discovery_schemas();
}
