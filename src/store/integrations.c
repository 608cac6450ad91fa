/*
 * Integrations: what authentication reads of them, and their administration.
 */

#include "call.h"


static ngx_int_t ngx_scim_integration_call(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_redis_access_e access,
    const char *function, ngx_str_t *id);
static void ngx_scim_integration_set(ngx_scim_call_t *call, const char *name,
    ngx_str_t *value);
static void ngx_scim_integration_fields(const redisReply *fields,
    ngx_scim_integration_t *integration);


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
    ngx_str_set(&argv[6], "last_used");

    return ngx_scim_redis_command(batch, 7, argv);
}


void
ngx_scim_credentials_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_credentials_t *credentials)
{
    ngx_str_t    enabled, profile;
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    credentials->token = ngx_scim_reply_text(reply, 0);
    credentials->permissions = ngx_scim_reply_text(reply, 1);

    enabled = ngx_scim_reply_text(reply, 2);
    credentials->enabled = (enabled.len == 1 && enabled.data[0] == '1');

    profile = ngx_scim_reply_text(reply, 3);
    credentials->strict = (profile.len == sizeof("strict") - 1
                           && ngx_strncmp(profile.data, "strict", profile.len)
                              == 0);

    credentials->last_used = ngx_scim_reply_number(reply, 4);
}


ngx_int_t
ngx_scim_integration_create(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_integration_t *integration)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 9);
    ngx_scim_call_arg(&call, &integration->id);
    ngx_scim_call_arg(&call, &integration->name);
    ngx_scim_call_arg(&call, &integration->description);
    ngx_scim_call_arg(&call, &integration->type);
    ngx_scim_call_arg(&call, &integration->profile);
    ngx_scim_call_arg(&call, &integration->token);
    ngx_scim_call_arg(&call, &integration->token_prefix);
    ngx_scim_call_arg(&call, &integration->service_account);
    ngx_scim_call_arg(&call, &integration->binding);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "integration_create", scope);
}


ngx_int_t
ngx_scim_integration_update(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_integration_t *integration)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 7);
    ngx_scim_call_arg(&call, &integration->id);
    ngx_scim_integration_set(&call, "name", &integration->name);
    ngx_scim_integration_set(&call, "description", &integration->description);
    ngx_scim_integration_set(&call, "profile", &integration->profile);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "integration_update", scope);
}


static void
ngx_scim_integration_set(ngx_scim_call_t *call, const char *name,
    ngx_str_t *value)
{
    if (value->data) {
        ngx_scim_call_text(call, name);
        ngx_scim_call_arg(call, value);
    }
}


ngx_int_t
ngx_scim_integration_enable(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id, ngx_uint_t enabled)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 2);
    ngx_scim_call_arg(&call, id);
    ngx_scim_call_number(&call, enabled);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "integration_enable", scope);
}


ngx_int_t
ngx_scim_integration_delete(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id)
{
    ngx_scim_call_t  call;

    ngx_scim_call_write(&call, scope, 1);
    ngx_scim_call_arg(&call, id);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "integration_delete", scope);
}


ngx_int_t
ngx_scim_integration_touch(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id)
{
    return ngx_scim_integration_call(batch, scope, NGX_SCIM_REDIS_WRITE,
                                     "integration_touch", id);
}


ngx_int_t
ngx_scim_integration_read(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_str_t *id)
{
    return ngx_scim_integration_call(batch, scope, NGX_SCIM_REDIS_READ,
                                     "integration_read", id);
}


ngx_int_t
ngx_scim_integration_list(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope)
{
    return ngx_scim_integration_call(batch, scope, NGX_SCIM_REDIS_READ,
                                     "integration_list", NULL);
}


ngx_scim_outcome_e
ngx_scim_integration_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_integration_t *integration)
{
    redisReply          *reply, *fields;
    ngx_scim_outcome_e   outcome;

    reply = ngx_scim_redis_reply(batch);
    outcome = ngx_scim_reply_outcome(reply);
    fields = ngx_scim_reply_array(reply, 1);

    if (outcome == NGX_SCIM_OK && fields) {
        ngx_scim_integration_fields(fields, integration);
    }

    return outcome;
}


ngx_scim_outcome_e
ngx_scim_integration_list_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_page_t *page)
{
    page->reply = ngx_scim_redis_reply(batch);
    page->next = 1;

    return ngx_scim_reply_outcome(page->reply);
}


ngx_int_t
ngx_scim_integration_next(ngx_scim_page_t *page,
    ngx_scim_integration_t *integration)
{
    redisReply  *fields;

    fields = ngx_scim_reply_array(page->reply, page->next++);
    if (fields == NULL) {
        return NGX_DONE;
    }

    ngx_scim_integration_fields(fields, integration);

    return NGX_OK;
}


static ngx_int_t
ngx_scim_integration_call(ngx_scim_redis_batch_t *batch,
    ngx_scim_scope_t *scope, ngx_scim_redis_access_e access,
    const char *function, ngx_str_t *id)
{
    ngx_scim_call_t  call;

    ngx_scim_call_read(&call, scope, 1);

    if (id) {
        ngx_scim_call_arg(&call, id);
    }

    return ngx_scim_call_end_tenant(&call, batch, access, function, scope);
}


/* the order is that of INTEGRATION_FIELDS in redis/functions */

static void
ngx_scim_integration_fields(const redisReply *fields,
    ngx_scim_integration_t *integration)
{
    ngx_memzero(integration, sizeof(ngx_scim_integration_t));

    integration->id = ngx_scim_reply_text(fields, 0);
    integration->name = ngx_scim_reply_text(fields, 1);
    integration->description = ngx_scim_reply_text(fields, 2);
    integration->type = ngx_scim_reply_text(fields, 3);
    integration->enabled = (ngx_scim_reply_number(fields, 4) == 1);
    integration->profile = ngx_scim_reply_text(fields, 5);
    integration->token_prefix = ngx_scim_reply_text(fields, 6);
    integration->service_account = ngx_scim_reply_text(fields, 7);
    integration->created = ngx_scim_reply_number(fields, 8);
    integration->modified = ngx_scim_reply_number(fields, 9);
    integration->last_used = ngx_scim_reply_number(fields, 10);
}
