/*
 * attributes and excludedAttributes (RFC 7644, section 3.9): which part of a
 * resource an answer shows.
 */

#ifndef SCIM_PROJECTION_H
#define SCIM_PROJECTION_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct scim_projection_s  scim_projection_t;

/*
 * Both lists are comma separated, spaces allowed, either may be NULL (not
 * given); both given at once: 400 invalidValue. Unknown names select nothing.
 * An empty list counts as not given. err->status stays 0 and NULL is returned
 * when there is nothing to project: all that a document holds is shown.
 *
 * What is returned on request only (an extension's attributes may be) is shown
 * if it, or what it is part of, is in attributes.
 */
scim_projection_t *scim_projection_parse(const scim_resource_type_t *type,
    const scim_policy_t *policy, const char *attributes,
    size_t attributes_length, const char *excluded, size_t excluded_length,
    scim_error_t *err);

void scim_projection_free(scim_projection_t *projection);

/*
 * In the answer to message (the body of a POST or PUT, or a PATCH) what is
 * returned on request is shown too where the message names it (RFC 7643,
 * section 7), unless it was excluded. projection may be NULL. -1: no memory.
 */
int scim_projection_reveal(scim_projection_t *projection,
    const scim_resource_type_t *type, const json_t *message,
    scim_error_t *err);

/*
 * The new, projected resource; id and schemas are always in it. Values shown
 * whole are shared with resource: add members to the result, don't change
 * what is in it. NULL: no memory.
 */
json_t *scim_projection_apply(const scim_projection_t *projection,
    const json_t *resource);

/*
 * 1: the answer shows (some of) this top-level attribute, so it must be
 * loaded. projection NULL: 1.
 */
int scim_projection_wants(const scim_projection_t *projection,
    const char *attribute);

/*
 * 1: it leaves out nothing but this top-level attribute, all of it, or nothing
 * at all. Who adds the attribute to the rest needs no projection for that.
 */
int scim_projection_only_excludes(const scim_projection_t *projection,
    const char *attribute);

#pragma GCC visibility pop

#endif
