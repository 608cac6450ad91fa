/*
 * The management API of persons: who they are in all tenants, and who is left
 * without any.
 */

#include "admin.h"
#include "resource.h"


static ngx_int_t ngx_http_scim_admin_person_list(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_person_name(ngx_http_scim_ctx_t *ctx);


static const ngx_http_scim_admin_field_t  ngx_http_scim_person_query[] = {
    { "q", "q", NGX_HTTP_SCIM_ADMIN_TEXT, 0, 256, 1, NULL, NULL },
    ngx_http_scim_admin_field("orphaned", "orphaned", BOOLEAN),
    ngx_http_scim_admin_page_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_person_tenant[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("since", "since", TIME),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_person_answer[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    { "userName", "userName", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("created", "created", TIME),
    { "tenants", "tenants", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_person_tenant },
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_person_routes[] = {

    { "users",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "persons.list",
                             NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_person_list, 0),
      "person_list", NGX_HTTP_OK,
      ngx_http_scim_person_query, NULL, ngx_http_scim_person_answer, 1 },

    { "users/{user}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "persons.read",
                             NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_call, 0),
      "person_read", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_person_answer, 0 },

    { "users/{user}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "persons.delete",
                             NGX_HTTP_SCIM_ADMIN_SUPER,
                             ngx_http_scim_admin_call, 0),
      "person_delete", NGX_HTTP_NO_CONTENT, NULL, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_person_list(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_person_name(ctx);
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_ask(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}


/* q as userNames are compared */

static ngx_int_t
ngx_http_scim_admin_person_name(ngx_http_scim_ctx_t *ctx)
{
    char       *prepared;
    ngx_int_t   rc;
    ngx_str_t   q, name;

    q = ngx_http_scim_admin_get(ctx, "q");

    if (q.len == 0) {
        return NGX_OK;
    }

    prepared = scim_resource_index_value(ngx_http_scim_type(ctx,
                                                            NGX_SCIM_USERS),
                                         "userName", (char *) q.data);
    if (prepared == NULL) {
        return NGX_ERROR;
    }

    q.data = (u_char *) prepared;
    q.len = ngx_strlen(prepared);

    name.len = q.len;
    name.data = ngx_pstrdup(ctx->pool, &q);

    rc = name.data ? ngx_http_scim_admin_set(ctx, "name", &name) : NGX_ERROR;
    free(prepared);

    return rc;
}
