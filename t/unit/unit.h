/*
 * A small harness for tables of cases: JSON in, JSON or an error out.
 *
 * JSON is written with ' for " and ` for \", so that C strings stay legible:
 * "{'path':'emails[type eq `work`]'}".
 */

#ifndef UNIT_H
#define UNIT_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "../../src/scim/scim.h"

#define UNIT_COUNT(table)  (sizeof(table) / sizeof((table)[0]))

#define USER        "urn:ietf:params:scim:schemas:core:2.0:User"
#define GROUP       "urn:ietf:params:scim:schemas:core:2.0:Group"
#define ENTERPRISE                                                            \
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
#define PATCH_OP    "urn:ietf:params:scim:api:messages:2.0:PatchOp"

extern const scim_policy_t  unit_lenient;
extern const scim_policy_t  unit_strict;

/* One case has passed, or failed with what was seen instead. */
void unit_check(int passed, const char *name, const char *seen);

#define unit_ok(condition, name)                                              \
    unit_check((condition) != 0, name, #condition)

/* "400 noTarget", or the status alone; in a buffer that the next call uses. */
const char *unit_error(const scim_error_t *err);

/* Text with its quotes put right; malloc()ed. */
char *unit_quote(const char *text);

/* The JSON of such a text; aborts on a mistake in the test itself. */
json_t *unit_json(const char *text);

/* The two are equal, or got is NULL and expected is unit_error(err). */
void unit_expect(const char *name, const char *expected, json_t *got,
    const scim_error_t *err);

/*
 * From now on the n-th allocation (0: the next one) fails, and all after it;
 * -1: none. Returns whether one failed since the last call.
 */
int unit_fail_allocation(long n);

void unit_bulk(void);
void unit_changes(void);
void unit_cursor(void);
void unit_datetime(void);
void unit_discovery(void);
void unit_excerpt(void);
void unit_filter(void);
void unit_json_tests(void);
void unit_memory(void);
void unit_names(void);
void unit_patch(void);
void unit_path(void);
void unit_projection(void);
void unit_query(void);
void unit_registry(void);
void unit_resource(void);
void unit_sets(void);
void unit_sort(void);
void unit_speed(void);
void unit_types(void);
void unit_version(void);

#endif
