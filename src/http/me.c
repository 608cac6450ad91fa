/*
 * /Me (RFC 7644, section 3.11): another path for the user whom the operator's
 * variable names.
 */

#include "resource.h"


static ngx_int_t ngx_http_scim_me_found(ngx_http_scim_ctx_t *ctx);


ngx_int_t
ngx_http_scim_me(ngx_http_scim_ctx_t *ctx)
{
    char                  *prepared;
    ngx_int_t              rc;
    ngx_str_t              name, first;
    ngx_scim_selection_t   selection;

    if (ctx->loc_conf->me == NULL) {
        return ngx_http_scim_fail(ctx, NGX_HTTP_NOT_IMPLEMENTED, NULL,
                                  "/Me is not configured here");
    }

    if (ngx_http_complex_value(ctx->request, ctx->loc_conf->me, &name)
        != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    ngx_memzero(&selection, sizeof(ngx_scim_selection_t));

    prepared = scim_names_prepare((char *) name.data, name.len,
                                  &selection.value.len);

    if (name.len == 0 || prepared == NULL) {
        free(prepared);
        return ngx_http_scim_not_found(ctx);
    }

    ngx_str_set(&first, "0");
    ngx_str_set(&selection.index, "userName");
    selection.kind = NGX_SCIM_USERS;
    selection.value.data = (u_char *) prepared;

    rc = ngx_http_scim_batch(ctx);

    if (rc == NGX_OK) {
        rc = ngx_scim_list(ctx->batch, &ctx->scope, &selection, &first, 1);
    }

    free(prepared);

    if (rc != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, ngx_http_scim_me_found);
}


/* from here on it is the operation of the user's own path */

static ngx_int_t
ngx_http_scim_me_found(ngx_http_scim_ctx_t *ctx)
{
    ngx_str_t                         url;
    ngx_uint_t                        methods;
    ngx_scim_page_t                   page;
    ngx_scim_record_t                 record;
    static const ngx_str_t            users = ngx_string("Users");
    const ngx_http_scim_operation_t  *op;

    ngx_scim_page_reply(ctx->batch, &page);

    if (ngx_scim_page_next(&page, &record) != NGX_OK) {
        return ngx_http_scim_not_found(ctx);
    }

    op = ngx_http_scim_operation(&users, 1, 0, ctx->operation->method,
                                 &methods);

    ctx->operation = op;
    ctx->id.len = record.id.len;
    ctx->id.data = ngx_pstrdup(ctx->pool, &record.id);

    /* in any response (RFC 7644, section 3.11) */

    if (ctx->id.data == NULL
        || ngx_http_scim_resource_url(ctx, NGX_SCIM_USERS, &ctx->id, &url)
           != NGX_OK
        || ngx_http_scim_location(ctx, &url) != NGX_OK
        || ngx_http_scim_batch(ctx) != NGX_OK)
    {
        return ngx_http_scim_fail_memory(ctx);
    }

    if (op->query == NULL) {
        return op->perform(ctx);
    }

    if (op->query(ctx) != NGX_OK) {
        return ngx_http_scim_fail_memory(ctx);
    }

    return ngx_http_scim_await(ctx, op->perform);
}
