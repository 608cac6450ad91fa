/*
 * A SCIM request's beginning: found, authenticated, permitted; then it is the
 * operation's. It must not know what the operations do.
 */

#include "resource.h"


static ngx_int_t ngx_http_scim_start(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_is_public(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_authenticated(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_body_came(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_negotiate(ngx_http_scim_ctx_t *ctx);


/* the content handler of "scim" */

ngx_int_t
ngx_http_scim_handler(ngx_http_request_t *r)
{
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_scim_create_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_scim_begin(ctx, ngx_http_scim_route(ctx),
                               ngx_http_scim_start);
}


static ngx_int_t
ngx_http_scim_start(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    /*
     * Or nginx's filter would answer 412 or 304 to a write that was made. The
     * reading of a resource allows it again.
     */

    ctx->request->disable_not_modified = 1;

    if (ngx_http_scim_is_public(ctx)) {
        ngx_http_scim_read_query(ctx);
        return ctx->operation->perform(ctx);
    }

    rc = ngx_http_scim_authenticate(ctx);

    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    ngx_http_scim_read_query(ctx);

    if (ctx->operation->early && ctx->error.status == 0
        && ngx_http_scim_body_is_here(ctx->request)
        && ngx_http_scim_accepts_json(ctx->request))
    {
        ctx->early = 1;
        return ngx_http_scim_read_body(ctx, ctx->operation->early);
    }

    return ngx_http_scim_ask(ctx);
}


/*
 * The data's reading goes with that of the credentials: one round trip for
 * both. What is wrong with the query, or with a body that has been read, is
 * told to those only who may ask.
 */

ngx_int_t
ngx_http_scim_ask(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_credentials_read(ctx->batch, &ctx->scope,
                                     &ctx->integration)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (ctx->error.status == 0 && ctx->operation->query
        && ctx->operation->query(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_authenticated);
}


/*
 * RFC 7643, section 5: how to authenticate may be told to those who have not.
 * It is the same for any tenant and integration, there or not; who sends a
 * token is told whether it is right.
 */

static ngx_uint_t
ngx_http_scim_is_public(ngx_http_scim_ctx_t *ctx)
{
    return ctx->loc_conf->public_config
           && ctx->operation->perform == ngx_http_scim_discovery_config
           && ctx->request->headers_in.authorization == NULL;
}


static ngx_int_t
ngx_http_scim_authenticated(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    ctx->early = 0;

    rc = ngx_http_scim_authorize(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_negotiate(ctx);
    }

    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    if (ctx->error.status) {
        return ngx_http_scim_fail_error(ctx);
    }

    if (ctx->operation->body && ctx->message == NULL) {
        return ngx_http_scim_read_body(ctx, ngx_http_scim_body_came);
    }

    return ctx->operation->perform(ctx);
}


/*
 * A client may hold its body back for as long as it likes, and with it a right
 * that it has no more: who was waited for is asked again.
 */

static ngx_int_t
ngx_http_scim_body_came(ngx_http_scim_ctx_t *ctx)
{
    return ctx->waited ? ngx_http_scim_ask(ctx) : ctx->operation->perform(ctx);
}


/*
 * RFC 7644, section 3.8. A lenient integration's clients get JSON whatever
 * they accept: there is nothing else, and some have an HTML browser's header.
 */

static ngx_int_t
ngx_http_scim_negotiate(ngx_http_scim_ctx_t *ctx)
{
    if (ctx->policy.profile == SCIM_LENIENT
        || ctx->operation->method == NGX_HTTP_DELETE
        || ngx_http_scim_accepts_json(ctx->request))
    {
        return NGX_OK;
    }

    return ngx_http_scim_refuse(ctx, NGX_HTTP_SCIM_NOT_ACCEPTABLE, NULL,
                                "the Accept header must allow "
                                "application/scim+json or application/json");
}
