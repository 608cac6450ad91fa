/*
 * The global records: who holds a userName, and which tenants a person has.
 */

#include "call.h"


static ngx_int_t
ngx_scim_global_call(ngx_scim_call_t *call, ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, const char *function, ngx_scim_key_e kind,
    ngx_str_t *name)
{
    ngx_str_t  key;

    if (ngx_scim_key(scope->pool, kind, NULL, name, &key) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_scim_call_end(call, batch, NGX_SCIM_REDIS_WRITE, function,
                             &key);
}


ngx_int_t
ngx_scim_name_claim(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *name, ngx_str_t *id, ngx_str_t *nonce, ngx_scim_claim_e mode)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 4);
    ngx_scim_call_arg(&call, id);
    ngx_scim_call_arg(&call, &scope->tenant);
    ngx_scim_call_arg(&call, nonce);
    ngx_scim_call_text(&call, mode == NGX_SCIM_CLAIM_JOIN ? "join" : "own");

    return ngx_scim_global_call(&call, batch, scope, "name_claim",
                                NGX_SCIM_KEY_GLOBAL_NAME, name);
}


ngx_scim_outcome_e
ngx_scim_name_claim_reply(ngx_scim_redis_batch_t *batch, ngx_str_t *holder)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);
    *holder = ngx_scim_reply_text(reply, 1);

    return ngx_scim_reply_outcome(reply);
}


ngx_int_t
ngx_scim_name_release(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *name, ngx_str_t *nonce, ngx_scim_release_e mode,
    ngx_str_t *committed)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 4);
    ngx_scim_call_arg(&call, &scope->tenant);
    ngx_scim_call_arg(&call, nonce);
    ngx_scim_call_text(&call, mode == NGX_SCIM_RELEASE_KEEP ? "keep" : "drop");
    ngx_scim_call_arg(&call, committed);

    return ngx_scim_global_call(&call, batch, scope, "name_release",
                                NGX_SCIM_KEY_GLOBAL_NAME, name);
}


ngx_int_t
ngx_scim_access_grant(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *id, ngx_str_t *nonce)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 2);
    ngx_scim_call_arg(&call, &scope->tenant);
    ngx_scim_call_arg(&call, nonce);

    return ngx_scim_global_call(&call, batch, scope, "access_grant",
                                NGX_SCIM_KEY_GLOBAL_USER, id);
}


ngx_int_t
ngx_scim_access_revoke(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *id, ngx_str_t *nonce, ngx_str_t *committed)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 3);
    ngx_scim_call_arg(&call, &scope->tenant);
    ngx_scim_call_arg(&call, nonce);
    ngx_scim_call_arg(&call, committed);

    return ngx_scim_global_call(&call, batch, scope, "access_revoke",
                                NGX_SCIM_KEY_GLOBAL_USER, id);
}


ngx_int_t
ngx_scim_removed_release(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_removed_t *removed)
{
    ngx_str_t        none;
    ngx_scim_call_t  call;

    ngx_str_null(&none);

    if (ngx_scim_name_release(batch, scope, &removed->name, &removed->claim,
                              NGX_SCIM_RELEASE_KEEP, &none)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_scim_call_read(&call, scope, 5);
    ngx_scim_call_arg(&call, &scope->tenant);
    ngx_scim_call_arg(&call, &removed->access);
    ngx_scim_call_arg(&call, &none);
    ngx_scim_call_arg(&call, &removed->name);
    ngx_scim_call_arg(&call, &removed->user_name);

    return ngx_scim_global_call(&call, batch, scope, "access_revoke",
                                NGX_SCIM_KEY_GLOBAL_USER, &removed->id);
}
