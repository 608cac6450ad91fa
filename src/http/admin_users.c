/*
 * The management API of a tenant's users: what an identity provider said of
 * them, to be looked at.
 */

#include "admin.h"


static const ngx_http_scim_admin_field_t  ngx_http_scim_user_query[] = {
    ngx_http_scim_admin_field("active", "active", BOOLEAN),
    ngx_http_scim_admin_field("group", "group", ID),
    ngx_http_scim_admin_search_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_user_update[] = {
    { "active", "active", NGX_HTTP_SCIM_ADMIN_BOOLEAN,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


/* the integration that created it */

const ngx_http_scim_admin_field_t  ngx_http_scim_admin_owner_fields[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("name", "name", TEXT),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_user_group[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("display", "display", TEXT),
    ngx_http_scim_admin_field("direct", "direct", BOOLEAN),
    ngx_http_scim_admin_field("via", "via", TEXTS),
    ngx_http_scim_admin_field_end
};


#define ngx_http_scim_user_fields                                             \
    ngx_http_scim_admin_field("id", "id", TEXT),                              \
    ngx_http_scim_admin_field("userName", "userName", TEXT),                  \
    { "displayName", "displayName", NGX_HTTP_SCIM_ADMIN_TEXT,                 \
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },                       \
    { "email", "email", NGX_HTTP_SCIM_ADMIN_TEXT,                             \
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },                       \
    { "externalId", "externalId", NGX_HTTP_SCIM_ADMIN_TEXT,                   \
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },                       \
    ngx_http_scim_admin_field("active", "active", BOOLEAN),                   \
    ngx_http_scim_admin_owned_fields


static const ngx_http_scim_admin_field_t  ngx_http_scim_user_shown[] = {
    ngx_http_scim_user_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_user_answer[] = {
    ngx_http_scim_user_fields,
    ngx_http_scim_admin_field("attributes", "attributes", JSON),
    { "groups", "groups", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_user_group },
    { "bindings", "bindings", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_admin_binding_answer },
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_user_routes[] = {

    { "{tenant}/users",
      ngx_http_scim_admin_kind_op(NGX_HTTP_GET, "users.list", "USER:READ",
                                  NGX_SCIM_USERS,
                                  ngx_http_scim_admin_search, 0),
      "users_shown", NGX_HTTP_OK,
      ngx_http_scim_user_query, NULL, ngx_http_scim_user_shown, 1 },

    { "{tenant}/users/{user}",
      ngx_http_scim_admin_kind_op(NGX_HTTP_GET, "users.read", "USER:READ",
                                  NGX_SCIM_USERS, ngx_http_scim_admin_show,
                                  0),
      "user_shown", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_user_answer, 0 },

    { "{tenant}/users/{user}",
      ngx_http_scim_admin_kind_op(NGX_HTTP_PATCH, "users.update",
                                  "USER:UPDATE", NGX_SCIM_USERS,
                                  ngx_http_scim_admin_user_update, 1),
      "user_shown", NGX_HTTP_OK,
      ngx_http_scim_admin_force, ngx_http_scim_user_update,
      ngx_http_scim_user_answer, 0 },

    { "{tenant}/users/{user}",
      ngx_http_scim_admin_kind_op(NGX_HTTP_DELETE, "users.delete",
                                  "USER:DELETE", NGX_SCIM_USERS,
                                  ngx_http_scim_admin_user_remove, 0),
      NULL, NGX_HTTP_NO_CONTENT, ngx_http_scim_admin_force, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};
