/*
 * PATCH (CONFORMANCE 105-126) and what CLIENTS.md says of it.
 */

#include <stdio.h>

#include "unit.h"


#define L  &unit_lenient
#define S  &unit_strict

#define HEAD  "'schemas':['" USER "'],'id':'1','userName':'jane'"
#define BOTH  "'schemas':['" USER "','" ENTERPRISE "'],'id':'1',"             \
              "'userName':'jane'"
#define NONE  "'emails':[]"
#define JANE  "{" HEAD "," NONE "}"
#define MAILS(x)  "{" HEAD ",'emails':[" x "]}"
#define WORK  "{'value':'w','type':'work','primary':true}"
#define HOME  "{'value':'h','type':'home'}"
#define TWO   MAILS(WORK "," HOME)

#define OP(x)        "{'schemas':['" PATCH_OP "'],'Operations':[" x "]}"
#define ADD(p, v)      "{'op':'add','path':'" p "','value':" v "}"
#define REPLACE(p, v)  "{'op':'replace','path':'" p "','value':" v "}"
#define REMOVE(p)      "{'op':'remove','path':'" p "'}"
#define SET(v)         "{'op':'replace','value':" v "}"


typedef struct {
    const char           *name;
    const scim_policy_t  *policy;      /* NULL: both, with the same result */
    const char           *document;
    const char           *message;
    const char           *expected;
} unit_patch_case_t;


