/*
 * Sorted lists (RFC 7644, section 3.4.2.3). All matches pass by, and a heap
 * keeps those that come first, as many as the page reaches to; the page's own
 * are read again in the end. So the memory is bounded by the page's end, and
 * no step takes long.
 */

#include "list.h"


typedef struct {
    scim_sort_key_t              *key;
    ngx_uint_t                    order;     /* of creation, among equals     */
    ngx_uint_t                    part;
    u_char                        id[NGX_SCIM_ID_LEN];
} ngx_http_scim_sorted_t;


/* the last one of those that are kept is at the top */

typedef struct {
    ngx_http_scim_list_part_t    *parts;
    ngx_http_scim_sorted_t       *elts;
    ngx_uint_t                    nelts;
    ngx_uint_t                    size;
    ngx_uint_t                    order;
} ngx_http_scim_heap_t;


static int ngx_http_scim_heap_compare(ngx_http_scim_heap_t *heap,
    ngx_http_scim_sorted_t *a, ngx_http_scim_sorted_t *b);
static void ngx_http_scim_heap_up(ngx_http_scim_heap_t *heap, ngx_uint_t i);
static void ngx_http_scim_heap_down(ngx_http_scim_heap_t *heap, ngx_uint_t i,
    ngx_uint_t n);
static void ngx_http_scim_heap_sort(ngx_http_scim_heap_t *heap);
static void ngx_http_scim_heap_cleanup(void *data);


ngx_int_t
ngx_http_scim_list_sort(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t             max;
    ngx_http_scim_list_t  *list;
    ngx_http_scim_heap_t  *heap;

    list = ctx->state;
    max = ctx->loc_conf->max_sorted;

    if (ctx->query.cursor) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    SCIM_INVALID_VALUE,
                                    "sortBy: pages by cursor are in order of "
                                    "creation");
    }

    if (list->start > max) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, SCIM_TOO_MANY,
                                    "a sorted list ends at its %uth resource",
                                    (unsigned) max);
    }

    list->count = ngx_min(list->count, max - (list->start - 1));

    heap = ngx_pcalloc(ctx->pool, sizeof(ngx_http_scim_heap_t));

    if (heap == NULL
        || ngx_http_scim_own_with(ctx, heap, ngx_http_scim_heap_cleanup)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    heap->parts = list->parts;
    heap->size = list->start - 1 + list->count;
    heap->elts = ngx_palloc(ctx->pool, (heap->size + 1)
                                       * sizeof(ngx_http_scim_sorted_t));
    list->heap = heap;

    return heap->elts ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_scim_list_sort_add(ngx_http_scim_list_t *list,
    ngx_http_scim_list_entry_t *entry, json_t *resource)
{
    ngx_http_scim_heap_t    *heap;
    ngx_http_scim_sorted_t  *added;

    heap = list->heap;

    if (entry->record.id.len != NGX_SCIM_ID_LEN) {
        return NGX_ERROR;
    }

    added = &heap->elts[heap->nelts];

    added->key = scim_sort_key(list->parts[entry->part].sort, resource);
    if (added->key == NULL) {
        return NGX_ERROR;
    }

    added->part = entry->part;
    added->order = heap->order++;
    ngx_memcpy(added->id, entry->record.id.data, NGX_SCIM_ID_LEN);

    if (heap->nelts < heap->size) {
        ngx_http_scim_heap_up(heap, heap->nelts++);
        return NGX_OK;
    }

    /* it takes the place of the last one, or is behind it */

    if (heap->nelts
        && ngx_http_scim_heap_compare(heap, added, &heap->elts[0]) < 0)
    {
        scim_sort_key_free(heap->elts[0].key);
        heap->elts[0] = *added;
        ngx_http_scim_heap_down(heap, 0, heap->nelts);
        return NGX_OK;
    }

    scim_sort_key_free(added->key);

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_list_sort_end(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t              id;
    ngx_uint_t             i;
    ngx_http_scim_heap_t  *heap;
    ngx_http_scim_list_t  *list;

    list = ctx->state;
    heap = list->heap;

    ngx_http_scim_heap_sort(heap);

    for (i = list->start - 1; i < heap->nelts; i++) {
        id.data = heap->elts[i].id;
        id.len = NGX_SCIM_ID_LEN;

        if (ngx_http_scim_list_found_add(list, heap->elts[i].part, &id)
            != NGX_OK)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    return ngx_http_scim_list_found(ctx);
}


static int
ngx_http_scim_heap_compare(ngx_http_scim_heap_t *heap,
    ngx_http_scim_sorted_t *a, ngx_http_scim_sorted_t *b)
{
    int  order;

    order = scim_sort_compare(heap->parts[0].sort, a->key, b->key);

    if (order == 0) {
        order = (a->order < b->order) ? -1 : 1;
    }

    return order;
}


static void
ngx_http_scim_heap_up(ngx_http_scim_heap_t *heap, ngx_uint_t i)
{
    ngx_uint_t               parent;
    ngx_http_scim_sorted_t   added;

    added = heap->elts[i];

    for ( /* void */ ; i; i = parent) {
        parent = (i - 1) / 2;

        if (ngx_http_scim_heap_compare(heap, &heap->elts[parent], &added) > 0)
        {
            break;
        }

        heap->elts[i] = heap->elts[parent];
    }

    heap->elts[i] = added;
}


static void
ngx_http_scim_heap_down(ngx_http_scim_heap_t *heap, ngx_uint_t i,
    ngx_uint_t n)
{
    ngx_uint_t               child;
    ngx_http_scim_sorted_t   moved;

    moved = heap->elts[i];

    for (child = 2 * i + 1; child < n; child = 2 * i + 1) {

        if (child + 1 < n
            && ngx_http_scim_heap_compare(heap, &heap->elts[child],
                                          &heap->elts[child + 1])
               < 0)
        {
            child++;
        }

        if (ngx_http_scim_heap_compare(heap, &heap->elts[child], &moved) < 0) {
            break;
        }

        heap->elts[i] = heap->elts[child];
        i = child;
    }

    heap->elts[i] = moved;
}


static void
ngx_http_scim_heap_sort(ngx_http_scim_heap_t *heap)
{
    ngx_uint_t               n;
    ngx_http_scim_sorted_t   last;

    for (n = heap->nelts; n > 1; n--) {
        last = heap->elts[0];
        heap->elts[0] = heap->elts[n - 1];
        heap->elts[n - 1] = last;
        ngx_http_scim_heap_down(heap, 0, n - 1);
    }
}


static void
ngx_http_scim_heap_cleanup(void *data)
{
    ngx_uint_t             i;
    ngx_http_scim_heap_t  *heap = data;

    for (i = 0; i < heap->nelts; i++) {
        scim_sort_key_free(heap->elts[i].key);
    }
}
