/*
 * One place of a document, for PATCH; internal to patch_*.c.
 */

#ifndef SCIM_PATCH_PLACE_H
#define SCIM_PATCH_PLACE_H

#include <jansson.h>
#include "patch_elements.h"
#include "patch_tree.h"

#pragma GCC visibility push(hidden)

/* Where a value is, or will be: object[key]. */
typedef struct {
    json_t                  *object;
    const char              *key;
    const scim_attribute_t  *attribute;    /* NULL: unknown                 */
} scim_patch_target_t;


typedef struct {
    const scim_patch_t         *patch;
    const scim_patch_change_t  *change;
    scim_patch_set_t            set;
} scim_patch_state_t;


/* The spelling of name that object has; known names have only one. */
const char *scim_patch_spelling(const json_t *object, const char *name,
    int known);

/* 1: current is, or will be, an array. */
int scim_patch_multi_valued(const scim_patch_target_t *target,
    const json_t *current);

int scim_patch_unassign(const scim_patch_target_t *target,
    scim_error_t *err);

/* The sub-attributes in value take their places, null unassigns. */
int scim_patch_merge(json_t *object, const scim_attribute_t *attribute,
    const json_t *value, scim_error_t *err);

/* An object or array that lost its last value is gone. */
void scim_patch_tidy(const scim_patch_target_t *target);

/* The state's change made to the whole of what is there. */
int scim_patch_whole(scim_patch_state_t *state,
    const scim_patch_target_t *target, scim_error_t *err);

#pragma GCC visibility pop

#endif