static const unit_patch_case_t  unit_patches[] = {

    /* messages */

    { "#105 no object", NULL, JANE, "[]", "400 invalidSyntax" },
    { "#105 no Operations", NULL, JANE, "{'schemas':['" PATCH_OP "']}",
      "400 invalidSyntax" },
    { "#105 Operations empty", NULL, JANE, OP(""), "400 invalidSyntax" },
    { "#105 Operations no array", NULL, JANE,
      "{'schemas':['" PATCH_OP "'],'Operations':'x'}", "400 invalidSyntax" },
    { "#105 schemas missing, strict", S, JANE,
      "{'Operations':[" REPLACE("title", "'x'") "]}", "400 invalidSyntax" },
    { "#105 another message, strict", S, JANE,
      "{'schemas':['" USER "',1],'Operations':[" REPLACE("title", "'x'") "]}",
      "400 invalidSyntax" },
    { "authentik: schemas missing", L, JANE,
      "{'Operations':[" REPLACE("title", "'x'") "]}",
      "{" HEAD ",'title':'x'," NONE "}" },
    { "Entra: operations in lower case", NULL, JANE,
      "{'schemas':['" PATCH_OP "'],'operations':[{'OP':'add','PATH':'title',"
      "'VALUE':'x'}]}", "{" HEAD ",'title':'x'," NONE "}" },
    { "#106 #197 Entra: op as Add", L, JANE,
      OP("{'op':'Add','path':'title','value':'x'},{'op':'REPLACE','path':"
         "'nickName','value':'y'},{'op':'Remove','path':'title'}"),
      "{" HEAD ",'nickName':'y'," NONE "}" },
    { "#106 op as Add, strict", S, JANE,
      OP("{'op':'Add','path':'title','value':'x'}"), "400 invalidSyntax" },
    { "one operation without an array, lenient", L, JANE,
      "{'Operations':" REPLACE("title", "'x'") "}",
      "{" HEAD ",'title':'x'," NONE "}" },
    { "one bad operation without an array", L, JANE,
      "{'Operations':{'op':'x'}}", "400 invalidSyntax" },
    { "one operation without an array, strict", S, JANE,
      "{'schemas':['" PATCH_OP "'],'Operations':" REPLACE("title", "'x'") "}",
      "400 invalidSyntax" },
    { "an operation that is none", NULL, JANE, OP("5"), "400 invalidSyntax" },
    { "no op", NULL, JANE, OP("{'path':'title','value':'x'}"),
      "400 invalidSyntax" },
    { "an unknown op", NULL, JANE,
      OP("{'op':'move','path':'title','value':'x'}"), "400 invalidSyntax" },
    { "op is no string", NULL, JANE, OP("{'op':1,'path':'title'}"),
      "400 invalidSyntax" },
    { "path is no string", NULL, JANE,
      OP("{'op':'add','path':1,'value':'x'}"), "400 invalidPath" },
    { "path null is none", NULL, JANE,
      OP("{'op':'add','path':null,'value':{'title':'x'}}"),
      "{" HEAD ",'title':'x'," NONE "}" },
    { "path empty is none, lenient", L, JANE,
      OP("{'op':'add','path':'','value':{'title':'x'}}"),
      "{" HEAD ",'title':'x'," NONE "}" },
    { "path empty, strict", S, JANE,
      OP("{'op':'add','path':'','value':{'title':'x'}}"), "400 invalidPath" },
    { "other members of an operation are ignored", NULL, JANE,
      OP("{'op':'add','path':'title','value':'x','name':'y'}"),
      "{" HEAD ",'title':'x'," NONE "}" },

    /* sequence, atomicity, no change */

    { "#110 in sequence", NULL, JANE,
      OP(ADD("title", "'a'") "," REPLACE("title", "'b'") ","
         ADD("nickName", "'c'") "," REMOVE("nickName")),
      "{" HEAD ",'title':'b'," NONE "}" },
    { "#109 a failure at the end", NULL, JANE,
      OP(ADD("title", "'a'") "," REMOVE("userName")), "400 mutability" },
    { "#114 what is there already", NULL, TWO, OP(ADD("emails", "[" HOME "]")
      "," ADD("userName", "'jane'")), TWO },

    /* add */

    { "#113 a single value", NULL, JANE, OP(ADD("title", "'x'")),
      "{" HEAD ",'title':'x'," NONE "}" },
    { "#113 a single value replaced", NULL, "{" HEAD ",'title':'a'," NONE "}",
      OP(ADD("title", "'b'")), "{" HEAD ",'title':'b'," NONE "}" },
    { "#113 value is required", NULL, JANE, OP("{'op':'add','path':'title'}"),
      "400 invalidValue" },
    { "#113 value is required without a path", NULL, JANE,
      OP("{'op':'add'}"), "400 invalidValue" },
    { "#113 a value without a path is an object", NULL, JANE,
      OP("{'op':'add','value':'x'}"), "400 invalidValue" },
    { "#113 appended", NULL, MAILS(WORK), OP(ADD("emails", "[" HOME "]")),
      TWO },
    { "#113 one value appended", NULL, MAILS(WORK), OP(ADD("emails", HOME)),
      TWO },
    { "#113 appended without duplicates", NULL, MAILS(WORK),
      OP(ADD("emails", "[" HOME "," WORK "," HOME "]")), TWO },
    { "#113 first value", NULL, JANE, OP(ADD("emails", "[" HOME "]")),
      MAILS(HOME) },
    { "#113 first values without duplicates", NULL, JANE,
      OP(ADD("phoneNumbers", "[" HOME "," WORK "," HOME "]")),
      "{" HEAD "," NONE ",'phoneNumbers':[" HOME "," WORK "]}" },
    { "#113 first values without duplicates, unknown", L, JANE,
      OP(ADD("foo", "['a','a']")), "{" HEAD "," NONE ",'foo':['a']}" },
    { "#113 appended without a path", NULL, MAILS(WORK),
      OP("{'op':'add','value':{'emails':[" HOME "],'nickname':'Babs'}}"),
      "{" HEAD ",'emails':[" WORK "," HOME "],'nickName':'Babs'}" },
    { "#113 a complex attribute is merged", NULL,
      "{" HEAD ",'name':{'givenName':'a','familyName':'b'}," NONE "}",
      OP(ADD("name", "{'givenName':'c','middleName':'d'}")),
      "{" HEAD ",'name':{'givenName':'c','familyName':'b','middleName':'d'},"
      NONE "}" },
    { "#113 a new complex attribute", NULL, JANE,
      OP(ADD("name", "{'givenName':'c'}")),
      "{" HEAD ",'name':{'givenName':'c'}," NONE "}" },
    { "a complex attribute of nothing", NULL, JANE, OP(ADD("name", "{}") ","
      REPLACE("name", "{}") "," ADD("name", "{'givenName':null}")), JANE },
    { "a null sub-attribute unassigns", NULL,
      "{" HEAD ",'name':{'givenName':'a','familyName':'b'}," NONE "}",
      OP(REPLACE("name", "{'givenName':null}")),
      "{" HEAD ",'name':{'familyName':'b'}," NONE "}" },
    { "the last sub-attribute unassigned", NULL,
      "{" HEAD ",'name':{'givenName':'a'}," NONE "}",
      OP(REPLACE("name", "{'givenName':null}")), JANE },
    { "add null, [] and nothing", NULL, TWO,
      OP(ADD("title", "null") "," ADD("emails", "[]") ","
         ADD("emails", "null")), TWO },
    { "#113 a sub-attribute", NULL, JANE, OP(ADD("name.givenName", "'x'")),
      "{" HEAD ",'name':{'givenName':'x'}," NONE "}" },
    { "#113 a value path is merged", NULL, TWO,
      OP(ADD("emails[type eq `home`]", "{'display':'H'}")),
      MAILS(WORK ",{'value':'h','type':'home','display':'H'}") },
    { "a value path with an array of one, lenient", L, TWO,
      OP(ADD("emails[type eq `home`]", "[{'display':'H'}]")),
      MAILS(WORK ",{'value':'h','type':'home','display':'H'}") },
    { "a value path with an array, strict", S, TWO,
      OP(ADD("emails[type eq `home`]", "[{'display':'H'}]")),
      "400 invalidValue" },
    { "a string for a value path, lenient", L, TWO,
      OP(REPLACE("emails[type eq `home`]", "'n'")),
      MAILS(WORK ",{'value':'n','type':'home'}") },
    { "a string for a value path, strict", S, TWO,
      OP(REPLACE("emails[type eq `home`]", "'n'")), "400 invalidValue" },
    { "#113 a value path and sub-attribute", NULL, TWO,
      OP(ADD("emails[type eq `home`].display", "'H'")),
      MAILS(WORK ",{'value':'h','type':'home','display':'H'}") },

    /* remove */

    { "#115 path is required", NULL, JANE, OP("{'op':'remove'}"),
      "400 noTarget" },
    { "#115 path is required, with a value", NULL, JANE,
      OP("{'op':'remove','value':{'title':'x'}}"), "400 noTarget" },
    { "#115 single value", NULL, "{" HEAD ",'title':'x'," NONE "}",
      OP(REMOVE("title")), JANE },
    { "#115 what is not there", NULL, JANE,
      OP(REMOVE("title") "," REMOVE("name.givenName") ","
         REMOVE("phoneNumbers") "," REMOVE("emails[type eq `x`]") ","
         REMOVE("phoneNumbers[type eq `x`].value") ","
         REMOVE(ENTERPRISE ":department") "," REMOVE(ENTERPRISE)), JANE },
    { "#115 all values", NULL, TWO, OP(REMOVE("emails")), JANE },
    { "#115 selected values", NULL, TWO,
      OP(REMOVE("emails[type eq `home`]")), MAILS(WORK) },
    { "#115 selected by an and", NULL, TWO,
      OP(REMOVE("emails[type eq `work` and value ew `w`]")), MAILS(HOME) },
    { "#115 the last value", NULL, MAILS(HOME),
      OP(REMOVE("emails[type eq `home`]")), JANE },
    { "#115 a sub-attribute of selected", NULL, TWO,
      OP(REMOVE("emails[type eq `home`].type")), MAILS(WORK ",{'value':'h'}")
    },
    { "#115 a sub-attribute of all", NULL, TWO, OP(REMOVE("emails.type")),
      MAILS("{'value':'w','primary':true},{'value':'h'}") },
    { "#115 the last sub-attribute of a value", NULL,
      MAILS("{'value':'a'},{'type':'b'}"), OP(REMOVE("emails.value")),
      MAILS("{'type':'b'}") },
    { "#115 the last sub-attribute of all", NULL, MAILS("{'value':'a'}"),
      OP(REMOVE("emails.value")), JANE },
    { "#115 a sub-attribute", NULL,
      "{" HEAD ",'name':{'givenName':'a','familyName':'b'}," NONE "}",
      OP(REMOVE("name.givenName")),
      "{" HEAD ",'name':{'familyName':'b'}," NONE "}" },
    { "#115 the last sub-attribute", NULL,
      "{" HEAD ",'name':{'givenName':'a'}," NONE "}",
      OP(REMOVE("name.givenName")), JANE },
    { "#116 required", NULL, JANE, OP(REMOVE("userName")), "400 mutability" },
    { "#116 schemas", NULL, JANE, OP(REMOVE("schemas")), "400 mutability" },
    { "#116 readOnly", NULL, JANE, OP(REMOVE("groups")), "400 mutability" },
    { "#116 required, replaced by null", NULL, JANE,
      OP(REPLACE("userName", "null")), "400 mutability" },
    { "#117 what is not there, Entra", NULL, TWO,
      OP(REMOVE("emails[type eq `other`].value")), TWO },
    { "#124 remove with a value", NULL, TWO,
      OP("{'op':'remove','path':'emails','value':[{'value':'h'}]}"),
      MAILS(WORK) },
    { "#124 remove with a value and its type", NULL, TWO,
      OP("{'op':'remove','path':'emails','value':[{'value':'h','type':"
         "'work'},{'value':'w','type':'work'}]}"), MAILS(HOME) },
    { "#124 remove with one value", NULL, TWO,
      OP("{'op':'remove','path':'emails','value':{'value':'h'}}"),
      MAILS(WORK) },
    { "#124 remove with a value as a string, lenient", L, TWO,
      OP("{'op':'remove','path':'emails','value':'h'}"), MAILS(WORK) },
    { "#124 remove with a whole value", NULL,
      MAILS("{'type':'x','display':'d'},{'type':'x'}"),
      OP("{'op':'remove','path':'emails','value':[{'type':'x'}]}"),
      MAILS("{'type':'x','display':'d'}") },
    { "#124 remove with all values", NULL, TWO,
      OP("{'op':'remove','path':'emails','value':[" WORK "," HOME "]}"),
      JANE },
    { "#124 remove with no values", NULL, TWO,
      OP("{'op':'remove','path':'emails','value':[]}"), TWO },
    { "#124 remove with values from nothing", NULL, JANE,
      OP("{'op':'remove','path':'phoneNumbers','value':[{'value':'1'}]}"),
      JANE },
    { "remove with a null value is without", NULL, TWO,
      OP("{'op':'remove','path':'emails','value':null}"), JANE },
    { "#124 remove with a value that is none", NULL, TWO,
      OP("{'op':'remove','path':'emails','value':[5.5,true]}"),
      "400 invalidValue" },
    { "remove of a single attribute with a value", NULL,
      "{" HEAD ",'title':'x'," NONE "}",
      OP("{'op':'remove','path':'title','value':'x'}"), JANE },
    { "remove by a filter with a value", NULL, TWO,
      OP("{'op':'remove','path':'emails[type eq `home`]','value':[" WORK "]}"
      ), MAILS(WORK) },

    /* replace */

    { "#118 single", NULL, JANE, OP(REPLACE("title", "'x'")),
      "{" HEAD ",'title':'x'," NONE "}" },
    { "#118 value is required", NULL, JANE,
      OP("{'op':'replace','path':'title'}"), "400 invalidValue" },
    { "#118 null unassigns", NULL, "{" HEAD ",'title':'x'," NONE "}",
      OP(REPLACE("title", "null")), JANE },
    { "#118 null unassigns, without a path", NULL,
      "{" HEAD ",'title':'x'," NONE "}", OP(SET("{'title':null}")), JANE },
    { "#118 many", NULL, TWO, OP(REPLACE("emails", "[{'value':'n'}]")),
      MAILS("{'value':'n'}") },
    { "#118 many by none", NULL, TWO, OP(REPLACE("emails", "[]")), JANE },
    { "#118 many by one, lenient", L, TWO,
      OP(REPLACE("emails", "{'value':'n'}")), MAILS("{'value':'n'}") },
    { "#118 many by one, strict", S, TWO,
      OP(REPLACE("emails", "{'value':'n'}")), "400 invalidValue" },
    { "#118 a complex attribute keeps what is not named", NULL,
      "{" HEAD ",'name':{'givenName':'a','familyName':'b'}," NONE "}",
      OP(REPLACE("name", "{'givenName':'c'}")),
      "{" HEAD ",'name':{'givenName':'c','familyName':'b'}," NONE "}" },
    { "#118 without a path", NULL, TWO,
      OP(SET("{'emails':[" HOME "],'title':'x','name':{'givenName':'g'}}")),
      "{" HEAD ",'emails':[" HOME "],'title':'x','name':{'givenName':'g'}}" },
    { "#118 Okta: deactivation", NULL, "{" HEAD ",'active':true," NONE "}",
      OP(SET("{'active':false}")), "{" HEAD ",'active':false," NONE "}" },
    { "#118 a sub-attribute of all values", NULL, TWO,
      OP(REPLACE("emails.display", "'d'")),
      MAILS("{'value':'w','type':'work','primary':true,'display':'d'},"
            "{'value':'h','type':'home','display':'d'}") },
    { "#118 a sub-attribute of no values", NULL, JANE,
      OP(REPLACE("emails.value", "'n'")), MAILS("{'value':'n'}") },
    { "#119 replace valuePath replaces all matching (#10: with one)", NULL,
      MAILS("{'value':'a','type':'x'},{'value':'b','type':'x'}," HOME),
      OP(REPLACE("emails[type eq `x`]", "{'value':'c'}")),
      MAILS("{'value':'c'}," HOME) },
    { "#119 replace valuePath's sub-attribute of all matching", NULL,
      MAILS("{'value':'a','type':'x'},{'value':'b','type':'x'}," HOME),
      OP(REPLACE("emails[type eq `x`].type", "'y'")),
      MAILS("{'value':'a','type':'y'},{'value':'b','type':'y'}," HOME) },
    { "#119 null removes the matching", NULL, TWO,
      OP(REPLACE("emails[type eq `home`]", "null")), MAILS(WORK) },
    { "#119 a null sub-attribute", NULL, TWO,
      OP(REPLACE("emails[type eq `home`].type", "null")),
      MAILS(WORK ",{'value':'h'}") },
    { "#120 unmatched valuePath, strict", S, TWO,
      OP(REPLACE("emails[type eq `x`].value", "'n'")), "400 noTarget" },
    { "#120 unmatched valuePath, no values, strict", S, JANE,
      OP(REPLACE("phoneNumbers[type eq `x`].value", "'n'")), "400 noTarget"
    },
    { "#120 unmatched valuePath of add, strict", S, TWO,
      OP(ADD("emails[type eq `x`].value", "'n'")), "400 noTarget" },
    { "#120 Entra: unmatched valuePath creates", L, MAILS(HOME),
      OP(REPLACE("emails[type eq `work`].value", "'n'")),
      MAILS(HOME ",{'type':'work','value':'n'}") },
    { "#120 Entra: add, no values yet", L, JANE,
      OP(ADD("phoneNumbers[type eq `work`].value", "'n'")),
      "{" HEAD "," NONE ",'phoneNumbers':[{'type':'work','value':'n'}]}" },
    { "#120 Entra: a whole value", L, JANE,
      OP(ADD("addresses[type eq `work`]", "{'locality':'B'}")),
      "{" HEAD "," NONE ",'addresses':[{'type':'work','locality':'B'}]}" },
    { "#120 two equalities", L, JANE,
      OP(ADD("emails[type eq `work` and primary eq true].value", "'n'")),
      MAILS("{'type':'work','primary':true,'value':'n'}") },
    { "#120 the value's own", L, JANE,
      OP(ADD("emails[value eq `a`].value", "'b'")), MAILS("{'value':'b'}") },
    { "#120 one equality twice", L, JANE,
      OP(ADD("emails[type eq `a` and type eq `a`].value", "'b'")),
      MAILS("{'type':'a','value':'b'}") },
    { "#120 equalities that contradict", L, JANE,
      OP(ADD("emails[type eq `a` and type eq `b`].value", "'b'")),
      "400 noTarget" },
    { "#120 a filter that says not what", L, JANE,
      OP(ADD("emails[type co `a`].value", "'b'")), "400 noTarget" },
    { "#120 a filter that says one of", L, JANE,
      OP(ADD("emails[type eq `a` or type eq `b`].value", "'b'")),
      "400 noTarget" },
    { "#120 a filter that says null", L, JANE,
      OP(ADD("emails[type eq null].value", "'b'")), "400 noTarget" },
    { "#120 Okta: primary", L, TWO,
      OP(REPLACE("emails[primary eq true].value", "'n'")),
      MAILS("{'value':'n','type':'work','primary':true}," HOME) },
    { "#120 an unmatched filter of a single complex", NULL,
      "{" HEAD ",'name':{'givenName':'a'}," NONE "}",
      OP(REPLACE("name[givenName eq `x`].givenName", "'n'")), "400 noTarget"
    },
    { "an unmatched filter of a single complex, removed", NULL,
      "{" HEAD ",'name':{'givenName':'a'}," NONE "}",
      OP(REMOVE("name[givenName eq `x`]")),
      "{" HEAD ",'name':{'givenName':'a'}," NONE "}" },
    { "a matched filter of a single complex", NULL,
      "{" HEAD ",'name':{'givenName':'a'}," NONE "}",
      OP(REPLACE("name[givenName eq `A`].familyName", "'n'") ","
         ADD("name[givenName eq `a`]", "{'middleName':'m'}")),
      "{" HEAD ",'name':{'givenName':'a','familyName':'n','middleName':'m'},"
      NONE "}" },

    /* primary */

    { "#111 add moves primary", NULL, TWO,
      OP(ADD("emails", "[{'value':'n','primary':true}]")),
      MAILS("{'value':'w','type':'work','primary':false}," HOME
            ",{'value':'n','primary':true}") },
    { "#111 replace of a sub-attribute moves primary", NULL, TWO,
      OP(REPLACE("emails[type eq `home`].primary", "true")),
      MAILS("{'value':'w','type':'work','primary':false},"
            "{'value':'h','type':'home','primary':true}") },
    { "#111 replace of a value moves primary", NULL, TWO,
      OP(REPLACE("emails[type eq `home`]", "{'value':'n','primary':true}")),
      MAILS("{'value':'w','type':'work','primary':false},"
            "{'value':'n','primary':true}") },
    { "#111 a created value moves primary", L, TWO,
      OP(ADD("emails[type eq `x`]", "{'value':'n','primary':true}")),
      MAILS("{'value':'w','type':'work','primary':false}," HOME
            ",{'type':'x','value':'n','primary':true}") },
    { "#9 two become primary, strict", S, TWO,
      OP(REPLACE("emails.primary", "true")), "400 invalidValue" },
    { "#9 two become primary, lenient: the first", L, TWO,
      OP(REPLACE("emails.primary", "true")),
      MAILS(WORK ",{'value':'h','type':'home','primary':false}") },
    { "#9 two primary values, strict", S, JANE,
      OP(REPLACE("emails", "[{'value':'a','primary':true},{'value':'b',"
                 "'primary':true}]")), "400 invalidValue" },

    /* mutability */

    { "#108 id by a path, strict", S, JANE, OP(REPLACE("id", "'x'")),
      "400 mutability" },
    { "#108 id by a path, lenient: ignored", L, JANE,
      OP(REPLACE("id", "'x'") "," REPLACE("meta.version", "'x'")), JANE },
    { "#108 groups by a path", NULL, JANE,
      OP(ADD("groups", "[{'value':'g'}]")), "400 mutability" },
    { "#108 authentik: readOnly attributes in a value are ignored", NULL,
      JANE, OP(SET("{'id':'x','meta':{},'groups':[],'schemas':['" USER "'],"
                   "'title':'x'}")), "{" HEAD ",'title':'x'," NONE "}" },
    { "#108 manager.displayName, strict", S, JANE,
      OP(REPLACE(ENTERPRISE ":manager.displayName", "'x'")),
      "400 mutability" },
    { "#108 manager.displayName, lenient", L, JANE,
      OP(REPLACE(ENTERPRISE ":manager.displayName", "'x'")),
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'manager':{'displayName':'x'}}}"
    },
    { "#10 #113 a value that is there, with less", NULL, TWO,
      OP(ADD("emails", "[{'value':'w','type':'work'},{'value':'h','type':"
             "'home'}]")), TWO },
    { "#10 #111 a value that is there, made primary", NULL, TWO,
      OP(ADD("emails", "[{'value':'h','type':'home','primary':true}]")),
      MAILS("{'value':'w','type':'work','primary':false},"
            "{'value':'h','type':'home','primary':true}") },
    { "#10 a value that becomes another", NULL, TWO,
      OP(REPLACE("emails[type eq `home`]", "{'value':'w','type':'work'}")),
      MAILS(WORK) },
    { "#22 password", NULL, JANE,
      OP(REPLACE("password", "'secret'") "," SET("{'password':'x'}") ","
         ADD("password", "'y'")), JANE },
    { "#22 password where no schema knows of one", L, JANE,
      OP(ADD("name.password", "'a'") "," ADD("urn:x:y:password", "'a'") ","
         ADD("urn:x:y", "{'password':'a'}") ","
         SET("{'x':{'password':'a'},'name.password':'b','urn:x:z':"
             "{'password':'a'}}") ","
         ADD("emails[type eq `x`].password", "'a'")),
      MAILS("{'type':'x'}") },
    { "password is removed", NULL, JANE, OP(REMOVE("password")), JANE },
    { "password of a wrong type", NULL, JANE, OP(REPLACE("password", "{}")
      "," REPLACE("password", "{'a':1}")), "400 invalidValue" },

    /* extensions and schemas */

    { "#121 an extension's attribute", NULL, JANE,
      OP(ADD(ENTERPRISE ":department", "'d'")),
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d'}}" },
    { "#107 a URN alone", NULL, JANE,
      OP(ADD(ENTERPRISE, "{'Department':'d','manager':{'value':'m'}}")),
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d','manager':"
      "{'value':'m'}}}" },
    { "#107 a URN alone, merged", NULL,
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d','division':'e'}"
      "}", OP(REPLACE(ENTERPRISE, "{'department':'x'}")),
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'x','division':'e'}"
      "}" },
    { "#107 a URN alone, removed", NULL,
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d'}}",
      OP(REMOVE(ENTERPRISE)), JANE },
    { "#107 a URN alone, replaced by null", NULL,
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d'}}",
      OP(REPLACE(ENTERPRISE, "null")), JANE },
    { "#107 a URN alone, added null", NULL, JANE,
      OP(ADD(ENTERPRISE, "null") "," ADD(ENTERPRISE, "{}")), JANE },
    { "#107 a URN alone, no object", NULL, JANE, OP(ADD(ENTERPRISE, "'x'")),
      "400 invalidValue" },
    { "#107 a URN alone, no value", NULL, JANE,
      OP("{'op':'add','path':'" ENTERPRISE "'}"), "400 invalidValue" },
    { "#107 the core URN alone", NULL, JANE, OP(ADD(USER, "{'title':'x'}")),
      "{" HEAD ",'title':'x'," NONE "}" },
    { "#107 the core URN alone, null", NULL, JANE,
      OP(REPLACE(USER, "null")), JANE },
    { "#107 the core URN alone, removed", NULL, JANE, OP(REMOVE(USER)),
      "400 noTarget" },
    { "#107 a URN within a URN", L, JANE, OP(ADD(USER, "{'urn:x':{}}")),
      "{" HEAD "," NONE "}" },
    { "the last attribute of an extension", NULL,
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d'}}",
      OP(REMOVE(ENTERPRISE ":department")), JANE },
    { "an extension gone in between", NULL,
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d'}}",
      OP(REMOVE(ENTERPRISE) "," ADD(ENTERPRISE ":division", "'e'")),
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'division':'e'}}" },
    { "an extension that was only listed", NULL, "{" BOTH "," NONE "}",
      OP(REMOVE(ENTERPRISE ":department")), "{" BOTH "," NONE "}" },
    { "an unknown extension, listed in another case, gone", L,
      "{'schemas':['" USER "','URN:Acme','urn:x'],'id':'1','userName':'jane',"
      NONE ",'urn:acme':{'a':1}}", OP(REMOVE("urn:ACME:a")),
      "{'schemas':['" USER "','urn:x'],'id':'1','userName':'jane'," NONE "}"
    },
    { "Entra: manager as a string", L, JANE,
      OP(ADD(ENTERPRISE ":manager", "'m'")),
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'manager':{'value':'m'}}}" },
    { "Entra: manager as a string, strict", S, JANE,
      OP(ADD(ENTERPRISE ":manager", "'m'")), "400 invalidValue" },
    { "Entra: manager unassigned by an empty string", L,
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'manager':{'value':'m'}}}",
      OP(REPLACE(ENTERPRISE ":manager", "''")), JANE },
    { "#125 Entra: dotted and URN keys without a path", L, JANE,
      OP(SET("{'displayName':'x','name.givenName':'y','" ENTERPRISE
             ":department':'z','emails[type eq `work`].value':'e'}")),
      "{" BOTH ",'emails':[{'type':'work','value':'e'}],'displayName':'x',"
      "'name':{'givenName':'y'},'" ENTERPRISE "':{'department':'z'}}" },
    { "#125 a dotted key, strict", S, JANE,
      OP(SET("{'name.givenName':'y'}")), "400 invalidPath" },
    { "#125 a URN key, strict", S, JANE,
      OP(SET("{'" ENTERPRISE ":department':'y'}")), "400 invalidPath" },
    { "#125 a value path as a key, strict", S, JANE,
      OP(SET("{'emails[type eq `work`].value':'e'}")), "400 invalidPath" },
    { "#125 a bad value path as a key", NULL, JANE,
      OP(SET("{'emails[type':'e'}")), "400 invalidFilter" },
    { "#125 a URN's object without a path", NULL, JANE,
      OP(SET("{'" ENTERPRISE "':{'department':'z'}}")),
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'z'}}" },
    { "schemas added", NULL, JANE,
      OP(ADD("schemas", "['" ENTERPRISE "','" USER "']")),
      "{" BOTH "," NONE "}" },
    { "schemas replaced keep what is used", NULL,
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d'}}",
      OP(REPLACE("schemas", "['" USER "']")),
      "{" BOTH "," NONE ",'" ENTERPRISE "':{'department':'d'}}" },
    { "schemas removed by a filter", NULL, "{" BOTH "," NONE "}",
      OP(REMOVE("schemas[value eq `" ENTERPRISE "`]")), JANE },
    { "schemas removed by values", NULL, "{" BOTH "," NONE "}",
      OP("{'op':'remove','path':'schemas','value':['" ENTERPRISE "']}"), JANE
    },
    { "schemas of none", NULL, JANE, OP(REPLACE("schemas", "[]")),
      "400 mutability" },
    { "schemas, unknown", S, JANE, OP(ADD("schemas", "['urn:x']")),
      "400 invalidValue" },
    { "schemas, unknown, lenient", L, JANE, OP(ADD("schemas", "'urn:x'")),
      "{'schemas':['" USER "','urn:x'],'id':'1','userName':'jane'," NONE "}"
    },

    /* errors in paths and values */

    { "#122 an invalid path", NULL, JANE, OP(REPLACE("1x", "'x'")),
      "400 invalidPath" },
    { "#122 an unknown attribute, strict", S, JANE, OP(ADD("foo", "'x'")),
      "400 invalidPath" },
    { "#122 an unknown sub-attribute, strict", S, JANE,
      OP(ADD("name.foo", "'x'")), "400 invalidPath" },
    { "#122 an unknown attribute in a value, strict", S, JANE,
      OP(SET("{'foo':1}")), "400 invalidPath" },
    { "#126 an array index", NULL, TWO, OP(REPLACE("emails[0].value", "'x'")),
      "400 invalidFilter" },
    { "#123 a wrong type", NULL, JANE, OP(REPLACE("title", "true")),
      "400 invalidValue" },
    { "#123 a wrong type in an array", NULL, JANE,
      OP(ADD("emails", "[{'value':{}},{'value':{'a':1}}]")),
      "400 invalidValue" },
    { "#123 a wrong type behind a value path", NULL, TWO,
      OP(REPLACE("emails[type eq `work`].value", "[1]")),
      "400 invalidValue" },
    { "#123 Entra: one value in a list", L, JANE,
      OP(REPLACE("active", "[{'value':'False'}]")),
      "{" HEAD ",'active':false," NONE "}" },
    { "#123 one value in a list, strict", S, JANE,
      OP(REPLACE("active", "[{'value':false}]")), "400 invalidValue" },
    { "#123 two values for one", NULL, JANE,
      OP(REPLACE("title", "[{'value':'a'},{'value':'b'}]")),
      "400 invalidValue" },
    { "#123 Entra: \"False\"", L, JANE, OP(REPLACE("active", "'False'")),
      "{" HEAD ",'active':false," NONE "}" },
    { "#123 \"False\", strict", S, JANE, OP(REPLACE("active", "'False'")),
      "400 invalidValue" },
    { "#21 userName empty", NULL, JANE, OP(REPLACE("userName", "''")),
      "400 invalidValue" },
    { "userName replaced", NULL, JANE, OP(REPLACE("userName", "'jo'")),
      "{'schemas':['" USER "'],'id':'1','userName':'jo'," NONE "}" },

    /* what no schema knows */

    { "an unknown attribute", L, JANE, OP(ADD("foo", "{'a':1}") ","
      ADD("Foo", "{'b':2}")), "{" HEAD "," NONE ",'foo':{'a':1,'b':2}}" },
    { "an unknown list", L, JANE, OP(ADD("foo", "['a']") ","
      ADD("foo", "['b','a']") "," ADD("FOO", "'c'")),
      "{" HEAD "," NONE ",'foo':['a','b','c']}" },
    { "an unknown list, by a filter", L, "{" HEAD "," NONE ",'foo':['a','b']}",
      OP(REMOVE("foo[value eq `a`]") "," REPLACE("foo[value eq `b`]", "'c'")
      ), "{" HEAD "," NONE ",'foo':['c']}" },
    { "an unknown list, by values", L,
      "{" HEAD "," NONE ",'foo':['a','b']}",
      OP("{'op':'remove','path':'foo','value':['a']}"),
      "{" HEAD "," NONE ",'foo':['b']}" },
    { "an unknown list, replaced and removed", L,
      "{" HEAD "," NONE ",'foo':['a'],'bar':1}",
      OP(REPLACE("foo", "['x']") "," REMOVE("BAR")),
      "{" HEAD "," NONE ",'foo':['x']}" },
    { "an unknown attribute by null", L, "{" HEAD "," NONE ",'foo':1}",
      OP(REPLACE("foo", "null")), JANE },
    { "an unknown sub-attribute", L, JANE, OP(ADD("foo.bar", "1") ","
      ADD("foo.BAR", "2") "," ADD("name.foo", "3")),
      "{" HEAD "," NONE ",'foo':{'bar':2},'name':{'foo':3}}" },
    { "an unknown value path", L, JANE,
      OP(ADD("foo[type eq `a`].bar", "1")),
      "{" HEAD "," NONE ",'foo':[{'type':'a','bar':1}]}" },
    { "a simple value for an unmatched path", L, JANE,
      OP(ADD("foo[type eq `a`]", "1")), "400 noTarget" },
    { "an unknown URN's attribute", L, JANE,
      OP(ADD("urn:acme:2.0:User:tag", "1") ","
         ADD("URN:acme:2.0:User:TAG", "2")),
      "{'schemas':['" USER "','urn:acme:2.0:User'],'id':'1','userName':"
      "'jane'," NONE ",'urn:acme:2.0:User':{'tag':2}}" },
    { "an unknown URN alone", L, JANE,
      OP(ADD("urn:acme:2.0:User", "{'a b':1,'c':null}")),
      "{'schemas':['" USER "','urn:acme:2.0:User'],'id':'1','userName':"
      "'jane'," NONE ",'urn:acme:2.0:User':{'a b':1}}" },
    { "an unknown URN that is no extension", L, JANE,
      OP(ADD("urn:acme:2.0:User", "'x'")),
      "{" HEAD "," NONE ",'urn:acme:2.0:User':'x'}" },
    { "an unknown URN, removed", L,
      "{" HEAD "," NONE ",'urn:acme:2.0:User':{'a':1}}",
      OP(REMOVE("URN:ACME:2.0:User")), "{" HEAD "," NONE "}" },
    { "an unknown URN, strict", S, JANE,
      OP(ADD("urn:acme:2.0:User:tag", "1")), "400 invalidPath" },
    { "an unknown attribute without a path", L, JANE,
      OP(SET("{'foo':1,'a b':2,'userName.x':3,'':4}")),
      "{" HEAD "," NONE ",'foo':1,'a b':2,'userName.x':3,'':4}" },
    { "no attribute's name, strict", S, JANE, OP(SET("{'a b':2}")),
      "400 invalidPath" }
};


