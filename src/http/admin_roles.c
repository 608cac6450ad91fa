/*
 * The management API of roles.
 */

#include "admin.h"


static const ngx_http_scim_admin_field_t  ngx_http_scim_role_query[] = {
    ngx_http_scim_admin_text_field,
    ngx_http_scim_admin_page_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_role_creation[] = {
    { "name", "name", NGX_HTTP_SCIM_ADMIN_ROLE,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    { "description", "description", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_DESCRIPTION_MAX, 0, NULL, NULL },
    { "permissions", "permissions", NGX_HTTP_SCIM_ADMIN_PERMISSIONS,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_role_update[] = {
    { "description", "description", NGX_HTTP_SCIM_ADMIN_TEXT, 0,
      NGX_HTTP_SCIM_DESCRIPTION_MAX, 0, NULL, NULL },
    ngx_http_scim_admin_field("permissions", "permissions", PERMISSIONS),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_role_answer[] = {
    ngx_http_scim_admin_field("name", "name", TEXT),
    ngx_http_scim_admin_field("description", "description", TEXT),
    ngx_http_scim_admin_field("permissions", "permissions", PERMISSIONS),
    ngx_http_scim_admin_field("managed", "managed", BOOLEAN),
    ngx_http_scim_admin_field("created", "created", TIME),
    ngx_http_scim_admin_field("modified", "modified", TIME),
    ngx_http_scim_admin_field("version", "version", TEXT),
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_role_routes[] = {

    { "{tenant}/roles",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "roles.list", "ROLE:READ",
                             ngx_http_scim_admin_call, 0),
      "role_list", NGX_HTTP_OK,
      ngx_http_scim_role_query, NULL, ngx_http_scim_role_answer, 1 },

    { "{tenant}/roles",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "roles.create", "ROLE:CREATE",
                             ngx_http_scim_admin_call, 1),
      "role_create", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_role_creation, ngx_http_scim_role_answer, 0 },

    { "{tenant}/roles/{role}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "roles.read", "ROLE:READ",
                             ngx_http_scim_admin_call, 0),
      "role_read", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_role_answer, 0 },

    { "{tenant}/roles/{role}",
      ngx_http_scim_admin_op(NGX_HTTP_PATCH, "roles.update", "ROLE:UPDATE",
                             ngx_http_scim_admin_call, 1),
      "role_update", NGX_HTTP_OK,
      NULL, ngx_http_scim_role_update, ngx_http_scim_role_answer, 0 },

    { "{tenant}/roles/{role}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "roles.delete", "ROLE:DELETE",
                             ngx_http_scim_admin_call, 0),
      "role_delete", NGX_HTTP_NO_CONTENT, NULL, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};
