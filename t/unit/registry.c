/*
 * Schemas of an operator's (CONFORMANCE 33-44, 152): how they are read, and
 * that they are obeyed.
 */

#include <stdio.h>

#include "unit.h"


#define ACME  "urn:acme:scim:2.0:Badge"

#define SCHEMA(attributes)                                                    \
    "{'id':'" ACME "','name':'Badge','attributes':[" attributes "]}"

#define ACME_SCHEMA                                                           \
    "{'schemas':['urn:ietf:params:scim:schemas:core:2.0:Schema'],"            \
    "'id':'" ACME "','name':'Badge','description':'A badge.',"                \
    "'meta':{'resourceType':'Schema'},'attributes':["                         \
    "{'name':'number','type':'string','required':true,'mutability':"          \
    "'immutable','caseExact':true},"                                          \
    "{'name':'level','type':'integer'},"                                      \
    "{'name':'issued','type':'dateTime'},"                                    \
    "{'name':'color','canonicalValues':['Red','blue']},"                      \
    "{'name':'code','canonicalValues':['A'],'caseExact':true},"               \
    "{'name':'pin','mutability':'writeOnly'},"                                \
    "{'name':'seen','mutability':'readOnly'},"                                \
    "{'name':'note','returned':'request'},"                                   \
    "{'name':'serial','returned':'always'},"                                  \
    "{'name':'doors','type':'complex','multiValued':true,'subAttributes':["   \
    "{'name':'value','required':true},{'name':'primary','type':'boolean'},"   \
    "{'name':'$ref','type':'reference','referenceTypes':['external']},"       \
    "{'name':'memo','returned':'request'}]}]}"


