/*
 * What each integration does, on its way to Redis: a worker counts, and writes
 * about once a second what is new, so that no request costs a write.
 *
 * An entry is counted up while what it had is on its way; when that has arrived,
 * it is taken off. So nothing is lost while Redis is away, as long as there is
 * room: entries are few, and a new one that finds none is counted as lost.
 */

#include "ngx_http_scim.h"


#define NGX_HTTP_SCIM_ACTIVITY_ENTRIES  256
#define NGX_HTTP_SCIM_ACTIVITY_PAUSE    1000     /* ms between writes         */
#define NGX_HTTP_SCIM_ACTIVITY_LATER    60000    /* at most, when they fail   */

#define NGX_HTTP_SCIM_ACTIVITY_KEY      (NGX_SCIM_NAME_MAX + NGX_SCIM_ID_LEN)


typedef struct {
    ngx_str_node_t             node;         /* tenant and integration        */
    ngx_queue_t                queue;
    size_t                     tenant_len;

    ngx_uint_t                 requests;
    ngx_uint_t                 errors;
    ngx_uint_t                 sent_requests;    /* on their way              */
    ngx_uint_t                 sent_errors;

    ngx_msec_t                 last_request; /* 0: none to be written         */
    ngx_msec_t                 last_error;
    ngx_msec_t                 last_full_sync;
    ngx_uint_t                 status;
    ngx_str_t                  operation;    /* names are never freed         */
    u_char                     key[NGX_HTTP_SCIM_ACTIVITY_KEY];
    char                       detail[sizeof(((scim_error_t *) 0)->detail)];
} ngx_http_scim_activity_entry_t;


struct ngx_http_scim_activity_s {
    /* the event's ident must be after 3 pointers as in ngx_connection_t */
    ngx_http_scim_main_conf_t  *main_conf;
    ngx_scim_redis_batch_t     *batch;       /* on its way, or NULL           */
    ngx_log_t                  *log;
    ngx_int_t                   ident;

    ngx_event_t                 timer;       /* cancelable: see _end()        */
    ngx_msec_t                  pause;
    ngx_rbtree_t                rbtree;
    ngx_rbtree_node_t           sentinel;
    ngx_queue_t                 entries;
    ngx_uint_t                  nentries;
};


static ngx_http_scim_activity_entry_t *ngx_http_scim_activity_entry(
    ngx_http_scim_ctx_t *ctx);
static void ngx_http_scim_activity_timer(ngx_event_t *ev);
static ngx_scim_redis_batch_t *ngx_http_scim_activity_batch(
    ngx_http_scim_activity_t *activity, ngx_scim_redis_handler_pt handler);
static ngx_int_t ngx_http_scim_activity_add(ngx_scim_redis_batch_t *batch,
    ngx_pool_t *pool, ngx_http_scim_activity_entry_t *entry);
static void ngx_http_scim_activity_written(ngx_scim_redis_batch_t *batch);
static void ngx_http_scim_activity_next(ngx_http_scim_activity_t *activity,
    ngx_uint_t failed);
static void ngx_http_scim_activity_take_off(ngx_http_scim_activity_t *activity,
    ngx_uint_t arrived);


ngx_http_scim_activity_t *
ngx_http_scim_activity_create(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf)
{
    ngx_http_scim_activity_t  *activity;

    activity = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_activity_t));
    if (activity == NULL) {
        return NULL;
    }

    activity->main_conf = mcf;
    activity->log = &cf->cycle->new_log;
    activity->ident = -1;
    activity->pause = NGX_HTTP_SCIM_ACTIVITY_PAUSE;

    activity->timer.handler = ngx_http_scim_activity_timer;
    activity->timer.data = activity;
    activity->timer.log = activity->log;
    activity->timer.cancelable = 1;

    ngx_rbtree_init(&activity->rbtree, &activity->sentinel,
                    ngx_str_rbtree_insert_value);
    ngx_queue_init(&activity->entries);

    return activity;
}


