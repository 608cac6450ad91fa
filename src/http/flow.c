/*
 * A request's way from step to step: asks Redis, is answered, goes on. It
 * must not know what the steps do.
 */

#include "resource.h"


static ngx_int_t ngx_http_scim_send_batch(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next);
static void ngx_http_scim_replied(ngx_scim_redis_batch_t *batch);
static void ngx_http_scim_deferred(ngx_event_t *ev);
static void ngx_http_scim_proceed(ngx_http_scim_ctx_t *ctx, ngx_int_t rc);
static void ngx_http_scim_cleanup(void *data);


ngx_http_scim_ctx_t *
ngx_http_scim_create_ctx(ngx_http_request_t *r)
{
    ngx_http_cleanup_t   *cln;
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_scim_ctx_t));
    cln = ngx_http_cleanup_add(r, 0);

    if (ctx == NULL || cln == NULL
        || ngx_array_init(&ctx->batches, r->pool, 4,
                          sizeof(ngx_scim_redis_batch_t *))
           != NGX_OK)
    {
        return NULL;
    }

    cln->handler = ngx_http_scim_cleanup;
    cln->data = ctx;

    ctx->request = r;
    ctx->pool = r->pool;
    ctx->main_conf = ngx_http_get_module_main_conf(r, ngx_http_scim_module);
    ctx->loc_conf = ngx_http_get_module_loc_conf(r, ngx_http_scim_module);

    r->main->log_handler = ngx_http_scim_log_handler;

    ctx->scope.pool = r->pool;
    ctx->scope.address = r->connection->addr_text;
    ctx->scope.audit_length = ctx->main_conf->audit_length;
    ctx->scope.audit_age = (ngx_uint_t) ctx->main_conf->audit_age * 1000;

    ctx->policy.max_operations = ctx->loc_conf->max_operations;
    ctx->policy.max_filter_terms = ctx->loc_conf->max_filter_terms;
    ctx->policy.max_attributes = ctx->loc_conf->max_attributes;
    ctx->query.start_index = 1;
    ctx->query.count = -1;
    ctx->operation = &ngx_http_scim_no_operation;

    ngx_http_set_ctx(r, ctx, ngx_http_scim_module);

    return ctx;
}


ngx_http_scim_ctx_t *
ngx_http_scim_create_child(ngx_http_scim_ctx_t *parent)
{
    ngx_pool_t           *pool;
    ngx_http_scim_ctx_t  *ctx;

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE,
                           parent->request->connection->log);
    if (pool == NULL) {
        return NULL;
    }

    ctx = ngx_palloc(pool, sizeof(ngx_http_scim_ctx_t));
    if (ctx == NULL) {
        goto failed;
    }

    /* who asks, of what, by which rules, is the same; the rest begins anew */

    *ctx = *parent;

    if (ngx_array_init(&ctx->batches, pool, 4,
                       sizeof(ngx_scim_redis_batch_t *))
        != NGX_OK)
    {
        goto failed;
    }

    ctx->pool = pool;
    ctx->scope.pool = pool;
    ctx->parent = parent;
    ctx->batch = NULL;
    ctx->projection = NULL;
    ctx->state = NULL;

    ngx_str_null(&ctx->id);
    ngx_memzero(&ctx->error, sizeof(scim_error_t));
    ngx_memzero(&ctx->query, sizeof(scim_query_t));
    ngx_memzero(&ctx->answer, sizeof(ngx_http_scim_answer_t));

    return ctx;

failed:

    ngx_destroy_pool(pool);

    return NULL;
}


void
ngx_http_scim_destroy_child(ngx_http_scim_ctx_t *ctx)
{
    ngx_http_scim_drop_batches(ctx, 0);
    ngx_destroy_pool(ctx->pool);
}


/*
 * The content handler's end: the first step, if a route was found. A request
 * that waits for Redis needs a reference of its own.
 */

ngx_int_t
ngx_http_scim_begin(ngx_http_scim_ctx_t *ctx, ngx_int_t routed,
    ngx_http_scim_step_pt start)
{
    ngx_int_t            rc;
    ngx_http_request_t  *r;

    r = ctx->request;

    switch (routed) {

    case NGX_OK:
        break;

    case NGX_DONE:
        return ngx_http_scim_send(ctx, NGX_HTTP_NO_CONTENT, NULL);

    default:
        return ngx_http_scim_refused(ctx, routed);
    }

    /* a body that is broken is found before anything is done */

    if (!ctx->operation->body) {
        rc = ngx_http_discard_request_body(r);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = start(ctx);

    if (rc != NGX_AGAIN) {
        return rc;
    }

    r->main->count++;

    /*
     * A client that goes away ends a read at once; a write is carried through,
     * and logged as what it was.
     */

    if ((r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD)) && !r->discard_body) {
        r->read_event_handler = ngx_http_test_reading;
    }

    return NGX_DONE;
}


ngx_int_t
ngx_http_scim_batch(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_redis_t         *redis;
    ngx_scim_redis_batch_t  **batch;

    redis = ngx_http_scim_redis(ctx->main_conf);
    batch = ngx_array_push(&ctx->batches);

    if (redis == NULL || batch == NULL) {
        if (batch) {
            ctx->batches.nelts--;
        }

        return NGX_ERROR;
    }

    *batch = ngx_scim_redis_batch_create(redis, ngx_http_scim_replied, ctx);

    if (*batch == NULL) {
        ctx->batches.nelts--;
        return NGX_ERROR;
    }

    ctx->batch = *batch;

    return NGX_OK;
}


