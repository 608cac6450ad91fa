/*
 * Query strings and SearchRequests (CONFORMANCE 89, 90, 96, 165, 174, 194).
 */

#include <limits.h>
#include <stdio.h>

#include "unit.h"


static json_t *
unit_query_print(const scim_query_t *query)
{
    return json_pack("{s:s?,s:s?,s:s?,s:s?,s:s?,s:i,s:I,s:I}",
                     "f", query->filter, "a", query->attributes,
                     "x", query->excluded_attributes, "s", query->sort_by,
                     "c", query->cursor, "d", query->descending,
                     "i", (json_int_t) query->start_index,
                     "n", (json_int_t) query->count);
}


#define Q(f, a, x, s, c, d, i, n)                                             \
    "{'f':" f ",'a':" a ",'x':" x ",'s':" s ",'c':" c ",'d':" d ",'i':" i     \
    ",'n':" n "}"
#define NO  "null"
#define PLAIN  Q(NO, NO, NO, NO, NO, "0", "1", "-1")


static void
unit_query_strings(void)
{
    int            rc;
    size_t         i;
    json_t        *json;
    scim_error_t   err;
    scim_query_t   query;

    static const struct {
        const char  *name;
        const char  *text;
        const char  *expected;
    } cases[] = {
        { "nothing", "", PLAIN },
        { "unknown parameters", "foo=bar&x&=&&", PLAIN },
        { "#194 authentik's filter", "filter=userName+eq+%22ja%2Bne%22",
          Q("'userName eq `ja+ne`'", NO, NO, NO, NO, "0", "1", "-1") },
        { "#198 raw spaces and quotes", "filter=userName eq \"jane\"",
          Q("'userName eq `jane`'", NO, NO, NO, NO, "0", "1", "-1") },
        { "decoded once", "filter=%2525", Q("'%25'", NO, NO, NO, NO, "0", "1",
          "-1") },
        { "lower-case escapes", "filter=%c3%a4", Q("'\xc3\xa4'", NO, NO, NO,
          NO, "0", "1", "-1") },
        { "an equals sign in a value", "filter=a=b", Q("'a=b'", NO, NO, NO,
          NO, "0", "1", "-1") },
        { "an empty filter is a filter", "filter=", Q("''", NO, NO, NO, NO,
          "0", "1", "-1") },
        { "the first one counts", "count=1&count=2", Q(NO, NO, NO, NO, NO,
          "0", "1", "1") },
        { "names without case", "STARTINDEX=3&Count=4", Q(NO, NO, NO, NO, NO,
          "0", "3", "4") },
        { "names are decoded, too", "fil%74er=x", Q("'x'", NO, NO, NO, NO,
          "0", "1", "-1") },
        { "all of them", "attributes=a, b&excludedAttributes=c&sortBy=d&"
          "sortOrder=Descending&count=5&cursor=xyz",
          Q(NO, "'a, b'", "'c'", "'d'", "'xyz'", "1", "1", "5") },
        { "#173 cursor and startIndex", "startIndex=1&cursor=",
          "400 invalidValue" },
        { "#173 cursor and startIndex, the other way", "cursor&startIndex=2",
          "400 invalidValue" },
        { "#165 cursor without a value", "cursor&count=10", Q(NO, NO, NO, NO,
          "''", "0", "1", "10") },
        { "cursor with an empty value", "cursor=", Q(NO, NO, NO, NO, "''",
          "0", "1", "-1") },
        { "ascending", "sortOrder=ascending", PLAIN },
        { "#89 startIndex 0", "startIndex=0", PLAIN },
        { "#89 startIndex negative", "startIndex=-5", PLAIN },
        { "#90 count 0", "count=0", Q(NO, NO, NO, NO, NO, "0", "1", "0") },
        { "#90 count negative", "count=-5", Q(NO, NO, NO, NO, NO, "0", "1",
          "0") },
        { "numbers too large", "startIndex=99999999999999999999",
          Q(NO, NO, NO, NO, NO, "0", "9223372036854775807", "-1") },
        { "numbers too small", "startIndex=-99999999999999999999", PLAIN },
        { "a broken escape", "filter=%2", "400 invalidFilter" },
        { "a broken escape, letters", "filter=%zz", "400 invalidFilter" },
        { "a broken escape, half", "filter=%2z", "400 invalidFilter" },
        { "a broken escape elsewhere", "attributes=%", "400 invalidValue" },
        { "#171 a broken escape in a cursor", "cursor=%", "400 invalidCursor"
        },
        { "a NUL", "filter=%00", "400 invalidFilter" },
        { "a NUL elsewhere", "attributes=%00", "400 invalidValue" },
        { "#171 a NUL in a cursor", "cursor=%00", "400 invalidCursor" },
        { "not UTF-8", "filter=%ff", "400 invalidFilter" },
        { "not UTF-8 elsewhere", "sortBy=%ff", "400 invalidValue" },
        { "#171 not UTF-8 in a cursor", "cursor=%ff", "400 invalidCursor" },
        { "a broken escape in what is ignored", "foo=%zz", PLAIN },
        { "count is no number", "count=ten", "400 invalidValue" },
        { "count is empty", "count=", "400 invalidValue" },
        { "count without a value", "count", "400 invalidValue" },
        { "count with a fraction", "count=1.5", "400 invalidValue" },
        { "count with a space", "count=+5", "400 invalidValue" },
        { "startIndex is no number", "startIndex=-", "400 invalidValue" },
        { "an unknown order", "sortOrder=up", "400 invalidValue" },
        { "what was read before is freed", "filter=a&attributes=b&count=x",
          "400 invalidValue" }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        rc = scim_query_parse(&query, cases[i].text, strlen(cases[i].text),
                              &err);
        json = rc ? NULL : unit_query_print(&query);
        unit_expect(cases[i].name, cases[i].expected, json, &err);
        json_decref(json);

        if (rc != 0) {
            unit_ok(query.filter == NULL && query.attributes == NULL,
                    "a failure leaves nothing");
        }

        scim_query_free(&query);
    }
}


