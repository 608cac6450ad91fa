/*
 * Attribute paths (RFC 7644, sections 3.5.2 and 3.10): attr, attr.sub,
 * urn:attr.sub, a URN alone, and value paths attr[filter].sub.
 */

#ifndef SCIM_PATH_H
#define SCIM_PATH_H

#include <stddef.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct scim_filter_s  scim_filter_t;

typedef struct {
    char                    *urn;         /* as stored: the extension's, or an
                                             unknown one's; NULL: core       */
    char                    *name;        /* the schema's spelling; NULL: the
                                             path is a URN alone             */
    char                    *sub;         /* sub-attribute, or NULL          */
    scim_filter_t           *filter;      /* between the brackets, or NULL   */
    const scim_attribute_t  *attribute;   /* NULL: not in a known schema     */
    const scim_attribute_t  *sub_attribute;
} scim_path_t;


/*
 * A path as PATCH takes it. The URN's own dots and digits are no separators.
 * Names that no schema knows are kept as they are in the lenient profile and
 * 400 invalidPath in the strict one. NULL: 400 invalidPath, or invalidFilter
 * for what is between brackets (RFC 7644, table 9).
 */
scim_path_t *scim_path_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const char *text, size_t length,
    scim_error_t *err);

void scim_path_free(scim_path_t *path);

#pragma GCC visibility pop

#endif
