/*
 * Which operation of a bulk request waits for which, and where they wait for
 * each other in a circle (RFC 7644, section 3.7.1).
 * Must not know what has run already.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bulk_job.h"
#include "text.h"


#define SCIM_BULK_PREFIX_LENGTH  (sizeof(SCIM_BULK_PREFIX) - 1)


/* Entries are linked in turn, so that the edges from each lie together. */
static int
scim_bulk_edge(scim_bulk_t *bulk, const scim_bulk_entry_t *entry,
    scim_bulk_wait_t why, size_t to)
{
    size_t             size;
    scim_bulk_edge_t  *edges;

    if (bulk->edge_count == bulk->edge_size) {
        size = bulk->edge_size ? bulk->edge_size * 2 : 64;

        if (size > SIZE_MAX / sizeof(scim_bulk_edge_t)) {
            return -1;
        }

        edges = realloc(bulk->edges, size * sizeof(scim_bulk_edge_t));
        if (edges == NULL) {
            return -1;
        }

        bulk->edges = edges;
        bulk->edge_size = size;
    }

    edges = &bulk->edges[bulk->edge_count++];

    edges->why = why;
    edges->from = (size_t) (entry - bulk->entries);
    edges->to = to;
    edges->next = SCIM_BULK_NONE;

    return 0;
}


static void
scim_bulk_unknown(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const char *member)
{
    scim_bulk_fault(bulk, entry, 409, SCIM_INVALID_VALUE, member,
                    "refers to a bulkId that no POST here has");
}


static int
scim_bulk_link_text(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const json_t *value, int filter)
{
    int                     rc;
    size_t                  from, self;
    scim_bulk_entry_t      *to;
    scim_bulk_reference_t   reference;

    self = (size_t) (entry - bulk->entries);

    for (from = 0; ; from = reference.end) {
        rc = scim_bulk_reference(bulk, json_string_value(value),
                                 json_string_length(value), from, filter,
                                 &reference);
        if (rc <= 0) {
            return rc;
        }

        if (reference.entry == SCIM_BULK_NONE) {
            scim_bulk_unknown(bulk, entry, ".data");
            return 0;
        }

        entry->refers = 1;

        to = &bulk->entries[reference.entry];

        if (to->marked == self + 1) {
            continue;
        }

        to->marked = self + 1;

        if (scim_bulk_edge(bulk, entry, SCIM_BULK_ID, reference.entry) != 0) {
            return -1;
        }
    }
}


