/*
 * What a write changes: the attributes in which two documents differ, for the
 * record of it. Values are for those alone that somebody allowed.
 */

#ifndef SCIM_CHANGES_H
#define SCIM_CHANGES_H

#include <jansson.h>

#pragma GCC visibility push(hidden)

/*
 * Appends to the array names what differs between two documents (before may be
 * NULL: it was not there): "title", or of an extension "urn:...:department". To
 * the object values it adds those that allowed names, in any case (an array
 * that ends with NULL; or NULL: none):
 *
 *     {"title": {"before": "Clerk", "after": "Chief"}}
 *
 * where one that was not there, or is not any more, is left out. Schemas, id
 * and meta are no attributes of anybody. 0; -1: no memory.
 */
int scim_changes(json_t *before, json_t *after, const char *const *allowed,
    json_t *names, json_t *values);

#pragma GCC visibility pop

#endif
