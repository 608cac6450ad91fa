/*
 * PATCHes of long lists, which patch_elements.c keeps as sets: the same result
 * as value by value, and nothing lost when memory ends.
 */

#include <stdio.h>

#include "unit.h"


#define MANY  30            /* whose pairs are more than are compared singly */


/* "aN" or "bN", each third with a type, one of them primary */
static json_t *
sets_value(const char *prefix, int i, int primary)
{
    char     text[32];
    json_t  *value;

    (void) snprintf(text, sizeof(text), "%s%d", prefix, i);

    value = json_pack("{s:s}", "value", text);

    if (i % 3 == 0) {
        json_object_set_new(value, "type", json_string("home"));
    }

    if (i == primary) {
        json_object_set_new(value, "primary", json_true());
    }

    return value;
}


static json_t *
sets_values(const char *prefix, int from, int to, int primary)
{
    int      i;
    json_t  *values;

    values = json_array();

    for (i = from; i < to; i++) {
        json_array_append_new(values, sets_value(prefix, i, primary));
    }

    return values;
}


static json_t *
sets_user(int primary)
{
    return json_pack("{s:[s],s:s,s:s,s:o}", "schemas", USER, "id", "1",
                     "userName", "j", "emails",
                     sets_values("a", 0, MANY, primary));
}


static json_t *
sets_operation(const char *op, json_t *value)
{
    return json_pack("{s:s,s:s,s:o}", "op", op, "path", "emails", "value",
                     value);
}


/* Takes operations. */
static json_t *
sets_patch(json_t *operations, const json_t *user, scim_error_t *err)
{
    json_t        *message, *result;
    scim_patch_t  *patch;

    message = json_pack("{s:[s],s:o}", "schemas", PATCH_OP, "Operations",
                        operations);
    patch = scim_patch_parse(&scim_user_type, &unit_strict, message, err);
    result = patch ? scim_patch_apply(patch, user, err) : NULL;

    scim_patch_free(patch);
    json_decref(message);

    return result;
}


/* An operation with many values, and one operation for each: both the same. */
static void
sets_alike(const char *name, const char *op, json_t *values, size_t count,
    int primary)
{
    char           seen[128];
    size_t         i;
    json_t        *user, *operations, *value, *at_once, *singly;
    scim_error_t   err;

    user = sets_user(primary);
    operations = json_array();

    json_array_foreach(values, i, value) {
        json_array_append_new(operations,
            sets_operation(op, json_pack("[O]", value)));
    }

    at_once = sets_patch(json_pack("[o]", sets_operation(op, values)), user,
                         &err);
    singly = sets_patch(operations, user, &err);

    (void) snprintf(seen, sizeof(seen), "%zu values at once, %zu singly",
                    json_array_size(json_object_get(at_once, "emails")),
                    json_array_size(json_object_get(singly, "emails")));

    unit_check(at_once != NULL && json_equal(at_once, singly), name, seen);
    unit_check(json_array_size(json_object_get(at_once, "emails")) == count,
               name, seen);

    json_decref(at_once);
    json_decref(singly);
    json_decref(user);
}


/* what is primary after an addition of many values, the last of them so */
static void
sets_primary(void)
{
    int            primaries;
    size_t         i;
    json_t        *user, *result, *values, *value, *operations;
    scim_error_t   err;

    user = sets_user(4);
    values = sets_values("b", 0, MANY, MANY - 1);

    /* the demoted one is known as what it is now, and so is any other */

    operations = json_pack("[o,o]", sets_operation("add", values),
        sets_operation("add", json_pack("[{s:s,s:b},{s:s,s:b}]", "value",
                                        "a4", "primary", 0, "value", "b1",
                                        "primary", 0)));
    result = sets_patch(operations, user, &err);

    values = json_object_get(result, "emails");
    primaries = 0;

    json_array_foreach(values, i, value) {
        primaries += json_is_true(json_object_get(value, "primary"));
    }

    unit_ok(primaries == 1, "#111 one value is primary");
    unit_ok(json_is_true(json_object_get(json_array_get(values, 2 * MANY - 1),
                                         "primary")),
            "#111 it is the last one");
    unit_ok(json_array_size(values) == 2 * MANY,
            "#10 #113 a value that was demoted is there already");
    unit_ok(json_is_false(json_object_get(json_array_get(values, MANY + 1),
                                          "primary")),
            "#10 what is added to a value that is there becomes its own");

    json_decref(result);
    json_decref(user);
}


/* Each allocation fails once: 500, and the sanitizer finds nothing lost. */
static void
sets_memory(const char *name, const char *op, json_t *values)
{
    int            failed;
    char           seen[128];
    long           n;
    json_t        *user, *message, *result;
    scim_error_t   err;
    scim_patch_t  *patch;

    user = sets_user(1);
    message = json_pack("{s:[s],s:[o]}", "schemas", PATCH_OP, "Operations",
                        sets_operation(op, values));

    for (n = 0; n < 100000; n++) {

        (void) unit_fail_allocation(n);

        patch = scim_patch_parse(&scim_user_type, &unit_strict, message,
                                 &err);
        result = patch ? scim_patch_apply(patch, user, &err) : NULL;

        failed = unit_fail_allocation(-1);

        (void) snprintf(seen, sizeof(seen), "allocation %ld: %s", n,
                        result ? "a result" : unit_error(&err));
        unit_check(failed ? result == NULL && err.status == 500
                          : result != NULL, name, seen);

        json_decref(result);
        scim_patch_free(patch);

        if (!failed) {
            break;
        }
    }

    json_decref(message);
    json_decref(user);
}


void
unit_sets(void)
{
    json_t  *twice;

    sets_alike("#113 many new values", "add",
               sets_values("b", 0, MANY, -1), 2 * MANY, -1);
    sets_alike("#113 many values that are there", "add",
               sets_values("a", 0, MANY, -1), MANY, -1);
    sets_alike("#113 half of them are there", "add",
               sets_values("a", MANY / 2, MANY + MANY / 2, -1),
               MANY + MANY / 2, -1);
    sets_alike("#111 many new values, one primary", "add",
               sets_values("b", 0, MANY, 7), 2 * MANY, 3);
    sets_alike("#124 all of many are removed", "remove",
               sets_values("a", 0, MANY, -1), 0, -1);
    sets_alike("#124 many are removed", "remove",
               sets_values("a", 0, MANY - 1, -1), 1, -1);
    sets_alike("#124 many that are not there are removed", "remove",
               sets_values("b", 0, MANY, -1), MANY, 2);

    twice = sets_values("b", 0, MANY, -1);
    json_array_extend(twice, twice);
    sets_alike("#113 many values, each twice", "add", twice, 2 * MANY, -1);

    sets_primary();

    sets_memory("memory: many values added", "add",
                sets_values("b", 0, MANY, 7));
    sets_memory("memory: many values replaced", "replace",
                sets_values("b", 0, MANY, 7));
    sets_memory("memory: many values removed", "remove",
                sets_values("a", 0, MANY, 1));
}