static const struct {
    const char  *name;
    const char  *schema;
    const char  *detail;
} unit_registry_wrong[] = {
    { "no object", "[]", "expected a schema's object" },
    { "no id", "{'attributes':[{'name':'a'}]}", "id: must be a URN" },
    { "id is no string", "{'id':1,'attributes':[{'name':'a'}]}",
      "id: must be a string" },
    { "id is no URN", "{'id':'http://x/y','attributes':[{'name':'a'}]}",
      "id: must be a URN" },
    { "id is a short URN", "{'id':'urn:x','attributes':[{'name':'a'}]}",
      "id: must be a URN" },
    { "id ends with a colon", "{'id':'urn:x:y:','attributes':[]}",
      "id: must be a URN" },
    { "id with a space", "{'id':'urn:x:y z','attributes':[]}",
      "id: must be a URN" },
    { "id with a bracket", "{'id':'urn:x:y[','attributes':[]}",
      "id: must be a URN" },
    { "other schemas", "{'schemas':['x'],'id':'urn:x:y','attributes':[]}",
      "schemas: must be [" },
    { "a member that is none", "{'id':'urn:x:y','attribute':[]}",
      "attribute: is no part of a schema" },
    { "no attributes", "{'id':'urn:x:y'}",
      "attributes: must be an array of attributes" },
    { "an empty array", "{'id':'urn:x:y','attributes':[]}",
      "attributes: must be an array of attributes" },
    { "the core's URN", "{'id':'" USER "','attributes':[{'name':'a'}]}",
      "id: must not begin with \"urn:ietf:params:scim:schemas:core:\"" },
    { "a message's URN", "{'id':'urn:ietf:params:scim:api:x','attributes':"
      "[{'name':'a'}]}", "id: must not begin with" },
    { "a known extension's URN", "{'id':'" ENTERPRISE "','attributes':"
      "[{'name':'a'}]}", "id: is that of another schema" },
    { "within a known URN", "{'id':'" ENTERPRISE ":X','attributes':"
      "[{'name':'a'}]}", "id: must not be the begin" },
    { "around a known URN", "{'id':'urn:ietf:params:scim:schemas:extension:"
      "enterprise','attributes':[{'name':'a'}]}",
      "id: must not be the begin" },
    { "a known name", "{'id':'urn:x:y','name':'user','attributes':"
      "[{'name':'a'}]}", "name: is that of another schema" },
    { "a name that is no string", "{'id':'urn:x:y','name':[],'attributes':"
      "[{'name':'a'}]}", "name: must be a string" },
    { "an attribute that is no object", SCHEMA("{'name':'a'},1"),
      "attributes[1]: must be an object" },
    { "an attribute without a name", SCHEMA("{'type':'string'}"),
      "attributes[0].name: is required" },
    { "an attribute's wrong name", SCHEMA("{'name':'a b'}"),
      "attributes[0].name: must be a letter" },
    { "a $name", SCHEMA("{'name':'$ref'}"),
      "attributes[0].name: must be a letter" },
    { "a name twice", SCHEMA("{'name':'a'},{'name':'A'}"),
      "attributes[1].name: is that of an attribute before" },
    { "a misspelled member", SCHEMA("{'name':'a','mutable':true}"),
      "attributes[0].mutable: is no part of a schema" },
    { "a wrong type", SCHEMA("{'name':'a'},{'name':'b'},{'name':'c','type':"
      "'text'}"), "attributes[2].type: must be one of string, boolean, "
      "decimal, integer, dateTime, binary, reference, complex" },
    { "a type that is no string", SCHEMA("{'name':'a','type':1}"),
      "attributes[0].type: must be one of" },
    { "a wrong boolean", SCHEMA("{'name':'a','multiValued':'true'}"),
      "attributes[0].multiValued: must be true or false" },
    { "a wrong boolean", SCHEMA("{'name':'a','required':1}"),
      "attributes[0].required: must be true or false" },
    { "a wrong boolean", SCHEMA("{'name':'a','caseExact':{}}"),
      "attributes[0].caseExact: must be true or false" },
    { "a wrong mutability", SCHEMA("{'name':'a','mutability':'write'}"),
      "attributes[0].mutability: must be one of readWrite, readOnly, "
      "immutable, writeOnly" },
    { "a wrong returned", SCHEMA("{'name':'a','returned':'no'}"),
      "attributes[0].returned: must be one of default, always, never, "
      "request" },
    { "a secret that is returned", SCHEMA("{'name':'a','mutability':"
      "'writeOnly','returned':'default'}"),
      "attributes[0].returned: must be never" },
    { "a wrong uniqueness", SCHEMA("{'name':'a','uniqueness':'yes'}"),
      "attributes[0].uniqueness: must be one of none, server, global" },
    { "wrong canonicalValues", SCHEMA("{'name':'a','canonicalValues':'x'}"),
      "attributes[0].canonicalValues: must be an array of strings" },
    { "wrong canonicalValues", SCHEMA("{'name':'a','canonicalValues':[1]}"),
      "attributes[0].canonicalValues: must be an array of strings" },
    { "canonicalValues of numbers", SCHEMA("{'name':'a','type':'integer',"
      "'canonicalValues':['1']}"),
      "attributes[0].canonicalValues: needs the type string" },
    { "referenceTypes of a string", SCHEMA("{'name':'a','referenceTypes':"
      "['User']}"), "attributes[0].referenceTypes: needs the type reference" },
    { "a description that is none", SCHEMA("{'name':'a','description':1}"),
      "attributes[0].description: must be a string" },
    { "complex without parts", SCHEMA("{'name':'a','type':'complex'}"),
      "attributes[0].subAttributes: must be an array of attributes" },
    { "parts without complex", SCHEMA("{'name':'a','subAttributes':"
      "[{'name':'b'}]}"), "attributes[0].subAttributes: needs the type" },
    { "#7 complex within complex", SCHEMA("{'name':'a','type':'complex',"
      "'subAttributes':[{'name':'b'},{'name':'c','type':'complex'}]}"),
      "attributes[0].subAttributes[1].type: must not be complex" },
    { "a wrong part", SCHEMA("{'name':'a','type':'complex','subAttributes':"
      "[{'name':'b','type':'x'}]}"),
      "attributes[0].subAttributes[0].type: must be one of" }
};