static void
unit_patch_name(char *name, size_t size, const scim_policy_t *policy,
    const char *of)
{
    (void) snprintf(name, size, "patch, %s: %s",
                    policy->profile == SCIM_STRICT ? "strict" : "lenient",
                    of);
}


static void
unit_patch_run(const unit_patch_case_t *c, const scim_policy_t *policy)
{
    char           name[256];
    json_t        *document, *copy, *message, *first, *second;
    scim_error_t   err;
    scim_patch_t  *patch;

    unit_patch_name(name, sizeof(name), policy, c->name);

    document = unit_json(c->document);
    copy = json_deep_copy(document);
    message = unit_json(c->message);

    patch = scim_patch_parse(&scim_user_type, policy, message, &err);

    /* the patch keeps what it needs of the message */

    json_decref(message);

    first = patch ? scim_patch_apply(patch, document, &err) : NULL;
    unit_expect(name, c->expected, first, &err);

    if (patch != NULL) {
        unit_check(scim_patch_changes_document(patch), name,
                   "a user's document is not changed");
        unit_check(json_equal(document, copy), name,
                   "the document has changed");
    }

    if (first != NULL) {
        second = scim_patch_apply(patch, document, &err);
        unit_check(json_equal(first, second), name,
                   "applied again, it gives something else");
        json_decref(second);
    }

    json_decref(first);
    json_decref(document);
    json_decref(copy);
    scim_patch_free(patch);
}


