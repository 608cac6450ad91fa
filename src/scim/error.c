/*
 * Failures as the protocol tells them (RFC 7644, section 3.12).
 * Must not know what failed: callers word their own details.
 */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"


#define SCIM_URN_ERROR  "urn:ietf:params:scim:api:messages:2.0:Error"


int
scim_fail(scim_error_t *err, int status, const char *type, const char *format,
    ...)
{
    va_list  args;

    err->status = status;
    err->type = type;

    va_start(args, format);
    (void) vsnprintf(err->detail, sizeof(err->detail), format, args);
    va_end(args);

    return -1;
}


int
scim_fail_memory(scim_error_t *err)
{
    return scim_fail(err, 500, NULL, "out of memory");
}


json_t *
scim_error_message(const scim_error_t *err)
{
    char     status[16];
    json_t  *message;

    (void) snprintf(status, sizeof(status), "%d", err->status);

    message = json_pack("{s:[s],s:s}", "schemas", SCIM_URN_ERROR,
                        "status", status);
    if (message == NULL) {
        return NULL;
    }

    if (err->type != NULL
        && json_object_set_new(message, "scimType", json_string(err->type))
           != 0)
    {
        goto failed;
    }

    if (err->detail[0] != '\0'
        && json_object_set_new(message, "detail", json_string(err->detail))
           != 0)
    {
        goto failed;
    }

    return message;

failed:

    json_decref(message);

    return NULL;
}
