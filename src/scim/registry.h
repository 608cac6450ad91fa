/*
 * The resource types as an operator extends them: schemas read from their
 * RFC 7643 representation (section 7) made into the same tables that the core
 * schemas are.
 */

#ifndef SCIM_REGISTRY_H
#define SCIM_REGISTRY_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct scim_registry_s  scim_registry_t;


/* The core types without additions; NULL: no memory. */
scim_registry_t *scim_registry_create(void);

/* The types, and all that was found through them, are gone with it. */
void scim_registry_free(scim_registry_t *registry);

/*
 * Adds an extension to the type ("User" or "Group"); the schema may be
 * dropped. required: each resource of the type has to have it (RFC 7643,
 * section 6). The same schema may extend both types. What an attribute leaves
 * out is RFC 7643's default (section 2.2). Other values than its
 * canonicalValues are refused, as the core schemas, where they are
 * suggestions, do not.
 *
 * -1: 400 invalidValue whose detail is the JSON path and the reason:
 * "attributes[2].type: must be one of string, boolean, ...". The registry is
 * as it was.
 */
int scim_registry_extend(scim_registry_t *registry, const char *type_name,
    const json_t *schema, int required, scim_error_t *err);

/*
 * The type by its name ("User"), with all extensions added until then; lives,
 * and stays the same pointer, as long as the registry. registry NULL: the
 * core types. NULL: there is no such type.
 */
const scim_resource_type_t *scim_registry_type(
    const scim_registry_t *registry, const char *type_name);

#pragma GCC visibility pop

#endif
