/*
 * Variables for logs, limits and upstream headers.
 */

#include "access.h"


typedef enum {
    NGX_HTTP_SCIM_VARIABLE_TENANT = 0,
    NGX_HTTP_SCIM_VARIABLE_INTEGRATION
} ngx_http_scim_variable_name_e;


static ngx_int_t ngx_http_scim_variable_name(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_resource_id(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_uint_t ngx_http_scim_variable_is_word(const ngx_str_t *text);
static ngx_int_t ngx_http_scim_variable_accepted(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_profile(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_plan(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_operation(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_reason(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_error_type(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_error(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_redis_time(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_scim_variable_cached(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


static ngx_http_variable_t  ngx_http_scim_variables[] = {

    { ngx_string("scim_tenant"), NULL, ngx_http_scim_variable_name,
      NGX_HTTP_SCIM_VARIABLE_TENANT, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_integration"), NULL, ngx_http_scim_variable_name,
      NGX_HTTP_SCIM_VARIABLE_INTEGRATION, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_actor"), NULL, ngx_http_scim_variable_accepted,
      offsetof(ngx_http_scim_ctx_t, scope.actor),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_token_prefix"), NULL, ngx_http_scim_variable_accepted,
      offsetof(ngx_http_scim_ctx_t, scope.token),
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_profile"), NULL, ngx_http_scim_variable_profile,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_operation"), NULL, ngx_http_scim_variable_operation,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_resource_id"), NULL,
      ngx_http_scim_variable_resource_id, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_plan"), NULL, ngx_http_scim_variable_plan,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_reason"), NULL, ngx_http_scim_variable_reason,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_error_type"), NULL, ngx_http_scim_variable_error_type,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_error"), NULL, ngx_http_scim_variable_error,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_redis_time"), NULL, ngx_http_scim_variable_redis_time,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("scim_access_cache"), NULL, ngx_http_scim_variable_cached,
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

    return ngx_http_scim_add_user_variables(cf);
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


/*
 * What the path names, from the location's rewrite phase on: limit_req and its
 * like come before the content. What cannot be a name of ours is left out.
 */

static ngx_int_t
ngx_http_scim_variable_name(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t             tenant, integration;
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    ngx_str_null(&tenant);
    ngx_str_null(&integration);

    if (ctx) {
        if (ngx_http_scim_is_name(&ctx->scope.tenant)) {
            tenant = ctx->scope.tenant;
        }

        if (ngx_http_scim_is_id(&ctx->integration)) {
            integration = ctx->integration;
        }

    } else if (r->content_handler == ngx_http_scim_handler) {
        ngx_http_scim_path_names(&r->uri, &tenant, &integration);
    }

    if (data == NGX_HTTP_SCIM_VARIABLE_TENANT) {
        return ngx_http_scim_variable(v, tenant.data, tenant.len);
    }

    return ngx_http_scim_variable(v, integration.data, integration.len);
}


/* what has another form came from a stranger's path, and may name somebody */

static ngx_int_t
ngx_http_scim_variable_resource_id(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL
        || !(ngx_http_scim_is_id(&ctx->id)
             || (ctx->admin && ngx_http_scim_variable_is_word(&ctx->id))))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    return ngx_http_scim_variable(v, ctx->id.data, ctx->id.len);
}


/* of a tenant, of a role */

static ngx_uint_t
ngx_http_scim_variable_is_word(const ngx_str_t *text)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
            && (c < '0' || c > '9') && c != '.' && c != '_' && c != '-')
        {
            return 0;
        }
    }

    return text->len <= NGX_SCIM_NAME_MAX;
}


/* known to be true only with a right token */

static ngx_int_t
ngx_http_scim_variable_accepted(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t            *text;
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL || !ctx->accepted) {
        v->not_found = 1;
        return NGX_OK;
    }

    text = (ngx_str_t *) ((char *) ctx + data);

    return ngx_http_scim_variable(v, text->data, text->len);
}


static ngx_int_t
ngx_http_scim_variable_profile(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL || !ctx->accepted || ctx->admin) {
        v->not_found = 1;
        return NGX_OK;
    }

    if (ctx->policy.profile == SCIM_STRICT) {
        return ngx_http_scim_variable(v, (u_char *) "strict",
                                      sizeof("strict") - 1);
    }

    return ngx_http_scim_variable(v, (u_char *) "lenient",
                                  sizeof("lenient") - 1);
}


static ngx_int_t
ngx_http_scim_variable_plan(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    return ngx_http_scim_variable(v, ctx->plan.data, ctx->plan.len);
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


static ngx_int_t
ngx_http_scim_variable_reason(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_uint_t            status;
    const char           *reason;
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);
    status = r->err_status ? r->err_status : r->headers_out.status;

    if (ctx == NULL || status < NGX_HTTP_BAD_REQUEST) {
        v->not_found = 1;
        return NGX_OK;
    }

    reason = ngx_http_scim_reasons[ngx_http_scim_reason(ctx, status)];

    return ngx_http_scim_variable(v, (u_char *) reason, ngx_strlen(reason));
}


static ngx_int_t
ngx_http_scim_variable_error_type(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_scim_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scim_module);

    if (ctx == NULL || ctx->error.status == 0 || ctx->error.type == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    return ngx_http_scim_variable(v, (u_char *) ctx->error.type,
                                  ngx_strlen(ctx->error.type));
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


static ngx_int_t
ngx_http_scim_variable_cached(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const ngx_str_t       *word;
    ngx_http_scim_gate_t  *gate;

    static const ngx_str_t  words[] = {
        ngx_null_string,
        ngx_string("HIT"),
        ngx_string("MISS"),
        ngx_string("BYPASS")
    };

    gate = ngx_http_scim_gate_find(r);
    word = &words[gate ? gate->cached : NGX_HTTP_SCIM_UNCACHED];

    return ngx_http_scim_variable(v, word->data, word->len);
}
