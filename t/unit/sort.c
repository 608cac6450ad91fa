/*
 * Sorting (CONFORMANCE 88, 97).
 */

#include <stdio.h>

#include "unit.h"


typedef struct {
    const char                  *name;
    const char                  *sort_by;
    const char                  *resources;   /* in ascending order; those
                                                 that are equal in an array */
} unit_sort_order_t;


static const unit_sort_order_t  unit_sort_orders[] = {
    { "#88 case-insensitive strings, missing last", "userName",
      "[{'userName':'Anna'},[{'userName':'bERT'},{'userName':'Bert'}],"
      "{'userName':'berta'},{'userName':'cleo'},"
      "[{},{'userName':''},{'userName':null}]]" },

    { "#88 in any script, however spelled", "userName",
      "[{'userName':'zoe'},[{'userName':'\\u00c9va'},"
      "{'userName':'e\\u0301va'}],{'userName':'\\u0416uk'},"
      "{'userName':'\\u65e5'},{'userName':'\\ud83d\\ude00'}]" },

    { "#88 case-exact strings", "externalId",
      "[{'externalId':'A'},{'externalId':'AB'},{'externalId':'B'},"
      "{'externalId':'a'},{}]" },

    { "#88 a sub-attribute, in any case", "NAME.givenname",
      "[{'name':{'givenName':'a'}},{'name':{'givenName':'B'}},"
      "[{'name':{}},{},{'name':{'familyName':'a'}}]]" },

    { "#88 booleans", "active",
      "[[{'active':false},{'active':false}],{'active':true},{}]" },

    { "#88 times", "meta.lastModified",
      "[[{'meta':{'lastModified':'2020-01-01T01:00:00+02:00'}},"
      "{'meta':{'lastModified':'2019-12-31T23:00:00.000Z'}}],"
      "{'meta':{'lastModified':'2019-12-31T23:00:00.001Z'}},"
      "{'meta':{'lastModified':'2020-01-01T00:00:00Z'}},{}]" },

    { "#88 the primary value, else the first", "emails.value",
      "[{'emails':[{'value':'z'},{'value':'a','primary':true}]},"
      "[{'emails':[{'value':'B'},{'value':'a'}]},"
      "{'emails':[{'value':'b','primary':false}]}],"
      "[{'emails':[{'type':'x'}]},{'emails':[]},{}]]" },

    { "#88 a complex attribute alone is its value", "emails",
      "[{'emails':[{'value':'a'}]},{'emails':[{'value':'b'}]},{}]" },

    { "#88 an extension", ENTERPRISE ":department",
      "[{'" ENTERPRISE "':{'department':'a'}},{'" ENTERPRISE
      "':{'department':'B'}},[{},{'" ENTERPRISE "':{}}]]" },

    { "#88 the manager", ENTERPRISE ":manager",
      "[{'" ENTERPRISE "':{'manager':{'value':'a'}}},{'" ENTERPRISE
      "':{'manager':{'value':'b'}}},{}]" },

    { "#97 unknown: as the values are", "level",
      "[{'level':false},{'LEVEL':true},{'level':-1},{'level':-0.5},"
      "[{'level':0},{'level':0.0}],{'level':9007199254740992},"
      "{'level':9007199254740993},{'level':9007199254740994.0},"
      "{'level':1e300},{'level':'a'},{'level':'B'},"
      "[{'level':{'x':1}},{},{'level':[]},{'level':[null]}]]" },

    { "#97 unknown numbers of two kinds", "level",
      "[{'level':-1e300},{'level':-2},{'level':-1.5},{'level':-1},"
      "{'level':1},{'level':1.5},{'level':2},"
      "{'level':9223372036854775807},{'level':1e19}]" },

    { "#97 unknown and complex", "urn:acme:1.0:x:parts",
      "[{'urn:acme:1.0:x':{'parts':[{'value':'a'}]}},"
      "{'urn:ACME:1.0:x':{'Parts':{'Value':'b'}}},{}]" },

    { "#97 unknown and nowhere", "nothing.here", "[[{},{'a':1}]]" }
};


/* The sign of a compared to b. */
static int
unit_sort_compare(const scim_sort_t *sort, const json_t *a, const json_t *b)
{
    int               n;
    scim_sort_key_t  *x, *y;

    x = scim_sort_key(sort, a);
    y = scim_sort_key(sort, b);
    n = scim_sort_compare(sort, x, y);

    scim_sort_key_free(x);
    scim_sort_key_free(y);

    return (n > 0) - (n < 0);
}


static int
unit_sort_pair(const unit_sort_order_t *test, const json_t *a,
    const json_t *b, int order)
{
    int            passed;
    scim_sort_t   *up, *down;
    scim_error_t   err;

    up = scim_sort_parse(&scim_user_type, &unit_lenient, test->sort_by,
                         strlen(test->sort_by), 0, &err);
    down = scim_sort_parse(&scim_user_type, &unit_lenient, test->sort_by,
                           strlen(test->sort_by), 1, &err);

    passed = up != NULL && down != NULL
             && unit_sort_compare(up, a, b) == order
             && unit_sort_compare(down, a, b) == -order;

    scim_sort_free(up);
    scim_sort_free(down);

    return passed;
}


