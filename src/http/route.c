/*
 * From the path and the method to an operation:
 * /api/v1/{tenant}/integrations/{integration}/scim/v2/{endpoint}/{id}
 */

#include "resource.h"


#define NGX_HTTP_SCIM_MAX_SEGMENTS  10


enum {
    NGX_HTTP_SCIM_SEGMENT_API = 0,
    NGX_HTTP_SCIM_SEGMENT_V1,
    NGX_HTTP_SCIM_SEGMENT_TENANT,
    NGX_HTTP_SCIM_SEGMENT_INTEGRATIONS,
    NGX_HTTP_SCIM_SEGMENT_INTEGRATION,
    NGX_HTTP_SCIM_SEGMENT_SCIM,
    NGX_HTTP_SCIM_SEGMENT_V2,
    NGX_HTTP_SCIM_SEGMENT_ENDPOINT
};


static ngx_int_t ngx_http_scim_find_operation(ngx_http_scim_ctx_t *ctx,
    ngx_str_t *segments, ngx_uint_t n);
static ngx_int_t ngx_http_scim_allow(ngx_http_scim_ctx_t *ctx,
    ngx_uint_t methods);


/* an error that has been found before an operation was */

const ngx_http_scim_operation_t  ngx_http_scim_no_operation = {
    ngx_null_string, NGX_HTTP_GET, ngx_string("unknown"), ngx_null_string,
    NGX_SCIM_USERS, NULL, NULL, NULL, 0, 0, 0
};


