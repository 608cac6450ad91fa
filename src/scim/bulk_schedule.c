/*
 * Which operation of a bulk request runs when.
 * Must not know what the operations say, nor how they are carried out.
 */

#include <stdlib.h>
#include <string.h>

#include "bulk_job.h"
#include "text.h"


/* The ready entries are a heap, so that the first of them is at its top. */
static void
scim_bulk_push(scim_bulk_t *bulk, scim_bulk_entry_t *entry)
{
    size_t  i, parent, n;

    n = (size_t) (entry - bulk->entries);

    for (i = bulk->ready++; i > 0; i = parent) {
        parent = (i - 1) / 2;

        if (bulk->heap[parent] < n) {
            break;
        }

        bulk->heap[i] = bulk->heap[parent];
    }

    bulk->heap[i] = n;
    entry->state = SCIM_BULK_READY;
}


static void
scim_bulk_pop(scim_bulk_t *bulk)
{
    size_t  i, child, n;

    n = bulk->heap[--bulk->ready];

    for (i = 0; ; i = child) {
        child = i * 2 + 1;

        if (child >= bulk->ready) {
            break;
        }

        if (child + 1 < bulk->ready
            && bulk->heap[child + 1] < bulk->heap[child])
        {
            child++;
        }

        if (n < bulk->heap[child]) {
            break;
        }

        bulk->heap[i] = bulk->heap[child];
    }

    bulk->heap[i] = n;
}


/* Opens the next run: those of it that wait for nothing are ready. */
static int
scim_bulk_open(scim_bulk_t *bulk)
{
    scim_bulk_entry_t  *entry;

    if (bulk->next == bulk->count) {
        return 0;
    }

    while (bulk->next < bulk->count) {
        entry = &bulk->entries[bulk->next];

        if (entry->run != bulk->opened) {
            break;
        }

        if (entry->waiting == 0) {
            scim_bulk_push(bulk, entry);
        }

        bulk->next++;
    }

    bulk->opened++;

    return 1;
}


static void
scim_bulk_wake(scim_bulk_t *bulk, scim_bulk_entry_t *entry)
{
    entry->waiting--;

    if (entry->waiting == 0 && entry->run < bulk->opened) {
        scim_bulk_push(bulk, entry);
    }
}


static void
scim_bulk_wake_circle(scim_bulk_t *bulk, scim_bulk_entry_t *entry, int known)
{
    entry->circle--;

    if (!known) {
        entry->broken = 1;
    }

    if (entry->circle == 0 && entry->state == SCIM_BULK_CREATED) {
        scim_bulk_push(bulk, entry);
    }
}


/* A POST has given its id, or it never will. */
static void
scim_bulk_created(scim_bulk_t *bulk, const scim_bulk_entry_t *entry)
{
    int                 known;
    size_t              i;
    scim_bulk_edge_t   *edge;
    scim_bulk_entry_t  *from;

    known = (entry->id != NULL);

    for (i = entry->waiters; i != SCIM_BULK_NONE; i = edge->next) {
        edge = &bulk->edges[i];
        from = &bulk->entries[edge->from];

        if (edge->why == SCIM_BULK_CIRCLE) {
            scim_bulk_wake_circle(bulk, from, known);

        } else if (edge->why == SCIM_BULK_ID) {

            if (!known) {
                scim_bulk_fault(bulk, from, 409, SCIM_INVALID_VALUE, ".data",
                                "refers to a bulkId whose POST failed");
            }

            scim_bulk_wake(bulk, from);
        }
    }
}


static void
scim_bulk_end(scim_bulk_t *bulk, scim_bulk_entry_t *entry)
{
    size_t              i;
    scim_bulk_edge_t   *edge;
    scim_bulk_entry_t  *from;

    entry->state = SCIM_BULK_ENDED;

    if (entry->status < 200 || entry->status > 299) {
        bulk->errors++;

        if (bulk->errors == bulk->fail_on_errors) {
            bulk->stopped = 1;
        }
    }

    for (i = entry->waiters; i != SCIM_BULK_NONE; i = edge->next) {
        edge = &bulk->edges[i];
        from = &bulk->entries[edge->from];

        if (edge->why == SCIM_BULK_PATH) {

            if (entry->id == NULL) {
                scim_bulk_fault(bulk, from, 409, SCIM_INVALID_VALUE, ".path",
                                "refers to a bulkId whose POST failed");
            }

            scim_bulk_wake(bulk, from);

        } else if (edge->why == SCIM_BULK_ORDER) {
            scim_bulk_wake(bulk, from);
        }
    }
}


/* The resource of a circle is there, but can't get what it refers to. */
static void
scim_bulk_break(scim_bulk_t *bulk, scim_bulk_entry_t *entry)
{
    scim_bulk_fault(bulk, entry, 409, SCIM_INVALID_VALUE, "",
                    "created, but without its circular references");
    scim_bulk_end(bulk, entry);
}


