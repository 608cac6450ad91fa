/*
 * The management API's beginning: the route, who asks, and whether they may.
 * JSON under /api/v1; errors are problem details (RFC 9457). It must not know
 * what the operations do.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_ADMIN_SEGMENTS  8


static ngx_int_t ngx_http_scim_admin_route(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_admin_match(ngx_http_scim_ctx_t *ctx,
    const char *pattern, ngx_str_t *segments, ngx_uint_t n);
static ngx_int_t ngx_http_scim_admin_start(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_ask_account(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_find_tenant(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenant_found(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_authenticated(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_authorize(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_perform(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_body_came(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_admin_bodiless(
    const ngx_http_scim_admin_route_t *route);


/*
 * The first pattern that matches counts, with all of its rows: "tenants" is no
 * tenant's name, and "bulk" no binding's id.
 */

static const ngx_http_scim_admin_route_t
    *const ngx_http_scim_admin_tables[] =
{
    ngx_http_scim_admin_tenant_routes,
    ngx_http_scim_admin_person_routes,
    ngx_http_scim_admin_integration_routes,
    ngx_http_scim_admin_token_routes,
    ngx_http_scim_admin_account_routes,
    ngx_http_scim_admin_role_routes,
    ngx_http_scim_admin_openapi_routes,
    ngx_http_scim_admin_binding_routes,
    ngx_http_scim_admin_rule_routes,
    ngx_http_scim_admin_access_routes,
    ngx_http_scim_admin_audit_routes,
    ngx_http_scim_admin_user_routes,
    ngx_http_scim_admin_group_routes,
    NULL
};


/* the content handler of "scim_admin" */

ngx_int_t
ngx_http_scim_admin_handler(ngx_http_request_t *r)
{
    ngx_http_scim_ctx_t    *ctx;
    ngx_http_scim_admin_t  *admin;

    ctx = ngx_http_scim_create_ctx(r);
    admin = ngx_pcalloc(r->pool, sizeof(ngx_http_scim_admin_t));

    if (ctx == NULL || admin == NULL
        || ngx_array_init(&admin->args, r->pool, 16, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->admin = 1;
    ctx->management = admin;
    r->disable_not_modified = 1;

    return ngx_http_scim_begin(ctx, ngx_http_scim_admin_route(ctx),
                               ngx_http_scim_admin_start);
}


static ngx_int_t
ngx_http_scim_admin_route(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                                  segments[
                                                 NGX_HTTP_SCIM_ADMIN_SEGMENTS];
    ngx_uint_t                                 n, method, methods;
    const char                                *pattern;
    const ngx_http_scim_admin_route_t         *route;
    const ngx_http_scim_admin_route_t  *const *table;

    n = ngx_http_scim_segments(&ctx->request->uri, segments,
                               NGX_HTTP_SCIM_ADMIN_SEGMENTS);

    if (n > NGX_HTTP_SCIM_ADMIN_SEGMENTS || n < 3
        || !ngx_http_scim_is(&segments[0], "api")
        || !ngx_http_scim_is(&segments[1], "v1"))
    {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                    "there is no such endpoint");
    }

    method = (ctx->request->method == NGX_HTTP_HEAD) ? NGX_HTTP_GET
                                                     : ctx->request->method;
    methods = 0;
    pattern = NULL;

    for (table = ngx_http_scim_admin_tables; *table; table++) {
        for (route = *table; route->pattern; route++) {

            if (pattern ? ngx_strcmp(pattern, route->pattern) != 0
                        : !ngx_http_scim_admin_match(ctx, route->pattern,
                                                     &segments[2], n - 2))
            {
                continue;
            }

            pattern = route->pattern;

            if (route->operation.method == method) {
                ctx->management->route = route;
                ctx->operation = &route->operation;
                return NGX_OK;
            }

            methods |= route->operation.method;
        }
    }

    return ngx_http_scim_refuse_method(ctx, methods);
}


static ngx_uint_t
ngx_http_scim_admin_match(ngx_http_scim_ctx_t *ctx, const char *pattern,
    ngx_str_t *segments, ngx_uint_t n)
{
    size_t       len;
    ngx_str_t   *id;
    ngx_uint_t   i;
    const char  *end;

    id = ctx->management->ids;

    for (i = 0; *pattern; i++) {

        end = strchr(pattern, '/');
        len = end ? (size_t) (end - pattern) : ngx_strlen(pattern);

        if (i == n) {
            return 0;
        }

        if (ngx_strncmp(pattern, "{tenant}", len) == 0) {
            ctx->scope.tenant = segments[i];

        } else if (pattern[0] == '{') {
            *id++ = segments[i];

        } else if (segments[i].len != len
                   || ngx_strncmp(segments[i].data, pattern, len) != 0)
        {
            return 0;
        }

        pattern += end ? len + 1 : len;
    }

    ctx->id = ctx->management->ids[0];

    return i == n;
}


/* an administrator's token is known here; Redis knows the service accounts' */

static ngx_int_t
ngx_http_scim_admin_start(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t         rc;
    static ngx_str_t  no_store = ngx_string("no-store");

    if (ngx_http_scim_is(&ctx->operation->permission,
                         NGX_HTTP_SCIM_ADMIN_PUBLIC))
    {
        return ctx->operation->perform(ctx);
    }

    /* secrets, which are shown once, and people */

    if (ngx_http_scim_header(ctx, "Cache-Control", &no_store) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    rc = ngx_http_scim_authenticate_admin(ctx);

    if (rc == NGX_OK) {
        ctx->management->super = 1;
        return ngx_http_scim_admin_find_tenant(ctx);
    }

    return (rc == NGX_AGAIN) ? ngx_http_scim_admin_ask_account(ctx)
                             : ngx_http_scim_refused(ctx, rc);
}


static ngx_int_t
ngx_http_scim_admin_ask_account(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  hash;

    if (ngx_http_scim_hash_text(ctx->pool, ctx->token_hash, &hash) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_account_read(ctx->batch, &ctx->scope, &hash) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_authenticated);
}


/*
 * A service account's token is known in its tenant only; an administrator of
 * all tenants may name any. What is about a tenant looks for it itself.
 */

static ngx_int_t
ngx_http_scim_admin_find_tenant(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_strncmp(ctx->management->route->pattern, "{tenant}/",
                    sizeof("{tenant}/") - 1)
        != 0)
    {
        return ngx_http_scim_admin_perform(ctx);
    }

    if (!ngx_http_scim_is_name(&ctx->scope.tenant)) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                  "there is no such tenant");
    }

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_tenant_find(ctx->batch, &ctx->scope) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenant_found);
}