#define SEARCH  "'schemas':['urn:ietf:params:scim:api:messages:2.0:"          \
                "SearchRequest']"


static void
unit_query_searches(void)
{
    int            rc;
    size_t         i;
    json_t        *json, *message;
    scim_error_t   err;
    scim_query_t   query;

    static const struct {
        const char  *name;
        const char  *text;
        const char  *expected;
    } cases[] = {
        { "#96 nothing", "{" SEARCH "}", PLAIN },
        { "#96 no schemas", "{}", PLAIN },
        { "#96 all of it", "{" SEARCH ",'attributes':['a','b.c'],'filter':'f',"
          "'sortBy':'s','sortOrder':'descending','startIndex':2,'count':0}",
          Q("'f'", "'a,b.c'", NO, "'s'", NO, "1", "2", "0") },
        { "#96 excluded, in any case", "{'EXCLUDEDattributes':['x']}",
          Q(NO, NO, "'x'", NO, NO, "0", "1", "-1") },
        { "attributes as one string", "{'attributes':'a,b'}",
          Q(NO, "'a,b'", NO, NO, NO, "0", "1", "-1") },
        { "no attributes", "{'attributes':[]}",
          Q(NO, "''", NO, NO, NO, "0", "1", "-1") },
        { "#174 cursor", "{'cursor':''}", Q(NO, NO, NO, NO, "''", "0", "1",
          "-1") },
        { "#173 #174 cursor and startIndex", "{'cursor':'','startIndex':1}",
          "400 invalidValue" },
        { "#174 cursor and no startIndex", "{'cursor':'','startIndex':null}",
          Q(NO, NO, NO, NO, "''", "0", "1", "-1") },
        { "null is absent", "{'filter':null,'count':null,'attributes':null}",
          PLAIN },
        { "#89 small numbers", "{'startIndex':-1,'count':-1}",
          Q(NO, NO, NO, NO, NO, "0", "1", "0") },
        { "another message", "{'schemas':['urn:x']}", "400 invalidSyntax" },
        { "a schema that is no string", "{'schemas':[1]}",
          "400 invalidSyntax" },
        { "no object", "[]", "400 invalidSyntax" },
        { "a filter that is no string", "{'filter':5}", "400 invalidValue" },
        { "a number that is none", "{'count':'5'}", "400 invalidValue" },
        { "a number with a fraction", "{'count':5.5}", "400 invalidValue" },
        { "attributes of another type", "{'attributes':[1]}",
          "400 invalidValue" },
        { "attributes as a number", "{'attributes':1}", "400 invalidValue" },
        { "an unknown order", "{'sortOrder':'up'}", "400 invalidValue" }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        message = unit_json(cases[i].text);
        rc = scim_query_from_search(&query, message, &err);
        json = rc ? NULL : unit_query_print(&query);
        unit_expect(cases[i].name, cases[i].expected, json, &err);
        json_decref(json);
        json_decref(message);
        scim_query_free(&query);
    }
}


void
unit_query(void)
{
    unit_query_strings();
    unit_query_searches();
}
