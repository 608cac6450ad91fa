/*
 * What each integration does, on its way to Redis. A request that finds no room
 * is counted as lost.
 */

#include "backlog.h"


#define NGX_HTTP_SCIM_ACTIVITY_ENTRIES  256

#define NGX_HTTP_SCIM_ACTIVITY_KEY      (NGX_SCIM_NAME_MAX + NGX_SCIM_ID_LEN)


typedef struct {
    ngx_http_scim_backlog_entry_t  entry;    /* integration and tenant        */
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
    char                       detail[sizeof(((scim_error_t *) 0)->detail)];
} ngx_http_scim_activity_t;


static ngx_http_scim_activity_t *ngx_http_scim_activity_entry(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_activity_add(ngx_http_scim_backlog_t *backlog,
    ngx_scim_redis_batch_t *batch, ngx_pool_t *pool, void *data,
    ngx_uint_t all);
static ngx_uint_t ngx_http_scim_activity_sent(
    ngx_http_scim_backlog_t *backlog, void *data, ngx_uint_t arrived);


static const ngx_http_scim_backlog_use_t  ngx_http_scim_activity_use = {
    sizeof(ngx_http_scim_activity_t),
    NGX_HTTP_SCIM_ACTIVITY_ENTRIES,
    ngx_http_scim_activity_add,
    ngx_http_scim_activity_sent
};


ngx_http_scim_backlog_t *
ngx_http_scim_activity_create(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf)
{
    return ngx_http_scim_backlog_create(cf, mcf, &ngx_http_scim_activity_use);
}


void
ngx_http_scim_activity_request(ngx_http_scim_ctx_t *ctx, ngx_uint_t status)
{
    ngx_http_scim_activity_t  *entry;

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
}


/* NULL: no memory, or no room */

static ngx_http_scim_activity_t *
ngx_http_scim_activity_entry(ngx_http_scim_ctx_t *ctx)
{
    u_char                    *p;
    ngx_str_t                  name;
    ngx_uint_t                 fresh;
    ngx_http_scim_activity_t  *entry;

    u_char  key[NGX_HTTP_SCIM_ACTIVITY_KEY];

    p = ngx_cpymem(key, ctx->integration.data, ctx->integration.len);
    p = ngx_cpymem(p, ctx->scope.tenant.data, ctx->scope.tenant.len);

    name.data = key;
    name.len = p - key;

    entry = ngx_http_scim_backlog_entry(ctx->main_conf->activity, &name,
                                        &fresh);

    if (entry && fresh) {
        entry->tenant_len = ctx->scope.tenant.len;
    }

    return entry;
}


static ngx_int_t
ngx_http_scim_activity_add(ngx_http_scim_backlog_t *backlog,
    ngx_scim_redis_batch_t *batch, ngx_pool_t *pool, void *data,
    ngx_uint_t all)
{
    u_char                    *key;
    ngx_scim_scope_t           scope;
    ngx_scim_activity_t        activity;
    ngx_http_scim_activity_t  *entry = data;

    key = entry->entry.node.str.data;
    ngx_memzero(&scope, sizeof(ngx_scim_scope_t));

    scope.pool = pool;
    scope.tenant.data = key + NGX_SCIM_ID_LEN;
    scope.tenant.len = entry->tenant_len;

    activity.integration.data = key;
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


static ngx_uint_t
ngx_http_scim_activity_sent(ngx_http_scim_backlog_t *backlog, void *data,
    ngx_uint_t arrived)
{
    ngx_http_scim_activity_t  *entry = data;

    if (arrived) {
        entry->requests -= entry->sent_requests;
        entry->errors -= entry->sent_errors;
    }

    entry->sent_requests = 0;
    entry->sent_errors = 0;

    return entry->requests == 0;
}
