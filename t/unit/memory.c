/*
 * Every allocation fails once: an error, no crash, and nothing lost (the
 * sanitizer looks for leaks).
 */

#include <stdio.h>

#include "unit.h"


#define OPS                                                                   \
    "{'schemas':['" PATCH_OP "'],'Operations':["                              \
    "{'op':'add','path':'emails','value':[{'value':'n','primary':true}]},"    \
    "{'op':'add','path':'emails[type eq `x`].value','value':'v'},"            \
    "{'op':'replace','path':'emails[type eq `x`]','value':{'value':'a',"      \
    "'primary':true}},"                                                       \
    "{'op':'remove','path':'emails','value':[{'value':'n','type':'t'}]},"     \
    "{'op':'remove','path':'emails[type eq `home`]'},"                        \
    "{'op':'remove','path':'emails.display'},"                                \
    "{'op':'add','path':'foo','value':['a']},"                                \
    "{'op':'add','path':'foo','value':'b'},"                                  \
    "{'op':'add','path':'urn:acme:2.0:User','value':{'a b':1}},"              \
    "{'op':'add','path':'urn:acme:3.0:User','value':'x'},"                    \
    "{'op':'add','path':'" ENTERPRISE "','value':{'manager':{'value':'m'}}}," \
    "{'op':'replace','value':{'name.givenName':'g','schemas':['" USER "'],"   \
    "'name':{'familyName':null},'title':null,'x y':1}},"                      \
    "{'op':'remove','path':'" ENTERPRISE "'}]}"

#define MEMBERS                                                               \
    "{'Operations':["                                                         \
    "{'op':'add','path':'members','value':[{'value':'a'}]},"                  \
    "{'op':'remove','path':'members[value eq `a` or value eq `b`]'},"         \
    "{'op':'remove','path':'members[type eq `User`]'},"                       \
    "{'op':'replace','path':'members','value':[{'value':'c'}]},"              \
    "{'op':'add','path':'members','value':{'value':'d'}},"                    \
    "{'op':'replace','value':{'members':['x']}}]}"


typedef int (*unit_memory_pt)(json_t *input, scim_error_t *err);


static int
unit_memory_resource(json_t *input, scim_error_t *err)
{
    json_t  *document;

    document = scim_resource_accept(&scim_user_type, &unit_lenient, input,
                                    NULL, NULL, err);
    json_decref(document);

    return document != NULL;
}


static int
unit_memory_replace(json_t *input, scim_error_t *err)
{
    json_t  *document;

    document = scim_resource_accept(&scim_user_type, &unit_lenient,
                                    json_object_get(input, "message"),
                                    json_object_get(input, "document"), NULL,
                                    err);
    json_decref(document);

    return document != NULL;
}


static int
unit_memory_members(json_t *input, scim_error_t *err)
{
    json_t          *document;
    scim_members_t   members;

    document = scim_resource_accept(&scim_group_type, &unit_lenient, input,
                                    NULL, &members, err);
    if (document != NULL) {
        json_decref(members.ids);
    }

    json_decref(document);

    return document != NULL;
}


static int
unit_memory_patch(json_t *input, scim_error_t *err)
{
    json_t        *result;
    scim_patch_t  *patch;

    patch = scim_patch_parse(&scim_user_type, &unit_lenient,
                             json_object_get(input, "message"), err);
    if (patch == NULL) {
        return 0;
    }

    result = scim_patch_apply(patch, json_object_get(input, "document"), err);

    json_decref(result);
    scim_patch_free(patch);

    return result != NULL;
}


static int
unit_memory_group_patch(json_t *input, scim_error_t *err)
{
    scim_patch_t  *patch;

    patch = scim_patch_parse(&scim_group_type, &unit_lenient, input, err);

    scim_patch_free(patch);

    return patch != NULL;
}


static int
unit_memory_filter(json_t *input, scim_error_t *err)
{
    scim_filter_t   *filter;
    scim_excerpt_t  *excerpt;

    filter = scim_filter_parse(&scim_user_type, &unit_lenient,
                               json_string_value(input),
                               json_string_length(input), err);
    if (filter == NULL) {
        return 0;
    }

    excerpt = scim_excerpt_create(filter, NULL);

    if (excerpt == NULL) {
        scim_fail_memory(err);
    }

    scim_excerpt_free(excerpt);
    scim_filter_free(filter);

    return excerpt != NULL;
}


