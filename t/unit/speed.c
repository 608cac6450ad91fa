/*
 * Long arrays, ten times as long ones, and how long they took: ten times as
 * much should take about ten times as long.
 */

#include <stdio.h>
#include <time.h>

#include "unit.h"


#define SMALL  2000
#define LARGE  20000


static double
unit_speed_now(void)
{
    struct timespec  now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);

    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}


static void
unit_speed_compare(const char *name, double small, double large)
{
    char  seen[128];

    (void) snprintf(seen, sizeof(seen), "%.4f s for %d, %.4f s for %d",
                    small, SMALL, large, LARGE);

    /* told, not judged: bench/protocol measures */

    (void) printf("# %s: %s\n", name, seen);
}


/* [{"value": "user0", "type": "t"}, ...] */
static json_t *
unit_speed_values(int count, const char *type)
{
    int      i;
    char     value[32];
    json_t  *array;

    array = json_array();

    for (i = 0; i < count; i++) {
        (void) snprintf(value, sizeof(value), "user%d", i);
        json_array_append_new(array, json_pack("{s:s,s:s}", "value", value,
                                               "type", type));
    }

    return array;
}


static double
unit_speed_members(int count)
{
    double          start;
    json_t         *body, *document;
    scim_error_t    err;
    scim_members_t  members;

    body = json_pack("{s:s,s:o}", "displayName", "g", "members",
                     unit_speed_values(count, "User"));
    start = unit_speed_now();

    document = scim_resource_accept(&scim_group_type, &unit_lenient, body,
                                    NULL, &members, &err);
    start = unit_speed_now() - start;

    unit_ok(json_array_size(members.ids) == (size_t) count, "all members");

    json_decref(members.ids);
    json_decref(document);
    json_decref(body);

    return start;
}


static double
unit_speed_filter(int count)
{
    double          start;
    json_t         *user;
    scim_error_t    err;
    scim_filter_t  *filter;
    const char     *text;

    text = "emails[type eq \"T\" and value co \"x\"] or emails.value ew \"x\"";

    user = json_pack("{s:s,s:o}", "userName", "a", "emails",
                     unit_speed_values(count, "t"));
    filter = scim_filter_parse(&scim_user_type, &unit_lenient, text,
                               strlen(text), &err);
    start = unit_speed_now();
    unit_ok(!scim_filter_match(filter, user), "no match");
    start = unit_speed_now() - start;

    scim_filter_free(filter);
    json_decref(user);

    return start;
}


/* operations, in the text's form, on a user with count e-mail addresses */
static double
unit_speed_patch(int count, json_t *operations)
{
    double         start;
    json_t        *user, *message, *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    user = json_pack("{s:s,s:o}", "userName", "a", "emails",
                     unit_speed_values(count, "t"));
    message = json_pack("{s:o}", "Operations", operations);

    start = unit_speed_now();
    patch = scim_patch_parse(&scim_user_type, &unit_lenient, message, &err);
    result = patch ? scim_patch_apply(patch, user, &err) : NULL;
    start = unit_speed_now() - start;

    unit_check(result != NULL, "the patch applies", err.detail);

    json_decref(result);
    json_decref(message);
    json_decref(user);
    scim_patch_free(patch);

    return start;
}


static json_t *
unit_speed_operation(const char *op, json_t *value)
{
    return json_pack("[{s:s,s:s,s:o}]", "op", op, "path", "emails", "value",
                     value);
}


/* 1,000 operations that add one value each */
static json_t *
unit_speed_operations(int primary)
{
    int      i;
    char     value[32];
    json_t  *operations;

    operations = json_array();

    for (i = 0; i < 1000; i++) {
        (void) snprintf(value, sizeof(value), "new%d", i);
        json_array_append_new(operations,
            json_pack("{s:s,s:s,s:{s:s,s:b}}", "op", "add", "path", "emails",
                      "value", "value", value, "primary", primary));
    }

    return operations;
}


