/*
 * Filters: grammar, types, matching and plans (CONFORMANCE 23, 36, 74, 76-86).
 */

#include <stdio.h>

#include "unit.h"


static const char  unit_filter_user[] =
    "{'schemas':['" USER "','" ENTERPRISE "'],'id':'2819c223',"
    "'externalId':'bJensen','userName':'bJensen@Example.com',"
    "'name':{'formatted':'Ms. Barbara J Jensen','familyName':'Jensen',"
    "'givenName':'Barbara'},'nickName':'','active':true,'title':'Tour Guide',"
    "'profileUrl':'https://example.com/Babs',"
    "'emails':[{'value':'bjensen@example.com','type':'work','primary':true},"
    "{'value':'babs@jensen.org','type':'home'}],"
    "'x509Certificates':[{'value':'QUJD'}],"
    "'groups':[{'value':'g1','display':'Guides'}],"
    "'hollow':{'a':'','b':{},'c':null},'half':{'a':'','b':{},'c':'x'},"
    "'unknown':{'Inner':7},'list':['a','b'],'flag':false,'real':1.5,"
    "'meta':{'resourceType':'User','created':'2010-01-23T04:56:22Z',"
    "'lastModified':'2011-05-13T04:42:34.250Z','version':'W/`a`'},"
    "'" ENTERPRISE "':{'employeeNumber':'701984',"
    "'manager':{'value':'26118915','displayName':'John Smith'}}}";


typedef struct {
    const char           *name;
    const scim_policy_t  *policy;      /* NULL: both, with the same result */
    const char           *filter;
    const char           *expected;    /* "1", "0" or "400 ..."            */
} unit_filter_case_t;


static const scim_policy_t  unit_filter_any_case = {
    SCIM_LENIENT, 1000, 100, 100, 0, 1
};

#define L  &unit_lenient
#define S  &unit_strict
#define BAD  "400 invalidFilter"

