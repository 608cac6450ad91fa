/*
 * Refusals on their way to the audit trail: the first one of a kind (actor,
 * operation, outcome) is written within a second, those that follow are counted
 * and written together, once in scim_audit_refusals. So nobody who is refused
 * again and again pushes out of the trail what was done.
 * Who finds no room is in the metrics alone.
 */

#include "admin.h"
#include "backlog.h"


#define NGX_HTTP_SCIM_REFUSALS          256
#define NGX_HTTP_SCIM_REFUSAL_KEY       256
#define NGX_HTTP_SCIM_REFUSAL_TEXT      64


typedef struct {
    u_char                     data[NGX_HTTP_SCIM_REFUSAL_TEXT];
    size_t                     len;
} ngx_http_scim_refusal_text_t;


typedef struct {
    ngx_http_scim_backlog_entry_t  entry;    /* see _key()                    */
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
} ngx_http_scim_refusal_t;


static const char *ngx_http_scim_refusal_outcome(ngx_http_scim_ctx_t *ctx);
static ngx_http_scim_refusal_t *ngx_http_scim_refusal_entry(
    ngx_http_scim_ctx_t *ctx, const char *outcome);
static size_t ngx_http_scim_refusal_key(ngx_http_scim_ctx_t *ctx,
    const char *outcome, u_char *key);
static void ngx_http_scim_refusal_keep(ngx_http_scim_refusal_text_t *text,
    ngx_str_t *value);
static ngx_int_t ngx_http_scim_refusals_add(ngx_http_scim_backlog_t *backlog,
    ngx_scim_redis_batch_t *batch, ngx_pool_t *pool, void *data,
    ngx_uint_t all);
static ngx_uint_t ngx_http_scim_refusals_sent(
    ngx_http_scim_backlog_t *backlog, void *data, ngx_uint_t arrived);


static const ngx_http_scim_backlog_use_t  ngx_http_scim_refusals_use = {
    sizeof(ngx_http_scim_refusal_t),
    NGX_HTTP_SCIM_REFUSALS,
    ngx_http_scim_refusals_add,
    ngx_http_scim_refusals_sent
};


ngx_http_scim_backlog_t *
ngx_http_scim_refusals_create(ngx_conf_t *cf, ngx_http_scim_main_conf_t *mcf)
{
    return ngx_http_scim_backlog_create(cf, mcf, &ngx_http_scim_refusals_use);
}


void
ngx_http_scim_audit_refusal(ngx_http_scim_ctx_t *ctx)
{
    const char               *outcome;
    ngx_http_scim_refusal_t  *entry;

    outcome = ngx_http_scim_refusal_outcome(ctx);

    if (ctx->main_conf->refusals == NULL || outcome == NULL
        || ctx->scope.actor.len == 0
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

    if (ngx_http_scim_is_id(&ctx->id) || ngx_http_scim_is_role(&ctx->id)) {
        ngx_http_scim_refusal_keep(&entry->resource, &ctx->id);
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
    ngx_str_t                 name;
    ngx_uint_t                fresh;
    ngx_http_scim_refusal_t  *entry;

    u_char  key[NGX_HTTP_SCIM_REFUSAL_KEY];

    name.data = key;
    name.len = ngx_http_scim_refusal_key(ctx, outcome, key);

    if (name.len == 0) {
        return NULL;
    }

    entry = ngx_http_scim_backlog_entry(ctx->main_conf->refusals, &name,
                                        &fresh);

    if (entry && fresh) {
        entry->tenant.data = entry->entry.node.str.data;
        entry->tenant.len = ctx->scope.tenant.len;
        entry->actor.data = entry->tenant.data + entry->tenant.len + 1;
        entry->actor.len = ctx->scope.actor.len;
        entry->operation = ctx->operation->name;
        entry->outcome = outcome;
        entry->due = ngx_current_msec;
    }

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


static ngx_int_t
ngx_http_scim_refusals_add(ngx_http_scim_backlog_t *backlog,
    ngx_scim_redis_batch_t *batch, ngx_pool_t *pool, void *data,
    ngx_uint_t all)
{
    ngx_scim_scope_t          scope;
    ngx_scim_refusal_t        refusal;
    ngx_http_scim_refusal_t  *entry = data;

    if (entry->count == 0
        || (!all && (ngx_msec_int_t) (entry->due - ngx_current_msec) > 0))
    {
        return NGX_OK;
    }

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
    scope.audit_length = backlog->main_conf->audit_length;
    scope.audit_age = (ngx_uint_t) backlog->main_conf->audit_age * 1000;

    refusal.operation = entry->operation;
    refusal.resource.data = entry->resource.data;
    refusal.resource.len = entry->resource.len;
    refusal.outcome = entry->outcome;
    refusal.count = entry->count;

    entry->sent = entry->count;

    return ngx_scim_audit_refused(batch, &scope, &refusal);
}


/* one with nothing new goes when its time is over */

static ngx_uint_t
ngx_http_scim_refusals_sent(ngx_http_scim_backlog_t *backlog, void *data,
    ngx_uint_t arrived)
{
    ngx_http_scim_refusal_t  *entry = data;

    if (entry->sent && arrived) {
        entry->count -= entry->sent;
        entry->due = ngx_current_msec + backlog->main_conf->audit_refusals;
    }

    entry->sent = 0;

    return entry->count == 0
           && (ngx_msec_int_t) (entry->due - ngx_current_msec) <= 0;
}
