/*
 * JSON from strangers: limits and errors (issue 2, bad input).
 */

#include <stdio.h>

#include "unit.h"


void
unit_json_tests(void)
{
    char          *text;
    json_t        *json, *object;
    size_t         i;
    scim_error_t   err;

    static const struct {
        const char  *name;
        const char  *text;
        const char  *expected;     /* detail, or NULL: it is good */
    } cases[] = {
        { "an object", "{'a':1}", NULL },
        { "white space around", " \n{} \t", NULL },
        { "three levels", "{'a':[{}]}", NULL },
        { "brackets in strings don't nest", "{'a':'[[[[[[`[[['}", NULL },
        { "closing brackets don't count", "{'a':[],'b':[],'c':[],'d':[]}",
          NULL },
        { "four levels", "{'a':[[{}]]}",
          "line 1, column 8: nested deeper than 3 levels" },
        { "on the third line", "{\n'a':[\n[[]]]}",
          "line 3, column 2: nested deeper than 3 levels" },
        { "an array", "[]", "line 1, column 1: expected a JSON object" },
        { "a string", "'x'", "line 1, column 1: expected a JSON object" },
        { "nothing", "", "line 1, column 0: unexpected end" },
        { "half", "{'a':", "line 1, column 5: unexpected end" },
        { "half a string", "{'a", "line 1, column 3: unexpected end" },
        { "something behind", "{} x",
          "line 1, column 4: something follows the object" },
        { "a name twice", "{'a':1,'a':2}",
          "line 1, column 10: a name occurs twice in an object" },
        { "NUL", "{'a':'\\u0000'}", "line 1, column 13: a NUL character" },
        { "NUL in a name", "{'\\u0000':1}",
          "line 1, column 9: a NUL character" },
        { "too large", "{'a':1e999}",
          "line 1, column 10: a number is too large" },
        { "not UTF-8", "{'a':'\xff'}", "line 1, column 6: not UTF-8" },
        { "no JSON", "userName=jane", "line 1, column 8: not JSON" },
        { "stray brackets", "]]]{", "line 1, column 1: not JSON" }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        text = unit_quote(cases[i].text);
        err.detail[0] = '\0';
        json = scim_json_load(text, strlen(text), 3, &err);

        if (cases[i].expected == NULL) {
            unit_check(json != NULL, cases[i].name, err.detail);

        } else {
            unit_check(json == NULL
                       && strcmp(unit_error(&err), "400 invalidSyntax") == 0
                       && strcmp(err.detail, cases[i].expected) == 0,
                       cases[i].name, err.detail);
        }

        json_decref(json);
        free(text);
    }

    object = unit_json("{'Aa':1,'aa':2}");
    unit_ok(json_integer_value(scim_json_member(object, "aa")) == 2,
            "the same spelling goes first");
    unit_ok(json_integer_value(scim_json_member(object, "AA")) == 1,
            "#2 any case does");
    unit_ok(scim_json_member(object, "b") == NULL, "no such member");
    unit_ok(scim_json_member(NULL, "b") == NULL, "no object");
    json_decref(object);

    scim_fail(&err, 409, SCIM_UNIQUENESS, "userName is taken");
    json = scim_error_message(&err);
    unit_expect("#54 an error message", "{'schemas':['urn:ietf:params:scim:"
                "api:messages:2.0:Error'],'status':'409','scimType':"
                "'uniqueness','detail':'userName is taken'}", json, &err);
    json_decref(json);

    scim_fail(&err, 404, NULL, "%s", "");
    json = scim_error_message(&err);
    unit_expect("#54 without type and detail", "{'schemas':['urn:ietf:"
                "params:scim:api:messages:2.0:Error'],'status':'404'}", json,
                &err);
    json_decref(json);
}
