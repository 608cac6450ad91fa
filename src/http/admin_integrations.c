/*
 * The management API of integrations.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_TYPE_NAME  "SCIM 2.0"


static ngx_int_t ngx_http_scim_admin_integration_create(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_type(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_integration_delete(
    ngx_http_scim_ctx_t *ctx);


static const ngx_http_scim_admin_field_t  ngx_http_scim_integration_query[] = {
    ngx_http_scim_admin_text_field,
    ngx_http_scim_admin_field("enabled", "enabled", BOOLEAN),
    ngx_http_scim_admin_page_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t
    ngx_http_scim_integration_creation[] =
{
    { "name", "name", NGX_HTTP_SCIM_ADMIN_NAME,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    { "description", "description", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_DESCRIPTION_MAX, 0, NULL, NULL },
    { "type", "asked_type", NGX_HTTP_SCIM_ADMIN_TEXT, 0, NGX_SCIM_NAME_MAX, 0,
      NULL, NULL },
    { "profile", "profile", NGX_HTTP_SCIM_ADMIN_WORD, 0, 0, 0,
      "lenient strict", NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_integration_update[] =
{
    ngx_http_scim_admin_field("name", "name", NAME),
    { "description", "description", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_DESCRIPTION_MAX, 0, NULL, NULL },
    { "profile", "profile", NGX_HTTP_SCIM_ADMIN_WORD, 0, 0, 0,
      "lenient strict", NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t
    ngx_http_scim_integration_deletion[] =
{
    { "provisioned", "provisioned", NGX_HTTP_SCIM_ADMIN_WORD, 0, 0, 0,
      "keep remove", NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t
    ngx_http_scim_integration_account[] =
{
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("name", "name", TEXT),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_integration_answer[] =
{
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("name", "name", TEXT),
    ngx_http_scim_admin_field("description", "description", TEXT),
    ngx_http_scim_admin_field("type", "type", TEXT),
    ngx_http_scim_admin_field("enabled", "enabled", BOOLEAN),
    ngx_http_scim_admin_field("profile", "profile", TEXT),
    ngx_http_scim_admin_field("endpoint", "id", ENDPOINT),
    { "tokenPrefix", "token_prefix", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "serviceAccount", "service_account", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0,
      0, NULL, ngx_http_scim_integration_account },
    ngx_http_scim_admin_field("created", "created", TIME),
    ngx_http_scim_admin_field("modified", "modified", TIME),
    ngx_http_scim_admin_field("lastUsed", "last_used", TIME),
    ngx_http_scim_admin_field("version", "version", TEXT),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_activity_error[] = {
    ngx_http_scim_admin_field("time", "time", TIME),
    ngx_http_scim_admin_field("status", "status", NUMBER),
    ngx_http_scim_admin_field("operation", "operation", TEXT),
    ngx_http_scim_admin_field("detail", "detail", TEXT),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_activity_hour[] = {
    ngx_http_scim_admin_field("hour", "hour", TIME),
    ngx_http_scim_admin_field("requests", "requests", NUMBER),
    ngx_http_scim_admin_field("errors", "errors", NUMBER),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_activity_answer[] = {
    ngx_http_scim_admin_field("lastRequest", "last_request", TIME),
    { "lastError", "last_error", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_activity_error },
    ngx_http_scim_admin_field("lastFullSync", "last_full_sync", TIME),
    ngx_http_scim_admin_field("requests", "requests", NUMBER),
    ngx_http_scim_admin_field("errors", "errors", NUMBER),
    { "hours", "hours", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_activity_hour },
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t
    ngx_http_scim_admin_integration_routes[] =
{

    { "{tenant}/integrations",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "integrations.list",
                             "INTEGRATION:READ", ngx_http_scim_admin_call, 0),
      "integration_list", NGX_HTTP_OK,
      ngx_http_scim_integration_query, NULL,
      ngx_http_scim_integration_answer, 1 },

    { "{tenant}/integrations",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.create",
                             "INTEGRATION:CREATE",
                             ngx_http_scim_admin_integration_create, 1),
      "integration_create", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_integration_creation,
      ngx_http_scim_integration_answer, 0 },

    { "{tenant}/integrations/{integration}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "integrations.read",
                             "INTEGRATION:READ", ngx_http_scim_admin_call, 0),
      "integration_read", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_integration_answer, 0 },

    { "{tenant}/integrations/{integration}",
      ngx_http_scim_admin_op(NGX_HTTP_PATCH, "integrations.update",
                             "INTEGRATION:UPDATE", ngx_http_scim_admin_call,
                             1),
      "integration_update", NGX_HTTP_OK,
      NULL, ngx_http_scim_integration_update,
      ngx_http_scim_integration_answer, 0 },

    { "{tenant}/integrations/{integration}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "integrations.delete",
                             "INTEGRATION:DELETE",
                             ngx_http_scim_admin_integration_delete, 0),
      "integration_delete", NGX_HTTP_NO_CONTENT,
      ngx_http_scim_integration_deletion, NULL, NULL, 0 },

    { "{tenant}/integrations/{integration}/activity",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "integrations.activity",
                             "INTEGRATION:READ", ngx_http_scim_admin_call, 0),
      "activity_read", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_activity_answer, 0 },

    { "{tenant}/integrations/{integration}/enable",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.enable",
                             "INTEGRATION:UPDATE", ngx_http_scim_admin_call,
                             0),
      "integration_enable", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_integration_answer, 0 },

    { "{tenant}/integrations/{integration}/disable",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "integrations.disable",
                             "INTEGRATION:UPDATE", ngx_http_scim_admin_call,
                             0),
      "integration_disable", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_integration_answer, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_integration_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_integration_type(ctx);
    }

    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    if (ngx_http_scim_admin_set_id(ctx, "id") != NGX_OK
        || ngx_http_scim_admin_set_id(ctx, "account") != NGX_OK
        || ngx_http_scim_admin_set_id(ctx, "binding") != NGX_OK
        || ngx_http_scim_admin_set_id(ctx, "token") != NGX_OK
        || ngx_http_scim_admin_set_secret(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_admin_ask(ctx);
}


/* there is one type, which has a short name, too */

