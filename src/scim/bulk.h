/*
 * Bulk (RFC 7644, section 3.7): which operation may start when, what it sees
 * in place of "bulkId:..." references, and the BulkResponse of it all.
 *
 * A caller's loop:
 *
 *     bulk = scim_bulk_parse(policy, message, max_operations, &err);
 *
 *     for ( ;; ) {
 *         n = scim_bulk_next(bulk, &operation);
 *         if (n < 0) break;                     wait, or all are done
 *         start operation n, and when it has ended:
 *             scim_bulk_done(bulk, n, status, id, location, version, error);
 *             and go through this loop again
 *     }
 *
 * The order. An operation waits for the bulkIds that it refers to, and for
 * the operation before it on the same resource. Beyond that, operations with
 * the same method that follow each other run side by side, and a change of
 * method waits until all before it have ended, but for those that wait
 * themselves ("DELETE bob, POST bob" means what it says). Whoever runs them
 * has to send them to the store in the order in which scim_bulk_next() gave
 * them. With failOnErrors one operation runs at a time.
 *
 * Circles. Of POSTs that refer to each other, one at least is created without
 * the values that hold the reference (the member, the manager). When all ids
 * are known, scim_bulk_next() gives the same number again, as a PUT of the
 * whole data: the operation has one result, that of its creation if the PUT
 * succeeds too, else 409.
 */

#ifndef SCIM_BULK_H
#define SCIM_BULK_H

#include <stddef.h>
#include <sys/types.h>
#include <jansson.h>
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

typedef struct scim_bulk_s  scim_bulk_t;

typedef enum {
    SCIM_BULK_POST = 0,
    SCIM_BULK_PUT,
    SCIM_BULK_PATCH,
    SCIM_BULK_DELETE
} scim_bulk_method_t;

typedef struct {
    scim_bulk_method_t   method;
    const char          *type_name;  /* "User" or "Group"                    */
    const char          *id;         /* with bulkId resolved; NULL for POST  */
    const char          *version;    /* as of If-Match; NULL: unconditional  */
    json_t              *data;       /* ids for bulkIds; NULL for DELETE     */
} scim_bulk_operation_t;             /* all of it lives until scim_bulk_done */

#define SCIM_BULK_WAIT  (-1)         /* others have to end first             */
#define SCIM_BULK_DONE  (-2)         /* none runs, none is left              */


/*
 * message is kept (by reference) and must not be changed until
 * scim_bulk_free(). max_operations 0: no limit.
 *
 * NULL: 400 invalidSyntax or invalidValue (not a BulkRequest; no Operations;
 * failOnErrors is no positive integer; lenient: schemas may be missing), or
 * 413 whose detail names the limit. What is wrong with one operation is that
 * operation's own result, not a failure here: an unknown method, a path that
 * is not /Users, /Groups, /Users/{id} or /Groups/{id} as its method needs
 * (/Bulk too), missing data, a POST without bulkId (strict), a bulkId that
 * another POST has: 400; a reference to a bulkId that is unknown or whose
 * POST failed: 409 invalidValue.
 */
scim_bulk_t *scim_bulk_parse(const scim_policy_t *policy,
    const json_t *message, size_t max_operations, scim_error_t *err);

/*
 * The number (from 0) of an operation that has to start now and counts as
 * running until scim_bulk_done(); or SCIM_BULK_WAIT, or SCIM_BULK_DONE.
 */
ssize_t scim_bulk_next(scim_bulk_t *bulk, scim_bulk_operation_t *operation);

/*
 * Operation ended: status is that of the HTTP response it would have had as
 * a request of its own. id: of the resource that a POST created, else it may
 * be NULL. location: absolute, or NULL: scim_bulk_response() makes it.
 * version: as in the ETag header (W/"42"), or NULL. response: the Error
 * message of a failure, whose reference is taken; NULL: one is made from the
 * status; not needed, but taken, on success. The strings are copied.
 */
void scim_bulk_done(scim_bulk_t *bulk, size_t operation, int status,
    const char *id, const char *location, const char *version,
    json_t *response);

/*
 * The new BulkResponse, in the order of the request; operations that
 * failOnErrors has left undone are not in it. base: the service provider's
 * endpoint, no slash at its end, for locations that nobody told; NULL: they
 * are left out. NULL: no memory, now or in a scim_bulk_next() or
 * scim_bulk_done() before.
 */
json_t *scim_bulk_response(const scim_bulk_t *bulk, const char *base);

/*
 * The same of one operation (from 0): its status, which is 0 while it has
 * none; -1: there are no more. Of operation, method and type_name are set; the
 * latter is NULL if the request does not tell what it was to be.
 */
int scim_bulk_status(const scim_bulk_t *bulk, size_t number,
    scim_bulk_operation_t *operation);

void scim_bulk_free(scim_bulk_t *bulk);

#pragma GCC visibility pop

#endif
