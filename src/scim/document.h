/*
 * The stored form of a resource: what POST, PUT and PATCH all end with.
 * Internal to src/scim.
 */

#ifndef SCIM_DOCUMENT_H
#define SCIM_DOCUMENT_H

#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

/*
 * Drops passwords and values that are there twice, completes "schemas" and a
 * User's "emails", and checks that what the schemas require is there.
 */
int scim_document_finish(const scim_resource_type_t *type, json_t *document,
    scim_error_t *err);

#pragma GCC visibility pop

#endif