void
ngx_http_scim_activity_request(ngx_http_scim_ctx_t *ctx, ngx_uint_t status)
{
    ngx_http_scim_activity_t        *activity;
    ngx_http_scim_activity_entry_t  *entry;

    activity = ctx->main_conf->activity;
    entry = ngx_http_scim_activity_entry(ctx);

    if (entry == NULL) {
        ngx_http_scim_metrics_count(ctx->main_conf->metrics,
                                    NGX_HTTP_SCIM_METRIC_ACTIVITY_LOST);
        return;
    }

    entry->requests++;
    entry->last_request = ngx_max(ngx_current_msec, 1);

    if (status >= NGX_HTTP_BAD_REQUEST) {
        entry->errors++;
        entry->last_error = entry->last_request;
        entry->status = status;
        entry->operation = ctx->operation->name;
        ngx_memcpy(entry->detail, ctx->error.detail, sizeof(entry->detail));

    } else if (ctx->read_all) {
        entry->last_full_sync = entry->last_request;
    }

    if (!activity->timer.timer_set && activity->batch == NULL) {
        ngx_add_timer(&activity->timer, activity->pause);
    }
}


/* NULL: no memory, or no room */

static ngx_http_scim_activity_entry_t *
ngx_http_scim_activity_entry(ngx_http_scim_ctx_t *ctx)
{
    u_char                          *p;
    uint32_t                         hash;
    ngx_str_t                        name;
    ngx_str_node_t                  *node;
    ngx_http_scim_activity_t        *activity;
    ngx_http_scim_activity_entry_t  *entry;

    u_char  key[NGX_HTTP_SCIM_ACTIVITY_KEY];

    activity = ctx->main_conf->activity;

    p = ngx_cpymem(key, ctx->integration.data, ctx->integration.len);
    p = ngx_cpymem(p, ctx->scope.tenant.data, ctx->scope.tenant.len);

    name.data = key;
    name.len = p - key;
    hash = ngx_murmur_hash2(key, name.len);

    node = ngx_str_rbtree_lookup(&activity->rbtree, &name, hash);
    if (node) {
        return (ngx_http_scim_activity_entry_t *) node;
    }

    if (activity->nentries == NGX_HTTP_SCIM_ACTIVITY_ENTRIES) {
        return NULL;
    }

    entry = ngx_calloc(sizeof(ngx_http_scim_activity_entry_t), activity->log);
    if (entry == NULL) {
        return NULL;
    }

    ngx_memcpy(entry->key, key, name.len);

    entry->tenant_len = ctx->scope.tenant.len;
    entry->node.node.key = hash;
    entry->node.str.data = entry->key;
    entry->node.str.len = name.len;

    ngx_rbtree_insert(&activity->rbtree, &entry->node.node);
    ngx_queue_insert_tail(&activity->entries, &entry->queue);
    activity->nentries++;

    return entry;
}


static void
ngx_http_scim_activity_timer(ngx_event_t *ev)
{
    ngx_http_scim_activity_t  *activity = ev->data;

    activity->batch = ngx_http_scim_activity_batch(activity,
                                              ngx_http_scim_activity_written);

    if (activity->batch && ngx_scim_redis_send(activity->batch) == NGX_OK) {
        return;
    }

    ngx_http_scim_activity_next(activity, 1);
}


/* all that is new; NULL: no memory */

