/*
 * The URLs that answers name. It must not know what they are for.
 */

#include "ngx_http_scim.h"


static ngx_uint_t ngx_http_scim_is_host(ngx_str_t *host);


/* RFC 7644, section 1.3: it has no query */

ngx_int_t
ngx_http_scim_base_url(ngx_http_scim_ctx_t *ctx, ngx_str_t *base)
{
    u_char               address[NGX_SOCKADDR_STRLEN];
    ngx_str_t            host;
    const char          *scheme;
    ngx_http_request_t  *r;

    r = ctx->request;

    if (ctx->loc_conf->base_url) {
        if (ngx_http_complex_value(r, ctx->loc_conf->base_url, base)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        while (base->len && base->data[base->len - 1] == '/') {
            base->len--;
        }

        if (ngx_strlchr(base->data, base->data + base->len, '?')
            || ngx_strlchr(base->data, base->data + base->len, '#'))
        {
            return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                        "the base URL has a query; see "
                                        "scim_base_url");
        }

        return NGX_OK;
    }

    scheme = "http";

#if (NGX_HTTP_SSL)
    if (r->connection->ssl) {
        scheme = "https";
    }
#endif

    host = r->headers_in.host ? r->headers_in.host->value
                              : r->headers_in.server;

    /* a client of HTTP/1.0 may name no host, only reach it */

    if (host.len == 0) {
        host.data = address;
        host.len = NGX_SOCKADDR_STRLEN;

        if (ngx_connection_local_sockaddr(r->connection, &host, 1) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    /* nginx takes nearly any byte */

    if (!ngx_http_scim_is_host(&host)) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                    "the Host header is no host");
    }

    base->data = ngx_pnalloc(r->pool, sizeof("https://") - 1 + host.len);
    if (base->data == NULL) {
        return NGX_ERROR;
    }

    base->len = ngx_sprintf(base->data, "%s://%V", scheme, &host)
                - base->data;

    return NGX_OK;
}


/* RFC 3986, section 3.2.2, with a port */

static ngx_uint_t
ngx_http_scim_is_host(ngx_str_t *host)
{
    u_char  c, *p, *last;

    last = host->data + host->len;

    for (p = host->data; p < last; p++) {
        c = (u_char) (*p | 0x20);

        if ((c < 'a' || c > 'z') && (*p < '0' || *p > '9')
            && (*p == '\0'
                || ngx_strchr("-._~!$&'()*+,;=%:[]", *p) == NULL))
        {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
ngx_http_scim_set_endpoint(ngx_http_scim_ctx_t *ctx)
{
    u_char     *p;
    size_t      escape;
    ngx_int_t   rc;
    ngx_str_t   base, *endpoint, *json;

    rc = ngx_http_scim_base_url(ctx, &base);
    if (rc != NGX_OK) {
        return rc;
    }

    endpoint = &ctx->endpoint;
    endpoint->len = base.len + ctx->scope.tenant.len + ctx->integration.len
                    + sizeof("/api/v1//integrations//scim/v2") - 1;

    endpoint->data = ngx_pnalloc(ctx->pool, endpoint->len);
    if (endpoint->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_sprintf(endpoint->data, "%V/api/v1/%V/integrations/%V/scim/v2",
                       &base, &ctx->scope.tenant, &ctx->integration);

    json = &ctx->endpoint_json;
    *json = *endpoint;

    escape = ngx_escape_json(NULL, endpoint->data, endpoint->len);

    if (escape) {
        p = ngx_pnalloc(ctx->pool, endpoint->len + escape);
        if (p == NULL) {
            return NGX_ERROR;
        }

        json->data = p;
        json->len = endpoint->len + escape;
        (void) ngx_escape_json(p, endpoint->data, endpoint->len);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_resource_url(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_str_t *id, ngx_str_t *url)
{
    const char  *path;

    path = ngx_http_scim_type(ctx, kind)->endpoint;

    url->data = ngx_pnalloc(ctx->pool, ctx->endpoint.len
                                                + ngx_strlen(path) + 1
                                                + id->len);
    if (url->data == NULL) {
        return NGX_ERROR;
    }

    url->len = ngx_sprintf(url->data, "%V%s/%V", &ctx->endpoint, path, id)
               - url->data;

    return NGX_OK;
}