static const unit_filter_case_t  unit_filter_cases[] = {

    /* operators */

    { "#77 eq", NULL, "title eq 'Tour Guide'", "1" },
    { "#77 eq, not equal", NULL, "title eq 'Tour'", "0" },
    { "#77 ne", NULL, "title ne 'Tour'", "1" },
    { "#77 ne, equal", NULL, "title ne 'tour guide'", "0" },
    { "#77 co", NULL, "name.familyName co 'ENS'", "1" },
    { "#77 co, not in it", NULL, "name.familyName co 'x'", "0" },
    { "#77 co of nothing", NULL, "name.familyName co ''", "1" },
    { "#77 sw", NULL, "userName sw 'BJ'", "1" },
    { "#77 sw, longer than the value", NULL, "name.familyName sw 'jensens'",
      "0" },
    { "#77 sw, in the middle", NULL, "userName sw 'jensen'", "0" },
    { "#77 ew", NULL, "userName ew '.COM'", "1" },
    { "#77 ew, not at the end", NULL, "userName ew 'example'", "0" },
    { "#77 ew, longer than the value", NULL, "title ew 'xTour Guide'", "0" },
    { "#77 gt", NULL, "title gt 'Tour A'", "1" },
    { "#77 gt, equal", NULL, "title gt 'tour guide'", "0" },
    { "#77 ge, equal", NULL, "title ge 'tour guide'", "1" },
    { "#77 lt, longer", NULL, "title lt 'Tour Guides'", "1" },
    { "#77 lt, shorter", NULL, "title lt 'Tour'", "0" },
    { "#77 le", NULL, "title le 'tour guide'", "1" },
    { "#77 le, less", NULL, "title le 'tour'", "0" },
    { "#76 operators without case", NULL, "title EQ 'Tour Guide'", "1" },
    { "#85 unknown operator", NULL, "title xx 'a'", BAD },
    { "#85 no operator", NULL, "title", BAD },
    { "#85 operator missing, then value", NULL, "title 'a'", BAD },

    /* presence */

    { "#83 pr", NULL, "title pr", "1" },
    { "#83 pr, absent", NULL, "displayName pr", "0" },
    { "#83 pr of the empty string", NULL, "nickName pr", "0" },
    { "the empty string equals itself", NULL, "nickName eq ''", "1" },
    { "#83 pr of a complex attribute", NULL, "name pr", "1" },
    { "#83 pr of a complex one whose subs are empty", &unit_lenient,
      "hollow pr", "0" },
    { "#83 pr of a complex one whose last sub is not", &unit_lenient,
      "half pr", "1" },
    { "#83 pr of a multi-valued attribute", NULL, "emails pr", "1" },
    { "#83 pr of an absent one", NULL, "phoneNumbers pr", "0" },
    { "#83 pr of a boolean", NULL, "active pr", "1" },
    { "#83 pr of an extension's", NULL, ENTERPRISE ":manager pr", "1" },
    { "#86 eq null is not pr", NULL, "displayName eq null", "1" },
    { "#86 eq null, present", NULL, "title eq null", "0" },
    { "#86 ne null is pr", NULL, "title ne null", "1" },
    { "#86 ne null, absent", NULL, "displayName ne null", "0" },
    { "#86 gt null", NULL, "title gt null", BAD },
    { "#86 co null", NULL, "title co null", BAD },
    { "ne of an absent attribute", NULL, "displayName ne 'x'", "1" },
    { "eq of an absent attribute", NULL, "displayName eq 'x'", "0" },
    { "lt of an absent attribute", NULL, "displayName lt 'x'", "0" },

    /* logic */

    { "#78 and", NULL, "title pr and userName sw 'b'", "1" },
    { "#78 and, one fails", NULL, "title pr and userName sw 'x'", "0" },
    { "#78 or", NULL, "userName sw 'x' or title pr", "1" },
    { "#78 or, all fail", NULL, "userName sw 'x' or title eq 'y'", "0" },
    { "#78 and before or", NULL,
      "title pr or title pr and userName eq 'x'", "1" },
    { "#78 and before or, behind", NULL,
      "userName eq 'x' and title pr or title pr", "1" },
    { "#78 parentheses", NULL,
      "(title pr or title pr) and userName eq 'x'", "0" },
    { "#78 not", NULL, "not (userName eq 'x')", "1" },
    { "#78 not, without a space", NULL, "not(title pr)", "0" },
    { "#78 not binds one", NULL, "not (title pr) or active eq true", "1" },
    { "#78 not without parentheses", NULL, "not title pr", BAD },
    { "#76 logic without case", NULL, "title pr AND NOT (title eq 'x')",
      "1" },
    { "#78 nested", NULL, "((title pr) and (not (not (title pr))))", "1" },
    { "spaces", NULL, "  ( title   pr )  ", "1" },
    { "a tab", NULL, "title\tpr", "1" },
    { "not closed", NULL, "(title pr", BAD },
    { "closed too often", NULL, "title pr)", BAD },
    { "and without more", NULL, "title pr and", BAD },
    { "and without more, with a space", NULL, "title pr and ", BAD },
    { "or without more", NULL, "title pr or (", BAD },
    { "and before all", NULL, "and title pr", BAD },
    { "nothing", NULL, "", BAD },
    { "spaces only", NULL, "   ", BAD },
    { "empty parentheses", NULL, "()", BAD },
    { "something behind", NULL, "title pr title pr", BAD },

    /* names */

    { "#76 attribute names without case", NULL, "USERNAME sw 'b'", "1" },
    { "#80 sub-attribute, any case", NULL, "NAME.FAMILYNAME eq 'jensen'",
      "1" },
    { "#80 qualified by the core URN", NULL, USER ":userName sw 'b'", "1" },
    { "#80 core URN and sub-attribute", NULL,
      USER ":name.familyName eq 'Jensen'", "1" },
    { "#80 qualified by an extension", NULL,
      ENTERPRISE ":employeeNumber eq '701984'", "1" },
    { "#80 extension and sub-attribute", NULL,
      ENTERPRISE ":manager.displayName co 'smith'", "1" },
    { "#80 URN in another case", NULL,
      "URN:IETF:params:scim:schemas:extension:ENTERPRISE:2.0:user:"
      "employeeNumber pr", "1" },
    { "a URN alone", NULL, ENTERPRISE " pr", BAD },
    { "id", NULL, "id eq '2819c223'", "1" },
    { "meta", NULL, "meta.resourceType eq 'User'", "1" },
    { "$ref", NULL, "groups.$ref pr", "0" },
    { "schemas", NULL, "schemas eq '" USER "'", "1" },
    { "a sub-attribute of a simple one", NULL, "title.x eq 'a'", BAD },
    { "two dots", NULL, "name.familyName.x eq 'a'", BAD },
    { "a dot at the end", NULL, "name. eq 'a'", BAD },
    { "a digit first", NULL, "1name eq 'a'", BAD },
    { "a dollar alone", NULL, "$ eq 'a'", BAD },
    { "an array index", NULL, "emails[0].value eq 'a'", BAD },
    { "an odd character", NULL, "na*me eq 'a'", BAD },

    /* unknown names */

    { "#74 an unknown attribute, lenient", L, "foo eq 'a'", "0" },
    { "an unknown attribute, strict", S, "foo eq 'a'", BAD },
    { "an unknown sub-attribute, lenient", L, "name.foo eq 'a'", "0" },
    { "an unknown sub-attribute, strict", S, "name.foo eq 'a'", BAD },
    { "an unknown URN, lenient", L, "urn:x:y:foo eq 'a'", "0" },
    { "an unknown URN, strict", S, "urn:x:y:foo eq 'a'", BAD },
    { "a kept attribute, in any case", L, "UNKNOWN.inner eq 7", "1" },
    { "a kept attribute's number", L, "unknown.inner gt 6", "1" },
    { "a kept attribute of another type", L, "unknown.inner eq 'x'", "0" },
    { "ne of another type", L, "unknown.inner ne 'x'", "1" },
    { "a kept list", L, "list eq 'B'", "1" },
    { "a kept boolean", L, "flag eq false", "1" },
    { "a kept boolean is present", L, "flag pr", "1" },
    { "a kept real", L, "real eq 1.5", "1" },
    { "a kept real and an integer", L, "real gt 1", "1" },
    { "a kept real, less", L, "real le 1", "0" },

    /* strings */

    { "#36 caseExact false", NULL, "userName eq 'BJENSEN@EXAMPLE.COM'",
      "1" },
    { "#82 caseExact true", NULL, "externalId eq 'bjensen'", "0" },
    { "#82 caseExact true, the same", NULL, "externalId eq 'bJensen'", "1" },
    { "#82 id is caseExact", NULL, "id eq '2819C223'", "0" },
    { "#82 caseExact co", NULL, "externalId co 'Jen'", "1" },
    { "#82 caseExact co, another case", NULL, "externalId co 'jEN'", "0" },
    { "caseExact, to a person", &unit_filter_any_case,
      "externalId co 'jEN'", "1" },
    { "caseExact, to a person, not in it", &unit_filter_any_case,
      "externalId co 'jENx'", "0" },
    { "#82 references are caseExact", NULL, "profileUrl ew 'babs'", "0" },
    { "#86 escapes", NULL, "title eq 'Tour\\u0020\\u0047uide'", "1" },
    { "#86 an escaped quote", NULL, "title eq 'a\\\"b'", "0" },
    { "#86 a bad escape", NULL, "title eq 'a\\x'", BAD },
    { "#86 not closed", NULL, "title eq 'a", BAD },
    { "#86 ends in a backslash", NULL, "title eq 'a\\", BAD },
    { "not UTF-8", NULL, "title eq '\xff'", BAD },
    { "no value", NULL, "title eq", BAD },
    { "no value, with a space", NULL, "title eq ", BAD },
    { "#107 no space before the quote", NULL, "title eq'Tour Guide'", "1" },
    { "no space behind the quote", NULL, "title eq 'x'or title pr", "1" },
    { "a single quote", NULL, "title eq '", BAD },

    /* other types */

    { "#77 boolean eq", NULL, "active eq true", "1" },
    { "boolean ne", NULL, "active ne true", "0" },
    { "boolean eq false", NULL, "active eq false", "0" },
    { "#81 boolean gt", NULL, "active gt false", BAD },
    { "boolean co", NULL, "active co true", BAD },
    { "boolean and a string", S, "active eq 'true'", BAD },
    { "#202 Entra's \"True\"", L, "active eq 'True'", "1" },
    { "#202 Entra's True", L, "active eq True", "1" },
    { "#202 \"False\"", L, "active eq 'FALSE'", "0" },
    { "True, strict", S, "active eq True", BAD },
    { "a boolean that is none", NULL, "active eq 'yes'", BAD },
    { "boolean and a number", NULL, "active eq 1", BAD },
    { "#81 dateTime gt", NULL,
      "meta.lastModified gt '2011-05-13T04:42:34Z'", "1" },
    { "#81 dateTime in another zone", NULL,
      "meta.lastModified eq '2011-05-13T06:42:34.25+02:00'", "1" },
    { "#81 dateTime lt", NULL, "meta.created lt '2010-01-23T04:56:22Z'",
      "0" },
    { "#81 dateTime le", NULL, "meta.created le '2010-01-23T04:56:22Z'",
      "1" },
    { "#81 dateTime sw", NULL, "meta.created sw '2010-01'", "1" },
    { "a date alone, lenient", L, "meta.created gt '2010-01-01'", "1" },
    { "a date alone, strict", S, "meta.created gt '2010-01-01'", BAD },
    { "no date", NULL, "meta.created gt 'yesterday'", BAD },
    { "a number for a date", S, "meta.created gt 2010", BAD },
    { "#81 binary gt", NULL, "x509Certificates.value gt 'QQ=='", BAD },
    { "binary eq", NULL, "x509Certificates.value eq 'QUJD'", "1" },
    { "binary eq, another case", NULL, "x509Certificates eq 'qujd'", "0" },
    { "a number for a string", S, "title eq 5", BAD },
    { "a number for a string, lenient", L, "title eq 5", "0" },
    { "a boolean for a string", S, "title eq true", BAD },
    { "#23 password", NULL, "password eq 'x'", BAD },
    { "#23 password pr", NULL, "password pr", BAD },

    /* complex and multi-valued attributes */

    { "#84 any value", NULL, "emails.value co 'jensen.org'", "1" },
    { "#84 any value, none", NULL, "emails.value co 'x.org'", "0" },
    { "#84 different values may satisfy", NULL,
      "emails.type eq 'home' and emails.value co 'example.com'", "1" },
    { "#85 a complex attribute is its value", NULL,
      "emails eq 'babs@jensen.org'", "1" },
    { "#85 also one that is single", NULL,
      ENTERPRISE ":manager eq '26118915'", "1" },
    { "#85 a complex attribute without value", NULL, "name eq 'x'", BAD },
    { "ne: any value", NULL, "emails.type ne 'work'", "1" },
    { "emails.primary", NULL, "emails.primary eq true", "1" },
    { "#79 value path", NULL, "emails[type eq 'work']", "1" },
    { "#79 value path: one value satisfies all", NULL,
      "emails[type eq 'home' and value co '@example.com']", "0" },
    { "#79 value path with and", NULL,
      "emails[type eq 'work' and value co '@example.com']", "1" },
    { "#79 value path with or, not and parentheses", NULL,
      "emails[(type eq 'x' or type eq 'home') and not (primary eq true)]",
      "1" },
    { "#79 value path and more", NULL,
      "emails[type eq 'work'] and title pr", "1" },
    { "#79 Entra's value path", NULL,
      "emails[type eq 'work'].value eq 'BJENSEN@example.com'", "1" },
    { "#79 Entra's value path, another", NULL,
      "emails[type eq 'home'].value eq 'bjensen@example.com'", "0" },
    { "#79 Entra's value path, or inside", NULL,
      "emails[type eq 'home' or type eq 'x'].value sw 'babs'", "1" },
    { "#79 value path, extension", NULL,
      ENTERPRISE ":manager[displayName eq 'john smith']", "1" },
    { "value path of a simple list", NULL, "schemas[value eq '" USER "']",
      "1" },
    { "value path of a simple list, other", NULL,
      "schemas[display eq 'x']", BAD },
    { "value path on a single complex", NULL,
      "name[familyName eq 'Jensen']", "1" },
    { "value path on an absent attribute", NULL,
      "phoneNumbers[type eq 'work']", "0" },
    { "value path on an unknown attribute", L, "list[value eq 'a']", "1" },
    { "value path on a simple attribute", NULL, "title[value eq 'x']", BAD },
    { "value path behind a sub-attribute", NULL,
      "emails.value[value eq 'x']", BAD },
    { "value path in a value path", NULL, "emails[type[value eq 'x']]",
      BAD },
    { "value path not closed", NULL, "emails[type eq 'work'", BAD },
    { "value path, empty", NULL, "emails[]", BAD },
    { "value path, unknown sub-attribute", S, "emails[foo eq 'x']", BAD },
    { "value path, unknown sub-attribute, lenient", L, "emails[foo eq 'x']",
      "0" },
    { "value path, qualified inside", NULL,
      "emails[emails.type eq 'work']", BAD },
    { "value path, URN inside", NULL, "emails[" USER ":type eq 'x']", BAD },
    { "value path, two names behind", NULL,
      "emails[type eq 'work'].value.x eq 'a'", BAD },
    { "value path, bad name behind", NULL,
      "emails[type eq 'work'].1 eq 'a'", BAD },
    { "value path, no comparison behind", NULL,
      "emails[type eq 'work'].value", BAD },
    { "value path, something behind", NULL, "emails[type eq 'work']x", BAD },
    { "space before the bracket", NULL, "emails [type eq 'work']", BAD },

    /* values without quotes, from authentik before 2025.9 */

    { "unquoted", L, "userName eq bjensen@example.com", "1" },
    { "unquoted, strict", S, "userName eq bjensen@example.com", BAD },
    { "unquoted with a space", L, "title eq Tour Guide", "1" },
    { "unquoted digits", L, "externalId eq 12", "0" },
    { "unquoted, digits and letters", L, "externalId eq 12ab", "0" },
    { "unquoted digits equal the string", L,
      ENTERPRISE ":employeeNumber eq 701984", "1" },
    { "unquoted in parentheses", L, "(title eq Tour Guide)", "1" },
    { "unquoted before and", L, "title eq Tour Guide and active eq true",
      "1" },
    { "unquoted before or", L, "title eq x or title eq Tour Guide", "1" },
    { "unquoted in a value path", L, "emails[type eq work]", "1" },
    { "unquoted parenthesis", L, "title eq Tour (Guide)", "0" },
    { "unquoted true for a string", L, "title eq true", "0" },
    { "unquoted number, bad", S, "unknown eq 1.", BAD }
};

