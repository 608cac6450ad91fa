/*
 * What the logs say of a request of ours, and that it is counted in the end.
 * nginx's own lines in the error log end with the request line, whose query may
 * name people.
 */

#include "ngx_http_scim.h"


static u_char *ngx_http_scim_log_field(u_char *buf, u_char *last,
    const char *name, const ngx_str_t *value);


/*
 * Before the other modules' handlers have a reason to log: limit_req's lines,
 * for one, would have the whole request line.
 */

ngx_int_t
ngx_http_scim_rewrite_handler(ngx_http_request_t *r)
{
    if (r->content_handler == ngx_http_scim_handler
        || r->content_handler == ngx_http_scim_admin_handler)
    {
        r->main->log_handler = ngx_http_scim_log_handler;
    }

    return NGX_DECLINED;
}


u_char *
ngx_http_scim_log_handler(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len)
{
    u_char                    *last;
    ngx_http_scim_ctx_t       *ctx;
    ngx_http_core_srv_conf_t  *cscf;

    last = buf + len;
    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);
    ctx = ngx_http_get_module_ctx(sr, ngx_http_scim_module);

    buf = ngx_http_scim_log_field(buf, last, "server", &cscf->server_name);
    buf = ngx_http_scim_log_field(buf, last, "method", &r->method_name);

    if (ctx == NULL) {
        return buf;
    }

    buf = ngx_http_scim_log_field(buf, last, "operation",
                                  &ctx->operation->name);

    /* what has another form came from a stranger's path */

    if (ngx_http_scim_is_name(&ctx->scope.tenant)) {
        buf = ngx_http_scim_log_field(buf, last, "tenant",
                                      &ctx->scope.tenant);
    }

    if (ngx_http_scim_is_id(&ctx->integration)) {
        buf = ngx_http_scim_log_field(buf, last, "integration",
                                      &ctx->integration);
    }

    if (ngx_http_scim_is_id(&ctx->id)) {
        buf = ngx_http_scim_log_field(buf, last, "resource", &ctx->id);
    }

    return buf;
}


static u_char *
ngx_http_scim_log_field(u_char *buf, u_char *last, const char *name,
    const ngx_str_t *value)
{
    return ngx_slprintf(buf, last, ", %s: %V", name, value);
}


ngx_int_t
ngx_http_scim_ended(ngx_http_request_t *r)
{
    ngx_uint_t            status;
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL || ctx->foreign || ctx->main_conf->metrics == NULL) {
        return NGX_OK;
    }

    status = r->err_status ? r->err_status : r->headers_out.status;

    /* the connection broke before there was one */

    if (status == 0) {
        status = NGX_HTTP_CLIENT_CLOSED_REQUEST;
    }

    ngx_http_scim_metrics_request(ctx, status);

    if (ctx->known && !ctx->admin) {
        ngx_http_scim_activity_request(ctx, status);
    }

    return NGX_OK;
}


ngx_http_scim_reason_e
ngx_http_scim_reason(ngx_http_scim_ctx_t *ctx, ngx_uint_t status)
{
    if (ctx->reason != NGX_HTTP_SCIM_REASON_NONE) {
        return ctx->reason;
    }

    switch (status) {

    case NGX_HTTP_UNAUTHORIZED:
        return NGX_HTTP_SCIM_REASON_UNAUTHORIZED;

    case NGX_HTTP_FORBIDDEN:
        return NGX_HTTP_SCIM_REASON_FORBIDDEN;

    case NGX_HTTP_NOT_FOUND:
        return NGX_HTTP_SCIM_REASON_NOT_FOUND;

    case NGX_HTTP_CONFLICT:
        return NGX_HTTP_SCIM_REASON_CONFLICT;

    case NGX_HTTP_PRECONDITION_FAILED:
        return NGX_HTTP_SCIM_REASON_VERSION;

    case NGX_HTTP_TOO_MANY_REQUESTS:
        return NGX_HTTP_SCIM_REASON_LIMITED;

    case NGX_HTTP_CLIENT_CLOSED_REQUEST:
        return NGX_HTTP_SCIM_REASON_ABORTED;
    }

    return (status < NGX_HTTP_INTERNAL_SERVER_ERROR)
           ? NGX_HTTP_SCIM_REASON_INVALID : NGX_HTTP_SCIM_REASON_FAILED;
}
