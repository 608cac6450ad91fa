/*
 * A schema of an operator's, as tables; internal to registry*.c.
 */

#ifndef SCIM_REGISTRY_SCHEMA_H
#define SCIM_REGISTRY_SCHEMA_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct scim_registry_schema_s  scim_registry_schema_t;
typedef struct scim_registry_block_s   scim_registry_block_t;

struct scim_registry_schema_s {
    scim_registry_schema_t  *next;
    scim_schema_t            schema;
    json_t                  *source;     /* whose strings the tables use     */
    scim_registry_block_t   *blocks;     /* the tables' memory               */
};


/*
 * The new tables of a schema's representation (RFC 7643, section 7). NULL:
 * 400 invalidValue with the JSON path of what is wrong.
 */
scim_registry_schema_t *scim_registry_schema_read(const json_t *json,
    scim_error_t *err);

void scim_registry_schema_free(scim_registry_schema_t *schema);

#pragma GCC visibility pop

#endif