static const ngx_http_scim_operation_t  ngx_http_scim_operations[] = {

    { ngx_string("Users"), NGX_HTTP_GET,
      ngx_string("users.list"), ngx_string("USERS:READ"), NGX_SCIM_USERS,
      ngx_http_scim_list_query, ngx_http_scim_list, NULL, 0, 0, 0 },

    { ngx_string("Users"), NGX_HTTP_POST,
      ngx_string("users.search"), ngx_string("USERS:READ"), NGX_SCIM_USERS,
      NULL, ngx_http_scim_search, NULL, 0, 1, 1 },

    { ngx_string("Users"), NGX_HTTP_POST,
      ngx_string("users.create"), ngx_string("USERS:CREATE"), NGX_SCIM_USERS,
      NULL, ngx_http_scim_user_create, ngx_http_scim_user_create_early,
      0, 1, 0 },

    { ngx_string("Users"), NGX_HTTP_GET,
      ngx_string("users.read"), ngx_string("USERS:READ"), NGX_SCIM_USERS,
      ngx_http_scim_user_read_query, ngx_http_scim_user_read, NULL, 1, 0, 0 },

    { ngx_string("Users"), NGX_HTTP_PUT,
      ngx_string("users.replace"), ngx_string("USERS:UPDATE"), NGX_SCIM_USERS,
      ngx_http_scim_user_read_query, ngx_http_scim_user_replace, NULL,
      1, 1, 0 },

    { ngx_string("Users"), NGX_HTTP_PATCH,
      ngx_string("users.patch"), ngx_string("USERS:UPDATE"), NGX_SCIM_USERS,
      ngx_http_scim_user_read_query, ngx_http_scim_user_patch, NULL, 1, 1, 0 },

    /* the access to the tenant goes, the person remains */

    { ngx_string("Users"), NGX_HTTP_DELETE,
      ngx_string("users.delete"), ngx_string("BINDINGS:DELETE"),
      NGX_SCIM_USERS, NULL, ngx_http_scim_user_delete, NULL, 1, 0, 0 },

    { ngx_string("Groups"), NGX_HTTP_GET,
      ngx_string("groups.list"), ngx_string("GROUPS:READ"), NGX_SCIM_GROUPS,
      ngx_http_scim_list_query, ngx_http_scim_list, NULL, 0, 0, 0 },

    { ngx_string("Groups"), NGX_HTTP_POST,
      ngx_string("groups.search"), ngx_string("GROUPS:READ"),
      NGX_SCIM_GROUPS, NULL, ngx_http_scim_search, NULL, 0, 1, 1 },

    { ngx_string("Groups"), NGX_HTTP_POST,
      ngx_string("groups.create"), ngx_string("GROUPS:CREATE"),
      NGX_SCIM_GROUPS, NULL, ngx_http_scim_group_create, NULL, 0, 1, 0 },

    { ngx_string("Groups"), NGX_HTTP_GET,
      ngx_string("groups.read"), ngx_string("GROUPS:READ"), NGX_SCIM_GROUPS,
      ngx_http_scim_group_read_query, ngx_http_scim_group_read, NULL, 1, 0, 0 },

    { ngx_string("Groups"), NGX_HTTP_PUT,
      ngx_string("groups.replace"), ngx_string("GROUPS:UPDATE"),
      NGX_SCIM_GROUPS, NULL, ngx_http_scim_group_replace, NULL, 1, 1, 0 },

    { ngx_string("Groups"), NGX_HTTP_PATCH,
      ngx_string("groups.patch"), ngx_string("GROUPS:UPDATE"),
      NGX_SCIM_GROUPS, NULL, ngx_http_scim_group_patch, NULL, 1, 1, 0 },

    { ngx_string("Groups"), NGX_HTTP_DELETE,
      ngx_string("groups.delete"), ngx_string("GROUPS:DELETE"),
      NGX_SCIM_GROUPS, NULL, ngx_http_scim_group_delete, NULL, 1, 0, 0 },

    /* RFC 7644, section 3.4.2.1: over both types */

    { ngx_null_string, NGX_HTTP_GET,
      ngx_string("root.list"), ngx_string("USERS:READ GROUPS:READ"),
      NGX_SCIM_ANY, ngx_http_scim_list_query, ngx_http_scim_list, NULL,
      0, 0, 0 },

    { ngx_null_string, NGX_HTTP_POST,
      ngx_string("root.search"), ngx_string("USERS:READ GROUPS:READ"),
      NGX_SCIM_ANY, NULL, ngx_http_scim_search, NULL, 0, 1, 1 },

    /* each of its operations needs its own permission */

    { ngx_string("Bulk"), NGX_HTTP_POST,
      ngx_string("bulk"), ngx_null_string, NGX_SCIM_USERS,
      NULL, ngx_http_scim_bulk, NULL, 0, 1, 0 },

    /* RFC 7644, section 3.11 */

    { ngx_string("Me"), NGX_HTTP_GET,
      ngx_string("me.read"), ngx_string("USERS:READ"), NGX_SCIM_USERS,
      NULL, ngx_http_scim_me, NULL, 0, 0, 0 },

    { ngx_string("Me"), NGX_HTTP_PUT,
      ngx_string("me.replace"), ngx_string("USERS:UPDATE"), NGX_SCIM_USERS,
      NULL, ngx_http_scim_me, NULL, 0, 1, 0 },

    { ngx_string("Me"), NGX_HTTP_PATCH,
      ngx_string("me.patch"), ngx_string("USERS:UPDATE"), NGX_SCIM_USERS,
      NULL, ngx_http_scim_me, NULL, 0, 1, 0 },

    { ngx_string("Me"), NGX_HTTP_DELETE,
      ngx_string("me.delete"), ngx_string("BINDINGS:DELETE"), NGX_SCIM_USERS,
      NULL, ngx_http_scim_me, NULL, 0, 0, 0 },

    { ngx_string("ServiceProviderConfig"), NGX_HTTP_GET,
      ngx_string("discovery.config"), ngx_null_string, NGX_SCIM_USERS,
      NULL, ngx_http_scim_discovery_config, NULL, 0, 0, 0 },

    /* SCIM 1.1's spelling, which some clients kept */

    { ngx_string("ServiceProviderConfigs"), NGX_HTTP_GET,
      ngx_string("discovery.config"), ngx_null_string, NGX_SCIM_USERS,
      NULL, ngx_http_scim_discovery_config, NULL, 0, 0, 0 },

    { ngx_string("ResourceTypes"), NGX_HTTP_GET,
      ngx_string("discovery.types"), ngx_null_string, NGX_SCIM_USERS,
      NULL, ngx_http_scim_discovery_types, NULL, 0, 0, 0 },

    { ngx_string("ResourceTypes"), NGX_HTTP_GET,
      ngx_string("discovery.type"), ngx_null_string, NGX_SCIM_USERS,
      NULL, ngx_http_scim_discovery_type, NULL, 1, 0, 0 },

    { ngx_string("Schemas"), NGX_HTTP_GET,
      ngx_string("discovery.schemas"), ngx_null_string, NGX_SCIM_USERS,
      NULL, ngx_http_scim_discovery_schemas, NULL, 0, 0, 0 },

    { ngx_string("Schemas"), NGX_HTTP_GET,
      ngx_string("discovery.schema"), ngx_null_string, NGX_SCIM_USERS,
      NULL, ngx_http_scim_discovery_schema, NULL, 1, 0, 0 }
};


