/*
 * POST and PUT bodies (CONFORMANCE 1-16, 20-44, 60, 67-69, 99-102, 202, 203).
 */

#include <stdio.h>

#include "unit.h"


#define HEAD   "'schemas':['" USER "'],'id':''"
#define NONE   "'emails':[]"
#define BODY   "'schemas':['" USER "'],'userName':'jane'"
#define DONE   "{" HEAD ",'userName':'jane'"

#define L  &unit_lenient
#define S  &unit_strict


typedef struct {
    const char           *name;
    const scim_policy_t  *policy;      /* NULL: both, with the same result */
    const char           *body;
    const char           *expected;
} unit_resource_case_t;


static const unit_resource_case_t  unit_users[] = {

    /* authentik */

    { "authentik's create", NULL, "{'schemas':['" USER "'],'userName':'jane',"
      "'externalId':'9f','active':true,'displayName':'Jane Doe','name':"
      "{'formatted':'Jane Doe','givenName':'Jane','familyName':'Doe'},"
      "'emails':[{'value':'jane@x','type':'other','primary':true}]}",
      "{" HEAD ",'userName':'jane','externalId':'9f','active':true,"
      "'displayName':'Jane Doe','name':{'formatted':'Jane Doe','givenName':"
      "'Jane','familyName':'Doe'},'emails':[{'value':'jane@x','type':'other',"
      "'primary':true}]}" },
    { "authentik's account without a name is kept as sent", NULL,
      "{" BODY ",'name':{'formatted':' ','givenName':'','familyName':' '},"
      "'displayName':'','emails':[]}",
      DONE ",'name':{'formatted':' ','givenName':'','familyName':' '},"
      "'displayName':''," NONE "}" },
    { "authentik before 2023.5: no schemas", L, "{'userName':'jane'}",
      DONE "," NONE "}" },
    { "#68 schemas missing, strict", S, "{'userName':'jane'}",
      "400 invalidValue" },
    { "custom mappings: photos, locale, addresses, enterprise", NULL,
      "{" BODY ",'photos':[{'value':'https://x/p','type':'photo'}],"
      "'locale':'en-US','addresses':[{'country':'Germany','primary':true}],"
      "'" ENTERPRISE "':{'department':'D','manager':{'value':'m'}}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'photos':[{'value':'https://x/p','type':'photo'}],'locale':'en-US',"
      "'addresses':[{'country':'Germany','primary':true}],'" ENTERPRISE "':"
      "{'department':'D','manager':{'value':'m'}}," NONE "}" },
    { "custom mappings: any URN", L,
      "{" BODY ",'urn:acme:1':{'x':{'y':[1,null,{}]}}}",
      "{'schemas':['" USER "','urn:acme:1'],'id':'','userName':'jane',"
      "'urn:acme:1':{'x':{'y':[1,null,{}]}}," NONE "}" },
    { "photos as data", L, "{" BODY ",'photos':[{'value':'data:a b'}]}",
      DONE ",'photos':[{'value':'data:a b'}]," NONE "}" },

    /* schemas */

    { "#12 not empty", S, "{'schemas':[],'userName':'jane'}",
      "400 invalidValue" },
    { "#12 null", S, "{'schemas':null,'userName':'jane'}",
      "400 invalidValue" },
    { "#12 no array", S, "{'schemas':'" USER "','userName':'jane'}",
      "400 invalidValue" },
    { "#12 no array, lenient", L,
      "{'schemas':'" USER "','userName':'jane'}", DONE "," NONE "}" },
    { "#12 the type's own is missing", S,
      "{'schemas':['" ENTERPRISE "'],'userName':'jane'}",
      "400 invalidValue" },
    { "#12 the type's own is added, lenient", L,
      "{'schemas':['" ENTERPRISE "'],'userName':'jane'}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      NONE "}" },
    { "#12 duplicates go", NULL,
      "{'schemas':['" USER "','" USER "'],'userName':'jane'}",
      DONE "," NONE "}" },
    { "#2 the URN's case is the schema's", NULL,
      "{'schemas':['URN:ietf:params:scim:schemas:core:2.0:USER'],"
      "'userName':'jane'}", DONE "," NONE "}" },
    { "#69 an unknown URN", S,
      "{'schemas':['" USER "','urn:x'],'userName':'jane'}",
      "400 invalidValue" },
    { "#69 an unknown URN, lenient", L,
      "{'schemas':['" USER "','urn:x'],'userName':'jane'}",
      "{'schemas':['" USER "','urn:x'],'id':'','userName':'jane'," NONE "}" },
    { "schemas not of strings", NULL, "{'schemas':[1],'userName':'jane'}",
      "400 invalidValue" },
    { "schemas of an empty string", NULL,
      "{'schemas':[''],'userName':'jane'}", "400 invalidValue" },
    { "schemas is an object", NULL, "{'schemas':{'a':1},'userName':'jane'}",
      "400 invalidValue" },
    { "schemas twice", NULL, "{" BODY ",'SCHEMAS':['" USER "']}",
      "400 invalidSyntax" },
    { "#20 schemas completed", NULL,
      "{" BODY ",'" ENTERPRISE "':{'division':'x'}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'" ENTERPRISE "':{'division':'x'}," NONE "}" },
    { "an extension listed and not used", NULL,
      "{'schemas':['" USER "','" ENTERPRISE "'],'userName':'jane'}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      NONE "}" },

    /* names of attributes */

    { "#2 attribute names have no case", NULL,
      "{'SCHEMAS':['" USER "'],'USERNAME':'jane','Name':{'FAMILYNAME':'x'}}",
      DONE ",'name':{'familyName':'x'}," NONE "}" },
    { "#2 extension names have no case", NULL,
      "{" BODY ",'URN:ietf:params:scim:schemas:extension:enterprise:2.0:User'"
      ":{'Department':'x'}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'" ENTERPRISE "':{'department':'x'}," NONE "}" },
    { "one attribute in two cases", NULL, "{" BODY ",'USERNAME':'x'}",
      "400 invalidSyntax" },
    { "one sub-attribute in two cases", NULL,
      "{" BODY ",'name':{'givenName':'x','GIVENNAME':'y'}}",
      "400 invalidSyntax" },
    { "one extension in two cases", NULL,
      "{" BODY ",'" ENTERPRISE "':{'division':'x'},'URN:ietf:params:scim:"
      "schemas:extension:enterprise:2.0:User':{'division':'y'}}",
      "400 invalidSyntax" },
    { "#203 an unknown attribute, lenient", L, "{" BODY ",'foo':{'a':[1]}}",
      DONE ",'foo':{'a':[1]}," NONE "}" },
    { "#203 an unknown attribute, strict", S, "{" BODY ",'foo':1}",
      "400 invalidSyntax" },
    { "an unknown attribute of nothing", L, "{" BODY ",'foo':null,'a':[]}",
      DONE "," NONE "}" },
    { "an unknown sub-attribute, lenient", L, "{" BODY ",'name':{'foo':1}}",
      DONE ",'name':{'foo':1}," NONE "}" },
    { "an unknown sub-attribute, strict", S, "{" BODY ",'name':{'foo':1}}",
      "400 invalidSyntax" },
    { "an unknown attribute of an extension, strict", S,
      "{" BODY ",'" ENTERPRISE "':{'foo':1}}", "400 invalidSyntax" },
    { "an unknown URN as a name, strict", S, "{" BODY ",'urn:x':{'a':1}}",
      "400 invalidSyntax" },
    { "the type's own URN as a name is none", S,
      "{" BODY ",'" USER "':{'title':'x'}}", "400 invalidSyntax" },

    /* what the server owns */

    { "#14 #16 #60 id, meta and groups are ignored", NULL,
      "{" BODY ",'id':'x','meta':{'version':'x'},'groups':[{'value':'g'}]}",
      DONE "," NONE "}" },
    { "readOnly attributes of any type are ignored", NULL,
      "{" BODY ",'id':5,'meta':'x','groups':1}", DONE "," NONE "}" },
    { "#22 #39 password is dropped", NULL, "{" BODY ",'password':'secret'}",
      DONE "," NONE "}" },
    { "a password that is no string", NULL, "{" BODY ",'password':[]}",
      DONE "," NONE "}" },
    { "a password of a wrong type", NULL, "{" BODY ",'password':{'a':1}}",
      "400 invalidValue" },
    { "#22 a password where no schema knows of one", L,
      "{" BODY ",'name':{'password':'a','givenName':'J'},'urn:x:y':{"
      "'password':'a'},'urn:x:z':{'PassWord':{'a':[1]},'b':[{'password':'c'},"
      "{'password':'c','d':{}}]},'" USER "':{'password':'a'},'" USER
      ":password':'a','name.password':'a','emails':[{'password':'a'}],"
      "'passwords':'b','x-password':'b'}",
      "{'schemas':['" USER "','urn:x:z'],'id':'','userName':'jane','name':"
      "{'givenName':'J'},'urn:x:z':{'b':[{'d':{}}]},'passwords':'b',"
      "'x-password':'b'," NONE "}" },
    { "#22 a password where no schema knows of one, strict", S,
      "{" BODY ",'name':{'password':'a'}}", "400 invalidSyntax" },
    { "#30 manager.displayName is readOnly", S,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'value':'m','displayName':'x'}"
      "}}", "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':"
      "'jane','" ENTERPRISE "':{'manager':{'value':'m'}}," NONE "}" },
    { "#30 manager.displayName is echoed to a lenient client", L,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'value':'m','displayName':'x'}"
      "}}", "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':"
      "'jane','" ENTERPRISE "':{'manager':{'value':'m','displayName':'x'}},"
      NONE "}" },

    /* required, null and empty */

    { "#21 #67 userName is required", NULL, "{'schemas':['" USER "']}",
      "400 invalidValue" },
    { "#21 userName null", NULL, "{'schemas':['" USER "'],'userName':null}",
      "400 invalidValue" },
    { "#21 userName empty", NULL, "{'schemas':['" USER "'],'userName':''}",
      "400 invalidValue" },
    { "#21 userName of spaces", NULL,
      "{'schemas':['" USER "'],'userName':' \\t'}", "400 invalidValue" },
    { "#21 userName of nothing visible", NULL,
      "{'schemas':['" USER "'],'userName':'\\u200b\\u200d'}",
      "400 invalidValue" },
    { "#11 null, [] and {} are absent", NULL,
      "{" BODY ",'title':null,'emails':null,'phoneNumbers':[],'name':{},"
      "'" ENTERPRISE "':{}}", DONE "," NONE "}" },
    { "#11 null sub-attributes", NULL,
      "{" BODY ",'name':{'givenName':null,'familyName':'x'}}",
      DONE ",'name':{'familyName':'x'}," NONE "}" },
    { "#11 nothing but null sub-attributes", NULL,
      "{" BODY ",'name':{'givenName':null},'" ENTERPRISE "':{'division':null}"
      "}", DONE "," NONE "}" },
    { "#11 null and empty values of a list", NULL,
      "{" BODY ",'emails':[null,{},{'value':null}]}", DONE "," NONE "}" },
    { "an empty string is a value", NULL, "{" BODY ",'title':''}",
      DONE ",'title':''," NONE "}" },

    /* types */

    { "#202 booleans as strings", L, "{" BODY ",'active':'True',"
      "'emails':[{'value':'a','primary':'FALSE'}]}",
      DONE ",'active':true,'emails':[{'value':'a','primary':false}]}" },
    { "#202 booleans as strings, strict", S, "{" BODY ",'active':'True'}",
      "400 invalidValue" },
    { "#67 a boolean that is none", NULL, "{" BODY ",'active':'yes'}",
      "400 invalidValue" },
    { "#67 a boolean that is a number", NULL, "{" BODY ",'active':1}",
      "400 invalidValue" },
    { "active false stays", NULL, "{" BODY ",'active':false}",
      DONE ",'active':false," NONE "}" },
    { "a number for a string", L,
      "{" BODY ",'title':42,'nickName':1.5,'locale':-7}",
      DONE ",'title':'42','nickName':'1.5','locale':'-7'," NONE "}" },
    { "a number for a string, strict", S, "{" BODY ",'title':42}",
      "400 invalidValue" },
    { "#67 a boolean for a string", NULL, "{" BODY ",'title':true}",
      "400 invalidValue" },
    { "#67 an object for a string", NULL, "{" BODY ",'title':{'a':1}}",
      "400 invalidValue" },
    { "#67 an array for a string", NULL, "{" BODY ",'title':['a']}",
      "400 invalidValue" },
    { "#67 a number for an object", S, "{" BODY ",'name':5}",
      "400 invalidValue" },
    { "a string for a name", NULL, "{" BODY ",'name':'Jane'}",
      "400 invalidValue" },
    { "an array for a name", NULL, "{" BODY ",'name':[1]}",
      "400 invalidValue" },
    { "#5 #28 base64", NULL, "{" BODY ",'x509Certificates':[{'value':"
      "'QUJDRA=='},{'value':'QUJDRA'},{'value':'QUJD'}]}",
      DONE ",'x509Certificates':[{'value':'QUJDRA=='},{'value':'QUJDRA'},"
      "{'value':'QUJD'}]," NONE "}" },
    { "#5 base64 in lines", L,
      "{" BODY ",'x509Certificates':[{'value':'QUJD\\n-_8='}]}",
      DONE ",'x509Certificates':[{'value':'QUJD\\n-_8='}]," NONE "}" },
    { "#5 base64 in lines, strict", S,
      "{" BODY ",'x509Certificates':[{'value':'QUJD\\nRA=='}]}",
      "400 invalidValue" },
    { "#5 not base64", NULL, "{" BODY ",'x509Certificates':[{'value':'?'}]}",
      "400 invalidValue" },
    { "#5 not base64: padding inside", NULL,
      "{" BODY ",'x509Certificates':[{'value':'QQ==QQ=='}]}",
      "400 invalidValue" },
    { "#5 not base64: too much padding", NULL,
      "{" BODY ",'x509Certificates':[{'value':'QUJDQ==='}]}",
      "400 invalidValue" },
    { "#5 not base64: one character", NULL,
      "{" BODY ",'x509Certificates':[{'value':'QUJDQ'}]}",
      "400 invalidValue" },
    { "#5 not base64: a number", S,
      "{" BODY ",'x509Certificates':[{'value':7}]}", "400 invalidValue" },
    { "#6 a URI", NULL, "{" BODY ",'profileUrl':'https://x/a%20b?c#d'}",
      DONE ",'profileUrl':'https://x/a%20b?c#d'," NONE "}" },
    { "#6 no URI", S, "{" BODY ",'profileUrl':'a b'}", "400 invalidValue" },
    { "#6 a URI that is a number", NULL, "{" BODY ",'profileUrl':7}",
      "400 invalidValue" },

    { "#44 a reference to a user", NULL,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'value':'m','$ref':"
      "'https://x/scim/v2/Users/m'}}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'" ENTERPRISE "':{'manager':{'value':'m','$ref':"
      "'https://x/scim/v2/Users/m'}}," NONE "}" },
    { "#44 #6 a relative reference", NULL,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'$ref':'../Users/m'}}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'" ENTERPRISE "':{'manager':{'$ref':'../Users/m'}}," NONE "}" },
    { "#44 a shorter one", NULL,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'$ref':'Users/m'}}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'" ENTERPRISE "':{'manager':{'$ref':'Users/m'}}," NONE "}" },
    { "#44 a reference to a group", S,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'$ref':'../Groups/m'}}}",
      "400 invalidValue" },
    { "#44 a reference to anything", S,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'$ref':'https://x'}}}",
      "400 invalidValue" },
    { "#44 a reference to users", S,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'$ref':'https://x/Users/'}}}",
      "400 invalidValue" },
    { "#44 a reference to something that ends so", S,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'$ref':'https://x/superUsers/m'"
      "}}}", "400 invalidValue" },
    { "#44 a reference to a name alone", S,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'$ref':'m'}}}",
      "400 invalidValue" },
    { "#44 a reference to anything, lenient", L,
      "{" BODY ",'" ENTERPRISE "':{'manager':{'$ref':'https://x'}}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'" ENTERPRISE "':{'manager':{'$ref':'https://x'}}," NONE "}" },
    { "#44 an external reference", NULL,
      "{" BODY ",'profileUrl':'https://x/Groups/1'}",
      DONE ",'profileUrl':'https://x/Groups/1'," NONE "}" },

    /* complex and multi-valued attributes */

    { "Entra's manager as a string", L,
      "{" BODY ",'" ENTERPRISE "':{'manager':'m1'}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'" ENTERPRISE "':{'manager':{'value':'m1'}}," NONE "}" },
    { "a manager as a number", L,
      "{" BODY ",'" ENTERPRISE "':{'manager':7}}",
      "{'schemas':['" USER "','" ENTERPRISE "'],'id':'','userName':'jane',"
      "'" ENTERPRISE "':{'manager':{'value':'7'}}," NONE "}" },
    { "a manager as an empty string is none", L,
      "{" BODY ",'" ENTERPRISE "':{'manager':''}}", DONE "," NONE "}" },
    { "a manager as a string, strict", S,
      "{" BODY ",'" ENTERPRISE "':{'manager':'m1'}}", "400 invalidValue" },
    { "an extension that is no object", NULL,
      "{" BODY ",'" ENTERPRISE "':'x'}", "400 invalidValue" },
    { "one e-mail address for a list", L, "{" BODY ",'emails':{'value':'a'}}",
      DONE ",'emails':[{'value':'a'}]}" },
    { "one e-mail address for a list, strict", S,
      "{" BODY ",'emails':{'value':'a'}}", "400 invalidValue" },
    { "e-mail addresses as strings", L, "{" BODY ",'emails':['a','b']}",
      DONE ",'emails':[{'value':'a'},{'value':'b'}]}" },
    { "e-mail addresses as strings, strict", S, "{" BODY ",'emails':['a']}",
      "400 invalidValue" },
    { "#9 two primary values", S, "{" BODY ",'emails':[{'value':'a',"
      "'primary':true},{'value':'b','primary':true}]}", "400 invalidValue" },
    { "#9 two primary values, lenient: the first", L,
      "{" BODY ",'emails':[{'value':'a','primary':true},{'value':'b',"
      "'primary':true}]}", DONE ",'emails':[{'value':'a','primary':true},"
      "{'value':'b','primary':false}]}" },
    { "#10 a value twice", NULL,
      "{" BODY ",'emails':[{'value':'a','type':'work'},{'value':'b'},"
      "{'type':'work','value':'a'}]}",
      DONE ",'emails':[{'value':'a','type':'work'},{'value':'b'}]}" },
    { "#10 a value of two types", NULL,
      "{" BODY ",'emails':[{'value':'a','type':'work'},{'value':'a','type':"
      "'home'},{'value':'a'}]}",
      DONE ",'emails':[{'value':'a','type':'work'},{'value':'a','type':"
      "'home'},{'value':'a'}]}" },
    { "#10 a value twice, with more", NULL,
      "{" BODY ",'emails':[{'value':'a','primary':true,'display':'x'},"
      "{'value':'a','primary':false,'display':'y'}]}",
      DONE ",'emails':[{'value':'a','primary':true,'display':'y'}]}" },
    { "#10 a value twice, primary twice, lenient", L,
      "{" BODY ",'emails':[{'value':'a','primary':true},"
      "{'value':'a','primary':true}]}",
      DONE ",'emails':[{'value':'a','primary':true}]}" },
    { "#10 without a value, all has to be the same", NULL,
      "{" BODY ",'addresses':[{'type':'work','country':'AT'},{'type':'work',"
      "'country':'DE'},{'country':'AT','type':'work'}]}",
      DONE ",'addresses':[{'type':'work','country':'AT'},{'type':'work',"
      "'country':'DE'}]," NONE "}" },
    { "#10 many values", NULL, "{" BODY ",'emails':["
      "{'value':'1'},{'value':'2'},{'value':'3'},{'value':'4'},{'value':'5'},"
      "{'value':'6'},{'value':'7'},{'value':'8'},{'value':'9'},{'value':'10'},"
      "{'value':'11'},{'value':'12'},{'value':'13'},{'value':'14'},"
      "{'value':'15'},{'value':'16'},{'value':'17'},{'value':'1'}]}",
      DONE ",'emails':["
      "{'value':'1'},{'value':'2'},{'value':'3'},{'value':'4'},{'value':'5'},"
      "{'value':'6'},{'value':'7'},{'value':'8'},{'value':'9'},{'value':'10'},"
      "{'value':'11'},{'value':'12'},{'value':'13'},{'value':'14'},"
      "{'value':'15'},{'value':'16'},{'value':'17'}]}" },
    { "#24 #25 addresses and numbers stay as they were sent", NULL,
      "{" BODY ",'emails':[{'value':'Jane@EXAMPLE.COM'},{'value':'no address'"
      "}],'phoneNumbers':[{'value':'+43 (1) 234-5'},{'value':"
      "'tel:+1-201-555-0123'}]}",
      DONE ",'emails':[{'value':'Jane@EXAMPLE.COM'},{'value':'no address'}],"
      "'phoneNumbers':[{'value':'+43 (1) 234-5'},{'value':"
      "'tel:+1-201-555-0123'}]}" },
    { "#8 the order of attributes means nothing", NULL,
      "{'name':{'familyName':'b','givenName':'a'},'userName':'jane',"
      "'emails':[{'type':'x','primary':true,'value':'y'}],'schemas':['" USER
      "']}",
      DONE ",'name':{'givenName':'a','familyName':'b'},"
      "'emails':[{'value':'y','type':'x','primary':true}]}" },
    { "#26 a country's name is tolerated", NULL,
      "{" BODY ",'addresses':[{'country':'Germany'}]}",
      DONE ",'addresses':[{'country':'Germany'}]," NONE "}" },
    { "#43 canonical values are suggestions", NULL,
      "{" BODY ",'emails':[{'value':'a','type':'private'}]}",
      DONE ",'emails':[{'value':'a','type':'private'}]}" },
    { "an unknown member list of a user", L, "{" BODY ",'members':[1]}",
      DONE ",'members':[1]," NONE "}" }
};


