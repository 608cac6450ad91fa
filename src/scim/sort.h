/*
 * sortBy and sortOrder (RFC 7644, section 3.4.2.3): a key for each resource,
 * and the order of two keys.
 */

#ifndef SCIM_SORT_H
#define SCIM_SORT_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct scim_sort_s      scim_sort_t;
typedef struct scim_sort_key_s  scim_sort_key_t;


/*
 * sort_by in attribute notation ("userName", "name.givenName", "emails.value",
 * "urn:...:User:department"). Of a complex attribute named alone its "value"
 * is meant (emails).
 *
 * NULL: 400 invalidValue: no attribute's notation, a complex attribute without
 * a "value", one that is never returned (password), or, in the strict profile
 * of a query over one type, one that no schema knows. The lenient profile
 * orders by what the resources hold under the unknown name: where none has it
 * all are equal.
 */
scim_sort_t *scim_sort_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const char *sort_by, size_t length,
    int descending, scim_error_t *err);

void scim_sort_free(scim_sort_t *sort);

/*
 * 1: the key is read from this top-level attribute ("members", "groups",
 * "meta"), so the caller must put it into the resource before it asks for the
 * key.
 */
int scim_sort_reads(const scim_sort_t *sort, const char *attribute);

/* The name of this attribute, or the URN of its extension. */
const char *scim_sort_attribute(const scim_sort_t *sort);

/*
 * The new key of a resource, malloc()ed, which needs the resource no longer:
 * text prepared (scim_names_prepare) unless the attribute is caseExact, times
 * as instants, of a multi-valued attribute the primary value or else the
 * first. A missing value, "" and [] too, is a key like any other. NULL: no
 * memory.
 */
scim_sort_key_t *scim_sort_key(const scim_sort_t *sort,
    const json_t *resource);

/*
 * <0, 0, >0: a comes before b, either may, a comes after b. Ascending, false
 * comes before true, and what is missing last; descending is the exact
 * reverse. Equal keys need a second order (the caller's listing order) to
 * page through them.
 *
 * sort only tells the direction: a and b may come from sorts of different
 * resource types by the same name (a query over all types).
 */
int scim_sort_compare(const scim_sort_t *sort, const scim_sort_key_t *a,
    const scim_sort_key_t *b);

void scim_sort_key_free(scim_sort_key_t *key);

#pragma GCC visibility pop

#endif