static int
unit_memory_projection(json_t *input, scim_error_t *err)
{
    json_t             *result;
    scim_projection_t  *projection;

    projection = scim_projection_parse(&scim_user_type, &unit_lenient,
        "userName,name.givenName,emails.value," USER "," ENTERPRISE ":manager",
        strlen("userName,name.givenName,emails.value," USER ","
               ENTERPRISE ":manager"), NULL, 0, err);
    if (projection == NULL) {
        return 0;
    }

    result = scim_projection_apply(projection, input);
    scim_projection_free(projection);

    if (result == NULL) {
        scim_fail_memory(err);
        return 0;
    }

    json_decref(result);

    return 1;
}


static int
unit_memory_excluded(json_t *input, scim_error_t *err)
{
    json_t             *result;
    scim_projection_t  *projection;

    projection = scim_projection_parse(&scim_user_type, &unit_lenient, NULL,
                                       0, "title,name.givenName", 20, err);
    if (projection == NULL) {
        return 0;
    }

    result = scim_projection_apply(projection, input);
    scim_projection_free(projection);

    if (result == NULL) {
        scim_fail_memory(err);
        return 0;
    }

    json_decref(result);

    return 1;
}


static int
unit_memory_query(json_t *input, scim_error_t *err)
{
    const char    *text;
    scim_query_t   query;

    (void) input;

    text = "filter=a&%73ortBy=b&attributes=b&count=5&sortOrder=ascending";

    if (scim_query_parse(&query, text, strlen(text), err) != 0) {
        return 0;
    }

    scim_query_free(&query);

    return 1;
}


static int
unit_memory_search(json_t *input, scim_error_t *err)
{
    scim_query_t  query;

    if (scim_query_from_search(&query, input, err) != 0) {
        return 0;
    }

    scim_query_free(&query);

    return 1;
}


static int
unit_memory_discovery(json_t *input, scim_error_t *err)
{
    size_t          i;
    json_t         *documents[5];
    scim_service_t  service = { .base = "https://x" };

    (void) input;

    documents[0] = scim_service_provider_config(&service);
    documents[1] = scim_resource_types(&service);
    documents[2] = scim_schemas(&service);
    documents[3] = scim_resource_type_document(&service, "User", 4);
    documents[4] = scim_schema_document(&service, USER, strlen(USER));

    for (i = 0; i < 5; i++) {
        if (documents[i] == NULL) {
            input = NULL;
            scim_fail_memory(err);
        }

        json_decref(documents[i]);
    }

    return input != NULL;
}


static int
unit_memory_index(json_t *input, scim_error_t *err)
{
    json_t  *index;

    index = scim_resource_index(&scim_user_type, input, "emails.value");
    if (index == NULL) {
        scim_fail_memory(err);
        return 0;
    }

    json_decref(index);

    return 1;
}


static int
unit_memory_error(json_t *input, scim_error_t *err)
{
    json_t        *message;
    scim_error_t   what;

    (void) input;

    scim_fail(&what, 400, SCIM_INVALID_VALUE, "detail");

    message = scim_error_message(&what);
    if (message == NULL) {
        scim_fail_memory(err);
        return 0;
    }

    json_decref(message);

    return 1;
}


static int
unit_memory_sort(json_t *input, scim_error_t *err)
{
    int               good;
    scim_sort_t      *sort;
    const char       *text;
    scim_sort_key_t  *key;

    text = ENTERPRISE ":manager.value";

    sort = scim_sort_parse(&scim_user_type, &unit_lenient, text, strlen(text),
                           0, err);
    if (sort == NULL) {
        return 0;
    }

    key = scim_sort_key(sort, input);
    good = (key != NULL);

    if (!good) {
        scim_fail_memory(err);
    }

    scim_sort_key_free(key);
    scim_sort_free(sort);

    return good;
}


