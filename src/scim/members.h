/*
 * A group's members as a list of ids; internal to src/scim.
 */

#ifndef SCIM_MEMBERS_H
#define SCIM_MEMBERS_H

#include <jansson.h>
#include "value.h"

#pragma GCC visibility push(hidden)

/*
 * Appends the ids in value to ids, but for those that the set seen has, and
 * puts them there: an array of {"value": id}; lenient also one such object,
 * or ids alone. null is an empty list.
 */
int scim_members_read(const scim_accept_t *accept, const scim_place_t *place,
    const json_t *value, json_t *ids, json_t *seen, scim_error_t *err);

/* The same for one id, a JSON string. */
int scim_members_add(json_t *id, json_t *ids, json_t *seen,
    scim_error_t *err);

#pragma GCC visibility pop

#endif
