/*
 * The management API of secret tokens: those of integrations, and those of
 * service accounts.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_OVERLAP_MAX      2592000        /* seconds */
#define NGX_HTTP_SCIM_OVERLAP_DEFAULT  "86400"


static ngx_int_t ngx_http_scim_admin_token_create(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_token_rotate(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_token_place(ngx_http_scim_ctx_t *ctx);


static const ngx_http_scim_admin_field_t  ngx_http_scim_token_query[] = {
    ngx_http_scim_admin_page_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_token_creation[] = {
    { "expires", "expires", NGX_HTTP_SCIM_ADMIN_TIME,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_token_rotation[] = {
    { "overlap", "overlap", NGX_HTTP_SCIM_ADMIN_NUMBER, 0,
      NGX_HTTP_SCIM_OVERLAP_MAX, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_token_answer[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("prefix", "prefix", TEXT),
    ngx_http_scim_admin_field("created", "created", TIME),
    ngx_http_scim_admin_field("expires", "expires", TIME),
    ngx_http_scim_admin_field("lastUsed", "last_used", TIME),
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_token_routes[] = {

    { "{tenant}/integrations/{integration}/rotate",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.rotate",
                             "INTEGRATION:UPDATE",
                             ngx_http_scim_admin_token_rotate, 1),
      "token_rotate", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_token_rotation, ngx_http_scim_token_answer, 0 },

    { "{tenant}/integrations/{integration}/tokens",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "tokens.list", "INTEGRATION:READ",
                             ngx_http_scim_admin_call, 0),
      "token_list", NGX_HTTP_OK,
      ngx_http_scim_token_query, NULL, ngx_http_scim_token_answer, 1 },

    { "{tenant}/integrations/{integration}/tokens",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "tokens.create",
                             "INTEGRATION:UPDATE",
                             ngx_http_scim_admin_token_create, 1),
      "token_create", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_token_creation, ngx_http_scim_token_answer, 0 },

    { "{tenant}/integrations/{integration}/tokens/{token}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "tokens.delete",
                             "INTEGRATION:UPDATE", ngx_http_scim_admin_call,
                             0),
      "token_delete", NGX_HTTP_NO_CONTENT, NULL, NULL, NULL, 0 },

    { "{tenant}/service-accounts/{account}/tokens",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "tokens.list",
                             "SERVICE_ACCOUNT:READ", ngx_http_scim_admin_call,
                             0),
      "token_list", NGX_HTTP_OK,
      ngx_http_scim_token_query, NULL, ngx_http_scim_token_answer, 1 },

    { "{tenant}/service-accounts/{account}/tokens",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "tokens.create",
                             "SERVICE_ACCOUNT:UPDATE",
                             ngx_http_scim_admin_token_create, 1),
      "token_create", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_token_creation, ngx_http_scim_token_answer, 0 },

    { "{tenant}/service-accounts/{account}/tokens/{token}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "tokens.delete",
                             "SERVICE_ACCOUNT:UPDATE",
                             ngx_http_scim_admin_call, 0),
      "token_delete", NGX_HTTP_NO_CONTENT, NULL, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_token_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_set_id(ctx, "id");
    }

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_set_secret(ctx);
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_ask(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}


static ngx_int_t
ngx_http_scim_admin_token_rotate(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  overlap;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    ngx_str_set(&overlap, NGX_HTTP_SCIM_OVERLAP_DEFAULT);

    if ((ngx_http_scim_admin_get(ctx, "overlap").data == NULL
         && ngx_http_scim_admin_set(ctx, "overlap", &overlap) != NGX_OK)
        || ngx_http_scim_admin_set_id(ctx, "id") != NGX_OK
        || ngx_http_scim_admin_set_secret(ctx) != NGX_OK
        || ngx_http_scim_admin_token_place(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_admin_ask(ctx);
}


/* the token that ".../rotate" makes is found at ".../tokens/ID" */

static ngx_int_t
ngx_http_scim_admin_token_place(ngx_http_scim_ctx_t *ctx)
{
    u_char     *p;
    ngx_str_t  *id, *place;

    id = &ctx->management->ids[0];
    place = &ctx->management->place;

    p = ngx_pnalloc(ctx->pool, ctx->scope.tenant.len + id->len
                               + sizeof("/api/v1//integrations//tokens"));
    if (p == NULL) {
        return NGX_ERROR;
    }

    place->data = p;
    place->len = ngx_sprintf(p, "/api/v1/%V/integrations/%V/tokens",
                             &ctx->scope.tenant, id)
                 - p;

    return NGX_OK;
}