/* All of one place against all of another, or the same. */
static void
unit_sort_places(const unit_sort_order_t *test, const json_t *all, size_t i,
    size_t j)
{
    int      order;
    char     seen[64];
    size_t   k, l;
    json_t  *a, *b, *first, *second;

    first = json_array_get(all, i);
    second = json_array_get(all, j);
    order = (i > j) - (i < j);

    (void) snprintf(seen, sizeof(seen), "%zu against %zu", i, j);

    for (k = 0; k == 0 || k < json_array_size(first); k++) {
        for (l = 0; l == 0 || l < json_array_size(second); l++) {
            a = json_is_array(first) ? json_array_get(first, k) : first;
            b = json_is_array(second) ? json_array_get(second, l) : second;
            unit_check(unit_sort_pair(test, a, b, order), test->name, seen);
        }
    }
}


static void
unit_sort_order(const unit_sort_order_t *test)
{
    size_t   i, j;
    json_t  *all;

    all = unit_json(test->resources);

    for (i = 0; i < json_array_size(all); i++) {
        for (j = 0; j < json_array_size(all); j++) {
            unit_sort_places(test, all, i, j);
        }
    }

    json_decref(all);
}


static void
unit_sort_refused(const char *sort_by, const scim_policy_t *policy,
    int accepted)
{
    char           seen[128];
    scim_sort_t   *sort;
    scim_error_t   err;

    memset(&err, 0, sizeof(err));
    sort = scim_sort_parse(&scim_user_type, policy, sort_by, strlen(sort_by),
                           0, &err);

    (void) snprintf(seen, sizeof(seen), "sortBy=%s", sort_by);
    unit_check(accepted ? sort != NULL
                        : sort == NULL && strcmp(unit_error(&err),
                                                 "400 invalidValue") == 0,
               seen, err.detail);

    scim_sort_free(sort);
}


static void
unit_sort_reads(void)
{
    scim_sort_t   *sort;
    scim_error_t   err;

    sort = scim_sort_parse(&scim_user_type, &unit_strict, "META.created", 12,
                           0, &err);
    unit_ok(scim_sort_reads(sort, "meta") && !scim_sort_reads(sort, "groups"),
            "what is read");
    scim_sort_free(sort);

    sort = scim_sort_parse(&scim_user_type, &unit_strict,
                           ENTERPRISE ":department",
                           strlen(ENTERPRISE ":department"), 0, &err);
    unit_ok(scim_sort_reads(sort, ENTERPRISE)
            && !scim_sort_reads(sort, "department"), "what is read, by URN");
    scim_sort_free(sort);
}


/* #74 two types in one query: keys of one can be compared to the other's */
static void
unit_sort_types(void)
{
    json_t           *user, *group;
    scim_sort_t      *users, *groups;
    scim_error_t      err;
    scim_policy_t     policy;
    scim_sort_key_t  *a, *b;

    policy = unit_strict;
    policy.all_types = 1;

    users = scim_sort_parse(&scim_user_type, &policy, "userName", 8, 0, &err);
    groups = scim_sort_parse(&scim_group_type, &policy, "userName", 8, 0,
                             &err);
    user = unit_json("{'userName':'a'}");
    group = unit_json("{'displayName':'a'}");

    a = scim_sort_key(users, user);
    b = scim_sort_key(groups, group);
    unit_ok(scim_sort_compare(users, a, b) < 0
            && scim_sort_compare(groups, b, a) > 0, "#74 #88 over all types");

    scim_sort_key_free(a);
    scim_sort_key_free(b);
    json_decref(user);
    json_decref(group);
    scim_sort_free(users);
    scim_sort_free(groups);
}


void
unit_sort(void)
{
    size_t  i;

    for (i = 0; i < UNIT_COUNT(unit_sort_orders); i++) {
        unit_sort_order(&unit_sort_orders[i]);
    }

    unit_sort_refused("", &unit_lenient, 0);
    unit_sort_refused("a b", &unit_lenient, 0);
    unit_sort_refused("emails[type eq \"work\"]", &unit_lenient, 0);
    unit_sort_refused("userName.x", &unit_lenient, 0);
    unit_sort_refused(ENTERPRISE, &unit_lenient, 0);
    unit_sort_refused("name", &unit_lenient, 0);
    unit_sort_refused("meta", &unit_lenient, 0);
    unit_sort_refused("password", &unit_lenient, 0);
    unit_sort_refused("nothing", &unit_lenient, 1);
    unit_sort_refused("nothing", &unit_strict, 0);
    unit_sort_refused("name.nothing", &unit_strict, 0);
    unit_sort_refused("id", &unit_strict, 1);
    unit_sort_refused("urn:ietf:params:scim:schemas:core:2.0:User:userName",
                      &unit_strict, 1);

    unit_sort_reads();
    unit_sort_types();
    scim_sort_free(NULL);
}
