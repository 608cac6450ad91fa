/*
 * The audit trail: what is no write of its own. Writes have their entries from
 * the functions that make them.
 */

#include "call.h"


ngx_int_t
ngx_scim_audit_refused(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_refusal_t *refusal)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 4);

    ngx_scim_call_arg(&call, &refusal->operation);
    ngx_scim_call_arg(&call, &refusal->resource);
    ngx_scim_call_text(&call, refusal->outcome);
    ngx_scim_call_number(&call, refusal->count);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "audit_refused", scope);
}
