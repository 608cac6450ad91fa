/*
 * Refusals on their way to the audit trail: the first one of a kind (actor,
 * operation, outcome) is written within a second, those that follow are counted
 * and written together, once in scim_audit_refusals. So nobody who is refused
 * again and again pushes out of the trail what was done.
 *
 * An entry is counted up while what it had is on its way; when that has
 * arrived, it is taken off. Who finds no room is in the metrics alone.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_REFUSALS          256
#define NGX_HTTP_SCIM_REFUSALS_PAUSE    1000     /* ms between writes         */
#define NGX_HTTP_SCIM_REFUSALS_LATER    60000    /* at most, when they fail   */

#define NGX_HTTP_SCIM_REFUSAL_KEY       256
#define NGX_HTTP_SCIM_REFUSAL_TEXT      64


typedef struct {
    u_char                     data[NGX_HTTP_SCIM_REFUSAL_TEXT];
    size_t                     len;
} ngx_http_scim_refusal_text_t;


typedef struct {
    ngx_str_node_t             node;         /* see _key()                    */
    ngx_queue_t                queue;
    ngx_uint_t                 count;
    ngx_uint_t                 sent;         /* on their way                  */
    ngx_msec_t                 due;          /* not to be written before      */

    ngx_str_t                  operation;    /* names are never freed         */
    const char                *outcome;

    /* of the last one */
    ngx_http_scim_refusal_text_t  token;
    ngx_http_scim_refusal_text_t  request;
    ngx_http_scim_refusal_text_t  address;
    ngx_http_scim_refusal_text_t  resource;

    ngx_str_t                  tenant;       /* in the key                    */
    ngx_str_t                  actor;
    u_char                     key[NGX_HTTP_SCIM_REFUSAL_KEY];
} ngx_http_scim_refusal_t;


