/*
 * The SCIM 2.0 protocol as a plain C library over jansson: everything that
 * RFC 7643 and RFC 7644 say about a message, given only the message.
 * It must not know nginx, Redis, sockets or clocks.
 *
 * Conventions
 *   - A function that can fail takes a scim_error_t, and fills it only when it
 *     fails: int functions return 0 or -1, pointer functions NULL.
 *   - Memory is malloc()'s; who gets a pointer from a *_parse, *_create or a
 *     json_t function described as "new" frees it (scim_*_free, json_decref).
 *   - No memory is a failure like any other: status 500, "out of memory".
 *   - Details name attributes, positions and limits, never a value that came
 *     from the message: they are written to logs.
 *   - Strings are UTF-8, not NUL-terminated where a length is passed.
 */

#ifndef SCIM_H
#define SCIM_H

#include <stddef.h>
#include <jansson.h>

#include "error.h"
#include "schema.h"
#include "names.h"
#include "json.h"
#include "path.h"
#include "filter.h"
#include "resource.h"
#include "patch.h"
#include "projection.h"
#include "query.h"
#include "sort.h"
#include "cursor.h"
#include "excerpt.h"
#include "changes.h"
#include "bulk.h"
#include "version.h"
#include "registry.h"
#include "discovery.h"

#endif
