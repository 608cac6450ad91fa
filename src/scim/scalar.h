/*
 * The simple types of RFC 7643, section 2.3; internal to src/scim.
 */

#ifndef SCIM_SCALAR_H
#define SCIM_SCALAR_H

#include <jansson.h>
#include "schema.h"

#pragma GCC visibility push(hidden)

/*
 * The JSON value to store for one value of a simple attribute: new, or another
 * reference to the same, as nobody changes a scalar in place. NULL: it
 * has the wrong type or form, and *expected says what would do ("a string"),
 * or is NULL itself for want of memory.
 */
json_t *scim_scalar_accept(const scim_attribute_t *attribute,
    scim_profile_t profile, const json_t *value, const char **expected);

/* 1 or 0 for "true" and "false" in any case; -1: neither. */
int scim_scalar_boolean(const char *text, size_t length);

/* A new number for a text that is one, and nothing else; NULL: it is not. */
json_t *scim_scalar_number(const char *text, size_t length);

#pragma GCC visibility pop

#endif
