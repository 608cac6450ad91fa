/*
 * PATCH (RFC 7644, section 3.5.2): a message parsed once, applied to as many
 * readings of the document as the caller's commit needs.
 */

#ifndef SCIM_PATCH_H
#define SCIM_PATCH_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"
#include "filter.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct scim_patch_s  scim_patch_t;

/*
 * What a message does to a group's members, in the order of its operations.
 * SCIM_MEMBERS_REPLACE with no ids empties the group.
 */
typedef enum {
    SCIM_MEMBERS_ADD = 0,
    SCIM_MEMBERS_REMOVE,
    SCIM_MEMBERS_REPLACE,
    SCIM_MEMBERS_REMOVE_MATCHING     /* a filter on more than value */
} scim_member_action_t;

typedef struct {
    scim_member_action_t   action;
    json_t                *ids;       /* array of strings; owned by the patch */
    const scim_filter_t   *filter;    /* SCIM_MEMBERS_REMOVE_MATCHING only    */
} scim_member_change_t;               /* ids: without duplicates, [] there    */


/*
 * Takes every shape that clients send (any case of op and of "Operations",
 * path-less values with dotted and URN keys, remove with a value, one value
 * instead of an array); the strict profile only the RFC's. More than
 * policy->max_operations: 413. NULL: 400 invalidSyntax, invalidPath,
 * invalidFilter, invalidValue, noTarget or mutability; nothing of message is
 * kept by reference that the caller may not drop.
 *
 *                                      lenient              strict
 *   message without schemas            taken                invalidSyntax
 *   op in another case                 taken                invalidSyntax
 *   Operations: one, without an array  taken                invalidSyntax
 *   path ""                            none                 invalidPath
 *   name.givenName, urn:...:User:x or
 *     a value path as a value's key    taken                invalidPath
 *   unknown attribute or URN           kept                 invalidPath
 *   add or replace where no value
 *     matches the path's filter        creates the value    noTarget
 *                                      that the filter's
 *                                      "eq"s describe, else
 *                                      noTarget
 *   one value to replace many          taken                invalidValue
 *   path is id or meta                 ignored              mutability
 *   path is groups                     mutability           mutability
 *   path is manager.displayName        taken                mutability
 *   path is members...display          ignored              mutability
 *   primary of several values at once  the first of them    invalidValue
 *   null, or [], added                 nothing              nothing
 *   null, or [], replaces              removes              removes
 *   readOnly in a value without path   ignored              ignored
 *   remove with a value, of many       removes those only   the same
 *   remove with the value []           removes none         the same
 *   remove with the value null         as without value     the same
 *   remove where nothing matches       no change            the same
 *   password                           checked, dropped     the same
 */
scim_patch_t *scim_patch_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const json_t *message, scim_error_t *err);

void scim_patch_free(scim_patch_t *patch);

/*
 * 1: something in the message is about more than members, so the document
 * must be read, changed by scim_patch_apply and committed. 0 for a Group:
 * the member changes are all there is, and no document need be read.
 */
int scim_patch_changes_document(const scim_patch_t *patch);

/* The changes of a group's members; *count is 0 where there are none. */
const scim_member_change_t *scim_patch_member_changes(
    const scim_patch_t *patch, size_t *count);

/*
 * The new document that all operations, one after the other, make of document
 * (which stays as it is), in the form of scim_resource_accept: atomic, because
 * a failure gives no document. An extension that loses its last attribute
 * loses its place in "schemas" too. json_equal(document, result) tells the
 * caller whether anything changed. NULL: 400 noTarget, mutability,
 * invalidValue.
 */
json_t *scim_patch_apply(const scim_patch_t *patch, const json_t *document,
    scim_error_t *err);

#pragma GCC visibility pop

#endif
