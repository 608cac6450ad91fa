/*
 * A BulkRequest read (RFC 7644, section 3.7): operations, and what is wrong
 * with each of them.
 * Must not know when they run.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_job.h"
#include "json.h"
#include "text.h"


#define SCIM_URN_BULK  "urn:ietf:params:scim:api:messages:2.0:BulkRequest"


void
scim_bulk_free(scim_bulk_t *bulk)
{
    size_t              i;
    scim_bulk_entry_t  *entry;

    if (bulk == NULL) {
        return;
    }

    for (i = 0; bulk->entries != NULL && i < bulk->count; i++) {
        entry = &bulk->entries[i];

        free(entry->id);
        free(entry->location);
        free(entry->etag);
        json_decref(entry->source);
        json_decref(entry->data);
        json_decref(entry->response);
    }

    free(bulk->entries);
    free(bulk->edges);
    free(bulk->heap);
    json_decref(bulk->names);
    json_decref(bulk->message);
    free(bulk);
}


void
scim_bulk_fault(scim_bulk_t *bulk, scim_bulk_entry_t *entry, int status,
    const char *type, const char *member, const char *reason)
{
    scim_error_t  err;

    if (entry->faulty) {
        return;
    }

    scim_fail(&err, status, type, "Operations[%zu]%s: %s",
              (size_t) (entry - bulk->entries), member, reason);

    entry->faulty = 1;
    entry->status = status;
    entry->response = scim_error_message(&err);

    if (entry->response == NULL) {
        bulk->failed = 1;
    }
}


size_t
scim_bulk_find(const scim_bulk_t *bulk, const char *bulk_id)
{
    json_t  *number;

    number = json_object_get(bulk->names, bulk_id);

    return (number != NULL) ? (size_t) json_integer_value(number)
                            : SCIM_BULK_NONE;
}


static void
scim_bulk_read_method(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const json_t *operation)
{
    size_t         i;
    const char    *text;
    const json_t  *method;

    static const char *const  methods[] = { "POST", "PUT", "PATCH", "DELETE" };

    method = scim_json_member(operation, "method");
    text = json_string_value(method);

    for (i = 0; text != NULL && i < sizeof(methods) / sizeof(char *); i++) {

        if (strcmp(text, methods[i]) == 0
            || (bulk->policy->profile == SCIM_LENIENT
                && scim_text_is(text, strlen(text), methods[i])))
        {
            entry->known = 1;
            entry->method = (scim_bulk_method_t) i;
            return;
        }
    }

    entry->sent = text;

    scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_VALUE, ".method",
                    "expected POST, PUT, PATCH or DELETE");
}


/* Only what a POST creates can be named. */
static void
scim_bulk_read_bulk_id(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const json_t *operation)
{
    json_t        *number;
    const json_t  *bulk_id;

    bulk_id = scim_json_member(operation, "bulkId");

    if (bulk_id == NULL || json_is_null(bulk_id)) {

        if (entry->known && entry->method == SCIM_BULK_POST
            && bulk->policy->profile == SCIM_STRICT)
        {
            scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_VALUE, ".bulkId",
                            "is required for POST");
        }

        return;
    }

    if (json_string_length(bulk_id) == 0) {
        scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_VALUE, ".bulkId",
                        "expected a string that is not empty");
        return;
    }

    entry->bulk_id = json_string_value(bulk_id);

    if (!entry->known || entry->method != SCIM_BULK_POST) {
        return;
    }

    if (scim_bulk_find(bulk, entry->bulk_id) != SCIM_BULK_NONE) {
        scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_VALUE, ".bulkId",
                        "is that of an operation before");
        return;
    }

    number = json_integer((json_int_t) (entry - bulk->entries));

    if (json_object_set_new(bulk->names, entry->bulk_id, number) != 0) {
        bulk->failed = 1;
    }
}


/*
 * The type of "/Users/..." or "Users/..."; *path is moved behind its endpoint.
 */
static const scim_resource_type_t *
scim_bulk_read_type(const char **path, size_t *length)
{
    size_t       i, n;
    const char  *endpoint;

    static const scim_resource_type_t *const  types[] = {
        &scim_user_type, &scim_group_type
    };

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        endpoint = types[i]->endpoint;

        if (*length > 0 && (*path)[0] != '/') {
            endpoint++;
        }

        n = strlen(endpoint);

        if (*length >= n && memcmp(*path, endpoint, n) == 0
            && (*length == n || (*path)[n] == '/'))
        {
            *path += n;
            *length -= n;

            return types[i];
        }
    }

    return NULL;
}