#undef L
#undef S


static void
unit_filter_run(const unit_filter_case_t *c, const scim_policy_t *policy,
    const json_t *user)
{
    char            name[256];
    char           *text;
    json_t         *result;
    scim_error_t    err;
    scim_filter_t  *filter;

    text = unit_quote(c->filter);
    filter = scim_filter_parse(&scim_user_type, policy, text, strlen(text),
                               &err);

    result = filter ? json_integer(scim_filter_match(filter, user)) : NULL;

    (void) snprintf(name, sizeof(name), "filter, %s: %s",
                    policy->profile == SCIM_STRICT ? "strict" : "lenient",
                    c->name);

    if (result != NULL && c->expected[1] == '\0') {
        unit_check(json_integer_value(result) == c->expected[0] - '0', name,
                   c->filter);

    } else {
        unit_expect(name, c->expected, result, &err);
    }

    scim_filter_free(filter);
    json_decref(result);
    free(text);
}


static void
unit_filter_details(void)
{
    char            *text;
    size_t           i;
    scim_error_t     err;
    scim_filter_t   *filter;

    static const struct {
        const char  *filter;
        const char  *detail;
    } cases[] = {
        { "title xx 'a'", "filter, position 7: expected one of eq, ne, co, "
          "sw, ew, pr, gt, ge, lt, le" },
        { "title eq", "filter, position 9: expected a string in quotes, a "
          "number, true, false or null" },
        { "title eq 'a", "filter, position 12: expected a closing quote" },
        { "title pr x", "filter, position 10: expected \"and\", \"or\" or "
          "the end" },
        { "(title pr", "filter, position 10: expected \"and\", \"or\" or "
          "\")\"" },
        { "active gt true", "filter, position 8: active cannot be compared "
          "like that" },
        { "password eq 'a'", "filter, position 1: password cannot be used in "
          "a filter" },
        { "title pr and 1 pr", "filter, position 14: expected an attribute" },
        { "emails[1 pr]", "filter, position 8: expected a sub-attribute" },
        { "name eq 'a'", "filter, position 6: name needs a sub-attribute" },
        { "active eq 5", "filter, position 11: expected true or false for "
          "active" }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        text = unit_quote(cases[i].filter);
        err.detail[0] = '\0';

        filter = scim_filter_parse(&scim_user_type, &unit_lenient, text,
                                   strlen(text), &err);
        unit_check(filter == NULL && strcmp(err.detail, cases[i].detail) == 0,
                   cases[i].filter, err.detail);

        scim_filter_free(filter);
        free(text);
    }
}


