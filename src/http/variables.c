/*
 * Variables for logs, limits and upstream headers.
 */

#include "ngx_http_scim.h"


static ngx_int_t ngx_http_scim_variable_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_operation(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_error(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_redis_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_http_variable_t  ngx_http_scim_variables[] = {

    { ngx_string("scim_tenant"), NULL, ngx_http_scim_variable_text,
      offsetof(ngx_http_scim_ctx_t, scope.tenant),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_integration"), NULL, ngx_http_scim_variable_text,
      offsetof(ngx_http_scim_ctx_t, integration),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_resource_id"), NULL, ngx_http_scim_variable_text,
      offsetof(ngx_http_scim_ctx_t, id), NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_plan"), NULL, ngx_http_scim_variable_text,
      offsetof(ngx_http_scim_ctx_t, plan), NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_operation"), NULL, ngx_http_scim_variable_operation,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_error"), NULL, ngx_http_scim_variable_error,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_redis_time"), NULL, ngx_http_scim_variable_redis_time,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_scim_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_scim_variables; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_variable(ngx_http_variable_value_t *v, u_char *data, size_t len)
{
    if (len == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = data;
    v->len = (unsigned) len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scim_variable_text(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t            *text;
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    text = (ngx_str_t *) ((char *) ctx + data);

    return ngx_http_scim_variable(v, text->data, text->len);
}


static ngx_int_t
ngx_http_scim_variable_operation(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const ngx_str_t      *name;
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    name = &ctx->operation->name;

    return ngx_http_scim_variable(v, name->data, name->len);
}


/* the detail of the error that was answered; it never holds a value of the
   request (scim/scim.h) */

static ngx_int_t
ngx_http_scim_variable_error(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL || ctx->error.status == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    return ngx_http_scim_variable(v, (u_char *) ctx->error.detail,
                                  ngx_strlen(ctx->error.detail));
}


/* seconds, with milliseconds, as $request_time */

static ngx_int_t
ngx_http_scim_variable_redis_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char               *p;
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (p == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_scim_variable(v, p,
               ngx_sprintf(p, "%T.%03M", (time_t) ctx->redis_time / 1000,
                           ctx->redis_time % 1000)
               - p);
}