#define NOPATH(op, v)  "{'op':'" op "','value':" v "}"

static const struct {
    const char           *name;
    const scim_policy_t  *policy;
    const char           *message;
    const char           *expected;     /* {"document", "changes"} */
} unit_group_patches[] = {
    { "authentik: rename leaves the members alone", L,
      "{'Operations':[" NOPATH("replace", "{'id':'x','displayName':'d',"
      "'externalId':'e','schemas':['" GROUP "']}") "]}",
      "{'document':1,'changes':[]}" },
    { "authentik: one operation for each new member", NULL,
      OP(ADD("members", "[{'value':'a'}]") "," ADD("members",
         "[{'value':'b'}]") "," ADD("members", "[{'value':'a'}]")),
      "{'document':0,'changes':[['add','a','b']]}" },
    { "#124 authentik until 2026.5: remove with a value", NULL,
      OP("{'op':'remove','path':'members','value':[{'value':'a'}]}"),
      "{'document':0,'changes':[['remove','a']]}" },
    { "authentik: remove by a filter", NULL,
      OP(REMOVE("members[value eq `a`]") "," REMOVE("members[value eq `b`]")),
      "{'document':0,'changes':[['remove','a','b']]}" },
    { "#107 no space before the quote", NULL,
      OP(REMOVE("members[value eq`a`]")),
      "{'document':0,'changes':[['remove','a']]}" },
    { "remove by an or", NULL,
      OP(REMOVE("members[value eq `a` or (value eq `b`)]")),
      "{'document':0,'changes':[['remove','a','b']]}" },
    { "remove by another filter", NULL, OP(REMOVE("members[type eq `User`]")),
      "{'document':0,'changes':[['matching']]}" },
    { "remove by a filter on display", NULL,
      OP(REMOVE("members[display sw `x` and value eq `a`]")),
      "{'document':0,'changes':[['matching']]}" },
    { "remove by a negation", NULL,
      OP(REMOVE("members[not (value eq `a`)]")),
      "{'document':0,'changes':[['matching']]}" },
    { "remove by ne", NULL, OP(REMOVE("members[value ne `a`]")),
      "{'document':0,'changes':[['matching']]}" },
    { "two filters are two changes", NULL,
      OP(REMOVE("members[type eq `User`]") ","
         REMOVE("members[type eq `Group`]")),
      "{'document':0,'changes':[['matching'],['matching']]}" },
    { "#115 remove all", NULL, OP(REMOVE("members")),
      "{'document':0,'changes':[['replace']]}" },
    { "remove with null is without", NULL,
      OP("{'op':'remove','path':'members','value':null}"),
      "{'document':0,'changes':[['replace']]}" },
    { "remove with [] removes none", NULL,
      OP("{'op':'remove','path':'members','value':[]}"),
      "{'document':0,'changes':[]}" },
    { "the RFC's remove and add replace", NULL,
      OP(REMOVE("members") "," ADD("members", "[{'value':'a'}]") ","
         ADD("members", "[{'value':'b'},{'value':'a'}]")),
      "{'document':0,'changes':[['replace','a','b']]}" },
    { "order is kept", NULL,
      OP(ADD("members", "[{'value':'a'}]") "," REMOVE("members[value eq `a`]")
         "," ADD("members", "[{'value':'a'}]")),
      "{'document':0,'changes':[['add','a'],['remove','a'],['add','a']]}" },
    { "Okta: replace members", NULL,
      OP(REPLACE("members", "[{'value':'a','display':'x'},{'value':'b'},"
                 "{'value':'a'}]")),
      "{'document':0,'changes':[['replace','a','b']]}" },
    { "Okta: [] empties", NULL, OP(REPLACE("members", "[]")),
      "{'document':0,'changes':[['replace']]}" },
    { "replace with null empties", NULL, OP(REPLACE("members", "null")),
      "{'document':0,'changes':[['replace']]}" },
    { "Okta: rename with id and members", NULL,
      OP(NOPATH("replace", "{'id':'x','displayName':'d','members':[{'value':"
                "'a'}]}")),
      "{'document':1,'changes':[['replace','a']]}" },
    { "two replacements are two", NULL,
      OP(REPLACE("members", "[{'value':'a'}]") "," REPLACE("members", "[]")),
      "{'document':0,'changes':[['replace','a'],['replace']]}" },
    { "#113 add without a path", NULL,
      OP(NOPATH("add", "{'members':[{'value':'a'}]}")),
      "{'document':0,'changes':[['add','a']]}" },
    { "#113 one member", NULL, OP(ADD("members", "{'value':'a'}")),
      "{'document':0,'changes':[['add','a']]}" },
    { "replace by one member, strict", S,
      OP(REPLACE("members", "{'value':'a'}")), "400 invalidValue" },
    { "replace by one member, lenient", L,
      OP(REPLACE("members", "{'value':'a'}")),
      "{'document':0,'changes':[['replace','a']]}" },
    { "remove one member that is no list", NULL,
      OP("{'op':'remove','path':'members','value':{'value':'a'}}"),
      "{'document':0,'changes':[['remove','a']]}" },
    { "members as strings", L, OP(ADD("members", "['a','b']") ","
      ADD("members", "'c'")), "{'document':0,'changes':[['add','a','b','c']]}"
    },
    { "members as strings, strict", S, OP(ADD("members", "['a']")),
      "400 invalidValue" },
    { "add nothing", NULL, OP(ADD("members", "[]") "," ADD("members", "null")),
      "{'document':0,'changes':[]}" },
    { "qualified by the URN", NULL,
      OP(ADD(GROUP ":members", "[{'value':'a'}]")),
      "{'document':0,'changes':[['add','a']]}" },
    { "names without case", NULL, OP(ADD("MEMBERS", "[{'VALUE':'a'}]")),
      "{'document':0,'changes':[['add','a']]}" },
    { "Webex: a member's type in lower case", NULL,
      OP(ADD("members", "[{'value':'a','type':'user'}]")),
      "{'document':0,'changes':[['add','a']]}" },
    { "a filter replaced by others", NULL,
      OP(REPLACE("members[value eq `a`]", "[{'value':'b'}]")),
      "{'document':0,'changes':[['remove','a'],['add','b']]}" },
    { "members added by a filter", NULL,
      OP(ADD("members[value eq `a`]", "[{'value':'b'}]")), "400 invalidPath"
    },
    { "#113 value is required", NULL, OP("{'op':'add','path':'members'}"),
      "400 invalidValue" },
    { "a member without value", NULL, OP(ADD("members", "[{'a':1}]")),
      "400 invalidValue" },
    { "a member that is a number", NULL, OP(REPLACE("members", "[1]")),
      "400 invalidValue" },
    { "#29 a member's value is immutable", NULL,
      OP(REPLACE("members[value eq `a`].value", "'b'")), "400 mutability" },
    { "#29 a member's type is immutable", NULL,
      OP(REPLACE("members.type", "'Group'")), "400 mutability" },
    { "a member's display is its own, lenient", L,
      OP(REPLACE("members[value eq `a`].display", "'x'")),
      "{'document':0,'changes':[]}" },
    { "a member's display is its own, strict", S,
      OP(REPLACE("members[value eq `a`].display", "'x'")), "400 mutability" },
    { "AWS: displayName and externalId by paths", NULL,
      OP(REPLACE("displayName", "'d'") "," REPLACE("externalId", "'e'")),
      "{'document':1,'changes':[]}" },
    { "id by a path, lenient: nothing", L, OP(REPLACE("id", "'d'")),
      "{'document':0,'changes':[]}" },
    { "mixed", NULL, OP(REPLACE("displayName", "'d'") ","
      ADD("members", "[{'value':'a'}]")),
      "{'document':1,'changes':[['add','a']]}" },
    { "a bad filter", NULL, OP(REMOVE("members[value xx `a`]")),
      "400 invalidFilter" },
    { "members of a user", S, OP(ADD("userName", "'x'")), "400 invalidPath" }
};


