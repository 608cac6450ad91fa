/*
 * The names of keys. redis/README.md tells what each holds; the functions in
 * redis/functions make the others from the tenant's.
 */

#ifndef NGX_SCIM_KEYS_H
#define NGX_SCIM_KEYS_H

#include "store.h"

#pragma GCC visibility push(hidden)

typedef enum {
    NGX_SCIM_KEY_TENANT = 0,             /* scim:{T}                          */
    NGX_SCIM_KEY_TENANT_RECORD,          /* scim:{T}:tenant                   */
    NGX_SCIM_KEY_INTEGRATION,            /* scim:{T}:integration:ID           */
    NGX_SCIM_KEY_USER,                   /* scim:{T}:user:ID                  */
    NGX_SCIM_KEY_USER_GROUPS,            /* scim:{T}:user:ID:groups           */
    NGX_SCIM_KEY_GROUP,                  /* scim:{T}:group:ID                 */
    NGX_SCIM_KEY_GROUP_DISPLAY,          /* scim:{T}:group:ID->display        */
    NGX_SCIM_KEY_TENANTS,                /* scim:tenants                      */
    NGX_SCIM_KEY_GLOBAL_USER,            /* scim:user:ID                      */
    NGX_SCIM_KEY_GLOBAL_NAME,            /* scim:username:NAME                */
    NGX_SCIM_KEY_IDEMPOTENCY             /* scim:idempotency:KEY              */
} ngx_scim_key_e;

/*
 * The key from scope->pool; tenant and name are used where the kind has them
 * and may be NULL elsewhere. NGX_ERROR: no memory.
 */
ngx_int_t ngx_scim_key(ngx_pool_t *pool, ngx_scim_key_e kind,
    ngx_str_t *tenant, ngx_str_t *name, ngx_str_t *key);

#pragma GCC visibility pop

#endif
