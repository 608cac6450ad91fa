/*
 * The management API of service accounts, and who it is that asks.
 */

#include "admin.h"


static ngx_int_t ngx_http_scim_admin_me(ngx_http_scim_ctx_t *ctx);


static const ngx_http_scim_admin_field_t  ngx_http_scim_account_query[] = {
    ngx_http_scim_admin_text_field,
    ngx_http_scim_admin_page_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_account_creation[] = {
    { "name", "name", NGX_HTTP_SCIM_ADMIN_NAME,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    { "description", "description", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_DESCRIPTION_MAX, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_account_update[] = {
    ngx_http_scim_admin_field("name", "name", NAME),
    { "description", "description", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_DESCRIPTION_MAX, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t
    ngx_http_scim_account_integration[] =
{
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("name", "name", TEXT),
    ngx_http_scim_admin_field_end
};


/* "bindings" is shown where one is read by its id */

static const ngx_http_scim_admin_field_t  ngx_http_scim_account_answer[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("name", "name", TEXT),
    ngx_http_scim_admin_field("description", "description", TEXT),
    { "integration", "integration", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_account_integration },
    ngx_http_scim_admin_field("created", "created", TIME),
    ngx_http_scim_admin_field("modified", "modified", TIME),
    ngx_http_scim_admin_field("version", "version", TEXT),
    { "bindings", "bindings", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_admin_binding_answer },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_me_answer[] = {
    ngx_http_scim_admin_field("kind", "kind", CONSTANT),
    { "id", "id", NGX_HTTP_SCIM_ADMIN_TEXT, NGX_HTTP_SCIM_ADMIN_NULLABLE, 0,
      0, NULL, NULL },
    ngx_http_scim_admin_field("name", "name", TEXT),
    ngx_http_scim_admin_field("tenant", "tenant", TEXT),
    ngx_http_scim_admin_field("superadmin", "superadmin", BOOLEAN),
    ngx_http_scim_admin_field("permissions", "permissions", PERMISSIONS),
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_account_routes[] = {

    { "{tenant}/service-accounts",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "service-accounts.list",
                             "SERVICE_ACCOUNT:READ", ngx_http_scim_admin_call,
                             0),
      "account_list", NGX_HTTP_OK,
      ngx_http_scim_account_query, NULL, ngx_http_scim_account_answer, 1 },

    { "{tenant}/service-accounts",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "service-accounts.create",
                             "SERVICE_ACCOUNT:CREATE",
                             ngx_http_scim_admin_create, 1),
      "account_create", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_account_creation, ngx_http_scim_account_answer, 0 },

    { "{tenant}/service-accounts/{account}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "service-accounts.read",
                             "SERVICE_ACCOUNT:READ", ngx_http_scim_admin_call,
                             0),
      "account_show", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_account_answer, 0 },

    { "{tenant}/service-accounts/{account}",
      ngx_http_scim_admin_op(NGX_HTTP_PATCH, "service-accounts.update",
                             "SERVICE_ACCOUNT:UPDATE",
                             ngx_http_scim_admin_call, 1),
      "account_update", NGX_HTTP_OK,
      NULL, ngx_http_scim_account_update, ngx_http_scim_account_answer, 0 },

    { "{tenant}/service-accounts/{account}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "service-accounts.delete",
                             "SERVICE_ACCOUNT:DELETE",
                             ngx_http_scim_admin_call, 0),
      "account_delete", NGX_HTTP_NO_CONTENT, NULL, NULL, NULL, 0 },

    { "{tenant}/me",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "me.read", "",
                             ngx_http_scim_admin_me, 0),
      "me_read", NGX_HTTP_OK, NULL, NULL, ngx_http_scim_me_answer, 0 },

    ngx_http_scim_admin_route_end
};


/* an administrator of all tenants is known by name alone: "admin:NAME" */

static ngx_int_t
ngx_http_scim_admin_me(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t   rc;
    ngx_str_t   name;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK && !ctx->management->super) {
        rc = ngx_http_scim_admin_set(ctx, "account",
                                     &ctx->management->account.id);

    } else if (rc == NGX_OK) {
        name = ctx->scope.actor;
        name.data += sizeof("admin:") - 1;
        name.len -= sizeof("admin:") - 1;

        rc = ngx_http_scim_admin_set(ctx, "name", &name);
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_ask(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}
