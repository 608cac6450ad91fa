/*
 * The OpenAPI document of the management API, of the module that is running:
 * anybody may read it. Clients may keep it, and ask whether it still is the
 * same.
 */

#include "admin.h"
#include "scim_openapi.h"


static ngx_int_t ngx_http_scim_admin_openapi(ngx_http_scim_ctx_t *ctx);


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_openapi_routes[] = {

    { "openapi.json",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "openapi.read",
                             NGX_HTTP_SCIM_ADMIN_PUBLIC,
                             ngx_http_scim_admin_openapi, 0),
      NULL, NGX_HTTP_OK, NULL, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_openapi(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t          rc;
    ngx_buf_t         *b;
    ngx_chain_t       *out;
    static ngx_str_t   version = ngx_string(ngx_http_scim_openapi_version);
    static ngx_str_t   no_cache = ngx_string("no-cache");

    rc = ngx_http_scim_admin_read_query(ctx, NULL);
    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    b = ngx_calloc_buf(ctx->pool);
    out = ngx_alloc_chain_link(ctx->pool);

    if (b == NULL || out == NULL
        || ngx_http_scim_etag(ctx, &version) != NGX_OK
        || ngx_http_scim_header(ctx, "Cache-Control", &no_cache) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    b->pos = (u_char *) ngx_http_scim_openapi_text;
    b->last = b->pos + sizeof(ngx_http_scim_openapi_text) - 1;
    b->memory = 1;

    out->buf = b;
    out->next = NULL;

    /* nginx' own answer to If-None-Match */

    ctx->request->disable_not_modified = 0;

    return ngx_http_scim_send(ctx, NGX_HTTP_OK, out);
}
