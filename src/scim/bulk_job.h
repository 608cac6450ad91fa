/*
 * A bulk request taken apart; internal to bulk_*.c.
 */

#ifndef SCIM_BULK_JOB_H
#define SCIM_BULK_JOB_H

#include <stddef.h>
#include <jansson.h>
#include "bulk.h"
#include "error.h"
#include "schema.h"

#pragma GCC visibility push(hidden)

#define SCIM_BULK_NONE    ((size_t) -1)
#define SCIM_BULK_PREFIX  "bulkId:"

/*
 * from       to         when
 * HELD       READY      its run is open, and it waits for nothing
 * READY      RUNNING    scim_bulk_next() gives it out
 * READY      ENDED      it is faulty: that is its result
 * RUNNING    ENDED      scim_bulk_done()
 * RUNNING    CREATED    the same, and ids of its circle are not yet known
 * RUNNING    READY      the same, and they are: now the PUT
 * CREATED    READY      the last of them is known
 */
typedef enum {
    SCIM_BULK_HELD = 0,
    SCIM_BULK_READY,
    SCIM_BULK_RUNNING,
    SCIM_BULK_CREATED,
    SCIM_BULK_ENDED
} scim_bulk_state_t;

/* Why one operation waits for another. */
typedef enum {
    SCIM_BULK_ID = 0,        /* its data holds the other's bulkId            */
    SCIM_BULK_CIRCLE,        /* the same, but it is created without          */
    SCIM_BULK_PATH,          /* its path does; so it waits for the end       */
    SCIM_BULK_ORDER          /* the same resource, and comes later           */
} scim_bulk_wait_t;

typedef struct {
    scim_bulk_wait_t             why;
    size_t                       from;      /* the one that waits            */
    size_t                       to;
    size_t                       next;      /* another that waits for "to"   */
} scim_bulk_edge_t;


typedef struct {
    scim_bulk_state_t            state;
    scim_bulk_method_t           method;
    unsigned                     known:1;   /* the method is one             */
    unsigned                     faulty:1;  /* status and response are why   */
    unsigned                     refers:1;  /* source holds bulkIds          */
    unsigned                     circular:1;
    unsigned                     broken:1;  /* another of the circle failed  */
    unsigned                     created:1; /* what is left is the PUT       */
    unsigned                     visited:1;

    /* of the request */

    const scim_resource_type_t  *type;      /* NULL: path names none         */
    const char                  *sent;      /* the method, if it isn't known */
    const char                  *bulk_id;
    const char                  *version;
    char                        *id;        /* the path's, or the created    */
    size_t                       target;    /* whose bulkId is in the path   */
    json_t                      *source;    /* data                          */
    json_t                      *data;      /* as it is now given out        */

    /* of the schedule */

    size_t                       run;       /* of one method                 */
    size_t                       first;     /* edge from here, and           */
    size_t                       edges;     /* how many there are            */
    size_t                       waiters;   /* first edge to here            */
    size_t                       waiting;   /* for so many                   */
    size_t                       circle;    /* so many ids are not yet known */
    size_t                       marked;    /* has an edge from marked - 1   */

    /* of the response */

    int                          status;
    char                        *location;
    char                        *etag;
    json_t                      *response;
} scim_bulk_entry_t;


struct scim_bulk_s {
    const scim_policy_t         *policy;    /* only while it is parsed       */
    json_t                      *message;
    scim_bulk_entry_t           *entries;
    size_t                       count;

    json_t                      *names;     /* bulkId -> entry               */

    scim_bulk_edge_t            *edges;
    size_t                       edge_count;
    size_t                       edge_size;

    size_t                      *heap;      /* the ready ones, least first   */
    size_t                       ready;
    size_t                       running;
    scim_bulk_method_t           method;    /* of those that run             */
    size_t                       opened;    /* runs; what is not yet open    */
    size_t                       next;      /* begins at this entry          */

    size_t                       fail_on_errors;     /* 0: never             */
    size_t                       errors;
    unsigned                     stopped:1;
    unsigned                     failed:1;  /* no memory                     */
};


/*
 * The entry can't be carried out: an Error with "Operations[3]", member (such
 * as ".path", or "") and the reason becomes its result. The first fault stays.
 */
void scim_bulk_fault(scim_bulk_t *bulk, scim_bulk_entry_t *entry, int status,
    const char *type, const char *member, const char *reason);

/* The entry whose bulkId this is; SCIM_BULK_NONE: there is none. */
size_t scim_bulk_find(const scim_bulk_t *bulk, const char *bulk_id);

/* Finds what each entry waits for; -1: no memory. */
int scim_bulk_link(scim_bulk_t *bulk);

/*
 * Makes entry->data out of its source, with ids for bulkIds, and without the
 * values that hold an unknown one; -1: no memory.
 */
int scim_bulk_resolve(scim_bulk_t *bulk, scim_bulk_entry_t *entry);

typedef struct {
    size_t  start;
    size_t  end;
    size_t  entry;           /* SCIM_BULK_NONE: of no operation              */
} scim_bulk_reference_t;

/*
 * The next reference in text from position from on: 1, 0, or -1: no memory.
 * A text that begins with "bulkId:" is one as a whole; others may have one
 * as a segment (/Users/bulkId:x), and a filter as the value of a comparison,
 * where what names no operation is text like any other, unless it is quoted.
 */
int scim_bulk_reference(const scim_bulk_t *bulk, const char *text,
    size_t length, size_t from, int filter, scim_bulk_reference_t *reference);

#pragma GCC visibility pop

#endif
