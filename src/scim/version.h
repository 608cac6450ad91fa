/*
 * Entity tags as versions (RFC 7644, section 3.14; RFC 9110, section 8.8.3).
 */

#ifndef SCIM_VERSION_H
#define SCIM_VERSION_H

#include <stddef.h>

#pragma GCC visibility push(hidden)

/*
 * 1: the If-Match or If-None-Match header names version (the opaque part,
 * such as 42 for W/"42"; weak comparison) or is "*". A header that is not a
 * list of entity tags matches nothing.
 */
int scim_version_matches(const char *header, size_t length,
    const char *version, size_t version_length);

#pragma GCC visibility pop

#endif