/* Slashes as in a URL: one or more, and some at the end mean nothing. */
static void
scim_bulk_read_slashes(const char **path, size_t *length)
{
    while (*length > 1 && (*path)[0] == '/' && (*path)[1] == '/') {
        (*path)++;
        (*length)--;
    }

    while (*length > 0 && (*path)[*length - 1] == '/') {
        (*length)--;
    }
}


static int
scim_bulk_is_id(const char *text, size_t length)
{
    size_t  i;

    if (length == 0) {
        return 0;
    }

    if (strncmp(text, SCIM_BULK_PREFIX, strlen(SCIM_BULK_PREFIX)) == 0) {
        return 1;
    }

    for (i = 0; i < length; i++) {
        if (text[i] == '/' || text[i] == '?' || text[i] == '#'
            || text[i] == ' ')
        {
            return 0;
        }
    }

    /* "/Users/.search" is no user */

    return text[0] != '.';
}


static void
scim_bulk_read_path(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const json_t *operation)
{
    int            creates;
    size_t         length;
    const char    *text;
    const json_t  *path;

    path = scim_json_member(operation, "path");
    text = json_string_value(path);
    length = json_string_length(path);

    if (text != NULL) {
        scim_bulk_read_slashes(&text, &length);
        entry->type = scim_bulk_read_type(&text, &length);
    }

    if (entry->type == NULL) {
        scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_PATH, ".path",
                        "expected /Users or /Groups");
        return;
    }

    scim_bulk_read_slashes(&text, &length);

    if (length > 0) {
        text++;
        length--;
    }

    creates = entry->known && entry->method == SCIM_BULK_POST;

    if (creates ? length > 0 : entry->known && !scim_bulk_is_id(text, length))
    {
        scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_PATH, ".path", creates
                        ? "expected no id behind the endpoint for POST"
                        : "expected an id behind the endpoint");
        return;
    }

    if (!creates && length > 0) {
        entry->id = scim_text_copy(text, length);

        if (entry->id == NULL) {
            bulk->failed = 1;
        }
    }
}


/* The RFC's own example has the operations without the message around them. */
static json_t *
scim_bulk_read_array(json_t *array)
{
    return json_pack("{s:O}", "Operations", array);
}


static void
scim_bulk_read_data(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const json_t *operation)
{
    json_t  *data;

    if (!entry->known || entry->method == SCIM_BULK_DELETE) {
        return;
    }

    data = scim_json_member(operation, "data");

    if (json_is_object(data)) {
        entry->source = json_incref(data);
        return;
    }

    if (json_is_array(data) && entry->method == SCIM_BULK_PATCH
        && bulk->policy->profile == SCIM_LENIENT)
    {
        entry->source = scim_bulk_read_array(data);

        if (entry->source == NULL) {
            bulk->failed = 1;
        }

        return;
    }

    scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_VALUE, ".data",
                    "expected an object");
}


static void
scim_bulk_read_version(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const json_t *operation)
{
    const json_t  *version;

    version = scim_json_member(operation, "version");

    if (version == NULL || json_is_null(version)) {
        return;
    }

    if (json_string_length(version) == 0) {
        scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_VALUE, ".version",
                        "expected a string that is not empty");
        return;
    }

    entry->version = json_string_value(version);
}


static void
scim_bulk_read(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const json_t *operation)
{
    entry->waiters = SCIM_BULK_NONE;
    entry->target = SCIM_BULK_NONE;

    if (!json_is_object(operation)) {
        scim_bulk_fault(bulk, entry, 400, SCIM_INVALID_SYNTAX, "",
                        "expected an object");
        return;
    }

    scim_bulk_read_method(bulk, entry, operation);
    scim_bulk_read_bulk_id(bulk, entry, operation);
    scim_bulk_read_path(bulk, entry, operation);
    scim_bulk_read_data(bulk, entry, operation);
    scim_bulk_read_version(bulk, entry, operation);
}


