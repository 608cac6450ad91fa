/*
 * A parsed PATCH; internal to patch*.c.
 */

#ifndef SCIM_PATCH_TREE_H
#define SCIM_PATCH_TREE_H

#include <jansson.h>
#include "patch.h"
#include "path.h"
#include "value.h"

#pragma GCC visibility push(hidden)

typedef enum {
    SCIM_PATCH_ADD = 0,
    SCIM_PATCH_REMOVE,
    SCIM_PATCH_REPLACE
} scim_patch_op_t;

/*
 * One change of one attribute: an operation without a path is several. value
 * is accepted already, so that applying only puts it where it belongs:
 *
 *   op            value
 *   add, replace  what to put there, never null
 *   remove        NULL, or an array of the values to take away
 */
typedef struct {
    scim_patch_op_t   op;
    size_t            number;       /* in the message's Operations          */
    scim_path_t      *path;
    json_t           *value;
} scim_patch_change_t;


struct scim_patch_s {
    const scim_resource_type_t  *type;
    scim_policy_t                policy;

    scim_patch_change_t         *changes;
    size_t                       change_count;
    size_t                       change_size;

    scim_member_change_t        *members;
    size_t                       member_count;
    size_t                       member_size;
    json_t                      *seen;   /* ids of the last member change   */
};


/* One operation of the message; path NULL: it has none; value NULL too. */
int scim_patch_operation(scim_patch_t *patch, scim_patch_op_t op,
    size_t number, const char *path, size_t path_length, const json_t *value,
    scim_error_t *err);

/* Takes path and value, even if it fails. */
int scim_patch_add_change(scim_patch_t *patch, scim_patch_op_t op,
    size_t number, scim_path_t *path, json_t *value, scim_error_t *err);

/* What an operation at path says of a group's members. */
int scim_patch_members(scim_patch_t *patch, scim_patch_op_t op,
    scim_path_t *path, const json_t *value, scim_error_t *err);

/* "Operations[number]: " put before the detail of a client's error. */
void scim_patch_error_at(scim_error_t *err, size_t number);

/* Makes room for one more of size bytes in *items; -1: no memory. */
int scim_patch_grow(void **items, size_t count, size_t *room, size_t size,
    scim_error_t *err);

#pragma GCC visibility pop

#endif