static const struct {
    ngx_uint_t   method;
    const char  *name;
} ngx_http_scim_methods[] = {
    { NGX_HTTP_GET, "GET, HEAD" },
    { NGX_HTTP_POST, "POST" },
    { NGX_HTTP_PUT, "PUT" },
    { NGX_HTTP_PATCH, "PATCH" },
    { NGX_HTTP_DELETE, "DELETE" }
};


ngx_int_t
ngx_http_scim_route(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t   rc;
    ngx_str_t   segments[NGX_HTTP_SCIM_MAX_SEGMENTS];
    ngx_uint_t  n;

    n = ngx_http_scim_segments(&ctx->request->uri, segments,
                               NGX_HTTP_SCIM_MAX_SEGMENTS);

    if (n < NGX_HTTP_SCIM_SEGMENT_ENDPOINT
        || n > NGX_HTTP_SCIM_MAX_SEGMENTS
        || !ngx_http_scim_is(&segments[NGX_HTTP_SCIM_SEGMENT_API], "api")
        || !ngx_http_scim_is(&segments[NGX_HTTP_SCIM_SEGMENT_V1], "v1")
        || !ngx_http_scim_is(&segments[NGX_HTTP_SCIM_SEGMENT_INTEGRATIONS],
                             "integrations")
        || !ngx_http_scim_is(&segments[NGX_HTTP_SCIM_SEGMENT_SCIM], "scim"))
    {
        return ngx_http_scim_refuse_method(ctx, 0);
    }

    /* RFC 7644, section 3.13 */

    if (!ngx_http_scim_is(&segments[NGX_HTTP_SCIM_SEGMENT_V2], "v2")) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                    SCIM_INVALID_VERS,
                                    "the only version of SCIM here is v2");
    }

    ctx->scope.tenant = segments[NGX_HTTP_SCIM_SEGMENT_TENANT];
    ctx->integration = segments[NGX_HTTP_SCIM_SEGMENT_INTEGRATION];

    rc = ngx_http_scim_set_endpoint(ctx);
    if (rc != NGX_OK) {
        return rc;
    }

    return ngx_http_scim_find_operation(
               ctx, &segments[NGX_HTTP_SCIM_SEGMENT_ENDPOINT],
               n - NGX_HTTP_SCIM_SEGMENT_ENDPOINT);
}


ngx_uint_t
ngx_http_scim_segments(ngx_str_t *path, ngx_str_t *segments, ngx_uint_t n)
{
    u_char      *p, *start, *last;
    ngx_uint_t   found;

    found = 0;
    last = path->data + path->len;

    for (p = path->data; p < last; /* void */ ) {

        if (*p == '/') {
            p++;
            continue;
        }

        start = p;
        p = memchr(start, '/', last - start);

        if (p == NULL) {
            p = last;
        }

        if (found == n) {
            return n + 1;
        }

        segments[found].data = start;
        segments[found++].len = p - start;
    }

    return found;
}


ngx_uint_t
ngx_http_scim_is(const ngx_str_t *text, const char *word)
{
    return text->len == ngx_strlen(word)
           && ngx_strncmp(text->data, word, text->len) == 0;
}