static int
unit_memory_changes(json_t *input, scim_error_t *err)
{
    int                       good;
    json_t                   *names, *values;
    static const char *const  allowed[] = { "title", NULL };

    names = json_array();
    values = json_object();

    good = names && values
           && scim_changes(json_object_get(input, "before"),
                           json_object_get(input, "after"), allowed, names,
                           values)
              == 0;

    if (!good) {
        scim_fail_memory(err);
    }

    json_decref(names);
    json_decref(values);

    return good;
}


static int
unit_memory_bulk(json_t *input, scim_error_t *err)
{
    char                    id[32];
    json_t                 *response;
    ssize_t                 n;
    scim_bulk_t            *bulk;
    scim_bulk_operation_t   operation;

    bulk = scim_bulk_parse(&unit_lenient, input, 0, err);
    if (bulk == NULL) {
        return 0;
    }

    while ((n = scim_bulk_next(bulk, &operation)) >= 0) {
        (void) snprintf(id, sizeof(id), "id%zd", n);
        scim_bulk_done(bulk, (size_t) n, n == 1 ? 412 : 201, id,
                       n == 2 ? "https://x" : NULL, "W/\"1\"", NULL);
    }

    response = scim_bulk_response(bulk, "https://x/v2");
    if (response == NULL) {
        scim_fail_memory(err);
    }

    json_decref(response);
    scim_bulk_free(bulk);

    return response != NULL;
}


static int
unit_memory_shown(const scim_resource_type_t *type, json_t *input,
    const char *attributes, const char *excluded, scim_error_t *err)
{
    json_t             *shown;
    scim_projection_t  *projection;

    projection = scim_projection_parse(type, &unit_lenient, attributes,
                                       attributes ? strlen(attributes) : 0,
                                       excluded,
                                       excluded ? strlen(excluded) : 0, err);
    if (projection == NULL
        || scim_projection_reveal(projection, type,
                                  json_object_get(input, "meta"), err)
           != 0)
    {
        scim_projection_free(projection);
        return 0;
    }

    shown = scim_projection_apply(projection, input);
    if (shown == NULL) {
        scim_fail_memory(err);
    }

    json_decref(shown);
    scim_projection_free(projection);

    return shown != NULL;
}


static int
unit_memory_registry(json_t *input, scim_error_t *err)
{
    int               good;
    json_t           *list;
    scim_service_t    service = { .base = "https://x" };
    scim_registry_t  *registry;

    registry = scim_registry_create();
    if (registry == NULL) {
        scim_fail_memory(err);
        return 0;
    }

    good = scim_registry_extend(registry, "User", input, 0, err) == 0
           && scim_registry_extend(registry, "Group", input, 1, err) == 0;

    if (good) {
        service.registry = registry;
        list = scim_schemas(&service);

        if (list == NULL) {
            scim_fail_memory(err);
            good = 0;
        }

        json_decref(list);
    }

    good = good
           && unit_memory_shown(scim_registry_type(registry, "User"), input,
                                "userName", NULL, err)
           && unit_memory_shown(scim_registry_type(registry, "Group"), input,
                                NULL, "urn:x:y", err)
           && unit_memory_shown(scim_registry_type(registry, "Group"), input,
                                NULL, NULL, err);

    scim_registry_free(registry);

    return good;
}


static void
unit_memory_run(const char *name, unit_memory_pt run, const char *text)
{
    int            good, failed;
    char           seen[512];
    long           n;
    json_t        *input;
    scim_error_t   err;

    input = unit_json(text);

    for (n = 0; n < 100000; n++) {
        err.status = 0;
        err.type = NULL;
        err.detail[0] = '\0';

        (void) unit_fail_allocation(n);
        good = run(input, &err);
        failed = unit_fail_allocation(-1);

        if (!failed) {
            (void) snprintf(seen, sizeof(seen), "%s", err.detail);
            unit_check(good, name, seen);
            break;
        }

        /* jansson doesn't say why it could not read a filter's literal */

        (void) snprintf(seen, sizeof(seen), "allocation %ld: %s %s", n,
                        unit_error(&err), err.detail);
        unit_check(!good && (err.status == 500
                             || (err.type != NULL
                                 && strcmp(err.type, SCIM_INVALID_FILTER)
                                    == 0)), name, seen);
    }

    json_decref(input);
}