static ngx_int_t
ngx_http_scim_admin_tenant_found(ngx_http_scim_ctx_t *ctx)
{
    switch (ngx_scim_tenant_find_reply(ctx->batch)) {

    case NGX_SCIM_OK:
        return ngx_http_scim_admin_perform(ctx);

    case NGX_SCIM_HELD:
        return ngx_http_scim_fail(ctx, NGX_HTTP_CONFLICT, NULL,
                                  "the tenant is being deleted: repeat that "
                                  "to finish it");

    default:
        return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                  "there is no such tenant");
    }
}


static ngx_int_t
ngx_http_scim_admin_authenticated(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_authenticate_account(ctx, &ctx->management->account);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_authorize(ctx);
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_perform(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}


static ngx_int_t
ngx_http_scim_admin_authorize(ngx_http_scim_ctx_t *ctx)
{
    const ngx_str_t  *permission;

    permission = &ctx->operation->permission;

    if (ngx_http_scim_is(permission, NGX_HTTP_SCIM_ADMIN_SUPER)) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_FORBIDDEN, NULL,
                                    "only an administrator of all tenants may "
                                    "do this");
    }

    if (!ngx_http_scim_permitted(&ctx->management->account.permissions,
                                 permission)) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_FORBIDDEN, NULL,
                                    "the service account lacks the permission "
                                    "%s", (char *) permission->data);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_admin_perform(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_base_url(ctx, &ctx->base);
    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    if (ctx->scope.tenant.len && !ngx_http_scim_is_name(&ctx->scope.tenant)) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                  "there is no such tenant");
    }

    if (ctx->operation->body && ctx->message == NULL) {
        ctx->bodiless = ngx_http_scim_admin_bodiless(ctx->management->route);
        return ngx_http_scim_read_body(ctx, ngx_http_scim_admin_body_came);
    }

    return ctx->operation->perform(ctx);
}


/* who held the body back may have lost the token or a role meanwhile */

static ngx_int_t
ngx_http_scim_admin_body_came(ngx_http_scim_ctx_t *ctx)
{
    return (ctx->waited && !ctx->management->super)
           ? ngx_http_scim_admin_ask_account(ctx)
           : ctx->operation->perform(ctx);
}


/* what is created by default values needs no body */

static ngx_uint_t
ngx_http_scim_admin_bodiless(const ngx_http_scim_admin_route_t *route)
{
    const ngx_http_scim_admin_field_t  *field;

    if (route->operation.method != NGX_HTTP_POST) {
        return 0;
    }

    for (field = route->body; field->member; field++) {
        if (field->flags & NGX_HTTP_SCIM_ADMIN_REQUIRED) {
            return 0;
        }
    }

    return 1;
}