static scim_registry_t *
unit_registry_create(int required)
{
    json_t           *schema;
    scim_error_t      err;
    scim_registry_t  *registry;

    registry = scim_registry_create();
    schema = unit_json(ACME_SCHEMA);

    if (scim_registry_extend(registry, "User", schema, required, &err) != 0) {
        unit_check(0, "registry", err.detail);
    }

    json_decref(schema);

    return registry;
}


static void
unit_registry_refused(void)
{
    size_t            i;
    json_t           *schema;
    scim_error_t      err;
    scim_registry_t  *registry;

    registry = scim_registry_create();

    for (i = 0; i < UNIT_COUNT(unit_registry_wrong); i++) {
        schema = unit_json(unit_registry_wrong[i].schema);
        err.detail[0] = '\0';

        unit_check(scim_registry_extend(registry, "User", schema, 0, &err)
                   == -1
                   && strcmp(unit_error(&err), "400 invalidValue") == 0
                   && strncmp(err.detail, unit_registry_wrong[i].detail,
                              strlen(unit_registry_wrong[i].detail)) == 0,
                   unit_registry_wrong[i].name, err.detail);
        json_decref(schema);
    }

    unit_ok(scim_registry_type(registry, "User")->extension_count == 1
            && scim_registry_type(registry, "Group")->extension_count == 0,
            "nothing refused is kept");
    scim_registry_free(registry);
    scim_registry_free(NULL);
}


/* count attributes with names of length characters and values canonical */
static json_t *
unit_registry_large(int count, size_t length, int values)
{
    int      i, j;
    char     name[512], number[16];
    json_t  *attributes, *attribute, *canonical;

    attributes = json_array();

    for (i = 0; i < count; i++) {
        (void) snprintf(number, sizeof(number), "%d", i);
        memset(name, 'a', length);
        memcpy(name + length - strlen(number), number, strlen(number) + 1);
        attribute = json_pack("{s:s}", "name", name);

        canonical = json_array();

        for (j = 0; j < values; j++) {
            json_array_append_new(canonical, json_string("v"));
        }

        json_object_set_new(attribute, "canonicalValues", canonical);
        json_array_append_new(attributes, attribute);
    }

    return json_pack("{s:s,s:o}", "id", ACME, "attributes", attributes);
}


static void
unit_registry_limit(const char *name, int count, size_t length, int values,
    const char *detail)
{
    int               rc;
    json_t           *schema;
    scim_error_t      err;
    scim_registry_t  *registry;

    err.detail[0] = '\0';
    registry = scim_registry_create();
    schema = unit_registry_large(count, length, values);
    rc = scim_registry_extend(registry, "Group", schema, 0, &err);

    unit_check(rc == (detail ? -1 : 0)
               && (detail == NULL || strcmp(err.detail, detail) == 0), name,
               err.detail);

    json_decref(schema);
    scim_registry_free(registry);
}


static void
unit_registry_limits(void)
{
    int               i, rc;
    char              urn[64];
    json_t           *schema;
    scim_error_t      err;
    scim_registry_t  *registry;

    unit_registry_limit("256 attributes", 256, 5, 0, NULL);
    unit_registry_limit("257 attributes", 257, 5, 0,
                        "attributes: has too many attributes");
    unit_registry_limit("a name of 128", 1, 128, 0, NULL);
    unit_registry_limit("a name of 129", 1, 129, 0,
                        "attributes[0].name: is too long");
    unit_registry_limit("256 values", 1, 5, 256, NULL);
    unit_registry_limit("257 values", 1, 5, 257,
                        "attributes[0].canonicalValues: has too many values");

    registry = scim_registry_create();
    rc = 0;

    for (i = 0; rc == 0 && i < 20; i++) {
        (void) snprintf(urn, sizeof(urn), "urn:acme:x%d", i);
        schema = json_pack("{s:s,s:[{s:s}]}", "id", urn, "attributes", "name",
                           "a");
        rc = scim_registry_extend(registry, "Group", schema, 0, &err);
        json_decref(schema);
    }

    unit_check(rc == -1 && i == 17, "16 extensions at most", err.detail);
    scim_registry_free(registry);
}