static void
unit_resource_user(const unit_resource_case_t *c, const scim_policy_t *policy)
{
    char          name[256];
    json_t       *body, *copy, *document;
    scim_error_t  err;

    (void) snprintf(name, sizeof(name), "user, %s: %s",
                    policy->profile == SCIM_STRICT ? "strict" : "lenient",
                    c->name);

    body = unit_json(c->body);
    copy = json_deep_copy(body);

    document = scim_resource_accept(&scim_user_type, policy, body, NULL, NULL,
                                    &err);
    unit_expect(name, c->expected, document, &err);
    unit_check(json_equal(body, copy), name, "the message has changed");

    json_decref(document);
    json_decref(body);
    json_decref(copy);
}


static const struct {
    const char           *name;
    const scim_policy_t  *policy;
    const char           *body;
    const char           *expected;    /* {"document", "members"} */
} unit_groups[] = {
    { "authentik's create", NULL,
      "{'schemas':['" GROUP "'],'externalId':'e','displayName':'devs'}",
      "{'document':{'schemas':['" GROUP "'],'id':'','externalId':'e',"
      "'displayName':'devs'},'members':false}" },
    { "no schemas", &unit_lenient, "{'displayName':'devs'}",
      "{'document':{'schemas':['" GROUP "'],'id':'','displayName':'devs'},"
      "'members':false}" },
    { "#29 members beside the document", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','members':[{'value':'a',"
      "'type':'User','$ref':'x','display':'y'},{'VALUE':'b'}]}",
      "{'document':{'schemas':['" GROUP "'],'id':'','displayName':'d'},"
      "'members':['a','b']}" },
    { "members without duplicates", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','members':[{'value':'a'},"
      "{'value':'b'},{'value':'a'},null]}",
      "{'document':{'schemas':['" GROUP "'],'id':'','displayName':'d'},"
      "'members':['a','b']}" },
    { "[] is present", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','members':[]}",
      "{'document':{'schemas':['" GROUP "'],'id':'','displayName':'d'},"
      "'members':[]}" },
    { "null is present", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','Members':null}",
      "{'document':{'schemas':['" GROUP "'],'id':'','displayName':'d'},"
      "'members':[]}" },
    { "members as strings", &unit_lenient,
      "{'displayName':'d','members':['a','b']}",
      "{'document':{'schemas':['" GROUP "'],'id':'','displayName':'d'},"
      "'members':['a','b']}" },
    { "members as strings, strict", &unit_strict,
      "{'schemas':['" GROUP "'],'displayName':'d','members':['a']}",
      "400 invalidValue" },
    { "one member", &unit_lenient,
      "{'displayName':'d','members':{'value':'a'}}",
      "{'document':{'schemas':['" GROUP "'],'id':'','displayName':'d'},"
      "'members':['a']}" },
    { "one member, strict", &unit_strict,
      "{'schemas':['" GROUP "'],'displayName':'d','members':{'value':'a'}}",
      "400 invalidValue" },
    { "a member without value", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','members':[{'x':'a'}]}",
      "400 invalidValue" },
    { "a member with an empty value", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','members':[{'value':''}]}",
      "400 invalidValue" },
    { "a member that is a number", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','members':[5]}",
      "400 invalidValue" },
    { "a member's value that is a number", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','members':[{'value':5}]}",
      "400 invalidValue" },
    { "members twice", NULL,
      "{'schemas':['" GROUP "'],'displayName':'d','members':[],'MEMBERS':[]}",
      "400 invalidSyntax" },
    { "#29 displayName is required", NULL, "{'schemas':['" GROUP "']}",
      "400 invalidValue" },
    { "#29 displayName is required, with members", NULL,
      "{'schemas':['" GROUP "'],'members':[{'value':'a'}]}",
      "400 invalidValue" },
    { "#29 displayName empty", NULL,
      "{'schemas':['" GROUP "'],'displayName':''}", "400 invalidValue" },
    { "Entra's extra schema", &unit_lenient,
      "{'schemas':['" GROUP "','http://schemas.microsoft.com/2006/11/"
      "ResourceManagement/ADSCIM/2.0/Group'],'displayName':'d'}",
      "{'document':{'schemas':['" GROUP "','http://schemas.microsoft.com/"
      "2006/11/ResourceManagement/ADSCIM/2.0/Group'],'id':'',"
      "'displayName':'d'},'members':false}" },
    { "a group has no emails", &unit_lenient, "{'displayName':'d'}",
      "{'document':{'schemas':['" GROUP "'],'id':'','displayName':'d'},"
      "'members':false}" }
};