void
ngx_http_scim_path_names(ngx_str_t *path, ngx_str_t *tenant,
    ngx_str_t *integration)
{
    ngx_str_t   segments[NGX_HTTP_SCIM_MAX_SEGMENTS];
    ngx_uint_t  n;

    n = ngx_http_scim_segments(path, segments, NGX_HTTP_SCIM_MAX_SEGMENTS);

    ngx_str_null(tenant);
    ngx_str_null(integration);

    if (n <= NGX_HTTP_SCIM_SEGMENT_SCIM
        || !ngx_http_scim_is(&segments[NGX_HTTP_SCIM_SEGMENT_INTEGRATIONS],
                             "integrations")
        || !ngx_http_scim_is(&segments[NGX_HTTP_SCIM_SEGMENT_SCIM], "scim"))
    {
        return;
    }

    if (ngx_http_scim_is_name(&segments[NGX_HTTP_SCIM_SEGMENT_TENANT])) {
        *tenant = segments[NGX_HTTP_SCIM_SEGMENT_TENANT];
    }

    if (ngx_http_scim_is_id(&segments[NGX_HTTP_SCIM_SEGMENT_INTEGRATION])) {
        *integration = segments[NGX_HTTP_SCIM_SEGMENT_INTEGRATION];
    }
}


/* segments: those behind /v2: "", {endpoint}, {endpoint}/{id}, .search */

static ngx_int_t
ngx_http_scim_find_operation(ngx_http_scim_ctx_t *ctx, ngx_str_t *segments,
    ngx_uint_t n)
{
    ngx_str_t   endpoint;
    ngx_uint_t  id, search, method, methods;

    method = ctx->request->method;

    if (method == NGX_HTTP_HEAD) {
        method = NGX_HTTP_GET;
    }

    search = n && ngx_http_scim_is(&segments[n - 1], ".search");
    n -= search;

    ngx_str_null(&endpoint);
    id = 0;

    switch (n) {

    case 2:
        id = 1;
        ctx->id = segments[1];
        /* fall through */

    case 1:
        endpoint = segments[0];
        break;

    case 0:
        break;

    default:
        return ngx_http_scim_refuse_method(ctx, 0);
    }

    ctx->operation = ngx_http_scim_operation(&endpoint, id, search, method,
                                             &methods);

    if (ctx->operation) {
        return NGX_OK;
    }

    ctx->operation = &ngx_http_scim_no_operation;

    return ngx_http_scim_refuse_method(ctx, methods);
}


const ngx_http_scim_operation_t *
ngx_http_scim_operation(const ngx_str_t *endpoint, ngx_uint_t id,
    ngx_uint_t search, ngx_uint_t method, ngx_uint_t *methods)
{
    ngx_uint_t                        i;
    const ngx_http_scim_operation_t  *op;

    *methods = 0;

    for (i = 0;
         i < sizeof(ngx_http_scim_operations)
             / sizeof(ngx_http_scim_operations[0]);
         i++)
    {
        op = &ngx_http_scim_operations[i];

        if (op->id != id || op->search != search
            || op->endpoint.len != endpoint->len
            || ngx_strncmp(op->endpoint.data, endpoint->data, endpoint->len)
               != 0)
        {
            continue;
        }

        if (op->method == method) {
            return op;
        }

        *methods |= op->method;
    }

    return NULL;
}


ngx_int_t
ngx_http_scim_refuse_method(ngx_http_scim_ctx_t *ctx, ngx_uint_t methods)
{
    if (methods == 0) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                    "there is no such endpoint");
    }

    if (ngx_http_scim_allow(ctx, methods) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->request->method == NGX_HTTP_OPTIONS) {
        return NGX_DONE;
    }

    return ngx_http_scim_refuse(ctx, NGX_HTTP_NOT_ALLOWED, NULL,
                                "the method is not allowed here; the Allow "
                                "header names those that are");
}


static ngx_int_t
ngx_http_scim_allow(ngx_http_scim_ctx_t *ctx, ngx_uint_t methods)
{
    u_char      *p;
    ngx_str_t    value;
    ngx_uint_t   i;

    p = ngx_pnalloc(ctx->pool,
                    sizeof("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p;

    for (i = 0;
         i < sizeof(ngx_http_scim_methods) / sizeof(ngx_http_scim_methods[0]);
         i++)
    {
        if (methods & ngx_http_scim_methods[i].method) {
            p = ngx_sprintf(p, "%s, ", ngx_http_scim_methods[i].name);
        }
    }

    p = ngx_cpymem(p, "OPTIONS", sizeof("OPTIONS") - 1);
    value.len = p - value.data;

    return ngx_http_scim_header(ctx, "Allow", &value);
}