/* count times before, then middle, then count times after */
static char *
unit_filter_repeat(const char *before, const char *middle, const char *after,
    int count)
{
    int    i;
    char  *text, *end;

    text = malloc((strlen(before) + strlen(after)) * (size_t) count
                  + strlen(middle) + 1);
    if (text == NULL) {
        abort();
    }

    end = text;

    for (i = 0; i < count; i++) {
        end = stpcpy(end, before);
    }

    end = stpcpy(end, middle);

    for (i = 0; i < count; i++) {
        end = stpcpy(end, after);
    }

    return text;
}


static void
unit_filter_limit(const char *name, const char *before, const char *middle,
    const char *after, int count, const scim_policy_t *policy, int good)
{
    char            *text;
    scim_error_t     err;
    scim_filter_t   *filter;

    text = unit_filter_repeat(before, middle, after, count);
    err.detail[0] = '\0';

    filter = scim_filter_parse(&scim_user_type, policy, text, strlen(text),
                               &err);
    unit_check((filter != NULL) == good, name, err.detail);

    scim_filter_free(filter);
    free(text);
}


static void
unit_filter_limits(void)
{
    scim_policy_t  free_policy;

    free_policy = unit_lenient;
    free_policy.max_filter_terms = 0;

    unit_filter_limit("64 parentheses", "(", "title pr", ")", 64,
                      &unit_lenient, 1);
    unit_filter_limit("65 parentheses", "(", "title pr", ")", 65,
                      &unit_lenient, 0);
    unit_filter_limit("a million open ones", "(", "", "", 1000000,
                      &unit_lenient, 0);
    unit_filter_limit("64 nots", "not (", "title pr", ")", 64, &unit_lenient,
                      1);
    unit_filter_limit("65 nots", "not (", "title pr", ")", 65, &unit_lenient,
                      0);
    unit_filter_limit("100 comparisons", "title pr or ", "title pr", "", 99,
                      &unit_lenient, 1);
    unit_filter_limit("101 comparisons", "title pr or ", "title pr", "", 100,
                      &unit_lenient, 0);
    unit_filter_limit("no limit of comparisons", "title pr or ", "title pr",
                      "", 20000, &free_policy, 1);
}


