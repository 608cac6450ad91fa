/*
 * What went wrong, in the protocol's words (RFC 7644, section 3.12).
 */

#ifndef SCIM_ERROR_H
#define SCIM_ERROR_H

#include <jansson.h>

#pragma GCC visibility push(hidden)

#define SCIM_INVALID_FILTER  "invalidFilter"
#define SCIM_TOO_MANY        "tooMany"
#define SCIM_UNIQUENESS      "uniqueness"
#define SCIM_MUTABILITY      "mutability"
#define SCIM_INVALID_SYNTAX  "invalidSyntax"
#define SCIM_INVALID_PATH    "invalidPath"
#define SCIM_NO_TARGET       "noTarget"
#define SCIM_INVALID_VALUE   "invalidValue"
#define SCIM_INVALID_VERS    "invalidVers"

/* RFC 9865 */
#define SCIM_INVALID_CURSOR  "invalidCursor"
#define SCIM_EXPIRED_CURSOR  "expiredCursor"
#define SCIM_INVALID_COUNT   "invalidCount"

typedef struct {
    int          status;        /* the HTTP status                           */
    const char  *type;          /* scimType, NULL where the RFC defines none */
    char         detail[256];   /* for people; never holds a message's value */
} scim_error_t;


/* Fills err; always returns -1, so that a caller can return it. */
int scim_fail(scim_error_t *err, int status, const char *type,
    const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same for a lack of memory: status 500. */
int scim_fail_memory(scim_error_t *err);

/* A new Error message (RFC 7644, section 3.12); NULL: no memory. */
json_t *scim_error_message(const scim_error_t *err);

#pragma GCC visibility pop

#endif
