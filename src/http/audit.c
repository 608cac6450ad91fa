/*
 * What a write changes, for the audit trail: the names of attributes, and the
 * values of those that the operator allows. It must not know how it is kept.
 */

#include "resource.h"
#include "directives.h"


#define NGX_HTTP_SCIM_CHANGED_MAX  4096          /* bytes of names, of values */


static ngx_int_t ngx_http_scim_audit_names(ngx_http_scim_ctx_t *ctx,
    json_t *names);
static ngx_int_t ngx_http_scim_audit_values(ngx_http_scim_ctx_t *ctx,
    json_t *values);


ngx_int_t
ngx_http_scim_audit_changes(ngx_http_scim_ctx_t *ctx, json_t *before,
    json_t *after)
{
    json_t     *names, *values;
    ngx_int_t   rc;

    names = json_array();
    values = json_object();

    rc = (names && values
          && scim_changes(before, after, ctx->main_conf->audit_values, names,
                          values)
             == 0)
         ? NGX_OK : NGX_ERROR;

    if (rc == NGX_OK) {
        rc = ngx_http_scim_audit_names(ctx, before ? names : NULL);
    }

    if (rc == NGX_OK) {
        rc = ngx_http_scim_audit_values(ctx, values);
    }

    json_decref(names);
    json_decref(values);

    return rc;
}


ngx_int_t
ngx_http_scim_audit_created(ngx_http_scim_ctx_t *ctx, json_t *document)
{
    return ctx->main_conf->audit_values
           ? ngx_http_scim_audit_changes(ctx, NULL, document) : NGX_OK;
}


ngx_int_t
ngx_http_scim_audit_members(ngx_http_scim_ctx_t *ctx, json_t *message)
{
    json_t      *names, *value;
    ngx_int_t    rc;
    const char  *key;

    names = json_array();

    json_object_foreach(message, key, value) {
        if (names && json_array_append_new(names, json_string(key)) != 0) {
            json_decref(names);
            names = NULL;
        }
    }

    rc = names ? ngx_http_scim_audit_names(ctx, names) : NGX_ERROR;
    json_decref(names);

    return rc;
}


/*
 * With single spaces. What no schema knows may have any name, and is left out
 * if that is not one to be read in such a list. NULL: none.
 */

static ngx_int_t
ngx_http_scim_audit_names(ngx_http_scim_ctx_t *ctx, json_t *names)
{
    u_char      *p, *start;
    size_t       i, j, len;
    json_t      *json;
    const char  *name;

    start = ngx_pnalloc(ctx->pool, NGX_HTTP_SCIM_CHANGED_MAX);
    if (start == NULL) {
        return NGX_ERROR;
    }

    p = start;

    json_array_foreach(names, i, json) {
        name = json_string_value(json);
        len = json_string_length(json);

        for (j = 0; j < len; j++) {
            if ((u_char) name[j] <= ' ' || (u_char) name[j] >= 0x7f) {
                break;
            }
        }

        if (len == 0 || j < len
            || len + 1 > (size_t) (start + NGX_HTTP_SCIM_CHANGED_MAX - p))
        {
            continue;
        }

        if (p != start) {
            *p++ = ' ';
        }

        p = ngx_cpymem(p, name, len);
    }

    ctx->scope.changed.data = start;
    ctx->scope.changed.len = p - start;

    return NGX_OK;
}


/* too many are none: an entry is no copy of what it is about */

static ngx_int_t
ngx_http_scim_audit_values(ngx_http_scim_ctx_t *ctx, json_t *values)
{
    ngx_str_null(&ctx->scope.values);

    if (json_object_size(values) == 0) {
        return NGX_OK;
    }

    if (ngx_http_scim_document_text(ctx, values, &ctx->scope.values)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ctx->scope.values.len > NGX_HTTP_SCIM_CHANGED_MAX) {
        ngx_str_null(&ctx->scope.values);
    }

    return NGX_OK;
}


char *
ngx_http_scim_audit_values_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_scim_main_conf_t  *mcf = conf;

    ngx_str_t    *value;
    ngx_uint_t    i, n;
    const char  **names;

    if (mcf->audit_values) {
        return "is duplicate";
    }

    value = cf->args->elts;
    n = cf->args->nelts - 1;

    names = ngx_pcalloc(cf->pool, (n + 1) * sizeof(char *));
    if (names == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (ngx_strcasecmp(value[i + 1].data, (u_char *) "password") == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"password\" is not kept anywhere, and not in "
                               "the audit trail");
            return NGX_CONF_ERROR;
        }

        names[i] = (char *) value[i + 1].data;
    }

    mcf->audit_values = names;

    return NGX_CONF_OK;
}
