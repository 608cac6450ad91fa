/*
 * The management API of bindings: who has which role where.
 */

#include "admin.h"


#define NGX_HTTP_SCIM_BINDINGS_MAX  100         /* that one request creates */


static ngx_int_t ngx_http_scim_admin_binding_create_all(
    ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_binding_ids(ngx_http_scim_ctx_t *ctx);


static const ngx_http_scim_admin_field_t  ngx_http_scim_binding_query[] = {
    ngx_http_scim_admin_field("role", "role", ROLE),
    ngx_http_scim_admin_field("subject", "subject", ID),
    { "subjectType", "subject_type", NGX_HTTP_SCIM_ADMIN_CONSTANT, 0, 0, 0,
      NGX_HTTP_SCIM_ADMIN_SUBJECT_TYPES, NULL },
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_NAMESPACE,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_page_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_binding_subject[] = {
    { "type", "subject_type", NGX_HTTP_SCIM_ADMIN_CONSTANT,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NGX_HTTP_SCIM_ADMIN_SUBJECT_TYPES,
      NULL },
    { "id", "subject", NGX_HTTP_SCIM_ADMIN_ID, NGX_HTTP_SCIM_ADMIN_REQUIRED,
      0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_binding_creation[] = {
    { "role", "role", NGX_HTTP_SCIM_ADMIN_ROLE, NGX_HTTP_SCIM_ADMIN_REQUIRED,
      0, 0, NULL, NULL },
    { "subject", "subject", NGX_HTTP_SCIM_ADMIN_RECORD,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, NULL,
      ngx_http_scim_binding_subject },
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_NAMESPACE,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_bindings_creation[] = {
    { "bindings", "bindings", NGX_HTTP_SCIM_ADMIN_RECORDS,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, NGX_HTTP_SCIM_BINDINGS_MAX, 0, NULL,
      ngx_http_scim_binding_creation },
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_binding_shown[] = {
    ngx_http_scim_admin_field("type", "type", CONSTANT),
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("display", "display", TEXT),
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_field_t  ngx_http_scim_admin_binding_answer[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("role", "role", TEXT),
    { "subject", "subject", NGX_HTTP_SCIM_ADMIN_RECORD, 0, 0, 0, NULL,
      ngx_http_scim_binding_shown },
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("created", "created", TIME),
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_bindings_answer[] = {
    { "results", "results", NGX_HTTP_SCIM_ADMIN_RECORDS, 0, 0, 0, NULL,
      ngx_http_scim_admin_binding_answer },
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_binding_routes[] = {

    { "{tenant}/bindings",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "bindings.list", "BINDING:READ",
                             ngx_http_scim_admin_call, 0),
      "binding_list", NGX_HTTP_OK,
      ngx_http_scim_binding_query, NULL, ngx_http_scim_admin_binding_answer,
      1 },

    { "{tenant}/bindings",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "bindings.create",
                             "BINDING:CREATE",
                             ngx_http_scim_admin_create, 1),
      "binding_create", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_binding_creation,
      ngx_http_scim_admin_binding_answer, 0 },

    { "{tenant}/bindings/bulk",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "bindings.create_all",
                             "BINDING:CREATE",
                             ngx_http_scim_admin_binding_create_all, 1),
      "binding_create_all", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_bindings_creation, ngx_http_scim_bindings_answer,
      0 },

    { "{tenant}/bindings/{binding}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "bindings.read", "BINDING:READ",
                             ngx_http_scim_admin_call, 0),
      "binding_read", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_admin_binding_answer, 0 },

    { "{tenant}/bindings/{binding}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "bindings.delete",
                             "BINDING:DELETE", ngx_http_scim_admin_call, 0),
      "binding_delete", NGX_HTTP_NO_CONTENT, NULL, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_binding_create_all(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_binding_ids(ctx);
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_ask(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}


/* a list of as many as there are bindings in the body */

static ngx_int_t
ngx_http_scim_admin_binding_ids(ngx_http_scim_ctx_t *ctx)
{
    size_t     i, n;
    ngx_str_t  list;

    ngx_str_set(&list, "ids");
    n = json_array_size(json_object_get(ctx->message, "bindings"));

    for (i = 0; i < n; i++) {

        if (ngx_http_scim_admin_set(ctx, "+", &list) != NGX_OK
            || ngx_http_scim_admin_set_id(ctx, "id") != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_scim_admin_set(ctx, "-", &list);
}