static void
unit_registry_types(void)
{
    json_t                      *schema, *other, *list;
    scim_error_t                 err;
    scim_service_t               service = { .base = "https://x" };
    scim_registry_t             *registry;
    const scim_resource_type_t  *user;

    registry = unit_registry_create(1);
    user = scim_registry_type(registry, "User");
    schema = unit_json(ACME_SCHEMA);

    unit_ok(scim_registry_type(NULL, "User") == &scim_user_type
            && scim_registry_type(NULL, "Group") == &scim_group_type
            && scim_registry_type(NULL, "Thing") == NULL
            && scim_registry_type(registry, "user") == NULL,
            "types by their names");
    unit_ok(scim_registry_extend(registry, "Thing", schema, 0, &err) == -1,
            "no such type");
    unit_ok(scim_registry_extend(registry, "User", schema, 0, &err) == -1,
            "the same schema twice");
    unit_ok(scim_registry_extend(registry, "Group", schema, 0, &err) == 0,
            "the same schema for another type");

    other = unit_json(SCHEMA("{'name':'x'}"));
    unit_ok(scim_registry_extend(registry, "Group", other, 0, &err) == -1,
            "another schema with the same id");
    unit_ok(scim_registry_type(registry, "User") == user,
            "the type stays where it is");

    service.registry = registry;
    list = scim_schemas(&service);
    unit_ok(json_integer_value(json_object_get(list, "totalResults")) == 4,
            "#152 each schema is listed once");
    json_decref(list);

    list = scim_schema_document(&service, "URN:acme:scim:2.0:badge",
                                strlen(ACME));
    json_object_del(list, "meta");
    json_object_del(list, "attributes");
    unit_expect("#35 #152 the schema", "{'schemas':['urn:ietf:params:scim:"
                "schemas:core:2.0:Schema'],'id':'" ACME "','name':'Badge',"
                "'description':'A badge.'}", list, &err);
    json_decref(list);

    list = scim_resource_type_document(&service, "User", 4);
    unit_expect("#33 the type's extensions", "[{'schema':'" ENTERPRISE
                "','required':false},{'schema':'" ACME "','required':true}]",
                json_object_get(list, "schemaExtensions"), &err);
    json_decref(list);

    json_decref(schema);
    json_decref(other);
    scim_registry_free(registry);
}


/* What a schema says comes back as it was, and its defaults. */
static void
unit_registry_echo(void)
{
    json_t           *list, *attribute;
    scim_error_t      err;
    scim_service_t    service = { .base = NULL };
    scim_registry_t  *registry;

    registry = unit_registry_create(0);
    service.registry = registry;
    list = scim_schema_document(&service, ACME, strlen(ACME));

    attribute = json_array_get(json_object_get(list, "attributes"), 3);
    unit_expect("#35 defaults", "{'name':'color','type':'string',"
                "'multiValued':false,'description':'color','required':false,"
                "'caseExact':false,'mutability':'readWrite','returned':"
                "'default','uniqueness':'none','canonicalValues':"
                "['Red','blue']}", attribute, &err);

    attribute = json_array_get(json_object_get(list, "attributes"), 5);
    unit_ok(strcmp(json_string_value(json_object_get(attribute, "returned")),
                   "never") == 0, "#39 what is written only");

    attribute = json_array_get(json_object_get(json_array_get(
                    json_object_get(list, "attributes"), 9),
                    "subAttributes"), 2);
    unit_expect("#35 a reference", "{'name':'$ref','type':'reference',"
                "'multiValued':false,'description':'$ref','required':false,"
                "'caseExact':true,'mutability':'readWrite','returned':"
                "'default','uniqueness':'none','referenceTypes':"
                "['external']}", attribute, &err);

    json_decref(list);
    scim_registry_free(registry);
}