struct ngx_http_scim_refusals_s {
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


static const char *ngx_http_scim_refusal_outcome(ngx_http_scim_ctx_t *ctx);
static ngx_http_scim_refusal_t *ngx_http_scim_refusal_entry(
    ngx_http_scim_ctx_t *ctx, const char *outcome);
static size_t ngx_http_scim_refusal_key(ngx_http_scim_ctx_t *ctx,
    const char *outcome, u_char *key);
static void ngx_http_scim_refusal_keep(ngx_http_scim_refusal_text_t *text,
    ngx_str_t *value);
static void ngx_http_scim_refusals_timer(ngx_event_t *ev);
static ngx_scim_redis_batch_t *ngx_http_scim_refusals_batch(
    ngx_http_scim_refusals_t *refusals, ngx_scim_redis_handler_pt handler,
    ngx_uint_t all);
static ngx_int_t ngx_http_scim_refusals_add(
    ngx_http_scim_refusals_t *refusals, ngx_scim_redis_batch_t *batch,
    ngx_pool_t *pool, ngx_http_scim_refusal_t *entry);
static void ngx_http_scim_refusals_written(ngx_scim_redis_batch_t *batch);
static void ngx_http_scim_refusals_next(ngx_http_scim_refusals_t *refusals,
    ngx_uint_t failed);
static void ngx_http_scim_refusals_take_off(
    ngx_http_scim_refusals_t *refusals, ngx_uint_t arrived, ngx_uint_t all);


ngx_http_scim_refusals_t *
ngx_http_scim_refusals_create(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf)
{
    ngx_http_scim_refusals_t  *refusals;

    refusals = ngx_pcalloc(cf->pool, sizeof(ngx_http_scim_refusals_t));
    if (refusals == NULL) {
        return NULL;
    }

    refusals->main_conf = mcf;
    refusals->log = &cf->cycle->new_log;
    refusals->ident = -1;
    refusals->pause = NGX_HTTP_SCIM_REFUSALS_PAUSE;

    refusals->timer.handler = ngx_http_scim_refusals_timer;
    refusals->timer.data = refusals;
    refusals->timer.log = refusals->log;
    refusals->timer.cancelable = 1;

    ngx_rbtree_init(&refusals->rbtree, &refusals->sentinel,
                    ngx_str_rbtree_insert_value);
    ngx_queue_init(&refusals->entries);

    return refusals;
}


void
ngx_http_scim_audit_refusal(ngx_http_scim_ctx_t *ctx)
{
    const char                *outcome;
    ngx_http_scim_refusal_t   *entry;
    ngx_http_scim_refusals_t  *refusals;

    refusals = ctx->main_conf->refusals;
    outcome = ngx_http_scim_refusal_outcome(ctx);

    if (refusals == NULL || outcome == NULL || ctx->scope.actor.len == 0
        || !ngx_http_scim_is_name(&ctx->scope.tenant))
    {
        return;
    }

    entry = ngx_http_scim_refusal_entry(ctx, outcome);

    if (entry == NULL) {
        return;
    }

    entry->count++;

    ngx_http_scim_refusal_keep(&entry->token, &ctx->scope.token);
    ngx_http_scim_refusal_keep(&entry->request, &ctx->scope.request_id);
    ngx_http_scim_refusal_keep(&entry->address, &ctx->scope.address);

    /* what stands in a path may be anything */

    entry->resource.len = 0;

    if (ngx_http_scim_is_id(&ctx->id)
        || ngx_http_scim_admin_is_role(&ctx->id))
    {
        ngx_http_scim_refusal_keep(&entry->resource, &ctx->id);
    }

    if (!refusals->timer.timer_set && refusals->batch == NULL) {
        ngx_add_timer(&refusals->timer, refusals->pause);
    }
}


/* NULL: not one for the trail, as it is nobody's, or nobody's fault */

static const char *
ngx_http_scim_refusal_outcome(ngx_http_scim_ctx_t *ctx)
{
    if (ctx->reason == NGX_HTTP_SCIM_REASON_DISABLED) {
        return "disabled";
    }

    switch (ctx->error.status) {

    case NGX_HTTP_UNAUTHORIZED:
        return ctx->known ? "unauthorized" : NULL;

    case NGX_HTTP_FORBIDDEN:
        return "forbidden";

    case NGX_HTTP_CONFLICT:
        return "conflict";

    case NGX_HTTP_PRECONDITION_FAILED:
        return "stale";

    default:
        return NULL;
    }
}


/* NULL: no memory, or no room */

static ngx_http_scim_refusal_t *
ngx_http_scim_refusal_entry(ngx_http_scim_ctx_t *ctx, const char *outcome)
{
    uint32_t                   hash;
    ngx_str_t                  name;
    ngx_str_node_t            *node;
    ngx_http_scim_refusal_t   *entry;
    ngx_http_scim_refusals_t  *refusals;

    u_char  key[NGX_HTTP_SCIM_REFUSAL_KEY];

    refusals = ctx->main_conf->refusals;

    name.data = key;
    name.len = ngx_http_scim_refusal_key(ctx, outcome, key);

    if (name.len == 0) {
        return NULL;
    }

    hash = ngx_murmur_hash2(key, name.len);
    node = ngx_str_rbtree_lookup(&refusals->rbtree, &name, hash);

    if (node) {
        return (ngx_http_scim_refusal_t *) node;
    }

    if (refusals->nentries == NGX_HTTP_SCIM_REFUSALS) {
        return NULL;
    }

    entry = ngx_calloc(sizeof(ngx_http_scim_refusal_t), refusals->log);
    if (entry == NULL) {
        return NULL;
    }

    ngx_memcpy(entry->key, key, name.len);

    entry->tenant.data = entry->key;
    entry->tenant.len = ctx->scope.tenant.len;
    entry->actor.data = entry->key + entry->tenant.len + 1;
    entry->actor.len = ctx->scope.actor.len;
    entry->operation = ctx->operation->name;
    entry->outcome = outcome;
    entry->due = ngx_current_msec;

    entry->node.node.key = hash;
    entry->node.str.data = entry->key;
    entry->node.str.len = name.len;

    ngx_rbtree_insert(&refusals->rbtree, &entry->node.node);
    ngx_queue_insert_tail(&refusals->entries, &entry->queue);
    refusals->nentries++;

    return entry;
}


/* tenant, actor, operation and outcome, with spaces; 0: an actor too long */

static size_t
ngx_http_scim_refusal_key(ngx_http_scim_ctx_t *ctx, const char *outcome,
    u_char *key)
{
    size_t   len;
    u_char  *p;

    len = ctx->scope.tenant.len + ctx->scope.actor.len
          + ctx->operation->name.len + ngx_strlen(outcome) + 3;

    if (len > NGX_HTTP_SCIM_REFUSAL_KEY) {
        return 0;
    }

    p = ngx_http_scim_put_str(key, &ctx->scope.tenant);
    *p++ = ' ';
    p = ngx_http_scim_put_str(p, &ctx->scope.actor);
    *p++ = ' ';
    p = ngx_http_scim_put_str(p, &ctx->operation->name);
    *p++ = ' ';
    p = ngx_cpymem(p, outcome, ngx_strlen(outcome));

    return p - key;
}


/* what is too long is nothing of ours */

static void
ngx_http_scim_refusal_keep(ngx_http_scim_refusal_text_t *text,
    ngx_str_t *value)
{
    text->len = (value->len > NGX_HTTP_SCIM_REFUSAL_TEXT) ? 0 : value->len;
    ngx_memcpy(text->data, value->data, text->len);
}


static void
ngx_http_scim_refusals_timer(ngx_event_t *ev)
{
    ngx_http_scim_refusals_t  *refusals = ev->data;

    refusals->batch = ngx_http_scim_refusals_batch(refusals,
                                          ngx_http_scim_refusals_written, 0);

    if (refusals->batch == NULL) {
        ngx_http_scim_refusals_next(refusals, 1);
        return;
    }

    if (refusals->batch->count == 0) {
        ngx_http_scim_refusals_take_off(refusals, 0, 0);
        ngx_http_scim_refusals_next(refusals, 0);
        return;
    }

    if (ngx_scim_redis_send(refusals->batch) != NGX_OK) {
        ngx_http_scim_refusals_next(refusals, 1);
    }
}


/* all that are due; NULL: no memory */

static ngx_scim_redis_batch_t *
ngx_http_scim_refusals_batch(ngx_http_scim_refusals_t *refusals,
    ngx_scim_redis_handler_pt handler, ngx_uint_t all)
{
    ngx_pool_t               *pool;
    ngx_queue_t              *q;
    ngx_scim_redis_batch_t   *batch;
    ngx_http_scim_refusal_t  *entry;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, refusals->log);
    batch = ngx_scim_redis_batch_create(refusals->main_conf->redis, handler,
                                        refusals);