static json_t *
unit_patch_changes(const scim_patch_t *patch)
{
    size_t                       i, k, count;
    json_t                      *list, *change;
    const scim_member_change_t  *changes;

    static const char *const  actions[] = {
        "add", "remove", "replace", "matching"
    };

    list = json_array();
    changes = scim_patch_member_changes(patch, &count);

    for (i = 0; i < count; i++) {
        change = json_pack("[s]", actions[changes[i].action]);

        for (k = 0; k < json_array_size(changes[i].ids); k++) {
            json_array_append(change, json_array_get(changes[i].ids, k));
        }

        unit_ok((changes[i].filter != NULL)
                == (changes[i].action == SCIM_MEMBERS_REMOVE_MATCHING),
                "a filter where it belongs");

        json_array_append_new(list, change);
    }

    return json_pack("{s:i,s:o}", "document",
                     scim_patch_changes_document(patch), "changes", list);
}


static void
unit_patch_group(size_t i, const scim_policy_t *policy)
{
    char           name[256];
    json_t        *message, *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    unit_patch_name(name, sizeof(name), policy, unit_group_patches[i].name);

    message = unit_json(unit_group_patches[i].message);
    patch = scim_patch_parse(&scim_group_type, policy, message, &err);
    json_decref(message);

    result = patch ? unit_patch_changes(patch) : NULL;
    unit_expect(name, unit_group_patches[i].expected, result, &err);

    json_decref(result);
    scim_patch_free(patch);
}