static void
unit_filter_plan(void)
{
    int             found, alone;
    char           *text, seen[128];
    size_t          i;
    const char     *value;
    scim_error_t    err;
    scim_filter_t  *filter;

    static const struct {
        const char  *filter;
        const char  *path;
        const char  *value;      /* NULL: none */
        int          alone;
    } cases[] = {
        { "userName eq 'Jane'", "userName", "Jane", 1 },
        { "USERNAME eq 'Jane'", "userName", "Jane", 1 },
        { USER ":userName eq 'Jane'", "userName", "Jane", 1 },
        { "(userName eq 'Jane')", "userName", "Jane", 1 },
        { "userName eq jane", "userName", "jane", 1 },
        { "userName eq 12", "userName", "12", 1 },
        { "userName ne 'Jane'", "userName", NULL, 0 },
        { "userName sw 'Jane'", "userName", NULL, 0 },
        { "userName eq null", "userName", NULL, 0 },
        { "userName pr", "userName", NULL, 0 },
        { "not (userName eq 'Jane')", "userName", NULL, 0 },
        { "userName eq 'a' or userName eq 'b'", "userName", NULL, 0 },
        { "active eq true and userName eq 'a'", "userName", "a", 0 },
        { "active eq true and (title pr and userName eq 'a')", "userName",
          "a", 0 },
        { "active eq true and (title pr or userName eq 'a')", "userName",
          NULL, 0 },
        { "externalId eq 'x'", "userName", NULL, 0 },
        { "externalId eq 'x'", "externalId", "x", 1 },
        { "active eq true", "active", "true", 1 },
        { "active eq 'False'", "active", "false", 1 },
        { "active ne true", "active", NULL, 0 },
        { "userName eq true", "userName", "true", 1 },
        { "groups eq 'g1'", "groups.value", "g1", 1 },
        { "emails eq 'a@x'", "emails.value", "a@x", 1 },
        { "emails.value eq 'a@x'", "emails.value", "a@x", 1 },
        { "emails.type eq 'work'", "emails.value", NULL, 0 },
        { "emails[value eq 'a@x']", "emails.value", "a@x", 1 },
        { "emails[type eq 'work' and value eq 'a@x']", "emails.value", "a@x",
          0 },
        { "emails[type eq 'work'].value eq 'a@x'", "emails.value", "a@x",
          0 },
        { "emails[value ne 'a@x']", "emails.value", NULL, 0 },
        { "emails[not (value eq 'a@x')]", "emails.value", NULL, 0 },
        { "members.value eq 'u1'", "members.value", "u1", 1 },
        { "id eq 'u1'", "id", "u1", 1 },
        { ENTERPRISE ":employeeNumber eq '7'", ENTERPRISE ":employeeNumber",
          "7", 1 },
        { ENTERPRISE ":employeeNumber eq '7'", "employeeNumber", NULL, 0 },
        { ENTERPRISE ":manager eq '7'", ENTERPRISE ":manager.value", "7",
          1 },
        { "userName eq '7'", ENTERPRISE ":userName", NULL, 0 },
        { "name.familyName eq 'x'", "name", NULL, 0 }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        text = unit_quote(cases[i].filter);
        filter = scim_filter_parse(&scim_user_type, &unit_lenient, text,
                                   strlen(text), &err);
        alone = 0;
        found = scim_filter_equality(filter, cases[i].path, &value, &alone);

        (void) snprintf(seen, sizeof(seen), "%d %s %d", found,
                        found ? value : "-", alone);

        unit_check(found == (cases[i].value != NULL)
                   && (!found || (strcmp(value, cases[i].value) == 0
                                  && alone == cases[i].alone)),
                   cases[i].filter, seen);

        scim_filter_free(filter);
        free(text);
    }
}