    for (q = ngx_queue_head(&refusals->entries);
         pool && batch && q != ngx_queue_sentinel(&refusals->entries);
         q = ngx_queue_next(q))
    {
        entry = ngx_queue_data(q, ngx_http_scim_refusal_t, queue);

        if (entry->count == 0
            || (!all && (ngx_msec_int_t) (entry->due - ngx_current_msec) > 0))
        {
            continue;
        }

        if (ngx_http_scim_refusals_add(refusals, batch, pool, entry)
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
ngx_http_scim_refusals_add(ngx_http_scim_refusals_t *refusals,
    ngx_scim_redis_batch_t *batch, ngx_pool_t *pool,
    ngx_http_scim_refusal_t *entry)
{
    ngx_scim_scope_t    scope;
    ngx_scim_refusal_t  refusal;

    ngx_memzero(&scope, sizeof(ngx_scim_scope_t));

    scope.pool = pool;
    scope.tenant = entry->tenant;
    scope.actor = entry->actor;
    scope.token.data = entry->token.data;
    scope.token.len = entry->token.len;
    scope.request_id.data = entry->request.data;
    scope.request_id.len = entry->request.len;
    scope.address.data = entry->address.data;
    scope.address.len = entry->address.len;
    scope.audit_length = refusals->main_conf->audit_length;
    scope.audit_age = (ngx_uint_t) refusals->main_conf->audit_age * 1000;

    refusal.operation = entry->operation;
    refusal.resource.data = entry->resource.data;
    refusal.resource.len = entry->resource.len;
    refusal.outcome = entry->outcome;
    refusal.count = entry->count;

    entry->sent = entry->count;

    return ngx_scim_audit_refused(batch, &scope, &refusal);
}


/* what may have been written is not written again */

static void
ngx_http_scim_refusals_written(ngx_scim_redis_batch_t *batch)
{
    ngx_http_scim_refusals_t  *refusals = batch->data;

    ngx_http_scim_refusals_take_off(refusals, !batch->failure
                                              || batch->uncertain, 0);
    ngx_http_scim_refusals_next(refusals, batch->failure != NULL);
}


static void
ngx_http_scim_refusals_next(ngx_http_scim_refusals_t *refusals,
    ngx_uint_t failed)
{
    if (refusals->batch) {
        ngx_scim_redis_batch_free(refusals->batch);
        refusals->batch = NULL;
    }

    refusals->pause = failed ? ngx_min(refusals->pause * 2,
                                       NGX_HTTP_SCIM_REFUSALS_LATER)
                             : NGX_HTTP_SCIM_REFUSALS_PAUSE;

    if (!ngx_queue_empty(&refusals->entries)) {
        ngx_add_timer(&refusals->timer, refusals->pause);
    }
}


/* what was sent; an entry with nothing new goes when its time is over */

static void
ngx_http_scim_refusals_take_off(ngx_http_scim_refusals_t *refusals,
    ngx_uint_t arrived, ngx_uint_t all)
{
    ngx_queue_t              *q, *next;
    ngx_http_scim_refusal_t  *entry;

    for (q = ngx_queue_head(&refusals->entries);
         q != ngx_queue_sentinel(&refusals->entries);
         q = next)
    {
        next = ngx_queue_next(q);
        entry = ngx_queue_data(q, ngx_http_scim_refusal_t, queue);

        if (entry->sent && arrived) {
            entry->count -= entry->sent;
            entry->due = ngx_current_msec
                         + refusals->main_conf->audit_refusals;
        }

        entry->sent = 0;

        if (all
            || (entry->count == 0
                && (ngx_msec_int_t) (entry->due - ngx_current_msec) <= 0))
        {
            ngx_rbtree_delete(&refusals->rbtree, &entry->node.node);
            ngx_queue_remove(q);
            refusals->nentries--;
            ngx_free(entry);
        }
    }
}


/*
 * A worker that ends hands over what it has, and does not wait. It is called
 * when there is a connection, which is closed afterwards.
 */

void
ngx_http_scim_refusals_end(ngx_http_scim_refusals_t *refusals)
{
    ngx_scim_redis_batch_t  *batch;

    if (refusals == NULL) {
        return;
    }

    if (refusals->timer.timer_set) {
        ngx_del_timer(&refusals->timer);
    }

    if (refusals->batch) {
        ngx_scim_redis_batch_free(refusals->batch);
        refusals->batch = NULL;
        ngx_http_scim_refusals_take_off(refusals, 1, 0);
    }

    batch = ngx_http_scim_refusals_batch(refusals, NULL, 1);

    if (batch && batch->count) {
        ngx_scim_redis_send_and_forget(batch);
        ngx_scim_redis_flush(refusals->main_conf->redis);

    } else if (batch) {
        ngx_scim_redis_batch_free(batch);
    }

    ngx_http_scim_refusals_take_off(refusals, 1, 1);
}
