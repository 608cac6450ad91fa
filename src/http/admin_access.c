/*
 * The management API of effective permissions: what a user may do, and why.
 */

#include "admin.h"


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_user[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("userName", "userName", TEXT),
    ngx_http_scim_admin_field("active", "active", BOOLEAN),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_group[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("display", "display", TEXT),
    ngx_http_scim_admin_field("direct", "direct", BOOLEAN),
    ngx_http_scim_admin_field("via", "via", TEXTS),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_role[] = {
    ngx_http_scim_admin_field("role", "role", TEXT),
    ngx_http_scim_admin_field("origin", "origin", TEXT),
    ngx_http_scim_admin_field("source", "source", TEXT),
    { "group", "group", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_access_group },
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("permissions", "permissions", PERMISSIONS),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_access_permissions[] =
{
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("permissions", "permissions", PERMISSIONS),
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
    ngx_http_scim_admin_field("truncated", "truncated", BOOLEAN),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_check_query[] = {
    { "user", "user", NGX_HTTP_SCIM_ADMIN_ID, NGX_HTTP_SCIM_ADMIN_REQUIRED, 0,
      0, NULL, NULL },
    { "permission", "permission", NGX_HTTP_SCIM_ADMIN_UPPER,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    { "action", "action", NGX_HTTP_SCIM_ADMIN_UPPER,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("namespace", "namespace", NAMESPACE),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_check_answer[] = {
    ngx_http_scim_admin_field("allowed", "allowed", BOOLEAN),
    ngx_http_scim_admin_field("reason", "reason", TEXT),
    { "role", "role", NGX_HTTP_SCIM_ADMIN_TEXT, NGX_HTTP_SCIM_ADMIN_NULLABLE,
      0, 0, NULL, NULL },
    { "binding", "binding", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "rule", "rule", NGX_HTTP_SCIM_ADMIN_TEXT, NGX_HTTP_SCIM_ADMIN_NULLABLE,
      0, 0, NULL, NULL },
    { "group", "group", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_access_group },
    ngx_http_scim_admin_field("via", "via", TEXTS),
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    { "missing", "missing", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("truncated", "truncated", BOOLEAN),
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