static void
unit_resource_group(size_t i, const scim_policy_t *policy)
{
    char             name[256];
    json_t          *body, *document, *result;
    scim_error_t     err;
    scim_members_t   members;

    (void) snprintf(name, sizeof(name), "group, %s: %s",
                    policy->profile == SCIM_STRICT ? "strict" : "lenient",
                    unit_groups[i].name);

    body = unit_json(unit_groups[i].body);
    result = NULL;

    document = scim_resource_accept(&scim_group_type, policy, body, NULL,
                                    &members, &err);
    if (document != NULL) {
        result = json_pack("{s:o,s:o}", "document", document, "members",
                           members.present ? members.ids : json_false());
    } else {
        unit_check(!members.present && members.ids == NULL, name,
                   "members are held after a failure");
    }

    unit_expect(name, unit_groups[i].expected, result, &err);

    json_decref(result);
    json_decref(body);
}


/* A schema as an operator might add it, for what the core ones don't have. */

static const scim_attribute_t  unit_badge_subs[] = {
    { .name = "code", .required = 1, .mutability = SCIM_IMMUTABLE },
    { .name = "note" }
};

static const scim_attribute_t  unit_attributes[] = {
    { .name = "serial", .mutability = SCIM_IMMUTABLE },
    { .name = "level", .type = SCIM_INTEGER },
    { .name = "rate", .type = SCIM_DECIMAL },
    { .name = "hired", .type = SCIM_DATETIME },
    { .name = "score", .mutability = SCIM_READ_ONLY },
    { .name = "tags", .multi_valued = 1, .mutability = SCIM_IMMUTABLE },
    { .name = "badge", .type = SCIM_COMPLEX,
      .sub_attributes = unit_badge_subs, .sub_attribute_count = 2 },
    { .name = "grade", .required = 1 }
};

