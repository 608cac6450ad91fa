/*
 * The management API of tenants.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_TENANT_NAME_MAX  256


static ngx_int_t ngx_http_scim_admin_tenant_list(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenant_create(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenant_read(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenant_check(ngx_http_scim_ctx_t *ctx,
    ngx_scim_tenant_t *tenant);
static ngx_int_t ngx_http_scim_admin_tenant_created(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenants_named(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenants_shown(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_tenant_shown(ngx_http_scim_ctx_t *ctx);
static ngx_uint_t ngx_http_scim_admin_reserved(ngx_str_t *id);
static json_t *ngx_http_scim_admin_tenant_json(ngx_scim_tenant_t *tenant);


static const char *const  ngx_http_scim_tenant_members[] = {
    "id", "name", NULL
};

/* what is, or may become, a path of its own under /api/v1 */

static const char *const  ngx_http_scim_reserved_names[] = {
    "tenants", "users", "openapi", "console", "metrics", "status", "health",
    "admin", NULL
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_tenant_routes[] = {

    { "tenants",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "tenants.list", NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_tenant_list, 0),
      NULL, 0, NULL, NULL, NULL, 0 },

    { "tenants",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "tenants.create", NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_tenant_create, 1),
      NULL, 0, NULL, NULL, NULL, 0 },

    { "tenants/{tenant}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "tenants.read", "",
                             ngx_http_scim_admin_tenant_read, 0),
      NULL, 0, NULL, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_tenant_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t           rc;
    ngx_scim_tenant_t  *tenant;

    tenant = ngx_pcalloc(ctx->pool, sizeof(ngx_scim_tenant_t));
    if (tenant == NULL) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->state = tenant;

    rc = ngx_http_scim_admin_tenant_check(ctx, tenant);
    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    ctx->scope.tenant = tenant->id;

    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_tenant_create(ctx->batch, &ctx->scope, &tenant->name)
           != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenant_created);
}


/* either of id and name does for both */

static ngx_int_t
ngx_http_scim_admin_tenant_check(ngx_http_scim_ctx_t *ctx,
    ngx_scim_tenant_t *tenant)
{
    if (ngx_http_scim_admin_members(ctx, ngx_http_scim_tenant_members)
        != NGX_OK
        || ngx_http_scim_admin_string(ctx, "id", NGX_SCIM_NAME_MAX,
                                      &tenant->id)
           != NGX_OK
        || ngx_http_scim_admin_string(ctx, "name",
                                      NGX_HTTP_SCIM_TENANT_NAME_MAX,
                                      &tenant->name)
           != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (tenant->id.data == NULL) {
        tenant->id = tenant->name;
    }

    if (tenant->name.len == 0) {
        tenant->name = tenant->id;
    }

    if (!ngx_http_scim_is_name(&tenant->id)) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                    "\"id\" must be 1 to %d lower-case "
                                    "letters, digits and hyphens, no hyphen "
                                    "at either end", NGX_SCIM_NAME_MAX);
    }

    if (ngx_http_scim_admin_reserved(&tenant->id)) {
        return ngx_http_scim_refuse(ctx, NGX_HTTP_BAD_REQUEST, NULL,
                                    "\"id\" is a reserved word");
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_scim_admin_reserved(ngx_str_t *id)
{
    const char *const  *name;

    for (name = ngx_http_scim_reserved_names; *name; name++) {
        if (ngx_http_scim_is(id, *name)) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_scim_admin_tenant_created(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_tenant_t   *tenant;
    ngx_scim_written_t   written;

    tenant = ctx->state;
    ngx_scim_tenant_create_reply(ctx->batch, &written);

    if (written.outcome != NGX_SCIM_OK) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_CONFLICT, NULL,
                                  "there is a tenant with this id already");
    }

    tenant->created = written.created;

    return ngx_http_scim_send_json(ctx, NGX_HTTP_CREATED,
               ngx_http_scim_own(ctx,
                                 ngx_http_scim_admin_tenant_json(tenant)));
}


static ngx_int_t
ngx_http_scim_admin_tenant_list(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_tenant_names(ctx->batch) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenants_named);
}


/* the names are there; now each tenant's record, in one batch */

static ngx_int_t
ngx_http_scim_admin_tenants_named(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t          name, *id;
    ngx_array_t       *ids;
    ngx_scim_page_t    page;
    ngx_scim_scope_t   scope;

    ngx_scim_tenant_names_reply(ctx->batch, &page);

    ids = ngx_array_create(ctx->pool, 16, sizeof(ngx_str_t));

    if (ids == NULL || ngx_http_scim_batch(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    ctx->state = ids;

    /* a copy: the log shows ctx's tenant, when the replies have been freed */

    scope = ctx->scope;

    while (ngx_scim_tenant_names_next(&page, &name) == NGX_OK) {
        scope.tenant = name;

        if (ngx_scim_tenant_read(ctx->batch, &scope) != NGX_OK) {
            return ngx_http_scim_fail_memory(ctx);
        }

        id = ngx_array_push(ids);
        if (id == NULL) {
            return ngx_http_scim_fail_memory(ctx);
        }

        *id = name;
    }

    if (ids->nelts == 0) {
        return ngx_http_scim_admin_tenants_shown(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenants_shown);
}


static ngx_int_t
ngx_http_scim_admin_tenants_shown(ngx_http_scim_ctx_t *ctx)
{
    json_t             *results;
    ngx_str_t          *id;
    ngx_uint_t          i;
    ngx_array_t        *ids;
    ngx_scim_tenant_t   tenant;

    ids = ctx->state;
    id = ids->elts;

    results = ngx_http_scim_own(ctx, json_array());

    for (i = 0; results && i < ids->nelts; i++) {
        tenant.id = id[i];

        /* a name that has no tenant: its creation was never finished */

        if (ngx_scim_tenant_read_reply(ctx->batch, &tenant) != NGX_OK) {
            continue;
        }

        if (json_array_append_new(results,
                                  ngx_http_scim_admin_tenant_json(&tenant))
            != 0)
        {
            return ngx_http_scim_fail_memory(ctx);
        }
    }

    return ngx_http_scim_admin_send_results(ctx, results);
}


static ngx_int_t
ngx_http_scim_admin_tenant_read(ngx_http_scim_ctx_t *ctx)
{
    if (ngx_http_scim_batch(ctx) != NGX_OK
        || ngx_scim_tenant_read(ctx->batch, &ctx->scope) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_admin_tenant_shown);
}


static ngx_int_t
ngx_http_scim_admin_tenant_shown(ngx_http_scim_ctx_t *ctx)
{
    ngx_scim_tenant_t  tenant;

    tenant.id = ctx->scope.tenant;

    if (ngx_scim_tenant_read_reply(ctx->batch, &tenant) != NGX_OK) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_FOUND, NULL,
                                  "there is no such tenant");
    }

    return ngx_http_scim_send_json(ctx, NGX_HTTP_OK,
               ngx_http_scim_own(ctx,
                                 ngx_http_scim_admin_tenant_json(&tenant)));
}


static json_t *
ngx_http_scim_admin_tenant_json(ngx_scim_tenant_t *tenant)
{
    u_char  created[NGX_HTTP_SCIM_TIME_LEN];

    (void) ngx_http_scim_time(created, tenant->created);

    return json_pack("{s:s%, s:s%, s:s%}",
                     "id", tenant->id.data, tenant->id.len,
                     "name", tenant->name.data, tenant->name.len,
                     "created", created, sizeof(created));
}