static double
unit_speed_projection(int count)
{
    double              start;
    json_t             *user, *result;
    scim_error_t        err;
    scim_projection_t  *projection;

    user = json_pack("{s:s,s:o}", "userName", "a", "emails",
                     unit_speed_values(count, "t"));
    projection = scim_projection_parse(&scim_user_type, &unit_lenient,
                                       "emails.value", 12, NULL, 0, &err);
    start = unit_speed_now();
    result = scim_projection_apply(projection, user);
    start = unit_speed_now() - start;

    unit_ok(json_array_size(json_object_get(result, "emails"))
            == (size_t) count, "all values");

    json_decref(result);
    json_decref(user);
    scim_projection_free(projection);

    return start;
}


static double
unit_speed_unknown(int count)
{
    int            i;
    char           name[64];
    double         start;
    json_t        *body, *document;
    scim_error_t   err;

    body = json_pack("{s:s}", "userName", "a");

    for (i = 0; i < count; i++) {
        (void) snprintf(name, sizeof(name), "urn:acme:%d", i);
        json_object_set_new(body, name, json_pack("{s:i}", "a", i));
    }

    start = unit_speed_now();
    document = scim_resource_accept(&scim_user_type, &unit_lenient, body,
                                    NULL, NULL, &err);
    start = unit_speed_now() - start;

    unit_ok(document != NULL, "unknown URNs");

    json_decref(document);
    json_decref(body);

    return start;
}


static double
unit_speed_index(int count)
{
    double   start;
    json_t  *user, *index;

    user = json_pack("{s:o}", "emails", unit_speed_values(count, "t"));
    start = unit_speed_now();
    index = scim_resource_index(&scim_user_type, user, "emails.value");
    start = unit_speed_now() - start;

    unit_ok(json_array_size(index) == (size_t) count, "all index values");

    json_decref(index);
    json_decref(user);

    return start;
}


/* A filter and a value as long as each other, the search's worst case. */
static double
unit_speed_search(int count)
{
    char           *text;
    size_t          n, length;
    double          start;
    json_t         *user;
    scim_error_t    err;
    scim_filter_t  *filter;

    n = (size_t) count;
    text = malloc(n * 2 + 1);
    memset(text, 'a', n * 2);
    text[n * 2] = '\0';
    user = json_pack("{s:s}", "title", text);

    length = (size_t) sprintf(text, "title co \"");
    memset(text + length, 'a', n);
    text[length + n / 2] = 'b';
    text[length + n] = '"';

    filter = scim_filter_parse(&scim_user_type, &unit_lenient, text,
                               length + n + 1, &err);
    start = unit_speed_now();
    unit_ok(filter != NULL && !scim_filter_match(filter, user), "not in it");
    start = unit_speed_now() - start;

    scim_filter_free(filter);
    json_decref(user);
    free(text);

    return start;
}


/* count groups, each a member of the next; the last comes first, or a ring */
static double
unit_speed_bulk(int count, int ring)
{
    int                     i;
    char                    id[32], member[32];
    size_t                  ended;
    double                  start;
    ssize_t                 n;
    json_t                 *operations, *message, *response;
    scim_bulk_t            *bulk;
    scim_error_t            err;
    scim_bulk_operation_t   operation;

    operations = json_array();

    for (i = 0; i < count; i++) {
        (void) snprintf(id, sizeof(id), "g%d", i);
        (void) snprintf(member, sizeof(member), "bulkId:g%d",
                        (i + 1) % count);
        json_array_append_new(operations,
            json_pack("{s:s,s:s,s:s,s:{s:[{s:s}]}}", "method", "POST",
                      "path", "/Groups", "bulkId", id, "data", "members",
                      "value", (ring || i + 1 < count) ? member : "x"));
    }

    message = json_pack("{s:o}", "Operations", operations);
    ended = 0;
    start = unit_speed_now();
    bulk = scim_bulk_parse(&unit_lenient, message, 0, &err);

    while ((n = scim_bulk_next(bulk, &operation)) >= 0) {
        (void) snprintf(id, sizeof(id), "id%zd", n);
        scim_bulk_done(bulk, (size_t) n, 201, id, NULL, NULL, NULL);
        ended++;
    }

    response = scim_bulk_response(bulk, "https://x");
    start = unit_speed_now() - start;

    unit_ok(ended == (size_t) count + (ring ? 1 : 0)
            && json_array_size(json_object_get(response, "Operations"))
               == (size_t) count, "all operations");

    json_decref(response);
    json_decref(message);
    scim_bulk_free(bulk);

    return start;
}