static const scim_schema_t  unit_schema = {
    "urn:test:2.0:Acme", "Acme", "For tests", unit_attributes, 8
};

static const scim_extension_t  unit_extensions[] = {
    { &scim_enterprise_schema, 0 }, { &unit_schema, 1 }
};

static const scim_resource_type_t  unit_type = {
    "User", "/Users", "User", &scim_user_schema, unit_extensions, 2
};


#define ACME(x)  "{" BODY ",'urn:test:2.0:Acme':{'grade':'a'" x "}}"
#define ACMED(x)                                                              \
    "{'schemas':['" USER "','urn:test:2.0:Acme'],'id':'','userName':'jane',"  \
    "'urn:test:2.0:Acme':{'grade':'a'" x "}," NONE "}"

static const struct {
    const char           *name;
    const scim_policy_t  *policy;
    const char           *current;     /* NULL: a create */
    const char           *body;
    const char           *expected;
} unit_typed[] = {
    { "#34 a required extension", NULL, NULL, "{" BODY "}",
      "400 invalidValue" },
    { "#42 a required attribute of an extension", NULL, NULL,
      "{" BODY ",'urn:test:2.0:Acme':{'level':1}}", "400 invalidValue" },
    { "#3 integer", NULL, NULL, ACME(",'level':-3"), ACMED(",'level':-3") },
    { "#3 integer with a fraction", NULL, NULL, ACME(",'level':1.5"),
      "400 invalidValue" },
    { "#3 integer with an exponent", NULL, NULL, ACME(",'level':1e2"),
      "400 invalidValue" },
    { "integer as a string", L, NULL, ACME(",'level':'7'"),
      ACMED(",'level':7") },
    { "integer as a string, strict", S, NULL, ACME(",'level':'7'"),
      "400 invalidValue" },
    { "integer as a real string", L, NULL, ACME(",'level':'7.5'"),
      "400 invalidValue" },
    { "integer as words", NULL, NULL, ACME(",'level':'seven'"),
      "400 invalidValue" },
    { "integer as a string with spaces", NULL, NULL, ACME(",'level':'7 '"),
      "400 invalidValue" },
    { "integer as an odd string", NULL, NULL, ACME(",'level':'1x1'"),
      "400 invalidValue" },
    { "integer as null in words", NULL, NULL, ACME(",'level':'[1]'"),
      "400 invalidValue" },
    { "integer as a boolean", NULL, NULL, ACME(",'level':true"),
      "400 invalidValue" },
    { "decimal", NULL, NULL, ACME(",'rate':1.5"), ACMED(",'rate':1.5") },
    { "decimal, whole", NULL, NULL, ACME(",'rate':2"), ACMED(",'rate':2") },
    { "decimal as an object", NULL, NULL, ACME(",'rate':{'a':1}"),
      "400 invalidValue" },
    { "#4 dateTime", NULL, NULL, ACME(",'hired':'2020-01-01T00:00:00Z'"),
      ACMED(",'hired':'2020-01-01T00:00:00Z'") },
    { "#4 no dateTime", NULL, NULL, ACME(",'hired':'2020-01-01'"),
      "400 invalidValue" },
    { "#4 dateTime as a number", NULL, NULL, ACME(",'hired':2020"),
      "400 invalidValue" },
    { "#37 readOnly of an extension", NULL, NULL, ACME(",'score':'x'"),
      ACMED("") },
    { "#42 a required sub-attribute", NULL, NULL,
      ACME(",'badge':{'note':'x'}"), "400 invalidValue" },
    { "#38 immutable, first set", NULL, ACMED(""), ACME(",'serial':'1'"),
      ACMED(",'serial':'1'") },
    { "#100 immutable, the same", NULL, ACMED(",'serial':'1'"),
      ACME(",'serial':'1'"), ACMED(",'serial':'1'") },
    { "#100 immutable, another", NULL, ACMED(",'serial':'1'"),
      ACME(",'serial':'2'"), "400 mutability" },
    { "#100 immutable, left out: it stays", NULL, ACMED(",'serial':'1'"),
      ACME(""), ACMED(",'serial':'1'") },
    { "#100 immutable sub-attribute, another", NULL,
      ACMED(",'badge':{'code':'1'}"), ACME(",'badge':{'code':'2'}"),
      "400 mutability" },
    { "#100 immutable sub-attribute, the same", NULL,
      ACMED(",'badge':{'code':'1'}"), ACME(",'badge':{'code':'1','note':'x'}"
      ), ACMED(",'badge':{'code':'1','note':'x'}") },
    { "#12 another order of schemas", L,
      "{'schemas':['" USER "','urn:a','urn:test:2.0:Acme'],'id':'',"
      "'userName':'jane','urn:test:2.0:Acme':{'grade':'a'}," NONE "}",
      "{'schemas':['urn:test:2.0:Acme','urn:a','" USER "'],'userName':'jane',"
      "'urn:test:2.0:Acme':{'grade':'a'}}",
      "{'schemas':['" USER "','urn:a','urn:test:2.0:Acme'],'id':'',"
      "'userName':'jane','urn:test:2.0:Acme':{'grade':'a'}," NONE "}" },
    { "#12 other schemas", L,
      "{'schemas':['" USER "','urn:a','urn:test:2.0:Acme'],'id':'',"
      "'userName':'jane','urn:test:2.0:Acme':{'grade':'a'}," NONE "}",
      "{'schemas':['urn:test:2.0:Acme','urn:b','" USER "'],'userName':'jane',"
      "'urn:test:2.0:Acme':{'grade':'a'}}",
      "{'schemas':['urn:test:2.0:Acme','urn:b','" USER "'],'id':'',"
      "'userName':'jane','urn:test:2.0:Acme':{'grade':'a'}," NONE "}" },
    { "#99 left out is cleared", NULL, ACMED(",'level':1,'rate':2"),
      ACME(""), ACMED("") },
    { "#100 immutable, the extension left out", NULL, ACMED(",'serial':'1'"),
      "{" BODY "}", "400 invalidValue" }
};


