/*
 * attributes and excludedAttributes (CONFORMANCE 40, 92-95).
 */

#include <stdio.h>

#include "unit.h"


static const char  unit_projected[] =
    "{'schemas':['" USER "'],'id':'1','userName':'jane','title':'x',"
    "'name':{'givenName':'J','familyName':'D'},"
    "'emails':[{'value':'a','type':'work'},{'type':'home'}],"
    "'members':[],'list':['a'],'Kept':{'In':1},'meta':{'version':'v'},"
    "'" ENTERPRISE "':{'department':'d','manager':{'value':'m',"
    "'displayName':'n'}},'urn:acme:1:User':{'x':1}}";

#define ALWAYS  "{'schemas':['" USER "'],'id':'1'"


static json_t *
unit_projection_run(const char *attributes, const char *excluded,
    const scim_policy_t *policy, scim_error_t *err)
{
    json_t             *resource, *result;
    scim_projection_t  *projection;

    resource = unit_json(unit_projected);

    projection = scim_projection_parse(&scim_user_type, policy, attributes,
                                       attributes ? strlen(attributes) : 0,
                                       excluded,
                                       excluded ? strlen(excluded) : 0, err);
    if (projection == NULL) {
        json_decref(resource);
        return err->status ? NULL : json_string("all");
    }

    result = scim_projection_apply(projection, resource);

    scim_projection_free(projection);
    json_decref(resource);

    return result;
}


static void
unit_projection_cases(void)
{
    size_t         i;
    json_t        *result;
    scim_error_t   err;

    static const struct {
        const char  *name;
        const char  *attributes;
        const char  *excluded;
        const char  *expected;
    } cases[] = {
        { "none", NULL, NULL, "'all'" },
        { "empty", "", "", "'all'" },
        { "only commas", " , ,", ",", "'all'" },
        { "#93 both", "userName", "title", "400 invalidValue" },
        { "one of them empty", "userName", " ",
          ALWAYS ",'userName':'jane'}" },
        { "#92 one", "userName", NULL, ALWAYS ",'userName':'jane'}" },
        { "#92 lists with spaces", " userName , title ", NULL,
          ALWAYS ",'userName':'jane','title':'x'}" },
        { "#95 in any case", "USERNAME", NULL,
          ALWAYS ",'userName':'jane'}" },
        { "#93 an unknown name selects the minimum", "foo", NULL,
          ALWAYS "}" },
        { "what is no name", "1,a b,[", NULL, ALWAYS "}" },
        { "#95 a sub-attribute", "name.familyName", NULL,
          ALWAYS ",'name':{'familyName':'D'}}" },
        { "#95 a sub-attribute of many", "emails.value", NULL,
          ALWAYS ",'emails':[{'value':'a'}]}" },
        { "#95 two sub-attributes", "name.familyName,name.givenName", NULL,
          ALWAYS ",'name':{'familyName':'D','givenName':'J'}}" },
        { "a whole and its part", "name,name.familyName", NULL,
          ALWAYS ",'name':{'familyName':'D','givenName':'J'}}" },
        { "a part and its whole", "name.familyName,name", NULL,
          ALWAYS ",'name':{'familyName':'D','givenName':'J'}}" },
        { "a sub-attribute that isn't there", "name.middleName", NULL,
          ALWAYS "}" },
        { "a sub-attribute of a kept list", "list.x", NULL,
          ALWAYS ",'list':[]}" },
        { "#95 core URN", USER ":userName", NULL,
          ALWAYS ",'userName':'jane'}" },
        { "#95 core URN alone", USER, NULL, ALWAYS ",'userName':'jane',"
          "'title':'x','name':{'givenName':'J','familyName':'D'},'emails':"
          "[{'value':'a','type':'work'},{'type':'home'}]}" },
        { "#95 extension", ENTERPRISE, NULL, ALWAYS ",'" ENTERPRISE "':"
          "{'department':'d','manager':{'value':'m','displayName':'n'}}}" },
        { "#95 extension's attribute", ENTERPRISE ":department", NULL,
          ALWAYS ",'" ENTERPRISE "':{'department':'d'}}" },
        { "#95 extension's sub-attribute", ENTERPRISE ":manager.value", NULL,
          ALWAYS ",'" ENTERPRISE "':{'manager':{'value':'m'}}}" },
        { "an unknown URN", "urn:acme:1:User", NULL,
          ALWAYS ",'urn:acme:1:User':{'x':1}}" },
        { "an unknown URN's attribute", "urn:acme:1:User:x", NULL,
          ALWAYS ",'urn:acme:1:User':{'x':1}}" },
        { "a kept attribute", "kept.in", NULL, ALWAYS ",'Kept':{'In':1}}" },
        { "meta", "meta.version", NULL,
          ALWAYS ",'meta':{'version':'v'}}" },
        { "#94 always returned", NULL, "id,schemas,userName,title,name,"
          "emails,members,list,kept,meta," ENTERPRISE ",urn:acme:1:User",
          ALWAYS "}" },
        { "#95 parts left out", NULL, "name.givenName,emails.type,title,"
          "userName,members,list,kept.in,meta.version,urn:acme:1:User:x,"
          ENTERPRISE ":manager",
          ALWAYS ",'name':{'familyName':'D'},'emails':[{'value':'a'}],"
          "'" ENTERPRISE "':{'department':'d'}}" },
        { "an unknown name leaves nothing out", NULL, "foo,1", unit_projected
        },
        { "a part of what has no parts", NULL, "list.x,foo.bar",
          unit_projected },
        { "too many names", "a,b,c,d,e", NULL, "400 invalidValue" },
        { "as many as may be", "a,b,c,title", NULL, ALWAYS ",'title':'x'}" }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        scim_policy_t  policy = unit_lenient;

        if (strstr(cases[i].name, "many names")
            || strstr(cases[i].name, "as many"))
        {
            policy.max_attributes = 4;
        }

        result = unit_projection_run(cases[i].attributes, cases[i].excluded,
                                     &policy, &err);
        unit_expect(cases[i].name, cases[i].expected, result, &err);
        json_decref(result);
    }
}