static ngx_scim_redis_batch_t *
ngx_http_scim_activity_batch(ngx_http_scim_activity_t *activity,
    ngx_scim_redis_handler_pt handler)
{
    ngx_pool_t              *pool;
    ngx_queue_t             *q;
    ngx_scim_redis_batch_t  *batch;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, activity->log);
    batch = ngx_scim_redis_batch_create(activity->main_conf->redis, handler,
                                        activity);

    for (q = ngx_queue_head(&activity->entries);
         pool && batch && q != ngx_queue_sentinel(&activity->entries);
         q = ngx_queue_next(q))
    {
        if (ngx_http_scim_activity_add(batch, pool,
                ngx_queue_data(q, ngx_http_scim_activity_entry_t, queue))
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


static ngx_int_t
ngx_http_scim_activity_add(ngx_scim_redis_batch_t *batch, ngx_pool_t *pool,
    ngx_http_scim_activity_entry_t *entry)
{
    ngx_scim_scope_t     scope;
    ngx_scim_activity_t  activity;

    ngx_memzero(&scope, sizeof(ngx_scim_scope_t));

    scope.pool = pool;
    scope.tenant.data = entry->key + NGX_SCIM_ID_LEN;
    scope.tenant.len = entry->tenant_len;

    activity.integration.data = entry->key;
    activity.integration.len = NGX_SCIM_ID_LEN;
    activity.requests = entry->requests;
    activity.errors = entry->errors;
    activity.last_request = entry->last_request;
    activity.last_error = entry->last_error;
    activity.last_full_sync = entry->last_full_sync;
    activity.status = entry->status;
    activity.operation = entry->operation;
    activity.detail.data = (u_char *) entry->detail;
    activity.detail.len = ngx_strlen(entry->detail);

    entry->sent_requests = entry->requests;
    entry->sent_errors = entry->errors;

    return ngx_scim_activity_write(batch, &scope, &activity);
}


/* what may have been written is not written again */

static void
ngx_http_scim_activity_written(ngx_scim_redis_batch_t *batch)
{
    ngx_http_scim_activity_t  *activity = batch->data;

    ngx_http_scim_activity_take_off(activity, !batch->failure
                                              || batch->uncertain);
    ngx_http_scim_activity_next(activity, batch->failure != NULL);
}


static void
ngx_http_scim_activity_next(ngx_http_scim_activity_t *activity,
    ngx_uint_t failed)
{
    if (activity->batch) {
        ngx_scim_redis_batch_free(activity->batch);
        activity->batch = NULL;
    }

    activity->pause = failed ? ngx_min(activity->pause * 2,
                                       NGX_HTTP_SCIM_ACTIVITY_LATER)
                             : NGX_HTTP_SCIM_ACTIVITY_PAUSE;

    if (!ngx_queue_empty(&activity->entries)) {
        ngx_add_timer(&activity->timer, activity->pause);
    }
}


/* what was sent; an entry with nothing new meanwhile goes */

static void
ngx_http_scim_activity_take_off(ngx_http_scim_activity_t *activity,
    ngx_uint_t arrived)
{
    ngx_queue_t                     *q, *next;
    ngx_http_scim_activity_entry_t  *entry;

    for (q = ngx_queue_head(&activity->entries);
         q != ngx_queue_sentinel(&activity->entries);
         q = next)
    {
        next = ngx_queue_next(q);
        entry = ngx_queue_data(q, ngx_http_scim_activity_entry_t, queue);

        if (arrived) {
            entry->requests -= entry->sent_requests;
            entry->errors -= entry->sent_errors;
        }

        entry->sent_requests = 0;
        entry->sent_errors = 0;

        if (entry->requests == 0) {
            ngx_rbtree_delete(&activity->rbtree, &entry->node.node);
            ngx_queue_remove(q);
            activity->nentries--;
            ngx_free(entry);
        }
    }
}


/*
 * A worker that ends hands over what it has, and does not wait. It is called
 * when there is a connection, which is closed afterwards.
 */

void
ngx_http_scim_activity_end(ngx_http_scim_activity_t *activity)
{
    ngx_scim_redis_batch_t  *batch;

    if (activity->timer.timer_set) {
        ngx_del_timer(&activity->timer);
    }

    if (activity->batch) {
        ngx_scim_redis_batch_free(activity->batch);
        activity->batch = NULL;
        ngx_http_scim_activity_take_off(activity, 1);
    }

    if (ngx_queue_empty(&activity->entries)) {
        return;
    }

    batch = ngx_http_scim_activity_batch(activity, NULL);

    if (batch) {
        ngx_scim_redis_send_and_forget(batch);
        ngx_scim_redis_flush(activity->main_conf->redis);
    }

    ngx_http_scim_activity_take_off(activity, 1);
}