static int
scim_bulk_is_request(const scim_policy_t *policy, const json_t *message,
    scim_error_t *err)
{
    size_t         i;
    json_t        *urn;
    const json_t  *schemas;

    schemas = scim_json_member(message, "schemas");

    if (policy->profile == SCIM_LENIENT && scim_json_unassigned(schemas)) {
        return 0;
    }

    json_array_foreach(schemas, i, urn) {
        if (json_is_string(urn)
            && scim_text_is(json_string_value(urn), json_string_length(urn),
                            SCIM_URN_BULK))
        {
            return 0;
        }
    }

    return scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                     "schemas: expected \"" SCIM_URN_BULK "\"");
}


static int
scim_bulk_fail_on_errors(scim_bulk_t *bulk, const json_t *message,
    scim_error_t *err)
{
    const json_t  *number;

    number = scim_json_member(message, "failOnErrors");

    if (number == NULL || json_is_null(number)) {
        return 0;
    }

    /* 0 is how some clients say that it isn't given */

    if (json_is_integer(number) && json_integer_value(number) == 0
        && bulk->policy->profile == SCIM_LENIENT)
    {
        return 0;
    }

    if (!json_is_integer(number) || json_integer_value(number) < 1) {
        return scim_fail(err, 400, SCIM_INVALID_VALUE,
                         "failOnErrors: expected a positive integer");
    }

    bulk->fail_on_errors = (size_t) json_integer_value(number);

    return 0;
}


static const json_t *
scim_bulk_operations(const json_t *message, size_t max_operations,
    scim_error_t *err)
{
    size_t         count;
    const json_t  *operations;

    operations = scim_json_member(message, "Operations");
    count = json_array_size(operations);

    if (count == 0) {
        scim_fail(err, 400, SCIM_INVALID_VALUE,
                  "Operations: expected an array that is not empty");
        return NULL;
    }

    if (max_operations != 0 && count > max_operations) {
        scim_fail(err, 413, NULL,
                  "Operations: more than %zu (maxOperations)",
                  max_operations);
        return NULL;
    }

    return operations;
}


/* A run is as many operations as follow each other with one method. */
static void
scim_bulk_runs(scim_bulk_t *bulk)
{
    size_t              i, run;
    scim_bulk_entry_t  *entry, *before;

    run = 0;
    before = NULL;

    for (i = 0; i < bulk->count; i++) {
        entry = &bulk->entries[i];

        if (!entry->faulty) {
            if (before != NULL && before->method != entry->method) {
                run++;
            }

            before = entry;
        }

        entry->run = run;
    }
}


static int
scim_bulk_fill(scim_bulk_t *bulk, const json_t *operations)
{
    size_t  i;

    bulk->count = json_array_size(operations);
    bulk->entries = calloc(bulk->count, sizeof(scim_bulk_entry_t));
    bulk->heap = calloc(bulk->count, sizeof(size_t));
    bulk->names = json_object();

    if (bulk->entries == NULL || bulk->heap == NULL || bulk->names == NULL) {
        return -1;
    }

    for (i = 0; i < bulk->count; i++) {
        scim_bulk_read(bulk, &bulk->entries[i],
                       json_array_get(operations, i));
    }

    scim_bulk_runs(bulk);

    return (bulk->failed || scim_bulk_link(bulk) != 0 || bulk->failed)
           ? -1 : 0;
}


scim_bulk_t *
scim_bulk_parse(const scim_policy_t *policy, const json_t *message,
    size_t max_operations, scim_error_t *err)
{
    scim_bulk_t   *bulk;
    const json_t  *operations;

    if (!json_is_object(message)) {
        scim_fail(err, 400, SCIM_INVALID_SYNTAX,
                  "expected a BulkRequest message");
        return NULL;
    }

    if (scim_bulk_is_request(policy, message, err) != 0) {
        return NULL;
    }

    operations = scim_bulk_operations(message, max_operations, err);
    if (operations == NULL) {
        return NULL;
    }

    bulk = calloc(1, sizeof(scim_bulk_t));
    if (bulk == NULL) {
        scim_fail_memory(err);
        return NULL;
    }

    bulk->policy = policy;
    bulk->message = json_incref((json_t *) message);

    if (scim_bulk_fail_on_errors(bulk, message, err) != 0) {
        scim_bulk_free(bulk);
        return NULL;
    }

    if (scim_bulk_fill(bulk, operations) != 0) {
        scim_bulk_free(bulk);
        scim_fail_memory(err);
        return NULL;
    }

    return bulk;
}
