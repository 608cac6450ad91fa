/*
 * Filters on a type that has attributes of all types, as an operator's own
 * schema may (RFC 7643, section 2.3; RFC 7644, table 3).
 */

#include <stdio.h>

#include "unit.h"


static const scim_attribute_t  typed_part[] = {
    { .name = "size", .type = SCIM_INTEGER },
    { .name = "hidden", .returned = SCIM_RETURNED_NEVER }
};

static const scim_attribute_t  typed_secret[] = {
    { .name = "value" }
};

static const scim_attribute_t  typed_attributes[] = {
    { .name = "level", .type = SCIM_INTEGER },
    { .name = "rate", .type = SCIM_DECIMAL },
    { .name = "born", .type = SCIM_DATETIME },
    { .name = "blob", .type = SCIM_BINARY },
    { .name = "link", .type = SCIM_REFERENCE, .case_exact = 1 },
    { .name = "on", .type = SCIM_BOOLEAN },
    { .name = "tags", .multi_valued = 1 },
    { .name = "marks", .type = SCIM_INTEGER, .multi_valued = 1 },
    { .name = "parts", .type = SCIM_COMPLEX, .multi_valued = 1,
      .sub_attributes = typed_part,
      .sub_attribute_count = UNIT_COUNT(typed_part) },
    { .name = "secret", .type = SCIM_COMPLEX,
      .returned = SCIM_RETURNED_NEVER, .sub_attributes = typed_secret,
      .sub_attribute_count = UNIT_COUNT(typed_secret) }
};

static const scim_schema_t  typed_schema = {
    .urn = "urn:acme:2.0:Thing",
    .name = "Thing",
    .attributes = typed_attributes,
    .attribute_count = UNIT_COUNT(typed_attributes)
};

static const scim_resource_type_t  typed_type = {
    .name = "Thing",
    .endpoint = "/Things",
    .schema = &typed_schema
};


static const char  typed_thing[] =
    "{'schemas':['urn:acme:2.0:Thing'],'id':'1','level':5,'rate':1.5,"
    "'born':'2010-01-23T04:56:22Z','blob':'QUJD','link':'https://x/A',"
    "'on':true,'tags':['a','B'],'marks':[1,3],'secret':{'value':'s'},"
    "'parts':[{'size':1},{'size':7,'hidden':'h'}]}";


typedef struct {
    const char           *name;
    const scim_policy_t  *policy;      /* NULL: both, with the same result */
    const char           *filter;
    const char           *expected;    /* "1", "0" or "400 ..."            */
} typed_case_t;


#define L  &unit_lenient
#define S  &unit_strict
#define BAD  "400 invalidFilter"

