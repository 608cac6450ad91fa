/*
 * Attribute notation (RFC 7644, section 3.10): [URN ":"] attribute
 * ["." sub-attribute], taken apart in place and looked up in the schemas.
 * Internal to src/scim; paths, filters, projections and indexes share it.
 */

#ifndef SCIM_NOTATION_H
#define SCIM_NOTATION_H

#include <stddef.h>
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct {
    const char              *urn;       /* NULL: core; known: as in schema  */
    size_t                   urn_length;
    const char              *name;      /* NULL: a URN alone                */
    size_t                   name_length;
    const char              *sub;       /* NULL: none                       */
    size_t                   sub_length;
    const scim_schema_t     *schema;    /* NULL: unknown URN                */
    const scim_attribute_t  *attribute; /* NULL: in no known schema         */
    const scim_attribute_t  *sub_attribute;
} scim_notation_t;


/*
 * name and sub are the schema's spelling where it knows them, else parts of
 * text. -1: not the notation's form, or a sub-attribute of an attribute that
 * the schema knows and that is not complex.
 */
int scim_notation_parse(const scim_resource_type_t *type, const char *text,
    size_t length, scim_notation_t *notation);

/* 1: ATTRNAME of RFC 7644's figure 1, or "$ref", which it forgets. */
int scim_notation_is_name(const char *text, size_t length);

#pragma GCC visibility pop

#endif
