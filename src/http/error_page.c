/*
 * nginx's own errors (a request that is too large, a timeout, an unknown path)
 * in the form of the API that was asked: an internal location that error_page
 * points to.
 */

#include "ngx_http_scim.h"


#define NGX_HTTP_SCIM_ERROR_SEGMENTS  6


typedef struct {
    ngx_uint_t   status;
    const char  *detail;
} ngx_http_scim_error_detail_t;


static const ngx_http_scim_error_detail_t  ngx_http_scim_error_details[] = {
    { NGX_HTTP_BAD_REQUEST, "the request is not valid HTTP" },
    { NGX_HTTP_UNAUTHORIZED, "authentication is required" },
    { NGX_HTTP_FORBIDDEN, "access is forbidden" },
    { NGX_HTTP_NOT_FOUND, "there is no such endpoint" },
    { NGX_HTTP_NOT_ALLOWED, "the method is not allowed here" },
    { NGX_HTTP_REQUEST_TIME_OUT, "the request did not arrive in time" },
    { NGX_HTTP_LENGTH_REQUIRED, "the body's length is required" },
    { NGX_HTTP_PRECONDITION_FAILED,
      "the resource has another version than If-Match names" },
    { NGX_HTTP_REQUEST_URI_TOO_LARGE,
      "the URI is longer than this server takes" },
    { NGX_HTTP_TOO_MANY_REQUESTS, "too many requests" },
    { NGX_HTTP_REQUEST_HEADER_TOO_LARGE,
      "a header is longer than this server takes" },
    { NGX_HTTP_TO_HTTPS, "this port takes HTTPS only" },
    { NGX_HTTP_INTERNAL_SERVER_ERROR, "internal error" },
    { NGX_HTTP_NOT_IMPLEMENTED, "the transfer coding is not supported" },
    { NGX_HTTP_BAD_GATEWAY, "bad gateway" },
    { NGX_HTTP_SERVICE_UNAVAILABLE, "the service is not available now" },
    { NGX_HTTP_GATEWAY_TIME_OUT, "gateway timeout" },
    { NGX_HTTP_VERSION_NOT_SUPPORTED, "the version of HTTP is not supported" },
    { 0, NULL }
};


static ngx_int_t ngx_http_scim_error_later(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t status);
static ngx_uint_t ngx_http_scim_error_has_later(ngx_http_request_t *r);
static ngx_int_t ngx_http_scim_error_too_large(ngx_http_scim_ctx_t *ctx);
static off_t ngx_http_scim_error_limit(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_error_is_admin(ngx_http_scim_ctx_t *ctx);
static ngx_str_t ngx_http_scim_error_path(ngx_http_request_t *r);


ngx_int_t
ngx_http_scim_error_handler(ngx_http_request_t *r)
{
    ngx_uint_t                           status;
    ngx_http_scim_ctx_t                 *ctx;
    const ngx_http_scim_error_detail_t  *d;

    ctx = ngx_http_scim_create_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->admin = ngx_http_scim_error_is_admin(ctx);

    status = r->err_status ? r->err_status : NGX_HTTP_NOT_FOUND;

#if (NGX_HTTP_SSL)

    /* error_page makes 400 of it, unless told otherwise */

    if (status == NGX_HTTP_BAD_REQUEST && r->http_connection->ssl
        && r->connection->ssl == NULL)
    {
        status = NGX_HTTP_TO_HTTPS;
    }

#endif

    /* nginx's own codes for what clients know as 400 */

    if (status == NGX_HTTP_REQUEST_HEADER_TOO_LARGE
        || (status >= NGX_HTTPS_CERT_ERROR && status <= NGX_HTTP_TO_HTTPS))
    {
        r->err_status = NGX_HTTP_BAD_REQUEST;
    }

    for (d = ngx_http_scim_error_details; d->status; d++) {
        if (d->status == status) {
            break;
        }
    }

    if (r->err_status) {
        status = r->err_status;
    }

    if (ngx_http_scim_error_later(ctx, status) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (status == NGX_HTTP_REQUEST_ENTITY_TOO_LARGE) {
        return ngx_http_scim_error_too_large(ctx);
    }

    return ngx_http_scim_fail(ctx, status, NULL, "%s",
                              d->detail ? d->detail : "the request failed");
}


/* limit_req, limit_conn and others of nginx's do not say when */

static ngx_int_t
ngx_http_scim_error_later(ngx_http_scim_ctx_t *ctx, ngx_uint_t status)
{
    if (ngx_http_scim_error_has_later(ctx->request)) {
        return NGX_OK;
    }

    switch (status) {

    case NGX_HTTP_TOO_MANY_REQUESTS:
        return ngx_http_scim_retry_after(ctx, NGX_HTTP_SCIM_RETRY_LIMITED);

    case NGX_HTTP_SERVICE_UNAVAILABLE:
        return ngx_http_scim_retry_after(ctx, NGX_HTTP_SCIM_RETRY_REDIS);

    default:
        return NGX_OK;
    }
}


static ngx_uint_t
ngx_http_scim_error_has_later(ngx_http_request_t *r)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash && h[i].key.len == sizeof("Retry-After") - 1
                && ngx_strncasecmp(h[i].key.data, (u_char *) "Retry-After",
                                   h[i].key.len)
                   == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


/* RFC 7644, section 3.7.4: the answer names the limit */

static ngx_int_t
ngx_http_scim_error_too_large(ngx_http_scim_ctx_t *ctx)
{
    off_t  limit;

    limit = ngx_http_scim_error_limit(ctx);

    if (limit == 0) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, NULL,
                                  "the body is larger than this server takes");
    }

    return ngx_http_scim_fail(ctx, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, NULL,
                              "the body is larger than this server takes "
                              "(maxPayloadSize: %lld)", (long long) limit);
}


