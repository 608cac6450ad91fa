/*
 * The management API of a tenant's groups, and who is in them.
 */

#include "admin.h"


static const ngx_http_scim_admin_field_t  ngx_http_scim_group_query[] = {
    ngx_http_scim_admin_search_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_member_query[] = {
    ngx_http_scim_admin_page_fields,
    ngx_http_scim_admin_field_end
};


#define ngx_http_scim_group_fields                                            \
    ngx_http_scim_admin_field("id", "id", TEXT),                              \
    ngx_http_scim_admin_field("displayName", "displayName", TEXT),            \
    { "externalId", "externalId", NGX_HTTP_SCIM_ADMIN_TEXT,                   \
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },                       \
    ngx_http_scim_admin_field("memberCount", "memberCount", NUMBER),          \
    ngx_http_scim_admin_owned_fields


static const ngx_http_scim_admin_field_t  ngx_http_scim_group_shown[] = {
    ngx_http_scim_group_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_group_answer[] = {
    ngx_http_scim_group_fields,
    ngx_http_scim_admin_field("attributes", "attributes", JSON),
    { "bindings", "bindings", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_admin_binding_answer },
    { "rules", "rules", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_admin_rule_answer },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_member_answer[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("type", "type", CONSTANT),
    ngx_http_scim_admin_field("display", "display", TEXT),
    ngx_http_scim_admin_field("userName", "userName", TEXT),
    ngx_http_scim_admin_field("active", "active", BOOLEAN),
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_group_routes[] = {

    { "{tenant}/groups",
      ngx_http_scim_admin_kind_op(NGX_HTTP_GET, "groups.list", "GROUP:READ",
                                  NGX_SCIM_GROUPS,
                                  ngx_http_scim_admin_search, 0),
      "groups_shown", NGX_HTTP_OK,
      ngx_http_scim_group_query, NULL, ngx_http_scim_group_shown, 1 },

    { "{tenant}/groups/{group}",
      ngx_http_scim_admin_kind_op(NGX_HTTP_GET, "groups.read", "GROUP:READ",
                                  NGX_SCIM_GROUPS, ngx_http_scim_admin_show,
                                  0),
      "group_shown", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_group_answer, 0 },

    { "{tenant}/groups/{group}",
      ngx_http_scim_admin_kind_op(NGX_HTTP_DELETE, "groups.delete",
                                  "GROUP:DELETE", NGX_SCIM_GROUPS,
                                  ngx_http_scim_admin_group_remove, 0),
      NULL, NGX_HTTP_NO_CONTENT, ngx_http_scim_admin_force, NULL, NULL, 0 },

    { "{tenant}/groups/{group}/members",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "groups.members", "GROUP:READ",
                             ngx_http_scim_admin_call, 0),
      "members_shown", NGX_HTTP_OK,
      ngx_http_scim_member_query, NULL, ngx_http_scim_member_answer, 1 },

    ngx_http_scim_admin_route_end
};
