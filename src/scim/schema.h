/*
 * What a resource may look like: the attribute tables of RFC 7643 as data.
 * Validation, paths, filters, PATCH, projection and the discovery documents
 * all read these tables; no attribute is named anywhere else but where its
 * meaning is special (schemas, id, meta, members, password).
 */

#ifndef SCIM_SCHEMA_H
#define SCIM_SCHEMA_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"

#pragma GCC visibility push(hidden)

#define SCIM_URN_USER        "urn:ietf:params:scim:schemas:core:2.0:User"
#define SCIM_URN_GROUP       "urn:ietf:params:scim:schemas:core:2.0:Group"
#define SCIM_URN_ENTERPRISE                                                   \
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

typedef enum {
    SCIM_STRING = 0,
    SCIM_BOOLEAN,
    SCIM_DECIMAL,
    SCIM_INTEGER,
    SCIM_DATETIME,
    SCIM_BINARY,
    SCIM_REFERENCE,
    SCIM_COMPLEX
} scim_type_t;

typedef enum {
    SCIM_READ_WRITE = 0,
    SCIM_READ_ONLY,
    SCIM_IMMUTABLE,
    SCIM_WRITE_ONLY
} scim_mutability_t;

typedef enum {
    SCIM_RETURNED_DEFAULT = 0,
    SCIM_RETURNED_ALWAYS,
    SCIM_RETURNED_NEVER,
    SCIM_RETURNED_REQUEST
} scim_returned_t;

typedef enum {
    SCIM_UNIQUE_NONE = 0,
    SCIM_UNIQUE_SERVER,
    SCIM_UNIQUE_GLOBAL
} scim_uniqueness_t;

typedef struct scim_attribute_s  scim_attribute_t;

struct scim_attribute_s {
    const char              *name;
    const char              *description;
    scim_type_t              type;
    unsigned                 multi_valued:1;
    unsigned                 required:1;
    unsigned                 case_exact:1;
    unsigned                 closed:1;           /* only canonical_values do */
    scim_mutability_t        mutability;
    scim_returned_t          returned;
    scim_uniqueness_t        uniqueness;
    const char *const       *canonical_values;   /* NULL-terminated, or NULL */
    const char *const       *reference_types;    /* NULL-terminated, or NULL */
    const scim_attribute_t  *sub_attributes;
    size_t                   sub_attribute_count;
};

typedef struct {
    const char              *urn;
    const char              *name;
    const char              *description;
    const scim_attribute_t  *attributes;
    size_t                   attribute_count;
} scim_schema_t;

typedef struct {
    const scim_schema_t     *schema;
    int                      required;
} scim_extension_t;

typedef struct {
    const char              *name;               /* "User"   */
    const char              *endpoint;           /* "/Users" */
    const char              *description;
    const scim_schema_t     *schema;
    const scim_extension_t  *extensions;
    size_t                   extension_count;
} scim_resource_type_t;

/*
 * lenient: everything that real clients send works; strict: the RFC's letter.
 * Neither ignores a filter or applies half of a message.
 */
typedef enum {
    SCIM_LENIENT = 0,
    SCIM_STRICT
} scim_profile_t;

typedef struct {
    scim_profile_t           profile;
    size_t                   max_operations;     /* of one PATCH             */
    size_t                   max_filter_terms;   /* comparisons in a filter  */
    size_t                   max_attributes;     /* named in a projection    */
    int                      all_types;          /* a query over all types:
                                                    names unknown to one match
                                                    nothing there, even in the
                                                    strict profile           */
    int                      any_case;           /* filters compare without
                                                    case, whatever caseExact
                                                    says: a person's search  */
} scim_policy_t;                                 /* limits: 0 is no limit    */


/* The two resource types that every service provider has. */
extern const scim_resource_type_t  scim_user_type;
extern const scim_resource_type_t  scim_group_type;

extern const scim_schema_t         scim_user_schema;
extern const scim_schema_t         scim_group_schema;
extern const scim_schema_t         scim_enterprise_schema;

/* The common attributes of RFC 7643, section 3.1: schemas, id, ... */
extern const scim_attribute_t      scim_common_attributes[];
extern const size_t                scim_common_attribute_count;


/* The attribute whose values are a group's members. */
int scim_schema_is_members(const scim_resource_type_t *type,
    const scim_attribute_t *attribute);

/* Finds by name, without case; NULL: there is none. */
const scim_attribute_t *scim_attribute_find(const scim_attribute_t *attributes,
    size_t count, const char *name, size_t length);

/* Among the common attributes and those of the type's own schema. */
const scim_attribute_t *scim_schema_attribute(const scim_resource_type_t *type,
    const char *name, size_t length);

/* A complex attribute's sub-attribute. */
const scim_attribute_t *scim_sub_attribute(const scim_attribute_t *attribute,
    const char *name, size_t length);

/* The type's own schema or one of its extensions by URN, without case. */
const scim_schema_t *scim_schema_find(const scim_resource_type_t *type,
    const char *urn, size_t length);

#pragma GCC visibility pop

#endif
