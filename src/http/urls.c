/*
 * The URLs that answers name. It must not know what they are for.
 */

#include "resource.h"


static ngx_uint_t ngx_http_scim_is_host(ngx_str_t *host);


/* RFC 7644, section 1.3: it has no query */

ngx_int_t
ngx_http_scim_base_url(ngx_http_scim_ctx_t *ctx, ngx_str_t *base)
{
    u_char              *p, address[NGX_SOCKADDR_STRLEN];
    ngx_str_t            host, scheme;
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

    ngx_str_set(&scheme, "http://");

#if (NGX_HTTP_SSL)
    if (r->connection->ssl) {
        ngx_str_set(&scheme, "https://");
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

    p = ngx_pnalloc(r->pool, scheme.len + host.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    base->data = p;
    base->len = scheme.len + host.len;

    p = ngx_http_scim_put_str(p, &scheme);
    (void) ngx_http_scim_put_str(p, &host);

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

    p = ngx_pnalloc(ctx->pool, endpoint->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    endpoint->data = p;

    p = ngx_http_scim_put_str(p, &base);
    p = ngx_http_scim_put(p, "/api/v1/");
    p = ngx_http_scim_put_str(p, &ctx->scope.tenant);
    p = ngx_http_scim_put(p, "/integrations/");
    p = ngx_http_scim_put_str(p, &ctx->integration);
    (void) ngx_http_scim_put(p, "/scim/v2");

    json = &ctx->endpoint_json;
    *json = *endpoint;

    /* a tenant or an integration that needs it is refused: no name of ours */

    escape = ngx_escape_json(NULL, base.data, base.len);

    if (escape) {
        json->len += escape;

        p = ngx_pnalloc(ctx->pool, json->len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        json->data = p;

        p = (u_char *) ngx_escape_json(p, base.data, base.len);
        ngx_memcpy(p, endpoint->data + base.len, endpoint->len - base.len);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_resource_url(ngx_http_scim_ctx_t *ctx, ngx_scim_kind_e kind,
    ngx_str_t *id, ngx_str_t *url)
{
    u_char      *p;
    size_t       len;
    const char  *path;

    path = ngx_http_scim_type(ctx, kind)->endpoint;
    len = ngx_strlen(path);

    url->len = ctx->endpoint.len + len + 1 + id->len;

    p = ngx_pnalloc(ctx->pool, url->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    url->data = p;

    p = ngx_http_scim_put_str(p, &ctx->endpoint);
    p = ngx_cpymem(p, path, len);
    *p++ = '/';
    (void) ngx_http_scim_put_str(p, id);

    return NGX_OK;
}
