/*
 * What a worker gathers for Redis and writes about once a second, so that no
 * request costs a write: entries by key. An entry grows while what it had is on
 * its way; when that has arrived, it is taken off. So nothing is lost while
 * Redis is away, as long as there is room.
 */

#ifndef NGX_HTTP_SCIM_BACKLOG_H
#define NGX_HTTP_SCIM_BACKLOG_H

#include "ngx_http_scim.h"

#pragma GCC visibility push(hidden)

/* What each entry begins with; the key lives as long as it does. */
typedef struct {
    ngx_str_node_t              node;
    ngx_queue_t                 queue;
} ngx_http_scim_backlog_entry_t;


typedef struct {
    size_t                      size;        /* of an entry                   */
    ngx_uint_t                  room;        /* for so many                   */

    /*
     * Appends what an entry has to the batch, and remembers how much that is.
     * all: the worker ends, nothing may wait any longer. NGX_ERROR: no memory.
     */
    ngx_int_t                 (*add)(ngx_http_scim_backlog_t *backlog,
                                     ngx_scim_redis_batch_t *batch,
                                     ngx_pool_t *pool, void *entry,
                                     ngx_uint_t all);

    /* Takes it off, if it has arrived; 1: the entry is of no use any more. */
    ngx_uint_t                (*sent)(ngx_http_scim_backlog_t *backlog,
                                      void *entry, ngx_uint_t arrived);
} ngx_http_scim_backlog_use_t;


struct ngx_http_scim_backlog_s {
    /* the event's ident must be after 3 pointers as in ngx_connection_t */
    ngx_http_scim_main_conf_t  *main_conf;
    ngx_scim_redis_batch_t     *batch;       /* on its way, or NULL           */
    ngx_log_t                  *log;
    ngx_int_t                   ident;

    const ngx_http_scim_backlog_use_t  *use;
    ngx_event_t                 timer;       /* cancelable: see _end()        */
    ngx_msec_t                  pause;
    ngx_rbtree_t                rbtree;
    ngx_rbtree_node_t           sentinel;
    ngx_queue_t                 entries;
    ngx_uint_t                  nentries;
};


/* An empty one, from the configuration's pool; NULL: no memory. */
ngx_http_scim_backlog_t *ngx_http_scim_backlog_create(ngx_conf_t *cf,
    ngx_http_scim_main_conf_t *mcf, const ngx_http_scim_backlog_use_t *use);

/*
 * The entry of a key, which is about to be filled, and will be written. *fresh:
 * it is zero but for its key. NULL: no memory, or no room.
 */
void *ngx_http_scim_backlog_entry(ngx_http_scim_backlog_t *backlog,
    ngx_str_t *key, ngx_uint_t *fresh);

#pragma GCC visibility pop

#endif
