/*
 * Deletions that take many calls: of an integration with what it provisioned,
 * and of a tenant. The first call closes it: from there on it lets nobody in.
 * Then its records go, some at a time, users with the claims of their names and
 * their access as in users.c; at last it goes itself. When that ends half-way,
 * whatever the reason, who asks again goes on.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_REMOVAL_USERS  8       /* others wait for a call */
#define NGX_HTTP_SCIM_REMOVAL_PLACE  64      /* bytes                  */


typedef struct {
    ngx_pool_t       *pool;              /* for one call                      */
    ngx_scim_page_t   users;             /* that it took out, not yet done    */
    ngx_str_t         place;
    u_char            text[NGX_HTTP_SCIM_REMOVAL_PLACE];
} ngx_http_scim_removal_t;


static ngx_int_t ngx_http_scim_removal_begin(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_removal_next(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_removal_call(ngx_http_scim_ctx_t *ctx,
    ngx_scim_scope_t *scope);
static ngx_uint_t ngx_http_scim_removal_count(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_removal_done(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_removal_release(ngx_http_scim_ctx_t *ctx,
    ngx_scim_scope_t *scope);
static ngx_int_t ngx_http_scim_removal_end(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_removal_ended(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_removal_goes_on(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *place);
static ngx_int_t ngx_http_scim_removal_unknown(ngx_http_scim_ctx_t *ctx);
static void ngx_http_scim_free_removal_pool(void *data);


ngx_int_t
ngx_http_scim_admin_delete_all(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_admin_ask_for(ctx, ctx->management->route->function,
                                       ngx_http_scim_removal_begin);
}


static ngx_int_t
ngx_http_scim_removal_begin(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t                 rc;
    ngx_http_scim_removal_t  *removal;

    if (ngx_http_scim_admin_reply(ctx, &rc) == NULL) {
        return rc;
    }

    removal = ngx_pcalloc(ctx->pool, sizeof(ngx_http_scim_removal_t));
    if (removal == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    removal->pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE,
                                    ctx->request->connection->log);
    if (removal->pool == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (ngx_http_scim_own_with(ctx, removal->pool,
                               ngx_http_scim_free_removal_pool)
        != NGX_OK)
    {
        ngx_destroy_pool(removal->pool);
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->state = removal;
    ctx->partly = 1;
    removal->place.data = removal->text;

    return ngx_http_scim_removal_next(ctx);
}


static ngx_int_t
ngx_http_scim_removal_next(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_scope_t          scope;
    ngx_http_scim_removal_t  *removal;

    removal = ctx->state;

    scope = ctx->scope;
    scope.pool = removal->pool;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_http_scim_removal_call(ctx, &scope) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    /* what is sent has been copied */

    ngx_reset_pool(removal->pool);
    ngx_http_scim_drop_answered(ctx, 0);

    return ngx_http_scim_await(ctx, ngx_http_scim_removal_done);
}


static ngx_int_t
ngx_http_scim_removal_call(ngx_http_scim_ctx_t *ctx, ngx_scim_scope_t *scope)
{
    ngx_str_t                 integration;
    ngx_http_scim_removal_t  *removal;

    removal = ctx->state;
    integration = ngx_http_scim_admin_get(ctx, "integration");

    return ngx_scim_removal_next(ctx->batch, scope, &integration,
                                 &removal->place,
                                 ngx_http_scim_removal_count(ctx),
                                 &removal->users);
}


/* of each user two commands are sent next, and there may be few in flight */

static ngx_uint_t
ngx_http_scim_removal_count(ngx_http_scim_ctx_t *ctx)
{
    ngx_uint_t  n;

    n = ctx->main_conf->redis_conf.max_commands / 4;

    return ngx_max(1, ngx_min(n, NGX_HTTP_SCIM_REMOVAL_USERS));
}


static ngx_int_t
ngx_http_scim_removal_done(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                 place;
    ngx_scim_scope_t          scope;
    ngx_http_scim_removal_t  *removal;

    removal = ctx->state;

    if (ngx_scim_removal_reply(ctx->batch, &removal->users, &place)
        != NGX_SCIM_OK
        || ngx_http_scim_removal_goes_on(ctx, &place) != NGX_OK)
    {
        return ngx_http_scim_removal_unknown(ctx);
    }

    if (removal->users.reply == NULL || removal->users.reply->elements == 0) {
        return place.len ? ngx_http_scim_removal_next(ctx)
                         : ngx_http_scim_removal_end(ctx);
    }

    scope = ctx->scope;
    scope.pool = removal->pool;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_http_scim_removal_release(ctx, &scope) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_reset_pool(removal->pool);

    return ngx_http_scim_await(ctx, ngx_http_scim_removal_next);
}


static ngx_int_t
ngx_http_scim_removal_release(ngx_http_scim_ctx_t *ctx,
    ngx_scim_scope_t *scope)
{
    ngx_scim_removed_t        user;
    ngx_http_scim_removal_t  *removal;

    removal = ctx->state;

    while (ngx_scim_removal_user(&removal->users, &user) == NGX_OK) {

        if (ngx_scim_removed_release(ctx->batch, scope, &user) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* nothing is left of it but itself */

static ngx_int_t
ngx_http_scim_removal_end(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t    rc;
    ngx_str_t    integration;
    ngx_uint_t   tenant;

    integration = ngx_http_scim_admin_get(ctx, "integration");
    tenant = (integration.len == 0);

    if (ngx_http_scim_batch(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->management->args.nelts = 0;

    if (tenant) {
        rc = ngx_scim_tenant_leave(ctx->batch, &ctx->scope);

    } else {
        rc = ngx_http_scim_admin_set(ctx, "integration", &integration);
    }

    if (rc != NGX_OK
        || ngx_scim_manage(ctx->batch, &ctx->scope, NGX_SCIM_REDIS_WRITE,
                           tenant ? "tenant_end" : "integration_end",
                           &ctx->management->args)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_removal_ended);
}


/* HELD: a request that had been let in before has written something */

static ngx_int_t
ngx_http_scim_removal_ended(ngx_http_scim_ctx_t *ctx)
{
    redisReply          *reply;
    ngx_scim_outcome_e   outcome;

    if (ctx->management->args.nelts == 0) {
        ngx_scim_tenants_reply(ctx->batch);
    }

    outcome = ngx_scim_manage_reply(ctx->batch, &reply);

    switch (outcome) {

    case NGX_SCIM_OK:
        return ngx_http_scim_send(ctx, NGX_HTTP_NO_CONTENT, NULL);

    case NGX_SCIM_HELD:
        return ngx_http_scim_removal_next(ctx);

    default:
        return ngx_http_scim_removal_unknown(ctx);
    }
}


/* a copy, as replies go */

static ngx_int_t
ngx_http_scim_removal_goes_on(ngx_http_scim_ctx_t *ctx, ngx_str_t *place)
{
    ngx_http_scim_removal_t  *removal;

    removal = ctx->state;

    if (place->len > NGX_HTTP_SCIM_REMOVAL_PLACE) {
        return NGX_ERROR;
    }

    removal->place.len = place->len;
    ngx_memcpy(removal->text, place->data, place->len);

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_removal_unknown(ngx_http_scim_ctx_t *ctx)
{
    return ngx_http_scim_fail(ctx, NGX_HTTP_INTERNAL_SERVER_ERROR, NULL,
                              "the function library answered what this "
                              "module does not know");
}


static void
ngx_http_scim_free_removal_pool(void *data)
{
    ngx_destroy_pool(data);
}
