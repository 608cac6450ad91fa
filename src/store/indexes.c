/*
 * Building an index of what was written without it.
 */

#include "call.h"


static void ngx_scim_index_call(ngx_scim_call_t *call,
    ngx_scim_scope_t *scope, ngx_scim_index_build_t *build, ngx_uint_t n);


ngx_int_t
ngx_scim_index_begin(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_index_build_t *build)
{
    ngx_scim_call_t  call;

    ngx_scim_index_call(&call, scope, build, 0);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "index_begin", scope);
}


ngx_int_t
ngx_scim_index_fill(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_index_build_t *build, ngx_uint_t n, ngx_scim_record_t *records,
    ngx_array_t **values)
{
    ngx_str_t        *value;
    ngx_uint_t        i, k;
    ngx_scim_call_t   call;

    ngx_scim_index_call(&call, scope, build, 4 * n);

    for (i = 0; i < n; i++) {
        ngx_scim_call_arg(&call, &records[i].id);
        ngx_scim_call_arg(&call, build->kind == NGX_SCIM_GROUPS
                                 ? &records[i].doc_version
                                 : &records[i].version);
        ngx_scim_call_number(&call, values[i]->nelts);
        value = values[i]->elts;

        for (k = 0; k < values[i]->nelts; k++) {
            ngx_scim_call_arg(&call, &value[k]);
        }
    }

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "index_fill", scope);
}


ngx_int_t
ngx_scim_index_end(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_index_build_t *build)
{
    ngx_scim_call_t  call;

    ngx_scim_index_call(&call, scope, build, 0);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "index_end", scope);
}


/* what they begin with; none of them is in the audit trail */

static void
ngx_scim_index_call(ngx_scim_call_t *call, ngx_scim_scope_t *scope,
    ngx_scim_index_build_t *build, ngx_uint_t n)
{
    ngx_scim_call_read(call, scope, 3 + n);
    ngx_scim_call_text(call, build->kind == NGX_SCIM_USERS ? "users"
                                                           : "groups");
    ngx_scim_call_arg(call, &build->name);
    ngx_scim_call_arg(call, &build->nonce);
}


ngx_scim_outcome_e
ngx_scim_index_reply(ngx_scim_redis_batch_t *batch)
{
    return ngx_scim_reply_outcome(ngx_scim_redis_reply(batch));
}