/* One PATCH path that names them all, and count PATCHes of one group. */
static double
unit_speed_bulk_patch(int count)
{
    int                     i;
    char                   *path, id[32];
    size_t                  ended, length;
    double                  start;
    ssize_t                 n;
    json_t                 *operations, *message;
    scim_bulk_t            *bulk;
    scim_error_t            err;
    scim_bulk_operation_t   operation;

    operations = json_array();
    path = malloc((size_t) count * 40 + 100);
    length = (size_t) sprintf(path, "members[");

    for (i = 0; i < count; i++) {
        (void) snprintf(id, sizeof(id), "u%d", i);
        json_array_append_new(operations,
            json_pack("{s:s,s:s,s:s,s:{}}", "method", "POST", "path",
                      "/Users", "bulkId", id, "data"));
        length += (size_t) sprintf(path + length, "value eq \"bulkId:u%d\" "
                                   "or ", i);
    }

    for (i = 0; i < count; i++) {
        json_array_append_new(operations,
            json_pack("{s:s,s:s,s:{s:s}}", "method", "PATCH", "path",
                      "/Groups/g", "data", "path", i ? "x" : path));
    }

    message = json_pack("{s:o}", "Operations", operations);
    ended = 0;
    start = unit_speed_now();
    bulk = scim_bulk_parse(&unit_lenient, message, 0, &err);

    while ((n = scim_bulk_next(bulk, &operation)) >= 0) {
        (void) snprintf(id, sizeof(id), "id%zd", n);
        scim_bulk_done(bulk, (size_t) n, 201, id, NULL, NULL, NULL);
        ended++;
    }

    start = unit_speed_now() - start;
    unit_ok(ended == (size_t) count * 2, "all operations");

    json_decref(message);
    scim_bulk_free(bulk);
    free(path);

    return start;
}


void
unit_speed(void)
{
    unit_speed_compare("bulk: a chain in the wrong order",
                       unit_speed_bulk(SMALL, 0), unit_speed_bulk(LARGE, 0));
    unit_speed_compare("bulk: a circle of all", unit_speed_bulk(SMALL, 1),
                       unit_speed_bulk(LARGE, 1));
    unit_speed_compare("bulk: many PATCHes, and a long path",
                       unit_speed_bulk_patch(SMALL),
                       unit_speed_bulk_patch(LARGE));

    unit_speed_compare("members of a group", unit_speed_members(SMALL),
                       unit_speed_members(LARGE));
    unit_speed_compare("a filter on many values", unit_speed_filter(SMALL),
                       unit_speed_filter(LARGE));
    unit_speed_compare("a search for a long text", unit_speed_search(SMALL),
                       unit_speed_search(LARGE));
    unit_speed_compare("a projection of many values",
                       unit_speed_projection(SMALL),
                       unit_speed_projection(LARGE));
    unit_speed_compare("many unknown URNs", unit_speed_unknown(SMALL),
                       unit_speed_unknown(LARGE));
    unit_speed_compare("an index of many values", unit_speed_index(SMALL),
                       unit_speed_index(LARGE));
    unit_speed_compare("many values added",
        unit_speed_patch(SMALL, unit_speed_operation("add",
                         unit_speed_values(SMALL, "u"))),
        unit_speed_patch(LARGE, unit_speed_operation("add",
                         unit_speed_values(LARGE, "u"))));
    unit_speed_compare("many values removed",
        unit_speed_patch(SMALL, unit_speed_operation("remove",
                         unit_speed_values(SMALL, "t"))),
        unit_speed_patch(LARGE, unit_speed_operation("remove",
                         unit_speed_values(LARGE, "t"))));
    unit_speed_compare("1,000 operations on many values",
        unit_speed_patch(SMALL, unit_speed_operations(0)),
        unit_speed_patch(LARGE, unit_speed_operations(0)));
    unit_speed_compare("1,000 operations that move primary",
        unit_speed_patch(SMALL, unit_speed_operations(1)),
        unit_speed_patch(LARGE, unit_speed_operations(1)));
}