static void
unit_resource_typed(size_t i, const scim_policy_t *policy)
{
    char           name[256];
    json_t        *body, *current, *document;
    scim_error_t   err;

    (void) snprintf(name, sizeof(name), "typed, %s: %s",
                    policy->profile == SCIM_STRICT ? "strict" : "lenient",
                    unit_typed[i].name);

    body = unit_json(unit_typed[i].body);
    current = unit_typed[i].current ? unit_json(unit_typed[i].current) : NULL;

    document = scim_resource_accept(&unit_type, policy, body, current, NULL,
                                    &err);
    unit_expect(name, unit_typed[i].expected, document, &err);

    json_decref(document);
    json_decref(current);
    json_decref(body);
}


static void
unit_resource_details(void)
{
    size_t         i;
    json_t        *body, *document;
    scim_error_t   err;

    static const struct {
        const char  *body;
        const char  *detail;
    } cases[] = {
        { "{'userName':'a','emails':[{},{'value':'secret'},{'value':[1]}]}",
          "emails[2].value: expected a string" },
        { "{'userName':'a','" ENTERPRISE "':{'manager':{'value':true}}}",
          ENTERPRISE ".manager.value: expected a string" },
        { "{'emails':[]}", "userName: is required" },
        { "{'userName':' '}", "userName: expected a string that is not empty"
        },
        { "{'userName':'a','active':'secret'}",
          "active: expected a boolean" },
        { "{'userName':'a','schemas':['x',5]}",
          "schemas[1]: expected a schema's URN" },
        { "{'userName':'a','name':'secret'}", "name: expected an object" }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        body = unit_json(cases[i].body);
        document = scim_resource_accept(&scim_user_type, &unit_lenient, body,
                                        NULL, NULL, &err);
        unit_check(document == NULL
                   && strcmp(err.detail, cases[i].detail) == 0,
                   cases[i].detail, err.detail);
        json_decref(document);
        json_decref(body);
    }

    /* a name out of the message can't break a log line */

    body = unit_json("{'schemas':['" USER "'],'userName':'a',"
                     "'a\\n\\u0007`b\\u00e4':1}");
    document = scim_resource_accept(&scim_user_type, &unit_strict, body, NULL,
                                    NULL, &err);
    unit_check(document == NULL
               && strcmp(err.detail, "a???b??: no such attribute") == 0,
               "#160 names in details are printable", err.detail);
    json_decref(body);

    body = json_pack("{s:[s],s:s}", "schemas", USER, "userName", "a");
    {
        char  key[1000];

        memset(key, 'k', sizeof(key));
        key[sizeof(key) - 1] = '\0';
        json_object_set_new(body, key, json_true());
        document = scim_resource_accept(&scim_user_type, &unit_strict, body,
                                        NULL, NULL, &err);
        unit_check(document == NULL && strlen(err.detail) < 200
                   && strstr(err.detail, "kk: no such attribute") != NULL,
                   "long names in details are cut", err.detail);
    }
    json_decref(body);

    body = json_array();
    document = scim_resource_accept(&scim_user_type, &unit_strict, body, NULL,
                                    NULL, &err);
    unit_expect("a body that is no object", "400 invalidSyntax", document,
                &err);
    json_decref(body);
}


