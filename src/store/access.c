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

    access->outcome = ngx_scim_reply_outcome(reply);
    access->id = ngx_scim_reply_text(reply, 1);
    access->active = (ngx_scim_reply_number(reply, 2) == 1);
    access->name = ngx_scim_reply_text(reply, 3);
    access->email = ngx_scim_reply_text(reply, 4);
    access->cut = (ngx_scim_reply_number(reply, 5) == 1);
    access->groups = ngx_scim_reply_array(reply, 6);
    access->roles = ngx_scim_reply_array(reply, 7);
    access->grants = ngx_scim_reply_array(reply, 8);

    if (access->outcome == NGX_SCIM_OK
        && (access->groups == NULL || access->roles == NULL
            || access->grants == NULL))
    {
        access->outcome = NGX_SCIM_INVALID;
    }
}


size_t
ngx_scim_access_count(const redisReply *list)
{
    return list->elements;
}


ngx_str_t
ngx_scim_access_text(const redisReply *list, size_t i)
{
    return ngx_scim_reply_text(list, i);
}


ngx_uint_t
ngx_scim_access_number(const redisReply *list, size_t i)
{
    return (ngx_uint_t) ngx_scim_reply_number(list, i);
}
