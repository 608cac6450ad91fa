/*
 * What a write changes, by two documents.
 */

#include <stdio.h>

#include "unit.h"


typedef struct {
    const char  *name;
    const char  *before;                /* NULL: it was not there */
    const char  *after;
    const char  *names;
    const char  *values;
} unit_changes_t;


static const char *const  unit_changes_allowed[] = {
    "TITLE", "emails", ENTERPRISE ":department", "urn:x", NULL
};


static const unit_changes_t  unit_changes_cases[] = {
    { "nothing", "{'id':'1','userName':'a','emails':[{'value':'x'}]}",
      "{'id':'1','userName':'a','emails':[{'value':'x'}]}", "[]", "{}" },
    { "no attributes", "{'id':'1','schemas':['a'],'meta':{},'Meta':1}",
      "{'id':'2','schemas':['b']}", "[]", "{}" },
    { "a value", "{'userName':'a','active':true}",
      "{'userName':'b','active':true}", "['userName']", "{}" },
    { "one that is allowed", "{'title':'a'}", "{'title':'b'}", "['title']",
      "{'title':{'before':'a','after':'b'}}" },
    { "it comes", "{}", "{'title':'b'}", "['title']",
      "{'title':{'after':'b'}}" },
    { "it goes", "{'title':'a','nickName':'n'}", "{}",
      "['title','nickName']", "{'title':{'before':'a'}}" },
    { "null is a value", "{'title':null}", "{'title':'b'}", "['title']",
      "{'title':{'before':null,'after':'b'}}" },
    { "as a whole", "{'emails':[{'value':'x'}]}",
      "{'emails':[{'value':'x','type':'work'}]}", "['emails']",
      "{'emails':{'before':[{'value':'x'}],"
      "'after':[{'value':'x','type':'work'}]}}" },
    { "several", "{'a':1,'b':2,'c':3}", "{'b':3,'c':3,'d':4}",
      "['b','d','a']", "{}" },
    { "a new one", NULL, "{'id':'1','userName':'a','title':'t'}",
      "['userName','title']", "{'title':{'after':'t'}}" },
    { "an extension", "{'" ENTERPRISE "':{'department':'x','division':'d'}}",
      "{'" ENTERPRISE "':{'department':'y','division':'d'}}",
      "['" ENTERPRISE ":department']",
      "{'" ENTERPRISE ":department':{'before':'x','after':'y'}}" },
    { "an extension comes", "{}", "{'" ENTERPRISE "':{'division':'d'}}",
      "['" ENTERPRISE ":division']", "{}" },
    { "an extension goes",
      "{'" ENTERPRISE "':{'division':'d','schemas':'s'}}", "{}",
      "['" ENTERPRISE ":division','" ENTERPRISE ":schemas']", "{}" },
    { "an extension that is none", "{'urn:x':1}", "{'urn:x':'y'}",
      "['urn:x']", "{'urn:x':{'before':1,'after':'y'}}" },
    { "one that becomes one", "{'urn:x':1}", "{'urn:x':{'a':1}}",
      "['urn:x:a']", "{}" }
};


static void
unit_changes_case(const unit_changes_t *c, const char *const *allowed)
{
    char    *label;
    size_t   length;
    json_t  *before, *after, *got, *expected;

    before = c->before ? unit_json(c->before) : NULL;
    after = unit_json(c->after);

    got = json_pack("{s:[], s:{}}", "names", "values");

    length = strlen(c->name) + sizeof("changes: , no values");
    label = malloc(length);
    (void) snprintf(label, length, "changes: %s%s", c->name,
                    allowed ? "" : ", no values");

    unit_ok(scim_changes(before, after, allowed, json_object_get(got, "names"),
                         json_object_get(got, "values"))
            == 0, label);

    expected = json_pack("{s:o, s:o}", "names", unit_json(c->names), "values",
                         allowed ? unit_json(c->values) : json_object());

    unit_ok(json_equal(got, expected), label);

    json_decref(before);
    json_decref(after);
    json_decref(got);
    json_decref(expected);
    free(label);
}


void
unit_changes(void)
{
    size_t  i;

    for (i = 0; i < UNIT_COUNT(unit_changes_cases); i++) {
        unit_changes_case(&unit_changes_cases[i], unit_changes_allowed);
        unit_changes_case(&unit_changes_cases[i], NULL);
    }
}
