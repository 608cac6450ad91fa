/*
 * Values put into, and taken out of, one place of a document.
 * Internal to patch_*.c.
 */

#ifndef SCIM_PATCH_ELEMENTS_H
#define SCIM_PATCH_ELEMENTS_H

#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

/*
 * The set of an array's values, kept from one operation to the next, so that
 * a thousand operations that add one value each look at the array once.
 */
typedef struct {
    json_t  *array;        /* owned; NULL: no set        */
    json_t  *seen;         /* object: canonical text of each value */
} scim_patch_set_t;


void scim_patch_set_clear(scim_patch_set_t *set);

/* Appends copies of those of values that array doesn't have. */
int scim_patch_append(scim_patch_set_t *set, json_t *array,
    const json_t *values, scim_error_t *err);

/*
 * The new array without those that values names: equal ones, or, of complex
 * values, those with the same "value" (and "type", if it is given).
 */
json_t *scim_patch_without(const json_t *array, const json_t *values,
    scim_error_t *err);

/*
 * RFC 7644, section 3.5.2: where array[keep] became the primary value, no
 * other is. set may be NULL.
 */
int scim_patch_primary(scim_patch_set_t *set, json_t *array, size_t keep,
    scim_error_t *err);

/* A copy without nulls and what is empty for want of them; NULL: no memory. */
json_t *scim_patch_copy(const json_t *value);

#pragma GCC visibility pop

#endif
