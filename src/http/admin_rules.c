/*
 * The management API of role rules: members of groups that a pattern matches
 * have a role.
 */

#include "admin.h"
#include "scim/names.h"


#define NGX_HTTP_SCIM_PATTERN_MAX  256


static ngx_int_t ngx_http_scim_admin_rule_create(ngx_http_scim_ctx_t *ctx);
static ngx_int_t ngx_http_scim_admin_rule_fold(ngx_http_scim_ctx_t *ctx);


static const ngx_http_scim_admin_field_t  ngx_http_scim_rule_query[] = {
    ngx_http_scim_admin_page_fields,
    ngx_http_scim_admin_field_end
};


static const ngx_http_scim_admin_field_t  ngx_http_scim_rule_creation[] = {
    { "attribute", "attribute", NGX_HTTP_SCIM_ADMIN_WORD,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, 0, 0, "displayName externalId", NULL },
    { "pattern", "pattern", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_REQUIRED, NGX_HTTP_SCIM_PATTERN_MAX, 1, NULL,
      NULL },
    { "role", "role", NGX_HTTP_SCIM_ADMIN_ROLE, NGX_HTTP_SCIM_ADMIN_REQUIRED,
      0, 0, NULL, NULL },
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_NAMESPACE,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_field_t  ngx_http_scim_admin_rule_answer[] = {
    ngx_http_scim_admin_field("id", "id", TEXT),
    ngx_http_scim_admin_field("attribute", "attribute", TEXT),
    ngx_http_scim_admin_field("pattern", "pattern", TEXT),
    ngx_http_scim_admin_field("role", "role", TEXT),
    { "namespace", "namespace", NGX_HTTP_SCIM_ADMIN_TEXT,
      NGX_HTTP_SCIM_ADMIN_NULLABLE, 0, 0, NULL, NULL },
    ngx_http_scim_admin_field("created", "created", TIME),
    ngx_http_scim_admin_field_end
};


const ngx_http_scim_admin_route_t  ngx_http_scim_admin_rule_routes[] = {

    { "{tenant}/role-rules",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "rules.list", "BINDING:READ",
                             ngx_http_scim_admin_call, 0),
      "rule_list", NGX_HTTP_OK,
      ngx_http_scim_rule_query, NULL, ngx_http_scim_admin_rule_answer, 1 },

    { "{tenant}/role-rules",
      ngx_http_scim_admin_op(NGX_HTTP_POST, "rules.create", "BINDING:CREATE",
                             ngx_http_scim_admin_rule_create, 1),
      "rule_create", NGX_HTTP_CREATED,
      NULL, ngx_http_scim_rule_creation, ngx_http_scim_admin_rule_answer, 0 },

    { "{tenant}/role-rules/{rule}",
      ngx_http_scim_admin_op(NGX_HTTP_GET, "rules.read", "BINDING:READ",
                             ngx_http_scim_admin_call, 0),
      "rule_read", NGX_HTTP_OK,
      NULL, NULL, ngx_http_scim_admin_rule_answer, 0 },

    { "{tenant}/role-rules/{rule}",
      ngx_http_scim_admin_op(NGX_HTTP_DELETE, "rules.delete",
                             "BINDING:DELETE", ngx_http_scim_admin_call, 0),
      "rule_delete", NGX_HTTP_NO_CONTENT, NULL, NULL, NULL, 0 },

    ngx_http_scim_admin_route_end
};


static ngx_int_t
ngx_http_scim_admin_rule_create(ngx_http_scim_ctx_t *ctx)
{
    ngx_int_t  rc;

    rc = ngx_http_scim_admin_gather(ctx);

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_rule_fold(ctx);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_scim_admin_set_id(ctx, "id");
    }

    return (rc == NGX_OK) ? ngx_http_scim_admin_ask(ctx)
                          : ngx_http_scim_refused(ctx, rc);
}


/*
 * The pattern as that is which it is compared with: a displayName is prepared,
 * of an externalId only ASCII's letters have no case.
 */

static ngx_int_t
ngx_http_scim_admin_rule_fold(ngx_http_scim_ctx_t *ctx)
{
    char       *prepared;
    ngx_str_t   pattern, attribute, folded;

    pattern = ngx_http_scim_admin_get(ctx, "pattern");
    attribute = ngx_http_scim_admin_get(ctx, "attribute");

    if (ngx_http_scim_is(&attribute, "externalId")) {
        folded.data = ngx_pnalloc(ctx->pool, pattern.len);

        if (folded.data == NULL) {
            return NGX_ERROR;
        }

        ngx_strlow(folded.data, pattern.data, pattern.len);
        folded.len = pattern.len;

        return ngx_http_scim_admin_set(ctx, "folded", &folded);
    }

    prepared = scim_names_prepare((char *) pattern.data, pattern.len,
                                  &folded.len);
    if (prepared == NULL) {
        return NGX_ERROR;
    }

    folded.data = ngx_pnalloc(ctx->pool, folded.len);

    if (folded.data) {
        ngx_memcpy(folded.data, prepared, folded.len);
    }

    free(prepared);

    return folded.data ? ngx_http_scim_admin_set(ctx, "folded", &folded)
                       : NGX_ERROR;
}