/* 1: there is no need to run the entry, its result is known. */
static int
scim_bulk_settle(scim_bulk_t *bulk, scim_bulk_entry_t *entry)
{
    if (entry->created) {

        if (!entry->broken) {
            return 0;
        }

        scim_bulk_break(bulk, entry);

        return 1;
    }

    if (!entry->faulty) {
        return 0;
    }

    if (entry->known && entry->method == SCIM_BULK_POST) {
        scim_bulk_created(bulk, entry);
    }

    scim_bulk_end(bulk, entry);

    return 1;
}


static int
scim_bulk_start(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    scim_bulk_operation_t *operation)
{
    if (scim_bulk_resolve(bulk, entry) != 0) {
        bulk->failed = 1;
        return -1;
    }

    operation->type_name = entry->type->name;
    operation->data = entry->data;
    operation->version = NULL;

    if (entry->created) {
        operation->method = SCIM_BULK_PUT;
        operation->id = entry->id;

    } else if (entry->method == SCIM_BULK_POST) {
        operation->method = SCIM_BULK_POST;
        operation->id = NULL;

    } else {
        operation->method = entry->method;
        operation->version = entry->version;
        operation->id = (entry->target == SCIM_BULK_NONE)
                        ? entry->id : bulk->entries[entry->target].id;
    }

    entry->state = SCIM_BULK_RUNNING;
    bulk->method = entry->method;
    bulk->running++;

    return 0;
}


ssize_t
scim_bulk_next(scim_bulk_t *bulk, scim_bulk_operation_t *operation)
{
    size_t              n;
    scim_bulk_entry_t  *entry;

    for ( ;; ) {

        if (bulk->stopped || bulk->failed) {
            break;
        }

        if (bulk->ready == 0) {
            if (bulk->running > 0 || !scim_bulk_open(bulk)) {
                break;
            }

            continue;
        }

        n = bulk->heap[0];
        entry = &bulk->entries[n];

        if (bulk->running > 0
            && (bulk->fail_on_errors > 0 || bulk->method != entry->method))
        {
            break;
        }

        scim_bulk_pop(bulk);

        if (scim_bulk_settle(bulk, entry)) {
            continue;
        }

        if (scim_bulk_start(bulk, entry, operation) == 0) {
            return (ssize_t) n;
        }
    }

    return (bulk->running > 0) ? SCIM_BULK_WAIT : SCIM_BULK_DONE;
}


static void
scim_bulk_store(scim_bulk_t *bulk, char **field, const char *text)
{
    if (text == NULL) {
        return;
    }

    free(*field);

    *field = scim_text_copy(text, strlen(text));
    if (*field == NULL) {
        bulk->failed = 1;
    }
}


/* The PUT that follows the creation of one in a circle has ended. */
static void
scim_bulk_done_put(scim_bulk_t *bulk, scim_bulk_entry_t *entry, int good,
    const char *version)
{
    if (!good) {
        scim_bulk_break(bulk, entry);
        return;
    }

    scim_bulk_store(bulk, &entry->etag, version);
    scim_bulk_end(bulk, entry);
}


static void
scim_bulk_done_post(scim_bulk_t *bulk, scim_bulk_entry_t *entry, int good,
    const char *id)
{
    if (good) {
        scim_bulk_store(bulk, &entry->id, id);
        entry->created = (entry->id != NULL && entry->circular);
    }

    scim_bulk_created(bulk, entry);

    if (!entry->created) {
        scim_bulk_end(bulk, entry);
        return;
    }

    if (entry->circle == 0) {
        scim_bulk_push(bulk, entry);

    } else {
        entry->state = SCIM_BULK_CREATED;
    }
}


void
scim_bulk_done(scim_bulk_t *bulk, size_t operation, int status,
    const char *id, const char *location, const char *version,
    json_t *response)
{
    int                 good;
    scim_bulk_entry_t  *entry;

    if (operation >= bulk->count
        || bulk->entries[operation].state != SCIM_BULK_RUNNING)
    {
        json_decref(response);
        return;
    }

    entry = &bulk->entries[operation];
    good = status >= 200 && status <= 299;

    bulk->running--;

    json_decref(entry->data);
    entry->data = NULL;

    if (entry->created) {
        json_decref(response);
        scim_bulk_done_put(bulk, entry, good, version);
        return;
    }

    entry->status = status;

    if (good) {
        json_decref(response);
        scim_bulk_store(bulk, &entry->etag, version);

    } else {
        entry->response = response;
    }

    if (good || entry->method != SCIM_BULK_POST) {
        scim_bulk_store(bulk, &entry->location, location);
    }

    if (entry->method == SCIM_BULK_POST) {
        scim_bulk_done_post(bulk, entry, good, id);

    } else {
        scim_bulk_end(bulk, entry);
    }
}