static void
unit_resource_indexes(void)
{
    char    *value;
    json_t  *document, *index;
    size_t   i;

    static const struct {
        const char  *path;
        const char  *expected;
    } cases[] = {
        { "userName", "['jane']" },
        { "USERNAME", "['jane']" },
        { "externalId", "['eX']" },
        { "emails.value", "['a@x','b@x']" },
        { "emails.type", "[]" },
        { "active", "['true']" },
        { "nickName", "[]" },
        { "name", "[]" },
        { "name.familyName", "['m\xc3\xbcller']" },
        { "x509Certificates.value", "['QUJD']" },
        { ENTERPRISE ":employeeNumber", "['a1']" },
        { ENTERPRISE ":manager.value", "['M']" },
        { ENTERPRISE ":costCenter", "[]" },
        { "foo", "[]" },
        { "1x", "[]" }
    };

    document = unit_json("{'userName':'JANE','externalId':'eX','active':true,"
        "'name':{'familyName':'M\xc3\x9cLLER'},'x509Certificates':[{'value':"
        "'QUJD'}],'foo':'x',"
        "'emails':[{'value':'A@x'},{'value':'b@x'},{'value':'a@X'},{}],"
        "'" ENTERPRISE "':{'employeeNumber':'A1','manager':{'value':'M'}}}");

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        index = scim_resource_index(&scim_user_type, document, cases[i].path);
        unit_expect(cases[i].path, cases[i].expected, index, NULL);
        json_decref(index);
    }

    json_object_set_new(document, "active", json_false());
    index = scim_resource_index(&scim_user_type, document, "active");
    unit_expect("index of false", "['false']", index, NULL);
    json_decref(index);

    json_decref(document);

    value = scim_resource_index_value(&scim_user_type, "userName", "JANE");
    unit_check(value && strcmp(value, "jane") == 0, "index value", value);
    free(value);

    value = scim_resource_index_value(&scim_user_type, "externalId", "eX");
    unit_check(value && strcmp(value, "eX") == 0, "exact index value", value);
    free(value);

    unit_ok(scim_resource_index_value(&scim_user_type, "1", "x") == NULL,
            "no path, no index value");
    unit_ok(scim_resource_index_value(&scim_user_type, "userName", "\xff")
            == NULL, "no UTF-8, no index value");
}


void
unit_resource(void)
{
    size_t  i;

    for (i = 0; i < UNIT_COUNT(unit_users); i++) {
        if (unit_users[i].policy != NULL) {
            unit_resource_user(&unit_users[i], unit_users[i].policy);
            continue;
        }

        unit_resource_user(&unit_users[i], &unit_lenient);
        unit_resource_user(&unit_users[i], &unit_strict);
    }

    for (i = 0; i < UNIT_COUNT(unit_groups); i++) {
        if (unit_groups[i].policy != NULL) {
            unit_resource_group(i, unit_groups[i].policy);
            continue;
        }

        unit_resource_group(i, &unit_lenient);
        unit_resource_group(i, &unit_strict);
    }

    for (i = 0; i < UNIT_COUNT(unit_typed); i++) {
        if (unit_typed[i].policy != NULL) {
            unit_resource_typed(i, unit_typed[i].policy);
            continue;
        }

        unit_resource_typed(i, &unit_lenient);
        unit_resource_typed(i, &unit_strict);
    }

    unit_resource_details();
    unit_resource_indexes();
}
