/*
 * The "schemas" attribute: which URNs a document lists (RFC 7643, sections 3
 * and 3.1). Internal to src/scim.
 */

#ifndef SCIM_SCHEMAS_H
#define SCIM_SCHEMAS_H

#include <jansson.h>
#include "value.h"

#pragma GCC visibility push(hidden)

/*
 * The new list for what a client sent: known URNs in the schema's spelling,
 * none twice. Strict: 400 for a URN that isn't the type's, or no list at all.
 */
json_t *scim_schemas_accept(const scim_accept_t *accept,
    const scim_place_t *place, const scim_resource_type_t *type,
    const json_t *value, scim_error_t *err);

/* The same for PATCH, where the list need not be complete. */
json_t *scim_schemas_list(const scim_accept_t *accept,
    const scim_place_t *place, const scim_resource_type_t *type,
    const json_t *value, scim_error_t *err);

/*
 * Adds to document's list the type's own URN and those of the extensions that
 * the document uses.
 */
int scim_schemas_complete(const scim_resource_type_t *type, json_t *document,
    scim_error_t *err);

/*
 * Takes off document's list the URNs of the extensions that it had before and
 * has no more. One that a client listed without using it stays.
 */
int scim_schemas_leave(const json_t *before, json_t *document,
    scim_error_t *err);

/*
 * The order of "schemas" means nothing (RFC 7643, section 3): if before has the
 * same ones, that order stays.
 */
int scim_schemas_keep(const json_t *before, json_t *document,
    scim_error_t *err);

#pragma GCC visibility pop

#endif