void
unit_memory(void)
{
    static const char  user[] = "{'schemas':['" USER "','urn:x'],'id':'1',"
        "'userName':'j','title':'t','name':{'givenName':'a','familyName':'b'},"
        "'emails':[{'value':'a','type':'home','primary':true},{'value':'n',"
        "'type':'t','display':'d'},'c'],'urn:acme':{'a':[1]},"
        "'foo':{'b':1},'active':'True','photos':['x'],'nickName':5,"
        "'" ENTERPRISE "':{'manager':'m','department':'d'}}";

    unit_memory_run("memory: resource", unit_memory_resource, user);
    unit_memory_run("memory: values twice", unit_memory_resource,
        "{'userName':'j','emails':[{'value':'a','type':'x','primary':true},"
        "{'value':'b'},{'value':'a','type':'x','display':'d'}],'addresses':["
        "{'country':'AT'},{'country':'AT'}],'urn:x:y':{'password':'p'}}");
    unit_memory_run("memory: replace", unit_memory_replace,
        "{'message':{'userName':'j','schemas':['urn:x:y','" USER "']},"
        "'document':{'userName':'j','schemas':['" USER "','urn:x:y']}}");
    unit_memory_run("memory: members", unit_memory_members,
                    "{'displayName':'d','members':[{'value':'a'},'b']}");
    unit_memory_run("memory: patch", unit_memory_patch,
        "{'message':" OPS ",'document':{'userName':'j','title':'t','emails':"
        "[{'value':'a','type':'home','primary':true},{'value':'n','type':'t',"
        "'display':'d'}],'name':{'familyName':'x'}}}");
    unit_memory_run("memory: group patch", unit_memory_group_patch, MEMBERS);
    unit_memory_run("memory: filter", unit_memory_filter,
        "'emails[type eq `a` and value co `b`].display eq `c` or "
        "(not (userName eq jane)) and active eq `True` and " ENTERPRISE
        ":manager eq `x` and name.givenName sw `y` and meta.created gt "
        "`2010-01-01T00:00:00Z`'");
    unit_memory_run("memory: projection", unit_memory_projection, user);
    unit_memory_run("memory: excluded", unit_memory_excluded, user);
    unit_memory_run("memory: query", unit_memory_query, "{}");
    unit_memory_run("memory: search", unit_memory_search,
        "{'attributes':['a','b'],'filter':'x','count':1,'sortBy':'y'}");
    unit_memory_run("memory: discovery", unit_memory_discovery, "{}");
    unit_memory_run("memory: index", unit_memory_index,
        "{'emails':[{'value':'A'},{'value':'b'}]}");
    unit_memory_run("memory: error", unit_memory_error, "{}");
    unit_memory_run("memory: sort", unit_memory_sort,
        "{'" ENTERPRISE "':{'manager':{'value':'\\u00c9'}}}");
    unit_memory_run("memory: changes", unit_memory_changes,
        "{'before':{'title':'a','nickName':'b','" ENTERPRISE "':{'division':"
        "'d'}},'after':{'title':'b','active':true}}");
    unit_memory_run("memory: bulk", unit_memory_bulk,
        "{'Operations':[{'method':'POST','path':'/Users','bulkId':'a','data':"
        "{'manager':{'value':'bulkId:b'},'roles':['/bulkId:b/x']}},"
        "{'method':'DELETE','path':'/Users/1','version':'x'},"
        "{'method':'POST','path':'/Users','bulkId':'b','data':{'nickName':"
        "'bulkId:a'}},{'method':'DELETE','path':'/Groups/1'},{'method':'X'},"
        "{'method':'PATCH','path':'/Users/bulkId:a','data':[{'path':"
        "'x[y eq `bulkId:a`]'}]}]}");
    unit_memory_run("memory: registry", unit_memory_registry,
        "{'id':'urn:x:y','meta':{'Operations':[{'path':'urn:x:y:b'},{'value':"
        "{'urn:x:y':{'c':1}}}]},"
        "'attributes':[{'name':'a','returned':'always'},"
        "{'name':'b','returned':'request','canonicalValues':['1','2']},"
        "{'name':'c','type':'complex','subAttributes':[{'name':'d',"
        "'returned':'request'}]}]}");
}
