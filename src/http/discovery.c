/*
 * The discovery documents: what the protocol library says of itself, with this
 * location's limits and URLs.
 */

#include "resource.h"


static ngx_int_t ngx_http_scim_discovery_send(ngx_http_scim_ctx_t *ctx,
    json_t *document);
static ngx_int_t ngx_http_scim_discovery_service(ngx_http_scim_ctx_t *ctx,
    scim_service_t *service);


ngx_int_t
ngx_http_scim_discovery_config(ngx_http_scim_ctx_t *ctx)
{
    scim_service_t  service;

    if (ngx_http_scim_discovery_service(ctx, &service) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_discovery_send(ctx,
               scim_service_provider_config(&service));
}


ngx_int_t
ngx_http_scim_discovery_types(ngx_http_scim_ctx_t *ctx)
{
    scim_service_t  service;

    if (ngx_http_scim_discovery_service(ctx, &service) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_discovery_send(ctx, scim_resource_types(&service));
}


ngx_int_t
ngx_http_scim_discovery_type(ngx_http_scim_ctx_t *ctx)
{
    scim_service_t  service;

    if (ngx_http_scim_discovery_service(ctx, &service) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_discovery_send(ctx,
               scim_resource_type_document(&service, (char *) ctx->id.data,
                                           ctx->id.len));
}


ngx_int_t
ngx_http_scim_discovery_schemas(ngx_http_scim_ctx_t *ctx)
{
    scim_service_t  service;

    if (ngx_http_scim_discovery_service(ctx, &service) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_discovery_send(ctx, scim_schemas(&service));
}


ngx_int_t
ngx_http_scim_discovery_schema(ngx_http_scim_ctx_t *ctx)
{
    scim_service_t  service;

    if (ngx_http_scim_discovery_service(ctx, &service) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_discovery_send(ctx,
               scim_schema_document(&service, (char *) ctx->id.data,
                                    ctx->id.len));
}


static ngx_int_t
ngx_http_scim_discovery_service(ngx_http_scim_ctx_t *ctx,
    scim_service_t *service)
{
    u_char                    *base;
    ngx_http_core_loc_conf_t  *clcf;

    base = ngx_pnalloc(ctx->pool, ctx->endpoint.len + 1);
    if (base == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(base, ctx->endpoint.data, ctx->endpoint.len + 1);

    clcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_core_module);

    ngx_memzero(service, sizeof(scim_service_t));

    service->base = (char *) base;
    service->registry = ctx->main_conf->registry;
    service->bulk_operations = (long) ctx->loc_conf->max_operations;

    /* nginx's 0 is no limit, of which clients would make that nothing may be */

    service->max_payload_size = clcf->client_max_body_size
                                ? (long) clcf->client_max_body_size
                                : NGX_MAX_INT32_VALUE;

    service->filter_results = (long) ctx->loc_conf->max_results;
    service->etag = 1;
    service->sort = 1;
    service->bulk = 1;
    service->cursor = 1;
    service->default_results = (long) ctx->loc_conf->default_results;
    service->cursor_timeout = (long) (ctx->loc_conf->cursor_timeout / 1000);

    return NGX_OK;
}


/* takes the document over; NULL: the path names none */

static ngx_int_t
ngx_http_scim_discovery_send(ngx_http_scim_ctx_t *ctx, json_t *document)
{
    ngx_int_t  rc;
    ngx_str_t  location;

    /* RFC 7644, section 4 */

    if (ctx->query.filter) {
        json_decref(document);
        return ngx_http_scim_fail(ctx, NGX_HTTP_FORBIDDEN, NULL,
                                  "filter is not supported here");
    }

    if (document == NULL) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                  "there is no such resource type or schema");
    }

    location = ngx_http_scim_string(json_object_get(document, "meta"),
                                    "location");

    rc = NGX_OK;

    if (location.len) {
        location.data = ngx_pstrdup(ctx->pool, &location);
        rc = location.data
             ? ngx_http_scim_header(ctx, "Content-Location", &location)
             : NGX_ERROR;
    }

    rc = (rc == NGX_OK) ? ngx_http_scim_send_json(ctx, NGX_HTTP_OK, document)
                        : ngx_http_scim_fail_memory(ctx);
    json_decref(document);

    return rc;
}
