/*
 * What a worker gathers for Redis, on its way there. It must not know what it
 * is.
 */

#include "backlog.h"


#define NGX_HTTP_SCIM_BACKLOG_PAUSE   1000     /* ms between writes           */
#define NGX_HTTP_SCIM_BACKLOG_LATER   60000    /* at most, when they fail     */


static void ngx_http_scim_backlog_timer(ngx_event_t *ev);
static ngx_scim_redis_batch_t *ngx_http_scim_backlog_batch(
    ngx_http_scim_backlog_t *backlog, ngx_scim_redis_handler_pt handler,
    ngx_uint_t all);
static void ngx_http_scim_backlog_written(ngx_scim_redis_batch_t *batch);
static void ngx_http_scim_backlog_next(ngx_http_scim_backlog_t *backlog,
    ngx_uint_t failed);
static void ngx_http_scim_backlog_sent(ngx_http_scim_backlog_t *backlog,
    ngx_uint_t arrived);
static void ngx_http_scim_backlog_delete(ngx_http_scim_backlog_t *backlog,
    ngx_http_scim_backlog_entry_t *entry);


ngx_http_scim_backlog_t *
ngx_http_scim_backlog_create(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf,
    const ngx_http_scim_backlog_use_t *use)
{
    ngx_http_scim_backlog_t  *backlog;

    backlog = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_backlog_t));
    if (backlog == NULL) {
        return NULL;
    }

    backlog->main_conf = mcf;
    backlog->log = &cf->cycle->new_log;
    backlog->ident = -1;
    backlog->use = use;
    backlog->pause = NGX_HTTP_SCIM_BACKLOG_PAUSE;

    backlog->timer.handler = ngx_http_scim_backlog_timer;
    backlog->timer.data = backlog;
    backlog->timer.log = backlog->log;
    backlog->timer.cancelable = 1;

    ngx_rbtree_init(&backlog->rbtree, &backlog->sentinel,
                    ngx_str_rbtree_insert_value);
    ngx_queue_init(&backlog->entries);

    return backlog;
}


void *
ngx_http_scim_backlog_entry(ngx_http_scim_backlog_t *backlog, ngx_str_t *key,
    ngx_uint_t *fresh)
{
    size_t                          size;
    uint32_t                        hash;
    ngx_str_node_t                 *node;
    ngx_http_scim_backlog_entry_t  *entry;

    hash = ngx_murmur_hash2(key->data, key->len);
    node = ngx_str_rbtree_lookup(&backlog->rbtree, key, hash);

    *fresh = (node == NULL);

    if (node) {
        entry = (ngx_http_scim_backlog_entry_t *) node;
        goto found;
    }

    if (backlog->nentries == backlog->use->room) {
        return NULL;
    }

    size = backlog->use->size;

    entry = ngx_calloc(size + key->len, backlog->log);
    if (entry == NULL) {
        return NULL;
    }

    entry->node.node.key = hash;
    entry->node.str.data = (u_char *) entry + size;
    entry->node.str.len = key->len;
    ngx_memcpy(entry->node.str.data, key->data, key->len);

    ngx_rbtree_insert(&backlog->rbtree, &entry->node.node);
    ngx_queue_insert_tail(&backlog->entries, &entry->queue);
    backlog->nentries++;

found:

    if (!backlog->timer.timer_set && backlog->batch == NULL) {
        ngx_add_timer(&backlog->timer, backlog->pause);
    }

    return entry;
}


static void
ngx_http_scim_backlog_timer(ngx_event_t *ev)
{
    ngx_http_scim_backlog_t  *backlog = ev->data;

    backlog->batch = ngx_http_scim_backlog_batch(backlog,
                                            ngx_http_scim_backlog_written, 0);

    if (backlog->batch == NULL) {
        ngx_http_scim_backlog_next(backlog, 1);
        return;
    }

    if (backlog->batch->count == 0) {
        ngx_http_scim_backlog_sent(backlog, 0);
        ngx_http_scim_backlog_next(backlog, 0);
        return;
    }

    if (ngx_scim_redis_send(backlog->batch) != NGX_OK) {
        ngx_http_scim_backlog_next(backlog, 1);
    }
}