void
ngx_http_scim_drop_batches(ngx_http_scim_ctx_t *ctx, ngx_uint_t first)
{
    ngx_uint_t                i;
    ngx_scim_redis_batch_t  **batch;

    batch = ctx->batches.elts;

    for (i = first; i < ctx->batches.nelts; i++) {
        ngx_scim_redis_batch_free(batch[i]);
    }

    ctx->batches.nelts = first;
    ctx->batch = NULL;
}


void
ngx_http_scim_drop_answered(ngx_http_scim_ctx_t *ctx, ngx_uint_t first)
{
    ngx_uint_t                i;
    ngx_scim_redis_batch_t  **batch;

    batch = ctx->batches.elts;

    for (i = first; i + 1 < ctx->batches.nelts; i++) {
        ngx_scim_redis_batch_free(batch[i]);
    }

    batch[first] = ctx->batch;
    ctx->batches.nelts = first + 1;
}


ngx_int_t
ngx_http_scim_await(ngx_http_scim_ctx_t *ctx, ngx_http_scim_step_pt next)
{
    ctx->tolerant = 0;

    return ngx_http_scim_send_batch(ctx, next);
}


ngx_int_t
ngx_http_scim_await_anyway(ngx_http_scim_ctx_t *ctx,
    ngx_http_scim_step_pt next)
{
    ctx->tolerant = 1;

    return ngx_http_scim_send_batch(ctx, next);
}


static ngx_int_t
ngx_http_scim_send_batch(ngx_http_scim_ctx_t *ctx, ngx_http_scim_step_pt next)
{
    ctx->next = next;

    if (ngx_scim_redis_send(ctx->batch) != NGX_OK) {
        return ctx->tolerant ? next(ctx) : ngx_http_scim_unavailable(ctx);
    }

    ctx->request->connection->log->action = "waiting for redis";

    return NGX_AGAIN;
}


static void
ngx_http_scim_replied(ngx_scim_redis_batch_t *batch)
{
    ngx_int_t             rc;
    ngx_connection_t     *c;
    ngx_http_scim_ctx_t  *ctx;

    ctx = batch->data;
    c = ctx->request->connection;

    ngx_http_set_log_request(c->log, ctx->request);
    c->log->action = "processing redis' reply";

    ctx->redis_time += ngx_current_msec - batch->started;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "scim: replied, time %M, %s", ctx->redis_time,
                   batch->failure ? batch->failure : "ok");

    if (batch->failure && !ctx->tolerant) {
        rc = ngx_http_scim_unavailable(ctx);

    } else {
        rc = ctx->next(ctx);
    }

    ngx_http_scim_proceed(ctx, rc);
}


ngx_int_t
ngx_http_scim_defer(ngx_http_scim_ctx_t *ctx, ngx_http_scim_step_pt step)
{
    ctx->deferred = step;
    ctx->event.handler = ngx_http_scim_deferred;
    ctx->event.data = ctx;
    ctx->event.log = ctx->request->connection->log;

    ngx_post_event(&ctx->event, &ngx_posted_events);

    return NGX_AGAIN;
}


static void
ngx_http_scim_deferred(ngx_event_t *ev)
{
    ngx_http_scim_ctx_t  *ctx = ev->data;

    ngx_http_set_log_request(ctx->request->connection->log, ctx->request);

    ngx_http_scim_proceed(ctx, ctx->deferred(ctx));
}


/* a step has ended, outside of the request's own events */

static void
ngx_http_scim_proceed(ngx_http_scim_ctx_t *ctx, ngx_int_t rc)
{
    ngx_connection_t  *c;

    if (rc == NGX_AGAIN) {
        return;
    }

    c = ctx->request->connection;

    if (ctx->parent) {
        ngx_http_scim_bulk_answered(ctx);

    } else {
        ngx_http_finalize_request(ctx->request, rc);
    }

    ngx_http_run_posted_requests(c);
}


ngx_scim_redis_t *
ngx_http_scim_redis(ngx_http_scim_main_conf_t *mcf)
{
    if (mcf->redis == NULL) {
        mcf->redis = ngx_scim_redis_create(&mcf->redis_conf, ngx_cycle->log);

        if (mcf->redis) {
            ngx_http_scim_metrics_attach(mcf);
        }

        if (mcf->redis && mcf->access_caches.nelts) {
            ngx_scim_redis_on_written(mcf->redis, ngx_http_scim_access_written,
                                      mcf);
        }
    }

    return mcf->redis;
}


json_t *
ngx_http_scim_own(ngx_http_scim_ctx_t *ctx, json_t *json)
{
    if (json == NULL
        || ngx_http_scim_own_with(ctx, json, ngx_http_scim_free_json)
           == NGX_OK)
    {
        return json;
    }

    json_decref(json);

    return NULL;
}


ngx_int_t
ngx_http_scim_own_with(ngx_http_scim_ctx_t *ctx, void *data,
    ngx_pool_cleanup_pt handler)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pool_cleanup_add(ctx->pool, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = handler;
    cln->data = data;

    return NGX_OK;
}


void
ngx_http_scim_free_json(void *data)
{
    json_decref(data);
}


static void
ngx_http_scim_cleanup(void *data)
{
    ngx_http_scim_ctx_t  *ctx = data;

    if (ctx->event.posted) {
        ngx_delete_posted_event(&ctx->event);
    }

    ngx_http_scim_drop_batches(ctx, 0);
    scim_query_free(&ctx->query);
}