static void
unit_filter_ranges(void)
{
    int             found, alone;
    char           *text, seen[128];
    size_t          i;
    int64_t         from, to;
    scim_error_t    err;
    scim_filter_t  *filter;

    static const struct {
        const char  *filter;
        const char  *range;          /* found, from, to, alone */
    } cases[] = {
        { "meta.lastModified gt '2026-01-01T00:00:00Z'",
          "1 1767225600001 253402300799999 1" },
        { "meta.lastModified ge '2026-01-01T00:00:00Z'",
          "1 1767225600000 253402300799999 1" },
        { "meta.lastModified lt '2026-01-01T00:00:00Z'",
          "1 0 1767225599999 1" },
        { "meta.lastModified le '2026-01-01T00:00:00Z'",
          "1 0 1767225600000 1" },
        { "meta.lastModified eq '2026-01-01T01:00:00+01:00'",
          "1 1767225600000 1767225600000 1" },

        /* resources have whole milliseconds */

        { "meta.lastModified gt '2026-01-01T00:00:00.0005Z'",
          "1 1767225600001 253402300799999 1" },
        { "meta.lastModified ge '2026-01-01T00:00:00.0005Z'",
          "1 1767225600001 253402300799999 1" },
        { "meta.lastModified lt '2026-01-01T00:00:00.0005Z'",
          "1 0 1767225600000 1" },
        { "meta.lastModified le '2026-01-01T00:00:00.0005Z'",
          "1 0 1767225600000 1" },
        { "meta.lastModified eq '2026-01-01T00:00:00.0005Z'",
          "1 1767225600001 1767225600000 1" },

        { "meta.lastModified gt '1960-01-01T00:00:00Z'",
          "1 0 253402300799999 1" },
        { "meta.lastModified ge '2026-01-01T00:00:00Z' and "
          "meta.lastModified lt '2026-01-02T00:00:00Z'",
          "1 1767225600000 1767311999999 1" },
        { "meta.lastModified ge '2026-01-02T00:00:00Z' and "
          "meta.lastModified gt '2026-01-01T00:00:00Z'",
          "1 1767312000000 253402300799999 1" },
        { "active eq true and meta.lastModified lt '2026-01-01T00:00:00Z'",
          "1 0 1767225599999 0" },

        { "meta.lastModified ne '2026-01-01T00:00:00Z'", "0" },
        { "meta.lastModified pr", "0" },
        { "meta.created gt '2026-01-01T00:00:00Z'", "0" },
        { "not (meta.lastModified gt '2026-01-01T00:00:00Z')", "0" },
        { "meta.lastModified gt '2026-01-01T00:00:00Z' or active eq true",
          "0" },
        { "userName gt '2026-01-01T00:00:00Z'", "0" }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        text = unit_quote(cases[i].filter);
        filter = scim_filter_parse(&scim_user_type, &unit_lenient, text,
                                   strlen(text), &err);
        found = scim_filter_range(filter, "meta.lastModified", &from, &to,
                                  &alone);

        (void) snprintf(seen, sizeof(seen), found ? "%d %lld %lld %d" : "%d",
                        found, (long long) from, (long long) to, alone);
        unit_check(strcmp(seen, cases[i].range) == 0, cases[i].filter, seen);

        scim_filter_free(filter);
        free(text);
    }
}


