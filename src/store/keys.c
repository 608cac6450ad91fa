/*
 * The names of keys, in one place.
 */

#include "keys.h"


typedef struct {
    ngx_str_t            before;         /* the tenant, if it has one         */
    ngx_str_t            after;          /* and before the name               */
    ngx_str_t            end;
    unsigned             tenant:1;
    unsigned             name:1;
} ngx_scim_key_format_t;


static const ngx_scim_key_format_t  ngx_scim_key_formats[] = {
    { ngx_string("scim:{"), ngx_string("}"), ngx_null_string, 1, 0 },
    { ngx_string("scim:{"), ngx_string("}:tenant"), ngx_null_string, 1, 0 },
    { ngx_string("scim:{"), ngx_string("}:integration:"), ngx_null_string,
      1, 1 },
    { ngx_string("scim:{"), ngx_string("}:user:"), ngx_null_string, 1, 1 },
    { ngx_string("scim:{"), ngx_string("}:user:"), ngx_string(":groups"),
      1, 1 },
    { ngx_string("scim:{"), ngx_string("}:group:"), ngx_null_string, 1, 1 },
    { ngx_string("scim:{"), ngx_string("}:group:"), ngx_string("->display"),
      1, 1 },
    { ngx_string("scim:tenants"), ngx_null_string, ngx_null_string, 0, 0 },
    { ngx_string("scim:user:"), ngx_null_string, ngx_null_string, 0, 1 },
    { ngx_string("scim:username:"), ngx_null_string, ngx_null_string, 0, 1 },
    { ngx_string("scim:idempotency:"), ngx_null_string, ngx_null_string, 0, 1 }
};


ngx_int_t
ngx_scim_key(ngx_pool_t *pool, ngx_scim_key_e kind, ngx_str_t *tenant,
    ngx_str_t *name, ngx_str_t *key)
{
    u_char                       *p;
    const ngx_scim_key_format_t  *f;

    f = &ngx_scim_key_formats[kind];

    key->len = f->before.len + f->after.len + (f->tenant ? tenant->len : 0)
               + (f->name ? name->len : 0) + f->end.len;

    p = ngx_pnalloc(pool, key->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    key->data = p;
    p = ngx_cpymem(p, f->before.data, f->before.len);

    if (f->tenant) {
        p = ngx_cpymem(p, tenant->data, tenant->len);
    }

    p = ngx_cpymem(p, f->after.data, f->after.len);

    if (f->name) {
        p = ngx_cpymem(p, name->data, name->len);
    }

    ngx_memcpy(p, f->end.data, f->end.len);

    return NGX_OK;
}