/* all that is to be written now; NULL: no memory */

static ngx_scim_redis_batch_t *
ngx_http_scim_backlog_batch(ngx_http_scim_backlog_t *backlog,
    ngx_scim_redis_handler_pt handler, ngx_uint_t all)
{
    ngx_pool_t              *pool;
    ngx_queue_t             *q;
    ngx_scim_redis_batch_t  *batch;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, backlog->log);
    batch = ngx_scim_redis_batch_create(backlog->main_conf->redis, handler,
                                        backlog);

    for (q = ngx_queue_head(&backlog->entries);
         pool && batch && q != ngx_queue_sentinel(&backlog->entries);
         q = ngx_queue_next(q))
    {
        if (backlog->use->add(backlog, batch, pool,
                ngx_queue_data(q, ngx_http_scim_backlog_entry_t, queue), all)
            != NGX_OK)
        {
            ngx_scim_redis_batch_free(batch);
            batch = NULL;
        }
    }

    if (pool) {
        ngx_destroy_pool(pool);
    }

    return batch;
}


/* what may have been written is not written again */

static void
ngx_http_scim_backlog_written(ngx_scim_redis_batch_t *batch)
{
    ngx_http_scim_backlog_t  *backlog = batch->data;

    ngx_http_scim_backlog_sent(backlog, !batch->failure || batch->uncertain);
    ngx_http_scim_backlog_next(backlog, batch->failure != NULL);
}


static void
ngx_http_scim_backlog_next(ngx_http_scim_backlog_t *backlog,
    ngx_uint_t failed)
{
    if (backlog->batch) {
        ngx_scim_redis_batch_free(backlog->batch);
        backlog->batch = NULL;
    }

    backlog->pause = failed ? ngx_min(backlog->pause * 2,
                                      NGX_HTTP_SCIM_BACKLOG_LATER)
                            : NGX_HTTP_SCIM_BACKLOG_PAUSE;

    if (!ngx_queue_empty(&backlog->entries)) {
        ngx_add_timer(&backlog->timer, backlog->pause);
    }
}


static void
ngx_http_scim_backlog_sent(ngx_http_scim_backlog_t *backlog,
    ngx_uint_t arrived)
{
    ngx_queue_t                    *q, *next;
    ngx_http_scim_backlog_entry_t  *entry;

    for (q = ngx_queue_head(&backlog->entries);
         q != ngx_queue_sentinel(&backlog->entries);
         q = next)
    {
        next = ngx_queue_next(q);
        entry = ngx_queue_data(q, ngx_http_scim_backlog_entry_t, queue);

        if (backlog->use->sent(backlog, entry, arrived)) {
            ngx_http_scim_backlog_delete(backlog, entry);
        }
    }
}


static void
ngx_http_scim_backlog_delete(ngx_http_scim_backlog_t *backlog,
    ngx_http_scim_backlog_entry_t *entry)
{
    ngx_rbtree_delete(&backlog->rbtree, &entry->node.node);
    ngx_queue_remove(&entry->queue);
    backlog->nentries--;
    ngx_free(entry);
}


void
ngx_http_scim_backlog_end(ngx_http_scim_backlog_t *backlog)
{
    ngx_queue_t             *q;
    ngx_scim_redis_batch_t  *batch;

    if (backlog == NULL) {
        return;
    }

    if (backlog->timer.timer_set) {
        ngx_del_timer(&backlog->timer);
    }

    if (backlog->batch) {
        ngx_scim_redis_batch_free(backlog->batch);
        backlog->batch = NULL;
        ngx_http_scim_backlog_sent(backlog, 1);
    }

    batch = ngx_http_scim_backlog_batch(backlog, NULL, 1);

    if (batch && batch->count) {
        ngx_scim_redis_send_and_forget(batch);
        ngx_scim_redis_flush(backlog->main_conf->redis);

    } else if (batch) {
        ngx_scim_redis_batch_free(batch);
    }

    while (!ngx_queue_empty(&backlog->entries)) {
        q = ngx_queue_head(&backlog->entries);
        ngx_http_scim_backlog_delete(backlog,
            ngx_queue_data(q, ngx_http_scim_backlog_entry_t, queue));
    }
}