static void
unit_projection_questions(void)
{
    size_t              i;
    scim_error_t        err;
    scim_projection_t  *projection;

    static const struct {
        const char  *attributes;
        const char  *excluded;
        int          wants;         /* members */
        int          only;
    } cases[] = {
        { "displayName", NULL, 0, 0 },
        { "displayName,members", NULL, 1, 0 },
        { "members.value", NULL, 1, 0 },
        { NULL, "members", 0, 1 },
        { NULL, "MEMBERS,groups", 0, 0 },
        { NULL, "groups", 1, 0 },
        { NULL, "MEMBERS,members.value", 0, 1 },
        { NULL, "members,id", 0, 1 },
        { NULL, "id,schemas", 1, 1 },
        { NULL, "members.display", 1, 0 },
        { NULL, "members,displayName", 0, 0 },
        { NULL, "displayName", 1, 0 },
        { NULL, ENTERPRISE ":manager", 1, 0 }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        const char  *a = cases[i].attributes, *x = cases[i].excluded;

        projection = scim_projection_parse(&scim_group_type, &unit_strict,
                                           a, a ? strlen(a) : 0,
                                           x, x ? strlen(x) : 0, &err);
        unit_check(scim_projection_wants(projection, "members")
                   == cases[i].wants, "#92 wants members", a ? a : x);
        unit_check(scim_projection_only_excludes(projection, "members")
                   == cases[i].only, "only excludes", a ? a : x);
        scim_projection_free(projection);
    }

    unit_ok(scim_projection_wants(NULL, "members"), "no projection wants all");
}


/* Names of all lengths; the longest don't fit on the stack. */
static void
unit_projection_long(void)
{
    char                name[300];
    json_t             *resource, *result;
    scim_error_t        err;
    scim_projection_t  *projection;

    memset(name, 'N', sizeof(name));
    name[sizeof(name) - 1] = '\0';

    resource = json_pack("{s:i,s:i}", name, 1, "id", 2);
    projection = scim_projection_parse(&scim_user_type, &unit_lenient, name,
                                       strlen(name), NULL, 0, &err);
    result = scim_projection_apply(projection, resource);

    unit_ok(json_equal(result, resource), "a very long name");

    json_decref(result);
    json_decref(resource);
    scim_projection_free(projection);
}


void
unit_projection(void)
{
    unit_projection_cases();
    unit_projection_questions();
    unit_projection_long();
}