static void
unit_filter_reading(void)
{
    int             reads;
    char           *text;
    size_t          i;
    scim_error_t    err;
    scim_filter_t  *filter;

    static const struct {
        const char  *filter;
        const char  *attribute;
        int          reads;
    } cases[] = {
        { "groups.value eq 'g'", "groups", 1 },
        { "GROUPS[display eq 'g']", "groups", 1 },
        { "title pr or not (groups pr)", "groups", 1 },
        { "title pr and active pr", "groups", 0 },
        { "meta.lastModified pr", "meta", 1 },
        { ENTERPRISE ":manager pr", "manager", 0 }
    };

    for (i = 0; i < UNIT_COUNT(cases); i++) {
        text = unit_quote(cases[i].filter);
        filter = scim_filter_parse(&scim_user_type, &unit_lenient, text,
                                   strlen(text), &err);
        reads = scim_filter_reads(filter, cases[i].attribute);
        unit_check(reads == cases[i].reads, cases[i].filter, "reads");
        scim_filter_free(filter);
        free(text);
    }
}


/* Values beyond ASCII, and longer than what fits on the stack. */
static void
unit_filter_scripts(void)
{
    char            *text, value[2000];
    json_t          *user;
    scim_error_t     err;
    scim_filter_t   *filter;

    user = json_pack("{s:s,s:s}", "userName", "M\xc3\x9cLLER", "title",
                     "\xe2\x84\xaa");

    text = unit_quote("userName eq 'mu\xcc\x88ller' and title eq 'K'");
    filter = scim_filter_parse(&scim_user_type, &unit_strict, text,
                               strlen(text), &err);
    unit_ok(scim_filter_match(filter, user), "#58 any script");
    scim_filter_free(filter);
    free(text);

    memset(value, 'A', sizeof(value));
    value[sizeof(value) - 1] = '\0';
    json_object_set_new(user, "title", json_string(value));

    filter = scim_filter_parse(&scim_user_type, &unit_strict,
                               "title co \"aaaaa\"", 16, &err);
    unit_ok(scim_filter_match(filter, user), "a long value");
    scim_filter_free(filter);

    /* a value that didn't come from JSON, and isn't UTF-8 */

    json_object_set_new(user, "title", json_stringn_nocheck("\xff", 1));

    filter = scim_filter_parse(&scim_user_type, &unit_strict,
                               "title eq \"a\"", 12, &err);
    unit_ok(!scim_filter_match(filter, user), "not UTF-8 matches as bytes");
    scim_filter_free(filter);

    json_decref(user);
}


