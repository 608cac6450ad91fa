/*
 * The management API of effective permissions: what a user may do, and why.
 */

#include "admin.h"


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_user[] = {
    { "id", "id", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL },
    { "userName", "userName", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL },
    { "active", "active", NGX_HTTP_SCIM_ADMIN_BOOLEAN, 0, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_group[] = {
    { "id", "id", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL },
    { "display", "display", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL },
    { "direct", "direct", NGX_HTTP_SCIM_ADMIN_BOOLEAN, 0, 0, 0, NULL, NULL },
    { "via", "via", NGX_HTTP_SCIM_ADMIN_TEXTS, 0, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_role[] = {
    { "role", "role", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL },
    { "origin", "origin", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL },
    { "source", "source", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL },
    { "group", "group", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_access_group },
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "permissions", "permissions", NGX_HTTP_SCIM_ADMIN_PERMISSIONS, 0, 0, 0,
      NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_permissions[] =
{
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "permissions", "permissions", NGX_HTTP_SCIM_ADMIN_PERMISSIONS, 0, 0, 0,
      NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_answer[] = {
    { "user", "user", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_access_user },
    { "groups", "groups", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_access_group },
    { "roles", "roles", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_access_role },
    { "permissions", "permissions", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0,
      NULL, ngx_http_scim_access_permissions },
    { "truncated", "truncated", NGX_HTTP_SCIM_ADMIN_BOOLEAN, 0, 0, 0, NULL,
      NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_check_query[] = {
    { "user", "user", NGX_HTTP_SCIM_ADMIN_ID, NGX_HTTP_SCIM_ADMIN_REQUIRED, 0,
      0, NULL, NULL },
    { "permission", "permission", NGX_HTTP_SCIM_ADMIN_UPPER,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    { "action", "action", NGX_HTTP_SCIM_ADMIN_UPPER,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_NAMESPACE, 0, 0, 0, NULL,
      NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_check_answer[] = {
    { "allowed", "allowed", NGX_HTTP_SCIM_ADMIN_BOOLEAN, 0, 0, 0, NULL, NULL },
    { "reason", "reason", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 0, 0, NULL, NULL },
    { "role", "role", NGX_HTTP_SCIM_ADMIN_TEXT, NGX_HTTP_SCIM_ADMIN_NULLABLE,
      0, 0, NULL, NULL },
    { "binding", "binding", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "rule", "rule", NGX_HTTP_SCIM_ADMIN_TEXT, NGX_HTTP_SCIM_ADMIN_NULLABLE,
      0, 0, NULL, NULL },
    { "group", "group", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_access_group },
    { "via", "via", NGX_HTTP_SCIM_ADMIN_TEXTS, 0, 0, 0, NULL, NULL },
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "missing", "missing", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "truncated", "truncated", NGX_HTTP_SCIM_ADMIN_BOOLEAN, 0, 0, 0, NULL,
      NULL },
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_access_routes[] = {

    { "{tenant}/tenant-access/{user}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "access.read", "USER:READ",
                             ngx_http_scim_admin_call, 0),
      "tenant_access", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_access_answer, 0 },

    { "{tenant}/check",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "access.check", "USER:READ",
                             ngx_http_scim_admin_call, 0),
      "access_check", NGX_HTTP_OK,
      ngx_http_scim_check_query, NULL, ngx_http_scim_check_answer, 0 },

    ngx_http_scim_admin_route_end
};
