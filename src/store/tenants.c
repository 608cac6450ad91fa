/*
 * Tenants, and the list of them that is nobody's.
 */

#include "call.h"


ngx_int_t
ngx_scim_tenant_create(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope,
    ngx_str_t *name)
{
    ngx_str_t        argv[5], key;
    ngx_scim_call_t  call;

    /*
     * The list first: a name in it that has no tenant is passed over, while a
     * tenant that is in no list would be lost.
     */

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_TENANTS, NULL, NULL, &key)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "ZADD");
    argv[1] = key;
    ngx_str_set(&argv[2], "NX");
    ngx_str_set(&argv[3], "0");
    argv[4] = scope->tenant;

    if (ngx_scim_redis_command(batch, 5, argv) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_scim_call_write(&call, scope, 2);
    ngx_scim_call_arg(&call, &scope->tenant);
    ngx_scim_call_arg(&call, name);

    return ngx_scim_call_end_tenant(&call, batch, NGX_SCIM_REDIS_WRITE,
                                    "tenant_create", scope);
}


void
ngx_scim_tenant_create_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_written_t *written)
{
    redisReply  *reply;

    (void) ngx_scim_redis_reply(batch);

    reply = ngx_scim_redis_reply(batch);

    ngx_memzero(written, sizeof(ngx_scim_written_t));
    written->outcome = ngx_scim_reply_outcome(reply);
    written->created = ngx_scim_reply_number(reply, 1);
}


ngx_int_t
ngx_scim_tenant_read(ngx_scim_redis_batch_t *batch, ngx_scim_scope_t *scope)
{
    ngx_str_t  argv[4];

    if (ngx_scim_key(scope->pool, NGX_SCIM_KEY_TENANT_RECORD, &scope->tenant,
                     NULL, &argv[1])
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_str_set(&argv[0], "HMGET");
    ngx_str_set(&argv[2], "name");
    ngx_str_set(&argv[3], "created");

    return ngx_scim_redis_command(batch, 4, argv);
}


ngx_int_t
ngx_scim_tenant_read_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_tenant_t *tenant)
{
    redisReply  *reply;

    reply = ngx_scim_redis_reply(batch);

    tenant->name = ngx_scim_reply_text(reply, 0);
    tenant->created = ngx_scim_reply_number(reply, 1);

    return tenant->name.data ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_scim_tenant_names(ngx_scim_redis_batch_t *batch)
{
    ngx_str_t  argv[4];

    ngx_str_set(&argv[0], "ZRANGE");
    ngx_str_set(&argv[1], "scim:tenants");
    ngx_str_set(&argv[2], "0");
    ngx_str_set(&argv[3], "-1");

    return ngx_scim_redis_command(batch, 4, argv);
}


void
ngx_scim_tenant_names_reply(ngx_scim_redis_batch_t *batch,
    ngx_scim_page_t *page)
{
    page->reply = ngx_scim_redis_reply(batch);
    page->next = 0;
}


ngx_int_t
ngx_scim_tenant_names_next(ngx_scim_page_t *page, ngx_str_t *name)
{
    *name = ngx_scim_reply_text(page->reply, page->next++);

    return name->data ? NGX_OK : NGX_DONE;
}