static void
unit_filter_all_types(void)
{
    scim_error_t    err;
    scim_policy_t   policy;
    scim_filter_t  *filter;

    policy = unit_strict;
    policy.all_types = 1;

    filter = scim_filter_parse(&scim_group_type, &policy,
                               "userName eq \"x\"", 15, &err);
    unit_ok(filter != NULL, "#74 an attribute of another type, all types");
    scim_filter_free(filter);
}


/* A value is a C string to those who ask for it: what follows a NUL is not. */
static void
unit_filter_nul(void)
{
    scim_error_t    err;
    scim_filter_t  *filter;

    filter = scim_filter_parse(&scim_user_type, &unit_lenient,
                               "userName eq jane\0x", 18, &err);
    unit_expect("a NUL in an unquoted value", BAD,
                filter ? json_true() : NULL, &err);
    scim_filter_free(filter);
}


void
unit_filter(void)
{
    json_t  *user;
    size_t   i;

    user = unit_json(unit_filter_user);

    for (i = 0; i < UNIT_COUNT(unit_filter_cases); i++) {
        if (unit_filter_cases[i].policy != NULL) {
            unit_filter_run(&unit_filter_cases[i],
                            unit_filter_cases[i].policy, user);
            continue;
        }

        unit_filter_run(&unit_filter_cases[i], &unit_lenient, user);
        unit_filter_run(&unit_filter_cases[i], &unit_strict, user);
    }

    json_decref(user);

    unit_filter_details();
    unit_filter_limits();
    unit_filter_plan();
    unit_filter_ranges();
    unit_filter_reading();
    unit_filter_scripts();
    unit_filter_all_types();
    unit_filter_nul();
}
