/*
 * What the files of the management API share.
 */

#ifndef NGX_HTTP_SCIM_ADMIN_H
#define NGX_HTTP_SCIM_ADMIN_H

#include "ngx_http_scim.h"

#pragma GCC visibility push(hidden)

/* admin_tenants.c, admin_integrations.c: the operations. */

ngx_int_t ngx_http_scim_admin_tenant_create(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_tenant_list(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_tenant_read(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_integration_create(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_integration_list(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_integration_read(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_integration_update(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_integration_enable(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_integration_disable(ngx_http_scim_ctx_t *ctx);
ngx_int_t ngx_http_scim_admin_integration_delete(ngx_http_scim_ctx_t *ctx);


/*
 * admin.c: a member of the message; refuses one that is no string of at most
 * max bytes. NULL data: it is not there.
 */
ngx_int_t ngx_http_scim_admin_string(ngx_http_scim_ctx_t *ctx,
    const char *name, size_t max, ngx_str_t *value);

/* Refuses a message with a member that is not in names (NULL-terminated). */
ngx_int_t ngx_http_scim_admin_members(ngx_http_scim_ctx_t *ctx,
    const char *const *names);

/* {"results": [...], "total": n}; NULL: no memory. */
ngx_int_t ngx_http_scim_admin_send_results(ngx_http_scim_ctx_t *ctx,
    json_t *results);

#pragma GCC visibility pop

#endif