/* A filter on members meets one member at a time. */
static void
unit_patch_matching(void)
{
    size_t                       count;
    json_t                      *message, *member;
    scim_error_t                 err;
    scim_patch_t                *patch;
    const scim_member_change_t  *changes;

    message = unit_json(OP(REMOVE("members[display sw `j`]")));
    patch = scim_patch_parse(&scim_group_type, &unit_strict, message, &err);
    changes = scim_patch_member_changes(patch, &count);

    member = unit_json("{'value':'a','display':'Jane','type':'User'}");
    unit_ok(scim_filter_match(changes[0].filter, member), "a member matches");
    json_object_set_new(member, "display", json_string("x"));
    unit_ok(!scim_filter_match(changes[0].filter, member), "another doesn't");

    json_decref(member);
    json_decref(message);
    scim_patch_free(patch);
}


/* The group's document in a mixed PATCH. */
static void
unit_patch_group_document(void)
{
    json_t        *message, *document, *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    document = unit_json("{'schemas':['" GROUP "'],'id':'1','displayName':"
                         "'a'}");
    message = unit_json(OP(REPLACE("displayName", "'b'") ","
                           ADD("members", "[{'value':'x'}]")));
    patch = scim_patch_parse(&scim_group_type, &unit_strict, message, &err);
    result = scim_patch_apply(patch, document, &err);

    unit_expect("a group's document has no members", "{'schemas':['" GROUP
                "'],'id':'1','displayName':'b'}", result, &err);

    json_decref(result);
    json_decref(document);
    json_decref(message);
    scim_patch_free(patch);
}