static int
scim_bulk_link_value(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    const json_t *value, int filter)
{
    void        *iter;
    size_t       i;
    json_t      *element;
    const char  *key;

    if (json_is_string(value)) {
        return scim_bulk_link_text(bulk, entry, value, filter);
    }

    json_array_foreach(value, i, element) {
        if (scim_bulk_link_value(bulk, entry, element, 0) != 0) {
            return -1;
        }
    }

    for (iter = json_object_iter((json_t *) value);
         iter != NULL;
         iter = json_object_iter_next((json_t *) value, iter))
    {
        key = json_object_iter_key(iter);
        filter = entry->method == SCIM_BULK_PATCH
                 && scim_text_is(key, strlen(key), "path");

        if (scim_bulk_link_value(bulk, entry, json_object_iter_value(iter),
                                 filter)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


/* The resource of "/Users/bulkId:x". */
static int
scim_bulk_link_path(scim_bulk_t *bulk, scim_bulk_entry_t *entry)
{
    if (strncmp(entry->id, SCIM_BULK_PREFIX, SCIM_BULK_PREFIX_LENGTH) != 0) {
        return 0;
    }

    entry->target = scim_bulk_find(bulk, entry->id + SCIM_BULK_PREFIX_LENGTH);

    if (entry->target == SCIM_BULK_NONE) {
        scim_bulk_unknown(bulk, entry, ".path");

    } else if (scim_bulk_edge(bulk, entry, SCIM_BULK_PATH, entry->target)
               != 0)
    {
        return -1;
    }

    return 0;
}


/* last: the resources' names -> the last entry so far that changes them */
static int
scim_bulk_link_order(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    json_t *last)
{
    int      rc;
    char    *key;
    size_t   type, id;
    json_t  *before;

    type = strlen(entry->type->endpoint);
    id = strlen(entry->id);

    key = malloc(type + id + 2);
    if (key == NULL) {
        return -1;
    }

    memcpy(key, entry->type->endpoint, type);
    key[type] = '/';
    memcpy(key + type + 1, entry->id, id + 1);

    before = json_object_get(last, key);

    rc = (before == NULL)
         ? 0 : scim_bulk_edge(bulk, entry, SCIM_BULK_ORDER,
                              (size_t) json_integer_value(before));

    if (rc == 0) {
        rc = json_object_set_new(last, key,
                 json_integer((json_int_t) (entry - bulk->entries)));
    }

    free(key);

    return rc;
}


static int
scim_bulk_link_entry(scim_bulk_t *bulk, scim_bulk_entry_t *entry,
    json_t *last)
{
    int  rc;

    entry->first = bulk->edge_count;

    if (entry->faulty) {
        return 0;
    }

    rc = 0;

    if (entry->method != SCIM_BULK_POST) {
        rc = scim_bulk_link_path(bulk, entry);
    }

    if (rc == 0 && entry->method != SCIM_BULK_POST) {
        rc = scim_bulk_link_order(bulk, entry, last);
    }

    if (rc == 0) {
        rc = scim_bulk_link_value(bulk, entry, entry->source, 0);
    }

    entry->edges = bulk->edge_count - entry->first;

    return rc;
}


/*
 * A walk along the references, depth first: one that leads back to an entry
 * on the way closes a circle. Without these edges there is none.
 *
 * way: the entries from the root to here; at: the next edge of each. Only
 * POSTs have bulkIds, so only they can be in a circle.
 */
static void
scim_bulk_circles(scim_bulk_t *bulk, size_t root, size_t *way, size_t *at,
    unsigned char *on)
{
    size_t              depth, i;
    scim_bulk_edge_t   *edge;
    scim_bulk_entry_t  *entry;

    depth = 0;
    i = root;

    for ( ;; ) {
        entry = &bulk->entries[i];

        if (!entry->visited) {
            entry->visited = 1;
            on[i] = 1;
            way[depth] = i;
            at[depth] = 0;
        }

        if (at[depth] == entry->edges) {
            on[i] = 0;

            if (depth == 0) {
                return;
            }

            i = way[--depth];
            continue;
        }

        edge = &bulk->edges[entry->first + at[depth]++];

        if (on[edge->to]) {
            edge->why = SCIM_BULK_CIRCLE;

        } else if (!bulk->entries[edge->to].visited) {
            i = edge->to;
            depth++;
        }
    }
}


static int
scim_bulk_find_circles(scim_bulk_t *bulk)
{
    size_t          i, *way, *at;
    unsigned char  *on;

    way = calloc(bulk->count, sizeof(size_t));
    at = calloc(bulk->count, sizeof(size_t));
    on = calloc(bulk->count, 1);

    if (way == NULL || at == NULL || on == NULL) {
        free(way);
        free(at);
        free(on);
        return -1;
    }

    for (i = 0; i < bulk->count; i++) {
        if (!bulk->entries[i].visited
            && bulk->entries[i].method == SCIM_BULK_POST)
        {
            scim_bulk_circles(bulk, i, way, at, on);
        }
    }

    free(way);
    free(at);
    free(on);

    return 0;
}


static void
scim_bulk_count(scim_bulk_t *bulk)
{
    size_t              i;
    scim_bulk_edge_t   *edge;
    scim_bulk_entry_t  *from, *to;

    for (i = 0; i < bulk->edge_count; i++) {
        edge = &bulk->edges[i];
        from = &bulk->entries[edge->from];
        to = &bulk->entries[edge->to];

        edge->next = to->waiters;
        to->waiters = i;

        if (edge->why == SCIM_BULK_CIRCLE) {
            from->circular = 1;
            from->circle++;

        } else {
            from->waiting++;
        }
    }
}


int
scim_bulk_link(scim_bulk_t *bulk)
{
    int      rc;
    size_t   i;
    json_t  *last;

    last = json_object();
    if (last == NULL) {
        return -1;
    }

    rc = 0;

    for (i = 0; i < bulk->count && rc == 0; i++) {
        rc = scim_bulk_link_entry(bulk, &bulk->entries[i], last);
    }

    json_decref(last);

    if (rc != 0 || scim_bulk_find_circles(bulk) != 0) {
        return -1;
    }

    scim_bulk_count(bulk);

    return 0;
}
