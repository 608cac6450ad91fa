/*
 * The management API: its routes, and what its operations have in common.
 * JSON under /api/v1; errors are problem details (RFC 9457).
 */

#include "admin.h"


#define NGX_HTTP_SCIM_ADMIN_SEGMENTS  8


/*
 * "{}" in a pattern stands for the tenant, or, where there was one already,
 * for the thing's id. The first of several patterns that match counts, so
 * "tenants" is no tenant's name.
 */

typedef struct {
    const char                 *pattern;
    ngx_http_scim_operation_t   operation;
} ngx_http_scim_admin_route_t;


#define ngx_http_scim_admin_op(method, name, step, body)                      \
    { ngx_null_string, method, ngx_string(name), ngx_null_string,             \
      NGX_SCIM_USERS, NULL, step, NULL, 0, body, 0 }


static ngx_int_t ngx_http_scim_admin_route(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_admin_match(ngx_http_scim_ctx_t *ctx,
    const char *pattern, ngx_str_t *segments, ngx_uint_t n);
static ngx_int_t ngx_http_scim_admin_start(ngx_http_scim_ctx_t *ctx);


static const ngx_http_scim_admin_route_t  ngx_http_scim_admin_routes[] = {

    { "tenants",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "tenants.list",
                             ngx_http_scim_admin_tenant_list, 0) },
    { "tenants",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "tenants.create",
                             ngx_http_scim_admin_tenant_create, 1) },
    { "tenants/{}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "tenants.read",
                             ngx_http_scim_admin_tenant_read, 0) },

    { "{}/integrations",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "integrations.list",
                             ngx_http_scim_admin_integration_list, 0) },
    { "{}/integrations",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.create",
                             ngx_http_scim_admin_integration_create, 1) },
    { "{}/integrations/{}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "integrations.read",
                             ngx_http_scim_admin_integration_read, 0) },
    { "{}/integrations/{}",
      ngx_http_scim_admin_op(NGX_HTTP_PATCH, "integrations.update",
                             ngx_http_scim_admin_integration_update, 1) },
    { "{}/integrations/{}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "integrations.delete",
                             ngx_http_scim_admin_integration_delete, 0) },
    { "{}/integrations/{}/enable",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.enable",
                             ngx_http_scim_admin_integration_enable, 0) },
    { "{}/integrations/{}/disable",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.disable",
                             ngx_http_scim_admin_integration_disable, 0) }
};


/* the content handler of "scim_admin" */

ngx_int_t
ngx_http_scim_admin_handler(ngx_http_request_t *r)
{
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_scim_create_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->admin = 1;
    r->disable_not_modified = 1;

    return ngx_http_scim_begin(ctx, ngx_http_scim_admin_route(ctx),
                               ngx_http_scim_admin_start);
}


static ngx_int_t
ngx_http_scim_admin_route(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                           segments[NGX_HTTP_SCIM_ADMIN_SEGMENTS];
    ngx_uint_t                          i, n, method, methods;
    const ngx_http_scim_operation_t    *op;

    n = ngx_http_scim_segments(&ctx->request->uri, segments,
                               NGX_HTTP_SCIM_ADMIN_SEGMENTS);

    method = (ctx->request->method == NGX_HTTP_HEAD) ? NGX_HTTP_GET
                                                     : ctx->request->method;
    methods = 0;

    if (n > NGX_HTTP_SCIM_ADMIN_SEGMENTS || n < 3
        || !ngx_http_scim_is(&segments[0], "api")
        || !ngx_http_scim_is(&segments[1], "v1"))
    {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                  "there is no such endpoint");
    }

    for (i = 0;
         i < sizeof(ngx_http_scim_admin_routes)
             / sizeof(ngx_http_scim_admin_routes[0]);
         i++)
    {
        if (!ngx_http_scim_admin_match(ctx,
                                       ngx_http_scim_admin_routes[i].pattern,
                                       &segments[2], n - 2))
        {
            continue;
        }

        op = &ngx_http_scim_admin_routes[i].operation;

        if (op->method == method) {
            ctx->operation = op;
            return NGX_OK;
        }

        methods |= op->method;
    }

    return ngx_http_scim_refuse_method(ctx, methods);
}


static ngx_uint_t
ngx_http_scim_admin_match(ngx_http_scim_ctx_t *ctx, const char *pattern,
    ngx_str_t *segments, ngx_uint_t n)
{
    size_t       len;
    ngx_uint_t   i, names;
    const char  *end;

    names = 0;

    for (i = 0; *pattern; i++) {

        end = strchr(pattern, '/');
        len = end ? (size_t) (end - pattern) : ngx_strlen(pattern);

        if (i == n) {
            return 0;
        }

        if (pattern[0] == '{') {
            if (names++ == 0) {
                ctx->scope.tenant = segments[i];

            } else {
                ctx->id = segments[i];
            }

        } else if (segments[i].len != len
                   || ngx_strncmp(segments[i].data, pattern, len) != 0)
        {
            return 0;
        }

        pattern += end ? len + 1 : len;
    }

    return i == n;
}


static ngx_int_t
ngx_http_scim_admin_start(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_authenticate_admin(ctx);
    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    rc = ngx_http_scim_base_url(ctx, &ctx->base);
    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    if (ctx->scope.tenant.len && !ngx_http_scim_is_name(&ctx->scope.tenant)) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                  "there is no such tenant");
    }

    if (ctx->operation->body) {
        return ngx_http_scim_read_body(ctx, ctx->operation->perform);
    }

    return ctx->operation->perform(ctx);
}


ngx_int_t
ngx_http_scim_admin_string(ngx_http_scim_ctx_t *ctx, const char *name,
    size_t max, ngx_str_t *value)
{
    json_t  *member;

    ngx_str_null(value);
    member = json_object_get(ctx->message, name);

    if (member == NULL) {
        return NGX_OK;
    }

    if (!json_is_string(member)) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                  "\"%s\" must be a string", name);
    }

    if (json_string_length(member) > max) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                  "\"%s\" must not be longer than %u bytes",
                                  name, (unsigned) max);
    }

    value->data = (u_char *) json_string_value(member);
    value->len = json_string_length(member);

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_admin_members(ngx_http_scim_ctx_t *ctx,
    const char *const *names)
{
    json_t             *value;
    const char         *key;
    const char *const  *name;

    json_object_foreach(ctx->message, key, value) {

        for (name = names; *name; name++) {
            if (ngx_strcmp(*name, key) == 0) {
                break;
            }
        }

        if (*name == NULL) {
            return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                      "the body has a member that is not "
                                      "known here");
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scim_admin_send_results(ngx_http_scim_ctx_t *ctx, json_t *results)
{
    json_t  *json;

    json = ngx_http_scim_own(ctx, json_pack("{s:O, s:i}", "results", results,
                                            "total",
                                            (int) json_array_size(results)));

    return ngx_http_scim_send_json(ctx, NGX_HTTP_OK, json);
}
