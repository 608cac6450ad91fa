/*
 * The functions of the management API: arguments with names go to them, records
 * with names come back. What the names mean is said in redis/functions.
 */

#include "call.h"


ngx_int_t
ngx_scim_manage(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_redis_access_e access, const char *function, ngx_array_t *args)
{
    ngx_str_t        *arg;
    ngx_uint_t        i;
    ngx_scim_call_t   call;

    if (access == NGX_SCIM_REDIS_WRITE) {
        ngx_scim_call_write(&call, scope, args->nelts);

    } else {
        ngx_scim_call_read(&call, scope, args->nelts + 1);
    }

    arg = args->elts;

    for (i = 0; i < args->nelts; i++) {
        ngx_scim_call_arg(&call, &arg[i]);
    }

    return ngx_scim_call_end_tenant(&call, batch, access, function, scope);
}


ngx_scim_outcome_e
ngx_scim_manage_reply(ngx_scim_redis_batch_t *batch, redisReply **reply)
{
    *reply = ngx_scim_redis_reply(batch);

    return ngx_scim_reply_outcome(*reply);
}


void
ngx_scim_manage_refusal(redisReply *reply, ngx_str_t *field,
    ngx_str_t *detail, redisReply **holders)
{
    *field = ngx_scim_reply_text(reply, 1);
    *detail = ngx_scim_reply_text(reply, 2);
    *holders = ngx_scim_reply_array(reply, 3);
}


redisReply *
ngx_scim_manage_record(redisReply *reply)
{
    return ngx_scim_reply_array(reply, 1);
}


ngx_uint_t
ngx_scim_manage_replayed(redisReply *reply)
{
    ngx_str_t  word;

    word = ngx_scim_reply_text(reply, 2);

    return word.len == sizeof("REPLAYED") - 1
           && ngx_strncmp(word.data, "REPLAYED", word.len) == 0;
}


void
ngx_scim_manage_page(redisReply *reply, redisReply **records,
    ngx_str_t *cursor, ngx_str_t *total)
{
    *records = ngx_scim_reply_array(reply, 1);
    *cursor = ngx_scim_reply_text(reply, 2);
    *total = ngx_scim_reply_text(reply, 3);
}


ngx_int_t
ngx_scim_account_read(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *hash)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 1);
    ngx_scim_call_arg(&call, hash);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_READ,
                                    "account_read", scope);
}


ngx_int_t
ngx_scim_account_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_account_t *account)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    if (ngx_scim_reply_outcome(reply) != NGX_SCIM_OK) {
        return NGX_DECLINED;
    }

    account->id = ngx_scim_reply_text(reply, 1);
    account->name = ngx_scim_reply_text(reply, 2);
    account->permissions = ngx_scim_reply_text(reply, 3);
    account->token = ngx_scim_reply_text(reply, 4);
    account->last_used = ngx_scim_reply_number(reply, 5);

    return NGX_OK;
}


ngx_int_t
ngx_scim_account_touch(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_scim_account_t *account)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 1);
    ngx_scim_call_arg(&call, &account->token);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "token_touch", scope);
}
