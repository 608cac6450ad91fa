/*
 * What the service provider says of itself (RFC 7644, section 4;
 * RFC 7643, sections 5, 6 and 7), made from the same tables that it obeys.
 */

#ifndef SCIM_DISCOVERY_H
#define SCIM_DISCOVERY_H

#include <stddef.h>
#include <jansson.h>
#include "registry.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct {
    const char  *base;             /* the integration's endpoint, no slash   */
    int          bulk;             /* supported                              */
    long         bulk_operations;  /* authentik cuts its PATCHes by this     */
    long         max_payload_size; /* bytes                                  */
    long         filter_results;   /* the largest page                       */
    int          sort;
    int          etag;

    const scim_registry_t  *registry;  /* NULL: the core schemas alone       */

    int          cursor;           /* pages by cursor (RFC 9865); by index
                                      always, and if nobody asks for either  */
    long         default_results;  /* the page if count isn't given; 0: it is
                                      not told                               */
    long         cursor_timeout;   /* seconds; 0: it is not told             */
} scim_service_t;


/* Each is new; NULL: no memory, or (by name or URN) there is no such thing. */
json_t *scim_service_provider_config(const scim_service_t *service);
json_t *scim_resource_types(const scim_service_t *service);
json_t *scim_resource_type_document(const scim_service_t *service,
    const char *name, size_t length);
json_t *scim_schemas(const scim_service_t *service);
json_t *scim_schema_document(const scim_service_t *service, const char *urn,
    size_t length);

#pragma GCC visibility pop

#endif
