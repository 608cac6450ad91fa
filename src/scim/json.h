/*
 * Reading JSON that a stranger sent: with limits, and without surprises.
 */

#ifndef SCIM_JSON_H
#define SCIM_JSON_H

#include <stddef.h>
#include <jansson.h>
#include "error.h"

#pragma GCC visibility push(hidden)

/*
 * The new JSON object in text. Anything that is not one object, nests deeper
 * than max_depth, names a key twice, or has trailing bytes: 400 invalidSyntax
 * with the line and column (jansson would recurse up to 2,048 levels, so the
 * depth is counted before it parses).
 */
json_t *scim_json_load(const char *text, size_t length, size_t max_depth,
    scim_error_t *err);

/*
 * The member of object with this name: spelled so, or else, as attribute names
 * have no case (RFC 7643, section 2.1), the first that differs by case only.
 * Borrowed; NULL: there is none, or object is no object.
 */
json_t *scim_json_member(const json_t *object, const char *name);

/* 1: value is null, [] or {}: all the same as absent (RFC 7643, 2.5). */
int scim_json_unassigned(const json_t *value);

/* A new array, or NULL, of the one value, which it takes even if it fails. */
json_t *scim_json_array_of(json_t *value);

/*
 * The canonical text of value (sorted keys), under which equal values are the
 * same key of a set; malloc()ed. NULL: no memory.
 */
char *scim_json_key(const json_t *value);

#pragma GCC visibility pop

#endif
