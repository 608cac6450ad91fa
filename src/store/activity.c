/*
 * What integrations do, as it was counted.
 */

#include "call.h"


static void ngx_scim_activity_ago(ngx_scim_call_t *call, ngx_msec_t time);


ngx_int_t
ngx_scim_activity_write(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_activity_t *activity)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 9);

    ngx_scim_call_arg(&call, &activity->integration);
    ngx_scim_call_number(&call, activity->requests);
    ngx_scim_call_number(&call, activity->errors);
    ngx_scim_activity_ago(&call, activity->last_request);
    ngx_scim_activity_ago(&call, activity->last_error);
    ngx_scim_activity_ago(&call, activity->last_full_sync);
    ngx_scim_call_number(&call, activity->status);
    ngx_scim_call_arg(&call, &activity->operation);
    ngx_scim_call_arg(&call, &activity->detail);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "activity_write", scope);
}


/* the clock is Redis' */

static void
ngx_scim_activity_ago(ngx_scim_call_t *call, ngx_msec_t time)
{
    if (time) {
        ngx_scim_call_number(call, ngx_current_msec - time);

    } else {
        ngx_scim_call_text(call, "");
    }
}
