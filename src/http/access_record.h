/*
 * What a user may do, as one piece of bytes that Redis makes (access.lua), that
 * can be kept in shared memory and is read where it lies. It must not know what
 * is decided by it.
 */

#ifndef NGX_HTTP_SCIM_ACCESS_RECORD_H
#define NGX_HTTP_SCIM_ACCESS_RECORD_H

#include <ngx_config.h>
#include <ngx_core.h>

#include "store/store.h"

#pragma GCC visibility push(hidden)

typedef enum {
    NGX_HTTP_SCIM_ACCESS_MISSING = 0,          /* there is no such user       */
    NGX_HTTP_SCIM_ACCESS_SEVERAL,              /* which of them, nobody knows */
    NGX_HTTP_SCIM_ACCESS_INACTIVE,
    NGX_HTTP_SCIM_ACCESS_ACTIVE
} ngx_http_scim_access_state_e;


/* Of the first two states nothing else is set. */
typedef struct {
    ngx_http_scim_access_state_e  state;
    ngx_str_t                     id;
    ngx_str_t                     name;
    ngx_str_t                     email;
    u_char                       *bytes;
    u_char                       *groups;      /* lists: see the functions    */
    u_char                       *grants;
    ngx_uint_t                    ngroups;
    ngx_uint_t                    ngrants;
} ngx_http_scim_access_record_t;


/*
 * What Redis has answered, as bytes from the pool. NGX_ERROR: no memory;
 * NGX_DECLINED: they make no sense.
 */
ngx_int_t ngx_http_scim_access_take(ngx_pool_t *pool,
    ngx_scim_access_t *access, ngx_str_t *bytes);

/* Nothing is copied: the strings are those in the bytes, which have been taken
   as above. */
void ngx_http_scim_access_unpack(ngx_str_t *bytes,
    ngx_http_scim_access_record_t *record);

/* Each reads one entry of a list and answers where the next one is. */
u_char *ngx_http_scim_access_group(u_char *p, ngx_str_t *id,
    ngx_str_t *display, ngx_str_t *folded);
u_char *ngx_http_scim_access_grant(ngx_http_scim_access_record_t *record,
    u_char *p, ngx_str_t *role, ngx_str_t *permissions,
    ngx_str_t *namespace);

#pragma GCC visibility pop

#endif