/*
 * client_max_body_size where the request was sent. That location is forgotten
 * here, but a server's locations of the one kind commonly have the same; 0 if
 * they have not.
 */

static off_t
ngx_http_scim_error_limit(ngx_http_scim_ctx_t *ctx)
{
    off_t                       limit;
    ngx_uint_t                  i;
    ngx_http_handler_pt         handler;
    ngx_http_core_loc_conf_t  **location;
    ngx_http_scim_srv_conf_t   *sscf;

    sscf = ngx_http_get_module_srv_conf(ctx->request, ngx_http_scim_module);
    location = sscf->locations.elts;
    handler = ctx->admin ? ngx_http_scim_admin_handler : ngx_http_scim_handler;
    limit = 0;

    for (i = 0; i < sscf->locations.nelts; i++) {

        if (location[i]->handler != handler) {
            continue;
        }

        if (limit && limit != location[i]->client_max_body_size) {
            return 0;
        }

        limit = location[i]->client_max_body_size;
    }

    return limit;
}


/*
 * Whether the management API was asked: it has an error form of its own. The
 * location that was asked is forgotten here, and the client's URI is not, which
 * also tells for the logs whom it was about.
 */

static ngx_uint_t
ngx_http_scim_error_is_admin(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t    path, segments[NGX_HTTP_SCIM_ERROR_SEGMENTS];
    ngx_uint_t   n;

    path = ngx_http_scim_error_path(ctx->request);
    ngx_http_scim_path_names(&path, &ctx->scope.tenant, &ctx->integration);

    n = ngx_http_scim_segments(&path, segments, NGX_HTTP_SCIM_ERROR_SEGMENTS);

    if (n < 2 || !ngx_http_scim_is(&segments[0], "api")
        || !ngx_http_scim_is(&segments[1], "v1"))
    {
        ctx->foreign = 1;
        return 0;
    }

    /* api/v1/{tenant}/integrations/{integration}/scim/... */

    return n < NGX_HTTP_SCIM_ERROR_SEGMENTS
           || !ngx_http_scim_is(&segments[3], "integrations")
           || !ngx_http_scim_is(&segments[5], "scim");
}


/* of a URI that nginx cannot read there is the request line, or some of it */

static ngx_str_t
ngx_http_scim_error_path(ngx_http_request_t *r)
{
    u_char     *p, *last;
    ngx_str_t   path;

    path = r->unparsed_uri;

    if (path.len == 0) {
        path = r->request_line;
        p = ngx_strlchr(path.data, path.data + path.len, ' ');

        if (p == NULL) {
            ngx_str_null(&path);
            return path;
        }

        path.len -= p + 1 - path.data;
        path.data = p + 1;
    }

    last = path.data + path.len;

    for (p = path.data; p < last && *p != '?' && *p != ' '; p++) {
        /* void */
    }

    path.len = p - path.data;

    return path;
}