static ngx_int_t
ngx_http_scim_admin_integration_type(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t  type, asked;

    asked = ngx_http_scim_admin_get(ctx, "asked_type");

    if (asked.data && !ngx_http_scim_is(&asked, NGX_HTTP_SCIM_TYPE_NAME)
        && !ngx_http_scim_is(&asked, "SCIM"))
    {
        return ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST, "type",
                                          "\"type\" must be \""
                                          NGX_HTTP_SCIM_TYPE_NAME "\"");
    }

    ngx_str_set(&type, NGX_HTTP_SCIM_TYPE_NAME);

    return ngx_http_scim_admin_set(ctx, "type", &type);
}


static ngx_int_t
ngx_http_scim_admin_integration_delete(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;
    ngx_str_t  provisioned;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc != NGX_OK) {
        return ngx_http_scim_refused(ctx, rc);
    }

    provisioned = ngx_http_scim_admin_get(ctx, "provisioned");

    if (provisioned.data == NULL) {
        rc = ngx_http_scim_admin_refuse(ctx, NGX_HTTP_BAD_REQUEST,
                                        "provisioned",
                                        "choose what becomes of the users and "
                                        "groups that it provisioned: "
                                        "provisioned=keep leaves them, "
                                        "provisioned=remove ends the users' "
                                        "access and deletes the groups");

        return ngx_http_scim_refused(ctx, rc);
    }

    return ngx_http_scim_is(&provisioned, "keep")
           ? ngx_http_scim_admin_ask(ctx)
           : ngx_http_scim_admin_delete_all(ctx);
}
