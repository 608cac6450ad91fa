/*
 * Integrations: what authentication reads of them, and what it remembers.
 */

#include "call.h"


ngx_int_t
ngx_scim_credentials_read(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *integration)
{
    ngx_str_t  argv[7];

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_INTEGRATION, &scope->tenant,
                     integration, &argv[1])
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "HMGET");
    ngx_str_set(&argv[2], "token");
    ngx_str_set(&argv[3], "permissions");
    ngx_str_set(&argv[4], "enabled");
    ngx_str_set(&argv[5], "profile");
    ngx_str_set(&argv[6], "tokens_used");

    return ngx_scim_redis_command(batch, 7, argv);
}


void
ngx_scim_credentials_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_credentials_t *credentials)
{
    ngx_str_t    enabled, profile;
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    credentials->tokens = ngx_scim_reply_text(reply, 0);
    credentials->permissions = ngx_scim_reply_text(reply, 1);

    enabled = ngx_scim_reply_text(reply, 2);
    credentials->enabled = (enabled.len == 1 && enabled.data[0] == '1');

    profile = ngx_scim_reply_text(reply, 3);
    credentials->strict = (profile.len == sizeof("strict") - 1
                           && ngx_strncmp(profile.data, "strict", profile.len)
                              == 0);

    credentials->used = ngx_scim_reply_text(reply, 4);
}


ngx_int_t
ngx_scim_integration_touch(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_str_t *token)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 2);
    ngx_scim_call_arg(&call, id);
    ngx_scim_call_arg(&call, token);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "integration_touch", scope);
}