static const typed_case_t  typed_cases[] = {

    /* integers and decimals */

    { "#77 an integer eq", NULL, "level eq 5", "1" },
    { "#77 an integer ne", NULL, "level ne 5", "0" },
    { "#81 an integer gt", NULL, "level gt 4", "1" },
    { "#81 an integer gt a decimal", NULL, "level gt 4.5", "1" },
    { "#81 an integer lt a negative one", NULL, "level lt -1", "0" },
    { "#86 an integer with an exponent", NULL, "level eq 5e0", "1" },
    { "#81 a decimal ge", NULL, "rate ge 1.5", "1" },
    { "#81 a decimal lt an integer", NULL, "rate lt 1", "0" },
    { "#81 a decimal le", NULL, "rate le 1.49", "0" },
    { "an integer co", NULL, "level co 5", BAD },
    { "a decimal sw", NULL, "rate sw 1", BAD },
    { "an integer ew", NULL, "level ew 5", BAD },
    { "digits in quotes for an integer", L, "level eq '5'", "1" },
    { "digits in quotes for an integer, strict", S, "level eq '5'", BAD },
    { "digits in quotes for a decimal", L, "rate eq '1.5'", "1" },
    { "a word for an integer", NULL, "level eq 'x'", BAD },
    { "a boolean for an integer", NULL, "level eq true", BAD },
    { "digits and more for an integer", NULL, "level eq '5x'", BAD },
    { "#86 null for an integer", NULL, "level eq null", "0" },
    { "null ordered", NULL, "level gt null", BAD },

    /* dates */

    { "#81 a date gt", NULL, "born gt '2010-01-23T04:56:21Z'", "1" },
    { "#81 a date in another zone", NULL,
      "born eq '2010-01-23T05:56:22+01:00'", "1" },
    { "a date sw", NULL, "born sw '2010-01'", "1" },
    { "a date ew", NULL, "born ew 'Z'", "1" },
    { "a date co", NULL, "born co '-02-'", "0" },
    { "no date", NULL, "born gt 'soon'", BAD },
    { "a number for a date", NULL, "born gt 2010", BAD },
    { "a number that a date may begin with", L, "born sw 2010", "1" },

    /* binaries, references, booleans */

    { "#82 a binary eq", NULL, "blob eq 'QUJD'", "1" },
    { "#82 a binary in another case", NULL, "blob eq 'qujd'", "0" },
    { "a binary co", NULL, "blob co 'UJ'", "1" },
    { "#81 a binary gt", NULL, "blob gt 'A'", BAD },
    { "#81 a binary le", NULL, "blob le 'A'", BAD },
    { "#82 a reference in another case", NULL, "link eq 'https://x/a'", "0" },
    { "#82 a reference sw", NULL, "link sw 'https://'", "1" },
    { "#81 a boolean gt", NULL, "on gt false", BAD },
    { "a boolean co", NULL, "on co 't'", BAD },
    { "#202 a boolean in quotes", L, "on eq 'TRUE'", "1" },
    { "a boolean in quotes, strict", S, "on eq 'true'", BAD },
    { "a number for a boolean", NULL, "on eq 1", BAD },
    { "a word for a boolean", NULL, "on eq 'yes'", BAD },

    /* many simple values */

    { "#84 one of many strings", NULL, "tags eq 'b'", "1" },
    { "#84 none of many strings", NULL, "tags eq 'c'", "0" },
    { "#84 one of many strings is another", NULL, "tags ne 'a'", "1" },
    { "#79 their \"value\"", NULL, "tags[value eq 'b']", "1" },
    { "#79 no value has both", NULL, "tags[value eq 'a' and value eq 'b']",
      "0" },
    { "#84 one of many integers", NULL, "marks gt 2", "1" },
    { "#84 none of many integers", NULL, "marks gt 3", "0" },
    { "#79 a sub-attribute that they have not", NULL, "tags[type eq 'b']",
      BAD },
    { "#83 many are present", NULL, "marks pr", "1" },

    /* complex values */

    { "#84 one of many complex ones", NULL, "parts.size gt 6", "1" },
    { "#79 one value for both", NULL, "parts[size gt 1 and size lt 7]", "0" },
    { "#85 complex without \"value\"", NULL, "parts eq 7", BAD },
    { "#85 complex without \"value\" in quotes", NULL, "parts co '7'", BAD },
    { "#83 complex, present", NULL, "parts pr", "1" },
    { "#39 a sub-attribute that is never returned", NULL,
      "parts.hidden eq 'h'", BAD },
    { "#39 in a value path, too", NULL, "parts[hidden eq 'h']", BAD },
    { "#39 an attribute that is never returned", NULL, "secret.value eq 's'",
      BAD },
    { "#39 its presence", NULL, "secret pr", BAD },

    /* with the type's URN */

    { "#80 the type's URN", NULL, "urn:acme:2.0:Thing:level eq 5", "1" },
    { "#80 and a sub-attribute", NULL, "urn:acme:2.0:thing:parts.size eq 7",
      "1" },
    { "#80 and a value path", NULL, "urn:acme:2.0:Thing:parts[size eq 7]",
      "1" }
};


static void
typed_run(const typed_case_t *one, const scim_policy_t *policy,
    const json_t *thing)
{
    char            name[128], seen[512], *text;
    const char     *got;
    scim_error_t    err;
    scim_filter_t  *filter;

    text = unit_quote(one->filter);
    filter = scim_filter_parse(&typed_type, policy, text, strlen(text), &err);

    got = (filter == NULL) ? unit_error(&err)
          : scim_filter_match(filter, thing) ? "1" : "0";

    (void) snprintf(name, sizeof(name), "%s, %s", one->name,
                    policy == S ? "strict" : "lenient");
    (void) snprintf(seen, sizeof(seen), "%s (%s) instead of %s: %s", got,
                    filter ? "" : err.detail, one->expected, text);
    unit_check(strcmp(got, one->expected) == 0, name, seen);

    scim_filter_free(filter);
    free(text);
}


void
unit_types(void)
{
    size_t               i;
    json_t              *thing;
    const typed_case_t  *one;

    thing = unit_json(typed_thing);

    for (i = 0; i < UNIT_COUNT(typed_cases); i++) {
        one = &typed_cases[i];

        if (one->policy != NULL) {
            typed_run(one, one->policy, thing);
            continue;
        }

        typed_run(one, L, thing);
        typed_run(one, S, thing);
    }

    json_decref(thing);
}
