/*
 * The BulkResponse (RFC 7644, section 3.7.3).
 * Must not know how the operations came to their results.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_job.h"


#define SCIM_URN_BULK_RESPONSE                                                \
    "urn:ietf:params:scim:api:messages:2.0:BulkResponse"


/* value NULL: there is nothing to put. */
static int
scim_bulk_put(json_t *object, const char *name, const char *value)
{
    return value ? json_object_set_new(object, name, json_string(value)) : 0;
}


static int
scim_bulk_put_location(const scim_bulk_t *bulk,
    const scim_bulk_entry_t *entry, const char *base, json_t *object)
{
    int          rc;
    char        *location;
    size_t       size;
    const char  *id;

    if (entry->location != NULL) {
        return scim_bulk_put(object, "location", entry->location);
    }

    id = (entry->target == SCIM_BULK_NONE)
         ? entry->id : bulk->entries[entry->target].id;

    if (base == NULL || id == NULL || entry->type == NULL
        || (entry->target == SCIM_BULK_NONE
            && strncmp(id, SCIM_BULK_PREFIX, strlen(SCIM_BULK_PREFIX)) == 0))
    {
        return 0;
    }

    size = strlen(base) + strlen(entry->type->endpoint) + strlen(id) + 2;

    location = malloc(size);
    if (location == NULL) {
        return -1;
    }

    (void) snprintf(location, size, "%s%s/%s", base, entry->type->endpoint,
                    id);

    rc = scim_bulk_put(object, "location", location);

    free(location);

    return rc;
}


/* Takes the place of an error that nobody described. */
static json_t *
scim_bulk_error(int status, const char *detail)
{
    scim_error_t  err;

    scim_fail(&err, status, NULL, "%s", detail);

    return scim_error_message(&err);
}


/* 0: none, as failOnErrors has left it undone */
static int
scim_bulk_entry_status(const scim_bulk_entry_t *entry)
{
    if (entry->state == SCIM_BULK_ENDED) {
        return entry->status;
    }

    /* ... or ended it all before the circle was closed */

    return entry->created ? 409 : 0;
}


static int
scim_bulk_put_result(const scim_bulk_entry_t *entry, json_t *object)
{
    int      status;
    char     text[16];
    json_t  *response;

    status = scim_bulk_entry_status(entry);
    response = json_incref(entry->response);

    if (entry->created && entry->state != SCIM_BULK_ENDED) {
        response = scim_bulk_error(status, "created, but without its "
                                   "circular references");

    } else if (response == NULL && (status < 200 || status > 299)) {
        response = scim_bulk_error(status, "the operation failed");

    } else if (response == NULL) {
        if (scim_bulk_put(object, "version", entry->etag) != 0) {
            return -1;
        }
    }

    (void) snprintf(text, sizeof(text), "%d", status);

    if (scim_bulk_put(object, "status", text) != 0) {
        json_decref(response);
        return -1;
    }

    if (status >= 200 && status <= 299) {
        return 0;
    }

    return json_object_set_new(object, "response", response);
}


static int
scim_bulk_put_entry(const scim_bulk_t *bulk, const scim_bulk_entry_t *entry,
    const char *base, json_t *object)
{
    static const char *const  methods[] = { "POST", "PUT", "PATCH", "DELETE" };

    if (scim_bulk_put(object, "method", entry->known ? methods[entry->method]
                                                     : entry->sent)
        != 0
        || scim_bulk_put(object, "bulkId", entry->bulk_id) != 0
        || scim_bulk_put_location(bulk, entry, base, object) != 0)
    {
        return -1;
    }

    return scim_bulk_put_result(entry, object);
}


static int
scim_bulk_put_entries(const scim_bulk_t *bulk, const char *base,
    json_t *operations)
{
    size_t                    i;
    json_t                   *object;
    const scim_bulk_entry_t  *entry;

    for (i = 0; i < bulk->count; i++) {
        entry = &bulk->entries[i];

        if (scim_bulk_entry_status(entry) == 0) {
            continue;
        }

        object = json_object();

        if (json_array_append_new(operations, object) != 0
            || scim_bulk_put_entry(bulk, entry, base, object) != 0)
        {
            return -1;
        }
    }

    return 0;
}


json_t *
scim_bulk_response(const scim_bulk_t *bulk, const char *base)
{
    json_t  *message, *operations;

    if (bulk->failed) {
        return NULL;
    }

    operations = json_array();
    if (operations == NULL) {
        return NULL;
    }

    message = json_pack("{s:[s],s:O}", "schemas", SCIM_URN_BULK_RESPONSE,
                        "Operations", operations);

    if (message != NULL && scim_bulk_put_entries(bulk, base, operations) != 0)
    {
        json_decref(message);
        message = NULL;
    }

    json_decref(operations);

    return message;
}


int
scim_bulk_status(const scim_bulk_t *bulk, size_t number,
    scim_bulk_operation_t *operation)
{
    const scim_bulk_entry_t  *entry;

    if (number >= bulk->count) {
        return -1;
    }

    entry = &bulk->entries[number];

    operation->method = entry->method;
    operation->type_name = (entry->known && entry->type != NULL)
                           ? entry->type->name : NULL;

    return scim_bulk_entry_status(entry);
}