static const scim_attribute_t  unit_subs[] = {
    { .name = "value", .mutability = SCIM_IMMUTABLE },
    { .name = "note" },
    { .name = "kinds", .multi_valued = 1 },
    { .name = "need", .required = 1 }
};

static const scim_attribute_t  unit_attributes[] = {
    { .name = "serial", .mutability = SCIM_IMMUTABLE },
    { .name = "tags", .multi_valued = 1, .mutability = SCIM_IMMUTABLE },
    { .name = "badge", .type = SCIM_COMPLEX, .sub_attributes = unit_subs,
      .sub_attribute_count = 3 },
    { .name = "keys", .type = SCIM_COMPLEX, .multi_valued = 1,
      .sub_attributes = unit_subs, .sub_attribute_count = 4 },
    { .name = "score", .mutability = SCIM_READ_ONLY },
    { .name = "grade", .required = 1 },
    { .name = "names", .multi_valued = 1 }
};

static const scim_schema_t  unit_schema = {
    "urn:test:2.0:Acme", "Acme", "For tests", unit_attributes, 7
};

static const scim_extension_t  unit_extensions[] = { { &unit_schema, 1 } };

static const scim_resource_type_t  unit_type = {
    "User", "/Users", "User", &scim_user_schema, unit_extensions, 1
};

#define ACME  "urn:test:2.0:Acme"
#define ACMED(x)                                                              \
    "{'schemas':['" USER "','" ACME "'],'id':'1','userName':'jane'," NONE     \
    ",'" ACME "':{'grade':'a'" x "}}"