static const struct {
    const char           *name;
    const scim_policy_t  *policy;
    const char           *extension;   /* NULL: the resource has none */
    const char           *expected;    /* of the extension */
} unit_registry_bodies[] = {
    { "#34 a required extension", &unit_lenient, NULL, "400 invalidValue" },
    { "#42 a required attribute", &unit_lenient, "{'level':1}",
      "400 invalidValue" },
    { "all types", &unit_strict,
      "{'NUMBER':'n','level':5,'issued':'2020-01-01T00:00:00Z','color':'RED',"
      "'code':'A','doors':[{'value':'d','primary':true,'$ref':'x'}]}",
      "{'number':'n','level':5,'issued':'2020-01-01T00:00:00Z',"
      "'color':'RED','code':'A','doors':[{'value':'d','primary':true,"
      "'$ref':'x'}]}" },
    { "#3 a wrong integer", &unit_lenient, "{'number':'n','level':'x'}",
      "400 invalidValue" },
    { "#4 a wrong dateTime", &unit_lenient, "{'number':'n','issued':'now'}",
      "400 invalidValue" },
    { "#42 a required part", &unit_lenient,
      "{'number':'n','doors':[{'primary':true}]}", "400 invalidValue" },
    { "#43 another value than the canonical ones", &unit_lenient,
      "{'number':'n','color':'green'}", "400 invalidValue" },
    { "#43 a canonical value in another case, caseExact", &unit_lenient,
      "{'number':'n','code':'a'}", "400 invalidValue" },
    { "#37 #39 readOnly and writeOnly", &unit_lenient,
      "{'number':'n','pin':'1','seen':'x'}", "{'number':'n'}" },
    { "unknown, lenient", &unit_lenient, "{'number':'n','x':1}",
      "{'number':'n','x':1}" },
    { "unknown, strict", &unit_strict, "{'number':'n','x':1}",
      "400 invalidSyntax" }
};


static void
unit_registry_resources(void)
{
    size_t            i;
    json_t           *body, *document, *extension;
    scim_error_t      err;
    scim_registry_t  *registry;

    registry = unit_registry_create(1);

    for (i = 0; i < UNIT_COUNT(unit_registry_bodies); i++) {
        body = unit_json("{'schemas':['" USER "','" ACME
                         "'],'userName':'u'}");

        if (unit_registry_bodies[i].extension != NULL) {
            json_object_set_new(body, ACME,
                                unit_json(unit_registry_bodies[i].extension));
        }

        document = scim_resource_accept(scim_registry_type(registry, "User"),
                                        unit_registry_bodies[i].policy, body,
                                        NULL, NULL, &err);
        extension = json_object_get(document, ACME);
        unit_expect(unit_registry_bodies[i].name,
                    unit_registry_bodies[i].expected, extension, &err);

        json_decref(document);
        json_decref(body);
    }

    scim_registry_free(registry);
}


static void
unit_registry_changes(void)
{
    json_t                      *current, *body, *message, *document;
    scim_error_t                 err;
    scim_patch_t                *patch;
    scim_registry_t             *registry;
    const scim_resource_type_t  *type;

    registry = unit_registry_create(0);
    type = scim_registry_type(registry, "User");
    current = unit_json("{'schemas':['" USER "','" ACME "'],'id':'1',"
                        "'userName':'u','" ACME "':{'number':'n'}}");

    body = unit_json("{'userName':'u','" ACME "':{'number':'m'}}");
    document = scim_resource_accept(type, &unit_lenient, body, current, NULL,
                                    &err);
    unit_expect("#38 #100 an immutable attribute", "400 mutability", document,
                &err);
    json_decref(body);

    message = unit_json("{'Operations':[{'op':'add','path':'" ACME
                        ":level','value':'7'},{'op':'add','path':'" ACME
                        ":doors[value eq `d`].memo','value':'m'}]}");
    patch = scim_patch_parse(type, &unit_lenient, message, &err);
    document = scim_patch_apply(patch, current, &err);
    unit_expect("#107 a PATCH of an extension", "{'number':'n','level':7,"
                "'doors':[{'value':'d','memo':'m'}]}",
                json_object_get(document, ACME), &err);
    scim_patch_free(patch);
    json_decref(document);
    json_decref(message);

    message = unit_json("{'Operations':[{'op':'add','path':'" ACME
                        ":color','value':'green'}]}");
    patch = scim_patch_parse(type, &unit_lenient, message, &err);
    unit_ok(patch == NULL && err.status == 400, "#43 in a PATCH");
    json_decref(message);

    json_decref(current);
    scim_registry_free(registry);
}


