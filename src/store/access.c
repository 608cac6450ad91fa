/*
 * What a user may do.
 */

#include "call.h"


ngx_int_t
ngx_scim_access_read(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    const char *by, ngx_str_t *value)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 2);
    ngx_scim_call_text(&call, by);
    ngx_scim_call_arg(&call, value);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_READ,
                                    "access_read", scope);
}


void
ngx_scim_access_reply(ngx_scim_redis_batch_t *batch, ngx_scim_access_t *access)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    /* one that is kept comes by itself */

    access->kept = (reply->type == REDIS_REPLY_STRING);

    if (access->kept) {
        access->outcome = NGX_SCIM_OK;
        access->record.data = (u_char *) reply->str;
        access->record.len = (size_t) reply->len;
        return;
    }

    access->outcome = ngx_scim_reply_outcome(reply);
    access->record = ngx_scim_reply_text(reply, 1);
}


ngx_int_t
ngx_scim_access_keep(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *id)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 1);
    ngx_scim_call_arg(&call, id);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "access_keep", scope);
}