static const unit_patch_case_t  unit_typed[] = {
    { "#108 immutable, first set", NULL, ACMED(""),
      OP(ADD(ACME ":serial", "'1'")), ACMED(",'serial':'1'") },
    { "#108 immutable, the same", NULL, ACMED(",'serial':'1'"),
      OP(REPLACE(ACME ":serial", "'1'")), ACMED(",'serial':'1'") },
    { "#108 immutable, another", NULL, ACMED(",'serial':'1'"),
      OP(REPLACE(ACME ":serial", "'2'")), "400 mutability" },
    { "#108 immutable, removed", NULL, ACMED(",'serial':'1'"),
      OP(REMOVE(ACME ":serial")), "400 mutability" },
    { "#108 immutable, removed where there is none", NULL, ACMED(""),
      OP(REMOVE(ACME ":serial")), ACMED("") },
    { "#108 immutable list, first set", NULL, ACMED(""),
      OP(ADD(ACME ":tags", "['a']")), ACMED(",'tags':['a']") },
    { "#108 immutable list, more", NULL, ACMED(",'tags':['a']"),
      OP(ADD(ACME ":tags", "['b']")), "400 mutability" },
    { "#108 immutable sub-attribute", NULL, ACMED(",'badge':{'value':'1'}"),
      OP(REPLACE(ACME ":badge", "{'value':'2'}")), "400 mutability" },
    { "#108 immutable sub-attribute, by a path", NULL,
      ACMED(",'badge':{'value':'1'}"),
      OP(REPLACE(ACME ":badge.value", "'2'")), "400 mutability" },
    { "#108 immutable sub-attribute of many", NULL,
      ACMED(",'keys':[{'value':'1','need':'x'}]"),
      OP(REPLACE(ACME ":keys[value eq `1`].value", "'2'")),
      "400 mutability" },
    { "#108 immutable sub-attribute of many, merged", NULL,
      ACMED(",'keys':[{'value':'1','need':'x'}]"),
      OP(ADD(ACME ":keys[value eq `1`]", "{'value':'2'}")),
      "400 mutability" },
    { "#108 immutable sub-attribute of many, removed", NULL,
      ACMED(",'keys':[{'value':'1','need':'x'}]"),
      OP(REMOVE(ACME ":keys[value eq `1`].value")), "400 mutability" },
    { "#116 required sub-attribute, removed", NULL,
      ACMED(",'keys':[{'value':'1','need':'x'}]"),
      OP(REMOVE(ACME ":keys.need")), "400 mutability" },
    { "#42 required sub-attribute, missing", NULL, ACMED(""),
      OP(ADD(ACME ":keys", "[{'value':'1'}]")), "400 invalidValue" },
    { "removed by values that are not whole", NULL,
      ACMED(",'keys':[{'value':'1','need':'x'},{'value':'2','need':'x'}]"),
      OP("{'op':'remove','path':'" ACME ":keys','value':[{'value':'1'}]}"),
      ACMED(",'keys':[{'value':'2','need':'x'}]") },
    { "a list as a sub-attribute", NULL, ACMED(",'badge':{'kinds':['a']}"),
      OP(ADD(ACME ":badge.kinds", "['b','a']")),
      ACMED(",'badge':{'kinds':['a','b']}") },
    { "a list as a sub-attribute, reduced", NULL,
      ACMED(",'badge':{'kinds':['a','b']}"),
      OP(REMOVE(ACME ":badge.kinds") ","
         ADD(ACME ":badge.kinds", "['c']")),
      ACMED(",'badge':{'kinds':['c']}") },
    { "#108 readOnly of an extension, by a path", NULL, ACMED(""),
      OP(REPLACE(ACME ":score", "'x'")), "400 mutability" },
    { "#108 readOnly of an extension, in a value", NULL, ACMED(""),
      OP(REPLACE(ACME, "{'score':'x'}")), ACMED("") },
    { "#116 a required attribute of an extension", NULL, ACMED(""),
      OP(REMOVE(ACME ":grade")), "400 mutability" },
    { "#34 a required extension", NULL, ACMED(""), OP(REMOVE(ACME)),
      "400 invalidValue" },
    { "a simple list", NULL, ACMED(",'names':['a','b']"),
      OP(REMOVE(ACME ":names[value eq `A`]") ","
         REPLACE(ACME ":names[value eq `b`]", "'c'") ","
         ADD(ACME ":names", "'d'")),
      ACMED(",'names':['c','d']") }
};


static void
unit_patch_typed(const unit_patch_case_t *c, const scim_policy_t *policy)
{
    char           name[256];
    json_t        *document, *message, *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    unit_patch_name(name, sizeof(name), policy, c->name);

    document = unit_json(c->document);
    message = unit_json(c->message);
    patch = scim_patch_parse(&unit_type, policy, message, &err);
    result = patch ? scim_patch_apply(patch, document, &err) : NULL;

    unit_expect(name, c->expected, result, &err);

    json_decref(result);
    json_decref(document);
    json_decref(message);
    scim_patch_free(patch);
}


static void
unit_patch_details(void)
{
    size_t         i;
    json_t        *message, *document, *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    static const struct {
        const char  *message;
        const char  *detail;
    } cases[] = {
        { OP(ADD("title", "'a'") "," ADD("emails", "[{'value':[1]}]")),
          "Operations[1]: emails[0].value: expected a string" },
        { OP(ADD("name.givenName", "[1]")),
          "Operations[0]: name.givenName: expected a string" },
        { OP(ADD(ENTERPRISE ":manager", "5.5e3") "," ADD("1", "1")),
          "Operations[1]: path, position 1: expected an attribute" },
        { OP(REMOVE("userName")), "Operations[0]: userName: is required" },
        { OP(REPLACE("emails[type co `x`]", "{'value':'a'}")),
          "Operations[0]: path: no value matches, and the filter does not "
          "say what one would be" },
        { OP(REMOVE("emails[type xx `x`]")),
          "Operations[0]: filter, position 13: expected one of eq, ne, co, "
          "sw, ew, pr, gt, ge, lt, le" },
        { "{}", "Operations: expected an array that is not empty" }
    };

    document = unit_json(JANE);

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        message = unit_json(cases[i].message);
        patch = scim_patch_parse(&scim_user_type, &unit_lenient, message,
                                 &err);
        result = patch ? scim_patch_apply(patch, document, &err) : NULL;
        unit_check(result == NULL && strcmp(err.detail, cases[i].detail) == 0,
                   cases[i].detail, err.detail);

        json_decref(result);
        json_decref(message);
        scim_patch_free(patch);
    }

    json_decref(document);
}


static void
unit_patch_limit(void)
{
    int            i;
    json_t        *operations, *message;
    scim_error_t   err;
    scim_patch_t  *patch;
    scim_policy_t  policy;

    operations = json_array();

    for (i = 0; i < 11; i++) {
        json_array_append_new(operations,
            json_pack("{s:s,s:s,s:[{s:s}]}", "op", "add", "path", "members",
                      "value", "value", "a"));
    }

    message = json_pack("{s:o}", "Operations", operations);

    policy = unit_lenient;
    policy.max_operations = 10;
    patch = scim_patch_parse(&scim_group_type, &policy, message, &err);
    unit_check(patch == NULL && err.status == 413 && err.type == NULL
               && strcmp(err.detail, "Operations: more than 10") == 0,
               "too many operations", err.detail);

    json_array_remove(operations, 0);
    patch = scim_patch_parse(&scim_group_type, &policy, message, &err);
    unit_check(patch != NULL, "as many operations as may be", err.detail);
    scim_patch_free(patch);

    json_decref(message);
}


void
unit_patch(void)
{
    size_t  i;

    for (i = 0; i < UNIT_COUNT(unit_patches); i++) {
        if (unit_patches[i].policy != NULL) {
            unit_patch_run(&unit_patches[i], unit_patches[i].policy);
            continue;
        }

        unit_patch_run(&unit_patches[i], &unit_lenient);
        unit_patch_run(&unit_patches[i], &unit_strict);
    }

    for (i = 0; i < UNIT_COUNT(unit_group_patches); i++) {
        if (unit_group_patches[i].policy != NULL) {
            unit_patch_group(i, unit_group_patches[i].policy);
            continue;
        }

        unit_patch_group(i, &unit_lenient);
        unit_patch_group(i, &unit_strict);
    }

    for (i = 0; i < UNIT_COUNT(unit_typed); i++) {
        unit_patch_typed(&unit_typed[i], &unit_lenient);
        unit_patch_typed(&unit_typed[i], &unit_strict);
    }

    unit_patch_matching();
    unit_patch_group_document();
    unit_patch_details();
    unit_patch_limit();
}