static void
unit_registry_queries(void)
{
    json_t                      *low, *high;
    scim_sort_t                 *sort;
    const char                  *text;
    scim_error_t                 err;
    scim_filter_t               *filter;
    scim_registry_t             *registry;
    scim_sort_key_t             *a, *b;
    const scim_resource_type_t  *type;

    registry = unit_registry_create(0);
    type = scim_registry_type(registry, "User");
    low = unit_json("{'" ACME "':{'level':9}}");
    high = unit_json("{'" ACME "':{'level':10}}");

    text = ACME ":level gt 9";
    filter = scim_filter_parse(type, &unit_strict, text, strlen(text), &err);
    unit_ok(filter != NULL && scim_filter_match(filter, high)
            && !scim_filter_match(filter, low), "#76 filterable");
    scim_filter_free(filter);

    text = ACME ":pin eq \"1\"";
    filter = scim_filter_parse(type, &unit_lenient, text, strlen(text), &err);
    unit_ok(filter == NULL, "#23 what is never returned");

    text = ACME ":level";
    sort = scim_sort_parse(type, &unit_strict, text, strlen(text), 0, &err);
    a = scim_sort_key(sort, low);
    b = scim_sort_key(sort, high);
    unit_ok(scim_sort_compare(sort, a, b) < 0, "#88 sortable");
    scim_sort_key_free(a);
    scim_sort_key_free(b);
    scim_sort_free(sort);

    json_decref(low);
    json_decref(high);
    scim_registry_free(registry);
}


static const struct {
    const char  *name;
    const char  *attributes;
    const char  *excluded;
    const char  *message;          /* NULL: this was a GET */
    const char  *expected;
} unit_registry_shown[] = {
    { "#40 returned on request: not by itself", NULL, NULL, NULL,
      "{'userName':'u','" ACME "':{'number':'1','serial':'s','doors':"
      "[{'value':'d'}]}}" },
    { "#40 asked for", ACME ":NOTE", NULL, NULL,
      "{'" ACME "':{'serial':'s','note':'n'}}" },
    { "#40 as part of what is asked for", ACME, NULL, NULL,
      "{'" ACME "':{'number':'1','serial':'s','note':'n','doors':"
      "[{'value':'d','memo':'m'}]}}" },
    { "#40 always", "userName", NULL, NULL,
      "{'userName':'u','" ACME "':{'serial':'s'}}" },
    { "#94 always, the extension excluded", NULL, ACME, NULL,
      "{'userName':'u','" ACME "':{'serial':'s'}}" },
    { "#94 always, excluded by name", NULL, ACME ":serial," ACME ":doors",
      NULL, "{'userName':'u','" ACME "':{'number':'1','serial':'s'}}" },
    { "#40 written by POST", NULL, NULL, "{'" ACME "':{'Note':1}}",
      "{'userName':'u','" ACME "':{'number':'1','serial':'s','note':'n',"
      "'doors':[{'value':'d'}]}}" },
    { "#40 written by PATCH", NULL, NULL,
      "{'Operations':[{'op':'add','path':'" ACME ":doors[value eq `d`].memo',"
      "'value':'x'},{'op':'add','path':'" ACME "','value':{'note':1}}]}",
      "{'userName':'u','" ACME "':{'number':'1','serial':'s','note':'n',"
      "'doors':[{'value':'d','memo':'m'}]}}" },
    { "#40 written by PATCH without a path", NULL, NULL,
      "{'Operations':{'op':'add','value':{'" ACME ":note':1,'a b':2}}}",
      "{'userName':'u','" ACME "':{'number':'1','serial':'s','note':'n',"
      "'doors':[{'value':'d'}]}}" },
    { "#40 written, and excluded", NULL, ACME ":note", "{'" ACME
      "':{'note':1}}", "{'userName':'u','" ACME "':{'number':'1',"
      "'serial':'s','doors':[{'value':'d'}]}}" },
    { "#40 written, and not asked for", "userName", NULL, "{'" ACME
      "':{'note':1}}", "{'userName':'u','" ACME "':{'serial':'s'}}" }
};


static void
unit_registry_projections(void)
{
    size_t                       i;
    json_t                      *user, *message, *shown;
    const char                  *in, *out;
    scim_error_t                 err;
    scim_registry_t             *registry;
    scim_projection_t           *projection;
    const scim_resource_type_t  *type;

    registry = unit_registry_create(0);
    type = scim_registry_type(registry, "User");
    user = unit_json("{'userName':'u','" ACME "':{'number':'1','serial':'s',"
                     "'note':'n','doors':[{'value':'d','memo':'m'}]}}");

    for (i = 0; i < UNIT_COUNT(unit_registry_shown); i++) {
        in = unit_registry_shown[i].attributes;
        out = unit_registry_shown[i].excluded;
        message = unit_registry_shown[i].message
                  ? unit_json(unit_registry_shown[i].message) : NULL;

        projection = scim_projection_parse(type, &unit_strict, in,
                                           in ? strlen(in) : 0, out,
                                           out ? strlen(out) : 0, &err);
        shown = NULL;

        if (projection != NULL
            && (message == NULL
                || scim_projection_reveal(projection, type, message, &err)
                   == 0))
        {
            shown = scim_projection_apply(projection, user);
        }

        unit_expect(unit_registry_shown[i].name,
                    unit_registry_shown[i].expected, shown, &err);

        scim_projection_free(projection);
        json_decref(shown);
        json_decref(message);
    }

    unit_ok(scim_projection_reveal(NULL, type, user, &err) == 0,
            "nothing projected, nothing revealed");
    json_decref(user);
    scim_registry_free(registry);
}


/* An operator's wish for an index. */
static void
unit_registry_indexes(void)
{
    char                        *path;
    size_t                       i;
    const char                  *reason;
    scim_registry_t             *registry;
    const scim_resource_type_t  *type;

    static const struct {
        const char  *text;
        const char  *path;           /* or, behind "!", the reason */
    } cases[] = {
        { "title", "title" },
        { "TITLE", "title" },
        { "name.familyname", "name.familyName" },
        { "phoneNumbers.value", "phoneNumbers.value" },
        { "active", "active" },
        { "urn:ietf:params:scim:schemas:core:2.0:User:title", "title" },
        { ACME ":number", ACME ":number" },
        { ACME ":DOORS.value", ACME ":doors.value" },

        { "shoeSize", "!is not in the type's schemas" },
        { "title.x", "!is no attribute's name" },
        { "a b", "!is no attribute's name" },
        { "", "!is no attribute's name" },
        { ACME, "!is no attribute's name" },
        { "emails", "!has sub-attributes, of which one is to be named" },
        { ACME ":level", "!is neither text nor boolean" },
        { "password", "!is never returned, so nobody may look for it" },
        { ACME ":pin", "!is never returned, so nobody may look for it" },
        { "id", "!is not in what is stored as it was sent" },
        { "meta.location", "!is not in what is stored as it was sent" },
        { "groups.value", "!is not in what is stored as it was sent" }
    };

    registry = unit_registry_create(0);
    type = scim_registry_type(registry, "User");

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        reason = NULL;
        path = scim_resource_index_path(type, cases[i].text, &reason);

        if (cases[i].path[0] == '!') {
            unit_check(path == NULL && reason != NULL
                       && strcmp(reason, cases[i].path + 1) == 0,
                       cases[i].text, path ? path : reason);

        } else {
            unit_check(path != NULL && strcmp(path, cases[i].path) == 0,
                       cases[i].text, path ? path : reason);
        }

        free(path);
    }

    path = scim_resource_index_path(scim_registry_type(registry, "Group"),
                                    "members.value", &reason);
    unit_ok(path == NULL && reason != NULL, "members are no index of ours");

    scim_registry_free(registry);
}


void
unit_registry(void)
{
    unit_registry_indexes();
    unit_registry_refused();
    unit_registry_limits();
    unit_registry_types();
    unit_registry_echo();
    unit_registry_resources();
    unit_registry_changes();
    unit_registry_queries();
    unit_registry_projections();
}
